use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use proptest::prelude::*;

use super::fixture::{file, pages, pdf, stream};
use crate::media::paper::text::{self, Settings};
use crate::media::paper::{PaperError, Renderer, fonts, objects, outline};
use crate::media::programs::Programs;

/// Does all that there is to do with a document.
fn all(bytes: &[u8]) -> Result<Vec<String>, PaperError> {
    let file = file(bytes);
    if let Ok(document) = objects(&file) {
        drop(outline::entries(&document));
        fonts::by_page(&document).for_each(drop);
    }
    if let Ok(document) = Renderer::open(&file) {
        for page in 0..document.pages().min(2) {
            drop(document.render(page, 60));
        }
    }
    Ok(text::pages(&file, &Programs::none(), &Settings::default())?.pages)
}

const WORDS: &str = "BT /F 12 Tf 20 100 Td (words) Tj ET";

/// A form that draws the object `next`.
fn form(next: usize) -> String {
    let entries = format!(
        "/Type/XObject/Subtype/Form/BBox[0 0 300 200]/Resources<</XObject<</X {next} 0 R>>>>"
    );
    stream(&entries, "/X Do")
}

/// A page that draws the object 5.
fn drawing(more: Vec<String>) -> Vec<u8> {
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R\
         /Resources<</XObject<</X 5 0 R>>/Font<</F<</Type/Font/Subtype/Type1\
         /BaseFont/Helvetica>>>>>>>>"
            .to_owned(),
        stream("", &format!("{WORDS} /X Do")),
    ];
    objects.extend(more);
    pdf(&objects)
}

#[test]
fn forms_that_draw_themselves_or_one_another_end() {
    assert_eq!(all(&drawing(vec![form(5)])).unwrap(), ["words"]);
    assert_eq!(all(&drawing((6..2_000).map(form).collect())).unwrap(), ["words"]);
}

#[test]
fn what_is_nested_deep_is_read_or_refused() {
    for (open, close) in [("[", "]"), ("<</A ", ">>")] {
        let deep = format!("/X {}1{}", open.repeat(10_000), close.repeat(10_000));
        drop(all(&pages(&[WORDS], &deep, &[])));
    }
    let content = format!("{WORDS} {}{} TJ", "[".repeat(10_000), "]".repeat(10_000));
    assert_eq!(all(&pages(&[&content], "", &[])).unwrap(), ["words"]);
    let content = format!("{}{WORDS}", "q ".repeat(100_000));
    assert_eq!(all(&pages(&[&content], "", &[])).unwrap(), ["words"]);
    let marked = format!("{}{WORDS}", "/P <</ActualText (x)>> BDC ".repeat(1_000));
    assert_eq!(all(&pages(&[&marked], "", &[])).unwrap(), ["x"]);
}

#[test]
fn a_tree_of_pages_that_holds_itself_is_read_once() {
    let bytes = pdf(&[
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[2 0 R 3 0 R 3 0 R 2 0 R]/Count 4>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>".to_owned(),
    ]);
    assert_eq!(all(&bytes).unwrap(), [""]);
}

#[test]
fn streams_that_unfold_far_are_no_trouble_if_there_is_memory() {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::best());
    for _ in 0..64 {
        packed.write_all(&[b' '; 1 << 20]).unwrap();
    }
    packed.write_all(WORDS.as_bytes()).unwrap();
    // Written in hexadecimal digits, for the fixtures are text.
    let digits: String =
        packed.finish().unwrap().iter().map(|byte| format!("{byte:02x}")).collect();
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F\
         <</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>"
            .to_owned(),
    ];
    objects.push(stream("/Filter[/ASCIIHexDecode/FlateDecode]", &format!("{digits}>")));
    assert_eq!(all(&pdf(&objects)).unwrap(), ["words"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_damaged_document_is_read_or_refused(
        cut in 0_usize..900,
        changes in prop::collection::vec((0_usize..900, any::<u8>()), 0..12),
    ) {
        let mut bytes = pages(
            &[WORDS, "1 0 0 rg 0 0 99 99 re f"],
            "/Outlines 8 0 R",
            &["<</First 9 0 R>>".to_owned(), "<</Title(One)/Dest[4 0 R/Fit]>>".to_owned()],
        );
        for (at, byte) in changes {
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
        }
        bytes.truncate(bytes.len().saturating_sub(cut));
        drop(all(&bytes));
    }
}
