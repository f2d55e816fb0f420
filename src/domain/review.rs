//! What is kept of a draft's way through the desk beside its text: doubts, clearings, ticks,
//! consultations, assignments.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{account::words, digest::Digest, id::AssetId, lang::Lang};

words!(
    /// What a place in a text looks like that may have to stay inside.
    Suspicion,
    "secrecy-mark, watch-word, military-place, phone, email, identity-card, passport, bank-account, birth-date",
    {
        /// A mark of state secrecy (Law on Protection of State Secrets: mật, tối mật, tuyệt mật),
        /// or a note that a text is for inner circulation.
        SecrecyMark = "secrecy-mark",
        /// A word of the office's watch list.
        WatchWord = "watch-word",
        /// Coordinates beside words of military installations.
        MilitaryPlace = "military-place",
        /// A telephone number that looks like a person's own.
        Phone = "phone",
        /// A mail address that looks like a person's own.
        Email = "email",
        /// The number of an identity card, an insurance card or a person's tax code.
        IdentityCard = "identity-card",
        /// The number of a passport.
        Passport = "passport",
        /// The number of a bank account.
        BankAccount = "bank-account",
        /// A date of birth.
        BirthDate = "birth-date",
    }
);

impl Suspicion {
    /// Whether it is about secrets; the rest is about persons.
    #[must_use]
    pub const fn is_secrecy(self) -> bool {
        matches!(self, Self::SecrecyMark | Self::WatchWord | Self::MilitaryPlace)
    }
}

/// What was seen in a file's text or metadata when it came in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileHit {
    /// What it looks like.
    pub suspicion: Suspicion,
    /// From 0.5, worth a look, to 1, hardly anything else.
    pub confidence: f64,
    /// The place with a few words around it.
    pub excerpt: String,
}

words!(
    /// A text that is held language by language.
    TextField,
    "title, summary, body",
    {
        /// The title.
        Title = "title",
        /// The summary.
        Summary = "summary",
        /// The body.
        Body = "body",
    }
);

/// A paragraph of the source that changed after its translation was made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Stale {
    /// The language whose translation is behind.
    pub lang: Lang,
    /// The text.
    pub field: TextField,
    /// The first 16 hexadecimal digits of the SHA-256 of the source's paragraph as it is now; empty
    /// for one that was taken out.
    pub source: String,
}

words!(
    /// What was mended on the way in.
    Mend,
    "normalised, cleaned",
    {
        /// A text came decomposed and was made NFC.
        Normalised = "normalised",
        /// HTML that a body may not hold was taken out.
        Cleaned = "cleaned",
    }
);

/// Something that was mended when the draft was last saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mended {
    /// Where, as a JSON Pointer.
    pub pointer: String,
    /// What.
    pub mend: Mend,
    /// Names of elements and attributes that were taken out, at most ten.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<String>,
}

/// One person's word on what the screening flagged: that it is no secret, or that it may be one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clearing {
    /// Who.
    pub by: String,
    /// Whether as the secrecy officer; the other one is the second person.
    pub officer: bool,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
    /// Whether it is refused instead.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub refused: bool,
    /// Of what was flagged then; other flags need another word.
    pub flags: Digest,
}

/// What a reviewer confirmed when approving (QĐ 34/2017 Bắc Kạn, Điều 2; NĐ 72/2015, Điều 3).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Care {
    /// Codes of the vocabulary `care-checklist`.
    #[serde(default)]
    pub ticks: BTreeSet<String>,
    /// Pictures of maps that were looked at.
    #[serde(default)]
    pub maps: BTreeSet<AssetId>,
}

words!(
    /// What a consulted body says.
    Outcome,
    "agreed, agreed-with-changes, objected",
    {
        /// It may go out.
        Agreed = "agreed",
        /// It may go out once it is changed as said.
        AgreedWithChanges = "agreed-with-changes",
        /// It may not go out.
        Objected = "objected",
    }
);

/// A question to another body (Ban Tuyên giáo, Sở Ngoại vụ …) and its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Consultation {
    /// Counts from 1 within the record.
    pub n: u32,
    /// Whom, by agency code.
    pub agency: super::agency::AgencyCode,
    /// What is asked.
    pub question: String,
    /// Who asks.
    pub asked_by: String,
    /// When.
    pub asked: Timestamp,
    /// What they answered, if they did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<ConsultationAnswer>,
}

/// The answer to a consultation, as put on file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConsultationAnswer {
    /// In a word.
    pub outcome: Outcome,
    /// In full, with the number of the letter.
    pub text: String,
    /// Who put it on file.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// A record given to a person, for one language or as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// The user name.
    pub to: String,
    /// The language that a translator may write; absent = the record is theirs to look after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<Lang>,
    /// Who gave it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// What was said to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}
