//! Looking through texts for what must not go out: marks of state secrecy, the office's watch words,
//! places of military installations, personal data.
//!
//! Every hit is a hint with a confidence; people decide. What to look for is a [`Lists`], a file that
//! the office owns; how it is told from innocent words stands here.

mod canon;
mod coordinates;
mod lists;
mod marks;
mod personal;
#[cfg(test)]
mod tests;

use aho_corasick::{AhoCorasick, MatchKind};
use thiserror::Error;

use crate::domain::review::Suspicion;

pub use lists::{Lists, Marks, Military, Personal, Watch};

/// One place that looks like something that must not go out.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// What it looks like.
    pub sort: Suspicion,
    /// From 0.5, worth a look, to 1, hardly anything else.
    pub confidence: f64,
    /// The paragraph, from 0; paragraphs are lines.
    pub paragraph: usize,
    /// The place with a few words around it, at most 80 characters, look-alike letters made plain.
    pub excerpt: String,
}

/// Why a list cannot be used.
#[derive(Debug, Error)]
pub enum ScreenError {
    /// A pattern of ours is no pattern.
    #[error("a pattern does not compile: {0}")]
    Pattern(#[from] regex::Error),
    /// There are too many words.
    #[error("the words do not make a table: {0}")]
    Words(#[from] aho_corasick::BuildError),
}

/// Lists made ready for looking through texts.
#[derive(Debug)]
pub struct Screen {
    canon: canon::Canon,
    marks: marks::Finder,
    coordinates: coordinates::Finder,
    personal: personal::Finder,
    watch: Option<AhoCorasick>,
}

impl Screen {
    /// Makes `lists` ready.
    ///
    /// # Errors
    /// [`ScreenError`] if the words make no table.
    pub fn new(lists: &Lists) -> Result<Self, ScreenError> {
        Ok(Self {
            canon: canon::Canon::new()?,
            marks: marks::Finder::new(&lists.marks)?,
            coordinates: coordinates::Finder::new(&lists.military)?,
            personal: personal::Finder::new(&lists.personal)?,
            watch: table(&lists.watch.words)?,
        })
    }

    /// All that is found in the lines of `text`, in their order.
    #[must_use]
    pub fn scan(&self, text: &str) -> Vec<Hit> {
        let mut found = Vec::new();
        for (at, line) in text.lines().enumerate() {
            self.line(at, line, &mut found);
        }
        found
    }

    fn line(&self, paragraph: usize, line: &str, found: &mut Vec<Hit>) {
        if line.trim().is_empty() {
            return;
        }
        let text = self.canon.of(line);
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        let mut say = |sort, confidence: f64, (start, end): (usize, usize)| {
            let excerpt = excerpt(&text, start, end);
            found.push(Hit { sort, confidence, paragraph, excerpt });
        };
        let folded = super::fold(&text);
        self.marks.find(&text, &folded, &mut say);
        if let Some(watch) = &self.watch {
            let lower = text.to_lowercase();
            let whole = watch.find_iter(&lower).filter(|m| is_whole(&lower, m.start(), m.end()));
            // Lower case may have another length; the excerpt is then of that one.
            if let Some(hit) = whole.into_iter().next() {
                say(Suspicion::WatchWord, 0.9, (hit.start(), hit.end()));
            }
        }
        // The shortest thing looked for is a year of birth, or degrees and minutes.
        if 4 <= digits {
            self.coordinates.find(&text, &mut say);
        }
        self.personal.find(&text, &folded, digits, &mut say);
    }
}

/// What a finder tells its hits to: the sort, the confidence, the first byte and the one after the
/// last.
type Say<'a> = dyn FnMut(Suspicion, f64, (usize, usize)) + 'a;

/// A table that finds any of `words`, whatever their case; none without words.
fn table(words: &[String]) -> Result<Option<AhoCorasick>, ScreenError> {
    let words: Vec<String> = words
        .iter()
        .map(|word| super::nfc(word.trim()).to_lowercase())
        .filter(|word| !word.is_empty())
        .collect();
    if words.is_empty() {
        return Ok(None);
    }
    Ok(Some(AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(words)?))
}

/// Whether `start..end` is not a part of a longer word.
fn is_whole(text: &str, start: usize, end: usize) -> bool {
    let before = text.get(..start).and_then(|text| text.chars().next_back());
    let after = text.get(end..).and_then(|text| text.chars().next());
    !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
}

/// `start..end` with thirty characters on either side.
fn excerpt(text: &str, start: usize, end: usize) -> String {
    const AROUND: usize = 30;
    let before = text.get(..start).unwrap_or_default();
    let from = before.char_indices().rev().nth(AROUND.saturating_sub(1));
    let from = from.map_or(0, |(at, _)| at);
    let after = text.get(end..).unwrap_or_default();
    let to = after.char_indices().nth(AROUND).map_or(text.len(), |(at, _)| end.saturating_add(at));
    text.get(from..to).unwrap_or(text).trim().chars().take(80).collect()
}
