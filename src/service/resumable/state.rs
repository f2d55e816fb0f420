//! The uploads that there are, in memory as on the disk, and who may send to one.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Arrived, UploadError};
use crate::{
    domain::{
        account::Actor,
        agency::AgencyCode,
        digest::Digest,
        id::{AssetId, RecordId},
        upload::UploadId,
    },
    media::partial::Partials,
    service::Error,
};

/// What is kept of an upload beside its bytes.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Noted {
    pub(super) owner: String,
    pub(super) record: RecordId,
    pub(super) agency: AgencyCode,
    pub(super) asset: AssetId,
    pub(super) name: String,
    pub(super) length: u64,
    pub(super) fields: Value,
    pub(super) prefill: bool,
    pub(super) again: bool,
    pub(super) sha256: Option<Digest>,
    /// Of the bytes that stand in the record.
    pub(super) arrived: Option<Digest>,
}

/// The uploads under way, and those that arrived lately.
pub(in crate::service) struct Uploads(Arc<Mutex<State>>);

#[derive(Default)]
pub(in crate::service) struct State(pub(super) BTreeMap<UploadId, Entry>);

#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) owner: String,
    pub(super) record: RecordId,
    pub(super) agency: AgencyCode,
    pub(super) length: u64,
    pub(super) bytes: u64,
    pub(super) touched: Timestamp,
    pub(super) arrived: Option<Arrived>,
    pub(super) busy: bool,
}

impl State {
    /// What an agency's uploads under way will take.
    pub(in crate::service) fn declared(&self, agency: &AgencyCode) -> u64 {
        let own = self.under_way().filter(|entry| entry.agency == *agency);
        own.map(|entry| entry.length).fold(0, u64::saturating_add)
    }

    pub(super) fn under_way(&self) -> impl Iterator<Item = &Entry> {
        self.0.values().filter(|entry| entry.arrived.is_none())
    }

    pub(super) fn own(&mut self, actor: &Actor, id: &UploadId) -> Result<&mut Entry, Error> {
        self.0.get_mut(id).filter(|entry| entry.owner == actor.name).ok_or(Error::NotFound)
    }
}

impl Uploads {
    /// The uploads as they are on the disk.
    pub(in crate::service) fn open(partials: &Partials) -> Result<Self, Error> {
        let mut state = State::default();
        for left in partials.list()? {
            let Ok(noted) = serde_json::from_slice::<Noted>(&left.note) else {
                tracing::warn!(upload.id = %left.id, "what was noted of an upload cannot be read");
                continue;
            };
            let bytes = if noted.arrived.is_some() { noted.length } else { left.bytes };
            let arrived = noted.arrived.map(|sha256| Arrived { asset: noted.asset, sha256 });
            let Noted { owner, record, agency, length, .. } = noted;
            let (touched, busy) = (left.changed, false);
            let entry = Entry { owner, record, agency, length, bytes, touched, arrived, busy };
            state.0.insert(left.id, entry);
        }
        Ok(Self(Arc::new(Mutex::new(state))))
    }

    pub(in crate::service) fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the caller the only one who sends to an upload; or says who it cannot be.
    pub(super) fn claim(&self, actor: &Actor, id: &UploadId) -> Result<(Claim, Entry), Error> {
        let mut state = self.lock();
        let entry = state.own(actor, id)?;
        if entry.busy {
            return Err(UploadError::Busy.into());
        }
        entry.busy = true;
        let claim = Claim { uploads: Arc::clone(&self.0), id: id.clone() };
        Ok((claim, entry.clone()))
    }
}

/// The right to send to an upload. Dropped, somebody else may have it.
pub(super) struct Claim {
    uploads: Arc<Mutex<State>>,
    pub(super) id: UploadId,
}

impl Claim {
    /// Notes what changed; nothing if the upload was removed meanwhile.
    pub(super) fn change(&self, change: impl FnOnce(&mut Entry)) -> Result<Entry, Error> {
        let mut state = self.uploads.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = state.0.get_mut(&self.id).ok_or(Error::NotFound)?;
        change(entry);
        Ok(entry.clone())
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        // It may be over by now.
        drop(self.change(|entry| entry.busy = false));
    }
}
