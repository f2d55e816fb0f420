//! Metadata segments of JPEG files (ITU-T T.81, annex B; JFIF 1.02; XMP part 3, section 1.1.3).

use std::io::{BufRead, Read, Seek, SeekFrom};

use super::blocks::{Blocks, CHUNKS, Piece, array, skip};
use super::bytes::Bytes;
use super::described::Trace;
use super::{exif, irb};

const SOI: u8 = 0xD8;
const EOI: u8 = 0xD9;
const SOS: u8 = 0xDA;
const APP0: u8 = 0xE0;
const APP1: u8 = 0xE1;
const APP2: u8 = 0xE2;
const APP13: u8 = 0xED;
const COM: u8 = 0xFE;

/// More bytes between two segments are no file's.
const GAP: usize = 64 << 10;

/// What stands before an XMP packet.
pub(super) const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";

/// What stands before a piece of extended XMP.
const EXTENDED: &[u8] = b"http://ns.adobe.com/xmp/extension/\0";

/// Takes the blocks out of the segments before the picture.
pub(super) fn gather(source: &mut (impl BufRead + Seek), blocks: &mut Blocks) -> Option<()> {
    source.seek(SeekFrom::Start(0)).ok()?;
    if array(source)? != [0xFF, SOI] {
        return None;
    }
    for _ in 0..CHUNKS {
        match next_marker(source)? {
            SOS | EOI => break,
            // Markers that stand alone.
            0x01 | SOI | 0xD0..=0xD7 => {}
            marker => {
                let length = u16::from_be_bytes(array(source)?).checked_sub(2)?;
                // Of further pictures it is enough to know that they are there.
                let wanted = match marker {
                    APP0 | APP1 | APP13 | COM => length,
                    APP2 => length.min(4),
                    _ => 0,
                };
                let body = blocks.read(source, wanted.into())?;
                keep(marker, &body, blocks);
                skip(source, length.saturating_sub(wanted).into())?;
            }
        }
    }
    Some(())
}

/// Skips to the next marker; bytes between segments carry nothing.
fn next_marker(source: &mut impl Read) -> Option<u8> {
    let mut filled = false;
    for _ in 0..GAP {
        match array(source)? {
            [0xFF] => filled = true,
            [marker] if filled && marker != 0 => return Some(marker),
            _ => filled = false,
        }
    }
    None
}

fn keep(marker: u8, body: &[u8], blocks: &mut Blocks) {
    match marker {
        APP0 if has_thumbnail(body) => {
            blocks.traces.insert(Trace::Thumbnail);
        }
        APP1 if body.starts_with(exif::PREFIX) => blocks.keep_exif(body),
        APP1 => {
            if let Some(packet) = body.strip_prefix(XMP) {
                blocks.xmp.push(packet.to_vec());
            } else if let Some(piece) = body.strip_prefix(EXTENDED).and_then(piece) {
                blocks.extended.push(piece);
            }
        }
        // The list of further pictures behind the first (CIPA DC-007).
        APP2 if body == b"MPF\0" => {
            blocks.traces.insert(Trace::Thumbnail);
        }
        // Resources that do not fit into one segment go on in the next.
        APP13 => {
            blocks.resources.extend(body.strip_prefix(irb::PREFIX).unwrap_or_default());
        }
        COM if super::text::text(&super::text::guess(body)).is_some() => {
            blocks.traces.insert(Trace::Comment);
        }
        _ => {}
    }
}

/// Whether a JFIF header, or its extension, comes with a small picture.
fn has_thumbnail(body: &[u8]) -> bool {
    match body {
        [b'J', b'F', b'I', b'F', 0, _, _, _, _, _, _, _, width, height, ..] => {
            0 < *width && 0 < *height
        }
        _ => body.starts_with(b"JFXX\0"),
    }
}

/// A piece of extended XMP: the packet's fingerprint, the whole length, the piece's place.
fn piece(body: &[u8]) -> Option<Piece> {
    let mut rest = Bytes(body);
    let id = rest.array()?;
    rest.take(4)?;
    Some(Piece { id, at: u32::from_be_bytes(rest.array()?), data: rest.0.to_vec() })
}
