//! Tesseract's table of what it found: a line for each page, block, paragraph, line and word, of
//! twelve fields parted by tabs.

use super::super::text::clean;
use super::{Recognised, Word};

/// What the first field says of a word.
const WORD: &str = "5";

/// The most words of a page.
const WORDS: usize = 100_000;

/// Reads the table; lines that do not fit are left out.
pub(super) fn read(table: &str) -> Recognised {
    let mut words: Vec<Word> = Vec::new();
    let mut text = String::new();
    let mut last: Option<[u32; 3]> = None;
    for row in table.lines().filter_map(Row::read).take(WORDS) {
        let word = Word { text: clean(row.text), ..row.word };
        if word.text.is_empty() {
            continue;
        }
        match last {
            None => {}
            Some([block, paragraph, line]) if [block, paragraph, line] == row.place => {
                text.push(' ');
            }
            Some([block, paragraph, _]) if row.place.starts_with(&[block, paragraph]) => {
                text.push('\n');
            }
            Some(_) => text.push_str("\n\n"),
        }
        text.push_str(&word.text);
        last = Some(row.place);
        words.push(word);
    }
    Recognised { text, confidence: mean(&words), words }
}

/// The words' confidence, by their length.
fn mean(words: &[Word]) -> f32 {
    let (mut sum, mut letters) = (0.0_f32, 0.0_f32);
    for word in words {
        let length = f32::from(u16::try_from(word.text.chars().count()).unwrap_or(u16::MAX));
        sum = word.confidence.mul_add(length, sum);
        letters += length;
    }
    if 0.0 < letters { sum / letters } else { 0.0 }
}

/// A word's line.
struct Row<'a> {
    /// Block, paragraph and line in which it stands.
    place: [u32; 3],
    /// Without its text.
    word: Word,
    text: &'a str,
}

impl<'a> Row<'a> {
    fn read(line: &'a str) -> Option<Self> {
        let mut fields = line.splitn(12, '\t');
        if fields.next()? != WORD {
            return None;
        }
        let _page = fields.next()?;
        let mut number = || fields.next()?.parse::<u32>().ok();
        let place = [number()?, number()?, number()?];
        let _word = number()?;
        let (left, top, width, height) = (number()?, number()?, number()?, number()?);
        let confidence: f32 = fields.next()?.parse().ok()?;
        let confidence = if confidence.is_finite() { confidence.clamp(0.0, 100.0) } else { 0.0 };
        let text = fields.next()?;
        let word = Word { text: String::new(), confidence, left, top, width, height };
        Some(Self { place, word, text })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(place: [u32; 3], confidence: &str, text: &str) -> String {
        let [block, paragraph, line] = place;
        format!("5\t1\t{block}\t{paragraph}\t{line}\t1\t10\t20\t30\t40\t{confidence}\t{text}\n")
    }

    #[test]
    fn words_make_lines_and_paragraphs() {
        let table = [
            "level\tpage_num\tblock_num\n".to_owned(),
            "1\t1\t0\t0\t0\t0\t0\t0\t100\t100\t-1\t\n".to_owned(),
            row([1, 1, 1], "90", "Hà"),
            row([1, 1, 1], "60", "No\u{302}\u{323}i-"),
            row([1, 1, 2], "96.5", "xưa"),
            row([1, 1, 2], "95", " "),
            row([1, 2, 1], "-1", "kia"),
            "5\t1\tx\t1\t1\t1\t1\t1\t1\t1\t90\tlost\n".to_owned(),
            row([2, 1, 1], "nan", "|"),
        ]
        .concat();
        let read = read(&table);
        assert_eq!(read.text, "Hà Nội-\nxưa\n\nkia\n\n|");
        assert_eq!(read.words.len(), 5);
        let word = &read.words[1];
        assert_eq!((word.left, word.top, word.width, word.height), (10, 20, 30, 40));
        let sure = (90.0 * 2.0 + 60.0 * 4.0 + 96.5 * 3.0) / 13.0;
        assert!((read.confidence - sure).abs() < 0.01, "{}", read.confidence);
    }

    #[test]
    fn an_empty_table_has_no_words() {
        assert_eq!(read(""), Recognised::default());
        assert_eq!(read("5\t1\n5\n\t\t\t\n"), Recognised::default());
    }
}
