//! GIF files as a row of blocks (`GIF89a` specification, section 9), read and cleaned as they
//! stream.

use std::io::{self, Read, Write};

use super::MediaError;
use super::packets::{LONGEST, Packets};

const TYPE: &str = "image/gif";

const EXTENSION: u8 = 0x21;
const IMAGE: u8 = 0x2C;
const TRAILER: u8 = 0x3B;
const GRAPHIC_CONTROL: u8 = 0xF9;
const APPLICATION: u8 = 0xFF;

/// What stands before an XMP packet: application, authentication code (XMP part 3, section 1.1.2).
const XMP: &[u8] = b"XMP DataXMP";

/// Behind the packet: whichever of its bytes a reader takes for a block's length, it comes to the
/// same end.
fn trailer() -> impl Iterator<Item = u8> {
    std::iter::once(1).chain((0..=u8::MAX).rev()).chain(std::iter::once(0))
}

/// Writes the file to `out` with `packets` in the place of comments, plain texts and the data of
/// applications; the one that says how often an animation runs stays. Pictures are untouched;
/// animations stay.
///
/// Into [`io::sink`] this is a check that the file is whole.
///
/// # Errors
/// [`MediaError::Corrupt`] if it breaks off or has no picture in it, and those of `out`.
pub(super) fn clean(
    source: &mut impl Read,
    packets: &Packets,
    out: &mut impl Write,
) -> Result<(), MediaError> {
    // Signature, screen size, flags, background, aspect.
    let mut head: [u8; 13] = read(source)?;
    let [.., flags, _, _] = head;
    if packets.xmp.is_some() {
        // Extensions came with the second edition of the format.
        let (signature, _size) = head.split_at_mut(6);
        signature.copy_from_slice(b"GIF89a");
    }
    out.write_all(&head)?;
    colours(source, flags, out)?;
    if let Some(packet) = &packets.xmp {
        out.write_all(&[EXTENSION, APPLICATION, 11])?;
        out.write_all(XMP)?;
        out.write_all(packet)?;
        out.write_all(&trailer().collect::<Vec<u8>>())?;
    }
    let mut pictures = 0_u32;
    loop {
        let [kind] = read(source)?;
        match kind {
            IMAGE => {
                pictures = pictures.saturating_add(1);
                image(source, out)?;
            }
            EXTENSION => extension(source, out)?,
            TRAILER if pictures == 0 => return Err(MediaError::corrupt(TYPE, "no picture")),
            TRAILER => return Ok(out.write_all(&[TRAILER])?),
            // Padding that some writers leave between blocks.
            0 => {}
            _ => return Err(MediaError::corrupt(TYPE, "an unknown block")),
        }
    }
}

/// The description in the file, which our own writing put right behind its colours.
///
/// # Errors
/// As [`clean`].
pub(super) fn packets(source: &mut impl Read) -> Result<Packets, MediaError> {
    let head: [u8; 13] = read(source)?;
    let [.., flags, _, _] = head;
    colours(source, flags, &mut io::sink())?;
    let mut data = Vec::new();
    source.take(LONGEST.saturating_add(512).try_into().unwrap_or(0)).read_to_end(&mut data)?;
    let begin = [&[EXTENSION, APPLICATION, 11], XMP].concat();
    let end: Vec<u8> = trailer().collect();
    let packet = data.strip_prefix(begin.as_slice()).and_then(|rest| {
        let at = rest.windows(end.len()).position(|window| window == end)?;
        rest.get(..at)
    });
    Ok(Packets { xmp: packet.map(<[u8]>::to_vec), iptc: None })
}

fn image(source: &mut impl Read, out: &mut impl Write) -> Result<(), MediaError> {
    // Place, size, flags.
    let head: [u8; 9] = read(source)?;
    let [.., flags] = head;
    out.write_all(&[IMAGE])?;
    out.write_all(&head)?;
    colours(source, flags, out)?;
    let code_size: [u8; 1] = read(source)?;
    out.write_all(&code_size)?;
    blocks(source, out)
}

fn extension(source: &mut impl Read, out: &mut impl Write) -> Result<(), MediaError> {
    let [label, length] = read(source)?;
    let mut first = vec![0_u8; length.into()];
    source.read_exact(&mut first).map_err(cut_off)?;
    let loops = first == b"NETSCAPE2.0" || first == b"ANIMEXTS1.0";
    if label != GRAPHIC_CONTROL && !(label == APPLICATION && loops) {
        // A block of no bytes has ended already.
        return if length == 0 { Ok(()) } else { blocks(source, &mut io::sink()) };
    }
    out.write_all(&[EXTENSION, label, length])?;
    out.write_all(&first)?;
    if length == 0 { Ok(()) } else { blocks(source, out) }
}

/// Copies a colour table, where the flags announce one.
fn colours(source: &mut impl Read, flags: u8, out: &mut impl Write) -> Result<(), MediaError> {
    if flags & 0x80 == 0 {
        return Ok(());
    }
    let bytes = 3_u64 << ((flags & 7) + 1);
    if io::copy(&mut source.by_ref().take(bytes), out)? < bytes {
        return Err(MediaError::corrupt(TYPE, "it ends in its colours"));
    }
    Ok(())
}

/// Copies data blocks up to the empty one that ends them.
fn blocks(source: &mut impl Read, out: &mut impl Write) -> Result<(), MediaError> {
    let mut block = [0_u8; 255];
    loop {
        let [length] = read(source)?;
        out.write_all(&[length])?;
        if length == 0 {
            return Ok(());
        }
        let data = block.get_mut(..length.into()).unwrap_or_default();
        source.read_exact(data).map_err(cut_off)?;
        out.write_all(data)?;
    }
}

fn read<const N: usize>(source: &mut impl Read) -> Result<[u8; N], MediaError> {
    let mut bytes = [0_u8; N];
    source.read_exact(&mut bytes).map_err(cut_off)?;
    Ok(bytes)
}

fn cut_off(error: io::Error) -> MediaError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => MediaError::corrupt(TYPE, "it ends before its trailer"),
        _ => error.into(),
    }
}
