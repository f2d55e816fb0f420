//! The exported form of every public record made anew when the public address has changed.

use serde_json::Value;

use super::{Error, Services, operator};
use crate::{
    domain::id::RecordId,
    store::{Public, RecordChange, StoreError},
};

/// So many records are rendered and written at once.
const BATCH: usize = 100;

impl Services {
    /// Renders every public record whose exported form names another address than ours, under a new
    /// number of the feed and in the same version. `going` is asked between the steps; what is left
    /// then is done the next time. Gives how many were rendered.
    ///
    /// # Errors
    /// The store's.
    pub fn follow_address(&self, going: &dyn Fn() -> bool) -> Result<u64, Error> {
        // They are rendered from the last to the first: while any is left, the first one is.
        let mut first = None;
        for live in self.store.all_live()? {
            first = self.stands_elsewhere(live?.id)?;
            if first.is_some() {
                break;
            }
        }
        if first != Some(true) {
            return Ok(0);
        }
        let ids = self.store.all_live()?.map(|live| live.map(|live| live.id));
        let ids = ids.collect::<Result<Vec<RecordId>, _>>()?;
        tracing::info!("the public address has changed: {} records are rendered anew", ids.len());
        let mut count: u64 = 0;
        for ids in ids.rchunks(BATCH) {
            if !going() {
                break;
            }
            let mut changes = Vec::new();
            for id in ids.iter().rev() {
                changes.extend(self.rendered_anew(*id)?);
            }
            for done in self.save_all(changes) {
                match done {
                    Ok(_n) => count = count.saturating_add(1),
                    // Somebody wrote the record meanwhile; the next start looks again.
                    Err(StoreError::Conflict { .. }) => {}
                    Err(error) => return Err(error.into()),
                }
            }
        }
        Ok(count)
    }

    /// The change that renders a record for our address; none if it stands there already, or is not
    /// public any more.
    fn rendered_anew(&self, id: RecordId) -> Result<Option<RecordChange>, Error> {
        if self.stands_elsewhere(id)? != Some(true) {
            return Ok(None);
        }
        let (Some(found), Some(live)) = (self.store.record(id)?, self.store.live(id)?) else {
            return Ok(None);
        };
        // What cannot be exported as it is now keeps the form that it has.
        let Ok(export) = self.rendered(&live) else { return Ok(None) };
        let record = found.value.clone();
        let mut change = self.change(&operator(), "record.render", Some(found), Some(record));
        change.public = Some(Public::Live(Box::new(live), Ok(export)));
        Ok(Some(change))
    }

    /// Whether the exported form of a record names another address than ours; `None` if it has none.
    fn stands_elsewhere(&self, id: RecordId) -> Result<Option<bool>, Error> {
        let Some(n) = self.store.export_line(id)? else { return Ok(None) };
        let Some(text) = self.store.export_json(n)? else { return Ok(None) };
        let form: Value = serde_json::from_slice(&text)
            .map_err(|error| Error::Internal(format!("an exported form is no JSON: {error}")))?;
        let named = form.pointer("/source/system").and_then(Value::as_str).unwrap_or_default();
        let ours = self.settings.public_url.trim_end_matches('/');
        Ok(Some(named.trim_end_matches('/') != ours))
    }
}
