//! Files on their way: in a folder of their own on the data disk, gone when dropped.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// A folder for files being written.
#[derive(Clone, Debug)]
pub(super) struct Scratch {
    dir: PathBuf,
}

impl Scratch {
    /// Makes the folder where it is missing and removes what a crash left in it.
    ///
    /// A file that is being written is locked by its writer, so a second process that opens the
    /// same folder leaves it alone.
    pub(super) fn open(dir: PathBuf) -> io::Result<Self> {
        fs::create_dir_all(&dir)?;
        for entry in fs::read_dir(&dir)? {
            let path = entry?.path();
            let abandoned = File::open(&path).is_ok_and(|file| file.try_lock().is_ok());
            if abandoned && let Err(error) = fs::remove_file(&path) {
                tracing::warn!(%error, "an abandoned upload could not be removed");
            }
        }
        Ok(Self { dir })
    }

    /// A new file, removed when dropped unless it is given its lasting name first.
    pub(super) fn named(&self) -> io::Result<NamedTempFile> {
        let file = self.builder(|dir| tempfile::Builder::new().prefix("in-").tempfile_in(dir))?;
        file.as_file().lock()?;
        Ok(file)
    }

    /// A second name for the file at `path`, removed when dropped unless it is given its lasting name
    /// first; none where the disk has no second names.
    pub(super) fn linked(&self, path: &Path) -> io::Result<Option<NamedTempFile>> {
        let linked = self.builder(|dir| {
            let link = |name: &Path| fs::hard_link(path, name);
            tempfile::Builder::new().prefix("in-").make_in(dir, link)
        });
        match linked {
            Ok(linked) => {
                let file = File::open(path)?;
                file.lock()?;
                Ok(Some(NamedTempFile::from_parts(file, linked.into_temp_path())))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(error),
            Err(_no_links) => Ok(None),
        }
    }

    /// A new file without a name, for work in between.
    pub(super) fn nameless(&self) -> io::Result<File> {
        self.builder(|dir| tempfile::tempfile_in(dir))
    }

    /// Tries again once when the folder has been removed meanwhile, as `derived/` may be.
    fn builder<T>(&self, make: impl Fn(&Path) -> io::Result<T>) -> io::Result<T> {
        match make(&self.dir) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::create_dir_all(&self.dir)?;
                make(&self.dir)
            }
            made => made,
        }
    }
}
