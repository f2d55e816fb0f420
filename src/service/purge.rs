//! The way out of an incident: every byte of a record goes, from everywhere we hold it. What stays is
//! who did it, when and why, the tombstone of what was public, and a number that is not given again.
//!
//! One write takes the record from all doors; what follows takes its bytes from the disk, and goes
//! on after a crash.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Error, Services};
use crate::{
    domain::{
        account::{Actor, Role},
        digest::Digest,
        id::RecordId,
        lifecycle::{Action, decide},
        record::{Departed, Live, Record, Tombstone, WithdrawReason},
    },
    store::{Emptied, Entry, Found, Removal, Tree},
};

/// Whose a released file is.
type Owners = BTreeMap<Digest, RecordId>;

/// A backup that was made, as far as this system knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupNote {
    /// The file's name.
    pub name: String,
    /// When.
    pub at: Timestamp,
    /// The last journal line in it.
    pub n: u64,
}

/// What a purge did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Purged {
    /// The record that was.
    pub id: RecordId,
    /// Its local id, which nobody gets again.
    pub local_id: Option<String>,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// Why.
    pub reason: String,
    /// Whether it was public; then a tombstone tells receivers to delete their copies.
    pub was_public: bool,
    /// What had left by then.
    pub departed: Departed,
    /// Backups that hold its bytes; they are to be destroyed by hand.
    pub backups: Vec<BackupNote>,
    /// Files that go with it: those that no other record has.
    pub files: Vec<Digest>,
    /// What was taken out of the journal.
    pub journal: Emptied,
    /// When all of it was gone from the disk; absent while that is going on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<Timestamp>,
}

impl Services {
    /// Removes every byte of a record: the journal's payloads, the store's rows, originals,
    /// releases, web pictures, index entries. On return it is gone from the disk.
    ///
    /// # Errors
    /// As the rule says; [`Error::Invalid`] without a reason. If the disk fails on the way, the
    /// record is gone from all doors; the worker for what is due goes on with the bytes, and so does
    /// whoever asks again.
    pub fn purge(&self, actor: &Actor, id: RecordId, reason: &str) -> Result<Purged, Error> {
        // Whoever writes to it at the moment must not hold this off.
        let mut left = 100_u8;
        loop {
            match self.purge_once(actor, id, reason) {
                Err(Error::Stale) if 0 < left => left = left.saturating_sub(1),
                done => return done,
            }
        }
    }

    fn purge_once(&self, actor: &Actor, id: RecordId, reason: &str) -> Result<Purged, Error> {
        let Some(found) = self.store.record(id)? else {
            return self.purge_remains(actor, id, reason);
        };
        let facts = self.facts(&found.value, 0);
        decide(actor, &facts, Action::Purge, &self.catalog().profile, self.now())?;
        let reason = super::together::said("/reason", reason)?;
        let (purged, blobs) = self.purge_of(actor, &found.value, reason)?;
        let stone = self.last_stone(&found.value)?;
        let export = stone.as_ref().map(|stone| self.rendered_tombstone(stone)).transpose()?;
        let record = found.value.clone();
        let removal = Removal {
            by: self.by(actor, "record.purge"),
            line: self.line(&found.value),
            before: found,
            stone: stone.map(|stone| (stone, export.flatten())),
            blobs,
            note: serde_json::value::to_raw_value(&purged)
                .map_err(|error| Error::Internal(error.to_string()))?,
        };
        self.removing(&record, || self.store.remove(removal))
            .map_err(super::upload::write_error)?;
        self.finish_purge(id)
    }

    /// Purges what is left of a draft that was thrown away: its lines in the journal, its files; or
    /// goes on with a purge that was cut short.
    fn purge_remains(&self, actor: &Actor, id: RecordId, reason: &str) -> Result<Purged, Error> {
        if !actor.is(Role::Secrecy) {
            return Err(Error::NotFound);
        }
        let key = id.key();
        if self.purged(id)?.is_some_and(|purged| purged.value.done.is_none()) {
            return self.finish_purge(id);
        }
        let left = |entry: &Entry| {
            let own = entry.record.as_deref() == Some(key.as_str());
            own && !entry.purged && !entry.action.starts_with("record.purge")
        };
        let lines = self.store.entries_before(u64::MAX, 1, &left, &|_entry| false)?;
        let first = lines.first().ok_or(Error::NotFound)?.n;
        let purged = Purged {
            id,
            local_id: None,
            at: self.now(),
            by: actor.name.clone(),
            reason: super::together::said("/reason", reason)?,
            was_public: false,
            departed: Departed::default(),
            // Which of its lines is the first is not known without reading all.
            backups: self.backups_after(0)?,
            files: self.own_files(id, BTreeSet::new())?.0,
            journal: Emptied::default(),
            done: None,
        };
        tracing::info!(record.id = %id, "what is left of a discarded record is purged, from line {first}");
        let by = self.by(actor, "record.purge");
        self.store.put_row_of(by, &key, Tree::Purges, (None, &purged))?;
        self.finish_purge(id)
    }

    /// Goes on with purges that were cut short; gives how many.
    ///
    /// # Errors
    /// As for [`Services::purge`].
    pub fn resume_purges(&self) -> Result<usize, Error> {
        let open: Vec<Purged> =
            self.all_purges()?.into_iter().filter(|purged| purged.done.is_none()).collect();
        let count = open.len();
        for purged in open {
            self.finish_purge(purged.id)?;
        }
        Ok(count)
    }

    /// All purges, the oldest first.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for others than secrecy officers, publishers, administrators and
    /// auditors.
    pub fn purges(&self, actor: &Actor) -> Result<Vec<Purged>, Error> {
        let may = [Role::Secrecy, Role::Publisher, Role::Admin, Role::Auditor];
        if may.into_iter().any(|role| actor.is(role)) {
            self.all_purges()
        } else {
            Err(Error::Forbidden)
        }
    }

    fn all_purges(&self) -> Result<Vec<Purged>, Error> {
        let rows = self.store.after(Tree::Purges, None)?;
        let purges = rows.map(|row| crate::store::decode(Tree::Purges, &row?.1));
        Ok(purges.collect::<Result<_, crate::store::StoreError>>()?)
    }

    /// What is to be done, and whose the released files are afterwards.
    fn purge_of(
        &self,
        actor: &Actor,
        record: &Record,
        reason: String,
    ) -> Result<(Purged, Owners), Error> {
        let first = self.store.revisions(record.id)?.first().map_or(0, |(_, n)| *n);
        let backups = self.backups_after(first)?;
        let originals = record.files.values().map(|file| file.original.clone()).collect();
        let (files, owners) = self.own_files(record.id, originals)?;
        let purged = Purged {
            id: record.id,
            local_id: record.local_id.clone(),
            at: self.now(),
            by: actor.name.clone(),
            reason,
            was_public: record.live != Live::None,
            departed: match &record.departed {
                Some(departed) => departed.clone(),
                None => self.departed(record.id)?,
            },
            backups,
            files,
            journal: Emptied::default(),
            done: None,
        };
        Ok((purged, owners))
    }

    /// Backups that hold line `first` or one after it.
    fn backups_after(&self, first: u64) -> Result<Vec<BackupNote>, Error> {
        let mut backups = Vec::new();
        for row in self.store.after(Tree::Backups, None)? {
            let note: BackupNote = crate::store::decode(Tree::Backups, &row?.1)?;
            if first <= note.n {
                backups.push(note);
            }
        }
        Ok(backups)
    }

    /// The originals, `own` and earlier ones, and the releases of a record that no other one has; and
    /// to whom each released file belongs afterwards.
    fn own_files(
        &self,
        id: RecordId,
        mut own: BTreeSet<Digest>,
    ) -> Result<(Vec<Digest>, Owners), Error> {
        let mut owners = Owners::new();
        // Of earlier versions only the digests are known.
        for key in self.store.keys_of(Tree::Blobs, &id)? {
            if let Some(digest) = key.text().and_then(|text| text.parse::<Digest>().ok()) {
                owners.insert(digest.clone(), id);
                own.insert(digest);
            }
        }
        for key in self.store.keys_of(Tree::Originals, &id)? {
            let text = key.text().and_then(|text| text.split('\0').next());
            own.extend(text.and_then(|text| text.parse().ok()));
        }
        if own.is_empty() {
            return Ok((Vec::new(), owners));
        }
        self.leave_others(id, &mut own, &mut owners)?;
        Ok((own.into_iter().collect(), owners))
    }

    /// Takes out of `own` what another record has as well, and makes that the owner.
    fn leave_others(
        &self,
        id: RecordId,
        own: &mut BTreeSet<Digest>,
        owners: &mut Owners,
    ) -> Result<(), Error> {
        for other in self.store.all_records()? {
            let other = other?;
            for file in other.files.values().filter(|_| other.id != id) {
                own.remove(&file.original);
            }
        }
        for live in self.store.all_live()? {
            let live = live?;
            for release in live.files.values().filter(|_| live.id != id) {
                own.remove(&release.digest);
                owners.entry(release.digest.clone()).and_modify(|owner| *owner = live.id);
            }
        }
        Ok(())
    }

    fn purged(&self, id: RecordId) -> Result<Option<Found<Purged>>, Error> {
        Ok(self.store.find(Tree::Purges, id.key())?)
    }

    /// The tombstone of what was ever public, telling receivers to delete their copies.
    fn last_stone(&self, record: &Record) -> Result<Option<Tombstone>, Error> {
        let version = record.version.saturating_add(1);
        let now = self.now();
        if let Some(stone) = self.store.tombstone(record.id)? {
            return Ok(Some(Tombstone { purge: true, version, at: now, ..stone }));
        }
        let Some(live) = self.store.live(record.id)? else { return Ok(None) };
        Ok(Some(Tombstone {
            id: record.id,
            local_id: live.local_id,
            kind: live.document.kind,
            version,
            // A profile that names none for today must not hold a purge up.
            managing: self.managing(now).unwrap_or(live.managing),
            at: now,
            reason: WithdrawReason::LegalOrder,
            purge: true,
            replaced_by: None,
        }))
    }

    /// The bytes: each step finds what an earlier run has done.
    fn finish_purge(&self, id: RecordId) -> Result<Purged, Error> {
        // A person and the worker may both be at it.
        let _one = self.purging.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let Some(Found { value: mut purged, bytes }) = self.purged(id)? else {
            return Err(Error::Internal(format!("the purge of {id} has no row")));
        };
        if purged.done.is_some() {
            return Ok(purged);
        }
        let system = Actor::system();
        self.store.unname(self.by(&system, "record.unname"), purged.id)?;
        self.store.forget_originals(self.by(&system, "record.unname"), purged.id)?;
        // Another record may have come to the same bytes since they were looked for.
        let mut files = purged.files.iter().cloned().collect();
        self.leave_others(purged.id, &mut files, &mut Owners::new())?;
        purged.files = files.into_iter().collect();
        self.zooms.clear();
        self.forget_uploads_to(purged.id)?;
        for digest in &purged.files {
            self.forget_jobs(digest)?;
            self.media.blobs().remove(digest)?;
            // Only now: while it was there, somebody could still look at it.
            self.media.forget_pictures(digest)?;
            self.forget_look(digest)?;
        }
        let key = purged.id.key();
        purged.journal = self.store.empty_lines(&key, "record.purge")?;
        self.store.compact()?;
        self.catch_up(|_place| {})?;
        self.search.compact()?;
        purged.done = Some(self.now());
        let by = self.by(&system, "record.purged");
        self.store.put_row_of(by, &key, Tree::Purges, (Some(bytes), &purged))?;
        Ok(purged)
    }
}
