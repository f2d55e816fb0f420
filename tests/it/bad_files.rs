//! Bad files: each gets its problem, nothing of it stays, and the record is as it was.

use image::ImageFormat;
use serde_json::json;

use crate::support::{
    Answer, CULTURE, Caller, TestApp,
    files::{form, jpeg, pdf, picture, png_that_claims},
    records::article,
};

/// A system with one draft to put files to.
struct Desk {
    app: TestApp,
    writer: Caller,
    path: String,
    head: u64,
    kept: usize,
}

impl Desk {
    async fn new(change: impl FnOnce(&mut quangba::service::Settings)) -> Self {
        let app = TestApp::with(change).await;
        let writer = app.person(&["contributor"], Some(CULTURE)).await.caller;
        let id = app.begin(&writer, &article()).await;
        let path = format!("/api/v1/records/{id}/assets");
        let (head, kept) = (app.head(), kept(&app));
        Self { app, writer, path, head, kept }
    }

    async fn send(&self, name: &str, bytes: &[u8]) -> Answer {
        let ask = self.app.post(&self.path).by(&self.writer).header("Accept-Language", "en");
        ask.file(name, bytes).send().await
    }

    /// Sends a file that must be refused so, and checks that nothing stays of it.
    async fn refuses(&self, (name, bytes): (&str, &[u8]), status: u16, code: &str) {
        let answer = self.send(name, bytes).await;
        assert_eq!(answer.status, status, "{name}: {answer:?}");
        answer.is_problem(status, code);
        assert_eq!(answer.errors(), [format!("/file {code}")], "{name}");
        assert_eq!(answer.header("content-language"), "en");
        self.nothing_stays(name);
    }

    fn nothing_stays(&self, what: &str) {
        assert_eq!(self.app.head(), self.head, "{what}: something was written");
        assert_eq!(kept(&self.app), self.kept, "{what}: a file stayed");
    }
}

/// How many files lie in the media folder, finished or not.
fn kept(app: &TestApp) -> usize {
    let all = walkdir::WalkDir::new(app.dir().join("media")).into_iter().flatten();
    all.filter(|entry| entry.file_type().is_file()).count()
}

#[actix_web::test]
async fn a_file_name_that_leads_elsewhere_is_refused() {
    let desk = Desk::new(|_| {}).await;
    let long = format!("{}.jpg", "a".repeat(300));
    for name in [
        "../../etc/passwd",
        "../a.jpg",
        "a/../../b.jpg",
        "/etc/passwd",
        "..\\\\..\\\\a.jpg",
        "C:\\\\a.jpg",
        "..",
        ".",
        "",
        "   ",
        "a\u{202E}gpj.exe",
        &long,
    ] {
        desk.refuses((name, &jpeg()), 422, "file-name").await;
    }
}

#[actix_web::test]
async fn a_small_file_that_unpacks_to_a_huge_picture_is_refused() {
    let desk = Desk::new(|_| {}).await;
    let bomb = png_that_claims(20_000, 20_000);
    assert!(bomb.len() < 4_096);
    desk.refuses(("bom.png", &bomb), 422, "file-pixels").await;
    desk.refuses(("bom.png", &png_that_claims(u32::MAX >> 1, 1)), 422, "file-pixels").await;
}

#[actix_web::test]
async fn a_broken_picture_is_refused() {
    let desk = Desk::new(|_| {}).await;
    let whole = picture(ImageFormat::Jpeg, 300, 200);
    for part in [3, 20, whole.len() / 2, whole.len() - 400] {
        desk.refuses(("ảnh.jpg", &whole[..part]), 422, "file-corrupt").await;
    }
    let png = picture(ImageFormat::Png, 60, 40);
    desk.refuses(("ảnh.png", &png[..png.len() / 2]), 422, "file-corrupt").await;
    desk.refuses(("sách.pdf", b"%PDF-1.7\n%%EOF"), 422, "file-corrupt").await;
}

#[actix_web::test]
async fn a_file_is_what_its_content_is_not_what_its_name_says() {
    let desk = Desk::new(|_| {}).await;
    let html = b"<!DOCTYPE html><html><script>alert(1)</script></html>";
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    desk.refuses(("a.jpg", &pdf()), 415, "file-mismatch").await;
    desk.refuses(("a.pdf", &jpeg()), 415, "file-mismatch").await;
    desk.refuses(("a.png", &jpeg()), 415, "file-mismatch").await;
    desk.refuses(("a.jpg", html), 415, "file-mismatch").await;
    desk.refuses(("a.html", html), 415, "file-type").await;
    desk.refuses(("a", html), 415, "file-type").await;
    desk.refuses(("a.svg", svg), 415, "file-type").await;
    desk.refuses(("a.exe", b"MZ\x90\x00\x03\x00\x00\x00"), 415, "file-type").await;
    desk.refuses(("a.bin", b"not a picture"), 415, "file-type").await;
    let answer = desk.send("a.html", &jpeg()).await;
    answer.is_problem(415, "file-mismatch");
    desk.nothing_stays("a picture named .html");
}

#[actix_web::test]
async fn an_empty_file_is_refused() {
    let desk = Desk::new(|_| {}).await;
    desk.refuses(("a.jpg", b""), 422, "file-empty").await;
}

#[actix_web::test]
async fn a_file_over_the_limit_is_refused_and_one_at_it_taken() {
    let bytes = jpeg();
    let size = u64::try_from(bytes.len()).unwrap();
    let desk = Desk::new(|settings| settings.media.file_bytes = size).await;
    let more = [bytes.as_slice(), b"\0"].concat();
    desk.refuses(("a.jpg", &more), 413, "file-too-large").await;
    let huge = vec![0_u8; 3 << 20];
    desk.refuses(("a.jpg", &huge), 413, "file-too-large").await;
    desk.send("a.jpg", &bytes).await.ok(201);

    let desk = Desk::new(|settings| settings.media.photo_bytes = size - 1).await;
    desk.refuses(("a.jpg", &bytes), 413, "file-too-large").await;
    desk.send("a.pdf", &pdf()).await.ok(201);
}

#[actix_web::test]
async fn a_form_must_be_whole_and_hold_what_is_asked_for() {
    let desk = Desk::new(|_| {}).await;
    let (app, writer) = (&desk.app, &desk.writer);
    let bytes = jpeg();
    let file = ("file", Some("a.jpg"), bytes.as_slice());
    for parts in [
        &[][..],
        &[("meta", None, b"{}".as_slice())],
        &[file, file],
        &[file, ("more", None, b"x")],
        &[file, ("meta", None, b"{not json")],
        &[file, ("meta", None, b"\"\xFF\"")],
    ] {
        let answer = app.post(&desk.path).by(writer).form(parts).send().await;
        answer.is_problem(400, "unreadable");
        desk.nothing_stays("a form");
    }
    let huge = format!("{{\"creator\": \"{}\"}}", "x".repeat(300 * 1024));
    let parts = [file, ("meta", None, huge.as_bytes())];
    let answer = app.post(&desk.path).by(writer).form(&parts).send().await;
    assert!(matches!(answer.status, 400 | 413), "{answer:?}");
    desk.nothing_stays("a huge description");

    let whole = form(&[file]);
    let cut = whole.get(..whole.len() - 40).unwrap().to_vec();
    let ask = app.post(&desk.path).by(writer);
    let answer = ask.raw("multipart/form-data; boundary=ranh-gioi-cua-bieu-mau", cut).send().await;
    answer.is_problem(400, "unreadable");
    desk.nothing_stays("a cut form");
    let answer = app.post(&desk.path).by(writer).json(&json!({})).send().await;
    assert!(matches!(answer.status, 400 | 415), "{answer:?}");
    desk.nothing_stays("no form at all");
}

#[actix_web::test]
async fn a_bad_description_is_refused_with_all_its_places() {
    let desk = Desk::new(|_| {}).await;
    let meta = json!({
        "id": "urn:uuid:019a0b5c-3f00-7a11-8a11-0123456789ab",
        "role": "hero",
        "caption": {"vi": "a\u{0}", "e": "x"},
        "consent": 3,
        "bytes": 7,
    })
    .to_string();
    let bytes = jpeg();
    let parts = [("file", Some("a.jpg"), bytes.as_slice()), ("meta", None, meta.as_bytes())];
    let answer = desk.app.post(&desk.path).by(&desk.writer).form(&parts).send().await;
    answer.is_problem(422, "invalid");
    let mut errors = answer.errors();
    errors.sort();
    assert_eq!(
        errors,
        [
            "/meta/bytes unknown-field",
            "/meta/caption/e language-tag",
            "/meta/caption/vi character",
            "/meta/consent type",
            "/meta/id unknown-field",
            "/meta/role enum",
        ]
    );
    desk.nothing_stays("a bad description");

    let meta = json!({"place": {"code": "999"}}).to_string();
    let parts = [("meta", None, meta.as_bytes()), ("file", Some("a.jpg"), bytes.as_slice())];
    let answer = desk.app.post(&desk.path).by(&desk.writer).form(&parts).send().await;
    answer.is_problem(422, "invalid");
    assert_eq!(answer.errors(), ["/meta/place/code unknown-term"]);
    desk.nothing_stays("an unknown place");
}

#[actix_web::test]
async fn nobody_puts_files_to_another_agencys_record() {
    let desk = Desk::new(|_| {}).await;
    let stranger = desk.app.person(&["contributor"], Some("H15.11")).await.caller;
    let (head, bytes) = (desk.app.head(), jpeg());
    let answer = desk.app.post(&desk.path).by(&stranger).file("a.jpg", &bytes).send().await;
    answer.is_problem(404, "not-found");
    let answer = desk.app.post(&desk.path).file("a.jpg", &bytes).send().await;
    answer.is_problem(401, "unauthorised");
    assert_eq!((desk.app.head(), kept(&desk.app)), (head, desk.kept));
}

#[actix_web::test]
async fn a_decomposed_file_name_is_shown_composed() {
    use unicode_normalization::UnicodeNormalization as _;
    let desk = Desk::new(|_| {}).await;
    let name: String = "Lễ hội cồng chiêng.jpg".nfd().collect();
    let made = desk.send(&name, &jpeg()).await.ok(201);
    assert_eq!(made["assets"][0]["name"], "Lễ hội cồng chiêng.jpg");
}
