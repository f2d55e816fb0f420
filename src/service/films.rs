//! Films and recordings of published records: what is said in them, for the search.

use std::collections::BTreeMap;

use super::{Error, Services};
use crate::{
    domain::{document::AssetRole, record::LiveRecord},
    media::MediaError,
};

/// The media type of subtitles.
const SUBTITLES: &str = "text/vtt";

/// Characters of one language's subtitles that are searched; three hours of speech are as many.
const SEARCHED: usize = 200_000;

impl Services {
    /// What the subtitles of a published record say, by language.
    pub(super) fn spoken(&self, live: &LiveRecord) -> Result<BTreeMap<String, String>, Error> {
        let mut all: BTreeMap<String, String> = BTreeMap::new();
        for asset in live.document.assets.iter().filter(|one| one.role == AssetRole::Subtitle) {
            let release = live.files.get(&asset.id).filter(|file| file.media_type == SUBTITLES);
            let (Some(release), Some(lang)) = (release, &asset.lang) else { continue };
            let lines = match self.media.subtitles(&release.digest) {
                Ok(lines) => lines,
                // A file that the disk has lost does not keep the record from being found.
                Err(MediaError::Missing(_) | MediaError::Corrupt { .. }) => continue,
                Err(error) => return Err(error.into()),
            };
            let text = all.entry(lang.to_string()).or_default();
            for line in lines {
                if SEARCHED < text.len().saturating_add(line.len()) {
                    break;
                }
                text.push_str(&line);
                text.push(' ');
            }
        }
        Ok(all)
    }
}
