//! What the workspace reads: a record with both sides, and lists of them.

use std::fs::File;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    Error, Services,
    checks::{self, Completeness},
};
use crate::domain::{
    account::{Actor, Role},
    agency::AgencyCode,
    clock,
    document::{Document, Kind},
    id::{AssetId, RecordId},
    lifecycle::{Action, Facts, Known, Writable, decide, writable},
    record::{DraftState, Live, MediaFile, Record, Summary, seconds},
    review::Care,
};

/// A record as the workspace shows it: the record of the contract, plus what the system adds.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The record.
    pub record: Record,
    /// The draft's text or, without one, the live text.
    pub document: Document,
    /// What the system adds: `id`, `localId`, `agency`, `live`, `draft`, `revision` …
    pub fields: Value,
}

/// What a list is asked for.
#[derive(Clone, Debug, Default)]
pub struct ListQuery {
    /// Only drafts that stand here.
    pub draft: Option<DraftState>,
    /// Only what the public sees so.
    pub live: Option<Live>,
    /// Only of this kind.
    pub kind: Option<Kind>,
    /// Only this agency's.
    pub agency: Option<String>,
    /// After this line: an earlier page's [`Listing::next`].
    pub after: Option<String>,
    /// At most so many, 1 to 1,000.
    pub limit: usize,
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct Listing {
    /// The lines.
    pub lines: Vec<Summary>,
    /// What to ask for next, if there is more.
    pub next: Option<String>,
}

/// A page of the board: records by languages.
#[derive(Clone, Debug)]
pub struct Board {
    /// Records with how each language stands.
    pub rows: Vec<(Summary, Completeness)>,
    /// What to ask for next, if there is more.
    pub next: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DraftFields<'a> {
    state: DraftState,
    since: Timestamp,
    by: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    reasons: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    signed_off_by: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    approved_by: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scheduled_for: Option<Timestamp>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    flagged: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    care: Option<&'a Care>,
}

impl Services {
    /// A record, if the actor may see its unpublished side.
    ///
    /// # Errors
    /// [`Error::NotFound`] for all others.
    pub fn record(&self, actor: &Actor, id: RecordId) -> Result<Shown, Error> {
        let found = self.allowed(actor, id, Action::Read)?;
        let only = writable(actor, &self.facts(&found.value, 0));
        let outside = !self.reads_notes(actor, &found.value, &only);
        let mut shown = self.shown(found.value)?;
        if outside {
            shown.document.internal = serde_json::Map::new();
        }
        Ok(shown)
    }

    /// Notes are for the agency and the managing agency, not for whom one language was given to.
    fn reads_notes(&self, actor: &Actor, record: &Record, only: &Writable) -> bool {
        let facts = Facts { assigned: &[], ..self.facts(record, 0) };
        let profile = &self.catalog().profile;
        let knows = decide(actor, &facts, Action::Read, profile, self.now()).is_ok();
        knows || *only == Writable::Whole
    }

    /// The record with its text and what the system adds.
    ///
    /// # Errors
    /// The store's.
    pub fn shown(&self, record: Record) -> Result<Shown, Error> {
        let text = match &record.draft {
            Some(draft) => Some(draft.document.clone()),
            None => self.store.live(record.id)?.map(|live| live.document),
        };
        // A withdrawn record has no text left; what it was stays.
        let mut document = match text {
            Some(text) => text,
            None => self.bare(record.id)?,
        };
        document.internal.clone_from(&record.internal);
        let fields = self.fields(&record, &document)?;
        Ok(Shown { record, document, fields })
    }

    pub(super) fn shown_fields(&self, record: &Record) -> Result<Value, Error> {
        Ok(self.shown(record.clone())?.fields)
    }

    fn bare(&self, id: RecordId) -> Result<Document, Error> {
        let stone = self.store.tombstone(id)?.ok_or(Error::NotFound)?;
        let bare =
            json!({"kind": stone.kind, "infoClass": "image-promotion", "originalLang": "vi"});
        serde_json::from_value(bare).map_err(|error| Error::Internal(error.to_string()))
    }

    fn fields(&self, record: &Record, document: &Document) -> Result<Value, Error> {
        let draft = record.draft.as_ref().map(|draft| DraftFields {
            state: draft.state,
            since: draft.since,
            by: &draft.by,
            note: draft.note.as_deref(),
            signed_off_by: draft.signed_off_by.as_deref(),
            approved_by: draft.approved_by.as_deref(),
            scheduled_for: draft.scheduled_for,
            reasons: &draft.reasons,
            flagged: draft.flagged,
            care: draft.care.as_ref(),
        });
        let languages = document.languages();
        let public = record.live == Live::Published;
        let url: serde_json::Map<String, Value> = languages
            .iter()
            .filter(|_lang| public)
            .map(|lang| (lang.to_string(), self.page_url(lang.as_str(), record.id).into()))
            .collect();
        Ok(json!({
            "id": record.id,
            "localId": record.local_id,
            "agency": record.agency,
            "live": record.live,
            "draft": draft,
            "revision": record.revision,
            "version": record.version,
            "languages": languages,
            "modified": record.modified,
            "published": record.published,
            "url": url,
            "assigned": record.assignments,
            "consultations": record.consultations,
            "clearings": record.clearings,
            "departed": record.departed,
        }))
    }

    /// The page of a published record in a language that the pages offer, else in the default one.
    #[must_use]
    pub fn page_url(&self, lang: &str, id: RecordId) -> String {
        let catalog = self.catalog();
        let languages = &catalog.profile.languages;
        let offered = languages.offered.iter().any(|known| known.as_str() == lang);
        let lang = if offered { lang } else { languages.default_page.as_str() };
        format!("{}/{lang}/r/{}", self.settings.public_url, id.key())
    }

    /// What the actor may see of the unpublished side: the own agency's records, or for the staff
    /// what was submitted.
    ///
    /// # Errors
    /// The store's.
    pub fn records(&self, actor: &Actor, query: &ListQuery) -> Result<Listing, Error> {
        let wide =
            [Role::Reviewer, Role::Publisher, Role::Secrecy, Role::Translator, Role::Auditor];
        let wide = wide.into_iter().any(|role| actor.is(role));
        let own = actor.agency.as_ref();
        let agency = if wide || own.is_some_and(|own| self.is_heir(own)) {
            query.agency.clone()
        } else {
            Some(own.ok_or(Error::Forbidden)?.to_string())
        };
        let limit = query.limit.clamp(1, 1_000);
        let mut lines = Vec::new();
        let (mut after, mut shown) = (query.after.clone(), None);
        loop {
            let queue = query.draft.is_some();
            let page = self.store.lines(queue, agency.as_deref(), after.as_deref(), 500)?;
            let Some((last, _line)) = page.last() else { return Ok(Listing { lines, next: None }) };
            after = Some(last.clone());
            for (key, line) in page {
                if !wanted(query, &line) || !self.may_list(actor, &line) {
                    continue;
                }
                if lines.len() == limit {
                    return Ok(Listing { lines, next: shown });
                }
                lines.push(line);
                shown = Some(key);
            }
        }
    }

    /// The records of a list, each with how its languages stand: data for a board of translations.
    ///
    /// # Errors
    /// As for [`Services::records`].
    pub fn board(&self, actor: &Actor, query: &ListQuery) -> Result<Board, Error> {
        let Listing { lines, next } = self.records(actor, query)?;
        let mut rows = Vec::with_capacity(lines.len());
        for line in lines {
            // What was thrown away meanwhile has no row any more.
            let Some(found) = self.store.record(line.id)? else { continue };
            let shown = self.shown(found.value)?;
            let profile = &self.catalog().profile;
            let draft = shown.record.draft.as_ref();
            let completeness = checks::completeness(profile, &shown.document, draft);
            rows.push((line, completeness));
        }
        Ok(Board { rows, next })
    }

    /// Whether an agency goes on with another's work.
    fn is_heir(&self, agency: &AgencyCode) -> bool {
        let catalog = self.catalog();
        let today = self.now().to_zoned(clock::vietnam()).date();
        catalog
            .agencies
            .iter()
            .any(|other| catalog.heir(&other.code, today).as_ref() == Some(agency))
    }

    pub(super) fn may_list(&self, actor: &Actor, line: &Summary) -> bool {
        let today = self.now().to_zoned(clock::vietnam()).date();
        let heir = self.catalog().heir(&line.agency, today);
        let known = Known {
            agency: &line.agency,
            heir: heir.as_ref(),
            submitted: line.local_id.is_some(),
            flagged: line.flagged,
            assigned: line.assigned.iter().any(|given| given.to == actor.name),
        };
        known.to(actor)
    }

    /// An original, for those who may see the record's unpublished side.
    ///
    /// # Errors
    /// [`Error::NotFound`] for all others.
    pub fn original(
        &self,
        actor: &Actor,
        id: RecordId,
        asset: AssetId,
    ) -> Result<(MediaFile, File), Error> {
        let found = self.allowed(actor, id, Action::Read)?;
        let file = found.value.files.get(&asset).ok_or(Error::NotFound)?.clone();
        let (opened, _bytes) = self.media.blobs().open_file(&file.original)?;
        Ok((file, opened))
    }
}

fn wanted(query: &ListQuery, line: &Summary) -> bool {
    query.draft.is_none_or(|state| line.draft == Some(state))
        && query.live.is_none_or(|live| line.live == live)
        && query.kind.is_none_or(|kind| line.kind == kind)
        && query.agency.as_deref().is_none_or(|agency| line.agency.as_str() == agency)
}

/// What the system adds to an asset: its file's facts.
pub fn file_fields(file: &MediaFile) -> Value {
    let mut fields = json!({
        "mediaType": file.media_type,
        "bytes": file.bytes,
        "digest": {"alg": "sha-256", "value": file.original},
        "name": file.name,
    });
    let number = |number: Option<u32>| number.map(Value::from);
    let codecs = (!file.codecs.is_empty()).then(|| json!(file.codecs));
    let others = [
        ("width", number(file.width)),
        ("height", number(file.height)),
        ("pages", number(file.pages)),
        ("duration", file.duration.map(|length| seconds(length).into())),
        ("codecs", codecs),
    ];
    for (name, value) in others {
        if let (Some(value), Some(map)) = (value, fields.as_object_mut()) {
            map.insert(name.to_owned(), value);
        }
    }
    fields
}
