//! Vietnamese in the encodings of its fonts before Unicode: TCVN3 (the ABC fonts `.VnTime` …) and
//! VNI (`VNI-Times` …).
//!
//! Documents written with these fonts hold Latin-1 characters that only the font showed as
//! Vietnamese: `ViÖt Nam` in TCVN3 and `Vieät Nam` in VNI are both `Việt Nam`. Everything here works
//! on such text as it stands in a Unicode string, one character for each byte of old.

mod guess;
mod syllable;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{compose, decompose_canonical};

use super::nfc;

pub use guess::{Guess, guess};

/// An encoding of Vietnamese that lives in its fonts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// One byte for a letter; letters with a tone in lower case only, for capitals there are fonts
    /// of their own. Source: TCVN 5712:1993, VN3, in the positions of VN1 and VN2.
    Tcvn3,
    /// A base letter and a byte for its marks. Source: the VNI character set for Windows.
    Vni,
}

/// The tones as combining characters: huyền, sắc, hỏi, ngã, nặng.
const TONES: [char; 5] = ['\u{300}', '\u{301}', '\u{309}', '\u{303}', '\u{323}'];

/// The characters of TCVN3 from U+00A1 to U+00FE; a space where the fonts have none.
static TCVN3: LazyLock<Vec<char>> = LazyLock::new(|| {
    "ĂÂÊÔƠƯĐăâêôơưđ      àảãáạ ằẳẵắ       "
        .chars()
        .chain("ặầẩẫấậè ẻẽéẹềểễếệìỉ   ĩíịò ỏõóọồổỗốộờởỡớợù ủũúụừửữứựỳỷỹýỵ".chars())
        .collect()
});

/// The encoding that a font stands for, and whether the font shows small letters as capitals.
///
/// `.VnTime` and all others in `.Vn…` are TCVN3; those whose names end in a capital `H` are fonts of
/// capitals. The dot is often lost. `VNI-Times` and all others in `VNI-…` are VNI. Names are compared
/// without regard to case, but for that `H`.
#[must_use]
pub fn by_font(name: &str) -> Option<(Encoding, bool)> {
    let name = name.trim().trim_matches(['"', '\'']).trim();
    let lower = name.to_ascii_lowercase();
    if let Some(rest) = lower.strip_prefix("vni") {
        let parted = rest.starts_with(['-', ' ', '_']) || rest.is_empty();
        return parted.then_some((Encoding::Vni, false));
    }
    // Some programs write the weight behind the family: `.VnTimeH Bold`.
    let family = name.split([' ', ',', ';']).find(|word| !word.is_empty()).unwrap_or(name);
    let capitals = family.ends_with('H');
    let stem = lower.trim_start_matches('.');
    let dotted = stem.len() < lower.len();
    let rest = stem.strip_prefix("vn")?;
    let known = rest.starts_with(|c: char| c.is_ascii_alphabetic())
        && (dotted || UNDOTTED.iter().any(|family| rest.starts_with(family)));
    known.then_some((Encoding::Tcvn3, capitals))
}

/// What ABC fonts are called behind `Vn`, where a name without its dot could be another's.
const UNDOTTED: [&str; 9] =
    ["time", "arial", "courier", "aristote", "avant", "blackh", "book", "southern", "centschbook"];

/// The text in Unicode NFC.
///
/// Text in which letters occur that only Unicode has for Vietnamese (`ạ`, `ư`, `đ` …) was not
/// written in an old encoding and is only brought into NFC. Characters that the encoding does not
/// have stay as they are.
///
/// Capitals in TCVN3 come in two ways: by a font of capitals, which the text does not show, and as
/// a plain capital before the small letter with its tone (`Aµ`: `À`, `¢Ê`: `Ấ`), which is read here.
#[must_use]
pub fn decode(encoding: Encoding, text: &str) -> Cow<'_, str> {
    if text.is_ascii() || is_unicode(text) {
        return nfc(text);
    }
    let read = match encoding {
        Encoding::Tcvn3 => from_tcvn3(text),
        Encoding::Vni => from_vni(text),
    };
    if read == text { Cow::Borrowed(text) } else { Cow::Owned(read) }
}

/// Whether a letter occurs that only Unicode has for Vietnamese.
pub fn is_unicode(text: &str) -> bool {
    text.chars().any(|c| {
        matches!(
            c,
            'ă' | 'Ă' | 'đ' | 'Đ' | 'ĩ' | 'Ĩ' | 'ũ' | 'Ũ' | 'ơ' | 'Ơ' | 'ư' | 'Ư' | '\u{1EA0}'
                ..='\u{1EF9}' | '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}'
        )
    })
}

/// The character as the byte that it was.
///
/// Fonts that say of themselves that they are symbols have theirs from U+F000 on; what browsers call
/// `x-user-defined` has its upper half from U+F780 on.
fn byte(c: char) -> char {
    let code = u32::from(c);
    let low = match code {
        0xF020..=0xF0FF => code & 0xFF,
        0xF780..=0xF7FF => code & 0xFF,
        _ => return c,
    };
    char::from_u32(low).unwrap_or(c)
}

fn tcvn3(c: char) -> Option<char> {
    let at = u32::from(byte(c)).checked_sub(0xA1)?;
    TCVN3.get(usize::try_from(at).ok()?).copied().filter(|found| *found != ' ')
}

fn from_tcvn3(text: &str) -> String {
    let mut out = String::with_capacity(text.len().saturating_mul(2));
    let mut last = None;
    for c in text.chars() {
        let Some(read) = tcvn3(c) else {
            let plain = byte(c);
            out.push(plain);
            last = Some(plain);
            continue;
        };
        let (bare, tone) = part(read);
        let pair = last.is_some_and(|last| last != bare && lower(last) == bare);
        if tone.is_some() && pair {
            out.pop();
            out.extend(read.to_uppercase());
        } else {
            out.push(read);
        }
        last = Some(read);
    }
    out
}

fn from_vni(text: &str) -> String {
    let mut parts = String::with_capacity(text.len().saturating_mul(2));
    let mut base = None;
    for c in text.chars().map(byte) {
        if let Some(marks) = base.and_then(|base| vni_marks(base, c)) {
            parts.push_str(marks);
            base = None;
            continue;
        }
        let read = vni_letter(c);
        parts.push(read);
        base = Some(read);
    }
    parts.nfc().collect()
}

/// The letters that VNI has as one byte.
fn vni_letter(c: char) -> char {
    match c {
        'ñ' => 'đ',
        'Ñ' => 'Đ',
        'æ' => 'ỉ',
        'Æ' => 'Ỉ',
        'ó' => 'ĩ',
        'Ó' => 'Ĩ',
        'ò' => 'ị',
        'Ò' => 'Ị',
        'ô' => 'ơ',
        'Ô' => 'Ơ',
        'ö' => 'ư',
        'Ö' => 'Ư',
        'î' => 'ỵ',
        'Î' => 'Ỵ',
        other => other,
    }
}

/// The marks that `mark` puts on the letter before it.
fn vni_marks(base: char, mark: char) -> Option<&'static str> {
    let mark = lower(mark);
    let base = lower(base);
    let tone = match mark {
        'ù' => "\u{301}",
        'ø' => "\u{300}",
        'û' => "\u{309}",
        'õ' => "\u{303}",
        'ï' => "\u{323}",
        _ => return vni_shape(base, mark),
    };
    matches!(base, 'a' | 'e' | 'o' | 'u' | 'y' | 'ơ' | 'ư').then_some(tone)
}

/// Circumflex and breve, with a tone or without.
fn vni_shape(base: char, mark: char) -> Option<&'static str> {
    let marks = match mark {
        'â' => "\u{302}",
        'á' => "\u{302}\u{301}",
        'à' => "\u{302}\u{300}",
        'å' => "\u{302}\u{309}",
        'ã' => "\u{302}\u{303}",
        'ä' => "\u{302}\u{323}",
        'ê' => "\u{306}",
        'é' => "\u{306}\u{301}",
        'è' => "\u{306}\u{300}",
        'ú' => "\u{306}\u{309}",
        'ü' => "\u{306}\u{303}",
        'ë' => "\u{306}\u{323}",
        _ => return None,
    };
    let fits = base == 'a' || matches!(base, 'e' | 'o') && marks.starts_with('\u{302}');
    fits.then_some(marks)
}

/// The letter without its tone, and the tone.
fn part(c: char) -> (char, Option<char>) {
    let mut bare = None;
    let mut tone = None;
    decompose_canonical(c, |c| {
        if TONES.contains(&c) {
            tone = Some(c);
        } else {
            bare = match bare {
                None => Some(c),
                Some(base) => compose(base, c).or(Some(base)),
            };
        }
    });
    (bare.unwrap_or(c), tone)
}

/// The small letter; all letters here have one that is one character.
fn lower(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}
