//! What an uploaded file is, and whether it can be taken.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};

use super::format::{self, Format};
use super::limits::Limits;
use super::metadata::{self, Primary};
use super::timed::Facts;
use super::worker::Job;
use super::{Media, MediaError, decode, exif, still};

/// What the file itself says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// By content: `image/…`, `application/pdf`, `video/mp4`, `video/webm`, `audio/mp4`,
    /// `audio/webm`, `audio/mpeg`, `audio/wav` or `text/vtt`.
    pub media_type: &'static str,
    /// Width and height of a picture in pixels, as stored; of a film, as seen.
    pub size: Option<(u32, u32)>,
    /// How a picture is turned, 1 to 8 as in Exif (CIPA DC-008, section 4.6.4); 1 is upright.
    pub orientation: u8,
    /// Pages of a publication.
    pub pages: Option<u32>,
    /// How long a film or a sound runs, in milliseconds; at least 1.
    pub duration: Option<u64>,
    /// How film and sound are coded: `avc`, `vp9`, `aac` …
    pub codecs: Vec<String>,
    /// Length of the file.
    pub bytes: u64,
}

impl Probe {
    /// Width and height of a picture in pixels, as seen upright.
    #[must_use]
    pub fn upright(&self) -> Option<(u32, u32)> {
        self.size.map(|(width, height)| exif::upright(self.orientation, width, height))
    }
}

/// See [`Media::probe`]; `open` gives the file from its start, with its length.
pub(super) fn probe(
    media: &Media,
    open: &dyn Fn() -> Result<(File, u64), MediaError>,
    name: &str,
) -> Result<Probe, MediaError> {
    let limits = &media.limits;
    super::name::clean(name)?;
    let (file, bytes) = open()?;
    if limits.file_bytes < bytes {
        return Err(MediaError::TooLarge { limit: limits.file_bytes });
    }
    let format = Format::of(&head(&file)?, Some(name))?;
    let plain = Probe {
        media_type: format.media_type(),
        size: None,
        orientation: 1,
        pages: None,
        duration: None,
        codecs: Vec::new(),
        bytes,
    };
    if format == Format::Pdf {
        let pages = media.work(&Job::PdfProbe, open()?.0, None)?;
        return Ok(Probe { pages: Some(pages), ..plain });
    }
    if format.runs() {
        let facts: Facts = media.work_through(&Job::Facts, open()?, None)?;
        let media_type = if facts.film { format.media_type() } else { format.of_sound() };
        let Facts { duration, size, codecs, .. } = facts;
        return Ok(Probe { media_type, duration, size, codecs, ..plain });
    }
    if limits.photo_bytes < bytes {
        return Err(MediaError::TooLarge { limit: limits.photo_bytes });
    }
    let (size, orientation) = match format {
        Format::Heic | Format::Avif => {
            let found = heif(&file, format, limits)?.primary;
            (found.size, found.orientation)
        }
        _ => {
            let header = decode::header(&file, format, limits)?;
            ((header.width, header.height), header.orientation)
        }
    };
    Ok(Probe { size: Some(size), orientation, ..plain })
}

/// The main picture of a HEIC or AVIF file, and bytes that decoding it takes.
pub(super) struct Heif {
    pub(super) primary: Primary,
    pub(super) cost: u64,
}

/// Reads a HEIC or AVIF file's structure, without decoding anything.
///
/// # Errors
/// [`MediaError::Corrupt`], [`MediaError::Pixels`] and [`MediaError::Memory`] beyond the limits.
pub(super) fn heif(file: &File, format: Format, limits: &Limits) -> Result<Heif, MediaError> {
    let length = file.metadata()?.len();
    let found = metadata::primary(&mut BufReader::new(file), length);
    let primary =
        found.ok_or_else(|| MediaError::corrupt(format.media_type(), "no main picture in it"))?;
    let (width, height) = primary.size;
    limits.check_pixels(width, height)?;
    let cost = u64::from(width).saturating_mul(height.into()).saturating_mul(still::PIXEL);
    if limits.decode_memory < cost {
        return Err(MediaError::Memory { needs: cost, limit: limits.decode_memory });
    }
    Ok(Heif { primary, cost })
}

/// The format of a stored file, which has been probed when it came in.
pub(super) fn known(file: &File) -> Result<Format, MediaError> {
    Format::of(&head(file)?, None)
}

pub(super) fn head(mut file: &File) -> Result<Vec<u8>, MediaError> {
    file.seek(SeekFrom::Start(0))?;
    let mut head = Vec::new();
    file.take(format::HEAD).read_to_end(&mut head)?;
    Ok(head)
}
