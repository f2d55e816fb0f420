//! Press kits as newsrooms take them.

use std::{
    collections::BTreeMap,
    fs,
    io::{Cursor, Read as _},
    process::{Command, Stdio},
};

use actix_web::http::Method;
use quangba::service::Error;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use zip::ZipArchive;

use crate::support::{
    Answer, Crew, PUBLIC, TestApp, files,
    records::{article, described, titled, with},
};

/// The files of a kit by path.
type Files = BTreeMap<String, Vec<u8>>;

fn unpacked(answer: &Answer) -> Files {
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("content-type"), "application/zip");
    let mut zip = ZipArchive::new(Cursor::new(&answer.body)).unwrap();
    assert!(!zip.has_duplicate_names());
    let mut all = Files::new();
    for index in 0..zip.len() {
        let mut file = zip.by_index(index).unwrap();
        let name = file.enclosed_name().unwrap().to_str().unwrap().to_owned();
        assert_eq!(name, file.name().unwrap(), "leads nowhere else");
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        all.insert(name, bytes);
    }
    all
}

fn sha256(bytes: &[u8]) -> String {
    let digest: [u8; 32] = Sha256::digest(bytes).into();
    quangba::domain::digest::Digest::from_bytes(&digest).to_string()
}

fn text<'a>(files: &'a Files, end: &str) -> &'a str {
    let found = files.iter().find(|(path, _)| path.ends_with(end));
    std::str::from_utf8(found.unwrap_or_else(|| panic!("{end}: {:?}", files.keys())).1).unwrap()
}

fn manifest(files: &Files) -> Value {
    serde_json::from_slice(&files["manifest.json"]).unwrap()
}

/// Adds a file to a draft.
async fn add(app: &TestApp, crew: &Crew, id: &str, name: &str, bytes: &[u8]) -> String {
    let meta = described().to_string();
    let path = format!("/api/v1/records/{id}/assets");
    let parts: [files::Part<'_>; 3] =
        [("file", Some(name), bytes), ("meta", None, meta.as_bytes()), ("again", None, b"true")];
    let answer = app.post(&path).by(&crew.writer).form(&parts).send().await;
    answer.ok(201);
    answer.header("quangba-asset").rsplit(':').next().unwrap().to_owned()
}

/// A published article with a large photo, a small one and a booklet; gives its id and its photo's.
async fn gongs(app: &TestApp, crew: &Crew, document: &Value) -> (String, String) {
    let id = app.begin(&crew.writer, document).await;
    let photo = files::picture(image::ImageFormat::Jpeg, 2_000, 900);
    let photo = add(app, crew, &id, "Dàn chiêng.jpg", &photo).await;
    add(app, crew, &id, "nhỏ.png", &files::picture(image::ImageFormat::Png, 60, 40)).await;
    add(app, crew, &id, "Tập gấp.pdf", &files::pdf()).await;
    app.let_out(crew, &id).await;
    (id, photo)
}

#[actix_web::test]
async fn a_kit_has_all_that_a_newsroom_needs() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let (id, photo) = gongs(&app, &crew, &article()).await;
    let answer = app.get(&format!("/api/v1/published/{id}/kit.zip")).send().await;
    let files = unpacked(&answer);
    let folder = "DLK-2026-000001-khong-gian-van-hoa-cong-chieng";
    // A release's name ends in some letters of its digest.
    let published = app.get(&format!("/api/v1/published/{id}")).send().await.ok(200);
    let [photo_name, small_name, booklet_name] = [0, 1, 2].map(|at| {
        let href = published["assets"][at]["href"].as_str().unwrap();
        let name = href.rsplit('/').next().unwrap();
        format!("0{}-{}", at + 1, name.split('.').next().unwrap().to_ascii_lowercase())
    });
    let mut paths: Vec<String> =
        files.keys().map(|path| path.trim_start_matches(folder).to_owned()).collect();
    for (name, short) in [(&photo_name, "01"), (&small_name, "02"), (&booklet_name, "03")] {
        paths.iter_mut().for_each(|path| *path = path.replace(name.as_str(), short));
    }
    assert_eq!(
        paths,
        [
            "/CREDITS.txt",
            "/LICENCE.html",
            "/LICENCE.txt",
            "/files/03.pdf",
            "/photos/1600/01.jpg",
            "/photos/800/01.jpg",
            "/photos/original/01.jpg",
            "/photos/original/02.png",
            "/texts/DLK-2026-000001-en.docx",
            "/texts/DLK-2026-000001-en.txt",
            "/texts/DLK-2026-000001-vi.docx",
            "/texts/DLK-2026-000001-vi.txt",
            "/texts/captions-en.txt",
            "/texts/captions-vi.txt",
            "README.txt",
            "manifest-sha256.txt",
            "manifest.json",
        ]
    );
    assert_eq!(
        answer.header("content-disposition"),
        format!("attachment; filename=\"{folder}.zip\"; filename*=UTF-8''{folder}.zip")
    );
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("content-security-policy"), "default-src 'none'; sandbox");
    assert!(text(&files, "-vi.txt").contains("Mỗi buôn làng gìn giữ một dàn chiêng"));
    assert!(text(&files, "-en.txt").contains("Translation: by a person (Ban biên dịch)"));
    assert!(text(&files, "captions-en.txt").contains("Caption: Gongs in a longhouse"));
    assert!(text(&files, "LICENCE.txt").contains("In Copyright"));
    let page = format!("Địa chỉ: {PUBLIC}/vi/r/{id}\n");
    assert!(text(&files, "-vi.txt").ends_with(&page), "{}", text(&files, "-vi.txt"));

    // Each digest is that of the file, in both lists, and releases are what /status knows.
    let manifest = manifest(&files);
    let entries = manifest["entries"].as_array().unwrap();
    let sums = text(&files, "manifest-sha256.txt");
    assert_eq!((entries.len(), sums.lines().count()), (files.len() - 2, files.len() - 1));
    for entry in entries {
        let path = entry["path"].as_str().unwrap();
        let digest = sha256(&files[path]);
        assert_eq!(
            (&entry["sha256"], &entry["bytes"]),
            (&json!(digest), &json!(files[path].len()))
        );
        assert!(sums.contains(&format!("{digest}  {path}\n")), "{path}");
        if entry["what"] == "release" {
            let verify = entry["verify"].as_str().unwrap().strip_prefix(PUBLIC).unwrap();
            assert_eq!(app.get(verify).send().await.at("/status"), "current", "{path}");
        }
        if let Some(source) = entry["source"].as_str() {
            let source = source.strip_prefix(PUBLIC).unwrap();
            let found = app.get(source).send().await;
            let same = sha256(&found.body) == digest;
            assert!(same || entry["what"] == "text", "{path} from {source}: {found:?}");
        }
    }
    let own = files.iter().find(|(path, _)| path.contains("/photos/800/01-")).unwrap();
    assert_eq!(image::load_from_memory(own.1).unwrap().width(), 800);
    assert_eq!(manifest["records"][0]["id"], format!("urn:uuid:{id}"));
    let large = format!("{folder}/photos/1600/{photo_name}.jpg");
    let large = entries.iter().find(|entry| entry["path"] == large).unwrap();
    assert_eq!(large["asset"], format!("urn:uuid:{photo}"));
}

#[actix_web::test]
async fn a_kit_is_the_same_until_its_record_changes() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let (id, _) = gongs(&app, &crew, &article()).await;
    let path = format!("/api/v1/published/{id}/kit.zip");
    let first = app.get(&path).send().await;
    let tag = first.header("etag");
    assert!(tag.starts_with('"') && tag.len() == 66, "{tag}");
    app.pass(jiff::SignedDuration::from_hours(1));
    // The web pictures are made anew.
    fs::remove_dir_all(app.dir().join("derived")).unwrap();
    fs::create_dir_all(app.dir().join("derived/incoming")).unwrap();
    let second = app.get(&path).send().await;
    assert!(first.body == second.body && second.header("etag") == tag);
    let known = app.get(&path).header("If-None-Match", &tag).send().await;
    assert_eq!((known.status, known.body.len()), (304, 0));
    let english = app.get(&format!("{path}?lang=en&lang=fr")).send().await;
    assert_ne!(english.header("etag"), tag);
    let files = unpacked(&english);
    assert!(files.keys().any(|path| path.ends_with("-en.docx")));
    assert!(!files.keys().any(|path| path.contains("-vi.")), "{:?}", files.keys());
    assert!(text(&files, "LICENCE.txt").contains("ĐIỀU KIỆN SỬ DỤNG"), "the card is in both");

    app.save(&crew.writer, &id, &titled("Tên mới", "A new name")).await.ok(200);
    let beside = app.get(&path).header("If-None-Match", &tag).send().await;
    assert_eq!(beside.status, 304, "a draft beside it shows through nowhere");
    app.let_out(&crew, &id).await;
    let changed = app.get(&path).header("If-None-Match", &tag).send().await;
    assert_eq!(changed.status, 200);
    assert!(unpacked(&changed).keys().any(|path| path.contains("-ten-moi/")));
}

#[actix_web::test]
async fn a_head_takes_nothing_and_a_kit_takes_each_release() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let (id, photo) = gongs(&app, &crew, &article()).await;
    let path = format!("/api/v1/published/{id}/kit.zip");
    let head = app.ask(Method::HEAD, &path).send().await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    let published = app.get(&format!("/api/v1/published/{id}")).send().await.ok(200);
    let file = published["assets"][0]["href"].as_str().unwrap();
    assert!(file.contains(&photo));
    let file = file.strip_prefix(PUBLIC).unwrap();
    assert_eq!(app.ask(Method::HEAD, file).send().await.status, 200);
    let whole = app.get(&path).send().await;
    assert_eq!(head.header("etag"), whole.header("etag"));
    let known = app.get(&path).header("If-None-Match", &head.header("etag")).send().await;
    assert_eq!(known.status, 304);
    let wish = json!({"action": "withdraw", "reason": "rights"});
    let gone = app.moved(&crew.publisher, &id, wish).await;
    assert_eq!(gone["departed"]["downloads"]["count"], 3);
}

#[actix_web::test]
async fn several_records_have_a_folder_each_or_none_is_sent() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let (one, _) = gongs(&app, &crew, &article()).await;
    let two = app.published(&crew, &titled("Hồ Lắk", "Lak Lake")).await;
    let path = format!("/api/v1/kit.zip?id={one}&id=urn:uuid:{two}&id={one}");
    let answer = app.get(&path).send().await;
    let files = unpacked(&answer);
    assert!(answer.header("content-disposition").contains("press-kit-2-"), "{answer:?}");
    let folders: std::collections::BTreeSet<&str> =
        files.keys().filter_map(|path| Some(path.split_once('/')?.0)).collect();
    let wanted = ["DLK-2026-000001-khong-gian-van-hoa-cong-chieng", "DLK-2026-000002-ho-lak"];
    assert_eq!(folders.into_iter().collect::<Vec<_>>(), wanted);
    assert_eq!(manifest(&files)["records"].as_array().unwrap().len(), 2);

    let draft = app.begin(&crew.writer, &article()).await;
    let nowhere = "019a0b5c-3f00-7a11-8a11-0123456789ab";
    for missing in [draft.as_str(), nowhere] {
        let answer = app.get(&format!("/api/v1/kit.zip?id={one}&id={missing}")).send().await;
        answer.is_problem(404, "not-found");
        assert!(answer.text().contains(missing), "{answer:?}");
        let answer = app.get(&format!("/api/v1/published/{missing}/kit.zip")).send().await;
        answer.is_problem(404, "not-found");
    }
    app.moved(&crew.publisher, &two, json!({"action": "withdraw", "reason": "error"})).await;
    let gone = app.get(&path).send().await;
    gone.is_problem(410, "withdrawn");
    assert!(gone.at("/detail").as_str().unwrap().contains(&two), "{gone:?}");
    assert_eq!(gone.at("/tombstone/id"), format!("urn:uuid:{two}"));
    let gone = app.get(&format!("/api/v1/published/{two}/kit.zip")).send().await;
    gone.is_problem(410, "withdrawn");
}

#[actix_web::test]
async fn what_is_asked_wrongly_is_named() {
    let app = TestApp::new().await;
    let many: String =
        (10..61).map(|n| format!("id=019a0b5c-3f00-7a11-8a11-0123456789{n}&")).collect();
    for (query, wrong) in [
        ("", "/id value"),
        ("lang=vi", "/id value"),
        (many.as_str().trim_end_matches('&'), "/id value"),
        ("id=019a0b5c-3f00-7a11-8a11-0123456789ab&lang=ti%E1%BA%BFng", "/lang value"),
        ("id=019a0b5c-3f00-7a11-8a11-0123456789ab&size=800", "/size value"),
    ] {
        let answer = app.get(&format!("/api/v1/kit.zip?{query}")).send().await;
        answer.is_problem(400, "bad-parameter");
        assert_eq!(answer.errors(), [wrong], "{query}");
    }
    for bad in ["..%2F..%2Fjournal", "%3Cscript%3E", "x%0D%0AX:%20y"] {
        let answer = app.get(&format!("/api/v1/kit.zip?id={bad}")).send().await;
        answer.is_problem(404, "not-found");
        let answer = app.get(&format!("/api/v1/published/{bad}/kit.zip")).send().await;
        answer.is_problem(404, "not-found");
    }
}

#[actix_web::test]
async fn a_hostile_title_names_no_path_and_runs_nowhere() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let hostile = "../../x<script>alert(1)</script>";
    let document = with(
        with(article(), "/title", json!({"vi": hostile, "en": hostile})),
        "/creators",
        json!([{"name": "..\\..\\c:con", "role": "author"}]),
    );
    let (id, _) = gongs(&app, &crew, &document).await;
    let answer = app.get(&format!("/api/v1/published/{id}/kit.zip")).send().await;
    let files = unpacked(&answer);
    for path in files.keys() {
        let fits = |c: char| c.is_ascii_alphanumeric() || "./-_".contains(c);
        assert!(path.chars().all(fits) && !path.contains(".."), "{path}");
    }
    assert!(text(&files, "-vi.txt").starts_with(hostile));
    assert!(!text(&files, "LICENCE.html").contains("<script"));
    assert!(!answer.header("content-disposition").contains(['<', '/']), "{answer:?}");
}

#[actix_web::test]
async fn a_record_that_is_withdrawn_meanwhile_is_cut_off() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let (one, _) = gongs(&app, &crew, &article()).await;
    let two = app.published(&crew, &titled("Hồ Lắk", "Lak Lake")).await;
    // The one that will be withdrawn has gone out whole when the other is on its way.
    let ids = [two.parse().unwrap(), one.parse().unwrap()];
    let kit = app.services.kit(&ids, &[]).unwrap();
    let whole: Vec<u8> = app.services.kit_stream(kit.clone()).flat_map(Result::unwrap).collect();
    assert!(ZipArchive::new(Cursor::new(&whole)).is_ok());

    // A piece is a quarter of a megabyte: the photo alone has more.
    let mut stream = app.services.kit_stream(kit.clone());
    let piece = stream.next().unwrap().unwrap();
    assert!(piece.len() < whole.len(), "{} of {}", piece.len(), whole.len());
    app.moved(&crew.publisher, &two, json!({"action": "withdraw", "reason": "rights"})).await;
    let rest: Vec<Result<Vec<u8>, Error>> = stream.collect();
    assert!(matches!(rest.last(), Some(Err(Error::Gone(_)))), "{} pieces", rest.len());
    let sent: usize = rest.iter().flatten().map(Vec::len).sum::<usize>() + piece.len();
    assert!(sent < whole.len());

    // Of what was corrected since, no mixture is sent either.
    let kit = app.services.kit(&ids[1..], &[]).unwrap();
    app.save(&crew.writer, &one, &titled("Tên mới", "A new name")).await.ok(200);
    app.let_out(&crew, &one).await;
    let mut stream = app.services.kit_stream(kit);
    assert!(matches!(stream.next(), Some(Err(Error::Stale))));
    assert!(stream.next().is_none());
}

#[actix_web::test]
async fn a_damaged_release_is_not_passed_off_as_whole() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let (id, _) = gongs(&app, &crew, &article()).await;
    let kit = app.services.kit(&[id.parse().unwrap()], &[]).unwrap();
    let shown = app.get(&format!("/api/v1/published/{id}")).send().await.ok(200);
    let digest = shown["assets"][2]["digest"]["value"].as_str().unwrap();
    let place = app.dir().join("media").join(&digest[..2]).join(&digest[2..4]).join(digest);
    let mut bytes = fs::read(&place).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::remove_file(&place).unwrap();
    fs::write(&place, &bytes).unwrap();
    let last = app.services.kit_stream(kit).last().unwrap();
    assert!(matches!(last, Err(Error::Internal(_))), "{last:?}");
}

/// Other people's programs on a kit; what is not installed is said and skipped.
#[actix_web::test]
async fn other_programs_take_a_kit() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let (id, _) = gongs(&app, &crew, &article()).await;
    let answer = app.get(&format!("/api/v1/published/{id}/kit.zip")).send().await;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("kit.zip");
    fs::write(&path, &answer.body).unwrap();
    let python = "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); \
                  assert z.testzip() is None; z.extractall(sys.argv[2])";
    let place = dir.path().join("out");
    let ran = |program: &str, args: &[&std::ffi::OsStr]| {
        let mut command = Command::new(program);
        let run = command.args(args).current_dir(dir.path()).stdout(Stdio::null()).status();
        match run {
            Ok(status) => assert!(status.success(), "{program}: {status}"),
            Err(why) => eprintln!("skipped: {program} is not there ({why})"),
        }
    };
    ran("unzip", &["-t".as_ref(), path.as_os_str()]);
    ran("python3", &["-c".as_ref(), python.as_ref(), path.as_os_str(), place.as_os_str()]);
    if place.is_dir() {
        let check = "cd out && sha256sum --quiet --strict -c manifest-sha256.txt";
        ran("sh", &["-c".as_ref(), check.as_ref()]);
    }
}

#[actix_web::test]
async fn no_picture_of_a_kit_says_where_it_was_taken() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let id = app.begin(&crew.writer, &article()).await;
    add(&app, &crew, &id, "a.jpg", &super::pictures::camera_photo()).await;
    app.let_out(&crew, &id).await;
    let files = unpacked(&app.get(&format!("/api/v1/published/{id}/kit.zip")).send().await);
    let photos: Vec<_> = files.iter().filter(|(path, _)| path.contains("/photos/")).collect();
    assert_eq!(photos.len(), 2, "of 1,000 pixels: the release and 800");
    for (path, bytes) in photos {
        let kept = super::pictures::KEPT;
        assert!(!bytes.windows(kept.len()).any(|window| window == kept), "{path}");
        let says = super::pictures::read(bytes);
        assert!(says.traces.is_empty(), "{path}: {:?}", says.traces);
        assert_eq!(says.credit["x-default"], "Ảnh: Báo Đắk Lắk", "{path}");
    }
}

#[actix_web::test]
async fn a_records_page_leads_to_its_kit() {
    let app = TestApp::new().await;
    let crew = app.crew().await;
    let id = app.published(&crew, &article()).await;
    for (lang, words) in [("vi", "Tải bộ tư liệu báo chí"), ("en", "Download press kit")] {
        let page = app.get(&format!("/{lang}/r/{id}")).header("Accept", "text/html").send().await;
        let page =
            if page.status == 200 { page } else { app.get(&page.header("location")).send().await };
        let link =
            format!("<a href=\"/api/v1/published/{id}/kit.zip\" rel=\"nofollow\">{words}</a>");
        assert!(page.text().contains(&link), "{}", page.text());
    }
}
