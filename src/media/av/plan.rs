//! A cleaned file as pieces of the old one and new bytes.

use std::io::Write;
use std::ops::Range;

use super::AvError;
use super::source::Source;

/// The most places that are overwritten: six each second of a film of a day.
const PATCHES: usize = 1 << 19;

/// A stretch of the cleaned file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// As it is in the old file.
    Old(Range<u64>),
    /// So many zeros.
    Zeros(u64),
    /// Other bytes.
    New(Vec<u8>),
}

/// What is overwritten in a file whose bytes keep their places.
#[derive(Debug, Default)]
pub(super) struct Patches {
    list: Vec<Patch>,
}

#[derive(Debug)]
struct Patch {
    at: Range<u64>,
    /// None are zeros.
    bytes: Vec<u8>,
}

impl Patches {
    /// Overwrites a stretch with zeros.
    pub(super) fn zero(&mut self, at: Range<u64>) -> Result<(), AvError> {
        match self.list.last_mut() {
            Some(last) if last.bytes.is_empty() && last.at.end == at.start => last.at.end = at.end,
            _ => self.push(Patch { at, bytes: Vec::new() })?,
        }
        Ok(())
    }

    /// Overwrites what is at a place.
    pub(super) fn put(&mut self, at: u64, bytes: &[u8]) -> Result<(), AvError> {
        let end = at.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        self.push(Patch { at: at..end, bytes: bytes.to_vec() })
    }

    fn push(&mut self, patch: Patch) -> Result<(), AvError> {
        if PATCHES <= self.list.len() {
            return Err(AvError::TooComplex("pieces of metadata"));
        }
        if !patch.at.is_empty() {
            self.list.push(patch);
        }
        Ok(())
    }

    /// The file of a length with all that is overwritten. Where two overlap there are zeros.
    pub(super) fn pieces(mut self, length: u64) -> Vec<Piece> {
        self.list.sort_by_key(|patch| patch.at.start);
        let mut pieces = Vec::new();
        let mut done = 0;
        for Patch { at, bytes } in self.list {
            let (start, end) = (at.start.max(done), at.end.min(length));
            if end <= start {
                continue;
            }
            if done < start {
                pieces.push(Piece::Old(done..start));
            }
            let whole = start == at.start && end == at.end && !bytes.is_empty();
            pieces.push(if whole { Piece::New(bytes) } else { Piece::Zeros(end - start) });
            done = end;
        }
        if done < length {
            pieces.push(Piece::Old(done..length));
        }
        pieces
    }
}

/// Writes the cleaned file.
pub(super) fn write(
    source: &mut Source<'_>,
    pieces: &[Piece],
    out: &mut impl Write,
) -> Result<(), AvError> {
    const ZEROS: [u8; 4096] = [0; 4096];
    for piece in pieces {
        match piece {
            Piece::Old(at) => source.copy(at.start, at.end.saturating_sub(at.start), out)?,
            Piece::New(bytes) => out.write_all(bytes)?,
            Piece::Zeros(count) => {
                let mut left = *count;
                while 0 < left {
                    let some = usize::try_from(left).unwrap_or(ZEROS.len()).min(ZEROS.len());
                    out.write_all(ZEROS.get(..some).unwrap_or(&ZEROS))?;
                    left = left.saturating_sub(u64::try_from(some).unwrap_or(left));
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlapping_patches_become_zeros() {
        let mut patches = Patches::default();
        patches.put(4, b"free").unwrap();
        patches.zero(20..24).unwrap();
        patches.zero(24..30).unwrap();
        patches.put(28, b"late").unwrap();
        patches.zero(50..99).unwrap();
        let expected = [
            Piece::Old(0..4),
            Piece::New(b"free".to_vec()),
            Piece::Old(8..20),
            Piece::Zeros(10),
            Piece::Zeros(2),
            Piece::Old(32..50),
            Piece::Zeros(10),
        ];
        assert_eq!(patches.pieces(60), expected);
    }

    #[test]
    fn no_more_patches_than_allowed() {
        let mut patches = Patches::default();
        let all = u64::try_from(PATCHES).unwrap();
        assert!((0..all).all(|at| patches.zero(at * 2..at * 2 + 1).is_ok()));
        assert!(matches!(patches.zero(0..1), Err(AvError::TooComplex(_))));
    }
}
