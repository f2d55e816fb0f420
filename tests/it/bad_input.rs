//! Bad input: each gets its problem, in the caller's language, with all errors at once and their
//! places, and changes nothing.

use actix_web::http::Method;
use serde_json::{Value, json};

use crate::support::{
    Answer, CULTURE, Caller, TestApp,
    records::{article, titled, with},
};

async fn create(app: &TestApp, by: &Caller, document: &Value) -> Answer {
    app.post("/api/v1/records").by(by).json(document).send().await
}

async fn writer(app: &TestApp) -> Caller {
    app.person(&["contributor"], Some(CULTURE)).await.caller
}

/// Sends each document; each must be refused for exactly these reasons, and nothing be written.
async fn refused(app: &TestApp, cases: &[(Value, &[&str])]) {
    let writer = writer(app).await;
    let head = app.head();
    for (document, wanted) in cases {
        let answer = create(app, &writer, document).await;
        let shown: String = document.to_string().chars().take(300).collect();
        assert_eq!(answer.errors(), *wanted, "{shown}: {answer:?}");
        answer.is_problem(422, "invalid");
    }
    assert_eq!(app.head(), head, "a refused request changes nothing");
}

#[actix_web::test]
async fn an_unknown_field_is_refused_by_name_wherever_it_stands() {
    let app = TestApp::new().await;
    refused(
        &app,
        &[
            (with(article(), "/colour", json!("red")), &["/colour unknown-field"]),
            (with(article(), "/live", json!("published")), &["/live unknown-field"]),
            (with(article(), "/localId", json!("DLK-2026-000001")), &["/localId unknown-field"]),
            (with(article(), "/agency", json!("H15.11")), &["/agency unknown-field"]),
            (with(article(), "/rights/price", json!(5)), &["/rights/price unknown-field"]),
            (with(article(), "/clearance/by", json!("me")), &["/clearance/by unknown-field"]),
            (
                with(article(), "/places", json!([{"code": "66", "zoom": 3}])),
                &["/places/0/zoom unknown-field"],
            ),
            (with(article(), "/a~1b", json!(1)), &["/a~01b unknown-field"]),
            (with(article(), "/x", json!(1)), &["/x unknown-field"]),
        ],
    )
    .await;
}

#[actix_web::test]
async fn a_field_of_the_wrong_type_or_value_is_refused_with_its_place() {
    let app = TestApp::new().await;
    refused(
        &app,
        &[
            (json!([]), &[" type"]),
            (json!("bài viết"), &[" type"]),
            (json!({}), &["/kind required"]),
            (with(article(), "/kind", json!("poem")), &["/kind enum"]),
            (with(article(), "/kind", json!(7)), &["/kind type"]),
            (with(article(), "/title", json!("Chiêng")), &["/title type"]),
            (
                with(article(), "/title", json!({"vi": 1, "en": ["x"]})),
                &["/title/vi type", "/title/en type"],
            ),
            (with(article(), "/title", json!({"vi": "  "})), &["/title/vi empty"]),
            (with(article(), "/topics", json!("du-lich")), &["/topics type"]),
            (
                with(article(), "/topics", json!(["du-lich", "khong-co"])),
                &["/topics/1 unknown-term"],
            ),
            (
                with(article(), "/clearance/stateSecret", json!("no")),
                &["/clearance/stateSecret type"],
            ),
            (
                with(article(), "/places", json!([{"lat": 91, "lon": -181}])),
                &["/places/0/lat range", "/places/0/lon range"],
            ),
            (with(article(), "/created", json!("hôm qua")), &["/created date"]),
            (with(article(), "/created", json!("2026-02-30")), &["/created date"]),
            (
                with(article(), "/embargoedUntil", json!("2026-10-05T08:00:00")),
                &["/embargoedUntil instant"],
            ),
            (
                with(article(), "/rights/license", json!("javascript:alert(1)")),
                &["/rights/license uri"],
            ),
            (
                with(article(), "/rights/license", json!("https://example.org/mine")),
                &["/rights/license unknown-term"],
            ),
            (
                with(article(), "/relations", json!([{"rel": "likes", "id": "7"}])),
                &["/relations/0/rel enum", "/relations/0/id value"],
            ),
            (
                with(
                    article(),
                    "/assets",
                    json!([{"id": "urn:uuid:019a0b5c-3f00-7a11-8a11-0123456789ab"}]),
                ),
                &["/assets/0/id unknown-asset"],
            ),
        ],
    )
    .await;
}

#[actix_web::test]
async fn everything_that_is_wrong_is_said_at_once() {
    let app = TestApp::new().await;
    let document = json!({
        "kind": "poem",
        "colour": "red",
        "title": {"vi": "a\u{0}b", "en_US": "x", "en": "y".repeat(301)},
        "topics": [3],
        "created": "once",
        "clearance": {"stateSecret": 0},
    });
    let wanted: &[&str] = &[
        "/colour unknown-field",
        "/kind enum",
        "/title/vi character",
        "/title/en_US language-tag",
        "/title/en too-long",
        "/topics/0 type",
        "/created date",
        "/clearance/stateSecret type",
        "/clearance/personalData required",
    ];
    refused(&app, &[(document, wanted)]).await;
}

#[actix_web::test]
async fn control_characters_and_turned_text_are_refused() {
    let app = TestApp::new().await;
    let titles = [
        "a\u{0}b",
        "a\u{7}b",
        "a\u{1b}[31mb",
        "hai\ndòng",
        "a\tb",
        "a\u{7f}b",
        "a\u{85}b",
        "a\u{202E}gpj.exe",
        "\u{FEFF}a",
        "a\u{2066}b",
    ];
    let mut cases: Vec<(Value, &[&str])> = titles
        .iter()
        .map(|title| (with(article(), "/title/vi", json!(title)), &["/title/vi character"][..]))
        .collect();
    cases.push((with(article(), "/body/vi", json!("<p>a\u{0}b</p>")), &["/body/vi character"]));
    cases.push((
        with(article(), "/internal", json!({"note": "\u{1}"})),
        &["/internal/note character"],
    ));
    cases.push((with(article(), "/ext", json!({"isbn": ["\u{1}"]})), &["/ext/isbn/0 character"]));
    cases.push((with(article(), "/sourceId", json!("a\u{0}")), &["/sourceId character"]));
    refused(&app, &cases).await;
}

#[actix_web::test]
async fn a_language_tag_that_is_none_is_refused_and_any_good_one_taken() {
    let app = TestApp::new().await;
    let bad = ["en_US", "v", "tiếng-Việt", "", "en-", "123", "englishlanguage", "vi/en"];
    for tag in bad {
        let escaped = tag.replace('/', "~1");
        let document = with(article(), "/title", json!({tag: "Gongs"}));
        let wanted = format!("/title/{escaped} language-tag");
        refused(&app, &[(document, &[wanted.as_str()])]).await;
    }
    refused(
        &app,
        &[(with(article(), "/originalLang", json!("xx_YY")), &["/originalLang language-tag"])],
    )
    .await;

    let writer = writer(&app).await;
    let many = json!({"vi": "A", "rad": "B", "zh-Hant-TW": "C", "sr-Latn": "D", "x-buon": "E"});
    let made = create(&app, &writer, &with(article(), "/title", many)).await.ok(201);
    assert_eq!(made["title"]["zh-Hant-TW"], "C");
    // The same language in two spellings is one language twice.
    let twice = with(article(), "/title", json!({"zh-hant": "A", "zh-Hant": "B"}));
    let answer = create(&app, &writer, &twice).await;
    answer.is_problem(422, "invalid");
    assert_eq!(answer.errors(), ["/title/zh-Hant duplicate"]);
}

#[actix_web::test]
async fn decomposed_text_is_stored_composed() {
    use unicode_normalization::UnicodeNormalization as _;
    let app = TestApp::new().await;
    let writer = writer(&app).await;
    let composed = "Không gian văn hóa cồng chiêng Tây Nguyên ở Buôn Đôn";
    let decomposed: String = composed.nfd().collect();
    assert_ne!(composed, decomposed);
    let document = with(titled(&decomposed, "Gongs"), "/keywords", json!({"vi": [decomposed]}));
    let document = with(document, "/internal", json!({&decomposed: decomposed}));
    let made = create(&app, &writer, &document).await.ok(201);
    assert_eq!(made["title"]["vi"], composed);
    assert_eq!(made["keywords"]["vi"][0], composed);
    assert_eq!(made["internal"][composed], composed);
}

#[actix_web::test]
async fn a_body_is_sanitized_on_the_way_in() {
    let app = TestApp::new().await;
    let writer = writer(&app).await;
    let body = "<p onclick=\"x()\">Chiêng <b>Ê Đê</b><script>alert(1)</script>\
                <img src=x onerror=alert(1)><a href=\"javascript:x\">a</a></p>";
    let made = create(&app, &writer, &with(article(), "/body/vi", json!(body))).await.ok(201);
    let stored = made["body"]["vi"].as_str().unwrap();
    for evil in ["script", "onclick", "onerror", "javascript:", "alert"] {
        assert!(!stored.contains(evil), "{evil} in {stored}");
    }
    assert!(stored.contains("Ê Đê"), "{stored}");
    // A title is text: it is kept as written and escaped where it is shown.
    let title = "<script>alert(1)</script>";
    let made = create(&app, &writer, &with(article(), "/title/vi", json!(title))).await.ok(201);
    assert_eq!(made["title"]["vi"], title);
}

#[actix_web::test]
async fn what_is_no_json_is_unreadable() {
    let app = TestApp::new().await;
    let writer = writer(&app).await;
    let head = app.head();
    let deep = "[".repeat(200_000);
    let bodies: [&[u8]; 8] = [
        b"",
        b"{\"kind\": \"article\"",
        b"{'kind': 'article'}",
        b"kind=article",
        b"{\"kind\": \"article\", \"title\": {\"vi\": \"\xC3\x28\"}}",
        b"{\"kind\": \"article\", \"title\": {\"vi\": \"\xED\xA0\x80\"}}",
        b"{\"kind\": \"a\x00b\"}",
        deep.as_bytes(),
    ];
    for body in bodies {
        for (path, put) in [("/api/v1/records", false), ("/api/v1/session", false)] {
            assert!(!put);
            let ask = app.post(path).by(&writer).raw("application/json", body.to_vec());
            ask.send().await.is_problem(400, "unreadable");
        }
    }
    for media_type in ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""] {
        let ask = app.post("/api/v1/records").by(&writer);
        let answer = ask.raw(media_type, article().to_string().into_bytes()).send().await;
        answer.is_problem(415, "media-type");
    }
    assert_eq!(app.head(), head);
}

#[actix_web::test]
async fn a_lone_surrogate_is_unreadable() {
    let app = TestApp::new().await;
    let writer = writer(&app).await;
    let body = br#"{"kind": "article", "title": {"vi": "\ud800"}}"#.to_vec();
    let ask = app.post("/api/v1/records").by(&writer).raw("application/json", body);
    ask.send().await.is_problem(400, "unreadable");
}

#[actix_web::test]
async fn a_problem_speaks_the_callers_language() {
    let app = TestApp::new().await;
    let writer = writer(&app).await;
    let document = with(article(), "/colour", json!(1));
    for (asked, lang, detail, message) in [
        (
            "en",
            "en",
            "The input is not valid; see each of the errors.",
            "There is no field of this name.",
        ),
        (
            "en-GB,vi;q=0.5",
            "en",
            "The input is not valid; see each of the errors.",
            "There is no field of this name.",
        ),
        (
            "vi",
            "vi",
            "Nội dung gửi lên chưa hợp lệ; xem từng lỗi trong errors.",
            "Không có trường nào tên như vậy.",
        ),
        (
            "fr",
            "vi",
            "Nội dung gửi lên chưa hợp lệ; xem từng lỗi trong errors.",
            "Không có trường nào tên như vậy.",
        ),
    ] {
        let ask = app.post("/api/v1/records").by(&writer).header("Accept-Language", asked);
        let answer = ask.json(&document).send().await;
        assert_eq!(answer.header("content-language"), lang, "{asked}");
        assert_eq!(
            (answer.at("/detail"), answer.at("/errors/0/message")),
            (json!(detail), json!(message))
        );
    }
}

#[actix_web::test]
async fn a_save_names_what_it_read() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let id = app.begin(&crew.writer, &article()).await;
    let path = format!("/api/v1/records/{id}");
    let put = || app.put(&path).by(&crew.writer).json(&titled("Mới", "New"));
    let head = app.head();
    put().send().await.is_problem(428, "if-match-needed");
    put().seen(7).send().await.is_problem(412, "stale");
    for tag in ["*", "r1", "\"1\"", "W/\"r1\"", "\"r-1\"", "\"r99999999999\"", ""] {
        put().header("If-Match", tag).send().await.is_problem(412, "stale");
    }
    let delete = app.delete(&path).by(&crew.writer).seen(7).send().await;
    delete.is_problem(412, "stale");
    let wish = json!({"action": "submit"});
    let desk = app.post(&format!("{path}/transitions")).by(&crew.writer).seen(7).json(&wish);
    desk.send().await.is_problem(412, "stale");
    assert_eq!(app.head(), head);

    let read = app.get(&path).by(&crew.writer).send().await;
    assert_eq!(read.header("etag"), "\"r1\"");
    let saved = put().seen(1).send().await;
    saved.ok(200);
    assert_eq!(saved.header("etag"), "\"r2\"");
    put().seen(1).send().await.is_problem(412, "stale");
}

#[actix_web::test]
async fn what_was_read_can_be_sent_back_but_not_what_the_system_sets() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let id = app.begin(&crew.writer, &article()).await;
    app.photo(&crew.writer, &id).await;
    let path = format!("/api/v1/records/{id}");
    let read = app.get(&path).by(&crew.writer).send().await.ok(200);
    let put = async |seen: u64, body: &Value| {
        app.put(&path).by(&crew.writer).seen(seen).json(body).send().await
    };
    put(2, &read).await.ok(200);
    let head = app.head();
    let mut changed = with(read.clone(), "/agency", json!("H15.11"));
    changed = with(changed, "/version", json!(9));
    changed["assets"][0]["bytes"] = json!(1);
    changed["revision"] = json!(3);
    changed["modified"] = app.get(&path).by(&crew.writer).send().await.at("/modified");
    let answer = put(3, &changed).await;
    answer.is_problem(422, "invalid");
    let mut errors = answer.errors();
    errors.sort();
    assert_eq!(errors, ["/agency read-only", "/assets/0/bytes read-only", "/version read-only"]);
    assert_eq!(app.head(), head);
}

#[actix_web::test]
async fn a_wish_to_the_desk_is_read_strictly() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let id = app.published(&crew, &article()).await;
    let head = app.head();
    for (wish, wanted) in [
        (json!({}), "/action required"),
        (json!({"action": "explode"}), "/action value"),
        (json!({"action": "read"}), "/action value"),
        (json!({"action": "delete"}), "/action value"),
        (json!({"action": "withdraw", "reason": "boredom"}), "/reason value"),
        (json!({"action": "withdraw", "reason": "error", "replacedBy": "7"}), "/replacedBy value"),
        (json!({"action": "schedule", "at": "tomorrow"}), "/at value"),
        (json!({"action": "return", "note": "x".repeat(5_001)}), "/note value"),
        (json!({"action": "withdraw", "reason": "error", "force": true}), "/force unknown-field"),
        (json!({"action": "withdraw", "reason": 5}), "/reason type"),
    ] {
        let answer = app.desk(&crew.publisher, &id, wish.clone()).await;
        answer.is_problem(422, "invalid");
        assert_eq!(answer.errors(), [wanted], "{wish}");
    }
    let other = "urn:uuid:019a0b5c-3f00-7a11-8a11-0123456789ab";
    let wish = json!({"action": "withdraw", "reason": "merged", "replacedBy": other});
    let answer = app.desk(&crew.publisher, &id, wish).await;
    answer.is_problem(422, "invalid");
    assert_eq!(answer.errors(), ["/replacedBy unknown-record"]);
    assert_eq!(app.head(), head);
}

#[actix_web::test]
async fn a_source_id_stands_once_within_an_agency() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let document = with(article(), "/sourceId", json!("VHTTDL-2026-17"));
    app.begin(&crew.writer, &document).await;
    let head = app.head();
    create(&app, &crew.writer, &document).await.is_problem(409, "source-id-taken");
    let own = app.begin(&crew.writer, &article()).await;
    app.save(&crew.writer, &own, &document).await.is_problem(409, "source-id-taken");
    assert_eq!(app.head(), head + 1, "only the record without a number was made");
    create(&app, &crew.stranger, &document).await.ok(201);
}

#[actix_web::test]
async fn a_foreign_or_broken_cursor_is_refused() {
    let app = TestApp::new().await;
    let other = TestApp::new().await;
    let crew = other.crew().await;
    for n in 0..3 {
        other.published(&crew, &titled(&format!("Chiêng {n}"), "Gongs")).await;
    }
    let (_, foreign) = other.key("export", None);
    let page = other.get("/export/v1/records?limit=1").by(&foreign).send().await.ok(200);
    let cursor = page["nextCursor"].as_str().unwrap().to_owned();

    let (_, key) = app.key("export", None);
    let auditor = app.person(&["auditor"], None).await.caller;
    let mut broken = cursor.clone();
    broken.replace_range(5..6, if cursor.get(5..6) == Some("A") { "B" } else { "A" });
    for cursor in [cursor.as_str(), &broken, "x", "", "%00", "AAAA"] {
        let answer = app.get(&format!("/export/v1/records?cursor={cursor}")).by(&key).send().await;
        answer.is_problem(400, "bad-parameter");
        assert_eq!(answer.errors(), ["/cursor value"], "{cursor}");
    }
    let answer =
        other.get(&format!("/export/v1/records?cursor={broken}")).by(&foreign).send().await;
    answer.is_problem(400, "bad-parameter");
    for path in ["/api/v1/search?cursor=", "/api/v1/records?cursor="] {
        for cursor in ["%FF", "!", "bzo5OTk5OTk5OTk5OQ"] {
            let answer = app.get(&format!("{path}{cursor}")).by(&auditor).send().await;
            if path.contains("search") {
                answer.is_problem(400, "bad-parameter");
                assert_eq!(answer.errors(), ["/cursor value"]);
            } else {
                assert!(matches!(answer.status, 200 | 400), "{answer:?}");
            }
        }
    }
}

#[actix_web::test]
async fn an_expired_cursor_says_where_to_begin_again() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    for n in 0..2 {
        app.published(&crew, &titled(&format!("Chiêng {n}"), "Gongs")).await;
    }
    let (_, key) = app.key("export", None);
    let page = app.get("/export/v1/records?limit=1").by(&key).send().await.ok(200);
    let path = format!("/export/v1/records?cursor={}", page["nextCursor"].as_str().unwrap());
    app.get(&path).by(&key).send().await.ok(200);
    app.pass(jiff::SignedDuration::from_hours(25));
    let answer = app.get(&path).by(&key).send().await;
    answer.is_problem(410, "cursor-expired");
    assert!(answer.at("/restartAfterSeq").is_u64(), "{answer:?}");
}

#[actix_web::test]
async fn a_bad_parameter_is_named() {
    let app = TestApp::new().await;
    let (_, key) = app.key("export", None);
    let auditor = app.person(&["auditor"], None).await.caller;
    for (path, wanted) in [
        ("/api/v1/search?limit=x", "/limit value"),
        ("/api/v1/search?sort=best", "/sort value"),
        ("/api/v1/search?from=yesterday", "/from value"),
        ("/api/v1/search?to=2026-02-30", "/to value"),
        ("/api/v1/search?facets=kind,mood", "/facets value"),
        ("/api/v1/search?colour=red", "/colour unknown-field"),
        ("/api/v1/status?sha256=abc", "/sha256 value"),
        ("/api/v1/status", "/sha256 required"),
        ("/api/v1/records?draft=lost", "/draft value"),
        ("/api/v1/records?live=maybe", "/live value"),
        ("/api/v1/records?kind=poem", "/kind value"),
        ("/api/v1/records?sate=draft", "/sate unknown-field"),
        ("/api/v1/status?digest=abc", "/digest unknown-field"),
        ("/export/v1/records?afterSeq=7", "/afterSeq unknown-field"),
        ("/export/v1/schema?of=page", "/of unknown-field"),
        ("/export/v1/records?since=yesterday", "/since value"),
        ("/export/v1/records?after_seq=-1", "/after_seq value"),
        ("/export/v1/records?after_seq=0&since=2026-01-01T00:00:00Z", "/since value"),
    ] {
        let caller = if path.starts_with("/export") { &key } else { &auditor };
        let answer = app.get(path).by(caller).send().await;
        assert_eq!(answer.status, 400, "{path}: {answer:?}");
        answer.is_problem(400, "bad-parameter");
        assert_eq!(answer.errors(), [wanted], "{path}");
    }
    app.get("/export/v1/records?after_seq=99").by(&key).send().await.is_problem(409, "beyond-feed");
}

#[actix_web::test]
async fn a_head_is_answered_as_its_get_is() {
    let app = TestApp::new().await;
    for (path, status) in [
        ("/vi/", 200),
        ("/en/search", 200),
        ("/openapi.json", 200),
        ("/healthz", 200),
        ("/export/v1/records", 401),
        ("/nothing", 404),
        ("/api/v1/session", 405),
    ] {
        assert_eq!(app.ask(Method::HEAD, path).send().await.status, status, "{path}");
    }
}

#[actix_web::test]
async fn an_address_that_is_none_is_not_found() {
    let app = TestApp::new().await;
    let auditor = app.person(&["auditor"], None).await.caller;
    for path in [
        "/api/v1/nothing",
        "/api/v1/records/7",
        "/api/v1/records/%FF%FE",
        "/api/v1/records/..%2f..%2fetc%2fpasswd",
        "/api/v1/published/019a0b5c-3f00-7a11-8a11-0123456789ab",
        "/api/v1/published/x'--",
        "/media/019a0b5c-3f00-7a11-8a11-0123456789ab/320.jpg",
        "/media/..%2f..%2f/lock",
        "/api/v1/vocabularies/..%2fsecret",
        "/export/v1/schema?name=..%2fsecret",
        "/xx/",
        "/de/search",
        "/vi/r/7",
    ] {
        let answer = app.get(path).by(&auditor).send().await;
        answer.is_problem(404, "not-found");
    }
    let page = app.get("/en/nothing/here").header("Accept", "text/html").send().await;
    assert_eq!(page.status, 404);
    assert!(page.header("content-type").starts_with("text/html"), "people get a page");
    assert!(page.text().contains("lang=\"en\""));
}

#[actix_web::test]
async fn a_method_that_an_address_does_not_take_is_said_so() {
    let app = TestApp::new().await;
    let writer = writer(&app).await;
    for path in ["/api/v1/records", "/api/v1/session", "/api/v1/search"] {
        let answer = app.put(path).by(&writer).json(&json!({})).send().await;
        answer.is_problem(405, "method-not-allowed");
        assert!(!answer.header("allow").is_empty(), "{path} says what it takes");
    }
}
