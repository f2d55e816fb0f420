//! PNG files as a row of chunks (PNG third edition, section 5), read and cleaned as they stream.

use std::io::{self, Read, Write};

use flate2::Compression;
use flate2::write::ZlibEncoder;

use super::MediaError;
use super::exif;
use super::packets::{LONGEST, Packets};

const TYPE: &str = "image/png";

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1A\n";

/// The chunks that make the picture and its colours, animation included.
const KEPT: &[&[u8; 4]] = &[
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"cICP", b"gAMA", b"iCCP", b"mDCV",
    b"cLLI", b"sBIT", b"sRGB", b"bKGD", b"hIST", b"pHYs", b"acTL", b"fcTL", b"fdAT",
];

/// The longest Exif chunk that is looked at, in bytes.
const EXIF: u32 = 1 << 20;

/// What stands before an XMP packet in its text chunk: keyword, not packed, no language (XMP part 3,
/// section 1.1.5).
const XMP: &[u8] = b"XML:com.adobe.xmp\0\0\0\0\0";

/// What a PNG's chunks say.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) width: u32,
    pub(super) height: u32,
    /// The Exif orientation, 1 to 8; 1 where none is given.
    pub(super) orientation: u8,
}

/// Reads the whole file, from its signature to its end chunk.
///
/// # Errors
/// [`MediaError::Corrupt`] if it breaks off or has no picture in it.
pub(super) fn survey(source: &mut impl Read) -> Result<Facts, MediaError> {
    let (width, height) = start(source)?.1;
    let mut facts = Facts { width, height, orientation: 1 };
    let mut data = false;
    loop {
        let (length, kind) = head(source)?;
        let mut body = source.by_ref().take(u64::from(length) + 4);
        match &kind {
            b"IEND" if data => {
                drain(&mut body, &mut io::sink())?;
                return Ok(facts);
            }
            b"IEND" => return Err(MediaError::corrupt(TYPE, "no picture")),
            b"IDAT" => data = true,
            b"eXIf" if length < EXIF => {
                let mut tiff = Vec::new();
                body.by_ref().take(length.into()).read_to_end(&mut tiff)?;
                facts.orientation = exif::orientation(&tiff);
            }
            _ => {}
        }
        drain(&mut body, &mut io::sink())?;
    }
}

/// Writes the file to `out` with `packets` in the place of its metadata: the chunks of the picture
/// untouched, its colour profile kept, and of Exif only the orientation, where it is not upright.
///
/// # Errors
/// As [`survey`], and those of `out`.
pub(super) fn clean(
    source: &mut impl Read,
    orientation: u8,
    packets: &Packets,
    out: &mut impl Write,
) -> Result<(), MediaError> {
    let (header, _) = start(source)?;
    out.write_all(&header)?;
    write_packets(packets, out)?;
    if orientation != 1 {
        write_chunk(out, *b"eXIf", &exif::only(orientation))?;
    }
    loop {
        let (length, kind) = head(source)?;
        let mut body = source.by_ref().take(u64::from(length) + 4);
        if KEPT.contains(&&kind) {
            out.write_all(&length.to_be_bytes())?;
            out.write_all(&kind)?;
            drain(&mut body, out)?;
        } else {
            drain(&mut body, &mut io::sink())?;
        }
        if &kind == b"IEND" {
            return Ok(());
        }
    }
}

/// The file with a colour profile in the place of what it says of its colours (PNG third edition,
/// section 11.3.2.3).
///
/// # Errors
/// As [`survey`].
pub(super) fn with_profile(file: &[u8], profile: &[u8]) -> Result<Vec<u8>, MediaError> {
    const COLOURS: &[&[u8; 4]] = &[b"iCCP", b"sRGB", b"gAMA", b"cHRM", b"cICP"];
    let mut source = file;
    let (header, _) = start(&mut source)?;
    let mut out = header.to_vec();
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
    packed.write_all(profile)?;
    write_chunk(&mut out, *b"iCCP", &[&b"icc\0\0"[..], &packed.finish()?].concat())?;
    loop {
        let (length, kind) = head(&mut source)?;
        let mut body = source.by_ref().take(u64::from(length) + 4);
        let mut chunk = Vec::new();
        drain(&mut body, &mut chunk)?;
        if !COLOURS.contains(&&kind) {
            out.extend(length.to_be_bytes());
            out.extend(kind);
            out.extend(chunk);
        }
        if &kind == b"IEND" {
            return Ok(out);
        }
    }
}

/// The description in the file.
///
/// # Errors
/// As [`survey`].
pub(super) fn packets(source: &mut impl Read) -> Result<Packets, MediaError> {
    start(source)?;
    let mut found = Packets::default();
    loop {
        let (length, kind) = head(source)?;
        let mut body = source.by_ref().take(u64::from(length) + 4);
        let short = usize::try_from(length).is_ok_and(|length| length <= XMP.len() + LONGEST);
        if &kind == b"iTXt" && short && found.xmp.is_none() {
            let mut text = Vec::new();
            body.by_ref().take(length.into()).read_to_end(&mut text)?;
            found.xmp = text.strip_prefix(XMP).map(<[u8]>::to_vec);
        }
        drain(&mut body, &mut io::sink())?;
        if &kind == b"IEND" {
            return Ok(found);
        }
    }
}

/// Writes the description; stands right behind the header chunk.
pub(super) fn write_packets(packets: &Packets, out: &mut impl Write) -> io::Result<()> {
    match &packets.xmp {
        Some(packet) => write_chunk(out, *b"iTXt", &[XMP, packet].concat()),
        None => Ok(()),
    }
}

/// The signature and the header chunk, all 33 bytes of them, and the width and height in it.
fn start(source: &mut impl Read) -> Result<([u8; 33], (u32, u32)), MediaError> {
    let mut bytes = [0_u8; 33];
    source.read_exact(&mut bytes).map_err(cut_off)?;
    let rest = bytes.strip_prefix(SIGNATURE).unwrap_or_default();
    match *rest {
        [0, 0, 0, 13, b'I', b'H', b'D', b'R', w0, w1, w2, w3, h0, h1, h2, h3, ..] => {
            let size = (u32::from_be_bytes([w0, w1, w2, w3]), u32::from_be_bytes([h0, h1, h2, h3]));
            Ok((bytes, size))
        }
        _ => Err(MediaError::corrupt(TYPE, "no header")),
    }
}

/// A chunk's length and type.
fn head(source: &mut impl Read) -> Result<(u32, [u8; 4]), MediaError> {
    let (mut length, mut kind) = ([0_u8; 4], [0_u8; 4]);
    source.read_exact(&mut length).map_err(cut_off)?;
    source.read_exact(&mut kind).map_err(cut_off)?;
    Ok((u32::from_be_bytes(length), kind))
}

/// Copies all that is left of a chunk.
fn drain(body: &mut io::Take<impl Read>, out: &mut impl Write) -> Result<(), MediaError> {
    io::copy(body, out)?;
    if 0 < body.limit() {
        return Err(MediaError::corrupt(TYPE, "it ends within a chunk"));
    }
    Ok(())
}

fn write_chunk(out: &mut impl Write, kind: [u8; 4], body: &[u8]) -> io::Result<()> {
    let length = u32::try_from(body.len()).map_err(io::Error::other)?;
    let mut sum = flate2::Crc::new();
    sum.update(&kind);
    sum.update(body);
    out.write_all(&length.to_be_bytes())?;
    out.write_all(&kind)?;
    out.write_all(body)?;
    out.write_all(&sum.sum().to_be_bytes())
}

fn cut_off(error: io::Error) -> MediaError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => MediaError::corrupt(TYPE, "it ends before its end chunk"),
        _ => error.into(),
    }
}
