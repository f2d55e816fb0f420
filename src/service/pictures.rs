//! Pictures for the web: which there are of a release, and what is written into them.

use std::fs::File;

use super::{Error, PublicFile, Services};
use crate::{
    domain::{
        account::Actor,
        digest::Digest,
        document::{Asset, FocalPoint},
        id::{AssetId, RecordId},
        lifecycle::Action,
        record::LiveRecord,
    },
    media::{
        MediaError,
        derived::{Picture, Source},
        photo::PREVIEWS,
        rendition::{Coding, Focus, PagePicture, Rendition, Size},
    },
};

impl Services {
    /// A picture of a file that is not public: an original's, which says nothing of what its maker
    /// wrote into it.
    ///
    /// # Errors
    /// [`Error::NotFound`] for what the actor may not see, for a file that is no picture, and for a
    /// name that is none of its pictures.
    pub fn preview(
        &self,
        actor: &Actor,
        id: RecordId,
        asset: AssetId,
        name: &str,
    ) -> Result<PublicFile, Error> {
        let found = self.allowed(actor, id, Action::Read)?.value;
        let file = found.files.get(&asset).ok_or(Error::NotFound)?;
        let rendition: Rendition = name.parse().map_err(|_none| Error::NotFound)?;
        let shown = self.media.can_show(&file.media_type) || file.pages.is_some();
        if !shown || !PREVIEWS.contains(&rendition) {
            return Err(Error::NotFound);
        }
        let of = Source::Original(&file.original);
        let picture = Picture { of, rendition, focus: Focus::default() };
        let opened = self.media.picture(&picture).map_err(unseen)?;
        Ok(PublicFile {
            file: opened,
            media_type: rendition.coding.media_type().to_owned(),
            etag: format!("{}-{rendition}", file.original),
            release: None,
        })
    }

    /// A web picture of a released photo or of the first page of a publication, opened, with what
    /// changes when its bytes do.
    pub(super) fn web_picture(
        &self,
        live: &LiveRecord,
        asset: &Asset,
        rendition: Rendition,
    ) -> Result<(File, String), Error> {
        let release = live.files.get(&asset.id).filter(|release| release.is_seen());
        let digest = &release.ok_or(Error::NotFound)?.digest;
        let focus = asset.focus.map_or_else(Focus::default, hundredths);
        let picture = Picture { of: Source::Release(digest), rendition, focus };
        let file = self.media.picture(&picture).map_err(unseen)?;
        Ok((file, format!("{digest}-{}-{}-{rendition}", focus.x, focus.y)))
    }

    /// A web picture of a page of a released publication, as [`Services::web_picture`].
    pub(super) fn page_picture(
        &self,
        live: &LiveRecord,
        asset: AssetId,
        PagePicture { page, rendition }: PagePicture,
    ) -> Result<(File, String), Error> {
        let release = live.files.get(&asset).ok_or(Error::NotFound)?;
        if release.pages.is_none_or(|pages| pages < page) {
            return Err(Error::NotFound);
        }
        let of = Source::Page(&release.digest, page);
        let file = self.media.picture(&Picture { of, rendition, focus: Focus::default() })?;
        Ok((file, format!("{}-{page}-{rendition}", release.digest)))
    }

    /// Makes the web pictures of a release that pages show, those for all browsers first.
    pub(super) fn web_pictures(&self, release: &Digest) -> Result<(), Error> {
        for coding in Coding::ALL {
            self.media.pictures(Source::Release(release), &Size::ALL, coding)?;
        }
        Ok(())
    }
}

/// What cannot be made any more has no picture, as when the program for it was taken away.
fn unseen(error: MediaError) -> Error {
    match error {
        MediaError::NoProgram(_) => Error::NotFound,
        other => other.into(),
    }
}

/// Whether files of this type are pictures. Films may have web pictures too: see
/// [`Release::is_seen`](crate::domain::record::Release::is_seen).
pub(super) fn has(media_type: &str) -> bool {
    media_type.starts_with("image/")
}

/// Width and height of the web picture of that width of a photo.
pub(super) fn shown(width: u32, full_width: u32, full_height: u32) -> (u32, u32) {
    let size = Size::ALL.into_iter().find(|size| size.width() == width).unwrap_or(Size::Large);
    size.fit(full_width, full_height)
}

/// A focal point in hundredths.
fn hundredths(point: FocalPoint) -> Focus {
    #[expect(clippy::as_conversions, reason = "bounded: 0 to 100 fits")]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "as above")]
    let part = |part: f64| (part.clamp(0.0, 1.0) * 100.0).round() as u8;
    Focus { x: part(point.x), y: part(point.y) }
}
