//! The main picture of a HEIF file, HEIC and AVIF among them, without decoding it: how large it is,
//! how it is turned, what its colours mean (ISO/IEC 23008-12, sections 6.5 and 9.3;
//! ISO/IEC 14496-12, sections 8.11.4 and 12.1.5).

use std::io::{BufRead, Seek, SeekFrom};

use super::blocks::{array, skip};
use super::bytes::Bytes;
use super::heif::child;

/// The longest box of metadata that is looked at, in bytes: some hundred tiles take 20 kB.
const META: u64 = 4 << 20;

/// The most boxes beside each other.
const BOXES: usize = 10_000;

/// The main picture of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::media) struct Primary {
    /// Width and height in pixels as coded.
    pub(in crate::media) size: (u32, u32),
    /// How it is turned to be seen, 1 to 8 as in Exif (CIPA DC-008, section 4.6.4); Exif data in
    /// the file say nothing of it.
    pub(in crate::media) orientation: u8,
    /// Its colour profile (ICC.1), if it has one.
    pub(in crate::media) profile: Option<Vec<u8>>,
}

/// Reads what there is to know of the main picture; nothing if the file is cut off or breaks a rule.
/// `length` is the file's.
pub(in crate::media) fn primary(
    source: &mut (impl BufRead + Seek),
    length: u64,
) -> Option<Primary> {
    let (meta, mut coded) = whole(source, length)?;
    let mut rest = Bytes(&meta);
    // Version and flags.
    rest.take(4)?;
    let (mut item, mut properties) = (None, None);
    while let Some((kind, body)) = child(&mut rest) {
        let mut body = Bytes(body);
        match &kind {
            b"pitm" => {
                let [version, ..] = body.array::<4>()?;
                item = body.number(if version == 0 { 2 } else { 4 });
            }
            b"iprp" => properties = Some(body),
            b"idat" => coded = true,
            _ => {}
        }
    }
    described(properties?, item?).filter(|_| coded)
}

/// The box of metadata of a file all of whose boxes are there, and whether there is one of data.
fn whole(source: &mut (impl BufRead + Seek), length: u64) -> Option<(Vec<u8>, bool)> {
    source.seek(SeekFrom::Start(0)).ok()?;
    let (mut at, mut meta, mut coded) = (0_u64, None, false);
    for _ in 0..BOXES {
        if at == length {
            return meta.map(|meta| (meta, coded));
        }
        let short = u32::from_be_bytes(array(source)?);
        let kind: [u8; 4] = array(source)?;
        let (head, all) = match short {
            0 => (8, length.checked_sub(at)?),
            1 => (16, u64::from_be_bytes(array(source)?)),
            _ => (8, u64::from(short)),
        };
        at = at.checked_add(all).filter(|end| *end <= length)?;
        let body = all.checked_sub(head)?;
        coded |= &kind == b"mdat" && 0 < body;
        if &kind == b"meta" && meta.is_none() {
            let mut bytes = vec![0; usize::try_from(body).ok().filter(|_| body <= META)?];
            source.read_exact(&mut bytes).ok()?;
            meta = Some(bytes);
        } else {
            skip(source, body)?;
        }
    }
    None
}

/// What the properties say of an item, in the order in which they apply.
fn described(mut rest: Bytes<'_>, item: u64) -> Option<Primary> {
    let (mut all, mut own) = (Vec::new(), Vec::new());
    while let Some((kind, body)) = child(&mut rest) {
        let mut body = Bytes(body);
        match &kind {
            b"ipco" => {
                while let Some(property) = child(&mut body) {
                    all.push(property);
                }
            }
            b"ipma" if own.is_empty() => own = associated(body, item)?,
            _ => {}
        }
    }
    let (mut size, mut orientation, mut profile) = (None, 1, None);
    for index in own {
        // They are counted from 1; 0 is none.
        let Some((kind, body)) = index.checked_sub(1).and_then(|index| all.get(index)) else {
            continue;
        };
        let mut body = Bytes(body);
        match kind {
            b"ispe" => {
                body.take(4)?;
                let side = |side: u64| u32::try_from(side).ok().filter(|side| 0 < *side);
                size = Some((side(body.number(4)?)?, side(body.number(4)?)?));
            }
            b"irot" => orientation = turned(orientation, body.number(1)? & 3),
            b"imir" => orientation = mirrored(orientation, body.number(1)? & 1),
            b"colr" if profile.is_none() => {
                let icc = matches!(&body.array()?, b"prof" | b"rICC");
                profile = icc.then(|| body.0.to_vec());
            }
            _ => {}
        }
    }
    Some(Primary { size: size?, orientation, profile })
}

/// The numbers of an item's properties.
fn associated(mut rest: Bytes<'_>, item: u64) -> Option<Vec<usize>> {
    let [version, _, _, flags] = rest.array::<4>()?;
    let wide = if flags & 1 == 1 { 2 } else { 1 };
    for _ in 0..rest.number(4)? {
        let of = rest.number(if version < 1 { 2 } else { 4 })?;
        let count = rest.length(1)?;
        let mut list = Bytes(rest.take(count.saturating_mul(wide))?);
        if of == item {
            // The first bit says whether a reader must know the property.
            let mask = if wide == 2 { 0x7FFF } else { 0x7F };
            let numbers = (0..count).map_while(|_| list.length(wide));
            return Some(numbers.map(|number| number & mask).collect());
        }
    }
    Some(Vec::new())
}

/// The orientation after turning by so many quarters to the left.
const fn turned(orientation: u8, quarters: u64) -> u8 {
    let mut now = orientation;
    let mut left = quarters;
    while 0 < left {
        now = match now {
            2 => 5,
            3 => 6,
            4 => 7,
            5 => 4,
            6 => 1,
            7 => 2,
            8 => 3,
            _ => 8,
        };
        left -= 1;
    }
    now
}

/// The orientation after mirroring: 0 exchanges top and bottom, 1 left and right.
const fn mirrored(orientation: u8, axis: u64) -> u8 {
    match (orientation, axis) {
        (1, 0) => 4,
        (1, _) => 2,
        (2, 0) => 3,
        (2, _) => 1,
        (3, 0) => 2,
        (3, _) => 4,
        (4, 0) => 1,
        (4, _) => 3,
        (5, 0) => 8,
        (5, _) => 6,
        (6, 0) => 7,
        (6, _) => 5,
        (7, 0) => 6,
        (7, _) => 8,
        (_, 0) => 5,
        (_, _) => 7,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::metadata::Orientation;
    use image::{DynamicImage, GrayImage};

    use super::*;

    fn boxed(kind: &[u8; 4], parts: &[&[u8]]) -> Vec<u8> {
        let body = parts.concat();
        let length = u32::try_from(body.len() + 8).unwrap();
        [&length.to_be_bytes()[..], kind, &body].concat()
    }

    /// A file whose main picture is item 7 and has these transformations.
    fn file(turns: &[Vec<u8>]) -> Vec<u8> {
        let size = [640_u32, 480].map(u32::to_be_bytes).concat();
        let other = [8_u32, 8].map(u32::to_be_bytes).concat();
        let mut all = vec![
            boxed(b"ispe", &[&[0; 4], &other]),
            boxed(b"ispe", &[&[0; 4], &size]),
            boxed(b"colr", &[b"prof", b"profile"]),
        ];
        all.extend(turns.iter().cloned());
        let mut own = vec![0, 7, u8::try_from(turns.len() + 2).unwrap()];
        own.extend((2..all.len() + 1).map(|number| 0x80 | u8::try_from(number).unwrap()));
        let ipma = boxed(b"ipma", &[&[0; 4], &[0, 0, 0, 2], &[0, 3, 1, 0x81], &own]);
        let iprp = boxed(b"iprp", &[&boxed(b"ipco", &[&all.concat()]), &ipma]);
        let meta = boxed(b"meta", &[&[0; 4], &boxed(b"pitm", &[&[0; 4], &[0, 7]]), &iprp]);
        [boxed(b"ftyp", &[b"heic\0\0\0\0mif1"]), meta, boxed(b"mdat", &[b"coded"])].concat()
    }

    fn read(file: &[u8]) -> Option<Primary> {
        primary(&mut Cursor::new(file), u64::try_from(file.len()).unwrap())
    }

    #[test]
    fn the_main_picture_is_described() {
        let found = read(&file(&[])).unwrap();
        assert_eq!((found.size, found.orientation), ((640, 480), 1));
        assert_eq!(found.profile.unwrap(), b"profile");
        let turn = |quarters| boxed(b"irot", &[&[quarters]]);
        let of = |turns: &[Vec<u8>]| read(&file(turns)).unwrap().orientation;
        assert_eq!([0, 1, 2, 3].map(|quarters| of(&[turn(quarters)])), [1, 8, 3, 6]);
        assert_eq!(of(&[turn(1), boxed(b"imir", &[&[0]])]), 5);
        assert_eq!(of(&[turn(3), boxed(b"imir", &[&[0]])]), 7);
    }

    #[test]
    fn turns_are_those_of_the_picture_library() {
        let picture = |orientation: u8| {
            let plain =
                GrayImage::from_fn(3, 2, |x, y| image::Luma([u8::try_from(x + 3 * y).unwrap()]));
            let mut image = DynamicImage::from(plain);
            image.apply_orientation(Orientation::from_exif(orientation).unwrap());
            image
        };
        for orientation in 1..=8 {
            assert_eq!(picture(turned(orientation, 1)), picture(orientation).rotate270());
            assert_eq!(picture(mirrored(orientation, 0)), picture(orientation).flipv());
            assert_eq!(picture(mirrored(orientation, 1)), picture(orientation).fliph());
        }
    }

    #[test]
    fn a_file_that_is_cut_off_is_none() {
        let whole = file(&[]);
        for length in 0..whole.len() {
            assert_eq!(read(&whole[..length]), None, "{length}");
        }
    }
}
