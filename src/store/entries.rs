//! The journal's headers, for the audit.

use std::path::Path;

use jiff::Timestamp;

use super::StoreError;
use super::journal::{self, Lines};
use super::line::{self, Hash, Line};

/// The header of a journal line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The line's number.
    pub n: u64,
    /// When it was asked for.
    pub at: Timestamp,
    /// Who asked for it.
    pub actor: String,
    /// What was asked.
    pub action: String,
    /// The record that it is about, if one.
    pub record: Option<String>,
    /// Whether its payload was purged.
    pub purged: bool,
    /// The SHA-256 of its header.
    pub hash: Hash,
}

/// Headers after number `after`, up to number `until`, at most `limit`.
pub(super) fn after(
    folder: &Path,
    after: u64,
    until: u64,
    limit: usize,
) -> Result<Vec<Entry>, StoreError> {
    let segments = journal::segments(folder)?;
    let mut lines = Lines::new(journal::from_line(&segments, after.saturating_add(1)));
    let mut entries = Vec::new();
    while entries.len() < limit {
        let Some(raw) = lines.advance()? else { break };
        if line::number(raw.bytes).is_some_and(|n| n <= after) {
            continue;
        }
        let Ok(line) = Line::read(raw.bytes) else { continue };
        if until < line.head.n {
            break;
        }
        let purged = line.purged();
        entries.push(Entry {
            n: line.head.n,
            at: line.heading.at,
            actor: line.heading.actor,
            action: line.heading.action,
            record: line.heading.record,
            purged,
            hash: line.head.hash,
        });
    }
    Ok(entries)
}
