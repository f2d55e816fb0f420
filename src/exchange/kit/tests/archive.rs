use std::io::{Cursor, Read as _};

use sha2::{Digest as _, Sha256};
use zip::ZipArchive;

use super::super::Archive;
use crate::domain::digest::Digest;

fn write(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = Archive::default();
    let mut out = Vec::new();
    for (name, bytes) in entries {
        archive.begin(name, "2026-10-05T01:02:03Z".parse().unwrap(), 0).unwrap();
        for piece in bytes.chunks(7) {
            archive.write(piece).unwrap();
            out.extend(archive.take());
            assert_eq!(archive.waiting(), 0);
        }
        let sent = archive.end();
        let digest: [u8; 32] = Sha256::digest(bytes).into();
        let wanted = (u64::try_from(bytes.len()).unwrap(), Digest::from_bytes(&digest));
        assert_eq!((sent.bytes, sent.digest), wanted);
    }
    out.extend(archive.finish().unwrap());
    out
}

#[test]
fn what_goes_in_piece_by_piece_comes_out_whole() {
    let big = vec![0x55; 100_000];
    let entries: [(&str, &[u8]); 3] = [("a.txt", b"one"), ("x/empty", b""), ("x/b.bin", &big)];
    let bytes = write(&entries);
    assert_eq!(bytes, write(&entries), "the same twice");
    let mut zip = ZipArchive::new(Cursor::new(&bytes)).unwrap();
    assert_eq!(zip.len(), 3);
    for (name, wanted) in entries {
        let mut file = zip.by_name(name).unwrap();
        let at = file.last_modified().unwrap();
        assert_eq!(
            (at.year(), at.day(), at.hour(), at.minute()),
            (2026, 5, 8, 2),
            "Vietnam's time"
        );
        assert_eq!(file.compression(), zip::CompressionMethod::Stored);
        let mut found = Vec::new();
        file.read_to_end(&mut found).unwrap();
        assert_eq!(found, wanted);
    }
}

#[test]
fn a_name_is_taken_once() {
    let mut archive = Archive::default();
    let at = "2026-10-05T01:02:03Z".parse().unwrap();
    assert!(archive.write(b"before any entry").is_err());
    archive.begin("a", at, 0).unwrap();
    assert!(archive.begin("a", at, 0).is_err());
    drop(archive);
}
