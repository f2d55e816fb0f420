//! Names: the official ones in translations, and those of Vietnam's sea in every language.

use super::{Check, Place};
use crate::domain::{document::Kind, finding::Level, message::Message};

/// How many names are listed for one language.
const LISTED: usize = 8;

impl Check<'_> {
    pub(super) fn names(&mut self) {
        self.glossary();
        self.sovereignty();
    }

    fn glossary(&mut self) {
        if self.spared("names") {
            return;
        }
        let (texts, words) = (self.texts, self.context.words);
        let vietnamese = texts.main.iter().filter(|text| text.lang.is_vietnamese());
        let named = words.glossary.named(vietnamese.map(|text| &*text.plain));
        if named.is_empty() {
            return;
        }
        for lang in texts.langs().into_iter().filter(|lang| !lang.is_vietnamese()) {
            let tag = lang.as_str();
            let missing = words.glossary.missing(&named, tag, texts.of_lang(lang));
            let pairs: Vec<String> = missing
                .iter()
                .take(LISTED)
                .filter_map(|name| {
                    Some(format!("{} = {}", name.official("vi")?, name.official(tag)?))
                })
                .collect();
            if pairs.is_empty() {
                continue;
            }
            let (list, more) = (pairs.join("; "), missing.len().saturating_sub(LISTED));
            let (and_vi, and_en) = if more == 0 {
                (String::new(), String::new())
            } else {
                (format!(" và {more} tên khác"), format!(" and {more} more"))
            };
            let message = Message::new(
                format!("Bản {lang} chưa dùng tên gọi chính thức: {list}{and_vi}."),
                format!("The {lang} version does not use official names: {list}{and_en}."),
            );
            let pointer = format!("/title/{lang}");
            self.say("names", Place::at(&pointer).in_lang(lang), message);
        }
    }

    /// An answer to false claims has to quote them; there it is a word of warning.
    fn sovereignty(&mut self) {
        if self.spared("sovereignty") {
            return;
        }
        let (texts, words) = (self.texts, self.context.words);
        let quotes = self.document().kind == Kind::Clarification;
        let main = texts.main.iter().map(|text| (text.pointer(), Some(text.lang), &*text.plain));
        let others =
            texts.others.iter().map(|(pointer, lang, text)| (pointer.clone(), *lang, *text));
        for (pointer, lang, text) in main.chain(others) {
            let tag = lang.map_or("vi", |lang| lang.as_str());
            for wrong in words.claims.wrong(tag, text) {
                let most = if quotes || wrong.alone { Level::Warn } else { Level::Block };
                let message = Message::new(
                    format!("“{}”: {}", wrong.form, wrong.say.vi),
                    format!("“{}”: {}", wrong.form, wrong.say.en),
                );
                let place = Place {
                    lang,
                    paragraph: Some(wrong.paragraph),
                    excerpt: Some(wrong.form),
                    ..Place::at(&pointer)
                };
                self.say_at_most("sovereignty", most, place, message);
            }
        }
    }
}
