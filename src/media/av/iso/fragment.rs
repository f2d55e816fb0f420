//! Fragments of a stream (ISO/IEC 14496-12, section 8.8): of which tracks, and until when.

use std::collections::BTreeMap;

use super::boxes::{Atom, Walk};
use crate::media::av::AvError;
use crate::media::av::source::Source;

/// What a track fragment says.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Fragment {
    pub(super) track: u32,
    /// The time at which it ends, in units of the track, as far as it says.
    pub(super) end: u64,
}

/// The default length of a sample by track, from `mvex`.
#[derive(Debug, Default)]
pub(super) struct Defaults {
    lengths: BTreeMap<u32, u32>,
}

impl Defaults {
    /// Reads a `trex` box.
    pub(super) fn take(&mut self, source: &mut Source<'_>, trex: Atom) -> Result<(), AvError> {
        if trex.len() < 24 {
            return Err(source.corrupt("defaults are too short"));
        }
        let track = u32::from_be_bytes(source.read(trex.body.saturating_add(4))?);
        let length = u32::from_be_bytes(source.read(trex.body.saturating_add(12))?);
        self.lengths.insert(track, length);
        Ok(())
    }

    fn of(&self, track: u32) -> u32 {
        self.lengths.get(&track).copied().unwrap_or(0)
    }

    /// Reads a `traf` box.
    pub(super) fn fragment(
        &self,
        source: &mut Source<'_>,
        walk: &mut Walk,
        traf: Atom,
    ) -> Result<Fragment, AvError> {
        let (mut fragment, mut length) = (Fragment::default(), 0);
        for child in walk.within(source, traf.content())? {
            match &child.kind {
                b"tfhd" => {
                    let (flags, track) = (number(source, child, 0)?, number(source, child, 1)?);
                    fragment.track = track;
                    // A place and a description may stand before the length.
                    let before = 2 + (flags & 1) * 2 + (flags >> 1 & 1);
                    let own = flags & 8 != 0;
                    length = if own { number(source, child, before)? } else { self.of(track) };
                }
                b"tfdt" => {
                    let long = number(source, child, 0)? >> 24 == 1;
                    let (high, low) = (number(source, child, 1)?, 0);
                    let low = if long { number(source, child, 2)? } else { low };
                    let shift = if long { 32 } else { 0 };
                    fragment.end = u64::from(high) << shift | u64::from(low);
                }
                b"trun" => {
                    let run = run(source, child, length)?;
                    fragment.end = fragment.end.saturating_add(run);
                }
                _ => {}
            }
        }
        Ok(fragment)
    }
}

/// The length of a run of samples.
fn run(source: &mut Source<'_>, trun: Atom, length: u32) -> Result<u64, AvError> {
    let (flags, count) = (number(source, trun, 0)?, number(source, trun, 1)?);
    let fields = (flags >> 8 & 15).count_ones();
    let start = 2 + (flags & 1) + (flags >> 2 & 1);
    let whole = u64::from(start) * 4 + u64::from(count) * u64::from(fields) * 4;
    if trun.len() < whole {
        return Err(source.corrupt("a run of samples is shorter than it says"));
    }
    if flags & 0x100 == 0 {
        return Ok(u64::from(count).saturating_mul(length.into()));
    }
    let mut sum = 0_u64;
    for sample in 0..count {
        let at = start.saturating_add(sample.saturating_mul(fields));
        sum = sum.saturating_add(number(source, trun, at)?.into());
    }
    Ok(sum)
}

/// The 32-bit number at a place of a box, counted in such numbers.
fn number(source: &mut Source<'_>, atom: Atom, place: u32) -> Result<u32, AvError> {
    let at = atom.body.saturating_add(u64::from(place).saturating_mul(4));
    if atom.end < at.saturating_add(4) {
        return Err(source.corrupt("a fragment is too short"));
    }
    Ok(u32::from_be_bytes(source.read(at)?))
}
