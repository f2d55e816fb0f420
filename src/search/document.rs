//! What goes into the index: one document a record, with its texts by language.

use serde::{Deserialize, Serialize};

use crate::text::nfc;

/// The most characters a language that are kept for snippets; all of the text is searched.
pub const KEPT: usize = 20_000;

/// The public face of a record, as far as it is searched, filtered, counted and shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// The record's id; putting a document replaces the one of the same id.
    pub id: String,
    /// The contributor's own number; found when typed whole.
    pub source_id: Option<String>,
    /// Code of the kind.
    pub kind: String,
    /// Code of the agency.
    pub agency: String,
    /// How it may be used.
    pub use_: String,
    /// Codes of the topics.
    pub topics: Vec<String>,
    /// Codes of the places.
    pub places: Vec<String>,
    /// BCP 47 tags of the languages it exists in.
    pub languages: Vec<String>,
    /// When it became public, in seconds since 1970 UTC.
    pub published: i64,
    /// The year of that in `Asia/Ho_Chi_Minh`.
    pub year: i64,
    /// The texts, each language once.
    pub texts: Vec<Text>,
    /// The texts of the pages of its publications, in any language; they count less than the others.
    pub pages: Vec<String>,
    /// What a hit brings back as it is, such as JSON; keep it small.
    pub display: String,
}

/// The texts of one language, all plain (no HTML).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// BCP 47 tag.
    pub lang: String,
    /// The title.
    pub title: String,
    /// The summary, may be empty.
    pub summary: String,
    /// The body, may be empty.
    pub body: String,
    /// The keywords.
    pub keywords: Vec<String>,
    /// The captions of its pictures.
    pub captions: Vec<String>,
}

/// One change of the index.
#[derive(Clone, Debug)]
pub enum Op {
    /// Puts the document in the place of the one with the same id, if any.
    Put(Box<Document>),
    /// Removes the document of this id, if any.
    Remove(String),
}

/// What is kept of a [`Text`] to make snippets of.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Kept {
    #[serde(rename = "l")]
    pub(super) lang: String,
    #[serde(rename = "t")]
    pub(super) title: String,
    #[serde(rename = "b")]
    pub(super) body: String,
}

impl Kept {
    pub(super) fn of(text: &Text) -> Self {
        let parts = [&text.summary, &text.body].into_iter().chain(&text.captions);
        let body: Vec<&str> =
            parts.map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
        Self {
            lang: text.lang.clone(),
            title: nfc(&text.title).into_owned(),
            body: nfc(&body.join("\n")).chars().take(KEPT).collect(),
        }
    }
}
