//! The press kit of a record with 50 photos of 24 megapixels, over HTTP: how fast it comes and what the
//! server's memory gains meanwhile; first with its web pictures still to be made, then with them there.

use std::{
    fs,
    ops::ControlFlow,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use quangba::service::{ImportOptions, Services, operator};
use serde_json::{Value, json};

use crate::{
    derive::camera_photo,
    support::{
        Outcome, fixture,
        http::Client,
        report::{Figure, Memory, Target, load},
        server::Server,
        words::Writer,
    },
};

const PHOTOS: u16 = 50;

/// Kits that are taken once all pictures are there.
const ROUNDS: usize = 3;

/// One kit as it came.
struct Taken {
    bytes: u64,
    time: Duration,
    /// The most own memory of the server that was seen.
    own: f64,
}

pub(crate) fn measure() -> Outcome<(Vec<Figure>, Value)> {
    let data = fixture::folder("kit");
    let id = make(&data)?;
    let path = format!("/api/v1/published/{id}/kit.zip");
    fs::remove_dir_all(data.join("derived"))?;
    let server = Server::start(&data)?;
    let client = Client::new(&server.url, None);
    let before = load();
    let first = take(&client, &path, &server)?;
    let idle = Memory::of(Some(server.pid()))?;
    let mut taken = Vec::new();
    for _round in 0..ROUNDS {
        taken.push(take(&client, &path, &server)?);
    }
    let after = Memory::of(Some(server.pid()))?;
    drop(server);
    fs::remove_dir_all(&data)?;
    let rates: Vec<f64> = taken.iter().map(Taken::rate).collect();
    let peak = taken.iter().map(|taken| taken.own).fold(0.0, f64::max);
    let figures = vec![
        Figure {
            name: "kit of 50 photos, slowest of three",
            value: rates.iter().copied().fold(f64::INFINITY, f64::min),
            unit: "MB/s",
            target: Target::AtLeast(100.0),
        },
        Figure {
            name: "own memory gained by a kit of 50 photos, at its peak",
            value: peak - idle.own,
            unit: "MB",
            target: Target::AtMost(16.0),
        },
    ];
    let details = json!({
        "photos": PHOTOS,
        "kitMB": megabytes(first.bytes),
        "firstMBPerSecond": first.rate(),
        "firstSeconds": first.time.as_secs_f64(),
        "ownInFirst": first.own,
        "MBPerSecond": rates,
        "memoryBefore": idle.json(),
        "memoryAfter": after.json(),
        "load1Before": before,
    });
    Ok((figures, json!({"kit": details})))
}

impl Taken {
    fn rate(&self) -> f64 {
        megabytes(self.bytes) / self.time.as_secs_f64().max(1e-9)
    }
}

fn megabytes(bytes: u64) -> f64 {
    f64::from(u32::try_from(bytes / 1_000).unwrap_or(u32::MAX)) / 1_000.0
}

fn take(client: &Client, path: &str, server: &Server) -> Outcome<Taken> {
    let mut own: f64 = 0.0;
    let begun = Instant::now();
    let (bytes, _lines) = client.drain(path, "application/zip", || {
        own = own.max(Memory::of(Some(server.pid()))?.own);
        Ok(())
    })?;
    Ok(Taken { bytes, time: begun.elapsed(), own })
}

/// A folder with one published record of 50 photos whose web pictures were made once; gives its id.
fn make(data: &Path) -> Outcome<String> {
    let now: Timestamp = "2026-10-05T01:00:00Z".parse()?;
    let services = fixture::init(data, Arc::new(move || now))?;
    let source = fixture::folder("kit-source");
    fs::create_dir_all(&source)?;
    let photo = camera_photo()?;
    let mut row = Writer::new(2026).record("BO-ANH");
    let mut files = Vec::new();
    for n in 0..PHOTOS {
        let name = format!("{n}.jpg");
        fs::write(source.join(&name), numbered(&photo, n))?;
        let caption = json!({"vi": format!("Ảnh {n}"), "en": format!("Photo {n}")});
        let meta =
            json!({"role": "main", "caption": caption, "alt": caption, "consent": "on-file"});
        files.push(json!({"file": name, "meta": meta}));
    }
    let fields = row.as_object_mut().ok_or("a record is an object")?;
    fields.insert("files".to_owned(), files.into());
    fs::write(source.join("records.jsonl"), format!("{row}\n"))?;
    import(&services, &source)?;
    while services.follow_media()?.more {}
    while services.do_next_job(Duration::ZERO)? {}
    services.catch_up(|_place| {})?;
    let found = services.search(&quangba::search::Query::new(""))?;
    let id = found.hits.first().ok_or("nothing was published")?.display.id.key();
    services.close()?;
    fs::remove_dir_all(&source)?;
    Ok(id)
}

fn import(services: &Services, source: &Path) -> Outcome {
    let agency = "H15.16".parse()?;
    let options = ImportOptions { agency, publish: true, dry_run: false, report: None };
    let go_on = &mut |_progress| ControlFlow::Continue(());
    let report = services.import(&operator(), source, &options, go_on)?;
    if report.created == 1 { Ok(()) } else { Err(format!("not imported: {report:?}").into()) }
}

/// The photo with a number in a comment (ITU T.81, B.2.4.5), so that no two are the same file.
fn numbered(photo: &[u8], n: u16) -> Vec<u8> {
    let (start, rest) = photo.split_at_checked(2).unwrap_or_default();
    let [high, low] = n.to_be_bytes();
    [start, &[0xFF, 0xFE, 0, 4, high, low], rest].concat()
}
