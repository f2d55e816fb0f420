//! What goes out, and what does not.

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader};
use std::io::{Cursor, Seek, Write};

use super::fixtures::{self, Bench, PROFILE, SECRET, has};
use crate::media::limits::Limits;
use crate::media::packets::Packets;
use crate::media::release::{self, Release};

/// Releases the file twice, looks for the secret, gives the release's bytes.
fn released(bench: &Bench, bytes: &[u8]) -> (Release, Vec<u8>) {
    assert!(has(bytes, SECRET));
    let digest = bench.put(bytes);
    let release = bench.media.release(&digest, &Packets::default()).unwrap();
    let out = bench.get(&release.stored.digest);
    assert!(!has(&out, SECRET));
    for trace in [&b"Photoshop"[..], b"adobe.com", b"JFXX", b"MPF", b"prVt", b"XMP"] {
        assert!(!has(&out, trace), "{}", String::from_utf8_lossy(trace));
    }
    assert_eq!(
        bench.media.release(&digest, &Packets::default()).unwrap().stored.digest,
        release.stored.digest
    );
    let again = bench.media.release(&release.stored.digest, &Packets::default()).unwrap();
    assert_eq!(again.stored.digest, release.stored.digest);
    (release, out)
}

fn decoded(bytes: &[u8]) -> DynamicImage {
    image::load_from_memory(bytes).unwrap()
}

fn turn(bytes: &[u8]) -> u8 {
    let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().unwrap();
    reader.into_decoder().unwrap().orientation().unwrap().to_exif()
}

#[test]
fn a_jpeg_keeps_its_picture_profile_and_turn_and_loses_the_rest() {
    let bench = Bench::new();
    for orientation in 1..=8 {
        let original = fixtures::jpeg(&fixtures::corners(40, 30), orientation);
        let (release, out) = released(&bench, &original);
        assert_eq!(release.media_type, "image/jpeg");
        assert_eq!(turn(&out), orientation);
        assert!(has(&out, PROFILE));
        assert_eq!(has(&out, b"Exif"), orientation != 1);
        assert_eq!(decoded(&out), decoded(&original));
        assert!(out.ends_with(&[0xFF, 0xD9]));
    }
}

#[test]
fn a_png_keeps_its_chunks_of_picture_and_colour() {
    let bench = Bench::new();
    for orientation in [1, 6] {
        let original = fixtures::png(&fixtures::corners(40, 30), orientation);
        let (release, out) = released(&bench, &original);
        assert_eq!(release.media_type, "image/png");
        assert_eq!(turn(&out), orientation);
        assert!(has(&out, b"gAMA") && !has(&out, b"tIME"));
        assert_eq!(decoded(&out), decoded(&original));
    }
}

#[test]
fn a_webp_keeps_its_picture_profile_and_turn() {
    let bench = Bench::new();
    for orientation in [1, 8] {
        let original = fixtures::webp(&fixtures::corners(41, 30), orientation);
        let (release, out) = released(&bench, &original);
        assert_eq!(release.media_type, "image/webp");
        assert_eq!(turn(&out), orientation);
        assert!(has(&out, PROFILE));
        assert_eq!(decoded(&out), decoded(&original));
        let said = u32::from_le_bytes(out[4..8].try_into().unwrap());
        assert_eq!(usize::try_from(said).unwrap() + 8, out.len());
    }
}

#[test]
fn a_gif_goes_on_looping() {
    let bench = Bench::new();
    let original = fixtures::gif(&fixtures::corners(40, 30));
    let (release, out) = released(&bench, &original);
    assert_eq!(release.media_type, "image/gif");
    assert!(has(&out, b"NETSCAPE2.0"));
    assert_eq!(decoded(&out), decoded(&original));
}

/// The PNG that a TIFF or BMP is released as, before it is described.
fn png(original: &[u8]) -> Vec<u8> {
    let (mut file, out) = (tempfile::tempfile().unwrap(), tempfile::NamedTempFile::new().unwrap());
    file.write_all(original).unwrap();
    file.rewind().unwrap();
    release::write_png(&file, &Limits::default(), out.reopen().unwrap()).unwrap();
    std::fs::read(out.path()).unwrap()
}

#[test]
fn a_tiff_comes_out_upright_without_loss() {
    let picture = fixtures::corners(80, 60);
    for orientation in 1..=8_u8 {
        let original = fixtures::tiff(&fixtures::held(&picture, orientation), orientation.into());
        assert!(has(&original, SECRET));
        let out = png(&original);
        assert!(!has(&out, SECRET));
        assert_eq!(decoded(&out), picture, "orientation {orientation}");
        let mut decoder =
            ImageReader::with_format(Cursor::new(&out), ImageFormat::Png).into_decoder().unwrap();
        assert!(has(&decoder.icc_profile().unwrap().unwrap(), PROFILE));
    }
}

#[test]
fn sixteen_bits_stay_sixteen_bits() {
    let mut picture = fixtures::corners(8, 8).to_rgb16();
    picture.get_pixel_mut(3, 3).0 = [0x1234, 0x5678, 0x9ABC];
    let picture = DynamicImage::from(picture);
    assert_eq!(decoded(&png(&fixtures::encoded(&picture, ImageFormat::Tiff))), picture);
}

#[test]
fn a_bmp_comes_out_as_png() {
    let picture = fixtures::corners(40, 30);
    let out = png(&fixtures::encoded(&picture, ImageFormat::Bmp));
    assert_eq!(decoded(&out).to_rgb8(), picture.to_rgb8());
}

#[test]
fn comments_between_the_scans_of_a_jpeg_go_too() {
    let header = [vec![0xFF, 0xD8], fixtures::segment(0xC2, &[&[8, 0, 8, 0, 8, 1, 1, 0x11, 0]])];
    let scan = [fixtures::segment(0xDA, &[&[1, 1, 0, 0, 0, 0]]), vec![1, 2, 0xFF, 0, 0xFF, 0xD0]];
    let end = [0xFF, 0xD9];
    let note = fixtures::segment(0xFE, &[SECRET]);
    let table = fixtures::segment(0xC4, &[&[0; 17]]);
    let whole =
        [&header.concat()[..], &scan.concat(), &note, &table, &scan.concat(), &end].concat();
    let mut out = Vec::new();
    crate::media::jpeg::clean(&mut Cursor::new(&whole), 1, &Packets::default(), &mut out).unwrap();
    let wanted = [&header.concat()[..], &scan.concat(), &table, &scan.concat(), &end].concat();
    assert_eq!(out, wanted);
    assert!(crate::media::jpeg::survey(&mut Cursor::new(&whole)).unwrap().progressive);
}
