//! People and keys: who acts, and in which role (contract, section 1).

use std::{collections::BTreeSet, fmt, net::IpAddr, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::agency::AgencyCode;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $error:literal, { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ::serde::Serialize, ::serde::Deserialize)]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $word)] $variant,)*
        }

        impl $name {
            /// Every one of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The word for it, as in the API.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::domain::account::WordError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|word| word.as_str() == text).ok_or($crate::domain::account::WordError($error))
            }
        }
    };
}
pub(crate) use words;

/// Why a text is none of the words of a closed list; the list's words.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("one of: {0}")]
pub struct WordError(pub &'static str);

words!(
    /// What a person may do.
    Role,
    "contributor, leader, translator, reviewer, publisher, secrecy, admin, auditor",
    {
        /// Uploads and submits for one agency.
        Contributor = "contributor",
        /// Signs off for one agency.
        Leader = "leader",
        /// Edits one language of records assigned to them.
        Translator = "translator",
        /// Returns or approves.
        Reviewer = "reviewer",
        /// Publishes, schedules, corrects, withdraws.
        Publisher = "publisher",
        /// Clears or refuses what the screening flagged.
        Secrecy = "secrecy",
        /// Agencies, users, keys, vocabularies, profile.
        Admin = "admin",
        /// Reads everything, changes nothing.
        Auditor = "auditor",
    }
);

words!(
    /// What an API key is for.
    Scope,
    "export, upload, metrics",
    {
        /// The national database.
        Export = "export",
        /// An agency's own system.
        Upload = "upload",
        /// Monitoring.
        Metrics = "metrics",
    }
);

impl Role {
    /// Whether holders of the role act for one agency.
    #[must_use]
    pub const fn needs_agency(self) -> bool {
        matches!(self, Self::Contributor | Self::Leader)
    }
}

/// A sign-in name: 2 to 64 of `a-z 0-9 . _ -`, beginning with a letter or digit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UserName(String);

/// Why a text is no [`UserName`].
#[derive(Debug, Error, PartialEq, Eq)]
#[error(
    "a user name has 2 to 64 of a-z, 0-9, dot, dash and underscore, and begins with a letter or digit"
)]
pub struct UserNameError;

impl UserName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for UserName {
    type Err = UserNameError;

    fn from_str(text: &str) -> Result<Self, UserNameError> {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        let begins = text.bytes().next().is_some_and(plain);
        let rest = text.bytes().all(|b| plain(b) || matches!(b, b'.' | b'_' | b'-'));
        if begins && rest && (2..=64).contains(&text.len()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(UserNameError)
        }
    }
}

impl TryFrom<String> for UserName {
    type Error = UserNameError;

    fn try_from(text: String) -> Result<Self, UserNameError> {
        text.parse()
    }
}

impl From<UserName> for String {
    fn from(name: UserName) -> Self {
        name.0
    }
}

impl fmt::Display for UserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A person's account as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// Sign-in name, for ever.
    pub name: UserName,
    /// What they may do.
    pub roles: BTreeSet<Role>,
    /// For whom they act; always there for contributors and leaders.
    pub agency: Option<AgencyCode>,
    /// argon2id, in PHC string form.
    pub password: String,
    /// Rises with every password change; sessions of an older one are void.
    pub epoch: u32,
    /// A disabled account signs in no more.
    pub disabled: bool,
    /// When it was made.
    pub created: Timestamp,
}

/// An API key as stored: its secret only as a hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiKey {
    /// Public part of the key, also its name in logs.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What it is for.
    pub scope: Scope,
    /// The agency of an upload key.
    pub agency: Option<AgencyCode>,
    /// SHA-256 of the secret (256 random bits, so no slow hash is needed), hex.
    pub secret_hash: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it was revoked.
    pub revoked: Option<Timestamp>,
}

/// Who asks: everything a rule may know of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// User name, `key:<id>`, `system`, or `-` for nobody.
    pub name: String,
    /// The roles held; none for keys and the public.
    pub roles: BTreeSet<Role>,
    /// The scope of a key.
    pub scope: Option<Scope>,
    /// For whom they act.
    pub agency: Option<AgencyCode>,
    /// From where they ask, for the audit; nothing for the program and its command line.
    pub from: Option<IpAddr>,
}

impl Actor {
    /// Nobody in particular: a reader without sign-in.
    #[must_use]
    pub fn public() -> Self {
        Self { name: "-".to_owned(), roles: BTreeSet::new(), scope: None, agency: None, from: None }
    }

    /// The program itself, for what was decided earlier by a person (a scheduled publication).
    #[must_use]
    pub fn system() -> Self {
        Self {
            name: "system".to_owned(),
            roles: [Role::Publisher].into(),
            scope: None,
            agency: None,
            from: None,
        }
    }

    /// Whether they hold `role`.
    #[must_use]
    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Whether they may write for `agency`: a contributor or leader of it, or its upload key.
    #[must_use]
    pub fn writes_for(&self, agency: &AgencyCode) -> bool {
        let writer = self.is(Role::Contributor)
            || self.is(Role::Leader)
            || self.scope == Some(Scope::Upload);
        writer && self.agency.as_ref() == Some(agency)
    }
}

impl From<&User> for Actor {
    fn from(user: &User) -> Self {
        Self {
            name: user.name.to_string(),
            roles: user.roles.clone(),
            scope: None,
            agency: user.agency.clone(),
            from: None,
        }
    }
}

impl From<&ApiKey> for Actor {
    fn from(key: &ApiKey) -> Self {
        Self {
            name: format!("key:{}", key.id),
            roles: BTreeSet::new(),
            scope: Some(key.scope),
            agency: key.agency.clone(),
            from: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_names_are_plain() {
        assert!("lan.nguyen".parse::<UserName>().is_ok());
        for bad in ["", "a", ".a", "Lan", "lan nguyen", "lan/..", &"a".repeat(65)] {
            assert_eq!(bad.parse::<UserName>(), Err(UserNameError), "{bad}");
        }
    }

    #[test]
    fn roles_read_and_write_the_words_of_the_contract() {
        for role in Role::ALL {
            assert_eq!(role.as_str().parse::<Role>(), Ok(*role));
        }
        assert!("root".parse::<Role>().is_err());
    }
}
