//! What texts claim to be against what they look like, paragraph by paragraph, and translations
//! against their source. Only doubts are said; people decide.

use super::{Check, Place, texts::Text};
use crate::{
    domain::{lang::Lang, message::Message, review::TextField},
    text::{Contradiction, contradiction},
};

/// Shorter paragraphs may rightly be the same in two languages: names, numbers, titles.
const COPYABLE: usize = 40;

/// Below this many characters a translation's length says nothing.
const MEASURABLE: usize = 200;

/// How many single paragraphs are named for one text; more are summed up.
const NAMED: usize = 5;

/// A paragraph with what speaks against it.
struct Doubt<'a> {
    paragraph: usize,
    text: &'a str,
    why: Contradiction,
}

impl<'a> Check<'a> {
    pub(super) fn languages(&mut self) {
        let texts = self.texts;
        for text in &texts.main {
            let mut doubts = Vec::new();
            let mut long = 0_usize;
            for (paragraph, line) in text.paragraphs().enumerate() {
                long = long.saturating_add(usize::from(COPYABLE <= line.chars().count()));
                if let Some(why) = contradiction(text.lang.primary(), line) {
                    doubts.push(Doubt { paragraph, text: line, why });
                }
            }
            if !doubts.is_empty() {
                self.doubted(text, &doubts, long);
            }
        }
    }

    /// One word where most of a text is doubted, else one a paragraph.
    fn doubted(&mut self, text: &Text<'a>, doubts: &[Doubt<'_>], long: usize) {
        let (lang, pointer) = (text.lang, text.pointer());
        let place = Place::at(&pointer).in_lang(lang);
        let Some(first) = doubts.first() else { return };
        if long < doubts.len().saturating_mul(2) {
            let message = Message::new(
                format!("Khai là {lang} nhưng {}.", looks_vi(first.why)),
                format!("Declared as {lang}, but {}.", looks_en(first.why)),
            );
            return self.say("language", place, message);
        }
        let source = self.document().original_lang.primary();
        for doubt in doubts.iter().take(NAMED) {
            let left =
                doubt.why == Contradiction::Other(source_tag(source)) && lang.primary() != source;
            let rule = if left { "untranslated" } else { "language" };
            let n = doubt.paragraph.saturating_add(1);
            let message = if left {
                Message::new(
                    format!("Đoạn {n} của bản {lang} còn nguyên tiếng của bản gốc, chưa dịch."),
                    format!(
                        "Paragraph {n} of the {lang} version is still in the source's language."
                    ),
                )
            } else {
                Message::new(
                    format!("Đoạn {n} khai là {lang} nhưng {}.", looks_vi(doubt.why)),
                    format!("Paragraph {n} is declared as {lang}, but {}.", looks_en(doubt.why)),
                )
            };
            let excerpt: String = doubt.text.chars().take(80).collect();
            let place =
                Place { paragraph: Some(doubt.paragraph), excerpt: Some(&excerpt), ..place };
            self.say(rule, place, message);
        }
        let more = doubts.len().saturating_sub(NAMED);
        if 0 < more {
            let message = Message::new(
                format!("Còn {more} đoạn khác không đúng ngôn ngữ đã khai ({lang})."),
                format!("{more} more paragraphs are not in the declared language ({lang})."),
            );
            self.say("language", place, message);
        }
    }

    /// Translations against their source: copied, far too short or long, behind.
    pub(super) fn translations(&mut self) {
        let texts = self.texts;
        let original = &self.document().original_lang;
        for text in texts.main.iter().filter(|text| text.lang != original) {
            if let Some(source) = texts.get(text.field, original) {
                self.copied(source, text);
                self.length(source, text);
            }
        }
        self.stale();
    }

    fn copied(&mut self, source: &Text<'a>, text: &Text<'a>) {
        let mut theirs: Vec<&str> = source.paragraphs().map(str::trim).collect();
        theirs.retain(|line| COPYABLE <= line.chars().count());
        let copied = |line: &str| theirs.contains(&line.trim());
        let at: Vec<usize> = text
            .paragraphs()
            .enumerate()
            .filter(|(_, line)| copied(line))
            .map(|(at, _)| at)
            .collect();
        let Some(first) = at.first().copied() else { return };
        let (lang, count) = (text.lang, at.len());
        let message = Message::new(
            format!("Bản {lang} có {count} đoạn chép nguyên văn bản gốc."),
            format!("The {lang} version copies the source in {count} paragraphs."),
        );
        let pointer = text.pointer();
        let place = Place { paragraph: Some(first), ..Place::at(&pointer).in_lang(lang) };
        self.say("copied", place, message);
    }

    fn length(&mut self, source: &Text<'a>, text: &Text<'a>) {
        let (of, is) = (source.plain.chars().count(), text.plain.chars().count());
        let (Some(per), Some(own)) = (density(text.lang), density(source.lang)) else { return };
        if of < MEASURABLE || text.field == TextField::Title {
            return;
        }
        let expected = of.saturating_mul(per) / own.max(1);
        let short = is.saturating_mul(5) < expected.saturating_mul(2);
        let long = expected.saturating_mul(5) < is.saturating_mul(2);
        if short || long {
            let lang = text.lang;
            let (vi, en) = if short { ("ngắn", "shorter") } else { ("dài", "longer") };
            let message = Message::new(
                format!(
                    "Bản {lang} {vi} hơn hẳn so với bản gốc ({is} ký tự, thường khoảng {expected})."
                ),
                format!(
                    "The {lang} version is much {en} than its source ({is} characters, about {expected} are usual)."
                ),
            );
            self.say("length", Place::at(&text.pointer()).in_lang(lang), message);
        }
    }

    fn stale(&mut self) {
        let texts = self.texts;
        for mark in &self.subject.draft.stale {
            let original = &self.document().original_lang;
            let Some(text) = texts.get(mark.field, &mark.lang) else { continue };
            let source = texts.get(mark.field, original);
            let at = source.and_then(|source| {
                source.paragraphs().position(|line| super::stale::print(line) == mark.source)
            });
            let lang = &mark.lang;
            let message = match at.map(|at| at.saturating_add(1)) {
                Some(n) => Message::new(
                    format!("Đoạn {n} của bản gốc đã sửa sau khi dịch; bản {lang} chưa theo kịp."),
                    format!(
                        "Paragraph {n} of the source changed after it was translated; the {lang} version is behind."
                    ),
                ),
                None => Message::new(
                    format!("Bản gốc đã bỏ một đoạn sau khi dịch; hãy xem lại bản {lang}."),
                    format!(
                        "A paragraph of the source was taken out after it was translated; look at the {lang} version."
                    ),
                ),
            };
            let pointer = text.pointer();
            self.say(
                "stale",
                Place { paragraph: at, ..Place::at(&pointer).in_lang(lang) },
                message,
            );
        }
    }
}

fn looks_vi(why: Contradiction) -> String {
    match why {
        Contradiction::Other(seen) => format!("văn bản giống ngôn ngữ {seen}"),
        Contradiction::Unmarked => "chữ viết không có dấu".to_owned(),
        Contradiction::Letters => "chữ viết không phải của ngôn ngữ này".to_owned(),
    }
}

fn looks_en(why: Contradiction) -> String {
    match why {
        Contradiction::Other(seen) => format!("it looks like {seen}"),
        Contradiction::Unmarked => "it is written without marks".to_owned(),
        Contradiction::Letters => "the letters are not those of this language".to_owned(),
    }
}

/// The detector's own tag for a language, to compare with what it saw.
fn source_tag(primary: &str) -> &'static str {
    const TAGS: [&str; 12] =
        ["vi", "en", "fr", "es", "de", "ru", "zh", "ja", "ko", "th", "km", "lo"];
    TAGS.into_iter().find(|tag| *tag == primary).unwrap_or("")
}

/// How many characters say what takes a hundred in Vietnamese; none for languages not known.
fn density(lang: &Lang) -> Option<usize> {
    Some(match lang.primary() {
        "vi" | "en" => 100,
        "fr" | "es" | "de" | "ru" => 112,
        "zh" => 30,
        "ja" => 45,
        "ko" => 50,
        "th" | "lo" => 95,
        "km" => 105,
        _ => return None,
    })
}
