//! Who may do what with a record or a file.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{account::words, lang::Localized};

words!(
    /// The use that is allowed (contract, section 3).
    Use,
    "editorial, commercial, internal",
    {
        /// News use by any medium; cropping and translating captions allowed.
        Editorial = "editorial",
        /// Any use; releases are on file.
        Commercial = "commercial",
        /// Never leaves the system.
        Internal = "internal",
    }
);

/// Rights of a record or of one file. A draft may leave any of it open.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rights {
    /// One of the twelve statements of rightsstatements.org, by its exact URI.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<String>,
    /// A licence of the vocabulary `licences`, by its exact URI.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub license: Option<String>,
    /// Who holds the rights.
    #[serde(default)]
    pub holder: Localized<String>,
    /// The line to print beside it.
    #[serde(default)]
    pub credit: Localized<String>,
    /// What it may be used for; absent = editorial.
    #[serde(default, rename = "use", skip_serializing_if = "Option::is_none")]
    pub use_: Option<Use>,
    /// From when on it may no longer be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
}

impl Rights {
    /// The allowed use.
    #[must_use]
    pub fn allowed(&self) -> Use {
        self.use_.unwrap_or(Use::Editorial)
    }
}
