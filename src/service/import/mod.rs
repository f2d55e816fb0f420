//! Bulk import: many records at once, through the same gates as one.
//!
//! A source is a file of rows (`.jsonl`, `.csv`), a folder of such a file or of `.json` documents
//! with the files that they name, or a `.zip` of such a folder. A row is the record of the contract
//! (section 3), or a line of a table ([`COLUMNS`]); beside its fields it may have
//! `files: [{"file": "relative/path", "meta": {…}}]`, with paths from the source's top and `meta` as
//! sent with an upload. A row that says nothing of `files` and `assets` leaves a record's files as
//! they are; `"files": []` takes them away.
//!
//! The same source again changes nothing. A row belongs to the agency's record of the same
//! `sourceId`; one without gets `row-` and 32 digits of its content's SHA-256, so it can be repeated
//! but not corrected. Each record keeps the digest of the row that it came from
//! ([`crate::domain::record::Imported`]): the same row is passed over whatever people did to the
//! record since, another one is a new draft, unless somebody is at work on one.
//!
//! Rows are read one at a time, judged in parallel and written some hundred at a time, while the
//! next are judged. So memory is bounded, and an import that was ended anywhere is resumed by
//! running it again.

mod archive;
mod columns;
mod fault;
mod files;
mod folder;
mod plan;
mod report;
mod rows;
mod run;
mod source;

use std::{
    collections::BTreeSet,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

pub use self::columns::COLUMNS;
use self::{plan::Job, report::Report, run::Run};
use super::{Error, Services};
use crate::domain::{
    account::{Actor, Role},
    agency::AgencyCode,
    lifecycle::may_create,
};

/// Bounds of a source (contract, section 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// The longest row, in bytes; default 2 MB.
    pub row_bytes: usize,
    /// The most entries of a `.zip`; default 10,000.
    pub zip_entries: usize,
    /// The most bytes that a `.zip` holds when unpacked; default 20 GB.
    pub zip_bytes: u64,
    /// How many bytes one packed byte may stand for; default 200.
    pub zip_ratio: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { row_bytes: 2 << 20, zip_entries: 10_000, zip_bytes: 20 << 30, zip_ratio: 200 }
    }
}

/// How a source is imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportOptions {
    /// Whose records they are.
    pub agency: AgencyCode,
    /// Whether rows are submitted, approved and published at once; else they become drafts.
    pub publish: bool,
    /// Whether nothing is written: rows pass all gates, but new files are only looked for and not
    /// looked into.
    pub dry_run: bool,
    /// Where refused rows are told, one line for each thing that is wrong: JSON Lines, or a table if
    /// the name ends in `.csv`. What was there is replaced.
    pub report: Option<PathBuf>,
}

/// What an import did, or in a dry run would do; numbers of rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ImportReport {
    /// Read from the source.
    pub read: u64,
    /// New records.
    pub created: u64,
    /// Records with a new text, or newly published.
    pub updated: u64,
    /// There already.
    pub unchanged: u64,
    /// Not taken; the report file says why.
    pub refused: u64,
}

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImportProgress {
    /// Bytes of rows behind it.
    pub bytes: u64,
    /// Bytes of rows in all.
    pub total: u64,
    /// What became of the rows so far.
    pub so_far: ImportReport,
}

impl Services {
    /// Imports what lies at `source`; tells `progress` after each batch that was written, which may
    /// end the import there. Running it again goes on.
    ///
    /// Drafts are written by `import:` and the operator's name. With
    /// [`publish`](ImportOptions::publish) the operator approves them, as reviewer and publisher;
    /// nothing that holds an upload back lets a row pass. Embargoed rows are scheduled. Each record
    /// is one line of the journal, `record.import`.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for those who neither administer nor write for the agency, or may not
    /// publish; [`Error::Invalid`] for a source that cannot be read, from some row on or as a whole;
    /// [`Error::Conflict`] `report`; failures of store or disk. What was written before stays.
    pub fn import(
        &self,
        operator: &Actor,
        source: &Path,
        options: &ImportOptions,
        progress: &mut dyn FnMut(ImportProgress) -> ControlFlow<()>,
    ) -> Result<ImportReport, Error> {
        let (writer, approver) = self.importers(operator, options)?;
        let scratch = self.dir.join("media").join("incoming");
        let source = source::open(source, &scratch, &self.settings.import)?;
        let report = Report::create(options.report.as_deref())?;
        let (files, room) = (source.files, Default::default());
        let job = Job { services: self, options, writer, approver, files, room };
        Run::new(job, report).all(source.rows, source.total, progress)
    }

    /// In whose names rows are written and approved.
    fn importers(
        &self,
        operator: &Actor,
        options: &ImportOptions,
    ) -> Result<(Actor, Actor), Error> {
        let agency = &options.agency;
        let admin = operator.is(Role::Admin);
        let publishes = operator.is(Role::Reviewer) && operator.is(Role::Publisher);
        let writes = admin || may_create(operator, agency) || publishes;
        if !writes || (options.publish && !admin && !publishes) {
            return Err(Error::Forbidden);
        }
        if self.catalog().agency(agency.as_str()).is_none() {
            let text = ("Không có đơn vị mang mã này.", "There is no agency of this code.");
            return Err(Error::field("/agency", "unknown-agency", text));
        }
        let acting = |name: String, roles: &[Role], agency: Option<&AgencyCode>| Actor {
            name,
            roles: roles.iter().copied().collect::<BTreeSet<_>>(),
            scope: None,
            agency: agency.cloned(),
            from: None,
        };
        let name = operator.name.clone();
        Ok((
            acting(format!("import:{name}"), &[Role::Contributor], Some(agency)),
            acting(name, &[Role::Reviewer, Role::Publisher], None),
        ))
    }
}
