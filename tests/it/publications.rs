//! Publications: read page by page, found by what stands on a page, recognised where they are scans.

use std::{fs, io::Write, path::Path};

use image::{DynamicImage, ImageFormat};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use quangba::media::paper::Renderer;
use serde_json::{Value, json};

use crate::support::{
    Caller, Crew, TestApp, files,
    records::{article, described, with},
};

/// A publication of two pages.
fn two_pages() -> Vec<u8> {
    files::book(&[
        "Dak Lak province welcomes its guests.\nThe coffee festival is held in March.",
        "Buon Don is known for its elephants\nand for the suspension bridge over the Serepok river.",
    ])
}

/// Where the system's programs are; none if the tests run without.
fn search_path() -> String {
    #[expect(clippy::disallowed_methods, reason = "a test's own setting")]
    std::env::var("PATH").unwrap_or_default()
}

fn has_tesseract() -> bool {
    let path = search_path();
    let found = std::env::split_paths(&path).any(|folder| folder.join("tesseract").is_file());
    if !found {
        std::io::stderr().write_all(b"skipped: no tesseract here\n").unwrap();
    }
    found
}

async fn app_with_programs() -> TestApp {
    TestApp::with(|settings| settings.media.programs = search_path()).await
}

/// Begins a record with this publication; gives both ids.
async fn begin(app: &TestApp, by: &Caller, pdf: &[u8]) -> (String, String) {
    let publication = with(article(), "/kind", json!("publication"));
    let id = app.begin(by, &publication).await;
    let meta = described().to_string();
    let form = [("file", Some("a.pdf"), pdf), ("meta", None, meta.as_bytes())];
    let answer = app.post(&format!("/api/v1/records/{id}/assets")).by(by).form(&form).send().await;
    answer.ok(201);
    let asset = answer.header("quangba-asset").rsplit(':').next().unwrap().to_owned();
    (id, asset)
}

async fn let_out(app: &TestApp, crew: &Crew, id: &str) {
    app.let_out(crew, id).await;
    app.follow();
}

async fn found(app: &TestApp, words: &str) -> Option<Value> {
    let path = format!("/api/v1/search?q={}", utf8_percent_encode(words, NON_ALPHANUMERIC));
    let said = app.get(&path).send().await.ok(200);
    said["hits"].as_array().unwrap().first().cloned()
}

async fn pages(app: &TestApp, by: &Caller, (id, asset): (&str, &str)) -> Value {
    let path = format!("/api/v1/records/{id}/assets/{asset}/pages");
    app.get(&path).by(by).send().await.ok(200)
}

#[actix_web::test]
async fn a_publication_is_found_by_what_stands_on_a_page() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let (id, asset) = begin(&app, &crew.writer, &two_pages()).await;
    let read = pages(&app, &crew.writer, (&id, &asset)).await;
    assert_eq!((&read["waiting"], &read["pages"][1]["by"]), (&json!(0), &json!("layer")));
    assert!(read["pages"][1]["text"].as_str().unwrap().contains("suspension bridge"), "{read}");
    let path = format!("/api/v1/records/{id}/assets/{asset}/pages");
    app.get(&path).by(&crew.stranger).send().await.is_problem(404, "not-found");
    assert_eq!(found(&app, "suspension bridge").await, None, "not public yet");

    let_out(&app, &crew, &id).await;
    let hit = found(&app, "suspension bridge serepok").await.unwrap();
    assert_eq!((&hit["id"], &hit["page"]["number"]), (&json!(format!("urn:uuid:{id}")), &json!(2)));
    let text = hit["page"]["text"].as_str().unwrap();
    assert!(text.contains("<mark>suspension</mark> <mark>bridge</mark>"), "{text}");
    let html = app.get("/vi/search?q=suspension%20bridge").send().await.text();
    assert!(
        html.contains("Tìm thấy ở trang 2:") && html.contains("<mark>suspension</mark>"),
        "{html}"
    );
    // What stands in the texts needs no page.
    let title = article()["title"]["en"].as_str().unwrap().to_owned();
    assert_eq!(found(&app, &title).await.unwrap().get("page"), None);

    app.moved(&crew.publisher, &id, json!({"action": "withdraw", "reason": "error"})).await;
    app.follow();
    assert_eq!(found(&app, "suspension bridge").await, None);
    app.get(&format!("/media/{asset}/page-1-800.jpg")).send().await.is_problem(410, "withdrawn");
}

#[actix_web::test]
async fn pages_are_pictures_and_canvases() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let (id, asset) = begin(&app, &crew.writer, &two_pages()).await;
    let preview = format!("/api/v1/records/{id}/assets/{asset}/preview/320.jpg");
    assert_eq!(app.get(&preview).by(&crew.writer).send().await.status, 200);
    app.get(&format!("/media/{asset}/page-1-320.jpg")).send().await.is_problem(404, "not-found");
    let_out(&app, &crew, &id).await;
    for (name, width, height) in [
        ("320.jpg", 320, 453),
        ("800-1x1.webp", 800, 800),
        ("page-1-320.jpg", 320, 453),
        ("page-2-1600.jpg", 1600, 2264),
    ] {
        let answer = app.get(&format!("/media/{asset}/{name}")).send().await;
        assert_eq!(answer.status, 200, "{name}");
        let picture = image::load_from_memory(&answer.body).unwrap();
        assert_eq!((picture.width(), picture.height()), (width, height), "{name}");
        // The credit line goes along.
        assert!(answer.body.windows(4).any(|bytes| bytes == b"xmp:" || bytes == b"rdf:"), "{name}");
    }
    for name in ["page-3-320.jpg", "page-0-320.jpg", "page-1-320.webp", "page-4294967296-320.jpg"] {
        let answer = app.get(&format!("/media/{asset}/{name}")).send().await;
        answer.is_problem(404, "not-found");
    }
    let manifest = app.get(&format!("/iiif/presentation/3/{id}/manifest")).send().await.ok(200);
    let canvases = manifest["items"].as_array().unwrap();
    assert_eq!(canvases.len(), 2);
    let image = &canvases[1]["items"][0]["items"][0]["body"];
    assert!(image["id"].as_str().unwrap().ends_with(&format!("/media/{asset}/page-2-1600.jpg")));
    assert_eq!((&image["width"], &image["height"]), (&json!(1600), &json!(2264)));
    assert_eq!(manifest["behavior"], json!(["paged"]));
    assert_eq!(manifest["structures"][0]["items"][0]["label"]["none"][0], "Chapter one");
    let page = app.get(&format!("/vi/r/{id}")).send().await.text();
    assert!(page.contains(&format!("/media/{asset}/800.jpg")), "the cover is shown");
}

#[actix_web::test]
async fn a_page_is_corrected_and_found_once_published() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let (id, asset) = begin(&app, &crew.writer, &two_pages()).await;
    let path = |page: &str| format!("/api/v1/records/{id}/assets/{asset}/pages/{page}");
    let put = async |page: &str, text: Value| {
        app.put(&path(page)).by(&crew.writer).json(&json!({"text": text})).send().await
    };
    put("2", json!("Cầu treo Buôn Đôn bắc qua sông Sêrêpốk")).await.ok(200);
    put("3", json!("x")).await.is_problem(404, "not-found");
    put("2", json!("x".repeat(20_001))).await.is_problem(422, "invalid");
    let stranger = app.put(&path("2")).by(&crew.stranger).json(&json!({"text": "x"})).send().await;
    stranger.is_problem(404, "not-found");
    let stale = app.put(&path("2")).by(&crew.writer).header("if-match", "\"r1\"");
    stale.json(&json!({"text": "x"})).send().await.is_problem(412, "stale");
    let read = pages(&app, &crew.writer, (&id, &asset)).await;
    assert_eq!(
        (&read["pages"][1]["by"], &read["pages"][0]["by"]),
        (&json!("corrected"), &json!("layer"))
    );

    let_out(&app, &crew, &id).await;
    assert_eq!(found(&app, "cầu treo Sêrêpốk").await.unwrap()["page"]["number"], 2);
    assert_eq!(found(&app, "suspension bridge").await, None, "what was read wrongly is not found");

    // A correction of what is public waits for the desk like any other change.
    put("1", json!("Một trang khác hẳn")).await.ok(200);
    app.follow();
    assert_eq!(found(&app, "khác hẳn").await, None);
    let_out(&app, &crew, &id).await;
    assert_eq!(found(&app, "khác hẳn").await.unwrap()["page"]["number"], 1);
    put("1", Value::Null).await.ok(200);
    let read = pages(&app, &crew.writer, (&id, &asset)).await;
    assert_eq!(read["pages"][0]["by"], "layer");
}

/// The first page of a document as a scanner gives it.
fn scanned(pdf: &[u8]) -> Vec<u8> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(pdf).unwrap();
    let picture = Renderer::open(&file).unwrap().render(0, 1654).unwrap();
    let (width, height) = picture.dimensions();
    let mut jpeg = std::io::Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(picture).write_to(&mut jpeg, ImageFormat::Jpeg).unwrap();
    files::scan(jpeg.into_inner(), width, height)
}

#[actix_web::test]
async fn a_scan_is_recognised_and_screened() {
    if !has_tesseract() {
        return;
    }
    let app = app_with_programs().await;
    let crew = app.crew().await;
    let text = "The coffee festival of Buon Ma Thuot\nis held in March every second year.\n\
                Call 0905 123 456 for tickets.";
    let (id, asset) = begin(&app, &crew.writer, &scanned(&files::book(&[text]))).await;
    let read = pages(&app, &crew.writer, (&id, &asset)).await;
    assert_eq!((&read["waiting"], &read["pages"][0]["text"]), (&json!(1), &json!("")));
    let rules = async || {
        let path = format!("/api/v1/records/{id}/findings");
        let said = app.get(&path).by(&crew.writer).send().await.ok(200);
        let found = said["findings"].as_array().unwrap().iter();
        found.map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert!(rules().await.contains(&"unread".to_owned()));
    let before = app.get(&format!("/api/v1/records/{id}")).by(&crew.writer).send().await.ok(200);
    app.follow();
    let after = app.get(&format!("/api/v1/records/{id}")).by(&crew.writer).send().await.ok(200);
    assert_eq!(before["revision"], after["revision"], "whoever writes is not disturbed");
    let read = pages(&app, &crew.writer, (&id, &asset)).await;
    assert_eq!((&read["waiting"], &read["pages"][0]["by"]), (&json!(0), &json!("ocr")));
    assert!(80 <= read["confidence"].as_u64().unwrap(), "{read}");
    let rules = rules().await;
    assert!(!rules.contains(&"unread".to_owned()), "{rules:?}");
    assert!(rules.contains(&"personal_data".to_owned()), "{rules:?}");
    let_out(&app, &crew, &id).await;
    assert_eq!(
        found(&app, "coffee festival every second year").await.unwrap()["page"]["number"],
        1
    );
}

#[actix_web::test]
async fn a_scan_waits_for_its_recognition_and_the_history_keeps_every_event() {
    if !has_tesseract() {
        return;
    }
    let app = app_with_programs().await;
    let crew = app.crew().await;
    let pdf =
        scanned(&files::book(&["Waterfalls of the Serepok river\nare seen from the bridge."]));
    let (id, _asset) = begin(&app, &crew.writer, &pdf).await;
    app.moved(&crew.writer, &id, json!({"action": "submit"})).await;
    let held = app.desk(&crew.reviewer, &id, json!({"action": "approve"})).await;
    held.is_problem(422, "findings");
    assert!(held.text().contains("recognition"), "{}", held.text());
    app.follow();
    app.moved(&crew.reviewer, &id, json!({"action": "approve"})).await;
    app.moved(&crew.publisher, &id, json!({"action": "publish"})).await;
    app.follow();
    assert_eq!(found(&app, "waterfalls bridge").await.unwrap()["page"]["number"], 1);
    let path = format!("/api/v1/records/{id}/history");
    let history = app.get(&path).by(&crew.writer).send().await.ok(200).to_string();
    for event in
        ["record.create", "record.add-file", "record.submit", "record.approve", "record.publish"]
    {
        assert!(history.contains(event), "{event}: {history}");
    }
}

#[actix_web::test]
async fn a_publication_that_cannot_be_read_is_not_published() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let whole = two_pages();
    // The table of objects says where nothing is.
    let broken = String::from_utf8_lossy(&whole).replace("/Kids", "/Kinds").into_bytes();
    let publication = with(article(), "/kind", json!("publication"));
    let id = app.begin(&crew.writer, &publication).await;
    let form = [("file", Some("a.pdf"), broken.as_slice())];
    let path = format!("/api/v1/records/{id}/assets");
    let answer = app.post(&path).by(&crew.writer).form(&form).send().await;
    if answer.status == 201 {
        let refused = app.desk(&crew.writer, &id, json!({"action": "submit"})).await;
        assert!(refused.text().contains("damaged"), "{}", refused.text());
    } else {
        answer.is_problem(422, "file-corrupt");
    }
}

#[actix_web::test]
async fn a_scanned_decision_is_found_by_a_phrase() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/data/agency-codes/09-2025-QD-TTg.scan.pdf");
    let Ok(pdf) = fs::read(path) else {
        std::io::stderr().write_all(b"skipped: no scans of agency codes here\n").unwrap();
        return;
    };
    if !has_tesseract() {
        return;
    }
    let app = app_with_programs().await;
    let crew = app.crew().await;
    let (id, _asset) = begin(&app, &crew.writer, &pdf).await;
    app.follow();
    let_out(&app, &crew, &id).await;
    let hit = found(&app, "mã định danh điện tử của các cơ quan, tổ chức").await.unwrap();
    assert_eq!(hit["id"], format!("urn:uuid:{id}"));
    assert!(
        hit["page"]["text"].as_str().unwrap().contains("<mark>định</mark> <mark>danh</mark>"),
        "{hit}"
    );
}
