//! Who may do what: every role and key against every route, and that a refused request changes
//! nothing.

use serde_json::{Value, json};

use crate::support::{
    CULTURE, Caller, Crew, FINANCE, TestApp, actor, files,
    records::{article, titled, with},
};

/// The columns of the tables below.
const CALLERS: [&str; 14] = [
    "anybody",
    "contributor",
    "leader",
    "of another",
    "translator",
    "reviewer",
    "publisher",
    "secrecy",
    "admin",
    "auditor",
    "key export",
    "key upload",
    "key of another",
    "key metrics",
];

async fn callers(app: &TestApp) -> Vec<Caller> {
    let mut all = vec![Caller::Anybody];
    for (role, agency) in [
        ("contributor", Some(CULTURE)),
        ("leader", Some(CULTURE)),
        ("contributor", Some(FINANCE)),
        ("translator", None),
        ("reviewer", None),
        ("publisher", None),
        ("secrecy", None),
        ("admin", None),
        ("auditor", None),
    ] {
        all.push(app.person(&[role], agency).await.caller);
    }
    for (scope, agency) in
        [("export", None), ("upload", Some(CULTURE)), ("upload", Some(FINANCE)), ("metrics", None)]
    {
        all.push(app.key(scope, agency).1);
    }
    all
}

/// Where a record stands before the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stand {
    None,
    Draft,
    /// A draft with a mark of secrecy in it.
    Flagged,
    Submitted,
    Returned,
    Approved,
    Published,
}

impl Stand {
    async fn record(self, app: &TestApp, crew: &Crew) -> String {
        match self {
            Self::None => String::new(),
            Self::Draft => app.begin(&crew.writer, &article()).await,
            Self::Flagged => {
                let body = json!({"vi": "<p>Độ mật: Tối mật</p>", "en": "<p>A text.</p>"});
                app.begin(&crew.writer, &with(article(), "/body", body)).await
            }
            Self::Submitted => app.in_review(crew, &article()).await,
            Self::Returned => {
                let id = app.in_review(crew, &article()).await;
                let wish = json!({"action": "return", "note": "Bổ sung."});
                app.moved(&crew.reviewer, &id, wish).await;
                id
            }
            Self::Approved => app.approved(crew, &article()).await,
            Self::Published => app.published(crew, &article()).await,
        }
    }
}

fn revision(app: &TestApp, id: &str) -> u64 {
    let shown = app.services.record(&actor("test", &["auditor"]), id.parse().unwrap()).unwrap();
    shown.record.revision.into()
}

/// Sends one request as each caller in turn; the record is made anew after every success.
async fn row(
    app: &TestApp,
    crew: &Crew,
    all: &[Caller],
    (what, stand): (&str, Stand),
    wanted: &str,
) {
    let mut got = Vec::new();
    let mut id = stand.record(app, crew).await;
    for (n, caller) in all.iter().enumerate() {
        let head = app.head();
        let record = format!("/api/v1/records/{id}");
        let (method, path) = what.split_once(' ').unwrap();
        let path = path.replace("{record}", &record);
        let (path, wish) = path.split_once(" with ").unwrap_or((&path, ""));
        let ask = match method {
            "GET" => app.get(path),
            "DELETE" => app.delete(path),
            "PUT" => {
                app.put(path).seen(revision(app, &id)).json(&titled("Chiêng mới", "New gongs"))
            }
            _ if path.ends_with("/assets") => {
                let bytes = files::jpeg();
                app.post(path).form(&[("file", Some("a.jpg"), &bytes), ("again", None, b"true")])
            }
            _ => app.post(path).json(&body(wish, n)),
        };
        let answer = ask.by(caller).send().await;
        got.push(answer.status.to_string());
        if answer.status < 400 {
            if method != "GET" && stand != Stand::None {
                assert!(head < app.head(), "{what}");
                id = stand.record(app, crew).await;
            }
        } else {
            assert_eq!(app.head(), head, "{what} as {} changed something", CALLERS[n]);
        }
    }
    let wanted: Vec<&str> = wanted.split_whitespace().collect();
    let differ: Vec<String> = CALLERS
        .iter()
        .zip(got.iter().zip(&wanted))
        .filter(|(_, (got, wanted))| got != wanted)
        .map(|(who, (got, wanted))| format!("{who}: {got}, not {wanted}"))
        .collect();
    assert_eq!(got.len(), wanted.len(), "{what}");
    assert!(differ.is_empty(), "{what} ({stand:?}): {differ:?}");
}

/// The body of a request; `n` keeps new names apart.
fn body(wish: &str, n: usize) -> Value {
    match wish {
        "record" => article(),
        "nothing" => json!({}),
        "comment" => json!({"pointer": "/title/en", "text": "Xem lại."}),
        "question" => json!({"agency": CULTURE, "question": "Đề nghị cho ý kiến."}),
        "user" => json!({"user": format!("nguoi-{n}"), "roles": ["auditor"]}),
        "key" => json!({"name": "khóa", "scope": "metrics"}),
        "agency" => json!({"code": format!("local:don-vi-{n}"), "name": {"vi": "Đơn vị"}}),
        action => json!({
            "action": action, "note": "Bổ sung.", "reason": "error", "at": "2026-12-01T00:00:00Z",
        }),
    }
}

#[actix_web::test]
async fn each_role_reads_and_writes_what_the_contract_gives_it() {
    use Stand as S;
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let all = callers(&app).await;
    //   any  con  lea  oth  tra  rev  pub  sec  adm  aud  exp  upl  oth  met
    for (what, stand, wanted) in [
        ("GET {record}", S::Draft, "401 200 200 404 404 404 404 404 404 200 404 200 404 404"),
        (
            "GET {record}/findings",
            S::Draft,
            "401 200 200 404 404 404 404 404 404 200 404 200 404 404",
        ),
        ("GET {record}", S::Submitted, "401 200 200 404 404 200 200 404 404 200 404 200 404 404"),
        ("GET {record}", S::Published, "401 200 200 404 404 200 200 404 404 200 404 200 404 404"),
        ("PUT {record}", S::Draft, "401 200 200 404 404 404 404 404 404 403 404 200 404 404"),
        ("PUT {record}", S::Submitted, "401 409 409 404 404 403 403 404 404 403 404 409 404 404"),
        ("PUT {record}", S::Returned, "401 200 200 404 404 403 403 404 404 403 404 200 404 404"),
        ("PUT {record}", S::Published, "401 200 200 404 404 403 200 404 404 403 404 200 404 404"),
        ("DELETE {record}", S::Draft, "401 204 204 404 404 404 404 404 404 403 404 204 404 404"),
        (
            "DELETE {record}",
            S::Published,
            "401 409 409 404 404 403 409 404 404 403 404 409 404 404",
        ),
        (
            "GET {record}/history",
            S::Draft,
            "401 200 200 404 404 404 404 404 404 200 404 200 404 404",
        ),
        (
            "GET {record}/revisions/1",
            S::Submitted,
            "401 200 200 404 404 200 200 404 404 200 404 200 404 404",
        ),
        (
            "GET {record}/revisions/1/changes?since=1",
            S::Published,
            "401 200 200 404 404 200 200 404 404 200 404 200 404 404",
        ),
        (
            "GET {record}/comments",
            S::Submitted,
            "401 200 200 404 404 200 200 404 404 200 404 200 404 404",
        ),
        ("GET {record}", S::Flagged, "401 200 200 404 404 404 404 200 404 200 404 200 404 404"),
        (
            "POST {record}/comments with comment",
            S::Submitted,
            "401 201 201 404 404 201 201 404 404 403 404 201 404 404",
        ),
        (
            "POST {record}/comments with comment",
            S::Flagged,
            "401 201 201 404 404 404 404 201 404 403 404 201 404 404",
        ),
        (
            "POST {record}/revisions/1/restore with nothing",
            S::Returned,
            "401 200 200 404 404 403 403 404 404 403 404 200 404 404",
        ),
        (
            "POST {record}/consultations with question",
            S::Submitted,
            "401 403 403 404 404 200 200 404 404 403 404 403 404 404",
        ),
        (
            "POST {record}/translations/en/confirm with nothing",
            S::Draft,
            "401 409 409 404 404 404 404 404 404 403 404 409 404 404",
        ),
        (
            "POST {record}/assets",
            S::Draft,
            "401 201 201 404 404 404 404 404 404 403 404 201 404 404",
        ),
    ] {
        row(&app, &crew, &all, (what, stand), wanted).await;
    }
}

#[actix_web::test]
async fn each_role_moves_records_on_as_the_contract_gives_it() {
    use Stand as S;
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let all = callers(&app).await;
    //   any  con  lea  oth  tra  rev  pub  sec  adm  aud  exp  upl  oth  met
    for (action, stand, wanted) in [
        ("submit", S::Draft, "401 200 200 404 404 404 404 404 404 403 404 200 404 404"),
        ("sign-off", S::Draft, "401 403 200 404 404 404 404 404 404 403 404 403 404 404"),
        ("return", S::Submitted, "401 403 403 404 404 200 200 404 404 403 404 403 404 404"),
        ("approve", S::Submitted, "401 403 403 404 404 200 403 404 404 403 404 403 404 404"),
        ("reopen", S::Submitted, "401 200 200 404 404 200 200 404 404 403 404 200 404 404"),
        ("publish", S::Submitted, "401 403 403 404 404 403 409 404 404 403 404 403 404 404"),
        ("publish", S::Approved, "401 403 403 404 404 403 200 404 404 403 404 403 404 404"),
        ("schedule", S::Approved, "401 403 403 404 404 403 200 404 404 403 404 403 404 404"),
        ("withdraw", S::Published, "401 403 403 404 404 403 200 404 404 403 404 403 404 404"),
        ("assign", S::Submitted, "401 403 200 404 404 200 200 404 404 403 404 403 404 404"),
        ("clear", S::Flagged, "401 403 200 404 404 404 404 200 404 403 404 403 404 404"),
        ("refuse", S::Flagged, "401 403 403 404 404 404 404 200 404 403 404 403 404 404"),
        ("clear", S::Submitted, "401 403 409 404 404 409 409 404 404 403 404 403 404 404"),
        ("submit", S::Flagged, "401 422 422 404 404 404 404 403 404 403 404 422 404 404"),
        ("withdraw", S::Approved, "401 403 403 404 404 403 409 404 404 403 404 403 404 404"),
    ] {
        let what = format!("POST {{record}}/transitions with {action}");
        row(&app, &crew, &all, (&what, stand), wanted).await;
    }
}

#[actix_web::test]
async fn each_role_has_the_lists_accounts_and_exports_that_the_contract_gives_it() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let all = callers(&app).await;
    //   any  con  lea  oth  tra  rev  pub  sec  adm  aud  exp  upl  oth  met
    for (what, wanted) in [
        (
            "POST /api/v1/records with record",
            "401 201 201 201 403 403 403 403 403 403 403 201 201 403",
        ),
        ("GET /api/v1/records", "401 200 200 200 200 200 200 200 403 200 403 200 200 403"),
        ("GET /api/v1/completeness", "401 200 200 200 200 200 200 200 403 200 403 200 200 403"),
        ("GET /api/v1/purges", "401 403 403 403 403 403 200 200 200 200 403 403 403 403"),
        ("GET /api/v1/tasks", "401 200 200 200 200 200 200 200 200 200 200 200 200 200"),
        ("GET /api/v1/rules", "401 200 200 200 200 200 200 200 200 200 200 200 200 200"),
        ("GET /api/v1/audit", "401 403 403 403 403 403 403 200 200 200 403 403 403 403"),
        ("GET /api/v1/audit?format=csv", "401 403 403 403 403 403 403 200 200 200 403 403 403 403"),
        ("GET /api/v1/audit/chain", "401 403 403 403 403 403 403 403 200 200 403 403 403 403"),
        ("GET /api/v1/me", "401 200 200 200 200 200 200 200 200 200 200 200 200 200"),
        ("GET /api/v1/agencies", "401 200 200 200 200 200 200 200 200 200 200 200 200 200"),
        ("GET /api/v1/users", "401 403 403 403 403 403 403 403 200 200 403 403 403 403"),
        ("GET /api/v1/keys", "401 403 403 403 403 403 403 403 200 200 403 403 403 403"),
        ("POST /api/v1/users with user", "401 403 403 403 403 403 403 403 201 403 403 403 403 403"),
        ("POST /api/v1/keys with key", "401 403 403 403 403 403 403 403 201 403 403 403 403 403"),
        (
            "POST /api/v1/agencies with agency",
            "401 403 403 403 403 403 403 403 201 403 403 403 403 403",
        ),
        (
            "DELETE /api/v1/users/khong-co",
            "401 403 403 403 403 403 403 403 404 403 403 403 403 403",
        ),
        ("DELETE /api/v1/keys/khong-co", "401 403 403 403 403 403 403 403 404 403 403 403 403 403"),
        ("GET /export/v1/records", "401 403 403 403 403 403 403 403 200 200 200 403 403 403"),
        ("GET /export/v1/status", "401 403 403 403 403 403 403 403 200 200 200 403 403 403"),
        ("GET /export/v1/problems", "401 403 403 403 403 403 403 403 200 200 200 403 403 403"),
        ("GET /export/v1/schema", "200 200 200 200 200 200 200 200 200 200 200 200 200 200"),
        (
            "GET /api/v1/vocabularies/topics",
            "200 200 200 200 200 200 200 200 200 200 200 200 200 200",
        ),
    ] {
        row(&app, &crew, &all, (what, Stand::None), wanted).await;
    }
}

#[actix_web::test]
async fn a_list_shows_what_its_reader_may_know_of() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let draft = app.begin(&crew.writer, &article()).await;
    let submitted = app.in_review(&crew, &article()).await;
    let foreign = app.begin(&crew.stranger, &article()).await;
    let auditor = app.person(&["auditor"], None).await.caller;
    let seen = async |caller: &Caller, query: &str| {
        let path = format!("/api/v1/records{query}");
        let list = app.get(&path).by(caller).send().await.ok(200);
        let each = list["records"].as_array().unwrap().iter();
        let mut ids: Vec<String> = each
            .map(|line| line["id"].as_str().unwrap().rsplit(':').next().unwrap().to_owned())
            .collect();
        ids.sort();
        ids
    };
    let sorted = |ids: &[&String]| {
        let mut ids: Vec<String> = ids.iter().map(|id| (*id).clone()).collect();
        ids.sort();
        ids
    };
    assert_eq!(seen(&crew.writer, "").await, sorted(&[&draft, &submitted]));
    assert_eq!(seen(&crew.stranger, "").await, sorted(&[&foreign]));
    assert_eq!(seen(&crew.stranger, "?agency=H15.16").await, sorted(&[]));
    assert_eq!(seen(&crew.reviewer, "").await, sorted(&[&submitted]));
    assert_eq!(seen(&crew.reviewer, "?draft=draft").await, sorted(&[]));
    assert_eq!(seen(&auditor, "").await, sorted(&[&draft, &submitted, &foreign]));
    assert_eq!(seen(&auditor, "?draft=draft&agency=H15.11").await, sorted(&[&foreign]));
}

#[actix_web::test]
async fn an_original_is_for_those_who_may_see_the_record() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let id = app.begin(&crew.writer, &article()).await;
    let asset = app.photo(&crew.writer, &id).await;
    let path = format!("/api/v1/records/{id}/assets/{asset}/original");
    let own = app.get(&path).by(&crew.writer).send().await;
    assert_eq!((own.status, own.body), (200, files::jpeg()));
    app.get(&path).send().await.is_problem(401, "unauthorised");
    app.get(&path).by(&crew.stranger).send().await.is_problem(404, "not-found");
    app.get(&path).by(&crew.reviewer).send().await.is_problem(404, "not-found");
    app.let_out(&crew, &id).await;
    app.get(&path).send().await.is_problem(401, "unauthorised");
    assert_eq!(app.get(&path).by(&crew.reviewer).send().await.status, 200);
}

#[actix_web::test]
async fn a_profile_that_asks_for_the_leaders_signature_waits_for_it() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let leader = app.person(&["leader"], Some(CULTURE)).await.caller;
    let id = app.begin(&crew.writer, &article()).await;
    let signed = app.moved(&leader, &id, json!({"action": "sign-off"})).await;
    assert_eq!(signed["draft"]["signedOffBy"], "leader-4");
    let saved = app.save(&crew.writer, &id, &titled("Chiêng", "Gongs")).await.ok(200);
    assert!(saved["draft"].get("signedOffBy").is_none(), "a signature is for the text it signed");
}
