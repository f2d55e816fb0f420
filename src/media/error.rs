//! What can go wrong with a file.

use std::io;

use thiserror::Error;

use super::office::OfficeError;
use crate::domain::digest::Digest;

/// The most characters of a parser's complaint, which may quote from the file.
const DETAIL: usize = 200;

/// What can go wrong with a file: what the uploader can mend first, then what the files of this
/// system suffer, then our own failures.
#[derive(Debug, Error)]
pub enum MediaError {
    /// A file of no bytes.
    #[error("the file is empty")]
    Empty,
    /// More bytes than allowed.
    #[error("the file is larger than {limit} bytes")]
    TooLarge {
        /// The most bytes.
        limit: u64,
    },
    /// More pixels than allowed, as its header says.
    #[error("a picture of {width} × {height} pixels is larger than {limit} pixels")]
    Pixels {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// The most pixels.
        limit: u64,
    },
    /// Decoding would take more memory than allowed, as its header says.
    #[error("the picture needs {needs} bytes of memory, more than {limit}")]
    Memory {
        /// Bytes that decoding takes.
        needs: u64,
        /// The most bytes.
        limit: u64,
    },
    /// A file of a type that is not taken.
    #[error("files of the type {found} are not accepted")]
    Unsupported {
        /// The media type, or the variant of it.
        found: String,
    },
    /// The file's name says one type, its content another.
    #[error("the name says {named}, the content is {found}")]
    Mismatch {
        /// The media type that the name's extension stands for.
        named: &'static str,
        /// The media type that the content has.
        found: &'static str,
    },
    /// Truncated, damaged, or not made by its format's rules.
    #[error("the file is damaged or incomplete ({media_type}: {detail})")]
    Corrupt {
        /// The media type that it began as.
        media_type: &'static str,
        /// What does not fit.
        detail: String,
    },
    /// A PDF behind a password or with restrictions, which cannot be cleaned.
    #[error("the document is encrypted")]
    Encrypted,
    /// Reading the document takes more than its share of time, memory or disk.
    #[error("the document needs more {0} than allowed")]
    TooComplex(&'static str),
    /// No program is installed that opens files of this type.
    #[error("nothing on this system opens files of the type {0}")]
    NoProgram(&'static str),
    /// A file name that cannot be taken.
    #[error("bad file name: {0}")]
    Name(&'static str),
    /// No such file here.
    #[error("no file {0}")]
    Missing(Digest),
    /// Bytes on the disk that are not what was stored.
    #[error("the file {digest} has changed on the disk")]
    Damaged {
        /// The digest under which it was stored.
        digest: Digest,
        /// The digest that its bytes have now.
        found: Digest,
    },
    /// No room on the disk.
    #[error("the disk is full")]
    Full,
    /// The worker process did not do its work, through no fault of the file.
    #[error("the media worker failed: {0}")]
    Worker(String),
    /// The disk.
    #[error("file failure")]
    Io(#[source] io::Error),
}

impl MediaError {
    /// A file that breaks its format's rules.
    pub(super) fn corrupt(media_type: &'static str, detail: impl Into<String>) -> Self {
        let detail = detail.into().chars().take(DETAIL).collect();
        Self::Corrupt { media_type, detail }
    }
}

impl From<OfficeError> for MediaError {
    fn from(error: OfficeError) -> Self {
        match error {
            OfficeError::Kind { found, .. } => Self::Unsupported { found: found.to_owned() },
            OfficeError::OldWord => Self::Unsupported { found: "application/msword".to_owned() },
            OfficeError::Encrypted => Self::Encrypted,
            OfficeError::TooMuch(what) => Self::TooComplex(what),
            // What the system says is the disk's fault; what the unpacker says is the file's.
            OfficeError::Io(error) if error.raw_os_error().is_some() => error.into(),
            other => Self::corrupt("application/octet-stream", other.to_string()),
        }
    }
}

impl From<io::Error> for MediaError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            _ => error.downcast::<Self>().unwrap_or_else(Self::Io),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_from_a_broken_one() {
        assert!(matches!(io::Error::from_raw_os_error(28).into(), MediaError::Full));
        assert!(matches!(io::Error::from_raw_os_error(122).into(), MediaError::Full));
        assert!(matches!(io::Error::from_raw_os_error(5).into(), MediaError::Io(_)));
    }

    #[test]
    fn an_error_survives_its_way_through_a_writer() {
        let wrapped = io::Error::other(MediaError::TooLarge { limit: 3 });
        assert!(matches!(wrapped.into(), MediaError::TooLarge { limit: 3 }));
    }
}
