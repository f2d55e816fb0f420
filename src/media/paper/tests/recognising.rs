use std::ffi::OsStr;
use std::io::Write;
use std::ops::ControlFlow;

use image::RgbImage;

use super::fixture::{SYSTEM, file, pages, programs};
use crate::media::paper::ocr::{self, Recognised, Settings, recognise};
use crate::media::paper::{PaperError, Renderer};
use crate::media::programs::{ProgramError, Programs, Tool};

/// A Tesseract that knows these languages and answers as `answers` says: a shell case on the
/// language and the page segmentation mode, which sets `c` (confidence) and `t` (text).
fn tesseract(langs: &str, answers: &str) -> (tempfile::TempDir, Programs) {
    let script = format!(
        "case $1 in --version) echo 5; exit;; --list-langs) echo x; printf '{langs}'; exit;; esac
         [ \"$(head -c 3)\" = \"P5\" ] || exit 7
         case \"$4 $8\" in {answers} esac
         printf '5\\t1\\t1\\t1\\t1\\t1\\t1\\t2\\t3\\t4\\t%s\\t%s\\n' $c $t"
    );
    programs(&[("tesseract", &script)])
}

fn said(
    (_folder, programs): &(tempfile::TempDir, Programs),
    langs: &[&str],
) -> Result<Recognised, PaperError> {
    recognise(&RgbImage::new(20, 10), langs, programs, Settings::default())
}

#[test]
fn a_page_is_read_once_if_it_is_read_well() {
    let tool = tesseract("eng\\nosd\\nvie\\n", "'vie 3') c=90 t=Việt;; *) c=99 t=wrong;;");
    let read = said(&tool, &["vi", "en"]).unwrap();
    assert_eq!((read.text.as_str(), read.confidence), ("Việt", 90.0));
}

#[test]
fn a_page_on_its_side_is_turned() {
    let answers = "'vie 3') c=40 t=tệ;; 'vie 1') c=95 t=tốt;; *) c=99 t=wrong;;";
    assert_eq!(said(&tesseract("osd\\nvie\\n", answers), &["vi"]).unwrap().text, "tốt");
    // Without the data for it, or if it is no better, the first reading stays.
    assert_eq!(said(&tesseract("vie\\n", answers), &["vi"]).unwrap().text, "tệ");
    let worse = "'vie 3') c=40 t=tệ;; *) c=30 t=tốt;;";
    assert_eq!(said(&tesseract("osd\\nvie\\n", worse), &["vi"]).unwrap().text, "tệ");
    let fails = "'vie 3') c=40 t=tệ;; *) exit 1;;";
    assert_eq!(said(&tesseract("osd\\nvie\\n", fails), &["vi"]).unwrap().text, "tệ");
}

#[test]
fn a_page_that_is_not_vietnamese_is_read_in_english() {
    let answers = "'vie 3') c=80 t=Enqlish;; 'vie+eng 3') c=95 t=English;; *) c=99 t=wrong;;";
    let tool = tesseract("eng\\nosd\\nvie\\n", answers);
    assert_eq!(said(&tool, &["vi", "en"]).unwrap().text, "English");
    assert_eq!(said(&tool, &["vi"]).unwrap().text, "Enqlish");
}

#[test]
fn what_cannot_be_read_is_told() {
    let image = RgbImage::new(20, 10);
    let missing = recognise(&image, &["vi"], &Programs::none(), Settings::default());
    assert!(matches!(missing, Err(PaperError::Program(ProgramError::Missing(Tool::Tesseract)))));
    let tool = tesseract("vie\\n", "*) c=90 t=x;;");
    assert!(matches!(said(&tool, &["lo"]), Err(PaperError::Language(_))));
    let none = recognise(&RgbImage::new(0, 10), &["vi"], &tool.1, Settings::default());
    assert!(matches!(none, Err(PaperError::Pixels { .. })));
    let broken = tesseract("vie\\n", "*) echo broken >&2; exit 1;;");
    assert!(matches!(
        said(&broken, &["vi"]),
        Err(PaperError::Program(ProgramError::Failed { tool: Tool::Tesseract, detail })) if detail == "broken"
    ));
    let (_folder, slow) = tesseract("vie\\n", "*) sleep 20;;");
    let settings = Settings { seconds: 1, ..Settings::default() };
    assert!(matches!(
        recognise(&image, &["vi"], &slow, settings),
        Err(PaperError::Program(ProgramError::Time(_)))
    ));
}

#[test]
fn pages_are_told_one_by_one_until_told_to_stop() {
    let document = Renderer::open(&file(&pages(&["", "", ""], "", &[]))).unwrap();
    let (_folder, programs) = tesseract("vie\\n", "*) c=90 t=chữ;;");
    let mut told = Vec::new();
    ocr::pages(&document, [0, 9, 2, 1], &["vi"], (&programs, Settings::default()), |page, read| {
        told.push((page, read.ok().map(|read| read.text)));
        if page == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })
    .unwrap();
    assert_eq!(told, [(0, Some("chữ".to_owned())), (9, None), (2, Some("chữ".to_owned()))]);
    let never = ocr::pages(&document, [0], &["lo"], (&programs, Settings::default()), |_, _| {
        ControlFlow::Continue(())
    });
    assert!(matches!(never, Err(PaperError::Language(_))));
}

#[test]
fn a_drawn_page_is_recognised() {
    let programs = Programs::find(OsStr::new(SYSTEM));
    if !programs.languages().iter().any(|name| name == "eng") {
        std::io::stderr().write_all(b"skipped: no tesseract with English here\n").unwrap();
        return;
    }
    let content = "BT /F 18 Tf 30 150 Td (The gongs of the highlands) Tj 0 -30 Td \
                   (are heard in Gia Lai) Tj ET";
    let document = Renderer::open(&file(&pages(&[content], "", &[]))).unwrap();
    let picture = document.render(0, document.width_at(0, 200).unwrap()).unwrap();
    let read = recognise(&picture, &["en"], &programs, Settings::default()).unwrap();
    assert_eq!(read.text, "The gongs of the highlands\nare heard in Gia Lai");
    assert!(80.0 < read.confidence, "{}", read.confidence);
    let gongs = read.words.get(1).unwrap();
    // 30 points from the left and 50 from the top, at 200 pixels to the inch.
    assert!(gongs.top.abs_diff(105) < 20 && 80 < gongs.left && gongs.left < 250, "{gongs:?}");
}
