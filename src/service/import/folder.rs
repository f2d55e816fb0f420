//! A folder as a source: its files, and no link out of it.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

use super::source::{bad_name, hidden, no_file, unreadable};
use crate::{service::Error, text::normalise::nfc};

/// A folder with files.
#[derive(Clone)]
pub(super) struct Folder {
    root: Arc<Path>,
}

impl Folder {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        Ok(Self { root: path.canonicalize()?.into() })
    }

    /// All files with their sizes, by path in NFC; hidden ones and links are left out.
    pub(super) fn list(&self) -> Result<BTreeMap<String, u64>, Error> {
        let mut found = BTreeMap::new();
        for entry in walkdir::WalkDir::new(&self.root).follow_links(false) {
            let entry = entry.map_err(|error| unreadable("", &error))?;
            let inner = entry.path().strip_prefix(&self.root).ok().and_then(Path::to_str);
            let Some(name) = inner.filter(|name| entry.file_type().is_file() && !hidden(name))
            else {
                continue;
            };
            let size = entry.metadata().map_err(|error| unreadable(name, &error))?.len();
            found.insert(nfc(name).into_owned(), size);
        }
        Ok(found)
    }

    /// Gives the bytes of a file to `read`; `path` is safe and in NFC.
    pub(super) fn with<T>(
        &self,
        path: &str,
        read: impl FnOnce(&mut dyn Read) -> Result<T, Error>,
    ) -> Result<T, Error> {
        read(&mut self.file(path)?)
    }

    /// Opens a file; `path` is safe and in NFC. No part of it may be a link.
    pub(super) fn file(&self, path: &str) -> Result<File, Error> {
        let mut place = self.root.to_path_buf();
        for part in path.split('/') {
            place = step(&place, part).map_err(|error| unreadable(path, &error))?;
            let about = fs::symlink_metadata(&place).map_err(|error| match error.kind() {
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => no_file(path),
                _ => unreadable(path, &error),
            })?;
            if about.is_symlink() {
                return Err(bad_name(path, ("là liên kết", "it is a link")));
            }
        }
        let file = File::open(&place).map_err(|error| unreadable(path, &error))?;
        let about = file.metadata().map_err(|error| unreadable(path, &error))?;
        if about.is_file() { Ok(file) } else { Err(no_file(path)) }
    }
}

/// The entry `part` of a folder; where the disk has its name decomposed (macOS), that one.
fn step(folder: &Path, part: &str) -> io::Result<PathBuf> {
    let direct = folder.join(part);
    if part.is_ascii() || fs::symlink_metadata(&direct).is_ok() {
        return Ok(direct);
    }
    let same = |name: &std::ffi::OsStr| name.to_str().is_some_and(|name| nfc(name) == part);
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if same(&entry.file_name()) {
            return Ok(entry.path());
        }
    }
    Ok(direct)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code<T>(result: Result<T, Error>) -> String {
        match result {
            Err(Error::Invalid(errors)) => errors[0].code.clone(),
            _ => panic!("it was taken"),
        }
    }

    #[test]
    fn links_are_never_followed() {
        let dir = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("secret"), "x").unwrap();
        fs::create_dir(dir.path().join("a")).unwrap();
        fs::write(dir.path().join("a/b.jpg"), "b").unwrap();
        std::os::unix::fs::symlink(outside.path(), dir.path().join("out")).unwrap();
        std::os::unix::fs::symlink(outside.path().join("secret"), dir.path().join("s")).unwrap();
        let folder = Folder::open(dir.path()).unwrap();
        assert_eq!(folder.list().unwrap().into_keys().collect::<Vec<_>>(), ["a/b.jpg"]);
        assert!(folder.file("a/b.jpg").is_ok());
        assert_eq!(code(folder.file("out/secret")), "unsafe-path");
        assert_eq!(code(folder.file("s")), "unsafe-path");
        assert_eq!(code(folder.file("a")), "no-file");
        assert_eq!(code(folder.file("a/b.jpg/c")), "no-file");
    }

    #[test]
    fn a_name_that_the_disk_has_decomposed_is_found() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("a\u{309}nh.jpg"), "x").unwrap();
        let folder = Folder::open(dir.path()).unwrap();
        assert!(folder.file("ảnh.jpg").is_ok());
        assert_eq!(code(folder.file("khác.jpg")), "no-file");
    }
}
