//! The store as its users see it: what it promises.

mod damage;
mod disk;
mod purge;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use tempfile::TempDir;

use super::*;

fn at() -> Timestamp {
    "2026-10-02T03:04:05Z".parse().unwrap()
}

fn intent(rows: Vec<Row>) -> Intent {
    Intent {
        at: at(),
        actor: "bien-tap".to_owned(),
        action: "record.save".to_owned(),
        from: None,
        record: Some("urn:uuid:1".to_owned()),
        expects: Vec::new(),
        rows,
    }
}

/// A record under `key`, and its change in the feed.
fn save(key: &str, text: &str) -> Intent {
    intent(vec![
        Row::put(Tree::Records, key, &text).unwrap(),
        Row { tree: Tree::Feed, key: Key::AtN, ..Row::put(Tree::Feed, key, &key).unwrap() },
        Row::number(Tree::LocalIds, key),
    ])
}

fn open(dir: &Path) -> Store {
    Store::open(dir, &Options::default()).unwrap()
}

/// A folder in which `count` records were saved, one by one.
fn folder(count: usize) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    for n in 1..=count {
        store.write(save(&format!("r{n}"), &format!("Hồ Ba Bể {n}"))).unwrap();
    }
    dir
}

fn all(store: &Store) -> BTreeMap<(Tree, Vec<u8>), Vec<u8>> {
    let mut rows = BTreeMap::new();
    for tree in Tree::ALL.iter().filter(|tree| tree.journaled()) {
        for row in store.after(*tree, None).unwrap() {
            let (key, value) = row.unwrap();
            rows.insert((*tree, key), value);
        }
    }
    rows
}

fn segments(dir: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> =
        fs::read_dir(dir.join("journal")).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files
}

fn journal(dir: &Path) -> PathBuf {
    segments(dir).pop().unwrap()
}

/// Changes line `line` (from 1) of the newest segment.
fn change_line(dir: &Path, line: usize, change: impl Fn(&str) -> String) {
    let path = journal(dir);
    let text = fs::read_to_string(&path).unwrap();
    let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
    lines[line - 1] = change(&lines[line - 1]);
    fs::write(&path, lines.join("\n") + "\n").unwrap();
}

/// What is on the disk at this moment, as a kill would leave it: the fast copy is copied first.
fn image(dir: &Path) -> TempDir {
    let to = tempfile::tempdir().unwrap();
    for part in ["store", "store/blobs", "journal"] {
        fs::create_dir_all(to.path().join(part)).unwrap();
        for file in fs::read_dir(dir.join(part)).unwrap() {
            let file = file.unwrap();
            if file.file_type().unwrap().is_file() {
                let to = to.path().join(part).join(file.file_name());
                fs::copy(file.path(), to).unwrap();
            }
        }
    }
    to
}

#[test]
fn what_was_written_is_read_and_stays() {
    let dir = folder(3);
    let store = open(dir.path());
    let text: Option<String> = store.read(Tree::Records, &"r2".into()).unwrap();
    assert_eq!(text.as_deref(), Some("Hồ Ba Bể 2"));
    assert_eq!(store.get(Tree::LocalIds, &"r2".into()).unwrap().unwrap(), b"2");
    assert_eq!(store.get(Tree::Feed, &Key::N(3)).unwrap().unwrap(), b"\"r3\"");
    assert_eq!(store.head().n, 3);
    assert_eq!(store.notices(), [""; 0]);

    store.write(intent(vec![Row::delete(Tree::Records, "r2")])).unwrap();
    assert_eq!(store.get(Tree::Records, &"r2".into()).unwrap(), None);
    assert_eq!(store.verify(&mut |_| {}).unwrap(), []);
    assert_eq!(store.entries(2, 9).unwrap().iter().map(|e| e.n).collect::<Vec<_>>(), [3, 4]);
}

#[test]
fn the_line_has_its_form_for_good() {
    let dir = folder(1);
    let store = open(dir.path());
    store.write(intent(vec![Row::delete(Tree::Feed, 1)])).unwrap();
    let text = fs::read_to_string(journal(dir.path())).unwrap();
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let names: Vec<_> = lines[0].as_object().unwrap().keys().collect();
    assert_eq!(
        names,
        ["v", "n", "at", "actor", "action", "record", "payload_hash", "prev", "salt", "payload"]
    );
    assert_eq!(lines[0]["at"], "2026-10-02T03:04:05Z");
    assert_eq!(lines[0]["prev"], "0".repeat(64));
    assert_eq!(
        lines[0]["payload"]["rows"],
        serde_json::json!([
            ["records", "r1", "Hồ Ba Bể 1"],
            ["feed", 1, "r1"],
            ["local-ids", "r1", 1]
        ])
    );
    assert_eq!(lines[1]["payload"]["rows"], serde_json::json!([["feed", 1]]));
    // The hashes again, by what the format says and not by what the program does.
    let header = text.split(",\"salt\":").next().unwrap().to_owned() + "}";
    let sha = |bytes: &[u8]| {
        use sha2::Digest;
        sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    assert_eq!(lines[1]["prev"], sha(header.as_bytes()));
    let salt = lines[0]["salt"].as_str().unwrap();
    let salt = u128::from_str_radix(salt, 16).unwrap();
    let mut salted = salt.to_be_bytes().to_vec();
    salted.extend(lines[0]["payload"].to_string().bytes());
    assert_eq!(lines[0]["payload_hash"], sha(&salted));
    assert_eq!(store.head().hash.to_string(), {
        let last = text.lines().last().unwrap();
        sha((last.split(",\"salt\":").next().unwrap().to_owned() + "}").as_bytes())
    });
}

#[test]
fn line_ends_inside_json_do_not_break_the_line() {
    let dir = tempfile::tempdir().unwrap();
    let json = serde_json::value::RawValue::from_string("{\"a\":\n 1.10}".to_owned()).unwrap();
    let store = open(dir.path());
    let row = Row { tree: Tree::Meta, key: "k".into(), value: Value::Json(json) };
    store.write(intent(vec![row])).unwrap();
    assert_eq!(store.get(Tree::Meta, &"k".into()).unwrap().unwrap(), b"{\"a\":  1.10}");
    assert_eq!(store.verify(&mut |_| {}).unwrap(), []);
}

#[test]
fn rows_come_in_order_and_within_bounds() {
    let dir = folder(5);
    let store = open(dir.path());
    let keys = |rows: Rows| rows.map(|row| Key::number(&row.unwrap().0).unwrap());
    let (two, four) = (Key::N(2), Key::N(4));
    let range = |from, to| store.range(Tree::Feed, from, to).unwrap();
    let within: Vec<_> = keys(range(Bound::Excluded(&two), Bound::Included(&four))).collect();
    assert_eq!(within, [3, 4]);
    assert_eq!(range(Bound::Excluded(&two), Bound::Excluded(&two)).count(), 0);
    assert_eq!(range(Bound::Included(&four), Bound::Included(&two)).count(), 0);
    let newest = range(Bound::Unbounded, Bound::Unbounded).next_back().unwrap().unwrap();
    assert_eq!(Some(newest), store.last(Tree::Feed).unwrap());
    assert_eq!(store.scan_prefix(Tree::Records, "r").unwrap().count(), 5);
    assert_eq!(store.scan_prefix(Tree::Records, "r3").unwrap().count(), 1);
}

#[test]
fn each_tree_has_its_door() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let key = "s".into();
    store.put_local(Tree::Sessions, &key, b"x").unwrap();
    assert_eq!(store.get(Tree::Sessions, &key).unwrap().unwrap(), b"x");
    store.delete_local(Tree::Sessions, &key).unwrap();
    assert_eq!(store.get(Tree::Sessions, &key).unwrap(), None);
    let refused = store.put_local(Tree::Records, &key, b"x");
    assert!(matches!(refused, Err(StoreError::Door("records"))));
    let refused = store.write(intent(vec![Row::number(Tree::Jobs, "j")]));
    assert!(matches!(refused, Err(StoreError::Door("jobs"))));
    assert!(matches!(store.get(Tree::Feed, &Key::AtN), Err(StoreError::Key("feed"))));
    let huge = intent(vec![Row::put(Tree::Meta, "k", &"x".repeat(MAX_LINE)).unwrap()]);
    assert!(matches!(store.write(huge), Err(StoreError::TooLarge(_))));
    assert_eq!(store.head().n, 0);
}

#[test]
fn of_two_that_expect_the_same_one_comes_through() {
    let dir = folder(1);
    let store = open(dir.path());
    let read = store.get(Tree::Records, &"r1".into()).unwrap();
    let expecting = |value: Option<Vec<u8>>, text: &str| Intent {
        expects: vec![Expect::read(Tree::Records, "r1", value)],
        ..save("r1", text)
    };
    // All in one batch: the second sees what the first left pending, the third expects just that.
    let answers = store.write_all(vec![
        expecting(read.clone(), "first"),
        expecting(read, "second"),
        expecting(Some(b"\"first\"".to_vec()), "third"),
        Intent { expects: vec![Expect::absent(Tree::Records, "r1")], ..save("r1", "fourth") },
        Intent { expects: vec![Expect::absent(Tree::Records, "new")], ..save("new", "fifth") },
    ]);
    assert!(matches!(answers[0], Ok(2)));
    assert!(
        matches!(&answers[1], Err(StoreError::Conflict { tree: "records", key }) if key == "r1")
    );
    assert!(matches!(answers[2], Ok(3)));
    assert!(matches!(answers[3], Err(StoreError::Conflict { .. })));
    assert!(matches!(answers[4], Ok(4)));
    let text: Option<String> = store.read(Tree::Records, &"r1".into()).unwrap();
    assert_eq!(text.as_deref(), Some("third"));
}

#[test]
fn a_follower_misses_nothing_while_eight_write() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let total = 8 * 40;
    std::thread::scope(|scope| {
        let follower = scope.spawn(|| {
            let (mut seen, mut last) = (Vec::new(), 0);
            while seen.len() < total {
                assert!(last < store.wait_after(last, Duration::from_secs(20)), "no line came");
                let rows = store.after(Tree::Feed, Some(&Key::N(last))).unwrap();
                seen.extend(rows.map(|row| Key::number(&row.unwrap().0).unwrap()));
                last = seen.last().copied().unwrap_or_default();
            }
            seen
        });
        for writer in 0..8 {
            let store = &store;
            scope.spawn(move || {
                let save = |n| store.write(save(&format!("w{writer}-{n}"), "x")).unwrap();
                let numbers: Vec<u64> = (0..40).map(save).collect();
                assert!(numbers.is_sorted_by(|a, b| a < b));
            });
        }
        assert!(follower.join().unwrap().into_iter().eq(1..=320));
    });
    assert_eq!(store.verify(&mut |_| {}).unwrap(), []);
}

#[test]
fn closing_lets_waiters_go_and_refuses_writes() {
    let dir = folder(1);
    let store = open(dir.path());
    std::thread::scope(|scope| {
        let waiter = scope.spawn(|| store.wait_after(1, Duration::from_secs(60)));
        store.close().unwrap();
        assert_eq!(waiter.join().unwrap(), 1);
    });
    assert!(matches!(store.write(save("r2", "x")), Err(StoreError::Closed)));
    assert!(store.get(Tree::Records, &"r1".into()).unwrap().is_some());
}

#[test]
fn a_folder_is_open_once() {
    let dir = folder(1);
    let store = open(dir.path());
    let second = Store::open(dir.path(), &Options::default());
    assert!(matches!(second, Err(StoreError::Locked(_))));
    drop(store);
    open(dir.path());
}

#[test]
fn segments_rotate_and_the_chain_goes_through() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { segment_bytes: 2_000, ..Options::default() };
    let store = Store::open(dir.path(), &options).unwrap();
    for n in 0..20 {
        store.write(save(&format!("r{n}"), "x")).unwrap();
    }
    let files = segments(dir.path());
    assert!(3 < files.len(), "{files:?}");
    assert!(files.iter().all(|file| fs::metadata(file).unwrap().len() <= 2_000));
    for file in &files {
        let text = fs::read_to_string(file).unwrap();
        let line: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
        assert!(file.ends_with(format!("{:020}.ndjson", line["n"].as_u64().unwrap())));
    }
    let rows = all(&store);
    drop(store);
    assert_eq!(verify(dir.path(), &mut |_| {}).unwrap(), []);
    fs::remove_dir_all(dir.path().join("store")).unwrap();
    let store = Store::open(dir.path(), &options).unwrap();
    assert_eq!(all(&store), rows);
    assert_eq!(store.write(save("more", "x")).unwrap(), 21);

    // A segment in the middle goes missing: the chain tells.
    drop(store);
    fs::remove_file(&files[2]).unwrap();
    let problems = verify(dir.path(), &mut |_| {}).unwrap();
    assert_eq!(problems.len(), 1);
    assert_eq!(files[3].file_name().unwrap().to_str(), Some(problems[0].file.as_str()));
}
