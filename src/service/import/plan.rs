//! What becomes of a row: read, held against what is there, passed through the gates, made public.
//!
//! Every step is the one that an upload takes; what is new here is only their order, and that one
//! write does what takes an upload several.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::{
    ImportOptions, fault,
    files::{self, Attached, Named},
    report::Refused,
    rows::{Place, Row},
    source::Files,
};
use crate::{
    domain::{
        account::Actor,
        digest::Digest,
        document::Document,
        finding::Finding,
        input::InputError,
        lifecycle::{Action, Step},
        record::{DraftState, Imported, Record},
    },
    service::{
        Error, Services, checks, desk,
        looks::Looking,
        storage::Room,
        upload::{self, Read},
    },
    store::{Found, RecordChange},
};

/// What all rows of an import share.
pub(super) struct Job<'a> {
    pub(super) services: &'a Services,
    pub(super) options: &'a ImportOptions,
    /// In whose name rows are written: `import:` and the operator's.
    pub(super) writer: Actor,
    /// In whose name they are approved and published: the operator's.
    pub(super) approver: Actor,
    pub(super) files: Files,
    /// Room for files of rows that are not written yet.
    pub(super) room: Mutex<Vec<Room>>,
}

/// A row as it says it.
pub(super) struct Said {
    pub(super) place: Place,
    pub(super) source_id: String,
    digest: Digest,
    value: Value,
    /// `None` = the row says nothing of files, and those of the record stay.
    named: Option<Vec<Named>>,
}

/// A row's text, with the files in their places.
struct Text {
    read: Read,
    attached: Vec<Attached>,
}

/// What is to be done with a row.
pub(super) enum Plan {
    /// Nothing: it is there already.
    Unchanged,
    Write(Box<Ready>),
}

/// A row that passed the gates.
pub(super) struct Ready {
    pub(super) place: Place,
    pub(super) source_id: String,
    before: Option<Found<Record>>,
    record: Record,
    attached: Vec<Attached>,
    /// Whether it goes out now.
    live: bool,
}

impl Ready {
    /// Whether the record is new.
    pub(super) const fn is_new(&self) -> bool {
        self.before.is_none()
    }
}

impl Job<'_> {
    /// Reads a row.
    pub(super) fn said(&self, row: Row) -> Result<Result<Said, Refused>, Error> {
        let place = row.place.clone();
        let mut known = None;
        let said = row
            .value()
            .map_err(Error::Invalid)
            .and_then(|value| self.understood(place.clone(), value, &mut known));
        refusable(said, place, known)
    }

    fn understood(
        &self,
        place: Place,
        value: Value,
        known: &mut Option<String>,
    ) -> Result<Said, Error> {
        let mut value = upload::normalised(value);
        let text = |value: &Value| value.get("sourceId")?.as_str().map(ToOwned::to_owned);
        known.clone_from(&text(&value));
        let Some(fields) = value.as_object_mut() else {
            let text = ("Phải là một đối tượng JSON.", "This must be a JSON object.");
            return Err(Error::field("", "type", text));
        };
        let list = fields.shift_remove("files").filter(|list| !list.is_null());
        let named = list.map(|list| files::named(&self.files, list)).transpose()?;
        let digest = digest(&value, named.as_deref())?;
        let source_id = match value.as_object_mut() {
            Some(fields) if fields.get("sourceId").is_none_or(Value::is_null) => {
                let own = derived(&digest);
                fields.insert("sourceId".to_owned(), own.clone().into());
                own
            }
            // One that is no text is refused when the document is read.
            _ => text(&value).unwrap_or_default(),
        };
        Ok(Said { place, source_id, digest, value, named })
    }

    /// What is to be done with a row; in a dry run all of it but the look into new files.
    pub(super) fn plan(&self, said: Said) -> Result<Result<Plan, Refused>, Error> {
        let (place, source_id) = (said.place.clone(), said.source_id.clone());
        refusable(self.planned(said), place, Some(source_id))
    }

    fn planned(&self, said: Said) -> Result<Plan, Error> {
        let store = &self.services.store;
        let id = store.by_source(&self.options.agency, &said.source_id)?;
        let before = id.map(|id| store.record(id)).transpose()?.flatten();
        if before.as_ref().is_some_and(|found| self.settled(&found.value, &said.digest)) {
            return Ok(Plan::Unchanged);
        }
        let text = before.as_ref().map(|found| self.text(&found.value)).transpose()?.flatten();
        let read = self.document(&said, before.as_ref(), text.as_ref())?;
        let Text { read, attached } = read;
        let same = text.as_ref().is_some_and(|text| is_same(text, &read.document));
        let open = before.as_ref().is_some_and(|found| found.value.draft.is_some());
        if same && !(open && self.options.publish) {
            return Ok(Plan::Unchanged);
        }
        let mut record = match &before {
            None => self.begun(read)?,
            Some(found) if same => found.value.clone(),
            Some(found) => self.rewritten(&found.value, read)?,
        };
        let revision = before.as_ref().map_or(0, |found| found.value.revision).saturating_add(1);
        let live = if self.options.publish {
            self.passed(&mut record)? == Step::Live
        } else {
            self.services.touched(&mut record);
            false
        };
        record.revision = revision;
        record.imported = Some(Imported { row: said.digest, revision });
        let Said { place, source_id, .. } = said;
        Ok(Plan::Write(Box::new(Ready { place, source_id, before, record, attached, live })))
    }

    /// Whether this very row did all it could before.
    fn settled(&self, record: &Record, row: &Digest) -> bool {
        let waits = record.draft.as_ref().is_some_and(|d| d.state != DraftState::Scheduled);
        record.imported.as_ref().is_some_and(|last| last.row == *row)
            && !(self.options.publish && waits)
    }

    /// The record's text as it stands: the draft's, else the live one's.
    fn text(&self, record: &Record) -> Result<Option<Document>, Error> {
        match &record.draft {
            Some(draft) => Ok(Some(draft.document.clone())),
            None => Ok(self.services.store.live(record.id)?.map(|live| live.document)),
        }
    }

    fn document(
        &self,
        said: &Said,
        before: Option<&Found<Record>>,
        text: Option<&Document>,
    ) -> Result<Text, Error> {
        let record = before.map(|found| &found.value);
        let none = BTreeMap::new();
        let known = record.map_or(&none, |record| &record.files);
        let read = self.services.read_normalised(&said.value, known);
        let named = said.named.clone().unwrap_or_default();
        let attached = self.services.attached(named, record);
        let (mut read, attached) = both(read, attached)?;
        let document = &mut read.document;
        let silent = said.named.is_none() && said.value.get("assets").is_none();
        match text.filter(|_text| silent) {
            Some(text) => document.assets.clone_from(&text.assets),
            None => document.assets.extend(attached.iter().map(|file| file.asset.clone())),
        }
        Ok(Text { read, attached })
    }

    fn begun(&self, read: Read) -> Result<Record, Error> {
        let agency = self.options.agency.clone();
        self.services.begun(&self.writer, agency, read)
    }

    /// The record with the row's text as its draft, unless that would undo what people wrote.
    fn rewritten(&self, record: &Record, read: Read) -> Result<Record, Error> {
        let services = self.services;
        let untouched = record.imported.as_ref().is_some_and(|l| l.revision == record.revision);
        if record.draft.is_some() && !untouched {
            let text = (
                "Tư liệu đang có bản nháp do người khác sửa; hãy xử lý bản nháp rồi nhập lại.",
                "People are at work on a draft of this record; settle it, then import again.",
            );
            return Err(Error::conflict("edited-since", text));
        }
        let mut record = record.clone();
        // What an import scheduled, an import may take back.
        let state = record.draft.as_ref().map(|draft| draft.state);
        if self.options.publish && state == Some(DraftState::Scheduled) {
            self.step(&mut record, &self.approver, Action::Reopen, &[])?;
        }
        services.judged(&self.writer, &services.facts(&record, 0), Action::Edit, &[])?;
        let mut record = services.opened(&self.writer, &record)?;
        Services::rewrite(&mut record, read);
        Ok(record)
    }

    /// Passes the draft through every gate up to publication; gives the last step, which is not yet
    /// done if it is [`Step::Live`].
    fn passed(&self, record: &mut Record) -> Result<Step, Error> {
        let now = self.services.now();
        let embargo = record.draft.as_ref().and_then(|draft| draft.document.embargoed_until);
        let waits = embargo.is_some_and(|at| now < at);
        // One look is enough: no step changes the text.
        let checks::Said { findings, flags } = self.services.checked(record, Looking::Later)?;
        Services::flag(record, flags.is_some());
        let last = if waits { Action::Schedule } else { Action::Publish };
        self.step(record, &self.writer, Action::Submit, &findings)?;
        self.step(record, &self.approver, Action::Approve, &findings)?;
        self.step(record, &self.approver, last, &findings)
    }

    fn step(
        &self,
        record: &mut Record,
        actor: &Actor,
        action: Action,
        findings: &[Finding],
    ) -> Result<Step, Error> {
        let (services, now) = (self.services, self.services.now());
        let mut facts = services.facts(record, checks::blocks(findings, action));
        // Its local id is given once it is sure to be submitted.
        facts.submitted_before |= action != Action::Submit;
        let step = services.judged(actor, &facts, action, findings)?;
        let wish = desk::Wish::plain(action);
        services.require(&wish, record, now)?;
        if let (Step::Draft(state), Some(draft)) = (step, &mut record.draft) {
            desk::placed(draft, actor, &wish, Some(state), now);
        }
        Ok(step)
    }

    /// Gives a record that leaves its agency its local id.
    pub(super) fn numbered(&self, ready: &mut Ready) -> Result<(), Error> {
        if self.options.publish && ready.record.local_id.is_none() {
            let now = self.services.now();
            ready.record.local_id = Some(self.services.next_local_id(now)?);
        }
        Ok(())
    }

    /// The room for the files of the rows that were changed since this was last asked for.
    pub(super) fn rooms(&self) -> Vec<Room> {
        std::mem::take(&mut *self.room.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The write: files taken in, and where it goes out, the public side rendered.
    pub(super) fn change(&self, ready: Ready) -> Result<Result<RecordChange, Refused>, Error> {
        let (place, source_id) = (ready.place.clone(), ready.source_id.clone());
        refusable(self.changed(ready), place, Some(source_id))
    }

    fn changed(&self, ready: Ready) -> Result<RecordChange, Error> {
        const ACTION: &str = "record.import";
        let Ready { before, mut record, attached, live, .. } = ready;
        let services = self.services;
        let rooms = services.taken_in(&self.writer, &self.files, &attached, &mut record)?;
        self.room.lock().unwrap_or_else(PoisonError::into_inner).extend(rooms);
        if live && !record.files.is_empty() {
            // The files were not here when the gates were passed.
            let findings = services.checked(&record, Looking::Now)?.findings;
            self.step(&mut record.clone(), &self.approver, Action::Publish, &findings)?;
        }
        let by = if self.options.publish { &self.approver } else { &self.writer };
        if !live {
            return Ok(services.change(by, ACTION, before, Some(record)));
        }
        let revision = record.revision;
        let (mut record, live) = services.made_live(record, None, services.now())?;
        // All of it is one saved state.
        record.revision = revision;
        Ok(services.public_change((by, ACTION), before, record, live))
    }
}

/// Sorts failures: a row's own go to the report.
fn refusable<T>(
    result: Result<T, Error>,
    place: Place,
    source_id: Option<String>,
) -> Result<Result<T, Refused>, Error> {
    match result {
        Ok(done) => Ok(Ok(done)),
        Err(error) => Ok(Err(Refused { place, source_id, errors: fault::of_row(error)? })),
    }
}

/// Both, or all that is wrong with either.
fn both<A, B>(a: Result<A, Error>, b: Result<B, Error>) -> Result<(A, B), Error> {
    match (a, b) {
        (Ok(a), Ok(b)) => Ok((a, b)),
        (Err(Error::Invalid(mut errors)), Err(Error::Invalid(more))) => {
            errors.extend(more);
            Err(Error::Invalid(errors))
        }
        (Err(error), _) | (_, Err(error)) => Err(error),
    }
}

/// A live text has lost what must not leave, so both are held against it without that.
fn is_same(text: &Document, document: &Document) -> bool {
    *text == *document || *text == document.outside()
}

/// SHA-256 of a row's content in its RFC 8785 form, with the digests of its files.
fn digest(value: &Value, named: Option<&[Named]>) -> Result<Digest, Error> {
    let files = named.map(|files| {
        let each = files.iter().map(|file| serde_json::json!([file.digest, file.meta]));
        each.collect::<Vec<_>>()
    });
    let whole = serde_json_canonicalizer::to_vec(&(value, files))
        .map_err(|error| Error::Internal(format!("a row has no canonical form: {error}")))?;
    Ok(Digest::from_bytes(&Sha256::digest(&whole).into()))
}

/// The source id of a row that brings none: `row-` and the first 32 digits of its digest.
fn derived(digest: &Digest) -> String {
    format!("row-{}", digest.as_str().chars().take(32).collect::<String>())
}

/// The place of the first row with a source id, shown to the second.
pub(super) fn twice(first: &Place) -> InputError {
    let (source, row): (&Arc<str>, u64) = (&first.source, first.row);
    let text = (
        format!("Trùng sourceId hoặc trùng nội dung với {source}, dòng {row}."),
        format!("The same sourceId or content as in {source}, line {row}."),
    );
    InputError::new("/sourceId", "duplicate", (&text.0, &text.1))
}
