//! What the originals of an agency take, and how much that may be.
//!
//! Each original counts once for an agency, however many of its records have it; what was taken out
//! of a draft counts too, since it stays with its record. The count is made when it is first asked
//! for and kept up by every change of a record from then on.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
};

use serde::{Deserialize, Serialize};

use super::{Error, Services};
use crate::{
    domain::{
        account::{Actor, Role},
        agency::AgencyCode,
        digest::Digest,
        record::Record,
    },
    store::{RecordChange, StoreError, Tree},
};

/// How much originals may take.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Quotas {
    /// Bytes of originals for each agency that has no number of its own; 0 = as much as there is.
    pub quota: u64,
    /// Bytes by agency code; 0 = as much as there is.
    pub agencies: BTreeMap<AgencyCode, u64>,
}

impl Quotas {
    /// What an agency may have, in bytes; `None` = as much as there is.
    #[must_use]
    pub fn of(&self, agency: &AgencyCode) -> Option<u64> {
        let quota = self.agencies.get(agency).copied().unwrap_or(self.quota);
        (0 < quota).then_some(quota)
    }
}

/// What an agency has and may have, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Space {
    /// What its originals take, and uploads under way will.
    pub used: u64,
    /// What they may take; `None` = as much as there is.
    pub quota: Option<u64>,
}

/// The count.
#[derive(Default)]
pub(super) struct Storage {
    /// Held for writing while records are counted, for reading while files are put to one.
    gate: RwLock<()>,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// By agency, once counted.
    counted: Option<HashMap<AgencyCode, Originals>>,
    /// What was let in and does not stand in a record yet.
    held: HashMap<AgencyCode, HashMap<Name, Held>>,
}

/// Half of a SHA-256: no two originals have the same, and it takes half the memory.
type Name = u128;

#[derive(Default)]
struct Originals {
    bytes: u64,
    files: HashMap<Name, File>,
}

#[derive(Clone, Copy, Default)]
struct File {
    bytes: u64,
    /// In how many places of records it stands. Two changes may be told in the wrong order.
    places: i64,
}

#[derive(Clone, Copy, Default)]
struct Held {
    bytes: u64,
    times: u32,
}

/// Room for a file until it stands in a record. Dropped, the room is free again.
#[derive(Default)]
pub(super) struct Room(Option<(Arc<Mutex<State>>, AgencyCode, Name)>);

impl Drop for Room {
    fn drop(&mut self) {
        let Some((state, agency, name)) = self.0.take() else { return };
        let mut state = lock(&state);
        let Some(held) = state.held.get_mut(&agency) else { return };
        if let Some(one) = held.get_mut(&name) {
            one.times = one.times.saturating_sub(1);
            if one.times == 0 {
                held.remove(&name);
            }
        }
        if held.is_empty() {
            state.held.remove(&agency);
        }
    }
}

/// One place of a file that came or went.
struct Moved {
    agency: AgencyCode,
    name: Name,
    bytes: u64,
    places: i64,
}

impl State {
    fn used(&self, agency: &AgencyCode) -> u64 {
        let originals = self.counted.as_ref().and_then(|counted| counted.get(agency));
        let held = self.held.get(agency).into_iter().flatten();
        let held = held.filter(|(name, _)| !has(originals, **name)).map(|(_, held)| held.bytes);
        let counted = originals.map_or(0, |originals| originals.bytes);
        held.fold(counted, u64::saturating_add)
    }

    fn apply(&mut self, moved: Moved) {
        let Some(counted) = &mut self.counted else { return };
        let originals = counted.entry(moved.agency).or_default();
        let file = originals.files.entry(moved.name).or_default();
        let was = 0 < file.places;
        file.bytes = moved.bytes;
        file.places = file.places.saturating_add(moved.places);
        let (is, none) = (0 < file.places, file.places == 0);
        match (was, is) {
            (false, true) => originals.bytes = originals.bytes.saturating_add(moved.bytes),
            (true, false) => originals.bytes = originals.bytes.saturating_sub(moved.bytes),
            _ => {}
        }
        if none {
            originals.files.remove(&moved.name);
        }
    }
}

fn has(originals: Option<&Originals>, name: Name) -> bool {
    originals.and_then(|originals| originals.files.get(&name)).is_some_and(|file| 0 < file.places)
}

/// What of a stored record is counted.
#[derive(Deserialize)]
struct Kept {
    agency: AgencyCode,
    files: BTreeMap<String, KeptFile>,
}

#[derive(Deserialize)]
struct KeptFile {
    original: Digest,
    bytes: u64,
}

impl Services {
    /// What an agency has and may have; nothing for others than its own people, administrators and
    /// auditors.
    ///
    /// # Errors
    /// The store's.
    pub fn space(&self, actor: &Actor, agency: &AgencyCode) -> Result<Option<Space>, Error> {
        let staff = actor.is(Role::Admin) || actor.is(Role::Auditor);
        if !staff && actor.agency.as_ref() != Some(agency) {
            return Ok(None);
        }
        self.count()?;
        let declared = self.uploads.lock().declared(agency);
        let used = lock(&self.storage.state).used(agency).saturating_add(declared);
        Ok(Some(Space { used, quota: self.settings.storage.of(agency) }))
    }

    /// Whether an agency has room for one more file at all.
    pub(super) fn has_space(&self, agency: &AgencyCode) -> Result<(), Error> {
        if self.settings.storage.of(agency).is_none() {
            return Ok(());
        }
        self.count()?;
        self.fits(&self.uploads.lock(), agency, 1)
    }

    /// Whether an agency has room for so many bytes more. It must have been counted.
    pub(super) fn fits(
        &self,
        uploads: &super::resumable::State,
        agency: &AgencyCode,
        bytes: u64,
    ) -> Result<(), Error> {
        let Some(quota) = self.settings.storage.of(agency) else { return Ok(()) };
        let used = lock(&self.storage.state).used(agency).saturating_add(uploads.declared(agency));
        within(quota, used, bytes)
    }

    /// Room for an original, if its agency has as much. `declared` are the bytes of the upload that
    /// it came by, for which there is room already.
    ///
    /// # Errors
    /// [`Error::Quota`] if there is none.
    pub(super) fn room(
        &self,
        agency: &AgencyCode,
        (file, bytes): (&Digest, u64),
        declared: u64,
    ) -> Result<Room, Error> {
        let Some(quota) = self.settings.storage.of(agency) else { return Ok(Room::default()) };
        self.count()?;
        let name = half(file);
        // In this order everywhere.
        let uploads = self.uploads.lock();
        let mut state = lock(&self.storage.state);
        let known = has(state.counted.as_ref().and_then(|counted| counted.get(agency)), name)
            || state.held.get(agency).is_some_and(|held| held.contains_key(&name));
        if !known {
            let others = uploads.declared(agency).saturating_sub(declared);
            within(quota, state.used(agency).saturating_add(others), bytes)?;
        }
        let held = state.held.entry(agency.clone()).or_default().entry(name).or_default();
        held.bytes = bytes;
        held.times = held.times.saturating_add(1);
        Ok(Room(Some((Arc::clone(&self.storage.state), agency.clone(), name))))
    }

    /// Writes changes of records; each stands or falls by itself.
    pub(super) fn save_all(&self, changes: Vec<RecordChange>) -> Vec<Result<u64, StoreError>> {
        let moved: Vec<_> = changes
            .iter()
            .map(|change| {
                moved(change.before.as_ref().map(|found| &found.value), change.record.as_ref())
            })
            .collect();
        if moved.iter().all(Vec::is_empty) {
            return self.store.save_all(changes);
        }
        let _open = self.storage.gate.read().unwrap_or_else(PoisonError::into_inner);
        let answers = self.store.save_all(changes);
        let mut state = lock(&self.storage.state);
        for (moved, _) in moved.into_iter().zip(&answers).filter(|(_, answer)| answer.is_ok()) {
            moved.into_iter().for_each(|moved| state.apply(moved));
        }
        answers
    }

    /// Writes a change of a record.
    pub(super) fn save_one(&self, change: RecordChange) -> Result<u64, StoreError> {
        self.save_all(vec![change]).pop().unwrap_or(Err(StoreError::Closed))
    }

    /// Removes a record by `work`, and with it what it counted for.
    pub(super) fn removing<T>(
        &self,
        record: &Record,
        work: impl FnOnce() -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let moved = moved(Some(record), None);
        let _open = self.storage.gate.read().unwrap_or_else(PoisonError::into_inner);
        let done = work()?;
        let mut state = lock(&self.storage.state);
        moved.into_iter().for_each(|moved| state.apply(moved));
        Ok(done)
    }

    /// Counts, unless somebody has.
    fn count(&self) -> Result<(), Error> {
        if lock(&self.storage.state).counted.is_some() {
            return Ok(());
        }
        let _closed = self.storage.gate.write().unwrap_or_else(PoisonError::into_inner);
        if lock(&self.storage.state).counted.is_some() {
            return Ok(());
        }
        let mut fresh = State { counted: Some(HashMap::new()), ..State::default() };
        for row in self.store.after(Tree::Records, None)? {
            let kept: Kept = crate::store::decode(Tree::Records, &row?.1)?;
            for file in kept.files.into_values() {
                let (agency, name) = (kept.agency.clone(), half(&file.original));
                fresh.apply(Moved { agency, name, bytes: file.bytes, places: 1 });
            }
        }
        lock(&self.storage.state).counted = fresh.counted;
        Ok(())
    }
}

fn within(quota: u64, used: u64, wanted: u64) -> Result<(), Error> {
    if used.saturating_add(wanted) <= quota {
        return Ok(());
    }
    Err(Error::Quota { used, quota })
}

/// The places of files that come and go when a record changes.
fn moved(before: Option<&Record>, after: Option<&Record>) -> Vec<Moved> {
    let gone = |from: Option<&Record>, to: Option<&Record>, places| {
        let known = |id| to.is_some_and(|to| to.files.contains_key(id));
        let files =
            from.into_iter().flat_map(|record| record.files.iter().map(move |file| (record, file)));
        files
            .filter(|(_, (id, _))| !known(id))
            .map(|(record, (_, file))| Moved {
                agency: record.agency.clone(),
                name: half(&file.original),
                bytes: file.bytes,
                places,
            })
            .collect::<Vec<_>>()
    };
    let mut all = gone(after, before, 1);
    all.extend(gone(before, after, -1));
    all
}

fn half(digest: &Digest) -> Name {
    let half = digest.as_str().get(..32).unwrap_or_default();
    Name::from_str_radix(half, 16).unwrap_or_default()
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_original_counts_once_in_whatever_order_changes_are_told() {
        let agency: AgencyCode = "H15.16".parse().unwrap();
        let mut state = State { counted: Some(HashMap::new()), ..State::default() };
        let mut tell = |name, bytes, places| {
            state.apply(Moved { agency: agency.clone(), name, bytes, places });
            state.used(&agency)
        };
        assert_eq!(tell(1, 10, 1), 10);
        assert_eq!(tell(1, 10, 1), 10);
        assert_eq!(tell(2, 5, 1), 15);
        assert_eq!(tell(1, 10, -1), 15);
        assert_eq!(tell(1, 10, -1), 5);
        // Out before in.
        assert_eq!(tell(3, 7, -1), 5);
        assert_eq!(tell(3, 7, 1), 5);
        assert_eq!(tell(2, 5, -1), 0);
        assert!(state.counted.unwrap().values().all(|originals| originals.files.is_empty()));
    }

    #[test]
    fn room_is_held_until_it_is_dropped_and_not_twice_for_the_same_bytes() {
        let agency: AgencyCode = "H15.16".parse().unwrap();
        let state =
            Arc::new(Mutex::new(State { counted: Some(HashMap::new()), ..State::default() }));
        let hold = || {
            let mut state_now = lock(&state);
            let held = state_now.held.entry(agency.clone()).or_default().entry(1).or_default();
            (held.bytes, held.times) = (10, held.times + 1);
            Room(Some((Arc::clone(&state), agency.clone(), 1)))
        };
        let (one, two) = (hold(), hold());
        assert_eq!(lock(&state).used(&agency), 10);
        drop(one);
        assert_eq!(lock(&state).used(&agency), 10);
        lock(&state).apply(Moved { agency: agency.clone(), name: 1, bytes: 10, places: 1 });
        assert_eq!(lock(&state).used(&agency), 10, "it stands in its record now");
        drop(two);
        assert_eq!(lock(&state).used(&agency), 10);
        assert!(lock(&state).held.is_empty());
    }
}
