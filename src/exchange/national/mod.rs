//! `ttdn-record/1`, `ttdn-page/1`: what the national database pulls (contract, section 6).
//!
//! A record is rendered, validated and hashed once, when it becomes public; what is stored then is
//! its canonical JSON (RFC 8785) without `seq`. Pages put the number in and copy the rest.

mod cursor;
mod page;
mod parts;
mod problem;
mod record;
mod schema;
mod seal;

use serde_json::{Value, json};
use thiserror::Error;

pub use self::{
    cursor::{ChainHead, Cursor, CursorError, Start},
    page::{Page, page},
    problem::Problem,
    record::{render, tombstone},
    schema::{ACK_SCHEMA, Fault, PAGE_SCHEMA, RECORD_SCHEMA, Validator},
    seal::{Rendered, is_tombstone, push_with_seq, with_seq},
};
use crate::domain::{profile::Profile, term::Vocabulary};

/// Why the export's machinery itself could not go on.
#[derive(Debug, Error)]
pub enum Error {
    /// A schema that comes with the program does not compile.
    #[error("the schema {name} cannot be used: {reason}")]
    Schema {
        /// Which one.
        name: &'static str,
        /// What the validator says.
        reason: String,
    },
    /// The text is not what [`render`] or [`tombstone`] gave.
    #[error("this is not a rendered record: it has no member source")]
    NotRendered,
    /// A value has no canonical form.
    #[error("no canonical form: {0}")]
    Canonical(#[from] serde_json::Error),
}

/// What a rendering needs to know beside the record.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The compiled schemas, which everything rendered must pass.
    pub validator: &'a Validator,
    /// `public_url`: where pages and media are served from, with or without the last slash.
    pub system: &'a str,
    /// The province's names, the languages of its pages, the base of its vocabularies.
    pub profile: &'a Profile,
    /// The vocabulary `topics`.
    pub topics: &'a Vocabulary,
    /// The vocabulary `channels`.
    pub channels: &'a Vocabulary,
    /// The vocabulary `places`: names, ends and successors of units that are no more.
    pub places: &'a Vocabulary,
}

impl Context<'_> {
    /// The member `source` of records and pages: this system and its province.
    #[must_use]
    pub fn source(&self) -> Value {
        let province = &self.profile.province;
        json!({
            "system": format!("{}/", self.base()),
            "province": {
                "scheme": parts::ADMIN_UNIT,
                "code": province.code,
                "name": parts::texts(&province.name),
            },
        })
    }

    /// The public address without the last slash.
    fn base(&self) -> &str {
        self.system.trim_end_matches('/')
    }

    /// The scheme of the terms of `topics` or `channels`; it ends in the version.
    fn scheme(&self, vocabulary: &Vocabulary) -> String {
        let names = &self.profile.export;
        match vocabulary.name.as_str() {
            "topics" => names.topics_scheme.clone(),
            _ => names.channels_scheme.clone(),
        }
    }
}

#[cfg(test)]
mod tests;
