//! Folders that a bad disk, a careless hand or a full disk left behind.

use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    path::{Path, PathBuf},
};

use actix_web::http::Method;
use quangba::{
    domain::{account::Scope, id::RecordId},
    search::Query,
    service::{Services, Settings},
};
use serde_json::{Value, json};

use crate::archive::{
    Answer, Archive, Server, add_picture, article, ask, close, create, get, key, picture, publish,
    published, withdraw,
};

/// A closed folder with seven records, and what its doors said before.
struct Filled {
    archive: Archive,
    export: String,
    upload: String,
    draft: RecordId,
    asset: String,
    before: Said,
}

/// What the doors say.
struct Said {
    export: String,
    records: Value,
    titles: Vec<String>,
    status: Value,
    small: usize,
}

/// What the list says of each record but how often it was saved, which the checks here change.
fn listed(list: &Value) -> Value {
    let mut list = list.clone();
    for line in list["records"].as_array_mut().unwrap() {
        line["revision"].take();
        line["modified"].take();
    }
    list
}

fn said(services: &Services, filled: (&str, &str, &str)) -> Said {
    let (export, upload, asset) = filled;
    services.catch_up(|_place| {}).unwrap();
    while services.follow_media().unwrap().more {}
    while services.do_next_job(std::time::Duration::ZERO).unwrap() {}
    let ndjson = [("Accept", "application/x-ndjson")];
    let records = (Method::GET, "/export/v1/records");
    let stream = ask(services, records, Some(export), &ndjson, None);
    assert_eq!(stream.status, 200);
    let found = services.search(&Query::new("cong chieng").page(0, 50)).unwrap();
    let mut titles: Vec<String> =
        found.hits.iter().map(|hit| hit.display.title.get("vi").unwrap().clone()).collect();
    titles.sort();
    let small = get(services, &format!("/media/{asset}/320.jpg"), "");
    assert_eq!(small.status, 200, "a web size is gone");
    Said {
        export: String::from_utf8(stream.body).unwrap(),
        records: listed(&get(services, "/api/v1/records?limit=1000", upload).json()),
        titles,
        status: get(services, "/export/v1/status", export).json(),
        small: small.body.len(),
    }
}

impl Filled {
    fn new() -> Self {
        Self::with(Settings { index_memory: 15_000_000, ..Settings::default() })
    }

    fn with(settings: Settings) -> Self {
        let (archive, services) = Archive::with(settings);
        let shown = create(&services, article(0));
        let asset = add_picture(&services, shown, "anh.jpg").key();
        publish(&services, shown);
        for n in 1..5 {
            published(&services, article(n));
        }
        withdraw(&services, published(&services, article(5)));
        let draft = create(&services, article(6));
        let (export, upload) = (key(&services, Scope::Export), key(&services, Scope::Upload));
        let before = said(&services, (&export, &upload, &asset));
        assert_eq!((before.titles.len(), before.export.lines().count()), (5, 6));
        close(services);
        Self { archive, export, upload, draft, asset, before }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.archive.data().join(name)
    }

    /// Opens the folder, checks that all is as before and that it can be written; gives the log.
    fn as_before(&mut self) -> String {
        let (services, log) = self.archive.open_logged();
        self.same(&services, &log);
        assert_eq!(services.read_only(), None, "{log}");
        assert_eq!(self.write(&services).status, 200, "{log}");
        self.before = said(&services, (&self.export, &self.upload, &self.asset));
        close(services);
        log
    }

    fn same(&self, services: &Services, log: &str) {
        let now = said(services, (&self.export, &self.upload, &self.asset));
        let before = &self.before;
        assert_eq!(now.status, before.status, "{log}");
        assert_eq!(now.records, before.records, "{log}");
        assert_eq!(now.titles, before.titles, "{log}");
        assert!(now.export == before.export, "the export's bytes differ\n{log}");
        assert_eq!(now.small, before.small, "{log}");
    }

    /// Saves the draft as it is.
    fn write(&self, services: &Services) -> Answer {
        let path = format!("/api/v1/records/{}", self.draft.key());
        let found = get(services, &path, &self.upload);
        let tag = found.header("etag").unwrap().to_owned();
        let body = article(6);
        let headers = [("If-Match", tag.as_str())];
        ask(services, (Method::PUT, &path), Some(&self.upload), &headers, Some(&body))
    }

    /// Reads are as before, writes are refused.
    fn reads_only(&self, services: &Services, status: u16, code: &str) {
        self.same(services, code);
        let put = self.write(services);
        let body = create_over_http(services, &self.upload);
        for answer in [put, body] {
            let problem = answer.json();
            assert_eq!(
                (answer.status, problem["code"].as_str()),
                (status, Some(code)),
                "{problem}"
            );
            let wait = answer.header("retry-after").is_some();
            assert_eq!(wait, status == 503);
        }
        self.same(services, code);
        assert_eq!(get(services, "/healthz", "").status, 200);
    }
}

fn create_over_http(services: &Services, key: &str) -> Answer {
    let body = article(99);
    ask(services, (Method::POST, "/api/v1/records"), Some(key), &[], Some(&body))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = walkdir::WalkDir::new(folder)
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file())
        .map(walkdir::DirEntry::into_path)
        .collect();
    files.sort();
    files
}

/// Turns a few bytes round, a fraction of the way into the file.
fn flip(path: &Path, (part, of): (usize, usize), count: usize) {
    let mut bytes = fs::read(path).unwrap();
    let from = bytes.len().saturating_sub(count) * part / of;
    for byte in bytes.iter_mut().skip(from).take(count) {
        *byte ^= 0xff;
    }
    fs::write(path, bytes).unwrap();
}

fn copy(from: &Path, to: &Path) {
    for file in files(from) {
        let target = to.join(file.strip_prefix(from).unwrap());
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(file, target).unwrap();
    }
}

#[test]
fn a_store_that_is_gone_is_made_anew() {
    let mut filled = Filled::new();
    fs::remove_dir_all(filled.path("store")).unwrap();
    let log = filled.as_before();
    assert!(log.contains("WARN") && log.contains("replayed"), "{log}");
    let log = filled.as_before();
    assert!(!log.contains("WARN"), "once it is mended nothing more is said: {log}");
}

#[test]
fn a_store_with_flipped_bytes_is_set_aside_or_mended() {
    let filled = Filled::new();
    let whole = tempfile::tempdir().unwrap();
    copy(&filled.archive.data(), whole.path());
    let names: Vec<PathBuf> = files(&filled.path("store"));
    assert!(!names.is_empty());
    let mut told = 0;
    for file in &names {
        for (place, count) in [((0, 1), 16), ((1, 3), 1), ((1, 2), 16), ((9, 10), 64), ((1, 1), 8)]
        {
            fs::remove_dir_all(filled.archive.data()).unwrap();
            copy(whole.path(), &filled.archive.data());
            flip(file, place, count);
            let (services, log) = filled.archive.open_logged();
            filled.same(&services, &log);
            assert_eq!(services.read_only(), None, "{log}");
            assert_eq!(filled.write(&services).status, 200, "{log}");
            close(services);
            told += usize::from(log.contains("store folder"));
        }
    }
    assert!(0 < told, "no damage was ever seen");
}

#[test]
fn an_index_that_is_gone_or_damaged_is_made_anew() {
    let mut filled = Filled::new();
    fs::remove_dir_all(filled.path("index")).unwrap();
    filled.as_before();
    for file in files(&filled.path("index")) {
        flip(&file, (1, 2), 8);
    }
    filled.as_before();
    for file in files(&filled.path("index")) {
        fs::write(file, b"").unwrap();
    }
    filled.as_before();
}

#[test]
fn web_sizes_that_are_gone_come_back() {
    let mut filled = Filled::new();
    // Previews are made again when somebody asks for them.
    let web = |filled: &Filled| {
        let all = files(&filled.path("derived"));
        all.iter().filter(|path| path.to_string_lossy().contains("-web-")).count()
    };
    let sizes = web(&filled);
    assert!(8 <= sizes, "there are no web sizes");
    fs::remove_dir_all(filled.path("derived")).unwrap();
    filled.as_before();
    fs::remove_dir_all(filled.path("derived")).unwrap();
    fs::remove_dir_all(filled.path("store")).unwrap();
    fs::remove_dir_all(filled.path("index")).unwrap();
    filled.as_before();
    assert_eq!(web(&filled), sizes);
}

/// The journal's one file.
fn journal(filled: &Filled) -> PathBuf {
    let mut names = files(&filled.path("journal"));
    assert_eq!(names.len(), 1);
    names.remove(0)
}

#[test]
fn a_damaged_journal_line_is_named_and_nothing_more_is_written() {
    let filled = Filled::new();
    let path = journal(&filled);
    let text = fs::read_to_string(&path).unwrap();
    let (at, line) = text.lines().enumerate().nth(text.lines().count() / 2).unwrap();
    let offset = line.as_ptr().addr() - text.as_ptr().addr() + line.len() / 2;
    let mut bytes = text.clone().into_bytes();
    bytes[offset] ^= 1;
    fs::write(&path, &bytes).unwrap();

    let (services, log) = filled.archive.open_logged();
    let name = path.file_name().unwrap().to_str().unwrap();
    let place = format!("{name}, line {}", at + 1);
    let why = services.read_only().unwrap();
    assert!(why.contains(&place), "{why}");
    assert!(log.contains("ERROR") && log.contains(&place), "{log}");
    filled.reads_only(&services, 503, "read-only");
    close(services);
    assert_eq!(fs::read(&path).unwrap(), bytes, "evidence was changed");

    // The store made anew from it lacks that line, says so, and drops nothing behind it.
    fs::remove_dir_all(filled.path("store")).unwrap();
    let (services, _log) = filled.archive.open_logged();
    assert!(services.read_only().unwrap().contains(&place));
    let last = get(&services, "/export/v1/status", &filled.export).json();
    assert_eq!(last["chainHead"], filled.before.status["chainHead"]);
    assert_eq!(create_over_http(&services, &filled.upload).status, 503);
    close(services);
}

#[test]
fn an_unfinished_last_line_is_cut_off() {
    let mut filled = Filled::new();
    let path = journal(&filled);
    let whole = fs::read(&path).unwrap();
    let last = whole.split(|b| *b == b'\n').rev().nth(1).unwrap();
    let torn = &last[..last.len() / 2];
    OpenOptions::new().append(true).open(&path).unwrap().write_all(torn).unwrap();
    let log = filled.as_before();
    let said = format!("cut {} bytes of an unfinished write", torn.len());
    assert!(log.contains(&said), "{log}");
    let now = fs::read(&path).unwrap();
    assert!(now.starts_with(&whole) && whole.len() < now.len(), "and written on");
}

#[test]
fn an_answered_last_line_that_is_torn_is_damage() {
    let filled = Filled::new();
    let path = journal(&filled);
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() - 10]).unwrap();
    let (services, _log) = filled.archive.open_logged();
    let why = services.read_only().unwrap();
    let line = whole.split(|b| *b == b'\n').count() - 1;
    assert!(why.contains(&format!("line {line}")), "{why}");
    filled.reads_only(&services, 503, "read-only");
    close(services);
    assert_eq!(fs::read(&path).unwrap(), &whole[..whole.len() - 10], "evidence was changed");
}

#[test]
fn a_folder_of_two_systems_is_refused() {
    let (one, other) = (Filled::new(), Filled::new());
    fs::remove_dir_all(one.path("journal")).unwrap();
    copy(&other.path("journal"), &one.path("journal"));
    let error = one.archive.open().err().unwrap().to_string();
    assert!(error.contains("belong") || error.contains("journal"), "{error}");
}

#[test]
fn a_full_disk_refuses_writes_and_goes_on_reading() {
    let mut filled = Filled::new();
    filled.archive.settings.disk_reserve = u64::MAX;
    let (services, _log) = filled.archive.open_logged();
    filled.reads_only(&services, 507, "disk-full");
    let upload = upload_over_http(&services, &filled);
    assert_eq!(upload.status, 507, "{}", String::from_utf8_lossy(&upload.body));
    close(services);
    filled.archive.settings.disk_reserve = 0;
    filled.as_before();
}

/// A picture by `multipart/form-data` (RFC 7578).
fn upload_over_http(services: &Services, filled: &Filled) -> Answer {
    let mut body = b"--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n".to_vec();
    body.extend(picture());
    body.extend(b"\r\n--cut\r\nContent-Disposition: form-data; name=\"again\"\r\n\r\ntrue");
    body.extend(b"\r\n--cut--\r\n");
    let path = format!("/api/v1/records/{}/assets", filled.draft.key());
    let headers = [("Content-Type", "multipart/form-data; boundary=cut")];
    crate::archive::ask_bytes(services, (Method::POST, &path), Some(&filled.upload), &headers, body)
}

#[test]
fn the_program_itself_starts_on_a_damaged_folder_and_says_so() {
    let filled = Filled::new();
    for file in files(&filled.path("store")) {
        flip(&file, (1, 2), 64);
    }
    let server = Server::start(&filled.archive.data());
    let page = ureq::get(format!("{}/export/v1/status", server.url))
        .header("authorization", format!("Bearer {}", filled.export))
        .call()
        .unwrap()
        .body_mut()
        .read_json::<Value>()
        .unwrap();
    assert_eq!(page["counts"], json!({"active": 5, "withdrawn": 1, "problems": 0}));
    let log = server.log();
    assert!(log.contains("the store folder"), "{log}");
    assert!(server.stop());
}
