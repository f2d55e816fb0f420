//! Vocabularies: closed lists of terms with labels and the regulation that they come from.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::lang::Localized;

/// One list, as it lies under `schema/vocabularies/` and as it is served.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Vocabulary {
    /// Its name in URLs: `topics`, `channels`, `kinds`, `places`, `licences` …
    pub name: String,
    /// Rises with every change of the list.
    pub version: u32,
    /// What people call it.
    pub title: Localized<String>,
    /// The text it is drawn from.
    pub source: String,
    /// The terms, in their order of display.
    pub terms: Vec<Term>,
}

/// One term of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Term {
    /// What records hold.
    pub code: String,
    /// What people read.
    pub label: Localized<String>,
    /// Where it is named: regulation and article.
    #[serde(default)]
    pub source: Vec<String>,
    /// The first day of its validity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Date>,
    /// The last day of its validity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Date>,
    /// The term that took its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<String>,
    /// The wider term.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broader: Option<String>,
    /// Whatever else the list says of a term (`uri`, `lat`, `bodyRequired` …).
    #[serde(flatten)]
    pub extra: BTreeMap<String, serde_json::Value>,
}

impl Vocabulary {
    /// The term with this code.
    #[must_use]
    pub fn term(&self, code: &str) -> Option<&Term> {
        self.terms.iter().find(|term| term.code == code)
    }
}
