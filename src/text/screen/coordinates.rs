//! Coordinates beside words of military installations.

use aho_corasick::AhoCorasick;
use regex::Regex;

use super::{Say, ScreenError, Suspicion, is_whole, lists::Military, table};

#[derive(Debug)]
pub(super) struct Finder {
    place: Regex,
    words: Option<AhoCorasick>,
    open: Option<AhoCorasick>,
}

impl Finder {
    pub(super) fn new(lists: &Military) -> Result<Self, ScreenError> {
        let degrees = r#"\d{1,3}\s*°\s*\d{1,2}(?:[.,]\d+)?\s*['’′](?:\s*\d{1,2}(?:[.,]\d+)?\s*(?:"|”|″|''))?"#;
        let decimal =
            r"(?-u:\b)\d{1,2}[.,]\d{3,8}\s*°?\s*[NB]?\s*[,;/ ]\s*\D{0,20}1\d{2}[.,]\d{3,8}";
        let words = r"\d{1,3}\s*độ\s*\d{1,2}(?:[.,]\d+)?\s*phút";
        // The national system: metres in thousands of thousands, by axis or beside each other.
        let metres = r"(?i:vn-?\s?2000|utm)[^.;]{0,30}?\d{6,7}\D{1,12}\d{6,7}|\b[XY]\s*[=:]\s*\d{6,7}\D{1,12}\d{6,7}";
        // UTM zones 47 to 49 and bands P and Q hold all of Vietnam.
        let grid = r"(?-u:\b)4[789]\s?[PQ]\s?[A-Z]{2}\s?(?:\d{4,10}|\d{2,5}\s\d{2,5})(?-u:\b)";
        Ok(Self {
            place: Regex::new(&format!(
                "(?:{degrees})|(?:{decimal})|(?:{grid})|(?:{words})|(?:{metres})"
            ))?,
            words: table(&lists.words)?,
            open: table(&lists.open)?,
        })
    }

    pub(super) fn find(&self, text: &str, say: &mut Say<'_>) {
        for place in self.place.find_iter(text) {
            let near = &around(text, place.start(), place.end()).to_lowercase();
            let has = |table: &Option<AhoCorasick>| {
                let found = table.iter().flat_map(|table| table.find_iter(near));
                found.into_iter().any(|m| is_whole(near, m.start(), m.end()))
            };
            // A relic of war is open to all, and its place is on every map.
            if has(&self.words) && !has(&self.open) {
                return say(Suspicion::MilitaryPlace, 0.9, (place.start(), place.end()));
            }
        }
    }
}

/// How far from a place the words that matter stand, in characters.
const NEAR: usize = 150;

fn around(text: &str, start: usize, end: usize) -> &str {
    let before = text.get(..start).unwrap_or_default();
    let from = before.char_indices().rev().nth(NEAR).map_or(0, |(at, _)| at);
    let after = text.get(end..).unwrap_or_default();
    let to = after.char_indices().nth(NEAR).map_or(text.len(), |(at, _)| end.saturating_add(at));
    text.get(from..to).unwrap_or(text)
}
