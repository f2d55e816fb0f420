//! The API description lies in `openapi/openapi.json` and says what the handlers do.

use serde_json::Value;

use crate::support::TestApp;

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi/openapi.json");

#[test]
fn the_checked_in_description_is_current() {
    let current = quangba::web::routes::openapi_text().unwrap();
    #[expect(clippy::disallowed_methods, reason = "a test's own setting")]
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(PATH, &current).unwrap();
    }
    let checked_in = std::fs::read_to_string(PATH).unwrap_or_default();
    assert!(
        checked_in == current,
        "openapi/openapi.json is stale: run `BLESS=1 cargo test --test it openapi`, read the diff"
    );
}

#[test]
fn every_operation_is_named_once_and_its_errors_are_problems() {
    let api: Value = serde_json::from_str(&quangba::web::routes::openapi_text().unwrap()).unwrap();
    assert_eq!(api["openapi"], "3.1.0");
    let mut names = Vec::new();
    for (path, item) in api["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            names.push(operation["operationId"].as_str().unwrap().to_owned());
            let summary = operation["summary"].as_str().unwrap_or_default();
            assert!(!summary.is_empty(), "{method} {path} says nothing");
            assert!(operation["tags"][0].is_string(), "{method} {path} has no tag");
            for (status, answer) in operation["responses"].as_object().unwrap() {
                let schema = answer.pointer("/content/application~1json/schema/$ref");
                let media = answer.pointer("/content").and_then(Value::as_object);
                if status.starts_with('4') {
                    let problem = answer
                        .pointer("/content/application~1problem+json/schema/$ref")
                        .and_then(Value::as_str);
                    assert_eq!(
                        problem,
                        Some("#/components/schemas/ProblemBody"),
                        "{method} {path} {status}: {schema:?} {media:?}"
                    );
                }
            }
        }
    }
    let all = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), all, "an operationId stands twice");
}

#[actix_web::test]
async fn the_description_and_its_pages_are_served_from_here() {
    let app = TestApp::new().await;
    let served = app.get("/openapi.json").send().await;
    assert_eq!(served.text(), quangba::web::routes::openapi_text().unwrap());

    let docs = app.get("/docs/").send().await;
    assert_eq!(docs.status, 200);
    let script = app.get("/docs/swagger-initializer.js").send().await.text();
    assert!(script.contains("openapi.json"), "{script}");
    for text in [docs.text(), script] {
        for outside in ["src=\"http", "href=\"http", "src=\"//", "url: \"http", "cdn"] {
            assert!(!text.contains(outside), "{outside} in {text}");
        }
    }
}
