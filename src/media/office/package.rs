//! The ZIP archive that a DOCX or ODT document is: its entries by name, unpacked within bounds.
//!
//! Names are looked up, never used as paths. Sources: ISO/IEC 29500-2 (names of parts are the same
//! in any case); ODF 1.3 part 2.

use std::collections::HashMap;
use std::io::{self, Read, Seek, SeekFrom, Write};

use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE};
use zip::ZipArchive;

use super::{Kind, Limits, OfficeError};

/// An entry below this size may be packed as tightly as it likes.
const SMALL: u64 = 1 << 20;

/// The first bytes of a compound file (MS-CFB 2.2), in which old and encrypted documents lie.
const COMPOUND: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// An archive that was looked over.
pub(super) struct Package<R> {
    zip: ZipArchive<R>,
    names: HashMap<String, usize>,
    left: u64,
    limits: Limits,
}

impl<R: Read + Seek> Package<R> {
    /// Looks an archive over.
    ///
    /// # Errors
    /// [`OfficeError::Kind`] for what is no archive, [`OfficeError::OldWord`],
    /// [`OfficeError::Encrypted`]; [`OfficeError::TooMuch`]; [`OfficeError::Damaged`] where entries
    /// lie over one another or have the same name.
    pub(super) fn open(kind: Kind, mut input: R, limits: &Limits) -> Result<Self, OfficeError> {
        let size = input.seek(SeekFrom::End(0))?;
        if limits.file_bytes < size {
            return Err(OfficeError::TooMuch("bytes"));
        }
        input.rewind()?;
        let mut head = Vec::new();
        input.by_ref().take(8).read_to_end(&mut head)?;
        if head == COMPOUND {
            return Err(compound(kind, input)?);
        }
        if !head.starts_with(b"PK") {
            return Err(OfficeError::Kind { expected: kind, found: "another file" });
        }
        input.rewind()?;
        let mut zip = ZipArchive::new(input)?;
        if limits.entries < zip.len() {
            return Err(OfficeError::TooMuch("entries"));
        }
        if zip.has_duplicate_names() || zip.has_overlapping_entries()? {
            return Err(OfficeError::damaged("entries lie over one another"));
        }
        let names = look_over(&mut zip, limits)?;
        Ok(Self { zip, names, left: limits.unpacked_bytes, limits: limits.clone() })
    }

    /// The names of all entries, in lower case, in no order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(String::as_str)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.names.contains_key(&key(name))
    }

    /// An XML part as text; none if there is no such entry.
    ///
    /// # Errors
    /// [`OfficeError::TooMuch`], [`OfficeError::Damaged`], [`OfficeError::Io`].
    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, OfficeError> {
        let mut bytes = Vec::new();
        let most = self.limits.part_bytes;
        if self.copy(name, most, &mut bytes)?.is_none() {
            return Ok(None);
        }
        let encoding = match bytes.as_slice() {
            [0xFE, 0xFF, ..] | [0, b'<', ..] => UTF_16BE,
            [0xFF, 0xFE, ..] | [b'<', 0, ..] => UTF_16LE,
            _ => UTF_8,
        };
        let (text, _, broken) = encoding.decode(&bytes);
        if broken {
            return Err(OfficeError::damaged("text that is no Unicode"));
        }
        Ok(Some(text.into_owned()))
    }

    /// Unpacks an entry of at most `most` bytes into `out`; gives its size, none if there is no such
    /// entry.
    ///
    /// # Errors
    /// As [`Package::text`], and those of `out`.
    pub(super) fn copy(
        &mut self,
        name: &str,
        most: u64,
        out: &mut impl Write,
    ) -> Result<Option<u64>, OfficeError> {
        let Some(index) = self.names.get(&key(name)).copied() else { return Ok(None) };
        let most = most.min(self.left);
        let entry = self.zip.by_index(index)?;
        let size = io::copy(&mut entry.take(most.saturating_add(1)), out)?;
        if most < size {
            return Err(OfficeError::TooMuch("unpacked bytes"));
        }
        self.left = self.left.saturating_sub(size);
        Ok(Some(size))
    }
}

fn look_over<R: Read + Seek>(
    zip: &mut ZipArchive<R>,
    limits: &Limits,
) -> Result<HashMap<String, usize>, OfficeError> {
    let mut names = HashMap::new();
    let mut total = 0_u64;
    for index in 0..zip.len() {
        let entry = zip.by_index_raw(index)?;
        if entry.encrypted() {
            return Err(OfficeError::Encrypted);
        }
        let size = entry.size();
        total = total.saturating_add(size);
        let tight = entry.compressed_size().saturating_mul(limits.ratio) < size;
        if limits.unpacked_bytes < total || SMALL < size && tight {
            return Err(OfficeError::TooMuch("unpacked bytes"));
        }
        let name = String::from_utf8_lossy(entry.name_raw()).into_owned();
        if !entry.is_dir() && names.insert(key(&name), index).is_some() {
            return Err(OfficeError::damaged("two entries of one name"));
        }
    }
    Ok(names)
}

fn key(name: &str) -> String {
    name.trim_start_matches('/').replace('\\', "/").to_ascii_lowercase()
}

/// What is wrong with a compound file: the names of its streams tell, in UTF-16.
fn compound(kind: Kind, mut input: impl Read) -> Result<OfficeError, OfficeError> {
    let wide = |name: &str| -> Vec<u8> { name.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    let old = wide("WordDocument");
    let encrypted = wide("EncryptedPackage");
    let mut found = OfficeError::Kind { expected: kind, found: "another compound file" };
    let mut window: Vec<u8> = Vec::new();
    loop {
        let read = input.by_ref().take(64 * 1024).read_to_end(&mut window)?;
        if holds(&window, &encrypted) {
            return Ok(OfficeError::Encrypted);
        }
        if holds(&window, &old) {
            found = OfficeError::OldWord;
        }
        if read == 0 {
            return Ok(found);
        }
        // A name may lie across two windows.
        let keep = window.len().saturating_sub(encrypted.len());
        window.drain(..keep);
    }
}

fn holds(bytes: &[u8], name: &[u8]) -> bool {
    bytes.windows(name.len()).any(|window| window == name)
}
