//! The national export of 100,000 records: the NDJSON stream, the server's memory meanwhile, and a
//! late page beside the first one.

#[expect(dead_code, reason = "each bench uses a part of it")]
mod support;

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::{
    Outcome, fixture,
    http::Client,
    report::{Figure, Memory, Target, print, quantile, rate},
    server::Server,
};

const PAGES: usize = 31;

fn main() -> Outcome {
    let fixture = fixture::open()?;
    let server = Server::start(&fixture.data)?;
    let client = Client::new(&server.url, Some(&fixture.export_key));
    let status = client.json("/export/v1/status")?;
    let before = Memory::of(Some(server.pid()))?;
    let mut streams = Vec::new();
    for _round in 0..3 {
        streams.push(stream(&client, server.pid())?);
    }
    let after = Memory::of(Some(server.pid()))?;
    let best = streams.iter().map(|stream| stream.rate).fold(0.0, f64::max);
    let first = streams.first().ok_or("no stream")?;
    let (thousand, hundred) = (pages(&client, 1_000)?, pages(&client, 100)?);
    let figures = [
        Figure {
            name: "NDJSON stream, first of three",
            value: first.rate,
            unit: "records/s",
            target: Target::AtLeast(20_000.0),
        },
        Figure {
            name: "own memory gained in three streams, at their peak",
            value: streams.iter().map(|stream| stream.own).fold(0.0, f64::max) - before.own,
            unit: "MB",
            target: Target::AtMost(100.0),
        },
        Figure {
            name: "last page of 1,000 beside the first",
            value: thousand.late / thousand.first,
            unit: "",
            target: Target::AtMost(1.2),
        },
        Figure {
            name: "last page of 100 beside the first",
            value: hundred.late / hundred.first,
            unit: "",
            target: Target::AtMost(1.2),
        },
    ];
    let details = json!({
        "records": first.lines,
        "bytes": first.bytes,
        "bestPerSecond": best.round(),
        "counts": status.get("counts"),
        "memoryBefore": before.json(),
        "ownDuring": streams.iter().map(|stream| stream.own.round()).collect::<Vec<_>>(),
        "memoryAfter": after.json(),
        "page1000Ms": [thousand.first, thousand.middle, thousand.late],
        "page100Ms": [hundred.first, hundred.middle, hundred.late],
    });
    print("export", &figures, &details)
}

struct Stream {
    lines: u64,
    bytes: u64,
    rate: f64,
    /// The most own memory of the server that was seen.
    own: f64,
}

fn stream(client: &Client, pid: u32) -> Outcome<Stream> {
    let mut own: f64 = 0.0;
    let begun = Instant::now();
    let path = "/export/v1/records?after_seq=0";
    let (bytes, lines) = client.drain(path, "application/x-ndjson", || {
        own = own.max(Memory::of(Some(pid))?.own);
        Ok(())
    })?;
    Ok(Stream { lines, bytes, rate: rate(lines, begun.elapsed()), own })
}

/// Medians in milliseconds.
struct Pages {
    first: f64,
    middle: f64,
    late: f64,
}

/// Page 1, one in the middle and the last full one, each asked for by its cursor in turn.
fn pages(client: &Client, limit: u64) -> Outcome<Pages> {
    let first = client.json(&format!("/export/v1/records?after_seq=0&limit={limit}"))?;
    let text =
        |page: &Value, name: &str| page.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
    let number = |page: &Value| {
        let records = page.get("records").and_then(Value::as_array);
        records.map_or(0, Vec::len)
    };
    let mut cursors = vec![text(&first, "cursor").ok_or("a page without its cursor")?];
    let mut next = text(&first, "nextCursor");
    while let Some(cursor) = next {
        let page = client.json(&format!("/export/v1/records?cursor={cursor}"))?;
        next = text(&page, "nextCursor");
        if number(&page) == number(&first) {
            cursors.push(cursor);
        }
    }
    let chosen = [Some(0), Some(cursors.len() / 2), cursors.len().checked_sub(1)];
    let mut times = [const { Vec::<Duration>::new() }; 3];
    for _round in 0..PAGES {
        for (at, times) in chosen.iter().zip(&mut times) {
            let cursor = at.and_then(|at| cursors.get(at)).ok_or("no such page")?;
            let path = format!("/export/v1/records?cursor={cursor}");
            let asked = Instant::now();
            let answer = client.get(&path)?;
            times.push(asked.elapsed());
            if answer.status != 200 {
                return Err(format!("a page was answered with {}", answer.status).into());
            }
        }
    }
    let [first, middle, late] = &mut times;
    let median = |times: &mut Vec<Duration>| quantile(times, 0.5);
    Ok(Pages { first: median(first), middle: median(middle), late: median(late) })
}
