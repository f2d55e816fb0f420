//! Languages, and plain texts that look like HTML.

use serde_json::{Value, json};

use super::{
    super::manifest::{Html, LangText, RichText, Text},
    fixture::*,
};

/// A summary as it stands in a manifest.
fn summary(texts: Option<RichText>) -> Value {
    let mut work = work(vec![page(1)]);
    work.summary = texts;
    work.json().unwrap()["summary"].clone()
}

fn label(texts: LangText) -> Value {
    let mut work = work(vec![page(1)]);
    work.label = texts;
    work.json().unwrap()["label"].clone()
}

#[test]
fn texts_stand_under_their_language_or_none() {
    let texts = LangText::new([
        ("vi", "Hồ Lắk"),
        ("en", "Lak Lake"),
        ("vi", "Hồ Lak"),
        ("zh-Hans", "乐湖"),
        ("x-hue", "hồ"),
        ("", "1"),
        ("tiếng Việt", "2"),
        ("4", "3"),
        ("en_US", "4"),
        ("none", "5"),
    ]);
    assert_eq!(
        label(texts.unwrap()),
        json!({
            "en": ["Lak Lake"],
            "none": ["1", "2", "3", "4", "5"],
            "vi": ["Hồ Lắk", "Hồ Lak"],
            "x-hue": ["hồ"],
            "zh-Hans": ["乐湖"],
        })
    );
}

#[test]
fn a_tag_of_more_than_35_bytes_is_none() {
    let tag = "de-Latn-DE-1996-x-aaaaaaaa-bbbbbbbb";
    assert_eq!(label(LangText::new([(tag, "1")]).unwrap()), json!({ tag: ["1"] }));
    let longer = format!("{tag}-c");
    assert_eq!(label(LangText::new([(longer, "1")]).unwrap()), json!({ "none": ["1"] }));
}

#[test]
fn blank_texts_are_no_texts() {
    assert_eq!(LangText::new([("vi", ""), ("en", " \n")]), None);
    assert_eq!(LangText::new(<[(&str, &str); 0]>::default()), None);
    assert_eq!(RichText::new([("vi", Text::Plain(String::new()))]), None);
    assert_eq!(
        label(LangText::new([("vi", ""), ("en", "Lak")]).unwrap()),
        json!({ "en": ["Lak"] })
    );
}

#[test]
fn plain_text_is_never_taken_for_html() {
    for (text, shown) in [
        ("<script>alert(1)</script>", "<script>alert(1)</script> "),
        ("<3 and >", "<3 and > "),
        ("<>", "<> "),
        ("a < b", "a < b"),
        ("<b>bold</b> text", "<b>bold</b> text"),
        ("a <b>", "a <b>"),
        ("R&D \"x\"", "R&D \"x\""),
    ] {
        assert_eq!(summary(Some(rich(text))), json!({ "vi": [shown] }));
        let plain = LangText::new([("vi", text)]).unwrap();
        assert_eq!(label(plain.clone()), json!({ "vi": [shown] }));
        assert_eq!(summary(Some(plain.into())), json!({ "vi": [shown] }));
    }
}

#[test]
fn html_is_made_of_plain_text_and_well_formed() {
    let html = |html: Html| summary(RichText::new([("vi", Text::Html(html))]))["vi"][0].clone();
    assert_eq!(
        html(Html::link(&url("r?a=1&b='"), "<i>Bản ghi</i> & \"tệp\"\0")),
        "<span><a href=\"https://anh.example.vn/iiif/r?a=1&amp;b='\">\
         &lt;i&gt;Bản ghi&lt;/i&gt; &amp; &quot;tệp&quot;</a></span>"
    );
    assert_eq!(
        html(Html::paragraph("một\n\nhai <b>\r\nba")),
        "<p>một<br/><br/>hai &lt;b&gt;<br/>ba</p>"
    );
}
