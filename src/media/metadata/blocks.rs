//! The metadata blocks of a file, taken out of it within bounds.

use std::collections::BTreeSet;
use std::io::{BufRead, Read, Seek, SeekFrom};

use super::described::{Described, Trace};

/// The longest block that is looked at, in bytes.
pub(super) const BLOCK: u64 = 4 << 20;

/// The most bytes of all blocks of a file.
const ALL: u64 = 16 << 20;

/// The most chunks or boxes of a file that are passed; a film of an hour has fewer.
pub(super) const CHUNKS: usize = 100_000;

/// Skipping less is reading over it, in bytes.
const STEP: u64 = 8 << 10;

/// The blocks of a file, as they lie in it.
#[derive(Debug)]
pub(super) struct Blocks {
    /// Exif data from its TIFF header on.
    pub(super) exif: Option<Vec<u8>>,
    /// XMP packets.
    pub(super) xmp: Vec<Vec<u8>>,
    /// Pieces of XMP that did not fit into their packet.
    pub(super) extended: Vec<Piece>,
    /// IIM records.
    pub(super) iptc: Option<Vec<u8>>,
    /// Photoshop image resources.
    pub(super) resources: Vec<u8>,
    /// What the format itself says.
    pub(super) labels: Described,
    /// What was passed on the way.
    pub(super) traces: BTreeSet<Trace>,
    room: u64,
}

/// A piece of extended XMP (XMP part 3, section 1.1.3.1).
#[derive(Debug)]
pub(super) struct Piece {
    /// Which packet it belongs to.
    pub(super) id: [u8; 32],
    /// Where in the whole it begins.
    pub(super) at: u32,
    /// Its content.
    pub(super) data: Vec<u8>,
}

impl Default for Blocks {
    fn default() -> Self {
        Self {
            exif: None,
            xmp: Vec::new(),
            extended: Vec::new(),
            iptc: None,
            resources: Vec::new(),
            labels: Described::default(),
            traces: BTreeSet::new(),
            room: ALL,
        }
    }
}

impl Blocks {
    /// Reads the next `length` bytes; nothing if that is more than a block may have, or than all
    /// may have together, or than there is.
    pub(super) fn read(&mut self, source: &mut impl Read, length: u64) -> Option<Vec<u8>> {
        if BLOCK.min(self.room) < length {
            return None;
        }
        let bytes = self.take(source, length)?;
        (length == size(&bytes)).then_some(bytes)
    }

    /// Reads to the end of `source`; nothing if that is as much as a block may have, or as all may
    /// have together.
    pub(super) fn read_all(&mut self, source: &mut impl Read) -> Option<Vec<u8>> {
        let most = BLOCK.min(self.room);
        let bytes = self.take(source, most)?;
        (size(&bytes) < most).then_some(bytes)
    }

    fn take(&mut self, source: &mut impl Read, most: u64) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        let read = source.take(most).read_to_end(&mut bytes);
        self.room = self.room.saturating_sub(size(&bytes));
        read.ok()?;
        Some(bytes)
    }

    /// Keeps Exif data, with or without what stands before it in a JPEG; the first counts.
    pub(super) fn keep_exif(&mut self, block: &[u8]) {
        let tiff = block.strip_prefix(super::exif::PREFIX).unwrap_or(block);
        self.exif.get_or_insert_with(|| tiff.to_vec());
    }
}

/// Passes over `length` bytes.
pub(super) fn skip(source: &mut (impl BufRead + Seek), length: u64) -> Option<()> {
    if STEP < length {
        let length = i64::try_from(length).ok()?;
        source.seek(SeekFrom::Current(length)).ok()?;
        return Some(());
    }
    let mut left = usize::try_from(length).ok()?;
    while 0 < left {
        let ready = source.fill_buf().ok()?.len().min(left);
        if ready == 0 {
            return None;
        }
        source.consume(ready);
        left = left.saturating_sub(ready);
    }
    Some(())
}

/// The next `N` bytes.
pub(super) fn array<const N: usize>(source: &mut impl Read) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    source.read_exact(&mut bytes).ok()?;
    Some(bytes)
}

/// How many bytes there are.
pub(super) fn size(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn all_blocks_share_one_room() {
        let mut blocks = Blocks::default();
        let mut zeros = std::io::repeat(0);
        assert!(blocks.read(&mut zeros, BLOCK + 1).is_none());
        for _ in 0..ALL / BLOCK {
            assert!(blocks.read(&mut zeros, BLOCK).is_some());
        }
        assert!(blocks.read(&mut zeros, 1).is_none());
    }

    #[test]
    fn what_breaks_off_is_no_block() {
        assert!(Blocks::default().read(&mut Cursor::new(b"abc"), 4).is_none());
        let mut source = Cursor::new(vec![7_u8; 20_000]);
        assert_eq!(skip(&mut source, 19_999), Some(()));
        assert_eq!(array(&mut source), Some([7]));
        assert_eq!(skip(&mut source, 1), None);
    }
}
