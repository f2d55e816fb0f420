//! The directories of TIFF files and of Exif data (TIFF 6.0, section 2; `BigTIFF`).
//!
//! Only directories and values that are asked for are read, so that a file of any size may be
//! looked into, and none leads to another by itself.

use std::io::{Read, Seek, SeekFrom};

use super::blocks::array;

/// The most entries of a directory that are looked at; those of cameras have fewer than a hundred.
const ENTRIES: u64 = 1_000;

/// TIFF data, of which directories and values are read.
#[derive(Debug)]
pub(super) struct Tiff<'a, R> {
    source: &'a mut R,
    little: bool,
    /// Offsets and counts have eight bytes.
    big: bool,
    /// Where the first directory is.
    first: u64,
}

/// A directory: its entries, as far as they are there, and where the next is.
#[derive(Debug, Default)]
pub(super) struct Directory {
    entries: Vec<Entry>,
    /// Where the next directory is; 0 if there is none.
    pub(super) next: u64,
}

/// An entry of a directory.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    tag: u16,
    kind: u16,
    count: u64,
    /// The value itself if it fits, else where it is; of four bytes in the short form.
    place: [u8; 8],
}

impl Directory {
    /// The entry of a tag; of several the first.
    pub(super) fn get(&self, tag: u16) -> Option<Entry> {
        self.entries.iter().find(|entry| entry.tag == tag && 0 < entry.count).copied()
    }

    /// Whether any of the tags is there.
    pub(super) fn has(&self, tags: &[u16]) -> bool {
        tags.iter().any(|tag| self.get(*tag).is_some())
    }
}

impl<'a, R: Read + Seek> Tiff<'a, R> {
    /// Reads the header: the byte order, the form, where the first directory is.
    pub(super) fn open(source: &'a mut R) -> Option<Self> {
        source.seek(SeekFrom::Start(0)).ok()?;
        let head: [u8; 4] = array(source)?;
        let (little, big) = match &head {
            b"II\x2A\0" => (true, false),
            b"MM\0\x2A" => (false, false),
            b"II\x2B\0" => (true, true),
            b"MM\0\x2B" => (false, true),
            _ => return None,
        };
        let mut tiff = Self { source, little, big, first: 0 };
        if big {
            // The size of offsets, which is always 8, and two zeros.
            array::<4>(tiff.source)?;
        }
        tiff.first = tiff.offset()?;
        Some(tiff)
    }

    /// Whether numbers are written with their low byte first.
    pub(super) const fn is_little(&self) -> bool {
        self.little
    }

    /// The first directory.
    pub(super) fn first(&mut self) -> Option<Directory> {
        self.directory(self.first)
    }

    /// The directory at a place, as far as it is there.
    pub(super) fn directory(&mut self, at: u64) -> Option<Directory> {
        self.source.seek(SeekFrom::Start(at)).ok()?;
        let count = if self.big { self.offset()? } else { self.short()?.into() };
        let mut found = Directory::default();
        for _ in 0..count.min(ENTRIES) {
            let Some(entry) = self.entry() else { return Some(found) };
            found.entries.push(entry);
        }
        if count <= ENTRIES {
            found.next = self.offset().unwrap_or(0);
        }
        Some(found)
    }

    /// The directory that an entry leads to.
    pub(super) fn child(&mut self, entry: Option<Entry>) -> Option<Directory> {
        let at = self.number(entry?)?;
        self.directory(at)
    }

    fn entry(&mut self) -> Option<Entry> {
        let (tag, kind) = (self.short()?, self.short()?);
        let count = self.offset()?;
        let mut place = [0; 8];
        let width = if self.big { 8 } else { 4 };
        self.source.read_exact(place.get_mut(..width)?).ok()?;
        Some(Entry { tag, kind, count, place })
    }

    /// The bytes of a value; nothing if they are not all there.
    ///
    /// `read` gets the reader, at the value, and its length.
    pub(super) fn value<T>(
        &mut self,
        entry: Entry,
        read: impl FnOnce(&mut dyn Read, u64) -> Option<T>,
    ) -> Option<T> {
        let length = entry.count.checked_mul(width(entry.kind)?)?;
        let inline = if self.big { 8 } else { 4 };
        if length <= inline {
            return read(&mut entry.place.as_slice(), length);
        }
        let place = if self.big { self.wide(entry.place) } else { self.narrow(entry.place) };
        self.source.seek(SeekFrom::Start(place)).ok()?;
        read(self.source, length)
    }

    /// The bytes of a value, at most `most` of them.
    pub(super) fn bytes(&mut self, entry: Entry, most: u64) -> Option<Vec<u8>> {
        self.value(entry, |source, length| {
            let mut bytes = Vec::new();
            let read = source.take(length.min(most)).read_to_end(&mut bytes).ok()?;
            (u64::try_from(read) == Ok(length.min(most))).then_some(bytes)
        })
    }

    /// The value of an entry of one whole number.
    pub(super) fn number(&self, entry: Entry) -> Option<u64> {
        if entry.count != 1 {
            return None;
        }
        let [a, b, ..] = entry.place;
        match (entry.kind, self.little) {
            (3, true) => Some(u16::from_le_bytes([a, b]).into()),
            (3, false) => Some(u16::from_be_bytes([a, b]).into()),
            (4 | 13, _) => Some(self.narrow(entry.place)),
            (16 | 18, _) if self.big => Some(self.wide(entry.place)),
            _ => None,
        }
    }

    fn narrow(&self, [a, b, c, d, ..]: [u8; 8]) -> u64 {
        let bytes = [a, b, c, d];
        if self.little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) }.into()
    }

    const fn wide(&self, bytes: [u8; 8]) -> u64 {
        if self.little { u64::from_le_bytes(bytes) } else { u64::from_be_bytes(bytes) }
    }

    fn short(&mut self) -> Option<u16> {
        let bytes = array(self.source)?;
        Some(if self.little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    }

    /// An offset or a count, of four bytes or of eight.
    fn offset(&mut self) -> Option<u64> {
        if self.big {
            let bytes = array(self.source)?;
            return Some(self.wide(bytes));
        }
        let [a, b, c, d] = array(self.source)?;
        Some(self.narrow([a, b, c, d, 0, 0, 0, 0]))
    }
}

/// How many bytes one value of a type has.
const fn width(kind: u16) -> Option<u64> {
    match kind {
        // BYTE, ASCII, SBYTE, UNDEFINED, and the UTF-8 of Exif 3.0.
        1 | 2 | 6 | 7 | 129 => Some(1),
        3 | 8 => Some(2),
        4 | 9 | 11 | 13 => Some(4),
        5 | 10 | 12 | 16..=18 => Some(8),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn both_orders_and_both_forms_are_read() {
        let little = b"II\x2A\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
        let large = b"MM\0\x2B\0\x08\0\0\0\0\0\0\0\0\0\x10\0\0\0\0\0\0\0\x01\
            \x01\x12\0\x03\0\0\0\0\0\0\0\x01\0\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
        for data in [&little[..], &large[..]] {
            let mut source = Cursor::new(data);
            let mut tiff = Tiff::open(&mut source).unwrap();
            let first = tiff.first().unwrap();
            assert_eq!(tiff.number(first.get(0x0112).unwrap()), Some(6));
            assert_eq!(first.next, 0);
        }
    }

    #[test]
    fn values_lie_inside_or_elsewhere_and_must_be_whole() {
        let data = b"MM\0\x2A\0\0\0\x08\0\x03\
            \x01\x0E\0\x02\0\0\0\x03abc\0\
            \x01\x0F\0\x02\0\0\0\x05\0\0\0\x32\
            \x01\x10\0\x02\0\0\0\x09\0\0\0\x32\
            \0\0\0\0hello";
        let mut source = Cursor::new(data);
        let mut tiff = Tiff::open(&mut source).unwrap();
        let first = tiff.first().unwrap();
        let mut get = |tag| tiff.bytes(first.get(tag).unwrap(), 99);
        assert_eq!(get(0x010E).unwrap(), b"abc");
        assert_eq!(get(0x010F).unwrap(), b"hello");
        assert_eq!(get(0x0110), None);
    }

    #[test]
    fn a_directory_that_breaks_off_is_read_as_far_as_it_goes() {
        let data = b"MM\0\x2A\0\0\0\x08\xFF\xFF\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\x01";
        let mut source = Cursor::new(data);
        let mut tiff = Tiff::open(&mut source).unwrap();
        let first = tiff.first().unwrap();
        assert!(first.has(&[0x0112]) && !first.has(&[0x0100]));
        assert!(tiff.directory(9_999).is_none());
    }
}
