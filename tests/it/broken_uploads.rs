//! Uploads over connections that break, to a server that is killed.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    path::Path,
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use quangba::domain::account::Scope;
use sha2::{Digest as _, Sha256};

use crate::{
    archive::{Archive, Server, article, close, create, key},
    support::files::picture,
};

/// One sender with a key.
struct Sender {
    server: Server,
    key: String,
}

impl Sender {
    fn connect(&self) -> (TcpStream, String) {
        let host = self.server.url.strip_prefix("http://").unwrap().to_owned();
        let stream = TcpStream::connect(&host).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        (stream, host)
    }

    /// Sends the head of a request and so much of its body.
    fn begin(&self, method: &str, path: &str, headers: &str, body: &[u8]) -> TcpStream {
        let (mut stream, host) = self.connect();
        let key = &self.key;
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\n\
             Tus-Resumable: 1.0.0\r\nConnection: close\r\n{headers}\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body).unwrap();
        stream
    }

    /// Sends a whole request; gives its status and its headers.
    fn ask(&self, method: &str, path: &str, headers: &str, body: &[u8]) -> (u16, String) {
        let headers = format!("Content-Length: {}\r\n{headers}", body.len());
        let mut stream = self.begin(method, path, &headers, body);
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        (status, answer.to_ascii_lowercase())
    }

    fn create(&self, record: &str, length: usize) -> String {
        let said = |name: &str, value: &str| format!("{name} {}", STANDARD.encode(value));
        let said = [said("record", record), said("filename", "lớn.png")].join(",");
        let headers = format!("Upload-Length: {length}\r\nUpload-Metadata: {said}\r\n");
        let (status, answer) = self.ask("POST", "/api/v1/uploads", &headers, b"");
        assert_eq!(status, 201, "{answer}");
        header(&answer, "location").unwrap()
    }

    fn head(&self, path: &str) -> String {
        // While a broken request is still being noticed, another may be told to come back.
        for _ in 0..300 {
            let (status, answer) = self.ask("HEAD", path, "", b"");
            if status == 200 {
                return answer;
            }
            assert_eq!(status, 423, "{answer}");
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("the upload stays busy");
    }

    fn offset(&self, path: &str) -> usize {
        header(&self.head(path), "upload-offset").unwrap().parse().unwrap()
    }
}

fn header(answer: &str, name: &str) -> Option<String> {
    let mut lines = answer.lines();
    lines.find_map(|line| Some(line.strip_prefix(name)?.strip_prefix(": ")?.to_owned()))
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn patch(offset: usize, length: usize) -> String {
    format!(
        "Upload-Offset: {offset}\r\nContent-Type: application/offset+octet-stream\r\n\
         Content-Length: {length}\r\n"
    )
}

/// A picture of some megabytes that does not pack.
fn large() -> Vec<u8> {
    let mut state = 7_u64;
    let noise = image::RgbImage::from_fn(1_400, 1_200, |_, _| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let [_, _, _, _, _, a, b, c] = (state >> 32).to_be_bytes();
        image::Rgb([a, b, c])
    });
    let mut out = std::io::Cursor::new(Vec::new());
    noise.write_to(&mut out, image::ImageFormat::Png).unwrap();
    out.into_inner()
}

fn begun() -> (Archive, Sender, String) {
    let (archive, services) = Archive::new();
    let record = create(&services, article(1)).key();
    let key = key(&services, Scope::Upload);
    close(services);
    let server = Server::start(&archive.data());
    (archive, Sender { server, key }, record)
}

#[test]
fn a_file_sent_over_connections_that_break_is_the_file_that_was_sent() {
    let (archive, mut sender, record) = begun();
    let bytes = large();
    assert!(4_000_000 < bytes.len());
    let path = sender.create(&record, bytes.len());
    let (mut offset, mut breaks, mut kept) = (0, 0, 0);
    while offset + 400_000 < bytes.len() {
        // The rest is promised, some of it comes, and the line goes dead or the server does.
        let some = 170_000 + breaks * 1_777;
        let rest = &bytes[offset..];
        let stream = sender.begin("PATCH", &path, &patch(offset, rest.len()), &rest[..some]);
        std::thread::sleep(Duration::from_millis(150));
        let kill = breaks % 5 == 4;
        if kill {
            // What came is not answered: it may be there or not.
            sender.server.kill();
            sender = Sender { server: Server::start(&archive.data()), key: sender.key };
        }
        drop(stream);
        breaks += 1;
        let now = sender.offset(&path);
        assert!((offset..=offset + some).contains(&now), "{now} after {offset} and {some}");
        // The offset may still rise while the broken request ends.
        let mut settled = now;
        for _ in 0..40 {
            std::thread::sleep(Duration::from_millis(25));
            settled = sender.offset(&path);
            if settled == offset + some {
                break;
            }
        }
        kept += usize::from(settled == offset + some);
        if settled == offset {
            // On with a piece that is answered.
            let next = &bytes[offset..offset + 100_000];
            let headers = patch(offset, next.len());
            let headers = headers.rsplit_once("Content-Length").unwrap().0;
            let (status, answer) = sender.ask("PATCH", &path, headers, next);
            assert_eq!(status, 204, "{answer}");
            settled = offset + next.len();
        }
        offset = settled;
    }
    assert!(10 <= breaks, "{breaks}");
    assert!(breaks / 2 <= kept, "of {breaks} broken pieces {kept} were kept");
    let headers = patch(offset, 0);
    let headers = headers.rsplit_once("Content-Length").unwrap().0;
    let (status, answer) = sender.ask("PATCH", &path, headers, &bytes[offset..]);
    assert_eq!(status, 204, "{answer}");
    assert_eq!(header(&answer, "quangba-sha256"), Some(hex(&bytes)));
    let lies = archive.data().join("media").join(&hex(&bytes)[..2]).join(&hex(&bytes)[2..4]);
    assert_eq!(std::fs::read(lies.join(hex(&bytes))).unwrap(), bytes);
}

#[test]
fn what_was_answered_is_there_after_a_kill_and_the_last_answer_can_be_asked_for_again() {
    let (archive, mut sender, record) = begun();
    let bytes = picture(image::ImageFormat::Png, 300, 300);
    let path = sender.create(&record, bytes.len());
    let restarted = |sender: Sender| {
        sender.server.kill();
        Sender { server: Server::start(&archive.data()), key: sender.key }
    };
    sender = restarted(sender);
    assert_eq!(sender.offset(&path), 0, "an upload that was begun is there");
    let (first, rest) = bytes.split_at(200);
    for (from, piece) in [(0, first), (200, rest)] {
        let headers = patch(from, 0);
        let headers = headers.rsplit_once("Content-Length").unwrap().0;
        let (status, answer) = sender.ask("PATCH", &path, headers, piece);
        assert_eq!(status, 204, "{answer}");
        sender = restarted(sender);
        assert_eq!(sender.offset(&path), from + piece.len());
    }
    let asset = header(&sender.head(&path), "quangba-asset").unwrap();
    assert_eq!(header(&sender.head(&path), "quangba-sha256"), Some(hex(&bytes)));

    // As if the program had ended before it noted what became of the whole: nothing comes twice.
    let sender = {
        sender.server.kill();
        unnoted(&archive.data().join("uploads"), &bytes);
        Sender { server: Server::start(&archive.data()), key: sender.key }
    };
    assert_eq!(header(&sender.head(&path), "quangba-asset"), Some(asset));
    let (_, record) = sender.ask("GET", &format!("/api/v1/records/{record}"), "", b"");
    assert_eq!(record.matches("\"digest\"").count(), 1, "{record}");

    // And one that came whole and was not put to its record is, when somebody asks.
    let other = picture(image::ImageFormat::Png, 301, 300);
    let id = record.split("\"id\":\"urn:uuid:").nth(1).unwrap().split('"').next().unwrap();
    let path = sender.create(id, other.len());
    sender.server.kill();
    let name = path.rsplit('/').next().unwrap();
    std::fs::write(archive.data().join("uploads").join(format!("{name}.part")), &other).unwrap();
    let sender = Sender { server: Server::start(&archive.data()), key: sender.key };
    assert_eq!(header(&sender.head(&path), "quangba-sha256"), Some(hex(&other)));
}

/// Puts an upload that arrived back to where its last piece had come.
fn unnoted(folder: &Path, bytes: &[u8]) {
    let note = std::fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    let mut noted: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&note).unwrap()).unwrap();
    noted["arrived"] = serde_json::Value::Null;
    noted["fields"] = serde_json::json!({});
    std::fs::write(&note, noted.to_string()).unwrap();
    std::fs::write(note.with_extension("part"), bytes).unwrap();
}

#[test]
fn a_sender_that_stalls_is_given_up_and_what_it_sent_is_kept() {
    let (_archive, sender, record) = begun();
    let path = sender.create(&record, 1_000);
    let mut stream = sender.begin("PATCH", &path, &patch(0, 1_000), b"0123456789");
    std::thread::sleep(Duration::from_millis(500));
    // Nobody else may send meanwhile.
    let headers = patch(0, 0);
    let headers = headers.rsplit_once("Content-Length").unwrap().0;
    assert_eq!(sender.ask("PATCH", &path, headers, b"x").0, 423);
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    assert_eq!(sender.offset(&path), 10);
}

#[test]
fn a_piece_that_hides_its_length_is_held_to_what_was_declared() {
    let (archive, sender, record) = begun();
    let path = sender.create(&record, 3_000_000);
    let headers = patch(0, 0);
    let headers = headers.rsplit_once("Content-Length").unwrap().0;
    let headers = format!("{headers}Transfer-Encoding: chunked\r\n");
    let chunked = |bytes: &[u8]| {
        [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n0\r\n\r\n"].concat()
    };
    let mut stream = sender.begin("PATCH", &path, &headers, &chunked(&vec![7; 3_000_001]));
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert_eq!(sender.offset(&path), 0);
    let mut stream = sender.begin("PATCH", &path, &headers, &chunked(&vec![7; 2_999_999]));
    answer.clear();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
    assert_eq!(sender.offset(&path), 2_999_999);
    let sizes = std::fs::read_dir(archive.data().join("uploads")).unwrap();
    assert!(sizes.map(|e| e.unwrap().metadata().unwrap().len()).max().unwrap() <= 3_000_000);
}
