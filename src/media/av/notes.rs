//! What metadata says, gathered on the way through a file.

use std::collections::BTreeSet;

use super::Trace;

/// More bytes of one tag are not looked at.
pub(super) const TAG: u64 = 1 << 20;

/// The most texts, and the most characters of each.
const TEXTS: usize = 5000;
const LETTERS: usize = 4096;

/// Shorter runs of letters are what any bytes look like.
const SHORTEST: usize = 4;

/// What has been found in tags.
#[derive(Debug, Default)]
pub(super) struct Notes {
    pub(super) traces: BTreeSet<Trace>,
    pub(super) title: Option<String>,
    pub(super) words: Vec<String>,
}

/// Parts of the names under which tags stand, in small letters, and what they give away.
const KEYS: &[(&str, Trace)] = &[
    ("location", Trace::Location),
    ("gps", Trace::Location),
    ("©xyz", Trace::Location),
    ("loci", Trace::Location),
    ("coordinates", Trace::Location),
    ("latitude", Trace::Location),
    ("geo", Trace::Location),
    ("camm", Trace::Location),
    ("gpmd", Trace::Location),
    ("make", Trace::Device),
    ("model", Trace::Device),
    ("camera", Trace::Device),
    ("device", Trace::Device),
    ("software", Trace::Device),
    ("encod", Trace::Device),
    ("tsse", Trace::Device),
    ("isft", Trace::Device),
    ("app", Trace::Device),
    ("©mak", Trace::Device),
    ("©mod", Trace::Device),
    ("©swr", Trace::Device),
    ("©too", Trace::Device),
    ("manu", Trace::Device),
    ("modl", Trace::Device),
    ("came", Trace::Device),
    ("firm", Trace::Device),
    ("lens", Trace::Device),
    ("comm", Trace::Comment),
    ("©cmt", Trace::Comment),
    ("©des", Trace::Comment),
    ("desc", Trace::Comment),
    ("dscp", Trace::Comment),
    ("synopsis", Trace::Comment),
    ("icmt", Trace::Comment),
];

/// Names of titles, in small letters.
const TITLES: &[&str] =
    &["title", "©nam", "titl", "tit2", "tt2", "inam", "com.apple.quicktime.title"];

impl Notes {
    /// Takes down a tag by its name, and its text if it is one.
    pub(super) fn tag(&mut self, name: &str, text: Option<&str>) {
        let name = name.to_lowercase();
        let trace = KEYS.iter().find(|(part, _)| name.contains(part));
        self.traces.insert(trace.map_or(Trace::Tags, |(_, trace)| *trace));
        let Some(text) = text else { return };
        if TITLES.contains(&name.as_str()) && self.title.is_none() {
            self.title = tidy(text);
        }
        self.text(text);
    }

    /// Takes down a text.
    pub(super) fn text(&mut self, text: &str) {
        if TEXTS <= self.words.len() {
            return;
        }
        if let Some(text) = tidy(text)
            && !self.words.contains(&text)
        {
            self.words.push(text);
        }
    }

    /// Takes down what reads as text in bytes of no known form.
    pub(super) fn bytes(&mut self, name: &str, bytes: &[u8]) {
        self.tag(name, None);
        self.runs(bytes);
    }

    /// As [`Notes::bytes`], of text that stays.
    pub(super) fn runs(&mut self, bytes: &[u8]) {
        for chunk in bytes.utf8_chunks() {
            for run in chunk.valid().split(|c: char| c.is_control() && !c.is_whitespace()) {
                if SHORTEST <= run.chars().filter(|c| c.is_alphanumeric()).count() {
                    self.text(run);
                }
            }
        }
    }
}

/// Without zeros and blanks around it, and of bounded length; `None` if nothing is left.
fn tidy(text: &str) -> Option<String> {
    let text = text.trim_matches(|c: char| c == '\0' || c.is_whitespace());
    (!text.is_empty()).then(|| text.chars().take(LETTERS).collect())
}

/// Text in UTF-16, of either order by its byte-order mark, big-endian without one.
pub(super) fn utf16(bytes: &[u8]) -> String {
    match bytes {
        [0xFF, 0xFE, rest @ ..] => units(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => units(rest, u16::from_be_bytes),
        _ => units(bytes, u16::from_be_bytes),
    }
}

fn units(bytes: &[u8], order: fn([u8; 2]) -> u16) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| order(*pair));
    char::decode_utf16(units).map(|c| c.unwrap_or('\u{FFFD}')).collect()
}

/// Text of one byte for each character (ISO 8859-1), or UTF-8 where it is that.
pub(super) fn latin(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_a_tag_gives_away() {
        let mut notes = Notes::default();
        notes.tag("com.apple.quicktime.location.ISO6709", Some("+12.67+108.04/"));
        notes.tag("©nam", Some(" Hồ Lắk \0"));
        notes.tag("©nam", Some("thứ hai"));
        notes.tag("Make", None);
        let traces: Vec<_> = notes.traces.iter().copied().collect();
        assert_eq!(traces, [Trace::Location, Trace::Device, Trace::Tags]);
        assert_eq!(notes.title.as_deref(), Some("Hồ Lắk"));
        assert_eq!(notes.words, ["+12.67+108.04/", "Hồ Lắk", "thứ hai"]);
    }

    #[test]
    fn texts_are_found_in_any_bytes() {
        let mut notes = Notes::default();
        notes.bytes("uuid", "\u{1}\u{2}ab\0\0Buôn Ma Thuột\u{7}x".as_bytes());
        notes.bytes("uuid", &[0xFF, 0xC3, b'a', b'b']);
        assert_eq!(notes.words, ["Buôn Ma Thuột"]);
        (0..6000).for_each(|n| notes.text(&format!("{n}")));
        assert_eq!(notes.words.len(), TEXTS);
        notes.words.clear();
        notes.text(&"đ".repeat(9000));
        assert_eq!(notes.words.first().unwrap().chars().count(), LETTERS);
    }

    #[test]
    fn text_is_read_in_its_coding() {
        assert_eq!(utf16(b"\xFF\xFEa\0\xA1\x1E"), "aạ");
        assert_eq!(utf16(b"\0a\x1E\xA0"), "aẠ");
        assert_eq!(latin(b"caf\xE9"), "café");
        assert_eq!(latin("cà phê".as_bytes()), "cà phê");
    }
}
