//! What is imported: one file of rows, a folder, or a `.zip` of such a folder.

use std::{
    collections::BTreeMap,
    fmt::Display,
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::Path,
};

use super::{
    Limits,
    archive::Archive,
    folder::Folder,
    rows::{Bytes, Documents, Lines, Rows, Table},
};
use crate::{domain::input::InputError, service::Error, text};

/// The names under which a folder's rows are looked for.
const RECORDS: [&str; 3] = ["records.jsonl", "records.ndjson", "records.csv"];

/// A source, open.
pub(super) struct Source {
    pub(super) rows: Rows,
    pub(super) files: Files,
    /// Bytes of rows, as far as known; files beside them are not counted.
    pub(super) total: u64,
}

/// The files that rows may name.
#[derive(Clone)]
pub(super) enum Files {
    /// None: the rows came alone.
    None,
    Folder(Folder),
    Archive(Archive),
}

impl Files {
    /// Gives the bytes of one file to `read`.
    ///
    /// # Errors
    /// [`Error::Invalid`] with an empty pointer if there is no such file or it must not be read;
    /// what `read` says.
    pub(super) fn with<T>(
        &self,
        path: &str,
        read: impl FnOnce(&mut dyn Read) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let path = safe(path).map_err(|why| bad_name(path, why))?;
        match self {
            Self::None => {
                let text = (
                    "Tệp kèm theo chỉ nhập được từ thư mục hoặc tệp .zip.",
                    "Files come with a folder or a .zip only.",
                );
                Err(Error::field("", "no-files", text))
            }
            Self::Folder(folder) => folder.with(&path, read),
            Self::Archive(archive) => archive.with(&path, read),
        }
    }

    /// All files with their sizes in bytes, by path.
    fn list(&self) -> Result<BTreeMap<String, u64>, Error> {
        match self {
            Self::None => Ok(BTreeMap::new()),
            Self::Folder(folder) => folder.list(),
            Self::Archive(archive) => Ok(archive.list()),
        }
    }
}

/// Opens what lies at `path`. `scratch` is a folder on the data disk, for the rows of a `.zip`.
///
/// # Errors
/// [`Error::Invalid`] if it is nothing that can be imported, says columns that are unknown, or is
/// an archive that must not be read.
pub(super) fn open(path: &Path, scratch: &Path, limits: &Limits) -> Result<Source, Error> {
    let shown = path.display().to_string();
    let about = path.metadata().map_err(|error| unreadable(&shown, &error))?;
    if about.is_dir() {
        let folder = Folder::open(path).map_err(|error| unreadable(&shown, &error))?;
        return within(Files::Folder(folder), scratch, limits);
    }
    let mut file = File::open(path).map_err(|error| unreadable(&shown, &error))?;
    let mut first = Vec::new();
    let peeked = (&mut file).take(4).read_to_end(&mut first);
    peeked.and_then(|_| file.seek(SeekFrom::Start(0))).map_err(|e| unreadable(&shown, &e))?;
    if first.starts_with(b"PK\x03\x04") || first.starts_with(b"PK\x05\x06") {
        return within(Files::Archive(Archive::open(file, limits)?), scratch, limits);
    }
    let name =
        path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let rows = table_or_lines(&name, Box::new(file), limits)?;
    Ok(Source { rows, files: Files::None, total: about.len() })
}

/// The rows of a folder: its `records.*`, else every `.json` file of it.
fn within(files: Files, scratch: &Path, limits: &Limits) -> Result<Source, Error> {
    let list = files.list()?;
    let mut found = RECORDS.iter().filter_map(|name| list.get_key_value(*name));
    match (found.next(), found.next()) {
        (Some((name, _)), Some((other, _))) => {
            let text = (
                format!("Có cả {name} và {other}; hãy để lại một tệp."),
                format!("There are both {name} and {other}; leave one of them."),
            );
            Err(Error::field("/source", "ambiguous", (&text.0, &text.1)))
        }
        (Some((name, size)), None) => {
            let bytes = unpacked(&files, name, scratch)?;
            let rows = table_or_lines(name, bytes, limits)?;
            Ok(Source { rows, files, total: *size })
        }
        (None, _) => {
            let json = list.into_iter().filter(|(name, _)| has_end(name, "json"));
            let (names, sizes): (Vec<_>, Vec<_>) = json.unzip();
            if names.is_empty() {
                return Err(nothing());
            }
            let total = sizes.into_iter().fold(0, u64::saturating_add);
            let rows = Rows::Documents(Documents::new(files.clone(), names, limits.row_bytes));
            Ok(Source { rows, files, total })
        }
    }
}

/// The bytes of a folder's rows. Those of an archive go to a nameless file first, so that other
/// entries can be read meanwhile.
fn unpacked(files: &Files, name: &str, scratch: &Path) -> Result<Bytes, Error> {
    if let Files::Folder(folder) = files {
        return Ok(Box::new(folder.file(name)?));
    }
    let mut copy = tempfile::tempfile_in(scratch).map_err(|error| unreadable(name, &error))?;
    files.with(name, |reader| {
        std::io::copy(reader, &mut copy).map_err(|error| unreadable(name, &error))
    })?;
    copy.seek(SeekFrom::Start(0)).map_err(|error| unreadable(name, &error))?;
    Ok(Box::new(copy))
}

fn table_or_lines(name: &str, bytes: Bytes, limits: &Limits) -> Result<Rows, Error> {
    if ["csv", "tsv"].iter().any(|end| has_end(name, end)) {
        return Ok(Rows::Table(Table::open(bytes, name, limits.row_bytes)?));
    }
    if ["jsonl", "ndjson"].iter().any(|end| has_end(name, end)) {
        return Ok(Rows::Lines(Lines::new(bytes, name, limits.row_bytes)));
    }
    Err(nothing())
}

fn has_end(name: &str, end: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, found)| found.eq_ignore_ascii_case(end))
}

fn nothing() -> Error {
    let text = (
        "Chỉ nhập được: thư mục, .zip, .jsonl (.ndjson) hoặc .csv (.tsv). Trong thư mục và .zip phải có records.jsonl, records.csv hoặc các tệp .json.",
        "What can be imported: a folder, .zip, .jsonl (.ndjson) or .csv (.tsv). A folder or .zip has records.jsonl, records.csv or .json files.",
    );
    Error::field("/source", "nothing-to-import", text)
}

/// A path within the source, in NFC, if it stays within.
///
/// # Errors
/// Why not: Vietnamese and English.
pub(super) fn safe(path: &str) -> Result<String, (&'static str, &'static str)> {
    let path = text::normalise::nfc(path).into_owned();
    if path.is_empty() || 1_024 < path.len() {
        return Err((
            "tên trống hoặc dài quá 1.024 byte",
            "it is empty or longer than 1,024 bytes",
        ));
    }
    if path.contains('\\') || path.contains(char::is_control) {
        return Err(("có dấu \\ hoặc ký tự điều khiển", "it has a \\ or a control character"));
    }
    let drive = path.as_bytes().get(1) == Some(&b':');
    if path.starts_with('/') || drive {
        return Err(("là đường dẫn tuyệt đối", "it is absolute"));
    }
    if path.split('/').any(|part| matches!(part, "" | "." | "..")) {
        return Err(("có thành phần rỗng, . hoặc ..", "it has an empty part, . or .."));
    }
    Ok(path)
}

/// Whether the file is of no concern: what macOS and editors leave.
pub(super) fn hidden(path: &str) -> bool {
    path.split('/').any(|part| part.starts_with('.') || part == "__MACOSX")
}

pub(super) fn bad_name(path: &str, (vi, en): (&str, &str)) -> Error {
    let text = (
        format!("Đường dẫn không dùng được “{}”: {vi}.", shown(path)),
        format!("The path “{}” cannot be used: {en}.", shown(path)),
    );
    Error::field("", "unsafe-path", (&text.0, &text.1))
}

pub(super) fn no_file(path: &str) -> Error {
    let text = (
        format!("Không có tệp “{}”.", shown(path)),
        format!("There is no file “{}”.", shown(path)),
    );
    Error::field("", "no-file", (&text.0, &text.1))
}

/// A source that the disk or its own form does not give out.
pub(super) fn unreadable(name: &str, error: &dyn Display) -> Error {
    let text = (
        format!("Không đọc được {}: {error}.", shown(name)),
        format!("{} cannot be read: {error}.", shown(name)),
    );
    Error::Invalid(vec![InputError::new("", "unreadable", (&text.0, &text.1))])
}

/// A name that comes from outside, fit to be printed.
fn shown(name: &str) -> String {
    name.chars().take(200).map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::path::{Component, PathBuf};

    #[test]
    fn paths_that_lead_out_are_refused() {
        for bad in [
            "",
            "/etc/passwd",
            "../a.jpg",
            "a/../../b",
            "a//b",
            "./a",
            "a/.",
            "C:/a.jpg",
            "c:a.jpg",
            "a\\b.jpg",
            "..\\a",
            "a\0b",
            "a\nb",
            "a/",
            &"x".repeat(1_025),
        ] {
            assert!(safe(bad).is_err(), "{bad:?}");
        }
        for good in ["a.jpg", "ảnh/nhà dài.jpg", "a..b/c", "..."] {
            assert!(safe(good).is_ok(), "{good:?}");
        }
    }

    #[test]
    fn a_decomposed_path_is_composed() {
        assert_eq!(safe("a\u{309}nh.jpg").unwrap(), "ảnh.jpg");
    }

    proptest! {
        #[test]
        fn a_safe_path_never_leaves_its_folder(path in "[a./\\\\:C\\PC]{0,30}") {
            if let Ok(path) = safe(&path) {
                let parts: PathBuf = path.into();
                prop_assert!(parts.components().all(|part| matches!(part, Component::Normal(_))));
            }
        }
    }
}
