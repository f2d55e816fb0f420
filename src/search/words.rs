//! The words of a query, analysed like the documents.

use super::analyse::{folded_into, marked_into, pair, word_into};
use super::schema::stemmer;
use crate::text::token::{Kind, scan};
use crate::text::{fold, has_marks};

/// The most tokens that are looked at.
const MOST: usize = 32;

/// One word in all the forms that it is searched by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) marked: String,
    pub(super) folded: String,
    pub(super) word: String,
    pub(super) stem: String,
    pub(super) has_marks: bool,
}

impl Word {
    /// Whether a syllable of a text has the same marks.
    pub(super) fn is_marked_like(&self, syllable: &str) -> bool {
        let mut marked = String::with_capacity(self.marked.len());
        marked_into(syllable, &mut marked);
        marked == self.marked
    }
}

/// All that a query says.
#[derive(Clone, Debug, Default)]
pub(super) struct Words {
    /// The whole text folded, to be compared with ids and numbers.
    pub(super) whole: String,
    pub(super) words: Vec<Word>,
    /// Pairs of neighbouring folded syllables.
    pub(super) pairs: Vec<String>,
    /// Pairs of characters; these must be found.
    pub(super) grams: Vec<String>,
    /// Whole Hangul words, found or not.
    pub(super) wholes: Vec<String>,
    /// Whether any word has Vietnamese marks.
    pub(super) marked: bool,
}

impl Words {
    pub(super) fn of(text: &str) -> Self {
        let mut all = Self { whole: fold(text.trim()), ..Self::default() };
        let mut stemmer = stemmer();
        let mut stem = |word: &str| {
            let mut stream = stemmer.token_stream(word);
            if stream.advance() { stream.token().text.clone() } else { word.to_owned() }
        };
        let mut before = None;
        let mut count: usize = 0;
        scan(text, &mut |token| {
            count = count.saturating_add(1);
            if MOST < count {
                return;
            }
            if token.kind == Kind::Gram {
                return all.gram(fold(token.text));
            }
            let (mut folded, mut word) = (String::new(), String::new());
            folded_into(token.text, &mut folded);
            word_into(token.text, &mut word);
            if let Some(before) = before.replace(folded.clone()) {
                keep(&mut all.pairs, pair(&before, &folded));
            }
            let has_marks = has_marks(token.text);
            all.marked |= has_marks;
            let mut marked = String::new();
            marked_into(token.text, &mut marked);
            let stem = stem(&word);
            keep(&mut all.words, Word { marked, folded, word, stem, has_marks });
        });
        all
    }

    fn gram(&mut self, gram: String) {
        let whole = 2 < gram.chars().filter(|c| c.is_alphabetic()).count()
            && gram.chars().all(|c| ('\u{AC00}'..='\u{D7AF}').contains(&c));
        keep(if whole { &mut self.wholes } else { &mut self.grams }, gram);
    }

    /// How many things are looked for.
    pub(super) fn len(&self) -> usize {
        self.words.len().saturating_add(self.grams.len())
    }
}

fn keep<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_analysed_like_a_text() {
        let words = Words::of("  Hoà tấu gongs, gongs 世界遺産 한국어");
        let forms: Vec<_> = words
            .words
            .iter()
            .map(|w| (w.marked.as_str(), w.folded.as_str(), w.stem.as_str(), w.has_marks))
            .collect();
        assert_eq!(
            forms,
            [
                ("hòa", "hoa", "hoa", true),
                ("tấu", "tau", "tau", true),
                ("gongs", "gongs", "gong", false)
            ]
        );
        assert_eq!(words.pairs, ["hoa_tau", "tau_gongs", "gongs_gongs"]);
        assert_eq!(words.grams, ["世界", "界遺", "遺産", "한국", "국어"]);
        assert_eq!(words.wholes, ["한국어"]);
        assert!(words.marked);
    }

    #[test]
    fn the_number_of_tokens_is_bounded() {
        let long: String = (0..1000).map(|n| format!("w{n} ")).collect();
        assert_eq!(Words::of(&long).len(), MOST);
        assert_eq!(Words::of("*:* \"( ]").len(), 0);
    }
}
