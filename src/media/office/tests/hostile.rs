use std::io::Cursor;

use proptest::prelude::*;

use super::docx::document;
use super::*;

fn refused(kind: Kind, bytes: &[u8], limits: &Limits) -> OfficeError {
    convert(kind, Cursor::new(bytes), limits, &mut std::io::sink()).unwrap_err()
}

fn is_too_much(body: &str, limits: &Limits) -> bool {
    let bytes = document(body, &[], &[]);
    matches!(refused(Kind::Docx, &bytes, limits), OfficeError::TooMuch(_))
}

#[test]
fn entities_are_refused_in_every_part() {
    let bomb = "<!DOCTYPE a [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]><a>&b;</a>";
    for part in ["word/document.xml", "word/_rels/document.xml.rels", "_rels/.rels"] {
        let good = document("<w:p/>", &[], &[]);
        let mut zip = zip::ZipArchive::new(Cursor::new(good)).unwrap();
        let names: Vec<String> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
        let mut entries = Vec::new();
        for name in names {
            let mut bytes = Vec::new();
            zip.by_name(&name).unwrap().read_to_end(&mut bytes).unwrap();
            let bytes = if name == part { bomb.as_bytes().to_vec() } else { bytes };
            entries.push((name, bytes));
        }
        let entries: Vec<(&str, &[u8])> =
            entries.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
        let error = refused(Kind::Docx, &archive(&entries), &Limits::default());
        assert!(matches!(error, OfficeError::Doctype), "{part}: {error}");
    }
}

#[test]
fn bombs_are_refused_before_they_burst() {
    let zeros = vec![b' '; 8 << 20];
    let bytes = document("<w:p/>", &[], &[]);
    let small = Limits { unpacked_bytes: 1 << 20, ..Limits::default() };
    let bomb = archive(&[("word/media/a.png", &zeros)]);
    assert!(matches!(refused(Kind::Docx, &bomb, &Limits::default()), OfficeError::TooMuch(_)));
    assert!(matches!(refused(Kind::Docx, &bomb, &small), OfficeError::TooMuch(_)));
    let few = Limits { entries: 2, ..Limits::default() };
    assert!(matches!(refused(Kind::Docx, &bytes, &few), OfficeError::TooMuch(_)));
    let short = Limits { file_bytes: 10, html_bytes: 10, ..Limits::default() };
    for kind in [Kind::Docx, Kind::Odt, Kind::Html] {
        assert!(matches!(refused(kind, &bytes, &short), OfficeError::TooMuch(_)));
    }
    let part = Limits { part_bytes: 100, ..Limits::default() };
    assert!(matches!(refused(Kind::Docx, &bytes, &part), OfficeError::TooMuch(_)));
}

/// The places of a signature in the bytes.
fn places(bytes: &[u8], signature: &[u8]) -> Vec<usize> {
    (0..bytes.len()).filter(|at| bytes[*at..].starts_with(signature)).collect()
}

#[test]
fn sizes_that_lie_are_found_out() {
    let good = document(&"<w:p><w:r><w:t>a</w:t></w:r></w:p>".repeat(100), &[], &[]);
    // The unpacked size stands 24 bytes into an entry of the central directory, 22 into a local one.
    for (signature, at) in [(b"PK\x01\x02", 24), (b"PK\x03\x04", 22)] {
        for size in [1_u32, 0x7FFF_FFFF] {
            let mut bytes = good.clone();
            for place in places(&good, signature) {
                bytes[place + at..place + at + 4].copy_from_slice(&size.to_le_bytes());
            }
            let done =
                convert(Kind::Docx, Cursor::new(&bytes), &Limits::default(), &mut std::io::sink());
            // What the local header says is not asked.
            assert!(at == 22 || done.is_err(), "{size}");
        }
    }
    let mut bytes = good.clone();
    let data = places(&good, b"PK\x03\x04")[1] + 60;
    bytes[data] ^= 0x55;
    assert!(matches!(
        refused(Kind::Docx, &bytes, &Limits::default()),
        OfficeError::Damaged(_) | OfficeError::TooMuch(_)
    ));
}

#[test]
fn names_that_are_there_twice_are_refused() {
    let bytes = archive(&[("word/a.xml", b"1"), ("WORD\\A.xml", b"2")]);
    assert!(matches!(refused(Kind::Docx, &bytes, &Limits::default()), OfficeError::Damaged(_)));
}

#[test]
fn nesting_and_numbers_are_bounded() {
    let limits = Limits::default();
    let (open, close) = ("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>");
    assert!(is_too_much(&format!("{}{}", open.repeat(10_000), close.repeat(10_000)), &limits));
    assert!(is_too_much(&format!("{}{}", open.repeat(20), close.repeat(20)), &limits));
    let deep = format!("{}{}", "<w:sdt>".repeat(300), "</w:sdt>".repeat(300));
    assert!(is_too_much(&deep, &limits));
    let few = Limits { paragraphs: 10, cells: 10, text_bytes: 10, ..limits.clone() };
    assert!(is_too_much(&"<w:p/>".repeat(11), &few));
    assert!(is_too_much("<w:p><w:r><w:t>dài quá đi</w:t></w:r></w:p>", &few));
    assert!(is_too_much(&format!("<w:tbl><w:tr>{}</w:tr></w:tbl>", "<w:tc/>".repeat(11)), &few));
    let tables = format!("<p>{}", "<table><tr><td>".repeat(50));
    assert!(matches!(refused(Kind::Html, tables.as_bytes(), &limits), OfficeError::TooMuch(_)));
}

#[test]
fn pictures_are_bounded() {
    let image = "<img src='data:image/png;base64,QUJD'>".repeat(3);
    let few = Limits { pictures: 2, ..Limits::default() };
    assert!(matches!(refused(Kind::Html, image.as_bytes(), &few), OfficeError::TooMuch(_)));
    let small = Limits { picture_bytes: 8, ..Limits::default() };
    assert!(matches!(refused(Kind::Html, image.as_bytes(), &small), OfficeError::TooMuch(_)));
}

#[test]
fn compound_files_are_told_apart() {
    let head = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    let wide = |name: &str| -> Vec<u8> { name.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    let file = |name: &str| [head.as_slice(), &vec![0; 65_500], &wide(name), &[0; 99]].concat();
    let limits = Limits::default();
    assert!(matches!(refused(Kind::Docx, &file("WordDocument"), &limits), OfficeError::OldWord));
    let encrypted = file("EncryptedPackage");
    assert!(matches!(refused(Kind::Docx, &encrypted, &limits), OfficeError::Encrypted));
    assert!(matches!(refused(Kind::Odt, &file("Workbook"), &limits), OfficeError::Kind { .. }));
    assert!(matches!(refused(Kind::Html, &encrypted, &limits), OfficeError::Kind { .. }));
}

#[test]
fn a_file_that_breaks_off_is_an_error_anywhere() {
    let bytes = document("<w:p><w:r><w:t>a</w:t></w:r></w:p>", &[], &[]);
    for end in 0..bytes.len() {
        let cut = &bytes[..end];
        let error = refused(Kind::Docx, cut, &Limits::default());
        assert!(!matches!(error, OfficeError::Io(_)), "{end}: {error}");
    }
}

/// A body that has something of everything.
const BODY: &str = "<w:p><w:pPr><w:pStyle w:val='H1'/><w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr>\
    </w:pPr><w:ins><w:r><w:rPr><w:b/><w:vanish/></w:rPr><w:t>a</w:t><w:br/></w:r></w:ins><w:del><w:r><w:delText>b\
    </w:delText></w:r></w:del></w:p><w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val='2'/><w:vMerge/></w:tcPr><w:p/>\
    </w:tc></w:tr></w:tbl><w:p><w:r><w:fldChar w:fldCharType='begin'/><w:instrText>x</w:instrText></w:r></w:p>";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn damaged_xml_never_panics(at in 0..BODY.len(), to in 0_u8..128, cut in 0..40_usize) {
        let mut body: Vec<u8> = BODY.bytes().collect();
        body[at] = to;
        body.drain(at..(at + cut).min(BODY.len()));
        let body = String::from_utf8(body).unwrap();
        if let Ok(done) = converted(Kind::Docx, &document(&body, &[], &[])) {
            check(&done.html);
        }
    }

    #[test]
    fn any_html_is_written_well(
        html in "(<(p|/p|b|/b|li|ul|ol|/ul|table|td|/table|h1|del|ins|a href=http://a|img src=x|pre|br|blockquote|figure|figcaption)>|[a&;<\" 'ệ\n]|®î){0,30}"
    ) {
        if let Ok(done) = converted(Kind::Html, format!("<p>{html}").as_bytes()) {
            check(&done.html);
        }
    }

    #[test]
    fn damaged_archives_never_panic(at in 0..2_000_usize, to: u8) {
        let mut bytes = document(BODY, &[], &[]);
        let at = at % bytes.len();
        bytes[at] = to;
        for kind in [Kind::Docx, Kind::Odt] {
            if let Ok(done) = converted(kind, &bytes) {
                check(&done.html);
            }
        }
    }
}
