//! WebP files as RIFF chunks (RFC 9649, section 2), read and cleaned.

use std::io::{self, Read, Seek, SeekFrom, Write};

use super::MediaError;
use super::exif;
use super::packets::{LONGEST, Packets};

const TYPE: &str = "image/webp";

/// The chunks that make the picture and its colours, animation included.
const KEPT: &[&[u8; 4]] = &[b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ICCP", b"ANIM", b"ANMF"];
const KEPT_IN_FRAME: &[&[u8; 4]] = &[b"VP8 ", b"VP8L", b"ALPH"];

/// Flags of the `VP8X` chunk (RFC 9649, section 2.7).
const HAS_ALPHA: u8 = 0x10;
const HAS_XMP: u8 = 0x04;
const HAS_EXIF: u8 = 0x08;

/// What stands before the frame's own chunks in `ANMF`, in bytes.
const FRAME_HEAD: u64 = 16;

/// The longest Exif chunk that is looked at, in bytes.
const EXIF: u64 = 1 << 20;

/// The most chunks that a file may have; a film of an hour has fewer.
const CHUNKS: usize = 100_000;

/// A chunk and where its content lies.
#[derive(Clone, Copy, Debug)]
struct Chunk {
    kind: [u8; 4],
    at: u64,
    length: u64,
}

/// The Exif orientation, 1 to 8, of a file that is whole; 1 where none is given.
///
/// # Errors
/// [`MediaError::Corrupt`] if it breaks off or its chunks do not fit.
pub(super) fn survey(source: &mut (impl Read + Seek)) -> Result<u8, MediaError> {
    let chunks = chunks(source)?;
    let Some(found) = chunks.iter().find(|chunk| &chunk.kind == b"EXIF") else { return Ok(1) };
    let mut data = Vec::new();
    source.seek(SeekFrom::Start(found.at))?;
    source.take(found.length.min(EXIF)).read_to_end(&mut data)?;
    // Some writers keep the prefix that only JPEG asks for.
    Ok(exif::orientation(data.strip_prefix(exif::PREFIX).unwrap_or(&data)))
}

/// What is put into a file: how the picture is turned, and what is said of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Additions<'a> {
    /// The Exif orientation, 1 to 8.
    pub(super) orientation: u8,
    /// The description.
    pub(super) packets: &'a Packets,
    /// Width and height in pixels, as stored: a file that knew no metadata has to say them again.
    pub(super) size: (u32, u32),
}

/// Writes the file to `out` with `additions` in the place of its metadata: the chunks of the picture
/// untouched, its colour profile kept, and of Exif only the orientation, where it is not upright.
///
/// # Errors
/// As [`survey`], and those of `out`.
pub(super) fn clean(
    source: &mut (impl Read + Seek),
    additions: Additions<'_>,
    out: &mut impl Write,
) -> Result<(), MediaError> {
    let turn = (additions.orientation != 1).then(|| exif::only(additions.orientation));
    let xmp = additions.packets.xmp.as_deref();
    let mut kept = Vec::new();
    let mut total = 4 + turn.map_or(0, |tiff| 8 + padded(tiff.len()));
    total += xmp.map_or(0, |packet| 8 + padded(packet.len()));
    for chunk in chunks(source)?.into_iter().filter(|chunk| KEPT.contains(&&chunk.kind)) {
        let inner = if &chunk.kind == b"ANMF" { frame(source, chunk)? } else { Vec::new() };
        let length = match inner.is_empty() {
            true => chunk.length,
            false => inner.iter().fold(FRAME_HEAD, |sum, part| sum + 8 + even(part.length)),
        };
        total += 8 + even(length);
        kept.push((chunk, length, inner));
    }
    let simple = !kept.iter().any(|(chunk, ..)| &chunk.kind == b"VP8X");
    let head = match simple && xmp.is_some() {
        true => extended(source, &kept, additions.size)?,
        false => Vec::new(),
    };
    total += u64::try_from(head.len()).unwrap_or(u64::MAX);
    out.write_all(b"RIFF")?;
    write_length(out, total)?;
    out.write_all(b"WEBP")?;
    out.write_all(&head)?;
    for (chunk, length, inner) in kept {
        out.write_all(&chunk.kind)?;
        write_length(out, length)?;
        if &chunk.kind == b"VP8X" {
            write_flags(source, chunk, (turn.is_some(), xmp.is_some()), out)?;
        } else if inner.is_empty() {
            copy(source, chunk.at, chunk.length, out)?;
        } else {
            copy(source, chunk.at, FRAME_HEAD, out)?;
            for part in inner {
                out.write_all(&part.kind)?;
                write_length(out, part.length)?;
                copy(source, part.at, part.length, out)?;
            }
        }
    }
    if let Some(tiff) = turn {
        out.write_all(b"EXIF")?;
        write_length(out, padded(tiff.len()))?;
        out.write_all(&tiff)?;
    }
    if let Some(packet) = xmp {
        let length = u64::try_from(packet.len()).unwrap_or(u64::MAX);
        out.write_all(b"XMP ")?;
        write_length(out, length)?;
        out.write_all(packet)?;
        if length < even(length) {
            out.write_all(&[0])?;
        }
    }
    Ok(())
}

/// The head of a file with metadata (RFC 9649, section 2.7), which a simple one does not have.
fn extended(
    source: &mut (impl Read + Seek),
    kept: &[(Chunk, u64, Vec<Chunk>)],
    (width, height): (u32, u32),
) -> Result<Vec<u8>, MediaError> {
    let mut alpha = kept.iter().any(|(chunk, ..)| &chunk.kind == b"ALPH");
    if let Some((lossless, ..)) = kept.iter().find(|(chunk, ..)| &chunk.kind == b"VP8L") {
        // Signature, then 14 bits each of width and height, then whether there is transparency
        // (RFC 9649, section 3.4).
        let mut head = Vec::new();
        source.seek(SeekFrom::Start(lossless.at))?;
        source.take(5).read_to_end(&mut head)?;
        alpha |= head.last().is_some_and(|last| last & 0x10 != 0);
    }
    let flags = HAS_XMP | if alpha { HAS_ALPHA } else { 0 };
    let mut out = b"VP8X\x0A\0\0\0".to_vec();
    out.extend([flags, 0, 0, 0]);
    for side in [width, height] {
        out.extend(side.saturating_sub(1).to_le_bytes().iter().take(3));
    }
    Ok(out)
}

/// The description in the file.
///
/// # Errors
/// As [`survey`].
pub(super) fn packets(source: &mut (impl Read + Seek)) -> Result<Packets, MediaError> {
    let longest = u64::try_from(LONGEST).unwrap_or(u64::MAX);
    let chunks = chunks(source)?;
    let found = chunks.iter().find(|chunk| &chunk.kind == b"XMP " && chunk.length <= longest);
    let Some(found) = found else { return Ok(Packets::default()) };
    let mut packet = Vec::new();
    source.seek(SeekFrom::Start(found.at))?;
    source.take(found.length).read_to_end(&mut packet)?;
    Ok(Packets { xmp: Some(packet), iptc: None })
}

/// The chunks of the file; all of it must be there.
fn chunks(source: &mut (impl Read + Seek)) -> Result<Vec<Chunk>, MediaError> {
    let whole = source.seek(SeekFrom::End(0))?;
    source.seek(SeekFrom::Start(0))?;
    let mut head = [0_u8; 12];
    source.read_exact(&mut head).map_err(cut_off)?;
    let [b'R', b'I', b'F', b'F', a, b, c, d, b'W', b'E', b'B', b'P'] = head else {
        return Err(MediaError::corrupt(TYPE, "no header"));
    };
    let end = u64::from(u32::from_le_bytes([a, b, c, d])).saturating_add(8);
    if whole < end {
        return Err(MediaError::corrupt(TYPE, "it is shorter than its header says"));
    }
    let found = list(source, 12, end)?;
    if !found.iter().any(|chunk| matches!(&chunk.kind, b"VP8 " | b"VP8L" | b"ANMF")) {
        return Err(MediaError::corrupt(TYPE, "no picture"));
    }
    Ok(found)
}

/// The chunks between two places.
fn list(source: &mut (impl Read + Seek), from: u64, end: u64) -> Result<Vec<Chunk>, MediaError> {
    let mut found = Vec::new();
    let mut at = from;
    while at.saturating_add(8) <= end {
        source.seek(SeekFrom::Start(at))?;
        let mut head = [0_u8; 8];
        source.read_exact(&mut head).map_err(cut_off)?;
        let [k0, k1, k2, k3, a, b, c, d] = head;
        let length = u64::from(u32::from_le_bytes([a, b, c, d]));
        let chunk = Chunk { kind: [k0, k1, k2, k3], at: at.saturating_add(8), length };
        if end < chunk.at.saturating_add(length) || CHUNKS <= found.len() {
            return Err(MediaError::corrupt(TYPE, "its chunks do not fit"));
        }
        found.push(chunk);
        at = chunk.at.saturating_add(even(length));
    }
    Ok(found)
}

/// The chunks of an animation's frame that make its picture.
fn frame(source: &mut (impl Read + Seek), chunk: Chunk) -> Result<Vec<Chunk>, MediaError> {
    let end = chunk.at.saturating_add(chunk.length);
    let mut parts = list(source, chunk.at.saturating_add(FRAME_HEAD), end)?;
    parts.retain(|part| KEPT_IN_FRAME.contains(&&part.kind));
    if parts.is_empty() {
        return Err(MediaError::corrupt(TYPE, "a frame without picture"));
    }
    Ok(parts)
}

/// Copies the `VP8X` chunk with its flags set to what is left.
fn write_flags(
    source: &mut (impl Read + Seek),
    chunk: Chunk,
    (turned, described): (bool, bool),
    out: &mut impl Write,
) -> Result<(), MediaError> {
    let mut body = Vec::new();
    copy(source, chunk.at, chunk.length, &mut body)?;
    if let Some(flags) = body.first_mut() {
        *flags &= !(HAS_XMP | HAS_EXIF);
        *flags |= if turned { HAS_EXIF } else { 0 } | if described { HAS_XMP } else { 0 };
    }
    Ok(out.write_all(&body)?)
}

/// Copies a chunk's content and pads it to an even length.
fn copy(
    source: &mut (impl Read + Seek),
    at: u64,
    length: u64,
    out: &mut impl Write,
) -> Result<(), MediaError> {
    source.seek(SeekFrom::Start(at))?;
    if io::copy(&mut source.by_ref().take(length), out)? < length {
        return Err(MediaError::corrupt(TYPE, "it ends within a chunk"));
    }
    if length < even(length) {
        out.write_all(&[0])?;
    }
    Ok(())
}

fn write_length(out: &mut impl Write, length: u64) -> io::Result<()> {
    out.write_all(&u32::try_from(length).map_err(io::Error::other)?.to_le_bytes())
}

const fn even(length: u64) -> u64 {
    length.saturating_add(length % 2)
}

fn padded(length: usize) -> u64 {
    even(u64::try_from(length).unwrap_or(u64::MAX))
}

fn cut_off(error: io::Error) -> MediaError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => MediaError::corrupt(TYPE, "it ends within a chunk"),
        _ => error.into(),
    }
}
