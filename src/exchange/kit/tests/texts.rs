//! The documents, read back by our own reader, and the plain texts.

use std::io::{Cursor, Read as _};

use proptest::prelude::*;
use serde_json::json;
use zip::ZipArchive;

use super::super::{Text, Work};
use super::fixture::{with_body, work};
use crate::{
    domain::lang::Lang,
    media::office::{Converted, Kind, Limits, convert},
    text::html::{clean_to_text, sanitize},
};

fn docx(work: &Work, lang: &Lang) -> Vec<u8> {
    work.compose(&Text::Docx(lang.clone())).unwrap()
}

fn plain(work: &Work) -> String {
    String::from_utf8(work.compose(&Text::Plain(Lang::vi())).unwrap()).unwrap()
}

fn back(bytes: &[u8]) -> Converted {
    convert(Kind::Docx, Cursor::new(bytes), &Limits::default(), &mut std::io::sink()).unwrap()
}

/// What came back of a body between the summary and what must be known of the text.
fn body_of(html: &str) -> String {
    let done = back(&docx(&with_body(html), &Lang::vi()));
    assert_eq!(done.title.as_deref(), Some("Không gian văn hóa cồng chiêng"));
    assert!(done.left_out.is_empty(), "{:?}", done.left_out);
    let rest = done.html.strip_prefix("<p>Tóm tắt.</p>").unwrap();
    let (body, about) = rest.split_once("<h2>Thông tin về bài</h2>").unwrap();
    assert!(about.contains("Ảnh: Báo Đắk Lắk"), "{about}");
    body.to_owned()
}

#[test]
fn a_body_comes_back_as_it_was() {
    for html in [
        "<p>Tiếng <strong>chiêng</strong> và <em>sử</em> <em><u>thi</u></em>, H<sub>2</sub>O, m<sup>2</sup>.</p>",
        "<h2>Một</h2><p>a<br>b</p><h3>Hai</h3><p>c</p><h4>Ba</h4><p>d</p>",
        "<ul><li>một</li><li>hai<ul><li>trong</li></ul></li></ul><p>x</p>",
        "<ol><li>một</li><li>hai<ol><li>a</li><li>b</li></ol></li><li>ba</li></ol><p>x</p><ol><li>lại một</li><li>hai</li></ol>",
        "<blockquote><p>Lời nói.</p><p>Nữa.</p></blockquote><p>x</p>",
        "<p>Xem <a href=\"https://example.org/?a=1&amp;b=%20\">nguồn</a> và <a href=\"mailto:a@b.vn\">thư</a>.</p>",
        "<table><caption>Bảng 1</caption><thead><tr><th>Năm</th><th>Số</th></tr></thead>\
         <tbody><tr><td>2025</td><td>1 &lt; 2 &amp; 3</td></tr></tbody></table>",
        "<table><tbody><tr><td rowspan=\"2\">a</td><td colspan=\"2\">b</td></tr><tr><td>c</td><td>d</td></tr></tbody></table>\
         <table><tbody><tr><td>e</td></tr></tbody></table>",
    ] {
        assert_eq!(sanitize(html).replace(" rel=\"noopener noreferrer\"", ""), html, "as stored");
        assert_eq!(body_of(&sanitize(html)), html);
    }
}

#[test]
fn what_word_processors_have_no_place_for_is_flat() {
    for (html, wanted) in [
        (
            "<table><tbody><tr><td>a<table><tbody><tr><td>b</td></tr></tbody></table>c</td></tr></tbody></table>",
            "<table><tbody><tr><td><p>a</p><p>b</p><p>c</p></td></tr></tbody></table>",
        ),
        ("<figure><figcaption>Hình</figcaption></figure>", "<p>Hình</p>"),
        ("<table><caption>Bảng</caption><tbody><tr><td></td></tr></tbody></table>", "<p>Bảng</p>"),
        ("  chữ trần \n hai <br> ba", "<p>chữ trần hai<br>ba</p>"),
        ("<p lang=\"rad\">Hdĭp mda</p>", "<p>Hdĭp mda</p>"),
        ("<p>&nbsp;</p><p></p><ul><li></li></ul>", ""),
    ] {
        assert_eq!(
            body_of(html).replace(" <br>", "<br>").replace("<br> ", "<br>"),
            wanted,
            "{html}"
        );
    }
    // As deep as a body can be: neither the stack nor the size runs away.
    let deep = "<ul><li>a".repeat(20_000);
    assert!(plain(&with_body(&deep)).contains("- a"));
    let deep = sanitize(&"<table><tr><td rowspan=1000>".repeat(300));
    assert!(docx(&with_body(&deep), &Lang::vi()).len() < 100_000);
    let wide = format!(
        "<table><tbody>{}</tbody></table>",
        format!("<tr>{}</tr>", "<td rowspan=\"1000\">a</td>".repeat(200)).repeat(40)
    );
    assert!(docx(&with_body(&wide), &Lang::vi()).len() < 200_000);
}

#[test]
fn a_document_has_its_language_its_properties_and_nobodys_name() {
    let work = work(&[("/document/title/vi", json!("A & <B> \u{1}"))]);
    let mut zip = ZipArchive::new(Cursor::new(docx(&work, &Lang::vi()))).unwrap();
    let mut part = |name: &str| {
        let mut text = String::new();
        zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    };
    let core = part("docProps/core.xml");
    assert!(core.contains("<dc:title>A &amp; &lt;B&gt; </dc:title><dc:language>vi</dc:language>"));
    assert!(core.contains(">2026-10-05T01:02:03Z</dcterms:modified>"), "{core}");
    for name in ["creator", "lastModifiedBy", "Niê"] {
        assert!(!core.contains(name), "{core}");
    }
    assert!(part("word/styles.xml").contains("<w:lang w:val=\"vi\""));
    assert_eq!(docx(&work, &Lang::vi()), docx(&work, &Lang::vi()));
    assert_ne!(docx(&work, &Lang::vi()), docx(&work, &Lang::en()));
}

#[test]
fn plain_text_is_readable_by_itself() {
    let html = "<h2>Một</h2><p>Xem <a href=\"https://a.vn/x\">ng<b>uồn</b></a>.</p>\
        <ol><li>a</li><li>b<ul><li>c</li></ul></li></ol><blockquote><p>q</p></blockquote>\
        <table><tbody><tr><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr></tbody></table>";
    let text = plain(&with_body(html));
    let (text, about) = text.split_once("\nThông tin về bài\n").unwrap();
    assert_eq!(
        text,
        "Không gian văn hóa cồng chiêng\n==============================\n\nTóm tắt.\n\nMột\n---\n\n\
         Xem nguồn (https://a.vn/x).\n\n1. a\n2. b\n  - c\n\n> q\n\n1 | 2\n3 | 4\n"
    );
    assert_eq!(
        about,
        "----------------\n\nTác giả: H'Lan Niê\nĐơn vị: Sở Văn hóa\nĐơn vị quản lý: Sở Ngoại vụ\n\
         Ngày công bố: 05/10/2026\nNgày cập nhật: 05/10/2026\nĐính chính: 05/10/2026: Sửa tên buôn.\n\
         Ghi nguồn: Ảnh: Báo Đắk Lắk\nChủ sở hữu quyền: UBND tỉnh\n\
         Tình trạng bản quyền: http://rightsstatements.org/vocab/InC/1.0/\n\
         Giấy phép: CC BY-NC 4.0 – Ghi công (https://creativecommons.org/licenses/by-nc/4.0/)\n\
         Phạm vi sử dụng: Được sử dụng cho mục đích thông tin, báo chí trên mọi phương tiện; được cắt cúp ảnh và dịch chú thích.\n\
         Được sử dụng đến trước ngày: 01/01/2030\n\
         Mã số: DLK-2026-000317, phiên bản 2\nĐịa chỉ: https://quangba.example/vi/r/019a0b5c\n"
    );
    let english = work(&[]).compose(&Text::Plain(Lang::en())).unwrap();
    let english = String::from_utf8(english).unwrap();
    let line = "Translation: by a machine, revised by a person (Ban biên dịch)";
    assert!(english.contains(line), "{english}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn no_word_of_a_body_is_lost(
        html in "(<(p|/p|h2|/h2|b|/b|a href=\"http://a\"|/a|table|tr|td|/td|/tr|/table|th|li|/li|ul|/ul|ol|/ol|br|blockquote|/blockquote|caption|figcaption)>|[a-d]{1,3}|[ &;\"'ệ]){0,24}"
    ) {
        let clean = sanitize(&html);
        let letters = |text: &str| -> Vec<char> {
            let mut all: Vec<char> = text.chars().filter(|c| c.is_alphabetic()).collect();
            all.sort_unstable();
            all
        };
        let work = with_body(&clean);
        let written = back(&docx(&work, &Lang::vi()));
        let empty = back(&docx(&with_body(""), &Lang::vi()));
        // Markup is not text; what a body adds to the document is its own letters.
        let (with, without) = (clean_to_text(&written.html), clean_to_text(&empty.html));
        let mut wanted = letters(&(without + &clean_to_text(&clean)));
        wanted.sort_unstable();
        prop_assert_eq!(letters(&with), wanted, "{}", clean);
    }
}
