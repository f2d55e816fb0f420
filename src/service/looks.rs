//! What was seen in originals: whether they open, and a tiny picture to stand in for them while they
//! load.
//!
//! A look is worked out once for each file and can be had again from its bytes, so it is not
//! journaled. A job does it after the upload; whoever cannot wait for that does it at once, and
//! `quangba check --repair` has done what was left.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Error, Services, pictures};
use crate::{
    domain::{
        digest::Digest,
        document::Document,
        id::{AssetId, RecordId},
        job::JobKind,
        lifecycle::Action,
        record::{MediaFile, Record},
    },
    media::{MediaError, fingerprint::Fingerprint, photo::Looked as Seen},
    store::Tree,
};

/// What was seen in one original.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Look {
    /// Why it does not open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) damaged: Option<String>,
    /// A WebP of some pixels, base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) placeholder: Option<String>,
    /// What it looks like, to find its copies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) fingerprint: Option<Fingerprint>,
}

/// What is known of a file of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Looked {
    /// It opens.
    Fine,
    /// It does not, for this reason.
    Damaged(String),
    /// Nobody has looked yet.
    Pending,
    /// Nothing on this system opens it.
    Closed,
    /// So many pages of it wait to be recognised.
    Unrecognised(usize),
}

/// Whether the checks wait for what was not looked at yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Looking {
    /// It is done on the spot.
    Now,
    /// It is left to its job.
    Later,
}

impl Looking {
    /// What an action needs: only what passes the gates has to know.
    pub(super) const fn at(action: Action) -> Self {
        match action {
            Action::Submit | Action::Approve | Action::Schedule | Action::Publish => Self::Now,
            _ => Self::Later,
        }
    }
}

impl Services {
    /// Looks into an original, unless somebody has.
    pub(super) fn look(&self, file: &Digest) -> Result<Look, Error> {
        if let Some(look) = self.seen(file)? {
            return Ok(look);
        }
        let film = self.media.media_type(file)?.starts_with("video/");
        let look = match self.media.look(file) {
            Ok(Seen { placeholder, fingerprint }) => Look {
                damaged: None,
                placeholder: Some(placeholder),
                fingerprint: Some(fingerprint).filter(|_| !film),
            },
            // A film is published as it is; it has no still picture then.
            Err(MediaError::Corrupt { .. } | MediaError::TooComplex(_)) if film => Look::default(),
            Err(
                error @ (MediaError::Corrupt { .. }
                | MediaError::Unsupported { .. }
                | MediaError::Pixels { .. }
                | MediaError::Memory { .. }),
            ) => Look { damaged: Some(error.to_string()), ..Look::default() },
            Err(error) => return Err(error.into()),
        };
        let bytes = serde_json::to_vec(&look).map_err(|e| Error::Internal(e.to_string()))?;
        self.store.put_local(Tree::Looks, &file.as_str().into(), &bytes)?;
        if let Some(fingerprint) = &look.fingerprint {
            self.copies.learn(file, fingerprint);
        }
        if !self.media.blobs().exists(file) {
            // It was purged while it was looked at.
            self.forget_look(file)?;
        }
        Ok(look)
    }

    /// Forgets what was seen in a file, as when it is purged: its stand-in is a picture of it.
    pub(super) fn forget_look(&self, file: &Digest) -> Result<(), Error> {
        self.store.delete_local(Tree::Looks, &file.as_str().into())?;
        self.copies.forget(file);
        Ok(())
    }

    /// What stands in for a picture or a film while it loads; nothing for other files.
    pub(super) fn placeholder(&self, file: &MediaFile) -> Result<Option<String>, Error> {
        if !self.media.can_show(&file.media_type) {
            return Ok(None);
        }
        Ok(self.look(&file.original)?.placeholder)
    }

    /// Has jobs look into a file and read it, as far as there is anything to be seen in it and nobody
    /// has.
    pub(super) fn to_be_looked_at(&self, file: &MediaFile, of: RecordId) -> Result<(), Error> {
        self.to_be_recognised(file, of)?;
        if self.media.can_show(&file.media_type) && self.seen(&file.original)?.is_none() {
            self.enqueue(JobKind::Look, &file.original, of)?;
        }
        Ok(())
    }

    /// What was seen in an original, if somebody has looked.
    pub(super) fn seen(&self, file: &Digest) -> Result<Option<Look>, Error> {
        Ok(self.store.find(Tree::Looks, file.as_str())?.map(|found| found.value))
    }

    /// What is known of a document's pictures and films.
    pub(super) fn looked(
        &self,
        record: &Record,
        document: &Document,
        looking: Looking,
    ) -> Result<BTreeMap<AssetId, Looked>, Error> {
        let mut out = BTreeMap::new();
        for asset in &document.assets {
            let file = record.files.get(&asset.id);
            let Some(file) = file else { continue };
            if file.pages.is_some() {
                out.insert(asset.id, self.looked_through(file, record.id, looking)?);
                continue;
            }
            if !self.media.can_show(&file.media_type) {
                if pictures::has(&file.media_type) {
                    out.insert(asset.id, Looked::Closed);
                }
                continue;
            }
            let look = match looking {
                Looking::Now => Some(self.look(&file.original)?),
                Looking::Later => self.seen(&file.original)?,
            };
            let looked = match look {
                None => Looked::Pending,
                Some(Look { damaged: Some(detail), .. }) => Looked::Damaged(detail),
                Some(_) => Looked::Fine,
            };
            out.insert(asset.id, looked);
        }
        Ok(out)
    }
}
