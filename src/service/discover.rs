//! What the public reads: search, published records, files.

use std::{collections::BTreeMap, fs::File};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Error, Services};
use crate::{
    domain::{
        digest::Digest,
        document::Asset,
        id::{AssetId, RecordId},
        lang::Localized,
        record::{LiveRecord, Release},
    },
    media::rendition::{PagePicture, Rendition},
    search::{Answer, Query},
};

/// What the index gives back with a hit, stored when it was indexed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Display {
    /// The record.
    pub id: RecordId,
    /// The contributor's own number.
    pub source_id: Option<String>,
    /// What it is.
    pub kind: String,
    /// Its titles.
    pub title: Localized<String>,
    /// Its summaries.
    pub summary: Localized<String>,
    /// Codes of topics.
    pub topics: Vec<String>,
    /// Codes of places.
    pub places: Vec<String>,
    /// The contributor's code.
    pub agency: String,
    /// First published.
    pub published: Timestamp,
    /// The picture to show, with its alternative texts.
    pub thumbnail: Option<Thumbnail>,
    /// Whether it has publications whose pages are searched.
    pub has_pages: bool,
}

/// A small picture of a record.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Thumbnail {
    /// The asset whose web sizes to take.
    pub asset: AssetId,
    /// What it shows.
    pub alt: Localized<String>,
}

/// One hit, as stored, with what matched.
#[derive(Clone, Debug)]
pub struct Match {
    /// What to show.
    pub display: Display,
    /// The language whose text matched best.
    pub lang: String,
    /// The title with the matched words in `<mark>`, escaped.
    pub title_html: String,
    /// The best place of the text with the matched words in `<mark>`, escaped.
    pub text_html: String,
    /// The page of a publication on which it was found, if not all words are in the texts.
    pub page: Option<FoundPage>,
    /// How well it matches; comparable within one answer only.
    pub score: f32,
}

/// A page of a publication that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundPage {
    /// The publication.
    pub asset: AssetId,
    /// The page, from 1.
    pub number: u32,
    /// A piece of it with the matched words in `<mark>`, escaped.
    pub text_html: String,
}

/// The answer to a search.
#[derive(Clone, Debug)]
pub struct Found {
    /// How many match.
    pub total: usize,
    /// This page of them.
    pub hits: Vec<Match>,
    /// Counts by facet.
    pub facets: BTreeMap<&'static str, Vec<(String, usize)>>,
}

/// A file that anybody may have.
#[derive(Debug)]
pub struct PublicFile {
    /// Its bytes.
    pub file: File,
    /// Such as `image/jpeg`.
    pub media_type: String,
    /// What changes when the bytes do.
    pub etag: String,
    /// The release with its record, if it is one and not a web size.
    pub release: Option<(RecordId, Release)>,
}

/// What we say of a file's digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileStatus {
    /// It is a file of a published record as it stands.
    Current(RecordId),
    /// It was a file of a published record, which has been corrected since.
    Corrected(RecordId),
    /// Its record is withdrawn.
    Withdrawn(RecordId),
    /// We never released it.
    Unknown,
}

impl Services {
    /// Searches what is live.
    ///
    /// # Errors
    /// The index's.
    pub fn search(&self, query: &Query) -> Result<Found, Error> {
        let Answer { total, hits, facets, .. } = self.search.find(query)?;
        let mut shown = Vec::with_capacity(hits.len());
        for hit in hits {
            let display: Display = serde_json::from_str(&hit.display)
                .map_err(|error| Error::Internal(format!("a hit's display: {error}")))?;
            // The index follows: what was withdrawn a moment ago is not shown any more.
            if self.store.tombstone(display.id)?.is_some() {
                continue;
            }
            let page = match display.has_pages && !hit.whole {
                true => match self.store.live(display.id)? {
                    Some(live) => self.found_page(&live, query.words())?,
                    None => None,
                },
                false => None,
            };
            shown.push(Match {
                display,
                page,
                lang: hit.lang,
                title_html: hit.title_html,
                text_html: hit.text_html,
                score: hit.score,
            });
        }
        Ok(Found { total, hits: shown, facets })
    }

    /// A published record.
    ///
    /// # Errors
    /// [`Error::Gone`] once withdrawn; [`Error::NotFound`] for everything else.
    pub fn published(&self, id: RecordId) -> Result<LiveRecord, Error> {
        if let Some(live) = self.store.live(id)? {
            return Ok(live);
        }
        let stone = self.store.tombstone(id)?.ok_or(Error::NotFound)?;
        Err(Error::Gone(Box::new(stone)))
    }

    /// A file of a published record: its release, or a web picture of it (`800.jpg`, `1600.webp`,
    /// `320-1x1.jpg`; see [`Rendition`]), or of one of its pages (`page-12-800.jpg`).
    ///
    /// # Errors
    /// [`Error::Gone`] once its record is withdrawn; [`Error::NotFound`] for a file that is not
    /// public, or a name that is none of its own.
    pub fn public_file(&self, asset: AssetId, name: &str) -> Result<PublicFile, Error> {
        let owner = self.store.asset_owner(asset)?.ok_or(Error::NotFound)?;
        let live = self.published(owner)?;
        let release = live.files.get(&asset).ok_or(Error::NotFound)?.clone();
        if name == release.name {
            let (file, _bytes) = self.media.blobs().open_file(&release.digest)?;
            return Ok(PublicFile {
                file,
                media_type: release.media_type.clone(),
                etag: release.digest.to_string(),
                release: Some((owner, release)),
            });
        }
        if let Ok(page) = name.parse::<PagePicture>() {
            let (file, etag) = self.page_picture(&live, asset, page)?;
            let media_type = page.rendition.coding.media_type().to_owned();
            return Ok(PublicFile { file, media_type, etag, release: None });
        }
        let rendition: Rendition = name.parse().map_err(|_none| Error::NotFound)?;
        let mut shown = live.document.assets.iter();
        let shown = shown.find(|shown| shown.id == asset).ok_or(Error::NotFound)?;
        let (file, etag) = self.web_picture(&live, shown, rendition)?;
        let media_type = rendition.coding.media_type().to_owned();
        Ok(PublicFile { file, media_type, etag, release: None })
    }

    /// What we say of a file.
    ///
    /// # Errors
    /// The store's.
    pub fn file_status(&self, digest: &Digest) -> Result<FileStatus, Error> {
        let release = self.media.made_of(digest).unwrap_or_else(|| digest.clone());
        let digest = &release;
        let found = self.store.released(digest)?;
        let Some(id) = found else { return Ok(FileStatus::Unknown) };
        let Some(live) = self.store.live(id)? else {
            let gone = self.store.tombstone(id)?.is_some();
            return Ok(if gone { FileStatus::Withdrawn(id) } else { FileStatus::Unknown });
        };
        let has = live.files.values().any(|release| release.digest == *digest);
        Ok(if has { FileStatus::Current(id) } else { FileStatus::Corrected(id) })
    }
}

/// The picture that stands for a record: its cover, a film's poster, its main picture or film,
/// its first one, or the first page of a publication.
pub(super) fn thumbnail(live: &LiveRecord) -> Option<Thumbnail> {
    use crate::domain::document::AssetRole;
    let seen = live.document.assets.iter();
    let seen = seen.filter(|asset| live.files.get(&asset.id).is_some_and(Release::is_seen));
    let rank = |asset: &&Asset| match asset.role {
        AssetRole::Cover => 0,
        AssetRole::Poster => 1,
        AssetRole::Main => 2,
        _ => 3,
    };
    let chosen = seen.min_by_key(rank)?;
    let alt = if chosen.alt.is_empty() { chosen.caption.clone() } else { chosen.alt.clone() };
    Some(Thumbnail { asset: chosen.id, alt })
}
