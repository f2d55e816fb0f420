//! What can go wrong with a program of the system.

use std::io;

use thiserror::Error;

use super::Tool;

/// How much of a program's complaint is kept, in characters.
const DETAIL: usize = 200;

/// What can go wrong with a program of the system.
#[derive(Debug, Error)]
pub enum ProgramError {
    /// It is not installed.
    #[error("{0} is not installed")]
    Missing(Tool),
    /// It took longer than allowed; it was ended.
    #[error("{0} took longer than allowed")]
    Time(Tool),
    /// It said more than allowed; it was ended.
    #[error("{tool} wrote more than {limit} bytes")]
    TooLarge {
        /// Which.
        tool: Tool,
        /// The most bytes.
        limit: u64,
    },
    /// It failed.
    #[error("{tool} failed: {detail}")]
    Failed {
        /// Which.
        tool: Tool,
        /// What it said.
        detail: String,
    },
    /// The system.
    #[error("file failure")]
    Io(#[from] io::Error),
}

impl ProgramError {
    /// A program that gave up.
    pub(in crate::media) fn failed(tool: Tool, complaint: impl AsRef<str>) -> Self {
        let plain = complaint.as_ref().trim().chars().filter(|c| !c.is_control());
        Self::Failed { tool, detail: plain.take(DETAIL).collect() }
    }
}
