//! Files made by hand, read, cleaned and broken.

mod broken;
mod build;
mod iso;
mod matroska;
mod sound;

use std::io::Cursor;

use super::*;
use build::{SECRET, has};

fn probed(bytes: &[u8]) -> Result<Av, AvError> {
    probe(&mut Cursor::new(bytes))
}

/// Cleans a file with secrets and looks for what is left of them.
fn cleaned(bytes: &[u8]) -> Vec<u8> {
    assert!(has(bytes, SECRET));
    let mut out = Vec::new();
    clean(&mut Cursor::new(bytes), &mut out).unwrap();
    for secret in [SECRET, b"SECR", b"\xDA\x7E\xDA\x7E", b"\xDA\xDA\xDA"] {
        assert!(!has(&out, secret), "{}", String::from_utf8_lossy(secret));
    }
    let (before, after) = (probed(bytes).unwrap(), probed(&out).unwrap());
    assert!(after.traces.is_empty() && after.title.is_none(), "{after:?}");
    assert_eq!(
        Av { words: Vec::new(), traces: before.traces, title: before.title, ..after },
        Av { words: Vec::new(), ..probed(bytes).unwrap() }
    );
    let mut again = Vec::new();
    clean(&mut Cursor::new(&out), &mut again).unwrap();
    assert!(again == out);
    out
}

#[test]
fn what_is_no_film_is_refused() {
    for bytes in [
        &b""[..],
        b"GIF89a",
        b"\xFF\xD8\xFF\xE0\0\x10JFIF\0\x01",
        b"%PDF-1.7 and so on",
        b"RIFF\0\0\0\0WEBP",
    ] {
        assert!(matches!(probed(bytes), Err(AvError::Unsupported(_))), "{bytes:?}");
    }
}
