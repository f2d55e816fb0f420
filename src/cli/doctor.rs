//! `doctor`: what of this machine matters.

use std::{
    fs::File,
    path::Path,
    process::{Command, Stdio},
    time::SystemTime,
};

use jiff::Timestamp;
use rustix::process::{Resource, getrlimit};
use serde::Serialize;
use serde_json::json;

use super::{
    Failed, Ui,
    wire::{Address, SOCKET},
};
use crate::{config::Config, domain::clock::Clock};

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

/// Programs that are used if they are there: how they tell their version, and what for.
const PROGRAMS: &[(&str, &str, &str)] = &[
    ("tesseract", "--version", "text of scanned publications"),
    ("ffmpeg", "-version", "posters of videos"),
    ("pdftotext", "-v", "text of publications"),
];

/// Open files that a busy server needs.
const FILES: u64 = 4_096;
/// Nobody runs this program before it was written.
const EARLIEST: i64 = 1_767_225_600;
/// Nor will this clock be right after 2100.
const LATEST: i64 = 4_102_444_800;
/// How far the newest file may lie in the future, in seconds.
const SKEW: i64 = 300;

pub(super) fn run(config: &Config, clock: &Clock, ui: &mut dyn Ui) -> anyhow::Result<()> {
    let mut items: Vec<Item> =
        PROGRAMS.iter().map(|(name, flag, use_)| program(name, flag, use_)).collect();
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

fn program(name: &'static str, flag: &str, use_: &str) -> Item {
    let run = Command::new(name).arg(flag).stdin(Stdio::null()).output();
    match run {
        Ok(output) => {
            let text = if output.stdout.is_empty() { output.stderr } else { output.stdout };
            let text = String::from_utf8_lossy(&text).into_owned();
            let version = text.lines().next().unwrap_or_default().trim().to_owned();
            Item { name, level: Level::Ok, what: version }
        }
        Err(_absent) => {
            Item { name, level: Level::Warn, what: format!("not found; without it: no {use_}") }
        }
    }
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
