//! One sentence in Vietnamese and English.

use serde::{Deserialize, Serialize};

/// What people are told, in both working languages; the caller's language picks one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Vietnamese, with full marks, NFC.
    pub vi: String,
    /// English.
    pub en: String,
}

impl Message {
    /// Both wordings of one sentence.
    #[must_use]
    pub fn new(vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self { vi: vi.into(), en: en.into() }
    }

    /// The wording for a reader of `lang` (a BCP 47 tag): Vietnamese for `vi`, else English.
    #[must_use]
    pub fn for_lang(&self, lang: &str) -> &str {
        if lang == "vi" || lang.starts_with("vi-") { &self.vi } else { &self.en }
    }
}
