//! The primary copy: a journal that must not be lost and a fast copy that can be made anew.
//!
//! A data folder has `journal/` (every accepted write, one line each, chained by hashes and flushed
//! before the answer), `store/` (the fast copy, in sled) and `lock`. All writes pass through one
//! thread: it takes what waits, checks what each intent expects against the fast copy and what is
//! pending, numbers the lines, adds them to the journal with one flush for all, applies them to the
//! fast copy in one transaction for all, and answers. So:
//!
//! - an answered write is in the journal, and readers see it whole;
//! - numbers rise, and are seen in their order: a follower that keeps the last one misses nothing;
//! - what the fast copy lost is replayed at the next start; if it will not open, it is set aside
//!   and made anew;
//! - a write that was refused with [`StoreError::ReadOnly`] may show after a restart, any other
//!   refusal means that nothing was written.

mod accounts;
mod compare;
mod copy;
mod disk;
mod engine;
mod entries;
mod error;
mod history;
mod journal;
mod line;
mod migrate;
mod purge;
mod reading;
mod records;
mod recover;
mod rows;
mod schema;
mod verify;
mod writer;

#[cfg(test)]
mod tests;

use std::fs::File;
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use serde::de::DeserializeOwned;

pub use accounts::{By, FeedIdentity, Session};
pub use compare::Difference;
pub use copy::Piece;
pub use disk::{Disk, RealDisk};
pub use entries::Entry;
pub use error::StoreError;
pub use history::Past;
pub use line::{Hash, HashError, Head};
pub use purge::Emptied;
pub use records::{
    ExportProblem, ExportRow, FeedRow, Found, Public, RecordChange, Removal, Rendered, Unexported,
};
pub use recover::{Rebuilt, rebuild};
pub use rows::{Pair, Rows};
pub use schema::{Expect, Intent, Key, Row, Tree, Value};
pub use verify::{JournalProblem, verify};

use writer::{Answer, Job, Prepared, Shared, Wanted, Writer};

/// The most bytes that one write may have, all its rows together.
pub const MAX_LINE: usize = 32 << 20;

/// How a store is opened.
#[derive(Clone, Debug)]
pub struct Options {
    /// A new journal file is begun before one would grow past this many bytes.
    pub segment_bytes: u64,
    /// Writes are refused while fewer bytes than this are free on the disk.
    pub reserve_bytes: u64,
    /// The fast copy's page cache, in bytes; a wish, not a bound.
    pub cache_bytes: u64,
    /// How often the fast copy is flushed, in milliseconds.
    pub flush_every_ms: u64,
    /// The journal's disk.
    pub disk: Arc<dyn Disk>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            segment_bytes: 64 << 20,
            reserve_bytes: 64 << 20,
            cache_bytes: 64 << 20,
            flush_every_ms: 500,
            disk: Arc::new(RealDisk),
        }
    }
}

/// An open data folder; the only one of its kind while it lives.
#[derive(Debug)]
pub struct Store {
    shared: Arc<Shared>,
    queue: Mutex<Option<SyncSender<Job>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    notices: Vec<String>,
    dir: PathBuf,
    options: Options,
    /// Held by those who write rows that are not journaled, and while all rows are copied.
    local: Mutex<()>,
    /// Held until all else is dropped.
    _lock: File,
}

impl Store {
    /// Opens the data folder `dir`, or makes one.
    ///
    /// An unfinished line at the journal's end is cut off, lines that the fast copy lacks are
    /// replayed, and a fast copy that will not open is set aside and made anew. Damage in the
    /// journal leaves the store read-only: see [`Store::read_only`] and [`Store::notices`].
    ///
    /// # Errors
    /// [`StoreError::Locked`] if it is open elsewhere; [`StoreError::Foreign`] if fast copy and
    /// journal do not belong together; [`StoreError::Layout`] or [`StoreError::Version`] if a newer
    /// program wrote it; a failure of the disk.
    pub fn open(dir: &Path, options: &Options) -> Result<Self, StoreError> {
        let opened = recover::open(dir, options)?;
        let read_only = opened.found.read_only();
        let shared = Arc::new(Shared::new(opened.engine, opened.head, read_only));
        let (queue, waiting) = mpsc::sync_channel(writer::QUEUE);
        let writer =
            Writer { shared: Arc::clone(&shared), journal: opened.journal, queue: waiting };
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || writer.run())
            .map_err(error::at(dir))?;
        Ok(Self {
            shared,
            queue: Mutex::new(Some(queue)),
            thread: Mutex::new(Some(thread)),
            notices: opened.found.notices,
            dir: dir.to_owned(),
            options: options.clone(),
            local: Mutex::new(()),
            _lock: opened.lock,
        })
    }

    /// Makes one write and gives its number; on the disk and visible on return.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if something is not as expected, [`StoreError::Full`],
    /// [`StoreError::TooLarge`] or [`StoreError::Door`]: nothing was written.
    /// [`StoreError::ReadOnly`]: not written, or not visible before a restart.
    pub fn write(&self, intent: Intent) -> Result<u64, StoreError> {
        let mut answers = self.write_all(vec![intent]);
        answers.pop().unwrap_or(Err(StoreError::Closed))
    }

    /// Makes many writes with few flushes; each is taken or refused on its own, in order. Gives one
    /// answer for each, as [`Store::write`] does.
    pub fn write_all(&self, intents: Vec<Intent>) -> Vec<Result<u64, StoreError>> {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (reply, replies) = mpsc::channel::<Answer>();
        let mut answers: Vec<Option<Result<u64, StoreError>>> = Vec::new();
        for (slot, intent) in intents.into_iter().enumerate() {
            let sent = Prepared::new(intent).map(|intent| {
                let job = Job::Write(Wanted { slot, intent, reply: reply.clone() });
                // What cannot be sent has no answer, see below.
                queue.as_ref().is_some_and(|queue| queue.send(job).is_ok())
            });
            answers.push(sent.err().map(Err));
        }
        drop((reply, queue));
        for (slot, answer) in replies {
            if let Some(place) = answers.get_mut(slot) {
                *place = Some(answer);
            }
        }
        let refused = || Err(self.shared.refusal());
        answers.into_iter().map(|answer| answer.unwrap_or_else(refused)).collect()
    }

    /// The bytes under `key`.
    ///
    /// # Errors
    /// [`StoreError::Key`] for [`Key::AtN`]; a failure of the fast copy.
    pub fn get(&self, tree: Tree, key: &Key) -> Result<Option<Vec<u8>>, StoreError> {
        let found = self.shared.engine().get(tree, &key.bytes(tree)?)?;
        Ok(found.map(|bytes| bytes.to_vec()))
    }

    /// The value under `key`, read from its JSON.
    ///
    /// # Errors
    /// As [`Store::get`]; [`StoreError::Corrupt`] if the bytes are no `T`.
    pub fn read<T: DeserializeOwned>(
        &self,
        tree: Tree,
        key: &Key,
    ) -> Result<Option<T>, StoreError> {
        let found = self.shared.engine().get(tree, &key.bytes(tree)?)?;
        found.map(|bytes| decode(tree, &bytes)).transpose()
    }

    /// The rows whose keys lie within the bounds, in the order of their keys; from the end with
    /// [`Iterator::rev`]. Rows that change meanwhile are seen as they were or as they became.
    ///
    /// # Errors
    /// [`StoreError::Key`] for [`Key::AtN`].
    pub fn range(
        &self,
        tree: Tree,
        from: Bound<&Key>,
        to: Bound<&Key>,
    ) -> Result<Rows, StoreError> {
        let bytes = |bound: Bound<&Key>| {
            Ok::<_, StoreError>(match bound {
                Bound::Included(key) => Bound::Included(key.bytes(tree)?),
                Bound::Excluded(key) => Bound::Excluded(key.bytes(tree)?),
                Bound::Unbounded => Bound::Unbounded,
            })
        };
        let bounds = (bytes(from)?, bytes(to)?);
        Rows::range(self.shared.engine().tree(tree)?, bounds)
    }

    /// The rows after `key`, all without one.
    ///
    /// # Errors
    /// As [`Store::range`].
    pub fn after(&self, tree: Tree, key: Option<&Key>) -> Result<Rows, StoreError> {
        self.range(tree, key.map_or(Bound::Unbounded, Bound::Excluded), Bound::Unbounded)
    }

    /// The rows whose text keys begin with `prefix`.
    ///
    /// # Errors
    /// A failure of the fast copy.
    pub fn scan_prefix(&self, tree: Tree, prefix: &str) -> Result<Rows, StoreError> {
        Rows::prefix(self.shared.engine().tree(tree)?, prefix)
    }

    /// The row with the highest key.
    ///
    /// # Errors
    /// A failure of the fast copy.
    pub fn last(&self, tree: Tree) -> Result<Option<Pair>, StoreError> {
        self.after(tree, None)?.next_back().transpose()
    }

    /// Puts a row into a tree that is not journaled. It is on the disk within
    /// [`Options::flush_every_ms`], and lost in a rebuild.
    ///
    /// # Errors
    /// [`StoreError::Door`] for a journaled tree; a failure of the fast copy.
    pub fn put_local(&self, tree: Tree, key: &Key, value: &[u8]) -> Result<(), StoreError> {
        local(tree)?;
        let _one = self.local.lock().unwrap_or_else(PoisonError::into_inner);
        self.shared.engine().put(tree, &key.bytes(tree)?, value)
    }

    /// Takes a row out of a tree that is not journaled.
    ///
    /// # Errors
    /// As [`Store::put_local`].
    pub fn delete_local(&self, tree: Tree, key: &Key) -> Result<(), StoreError> {
        local(tree)?;
        let _one = self.local.lock().unwrap_or_else(PoisonError::into_inner);
        self.shared.engine().remove(tree, &key.bytes(tree)?)
    }

    /// The last line that readers see.
    #[must_use]
    pub fn head(&self) -> Head {
        self.shared.state().head
    }

    /// Waits until there is a line after `n`, for `timeout` at most or until the store is closed;
    /// gives the number of the last line.
    #[must_use]
    pub fn wait_after(&self, n: u64, timeout: Duration) -> u64 {
        let state = self.shared.state();
        let still = |state: &mut writer::State| state.head.n <= n && !state.closed;
        let waited = self.shared.moved.wait_timeout_while(state, timeout, still);
        waited.unwrap_or_else(PoisonError::into_inner).0.head.n
    }

    /// Why nothing can be written, if so. It stays until a restart.
    #[must_use]
    pub fn read_only(&self) -> Option<String> {
        self.shared.state().read_only.clone()
    }

    /// What opening did besides opening: lines replayed, bytes cut off, damage found.
    #[must_use]
    pub fn notices(&self) -> &[String] {
        &self.notices
    }

    /// Headers of journal lines after number `after`, oldest first, at most `limit`. Payloads stay
    /// closed.
    ///
    /// # Errors
    /// [`StoreError::Io`] if a file cannot be read. Lines that cannot be read are left out.
    pub fn entries(&self, after: u64, limit: usize) -> Result<Vec<Entry>, StoreError> {
        entries::after(&self.dir.join(journal::FOLDER), after, self.head().n, limit)
    }

    /// Headers of lines before number `before`, newest first, at most `limit` of those that are
    /// `wanted`; the first that is `old` ends the search. Payloads stay closed.
    ///
    /// # Errors
    /// As [`Store::entries`].
    pub fn entries_before(
        &self,
        before: u64,
        limit: usize,
        wanted: &dyn Fn(&Entry) -> bool,
        old: &dyn Fn(&Entry) -> bool,
    ) -> Result<Vec<Entry>, StoreError> {
        let before = before.min(self.head().n.saturating_add(1));
        entries::before(&self.dir.join(journal::FOLDER), before, limit, wanted, old)
    }

    /// Reads the whole chain up to [`Store::head`], as [`verify()`] does.
    ///
    /// # Errors
    /// As [`verify()`].
    pub fn verify(&self, progress: &mut dyn FnMut(u64)) -> Result<Vec<JournalProblem>, StoreError> {
        verify::whole(&self.dir, Some(self.head()), progress)
    }

    /// Compares every journaled row with what the journal leaves, and gives where they differ;
    /// [`rebuild`] mends that. Keeps all keys in memory, about 100 bytes a row.
    ///
    /// Rows that the journal does not know are passed over if lines were purged.
    ///
    /// # Errors
    /// [`StoreError::Io`] if a file cannot be read; a failure of the fast copy.
    pub fn compare(&self, progress: &mut dyn FnMut(u64)) -> Result<Vec<Difference>, StoreError> {
        compare::compare(&self.dir, &self.shared, progress)
    }

    /// Finishes what waits, flushes, and takes no more writes; reading goes on. Whoever waits in
    /// [`Store::wait_after`] is let go. Dropping the store does the same.
    ///
    /// # Errors
    /// A failure of the fast copy; nothing is lost by it.
    pub fn close(&self) -> Result<(), StoreError> {
        self.shared.state().closed = true;
        self.shared.moved.notify_all();
        drop(self.queue.lock().unwrap_or_else(PoisonError::into_inner).take());
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(thread) = thread else { return Ok(()) };
        if thread.join().is_err() {
            tracing::error!("the store's writer ended in a panic");
        }
        self.shared.engine().flush()
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        if let Err(error) = self.close() {
            tracing::error!("closing the store: {error}");
        }
    }
}

/// The value of a row of `tree`, read from its JSON.
///
/// # Errors
/// [`StoreError::Corrupt`] if the bytes are no `T`.
pub fn decode<T: DeserializeOwned>(tree: Tree, bytes: &[u8]) -> Result<T, StoreError> {
    serde_json::from_slice(bytes)
        .map_err(|source| StoreError::Corrupt { tree: tree.name(), source })
}

fn local(tree: Tree) -> Result<(), StoreError> {
    if tree.journaled() { Err(StoreError::Door(tree.name())) } else { Ok(()) }
}
