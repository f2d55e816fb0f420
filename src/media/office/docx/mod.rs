//! DOCX: the main part with its styles, numbering and notes.
//!
//! Source: ISO/IEC 29500-1, 11 and 17, in its transitional and strict forms.

mod body;
mod extras;
mod math;
mod notes;
mod numbering;
mod rels;
mod run;
mod shape;
mod styles;
mod table;

use std::io::{Read, Seek};

use super::model::Document;
use super::package::Package;
use super::xml::{Ns, Xml};
use super::{Job, Kind, OfficeError};
use body::{Parts, Reader};
use notes::Notes;
use numbering::Numbering;
use rels::Rels;
use styles::Styles;

/// Reads a DOCX document.
pub(super) fn read<R: Read + Seek>(
    package: &mut Package<R>,
    job: &mut Job<'_>,
) -> Result<Document, OfficeError> {
    let depth = job.tally.limits().depth;
    let main = Rels::of(package, "", depth)?;
    let Some(part) = main.parts("officeDocument").first().map(|part| (*part).to_owned()) else {
        return Err(other_kind(package)?);
    };
    let Some(text) = package.text(&part)? else {
        return Err(OfficeError::damaged("its main part is missing"));
    };
    let mut xml = Xml::new(&text, depth);
    let is_document =
        xml.child()?.is_some_and(|tag| tag.ns == Ns::Word && tag.name() == "document");
    if !is_document {
        return Err(other_kind(package)?);
    }
    let rels = Rels::of(package, &part, depth)?;
    let styles = match one(package, &rels, "styles")? {
        Some(text) => Styles::read(&text, depth)?,
        None => Styles::default(),
    };
    let numbering = match one(package, &rels, "numbering")? {
        Some(text) => Numbering::read(&text, depth)?,
        None => Numbering::default(),
    };
    let notes = Notes::read(package, &rels, (&styles, &numbering), job)?;
    let parts = Parts { styles: &styles, numbering: &numbering, rels: &rels, notes: Some(&notes) };
    let mut reader = Reader::new(parts, job);
    let blocks = reader.document(&mut xml)?;
    let notes = reader.cited();
    extras::report(package, &main, &rels, job)?;
    Ok(Document { blocks, notes })
}

/// The text of the part of a type, if there is one.
fn one<R: Read + Seek>(
    package: &mut Package<R>,
    rels: &Rels,
    kind: &str,
) -> Result<Option<String>, OfficeError> {
    match rels.parts(kind).first() {
        Some(part) => package.text(part),
        None => Ok(None),
    }
}

/// What an archive is that is no DOCX.
fn other_kind<R: Read + Seek>(package: &mut Package<R>) -> Result<OfficeError, OfficeError> {
    let found = if package.has("xl/workbook.xml") {
        "an Excel workbook"
    } else if package.has("ppt/presentation.xml") {
        "a PowerPoint presentation"
    } else {
        match package.text("mimetype") {
            Ok(Some(kind)) if kind.starts_with("application/epub") => "an EPUB book",
            Ok(Some(kind)) if kind.starts_with("application/vnd.oasis") => "an OpenDocument file",
            Ok(_) | Err(OfficeError::Damaged(_)) => "another ZIP archive",
            Err(error) => return Err(error),
        }
    };
    Ok(OfficeError::Kind { expected: Kind::Docx, found })
}
