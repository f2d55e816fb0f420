//! What is written into public files about them, as bytes.
//!
//! It is an XMP packet (ISO 16684-1) and, where the format has a place for it, an IPTC-IIM block.
//! Where they stand differs by format; what they say does not concern this part.

use std::fs::File;
use std::io::{BufReader, Seek, SeekFrom};

use super::format::Format;
use super::{MediaError, gif, jpeg, pdf, png, webp};

/// Before an XMP packet in a JPEG segment (XMP part 3, section 1.1.3).
pub(super) const XMP_SEGMENT: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";

/// Before Photoshop's resources in a JPEG segment.
pub(super) const IPTC_SEGMENT: &[u8] = b"Photoshop 3.0\0";

/// The longest packet that is taken over: what a JPEG segment holds.
pub(super) const LONGEST: usize = 65_502;

/// Descriptions as bytes, ready to be put into files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Packets {
    /// A whole XMP packet, of 65,502 bytes at most.
    pub xmp: Option<Vec<u8>>,
    /// Photoshop's image resources with an IPTC-IIM block among them.
    pub iptc: Option<Vec<u8>>,
}

impl Packets {
    /// What stands in a release. Only for files that we cleaned: in any other, the packets are its
    /// maker's.
    ///
    /// # Errors
    /// Those of reading, and [`MediaError::Corrupt`].
    pub(super) fn of_release(file: &File, format: Format) -> Result<Self, MediaError> {
        let mut file = file;
        file.seek(SeekFrom::Start(0))?;
        let mut source = BufReader::new(file);
        match format {
            Format::Jpeg => jpeg::packets(&mut source),
            Format::Png => png::packets(&mut source),
            Format::WebP => webp::packets(&mut source),
            Format::Gif => gif::packets(&mut source),
            Format::Pdf => Ok(Self { xmp: pdf::packet(file)?, iptc: None }),
            _ => Ok(Self::default()),
        }
    }

    /// The JPEG segments that hold them: number of the application marker, and body.
    pub(super) fn segments(&self) -> impl Iterator<Item = (u8, Vec<u8>)> {
        let xmp = self.xmp.iter().map(|packet| (1, [XMP_SEGMENT, packet].concat()));
        let iptc = self.iptc.iter().map(|block| (13, [IPTC_SEGMENT, block].concat()));
        xmp.chain(iptc).filter(|(_, body)| body.len() <= LONGEST + XMP_SEGMENT.len())
    }
}
