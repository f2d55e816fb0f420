//! The files that a row names: found, hashed, described, and taken in where they are new.

use std::{collections::BTreeSet, io::Read};

use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::{
    fault,
    source::{Files, unreadable},
};
use crate::{
    domain::{
        account::Actor,
        agency::AgencyCode,
        digest::Digest,
        document::Asset,
        id::AssetId,
        input::InputError,
        record::{MediaFile, Record},
    },
    media::name,
    service::{Error, Services, secret, storage::Room},
};

/// Bytes read at once.
const CHUNK: usize = 128 * 1024;

/// A file as its row names it.
#[derive(Clone, Debug)]
pub(super) struct Named {
    /// Within the source.
    pub(super) path: String,
    /// Of its bytes.
    pub(super) digest: Digest,
    /// What is said of it.
    pub(super) meta: Value,
}

/// A file in its place within the record.
#[derive(Clone, Debug)]
pub(super) struct Attached {
    pub(super) asset: Asset,
    path: String,
    digest: Digest,
    /// Whether the record has it already.
    known: bool,
}

/// The files of a row, hashed.
///
/// # Errors
/// [`Error::Invalid`] with all that is wrong with the list, and every file that is not there.
pub(super) fn named(files: &Files, list: Value) -> Result<Vec<Named>, Error> {
    let Value::Array(list) = list else {
        let text = ("Phải là một danh sách.", "This must be a list.");
        return Err(Error::field("/files", "type", text));
    };
    let (mut found, mut errors) = (Vec::new(), Vec::new());
    for (at, entry) in list.into_iter().enumerate() {
        let base = format!("/files/{at}");
        match one(files, entry) {
            Ok(named) => found.push(named),
            Err(error) => errors.extend(fault::below(&base, error)?),
        }
    }
    if errors.is_empty() { Ok(found) } else { Err(Error::Invalid(errors)) }
}

fn one(files: &Files, entry: Value) -> Result<Named, Error> {
    let Value::Object(mut entry) = entry else {
        let text = ("Phải là một đối tượng JSON.", "This must be a JSON object.");
        return Err(Error::field("", "type", text));
    };
    let meta = entry.shift_remove("meta").unwrap_or_else(|| Value::Object(Map::new()));
    let Some(Value::String(path)) = entry.shift_remove("file") else {
        let text = ("Phải có đường dẫn của tệp.", "There must be the file's path.");
        return Err(Error::field("/file", "required", text));
    };
    if let Some(other) = entry.keys().next() {
        let text = ("Không có trường nào tên như vậy.", "There is no field of this name.");
        return Err(Error::field(&format!("/{other}"), "unknown-field", text));
    }
    let hashed = files.with(&path, |reader| {
        let mut hash = Sha256::new();
        each_chunk(&path, reader, |chunk| {
            hash.update(chunk);
            Ok(())
        })?;
        Ok(Digest::from_bytes(&hash.finalize().into()))
    });
    match hashed {
        Ok(digest) => Ok(Named { path, digest, meta }),
        Err(error) => Err(Error::Invalid(fault::below("/file", error)?)),
    }
}

const UNDECLARED: (&str, &str) = (
    "Hàng có tệp phải có cam kết không chứa bí mật nhà nước (clearance).",
    "A row with files needs the declaration that there is no state secret in it (clearance).",
);

impl Services {
    /// The files in their places: those that the record has keep their ids.
    pub(super) fn attached(
        &self,
        named: Vec<Named>,
        record: Option<&Record>,
    ) -> Result<Vec<Attached>, Error> {
        let (mut found, mut errors) = (Vec::new(), Vec::new());
        let mut used = BTreeSet::new();
        for (at, Named { path, digest, meta }) in named.into_iter().enumerate() {
            let mut on_record = record.iter().flat_map(|record| &record.files);
            let same = on_record.find(|(id, file)| file.original == digest && !used.contains(*id));
            let (id, known) = match same {
                Some((id, _file)) => (*id, true),
                None => (AssetId::mint(self.now(), secret::random()?), false),
            };
            used.insert(id);
            if let Err(error) = name::clean(last(&path)) {
                errors.extend(fault::below(&format!("/files/{at}/file"), error.into())?);
            }
            match self.described(meta, id) {
                Ok(asset) => found.push(Attached { asset, path, digest, known }),
                Err(error) => errors.extend(fault::below(&format!("/files/{at}/meta"), error)?),
            }
        }
        let most = self.settings.document.assets;
        if most < found.len() {
            let text =
                (format!("Nhiều nhất {most} tệp."), format!("There may be {most} files at most."));
            errors.push(InputError::new("/files", "too-many", (&text.0, &text.1)));
        }
        if errors.is_empty() { Ok(found) } else { Err(Error::Invalid(errors)) }
    }

    /// Takes in the files that the record lacks; gives the room that was made for them.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a file that is none of those that are accepted; its bytes stay
    /// unused.
    pub(super) fn taken_in(
        &self,
        writer: &Actor,
        files: &Files,
        attached: &[Attached],
        record: &mut Record,
    ) -> Result<Vec<Room>, Error> {
        let mut rooms = Vec::new();
        if attached.iter().any(|file| !file.known) {
            crate::service::files::declared(record).map_err(|_undeclared| {
                Error::field("/clearance", "declaration-needed", UNDECLARED)
            })?;
        }
        for (at, file) in attached.iter().enumerate().filter(|(_at, file)| !file.known) {
            let taken = self.one_taken_in((writer, &record.agency), files, file);
            let (taken, room) = match taken {
                Ok(taken) => taken,
                Err(error) => {
                    return Err(Error::Invalid(fault::below(&format!("/files/{at}/file"), error)?));
                }
            };
            self.to_be_looked_at(&taken, record.id)?;
            record.files.insert(file.asset.id, taken);
            rooms.push(room);
        }
        if attached.iter().any(|file| !file.known) {
            self.touched(record);
        }
        Ok(rooms)
    }

    fn one_taken_in(
        &self,
        (writer, agency): (&Actor, &AgencyCode),
        files: &Files,
        attached: &Attached,
    ) -> Result<(MediaFile, Room), Error> {
        let mut uploading = self.uploading(last(&attached.path))?;
        files.with(&attached.path, |reader| {
            each_chunk(&attached.path, reader, |chunk| Ok(uploading.file.write(chunk)?))
        })?;
        let (taken, room) = self.accepted(writer, agency, uploading)?;
        if taken.original == attached.digest {
            return Ok((taken, room));
        }
        let text = ("Tệp vừa bị thay đổi.", "The file changed while it was read.");
        Err(Error::field("", "file-changed", text))
    }
}

/// The name to show for a file: the last part of its path.
fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn each_chunk(
    path: &str,
    reader: &mut dyn Read,
    mut take: impl FnMut(&[u8]) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut buffer = vec![0; CHUNK];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(read) => take(buffer.get(..read).unwrap_or_default())?,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(unreadable(path, &error)),
        }
    }
}
