//! Records: the rows that one change of a record writes, and how they are read.

use std::collections::BTreeMap;
use std::net::IpAddr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;

use super::history::{keys_below, revision_key};
use super::{By, Expect, Intent, Key, Row, Store, StoreError, Tree, decode};
use crate::domain::{
    agency::AgencyCode,
    digest::Digest,
    id::{AssetId, RecordId},
    message::Message,
    record::{LiveRecord, MediaFile, Record, Summary, Tombstone},
};

/// A value with the bytes that it was read from, to be expected by a later write.
#[derive(Clone, Debug)]
pub struct Found<T> {
    /// What was read.
    pub value: T,
    /// The bytes that it was read from.
    pub bytes: Vec<u8>,
}

/// One change of one record, ready to be written.
#[derive(Debug)]
pub struct RecordChange {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub actor: String,
    /// In the words of the audit.
    pub action: String,
    /// From where, if over the network.
    pub from: Option<IpAddr>,
    /// The record as it was read; `None` = it is new.
    pub before: Option<Found<Record>>,
    /// The record as it becomes; `None` = it was a draft and is dropped.
    pub record: Option<Record>,
    /// Its line in lists, as it was and as it becomes.
    pub summary: (Option<Summary>, Option<Summary>),
    /// What the public sees from now on, if that changes.
    pub public: Option<Public>,
    /// When the first of the new public state's rights runs out.
    pub ends: Option<Timestamp>,
}

/// The removal of a record and of all that hangs on it.
#[derive(Debug)]
pub struct Removal<'a> {
    /// Who, when, from where.
    pub by: By<'a>,
    /// The record as it was read.
    pub before: Found<Record>,
    /// Its line in the lists.
    pub line: Option<Summary>,
    /// What is left of what was public, with its exported form.
    pub stone: Option<(Tombstone, Option<Rendered>)>,
    /// To whom each of its released files belongs afterwards.
    pub blobs: BTreeMap<Digest, RecordId>,
    /// What is kept of the removal itself.
    pub note: Box<RawValue>,
}

/// A new public state.
#[derive(Debug)]
pub enum Public {
    /// Published, with its exported form or what stands against one.
    Live(Box<LiveRecord>, Result<Rendered, Vec<ExportProblem>>),
    /// Withdrawn.
    Gone(Tombstone, Option<Rendered>),
}

/// An exported form, as rendered: JSON without `seq`.
#[derive(Clone, Debug)]
pub struct Rendered(pub Box<RawValue>);

/// Why a published record is not in the export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportProblem {
    /// Where in the record, as a JSON Pointer.
    pub pointer: String,
    /// Stable, for programs.
    pub code: String,
    /// For people.
    pub message: Message,
}

/// A published record that cannot be exported, with all the reasons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unexported {
    /// The record.
    pub id: RecordId,
    /// Its local id.
    #[serde(rename = "localId")]
    pub local_id: String,
    /// The public version that is not exported.
    pub version: u32,
    /// The reasons.
    pub problems: Vec<ExportProblem>,
}

/// One public state in the order of the feed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedRow {
    /// The record whose public state changed.
    pub id: RecordId,
}

/// What the export knows of one line without reading its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportRow {
    /// The record.
    pub id: RecordId,
    /// When it became public.
    pub at: Timestamp,
    /// Whether it is a tombstone.
    pub gone: bool,
    /// The same record's line before this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prev: Option<u64>,
}

impl Store {
    /// The value under a text or number key, with its bytes.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] if the bytes are no `T`; a failure of the fast copy.
    pub fn find<T: DeserializeOwned>(
        &self,
        tree: Tree,
        key: impl Into<Key>,
    ) -> Result<Option<Found<T>>, StoreError> {
        let Some(bytes) = self.get(tree, &key.into())? else { return Ok(None) };
        Ok(Some(Found { value: decode(tree, &bytes)?, bytes }))
    }

    /// The record, with its bytes for a later [`RecordChange`].
    ///
    /// # Errors
    /// [`StoreError`] of the fast copy.
    pub fn record(&self, id: RecordId) -> Result<Option<Found<Record>>, StoreError> {
        self.find(Tree::Records, id.key())
    }

    /// What is public of a record.
    ///
    /// # Errors
    /// [`StoreError`] of the fast copy.
    pub fn live(&self, id: RecordId) -> Result<Option<LiveRecord>, StoreError> {
        Ok(self.find(Tree::Live, id.key())?.map(|found| found.value))
    }

    /// What is left of a withdrawn record.
    ///
    /// # Errors
    /// [`StoreError`] of the fast copy.
    pub fn tombstone(&self, id: RecordId) -> Result<Option<Tombstone>, StoreError> {
        Ok(self.find(Tree::Tombstones, id.key())?.map(|found| found.value))
    }

    /// The record that an asset belongs to.
    ///
    /// # Errors
    /// [`StoreError`] of the fast copy.
    pub fn asset_owner(&self, asset: AssetId) -> Result<Option<RecordId>, StoreError> {
        Ok(self.find(Tree::Assets, asset.key())?.map(|found| found.value))
    }

    /// The record to which an agency gave this number of its own.
    ///
    /// # Errors
    /// [`StoreError`] of the fast copy.
    pub fn by_source(
        &self,
        agency: &AgencyCode,
        source: &str,
    ) -> Result<Option<RecordId>, StoreError> {
        Ok(self.find(Tree::SourceIds, source_key(agency, source))?.map(|found| found.value))
    }

    /// The records that have, or once had, this very file, the oldest first; ten at most.
    ///
    /// # Errors
    /// [`StoreError`] of the fast copy.
    pub fn records_with(&self, original: &Digest) -> Result<Vec<RecordId>, StoreError> {
        let rows = self.scan_prefix(Tree::Originals, &format!("{original}\0"))?;
        rows.take(10)
            .map(|row| row.and_then(|(_, bytes)| decode(Tree::Originals, &bytes)))
            .collect()
    }

    /// Writes a change.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the record, its source id or its local id changed hands since
    /// it was read; then nothing was written.
    pub fn save(&self, change: RecordChange) -> Result<u64, StoreError> {
        let intent = self.intent(change)?;
        self.write(intent)
    }

    /// Writes many changes with one wait; each stands or falls by itself.
    pub fn save_all(&self, changes: Vec<RecordChange>) -> Vec<Result<u64, StoreError>> {
        let (intents, mut slots): (Vec<_>, Vec<_>) = changes
            .into_iter()
            .map(|change| match self.intent(change) {
                Ok(intent) => (Some(intent), Ok(0)),
                Err(error) => (None, Err(error)),
            })
            .unzip();
        let written = self.write_all(intents.into_iter().flatten().collect());
        for (slot, done) in slots.iter_mut().filter(|slot| slot.is_ok()).zip(written) {
            *slot = done;
        }
        slots
    }

    fn intent(&self, change: RecordChange) -> Result<Intent, StoreError> {
        let id = match (&change.record, &change.before) {
            (Some(record), _) => record.id,
            (None, Some(before)) => before.value.id,
            (None, None) => return Err(StoreError::Key(Tree::Records.name())),
        };
        let mut rows = Lines::default();
        let before = change.before.as_ref();
        rows.expects.push(Expect::read(
            Tree::Records,
            id.key(),
            before.map(|found| found.bytes.clone()),
        ));
        match &change.record {
            Some(record) => {
                rows.put(Tree::Records, id.key(), record)?;
                // A line that leaves the revision as it is belongs to none: what the system notes of
                // files takes no event out of the history.
                if before.is_none_or(|found| found.value.revision != record.revision) {
                    let key = revision_key(&id.key(), record.revision);
                    rows.rows.push(Row::number(Tree::Revisions, key));
                }
            }
            None => {
                rows.rows.push(Row::delete(Tree::Records, id.key()));
                for tree in [Tree::Revisions, Tree::Comments] {
                    let below = keys_below(self, tree, &format!("{}\0", id.key()))?;
                    rows.rows.extend(below.into_iter().map(|key| Row::delete(tree, key)));
                }
            }
        }
        rows.assets(id, change.record.as_ref(), before.map(|found| &found.value))?;
        rows.names(&change)?;
        rows.lists(&change.summary)?;
        match change.public {
            None => {}
            Some(Public::Live(live, export)) => {
                self.live_rows(&mut rows, &live, export, change.ends)?;
            }
            Some(Public::Gone(stone, export)) => self.gone_rows(&mut rows, &stone, export)?,
        }
        Ok(Intent {
            at: change.at,
            actor: change.actor,
            action: change.action,
            from: change.from,
            record: Some(id.key()),
            expects: rows.expects,
            rows: rows.rows,
        })
    }

    /// Removes a record: all rows with anything of its text but its source id, see
    /// [`Store::unname`]. Its local id, the owners of its files and its tombstone stay.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if it changed since it was read; then nothing was written.
    pub fn remove(&self, removal: Removal<'_>) -> Result<u64, StoreError> {
        let Removal { by, before, line, stone, blobs, note } = removal;
        let id = before.value.id;
        let mut rows = Lines::default();
        rows.expects.push(Expect::read(Tree::Records, id.key(), Some(before.bytes)));
        for tree in [Tree::Records, Tree::Live, Tree::Queue, Tree::ExportProblems] {
            rows.rows.push(Row::delete(tree, id.key()));
        }
        if let Some(line) = &line {
            rows.rows.push(Row::delete(Tree::ByAgency, list_key(line)));
        }
        for tree in [Tree::Revisions, Tree::Comments] {
            let below = keys_below(self, tree, &format!("{}\0", id.key()))?;
            rows.rows.extend(below.into_iter().map(|key| Row::delete(tree, key)));
        }
        let originals = self.keys_of(Tree::Originals, &id)?;
        rows.rows.extend(originals.into_iter().map(|key| Row::delete(Tree::Originals, key)));
        // These rows were in lines that are emptied; this one keeps them.
        if let Some(local) = &before.value.local_id {
            rows.put(Tree::LocalIds, local.clone(), &id)?;
        }
        for asset in before.value.files.keys() {
            rows.put(Tree::Assets, asset.key(), &id)?;
        }
        for (digest, owner) in blobs {
            rows.put(Tree::Blobs, digest.as_str(), &owner)?;
        }
        if let Some((stone, export)) = stone {
            self.gone_rows(&mut rows, &stone, export)?;
        }
        rows.rows.push(Row {
            tree: Tree::Purges,
            key: id.key().into(),
            value: super::Value::Json(note),
        });
        self.write(Intent {
            at: by.at,
            actor: by.actor.to_owned(),
            action: by.action.to_owned(),
            from: by.from,
            record: Some(id.key()),
            expects: rows.expects,
            rows: rows.rows,
        })
    }

    /// Removes the source ids of a record that is no more. Their keys are texts of their own, so this
    /// is a line apart, to be emptied with the others.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub fn unname(&self, by: By<'_>, id: RecordId) -> Result<(), StoreError> {
        self.delete_of(by, id, Tree::SourceIds)
    }

    /// Removes what is known of the originals of a record that is no more.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub fn forget_originals(&self, by: By<'_>, id: RecordId) -> Result<(), StoreError> {
        self.delete_of(by, id, Tree::Originals)
    }

    /// Removes the rows of `tree` that name a record, in a line that concerns it.
    fn delete_of(&self, by: By<'_>, id: RecordId, tree: Tree) -> Result<(), StoreError> {
        let keys = self.keys_of(tree, &id)?;
        if keys.is_empty() {
            return Ok(());
        }
        self.write(Intent {
            at: by.at,
            actor: by.actor.to_owned(),
            action: by.action.to_owned(),
            from: by.from,
            record: Some(id.key()),
            expects: Vec::new(),
            rows: keys.into_iter().map(|key| Row::delete(tree, key)).collect(),
        })?;
        Ok(())
    }

    fn live_rows(
        &self,
        rows: &mut Lines,
        live: &LiveRecord,
        export: Result<Rendered, Vec<ExportProblem>>,
        end: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        rows.put(Tree::Live, live.id.key(), live)?;
        self.end_row(rows, live.id, end)?;
        rows.put(Tree::Feed, Key::AtN, &FeedRow { id: live.id })?;
        for release in live.files.values() {
            rows.put(Tree::Blobs, release.digest.as_str(), &live.id)?;
        }
        match export {
            Ok(rendered) => {
                rows.rows.push(Row::delete(Tree::ExportProblems, live.id.key()));
                self.export_rows(rows, (live.id, live.modified, false), rendered)
            }
            Err(problems) => {
                let (local_id, version) = (live.local_id.clone(), live.version);
                let row = Unexported { id: live.id, local_id, version, problems };
                rows.put(Tree::ExportProblems, live.id.key(), &row)
            }
        }
    }

    /// Most records have no end; nothing is written for those that never had one.
    fn end_row(
        &self,
        rows: &mut Lines,
        id: RecordId,
        end: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        match end {
            Some(end) => rows.put(Tree::Expiries, id.key(), &end)?,
            None if self.get(Tree::Expiries, &id.key().into())?.is_some() => {
                rows.rows.push(Row::delete(Tree::Expiries, id.key()));
            }
            None => {}
        }
        Ok(())
    }

    /// Nothing of a withdrawn text stays: neither the live row nor any exported form of it.
    fn gone_rows(
        &self,
        rows: &mut Lines,
        stone: &Tombstone,
        export: Option<Rendered>,
    ) -> Result<(), StoreError> {
        rows.put(Tree::Tombstones, stone.id.key(), stone)?;
        self.end_row(rows, stone.id, None)?;
        rows.put(Tree::Feed, Key::AtN, &FeedRow { id: stone.id })?;
        rows.rows.push(Row::delete(Tree::Live, stone.id.key()));
        rows.rows.push(Row::delete(Tree::ExportProblems, stone.id.key()));
        let mut line: Option<u64> =
            self.find(Tree::ExportOf, stone.id.key())?.map(|found| found.value);
        while let Some(n) = line {
            rows.rows.push(Row::delete(Tree::Exports, n));
            let row: Option<Found<ExportRow>> = self.find(Tree::ExportIndex, n)?;
            line = row.and_then(|found| found.value.prev);
        }
        match export {
            Some(rendered) => self.export_rows(rows, (stone.id, stone.at, true), rendered),
            None => Ok(()),
        }
    }

    fn export_rows(
        &self,
        rows: &mut Lines,
        (id, at, gone): (RecordId, Timestamp, bool),
        rendered: Rendered,
    ) -> Result<(), StoreError> {
        let before: Option<Found<u64>> = self.find(Tree::ExportOf, id.key())?;
        let prev = before.as_ref().map(|found| found.value);
        rows.expects.push(Expect::read(Tree::ExportOf, id.key(), before.map(|found| found.bytes)));
        rows.rows.push(Row {
            tree: Tree::Exports,
            key: Key::AtN,
            value: super::Value::Json(rendered.0),
        });
        rows.put(Tree::ExportIndex, Key::AtN, &ExportRow { id, at, gone, prev })?;
        rows.rows.push(Row::number(Tree::ExportOf, id.key()));
        if let Some(prev) = prev {
            rows.rows.push(Row::number(Tree::ExportSuperseded, prev));
        }
        Ok(())
    }
}

#[derive(Default)]
struct Lines {
    expects: Vec<Expect>,
    rows: Vec<Row>,
}

impl Lines {
    fn put(
        &mut self,
        tree: Tree,
        key: impl Into<Key>,
        value: &impl Serialize,
    ) -> Result<(), StoreError> {
        self.rows.push(Row::put(tree, key, value)?);
        Ok(())
    }

    fn assets(
        &mut self,
        id: RecordId,
        now: Option<&Record>,
        before: Option<&Record>,
    ) -> Result<(), StoreError> {
        let known = |asset: &AssetId| before.is_some_and(|r| r.files.contains_key(asset));
        for asset in now.iter().flat_map(|record| record.files.keys()).filter(|a| !known(a)) {
            self.put(Tree::Assets, asset.key(), &id)?;
        }
        let had = |file: &MediaFile| {
            before.is_some_and(|r| r.files.values().any(|known| known.original == file.original))
        };
        for file in now.iter().flat_map(|record| record.files.values()).filter(|file| !had(file)) {
            self.put(Tree::Originals, format!("{}\0{}", file.original, id.key()), &id)?;
        }
        Ok(())
    }

    /// The source id and the local id each belong to one record.
    fn names(&mut self, change: &RecordChange) -> Result<(), StoreError> {
        let key = |line: &Summary| line.source_id.as_deref().map(|s| source_key(&line.agency, s));
        let was = change.summary.0.as_ref().and_then(key);
        let now = change.summary.1.as_ref().and_then(key);
        if was != now {
            self.rows.extend(was.map(|key| Row::delete(Tree::SourceIds, key)));
            if let (Some(key), Some(record)) = (now, &change.record) {
                self.expects.push(Expect::absent(Tree::SourceIds, key.clone()));
                self.put(Tree::SourceIds, key, &record.id)?;
            }
        }
        let local = change.record.as_ref().and_then(|r| r.local_id.as_ref().map(|l| (l, r.id)));
        let had = change.before.as_ref().is_some_and(|found| found.value.local_id.is_some());
        if let Some((local, id)) = local.filter(|_| !had) {
            self.expects.push(Expect::absent(Tree::LocalIds, local.clone()));
            self.put(Tree::LocalIds, local.clone(), &id)?;
        }
        Ok(())
    }

    fn lists(&mut self, (was, now): &(Option<Summary>, Option<Summary>)) -> Result<(), StoreError> {
        if let Some(line) = now {
            self.put(Tree::ByAgency, list_key(line), line)?;
            if line.draft.is_some() {
                return self.put(Tree::Queue, line.id.key(), line);
            }
        } else if let Some(line) = was {
            self.rows.push(Row::delete(Tree::ByAgency, list_key(line)));
        }
        if let Some(line) = was.as_ref().filter(|line| line.draft.is_some()) {
            self.rows.push(Row::delete(Tree::Queue, line.id.key()));
        }
        Ok(())
    }
}

fn source_key(agency: &AgencyCode, source: &str) -> String {
    format!("{agency}\0{source}")
}

fn list_key(line: &Summary) -> String {
    format!("{}\0{}", line.agency, line.id.key())
}
