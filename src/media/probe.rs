//! What an uploaded file is, and whether it can be taken.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use super::format::{self, Format};
use super::worker::Job;
use super::{Media, MediaError, decode, exif};

/// What the file itself says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// `image/jpeg`, `image/png`, `image/webp`, `image/tiff`, `image/gif`, `image/bmp` or
    /// `application/pdf`.
    pub media_type: &'static str,
    /// Width and height of a picture in pixels, as stored.
    pub size: Option<(u32, u32)>,
    /// How a picture is turned, 1 to 8 as in Exif (CIPA DC-008, section 4.6.4); 1 is upright.
    pub orientation: u8,
    /// Pages of a publication.
    pub pages: Option<u32>,
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
    let media_type = format.media_type();
    if format == Format::Pdf {
        let (again, _) = open()?;
        let pages = media.work(&Job::PdfProbe, again, None)?;
        return Ok(Probe { media_type, size: None, orientation: 1, pages: Some(pages), bytes });
    }
    if limits.photo_bytes < bytes {
        return Err(MediaError::TooLarge { limit: limits.photo_bytes });
    }
    let header = decode::header(&file, format, limits)?;
    let size = Some((header.width, header.height));
    Ok(Probe { media_type, size, orientation: header.orientation, pages: None, bytes })
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
