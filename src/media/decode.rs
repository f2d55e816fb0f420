//! Decoding pictures within bounds: what it will cost is read from the header first.

use std::fs::File;
use std::io::{BufReader, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::error::ImageError;
use image::{ColorType, DynamicImage, ImageDecoder, ImageFormat, ImageReader};

use super::format::Format;
use super::limits::{Budget, Limits, Permit};
use super::{MediaError, exif, gif, jpeg, png, webp};

// What a pixel takes, in quarters of a byte, for each byte of its colour.

/// The picture, and a quarter for the strip that making it smaller works on.
const PLAIN: u64 = 5;

/// With transparency, which is worked into the colours of a copy first.
const CLEAR: u64 = 9;

/// What a pixel of a decoder's own canvas takes beside: four bytes.
const CANVAS: u64 = 16;

/// What is known of a picture before it is decoded.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) format: Format,
    /// As stored, in pixels.
    pub(super) width: u32,
    pub(super) height: u32,
    /// The Exif orientation, 1 to 8.
    pub(super) orientation: u8,
    /// Bytes that decoding it and working on it take at most.
    cost: u64,
}

/// A picture in memory; its share of the budget is given back with it.
#[derive(Debug)]
pub(super) struct Decoded {
    pub(super) image: DynamicImage,
    /// The colour profile (ICC.1), where the file has one and it describes the decoded pixels.
    pub(super) profile: Option<Vec<u8>>,
    /// Not yet applied.
    pub(super) orientation: u8,
    _permit: Permit,
}

/// What is decoded with what.
#[derive(Clone, Copy, Debug)]
pub(super) struct Means<'a> {
    pub(super) limits: &'a Limits,
    pub(super) budget: &'a Budget,
}

/// Reads the picture's header, and its structure to the end where the format has one, without
/// decoding anything.
///
/// # Errors
/// [`MediaError::Pixels`] or [`MediaError::Memory`] beyond the limits, [`MediaError::Corrupt`],
/// [`MediaError::Unsupported`] for a variant that is not decoded.
pub(super) fn header(file: &File, format: Format, means: Means<'_>) -> Result<Header, MediaError> {
    let limits = means.limits;
    let bytes = file.metadata()?.len();
    let mut source = rewound(file)?;
    let (width, height, orientation, quarters) = match format {
        Format::Jpeg => {
            let facts = jpeg::survey(&mut source)?;
            let each = if facts.components == 1 { 1 } else { 3 };
            let held = if facts.progressive { 8 * u64::from(facts.components) } else { 0 };
            (facts.width, facts.height, facts.orientation, PLAIN * each + held)
        }
        Format::Png => {
            let facts = png::survey(&mut source)?;
            limits.check_pixels(facts.width, facts.height)?;
            let (_, _, _, quarters) = ask(file, format, limits)?;
            (facts.width, facts.height, facts.orientation, quarters)
        }
        Format::WebP => {
            let orientation = webp::survey(&mut source)?;
            let (width, height, _, quarters) = ask(file, format, limits)?;
            (width, height, orientation, quarters + CANVAS)
        }
        Format::Gif => {
            gif::clean(&mut source, &mut std::io::sink())?;
            let (width, height, _, quarters) = ask(file, format, limits)?;
            (width, height, 1, quarters + CANVAS)
        }
        // Decoded into one buffer and copied, or turned, into another.
        Format::Tiff => {
            let (width, height, orientation, quarters) = ask(file, format, limits)?;
            (width, height, orientation, 2 * quarters)
        }
        Format::Bmp => ask(file, format, limits)?,
        Format::Pdf => return Err(MediaError::Unsupported { found: format.media_type().into() }),
    };
    limits.check_pixels(width, height)?;
    let pixels = u64::from(width).saturating_mul(u64::from(height));
    // JPEG alone is read whole before it is decoded.
    let input = if format == Format::Jpeg { bytes } else { 0 };
    let cost = (pixels.saturating_mul(quarters) / 4).saturating_add(input);
    if limits.decode_memory < cost {
        return Err(MediaError::Memory { needs: cost, limit: limits.decode_memory });
    }
    Ok(Header { format, width, height, orientation, cost })
}

/// Decodes the picture (of an animation or a row of pages: the first), once the budget has room.
///
/// # Errors
/// [`MediaError::Corrupt`] if the decoder refuses it.
pub(super) fn decode(
    file: &File,
    header: &Header,
    means: Means<'_>,
) -> Result<Decoded, MediaError> {
    let permit = means.budget.take(header.cost)?;
    let media_type = header.format.media_type();
    let work = || -> Result<_, MediaError> {
        let mut decoder = decoder(file, header.format, means.limits)?;
        let profile = decoder.icc_profile().unwrap_or_default();
        let image = DynamicImage::from_decoder(decoder);
        Ok((image.map_err(|error| refused(media_type, error))?, profile))
    };
    let (image, profile) = guarded(media_type, work)?;
    let profile = profile.filter(|profile| describes(profile, &image));
    Ok(Decoded { image, profile, orientation: header.orientation, _permit: permit })
}

impl Header {
    /// Width and height as seen upright.
    pub(super) const fn upright(&self) -> (u32, u32) {
        exif::upright(self.orientation, self.width, self.height)
    }
}

/// Width, height, orientation and quarters of a byte that a pixel takes, as the decoder reads them
/// from the header.
fn ask(file: &File, format: Format, limits: &Limits) -> Result<(u32, u32, u8, u64), MediaError> {
    let media_type = format.media_type();
    guarded(media_type, || {
        let mut decoder = decoder(file, format, limits)?;
        let (width, height) = decoder.dimensions();
        let colour = decoder.color_type();
        if matches!(colour, ColorType::Rgb32F | ColorType::Rgba32F) {
            let found = format!("{media_type} with floating-point colours");
            return Err(MediaError::Unsupported { found });
        }
        let orientation = match format {
            Format::Tiff => decoder.orientation().map_or(1, image::metadata::Orientation::to_exif),
            _ => 1,
        };
        let quarters = if colour.has_alpha() { CLEAR } else { PLAIN };
        Ok((width, height, orientation, quarters * u64::from(colour.bytes_per_pixel())))
    })
}

fn decoder<'f>(
    file: &'f File,
    format: Format,
    limits: &Limits,
) -> Result<impl ImageDecoder + use<'f>, MediaError> {
    let media_type = format.media_type();
    let kind = ImageFormat::from_mime_type(media_type)
        .ok_or_else(|| MediaError::Unsupported { found: media_type.to_owned() })?;
    let mut reader = ImageReader::with_format(rewound(file)?, kind);
    let mut bounds = image::Limits::no_limits();
    bounds.max_alloc = Some(limits.decode_memory);
    reader.limits(bounds);
    reader.into_decoder().map_err(|error| refused(media_type, error))
}

fn rewound(file: &File) -> Result<BufReader<&File>, MediaError> {
    let mut file = file;
    file.seek(SeekFrom::Start(0))?;
    Ok(BufReader::with_capacity(64 * 1024, file))
}

/// A decoder that panics on a strange file has refused it.
fn guarded<T>(
    media_type: &'static str,
    work: impl FnOnce() -> Result<T, MediaError>,
) -> Result<T, MediaError> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_panic| Err(MediaError::corrupt(media_type, "the decoder gave up")))
}

fn refused(media_type: &'static str, error: ImageError) -> MediaError {
    match error {
        ImageError::Unsupported(detail) => {
            MediaError::Unsupported { found: format!("{media_type} ({detail})") }
        }
        ImageError::Limits(_) => MediaError::TooComplex("memory"),
        ImageError::IoError(error) if error.kind() != std::io::ErrorKind::UnexpectedEof => {
            match error.raw_os_error() {
                Some(_) => error.into(),
                None => MediaError::corrupt(media_type, error.to_string()),
            }
        }
        other => MediaError::corrupt(media_type, other.to_string()),
    }
}

/// Whether a profile's colour space (ICC.1:2022, table 15, at byte 16) is that of the pixels:
/// print colours have been converted by now, and their profile would turn them wrong.
fn describes(profile: &[u8], image: &DynamicImage) -> bool {
    match profile.get(16..20) {
        Some(b"RGB ") => image.color().has_color(),
        Some(b"GRAY") => !image.color().has_color(),
        _ => false,
    }
}
