//! The journal's headers, for the audit.

use std::net::IpAddr;
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
    /// From where, if over the network.
    pub from: Option<IpAddr>,
    /// The record that it is about, if one.
    pub record: Option<String>,
    /// Whether its payload was purged.
    pub purged: bool,
    /// The SHA-256 of its header.
    pub hash: Hash,
}

impl Entry {
    pub(super) fn of(line: Line<'_>) -> Self {
        let purged = line.purged();
        Self {
            n: line.head.n,
            at: line.heading.at,
            actor: line.heading.actor,
            action: line.heading.action,
            from: line.heading.from,
            record: line.heading.record,
            purged,
            hash: line.head.hash,
        }
    }
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
        entries.push(Entry::of(line));
    }
    Ok(entries)
}

/// Headers before number `before`, newest first, at most `limit` of those that are `wanted`.
pub(super) fn before(
    folder: &Path,
    before: u64,
    limit: usize,
    wanted: &dyn Fn(&Entry) -> bool,
    old: &dyn Fn(&Entry) -> bool,
) -> Result<Vec<Entry>, StoreError> {
    let mut found = Vec::new();
    for segment in journal::segments(folder)?.iter().rev() {
        if before <= segment.first {
            continue;
        }
        let mut lines = Lines::new(std::slice::from_ref(segment));
        let (mut here, mut over) = (Vec::new(), false);
        while let Some(raw) = lines.advance()? {
            let Some(entry) = line::header(raw.bytes) else { continue };
            if before <= entry.n {
                break;
            }
            over |= old(&entry);
            if wanted(&entry) {
                here.push(entry);
            }
        }
        found.extend(here.into_iter().rev());
        if over || limit <= found.len() {
            break;
        }
    }
    found.truncate(limit);
    Ok(found)
}
