//! Metadata chunks of PNG files (PNG third edition, section 11.3), and the raw profiles that
//! `ImageMagick` writes into text chunks.

use std::io::{BufRead, Seek, SeekFrom};

use flate2::bufread::ZlibDecoder;

use super::blocks::{BLOCK, Blocks, CHUNKS, array, skip};
use super::bytes::Bytes;
use super::described::Trace;
use super::text::{add, add_in, guess, line, text};
use super::{irb, jpeg};

const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1A\n";

/// The keyword of XMP (XMP part 3, section 1.1.5).
const XMP: &[u8] = b"XML:com.adobe.xmp";

/// What the keyword of a raw profile begins with; its kind follows.
const PROFILE: &[u8] = b"Raw profile type ";

/// Takes the blocks out of the chunks.
pub(super) fn gather(source: &mut (impl BufRead + Seek), blocks: &mut Blocks) -> Option<()> {
    source.seek(SeekFrom::Start(0)).ok()?;
    if array(source)? != SIGNATURE {
        return None;
    }
    for _ in 0..CHUNKS {
        let length = u64::from(u32::from_be_bytes(array(source)?));
        let kind: [u8; 4] = array(source)?;
        match &kind {
            b"IEND" => break,
            b"eXIf" | b"tEXt" | b"zTXt" | b"iTXt" if length <= BLOCK => {
                let body = blocks.read(source, length)?;
                keep(kind, &body, blocks);
            }
            _ => skip(source, length)?,
        }
        // The checksum.
        skip(source, 4)?;
    }
    Some(())
}

fn keep(kind: [u8; 4], body: &[u8], blocks: &mut Blocks) {
    if &kind == b"eXIf" {
        return blocks.keep_exif(body);
    }
    let mut rest = Bytes(body);
    let keyword = rest.until(0);
    let (lang, packed) = match &kind {
        b"iTXt" => {
            let Some([flag, _method]) = rest.array() else { return };
            let lang = rest.until(0);
            rest.until(0);
            (str::from_utf8(lang).ok(), flag == 1)
        }
        b"zTXt" => (None, rest.take(1).is_some()),
        _ => (None, false),
    };
    let unpacked = match packed {
        true => blocks.read_all(&mut ZlibDecoder::new(rest.0)),
        false => Some(rest.0.to_vec()),
    };
    let Some(value) = unpacked else { return };
    if keyword == XMP {
        blocks.xmp.push(value);
    } else if let Some(profile) = keyword.strip_prefix(PROFILE) {
        keep_profile(profile, &value, blocks);
    } else {
        label(keyword, lang.filter(|lang| !lang.is_empty()), &value, blocks);
    }
}

/// Keeps a block that is written as hexadecimal digits, behind its name and its length.
fn keep_profile(kind: &[u8], value: &[u8], blocks: &mut Blocks) {
    let lines = value.trim_ascii_start().splitn(3, |byte| *byte == b'\n');
    let Some(data) = lines.last().map(hexadecimal) else { return };
    match kind {
        b"xmp" => blocks.xmp.push(data),
        b"exif" => blocks.keep_exif(&data),
        b"APP1" => match data.strip_prefix(jpeg::XMP) {
            Some(packet) => blocks.xmp.push(packet.to_vec()),
            None => blocks.keep_exif(&data),
        },
        b"iptc" | b"8bim" => {
            let bare = data.strip_prefix(irb::PREFIX).unwrap_or(&data);
            if bare.starts_with(&irb::SIGNATURE) {
                blocks.resources.extend(bare);
            } else {
                blocks.iptc = Some(data);
            }
        }
        _ => {}
    }
}

/// The bytes that hexadecimal digits stand for; other characters are passed over.
fn hexadecimal(digits: &[u8]) -> Vec<u8> {
    let values = digits.iter().filter_map(|digit| char::from(*digit).to_digit(16));
    let mut values = values.filter_map(|value| u8::try_from(value).ok());
    std::iter::from_fn(|| Some(values.next()? << 4 | values.next()?)).collect()
}

/// Keeps what stands under one of the keywords that the standard defines (section 11.3.3.2).
fn label(keyword: &[u8], lang: Option<&str>, value: &[u8], blocks: &mut Blocks) {
    let raw = guess(value);
    let labels = &mut blocks.labels;
    // Not all programs write them with their capitals.
    match keyword.to_ascii_lowercase().as_slice() {
        b"title" => add_in(&mut labels.title, lang, line(&raw)),
        b"author" => add(&mut labels.creators, line(&raw)),
        b"description" => add_in(&mut labels.caption, lang, text(&raw)),
        b"copyright" => add_in(&mut labels.copyright, lang, text(&raw)),
        b"comment" => labels.traces.extend(text(&raw).map(|_words| Trace::Comment)),
        b"software" => labels.traces.extend(text(&raw).map(|_words| Trace::Software)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::ZlibEncoder;

    use super::*;

    fn zipped(bytes: &[u8]) -> Vec<u8> {
        let mut out = ZlibEncoder::new(Vec::new(), Compression::best());
        out.write_all(bytes).unwrap();
        out.finish().unwrap()
    }

    #[test]
    fn raw_profiles_are_unpacked() {
        let mut blocks = Blocks::default();
        let profile = zipped(b"\nexif\n      10\n4578696600004d4d\n002a\n");
        keep(*b"zTXt", &[b"Raw profile type exif\0\0", &profile[..]].concat(), &mut blocks);
        assert_eq!(blocks.exif.unwrap(), b"MM\0\x2A");
    }

    #[test]
    fn texts_are_read_in_their_language() {
        let mut blocks = Blocks::default();
        let mut body = b"Title\0\x01\0vi\0\0".to_vec();
        body.extend(zipped("Hồ Ba Bể".as_bytes()));
        keep(*b"iTXt", &body, &mut blocks);
        keep(*b"tEXt", b"Author\0Ren\xE9", &mut blocks);
        assert_eq!(blocks.labels.title["vi"], "Hồ Ba Bể");
        assert_eq!(blocks.labels.creators, ["René"]);
    }

    #[test]
    fn a_text_that_swells_beyond_bounds_is_left_out() {
        let mut blocks = Blocks::default();
        let bomb = zipped(&vec![b' '; usize::try_from(BLOCK).unwrap() + 1]);
        let body = [b"XML:com.adobe.xmp\0\x01\0\0\0", &bomb[..]].concat();
        for _ in 0..9 {
            keep(*b"iTXt", &body, &mut blocks);
        }
        assert!(blocks.xmp.is_empty());
        assert!(blocks.read(&mut std::io::repeat(0), 1).is_none());
    }
}
