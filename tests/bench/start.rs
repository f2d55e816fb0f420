//! How long a server takes over a folder with 100,000 records until it is ready, and how much
//! memory it then holds.
//!
//! Own memory is heap and stacks: the store's page cache, the export's numbers, the index writer.
//! Mapped files are the index and the program; the system takes them back when others need room.

#[expect(dead_code, reason = "each bench uses a part of it")]
mod support;

use std::{
    fs::{self, File},
    path::Path,
    thread,
    time::Duration,
};

use serde_json::json;
use support::{
    Outcome, fixture,
    http::{Client, escaped},
    report::{Figure, Memory, Target, millis, print, quantile},
    server::Server,
};

const STARTS: usize = 5;
const IDLE: Duration = Duration::from_secs(3);

fn main() -> Outcome {
    let fixture = fixture::open()?;
    forget(&fixture.data)?;
    let cold = Server::start(&fixture.data)?.ready_after;
    let mut warm = Vec::new();
    for _start in 1..STARTS {
        warm.push(Server::start(&fixture.data)?.ready_after);
    }
    let server = Server::start(&fixture.data)?;
    warm.push(server.ready_after);
    thread::sleep(IDLE);
    let idle = Memory::of(Some(server.pid()))?;
    traffic(&server, &fixture.export_key)?;
    let busy = Memory::of(Some(server.pid()))?;
    thread::sleep(IDLE);
    let after = Memory::of(Some(server.pid()))?;
    let figures = [
        Figure {
            name: "until ready, files in the system's cache",
            value: quantile(&mut warm, 0.5) / 1_000.0,
            unit: "s",
            target: Target::AtMost(1.0),
        },
        Figure {
            name: "idle RSS after the start",
            value: idle.rss,
            unit: "MB",
            target: Target::AtMost(300.0),
        },
        Figure {
            name: "own memory when idle after traffic",
            value: after.own,
            unit: "MB",
            target: Target::AtMost(300.0),
        },
    ];
    let details = json!({
        "coldMs": millis(cold),
        "warmMs": warm.iter().map(|time| millis(*time)).collect::<Vec<_>>(),
        "idle": idle.json(),
        "busy": busy.json(),
        "idleAfterTraffic": after.json(),
        "onDiskMB": {
            "journal": megabytes(&fixture.data.join("journal"))?,
            "store": megabytes(&fixture.data.join("store"))?,
            "index": megabytes(&fixture.data.join("index"))?,
        },
    });
    print("start", &figures, &details)
}

/// Some of everything: 200 searches, pages, records, and one pull of the export.
fn traffic(server: &Server, key: &str) -> Outcome {
    let client = Client::new(&server.url, Some(key));
    for round in 0..40 {
        for words in ["cồng chiêng", "gong", "lễ hội", "the", "du lịch"] {
            let offset = escaped(words);
            client.json(&format!("/api/v1/search?q={offset}&limit={}", 10 + round))?;
        }
        for path in ["/vi/", "/en/", "/vi/search?q=c%C3%A0%20ph%C3%AA"] {
            client.get(path)?;
        }
    }
    client.drain("/export/v1/records?after_seq=0", "application/x-ndjson", || Ok(()))?;
    Ok(())
}

/// Asks the system to forget what it holds of the folder's files.
fn forget(folder: &Path) -> Outcome {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            forget(&entry.path())?;
        } else if kind.is_file() {
            let file = File::open(entry.path())?;
            file.sync_all()?;
            rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed)?;
        }
    }
    Ok(())
}

fn megabytes(folder: &Path) -> Outcome<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        bytes += if kind.is_dir() {
            megabytes(&entry.path())? * 1_000_000
        } else {
            entry.metadata()?.len()
        };
    }
    Ok(bytes / 1_000_000)
}
