//! Copies of pictures: of those that an agency is about to publish once more, and of those that
//! somebody asks about.
//!
//! Fingerprints of all originals that were looked at are kept in memory, 1.1 kB each, from the first
//! question on.

use std::sync::{PoisonError, RwLock};

use super::{Error, FileStatus, Services, Uploading, looks::Look, pictures};
use crate::{
    domain::{
        account::words,
        digest::Digest,
        document::Document,
        id::{AssetId, RecordId},
        record::{LiveRecord, Record},
    },
    media::{
        MediaError,
        fingerprint::{Fingerprint, Index, Kind, Likeness},
    },
    store::Tree,
};

/// The most copies that are looked through for one that may be spoken of.
const COPIES: usize = 20;

/// The fingerprints of originals, once somebody has asked.
#[derive(Debug, Default)]
pub(super) struct Copies(RwLock<Option<Index<Digest>>>);

/// A file of a draft that another record has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Duplicate {
    /// The draft's.
    pub(super) asset: AssetId,
    /// Who has it.
    pub(super) of: RecordId,
    /// How much of the picture it is; none for the same bytes.
    pub(super) how: Option<Kind>,
}

words!(
    /// What we say of a picture's bytes.
    Verdict,
    "official, changed, unknown",
    {
        /// They are ours, as we publish or published them.
        Official = "official",
        /// They are not ours, but show a picture that we publish.
        Changed = "changed",
        /// They are like nothing that we publish.
        Unknown = "unknown",
    }
);

/// What we say of a picture.
#[derive(Clone, Debug)]
pub struct Verified {
    /// Of its bytes.
    pub verdict: Verdict,
    /// Their SHA-256.
    pub sha256: Digest,
    /// How the file of these bytes stands now.
    pub status: FileStatus,
    /// The picture of ours that it is or shows, if that is public.
    pub of: Option<(LiveRecord, AssetId)>,
    /// How like ours it is, if it is changed.
    pub likeness: Option<Likeness>,
}

impl Copies {
    /// Notes what an original looks like.
    pub(super) fn learn(&self, file: &Digest, fingerprint: &Fingerprint) {
        if let Some(index) = &mut *self.0.write().unwrap_or_else(PoisonError::into_inner) {
            index.insert(file.clone(), fingerprint);
        }
    }

    /// Forgets an original, as when it is purged.
    pub(super) fn forget(&self, file: &Digest) {
        if let Some(index) = &mut *self.0.write().unwrap_or_else(PoisonError::into_inner) {
            index.remove(file);
        }
    }
}

impl Services {
    /// The originals that are copies of a picture or of which it is one, the most alike first.
    fn copies_of(&self, fingerprint: &Fingerprint) -> Result<Vec<(Digest, Likeness)>, Error> {
        if let Some(index) = &*self.copies.0.read().unwrap_or_else(PoisonError::into_inner) {
            return Ok(index.find(fingerprint, COPIES));
        }
        let mut known = self.copies.0.write().unwrap_or_else(PoisonError::into_inner);
        // Whoever waited for the lock finds it filled; whoever learns meanwhile waits for it.
        if known.is_none() {
            let mut index = Index::default();
            for row in self.store.after(Tree::Looks, None)? {
                let (key, value) = row?;
                let look: Look = crate::store::decode(Tree::Looks, &value)?;
                let file = std::str::from_utf8(&key).ok().and_then(|key| key.parse().ok());
                if let (Some(file), Some(fingerprint)) = (file, look.fingerprint) {
                    index.insert(file, &fingerprint);
                }
            }
            *known = Some(index);
        }
        Ok(known.as_ref().map(|index| index.find(fingerprint, COPIES)).unwrap_or_default())
    }

    /// Files of a draft that another record has: the same bytes, or the same picture in another size,
    /// coding or cut. Of others' unpublished files nothing is said.
    pub(super) fn duplicates(
        &self,
        record: &Record,
        document: &Document,
    ) -> Result<Vec<Duplicate>, Error> {
        let mut out = Vec::new();
        for asset in document.assets.iter().map(|asset| asset.id) {
            let Some(file) = record.files.get(&asset) else { continue };
            let same = self.elsewhere(record, &file.original)?;
            let found = match same {
                Some(of) => Some((of, None)),
                None => self.alike(record, &file.original)?,
            };
            out.extend(found.map(|(of, how)| Duplicate { asset, of, how }));
        }
        Ok(out)
    }

    fn alike(
        &self,
        record: &Record,
        original: &Digest,
    ) -> Result<Option<(RecordId, Option<Kind>)>, Error> {
        let Some(fingerprint) = self.seen(original)?.and_then(|look| look.fingerprint) else {
            return Ok(None);
        };
        for (copy, likeness) in self.copies_of(&fingerprint)? {
            if let Some(of) = self.elsewhere(record, &copy)? {
                return Ok(Some((of, Some(likeness.kind))));
            }
        }
        Ok(None)
    }

    /// Another record with this file: one of the same agency, or one where it is public.
    fn elsewhere(&self, record: &Record, original: &Digest) -> Result<Option<RecordId>, Error> {
        for other in self.store.records_with(original)? {
            if other == record.id {
                continue;
            }
            let Some(found) = self.store.record(other)? else { continue };
            if found.value.agency == record.agency
                || self.public_asset(&found.value, original)?.is_some()
            {
                return Ok(Some(other));
            }
        }
        Ok(None)
    }

    /// The asset under which an original of a record is public.
    fn public_asset(
        &self,
        record: &Record,
        original: &Digest,
    ) -> Result<Option<(LiveRecord, AssetId)>, Error> {
        let Some(live) = self.store.live(record.id)? else { return Ok(None) };
        let is_it = |asset: &&AssetId| {
            record.files.get(asset).is_some_and(|file| file.original == *original)
        };
        let asset = live.files.keys().find(is_it).copied();
        Ok(asset.map(|asset| (live, asset)))
    }

    /// Opens a place for a picture that somebody asks about. It is not kept.
    ///
    /// # Errors
    /// [`Error::Media`] from the disk.
    pub fn begin_verify(&self) -> Result<Uploading, Error> {
        let file = self.media.blobs().begin(self.settings.verify_bytes)?;
        Ok(Uploading { file, name: String::new(), declared: 0 })
    }

    /// What we say of a picture: whether its bytes are ours, or it looks like one that we publish.
    /// Nothing is said of what is not public.
    ///
    /// # Errors
    /// [`Error::Media`] for an empty file and for a picture that does not open, unless its bytes are
    /// ours.
    pub fn verify_picture(&self, uploading: &Uploading) -> Result<Verified, Error> {
        let sha256 = uploading.file.digest();
        if let Some(official) = self.official(&sha256)? {
            return Ok(official);
        }
        if uploading.file.bytes() == 0 {
            return Err(MediaError::Empty.into());
        }
        let fingerprint = match self.media.fingerprint(&uploading.file) {
            // Only pictures have looks; of any other file its bytes say all.
            Err(MediaError::Unsupported { .. }) => return Ok(Verified::unknown(sha256)),
            fingerprint => fingerprint?,
        };
        for (copy, likeness) in self.copies_of(&fingerprint)? {
            let Some((live, asset)) = self.public_copy(&copy)? else { continue };
            // Its web pictures may have been tidied away, and this be one of them.
            if let Some(release) =
                live.files.get(&asset).filter(|file| pictures::has(&file.media_type))
            {
                self.web_pictures(&release.digest)?;
            }
            let official = self.official(&sha256)?;
            return Ok(official.unwrap_or_else(|| Verified {
                verdict: Verdict::Changed,
                of: Some((live, asset)),
                likeness: Some(likeness),
                ..Verified::unknown(sha256)
            }));
        }
        Ok(Verified::unknown(sha256))
    }

    /// What we say of bytes that are a release's or one of its web pictures'.
    fn official(&self, bytes: &Digest) -> Result<Option<Verified>, Error> {
        let release = match self.media.made_of(bytes) {
            Some(release) => release,
            None => bytes.clone(),
        };
        let status = self.file_status(&release)?;
        let of = match status {
            FileStatus::Unknown => return Ok(None),
            FileStatus::Current(id) => self.released(id, &release)?,
            FileStatus::Corrected(_) | FileStatus::Withdrawn(_) => None,
        };
        let known = Verified::unknown(bytes.clone());
        Ok(Some(Verified { verdict: Verdict::Official, status, of, ..known }))
    }

    /// A live record with its asset that has this release.
    fn released(
        &self,
        id: RecordId,
        release: &Digest,
    ) -> Result<Option<(LiveRecord, AssetId)>, Error> {
        let Some(live) = self.store.live(id)? else { return Ok(None) };
        let asset = live.files.iter().find(|(_id, file)| file.digest == *release);
        let asset = asset.map(|(asset, _file)| *asset);
        Ok(asset.map(|asset| (live, asset)))
    }

    /// A live record with its asset that was made of an original.
    fn public_copy(&self, original: &Digest) -> Result<Option<(LiveRecord, AssetId)>, Error> {
        for id in self.store.records_with(original)? {
            let Some(found) = self.store.record(id)? else { continue };
            if let Some(public) = self.public_asset(&found.value, original)? {
                return Ok(Some(public));
            }
        }
        Ok(None)
    }
}

impl Verified {
    /// We know nothing of these bytes.
    fn unknown(sha256: Digest) -> Self {
        let status = FileStatus::Unknown;
        Self { verdict: Verdict::Unknown, sha256, status, of: None, likeness: None }
    }
}
