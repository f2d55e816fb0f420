//! The copy that goes out: the same picture or publication, with what is to be known of it in the place
//! of what its makers left in it.
//!
//! | original | release | how |
//! |---|---|---|
//! | JPEG, PNG, WebP, GIF | the same type | its parts are copied as they are, without those that are no picture |
//! | TIFF, BMP | PNG | decoded, turned upright, encoded without loss, in a worker process |
//! | HEIC, AVIF | JPEG | decoded by a program of the system, encoded anew in sRGB at quality 92 |
//! | PDF | PDF | in a worker process |
//! | MP4, `WebM`, MP3, WAV | the same type | the same streams, in a worker process |
//! | `WebVTT` | `WebVTT` | its cues, written anew |
//!
//! TIFF is decoded because its pixels and its metadata hang on one web of file offsets, in which
//! private directories of any camera maker may hide; nothing short of writing it anew is sure to
//! leave them behind. It comes out as PNG because that holds the same pixels, 8 or 16 bits deep,
//! with the colour profile, packed, and opens in every browser. HEIC and AVIF come out as JPEG
//! because newsrooms have to open them everywhere, with colours that need no profile. The same bytes
//! in give the same bytes out; those two by the same version of the program.

use std::fs::File;
use std::io::{BufReader, BufWriter, Seek, SeekFrom, Write};

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::metadata::Orientation;
use image::{DynamicImage, ImageEncoder, RgbImage};

use super::blob::{Incoming, Stored};
use super::colour::{self, Profile};
use super::decode::{self, Decoded, Pixels};
use super::format::Format;
use super::limits::Limits;
use super::packets::Packets;
use super::raster::Raster;
use super::timed::Facts;
use super::worker::Job;
use super::{Media, MediaError, encode, gif, jpeg, png, probe, still, webp};
use crate::domain::digest::Digest;

/// A release as it has been kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// Its digest and length.
    pub stored: Stored,
    /// Its media type, which differs from the original's for TIFF, BMP, HEIC and AVIF.
    pub media_type: &'static str,
    /// Width and height of a picture or a film in pixels, as seen upright.
    pub size: Option<(u32, u32)>,
}

/// See [`Media::release`].
pub(super) fn make(
    media: &Media,
    digest: &Digest,
    packets: &Packets,
) -> Result<Release, MediaError> {
    let (mut file, _) = media.blobs.open_file(digest)?;
    let format = probe::known(&file)?;
    file.seek(SeekFrom::Start(0))?;
    if format == Format::Pdf {
        return publication(media, file, packets);
    }
    if format.runs() {
        return timed(media, digest, format);
    }
    if format.needs_program() {
        return foreign(media, file, format, packets);
    }
    let header = decode::header(&file, format, &media.limits)?;
    let size = Some(header.upright());
    let mut out = BufWriter::new(media.blobs.begin(media.limits.file_bytes)?);
    file.seek(SeekFrom::Start(0))?;
    let mut source = BufReader::new(&file);
    let turn = header.orientation;
    let mut media_type = format.media_type();
    match format {
        Format::Jpeg => jpeg::clean(&mut source, turn, packets, &mut out)?,
        Format::Png => png::clean(&mut source, turn, packets, &mut out)?,
        Format::WebP => {
            let size = (header.width, header.height);
            let additions = webp::Additions { orientation: turn, packets, size };
            webp::clean(&mut source, additions, &mut out)?;
        }
        Format::Gif => gif::clean(&mut source, packets, &mut out)?,
        _ => {
            let mut plain = media.blobs.scratch_file()?;
            let (to, input) = (plain.try_clone()?, file.try_clone()?);
            let ((), _cost) = media.work_on(header.cost_of(None), &Job::Png, input, Some(to))?;
            plain.seek(SeekFrom::Start(0))?;
            png::clean(&mut BufReader::new(plain), 1, packets, &mut out)?;
            media_type = Format::Png.media_type();
        }
    }
    Ok(Release { stored: finish(out)?, media_type, size })
}

/// Writes a photo's pixels upright as PNG, with their colour profile; print colours, which PNG does
/// not know, as sRGB. Runs in the worker process.
///
/// # Errors
/// As for decoding, and those of `out`.
pub(super) fn write_png(photo: &File, limits: &Limits, out: File) -> Result<(), MediaError> {
    let header = decode::header(photo, probe::known(photo)?, limits)?;
    let Decoded { pixels, profile, orientation } = decode::decode(photo, &header, None, limits)?;
    let mut out = BufWriter::new(out);
    let (mut image, profile) = match pixels {
        Pixels::Image(image) => {
            let fits = profile.filter(|profile| describes(profile, &image));
            (image, fits)
        }
        Pixels::Inks { width, height, inks } => {
            let profile = profile.as_deref().and_then(Profile::new);
            let light = colour::of_print(&inks, profile.as_ref());
            let image = RgbImage::from_raw(width, height, light)
                .ok_or_else(|| MediaError::corrupt("image/tiff", "too few pixels"))?;
            (image.into(), None)
        }
    };
    let turn = Orientation::from_exif(orientation);
    image.apply_orientation(turn.unwrap_or(Orientation::NoTransforms));
    let mut encoder =
        PngEncoder::new_with_quality(&mut out, CompressionType::Default, FilterType::Adaptive);
    if let Some(profile) = profile {
        encoder
            .set_icc_profile(profile)
            .map_err(|error| image_failure(image::ImageError::Unsupported(error)))?;
    }
    image.write_with_encoder(encoder).map_err(image_failure)?;
    Ok(out.flush()?)
}

/// Whether a profile's colour space (ICC.1:2022, table 15, at byte 16) is that of the pixels.
fn describes(profile: &[u8], image: &DynamicImage) -> bool {
    match profile.get(16..20) {
        Some(b"RGB ") => image.color().has_color(),
        Some(b"GRAY") => !image.color().has_color(),
        _ => false,
    }
}

fn publication(media: &Media, file: File, packets: &Packets) -> Result<Release, MediaError> {
    let mut output = media.blobs.scratch_file()?;
    let written = output.try_clone()?;
    let xmp = packets.xmp.as_ref().and_then(|packet| String::from_utf8(packet.clone()).ok());
    let _pages: u32 = media.work(&Job::PdfRelease { xmp }, file, Some(written))?;
    let mut incoming = media.blobs.begin(media.limits.worker_output)?;
    incoming.copy_from(&mut output)?;
    let media_type = Format::Pdf.media_type();
    Ok(Release { stored: incoming.finish()?, media_type, size: None })
}

/// A film, a sound or subtitles.
fn timed(media: &Media, digest: &Digest, format: Format) -> Result<Release, MediaError> {
    let facts: Facts = media.work_through(&Job::Facts, media.blobs.open_file(digest)?, None)?;
    let mut out = media.blobs.begin(media.limits.file_bytes)?;
    let input = media.blobs.open_file(digest)?;
    let (): () = media.work_through(&Job::Clean, input, Some(out.handle()?))?;
    out.count()?;
    let media_type = if facts.film { format.media_type() } else { format.of_sound() };
    Ok(Release { stored: out.finish()?, media_type, size: facts.size })
}

/// A photo that only a program of the system decodes.
fn foreign(
    media: &Media,
    file: File,
    format: Format,
    packets: &Packets,
) -> Result<Release, MediaError> {
    let plain = still::made(media, file, format)?;
    let header = decode::header(&plain, Format::Png, &media.limits)?;
    let size = Some(header.upright());
    let mut encoded = media.blobs.scratch_file()?;
    // The picture as decoded, and once more in the web's colours.
    let memory = header.cost_of(None).saturating_mul(2).min(media.limits.decode_memory);
    let ((), _cost) = media.work_on(memory, &Job::Jpeg, plain, Some(encoded.try_clone()?))?;
    encoded.seek(SeekFrom::Start(0))?;
    let mut out = BufWriter::new(media.blobs.begin(media.limits.file_bytes)?);
    jpeg::clean(&mut BufReader::new(encoded), 1, packets, &mut out)?;
    Ok(Release { stored: finish(out)?, media_type: Format::Jpeg.media_type(), size })
}

/// Writes a photo upright as JPEG in the web's colours. Runs in the worker process.
///
/// # Errors
/// As for decoding, and those of `out`.
pub(super) fn write_jpeg(photo: &File, limits: &Limits, out: File) -> Result<(), MediaError> {
    let header = decode::header(photo, probe::known(photo)?, limits)?;
    let decoded = decode::decode(photo, &header, None, limits)?;
    let picture = Raster::new(&decoded).whole()?;
    drop(decoded);
    let mut out = BufWriter::new(out);
    out.write_all(&encode::fine_jpeg(&picture)?)?;
    Ok(out.flush()?)
}

fn finish(out: BufWriter<Incoming>) -> Result<Stored, MediaError> {
    out.into_inner().map_err(std::io::IntoInnerError::into_error)?.finish()
}

fn image_failure(error: image::ImageError) -> MediaError {
    match error {
        image::ImageError::IoError(error) => error.into(),
        other => MediaError::corrupt("image/png", other.to_string()),
    }
}
