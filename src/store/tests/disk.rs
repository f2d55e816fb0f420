//! A disk that is full, loses a flush, or worse.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

use super::*;

/// A disk that fails when told to.
#[derive(Debug, Default)]
struct BadDisk {
    full: AtomicBool,
    no_room: AtomicBool,
    no_sync: AtomicBool,
}

impl Disk for BadDisk {
    fn append(&self, file: &File, bytes: &[u8]) -> io::Result<()> {
        if self.full.load(Ordering::Relaxed) {
            RealDisk.append(file, &bytes[..bytes.len() / 2])?;
            return Err(io::Error::from(io::ErrorKind::StorageFull));
        }
        RealDisk.append(file, bytes)
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        if self.no_sync.load(Ordering::Relaxed) {
            return Err(io::Error::other("no flush"));
        }
        RealDisk.sync(file)
    }

    fn truncate(&self, file: &File, len: u64) -> io::Result<()> {
        RealDisk.truncate(file, len)
    }

    fn free(&self, file: &File) -> io::Result<u64> {
        if self.no_room.load(Ordering::Relaxed) { Ok(1) } else { RealDisk.free(file) }
    }
}

fn on_bad_disk(dir: &Path) -> (Arc<BadDisk>, Store) {
    let disk = Arc::new(BadDisk::default());
    let options = Options { disk: Arc::<BadDisk>::clone(&disk), ..Options::default() };
    (disk, Store::open(dir, &options).unwrap())
}

#[test]
fn a_full_disk_refuses_and_recovers() {
    let dir = folder(2);
    let (disk, store) = on_bad_disk(dir.path());
    for (n, switch) in [(3, &disk.full), (4, &disk.no_room)] {
        switch.store(true, Ordering::Relaxed);
        let before = fs::read(journal(dir.path())).unwrap();
        let absent = || Expect::absent(Tree::Records, "new");
        let twice = store.write_all(vec![
            Intent { expects: vec![absent()], ..save("new", "x") },
            Intent { expects: vec![absent()], ..save("new", "x") },
        ]);
        // The second conflicts with nothing, for the first was not made.
        assert!(twice.iter().all(|answer| matches!(answer, Err(StoreError::Full))), "{twice:?}");
        assert_eq!(fs::read(journal(dir.path())).unwrap(), before);
        assert_eq!(store.read_only(), None);
        switch.store(false, Ordering::Relaxed);
        assert_eq!(store.write(save(&format!("r{n}"), "x")).unwrap(), n);
    }
    assert_eq!(store.get(Tree::Records, &"new".into()).unwrap(), None);
    drop(store);
    let store = open(dir.path());
    assert_eq!((store.notices().len(), store.head().n), (0, 4));
    assert_eq!(store.verify(&mut |_| {}).unwrap(), []);
}

#[test]
fn a_failed_flush_ends_writing_until_a_restart() {
    let dir = folder(2);
    let (disk, store) = on_bad_disk(dir.path());
    disk.no_sync.store(true, Ordering::Relaxed);
    assert!(matches!(store.write(save("r3", "x")), Err(StoreError::ReadOnly(_))));
    disk.no_sync.store(false, Ordering::Relaxed);
    assert!(matches!(store.write(save("r3", "x")), Err(StoreError::ReadOnly(_))));
    assert!(store.read_only().unwrap().contains("no flush"));
    assert_eq!(store.head().n, 2);
    assert!(store.get(Tree::Records, &"r2".into()).unwrap().is_some());
    drop(store);
    assert_eq!(open(dir.path()).write(save("r3", "x")).unwrap(), 3);
}

#[test]
fn nobody_hangs_when_the_writer_panics() {
    #[derive(Debug)]
    struct Panics;
    impl Disk for Panics {
        fn append(&self, _: &File, _: &[u8]) -> io::Result<()> {
            panic!("on purpose")
        }
        fn sync(&self, _: &File) -> io::Result<()> {
            Ok(())
        }
        fn truncate(&self, _: &File, _: u64) -> io::Result<()> {
            Ok(())
        }
        fn free(&self, _: &File) -> io::Result<u64> {
            Ok(u64::MAX)
        }
    }
    let dir = tempfile::tempdir().unwrap();
    let options = Options { disk: Arc::new(Panics), ..Options::default() };
    let store = Store::open(dir.path(), &options).unwrap();
    for _ in 0..2 {
        assert!(matches!(store.write(save("r1", "x")), Err(StoreError::ReadOnly(_))));
    }
}
