//! Documents of others, where this machine has them.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use super::fixture::SYSTEM;
use crate::media::paper::Renderer;
use crate::media::paper::ocr::{Settings, recognise};
use crate::media::paper::text::{self, quality};
use crate::media::programs::Programs;

/// A folder of the data sets, if it is there.
fn set(name: &str) -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "a test's own setting")]
    let named = std::env::var_os("QUANGBA_DATA_SETS").map(PathBuf::from);
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let beside = ["../shared/data", "../../shared/data"].map(|path| here.join(path));
    let found = named.into_iter().chain(beside).map(|path| path.join(name));
    let found = found.into_iter().find(|path| path.is_dir());
    if found.is_none() {
        std::io::stderr().write_all(b"skipped: no data sets here\n").unwrap();
    }
    found
}

fn words(text: &str) -> HashMap<&str, usize> {
    let mut words = HashMap::new();
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        *words.entry(word).or_default() += 1;
    }
    words
}

/// How many of the words of `expected` are in `found`, in hundredths.
fn recall(expected: &str, found: &str) -> usize {
    let (expected, found) = (words(expected), words(found));
    let all: usize = expected.values().sum();
    let hits: usize =
        expected.iter().map(|(word, count)| found.get(word).unwrap_or(&0).min(count)).sum();
    hits * 100 / all.max(1)
}

#[test]
fn documents_with_expected_text_have_it() {
    let Some(folder) = set("docs-markitdown") else { return };
    let mut seen = 0;
    for entry in fs::read_dir(folder.join("expected_outputs")).unwrap() {
        let expected = entry.unwrap().path();
        let name = expected.file_stem().unwrap().to_str().unwrap();
        let Ok(document) = File::open(folder.join(format!("{name}.pdf"))) else { continue };
        let settings = text::Settings::default();
        let read = text::pages(&document, &Programs::none(), &settings).unwrap().pages.join("\n");
        let expected = fs::read_to_string(&expected).unwrap();
        assert!(99 <= recall(&expected, &read), "{name}: {}", recall(&expected, &read));
        assert!(!quality(&read).is_garbled(), "{name}: {:?}", quality(&read));
        seen += 1;
    }
    assert!(3 <= seen, "{seen}");
}

#[test]
fn a_scan_is_silent_and_its_text_is_recognised() {
    let Some(folder) = set("agency-codes") else { return };
    let programs = Programs::find(OsStr::new(SYSTEM));
    let file = File::open(folder.join("09-2025-QD-TTg.scan.pdf")).unwrap();
    let read = text::pages(&file, &programs, &text::Settings::default()).unwrap();
    assert!(read.pages.iter().all(|page| quality(page).is_silent()));
    if !programs.languages().iter().any(|name| name == "vie") {
        std::io::stderr().write_all(b"skipped: no tesseract with Vietnamese here\n").unwrap();
        return;
    }
    let document = Renderer::open(&file).unwrap();
    let settings = Settings::default();
    let mut read = String::new();
    for page in 0..document.pages() {
        let width = document.width_at(page, settings.dpi).unwrap();
        let picture = document.render(page, width).unwrap();
        let found = recognise(&picture, &["vi", "en"], &programs, settings).unwrap();
        assert!(80.0 < found.confidence, "page {page}: {}", found.confidence);
        read += &found.text;
        read += "\n";
    }
    let expected = fs::read_to_string(folder.join("09-2025-QD-TTg.md")).unwrap();
    assert!(80 <= recall(&expected, &read), "{}", recall(&expected, &read));
}
