//! Pictures for the web: which there are of a release, and what is written into them.

use super::{Error, Services};
use crate::{
    domain::{
        document::{Asset, FocalPoint},
        record::{LiveRecord, Release},
    },
    media::{
        packets::Packets,
        photo::{Picture, Source},
        rendition::{Coding, Focus, Rendition, Size},
    },
};

impl Services {
    /// What is said of a file in the file itself.
    pub(super) fn packets(&self, _live: &LiveRecord, _asset: &Asset) -> Packets {
        Packets::default()
    }

    /// A web picture of a released photo, opened, with what changes when its bytes do.
    pub(super) fn web_picture(
        &self,
        live: &LiveRecord,
        asset: &Asset,
        rendition: Rendition,
    ) -> Result<(std::fs::File, String), Error> {
        let release = live.files.get(&asset.id).filter(|release| is_picture(release));
        let digest = &release.ok_or(Error::NotFound)?.digest;
        let focus = asset.focus.map_or_else(Focus::default, hundredths);
        let file =
            self.media.picture(&Picture { of: Source::Release(digest), rendition, focus })?;
        Ok((file, format!("{digest}-{}-{}-{rendition}", focus.x, focus.y)))
    }

    /// Makes the web pictures that pages show, those for all browsers first.
    pub(super) fn web_pictures(&self, release: &Release) -> Result<(), Error> {
        if is_picture(release) {
            for coding in Coding::ALL {
                self.media.pictures(Source::Release(&release.digest), &Size::ALL, coding)?;
            }
        }
        Ok(())
    }
}

/// Whether there are web pictures of it.
pub(super) fn is_picture(release: &Release) -> bool {
    release.media_type.starts_with("image/")
}

/// A focal point in hundredths.
fn hundredths(point: FocalPoint) -> Focus {
    #[expect(clippy::as_conversions, reason = "bounded: 0 to 100 fits")]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "as above")]
    let part = |part: f64| (part.clamp(0.0, 1.0) * 100.0).round() as u8;
    Focus { x: part(point.x), y: part(point.y) }
}
