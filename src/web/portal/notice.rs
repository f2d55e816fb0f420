//! Pages that have nothing to show: gone, not found, any other problem.

use askama::Template;

use super::{
    format,
    site::{Nav, Page, Site},
};
use crate::domain::{lang::Lang, record::Tombstone};

/// A page that says why there is nothing.
#[derive(Debug, Template)]
#[template(path = "portal/notice.html", config = "assets/askama.toml")]
pub struct NoticeView<'a> {
    /// Its frame.
    pub page: Page<'a>,
    /// The HTTP status to answer with.
    pub status: u16,
    /// What happened.
    pub heading: String,
    /// More about it, a paragraph each.
    pub lines: Vec<String>,
    /// What to go on with: text and address.
    pub onward: Option<(String, String)>,
}

impl<'a> NoticeView<'a> {
    /// 410: the record was withdrawn. Says when, and nothing of what it held.
    #[must_use]
    pub fn gone(site: &'a Site, lang: &Lang, tombstone: &Tombstone) -> Self {
        let path = format!("r/{}", tombstone.id.key());
        let mut view = Self::new(site, lang, (410, path), "gone-heading");
        let page = &view.page;
        let date = format::date(page.words.tag(), tombstone.at);
        view.lines = vec![
            page.t1("gone-when", "date", &date),
            page.t1("gone-id", "id", &tombstone.local_id),
            page.t("gone-advice"),
        ];
        view.onward = tombstone
            .replaced_by
            .map(|other| (page.t("gone-replaced"), page.href(&format!("r/{}", other.key()))));
        view
    }

    /// 404: nothing there, or nothing that the reader may know of.
    #[must_use]
    pub fn not_found(site: &'a Site, lang: &Lang) -> Self {
        let mut view = Self::new(site, lang, (404, String::new()), "missing-heading");
        view.lines = vec![view.page.t("missing-advice")];
        view
    }

    /// Any other problem. `detail` is in the words' language; `incident` is the number that a
    /// reader can tell the managing agency.
    #[must_use]
    pub fn problem(
        site: &'a Site,
        lang: &Lang,
        status: u16,
        detail: Option<&str>,
        incident: Option<&str>,
    ) -> Self {
        let key = match status {
            429 | 503 => "busy-heading",
            400..500 => "refused-heading",
            _ => "failed-heading",
        };
        let mut view = Self::new(site, lang, (status, String::new()), key);
        let page = &view.page;
        let number = incident.map(|incident| page.t1("failed-incident", "incident", incident));
        let advice = page.t("failed-advice");
        view.lines = detail.map(str::to_owned).into_iter().chain(number).chain([advice]).collect();
        view
    }

    fn new(site: &'a Site, lang: &Lang, (status, path): (u16, String), heading: &str) -> Self {
        let mut page = Page::new(site, lang, path);
        page.canonical = None;
        page.title = page.t(heading);
        Self { status, heading: page.title.clone(), lines: Vec::new(), onward: None, page }
    }
}
