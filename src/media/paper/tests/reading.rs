use super::fixture::{file, pages, pdf, programs, stream};
use crate::media::paper::PaperError;
use crate::media::paper::text::{self, Extractor, PagesText, Settings};
use crate::media::programs::Programs;

fn read(bytes: &[u8]) -> Vec<String> {
    text::pages(&file(bytes), &Programs::none(), &Settings::default()).unwrap().pages
}

fn one(content: &str) -> String {
    read(&pages(&[content], "", &[])).concat()
}

/// A page whose font says that its letters are those.
fn in_code(letters: &[(u8, &str)], content: &str) -> Vec<u8> {
    let rows: String = letters
        .iter()
        .map(|(code, text)| {
            let units: String = text.encode_utf16().map(|unit| format!("{unit:04X}")).collect();
            format!("<{code:02X}> <{units}>\n")
        })
        .collect();
    let map = format!(
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /A def\n\
         1 begincodespacerange <00> <FF> endcodespacerange\n{} beginbfchar\n{rows}endbfchar\n\
         endcmap end end",
        letters.len()
    );
    pdf(&[
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R\
         /Resources<</Font<</F 5 0 R>>>>>>"
            .to_owned(),
        stream("", content),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>".to_owned(),
        stream("", &map),
    ])
}

#[test]
fn lines_words_and_paragraphs_are_as_on_the_page() {
    let content = "BT /F 12 Tf 20 180 Td (One two) Tj 60 0 Td (three) Tj -60 -14 Td (di-) Tj \
                   0 -14 Td (vided) Tj 0 -60 Td (Far) Tj ET";
    assert_eq!(one(content), "One two three\ndi-\nvided\n\nFar");
    let kerned = "BT /F 12 Tf 20 180 Td [(K) 80 (on) -300 (Tum)] TJ ET";
    assert_eq!(one(kerned), "Kon Tum");
    let turned = "BT /F 12 Tf 0 1 -1 0 20 20 Tm (up the side) Tj ET";
    assert_eq!(one(turned), "up the side");
}

#[test]
fn text_is_composed() {
    let bytes =
        in_code(&[(b'a', "e\u{302}"), (b'b', "\u{323}")], "BT /F 12 Tf 9 9 Td (abcb) Tj ET");
    assert_eq!(read(&bytes), ["ệc\u{323}"]);
    let ligature = in_code(&[(b'a', "ffi")], "BT /F 12 Tf 9 9 Td (a) Tj ET");
    assert_eq!(read(&ligature), ["ffi"]);
}

#[test]
fn what_is_drawn_twice_is_written_once() {
    let shadow = "BT /F 12 Tf 20 100 Td (Bold word) Tj 0.4 0 Td (Bold word) Tj ET";
    assert_eq!(one(shadow), "Bold word");
    let outlined = "BT /F 12 Tf 2 Tr 20 100 Td (Bold word) Tj ET";
    assert_eq!(one(outlined), "Bold word");
    assert_eq!(one("BT /F 12 Tf 20 100 Td (aaaa........) Tj ET"), "aaaa........");
}

#[test]
fn invisible_text_over_a_scan_is_read_and_text_off_the_page_is_not() {
    assert_eq!(one("BT /F 12 Tf 3 Tr 20 100 Td (under) Tj ET"), "under");
    assert_eq!(one("BT /F 12 Tf 20 100 Td (on) Tj 0 900 Td (off) Tj ET"), "on");
}

#[test]
fn a_replacement_is_read_instead_of_its_glyphs() {
    let content = "BT /F 12 Tf 20 100 Td /Span <</ActualText <FEFF1EC7>>> BDC (xyz) Tj EMC ( end) \
                   Tj ET";
    assert_eq!(one(content), "ệ end");
}

#[test]
fn a_long_document_is_cut() {
    let page = "BT /F 12 Tf 20 100 Td (Trang nay co chu) Tj ET";
    let bytes = pages(&[page; 5], "", &[]);
    let read = |settings| text::pages(&file(&bytes), &Programs::none(), &settings).unwrap();
    let few = read(Settings { pages: 3, ..Settings::default() });
    assert_eq!((few.pages.len(), few.cut), (3, true));
    let short = read(Settings { bytes: 40, ..Settings::default() });
    assert_eq!((short.pages.len(), short.cut), (5, true));
    assert!(short.pages.concat().len() <= 40, "{short:?}");
    let whole = read(Settings { pages: 5, ..Settings::default() });
    assert_eq!((whole.pages.len(), whole.cut, whole.by), (5, false, Extractor::Own));
}

#[test]
fn what_is_no_document_is_refused() {
    for bytes in [&b""[..], b"%PDF-1.7\n", b"PK\x03\x04", &pages(&[], "", &[])] {
        let read = text::pages(&file(bytes), &Programs::none(), &Settings::default());
        assert!(matches!(read, Err(PaperError::Corrupt(_))), "{read:?}");
    }
}

#[test]
fn a_locked_document_is_told_from_a_damaged_one() {
    let bytes = pages(&["BT /F 12 Tf 20 100 Td (hidden) Tj ET"], "", &[]);
    let mut document = lopdf::Document::load_mem(&bytes).unwrap();
    let id = lopdf::Object::string_literal("0123456789abcdef");
    document.trailer.set("ID", vec![id.clone(), id]);
    let version = lopdf::EncryptionVersion::V2 {
        document: &document,
        owner_password: "owner",
        user_password: "user",
        key_length: 128,
        permissions: lopdf::Permissions::all(),
    };
    let state = lopdf::EncryptionState::try_from(version).unwrap();
    document.encrypt(&state).unwrap();
    let mut locked = Vec::new();
    document.save_to(&mut locked).unwrap();
    let read = text::pages(&file(&locked), &Programs::none(), &Settings::default());
    assert!(matches!(read, Err(PaperError::Encrypted)), "{read:?}");
    assert!(matches!(crate::media::paper::objects(&file(&locked)), Err(PaperError::Encrypted)));
}

fn with(script: &str, settings: Settings, bytes: &[u8]) -> Result<PagesText, PaperError> {
    let (_folder, programs) = programs(&[("pdftotext", script)]);
    text::pages(&file(bytes), &programs, &settings)
}

const THEIRS: &str = "printf 'Trang mot tu chuong trinh khac\\f\\f'";

#[test]
fn another_program_reads_the_pages_that_have_no_text_here() {
    let words = "BT /F 12 Tf 20 100 Td (Words that we read here) Tj ET";
    let both = with(THEIRS, Settings::default(), &pages(&[words, ""], "", &[])).unwrap();
    assert_eq!(both.pages, ["Words that we read here", ""]);
    let silent = with(THEIRS, Settings::default(), &pages(&["", words], "", &[])).unwrap();
    assert_eq!(silent.pages, ["Trang mot tu chuong trinh khac", "Words that we read here"]);
    assert_eq!(silent.by, Extractor::Own);
}

#[test]
fn another_program_may_read_first() {
    let words = "BT /F 12 Tf 20 100 Td (Words that we read here) Tj ET";
    let bytes = pages(&[words, words], "", &[]);
    let settings = Settings { first: Extractor::Pdftotext, ..Settings::default() };
    let both = with(THEIRS, settings, &bytes).unwrap();
    assert_eq!(both.pages, ["Trang mot tu chuong trinh khac", "Words that we read here"]);
    assert_eq!(both.by, Extractor::Pdftotext);
    // It fails, takes too long, says too much.
    for script in ["exit 1", "sleep 9", "cat /dev/zero"] {
        let settings = Settings { seconds: 1, bytes: 100_000, ..settings };
        let ours = with(script, settings, &bytes).unwrap();
        assert_eq!(ours.by, Extractor::Own, "{script}");
        assert_eq!(ours.pages.first().unwrap(), "Words that we read here");
    }
}

#[test]
fn another_program_gets_the_document_and_reads_what_is_refused_here() {
    let script = "printf '%s ' \"$@\"; head -c 8 /dev/stdin";
    let theirs = with(script, Settings::default(), b"%PDF-1.9 and nothing more").unwrap();
    assert_eq!(theirs.pages, ["-raw -enc UTF-8 -eol unix -l 10001 /dev/stdin - %PDF-1.9"]);
    assert_eq!(theirs.by, Extractor::Pdftotext);
    let locked = "echo 'Command Line Error: Incorrect password' >&2; exit 1";
    let settings = Settings { first: Extractor::Pdftotext, ..Settings::default() };
    assert!(matches!(with(locked, settings, b""), Err(PaperError::Encrypted)));
}
