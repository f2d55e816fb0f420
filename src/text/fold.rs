//! Folding: lower case, marks away, `đ` to `d`, so that `cong chieng` finds `Cồng Chiêng`.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

/// The first character past the table; all Latin letters with marks lie below.
const END: u32 = 0x1F00;

#[derive(Clone, Copy)]
enum Fold {
    /// Leave it out: a combining mark.
    Drop,
    /// Write this instead.
    Put(char),
    /// More than one character comes of it, or it depends on its neighbours.
    Slow,
}

static TABLE: LazyLock<Vec<Fold>> =
    LazyLock::new(|| (0..END).map(|c| char::from_u32(c).map_or(Fold::Slow, single)).collect());

/// The text in lower case without the marks U+0300 to U+036F, `đ` as `d`, in NFC.
///
/// Letters of scripts without such marks stay as they are, and composed Hangul and kana stay
/// composed. The joiners and the zero width space are left out, as they carry no meaning here.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_into(text, &mut out);
    out
}

/// Like [`fold`], appending to `out`: for loops that keep one buffer.
pub fn fold_into(text: &str, out: &mut String) {
    if text.is_ascii() {
        out.extend(text.chars().map(|c| c.to_ascii_lowercase()));
        return;
    }
    let start = out.len();
    for c in text.chars() {
        match of(c) {
            Fold::Drop => {}
            Fold::Put(c) => out.push(c),
            Fold::Slow => {
                out.truncate(start);
                out.push_str(&slow(text));
                return;
            }
        }
    }
}

fn of(c: char) -> Fold {
    match c {
        '\u{200B}'..='\u{200D}' | '\u{FEFF}' => Fold::Drop,
        // Precomposed already and without case: Japanese, Han, Hangul, general punctuation.
        '\u{2000}'..='\u{206F}' | '\u{3001}'..='\u{3098}' | '\u{309B}'..='\u{30FF}' => Fold::Put(c),
        '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}' => Fold::Put(c),
        _ => usize::try_from(u32::from(c))
            .ok()
            .and_then(|at| TABLE.get(at).copied())
            .unwrap_or(Fold::Slow),
    }
}

fn single(c: char) -> Fold {
    // Conjoining Hangul letters make a syllable with their neighbours.
    if ('\u{1100}'..='\u{11FF}').contains(&c) {
        return Fold::Slow;
    }
    let mut out = plain(c.to_lowercase().collect::<String>().as_str());
    match (out.pop(), out.is_empty()) {
        (None, _) => Fold::Drop,
        (Some(c), true) => Fold::Put(c),
        (Some(_), false) => Fold::Slow,
    }
}

fn slow(text: &str) -> String {
    plain(&text.to_lowercase()).nfc().collect()
}

/// Decomposed, marks away, the barred letters of Vietnamese and of the highland languages plain.
fn plain(text: &str) -> String {
    text.nfd()
        .filter(|c| !matches!(c, '\u{300}'..='\u{36F}' | '\u{200B}'..='\u{200D}' | '\u{FEFF}'))
        .map(|c| match c {
            'đ' => 'd',
            'ƀ' => 'b',
            c => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn marks_case_and_bars_go() {
        for (from, to) in [
            ("Cồng Chiêng", "cong chieng"),
            ("co\u{302}\u{300}ng", "cong"),
            ("ĐẮK LẮK, Đà Lạt", "dak lak, da lat"),
            ("hoà hòa", "hoa hoa"),
            ("Ƀuôn M’nông Čư̆", "buon m’nong cu"),
            ("Été à l'école", "ete a l'ecole"),
            ("İstanbul", "istanbul"),
        ] {
            assert_eq!(fold(from), to);
        }
    }

    #[test]
    fn other_scripts_keep_their_signs() {
        for text in ["世界遺産", "がく", "한국어", "ກະຊວງ", "ភាសាខ្មែរ", "ประชาสัมพันธ์"]
        {
            assert_eq!(fold(text), text);
        }
        assert_eq!(fold("か\u{3099}"), "が");
        assert_eq!(fold("ភា\u{200b}សា"), "ភាសា");
    }

    proptest! {
        #[test]
        fn composed_and_decomposed_fold_alike(text in "[a-zA-ZÀ-ɏḀ-ỹđĐ가-힣ぁ-ヿ一-龥ἀ-ᾳ ]{0,20}") {
            let apart: String = text.nfd().collect();
            let once = fold(&text);
            prop_assert_eq!(&fold(&apart), &once);
            prop_assert_eq!(&fold(&once), &once);
        }
    }
}
