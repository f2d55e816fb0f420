//! Originals and releases on the disk, each under the SHA-256 of its bytes.
//!
//! What [`Incoming::finish`] has answered is on the disk: file, name and folders are synchronised
//! first. A crash before that leaves nothing but a file in `incoming/`, swept when next opened.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use tempfile::NamedTempFile;

use super::MediaError;
use super::scratch::Scratch;
use crate::domain::digest::Digest;

/// Bytes read at once when a file is hashed or copied.
const CHUNK: usize = 128 * 1024;

/// The store of files.
#[derive(Clone, Debug)]
pub struct Blobs {
    root: Arc<Path>,
    scratch: Scratch,
}

/// A file that is being taken in. Dropped before [`Incoming::finish`] it leaves nothing.
#[derive(Debug)]
pub struct Incoming {
    root: Arc<Path>,
    file: NamedTempFile,
    hash: Sha256,
    bytes: u64,
    limit: u64,
}

/// A file as it has been taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The SHA-256 of its bytes: its name from now on.
    pub digest: Digest,
    /// How many bytes it has.
    pub bytes: u64,
}

impl Blobs {
    /// Opens `media/` in the data folder `data`, making it where it is missing, and removes what
    /// broken uploads left.
    ///
    /// # Errors
    /// [`MediaError::Io`] or [`MediaError::Full`] from the disk.
    pub fn open(data: &Path) -> Result<Self, MediaError> {
        let root = data.join("media");
        let scratch = Scratch::open(root.join("incoming"))?;
        sync_folder(data)?;
        Ok(Self { root: root.into(), scratch })
    }

    /// Begins a file of at most `limit` bytes.
    ///
    /// # Errors
    /// [`MediaError::Io`] or [`MediaError::Full`] from the disk.
    pub fn begin(&self, limit: u64) -> Result<Incoming, MediaError> {
        let file = self.scratch.named()?;
        let root = Arc::clone(&self.root);
        Ok(Incoming { root, file, hash: Sha256::new(), bytes: 0, limit })
    }

    /// As [`Blobs::begin`], of a file on the same disk that is whole already: it is read once, and
    /// gets a second name instead of a copy. The first name stays; nothing may be written to it any
    /// more.
    ///
    /// # Errors
    /// As [`Blobs::begin`]; [`MediaError::TooLarge`] if it is larger than `limit`.
    pub(super) fn begin_from(&self, path: &Path, limit: u64) -> Result<Incoming, MediaError> {
        let mut source = File::open(path)?;
        let Some(file) = self.scratch.linked(path)? else {
            let mut incoming = self.begin(limit)?;
            incoming.copy_from(&mut source)?;
            return Ok(incoming);
        };
        let (mut hash, mut bytes) = (Sha256::new(), 0_u64);
        each_chunk(&mut source, |chunk| {
            hash.update(chunk);
            bytes = bytes.saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
            Ok(())
        })?;
        if limit < bytes {
            return Err(MediaError::TooLarge { limit });
        }
        Ok(Incoming { root: Arc::clone(&self.root), file, hash, bytes, limit })
    }

    /// The file for reading, from its start, and its length in bytes.
    ///
    /// # Errors
    /// [`MediaError::Missing`] if there is none; [`MediaError::Io`] from the disk.
    pub fn open_file(&self, digest: &Digest) -> Result<(File, u64), MediaError> {
        let file = File::open(place(&self.root, digest)).map_err(|error| missing(error, digest))?;
        let bytes = file.metadata()?.len();
        Ok((file, bytes))
    }

    /// Whether there is such a file.
    #[must_use]
    pub fn exists(&self, digest: &Digest) -> bool {
        place(&self.root, digest).is_file()
    }

    /// Reads the whole file and gives its length if its bytes still have their digest.
    ///
    /// # Errors
    /// [`MediaError::Damaged`] if they do not; otherwise as [`Blobs::open_file`].
    pub fn verify(&self, digest: &Digest) -> Result<u64, MediaError> {
        let (mut file, bytes) = self.open_file(digest)?;
        let found = digest_of(&mut file)?;
        if found != *digest {
            return Err(MediaError::Damaged { digest: digest.clone(), found });
        }
        Ok(bytes)
    }

    /// The digests of all files, in no order that is promised. Foreign files are passed over.
    ///
    /// # Errors
    /// [`MediaError::Io`] for a folder that cannot be read.
    pub fn list(&self) -> impl Iterator<Item = Result<Digest, MediaError>> {
        let walk = walkdir::WalkDir::new(&self.root).min_depth(3).max_depth(3);
        walk.into_iter().filter_map(|entry| match entry {
            Ok(entry) => entry.file_name().to_str()?.parse().ok().map(Ok),
            Err(error) => Some(Err(MediaError::Io(error.into()))),
        })
    }

    /// Removes the file; `false` if there was none. It is gone from the disk on return.
    ///
    /// # Errors
    /// [`MediaError::Io`] from the disk.
    pub fn remove(&self, digest: &Digest) -> Result<bool, MediaError> {
        let path = place(&self.root, digest);
        match fs::remove_file(&path) {
            Ok(()) => path.parent().map_or(Ok(()), sync_folder)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(error.into()),
        }
        Ok(true)
    }

    /// A file without a name on the data disk, for a worker to write to.
    pub(super) fn scratch_file(&self) -> Result<File, MediaError> {
        Ok(self.scratch.nameless()?)
    }
}

impl Incoming {
    /// Adds the next bytes.
    ///
    /// # Errors
    /// [`MediaError::TooLarge`] beyond the limit, [`MediaError::Full`] or [`MediaError::Io`] from
    /// the disk; the file cannot be finished after any of them.
    pub fn write(&mut self, chunk: &[u8]) -> Result<(), MediaError> {
        let more = u64::try_from(chunk.len()).unwrap_or(u64::MAX);
        let bytes = self.bytes.saturating_add(more);
        // Past the limit for good, even if a careless caller goes on or finishes.
        self.bytes = bytes;
        if self.limit < bytes {
            return Err(MediaError::TooLarge { limit: self.limit });
        }
        self.hash.update(chunk);
        if let Err(error) = self.file.as_file_mut().write_all(chunk) {
            self.limit = 0;
            return Err(error.into());
        }
        Ok(())
    }

    /// The SHA-256 of what was written so far.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::from(<[u8; 32]>::from(self.hash.clone().finalize()))
    }

    /// How many bytes were written so far.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// What was written so far for reading, from its start, and its length in bytes.
    pub(super) fn reopen(&self) -> Result<(File, u64), MediaError> {
        if self.limit < self.bytes {
            return Err(MediaError::TooLarge { limit: self.limit });
        }
        Ok((File::open(self.file.path())?, self.bytes))
    }

    /// Adds all of `source`, from its start.
    pub(super) fn copy_from(&mut self, source: &mut File) -> Result<(), MediaError> {
        source.seek(SeekFrom::Start(0))?;
        each_chunk(source, |chunk| self.write(chunk))
    }

    /// A second handle of the file, for a worker to write to; [`Incoming::count`] comes after that.
    pub(super) fn handle(&self) -> Result<File, MediaError> {
        Ok(self.file.as_file().try_clone()?)
    }

    /// Takes what a worker wrote for what was written.
    pub(super) fn count(&mut self) -> Result<(), MediaError> {
        let mut file = self.file.reopen()?;
        (self.hash, self.bytes) = (Sha256::new(), 0);
        each_chunk(&mut file, |chunk| {
            self.hash.update(chunk);
            self.bytes = self.bytes.saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
            Ok(())
        })
    }

    /// Keeps the file under its digest. On return it is on the disk, name and all.
    ///
    /// Bytes that are here already are replaced by the same bytes, which mends a copy that the
    /// disk has damaged.
    ///
    /// # Errors
    /// [`MediaError::TooLarge`] after a refused or failed write; [`MediaError::Full`] or
    /// [`MediaError::Io`] from the disk. Then nothing is kept.
    pub fn finish(self) -> Result<Stored, MediaError> {
        let Self { root, file, hash, bytes, limit } = self;
        if limit < bytes {
            return Err(MediaError::TooLarge { limit });
        }
        file.as_file().sync_all()?;
        let digest = Digest::from(<[u8; 32]>::from(hash.finalize()));
        let path = place(&root, &digest);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let before = file.path().to_owned();
        file.persist(&path).map_err(|failure| failure.error)?;
        // Renaming one name of a file to another of its names does nothing (POSIX, rename).
        match fs::remove_file(before) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
        // All three each time: a folder that another thread made may not be synchronised yet.
        for folder in path.ancestors().skip(1).take(3) {
            sync_folder(folder)?;
        }
        Ok(Stored { digest, bytes })
    }
}

impl Write for Incoming {
    fn write(&mut self, chunk: &[u8]) -> io::Result<usize> {
        Self::write(self, chunk).map_err(io::Error::other)?;
        Ok(chunk.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The digest of what is left to be read.
pub(super) fn digest_of(source: &mut impl Read) -> Result<Digest, MediaError> {
    let mut hash = Sha256::new();
    each_chunk(source, |chunk| {
        hash.update(chunk);
        Ok(())
    })?;
    Ok(Digest::from(<[u8; 32]>::from(hash.finalize())))
}

/// Where a file lies under `root`: two folders of two digits each, then all 64.
pub(super) fn place(root: &Path, digest: &Digest) -> PathBuf {
    let text = digest.as_str();
    let (first, second) = (text.get(..2).unwrap_or(text), text.get(2..4).unwrap_or(text));
    root.join(first).join(second).join(text)
}

fn missing(error: io::Error, digest: &Digest) -> MediaError {
    match error.kind() {
        io::ErrorKind::NotFound => MediaError::Missing(digest.clone()),
        _ => error.into(),
    }
}

pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

fn each_chunk(
    source: &mut impl Read,
    mut take: impl FnMut(&[u8]) -> Result<(), MediaError>,
) -> Result<(), MediaError> {
    let mut buffer = vec![0_u8; CHUNK];
    loop {
        match source.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(count) => take(buffer.get(..count).unwrap_or_default())?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    fn blobs() -> (tempfile::TempDir, Blobs) {
        let dir = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(dir.path()).unwrap();
        (dir, blobs)
    }

    fn put(blobs: &Blobs, bytes: &[u8]) -> Stored {
        let mut incoming = blobs.begin(100).unwrap();
        for chunk in bytes.chunks(2) {
            incoming.write(chunk).unwrap();
        }
        incoming.finish().unwrap()
    }

    fn left(dir: &tempfile::TempDir) -> usize {
        fs::read_dir(dir.path().join("media/incoming")).unwrap().count()
    }

    #[test]
    fn a_file_lies_under_its_digest() {
        let (dir, blobs) = blobs();
        let stored = put(&blobs, b"abc");
        assert_eq!((stored.digest.as_str(), stored.bytes), (ABC, 3));
        let path = dir.path().join("media/ba/78").join(ABC);
        assert_eq!(fs::read(path).unwrap(), b"abc");
        assert_eq!(left(&dir), 0);

        assert_eq!(put(&blobs, b"abc").digest, stored.digest);
        assert_eq!(blobs.open_file(&stored.digest).unwrap().1, 3);
        assert!(blobs.exists(&stored.digest));
    }

    #[test]
    fn one_byte_over_the_limit_is_refused_and_leaves_nothing() {
        let (dir, blobs) = blobs();
        let mut incoming = blobs.begin(3).unwrap();
        incoming.write(b"abc").unwrap();
        assert!(matches!(incoming.write(b"d"), Err(MediaError::TooLarge { limit: 3 })));
        assert!(matches!(incoming.finish(), Err(MediaError::TooLarge { limit: 3 })));
        assert_eq!(left(&dir), 0);
        assert_eq!(blobs.list().count(), 0);
    }

    #[test]
    fn an_upload_that_breaks_off_leaves_nothing() {
        let (dir, blobs) = blobs();
        let mut incoming = blobs.begin(100).unwrap();
        incoming.write(b"abc").unwrap();
        assert_eq!(left(&dir), 1);
        drop(incoming);
        assert_eq!(left(&dir), 0);
    }

    #[test]
    fn opening_sweeps_what_a_crash_left_and_spares_what_is_being_written() {
        let (dir, blobs) = blobs();
        fs::write(dir.path().join("media/incoming/in-crashed"), b"x").unwrap();
        let mut incoming = blobs.begin(100).unwrap();
        incoming.write(b"abc").unwrap();
        let second = Blobs::open(dir.path()).unwrap();
        assert_eq!(left(&dir), 1);
        assert_eq!(incoming.finish().unwrap().digest.as_str(), ABC);
        assert_eq!(second.list().count(), 1);
    }

    #[test]
    fn a_flipped_bit_is_seen_and_mended_by_the_same_upload() {
        let (dir, blobs) = blobs();
        let digest = put(&blobs, b"abc").digest;
        assert_eq!(blobs.verify(&digest).unwrap(), 3);
        fs::write(dir.path().join("media/ba/78").join(ABC), b"abb").unwrap();
        assert!(matches!(blobs.verify(&digest), Err(MediaError::Damaged { .. })));
        put(&blobs, b"abc");
        assert_eq!(blobs.verify(&digest).unwrap(), 3);
    }

    #[test]
    fn all_files_are_listed_and_one_can_be_removed() {
        let (dir, blobs) = blobs();
        let all: BTreeSet<Digest> = (0..20_u8).map(|n| put(&blobs, &[n]).digest).collect();
        fs::write(dir.path().join("media/ba-foreign"), b"x").unwrap();
        assert_eq!(blobs.list().collect::<Result<BTreeSet<_>, _>>().unwrap(), all);

        let first = all.first().unwrap();
        assert!(blobs.remove(first).unwrap());
        assert!(!blobs.remove(first).unwrap());
        assert!(matches!(blobs.verify(first), Err(MediaError::Missing(_))));
        assert_eq!(blobs.list().count(), 19);
    }
}
