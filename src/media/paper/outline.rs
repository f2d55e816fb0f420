//! The table of contents that a document carries, its outline (ISO 32000-2, section 12.3.3).

use std::collections::{HashMap, HashSet};

use lopdf::{Dictionary, Document, Object, ObjectId};
use serde::{Deserialize, Serialize};

use super::text::clean;

/// The most entries that are read.
pub const ENTRIES: usize = 2_000;

/// The deepest level that is read.
pub const LEVELS: u8 = 12;

/// The longest title, in characters.
const TITLE: usize = 500;

/// The most named destinations that are looked through.
const NAMES: usize = 50_000;

/// The deepest tree of names that is walked.
const NAMES_DEEP: usize = 32;

/// The longest chain of names and references to a page.
const HOPS: usize = 8;

/// An entry of a table of contents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// How deep it lies, from 1 to 12.
    pub level: u8,
    /// On one line, of 1 to 500 characters, in Unicode NFC.
    pub title: String,
    /// The page it leads to, from 0; nothing if it leads elsewhere or nowhere.
    pub page: Option<usize>,
}

/// Reads the outline of a document, in its order; empty if it has none.
///
/// What does not fit its rules is left out: entries without a title, those that come again.
#[must_use]
pub fn entries(document: &Document) -> Vec<Entry> {
    let Some(root) = document.catalog().ok().and_then(|catalog| at(document, catalog, b"Outlines"))
    else {
        return Vec::new();
    };
    let mut targets = Targets::new(document);
    let mut seen = HashSet::new();
    let mut out = Vec::new();
    // What comes next on each level, the deepest last.
    let mut waiting: Vec<(&Object, u8)> = Vec::new();
    waiting.extend(root.get(b"First").ok().map(|first| (first, 1)));
    while let Some((link, level)) = waiting.pop() {
        let Ok(id) = link.as_reference() else { continue };
        // One without a title counts too, so that the walk ends.
        if ENTRIES <= seen.len() || !seen.insert(id) {
            continue;
        }
        let Ok(item) = document.get_dictionary(id) else { continue };
        if let Some(title) = title(document, item) {
            out.push(Entry { level, title, page: targets.page_of(item) });
        }
        waiting.extend(item.get(b"Next").ok().map(|next| (next, level)));
        if level < LEVELS {
            let first = item.get(b"First").ok();
            waiting.extend(first.map(|first| (first, level.saturating_add(1))));
        }
    }
    out
}

fn title(document: &Document, item: &Dictionary) -> Option<String> {
    let text = item.get_deref(b"Title", document).ok()?;
    let text = clean(&lopdf::decode_text_string(text).ok()?);
    let words: Vec<&str> = text.split_whitespace().collect();
    let title: String = words.join(" ").chars().take(TITLE).collect();
    (!title.is_empty()).then_some(title)
}

/// A dictionary in a dictionary, directly or by reference.
fn at<'a>(document: &'a Document, map: &'a Dictionary, key: &[u8]) -> Option<&'a Dictionary> {
    map.get_deref(key, document).ok()?.as_dict().ok()
}

/// Where entries lead.
struct Targets<'a> {
    document: &'a Document,
    pages: HashMap<ObjectId, usize>,
    /// The named destinations; read when the first is asked for.
    names: Option<HashMap<&'a [u8], &'a Object>>,
}

impl<'a> Targets<'a> {
    fn new(document: &'a Document) -> Self {
        let pages = document.page_iter().enumerate().map(|(index, id)| (id, index)).collect();
        Self { document, pages, names: None }
    }

    /// The page of an outline item: of its destination, or of its action if that stays in the
    /// document (12.6.4.2).
    fn page_of(&mut self, item: &'a Dictionary) -> Option<usize> {
        let document = self.document;
        let mut target = item.get(b"Dest").ok();
        if target.is_none() {
            let action = at(document, item, b"A")?;
            let kind = action.get_deref(b"S", document).and_then(Object::as_name).ok()?;
            target = action.get(b"D").ok().filter(|_| kind == b"GoTo");
        }
        let mut target = target?;
        for _ in 0..HOPS {
            target = match target {
                Object::Reference(id) => document.get_object(*id).ok()?,
                Object::String(name, _) | Object::Name(name) => self.named(name)?,
                Object::Dictionary(map) => map.get(b"D").ok()?,
                Object::Array(place) => return self.index(place.first()?),
                _ => return None,
            };
        }
        None
    }

    /// The page of an explicit destination (12.3.2.2): a reference, or for other documents a number.
    fn index(&self, page: &Object) -> Option<usize> {
        match page {
            Object::Reference(id) => self.pages.get(id).copied(),
            Object::Integer(number) => {
                let index = usize::try_from(*number).ok()?;
                (index < self.pages.len()).then_some(index)
            }
            _ => None,
        }
    }

    /// A named destination (12.3.2.4).
    fn named(&mut self, name: &[u8]) -> Option<&'a Object> {
        let document = self.document;
        self.names.get_or_insert_with(|| names(document)).get(name).copied()
    }
}

/// All named destinations: those of the catalog's dictionary, and those of its tree of names, which
/// count more.
fn names(document: &Document) -> HashMap<&[u8], &Object> {
    let mut out = HashMap::new();
    let Ok(catalog) = document.catalog() else { return out };
    for (name, target) in at(document, catalog, b"Dests").into_iter().flatten().take(NAMES) {
        out.insert(name.as_slice(), target);
    }
    let root = at(document, catalog, b"Names").and_then(|all| at(document, all, b"Dests"));
    let mut seen = HashSet::new();
    let mut waiting: Vec<(&Dictionary, usize)> = root.into_iter().map(|root| (root, 0)).collect();
    while let Some((node, depth)) = waiting.pop() {
        for [name, target] in pairs(document, node) {
            if NAMES <= out.len() {
                return out;
            }
            if let Ok(name) = name.as_str() {
                out.insert(name, target);
            }
        }
        let kids = node.get_deref(b"Kids", document).and_then(Object::as_array);
        for kid in kids.into_iter().flatten().filter_map(|kid| kid.as_reference().ok()) {
            if depth < NAMES_DEEP
                && seen.len() < NAMES
                && seen.insert(kid)
                && let Ok(node) = document.get_dictionary(kid)
            {
                waiting.push((node, depth.saturating_add(1)));
            }
        }
    }
    out
}

/// The names of a leaf, each with what it stands for.
fn pairs<'a>(
    document: &'a Document,
    leaf: &'a Dictionary,
) -> impl Iterator<Item = &'a [Object; 2]> {
    let all = leaf.get_deref(b"Names", document).and_then(Object::as_array);
    all.map(Vec::as_slice).unwrap_or_default().as_chunks().0.iter()
}
