//! Which old encoding a text is in, from the text alone.
//!
//! A word with characters above ASCII speaks for an encoding if it is a Vietnamese syllable once
//! decoded and none before, and against it if decoding makes no syllable of it. Other languages
//! written with Latin-1 give almost only words of the second kind.

use super::syllable::is_syllable;
use super::{Encoding, byte, decode, is_unicode, tcvn3};

/// What a text seems to be written in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Guess {
    /// The encoding that fits best.
    pub encoding: Encoding,
    /// 0 (a coincidence would do) to 1 (no other explanation).
    pub confidence: f32,
}

/// The most words that are looked at; more make nothing surer.
const WORDS: usize = 2_000;
/// What a word counts that has, beside ASCII letters, a character that no alphabet has.
const TELLING: f32 = 3.0;
/// What a word that decodes to no syllable counts against.
const AGAINST: f32 = 3.0;
/// How much confidence goes where no word without marks is a syllable.
const FOREIGN: f32 = 0.7;

/// The encoding that the text is in, if it is in one.
///
/// Nothing is said of plain ASCII, and of text with letters that only Unicode has for Vietnamese. Words
/// with other letters beyond Latin-1 (Czech, Greek …) speak against every encoding. Names in other languages between Vietnamese words lower the confidence.
#[must_use]
pub fn guess(text: &str) -> Option<Guess> {
    if text.is_ascii() || is_unicode(text) {
        return None;
    }
    let tcvn3 = confidence(Encoding::Tcvn3, text);
    let vni = confidence(Encoding::Vni, text);
    let (encoding, confidence) =
        if vni < tcvn3 { (Encoding::Tcvn3, tcvn3) } else { (Encoding::Vni, vni) };
    (0.0 < confidence).then_some(Guess { encoding, confidence })
}

fn confidence(encoding: Encoding, text: &str) -> f32 {
    let mut weight = Weight::default();
    for word in words(text).take(WORDS) {
        weight.add(encoding, word);
    }
    weight.confidence()
}

/// Runs of letters and of what could be letters; a symbol that stands alone is none.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let inside = |c: char| c.is_alphabetic() || matches!(byte(c), '\u{A1}'..='\u{FF}');
    text.split(move |c| !inside(c))
        // No syllable begins with ằ; a quotation in Danish does.
        .map(|word| word.trim_start_matches('»'))
        .filter(|word| word.chars().any(char::is_alphabetic))
        .filter(|word| 1 < word.chars().count() || !word.is_ascii())
}

#[derive(Default)]
struct Weight {
    good: f32,
    bad: f32,
    words: f32,
    strange: f32,
}

impl Weight {
    fn add(&mut self, encoding: Encoding, word: &str) {
        self.words += 1.0;
        if word.is_ascii() {
            if !is_syllable(word) {
                self.strange += 1.0;
            }
            return;
        }
        let read = decode(encoding, word);
        if !is_syllable(&read) {
            self.bad += 1.0;
        } else if !is_syllable(word) {
            self.good +=
                if encoding == Encoding::Tcvn3 && is_telling(word) { TELLING } else { 1.0 };
        }
    }

    fn confidence(&self) -> f32 {
        let against = AGAINST * self.bad + 1.0;
        let marked = self.good / (self.good + against);
        let strange = if 0.0 < self.words { self.strange / self.words } else { 0.0 };
        marked * (1.0 - FOREIGN * strange)
    }
}

/// Whether a sign that no alphabet has stands between letters, as in `®­îc`.
fn is_telling(word: &str) -> bool {
    word.chars().any(|c| c.is_ascii_alphabetic())
        && word.chars().any(|c| !byte(c).is_alphanumeric() && tcvn3(c).is_some())
}
