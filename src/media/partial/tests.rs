use super::*;

fn now() -> Timestamp {
    "2026-11-20T03:04:05Z".parse().unwrap()
}

fn begun() -> (tempfile::TempDir, Partials, UploadId) {
    let dir = tempfile::tempdir().unwrap();
    let partials = Partials::open(dir.path()).unwrap();
    let id = UploadId::mint([7; 16]);
    partials.note(&id, b"noted", now()).unwrap();
    (dir, partials, id)
}

fn lengths(dir: &tempfile::TempDir) -> Vec<u64> {
    let found = Partials::open(dir.path()).unwrap().list().unwrap();
    found.into_iter().map(|left| left.bytes).collect()
}

fn wrong() -> Option<Checksum> {
    Some(Checksum::Sha1(vec![0; 20]))
}

#[test]
fn pieces_are_found_again_with_their_time() {
    let (dir, partials, id) = begun();
    assert_eq!(lengths(&dir), [0]);
    for (from, piece) in [(0, b"abc"), (3, b"def")] {
        let mut appending = partials.append(&id, from, None).unwrap();
        appending.write(piece).unwrap();
        assert_eq!(appending.keep(now()).unwrap(), Some(from + 3));
    }
    let left = partials.list().unwrap();
    let wanted = Left { id: id.clone(), note: b"noted".to_vec(), bytes: 6, changed: now() };
    assert_eq!(left, [wanted]);

    let blobs = Blobs::open(dir.path()).unwrap();
    let whole = partials.whole(&id, &blobs, 6).unwrap();
    let digest = whole.digest();
    // Twice, as after an end that failed on its way.
    whole.finish().unwrap();
    partials.whole(&id, &blobs, 6).unwrap().finish().unwrap();
    assert_eq!(blobs.verify(&digest).unwrap(), 6);
    assert_eq!(fs::read_dir(dir.path().join("media/incoming")).unwrap().count(), 0);
    assert!(matches!(partials.whole(&id, &blobs, 5), Err(MediaError::TooLarge { limit: 5 })));
    partials.forget(&id).unwrap();
    assert!(partials.list().unwrap().is_empty());
    assert_eq!(blobs.verify(&digest).unwrap(), 6, "the file has its own name");
}

#[test]
fn a_piece_with_a_checksum_counts_only_once_it_was_seen() {
    let (dir, partials, id) = begun();
    let sha256 = Sha256::digest(b"abc").to_vec();
    let mut appending = partials.append(&id, 0, Some(Checksum::Sha256(sha256))).unwrap();
    appending.write(b"abc").unwrap();
    assert_eq!(appending.keep(now()).unwrap(), Some(3));
    let mut appending = partials.append(&id, 3, wrong()).unwrap();
    appending.write(b"def").unwrap();
    assert_eq!(appending.keep(now()).unwrap(), None);
    let mut broken = partials.append(&id, 3, wrong()).unwrap();
    broken.write(b"d").unwrap();
    assert_eq!(broken.keep_broken(now()).unwrap(), 3);
    // The program ends in the middle of one.
    let mut killed = partials.append(&id, 3, wrong()).unwrap();
    killed.write(b"de").unwrap();
    drop(killed);
    assert_eq!(lengths(&dir), [3]);
}

#[test]
fn a_mark_that_was_left_takes_nothing_from_later_pieces() {
    let (dir, partials, id) = begun();
    drop(partials.append(&id, 0, wrong()).unwrap());
    let mut appending = partials.append(&id, 0, None).unwrap();
    appending.write(b"abc").unwrap();
    appending.keep(now()).unwrap();
    assert_eq!(lengths(&dir), [3]);
}

#[test]
fn what_came_of_a_broken_piece_is_kept_and_of_a_refused_one_nothing() {
    let (dir, partials, id) = begun();
    let mut broken = partials.append(&id, 0, None).unwrap();
    broken.write(b"ab").unwrap();
    assert_eq!(broken.keep_broken(now()).unwrap(), 2);
    let mut refused = partials.append(&id, 2, None).unwrap();
    refused.write(b"cd").unwrap();
    assert_eq!(refused.drop_all().unwrap(), 2);
    // One whose end nobody wrote is gone over.
    let mut lost = partials.append(&id, 2, None).unwrap();
    lost.write(b"xyz").unwrap();
    drop(lost);
    let mut next = partials.append(&id, 2, None).unwrap();
    next.write(b"c").unwrap();
    assert_eq!(next.keep(now()).unwrap(), Some(3));
    assert_eq!(lengths(&dir), [3]);
    assert_eq!(fs::read(partials.path(&id, BYTES)).unwrap(), b"abc");
}

#[test]
fn what_nobody_noted_is_swept_and_foreign_files_stay() {
    let (dir, partials, id) = begun();
    let other = UploadId::mint([8; 16]);
    fs::write(partials.path(&other, BYTES), b"x").unwrap();
    fs::write(partials.path(&id, "tmp"), b"x").unwrap();
    fs::write(dir.path().join("uploads/README.txt"), b"x").unwrap();
    assert_eq!(lengths(&dir), [0]);
    assert_eq!(fs::read_dir(dir.path().join("uploads")).unwrap().count(), 2);
}
