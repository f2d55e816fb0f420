//! From texts to the terms of the index, the same way for documents and queries.

use super::document::Text;
use crate::text::token::{Kind, scan};
use crate::text::{canonical_tone, fold_into};

/// How often a title counts: it is the best description of a record.
const TITLE: usize = 3;
/// How often keywords count.
const KEYWORDS: usize = 2;
/// The longest term in bytes; what is longer is no word.
const LONGEST: usize = 100;

/// Which of the two groups of fields a language is searched in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Group {
    /// Vietnamese, and languages with codes of three letters, as those of its peoples have.
    Vietnamese,
    /// All others.
    Foreign,
}

impl Group {
    /// By BCP 47 tag.
    pub(super) fn of(lang: &str) -> Self {
        let primary = lang.split('-').next().unwrap_or(lang);
        let own = primary.eq_ignore_ascii_case("vi") || primary.len() == 3;
        if own { Self::Vietnamese } else { Self::Foreign }
    }
}

/// The terms of a document for each field, parted by spaces.
#[derive(Debug, Default)]
pub(super) struct Streams {
    pub(super) marked: String,
    pub(super) folded: String,
    pub(super) pairs: String,
    pub(super) words: String,
    pub(super) grams: String,
}

impl Streams {
    pub(super) fn of(texts: &[Text]) -> Self {
        let mut streams = Self::default();
        for text in texts {
            let group = Group::of(&text.lang);
            for _ in 0..TITLE {
                streams.add(group, &text.title);
            }
            for _ in 0..KEYWORDS {
                text.keywords.iter().for_each(|keyword| streams.add(group, keyword));
            }
            streams.add(group, &text.summary);
            streams.add(group, &text.body);
            text.captions.iter().for_each(|caption| streams.add(group, caption));
        }
        streams
    }

    fn add(&mut self, group: Group, text: &str) {
        let mut before = String::new();
        let mut term = String::new();
        scan(text, &mut |token| {
            if LONGEST < token.text.len() {
                return;
            }
            term.clear();
            match (token.kind, group) {
                (Kind::Gram, _) => {
                    fold_into(token.text, &mut term);
                    push(&mut self.grams, &[&term]);
                }
                (Kind::Word, Group::Foreign) => {
                    word_into(token.text, &mut term);
                    push(&mut self.words, &[&term]);
                }
                (Kind::Word, Group::Vietnamese) => {
                    marked_into(token.text, &mut term);
                    push(&mut self.marked, &[&term]);
                    term.clear();
                    folded_into(token.text, &mut term);
                    push(&mut self.folded, &[&term]);
                    push_pair(&mut self.pairs, &before, &term);
                    before.clone_from(&term);
                }
            }
        });
    }
}

/// The terms of a page, parted by spaces: recognised text has its marks wrong more often than its
/// letters.
pub(super) fn page_stream(text: &str) -> String {
    let (mut stream, mut before, mut term) = (String::new(), String::new(), String::new());
    scan(text, &mut |token| {
        if LONGEST < token.text.len() {
            return;
        }
        term.clear();
        if token.kind == Kind::Gram {
            fold_into(token.text, &mut term);
            push(&mut stream, &[&term]);
            return;
        }
        folded_into(token.text, &mut term);
        push(&mut stream, &[&term]);
        push_pair(&mut stream, &before, &term);
        before.clone_from(&term);
    });
    stream
}

fn push(stream: &mut String, parts: &[&str]) {
    if !stream.is_empty() {
        stream.push(' ');
    }
    stream.extend(parts.iter().copied());
}

fn push_pair(stream: &mut String, first: &str, second: &str) {
    if !first.is_empty() {
        push(stream, &[first, "_", second]);
    }
}

/// A syllable in lower case with its marks, its tone where all have it, without apostrophes.
pub(super) fn marked_into(word: &str, out: &mut String) {
    let start = out.len();
    let mut last = (' ', ' ');
    for c in word.chars() {
        if ('\u{300}'..='\u{36F}').contains(&c) {
            out.truncate(start);
            let whole = canonical_tone(word).to_lowercase();
            out.extend(whole.chars().filter(|c| !is_apostrophe(*c)));
            return;
        }
        if !is_apostrophe(c) {
            out.extend(c.to_lowercase());
        }
        last = (last.1, c);
    }
    // Only a tone at the very end can stand elsewhere.
    if matches!(last.0, 'o' | 'u' | 'O' | 'U') && !last.1.is_ascii() {
        let moved = canonical_tone(out.get(start..).unwrap_or_default()).into_owned();
        out.truncate(start);
        out.push_str(&moved);
    }
}

/// A syllable without marks and apostrophes, in lower case: `M'nông` is `mnong`.
pub(super) fn folded_into(word: &str, out: &mut String) {
    fold_into(word, out);
    out.retain(|c| !is_apostrophe(c));
}

/// A word of a foreign text without marks, apostrophes and the English genitive.
pub(super) fn word_into(word: &str, out: &mut String) {
    fold_into(word, out);
    if let Some(short) = out.strip_suffix('s').and_then(|word| word.strip_suffix(is_apostrophe)) {
        out.truncate(short.len());
    }
    out.retain(|c| !is_apostrophe(c));
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}' | '\u{2BC}')
}

/// The pair term of two folded syllables.
pub(super) fn pair(first: &str, second: &str) -> String {
    format!("{first}_{second}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn streams(lang: &str, body: &str) -> Streams {
        Streams::of(&[Text { lang: lang.into(), body: body.into(), ..Text::default() }])
    }

    #[test]
    fn vietnamese_becomes_marked_folded_and_pairs() {
        let streams = streams("vi", "Hoà nhạc co\u{302}\u{300}ng, M’nông");
        assert_eq!(streams.marked, "hòa nhạc cồng mnông");
        assert_eq!(streams.folded, "hoa nhac cong mnong");
        assert_eq!(streams.pairs, "hoa_nhac nhac_cong cong_mnong");
        assert_eq!(streams.words, "");
    }

    #[test]
    fn other_languages_become_words_and_grams() {
        let english = streams("en", "Vietnam’s gongs, café");
        assert_eq!(english.words, "vietnam gongs cafe");
        let mixed = streams("zh-Hans", "UNESCO 世界遗产");
        assert_eq!((mixed.words.as_str(), mixed.grams.as_str()), ("unesco", "世界 界遗 遗产"));
    }

    #[test]
    fn marked_syllables_are_written_one_way() {
        for (from, to) in [
            ("Hoà", "hòa"),
            ("THUỶ", "thủy"),
            ("Hoa\u{300}", "hòa"),
            ("Quý", "quý"),
            ("M’Nông", "mnông"),
        ] {
            let mut out = "x".to_owned();
            marked_into(from, &mut out);
            assert_eq!(out, format!("x{to}"));
        }
    }

    #[test]
    fn titles_count_more_than_bodies() {
        let title = Text { lang: "en".into(), title: "Gong".into(), ..Text::default() };
        assert_eq!(Streams::of(&[title]).words, "gong gong gong");
    }

    #[test]
    fn languages_have_their_group() {
        for lang in ["vi", "vi-VN", "rad", "cmo"] {
            assert_eq!(Group::of(lang), Group::Vietnamese);
        }
        for lang in ["en", "fr", "zh-Hans", "lo"] {
            assert_eq!(Group::of(lang), Group::Foreign);
        }
    }
}
