//! Metadata chunks of WebP files (RFC 9649, section 2.7.1.5).

use std::io::{BufRead, Seek, SeekFrom};

use super::blocks::{BLOCK, Blocks, CHUNKS, array, skip};

/// Takes the blocks out of the chunks.
pub(super) fn gather(source: &mut (impl BufRead + Seek), blocks: &mut Blocks) -> Option<()> {
    source.seek(SeekFrom::Start(0)).ok()?;
    let [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P'] = array(source)? else {
        return None;
    };
    for _ in 0..CHUNKS {
        let kind: [u8; 4] = array(source)?;
        let length = u64::from(u32::from_le_bytes(array(source)?));
        match &kind {
            b"EXIF" if length <= BLOCK => {
                let body = blocks.read(source, length)?;
                blocks.keep_exif(&body);
            }
            // Some writers end the name with a NUL.
            b"XMP " | b"XMP\0" if length <= BLOCK => {
                let body = blocks.read(source, length)?;
                blocks.xmp.push(body);
            }
            _ => skip(source, length)?,
        }
        skip(source, length & 1)?;
    }
    Some(())
}
