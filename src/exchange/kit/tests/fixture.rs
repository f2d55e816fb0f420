//! A published article with two photos, a small picture and a booklet.

use serde_json::{Value, json};

use super::super::{Terms, Work};
use crate::domain::lang::Lang;

/// The bare id of the first asset; the others differ in their last digit.
pub(super) const ASSET: &str = "019a0b5c-3f00-7a11-8a11-012345678901";

fn release(name: &str, media_type: &str, width: Option<u32>) -> Value {
    json!({"digest": "ab".repeat(32), "bytes": 1000, "mediaType": media_type, "name": name,
        "width": width, "height": width.map(|width| width / 2)})
}

fn asset(last: u32) -> Value {
    let id = format!("{}{last}", ASSET.strip_suffix('1').unwrap());
    json!({"id": format!("urn:uuid:{id}"), "role": "main", "creator": "Y Thịnh Êban",
        "caption": {"vi": format!("Chú thích {last}"), "en": format!("Caption {last}")},
        "alt": {"vi": format!("Mô tả {last}")}})
}

fn live() -> Value {
    let urn = |last: u32| format!("urn:uuid:{}{last}", ASSET.strip_suffix('1').unwrap());
    let mut own = asset(4);
    own.as_object_mut().unwrap().insert(
        "rights".to_owned(),
        json!({
        "license": "https://creativecommons.org/licenses/by-nd/4.0/",
        "credit": {"vi": "Nhà xuất bản Tri thức"}, "use": "commercial"}),
    );
    json!({
        "id": "urn:uuid:019a0b5c-3f00-7a11-8a11-0123456789ab", "localId": "DLK-2026-000317",
        "agency": {"code": "H15.16", "name": {"vi": "Sở Văn hóa", "en": "Department of Culture"}},
        "managing": {"code": "H15.20", "name": {"vi": "Sở Ngoại vụ", "en": "Department of Foreign Affairs"}},
        "version": 2, "published": "2026-10-04T20:00:00Z", "modified": "2026-10-05T01:02:03Z",
        "attested": "2026-10-04T20:00:00Z",
        "corrections": [{"version": 2, "at": "2026-10-05T01:02:03Z",
            "note": {"vi": "Sửa tên buôn.", "en": "The village's name was corrected."}}],
        "document": {
            "kind": "article", "infoClass": "image-promotion", "originalLang": "vi",
            "title": {"vi": "Không gian văn hóa cồng chiêng", "en": "The space of gong culture"},
            "summary": {"vi": "Tóm tắt.", "en": "In short."},
            "body": {"vi": "<p>Tiếng chiêng.</p>", "en": "<p>The gongs.</p>"},
            "translations": {"en": {"method": "machine-post-edited", "by": "Ban biên dịch"}},
            "creators": [{"name": "H'Lan Niê", "role": "author"}],
            "rights": {"statement": "http://rightsstatements.org/vocab/InC/1.0/",
                "license": "https://creativecommons.org/licenses/by-nc/4.0/",
                "holder": {"vi": "UBND tỉnh", "en": "People's Committee"},
                "credit": {"vi": "Ảnh: Báo Đắk Lắk", "en": "Photo: Dak Lak Newspaper"},
                "expires": "2030-01-01T00:00:00Z"},
            "assets": [asset(1), asset(2), asset(3), own],
        },
        "files": {
            urn(1): release("Dàn chiêng.jpg", "image/jpeg", Some(6000)),
            urn(2): release("con.png", "image/png", Some(1000)),
            urn(3): release("銅鑼.webp", "image/webp", Some(640)),
            urn(4): release("../../etc/passwd.PDF", "application/pdf", None),
        },
    })
}

/// The work, its live record changed at JSON Pointers first.
pub(super) fn work(changes: &[(&str, Value)]) -> Work {
    let mut live = live();
    for (pointer, value) in changes {
        *live.pointer_mut(pointer).unwrap() = value.clone();
    }
    let site = "https://quangba.example".to_owned();
    let terms = Terms {
        label: [(Lang::vi(), "CC BY-NC 4.0 – Ghi công".to_owned())].into_iter().collect(),
        commercial: Some(false),
        adaptations: Some("yes".to_owned()),
    };
    let page = |lang: Lang| (lang.clone(), format!("{site}/{lang}/r/019a0b5c"));
    Work {
        live: serde_json::from_value(live).unwrap(),
        langs: vec![Lang::vi(), Lang::en()],
        pages: [page(Lang::vi()), page(Lang::en())].into(),
        terms: [("https://creativecommons.org/licenses/by-nc/4.0/".to_owned(), terms)].into(),
        site,
    }
}

/// The same with this body in both languages.
pub(super) fn with_body(html: &str) -> Work {
    work(&[("/document/body", json!({"vi": html, "en": html}))])
}
