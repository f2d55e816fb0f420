//! What is written is read back.

use std::collections::BTreeMap;

use super::fixtures::{jpeg, notice, of, texts, xmp_segment};
use crate::media::metadata::{Described, Format, Notice, Place, X_DEFAULT, iptc, xmp};

/// The most bytes of an XMP packet in one segment.
const PACKET: usize = 65_502;

fn from_xmp(notice: &Notice) -> Described {
    of(Format::Jpeg, &jpeg(&[xmp_segment(&xmp(notice))]))
}

fn from_iptc(notice: &Notice) -> Described {
    of(Format::Jpeg, &jpeg(&[iptc_segment(notice)]))
}

fn iptc_segment(notice: &Notice) -> (u8, Vec<u8>) {
    (0xED, [b"Photoshop 3.0\0", iptc(notice).as_slice()].concat())
}

#[test]
fn a_packet_says_all_that_the_notice_says() {
    let (notice, found) = (notice(), from_xmp(&notice()));
    assert_eq!(found.headline, texts(&[(X_DEFAULT, "Lễ hội cồng chiêng")]));
    let with_default = |own: &BTreeMap<String, String>| {
        let mut all = own.clone();
        all.insert(X_DEFAULT.into(), own["vi"].clone());
        all
    };
    assert_eq!(found.title, with_default(&notice.headline));
    assert_eq!(found.caption, with_default(&notice.caption));
    assert_eq!(found.copyright, with_default(&notice.copyright));
    assert_eq!(found.usage_terms, with_default(&notice.usage_terms));
    assert_eq!(found.credit, texts(&[(X_DEFAULT, "Sở VH Gia Lai")]));
    assert_eq!(found.keywords, ["cồng chiêng", "lễ hội", "gong"]);
    assert_eq!(found.licence, notice.licence_url);
    assert_eq!(found.digital_source_type, notice.digital_source_type);
    assert!(found.traces.is_empty());
    same_in_any_language(&found, &notice);
}

fn same_in_any_language(found: &Described, notice: &Notice) {
    assert_eq!(found.creators, notice.creators);
    assert_eq!(found.source, notice.source);
    assert_eq!(found.instructions, notice.instructions);
    assert_eq!(found.date, notice.date);
    assert_eq!(found.place, notice.place);
}

#[test]
fn a_packet_says_more_than_is_read_back() {
    let notice = notice();
    let packet = String::from_utf8(xmp(&notice)).unwrap();
    assert!(packet.contains(">urn:uuid:0190b1f0-0000-7000-8000-000000000001</dc:identifier>"));
    assert!(packet.contains("<plus:LicensorURL>https://example.vn/r?a=1&amp;b=2<"));
    assert!(packet.contains("<xmpRights:Marked>True<"));
    assert!(packet.find("x-default").unwrap() < packet.find("xml:lang=\"en\"").unwrap());
}

#[test]
fn records_say_it_in_one_language() {
    let (notice, found) = (notice(), from_iptc(&notice()));
    let only = |text: &str| texts(&[(X_DEFAULT, text)]);
    assert_eq!(found.headline, only("Lễ hội cồng chiêng"));
    assert_eq!(found.title, found.headline);
    assert_eq!(found.caption, only("Dòng một\nDòng 'hai'"));
    assert_eq!(found.credit, only("Sở VH Gia Lai"));
    assert_eq!(found.copyright, only("© 2026 UBND tỉnh Gia Lai"));
    assert_eq!(found.keywords, ["cồng chiêng", "lễ hội"]);
    same_in_any_language(&found, &notice);
}

#[test]
fn both_together_are_read_as_the_packet() {
    let notice = notice();
    let both = jpeg(&[xmp_segment(&xmp(&notice)), iptc_segment(&notice)]);
    assert_eq!(of(Format::Jpeg, &both), from_xmp(&notice));
}

#[test]
fn the_same_notice_gives_the_same_bytes_and_an_empty_one_nothing() {
    assert_eq!(xmp(&notice()), xmp(&notice()));
    assert_eq!(iptc(&notice()), iptc(&notice()));
    let empty = Notice::default();
    assert_eq!(from_xmp(&empty), Described::default());
    assert_eq!(from_iptc(&empty), Described::default());
    let blank = Notice {
        id: " \u{7}".into(),
        headline: texts(&[("vi", "\0 ")]),
        licence_url: Some("javascript:alert(1)".into()),
        ..Notice::default()
    };
    assert_eq!(xmp(&blank), xmp(&empty));
}

#[test]
fn records_are_cut_at_whole_characters() {
    let long = "ệ".repeat(1_000);
    let notice = Notice {
        headline: texts(&[("vi", &long)]),
        credit: texts(&[("vi", &long)]),
        caption: texts(&[("vi", &long)]),
        creators: vec![long.clone(), "Lan".into()],
        date: Some("2026-05".into()),
        place: Place { country_code: Some("VN".into()), ..Place::default() },
        keywords: [("vi".to_owned(), vec![long; 200])].into(),
        ..Notice::default()
    };
    let found = from_iptc(&notice);
    let letters = |text: &str| text.chars().filter(|c| *c == 'ệ').count();
    assert_eq!(letters(&found.title[X_DEFAULT]), 64 / 3);
    assert_eq!(letters(&found.headline[X_DEFAULT]), 256 / 3);
    assert_eq!(letters(&found.credit[X_DEFAULT]), 32 / 3);
    assert_eq!(letters(&found.caption[X_DEFAULT]), 2_000 / 3);
    assert_eq!(found.creators, ["ệ".repeat(32 / 3), "Lan".into()]);
    assert_eq!(found.date.as_deref(), Some("2026-05"));
    assert_eq!(found.place.country_code, None);
    assert!(iptc(&notice).len() < 65_533);
}

/// A text in many languages.
fn everywhere(text: &str) -> BTreeMap<String, String> {
    let lang = |n: u8| format!("{}{}", char::from(b'a' + n / 8), char::from(b'a' + n % 8));
    (0..64).map(|n| (lang(n), text.to_owned())).collect()
}

#[test]
fn long_captions_are_shortened_until_the_packet_fits() {
    let long = "ệ".repeat(4_000);
    let notice = Notice { caption: everywhere(&long), ..notice() };
    let packet = xmp(&notice);
    assert!(packet.len() <= PACKET && PACKET - 500 < packet.len(), "{}", packet.len());
    let found = from_xmp(&notice);
    assert_eq!((found.caption.len(), found.title.len()), (64, 4));
    assert!(found.caption.values().all(|text| text.chars().all(|c| c == 'ệ')));
    assert_eq!(found.keywords.len(), 3);
}

#[test]
fn keywords_go_next_and_then_all_else() {
    let long = "ệ".repeat(3_000);
    let words: Vec<String> = (0..100).map(|n| format!("{n} {}", "ơ".repeat(400))).collect();
    let notice = Notice {
        caption: texts(&[("vi", &long)]),
        keywords: [("vi".to_owned(), words)].into(),
        ..notice()
    };
    assert!(xmp(&notice).len() <= PACKET);
    let found = from_xmp(&notice);
    assert_eq!(found.caption["vi"].chars().count(), 300);
    assert!((60..100).contains(&found.keywords.len()), "{}", found.keywords.len());
    let notice = Notice { copyright: everywhere(&long), ..notice };
    assert!(xmp(&notice).len() <= PACKET);
    let found = from_xmp(&notice);
    assert_eq!((found.keywords.len(), found.caption.len()), (0, 0));
    assert_eq!(found.title["vi"], "Lễ hội cồng chiêng");
    assert_eq!(found.copyright.len(), 64);
}

#[test]
fn what_no_xml_may_hold_is_left_out() {
    let notice = Notice {
        headline: texts(&[("vi", "a\u{1}b\u{FFFE}]]>&amp;<c d=\"e\">")]),
        caption: texts(&[("no tag", "lost")]),
        creators: vec!["co\u{302}\u{300}ng".into()],
        ..Notice::default()
    };
    let found = from_xmp(&notice);
    assert!(found.caption.is_empty());
    assert_eq!(found.headline[X_DEFAULT], "ab]]>&amp;<c d=\"e\">");
    assert_eq!(found.creators, ["cồng"]);
}
