//! The copy that goes out: the same picture or publication without what its makers left in it.
//!
//! | original | release | how |
//! |---|---|---|
//! | JPEG, PNG, WebP, GIF | the same type | its parts are copied as they are, without those that are no picture |
//! | TIFF, BMP | PNG | decoded, turned upright, encoded without loss |
//! | PDF | PDF | in a worker process |
//!
//! TIFF is decoded because its pixels and its metadata hang on one web of file offsets, in which
//! private directories of any camera maker may hide; nothing short of writing it anew is sure to
//! leave them behind. It comes out as PNG because that holds the same pixels, 8 or 16 bits deep,
//! with the colour profile, packed, and opens in every browser. The same bytes in give the same
//! bytes out.

use std::fs::File;
use std::io::{BufReader, BufWriter, Seek, SeekFrom, Write};

use image::ImageEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::metadata::Orientation;

use super::blob::{Incoming, Stored};
use super::decode::{self, Means};
use super::format::Format;
use super::worker::Job;
use super::{Media, MediaError, gif, jpeg, png, probe, webp};
use crate::domain::digest::Digest;

/// A release as it has been kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// Its digest and length.
    pub stored: Stored,
    /// Its media type, which differs from the original's for TIFF and BMP.
    pub media_type: &'static str,
    /// Width and height of a picture in pixels, as seen upright.
    pub size: Option<(u32, u32)>,
}

/// See [`Media::release`].
pub(super) fn make(media: &Media, digest: &Digest) -> Result<Release, MediaError> {
    let (mut file, _) = media.blobs.open_file(digest)?;
    let format = probe::known(&file)?;
    file.seek(SeekFrom::Start(0))?;
    if format == Format::Pdf {
        return publication(media, file);
    }
    let means = Means { limits: &media.limits, budget: &media.budget };
    let header = decode::header(&file, format, means)?;
    let size = Some(header.upright());
    let mut out = BufWriter::new(media.blobs.begin(media.limits.file_bytes)?);
    file.seek(SeekFrom::Start(0))?;
    let mut source = BufReader::new(&file);
    let turn = header.orientation;
    let mut media_type = format.media_type();
    match format {
        Format::Jpeg => jpeg::clean(&mut source, turn, &mut out)?,
        Format::Png => png::clean(&mut source, turn, &mut out)?,
        Format::WebP => webp::clean(&mut source, turn, &mut out)?,
        Format::Gif => gif::clean(&mut source, &mut out)?,
        Format::Tiff | Format::Bmp | Format::Pdf => {
            encode(decode::decode(&file, &header, means)?, &mut out)?;
            media_type = Format::Png.media_type();
        }
    }
    Ok(Release { stored: finish(out)?, media_type, size })
}

/// Writes the pixels upright as PNG, with their colour profile.
fn encode(decoded: decode::Decoded, out: &mut impl Write) -> Result<(), MediaError> {
    let decode::Decoded { mut image, profile, orientation, .. } = decoded;
    image.apply_orientation(
        Orientation::from_exif(orientation).unwrap_or(Orientation::NoTransforms),
    );
    let mut encoder =
        PngEncoder::new_with_quality(out, CompressionType::Default, FilterType::Adaptive);
    if let Some(profile) = profile {
        encoder
            .set_icc_profile(profile)
            .map_err(|error| image_failure(image::ImageError::Unsupported(error)))?;
    }
    image.write_with_encoder(encoder).map_err(image_failure)
}

fn publication(media: &Media, file: File) -> Result<Release, MediaError> {
    let mut output = media.blobs.scratch_file()?;
    let written = output.try_clone()?;
    media.work(Job::PdfRelease, file, Some(written))?;
    let mut incoming = media.blobs.begin(media.limits.worker_output)?;
    incoming.copy_from(&mut output)?;
    let media_type = Format::Pdf.media_type();
    Ok(Release { stored: incoming.finish()?, media_type, size: None })
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
