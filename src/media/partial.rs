//! Files that come in pieces: what came of them is on the disk and stays there over a restart.
//!
//! An upload has up to three files in `uploads/`: `<id>.json`, what its owner noted of it;
//! `<id>.part`, its bytes, whose time of change is that of the last one; and `<id>.from` while a
//! piece comes whose checksum is still to be seen: the length to go back to. None of them is held
//! open between two pieces.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

use super::MediaError;
use super::blob::{Blobs, Incoming, sync_folder};
use crate::domain::upload::UploadId;

const NOTE: &str = "json";
const BYTES: &str = "part";
const BACK: &str = "from";

/// Bytes that a note has at most.
const LONGEST: u64 = 1 << 20;

/// The folder of uploads.
#[derive(Clone, Debug)]
pub struct Partials {
    dir: Arc<Path>,
}

/// An upload as it was found when the folder was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// Which.
    pub id: UploadId,
    /// What was noted of it.
    pub note: Vec<u8>,
    /// Bytes that are here.
    pub bytes: u64,
    /// When the last of them came, or the note was written.
    pub changed: Timestamp,
}

/// What a piece's bytes must come to (tus 1.0.0, extension checksum).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Checksum {
    /// SHA-1, 20 bytes.
    Sha1(Vec<u8>),
    /// SHA-256, 32 bytes.
    Sha256(Vec<u8>),
}

impl Checksum {
    /// The names of the algorithms.
    pub const NAMES: &str = "sha1,sha256";

    /// The checksum of this name and these bytes; none for another algorithm.
    #[must_use]
    pub fn named(name: &str, bytes: Vec<u8>) -> Option<Self> {
        match name {
            "sha1" => Some(Self::Sha1(bytes)),
            "sha256" => Some(Self::Sha256(bytes)),
            _ => None,
        }
    }
}

/// A running checksum and what it must come to.
#[derive(Debug)]
enum Check {
    Sha1(Sha1, Vec<u8>),
    Sha256(Sha256, Vec<u8>),
}

impl Check {
    fn new(wanted: Checksum) -> Self {
        match wanted {
            Checksum::Sha1(wanted) => Self::Sha1(Sha1::new(), wanted),
            Checksum::Sha256(wanted) => Self::Sha256(Sha256::new(), wanted),
        }
    }

    fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha1(hash, _) => hash.update(bytes),
            Self::Sha256(hash, _) => hash.update(bytes),
        }
    }

    fn holds(self) -> bool {
        match self {
            Self::Sha1(hash, wanted) => hash.finalize().as_slice() == wanted,
            Self::Sha256(hash, wanted) => hash.finalize().as_slice() == wanted,
        }
    }
}

/// A piece that is being added. Whoever has one is the only one for its upload.
#[derive(Debug)]
pub struct Appending {
    partials: Partials,
    id: UploadId,
    file: File,
    from: u64,
    bytes: u64,
    check: Option<Check>,
}

impl Partials {
    /// Opens `uploads/` in the data folder `data`, making it where it is missing.
    ///
    /// # Errors
    /// [`MediaError::Io`] or [`MediaError::Full`] from the disk.
    pub fn open(data: &Path) -> Result<Self, MediaError> {
        let dir = data.join("uploads");
        fs::create_dir_all(&dir)?;
        sync_folder(data)?;
        Ok(Self { dir: dir.into() })
    }

    /// The uploads that are here, each at a length that can be gone on from. Bytes that nothing was
    /// noted of are removed.
    ///
    /// # Errors
    /// [`MediaError::Io`] from the disk.
    pub fn list(&self) -> Result<Vec<Left>, MediaError> {
        let mut found = Vec::new();
        for entry in fs::read_dir(&self.dir)? {
            let path = entry?.path();
            let part = |part: Option<&std::ffi::OsStr>| {
                part.and_then(|part| part.to_str().map(ToOwned::to_owned))
            };
            let id = part(path.file_stem()).and_then(|stem| stem.parse::<UploadId>().ok());
            match (id, part(path.extension()).as_deref()) {
                (Some(id), Some(NOTE)) => found.extend(self.left(id)?),
                (Some(id), Some(BYTES | BACK)) if !self.path(&id, NOTE).exists() => remove(&path)?,
                // A note that was never finished.
                (_, Some("tmp")) => remove(&path)?,
                _ => {}
            }
        }
        Ok(found)
    }

    fn left(&self, id: UploadId) -> Result<Option<Left>, MediaError> {
        let note = self.path(&id, NOTE);
        let noted = fs::metadata(&note)?;
        if LONGEST < noted.len() {
            return Ok(None);
        }
        self.go_back(&id)?;
        let (bytes, changed) = match fs::metadata(self.path(&id, BYTES)) {
            Ok(part) => (part.len(), part.modified()?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => (0, noted.modified()?),
            Err(error) => return Err(error.into()),
        };
        let changed = Timestamp::try_from(changed).map_err(io::Error::other)?;
        Ok(Some(Left { note: fs::read(note)?, id, bytes, changed }))
    }

    /// Begins an upload, or notes something else of it. On return it is on the disk.
    ///
    /// # Errors
    /// [`MediaError::Io`] or [`MediaError::Full`] from the disk; then what was noted before stays.
    pub fn note(&self, id: &UploadId, note: &[u8], now: Timestamp) -> Result<(), MediaError> {
        let (path, whole) = (self.path(id, "tmp"), self.path(id, NOTE));
        let written = || -> io::Result<()> {
            let mut file = private().create(true).truncate(true).open(&path)?;
            file.write_all(note)?;
            file.set_modified(now.into())?;
            file.sync_all()?;
            fs::rename(&path, &whole)?;
            sync_folder(&self.dir)
        };
        written().map_err(|error| {
            // Swept when next opened, if not now.
            drop(remove(&path));
            error.into()
        })
    }

    /// What was noted of an upload.
    ///
    /// # Errors
    /// [`MediaError::Io`] from the disk.
    pub fn noted(&self, id: &UploadId) -> Result<Vec<u8>, MediaError> {
        Ok(fs::read(self.path(id, NOTE))?)
    }

    /// Begins to add a piece at the length `from`, which the upload must have.
    ///
    /// # Errors
    /// [`MediaError::Io`] or [`MediaError::Full`] from the disk.
    pub fn append(
        &self,
        id: &UploadId,
        from: u64,
        checksum: Option<Checksum>,
    ) -> Result<Appending, MediaError> {
        let path = self.path(id, BYTES);
        let fresh = !path.exists();
        let file = private().append(true).create(true).open(&path)?;
        if file.metadata()?.len() != from {
            // A piece whose end could not be written.
            file.set_len(from)?;
        }
        let mark = self.path(id, BACK);
        let stale = checksum.is_none() && mark.exists();
        if stale {
            remove(&mark)?;
        }
        if checksum.is_some() {
            let mut back = private().create(true).truncate(true).open(&mark)?;
            back.write_all(from.to_string().as_bytes())?;
            back.sync_all()?;
        }
        if fresh || stale || checksum.is_some() {
            sync_folder(&self.dir)?;
        }
        let check = checksum.map(Check::new);
        Ok(Appending { partials: self.clone(), id: id.clone(), file, from, bytes: from, check })
    }

    /// The whole of an upload as a file that has come in; the upload itself stays as it is.
    ///
    /// # Errors
    /// As [`Blobs::begin`] and [`Incoming::write`].
    pub fn whole(&self, id: &UploadId, blobs: &Blobs, limit: u64) -> Result<Incoming, MediaError> {
        blobs.begin_from(&self.path(id, BYTES), limit)
    }

    /// Removes the bytes of an upload and leaves what was noted of it.
    ///
    /// # Errors
    /// [`MediaError::Io`] from the disk.
    pub fn forget_bytes(&self, id: &UploadId) -> Result<(), MediaError> {
        for part in [BYTES, BACK] {
            remove(&self.path(id, part))?;
        }
        Ok(sync_folder(&self.dir)?)
    }

    /// Removes an upload. It is gone from the disk on return.
    ///
    /// # Errors
    /// [`MediaError::Io`] from the disk.
    pub fn forget(&self, id: &UploadId) -> Result<(), MediaError> {
        // Bytes without a note are swept; a note without bytes would begin anew.
        remove(&self.path(id, NOTE))?;
        self.forget_bytes(id)
    }

    /// Bytes that this program may still fill on this disk.
    ///
    /// # Errors
    /// [`MediaError::Io`] from the disk.
    pub fn free(&self) -> Result<u64, MediaError> {
        let stat = rustix::fs::statvfs(&*self.dir).map_err(io::Error::from)?;
        Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
    }

    /// Takes back the bytes of a piece whose checksum was never seen.
    fn go_back(&self, id: &UploadId) -> Result<(), MediaError> {
        let marked = self.path(id, BACK);
        let from = match fs::read_to_string(&marked) {
            // One that was not written whole was written before any byte of the piece.
            Ok(text) => text.parse::<u64>().ok(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        if let Some(from) = from
            && let Ok(file) = private().open(self.path(id, BYTES))
            && from < file.metadata()?.len()
        {
            file.set_len(from)?;
            file.sync_all()?;
        }
        Ok(remove(&marked)?)
    }

    fn path(&self, id: &UploadId, ending: &str) -> PathBuf {
        self.dir.join(format!("{id}.{ending}"))
    }
}

impl Appending {
    /// Adds the next bytes.
    ///
    /// # Errors
    /// [`MediaError::Full`] or [`MediaError::Io`] from the disk.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), MediaError> {
        if let Some(check) = &mut self.check {
            check.update(bytes);
        }
        let mut rest = bytes;
        while !rest.is_empty() {
            match self.file.write(rest) {
                Ok(0) => return Err(io::Error::from(io::ErrorKind::WriteZero).into()),
                Ok(written) => {
                    self.bytes =
                        self.bytes.saturating_add(u64::try_from(written).unwrap_or(u64::MAX));
                    rest = rest.get(written..).unwrap_or_default();
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// The length that the upload would have.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Keeps the piece, on the disk on return, and gives the upload's length; `None` if its checksum
    /// is another: then nothing of it is kept.
    ///
    /// # Errors
    /// [`MediaError::Full`] or [`MediaError::Io`] from the disk.
    pub fn keep(mut self, now: Timestamp) -> Result<Option<u64>, MediaError> {
        let check = self.check.take();
        let checked = check.is_some();
        if check.is_some_and(|check| !check.holds()) {
            self.back(checked)?;
            return Ok(None);
        }
        self.file.set_modified(now.into())?;
        self.file.sync_all()?;
        if checked {
            self.unmark()?;
        }
        Ok(Some(self.bytes))
    }

    /// Keeps what came of a piece that broke off; of one with a checksum nothing, for nobody can see
    /// whether it is right. Gives the upload's length.
    ///
    /// # Errors
    /// As [`Appending::keep`].
    pub fn keep_broken(self, now: Timestamp) -> Result<u64, MediaError> {
        if self.check.is_some() {
            return self.drop_all();
        }
        let from = self.from;
        Ok(self.keep(now)?.unwrap_or(from))
    }

    /// Keeps nothing of the piece, and gives the upload's length.
    ///
    /// # Errors
    /// [`MediaError::Io`] from the disk.
    pub fn drop_all(mut self) -> Result<u64, MediaError> {
        let checked = self.check.take().is_some();
        self.back(checked)?;
        Ok(self.from)
    }

    fn back(&mut self, checked: bool) -> Result<(), MediaError> {
        self.file.set_len(self.from)?;
        self.file.sync_all()?;
        self.bytes = self.from;
        if checked { self.unmark() } else { Ok(()) }
    }

    fn unmark(&self) -> Result<(), MediaError> {
        remove(&self.partials.path(&self.id, BACK))?;
        Ok(sync_folder(&self.partials.dir)?)
    }
}

/// Files that only their owner reads.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).mode(0o600);
    options
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
