//! The grammar, and percent-encoding.

use super::super::{
    Error,
    image::{MAX_PATH, Request, Target, What},
};

fn error(path: &str) -> Error {
    path.parse::<Request>().expect_err(path)
}

#[test]
fn every_form_of_the_standard_is_read() {
    for region in
        ["full", "square", "0,0,1,1", "125,15,120,140", "pct:41.6,7.5,40,70", "pct:.5,0,100.,200"]
    {
        let path = format!("{region}/max/0/default.jpg");
        assert!(path.parse::<Request>().is_ok(), "{path}");
    }
    for size in ["max", "150,", ",150", "pct:50", "pct:0.1", "225,100", "!225,100"] {
        for up in ["", "^"] {
            let path = format!("full/{up}{size}/0/default.jpg");
            assert!(path.parse::<Request>().is_ok(), "{path}");
        }
    }
    for rotation in ["0", "90", "180", "270", "360", "90.0", "00", "!0", "!180", "!270.000"] {
        let path = format!("full/max/{rotation}/default.jpg");
        assert!(path.parse::<Request>().is_ok(), "{path}");
    }
    for last in ["default.jpg", "color.png", "gray.webp", "bitonal.png"] {
        assert!(format!("full/max/0/{last}").parse::<Request>().is_ok(), "{last}");
    }
}

#[test]
fn a_wrong_region_is_refused() {
    for bad in [
        "",
        "Full",
        "full ",
        "1,2,3",
        "1,2,3,4,5",
        "1,2,3,",
        "-1,0,5,5",
        "+1,0,5,5",
        "1.5,0,5,5",
        "0x1,0,5,5",
        "0,0,4294967296,5",
        "٣,0,5,5",
        "pct:",
        "pct:1,2,3",
        "pct:.,0,5,5",
        "pct:1e1,0,5,5",
        "pct:-1,0,5,5",
        "pct:1.2.3,0,5,5",
        "pct:NaN,0,5,5",
        "PCT:1,1,1,1",
    ] {
        assert_eq!(error(&format!("{bad}/max/0/default.jpg")), Error::Region, "{bad}");
    }
    for zero in ["0,0,0,1", "0,0,1,0", "pct:0,0,0,1", "pct:0,0,1,0.0"] {
        assert_eq!(error(&format!("{zero}/max/0/default.jpg")), Error::Zero, "{zero}");
    }
}

#[test]
fn a_wrong_size_is_refused() {
    for bad in [
        "",
        "full",
        "Max",
        "^",
        "^^max",
        "max^",
        "!max",
        ",",
        "!,",
        "!5,",
        "!,5",
        "5",
        "5,5,5",
        ",^240",
        "!^5,5",
        "-5,",
        "+5,",
        "5.5,",
        "99999999999,",
        "pct:",
        "pct:x",
        "!pct:5",
        "pct:5,5",
    ] {
        assert_eq!(error(&format!("full/{bad}/0/default.jpg")), Error::Size, "{bad}");
    }
    for zero in ["0,", ",0", "0,5", "5,0", "!0,5", "pct:0", "pct:0.0", "^0,"] {
        assert_eq!(error(&format!("full/{zero}/0/default.jpg")), Error::Zero, "{zero}");
    }
}

#[test]
fn a_wrong_rotation_differs_from_one_that_is_not_implemented() {
    for bad in ["", "!", "-90", "+90", "361", "360.1", "90deg", "!!0", "9e1", "inf", "."] {
        assert_eq!(error(&format!("full/max/{bad}/default.jpg")), Error::Rotation, "{bad}");
    }
    for other in ["45", "22.5", "!345", "0.5", "359.999"] {
        let error = error(&format!("full/max/{other}/default.jpg"));
        assert_eq!((&error, error.status()), (&Error::OtherRotation, 501), "{other}");
    }
}

#[test]
fn a_wrong_quality_or_format_differs_from_one_that_is_not_implemented() {
    for bad in ["native.jpg", "grey.jpg", ".jpg", "Default.jpg", "default.x.jpg"] {
        assert_eq!(error(&format!("full/max/0/{bad}")), Error::Quality, "{bad}");
    }
    for bad in ["default", "default.", "default.jpeg", "default.JPG", "default.bmp", "default.jp"] {
        assert_eq!(error(&format!("full/max/0/{bad}")), Error::Format, "{bad}");
    }
    for other in ["tif", "gif", "jp2", "pdf"] {
        let error = error(&format!("full/max/0/default.{other}"));
        assert_eq!((&error, error.status()), (&Error::OtherFormat, 501), "{other}");
    }
}

#[test]
fn parts_are_decoded_once_and_after_the_split() {
    let plain = "pct:10,10,80,80/^!300,300/!90/default.jpg".parse::<Request>().unwrap();
    let encoded = "pct%3A10%2C10%2C80%2C80/%5E%21300%2C300/%2190/default%2Ejpg";
    assert_eq!(encoded.parse(), Ok(plain));
    assert_eq!(error("full%2Fmax/0/default.jpg"), Error::Path);
    assert_eq!(error("0,0%2F,1,1/max/0/default.jpg"), Error::Region);
    assert_eq!(error("full/%255Emax/0/default.jpg"), Error::Size);
    for bad in ["%", "%2", "%zz", "%ff"] {
        assert_eq!(error(&format!("{bad}/max/0/default.jpg")), Error::Encoding, "{bad}");
    }
}

#[test]
fn a_path_has_three_forms() {
    let target = |path: &str| path.parse::<Target>();
    let base = target("ho-lak").unwrap();
    assert_eq!((base.identifier.as_str(), base.what), ("ho-lak", What::Base));
    assert_eq!(target("ho-lak/info.json").unwrap().what, What::Info);
    let full = "full/max/0/default.jpg";
    let image = target(&format!("ark:%2F12025%2F654/{full}")).unwrap();
    assert_eq!(image.identifier, "ark:/12025/654");
    assert_eq!(image.what, What::Image(full.parse().unwrap()));
    assert_eq!(target("h%E1%BB%93").unwrap().identifier, "hồ");
    // Encoded twice: decoded once.
    assert_eq!(target("a%252Fb").unwrap().identifier, "a%2Fb");
    for bad in ["", "/", "/info.json", "a/", "a/info.xml", "a/b/info.json", "a/full/max/0"] {
        assert_eq!(target(bad), Err(Error::Path), "{bad}");
    }
    assert_eq!(target("%/info.json"), Err(Error::Encoding));
    assert_eq!(Error::Path.status(), 404);
}

#[test]
fn a_long_path_is_not_read() {
    let zeros = "0".repeat(MAX_PATH);
    assert_eq!(error(&format!("{zeros},0,1,1/max/0/default.jpg")), Error::Long);
    assert_eq!(zeros.replace('0', "a").parse::<Target>().map(|t| t.what), Ok(What::Base));
    assert_eq!(format!("{zeros}0").parse::<Target>(), Err(Error::Long));
    // Zeros before a number say nothing.
    assert!("0000000000000005,0,1,1/max/0/default.jpg".parse::<Request>().is_ok());
}
