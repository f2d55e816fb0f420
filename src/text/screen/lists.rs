//! What to look for, as the office keeps it in `screening.toml`.

use serde::{Deserialize, Serialize};

/// The words that a screening goes by. Unknown fields are refused; a section that is left out is
/// empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Lists {
    /// Marks of secrecy.
    pub marks: Marks,
    /// What the office wants to be told of.
    pub watch: Watch,
    /// Military installations.
    pub military: Military,
    /// Personal data.
    pub personal: Personal,
}

/// Marks of secrecy and the words among which they are none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Marks {
    /// The marks, in capitals with their signs: `TỐI MẬT`. Text without signs is held against them
    /// too.
    pub words: Vec<String>,
    /// Marks of other languages.
    pub foreign: Vec<String>,
    /// Sentences that keep a text inside, in any case: `lưu hành nội bộ`.
    pub phrases: Vec<String>,
    /// What may stand before a mark as its label: `độ mật`, `mức độ`.
    pub labels: Vec<String>,
    /// What is marked: `tài liệu`, `công văn`.
    pub documents: Vec<String>,
    /// Words before a mark of one word that make another thing of it: `bảo` (`bảo mật`).
    pub innocent_before: Vec<String>,
    /// Words after it that do: `ong` (`mật ong`).
    pub innocent_after: Vec<String>,
}

/// The office's own words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Watch {
    /// Words and phrases, in any case; whole words only.
    pub words: Vec<String>,
}

/// What makes coordinates those of a military installation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Military {
    /// Words of installations: `sở chỉ huy`, `trận địa`.
    pub words: Vec<String>,
    /// Words of what is open to all: `di tích`, `bảo tàng`.
    pub open: Vec<String>,
}

/// What makes a number or address an office's and not a person's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Personal {
    /// Words beside the telephone number of an office: `đường dây nóng`.
    pub office_words: Vec<String>,
    /// Names before the `@` of an office's address: `info`.
    pub office_mail: Vec<String>,
    /// Domains of offices, with all below them: `gov.vn`.
    pub office_domains: Vec<String>,
    /// Domains where people have their own addresses: `gmail.com`.
    pub private_domains: Vec<String>,
}
