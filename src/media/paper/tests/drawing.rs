use image::Rgb;

use super::fixture::{file, pages, pdf, stream};
use crate::media::paper::{PaperError, Renderer};

const RED: Rgb<u8> = Rgb([255, 0, 0]);
const WHITE: Rgb<u8> = Rgb([255; 3]);

/// A page with these entries, red in its lower left quarter of 150 × 100 points.
fn quarter(entries: &str) -> Renderer {
    let bytes = pdf(&[
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        format!("<</Type/Page/Parent 2 0 R/Contents 4 0 R{entries}>>"),
        stream("", "1 0 0 rg 0 0 150 100 re f"),
    ]);
    Renderer::open(&file(&bytes)).unwrap()
}

#[test]
fn a_page_is_drawn_as_wide_as_asked() {
    let document = quarter("/MediaBox[0 0 300 200]");
    assert_eq!((document.pages(), document.page_size(0).unwrap()), (1, (300.0, 200.0)));
    for width in [600, 299, 1] {
        let picture = document.render(0, width).unwrap();
        assert_eq!(picture.width(), width);
        assert!(picture.height().abs_diff(width * 2 / 3) <= 1, "{}", picture.height());
    }
    let picture = document.render(0, 600).unwrap();
    assert_eq!(picture.get_pixel(10, 390), &RED);
    assert_eq!(picture.get_pixel(10, 10), &WHITE);
    assert_eq!(picture.get_pixel(590, 390), &WHITE);
}

#[test]
fn a_page_is_drawn_turned_and_cropped() {
    let turned = quarter("/MediaBox[0 0 300 200]/Rotate 90");
    assert_eq!(turned.page_size(0).unwrap(), (200.0, 300.0));
    let picture = turned.render(0, 200).unwrap();
    assert_eq!(picture.dimensions(), (200, 300));
    assert_eq!(picture.get_pixel(5, 5), &RED);
    assert_eq!(picture.get_pixel(5, 295), &WHITE);
    let cropped = quarter("/MediaBox[0 0 300 200]/CropBox[100 50 200 150]").render(0, 100).unwrap();
    assert_eq!(cropped.dimensions(), (100, 100));
    assert_eq!(cropped.get_pixel(5, 95), &RED);
    assert_eq!(cropped.get_pixel(95, 95), &WHITE);
}

#[test]
fn pictures_have_their_bounds() {
    let document = quarter("/MediaBox[0 0 300 200]");
    for width in [0, 8_000, 65_536, u32::MAX] {
        let drawn = document.render(0, width);
        assert!(matches!(drawn, Err(PaperError::Pixels { .. })), "{width}");
    }
    let drawn = document.render(1, 100);
    assert!(matches!(drawn, Err(PaperError::NoPage { index: 1, pages: 1 })));
    let tall = quarter("/MediaBox[0 0 1 1000000000]");
    assert!(matches!(tall.render(0, 100), Err(PaperError::Pixels { .. })));
    let wide = quarter("/MediaBox[0 0 1000000000 1]").render(0, 100).unwrap();
    assert_eq!(wide.dimensions(), (100, 1));
    // Without an area it is taken for A4.
    assert_eq!(quarter("/MediaBox[0 0 0 0]").render(0, 595).unwrap().dimensions(), (595, 842));
}

#[test]
fn the_width_for_a_resolution_stays_within_the_bounds() {
    let document = quarter("/MediaBox[0 0 300 200]");
    assert_eq!(document.width_at(0, 72).unwrap(), 300);
    assert_eq!(document.width_at(0, 300).unwrap(), 1250);
    for (sides, dpi) in
        [("9000 9000", 300), ("300 200", u32::MAX), ("1 1000", 100_000), ("999 1", 900)]
    {
        let document = quarter(&format!("/MediaBox[0 0 {sides}]"));
        let width = document.width_at(0, dpi).unwrap();
        assert!(document.render(0, width).is_ok(), "{sides}: {width}");
    }
}

#[test]
fn a_document_that_names_a_font_without_having_it_is_drawn() {
    let bytes = pages(&["BT /F 90 Tf 20 60 Td (Hue) Tj ET"], "", &[]);
    let picture = Renderer::open(&file(&bytes)).unwrap().render(0, 300).unwrap();
    let dark = picture.pixels().filter(|Rgb([red, ..])| *red < 100).count();
    assert!((2_000..20_000).contains(&dark), "{dark}");
}
