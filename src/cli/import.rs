//! `import`: many records at once.

use std::{
    fs::File,
    io::{BufRead as _, BufReader},
    ops::ControlFlow,
    path::Path,
};

use serde_json::Value;

use super::{Failed, Ui, args::Import};
use crate::service::{COLUMNS, ImportOptions, ImportProgress, Services, operator};

/// So many complaints are shown where no report was asked for.
const SHOWN: usize = 10;

/// What a table, a folder and a `.zip` look like.
pub(super) fn long_help() -> String {
    let mut text = String::from(
        "Example:
  quangba import records.csv --agency H15.16 --report errors.jsonl

A folder or .zip has records.jsonl, records.csv or one .json file a record, and beside it the files
that records name: in `files` of a table, in `files` of a JSON record as
[{\"file\": \"pictures/gong.jpg\", \"meta\": {…}}]. A file that no record names is left out.
Each line of .jsonl is a record as in the API (POST /api/v1/records).

Columns of a table, in any order (LANG: vi, en, zh-Hans …):
",
    );
    for (name, _vi, en) in COLUMNS {
        text.push_str(&format!("  {name:<22} {en}\n"));
    }
    text
}

pub(super) fn run(
    import: &Import,
    alone: bool,
    services: &Services,
    ui: &mut dyn Ui,
) -> anyhow::Result<()> {
    // Without a report the first complaints are shown; they go through a file as the others do.
    let own = import.report.is_none().then(tempfile::NamedTempFile::new).transpose()?;
    let report = import.report.clone().or_else(|| own.as_ref().map(|file| file.path().to_owned()));
    let options = ImportOptions {
        agency: import.agency.clone(),
        publish: import.publish,
        dry_run: import.dry_run,
        report,
    };
    let mut progress = |at: ImportProgress| {
        ui.progress("import", at.bytes, Some(at.total));
        if ui.gone() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let done = services.import(&operator(), &import.path, &options, &mut progress)?;
    // Beside a server its follower does this.
    if alone && import.publish && !import.dry_run {
        services.catch_up(|place| ui.progress("index", place, None))?;
    }
    let (read, refused) = (done.read, done.refused);
    let (created, updated, unchanged) = (done.created, done.updated, done.unchanged);
    let mut line = format!(
        "{read} read: {created} created, {updated} updated, {unchanged} unchanged, {refused} refused"
    );
    if import.dry_run {
        line.push_str("; nothing was written");
    }
    if let Some(report) = import.report.as_ref().filter(|_| 0 < refused) {
        line.push_str(&format!("; see {}", report.display()));
    }
    ui.line(&line);
    if let Some(own) = &own {
        complaints(own.path(), ui)?;
    }
    ui.result(&serde_json::to_value(done)?);
    if refused == 0 {
        return Ok(());
    }
    Err(Failed(format!("{refused} of {read} records were refused")).into())
}

/// Shows what the report says of the first refused rows.
fn complaints(report: &Path, ui: &mut dyn Ui) -> anyhow::Result<()> {
    let mut lines = BufReader::new(File::open(report)?).lines();
    for line in lines.by_ref().take(SHOWN) {
        let said: Value = serde_json::from_str(&line?)?;
        let text = |pointer| said.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        let row = said.pointer("/row").and_then(Value::as_u64).unwrap_or_default();
        let (source, pointer, message) = (text("/source"), text("/pointer"), text("/message/en"));
        ui.line(&format!("{source}:{row}: {pointer}: {message}"));
    }
    if lines.next().is_some() {
        ui.line("… and more; --report FILE gives all of them.");
    }
    Ok(())
}
