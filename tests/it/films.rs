//! Films, recordings, subtitles, and pictures that only other programs open.

use std::{ffi::OsString, process::Command};

use serde_json::{Value, json};

use crate::support::{
    Answer, Caller, Crew, PUBLIC, TestApp,
    files::jpeg,
    records::{article, with},
};

#[path = "../../src/media/av/tests/build.rs"]
#[expect(
    dead_code,
    reason = "shared with the tests of what reads these files, which use all of it"
)]
mod build;

const SUBTITLES: &str = "\u{FEFF}WEBVTT\r\n\r\nSTYLE\r\n::cue { background: url(//x.example) }\r\n\r\n\
    NOTE gọi lại cho anh Bình\r\n\r\n00:00.500 --> 00:02.000 line:90%\r\n\
    <v Y Thịnh>Sương giăng <script>alert(1)</script>mặt hồ</v>\r\n";

/// The same file with another text where it tells too much, which is no mark of secrecy.
fn harmless(file: &[u8]) -> Vec<u8> {
    let mut file = file.to_vec();
    for at in 0..file.len() {
        if file[at..].starts_with(b"SECR") {
            file[at..at + 4].copy_from_slice(b"TAGS");
        }
    }
    file
}

fn tells(file: &[u8]) -> bool {
    build::has(file, b"TAGS") || build::has(file, b"+12.67")
}

fn film_record() -> Value {
    with(article(), "/kind", json!("video"))
}

fn meta(role: &str) -> Value {
    json!({
        "role": role,
        "caption": {"vi": "Một ngày bên hồ", "en": "A day by the lake"},
        "alt": {"vi": "Thuyền độc mộc trên hồ", "en": "A dugout on the lake"},
        "consent": "none-needed",
    })
}

async fn send(app: &TestApp, by: &Caller, id: &str, file: (&str, &[u8]), meta: &Value) -> Answer {
    let meta = meta.to_string();
    let parts = [("file", Some(file.0), file.1), ("meta", None, meta.as_bytes())];
    app.post(&format!("/api/v1/records/{id}/assets")).by(by).form(&parts).send().await
}

async fn added(app: &TestApp, crew: &Crew, id: &str, file: (&str, &[u8]), meta: &Value) -> String {
    let answer = send(app, &crew.writer, id, file, meta).await;
    assert_eq!(answer.status, 201, "{}: {answer:?}", file.0);
    answer.header("quangba-asset").rsplit(':').next().unwrap().to_owned()
}

/// The rules and levels of the findings on a draft.
async fn found(app: &TestApp, crew: &Crew, id: &str) -> Vec<String> {
    let path = format!("/api/v1/records/{id}/findings");
    let findings = app.get(&path).by(&crew.writer).send().await.at("/findings");
    let text = |finding: &Value, name: &str| finding[name].as_str().unwrap().to_owned();
    let all = findings.as_array().unwrap().iter();
    all.map(|finding| format!("{} {}", text(finding, "rule"), text(finding, "level"))).collect()
}

/// Where the release of the record's asset lies.
async fn release(app: &TestApp, id: &str, at: usize) -> String {
    let shown = app.get(&format!("/api/v1/published/{id}")).send().await;
    let href = shown.at(&format!("/assets/{at}/href"));
    href.as_str().unwrap().strip_prefix(PUBLIC).unwrap().to_owned()
}

#[actix_web::test]
async fn a_film_goes_out_without_what_its_makers_left_in_it() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let id = app.begin(&crew.writer, &film_record()).await;
    assert!(found(&app, &crew, &id).await.contains(&"file warn".to_owned()));
    let film = harmless(&build::film());
    added(&app, &crew, &id, ("phim.mp4", &film), &meta("main")).await;
    let draft = app.get(&format!("/api/v1/records/{id}")).by(&crew.writer).send().await;
    let facts = |name: &str| draft.at(&format!("/assets/0/{name}"));
    assert_eq!(facts("mediaType"), "video/mp4");
    // Seen upright: it is turned by a quarter.
    assert_eq!([facts("width"), facts("height"), facts("duration")], [240, 320, 3]);
    assert_eq!(facts("codecs"), json!(["avc", "aac"]));
    let findings = found(&app, &crew, &id).await;
    assert!(findings.contains(&"subtitles warn".to_owned()), "{findings:?}");
    assert!(!findings.contains(&"resolution warn".to_owned()), "{findings:?}");

    // What was read may be sent back, the length among it.
    let document = draft.json();
    let saved = app.save(&crew.writer, &id, &document).await;
    assert_eq!(saved.status, 200, "{saved:?}");

    app.let_out(&crew, &id).await;
    let path = release(&app, &id, 0).await;
    let answer = app.get(&path).send().await;
    assert_eq!(answer.header("content-type"), "video/mp4");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("accept-ranges"), "bytes");
    assert!(tells(&film) && !tells(&answer.body));
    assert!(build::has(&answer.body, build::FILM) && build::has(&answer.body, build::SOUND));
    assert_eq!(answer.body.len(), film.len());
    let part = app.get(&path).header("Range", "bytes=4-11").send().await;
    assert_eq!((part.status, part.body.as_slice()), (206, &b"ftypisom"[..]));
    assert_eq!(
        app.get(&format!("/api/v1/published/{id}")).send().await.at("/assets/0/duration"),
        3
    );

    let manifest = app.get(&format!("/iiif/presentation/3/{id}/manifest")).send().await.ok(200);
    let body = manifest.pointer("/items/0/items/0/items/0/body").unwrap();
    assert_eq!((&body["type"], &body["duration"]), (&json!("Video"), &json!(3.0)));

    let key = app.key("export", None).1;
    let export = app.get("/export/v1/records").by(&key).send().await.ok(200).to_string();
    assert!(export.contains("\"durationSeconds\":3") && export.contains("video/mp4"), "{export}");

    // Without a program that makes one it has no still picture.
    let asset = path.split('/').nth(2).unwrap();
    app.get(&format!("/media/{asset}/800.jpg")).send().await.is_problem(404, "not-found");
    let wish = json!({"action": "withdraw", "reason": "rights", "note": "hết hạn"});
    app.moved(&crew.publisher, &id, wish).await;
    assert_eq!(app.get(&path).send().await.status, 410);
}

#[actix_web::test]
async fn subtitles_are_cleaned_shown_and_searched() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let id = app.begin(&crew.writer, &film_record()).await;
    let film = harmless(&build::webm());
    added(&app, &crew, &id, ("phim.webm", &film), &meta("main")).await;
    let said = json!({"role": "subtitle"});
    let track = added(&app, &crew, &id, ("phim.vi.vtt", SUBTITLES.as_bytes()), &said).await;
    let findings = found(&app, &crew, &id).await;
    assert!(findings.contains(&"subtitles warn".to_owned()), "no language: {findings:?}");
    let draft = app.get(&format!("/api/v1/records/{id}")).by(&crew.writer).send().await.json();
    let saved = app.save(&crew.writer, &id, &with(draft, "/assets/1/lang", json!("vi"))).await;
    assert_eq!(saved.status, 200, "{saved:?}");
    let findings = found(&app, &crew, &id).await;
    assert!(!findings.contains(&"subtitles warn".to_owned()), "{findings:?}");

    app.let_out(&crew, &id).await;
    let path = release(&app, &id, 1).await;
    let answer = app.get(&path).send().await;
    assert_eq!(answer.header("content-type"), "text/vtt");
    let clean = "WEBVTT\n\n00:00:00.500 --> 00:00:02.000 line:90%\n\
        <v Y Thịnh>Sương giăng alert(1)mặt hồ</v>\n";
    assert_eq!(answer.text(), clean);
    assert!(path.contains(&track));

    let page = app.get(&format!("/vi/r/{id}")).send().await;
    let shown =
        format!("<track kind=\"subtitles\" src=\"{path}\" srclang=\"vi\" label=\"Tiếng Việt\">");
    assert!(page.text().contains(&shown), "{}", page.text());
    assert!(page.text().contains("<video controls"));
    assert!(page.header("content-security-policy").contains("media-src 'self'"));
    let found = app.get("/api/v1/search?q=s%C6%B0%C6%A1ng+gi%C4%83ng").send().await;
    assert_eq!(found.at("/total"), 1, "{found:?}");
}

#[actix_web::test]
async fn what_is_said_in_subtitles_and_tags_is_screened() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    for (name, file) in [
        ("a.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nĐộ mật: TUYỆT MẬT\n".as_bytes().to_vec()),
        ("a.mp3", build::id3(4, &build::id3_frame(b"TIT2", "\u{3}TUYỆT MẬT".as_bytes()))),
    ] {
        let frames = build::frame(b"sound").repeat(20);
        let file = if name == "a.mp3" { [file, frames].concat() } else { file };
        let id = app.begin(&crew.writer, &film_record()).await;
        added(&app, &crew, &id, (name, &file), &json!({"role": "attachment"})).await;
        let findings = found(&app, &crew, &id).await;
        assert!(findings.contains(&"secrecy_marks block".to_owned()), "{name}: {findings:?}");
    }
}

#[actix_web::test]
async fn recordings_go_out_without_their_tags() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    for (name, file, media_type, length) in [
        ("lời.mp3", build::mp3(), "audio/mpeg", 1.044),
        ("lời.wav", build::wav(), "audio/wav", 1.5),
    ] {
        let record = with(article(), "/kind", json!("audio"));
        let id = app.begin(&crew.writer, &record).await;
        let file = harmless(&file);
        added(&app, &crew, &id, (name, &file), &meta("main")).await;
        assert!(!found(&app, &crew, &id).await.contains(&"file warn".to_owned()));
        app.let_out(&crew, &id).await;
        let answer = app.get(&release(&app, &id, 0).await).send().await;
        assert_eq!(answer.header("content-type"), media_type);
        assert!(tells(&file) && !tells(&answer.body), "{name}");
        let shown = app.get(&format!("/api/v1/published/{id}")).send().await;
        let told = shown.at("/assets/0/duration").as_f64().unwrap();
        assert!((told - length).abs() < 0.01, "{name}: {told}");
        let page = app.get(&format!("/vi/r/{id}")).send().await.text();
        assert!(page.contains("<audio controls"), "{page}");
        let manifest = app.get(&format!("/iiif/presentation/3/{id}/manifest")).send().await;
        assert_eq!(manifest.at("/items/0/items/0/items/0/body/type"), "Sound");
    }
}

#[actix_web::test]
async fn what_cannot_be_taken_is_refused_and_nothing_of_it_stays() {
    let app = TestApp::with(|settings| settings.media.file_bytes = 40_000).await;
    let crew = app.crew().await;
    let id = app.begin(&crew.writer, &film_record()).await;
    let before = (app.head(), kept(&app));
    let film = build::film();
    let cut = &film[..film.len() / 2];
    let long = [build::film(), build::atom(b"free", &[&[0; 50_000]])].concat();
    for (name, file, status, code) in [
        ("phim.webm", &film[..], 415, "file-mismatch"),
        ("ảnh.jpg", &film, 415, "file-mismatch"),
        ("phim.mp4", b"<html><script>alert(1)</script>", 415, "file-mismatch"),
        ("lời.vtt", b"<html><script>alert(1)</script>", 415, "file-mismatch"),
        ("lời.vtt", b"WEBVTT\n\n<script>alert(1)</script>", 422, "file-corrupt"),
        ("lời.vtt", b"WEBVTT\n\n00:01.000 --> 00:02.000\n\xC3(\n", 422, "file-corrupt"),
        ("lời.srt", b"1\n00:00:01,000 --> 00:00:02,000\nx\n", 415, "file-type"),
        ("phim.mp4", cut, 422, "file-corrupt"),
        ("phim.mp4", &long, 413, "file-too-large"),
        ("phim.mp4", &build::stream(true), 415, "file-type"),
        ("phim.mov", b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", 415, "file-type"),
        ("phim.mp4", build::FTYP, 422, "file-corrupt"),
        ("ảnh.heic", &heic()[..60], 422, "file-corrupt"),
        ("ảnh.avif", &heic(), 415, "file-mismatch"),
    ] {
        let answer = send(&app, &crew.writer, &id, (name, file), &meta("main")).await;
        assert_eq!(
            (answer.status, answer.at("/code")),
            (status, json!(code)),
            "{name}: {answer:?}"
        );
        answer.is_problem(status, code);
        assert_eq!((app.head(), kept(&app)), before, "{name}");
    }
}

/// How many files lie in the media folder, finished or not.
fn kept(app: &TestApp) -> usize {
    let all = walkdir::WalkDir::new(app.dir().join("media")).into_iter().flatten();
    all.filter(|entry| entry.file_type().is_file()).count()
}

/// A picture of 640 × 480 pixels on its side, as far as its structure goes.
fn heic() -> Vec<u8> {
    let size = build::full(b"ispe", &[&build::numbers(&[640, 480])]);
    let turn = build::atom(b"irot", &[&[1]]);
    let properties = build::atom(b"ipco", &[&size, &turn]);
    let own = build::full(b"ipma", &[&build::numbers(&[1]), &[0, 1, 2, 1, 0x82]]);
    let meta = build::full(
        b"meta",
        &[&build::full(b"pitm", &[&[0, 1]]), &build::atom(b"iprp", &[&properties, &own])],
    );
    let kind = build::atom(b"ftyp", &[b"heic\0\0\0\0mif1heic"]);
    [kind, meta, build::atom(b"mdat", &[b"coded"])].concat()
}

#[actix_web::test]
async fn a_picture_that_nothing_here_opens_waits_for_the_program() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let id = app.begin(&crew.writer, &article()).await;
    let asset = added(&app, &crew, &id, ("IMG_0001.HEIC", &heic()), &meta("main")).await;
    let draft = app.get(&format!("/api/v1/records/{id}")).by(&crew.writer).send().await;
    assert_eq!(draft.at("/assets/0/mediaType"), "image/heic");
    assert_eq!([draft.at("/assets/0/width"), draft.at("/assets/0/height")], [480, 640]);
    app.follow();
    let findings = found(&app, &crew, &id).await;
    assert!(findings.contains(&"decoder block".to_owned()), "{findings:?}");
    let submitted = app.desk(&crew.writer, &id, json!({"action": "submit"})).await;
    assert!((400..500).contains(&submitted.status), "{submitted:?}");
    let path = format!("/api/v1/records/{id}/assets/{asset}/preview/800.jpg");
    assert_eq!(app.get(&path).by(&crew.writer).send().await.status, 404);
    let path = format!("/api/v1/records/{id}/assets/{asset}/original");
    assert_eq!(app.get(&path).by(&crew.writer).send().await.body, heic());
}

/// A system that has the programs of this one.
async fn equipped() -> TestApp {
    #[expect(clippy::disallowed_methods, reason = "where the programs of this system are")]
    let path = std::env::var_os("PATH").unwrap_or_default().into_string().unwrap();
    TestApp::with(|settings| settings.media.programs = path).await
}

/// A file made by a program of the system; none, said so, where that is not there.
fn made(program: &str, arguments: &[&str], name: &str) -> Option<Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    let mut all: Vec<OsString> = arguments.iter().map(OsString::from).collect();
    all.push(path.clone().into());
    let done = Command::new(program).args(all).output();
    let file =
        done.ok().filter(|done| done.status.success()).and_then(|_| std::fs::read(path).ok());
    if file.is_none() {
        eprintln!("skipped: {program} makes no {name} here");
    }
    file
}

/// Three seconds of a test card with sound, taken on its side at a known place.
fn real_film() -> Option<Vec<u8>> {
    let arguments = "-v error -y -f lavfi -i testsrc=size=320x180:rate=10:duration=3 -f lavfi \
        -i sine=duration=3 -c:v libx264 -pix_fmt yuv420p -c:a aac -metadata comment=+12.67+108.04/";
    let mut film = made("ffmpeg", &arguments.split_whitespace().collect::<Vec<_>>(), "phim.mp4")?;
    // The matrix of the first track (ISO/IEC 14496-12, section 8.3.2), which is the film's.
    let at = film.windows(4).position(|window| window == b"tkhd").unwrap() + 44;
    let turned = build::numbers(&[0, 1 << 16, 0, u32::MAX << 16, 0, 0, 0, 0, 1 << 30]);
    film[at..at + turned.len()].copy_from_slice(&turned);
    Some(film)
}

fn size_of(picture: &[u8]) -> (u32, u32) {
    let picture = image::load_from_memory(picture).unwrap();
    (picture.width(), picture.height())
}

#[actix_web::test]
async fn a_film_has_a_still_picture_where_ffmpeg_is() {
    let Some(film) = real_film() else { return };
    let app = equipped().await;
    let crew = app.crew().await;
    let id = app.begin(&crew.writer, &film_record()).await;
    let asset = added(&app, &crew, &id, ("phim.mp4", &film), &meta("main")).await;
    app.follow();
    let preview = format!("/api/v1/records/{id}/assets/{asset}/preview/800.jpg");
    let preview = app.get(&preview).by(&crew.writer).send().await;
    assert_eq!((preview.status, size_of(&preview.body)), (200, (180, 320)), "{preview:?}");
    app.let_out(&crew, &id).await;
    let still = app.get(&format!("/media/{asset}/320-1x1.webp")).send().await;
    assert_eq!((still.status, size_of(&still.body)), (200, (180, 180)), "{still:?}");
    let release = app.get(&release(&app, &id, 0).await).send().await;
    assert!(build::has(&film, b"+12.67") && !build::has(&release.body, b"+12.67"));
    // Its container's maker goes; what encoders wrote into the streams themselves stays.
    assert!(build::has(&film, b"Lavf") && !build::has(&release.body, b"Lavf"));
    let page = app.get(&format!("/en/r/{id}")).send().await.text();
    assert!(page.contains(&format!("poster=\"/media/{asset}/800.jpg\"")), "{page}");
    assert!(app.get("/en/").send().await.text().contains(&format!("/media/{asset}/320.jpg")));
    let hits = app.get("/api/v1/search?q=gong").send().await.at("/hits/0/thumbnail");
    assert_eq!(hits, format!("{PUBLIC}/media/{asset}/320.jpg"));
    let manifest = app.get(&format!("/iiif/presentation/3/{id}/manifest")).send().await;
    let thumbnail = manifest.at("/items/0/thumbnail/0/id");
    assert!(thumbnail.as_str().unwrap().ends_with(&format!("{asset}/320.jpg")), "{manifest:?}");

    // A poster of the record's own goes before it.
    let poster = added(&app, &crew, &id, ("bìa.jpg", &jpeg()), &meta("poster")).await;
    app.let_out(&crew, &id).await;
    let page = app.get(&format!("/en/r/{id}")).send().await.text();
    assert!(page.contains(&format!("poster=\"/media/{poster}/800.jpg\"")), "{page}");
    assert!(app.get("/en/").send().await.text().contains(&format!("/media/{poster}/320.jpg")));
}

/// Takes a picture that another program opens through the desk, and gives its release.
async fn through_the_desk(name: &str, file: &[u8]) -> Vec<u8> {
    let app = equipped().await;
    let crew = app.crew().await;
    let id = app.begin(&crew.writer, &article()).await;
    let asset = added(&app, &crew, &id, (name, file), &meta("main")).await;
    app.follow();
    let preview = format!("/api/v1/records/{id}/assets/{asset}/preview/320.jpg");
    assert_eq!(app.get(&preview).by(&crew.writer).send().await.status, 200);
    app.let_out(&crew, &id).await;
    let answer = app.get(&release(&app, &id, 0).await).send().await;
    assert_eq!(answer.header("content-type"), "image/jpeg");
    let web = app.get(&format!("/media/{asset}/320.webp")).send().await.status;
    let wide = app.get(&format!("/iiif/3/{asset}/info.json")).send().await.at("/width");
    assert_eq!((web, wide), (200, json!(320)));
    answer.body
}

/// The left half red, the right half blue, or nearly, and with its description.
fn is_red_and_blue(picture: &[u8]) {
    assert!(build::has(picture, "Một ngày bên hồ".as_bytes()), "no description");
    let picture = image::load_from_memory(picture).unwrap().to_rgb8();
    assert_eq!(picture.dimensions(), (320, 200));
    let near = |x: u32, wanted: [u8; 3]| {
        let found = picture.get_pixel(x, 100).0;
        found.iter().zip(wanted).all(|(found, wanted)| found.abs_diff(wanted) < 12)
    };
    assert!(near(40, [255, 0, 0]) && near(280, [0, 0, 255]));
}

const HALVES: &str =
    "color=red:size=160x200:rate=1[a];color=blue:size=160x200:rate=1[b];[a][b]hstack";

#[actix_web::test]
async fn an_avif_goes_out_as_jpeg_where_ffmpeg_is() {
    let mut arguments = vec!["-v", "error", "-y", "-f", "lavfi", "-i", HALVES, "-frames:v", "1"];
    arguments.extend(["-c:v", "libaom-av1", "-still-picture", "1", "-f", "avif"]);
    let Some(avif) = made("ffmpeg", &arguments, "ảnh.avif") else { return };
    is_red_and_blue(&through_the_desk("ảnh.avif", &avif).await);
    let app = equipped().await;
    let crew = app.crew().await;
    let id = app.begin(&crew.writer, &article()).await;
    // Damage within the coded picture is seen before anybody approves it.
    let mut broken = avif;
    let half = broken.len() - 60;
    broken[half..].fill(0x55);
    added(&app, &crew, &id, ("ảnh.avif", &broken), &meta("main")).await;
    app.follow();
    let findings = found(&app, &crew, &id).await;
    assert!(findings.contains(&"damaged block".to_owned()), "{findings:?}");
}

#[actix_web::test]
async fn a_heic_goes_out_as_jpeg_where_libheif_is() {
    let Some(png) = made(
        "ffmpeg",
        &["-v", "error", "-y", "-f", "lavfi", "-i", HALVES, "-frames:v", "1"],
        "a.png",
    ) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.png");
    std::fs::write(&path, png).unwrap();
    let Some(heic) = made("heif-enc", &[path.to_str().unwrap(), "-o"], "ảnh.heic") else {
        return;
    };
    is_red_and_blue(&through_the_desk("ảnh.heic", &heic).await);
}
