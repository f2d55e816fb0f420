//! What a picture says about itself in words: read from the Exif, IPTC and XMP blocks of an
//! original, and written into the files that go out.
//!
//! [`read`] takes originals, which may hold anything: it never fails, it leaves out what it cannot
//! read. [`xmp()`] and [`iptc()`] give the blocks of a [`Notice`]; putting them into a file is not done
//! here. What they write, [`read`] reads back.
//!
//! | block | standard | where it lies |
//! |---|---|---|
//! | Exif | CIPA DC-008 (Exif 3.0) | JPEG APP1, PNG `eXIf`, WebP `EXIF`, HEIF item, TIFF itself |
//! | IIM | IPTC-NAA IIM 4.2 | JPEG APP13 (8BIM 0x0404), PNG raw profile, TIFF 33723 and 34377 |
//! | XMP | ISO 16684-1, XMP part 3 | JPEG APP1, PNG `iTXt`, WebP `XMP `, GIF, HEIF item, TIFF 700 |
//!
//! Which fields stand for the same is told by the IPTC Photo Metadata Standard 2025.1.

mod blocks;
mod bytes;
mod date;
mod described;
mod exif;
mod gif;
mod heif;
mod ifd;
mod iim;
mod irb;
mod jpeg;
mod notice;
mod packet;
mod png;
mod primary;
mod rdf;
mod records;
mod text;
mod webp;
mod xmp;

#[cfg(test)]
mod tests;

use std::io::{BufRead, Cursor, Seek};

use blocks::Blocks;

pub use described::{Described, LangText, Place, Trace, X_DEFAULT};
pub use notice::Notice;
pub use packet::xmp;
pub(in crate::media) use primary::{Primary, primary};
pub use records::iptc;

/// The file formats whose metadata is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// JPEG (ITU-T T.81).
    Jpeg,
    /// PNG (third edition).
    Png,
    /// WebP (RFC 9649).
    WebP,
    /// TIFF 6.0 and `BigTIFF`.
    Tiff,
    /// GIF.
    Gif,
    /// HEIC, HEIF and AVIF (ISO/IEC 23008-12).
    Heic,
    /// BMP, which holds none.
    Bmp,
}

/// What the file says about itself.
///
/// `source` is read from its beginning, whatever its position. Of one block at most 4 MiB are
/// looked at, of all blocks at most 16 MiB; the picture itself is passed over. Errors of `source`
/// end the reading and are not told: what was found until then is given.
#[must_use]
pub fn read(format: Format, source: &mut (impl BufRead + Seek)) -> Described {
    let mut blocks = Blocks::default();
    // A broken file is read as far as it goes.
    let _whole = match format {
        Format::Jpeg => jpeg::gather(source, &mut blocks),
        Format::Png => png::gather(source, &mut blocks),
        Format::WebP => webp::gather(source, &mut blocks),
        Format::Gif => gif::gather(source, &mut blocks),
        Format::Heic => heif::gather(source, &mut blocks),
        Format::Tiff | Format::Bmp => Some(()),
    };
    let exif = match (format, blocks.exif.take()) {
        (Format::Tiff, _) => exif::read(source, &mut blocks),
        (_, Some(block)) => exif::read(&mut Cursor::new(block), &mut blocks),
        (_, None) => Described::default(),
    };
    merge(&blocks, exif)
}

/// Joins what the blocks say: XMP before IPTC before Exif before what the format itself has, for
/// each field as a whole.
///
/// IPTC comes before XMP where a program that knows no XMP has written it later, which its
/// fingerprint tells (Metadata Working Group Guidelines 2.0, section 4.2).
fn merge(blocks: &Blocks, exif: Described) -> Described {
    let resources = irb::read(&blocks.resources);
    let records = resources.iptc.or(blocks.iptc.as_deref());
    let iptc = records.map(iim::read).unwrap_or_default();
    let xmp = xmp::read(blocks);
    let late = records.is_some_and(|records| resources.is_outdated_by(records));
    let (first, second) = if late { (iptc, xmp) } else { (xmp, iptc) };
    let mut all = first;
    for next in [second, exif, blocks.labels.clone()] {
        all.fill(next);
    }
    all.traces.extend(&blocks.traces);
    all.traces.extend(resources.thumbnail.then_some(Trace::Thumbnail));
    all
}
