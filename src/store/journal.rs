//! The journal's files: segments, their lines, and the one place that adds to them.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::disk::Disk;
use super::error::at;
use super::line;
use super::purge::Emptied;
use super::{Options, StoreError};

/// The folder of the journal inside the data folder.
pub(super) const FOLDER: &str = "journal";

/// One file of the journal, named after the number of its first line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Segment {
    pub(super) first: u64,
    pub(super) path: PathBuf,
}

impl Segment {
    fn new(folder: &Path, first: u64) -> Self {
        Self { first, path: folder.join(format!("{first:020}.ndjson")) }
    }

    /// The file's name, for messages.
    pub(super) fn file(&self) -> String {
        self.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }
}

/// The segments of a folder, oldest first; other files are left out.
pub(super) fn segments(folder: &Path) -> Result<Vec<Segment>, StoreError> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(at(folder))? {
        let name = entry.map_err(at(folder))?.file_name();
        let first = name.to_str().and_then(|name| name.strip_suffix(".ndjson"));
        let Some(first) = first.filter(|digits| digits.len() == 20) else { continue };
        if let Ok(first) = first.parse() {
            found.push(Segment::new(folder, first));
        }
    }
    found.sort();
    Ok(found)
}

/// The segments that hold line `n` and all after it.
pub(super) fn from_line(segments: &[Segment], n: u64) -> &[Segment] {
    let after = segments.partition_point(|segment| segment.first <= n);
    segments.get(after.saturating_sub(1)..).unwrap_or_default()
}

/// Reads segments line by line, one line in memory at a time.
pub(super) struct Lines<'a> {
    rest: std::slice::Iter<'a, Segment>,
    open: Option<(&'a Segment, BufReader<File>)>,
    line: u64,
    bytes: Vec<u8>,
}

/// One line with its place.
pub(super) struct Raw<'a> {
    pub(super) segment: &'a Segment,
    /// Counted from 1.
    pub(super) line: u64,
    /// Without the line end.
    pub(super) bytes: &'a [u8],
    /// Whether there was a line end.
    pub(super) ended: bool,
}

impl<'a> Lines<'a> {
    pub(super) fn new(segments: &'a [Segment]) -> Self {
        Self { rest: segments.iter(), open: None, line: 0, bytes: Vec::new() }
    }

    /// The next line; `None` after the last.
    pub(super) fn advance(&mut self) -> Result<Option<Raw<'_>>, StoreError> {
        loop {
            if self.open.is_none() {
                self.open = self.rest.next().map(open_segment).transpose()?;
                self.line = 0;
            }
            let Some((segment, reader)) = &mut self.open else { return Ok(None) };
            let segment = *segment;
            self.bytes.clear();
            let read = reader.read_until(b'\n', &mut self.bytes).map_err(at(&segment.path))?;
            if read == 0 {
                self.open = None;
                continue;
            }
            self.line = self.line.saturating_add(1);
            let bytes = self.bytes.as_slice();
            let (bytes, ended) = match bytes.strip_suffix(b"\n") {
                Some(line) => (line, true),
                None => (bytes, false),
            };
            return Ok(Some(Raw { segment, line: self.line, bytes, ended }));
        }
    }
}

fn open_segment(segment: &Segment) -> Result<(&Segment, BufReader<File>), StoreError> {
    let file = File::open(&segment.path).map_err(at(&segment.path))?;
    Ok((segment, BufReader::with_capacity(1 << 18, file)))
}

/// Why a batch was not added.
#[derive(Debug)]
pub(super) enum Failed {
    /// No room; the journal is as before.
    Full,
    /// The journal's end is not to be trusted until it is read anew.
    Broken(String),
}

/// The end of the journal, open for adding.
#[derive(Debug)]
pub(super) struct Journal {
    folder: PathBuf,
    handle: File,
    open: Option<(File, u64)>,
    segment_bytes: u64,
    reserve_bytes: u64,
    disk: Arc<dyn Disk>,
}

impl Journal {
    /// Opens the last segment of `folder` for adding, if there is one.
    pub(super) fn open(
        folder: &Path,
        last: Option<&Segment>,
        options: &Options,
    ) -> Result<Self, StoreError> {
        let open = match last {
            None => None,
            Some(Segment { path, .. }) => {
                let file = OpenOptions::new().append(true).open(path).map_err(at(path))?;
                let len = file.metadata().map_err(at(path))?.len();
                Some((file, len))
            }
        };
        Ok(Self {
            folder: folder.to_owned(),
            handle: File::open(folder).map_err(at(folder))?,
            open,
            segment_bytes: options.segment_bytes,
            reserve_bytes: options.reserve_bytes,
            disk: Arc::clone(&options.disk),
        })
    }

    /// Adds whole lines, the first with number `first`; on the disk on return.
    ///
    /// If that fails, the journal is cut back to what it was, as far as the disk allows.
    pub(super) fn append(&mut self, first: u64, bytes: &[u8]) -> Result<(), Failed> {
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let free = self.disk.free(&self.handle).map_err(|error| broken("free space", &error))?;
        if free < self.reserve_bytes.saturating_add(size) {
            return Err(Failed::Full);
        }
        let full = |len: u64| 0 < len && self.segment_bytes < len.saturating_add(size);
        if self.open.as_ref().is_none_or(|(_, len)| full(*len)) {
            self.open = Some((self.begin(first)?, 0));
        }
        let Some((file, len)) = &mut self.open else {
            return Err(Failed::Broken("the journal has no open file".to_owned()));
        };
        if let Err(error) = self.disk.append(file, bytes) {
            return Err(cut_back(&*self.disk, file, *len, &error));
        }
        if let Err(error) = self.disk.sync(file) {
            // The lines may or may not be on the disk. Taking them back makes it likelier that
            // what was refused stays away; nothing more can be promised.
            let cut = cut_back(&*self.disk, file, *len, &error);
            tracing::error!(?cut, "the journal's flush failed: {error}");
            return Err(broken("the journal's flush failed", &error));
        }
        *len = len.saturating_add(size);
        Ok(())
    }

    /// Empties the payloads of the lines of `record` but those whose action begins with `keep`: each
    /// segment that has one is written anew beside itself and takes its own place.
    pub(super) fn empty(&mut self, record: &str, keep: &str) -> Result<Emptied, StoreError> {
        let mut emptied = Emptied::default();
        let all = segments(&self.folder)?;
        for segment in &all {
            let done = empty_segment(segment, &self.folder, record, keep)?;
            if done.lines == 0 {
                continue;
            }
            self.handle.sync_all().map_err(at(&self.folder))?;
            emptied.lines = emptied.lines.saturating_add(done.lines);
            emptied.bytes = emptied.bytes.saturating_add(done.bytes);
            if Some(segment) == all.last() {
                // What is open has no name any more.
                let path = &segment.path;
                let file = OpenOptions::new().append(true).open(path).map_err(at(path))?;
                let len = file.metadata().map_err(at(path))?.len();
                self.open = Some((file, len));
            }
        }
        Ok(emptied)
    }

    /// A new segment, itself and its name on the disk on return.
    fn begin(&self, first: u64) -> Result<File, Failed> {
        let path = Segment::new(&self.folder, first).path;
        let made = OpenOptions::new().append(true).create(true).open(&path);
        let file = made.map_err(|error| out_of_room(&error, "a new journal segment"))?;
        let synced = file.sync_all().and_then(|()| self.handle.sync_all());
        synced.map_err(|error| broken("a new journal segment", &error))?;
        Ok(file)
    }
}

/// The segment without the payloads of some of its lines; untouched if it has none of them.
fn empty_segment(
    segment: &Segment,
    folder: &Path,
    record: &str,
    keep: &str,
) -> Result<Emptied, StoreError> {
    let concerns = |bytes: &[u8]| {
        line::header(bytes).is_some_and(|entry| {
            let own = entry.record.as_deref() == Some(record);
            own && !entry.purged && !entry.action.starts_with(keep)
        })
    };
    let mut lines = Lines::new(std::slice::from_ref(segment));
    let mut found = false;
    while let Some(raw) = lines.advance()? {
        found |= concerns(raw.bytes);
    }
    if !found {
        return Ok(Emptied::default());
    }
    let path = folder.join(".purge");
    let file = File::create(&path).map_err(at(&path))?;
    let rights = std::fs::metadata(&segment.path).map_err(at(&segment.path))?.permissions();
    file.set_permissions(rights).map_err(at(&path))?;
    let mut out = BufWriter::new(file);
    let mut emptied = Emptied::default();
    let mut lines = Lines::new(std::slice::from_ref(segment));
    while let Some(raw) = lines.advance()? {
        let empty = Some(raw.bytes).filter(|bytes| concerns(bytes)).and_then(line::emptied);
        if let Some(empty) = &empty {
            emptied.lines = emptied.lines.saturating_add(1);
            let lost = raw.bytes.len().saturating_sub(empty.len());
            emptied.bytes = emptied.bytes.saturating_add(u64::try_from(lost).unwrap_or(0));
        }
        out.write_all(empty.as_deref().unwrap_or(raw.bytes)).map_err(at(&path))?;
        if raw.ended {
            out.write_all(b"\n").map_err(at(&path))?;
        }
    }
    let file = out.into_inner().map_err(|error| at(&path)(error.into_error()))?;
    file.sync_all().map_err(at(&path))?;
    std::fs::rename(&path, &segment.path).map_err(at(&segment.path))?;
    Ok(emptied)
}

/// Cuts the segment back to its last good length; a full disk is then no lasting harm.
fn cut_back(disk: &dyn Disk, file: &File, len: u64, error: &io::Error) -> Failed {
    if let Err(cut) = disk.truncate(file, len).and_then(|()| disk.sync(file)) {
        return broken("cutting the journal back", &cut);
    }
    out_of_room(error, "adding to the journal")
}

fn out_of_room(error: &io::Error, what: &str) -> Failed {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            Failed::Full
        }
        _ => broken(what, error),
    }
}

fn broken(what: &str, error: &io::Error) -> Failed {
    Failed::Broken(format!("{what}: {error}"))
}
