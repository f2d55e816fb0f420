//! Taking bytes out of the primary copy.

use std::fs;

use super::*;

fn write(store: &Store, record: &str, action: &str, text: &str) -> u64 {
    let rows = vec![Row::put(Tree::Records, format!("{record}{text}"), &text).unwrap()];
    let intent = intent(rows);
    store
        .write(Intent { action: action.to_owned(), record: Some(record.to_owned()), ..intent })
        .unwrap()
}

fn texts(dir: &Path) -> String {
    let mut all = String::new();
    for entry in fs::read_dir(dir.join("journal")).unwrap() {
        all.push_str(&fs::read_to_string(entry.unwrap().path()).unwrap());
    }
    all
}

#[test]
fn emptied_lines_keep_their_headers_and_the_chain() {
    let dir = tempfile::tempdir().unwrap();
    // Small segments: some hold lines of the record, one is open.
    let options = Options { segment_bytes: 900, ..Options::default() };
    let store = Store::open(dir.path(), &options).unwrap();
    for n in 0..6 {
        write(&store, "secret", "record.save", &format!("geheim{n}"));
        write(&store, "other", "record.save", &format!("offen{n}"));
    }
    write(&store, "secret", "record.purge", "kept");
    let before = store.head();
    let emptied = store.empty_lines("secret", "record.purge").unwrap();
    assert_eq!(emptied.lines, 6);
    assert_eq!(store.head(), before);
    let text = texts(dir.path());
    assert!(!text.contains("geheim") && text.contains("offen5") && text.contains("kept"));
    assert_eq!(store.verify(&mut |_| {}).unwrap(), []);
    assert_eq!(store.empty_lines("secret", "record.purge").unwrap().lines, 0, "once is enough");
    // What comes next goes to the same journal.
    let next = write(&store, "other", "record.save", "danach");
    assert_eq!(next, before.n + 1);
    assert!(texts(dir.path()).contains("danach"));
    let past = store.past(1).unwrap().unwrap();
    assert!(past.entry.purged && past.entry.record.as_deref() == Some("secret"));
    drop(store);
    // A copy that is made anew from the journal knows nothing of it.
    rebuild(dir.path(), &options, &mut |_| {}).unwrap();
    let store = Store::open(dir.path(), &options).unwrap();
    assert_eq!(store.get(Tree::Records, &"secretgeheim1".into()).unwrap(), None);
    assert!(store.get(Tree::Records, &"otheroffen1".into()).unwrap().is_some());
    assert!(store.get(Tree::Records, &"secretkept".into()).unwrap().is_some());
}

#[test]
fn a_compacted_copy_has_all_rows_and_no_deleted_bytes() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), &Options::default()).unwrap();
    for n in 0..2_500 {
        write(&store, "r", "record.save", &format!("{n}"));
    }
    store.put_local(Tree::Sessions, &"s".into(), b"1").unwrap();
    store
        .write(intent(vec![Row::put(Tree::Meta, "gone", &"geheimnis".repeat(20)).unwrap()]))
        .unwrap();
    store.write(intent(vec![Row::delete(Tree::Meta, "gone")])).unwrap();
    let old = store.after(Tree::Records, None).unwrap();
    store.compact().unwrap();
    assert_eq!(old.count(), 2_500, "who reads the old one goes on");
    assert_eq!(store.after(Tree::Records, None).unwrap().count(), 2_500);
    assert!(store.get(Tree::Sessions, &"s".into()).unwrap().is_some());
    for entry in fs::read_dir(dir.path().join("store")).unwrap() {
        let path = entry.unwrap().path();
        let bytes = if path.is_file() { fs::read(&path).unwrap() } else { Vec::new() };
        assert!(!bytes.windows(9).any(|window| window == b"geheimnis"), "{}", path.display());
    }
    assert!(!dir.path().join("store.old").exists() && !dir.path().join("store.new").exists());
    let n = write(&store, "r", "record.save", "danach");
    drop(store);
    let store = Store::open(dir.path(), &Options::default()).unwrap();
    assert_eq!(store.head().n, n);
    assert!(store.notices().is_empty(), "{:?}", store.notices());
}

#[test]
fn a_crash_between_the_two_copies_is_made_good() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), &Options::default()).unwrap();
    let n = write(&store, "r", "record.save", "a");
    drop(store);
    // After the first rename, before the second.
    fs::rename(dir.path().join("store"), dir.path().join("store.old")).unwrap();
    fs::create_dir(dir.path().join("store.new")).unwrap();
    let store = Store::open(dir.path(), &Options::default()).unwrap();
    assert_eq!(store.head().n, n);
    assert!(store.get(Tree::Records, &"ra".into()).unwrap().is_some());
    assert!(!dir.path().join("store.old").exists() && !dir.path().join("store.new").exists());
}
