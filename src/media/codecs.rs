//! Decoders that give more than `image`'s own: JPEG at a part of its size, and print colours as they
//! are, which only their profile can turn into light.

use std::io::{Read, Seek};

use image::{DynamicImage, GrayImage, ImageBuffer, RgbImage};
use jpeg_decoder::{Error, PixelFormat};
use tiff::ColorType;
use tiff::decoder::{Decoder, DecodingResult};
use tiff::tags::Tag;

use super::MediaError;
use super::decode::Pixels;
use super::limits::Limits;

const JPEG: &str = "image/jpeg";
const TIFF: &str = "image/tiff";

/// What was decoded, and its colour profile.
type Picture = (Pixels, Option<Vec<u8>>);

/// Decodes a JPEG to the smallest size, by halves, that is not below `size` in pixels.
///
/// # Errors
/// [`MediaError::Corrupt`], [`MediaError::Unsupported`] for a variant that the decoder does not know,
/// and those of reading.
pub(super) fn jpeg(source: impl Read, size: (u32, u32)) -> Result<Picture, MediaError> {
    let mut decoder = jpeg_decoder::Decoder::new(source);
    let side = |side: u32| u16::try_from(side).unwrap_or(u16::MAX);
    decoder.scale(side(size.0), side(size.1)).map_err(refused)?;
    let bytes = decoder.decode().map_err(refused)?;
    let profile = decoder.icc_profile();
    let info = decoder.info().ok_or_else(|| MediaError::corrupt(JPEG, "no size"))?;
    let (width, height) = (u32::from(info.width), u32::from(info.height));
    let image = match info.pixel_format {
        PixelFormat::L8 => GrayImage::from_raw(width, height, bytes).map(DynamicImage::from),
        PixelFormat::RGB24 => RgbImage::from_raw(width, height, bytes).map(DynamicImage::from),
        PixelFormat::L16 => {
            let grey = bytes.as_chunks::<2>().0.iter().map(|pair| u16::from_ne_bytes(*pair));
            ImageBuffer::from_raw(width, height, grey.collect()).map(DynamicImage::ImageLuma16)
        }
        PixelFormat::CMYK32 => return Ok((Pixels::Inks { width, height, inks: bytes }, profile)),
    };
    let image = image.ok_or_else(|| MediaError::corrupt(JPEG, "too few pixels"))?;
    Ok((Pixels::Image(image), profile))
}

fn refused(error: Error) -> MediaError {
    match error {
        Error::Unsupported(feature) => {
            MediaError::Unsupported { found: format!("{JPEG} ({feature:?})") }
        }
        Error::Io(error) if error.raw_os_error().is_some() => error.into(),
        other => MediaError::corrupt(JPEG, other.to_string()),
    }
}

/// Whether a TIFF is in print colours.
pub(super) fn has_inks(source: impl Read + Seek) -> bool {
    let colours = Decoder::new(source).and_then(|mut decoder| decoder.colortype());
    matches!(colours, Ok(ColorType::CMYK(8 | 16)))
}

/// Decodes a TIFF in print colours; 16 bits a colour become 8.
///
/// # Errors
/// As [`jpeg`]; [`MediaError::Memory`] beyond the limits.
pub(super) fn tiff(source: impl Read + Seek, limits: &Limits) -> Result<Picture, MediaError> {
    let work = || -> Result<_, tiff::TiffError> {
        let mut bounds = tiff::decoder::Limits::default();
        let most = usize::try_from(limits.decode_memory).unwrap_or(usize::MAX);
        bounds.decoding_buffer_size = most;
        bounds.intermediate_buffer_size = most;
        let mut decoder = Decoder::new(source)?.with_limits(bounds);
        let size = decoder.dimensions()?;
        let profile =
            decoder.find_tag(Tag::IccProfile)?.map(tiff::decoder::ifd::Value::into_u8_vec);
        Ok((size, decoder.read_image()?, profile.transpose()?))
    };
    let ((width, height), read, profile) =
        work().map_err(|error| MediaError::corrupt(TIFF, error.to_string()))?;
    let inks: Vec<u8> = match read {
        DecodingResult::U8(inks) => inks,
        DecodingResult::U16(inks) => {
            let eighth = |ink: u16| u8::try_from((u32::from(ink) + 128) / 257).unwrap_or(u8::MAX);
            inks.into_iter().map(eighth).collect()
        }
        _ => return Err(MediaError::Unsupported { found: format!("{TIFF} (inks)") }),
    };
    let wanted = u64::from(width).saturating_mul(height.into()).saturating_mul(4);
    if u64::try_from(inks.len()).is_ok_and(|found| found < wanted) {
        return Err(MediaError::corrupt(TIFF, "too few pixels"));
    }
    Ok((Pixels::Inks { width, height, inks }, profile))
}
