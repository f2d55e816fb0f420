//! Pictures of others, where this machine has them: what is known of them is read, and all of them
//! in no time.

use std::fs::{self, File};
use std::io::{self, BufReader, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::media::metadata::{Described, Format, Trace, X_DEFAULT, read};

fn sets() -> Option<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    ["../shared/data", "../../shared/data"]
        .map(|path| own.join(path))
        .into_iter()
        .find(|path| path.is_dir())
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() {
            files(&entry.path(), found);
        } else {
            found.push(entry.path());
        }
    }
}

/// Reads a file as what it begins like.
fn described(path: &Path) -> Option<Described> {
    let mut file = File::open(path).ok()?;
    let mut head = Vec::new();
    (&mut file).take(12).read_to_end(&mut head).ok()?;
    file.rewind().ok()?;
    let format = match *head.as_slice() {
        [0xFF, 0xD8, ..] => Format::Jpeg,
        [0x89, b'P', b'N', b'G', ..] => Format::Png,
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', ..] => Format::WebP,
        [b'I', b'I', ..] | [b'M', b'M', ..] => Format::Tiff,
        [b'G', b'I', b'F', ..] => Format::Gif,
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => Format::Heic,
        [b'B', b'M', ..] => Format::Bmp,
        _ => return None,
    };
    Some(read(format, &mut BufReader::new(file)))
}

#[test]
fn what_is_known_of_public_pictures_is_read() {
    let Some(sets) = sets() else {
        return io::stdout().write_all(b"skipped: no data sets here\n").unwrap();
    };
    let get = |name: &str| described(&sets.join("images-exiftool").join(name)).unwrap();
    let iptc = get("IPTC.jpg");
    assert_eq!(iptc.caption[X_DEFAULT], "A witty caption");
    assert_eq!(iptc.keywords, ["ExifTool", "Test", "IPTC"]);
    assert_eq!(iptc.place.province.as_deref(), Some("Ont"));
    assert_eq!(get("XMP.jpg").caption[X_DEFAULT], "UTF-16 (big-endian) encoded XMP");
    // Its records were changed after its XMP.
    assert_eq!(get("ExifTool.jpg").keywords, ["jambalaya"]);
    assert_eq!(get("ExifTool.tif").creators, ["I'm the author"]);
    assert_eq!(get("RIFF.webp").keywords, ["test"]);
    assert_eq!(get("PNG.png").creators, ["Phil Harvey"]);
    assert!(get("GPS.jpg").traces.contains(&Trace::Gps));
    assert!(get("Olympus.jpg").caption.is_empty());
}

#[test]
fn public_pictures_are_read_in_no_time() {
    let Some(sets) = sets() else {
        return io::stdout().write_all(b"skipped: no data sets here\n").unwrap();
    };
    for set in fs::read_dir(sets).unwrap().flatten() {
        let name = set.file_name().into_string().unwrap();
        if !name.starts_with("images-") {
            continue;
        }
        let mut paths = Vec::new();
        files(&set.path(), &mut paths);
        let begun = Instant::now();
        let (mut read, mut told) = (0_u32, 0_u32);
        for path in &paths {
            let start = Instant::now();
            let Some(found) = described(path) else { continue };
            read += 1;
            told += u32::from(found != Described::default());
            assert!(start.elapsed() < Duration::from_secs(5), "{path:?}");
        }
        let time = begun.elapsed();
        writeln!(io::stdout(), "{name}: {read} read, {told} say something, {time:.1?}").unwrap();
    }
}
