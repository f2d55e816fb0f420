//! `doctor`: what of this machine matters.

use std::{ffi::OsStr, fs::File, path::Path, time::SystemTime};

use jiff::Timestamp;
use rustix::process::{Resource, getrlimit};
use serde::Serialize;
use serde_json::json;

use super::{
    Failed, Ui,
    wire::{Address, SOCKET},
};
use crate::{
    config::Config,
    domain::clock::Clock,
    media::programs::{Programs, Tool},
};

/// What is found, in the order of its weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Level {
    Ok,
    Warn,
    Bad,
}

#[derive(Debug, Serialize)]
struct Item {
    name: &'static str,
    level: Level,
    what: String,
}

/// Programs that are used if they are there, and what is missing without them.
const PROGRAMS: [(Tool, &str); 4] = [
    (Tool::Tesseract, "scanned publications are not searched by their text"),
    (Tool::Pdftotext, "publications with unusual fonts may not be searched by their text"),
    (Tool::Ffmpeg, "films have no poster, AVIF pictures are not published"),
    (Tool::HeifDec, "HEIC pictures are not published"),
];

/// Languages whose scans are to be read.
const SCANS: [&str; 2] = ["vie", "eng"];

/// Open files that a busy server needs.
const FILES: u64 = 4_096;
/// Nobody runs this program before it was written.
const EARLIEST: i64 = 1_767_225_600;
/// Nor will this clock be right after 2100.
const LATEST: i64 = 4_102_444_800;
/// How far the newest file may lie in the future, in seconds.
const SKEW: i64 = 300;

pub(super) fn run(config: &Config, clock: &Clock, ui: &mut dyn Ui) -> anyhow::Result<()> {
    let programs = Programs::find(OsStr::new(&config.service.media.programs));
    let mut items: Vec<Item> =
        PROGRAMS.iter().map(|(tool, without)| program(*tool, without, &programs)).collect();
    items.extend(languages(&programs));
    items.push(open_files());
    items.push(disk(&config.data, config.service.disk_reserve));
    items.push(time(&config.data, clock()));
    items.push(folder(&config.data));
    items.extend(config.ignored.iter().map(|name| Item {
        name: "environment",
        level: Level::Warn,
        what: format!("{name} names no setting"),
    }));
    for item in &items {
        let level = match item.level {
            Level::Ok => "ok  ",
            Level::Warn => "warn",
            Level::Bad => "BAD ",
        };
        ui.line(&format!("{level}  {:<12} {}", item.name, item.what));
    }
    let bad = items.iter().filter(|item| item.level == Level::Bad).count();
    ui.result(&json!({"ok": bad == 0, "items": items}));
    if bad == 0 { Ok(()) } else { Err(Failed(format!("bad: {bad} of {}", items.len())).into()) }
}

fn program(tool: Tool, without: &str, programs: &Programs) -> Item {
    let name = tool.names().first().copied().unwrap_or_default();
    match programs.get(tool) {
        Some(found) => Item { name, level: Level::Ok, what: found.version.clone() },
        None => {
            Item { name, level: Level::Warn, what: format!("not found; without it, {without}") }
        }
    }
}

/// What Tesseract is there for but cannot do.
fn languages(programs: &Programs) -> Option<Item> {
    programs.get(Tool::Tesseract)?;
    let missing = SCANS.into_iter().filter(|lang| !programs.languages().iter().any(|l| l == lang));
    let missing: Vec<&str> = missing.collect();
    let what = match missing.is_empty() {
        true => programs.languages().join(", "),
        false => format!("no data for {}; scans in it are not read", missing.join(", ")),
    };
    let level = if missing.is_empty() { Level::Ok } else { Level::Warn };
    Some(Item { name: "scans", level, what })
}

fn open_files() -> Item {
    let limit = getrlimit(Resource::Nofile).current;
    let few = limit.is_some_and(|limit| limit < FILES);
    let shown = limit.map_or_else(|| "no limit".to_owned(), |limit| limit.to_string());
    let hint = if few { format!("; raise it to {FILES} (ulimit -n)") } else { String::new() };
    let level = if few { Level::Warn } else { Level::Ok };
    Item { name: "open files", level, what: format!("{shown}{hint}") }
}

/// The folder itself, or the nearest one above it that is there.
fn standing(data: &Path) -> &Path {
    let above = data.ancestors().find(|folder| folder.is_dir());
    above.filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn disk(data: &Path, reserve: u64) -> Item {
    let name = "disk";
    match rustix::fs::statvfs(standing(data)) {
        Ok(stat) => {
            let free = stat.f_bavail.saturating_mul(stat.f_frsize);
            let level = match free {
                _ if free < reserve => Level::Bad,
                _ if free < reserve.saturating_mul(16) => Level::Warn,
                _ => Level::Ok,
            };
            let what = format!("{} MB free, {} MB kept in reserve", free >> 20, reserve >> 20);
            Item { name, level, what }
        }
        Err(error) => Item { name, level: Level::Bad, what: error.to_string() },
    }
}

/// A clock that goes wrong makes sessions, schedules and numbers of the year go wrong.
fn time(data: &Path, now: Timestamp) -> Item {
    let name = "clock";
    let second = now.as_second();
    if !(EARLIEST..=LATEST).contains(&second) {
        return Item { name, level: Level::Bad, what: format!("{now} cannot be right") };
    }
    let newest = newest(&data.join("journal")).and_then(|time| Timestamp::try_from(time).ok());
    match newest.filter(|newest| second.saturating_add(SKEW) < newest.as_second()) {
        Some(newest) => {
            let what = format!("{now}, but the journal was written at {newest}");
            Item { name, level: Level::Bad, what }
        }
        None => Item { name, level: Level::Ok, what: now.to_string() },
    }
}

fn newest(folder: &Path) -> Option<SystemTime> {
    let files = std::fs::read_dir(folder).ok()?;
    files.filter_map(|file| file.ok()?.metadata().ok()?.modified().ok()).max()
}

fn folder(data: &Path) -> Item {
    let name = "data folder";
    let shown = data.display();
    if !data.join("journal").is_dir() {
        let what = format!("{shown} holds no data; run `quangba init`");
        return Item { name, level: Level::Warn, what };
    }
    // Opened, not made: looking must not change anything.
    let held = File::open(data.join("lock")).is_ok_and(|lock| {
        let shared = rustix::fs::FlockOperation::NonBlockingLockShared;
        rustix::fs::flock(&lock, shared).is_err()
    });
    let answers = || {
        let address = Address::new(data, SOCKET);
        address.is_ok_and(|at| std::os::unix::net::UnixStream::connect(at.path()).is_ok())
    };
    let (level, what) = match held {
        false => (Level::Ok, "no server runs"),
        true if answers() => (Level::Ok, "a server runs"),
        true => (Level::Warn, "held by a process that does not answer"),
    };
    Item { name, level, what: format!("{shown}: {what}") }
}
