//! Metadata items of HEIF files, HEIC and AVIF among them (ISO/IEC 14496-12, section 8.11;
//! ISO/IEC 23008-12, annex A).

use std::io::{BufRead, Seek, SeekFrom};

use super::blocks::{Blocks, CHUNKS, array, skip};
use super::bytes::Bytes;

/// The most pieces that an item may be in.
const EXTENTS: usize = 64;

/// The type of XMP items.
const XMP: &[u8] = b"application/rdf+xml";

/// What an item holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Exif,
    Xmp,
}

/// Where an item lies: in the file or in the box of data, and its pieces' places and lengths.
#[derive(Debug)]
struct Location {
    item: u64,
    inside: bool,
    pieces: Vec<(u64, u64)>,
}

/// Takes the blocks out of the items.
pub(super) fn gather(source: &mut (impl BufRead + Seek), blocks: &mut Blocks) -> Option<()> {
    source.seek(SeekFrom::Start(0)).ok()?;
    for _ in 0..CHUNKS {
        let short = u32::from_be_bytes(array(source)?);
        let kind: [u8; 4] = array(source)?;
        let length = match short {
            0 => None,
            1 => Some(u64::from_be_bytes(array(source)?).checked_sub(16)?),
            _ => Some(u64::from(short).checked_sub(8)?),
        };
        match (&kind, length) {
            (b"meta", Some(length)) => {
                let body = blocks.read(source, length)?;
                return items(source, &body, blocks);
            }
            (b"meta", None) => {
                let body = blocks.read_all(source)?;
                return items(source, &body, blocks);
            }
            (_, Some(length)) => skip(source, length)?,
            (_, None) => return None,
        }
    }
    None
}

/// Reads the items that the box of metadata tells of.
fn items(source: &mut (impl BufRead + Seek), meta: &[u8], blocks: &mut Blocks) -> Option<()> {
    let mut rest = Bytes(meta);
    // Version and flags.
    rest.take(4)?;
    let (mut kinds, mut places, mut inner) = (Vec::new(), Bytes(&[]), &[][..]);
    while let Some((kind, body)) = child(&mut rest) {
        match &kind {
            b"iinf" => kinds = wanted(body).unwrap_or_default(),
            b"iloc" => places = Bytes(body),
            b"idat" => inner = body,
            _ => {}
        }
    }
    for location in locations(places, &kinds) {
        let Some((_, kind)) = kinds.iter().find(|(item, _)| *item == location.item) else {
            continue;
        };
        let data = if location.inside {
            pieces_inside(inner, &location.pieces, blocks)
        } else {
            pieces(source, &location.pieces, blocks)
        };
        match (kind, data) {
            (Kind::Exif, Some(data)) => keep_exif(&data, blocks)?,
            (Kind::Xmp, Some(data)) => blocks.xmp.push(data),
            (_, None) => {}
        }
    }
    Some(())
}

/// Exif data behind the distance to its TIFF header.
fn keep_exif(data: &[u8], blocks: &mut Blocks) -> Option<()> {
    let mut rest = Bytes(data);
    let distance = rest.length(4)?;
    rest.take(distance)?;
    blocks.keep_exif(rest.0);
    Some(())
}

/// The next box in a box: its type and its content.
pub(super) fn child<'a>(rest: &mut Bytes<'a>) -> Option<([u8; 4], &'a [u8])> {
    let short = rest.length(4)?;
    let kind = rest.array()?;
    let length = match short {
        0 => rest.0.len(),
        1 => rest.length(8)?.checked_sub(16)?,
        _ => short.checked_sub(8)?,
    };
    Some((kind, rest.take(length)?))
}

/// The numbers of the first items of Exif data and of XMP.
fn wanted(list: &[u8]) -> Option<Vec<(u64, Kind)>> {
    let mut rest = Bytes(list);
    let [version, ..] = rest.array::<4>()?;
    rest.take(if version == 0 { 2 } else { 4 })?;
    let mut found: Vec<(u64, Kind)> = Vec::new();
    while let Some((_, body)) = child(&mut rest) {
        let Some((item, kind)) = entry(body) else { continue };
        if !found.iter().any(|(_, known)| *known == kind) {
            found.push((item, kind));
        }
    }
    Some(found)
}

/// An item's number and what it holds, if that is wanted.
fn entry(body: &[u8]) -> Option<(u64, Kind)> {
    let mut rest = Bytes(body);
    let [version, ..] = rest.array::<4>()?;
    let item = rest.number(match version {
        2 => 2,
        3 => 4,
        _ => return None,
    })?;
    // Which protection it has.
    rest.take(2)?;
    match &rest.array()? {
        b"Exif" => Some((item, Kind::Exif)),
        b"mime" => {
            // Its name comes before its type.
            rest.until(0);
            (rest.until(0) == XMP).then_some((item, Kind::Xmp))
        }
        _ => None,
    }
}

/// Where the wanted items lie.
fn locations(mut rest: Bytes<'_>, kinds: &[(u64, Kind)]) -> Vec<Location> {
    let mut found = Vec::new();
    let Some(sizes) = Sizes::read(&mut rest) else { return found };
    let asked = |item| kinds.iter().any(|(wanted, _)| *wanted == item);
    for _ in 0..sizes.items {
        let Some(location) = location(&mut rest, &sizes, asked) else { break };
        found.extend(location);
        if kinds.len() <= found.len() {
            break;
        }
    }
    found
}

/// How many bytes the numbers of an item location box have, and how many items it has.
struct Sizes {
    version: u8,
    offset: usize,
    length: usize,
    base: usize,
    index: usize,
    items: u64,
}

impl Sizes {
    fn read(rest: &mut Bytes<'_>) -> Option<Self> {
        let [version, ..] = rest.array::<4>()?;
        let [first, second] = rest.array()?;
        let [offset, length, base, index] =
            [first >> 4, first & 15, second >> 4, second & 15].map(usize::from);
        let index = if version == 0 { 0 } else { index };
        let items = rest.number(if version < 2 { 2 } else { 4 })?;
        (version <= 2).then_some(Self { version, offset, length, base, index, items })
    }
}

/// Where the next item lies; its pieces are read only if it is `asked` for.
fn location(
    rest: &mut Bytes<'_>,
    sizes: &Sizes,
    asked: impl Fn(u64) -> bool,
) -> Option<Option<Location>> {
    let item = rest.number(if sizes.version < 2 { 2 } else { 4 })?;
    let method = if sizes.version == 0 { 0 } else { rest.number(2)? & 15 };
    // In which file it lies.
    let elsewhere = rest.number(2)? != 0;
    let base = rest.number(sizes.base)?;
    let count = rest.length(2)?;
    let width = sizes.index.saturating_add(sizes.offset).saturating_add(sizes.length);
    let mut list = Bytes(rest.take(count.saturating_mul(width))?);
    if 1 < method || elsewhere || EXTENTS < count || !asked(item) {
        return Some(None);
    }
    let mut pieces = Vec::new();
    for _ in 0..count {
        list.number(sizes.index)?;
        let offset = base.checked_add(list.number(sizes.offset)?)?;
        pieces.push((offset, list.number(sizes.length)?));
    }
    Some(Some(Location { item, inside: method == 1, pieces }))
}

/// An item's data in the file.
fn pieces(
    source: &mut (impl BufRead + Seek),
    pieces: &[(u64, u64)],
    blocks: &mut Blocks,
) -> Option<Vec<u8>> {
    let mut data = Vec::new();
    for (at, length) in pieces {
        source.seek(SeekFrom::Start(*at)).ok()?;
        data.extend(blocks.read(source, *length)?);
    }
    Some(data)
}

/// An item's data in the box of data.
fn pieces_inside(inner: &[u8], pieces: &[(u64, u64)], blocks: &mut Blocks) -> Option<Vec<u8>> {
    let mut data = Vec::new();
    for (at, length) in pieces {
        let mut from = inner.get(usize::try_from(*at).ok()?..)?;
        data.extend(blocks.read(&mut from, *length)?);
    }
    Some(data)
}
