//! Two pictures: which part of the one the other might be, and whether it is.

use super::align::{self, Fit};
use super::grid::{Sums, Window};
use super::hash::{self, CENTRE, CROPS};
use super::{Fingerprint, Kind, Likeness};

/// How much wider or narrower than the part that it shows a crop may be while its edges are not
/// yet known well.
pub(super) const SKEW: f32 = 0.07;

/// As [`SKEW`], once they are known: copies are not stretched.
const STRETCH: f32 = 0.04;

/// The least correlation of a copy: of all, and of the details.
const WHOLE: f32 = 0.7;
const DETAILS: f32 = 0.86;

/// The least share of blocks that must be the same. A small mark changes a few.
const SAME: f32 = 0.8;

/// What alignment may err by, as a part of a side.
const CROPPED: f32 = 0.012;

/// How many places are tried of those that hashes tell.
const TRIED: usize = 3;

/// A fingerprint made ready for comparisons.
#[derive(Debug)]
pub(super) struct Ready {
    pub(super) aspect: f32,
    pub(super) sums: Sums,
}

impl Ready {
    /// `None` if the picture is plain.
    pub(super) fn new(fingerprint: &Fingerprint) -> Option<Self> {
        let plain = fingerprint.is_plain();
        (!plain).then(|| Self::from_cells(&fingerprint.cells, fingerprint.aspect()))
    }

    pub(super) fn from_cells(cells: &[u8], aspect: f32) -> Self {
        Self { aspect, sums: Sums::new(cells) }
    }

    /// The hash of the whole.
    pub(super) fn whole(&self) -> u64 {
        hash::hash(&self.sums, Window::WHOLE)
    }

    /// The hash of the part that every light crop still holds.
    pub(super) fn centre(&self) -> u64 {
        hash::hash(&self.sums, CENTRE)
    }

    /// The hash of the centre of the picture that it would be a crop of.
    pub(super) fn centre_seen(&self, crop: Window) -> u64 {
        hash::hash(&self.sums, crop.seen(CENTRE))
    }
}

pub(super) fn compare(a: &Ready, b: &Ready) -> Option<Likeness> {
    [(a, b), (b, a)].into_iter().find_map(|(outer, inner)| {
        let whole = inner.whole();
        let fitting = CROPS.iter().filter(|crop| crop.fits(outer.aspect, inner.aspect, SKEW));
        let distance = |crop: &Window| (hash::hash(&outer.sums, *crop) ^ whole).count_ones();
        let mut places: Vec<_> = fitting.map(|crop| (distance(crop), *crop)).collect();
        places.sort_by_key(|(distance, _)| *distance);
        places.iter().take(TRIED).find_map(|(_, crop)| verdict(outer, inner, *crop))
    })
}

/// Whether `inner` is what a window of `outer`, or one near it, shows.
pub(super) fn verdict(outer: &Ready, inner: &Ready, window: Window) -> Option<Likeness> {
    let window = align::settle(&outer.sums, &inner.sums, window)?;
    if !window.fits(outer.aspect, inner.aspect, STRETCH) {
        return None;
    }
    let Fit { whole, details, same, mirrored } = align::judge(&outer.sums, &inner.sums, window);
    if whole < WHOLE || details < DETAILS || same < SAME || details < mirrored {
        return None;
    }
    let kind = if window.cut() <= CROPPED { Kind::Same } else { Kind::Cropped };
    Some(Likeness { score: details, kind })
}
