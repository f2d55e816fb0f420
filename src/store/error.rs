//! What can go wrong with the primary copy.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::migrate;

/// What can go wrong with the primary copy.
#[derive(Debug, Error)]
pub enum StoreError {
    /// Another process holds the data folder.
    #[error("{} is in use by another process", .0.display())]
    Locked(PathBuf),
    /// Someone else wrote since the caller read; nothing was written.
    #[error("`{tree}` has changed under `{key}`")]
    Conflict {
        /// The tree whose row differs.
        tree: &'static str,
        /// The row's key, as text.
        key: String,
    },
    /// Too little room on the disk; nothing was written, and a later write may succeed.
    #[error("the disk is full")]
    Full,
    /// Nothing can be written until a restart; the reason is named. What was asked may or may not
    /// be there after it.
    #[error("the store is read-only: {0}")]
    ReadOnly(String),
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
    /// The fast copy is ahead of the journal, or knows a line otherwise.
    #[error(
        "the store folder does not belong to this journal: it has applied line {applied}, \
         the journal {journal}"
    )]
    Foreign {
        /// The number that the store folder has applied.
        applied: u64,
        /// What the journal has instead.
        journal: String,
    },
    /// The layout is newer than this program.
    #[error("the store has layout {0}, this program knows up to {known}", known = migrate::LAYOUT)]
    Layout(u32),
    /// The journal was written by a newer program.
    #[error("the journal has lines of version {0}, this program knows up to {known}",
        known = super::line::VERSION)]
    Version(u32),
    /// A tree that is not meant for this door: journaled trees are written by intents only, the
    /// others never.
    #[error("`{0}` is not written this way")]
    Door(&'static str),
    /// A key that has no number yet, where a row is read or expected.
    #[error("a key of `{0}` has no number yet")]
    Key(&'static str),
    /// A value that has no JSON form.
    #[error("a value of `{tree}` cannot be written as JSON")]
    Json {
        /// The tree that it was meant for.
        tree: &'static str,
        /// The serialiser's complaint.
        source: serde_json::Error,
    },
    /// A line of the journal that cannot be read.
    #[error("line {n} of the journal: {what}")]
    Past {
        /// Its number.
        n: u64,
        /// What is wrong with it.
        what: String,
    },
    /// One write of more than [`super::MAX_LINE`] bytes.
    #[error("one write of {0} bytes is too large")]
    TooLarge(usize),
    /// Bytes that are not what was written.
    #[error("bad bytes in `{tree}`: run `quangba rebuild`")]
    Corrupt {
        /// The tree that holds them.
        tree: &'static str,
        /// The decoder's complaint.
        source: serde_json::Error,
    },
    /// A row of the store's own that is not what was written.
    #[error("the store's own row `{0}` is damaged: run `quangba rebuild`")]
    Own(&'static str),
    /// The fast copy cannot be read or written.
    #[error("store failure ({0}): run `quangba rebuild` if it stays")]
    Sled(#[from] sled::Error),
    /// The fast copy gave up in the middle of its work.
    #[error("the store folder is damaged: run `quangba rebuild`")]
    Broken,
    /// The system has no random bytes.
    #[error("no random bytes: {0}")]
    Random(getrandom::Error),
    /// A file or folder.
    #[error("{}", .path.display())]
    Io {
        /// Its path.
        path: PathBuf,
        /// The system's complaint.
        source: io::Error,
    },
}

/// Names the path in a failure of the system.
pub(super) fn at(path: &Path) -> impl FnOnce(io::Error) -> StoreError + '_ {
    |source| StoreError::Io { path: path.to_owned(), source }
}
