//! Writing: records begun, saved and thrown away.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{Catalog, Error, Services, checks, secret};
use crate::{
    domain::{
        account::Actor,
        agency::AgencyCode,
        clock,
        document::{Document, Kind},
        id::{AssetId, RecordId},
        input::{self, InputError},
        lifecycle::{Action, Step, Writable, decide, may_create, writable},
        record::{Draft, DraftState, Live, MediaFile, Record, Summary},
        review::{Mend, Mended},
    },
    store::{Found, RecordChange, StoreError},
    text,
};

/// The most tags in a body: what reads HTML takes time with the square of their depth.
const TAGS: usize = 5_000;

/// A document that was read, with what is kept beside it.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) document: Document,
    pub(super) internal: Map<String, Value>,
    pub(super) mended: Vec<Mended>,
}

impl Services {
    /// Begins a record for the actor's agency.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for those who write for no agency, [`Error::Invalid`] with everything
    /// that is wrong, [`Error::Conflict`] `source-id-taken`.
    pub fn create(&self, actor: &Actor, value: Value) -> Result<Record, Error> {
        let agency = actor.agency.clone().ok_or(Error::Forbidden)?;
        if !may_create(actor, &agency) {
            return Err(Error::Forbidden);
        }
        let today = self.now().to_zoned(clock::vietnam()).date();
        if self.catalog().agency(agency.as_str()).is_some_and(|known| !known.exists(today)) {
            let text = (
                "Đơn vị không còn hoạt động; hãy lập tư liệu ở đơn vị kế thừa.",
                "The agency is no more; begin records for its successor.",
            );
            return Err(Error::conflict("agency-over", text));
        }
        let read = self.read_document(value, &BTreeMap::new())?;
        let mut record = self.begun(actor, agency, read)?;
        self.touched(&mut record);
        self.written(self.change(actor, "record.create", None, Some(record)))
    }

    /// The first state of a record, not yet screened or written.
    pub(super) fn begun(
        &self,
        actor: &Actor,
        agency: AgencyCode,
        read: Read,
    ) -> Result<Record, Error> {
        let now = self.now();
        Ok(Record {
            id: RecordId::mint(now, secret::random()?),
            local_id: None,
            agency,
            created_by: actor.name.clone(),
            created_at: now,
            modified: now,
            revision: 1,
            version: 0,
            live: Live::None,
            published: None,
            draft: Some(Draft { mended: read.mended, ..draft(actor, now, read.document) }),
            writers: BTreeSet::from([actor.name.clone()]),
            files: BTreeMap::new(),
            internal: read.internal,
            imported: None,
            departed: None,
            assignments: Vec::new(),
            consultations: Vec::new(),
            was_flagged: false,
            clearings: Vec::new(),
        })
    }

    /// Saves the draft; a published record gets one beside its live version.
    ///
    /// `seen` is the revision that the caller read.
    ///
    /// # Errors
    /// [`Error::Stale`] if it is another one now.
    pub fn save(
        &self,
        actor: &Actor,
        id: RecordId,
        seen: u32,
        value: Value,
    ) -> Result<Record, Error> {
        let found = self.allowed(actor, id, Action::Edit)?;
        if found.value.revision != seen {
            return Err(self.conflicting(&found.value, seen, value)?);
        }
        let value = self.without_shown(&found.value, value)?;
        let mut read = self.read_document(value, &found.value.files)?;
        let mut record = self.opened(actor, &found.value)?;
        if writable(actor, &self.facts(&record, 0)) != Writable::Whole && read.internal.is_empty() {
            // They do not see the notes, so they cannot send them back.
            read.internal.clone_from(&record.internal);
        }
        self.may_write(actor, &record, &read)?;
        Self::rewrite(&mut record, read);
        self.touched(&mut record);
        let change = self.change(actor, "record.save", Some(found), Some(record));
        self.written(change)
    }

    /// Throws the draft away; a record that was never public goes with it.
    ///
    /// # Errors
    /// [`Error::Stale`] if it is at another revision than `seen`; [`Error::Conflict`] `flagged` for
    /// what may hold a state secret: deleting hides it and leaves its bytes, a purge removes them.
    pub fn discard(&self, actor: &Actor, id: RecordId, seen: Option<u32>) -> Result<(), Error> {
        let found = self.allowed(actor, id, Action::Delete)?;
        if seen.is_some_and(|seen| seen != found.value.revision) {
            return Err(Error::Stale);
        }
        if found.value.draft.as_ref().is_some_and(|draft| draft.flagged) {
            let text = (
                "Bản nháp có dấu hiệu bí mật nhà nước: giữ nguyên và báo ngay người kiểm tra bảo mật để tiêu hủy dữ liệu.",
                "The draft may hold a state secret: leave it as it is and tell the secrecy officer at once, who can purge it.",
            );
            return Err(Error::conflict("flagged", text));
        }
        let kept = (found.value.live != Live::None).then(|| Record {
            draft: None,
            revision: found.value.revision.saturating_add(1),
            modified: self.now(),
            ..found.value.clone()
        });
        let change = self.change(actor, "record.discard", Some(found), kept);
        self.save_one(change).map_err(write_error)?;
        Ok(())
    }

    /// The record, if the actor may do `action` with it as it stands.
    pub(super) fn allowed(
        &self,
        actor: &Actor,
        id: RecordId,
        action: Action,
    ) -> Result<Found<Record>, Error> {
        let found = self.store.record(id)?.ok_or(Error::NotFound)?;
        let profile = &self.catalog().profile;
        let step = decide(actor, &self.facts(&found.value, 0), action, profile, self.now())?;
        // Editing a withdrawn record is refused by the rule; this only guards its counterpart.
        if action == Action::Edit && !matches!(step, Step::Draft(_)) {
            return Err(Error::Forbidden);
        }
        Ok(found)
    }

    /// The record with a draft open, one revision on, the actor among its writers.
    pub(super) fn opened(&self, actor: &Actor, record: &Record) -> Result<Record, Error> {
        let now = self.now();
        let mut next = record.clone();
        if next.draft.is_none() {
            let opened = self.public_draft(record)?.ok_or(Error::NotFound)?;
            next.draft = Some(Draft { since: now, by: actor.name.clone(), ..opened });
        }
        next.revision = next.revision.saturating_add(1);
        next.modified = now;
        next.writers.insert(actor.name.clone());
        Ok(next)
    }

    /// Puts a text in the place of the draft's, and works out what that means for translations. A
    /// signature and a reviewer's ticks are for the text that they were given for.
    pub(super) fn rewrite(record: &mut Record, read: Read) {
        let Read { document, internal, mended } = read;
        record.internal = internal;
        if let Some(draft) = &mut record.draft {
            draft.stale = checks::behind(&draft.document, &document, &draft.stale);
            draft.document = document;
            draft.mended = mended;
            draft.signed_off_by = None;
            draft.care = None;
        }
    }

    /// Screens the draft again, so that the secrecy officer sees what is flagged.
    pub(super) fn touched(&self, record: &mut Record) {
        let Some(draft) = &record.draft else { return };
        let flagged = checks::flagged(&self.words.now(), &draft.document, &record.files);
        Self::flag(record, flagged);
    }

    /// Notes whether the screening found what may be a secret.
    pub(super) fn flag(record: &mut Record, flagged: bool) {
        if let Some(draft) = &mut record.draft {
            draft.flagged = flagged;
            record.was_flagged |= flagged;
        }
    }

    /// What is public of a record, as the draft that it would open with.
    pub(super) fn public_draft(&self, record: &Record) -> Result<Option<Draft>, Error> {
        let Some(live) = self.store.live(record.id)? else { return Ok(None) };
        let stale = live.stale;
        Ok(Some(Draft { stale, ..draft(&Actor::system(), self.now(), live.document) }))
    }

    /// A document from JSON: texts made NFC, bodies sanitized, terms known, files the record's.
    pub(super) fn read_document(
        &self,
        value: Value,
        files: &BTreeMap<AssetId, MediaFile>,
    ) -> Result<Read, Error> {
        let mut mended = Vec::new();
        decomposed(&value, "", &mut mended);
        let mut read = self.read_normalised(&normalised(value), files)?;
        read.mended.extend(mended);
        Ok(read)
    }

    /// A document from JSON whose texts are NFC.
    pub(super) fn read_normalised(
        &self,
        value: &Value,
        files: &BTreeMap<AssetId, MediaFile>,
    ) -> Result<Read, Error> {
        let mut document =
            input::document(value, &self.settings.document).map_err(Error::Invalid)?;
        let crowded = document.body.iter().filter(|(_lang, body)| TAGS < body.matches('<').count());
        let text = (
            "Nội dung có quá nhiều thẻ HTML (tối đa 5.000).",
            "The text has too many HTML tags (5,000 at most).",
        );
        let errors: Vec<_> = crowded
            .map(|(lang, _)| InputError::new(&format!("/body/{lang}"), "too-many-tags", text))
            .collect();
        if !errors.is_empty() {
            return Err(Error::Invalid(errors));
        }
        let mut mended = Vec::new();
        let mut bodies = Vec::new();
        for (lang, body) in document.body.iter() {
            let clean = text::html::sanitize(body);
            if clean != *body {
                let removed = text::html::removed(body);
                let pointer = format!("/body/{lang}");
                let cleaned = Mended { pointer, mend: Mend::Cleaned, removed };
                mended.extend(Some(cleaned).filter(|mended| !mended.removed.is_empty()));
            }
            bodies.push((lang.clone(), clean));
        }
        let full = bodies.into_iter().filter(|(_lang, body)| !body.trim().is_empty());
        document.body = full.collect();
        let strangers = document.assets.iter().enumerate();
        let strangers = strangers.filter(|(_at, asset)| !files.contains_key(&asset.id));
        let text = ("Tệp này không thuộc tư liệu.", "This file is not the record's.");
        let errors: Vec<_> = strangers
            .map(|(at, _)| InputError::new(&format!("/assets/{at}/id"), "unknown-asset", text))
            .collect();
        if !errors.is_empty() {
            return Err(Error::Invalid(errors));
        }
        self.known_terms(&document)?;
        let internal = std::mem::take(&mut document.internal);
        Ok(Read { document, internal, mended })
    }

    /// Every code must be a term of its vocabulary.
    pub(super) fn known_terms(&self, document: &Document) -> Result<(), Error> {
        let catalog = self.catalog();
        let mut errors = Vec::new();
        for (at, code) in document.topics.iter().enumerate() {
            known(&catalog, &mut errors, "topics", code, &format!("/topics/{at}"));
        }
        for (at, code) in document.channels.iter().enumerate() {
            known(&catalog, &mut errors, "channels", code, &format!("/channels/{at}"));
        }
        let own = document.places.iter().enumerate();
        let own = own.map(|(at, place)| (format!("/places/{at}/code"), place));
        let shown = document.assets.iter().enumerate();
        let shown = shown
            .filter_map(|(at, a)| Some((format!("/assets/{at}/place/code"), a.place.as_ref()?)));
        for (pointer, place) in own.chain(shown) {
            if let Some(code) = &place.code {
                known(&catalog, &mut errors, "places", code, &pointer);
            }
        }
        let own = std::iter::once(("/rights".to_owned(), &document.rights));
        let each = document.assets.iter().enumerate();
        let each =
            each.filter_map(|(at, a)| Some((format!("/assets/{at}/rights"), a.rights.as_ref()?)));
        for (pointer, rights) in own.chain(each) {
            let pairs = [
                ("statement", "rights-statements", &rights.statement),
                ("license", "licences", &rights.license),
            ];
            for (name, vocabulary, uri) in pairs {
                if let Some(uri) = uri {
                    known_uri(&catalog, &mut errors, vocabulary, uri, &format!("{pointer}/{name}"));
                }
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(Error::Invalid(errors)) }
    }

    /// The input without the fields that only the system sets, as long as they say what is so: what
    /// was read can be sent back.
    fn without_shown(&self, record: &Record, value: Value) -> Result<Value, Error> {
        let shown = self.shown_fields(record)?;
        let Value::Object(mut map) = value else { return Ok(value) };
        let mut errors = Vec::new();
        for (name, is) in shown.as_object().into_iter().flatten() {
            let said = map.shift_remove(name);
            if said.is_some_and(|said| said != *is) {
                errors.push(read_only(&format!("/{name}")));
            }
        }
        let assets = map.get_mut("assets").and_then(Value::as_array_mut);
        for (at, asset) in assets.into_iter().flatten().enumerate() {
            let Some(fields) = asset.as_object_mut() else { continue };
            let id = fields.get("id").and_then(Value::as_str).and_then(|id| id.parse().ok());
            let file = id.and_then(|id: AssetId| record.files.get(&id));
            let Some(Value::Object(is)) = file.map(super::catalog::file_fields) else { continue };
            for (name, is) in is {
                let said = fields.shift_remove(&name);
                if said.is_some_and(|said| said != is) {
                    errors.push(read_only(&format!("/assets/{at}/{name}")));
                }
            }
        }
        if errors.is_empty() { Ok(Value::Object(map)) } else { Err(Error::Invalid(errors)) }
    }

    /// The input without the fields that only the system sets, whatever they say.
    pub(super) fn stripped(&self, record: &Record, mut value: Value) -> Result<Value, Error> {
        let shown = self.shown_fields(record)?;
        if let Some(map) = value.as_object_mut() {
            map.retain(|name, _| shown.get(name).is_none());
        }
        let assets = value.get_mut("assets").and_then(Value::as_array_mut);
        for asset in assets.into_iter().flatten().filter_map(Value::as_object_mut) {
            let id = asset.get("id").and_then(Value::as_str).and_then(|id| id.parse().ok());
            let file = id.and_then(|id: AssetId| record.files.get(&id));
            let facts = file.map(super::catalog::file_fields).unwrap_or_default();
            asset.retain(|name, _| facts.get(name).is_none());
        }
        Ok(value)
    }

    /// A change of a record, with its line in the lists.
    pub(super) fn change(
        &self,
        actor: &Actor,
        action: &str,
        before: Option<Found<Record>>,
        record: Option<Record>,
    ) -> RecordChange {
        let line = |record: &Record| self.line(record);
        let summary =
            (before.as_ref().and_then(|f| line(&f.value)), record.as_ref().and_then(line));
        RecordChange {
            at: self.now(),
            actor: actor.name.clone(),
            action: action.to_owned(),
            from: actor.from,
            before,
            record,
            summary,
            public: None,
            ends: None,
        }
    }

    /// A record's line in the lists.
    pub(super) fn line(&self, record: &Record) -> Option<Summary> {
        match &record.draft {
            Some(draft) => Some(record.summary(&draft.document)),
            None => {
                let live = self.store.live(record.id).ok().flatten()?;
                Some(record.summary(&live.document))
            }
        }
    }

    /// Writes a change and gives the record as it is now.
    pub(super) fn written(&self, change: RecordChange) -> Result<Record, Error> {
        let record = change.record.clone();
        self.save_one(change).map_err(write_error)?;
        record.ok_or_else(|| Error::Internal("a record vanished while written".to_owned()))
    }
}

/// A conflict at writing is the caller's old copy, or a source id that another record has.
pub(super) fn write_error(error: StoreError) -> Error {
    match error {
        StoreError::Conflict { tree, .. } if tree == crate::store::Tree::SourceIds.name() => {
            let text = (
                "Đơn vị đã có một tư liệu mang sourceId này.",
                "The agency has a record with this sourceId already.",
            );
            Error::conflict("source-id-taken", text)
        }
        StoreError::Conflict { .. } => Error::Stale,
        other => Error::Store(other),
    }
}

fn draft(actor: &Actor, now: jiff::Timestamp, document: Document) -> Draft {
    Draft {
        state: DraftState::Draft,
        document,
        since: now,
        by: actor.name.clone(),
        note: None,
        reasons: Vec::new(),
        signed_off_by: None,
        approved_by: None,
        scheduled_for: None,
        stale: BTreeSet::new(),
        mended: Vec::new(),
        flagged: false,
        care: None,
    }
}

/// Notes the places whose text is not in NFC, twenty at most.
fn decomposed(value: &Value, pointer: &str, found: &mut Vec<Mended>) {
    if 20 <= found.len() {
        return;
    }
    match value {
        Value::String(text) if !text::is_nfc(text) => {
            let (pointer, removed) = (pointer.to_owned(), Vec::new());
            found.push(Mended { pointer, mend: Mend::Normalised, removed });
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                decomposed(item, &format!("{pointer}/{at}"), found);
            }
        }
        Value::Object(map) => {
            for (name, item) in map {
                let name = text::nfc(name).replace('~', "~0").replace('/', "~1");
                decomposed(item, &format!("{pointer}/{name}"), found);
            }
        }
        _ => {}
    }
}

/// Every text of a JSON value, and every name, as NFC.
pub(super) fn normalised(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(text::normalise::nfc(&text).into_owned()),
        Value::Array(items) => Value::Array(items.into_iter().map(normalised).collect()),
        Value::Object(map) => Value::Object(
            map.into_iter()
                .map(|(name, value)| (text::normalise::nfc(&name).into_owned(), normalised(value)))
                .collect(),
        ),
        other => other,
    }
}

fn known(catalog: &Catalog, errors: &mut Vec<InputError>, name: &str, code: &str, pointer: &str) {
    if !catalog.has(name, code) {
        let text = (
            format!("Không có mã “{code}” trong danh mục {name}."),
            format!("There is no term “{code}” in the vocabulary {name}."),
        );
        errors.push(InputError::new(pointer, "unknown-term", (&text.0, &text.1)));
    }
}

fn known_uri(
    catalog: &Catalog,
    errors: &mut Vec<InputError>,
    name: &str,
    uri: &str,
    pointer: &str,
) {
    let has = catalog.vocabulary(name).is_some_and(|list| {
        list.terms.iter().any(|term| term.extra.get("uri").and_then(Value::as_str) == Some(uri))
    });
    if !has {
        let text = (
            format!("Địa chỉ này không có trong danh mục {name}."),
            format!("This URI is not in the vocabulary {name}."),
        );
        errors.push(InputError::new(pointer, "unknown-term", (&text.0, &text.1)));
    }
}

fn read_only(pointer: &str) -> InputError {
    let text = ("Trường này do hệ thống đặt.", "This field is set by the system.");
    InputError::new(pointer, "read-only", text)
}

pub(super) fn moved(from: &str, to: &str, error: Error) -> Error {
    match error {
        Error::Invalid(errors) => Error::Invalid(
            errors
                .into_iter()
                .map(|error| InputError { pointer: error.pointer.replacen(from, to, 1), ..error })
                .collect(),
        ),
        other => other,
    }
}

pub(super) fn empty() -> Document {
    Document {
        source_id: None,
        kind: Kind::Photo,
        info_class: crate::domain::document::InfoClass::ImagePromotion,
        original_lang: crate::domain::lang::Lang::vi(),
        title: Default::default(),
        summary: Default::default(),
        body: Default::default(),
        translations: Default::default(),
        keywords: Default::default(),
        topics: Vec::new(),
        channels: Vec::new(),
        places: Vec::new(),
        creators: Vec::new(),
        created: None,
        rights: Default::default(),
        embargoed_until: None,
        clearance: None,
        relations: Vec::new(),
        assets: Vec::new(),
        ext: Map::new(),
        internal: Map::new(),
    }
}
