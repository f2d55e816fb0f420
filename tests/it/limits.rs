//! Every limit of the contract: what lies at it is taken, what lies beyond is refused.

use quangba::service::Settings;
use serde_json::{Value, json};

use crate::support::{
    CULTURE, Caller, TestApp, files,
    records::{article, titled, with},
};

async fn writer(app: &TestApp) -> Caller {
    app.person(&["contributor"], Some(CULTURE)).await.caller
}

/// Sends a document at a limit and one beyond it.
async fn held(app: &TestApp, by: &Caller, at: &Value, beyond: &Value, wanted: &str) {
    app.post("/api/v1/records").by(by).json(at).send().await.ok(201);
    let head = app.head();
    let answer = app.post("/api/v1/records").by(by).json(beyond).send().await;
    answer.is_problem(422, "invalid");
    assert_eq!(answer.errors(), [wanted]);
    assert_eq!(app.head(), head);
}

#[test]
fn the_defaults_are_those_of_the_contract() {
    let settings = Settings::default();
    assert_eq!(settings.json_bytes, 2 * 1024 * 1024);
    assert_eq!(settings.document.title, 300);
    assert_eq!(settings.document.body, 200_000);
    assert_eq!(settings.document.assets, 200);
    assert_eq!(settings.media.file_bytes, 2 * 1024 * 1024 * 1024);
    assert_eq!(settings.media.photo_bytes, 200 * 1024 * 1024);
    assert_eq!(settings.media.pixels, 200_000_000);
}

#[actix_web::test]
async fn a_title_has_300_characters_at_most() {
    let app = TestApp::new().await;
    let writer = writer(&app).await;
    let long = |n: usize| titled(&"ộ".repeat(n), "Gongs");
    held(&app, &writer, &long(300), &long(301), "/title/vi too-long").await;
}

#[actix_web::test]
async fn a_summary_has_5000_and_a_body_200000_characters_a_language() {
    let app = TestApp::new().await;
    let writer = writer(&app).await;
    let long = |n: usize| with(article(), "/summary/en", json!("x".repeat(n)));
    held(&app, &writer, &long(5_000), &long(5_001), "/summary/en too-long").await;
    let long = |n: usize| with(article(), "/body/vi", json!("ồ".repeat(n)));
    held(&app, &writer, &long(200_000), &long(200_001), "/body/vi too-long").await;
}

#[actix_web::test]
async fn lists_have_their_bounds() {
    let app = TestApp::new().await;
    let writer = writer(&app).await;
    let words = |n: usize| with(article(), "/keywords", json!({"vi": vec!["chiêng"; n]}));
    held(&app, &writer, &words(50), &words(51), "/keywords/vi too-many").await;
    let asset = json!({"id": "urn:uuid:019a0b5c-3f00-7a11-8a11-0123456789ab"});
    let answer = app
        .post("/api/v1/records")
        .by(&writer)
        .json(&with(article(), "/assets", json!(vec![asset; 201])))
        .send()
        .await;
    answer.is_problem(422, "invalid");
    assert_eq!(answer.errors(), ["/assets too-many"]);
    let tags: serde_json::Map<String, Value> =
        (0..51).map(|n| (format!("x-tieng{n}"), json!("A"))).collect();
    let answer = app
        .post("/api/v1/records")
        .by(&writer)
        .json(&with(article(), "/title", Value::Object(tags)))
        .send()
        .await;
    assert_eq!(answer.errors(), ["/title too-many"]);
}

#[actix_web::test]
async fn a_body_has_5000_tags_at_most() {
    let app = TestApp::new().await;
    let writer = writer(&app).await;
    let body = |pairs: usize| with(article(), "/body", json!({"vi": "<ul><li>".repeat(pairs)}));
    held(&app, &writer, &body(2_500), &body(2_501), "/body/vi too-many-tags").await;
}

#[actix_web::test]
async fn a_record_has_so_many_files_at_most() {
    let app = TestApp::with(|settings| settings.document.assets = 2).await;
    let writer = writer(&app).await;
    let id = app.begin(&writer, &article()).await;
    app.photo(&writer, &id).await;
    app.photo(&writer, &id).await;
    let head = app.head();
    let path = format!("/api/v1/records/{id}/assets");
    let answer = app.post(&path).by(&writer).file("a.jpg", &files::jpeg()).send().await;
    answer.is_problem(422, "invalid");
    assert_eq!(answer.errors(), ["/file too-many"]);
    assert_eq!(app.head(), head);
    // What is taken out makes room, though not without end.
    for _replaced in 2..20 {
        app.save(&writer, &id, &article()).await.ok(200);
        app.photo(&writer, &id).await;
    }
    app.save(&writer, &id, &article()).await.ok(200);
    let answer = app.post(&path).by(&writer).file("a.jpg", &files::jpeg()).send().await;
    assert_eq!(answer.errors(), ["/file too-many"]);
}

#[actix_web::test]
async fn files_that_are_sent_at_once_are_all_taken() {
    let app = TestApp::new().await;
    let writer = writer(&app).await;
    let id = app.begin(&writer, &article()).await;
    futures_util::future::join_all((0..40).map(|_| app.photo(&writer, &id))).await;
    let record = app.get(&format!("/api/v1/records/{id}")).by(&writer).send().await.ok(200);
    assert_eq!(record["assets"].as_array().unwrap().len(), 40);
}

#[actix_web::test]
async fn a_json_body_has_2_mb_at_most() {
    let app = TestApp::new().await;
    let writer = writer(&app).await;
    let head = app.head();
    let huge = titled(&"x".repeat(10_000_000), "Gongs");
    let answer = app.post("/api/v1/records").by(&writer).json(&huge).send().await;
    answer.is_problem(413, "too-large");
    // The body may also say nothing of its length.
    let padded = |n: usize| {
        let text = article().to_string();
        format!("{text}{}", " ".repeat(n - text.len())).into_bytes()
    };
    let limit = 2 * 1024 * 1024;
    let ask = app.post("/api/v1/records").by(&writer).raw("application/json", padded(limit + 1));
    ask.send().await.is_problem(413, "too-large");
    let ask = app.post("/api/v1/session").raw("application/json", padded(limit + 1));
    ask.send().await.is_problem(413, "too-large");
    assert_eq!(app.head(), head);
    let ask = app.post("/api/v1/records").by(&writer).raw("application/json", padded(limit));
    ask.send().await.ok(201);
}

#[actix_web::test]
async fn a_title_of_10_mb_is_refused_where_larger_bodies_are_allowed() {
    let app = TestApp::with(|settings| settings.json_bytes = 32 << 20).await;
    let writer = writer(&app).await;
    let head = app.head();
    let huge = titled(&"x".repeat(10_000_000), "Gongs");
    let answer = app.post("/api/v1/records").by(&writer).json(&huge).send().await;
    answer.is_problem(422, "invalid");
    assert_eq!(answer.errors(), ["/title/vi too-long"]);
    assert!(answer.body.len() < 4_096, "the answer does not repeat it");
    assert_eq!(app.head(), head);
}

#[actix_web::test]
async fn a_picture_has_so_many_pixels_at_most() {
    let app = TestApp::with(|settings| settings.media.pixels = 64 * 48).await;
    let writer = writer(&app).await;
    let id = app.begin(&writer, &article()).await;
    let path = format!("/api/v1/records/{id}/assets");
    app.photo(&writer, &id).await;
    let more = files::picture(image::ImageFormat::Png, 64, 49);
    let answer = app.post(&path).by(&writer).file("a.png", &more).send().await;
    answer.is_problem(422, "file-pixels");
}

#[actix_web::test]
async fn a_search_has_512_characters_at_most() {
    let app = TestApp::new().await;
    let search =
        async |n: usize| app.get(&format!("/api/v1/search?q={}", "%C3%AA".repeat(n))).send().await;
    search(512).await.ok(200);
    let answer = search(513).await;
    answer.is_problem(400, "bad-parameter");
    assert_eq!(answer.errors(), ["/q value"]);
    let page = app.get(&format!("/vi/search?q={}", "%C3%AA".repeat(5_000))).send().await;
    assert!(page.status < 500, "{}", page.status);
}

#[actix_web::test]
async fn a_page_has_its_bounds() {
    let app = TestApp::new().await;
    let (_, key) = app.key("export", None);
    let auditor = app.person(&["auditor"], None).await.caller;
    for (path, caller, most) in [
        ("/export/v1/records", &key, 1_000),
        ("/api/v1/records", &auditor, 1_000),
        ("/api/v1/search", &Caller::Anybody, 100),
    ] {
        for limit in [1, most] {
            app.get(&format!("{path}?limit={limit}")).by(caller).send().await.ok(200);
        }
        for limit in ["0".to_owned(), (most + 1).to_string(), "-1".to_owned(), "x".to_owned()] {
            let answer = app.get(&format!("{path}?limit={limit}")).by(caller).send().await;
            answer.is_problem(400, "bad-parameter");
            assert_eq!(answer.errors(), ["/limit value"], "{path} {limit}");
        }
    }
}

#[actix_web::test]
async fn a_list_goes_on_where_its_cursor_says() {
    let app = TestApp::new().await;
    let writer = writer(&app).await;
    let mut all = Vec::new();
    for _ in 0..5 {
        all.push(app.begin(&writer, &article()).await);
    }
    all.sort();
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/api/v1/records?limit=2{cursor}");
        let page = app.get(&path).by(&writer).send().await.ok(200);
        let lines = page["records"].as_array().unwrap();
        assert!((1..=2).contains(&lines.len()));
        let ids = lines.iter().map(|line| line["id"].as_str().unwrap());
        seen.extend(ids.map(|id| id.rsplit(':').next().unwrap().to_owned()));
        match page["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    seen.sort();
    assert_eq!(seen, all, "each once");
}

/// Whoever opens many bodies and goes away must not hold all our connections.
#[test]
fn a_body_that_stalls_is_given_up() {
    use std::io::{Read as _, Write as _};
    let (archive, services) = crate::archive::Archive::new();
    crate::archive::close(services);
    let server = crate::archive::Server::start(&archive.data());
    let address = server.url.strip_prefix("http://").unwrap();
    let mut half = std::net::TcpStream::connect(address).unwrap();
    half.set_read_timeout(Some(std::time::Duration::from_secs(60))).unwrap();
    let head = "Content-Type: application/json\r\nContent-Length: 500";
    write!(half, "POST /api/v1/session HTTP/1.1\r\nHost: {address}\r\n{head}\r\n\r\n{{").unwrap();
    let mut answer = String::new();
    half.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
}
