use proptest::prelude::*;
use serde_json::json;

use super::*;

fn errors(value: &Value) -> Vec<(String, String)> {
    let found = document(value, &Limits::default()).unwrap_err();
    found.into_iter().map(|error| (error.pointer, error.code)).collect()
}

#[test]
fn a_draft_needs_nothing_but_its_kind() {
    let document = document(&json!({"kind": "photo"}), &Limits::default()).unwrap();
    assert_eq!(document.kind, Kind::Photo);
    assert_eq!(document.info_class, InfoClass::ImagePromotion);
}

#[test]
fn all_errors_come_at_once_each_with_its_pointer() {
    let found = errors(&json!({
        "kind": "blog",
        "agency": "H15",
        "title": {"vi": "a\u{0}b", "xx_yy": "x", "en": 7},
        "topics": ["van hoa", "du-lich"],
        "places": [{"lat": 91}],
        "rights": {"license": "javascript:alert(1)", "owner": "x"},
        "embargoedUntil": "2026-10-02T08:00:00",
        "created": "2026-13-01",
        "clearance": {"stateSecret": "no", "personalData": "none"},
        "assets": [{"id": "../x"}],
    }));
    let pair = |pointer: &str, code: &str| (pointer.to_owned(), code.to_owned());
    for wanted in [
        pair("/agency", "unknown-field"),
        pair("/kind", "enum"),
        pair("/title/en", "type"),
        pair("/title/vi", "character"),
        pair("/title/xx_yy", "language-tag"),
        pair("/topics/0", "code"),
        pair("/places/0/lat", "range"),
        pair("/rights/owner", "unknown-field"),
        pair("/rights/license", "uri"),
        pair("/embargoedUntil", "instant"),
        pair("/created", "date"),
        pair("/clearance/stateSecret", "type"),
        pair("/assets/0/id", "value"),
    ] {
        assert!(found.contains(&wanted), "{wanted:?} is missing in {found:?}");
    }
    assert_eq!(found.len(), 13);
}

#[test]
fn bounds_are_held() {
    let long = |n: usize| json!({"kind": "article", "title": {"vi": "x".repeat(n)}});
    assert!(document(&long(300), &Limits::default()).is_ok());
    assert_eq!(errors(&long(301)), [("/title/vi".to_owned(), "too-long".to_owned())]);
    let body = |n: usize| json!({"kind": "article", "body": {"vi": "ố".repeat(n)}});
    assert!(document(&body(200_000), &Limits::default()).is_ok());
    assert_eq!(errors(&body(200_001)), [("/body/vi".to_owned(), "too-long".to_owned())]);
}

#[test]
fn decomposed_text_is_named() {
    let nfd = json!({"kind": "article", "title": {"vi": "tie\u{302}\u{301}ng"}});
    assert_eq!(errors(&nfd), [("/title/vi".to_owned(), "not-nfc".to_owned())]);
}

#[test]
fn one_language_in_two_spellings_is_a_duplicate() {
    let twice = json!({"kind": "article", "title": {"zh-Hans": "一", "zh-hans": "二"}});
    assert_eq!(errors(&twice), [("/title/zh-hans".to_owned(), "duplicate".to_owned())]);
}

#[test]
fn what_is_written_reads_back() {
    let value = json!({
        "sourceId": "A-1", "kind": "article", "infoClass": "official", "originalLang": "vi",
        "title": {"vi": "Hồ Lắk"}, "keywords": {"vi": ["hồ"]},
        "translations": {"en": {"method": "human", "by": "Lan"}},
        "places": [{"code": "66", "lat": 12.67, "lon": 108.04}],
        "assets": [{"id": "urn:uuid:01993f3e-6000-7b22-9d11-0a1b2c3d4e5f", "role": "cover", "rights": {"use": "internal"}}],
        "ext": {"isbn": "978"}, "internal": {"note": "x"},
    });
    let read = document(&value, &Limits::default()).unwrap();
    let again = serde_json::to_value(&read).unwrap();
    assert_eq!(document(&again, &Limits::default()).unwrap(), read);
    let outside = read.outside();
    assert!(outside.internal.is_empty() && outside.assets.is_empty());
}

proptest! {
    #[test]
    fn any_json_reads_or_is_refused(text in "\\PC{0,40}", n in any::<i64>()) {
        let value = json!({"kind": text, "title": {&text: text}, "assets": [n], "ext": {&text: n}});
        prop_assert!(document(&value, &Limits::default()).is_err());
    }
}
