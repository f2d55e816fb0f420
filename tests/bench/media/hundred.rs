//! A hundred photos of 24 megapixels that are sent at once, each over a connection of its own: how long
//! until all are answered, until all are looked at, and how much memory it takes.

use std::{
    fs,
    io::{Read, Write as _},
    net::{SocketAddr, TcpStream},
    sync::{
        Barrier,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::desk::Desk;
use crate::support::{
    Outcome,
    report::{Figure, Memory, Target, load, millis, quantile},
    server::Server,
};

const PHOTOS: usize = 100;

/// How long it is waited for the looks at most.
const PATIENCE: Duration = Duration::from_secs(300);

/// How often memory and jobs are looked at.
const EVERY: Duration = Duration::from_millis(20);

pub(crate) fn measure(server: &Server, desk: &Desk, photo: &[u8]) -> Outcome<(Vec<Figure>, Value)> {
    let over = AtomicBool::new(false);
    let before = Memory::of(Some(server.pid()))?;
    let (done, together) = thread::scope(|scope| {
        let watch = scope.spawn(|| together(server.pid(), &over));
        let done = all(server, desk, photo);
        over.store(true, Ordering::Release);
        Outcome::Ok((done?, watch.join().map_err(|_panic| "the watch failed")?))
    })?;
    let Done { mut each, answered, looked } = done;
    let memory = Memory::of(Some(server.pid()))?;
    let figures = vec![
        Figure {
            name: "peak memory of the server while 100 photos come in at once",
            value: memory.peak,
            unit: "MB",
            target: Target::AtMost(500.0),
        },
        Figure {
            name: "peak memory of the server and its workers together",
            value: together,
            unit: "MB",
            target: Target::AtMost(700.0),
        },
    ];
    let details = json!({
        "photos": PHOTOS,
        "photoBytes": photo.len(),
        "memoryBefore": before.json(),
        "memory": memory.json(),
        "togetherPeakMB": together,
        "uploadMs": {"p50": quantile(&mut each, 0.5), "p99": quantile(&mut each, 0.99)},
        "allAnsweredMs": millis(answered),
        "allLookedAtMs": millis(looked),
        "load1": load(),
    });
    Ok((figures, json!({"hundred": details})))
}

struct Done {
    each: Vec<Duration>,
    answered: Duration,
    looked: Duration,
}

fn all(server: &Server, desk: &Desk, photo: &[u8]) -> Outcome<Done> {
    let address: SocketAddr = server.url.trim_start_matches("http://").parse()?;
    let admin = sign_in(server, desk)?;
    let together = Barrier::new(PHOTOS);
    let begun = Instant::now();
    let each = thread::scope(|scope| {
        let (together, photo) = (&together, photo);
        let sending: Vec<_> = (0..PHOTOS)
            .map(|n| {
                scope.spawn(move || {
                    together.wait();
                    let begun = Instant::now();
                    send(address, desk, n, photo).map(|()| begun.elapsed())
                })
            })
            .collect();
        let ended =
            sending.into_iter().map(|one| one.join().map_err(|_panic| "an upload failed")?);
        ended.collect::<Outcome<Vec<Duration>>>()
    })?;
    let answered = begun.elapsed();
    while 0 < jobs(server, &admin)? {
        if PATIENCE < begun.elapsed() {
            return Err("the photos are not looked at".into());
        }
        thread::sleep(EVERY);
    }
    Ok(Done { each, answered, looked: begun.elapsed() })
}

/// Sends a photo that differs from the others by a comment.
fn send(address: SocketAddr, desk: &Desk, n: usize, photo: &[u8]) -> Outcome {
    let (start, rest) = photo.split_at_checked(2).ok_or("no photo")?;
    let note = format!("{n:06}");
    let head = format!(
        "--anh\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{n}.jpg\"\r\n\
         Content-Type: image/jpeg\r\n\r\n"
    );
    let comment = [&[0xFF, 0xFE, 0, 8][..], note.as_bytes()].concat();
    let parts = [head.as_bytes(), start, &comment, rest, b"\r\n--anh--\r\n"];
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(
        stream,
        "POST /api/v1/records/{}/assets HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
         Authorization: Bearer {}\r\nContent-Type: multipart/form-data; boundary=anh\r\n\
         Content-Length: {length}\r\n\r\n",
        desk.draft, desk.key
    )?;
    parts.iter().try_for_each(|part| stream.write_all(part))?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    match answer.starts_with("HTTP/1.1 201") {
        true => Ok(()),
        false => Err(answer.chars().take(900).collect::<String>().into()),
    }
}

/// The administrator's session, as a cookie.
fn sign_in(server: &Server, desk: &Desk) -> Outcome<String> {
    let body = json!({"user": "bench", "password": desk.password}).to_string();
    let ask = ureq::post(format!("{}/api/v1/session", server.url));
    let answer = ask.header("Content-Type", "application/json").send(&body)?;
    let mut cookies = answer.headers().get_all("set-cookie").iter();
    let session = cookies.find_map(|line| line.to_str().ok()?.split(';').next());
    Ok(session.ok_or("no session")?.to_owned())
}

/// How many jobs there still are.
fn jobs(server: &Server, session: &str) -> Outcome<u64> {
    let ask = ureq::get(format!("{}/api/v1/jobs?limit=1", server.url));
    let answer: Value = ask.header("Cookie", session).call()?.body_mut().read_json()?;
    Ok(answer.get("total").and_then(Value::as_u64).ok_or("no number of jobs")?)
}

/// The most that the process and its children had resident at one time, in MB.
fn together(pid: u32, over: &AtomicBool) -> f64 {
    let mut most = 0.0_f64;
    while !over.load(Ordering::Acquire) {
        let own = children(pid).chain([pid]);
        let now: f64 = own.filter_map(|pid| Memory::of(Some(pid)).ok()).map(|of| of.rss).sum();
        most = most.max(now);
        thread::sleep(EVERY);
    }
    most
}

/// The processes that another has started (proc(5)).
fn children(pid: u32) -> impl Iterator<Item = u32> {
    let parent = pid.to_string();
    let all = fs::read_dir("/proc").into_iter().flatten().flatten();
    let ids = all.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    ids.filter(move |id| {
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        let fields = stat.rsplit_once(") ").map(|(_, fields)| fields);
        fields.and_then(|fields| fields.split(' ').nth(1)) == Some(&parent)
    })
}
