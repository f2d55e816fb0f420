//! Documents as the two parsers want them.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};

use hayro::hayro_syntax::{LoadPdfError, Pdf};
use lopdf::{Document, Error, LoadOptions};

use super::PaperError;

/// The largest file that is read into memory, in bytes. A worker process has four times as much.
pub const FILE: u64 = 512 << 20;

/// The most bytes that one stream of objects or cross-references may unfold to.
const UNFOLDED: usize = 128 << 20;

const NO_PAGE: &str = "no page";

/// The whole file, from its start.
///
/// # Errors
/// [`PaperError::TooLarge`] beyond [`FILE`], [`PaperError::Io`].
fn bytes(file: &File) -> Result<Vec<u8>, PaperError> {
    let too_large = PaperError::TooLarge { limit: FILE };
    let size = file.metadata()?.len();
    if FILE < size {
        return Err(too_large);
    }
    let mut file = file;
    file.seek(SeekFrom::Start(0))?;
    let mut bytes = Vec::new();
    // It may grow meanwhile.
    file.take(FILE.saturating_add(1)).read_to_end(&mut bytes)?;
    if FILE < u64::try_from(bytes.len()).unwrap_or(u64::MAX) {
        return Err(too_large);
    }
    Ok(bytes)
}

/// Parses the document's objects, for its contents and fonts.
///
/// # Errors
/// [`PaperError::Encrypted`] if it opens with a password only, [`PaperError::Corrupt`],
/// [`PaperError::TooLarge`] beyond [`FILE`], [`PaperError::Io`].
pub fn objects(file: &File) -> Result<Document, PaperError> {
    let options = LoadOptions::with_max_decompressed_size(UNFOLDED);
    let bytes = bytes(file)?;
    let document = guarded(|| Document::load_mem_with_options(&bytes, options).map_err(refused))?;
    if document.is_encrypted() { Err(PaperError::Encrypted) } else { Ok(document) }
}

fn refused(error: Error) -> PaperError {
    match error {
        Error::InvalidPassword
        | Error::Decryption(_)
        | Error::UnsupportedSecurityHandler(_)
        | Error::AlreadyEncrypted => PaperError::Encrypted,
        Error::IO(error) => error.into(),
        other => PaperError::corrupt(other.to_string()),
    }
}

/// Parses the document's pages, for drawing and for their text.
///
/// # Errors
/// As [`objects`]; a document without pages is [`PaperError::Corrupt`].
pub(super) fn pages(file: &File) -> Result<Pdf, PaperError> {
    let bytes = bytes(file)?;
    guarded(|| match Pdf::new(bytes) {
        Ok(document) if document.pages().is_empty() => Err(PaperError::corrupt(NO_PAGE)),
        Ok(document) => Ok(document),
        Err(LoadPdfError::Decryption(_)) => Err(PaperError::Encrypted),
        Err(LoadPdfError::Invalid) => Err(PaperError::corrupt(NO_PAGE)),
    })
}

/// Parses; a parser that panics has found a damaged document.
fn guarded<T>(parse: impl FnOnce() -> Result<T, PaperError>) -> Result<T, PaperError> {
    let parsed = catch_unwind(AssertUnwindSafe(parse));
    parsed.unwrap_or_else(|_panic| Err(PaperError::corrupt("the parser gave up")))
}
