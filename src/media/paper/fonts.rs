//! The fonts of a page, by which texts in old encodings are told.

use std::collections::BTreeSet;

use lopdf::{Dictionary, Document, Object};

/// The most names of one page.
const NAMES: usize = 100;

/// The longest name, in characters.
const LENGTH: usize = 100;

/// The names of each page's fonts (`BaseFont`, ISO 32000-2, section 9.6), sorted, without the six
/// letters that mark a subset; 100 for a page at most.
///
/// Those of forms drawn on the page are not among them.
pub fn by_page(document: &Document) -> impl Iterator<Item = Vec<String>> {
    document.page_iter().map(|id| {
        let fonts = document.get_page_fonts(id).unwrap_or_default();
        let names: BTreeSet<String> =
            fonts.into_values().filter_map(|font| name(document, font)).collect();
        names.into_iter().take(NAMES).collect()
    })
}

fn name(document: &Document, font: &Dictionary) -> Option<String> {
    let name = font.get_deref(b"BaseFont", document).and_then(Object::as_name).ok()?;
    let name: String =
        String::from_utf8_lossy(name).chars().filter(|c| !c.is_control()).take(LENGTH).collect();
    let plain = name
        .split_once('+')
        .filter(|(tag, _)| tag.len() == 6 && tag.bytes().all(|b| b.is_ascii_uppercase()));
    Some(plain.map(|(_, plain)| plain.to_owned()).unwrap_or(name))
}
