//! Tiles of 256 pixels of a public photo over HTTP: those that lie ready, and parts that have to be put
//! together of four of them, none of which was asked for before.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::desk::Desk;
use crate::support::{
    Outcome,
    report::{Figure, Target, cores, load, quantile, rate},
    server::Server,
};

/// How many ask at once for what lies ready.
const ASKERS: usize = 8;

/// How often each of them does.
const READY: usize = 2_000;

/// How often it is asked for what does not.
const MADE: usize = 2_000;

/// Whole tiles in the photo of 6000 × 4000 pixels.
const COLUMNS: usize = 23;
const ROWS: usize = 15;

pub(crate) fn measure(server: &Server, desk: &Desk) -> Outcome<(Vec<Figure>, Value)> {
    let address: SocketAddr = server.url.trim_start_matches("http://").parse()?;
    let path = |x: usize, y: usize| {
        format!("/iiif/3/{}/{x},{y},256,256/256,256/0/default.jpg", desk.asset)
    };
    // The first look makes all tiles.
    let begun = Instant::now();
    Line::open(address)?.get(&path(0, 0))?;
    let first = begun.elapsed();
    let begun = Instant::now();
    let mut ready =
        asked(address, ASKERS, READY, |n| path(n * 7 % COLUMNS * 256, n * 11 % ROWS * 256))?;
    let time = begun.elapsed();
    let per_second = rate(u64::try_from(ready.len())?, time);
    let askers = cores();
    let mut made = asked(address, askers, MADE / askers, |n| {
        // No two alike, and none on the edge of a tile.
        let (column, row) = (n % COLUMNS.saturating_sub(1), n / 100 % ROWS.saturating_sub(1));
        path(column * 256 + 1 + n % 255, row * 256 + 1 + n / 255 % 255)
    })?;
    let figures = vec![
        Figure {
            name: "256-pixel tiles of a ready pyramid over HTTP",
            value: per_second,
            unit: "tiles/s",
            target: Target::AtLeast(1_300.0),
        },
        Figure {
            name: "256 pixels across four tiles, put together, p99",
            value: quantile(&mut made, 0.99),
            unit: "ms",
            target: Target::AtMost(50.0),
        },
    ];
    let details = json!({
        "pyramidMs": first.as_secs_f64() * 1_000.0,
        "ready": {"connections": ASKERS, "tiles": ready.len(),
            "p50Ms": quantile(&mut ready, 0.5), "p99Ms": quantile(&mut ready, 0.99)},
        "made": {"connections": askers, "parts": made.len(),
            "p50Ms": quantile(&mut made, 0.5), "p99Ms": quantile(&mut made, 0.99)},
        "load1": load(),
    });
    Ok((figures, json!({"tiles": details})))
}

/// Has several ask, each over one connection and for other numbers; how long each answer took.
fn asked(
    address: SocketAddr,
    askers: usize,
    each: usize,
    path: impl Fn(usize) -> String + Sync,
) -> Outcome<Vec<Duration>> {
    let path = &path;
    thread::scope(|scope| {
        let asking: Vec<_> = (0..askers)
            .map(|asker| {
                scope.spawn(move || {
                    let mut line = Line::open(address)?;
                    let mut times = Vec::with_capacity(each);
                    for n in asker * each..(asker + 1) * each {
                        let begun = Instant::now();
                        line.get(&path(n))?;
                        times.push(begun.elapsed());
                    }
                    Outcome::Ok(times)
                })
            })
            .collect();
        let mut all = Vec::new();
        for one in asking {
            all.extend(one.join().map_err(|_panic| "an asker failed")??);
        }
        Ok(all)
    })
}

/// A connection that is kept: a client that takes next to nothing of the machine that it measures.
struct Line {
    stream: BufReader<TcpStream>,
    address: SocketAddr,
    body: Vec<u8>,
}

impl Line {
    fn open(address: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        Ok(Self { stream: BufReader::with_capacity(1 << 16, stream), address, body: Vec::new() })
    }

    /// Reads an answer that must be a whole picture.
    fn get(&mut self, path: &str) -> Outcome {
        let ask = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", self.address);
        self.stream.get_mut().write_all(ask.as_bytes())?;
        let (mut head, mut length) = (String::new(), 0);
        loop {
            let mut line = String::new();
            if self.stream.read_line(&mut line)? == 0 {
                return Err("the server went away".into());
            }
            if line == "\r\n" {
                break;
            }
            let line = line.to_ascii_lowercase();
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse()?;
            }
            head.push_str(&line);
        }
        self.body.resize(length, 0);
        self.stream.read_exact(&mut self.body)?;
        match head.starts_with("http/1.1 200") && self.body.starts_with(&[0xFF, 0xD8]) {
            true => Ok(()),
            false => Err(format!("{path}: {head}").into()),
        }
    }
}
