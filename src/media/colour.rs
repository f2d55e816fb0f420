//! Colours as the web has them: sRGB (IEC 61966-2-1), from whatever profile a picture brings.

use image::{DynamicImage, RgbImage};
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

/// The name by which nearly all sRGB profiles call themselves; such a picture stays as it is.
const SRGB: &str = "sRGB";

/// A picture's colour profile (ICC.1), read; none where it is damaged or what it says is what sRGB
/// says.
pub(super) struct Profile(ColorProfile);

impl Profile {
    /// Reads a profile.
    pub(super) fn new(icc: &[u8]) -> Option<Self> {
        let profile = ColorProfile::new_from_slice(icc).ok()?;
        let says = |text: &moxcms::ProfileText| match text {
            moxcms::ProfileText::PlainString(text) => text.starts_with(SRGB),
            moxcms::ProfileText::Localizable(texts) => {
                texts.iter().any(|text| text.value.starts_with(SRGB))
            }
            moxcms::ProfileText::Description(text) => {
                text.ascii_string.starts_with(SRGB) || text.unicode_string.starts_with(SRGB)
            }
        };
        let plain = profile.description.as_ref().is_some_and(says);
        (!plain || profile.color_space != DataColorSpace::Rgb).then_some(Self(profile))
    }

    /// The pixels, of so many bytes each in the profile's colours, as sRGB; nothing where the profile
    /// is not for such pixels.
    fn convert(&self, pixels: &[u8], bytes: usize) -> Option<Vec<u8>> {
        let layout = match (self.0.color_space, bytes) {
            (DataColorSpace::Gray, 1) => Layout::Gray,
            (DataColorSpace::Rgb, 3) => Layout::Rgb,
            (DataColorSpace::Cmyk, 4) => Layout::Rgba,
            _ => return None,
        };
        let srgb = ColorProfile::new_srgb();
        let options = TransformOptions::default();
        let transform = self.0.create_transform_8bit(layout, &srgb, Layout::Rgb, options).ok()?;
        let mut out = vec![0; pixels.len().checked_div(bytes)?.checked_mul(3)?];
        transform.transform(pixels, &mut out).ok()?;
        Some(out)
    }
}

/// A picture without transparency as sRGB.
pub(super) fn srgb(image: DynamicImage, profile: Option<&Profile>) -> RgbImage {
    let (width, height) = (image.width(), image.height());
    let converted = profile.and_then(|profile| match image.color().has_color() {
        true => profile.convert(image.to_rgb8().as_raw(), 3),
        false => profile.convert(image.to_luma8().as_raw(), 1),
    });
    let converted = converted.and_then(|pixels| RgbImage::from_raw(width, height, pixels));
    converted.unwrap_or_else(|| image.into_rgb8())
}

/// Print colours as sRGB: four bytes a pixel, 255 = full ink. Without a profile each ink takes its
/// share of the light, which is brighter than most presses print.
pub(super) fn of_print(inks: &[u8], profile: Option<&Profile>) -> Vec<u8> {
    let converted = profile.and_then(|profile| profile.convert(inks, 4));
    converted.unwrap_or_else(|| {
        let light = |ink: u8, black: u8| {
            let left = (255 - u16::from(ink)) * (255 - u16::from(black));
            u8::try_from((left + 127) / 255).unwrap_or(u8::MAX)
        };
        let pixels = inks.as_chunks::<4>().0.iter();
        pixels.flat_map(|&[c, m, y, k]| [light(c, k), light(m, k), light(y, k)]).collect()
    })
}
