//! Tags before and after the frames: ID3 (id3.org, versions 1 and 2.2 to 2.4), APE (version 2),
//! Lyrics3 (version 2).

use crate::media::av::AvError;
use crate::media::av::notes::{self, Notes, TAG};
use crate::media::av::source::Source;

/// The length of an `ID3v1` tag, and of an extended one before it.
const ID3V1: u64 = 128;
const EXTENDED: u64 = 227;

/// The length of the header and of the footer of an APE tag.
const APE: u64 = 32;

/// The length of the end of a Lyrics3 tag: six digits and a mark.
const LYRICS: u64 = 15;

/// The end of an `ID3v2` tag that begins at a place, if one does; its texts are taken down.
pub(super) fn id3v2(
    source: &mut Source<'_>,
    notes: &mut Notes,
    at: u64,
) -> Result<Option<u64>, AvError> {
    if source.len() < at.saturating_add(10) {
        return Ok(None);
    }
    let [b'I', b'D', b'3', version, _, flags, s3, s2, s1, s0] = source.read(at)? else {
        return Ok(None);
    };
    let body = at.saturating_add(10);
    let length = u64::from(synchsafe([s3, s2, s1, s0]));
    let footer = if flags & 0x10 == 0 { 0 } else { 10 };
    let end = body.saturating_add(length).saturating_add(footer);
    if source.len() < end {
        return Err(source.corrupt("its tags run past its end"));
    }
    let mut bytes = source.bytes(body, length.min(TAG))?;
    if flags & 0x80 != 0 && version < 4 {
        bytes = synchronised(&bytes);
    }
    let extended = match bytes.as_slice() {
        [a, b, c, d, ..] if flags & 0x40 != 0 => match version {
            3 => u32::from_be_bytes([*a, *b, *c, *d]).saturating_add(4),
            _ => synchsafe([*a, *b, *c, *d]),
        },
        _ => 0,
    };
    let start = usize::try_from(extended).unwrap_or(usize::MAX);
    frames(bytes.get(start..).unwrap_or_default(), version, notes);
    Ok(Some(end))
}

/// Where the tags at the end of the file begin; their texts are taken down.
pub(super) fn start_of_tail(
    source: &mut Source<'_>,
    notes: &mut Notes,
    start: u64,
) -> Result<u64, AvError> {
    let mut end = source.len();
    loop {
        let before = end;
        for tail in [id3v1, ape, lyrics, id3v2_at_end] {
            if let Some(found) = tail(source, notes, end)?
                && start <= found
            {
                end = found;
            }
        }
        if end == before {
            return Ok(end);
        }
    }
}

fn id3v1(source: &mut Source<'_>, notes: &mut Notes, end: u64) -> Result<Option<u64>, AvError> {
    let Some(at) = end.checked_sub(ID3V1) else { return Ok(None) };
    if source.read(at)? != *b"TAG" {
        return Ok(None);
    }
    let fields: [u8; 128] = source.read(at)?;
    for (name, place, length) in
        [("title", 3, 30), ("artist", 33, 30), ("album", 63, 30), ("year", 93, 4), ("comm", 97, 30)]
    {
        let field = fields.get(place..place + length).unwrap_or_default();
        let text = notes::latin(field.split(|byte| *byte == 0).next().unwrap_or_default());
        if !text.trim().is_empty() {
            notes.tag(name, Some(&text));
        }
    }
    notes.tag("id3v1", None);
    match at.checked_sub(EXTENDED) {
        Some(before) if source.read(before)? == *b"TAG+" => {
            let bytes = source.bytes(before, EXTENDED)?;
            notes.bytes("id3v1", &bytes);
            Ok(Some(before))
        }
        _ => Ok(Some(at)),
    }
}

fn ape(source: &mut Source<'_>, notes: &mut Notes, end: u64) -> Result<Option<u64>, AvError> {
    let Some(footer) = end.checked_sub(APE) else { return Ok(None) };
    if source.read(footer)? != *b"APETAGEX" {
        return Ok(None);
    }
    let [s0, s1, s2, s3] = source.read(footer.saturating_add(12))?;
    let [.., flags] = source.read::<4>(footer.saturating_add(20))?;
    // The size counts the items and the footer, not the header.
    let size = u64::from(u32::from_le_bytes([s0, s1, s2, s3]));
    let items = end.checked_sub(size).filter(|_| APE <= size);
    let header = if flags & 0x80 == 0 { 0 } else { APE };
    let Some((items, at)) = items.and_then(|at| Some((at, at.checked_sub(header)?))) else {
        return Err(source.corrupt("its tags run past its start"));
    };
    let length = footer.saturating_sub(items).min(TAG);
    let bytes = source.bytes(items, length)?;
    let mut rest = bytes.as_slice();
    while let [s0, s1, s2, s3, f0, _, _, _, item @ ..] = rest {
        let size = usize::try_from(u32::from_le_bytes([*s0, *s1, *s2, *s3])).unwrap_or(usize::MAX);
        let Some(place) = item.iter().position(|byte| *byte == 0) else { break };
        let (key, value) = item.split_at(place);
        let value = value.get(1..).unwrap_or_default();
        let Some((value, after)) = value.split_at_checked(size) else { break };
        let text = (f0 >> 1 & 3 == 0).then(|| notes::latin(value));
        notes.tag(&notes::latin(key), text.as_deref());
        rest = after;
    }
    notes.tag("ape", None);
    Ok(Some(at))
}

fn lyrics(source: &mut Source<'_>, notes: &mut Notes, end: u64) -> Result<Option<u64>, AvError> {
    let Some(place) = end.checked_sub(LYRICS) else { return Ok(None) };
    let tail: [u8; 15] = source.read(place)?;
    let Some(digits) = tail.strip_suffix(b"LYRICS200") else { return Ok(None) };
    let length = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse::<u64>().ok());
    let Some(at) = length.and_then(|length| place.checked_sub(length)) else {
        return Err(source.corrupt("its tags run past its start"));
    };
    let bytes = source.bytes(at, place.saturating_sub(at).min(TAG))?;
    notes.bytes("lyrics", &bytes);
    Ok(Some(at))
}

/// An `ID3v2` tag whose footer stands at a place (ID3v2.4, section 3.4).
fn id3v2_at_end(
    source: &mut Source<'_>,
    notes: &mut Notes,
    end: u64,
) -> Result<Option<u64>, AvError> {
    let Some(footer) = end.checked_sub(10) else { return Ok(None) };
    let [b'3', b'D', b'I', _, _, _, s3, s2, s1, s0] = source.read(footer)? else {
        return Ok(None);
    };
    let length = u64::from(synchsafe([s3, s2, s1, s0])).saturating_add(10);
    let Some(at) = footer.checked_sub(length) else { return Ok(None) };
    Ok(id3v2(source, notes, at)?.map(|_| at))
}

/// The frames of an `ID3v2` tag.
fn frames(bytes: &[u8], version: u8, notes: &mut Notes) {
    notes.tag("id3v2", None);
    let mut rest = bytes;
    while let Some((name, length, body)) = frame(rest, version) {
        let Some((content, after)) = body.split_at_checked(length) else { break };
        let name = notes::latin(name);
        match name.as_bytes() {
            [b'T', b'X', ..] | [b'C', b'O', b'M', ..] | [b'U', b'L' | b'S', ..] => {
                described(&name, content, notes);
            }
            [b'T', ..] => {
                let text = content.split_first().map(|(coding, text)| decoded(*coding, text));
                for text in text.unwrap_or_default().split('\0') {
                    notes.tag(&name, Some(text));
                }
            }
            [b'W', ..] => notes.tag(&name, Some(&notes::latin(content))),
            _ => notes.bytes(&name, content.get(..content.len().min(256)).unwrap_or_default()),
        }
        rest = after;
    }
}

/// Name and length of the first frame, and what follows them.
fn frame(bytes: &[u8], version: u8) -> Option<(&[u8], usize, &[u8])> {
    let (name, length, body) = match (version, bytes) {
        (2, [_, _, _, s2, s1, s0, body @ ..]) => {
            (bytes.get(..3)?, u32::from_be_bytes([0, *s2, *s1, *s0]), body)
        }
        (3, [_, _, _, _, s3, s2, s1, s0, _, _, body @ ..]) => {
            (bytes.get(..4)?, u32::from_be_bytes([*s3, *s2, *s1, *s0]), body)
        }
        (4.., [_, _, _, _, s3, s2, s1, s0, _, _, body @ ..]) => {
            (bytes.get(..4)?, synchsafe([*s3, *s2, *s1, *s0]), body)
        }
        _ => return None,
    };
    let named = name.iter().all(u8::is_ascii_alphanumeric);
    named.then_some((name, usize::try_from(length).ok()?, body))
}

/// A text with a description before it, and maybe a language before that.
fn described(name: &str, content: &[u8], notes: &mut Notes) {
    let Some((coding, rest)) = content.split_first() else { return };
    let own = name.starts_with("TX");
    let rest = if own { rest } else { rest.get(3..).unwrap_or_default() };
    let text = decoded(*coding, rest);
    let (description, text) = text.split_once('\0').unwrap_or(("", &text));
    let text = text.trim_start_matches('\u{FEFF}');
    if !description.is_empty() {
        notes.text(description);
    }
    notes.tag(if own && !description.is_empty() { description } else { name }, Some(text));
}

/// Text by the coding that stands before it (ID3v2.4, section 4).
fn decoded(coding: u8, text: &[u8]) -> String {
    match coding {
        1 | 2 => notes::utf16(text),
        _ => notes::latin(text),
    }
}

/// A number of seven bits in each byte.
fn synchsafe(bytes: [u8; 4]) -> u32 {
    bytes.iter().fold(0, |value, byte| value << 7 | u32::from(byte & 0x7F))
}

/// Without the zeros that keep a tag from looking like a frame (ID3v2.3, section 5).
fn synchronised(bytes: &[u8]) -> Vec<u8> {
    let mut last = 0;
    let mut kept = bytes.to_vec();
    kept.retain(|byte| {
        let stuffing = last == 0xFF && *byte == 0;
        last = *byte;
        !stuffing
    });
    kept
}
