//! What one document may cost.

use serde::{Deserialize, Serialize};

use super::OfficeError;

const MIB: u64 = 1 << 20;

/// Limits on a document and on what is made of it. Sizes are bytes, counted in powers of two.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// The largest file; default 256 MB.
    pub file_bytes: u64,
    /// The largest HTML file, which is read into memory as a whole; default 32 MB.
    pub html_bytes: u64,
    /// The most entries of a ZIP archive; default 4,096.
    pub entries: usize,
    /// All that is unpacked of an archive together; default 512 MB.
    pub unpacked_bytes: u64,
    /// The largest XML part, which is read into memory as a whole; default 64 MB.
    pub part_bytes: u64,
    /// How many times an entry above 1 MB may be as large as it is packed; default 200.
    pub ratio: u64,
    /// How deep elements may lie in one another; default 256.
    pub depth: usize,
    /// The most elements of an HTML file with their texts; default 1 million.
    pub nodes: usize,
    /// The most paragraphs; default 200,000.
    pub paragraphs: usize,
    /// The most table cells; default 200,000.
    pub cells: usize,
    /// The most bytes of text in all; default 16 MB.
    pub text_bytes: usize,
    /// The most pictures; default 1,000.
    pub pictures: usize,
    /// All pictures together; default 256 MB.
    pub picture_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 256 * MIB,
            html_bytes: 32 * MIB,
            entries: 4096,
            unpacked_bytes: 512 * MIB,
            part_bytes: 64 * MIB,
            ratio: 200,
            depth: 256,
            nodes: 1_000_000,
            paragraphs: 200_000,
            cells: 200_000,
            text_bytes: 16 << 20,
            pictures: 1_000,
            picture_bytes: 256 * MIB,
        }
    }
}

/// How deep tables may lie in one another.
pub(super) const TABLES: u8 = 16;

/// What has been used of the limits.
#[derive(Debug)]
pub(super) struct Tally<'l> {
    limits: &'l Limits,
    paragraphs: usize,
    cells: usize,
    text: usize,
    pictures: usize,
}

impl<'l> Tally<'l> {
    pub(super) const fn new(limits: &'l Limits) -> Self {
        Self { limits, paragraphs: 0, cells: 0, text: 0, pictures: 0 }
    }

    pub(super) const fn limits(&self) -> &'l Limits {
        self.limits
    }

    pub(super) fn paragraph(&mut self) -> Result<(), OfficeError> {
        count(&mut self.paragraphs, 1, self.limits.paragraphs, "paragraphs")
    }

    pub(super) fn cell(&mut self) -> Result<(), OfficeError> {
        count(&mut self.cells, 1, self.limits.cells, "table cells")
    }

    pub(super) fn text(&mut self, text: &str) -> Result<(), OfficeError> {
        count(&mut self.text, text.len(), self.limits.text_bytes, "text")
    }

    pub(super) fn picture(&mut self) -> Result<(), OfficeError> {
        count(&mut self.pictures, 1, self.limits.pictures, "pictures")
    }
}

fn count(
    so_far: &mut usize,
    more: usize,
    most: usize,
    what: &'static str,
) -> Result<(), OfficeError> {
    *so_far = so_far.saturating_add(more);
    if most < *so_far { Err(OfficeError::TooMuch(what)) } else { Ok(()) }
}
