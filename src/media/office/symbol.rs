//! Characters of the fonts Symbol and Wingdings, which Word stores by their places in the font.

/// The places 0x20 to 0x7E of Symbol. Source: Adobe's mapping of its Symbol encoding to Unicode.
const LOW: &str = concat!(
    " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_",
    "‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"
);

/// The places 0xA0 to 0xFE of Symbol; a space where there is no character for one.
const HIGH: &str = concat!(
    "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓",
    "◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪ 〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭"
);

/// A font whose characters are no letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SymbolFont {
    Symbol,
    Wingdings,
    Wingdings2,
}

impl SymbolFont {
    pub(super) fn by_name(name: &str) -> Option<Self> {
        match name.trim().to_ascii_lowercase().as_str() {
            "symbol" => Some(Self::Symbol),
            "wingdings" => Some(Self::Wingdings),
            "wingdings 2" => Some(Self::Wingdings2),
            _ => None,
        }
    }

    /// The character at a place of the font: 0x20 to 0xFF, or that from 0xF000 on.
    pub(super) fn char(self, place: u32) -> Option<char> {
        let place = if (0xF000..=0xF0FF).contains(&place) { place & 0xFF } else { place };
        let found = match self {
            Self::Symbol => symbol(place)?,
            Self::Wingdings => wingdings(place)?,
            Self::Wingdings2 => wingdings2(place)?,
        };
        (found != ' ' || place == 0x20).then_some(found)
    }
}

fn symbol(place: u32) -> Option<char> {
    let (table, at) = match place.checked_sub(0xA0) {
        Some(at) => (HIGH, at),
        None => (LOW, place.checked_sub(0x20)?),
    };
    table.chars().nth(usize::try_from(at).ok()?)
}

/// Those that stand in documents; the others are pictures of things.
fn wingdings(place: u32) -> Option<char> {
    Some(match place {
        0x20 => ' ',
        0x22 => '✂',
        0x28 => '☎',
        0x2A => '✉',
        0x46 => '☞',
        0x4A => '☺',
        0x6C | 0x9F => '●',
        0x6E => '■',
        0x6F | 0xA8 => '□',
        0x71 | 0x72 => '❑',
        0x75 => '◆',
        0x76 => '❖',
        0xA7 => '▪',
        0xAB => '★',
        0xD8 => '➢',
        0xDF => '←',
        0xE0 => '→',
        0xE8 => '➔',
        0xF0 => '⇨',
        0xFB => '✗',
        0xFC => '✓',
        0xFD => '☒',
        0xFE => '☑',
        _ => return None,
    })
}

fn wingdings2(place: u32) -> Option<char> {
    Some(match place {
        0x20 => ' ',
        0x4F => '✗',
        0x50 => '✓',
        0x52 => '☑',
        0xA3 => '□',
        _ => return None,
    })
}

/// The text with characters from U+F020 to U+F0FF, which only a symbol font shows, as what they
/// are; those of no known font as Symbol's, which bullets mostly are.
pub(super) fn read(font: Option<SymbolFont>, text: &str) -> String {
    let read = |c: char| match u32::from(c) {
        place @ 0xF020..=0xF0FF => font.unwrap_or(SymbolFont::Symbol).char(place),
        _ => Some(c),
    };
    text.chars().filter_map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_symbol_fonts_become_characters() {
        assert_eq!(LOW.chars().count(), 0x7F - 0x20);
        assert_eq!(HIGH.chars().count(), 0xFF - 0xA0);
        for (font, place, c) in [
            (SymbolFont::Symbol, 0xF061, 'α'),
            (SymbolFont::Symbol, 0xB7, '•'),
            (SymbolFont::Symbol, 0xF0FE, '⎭'),
            (SymbolFont::Symbol, 0xD6, '√'),
            (SymbolFont::Wingdings, 0xF0FC, '✓'),
            (SymbolFont::Wingdings2, 0x50, '✓'),
        ] {
            assert_eq!(font.char(place), Some(c), "{place:x}");
        }
        assert_eq!(SymbolFont::Symbol.char(0xF0), None);
        assert_eq!(SymbolFont::Symbol.char(0x19), None);
        assert_eq!(SymbolFont::Wingdings.char(0x41), None);
    }

    #[test]
    fn only_private_characters_are_read() {
        assert_eq!(read(Some(SymbolFont::Wingdings), "a\u{F0FC}"), "a✓");
        assert_eq!(read(None, "\u{F0B7} ạ\u{E000}"), "• ạ\u{E000}");
    }
}
