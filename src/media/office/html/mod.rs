//! HTML files, by the parser that browsers agree on, those that Word writes too.
//!
//! Source: HTML Living Standard, 13.2; the class names and `mso-` properties are those of Word 2000
//! and later.

mod body;
mod charset;
mod dom;
mod element;
mod feed;
mod style;
mod table;

use std::io::{Read, Seek, SeekFrom};

use super::model::Document;
use super::{Job, Kind, OfficeError};
use body::Reader;
use style::Sheet;

/// Reads an HTML document.
pub(super) fn read<R: Read + Seek>(
    mut input: R,
    job: &mut Job<'_>,
) -> Result<Document, OfficeError> {
    let limits = job.tally.limits();
    if limits.html_bytes < input.seek(SeekFrom::End(0))? {
        return Err(OfficeError::TooMuch("bytes"));
    }
    input.rewind()?;
    let mut bytes = Vec::new();
    input.take(limits.html_bytes).read_to_end(&mut bytes)?;
    let encoding = charset::of(&bytes);
    if !charset::is_html(encoding, &bytes) {
        return Err(OfficeError::Kind { expected: Kind::Html, found: "another file" });
    }
    let (text, _, _) = encoding.decode(&bytes);
    let dom = dom::parse(&text, limits)?;
    let sheet = Sheet::of(&dom);
    Reader::new(&dom, &sheet, job).document()
}
