//! Durable writes over HTTP by 16 clients, every answer after the flush, beside what the same disk
//! does with lines of that length when nothing but appending and flushing is done.
//!
//! Raw: 16 threads each hand over a line and wait; one thread appends all that waits, flushes once
//! and answers. That is measured before and after the server, since disks have moods.

#[expect(dead_code, reason = "each bench uses a part of it")]
mod support;

use std::{
    fs::{self, File, OpenOptions},
    io::Write as _,
    path::Path,
    sync::mpsc::{self, Receiver, Sender},
    thread,
    time::{Duration, Instant},
};

use quangba::{app::clock, domain::account::Scope, service::operator};
use serde_json::json;
use support::{
    Outcome, fixture,
    http::Client,
    report::{Figure, Memory, Target, print, quantile, rate},
    server::Server,
    words::Writer,
};

const CLIENTS: u64 = 16;
const WARM_UP: Duration = Duration::from_secs(2);
const MEASURED: Duration = Duration::from_secs(10);
const RAW: Duration = Duration::from_secs(4);

fn main() -> Outcome {
    let data = fixture::folder("writes");
    let services = fixture::init(&data, clock())?;
    let agency = Some("H15.16".parse()?);
    let key = services.add_key(&operator(), "bench", Scope::Upload, agency)?.secret;
    services.close()?;
    drop(services);

    let server = Server::start(&data)?;
    run(&server, &key, WARM_UP, "warm")?;
    let per_record = {
        let before = journal_bytes(&data)?;
        let done = run(&server, &key, WARM_UP, "size")?;
        (journal_bytes(&data)? - before) / done.count.max(1)
    };
    let raw_before = raw(&data, per_record)?;
    let mut done = run(&server, &key, MEASURED, "run")?;
    let memory = Memory::of(Some(server.pid()))?;
    let raw_after = raw(&data, per_record)?;
    drop(server);
    fs::remove_dir_all(&data)?;

    let served = rate(done.count, done.took);
    let raw = f64::midpoint(raw_before, raw_after);
    let figures = [
        Figure {
            name: "over HTTP",
            value: served,
            unit: "records/s",
            target: Target::AtLeast(1_000.0),
        },
        Figure {
            name: "share of raw append and flush",
            value: served / raw,
            unit: "",
            target: Target::AtLeast(0.4),
        },
    ];
    let details = json!({
        "clients": CLIENTS,
        "records": done.count,
        "requestBytes": done.bytes / done.count.max(1),
        "journalBytesPerRecord": per_record,
        "rawPerSecond": [raw_before.round(), raw_after.round()],
        "p50Ms": quantile(&mut done.times, 0.5),
        "p99Ms": quantile(&mut done.times, 0.99),
        "memory": memory.json(),
    });
    print("writes", &figures, &details)
}

/// What the clients did together.
#[derive(Default)]
struct Done {
    count: u64,
    bytes: u64,
    took: Duration,
    times: Vec<Duration>,
}

fn run(server: &Server, key: &str, time: Duration, name: &str) -> Outcome<Done> {
    let begun = Instant::now();
    let client = |number: u64| {
        let client = Client::new(&server.url, Some(key));
        let mut writer = Writer::new(number);
        let mut done = Done::default();
        while begun.elapsed() < time {
            let record = writer.record(&format!("{name}-{number}-{}", done.count));
            let json = serde_json::to_vec(&record)?;
            let asked = Instant::now();
            let answer = client.post("/api/v1/records", &json)?;
            done.times.push(asked.elapsed());
            if answer.status != 201 {
                let body = String::from_utf8_lossy(&answer.body).into_owned();
                return Err(format!("{}: {body}", answer.status).into());
            }
            done.count += 1;
            done.bytes += u64::try_from(json.len())?;
        }
        Outcome::Ok(done)
    };
    let mut all = Done::default();
    thread::scope(|scope| {
        let client = &client;
        let threads: Vec<_> =
            (0..CLIENTS).map(|number| scope.spawn(move || client(number))).collect();
        for thread in threads {
            let done = thread.join().map_err(|_panic| "a client failed")??;
            all.count += done.count;
            all.bytes += done.bytes;
            all.times.extend(done.times);
        }
        Outcome::Ok(())
    })?;
    all.took = begun.elapsed();
    Ok(all)
}

fn journal_bytes(data: &Path) -> Outcome<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(data.join("journal"))? {
        bytes += entry?.metadata()?.len();
    }
    Ok(bytes)
}

/// Lines of `size` bytes each second, appended and flushed in groups.
fn raw(data: &Path, size: u64) -> Outcome<f64> {
    let path = data.join("raw");
    let file = OpenOptions::new().create(true).append(true).open(&path)?;
    let line = vec![b'x'; usize::try_from(size)?];
    let (queue, waiting) = mpsc::channel::<Sender<()>>();
    let begun = Instant::now();
    let count = thread::scope(|scope| {
        let appender = scope.spawn(move || append(&file, &line, &waiting));
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_client| {
                let queue = queue.clone();
                scope.spawn(move || {
                    let (sender, receiver) = mpsc::channel();
                    let mut count = 0_u64;
                    while begun.elapsed() < RAW
                        && queue.send(sender.clone()).is_ok()
                        && receiver.recv().is_ok()
                    {
                        count += 1;
                    }
                    count
                })
            })
            .collect();
        drop(queue);
        let mut sum = 0;
        for client in clients {
            sum += client.join().map_err(|_panic| "a client failed")?;
        }
        appender.join().map_err(|_panic| "the appender failed")??;
        Outcome::Ok(sum)
    })?;
    let took = begun.elapsed();
    fs::remove_file(path)?;
    Ok(rate(count, took))
}

fn append(mut file: &File, line: &[u8], waiting: &Receiver<Sender<()>>) -> Outcome {
    while let Ok(first) = waiting.recv() {
        let group: Vec<_> = std::iter::once(first).chain(waiting.try_iter()).collect();
        file.write_all(&line.repeat(group.len()))?;
        file.sync_data()?;
        for client in group {
            client.send(())?;
        }
    }
    Ok(())
}
