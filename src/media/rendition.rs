//! Which web pictures there are of a photo: how large, in which shape, in which coding.
//!
//! A rendition has a name, `800.jpg` or `1600-16x9.webp`, and that name is all that decides what it
//! looks like beside the photo and its focal point.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// How many times its width a web picture may be high; longer ones are made narrower.
const TALLEST: u32 = 4;

/// The sizes of web pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Size {
    /// At most 320 pixels wide: lists.
    Small,
    /// At most 800 pixels wide: texts.
    Medium,
    /// At most 1600 pixels wide: the picture by itself.
    Large,
    /// At most 2560 pixels wide: the same on a large or fine screen.
    Huge,
}

/// The shapes that a photo is cut to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shape {
    /// As it is.
    Whole,
    /// 1:1.
    Square,
    /// 16:9.
    Wide,
    /// 4:5.
    Tall,
}

/// How a web picture is coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Coding {
    /// JPEG, which everything opens.
    Jpeg,
    /// WebP, a third smaller.
    WebP,
}

/// One web picture of a photo; in JSON, its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Rendition {
    /// How large.
    pub size: Size,
    /// Cut to what.
    pub shape: Shape,
    /// Coded how.
    pub coding: Coding,
}

/// A web picture of a page of a publication: `page-12-800.jpg`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PagePicture {
    /// Which page, from 1.
    pub page: u32,
    /// How large; whole and as JPEG.
    pub rendition: Rendition,
}

/// The point of a photo that a cut keeps, in hundredths of width and height of the upright picture
/// from its top left corner, 0 to 100 each. The default is the middle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Focus {
    /// From the left.
    pub x: u8,
    /// From the top.
    pub y: u8,
}

/// How a photo becomes a rendition: it is made `whole` large, and `cut` is taken out of that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    /// Width and height of the whole photo, upright, in pixels.
    pub(super) whole: (u32, u32),
    /// Left, top, width and height of what is kept of it.
    pub(super) cut: (u32, u32, u32, u32),
}

impl Size {
    /// All sizes, the largest first.
    pub const ALL: [Self; 4] = [Self::Huge, Self::Large, Self::Medium, Self::Small];

    /// The most pixels of width.
    #[must_use]
    pub const fn width(self) -> u32 {
        match self {
            Self::Small => 320,
            Self::Medium => 800,
            Self::Large => 1600,
            Self::Huge => 2560,
        }
    }

    /// Width and height of this size of a picture of `width` × `height` pixels: never larger,
    /// never more than four times as high as this size is wide, at least one pixel.
    #[must_use]
    pub fn fit(self, width: u32, height: u32) -> (u32, u32) {
        let (most, tallest) = (self.width(), self.width().saturating_mul(TALLEST));
        if width <= most && height <= tallest {
            return (width, height);
        }
        let by_width = (most, scaled(height, most, width));
        if by_width.1 <= tallest { by_width } else { (scaled(width, tallest, height), tallest) }
    }
}

impl Shape {
    /// All shapes.
    pub const ALL: [Self; 4] = [Self::Whole, Self::Square, Self::Wide, Self::Tall];

    /// The parts of width and height; none for [`Shape::Whole`].
    #[must_use]
    pub const fn ratio(self) -> Option<(u32, u32)> {
        match self {
            Self::Whole => None,
            Self::Square => Some((1, 1)),
            Self::Wide => Some((16, 9)),
            Self::Tall => Some((4, 5)),
        }
    }
}

impl Coding {
    /// Both, the one that everything opens first.
    pub const ALL: [Self; 2] = [Self::Jpeg, Self::WebP];

    /// Such as `image/jpeg`.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::WebP => "image/webp",
        }
    }

    const fn ending(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::WebP => "webp",
        }
    }
}

impl Rendition {
    /// All of them, by shape, the largest first.
    pub fn all() -> impl Iterator<Item = Self> {
        Shape::ALL.into_iter().flat_map(|shape| {
            Size::ALL.into_iter().flat_map(move |size| {
                Coding::ALL.into_iter().map(move |coding| Self { size, shape, coding })
            })
        })
    }

    /// A whole photo as JPEG.
    #[must_use]
    pub const fn jpeg(size: Size) -> Self {
        Self { size, shape: Shape::Whole, coding: Coding::Jpeg }
    }

    /// Width and height of this rendition of a photo of `width` × `height` pixels, upright.
    #[must_use]
    pub fn fit(self, width: u32, height: u32) -> (u32, u32) {
        let (_, _, width, height) = self.plan((width, height), Focus::default()).cut;
        (width, height)
    }

    /// How it is made of a photo of that size, upright.
    pub(super) fn plan(self, (width, height): (u32, u32), focus: Focus) -> Plan {
        let (width, height) = (width.max(1), height.max(1));
        let Some((across, down)) = self.shape.ratio() else {
            let whole = self.size.fit(width, height);
            return Plan { whole, cut: (0, 0, whole.0, whole.1) };
        };
        // The largest cut of that shape that the photo has, as wide as the size at most.
        let by_height = scaled(height, across, down);
        let cut = if by_height < width { by_height } else { width };
        let wide = cut.min(self.size.width());
        let high = scaled(wide, down, across);
        let whole = (scaled(width, wide, cut).max(wide), scaled(height, wide, cut).max(high));
        let left = around(whole.0, wide, focus.x);
        let top = around(whole.1, high, focus.y);
        Plan { whole, cut: (left, top, wide, high) }
    }
}

/// Where a cut of `part` pixels begins in `whole` pixels so that its middle is as near to the focal
/// point as the picture's edges allow.
fn around(whole: u32, part: u32, percent: u8) -> u32 {
    let point = scaled(whole, percent.into(), 100);
    let most = whole.saturating_sub(part);
    if percent == 0 { 0 } else { point.saturating_sub(part / 2).min(most) }
}

/// `side` × `part` / `whole`, to the nearest, at least 1.
fn scaled(side: u32, part: u32, whole: u32) -> u32 {
    let (side, part, whole) = (u64::from(side), u64::from(part), u64::from(whole.max(1)));
    let exact = side.saturating_mul(part).saturating_add(whole / 2) / whole;
    u32::try_from(exact).unwrap_or(u32::MAX).max(1)
}

impl Default for Focus {
    fn default() -> Self {
        Self { x: 50, y: 50 }
    }
}

impl fmt::Display for Rendition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.size.width())?;
        if let Some((across, down)) = self.shape.ratio() {
            write!(f, "-{across}x{down}")?;
        }
        write!(f, ".{}", self.coding.ending())
    }
}

/// A name that is none of a rendition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("no such web picture")]
pub struct NoRendition;

impl From<Rendition> for String {
    fn from(rendition: Rendition) -> Self {
        rendition.to_string()
    }
}

impl TryFrom<String> for Rendition {
    type Error = NoRendition;

    fn try_from(name: String) -> Result<Self, NoRendition> {
        name.parse()
    }
}

impl FromStr for Rendition {
    type Err = NoRendition;

    fn from_str(name: &str) -> Result<Self, NoRendition> {
        Self::all().find(|one| one.to_string() == name).ok_or(NoRendition)
    }
}

impl fmt::Display for PagePicture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "page-{}-{}", self.page, self.rendition)
    }
}

impl FromStr for PagePicture {
    type Err = NoRendition;

    fn from_str(name: &str) -> Result<Self, NoRendition> {
        let parts = name.strip_prefix("page-").and_then(|rest| rest.split_once('-'));
        let (page, rendition) = parts.ok_or(NoRendition)?;
        let page = page.parse().map_err(|_none| NoRendition)?;
        let one = Self { page, rendition: rendition.parse()? };
        let plain = one.rendition == Rendition::jpeg(one.rendition.size);
        if plain && 0 < page && one.to_string() == name { Ok(one) } else { Err(NoRendition) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn one(name: &str) -> Rendition {
        name.parse().unwrap()
    }

    #[test]
    fn names_are_read_as_they_are_written() {
        assert_eq!(Rendition::all().count(), 32);
        assert_eq!(one("800.jpg"), Rendition::jpeg(Size::Medium));
        assert_eq!(one("1600-16x9.webp").shape, Shape::Wide);
        for name in ["", "801.jpg", "800.png", "800-1x1", "0800.jpg", "800-3x2.jpg"] {
            assert_eq!(name.parse::<Rendition>(), Err(NoRendition), "{name}");
        }
    }

    #[test]
    fn pages_have_pictures_too() {
        let one: PagePicture = "page-12-800.jpg".parse().unwrap();
        assert_eq!((one.page, one.rendition), (12, Rendition::jpeg(Size::Medium)));
        for name in
            ["page-0-800.jpg", "page-01-800.jpg", "page-1-800.webp", "page-1", "page--800.jpg"]
        {
            assert_eq!(name.parse::<PagePicture>(), Err(NoRendition), "{name}");
        }
    }

    #[test]
    fn sizes_keep_the_shape_and_never_grow() {
        assert_eq!(Size::Huge.fit(6000, 4000), (2560, 1707));
        assert_eq!(Size::Large.fit(6000, 4000), (1600, 1067));
        assert_eq!(Size::Small.fit(6000, 4000), (320, 213));
        assert_eq!(Size::Large.fit(640, 480), (640, 480));
        assert_eq!(Size::Small.fit(60_000, 10), (320, 1));
        assert_eq!(Size::Small.fit(100, 60_000), (2, 1280));
    }

    #[test]
    fn a_cut_keeps_its_focal_point_and_stays_within() {
        let plan = |name: &str, x, y| one(name).plan((6000, 4000), Focus { x, y });
        let middle = plan("800-1x1.jpg", 50, 50);
        assert_eq!(middle, Plan { whole: (1200, 800), cut: (200, 0, 800, 800) });
        assert_eq!(plan("800-1x1.jpg", 0, 50).cut.0, 0);
        assert_eq!(plan("800-1x1.jpg", 100, 50).cut.0, 400);
        assert_eq!(plan("800-1x1.jpg", 40, 50).cut.0, 80);
        assert_eq!(one("800-1x1.jpg").fit(300, 200), (200, 200));
        assert_eq!(one("1600-16x9.webp").fit(6000, 4000), (1600, 900));
    }

    proptest! {
        #[test]
        fn any_picture_has_every_rendition(
            (width, height) in (1..=u32::MAX, 1..=u32::MAX),
            (x, y) in (0..=100_u8, 0..=100_u8),
        ) {
            for rendition in Rendition::all() {
                let Plan { whole, cut } = rendition.plan((width, height), Focus { x, y });
                let most = rendition.size.width();
                prop_assert!(0 < cut.2 && 0 < cut.3 && cut.2 <= most && cut.3 <= 4 * most);
                prop_assert!(cut.0 + cut.2 <= whole.0 && cut.1 + cut.3 <= whole.1);
            }
        }
    }
}
