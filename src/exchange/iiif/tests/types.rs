//! Addresses, rights, durations.

use std::time::Duration;

use super::super::{Error, Rights, Url, manifest::Seconds};

#[test]
fn an_address_is_absolute_and_encoded() {
    for good in [
        "https://a.vn",
        "http://localhost:8080/iiif/3/a%2Fb",
        "https://a.vn/x?y=z#xywh=1,2,3,4",
        "http://[::1]/x",
    ] {
        assert_eq!(good.parse::<Url>().unwrap().as_str(), good);
    }
    let long = format!("https://a.vn/{}", "a".repeat(8_000));
    for bad in [
        "",
        "https://",
        "https:///x",
        "https://?x",
        "ftp://a.vn",
        "//a.vn/x",
        "https://a.vn/hồ",
        "https://a.vn/a b",
        "https://a.vn/\"",
        "https://a.vn/<",
        "https://a.vn/^max",
        "https://a.vn/%2",
        "https://a.vn/%zz",
        "https://a.vn/\n",
        "https://a.vn/#a#b",
        &long,
    ] {
        assert_eq!(bad.parse::<Url>(), Err(Error::Url), "{bad}");
    }
}

#[test]
fn rights_are_brought_to_the_address_for_machines() {
    for (given, known) in [
        ("http://rightsstatements.org/vocab/InC/1.0/", "rightsstatements.org/vocab/InC/1.0/"),
        ("https://rightsstatements.org/vocab/NoC-US/1.0", "rightsstatements.org/vocab/NoC-US/1.0/"),
        ("https://creativecommons.org/licenses/by/4.0/", "creativecommons.org/licenses/by/4.0/"),
        (
            "https://creativecommons.org/licenses/by-nc-nd/4.0/deed.vi",
            "creativecommons.org/licenses/by-nc-nd/4.0/",
        ),
        (
            "http://www.creativecommons.org/licenses/by-sa/3.0/vn/",
            "creativecommons.org/licenses/by-sa/3.0/vn/",
        ),
        (
            "https://creativecommons.org/publicdomain/zero/1.0/legalcode",
            "creativecommons.org/publicdomain/zero/1.0/",
        ),
    ] {
        assert_eq!(given.parse::<Rights>().unwrap().to_string(), format!("http://{known}"));
    }
}

#[test]
fn other_rights_are_refused() {
    let long = format!("https://creativecommons.org/licenses/by/4.{}/", "0".repeat(100));
    for bad in [
        &long,
        "",
        "InC",
        "http://rightsstatements.org/vocab/XXX/1.0/",
        "http://rightsstatements.org/vocab/InC/2.0/",
        "http://rightsstatements.org/page/InC/1.0/",
        "http://rightsstatements.org.evil.example/vocab/InC/1.0/",
        "https://creativecommons.org/",
        "https://creativecommons.org/licenses/by/",
        "https://creativecommons.org/licenses/by/4.0/vn/x/",
        "https://creativecommons.org/licenses/by/4.0/v",
        "https://creativecommons.org/licenses/\"><script>/4.0/",
        "https://creativecommons.org/publicdomain/by/4.0/",
        "https://creativecommons.org/publicdomain/zero/1.0/vn",
        "https://opensource.org/license/mit",
    ] {
        assert_eq!(bad.parse::<Rights>(), Err(Error::Rights), "{bad}");
    }
}

#[test]
fn a_duration_is_not_zero() {
    assert_eq!(Seconds::new(Duration::from_micros(999)), None);
    assert!(Seconds::new(Duration::from_millis(1)).is_some());
    assert_eq!(Seconds::new(Duration::MAX), None);
}
