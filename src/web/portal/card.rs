//! A record in a list: on the home page and among search results.

use super::{
    files::{self, Picture},
    format,
    labels::Labels,
    site::{Page, Text},
};
use crate::domain::{lang::Lang, record::LiveRecord};

/// What a search found in one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The language of the text that matched.
    pub lang: Lang,
    /// Its title, escaped, with `<mark>` around what matched.
    pub title_html: String,
    /// The part of its text that matched best, escaped, with `<mark>`.
    pub text_html: String,
    /// The page of a publication that it is from.
    pub page: Option<u32>,
}

/// A record in a list.
#[derive(Clone, Debug)]
pub struct Card {
    /// The record's page in the reader's language.
    pub url: String,
    /// ` lang="…"` for the title, or nothing.
    pub title_lang: String,
    /// Escaped, perhaps with `<mark>`.
    pub title_html: String,
    /// ` lang="…"` for the text, or nothing.
    pub text_lang: String,
    /// Escaped, perhaps with `<mark>`.
    pub text_html: String,
    /// Where the text stands if it is on a page of a publication: `page 12`.
    pub place: Option<String>,
    /// What it is.
    pub kind: Text,
    /// Who contributed it.
    pub agency: Text,
    /// First published, as people read it.
    pub published: String,
    /// First published, `YYYY-MM-DD`.
    pub published_date: String,
    /// A small picture.
    pub picture: Option<Picture>,
}

/// So many characters of a summary stand on a card.
const TEXT: usize = 180;

impl Card {
    /// The card of `live` on `page`: with what a search `found`, or with its title and summary.
    #[must_use]
    pub fn new(
        page: &Page<'_>,
        live: &LiveRecord,
        labels: &Labels<'_>,
        found: Option<Found>,
    ) -> Self {
        let document = &live.document;
        let number = found.as_ref().and_then(|found| found.page);
        let place = number.map(|n| page.words.with("found-on-page", "page", &n.to_string()));
        let (title, text) = match found {
            Some(found) => {
                let attr = Text::new(&found.lang, "", &page.lang).lang_attr();
                ((attr.clone(), found.title_html), (attr, found.text_html))
            }
            None => plain(live, &page.lang),
        };
        Self {
            url: page.href(&record_path(live)),
            title_lang: title.0,
            title_html: title.1,
            text_lang: text.0,
            text_html: text.1,
            place,
            kind: labels.kind(document.kind, &page.lang),
            agency: Text::best(&live.agency.name, &page.lang)
                .unwrap_or_else(|| labels.agency(live.agency.code.as_str(), &page.lang)),
            published: format::date(page.words.tag(), live.published),
            published_date: format::machine_date(live.published),
            picture: files::thumbnail(live).and_then(|asset| {
                files::picture(page, live, asset, "(min-width: 40rem) 20rem, 100vw")
            }),
        }
    }
}

/// A record's path after `/{lang}/`.
#[must_use]
pub fn record_path(live: &LiveRecord) -> String {
    format!("r/{}", live.id.key())
}

/// Title and summary in the reader's language or the next best, each with its ` lang="…"`.
fn plain(live: &LiveRecord, lang: &Lang) -> ((String, String), (String, String)) {
    let title =
        Text::best(&live.document.title, lang).unwrap_or_else(|| Text::plain(&live.local_id, lang));
    // A summary in the title's language goes before one in any other.
    let summary = Text::best(&live.document.summary, &title.lang)
        .map(|text| Text::new(&text.lang, &format::shorten(&text.text, TEXT), lang))
        .unwrap_or_else(|| Text::plain("", lang));
    (
        (title.lang_attr(), format::escape(&title.text)),
        (summary.lang_attr(), format::escape(&summary.text)),
    )
}
