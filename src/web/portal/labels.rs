//! What the codes of a record are called.

use super::site::Text;
use crate::domain::{
    document::Kind,
    lang::{Lang, Localized},
    term::{Term, Vocabulary},
};

/// The vocabularies and agencies that pages take their labels from.
pub struct Labels<'a> {
    vocabularies: Vec<&'a Vocabulary>,
    agency: &'a dyn Fn(&str) -> Option<Localized<String>>,
}

impl<'a> Labels<'a> {
    /// Labels from `vocabularies`, found by their names; `agency` gives an agency's name by code.
    /// A code without a label is shown as it stands.
    pub fn new(
        vocabularies: impl IntoIterator<Item = &'a Vocabulary>,
        agency: &'a dyn Fn(&str) -> Option<Localized<String>>,
    ) -> Self {
        Self { vocabularies: vocabularies.into_iter().collect(), agency }
    }

    /// A kind, for readers of `lang`.
    #[must_use]
    pub fn kind(&self, kind: Kind, lang: &Lang) -> Text {
        self.label("kinds", kind.as_str(), lang)
    }

    /// The term `code` of the vocabulary `name`.
    #[must_use]
    pub fn label(&self, name: &str, code: &str, lang: &Lang) -> Text {
        self.term(name, code)
            .and_then(|term| Text::best(&term.label, lang))
            .unwrap_or_else(|| Text::plain(code, lang))
    }

    /// The label of the term of vocabulary `name` whose `uri` this is.
    #[must_use]
    pub fn by_uri(&self, name: &str, uri: &str, lang: &Lang) -> Text {
        let is_it = |term: &&Term| {
            term.code == uri || term.extra.get("uri").is_some_and(|own| own.as_str() == Some(uri))
        };
        self.vocabulary(name)
            .and_then(|list| list.terms.iter().find(is_it))
            .and_then(|term| Text::best(&term.label, lang))
            .unwrap_or_else(|| Text::plain(uri, lang))
    }

    /// An agency's name.
    #[must_use]
    pub fn agency(&self, code: &str, lang: &Lang) -> Text {
        (self.agency)(code)
            .and_then(|names| Text::best(&names, lang))
            .unwrap_or_else(|| Text::plain(code, lang))
    }

    /// A language's name for itself.
    #[must_use]
    pub fn own_name(&self, lang: &Lang) -> String {
        self.term("languages", lang.as_str())
            .and_then(|term| term.extra.get("nativeName"))
            .and_then(|name| name.as_str())
            .unwrap_or(lang.as_str())
            .to_owned()
    }

    fn term(&self, name: &str, code: &str) -> Option<&Term> {
        self.vocabulary(name).and_then(|list| list.term(code))
    }

    fn vocabulary(&self, name: &str) -> Option<&Vocabulary> {
        self.vocabularies.iter().copied().find(|list| list.name == name)
    }
}

impl std::fmt::Debug for Labels<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<_> = self.vocabularies.iter().map(|list| &list.name).collect();
        f.debug_struct("Labels").field("vocabularies", &names).finish_non_exhaustive()
    }
}
