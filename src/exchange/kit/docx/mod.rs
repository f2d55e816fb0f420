//! A text as a DOCX document (ISO/IEC 29500, transitional): the parts that a word processor needs to
//! show it and to be able to work on it, and nothing that says who made it.
//!
//! Written here and not by a crate: those that write DOCX bring an archive and a picture library of
//! their own and put parts of Word's own making (comments, themes, web settings) into each document;
//! what a press text needs are the few elements below.

mod parts;
mod text;

use std::io::{Cursor, Write as _};

use zip::{CompressionMethod, ZipWriter};

use super::{Error, archive::options, article::Article};

/// Writes an article as a document.
///
/// # Errors
/// None that can happen.
pub(super) fn write(article: &Article) -> Result<Vec<u8>, Error> {
    let text = text::document(&article.blocks);
    let options = options(article.modified, CompressionMethod::Deflated);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, xml) in [
        ("[Content_Types].xml", parts::TYPES.to_owned()),
        ("_rels/.rels", parts::ROOT.to_owned()),
        ("docProps/core.xml", parts::core(article)),
        ("word/document.xml", text.xml),
        ("word/_rels/document.xml.rels", parts::relations(&text.links)),
        ("word/styles.xml", parts::styles(&article.lang)),
        ("word/numbering.xml", parts::numbering(&text.lists)),
    ] {
        zip.start_file(name, options)?;
        zip.write_all(xml.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

/// The text as XML 1.0 may have it: escaped, without characters that it does not know.
fn escaped(text: &str) -> String {
    let known = |c: &char| {
        matches!(c, '\t' | '\n' | '\r')
            || (!c.is_control() && !matches!(c, '\u{FFFE}' | '\u{FFFF}'))
    };
    let text: String = text.chars().filter(known).collect();
    quick_xml::escape::escape(text).into_owned()
}
