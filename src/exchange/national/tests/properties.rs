//! Contract section 3: every record that the input accepts maps to a valid export or is listed
//! with its reason.

use proptest::{prelude::*, sample::select};
use serde_json::{Map, Value, json};

use super::{super::*, fixture::*};
use crate::domain::input::{Limits, document};

fn maybe(strategy: impl Strategy<Value = Value> + 'static) -> BoxedStrategy<Option<Value>> {
    prop::option::weighted(0.93, strategy).boxed()
}

fn word(words: &'static [&'static str]) -> BoxedStrategy<Value> {
    select(words).prop_map(Value::from).boxed()
}

/// Mostly one of `good`, now and then one of `bad`.
fn mostly(good: &'static [&'static str], bad: &'static [&'static str]) -> BoxedStrategy<Value> {
    prop_oneof![40 => word(good), 1 => word(bad)].boxed()
}

fn line() -> BoxedStrategy<Value> {
    prop_oneof![
        300 => word(&["Hồ Lắk", "Lak Lake", "a\"b\\c", "湖", "\u{2028}😀"]),
        20 => "[a-zđăâêôơư\"/~ ]{1,12}x".prop_map(Value::from),
        1 => "\\PC{1,12}".prop_map(Value::from),
    ]
    .boxed()
}

fn tag() -> BoxedStrategy<String> {
    prop_oneof![
        60 => select(vec!["vi", "en", "rad", "zh-Hans", "ko"]).prop_map(str::to_owned),
        6 => select(vec!["vi-VN", "x-hue", "vi-x-hue", "i-klingon", "en-GB-oed", "zh-min-nan",
                         "sl-rozaj-biske-1994", "de-1901-u-co-phonebk", "hy-Latn-IT-arevela",
                         "art-lojban", "source", "sgn-BE-FR"]).prop_map(str::to_owned),
        1 => "[a-z]{2,8}(-[a-zA-Z0-9]{1,8}){0,3}",
    ]
    .boxed()
}

fn by_lang(entry: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    prop::collection::btree_map(tag(), entry, 0..4)
        .prop_map(|map| map.into_iter().collect::<Value>())
        .boxed()
}

fn texts() -> BoxedStrategy<Value> {
    let both = (line(), line()).prop_map(|(vi, en)| json!({"vi": vi, "en": en}));
    prop_oneof![9 => both, 1 => by_lang(line())].boxed()
}

fn list(entry: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    prop::collection::vec(entry, 0..3).prop_map(Value::from).boxed()
}

fn object(fields: Vec<(&'static str, BoxedStrategy<Option<Value>>)>) -> BoxedStrategy<Value> {
    let (names, values): (Vec<_>, Vec<_>) = fields.into_iter().unzip();
    values
        .prop_map(move |values| {
            let present = names
                .iter()
                .zip(values)
                .filter_map(|(name, value)| Some(((*name).to_owned(), value?)));
            Value::Object(present.collect::<Map<_, _>>())
        })
        .boxed()
}

fn place() -> BoxedStrategy<Value> {
    object(vec![
        ("code", maybe(mostly(&["66", "54", "66-ho-lak", "24133"], &["-", "x1", "6"]))),
        ("name", maybe(texts())),
        ("lat", maybe((-90.0..=90.0).prop_map(Value::from))),
        ("lon", maybe((-180.0..=180.0).prop_map(Value::from))),
    ])
}

fn date() -> BoxedStrategy<Value> {
    mostly(
        &[
            "1975",
            "2026-10",
            "2026-10-02",
            "2024-02-29",
            "2026-10-02T09:10:00+07:00",
            "2026-10-02T09:10:00.123Z",
            "2026-10-02T23:59:60Z",
            "2026-10-02T09:10:00+07:00[Asia/Ho_Chi_Minh]",
        ],
        &["0000", "20261002", "2026-W40", "+002026-10-02", "-000100-01-01T00:00:00Z"],
    )
}

fn rights() -> BoxedStrategy<Value> {
    object(vec![
        (
            "statement",
            maybe(mostly(
                &[
                    "http://rightsstatements.org/vocab/InC/1.0/",
                    "http://rightsstatements.org/vocab/CNE/1.0/",
                ],
                &["https://rightsstatements.org/vocab/InC/1.0/"],
            )),
        ),
        (
            "license",
            maybe(mostly(
                &[
                    "https://creativecommons.org/licenses/by/4.0/",
                    "https://creativecommons.org/publicdomain/zero/1.0/",
                ],
                &["https://example.org/đ"],
            )),
        ),
        ("holder", maybe(texts())),
        ("credit", maybe(texts())),
        ("use", maybe(mostly(&["editorial", "commercial"], &["internal"]))),
        ("expires", maybe(mostly(&["2031-01-01T00:00:00Z"], &["-000100-01-01T00:00:00Z"]))),
    ])
}

fn asset() -> BoxedStrategy<Value> {
    object(vec![
        (
            "id",
            mostly(&[PHOTO, LEAFLET], &["urn:uuid:01993f3e-6000-7b22-9d11-0a1b2c3d4e99"])
                .prop_map(Some)
                .boxed(),
        ),
        ("role", maybe(word(&["main", "inline", "subtitle"]))),
        ("lang", maybe(tag().prop_map(Value::from))),
        ("caption", maybe(texts())),
        ("alt", maybe(texts())),
        ("creator", maybe(line())),
        ("created", maybe(date())),
        ("place", maybe(place())),
        ("rights", prop::option::of(rights()).boxed()),
        ("consent", maybe(word(&["none-needed", "missing"]))),
        (
            "digitalSourceType",
            maybe(mostly(
                &["http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"],
                &["https://example.org/"],
            )),
        ),
    ])
}

fn ext() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (-1000_i32..1000).prop_map(Value::from),
        line(),
    ];
    let names = select(vec!["isbn", "source", "digest", "seq", "Tên", "a b", "x/y~z"]);
    let tree = leaf.prop_recursive(3, 8, 3, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map(names.clone().prop_map(str::to_owned), inner, 0..3)
                .prop_map(|map| map.into_iter().collect::<Value>()),
        ]
    });
    let names = select(vec!["isbn", "source", "digest", "seq", "startsAt", "pages", "Tên"]);
    prop::collection::btree_map(names.prop_map(str::to_owned), tree, 0..3)
        .prop_map(|map| map.into_iter().collect::<Value>())
        .boxed()
}

fn documents() -> BoxedStrategy<Value> {
    object(vec![
        ("kind", word(&["article", "photo-set", "event"]).prop_map(Some).boxed()),
        ("sourceId", maybe(line())),
        (
            "infoClass",
            maybe(word(&["official", "image-promotion", "clarification", "clarification"])),
        ),
        ("originalLang", maybe(tag().prop_map(Value::from))),
        ("title", texts().prop_map(Some).boxed()),
        ("summary", texts().prop_map(Some).boxed()),
        ("body", maybe(texts())),
        (
            "translations",
            maybe(by_lang(object(vec![
                ("method", word(&["human", "machine"]).prop_map(Some).boxed()),
                ("by", maybe(line())),
            ]))),
        ),
        ("keywords", maybe(by_lang(list(line())))),
        (
            "topics",
            maybe(
                prop_oneof![
            3 => word(&["du-lich"]).prop_map(|code| json!([code])),
            1 => list(mostly(&["du-lich", "van-hoa-dan-toc"], &["-", "khong-co"]))]
                .boxed(),
            ),
        ),
        ("channels", maybe(list(word(&["he-thong-du-lieu"])))),
        ("places", maybe(list(place()))),
        (
            "creators",
            maybe(list(object(vec![
                ("name", line().prop_map(Some).boxed()),
                ("role", word(&["author", "editor"]).prop_map(Some).boxed()),
            ]))),
        ),
        ("created", maybe(date())),
        ("rights", maybe(rights())),
        ("embargoedUntil", prop::option::weighted(0.1, date()).boxed()),
        (
            "clearance",
            maybe(
                word(&["none", "consented"])
                    .prop_map(|data| json!({"stateSecret": false, "personalData": data})),
            ),
        ),
        (
            "relations",
            maybe(list(
                word(&[RECORD]).prop_map(|id| json!({"rel": "isPartOf", "id": id})).boxed(),
            )),
        ),
        ("assets", maybe(list(asset()))),
        ("ext", maybe(ext())),
        ("internal", maybe(Just(json!({"note": CANARY})))),
    ])
}

/// Renders it if the input accepts it, and holds the result to what a receiver checks; `Some(true)`
/// = exported.
fn outcome(value: &Value) -> Option<bool> {
    let document = document(value, &Limits::default()).ok()?;
    match render(&live(document), &context()) {
        Err(problems) => {
            assert!(!problems.is_empty());
            for problem in problems {
                assert_ne!(problem.code, "settings", "{problem:?} of {value}");
            }
            Some(false)
        }
        Ok(rendered) => {
            let numbered = with_seq(&rendered.json, 1).unwrap();
            let exported: Value = serde_json::from_str(&numbered).unwrap();
            assert_eq!(validator().record(&exported), [], "{value}");
            assert_eq!(serde_json_canonicalizer::to_string(&exported).unwrap(), numbered);
            assert_eq!(independent(&numbered), rendered.digest.as_str());
            assert!(!numbered.contains(CANARY));
            Some(true)
        }
    }
}

proptest! {
    #[test]
    fn what_the_input_accepts_is_exported_or_listed_with_its_reason(value in documents()) {
        outcome(&value);
    }
}

#[test]
fn the_generated_documents_show_both_outcomes() {
    use proptest::{strategy::ValueTree as _, test_runner::TestRunner};
    let mut runner = TestRunner::deterministic();
    let mut seen = std::collections::BTreeMap::new();
    for _ in 0..600 {
        let value = documents().new_tree(&mut runner).unwrap().current();
        *seen.entry(outcome(&value)).or_insert(0_u32) += 1;
    }
    let count = |outcome| seen.get(&outcome).copied().unwrap_or(0);
    assert!(20 < count(Some(true)) && 20 < count(Some(false)), "{seen:?}");
}
