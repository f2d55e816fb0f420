//! Field by field, canonical, digested, numbered; nothing internal.

use serde_json::{Value, json};

use super::{super::*, fixture::*};

#[test]
fn a_full_record_is_mapped_field_by_field() {
    let rendered = render(&live(read(&full())), &context()).unwrap();
    let value: Value = serde_json::from_str(&rendered.json).unwrap();
    insta::assert_json_snapshot!(value);
}

#[test]
fn a_tombstone_keeps_nothing_but_who_when_and_why() {
    let rendered = tombstone(&stone(), &context()).unwrap();
    let value: Value = serde_json::from_str(&rendered.json).unwrap();
    insta::assert_json_snapshot!(value);
    assert_eq!(independent(&rendered.json), rendered.digest.as_str());
    assert!(is_tombstone(&rendered.json).unwrap());
}

#[test]
fn what_is_rendered_is_canonical_and_carries_its_own_digest() {
    let rendered = render(&live(read(&full())), &context()).unwrap();
    let value: Value = serde_json::from_str(&rendered.json).unwrap();
    assert_eq!(serde_json_canonicalizer::to_string(&value).unwrap(), rendered.json);
    assert_eq!(value["digest"]["value"], rendered.digest.as_str());
    assert_eq!(independent(&rendered.json), rendered.digest.as_str());
    assert!(value.get("seq").is_none());
    assert!(!is_tombstone(&rendered.json).unwrap());
}

#[test]
fn the_number_is_put_in_where_the_canonical_form_has_it() {
    for json in [
        render(&live(read(&full())), &context()).unwrap().json,
        tombstone(&stone(), &context()).unwrap().json,
    ] {
        let numbered = with_seq(&json, 4_812).unwrap();
        let value: Value = serde_json::from_str(&numbered).unwrap();
        assert_eq!(value["seq"], 4_812);
        assert_eq!(serde_json_canonicalizer::to_string(&value).unwrap(), numbered);
        assert_eq!(independent(&numbered), independent(&json));
        assert_eq!(validator().record(&value), []);
    }
    assert!(matches!(with_seq("{}", 1), Err(Error::NotRendered)));
    assert!(matches!(is_tombstone("{}"), Err(Error::NotRendered)));
}

#[test]
fn a_language_tag_that_reads_like_a_member_misleads_nobody() {
    let mut document = full();
    document["title"]["seq"] = json!("9");
    document["title"]["id"] = json!("ttdn-record/1");
    document["summary"]["by"] = json!(r#"","source":{"province":{"#);
    document["body"]["vi"] = json!(r#","spec":"ttdn-record/1","state":"withdrawn""#);
    let rendered = render(&live(read(&document)), &context()).unwrap();
    assert!(!is_tombstone(&rendered.json).unwrap());
    let numbered: Value = serde_json::from_str(&with_seq(&rendered.json, 7).unwrap()).unwrap();
    assert_eq!(numbered["seq"], 7);
    assert_eq!(validator().record(&numbered), []);
}

#[test]
fn nothing_internal_leaves() {
    let mut record = live(read(&full()));
    // Even if the caller forgot `Document::outside` and released a file that must not leave.
    let inside = record.document.assets[0].id;
    let mut release = record.files.values().next().unwrap().clone();
    release.name = format!("{CANARY}.jpg");
    record.files.insert(inside, release);
    let json = render(&record, &context()).unwrap().json;
    assert!(!json.contains(CANARY), "{json}");
    for name in ["\"internal\"", "\"consent\"", "\"writers\"", "\"by\"", "\"lo\""] {
        assert!(!json.contains(name), "{name} is in {json}");
    }
    record.document = record.document.outside();
    assert_eq!(render(&record, &context()).unwrap().json, json);
}

#[test]
fn a_record_without_a_slash_in_the_address_is_the_same() {
    let bare = Context { system: "https://quangba.example/kho", ..context() };
    let record = live(read(&full()));
    assert_eq!(render(&record, &bare), render(&record, &context()));
}

#[test]
fn the_schema_names_the_member_that_is_wrong() {
    let good: Value = {
        let json = render(&live(read(&full())), &context()).unwrap().json;
        serde_json::from_str(&with_seq(&json, 1).unwrap()).unwrap()
    };
    for (pointer, value) in [
        ("/modified", json!("2026-11-18T03:21:07")),
        ("/created", json!("1975-13")),
        ("/clearance/stateSecret", json!(true)),
        ("/assets/0/bytes", json!(0)),
        ("/published", json!("2026-02-31T00:00:00Z")),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(pointer).unwrap() = value;
        let faults = validator().record(&bad);
        assert!(faults.iter().all(|fault| fault.pointer == pointer), "{faults:?}");
        assert!(!faults.is_empty(), "{pointer}");
    }
}
