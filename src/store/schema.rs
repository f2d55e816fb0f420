//! The trees, and what a write is made of.

use std::net::IpAddr;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;

use super::StoreError;

macro_rules! trees {
    ($($(#[$doc:meta])* $tree:ident = $name:literal, $journaled:literal;)*) => {
        /// The trees of the store: each has one name, in the journal and in the fast copy.
        ///
        /// A name is never given to something else; a tree keeps to text keys or to number keys.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Tree {
            $($(#[$doc])* $tree,)*
        }

        impl Tree {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$tree),*];

            /// The name in the journal and in the fast copy.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$tree => $name,)* }
            }

            /// Whether its rows go through the journal. The rows of the others are gone after a
            /// rebuild and must be such that nobody minds.
            #[must_use]
            pub const fn journaled(self) -> bool {
                match self { $(Self::$tree => $journaled,)* }
            }

            /// The tree of that name.
            #[must_use]
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|tree| tree.name() == name)
            }
        }
    };
}

trees! {
    /// Facts about the whole, such as the feed's identity.
    Meta = "meta", true;
    /// Records as their writers see them, with the draft.
    Records = "records", true;
    /// What is public of a record.
    Live = "live", true;
    /// What is left of withdrawn records.
    Tombstones = "tombstones", true;
    /// Record by the identity that its source gave it.
    SourceIds = "source-ids", true;
    /// Record by its local number.
    LocalIds = "local-ids", true;
    /// Changes by line number.
    Feed = "feed", true;
    /// Exported forms, as rendered.
    Exports = "exports", true;
    /// Exported forms by line number.
    ExportIndex = "export-index", true;
    /// Which export took the place of an earlier one.
    ExportSuperseded = "export-superseded", true;
    /// Published records that cannot be exported, with the reasons.
    ExportProblems = "export-problems", true;
    /// Lines of lists: all records, by agency.
    ByAgency = "by-agency", true;
    /// Lines of lists: records with an open draft.
    Queue = "queue", true;
    /// Record by asset.
    Assets = "assets", true;
    /// The current export of a record.
    ExportOf = "export-of", true;
    /// Agencies.
    Agencies = "agencies", true;
    /// Accounts.
    Users = "users", true;
    /// Keys of machines, hashed.
    Keys = "keys", true;
    /// Vocabularies and glossary.
    Terms = "terms", true;
    /// What the checks found.
    Findings = "findings", true;
    /// What the national database acknowledged.
    Receipts = "receipts", true;
    /// What is known of stored files.
    Blobs = "blobs", true;
    /// Lines by record and revision.
    Revisions = "revisions", true;
    /// What people say to a record.
    Comments = "comments", true;
    /// Record by the original files that it has.
    Originals = "originals", true;
    /// Records of which every byte was removed.
    Purges = "purges", true;
    /// Backups that were made.
    Backups = "backups", true;
    /// When rights run out, by record.
    Expiries = "expiries", true;
    /// How far each key pulled the export.
    Pulls = "pulls", false;
    /// How often a record's files were taken.
    Downloads = "downloads", false;
    /// Who is signed in.
    Sessions = "sessions", false;
    /// How far each follower of the feed is.
    Places = "places", false;
    /// Work that is done later.
    Jobs = "jobs", false;
    /// What was seen in originals.
    Looks = "looks", false;
}

/// Under what a row lies.
///
/// Text sorts by its UTF-8 bytes, numbers (eight bytes, big-endian) by their size.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// A text.
    Text(String),
    /// A number.
    N(u64),
    /// The number that the writer gives this line; for rows to be written only.
    AtN,
}

impl Key {
    /// The number in the key bytes of a row, if they are a number's.
    #[must_use]
    pub fn number(bytes: &[u8]) -> Option<u64> {
        bytes.try_into().ok().map(u64::from_be_bytes)
    }

    /// The text, if it is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The key as the fast copy has it, in line `n`.
    pub(super) fn bytes_at(&self, n: u64) -> Vec<u8> {
        match self {
            Self::Text(text) => text.as_bytes().to_vec(),
            Self::N(number) => number.to_be_bytes().to_vec(),
            Self::AtN => n.to_be_bytes().to_vec(),
        }
    }

    /// The key as the fast copy has it.
    pub(super) fn bytes(&self, tree: Tree) -> Result<Vec<u8>, StoreError> {
        match self {
            Self::AtN => Err(StoreError::Key(tree.name())),
            Self::Text(_) | Self::N(_) => Ok(self.bytes_at(0)),
        }
    }

    pub(super) fn size(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::N(_) | Self::AtN => 20,
        }
    }

    /// The key for a message.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::N(number) => number.to_string(),
            Self::AtN => String::new(),
        }
    }
}

impl From<&str> for Key {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Key {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u64> for Key {
    fn from(number: u64) -> Self {
        Self::N(number)
    }
}

/// What a row becomes.
#[derive(Clone, Debug)]
pub enum Value {
    /// This JSON text, byte for byte; line ends between its tokens become spaces.
    Json(Box<RawValue>),
    /// The line's number, as JSON.
    N,
    /// No row any more.
    Delete,
}

/// One row as it is after a write.
#[derive(Clone, Debug)]
pub struct Row {
    /// A journaled tree.
    pub tree: Tree,
    /// The row's key.
    pub key: Key,
    /// What it becomes.
    pub value: Value,
}

impl Row {
    /// The row with `value` as JSON.
    ///
    /// # Errors
    /// [`StoreError::Json`] if `value` has no JSON form.
    pub fn put(
        tree: Tree,
        key: impl Into<Key>,
        value: &impl Serialize,
    ) -> Result<Self, StoreError> {
        let json = serde_json::value::to_raw_value(value)
            .map_err(|source| StoreError::Json { tree: tree.name(), source })?;
        Ok(Self { tree, key: key.into(), value: Value::Json(json) })
    }

    /// The row with the line's number.
    #[must_use]
    pub fn number(tree: Tree, key: impl Into<Key>) -> Self {
        Self { tree, key: key.into(), value: Value::N }
    }

    /// No row; none before is fine too.
    #[must_use]
    pub fn delete(tree: Tree, key: impl Into<Key>) -> Self {
        Self { tree, key: key.into(), value: Value::Delete }
    }
}

/// What a row must still be for a write to be made.
#[derive(Clone, Debug)]
pub struct Expect {
    /// Any tree; what is not journaled is compared without what is pending.
    pub tree: Tree,
    /// The row's key, not [`Key::AtN`].
    pub key: Key,
    /// The bytes as they were read; `None` if there was no row.
    pub value: Option<Vec<u8>>,
}

impl Expect {
    /// The row as it was read, or its absence.
    #[must_use]
    pub fn read(tree: Tree, key: impl Into<Key>, value: Option<Vec<u8>>) -> Self {
        Self { tree, key: key.into(), value }
    }

    /// No row.
    #[must_use]
    pub fn absent(tree: Tree, key: impl Into<Key>) -> Self {
        Self::read(tree, key, None)
    }
}

/// One write: all of its rows, or none.
#[derive(Clone, Debug)]
pub struct Intent {
    /// When it was asked for.
    pub at: Timestamp,
    /// Who asked for it.
    pub actor: String,
    /// What was asked, in the words of the audit.
    pub action: String,
    /// From where it was asked, if over the network.
    pub from: Option<IpAddr>,
    /// The record that it is about, if one.
    pub record: Option<String>,
    /// What must still be so, as of the moment of writing.
    pub expects: Vec<Expect>,
    /// The rows as they become; of two with one key the last counts.
    pub rows: Vec<Row>,
}

/// A row with its number filled in: what replay and the writer apply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) tree: Tree,
    pub(super) key: Vec<u8>,
    pub(super) value: Option<Vec<u8>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tree_has_a_name_of_its_own() {
        for tree in Tree::ALL {
            assert_eq!(Tree::named(tree.name()), Some(*tree));
        }
        assert_eq!(Tree::named("no such tree"), None);
    }

    #[test]
    fn number_keys_sort_as_numbers() {
        let keys = [Key::N(2), Key::N(255), Key::N(256), Key::N(u64::MAX)];
        let bytes: Vec<_> = keys.iter().map(|key| key.bytes(Tree::Feed).unwrap()).collect();
        assert!(bytes.is_sorted());
        assert_eq!(Key::number(&bytes[2]), Some(256));
        assert_eq!(Key::number(b"text"), None);
    }

    #[test]
    fn what_has_no_json_form_is_an_error() {
        let odd = std::collections::HashMap::from([((1, 2), 3)]);
        let refused = Row::put(Tree::Meta, "k", &odd);
        assert!(matches!(refused, Err(StoreError::Json { tree: "meta", .. })));
    }
}
