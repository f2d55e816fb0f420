//! Web pictures.

use image::{DynamicImage, GrayAlphaImage, ImageBuffer, ImageFormat, LumaA, RgbImage};

use super::fixtures::{self, Bench, PROFILE, SECRET, has, made};
use crate::media::packets::Packets;
use crate::media::photo::PictureJob;
use crate::media::rendition::{Focus, Rendition};

fn bytes(photo: &[u8], name: &str, described: bool) -> Vec<u8> {
    let renditions = vec![name.parse().unwrap()];
    made(photo, &PictureJob { renditions, focus: Focus::default(), described, page: None })
        .unwrap()
        .remove(0)
}

fn picture(photo: &[u8], name: &str) -> RgbImage {
    image::load_from_memory(&bytes(photo, name, false)).unwrap().to_rgb8()
}

/// Whether two colours look alike, given what JPEG does to them.
fn alike(found: [u8; 3], wanted: [u8; 3]) -> bool {
    found.iter().zip(wanted).all(|(a, b)| a.abs_diff(b) < 12)
}

#[test]
fn every_way_of_holding_the_camera_comes_out_upright() {
    let upright = fixtures::corners(400, 200);
    for orientation in 1..=8 {
        let stored = fixtures::held(&upright, orientation);
        let small = picture(&fixtures::jpeg(&stored, orientation), "320.jpg");
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
    let photo = fixtures::jpeg(&fixtures::corners(400, 200), 6);
    let renditions: Vec<Rendition> = Rendition::all().collect();
    let job = PictureJob { renditions, focus: Focus::default(), described: false, page: None };
    let pictures = made(&photo, &job).unwrap();
    assert_eq!(pictures.len(), 32);
    for bytes in pictures {
        assert!(!has(&bytes, SECRET) && !has(&bytes, PROFILE) && !has(&bytes, b"Exif"));
    }
}

#[test]
fn a_small_picture_is_never_made_larger() {
    let photo = fixtures::encoded(&fixtures::corners(500, 90), ImageFormat::Png);
    assert_eq!(picture(&photo, "1600.jpg").dimensions(), (500, 90));
    assert_eq!(picture(&photo, "800.jpg").dimensions(), (500, 90));
    assert_eq!(picture(&photo, "320.jpg").dimensions(), (320, 58));
}

#[test]
fn what_shows_through_is_white() {
    let clear = GrayAlphaImage::from_pixel(400, 20, LumaA([0, 0]));
    let half: ImageBuffer<LumaA<u16>, _> = ImageBuffer::from_pixel(400, 20, LumaA([0, 0x8000]));
    for (image, wanted) in [(DynamicImage::from(clear), 255), (DynamicImage::from(half), 127)] {
        let photo = fixtures::encoded(&image, ImageFormat::Png);
        for size in ["320.jpg", "1600.jpg", "1600.webp"] {
            let found = picture(&photo, size).get_pixel(100, 10).0;
            assert!(alike(found, [wanted; 3]), "{found:?}");
        }
    }
}

#[test]
fn sixteen_bit_and_grey_pictures_come_out_as_they_look() {
    let colour = fixtures::corners(700, 300);
    for image in [
        DynamicImage::from(colour.to_rgb16()),
        DynamicImage::from(colour.to_luma8()),
        DynamicImage::from(colour.to_luma16()),
        DynamicImage::from(colour.to_rgba16()),
    ] {
        let photo = fixtures::encoded(&image, ImageFormat::Png);
        let small = picture(&photo, "320.jpg");
        let wanted = image.to_rgb8().get_pixel(10, 10).0;
        assert!(alike(small.get_pixel(10, 10).0, wanted), "{:?}", image.color());
    }
}

#[test]
fn a_cut_keeps_what_the_focal_point_says() {
    let photo = fixtures::jpeg(&fixtures::corners(800, 200), 1);
    for (x, left) in [(0, [250, 5, 5]), (100, [5, 250, 5])] {
        let renditions = vec!["320-1x1.jpg".parse().unwrap()];
        let job =
            PictureJob { renditions, focus: Focus { x, y: 50 }, described: false, page: None };
        let bytes = made(&photo, &job).unwrap().remove(0);
        let square = image::load_from_memory(&bytes).unwrap().to_rgb8();
        assert_eq!(square.dimensions(), (200, 200));
        assert!(alike(square.get_pixel(5, 5).0, left), "{:?}", square.get_pixel(5, 5));
    }
}

#[test]
fn a_web_picture_has_the_description_of_its_release() {
    let bench = Bench::new();
    let xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>QUANGBA</x:xmpmeta>".to_vec();
    let packets = Packets { xmp: Some(xmp.clone()), iptc: Some(b"8BIM-QUANGBA".to_vec()) };
    let picture = fixtures::corners(40, 30);
    for (original, iptc) in [
        (fixtures::jpeg(&picture, 6), true),
        (fixtures::png(&picture, 6), false),
        (fixtures::webp(&picture, 6), false),
        (fixtures::encoded(&picture, ImageFormat::WebP), false),
        (fixtures::gif(&picture), false),
    ] {
        let digest = bench.put(&original);
        let release = bench.media.release(&digest, &packets).unwrap();
        let out = bench.get(&release.stored.digest);
        assert!(has(&out, &xmp), "{}", release.media_type);
        assert_eq!(has(&out, b"8BIM-QUANGBA"), iptc, "{}", release.media_type);
        let again = bench.media.release(&release.stored.digest, &packets).unwrap();
        assert_eq!(again.stored.digest, release.stored.digest, "{}", release.media_type);
        let upright = image::load_from_memory(&out).unwrap();
        assert_eq!(upright.width() * upright.height(), 1200);
        for name in ["320.jpg", "320.webp", "320-4x5.webp"] {
            let bytes = bytes(&out, name, true);
            assert!(has(&bytes, &xmp), "{} {name}", release.media_type);
            assert_eq!(has(&bytes, b"8BIM-QUANGBA"), iptc && name == "320.jpg");
            image::load_from_memory(&bytes).unwrap();
        }
    }
}

#[test]
fn print_colours_become_light() {
    // Cyan, magenta, yellow and black patches, uncompressed, as a TIFF has them.
    let inks: Vec<u8> = [[255, 0, 0, 0], [0, 255, 0, 0], [0, 0, 255, 0], [0, 0, 0, 255]]
        .into_iter()
        .flat_map(|ink: [u8; 4]| ink.repeat(64))
        .collect();
    let tiff = fixtures::inks(&inks, 64, 4);
    let shown = picture(&tiff, "320.jpg");
    assert_eq!(shown.dimensions(), (64, 4));
    for (y, wanted) in [(0, [0, 255, 255]), (1, [255, 0, 255]), (2, [255, 255, 0]), (3, [0; 3])] {
        let photo = picture(&fixtures::inks(&inks[y * 256..][..256].repeat(8), 64, 8), "320.jpg");
        assert!(alike(photo.get_pixel(30, 4).0, wanted), "{:?}", photo.get_pixel(30, 4));
    }
}

#[test]
fn a_wide_gamut_becomes_srgb() {
    let adobe = moxcms::ColorProfile::new_adobe_rgb().encode().unwrap();
    let plain = RgbImage::from_pixel(40, 30, image::Rgb([0, 200, 0]));
    let mut bytes = Vec::new();
    let mut encoder = image::codecs::png::PngEncoder::new(&mut bytes);
    image::ImageEncoder::set_icc_profile(&mut encoder, adobe).unwrap();
    DynamicImage::from(plain).write_with_encoder(encoder).unwrap();
    // The green of Adobe RGB lies outside of sRGB: no red is left, and more green is not to be had.
    let found = picture(&bytes, "320.jpg").get_pixel(20, 15).0;
    assert!(alike(found, [0, 202, 0]), "{found:?}");
}
