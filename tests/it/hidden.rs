//! What is not public stays unseen: a stranger without a key walks through every address there is.

use serde_json::{Value, json};

use crate::support::{
    Answer, Caller, TestApp,
    records::{article, id_of, titled, with},
};

/// A word that stands in every text of a hidden record.
const CANARY: &str = "zqhoangyen";

/// A word in notes that never leave, not even with a published record.
const NOTE: &str = "zqghichu";

struct Hidden {
    what: &'static str,
    id: String,
    asset: String,
}

/// The article with the word wherever a person may write one.
fn marked(word: &str) -> Value {
    let text = format!("{word} ở Đắk Lắk");
    let both = json!({"vi": text, "en": format!("{word} in Dak Lak")});
    let body = json!({"vi": format!("<p>{text}</p>"), "en": format!("<p>{word} in Dak Lak</p>")});
    let mut document = with(article(), "/title", both.clone());
    for (pointer, value) in [
        ("/summary", both.clone()),
        ("/body", body),
        ("/sourceId", json!(word)),
        ("/keywords", json!({"vi": [word], "en": [word]})),
        ("/creators", json!([{"name": word, "role": "author"}])),
        ("/places", json!([{"code": "66", "name": both}])),
        ("/ext", json!({"isbn": word})),
        ("/internal", json!({"note": NOTE})),
    ] {
        document = with(document, pointer, value);
    }
    document
}

/// One hidden record of every sort.
async fn hidden(app: &TestApp) -> (Vec<Hidden>, Vec<Caller>) {
    let crew = app.crew().await;
    let mut all = Vec::new();
    let wish = |action: &str| json!({"action": action, "at": "2026-12-01T00:00:00Z", "reason": "rights", "note": NOTE});
    for (what, way) in [
        ("draft", &[][..]),
        ("submitted", &["submit"]),
        ("returned", &["submit", "return"]),
        ("approved", &["submit", "approve"]),
        ("scheduled", &["submit", "approve", "schedule"]),
        ("withdrawn", &["submit", "approve", "publish", "withdraw"]),
    ] {
        let word = format!("{CANARY}{what}");
        let mut document = marked(&word);
        if what == "scheduled" {
            document = with(document, "/embargoedUntil", json!("2026-11-01T00:00:00Z"));
        }
        let id = app.begin(&crew.writer, &document).await;
        let asset = app.photo(&crew.writer, &id).await;
        let remark = json!({"pointer": "/title/vi", "text": format!("{word} {NOTE}")});
        let path = format!("/api/v1/records/{id}/comments");
        app.post(&path).by(&crew.writer).json(&remark).send().await.ok(201);
        for action in way {
            let by = match *action {
                "submit" => &crew.writer,
                "approve" | "return" => &crew.reviewer,
                _ => &crew.publisher,
            };
            app.moved(by, &id, wish(action)).await;
        }
        all.push(Hidden { what, id, asset });
    }
    app.follow();
    (all, vec![crew.writer, crew.stranger])
}

/// Every address that is read, with `record` and `asset` in their places.
fn addresses(record: &str, asset: &str) -> Vec<String> {
    let api: Value = serde_json::from_str(&quangba::web::routes::openapi_text().unwrap()).unwrap();
    let paths = api["paths"].as_object().unwrap();
    let mut all: Vec<String> = paths
        .iter()
        .filter(|(_, item)| item.get("get").is_some())
        .map(|(path, _)| path.clone())
        .collect();
    assert!(20 <= all.len(), "{all:?}");
    for page in [
        "/",
        "/vi",
        "/{lang}/",
        "/{lang}/search",
        "/{lang}/search?q=Dak+Lak",
        "/{lang}/r/{id}",
        "/{lang}/r/{id}/ten",
        "/robots.txt",
        "/openapi.json",
        "/docs/",
        "/sitemap.xml",
        "/api/v1/search?q=dak+lak&limit=100",
        "/api/v1/search?sort=newest&limit=100",
        "/api/v1/search?agency=H15.16&facets=kind,topic,agency,year,language,place,use",
        "/api/v1/suggest?q=zq",
        "/feeds/vi.atom",
        "/api/v1/published/{id}/kit.zip?lang=vi",
        "/api/v1/kit.zip?id={id}",
        "/api/v1/kit.zip?lang=en&id=urn:uuid:{id}",
        "/media/{asset}/320.jpg",
        "/media/{asset}/800.jpg",
        "/media/{asset}/800-1x1.webp",
        "/media/{asset}/dan-chieng.jpg",
        "/iiif/3/{asset}",
        "/export/v1/records?limit=1000",
        "/export/v1/records?after_seq=0",
    ] {
        all.push(page.to_owned());
    }
    let put = |path: String, lang: &str| {
        path.replace("{lang}", lang)
            .replace("{id}", record)
            .replace("{asset}", asset)
            .replace("{name}", "dan-chieng.jpg")
            .replace("{n}", "1")
            .replace("{region}/{size}/{rotation}/{file}", "full/max/0/default.jpg")
    };
    let mut out: Vec<String> = Vec::new();
    for path in all {
        out.push(put(path.clone(), "vi"));
        if path.contains("{lang}") {
            out.push(put(path, "en"));
        }
    }
    out
}

/// All that an answer says, in an order of its own.
fn everything(answer: &Answer) -> String {
    let line = |name: &dyn std::fmt::Display, value: &[u8]| {
        format!("{name}: {}", String::from_utf8_lossy(value))
    };
    let headers = answer.headers.iter();
    let mut headers: Vec<String> =
        headers.map(|(name, value)| line(name, value.as_bytes())).collect();
    headers.sort();
    format!("{}\n{}", headers.join("\n"), answer.text())
}

#[actix_web::test]
async fn a_stranger_finds_no_word_of_what_is_not_public() {
    let app = TestApp::new().await;
    let (all, people) = hidden(&app).await;
    let names = ["contributor-0", "reviewer-2", "publisher-3"];
    let mut asked = 0;
    for record in &all {
        for path in addresses(&record.id, &record.asset) {
            for accept in ["text/html", "application/json"] {
                let answer = app.get(&path).header("Accept", accept).send().await;
                let text = everything(&answer);
                for word in [CANARY, NOTE].into_iter().chain(names) {
                    assert!(!text.contains(word), "{}: {path}: {answer:?}", record.what);
                }
                let of_it = path.contains(&record.id) || path.contains(&record.asset);
                let status = answer.status;
                if of_it {
                    assert!(
                        matches!(status, 401 | 404 | 410),
                        "{}: {path}: {answer:?}",
                        record.what
                    );
                    let gone = record.what == "withdrawn" && status != 401;
                    assert!(status != 410 || gone, "{}: {path} is {status}", record.what);
                } else {
                    assert!(!text.contains(&record.id), "{}: {path} names it", record.what);
                }
                assert!(status < 500, "{path}: {answer:?}");
                asked += 1;
            }
        }
    }
    assert!(500 < asked, "{asked}");

    // The stranger from another agency is signed in, a translator too, the national database has its
    // key: they see no more than that.
    let translator = app.person(&["translator"], None).await.caller;
    let (_, export) = app.key("export", None);
    for caller in [people.last().unwrap(), &translator, &export] {
        for record in &all {
            for path in addresses(&record.id, &record.asset) {
                let text = everything(&app.get(&path).by(caller).send().await);
                assert!(!text.contains(CANARY) && !text.contains(NOTE), "{}: {path}", record.what);
            }
        }
    }
    let stream = app.get("/export/v1/records").by(&export).header("Accept", "application/x-ndjson");
    assert!(!stream.send().await.text().contains(CANARY));
}

#[actix_web::test]
async fn a_hidden_word_is_not_found_even_by_who_knows_it() {
    let app = TestApp::new().await;
    let (all, _people) = hidden(&app).await;
    for record in &all {
        let word = format!("{CANARY}{}", record.what);
        for query in [format!("q={word}"), format!("q=%22{word}%22"), format!("q={NOTE}")] {
            let answer = app.get(&format!("/api/v1/search?{query}")).send().await.ok(200);
            assert_eq!((&answer["total"], &answer["hits"]), (&json!(0), &json!([])), "{query}");
            let facets = answer["facets"].as_object().unwrap().values();
            assert!(facets.clone().all(|facet| *facet == json!([])), "{query}");
        }
    }
    let answer = app.get("/api/v1/search").send().await.ok(200);
    assert_eq!(answer["total"], 0);
}

#[actix_web::test]
async fn a_draft_beside_a_published_record_shows_through_nowhere() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let document = with(article(), "/internal", json!({"note": NOTE}));
    let id = app.published(&crew, &document).await;
    app.save(&crew.writer, &id, &marked(CANARY)).await.ok(200);
    let asset = app.photo(&crew.writer, &id).await;
    app.moved(&crew.writer, &id, json!({"action": "submit"})).await;
    let wish = json!({"action": "return", "note": NOTE});
    app.moved(&crew.reviewer, &id, wish).await;
    app.follow();
    let (_, export) = app.key("export", None);
    for path in addresses(&id, &asset) {
        let answers = [
            app.get(&path).send().await,
            app.get(&path).header("Accept", "text/html").send().await,
            app.get(&path).by(&export).send().await,
            app.get(&path).by(&export).header("Accept", "application/x-ndjson").send().await,
        ];
        for answer in answers {
            let text = everything(&answer);
            for word in [CANARY, NOTE, "contributor-0", "reviewer-2", "publisher-3"] {
                assert!(!text.contains(word), "{word} in {path}: {answer:?}");
            }
            let draft_file = path.contains(&asset);
            assert!(!draft_file || matches!(answer.status, 401 | 404), "{path}: {answer:?}");
        }
    }
    let export = app.get("/export/v1/records").by(&export).send().await.text();
    assert!(export.contains(&id), "it is exported as it is public");
}

#[actix_web::test]
async fn ids_tell_nothing_of_what_exists() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let made = app.post("/api/v1/records").by(&crew.writer).json(&article()).send().await.ok(201);
    let (there, nowhere) = (id_of(&made), "019a0b5c-3f00-7a11-8a11-0123456789ab");
    let put = async |id: &str, caller: &Caller| {
        let path = format!("/api/v1/records/{id}");
        app.put(&path).by(caller).seen(1).json(&titled("A", "B")).send().await
    };
    for caller in [&crew.stranger, &crew.reviewer] {
        let answers = [
            (put(there.as_str(), caller).await, put(nowhere, caller).await),
            (
                app.get(&format!("/api/v1/records/{there}")).by(caller).send().await,
                app.get(&format!("/api/v1/records/{nowhere}")).by(caller).send().await,
            ),
            (
                app.desk(caller, &there, json!({"action": "approve"})).await,
                app.desk(caller, nowhere, json!({"action": "approve"})).await,
            ),
            (
                app.delete(&format!("/api/v1/records/{there}")).by(caller).send().await,
                app.delete(&format!("/api/v1/records/{nowhere}")).by(caller).send().await,
            ),
        ];
        for (hidden, missing) in answers {
            hidden.is_problem(404, "not-found");
            assert_eq!(everything(&hidden), everything(&missing));
        }
    }
}
