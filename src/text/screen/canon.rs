//! A line as it is meant, whatever it is written with.

use regex::{Captures, Regex};
use unicode_normalization::UnicodeNormalization;

/// Letters of other alphabets beside the Latin ones that they look like.
const ALIKE: &[(char, char)] = &[
    // Cyrillic
    ('А', 'A'),
    ('В', 'B'),
    ('С', 'C'),
    ('Е', 'E'),
    ('Н', 'H'),
    ('І', 'I'),
    ('Ј', 'J'),
    ('К', 'K'),
    ('М', 'M'),
    ('О', 'O'),
    ('Р', 'P'),
    ('Ѕ', 'S'),
    ('Т', 'T'),
    ('У', 'Y'),
    ('Х', 'X'),
    ('а', 'a'),
    ('с', 'c'),
    ('е', 'e'),
    ('і', 'i'),
    ('о', 'o'),
    ('р', 'p'),
    ('ѕ', 's'),
    ('у', 'y'),
    ('х', 'x'),
    ('т', 't'),
    ('м', 'm'),
    ('к', 'k'),
    ('н', 'h'),
    ('в', 'b'),
    // Greek
    ('Α', 'A'),
    ('Β', 'B'),
    ('Ε', 'E'),
    ('Ζ', 'Z'),
    ('Η', 'H'),
    ('Ι', 'I'),
    ('Κ', 'K'),
    ('Μ', 'M'),
    ('Ν', 'N'),
    ('Ο', 'O'),
    ('Ρ', 'P'),
    ('Τ', 'T'),
    ('Υ', 'Y'),
    ('Χ', 'X'),
    ('ο', 'o'),
    ('α', 'a'),
];

/// Puts lines into one form.
#[derive(Debug)]
pub(super) struct Canon {
    apart: Regex,
}

impl Canon {
    pub(super) fn new() -> Result<Self, regex::Error> {
        Ok(Self { apart: Regex::new(r"\b\p{L}(?:[ .·*_\-]{1,4}\p{L}\b){2,}")? })
    }

    /// The line in NFKC with single spaces, letters set apart put together (`M Ậ T`), look-alike
    /// letters and zeros within Latin words made Latin, invisible characters left out.
    pub(super) fn of(&self, line: &str) -> String {
        if line.is_ascii() && !line.contains("  ") && !line.contains('0') && !apart(line) {
            return line.trim().to_owned();
        }
        let text = if line.chars().all(is_plain) {
            line.to_owned()
        } else {
            line.nfkc().filter(|c| !is_invisible(*c)).collect::<String>()
        };
        let text = if apart(&text) {
            self.apart.replace_all(&text, |found: &Captures<'_>| together(&found[0])).into_owned()
        } else {
            text
        };
        let mut out = String::with_capacity(text.len());
        // A line in which every such letter has a Latin double is no Russian or Greek line.
        let disguised =
            text.chars().all(|c| !matches!(c, '\u{370}'..='\u{52F}') || alike(c).is_some())
                && text.chars().any(latin);
        for word in text.split_whitespace() {
            if !out.is_empty() {
                out.push(' ');
            }
            plain(word, disguised, &mut out);
        }
        out
    }
}

/// Whether a character is its own NFKC form, whatever follows, and is seen.
const fn is_plain(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{C0}'..='\u{131}' | '\u{1A0}' | '\u{1A1}' | '\u{1AF}' | '\u{1B0}'
        | '\u{1EA0}'..='\u{1EF9}' | '\u{2013}' | '\u{2014}' | '\u{2018}'..='\u{201D}')
}

const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}')
}

/// Whether there are single letters with something between them; most lines have none.
fn apart(text: &str) -> bool {
    let mut run = 0_u8;
    let mut singles = 0_u8;
    for c in text.chars() {
        if matches!(c, 'a'..='z' | 'A'..='Z' | '0'..='9') || (!c.is_ascii() && c.is_alphanumeric())
        {
            run = run.saturating_add(1);
        } else if run != 0 {
            singles = if run == 1 { singles.saturating_add(1) } else { 0 };
            run = 0;
            if 2 < singles {
                return true;
            }
        }
    }
    run == 1 && 1 < singles
}

/// The letters without what stands between them; wider gaps are those between words.
fn together(run: &str) -> String {
    let mut out = String::with_capacity(run.len());
    let mut gap = 0_u8;
    for c in run.chars() {
        if c.is_alphabetic() {
            if 1 < gap {
                out.push(' ');
            }
            out.push(c);
            gap = 0;
        } else {
            gap = gap.saturating_add(1);
        }
    }
    out
}

fn alike(c: char) -> Option<char> {
    ALIKE.iter().find(|(other, _)| *other == c).map(|(_, latin)| *latin)
}

fn latin(c: char) -> bool {
    c.is_ascii_alphabetic() || matches!(c, '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}')
}

/// The word with look-alikes made Latin if the rest of it or of its line is, so that Russian stays
/// Russian, and with zeros among capitals as letters.
fn plain(word: &str, disguised: bool, out: &mut String) {
    let mixed = word.chars().any(|c| alike(c).is_some()) && (disguised || word.chars().any(latin));
    let capitals = word.chars().filter(|c| c.is_uppercase()).count();
    let zeros = 1 < capitals && word.contains('0') && !word.chars().any(|c| matches!(c, '1'..='9'));
    if !mixed && !zeros {
        out.push_str(word);
        return;
    }
    out.extend(word.chars().map(|c| match c {
        '0' if zeros => 'O',
        c if mixed => alike(c).unwrap_or(c),
        c => c,
    }));
}
