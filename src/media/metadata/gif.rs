//! Metadata blocks of GIF files (`GIF89a`, sections 24 to 26; XMP part 3, section 1.1.2).

use std::io::{BufRead, Read, Seek, SeekFrom};

use super::blocks::{BLOCK, Blocks, CHUNKS, array, size, skip};
use super::described::Trace;

const EXTENSION: u8 = 0x21;
const IMAGE: u8 = 0x2C;
const COMMENT: u8 = 0xFE;
const APPLICATION: u8 = 0xFF;

/// Takes the blocks out of the extensions.
pub(super) fn gather(source: &mut (impl BufRead + Seek), blocks: &mut Blocks) -> Option<()> {
    source.seek(SeekFrom::Start(0)).ok()?;
    let [b'G', b'I', b'F', .., flags, _, _] = array::<13>(source)? else { return None };
    colours(source, flags)?;
    for _ in 0..CHUNKS {
        match array(source)? {
            [IMAGE] => {
                let [.., flags] = array::<9>(source)?;
                colours(source, flags)?;
                skip(source, 1)?;
                data(source, 0)?;
            }
            [EXTENSION] => extension(source, blocks)?,
            // Padding that some writers leave between blocks.
            [0] => {}
            _ => break,
        }
    }
    Some(())
}

/// Passes over a colour table, where the flags announce one.
fn colours(source: &mut (impl BufRead + Seek), flags: u8) -> Option<()> {
    if flags & 0x80 == 0 { Some(()) } else { skip(source, 3 << ((flags & 7) + 1)) }
}

fn extension(source: &mut impl Read, blocks: &mut Blocks) -> Option<()> {
    match array(source)? {
        [COMMENT] => {
            data(source, 0)?;
            blocks.traces.insert(Trace::Comment);
        }
        [APPLICATION] => {
            let [length] = array(source)?;
            let name = blocks.read(source, length.into())?;
            if name != b"XMP DataXMP" {
                return if length == 0 { Some(()) } else { data(source, 0).map(|_none| ()) };
            }
            let packet = data(source, BLOCK)?;
            let packet = blocks.read(&mut packet.as_slice(), size(&packet));
            blocks.xmp.extend(packet);
        }
        _ => {
            data(source, 0)?;
        }
    }
    Some(())
}

/// The data up to the empty block that ends it, its lengths among it: a packet lies there as it is
/// and takes its own letters for lengths, until a trailer leads out of it.
///
/// More than `most` bytes are passed over.
fn data(source: &mut impl Read, most: u64) -> Option<Vec<u8>> {
    let mut found = Vec::new();
    let mut block = [0; 255];
    loop {
        let [length] = array(source)?;
        if length == 0 {
            return Some(found);
        }
        let part = block.get_mut(..length.into())?;
        source.read_exact(part).ok()?;
        if size(&found) < most {
            found.push(length);
            found.extend_from_slice(part);
        }
    }
}
