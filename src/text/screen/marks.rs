//! Marks of secrecy, and what tells them from honey (mật ong) and density (mật độ).

use aho_corasick::{AhoCorasick, MatchKind};
use regex::Regex;

use super::{Say, ScreenError, Suspicion, is_whole, lists::Marks, table};
use crate::text::{fold, nfc};

/// Words that go on after a marked paper: `công văn mật của tỉnh`, `công văn mật số 12`.
const AFTER: [&str; 9] = ["của", "số", "ngày", "này", "gửi", "về", "do", "được", "đã"];

/// Below this a hit is not worth anybody's time.
const LEAST: f64 = 0.5;

#[derive(Debug)]
pub(super) struct Finder {
    marks: Vec<Mark>,
    /// The marks' letters alone: most lines have none of them.
    letters: Option<AhoCorasick>,
    /// The forms of all marks, each with the place of its mark and whether it has its signs.
    forms: Option<AhoCorasick>,
    owners: Vec<(usize, bool)>,
    phrases: Option<AhoCorasick>,
    labels: Vec<String>,
    documents: Vec<String>,
    innocent_before: Vec<String>,
    innocent_after: Vec<String>,
    number: Regex,
}

/// One mark in the forms in which it may stand.
#[derive(Debug)]
struct Mark {
    /// In capitals, with its signs.
    text: String,
    /// In capitals, without them.
    bare: String,
    /// With its signs in one word, as letters set apart leave it.
    tight: String,
    /// The same in one word, as names of files have it; empty if it is one word anyway.
    joined: String,
    /// Whether it is one word, as innocent words have it too.
    single: bool,
    foreign: bool,
}

/// A place where a mark's letters stand.
struct Place<'a> {
    mark: &'a Mark,
    start: usize,
    end: usize,
    signs: bool,
}

impl Finder {
    pub(super) fn new(lists: &Marks) -> Result<Self, ScreenError> {
        let mark = |text: &String, foreign| {
            let text = nfc(text.trim()).to_uppercase();
            let bare = fold(&text).to_uppercase();
            let single = !text.contains(' ');
            let joined = if single { String::new() } else { bare.replace(' ', "") };
            Mark { tight: text.replace(' ', ""), text, bare, joined, single, foreign }
        };
        let own = lists.words.iter().map(|text| mark(text, false));
        let marks: Vec<Mark> =
            own.chain(lists.foreign.iter().map(|text| mark(text, true))).collect();
        let (mut forms, mut owners) = (Vec::new(), Vec::new());
        for (at, mark) in marks.iter().enumerate() {
            for (form, signs) in mark.forms() {
                forms.push(form.to_owned());
                owners.push((at, signs));
            }
        }
        let letters: Vec<String> = marks.iter().map(|mark| fold(&mark.bare)).collect();
        let joined = marks.iter().map(|mark| fold(&mark.joined)).filter(|text| !text.is_empty());
        let letters: Vec<String> = letters.into_iter().chain(joined).collect();
        let lower = |words: &[String]| words.iter().map(|w| nfc(w.trim()).to_lowercase()).collect();
        Ok(Self {
            marks,
            forms: if forms.is_empty() {
                None
            } else {
                Some(AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(forms)?)
            },
            owners,
            letters: table(&letters)?,
            phrases: table(&lists.phrases.iter().map(|text| fold(text)).collect::<Vec<_>>())?,
            labels: lower(&lists.labels),
            documents: lower(&lists.documents),
            innocent_before: lower(&lists.innocent_before),
            innocent_after: lower(&lists.innocent_after),
            number: Regex::new(r"\d{1,6}\s*[-/]\s*[A-ZĐ][A-ZĐ0-9\-/.&]*\W*$")?,
        })
    }

    pub(super) fn find(&self, text: &str, folded: &str, say: &mut Say<'_>) {
        let joined = folded.replace('-', " ");
        let phrases = self.phrases.iter().flat_map(|table| table.find_iter(&joined));
        if phrases.into_iter().any(|m| is_whole(folded, m.start(), m.end())) {
            // Folding moves places; such a line is short, its beginning will do.
            say(Suspicion::SecrecyMark, 0.85, (0, 0));
        }
        let letters = self.letters.iter().flat_map(|table| table.find_iter(folded));
        if !letters.into_iter().any(|m| is_whole(folded, m.start(), m.end())) {
            return;
        }
        let upper = text.to_uppercase();
        // Capitals of another length would shift every place; such letters are no Vietnamese.
        if upper.len() != text.len() {
            return;
        }
        for place in self.places(text, &upper) {
            let confidence = self.weigh(text, &place);
            if LEAST <= confidence {
                say(Suspicion::SecrecyMark, confidence, (place.start, place.end));
            }
        }
    }

    /// Where the letters of marks stand as whole words, none within another.
    fn places(&self, text: &str, upper: &str) -> Vec<Place<'_>> {
        let found = self.forms.iter().flat_map(|forms| forms.find_iter(upper));
        let places = found.filter_map(|m| {
            let (at, signs) = self.owners.get(m.pattern().as_usize()).copied()?;
            let (start, end) = (m.start(), m.end());
            let mark = self.marks.get(at).filter(|_| is_whole(text, start, end))?;
            Some(Place { mark, start, end, signs })
        });
        places.collect()
    }

    /// How likely these letters are meant as a mark, by how and among what they stand.
    fn weigh(&self, text: &str, place: &Place<'_>) -> f64 {
        let around = Around::of(text, place);
        if self.is_innocent(place.mark, &around) {
            return 0.0;
        }
        if !around.before.chars().chain(around.after.chars()).any(char::is_alphabetic) {
            return around.by_itself(place);
        }
        if place.is_bare() { self.bare(text, place, &around) } else { self.signed(place, &around) }
    }

    /// Whether its neighbours make another word of it; TỐI MẬT and TUYỆT MẬT have no other meaning.
    fn is_innocent(&self, mark: &Mark, around: &Around<'_>) -> bool {
        let near = |list: &[String], word: Option<&str>| {
            word.is_some_and(|word| list.contains(&word.to_lowercase()))
        };
        (mark.single || 2 < mark.text.split(' ').count())
            && (near(&self.innocent_before, around.last) || near(&self.innocent_after, around.next))
    }

    /// A mark with its signs, or a foreign one, among other words.
    fn signed(&self, place: &Place<'_>, around: &Around<'_>) -> f64 {
        let own = !place.mark.foreign;
        let lead = around.lead();
        let led = |list: &[String]| list.iter().any(|word| ends_with_word(&lead, word));
        if own && around.is_sentence() {
            return 0.8;
        }
        if own && led(&self.labels) {
            return 0.95;
        }
        if own && self.number.is_match(around.before) {
            return 0.9;
        }
        if around.bracketed && around.titled {
            return 0.9;
        }
        let marked = around.next.is_none_or(|next| AFTER.contains(&next.to_lowercase().as_str()));
        if own && led(&self.documents) && (marked || around.capitals || !place.mark.single) {
            return 0.85;
        }
        if !own && !place.mark.single && around.among_small() {
            return 0.5;
        }
        match (around.capitals, around.among_capitals()) {
            (true, false) => 0.85,
            (true, true) if !place.mark.single => 0.6,
            _ => 0.0,
        }
    }

    /// A mark without its signs among other words: TÔI MẤT (I lost) has the same letters.
    fn bare(&self, text: &str, place: &Place<'_>, around: &Around<'_>) -> f64 {
        if !around.capitals {
            return 0.0;
        }
        let lead = fold(&around.lead());
        let led = |list: &[String]| list.iter().any(|word| ends_with_word(&lead, &fold(word)));
        if led(&self.labels) || led(&self.documents) {
            return 0.85;
        }
        if around.bracketed {
            return 0.7;
        }
        if place.mark.single {
            return 0.0;
        }
        // Names of files are in capitals as often as not: `KH_TUYET-MAT.pdf`.
        match (is_file_name(text), is_capital(text) || around.among_capitals()) {
            (true, _) => 0.85,
            (false, true) => 0.0,
            (false, false) => 0.85,
        }
    }
}

impl Mark {
    /// The forms in which it may stand, each with whether it has its signs.
    fn forms(&self) -> impl Iterator<Item = (&str, bool)> {
        let bare = Some(self.bare.as_str()).filter(|bare| *bare != self.text);
        let joined = Some(self.joined.as_str()).filter(|joined| !joined.is_empty());
        let tight = Some(self.tight.as_str()).filter(|tight| *tight != self.text);
        std::iter::once((self.text.as_str(), true))
            .chain(tight.map(|form| (form, true)))
            .chain(bare.into_iter().chain(joined).map(|form| (form, false)))
    }
}

impl Place<'_> {
    /// Whether a Vietnamese mark stands there without its signs.
    const fn is_bare(&self) -> bool {
        !self.signs && !self.mark.foreign
    }
}

/// What stands around a mark.
struct Around<'a> {
    before: &'a str,
    after: &'a str,
    /// The words right beside it.
    last: Option<&'a str>,
    next: Option<&'a str>,
    capitals: bool,
    titled: bool,
    bracketed: bool,
}

impl<'a> Around<'a> {
    fn of(text: &'a str, place: &Place<'_>) -> Self {
        let before = text.get(..place.start).unwrap_or_default();
        let after = text.get(place.end..).unwrap_or_default();
        let found = text.get(place.start..place.end).unwrap_or_default();
        Self {
            before,
            after,
            last: neighbour(before, true),
            next: neighbour(after, false),
            capitals: is_capital(found),
            titled: found.chars().next().is_some_and(char::is_uppercase),
            bracketed: before.ends_with(['(', '[', '{']) && after.starts_with([')', ']', '}']),
        }
    }

    /// The mark alone on its line.
    fn by_itself(&self, place: &Place<'_>) -> f64 {
        match (self.capitals, place.is_bare()) {
            (true, false) => 0.95,
            (true, true) if !place.mark.single => 0.9,
            (false, _) if !place.mark.single => 0.8,
            (false, false) if self.titled => 0.8,
            _ => 0.0,
        }
    }

    /// What leads to it, in small letters, without what joins the two.
    fn lead(&self) -> String {
        let joins = [':', '=', '-', '–', '"', '“', '(', '['];
        self.before.trim_end().trim_end_matches(joins).trim_end().to_lowercase()
    }

    /// Whether it is a sentence of its own: `Mật. Bản số 2.`
    fn is_sentence(&self) -> bool {
        let begins = self.before.trim_end();
        let begins = begins.is_empty() || begins.ends_with(['.', ';', ':']);
        begins && self.titled && self.after.starts_with(['.', ';', ')'])
    }

    /// Whether a noun of papers stands right beside it: `a top secret document`.
    fn among_small(&self) -> bool {
        const PAPERS: [&str; 6] = ["document", "documents", "file", "files", "report", "memo"];
        self.next.is_some_and(|next| PAPERS.contains(&next.to_lowercase().as_str()))
    }

    fn among_capitals(&self) -> bool {
        let words = [self.last, self.next].into_iter().flatten();
        words.into_iter().any(|word| is_capital(word) && 1 < word.chars().count())
    }
}

fn is_capital(text: &str) -> bool {
    text.chars().any(char::is_uppercase) && !text.chars().any(char::is_lowercase)
}

/// Whether a line is the name of a file with its words set apart: `KH TUYET MAT . pdf`.
fn is_file_name(text: &str) -> bool {
    text.rsplit_once(" . ").is_some_and(|(_, ending)| {
        (2..=4).contains(&ending.len()) && ending.bytes().all(|b| b.is_ascii_alphanumeric())
    })
}

/// The word right before or after, with nothing but a space between.
fn neighbour(text: &str, last: bool) -> Option<&str> {
    let part = if last { text.strip_suffix(' ')? } else { text.strip_prefix(' ')? };
    let edge = |c: char| !c.is_alphanumeric();
    let word = if last { part.rsplit(edge).next() } else { part.split(edge).next() };
    word.filter(|word| !word.is_empty())
}

fn ends_with_word(text: &str, word: &str) -> bool {
    text.strip_suffix(word)
        .is_some_and(|rest| !rest.chars().next_back().is_some_and(char::is_alphanumeric))
}
