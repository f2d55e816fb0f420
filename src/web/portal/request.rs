//! What a reader asks the search page for, as its address carries it.

use serde::Deserialize;

use super::format;

/// What results can be narrowed by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Filter {
    /// Kind of record.
    Kind,
    /// Topic.
    Topic,
    /// Place.
    Place,
    /// Contributing agency.
    Agency,
    /// Year of publishing, in Vietnam.
    Year,
    /// Language that a text is there in.
    Language,
}

impl Filter {
    /// All, in the order in which the page shows them.
    pub const ALL: [Self; 6] =
        [Self::Kind, Self::Topic, Self::Language, Self::Year, Self::Agency, Self::Place];

    /// Its name in addresses, the same as in `GET /api/v1/search`.
    #[must_use]
    pub const fn param(self) -> &'static str {
        match self {
            Self::Language => "contentLang",
            other => other.facet(),
        }
    }

    /// Its name among the facets of a search answer.
    #[must_use]
    pub const fn facet(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Topic => "topic",
            Self::Place => "place",
            Self::Agency => "agency",
            Self::Year => "year",
            Self::Language => "language",
        }
    }

    /// The filter of this facet.
    #[must_use]
    pub fn of_facet(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|filter| filter.facet() == name)
    }
}

/// What a reader asks for: `?q=…&kind=…&page=…`. Unknown and unreadable parts are passed over, so
/// that an old or mistyped address still answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Request {
    /// The words.
    pub q: String,
    /// Only this kind.
    pub kind: String,
    /// Only this topic.
    pub topic: String,
    /// Only this place.
    pub place: String,
    /// Only this agency.
    pub agency: String,
    /// Only this year.
    pub year: String,
    /// Only records with a text in this language.
    #[serde(rename = "contentLang")]
    pub content_lang: String,
    /// Which page of the results, from 1 on.
    pub page: String,
}

impl Request {
    /// So many results stand on a page.
    pub const PAGE_SIZE: u64 = 20;
    /// The last page: search answers no further than 10,000 results.
    pub const LAST_PAGE: u64 = 500;

    /// A search for everything of one value: `(Filter::Topic, "van-hoa-dan-toc")`.
    #[must_use]
    pub fn only(filter: Filter, value: &str) -> Self {
        Self::default().with(filter, value)
    }

    /// The value chosen for `filter`; none where it is not narrowed by.
    #[must_use]
    pub fn chosen(&self, filter: Filter) -> Option<&str> {
        let value = match filter {
            Filter::Kind => &self.kind,
            Filter::Topic => &self.topic,
            Filter::Place => &self.place,
            Filter::Agency => &self.agency,
            Filter::Year => &self.year,
            Filter::Language => &self.content_lang,
        };
        Some(value.as_str()).filter(|value| !value.is_empty())
    }

    /// The same, from its first page, narrowed by `value`; empty = no longer narrowed by `filter`.
    #[must_use]
    pub fn with(&self, filter: Filter, value: &str) -> Self {
        let mut next = Self { page: String::new(), ..self.clone() };
        let place = match filter {
            Filter::Kind => &mut next.kind,
            Filter::Topic => &mut next.topic,
            Filter::Place => &mut next.place,
            Filter::Agency => &mut next.agency,
            Filter::Year => &mut next.year,
            Filter::Language => &mut next.content_lang,
        };
        value.clone_into(place);
        next
    }

    /// The same on page `number`.
    #[must_use]
    pub fn at_page(&self, number: u64) -> Self {
        let page = if number <= 1 { String::new() } else { number.to_string() };
        Self { page, ..self.clone() }
    }

    /// Which page is asked for, `1..=`[`Request::LAST_PAGE`].
    #[must_use]
    pub fn page_number(&self) -> u64 {
        self.page.parse().unwrap_or(1).clamp(1, Self::LAST_PAGE)
    }

    /// So many results come before the asked page.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.page_number().saturating_sub(1).saturating_mul(Self::PAGE_SIZE)
    }

    /// The path after `/{lang}/`: `search?q=…`.
    #[must_use]
    pub fn path(&self) -> String {
        let filters = Filter::ALL
            .into_iter()
            .filter_map(|filter| self.chosen(filter).map(|value| (filter.param(), value)));
        let page = Some(self.page_number()).filter(|number| 1 < *number).map(|n| n.to_string());
        let words = Some(("q", self.q.as_str())).filter(|(_, words)| !words.is_empty());
        let pairs: Vec<String> = words
            .into_iter()
            .chain(filters)
            .chain(page.as_deref().map(|number| ("page", number)))
            .map(|(name, value)| format!("{name}={}", format::percent(value)))
            .collect();
        if pairs.is_empty() { "search".to_owned() } else { format!("search?{}", pairs.join("&")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_carries_what_was_asked_for() {
        let asked =
            Request { q: "cồng & chiêng".into(), ..Request::only(Filter::Language, "en") };
        assert_eq!(asked.path(), "search?q=c%E1%BB%93ng%20%26%20chi%C3%AAng&contentLang=en");
        assert_eq!(asked.at_page(3).path(), format!("{}&page=3", asked.path()));
        assert_eq!(asked.at_page(3).offset(), 40);
        assert_eq!(Request::default().path(), "search");
    }

    #[test]
    fn narrowing_further_begins_at_the_first_page() {
        let third = Request::only(Filter::Year, "2026").at_page(3);
        assert_eq!(third.with(Filter::Kind, "photo").page_number(), 1);
        assert_eq!(third.with(Filter::Year, "").chosen(Filter::Year), None);
    }

    #[test]
    fn odd_page_numbers_are_brought_into_range() {
        for (text, number) in [("", 1), ("0", 1), ("-4", 1), ("abc", 1), ("7", 7), ("99999", 500)] {
            let asked = Request { page: text.into(), ..Request::default() };
            assert_eq!(asked.page_number(), number, "{text}");
        }
    }

    #[test]
    fn facets_and_filters_go_by_the_same_names() {
        for filter in Filter::ALL {
            assert_eq!(Filter::of_facet(filter.facet()), Some(filter));
            assert_eq!(Request::only(filter, "x").chosen(filter), Some("x"));
        }
    }
}
