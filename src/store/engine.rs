//! The fast copy: sled, with its panics turned into errors.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Duration;

use sled::transaction::{TransactionError, Transactional};

use super::line::{Hash, Head};
use super::schema::{Change, Tree};
use super::{Options, StoreError, migrate};

/// The store's own rows; no journal line reaches this tree.
const OWN: &str = "engine";
const APPLIED: &str = "applied";
const DAMAGE: &str = "damage";

/// What sled says of a folder whose lock another handle has; the error has no kind of its own.
const HELD: &str = "could not acquire lock";

/// How long a fast copy that was closed may keep its lock.
const LET_GO: Duration = Duration::from_secs(10);

/// The fast copy, open.
#[derive(Debug)]
pub(super) struct Engine {
    db: sled::Db,
    own: sled::Tree,
    trees: BTreeMap<Tree, sled::Tree>,
}

/// sled panics where its files are not what it wrote; no caller may go down with it.
pub(super) fn guarded<T>(work: impl FnOnce() -> sled::Result<T>) -> Result<T, StoreError> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(done) => Ok(done?),
        Err(_panic) => Err(StoreError::Broken),
    }
}

/// Tries for as long as `patience` while the failure is one that passes.
pub(super) fn patient<T, E>(
    patience: Duration,
    mut attempt: impl FnMut() -> Result<T, E>,
    passes: impl Fn(&E) -> bool,
) -> Result<T, E> {
    let pause = Duration::from_millis(10);
    let mut left = patience;
    loop {
        match attempt() {
            Err(error) if passes(&error) && !left.is_zero() => {
                std::thread::sleep(pause);
                left = left.saturating_sub(pause);
            }
            done => return done,
        }
    }
}

impl Engine {
    /// Opens or makes the fast copy at `path`.
    pub(super) fn open(path: &Path, options: &Options) -> Result<Self, StoreError> {
        let config = sled::Config::new()
            .path(path)
            .cache_capacity(options.cache_bytes)
            .flush_every_ms(Some(options.flush_every_ms));
        #[expect(clippy::disallowed_methods, reason = "the one place that opens sled")]
        let open = || config.open();
        guarded(|| {
            // The folder is ours by our own lock. sled's may outlive the last use for a moment:
            // its threads end after their handle, and a child process has it until it is replaced.
            let held = |error: &sled::Error| matches!(error, sled::Error::Io(error) if error.to_string().contains(HELD));
            let db = patient(LET_GO, open, held)?;
            let own = db.open_tree(OWN)?;
            let mut trees = BTreeMap::new();
            for tree in Tree::ALL {
                trees.insert(*tree, db.open_tree(tree.name())?);
            }
            Ok(Self { db, own, trees })
        })
    }

    pub(super) fn tree(&self, tree: Tree) -> Result<&sled::Tree, StoreError> {
        self.trees.get(&tree).ok_or(StoreError::Door(tree.name()))
    }

    pub(super) fn get(&self, tree: Tree, key: &[u8]) -> Result<Option<sled::IVec>, StoreError> {
        let tree = self.tree(tree)?;
        guarded(|| tree.get(key))
    }

    pub(super) fn put(&self, tree: Tree, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        let tree = self.tree(tree)?;
        guarded(|| tree.insert(key, value)).map(drop)
    }

    pub(super) fn remove(&self, tree: Tree, key: &[u8]) -> Result<(), StoreError> {
        let tree = self.tree(tree)?;
        guarded(|| tree.remove(key)).map(drop)
    }

    /// Applies lines up to `head`: all of them or none, for readers and after a crash.
    pub(super) fn apply(&self, changes: Vec<Change>, head: Head) -> Result<(), StoreError> {
        let mut batches: BTreeMap<Tree, sled::Batch> = BTreeMap::new();
        for Change { tree, key, value } in changes {
            let batch = batches.entry(tree).or_default();
            match value {
                Some(value) => batch.insert(key, value),
                None => batch.remove(key),
            }
        }
        let mut own = sled::Batch::default();
        own.insert(APPLIED, applied_bytes(head).as_slice());
        let mut trees = Vec::with_capacity(batches.len().saturating_add(1));
        for tree in batches.keys() {
            trees.push(self.tree(*tree)?);
        }
        trees.push(&self.own);
        let batches: Vec<_> = batches.into_values().chain([own]).collect();
        guarded(|| {
            let done = trees.as_slice().transaction(|views| {
                views
                    .iter()
                    .zip(&batches)
                    .try_for_each(|(view, batch)| Ok(view.apply_batch(batch)?))
            });
            done.map_err(|failure| match failure {
                TransactionError::Storage(error) => error,
                TransactionError::Abort(never) => never,
            })
        })
    }

    /// Copies every row to an empty engine, `rows` at once.
    pub(super) fn copy_to(&self, new: &Self, rows: usize) -> Result<(), StoreError> {
        let pairs =
            Tree::ALL.iter().filter_map(|tree| Some((self.trees.get(tree)?, new.trees.get(tree)?)));
        for (from, to) in pairs.chain([(&self.own, &new.own)]) {
            let mut all = from.iter();
            loop {
                let chunk = guarded(|| all.by_ref().take(rows).collect::<sled::Result<Vec<_>>>())?;
                let last = chunk.len() < rows;
                let mut batch = sled::Batch::default();
                for (key, value) in chunk {
                    batch.insert(key, value);
                }
                guarded(|| to.apply_batch(batch))?;
                if last {
                    break;
                }
            }
        }
        Ok(())
    }

    /// The last line applied.
    pub(super) fn applied(&self) -> Result<Head, StoreError> {
        let Some(bytes) = guarded(|| self.own.get(APPLIED))? else { return Ok(Head::default()) };
        read_applied(&bytes).ok_or(StoreError::Own(APPLIED))
    }

    /// Notes that the journal had damage when it was replayed; kept until a rebuild.
    pub(super) fn note_damage(&self, what: &str) -> Result<(), StoreError> {
        guarded(|| self.own.insert(DAMAGE, what)).map(drop)
    }

    /// What [`Engine::note_damage`] noted.
    pub(super) fn damage(&self) -> Result<Option<String>, StoreError> {
        let noted = guarded(|| self.own.get(DAMAGE))?;
        Ok(noted.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }

    pub(super) fn layout(&self) -> Result<u32, StoreError> {
        let Some(bytes) = guarded(|| self.own.get(migrate::KEY))? else { return Ok(0) };
        let bytes = bytes.as_ref().try_into();
        bytes.map(u32::from_be_bytes).map_err(|_length| StoreError::Own(migrate::KEY))
    }

    pub(super) fn set_layout(&self, layout: u32) -> Result<(), StoreError> {
        guarded(|| self.own.insert(migrate::KEY, &layout.to_be_bytes()))?;
        self.flush()
    }

    pub(super) fn flush(&self) -> Result<(), StoreError> {
        guarded(|| self.db.flush()).map(drop)
    }
}

fn applied_bytes(head: Head) -> Vec<u8> {
    [head.n.to_be_bytes().as_slice(), head.hash.bytes()].concat()
}

fn read_applied(bytes: &[u8]) -> Option<Head> {
    let (n, hash) = bytes.split_at_checked(8)?;
    let n = u64::from_be_bytes(n.try_into().ok()?);
    Some(Head { n, hash: Hash::new(hash.try_into().ok()?) })
}
