//! The way out of an incident: nothing of a purged record is left in any file of the data folder.

use std::path::Path;

use serde_json::{Value, json};

use crate::support::{
    TestApp, files,
    records::{article, described, with},
};

/// A word that stands in every text of the record that is purged.
const SECRET: &str = "zqtuyetmatxyz";

fn marked() -> Value {
    let both = json!({"vi": format!("{SECRET} ở Đắk Lắk"), "en": format!("{SECRET} in Dak Lak")});
    let body = json!({"vi": format!("<p>{SECRET}</p>"), "en": format!("<p>{SECRET}</p>")});
    let mut document = article();
    for (pointer, value) in [
        ("/title", both.clone()),
        ("/summary", both),
        ("/body", body),
        ("/sourceId", json!(SECRET)),
        ("/internal", json!({"note": SECRET})),
    ] {
        document = with(document, pointer, value);
    }
    document
}

/// The files below `dir` that hold the bytes, and all files.
fn holding(dir: &Path, needle: &[u8]) -> (Vec<String>, usize) {
    let (mut found, mut all) = (Vec::new(), 0);
    for entry in walk(dir) {
        all += 1;
        let bytes = std::fs::read(&entry).unwrap();
        if bytes.windows(needle.len()).any(|window| window == needle) {
            found.push(entry.strip_prefix(dir).unwrap().display().to_string());
        }
    }
    (found, all)
}

fn walk(dir: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(walk(&path));
        } else {
            files.push(path);
        }
    }
    files
}

#[actix_web::test]
async fn no_byte_of_a_purged_record_is_left() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let officer = app.person(&["secrecy"], None).await.caller;
    let other = app.published(&crew, &article()).await;
    let id = app.begin(&crew.writer, &marked()).await;
    // A picture of its own, and one that the other record has as well.
    let mut own = files::picture(image::ImageFormat::Jpeg, 90, 40);
    let comment = SECRET.as_bytes();
    let length = u16::try_from(comment.len() + 2).unwrap().to_be_bytes();
    own.splice(2..2, [&[0xFF, 0xFE][..], &length, comment].concat());
    let path = format!("/api/v1/records/{id}/assets");
    let meta = described().to_string();
    for (name, bytes) in [("own.jpg", &own), ("shared.jpg", &files::jpeg())] {
        let form = [("file", Some(name), &bytes[..]), ("meta", None, meta.as_bytes())];
        app.post(&path).by(&crew.writer).form(&form).send().await.ok(201);
    }
    let kept = app.begin(&crew.writer, &article()).await;
    let shared = app.photo(&crew.writer, &kept).await;
    app.let_out(&crew, &id).await;
    let remark = json!({"text": SECRET});
    app.post(&format!("/api/v1/records/{id}/comments"))
        .by(&crew.reviewer)
        .json(&remark)
        .send()
        .await
        .ok(201);
    let (_, export) = app.key("export", None);
    app.get("/export/v1/records").by(&export).send().await.ok(200);
    let backups = tempfile::tempdir().unwrap();
    app.services
        .backup(&backups.path().join("dem.tar"), &mut |_, _, _| std::ops::ControlFlow::Continue(()))
        .unwrap();
    let (before, _) = holding(&app.dir(), SECRET.as_bytes());
    assert!(before.iter().any(|file| file.starts_with("journal")), "{before:?}");
    assert!(before.iter().any(|file| file.starts_with("media")), "{before:?}");

    let public = app.get(&format!("/api/v1/published/{id}")).send().await.ok(200);
    let tiny = public["assets"][0]["placeholder"].as_str().unwrap().to_owned();
    let (_, tiny) = tiny.split_once(',').unwrap();
    assert!(!holding(&app.dir(), tiny.as_bytes()).0.is_empty());

    let purge = format!("/api/v1/records/{id}/purge");
    let ask = async |by, reason: &str| {
        app.post(&purge).by(by).json(&json!({"reason": reason})).send().await
    };
    ask(&crew.reviewer, "Sự cố.").await.is_problem(403, "forbidden");
    ask(&crew.stranger, "Sự cố.").await.is_problem(404, "not-found");
    assert_eq!(ask(&officer, " ").await.errors(), ["/reason length"]);
    let purged = ask(&officer, "Lộ bí mật nhà nước, biên bản số 01/BB.").await.ok(200);
    assert_eq!(purged["backups"][0]["name"], "dem.tar");
    // Its own original and release, and its release of the file that it shares: a release says
    // whose it is.
    assert_eq!(purged["files"].as_array().unwrap().len(), 3, "{purged}");
    assert!(5 < purged["journal"]["lines"].as_u64().unwrap(), "{purged}");
    assert!(purged["done"].is_string() && purged["departed"]["pulls"][0]["current"] == json!(true));

    let (left, all) = holding(&app.dir(), SECRET.as_bytes());
    assert!(left.is_empty() && 10 < all, "{left:?}");
    let (left, _) = holding(&app.dir(), tiny.as_bytes());
    assert!(left.is_empty(), "a small picture of it is left in {left:?}");
    // Gone from every door, with what receivers must know.
    app.get(&format!("/api/v1/published/{id}")).send().await.is_problem(410, "withdrawn");
    app.get(&format!("/api/v1/records/{id}"))
        .by(&crew.writer)
        .send()
        .await
        .is_problem(404, "not-found");
    app.get(&format!("/api/v1/records/{id}/history"))
        .by(&officer)
        .send()
        .await
        .is_problem(404, "not-found");
    let pull = app
        .get("/export/v1/records")
        .by(&export)
        .header("Accept", "application/x-ndjson")
        .send()
        .await
        .text();
    let stone = pull.lines().find(|line| line.contains(&id)).unwrap();
    let stone: Value = serde_json::from_str(stone).unwrap();
    assert_eq!(stone["withdrawn"]["purge"], true, "{stone}");
    // The chain still says who did what, and holds; so does everything else.
    let auditor = app.person(&["auditor"], None).await.caller;
    let lines = app.get(&format!("/api/v1/audit?record={id}")).by(&auditor).send().await.ok(200);
    let lines = lines["lines"].as_array().unwrap();
    assert_eq!(lines[0]["action"], "record.purged");
    assert!(lines[3..].iter().all(|line| line["purged"] == true), "{lines:?}");
    let chain = app.get("/api/v1/audit/chain").by(&auditor).send().await.ok(200);
    assert_eq!(chain["ok"], true, "{chain}");
    assert_eq!(app.get(&format!("/api/v1/published/{other}")).send().await.status, 200);
    let original = format!("/api/v1/records/{kept}/assets/{shared}/original");
    assert_eq!(app.get(&original).by(&crew.writer).send().await.body, files::jpeg());
    let found = app.get("/api/v1/search?q=cong+chieng").send().await.ok(200);
    assert_eq!(found["total"], 1);
    // Writing goes on, in the new copy and the same journal.
    let next = app.begin(&crew.writer, &article()).await;
    app.let_out(&crew, &next).await;
    let all = app.get("/api/v1/purges").by(&officer).send().await.ok(200);
    assert_eq!(all["purges"].as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn a_draft_that_was_never_public_leaves_no_tombstone() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let officer = app.person(&["secrecy"], None).await.caller;
    let id = app.begin(&crew.writer, &marked()).await;
    let body = json!({"reason": "Sự cố."});
    let purged = app
        .post(&format!("/api/v1/records/{id}/purge"))
        .by(&officer)
        .json(&body)
        .send()
        .await
        .ok(200);
    assert_eq!(purged["wasPublic"], false);
    app.get(&format!("/api/v1/published/{id}")).send().await.is_problem(404, "not-found");
    let (left, _) = holding(&app.dir(), SECRET.as_bytes());
    assert!(left.is_empty(), "{left:?}");
}

#[actix_web::test]
async fn a_purge_that_failed_is_finished_and_leaves_what_another_record_took_since() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let officer = app.person(&["secrecy"], None).await.caller;
    let id = app.begin(&crew.writer, &marked()).await;
    app.photo(&crew.writer, &id).await;
    let (kept, own) = (files::jpeg(), holding(&app.dir(), &files::jpeg()).0);
    let [original] = &own[..] else { panic!("{own:?}") };
    // A folder in the file's place: it cannot be removed as a file.
    let place = app.dir().join(original);
    std::fs::remove_file(&place).unwrap();
    std::fs::create_dir(&place).unwrap();
    let purge = async || {
        let body = json!({"reason": "Sự cố."});
        app.post(&format!("/api/v1/records/{id}/purge")).by(&officer).json(&body).send().await
    };
    assert_eq!(purge().await.status, 500);
    app.get(&format!("/api/v1/records/{id}"))
        .by(&crew.writer)
        .send()
        .await
        .is_problem(404, "not-found");
    std::fs::remove_dir(&place).unwrap();
    let other = app.begin(&crew.writer, &article()).await;
    let asset = app.photo(&crew.writer, &other).await;
    let purged = purge().await.ok(200);
    assert!(purged["done"].is_string(), "{purged}");
    assert_eq!(purged["files"], json!([]), "the other record has it now");
    let original = format!("/api/v1/records/{other}/assets/{asset}/original");
    assert_eq!(app.get(&original).by(&crew.writer).send().await.body, kept);
    let (left, _) = holding(&app.dir(), SECRET.as_bytes());
    assert!(left.is_empty(), "{left:?}");
    purge().await.is_problem(404, "not-found");
}
