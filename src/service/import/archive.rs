//! A `.zip` of a folder as a source: looked over as a whole before anything of it is read, and read
//! entry by entry, never unpacked.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    os::unix::fs::FileExt,
    sync::Arc,
};

use zip::ZipArchive;

use super::{
    Limits,
    source::{bad_name, hidden, no_file, safe, unreadable},
};
use crate::service::Error;

/// What the type bits of a Unix mode say of a plain file and of a folder.
const PLAIN: [u32; 3] = [0, 0o100_000, 0o040_000];

/// An archive that was looked over.
#[derive(Clone)]
pub(super) struct Archive {
    zip: ZipArchive<Slice>,
    entries: Arc<BTreeMap<String, Entry>>,
    ratio: u64,
}

#[derive(Clone, Copy)]
struct Entry {
    index: usize,
    size: u64,
}

impl Archive {
    /// Looks an archive over.
    ///
    /// # Errors
    /// [`Error::Invalid`], pointer `/source`: too many entries or bytes, packed more tightly than
    /// allowed, entries that lie over one another, names that lead out, are there twice or differ
    /// only in their Unicode form, links, encrypted entries.
    pub(super) fn open(file: File, limits: &Limits) -> Result<Self, Error> {
        let slice = Slice::new(file).map_err(|error| unreadable(".zip", &error))?;
        let mut zip = ZipArchive::new(slice).map_err(|error| unreadable(".zip", &error))?;
        if limits.zip_entries < zip.len() {
            return Err(refused("zip-entries", &format!("{}", limits.zip_entries), TOO_MANY));
        }
        if zip.has_duplicate_names() {
            return Err(refused("zip-duplicate", "", TWICE));
        }
        if zip.has_overlapping_entries().map_err(|error| unreadable(".zip", &error))? {
            return Err(refused("zip-overlap", "", OVERLAP));
        }
        let mut entries = BTreeMap::new();
        let mut total = 0_u64;
        for index in 0..zip.len() {
            let found = entry(&mut zip, index, limits)?;
            total = total.saturating_add(found.as_ref().map_or(0, |(_name, entry)| entry.size));
            if limits.zip_bytes < total {
                return Err(refused("zip-size", &format!("{}", limits.zip_bytes), TOO_LARGE));
            }
            let Some((name, entry)) = found else { continue };
            if entries.insert(name.clone(), entry).is_some() {
                return Err(refused("zip-duplicate", &name, TWICE));
            }
        }
        let entries = Arc::new(below_one_folder(entries));
        Ok(Self { zip, entries, ratio: limits.zip_ratio })
    }

    /// All files with their sizes as declared, by path in NFC.
    pub(super) fn list(&self) -> BTreeMap<String, u64> {
        self.entries.iter().map(|(name, entry)| (name.clone(), entry.size)).collect()
    }

    /// Gives the bytes of an entry to `read`; no more than it declared, and than its packed size
    /// allows.
    pub(super) fn with<T>(
        &self,
        path: &str,
        read: impl FnOnce(&mut dyn Read) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let entry = self.entries.get(path).ok_or_else(|| no_file(path))?;
        let mut zip = self.zip.clone();
        let inner = zip.by_index(entry.index).map_err(|error| unreadable(path, &error))?;
        let most = inner.compressed_size().saturating_mul(self.ratio).min(entry.size);
        let mut bounded = Bounded { inner, left: most, burst: false };
        let done = read(&mut bounded);
        if bounded.burst {
            return Err(refused("zip-bomb", path, BOMB));
        }
        done
    }
}

/// Looks one entry over; folders and what systems leave beside are `None`.
fn entry(
    zip: &mut ZipArchive<Slice>,
    index: usize,
    limits: &Limits,
) -> Result<Option<(String, Entry)>, Error> {
    let found = zip.by_index_raw(index).map_err(|error| unreadable(".zip", &error))?;
    let raw = String::from_utf8_lossy(found.name_raw()).into_owned();
    let name = found.name().map_err(|error| unreadable(&raw, &error))?;
    let inner = safe(name.strip_suffix('/').unwrap_or(&name)).map_err(|why| moved(&name, why))?;
    let mode = found.unix_mode().unwrap_or(0);
    if found.is_symlink() || !PLAIN.contains(&(mode & 0o170_000)) {
        return Err(moved(
            &name,
            ("là liên kết hoặc tệp đặc biệt", "it is a link or a special file"),
        ));
    }
    if found.encrypted() {
        return Err(refused("zip-encrypted", &name, ENCRYPTED));
    }
    let (size, packed) = (found.size(), found.compressed_size());
    if packed.saturating_mul(limits.zip_ratio) < size {
        return Err(refused("zip-bomb", &name, BOMB));
    }
    let wanted = !found.is_dir() && !hidden(&inner);
    Ok(wanted.then_some((inner, Entry { index, size })))
}

/// People pack the folder as often as what is in it: where all lies in one folder, its name is left
/// out.
fn below_one_folder(entries: BTreeMap<String, Entry>) -> BTreeMap<String, Entry> {
    let top = entries.keys().next().and_then(|name| name.split_once('/'));
    let Some(stem) = top.map(|(folder, _)| format!("{folder}/")) else { return entries };
    if !entries.keys().all(|name| name.starts_with(&stem)) {
        return entries;
    }
    let short = |name: String| name.strip_prefix(&stem).map_or_else(|| name.clone(), str::to_owned);
    entries.into_iter().map(|(name, entry)| (short(name), entry)).collect()
}

type Wording = (&'static str, &'static str);

const TOO_MANY: Wording =
    ("Tệp .zip có quá nhiều mục (tối đa {}).", "The .zip has too many entries ({} at most).");
const TOO_LARGE: Wording = (
    "Nội dung .zip quá lớn khi giải nén (tối đa {} byte).",
    "The .zip holds too much when unpacked ({} bytes at most).",
);
const TWICE: Wording = (
    "Tệp .zip có hai mục cùng tên “{}”.",
    "The .zip has two entries of one name “{}”, perhaps in different Unicode forms.",
);
const OVERLAP: Wording =
    ("Các mục trong .zip chồng lên nhau.", "Entries of the .zip lie over one another.");
const BOMB: Wording = (
    "Mục “{}” nén quá chặt hoặc khai sai kích thước; có thể là bom nén.",
    "The entry “{}” is packed too tightly or lies about its size; it may be a zip bomb.",
);
const ENCRYPTED: Wording = ("Mục “{}” có mật khẩu.", "The entry “{}” is encrypted.");

fn refused(code: &str, what: &str, (vi, en): Wording) -> Error {
    let text = (vi.replace("{}", what), en.replace("{}", what));
    Error::field("/source", code, (&text.0, &text.1))
}

/// A bad name of an entry is the whole source's fault.
fn moved(name: &str, why: (&str, &str)) -> Error {
    match bad_name(name, why) {
        Error::Invalid(mut errors) => {
            errors.iter_mut().for_each(|error| "/source".clone_into(&mut error.pointer));
            Error::Invalid(errors)
        }
        other => other,
    }
}

/// A reader that ends in an error where more comes than may.
struct Bounded<R> {
    inner: R,
    left: u64,
    burst: bool,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let bytes = u64::try_from(read).unwrap_or(u64::MAX);
        if self.left < bytes {
            self.burst = true;
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        self.left = self.left.saturating_sub(bytes);
        Ok(read)
    }
}

/// A file that many readers read at places of their own.
#[derive(Clone)]
struct Slice {
    file: Arc<File>,
    at: u64,
    len: u64,
}

impl Slice {
    fn new(file: File) -> io::Result<Self> {
        let len = file.metadata()?.len();
        Ok(Self { file: Arc::new(file), at: 0, len })
    }
}

impl Read for Slice {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(buffer, self.at)?;
        self.at = self.at.saturating_add(u64::try_from(read).unwrap_or(0));
        Ok(read)
    }
}

impl Seek for Slice {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let to = match to {
            SeekFrom::Start(to) => Some(to),
            SeekFrom::End(by) => self.len.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = to.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests;
