//! Showing what was found: the best language of a hit, its title and a piece of its text, with the
//! words marked where they stand, marks and all, however the reader typed them.

use super::analyse::{Group, folded_into, word_into};
use super::document::Kept;
use super::words::Words;
use crate::text::token::{Kind, Token, scan};

/// The length of a snippet in characters, about.
const LENGTH: usize = 200;
/// How many characters stand before the first word found, about.
const LEAD: usize = 40;

/// What is shown of a hit.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) lang: String,
    pub(super) title_html: String,
    pub(super) text_html: String,
    /// Whether all words of the query are in it.
    pub(super) whole: bool,
}

/// The page of a publication that has most of the words, from 0, and a piece of it as HTML like a
/// hit's; nothing if none has half of them.
#[must_use]
pub fn best_page<'a>(
    words: &str,
    pages: impl IntoIterator<Item = &'a str>,
) -> Option<(usize, String)> {
    let words = Words::of(words);
    let finder = Finder { words: &words, group: Group::Vietnamese, strict: false };
    let mut best: Option<(usize, usize, &str, Vec<Found>)> = None;
    for (number, page) in pages.into_iter().enumerate() {
        let found = finder.find(page);
        let mut seen: Vec<usize> = found.iter().map(|found| found.word).collect();
        seen.sort_unstable();
        seen.dedup();
        if best.as_ref().is_none_or(|(count, ..)| *count < seen.len()) {
            best = Some((seen.len(), number, page, found));
        }
    }
    let (count, number, page, found) = best?;
    let enough = 0 < count && words.len() <= count.saturating_mul(2);
    enough.then(|| (number, snippet(page, &found)))
}

/// A place in a text where a word of the query stands.
#[derive(Clone, Copy, Debug)]
struct Found {
    start: usize,
    end: usize,
    /// Which of the query's words.
    word: usize,
}

/// What of the query is in one text.
#[derive(Default)]
struct Matches {
    title: Vec<Found>,
    body: Vec<Found>,
    /// Different words found.
    words: usize,
}

/// The text to show, of the language that has most of the query, of `own` if that is as good.
pub(super) fn show(texts: &[Kept], words: &Words, own: Option<&str>) -> Shown {
    let mut order: Vec<&Kept> = texts.iter().collect();
    order.sort_by_key(|text| (own != Some(text.lang.as_str()), !same(own, &text.lang)));
    let all = words.len();
    let mut best: Option<(&Kept, Matches)> = None;
    for text in order {
        let matches = Matches::of(text, words);
        let better = best.as_ref().is_none_or(|(_, best)| best.words < matches.words);
        let complete = matches.words == all;
        if better {
            best = Some((text, matches));
        }
        if complete {
            break;
        }
    }
    let Some((text, matches)) = best else { return Shown::default() };
    Shown {
        lang: text.lang.clone(),
        title_html: html(&text.title, 0..text.title.len(), &matches.title),
        text_html: snippet(&text.body, &matches.body),
        whole: matches.words == all,
    }
}

/// Whether both are of one primary language.
fn same(own: Option<&str>, lang: &str) -> bool {
    let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
    own.is_some_and(|own| primary(own) == primary(lang))
}

impl Matches {
    fn of(text: &Kept, words: &Words) -> Self {
        let group = Group::of(&text.lang);
        let strict = Self::at(text, words, group, true);
        // Nothing is marked as the reader did: show what is alike but for the marks.
        if strict.words == 0 && words.marked && group == Group::Vietnamese {
            return Self::at(text, words, group, false);
        }
        strict
    }

    fn at(text: &Kept, words: &Words, group: Group, strict: bool) -> Self {
        let finder = Finder { words, group, strict };
        let title = finder.find(&text.title);
        let body = finder.find(&text.body);
        let mut seen: Vec<usize> = title.iter().chain(&body).map(|found| found.word).collect();
        seen.sort_unstable();
        seen.dedup();
        Self { words: seen.len(), title, body }
    }
}

struct Finder<'a> {
    words: &'a Words,
    group: Group,
    strict: bool,
}

impl Finder<'_> {
    /// Where the words stand in the text, read line by line until all have been seen.
    fn find(&self, text: &str) -> Vec<Found> {
        let mut found = Vec::new();
        let mut missing: Vec<usize> = (0..self.words.len()).collect();
        let mut at: usize = 0;
        for line in text.split_inclusive('\n') {
            let before = found.len();
            self.line(line, at, &mut found);
            missing.retain(|word| found.iter().skip(before).all(|found| found.word != *word));
            if missing.is_empty() {
                break;
            }
            at = at.saturating_add(line.len());
        }
        found
    }

    /// Where the words stand in a line that begins at this byte of the text.
    fn line(&self, line: &str, at: usize, found: &mut Vec<Found>) {
        let mut key = String::new();
        scan(line, &mut |token| {
            key.clear();
            let word = self.word(&token, &mut key);
            found.extend(word.map(|word| Found {
                start: token.start.saturating_add(at),
                end: token.end.saturating_add(at),
                word,
            }));
        });
    }

    /// The number of the query's word that this token is.
    fn word(&self, token: &Token<'_>, key: &mut String) -> Option<usize> {
        let words = &self.words.words;
        // Most words of a text end here: no fold changes an ASCII letter into another one.
        if let Some(first) = token.text.bytes().next().filter(u8::is_ascii) {
            let first = first.to_ascii_lowercase();
            if !words.iter().any(|word| word.folded.as_bytes().first() == Some(&first)) {
                return None;
            }
        }
        match (token.kind, self.group) {
            (Kind::Gram, _) => {
                folded_into(token.text, key);
                let at = self.words.grams.iter().position(|gram| gram == key)?;
                Some(at.saturating_add(words.len()))
            }
            (Kind::Word, Group::Vietnamese) => {
                folded_into(token.text, key);
                words.iter().position(|word| {
                    word.folded == *key
                        && (!self.strict || !word.has_marks || word.is_marked_like(token.text))
                })
            }
            (Kind::Word, Group::Foreign) => {
                word_into(token.text, key);
                words.iter().position(|word| word.word == *key || is_form(&word.stem, key))
            }
        }
    }
}

/// Whether the word is the stem with one of the usual English endings.
fn is_form(stem: &str, word: &str) -> bool {
    let base = stem.strip_suffix(['i', 'e', 'y']).unwrap_or(stem);
    2 < base.len()
        && word.strip_prefix(base).is_some_and(|end| {
            matches!(
                end,
                "" | "s" | "e" | "es" | "ed" | "ing" | "d" | "y" | "ies" | "ied" | "al" | "ally"
            )
        })
}

/// The piece of the text with the most different words found, as HTML.
fn snippet(text: &str, found: &[Found]) -> String {
    let chars = text.chars().count().max(1);
    // Bytes of so many characters of this text: its script decides.
    let bytes = |count: usize| count.saturating_mul(text.len()).div_ceil(chars);
    let (length, lead) = (bytes(LENGTH), bytes(LEAD));
    let start = densest(found, length.saturating_sub(lead)).saturating_sub(lead);
    let start = if text.len() <= length { 0 } else { start.min(text.len().saturating_sub(length)) };
    let start = word_start(text, start);
    let end = word_end(text, start.saturating_add(length));
    let inside = html(text, start..end, found);
    let before = if 0 < start { "…" } else { "" };
    let after = if end < text.len() { "…" } else { "" };
    format!("{before}{inside}{after}")
}

/// Where the window of this many bytes begins that holds the most different words; 0 if none.
fn densest(found: &[Found], length: usize) -> usize {
    let mut best = (0, 0, 0);
    for (at, first) in found.iter().enumerate() {
        let mut seen: Vec<usize> = Vec::new();
        let mut count: usize = 0;
        let inside =
            found.iter().skip(at).take_while(|f| f.end <= first.start.saturating_add(length));
        for f in inside.take(64) {
            count = count.saturating_add(1);
            if !seen.contains(&f.word) {
                seen.push(f.word);
            }
        }
        if (best.0, best.1) < (seen.len(), count) {
            best = (seen.len(), count, first.start);
        }
    }
    best.2
}

/// The start of the word at or after `at`, or the next character in a text without spaces.
fn word_start(text: &str, at: usize) -> usize {
    let at = text.ceil_char_boundary(at);
    if at == 0 {
        return 0;
    }
    let near = text.get(at..).unwrap_or_default().char_indices().take(20);
    near.into_iter()
        .find(|(_, c)| c.is_whitespace())
        .map_or(at, |(to, c)| at.saturating_add(to).saturating_add(c.len_utf8()))
}

/// The end of the last whole word before `at`.
fn word_end(text: &str, at: usize) -> usize {
    if text.len() <= at {
        return text.len();
    }
    let at = text.floor_char_boundary(at);
    let near = text.get(..at).unwrap_or_default().char_indices().rev().take(20);
    near.into_iter().find(|(_, c)| c.is_whitespace()).map_or(at, |(to, _)| to)
}

/// The range of the text as HTML: escaped, lines joined, what was found in `<mark>`.
fn html(text: &str, range: std::ops::Range<usize>, found: &[Found]) -> String {
    let mut out = String::with_capacity(range.len().saturating_add(64));
    let mut at = range.start;
    let mut spans = found
        .iter()
        .filter(|f| range.start <= f.start && f.end <= range.end)
        .map(|f| (f.start, f.end))
        .peekable();
    while let Some((start, mut end)) = spans.next() {
        // Pairs of characters overlap.
        while let Some((_, more)) = spans.next_if(|(next, _)| *next <= end) {
            end = end.max(more);
        }
        escape(text.get(at..start).unwrap_or_default(), &mut out);
        out.push_str("<mark>");
        escape(text.get(start..end).unwrap_or_default(), &mut out);
        out.push_str("</mark>");
        at = end;
    }
    escape(text.get(at..range.end).unwrap_or_default(), &mut out);
    out
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' => out.push(' '),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kept(lang: &str, title: &str, body: &str) -> Kept {
        Kept { lang: lang.into(), title: title.into(), body: body.into() }
    }

    #[test]
    fn an_unmarked_query_shows_the_marks_of_the_text() {
        let texts = [kept("vi", "Lễ hội Cồng chiêng", "Tiếng co\u{302}\u{300}ng vang.")];
        let shown = show(&texts, &Words::of("cong chieng"), None);
        assert_eq!(shown.title_html, "Lễ hội <mark>Cồng</mark> <mark>chiêng</mark>");
        assert_eq!(shown.text_html, "Tiếng <mark>co\u{302}\u{300}ng</mark> vang.");
    }

    #[test]
    fn a_marked_query_marks_only_what_is_marked_alike() {
        let texts = [kept("vi", "Chợ cho mọi người", "")];
        assert_eq!(
            show(&texts, &Words::of("chợ"), None).title_html,
            "<mark>Chợ</mark> cho mọi người"
        );
        let typed = [kept("vi", "Cong chieng", "")];
        assert_eq!(show(&typed, &Words::of("cồng"), None).title_html, "<mark>Cong</mark> chieng");
    }

    #[test]
    fn all_text_is_escaped() {
        let texts = [kept("en", "<script>alert('gong')</script>", "a & <b> \"gong\"")];
        let shown = show(&texts, &Words::of("gong script"), None);
        assert_eq!(
            shown.title_html,
            "&lt;<mark>script</mark>&gt;alert(&#39;<mark>gong</mark>&#39;)&lt;/<mark>script</mark>&gt;"
        );
        assert_eq!(shown.text_html, "a &amp; &lt;b&gt; &quot;<mark>gong</mark>&quot;");
    }

    #[test]
    fn the_language_that_matches_is_shown_and_the_readers_wins_a_tie() {
        let texts = [kept("vi", "Cồng chiêng UNESCO", ""), kept("en", "Gongs and UNESCO", "")];
        let lang = |words: &str, own| show(&texts, &Words::of(words), own).lang;
        assert_eq!(lang("gong", Some("vi")), "en");
        assert_eq!(lang("unesco", Some("en-GB")), "en");
        assert_eq!(lang("unesco", None), "vi");
        assert_eq!(lang("", Some("en")), "en");
    }

    #[test]
    fn a_snippet_is_the_densest_piece() {
        let filler = "chữ ".repeat(200);
        let body = format!("cồng {filler} tiếng cồng chiêng ngân {filler}");
        let shown = show(&[kept("vi", "", &body)], &Words::of("cồng chiêng"), None);
        assert!(shown.text_html.contains("<mark>cồng</mark> <mark>chiêng</mark>"), "{shown:?}");
        assert!(shown.text_html.starts_with('…') && shown.text_html.ends_with('…'));
        let length = shown.text_html.replace("<mark>", "").replace("</mark>", "").chars().count();
        assert!((120..=210).contains(&length), "{length}");
    }

    #[test]
    fn grams_are_marked_as_one() {
        let texts = [kept("ja", "世界遺産の登録", "")];
        assert_eq!(
            show(&texts, &Words::of("世界遺産"), None).title_html,
            "<mark>世界遺産</mark>の登録"
        );
    }

    proptest! {
        #[test]
        fn nothing_is_lost_from_a_title(title in ".{0,40}", words in ".{0,12}") {
            let shown = show(&[kept("vi", &title, &title)], &Words::of(&words), None);
            let mut escaped = String::new();
            escape(&title, &mut escaped);
            let bare = |html: &str| html.replace("<mark>", "").replace("</mark>", "");
            prop_assert_eq!(bare(&shown.title_html), escaped.clone());
            prop_assert_eq!(bare(&shown.text_html), escaped);
        }
    }
}
