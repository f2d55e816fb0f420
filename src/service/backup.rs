//! Backup while serving, and the way back into an empty folder.
//!
//! A backup is a tar: `journal/…`, `media/ab/cd/<sha256>`, `quangba.toml`,
//! `screening.toml`, and last `manifest.json`
//! with the length and SHA-256 of all that stands before it. A file that broke off has none.

mod restore;

use std::{
    collections::BTreeSet,
    fs::File,
    io::{self, BufWriter, Read, Write},
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

pub use self::restore::{Restore, Restored};
use super::{BackupNote, Error, Services};
use crate::{
    domain::digest::Digest,
    media::MediaError,
    store::{By, Head, JournalProblem, StoreError, Tree},
};

const FORMAT: &str = "quangba-backup/1";
const MANIFEST: &str = "manifest.json";
const SETTINGS: &str = "quangba.toml";

/// The files that the office keeps beside its data.
const OWN: [&str; 2] = [SETTINGS, super::checks::FILE];

/// Hears how far long work is: what is done, how much, of how much if that is known. To break off
/// is heeded before the next file.
pub type Tell<'a> = dyn FnMut(&str, u64, Option<u64>) -> ControlFlow<()> + 'a;

/// Why there is no backup, or nothing was restored.
#[derive(Debug, Error)]
pub enum BackupError {
    /// A file or folder.
    #[error("{}: {source}", .path.display())]
    Io {
        /// Its path.
        path: PathBuf,
        /// The system's complaint.
        source: io::Error,
    },
    /// The folder to restore into is not empty.
    #[error("{} holds data already ({found}); restore into a new folder", .dir.display())]
    Occupied {
        /// The folder.
        dir: PathBuf,
        /// What was found in it.
        found: String,
    },
    /// The journal is damaged.
    #[error("the journal is damaged ({0}); see `quangba check`")]
    Journal(JournalProblem),
    /// The backup is not one, or not whole.
    #[error("not a whole backup: {0}")]
    Broken(String),
    /// Something within the backup is not what it should be.
    #[error("the backup's entry {name:?} {what}")]
    Entry {
        /// Its path in the tar.
        name: String,
        /// What is wrong with it.
        what: String,
    },
    /// It was called off.
    #[error("called off")]
    CalledOff,
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file of the media.
    #[error(transparent)]
    Media(#[from] MediaError),
    /// Anything else.
    #[error(transparent)]
    Service(#[from] Error),
}

/// What a backup holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Backup {
    /// The number of the last journal line in it.
    pub n: u64,
    /// Files of the media in it.
    pub media: u64,
    /// Bytes before compression, of all files together.
    pub bytes: u64,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Manifest {
    format: String,
    feed_id: String,
    at: jiff::Timestamp,
    n: u64,
    head: String,
    counts: Counts,
    files: Vec<Item>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Counts {
    journal: u64,
    media: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    path: String,
    bytes: u64,
    sha256: Digest,
}

impl Services {
    /// Writes a backup of everything up to now to `file`: a tar, compressed if its name ends with
    /// `.zst` or `.gz`. It is on the disk, whole, when it has its name.
    ///
    /// # Errors
    /// [`BackupError::Journal`] if the journal is damaged, [`BackupError::Media`] for a file that
    /// is not what it was; otherwise of the disk.
    pub fn backup(&self, file: &Path, tell: &mut Tell<'_>) -> Result<Backup, BackupError> {
        if file.exists() {
            return Err(at(file)(io::ErrorKind::AlreadyExists.into()));
        }
        let mut lines = |read| later(tell("journal", read, None));
        if let Some(problem) = self.store.verify(&mut lines)?.into_iter().next() {
            return Err(BackupError::Journal(problem));
        }
        let folder = match file.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let mut temporary = tempfile::NamedTempFile::new_in(folder).map_err(at(folder))?;
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned());
        let out = Packed::new(&name.unwrap_or_default(), temporary.as_file_mut());
        let mut writing =
            Writing { tar: tar::Builder::new(out.map_err(at(file))?), items: Vec::new() };
        let (head, counts) = self.pack(&mut writing, tell)?;
        let done = Backup { n: head.n, media: counts.media, bytes: writing.bytes() };
        let manifest = Manifest {
            format: FORMAT.to_owned(),
            feed_id: self.feed()?.feed_id,
            at: self.now(),
            n: head.n,
            head: head.hash.to_string(),
            counts,
            files: std::mem::take(&mut writing.items),
        };
        writing.finish(&manifest).map_err(at(file))?;
        temporary.as_file().sync_all().map_err(at(file))?;
        temporary.persist_noclobber(file).map_err(|failure| at(file)(failure.error))?;
        File::open(folder).and_then(|handle| handle.sync_all()).map_err(at(folder))?;
        self.note_backup(file, done.n)?;
        Ok(done)
    }

    /// Keeps the backup's name, for whoever has to know which ones hold a record that must go. A store
    /// that takes no writes can be backed up all the same.
    fn note_backup(&self, file: &Path, n: u64) -> Result<(), BackupError> {
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned());
        let note = BackupNote { name: name.unwrap_or_default(), at: self.now(), n };
        let key = format!("{n:020}\0{}", note.name);
        let by = By { at: note.at, actor: "cli", action: "system.backup", from: None };
        let before = self.store.get(Tree::Backups, &key.as_str().into())?;
        if let Err(error) = self.store.put_row(by, Tree::Backups, &key, (before, &note)) {
            tracing::warn!("the backup is not noted: {error}");
        }
        Ok(())
    }

    /// The head is taken first: a row's bytes are on the disk before the row, so every file that
    /// the journal names up to there is found afterwards.
    fn pack<W: Write>(
        &self,
        writing: &mut Writing<W>,
        tell: &mut Tell<'_>,
    ) -> Result<(Head, Counts), BackupError> {
        let (head, pieces) = self.store.pieces()?;
        let digests = self.media.blobs().list().collect::<Result<BTreeSet<_>, _>>()?;
        let total = count(pieces.len()).saturating_add(count(digests.len()));
        let mut done = 0_u64;
        let mut step = || {
            done = done.saturating_add(1);
            match tell("backup", done, Some(total)) {
                ControlFlow::Continue(()) => Ok(()),
                ControlFlow::Break(()) => Err(BackupError::CalledOff),
            }
        };
        for piece in &pieces {
            let source = self.store.open_piece(piece)?;
            writing.add(&format!("journal/{}", piece.name), source, piece.bytes)?;
            step()?;
        }
        let mut media = 0_u64;
        for digest in &digests {
            let (source, bytes) = match self.media.blobs().open_file(digest) {
                // No row named it: it was tidied away meanwhile.
                Err(MediaError::Missing { .. }) => continue,
                opened => opened?,
            };
            let found = writing.add(&media_path(digest), source, bytes)?;
            if found != *digest {
                return Err(MediaError::Damaged { digest: digest.clone(), found }.into());
            }
            media = media.saturating_add(1);
            step()?;
        }
        for name in OWN {
            self.pack_own(name, writing)?;
        }
        Ok((head, Counts { journal: count(pieces.len()), media }))
    }

    fn pack_own<W: Write>(&self, name: &str, writing: &mut Writing<W>) -> Result<(), BackupError> {
        let path = self.dir.join(name);
        match File::open(&path) {
            Ok(file) => {
                let bytes = file.metadata().map_err(at(&path))?.len();
                writing.add(name, file, bytes)?;
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(at(&path)(error)),
        }
    }
}

/// A backup on its way out.
struct Writing<W: Write> {
    tar: tar::Builder<W>,
    items: Vec<Item>,
}

impl<W: Write> Writing<W> {
    /// Adds `bytes` bytes of `source`; gives their digest.
    fn add(&mut self, path: &str, source: File, bytes: u64) -> Result<Digest, BackupError> {
        let mut source = Hashing { inner: source.take(bytes), hash: Sha256::new() };
        self.tar.append_data(&mut header(bytes), path, &mut source).map_err(at(Path::new(path)))?;
        if 0 < source.inner.limit() {
            return Err(BackupError::Entry {
                name: path.to_owned(),
                what: "became shorter".into(),
            });
        }
        let sha256 = Digest::from_bytes(&source.hash.finalize().into());
        self.items.push(Item { path: path.to_owned(), bytes, sha256: sha256.clone() });
        Ok(sha256)
    }

    fn bytes(&self) -> u64 {
        self.items.iter().fold(0, |sum, item| sum.saturating_add(item.bytes))
    }
}

impl Writing<Packed<'_>> {
    fn finish(mut self, manifest: &Manifest) -> io::Result<()> {
        let json = serde_json::to_vec(manifest)?;
        self.tar.append_data(&mut header(count(json.len())), MANIFEST, json.as_slice())?;
        self.tar.into_inner()?.finish()
    }
}

fn header(bytes: u64) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes);
    header.set_mode(0o600);
    header.set_entry_type(tar::EntryType::Regular);
    header
}

/// The compression that a file's name asks for.
enum Packed<'a> {
    Plain(BufWriter<&'a mut File>),
    Zstd(zstd::Encoder<'static, BufWriter<&'a mut File>>),
    Gzip(GzEncoder<BufWriter<&'a mut File>>),
}

impl<'a> Packed<'a> {
    fn new(name: &str, file: &'a mut File) -> io::Result<Self> {
        let out = BufWriter::with_capacity(1 << 20, file);
        let ends = |extension| name.to_ascii_lowercase().ends_with(extension);
        Ok(if ends(".zst") {
            let mut encoder = zstd::Encoder::new(out, 3)?;
            encoder.include_checksum(true)?;
            Self::Zstd(encoder)
        } else if ends(".gz") || ends(".tgz") {
            Self::Gzip(GzEncoder::new(out, flate2::Compression::default()))
        } else {
            Self::Plain(out)
        })
    }

    fn finish(self) -> io::Result<()> {
        match self {
            Self::Plain(out) => Ok(out),
            Self::Zstd(encoder) => encoder.finish(),
            Self::Gzip(encoder) => encoder.finish(),
        }?
        .flush()
    }
}

impl Write for Packed<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(out) => out.write(bytes),
            Self::Zstd(out) => out.write(bytes),
            Self::Gzip(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(out) => out.flush(),
            Self::Zstd(out) => out.flush(),
            Self::Gzip(out) => out.flush(),
        }
    }
}

/// Hashes what passes.
struct Hashing<R> {
    inner: R,
    hash: Sha256,
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.hash.update(buffer.get(..read).unwrap_or_default());
        Ok(read)
    }
}

/// Where a media file lies in the tar: as in the data folder.
fn media_path(digest: &Digest) -> String {
    let text = digest.as_str();
    let part = |range| text.get(range).unwrap_or_default();
    format!("media/{}/{}/{text}", part(0..2), part(2..4))
}

/// Takes an answer where work cannot be broken off; it is heeded at the next step.
pub(super) const fn later(_answer: ControlFlow<()>) {}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> BackupError + '_ {
    |source| BackupError::Io { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests;
