//! `backup`, `restore`, `check`, `rebuild`.

use std::{ops::ControlFlow, path::Path};

use serde_json::json;

use super::{Failed, Ui, args::Restore, own_program};
use crate::{
    config::Config,
    domain::clock::Clock,
    service::{self, CheckOptions, Services},
};

/// What long work in the services tells, told to `ui`.
fn teller(ui: &mut dyn Ui) -> impl FnMut(&str, u64, Option<u64>) -> ControlFlow<()> {
    |what, done, total| {
        ui.progress(what, done, total);
        if ui.gone() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

pub(super) fn backup(file: &Path, services: &Services, ui: &mut dyn Ui) -> anyhow::Result<()> {
    let done = services.backup(file, &mut teller(ui))?;
    let service::Backup { n, media, bytes } = &done;
    ui.line(&format!("{}: up to change {n}, {media} files, {bytes} bytes", file.display()));
    ui.result(&json!({"file": file, "n": n, "media": media, "bytes": bytes}));
    Ok(())
}

pub(super) fn restore(
    restore: &Restore,
    config: &Config,
    clock: Clock,
    ui: &mut dyn Ui,
) -> anyhow::Result<()> {
    let work = service::Restore {
        file: &restore.file,
        dir: &config.data,
        settings: &config.service,
        clock,
    };
    let done = work.run(&mut teller(ui))?;
    let service::Restored { n, media, feed_id } = &done;
    ui.line(&format!("{}: up to change {n}, {media} files", config.data.display()));
    ui.line(&format!("The feed is a new one: {feed_id}"));
    ui.result(&serde_json::to_value(&done)?);
    Ok(())
}

pub(super) fn check(
    repair: bool,
    alone: bool,
    services: &Services,
    ui: &mut dyn Ui,
) -> anyhow::Result<()> {
    let checked = services.check(CheckOptions { repair, alone }, &mut teller(ui))?;
    for problem in &checked.problems {
        let repaired = if problem.repaired { " (repaired)" } else { "" };
        ui.line(&format!("{}: {}{repaired}", problem.code, problem.what));
    }
    let service::Checked { records, files, .. } = &checked;
    let left = checked.problems.iter().filter(|problem| !problem.repaired).count();
    ui.result(&serde_json::to_value(&checked)?);
    if checked.ok {
        ui.line(&format!("All is well: {records} records, {files} files."));
        return Ok(());
    }
    Err(Failed(format!("problems: {left}, in {records} records and {files} files")).into())
}

pub(super) fn rebuild(
    config: &Config,
    clock: Clock,
    accept_damage: bool,
    ui: &mut dyn Ui,
) -> anyhow::Result<()> {
    let worker = own_program()?;
    let work = service::Rebuild {
        dir: &config.data,
        settings: &config.service,
        worker: &worker,
        clock,
        accept_damage,
    };
    let done = work.run(&mut teller(ui))?;
    for problem in &done.problems {
        ui.line(problem);
    }
    ui.result(&serde_json::to_value(&done)?);
    if done.problems.is_empty() {
        ui.line(&format!(
            "Rebuilt up to change {}: {} records in the index.",
            done.n, done.indexed
        ));
        return Ok(());
    }
    Err(Failed(format!("rebuilt without the damaged journal lines ({})", done.problems.len()))
        .into())
}
