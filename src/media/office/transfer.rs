//! A converted document as one file, from the process that reads it to the one that asked.
//!
//! The file holds the bytes of all pictures one after the other, then a [`Converted`] as JSON, then
//! the length of the JSON in eight bytes, big-endian, and a mark of eight bytes. What is known last
//! stands last, so nothing is held in memory, and a file that broke off is no such file.

use std::io::{self, BufWriter, Read, Seek, SeekFrom, Take, Write};

use super::{Converted, Kind, Limits, OfficeError, convert};

/// The last bytes of the file.
const MARK: [u8; 8] = *b"QBOFFICE";

/// The most bytes of JSON that are read back.
const JSON: u64 = 256 << 20;

/// Length and mark.
const TAIL: u64 = 16;

/// Converts a document and writes all of it to `out`.
///
/// # Errors
/// As [`convert`]; what was written by then is to be thrown away.
pub fn send<R: Read + Seek>(
    kind: Kind,
    input: R,
    limits: &Limits,
    out: impl Write,
) -> Result<(), OfficeError> {
    let mut out = BufWriter::new(out);
    let converted = convert(kind, input, limits, &mut out)?;
    let json = serde_json::to_vec(&converted).map_err(io::Error::other)?;
    let length = u64::try_from(json.len()).unwrap_or(u64::MAX);
    out.write_all(&json)?;
    out.write_all(&length.to_be_bytes())?;
    out.write_all(&MARK)?;
    Ok(out.flush()?)
}

/// A file that [`send`] wrote.
#[derive(Debug)]
pub struct Received<R> {
    /// The document.
    pub converted: Converted,
    file: R,
}

impl<R: Read + Seek> Received<R> {
    /// Reads the document; pictures are read one by one.
    ///
    /// # Errors
    /// [`OfficeError::Damaged`] if it is no such file, and [`OfficeError::Io`].
    pub fn open(mut file: R) -> Result<Self, OfficeError> {
        let strange = || OfficeError::damaged("no converted document");
        let size = file.seek(SeekFrom::End(0))?;
        let tail = size.checked_sub(TAIL).ok_or_else(strange)?;
        file.seek(SeekFrom::Start(tail))?;
        let mut length = [0_u8; 8];
        let mut mark = [0_u8; 8];
        file.read_exact(&mut length)?;
        file.read_exact(&mut mark)?;
        let length = u64::from_be_bytes(length);
        let start = tail.checked_sub(length).ok_or_else(strange)?;
        if mark != MARK || JSON < length {
            return Err(strange());
        }
        file.seek(SeekFrom::Start(start))?;
        let mut json = Vec::new();
        file.by_ref().take(length).read_to_end(&mut json)?;
        let converted: Converted = serde_json::from_slice(&json)
            .map_err(|error| OfficeError::damaged(error.to_string()))?;
        let pictures: u64 =
            converted.pictures.iter().fold(0, |sum, picture| sum.saturating_add(picture.bytes));
        if pictures != start {
            return Err(strange());
        }
        Ok(Self { converted, file })
    }

    /// The bytes of the picture at `index`; none if there is none.
    ///
    /// # Errors
    /// Those of the file.
    pub fn picture(&mut self, index: usize) -> io::Result<Option<Take<&mut R>>> {
        let Some(picture) = self.converted.pictures.get(index) else { return Ok(None) };
        let before = self.converted.pictures.iter().take(index);
        let start = before.fold(0_u64, |sum, picture| sum.saturating_add(picture.bytes));
        self.file.seek(SeekFrom::Start(start))?;
        Ok(Some(self.file.by_ref().take(picture.bytes)))
    }
}
