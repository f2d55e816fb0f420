//! Pictures on their way to the public: what a camera wrote into them, and what we write.

use std::{io::Cursor, path::Path, process::Command};

use quangba::media::metadata::{self, Described, Format, Notice};
use serde_json::{Value, json};

use crate::support::{
    Caller, TestApp,
    files::{self, picture},
    records::{article, described, with},
};

/// What must stay with us: it stands in all fields that no public file may have.
pub(crate) const KEPT: &[u8] = b"KEPT-12.6789N-108.04567E";

/// Exif data as a camera writes it, by hand: maker, owner, serial number, GPS.
fn exif() -> Vec<u8> {
    let count = u32::try_from(KEPT.len()).unwrap();
    let entry = |tag: u16, kind: u16, count: u32, value: u32| {
        [&tag.to_le_bytes()[..], &kind.to_le_bytes(), &count.to_le_bytes(), &value.to_le_bytes()]
            .concat()
    };
    // Header 8, directory 2 + 3 × 12 + 4 = 50, Exif directory 2 + 3 × 12 + 4 = 92, GPS 2 + 12 + 4.
    let text = 110;
    [
        &b"II\x2A\0\x08\0\0\0"[..],
        &3_u16.to_le_bytes(),
        &entry(0x010F, 2, count, text),
        &entry(0x8769, 4, 1, 50),
        &entry(0x8825, 4, 1, 92),
        &[0; 4],
        &3_u16.to_le_bytes(),
        &entry(0x927C, 7, count, text),
        &entry(0xA430, 2, count, text),
        &entry(0xA431, 2, count, text),
        &[0; 4],
        &1_u16.to_le_bytes(),
        &entry(0x0002, 5, 3, text),
        &[0; 4],
        KEPT,
    ]
    .concat()
}

/// A photo of 1,000 × 600 pixels with Exif, XMP and IPTC, as it comes from a news desk.
pub(crate) fn camera_photo() -> Vec<u8> {
    let both = |vi: &str, en: &str| [("vi", vi), ("en", en)].map(|(l, t)| (l.into(), t.into()));
    let notice = Notice {
        headline: both("Hồ Lắk", "Lak Lake").into(),
        caption: both("Thuyền độc mộc trên hồ Lắk", "Dugout canoes on Lak Lake").into(),
        creators: vec!["H'Lan Niê".to_owned()],
        credit: both("Báo Đắk Lắk", "Dak Lak Newspaper").into(),
        date: Some("2026-09-28T06:30:00+07:00".to_owned()),
        place: metadata::Place { city: Some("Liên Sơn Lắk".to_owned()), ..Default::default() },
        ..Notice::default()
    };
    let segment = |marker: u8, parts: &[&[u8]]| {
        let body = parts.concat();
        let length = u16::try_from(body.len() + 2).unwrap();
        [&[0xFF, marker], &length.to_be_bytes()[..], &body].concat()
    };
    let plain = picture(image::ImageFormat::Jpeg, 1_000, 600);
    [
        &plain[..2],
        &segment(0xE1, &[b"Exif\0\0", &exif()]),
        &segment(0xE1, &[b"http://ns.adobe.com/xap/1.0/\0", &metadata::xmp(&notice)]),
        &segment(0xED, &[b"Photoshop 3.0\0", &metadata::iptc(&notice)]),
        &segment(0xFE, &[KEPT]),
        &plain[2..],
    ]
    .concat()
}

/// Adds a file; gives its bare id.
async fn add(
    app: &TestApp,
    by: &Caller,
    id: &str,
    file: (&str, &[u8]),
    parts: &[(&str, &str)],
) -> String {
    let mut form = vec![("file", Some(file.0), file.1)];
    form.extend(parts.iter().map(|(name, text)| (*name, None, text.as_bytes())));
    let answer = app.post(&format!("/api/v1/records/{id}/assets")).by(by).form(&form).send().await;
    answer.ok(201);
    answer.header("quangba-asset").rsplit(':').next().unwrap().to_owned()
}

pub(crate) fn read(bytes: &[u8]) -> Described {
    let format = match bytes {
        [0xFF, 0xD8, ..] => Format::Jpeg,
        [b'R', ..] => Format::WebP,
        _ => Format::Png,
    };
    metadata::read(format, &mut Cursor::new(bytes))
}

#[actix_web::test]
async fn what_a_file_says_of_itself_is_offered() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let id = app.begin(&crew.writer, &article()).await;
    let photo = camera_photo();
    let own = json!({"creator": "Y Thịnh Êban"}).to_string();
    let parts = [("meta", own.as_str()), ("prefill", "true")];
    let asset = add(&app, &crew.writer, &id, ("a.jpg", &photo), &parts).await;

    let record = app.get(&format!("/api/v1/records/{id}")).by(&crew.writer).send().await.ok(200);
    let described = &record["draft"]["document"]["assets"][0];
    let described = if described.is_null() { &record["assets"][0] } else { described };
    assert_eq!(described["caption"]["vi"], "Thuyền độc mộc trên hồ Lắk", "{record}");
    assert_eq!(described["caption"]["en"], "Dugout canoes on Lak Lake");
    assert_eq!(described["creator"], "Y Thịnh Êban");
    assert_eq!(described["created"], "2026-09-28T06:30:00+07:00");
    assert_eq!(described["place"]["name"]["vi"], "Liên Sơn Lắk");

    let path = format!("/api/v1/records/{id}/assets/{asset}/metadata");
    let offered = app.get(&path).by(&crew.writer).send().await.ok(200);
    assert_eq!(offered["headline"], json!({"vi": "Hồ Lắk", "en": "Lak Lake"}));
    assert_eq!(offered["creators"], json!(["H'Lan Niê"]));
    assert_eq!(offered["credit"]["vi"], "Báo Đắk Lắk");
    let left: Vec<&str> =
        offered["leftOut"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    for trace in ["gps", "serial-number", "owner-name", "maker-note", "comment"] {
        assert!(left.contains(&trace), "{trace}: {left:?}");
    }
    assert_eq!(app.get(&path).by(&crew.stranger).send().await.status, 404);
    assert_eq!(app.get(&path).send().await.status, 401);

    let asset =
        add(&app, &crew.writer, &id, ("b.jpg", &files::jpeg()), &[("prefill", "true")]).await;
    let path = format!("/api/v1/records/{id}/assets/{asset}/metadata");
    let nothing = app.get(&path).by(&crew.writer).send().await.ok(200);
    assert_eq!((&nothing["caption"], &nothing["leftOut"]), (&json!({}), &json!([])));
}

#[actix_web::test]
async fn public_pictures_say_what_the_record_says_and_nothing_else() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let id = app.begin(&crew.writer, &article()).await;
    let meta = with(described(), "/focus", json!({"x": 0.9, "y": 0.5})).to_string();
    let photo = camera_photo();
    let asset = add(&app, &crew.writer, &id, ("a.jpg", &photo), &[("meta", &meta)]).await;
    app.let_out(&crew, &id).await;

    let public = app.get(&format!("/api/v1/published/{id}")).send().await.ok(200);
    let release =
        public["assets"][0]["href"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let mut saved = Vec::new();
    let names = ["320.jpg", "2560.webp", "800-1x1.jpg", "1600-16x9.webp", "320-4x5.jpg", &release];
    for name in names {
        let answer = app.get(&format!("/media/{asset}/{name}")).send().await;
        assert_eq!(answer.status, 200, "{name}: {}", answer.text());
        assert!(!answer.body.windows(KEPT.len()).any(|part| part == KEPT), "{name}");
        let says = read(&answer.body);
        assert_eq!(says.credit["x-default"], "Ảnh: Báo Đắk Lắk", "{name}");
        assert_eq!(says.caption["en"], "Gongs in a longhouse");
        assert_eq!(says.caption["vi"], "Dàn chiêng trong nhà dài");
        assert_eq!(says.creators, ["Y Thịnh Êban"]);
        assert_eq!(says.licence.as_deref(), Some("https://creativecommons.org/licenses/by/4.0/"));
        assert_eq!(says.copyright["vi"], "© UBND tỉnh Đắk Lắk");
        assert_eq!(says.place.country.as_deref(), Some("Việt Nam"));
        assert_eq!(says.place.province.as_deref(), Some("Đắk Lắk"));
        assert!(says.traces.is_empty(), "{name}: {:?}", says.traces);
        let shown = image::load_from_memory(&answer.body).unwrap();
        match name {
            "800-1x1.jpg" => assert_eq!((shown.width(), shown.height()), (600, 600)),
            "320-4x5.jpg" => assert_eq!((shown.width(), shown.height()), (320, 400)),
            _ => {}
        }
        let start: &[u8] = b"Photoshop 3.0\0";
        let starts = answer.body.windows(start.len()).filter(|part| *part == start).count();
        assert_eq!(starts, usize::from(answer.header("content-type") == "image/jpeg"), "{name}");
        saved.push((name.to_owned(), answer.body));
    }
    for name in ["640.jpg", "800-2x3.jpg", "800.png", "800-1x1"] {
        assert_eq!(app.get(&format!("/media/{asset}/{name}")).send().await.status, 404, "{name}");
    }
    another_program_reads(&saved);
}

/// What `exiftool`, where it is installed, finds in public files.
fn another_program_reads(files: &[(String, Vec<u8>)]) {
    let dir = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        std::fs::write(dir.path().join(name), bytes).unwrap();
    }
    let Some(found) = exiftool(dir.path()) else {
        eprintln!("skipped: exiftool is not installed");
        return;
    };
    assert_eq!(found.len(), files.len());
    for file in &found {
        says_what_it_may(file, true);
    }
}

/// Checks that a public file says nothing of its making, as `exiftool` reads it, and where it has to
/// be described says what its record says.
pub(crate) fn says_what_it_may(file: &Value, described: bool) {
    for field in file.as_object().unwrap().keys() {
        let plain = field.to_ascii_lowercase();
        for trace in ["gps", "serial", "owner", "maker", "thumbnail", "preview", "lens"] {
            assert!(!plain.contains(trace), "{field} in {file}");
        }
    }
    if described {
        assert_eq!(file.get("ExifTool:Warning"), None, "{file}");
        assert_eq!(file["XMP-photoshop:Credit"], "Ảnh: Báo Đắk Lắk", "{file}");
        assert_eq!(
            file["XMP-xmpRights:WebStatement"], "https://creativecommons.org/licenses/by/4.0/",
            "{file}"
        );
    }
}

pub(crate) fn exiftool(folder: &Path) -> Option<Vec<Value>> {
    let done = Command::new("exiftool").args(["-j", "-G1", "-r"]).arg(folder).output().ok()?;
    serde_json::from_slice(&done.stdout).ok()
}

#[actix_web::test]
async fn previews_are_for_those_who_see_the_draft() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let id = app.begin(&crew.writer, &article()).await;
    let photo = camera_photo();
    let asset = add(&app, &crew.writer, &id, ("a.jpg", &photo), &[]).await;
    let path = format!("/api/v1/records/{id}/assets/{asset}/preview/800.jpg");
    let seen = app.get(&path).by(&crew.writer).send().await;
    assert_eq!(seen.status, 200, "{}", seen.text());
    assert_eq!(image::load_from_memory(&seen.body).unwrap().width(), 800);
    assert_eq!(read(&seen.body), Described::default());
    assert_eq!(app.get(&path).by(&crew.stranger).send().await.status, 404);
    assert_eq!(app.get(&path).send().await.status, 401);
    assert_eq!(app.get(&format!("/media/{asset}/800.jpg")).send().await.status, 404);
    let other = path.replace("800.jpg", "900.jpg");
    assert_eq!(app.get(&other).by(&crew.writer).send().await.status, 404);
}

#[actix_web::test]
async fn a_focal_point_is_a_place_in_the_picture() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let id = app.begin(&crew.writer, &article()).await;
    for (focus, wrong) in [
        (json!({"x": 1.5, "y": 0}), "/meta/focus/x range"),
        (json!({"x": 0.5}), "/meta/focus/y required"),
        (json!({"x": "a", "y": 0}), "/meta/focus/x type"),
    ] {
        let meta = json!({"focus": focus}).to_string();
        let bytes = files::jpeg();
        let form = [("file", Some("a.jpg"), &bytes[..]), ("meta", None, meta.as_bytes())];
        let path = format!("/api/v1/records/{id}/assets");
        let refused = app.post(&path).by(&crew.writer).form(&form).send().await;
        assert_eq!((refused.status, refused.errors()), (422, vec![wrong.to_owned()]));
    }
}

/// A JPEG whose segments are whole and whose picture is not: its tables are gone.
pub(crate) fn hollow() -> Vec<u8> {
    let whole = picture(image::ImageFormat::Jpeg, 1_000, 600);
    let mut out = whole[..2].to_vec();
    let mut at = 2;
    while whole[at + 1] != 0xDA {
        let length = usize::from(u16::from_be_bytes([whole[at + 2], whole[at + 3]])) + 2;
        if whole[at + 1] != 0xC4 {
            out.extend(&whole[at..at + length]);
        }
        at += length;
    }
    out.extend(&whole[at..]);
    out
}

#[actix_web::test]
async fn a_picture_that_does_not_open_is_found_later_and_goes_no_further() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let admin = app.person(&["admin"], None).await.caller;
    let id = app.begin(&crew.writer, &article()).await;
    let meta = described().to_string();
    add(&app, &crew.writer, &id, ("a.jpg", &hollow()), &[("meta", &meta)]).await;
    let findings = async || {
        let path = format!("/api/v1/records/{id}/findings");
        let said = app.get(&path).by(&crew.writer).send().await.ok(200);
        let rules = said["findings"].as_array().unwrap().iter();
        let rules = rules.map(|finding| finding["rule"].as_str().unwrap().to_owned());
        rules.filter(|rule| ["pending", "damaged"].contains(&rule.as_str())).collect::<Vec<_>>()
    };
    assert_eq!(findings().await, ["pending"]);

    let jobs = app.get("/api/v1/jobs?state=waiting").by(&admin).send().await.ok(200);
    assert_eq!((&jobs["total"], &jobs["jobs"][0]["kind"]), (&json!(1), &json!("look")));
    let job = format!("/api/v1/jobs/{}", jobs["jobs"][0]["id"].as_str().unwrap());
    assert_eq!(app.get(&job).by(&crew.writer).send().await.ok(200)["state"], "waiting");
    app.get(&job).by(&crew.stranger).send().await.is_problem(404, "not-found");
    app.get("/api/v1/jobs").by(&crew.writer).send().await.is_problem(403, "forbidden");
    app.post(&format!("{job}/retry")).by(&admin).send().await.is_problem(404, "not-found");

    app.follow();
    assert_eq!(findings().await, ["damaged"]);
    app.get(&job).by(&crew.writer).send().await.is_problem(404, "not-found");
    let refused = app.desk(&crew.writer, &id, json!({"action": "submit"})).await;
    refused.is_problem(422, "findings");
    assert!(refused.text().contains("damaged"), "{}", refused.text());
}

#[actix_web::test]
async fn who_does_not_wait_for_the_queue_is_looked_after_at_once() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let id = app.begin(&crew.writer, &article()).await;
    let meta = described().to_string();
    add(&app, &crew.writer, &id, ("a.jpg", &hollow()), &[("meta", &meta)]).await;
    let refused = app.desk(&crew.writer, &id, json!({"action": "submit"})).await;
    refused.is_problem(422, "findings");
    assert!(refused.text().contains("damaged"), "{}", refused.text());
}

#[actix_web::test]
async fn an_agency_is_told_that_it_has_the_file_already() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let first = app.begin(&crew.writer, &article()).await;
    let photo = camera_photo();
    let asset = add(&app, &crew.writer, &first, ("a.jpg", &photo), &[]).await;
    let second = app.begin(&crew.writer, &article()).await;
    for id in [&first, &second] {
        let path = format!("/api/v1/records/{id}/assets");
        let refused = app.post(&path).by(&crew.writer).file("b.jpg", &photo).send().await;
        refused.is_problem(409, "duplicate-file");
        assert_eq!(refused.at("/record"), format!("urn:uuid:{first}"));
        assert_eq!(refused.at("/asset"), format!("urn:uuid:{asset}"));
        assert_eq!(refused.errors(), ["/file duplicate-file"]);
    }
    let path = format!("/api/v1/records/{second}/assets");
    let parts: [files::Part<'_>; 2] =
        [("file", Some("b.jpg"), photo.as_slice()), ("again", None, b"yes")];
    app.post(&path).by(&crew.writer).form(&parts).send().await.is_problem(400, "unreadable");
    add(&app, &crew.writer, &second, ("b.jpg", &photo), &[("again", "true")]).await;
    // What another agency has is its own affair.
    let foreign = app.post("/api/v1/records").by(&crew.stranger).json(&article()).send().await;
    let foreign = crate::support::records::id_of(&foreign.ok(201));
    add(&app, &crew.stranger, &foreign, ("c.jpg", &photo), &[]).await;
}
