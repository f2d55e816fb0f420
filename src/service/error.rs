//! What a service answers when it does not do what was asked.

use thiserror::Error;

use crate::{
    domain::{
        finding::Finding,
        id::{AssetId, RecordId},
        input::InputError,
        lifecycle::Refusal,
        message::Message,
        record::Tombstone,
    },
    exchange::iiif,
    media::MediaError,
    search::SearchError,
    store::StoreError,
};

/// Why a service did not do what was asked. Nothing was changed then.
#[derive(Debug, Error)]
pub enum Error {
    /// No such thing, or none that the caller may know of.
    #[error("not found")]
    NotFound,
    /// Nobody is signed in, or the credentials are wrong.
    #[error("sign in first")]
    Unauthorised,
    /// Signed in, but not for this.
    #[error("not allowed")]
    Forbidden,
    /// A rule of the lifecycle.
    #[error("{0}")]
    Refused(Refusal),
    /// Something else stands in its way: a stable code and a sentence.
    #[error("{}", .1.en)]
    Conflict(&'static str, Message),
    /// Bytes that a record of the agency has already.
    #[error("the record {0} has this very file")]
    Duplicate(RecordId, AssetId),
    /// The agency's originals take as much as they may.
    #[error("the agency has {used} of {quota} bytes")]
    Quota {
        /// Bytes that they take, with uploads under way.
        used: u64,
        /// Bytes that they may take.
        quota: u64,
    },
    /// A piece of an upload that cannot be taken.
    #[error(transparent)]
    Upload(#[from] super::resumable::UploadError),
    /// It was public once.
    #[error("withdrawn")]
    Gone(Box<Tombstone>),
    /// Somebody wrote since the caller read.
    #[error("the record changed meanwhile")]
    Stale,
    /// The same, with what they wrote beside what the caller would write.
    #[error("the record changed meanwhile")]
    Conflicting(Box<super::revisions::Conflict>),
    /// The input is wrong, in all these places.
    #[error("{} errors in the input", .0.len())]
    Invalid(Vec<InputError>),
    /// Checks hold it back.
    #[error("{} findings hold it back", .0.len())]
    Findings(Vec<Finding>),
    /// Too many attempts; seconds to wait.
    #[error("too many attempts")]
    TooMany(u64),
    /// A cursor that is none of ours.
    #[error("bad cursor")]
    BadCursor,
    /// A cursor or place that is over: the number to start after, and why.
    #[error("the snapshot is over")]
    Expired(u64),
    /// A place that this feed never reached: the last one it has.
    #[error("beyond the feed's end")]
    Beyond(u64),
    /// A file.
    #[error(transparent)]
    Media(#[from] MediaError),
    /// A picture that cannot be given as it was asked for.
    #[error(transparent)]
    Iiif(#[from] iiif::Error),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The index.
    #[error(transparent)]
    Search(#[from] SearchError),
    /// Something that cannot be: a fault of ours, said for the log.
    #[error("{0}")]
    Internal(String),
}

impl Error {
    /// One wrong field.
    #[must_use]
    pub fn field(pointer: &str, code: &str, text: (&str, &str)) -> Self {
        Self::Invalid(vec![InputError::new(pointer, code, text)])
    }

    /// A conflict with its wording.
    #[must_use]
    pub fn conflict(code: &'static str, (vi, en): (&str, &str)) -> Self {
        Self::Conflict(code, Message::new(vi, en))
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Unknown => Self::NotFound,
            other => Self::Refused(other),
        }
    }
}
