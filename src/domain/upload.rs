//! Uploads that can go on after a break: what they are called.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The name of an upload: 16 random bytes as 32 lower-case hexadecimal characters. Who has it need
/// not be told by it; nobody can guess it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UploadId(String);

/// A text that is no [`UploadId`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("an upload is called by 32 characters of 0-9 and a-f")]
pub struct NoUploadId;

impl UploadId {
    /// The name made of random bytes.
    #[must_use]
    pub fn mint(random: [u8; 16]) -> Self {
        Self(format!("{:032x}", u128::from_be_bytes(random)))
    }

    /// The 32 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UploadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for UploadId {
    type Err = NoUploadId;

    fn from_str(text: &str) -> Result<Self, NoUploadId> {
        let hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        if text.len() == 32 && text.bytes().all(hex) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NoUploadId)
        }
    }
}

impl TryFrom<String> for UploadId {
    type Error = NoUploadId;

    fn try_from(text: String) -> Result<Self, NoUploadId> {
        text.parse()
    }
}

impl From<UploadId> for String {
    fn from(id: UploadId) -> Self {
        id.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_32_characters_that_lead_nowhere_else() {
        let id = UploadId::mint([7; 16]);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(UploadId::mint([0; 16]).as_str().len(), 32);
        for wrong in
            ["", "..", "../../quangba.toml", &"A".repeat(32), &"a".repeat(33), &"/".repeat(32)]
        {
            assert_eq!(wrong.parse::<UploadId>(), Err(NoUploadId), "{wrong}");
        }
    }
}
