use std::{collections::BTreeSet, fs, sync::Arc};

use jiff::Timestamp;

use super::super::{Settings, Setup, operator};
use super::*;
use crate::domain::{account::Role, clock::Clock};

fn clock() -> Clock {
    Arc::new(|| Timestamp::from_second(1_790_000_000).unwrap())
}

fn settings() -> Settings {
    Settings { disk_reserve: 0, index_memory: 15_000_000, ..Settings::default() }
}

fn quiet(_what: &str, _done: u64, _total: Option<u64>) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn new_system(dir: &Path) -> Services {
    let worker = Path::new("no-worker");
    let setup = Setup { dir, profile: "dak-lak", settings: settings(), worker, clock: clock() };
    setup.init(&"lan".parse().unwrap()).unwrap().0
}

fn add_user(services: &Services, name: &str) {
    let roles = BTreeSet::from([Role::Reviewer]);
    services.add_user(&operator(), &name.parse().unwrap(), roles, None).unwrap();
}

fn add_file(services: &Services, bytes: &[u8]) -> Digest {
    let mut incoming = services.media.blobs().begin(u64::MAX).unwrap();
    incoming.write(bytes).unwrap();
    incoming.finish().unwrap().digest
}

fn restore(file: &Path, dir: &Path) -> Result<Restored, BackupError> {
    Restore { file, dir, settings: &settings(), clock: clock() }.run(&mut quiet)
}

fn open(dir: &Path) -> Services {
    Services::open(dir, settings(), Path::new("no-worker"), clock()).unwrap()
}

/// A system with three users and two files, and a backup of it.
fn backed_up(name: &str) -> (tempfile::TempDir, Services, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let services = new_system(&dir.path().join("data"));
    add_user(&services, "hoa");
    add_user(&services, "minh");
    add_file(&services, b"one");
    add_file(&services, &vec![7; 300_000]);
    let file = dir.path().join(name);
    services.backup(&file, &mut quiet).unwrap();
    (dir, services, file)
}

#[test]
fn what_was_backed_up_comes_back_with_a_feed_of_its_own() {
    for name in ["b.tar", "b.tar.zst", "b.tar.gz"] {
        let (dir, services, file) = backed_up(name);
        let settings = "workers = 2\n";
        fs::write(services.dir().join(SETTINGS), settings).unwrap();
        fs::remove_file(&file).unwrap();
        let head = services.store.head().n;
        let done = services.backup(&file, &mut quiet).unwrap();
        assert_eq!((done.n, done.media), (head, 2), "{name}");

        let to = dir.path().join("restored");
        let restored = restore(&file, &to).unwrap();
        assert_eq!((restored.n, restored.media), (done.n, 2), "{name}");
        assert_eq!(fs::read_to_string(to.join(SETTINGS)).unwrap(), settings);
        let again = open(&to);
        assert_eq!(again.users(&operator()).unwrap(), services.users(&operator()).unwrap());
        let blobs =
            |of: &Services| of.media.blobs().list().collect::<Result<BTreeSet<_>, _>>().unwrap();
        assert_eq!(blobs(&again), blobs(&services));
        let (old, new) = (services.feed().unwrap(), again.feed().unwrap());
        assert_eq!(new.feed_id, restored.feed_id);
        assert_ne!(old.feed_id, new.feed_id);
        assert_ne!(old.cursor_key, new.cursor_key);
        assert_eq!(again.store.head().n, done.n + 1);
        let last = again.store.entries(done.n, 10).unwrap();
        assert_eq!(last[0].action, "system.restore");
        assert!(again.store.verify(&mut |_n| {}).unwrap().is_empty());
        // Nothing of the work is left behind.
        let names = fs::read_dir(&to).unwrap().map(|e| e.unwrap().file_name());
        assert!(names.into_iter().all(|name| !name.to_string_lossy().starts_with('.')));
    }
}

#[test]
fn the_offices_list_comes_back_and_the_backup_is_noted() {
    let (dir, services, file) = backed_up("first.tar");
    let list = services.dir().join(crate::service::checks::FILE);
    fs::write(&list, "[watch]\nwords = [\"Sao Mai\"]\n").unwrap();
    fs::remove_file(&file).unwrap();
    let head = services.store.head().n;
    services.backup(&file, &mut quiet).unwrap();
    assert_eq!(services.store.entries(head, 10).unwrap()[0].action, "system.backup");
    let to = dir.path().join("restored");
    restore(&file, &to).unwrap();
    let list = fs::read_to_string(to.join(crate::service::checks::FILE)).unwrap();
    assert!(list.contains("Sao Mai"));
}

#[test]
fn a_backup_beside_writes_is_whole() {
    let dir = tempfile::tempdir().unwrap();
    let services = new_system(&dir.path().join("data"));
    std::thread::scope(|scope| {
        let writing = scope.spawn(|| {
            for n in 0..200 {
                add_file(&services, format!("file {n}").as_bytes());
                let name = format!("agency-{n}");
                let code = format!("local:{name}").parse().unwrap();
                let mut text = crate::domain::lang::Localized::default();
                text.insert(crate::domain::lang::Lang::vi(), name);
                services.add_agency(&operator(), code, text).unwrap();
            }
        });
        let mut taken = 0;
        while !writing.is_finished() || taken == 0 {
            let file = dir.path().join(format!("{taken}.tar"));
            let done = services.backup(&file, &mut quiet).unwrap();
            let to = dir.path().join(format!("r{taken}"));
            assert_eq!(restore(&file, &to).unwrap().n, done.n);
            taken += 1;
        }
    });
}

#[test]
fn a_folder_that_holds_anything_is_refused() {
    let (dir, services, file) = backed_up("b.tar");
    let refused = restore(&file, services.dir()).unwrap_err();
    assert!(matches!(refused, BackupError::Occupied { .. }), "{refused}");
    let other = dir.path().join("photos");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("a.jpg"), "x").unwrap();
    assert!(matches!(restore(&file, &other), Err(BackupError::Occupied { .. })));
    // Settings may lie ready; they are kept.
    let ready = dir.path().join("ready");
    fs::create_dir(&ready).unwrap();
    fs::write(ready.join(SETTINGS), "workers = 3").unwrap();
    restore(&file, &ready).unwrap();
    assert_eq!(fs::read_to_string(ready.join(SETTINGS)).unwrap(), "workers = 3");
}

/// Restores the damaged bytes; they must be refused and leave nothing.
fn refused(dir: &Path, bytes: &[u8]) -> String {
    let (file, to) = (dir.join("bad.tar"), dir.join("bad"));
    fs::write(&file, bytes).unwrap();
    let error = restore(&file, &to).unwrap_err();
    assert_eq!(fs::read_dir(&to).unwrap().count(), 0, "{error}");
    error.to_string()
}

#[test]
fn a_changed_byte_anywhere_in_the_files_is_found() {
    let (dir, services, file) = backed_up("b.tar");
    fs::write(services.dir().join(SETTINGS), "workers = 2").unwrap();
    fs::remove_file(&file).unwrap();
    services.backup(&file, &mut quiet).unwrap();
    let bytes = fs::read(&file).unwrap();
    let find = |part: &[u8]| bytes.windows(part.len()).position(|w| w == part).unwrap();
    let mut bad = bytes.clone();
    bad[find(b"workers = 2") + 10] = b'3';
    assert!(refused(dir.path(), &bad).contains("not what the manifest says"));
    for at in [find(b"\"user.add\""), find(&[7; 100]) + 200_000, find(b"quangba-backup/1")] {
        let mut bad = bytes.clone();
        bad[at + 2] ^= 1;
        refused(dir.path(), &bad);
    }
    let packed = dir.path().join("p.tar.zst");
    services.backup(&packed, &mut quiet).unwrap();
    let mut bad = fs::read(&packed).unwrap();
    let middle = bad.len() / 2;
    bad[middle] ^= 1;
    refused(dir.path(), &bad);
}

#[test]
fn a_backup_that_broke_off_is_refused() {
    let (dir, _services, file) = backed_up("b.tar");
    let bytes = fs::read(&file).unwrap();
    for part in [0, 1_000, bytes.len() / 2, bytes.len() - 6_000] {
        refused(dir.path(), &bytes[..part]);
    }
    assert!(refused(dir.path(), b"no tar at all").contains("not a whole backup"));
}

fn tar_of(entries: &[(&str, &[u8], tar::EntryType)]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, bytes, kind) in entries {
        let mut header = header(count(bytes.len()));
        header.set_entry_type(*kind);
        // Straight into the header: the builder itself refuses odd names.
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        tar.append(&header, *bytes).unwrap();
    }
    tar.into_inner().unwrap()
}

#[test]
fn entries_with_odd_names_or_kinds_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let file = tar::EntryType::Regular;
    let zeros = "0".repeat(64);
    let odd = [
        "../escaped",
        "/etc/passwd",
        "journal/../../escaped",
        "journal/1.ndjson",
        "store/db",
        "media/x",
        &format!("media/00/11/{zeros}"),
        &format!("media/00/00/../00/{zeros}"),
    ];
    for name in odd {
        let told = refused(dir.path(), &tar_of(&[(name, b"x", file)]));
        assert!(told.contains("has no place"), "{name}: {told}");
    }
    let link = tar_of(&[(SETTINGS, b"", tar::EntryType::Symlink)]);
    assert!(refused(dir.path(), &link).contains("is no plain file"));
    let twice = tar_of(&[(SETTINGS, b"", file), (SETTINGS, b"", file)]);
    assert!(refused(dir.path(), &twice).contains("is there twice"));
    let wrong = tar_of(&[(&format!("media/00/00/{zeros}"), b"x", file)]);
    assert!(refused(dir.path(), &wrong).contains("its SHA-256 is another"));
    assert!(!dir.path().join("escaped").exists());
}

#[test]
fn a_backup_is_not_written_over() {
    let (_dir, services, file) = backed_up("b.tar");
    let bytes = fs::read(&file).unwrap();
    let again = services.backup(&file, &mut quiet);
    assert!(matches!(again, Err(BackupError::Io { .. })));
    assert_eq!(fs::read(&file).unwrap(), bytes);
}

#[test]
fn calling_off_leaves_no_file() {
    let (dir, services, _file) = backed_up("b.tar");
    let file = dir.path().join("off.tar");
    let mut stop = |what: &str, _done: u64, _total: Option<u64>| {
        if what == "backup" { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    assert!(matches!(services.backup(&file, &mut stop), Err(BackupError::CalledOff)));
    assert!(!file.exists());
    let left = fs::read_dir(dir.path()).unwrap().count();
    assert_eq!(left, 2, "data and b.tar");
}

#[test]
fn a_damaged_file_is_not_taken_into_a_backup() {
    let (dir, services, _file) = backed_up("b.tar");
    let digest = add_file(&services, b"original bytes");
    fs::write(services.dir().join(media_path(&digest)), "other bytes").unwrap();
    let refused = services.backup(&dir.path().join("c.tar"), &mut quiet).unwrap_err();
    assert!(matches!(refused, BackupError::Media(MediaError::Damaged { .. })), "{refused}");
}
