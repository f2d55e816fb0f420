//! Media types and links.

use super::{
    super::{
        http::{Api, LEVEL, link},
        image::Bounds,
    },
    fixture::*,
};

#[test]
fn json_ld_is_sent_unless_plain_json_is_preferred() {
    let linked = "application/ld+json;profile=\"http://iiif.io/api/image/3/context.json\"";
    for (accept, sent) in [
        (None, linked),
        (Some(""), linked),
        (Some("*/*"), linked),
        (Some("application/ld+json"), linked),
        (Some("application/ld+json;profile=\"x\", application/json"), linked),
        (Some("text/html, */*;q=0.8"), linked),
        (Some("application/json"), "application/json"),
        (Some("Application/JSON; charset=utf-8"), "application/json"),
        (Some("application/ld+json;q=0.5, application/json;q=0.9"), "application/json"),
        (Some("application/ld+json;q=0, application/*"), "application/json"),
        (Some("application/ld+json; Q=1, */*;q=0.1"), linked),
        (Some("application/json;q=nan"), linked),
        (Some("application/json;q=9"), linked),
        (Some("text/html"), linked),
    ] {
        assert_eq!(Api::Image.media_type(accept), sent, "{accept:?}");
    }
    let manifest = Api::Presentation;
    assert!(manifest.media_type(None).contains(manifest.context()));
}

#[test]
fn a_picture_is_linked_to_its_canonical_address_and_the_profile() {
    let bounds = wide(1000);
    let picture = size(300, 200);
    let job = job("pct:0,0,50,100/^400,/0/default.jpg", (300, 200), &bounds).unwrap();
    let canonical = job.canonical(picture, &bounds);
    assert_eq!(canonical, "0,0,150,200/^400,533/0/default.jpg");
    let expected = format!(
        "<{BASE}/3/a/0,0,150,200/%5E400,533/0/default.jpg>;rel=\"canonical\", \
         <http://iiif.io/api/image/3/level2.json>;rel=\"profile\""
    );
    assert_eq!(link(&url("3/a"), &canonical), expected);
    assert_eq!(link(&url("3/a/"), &canonical), expected);
    assert!(expected.ends_with(LEVEL));
}

#[test]
fn canonical_addresses_are_those_of_the_standard() {
    for (path, max_width, canonical) in [
        ("0,0,300,200/max/0/default.jpg", 1000, "full/max/0/default.jpg"),
        ("pct:0,0,100,100/300,/360/default.jpg", 1000, "full/max/0/default.jpg"),
        ("0,0,999,999/pct:100/!90.0/gray.png", 1000, "full/max/!90/gray.png"),
        ("full/!200,200/0/default.jpg", 200, "full/max/0/default.jpg"),
        ("full/150,/0/default.jpg", 1000, "full/150,100/0/default.jpg"),
        ("full/^150,/0/default.jpg", 1000, "full/150,100/0/default.jpg"),
        ("full/^360,/0/default.jpg", 360, "full/^max/0/default.jpg"),
        ("full/^360,/0/color.webp", 1000, "full/^360,240/0/color.webp"),
        ("full/^10,999/0/default.jpg", 1000, "full/^10,999/0/default.jpg"),
        ("square/max/0/default.jpg", 1000, "50,0,200,200/max/0/default.jpg"),
        ("125,15,200,200/max/0/default.jpg", 1000, "125,15,175,185/max/0/default.jpg"),
    ] {
        let bounds = wide(max_width);
        let job = job(path, (300, 200), &bounds).unwrap();
        assert_eq!(job.canonical(size(300, 200), &bounds), canonical, "{path}");
    }
    let none = Bounds::default();
    let job = job("full/^max/0/default.jpg", (300, 200), &none).unwrap();
    assert_eq!(job.canonical(size(300, 200), &none), "full/max/0/default.jpg");
}
