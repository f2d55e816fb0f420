//! Photos as tiles.

use std::io::{Read, Seek, Write};

use image::{DynamicImage, Rgb, RgbImage};

use super::fixtures;
use crate::media::MediaError;
use crate::media::limits::Limits;
use crate::media::rendition::Coding;
use crate::media::tiles::{self, Colours, Tiles, View, ViewCoding};

fn tiled(photo: &[u8]) -> Tiles {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(photo).unwrap();
    file.rewind().unwrap();
    let out = tempfile::tempfile().unwrap();
    tiles::write(&file, &Limits::default(), out.try_clone().unwrap()).unwrap();
    Tiles::open(out).unwrap()
}

fn view(region: (u32, u32, u32, u32), size: (u32, u32)) -> View {
    View {
        region,
        size,
        mirrored: false,
        degrees: 0,
        colours: Colours::All,
        coding: ViewCoding::Web(Coding::Jpeg),
    }
}

fn bytes(tiles: &Tiles, view: &View) -> Vec<u8> {
    tiles.ready(view).unwrap().unwrap_or_else(|| tiles.made(view).unwrap())
}

fn shown(tiles: &Tiles, view: &View) -> RgbImage {
    image::load_from_memory(&bytes(tiles, view)).unwrap().to_rgb8()
}

fn alike(found: Rgb<u8>, wanted: [u8; 3]) -> bool {
    found.0.iter().zip(wanted).all(|(a, b)| a.abs_diff(b) < 16)
}

/// A picture whose place can be told by its colour: red grows to the right, green downwards.
fn slopes(width: u32, height: u32) -> DynamicImage {
    let share = |at: u32, all: u32| u8::try_from(at * 255 / all).unwrap();
    RgbImage::from_fn(width, height, |x, y| Rgb([share(x, width), share(y, height), 90])).into()
}

#[test]
fn every_tile_of_every_level_is_the_part_that_it_stands_for() {
    let tiles = tiled(&fixtures::encoded(&slopes(1_100, 700), image::ImageFormat::Png));
    assert_eq!(tiles.size(), (1_100, 700));
    for factor in [1_u32, 2, 4, 8] {
        let side = 256 * factor;
        for top in (0..700).step_by(side.try_into().unwrap()) {
            for left in (0..1_100).step_by(side.try_into().unwrap()) {
                let region = (left, top, side.min(1_100 - left), side.min(700 - top));
                let size = (region.2.div_ceil(factor), region.3.div_ceil(factor));
                assert!(tiles.ready(&view(region, size)).unwrap().is_some(), "{region:?}");
                let tile = shown(&tiles, &view(region, size));
                assert_eq!(tile.dimensions(), size, "{region:?}");
                let (x, y) = (left + region.2 / 2, top + region.3 / 2);
                let wanted = [x * 255 / 1_100, y * 255 / 700, 90].map(|c| u8::try_from(c).unwrap());
                let found = *tile.get_pixel(size.0 / 2, size.1 / 2);
                assert!(alike(found, wanted), "{region:?}: {found:?}, not {wanted:?}");
            }
        }
    }
}

#[test]
fn any_part_at_any_size_is_put_together_from_tiles() {
    let tiles = tiled(&fixtures::encoded(&slopes(1_100, 700), image::ImageFormat::Png));
    for (region, size) in [
        ((0, 0, 1_100, 700), (1_100, 700)),
        ((0, 0, 1_100, 700), (37, 23)),
        ((200, 100, 300, 300), (300, 300)),
        ((250, 250, 20, 20), (200, 200)),
        ((1_099, 699, 1, 1), (5, 7)),
    ] {
        let part = shown(&tiles, &view(region, size));
        assert_eq!(part.dimensions(), size);
        let (x, y) = (region.0 + region.2 / 2, region.1 + region.3 / 2);
        let wanted = [x * 255 / 1_100, y * 255 / 700, 90].map(|c| u8::try_from(c).unwrap());
        let found = *part.get_pixel(size.0 / 2, size.1 / 2);
        assert!(alike(found, wanted), "{region:?} at {size:?}: {found:?}, not {wanted:?}");
    }
}

#[test]
fn a_view_is_mirrored_then_turned_then_loses_its_colours() {
    let tiles = tiled(&fixtures::jpeg(&fixtures::corners(400, 200), 6));
    assert_eq!(tiles.size(), (200, 400), "upright");
    let tiles = tiled(&fixtures::jpeg(&fixtures::corners(400, 200), 1));
    let whole = view((0, 0, 400, 200), (400, 200));
    let mirrored = shown(&tiles, &View { mirrored: true, ..whole });
    assert!(alike(*mirrored.get_pixel(10, 10), [5, 250, 5]));
    let turned = shown(&tiles, &View { degrees: 90, ..whole });
    assert_eq!(turned.dimensions(), (200, 400));
    assert!(alike(*turned.get_pixel(10, 10), [5, 5, 250]));
    let both = shown(&tiles, &View { mirrored: true, degrees: 90, ..whole });
    assert!(alike(*both.get_pixel(10, 10), [250, 250, 250]));
    let grey = shown(&tiles, &View { colours: Colours::Grey, ..whole });
    let Rgb([r, g, b]) = *grey.get_pixel(10, 10);
    assert!(r == g && g == b);
    let two = View { colours: Colours::Two, coding: ViewCoding::Png, ..whole };
    let two = shown(&tiles, &two);
    assert!(two.pixels().all(|pixel| [0, 255].contains(&pixel.0[0])));
    let webp = View { coding: ViewCoding::Web(Coding::WebP), ..whole };
    assert!(bytes(&tiles, &webp).starts_with(b"RIFF"));
}

#[test]
fn damaged_tiles_are_none() {
    let photo = fixtures::encoded(&slopes(300, 300), image::ImageFormat::Png);
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&photo).unwrap();
    file.rewind().unwrap();
    let out = tempfile::tempfile().unwrap();
    tiles::write(&file, &Limits::default(), out.try_clone().unwrap()).unwrap();
    let mut whole = Vec::new();
    (&out).rewind().unwrap();
    (&out).read_to_end(&mut whole).unwrap();
    assert!(Tiles::open(out).is_ok());
    for cut in [0, 5, 12, whole.len() / 2, whole.len() - 1] {
        let mut part = tempfile::tempfile().unwrap();
        part.write_all(&whole[..cut]).unwrap();
        assert!(matches!(Tiles::open(part), Err(MediaError::Corrupt { .. })), "{cut}");
    }
}
