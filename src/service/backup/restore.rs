//! From a backup into an empty folder: all or nothing, and with a feed of its own.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, BufRead, BufReader, Read, Write},
    path::Path,
};

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::{
    BackupError, Counts, FORMAT, Hashing, Item, MANIFEST, Manifest, OWN, Tell, at, count, later,
    media_path,
};
use crate::{
    domain::{clock::Clock, digest::Digest, id::RecordId},
    media::blob::Blobs,
    service::{Settings, secret, setup},
    store::{self, By, FeedIdentity, Options, Tree},
};

/// The most bytes that a manifest may have: some millions of files.
const MANIFEST_BYTES: u64 = 1 << 30;

/// What is restored, and where to.
#[derive(Clone)]
pub struct Restore<'a> {
    /// The backup.
    pub file: &'a Path,
    /// A folder that is missing or empty; settings in it stay.
    pub dir: &'a Path,
    /// What the installation sets.
    pub settings: &'a Settings,
    /// Where the time comes from.
    pub clock: Clock,
}

/// What was restored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Restored {
    /// The number of the last journal line in the backup.
    pub n: u64,
    /// Files of the media.
    pub media: u64,
    /// The new feed: consumers of the old one start over.
    pub feed_id: String,
}

impl Restore<'_> {
    /// Restores: every file is compared with the manifest and the journal's chain is verified
    /// before anything gets its place. The feed is a new one, noted as `system.restore`.
    ///
    /// # Errors
    /// [`BackupError::Occupied`] if the folder is not empty; [`BackupError::Broken`],
    /// [`BackupError::Entry`] or [`BackupError::Journal`] for a backup that is not whole. The
    /// folder is then as it was.
    pub fn run(&self, tell: &mut Tell<'_>) -> Result<Restored, BackupError> {
        let dir = self.dir;
        fs::create_dir_all(dir).map_err(at(dir))?;
        empty(dir)?;
        let staging =
            tempfile::Builder::new().prefix(".restoring-").tempdir_in(dir).map_err(at(dir))?;
        let (manifest, counts) = Unpacking::new(staging.path())?.run(self.file, tell)?;
        let feed_id = self.found(staging.path(), &manifest, tell)?;
        move_in(staging.path(), dir)?;
        Ok(Restored { n: manifest.n, media: counts.media, feed_id })
    }

    /// Verifies the journal, makes the store of it and begins the new feed.
    fn found(
        &self,
        staging: &Path,
        manifest: &Manifest,
        tell: &mut Tell<'_>,
    ) -> Result<String, BackupError> {
        let problems = store::verify(staging, &mut |read| later(tell("journal", read, None)))?;
        if let Some(problem) = problems.into_iter().next() {
            return Err(BackupError::Journal(problem));
        }
        let options = Options {
            cache_bytes: self.settings.store_cache,
            reserve_bytes: self.settings.disk_reserve,
            ..Options::default()
        };
        store::rebuild(staging, &options, &mut |read| later(tell("store", read, None)))?;
        let store = setup::open_store(staging, self.settings)?;
        let head = store.head();
        if (head.n, head.hash.to_string()) != (manifest.n, manifest.head.clone()) {
            let text = format!("its journal ends at line {}, not at {}", head.n, manifest.n);
            return Err(BackupError::Broken(text));
        }
        let Some(before) = store.feed_identity()? else {
            return Err(BackupError::Broken("its journal has no feed".to_owned()));
        };
        let now = (self.clock)();
        let feed = FeedIdentity {
            feed_id: RecordId::mint(now, secret::random()?).to_string(),
            since: now,
            cursor_key: secret::token()?,
        };
        let by = By { at: now, actor: "cli", action: "system.restore", from: None };
        store.put_row(by, Tree::Meta, "feed", (Some(before.bytes), &feed))?;
        store.close()?;
        Ok(feed.feed_id)
    }
}

/// Settings may lie ready, and a filesystem of its own has `lost+found`.
fn empty(dir: &Path) -> Result<(), BackupError> {
    for entry in fs::read_dir(dir).map_err(at(dir))? {
        let name = entry.map_err(at(dir))?.file_name().to_string_lossy().into_owned();
        if name != "lost+found" && !OWN.contains(&name.as_str()) {
            return Err(BackupError::Occupied { dir: dir.to_owned(), found: name });
        }
    }
    Ok(())
}

/// The journal comes last: what has none is no data folder yet.
fn move_in(staging: &Path, dir: &Path) -> Result<(), BackupError> {
    for name in OWN.into_iter().chain(["media", "store", "journal"]) {
        let (from, to) = (staging.join(name), dir.join(name));
        if from.exists() && !to.exists() {
            fs::rename(&from, &to).map_err(at(&to))?;
        }
    }
    sync(dir)
}

fn sync(dir: &Path) -> Result<(), BackupError> {
    File::open(dir).and_then(|handle| handle.sync_all()).map_err(at(dir))
}

/// A backup on its way in.
struct Unpacking<'a> {
    to: &'a Path,
    blobs: Blobs,
    found: BTreeMap<String, Item>,
    manifest: Option<Manifest>,
}

impl<'a> Unpacking<'a> {
    fn new(to: &'a Path) -> Result<Self, BackupError> {
        let journal = to.join("journal");
        fs::create_dir(&journal).map_err(at(&journal))?;
        Ok(Self { to, blobs: Blobs::open(to)?, found: BTreeMap::new(), manifest: None })
    }

    fn run(mut self, file: &Path, tell: &mut Tell<'_>) -> Result<(Manifest, Counts), BackupError> {
        let mut archive = tar::Archive::new(unpacked(file)?);
        for entry in archive.entries().map_err(broken)? {
            self.take(entry.map_err(broken)?)?;
            if tell("restore", count(self.found.len()), None).is_break() {
                return Err(BackupError::CalledOff);
            }
        }
        // To its end, where the compression has its own checksum.
        io::copy(&mut archive.into_inner(), &mut io::sink()).map_err(broken)?;
        sync(&self.to.join("journal"))?;
        self.compare()
    }

    fn take(&mut self, mut entry: tar::Entry<'_, impl Read>) -> Result<(), BackupError> {
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let wrong = |what: &str| BackupError::Entry { name: name.clone(), what: what.to_owned() };
        if !entry.header().entry_type().is_file() {
            return Err(wrong("is no plain file"));
        }
        if self.manifest.is_some() {
            return Err(wrong("stands after the manifest"));
        }
        if self.found.contains_key(&name) {
            return Err(wrong("is there twice"));
        }
        let bytes = entry.header().entry_size().map_err(broken)?;
        if name == MANIFEST {
            let limited = (&mut entry).take(MANIFEST_BYTES);
            let manifest = serde_json::from_reader(BufReader::new(limited));
            self.manifest = Some(manifest.map_err(|error| wrong(&format!("is none: {error}")))?);
            return Ok(());
        }
        let sha256 = match name.strip_prefix("journal/").filter(|file| is_segment(file)) {
            Some(file) => to_file(&self.to.join("journal").join(file), &mut entry)?,
            None if OWN.contains(&&*name) => to_file(&self.to.join(&*name), &mut entry)?,
            None => {
                let last = name.rsplit('/').next().and_then(|last| last.parse::<Digest>().ok());
                let digest = last.filter(|digest| media_path(digest) == name);
                let digest = digest.ok_or_else(|| wrong("has no place in a backup"))?;
                let found = self.to_blob(&mut entry)?;
                if found != digest {
                    return Err(wrong("is damaged: its SHA-256 is another"));
                }
                found
            }
        };
        self.found.insert(name.clone(), Item { path: name, bytes, sha256 });
        Ok(())
    }

    fn to_blob(&self, entry: &mut impl Read) -> Result<Digest, BackupError> {
        let mut incoming = self.blobs.begin(u64::MAX)?;
        let mut buffer = vec![0; 1 << 17];
        loop {
            let read = entry.read(&mut buffer).map_err(broken)?;
            if read == 0 {
                return Ok(incoming.finish()?.digest);
            }
            incoming.write(buffer.get(..read).unwrap_or_default())?;
        }
    }

    /// Both ways: nothing is missing, nothing is there that the manifest does not name.
    fn compare(mut self) -> Result<(Manifest, Counts), BackupError> {
        let manifest = self.manifest.ok_or_else(|| {
            BackupError::Broken("it has no manifest: it broke off, or is something else".to_owned())
        })?;
        if manifest.format != FORMAT {
            let text = format!("its format is {:?}, this program knows {FORMAT}", manifest.format);
            return Err(BackupError::Broken(text));
        }
        let mut counts = Counts::default();
        for item in &manifest.files {
            let wrong =
                |what: &str| BackupError::Entry { name: item.path.clone(), what: what.into() };
            let found = self.found.remove(&item.path).ok_or_else(|| wrong("is missing"))?;
            if found != *item {
                return Err(wrong("is damaged: it is not what the manifest says"));
            }
            let kind = match item.path.split('/').next() {
                Some("journal") => &mut counts.journal,
                Some("media") => &mut counts.media,
                _ => continue,
            };
            *kind = kind.saturating_add(1);
        }
        if let Some(name) = self.found.into_keys().next() {
            return Err(BackupError::Entry { name, what: "is not in the manifest".to_owned() });
        }
        if counts != manifest.counts {
            return Err(BackupError::Broken("its counts are not those of its files".to_owned()));
        }
        Ok((manifest, counts))
    }
}

fn is_segment(name: &str) -> bool {
    name.strip_suffix(".ndjson")
        .is_some_and(|digits| digits.len() == 20 && digits.bytes().all(|b| b.is_ascii_digit()))
}

/// Writes a file, on the disk on return; gives its digest.
fn to_file(path: &Path, source: &mut impl Read) -> Result<Digest, BackupError> {
    let mut source = Hashing { inner: source, hash: Sha256::new() };
    let mut file = File::create_new(path).map_err(at(path))?;
    io::copy(&mut source, &mut file).map_err(at(path))?;
    file.flush().and_then(|()| file.sync_all()).map_err(at(path))?;
    Ok(Digest::from_bytes(&source.hash.finalize().into()))
}

/// The tar within, by how the file begins.
fn unpacked(path: &Path) -> Result<Box<dyn Read>, BackupError> {
    let file = File::open(path).map_err(at(path))?;
    let mut reader = BufReader::with_capacity(1 << 20, file);
    let begins = reader.fill_buf().map_err(at(path))?;
    Ok(if begins.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        Box::new(zstd::Decoder::with_buffer(reader).map_err(at(path))?)
    } else if begins.starts_with(&[0x1f, 0x8b]) {
        Box::new(flate2::bufread::GzDecoder::new(reader))
    } else {
        Box::new(reader)
    })
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err asks for")]
fn broken(error: io::Error) -> BackupError {
    BackupError::Broken(error.to_string())
}
