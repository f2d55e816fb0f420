//! Writing: files put to records.

use serde_json::Value;

use super::{
    Error, Services, secret,
    storage::Room,
    upload::{empty, moved, normalised},
};
use crate::{
    domain::{
        account::Actor,
        agency::AgencyCode,
        digest::Digest,
        document::{Asset, Document},
        id::{AssetId, RecordId},
        input,
        lifecycle::Action,
        record::{MediaFile, Record},
    },
    media::{blob::Incoming, name},
};

/// How many times the files of a record may be replaced.
const REPLACED: usize = 10;

/// A file on its way in: its bytes are written to [`Uploading::file`] as they come.
pub struct Uploading {
    /// Where the bytes go.
    pub file: Incoming,
    /// The client's name for it.
    pub name: String,
    /// Bytes for which its agency has room already.
    pub(super) declared: u64,
}

/// What is said of an uploaded file.
#[derive(Clone, Debug)]
pub struct Meta {
    /// An asset of a record, as JSON, without `id`.
    pub fields: Value,
    /// Whether what it leaves open is taken from the file's own metadata.
    pub prefill: bool,
    /// Whether the agency means to have the same bytes once more, as for another record's cover.
    pub again: bool,
}

impl From<Value> for Meta {
    fn from(fields: Value) -> Self {
        Self { fields, prefill: false, again: false }
    }
}

impl Services {
    /// Opens a place for a file's bytes, if the actor may add one to the record.
    ///
    /// # Errors
    /// As for [`Services::save`]; [`Error::Conflict`] `declaration-needed` where the draft has no
    /// declaration that it is free of state secrets; [`Error::Invalid`] for a bad name or too many
    /// files; [`Error::Quota`] where the agency has no room left.
    pub fn begin_file(&self, actor: &Actor, id: RecordId, name: &str) -> Result<Uploading, Error> {
        let agency = self.takes_file(actor, id)?;
        self.has_space(&agency)?;
        self.uploading(name)
    }

    /// The record's agency, if the actor may add a file to it as it stands.
    pub(super) fn takes_file(&self, actor: &Actor, id: RecordId) -> Result<AgencyCode, Error> {
        let found = self.allowed(actor, id, Action::Edit)?;
        let record = self.opened(actor, &found.value)?;
        self.may_write_files(actor, &record)?;
        declared(&record)?;
        self.has_room(&record)?;
        Ok(record.agency)
    }

    /// Whether the open draft can take one more file. Files that were taken out stay with the record,
    /// so that they can be put back; their number is bounded too.
    fn has_room(&self, record: &Record) -> Result<(), Error> {
        let most = self.settings.document.assets;
        let shown = record.draft.as_ref().map_or(0, |draft| draft.document.assets.len());
        let text = if most <= shown {
            ("Tư liệu đã có quá nhiều tệp.", "The record has too many files already.")
        } else if most.saturating_mul(REPLACED) <= record.files.len() {
            (
                "Tư liệu đã thay tệp quá nhiều lần; hãy lập tư liệu mới.",
                "The record's files were replaced too often; begin a new record.",
            )
        } else {
            return Ok(());
        };
        Err(Error::field("/file", "too-many", text))
    }

    /// A place for the bytes of a file that the client calls `name`.
    pub(super) fn uploading(&self, name: &str) -> Result<Uploading, Error> {
        let name = name::clean(name)?;
        let file = self.media.blobs().begin(self.settings.media.file_bytes)?;
        Ok(Uploading { file, name, declared: 0 })
    }

    /// What is said of a file, read; pointers are into `meta`.
    pub(super) fn described(&self, meta: Value, id: AssetId) -> Result<Asset, Error> {
        let meta = normalised(meta);
        let asset =
            input::asset_meta(&meta, id, &self.settings.document).map_err(Error::Invalid)?;
        self.known_terms(&Document { assets: vec![asset.clone()], ..empty() })
            .map_err(|error| moved("/assets/0", "", error))?;
        Ok(asset)
    }

    /// Keeps a file's bytes and looks into them. The room that its agency has for it is given back
    /// when it stands in a record.
    pub(super) fn accepted(
        &self,
        actor: &Actor,
        agency: &AgencyCode,
        uploading: Uploading,
    ) -> Result<(MediaFile, Room), Error> {
        // A file that is not kept leaves nothing.
        let probe = self.media.probe_incoming(&uploading.file, &uploading.name)?;
        let size = (&uploading.file.digest(), uploading.file.bytes());
        let room = self.room(agency, size, uploading.declared)?;
        let stored = uploading.file.finish()?;
        let size = probe.upright();
        let words = self.media.words(&stored.digest)?;
        let hits = self.words.now().hits(&uploading.name, &words.text);
        let file = MediaFile {
            original: stored.digest,
            name: uploading.name,
            media_type: probe.media_type.to_owned(),
            bytes: stored.bytes,
            width: size.map(|(width, _height)| width),
            height: size.map(|(_width, height)| height),
            pages: probe.pages,
            duration: probe.duration,
            codecs: probe.codecs,
            uploaded_by: actor.name.clone(),
            uploaded: self.now(),
            hits,
            unread: words.unread,
        };
        Ok((file, room))
    }

    /// Puts an uploaded file to the record's draft.
    ///
    /// # Errors
    /// [`Error::Media`] for bytes that are no picture or publication, or not what the name says;
    /// [`Error::Invalid`] for a bad description; [`Error::Duplicate`] for bytes that the agency has
    /// already, [`Error::Quota`] where it has no room for them.
    pub fn add_file(
        &self,
        actor: &Actor,
        id: RecordId,
        uploading: Uploading,
        meta: impl Into<Meta>,
    ) -> Result<(Record, AssetId), Error> {
        let asset_id = AssetId::mint(self.now(), secret::random()?);
        self.put_file(actor, (id, asset_id), uploading, meta.into())
    }

    /// As [`Services::add_file`], under an asset id that was minted before.
    pub(super) fn put_file(
        &self,
        actor: &Actor,
        (id, asset_id): (RecordId, AssetId),
        uploading: Uploading,
        meta: Meta,
    ) -> Result<(Record, AssetId), Error> {
        let agency = self.store.record(id)?.ok_or(Error::NotFound)?.value.agency;
        let Meta { fields: meta, prefill, again } = meta;
        let given = prefill.then(|| meta.clone());
        let mut asset =
            self.described(meta, asset_id).map_err(|error| moved("", "/meta", error))?;
        let (file, _room) = self.accepted(actor, &agency, uploading)?;
        if !again {
            self.is_new(&agency, &file.original)?;
        }
        if let Some(given) = given {
            asset = self.described(self.prefilled(given, id, &file)?, asset_id)?;
        }
        // Of many files that are sent at once, each is written after the other; somebody else may save
        // in between. What counts is the draft as it is then.
        let _turn = self.adding.take(&id);
        let mut left = 4_u8;
        loop {
            let found = self.allowed(actor, id, Action::Edit)?;
            let mut record = self.opened(actor, &found.value)?;
            self.may_write_files(actor, &record)?;
            declared(&record)?;
            self.has_room(&record)?;
            record.files.insert(asset_id, file.clone());
            if let Some(draft) = &mut record.draft {
                draft.document.assets.push(asset.clone());
                draft.signed_off_by = None;
                draft.care = None;
            }
            self.touched(&mut record);
            let change = self.change(actor, "record.add-file", Some(found), Some(record));
            match self.written(change) {
                Err(Error::Stale) if 0 < left => left = left.saturating_sub(1),
                Err(error) => return Err(error),
                Ok(record) => {
                    self.to_be_looked_at(&file, id)?;
                    return Ok((record, asset_id));
                }
            }
        }
    }

    /// Refuses bytes that a record of the agency has.
    pub(super) fn is_new(&self, agency: &AgencyCode, original: &Digest) -> Result<(), Error> {
        for other in self.store.records_with(original)? {
            let Some(found) = self.store.record(other)? else { continue };
            let has = found.value.files.iter().find(|(_id, known)| known.original == *original);
            if let Some((asset, _known)) = has.filter(|_| found.value.agency == *agency) {
                return Err(Error::Duplicate(other, *asset));
            }
        }
        Ok(())
    }
}

/// No byte of a file is taken before somebody declared that there is no state secret in it: what is
/// secret must not even lie on a machine with a network (Law on Protection of State Secrets
/// 29/2018/QH14, article 5).
pub(super) fn declared(record: &Record) -> Result<(), Error> {
    let said = record.draft.as_ref().and_then(|draft| draft.document.clearance.as_ref());
    if said.is_some_and(|said| !said.state_secret) {
        return Ok(());
    }
    let text = (
        "Hãy cam kết tư liệu không có bí mật nhà nước (clearance) trước khi gửi tệp.",
        "Declare that there is no state secret in the record (clearance) before you send a file.",
    );
    Err(Error::conflict("declaration-needed", text))
}
