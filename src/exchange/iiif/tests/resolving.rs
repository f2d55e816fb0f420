//! Regions and sizes in pixels, with the examples of the standard (a picture of 300 × 200).

use super::{
    super::{
        Error,
        image::{Bounds, Confined, Quality, Turn},
    },
    fixture::*,
};

const PICTURE: (u32, u32) = (300, 200);

fn region(text: &str) -> Result<[u32; 4], Error> {
    let path = format!("{text}/max/0/default.jpg");
    job(&path, PICTURE, &Bounds::default()).map(|job| numbers(&job).0)
}

fn scaled(text: &str, bounds: &Bounds) -> Result<[u32; 2], Error> {
    job(&format!("full/{text}/0/default.jpg"), PICTURE, bounds).map(|job| numbers(&job).1)
}

#[test]
fn regions_are_cut_at_the_edges() {
    for (text, pixels) in [
        ("full", [0, 0, 300, 200]),
        ("square", [50, 0, 200, 200]),
        ("125,15,120,140", [125, 15, 120, 140]),
        ("pct:41.6,7.5,40,70", [125, 15, 120, 140]),
        ("125,15,200,200", [125, 15, 175, 185]),
        ("pct:41.6,7.5,66.6,100", [125, 15, 175, 185]),
        ("0,0,4294967295,4294967295", [0, 0, 300, 200]),
        ("299,199,1,1", [299, 199, 1, 1]),
        ("pct:0,0,4294967295,100", [0, 0, 300, 200]),
        // Neighbours touch.
        ("pct:0,0,33.333333333333336,100", [0, 0, 100, 200]),
        ("pct:33.333333333333336,0,33.333333333333336,100", [100, 0, 100, 200]),
        // Less than a pixel is one.
        ("pct:0,0,0.001,0.001", [0, 0, 1, 1]),
        ("pct:99.999,99.999,1,1", [299, 199, 1, 1]),
    ] {
        assert_eq!(region(text), Ok(pixels), "{text}");
    }
    for outside in ["300,0,1,1", "0,200,1,1", "4294967295,0,1,1", "pct:100,0,1,1", "pct:0,101,1,1"]
    {
        assert_eq!(region(outside), Err(Error::Outside), "{outside}");
    }
    assert_eq!(Error::Outside.status(), 400);
}

#[test]
fn an_upright_picture_has_its_square_in_the_middle() {
    let job = job("square/max/0/default.jpg", (200, 301), &Bounds::default()).unwrap();
    assert_eq!(numbers(&job), ([0, 50, 200, 200], [200, 200]));
}

#[test]
fn sizes_are_those_of_the_standard() {
    for (text, max_width, pixels) in [
        ("max", 1000, [300, 200]),
        ("max", 200, [200, 133]),
        ("^max", 360, [360, 240]),
        ("^max", 200, [200, 133]),
        ("150,", 1000, [150, 100]),
        ("^360,", 1000, [360, 240]),
        (",150", 1000, [225, 150]),
        ("^,240", 1000, [360, 240]),
        ("pct:50", 1000, [150, 100]),
        ("^pct:120", 1000, [360, 240]),
        ("225,100", 1000, [225, 100]),
        ("^360,360", 1000, [360, 360]),
        ("!225,100", 1000, [150, 100]),
        ("^!360,360", 1000, [360, 240]),
        ("!225,100", 100, [100, 67]),
        ("^!2000,2000", 360, [360, 240]),
        ("!2000,50", 1000, [75, 50]),
        ("!300,200", 1000, [300, 200]),
        ("^150,", 1000, [150, 100]),
        ("pct:33.3333", 1000, [100, 67]),
    ] {
        assert_eq!(scaled(text, &wide(max_width)), Ok(pixels), "{text} {max_width}");
    }
}

#[test]
fn nothing_grows_without_a_caret() {
    for text in ["301,", ",201", "301,200", "300,201", "pct:101", "pct:100.4"] {
        assert_eq!(scaled(text, &wide(1000)), Err(Error::Upscaled), "{text}");
        assert!(scaled(&format!("^{text}"), &wide(1000)).is_ok(), "^{text}");
    }
    assert_eq!(Error::Upscaled.status(), 400);
}

#[test]
fn a_small_region_stays_as_it_is_in_a_large_frame() {
    let strict = Bounds { confined: Confined::Refuse, ..wide(1000) };
    for text in ["!301,201", "!4294967295,4294967295"] {
        assert_eq!(scaled(text, &wide(1000)), Ok([300, 200]), "{text}");
        assert_eq!(scaled(text, &strict), Err(Error::Upscaled), "{text}");
    }
    assert_eq!(scaled("!300,999", &strict), Ok([300, 200]));
    assert_eq!(scaled("^!600,600", &strict), Ok([600, 400]));
}

#[test]
fn nothing_grows_without_a_limit() {
    let none = Bounds::default();
    for text in ["^301,", "^pct:101", "^300,201", "^!301,201"] {
        assert_eq!(scaled(text, &none), Err(Error::NoUpscaling), "{text}");
    }
    assert_eq!(Error::NoUpscaling.status(), 501);
    assert_eq!(scaled("^max", &none), Ok([300, 200]));
    assert_eq!(scaled("^!150,150", &none), Ok([150, 100]));
    let area = Bounds { max_area: Some(240_000), ..none };
    assert_eq!(scaled("^max", &area), Ok([600, 400]));
}

#[test]
fn what_is_too_large_is_refused_and_max_is_fitted() {
    let all = Bounds {
        max_width: Some(280),
        max_height: Some(150),
        max_area: Some(15_000),
        ..Bounds::default()
    };
    for text in ["281,10", "10,151", "200,76", "151,", "pct:51", "^400,", "^10,151"] {
        assert_eq!(scaled(text, &all), Err(Error::TooLarge), "{text}");
    }
    assert_eq!(scaled("200,75", &all), Ok([200, 75]));
    assert_eq!(scaled("max", &all), Ok([150, 100]));
    // A limit of one side holds for the other too.
    assert_eq!(scaled("10,151", &wide(150)), Err(Error::TooLarge));
    let high = Bounds { max_height: Some(150), ..Bounds::default() };
    assert_eq!(scaled("max", &high), Ok([150, 100]));
}

#[test]
fn a_side_that_would_vanish_is_refused_or_kept_at_one_pixel() {
    let line = (3000, 10);
    let size = |text: &str, bounds: &Bounds| {
        job(&format!("full/{text}/0/default.jpg"), line, bounds).map(|job| numbers(&job).1)
    };
    for text in ["100,", "pct:1"] {
        assert_eq!(size(text, &Bounds::default()), Err(Error::Zero), "{text}");
    }
    assert_eq!(size("!100,100", &Bounds::default()), Ok([100, 1]));
    assert_eq!(size("max", &wide(100)), Ok([100, 1]));
    let area = |pixels| Bounds { max_area: Some(pixels), ..Bounds::default() };
    assert_eq!(size("max", &area(50)), Ok([50, 1]));
    let upright = job("full/max/0/default.jpg", (10, 3000), &area(50)).unwrap();
    assert_eq!(numbers(&upright).1, [1, 50]);
    assert_eq!(size("max", &area(0)), Ok([1, 1]));
    assert_eq!(size("max", &wide(0)), Ok([1, 1]));
}

#[test]
fn a_size_fits_into_its_format() {
    let long = (40_000, 100);
    let size = |format: &str| {
        let path = format!("full/max/0/default.{format}");
        numbers(&job(&path, long, &Bounds::default()).unwrap()).1
    };
    assert_eq!(size("jpg"), [40_000, 100]);
    assert_eq!(size("webp"), [16_383, 41]);
    let exact = job("full/16384,41/0/default.webp", long, &Bounds::default());
    assert_eq!(exact, Err(Error::TooLarge));
}

#[test]
fn the_rest_of_a_request_goes_into_the_job() {
    let job = job("full/max/!270/bitonal.png", PICTURE, &Bounds::default()).unwrap();
    assert_eq!((job.mirrored, job.turn, job.turn.degrees()), (true, Turn::ThreeQuarters, 270));
    assert_eq!((job.quality, job.format.media_type()), (Quality::Bitonal, "image/png"));
}
