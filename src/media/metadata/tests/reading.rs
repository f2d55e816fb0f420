//! What files say, each thing in each place where it may stand.

use super::fixtures::{
    ascii, exif_segment, gif, heif, jpeg, of, packet, png, texts, tiff, titled, webp, xmp_segment,
    zipped,
};
use crate::media::metadata::irb;
use crate::media::metadata::{Described, Format, Place, Trace, X_DEFAULT};

fn exif(directories: [&[(u16, u16, &[u8])]; 4]) -> Described {
    of(Format::Jpeg, &jpeg(&[exif_segment(&tiff(directories))]))
}

fn xmp(properties: &str) -> Described {
    of(Format::Jpeg, &jpeg(&[xmp_segment(&packet(properties))]))
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect()
}

#[test]
fn exif_fields_are_read() {
    let main = [
        ascii(0x010E, "Hồ Ba Bể\0"),
        ascii(0x013B, "Lan; Minh ;\0"),
        ascii(0x8298, "Lan 2024\0Báo Gia Lai\0"),
    ];
    let inner = [ascii(0x9003, "2024:05:01 08:30:00\0"), ascii(0x9011, "+07:00\0")];
    let found = exif([&main, &inner, &[], &[]]);
    assert_eq!(found.caption, texts(&[(X_DEFAULT, "Hồ Ba Bể")]));
    assert_eq!(found.creators, ["Lan", "Minh"]);
    assert_eq!(found.copyright[X_DEFAULT], "Lan 2024; Báo Gia Lai");
    assert_eq!(found.date.as_deref(), Some("2024-05-01T08:30:00+07:00"));
    assert!(found.traces.is_empty());
}

#[test]
fn what_windows_writes_is_read() {
    let (title, note) = (wide("Hồ"), wide("Sáng sớm"));
    let (author, words) = (wide("Lan;Minh"), wide("hồ;núi"));
    let main =
        [(0x9C9B, 1, &title[..]), (0x9C9C, 1, &note), (0x9C9D, 1, &author), (0x9C9E, 1, &words)];
    let found = exif([&main, &[], &[], &[]]);
    assert_eq!((&*found.title[X_DEFAULT], &*found.caption[X_DEFAULT]), ("Hồ", "Sáng sớm"));
    assert_eq!(found.creators, ["Lan", "Minh"]);
    assert_eq!(found.keywords, ["hồ", "núi"]);
    assert_eq!(found.traces, [Trace::Comment].into());
}

#[test]
fn comments_are_read_by_their_character_set() {
    let utf16 = |order: fn(u16) -> [u8; 2]| {
        [b"UNICODE\0".to_vec(), "Hồ xa".encode_utf16().flat_map(order).collect()].concat()
    };
    for (value, wanted) in [
        (b"ASCII\0\0\0Lake view\0\0".to_vec(), Some("Lake view")),
        (utf16(u16::to_be_bytes), Some("Hồ xa")),
        (utf16(u16::to_le_bytes), Some("Hồ xa")),
        (b"JIS\0\0\0\0\0\x1B$BFnOC\x1B(B".to_vec(), Some("南話")),
        (b"\0\0\0\0\0\0\0\0Caf\xE9 noir".to_vec(), Some("Café noir")),
        // Notes of programs are no captions.
        (b"ASCII\0\0\0R: 139 G: 255 B: 189".to_vec(), None),
        (b"ASCII\0\0\0GCM_TAG".to_vec(), None),
    ] {
        let found = exif([&[], &[(0x9286, 7, &value)], &[], &[]]);
        assert_eq!(found.caption.get(X_DEFAULT).map(String::as_str), wanted);
        assert_eq!(found.traces, [Trace::Comment].into());
    }
    let silent = exif([&[], &[(0x9286, 7, b"ASCII\0\0\0      ")], &[], &[]]);
    assert_eq!(silent, Described::default());
}

#[test]
fn what_cameras_write_by_themselves_is_no_caption() {
    for text in ["OLYMPUS DIGITAL CAMERA         ", "SONY DSC", "DCIM\\100GOPRO\\G1.JPG"] {
        assert_eq!(exif([&[ascii(0x010E, text)], &[], &[], &[]]), Described::default());
    }
}

#[test]
fn traces_in_exif_are_told() {
    let main = [ascii(0x0131, "Editor 5\0")];
    let inner =
        [(0x927C, 7, &b"maker's own"[..]), ascii(0xA430, "Lan\0"), ascii(0xA431, "12345678\0")];
    let gps = [(0x0002, 5, &[0; 24][..])];
    let next = [(0x0201, 4, &[0, 0, 1, 0][..])];
    let found = exif([&main, &inner, &gps, &next]);
    let all = [
        Trace::Gps,
        Trace::SerialNumber,
        Trace::OwnerName,
        Trace::MakerNote,
        Trace::Thumbnail,
        Trace::Software,
    ];
    assert_eq!(found, Described { traces: all.into(), ..Described::default() });
    // A version alone tells no place, blanks no owner.
    let bare = exif([&[], &[ascii(0xA430, "   \0")], &[(0x0000, 1, &[2, 3, 0, 0])], &[]]);
    assert_eq!(bare, Described::default());
}

#[test]
fn properties_are_read_in_all_their_forms() {
    let found = xmp(r#"<rdf:Description ps:Source="Báo &amp; Đài" ps:City=" ">
        <dc:title><rdf:Alt><rdf:li xml:lang="x-default">Hồ</rdf:li>
          <rdf:li xml:lang="EN">Lake &#x1F3DE;</rdf:li><rdf:li xml:lang="fr"> </rdf:li></rdf:Alt>
        </dc:title>
        <dc:description>Một <![CDATA[<hai>]]>&unknown; ba</dc:description>
        <dc:subject><rdf:Bag>
          <rdf:li>hồ</rdf:li><rdf:li>núi</rdf:li><rdf:li>hồ</rdf:li></rdf:Bag></dc:subject>
        <dc:creator><rdf:Seq><rdf:li>Lan</rdf:li><rdf:li>Minh</rdf:li></rdf:Seq></dc:creator>
        <dc:rights rdf:parseType="Resource"><rdf:value>© Lan</rdf:value><other:x>y</other:x></dc:rights>
        <cc:license rdf:resource="https://creativecommons.org/licenses/by/4.0/"/>
        </rdf:Description><rdf:Description><ps:DateCreated>2024-05-01</ps:DateCreated></rdf:Description>"#);
    assert_eq!(found.source.as_deref(), Some("Báo & Đài"));
    assert_eq!(found.title, texts(&[(X_DEFAULT, "Hồ"), ("en", "Lake 🏞")]));
    assert_eq!(found.caption, texts(&[(X_DEFAULT, "Một <hai> ba")]));
    assert_eq!(found.keywords, ["hồ", "núi"]);
    assert_eq!(found.creators, ["Lan", "Minh"]);
    assert_eq!(found.copyright, texts(&[(X_DEFAULT, "© Lan")]));
    assert_eq!(found.licence.as_deref(), Some("https://creativecommons.org/licenses/by/4.0/"));
    assert_eq!(found.date.as_deref(), Some("2024-05-01"));
    assert_eq!(found.place, Place::default());
}

#[test]
fn the_first_place_that_is_shown_is_taken_whole() {
    let found = xmp(r#"<rdf:Description>
        <ext:LocationCreated><rdf:Bag>
          <rdf:li ext:City="Huế" ext:CountryName="Lào"/></rdf:Bag></ext:LocationCreated>
        <ext:LocationShown><rdf:Bag>
          <rdf:li rdf:parseType="Resource"><ext:City><rdf:Alt>
            <rdf:li xml:lang="x-default">Pleiku</rdf:li></rdf:Alt></ext:City></rdf:li>
          <rdf:li><rdf:Description ext:City="Kon Tum" ext:Sublocation="Kon Klor"/></rdf:li>
        </rdf:Bag></ext:LocationShown></rdf:Description>"#);
    assert_eq!(found.place, Place { city: Some("Pleiku".into()), ..Place::default() });
}

#[test]
fn traces_in_xmp_are_told_at_any_depth() {
    let found = xmp(r#"<rdf:Description exif:GPSLatitude="12,3N">
        <other:x><other:y mwg:RegionList="f"/></other:x></rdf:Description>"#);
    assert_eq!(found.traces, [Trace::Gps, Trace::Faces].into());
    assert!(xmp("<rdf:Description other:GPSLatitude=\"1\"/>").traces.is_empty());
}

#[test]
fn the_page_of_a_licensor_stands_in_for_a_licence() {
    let found = xmp(r#"<rdf:Description><plus:Licensor><rdf:Seq><rdf:li rdf:parseType="Resource">
        <plus:LicensorName>Lan</plus:LicensorName><plus:LicensorURL>https://example.vn/</plus:LicensorURL>
        </rdf:li></rdf:Seq></plus:Licensor></rdf:Description>"#);
    assert_eq!(found.licence.as_deref(), Some("https://example.vn/"));
}

#[test]
fn document_types_are_not_followed() {
    let mut bytes = b"<!DOCTYPE x [<!ENTITY a \"boom\"><!ENTITY b \"&a;&a;\">]>".to_vec();
    bytes.extend(packet("<rdf:Description><dc:title>Hồ &b;</dc:title></rdf:Description>"));
    let found = of(Format::Jpeg, &jpeg(&[xmp_segment(&bytes)]));
    assert_eq!(found.title[X_DEFAULT], "Hồ");
}

#[test]
fn a_packet_in_utf_16_is_read() {
    let text = String::from_utf8(titled("Hồ Ba Bể")).unwrap();
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let found = of(Format::Jpeg, &jpeg(&[xmp_segment(&bytes)]));
    assert_eq!(found.title[X_DEFAULT], "Hồ Ba Bể");
}

#[test]
fn every_format_gives_its_blocks() {
    let (xmp, tiff) = (titled("Hồ"), tiff([&[ascii(0x013B, "Minh Lan\0")], &[], &[], &[]]));
    let text = [b"XML:com.adobe.xmp\0\0\0\0\0", &xmp[..]].concat();
    let packed = [b"XML:com.adobe.xmp\0\x01\0\0\0", &zipped(&xmp)[..]].concat();
    let files = [
        (Format::Jpeg, jpeg(&[(0xE0, vec![1]), exif_segment(&tiff), xmp_segment(&xmp)])),
        (Format::Png, png(&[(b"IDAT", &[1; 9_000]), (b"eXIf", &tiff), (b"iTXt", &text)])),
        (Format::Png, png(&[(b"eXIf", &tiff), (b"iTXt", &packed)])),
        (Format::WebP, webp(&[(b"VP8 ", &[1; 3]), (b"EXIF", &tiff), (b"XMP ", &xmp)])),
        (Format::Heic, heif(&tiff, &xmp)),
    ];
    for (format, bytes) in files {
        let found = of(format, &bytes);
        assert_eq!(found.title, texts(&[(X_DEFAULT, "Hồ")]), "{format:?}");
        assert_eq!(found.creators, ["Minh Lan"], "{format:?}");
    }
    let found = of(Format::Gif, &gif(&xmp));
    assert_eq!(found.title, texts(&[(X_DEFAULT, "Hồ")]));
    assert_eq!(found.traces, [Trace::Comment].into());
    assert_eq!(of(Format::Bmp, b"BM"), Described::default());
}

#[test]
fn a_tiff_keeps_the_other_blocks_in_fields() {
    let xmp = titled("Hồ");
    let mut records = b"\x1C\x02\x5A\0\x06Pleiku\0\0".to_vec();
    records[11..].fill(0);
    let main = [ascii(0x013B, "Minh Lan\0"), (0x02BC, 1, &xmp[..]), (0x83BB, 7, &records)];
    let found = of(Format::Tiff, &tiff([&main, &[], &[], &[]]));
    assert_eq!(found.title[X_DEFAULT], "Hồ");
    assert_eq!(found.place.city.as_deref(), Some("Pleiku"));
    assert_eq!(found.creators, ["Minh Lan"]);
    // Written as whole numbers, with their bytes turned.
    let mut turned = b"\x1C\x02\x5A\0\x07Pleiku ".to_vec();
    turned.chunks_exact_mut(4).for_each(<[u8]>::reverse);
    let found = of(Format::Tiff, &tiff([&[(0x83BB, 1, &turned[..])], &[], &[], &[]]));
    assert_eq!(found.place.city.as_deref(), Some("Pleiku"));
}

#[test]
fn extended_xmp_is_put_together_by_its_places() {
    let id = [b'A'; 32];
    let main = packet(&format!(
        "<rdf:Description note:HasExtendedXMP=\"{}\" ps:Credit=\"Lan\"/>",
        "A".repeat(32)
    ));
    let more = titled("Hồ Ba Bể");
    let length = u32::try_from(more.len()).unwrap().to_be_bytes();
    let piece = |id: &[u8; 32], at: usize, data: &[u8]| {
        let at = u32::try_from(at).unwrap().to_be_bytes();
        (0xE1, [b"http://ns.adobe.com/xmp/extension/\0", &id[..], &length, &at, data].concat())
    };
    let (first, second) = more.split_at(100);
    let file = |last| jpeg(&[xmp_segment(&main), piece(&id, 100, second), last]);
    let found = of(Format::Jpeg, &file(piece(&id, 0, first)));
    assert_eq!((&*found.title[X_DEFAULT], &*found.credit[X_DEFAULT]), ("Hồ Ba Bể", "Lan"));
    assert!(of(Format::Jpeg, &file(piece(&[b'B'; 32], 0, first))).title.is_empty());
}

/// A JPEG with three headlines; its records' fingerprint is that of `marked`.
fn three(marked: &[u8]) -> Vec<u8> {
    let mut resources = irb::PREFIX.to_vec();
    irb::write(irb::RECORDS, b"\x1C\x02\x05\0\x04IPTC", &mut resources);
    irb::write(irb::FINGERPRINT, &irb::fingerprint(marked), &mut resources);
    let title = wide("Exif");
    let tiff = tiff([&[(0x9C9B, 1, &title[..])], &[], &[], &[]]);
    let (head, rest) = resources.split_at(20);
    let rest = [irb::PREFIX, rest].concat();
    jpeg(&[exif_segment(&tiff), (0xED, head.to_vec()), xmp_segment(&titled("XMP")), (0xED, rest)])
}

#[test]
fn xmp_comes_first_unless_records_are_newer() {
    let kept = of(Format::Jpeg, &three(b"\x1C\x02\x05\0\x04IPTC"));
    assert_eq!(kept.title[X_DEFAULT], "XMP");
    assert_eq!(of(Format::Jpeg, &three(b"as they were")).title[X_DEFAULT], "IPTC");
}

#[test]
fn small_pictures_and_comments_are_told() {
    for (segment, trace) in [
        ((0xE0, b"JFIF\0\x01\x02\0\0\x01\0\x01\x02\x02".to_vec()), Trace::Thumbnail),
        ((0xE0, b"JFXX\0\x10".to_vec()), Trace::Thumbnail),
        ((0xE2, b"MPF\0MM".to_vec()), Trace::Thumbnail),
        ((0xFE, b"made by hand".to_vec()), Trace::Comment),
    ] {
        assert_eq!(of(Format::Jpeg, &jpeg(&[segment])).traces, [trace].into());
    }
    let plain = (0xE0, b"JFIF\0\x01\x02\0\0\x01\0\x01\0\0".to_vec());
    assert!(of(Format::Jpeg, &jpeg(&[plain, (0xFE, vec![0])])).traces.is_empty());
}
