//! What can go wrong with a document.

use std::io;

use thiserror::Error;
use zip::result::ZipError;

use super::Kind;

/// The most characters of a parser's complaint, which may quote from the file.
const DETAIL: usize = 200;

/// Why a document was not converted.
#[derive(Debug, Error)]
pub enum OfficeError {
    /// A file of another kind than was said.
    #[error("the file is no {expected} but {found}")]
    Kind {
        /// What it should be.
        expected: Kind,
        /// What it is, as far as that can be told.
        found: &'static str,
    },
    /// A document of Word 97 to 2003; saved as `.docx` it can be read.
    #[error("the document is in the old Word format (.doc)")]
    OldWord,
    /// A document behind a password.
    #[error("the document is encrypted")]
    Encrypted,
    /// An XML part with a document type declaration, which could declare entities.
    #[error("the document holds a document type declaration")]
    Doctype,
    /// Truncated, damaged, or not made by its format's rules.
    #[error("the document is damaged or incomplete ({0})")]
    Damaged(String),
    /// Reading it takes more than allowed.
    #[error("the document has more {0} than allowed")]
    TooMuch(&'static str),
    /// The disk.
    #[error("file failure")]
    Io(#[source] io::Error),
}

impl OfficeError {
    /// A document that breaks its format's rules.
    pub(super) fn damaged(detail: impl Into<String>) -> Self {
        Self::Damaged(detail.into().chars().take(DETAIL).collect())
    }
}

impl From<io::Error> for OfficeError {
    /// What a decoder says of bad data comes as an I/O error too.
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::InvalidData
            | io::ErrorKind::InvalidInput
            | io::ErrorKind::UnexpectedEof => Self::damaged(error.to_string()),
            _ => error.downcast::<Self>().unwrap_or_else(Self::Io),
        }
    }
}

impl From<ZipError> for OfficeError {
    fn from(error: ZipError) -> Self {
        match error {
            ZipError::Io(error) => error.into(),
            ZipError::InvalidPassword => Self::Encrypted,
            ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => Self::Encrypted,
            other => Self::damaged(other.to_string()),
        }
    }
}

impl From<quick_xml::Error> for OfficeError {
    fn from(error: quick_xml::Error) -> Self {
        Self::damaged(error.to_string())
    }
}
