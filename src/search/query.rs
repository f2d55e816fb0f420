//! What a reader asks for: a value narrowed step by step, clamped where it is made.

use std::collections::BTreeMap;

/// What hits can be narrowed by and counted over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Filter {
    /// Code of the kind.
    Kind,
    /// Code of the agency.
    Agency,
    /// How it may be used.
    Use,
    /// Code of a topic; a record may have many.
    Topic,
    /// Code of a place; a record may have many.
    Place,
    /// BCP 47 tag of a language that the record exists in.
    Language,
    /// The year of publication in `Asia/Ho_Chi_Minh`, four digits.
    Year,
}

impl Filter {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Kind, Self::Agency, Self::Use, Self::Topic, Self::Place, Self::Language, Self::Year];

    /// The name under which facets are given back.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Agency => "agency",
            Self::Use => "use",
            Self::Topic => "topic",
            Self::Place => "place",
            Self::Language => "language",
            Self::Year => "year",
        }
    }
}

/// The order of the hits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// The best first; without words the newest.
    #[default]
    Relevance,
    /// The latest published first.
    Newest,
    /// The first published first.
    Oldest,
}

/// A question to the index.
#[derive(Clone, Debug)]
pub struct Query {
    pub(super) words: String,
    pub(super) lang: Option<String>,
    pub(super) filters: BTreeMap<Filter, Vec<String>>,
    pub(super) from: Option<i64>,
    pub(super) to: Option<i64>,
    pub(super) sort: Sort,
    pub(super) offset: usize,
    pub(super) limit: usize,
    pub(super) facets: Vec<Filter>,
}

impl Query {
    /// The most hits of one page.
    pub const LIMIT: usize = 100;
    /// The farthest that a page may begin.
    pub const OFFSET: usize = 10_000;
    /// The characters that are read of the words; the rest is left out.
    pub const WORDS: usize = 512;
    /// The most values of one filter that are looked at.
    pub const VALUES: usize = 64;

    /// Asks for these words in any language, taken literally; none ask for all records.
    ///
    /// Words with Vietnamese marks rank what is marked alike first; words without find both.
    #[must_use]
    pub fn new(words: &str) -> Self {
        let words: String = words.trim().chars().take(Self::WORDS).collect();
        Self {
            words,
            lang: None,
            filters: BTreeMap::new(),
            from: None,
            to: None,
            sort: Sort::Relevance,
            offset: 0,
            limit: 20,
            facets: Vec::new(),
        }
    }

    /// The reader's language (BCP 47): ranks and chooses the shown text, leaves nothing out.
    #[must_use]
    pub fn lang(self, lang: Option<String>) -> Self {
        Self { lang, ..self }
    }

    /// Only records with one of these values; no values leave the filter open. Different filters
    /// must all hold.
    #[must_use]
    pub fn only(mut self, filter: Filter, values: Vec<String>) -> Self {
        self.filters.remove(&filter);
        if !values.is_empty() {
            self.filters.insert(filter, values.into_iter().take(Self::VALUES).collect());
        }
        self
    }

    /// Only records published in this time, in seconds since 1970 UTC, both bounds included.
    #[must_use]
    pub fn published(self, from: Option<i64>, to: Option<i64>) -> Self {
        Self { from, to, ..self }
    }

    /// In this order.
    #[must_use]
    pub fn sort(self, sort: Sort) -> Self {
        Self { sort, ..self }
    }

    /// The page after `offset` hits (at most [`Query::OFFSET`]) with at most `limit`, clamped to
    /// `1..=`[`Query::LIMIT`].
    #[must_use]
    pub fn page(self, offset: usize, limit: usize) -> Self {
        let (offset, limit) = (offset.min(Self::OFFSET), limit.clamp(1, Self::LIMIT));
        Self { offset, limit, ..self }
    }

    /// Counts all hits by these.
    #[must_use]
    pub fn facets(self, facets: Vec<Filter>) -> Self {
        Self { facets, ..self }
    }

    /// The words that are asked for.
    #[must_use]
    pub fn words(&self) -> &str {
        &self.words
    }

    /// The order that the hits come in.
    pub(super) fn order(&self) -> Sort {
        match self.sort {
            Sort::Relevance if self.words.is_empty() => Sort::Newest,
            sort => sort,
        }
    }
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// How many records match.
    pub total: usize,
    /// The page of them.
    pub hits: Vec<Hit>,
    /// For each wanted filter by name, each code with its number of hits, the most first.
    pub facets: BTreeMap<&'static str, Vec<(String, usize)>>,
}

/// One record found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// The record's id.
    pub id: String,
    /// How well it matches; 0 if the order is not by relevance. Comparable within one answer.
    pub score: f32,
    /// The language whose text matched best, as the document gave it.
    pub lang: String,
    /// Its title as HTML: escaped, the words found in `<mark>`.
    pub title_html: String,
    /// About 200 characters around the words, as HTML like the title.
    pub text_html: String,
    /// Whether all words are in the text that is shown; if not, they may be in other languages or on
    /// pages of publications.
    pub whole: bool,
    /// What the document brought along.
    pub display: String,
}
