//! Files that were cut off, changed, or made to cost time and memory.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::build::*;
use super::*;

fn all() -> Vec<Vec<u8>> {
    vec![film(), film_to_the_end(), stream(false), webm(), live(), mp3(), wav()]
}

#[test]
fn a_file_that_is_cut_off_is_refused_wherever_that_is() {
    for file in [film(), film_to_the_end(), stream(false), webm(), wav()] {
        for length in 0..file.len() {
            // Whole boxes may be missing at the end: then there is less, but nothing broken.
            if probed(&file[..length]).is_ok() {
                assert!([film(), stream(false)].contains(&file), "{length} of {}", file.len());
                cleaned(&[&file[..length], &atom(b"free", &[SECRET])].concat());
            }
        }
    }
    // Frames and live clusters end anywhere between two of them, or within the first bytes of one.
    let whole = mp3();
    let tail = whole.windows(8).position(|window| window == b"APETAGEX").unwrap();
    let cut = (0..tail).filter(|length| probed(&whole[..*length]).is_ok()).count();
    assert!((60..200).contains(&cut), "{cut}");
    let whole = live();
    let cut = (0..whole.len()).filter(|length| probed(&whole[..*length]).is_ok()).count();
    assert!((5..30).contains(&cut), "{cut}");
}

fn quickly(file: &[u8]) -> Result<Av, AvError> {
    let start = Instant::now();
    let found = probed(file);
    assert!(start.elapsed() < Duration::from_secs(20));
    found
}

#[test]
fn sizes_that_lie_are_refused() {
    let long = |size: u64, kind: &[u8; 4]| [&[0, 0, 0, 1], &kind[..], &size.to_be_bytes()].concat();
    for size in [0, 1, 15, 1 << 32, 1 << 62, 1 << 63, u64::MAX] {
        for kind in [b"mdat", b"moov", b"free", b"udta"] {
            let file = [FTYP, &long(size, kind), &film()[16..]].concat();
            assert!(matches!(probed(&file), Err(AvError::Corrupt { .. })), "{size}");
        }
    }
    for size in 1..8_u32 {
        let file = [FTYP, &size.to_be_bytes(), b"free"].concat();
        assert!(matches!(probed(&file), Err(AvError::Corrupt { .. })));
    }
    for size in [[1, 0x7F, 255, 255, 255, 255, 255, 255], [1, 255, 255, 255, 255, 255, 255, 254]] {
        let file = [&webm()[..60], &[0xEC], &size[..]].concat();
        assert!(matches!(probed(&file), Err(AvError::Corrupt { .. })));
    }
}

#[test]
fn counts_that_lie_allocate_nothing() {
    let count = numbers(&[u32::MAX]);
    for kind in [b"stsz", b"stco", b"stsc"] {
        let mut file = film();
        let at = file.windows(4).position(|window| window == kind).unwrap();
        let place = at + if kind == b"stsz" { 12 } else { 8 };
        file[place..place + 4].copy_from_slice(&count);
        assert!(matches!(quickly(&file), Err(AvError::Corrupt { .. })));
    }
    // All samples of one size, more of them than there is room for.
    let mut file = film();
    let at = file.windows(4).position(|window| window == b"stsz").unwrap();
    file[at + 8..at + 16].fill(0xFF);
    assert!(matches!(quickly(&file), Err(AvError::Corrupt { .. })));
}

#[test]
fn boxes_ten_thousand_deep_are_not_followed() {
    for kind in [b"moov", b"trak", b"udta", b"meta", b"mdia"] {
        let mut nest = Vec::new();
        for depth in (1..=10_000_u32).rev() {
            nest.extend((depth * 8).to_be_bytes());
            nest.extend(kind);
        }
        let movie = moov(&[Made::video(24)], &nest);
        let file = [FTYP, &atom(b"mdat", &[FILM]), &movie].concat();
        match quickly(&file) {
            Ok(_) => drop(cleaned(&[file, atom(b"skip", &[SECRET])].concat())),
            Err(error) => assert!(matches!(error, AvError::Corrupt { .. }), "{error}"),
        }
    }
    let tag = (0..10_000).fold(Vec::new(), |inner, _| {
        let size = u32::try_from(inner.len()).unwrap() | 0x1000_0000;
        [&[0x67, 0xC8], &size.to_be_bytes()[..], &inner].concat()
    });
    let file = [live(), element(0x1254_C367, &[&element(0x7373, &[&tag])])].concat();
    cleaned(&file);
}

#[test]
fn a_million_small_pieces_are_too_many() {
    let boxes = b"\0\0\0\x08free".repeat(1_100_000);
    assert!(matches!(quickly(&[FTYP, &boxes].concat()), Err(AvError::TooComplex("boxes"))));
    let voids = [0xEC, 0x80].repeat(8_500_000);
    assert!(matches!(quickly(&[live(), voids].concat()), Err(AvError::TooComplex(_))));
    let texts = element(0x1254_C367, &[&[0x73, 0x73, 0x80].repeat(100_000)]);
    cleaned(&[live(), texts].concat());
    let items = atom(b"\xA9nam", &[]).repeat(100_000);
    let movie = moov(&[Made::video(24)], &atom(b"udta", &[&items]));
    assert!(quickly(&[FTYP, &atom(b"mdat", &[FILM]), &movie].concat()).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    /// Whatever is changed: it is refused, or its cleaned copy gives nothing away.
    #[test]
    fn changed_bytes_do_no_harm(
        which in 0..7_usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut file = all().swap_remove(which);
        for (at, byte) in changes {
            let length = file.len();
            file[at.index(length)] = byte;
        }
        let mut out = Vec::new();
        if clean(&mut Cursor::new(&file), &mut out).is_ok() {
            prop_assert!(which >= 5 || out.len() == file.len());
            let after = probed(&out).unwrap();
            prop_assert!(after.traces.is_empty(), "{:?}", after);
            let mut again = Vec::new();
            clean(&mut Cursor::new(&out), &mut again).unwrap();
            prop_assert!(again == out);
        }
    }

    /// Any bytes behind a beginning that is known.
    #[test]
    fn any_bytes_are_read_or_refused(
        which in 0..6_usize,
        bytes in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let heads = [FTYP, &[0x1A, 0x45, 0xDF, 0xA3], b"ID3", &[0xFF, 0xFB], b"RIFF\xFF\0\0\0WAVE", b"\0\0\0\x08moov"];
        let file = [heads[which], &bytes].concat();
        if probed(&file).is_ok() {
            clean(&mut Cursor::new(&file), &mut io::sink()).unwrap();
        }
    }
}
