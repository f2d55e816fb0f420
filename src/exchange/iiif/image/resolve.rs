//! From a request and the size of a picture to what is to be done with it.

use super::{
    super::{Error, Size},
    Bounds, Confined, Format, Quality, Request, Turn,
    bounds::{Limits, rounded},
    number::Decimal,
    request::{Region, Scale},
};

/// A rectangle inside a picture, in pixels from its upper left corner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Area {
    /// From the left.
    pub x: u32,
    /// From the top.
    pub y: u32,
    /// How wide and high it is.
    pub size: Size,
}

/// What to do with a picture, in the order of the fields (Image API, section 4.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Job {
    /// Cut this out; it lies inside the picture.
    pub region: Area,
    /// Scale it to this; a quarter turn will exchange the sides.
    pub size: Size,
    /// Then exchange left and right.
    pub mirrored: bool,
    /// Then turn it clockwise.
    pub turn: Turn,
    /// Then take out the colours that are not wanted.
    pub quality: Quality,
    /// Then write it so.
    pub format: Format,
}

impl Request {
    /// The job that this request is for a picture of that size. Its size keeps to the bounds and to
    /// what the format can hold.
    ///
    /// # Errors
    /// [`Error::Outside`], [`Error::Zero`], [`Error::Upscaled`], [`Error::TooLarge`] and
    /// [`Error::NoUpscaling`] as their texts say.
    pub fn resolve(&self, picture: Size, bounds: &Bounds) -> Result<Job, Error> {
        let region = cut(self.region, picture)?;
        let limits = bounds.limits(self.format);
        let size = self.size_of(region.size, bounds.confined, &limits)?;
        Ok(Job {
            region,
            size,
            mirrored: self.mirrored,
            turn: self.turn,
            quality: self.quality,
            format: self.format,
        })
    }

    fn size_of(&self, region: Size, confined: Confined, limits: &Limits) -> Result<Size, Error> {
        let (width, height) = (u64::from(region.width()), u64::from(region.height()));
        let size = match self.scale {
            Scale::Max => return Ok(limits.greatest(region, self.upscaled)),
            Scale::Confined(frame) => {
                let small = region.width() < frame.width() && region.height() < frame.height();
                if small && !self.upscaled && confined == Confined::Refuse {
                    return Err(Error::Upscaled);
                }
                let frame = if self.upscaled { frame } else { frame.common(region) };
                Some(limits.fit(region, frame))
            }
            Scale::Width(wanted) => {
                Size::new(wanted, rounded(height.saturating_mul(wanted.into()), width))
            }
            Scale::Height(wanted) => {
                Size::new(rounded(width.saturating_mul(wanted.into()), height), wanted)
            }
            Scale::Percent(percent) => {
                Size::new(percent.percent_of(region.width()), percent.percent_of(region.height()))
            }
            Scale::Exact(size) => Some(size),
        };
        let size = size.ok_or(Error::Zero)?;
        match (size.fits(region), self.upscaled) {
            (false, false) => Err(Error::Upscaled),
            (false, true) if !limits.upscales => Err(Error::NoUpscaling),
            _ if !limits.allow(size) => Err(Error::TooLarge),
            _ => Ok(size),
        }
    }
}

/// The part of the picture that the region has.
fn cut(region: Region, picture: Size) -> Result<Area, Error> {
    let (width, height) = (picture.width(), picture.height());
    match region {
        Region::Full => Ok(Area { x: 0, y: 0, size: picture }),
        Region::Square => {
            let side = width.min(height);
            let middle = |length: u32| length.saturating_sub(side) / 2;
            Ok(Area { x: middle(width), y: middle(height), size: Size::at_least_one(side, side) })
        }
        Region::Pixels { x, y, size } => {
            let wide = size.width().min(width.saturating_sub(x));
            let high = size.height().min(height.saturating_sub(y));
            let size = Size::new(wide, high).ok_or(Error::Outside)?;
            Ok(Area { x, y, size })
        }
        Region::Percent { x, y, width: wide, height: high } => {
            let (x, wide) = span(x, wide, width).ok_or(Error::Outside)?;
            let (y, high) = span(y, high, height).ok_or(Error::Outside)?;
            // Something was asked for, if less than a pixel.
            Ok(Area { x, y, size: Size::at_least_one(wide, high) })
        }
    }
}

/// Start and length in pixels of a part of `whole`, given in percent. Both edges are rounded, so that
/// neighbouring parts touch; a length may come to nothing, but the start lies inside.
fn span(start: Decimal, length: Decimal, whole: u32) -> Option<(u32, u32)> {
    if Decimal::from(100) <= start {
        return None;
    }
    let first = start.percent_of(whole).min(whole.saturating_sub(1));
    let end = start.plus(length).percent_of(whole).min(whole);
    Some((first, end.saturating_sub(first)))
}
