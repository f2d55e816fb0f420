//! Every reason why a record cannot be exported.

use serde_json::{Value, json};

use super::{super::*, fixture::*};
use crate::domain::record::LiveRecord;

fn reasons(record: &LiveRecord) -> Vec<(String, String)> {
    let found = render(record, &context()).unwrap_err();
    for problem in &found {
        assert!(!problem.message.vi.is_empty() && !problem.message.en.is_empty(), "{problem:?}");
    }
    found.into_iter().map(|problem| (problem.pointer, problem.code)).collect()
}

/// The reasons once the member at `pointer` is `value`, or is gone.
fn with(pointer: &str, value: Option<Value>) -> Vec<(String, String)> {
    let mut document = full();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = document.pointer_mut(parent).unwrap();
    match (value, parent) {
        (Some(value), Value::Object(map)) => drop(map.insert(name.to_owned(), value)),
        (Some(value), Value::Array(list)) => list[name.parse::<usize>().unwrap()] = value,
        (None, Value::Object(map)) => drop(map.remove(name)),
        (_, other) => panic!("{other}"),
    }
    reasons(&live(read(&document)))
}

fn pair(pointer: &str, code: &str) -> Vec<(String, String)> {
    vec![(pointer.to_owned(), code.to_owned())]
}

#[test]
fn a_class_that_stays_is_the_only_reason() {
    let mut document = full();
    document["infoClass"] = json!("world-into-vietnam");
    document["title"] = json!({"vi": "Tin thế giới"});
    assert_eq!(reasons(&live(read(&document))), pair("/infoClass", "not-exported-class"));
}

#[test]
fn each_missing_part_is_named_where_our_record_has_it() {
    for name in ["/summary", "/topics", "/clearance", "/rights/statement", "/rights/holder"] {
        assert_eq!(with(name, None), pair(name, "required"), "{name}");
    }
    let title = with("/title", None);
    assert_eq!(title, pair("/title", "required"));
    assert_eq!(with("/title/vi", None), pair("/title/vi", "required"));
    assert_eq!(with("/summary/en", None), pair("/summary", "bilingual"));
    let only_ede = json!({"vi": "Cồng chiêng", "rad": "Ching"});
    assert_eq!(with("/title", Some(only_ede)), pair("/title", "bilingual"));
}

#[test]
fn an_empty_record_lacks_what_its_writers_can_give() {
    let mut record = live(read(&json!({"kind": "article"})));
    record.files.clear();
    let found = reasons(&record);
    let required: Vec<&str> = found.iter().map(|(pointer, _)| pointer.as_str()).collect();
    let wanted = ["/title", "/title/vi", "/summary", "/topics", "/clearance", "/rights/holder"];
    assert!(wanted.iter().all(|pointer| required.contains(pointer)), "{found:?}");
    assert!(found.iter().all(|(_, code)| code == "required"), "{found:?}");
}

#[test]
fn each_value_that_does_not_fit_is_named_where_our_record_has_it() {
    let web = || Some(json!("https://example.org/x"));
    assert_eq!(with("/rights/statement", web()), pair("/rights/statement", "value"));
    assert_eq!(with("/rights/license", web()), pair("/rights/license", "value"));
    let own = "/assets/2/rights/statement";
    assert_eq!(with(own, web()), pair(own, "value"));
    let source = "/assets/1/digitalSourceType";
    assert_eq!(with(source, web()), pair(source, "form"));
    assert_eq!(with("/places/2/lat", Some(json!(1.0))), pair("/places/2/lon", "required"));
    assert_eq!(with("/places/2/code", Some(json!("x"))), pair("/places/2/code", "form"));
    assert_eq!(with("/places/2", Some(json!({"lat": 1, "lon": 2}))), pair("/places/2", "place"));
    let nowhere = Some(json!({"lat": 1, "lon": 2}));
    assert_eq!(with("/assets/1/place", nowhere), pair("/assets/1/place", "place"));
    assert_eq!(with("/ext/Số trang", Some(json!(1))), pair("/ext", "name"));
}

#[test]
fn what_no_schema_can_see_is_a_reason_too() {
    let topics = Some(json!(["du-lich", "du-lich", "khong-co"]));
    assert_eq!(with("/topics", topics), pair("/topics/2", "unknown-term"));
    let channels = Some(json!(["khong-co"]));
    assert_eq!(with("/channels", channels), pair("/channels/0", "unknown-term"));
    let big = Some(json!({"list": [9_007_199_254_740_992_u64]}));
    assert_eq!(with("/ext/figures", big), pair("/ext/figures/list/0", "number"));
    let later = Some(json!("2026-11-19T00:00:00Z"));
    assert_eq!(with("/embargoedUntil", later), pair("/embargoedUntil", "embargoed"));
    let secret = with("/clearance/stateSecret", Some(json!(true)));
    assert!(secret.contains(&pair("/clearance/stateSecret", "state-secret")[0]), "{secret:?}");
    let inside = with("/rights/use", Some(json!("internal")));
    assert!(inside.contains(&pair("/rights/use", "internal-use")[0]), "{inside:?}");
}

#[test]
fn what_the_system_added_is_looked_at_too() {
    let mut record = live(read(&full()));
    record.files.pop_first();
    assert_eq!(reasons(&record), pair("/assets/1", "no-release"));

    let mut record = live(read(&full()));
    record.modified = "2026-10-05T00:59:59Z".parse().unwrap();
    record.document.embargoed_until = None;
    assert_eq!(reasons(&record), pair("/modified", "time-order"));

    let mut record = live(read(&full()));
    record.managing.code = "000.00.00.H49".parse().unwrap();
    assert_eq!(reasons(&record), pair("/managing/code", "form"));

    let mut record = live(read(&full()));
    record.agency.name = crate::domain::lang::Localized::default();
    record.local_id = "DLK-17".to_owned();
    let found = reasons(&record);
    assert!(found.contains(&pair("/agency/name", "required")[0]), "{found:?}");
    assert!(found.contains(&pair("/localId", "form")[0]), "{found:?}");
    assert_eq!(found.len(), 2);

    let mut record = live(read(&full()));
    for release in record.files.values_mut() {
        release.media_type = "IMAGE".to_owned();
        release.bytes = 0;
    }
    let found = reasons(&record);
    assert!(found.contains(&pair("/assets/2/mediaType", "form")[0]), "{found:?}");
    assert!(found.contains(&pair("/assets/1/bytes", "form")[0]), "{found:?}");
}

#[test]
fn faults_of_the_settings_point_at_no_field() {
    let broken = Context { system: "quangba", ..context() };
    let found = render(&live(read(&full())), &broken).unwrap_err();
    assert!(found.iter().any(|problem| problem.pointer.is_empty() && problem.code == "settings"));
    let found = tombstone(&stone(), &broken).unwrap_err();
    assert_eq!((found[0].pointer.as_str(), found[0].code.as_str()), ("", "settings"));
    let mut stone = stone();
    stone.local_id = String::new();
    stone.managing.code = "15".parse().unwrap();
    let found = tombstone(&stone, &context()).unwrap_err();
    let pointers: Vec<&str> = found.iter().map(|problem| problem.pointer.as_str()).collect();
    assert_eq!(pointers, ["/localId", "/managing/code"]);
}
