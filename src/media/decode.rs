//! Decoding pictures within bounds: what it will cost is read from the header first.
//!
//! A JPEG is decoded no larger than it is asked for, in steps of a half: its blocks give a smaller
//! picture for a part of the work and of the memory.

use std::fs::File;
use std::io::{BufReader, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::error::ImageError;
use image::{ColorType, DynamicImage, ImageDecoder, ImageFormat, ImageReader};

use super::format::Format;
use super::limits::Limits;
use super::packets::Packets;
use super::{MediaError, codecs, exif, gif, jpeg, png, webp};

// What a pixel takes, in quarters of a byte, for each byte of its colour.

/// The picture, and a quarter for the strip that making it smaller works on.
const PLAIN: u64 = 5;

/// With transparency, which is worked into the colours of a copy first.
const CLEAR: u64 = 9;

/// A JPEG: its planes, the picture that they are joined to, and the strip.
const PLANES: u64 = 9;

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
    /// Quarters of a byte that a decoded pixel takes.
    decoded: u64,
    /// Quarters of a byte that a stored pixel takes, however small it is decoded.
    stored: u64,
}

/// Colours as they come out of a decoder.
#[derive(Debug)]
pub(super) enum Pixels {
    /// Light.
    Image(DynamicImage),
    /// Print colours: four bytes a pixel, 255 = full ink.
    Inks { width: u32, height: u32, inks: Vec<u8> },
}

/// A picture in memory.
#[derive(Debug)]
pub(super) struct Decoded {
    pub(super) pixels: Pixels,
    /// The colour profile (ICC.1), where the file has one.
    pub(super) profile: Option<Vec<u8>>,
    /// Not yet applied.
    pub(super) orientation: u8,
}

/// Reads the picture's header, and its structure to the end where the format has one, without
/// decoding anything.
///
/// # Errors
/// [`MediaError::Pixels`] or [`MediaError::Memory`] beyond the limits, [`MediaError::Corrupt`],
/// [`MediaError::Unsupported`] for a variant that is not decoded.
pub(super) fn header(file: &File, format: Format, limits: &Limits) -> Result<Header, MediaError> {
    let mut source = rewound(file)?;
    let (width, height, orientation, decoded, stored) = match format {
        Format::Jpeg => {
            let facts = jpeg::survey(&mut source)?;
            let components = u64::from(facts.components);
            // The coefficients of all components, two bytes each.
            let held = if facts.progressive { 8 * components } else { 0 };
            (facts.width, facts.height, facts.orientation, PLANES * components, held)
        }
        Format::Png => {
            let facts = png::survey(&mut source)?;
            limits.check_pixels(facts.width, facts.height)?;
            let (_, _, _, quarters) = ask(file, format, limits)?;
            (facts.width, facts.height, facts.orientation, quarters, 0)
        }
        Format::WebP => {
            let orientation = webp::survey(&mut source)?;
            let (width, height, _, quarters) = ask(file, format, limits)?;
            (width, height, orientation, quarters, CANVAS)
        }
        Format::Gif => {
            gif::clean(&mut source, &Packets::default(), &mut std::io::sink())?;
            let (width, height, _, quarters) = ask(file, format, limits)?;
            (width, height, 1, quarters, CANVAS)
        }
        // Decoded into one buffer and copied, or turned, into another.
        Format::Tiff => {
            let (width, height, orientation, quarters) = ask(file, format, limits)?;
            (width, height, orientation, quarters, quarters)
        }
        Format::Bmp => {
            let (width, height, orientation, quarters) = ask(file, format, limits)?;
            (width, height, orientation, quarters, 0)
        }
        _ => return Err(MediaError::Unsupported { found: format.media_type().into() }),
    };
    limits.check_pixels(width, height)?;
    let header = Header { format, width, height, orientation, decoded, stored };
    // What has to be decoded in full has to fit; a JPEG has to fit as small as it can be decoded.
    let smallest = if format == Format::Jpeg { 8 } else { 1 };
    let cost = header.cost(smallest);
    if limits.decode_memory < cost {
        return Err(MediaError::Memory { needs: cost, limit: limits.decode_memory });
    }
    Ok(header)
}

/// Decodes the picture (of an animation or a row of pages: the first).
///
/// `wished` is the size, as stored and not turned, that it must at least have; without it, or where
/// the format knows no smaller one, it is decoded in full.
///
/// # Errors
/// [`MediaError::Corrupt`] or [`MediaError::Unsupported`] if the decoder refuses it.
pub(super) fn decode(
    file: &File,
    header: &Header,
    wished: Option<(u32, u32)>,
    limits: &Limits,
) -> Result<Decoded, MediaError> {
    let part = header.part(wished);
    let media_type = header.format.media_type();
    let (pixels, profile) = guarded(media_type, || match header.format {
        Format::Jpeg => {
            let size = (header.width.div_ceil(part), header.height.div_ceil(part));
            codecs::jpeg(rewound(file)?, size)
        }
        Format::Tiff if codecs::has_inks(rewound(file)?) => codecs::tiff(rewound(file)?, limits),
        _ => {
            let mut decoder = decoder(file, header.format, limits)?;
            let profile = decoder.icc_profile().unwrap_or_default();
            let image = DynamicImage::from_decoder(decoder);
            let image = image.map_err(|error| refused(media_type, error))?;
            Ok((Pixels::Image(image), profile))
        }
    })?;
    Ok(Decoded { pixels, profile, orientation: header.orientation })
}

impl Header {
    /// Width and height as seen upright.
    pub(super) const fn upright(&self) -> (u32, u32) {
        exif::upright(self.orientation, self.width, self.height)
    }

    /// The largest of 1, 2, 4 and 8 by which both sides can be divided and still be as wished.
    fn part(&self, wished: Option<(u32, u32)>) -> u32 {
        let Some((width, height)) = wished.filter(|_| self.format == Format::Jpeg) else {
            return 1;
        };
        let enough = |part: &u32| {
            width <= self.width.div_ceil(*part) && height <= self.height.div_ceil(*part)
        };
        [8, 4, 2].into_iter().find(enough).unwrap_or(1)
    }

    /// The largest size, as stored, that can be decoded within so much memory, with as much again to
    /// work on it.
    pub(super) fn largest(&self, memory: u64) -> (u32, u32) {
        let fits = |part: &u32| self.cost(*part).saturating_mul(2) <= memory;
        let part = [1, 2, 4, 8].into_iter().find(fits).unwrap_or(8);
        (self.width.div_ceil(part), self.height.div_ceil(part))
    }

    /// Bytes that [`decode`] takes at most, asked for so large a picture.
    pub(super) fn cost_of(&self, wished: Option<(u32, u32)>) -> u64 {
        self.cost(self.part(wished))
    }

    /// Bytes that decoding takes at most when both sides are divided by `part`.
    fn cost(&self, part: u32) -> u64 {
        let pixels = |part: u32| {
            u64::from(self.width.div_ceil(part))
                .saturating_mul(u64::from(self.height.div_ceil(part)))
        };
        let decoded = pixels(part).saturating_mul(self.decoded);
        decoded.saturating_add(pixels(1).saturating_mul(self.stored)) / 4
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
