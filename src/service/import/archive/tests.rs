//! What an archive is refused for.

use std::io::{Cursor, Write};

use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::*;

const CENTRAL: &[u8] = b"PK\x01\x02";

fn options() -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(CompressionMethod::Deflated)
}

fn packed(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(*name, options()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn opened_with(bytes: &[u8], limits: &Limits) -> Result<Archive, Error> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    Archive::open(file, limits)
}

fn opened(bytes: &[u8]) -> Result<Archive, Error> {
    opened_with(bytes, &Limits::default())
}

fn code<T>(result: Result<T, Error>) -> String {
    match result {
        Err(Error::Invalid(errors)) => errors[0].code.clone(),
        Err(other) => panic!("{other:?}"),
        Ok(_) => "taken".to_owned(),
    }
}

/// The same bytes with every `from` replaced; both have one length.
fn patched(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut out = bytes.to_vec();
    let mut any = false;
    for at in 0..=out.len() - from.len() {
        if out[at..].starts_with(from) {
            out[at..at + to.len()].copy_from_slice(to);
            any = true;
        }
    }
    assert!(any, "nothing to patch");
    out
}

/// The same archive with bytes of the central header of entry `nth` replaced.
fn central(bytes: &[u8], nth: usize, offset: usize, to: &[u8]) -> Vec<u8> {
    let mut heads = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(CENTRAL));
    let at = heads.nth(nth).unwrap() + offset;
    let mut out = bytes.to_vec();
    out[at..at + to.len()].copy_from_slice(to);
    out
}

fn read(archive: &Archive, path: &str) -> Result<Vec<u8>, Error> {
    archive.with(path, |reader| {
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).map_err(|error| unreadable(path, &error))?;
        Ok(bytes)
    })
}

#[test]
fn a_plain_archive_is_read_in_any_order_and_by_many() {
    let archive = opened(&packed(&[("a.txt", b"one"), ("ảnh/b.txt", b"two")])).unwrap();
    assert_eq!(archive.list().into_keys().collect::<Vec<_>>(), ["a.txt", "ảnh/b.txt"]);
    let often = || {
        for _ in 0..50 {
            assert_eq!(read(&archive, "ảnh/b.txt").unwrap(), b"two");
            assert_eq!(read(&archive, "a.txt").unwrap(), b"one");
        }
    };
    std::thread::scope(|scope| {
        [(); 4].map(|()| scope.spawn(often)).map(|done| done.join().unwrap())
    });
    assert_eq!(code(read(&archive, "c.txt")), "no-file");
}

#[test]
fn names_that_lead_out_are_refused() {
    let bytes = packed(&[("0123456", b"x")]);
    for name in ["../evil", "a/../ev", "/absolu", "C:/evil", "a\\evil0", "a//evil", "ev\0il00"] {
        assert_eq!(
            code(opened(&patched(&bytes, b"0123456", name.as_bytes()))),
            "unsafe-path",
            "{name:?}"
        );
    }
}

#[test]
fn links_and_special_files_are_refused() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.add_symlink("link", "/etc/passwd", options()).unwrap();
    let link = zip.finish().unwrap().into_inner();
    assert_eq!(code(opened(&link)), "unsafe-path");
    // The high half of the external attributes is the Unix mode: a fifo.
    let plain = packed(&[("a.txt", b"x")]);
    assert_eq!(code(opened(&central(&plain, 0, 40, &[0xA4, 0x11]))), "unsafe-path");
}

#[test]
fn two_entries_of_one_name_are_refused_in_any_unicode_form() {
    let bytes = packed(&[("a.txt", b"x"), ("b.txt", b"y")]);
    assert_eq!(code(opened(&patched(&bytes, b"b.txt", b"a.txt"))), "zip-duplicate");
    let forms = packed(&[("ảnh.txt", b"x"), ("a\u{309}nh.txt", b"y")]);
    assert_eq!(code(opened(&forms)), "zip-duplicate");
}

#[test]
fn bombs_are_refused_before_and_while_they_are_read() {
    let zeros = vec![0; 1 << 20];
    assert_eq!(code(opened(&packed(&[("a", &zeros)]))), "zip-bomb");
    // One that says it is small, in its list of contents or also before its bytes.
    let (is, said) = (u32::try_from(zeros.len()).unwrap().to_le_bytes(), 100_u32.to_le_bytes());
    let bomb = packed(&[("a", &zeros)]);
    assert_eq!(code(read(&opened(&central(&bomb, 0, 24, &said)).unwrap(), "a")), "unreadable");
    assert_eq!(code(read(&opened(&patched(&bomb, &is, &said)).unwrap(), "a")), "unreadable");
}

#[test]
fn no_more_is_read_than_may_be_whatever_the_unpacker_gives() {
    let mut bounded = Bounded { inner: Cursor::new(vec![0; 10]), left: 9, burst: false };
    assert!(bounded.read_to_end(&mut Vec::new()).is_err() && bounded.burst);
    let mut bounded = Bounded { inner: Cursor::new(vec![0; 9]), left: 9, burst: false };
    assert!(bounded.read_to_end(&mut Vec::new()).is_ok() && !bounded.burst);
}

#[test]
fn too_many_entries_or_bytes_are_refused() {
    let bytes = packed(&[("a", b"12345"), ("b", b"12345")]);
    let limits = Limits { zip_entries: 1, ..Limits::default() };
    assert_eq!(code(opened_with(&bytes, &limits)), "zip-entries");
    let limits = Limits { zip_bytes: 9, ..Limits::default() };
    assert_eq!(code(opened_with(&bytes, &limits)), "zip-size");
    let limits = Limits { zip_bytes: 10, zip_entries: 2, ..Limits::default() };
    assert!(opened_with(&bytes, &limits).is_ok());
}

#[test]
fn ten_thousand_entries_are_the_default_bound() {
    let names: Vec<String> = (0..10_001).map(|n| format!("{n}.txt")).collect();
    let entries: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    assert_eq!(code(opened(&packed(&entries))), "zip-entries");
    assert!(opened(&packed(&entries[1..])).is_ok());
}

#[test]
fn entries_that_share_bytes_are_refused() {
    let bytes = packed(&[("a.txt", b"same"), ("b.txt", b"same")]);
    assert_eq!(code(opened(&central(&bytes, 1, 42, &0_u32.to_le_bytes()))), "zip-overlap");
}

#[test]
fn encrypted_entries_are_refused() {
    let bytes = packed(&[("a.txt", b"x")]);
    assert_eq!(code(opened(&central(&bytes, 0, 8, &[1]))), "zip-encrypted");
}

#[test]
fn no_archive_and_a_cut_one_are_refused() {
    let bytes = packed(&[("a.txt", b"x")]);
    assert_eq!(code(opened(b"PK\x03\x04 and nothing more")), "unreadable");
    assert_eq!(code(opened(&bytes[..bytes.len() - 30])), "unreadable");
}

#[test]
fn the_folder_that_all_lies_in_is_left_out() {
    let list = |names: &[&str]| {
        let entries: Vec<(&str, &[u8])> = names.iter().map(|name| (*name, &b"x"[..])).collect();
        opened(&packed(&entries)).unwrap().list().into_keys().collect::<Vec<_>>()
    };
    assert_eq!(list(&["top/a", "top/b/c", "__MACOSX/top/._a", "top/.DS_Store"]), ["a", "b/c"]);
    assert_eq!(list(&["top/a", "topmost"]), ["top/a", "topmost"]);
}
