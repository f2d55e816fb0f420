//! The text of a document, page by page.

mod clean;
mod lines;
mod looks;
mod own;
mod pdftotext;

use std::fs::File;

use serde::{Deserialize, Serialize};

use super::PaperError;
use crate::media::programs::Programs;

pub(super) use clean::clean;
pub use looks::{Looks, quality};

/// How a document's text is read, and what that may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Who reads first; the other reads what is left unreadable. Default: this program.
    pub first: Extractor,
    /// Seconds that pdftotext may take; default 40. A worker's own time has to be longer.
    pub seconds: u64,
    /// Bytes of all text together; default 64 MB.
    pub bytes: usize,
    /// Pages that are read; default 10,000.
    pub pages: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { first: Extractor::Own, seconds: 40, bytes: 64 << 20, pages: 10_000 }
    }
}

/// Who reads the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Extractor {
    /// Poppler's pdftotext. It makes more of fonts that do not say what their glyphs mean; it lacks
    /// the tables for many East Asian fonts.
    Pdftotext,
    /// This program. It makes better words and lines, and needs less than half the time.
    Own,
}

/// The text of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PagesText {
    /// One text for each page, empty where there is none: Unicode NFC, lines ended by line feeds,
    /// words divided at line ends left divided, no controls but tab and line feed.
    pub pages: Vec<String>,
    /// Who read it, or most of it.
    pub by: Extractor,
    /// Whether the document has, or may have, more than [`Settings::pages`] or [`Settings::bytes`]
    /// allow; what is there is its beginning.
    pub cut: bool,
}

/// Reads the text of a PDF, in the order of its content: that is the reading order of most.
///
/// Two can do it: `settings.first` does, and the other is asked where that one fails, and for pages
/// where it finds next to nothing or nonsense. `pdf` is read from its start whatever its position is;
/// it has to be a file on a disk or in memory, not a pipe.
///
/// # Errors
/// [`PaperError::Encrypted`] if it opens with a password only, [`PaperError::Corrupt`] if neither can
/// read it, [`PaperError::TooLarge`] if only this program could and it has more than 512 MB,
/// [`PaperError::Io`].
pub fn pages(
    pdf: &File,
    programs: &Programs,
    settings: &Settings,
) -> Result<PagesText, PaperError> {
    let read = |by| match by {
        Extractor::Own => own::pages(pdf, settings),
        Extractor::Pdftotext => pdftotext::pages(pdf, programs, settings),
    };
    let other = match settings.first {
        Extractor::Own => Extractor::Pdftotext,
        Extractor::Pdftotext => Extractor::Own,
    };
    match read(settings.first) {
        Ok(text) if text.pages.iter().any(|page| quality(page).is_doubtful()) => {
            match read(other) {
                Ok(second) => Ok(mended(text, second)),
                Err(_none) => Ok(text),
            }
        }
        Ok(text) => Ok(text),
        Err(error) => read(other).map_err(|_worse| error),
    }
}

/// The text with the pages that the second reading has better.
fn mended(mut text: PagesText, second: PagesText) -> PagesText {
    for (page, other) in text.pages.iter_mut().zip(second.pages) {
        if quality(&other).is_better_than(quality(page)) {
            *page = other;
        }
    }
    text
}
