use std::{fs, io::Cursor, path::Path, sync::Arc};

use jiff::Timestamp;
use serde_json::json;

use super::super::{Settings, Setup, operator};
use super::*;
use crate::domain::account::{Actor, Role};

const ALONE: CheckOptions = CheckOptions { repair: false, alone: true };
const MEND: CheckOptions = CheckOptions { repair: true, alone: true };

fn quiet(_what: &str, _done: u64, _total: Option<u64>) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn new_system(dir: &Path) -> Services {
    let settings = Settings { disk_reserve: 0, index_memory: 15_000_000, ..Settings::default() };
    let clock = Arc::new(|| Timestamp::from_second(1_790_000_000).unwrap());
    let worker = Path::new("no-worker");
    let setup = Setup { dir, profile: "dak-lak", settings, worker, clock };
    setup.init(&"lan".parse().unwrap()).unwrap().0
}

/// A record with one photo; the photo's digest.
fn with_photo(services: &Services) -> Digest {
    let agency = services.catalog().agencies[0].code.clone();
    let writer = Actor {
        name: "minh".to_owned(),
        roles: BTreeSet::from([Role::Contributor]),
        scope: None,
        agency: Some(agency),
        from: None,
    };
    let text = json!({
        "kind": "photo",
        "title": {"vi": "Hồ Lắk"},
        "clearance": {"stateSecret": false, "personalData": "none"},
    });
    let record = services.create(&writer, text).unwrap();
    let mut uploading = services.begin_file(&writer, record.id, "ho-lak.png").unwrap();
    let mut png = Cursor::new(Vec::new());
    image::RgbImage::new(8, 8).write_to(&mut png, image::ImageFormat::Png).unwrap();
    uploading.file.write(png.get_ref()).unwrap();
    let (record, asset) = services.add_file(&writer, record.id, uploading, json!({})).unwrap();
    record.files[&asset].original.clone()
}

fn place(services: &Services, digest: &Digest) -> std::path::PathBuf {
    let text = digest.as_str();
    let part = |range: std::ops::Range<usize>| text.get(range).unwrap();
    services.dir().join("media").join(part(0..2)).join(part(2..4)).join(text)
}

fn codes(checked: &Checked) -> Vec<&str> {
    checked.problems.iter().map(|problem| problem.code).collect()
}

#[test]
fn a_sound_system_has_no_problems() {
    let dir = tempfile::tempdir().unwrap();
    let services = new_system(dir.path());
    with_photo(&services);
    let checked = services.check(ALONE, &mut quiet).unwrap();
    assert!(checked.ok && checked.problems.is_empty(), "{checked:?}");
    assert_eq!((checked.records, checked.files), (1, 1));
}

#[test]
fn a_file_of_no_record_is_found_and_removed() {
    let dir = tempfile::tempdir().unwrap();
    let services = new_system(dir.path());
    let kept = with_photo(&services);
    let mut incoming = services.media.blobs().begin(100).unwrap();
    incoming.write(b"nobody's").unwrap();
    let orphan = incoming.finish().unwrap().digest;

    let checked = services.check(ALONE, &mut quiet).unwrap();
    assert_eq!((checked.ok, codes(&checked)), (false, vec!["orphan"]));
    assert!(checked.problems[0].what.contains(orphan.as_str()));
    assert!(services.media.blobs().exists(&orphan), "looking must not remove it");

    let mended = services.check(MEND, &mut quiet).unwrap();
    assert!(mended.ok && mended.problems[0].repaired);
    assert!(!services.media.blobs().exists(&orphan));
    assert!(services.media.blobs().exists(&kept));
    assert!(services.check(ALONE, &mut quiet).unwrap().problems.is_empty());
}

#[test]
fn beside_a_server_a_fresh_file_may_be_on_its_way() {
    let dir = tempfile::tempdir().unwrap();
    let services = new_system(dir.path());
    let mut incoming = services.media.blobs().begin(100).unwrap();
    incoming.write(b"on its way").unwrap();
    let digest = incoming.finish().unwrap().digest;
    let file = fs::File::options().write(true).open(place(&services, &digest)).unwrap();
    let beside = CheckOptions { repair: true, alone: false };
    let now = SystemTime::from(services.now());

    file.set_modified(now - Duration::from_secs(60)).unwrap();
    assert!(services.check(beside, &mut quiet).unwrap().problems.is_empty());
    assert!(services.media.blobs().exists(&digest));
    file.set_modified(now - GRACE - Duration::from_secs(1)).unwrap();
    assert_eq!(codes(&services.check(beside, &mut quiet).unwrap()), ["orphan"]);
}

#[test]
fn a_file_that_changed_or_went_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let services = new_system(dir.path());
    let digest = with_photo(&services);
    fs::write(place(&services, &digest), "other bytes").unwrap();
    let checked = services.check(MEND, &mut quiet).unwrap();
    assert_eq!((checked.ok, codes(&checked)), (false, vec!["damaged-file"]));
    fs::remove_file(place(&services, &digest)).unwrap();
    let checked = services.check(MEND, &mut quiet).unwrap();
    assert_eq!((checked.ok, codes(&checked)), (false, vec!["missing-file"]));
}

#[test]
fn a_document_of_no_public_record_leaves_the_index() {
    let dir = tempfile::tempdir().unwrap();
    let services = new_system(dir.path());
    let document = crate::search::Document { id: "0190".to_owned(), ..Default::default() };
    let place = services.search.place();
    services.search.apply(vec![crate::search::Op::Put(Box::new(document))], place).unwrap();
    let checked = services.check(ALONE, &mut quiet).unwrap();
    assert_eq!((checked.ok, codes(&checked)), (false, vec!["index"]));
    let mended = services.check(MEND, &mut quiet).unwrap();
    assert!(mended.ok && mended.problems[0].repaired);
    assert_eq!(services.search.count(), 0);
}

#[test]
fn calling_off_ends_the_check() {
    let dir = tempfile::tempdir().unwrap();
    let services = new_system(dir.path());
    let mut stop = |_what: &str, _done: u64, _total: Option<u64>| ControlFlow::Break(());
    let ended = services.check(ALONE, &mut stop).unwrap_err();
    assert!(matches!(ended, Error::Conflict("called-off", _)));
    assert_eq!(operator().name, "cli");
}
