//! What is written into the files that go out.

use std::collections::BTreeMap;

use super::date;
use super::described::{LangText, Place, X_DEFAULT};
use super::text::{ITEMS, LANGUAGES, language, line, text, url};

/// The language that stands for all where only one can be written.
const FIRST: &str = "vi";

/// What is written into the files that go out, by [`xmp()`](super::xmp()) and
/// [`iptc()`](super::iptc()).
///
/// Texts are brought into the form that [`Described`](super::Described) has; what is empty is left
/// out. Where a format takes one language only, it gets Vietnamese, or else the first by its tag.
/// The same notice gives the same bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notice {
    /// The record's identifier, a URN: `urn:uuid:…`.
    pub id: String,
    /// The headline; it serves as title too.
    pub headline: LangText,
    /// The caption.
    pub caption: LangText,
    /// Who made the picture.
    pub creators: Vec<String>,
    /// The credit line.
    pub credit: LangText,
    /// The copyright notice.
    pub copyright: LangText,
    /// The licence, a URL.
    pub licence_url: Option<String>,
    /// The page where a licence is to be had, a URL: the record's own.
    pub licensor_url: Option<String>,
    /// The terms of use.
    pub usage_terms: LangText,
    /// Who supplied the picture.
    pub source: Option<String>,
    /// Instructions to those who publish it.
    pub instructions: Option<String>,
    /// When it was made, in ISO 8601 as far as it is known.
    pub date: Option<String>,
    /// The place it shows. IIM takes country codes of three letters only.
    pub place: Place,
    /// How it was made, a URI of the IPTC digital source type vocabulary.
    pub digital_source_type: Option<String>,
    /// The keywords by language.
    pub keywords: BTreeMap<String, Vec<String>>,
}

impl Notice {
    /// The notice with its texts in the form that [`Described`](super::Described) has, and without
    /// what is empty.
    pub(super) fn clean(&self) -> Self {
        let creators = self.creators.iter().filter_map(|name| line(name)).take(ITEMS);
        let words =
            |words: &Vec<String>| words.iter().filter_map(|w| line(w)).take(ITEMS).collect();
        let keywords = self.keywords.iter().map(|(lang, list)| (lang.clone(), words(list)));
        let keywords = keywords.filter(|(_, list): &(_, Vec<String>)| !list.is_empty());
        Self {
            id: line(&self.id).unwrap_or_default(),
            headline: each(&self.headline, line),
            caption: each(&self.caption, text),
            creators: creators.collect(),
            credit: each(&self.credit, line),
            copyright: each(&self.copyright, text),
            licence_url: self.licence_url.as_deref().and_then(url),
            licensor_url: self.licensor_url.as_deref().and_then(url),
            usage_terms: each(&self.usage_terms, text),
            source: self.source.as_deref().and_then(line),
            instructions: self.instructions.as_deref().and_then(text),
            date: self.date.as_deref().and_then(date::iso),
            place: Place {
                sublocation: self.place.sublocation.as_deref().and_then(line),
                city: self.place.city.as_deref().and_then(line),
                province: self.place.province.as_deref().and_then(line),
                country: self.place.country.as_deref().and_then(line),
                country_code: self.place.country_code.as_deref().and_then(line),
            },
            digital_source_type: self.digital_source_type.as_deref().and_then(line),
            keywords: keywords.take(LANGUAGES).collect(),
        }
    }
}

/// A text in its languages, those with a well-formed tag.
fn each(all: &LangText, clean: fn(&str) -> Option<String>) -> LangText {
    let texts = all.iter().filter_map(|(lang, text)| Some((language(lang)?, clean(text)?)));
    texts.take(LANGUAGES).collect()
}

/// What stands for all languages: what is marked so, Vietnamese, or the first.
pub(super) fn default_of<T>(all: &BTreeMap<String, T>) -> Option<&T> {
    all.get(X_DEFAULT).or_else(|| all.get(FIRST)).or_else(|| all.values().next())
}
