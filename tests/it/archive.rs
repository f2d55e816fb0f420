//! A data folder for one test: seeded, with actors for every step of a record's way, a clock that
//! the test moves, and every route asked as a client would.

use std::{
    collections::BTreeSet,
    io::{BufRead as _, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
        mpsc,
    },
    time::{Duration, Instant},
};

use actix_web::{App as Actix, http::Method, test, web};
use jiff::Timestamp;
use quangba::{
    domain::{
        account::{Actor, Role, Scope},
        clock::Clock,
        id::{AssetId, RecordId},
        lifecycle::Action,
        record::{Record, WithdrawReason},
    },
    service::{Error, Services, Settings, Setup, Wish, operator},
    web::{
        routes,
        state::{App, WebSettings},
    },
};
use serde_json::{Value, json};

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_quangba");

/// The agency whose records the tests write.
pub(crate) const AGENCY: &str = "H15.16";

/// A folder with its settings and its time.
pub(crate) struct Archive {
    dir: tempfile::TempDir,
    pub(crate) settings: Settings,
    now: Arc<AtomicI64>,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| {
            panic!("{error}: {} {}", self.status, String::from_utf8_lossy(&self.body))
        })
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

impl Archive {
    /// A folder that is seeded and open; the clock stands on a day on which the profile knows who
    /// manages.
    pub(crate) fn new() -> (Self, Services) {
        Self::with(Settings { index_memory: 15_000_000, ..Settings::default() })
    }

    pub(crate) fn with(settings: Settings) -> (Self, Services) {
        let start: Timestamp = "2026-11-20T02:00:00Z".parse().unwrap();
        let now = Arc::new(AtomicI64::new(start.as_second()));
        let archive = Self { dir: tempfile::tempdir().unwrap(), settings, now };
        let setup = Setup {
            dir: &archive.data(),
            profile: "dak-lak",
            settings: archive.settings.clone(),
            worker: Path::new(PROGRAM),
            clock: archive.clock(),
        };
        let (services, _admin) = setup.init(&"admin".parse().unwrap()).unwrap();
        (archive, services)
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    pub(crate) fn open(&self) -> Result<Services, Error> {
        Services::open(&self.data(), self.settings.clone(), Path::new(PROGRAM), self.clock())
    }

    /// Opens the folder and gives what was logged meanwhile.
    pub(crate) fn open_logged(&self) -> (Services, String) {
        let log = Log::default();
        let writer = log.clone();
        let subscriber =
            tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
        let services = tracing::subscriber::with_default(subscriber, || self.open())
            .unwrap_or_else(|error| {
                panic!("the folder does not open: {error}\n{}", log.text());
            });
        (services, log.text())
    }

    /// Has the folder opened under another public address from now on.
    pub(crate) fn move_to(&mut self, public_url: &str) {
        public_url.clone_into(&mut self.settings.public_url);
    }

    pub(crate) fn pass(&self, seconds: i64) {
        self.now.fetch_add(seconds, Ordering::Relaxed);
    }

    fn clock(&self) -> Clock {
        let now = Arc::clone(&self.now);
        Arc::new(move || Timestamp::from_second(now.load(Ordering::Relaxed)).unwrap())
    }
}

/// Closes the parts so that the folder can be opened again.
pub(crate) fn close(services: Services) {
    services.close().unwrap();
    drop(services);
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

pub(crate) fn person(name: &str, role: Role) -> Actor {
    let agency = role.needs_agency().then(|| AGENCY.parse().unwrap());
    Actor { name: name.to_owned(), roles: BTreeSet::from([role]), scope: None, agency, from: None }
}

pub(crate) fn writer() -> Actor {
    person("writer", Role::Contributor)
}

/// A bilingual article that passes every gate.
pub(crate) fn article(n: usize) -> Value {
    json!({
        "sourceId": format!("S-{n}"),
        "kind": "article",
        "infoClass": "image-promotion",
        "title": {"vi": format!("Bản tin cồng chiêng số {n}"), "en": format!("Gong news number {n}")},
        "summary": {"vi": "Tiếng chiêng trong nhà dài.", "en": "The gongs in the longhouse."},
        "body": {"vi": "<p>Tiếng chiêng vang trong buôn.</p>", "en": "<p>Gongs sound in the village.</p>"},
        "translations": {"en": {"method": "human"}},
        "topics": ["van-hoa-dan-toc"],
        "channels": ["he-thong-du-lieu"],
        "creators": [{"name": "Y Thin", "role": "author"}],
        "created": "2026-10-02",
        "rights": {
            "statement": "http://rightsstatements.org/vocab/InC/1.0/",
            "license": "https://creativecommons.org/licenses/by/4.0/",
            "holder": {"vi": "UBND tỉnh Đắk Lắk", "en": "Dak Lak Provincial People's Committee"},
            "use": "editorial"
        },
        "clearance": {"stateSecret": false, "personalData": "none"}
    })
}

pub(crate) fn create(services: &Services, document: Value) -> RecordId {
    done(services.create(&writer(), document)).id
}

/// What a refused service call said, in full.
pub(crate) fn done<T>(result: Result<T, Error>) -> T {
    result.unwrap_or_else(|error| panic!("{error}: {error:?}"))
}

fn go(services: &Services, actor: &Actor, id: RecordId, wish: &Wish) -> Record {
    done(services.transition(actor, id, wish))
}

/// Takes the draft of a record all the way out.
pub(crate) fn publish(services: &Services, id: RecordId) -> Record {
    let note = |action| Wish { note: Some("CANARY-NOTE".to_owned()), ..Wish::plain(action) };
    go(services, &writer(), id, &note(Action::Submit));
    go(services, &person("canary-reviewer", Role::Reviewer), id, &note(Action::Approve));
    go(services, &person("canary-publisher", Role::Publisher), id, &note(Action::Publish))
}

pub(crate) fn published(services: &Services, document: Value) -> RecordId {
    let id = create(services, document);
    publish(services, id);
    id
}

/// Publishes the record anew, with another title.
pub(crate) fn correct(services: &Services, id: RecordId, mut document: Value, title: &str) {
    document["title"]["vi"] = title.into();
    let revision = done(services.record(&writer(), id)).record.revision;
    done(services.save(&writer(), id, revision, document));
    publish(services, id);
}

pub(crate) fn withdraw(services: &Services, id: RecordId) -> Record {
    let wish = Wish { reason: Some(WithdrawReason::Rights), ..Wish::plain(Action::Withdraw) };
    go(services, &person("canary-publisher", Role::Publisher), id, &wish)
}

/// A drawn picture.
pub(crate) fn picture() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let drawn = image::RgbImage::from_fn(640, 400, |x, y| {
        image::Rgb([u8::try_from(x % 256).unwrap(), u8::try_from(y % 256).unwrap(), 90])
    });
    drawn.write_to(&mut bytes, image::ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}

pub(crate) fn add_picture(services: &Services, id: RecordId, name: &str) -> AssetId {
    let mut uploading = done(services.begin_file(&writer(), id, name));
    uploading.file.write(&picture()).unwrap();
    let meta = json!({
        "role": "main",
        "caption": {"vi": "Tranh vẽ", "en": "A drawing"},
        "alt": {"vi": "Dải màu", "en": "A band of colours"},
        "consent": "none-needed"
    });
    done(services.add_file(&writer(), id, uploading, meta)).1
}

pub(crate) fn key(services: &Services, scope: Scope) -> String {
    let agency = (scope == Scope::Upload).then(|| AGENCY.parse().unwrap());
    done(services.add_key(&operator(), "test", scope, agency)).secret
}

/// Sends a request with a key; `body` goes as JSON.
pub(crate) fn ask(
    services: &Services,
    to: (Method, &str),
    key: Option<&str>,
    headers: &[(&str, &str)],
    body: Option<&Value>,
) -> Answer {
    let Some(body) = body else { return ask_bytes(services, to, key, headers, Vec::new()) };
    let mut headers = headers.to_vec();
    headers.push(("Content-Type", "application/json"));
    ask_bytes(services, to, key, &headers, body.to_string().into_bytes())
}

/// Sends a request with a key and any body.
pub(crate) fn ask_bytes(
    services: &Services,
    (method, path): (Method, &str),
    key: Option<&str>,
    headers: &[(&str, &str)],
    body: Vec<u8>,
) -> Answer {
    let settings = WebSettings {
        public_url: services.settings().public_url.clone(),
        base_path: String::new(),
        is_proxy: Arc::new(|_| false),
        secure_cookies: false,
        json_limit: services.settings().json_bytes,
    };
    let app = web::Data::new(App::new(services.clone(), settings));
    let mut request = test::TestRequest::with_uri(path).method(method);
    for (name, value) in headers {
        request = request.insert_header((*name, *value));
    }
    if let Some(key) = key {
        request = request.insert_header(("Authorization", format!("Bearer {key}")));
    }
    request = request.set_payload(body);
    actix_web::rt::System::new().block_on(async move {
        let service = test::init_service(Actix::new().configure(routes::configure(app))).await;
        let answer = test::call_service(&service, request.to_request()).await;
        let text = |value: &actix_web::http::header::HeaderValue| {
            value.to_str().unwrap_or_default().to_owned()
        };
        Answer {
            status: answer.status().as_u16(),
            headers: answer.headers().iter().map(|(k, v)| (k.to_string(), text(v))).collect(),
            body: test::read_body(answer).await.to_vec(),
        }
    })
}

pub(crate) fn get(services: &Services, path: &str, key: &str) -> Answer {
    ask(services, (Method::GET, path), Some(key), &[], None)
}

/// The program over a folder, as a process of its own.
pub(crate) struct Server {
    child: Child,
    pub(crate) url: String,
    log: Log,
}

impl Server {
    /// Starts `serve` and waits until it tells its address.
    pub(crate) fn start(data: &Path) -> Self {
        let mut child = Command::new(PROGRAM)
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (log, since) = (Log::default(), Instant::now());
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let (tell, told) = mpsc::channel();
        let mut writer = log.clone();
        // Read to the end, so that the server never waits for its log.
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                writeln!(writer, "{line}").unwrap();
                if let Some((_, at)) = line.split_once(" on http://") {
                    drop(tell.send(format!("http://{}", at.trim_end_matches('/'))));
                }
            }
        });
        if let Ok(url) = told.recv_timeout(Duration::from_secs(60)) {
            return Self { child, url, log };
        }
        child.kill().unwrap();
        child.wait().unwrap();
        panic!("the server does not start ({:?}):\n{}", since.elapsed(), log.text());
    }

    /// What it has logged so far.
    pub(crate) fn log(&self) -> String {
        self.log.text()
    }

    /// Killed at once (SIGKILL), as by the system when memory runs out.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// As an administrator would; gives whether it ended well.
    pub(crate) fn stop(mut self) -> bool {
        let id = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
        self.child.wait().unwrap().success()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            self.child.kill().unwrap();
            self.child.wait().unwrap();
        }
    }
}
