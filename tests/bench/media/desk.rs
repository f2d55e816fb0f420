//! A system with a 24-megapixel photo that is public and a draft that waits for more.

use std::path::Path;

use quangba::{
    app,
    domain::{
        account::{Actor, Scope},
        id::RecordId,
        lifecycle::Action,
    },
    service::{Services, Wish, operator},
};
use serde_json::{Value, json};

use crate::support::{Outcome, fixture};

const AGENCY: &str = "H15.16";

/// What a client has to know of it.
pub(crate) struct Desk {
    /// The bare id of the public photo.
    pub(crate) asset: String,
    /// The bare id of the draft.
    pub(crate) draft: String,
    /// Uploads to the draft.
    pub(crate) key: String,
    /// The password of the administrator `bench`.
    pub(crate) password: String,
}

/// Makes it in a folder; it is closed again.
pub(crate) fn make(data: &Path, photo: &[u8]) -> Outcome<Desk> {
    let services = fixture::init(data, app::clock())?;
    let writer = actor("writer", &["contributor"], true)?;
    let public = services.create(&writer, article())?.id;
    let mut uploading = services.begin_file(&writer, public, "lak.jpg")?;
    uploading.file.write(photo)?;
    let (_record, asset) = services.add_file(&writer, public, uploading, described())?;
    publish(&services, &writer, public)?;
    let draft = services.create(&writer, article())?.id;
    let key = services.add_key(&operator(), "bench", Scope::Upload, Some(AGENCY.parse()?))?;
    let roles = ["admin".parse()?].into_iter().collect();
    let (_user, password) = services.add_user(&operator(), &"bench".parse()?, roles, None)?;
    services.close()?;
    let draft = draft.key();
    Ok(Desk { asset: asset.key(), draft, key: key.secret, password })
}

fn publish(services: &Services, writer: &Actor, id: RecordId) -> Outcome {
    let reviewer = actor("reviewer", &["reviewer"], false)?;
    let publisher = actor("publisher", &["publisher"], false)?;
    services.transition(writer, id, &Wish::plain(Action::Submit))?;
    services.transition(&reviewer, id, &Wish::plain(Action::Approve))?;
    services.transition(&publisher, id, &Wish::plain(Action::Publish))?;
    Ok(())
}

fn actor(name: &str, roles: &[&str], of_agency: bool) -> Outcome<Actor> {
    let roles = roles.iter().map(|role| role.parse()).collect::<Result<_, _>>()?;
    let agency = of_agency.then(|| AGENCY.parse()).transpose()?;
    Ok(Actor { name: name.to_owned(), roles, scope: None, agency, from: None })
}

fn described() -> Value {
    json!({
        "role": "main",
        "caption": {"vi": "Hồ Lắk buổi sáng", "en": "Lak Lake in the morning"},
        "alt": {"vi": "Mặt hồ và dãy núi", "en": "The lake and a range of hills"},
        "creator": "Y Thịnh Êban",
        "consent": "on-file",
    })
}

fn article() -> Value {
    json!({
        "kind": "article",
        "title": {"vi": "Hồ Lắk", "en": "Lak Lake"},
        "summary": {
            "vi": "Hồ nước ngọt tự nhiên lớn của Tây Nguyên.",
            "en": "A large natural lake of the Central Highlands.",
        },
        "body": {
            "vi": "<p>Hồ Lắk nằm giữa những dãy núi cao, bên các buôn làng của người M'nông.</p>",
            "en": "<p>Lak Lake lies between high hills, beside the villages of the Mnong people.</p>",
        },
        "translations": {"en": {"method": "human", "by": "Ban biên dịch"}},
        "keywords": {"vi": ["hồ Lắk"], "en": ["Lak Lake"]},
        "topics": ["van-hoa-dan-toc"],
        "channels": ["he-thong-du-lieu"],
        "places": [{"code": "66", "name": {"vi": "Đắk Lắk", "en": "Dak Lak"}}],
        "creators": [{"name": "H'Lan Niê", "role": "author"}],
        "created": "2026-09-28",
        "rights": {
            "statement": "http://rightsstatements.org/vocab/InC/1.0/",
            "license": "https://creativecommons.org/licenses/by/4.0/",
            "holder": {"vi": "UBND tỉnh Đắk Lắk", "en": "Dak Lak Provincial People's Committee"},
            "credit": {"vi": "Ảnh: Báo Đắk Lắk", "en": "Photo: Dak Lak Newspaper"},
            "use": "editorial",
        },
        "clearance": {"stateSecret": false, "personalData": "none"},
    })
}
