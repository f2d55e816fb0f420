//! GIF files as a row of blocks (`GIF89a` specification, section 9), read and cleaned as they
//! stream.

use std::io::{self, Read, Write};

use super::MediaError;

const TYPE: &str = "image/gif";

const EXTENSION: u8 = 0x21;
const IMAGE: u8 = 0x2C;
const TRAILER: u8 = 0x3B;
const GRAPHIC_CONTROL: u8 = 0xF9;
const APPLICATION: u8 = 0xFF;

/// Writes the file to `out` without comments, plain texts and the data of applications, except
/// the one that says how often an animation runs. Pictures are untouched; animations stay.
///
/// Into [`io::sink`] this is a check that the file is whole.
///
/// # Errors
/// [`MediaError::Corrupt`] if it breaks off or has no picture in it, and those of `out`.
pub(super) fn clean(source: &mut impl Read, out: &mut impl Write) -> Result<(), MediaError> {
    // Signature, screen size, flags, background, aspect.
    let head: [u8; 13] = read(source)?;
    let [.., flags, _, _] = head;
    out.write_all(&head)?;
    colours(source, flags, out)?;
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
