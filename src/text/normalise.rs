//! Unicode NFC, characters that no text may hold, and where the Vietnamese tone mark stands.

use std::borrow::Cow;

use unicode_normalization::char::{compose, decompose_canonical};
use unicode_normalization::{UnicodeNormalization, is_nfc as whole_is_nfc};

/// The five tone marks as combining characters: huyền, sắc, hỏi, ngã, nặng.
const TONES: [char; 5] = ['\u{300}', '\u{301}', '\u{309}', '\u{303}', '\u{323}'];

/// The text in Unicode NFC; borrowed when it already is.
///
/// Source: Unicode Standard Annex 15.
#[must_use]
pub fn nfc(text: &str) -> Cow<'_, str> {
    if is_nfc(text) { Cow::Borrowed(text) } else { Cow::Owned(text.nfc().collect()) }
}

/// Whether the text is in Unicode NFC.
#[must_use]
pub fn is_nfc(text: &str) -> bool {
    text.is_ascii() || whole_is_nfc(text)
}

/// The first character that no stored text may hold, with its byte offset.
///
/// Forbidden are NUL and all other controls (C0 and C1) but tab and line feed, the noncharacters,
/// and the bidirectional embeddings, overrides and isolates, which can make a text look like
/// another one (Unicode Technical Report 36, section 2.5).
#[must_use]
pub fn forbidden_char(text: &str) -> Option<(usize, char)> {
    text.char_indices().find(|(_, c)| is_forbidden(*c))
}

fn is_forbidden(c: char) -> bool {
    match c {
        '\t' | '\n' => false,
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FDD0}'..='\u{FDEF}' => true,
        _ => c.is_control() || u32::from(c) & 0xFFFE == 0xFFFE,
    }
}

/// Whether the text has a letter that only marked Vietnamese writing has: a tone mark, a
/// circumflex, breve or horn, or `đ`, composed or not.
///
/// Unmarked Vietnamese and plain English have none; other marked Latin writing may.
#[must_use]
pub fn has_marks(text: &str) -> bool {
    !text.is_ascii()
        && text.chars().any(|c| {
            matches!(c, 'đ' | 'Đ' | 'ă' | 'Ă' | 'ơ' | 'Ơ' | 'ư' | 'Ư' | '\u{1EA0}'..='\u{1EF9}'
                | '\u{300}'..='\u{303}' | '\u{306}' | '\u{309}' | '\u{31B}' | '\u{323}'
                | 'à'..='ã' | 'è'..='ê' | 'ì' | 'í' | 'ò'..='õ' | 'ù' | 'ú' | 'ý' | 'ĩ' | 'ũ'
                | 'À'..='Ã' | 'È'..='Ê' | 'Ì' | 'Í' | 'Ò'..='Õ' | 'Ù' | 'Ú' | 'Ý' | 'Ĩ' | 'Ũ')
        })
}

/// The text in NFC with each tone mark of an open `oa`, `oe` or `uy` on its first vowel:
/// `hoà` becomes `hòa`, `thuỷ` becomes `thủy`; `quý` stays, its `u` belongs to `qu`.
///
/// Both ways of writing are in use and neither is wrong, so this is for index and query only.
#[must_use]
pub fn canonical_tone(text: &str) -> Cow<'_, str> {
    let text = nfc(text);
    if text.is_ascii() {
        return text;
    }
    let chars: Vec<char> = text.chars().collect();
    let Some(moved) = move_tones(&chars) else { return text };
    Cow::Owned(moved)
}

/// The text with its tones moved, or nothing if all stand where they should.
fn move_tones(chars: &[char]) -> Option<String> {
    let mut out: Option<Vec<char>> = None;
    for (at, pair) in chars.windows(2).enumerate() {
        let &[first, second] = pair else { continue };
        let end = at.saturating_add(2);
        let closed = chars.get(end).is_some_and(|c| c.is_alphabetic());
        let before = at.checked_sub(1).and_then(|at| chars.get(at));
        if closed || before.is_some_and(|c| matches!(c, 'q' | 'Q')) {
            continue;
        }
        let Some((first, second)) = moved(first, second) else { continue };
        let copy = out.get_or_insert_with(|| chars.to_vec());
        if let Some(place) = copy.get_mut(at..end) {
            place.copy_from_slice(&[first, second]);
        }
    }
    out.map(|chars| chars.into_iter().collect())
}

/// The vowel pair with its tone on the first of the two, if it stands on the second.
fn moved(first: char, second: char) -> Option<(char, char)> {
    let glide = first.to_ascii_lowercase();
    if glide != 'o' && glide != 'u' {
        return None;
    }
    let mut base = None;
    let mut tone = None;
    decompose_canonical(second, |c| {
        if base.is_none() {
            base = Some(c);
        } else {
            tone = tone.or(Some(c));
        }
    });
    let (base, tone) = (base?, tone?);
    let pair = matches!((glide, base.to_ascii_lowercase()), ('o', 'a' | 'e') | ('u', 'y'));
    // A second mark (ấ = circumflex and tone) is another vowel, and decomposes otherwise.
    if !pair || !TONES.contains(&tone) || compose(base, tone) != Some(second) {
        return None;
    }
    Some((compose(first, tone)?, base))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn decomposed_text_is_composed() {
        assert_eq!(nfc("co\u{302}\u{300}ng"), "cồng");
        assert!(matches!(nfc("cồng"), Cow::Borrowed(_)));
        assert!(!is_nfc("e\u{301}"));
    }

    #[test]
    fn forbidden_characters_are_named_with_their_place() {
        assert_eq!(forbidden_char("dòng một\n\tdòng hai"), None);
        assert_eq!(forbidden_char("à\0b"), Some((2, '\0')));
        for c in ['\r', '\u{7f}', '\u{85}', '\u{202e}', '\u{2067}', '\u{fffe}', '\u{10ffff}'] {
            assert_eq!(forbidden_char(&format!("a{c}")), Some((1, c)));
        }
        assert_eq!(forbidden_char("ກ \u{200b} \u{200d}"), None);
    }

    #[test]
    fn tones_move_to_the_first_vowel_of_open_pairs_only() {
        for (from, to) in [
            ("hoà", "hòa"),
            ("Hoà bình", "Hòa bình"),
            ("thuỷ", "thủy"),
            ("THUỶ", "THỦY"),
            ("khoẻ, loè", "khỏe, lòe"),
            ("quý", "quý"),
            ("Quỳ", "Quỳ"),
            ("già", "già"),
            ("hoàn", "hoàn"),
            ("huỳnh", "huỳnh"),
            ("xoá", "xóa"),
            ("hòa", "hòa"),
            ("huấn luyện", "huấn luyện"),
            ("hoa\u{300}", "hòa"),
            ("toà-nhà", "tòa-nhà"),
        ] {
            assert_eq!(canonical_tone(from), to);
        }
    }

    #[test]
    fn marks_are_seen() {
        for text in ["cồng", "ĐAK", "co\u{302}ng", "à", "ưu"] {
            assert!(has_marks(text), "{text}");
        }
        for text in ["cong chieng", "gong", "銅鑼", "ç ö ñ"] {
            assert!(!has_marks(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn moving_tones_twice_is_moving_them_once(text in "[qhoaeuyàáảòỏùúỳýỷn ]{0,12}") {
            let once = canonical_tone(&text).into_owned();
            prop_assert_eq!(canonical_tone(&once).into_owned(), once);
        }
    }
}
