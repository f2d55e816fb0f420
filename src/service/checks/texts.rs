//! The texts of a document, each read once for all rules.

use std::borrow::Cow;

use serde_json::Value;

use crate::{
    domain::{document::Document, lang::Lang, review::TextField},
    text::html,
};

/// Title, summary or body in one language.
pub(super) struct Text<'a> {
    pub(super) field: TextField,
    pub(super) lang: &'a Lang,
    /// Plain; a paragraph is a line.
    pub(super) plain: Cow<'a, str>,
}

impl Text<'_> {
    pub(super) fn pointer(&self) -> String {
        format!("/{}/{}", self.field, self.lang)
    }

    pub(super) fn paragraphs(&self) -> impl Iterator<Item = &str> {
        self.plain.lines().filter(|line| !line.trim().is_empty())
    }
}

/// Everything that people wrote in a document.
pub(super) struct Texts<'a> {
    /// Titles, summaries and bodies.
    pub(super) main: Vec<Text<'a>>,
    /// All other texts, with their places.
    pub(super) others: Vec<(String, Option<&'a Lang>, &'a str)>,
}

impl<'a> Texts<'a> {
    pub(super) fn of(document: &'a Document) -> Self {
        let mut main = Vec::new();
        for (field, texts) in [
            (TextField::Title, &document.title),
            (TextField::Summary, &document.summary),
            (TextField::Body, &document.body),
        ] {
            for (lang, text) in texts.iter() {
                let plain = match field {
                    TextField::Body => Cow::Owned(html::clean_to_text(text)),
                    _ => Cow::Borrowed(text.as_str()),
                };
                main.push(Text { field, lang, plain });
            }
        }
        Self { main, others: others(document) }
    }

    /// The text of a field in a language.
    pub(super) fn get(&self, field: TextField, lang: &Lang) -> Option<&Text<'a>> {
        self.main.iter().find(|text| text.field == field && text.lang == lang)
    }

    /// The main texts of a language.
    pub(super) fn of_lang(&self, lang: &Lang) -> impl Iterator<Item = &str> {
        self.main.iter().filter(move |text| text.lang == lang).map(|text| &*text.plain)
    }

    /// The languages of the main texts.
    pub(super) fn langs(&self) -> Vec<&'a Lang> {
        let mut langs: Vec<&Lang> = self.main.iter().map(|text| text.lang).collect();
        langs.sort();
        langs.dedup();
        langs
    }
}

fn others(document: &Document) -> Vec<(String, Option<&Lang>, &str)> {
    let mut out = Vec::new();
    for (lang, words) in document.keywords.iter() {
        let each = words.iter().enumerate();
        out.extend(
            each.map(|(at, word)| (format!("/keywords/{lang}/{at}"), Some(lang), word.as_str())),
        );
    }
    for (lang, body) in document.body.iter() {
        let links = html::links(body).map(|link| (format!("/body/{lang}"), None, link));
        out.extend(links);
    }
    out.extend(document.source_id.as_deref().map(|id| ("/sourceId".to_owned(), None, id)));
    for (at, creator) in document.creators.iter().enumerate() {
        out.push((format!("/creators/{at}/name"), None, creator.name.as_str()));
    }
    for (lang, entry) in &document.translations {
        out.extend(entry.by.as_deref().map(|by| (format!("/translations/{lang}/by"), None, by)));
    }
    let rights = [("holder", &document.rights.holder), ("credit", &document.rights.credit)];
    for (name, texts) in rights {
        out.extend(
            texts
                .iter()
                .map(|(lang, text)| (format!("/rights/{name}/{lang}"), Some(lang), text.as_str())),
        );
    }
    for (at, place) in document.places.iter().enumerate() {
        out.extend(
            place.name.iter().map(|(lang, text)| {
                (format!("/places/{at}/name/{lang}"), Some(lang), text.as_str())
            }),
        );
    }
    for (at, asset) in document.assets.iter().enumerate() {
        for (name, texts) in [("caption", &asset.caption), ("alt", &asset.alt)] {
            out.extend(texts.iter().map(|(lang, text)| {
                (format!("/assets/{at}/{name}/{lang}"), Some(lang), text.as_str())
            }));
        }
        out.extend(
            asset.page_texts.iter().map(|(page, text)| {
                (format!("/assets/{at}/pageTexts/{page}"), None, text.as_str())
            }),
        );
        out.extend(
            asset.creator.as_deref().map(|name| (format!("/assets/{at}/creator"), None, name)),
        );
    }
    for (name, value) in &document.ext {
        strings(value, &format!("/ext/{}", name.replace('~', "~0").replace('/', "~1")), &mut out);
    }
    out
}

/// All texts within a value.
fn strings<'a>(
    value: &'a Value,
    pointer: &str,
    out: &mut Vec<(String, Option<&'a Lang>, &'a str)>,
) {
    match value {
        Value::String(text) => out.push((pointer.to_owned(), None, text)),
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                strings(item, &format!("{pointer}/{at}"), out);
            }
        }
        Value::Object(map) => {
            for (name, item) in map {
                let name = name.replace('~', "~0").replace('/', "~1");
                strings(item, &format!("{pointer}/{name}"), out);
            }
        }
        _ => {}
    }
}
