//! Texts of metadata blocks: their character sets, and how they are made fit to be kept.

use std::borrow::Cow;

use crate::domain::lang::Lang;
use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::described::{LangText, X_DEFAULT};

/// The most characters of one text.
pub(super) const TEXT: usize = 5_000;

/// The most keywords, and the most creators.
pub(super) const ITEMS: usize = 100;

/// The most languages of one text.
pub(super) const LANGUAGES: usize = 64;

/// The text in NFC, trimmed, its lines ended by line feeds, without characters that no stored text
/// may hold, at most [`TEXT`] characters of it; nothing if nothing is left.
///
/// Left out are controls but tab and line feed, noncharacters, the byte order mark, and the
/// bidirectional embeddings, overrides and isolates (Unicode Technical Report 36, section 2.5).
pub(super) fn text(raw: &str) -> Option<String> {
    let mut last = ' ';
    let lines = raw.chars().filter_map(|c| match (std::mem::replace(&mut last, c), c) {
        ('\r', '\n') => None,
        (_, '\r') => Some('\n'),
        _ => Some(c).filter(|c| !is_forbidden(*c)),
    });
    let begun = lines.skip_while(|c| c.is_whitespace());
    // A letter with its marks is no more than four characters before they are joined.
    let kept: String = begun.take(TEXT.saturating_mul(4)).nfc().take(TEXT).collect();
    let kept = kept.trim_end();
    (!kept.is_empty()).then(|| kept.to_owned())
}

/// As [`text()`], in one line.
pub(super) fn line(raw: &str) -> Option<String> {
    Some(text(raw)?.replace(['\n', '\t'], " "))
}

/// As [`line()`], if it is the address of a web page; people leave out what stands before `www`.
pub(super) fn url(raw: &str) -> Option<String> {
    let url = line(raw)?;
    let url = if url.starts_with("www.") { format!("http://{url}") } else { url };
    let web = url.starts_with("https://") || url.starts_with("http://");
    (web && !url.contains(char::is_whitespace)).then_some(url)
}

fn is_forbidden(c: char) -> bool {
    match c {
        '\t' | '\n' => false,
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' => true,
        '\u{FDD0}'..='\u{FDEF}' => true,
        _ => c.is_control() || u32::from(c) & 0xFFFE == 0xFFFE,
    }
}

/// Adds to `list` if it is not there yet and there is room.
pub(super) fn add(list: &mut Vec<String>, text: Option<String>) {
    list.extend(text.filter(|text| list.len() < ITEMS && !list.contains(text)));
}

/// Adds a text in a language to `texts`, if that language has none yet and there is room.
pub(super) fn add_in(texts: &mut LangText, lang: Option<&str>, text: Option<String>) {
    let key = lang.and_then(language).unwrap_or_else(|| X_DEFAULT.to_owned());
    if let Some(text) = text
        && texts.len() < LANGUAGES
    {
        texts.entry(key).or_insert(text);
    }
}

/// A language tag in its canonical case; nothing if it is not well-formed (BCP 47).
pub(super) fn language(tag: &str) -> Option<String> {
    if tag.trim().eq_ignore_ascii_case(X_DEFAULT) {
        return Some(X_DEFAULT.to_owned());
    }
    tag.trim().parse().ok().map(|lang: Lang| lang.to_string())
}

/// As many characters as fit into `bytes` bytes, no letter without its marks.
pub(super) fn cut_bytes(text: &str, bytes: usize) -> &str {
    whole_letters(text, text.floor_char_boundary(bytes))
}

/// At most `chars` characters, no letter without its marks.
pub(super) fn cut_chars(text: &str, chars: usize) -> &str {
    whole_letters(text, text.char_indices().nth(chars).map_or(text.len(), |(at, _)| at))
}

/// The text before the byte `end`, or before the letter that would lose its marks there.
fn whole_letters(text: &str, end: usize) -> &str {
    let (mut head, tail) = text.split_at_checked(end).unwrap_or((text, ""));
    if tail.starts_with(is_combining_mark) {
        head = head.trim_end_matches(is_combining_mark);
        head = head.strip_suffix(|_| true).unwrap_or(head);
    }
    head.trim_end()
}

/// Bytes of which nothing is told: UTF-8 if they are, cut within a character or not, else
/// Windows-1252, which has the characters of Latin-1.
pub(super) fn guess(bytes: &[u8]) -> Cow<'_, str> {
    match str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(error) => {
            let head = bytes.get(..error.valid_up_to()).and_then(|head| str::from_utf8(head).ok());
            let cut = error.error_len().is_none();
            match head {
                Some(head) if cut && !head.is_ascii() => head.into(),
                _ => WINDOWS_1252.decode_without_bom_handling(bytes).0,
            }
        }
    }
}

/// Bytes that are said to be UTF-8; the last character may be cut.
pub(super) fn utf8(bytes: &[u8]) -> Cow<'_, str> {
    let text = String::from_utf8_lossy(bytes);
    match text.strip_suffix('\u{FFFD}') {
        Some(head) => head.to_owned().into(),
        None => text,
    }
}

/// UTF-16, of the order that a byte order mark tells, or else `little`-endian or not.
pub(super) fn utf16(bytes: &[u8], little: bool) -> Cow<'_, str> {
    let order = if little { UTF_16LE } else { UTF_16BE };
    order.decode(bytes).0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_made_fit_to_be_kept() {
        assert_eq!(text(" \r\nco\u{302}\u{300}ng\r\nchie\u{302}ng\r \0").unwrap(), "cồng\nchiêng");
        assert_eq!(text("a\u{202e}b\u{7f}\u{fffe}\u{feff}").unwrap(), "ab");
        assert_eq!(text(" \0\r\n"), None);
        assert_eq!(line("một\n\thai").unwrap(), "một  hai");
        assert_eq!(text(&"ạ".repeat(TEXT + 1)).unwrap().chars().count(), TEXT);
    }

    #[test]
    fn only_web_addresses_are_addresses() {
        assert_eq!(url(" https://example.vn/a ").unwrap(), "https://example.vn/a");
        assert_eq!(url("www.example.vn").unwrap(), "http://www.example.vn");
        for raw in ["javascript:alert(1)", "example.vn", "https://a b"] {
            assert_eq!(url(raw), None);
        }
    }

    #[test]
    fn tags_are_normalised_or_left_out() {
        for (raw, wanted) in [("VI-vn", Some("vi-VN")), ("X-Default", Some(X_DEFAULT))] {
            assert_eq!(language(raw).as_deref(), wanted);
        }
        assert_eq!(language("not a tag"), None);
        let mut texts = LangText::new();
        add_in(&mut texts, Some("EN"), Some("lake".into()));
        add_in(&mut texts, Some("en"), Some("pond".into()));
        add_in(&mut texts, None, Some("hồ".into()));
        assert_eq!(
            texts,
            [("en", "lake"), (X_DEFAULT, "hồ")].map(|(k, v)| (k.into(), v.into())).into()
        );
    }

    #[test]
    fn cutting_leaves_whole_letters() {
        assert_eq!(cut_bytes("Hồ Ba Bể", 3), "H");
        assert_eq!(cut_bytes("Hồ Ba Bể", 5), "Hồ");
        assert_eq!(cut_bytes("Hồ", 99), "Hồ");
        assert_eq!(cut_chars("ab c", 3), "ab");
        assert_eq!(cut_chars("ກ່ຽວ", 1), "");
        assert_eq!(cut_chars("ກ່ຽວ", 2), "ກ່");
    }

    #[test]
    fn character_sets_are_guessed() {
        assert_eq!(guess("Hồ".as_bytes()), "Hồ");
        assert_eq!(guess(b"Caf\xE9"), "Café");
        assert_eq!(guess(b"\x93Hi\x94"), "“Hi”");
        assert_eq!(guess(&"Hồ Bể".as_bytes()[..7]), "Hồ B");
        assert_eq!(utf8(&"Hồ".as_bytes()[..3]), "H");
        assert_eq!(utf16(b"\xFE\xFF\x1E\xD3", true), "ồ");
        assert_eq!(utf16(b"\xD3\x1E", true), "ồ");
    }
}
