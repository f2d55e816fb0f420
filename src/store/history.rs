//! What was: single lines of the journal, found by their number, and the lines of a record's
//! revisions.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};

use serde::de::DeserializeOwned;

use super::entries::Entry;
use super::error::at;
use super::journal::{self, Segment};
use super::line::{self, Line};
use super::schema::{Change, Key, Tree};
use super::{Store, StoreError, decode};
use crate::domain::id::RecordId;

/// Below this many bytes a stretch of the journal is read from its start.
const STRETCH: u64 = 64 << 10;

/// One line of the journal, opened.
#[derive(Debug)]
pub struct Past {
    /// Its header.
    pub entry: Entry,
    changes: Vec<Change>,
}

impl Past {
    /// The row that the line wrote under a text key, if it wrote one. A purged line has none.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] if it is no `T`.
    pub fn row<T: DeserializeOwned>(&self, tree: Tree, key: &str) -> Result<Option<T>, StoreError> {
        let row = self.changes.iter().rev().find(|c| c.tree == tree && c.key == key.as_bytes());
        let value = row.and_then(|row| row.value.as_deref());
        value.map(|bytes| decode(tree, bytes)).transpose()
    }
}

/// The key of a revision's row.
pub(super) fn revision_key(id: &str, revision: u32) -> String {
    format!("{id}\0{revision:010}")
}

impl Store {
    /// A record's revisions with the numbers of their lines, the oldest first.
    ///
    /// # Errors
    /// [`StoreError`] of the fast copy.
    pub fn revisions(&self, id: RecordId) -> Result<Vec<(u32, u64)>, StoreError> {
        let rows = self.scan_prefix(Tree::Revisions, &format!("{}\0", id.key()))?;
        rows.map(|row| {
            let (key, value) = row?;
            let bad = || StoreError::Key(Tree::Revisions.name());
            let text = std::str::from_utf8(&key).map_err(|_not_text| bad())?;
            let revision = text.rsplit('\0').next().and_then(|digits| digits.parse().ok());
            Ok((revision.ok_or_else(bad)?, decode(Tree::Revisions, &value)?))
        })
        .collect()
    }

    /// The number of the line that wrote a revision.
    ///
    /// # Errors
    /// [`StoreError`] of the fast copy.
    pub fn revision(&self, id: RecordId, revision: u32) -> Result<Option<u64>, StoreError> {
        let key = revision_key(&id.key(), revision);
        Ok(self.find(Tree::Revisions, key)?.map(|found| found.value))
    }

    /// The line of this number, read from the journal.
    ///
    /// # Errors
    /// [`StoreError::Io`] if a file cannot be read; [`StoreError::Past`] for a damaged line.
    pub fn past(&self, n: u64) -> Result<Option<Past>, StoreError> {
        let segments = journal::segments(&self.dir.join(journal::FOLDER))?;
        let Some(segment) = journal::from_line(&segments, n).first() else { return Ok(None) };
        let Some(bytes) = find(segment, n)? else { return Ok(None) };
        let read = Line::read(&bytes).and_then(|line| {
            line.check_payload()?;
            let changes = line.changes()?;
            Ok(Past { entry: Entry::of(line), changes })
        });
        read.map(Some).map_err(|fault| StoreError::Past { n, what: fault.to_string() })
    }
}

/// The line of number `n` in a segment: halved down by the numbers at the beginnings of lines, then
/// read on.
fn find(segment: &Segment, n: u64) -> Result<Option<Vec<u8>>, StoreError> {
    let path = &segment.path;
    let mut file = BufReader::new(File::open(path).map_err(at(path))?);
    let (mut low, mut high) = (0, file.get_ref().metadata().map_err(at(path))?.len());
    let mut bytes = Vec::new();
    while STRETCH < high.saturating_sub(low) {
        let middle = low.midpoint(high);
        file.seek(SeekFrom::Start(middle)).map_err(at(path))?;
        bytes.clear();
        let skipped = file.read_until(b'\n', &mut bytes).map_err(at(path))?;
        bytes.clear();
        (&mut file).take(64).read_until(b'\n', &mut bytes).map_err(at(path))?;
        match line::number(&bytes) {
            Some(found) if found <= n => {
                low = middle.saturating_add(u64::try_from(skipped).unwrap_or(u64::MAX));
            }
            // Past it, or at the end, or damaged: it lies before, if anywhere.
            _ => high = middle,
        }
    }
    file.seek(SeekFrom::Start(low)).map_err(at(path))?;
    loop {
        bytes.clear();
        if file.read_until(b'\n', &mut bytes).map_err(at(path))? == 0 {
            return Ok(None);
        }
        match line::number(&bytes) {
            Some(found) if found == n => {
                return Ok(Some(bytes.strip_suffix(b"\n").unwrap_or(&bytes).to_vec()));
            }
            Some(found) if n < found => return Ok(None),
            _ => {}
        }
    }
}

/// All rows under a prefix, to be deleted.
pub(super) fn keys_below(store: &Store, tree: Tree, prefix: &str) -> Result<Vec<Key>, StoreError> {
    let rows = store.scan_prefix(tree, prefix)?;
    rows.map(|row| {
        let (key, _value) = row?;
        let text = String::from_utf8(key).map_err(|_not_text| StoreError::Key(tree.name()))?;
        Ok(Key::Text(text))
    })
    .collect()
}
