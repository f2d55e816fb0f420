use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::json;

use super::super::What;
use super::fixture::work;

#[test]
fn a_record_has_its_texts_photos_and_files() {
    let work = work(&[]);
    let paths: Vec<String> = work.entries("x").into_iter().map(|entry| entry.path).collect();
    assert_eq!(work.folder(), "DLK-2026-000317-khong-gian-van-hoa-cong-chieng");
    assert_eq!(
        paths,
        [
            "x/LICENCE.txt",
            "x/LICENCE.html",
            "x/CREDITS.txt",
            "x/texts/DLK-2026-000317-vi.docx",
            "x/texts/DLK-2026-000317-vi.txt",
            "x/texts/captions-vi.txt",
            "x/texts/DLK-2026-000317-en.docx",
            "x/texts/DLK-2026-000317-en.txt",
            "x/texts/captions-en.txt",
            "x/photos/original/01-dan-chieng.jpg",
            "x/photos/1600/01-dan-chieng.jpg",
            "x/photos/800/01-dan-chieng.jpg",
            "x/photos/original/02-con.png",
            "x/photos/800/02-con.jpg",
            "x/photos/original/03.webp",
            "x/files/04-etc-passwd.pdf",
        ]
    );
}

#[test]
fn nothing_is_named_that_was_not_released() {
    let mut work = work(&[]);
    work.live.files.clear();
    work.langs.clear();
    let entries = work.entries("x");
    assert_eq!(entries.len(), 3);
    assert!(entries.iter().all(|entry| matches!(entry.what, What::Text(_))));
}

/// A name that every system takes: no way out, nothing reserved, no two alike in another case.
fn portable(path: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let part = |part: &str| {
        let device = ["con", "prn", "aux", "nul", "com1", "lpt1"];
        let stem = part.split('.').next().unwrap_or_default().to_ascii_lowercase();
        !part.is_empty()
            && part.chars().all(fits)
            && !part.starts_with('.')
            && !part.ends_with('.')
            && !device.contains(&stem.as_str())
    };
    path.split('/').all(part) && path.len() < 200
}

proptest! {
    #[test]
    fn names_are_portable_and_unique_whatever_people_write(
        title in "\\PC{0,120}|(\\.\\./|<script>|[a-z/\\\\:*?\"|]){0,8}",
        local in "\\PC{0,20}|[./\\\\]{0,8}|CON",
        name in "\\PC{0,60}|(\\.\\./|[a-z/\\\\.]){0,12}",
        media_type in "image/(jpeg|png|x-new)|video/mp4|application/x-thing",
    ) {
        let file = |name: &str| json!({"digest": "ab".repeat(32), "bytes": 1, "mediaType": media_type, "name": name});
        let files: serde_json::Map<String, serde_json::Value> = (1..=4)
            .map(|last| {
                let id = super::fixture::ASSET.strip_suffix('1').unwrap();
                (format!("urn:uuid:{id}{last}"), file(&name))
            })
            .collect();
        let work = work(&[
            ("/document/title", json!({"vi": title, "en": title})),
            ("/localId", json!(local)),
            ("/files", files.into()),
        ]);
        let folder = work.folder();
        prop_assert!(!folder.contains('/'));
        let mut seen = BTreeSet::new();
        for entry in work.entries(&folder) {
            prop_assert!(portable(&entry.path), "{}", entry.path);
            prop_assert!(seen.insert(entry.path.to_ascii_lowercase()), "{} twice", entry.path);
        }
        prop_assert!(13 <= seen.len());
    }
}
