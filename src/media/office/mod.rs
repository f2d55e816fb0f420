//! Word processing documents as the HTML that a body may hold: DOCX (ISO/IEC 29500, transitional and
//! strict), ODT (ODF 1.3) and HTML files, those that Word writes too.
//!
//! What is read is hostile: archives are unpacked within bounds, XML with a document type is
//! refused, nothing outside of the file is fetched, names in it are labels and never paths. All work
//! is linear in what is read, and what is read is limited by [`Limits`].
//!
//! Each format is read into the same [`model`], which is then brought into Unicode ([`mod@recode`]) and
//! written ([`mod@write`]).

mod docx;
mod error;
mod html;
mod limits;
mod lists;
mod model;
mod names;
mod number;
mod odt;
mod package;
mod props;
mod recode;
mod report;
mod symbol;
#[cfg(test)]
mod tests;
mod transfer;
mod write;
mod xml;

use std::fmt;
use std::io::{Read, Seek, Write};

use serde::{Deserialize, Serialize};

use crate::text::legacy::Encoding;

pub use error::OfficeError;
pub use limits::Limits;
pub use report::{LeftOut, What};
pub use transfer::{Received, send};

use limits::Tally;
use model::{Document, Source};
use package::Package;
use report::Report;
use write::Placed;

/// A kind of document that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// `.docx`, `.docm`, `.dotx`, `.dotm`.
    Docx,
    /// `.odt`, `.ott`.
    Odt,
    /// `.html`, `.htm`.
    Html,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Docx => "DOCX document",
            Self::Odt => "ODT document",
            Self::Html => "HTML document",
        })
    }
}

/// A document in the form that a record's body has. All text is in Unicode NFC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Converted {
    /// The first paragraph that is a title, or a heading of the first level. If nothing stands
    /// before it, it is not repeated in the HTML. The properties of the file are not asked.
    pub title: Option<String>,
    /// Of these only: `p h2 h3 h4 ul ol li blockquote table caption thead tbody tr th td figure
    /// figcaption br strong em u sup sub a`, with `colspan`, `rowspan` and `href` (`http`, `https`,
    /// `mailto`). Pictures have no place in it.
    pub html: String,
    /// The pictures in the order of their first appearance, each once.
    pub pictures: Vec<Picture>,
    /// What does not stand in the text, and what should be looked at.
    pub left_out: Vec<LeftOut>,
    /// The old encodings that text was in, and how many runs of it.
    pub encodings: Vec<(Encoding, u32)>,
}

/// A picture without its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// A file name for it: letters, digits, `.`, `-` and `_`, at most 80.
    pub name: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// What the author said that it shows.
    pub alt: Option<String>,
    /// The caption below it, which then does not stand in the HTML.
    pub caption: Option<String>,
}

/// Reads a document; the bytes of its pictures are written to `pictures` in their order, one after
/// the other.
///
/// # Errors
/// [`OfficeError::Kind`], [`OfficeError::OldWord`], [`OfficeError::Encrypted`] for what is another
/// document, [`OfficeError::Doctype`], [`OfficeError::Damaged`] and [`OfficeError::TooMuch`] for what
/// is bad; [`OfficeError::Io`] from either side.
pub fn convert<R: Read + Seek>(
    kind: Kind,
    input: R,
    limits: &Limits,
    pictures: &mut impl Write,
) -> Result<Converted, OfficeError> {
    let mut job = Job { tally: Tally::new(limits), report: Report::default(), inserting: 0 };
    match kind {
        Kind::Docx => {
            let mut package = Package::open(kind, input, limits)?;
            let document = docx::read(&mut package, &mut job)?;
            finish(document, job, Some(&mut package), pictures)
        }
        Kind::Odt => {
            let mut package = Package::open(kind, input, limits)?;
            let document = odt::read(&mut package, &mut job)?;
            finish(document, job, Some(&mut package), pictures)
        }
        Kind::Html => {
            let document = html::read(input, &mut job)?;
            finish::<R>(document, job, None, pictures)
        }
    }
}

/// What all readers carry with them.
struct Job<'l> {
    tally: Tally<'l>,
    report: Report,
    /// How many tracked insertions are open.
    inserting: u32,
}

impl Job<'_> {
    /// Counts text that is taken.
    fn taken(&mut self, text: &str) -> Result<(), OfficeError> {
        if 0 < self.inserting {
            self.report.more(What::Insertion, text);
        }
        self.tally.text(text)
    }
}

fn finish<R: Read + Seek>(
    mut document: Document,
    mut job: Job<'_>,
    mut package: Option<&mut Package<R>>,
    out: &mut impl Write,
) -> Result<Converted, OfficeError> {
    let encodings = recode::recode(&mut document, &mut job.report);
    let written = write::write(document);
    let mut left = job.tally.limits().picture_bytes;
    let mut pictures = Vec::new();
    for placed in written.pictures {
        let bytes = match (&placed.source, package.as_deref_mut()) {
            (Source::Entry(name), Some(package)) => package.copy(name, left, out)?,
            (Source::Data(bytes, _), _) => Some(copy(bytes, left, out)?),
            _ => None,
        };
        // A picture that the archive does not hold is none.
        let Some(bytes) = bytes else { continue };
        left = left.saturating_sub(bytes);
        pictures.push(picture(placed, pictures.len(), bytes));
    }
    let most = encodings.iter().max_by_key(|(_, runs)| *runs).map(|(encoding, _)| *encoding);
    Ok(Converted {
        title: written.title,
        html: written.html,
        pictures,
        left_out: job.report.into_list(most),
        encodings,
    })
}

fn copy(bytes: &[u8], most: u64, out: &mut impl Write) -> Result<u64, OfficeError> {
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if most < size {
        return Err(OfficeError::TooMuch("bytes of pictures"));
    }
    out.write_all(bytes)?;
    Ok(size)
}

/// The most characters of a picture's name.
const NAME: usize = 80;

fn picture(placed: Placed, before: usize, bytes: u64) -> Picture {
    let number = before.saturating_add(1);
    let name = match &placed.source {
        Source::Entry(name) => name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned(),
        Source::Data(_, extension) => format!("picture{number}.{extension}"),
        Source::Outside => String::new(),
    };
    let fits = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let name: String = name.chars().filter(fits).take(NAME).collect();
    let name = name.trim_start_matches('.').to_owned();
    let name = if name.is_empty() { format!("picture{number}") } else { name };
    Picture { name, bytes, alt: placed.alt, caption: placed.caption }
}
