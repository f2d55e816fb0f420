//! What a record was: its history, its revisions and how they differ; saves that meet another's.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{Error, Services, upload::Read};
use crate::{
    domain::{
        account::Actor,
        document::Document,
        id::RecordId,
        input::InputError,
        lang::Lang,
        lifecycle::{Action, Writable, writable},
        record::{Live, LiveRecord, Record},
    },
    store::{Past, Tree},
    text::{
        diff::{self, Piece},
        html,
    },
};

/// So many saved states are told of; each is a look into the journal.
const STEPS: usize = 500;

/// One saved state of a record.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    /// The saved state.
    pub revision: u32,
    /// The public state that it made, if it made one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// In the words of the audit, such as `record.save`.
    pub action: String,
    /// What was said to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Whether its text was purged.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub purged: bool,
}

/// The text of a revision.
#[derive(Clone, Debug)]
pub struct Revision {
    /// How it came about.
    pub step: Step,
    /// The draft's text then or, without one, the text that was public then.
    pub document: Document,
}

/// How one text changed.
#[derive(Clone, Debug, Serialize)]
pub struct Difference {
    /// Which: a JSON Pointer.
    pub pointer: String,
    /// Its language, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// Word by word.
    pub pieces: Vec<Piece>,
}

/// A field that two people changed, or one of them.
#[derive(Clone, Debug, Serialize)]
pub struct Clash {
    /// Which: a JSON Pointer.
    pub pointer: String,
    /// As it was when the caller read it.
    pub base: Value,
    /// As it is now.
    pub theirs: Value,
    /// As the caller would have it.
    pub yours: Value,
}

/// A save that came after another's.
#[derive(Clone, Debug, Serialize)]
pub struct Conflict {
    /// The revision that is there now.
    pub revision: u32,
    /// Who wrote it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Where the two differ.
    pub fields: Vec<Clash>,
}

impl Services {
    /// How a record came to be what it is, the newest first; five hundred saved states at most.
    ///
    /// # Errors
    /// [`Error::NotFound`] for what the actor may not see.
    pub fn history(&self, actor: &Actor, id: RecordId) -> Result<Vec<Step>, Error> {
        self.allowed(actor, id, Action::Read)?;
        let mut steps = Vec::new();
        for (revision, n) in self.store.revisions(id)?.into_iter().rev().take(STEPS) {
            let Some(past) = self.store.past(n)? else { continue };
            steps.push(step(id, revision, &past)?);
        }
        Ok(steps)
    }

    /// The text of a revision, without internal notes, which are never kept.
    ///
    /// # Errors
    /// [`Error::NotFound`] for what the actor may not see, and for a revision that is not there or
    /// whose text was purged.
    pub fn revision(&self, actor: &Actor, id: RecordId, revision: u32) -> Result<Revision, Error> {
        self.allowed(actor, id, Action::Read)?;
        self.past_revision(id, revision)?.ok_or(Error::NotFound)
    }

    fn past_revision(&self, id: RecordId, revision: u32) -> Result<Option<Revision>, Error> {
        let Some(n) = self.store.revision(id, revision)? else { return Ok(None) };
        let Some(past) = self.store.past(n)? else { return Ok(None) };
        let step = step(id, revision, &past)?;
        let record: Option<Record> = past.row(Tree::Records, &id.key())?;
        let public = record.as_ref().is_some_and(|record| record.live == Live::Published);
        let draft = record.and_then(|record| record.draft).map(|draft| draft.document);
        let document = match (draft, public) {
            (None, true) => self.public_then(id, revision)?,
            (draft, _) => draft,
        };
        Ok(document.map(|document| Revision { step, document }))
    }

    /// The text that was public at a revision: that of the latest publication until then.
    fn public_then(&self, id: RecordId, revision: u32) -> Result<Option<Document>, Error> {
        for (at, n) in self.store.revisions(id)?.into_iter().rev() {
            if revision < at {
                continue;
            }
            let Some(past) = self.store.past(n)? else { continue };
            let live: Option<LiveRecord> = past.row(Tree::Live, &id.key())?;
            if let Some(live) = live {
                return Ok(Some(live.document));
            }
        }
        Ok(None)
    }

    /// What changed from one revision to another, text by text and word by word; fields that are no
    /// texts are told as JSON. From 0, all of it is new.
    ///
    /// # Errors
    /// As for [`Services::revision`].
    pub fn differences(
        &self,
        actor: &Actor,
        id: RecordId,
        (from, to): (u32, u32),
    ) -> Result<Vec<Difference>, Error> {
        let new = fields(&self.revision(actor, id, to)?.document)?;
        // Before the first revision there was nothing.
        let old = match from {
            0 => BTreeMap::new(),
            from => fields(&self.revision(actor, id, from)?.document)?,
        };
        let pointers: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        let changed = pointers.into_iter().filter(|pointer| old.get(*pointer) != new.get(*pointer));
        Ok(changed
            .map(|pointer| Difference {
                lang: lang_of(pointer),
                pieces: diff::words(
                    &shown(pointer, old.get(pointer)),
                    &shown(pointer, new.get(pointer)),
                ),
                pointer: pointer.clone(),
            })
            .collect())
    }

    /// Puts the text of an earlier revision into the draft, as a save of its own; files that were
    /// taken out since come back with it.
    ///
    /// # Errors
    /// As for [`Services::save`] and [`Services::revision`].
    pub fn restore(
        &self,
        actor: &Actor,
        id: RecordId,
        seen: Option<u32>,
        revision: u32,
    ) -> Result<Record, Error> {
        let found = self.allowed(actor, id, Action::Edit)?;
        if seen.is_some_and(|seen| seen != found.value.revision) {
            return Err(Error::Stale);
        }
        let mut document = self.past_revision(id, revision)?.ok_or(Error::NotFound)?.document;
        document.assets.retain(|asset| found.value.files.contains_key(&asset.id));
        let mut record = self.opened(actor, &found.value)?;
        let read = Read { document, internal: record.internal.clone(), mended: Vec::new() };
        self.may_write(actor, &record, &read)?;
        Self::rewrite(&mut record, read);
        self.touched(&mut record);
        let change = self.change(actor, "record.restore", Some(found), Some(record));
        self.written(change)
    }

    /// Refuses a save that touches more than its writer may.
    pub(super) fn may_write(
        &self,
        actor: &Actor,
        record: &Record,
        read: &Read,
    ) -> Result<(), Error> {
        let Writable::Languages(langs) = writable(actor, &self.facts(record, 0)) else {
            return Ok(());
        };
        let Some(draft) = &record.draft else { return Err(Error::Forbidden) };
        let (old, new) = (fields(&draft.document)?, fields(&read.document)?);
        let pointers: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        let own = |pointer: &str| {
            // Who writes one language never writes the source.
            let lang = lang_of(pointer);
            lang.as_deref() != Some(draft.document.original_lang.as_str())
                && lang.is_some_and(|lang| langs.iter().any(|given| given.as_str() == lang))
        };
        let text =
            ("Chỉ được sửa ngôn ngữ được giao.", "Only the assigned language may be changed.");
        let mut errors: Vec<InputError> = pointers
            .into_iter()
            .filter(|pointer| old.get(*pointer) != new.get(*pointer) && !own(pointer))
            .map(|pointer| InputError::new(pointer, "not-assigned", text))
            .collect();
        if record.internal != read.internal {
            errors.push(InputError::new("/internal", "not-assigned", text));
        }
        if errors.is_empty() { Ok(()) } else { Err(Error::Invalid(errors)) }
    }

    /// Refuses files of those who may write a language only.
    pub(super) fn may_write_files(&self, actor: &Actor, record: &Record) -> Result<(), Error> {
        match writable(actor, &self.facts(record, 0)) {
            Writable::Whole => Ok(()),
            Writable::Languages(_) => Err(Error::Forbidden),
        }
    }

    /// Refuses a write in a language that is not given to the actor.
    pub(super) fn may_write_lang(
        &self,
        actor: &Actor,
        record: &Record,
        lang: &Lang,
    ) -> Result<(), Error> {
        match writable(actor, &self.facts(record, 0)) {
            Writable::Whole => Ok(()),
            Writable::Languages(langs) if langs.contains(lang) => Ok(()),
            Writable::Languages(_) => Err(Error::Forbidden),
        }
    }

    /// What a save that came too late is answered: both versions, field by field.
    pub(super) fn conflicting(
        &self,
        record: &Record,
        seen: u32,
        value: Value,
    ) -> Result<Error, Error> {
        let Some(n) = self.store.revision(record.id, record.revision)? else {
            return Ok(Error::Stale);
        };
        let Some(past) = self.store.past(n)? else { return Ok(Error::Stale) };
        let value = self.stripped(record, value)?;
        // What could not be saved anyway has nothing to be held against theirs.
        let Ok(read) = self.read_document(value, &record.files) else { return Ok(Error::Stale) };
        let yours = fields(&read.document)?;
        let theirs = fields(&self.shown(record.clone())?.document)?;
        let base = self.past_revision(record.id, seen)?;
        let base = base.map(|base| fields(&base.document)).transpose()?.unwrap_or_default();
        let pointers: BTreeSet<&String> = yours.keys().chain(theirs.keys()).collect();
        let get = |map: &BTreeMap<String, Value>, pointer: &str| {
            map.get(pointer).cloned().unwrap_or_default()
        };
        let clashes = pointers
            .into_iter()
            .filter(|pointer| yours.get(*pointer) != theirs.get(*pointer))
            .map(|pointer| Clash {
                pointer: pointer.clone(),
                base: get(&base, pointer),
                theirs: get(&theirs, pointer),
                yours: get(&yours, pointer),
            });
        Ok(Error::Conflicting(Box::new(Conflict {
            revision: record.revision,
            by: past.entry.actor,
            at: past.entry.at,
            fields: clashes.collect(),
        })))
    }
}

fn step(id: RecordId, revision: u32, past: &Past) -> Result<Step, Error> {
    let record: Option<Record> = past.row(Tree::Records, &id.key())?;
    let public = past.row::<Value>(Tree::Feed, &past.entry.n.to_string())?.is_some()
        || past.row::<Value>(Tree::Live, &id.key())?.is_some()
        || past.row::<Value>(Tree::Tombstones, &id.key())?.is_some();
    let version = record.as_ref().map(|record| record.version).filter(|_| public);
    let entry = &past.entry;
    // A draft keeps its last note while it is written on; it was said when the draft came to stand
    // where it does.
    let now = record.as_ref().map(|record| record.modified);
    let said = record.as_ref().and_then(|record| record.draft.as_ref());
    let said = said.filter(|draft| Some(draft.since) == now && draft.by == entry.actor);
    let parting = record.as_ref().filter(|record| record.live == Live::Withdrawn && public);
    let parting = parting.and_then(|record| record.departed.as_ref()?.note.clone());
    let given = record.as_ref().and_then(|r| r.assignments.iter().find(|a| Some(a.at) == now));
    let given = given.and_then(|given| given.note.clone());
    let note = said.and_then(|draft| draft.note.clone()).or(parting).or(given);
    Ok(Step {
        revision,
        version,
        at: entry.at,
        by: entry.actor.clone(),
        action: entry.action.clone(),
        note,
        purged: entry.purged,
    })
}

/// A document's fields by JSON Pointer: what is held by language, language by language, files one by
/// one, all else as a whole.
fn fields(document: &Document) -> Result<BTreeMap<String, Value>, Error> {
    let value = serde_json::to_value(document).map_err(|e| Error::Internal(e.to_string()))?;
    let mut out = BTreeMap::new();
    let Value::Object(map) = value else { return Ok(out) };
    for (name, value) in map {
        match (name.as_str(), value) {
            ("internal", _) => {}
            ("title" | "summary" | "body" | "keywords" | "translations", Value::Object(langs)) => {
                out.extend(langs.into_iter().map(|(lang, text)| (format!("/{name}/{lang}"), text)));
            }
            ("rights", Value::Object(rights)) => spread("/rights", rights, &mut out),
            ("ext", Value::Object(ext)) => spread("/ext", ext, &mut out),
            ("assets", Value::Array(assets)) => {
                // Their order says which comes first.
                let order: Vec<_> =
                    assets.iter().filter_map(|asset| asset.get("id").cloned()).collect();
                out.insert("/assets".to_owned(), Value::Array(order));
                for asset in assets {
                    let Value::Object(fields) = asset else { continue };
                    let id = fields.get("id").and_then(Value::as_str).unwrap_or_default();
                    spread(&format!("/assets/{}", id.replace('/', "~1")), fields, &mut out);
                }
            }
            (_, value) if is_empty(&value) => {}
            (_, value) => {
                out.insert(format!("/{name}"), value);
            }
        }
    }
    Ok(out)
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}

/// Fields within others that are held by language.
const TEXTS: [&str; 8] =
    ["caption", "alt", "holder", "credit", "claim", "impact", "nature", "replies"];

fn spread(base: &str, fields: Map<String, Value>, out: &mut BTreeMap<String, Value>) {
    for (name, value) in fields {
        match value {
            Value::Object(langs) if TEXTS.contains(&name.as_str()) => {
                out.extend(
                    langs.into_iter().map(|(lang, text)| (format!("{base}/{name}/{lang}"), text)),
                );
            }
            value if is_empty(&value) => {}
            value => {
                out.insert(format!("{base}/{name}"), value);
            }
        }
    }
}

/// The language of a field that is held by language.
fn lang_of(pointer: &str) -> Option<String> {
    let parts: Vec<&str> = pointer.split('/').skip(1).collect();
    let (["title" | "summary" | "body" | "keywords" | "translations", lang]
    | ["rights", "credit", lang]
    | ["ext", "claim" | "impact" | "nature" | "replies", lang]
    | ["assets", _, "caption" | "alt", lang]) = parts.as_slice()
    else {
        return None;
    };
    lang.parse::<Lang>().ok().map(|lang| lang.to_string())
}

/// A field as people read it.
fn shown(pointer: &str, value: Option<&Value>) -> String {
    match value {
        None => String::new(),
        Some(Value::String(text)) if pointer.starts_with("/body/") => html::clean_to_text(text),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) if items.iter().all(Value::is_string) => {
            items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
        }
        Some(other) => serde_json::to_string_pretty(other).unwrap_or_default(),
    }
}
