//! What texts claim to be against what they look like, paragraph by paragraph, and translations
//! against their source. Only doubts are said; people decide.

use super::{Check, Place, texts::Text};
use crate::{
    domain::{finding::Level, lang::Lang, message::Message, review::TextField},
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
            let ((vi, en), (seen_vi, seen_en)) = (self.lang_names(lang), self.looks(first.why));
            let message = Message::new(
                format!("Được khai là {vi} nhưng {seen_vi}."),
                format!("Declared as {en}, but {seen_en}."),
            );
            return self.say("language", place, message);
        }
        let source = self.document().original_lang.primary();
        for doubt in doubts.iter().take(NAMED) {
            let left =
                doubt.why == Contradiction::Other(source_tag(source)) && lang.primary() != source;
            let rule = if left { "untranslated" } else { "language" };
            let n = doubt.paragraph.saturating_add(1);
            let ((vi, en), (seen_vi, seen_en)) = (self.lang_names(lang), self.looks(doubt.why));
            let message = if left {
                Message::new(
                    format!(
                        "Đoạn {n} của bản {vi} vẫn để nguyên tiếng của bản gốc, chưa được dịch."
                    ),
                    format!("Paragraph {n} of the {en} version is still in the source's language."),
                )
            } else {
                Message::new(
                    format!("Đoạn {n} được khai là {vi} nhưng {seen_vi}."),
                    format!("Paragraph {n} is declared as {en}, but {seen_en}."),
                )
            };
            let excerpt: String = doubt.text.chars().take(80).collect();
            let place =
                Place { paragraph: Some(doubt.paragraph), excerpt: Some(&excerpt), ..place };
            self.say(rule, place, message);
        }
        let more = doubts.len().saturating_sub(NAMED);
        if 0 < more {
            let (vi, en) = self.lang_names(lang);
            let message = Message::new(
                format!("Còn {more} đoạn khác không phải {vi} như đã khai."),
                format!("{more} more paragraphs are not in {en} as declared."),
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
                self.paragraphs(source, text);
                self.length(source, text);
            }
        }
        self.stale();
    }

    /// What speaks against a language, in Vietnamese and English.
    fn looks(&self, why: Contradiction) -> (String, String) {
        match why {
            Contradiction::Other(seen) => {
                let named = seen.parse().map(|lang| self.lang_names(&lang));
                let (vi, en) = named.unwrap_or_else(|_no_tag| (seen.to_owned(), seen.to_owned()));
                (format!("nội dung có vẻ là {vi}"), format!("it looks like {en}"))
            }
            Contradiction::Unmarked => {
                ("chữ viết không có dấu".to_owned(), "it is written without marks".to_owned())
            }
            Contradiction::Letters => (
                "chữ viết không phải của ngôn ngữ này".to_owned(),
                "the letters are not those of this language".to_owned(),
            ),
        }
    }

    /// A body with fewer paragraphs than its source lacks some, or has joined them; with more it may
    /// say what the source does not.
    fn paragraphs(&mut self, source: &Text<'a>, text: &Text<'a>) {
        let (of, is) = (source.paragraphs().count(), text.paragraphs().count());
        if text.field != TextField::Body || of < 2 || of == is {
            return;
        }
        let lang = text.lang;
        let (vi, en) = self.lang_names(lang);
        let message = Message::new(
            format!("Bản {vi} có {is} đoạn, bản gốc có {of} đoạn; hãy đối chiếu."),
            format!("The {en} version has {is} paragraphs and its source {of}; compare them."),
        );
        let most = if is < of { Level::Block } else { Level::Info };
        self.say_at_most("paragraphs", most, Place::at(&text.pointer()).in_lang(lang), message);
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
        let (vi, en) = self.lang_names(lang);
        let message = Message::new(
            format!("Bản {vi} có {count} đoạn chép nguyên văn bản gốc."),
            format!("The {en} version copies the source in {count} of its paragraphs."),
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
            let (vi_lang, en_lang) = self.lang_names(lang);
            let message = Message::new(
                format!(
                    "Bản {vi_lang} {vi} hơn hẳn so với bản gốc ({is} ký tự, thường khoảng {expected})."
                ),
                format!(
                    "The {en_lang} version is much {en} than its source ({is} characters, about {expected} are usual)."
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
            let (vi, en) = self.lang_names(lang);
            let n = at.map(|at| at.saturating_add(1));
            let message = match (n, mark.field) {
                (Some(_), TextField::Title) => Message::new(
                    format!("Tiêu đề bản gốc đã sửa sau khi dịch; cần cập nhật bản {vi}."),
                    format!(
                        "The source's title changed after it was translated; the {en} version is behind."
                    ),
                ),
                (Some(n), _) => Message::new(
                    format!(
                        "Đoạn {n} của bản gốc mới thêm hoặc đã sửa sau khi dịch; cần cập nhật bản {vi}."
                    ),
                    format!(
                        "Paragraph {n} of the source was added or changed after it was translated; the {en} version is behind."
                    ),
                ),
                (None, _) => Message::new(
                    format!("Bản gốc đã bỏ một đoạn sau khi dịch; cần xem lại bản {vi}."),
                    format!(
                        "A paragraph of the source was taken out after it was translated; look at the {en} version."
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
