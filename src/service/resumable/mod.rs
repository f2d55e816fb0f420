//! Uploads that can go on after a break (tus 1.0.0): begun for a record, sent in pieces, put to the
//! record when they are whole.
//!
//! What is known of an upload lies beside its bytes, so a restart loses nothing that was answered. The
//! id of its asset is minted when it is begun: a whole that stands in the record already is not put
//! there twice, whatever became of the answer. Who began an upload is the only one who sees it.

mod state;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use self::state::{Claim, Entry, Noted};
pub(super) use self::state::{State, Uploads};
use super::{Error, Meta, Services, Uploading, secret};
use crate::{
    domain::{
        account::Actor,
        digest::Digest,
        id::{AssetId, RecordId},
        upload::UploadId,
    },
    media::{
        MediaError, name,
        partial::{Appending, Checksum},
    },
    store::StoreError,
};

/// Bounds of uploads that can go on after a break.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct UploadLimits {
    /// Seconds after its last byte at which an upload is over; default a day.
    pub seconds: i64,
    /// Uploads that one person or key may have under way; default 100.
    pub at_once: u32,
}

impl Default for UploadLimits {
    fn default() -> Self {
        Self { seconds: 24 * 60 * 60, at_once: 100 }
    }
}

/// Why a piece, or the whole, is not taken.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum UploadError {
    /// Another request is at it.
    #[error("another request is sending to this upload")]
    Busy,
    /// It goes on elsewhere.
    #[error("the upload goes on at byte {0}")]
    Offset(u64),
    /// More bytes than were declared.
    #[error("the upload was declared to have {0} bytes")]
    Beyond(u64),
    /// A piece whose bytes do not come to its checksum.
    #[error("the piece does not have the checksum that was sent with it")]
    Checksum,
    /// A whole whose SHA-256 is another than was declared.
    #[error("the upload was declared to have another SHA-256 than {0}")]
    Digest(Digest),
    /// As many as there may be are under way.
    #[error("{0} uploads are under way already")]
    TooMany(u32),
}

/// An upload that is to be begun.
#[derive(Clone, Debug)]
pub struct NewUpload {
    /// The record that it is for.
    pub record: RecordId,
    /// The client's name for the file.
    pub name: String,
    /// Its bytes, all of them.
    pub length: u64,
    /// What is said of it.
    pub meta: Meta,
    /// What it must come to.
    pub sha256: Option<Digest>,
}

/// A file that has come whole and stands in its record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrived {
    /// Under which id.
    pub asset: AssetId,
    /// Of its bytes.
    pub sha256: Digest,
}

/// How an upload stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadState {
    /// Which.
    pub id: UploadId,
    /// For which record.
    pub record: RecordId,
    /// Bytes that are on the disk.
    pub offset: u64,
    /// Bytes that it will have.
    pub length: u64,
    /// When it is over, if nothing more comes.
    pub expires: Timestamp,
    /// What became of it, once it is whole.
    pub arrived: Option<Arrived>,
}

/// How a piece ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// All of it came.
    Whole,
    /// The connection broke off.
    Broken,
    /// There was something wrong with it; none of it is kept.
    Refused,
}

/// A piece that is coming. While there is one, no other request sends to its upload.
pub struct Piece {
    appending: Appending,
    length: u64,
    claim: Claim,
}

impl Piece {
    /// Adds the next bytes.
    ///
    /// # Errors
    /// [`UploadError::Beyond`] past the declared length; a failure of the disk.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let more = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if self.length < self.appending.bytes().saturating_add(more) {
            return Err(UploadError::Beyond(self.length).into());
        }
        Ok(self.appending.write(bytes)?)
    }
}

impl Services {
    /// Begins an upload to a record. Nothing of it may come later than its declared end.
    ///
    /// # Errors
    /// As for [`Services::begin_file`]; [`Error::Invalid`] for a bad description; [`Error::Duplicate`]
    /// for bytes that are declared and known; [`Error::Quota`] or [`MediaError::Full`] where there is
    /// no room for all of it; [`UploadError::TooMany`].
    pub fn begin_upload(&self, actor: &Actor, new: NewUpload) -> Result<UploadState, Error> {
        let limit = self.settings.media.file_bytes;
        match new.length {
            0 => return Err(MediaError::Empty.into()),
            length if limit < length => return Err(MediaError::TooLarge { limit }.into()),
            _ => {}
        }
        let agency = self.takes_file(actor, new.record)?;
        let name = name::clean(&new.name)?;
        let asset = AssetId::mint(self.now(), secret::random()?);
        self.described(new.meta.fields.clone(), asset)
            .map_err(|error| super::upload::moved("", "/meta", error))?;
        if let Some(sha256) = new.sha256.as_ref().filter(|_| !new.meta.again) {
            self.is_new(&agency, sha256)?;
        }
        self.has_space(&agency)?;
        let noted = Noted {
            owner: actor.name.clone(),
            record: new.record,
            agency,
            asset,
            name,
            length: new.length,
            fields: new.meta.fields,
            prefill: new.meta.prefill,
            again: new.meta.again,
            sha256: new.sha256,
            arrived: None,
        };
        let id = UploadId::mint(secret::random()?);
        let entry = self.enter(&id, &noted)?;
        if let Err(error) = self.keep_note(&id, &noted, entry.touched) {
            self.uploads.lock().0.remove(&id);
            return Err(error);
        }
        tracing::info!(upload.id = %id, record.id = %noted.record, size_bytes = noted.length, "an upload was begun");
        Ok(self.state_of(id, &entry))
    }

    /// Takes an upload among those under way, if there is room for it beside them.
    fn enter(&self, id: &UploadId, noted: &Noted) -> Result<Entry, Error> {
        let mut state = self.uploads.lock();
        let own = state.under_way().filter(|entry| entry.owner == noted.owner).count();
        let most = self.settings.uploads.at_once;
        if usize::try_from(most).unwrap_or(usize::MAX) <= own {
            return Err(UploadError::TooMany(most).into());
        }
        let missing = state.under_way().map(|entry| entry.length.saturating_sub(entry.bytes));
        self.fits_disk(missing.fold(noted.length, u64::saturating_add))?;
        self.fits(&state, &noted.agency, noted.length)?;
        let entry = Entry {
            owner: noted.owner.clone(),
            record: noted.record,
            agency: noted.agency.clone(),
            length: noted.length,
            bytes: 0,
            touched: self.now(),
            arrived: None,
            busy: false,
        };
        state.0.insert(id.clone(), entry.clone());
        Ok(entry)
    }

    /// Whether so many bytes fit on the disk and leave its reserve alone.
    fn fits_disk(&self, bytes: u64) -> Result<(), Error> {
        let wanted = bytes.saturating_add(self.settings.disk_reserve);
        if self.media.partials().free()? < wanted { Err(MediaError::Full.into()) } else { Ok(()) }
    }

    /// How an upload stands. One that is whole and whose end nobody was told is ended now.
    ///
    /// # Errors
    /// [`Error::NotFound`] for everybody but who began it; [`UploadError::Busy`] while it is being
    /// put to its record; what stands against putting it there.
    pub fn upload_state(&self, actor: &Actor, id: &UploadId) -> Result<UploadState, Error> {
        let entry = self.own_upload(actor, id)?;
        if entry.arrived.is_some() || entry.bytes < entry.length {
            return Ok(self.state_of(id.clone(), &entry));
        }
        let (claim, entry) = self.uploads.claim(actor, id)?;
        if entry.arrived.is_some() {
            return Ok(self.state_of(id.clone(), &entry));
        }
        let entry = self.arrive(actor, &claim)?;
        Ok(self.state_of(id.clone(), &entry))
    }

    /// Opens an upload for a piece that begins at `offset` and has `length` bytes, if that is known.
    ///
    /// # Errors
    /// [`Error::NotFound`] for everybody but who began it; [`UploadError`] if the piece does not fit;
    /// [`MediaError::Full`] where the disk has no room for it.
    pub fn begin_piece(
        &self,
        actor: &Actor,
        id: &UploadId,
        (offset, length): (u64, Option<u64>),
        checksum: Option<Checksum>,
    ) -> Result<Piece, Error> {
        self.own_upload(actor, id)?;
        let (claim, entry) = self.uploads.claim(actor, id)?;
        if entry.bytes != offset {
            return Err(UploadError::Offset(entry.bytes).into());
        }
        let missing = entry.length.saturating_sub(offset);
        if length.is_some_and(|length| missing < length) {
            return Err(UploadError::Beyond(entry.length).into());
        }
        self.fits_disk(length.unwrap_or(missing))?;
        let appending = self.media.partials().append(id, offset, checksum)?;
        Ok(Piece { appending, length: entry.length, claim })
    }

    /// Ends a piece; what of it is kept is on the disk on return. A whole is put to its record.
    ///
    /// # Errors
    /// [`UploadError::Checksum`]; what stands against the whole. An upload that is refused for what it
    /// is, is over; after a failure of ours it can be asked for again.
    pub fn end_piece(
        &self,
        actor: &Actor,
        piece: Piece,
        ending: Ending,
    ) -> Result<UploadState, Error> {
        let Piece { appending, claim, .. } = piece;
        let now = self.now();
        let kept = match ending {
            Ending::Whole => appending.keep(now)?,
            Ending::Broken => Some(appending.keep_broken(now)?),
            Ending::Refused => Some(appending.drop_all()?),
        };
        let bytes = kept.ok_or(UploadError::Checksum)?;
        let changed = claim.change(|entry| (entry.bytes, entry.touched) = (bytes, now));
        let Ok(mut entry) = changed else {
            self.media.partials().forget(&claim.id)?;
            return Err(Error::NotFound);
        };
        if ending == Ending::Whole && entry.bytes == entry.length && entry.arrived.is_none() {
            entry = self.arrive(actor, &claim)?;
        }
        Ok(self.state_of(claim.id.clone(), &entry))
    }

    /// Ends an upload before it is whole, or forgets one that is.
    ///
    /// # Errors
    /// [`Error::NotFound`] for everybody but who began it; [`UploadError::Busy`] while another request
    /// sends to it.
    pub fn end_upload(&self, actor: &Actor, id: &UploadId) -> Result<(), Error> {
        self.own_upload(actor, id)?;
        let (claim, _entry) = self.uploads.claim(actor, id)?;
        self.forget_upload(&claim.id)
    }

    /// Removes uploads that nothing came to for too long, and those to records that are no more; gives
    /// how many.
    ///
    /// # Errors
    /// The disk's, the store's.
    pub fn sweep_uploads(&self) -> Result<usize, Error> {
        let idle = self.uploads.lock().0.clone().into_iter().filter(|(_, entry)| !entry.busy);
        let mut swept = 0_usize;
        for (id, entry) in idle {
            if self.is_over(&entry) || self.store.record(entry.record)?.is_none() {
                self.forget_upload(&id)?;
                swept = swept.saturating_add(1);
            }
        }
        Ok(swept)
    }

    /// Removes what came for a record, as when it is purged.
    pub(super) fn forget_uploads_to(&self, record: RecordId) -> Result<(), Error> {
        let state = self.uploads.lock();
        let own = state.0.iter().filter(|(_, entry)| entry.record == record);
        let own: Vec<UploadId> = own.map(|(id, _)| id.clone()).collect();
        drop(state);
        own.iter().try_for_each(|id| self.forget_upload(id))
    }

    fn forget_upload(&self, id: &UploadId) -> Result<(), Error> {
        self.uploads.lock().0.remove(id);
        Ok(self.media.partials().forget(id)?)
    }

    /// An upload of the actor's that is not over.
    fn own_upload(&self, actor: &Actor, id: &UploadId) -> Result<Entry, Error> {
        let entry = self.uploads.lock().own(actor, id)?.clone();
        if self.is_over(&entry) && !entry.busy {
            self.forget_upload(id)?;
            return Err(Error::NotFound);
        }
        Ok(entry)
    }

    fn is_over(&self, entry: &Entry) -> bool {
        self.expires(entry) <= self.now()
    }

    fn expires(&self, entry: &Entry) -> Timestamp {
        let time = SignedDuration::from_secs(self.settings.uploads.seconds);
        entry.touched.checked_add(time).unwrap_or(Timestamp::MAX)
    }

    fn state_of(&self, id: UploadId, entry: &Entry) -> UploadState {
        UploadState {
            id,
            record: entry.record,
            offset: entry.bytes,
            length: entry.length,
            expires: self.expires(entry),
            arrived: entry.arrived.clone(),
        }
    }

    /// Puts a whole to its record. What is refused for what it is, is over; what failed for a reason
    /// that passes stays.
    fn arrive(&self, actor: &Actor, claim: &Claim) -> Result<Entry, Error> {
        let note = self.media.partials().noted(&claim.id)?;
        let noted: Noted =
            serde_json::from_slice(&note).map_err(|error| Error::Internal(error.to_string()))?;
        let arrived = match self.put_whole(actor, &claim.id, &noted) {
            Err(error) if !passes(&error) => {
                tracing::info!(upload.id = %claim.id, record.id = %noted.record, "an upload was refused: {error}");
                self.forget_upload(&claim.id)?;
                return Err(error);
            }
            arrived => arrived?,
        };
        let now = self.now();
        let done = Noted { arrived: Some(arrived.sha256.clone()), fields: Value::Null, ..noted };
        self.keep_note(&claim.id, &done, now)?;
        let entry = claim.change(|entry| {
            (entry.touched, entry.arrived) = (now, Some(arrived));
        });
        let Ok(entry) = entry else {
            self.media.partials().forget(&claim.id)?;
            return Err(Error::NotFound);
        };
        self.media.partials().forget_bytes(&claim.id)?;
        Ok(entry)
    }

    fn put_whole(&self, actor: &Actor, id: &UploadId, noted: &Noted) -> Result<Arrived, Error> {
        let record = self.store.record(noted.record)?.ok_or(Error::NotFound)?.value;
        if let Some(file) = record.files.get(&noted.asset) {
            // It was put there, and the program ended before that was noted.
            return Ok(Arrived { asset: noted.asset, sha256: file.original.clone() });
        }
        self.takes_file(actor, noted.record)?;
        let media = &self.media;
        let limit = self.settings.media.file_bytes;
        let file = media.partials().whole(id, media.blobs(), limit)?;
        let sha256 = file.digest();
        if noted.sha256.as_ref().is_some_and(|wanted| *wanted != sha256) {
            return Err(UploadError::Digest(sha256).into());
        }
        let uploading = Uploading { file, name: noted.name.clone(), declared: noted.length };
        let (prefill, again) = (noted.prefill, noted.again);
        let meta = Meta { fields: noted.fields.clone(), prefill, again };
        self.put_file(actor, (noted.record, noted.asset), uploading, meta)?;
        Ok(Arrived { asset: noted.asset, sha256 })
    }

    fn keep_note(&self, id: &UploadId, noted: &Noted, now: Timestamp) -> Result<(), Error> {
        let note = serde_json::to_vec(noted).map_err(|e| Error::Internal(e.to_string()))?;
        Ok(self.media.partials().note(id, &note, now)?)
    }
}

/// Whether the same may go well later: it failed through no fault of the file or of who sent it.
fn passes(error: &Error) -> bool {
    match error {
        Error::Stale | Error::Search(_) | Error::Internal(_) => true,
        Error::Store(error) => !matches!(error, StoreError::TooLarge(_)),
        Error::Media(error) => matches!(
            error,
            MediaError::Full
                | MediaError::Io(_)
                | MediaError::Worker(_)
                | MediaError::Missing(_)
                | MediaError::Damaged { .. }
        ),
        _ => false,
    }
}
