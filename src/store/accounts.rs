//! Agencies, users, keys, sessions, and the facts about the whole.

use std::net::IpAddr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{Expect, Found, Intent, Row, Store, StoreError, Tree, decode};
use crate::domain::{
    account::{ApiKey, User, UserName},
    agency::{Agency, AgencyCode},
    profile::Profile,
    term::Vocabulary,
};

/// A signed-in person, on the server's side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Who.
    pub user: UserName,
    /// The account's epoch at sign-in; an older one is void.
    pub epoch: u32,
    /// When they signed in.
    pub began: Timestamp,
    /// When it was last used, to within a minute.
    pub seen: Timestamp,
}

/// The feed's identity: new after a restore, so that consumers start over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FeedIdentity {
    /// `urn:uuid:…`.
    pub feed_id: String,
    /// When it began.
    pub since: Timestamp,
    /// Signs cursors; 32 random bytes, base64url. Never shown.
    pub cursor_key: String,
}

/// Who writes what, for the journal.
#[derive(Clone, Copy, Debug)]
pub struct By<'a> {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub actor: &'a str,
    /// In the words of the audit.
    pub action: &'a str,
    /// From where, if over the network.
    pub from: Option<IpAddr>,
}

macro_rules! rows {
    ($($(#[$doc:meta])* $get:ident, $all:ident, $tree:ident, $type:ty;)*) => {
        impl Store {
            $(
                $(#[$doc])*
                ///
                /// # Errors
                /// [`StoreError`] of the fast copy.
                pub fn $get(&self, key: &str) -> Result<Option<Found<$type>>, StoreError> {
                    self.find(Tree::$tree, key)
                }

                /// All of them, by key.
                ///
                /// # Errors
                /// [`StoreError`] of the fast copy.
                pub fn $all(&self) -> Result<Vec<$type>, StoreError> {
                    self.all(Tree::$tree)
                }
            )*
        }
    };
}

rows! {
    /// An agency by its code.
    agency, agencies, Agencies, Agency;
    /// A user by name.
    user, users, Users, User;
    /// A key by its id.
    key, keys, Keys, ApiKey;
    /// A vocabulary by name.
    vocabulary, vocabularies, Terms, Vocabulary;
}

impl Store {
    /// Writes one row, if it is still as it was read.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if it is not.
    pub fn put_row<T: Serialize>(
        &self,
        by: By<'_>,
        tree: Tree,
        key: &str,
        row: (Option<Vec<u8>>, &T),
    ) -> Result<u64, StoreError> {
        let intent = Self::row_intent(by, tree, key, row)?;
        self.write(intent)
    }

    /// Writes one row that concerns a record and lies under its key.
    ///
    /// # Errors
    /// As [`Store::put_row`].
    pub fn put_row_of<T: Serialize>(
        &self,
        by: By<'_>,
        record: &str,
        tree: Tree,
        row: (Option<Vec<u8>>, &T),
    ) -> Result<u64, StoreError> {
        let intent = Self::row_intent(by, tree, record, row)?;
        self.write(Intent { record: Some(record.to_owned()), ..intent })
    }

    fn row_intent<T: Serialize>(
        by: By<'_>,
        tree: Tree,
        key: &str,
        (before, now): (Option<Vec<u8>>, &T),
    ) -> Result<Intent, StoreError> {
        Ok(Intent {
            at: by.at,
            actor: by.actor.to_owned(),
            action: by.action.to_owned(),
            from: by.from,
            record: None,
            expects: vec![Expect::read(tree, key, before)],
            rows: vec![Row::put(tree, key, now)?],
        })
    }

    /// Seeds an empty store with a profile, its agencies and the vocabularies.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if there is a profile already.
    pub fn seed(
        &self,
        by: By<'_>,
        (profile, feed): (&Profile, &FeedIdentity),
        agencies: &[Agency],
        vocabularies: &[Vocabulary],
    ) -> Result<u64, StoreError> {
        let mut rows =
            vec![Row::put(Tree::Meta, "profile", profile)?, Row::put(Tree::Meta, "feed", feed)?];
        for agency in agencies {
            rows.push(Row::put(Tree::Agencies, agency.code.as_str(), agency)?);
        }
        for vocabulary in vocabularies {
            rows.push(Row::put(Tree::Terms, vocabulary.name.as_str(), vocabulary)?);
        }
        self.write(Intent {
            at: by.at,
            actor: by.actor.to_owned(),
            action: by.action.to_owned(),
            from: by.from,
            record: None,
            expects: vec![Expect::absent(Tree::Meta, "profile")],
            rows,
        })
    }

    /// The profile, once seeded.
    ///
    /// # Errors
    /// [`StoreError`] of the fast copy.
    pub fn profile(&self) -> Result<Option<Profile>, StoreError> {
        Ok(self.find(Tree::Meta, "profile")?.map(|found| found.value))
    }

    /// The feed's identity, once seeded.
    ///
    /// # Errors
    /// [`StoreError`] of the fast copy.
    pub fn feed_identity(&self) -> Result<Option<Found<FeedIdentity>>, StoreError> {
        self.find(Tree::Meta, "feed")
    }

    /// A session by the hash of its token.
    ///
    /// # Errors
    /// [`StoreError`] of the fast copy.
    pub fn session(&self, hash: &str) -> Result<Option<Session>, StoreError> {
        Ok(self.find(Tree::Sessions, hash)?.map(|found| found.value))
    }

    /// Keeps a session; it is not journaled, so a rebuild signs everybody out.
    ///
    /// # Errors
    /// [`StoreError`] of the fast copy.
    pub fn keep_session(&self, hash: &str, session: &Session) -> Result<(), StoreError> {
        let json = serde_json::to_vec(session)
            .map_err(|source| StoreError::Json { tree: Tree::Sessions.name(), source })?;
        self.put_local(Tree::Sessions, &hash.into(), &json)
    }

    /// Ends a session.
    ///
    /// # Errors
    /// [`StoreError`] of the fast copy.
    pub fn end_session(&self, hash: &str) -> Result<(), StoreError> {
        self.delete_local(Tree::Sessions, &hash.into())
    }

    /// Whether an agency of this code is known.
    ///
    /// # Errors
    /// [`StoreError`] of the fast copy.
    pub fn knows_agency(&self, code: &AgencyCode) -> Result<bool, StoreError> {
        Ok(self.agency(code.as_str())?.is_some())
    }

    fn all<T: DeserializeOwned>(&self, tree: Tree) -> Result<Vec<T>, StoreError> {
        self.after(tree, None)?.map(|row| decode(tree, &row?.1)).collect()
    }
}
