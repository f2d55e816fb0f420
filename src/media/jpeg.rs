//! JPEG files as a row of marker segments (ITU-T T.81, annex B), read and cleaned as they stream.

use std::io::{self, BufRead, Read, Write};

use super::MediaError;
use super::exif;
use super::packets::{IPTC_SEGMENT, LONGEST, Packets, XMP_SEGMENT};

const TYPE: &str = "image/jpeg";

const SOI: u8 = 0xD8;
const EOI: u8 = 0xD9;
const SOS: u8 = 0xDA;
const APP0: u8 = 0xE0;
const APP1: u8 = 0xE1;
const APP2: u8 = 0xE2;
const APP13: u8 = 0xED;
const APP14: u8 = 0xEE;

/// What a JPEG's segments say.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) width: u32,
    pub(super) height: u32,
    /// The Exif orientation, 1 to 8; 1 where none is given.
    pub(super) orientation: u8,
    /// Decoding holds all coefficients at once.
    pub(super) progressive: bool,
    /// 1 is grey, 3 is colour, 4 is print colour.
    pub(super) components: u8,
}

/// A piece of the file, in order.
enum Part<'a> {
    /// A marker with its segment, without the two bytes of length.
    Segment(u8, &'a [u8]),
    /// Compressed data after a scan header.
    Scan(&'a [u8]),
}

/// Reads the whole file, from its start marker to its end marker.
///
/// # Errors
/// [`MediaError::Corrupt`] if it breaks off or has no picture in it.
pub(super) fn survey(source: &mut impl BufRead) -> Result<Facts, MediaError> {
    let mut frame = None;
    let mut orientation = None;
    walk(source, &mut |part| {
        match part {
            Part::Segment(marker, body) if frame.is_none() && is_frame(marker) => {
                frame = frame_of(marker, body);
            }
            Part::Segment(APP1, body) if orientation.is_none() => {
                orientation = body.strip_prefix(exif::PREFIX).map(exif::orientation);
            }
            _ => {}
        }
        Ok(())
    })?;
    let facts = frame.ok_or_else(|| MediaError::corrupt(TYPE, "no size"))?;
    Ok(Facts { orientation: orientation.unwrap_or(1), ..facts })
}

/// Writes the file to `out` with `packets` in the place of its metadata: the compressed picture
/// untouched, its colour profile kept, and of Exif only the orientation, where it is not upright.
///
/// Everything after the end marker is left out: phones hide second pictures and films there, with
/// metadata of their own.
///
/// # Errors
/// As [`survey`], and those of `out`.
pub(super) fn clean(
    source: &mut impl BufRead,
    orientation: u8,
    packets: &Packets,
    out: &mut impl Write,
) -> Result<(), MediaError> {
    let mut ours = Vec::new();
    if orientation != 1 {
        write_segment(&mut ours, APP1, &[exif::PREFIX, &exif::only(orientation)])?;
    }
    for (number, body) in packets.segments() {
        write_segment(&mut ours, APP0 + number, &[&body])?;
    }
    out.write_all(&[0xFF, SOI])?;
    walk(source, &mut |part| match part {
        Part::Scan(bytes) => out.write_all(bytes),
        Part::Segment(marker, body) => {
            // JFIF must come first (JFIF 1.02, page 5), Exif right behind it.
            if marker != APP0 {
                out.write_all(&std::mem::take(&mut ours))?;
            }
            write_kept(out, marker, body)
        }
    })?;
    out.write_all(&[0xFF, EOI])?;
    Ok(())
}

/// The descriptions in the file: the first packet of each kind.
///
/// # Errors
/// As [`survey`].
pub(super) fn packets(source: &mut impl BufRead) -> Result<Packets, MediaError> {
    let mut found = Packets::default();
    walk(source, &mut |part| {
        let short = |body: &[u8]| (body.len() <= LONGEST).then(|| body.to_vec());
        match part {
            Part::Segment(APP1, body) if found.xmp.is_none() => {
                found.xmp = body.strip_prefix(XMP_SEGMENT).and_then(short);
            }
            Part::Segment(APP13, body) if found.iptc.is_none() => {
                found.iptc = body.strip_prefix(IPTC_SEGMENT).and_then(short);
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(found)
}

/// Writes a segment that the picture needs; drops any other.
fn write_kept(out: &mut impl Write, marker: u8, body: &[u8]) -> io::Result<()> {
    match marker {
        // Version and density; the thumbnail that may follow is declared away.
        APP0 => match body.get(..12) {
            Some(head) if head.starts_with(b"JFIF\0") => {
                write_segment(out, marker, &[head, &[0, 0]])
            }
            _ => Ok(()),
        },
        APP2 if body.starts_with(b"ICC_PROFILE\0") => write_segment(out, marker, &[body]),
        // Says how the colours are coded: without it print colours come out inverted.
        APP14 => match body.get(..12) {
            Some(adobe) if adobe.starts_with(b"Adobe") => write_segment(out, marker, &[adobe]),
            _ => Ok(()),
        },
        0xC0..=0xCF | 0xDA..=0xDF => write_segment(out, marker, &[body]),
        _ => Ok(()),
    }
}

fn write_segment(out: &mut impl Write, marker: u8, parts: &[&[u8]]) -> io::Result<()> {
    let length = parts.iter().map(|part| part.len()).sum::<usize>().saturating_add(2);
    let length = u16::try_from(length).map_err(io::Error::other)?;
    out.write_all(&[0xFF, marker])?;
    out.write_all(&length.to_be_bytes())?;
    parts.iter().try_for_each(|part| out.write_all(part))
}

/// Gives each part of the file to `take`, up to the end marker.
fn walk(
    source: &mut impl BufRead,
    take: &mut dyn FnMut(Part<'_>) -> io::Result<()>,
) -> Result<(), MediaError> {
    if (byte(source)?, byte(source)?) != (0xFF, SOI) {
        return Err(MediaError::corrupt(TYPE, "no start marker"));
    }
    let mut scans = 0_u32;
    let mut body = Vec::new();
    let mut marker = next_marker(source)?;
    loop {
        match marker {
            EOI if scans == 0 => return Err(MediaError::corrupt(TYPE, "no picture")),
            EOI => return Ok(()),
            // Markers that stand alone.
            0x01 | SOI | 0xD0..=0xD7 => marker = next_marker(source)?,
            _ => {
                read_body(source, &mut body)?;
                take(Part::Segment(marker, &body))?;
                marker = if marker == SOS {
                    scans = scans.saturating_add(1);
                    scan(source, take)?
                } else {
                    next_marker(source)?
                };
            }
        }
    }
}

/// Reads a segment's length and the bytes that it announces.
fn read_body(source: &mut impl BufRead, body: &mut Vec<u8>) -> Result<(), MediaError> {
    let length = u16::from_be_bytes([byte(source)?, byte(source)?]);
    let wanted = length.checked_sub(2).ok_or_else(|| MediaError::corrupt(TYPE, "bad length"))?;
    body.clear();
    source.by_ref().take(wanted.into()).read_to_end(body)?;
    if body.len() < usize::from(wanted) {
        return Err(cut_off());
    }
    Ok(())
}

/// Skips to the next marker; bytes between segments carry nothing.
fn next_marker(source: &mut impl BufRead) -> Result<u8, MediaError> {
    loop {
        if byte(source)? != 0xFF {
            continue;
        }
        loop {
            match byte(source)? {
                0xFF => {}
                0x00 => break,
                marker => return Ok(marker),
            }
        }
    }
}

/// Gives the compressed data to `take`, restart markers and all; returns the marker that ends it.
fn scan(
    source: &mut impl BufRead,
    take: &mut dyn FnMut(Part<'_>) -> io::Result<()>,
) -> Result<u8, MediaError> {
    loop {
        let buffer = source.fill_buf()?;
        if buffer.is_empty() {
            return Err(cut_off());
        }
        let plain = buffer.iter().position(|byte| *byte == 0xFF).unwrap_or(buffer.len());
        take(Part::Scan(buffer.get(..plain).unwrap_or_default()))?;
        let more = plain < buffer.len();
        source.consume(plain);
        if !more {
            continue;
        }
        source.consume(1);
        let mut next = byte(source)?;
        while next == 0xFF {
            next = byte(source)?;
        }
        match next {
            0x00 | 0xD0..=0xD7 => take(Part::Scan(&[0xFF, next]))?,
            marker => return Ok(marker),
        }
    }
}

fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xC0..=0xCF) && !matches!(marker, 0xC4 | 0xC8 | 0xCC)
}

/// The frame header: precision, height, width, components (T.81, B.2.2).
fn frame_of(marker: u8, body: &[u8]) -> Option<Facts> {
    let [_, high, low, wide, narrow, components, ..] = *body else { return None };
    let height = u32::from(u16::from_be_bytes([high, low]));
    let width = u32::from(u16::from_be_bytes([wide, narrow]));
    let progressive = matches!(marker, 0xC2 | 0xC6 | 0xCA | 0xCE);
    let there = 0 < width && 0 < height;
    there.then_some(Facts { width, height, orientation: 1, progressive, components })
}

fn byte(source: &mut impl BufRead) -> Result<u8, MediaError> {
    let first = source.fill_buf()?.first().copied().ok_or_else(cut_off)?;
    source.consume(1);
    Ok(first)
}

fn cut_off() -> MediaError {
    MediaError::corrupt(TYPE, "it ends before its end marker")
}
