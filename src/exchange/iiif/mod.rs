//! IIIF: a picture by its region and size (Image API 3.0), a work as a manifest (Presentation API
//! 3.0.1).
//!
//! Texts go in and come out: nothing is read, decoded or sent here. Paths come from strangers and
//! are bounded by [`image::MAX_PATH`]; what is built from our own records is linear in its input.
//!
//! Sources: <https://iiif.io/api/image/3.0/>, <https://iiif.io/api/presentation/3.0/>.

pub mod http;
pub mod image;
pub mod manifest;
mod rights;
mod size;
mod url;

use thiserror::Error;

pub use self::{rights::Rights, size::Size, url::Url};

/// Why a request is refused, or why something cannot be described.
///
/// The messages are for people and repeat nothing of the request.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Error {
    /// Not one of the three forms of a path.
    #[error(
        "the path is an identifier, with nothing, /info.json or \
         /region/size/rotation/quality.format behind it"
    )]
    Path,
    /// Longer than [`image::MAX_PATH`].
    #[error("the path is too long")]
    Long,
    /// A `%` without two hexadecimal digits, or bytes that are not UTF-8.
    #[error("a part of the path is not percent-encoded UTF-8")]
    Encoding,
    /// Not a region.
    #[error("a region is full, square, x,y,w,h or pct:x,y,w,h")]
    Region,
    /// The region has nothing of the picture.
    #[error("the region lies outside the picture")]
    Outside,
    /// Not a size.
    #[error("a size is max, w, or ,h or pct:n or w,h or !w,h; a ^ before it allows upscaling")]
    Size,
    /// A width or height that is zero, or would be after scaling.
    #[error("a region and a size have at least one pixel each way")]
    Zero,
    /// Greater than the region, without `^`.
    #[error("the size is greater than the region; only with ^ before it is it scaled up")]
    Upscaled,
    /// Greater than the limits in the image information.
    #[error("the size is greater than this picture is given at")]
    TooLarge,
    /// Not a rotation.
    #[error("a rotation is a number from 0 to 360, with ! before it to mirror first")]
    Rotation,
    /// Not a quality.
    #[error("a quality is default, color, gray or bitonal")]
    Quality,
    /// Not a format.
    #[error("a format is jpg, png or webp")]
    Format,
    /// A valid rotation that is no quarter turn.
    #[error("only rotations by 0, 90, 180 and 270 degrees are implemented")]
    OtherRotation,
    /// One of the formats of the standard that are not made here.
    #[error("only the formats jpg, png and webp are implemented")]
    OtherFormat,
    /// Upscaling of a picture that has no limits.
    #[error("upscaling is not implemented for this picture")]
    NoUpscaling,
    /// Not an absolute address of the web.
    #[error("an address begins with http:// or https:// and has only characters of RFC 3986")]
    Url,
    /// Neither a Creative Commons licence nor a statement of rightsstatements.org.
    #[error("rights are a licence of Creative Commons or a statement of RightsStatements.org")]
    Rights,
    /// A manifest shows at least one canvas.
    #[error("a manifest has at least one canvas")]
    NoCanvas,
    /// The address of a canvas must leave room for `#xywh=`, and be its own.
    #[error("the address of a canvas has no fragment and no other canvas has it")]
    CanvasId,
}

impl Error {
    /// The HTTP status that answers it (Image API, section 7.3); 500 for what no request can cause.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::Path => 404,
            Self::OtherRotation | Self::OtherFormat | Self::NoUpscaling => 501,
            Self::Url | Self::Rights | Self::NoCanvas | Self::CanvasId => 500,
            _ => 400,
        }
    }
}

#[cfg(test)]
mod tests;
