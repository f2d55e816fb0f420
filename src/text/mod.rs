//! Text as pure functions: normalising, folding, cutting into tokens, HTML, language and slugs.
//!
//! No I/O, no clock, no state but tables. Stored text is always the author's own (in NFC); what is
//! folded or moved here serves only the index and the queries.

pub mod detect;
pub mod diff;
pub mod fold;
pub mod glossary;
pub mod html;
pub mod legacy;
pub mod normalise;
pub mod screen;
pub mod slug;
pub mod token;

pub use detect::{Contradiction, Detected, contradiction, detect};
pub use fold::{fold, fold_into};
pub use normalise::{canonical_tone, forbidden_char, has_marks, is_nfc, nfc};
pub use slug::slug;
pub use token::{Kind, Token, tokens};
