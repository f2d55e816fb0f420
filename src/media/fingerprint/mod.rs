//! Fingerprints of pictures: they find resized, recompressed, relit and lightly cropped copies
//! among many others.
//!
//! A fingerprint is the picture itself, made small: 36 × 36 grey levels. Two are compared by laying
//! one upon the other, whole or on a part, where they fit best, and by judging the details block by
//! block. An [`Index`] of many first looks through hashes of 63 bits, which tell which of the
//! longest waves of a picture are positive (a DCT hash, after C. Zauner, "Implementation and
//! Benchmarking of Perceptual Image Hash Functions", 2010), of the whole and of its centre.
//!
//! Found are copies with up to 15 % cut off each side, of any size from 200 pixels on, of JPEG
//! quality 30 on, of other brightness and colours, sharpened, or with a small mark. Mirrored and
//! turned copies are not, nor stretched ones. A picture with little in it, such as a page of text,
//! a flat sky or a sign on white, is like nothing, not even its own copy.

mod align;
mod grid;
mod hash;
mod index;
mod pair;
mod plain;
mod scan;
mod text;

#[cfg(test)]
mod tests;

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::GrayImage;
use serde::{Deserialize, Serialize};

pub use index::Index;
pub use text::FingerprintError;

use grid::SIDE;
use pair::Ready;

/// The least difference between the darkest and the lightest cell, in levels of 256.
const RANGE: u8 = 24;

/// What a picture looks like, in 1,301 characters of text; of a plain picture in 5.
///
/// The text is a version, the size, and a character of the URL-safe base64 alphabet (RFC 4648,
/// section 5) for each cell of 6 bits, row by row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Fingerprint {
    /// In pixels, at most 4,095; only their ratio matters.
    width: u16,
    height: u16,
    /// 36 × 36 grey levels from 0 to 63 over the range of the picture; none if it is plain.
    cells: Vec<u8>,
}

/// How like two pictures are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Likeness {
    /// From 0.86 to 1: how well their details fit. Copies with nothing put on have 0.94 and more.
    pub score: f32,
    /// Whether they show the same part.
    pub kind: Kind,
}

/// What the copy shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The whole picture.
    Same,
    /// One of the two is a part of the other: more than 1.2 % is cut off a side.
    Cropped,
}

impl Fingerprint {
    /// Whether the picture has too little in it to be compared. It is then like no other.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.cells.is_empty()
    }

    /// Width by height.
    fn aspect(&self) -> f32 {
        f32::from(self.width) / f32::from(self.height.max(1))
    }
}

/// The fingerprint of a picture, given upright and in grey, scaled to about 320 pixels on its
/// longer side. Larger ones give nearly the same and take longer.
///
/// Pictures with a side below 64 pixels, or more than 6 times as long as they are wide, count as
/// plain.
#[must_use]
pub fn of(luma: &GrayImage) -> Fingerprint {
    let (width, height) = small(luma.width(), luma.height());
    let means = if plain::is_plain(luma) { None } else { scaled(luma) };
    let cells = means.and_then(|means| levels(&means)).filter(|cells| !plain::is_smooth(cells));
    Fingerprint { width, height, cells: cells.unwrap_or_default() }
}

/// How like two pictures are; `None` if they are not copies of one another, or plain.
///
/// Either may be the copy. It takes about a millisecond: an [`Index`] is for many.
#[must_use]
pub fn compare(a: &Fingerprint, b: &Fingerprint) -> Option<Likeness> {
    pair::compare(&Ready::new(a)?, &Ready::new(b)?)
}

/// The size, halved until it fits twelve bits each.
fn small(mut width: u32, mut height: u32) -> (u16, u16) {
    while 0xFFF < width.max(height) {
        width /= 2;
        height /= 2;
    }
    (u16::try_from(width).unwrap_or(1), u16::try_from(height).unwrap_or(1))
}

/// The picture at 36 × 36 pixels.
fn scaled(luma: &GrayImage) -> Option<Vec<u8>> {
    let side = u32::try_from(SIDE).ok()?;
    let whole = ImageRef::new(luma.width(), luma.height(), luma.as_raw(), PixelType::U8).ok()?;
    let mut small = Image::new(side, side, PixelType::U8);
    let means = ResizeAlg::Convolution(FilterType::Bilinear);
    Resizer::new().resize(&whole, &mut small, &ResizeOptions::new().resize_alg(means)).ok()?;
    Some(small.into_vec())
}

/// 6 bits each over the range of the cells; `None` if it is too small.
fn levels(means: &[u8]) -> Option<Vec<u8>> {
    let (low, high) = (*means.iter().min()?, *means.iter().max()?);
    let range = high.checked_sub(low).filter(|range| RANGE <= *range)?;
    let level = |mean: &u8| {
        let above = u16::from(mean.saturating_sub(low));
        u8::try_from((above * 63 + u16::from(range) / 2) / u16::from(range)).unwrap_or(63)
    };
    Some(means.iter().map(level).collect())
}
