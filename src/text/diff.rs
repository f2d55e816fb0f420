//! What changed between two texts, word by word.

use std::time::{Duration, Instant};

use serde::Serialize;
use similar::{Algorithm, ChangeTag, TextDiff};

/// Two texts that have hardly a word in common are given up on after this time; what is left is
/// told as one large change.
const PATIENCE: Duration = Duration::from_millis(500);

/// What became of a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// It is in both.
    Same,
    /// It is in the old one only.
    Removed,
    /// It is in the new one only.
    Added,
}

/// A piece of either text; pieces of one kind that follow each other are one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Piece {
    /// What became of it.
    pub change: Change,
    /// Its words with what stands between them.
    pub text: String,
}

/// The pieces that lead from `old` to `new`; of scripts without spaces a word is a character.
///
/// Joined without what was added they are `old`, without what was removed `new`.
#[must_use]
pub fn words(old: &str, new: &str) -> Vec<Piece> {
    let (before, after) = (split(old), split(new));
    let diff = TextDiff::configure()
        .algorithm(Algorithm::Patience)
        .deadline(Instant::now() + PATIENCE)
        .diff_slices(&before, &after);
    let mut pieces: Vec<Piece> = Vec::new();
    for change in diff.iter_all_changes() {
        let kind = match change.tag() {
            ChangeTag::Equal => Change::Same,
            ChangeTag::Delete => Change::Removed,
            ChangeTag::Insert => Change::Added,
        };
        match pieces.last_mut() {
            Some(last) if last.change == kind => last.text.push_str(change.value()),
            _ => pieces.push(Piece { change: kind, text: change.value().to_owned() }),
        }
    }
    pieces
}

/// What a character is to a reader of words.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Space,
    Letter,
    /// Stands for itself.
    Single,
    /// Goes with what is before it.
    Mark,
}

fn sort(c: char) -> Sort {
    match c {
        '\u{300}'..='\u{36F}' | '\u{200B}'..='\u{200D}' => Sort::Mark,
        // Vowels and signs of Thai, Lao and Khmer that stand on or behind a letter.
        '\u{E31}' | '\u{E34}'..='\u{E3A}' | '\u{E47}'..='\u{E4E}' => Sort::Mark,
        '\u{EB1}' | '\u{EB4}'..='\u{EBC}' | '\u{EC8}'..='\u{ECE}' => Sort::Mark,
        '\u{17B4}'..='\u{17D3}' => Sort::Mark,
        '\u{E00}'..='\u{EFF}' | '\u{1780}'..='\u{17FF}' | '\u{3040}'..='\u{9FFF}' => Sort::Single,
        c if c.is_whitespace() => Sort::Space,
        c if c.is_alphanumeric() => Sort::Letter,
        _ => Sort::Single,
    }
}

/// The text in words, single signs and the space between them.
fn split(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut start, mut before) = (0, None);
    for (at, c) in text.char_indices() {
        let now = sort(c);
        let joins = now == Sort::Mark || (before == Some(now) && now != Sort::Single);
        if !joins {
            pieces.extend(text.get(start..at).filter(|piece| !piece.is_empty()));
            (start, before) = (at, Some(now));
        }
    }
    pieces.extend(text.get(start..).filter(|piece| !piece.is_empty()));
    pieces
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(old: &str, new: &str) -> String {
        let piece = |piece: Piece| match piece.change {
            Change::Same => piece.text,
            Change::Removed => format!("[-{}-]", piece.text),
            Change::Added => format!("[+{}+]", piece.text),
        };
        words(old, new).into_iter().map(piece).collect()
    }

    #[test]
    fn whole_words_change_and_not_letters() {
        assert_eq!(
            shown("Hồ Lắk rộng 500 ha.", "Hồ Lắk rộng hơn 600 ha."),
            "Hồ Lắk rộng [-500-][+hơn 600+] ha."
        );
        assert_eq!(shown("cồng chiêng", "cồng chiêng"), "cồng chiêng");
        assert_eq!(shown("世界文化遗产", "世界自然遗产"), "世界[-文化-][+自然+]遗产");
        assert_eq!(shown("", "mới"), "[+mới+]");
        assert_eq!(shown("cũ", ""), "[-cũ-]");
    }

    #[test]
    fn texts_with_nothing_in_common_end_in_time() {
        let text =
            |start: usize| (start..start + 20_000).map(|n| format!("{n} ")).collect::<String>();
        let began = Instant::now();
        assert!(!words(&text(0), &text(100_000)).is_empty());
        assert!(began.elapsed() < Duration::from_secs(20));
    }

    proptest! {
        #[test]
        fn both_texts_come_back(old in "[aă ồ.世ກໍ]{0,30}", new in "[aă ồ.世ກໍ]{0,30}") {
            let pieces = words(&old, &new);
            let without = |left_out: Change| -> String {
                pieces.iter().filter(|p| p.change != left_out).map(|p| p.text.as_str()).collect()
            };
            prop_assert_eq!(without(Change::Added), old);
            prop_assert_eq!(without(Change::Removed), new);
        }
    }
}
