//! Agencies and their codes.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::lang::Localized;

/// An agency's code: groups of `A-Z 0-9` split by single dots, at most 35 characters (Decision
/// 20/2020/QĐ-TTg), or `local:` and `a-z 0-9 -` for a body that has none.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AgencyCode(String);

/// Why a text is no [`AgencyCode`].
#[derive(Debug, Error, PartialEq, Eq)]
#[error(
    "an agency code is like H15.16, or local:name for a body without one, at most 35 characters"
)]
pub struct AgencyCodeError;

impl AgencyCode {
    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the code is ours, not from the national list.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.0.starts_with("local:")
    }
}

impl FromStr for AgencyCode {
    type Err = AgencyCodeError;

    fn from_str(text: &str) -> Result<Self, AgencyCodeError> {
        let national = |part: &str| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        };
        let local = |part: &str| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        let fits = match text.strip_prefix("local:") {
            Some(name) => name.split('-').all(local),
            None => text.split('.').all(national),
        };
        if fits && text.len() <= 35 { Ok(Self(text.to_owned())) } else { Err(AgencyCodeError) }
    }
}

impl TryFrom<String> for AgencyCode {
    type Error = AgencyCodeError;

    fn try_from(text: String) -> Result<Self, AgencyCodeError> {
        text.parse()
    }
}

impl From<AgencyCode> for String {
    fn from(code: AgencyCode) -> Self {
        code.0
    }
}

impl fmt::Display for AgencyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A body that contributes, manages or watches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Agency {
    /// Its code, for ever.
    pub code: AgencyCode,
    /// Its name, in Vietnamese and English at least.
    pub name: Localized<String>,
    /// Department, district, press agency … as the profile says; free for agencies added later.
    #[serde(default)]
    pub kind: String,
    /// The first day on which it exists, `YYYY-MM-DD`; absent = before this system.
    #[serde(default)]
    pub valid_from: Option<jiff::civil::Date>,
    /// The last day on which it exists.
    #[serde(default)]
    pub valid_to: Option<jiff::civil::Date>,
    /// Who goes on with its work.
    #[serde(default)]
    pub successor: Option<AgencyCode>,
    /// The people whom it named for this work, past ones included.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub focal_points: Vec<FocalPoint>,
}

/// Somebody whom an agency named for external information (one leader and one officer: KH 2023 Đắk
/// Lắk, mục IV.17).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FocalPoint {
    /// Their name.
    pub name: String,
    /// Whether as the leader; else as the officer.
    pub leader: bool,
    /// How to reach them: telephone, mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// First day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<jiff::civil::Date>,
    /// Last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<jiff::civil::Date>,
}

impl Agency {
    /// Whether it exists on a day.
    #[must_use]
    pub fn exists(&self, day: jiff::civil::Date) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day <= to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_follow_the_decision_or_are_local() {
        for good in ["H15", "H15.16", "000.00.00.H49", "local:bao-dak-lak"] {
            assert_eq!(good.parse::<AgencyCode>().unwrap().as_str(), good);
        }
        for bad in ["", "h15", "H15.", "H15..1", "local:", "local:Báo", "H15 ", "local:a--b"] {
            assert_eq!(bad.parse::<AgencyCode>(), Err(AgencyCodeError), "{bad}");
        }
        assert!("A".repeat(36).parse::<AgencyCode>().is_err());
    }
}
