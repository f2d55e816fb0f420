//! How the feed, the lists and the export are read.

use std::ops::Bound;

use super::{ExportRow, FeedRow, Found, Key, Store, StoreError, Tree, decode};
use crate::domain::{
    digest::Digest,
    id::RecordId,
    record::{LiveRecord, Summary},
};

impl Store {
    /// The records whose public state changed after `place`, oldest first, at most `limit`, and the
    /// number of the last of them.
    ///
    /// # Errors
    /// [`StoreError`] of the fast copy.
    pub fn changed(&self, place: u64, limit: usize) -> Result<(Vec<RecordId>, u64), StoreError> {
        let mut last = place;
        let mut ids = Vec::new();
        for row in self.after(Tree::Feed, Some(&Key::N(place)))?.take(limit) {
            let (key, value) = row?;
            last = number(Tree::Feed, &key)?;
            ids.push(decode::<FeedRow>(Tree::Feed, &value)?.id);
        }
        Ok((ids, last))
    }

    /// How far a follower is; 0 at first.
    ///
    /// # Errors
    /// [`StoreError`] of the fast copy.
    pub fn place(&self, follower: &str) -> Result<u64, StoreError> {
        Ok(self.find(Tree::Places, follower)?.map_or(0, |found| found.value))
    }

    /// Notes how far a follower is.
    ///
    /// # Errors
    /// [`StoreError`] of the fast copy.
    pub fn set_place(&self, follower: &str, place: u64) -> Result<(), StoreError> {
        self.put_local(Tree::Places, &follower.into(), place.to_string().as_bytes())
    }

    /// Lines of the workspace's lists after the key `after`, at most `limit`: all records, or only
    /// those with an open draft.
    ///
    /// # Errors
    /// [`StoreError`] of the fast copy.
    pub fn lines(
        &self,
        queue: bool,
        agency: Option<&str>,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Summary)>, StoreError> {
        let tree = if queue { Tree::Queue } else { Tree::ByAgency };
        let prefix = agency.filter(|_| !queue).map(|agency| format!("{agency}\0"));
        let from = after.or(prefix.as_deref()).map(Key::from);
        let from = from.as_ref().map_or(Bound::Unbounded, Bound::Excluded);
        let mut lines = Vec::new();
        for row in self.range(tree, from, Bound::Unbounded)? {
            let (key, value) = row?;
            let key = String::from_utf8(key).map_err(|_not_text| StoreError::Key(tree.name()))?;
            if prefix.as_deref().is_some_and(|prefix| !key.starts_with(prefix)) {
                break;
            }
            let line: Summary = decode(tree, &value)?;
            if agency.is_none_or(|agency| line.agency.as_str() == agency) {
                lines.push((key, line));
            }
            if lines.len() == limit {
                break;
            }
        }
        Ok(lines)
    }

    /// Everything with an open draft.
    ///
    /// # Errors
    /// [`StoreError`] of the fast copy.
    pub fn queue(&self) -> Result<Vec<Summary>, StoreError> {
        self.after(Tree::Queue, None)?.map(|row| decode(Tree::Queue, &row?.1)).collect()
    }

    /// The record that a released file belongs to.
    ///
    /// # Errors
    /// [`StoreError`] of the fast copy.
    pub fn released(&self, digest: &Digest) -> Result<Option<RecordId>, StoreError> {
        Ok(self.find(Tree::Blobs, digest.as_str())?.map(|found| found.value))
    }

    /// The number of the record's current exported form.
    ///
    /// # Errors
    /// [`StoreError`] of the fast copy.
    pub fn export_line(&self, id: RecordId) -> Result<Option<u64>, StoreError> {
        Ok(self.find(Tree::ExportOf, id.key())?.map(|found: Found<u64>| found.value))
    }

    /// What the export knows of the lines after `after` up to `until`, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] of the fast copy.
    pub fn export_rows_after(
        &self,
        after: u64,
        until: u64,
    ) -> Result<impl Iterator<Item = Result<(u64, ExportRow), StoreError>> + use<>, StoreError>
    {
        let (from, to) = (Key::N(after), Key::N(until));
        let rows = if after < until {
            self.range(Tree::ExportIndex, Bound::Excluded(&from), Bound::Included(&to))?
        } else {
            self.range(Tree::ExportIndex, Bound::Excluded(&to), Bound::Excluded(&to))?
        };
        Ok(rows.map(|row| {
            let (key, value) = row?;
            Ok((number(Tree::ExportIndex, &key)?, decode(Tree::ExportIndex, &value)?))
        }))
    }

    /// The first of the export lines of a record whose current one is `n`.
    ///
    /// # Errors
    /// [`StoreError`] of the fast copy.
    pub fn first_export_line(&self, n: u64) -> Result<u64, StoreError> {
        let mut first = n;
        while let Some(found) = self.find::<ExportRow>(Tree::ExportIndex, first)? {
            match found.value.prev {
                Some(prev) => first = prev,
                None => break,
            }
        }
        Ok(first)
    }

    /// Which line took the place of export line `n`, if one did.
    ///
    /// # Errors
    /// [`StoreError`] of the fast copy.
    pub fn superseded_by(&self, n: u64) -> Result<Option<u64>, StoreError> {
        Ok(self.find(Tree::ExportSuperseded, n)?.map(|found| found.value))
    }

    /// The exported form of line `n`, as rendered; `None` once its record is withdrawn.
    ///
    /// # Errors
    /// [`StoreError`] of the fast copy.
    pub fn export_json(&self, n: u64) -> Result<Option<Vec<u8>>, StoreError> {
        self.get(Tree::Exports, &Key::N(n))
    }

    /// Published records that cannot be exported.
    ///
    /// # Errors
    /// [`StoreError`] of the fast copy.
    pub fn unexported(&self) -> Result<Vec<super::Unexported>, StoreError> {
        let rows = self.after(Tree::ExportProblems, None)?;
        rows.map(|row| decode(Tree::ExportProblems, &row?.1)).collect()
    }

    /// All live records, by id.
    ///
    /// # Errors
    /// [`StoreError`] of the fast copy.
    pub fn all_live(
        &self,
    ) -> Result<impl Iterator<Item = Result<LiveRecord, StoreError>> + use<>, StoreError> {
        Ok(self.after(Tree::Live, None)?.map(|row| decode(Tree::Live, &row?.1)))
    }

    /// All records, by id.
    ///
    /// # Errors
    /// [`StoreError`] of the fast copy.
    pub fn all_records(
        &self,
    ) -> Result<
        impl Iterator<Item = Result<crate::domain::record::Record, StoreError>> + use<>,
        StoreError,
    > {
        Ok(self.after(Tree::Records, None)?.map(|row| decode(Tree::Records, &row?.1)))
    }
}

fn number(tree: Tree, key: &[u8]) -> Result<u64, StoreError> {
    Key::number(key).ok_or(StoreError::Key(tree.name()))
}
