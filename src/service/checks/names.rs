//! Names: the official ones in translations, and those of Vietnam's sea in every language.

use std::collections::BTreeSet;

use super::{Check, Place};
use crate::{
    domain::{document::Kind, finding::Level, lang::Lang, message::Message, review::TextField},
    text::glossary::WrongName,
};

/// How many names are listed for one language.
const LISTED: usize = 8;

impl Check<'_> {
    pub(super) fn names(&mut self) {
        self.glossary();
        self.misnomers();
    }

    /// Names of the source's title, summary or body that its translation renders otherwise. A language
    /// without a body is not held against the names of the source's.
    fn glossary(&mut self) {
        if self.spared("names") {
            return;
        }
        let (texts, words) = (self.texts, self.context.words);
        let vietnamese = texts.main.iter().filter(|text| text.lang.is_vietnamese());
        let named: Vec<(TextField, BTreeSet<usize>)> = vietnamese
            .map(|text| (text.field, words.glossary.named(std::iter::once(&*text.plain))))
            .collect();
        for lang in texts.langs().into_iter().filter(|lang| !lang.is_vietnamese()) {
            for (field, named) in &named {
                if let Some(text) = texts.get(*field, lang).filter(|_| !named.is_empty()) {
                    self.missing(lang, &text.pointer(), named);
                }
            }
        }
    }

    fn missing(&mut self, lang: &Lang, pointer: &str, named: &BTreeSet<usize>) {
        let (texts, words) = (self.texts, self.context.words);
        let tag = lang.as_str();
        let mut missing = words.glossary.missing(named, tag, texts.of_lang(lang));
        missing.retain(|name| name.is_name());
        let pairs: Vec<String> = missing
            .iter()
            .take(LISTED)
            .filter_map(|name| Some(format!("{} = {}", name.official("vi")?, name.official(tag)?)))
            .collect();
        if pairs.is_empty() {
            return;
        }
        let (list, more) = (pairs.join("; "), missing.len().saturating_sub(LISTED));
        let (and_vi, and_en) = if more == 0 {
            (String::new(), String::new())
        } else {
            (format!(" và {more} tên khác"), format!(" and {more} more"))
        };
        let (vi, en) = self.lang_names(lang);
        let message = Message::new(
            format!("Bản {vi} chưa dùng tên gọi chính thức: {list}{and_vi}."),
            format!("The {en} version does not use official names: {list}{and_en}."),
        );
        self.say("names", Place::at(pointer).in_lang(lang), message);
    }

    /// An answer to false claims has to quote them; there it is a word of warning.
    fn misnomers(&mut self) {
        let (texts, words) = (self.texts, self.context.words);
        let quotes = self.document().kind == Kind::Clarification;
        let main = texts.main.iter().map(|text| (text.pointer(), Some(text.lang), &*text.plain));
        let others =
            texts.others.iter().map(|(pointer, lang, text)| (pointer.clone(), *lang, *text));
        for (pointer, lang, text) in main.chain(others) {
            let tag = lang.map_or("vi", |lang| lang.as_str());
            let place = Place { lang, ..Place::at(&pointer) };
            for wrong in words.unofficial.wrong(tag, text) {
                self.misnamed("unofficial", Level::Block, place, &wrong);
            }
            for wrong in words.claims.wrong(tag, text) {
                let most = if quotes || wrong.alone { Level::Warn } else { Level::Block };
                self.misnamed("sovereignty", most, place, &wrong);
            }
        }
    }

    fn misnamed(&mut self, rule: &str, most: Level, place: Place<'_>, wrong: &WrongName<'_>) {
        let message = Message::new(
            format!("“{}”: {}", wrong.form, wrong.say.vi),
            format!("“{}”: {}", wrong.form, wrong.say.en),
        );
        let (paragraph, excerpt) = (Some(wrong.paragraph), Some(wrong.form));
        self.say_at_most(rule, most, Place { paragraph, excerpt, ..place }, message);
    }
}
