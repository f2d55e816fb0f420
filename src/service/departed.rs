//! What has left: who pulled a record's exported form, how often its files were taken. Told when a
//! record is withdrawn, so that the office knows whom to call.
//!
//! Counted beside the journal: what is lost in a rebuild is a number, and no reader's name or address
//! is ever kept.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Error, Services};
use crate::{
    domain::{
        account::Actor,
        id::RecordId,
        lifecycle::Action,
        record::{Departed, Departure, Live, Pull},
    },
    store::Tree,
};

/// How far a key pulled.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Through {
    seq: u64,
    at: Timestamp,
}

impl Services {
    /// Notes that an export up to `seq` went to `actor`.
    ///
    /// # Errors
    /// The store's.
    pub fn pulled(&self, actor: &Actor, seq: u64) -> Result<(), Error> {
        let before: Option<Through> = self.local(Tree::Pulls, &actor.name)?;
        if before.is_none_or(|before| before.seq < seq) {
            self.keep_local(Tree::Pulls, &actor.name, &Through { seq, at: self.now() })?;
        }
        Ok(())
    }

    /// Notes that a file of a record was taken.
    ///
    /// # Errors
    /// The store's.
    pub fn taken(&self, id: RecordId) -> Result<(), Error> {
        let before: Option<Departure> = self.local(Tree::Downloads, &id.key())?;
        let count = before.map_or(0, |before| before.count).saturating_add(1);
        self.keep_local(Tree::Downloads, &id.key(), &Departure { count, last: self.now() })
    }

    /// What of a record has left by now.
    ///
    /// # Errors
    /// [`Error::NotFound`] for what the actor may not see.
    pub fn departures(&self, actor: &Actor, id: RecordId) -> Result<Departed, Error> {
        let found = self.allowed(actor, id, Action::Read)?;
        match (found.value.live, found.value.departed) {
            (Live::Withdrawn, Some(departed)) => Ok(departed),
            _ => self.departed(id),
        }
    }

    pub(super) fn departed(&self, id: RecordId) -> Result<Departed, Error> {
        let mut pulls = Vec::new();
        if let Some(line) = self.store.export_line(id)? {
            let first = self.store.first_export_line(line)?;
            for row in self.store.after(Tree::Pulls, None)? {
                let (key, value) = row?;
                let through: Through = crate::store::decode(Tree::Pulls, &value)?;
                if first <= through.seq {
                    let by = String::from_utf8_lossy(&key).into_owned();
                    let name = by.strip_prefix("key:").map(|id| self.store.key(id)).transpose()?;
                    let name = name.flatten().map(|found| found.value.name);
                    // Who pulled an earlier version only has that one.
                    let current = line <= through.seq;
                    pulls.push(Pull { by, name, through: through.seq, at: through.at, current });
                }
            }
        }
        let downloads = self.local(Tree::Downloads, &id.key())?;
        Ok(Departed { pulls, downloads, note: None })
    }

    fn local<T: serde::de::DeserializeOwned>(
        &self,
        tree: Tree,
        key: &str,
    ) -> Result<Option<T>, Error> {
        Ok(self.store.find(tree, key)?.map(|found| found.value))
    }

    fn keep_local(&self, tree: Tree, key: &str, value: &impl Serialize) -> Result<(), Error> {
        let bytes = serde_json::to_vec(value).map_err(|e| Error::Internal(e.to_string()))?;
        Ok(self.store.put_local(tree, &key.into(), &bytes)?)
    }
}
