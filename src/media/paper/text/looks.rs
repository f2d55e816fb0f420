//! What a page's text looks like: none, readable, or the codes of a font that tells nobody what its
//! glyphs mean.

use serde::{Deserialize, Serialize};

/// A page of fewer letters has no text layer worth the name: a scan may bear a stamp or a number.
const FEW: usize = 12;

/// From this share on of characters that are letters or digits, a page is text.
const WORDS: f64 = 0.4;

/// From this share on of odd characters, a page is garbled.
const ODD: f64 = 0.05;

/// From this share on of characters that stand for none, another reading may find more.
const LOST: f64 = 0.005;

/// What a page's text looks like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Looks {
    /// How many letters there are, of any script.
    pub letters: usize,
    /// The share of letters and digits among all characters but spaces, 0 to 1; 0 of an empty text.
    /// A sign that comes again and again, as between an entry and its page, counts once.
    pub share: f64,
    /// The share of characters that stand for none, as U+FFFD and those of private use, among all
    /// characters but spaces, 0 to 1.
    pub lost: f64,
    /// The same with those in places where no language has them: a marked capital behind a small
    /// letter, a symbol behind a letter. Texts in fonts from before Unicode have many.
    pub odd: f64,
}

impl Looks {
    /// Whether the page has no text layer: it is empty, drawn, or scanned.
    #[must_use]
    pub const fn is_silent(&self) -> bool {
        self.letters < FEW
    }

    /// Whether another reading of the page may find more in it.
    pub(super) fn is_doubtful(&self) -> bool {
        self.is_silent() || self.is_garbled() || LOST < self.lost
    }

    /// Whether this reading of a page tells more than another one.
    pub(super) fn is_better_than(&self, other: Self) -> bool {
        !self.is_silent() && (other.is_silent() || self.lost < other.lost / 2.0)
    }

    /// Whether the page has a text layer that is not what the page shows.
    #[must_use]
    pub fn is_garbled(&self) -> bool {
        !self.is_silent() && (self.share < WORDS || ODD < self.odd)
    }
}

/// Looks at a page's text.
#[must_use]
pub fn quality(text: &str) -> Looks {
    let mut letters = 0_usize;
    let mut digits = 0_usize;
    let mut all = 0_usize;
    let mut lost = 0_usize;
    let mut misplaced = 0_usize;
    let mut before = ' ';
    let mut spaced = true;
    for c in text.chars() {
        if c.is_whitespace() {
            spaced = true;
            continue;
        }
        let behind = if spaced { ' ' } else { before };
        if before != c || c.is_alphanumeric() || is_none(c) {
            all = all.saturating_add(1);
            letters = letters.saturating_add(usize::from(is_letter(c)));
            digits = digits.saturating_add(usize::from(c.is_numeric()));
            lost = lost.saturating_add(usize::from(is_none(c)));
            misplaced = misplaced.saturating_add(usize::from(is_misplaced(behind, c)));
        }
        (before, spaced) = (c, false);
    }
    let share = |part: usize| ratio(part, all);
    Looks {
        letters,
        share: share(letters.saturating_add(digits)),
        lost: share(lost),
        odd: share(lost.saturating_add(misplaced)),
    }
}

fn ratio(part: usize, all: usize) -> f64 {
    let count = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    if all == 0 { 0.0 } else { count(part) / count(all) }
}

/// Letters, and the marks that other scripts write their vowels with.
fn is_letter(c: char) -> bool {
    c.is_alphabetic() || matches!(c, '\u{300}'..='\u{36F}')
}

/// Whether this stands for no character: the sign for that, private use, controls that were printed.
const fn is_none(c: char) -> bool {
    matches!(c, char::REPLACEMENT_CHARACTER | '\u{80}'..='\u{9F}' | '\u{E000}'..='\u{F8FF}'
        | '\u{F0000}'..='\u{10FFFF}')
}

/// Whether no language has this character behind `before`: a marked capital behind a small letter,
/// or one of the symbols in whose code places old fonts had letters.
fn is_misplaced(before: char, c: char) -> bool {
    match c {
        '¡'..='§' | '©' | '«' | '¬' | '±' | '´'..='¶' | '¸' | '¼'..='¿' | '×' | '÷' => {
            before.is_alphabetic()
        }
        _ => c.is_uppercase() && !c.is_ascii() && before.is_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_words_is_neither_silent_nor_garbled() {
        for text in [
            "Căn cứ Luật Tổ chức Chính phủ ngày 18 tháng 02 năm 2025;",
            "2025 年山东省国民经济和社会发展统计公报",
            "ພາສາລາວ ເປັນພາສາທາງການ",
            "Chương I. Quy định chung . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . 1",
            "1.234 khách (tăng 12,5 %) so với 1.097 khách của năm trước",
        ] {
            let looks = quality(text);
            assert!(!looks.is_silent() && !looks.is_garbled(), "{text}: {looks:?}");
        }
    }

    #[test]
    fn a_scan_with_a_number_on_it_is_silent() {
        for text in ["", " \n", "– 17 –", "Trang 3"] {
            assert!(quality(text).is_silent(), "{text}");
        }
        assert_eq!(quality(""), Looks::default());
    }

    #[test]
    fn codes_without_meaning_are_garbled() {
        for text in [
            "Céng hßa x· héi chñ nghÜa ViÖt Nam, ®éc lËp, tù do, h¹nh phóc",
            "\u{f043}\u{f06f}\u{f06e}\u{f067} \u{f068}oa xa hoi chu nghia",
            "!\"#$%&'()*+,-./ abc !\"#$%&'()*+,-./ defghijkl !\"#$%&'()*+",
            "t\u{fffd}i li\u{fffd}u l\u{fffd}u tr\u{fffd} l\u{fffd}ch s\u{fffd}",
        ] {
            let looks = quality(text);
            assert!(looks.is_garbled(), "{text}: {looks:?}");
        }
    }
}
