//! What the IIIF image validator asks of a server, version 3.0, on its picture of 1000 × 1000.

use super::{
    super::{
        Error,
        image::{Bounds, Confined, Target},
    },
    fixture::*,
};

const PICTURE: (u32, u32) = (1000, 1000);

fn bounds() -> Bounds {
    Bounds { confined: Confined::Refuse, ..wide(2000) }
}

/// The size of the answer, or its status.
fn answer(path: &str) -> Result<[u32; 2], u16> {
    job(path, PICTURE, &bounds()).map(|job| numbers(&job).1).map_err(|error| error.status())
}

#[test]
fn regions() {
    assert_eq!(answer("square/max/0/default.jpg"), Ok([1000, 1000]));
    for at in 0..10 {
        let path = format!("{0},{0},74,74/max/0/default.jpg", at * 100 + 13);
        assert_eq!(answer(&path), Ok([74, 74]));
        let path = format!("pct:{0},{0},9,9/max/0/default.jpg", at * 10 + 1);
        let job = job(&path, PICTURE, &bounds()).unwrap();
        assert_eq!(numbers(&job).0, [at * 100 + 10, at * 100 + 10, 90, 90]);
        let path = format!("{0},{0},100,100/35,35/0/default.jpg", at * 100);
        assert_eq!(answer(&path), Ok([35, 35]));
    }
}

#[test]
fn sizes() {
    for (text, size) in [
        ("450,", [450, 450]),
        (",750", [750, 750]),
        ("!350,750", [350, 350]),
        ("350,750", [350, 750]),
        ("pct:45", [450, 450]),
        ("^1500,1500", [1500, 1500]),
        ("^,1500", [1500, 1500]),
        ("^1500,", [1500, 1500]),
        ("^pct:200", [2000, 2000]),
        ("^!2000,500", [500, 500]),
        ("^!2000,3000", [2000, 2000]),
    ] {
        assert_eq!(answer(&format!("full/{text}/0/default.jpg")), Ok(size), "{text}");
    }
}

#[test]
fn what_is_greater_than_the_picture_is_a_bad_request() {
    for text in ["1100,1100", ",1100", "1100,", "pct:200", "!2000,3000", "full"] {
        assert_eq!(answer(&format!("full/{text}/0/default.jpg")), Err(400), "{text}");
    }
}

#[test]
fn turns_qualities_and_formats() {
    for rotation in ["90", "180", "270", "!0", "!180"] {
        let path = format!("13,13,76,76/max/{rotation}/default.jpg");
        assert_eq!(answer(&path), Ok([76, 76]));
    }
    for last in ["default.jpg", "color.jpg", "gray.jpg", "bitonal.jpg", "default.png"] {
        assert_eq!(answer(&format!("full/max/0/{last}")), Ok([1000, 1000]));
    }
}

#[test]
fn random_parts_are_bad_requests() {
    // Characters from 0 to z, as the validator draws them.
    for text in ["9:<=>?", "@ABC[]", "\\^_`az", "Zz$$$$", "1^2_3:"] {
        for path in [
            format!("{text}/max/0/default.jpg"),
            format!("full/{text}/0/default.jpg"),
            format!("full/max/{text}/default.jpg"),
            format!("full/max/0/{text}.jpg"),
            format!("full/max/0/default.{text}"),
        ] {
            assert_eq!(answer(&path), Err(400), "{path}");
        }
    }
}

#[test]
fn identifiers() {
    let status = |path: &str| path.parse::<Target>().map_err(|error: Error| error.status());
    let full = "full/max/0/default.jpg";
    assert_eq!(status(&format!("a/b/{full}")), Err(404));
    assert_eq!(status(&format!("[frob]/{full}")).unwrap().identifier, "[frob]");
    assert_eq!(status(&format!("a%2Db/{full}")).unwrap().identifier, "a-b");
}
