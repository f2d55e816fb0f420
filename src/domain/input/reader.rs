//! Takes a JSON value apart and notes what is wrong, where, and goes on.

use std::{collections::BTreeMap, fmt::Display, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use unicode_normalization::is_nfc;

use crate::domain::{
    lang::{Lang, Localized},
    message::Message,
};

/// One thing that is wrong with an input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputError {
    /// Where: a JSON Pointer (RFC 6901); empty = the whole.
    pub pointer: String,
    /// What sort of error, stable for programs.
    pub code: String,
    /// What is expected, for people.
    pub message: Message,
}

impl InputError {
    /// An error at `pointer`, said in Vietnamese and English.
    #[must_use]
    pub fn new(pointer: &str, code: &str, (vi, en): (&str, &str)) -> Self {
        Self { pointer: pointer.to_owned(), code: code.to_owned(), message: Message::new(vi, en) }
    }
}

/// The most that a document may hold (contract, section 6); lengths in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// A title in one language.
    pub title: usize,
    /// A summary in one language.
    pub summary: usize,
    /// A body in one language.
    pub body: usize,
    /// Files of one record.
    pub assets: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { title: 300, summary: 5_000, body: 200_000, assets: 200 }
    }
}

/// The highest number of a page.
const PAGES: u32 = 10_000;

/// The most characters of a page's text.
const PAGE: usize = 20_000;

/// The most languages that one text may have.
const LANGUAGES: usize = 50;

pub(super) struct Reader<'a> {
    pub(super) limits: &'a Limits,
    pub(super) errors: Vec<InputError>,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(limits: &'a Limits) -> Self {
        Self { limits, errors: Vec::new() }
    }

    pub(super) fn refuse(&mut self, pointer: &str, code: &str, text: (&str, &str)) {
        self.errors.push(InputError::new(pointer, code, text));
    }

    pub(super) fn missing<T>(&mut self, pointer: &str) -> Option<T> {
        self.refuse(pointer, "required", ("Phải có trường này.", "This field is required."));
        None
    }

    fn wrong_type<T>(&mut self, pointer: &str, vi: &str, en: &str) -> Option<T> {
        let text = (format!("Phải là {vi}."), format!("This must be {en}."));
        self.refuse(pointer, "type", (&text.0, &text.1));
        None
    }

    pub(super) fn object<'v>(
        &mut self,
        value: &'v Value,
        pointer: &str,
        known: &[&str],
    ) -> Option<&'v Map<String, Value>> {
        let Some(map) = value.as_object() else {
            return self.wrong_type(pointer, "một đối tượng JSON", "a JSON object");
        };
        for name in map.keys().filter(|name| !known.contains(&name.as_str())) {
            let text = ("Không có trường nào tên như vậy.", "There is no field of this name.");
            self.refuse(&join(pointer, name), "unknown-field", text);
        }
        Some(map)
    }

    /// A field that may be missing or null.
    pub(super) fn opt<T>(
        &mut self,
        map: &Map<String, Value>,
        pointer: &str,
        name: &str,
        read: impl FnOnce(&mut Self, &Value, &str) -> Option<T>,
    ) -> Option<T> {
        match map.get(name) {
            None | Some(Value::Null) => None,
            Some(value) => read(self, value, &join(pointer, name)),
        }
    }

    pub(super) fn required<T>(
        &mut self,
        map: &Map<String, Value>,
        pointer: &str,
        name: &str,
        read: impl FnOnce(&mut Self, &Value, &str) -> Option<T>,
    ) -> Option<T> {
        match map.get(name) {
            Some(value) => read(self, value, &join(pointer, name)),
            None => self.missing(&join(pointer, name)),
        }
    }

    pub(super) fn items<T>(
        &mut self,
        value: &Value,
        pointer: &str,
        most: usize,
        read: impl Fn(&mut Self, &Value, &str) -> Option<T>,
    ) -> Vec<T> {
        let Some(items) = value.as_array() else {
            return self.wrong_type(pointer, "một danh sách", "a list").unwrap_or_default();
        };
        if most < items.len() {
            let text = (
                format!("Nhiều nhất {most} mục."),
                format!("There may be {most} entries at most."),
            );
            self.refuse(pointer, "too-many", (&text.0, &text.1));
            return Vec::new();
        }
        let each = items.iter().enumerate();
        each.filter_map(|(at, item)| read(self, item, &format!("{pointer}/{at}"))).collect()
    }

    #[expect(clippy::too_many_arguments, reason = "the field's place, its bound and its reader")]
    pub(super) fn list<T>(
        &mut self,
        map: &Map<String, Value>,
        pointer: &str,
        name: &str,
        most: usize,
        read: impl Fn(&mut Self, &Value, &str) -> Option<T>,
    ) -> Vec<T> {
        self.opt(map, pointer, name, |r, value, at| Some(r.items(value, at, most, read)))
            .unwrap_or_default()
    }

    pub(super) fn localized<T>(
        &mut self,
        map: &Map<String, Value>,
        pointer: &str,
        name: &str,
        read: impl Fn(&mut Self, &Value, &str) -> Option<T>,
    ) -> Localized<T> {
        let mut out = Localized::default();
        let value = match map.get(name) {
            None | Some(Value::Null) => return out,
            Some(value) => value,
        };
        let pointer = join(pointer, name);
        let Some(entries) = value.as_object() else {
            self.wrong_type::<()>(&pointer, "bảng theo thẻ ngôn ngữ", "a map by language tag");
            return out;
        };
        if LANGUAGES < entries.len() {
            let text = ("Quá nhiều ngôn ngữ (tối đa 50).", "Too many languages (50 at most).");
            self.refuse(&pointer, "too-many", text);
            return out;
        }
        for (tag, entry) in entries {
            let at = join(&pointer, tag);
            let lang = self.tag(tag, &at);
            let entry = read(self, entry, &at);
            if let (Some(lang), Some(entry)) = (lang, entry) {
                if out.get(lang.as_str()).is_some() {
                    let text = ("Ngôn ngữ này đã có.", "This language is there twice.");
                    self.refuse(&at, "duplicate", text);
                }
                out.insert(lang, entry);
            }
        }
        out
    }

    /// One line a language.
    pub(super) fn texts(
        &mut self,
        map: &Map<String, Value>,
        pointer: &str,
        name: &str,
        most: usize,
    ) -> Localized<String> {
        self.localized(map, pointer, name, |r, v, p| r.line(v, p, most))
    }

    /// Text of several lines a language.
    pub(super) fn paragraphs(
        &mut self,
        map: &Map<String, Value>,
        pointer: &str,
        name: &str,
        most: usize,
    ) -> Localized<String> {
        self.localized(map, pointer, name, |r, v, p| r.text(v, p, most, true))
    }

    pub(super) fn line(&mut self, value: &Value, pointer: &str, most: usize) -> Option<String> {
        self.text(value, pointer, most, false)
    }

    /// Texts by the number of a page, from 1; they may be empty.
    pub(super) fn by_page(
        &mut self,
        value: &Value,
        pointer: &str,
    ) -> Option<BTreeMap<u32, String>> {
        let Some(entries) = value.as_object() else {
            return self.wrong_type(pointer, "bảng theo số trang", "a map by page number");
        };
        let mut out = BTreeMap::new();
        for (name, entry) in entries {
            let at = join(pointer, name);
            let number = name.parse().ok().filter(|n: &u32| n.to_string() == *name);
            let Some(number) = number.filter(|number| (1..=PAGES).contains(number)) else {
                let text = ("Số trang từ 1 đến 10.000.", "The number of a page is 1 to 10,000.");
                self.refuse(&at, "page", text);
                continue;
            };
            let empty = entry.as_str().is_some_and(|text| text.trim().is_empty());
            let text = if empty { Some(String::new()) } else { self.text(entry, &at, PAGE, true) };
            out.extend(text.map(|text| (number, text)));
        }
        Some(out)
    }

    fn text(&mut self, value: &Value, pointer: &str, most: usize, breaks: bool) -> Option<String> {
        let Some(text) = value.as_str() else {
            return self.wrong_type(pointer, "một chuỗi ký tự", "a text");
        };
        if text.trim().is_empty() {
            let text = ("Không được để trống.", "This must not be empty.");
            self.refuse(pointer, "empty", text);
            return None;
        }
        // Bytes first: a text of megabytes is not worth counting.
        let long = most.saturating_mul(4) < text.len() || most < text.chars().count();
        if long {
            let text = (
                format!("Dài quá {most} ký tự."),
                format!("This is longer than {most} characters."),
            );
            self.refuse(pointer, "too-long", (&text.0, &text.1));
            return None;
        }
        if let Some(bad) = text.chars().find(|c| forbidden(*c, breaks)) {
            let code = u32::from(bad);
            let text = (
                format!("Có ký tự không được phép: U+{code:04X}."),
                format!("There is a character that is not allowed: U+{code:04X}."),
            );
            self.refuse(pointer, "character", (&text.0, &text.1));
            return None;
        }
        if !is_nfc(text) {
            let text = ("Văn bản phải ở dạng Unicode NFC.", "The text must be Unicode NFC.");
            self.refuse(pointer, "not-nfc", text);
            return None;
        }
        Some(text.to_owned())
    }

    pub(super) fn code(&mut self, value: &Value, pointer: &str) -> Option<String> {
        let code = self.line(value, pointer, 80)?;
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if !code.bytes().all(plain) {
            let text = ("Mã chỉ gồm a-z, 0-9 và dấu -.", "A code has a-z, 0-9 and dashes only.");
            self.refuse(pointer, "code", text);
            return None;
        }
        Some(code)
    }

    /// Whatever parses from a string; the parser's error says what is expected.
    pub(super) fn parsed<T>(&mut self, value: &Value, pointer: &str) -> Option<T>
    where
        T: FromStr<Err: Display>,
    {
        let text = self.line(value, pointer, 300)?;
        match text.parse() {
            Ok(found) => Some(found),
            Err(expected) => {
                let said = (format!("Giá trị không hợp lệ ({expected})."), format!("{expected}"));
                self.refuse(pointer, "value", (&said.0, &said.1));
                None
            }
        }
    }

    pub(super) fn word<T>(&mut self, value: &Value, pointer: &str) -> Option<T>
    where
        T: FromStr<Err: Display>,
    {
        let text = self.line(value, pointer, 80)?;
        match text.parse() {
            Ok(found) => Some(found),
            Err(words) => {
                let said = (
                    format!("Phải là một trong các giá trị cho phép ({words})."),
                    format!("This must be {words}."),
                );
                self.refuse(pointer, "enum", (&said.0, &said.1));
                None
            }
        }
    }

    pub(super) fn lang(&mut self, value: &Value, pointer: &str) -> Option<Lang> {
        let text = self.line(value, pointer, 80)?;
        self.tag(&text, pointer)
    }

    fn tag(&mut self, tag: &str, pointer: &str) -> Option<Lang> {
        if let Ok(lang) = tag.parse() {
            return Some(lang);
        }
        let text = (
            "Thẻ ngôn ngữ phải theo BCP 47, ví dụ vi, en, zh-Hans.",
            "A language tag follows BCP 47, such as vi, en, zh-Hans.",
        );
        self.refuse(pointer, "language-tag", text);
        None
    }

    pub(super) fn uri(&mut self, value: &Value, pointer: &str) -> Option<String> {
        let text = self.line(value, pointer, 500)?;
        let web = ["http://", "https://"].iter().any(|scheme| text.starts_with(scheme));
        if !web || text.chars().any(|c| c.is_whitespace() || matches!(c, '<' | '>' | '"')) {
            let text = ("Phải là địa chỉ http hoặc https.", "This must be an http or https URI.");
            self.refuse(pointer, "uri", text);
            return None;
        }
        Some(text)
    }

    /// `YYYY`, `YYYY-MM`, `YYYY-MM-DD` or an instant.
    pub(super) fn date(&mut self, value: &Value, pointer: &str) -> Option<String> {
        let text = self.line(value, pointer, 40)?;
        let filled = match text.len() {
            4 => format!("{text}-01-01"),
            7 => format!("{text}-01"),
            _ => text.clone(),
        };
        let day = filled.len() == 10 && filled.parse::<jiff::civil::Date>().is_ok();
        if day || (10 < text.len() && text.parse::<Timestamp>().is_ok()) {
            return Some(text);
        }
        let said = (
            "Ngày viết theo dạng 2026, 2026-10, 2026-10-02 hoặc 2026-10-02T08:00:00+07:00.",
            "A date is written 2026, 2026-10, 2026-10-02 or 2026-10-02T08:00:00+07:00.",
        );
        self.refuse(pointer, "date", said);
        None
    }

    /// One day, `YYYY-MM-DD`.
    pub(super) fn day(&mut self, value: &Value, pointer: &str) -> Option<jiff::civil::Date> {
        let text = self.line(value, pointer, 10)?;
        let day = Some(&text).filter(|text| text.len() == 10).and_then(|text| text.parse().ok());
        if day.is_none() {
            let text = ("Phải là một ngày, dạng YYYY-MM-DD.", "This must be a day, YYYY-MM-DD.");
            self.refuse(pointer, "date", text);
        }
        day
    }

    pub(super) fn instant(&mut self, value: &Value, pointer: &str) -> Option<Timestamp> {
        let text = self.line(value, pointer, 40)?;
        if let Ok(at) = text.parse() {
            return Some(at);
        }
        let said = (
            "Thời điểm viết theo RFC 3339, có múi giờ: 2026-10-02T08:00:00+07:00.",
            "An instant is written as in RFC 3339, with its offset: 2026-10-02T08:00:00+07:00.",
        );
        self.refuse(pointer, "instant", said);
        None
    }

    pub(super) fn flag(&mut self, value: &Value, pointer: &str) -> Option<bool> {
        match value.as_bool() {
            Some(flag) => Some(flag),
            None => self.wrong_type(pointer, "true hoặc false", "true or false"),
        }
    }

    pub(super) fn degrees(&mut self, value: &Value, pointer: &str, most: f64) -> Option<f64> {
        let Some(degrees) = value.as_f64() else {
            return self.wrong_type(pointer, "một số", "a number");
        };
        if degrees.abs() <= most {
            return Some(degrees);
        }
        let said =
            (format!("Từ -{most} đến {most} độ."), format!("From -{most} to {most} degrees."));
        self.refuse(pointer, "range", (&said.0, &said.1));
        None
    }

    /// A part of a whole, 0 to 1.
    pub(super) fn part(&mut self, value: &Value, pointer: &str) -> Option<f64> {
        let Some(part) = value.as_f64() else {
            return self.wrong_type(pointer, "một số", "a number");
        };
        if (0.0..=1.0).contains(&part) {
            return Some(part);
        }
        self.refuse(pointer, "range", ("Từ 0 đến 1.", "From 0 to 1."));
        None
    }

    /// An object of the contributor's own; its texts are held to the same characters.
    pub(super) fn free(&mut self, value: &Value, pointer: &str) -> Option<Map<String, Value>> {
        let Some(map) = value.as_object() else {
            return self.wrong_type(pointer, "một đối tượng JSON", "a JSON object");
        };
        self.free_texts(value, pointer, 0);
        Some(map.clone())
    }

    fn free_texts(&mut self, value: &Value, pointer: &str, depth: usize) {
        if 8 < depth {
            let said = ("Lồng nhau quá sâu.", "This is nested too deeply.");
            return self.refuse(pointer, "too-deep", said);
        }
        match value {
            Value::String(text) if !text.is_empty() => {
                self.text(value, pointer, self.limits.body, true);
            }
            Value::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    self.free_texts(item, &format!("{pointer}/{at}"), depth.saturating_add(1));
                }
            }
            Value::Object(map) => {
                for (name, item) in map {
                    self.free_texts(item, &join(pointer, name), depth.saturating_add(1));
                }
            }
            _ => {}
        }
    }
}

/// NUL, control characters, and marks that turn the direction of text: none has a place in a text.
fn forbidden(c: char, breaks: bool) -> bool {
    match c {
        '\n' | '\t' | '\r' => !breaks,
        '\u{202A}'..='\u{202E}'
        | '\u{2066}'..='\u{2069}'
        | '\u{FEFF}'
        | '\u{FFFE}'
        | '\u{FFFF}' => true,
        _ => c.is_control(),
    }
}

/// A pointer one name further, escaped after RFC 6901.
fn join(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"))
}
