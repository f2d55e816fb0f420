//! Bulk import: every kind of source, run once, again, in part, and with what must not pass.

use std::{
    fs,
    io::{Cursor, Write},
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::Arc,
};

use quangba::{
    domain::{
        account::{Actor, Role},
        record::{DraftState, Live},
    },
    service::{
        Error, ImportOptions, ImportReport, ListQuery, Services, Settings, Setup, Wish, operator,
    },
};
use serde_json::{Value, json};

const AGENCY: &str = "H15.16";

/// A system for one test, with a folder beside it to import from.
struct Archive {
    services: Services,
    dir: tempfile::TempDir,
}

impl Archive {
    fn new() -> Self {
        Self::with(Settings::default())
    }

    fn with(settings: Settings) -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("source")).unwrap();
        let clock = || "2026-11-20T03:04:05Z".parse().unwrap();
        let setup = Setup {
            dir: &dir.path().join("data"),
            profile: "dak-lak",
            settings,
            worker: Path::new(env!("CARGO_BIN_EXE_quangba")),
            clock: Arc::new(clock),
        };
        let (services, _accounts) = setup.init(&"admin".parse().unwrap()).unwrap();
        Self { services, dir }
    }

    fn source(&self, name: &str) -> PathBuf {
        self.dir.path().join("source").join(name)
    }

    fn put(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.source(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    fn options(&self) -> ImportOptions {
        ImportOptions {
            agency: AGENCY.parse().unwrap(),
            publish: false,
            dry_run: false,
            report: Some(self.dir.path().join("report.jsonl")),
        }
    }

    fn import(&self, path: &Path, options: &ImportOptions) -> Result<ImportReport, Error> {
        self.services.import(&operator(), path, options, &mut |_| ControlFlow::Continue(()))
    }

    fn drafts(&self, path: &Path) -> [u64; 5] {
        counts(self.import(path, &self.options()).unwrap())
    }

    fn published(&self, path: &Path) -> [u64; 5] {
        counts(self.import(path, &ImportOptions { publish: true, ..self.options() }).unwrap())
    }

    /// What the report says: row, pointer, code.
    fn report(&self) -> Vec<(u64, String, String)> {
        let text = fs::read_to_string(self.dir.path().join("report.jsonl")).unwrap();
        let line = |line: &str| {
            let line: Value = serde_json::from_str(line).unwrap();
            let text = |at: &str| line.pointer(at).and_then(Value::as_str).unwrap().to_owned();
            assert!(!text("/message/vi").is_empty() && !text("/message/en").is_empty());
            let row = line.get("row").and_then(Value::as_u64).unwrap();
            (row, text("/pointer"), text("/code"))
        };
        text.lines().map(line).collect()
    }

    fn records(&self) -> Vec<quangba::domain::record::Summary> {
        let auditor = Actor { roles: [Role::Auditor].into(), ..operator() };
        let query = ListQuery { limit: 1_000, ..ListQuery::default() };
        self.services.records(&auditor, &query).unwrap().lines
    }

    fn shown(&self, source_id: &str) -> quangba::service::Shown {
        let lines = self.records();
        let line = lines.iter().find(|line| line.source_id.as_deref() == Some(source_id)).unwrap();
        self.services.record(&actor("giam-sat", &[Role::Auditor]), line.id).unwrap()
    }

    fn journal(&self) -> u64 {
        self.services.wait(u64::MAX, std::time::Duration::ZERO)
    }
}

fn actor(name: &str, roles: &[Role]) -> Actor {
    let agency = Some(AGENCY.parse().unwrap());
    Actor {
        name: name.to_owned(),
        roles: roles.iter().copied().collect(),
        scope: None,
        agency,
        from: None,
    }
}

fn counts(report: ImportReport) -> [u64; 5] {
    let ImportReport { read, created, updated, unchanged, refused } = report;
    [read, created, updated, unchanged, refused]
}

fn document(n: usize) -> Value {
    json!({
        "sourceId": format!("S-{n}"),
        "kind": "article",
        "title": {"vi": format!("Buôn làng số {n}"), "en": format!("Village number {n}")},
        "summary": {"vi": "Một buôn bên hồ.", "en": "A village by the lake."},
        "body": {"vi": "<p>Nhà dài bên hồ.</p>", "en": "<p>A longhouse by the lake.</p>"},
        "topics": ["van-hoa-dan-toc"],
        "rights": {"statement": "http://rightsstatements.org/vocab/InC/1.0/", "holder": {"vi": "UBND tỉnh"}},
        "clearance": {"stateSecret": false, "personalData": "none"}
    })
}

fn lines(documents: impl IntoIterator<Item = Value>) -> String {
    documents.into_iter().map(|document| format!("{document}\n")).collect()
}

fn with(mut document: Value, pointer: &str, value: Value) -> Value {
    *document.pointer_mut(pointer).unwrap() = value;
    document
}

fn photo(shade: u8) -> Vec<u8> {
    let picture = image::RgbImage::from_pixel(32, 16, image::Rgb([shade, 90, 40]));
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

const TABLE: &str = "\
kind,title.vi,title.en,summary.vi,summary.en,body.vi,body.en,topics,rights.statement,rights.holder.vi,clearance.stateSecret,clearance.personalData,sourceId
article,=HYPERLINK(1),Gongs,\"Cồng, chiêng\",About gongs,<p>Chiêng.</p>,<p>Gongs.</p>,van-hoa-dan-toc,http://rightsstatements.org/vocab/InC/1.0/,UBND tỉnh,FALSE,none,T-1
article,Voi,Elephants,Về voi,About elephants,<p>Voi.</p>,<p>Elephants.</p>,van-hoa-dan-toc,http://rightsstatements.org/vocab/InC/1.0/,UBND tỉnh,FALSE,none,T-2
";

#[test]
fn lines_become_drafts_once() {
    let archive = Archive::new();
    let path = archive.put("a.jsonl", lines((0..3).map(document)));
    assert_eq!(archive.drafts(&path), [3, 3, 0, 0, 0]);
    assert!(archive.records().iter().all(|line| line.draft == Some(DraftState::Draft)));
    let head = archive.journal();
    assert_eq!(archive.drafts(&path), [3, 0, 0, 3, 0]);
    assert_eq!(archive.journal(), head);

    let changed = with(document(1), "/title/en", json!("Another title"));
    let path = archive.put("a.jsonl", lines([document(0), changed, document(2)]));
    assert_eq!(archive.drafts(&path), [3, 0, 1, 2, 0]);
    assert_eq!(archive.shown("S-1").document.title.get("en").unwrap(), "Another title");
    assert_eq!(archive.records().len(), 3);
}

#[test]
fn a_table_is_imported_with_its_formulas_as_text() {
    let archive = Archive::new();
    let path = archive.put("a.csv", TABLE);
    assert_eq!(archive.published(&path), [2, 2, 0, 0, 0]);
    let shown = archive.shown("T-1");
    assert_eq!(shown.document.title.get("vi").unwrap(), "=HYPERLINK(1)");
    assert_eq!(shown.record.live, Live::Published);
    // The same records from Excel: other delimiter, mark, line ends.
    let semicolons = TABLE.replace("\"Cồng, chiêng\"", "Cồng+ chiêng").replace(',', ";");
    let semicolons = semicolons.replace("Cồng+ chiêng", "Cồng, chiêng").replace('\n', "\r\n");
    let path = archive.put("b.csv", format!("\u{FEFF}{semicolons}"));
    assert_eq!(archive.published(&path), [2, 0, 0, 2, 0]);
}

#[test]
fn unknown_columns_are_named_and_nothing_is_read() {
    let archive = Archive::new();
    let head = archive.journal();
    let path = archive.put("a.csv", TABLE.replace("title.en", "tittle.en"));
    let Err(Error::Invalid(errors)) = archive.import(&path, &archive.options()) else {
        panic!("it was taken")
    };
    assert_eq!(
        (errors[0].pointer.as_str(), errors[0].code.as_str()),
        ("/tittle.en", "unknown-column")
    );
    assert_eq!(archive.journal(), head);
}

#[test]
fn a_dry_run_changes_nothing_and_tells_what_it_would_do() {
    let archive = Archive::new();
    let head = archive.journal();
    let bad = with(document(1), "/title", json!({"vi": "Chỉ tiếng Việt"}));
    archive.put("records.jsonl", lines([document(0), bad]));
    archive.put("a.png", photo(1));
    let options = ImportOptions { dry_run: true, publish: true, ..archive.options() };
    let report = archive.import(&archive.source(""), &options).unwrap();
    assert_eq!(counts(report), [2, 1, 0, 0, 1]);
    assert_eq!((archive.journal(), archive.records().len()), (head, 0));
    assert_eq!(archive.report()[0].0, 2);
    assert_eq!(archive.published(&archive.source("")), [2, 1, 0, 0, 1]);
}

#[test]
fn bad_rows_are_told_with_place_and_pointer_and_the_others_go_in() {
    let archive = Archive::new();
    let mut text = lines([document(0)]).into_bytes();
    text.extend(b"{\"kind\": \"article\", \"title\": {\"vi\": \"\xff\"}}\n");
    text.extend(b"{\"kind\": \"article\"\n");
    let wrong = json!({"kind": "poem", "titel": {}, "topics": ["no-such-topic"]});
    text.extend(lines([wrong, document(0), document(1)]).into_bytes());
    text.extend(format!("{{\"title\": \"{}\"}}\n", "x".repeat(3 << 20)).into_bytes());
    text.extend(lines([document(2)]).into_bytes());
    let path = archive.put("a.jsonl", text);
    assert_eq!(archive.drafts(&path), [8, 3, 0, 0, 5]);
    let told = |row: u64, pointer: &str, code: &str| (row, pointer.to_owned(), code.to_owned());
    assert_eq!(
        archive.report(),
        [
            told(2, "", "utf-8"),
            told(3, "", "json"),
            told(4, "/titel", "unknown-field"),
            told(4, "/kind", "enum"),
            told(5, "/sourceId", "duplicate"),
            told(7, "", "too-long"),
        ]
    );
}

#[test]
fn publishing_passes_the_gates_and_refused_rows_leave_nothing() {
    let archive = Archive::new();
    let vietnamese = with(document(1), "/title", json!({"vi": "Chỉ tiếng Việt"}));
    let secret = with(document(2), "/clearance/stateSecret", json!(true));
    let mut later = document(3);
    later["embargoedUntil"] = json!("2027-01-01T00:00:00Z");
    let path = archive.put("a.jsonl", lines([document(0), vietnamese, secret, later]));
    assert_eq!(archive.published(&path), [4, 2, 0, 0, 2]);
    let codes: Vec<_> = archive.report().into_iter().map(|(row, _, code)| (row, code)).collect();
    assert!(codes.contains(&(2, "bilingual".to_owned())), "{codes:?}");
    assert!(codes.contains(&(3, "clearance".to_owned())), "{codes:?}");
    assert_eq!(archive.records().len(), 2);

    let record = archive.shown("S-0").record;
    assert_eq!((record.live, record.version, record.revision), (Live::Published, 1, 1));
    assert_eq!(record.local_id.as_deref(), Some("DLK-2026-000001"));
    assert!(record.writers.contains("import:cli") && !record.writers.contains("cli"));
    assert!(archive.services.published(record.id).is_ok());
    let draft = archive.shown("S-3").record.draft.unwrap();
    assert_eq!(draft.state, DraftState::Scheduled);
    assert_eq!(draft.scheduled_for, Some("2027-01-01T00:00:00Z".parse().unwrap()));

    // Again: nothing. Changed: a new version, the scheduled one too.
    assert_eq!(archive.published(&path), [4, 0, 0, 2, 2]);
    let mut later = with(document(3), "/title/en", json!("Later"));
    later["embargoedUntil"] = json!("2027-01-01T00:00:00Z");
    let now = with(document(0), "/title/en", json!("Now"));
    let path = archive.put("a.jsonl", lines([now, later]));
    assert_eq!(archive.published(&path), [2, 0, 2, 0, 0]);
    assert_eq!(archive.shown("S-0").record.version, 2);
    assert_eq!(archive.shown("S-3").document.title.get("en").unwrap(), "Later");
}

#[test]
fn drafts_are_published_by_a_second_run() {
    let archive = Archive::new();
    let path = archive.put("a.jsonl", lines((0..2).map(document)));
    assert_eq!(archive.drafts(&path), [2, 2, 0, 0, 0]);
    assert_eq!(archive.published(&path), [2, 0, 2, 0, 0]);
    assert_eq!(archive.published(&path), [2, 0, 0, 2, 0]);
    assert_eq!(archive.drafts(&path), [2, 0, 0, 2, 0]);
}

#[test]
fn what_people_wrote_since_is_not_undone() {
    let archive = Archive::new();
    let path = archive.put("a.jsonl", lines([document(0)]));
    assert_eq!(archive.drafts(&path), [1, 1, 0, 0, 0]);
    let record = archive.shown("S-0").record;
    let lan = actor("lan", &[Role::Contributor]);
    let edited = with(document(0), "/title/vi", json!("Sửa bằng tay"));
    archive.services.save(&lan, record.id, record.revision, edited).unwrap();

    assert_eq!(archive.drafts(&path), [1, 0, 0, 1, 0]);
    let path = archive.put("a.jsonl", lines([with(document(0), "/title/en", json!("New"))]));
    assert_eq!(archive.drafts(&path), [1, 0, 0, 0, 1]);
    assert_eq!(archive.report()[0].2, "edited-since");
    assert_eq!(archive.published(&path), [1, 0, 0, 0, 1]);
    assert_eq!(archive.shown("S-0").document.title.get("vi").unwrap(), "Sửa bằng tay");
}

#[test]
fn a_withdrawn_record_stays_withdrawn() {
    let archive = Archive::new();
    let path = archive.put("a.jsonl", lines([document(0)]));
    assert_eq!(archive.published(&path), [1, 1, 0, 0, 0]);
    let record = archive.shown("S-0").record;
    let publisher = actor("hoa", &[Role::Publisher]);
    let reason = Some(quangba::domain::record::WithdrawReason::Error);
    let wish = Wish { reason, ..Wish::plain(quangba::domain::lifecycle::Action::Withdraw) };
    archive.services.transition(&publisher, record.id, &wish).unwrap();
    assert_eq!(archive.published(&path), [1, 0, 0, 1, 0]);
    let path = archive.put("a.jsonl", lines([with(document(0), "/title/en", json!("New"))]));
    assert_eq!(archive.published(&path), [1, 0, 0, 0, 1]);
    assert_eq!(archive.report()[0].2, "refused");
}

#[test]
fn rows_without_a_number_are_known_again_by_their_content() {
    let archive = Archive::new();
    let bare = |n: usize| {
        let mut document = document(n);
        document.as_object_mut().unwrap().remove("sourceId");
        document
    };
    let path = archive.put("a.jsonl", lines([bare(0), bare(1), bare(0)]));
    assert_eq!(archive.drafts(&path), [3, 2, 0, 0, 1]);
    assert_eq!(archive.drafts(&path), [3, 0, 0, 2, 1]);
    assert!(archive.records().iter().all(|l| l.source_id.as_ref().unwrap().starts_with("row-")));
}

#[test]
fn an_import_that_was_stopped_goes_on_without_doubles() {
    let archive = Archive::new();
    let path = archive.put("a.jsonl", lines((0..1_700).map(document)));
    let mut batches = 0;
    let stopped = archive.services.import(&operator(), &path, &archive.options(), &mut |at| {
        batches += 1;
        assert!(0 < at.bytes && at.bytes <= at.total, "{at:?}");
        if batches == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert_eq!(counts(stopped.unwrap()), [400, 400, 0, 0, 0]);
    assert_eq!(archive.drafts(&path), [1_700, 1_300, 0, 400, 0]);
    assert_eq!(archive.drafts(&path), [1_700, 0, 0, 1_700, 0]);
}

#[test]
fn a_folder_brings_its_files_once() {
    let archive = Archive::new();
    let mut first = document(0);
    first["files"] =
        json!([{"file": "ảnh/a.png", "meta": {"caption": {"vi": "Hồ", "en": "Lake"}}}]);
    archive.put("records.jsonl", lines([first.clone()]));
    archive.put("ảnh/a.png", photo(1));
    archive.put("ảnh/b.png", photo(2));
    let folder = archive.source("");
    assert_eq!(archive.published(&folder), [1, 1, 0, 0, 0]);
    let before = archive.shown("S-0");
    assert_eq!(before.document.assets[0].caption.get("en").unwrap(), "Lake");
    let live = archive.services.published(before.record.id).unwrap();
    assert_eq!(live.files.len(), 1);
    assert_eq!(archive.published(&folder), [1, 0, 0, 1, 0]);

    // One more: the first keeps its id.
    first["files"] = json!([{"file": "ảnh/b.png"}, {"file": "ảnh/a.png"}]);
    archive.put("records.jsonl", lines([first]));
    assert_eq!(archive.published(&folder), [1, 0, 1, 0, 0]);
    let after = archive.shown("S-0");
    assert_eq!(after.document.assets.len(), 2);
    assert_eq!(after.document.assets[1].id, before.document.assets[0].id);
    assert_eq!(after.record.files.len(), 2);

    // A row that is silent on files leaves them.
    archive.put("records.jsonl", lines([with(document(0), "/title/en", json!("Silent"))]));
    assert_eq!(archive.published(&folder), [1, 0, 1, 0, 0]);
    assert_eq!(archive.shown("S-0").document.assets.len(), 2);
}

#[test]
fn bad_files_are_told_with_their_place() {
    let archive = Archive::new();
    let of = |n: usize, path: &str| {
        let mut document = document(n);
        document["files"] = json!([{"file": path}]);
        document
    };
    let mut meta = of(5, "a.png");
    meta["files"][0]["meta"] = json!({"rolle": "main"});
    let documents = [of(0, "../a.png"), of(1, "no.png"), of(2, "page.png"), of(3, "a.png"), meta];
    archive.put("records.jsonl", lines(documents));
    archive.put("a.png", photo(1));
    archive.put("page.png", "<html></html>");
    assert_eq!(archive.drafts(&archive.source("")), [5, 1, 0, 0, 4]);
    let told: Vec<_> = archive.report().into_iter().map(|(_, at, code)| (at, code)).collect();
    let is = |pointer: &str, code: &str| (pointer.to_owned(), code.to_owned());
    assert_eq!(told[0], is("/files/0/file", "unsafe-path"));
    assert_eq!(told[1], is("/files/0/file", "no-file"));
    assert_eq!(told[2].0, "/files/0/file");
    assert!(told[2].1.starts_with("file-"), "{told:?}");
    assert_eq!(told[3], is("/files/0/meta/rolle", "unknown-field"));
    // A file alone brings no others.
    let path = archive.source("records.jsonl");
    assert_eq!(archive.drafts(&path)[4], 5);
    assert!(archive.report().iter().any(|(_, _, code)| code == "no-files"));
}

#[test]
fn files_of_one_batch_share_what_the_agency_may_have() {
    let size = |shade| u64::try_from(photo(shade).len()).unwrap();
    let mut settings = Settings::default();
    settings.storage.quota = (0..6).map(size).max().unwrap() * 2;
    let archive = Archive::with(settings);
    let with_file = |n: usize| {
        let name = format!("{n}.png");
        archive.put(&name, photo(u8::try_from(n).unwrap()));
        let mut document = document(n);
        document["files"] = json!([{"file": name}]);
        document
    };
    let rows = (0..6).map(with_file).chain([document(6)]);
    let rows: Vec<Value> = rows.collect();
    archive.put("records.jsonl", lines(rows));
    let path = archive.source("");
    let counts = archive.drafts(&path);
    assert_eq!((counts[0], counts[1], counts[4]), (7, 3, 4), "{:?}", archive.report());
    for (_, pointer, code) in archive.report() {
        assert_eq!((pointer.as_str(), code.as_str()), ("/files/0/file", "quota-exceeded"));
    }
    // The room of what was refused is free again, and what is there counts once.
    assert_eq!(archive.drafts(&path)[3], 3);
}

#[test]
fn a_zip_of_a_folder_of_documents_is_read_in_place() {
    let archive = Archive::new();
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    let mut first = document(0);
    first["files"] = json!([{"file": "a.png"}]);
    let entries = [
        ("goi/0.json", first.to_string().into_bytes()),
        ("goi/1.json", document(1).to_string().into_bytes()),
        ("goi/a.png", photo(3)),
        ("goi/inner.zip", b"PK\x03\x04 only a file".to_vec()),
    ];
    for (name, bytes) in entries {
        zip.start_file(name, options).unwrap();
        zip.write_all(&bytes).unwrap();
    }
    let path = archive.put("a.zip", zip.finish().unwrap().into_inner());
    assert_eq!(archive.published(&path), [2, 2, 0, 0, 0]);
    assert_eq!(archive.shown("S-0").record.files.len(), 1);
    assert_eq!(archive.published(&path), [2, 0, 0, 2, 0]);
}

#[test]
fn a_bad_zip_changes_nothing() {
    let archive = Archive::new();
    let head = archive.journal();
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("records.jsonl", options).unwrap();
    zip.write_all(lines([document(0)]).as_bytes()).unwrap();
    zip.start_file("xx/evil.png", options).unwrap();
    zip.write_all(&photo(1)).unwrap();
    let bytes = zip.finish().unwrap().into_inner();
    let text: Vec<u8> = bytes.clone();
    let mut evil = bytes;
    for at in 0..text.len() - 2 {
        if text[at..].starts_with(b"xx/") {
            evil[at..at + 2].copy_from_slice(b"..");
        }
    }
    let path = archive.put("a.zip", evil);
    let Err(Error::Invalid(errors)) = archive.import(&path, &archive.options()) else {
        panic!("it was taken")
    };
    assert_eq!((errors[0].pointer.as_str(), errors[0].code.as_str()), ("/source", "unsafe-path"));
    assert_eq!((archive.journal(), archive.records().len()), (head, 0));
}

#[test]
fn only_those_who_may_import_and_publish() {
    let archive = Archive::new();
    let path = archive.put("a.jsonl", lines([document(0)]));
    let go = |operator: &Actor, publish: bool| {
        let options = ImportOptions { publish, ..archive.options() };
        archive.services.import(operator, &path, &options, &mut |_| ControlFlow::Continue(()))
    };
    let foreign =
        Actor { agency: Some("H15.01".parse().unwrap()), ..actor("x", &[Role::Contributor]) };
    assert!(matches!(go(&foreign, false), Err(Error::Forbidden)));
    assert!(matches!(go(&actor("y", &[Role::Contributor]), true), Err(Error::Forbidden)));
    assert!(matches!(go(&actor("z", &[Role::Auditor]), false), Err(Error::Forbidden)));
    assert!(go(&actor("y", &[Role::Contributor]), false).is_ok());
    let options = ImportOptions { agency: "H99.99".parse().unwrap(), ..archive.options() };
    assert!(matches!(archive.import(&path, &options), Err(Error::Invalid(_))));
}
