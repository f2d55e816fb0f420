//! Taking a record's bytes out of the primary copy for good: the journal's payloads are emptied, and
//! the fast copy is made anew, since sled keeps what was deleted until it happens to write over it.
//!
//! Headers stay, so the chain still verifies and says who did what when. Both halves can be run
//! again: what was done already is found done.

use std::sync::mpsc;

use serde::{Deserialize, Serialize};

use super::engine::Engine;
use super::error::at;
use super::writer::Job;
use super::{Key, Options, Store, StoreError, Tree, recover};

/// What a purge took out of the journal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Emptied {
    /// Lines whose payload was emptied.
    pub lines: u64,
    /// Bytes that they lost.
    pub bytes: u64,
}

/// The folder of the fast copy while it is being made.
const NEW: &str = "store.new";

/// The folder of the fast copy before.
const OLD: &str = "store.old";

/// Rows that are copied at once.
const ROWS: usize = 1_000;

impl Store {
    /// Empties the payloads of all lines of `record`, but those whose action begins with `keep`. No
    /// write is made meanwhile; readers go on.
    ///
    /// # Errors
    /// A failure of the disk: some segments may be done then, and it can be run again.
    pub fn empty_lines(&self, record: &str, keep: &str) -> Result<Emptied, StoreError> {
        let (record, keep) = (record.to_owned(), keep.to_owned());
        self.alone(move |journal, _shared| journal.empty(&record, &keep))
    }

    /// Makes the fast copy anew from its own rows, so that nothing deleted is left in its files. No
    /// write is made meanwhile; readers go on with the old one.
    ///
    /// # Errors
    /// A failure of the disk or of either copy; the old one stays in use then.
    pub fn compact(&self) -> Result<(), StoreError> {
        let (dir, options) = (self.dir.clone(), self.options.clone());
        // Rows that are not journaled come from other threads than the writer.
        let _local = self.local.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        self.alone(move |_journal, shared| {
            let (store, new, old) = (dir.join(recover::STORE), dir.join(NEW), dir.join(OLD));
            clear(&new)?;
            clear(&old)?;
            let before = shared.engine();
            copy(&before, &new, &options)?;
            before.flush()?;
            std::fs::rename(&store, &old).map_err(at(&store))?;
            std::fs::rename(&new, &store).map_err(at(&new))?;
            recover::sync_folder(&dir)?;
            shared.replace(Engine::open(&store, &options)?);
            drop(before);
            clear(&old)
        })
    }

    /// Has `work` done by the writer, between writes.
    fn alone<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut super::journal::Journal, &super::writer::Shared) -> Result<T, StoreError>
        + Send
        + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = mpsc::channel();
        let job = Job::Alone(Box::new(move |journal, shared| {
            // A caller that has gone needs no answer.
            drop(reply.send(work(journal, shared)));
        }));
        let queue = self.queue.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        let sent = queue.is_some_and(|queue| queue.send(job).is_ok());
        if !sent {
            return Err(self.shared.refusal());
        }
        answer.recv().unwrap_or_else(|_gone| Err(self.shared.refusal()))
    }

    /// The rows of a tree whose JSON is `value`, as their text keys.
    ///
    /// # Errors
    /// [`StoreError`] of the fast copy.
    pub fn keys_of(&self, tree: Tree, value: &impl Serialize) -> Result<Vec<Key>, StoreError> {
        let wanted = serde_json::to_vec(value)
            .map_err(|source| StoreError::Json { tree: tree.name(), source })?;
        let mut keys = Vec::new();
        for row in self.after(tree, None)? {
            let (key, found) = row?;
            if found == wanted {
                keys.extend(String::from_utf8(key).ok().map(Key::Text));
            }
        }
        Ok(keys)
    }
}

/// What a purge that was cut short leaves behind; called when a folder is opened.
pub(super) fn clear_leavings(dir: &std::path::Path) -> Result<(), StoreError> {
    clear(&dir.join(NEW))?;
    clear(&dir.join(OLD))
}

fn clear(folder: &std::path::Path) -> Result<(), StoreError> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(at(folder)(error)),
        _ => Ok(()),
    }
}

fn copy(old: &Engine, path: &std::path::Path, options: &Options) -> Result<(), StoreError> {
    let new = Engine::open(path, options)?;
    old.copy_to(&new, ROWS)?;
    new.flush()
}
