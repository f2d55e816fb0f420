//! The folder with 100,000 published records, made by importing them; kept for the benches after.

use std::{
    fs::{self, File},
    io::{BufWriter, Write as _},
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use quangba::{
    domain::{account::Scope, clock::Clock},
    service::{ImportOptions, ImportReport, Services, Settings, Setup, operator},
};
use serde::{Deserialize, Serialize};

use super::{Outcome, report::Memory, words::Writer};

/// Goes up whenever the records or what is kept of them change.
const LAYOUT: u32 = 1;

/// Records in the folder.
pub(crate) const RECORDS: u64 = 100_000;

/// Whose records they are, as many of each.
const AGENCIES: [&str; 4] = ["H15.16", "H15.11", "H15.07", "local:bao-dak-lak"];

/// The folder and its keys.
#[derive(Serialize, Deserialize)]
pub(crate) struct Fixture {
    layout: u32,
    records: u64,
    pub(crate) data: PathBuf,
    /// Pulls the export.
    pub(crate) export_key: String,
}

/// How the import went.
pub(crate) struct Made {
    pub(crate) report: ImportReport,
    pub(crate) source_bytes: u64,
    /// Until all was written.
    pub(crate) imported: Duration,
    /// Until all was found by a search.
    pub(crate) searchable: Duration,
    pub(crate) indexed: u64,
    pub(crate) memory_before: Memory,
    pub(crate) memory: Memory,
}

/// A place for data on the disk that the program is built on.
pub(crate) fn folder(name: &str) -> PathBuf {
    let tmp = Path::new(env!("CARGO_TARGET_TMPDIR"));
    tmp.parent().unwrap_or(tmp).join("bench-data").join(name)
}

/// The folder as an earlier run left it, or a new one.
pub(crate) fn open() -> Outcome<Fixture> {
    let kept = fs::read(folder("fixture.json")).ok();
    let kept: Option<Fixture> = kept.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    match kept {
        Some(kept) if (kept.layout, kept.records) == (LAYOUT, RECORDS) => Ok(kept),
        _ => Ok(make(RECORDS)?.0),
    }
}

/// An empty system in a new folder.
pub(crate) fn init(data: &Path, clock: Clock) -> Outcome<Services> {
    if data.exists() {
        fs::remove_dir_all(data)?;
    }
    fs::create_dir_all(data)?;
    let worker = Path::new(env!("CARGO_BIN_EXE_quangba"));
    let settings = Settings::default();
    let setup = Setup { dir: data, profile: "dak-lak", settings, worker, clock };
    Ok(setup.init(&"admin".parse()?)?.0)
}

/// Makes the folder anew.
pub(crate) fn make(records: u64) -> Outcome<(Fixture, Made)> {
    let stamp = folder("fixture.json");
    drop(fs::remove_file(&stamp));
    let data = folder("records");
    let sources = folder("sources");
    fs::create_dir_all(&sources)?;
    let source_bytes = write_sources(&sources, records)?;
    let services = init(&data, passing())?;
    let key = services.add_key(&operator(), "bench", Scope::Export, None)?;
    let memory_before = Memory::of(None)?;
    let over = AtomicBool::new(false);
    let begun = Instant::now();
    let (report, imported) = thread::scope(|scope| {
        let follower = scope.spawn(|| follow(&services, &over));
        let report = import(&services, &sources);
        let imported = begun.elapsed();
        over.store(true, Ordering::Release);
        follower.join().map_err(|_panic| "the follower failed")??;
        Outcome::Ok((report?, imported))
    })?;
    let searchable = begun.elapsed();
    let memory = Memory::of(None)?;
    let indexed = services.indexed_count();
    services.close()?;
    drop(services);
    fs::remove_dir_all(&sources)?;
    let fixture = Fixture { layout: LAYOUT, records, data, export_key: key.secret };
    fs::write(stamp, serde_json::to_vec(&fixture)?)?;
    let made = Made { report, source_bytes, imported, searchable, indexed, memory_before, memory };
    Ok((fixture, made))
}

/// A clock that goes on by a minute each time it is looked at, so that the records lie years apart;
/// they all lie behind us.
fn passing() -> Clock {
    let begin = "2023-01-02T00:00:00Z".parse::<Timestamp>().unwrap_or_default();
    let second = AtomicI64::new(begin.as_second());
    Arc::new(move || {
        let now = second.fetch_add(60, Ordering::Relaxed);
        Timestamp::from_second(now).unwrap_or(begin)
    })
}

fn source(folder: &Path, agency: &str) -> PathBuf {
    folder.join(format!("{}.jsonl", agency.replace(':', "-")))
}

fn write_sources(folder: &Path, records: u64) -> Outcome<u64> {
    let mut writer = Writer::new(2026);
    let mut bytes = 0;
    for agency in AGENCIES {
        let path = source(folder, agency);
        let mut out = BufWriter::new(File::create(&path)?);
        for n in 0..records / u64::try_from(AGENCIES.len())? {
            serde_json::to_writer(&mut out, &writer.record(&format!("B-{n}")))?;
            out.write_all(b"\n")?;
        }
        out.flush()?;
        bytes += fs::metadata(&path)?.len();
    }
    Ok(bytes)
}

fn import(services: &Services, sources: &Path) -> Outcome<ImportReport> {
    let mut all = ImportReport::default();
    for agency in AGENCIES {
        let options =
            ImportOptions { agency: agency.parse()?, publish: true, dry_run: false, report: None };
        let path = source(sources, agency);
        let go_on = &mut |_progress| ControlFlow::Continue(());
        let report = services.import(&operator(), &path, &options, go_on)?;
        all.read += report.read;
        all.created += report.created;
        all.refused += report.refused;
    }
    Ok(all)
}

/// The index follows while the records come in, as it does beside a server.
fn follow(services: &Services, over: &AtomicBool) -> Outcome {
    loop {
        let ending = over.load(Ordering::Acquire);
        let step = services.follow_index()?;
        if ending && !step.more {
            return Ok(());
        }
        if !step.more {
            let _head = services.wait(step.place, Duration::from_millis(20));
        }
    }
}
