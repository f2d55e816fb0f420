//! The rules of the standard's Appendix A held against what is made, and its shapes against those of
//! the public cookbook.

use std::{
    collections::{BTreeSet, HashSet},
    fs,
    io::{self, Write as _},
    path::Path,
};

use proptest::prelude::*;
use serde_json::Value;

use super::{
    super::manifest::{Canvas, Heading, Html, LangText, Layout, Outline, RichText, Text, Work},
    fixture::*,
    manifest::full,
};

/// Each class with what it must have, `|`, and what it may.
const CLASSES: &[(&str, &str)] = &[
    (
        "Manifest",
        "@context id type label items | metadata summary thumbnail viewingDirection behavior \
         navDate rights requiredStatement provider homepage seeAlso rendering partOf structures",
    ),
    ("Canvas", "id type | label width height duration thumbnail items"),
    ("Range", "id type label items |"),
    ("AnnotationPage", "id type items |"),
    ("Annotation", "id type motivation body target |"),
    ("Image", "id type | format width height service"),
    ("Video", "id type width height duration | format label language"),
    ("Sound", "id type duration | format label language"),
    ("ImageService3", "id type profile |"),
    ("Agent", "id type label | homepage logo"),
    ("Text", "id type label | format language"),
    ("Dataset", "id type | label format language profile"),
    ("Collection", "id type | label"),
];

/// Everything wrong with a manifest.
fn faults(manifest: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    classes(manifest, &mut faults);
    let canvases: HashSet<&str> = manifest["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|item| item["id"].as_str())
        .collect();
    for canvas in manifest["items"].as_array().unwrap() {
        canvas_faults(canvas, &mut faults);
    }
    for range in manifest["structures"].as_array().into_iter().flatten() {
        range_faults(range, &canvases, &mut faults);
    }
    faults
}

/// Required and allowed properties, addresses, languages; in every object below.
fn classes(value: &Value, faults: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| classes(item, faults)),
        Value::Object(object) => {
            if let Some(class) = object.get("type").and_then(Value::as_str) {
                let Some((_, rule)) = CLASSES.iter().find(|(name, _)| *name == class) else {
                    return faults.push(format!("no such class: {class}"));
                };
                let (must, may) = rule.split_once('|').unwrap();
                for name in must.split_whitespace().filter(|name| !object.contains_key(*name)) {
                    faults.push(format!("{class} has no {name}"));
                }
                for name in object.keys() {
                    if !must.split_whitespace().chain(may.split_whitespace()).any(|n| n == name) {
                        faults.push(format!("{class} may not have {name}"));
                    }
                }
                if !object["id"].as_str().unwrap().starts_with("https://") {
                    faults.push(format!("{class}: {}", object["id"]));
                }
            }
            for (name, value) in object {
                match name.as_str() {
                    "label" => languages(value, false, faults),
                    "summary" | "value" => languages(value, true, faults),
                    _ => classes(value, faults),
                }
                if value.as_array().is_some_and(Vec::is_empty) {
                    faults.push(format!("{name} is empty"));
                }
            }
        }
        _ => {}
    }
}

fn languages(value: &Value, html: bool, faults: &mut Vec<String>) {
    let Some(object) = value.as_object().filter(|object| !object.is_empty()) else {
        return faults.push(format!("no language map: {value}"));
    };
    for (tag, texts) in object {
        if tag.is_empty() || !tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            faults.push(format!("no language tag: {tag}"));
        }
        let texts = texts.as_array().unwrap();
        for text in texts.iter().map(|text| text.as_str().unwrap()) {
            let seen_as_html = text.starts_with('<') && text.ends_with('>');
            let ours = text.starts_with("<p>") || text.starts_with("<span><a href=\"https://");
            if text.trim().is_empty() || (seen_as_html && !(html && ours)) {
                faults.push(format!("{text:?}"));
            }
        }
    }
}

fn canvas_faults(canvas: &Value, faults: &mut Vec<String>) {
    let annotation = &canvas["items"][0]["items"][0];
    if annotation["target"] != canvas["id"] || annotation["motivation"] != "painting" {
        faults.push(format!("not painted: {}", canvas["id"]));
    }
    let has = |value: &Value, name: &str| value.get(name).is_some();
    if has(canvas, "width") != has(canvas, "height")
        || !(has(canvas, "width") || has(canvas, "duration"))
        || canvas["id"].as_str().unwrap().contains('#')
    {
        faults.push(format!("no extent: {}", canvas["id"]));
    }
    for name in ["width", "duration"] {
        if has(&annotation["body"], name) && !has(canvas, name) {
            faults.push(format!("{} is painted where there is no {name}", canvas["id"]));
        }
    }
}

fn range_faults(range: &Value, canvases: &HashSet<&str>, faults: &mut Vec<String>) {
    for item in range["items"].as_array().unwrap() {
        let id = item["id"].as_str().unwrap();
        match item["type"].as_str().unwrap() {
            "Range" => range_faults(item, canvases, faults),
            "Canvas" if canvases.contains(id) && item.as_object().unwrap().len() == 2 => {}
            _ => faults.push(format!("{id} is in a range")),
        }
    }
}

fn text() -> BoxedStrategy<String> {
    prop_oneof![
        3 => "[a-zđăâ <>&\"/]{1,12}",
        2 => "<[a-z]{1,3}>\\PC{0,8}</[a-z]>",
        1 => "[ \\n\\x00-\\x1f]{0,3}\\PC{0,5}",
    ]
    .boxed()
}

fn tag() -> BoxedStrategy<String> {
    prop_oneof![3 => "vi|en|zh-Hans|rad|ko", 1 => "\\PC{0,6}"].boxed()
}

fn label() -> impl Strategy<Value = LangText> {
    prop::collection::vec((tag(), text()), 1..4)
        .prop_map(|texts| LangText::new(texts).unwrap_or_else(|| vi_en("một", "one")))
}

fn value() -> impl Strategy<Value = RichText> {
    let one = (tag(), text(), 0..3).prop_map(|(tag, text, kind)| match kind {
        0 => (tag, Text::Html(Html::paragraph(&text))),
        1 => (tag, Text::Html(Html::link(&url("record"), &text))),
        _ => (tag, Text::Plain(text)),
    });
    prop::collection::vec(one, 1..4).prop_map(|all| RichText::new(all).unwrap_or_else(|| rich("a")))
}

fn canvases() -> impl Strategy<Value = Vec<Canvas>> {
    (1_usize..6, any::<bool>(), any::<bool>()).prop_map(|(pages, with_video, with_sound)| {
        let pages = (0..pages).map(page);
        let video = with_video.then(video);
        pages.chain(video).chain(with_sound.then(sound)).collect()
    })
}

fn works() -> impl Strategy<Value = Work> {
    let heading = (any::<u8>(), label(), 0_usize..9);
    let headings = prop::collection::vec(heading, 0..20);
    (canvases(), headings, label(), value()).prop_map(|(canvases, headings, label, value)| {
        let headings =
            headings.into_iter().map(|(level, label, page)| Heading { level, label, page });
        let outline = Outline { label: label.clone(), headings: headings.collect() };
        Work {
            label: label.clone(),
            canvases,
            summary: Some(value.clone()),
            metadata: vec![(label, value)],
            outline: Some(outline),
            layout: Some(Layout::Unordered),
            ..full()
        }
    })
}

proptest! {
    #[test]
    fn every_work_is_a_valid_manifest(work in works()) {
        let manifest = work.json().unwrap();
        prop_assert_eq!(faults(&manifest), <[String; 0]>::default());
        prop_assert_eq!(manifest.as_object().unwrap().keys().next().unwrap(), "@context");
    }
}

#[test]
fn planted_faults_are_found() {
    let good = full().json().unwrap();
    assert_eq!(faults(&good), <[String; 0]>::default());
    for (pointer, value, fault) in [
        ("/label", Value::from("Hồ"), "no language map"),
        ("/label/vi/0", "<b>x</b>".into(), "<b>x</b>"),
        ("/items/0/items/0/items/0/target", "https://x".into(), "not painted"),
        ("/items/2/duration", Value::Null, "no such"),
        ("/structures/0/items/0/items/0/id", "https://x".into(), "is in a range"),
        ("/provider/0/type", "Person".into(), "no such class"),
    ] {
        let mut bad = good.clone();
        if value.is_null() {
            bad["items"][2].as_object_mut().unwrap().remove("duration");
            assert!(faults(&bad).iter().any(|fault| fault.contains("no duration")));
            continue;
        }
        *bad.pointer_mut(pointer).unwrap() = value;
        assert!(faults(&bad).iter().any(|found| found.contains(fault)), "{pointer}");
    }
}

/// `Class.property: kind of value`, of every object below.
fn shapes(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| shapes(item, found)),
        Value::Object(object) => {
            let class = object.get("type").and_then(Value::as_str).unwrap_or("-");
            for (name, value) in object {
                // Languages are names of a map, not properties.
                if class != "-" || matches!(name.as_str(), "label" | "value") {
                    found.insert(format!("{class}.{name}: {}", kind(value)));
                }
                shapes(value, found);
            }
        }
        _ => {}
    }
}

fn kind(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("list of {}", items.first().map(kind).unwrap_or_default()),
        Value::Object(_) => "object".to_owned(),
        Value::String(_) => "text".to_owned(),
        Value::Number(_) => "number".to_owned(),
        Value::Bool(_) | Value::Null => "word".to_owned(),
    }
}

#[test]
fn every_shape_is_one_of_the_cookbook() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sets = ["../shared/data", "../../shared/data"].map(|path| here.join(path));
    let recipes = sets.iter().find_map(|set| fs::read_dir(set.join("iiif-cookbook/recipe")).ok());
    let Some(recipes) = recipes else {
        return io::stdout().write_all(b"skipped: no data sets here\n").unwrap();
    };
    let (mut known, mut files) = (BTreeSet::new(), 0);
    for recipe in recipes.flatten() {
        for file in fs::read_dir(recipe.path()).into_iter().flatten().flatten() {
            let text = fs::read_to_string(file.path()).unwrap_or_default();
            if let Ok(json) = serde_json::from_str::<Value>(&text) {
                shapes(&json, &mut known);
                files += 1;
            }
        }
    }
    assert!(60 < files, "only {files} recipes were read");
    let mut ours = BTreeSet::new();
    let mut work = full();
    work.canvases.push(sound());
    shapes(&work.json().unwrap(), &mut ours);
    let strange: Vec<&String> = ours.difference(&known).collect();
    assert!(strange.is_empty(), "{strange:#?}");
}
