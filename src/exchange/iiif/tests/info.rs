//! `info.json`.

use serde_json::json;

use super::{
    super::{
        Rights, Size, Url,
        image::{Bounds, Format, Info, Quality},
    },
    fixture::*,
};

fn info<'a>(id: &'a Url, picture: Size, bounds: &'a Bounds) -> Info<'a> {
    Info { id, picture, bounds, sizes: &[], qualities: &[], preferred: &[], rights: None }
}

#[test]
fn it_says_everything_in_the_order_of_the_standard() {
    let id = url("3/abc/");
    let bounds = Bounds { max_area: Some(4_000_000), ..wide(3000) };
    let rights: Rights = "https://creativecommons.org/licenses/by/4.0/".parse().unwrap();
    let sizes = [size(150, 100), size(600, 400), size(3000, 2000), size(6001, 4000)];
    let full = Info {
        sizes: &sizes,
        qualities: &[Quality::Default, Quality::Color, Quality::Gray, Quality::Bitonal],
        preferred: &[Format::Webp, Format::Jpg],
        rights: Some(&rights),
        ..info(&id, size(6000, 4000), &bounds)
    };
    let expected = json!({
        "@context": "http://iiif.io/api/image/3/context.json",
        "id": "https://anh.example.vn/iiif/3/abc",
        "type": "ImageService3",
        "protocol": "http://iiif.io/api/image",
        "profile": "level2",
        "width": 6000,
        "height": 4000,
        "maxWidth": 3000,
        "maxHeight": 3000,
        "maxArea": 4_000_000,
        "sizes": [{ "width": 150, "height": 100 }, { "width": 600, "height": 400 }],
        "tiles": [{ "width": 256, "scaleFactors": [1, 2, 4, 8, 16, 32] }],
        "rights": "http://creativecommons.org/licenses/by/4.0/",
        "preferredFormats": ["webp", "jpg"],
        "extraFormats": ["webp"],
        "extraQualities": ["color", "gray", "bitonal"],
        "extraFeatures":
            ["canonicalLinkHeader", "mirroring", "profileLinkHeader", "sizeUpscaling"],
    });
    // As texts: the order counts.
    assert_eq!(full.json().to_string(), expected.to_string());
}

#[test]
fn what_there_is_not_is_not_said() {
    let id = url("3/abc");
    let none = Bounds::default();
    let json = info(&id, size(200, 100), &none).json();
    for absent in [
        "maxWidth",
        "maxHeight",
        "maxArea",
        "sizes",
        "rights",
        "preferredFormats",
        "extraQualities",
    ] {
        assert!(json.get(absent).is_none(), "{absent}");
    }
    assert_eq!(json["tiles"], json!([{ "width": 256, "scaleFactors": [1] }]));
    let features = json!(["canonicalLinkHeader", "mirroring", "profileLinkHeader"]);
    assert_eq!(json["extraFeatures"], features);
    // No sizes that would be upscaled.
    let bounds = wide(1000);
    let sizes = [size(100, 50), size(201, 50), size(100, 101)];
    let json = Info { sizes: &sizes, ..info(&id, size(200, 100), &bounds) }.json();
    assert_eq!(json["sizes"], json!([{ "width": 100, "height": 50 }]));
    // No tiles that the limits would refuse.
    assert!(info(&id, size(200, 100), &wide(255)).json().get("tiles").is_none());
}

#[test]
fn the_halves_of_a_picture_are_its_sizes() {
    let sizes = Info::halves(size(6000, 4001));
    let expected = [(188, 125), (375, 250), (750, 500), (1500, 1000), (3000, 2001)];
    assert_eq!(sizes, expected.map(|(width, height)| size(width, height)));
    assert!(Info::halves(size(256, 256)).is_empty());
    // A half of one pixel is still one, a quarter none.
    assert_eq!(Info::halves(size(u32::MAX, 1)), [size(1 << 31, 1)]);
}

/// The request for every tile, computed as the standard's implementation notes do (section 3).
fn tiles(picture: Size, factor: u32) -> Vec<String> {
    let (width, height) = (picture.width(), picture.height());
    let step = 256 * factor;
    let mut all = Vec::new();
    for y in (0..height).step_by(step.try_into().unwrap()) {
        for x in (0..width).step_by(step.try_into().unwrap()) {
            let (w, h) = (step.min(width - x), step.min(height - y));
            let (sw, sh) = (w.div_ceil(factor), h.div_ceil(factor));
            all.push(format!("{x},{y},{w},{h}/{sw},{sh}/0/default.jpg"));
        }
    }
    all
}

#[test]
fn every_tile_that_is_announced_is_given() {
    for (width, height) in [(1000, 1000), (257, 1), (6000, 37), (513, 4097)] {
        let id = url("3/abc");
        let bounds = wide(256);
        let picture = size(width, height);
        let json = info(&id, picture, &bounds).json();
        let factors = json["tiles"][0]["scaleFactors"].as_array().unwrap().clone();
        let factors = factors.iter().map(|factor| factor.as_u64().unwrap().try_into().unwrap());
        let paths: Vec<String> = factors.flat_map(|factor| tiles(picture, factor)).collect();
        assert!(1 < paths.len());
        for path in paths {
            job(&path, (width, height), &bounds).expect(&path);
        }
    }
}
