//! Web pictures.

use std::fs;
use std::io::Read;
use std::thread;

use image::{DynamicImage, GrayAlphaImage, ImageBuffer, ImageFormat, LumaA, RgbImage};

use super::fixtures::{self, Bench, PROFILE, SECRET, has};
use crate::domain::digest::Digest;
use crate::media::MediaError;
use crate::media::photo::Size;

fn bytes(bench: &Bench, digest: &Digest, size: Size) -> Vec<u8> {
    let mut bytes = Vec::new();
    bench.media.picture(digest, size).unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

fn picture(bench: &Bench, digest: &Digest, size: Size) -> RgbImage {
    image::load_from_memory_with_format(&bytes(bench, digest, size), ImageFormat::Jpeg)
        .unwrap()
        .to_rgb8()
}

/// Whether two colours look alike, given what JPEG does to them.
fn alike(found: [u8; 3], wanted: [u8; 3]) -> bool {
    found.iter().zip(wanted).all(|(a, b)| a.abs_diff(b) < 12)
}

#[test]
fn every_way_of_holding_the_camera_comes_out_upright() {
    let bench = Bench::new();
    let upright = fixtures::corners(400, 200);
    for orientation in 1..=8 {
        let stored = fixtures::held(&upright, orientation);
        let digest = bench.put(&fixtures::jpeg(&stored, orientation));
        let small = picture(&bench, &digest, Size::Small);
        assert_eq!(small.dimensions(), (320, 160), "orientation {orientation}");
        for (x, y, wanted) in [
            (10, 10, [250, 5, 5]),
            (310, 10, [5, 250, 5]),
            (10, 150, [5, 5, 250]),
            (310, 150, [250, 250, 250]),
        ] {
            let found = small.get_pixel(x, y).0;
            assert!(alike(found, wanted), "orientation {orientation}, {x}/{y}: {found:?}");
        }
    }
}

#[test]
fn nothing_of_the_original_but_its_look_goes_along() {
    let bench = Bench::new();
    let digest = bench.put(&fixtures::jpeg(&fixtures::corners(400, 200), 6));
    for size in Size::ALL {
        let bytes = bytes(&bench, &digest, size);
        assert!(!has(&bytes, SECRET) && !has(&bytes, PROFILE) && !has(&bytes, b"Exif"));
    }
}

#[test]
fn a_small_picture_is_never_made_larger() {
    let bench = Bench::new();
    let digest = bench.put(&fixtures::encoded(&fixtures::corners(500, 90), ImageFormat::Png));
    assert_eq!(picture(&bench, &digest, Size::Large).dimensions(), (500, 90));
    assert_eq!(picture(&bench, &digest, Size::Medium).dimensions(), (500, 90));
    assert_eq!(picture(&bench, &digest, Size::Small).dimensions(), (320, 58));
}

#[test]
fn what_shows_through_is_white() {
    let bench = Bench::new();
    let clear = GrayAlphaImage::from_pixel(400, 20, LumaA([0, 0]));
    let half: ImageBuffer<LumaA<u16>, _> = ImageBuffer::from_pixel(400, 20, LumaA([0, 0x8000]));
    for (image, wanted) in [(DynamicImage::from(clear), 255), (DynamicImage::from(half), 127)] {
        let digest = bench.put(&fixtures::encoded(&image, ImageFormat::Png));
        for size in [Size::Small, Size::Large] {
            let found = picture(&bench, &digest, size).get_pixel(100, 10).0;
            assert!(alike(found, [wanted; 3]), "{found:?}");
        }
    }
}

#[test]
fn sixteen_bit_and_grey_pictures_come_out_as_they_look() {
    let bench = Bench::new();
    let colour = fixtures::corners(700, 300);
    for image in [
        DynamicImage::from(colour.to_rgb16()),
        DynamicImage::from(colour.to_luma8()),
        DynamicImage::from(colour.to_luma16()),
        DynamicImage::from(colour.to_rgba16()),
    ] {
        let digest = bench.put(&fixtures::encoded(&image, ImageFormat::Png));
        let small = picture(&bench, &digest, Size::Small);
        let wanted = image.to_rgb8().get_pixel(10, 10).0;
        assert!(alike(small.get_pixel(10, 10).0, wanted), "{:?}", image.color());
    }
}

#[test]
fn what_is_deleted_comes_back_the_same() {
    let bench = Bench::new();
    let digest = bench.put(&fixtures::jpeg(&fixtures::corners(900, 300), 1));
    bench.media.pictures(&digest).unwrap();
    let first = bytes(&bench, &digest, Size::Medium);
    let name = format!("{digest}-800.jpg");
    let (first_two, rest) = name.split_at(2);
    let folder = bench.data().join("derived").join(first_two).join(rest.split_at(2).0);
    assert_eq!(fs::read(folder.join(&name)).unwrap(), first);

    fs::remove_dir_all(bench.data().join("derived")).unwrap();
    assert_eq!(bytes(&bench, &digest, Size::Medium), first);
    bench.media.forget_pictures(&digest).unwrap();
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
}

#[test]
fn many_who_ask_at_once_all_get_it() {
    let bench = Bench::new();
    let digests: Vec<Digest> = (0..4_u32)
        .map(|n| bench.put(&fixtures::jpeg(&fixtures::corners(900 + n, 300), 1)))
        .collect();
    thread::scope(|scope| {
        for n in 0..16 {
            let (bench, digest) = (&bench, &digests[n % 4]);
            scope.spawn(move || assert_eq!(picture(bench, digest, Size::Small).width(), 320));
        }
    });
    assert_eq!(fs::read_dir(bench.data().join("derived/incoming")).unwrap().count(), 0);
}

#[test]
fn a_publication_and_a_missing_file_have_none() {
    let bench = Bench::new();
    let pdf = bench.put(b"%PDF-1.4\n");
    let refused = bench.media.picture(&pdf, Size::Small);
    assert!(matches!(refused, Err(MediaError::Unsupported { .. })));
    let missing = bench.media.picture(&Digest::from([0; 32]), Size::Small);
    assert!(matches!(missing, Err(MediaError::Missing(_))));
}
