//! Pages: schema, digests, replay.

use serde_json::Value;

use super::{super::*, cursors::cursor, fixture::*};

const KEY: &[u8] = b"the export's key";

fn records() -> [String; 2] {
    [
        render(&live(read(&full())), &context()).unwrap().json,
        tombstone(&stone(), &context()).unwrap().json,
    ]
}

#[test]
fn a_page_fits_its_schema_and_its_digests_can_be_computed_anew() {
    let [record, stone] = records();
    let page = page(&cursor(), KEY, &context().source(), &[(4_812, &record), (4_990, &stone)]);
    let page = page.unwrap();
    let value: Value = serde_json::from_str(&page.json).unwrap();
    assert_eq!(validator().page(&value), []);
    assert_eq!(serde_json_canonicalizer::to_string(&value).unwrap(), page.json);
    let digest = hex(&serde_json_canonicalizer::to_vec(&value["records"]).unwrap());
    assert_eq!(value["recordsDigest"]["value"], digest.as_str());
    assert_eq!(page.records_digest.as_str(), digest);
    assert_eq!(value["records"][0]["seq"], 4_812);
    let mut short = value;
    short["records"] = Value::Array(Vec::new());
    insta::assert_json_snapshot!(short);
}

#[test]
fn a_replay_gives_the_same_bytes_and_the_next_page_goes_on() {
    let [record, stone] = records();
    let source = context().source();
    let first = Cursor { limit: 1, ..cursor() };
    let one = page(&first, KEY, &source, &[(4_812, &record)]).unwrap();
    assert_eq!(page(&first, KEY, &source, &[(4_812, &record)]).unwrap(), one);
    assert_eq!(one.next_after_seq, 4_812);
    let value: Value = serde_json::from_str(&one.json).unwrap();
    assert_eq!(value["nextCursor"], one.next.clone().unwrap());
    assert_eq!(value["counts"]["remaining"], 1);
    let next = Cursor::decode(KEY, &one.next.unwrap()).unwrap();
    assert_eq!(next, Cursor { after: 4_812, remaining: 1, ..first });
    let two = page(&next, KEY, &source, &[(4_990, &stone)]).unwrap();
    assert_eq!((two.next, two.next_after_seq), (None, 4_995));
}

#[test]
fn an_empty_page_is_a_page_and_the_last_one() {
    let empty = Cursor { remaining: 0, after: 4_995, ..cursor() };
    let page = page(&empty, KEY, &context().source(), &[]).unwrap();
    let value: Value = serde_json::from_str(&page.json).unwrap();
    assert_eq!(validator().page(&value), []);
    assert_eq!(page.records_digest.as_str(), hex(b"[]"));
    assert_eq!((page.next, page.next_after_seq), (None, 4_995));
}

#[test]
fn what_was_not_rendered_stands_on_no_page() {
    let refused = page(&cursor(), KEY, &context().source(), &[(1, "{\"spec\":1}")]);
    assert!(matches!(refused, Err(Error::NotRendered)));
}
