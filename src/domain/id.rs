//! Identifiers: `urn:uuid:` with `UUIDv7` (RFC 9562), never reused.

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use uuid::{Builder, Uuid};

/// Why a text is no identifier.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("an identifier is a UUID, plain or as urn:uuid:…")]
pub struct IdError;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Uuid);

        impl $name {
            /// A new UUID of version 7: 48 bits of milliseconds since 1970, the rest from `random`.
            #[must_use]
            pub fn mint(now: Timestamp, random: [u8; 10]) -> Self {
                let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
                Self(Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
            }

            /// The bare UUID, 36 lower-case characters: how the store keys it and URLs carry it.
            #[must_use]
            pub fn key(self) -> String {
                self.0.hyphenated().to_string()
            }

            /// The same UUID as a number.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "urn:uuid:{}", self.0.hyphenated())
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                let bare = text.strip_prefix("urn:uuid:").unwrap_or(text);
                if bare.len() != 36 {
                    return Err(IdError);
                }
                Uuid::try_parse(bare).map(Self).map_err(|_not_a_uuid| IdError)
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(text: String) -> Result<Self, IdError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }
    };
}

id!(
    /// One work, for ever.
    RecordId
);
id!(
    /// One file in its place within a record.
    AssetId
);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_minted_id_is_a_version_7_uuid_that_sorts_by_time() {
        let at = |s| Timestamp::from_second(s).unwrap();
        let (a, b) = (RecordId::mint(at(1), [255; 10]), RecordId::mint(at(2), [0; 10]));
        assert_eq!(a.uuid().get_version_num(), 7);
        assert!(a.key() < b.key());
        assert_eq!(a.to_string().parse(), Ok(a));
        assert_eq!(a.key().parse(), Ok(a));
    }

    proptest! {
        #[test]
        fn any_text_parses_or_is_refused(text in ".{0,60}") {
            if let Ok(id) = text.parse::<RecordId>() {
                prop_assert_eq!(id.to_string().parse::<RecordId>(), Ok(id));
            }
        }
    }
}
