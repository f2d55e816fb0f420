//! What can go wrong with a document.

use crate::media::programs::ProgramError;
use std::io;

use thiserror::Error;

/// How much of a parser's or a program's complaint is kept, in characters.
const DETAIL: usize = 200;

/// What can go wrong with a document: what its maker can mend first, then limits, then what this
/// system lacks, then our own failures.
#[derive(Debug, Error)]
pub enum PaperError {
    /// A document that opens with a password only.
    #[error("the document is encrypted")]
    Encrypted,
    /// Not a PDF, or damaged beyond reading.
    #[error("the document is damaged or incomplete ({0})")]
    Corrupt(String),
    /// A page that the document does not have.
    #[error("page {index} of {pages}, counted from 0, does not exist")]
    NoPage {
        /// The page asked for, from 0.
        index: usize,
        /// How many there are.
        pages: usize,
    },
    /// A picture of more pixels than allowed, or of none.
    #[error("a page of {width} × {height} pixels cannot be drawn")]
    Pixels {
        /// Width in pixels.
        width: u64,
        /// Height in pixels.
        height: u64,
    },
    /// A document of more bytes than allowed.
    #[error("the document is larger than {limit} bytes")]
    TooLarge {
        /// The most bytes.
        limit: u64,
    },
    /// No language that was asked for can be recognised here.
    #[error("text recognition has no data for {0}")]
    Language(String),
    /// A program that is not installed, or failed.
    #[error(transparent)]
    Program(#[from] ProgramError),
    /// The disk, or the system.
    #[error("file failure")]
    Io(#[from] io::Error),
}

impl PaperError {
    /// A document that breaks its format's rules.
    pub(super) fn corrupt(detail: impl AsRef<str>) -> Self {
        Self::Corrupt(short(detail.as_ref()))
    }
}

fn short(detail: &str) -> String {
    detail.trim().chars().filter(|c| !c.is_control()).take(DETAIL).collect()
}
