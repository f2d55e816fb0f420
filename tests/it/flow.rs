//! The main job from end to end: written, reviewed, published, found, pulled, taken back.

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::support::{
    Answer, Caller, TestApp,
    files::{self, picture},
    records::{article, described, titled, with},
};

/// The ids that a search gives.
async fn found(app: &TestApp, query: &str) -> Vec<String> {
    let answer = app.get(&format!("/api/v1/search?{query}")).send().await;
    let hits = answer.ok(200)["hits"].as_array().unwrap().clone();
    let id = |hit: &Value| hit["id"].as_str().unwrap().rsplit(':').next().unwrap().to_owned();
    hits.iter().map(id).collect()
}

async fn exported(app: &TestApp) -> Vec<Value> {
    let (_id, key) = app.key("export", None);
    let page = app.get("/export/v1/records").by(&key).send().await.ok(200);
    page["records"].as_array().unwrap().clone()
}

/// What the findings say, as `rule level pointer`.
async fn findings(app: &TestApp, by: &Caller, id: &str) -> Vec<String> {
    let answer = app.get(&format!("/api/v1/records/{id}/findings")).by(by).send().await.ok(200);
    let text = |finding: &Value, name: &str| finding[name].as_str().unwrap().to_owned();
    let each = answer["findings"].as_array().unwrap().iter();
    each.map(|f| format!("{} {} {}", text(f, "rule"), text(f, "level"), text(f, "pointer")))
        .collect()
}

async fn state(app: &TestApp, by: &Caller, id: &str) -> Value {
    app.get(&format!("/api/v1/records/{id}")).by(by).send().await.ok(200)
}

#[actix_web::test]
async fn an_article_goes_from_the_desk_to_readers_and_to_the_national_database() {
    let app = TestApp::new().await;
    let crew = app.crew().await;

    let id = app.begin(&crew.writer, &article()).await;
    let asset = app.photo(&crew.writer, &id).await;
    assert_eq!(app.get(&format!("/api/v1/published/{id}")).send().await.status, 404);

    let submitted = app.moved(&crew.writer, &id, json!({"action": "submit"})).await;
    assert_eq!(submitted["localId"], "DLK-2026-000001");
    assert_eq!(submitted["draft"]["state"], "submitted");
    let approved = app.moved(&crew.reviewer, &id, json!({"action": "approve"})).await;
    assert_eq!(approved["draft"]["state"], "approved");
    assert!(found(&app, "q=chieng").await.is_empty());
    let public = app.moved(&crew.publisher, &id, json!({"action": "publish"})).await;
    assert_eq!((&public["live"], &public["version"]), (&json!("published"), &json!(1)));
    assert!(public["draft"].is_null());
    app.follow();

    for words in ["cong%20chieng", "c%E1%BB%93ng%20chi%C3%AAng", "gong", "gongs", "GONG"] {
        assert_eq!(found(&app, &format!("q={words}")).await, std::slice::from_ref(&id), "{words}");
    }
    assert!(found(&app, "q=thac%20dray%20nur").await.is_empty());

    let record = app.get(&format!("/api/v1/published/{id}")).send().await.ok(200);
    assert_eq!(record["title"]["vi"], "Không gian văn hóa cồng chiêng");
    let href = record["assets"][0]["href"].as_str().unwrap();
    let path = href.strip_prefix("https://quangba.example").unwrap();
    let file = app.get(path).send().await;
    assert_eq!((file.status, file.header("content-type").as_str()), (200, "image/jpeg"));
    assert_eq!(app.get(&format!("/media/{asset}/320.jpg")).send().await.status, 200);

    for (lang, title) in [("vi", "Không gian văn hóa cồng chiêng"), ("en", "The space of gong")]
    {
        let page = app.get(&format!("/{lang}/r/{id}")).send().await;
        assert_eq!(page.status, 200);
        assert!(page.text().contains(title), "{lang}");
    }

    let records = exported(&app).await;
    assert_eq!(records.len(), 1);
    assert_eq!(records[0]["id"], format!("urn:uuid:{id}"));
    assert_eq!(records[0]["title"]["en"], "The space of gong culture");
}

#[actix_web::test]
async fn a_hit_shows_what_was_found_and_the_facets_count_it() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    app.published(&crew, &article()).await;
    let other =
        with(titled("Hồ Lắk lúc bình minh", "Lak Lake at dawn"), "/topics", json!(["du-lich"]));
    app.published(&crew, &other).await;

    let answer =
        app.get("/api/v1/search?q=gong&lang=en").header("Accept-Language", "en").send().await;
    let answer = answer.ok(200);
    assert_eq!(answer["total"], 2, "the second speaks of gongs in its text");
    let hit = &answer["hits"][0];
    assert_eq!(hit["title"]["en"], "The space of gong culture", "the title outweighs the text");
    assert!(hit["highlight"]["title"].as_str().unwrap().contains("<mark>gong</mark>"), "{hit}");
    assert_eq!(hit["agency"]["code"], "H15.16");
    let topics = answer["facets"]["topic"].as_array().unwrap();
    let labels: Vec<&Value> = topics.iter().map(|topic| &topic["label"]).collect();
    assert_eq!(topics.len(), 2, "{labels:?}");

    let narrowed = app.get("/api/v1/search?q=gong&topic=du-lich").send().await.ok(200);
    assert_eq!(narrowed["total"], 1);
    assert_eq!(narrowed["hits"][0]["title"]["en"], "Lak Lake at dawn");
}

#[actix_web::test]
async fn a_returned_record_says_why_and_comes_back() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let id = app.in_review(&crew, &article()).await;
    let head = app.head();

    let silent = app.desk(&crew.reviewer, &id, json!({"action": "return"})).await;
    silent.is_problem(422, "invalid");
    assert_eq!(silent.errors(), ["/note required"]);
    assert_eq!(app.head(), head);

    let note = "Bổ sung nguồn ảnh và tên nghệ nhân.";
    app.moved(&crew.reviewer, &id, json!({"action": "return", "note": note})).await;
    let seen = state(&app, &crew.writer, &id).await;
    assert_eq!(
        (&seen["draft"]["state"], &seen["draft"]["note"]),
        (&json!("returned"), &json!(note))
    );

    let better = titled("Cồng chiêng và nghệ nhân", "Gongs and their artisans");
    app.save(&crew.writer, &id, &better).await.ok(200);
    let path = format!("/api/v1/records/{id}/history");
    let history = app.get(&path).by(&crew.writer).send().await.ok(200);
    let notes: Vec<_> = (0..3).map(|step| &history["history"][step]["note"]).collect();
    assert_eq!(notes, [&Value::Null, &json!(note), &Value::Null], "said once, with the return");
    app.let_out(&crew, &id).await;
    assert_eq!(found(&app, "q=artisans").await, std::slice::from_ref(&id));
    let seen = state(&app, &crew.writer, &id).await;
    assert_eq!(seen["localId"], "DLK-2026-000001", "the number stays from the first submission");
}

#[actix_web::test]
async fn nobody_approves_what_they_wrote() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let both = app.person(&["contributor", "reviewer"], Some("H15.16")).await.caller;
    let id = app.begin(&both, &article()).await;
    app.moved(&both, &id, json!({"action": "submit"})).await;
    let head = app.head();
    app.desk(&both, &id, json!({"action": "approve"})).await.is_problem(403, "own-work");

    // Whoever changed one word of it wrote it too.
    let second = app.begin(&crew.writer, &article()).await;
    app.save(&both, &second, &titled("Chiêng", "Gongs")).await.ok(200);
    app.moved(&crew.writer, &second, json!({"action": "submit"})).await;
    app.desk(&both, &second, json!({"action": "approve"})).await.is_problem(403, "own-work");
    assert_eq!(app.head(), head + 3, "created, saved, submitted; nothing approved");

    app.moved(&crew.reviewer, &id, json!({"action": "approve"})).await;
}

#[actix_web::test]
async fn a_scheduled_record_goes_out_when_its_time_comes() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let id = app.approved(&crew, &article()).await;
    let past = json!({"action": "schedule", "at": "2026-10-05T00:00:00Z"});
    let refused = app.desk(&crew.publisher, &id, past).await;
    refused.is_problem(422, "invalid");
    assert_eq!(refused.errors(), ["/at past"]);

    let at = json!({"action": "schedule", "at": "2026-10-05T03:00:00Z"});
    let scheduled = app.moved(&crew.publisher, &id, at).await;
    assert_eq!(scheduled["draft"]["scheduledFor"], "2026-10-05T03:00:00Z");
    app.pass(SignedDuration::from_mins(119));
    assert_eq!(app.tick(), 0);
    assert_eq!(app.get(&format!("/api/v1/published/{id}")).send().await.status, 404);

    app.pass(SignedDuration::from_mins(1));
    assert_eq!(app.tick(), 1);
    app.follow();
    let record = app.get(&format!("/api/v1/published/{id}")).send().await.ok(200);
    let published = record["published"].as_str().unwrap();
    assert!(published.starts_with("2026-10-05T03:00:00.0"), "{published}");
    assert_eq!(found(&app, "q=gong").await, [id]);
    assert_eq!(app.tick(), 0, "once");
}

#[actix_web::test]
async fn an_embargo_holds_until_its_end() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let document = with(article(), "/embargoedUntil", json!("2026-10-06T00:00:00+07:00"));
    let id = app.approved(&crew, &document).await;
    let publish = json!({"action": "publish"});
    app.desk(&crew.publisher, &id, publish.clone()).await.is_problem(409, "embargo");

    // A wish for an earlier hour gives way to the embargo.
    let early = json!({"action": "schedule", "at": "2026-10-05T08:30:00+07:00"});
    let scheduled = app.moved(&crew.publisher, &id, early).await;
    assert_eq!(scheduled["draft"]["scheduledFor"], "2026-10-05T17:00:00Z");
    app.pass(SignedDuration::from_hours(15));
    assert_eq!(app.tick(), 0);
    app.pass(SignedDuration::from_hours(1));
    assert_eq!(app.tick(), 1);
    assert_eq!(app.get(&format!("/api/v1/published/{id}")).send().await.status, 200);
}

#[actix_web::test]
async fn a_withdrawn_record_is_gone_from_every_door() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let id = app.begin(&crew.writer, &article()).await;
    let asset = app.photo(&crew.writer, &id).await;
    app.let_out(&crew, &id).await;
    let record = app.get(&format!("/api/v1/published/{id}")).send().await.ok(200);
    let href = record["assets"][0]["href"].as_str().unwrap().to_owned();
    let release = href.strip_prefix("https://quangba.example").unwrap();
    let digest = hex(&app.get(release).send().await.body);

    let bare = app.desk(&crew.publisher, &id, json!({"action": "withdraw"})).await;
    bare.is_problem(422, "invalid");
    assert_eq!(bare.errors(), ["/reason required"]);
    let wish = json!({"action": "withdraw", "reason": "rights", "note": "Tác giả rút lại ảnh."});
    app.moved(&crew.publisher, &id, wish).await;

    // At once, without waiting for the index.
    let hits = found(&app, "q=gong").await;
    assert!(hits.is_empty(), "{hits:?}");
    app.follow();
    let answer = app.get("/api/v1/search?q=gong").send().await.ok(200);
    assert_eq!((&answer["total"], &answer["facets"]["kind"]), (&json!(0), &json!([])));

    let gone = app.get(&format!("/api/v1/published/{id}")).send().await;
    gone.is_problem(410, "withdrawn");
    assert_eq!(gone.at("/tombstone/withdrawn/reason"), "rights");
    assert_eq!(gone.at("/tombstone/version"), 2);
    app.get(release).send().await.is_problem(410, "withdrawn");
    let status = app.get(&format!("/api/v1/status?sha256={digest}")).send().await.ok(200);
    assert_eq!(status, json!({"status": "withdrawn", "record": format!("urn:uuid:{id}")}));
    app.get(&format!("/media/{asset}/320.jpg")).send().await.is_problem(410, "withdrawn");
    for lang in ["vi", "en"] {
        let page = app.get(&format!("/{lang}/r/{id}")).send().await;
        assert_eq!(page.status, 410);
        assert!(!page.text().contains("gong culture"));
    }
    let home = app.get("/vi/").send().await.text();
    assert!(!home.contains(&id));

    let records = exported(&app).await;
    assert_eq!(records.len(), 1);
    assert_eq!(records[0]["id"], format!("urn:uuid:{id}"));
    assert_eq!(records[0]["state"], "withdrawn");
    assert!(records[0].get("title").is_none());

    let head = app.head();
    for action in ["submit", "approve", "publish", "withdraw", "reopen"] {
        let wish = json!({"action": action, "reason": "error"});
        let again = app.desk(&crew.publisher, &id, wish).await;
        assert!(matches!(again.status, 403 | 409), "{action}: {again:?}");
    }
    let edited = app.save(&crew.writer, &id, &article()).await;
    edited.is_problem(409, "state");
    assert_eq!(app.head(), head);
}

#[actix_web::test]
async fn a_published_record_is_edited_as_a_draft_beside_it() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let id = app.begin(&crew.writer, &article()).await;
    let old_photo = app.photo(&crew.writer, &id).await;
    app.let_out(&crew, &id).await;
    let before = app.get(&format!("/api/v1/published/{id}")).send().await;

    let saved = app.save(&crew.writer, &id, &titled("Trống và chiêng", "Drums and gongs")).await;
    let saved = saved.ok(200);
    assert_eq!((&saved["live"], &saved["draft"]["state"]), (&json!("published"), &json!("draft")));
    let new_photo = app.photo(&crew.writer, &id).await;
    app.follow();
    let still = app.get(&format!("/api/v1/published/{id}")).send().await;
    assert_eq!((still.status, still.text()), (200, before.text()));
    assert!(found(&app, "q=drums").await.is_empty());
    assert_eq!(app.get(&format!("/media/{old_photo}/320.jpg")).send().await.status, 200);
    assert_eq!(app.get(&format!("/media/{new_photo}/320.jpg")).send().await.status, 404);

    app.pass(SignedDuration::from_hours(1));
    app.let_out(&crew, &id).await;
    let now = app.get(&format!("/api/v1/published/{id}")).send().await.ok(200);
    assert_eq!((&now["version"], &now["title"]["en"]), (&json!(2), &json!("Drums and gongs")));
    assert_eq!(now["published"], before.at("/published"), "the first day stays");
    assert_eq!(found(&app, "q=drums").await, std::slice::from_ref(&id));
    assert!(found(&app, "q=space").await.is_empty());
    assert_eq!(app.get(&format!("/media/{old_photo}/320.jpg")).send().await.status, 404);
    assert_eq!(app.get(&format!("/media/{new_photo}/320.jpg")).send().await.status, 200);
    let records = exported(&app).await;
    assert_eq!(records.len(), 1, "one id stands once, in its latest state");
    assert_eq!(records[0]["version"], 2);
}

#[actix_web::test]
async fn a_draft_beside_a_published_record_can_be_thrown_away() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let id = app.published(&crew, &article()).await;
    app.save(&crew.writer, &id, &titled("Trống", "Drums")).await.ok(200);
    let path = format!("/api/v1/records/{id}");
    assert_eq!(app.delete(&path).by(&crew.writer).send().await.status, 204);
    let left = state(&app, &crew.writer, &id).await;
    assert!(left["draft"].is_null());
    assert_eq!(left["title"]["en"], "The space of gong culture");

    let own = app.begin(&crew.writer, &article()).await;
    let path = format!("/api/v1/records/{own}");
    assert_eq!(app.delete(&path).by(&crew.writer).send().await.status, 204);
    app.get(&path).by(&crew.writer).send().await.is_problem(404, "not-found");
}

fn findings_of(answer: &Answer) -> Vec<String> {
    let findings = answer.at("/findings");
    let text = |f: &Value, name: &str| f[name].as_str().unwrap().to_owned();
    let each = findings.as_array().unwrap().iter();
    each.map(|f| format!("{} {}", text(f, "rule"), text(f, "pointer"))).collect()
}

#[actix_web::test]
async fn a_record_in_one_language_does_not_leave_its_agency() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let mut only = article();
    for name in ["title", "summary", "body"] {
        only = with(only.clone(), &format!("/{name}"), json!({"vi": article()[name]["vi"]}));
    }
    let id = app.begin(&crew.writer, &only).await;
    let head = app.head();
    let refused = app.desk(&crew.writer, &id, json!({"action": "submit"})).await;
    refused.is_problem(422, "findings");
    assert_eq!(findings_of(&refused), ["bilingual /title", "bilingual /summary", "body /body"]);
    assert_eq!(app.head(), head);
}

#[actix_web::test]
async fn an_ethnic_language_is_not_a_foreign_one() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let mut document = article();
    for name in ["title", "summary", "body"] {
        let texts = json!({"vi": article()[name]["vi"], "rad": "Čing knah Ê-đê"});
        document = with(document, &format!("/{name}"), texts);
    }
    document = with(document, "/translations", json!({}));
    let id = app.begin(&crew.writer, &document).await;
    let refused = app.desk(&crew.writer, &id, json!({"action": "submit"})).await;
    refused.is_problem(422, "findings");
    assert_eq!(findings_of(&refused), ["bilingual /title", "bilingual /summary", "body /body"]);

    // Any foreign language will do, English is none of the rule's.
    for name in ["title", "summary", "body"] {
        let text = "L'espace de la culture des gongs";
        let texts = json!({"vi": article()[name]["vi"], "rad": "Čing knah Ê-đê", "fr": text});
        document = with(document, &format!("/{name}"), texts);
    }
    app.save(&crew.writer, &id, &document).await.ok(200);
    app.moved(&crew.writer, &id, json!({"action": "submit"})).await;
}

#[actix_web::test]
async fn news_of_the_world_needs_vietnamese_only_and_is_not_exported() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let mut document = with(article(), "/infoClass", json!("world-into-vietnam"));
    for name in ["title", "summary", "body"] {
        document = with(document, &format!("/{name}"), json!({"vi": article()[name]["vi"]}));
    }
    document = with(document, "/translations", json!({}));
    let id = app.published(&crew, &document).await;
    assert_eq!(found(&app, "q=cong+chieng").await, std::slice::from_ref(&id));
    assert!(exported(&app).await.is_empty());

    let (_id, key) = app.key("export", None);
    let problems = app.get("/export/v1/problems").by(&key).send().await.ok(200);
    assert_eq!(problems["problems"][0]["id"], format!("urn:uuid:{id}"));
    assert!(!problems["problems"][0]["problems"].as_array().unwrap().is_empty());
}

#[actix_web::test]
async fn a_draft_may_be_bare_and_its_findings_say_what_is_missing() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let id = app.begin(&crew.writer, &json!({"kind": "photo"})).await;
    let said = findings(&app, &crew.writer, &id).await;
    for wanted in [
        "bilingual block /title/vi",
        "bilingual block /title",
        "bilingual block /summary",
        "rights block /rights/statement",
        "clearance block /clearance",
        "file block /assets",
        "topics block /topics",
    ] {
        assert!(said.contains(&wanted.to_owned()), "{wanted} in {said:?}");
    }
    assert!(!said.iter().any(|f| f.starts_with("body ")), "a photo needs no body: {said:?}");
}

#[actix_web::test]
async fn a_publication_and_photos_of_every_format_are_released() {
    use image::ImageFormat as F;
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let document = with(article(), "/kind", json!("publication"));
    let id = app.begin(&crew.writer, &document).await;
    let path = format!("/api/v1/records/{id}/assets");
    let meta = described().to_string();
    for (name, bytes) in [
        ("sách.pdf", files::pdf()),
        ("ảnh.jpg", picture(F::Jpeg, 40, 30)),
        ("ảnh.png", picture(F::Png, 40, 30)),
        ("ảnh.webp", picture(F::WebP, 40, 30)),
        ("ảnh.tif", picture(F::Tiff, 40, 30)),
    ] {
        let parts = [("meta", None, meta.as_bytes()), ("file", Some(name), bytes.as_slice())];
        app.post(&path).by(&crew.writer).form(&parts).send().await.ok(201);
    }
    app.let_out(&crew, &id).await;
    let record = app.get(&format!("/api/v1/published/{id}")).send().await.ok(200);
    let assets = record["assets"].as_array().unwrap();
    let types: Vec<&str> = assets.iter().map(|a| a["mediaType"].as_str().unwrap()).collect();
    assert_eq!(types.first().copied(), Some("application/pdf"));
    assert_eq!(types.len(), 5);
    for asset in assets {
        let path = asset["href"].as_str().unwrap().strip_prefix("https://quangba.example").unwrap();
        let file = app.get(path).send().await;
        assert_eq!(file.status, 200, "{path}");
        let digest = asset["digest"]["value"].as_str().unwrap();
        assert_eq!(hex(&file.body), digest, "{path}");
        assert_eq!(u64::try_from(file.body.len()).unwrap(), asset["bytes"].as_u64().unwrap());
        let status = app.get(&format!("/api/v1/status?sha256={digest}")).send().await.ok(200);
        assert_eq!(status["status"], "current");
    }
}

fn hex(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    let digest = sha2::Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
