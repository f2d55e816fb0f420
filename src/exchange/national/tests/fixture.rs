//! A full record, the settings around it, and an independent digest.

use std::sync::LazyLock;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::super::{Context, Validator};
use crate::domain::{
    document::Document,
    input::{Limits, document},
    profile::Profile,
    record::{LiveRecord, Tombstone},
    term::Vocabulary,
};

pub(super) const RECORD: &str = "urn:uuid:01993f3e-5b1c-7a10-8c0e-2f6a5d9b7c11";
pub(super) const PHOTO: &str = "urn:uuid:01993f3e-6000-7b22-9d11-0a1b2c3d4e5f";
pub(super) const LEAFLET: &str = "urn:uuid:01993f3e-6000-7b22-9d11-0a1b2c3d4e60";
pub(super) const CANARY: &str = "canary";

static VALIDATOR: LazyLock<Validator> = LazyLock::new(|| Validator::new().unwrap());
static PROFILE: LazyLock<Profile> = LazyLock::new(|| {
    from(&json!({
        "province": {"code": "66", "name": {"vi": "Đắk Lắk", "en": "Dak Lak"}, "agency_code": "H15"},
        "spec": "quangba-profile/1",
        "local_id_prefix": "DLK",
        "languages": {"offered": ["vi", "en", "zh-Hans"], "required": ["vi"], "foreign_min": 1,
                      "ethnic": ["rad"], "default_page": "vi"},
        "export": {
            "system": "https://quangba.example/",
            "receiver": "csdl-ttdn-quoc-gia",
            "agency_scheme": "vn-agency-id:20/2020/QD-TTg",
            "local_agency_scheme": "urn:x-quangba:agency:local",
            "province_scheme": "vn-admin-unit",
            "local_place_scheme": "urn:x-quangba:place:local",
            "topics_scheme": "https://quangba.example/ttdn/vocab/topics/1",
            "channels_scheme": "https://quangba.example/ttdn/vocab/channels/2",
        },
    }))
});
static TOPICS: LazyLock<Vocabulary> = LazyLock::new(|| {
    vocabulary(
        "topics",
        1,
        &json!([
            {"code": "van-hoa-dan-toc", "label": {"vi": "Văn hóa các dân tộc", "en": "Culture", "fr": "Culture"}},
            {"code": "du-lich", "label": {"vi": "Du lịch", "en": "Tourism"}},
        ]),
    )
});
static CHANNELS: LazyLock<Vocabulary> = LazyLock::new(|| {
    vocabulary(
        "channels",
        2,
        &json!([
            {"code": "he-thong-du-lieu", "label": {"vi": "Hệ thống dữ liệu", "en": "Data system"}},
        ]),
    )
});
static PLACES: LazyLock<Vocabulary> = LazyLock::new(|| {
    vocabulary(
        "places",
        1,
        &json!([
            {"code": "66", "label": {"vi": "Đắk Lắk", "en": "Dak Lak"}, "kind": "province"},
            {"code": "54", "label": {"vi": "Phú Yên", "en": "Phu Yen"}, "validTo": "2025-06-30", "replacedBy": "66"},
            {"code": "66-ho-lak", "label": {"vi": "Hồ Lắk", "en": "Lak Lake"}},
        ]),
    )
});

pub(super) fn from<T: serde::de::DeserializeOwned>(value: &Value) -> T {
    serde_json::from_value(value.clone()).unwrap()
}

fn vocabulary(name: &str, version: u32, terms: &Value) -> Vocabulary {
    from(
        &json!({"name": name, "version": version, "title": {"vi": name}, "source": "-", "terms": terms}),
    )
}

pub(super) fn context() -> Context<'static> {
    Context {
        validator: &VALIDATOR,
        system: "https://quangba.example/kho/",
        profile: &PROFILE,
        topics: &TOPICS,
        channels: &CHANNELS,
        places: &PLACES,
    }
}

pub(super) fn validator() -> &'static Validator {
    &VALIDATOR
}

/// Everything that a record can say.
pub(super) fn full() -> Value {
    json!({
        "sourceId": "VHTTDL-2026-17", "kind": "article", "infoClass": "image-promotion",
        "originalLang": "vi",
        "title": {"en": "The space of gong culture", "vi": "Không gian văn hóa cồng chiêng",
                  "rad": "Ching chêh", "ko": "공 문화"},
        "summary": {"vi": "Nghệ thuật cồng chiêng \"Êđê\".\nHai dòng.", "en": "The art of gongs."},
        "body": {"vi": "<p>Cồng chiêng gắn với vòng đời người Êđê…</p>", "en": "<p>Gongs…</p>"},
        "translations": {"en": {"method": "human", "by": "canary-translator"},
                         "ko": {"method": "machine"}, "vi": {"method": "human"}},
        "keywords": {"vi": ["cồng chiêng", "Êđê", "cồng chiêng"], "fr": []},
        "topics": ["van-hoa-dan-toc", "du-lich", "van-hoa-dan-toc"],
        "channels": ["he-thong-du-lieu"],
        "places": [{}, {"code": "66-ho-lak", "lat": 12.42, "lon": 108.0}, {"code": "54"},
                   {"name": {"vi": "Buôn Jun"}}],
        "creators": [{"name": "Y Thịnh", "role": "author"}],
        "created": "2026-10-02T09:10:00+07:00",
        "rights": {
            "statement": "http://rightsstatements.org/vocab/InC/1.0/",
            "license": "https://creativecommons.org/licenses/by/4.0/",
            "holder": {"vi": "UBND tỉnh Đắk Lắk", "en": "Dak Lak Provincial People's Committee"},
            "credit": {"vi": "Ảnh: Báo Đắk Lắk"}, "use": "editorial",
            "expires": "2031-01-01T00:00:00Z"},
        "embargoedUntil": "2026-10-05T01:00:00Z",
        "clearance": {"stateSecret": false, "personalData": "consented"},
        "relations": [{"rel": "references", "id": "urn:uuid:01993f3e-5b1c-7a10-8c0e-2f6a5d9b7c12"}],
        "assets": [
            {"id": "urn:uuid:01993f3e-6000-7b22-9d11-0a1b2c3d4e61", "role": "inline",
             "rights": {"use": "internal"}, "caption": {"lo": "canary-internal-file"}},
            {"id": PHOTO, "role": "main", "caption": {"vi": "Nghệ nhân", "en": "Artisans"},
             "alt": {"vi": "Đánh chiêng", "en": "Beating gongs"}, "creator": "Báo Đắk Lắk",
             "created": "1975", "place": {"code": "66"}, "consent": "on-file",
             "digitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"},
            {"id": LEAFLET, "role": "attachment", "lang": "en", "created": "2026-09-28",
             "rights": {"statement": "http://rightsstatements.org/vocab/NoC-US/1.0/",
                        "holder": {"vi": "Sở Văn hóa"}, "use": "commercial"}}],
        "ext": {"isbn": "978-604-00-0000-0", "count": 3, "ratio": 1.50, "source": {"province": {"x": 1}}},
        "internal": {"note": "canary-internal"}
    })
}

pub(super) fn read(value: &Value) -> Document {
    document(value, &Limits::default()).unwrap()
}

/// `document` as it stands published, with the releases of its two files.
pub(super) fn live(document: Document) -> LiveRecord {
    let mut live: LiveRecord = from(&json!({
        "id": RECORD, "localId": "DLK-2026-000317", "version": 3,
        "agency": {"code": "local:bao-dak-lak", "name": {"vi": "Báo Đắk Lắk", "en": "Dak Lak Newspaper"}},
        "managing": {"code": "H15.16", "name": {"vi": "Sở Văn hóa", "en": "Department of Culture"}},
        "published": "2026-10-05T01:00:00Z", "modified": "2026-11-18T03:21:07.5Z",
        "attested": "2026-10-04T08:30:00Z", "document": {"kind": "photo",
            "infoClass": "image-promotion", "originalLang": "vi"},
        "files": {
            PHOTO: {"digest": "ab".repeat(32), "bytes": 2_483_911, "mediaType": "image/jpeg",
                    "name": "cồng chiêng/1.jpg", "width": 4000, "height": 2667},
            LEAFLET: {"digest": "cd".repeat(32), "bytes": 9, "mediaType": "application/pdf",
                      "name": "to-roi.pdf", "pages": 2}},
    }));
    live.document = document;
    live
}

pub(super) fn stone() -> Tombstone {
    from(&json!({
        "id": RECORD, "localId": "DLK-2026-000317", "kind": "article", "version": 4,
        "managing": {"code": "H15.16", "name": {"vi": "Sở Văn hóa", "en": "Department of Culture"}},
        "at": "2026-11-20T02:00:00Z", "reason": "merged", "purge": true,
        "replacedBy": "urn:uuid:01993f3e-5b1c-7a10-8c0e-2f6a5d9b7c12",
    }))
}

/// The digest as a receiver computes it: parse, take two members out, canonicalise, hash.
pub(super) fn independent(json: &str) -> String {
    let mut value: Value = serde_json::from_str(json).unwrap();
    let members = value.as_object_mut().unwrap();
    members.remove("digest");
    members.remove("seq");
    hex(&serde_json_canonicalizer::to_vec(&value).unwrap())
}

pub(super) fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
