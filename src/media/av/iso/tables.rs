//! Where the samples of a track lie (ISO/IEC 14496-12, section 8.7).

use std::ops::Range;

use super::boxes::Atom;
use crate::media::av::AvError;
use crate::media::av::source::Source;

/// The longest table that is read, in bytes: four million samples.
const TABLE: u64 = 16 << 20;

/// The tables of a track, as far as it has them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tables {
    pub(super) stsc: Option<Atom>,
    pub(super) sizes: Option<Atom>,
    pub(super) chunks: Option<Atom>,
}

/// The sizes of samples in order.
enum Sizes {
    All { size: u32, count: u32 },
    Each(Vec<u32>),
}

impl Tables {
    /// Takes a box if it is one of the tables.
    pub(super) fn take(&mut self, atom: Atom) {
        match &atom.kind {
            b"stsc" => self.stsc = Some(atom),
            b"stsz" | b"stz2" => self.sizes = Some(atom),
            b"stco" | b"co64" => self.chunks = Some(atom),
            _ => {}
        }
    }

    /// The stretches in which its samples lie, a chunk each.
    pub(super) fn stretches(&self, source: &mut Source<'_>) -> Result<Vec<Range<u64>>, AvError> {
        let (Some(stsc), Some(sizes), Some(chunks)) = (self.stsc, self.sizes, self.chunks) else {
            return Ok(Vec::new());
        };
        let starts = starts(source, chunks)?;
        let runs = runs(source, stsc)?;
        let sizes = Sizes::read(source, sizes)?;
        let mut runs = runs.into_iter().peekable();
        let (mut per_chunk, mut sample) = (0, 0_usize);
        let mut found = Vec::with_capacity(starts.len());
        for (number, start) in (1_u32..).zip(starts) {
            while let Some((_, samples)) = runs.next_if(|(first, _)| *first <= number) {
                per_chunk = samples;
            }
            let length = sizes.sum(sample, per_chunk);
            sample = sample.saturating_add(usize::try_from(per_chunk).unwrap_or(usize::MAX));
            let end = start.saturating_add(length);
            if source.len() < end {
                return Err(source.corrupt("its samples lie past its end"));
            }
            found.push(start..end);
        }
        if sample < sizes.count() {
            return Err(source.corrupt("it has samples without a place"));
        }
        Ok(found)
    }
}

impl Sizes {
    fn read(source: &mut Source<'_>, atom: Atom) -> Result<Self, AvError> {
        let [_, _, _, _, s0, s1, s2, s3, c0, c1, c2, c3] = source.read(body(source, atom, 12)?)?;
        let count = u32::from_be_bytes([c0, c1, c2, c3]);
        let size = u32::from_be_bytes([s0, s1, s2, s3]);
        if &atom.kind == b"stsz" && size != 0 {
            return Ok(Self::All { size, count });
        }
        let bits = if &atom.kind == b"stsz" { 32 } else { size & 0xFF };
        let length = (u64::from(count) * u64::from(bits)).div_ceil(8);
        let bytes = table(source, atom, 12, length)?;
        let sizes = match bits {
            4 => bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(u32::from).collect(),
            8 => bytes.iter().copied().map(u32::from).collect(),
            16 => bytes.as_chunks::<2>().0.iter().map(|b| u16::from_be_bytes(*b).into()).collect(),
            32 => bytes.as_chunks::<4>().0.iter().map(|b| u32::from_be_bytes(*b)).collect(),
            _ => return Err(source.corrupt("sample sizes of an unknown width")),
        };
        let mut sizes: Vec<u32> = sizes;
        sizes.truncate(usize::try_from(count).unwrap_or(usize::MAX));
        Ok(Self::Each(sizes))
    }

    fn count(&self) -> usize {
        match self {
            Self::All { count, .. } => usize::try_from(*count).unwrap_or(usize::MAX),
            Self::Each(sizes) => sizes.len(),
        }
    }

    /// The bytes of so many samples from one on.
    fn sum(&self, from: usize, many: u32) -> u64 {
        let left = self.count().saturating_sub(from);
        let many = usize::try_from(many).unwrap_or(usize::MAX).min(left);
        match self {
            Self::All { size, .. } => {
                u64::from(*size).saturating_mul(u64::try_from(many).unwrap_or(u64::MAX))
            }
            Self::Each(sizes) => {
                sizes.iter().skip(from).take(many).fold(0, |sum, size| sum + u64::from(*size))
            }
        }
    }
}

/// Where each chunk begins.
fn starts(source: &mut Source<'_>, atom: Atom) -> Result<Vec<u64>, AvError> {
    let count = u64::from(count(source, atom)?);
    if &atom.kind == b"co64" {
        let bytes = table(source, atom, 8, count.saturating_mul(8))?;
        return Ok(bytes.as_chunks::<8>().0.iter().map(|b| u64::from_be_bytes(*b)).collect());
    }
    let bytes = table(source, atom, 8, count.saturating_mul(4))?;
    Ok(bytes.as_chunks::<4>().0.iter().map(|b| u32::from_be_bytes(*b).into()).collect())
}

/// From which chunk on there are how many samples in each.
fn runs(source: &mut Source<'_>, atom: Atom) -> Result<Vec<(u32, u32)>, AvError> {
    let count = u64::from(count(source, atom)?);
    let bytes = table(source, atom, 8, count.saturating_mul(12))?;
    let run = |bytes: &[u8; 12]| {
        let [f0, f1, f2, f3, n0, n1, n2, n3, ..] = *bytes;
        (u32::from_be_bytes([f0, f1, f2, f3]), u32::from_be_bytes([n0, n1, n2, n3]))
    };
    Ok(bytes.as_chunks::<12>().0.iter().map(run).collect())
}

/// The number of entries after version and flags.
fn count(source: &mut Source<'_>, atom: Atom) -> Result<u32, AvError> {
    let at = body(source, atom, 8)?;
    Ok(u32::from_be_bytes(source.read(at.saturating_add(4))?))
}

/// Where the content begins, if there is so much of it.
fn body(source: &Source<'_>, atom: Atom, least: u64) -> Result<u64, AvError> {
    if atom.len() < least {
        return Err(source.corrupt("a table is too short"));
    }
    Ok(atom.body)
}

/// The entries of a table.
fn table(source: &mut Source<'_>, atom: Atom, head: u64, length: u64) -> Result<Vec<u8>, AvError> {
    if atom.len() < head.saturating_add(length) {
        return Err(source.corrupt("a table is shorter than it says"));
    }
    if TABLE < length {
        return Err(AvError::TooComplex("samples"));
    }
    source.bytes(atom.body.saturating_add(head), length)
}
