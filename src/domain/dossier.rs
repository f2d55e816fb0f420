//! What a clarification has beside its texts: the dossier of a false claim and its answer.
//!
//! After TT 02/2019/TT-BTTTT, Điều 6.3: the wrong content and its updates, its impact, the nature of
//! the matter, the legal basis, and the proposed content and steering. The last part is internal
//! for ever: it lies in `internal.steering`, which is never versioned, indexed, exported or shown
//! outside.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    document::Document,
    id::RecordId,
    lang::{Lang, Localized},
};

/// Where a claim was seen, or how far it or its answer went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// The address.
    pub url: String,
    /// When: `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<jiff::civil::Date>,
    /// In which language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<Lang>,
    /// Who published it, how many saw it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// The `ext` of a clarification. All of it may be missing in a draft; findings say so.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Dossier {
    /// The false claim, as it was made.
    #[serde(default, skip_serializing_if = "Localized::is_empty")]
    pub claim: Localized<String>,
    /// When it was noticed; the answer's deadline counts from here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noticed: Option<jiff::civil::Date>,
    /// Where it was seen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seen: Vec<Seen>,
    /// What it does.
    #[serde(default, skip_serializing_if = "Localized::is_empty")]
    pub impact: Localized<String>,
    /// What the matter really is.
    #[serde(default, skip_serializing_if = "Localized::is_empty")]
    pub nature: Localized<String>,
    /// Records of the archive that show it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<RecordId>,
    /// Laws, treaties, precedents.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub legal_basis: Vec<String>,
    /// The answer, by language.
    #[serde(default, skip_serializing_if = "Localized::is_empty")]
    pub replies: Localized<String>,
    /// Where the answer was published.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spread: Vec<Seen>,
}

/// The fields of a dossier.
pub const FIELDS: &[&str] = &[
    "claim",
    "noticed",
    "seen",
    "impact",
    "nature",
    "evidence",
    "legalBasis",
    "replies",
    "spread",
];

impl Dossier {
    /// The dossier of a document; empty for one that has none.
    #[must_use]
    pub fn of(document: &Document) -> Self {
        Self::read(&document.ext).unwrap_or_default()
    }

    /// The dossier in the `ext` of a document, if it has the shape of one.
    #[must_use]
    pub fn read(ext: &Map<String, Value>) -> Option<Self> {
        serde_json::from_value(Value::Object(ext.clone())).ok()
    }
}
