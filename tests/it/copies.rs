//! Copies of pictures: those that an agency has already, and those that somebody asks about.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, RgbImage, imageops::FilterType};
use serde_json::{Value, json};

use crate::support::{
    Caller, Crew, TestApp,
    ask::Answer,
    files,
    records::{article, described, id_of},
};

/// A picture with as much in it as a photo has: waves of all lengths, the long ones the strongest.
fn photo(seed: u32) -> DynamicImage {
    let waves: Vec<[f64; 5]> = (1..40_u32)
        .map(|n| {
            let chance =
                |k: u32| f64::from(n * 7919 + seed * 104_729 + k * 1_299_709) * 0.618 % 1.0;
            let long = 22_f64.powf(chance(1));
            [
                long - 1.0,
                22_f64.powf(chance(2)) - 1.0,
                chance(3) * 7.0,
                chance(4) * 7.0,
                60.0 / long.sqrt(),
            ]
        })
        .collect();
    DynamicImage::ImageRgb8(RgbImage::from_fn(900, 600, |x, y| {
        let (x, y) = (f64::from(x) / 300.0, f64::from(y) / 200.0);
        let light: f64 = waves
            .iter()
            .map(|[u, v, p, q, force]| (u * x + p).cos() * (v * y + q).cos() * force)
            .sum();
        #[expect(clippy::as_conversions, reason = "bounded")]
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "as above")]
        let level = (128.0 + light).clamp(0.0, 255.0) as u8;
        image::Rgb([level, level / 2 + 60, 255 - level])
    }))
}

fn file(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    picture.write_to(&mut out, format).unwrap();
    out.into_inner()
}

async fn add(app: &TestApp, by: &Caller, id: &str, bytes: &[u8]) {
    let meta = described().to_string();
    let form = [("file", Some("a"), bytes), ("meta", None, meta.as_bytes())];
    app.post(&format!("/api/v1/records/{id}/assets")).by(by).form(&form).send().await.ok(201);
}

async fn published(app: &TestApp, crew: &Crew, bytes: &[u8]) -> String {
    let id = app.begin(&crew.writer, &article()).await;
    add(app, &crew.writer, &id, bytes).await;
    app.let_out(crew, &id).await;
    app.follow();
    id
}

async fn verify(app: &TestApp, bytes: &[u8]) -> Answer {
    app.post("/api/v1/verify").form(&[("file", Some("a"), bytes)]).send().await
}

/// What is said of duplicates in a record.
async fn duplicates(app: &TestApp, by: &Caller, id: &str) -> Vec<String> {
    let said = app.get(&format!("/api/v1/records/{id}/findings")).by(by).send().await.ok(200);
    let of = |finding: &Value| finding["message"]["en"].as_str().unwrap_or_default().to_owned();
    let found = said["findings"].as_array().unwrap().iter();
    found.filter(|finding| finding["rule"] == "duplicate").map(of).collect()
}

#[actix_web::test]
async fn a_copy_of_a_picture_that_the_agency_has_is_a_finding() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let first = app.begin(&crew.writer, &article()).await;
    add(&app, &crew.writer, &first, &file(&photo(1), ImageFormat::Jpeg)).await;

    let second = app.begin(&crew.writer, &article()).await;
    let small = photo(1).resize(500, 500, FilterType::Triangle);
    add(&app, &crew.writer, &second, &file(&small, ImageFormat::Png)).await;
    assert!(duplicates(&app, &crew.writer, &second).await.is_empty(), "nobody has looked yet");
    app.follow();
    let said = duplicates(&app, &crew.writer, &second).await;
    assert_eq!(
        said,
        [format!("The record urn:uuid:{first} has this picture in another size or quality.")]
    );

    let third = app.begin(&crew.writer, &article()).await;
    let cut = photo(1).crop_imm(60, 30, 800, 540);
    add(&app, &crew.writer, &third, &file(&cut, ImageFormat::Jpeg)).await;
    let fourth = app.begin(&crew.writer, &article()).await;
    add(&app, &crew.writer, &fourth, &file(&photo(2), ImageFormat::Jpeg)).await;
    app.follow();
    let said = duplicates(&app, &crew.writer, &third).await;
    assert!(
        said.iter().any(|text| text.ends_with("has this picture cut differently.")),
        "{said:?}"
    );
    assert!(duplicates(&app, &crew.writer, &fourth).await.is_empty(), "another picture");

    // What others have not published is their own affair.
    let foreign = app.post("/api/v1/records").by(&crew.stranger).json(&article()).send().await;
    let foreign = id_of(&foreign.ok(201));
    add(&app, &crew.stranger, &foreign, &file(&cut, ImageFormat::Bmp)).await;
    app.follow();
    assert!(duplicates(&app, &crew.stranger, &foreign).await.is_empty());
}

#[actix_web::test]
async fn a_picture_is_official_changed_or_unknown() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let original = file(&photo(3), ImageFormat::Jpeg);
    let id = published(&app, &crew, &original).await;
    let record = app.get(&format!("/api/v1/published/{id}")).send().await.ok(200);
    let href = record["assets"][0]["href"].as_str().unwrap();
    let path = href.split_once("/media").map(|(_, path)| format!("/media{path}")).unwrap();
    let release = app.get(&path).send().await;
    let folder = path.rsplit_once('/').unwrap().0;

    let said = verify(&app, &release.body).await.ok(200);
    assert_eq!((&said["verdict"], &said["status"]), (&json!("official"), &json!("current")));
    assert_eq!(said["record"], record["id"]);
    assert_eq!(said["href"], record["assets"][0]["href"]);
    assert_eq!(said["title"]["vi"], record["title"]["vi"]);
    for name in ["800.jpg", "320.webp", "320-1x1.jpg"] {
        let web = app.get(&format!("{folder}/{name}")).send().await;
        let said = verify(&app, &web.body).await.ok(200);
        let status =
            app.get(&format!("/api/v1/status?sha256={}", said["sha256"].as_str().unwrap()));
        assert_eq!(status.send().await.ok(200)["status"], "current", "{name}");
        assert_eq!(
            (&said["verdict"], &said["record"]),
            (&json!("official"), &record["id"]),
            "{name}"
        );
    }

    let cut = file(&photo(3).crop_imm(50, 40, 800, 520), ImageFormat::Png);
    let said = verify(&app, &cut).await.ok(200);
    assert_eq!((&said["verdict"], &said["status"]), (&json!("changed"), &json!("unknown")));
    assert_eq!((&said["record"], &said["part"]), (&record["id"], &json!("cropped")));
    // The original has its maker's metadata in it, and is not what we publish.
    assert_eq!(verify(&app, &original).await.ok(200)["verdict"], "changed");

    let other = file(&photo(4), ImageFormat::Jpeg);
    let said = verify(&app, &other).await.ok(200);
    assert_eq!((&said["verdict"], said.get("record")), (&json!("unknown"), None));
    assert_eq!(verify(&app, &files::pdf()).await.ok(200)["verdict"], "unknown");
    verify(&app, b"").await.is_problem(422, "file-empty");
    verify(&app, &other[..other.len() / 3]).await.is_problem(422, "file-corrupt");
    app.post("/api/v1/verify")
        .form(&[("meta", None, b"1")])
        .send()
        .await
        .is_problem(400, "unreadable");

    let wish = json!({"action": "withdraw", "reason": "error"});
    app.moved(&crew.publisher, &id, wish).await;
    let said = verify(&app, &release.body).await.ok(200);
    assert_eq!((&said["verdict"], &said["status"]), (&json!("official"), &json!("withdrawn")));
    assert_eq!((&said["record"], said.get("title")), (&record["id"], None));
    assert_eq!(verify(&app, &cut).await.ok(200)["verdict"], "unknown", "gone from every door");
}

#[actix_web::test]
async fn nothing_is_said_of_what_is_not_public() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let id = app.begin(&crew.writer, &article()).await;
    let original = file(&photo(5), ImageFormat::Jpeg);
    add(&app, &crew.writer, &id, &original).await;
    app.follow();
    for bytes in [original, file(&photo(5), ImageFormat::Png)] {
        let said = verify(&app, &bytes).await.ok(200);
        assert_eq!((&said["verdict"], said.get("record")), (&json!("unknown"), None));
    }
}
