//! Rights that run out: the record, or the file, goes by itself.

use jiff::Timestamp;

use super::{Error, Services, desk::Wish};
use crate::{
    domain::{
        account::Actor,
        document::{Document, Kind},
        id::RecordId,
        lifecycle::Action,
        record::{Live, WithdrawReason},
    },
    store::Tree,
};

/// When the first of a document's rights runs out: its own, or those of one of its files.
pub(super) fn first_end(document: &Document) -> Option<Timestamp> {
    let files = document.assets.iter().filter_map(|asset| asset.rights.as_ref()?.expires);
    files.chain(document.rights.expires).min()
}

impl Services {
    /// Withdraws the records whose rights have run out, and takes files out of the others whose own
    /// rights have; gives how many were touched.
    ///
    /// # Errors
    /// The store's. A record that fails is told of in the log and tried again.
    pub fn expire_due(&self) -> Result<usize, Error> {
        let now = self.now();
        let mut due = Vec::new();
        for row in self.store.after(Tree::Expiries, None)? {
            let (key, value) = row?;
            let end: Timestamp = crate::store::decode(Tree::Expiries, &value)?;
            if end <= now {
                due.extend(String::from_utf8_lossy(&key).parse::<RecordId>().ok());
            }
        }
        let mut done = 0_usize;
        for id in due {
            match self.expire(id, now) {
                Ok(()) => done = done.saturating_add(1),
                Err(error) => tracing::error!(record.id = %id, "an expired record stays: {error}"),
            }
        }
        Ok(done)
    }

    fn expire(&self, id: RecordId, now: Timestamp) -> Result<(), Error> {
        let Some(found) = self.store.record(id)? else { return Ok(()) };
        let Some(live) = self.store.live(id)?.filter(|_| found.value.live == Live::Published)
        else {
            return Ok(());
        };
        let over = |end: Option<Timestamp>| end.is_some_and(|end| end <= now);
        let mut document = live.document;
        let whole = over(document.rights.expires);
        document.assets.retain(|asset| !over(asset.rights.as_ref().and_then(|own| own.expires)));
        let shows = matches!(document.kind, Kind::Photo | Kind::PhotoSet | Kind::Publication);
        let system = Actor::system();
        if whole || (shows && document.assets.is_empty()) {
            let reason = Some(WithdrawReason::Expired);
            let wish = Wish { reason, purge: true, ..Wish::plain(Action::Withdraw) };
            self.transition(&system, id, &wish)?;
            return Ok(());
        }
        // A draft beside it stays as it is.
        let mut record = found.value.clone();
        let open = record.draft.take();
        record.draft = self.opened(&system, &record)?.draft;
        if let Some(draft) = &mut record.draft {
            draft.document = document;
        }
        let (mut record, live) = self.made_live(record, None, now)?;
        record.draft = open;
        let change = self.public_change((&system, "record.expire"), Some(found), record, live);
        self.written(change)?;
        Ok(())
    }
}
