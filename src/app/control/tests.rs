use std::{io::Write as _, sync::Arc};

use jiff::Timestamp;

use super::*;
use crate::service::{Settings, Setup};

/// A system in a folder whose path is too long for a socket's address.
fn system(dir: &Path) -> Services {
    let dir = dir.join("a-folder-with-a-name-that-is-rather-long".repeat(3));
    let settings = Settings { disk_reserve: 0, index_memory: 15_000_000, ..Settings::default() };
    let clock = Arc::new(|| Timestamp::from_second(1_790_000_000).unwrap());
    let worker = Path::new("no-worker");
    let setup = Setup { dir: &dir, profile: "dak-lak", settings, worker, clock };
    setup.init(&"lan".parse().unwrap()).unwrap().0
}

fn connect(services: &Services) -> UnixStream {
    let address = Address::new(services.dir(), SOCKET).unwrap();
    UnixStream::connect(address.path()).unwrap()
}

/// Sends bytes, and gives all frames of the answer.
fn ask(services: &Services, bytes: &[u8]) -> Vec<Frame> {
    let mut stream = connect(services);
    stream.write_all(bytes).unwrap();
    let mut reader = BufReader::new(stream);
    std::iter::from_fn(|| wire::receive(&mut reader).unwrap()).collect()
}

fn request(version: u32) -> Vec<u8> {
    let command = Task::User { action: cli::args::User::List };
    let mut line = serde_json::to_vec(&Request { version, command }).unwrap();
    line.push(b'\n');
    line
}

#[test]
fn a_command_is_run_and_answered() {
    let dir = tempfile::tempdir().unwrap();
    let services = system(dir.path());
    let control = Control::start(services.clone()).unwrap();
    let frames = ask(&services, &request(wire::VERSION));
    assert_eq!(frames.last(), Some(&Frame::Exit(0)));
    assert!(matches!(&frames[0], Frame::Line(line) if line.starts_with("lan\tadmin")));
    control.stop();
}

#[test]
fn only_the_owner_may_connect_and_nothing_is_left() {
    let dir = tempfile::tempdir().unwrap();
    let services = system(dir.path());
    // What a killed server left behind does not stand in the way.
    fs::write(services.dir().join(SOCKET), "left").unwrap();
    let control = Control::start(services.clone()).unwrap();
    let path = services.dir().join(SOCKET);
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let private = |name: &std::ffi::OsStr| name.to_string_lossy().starts_with(".control-");
    let mut names = fs::read_dir(services.dir()).unwrap().map(|e| e.unwrap().file_name());
    assert!(!names.any(|name| private(&name)));
    drop(control);
    assert!(!path.exists());
}

#[test]
fn bad_clients_do_no_harm() {
    let dir = tempfile::tempdir().unwrap();
    let services = system(dir.path());
    let control = Control::start(services.clone()).unwrap();
    let failed = |frames: &[Frame], why: &str| {
        let told = matches!(&frames[0], Frame::Error(reason) if reason.contains(why));
        assert!(told && frames[1] == Frame::Exit(1), "{frames:?}");
    };
    failed(&ask(&services, b"no json\n"), "cannot be read");
    failed(
        &ask(&services, b"{\"version\":1,\"command\":{\"format-disk\":{}}}\n"),
        "cannot be read",
    );
    failed(&ask(&services, &request(99)), "another version");
    drop(connect(&services));
    let mut gone = connect(&services);
    gone.write_all(&request(wire::VERSION)).unwrap();
    drop(gone);
    let long = vec![b'x'; usize::try_from(wire::LINE).unwrap()];
    failed(&ask(&services, &long), "cannot be read");
    let frames = ask(&services, &request(wire::VERSION));
    assert_eq!(frames.last(), Some(&Frame::Exit(0)));
    control.stop();
}

#[test]
fn too_many_clients_are_told_so_and_stopping_waits_for_none() {
    let dir = tempfile::tempdir().unwrap();
    let services = system(dir.path());
    let control = Control::start(services.clone()).unwrap();
    let silent: Vec<UnixStream> = (0..CLIENTS).map(|_| connect(&services)).collect();
    // They are taken in the order in which they came.
    let frames = ask(&services, b"");
    assert!(matches!(&frames[0], Frame::Error(reason) if reason.contains("too many")));
    let begun = std::time::Instant::now();
    control.stop();
    assert!(begun.elapsed() < ASKING, "a silent client held it up");
    drop(silent);
}
