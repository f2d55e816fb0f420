//! The server is killed again and again while it is written to; what it answered must be there.

use std::{
    collections::BTreeMap,
    fs,
    panic::AssertUnwindSafe,
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

use quangba::{
    domain::account::{Role, Scope},
    service::operator,
    store,
};
use serde_json::{Value, json};

use crate::archive::{Archive, Server, article, close, key};

/// The server is killed so many times.
const KILLS: usize = 22;

/// So many threads write at once, beside the one that reviews and publishes.
const WRITERS: usize = 4;

/// A generator of no cryptographic worth, so that a run can be told by its seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }
}

/// What was asked of the server and may or may not have happened.
#[derive(Clone, Debug)]
enum Step {
    Save(Value),
    Move(&'static str),
}

/// A record as the last answer showed it.
#[derive(Clone, Debug)]
struct Kept {
    id: String,
    revision: u64,
    live: &'static str,
    draft: Option<&'static str>,
    document: Value,
    /// Sent, not answered.
    pending: Option<Step>,
}

impl Kept {
    /// As it is once `step` is done.
    fn after(&self, step: &Step) -> Self {
        let mut next = Self { revision: self.revision + 1, pending: None, ..self.clone() };
        match step {
            Step::Save(document) => next.document = document.clone(),
            Step::Move("submit") => next.draft = Some("submitted"),
            Step::Move("approve") => next.draft = Some("approved"),
            Step::Move("publish") => (next.live, next.draft) = ("published", None),
            Step::Move(_) => (next.live, next.draft) = ("withdrawn", None),
        }
        next
    }

    /// Whether `found` shows just this.
    fn shows(&self, found: &Value) -> Result<(), String> {
        let mut wrong = Vec::new();
        let mut same = |what: &str, is: &Value, should: &Value| {
            if is != should {
                wrong.push(format!("{what} is {is}, not {should}"));
            }
        };
        same("revision", &found["revision"], &json!(self.revision));
        same("live", &found["live"], &json!(self.live));
        let state = found["draft"].get("state").cloned().unwrap_or(Value::Null);
        same("draft", &state, &json!(self.draft));
        if self.live != "withdrawn" {
            for name in ["sourceId", "title", "summary", "body", "topics"] {
                same(name, &found[name], &self.document[name]);
            }
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong.join("; ")) }
    }
}

/// A client with who it is.
#[derive(Clone)]
struct Client {
    agent: ureq::Agent,
    url: String,
    header: (&'static str, String),
}

/// No answer came.
struct Silence;

impl Client {
    fn new(url: &str, header: (&'static str, String)) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(20)))
            .build();
        Self { agent: config.into(), url: url.to_owned(), header }
    }

    fn by_key(url: &str, key: &str) -> Self {
        Self::new(url, ("authorization", format!("Bearer {key}")))
    }

    /// Signs in; none if the server is gone.
    fn sign_in(url: &str, user: &str, password: &str) -> Option<Self> {
        let nobody = Self::new(url, ("x-nobody", "-".to_owned()));
        let body = json!({"user": user, "password": password});
        let answer = nobody.agent.post(format!("{url}/api/v1/session")).send_json(&body).ok()?;
        assert_eq!(answer.status(), 200, "{user} cannot sign in");
        let cookie = answer.headers().get("set-cookie")?.to_str().ok()?;
        let token = cookie.split(';').next()?.to_owned();
        Some(Self::new(url, ("cookie", token)))
    }

    fn read(
        answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    ) -> Result<(u16, Value), Silence> {
        let mut answer = answer.map_err(|_gone| Silence)?;
        let status = answer.status().as_u16();
        let body = answer.body_mut().read_json().map_err(|_cut| Silence)?;
        Ok((status, body))
    }

    fn get(&self, path: &str) -> Result<(u16, Value), Silence> {
        let (name, value) = &self.header;
        Self::read(self.agent.get(format!("{}{path}", self.url)).header(*name, value).call())
    }

    fn send(&self, kept: Option<(&Kept, &Step)>, document: &Value) -> Result<Value, Silence> {
        let (name, value) = &self.header;
        let root = format!("{}/api/v1/records", self.url);
        let answer = match kept {
            None => self.agent.post(root).header(*name, value).send_json(document),
            Some((kept, Step::Save(document))) => self
                .agent
                .put(format!("{root}/{}", kept.id))
                .header(*name, value)
                .header("if-match", format!("\"r{}\"", kept.revision))
                .send_json(document),
            Some((kept, Step::Move(action))) => self
                .agent
                .post(format!("{root}/{}/transitions", kept.id))
                .header(*name, value)
                .send_json(
                    json!({"action": action, "reason": (*action == "withdraw").then_some("error")}),
                ),
        };
        let (status, body) = Self::read(answer)?;
        assert!((200..300).contains(&status), "{status} to {kept:?}: {body}");
        Ok(body)
    }

    /// Does a step; `false` if no answer came, the step is then noted as pending.
    fn step(&self, kept: &mut Kept, step: Step) -> bool {
        match self.send(Some((kept, &step)), &Value::Null) {
            Ok(found) => {
                let next = kept.after(&step);
                next.shows(&found).unwrap();
                *kept = next;
                true
            }
            Err(Silence) => {
                kept.pending = Some(step);
                false
            }
        }
    }
}

/// All that the clients know.
#[derive(Default)]
struct Known {
    records: BTreeMap<String, Kept>,
    /// Documents sent for new records, not answered; by their source id.
    begun: BTreeMap<String, Value>,
}

/// One run of the server.
struct Round<'a> {
    known: &'a Mutex<Known>,
    submitted: &'a Mutex<Vec<Kept>>,
    over: AtomicBool,
    /// The reviewer and the publisher are signed in.
    ready: AtomicBool,
    seed: u64,
}

impl Round<'_> {
    fn keep(&self, kept: Kept) {
        self.known.lock().unwrap().records.insert(kept.id.clone(), kept);
    }

    /// Creates, saves a few times, submits; again and again.
    fn write(&self, client: &Client, thread: usize) {
        let mut dice = Dice(self.seed ^ u64::try_from(thread).unwrap().wrapping_mul(7_919));
        for n in 0.. {
            if self.over.load(Ordering::Relaxed) {
                return;
            }
            let mut document = article(0);
            let source = format!("K-{}-{thread}-{n}", self.seed);
            document["sourceId"] = source.clone().into();
            fill(&mut document, &mut dice);
            let Ok(found) = client.send(None, &document) else {
                self.known.lock().unwrap().begun.insert(source, document);
                return;
            };
            let id = found["id"].as_str().unwrap().trim_start_matches("urn:uuid:").to_owned();
            let (live, draft) = ("none", Some("draft"));
            let mut kept = Kept { id, revision: 1, live, draft, document, pending: None };
            kept.shows(&found).unwrap();
            let alive = (0..dice.below(4)).all(|_| {
                let mut document = kept.document.clone();
                fill(&mut document, &mut dice);
                client.step(&mut kept, Step::Save(document))
            }) && client.step(&mut kept, Step::Move("submit"));
            self.keep(kept.clone());
            if !alive {
                return;
            }
            self.submitted.lock().unwrap().push(kept);
        }
    }

    /// Takes what was submitted and leads it on, for a while or to its end.
    fn review(&self, reviewer: &Client, publisher: &Client) {
        let mut dice = Dice(self.seed ^ 0xdead);
        while !self.over.load(Ordering::Relaxed) {
            let Some(mut kept) = self.submitted.lock().unwrap().pop() else {
                std::thread::sleep(Duration::from_millis(2));
                continue;
            };
            let way = dice.below(4);
            let alive = reviewer.step(&mut kept, Step::Move("approve"))
                && (way == 0
                    || publisher.step(&mut kept, Step::Move("publish"))
                        && (way != 1 || publisher.step(&mut kept, Step::Move("withdraw"))));
            self.keep(kept);
            if !alive {
                return;
            }
        }
    }
}

/// Other words of another length.
fn fill(document: &mut Value, dice: &mut Dice) {
    let n = dice.below(1_000_000);
    document["title"] = json!({"vi": format!("Bản ghi {n}"), "en": format!("Record {n}")});
    let words = "tiếng chiêng vang ".repeat(usize::try_from(1 + dice.below(150)).unwrap());
    document["body"]["vi"] = format!("<p>{}</p>", words.trim_end()).into();
}

/// Holds what the server has against what it answered; what was not answered may be or not be.
fn hold(client: &Client, known: &mut Known) {
    for kept in known.records.values_mut() {
        let (status, found) = client.get(&format!("/api/v1/records/{}", kept.id)).ok().unwrap();
        assert_eq!(status, 200, "an answered record is lost: {kept:?}");
        let pending = kept.pending.take();
        let as_answered = kept.shows(&found);
        let next = pending.map(|step| kept.after(&step));
        match (as_answered, next) {
            (Ok(()), _) => {}
            (Err(_), Some(next)) if next.shows(&found).is_ok() => *kept = next,
            (Err(wrong), next) => panic!("{}: {wrong} (pending: {next:?})", kept.id),
        }
    }
}

/// Holds the list of all records against what is known: nothing more than was ever sent.
fn hold_list(client: &Client, known: &Known) {
    let mut path = "/api/v1/records?limit=1000".to_owned();
    let mut seen = 0;
    loop {
        let (status, page) = client.get(&path).ok().unwrap();
        assert_eq!(status, 200, "{page}");
        for line in page["records"].as_array().unwrap() {
            seen += 1;
            let id = line["id"].as_str().unwrap().trim_start_matches("urn:uuid:");
            if !known.records.contains_key(id) {
                let (_, found) = client.get(&format!("/api/v1/records/{id}")).ok().unwrap();
                let sent = known.begun.get(found["sourceId"].as_str().unwrap());
                assert_eq!(sent.map(|sent| &sent["title"]), Some(&found["title"]), "{found}");
            }
        }
        let Some(next) = page["nextCursor"].as_str() else { break };
        path = format!("/api/v1/records?limit=1000&cursor={next}");
    }
    assert!(known.records.len() <= seen, "{seen} of {}", known.records.len());
}

/// Holds the public side: the export has every live record and every tombstone.
fn hold_export(national: &Client, known: &Known) {
    let mut found = BTreeMap::new();
    let mut path = "/export/v1/records?limit=1000".to_owned();
    loop {
        let (status, page) = national.get(&path).ok().unwrap();
        assert_eq!(status, 200, "{page}");
        for record in page["records"].as_array().unwrap() {
            let id = record["id"].as_str().unwrap().trim_start_matches("urn:uuid:").to_owned();
            assert!(found.insert(id, record.clone()).is_none(), "twice in a snapshot: {record}");
        }
        let Some(next) = page["nextCursor"].as_str() else { break };
        path = format!("/export/v1/records?cursor={next}");
    }
    for kept in known.records.values() {
        let state = found.get(&kept.id).map(|record| record["state"].as_str().unwrap());
        let expected = match kept.live {
            "published" => Some("active"),
            "withdrawn" => Some("withdrawn"),
            _ => None,
        };
        assert_eq!(state, expected, "{kept:?}");
        if kept.live == "published" {
            assert_eq!(found[&kept.id]["title"], kept.document["title"], "{}", kept.id);
        }
    }
}

fn chain_is_whole(data: &Path) -> u64 {
    let mut lines = 0;
    let problems = store::verify(data, &mut |read| lines = read).unwrap();
    assert_eq!(problems, [], "the chain does not verify");
    lines
}

/// A folder with its keys and accounts, and all that its clients know.
struct Bench {
    archive: Archive,
    upload: String,
    export: String,
    passwords: [String; 2],
    known: Mutex<Known>,
    submitted: Mutex<Vec<Kept>>,
}

impl Bench {
    fn new() -> Self {
        let (archive, services) = Archive::new();
        let (upload, export) = (key(&services, Scope::Upload), key(&services, Scope::Export));
        let account = |name: &str, role: Role| {
            let roles = [role].into();
            services.add_user(&operator(), &name.parse().unwrap(), roles, None).unwrap().1
        };
        let passwords = [account("rev", Role::Reviewer), account("pub", Role::Publisher)];
        close(services);
        let (known, submitted) = (Mutex::default(), Mutex::default());
        Self { archive, upload, export, passwords, known, submitted }
    }

    /// Starts the server, holds it against what is known, loads it and kills it; gives how long
    /// the start took.
    fn round(&self, seed: u64, lasts: Duration) -> Duration {
        let start = Instant::now();
        let server = Server::start(&self.archive.data());
        let started = start.elapsed();
        let url = server.url.clone();
        let client = Client::by_key(&url, &self.upload);
        hold(&client, &mut self.known.lock().unwrap());
        chain_is_whole(&self.archive.data());

        // What waits for the reviewer may have moved on since; the server was just asked.
        let waiting = |kept: &&Kept| kept.draft == Some("submitted");
        *self.submitted.lock().unwrap() =
            self.known.lock().unwrap().records.values().filter(waiting).cloned().collect();
        let (known, submitted) = (&self.known, &self.submitted);
        let round = Round { known, submitted, over: false.into(), ready: false.into(), seed };
        std::thread::scope(|scope| {
            for thread in 0..WRITERS {
                let (client, round) = (client.clone(), &round);
                scope.spawn(move || round.write(&client, thread));
            }
            let (url, passwords, round) = (&url, &self.passwords, &round);
            scope.spawn(move || {
                let reviewer = Client::sign_in(url, "rev", &passwords[0])?;
                let publisher = Client::sign_in(url, "pub", &passwords[1])?;
                round.ready.store(true, Ordering::Relaxed);
                round.review(&reviewer, &publisher);
                Some(())
            });
            // On a busy machine signing in takes longer than a round: its time counts from there,
            // but for every fourth, as the first moments after a start are moments too.
            for _ in 0..500 {
                if round.ready.load(Ordering::Relaxed) || seed.is_multiple_of(4) {
                    break;
                }
                std::thread::sleep(Duration::from_millis(20));
            }
            std::thread::sleep(lasts);
            server.kill();
            round.over.store(true, Ordering::Relaxed);
        });
        started
    }
}

#[test]
fn no_answered_write_is_lost_when_the_server_is_killed() {
    let seed = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_millis();
    let mut dice = Dice(u64::try_from(seed).unwrap());
    let bench = Bench::new();
    let since = Instant::now();
    let mut slowest = Duration::ZERO;
    for round in 0..KILLS {
        let (seed, lasts) = (dice.below(u64::MAX), Duration::from_millis(30 + dice.below(900)));
        slowest = slowest.max(bench.round(seed, lasts));
        eprintln!("kill {round}: seed {seed:#018x}, after {lasts:?}");
    }

    let server = Server::start(&bench.archive.data());
    let mut known = bench.known.into_inner().unwrap();
    let client = Client::by_key(&server.url, &bench.upload);
    hold(&client, &mut known);
    hold_list(&client, &known);
    hold_export(&Client::by_key(&server.url, &bench.export), &known);
    assert!(server.stop(), "the server does not stop as asked");
    let lines = chain_is_whole(&bench.archive.data());
    let of = |live: &str| known.records.values().filter(|kept| kept.live == live).count();
    eprintln!(
        "{KILLS} kills in {:?} (seed {seed}): {} answered records, {} published, {} withdrawn, \
         {} creations without an answer, {lines} lines, slowest start {slowest:?}",
        since.elapsed(),
        known.records.len(),
        of("published"),
        of("withdrawn"),
        known.begun.len(),
    );
    assert!(KILLS < known.records.len() && 0 < of("published"), "there was no load");
}

/// The test above must be able to fail: here the last lines of the journal are taken away.
#[test]
fn a_write_that_went_missing_would_be_seen() {
    let bench = Bench::new();
    let data = bench.archive.data();
    let journal = || fs::read_dir(data.join("journal")).unwrap().next().unwrap().unwrap().path();
    let text = loop {
        bench.round(7, Duration::from_millis(1_500));
        let text = fs::read_to_string(journal()).unwrap();
        if 8 * (WRITERS + 1) < text.lines().count() {
            break text;
        }
    };
    let lines: Vec<&str> = text.lines().collect();
    // More lines than there are clients: some of them were answered.
    let kept = lines.len() - 3 * (WRITERS + 1);
    fs::write(journal(), lines[..kept].join("\n") + "\n").unwrap();
    fs::remove_dir_all(data.join("store")).unwrap();
    let server = Server::start(&data);
    let client = Client::by_key(&server.url, &bench.upload);
    let mut known = bench.known.into_inner().unwrap();
    let held = std::panic::catch_unwind(AssertUnwindSafe(|| hold(&client, &mut known)));
    assert!(held.is_err(), "writes went missing and nobody saw it");
}
