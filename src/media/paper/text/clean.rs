//! Text as it may be stored.

use unicode_normalization::UnicodeNormalization;

/// The text in NFC without what no stored text may hold: controls but tab and line feed,
/// noncharacters, bidirectional embeddings, overrides and isolates. Line ends have no spaces before
/// them, the first and the last line are not empty.
pub(in super::super) fn clean(text: &str) -> String {
    let kept: String = text.nfc().filter(|c| !is_forbidden(*c)).collect();
    let mut out = String::with_capacity(kept.len());
    for line in kept.trim_matches(['\n', ' ']).lines() {
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out
}

fn is_forbidden(c: char) -> bool {
    match c {
        '\t' | '\n' => false,
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FDD0}'..='\u{FDEF}' => true,
        _ => c.is_control() || u32::from(c) & 0xFFFE == 0xFFFE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_composed_and_freed_of_controls() {
        assert_eq!(
            clean("\n\nco\u{302}\u{300}ng  \n\n chiêng\0\r \u{202b}x\u{202c}\n \n"),
            "cồng\n\n chiêng x"
        );
        assert_eq!(clean("kết-\nnối\u{fffe}"), "kết-\nnối");
        assert_eq!(clean(" \n\t\n"), "");
    }
}
