//! Writing: a document of a word processor becomes a draft's body in one language, its pictures the
//! record's files.

use serde_json::{Value, json};

use super::{Error, Services, Uploading, files::declared, secret, storage::Room};
use crate::{
    domain::{
        account::Actor,
        id::{AssetId, RecordId},
        lang::Lang,
        lifecycle::Action,
        record::{MediaFile, Record},
    },
    media::office::{Converted, Received},
};

/// The most characters that are taken of a picture's texts.
const LINE: usize = 2_000;

/// What became of a document.
#[derive(Debug)]
pub struct BodyRead {
    /// The record with its new body.
    pub record: Record,
    /// What the document held besides, and in which old encodings its text was.
    pub converted: Converted,
    /// Its pictures as files of the record.
    pub pictures: Vec<AssetId>,
    /// Pictures that were not taken, each with the reason.
    pub refused: Vec<NotTaken>,
}

/// A picture's name, and why it was not taken.
pub type NotTaken = (String, Error);

/// A picture on its way from a document to a record.
struct Taken {
    id: AssetId,
    file: MediaFile,
    meta: Value,
    /// Until it stands in the record.
    _room: Room,
}

impl Services {
    /// Opens a place for a document's bytes, if the actor may write the record's body in a language.
    ///
    /// # Errors
    /// As for [`Services::begin_file`].
    pub fn begin_body(
        &self,
        actor: &Actor,
        id: RecordId,
        lang: &Lang,
        name: &str,
    ) -> Result<Uploading, Error> {
        let found = self.allowed(actor, id, Action::Edit)?;
        let record = self.opened(actor, &found.value)?;
        self.may_write_lang(actor, &record, lang)?;
        declared(&record)?;
        self.uploading(name)
    }

    /// Puts a document's text in the place of the draft's body in a language; a title only where the
    /// draft has none. Pictures become files of the record for those who may add files.
    ///
    /// # Errors
    /// [`Error::Media`] for what is no document that can be read; otherwise as for
    /// [`Services::save`].
    pub fn read_body(
        &self,
        actor: &Actor,
        id: RecordId,
        lang: &Lang,
        uploading: &Uploading,
    ) -> Result<BodyRead, Error> {
        let mut received = self.media.document(&uploading.file, &uploading.name)?;
        let (taken, refused) = self.pictures_of(actor, id, lang, &mut received)?;
        let converted = received.converted;
        let _turn = self.adding.take(&id);
        let mut left = 4_u8;
        loop {
            let found = self.allowed(actor, id, Action::Edit)?;
            let mut record = self.opened(actor, &found.value)?;
            self.may_write_lang(actor, &record, lang)?;
            declared(&record)?;
            for picture in &taken {
                record.files.insert(picture.id, picture.file.clone());
            }
            let value = with_body(&record, lang, &converted, &taken)?;
            let mut read = self.read_document(value, &record.files)?;
            read.internal.clone_from(&record.internal);
            self.may_write(actor, &record, &read)?;
            Self::rewrite(&mut record, read);
            self.touched(&mut record);
            let change = self.change(actor, "record.read-body", Some(found), Some(record));
            match self.written(change) {
                Err(Error::Stale) if 0 < left => left = left.saturating_sub(1),
                Err(error) => return Err(error),
                Ok(record) => {
                    for picture in &taken {
                        self.to_be_looked_at(&picture.file, id)?;
                    }
                    let pictures = taken.into_iter().map(|picture| picture.id).collect();
                    return Ok(BodyRead { record, converted, pictures, refused });
                }
            }
        }
    }

    /// The document's pictures, kept; those that are none of ours are told.
    fn pictures_of(
        &self,
        actor: &Actor,
        id: RecordId,
        lang: &Lang,
        received: &mut Received<std::fs::File>,
    ) -> Result<(Vec<Taken>, Vec<NotTaken>), Error> {
        let record = self.store.record(id)?.ok_or(Error::NotFound)?.value;
        let record = self.opened(actor, &record)?;
        let may_add = self.may_write_files(actor, &record).is_ok();
        let (mut taken, mut refused) = (Vec::new(), Vec::new());
        for at in 0..received.converted.pictures.len() {
            let Some(picture) = received.converted.pictures.get(at).cloned() else { break };
            let mut keep = || -> Result<(MediaFile, Room), Error> {
                if !may_add {
                    return Err(Error::Forbidden);
                }
                let mut uploading = self.uploading(&picture.name)?;
                if let Some(mut bytes) =
                    received.picture(at).map_err(crate::media::MediaError::from)?
                {
                    std::io::copy(&mut bytes, &mut uploading.file)
                        .map_err(crate::media::MediaError::from)?;
                }
                self.accepted(actor, &record.agency, uploading)
            };
            match keep() {
                Ok((file, room)) => {
                    let texts = |text: &Option<String>| {
                        let text = text.as_deref().map(line).filter(|text| !text.is_empty());
                        text.map_or_else(|| json!({}), |text| json!({lang.as_str(): text}))
                    };
                    let meta = json!({"role": "inline", "caption": texts(&picture.caption),
                        "alt": texts(&picture.alt)});
                    taken.push(Taken {
                        id: AssetId::mint(self.now(), secret::random()?),
                        file,
                        meta,
                        _room: room,
                    });
                }
                Err(error) => refused.push((picture.name, error)),
            }
        }
        Ok((taken, refused))
    }
}

/// A text of several lines, as word processors have behind pictures, on one; its beginning.
fn line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().filter(|c| !c.is_control()).take(LINE).collect()
}

/// The draft's document as JSON with a body of a language, and pictures behind its files.
fn with_body(
    record: &Record,
    lang: &Lang,
    converted: &Converted,
    taken: &[Taken],
) -> Result<Value, Error> {
    let draft = record.draft.as_ref().ok_or(Error::NotFound)?;
    let mut value =
        serde_json::to_value(&draft.document).map_err(|e| Error::Internal(e.to_string()))?;
    let mut put = |field: &str, text: &str| {
        if let Some(texts) = value.get_mut(field).and_then(Value::as_object_mut) {
            texts.insert(lang.to_string(), text.into());
        }
    };
    put("body", &converted.html);
    if let Some(title) = &converted.title
        && draft.document.title.get(lang.as_str()).is_none()
    {
        put("title", &title.chars().take(300).collect::<String>());
    }
    if let Some(assets) = value.get_mut("assets").and_then(Value::as_array_mut) {
        for picture in taken {
            let mut meta = picture.meta.clone();
            if let Some(fields) = meta.as_object_mut() {
                fields.insert("id".to_owned(), picture.id.to_string().into());
            }
            assets.push(meta);
        }
    }
    if let Some(fields) = value.as_object_mut() {
        fields.retain(|_name, value| !value.is_null());
    }
    Ok(value)
}
