//! Who did what when from where to which record: the journal's headers, for those who watch over it.
//!
//! Only headers are read; texts, notes and secrets stay where they are.

use std::net::IpAddr;

use jiff::Timestamp;
use serde::Serialize;

use super::{Error, Services};
use crate::{
    domain::{
        account::{Actor, Role},
        id::RecordId,
    },
    store::{Entry, Head, JournalProblem},
};

/// Lines that an export takes at once.
const CHUNK: usize = 1_000;

/// What the secrecy officer's inspection may look into.
const CLEARANCES: [&str; 3] = ["record.clear", "record.refuse", "record.purge"];

/// What the audit is narrowed by.
#[derive(Clone, Debug, Default)]
pub struct AuditQuery {
    /// Only what this user or key did.
    pub actor: Option<String>,
    /// Only this action, or those that begin with it: `record`, `record.publish`.
    pub action: Option<String>,
    /// Only what concerns this record.
    pub record: Option<RecordId>,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Before.
    pub to: Option<Timestamp>,
    /// Only lines before this number.
    pub before: Option<u64>,
    /// At most so many, 1 to 1,000.
    pub limit: usize,
}

/// One line of the audit.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditLine {
    /// The journal's number.
    pub n: u64,
    /// When.
    pub at: Timestamp,
    /// Who: a user name, `key:<id>`, `system` or `cli`.
    pub actor: String,
    /// What, such as `record.publish` or `session.begin`.
    pub action: String,
    /// From which address; none for the program and its command line.
    pub from: Option<IpAddr>,
    /// To which record.
    pub record: Option<String>,
    /// Whether the line's text was purged.
    pub purged: bool,
    /// SHA-256 of the line's header, which the next line repeats.
    pub hash: String,
}

/// A page of the audit, the newest first.
#[derive(Clone, Debug)]
pub struct AuditPage {
    /// The lines.
    pub lines: Vec<AuditLine>,
    /// What to ask for as `before` next, if there is more.
    pub next: Option<u64>,
}

/// What a look at the whole chain says.
#[derive(Clone, Debug)]
pub struct Chain {
    /// Where it ends.
    pub head: Head,
    /// What is wrong with it, by file and line.
    pub problems: Vec<JournalProblem>,
}

impl Services {
    /// A page of the audit, the newest first.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for others than administrators, auditors and, for clearances, secrecy
    /// officers.
    pub fn audit(&self, actor: &Actor, query: &AuditQuery) -> Result<AuditPage, Error> {
        let only = watched(actor)?;
        let limit = query.limit.clamp(1, 1_000);
        let before = query.before.unwrap_or(u64::MAX);
        let wanted = |entry: &Entry| query.wants(entry) && only.wants(entry);
        // One more tells whether there is a next page; what is older than asked for ends the search.
        let old = |entry: &Entry| query.from.is_some_and(|from| entry.at < from);
        let mut found =
            self.store.entries_before(before, limit.saturating_add(1), &wanted, &old)?;
        let more = limit < found.len();
        found.truncate(limit);
        let next = found.last().map(|entry| entry.n).filter(|_| more);
        Ok(AuditPage { lines: found.into_iter().map(AuditLine::from).collect(), next })
    }

    /// All lines that the query wants, the oldest first, a thousand read at once.
    ///
    /// # Errors
    /// As for [`Services::audit`].
    pub fn audit_all(
        &self,
        actor: &Actor,
        query: AuditQuery,
    ) -> Result<impl Iterator<Item = Result<AuditLine, Error>> + use<>, Error> {
        let only = watched(actor)?;
        let services = self.clone();
        let mut after = 0;
        let mut ready = Vec::new().into_iter();
        Ok(std::iter::from_fn(move || {
            loop {
                if let Some(line) = ready.next() {
                    return Some(Ok(line));
                }
                let entries = match services.store.entries(after, CHUNK) {
                    Ok(entries) => entries,
                    Err(error) => return Some(Err(error.into())),
                };
                after = entries.last()?.n;
                let wanted = entries.into_iter().filter(|e| query.wants(e) && only.wants(e));
                ready = wanted.map(AuditLine::from).collect::<Vec<_>>().into_iter();
            }
        }))
    }

    /// Reads the whole chain of the journal.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for others than administrators and auditors.
    pub fn audit_chain(&self, actor: &Actor) -> Result<Chain, Error> {
        if !actor.is(Role::Admin) && !actor.is(Role::Auditor) {
            return Err(Error::Forbidden);
        }
        let head = self.store.head();
        let problems = self.store.verify(&mut |_read| {})?;
        Ok(Chain { head, problems })
    }
}

impl AuditQuery {
    fn wants(&self, entry: &Entry) -> bool {
        let begins = |action: &String| {
            entry.action == *action
                || entry
                    .action
                    .strip_prefix(action.as_str())
                    .is_some_and(|rest| rest.starts_with('.'))
        };
        self.actor.as_ref().is_none_or(|actor| entry.actor == *actor)
            && self.action.as_ref().is_none_or(begins)
            && self.record.is_none_or(|id| entry.record.as_deref() == Some(id.key().as_str()))
            && self.from.is_none_or(|from| from <= entry.at)
            && self.to.is_none_or(|to| entry.at < to)
    }
}

/// How much of the audit somebody may see.
#[derive(Clone, Copy)]
enum Watched {
    All,
    Clearances,
}

impl Watched {
    fn wants(self, entry: &Entry) -> bool {
        match self {
            Self::All => true,
            Self::Clearances => CLEARANCES.contains(&entry.action.as_str()),
        }
    }
}

fn watched(actor: &Actor) -> Result<Watched, Error> {
    if actor.is(Role::Admin) || actor.is(Role::Auditor) {
        Ok(Watched::All)
    } else if actor.is(Role::Secrecy) {
        Ok(Watched::Clearances)
    } else {
        Err(Error::Forbidden)
    }
}

impl From<Entry> for AuditLine {
    fn from(entry: Entry) -> Self {
        Self {
            n: entry.n,
            at: entry.at,
            actor: entry.actor,
            action: entry.action,
            from: entry.from,
            record: entry.record.map(|id| format!("urn:uuid:{id}")),
            purged: entry.purged,
            hash: entry.hash.to_string(),
        }
    }
}
