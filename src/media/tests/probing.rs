//! What is taken in and what is refused.

use std::io::{BufReader, Read};
use std::time::{Duration, Instant};

use image::{DynamicImage, ImageFormat};
use proptest::prelude::*;

use super::fixtures::{self, Bench, made};
use crate::media::MediaError;
use crate::media::limits::Limits;
use crate::media::packets::Packets;
use crate::media::photo::PictureJob;
use crate::media::rendition::{Focus, Rendition, Size};

/// What the worker makes of a file that was taken.
fn looked(bytes: &[u8]) -> Result<Vec<Vec<u8>>, MediaError> {
    let renditions = vec![Rendition::jpeg(Size::Small)];
    made(bytes, &PictureJob { renditions, focus: Focus::default(), described: false, page: None })
}

#[test]
fn every_photo_format_is_known_by_its_content() {
    let bench = Bench::new();
    let picture = fixtures::corners(40, 30);
    for (bytes, name, media_type, orientation) in [
        (fixtures::jpeg(&picture, 6), "a.JPG", "image/jpeg", 6),
        (fixtures::png(&picture, 3), "a.png", "image/png", 3),
        (fixtures::webp(&picture, 8), "a.webp", "image/webp", 8),
        (fixtures::tiff(&picture, 6), "a.tif", "image/tiff", 6),
        (fixtures::gif(&picture), "a.gif", "image/gif", 1),
        (fixtures::encoded(&picture, ImageFormat::Bmp), "a.bmp", "image/bmp", 1),
    ] {
        let probe = bench.media.probe(&bench.put(&bytes), name).unwrap();
        assert_eq!((probe.media_type, probe.size), (media_type, Some((40, 30))));
        assert_eq!((probe.orientation, probe.pages), (orientation, None), "{name}");
        assert_eq!(probe.bytes, u64::try_from(bytes.len()).unwrap());
        let turned = 4 < orientation;
        assert_eq!(probe.upright(), Some(if turned { (30, 40) } else { (40, 30) }));
    }
}

#[test]
fn a_small_file_that_unpacks_to_a_huge_picture_is_refused_by_its_header() {
    let bench = Bench::new();
    let bytes = fixtures::bomb(20_000);
    assert!(bytes.len() < 5_000);
    let digest = bench.put(&bytes);
    let start = Instant::now();
    let refused = bench.media.probe(&digest, "a.png");
    assert!(start.elapsed() < Duration::from_millis(50), "{:?}", start.elapsed());
    assert!(matches!(refused, Err(MediaError::Pixels { width: 20_000, height: 20_000, .. })));

    let small = Bench::with(Limits { decode_memory: 1 << 20, ..Limits::default() });
    let refused = small.media.probe(&small.put(&fixtures::bomb(5_000)), "a.png");
    assert!(matches!(refused, Err(MediaError::Memory { .. })), "{refused:?}");
}

#[test]
fn what_breaks_off_is_refused_wherever_it_does() {
    let bench = Bench::new();
    let picture = fixtures::corners(64, 48);
    let files = [
        fixtures::encoded(&picture, ImageFormat::Jpeg),
        fixtures::encoded(&picture, ImageFormat::Png),
        fixtures::encoded(&picture, ImageFormat::WebP),
        fixtures::encoded(&picture, ImageFormat::Gif),
        fixtures::encoded(&picture, ImageFormat::Bmp),
        fixtures::tiff(&picture, 1),
    ];
    for whole in files {
        for part in 1..20 {
            let cut = &whole[..whole.len() * part / 20];
            let taken = bench.media.probe(&bench.put(cut), "tệp");
            let refused = taken.and_then(|_probe| looked(cut));
            assert!(
                matches!(refused, Err(MediaError::Corrupt { .. } | MediaError::Unsupported { .. })),
                "{part}/20 of {:?}: {refused:?}",
                &whole[..4]
            );
        }
        let cut = &whole[..whole.len() - 1];
        let taken = bench.media.probe(&bench.put(cut), "tệp");
        assert!(taken.and_then(|_probe| looked(cut)).is_err(), "{:?}", &whole[..4]);
    }
}

#[test]
fn names_and_contents_that_differ_are_refused() {
    let bench = Bench::new();
    let html = bench.put(b"<!DOCTYPE html><script>alert(1)</script>");
    let mismatch = bench.media.probe(&html, "a.jpg");
    assert!(matches!(mismatch, Err(MediaError::Mismatch { found: "text/html", .. })));
    let unsupported = bench.media.probe(&html, "a.html");
    assert!(matches!(unsupported, Err(MediaError::Unsupported { found }) if found == "text/html"));
    let pdf = bench.put(b"%PDF-1.4\n");
    let mismatch = bench.media.probe(&pdf, "a.jpg");
    assert!(matches!(mismatch, Err(MediaError::Mismatch { named: "image/jpeg", .. })));
    assert!(matches!(bench.media.probe(&bench.put(b""), "a.jpg"), Err(MediaError::Empty)));
    let picture = fixtures::encoded(&fixtures::corners(4, 4), ImageFormat::Png);
    let outside = bench.media.probe(&bench.put(&picture), "../a.png");
    assert!(matches!(outside, Err(MediaError::Name(_))));
}

#[test]
fn files_over_their_limits_are_refused() {
    let picture = fixtures::encoded(&fixtures::corners(40, 30), ImageFormat::Png);
    let bytes = u64::try_from(picture.len()).unwrap();
    let probe = |limits: Limits| {
        let bench = Bench::with(limits);
        bench.media.probe(&bench.put(&picture), "a.png")
    };
    let all = Limits::default();
    let exact = Limits { photo_bytes: bytes, file_bytes: bytes, pixels: 1200, ..all.clone() };
    assert!(probe(exact).is_ok());
    let file = probe(Limits { file_bytes: bytes - 1, ..all.clone() });
    assert!(matches!(file, Err(MediaError::TooLarge { .. })));
    let photo = probe(Limits { photo_bytes: bytes - 1, ..all.clone() });
    assert!(matches!(photo, Err(MediaError::TooLarge { .. })));
    let pixels = probe(Limits { pixels: 1199, ..all });
    assert!(matches!(pixels, Err(MediaError::Pixels { .. })));
}

#[test]
fn a_picture_of_floating_point_colours_is_refused_before_it_is_published() {
    let bench = Bench::new();
    let picture = DynamicImage::from(fixtures::corners(8, 8).to_rgb32f());
    let digest = bench.put(&fixtures::encoded(&picture, ImageFormat::Tiff));
    assert!(matches!(bench.media.probe(&digest, "a.tiff"), Err(MediaError::Unsupported { .. })));
}

#[test]
fn a_worker_that_is_none_is_our_failure_not_the_uploaders() {
    let bench = Bench::new();
    let refused = bench.media.probe(&bench.put(b"%PDF-1.4\n"), "a.pdf");
    assert!(matches!(refused, Err(MediaError::Worker(_))), "{refused:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    /// Whatever a few changed bytes do to a file: it is taken or refused, and what is taken can
    /// be released and made into web pictures.
    #[test]
    fn damaged_files_are_taken_or_refused(
        which in 0..5_usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let bench = Bench::with(Limits { pixels: 1 << 16, ..Limits::default() });
        let picture = fixtures::corners(24, 16);
        let mut bytes = match which {
            0 => fixtures::jpeg(&picture, 6),
            1 => fixtures::png(&picture, 6),
            2 => fixtures::webp(&picture, 6),
            3 => fixtures::gif(&picture),
            _ => fixtures::tiff(&picture, 6),
        };
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        let digest = bench.put(&bytes);
        match bench.media.probe(&digest, "x") {
            Ok(probe) => {
                // The worker may refuse what has a whole structure; it must not fall over.
                let shown = looked(&bytes);
                prop_assert!(!matches!(shown, Err(MediaError::Io(_))), "{shown:?}");
                if probe.media_type == "image/tiff" {
                    return Ok(());
                }
                let release = bench.media.release(&digest, &Packets::default()).unwrap();
                prop_assert_eq!(release.size, probe.upright());
                prop_assert!(bench.media.probe(&release.stored.digest, "x").is_ok());
            }
            Err(MediaError::Io(error)) => prop_assert!(false, "{error:?}"),
            Err(_) => {}
        }
    }
}

#[test]
fn the_default_memory_is_enough_for_the_largest_plain_photo() {
    let bench = Bench::new();
    // 20,000 × 10,000 pixels in colour, by the header; the data breaks off at once.
    let frame = [8, 0x27, 0x10, 0x4E, 0x20, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1];
    let scan = [3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0];
    let parts = |marker| {
        [
            vec![0xFF, 0xD8],
            fixtures::segment(marker, &[&frame]),
            fixtures::segment(0xDA, &[&scan]),
            vec![0xFF, 0xD9],
        ]
        .concat()
    };
    let plain = bench.media.probe(&bench.put(&parts(0xC0)), "a.jpg");
    assert!(plain.is_ok(), "{plain:?}");
    let progressive = bench.media.probe(&bench.put(&parts(0xC2)), "a.jpg");
    assert!(matches!(progressive, Err(MediaError::Memory { .. })), "{progressive:?}");
}

/// The same bytes again and again.
struct Again {
    bytes: Vec<u8>,
    at: usize,
}

impl Read for Again {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let read = (&self.bytes[self.at..]).read(out)?;
        self.at = (self.at + read) % self.bytes.len();
        Ok(read)
    }
}

#[test]
fn a_gigabyte_of_segments_is_passed_over() {
    let plain = fixtures::encoded(&fixtures::corners(8, 8), ImageFormat::Jpeg);
    let segment = fixtures::segment(0xE5, &[&[b'a'; 65_533]]);
    let length = u64::try_from(segment.len()).unwrap();
    let all = (1 << 30) / length * length;
    let segments = || Again { bytes: segment.clone(), at: 0 }.take(all);
    let whole = || BufReader::new(plain[..2].chain(segments()).chain(&plain[2..]));
    let facts = crate::media::jpeg::survey(&mut whole()).unwrap();
    assert_eq!((facts.width, facts.height), (8, 8));
    let mut out = Vec::new();
    crate::media::jpeg::clean(&mut whole(), 1, &Packets::default(), &mut out).unwrap();
    assert!(out.len() <= plain.len());
    image::load_from_memory(&out).unwrap();
}
