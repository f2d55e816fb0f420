//! A picture by its address: `{identifier}/{region}/{size}/{rotation}/{quality}.{format}`.
//!
//! Image API 3.0 at compliance level 2, and beyond it: mirroring, bounded upscaling, bitonal
//! pictures, WebP, and the links to the canonical address and the profile.
//!
//! [`Target`] reads a path, [`Request::resolve`] makes a [`Job`] of a request and a picture's size,
//! [`Job::canonical`] names it, [`Info::json`] is `info.json`.

mod bounds;
mod canonical;
mod info;
mod number;
mod request;
mod resolve;
mod target;

pub use self::{
    bounds::{Bounds, Confined},
    info::Info,
    request::Request,
    resolve::{Area, Job},
    target::{Target, What},
};

/// The longest path behind the service's prefix, in bytes, as it stands in the request.
pub const MAX_PATH: usize = 1_000;

/// How a picture is turned, clockwise, after it may have been mirrored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Turn {
    /// Not at all.
    None,
    /// By 90 degrees.
    Quarter,
    /// By 180 degrees.
    Half,
    /// By 270 degrees.
    ThreeQuarters,
}

impl Turn {
    /// 0, 90, 180 or 270.
    #[must_use]
    pub const fn degrees(self) -> u16 {
        match self {
            Self::None => 0,
            Self::Quarter => 90,
            Self::Half => 180,
            Self::ThreeQuarters => 270,
        }
    }
}

/// Which colours a picture is given in (Image API, section 4.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quality {
    /// As the server likes.
    Default,
    /// With all the colour that it has.
    Color,
    /// Black, white and what lies between.
    Gray,
    /// Black and white.
    Bitonal,
}

impl Quality {
    /// As it stands in an address.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Color => "color",
            Self::Gray => "gray",
            Self::Bitonal => "bitonal",
        }
    }
}

/// The formats that pictures are given in (Image API, section 4.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// JPEG.
    Jpg,
    /// PNG.
    Png,
    /// WebP, which level 2 does not ask for.
    Webp,
}

impl Format {
    /// As it stands in an address.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jpg => "jpg",
            Self::Png => "png",
            Self::Webp => "webp",
        }
    }

    /// The value of `Content-Type`.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Jpg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
        }
    }

    /// The longest side, in pixels, that a file of this format can have.
    ///
    /// Sources: ISO/IEC 10918-1, B.2.2 (16 bits); PNG, third edition, section 7.1 (31 bits);
    /// RFC 6386, section 9.1 (14 bits).
    const fn longest_side(self) -> u32 {
        match self {
            Self::Jpg => 65_535,
            Self::Png => 2_147_483_647,
            Self::Webp => 16_383,
        }
    }
}
