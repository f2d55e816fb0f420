//! A record as the system keeps it: what is live, what is draft, and who wrote it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    account::words,
    agency::AgencyCode,
    digest::Digest,
    document::{Document, Kind},
    id::{AssetId, RecordId},
    lang::Localized,
    review::{Assignment, Care, Clearing, Consultation, FileHit, Mended, Stale},
};

words!(
    /// What the public sees of a record (contract, section 4).
    Live,
    "none, published, withdrawn",
    {
        /// Never published.
        None = "none",
        /// To be read by all.
        Published = "published",
        /// Taken back, for ever.
        Withdrawn = "withdrawn",
    }
);

words!(
    /// Where a draft stands (contract, section 4).
    DraftState,
    "draft, submitted, returned, approved, scheduled",
    {
        /// Being written.
        Draft = "draft",
        /// Waiting for the reviewer.
        Submitted = "submitted",
        /// Sent back with reasons.
        Returned = "returned",
        /// Fit to be published.
        Approved = "approved",
        /// Goes out by itself at a set time.
        Scheduled = "scheduled",
    }
);

words!(
    /// Why a record was withdrawn, as the export's tombstone says it.
    WithdrawReason,
    "expired, corrected, rights, error, legal-order, merged",
    {
        /// Its time is over.
        Expired = "expired",
        /// Another one corrects it.
        Corrected = "corrected",
        /// Rights do not allow it any more.
        Rights = "rights",
        /// It was published by mistake or is wrong.
        Error = "error",
        /// By order of an authority.
        LegalOrder = "legal-order",
        /// It went into another record.
        Merged = "merged",
    }
);

/// An original as uploaded; never changed, known by its SHA-256.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MediaFile {
    /// Of the original bytes.
    pub original: Digest,
    /// The client's name for it, cleaned.
    pub name: String,
    /// By content, such as `image/jpeg`.
    pub media_type: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Pixels across, upright.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Pixels down, upright.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// Pages of a publication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pages: Option<u32>,
    /// How long a film or a sound runs, in milliseconds; at least 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<u64>,
    /// How film and sound are coded: `avc`, `vp9`, `aac` …
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codecs: Vec<String>,
    /// Who sent it.
    pub uploaded_by: String,
    /// When it came.
    pub uploaded: Timestamp,
    /// What the screening saw in its text and metadata.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hits: Vec<FileHit>,
    /// Whether there may be text in it that the screening could not read, as in a scan.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unread: bool,
}

/// The cleaned, immutable copy of an original, made at publishing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Release {
    /// Of the released bytes.
    pub digest: Digest,
    /// Size in bytes.
    pub bytes: u64,
    /// Such as `image/jpeg`.
    pub media_type: String,
    /// The name to save it under.
    pub name: String,
    /// Pixels across, upright.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Pixels down, upright.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// Pages of a publication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pages: Option<u32>,
    /// Width and height in pixels of the picture of a publication's first page, at its largest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cover: Option<(u32, u32)>,
    /// How long a film or a sound runs, in milliseconds; at least 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<u64>,
    /// A WebP of some pixels, base64, to stand in for a picture while that loads. A film has one if a
    /// picture could be made of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placeholder: Option<String>,
}

impl Release {
    /// Whether there are web pictures of it: of every picture, of a film that a picture could be made of,
    /// and of a publication whose first page can be drawn.
    #[must_use]
    pub fn is_seen(&self) -> bool {
        match self.media_type.split('/').next() {
            Some("image") => true,
            Some("video") => self.placeholder.is_some(),
            _ => self.cover.is_some(),
        }
    }
}

/// A length in seconds, as it is shown and exported: a whole number where it is one. In JSON both are
/// the same, but not to those who compare texts.
#[must_use]
pub fn seconds(milliseconds: u64) -> serde_json::Number {
    let whole = serde_json::Number::from(milliseconds / 1000);
    if milliseconds.is_multiple_of(1000) {
        return whole;
    }
    let seconds = Duration::from_millis(milliseconds).as_secs_f64();
    serde_json::Number::from_f64(seconds).unwrap_or(whole)
}

/// What is being written, beside the live version where there is one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Draft {
    /// Where it stands.
    pub state: DraftState,
    /// The text, without internal notes.
    pub document: Document,
    /// Since when it stands there.
    pub since: Timestamp,
    /// Who brought it there.
    pub by: String,
    /// What they said: the reasons of a return.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Why it was returned: codes of the vocabulary `return-reasons`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
    /// Who signed off for the agency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_off_by: Option<String>,
    /// Who approved it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<String>,
    /// When it goes out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheduled_for: Option<Timestamp>,
    /// Translations that are behind their source.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub stale: BTreeSet<Stale>,
    /// What was mended when it was last saved.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mended: Vec<Mended>,
    /// Whether the screening found what may be a secret.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub flagged: bool,
    /// What the reviewer confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub care: Option<Care>,
}

/// A record with both its sides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// For ever.
    pub id: RecordId,
    /// `DLK-2026-000317`, given at first submission.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local_id: Option<String>,
    /// Who contributes it.
    pub agency: AgencyCode,
    /// Who began it.
    pub created_by: String,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it was last written.
    pub modified: Timestamp,
    /// Rises with every saved state.
    pub revision: u32,
    /// Rises with every public state; 0 before the first.
    pub version: u32,
    /// What the public sees.
    pub live: Live,
    /// When it was first published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<Timestamp>,
    /// What is being written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft: Option<Draft>,
    /// Everybody who ever wrote in it; none of them may approve it.
    pub writers: BTreeSet<String>,
    /// The originals, by asset.
    #[serde(default)]
    pub files: BTreeMap<AssetId, MediaFile>,
    /// Notes that are never versioned, indexed, exported or shown outside.
    #[serde(default)]
    pub internal: Map<String, Value>,
    /// What a bulk import last made of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imported: Option<Imported>,
    /// What had left when it was withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub departed: Option<Departed>,
    /// To whom it is given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assignments: Vec<Assignment>,
    /// Who was asked about it, and what they said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub consultations: Vec<Consultation>,
    /// Whether the screening ever found what may be a secret in it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub was_flagged: bool,
    /// Who cleared or refused what was flagged, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clearings: Vec<Clearing>,
}

/// The row that a record was last imported from: the same row again changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// SHA-256 of the row's content (RFC 8785 form) and of its files.
    pub row: Digest,
    /// The revision that the import left; at another one somebody has written since.
    pub revision: u32,
}

/// How often a record's files were taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Departure {
    /// How often.
    pub count: u64,
    /// When last.
    pub last: Timestamp,
}

/// A key that pulled a record's exported form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pull {
    /// Which: `key:<id>`, or a user.
    pub by: String,
    /// What people call the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How far it pulled.
    pub through: u64,
    /// When it came so far.
    pub at: Timestamp,
    /// Whether it has the last public version, or an earlier one only.
    pub current: bool,
}

/// What of a record had left.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Departed {
    /// Who pulled it.
    pub pulls: Vec<Pull>,
    /// How often its files were taken, if ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub downloads: Option<Departure>,
    /// What was said to the withdrawal, for the workspace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A name with the code it belonged to when the record was published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgencyName {
    /// The agency.
    pub code: AgencyCode,
    /// Its name at that time.
    pub name: Localized<String>,
}

/// The public state of a record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LiveRecord {
    /// The record.
    pub id: RecordId,
    /// Its local id.
    pub local_id: String,
    /// The contributor, as named at publishing.
    pub agency: AgencyName,
    /// Who manages the system and answers for it.
    pub managing: AgencyName,
    /// 1, 2, 3 …
    pub version: u32,
    /// First published.
    pub published: Timestamp,
    /// This version's instant.
    pub modified: Timestamp,
    /// The text, as [`Document::outside`] gives it.
    pub document: Document,
    /// What may be downloaded, by asset.
    pub files: BTreeMap<AssetId, Release>,
    /// When the managing agency declared it free of state secrets.
    pub attested: Timestamp,
    /// Translations that were behind their source when it was published.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub stale: BTreeSet<Stale>,
    /// What was corrected since it was first published, the newest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrections: Vec<Correction>,
}

/// What a later version corrects, said to the public.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// The version that corrects.
    pub version: u32,
    /// When it was published.
    pub at: Timestamp,
    /// What was corrected.
    pub note: Localized<String>,
}

/// What is left of a withdrawn record, for ever.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tombstone {
    /// The record.
    pub id: RecordId,
    /// Its local id.
    pub local_id: String,
    /// What it was.
    pub kind: Kind,
    /// The version that withdraws it.
    pub version: u32,
    /// Who withdrew it.
    pub managing: AgencyName,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: WithdrawReason,
    /// Whether receivers must delete their copies.
    pub purge: bool,
    /// The record that takes its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<RecordId>,
}

/// One line of a list in the workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// The record.
    pub id: RecordId,
    /// Its local id, once submitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local_id: Option<String>,
    /// The contributor's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_id: Option<String>,
    /// Who contributes it.
    pub agency: AgencyCode,
    /// What it is.
    pub kind: Kind,
    /// Its title: the draft's where there is one, else the live one's.
    pub title: Localized<String>,
    /// What the public sees.
    pub live: Live,
    /// Where the draft stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft: Option<DraftState>,
    /// Of the last saved state.
    pub revision: u32,
    /// Of the last public state.
    pub version: u32,
    /// When it was last written.
    pub modified: Timestamp,
    /// Whether the screening ever found what may be a secret in it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub flagged: bool,
    /// To whom it is given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assigned: Vec<Assignment>,
}

impl Record {
    /// The line that lists show; `text` is the draft or, without one, the live document.
    #[must_use]
    pub fn summary(&self, text: &Document) -> Summary {
        Summary {
            id: self.id,
            local_id: self.local_id.clone(),
            source_id: text.source_id.clone(),
            agency: self.agency.clone(),
            kind: text.kind,
            title: text.title.clone(),
            live: self.live,
            draft: self.draft.as_ref().map(|draft| draft.state),
            revision: self.revision,
            version: self.version,
            modified: self.modified,
            flagged: self.was_flagged,
            assigned: self.assignments.clone(),
        }
    }
}
