//! Which translations are behind their source: worked out whenever a draft is saved.

use std::collections::BTreeSet;

use sha2::{Digest as _, Sha256};

use crate::{
    domain::{
        document::Document,
        lang::Lang,
        review::{Stale, TextField},
    },
    text::html,
};

/// The first 16 hexadecimal digits of a paragraph's SHA-256, without the white space at its ends.
pub(super) fn print(paragraph: &str) -> String {
    let hash = Sha256::digest(paragraph.trim().as_bytes());
    hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// The marks on `new`, saved over `old` which had `marks`.
///
/// A translation that stays while its source changes is behind in the paragraphs that changed. One
/// that changes is behind no more: paragraph by paragraph where both have as many, else as a whole.
pub(in crate::service) fn behind(
    old: &Document,
    new: &Document,
    marks: &BTreeSet<Stale>,
) -> BTreeSet<Stale> {
    // With another original language every translation is one of something else.
    if old.original_lang != new.original_lang {
        return BTreeSet::new();
    }
    let mut all = BTreeSet::new();
    for field in [TextField::Title, TextField::Summary, TextField::Body] {
        let source = (lines(old, field, &new.original_lang), lines(new, field, &new.original_lang));
        let langs = texts(new, field).langs().filter(|lang| **lang != new.original_lang);
        for lang in langs.cloned().collect::<Vec<_>>() {
            let own = (lines(old, field, &lang), lines(new, field, &lang));
            let known = marks.iter().filter(|mark| mark.lang == lang && mark.field == field);
            let known = known.map(|mark| mark.source.clone()).collect();
            let open = open(&source, &own, known);
            all.extend(open.into_iter().map(|source| Stale { lang: lang.clone(), field, source }));
        }
    }
    all
}

/// The paragraphs of the source that a translation does not follow.
fn open(
    (was, is): &(Vec<String>, Vec<String>),
    (own_was, own_is): &(Vec<String>, Vec<String>),
    known: BTreeSet<String>,
) -> BTreeSet<String> {
    // What was not there before was made from the source as it is now.
    if own_was.is_empty() || was.is_empty() {
        return BTreeSet::new();
    }
    let prints: Vec<String> = is.iter().map(|line| print(line)).collect();
    let mut open = known;
    open.extend(
        is.iter()
            .zip(&prints)
            .filter(|(line, _)| !was.contains(line))
            .map(|(_, print)| print.clone()),
    );
    if open.is_empty() && is.len() < was.len() {
        open.insert(String::new());
    }
    open.retain(|mark| mark.is_empty() || prints.contains(mark));
    if own_was == own_is {
        return open;
    }
    if own_is.len() != is.len() {
        return BTreeSet::new();
    }
    open.remove("");
    for (line, print) in own_is.iter().zip(&prints) {
        if !own_was.contains(line) {
            open.remove(print);
        }
    }
    open
}

fn texts(document: &Document, field: TextField) -> &crate::domain::lang::Localized<String> {
    match field {
        TextField::Title => &document.title,
        TextField::Summary => &document.summary,
        TextField::Body => &document.body,
    }
}

fn lines(document: &Document, field: TextField, lang: &Lang) -> Vec<String> {
    let Some(text) = texts(document, field).get(lang.as_str()) else { return Vec::new() };
    let plain = if field == TextField::Body { html::clean_to_text(text) } else { text.clone() };
    plain.lines().map(str::trim).filter(|line| !line.is_empty()).map(ToOwned::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(vi: &[&str], en: &[&str]) -> Document {
        let body =
            |lines: &[&str]| lines.iter().map(|line| format!("<p>{line}</p>")).collect::<String>();
        let mut document = crate::service::upload::empty();
        document.body = [("vi".parse().unwrap(), body(vi)), ("en".parse().unwrap(), body(en))]
            .into_iter()
            .filter(|(_, text): &(Lang, String)| !text.is_empty())
            .collect();
        document
    }

    fn marks(old: &Document, new: &Document, before: &BTreeSet<Stale>) -> Vec<String> {
        behind(old, new, before).into_iter().map(|mark| mark.source).collect()
    }

    #[test]
    fn only_the_touched_paragraphs_are_behind() {
        let old = document(&["một", "hai", "ba"], &["one", "two", "three"]);
        let new = document(&["một", "hai, sửa", "ba"], &["one", "two", "three"]);
        assert_eq!(marks(&old, &new, &BTreeSet::new()), [print("hai, sửa")]);
        assert!(marks(&old, &old, &BTreeSet::new()).is_empty());
    }

    #[test]
    fn translating_a_paragraph_clears_its_mark_and_no_other() {
        let first = document(&["một", "hai"], &["one", "two"]);
        let edited = document(&["một, sửa", "hai, sửa"], &["one", "two"]);
        let both = behind(&first, &edited, &BTreeSet::new());
        assert_eq!(both.len(), 2);
        let half = document(&["một, sửa", "hai, sửa"], &["one, edited", "two"]);
        assert_eq!(marks(&edited, &half, &both), [print("hai, sửa")]);
        let typo = document(&["một, sửa", "hai, sửa"], &["one", "two", "three"]);
        assert!(marks(&edited, &typo, &both).is_empty(), "made anew as a whole");
    }

    #[test]
    fn source_and_translation_edited_together_are_in_step() {
        let old = document(&["một", "hai"], &["one", "two"]);
        let new = document(&["một", "hai nữa"], &["one", "two more"]);
        assert!(marks(&old, &new, &BTreeSet::new()).is_empty());
    }

    #[test]
    fn a_new_translation_is_of_the_source_as_it_is() {
        let old = document(&["một"], &[]);
        let new = document(&["một, sửa"], &["one"]);
        assert!(marks(&old, &new, &BTreeSet::new()).is_empty());
    }

    #[test]
    fn a_paragraph_that_was_taken_out_is_noticed() {
        let old = document(&["một", "hai"], &["one", "two"]);
        let new = document(&["một"], &["one", "two"]);
        assert_eq!(marks(&old, &new, &BTreeSet::new()), [String::new()]);
        let marks_before = behind(&old, &new, &BTreeSet::new());
        let followed = document(&["một"], &["one"]);
        assert!(marks(&new, &followed, &marks_before).is_empty());
    }
}
