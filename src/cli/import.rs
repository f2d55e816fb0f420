//! `import`: many records at once.

use std::ops::ControlFlow;

use super::{Ui, args::Import};
use crate::service::{ImportOptions, ImportProgress, Services, operator};

pub(super) fn run(
    import: &Import,
    alone: bool,
    services: &Services,
    ui: &mut dyn Ui,
) -> anyhow::Result<()> {
    let options = ImportOptions {
        agency: import.agency.clone(),
        publish: import.publish,
        dry_run: import.dry_run,
        report: import.report.clone(),
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
    ui.result(&serde_json::to_value(done)?);
    Ok(())
}
