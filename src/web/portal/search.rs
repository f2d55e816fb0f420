//! The search page.

use askama::Template;

use super::{
    card::Card,
    format,
    labels::Labels,
    request::{Filter, Request},
    site::{Nav, Page, Site, Text},
};
use crate::domain::lang::Lang;

/// One value that results can be narrowed by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What people read.
    pub label: Text,
    /// How many results have it.
    pub count: String,
    /// The search with it; without it, where it is chosen.
    pub url: String,
    /// Whether it is chosen.
    pub active: bool,
}

impl Item {
    /// The values of one filter, each leading to `request` narrowed by it.
    #[must_use]
    pub fn all(
        page: &Page<'_>,
        request: &Request,
        filter: Filter,
        counts: &[(String, u64)],
        labels: &Labels<'_>,
    ) -> Vec<Self> {
        let item = |(code, count): &(String, u64)| {
            let active = request.chosen(filter) == Some(code.as_str());
            let next = request.with(filter, if active { "" } else { code });
            Self {
                label: label(page, filter, code, labels),
                count: format::number(page.words.tag(), *count),
                url: page.href(&next.path()),
                active,
            }
        };
        counts.iter().map(item).collect()
    }
}

/// All values of one filter.
#[derive(Clone, Debug)]
pub struct FacetGroup {
    /// The filter's name in addresses; also makes the ids of its headings.
    pub name: &'static str,
    /// What people read.
    pub label: String,
    /// Those with the most results.
    pub items: Vec<Item>,
    /// The others, folded away.
    pub more: Vec<Item>,
}

/// A filter that is set.
#[derive(Clone, Debug)]
pub struct Chosen {
    /// Its name in addresses.
    pub name: &'static str,
    /// The value in addresses.
    pub code: String,
    /// What it narrows by: `Loại tư liệu`.
    pub filter: String,
    /// What people read of the value.
    pub label: Text,
    /// The search without it.
    pub url: String,
}

/// What a search answered.
#[derive(Clone, Debug, Default)]
pub struct Results {
    /// How many records match.
    pub total: u64,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// The matches on the asked page.
    pub cards: Vec<Card>,
    /// Codes with their counts, by filter.
    pub facets: Vec<(Filter, Vec<(String, u64)>)>,
}

/// The search page.
#[derive(Debug, Template)]
#[template(path = "portal/search.html", config = "assets/askama.toml")]
pub struct SearchView<'a> {
    /// Its frame.
    pub page: Page<'a>,
    /// The words that were asked for.
    pub query: String,
    /// How much was found: `Tìm thấy 12 tư liệu`.
    pub found: String,
    /// How long it took, for those who look: `3 ms`.
    pub took: String,
    /// The matches.
    pub cards: Vec<Card>,
    /// The filters that are set.
    pub chosen: Vec<Chosen>,
    /// The search without any filter.
    pub clear_url: String,
    /// What results can be narrowed by.
    pub facets: Vec<FacetGroup>,
    /// `Trang 2 / 5`; empty with a single page.
    pub position: String,
    /// The page before.
    pub prev: Option<String>,
    /// The page after.
    pub next: Option<String>,
}

/// So many values of a filter are shown at once.
const SHOWN: usize = 8;

impl<'a> SearchView<'a> {
    /// The frame of `request` for readers of `lang`; the cards of [`Results`] are made on it.
    #[must_use]
    pub fn page(site: &'a Site, lang: &Lang, request: &Request) -> Page<'a> {
        let mut page = Page::new(site, lang, request.path());
        page.nav = Nav::Search;
        page.canonical = None;
        page.title = if request.q.trim().is_empty() {
            page.t("search-title")
        } else {
            page.t1("search-title-for", "query", request.q.trim())
        };
        page.description = page.t1("home-description", "province", &page.province().text);
        page
    }

    /// The search page on its frame.
    #[must_use]
    pub fn new(page: Page<'a>, request: &Request, results: Results, labels: &Labels<'_>) -> Self {
        let at = |number: u64| page.href(&request.at_page(number).path());
        let now = request.page_number();
        let pages = results.total.div_ceil(Request::PAGE_SIZE).clamp(1, Request::LAST_PAGE);
        let number = |n| format::number(page.words.tag(), n);
        let bare = Request { q: request.q.clone(), ..Request::default() };
        Self {
            query: request.q.clone(),
            found: page.words.count("search-found", results.total),
            took: page.words.count("search-took", results.took_ms),
            chosen: chosen(&page, request, labels),
            clear_url: page.href(&bare.path()),
            facets: groups(&page, request, &results.facets, labels),
            position: if pages == 1 {
                String::new()
            } else {
                page.t1("page-position", "pages", &format!("{} / {}", number(now), number(pages)))
            },
            prev: Some(now).filter(|now| 1 < *now).map(|now| at(now.saturating_sub(1).min(pages))),
            next: Some(now).filter(|now| *now < pages).map(|now| at(now.saturating_add(1))),
            cards: results.cards,
            page,
        }
    }
}

fn chosen(page: &Page<'_>, request: &Request, labels: &Labels<'_>) -> Vec<Chosen> {
    let set = |filter: Filter| {
        let code = request.chosen(filter)?;
        Some(Chosen {
            name: filter.param(),
            code: code.to_owned(),
            filter: name(page, filter),
            label: label(page, filter, code, labels),
            url: page.href(&request.with(filter, "").path()),
        })
    };
    Filter::ALL.into_iter().filter_map(set).collect()
}

fn groups(
    page: &Page<'_>,
    request: &Request,
    facets: &[(Filter, Vec<(String, u64)>)],
    labels: &Labels<'_>,
) -> Vec<FacetGroup> {
    let group = |filter: Filter| {
        let (_, counts) = facets.iter().find(|(of, counts)| *of == filter && !counts.is_empty())?;
        let mut items = Item::all(page, request, filter, counts, labels);
        let more = items.split_off(SHOWN.min(items.len()));
        Some(FacetGroup { name: filter.param(), label: name(page, filter), items, more })
    };
    Filter::ALL.into_iter().filter_map(group).collect()
}

fn name(page: &Page<'_>, filter: Filter) -> String {
    page.t(&format!("filter-{}", filter.facet()))
}

fn label(page: &Page<'_>, filter: Filter, code: &str, labels: &Labels<'_>) -> Text {
    match filter {
        Filter::Kind => labels.label("kinds", code, &page.lang),
        Filter::Topic => labels.label("topics", code, &page.lang),
        Filter::Place => labels.label("places", code, &page.lang),
        Filter::Language => labels.label("languages", code, &page.lang),
        Filter::Agency => labels.agency(code, &page.lang),
        Filter::Year => Text::plain(code, &page.lang),
    }
}
