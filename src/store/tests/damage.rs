//! Kills, damaged files and foreign folders.

use std::sync::atomic::{AtomicBool, Ordering};

use super::*;

#[test]
fn a_killed_store_has_all_that_was_answered() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let (store, stop) = (&store, &stop);
            scope.spawn(move || {
                let save = |n| store.write(save(&format!("w{writer}-{n}"), "x")).unwrap();
                (0..).map(save).find(|_| stop.load(Ordering::Relaxed))
            });
        }
        for _ in 0..4 {
            std::thread::sleep(Duration::from_millis(40));
            let answered = store.head().n;
            let copy = image(dir.path());
            let again = open(copy.path());
            assert!(answered <= again.head().n);
            assert_eq!(again.read_only(), None);
            let feed = again.after(Tree::Feed, None).unwrap().count();
            assert_eq!(u64::try_from(feed).unwrap(), again.head().n);
            again.write(save("after", "x")).unwrap();
        }
        stop.store(true, Ordering::Relaxed);
    });
}

#[test]
fn what_the_fast_copy_lacks_is_replayed() {
    let dir = folder(3);
    let old = image(dir.path());
    let store = open(dir.path());
    store.write(save("r4", "x")).unwrap();
    store.write(intent(vec![Row::delete(Tree::Records, "r1")])).unwrap();
    let rows = all(&store);
    drop(store);
    fs::copy(journal(dir.path()), journal(old.path())).unwrap();
    let store = open(old.path());
    assert_eq!(all(&store), rows);
    assert_eq!(store.notices(), ["replayed 2 journal lines from 4 to 5"]);
    assert_eq!(store.write(save("r6", "x")).unwrap(), 6);
}

#[test]
fn any_damage_to_the_fast_copy_is_healed_or_found() {
    let dir = folder(60);
    let rows = all(&open(dir.path()));
    let files: Vec<String> = fs::read_dir(dir.path().join("store"))
        .unwrap()
        .map(|file| file.unwrap())
        .filter(|file| file.file_type().unwrap().is_file())
        .map(|file| file.file_name().into_string().unwrap())
        .collect();
    assert!(files.iter().any(|file| file.starts_with("snap.")), "{files:?}");
    let harms: [fn(&Path); 4] = [
        |file| fs::remove_file(file).unwrap(),
        |file| fs::write(file, b"").unwrap(),
        |file| {
            let bytes = fs::read(file).unwrap();
            fs::write(file, &bytes[..bytes.len() / 2]).unwrap();
        },
        |file| {
            let mut bytes = fs::read(file).unwrap();
            let middle = bytes.len() / 3;
            bytes.iter_mut().skip(middle).take(16).for_each(|byte| *byte ^= 0x5a);
            fs::write(file, &bytes).unwrap();
        },
    ];
    for file in &files {
        for (harm, damage) in harms.iter().enumerate() {
            let copy = image(dir.path());
            damage(&copy.path().join("store").join(file));
            let store = open(copy.path());
            // sled does not notice everything itself.
            let found = store.compare(&mut |_| {}).unwrap();
            let healed = all(&store) == rows;
            assert_eq!(healed, found.is_empty(), "{file}, harm {harm}: {:?}", store.notices());
            assert_eq!(store.read_only(), None);
            assert_eq!(store.write(save("after", "x")).unwrap(), 61);
            drop(store);
            rebuild(copy.path(), &Options::default(), &mut |_| {}).unwrap();
            let store = open(copy.path());
            assert!({
                let now = all(&store);
                rows.iter().all(|row| now.get(row.0) == Some(row.1))
            });
        }
    }
}

#[test]
fn what_differs_from_the_journal_is_found() {
    let dir = folder(4);
    let engine = engine::Engine::open(&dir.path().join("store"), &Options::default()).unwrap();
    engine.remove(Tree::Records, b"r2").unwrap();
    engine.put(Tree::Records, b"r3", b"\"other\"").unwrap();
    engine.put(Tree::Feed, &9_u64.to_be_bytes(), b"9").unwrap();
    drop(engine);
    let store = open(dir.path());
    store.write(intent(vec![Row::delete(Tree::Records, "r4")])).unwrap();
    let found = store.compare(&mut |_| {}).unwrap();
    let found: Vec<_> = found.iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "`records` under `r2`: the row is missing",
            "`records` under `r3`: the value is another",
            "`feed` under `9`: the journal has no such row",
        ]
    );
    drop(store);
    rebuild(dir.path(), &Options::default(), &mut |_| {}).unwrap();
    assert_eq!(open(dir.path()).compare(&mut |_| {}).unwrap(), []);
}

#[test]
fn a_store_that_will_not_open_is_set_aside() {
    let dir = folder(3);
    let rows = all(&open(dir.path()));
    fs::write(dir.path().join("store/conf"), b"this is no configuration").unwrap();
    let store = open(dir.path());
    assert_eq!(all(&store), rows);
    assert!(dir.path().join("store.damaged-1/conf").exists());
    let told = |text: &str| store.notices().iter().any(|notice| notice.contains(text));
    assert!(told("store.damaged-1, it is made anew from the journal"), "{:?}", store.notices());
    assert_eq!(store.notices().last().unwrap(), "replayed 3 journal lines from 1 to 3");
}

#[test]
fn a_torn_line_is_cut_off() {
    for keep in [1, 40, 300] {
        let dir = folder(3);
        let whole = fs::read(journal(dir.path())).unwrap();
        let old = image(dir.path());
        let store = open(dir.path());
        store.write(save("r4", "x")).unwrap();
        drop(store);
        let longer = fs::read(journal(dir.path())).unwrap();
        fs::write(journal(old.path()), &longer[..whole.len() + keep]).unwrap();
        let store = open(old.path());
        assert_eq!(fs::read(journal(old.path())).unwrap(), whole);
        let notice = format!("cut {keep} bytes of an unfinished write off ");
        assert!(store.notices()[0].starts_with(&notice), "{:?}", store.notices());
        assert!(store.notices()[0].ends_with("from line 4 on"), "{:?}", store.notices());
        assert_eq!(store.write(save("again", "x")).unwrap(), 4);
        assert_eq!(store.verify(&mut |_| {}).unwrap(), []);
    }
}

#[test]
fn a_damaged_last_line_that_was_applied_is_not_taken_for_torn() {
    let dir = folder(3);
    let path = journal(dir.path());
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() - 9]).unwrap();
    let store = open(dir.path());
    assert!(store.read_only().unwrap().contains("line 3"), "{:?}", store.read_only());
    assert_eq!(fs::read(&path).unwrap().len(), bytes.len() - 9);
    assert!(store.get(Tree::Records, &"r3".into()).unwrap().is_some());
}

#[test]
fn a_damaged_line_is_named_and_what_follows_is_kept() {
    let harms: [fn(&str) -> String; 3] = [
        |line| line.replace("Hồ Ba Bể 3", "Hồ Ba Bể 8"),
        |line| line.chars().take(100).collect(),
        |line| line.replace("bien-tap", "ke-khac"),
    ];
    for (harm, change) in harms.into_iter().enumerate() {
        let dir = folder(5);
        change_line(dir.path(), 3, change);
        let name = format!("{:020}.ndjson", 1);
        // A changed header shows in the line that no longer follows it.
        let line = if harm == 2 { 4 } else { 3 };
        let problems = verify(dir.path(), &mut |_| {}).unwrap();
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert_eq!((&problems[0].file, problems[0].line), (&name, line));

        let store = open(dir.path());
        assert!(store.read_only().unwrap().contains(&format!("{name}, line {line}")));
        assert_eq!(store.notices().len(), 1, "{:?}", store.notices());
        assert!(matches!(store.write(save("r6", "x")), Err(StoreError::ReadOnly(_))));
        drop(store);

        let rebuilt = rebuild(dir.path(), &Options::default(), &mut |_| {}).unwrap();
        assert_eq!((rebuilt.n, &rebuilt.problems), (5, &problems));
        assert!(rebuilt.kept.unwrap().exists());
        let store = open(dir.path());
        let kept = store.get(Tree::Records, &"r5".into()).unwrap();
        assert_eq!(kept.unwrap(), "\"Hồ Ba Bể 5\"".as_bytes());
        assert_eq!(store.get(Tree::Records, &"r3".into()).unwrap().is_some(), harm == 2);
        assert!(store.read_only().is_some());
    }
}

#[test]
fn damage_far_before_the_tail_is_remembered() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { segment_bytes: 10_000, ..Options::default() };
    let store = Store::open(dir.path(), &options).unwrap();
    for n in 0..40 {
        store.write(save(&format!("r{n}"), "x")).unwrap();
    }
    drop(store);
    let first = segments(dir.path()).remove(0);
    let text = fs::read_to_string(&first).unwrap().replacen("record.save", "record.zap!", 1);
    fs::write(&first, text).unwrap();
    assert_eq!(Store::open(dir.path(), &options).unwrap().read_only(), None);
    let rebuilt = rebuild(dir.path(), &options, &mut |_| {}).unwrap();
    assert_eq!(rebuilt.problems.len(), 1);
    for _ in 0..2 {
        let store = Store::open(dir.path(), &options).unwrap();
        assert!(store.read_only().unwrap().contains("line 2"), "{:?}", store.read_only());
    }
}

#[test]
fn a_lock_that_is_let_go_a_moment_later_is_waited_for() {
    let dir = folder(1);
    let held = File::open(dir.path().join("store/db")).unwrap();
    held.lock().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            std::thread::sleep(Duration::from_millis(60));
            drop(held);
        });
        assert_eq!(open(dir.path()).head().n, 1);
    });
}

#[test]
fn a_clean_rebuild_gives_the_same_rows_and_keeps_nothing() {
    let dir = folder(4);
    let rows = all(&open(dir.path()));
    let rebuilt = rebuild(dir.path(), &Options::default(), &mut |_| {}).unwrap();
    assert_eq!((rebuilt.n, rebuilt.problems.len(), rebuilt.kept), (4, 0, None));
    assert_eq!(all(&open(dir.path())), rows);
    let store = open(dir.path());
    let busy = rebuild(dir.path(), &Options::default(), &mut |_| {});
    assert!(matches!(busy, Err(StoreError::Locked(_))));
    drop(store);
}

#[test]
fn a_purged_line_verifies() {
    let dir = folder(4);
    change_line(dir.path(), 2, |line| {
        let header = line.split(",\"salt\":").next().unwrap();
        format!("{header},\"salt\":null,\"payload\":null}}")
    });
    assert_eq!(verify(dir.path(), &mut |_| {}).unwrap(), []);
    rebuild(dir.path(), &Options::default(), &mut |_| {}).unwrap();
    let store = open(dir.path());
    assert_eq!((store.read_only(), store.head().n), (None, 4));
    assert_eq!(store.get(Tree::Records, &"r2".into()).unwrap(), None);
    let purged: Vec<_> = store.entries(0, 9).unwrap().iter().map(|e| e.purged).collect();
    assert_eq!(purged, [false, true, false, false]);

    // Salt without payload is no purge.
    drop(store);
    change_line(dir.path(), 3, |line| line.replace(",\"payload\":{", ",\"payload\":null,\"x\":{"));
    assert_eq!(verify(dir.path(), &mut |_| {}).unwrap()[0].line, 3);
}

#[test]
fn another_journal_is_refused() {
    // Fewer lines, as many, more.
    for count in [2, 3, 5] {
        let (dir, other) = (folder(3), folder(count));
        fs::copy(journal(other.path()), journal(dir.path())).unwrap();
        let refused = Store::open(dir.path(), &Options::default());
        assert!(matches!(refused, Err(StoreError::Foreign { applied: 3, .. })), "{count}");
    }
    let dir = folder(3);
    fs::remove_dir_all(dir.path().join("journal")).unwrap();
    let refused = Store::open(dir.path(), &Options::default());
    assert!(matches!(refused, Err(StoreError::Foreign { .. })));
}

#[test]
fn a_newer_program_is_respected() {
    let dir = folder(2);
    let engine = engine::Engine::open(&dir.path().join("store"), &Options::default()).unwrap();
    engine.set_layout(migrate::LAYOUT + 1).unwrap();
    drop(engine);
    let refused = Store::open(dir.path(), &Options::default());
    assert!(matches!(refused, Err(StoreError::Layout(2))));

    let dir = folder(2);
    change_line(dir.path(), 2, |line| line.replace("{\"v\":2,", "{\"v\":3,\"new\":true,"));
    let bytes = fs::read(journal(dir.path())).unwrap();
    let refused = Store::open(dir.path(), &Options::default());
    assert!(matches!(refused, Err(StoreError::Version(3))));
    assert_eq!(fs::read(journal(dir.path())).unwrap(), bytes);
}

#[test]
fn a_line_of_the_first_version_is_read() {
    let dir = folder(2);
    // Nothing follows the last line, so its header may be another without breaking the chain.
    change_line(dir.path(), 2, |line| line.replace("{\"v\":2,", "{\"v\":1,"));
    fs::remove_dir_all(dir.path().join("store")).unwrap();
    let store = Store::open(dir.path(), &Options::default()).unwrap();
    assert_eq!(store.read_only(), None);
    let last = store.past(2).unwrap().unwrap();
    assert_eq!((last.entry.n, last.entry.from), (2, None));
}
