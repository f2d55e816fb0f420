//! From decoded pixels to a web picture's: smaller, upright, in sRGB, on white.

use std::io;

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{PixelType, ResizeOptions, Resizer};
use image::metadata::Orientation;
use image::{DynamicImage, RgbImage, imageops};

use super::colour::{self, Profile};
use super::decode::{Decoded, Pixels};
use super::{MediaError, exif};

/// How many times as wide a web picture has to be, in quarters, so that a smaller one may be made of
/// it instead of the photo: from nearer, what is lost twice would be seen.
const NEAR: u32 = 7;

/// Makes web pictures of one decoded photo, the largest first.
pub(super) struct Raster<'a> {
    photo: &'a Decoded,
    profile: Option<Profile>,
    resizer: Resizer,
    last: Option<RgbImage>,
}

impl<'a> Raster<'a> {
    pub(super) fn new(photo: &'a Decoded) -> Self {
        let profile = photo.profile.as_deref().and_then(Profile::new);
        Self { photo, profile, resizer: Resizer::new(), last: None }
    }

    /// The photo, upright, `width` × `height` pixels.
    ///
    /// # Errors
    /// [`MediaError::Corrupt`] for a size that no picture has.
    pub(super) fn picture(&mut self, width: u32, height: u32) -> Result<&RgbImage, MediaError> {
        let far = |last: &RgbImage| width.saturating_mul(NEAR) <= last.width().saturating_mul(4);
        let next = match &self.last {
            Some(last) if last.dimensions() == (width, height) => last.clone(),
            Some(last) if far(last) => smaller(last, width, height)?,
            _ => self.first(width, height)?,
        };
        Ok(self.last.insert(next))
    }

    /// The photo, upright, as large as it was decoded.
    ///
    /// # Errors
    /// As [`Raster::picture`].
    pub(super) fn whole(&mut self) -> Result<RgbImage, MediaError> {
        let (width, height) = match &self.photo.pixels {
            Pixels::Image(image) => (image.width(), image.height()),
            Pixels::Inks { width, height, .. } => (*width, *height),
        };
        let upright = exif::upright(self.photo.orientation, width, height);
        self.first(upright.0, upright.1)
    }

    /// From the photo itself: made smaller first, then turned and laid on white, which is less work.
    fn first(&mut self, width: u32, height: u32) -> Result<RgbImage, MediaError> {
        let stored = exif::upright(self.photo.orientation, width, height);
        let mut upright = DynamicImage::from(match &self.photo.pixels {
            Pixels::Image(image) => {
                let small = self.shrunk(image, stored)?;
                let opaque = if small.has_alpha() { on_white(&small).into() } else { small };
                colour::srgb(opaque, self.profile.as_ref())
            }
            Pixels::Inks { width, height, inks } => {
                let small = self.fewer_inks((*width, *height), inks, stored)?;
                let light = colour::of_print(&small, self.profile.as_ref());
                RgbImage::from_raw(stored.0, stored.1, light)
                    .ok_or_else(|| MediaError::corrupt("image/jpeg", "too few pixels"))?
            }
        });
        let turn = Orientation::from_exif(self.photo.orientation);
        upright.apply_orientation(turn.unwrap_or(Orientation::NoTransforms));
        Ok(upright.into_rgb8())
    }

    fn shrunk(&mut self, image: &DynamicImage, to: (u32, u32)) -> Result<DynamicImage, MediaError> {
        if to == (image.width(), image.height()) {
            return Ok(image.clone());
        }
        let mut small = DynamicImage::new(to.0, to.1, image.color());
        let done = self.resizer.resize(image, &mut small, &ResizeOptions::new());
        done.map_err(io::Error::other)?;
        Ok(small)
    }

    fn fewer_inks(
        &mut self,
        (width, height): (u32, u32),
        inks: &[u8],
        to: (u32, u32),
    ) -> Result<Vec<u8>, MediaError> {
        let all = ImageRef::new(width, height, inks, PixelType::U8x4).map_err(io::Error::other)?;
        let mut small = Image::new(to.0, to.1, PixelType::U8x4);
        // The fourth ink is black, not transparency.
        let options = ResizeOptions::new().use_alpha(false);
        self.resizer.resize(&all, &mut small, &options).map_err(io::Error::other)?;
        Ok(small.into_vec())
    }
}

/// A part of a picture, to the fraction of a pixel (left, top, width, height), brought to a size.
pub(super) fn scaled(
    picture: &RgbImage,
    (left, top, width, height): (f64, f64, f64, f64),
    to: (u32, u32),
) -> Result<RgbImage, MediaError> {
    let mut out = RgbImage::new(to.0, to.1);
    let options = ResizeOptions::new().crop(left, top, width, height);
    Resizer::new().resize(picture, &mut out, &options).map_err(io::Error::other)?;
    Ok(out)
}

/// A picture made smaller.
pub(super) fn smaller(picture: &RgbImage, width: u32, height: u32) -> Result<RgbImage, MediaError> {
    let mut small = RgbImage::new(width, height);
    let done = Resizer::new().resize(picture, &mut small, &ResizeOptions::new());
    done.map_err(io::Error::other)?;
    Ok(small)
}

/// A part of a picture: left, top, width, height in pixels.
pub(super) fn cut(picture: &RgbImage, part: (u32, u32, u32, u32)) -> RgbImage {
    let (left, top, width, height) = part;
    imageops::crop_imm(picture, left, top, width, height).to_image()
}

fn on_white(image: &DynamicImage) -> RgbImage {
    let from = image.to_rgba8();
    let mut onto = RgbImage::new(from.width(), from.height());
    for (source, target) in from.pixels().zip(onto.pixels_mut()) {
        let [.., alpha] = source.0;
        let alpha = u16::from(alpha);
        for (value, channel) in target.0.iter_mut().zip(source.0) {
            let mixed = (u16::from(channel) * alpha + 255 * (255 - alpha) + 127) / 255;
            *value = u8::try_from(mixed).unwrap_or(u8::MAX);
        }
    }
    onto
}
