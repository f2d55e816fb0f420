//! Work that is done later, by whoever is free: what it is, how far it came, how often it was tried.

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{account::words, digest::Digest, id::RecordId};

words!(
    /// What is to be done, the most urgent first.
    JobKind,
    "look, pictures, ocr",
    {
        /// Look into an original: does it open, what does it look like.
        Look = "look",
        /// Make a release's web pictures.
        Pictures = "pictures",
        /// Recognise the text of scanned pages.
        Ocr = "ocr",
    }
);

words!(
    /// Where a job stands.
    JobState,
    "waiting, running, dead",
    {
        /// Its turn will come.
        Waiting = "waiting",
        /// Somebody is at it.
        Running = "running",
        /// Tried as often as it may be; it waits for somebody who looks at it.
        Dead = "dead",
    }
);

/// Which job: what is done to which file. There is never a second one of the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct JobId {
    /// What is done.
    pub kind: JobKind,
    /// To which file.
    pub file: Digest,
}

/// A text that is no [`JobId`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a job is called by its kind and a SHA-256, such as look-ba78…")]
pub struct NoJobId;

/// How far a job came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Steps done, such as pages.
    pub done: u32,
    /// Steps in all.
    pub total: u32,
}

/// One job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// Which.
    pub id: JobId,
    /// The record whose file it is; who may see it may see how the job stands.
    pub record: RecordId,
    /// Where it stands.
    pub state: JobState,
    /// How often it was begun.
    pub attempts: u32,
    /// Since when it waits.
    pub since: Timestamp,
    /// Not to be begun before.
    pub due: Timestamp,
    /// How far it came, where it goes step by step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub progress: Option<Progress>,
    /// Why it failed last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl Job {
    /// A job that waits from now on.
    #[must_use]
    pub fn new(id: JobId, record: RecordId, now: Timestamp) -> Self {
        Self {
            id,
            record,
            state: JobState::Waiting,
            attempts: 0,
            since: now,
            due: now,
            progress: None,
            error: None,
        }
    }
}

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.kind, self.file)
    }
}

impl FromStr for JobId {
    type Err = NoJobId;

    fn from_str(text: &str) -> Result<Self, NoJobId> {
        let (kind, file) = text.rsplit_once('-').ok_or(NoJobId)?;
        let kind = kind.parse().map_err(|_none| NoJobId)?;
        let file = file.parse().map_err(|_none| NoJobId)?;
        Ok(Self { kind, file })
    }
}

impl TryFrom<String> for JobId {
    type Error = NoJobId;

    fn try_from(text: String) -> Result<Self, NoJobId> {
        text.parse()
    }
}

impl From<JobId> for String {
    fn from(id: JobId) -> Self {
        id.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_is_called_by_what_it_does_to_what() {
        let id = JobId { kind: JobKind::Look, file: Digest::from([7; 32]) };
        assert_eq!(id.to_string().parse(), Ok(id));
        for wrong in ["", "look", "look-", "look-12", "gaze-0707", "-"] {
            assert_eq!(wrong.parse::<JobId>(), Err(NoJobId), "{wrong}");
        }
    }
}
