//! Documents of word processors on their way into a draft.

use std::io::{Cursor, Write};

use serde_json::{Value, json};
use zip::write::SimpleFileOptions;

use crate::support::{
    TestApp,
    files::picture,
    records::{article, with},
};

const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

/// A DOCX of these paragraphs (XML), with one picture.
fn docx(paragraphs: &str) -> Vec<u8> {
    docx_with(paragraphs, &picture(image::ImageFormat::Png, 80, 60))
}

/// The same with these bytes as its picture.
pub(crate) fn docx_with(paragraphs: &str, photo: &[u8]) -> Vec<u8> {
    let document = format!(
        "<?xml version=\"1.0\"?><w:document xmlns:w=\"{W}\" \
         xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" \
         xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" \
         xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" \
         xmlns:pic=\"http://schemas.openxmlformats.org/drawingml/2006/picture\">\
         <w:body>{paragraphs}</w:body></w:document>"
    );
    let types = "<?xml version=\"1.0\"?>\
        <Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
        <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
        <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
        <Default Extension=\"png\" ContentType=\"image/png\"/>\
        <Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/>\
        </Types>";
    let relations = |inner: &str| {
        format!(
            "<?xml version=\"1.0\"?><Relationships \
             xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{inner}\
             </Relationships>"
        )
    };
    let base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let root = relations(&format!(
        "<Relationship Id=\"r1\" Type=\"{base}/officeDocument\" Target=\"word/document.xml\"/>"
    ));
    let own = relations(&format!(
        "<Relationship Id=\"p1\" Type=\"{base}/image\" Target=\"media/image1.png\"/>"
    ));
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in [
        ("[Content_Types].xml", types.as_bytes()),
        ("_rels/.rels", root.as_bytes()),
        ("word/document.xml", document.as_bytes()),
        ("word/_rels/document.xml.rels", own.as_bytes()),
        ("word/media/image1.png", photo),
    ] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A paragraph with the picture.
pub(crate) const PICTURE: &str = "<w:p><w:r><w:drawing><wp:inline><wp:docPr id=\"1\" name=\"a\" descr=\"Dàn chiêng\"/>\
    <a:graphic><a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><pic:pic>\
    <pic:blipFill><a:blip r:embed=\"p1\"/></pic:blipFill></pic:pic></a:graphicData></a:graphic>\
    </wp:inline></w:drawing></w:r></w:p>";

#[actix_web::test]
async fn a_document_becomes_a_body_with_its_pictures_and_without_what_was_not_meant_for_readers() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let id = app.begin(&crew.writer, &article()).await;
    let bytes = docx(&format!(
        "<w:p><w:r><w:t>Buôn làng giữ chiêng.</w:t></w:r>\
         <w:del w:id=\"1\" w:author=\"Lan\"><w:r><w:delText>Đã xóa</w:delText></w:r></w:del></w:p>\
         <w:p><w:r><w:rPr><w:rFonts w:ascii=\".VnTime\" w:hAnsi=\".VnTime\"/></w:rPr>\
         <w:t>TiÕng chiªng vang xa.</w:t></w:r></w:p>\
         <w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>Chữ ẩn</w:t></w:r></w:p>{PICTURE}"
    ));
    let path = format!("/api/v1/records/{id}/body/vi");
    let read = app.post(&path).by(&crew.writer).file("bài viết.docx", &bytes).send().await.ok(200);
    let record = &read["record"];
    let text = record["body"]["vi"].as_str().unwrap();
    assert!(text.contains("<p>Buôn làng giữ chiêng.</p>"), "{text}");
    assert!(text.contains("Tiếng chiêng vang xa."), "{text}");
    assert!(!text.contains("xóa") && !text.contains("ẩn"), "{text}");
    assert_eq!(record["title"]["vi"], "Không gian văn hóa cồng chiêng", "it had one");
    assert_eq!(record["body"]["en"], article()["body"]["en"], "the other language stays");
    assert_eq!(read["encodings"], json!({"tcvn3": 1}));
    let what = |name: &str| {
        let all = read["leftOut"].as_array().unwrap().iter();
        all.filter(|one| one["what"] == name).count()
    };
    assert_eq!((what("deletion"), what("hidden")), (1, 1), "{read}");
    let asset = read["pictures"][0].as_str().unwrap();
    let shown = record["assets"].as_array().unwrap().iter().find(|one| one["id"] == *asset);
    let shown: &Value = shown.unwrap();
    assert_eq!((&shown["role"], &shown["alt"]["vi"]), (&json!("inline"), &json!("Dàn chiêng")));
    assert_eq!(shown["mediaType"], "image/png");
}

#[actix_web::test]
async fn what_is_no_document_is_refused_and_changes_nothing() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let id = app.begin(&crew.writer, &article()).await;
    let path = format!("/api/v1/records/{id}/body/vi");
    let before = app.get(&format!("/api/v1/records/{id}")).by(&crew.writer).send().await.ok(200);
    let bomb = docx(&"<w:tbl><w:tr><w:tc>".repeat(10_000));
    for (name, bytes, status) in [
        ("a.docx", b"PK\x03\x04 not a zip".to_vec(), 422),
        ("a.docx", bomb, 422),
        ("a.doc", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec(), 415),
        ("a.docx", picture(image::ImageFormat::Png, 8, 8), 415),
        ("a.txt", b"plain words".to_vec(), 415),
        ("a.html", Vec::new(), 422),
    ] {
        let refused = app.post(&path).by(&crew.writer).file(name, &bytes).send().await;
        assert_eq!(refused.status, status, "{name}: {refused:?}");
    }
    let stranger = app.post(&path).by(&crew.stranger).file("a.html", b"<p>x</p>").send().await;
    stranger.is_problem(404, "not-found");
    let nobody = app.post(&path).file("a.html", b"<p>x</p>").send().await;
    assert_eq!(nobody.status, 401);
    let undeclared = with(article(), "/clearance", Value::Null);
    let open = app.begin(&crew.writer, &undeclared).await;
    let path = format!("/api/v1/records/{open}/body/vi");
    let refused = app.post(&path).by(&crew.writer).file("a.html", b"<p>x</p>").send().await;
    refused.is_problem(409, "declaration-needed");
    let after = app.get(&format!("/api/v1/records/{id}")).by(&crew.writer).send().await.ok(200);
    assert_eq!(before, after);
}
