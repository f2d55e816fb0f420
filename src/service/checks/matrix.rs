//! Which language has which part: data for a board of translations.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::domain::{
    account::words,
    document::Document,
    lang::{Lang, Localized},
    profile::Profile,
    record::Draft,
    review::TextField,
};

words!(
    /// How one part stands in one language.
    Part,
    "complete, stale, missing, none",
    {
        /// There.
        Complete = "complete",
        /// There, but behind its source.
        Stale = "stale",
        /// Not there, though another language has it.
        Missing = "missing",
        /// No language has it.
        None = "none",
    }
);

/// How one language stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Parts {
    /// The whole: the worst of its parts.
    pub whole: Part,
    /// The title.
    pub title: Part,
    /// The summary.
    pub summary: Part,
    /// The body.
    pub body: Part,
    /// The captions of all files.
    pub caption: Part,
    /// The alternative texts of all files.
    pub alt: Part,
    /// The keywords.
    pub keywords: Part,
}

/// A document by its languages: all that it has, and all that the pages offer.
pub type Completeness = BTreeMap<Lang, Parts>;

/// The matrix of a document; `draft` knows what is behind.
#[must_use]
pub(in crate::service) fn completeness(
    profile: &Profile,
    document: &Document,
    draft: Option<&Draft>,
) -> Completeness {
    let offered = profile.languages.offered.iter().cloned();
    let own = document.title.langs().chain(document.summary.langs()).chain(document.body.langs());
    let langs: BTreeSet<Lang> = offered.chain(own.cloned()).collect();
    langs.into_iter().map(|lang| (lang.clone(), parts(document, draft, &lang))).collect()
}

fn parts(document: &Document, draft: Option<&Draft>, lang: &Lang) -> Parts {
    let stale = |field: TextField| {
        draft.is_some_and(|d| d.stale.iter().any(|mark| mark.lang == *lang && mark.field == field))
    };
    let text = |texts: &Localized<String>, field| match texts.get(lang.as_str()) {
        Some(_) if stale(field) => Part::Stale,
        Some(_) => Part::Complete,
        None if texts.is_empty() => Part::None,
        None => Part::Missing,
    };
    let described = |of: &dyn Fn(&crate::domain::document::Asset) -> Localized<String>| {
        let texts: Vec<_> =
            document.assets.iter().map(of).filter(|texts| !texts.is_empty()).collect();
        if texts.is_empty() {
            Part::None
        } else if texts.iter().all(|texts| texts.get(lang.as_str()).is_some()) {
            Part::Complete
        } else {
            Part::Missing
        }
    };
    let keywords = match document.keywords.get(lang.as_str()) {
        Some(words) if !words.is_empty() => Part::Complete,
        _ if document.keywords.is_empty() => Part::None,
        _ => Part::Missing,
    };
    let title = text(&document.title, TextField::Title);
    let summary = text(&document.summary, TextField::Summary);
    let body = text(&document.body, TextField::Body);
    let caption = described(&|asset| asset.caption.clone());
    let alt = described(&|asset| asset.alt.clone());
    let has = |part: Part| [title, summary, body, caption, alt, keywords].contains(&part);
    let whole = if has(Part::Missing) {
        Part::Missing
    } else if has(Part::Stale) {
        Part::Stale
    } else if has(Part::Complete) {
        Part::Complete
    } else {
        Part::None
    };
    Parts { whole, title, summary, body, caption, alt, keywords }
}
