//! Boxes of ISO base media files (ISO/IEC 14496-12, section 4.2).

use std::ops::Range;

use crate::media::av::AvError;
use crate::media::av::source::Source;

/// The most boxes that are looked at: a stream of a day in pieces of a second has as many.
const BOXES: u32 = 1 << 20;

/// A box: its type and where it lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Atom {
    pub(super) kind: [u8; 4],
    /// Where it begins.
    pub(super) at: u64,
    /// Where its content begins.
    pub(super) body: u64,
    /// Where it ends.
    pub(super) end: u64,
}

impl Atom {
    /// How long its content is.
    pub(super) const fn len(&self) -> u64 {
        self.end.saturating_sub(self.body)
    }

    pub(super) const fn content(&self) -> Range<u64> {
        self.body..self.end
    }
}

/// Goes through boxes and counts them.
#[derive(Debug, Default)]
pub(super) struct Walk {
    seen: u32,
}

impl Walk {
    /// The boxes of a whole file. The last one may say that it goes on to the end.
    pub(super) fn file(&mut self, source: &mut Source<'_>) -> Result<Vec<Atom>, AvError> {
        let end = source.len();
        self.list(source, 0..end, true)
    }

    /// The boxes in a stretch; they fill it.
    pub(super) fn within(
        &mut self,
        source: &mut Source<'_>,
        range: Range<u64>,
    ) -> Result<Vec<Atom>, AvError> {
        self.list(source, range, false)
    }

    /// As [`Walk::within`], as far as they make sense: some writers end a list with a zero.
    pub(super) fn leniently(&mut self, source: &mut Source<'_>, range: Range<u64>) -> Vec<Atom> {
        let mut found = Vec::new();
        let mut at = range.start;
        while let Ok(Some(atom)) = self.next(source, at..range.end, false) {
            at = atom.end;
            found.push(atom);
        }
        found
    }

    fn list(
        &mut self,
        source: &mut Source<'_>,
        range: Range<u64>,
        file: bool,
    ) -> Result<Vec<Atom>, AvError> {
        let mut found = Vec::new();
        let mut at = range.start;
        while let Some(atom) = self.next(source, at..range.end, file)? {
            at = atom.end;
            found.push(atom);
        }
        Ok(found)
    }

    /// The box at the start of a stretch, which it does not leave; `None` if the stretch is empty.
    fn next(
        &mut self,
        source: &mut Source<'_>,
        range: Range<u64>,
        file: bool,
    ) -> Result<Option<Atom>, AvError> {
        if range.is_empty() {
            return Ok(None);
        }
        self.seen = self.seen.saturating_add(1);
        if BOXES < self.seen {
            return Err(AvError::TooComplex("boxes"));
        }
        let at = range.start;
        if range.end < at.saturating_add(8) {
            return Err(source.corrupt("it ends within a box"));
        }
        let [s0, s1, s2, s3, k0, k1, k2, k3] = source.read(at)?;
        let (header, size) = match u32::from_be_bytes([s0, s1, s2, s3]) {
            0 if file => (8, range.end.saturating_sub(at)),
            1 if at.saturating_add(16) <= range.end => {
                (16, u64::from_be_bytes(source.read(at.saturating_add(8))?))
            }
            size => (8, u64::from(size)),
        };
        let kind = [k0, k1, k2, k3];
        let end = at.checked_add(size).filter(|end| *end <= range.end);
        match end {
            Some(end) if header <= size => {
                Ok(Some(Atom { kind, at, body: at.saturating_add(header), end }))
            }
            Some(_) => Err(source.corrupt("a box is smaller than its header")),
            None => Err(source.corrupt("a box runs past its end")),
        }
    }
}
