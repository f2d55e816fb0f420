mod docx;
mod docx_more;
mod hostile;
mod html;
mod odt;
mod sets;

use std::io::{Cursor, Read, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{Converted, Kind, Limits, OfficeError, Received, What, convert, send};

/// An archive of these entries.
fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Converts, and sees to it that the HTML is of the elements that it may have.
fn converted(kind: Kind, bytes: &[u8]) -> Result<Converted, OfficeError> {
    let done = convert(kind, Cursor::new(bytes), &Limits::default(), &mut std::io::sink())?;
    check(&done.html);
    Ok(done)
}

/// Fails where HTML has other elements or attributes than it may, or badly nested ones.
fn check(html: &str) {
    let mut open = Vec::new();
    for piece in html.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap();
        assert!(!text.contains('>'), "{html}");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{html}");
            continue;
        }
        let (name, attrs) = tag.split_once(' ').unwrap_or((tag, ""));
        assert!(ELEMENTS.contains(&name), "<{tag}> in {html}");
        for attr in attrs.split("\" ").filter(|attr| !attr.is_empty()) {
            let (key, value) = attr.split_once("=\"").unwrap();
            match key {
                "href" => assert!(name == "a" && value.contains(':'), "{html}"),
                "colspan" | "rowspan" => assert!(matches!(name, "td" | "th"), "{html}"),
                _ => panic!("{key} in {html}"),
            }
        }
        if name != "br" {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?} in {html}");
}

const ELEMENTS: [&str; 25] = [
    "p",
    "h2",
    "h3",
    "h4",
    "ul",
    "ol",
    "li",
    "blockquote",
    "table",
    "caption",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "figure",
    "figcaption",
    "br",
    "strong",
    "em",
    "u",
    "sup",
    "sub",
    "a",
    "i",
];

/// How many of a kind were left out, and a sample.
fn left(done: &Converted, what: What) -> (u32, &str) {
    let found = done.left_out.iter().find(|left| left.what == what);
    found.map_or((0, ""), |left| (left.count, left.sample.as_deref().unwrap_or_default()))
}

#[test]
fn a_document_goes_through_one_file() {
    let html = "<h1>Hồ Lắk</h1><p>a</p><img alt=x src='data:image/png;base64,QUJD'>\
        <img src='data:image/gif;base64,REVGRw=='><p>b";
    let mut file = b"".to_vec();
    send(Kind::Html, Cursor::new(html), &Limits::default(), &mut file).unwrap();
    let mut received = Received::open(Cursor::new(&file)).unwrap();
    assert_eq!(received.converted.title.as_deref(), Some("Hồ Lắk"));
    assert_eq!(received.converted.html, "<p>a</p><p>b</p>");
    let names: Vec<&str> =
        received.converted.pictures.iter().map(|picture| picture.name.as_str()).collect();
    assert_eq!(names, ["picture1.png", "picture2.gif"]);
    for (index, bytes) in [(1, "DEFG"), (0, "ABC")] {
        let mut text = String::new();
        received.picture(index).unwrap().unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, bytes);
    }
    assert!(received.picture(2).unwrap().is_none());
    for end in 0..file.len() {
        let cut = file.get(..end).unwrap();
        assert!(Received::open(Cursor::new(cut)).is_err(), "{end}");
    }
    file.insert(0, b'x');
    assert!(Received::open(Cursor::new(&file)).is_err());
}
