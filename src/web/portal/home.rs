//! The home page.

use askama::Template;

use super::{
    card::Card,
    labels::Labels,
    request::{Filter, Request},
    search::Item,
    site::{Nav, Page, Site},
};
use crate::domain::lang::Lang;

/// The home page: search, topics, kinds, and what was published last.
#[derive(Debug, Template)]
#[template(path = "portal/home.html", config = "assets/askama.toml")]
pub struct HomeView<'a> {
    /// Its frame.
    pub page: Page<'a>,
    /// Published last, the newest first.
    pub latest: Vec<Card>,
    /// What there is, by kind.
    pub kinds: Vec<Item>,
    /// What there is, by topic.
    pub topics: Vec<Item>,
    /// How much there is: `1.234 tư liệu`.
    pub total: String,
}

/// How much the database holds: codes with their counts.
#[derive(Clone, Debug, Default)]
pub struct Holdings {
    /// Published records.
    pub total: u64,
    /// By kind.
    pub kinds: Vec<(String, u64)>,
    /// By topic.
    pub topics: Vec<(String, u64)>,
}

impl<'a> HomeView<'a> {
    /// The frame for readers of `lang`; the cards of [`HomeView::new`] are made on it.
    #[must_use]
    pub fn page(site: &'a Site, lang: &Lang) -> Page<'a> {
        let mut page = Page::new(site, lang, "");
        page.nav = Nav::Home;
        page.description = page.t1("home-description", "province", &page.province().text);
        page
    }

    /// The home page on its frame.
    #[must_use]
    pub fn new(
        page: Page<'a>,
        latest: Vec<Card>,
        holdings: &Holdings,
        labels: &Labels<'_>,
    ) -> Self {
        let all = Request::default();
        let items = |filter, counts| Item::all(&page, &all, filter, counts, labels);
        Self {
            kinds: items(Filter::Kind, &holdings.kinds),
            topics: items(Filter::Topic, &holdings.topics),
            total: page.words.count("records-count", holdings.total),
            latest,
            page,
        }
    }
}
