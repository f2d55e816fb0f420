//! Signing in and out, sessions, keys, and where a write may come from.

use jiff::SignedDuration;
use serde_json::{Value, json};
use unicode_normalization::UnicodeNormalization as _;

use crate::support::{Answer, CULTURE, Caller, FINANCE, TestApp, records::article};

async fn me(app: &TestApp, caller: &Caller) -> Answer {
    app.get("/api/v1/me").by(caller).send().await
}

async fn try_password(app: &TestApp, name: &str, password: &str) -> Answer {
    let body = json!({"user": name, "password": password});
    app.post("/api/v1/session").header("Accept-Language", "en").json(&body).send().await
}

fn token(caller: &Caller) -> String {
    match caller {
        Caller::Session(token) | Caller::Key(token) => token.clone(),
        Caller::Anybody => String::new(),
    }
}

#[actix_web::test]
async fn signing_in_says_who_it_is_and_sets_a_guarded_cookie() {
    let app = TestApp::new().await;
    let lan = app.person(&["contributor"], Some(CULTURE)).await;
    let answer = try_password(&app, &lan.name, &lan.password).await;
    let said = answer.ok(200);
    assert_eq!(said, json!({"user": lan.name, "roles": ["contributor"], "agency": CULTURE}));
    let line = answer.session_line();
    for part in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
        assert!(line.contains(part), "{part} is not in {line}");
    }
    assert!(32 <= answer.cookie("quangba_session").unwrap().len());
    assert_eq!(me(&app, &lan.caller).await.ok(200), said);
    me(&app, &Caller::Anybody).await.is_problem(401, "unauthorised");
    me(&app, &Caller::Session("x".repeat(43))).await.is_problem(401, "unauthorised");
}

#[actix_web::test]
async fn every_sign_in_gives_a_new_session_and_ends_the_browsers_old_one() {
    let app = TestApp::new().await;
    let lan = app.person(&["contributor"], Some(CULTURE)).await;
    let body = json!({"user": lan.name, "password": lan.password});
    let again = app.post("/api/v1/session").by(&lan.caller).json(&body).send().await;
    again.ok(200);
    let fresh = again.cookie("quangba_session").unwrap();
    assert_ne!(fresh, token(&lan.caller));
    me(&app, &lan.caller).await.is_problem(401, "unauthorised");
    me(&app, &Caller::Session(fresh)).await.ok(200);

    // An id that an attacker chose is never taken over.
    let planted = Caller::Session("planted".to_owned());
    let answer = app.post("/api/v1/session").by(&planted).json(&body).send().await;
    assert_ne!(answer.cookie("quangba_session").unwrap(), "planted");
    me(&app, &planted).await.is_problem(401, "unauthorised");
}

#[actix_web::test]
async fn signing_out_ends_the_session_at_the_server() {
    let app = TestApp::new().await;
    let lan = app.person(&["contributor"], Some(CULTURE)).await;
    let other = app.sign_in(&lan.name, &lan.password).await;
    let answer = app.delete("/api/v1/session").by(&lan.caller).send().await;
    assert_eq!(answer.status, 204);
    assert!(answer.session_line().contains("Max-Age=0"), "{}", answer.session_line());
    me(&app, &lan.caller).await.is_problem(401, "unauthorised");
    me(&app, &other).await.ok(200);
    assert_eq!(app.delete("/api/v1/session").send().await.status, 204, "out already is fine");
}

#[actix_web::test]
async fn a_new_password_ends_all_sessions() {
    let app = TestApp::new().await;
    let lan = app.person(&["contributor"], Some(CULTURE)).await;
    let other = app.sign_in(&lan.name, &lan.password).await;
    let change = async |old: &str, new: &str| {
        let body = json!({"old": old, "new": new});
        app.post("/api/v1/me/password").by(&lan.caller).json(&body).send().await
    };
    let head = app.head();
    change("không phải", "một mật khẩu dài và mới").await.is_problem(401, "unauthorised");
    let short = change(&lan.password, "ngắn").await;
    short.is_problem(422, "invalid");
    assert_eq!(short.errors(), ["/new too-short"]);
    assert_eq!(app.head(), head);
    me(&app, &lan.caller).await.ok(200);

    assert_eq!(change(&lan.password, "một mật khẩu dài và mới").await.status, 204);
    me(&app, &lan.caller).await.is_problem(401, "unauthorised");
    me(&app, &other).await.is_problem(401, "unauthorised");
    try_password(&app, &lan.name, &lan.password).await.is_problem(401, "unauthorised");
    let again = try_password(&app, &lan.name, "một mật khẩu dài và mới").await;
    again.ok(200);
    // Typed on another keyboard: composed otherwise, the same to the eye.
    let composed: String = "một mật khẩu dài và mới".nfd().collect();
    try_password(&app, &lan.name, &composed).await.ok(200);
}

#[actix_web::test]
async fn the_longest_password_works_and_a_longer_one_is_refused() {
    let app = TestApp::new().await;
    let lan = app.person(&["contributor"], Some(CULTURE)).await;
    let change = async |new: &str| {
        let body = json!({"old": lan.password, "new": new});
        app.post("/api/v1/me/password").by(&lan.caller).json(&body).send().await
    };
    let long = change(&"ạ".repeat(1_025)).await;
    assert_eq!(long.errors(), ["/new too-long"]);
    let longest = "ạ".repeat(1_024);
    assert_eq!(change(&longest).await.status, 204);
    try_password(&app, &lan.name, &longest).await.ok(200);
}

#[actix_web::test]
async fn nobody_takes_the_name_of_the_program() {
    let app = TestApp::new().await;
    let admin = app.person(&["admin"], None).await.caller;
    for name in ["system", "cli"] {
        let body = json!({"user": name, "roles": ["auditor"]});
        let refused = app.post("/api/v1/users").by(&admin).json(&body).send().await;
        assert_eq!(refused.errors(), ["/user reserved"]);
    }
}

#[actix_web::test]
async fn a_stranger_cannot_keep_an_officer_out() {
    let app = TestApp::new().await;
    let lan = app.person(&["contributor"], Some(CULTURE)).await;
    let from = async |address: &str, password: &str| {
        let body = json!({"user": lan.name, "password": password});
        app.post("/api/v1/session").from(address).json(&body).send().await
    };
    let wrong = "x".repeat(2_000);
    for _ in 0..12 {
        from("203.0.113.7", &wrong).await;
    }
    from("203.0.113.7", &lan.password).await.is_problem(429, "too-many");
    from("203.0.113.8", &lan.password).await.ok(200);
}

#[actix_web::test]
async fn a_disabled_account_is_out_at_once_and_signs_in_no_more() {
    let app = TestApp::new().await;
    let admin = app.person(&["admin"], None).await.caller;
    let lan = app.person(&["contributor"], Some(CULTURE)).await;
    let path = format!("/api/v1/users/{}", lan.name);
    assert_eq!(app.delete(&path).by(&admin).send().await.status, 204);
    me(&app, &lan.caller).await.is_problem(401, "unauthorised");
    try_password(&app, &lan.name, &lan.password).await.is_problem(401, "unauthorised");
}

#[actix_web::test]
async fn an_idle_session_ends_and_a_used_one_goes_on() {
    let app = TestApp::new().await;
    let idle = app.person(&["auditor"], None).await.caller;
    let used = app.person(&["auditor"], None).await.caller;
    for _ in 0..3 {
        app.pass(SignedDuration::from_hours(5));
        me(&app, &used).await.ok(200);
    }
    me(&app, &idle).await.is_problem(401, "unauthorised");
    app.pass(SignedDuration::from_hours(12));
    me(&app, &used).await.is_problem(401, "unauthorised");
}

#[actix_web::test]
async fn a_write_from_another_site_is_refused() {
    let app = TestApp::new().await;
    let lan = app.person(&["contributor"], Some(CULTURE)).await;
    let write = async |header: (&str, &str)| {
        let ask = app.post("/api/v1/records").by(&lan.caller).header(header.0, header.1);
        ask.json(&article()).send().await
    };
    let head = app.head();
    for origin in [
        "https://evil.example",
        "http://quangba.example",
        "https://quangba.example.evil.example",
        "https://quangba.exam",
        "null",
        "",
        "https:",
        "https://quangba.example/vi",
    ] {
        write(("Origin", origin)).await.is_problem(403, "foreign-origin");
    }
    for (name, value) in
        [("X-Forwarded-Host", "evil.example"), ("Forwarded", "host=evil.example;proto=https")]
    {
        let ask = app.post("/api/v1/records").by(&lan.caller).header(name, value);
        let ask = ask.header("Origin", "https://evil.example").json(&article());
        ask.send().await.is_problem(403, "foreign-origin");
    }
    for site in ["cross-site", "same-site"] {
        write(("Sec-Fetch-Site", site)).await.is_problem(403, "foreign-origin");
    }
    let body = json!({"user": lan.name, "password": lan.password});
    let ask = app.post("/api/v1/session").header("Origin", "https://evil.example");
    ask.json(&body).send().await.is_problem(403, "foreign-origin");
    let out = app.delete("/api/v1/session").by(&lan.caller).header("Sec-Fetch-Site", "cross-site");
    out.send().await.is_problem(403, "foreign-origin");
    assert_eq!(app.head(), head);

    write(("Origin", "https://quangba.example")).await.ok(201);
    write(("Sec-Fetch-Site", "same-origin")).await.ok(201);
    // Reading is safe, and a key is never sent along by a browser.
    let read = app.get("/api/v1/me").by(&lan.caller).header("Origin", "https://evil.example");
    read.send().await.ok(200);
    let (_id, key) = app.key("upload", Some(CULTURE));
    let ask = app.post("/api/v1/records").by(&key).header("Origin", "https://evil.example");
    ask.json(&article()).send().await.ok(201);
}

#[actix_web::test]
async fn a_key_opens_the_doors_of_its_scope_only() {
    let app = TestApp::new().await;
    let (_, export) = app.key("export", None);
    let (_, upload) = app.key("upload", Some(CULTURE));
    let (_, metrics) = app.key("metrics", None);
    let head = app.head();
    for key in [&export, &metrics] {
        let refused = app.post("/api/v1/records").by(key).json(&article()).send().await;
        refused.is_problem(403, "forbidden");
        app.get("/api/v1/records").by(key).send().await.is_problem(403, "forbidden");
    }
    for key in [&upload, &metrics] {
        for path in ["records", "status", "problems"] {
            let refused = app.get(&format!("/export/v1/{path}")).by(key).send().await;
            refused.is_problem(403, "forbidden");
        }
    }
    for key in [&export, &upload, &metrics] {
        for path in ["/api/v1/users", "/api/v1/keys"] {
            app.get(path).by(key).send().await.is_problem(403, "forbidden");
        }
    }
    assert_eq!(app.head(), head);
    app.get("/export/v1/records").by(&export).send().await.ok(200);
    app.post("/api/v1/records").by(&upload).json(&article()).send().await.ok(201);
}

#[actix_web::test]
async fn an_upload_key_knows_its_own_agency_only() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let (_, own) = app.key("upload", Some(CULTURE));
    let (_, other) = app.key("upload", Some(FINANCE));
    let id = app.begin(&crew.writer, &article()).await;
    let path = format!("/api/v1/records/{id}");
    app.get(&path).by(&own).send().await.ok(200);
    app.get(&path).by(&other).send().await.is_problem(404, "not-found");
    let list = app.get("/api/v1/records").by(&other).send().await.ok(200);
    assert_eq!(list["records"], json!([]));
}

#[actix_web::test]
async fn a_revoked_or_unknown_key_opens_nothing() {
    let app = TestApp::new().await;
    let admin = app.person(&["admin"], None).await.caller;
    let (id, key) = app.key("export", None);
    app.get("/export/v1/status").by(&key).send().await.ok(200);
    assert_eq!(app.delete(&format!("/api/v1/keys/{id}")).by(&admin).send().await.status, 204);
    let refused = app.get("/export/v1/status").by(&key).send().await;
    refused.is_problem(401, "unauthorised");
    assert!(refused.header("www-authenticate").starts_with("Bearer"));
    for wrong in ["", "qb_", "qb_abc", &format!("qb_{id}_wrong"), &token(&key).replace("qb_", "")] {
        let caller = Caller::Key(wrong.to_owned());
        let refused = app.get("/export/v1/status").by(&caller).send().await;
        refused.is_problem(401, "unauthorised");
    }
}

#[actix_web::test]
async fn a_key_and_a_password_are_shown_once() {
    let app = TestApp::new().await;
    let admin = app.person(&["admin"], None).await.caller;
    let body = json!({"name": "CSDL quốc gia", "scope": "export"});
    let made = app.post("/api/v1/keys").by(&admin).json(&body).send().await.ok(201);
    let secret = made["key"].as_str().unwrap().to_owned();
    app.get("/export/v1/status").by(&Caller::Key(secret.clone())).send().await.ok(200);
    let body = json!({"user": "thu", "roles": ["auditor"]});
    let user = app.post("/api/v1/users").by(&admin).json(&body).send().await.ok(201);
    let password = user["password"].as_str().unwrap().to_owned();
    app.sign_in("thu", &password).await;

    for path in ["/api/v1/keys", "/api/v1/users"] {
        let list = app.get(path).by(&admin).send().await;
        list.ok(200);
        let text = list.text();
        let end = secret.splitn(3, '_').nth(2).unwrap();
        for hidden in [end, &password, "argon2", "secretHash"] {
            assert!(!text.contains(hidden), "{hidden} stands in {path}");
        }
    }
    // Neither lies in the folder in the clear.
    for entry in walkdir::WalkDir::new(app.dir()).into_iter().flatten() {
        if !entry.file_type().is_file() {
            continue;
        }
        let bytes = std::fs::read(entry.path()).unwrap();
        let has = |text: &str| bytes.windows(text.len()).any(|part| part == text.as_bytes());
        assert!(!has(&password), "{}", entry.path().display());
        assert!(!has(secret.splitn(3, '_').nth(2).unwrap()), "{}", entry.path().display());
    }
}

#[actix_web::test]
async fn an_unknown_name_is_answered_like_a_wrong_password() {
    let app = TestApp::new().await;
    let lan = app.person(&["contributor"], Some(CULTURE)).await;
    let wrong = try_password(&app, &lan.name, "sai mật khẩu rồi").await;
    let unknown = try_password(&app, "khong-co-ai", "sai mật khẩu rồi").await;
    wrong.is_problem(401, "unauthorised");
    assert_eq!((wrong.status, wrong.text()), (unknown.status, unknown.text()));
    let names = |answer: &Answer| {
        let mut names: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
        names.sort();
        names
    };
    assert_eq!(names(&wrong), names(&unknown));
}

#[actix_web::test]
async fn many_tries_for_one_name_are_slowed_down() {
    let app = TestApp::new().await;
    let lan = app.person(&["contributor"], Some(CULTURE)).await;
    let thu = app.person(&["contributor"], Some(CULTURE)).await;
    // Longer than any password, so that refusing it costs nothing.
    let wrong = "x".repeat(2_000);
    let mut last = 0;
    for _ in 0..12 {
        last = try_password(&app, &lan.name, &wrong).await.status;
    }
    assert_eq!(last, 429);
    let slowed = try_password(&app, &lan.name, &lan.password).await;
    slowed.is_problem(429, "too-many");
    let wait: u64 = slowed.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    try_password(&app, &thu.name, &thu.password).await.ok(200);
    me(&app, &lan.caller).await.ok(200);
}

#[actix_web::test]
async fn many_tries_from_one_address_are_slowed_down() {
    let app = TestApp::new().await;
    let wrong = "x".repeat(2_000);
    let mut refused = None;
    for n in 0..300 {
        let body = json!({"user": format!("nguoi-{n}"), "password": wrong});
        let answer = app.post("/api/v1/session").from("203.0.113.7").json(&body).send().await;
        if answer.status == 429 {
            refused = Some(n);
            break;
        }
    }
    assert!(refused.is_some_and(|n| 60 <= n), "{refused:?}");
    let body = json!({"user": "nguoi-1", "password": wrong});
    let elsewhere = app.post("/api/v1/session").from("203.0.113.8").json(&body).send().await;
    elsewhere.is_problem(401, "unauthorised");
    // A header that anybody can write does not make another address.
    let ask = app.post("/api/v1/session").from("203.0.113.7");
    let ask = ask.header("X-Forwarded-For", "198.51.100.1").json(&body);
    ask.send().await.is_problem(429, "too-many");
}

#[actix_web::test]
async fn accounts_are_checked_before_they_are_made() {
    let app = TestApp::new().await;
    let admin = app.person(&["admin"], None).await.caller;
    let head = app.head();
    for (path, body, wanted) in [
        ("users", json!({"user": "Lan Anh", "roles": ["admin"]}), "/user value"),
        ("users", json!({"user": "lan", "roles": ["vua"]}), "/roles/0 value"),
        ("users", json!({"user": "lan", "roles": []}), "/roles required"),
        ("users", json!({"user": "lan", "roles": ["contributor"]}), "/agency required"),
        (
            "users",
            json!({"user": "lan", "roles": ["contributor"], "agency": "H15.99"}),
            "/agency unknown-agency",
        ),
        ("keys", json!({"name": "x", "scope": "all"}), "/scope value"),
        ("keys", json!({"name": " ", "scope": "export"}), "/name length"),
        ("keys", json!({"name": "x", "scope": "upload"}), "/agency required"),
        ("agencies", json!({"code": "H15.20", "name": {"en": "X"}}), "/name/vi required"),
        ("agencies", json!({"code": "!", "name": {"vi": "X"}}), "/code value"),
    ] {
        let answer = app.post(&format!("/api/v1/{path}")).by(&admin).json(&body).send().await;
        answer.is_problem(422, "invalid");
        assert_eq!(answer.errors(), [wanted], "{body}");
    }
    let taken = json!({"user": "admin", "roles": ["auditor"]});
    let answer = app.post("/api/v1/users").by(&admin).json(&taken).send().await;
    answer.is_problem(409, "user-taken");
    let taken = json!({"code": CULTURE, "name": {"vi": "Sở khác"}});
    let answer = app.post("/api/v1/agencies").by(&admin).json(&taken).send().await;
    answer.is_problem(409, "agency-taken");
    assert_eq!(app.head(), head);

    let unknown: Value = json!({"user": "lan", "roles": ["auditor"], "admin": true});
    let answer = app.post("/api/v1/users").by(&admin).json(&unknown).send().await;
    answer.is_problem(422, "invalid");
    assert_eq!(answer.errors(), ["/admin unknown-field"]);
}
