//! IIIF as viewers see it; what the standards' own programs say is in `tests/conformance/iiif.py`.

use serde_json::json;

use crate::support::{PUBLIC, TestApp, records::article};

#[actix_web::test]
async fn a_published_picture_is_seen_at_any_size_and_a_withdrawn_one_at_none() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let id = app.begin(&crew.writer, &article()).await;
    let asset = app.photo(&crew.writer, &id).await;
    let base = format!("/iiif/3/{asset}");
    let info = format!("{base}/info.json");
    let part = format!("{base}/10,10,20,20/40,/!90/gray.png");
    let manifest = format!("/iiif/presentation/3/{id}/manifest");
    for path in [&base, &info, &part, &manifest] {
        let hidden = app.get(path).by(&crew.writer).send().await;
        hidden.is_problem(404, "not-found");
        assert_eq!(hidden.header("access-control-allow-origin"), "*");
    }

    app.let_out(&crew, &id).await;
    let lead = app.get(&base).send().await;
    assert_eq!((lead.status, lead.header("location")), (303, format!("{PUBLIC}{info}")));
    let told = app.get(&info).send().await;
    let json = told.ok(200);
    assert_eq!((&json["width"], &json["height"]), (&json!(64), &json!(48)));
    assert_eq!(json["id"], format!("{PUBLIC}{base}"));
    assert_eq!(json["rights"], "http://creativecommons.org/licenses/by/4.0/");
    assert!(told.header("content-type").starts_with("application/ld+json"), "{told:?}");
    let whole = app.get(&format!("{base}/full/max/0/default.jpg")).send().await;
    assert_eq!(whole.header("content-type"), "image/jpeg");
    let link = format!("<{PUBLIC}{base}/full/max/0/default.jpg>;rel=\"canonical\"");
    assert!(whole.header("link").starts_with(&link), "{}", whole.header("link"));
    let seen = app.get(&part).send().await;
    assert_eq!(seen.status, 400, "larger than the region, and not asked for with ^");
    let seen = app.get(&part.replace("/40,/", "/%5E40,/")).send().await;
    assert_eq!(seen.header("content-type"), "image/png", "{seen:?}");
    assert_eq!(image::load_from_memory(&seen.body).unwrap().width(), 40);
    let etag = seen.header("etag");
    let again = app.get(&part.replace("/40,/", "/%5E40,/")).header("If-None-Match", &etag);
    assert_eq!(again.send().await.status, 304);

    let views = app.get(&manifest).send().await.ok(200);
    assert_eq!(views["label"]["en"], json!(["The space of gong culture"]));
    assert_eq!(views["requiredStatement"]["value"]["vi"], json!(["Ảnh: Báo Đắk Lắk"]));
    let body = &views["items"][0]["items"][0]["items"][0]["body"];
    assert_eq!(body["service"][0]["id"], format!("{PUBLIC}{base}"));

    app.moved(&crew.publisher, &id, json!({"action": "withdraw", "reason": "error"})).await;
    for path in [&base, &info, &format!("{base}/full/max/0/default.jpg"), &manifest] {
        app.get(path).send().await.is_problem(410, "withdrawn");
    }
}

#[actix_web::test]
async fn what_cannot_be_given_says_so_to_any_page() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let id = app.begin(&crew.writer, &article()).await;
    let asset = app.photo(&crew.writer, &id).await;
    app.let_out(&crew, &id).await;
    for (rest, status) in [
        ("full/max/0/default.tif", 501),
        ("full/max/45/default.jpg", 501),
        ("99,99,10,10/max/0/default.jpg", 400),
        ("full/0,/0/default.jpg", 400),
        ("full/max/0/sepia.jpg", 400),
        ("full/99999,/0/default.jpg", 400),
        ("%3Cscript%3E/max/0/default.jpg", 400),
        ("full/max/0", 404),
        ("full/max/0/0/0/default.jpg", 404),
        ("..%2F..%2Fjournal/max/0/default.jpg", 400),
    ] {
        let answer = app.get(&format!("/iiif/3/{asset}/{rest}")).send().await;
        assert!([400, 404, 501].contains(&answer.status), "{rest}: {answer:?}");
        if status != 404 {
            assert_eq!(answer.status, status, "{rest}");
        }
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{rest}");
        assert!(!answer.text().contains("<script"), "{}", answer.text());
    }
    app.get("/iiif/3/nobody/info.json").send().await.is_problem(404, "not-found");
    let ask = app.ask(actix_web::http::Method::OPTIONS, &format!("/iiif/3/{asset}/info.json"));
    let asked = ask.send().await;
    assert_eq!((asked.status, asked.header("access-control-allow-origin")), (204, "*".to_owned()));
}
