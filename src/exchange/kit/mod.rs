//! The press kit: what a newsroom needs to print a published record, as a ZIP archive that is written
//! while it is sent.
//!
//! A [`Work`] goes in; [`Work::entries`] says which files stand in its folder and [`Work::compose`]
//! writes those that are texts. Releases and web pictures are named only: whoever has their bytes gives
//! them to the [`Archive`]. Nothing is read, fetched or timed here, and the same work gives the same
//! bytes.
//!
//! Names of entries are of `A-Z a-z 0-9 . - _` and `/`, made here and never taken from a title or a
//! file's name as they stand, so that no entry leads out of its folder on any system.

mod archive;
mod article;
mod body;
mod card;
mod docx;
mod layout;
mod manifest;
mod plain;
mod say;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::Serialize;
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use crate::domain::{
    digest::Digest,
    lang::{Lang, Localized},
    record::LiveRecord,
    rights::Rights,
};

pub use self::{
    archive::{Archive, Sent},
    layout::{Entry, Text, What},
    manifest::Manifest,
};

/// Goes up whenever the same work gives other bytes than before.
const LAYOUT: u32 = 1;

/// The most records in one kit.
pub const RECORDS: usize = 50;

/// Why a kit cannot be written. None of these can be caused by a request.
#[derive(Debug, Error)]
pub enum Error {
    /// The archive.
    #[error("the archive: {0}")]
    Zip(#[from] zip::result::ZipError),
    /// Bytes that do not go into it.
    #[error("the archive: {0}")]
    Io(#[from] std::io::Error),
    /// The manifest.
    #[error("the manifest: {0}")]
    Json(#[from] serde_json::Error),
}

/// What a vocabulary says of a rights statement or a licence.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Terms {
    /// Its name.
    pub label: Localized<String>,
    /// Whether it allows commercial use; of licences only.
    pub commercial: Option<bool>,
    /// Whether it allows changes: `yes`, `no`, `share-alike`; of licences only.
    pub adaptations: Option<String>,
}

/// A published record as its kit tells it.
#[derive(Clone, Debug, Serialize)]
pub struct Work {
    /// The record.
    pub live: LiveRecord,
    /// The languages whose texts are in the kit, in their order.
    pub langs: Vec<Lang>,
    /// Where we are reached, without a slash at its end.
    pub site: String,
    /// Its page's address for readers of each of `langs`, of Vietnamese and of English.
    pub pages: BTreeMap<Lang, String>,
    /// What is said of the rights statements and licences that it names, by their URI.
    pub terms: BTreeMap<String, Terms>,
}

impl Work {
    /// A digest of all that its part of a kit is made of, the bytes of web pictures aside, which come
    /// from its releases.
    ///
    /// # Errors
    /// None that can happen.
    pub fn digest(&self) -> Result<Digest, Error> {
        let bytes: [u8; 32] = Sha256::digest(serde_json::to_vec(self)?).into();
        Ok(bytes.into())
    }

    /// The rights of an asset: its own, else the record's.
    fn rights<'a>(&'a self, own: Option<&'a Rights>) -> &'a Rights {
        own.unwrap_or(&self.live.document.rights)
    }

    /// The address of its page for readers of `lang`.
    fn page(&self, lang: &str) -> &str {
        let found = self.pages.get(lang).or_else(|| self.pages.values().next());
        found.map_or(self.site.as_str(), String::as_str)
    }
}

/// What changes when a kit of these works does.
#[must_use]
pub fn tag<'a>(works: impl IntoIterator<Item = &'a Digest>) -> Digest {
    let mut all = Sha256::new();
    all.update(format!("{LAYOUT} {}", env!("CARGO_PKG_VERSION")));
    for work in works {
        all.update(work.as_str());
    }
    let bytes: [u8; 32] = all.finalize().into();
    bytes.into()
}
