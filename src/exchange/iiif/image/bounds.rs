//! How large a picture is given out.

use super::{super::Size, Format, number::narrow};

/// The limits of one picture, in pixels of the scaled region (Image API, section 5.2).
///
/// With no limit at all nothing is scaled up: a server that does must name one (section 5.7). A
/// limit of 0 counts as 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// The greatest width; absent = as `max_height`.
    pub max_width: Option<u32>,
    /// The greatest height; absent = as `max_width`.
    pub max_height: Option<u32>,
    /// The greatest product of width and height.
    pub max_area: Option<u64>,
    /// What `!w,h` gives of a region that is smaller than its frame.
    pub confined: Confined,
}

/// What `!w,h` gives of a region that is narrower and lower than `w` and `h`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Confined {
    /// The region as it is: "as large as possible but not larger than the extracted region"
    /// (section 4.2).
    #[default]
    Keep,
    /// An error, as for `w,h`. The IIIF image validator expects this.
    Refuse,
}

impl Bounds {
    /// Both limits of the sides, if there is one of them.
    pub(super) fn sides(&self) -> Option<Size> {
        let width = self.max_width.or(self.max_height)?;
        let height = self.max_height.or(self.max_width)?;
        Some(Size::at_least_one(width, height))
    }

    /// Whether pictures are scaled up at all.
    pub(super) const fn upscales(&self) -> bool {
        self.max_width.is_some() || self.max_height.is_some() || self.max_area.is_some()
    }

    /// With what the format can hold.
    pub(super) fn limits(&self, format: Format) -> Limits {
        let longest = Size::at_least_one(format.longest_side(), format.longest_side());
        Limits {
            sides: self.sides().map_or(longest, |sides| sides.common(longest)),
            area: self.max_area.unwrap_or(u64::MAX).max(1),
            upscales: self.upscales(),
        }
    }
}

/// [`Bounds`] with every gap filled.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    sides: Size,
    area: u64,
    pub(super) upscales: bool,
}

impl Limits {
    pub(super) fn allow(&self, size: Size) -> bool {
        size.fits(self.sides) && size.area() <= self.area
    }

    /// The greatest size of the shape of `region` within the limits and `frame`.
    pub(super) fn fit(&self, region: Size, frame: Size) -> Size {
        let framed = inscribed(region, frame.common(self.sides));
        if framed.area() <= self.area {
            return framed;
        }
        let side = |own: u32, other: u32| {
            let square = u128::from(self.area).saturating_mul(own.into()) / u128::from(other);
            narrow(square.isqrt())
        };
        let width = side(region.width(), region.height()).clamp(1, framed.width());
        let height = side(region.height(), region.width()).clamp(1, framed.height());
        // Only the sliver whose shorter side is less than a pixel is still too long.
        let height = height.min(narrow(self.area / u64::from(width))).max(1);
        let width = width.min(narrow(self.area / u64::from(height)));
        Size::at_least_one(width, height)
    }

    /// The size of `max`, or of `^max`, for a region.
    pub(super) fn greatest(&self, region: Size, upscaled: bool) -> Size {
        let frame = if upscaled && self.upscales { self.sides } else { region };
        self.fit(region, frame)
    }
}

/// The greatest size of the shape of `region` in `frame`, rounded, at least one pixel each way.
fn inscribed(region: Size, frame: Size) -> Size {
    let (width, height) = (u64::from(region.width()), u64::from(region.height()));
    let by_width = u64::from(frame.width()).saturating_mul(height);
    let by_height = u64::from(frame.height()).saturating_mul(width);
    if by_width <= by_height {
        Size::at_least_one(frame.width(), rounded(by_width, width))
    } else {
        Size::at_least_one(rounded(by_height, height), frame.height())
    }
}

/// The quotient to the nearest whole number.
pub(super) fn rounded(number: u64, divisor: u64) -> u32 {
    narrow(number.saturating_add(divisor / 2).checked_div(divisor).unwrap_or_default())
}
