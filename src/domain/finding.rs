//! What a check says about a draft.

use serde::{Deserialize, Serialize};

use super::{account::words, lang::Lang, message::Message};

words!(
    /// How much a finding weighs.
    Level,
    "off, info, warn, block",
    {
        /// The rule does not run.
        Off = "off",
        /// Good to know.
        Info = "info",
        /// Worth a look before it goes out.
        Warn = "warn",
        /// Holds back submission and publication.
        Block = "block",
    }
);

/// One thing that a rule found (contract, section 4).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The rule's id, as in the profile's `[gates]`.
    pub rule: String,
    /// The level that the profile gives the rule.
    pub level: Level,
    /// The language it concerns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<Lang>,
    /// Where, as a JSON Pointer (RFC 6901) into the record.
    pub pointer: String,
    /// The paragraph of a longer text, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paragraph: Option<usize>,
    /// How sure a guess is, 0.5 to 1; absent where nothing is guessed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    /// The place that it is about, with a few words around it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excerpt: Option<String>,
    /// What is the matter and what would mend it.
    pub message: Message,
}
