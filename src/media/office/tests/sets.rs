use std::collections::HashMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::*;

/// The folder of public file sets, if this machine has it.
fn sets() -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "a test's own setting")]
    let named = std::env::var_os("QUANGBA_DATA_SETS").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    named.or(Some(beside)).filter(|path| path.is_dir())
}

fn skipped() {
    std::io::stdout().write_all(b"skipped: no data sets here\n").unwrap();
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

fn words(text: &str) -> HashMap<String, usize> {
    let mut words = HashMap::new();
    for word in crate::text::nfc(text).split(|c: char| !c.is_alphanumeric()) {
        if !word.is_empty() {
            *words.entry(word.to_lowercase()).or_default() += 1;
        }
    }
    words
}

/// The text of HTML: marks of single letters do not part words.
fn text(html: &str) -> String {
    let mut text = String::new();
    for piece in html.split('<') {
        let (tag, more) = piece.split_once('>').unwrap_or(("", piece));
        let inner = tag.trim_start_matches('/').split(' ').next().unwrap();
        if !["strong", "em", "u", "sup", "sub", "a"].contains(&inner) {
            text.push(' ');
        }
        text.push_str(more);
    }
    text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[test]
fn decrees_agree_with_their_transcriptions() {
    let Some(sets) = sets() else { return skipped() };
    let folder = sets.join("docs-vn/nd30-2020");
    // The transcription of Phuluc1 has passages that the document has not.
    for (name, enough) in
        [("30_2020_ND_CP", 99), ("Phuluc1", 93), ("Phuluc2", 99), ("Phuluc4", 99), ("Phuluc5", 99)]
    {
        let file = File::open(folder.join(format!("{name}.docx"))).unwrap();
        let done = convert(Kind::Docx, file, &Limits::default(), &mut std::io::sink()).unwrap();
        check(&done.html);
        let ours = words(&format!("{} {}", done.title.unwrap_or_default(), text(&done.html)));
        let theirs = fs::read_to_string(folder.join(format!("{name}.md"))).unwrap();
        let theirs = words(&theirs.replace("**", "").replace("<br>", " "));
        let all: usize = theirs.values().sum();
        let common: usize = theirs
            .iter()
            .map(|(word, count)| ours.get(word).copied().unwrap_or(0).min(*count))
            .sum();
        assert!(enough * all <= common * 100, "{name}: {common} of {all}");
    }
}

#[test]
fn no_file_of_any_kind_is_taken_for_a_document() {
    let Some(sets) = sets() else { return skipped() };
    let mut found = Vec::new();
    for set in fs::read_dir(&sets).unwrap() {
        let set = set.unwrap().path();
        if set.file_name().unwrap().to_string_lossy().starts_with("docs-") {
            files(&set, &mut found);
        }
    }
    for path in found {
        let extension = path.extension().unwrap_or_default().to_string_lossy().into_owned();
        for (kind, own) in [(Kind::Docx, "docx"), (Kind::Odt, "odt"), (Kind::Html, "html")] {
            let file = File::open(&path).unwrap();
            let done = convert(kind, file, &Limits::default(), &mut std::io::sink());
            assert_eq!(done.is_ok(), extension == own, "{kind}, {}: {done:?}", path.display());
        }
    }
}
