//! Files that are made to hurt: nothing panics, nothing grows beyond bounds, nothing takes long.

use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::fixtures::{
    ascii, exif_segment, gif, heif, jpeg, of, packet, png, tiff, titled, webp, xmp_segment,
};
use crate::media::metadata::{Format, X_DEFAULT, iptc, read, xmp};

/// One whole file of each format.
fn files() -> Vec<(Format, Vec<u8>)> {
    let notice = super::fixtures::notice();
    let (packet, records) = (xmp(&notice), iptc(&notice));
    let main = [ascii(0x010E, "A lake in the north\0"), ascii(0x8298, "Lan\0Minh\0")];
    let inner =
        [ascii(0x9003, "2024:05:01 08:30:00\0"), (0x9286, 7, &b"UNICODE\0H\0i\0 \0x\0"[..])];
    let tiff = tiff([&main, &inner, &[(0x0002, 5, &[0; 24])], &[(0x0201, 4, &[0, 0, 1, 0])]]);
    let text = [b"XML:com.adobe.xmp\0\0\0\0\0", &packet[..]].concat();
    vec![
        (Format::Jpeg, jpeg(&[exif_segment(&tiff), xmp_segment(&packet), (0xED, records)])),
        (Format::Png, png(&[(b"eXIf", &tiff), (b"iTXt", &text)])),
        (Format::WebP, webp(&[(b"EXIF", &tiff), (b"XMP ", &packet)])),
        (Format::Gif, gif(&packet)),
        (Format::Heic, heif(&tiff, &packet)),
        (Format::Tiff, tiff),
    ]
}

#[test]
fn files_that_break_off_anywhere_are_read_as_far_as_they_go() {
    for (format, bytes) in files() {
        let whole = of(format, &bytes);
        for end in 0..bytes.len() {
            let part = of(format, &bytes[..end]);
            let (Some(part), Some(whole)) = (part.caption.get("vi"), whole.caption.get("vi"))
            else {
                continue;
            };
            assert!(whole.starts_with(part.as_str()), "{format:?} {end}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn turned_bits_do_no_harm(
        places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
    ) {
        for (format, mut bytes) in files() {
            for (at, value) in &places {
                let at = at.index(bytes.len());
                bytes[at] = *value;
            }
            let found = of(format, &bytes);
            prop_assert!(found.keywords.len() <= 100 && found.caption.len() <= 64);
        }
    }

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        for (format, head) in [
            (Format::Jpeg, &b"\xFF\xD8\xFF\xE1"[..]),
            (Format::Jpeg, b"\xFF\xD8\xFF\xED\x01\0Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x99"),
            (Format::Png, b"\x89PNG\r\n\x1A\n"),
            (Format::WebP, b"RIFF\0\0\0\0WEBPEXIF"),
            (Format::Tiff, b"MM\0\x2A\0\0\0\x08"),
            (Format::Tiff, b"II\x2B\0\x08\0\0\0\x10\0\0\0\0\0\0\0"),
            (Format::Gif, b"GIF89a\x01\0\x01\0\0\0\0\x21\xFF\x0BXMP DataXMP"),
            (Format::Heic, b"\0\0\0\x08ftyp\0\0\0\0meta\0\0\0\0"),
            (Format::Bmp, b"BM"),
        ] {
            let _found = of(format, &[head, &bytes].concat());
        }
    }
}

#[test]
fn a_directory_that_leads_to_itself_is_read_once() {
    let bytes = b"MM\0\x2A\0\0\0\x08\0\x02\x87\x69\0\x04\0\0\0\x01\0\0\0\x08\
        \x01\x0E\0\x02\0\0\0\x03abc\0\0\0\0\x08";
    assert_eq!(of(Format::Tiff, bytes).caption[X_DEFAULT], "abc");
}

#[test]
fn deep_and_wide_packets_end() {
    let deep = "<dc:title>".repeat(5_000) + "x";
    let found = of(Format::WebP, &webp(&[(b"XMP ", &packet(&format!("<rdf:Description>{deep}")))]));
    assert!(found.title.is_empty());
    let many = "<rdf:li>x</rdf:li>".repeat(100_000);
    let list = format!(
        "<rdf:Description><dc:subject><rdf:Bag>{many}</rdf:Bag></dc:subject></rdf:Description>"
    );
    assert_eq!(of(Format::WebP, &webp(&[(b"XMP ", &packet(&list))])).keywords, ["x"]);
    // A long tag that is repeated for each item would take room for all.
    let tag = "v".repeat(500_000);
    let list = format!("<rdf:Description><dc:title xml:lang=\"{tag}\"><rdf:Alt>{many}");
    let begun = Instant::now();
    let found = of(Format::WebP, &webp(&[(b"XMP ", &packet(&list))]));
    assert_eq!(found.title[X_DEFAULT], "x");
    assert!(begun.elapsed() < Duration::from_secs(20));
}

#[test]
fn items_of_no_width_are_not_counted_through() {
    let place = b"\x01\0\0\0\x00\0\xFF\xFF".to_vec();
    let items = b"\0\x07\0\0\0\0\xFF\xFF".repeat(100_000);
    let body = [place, items].concat();
    let length = |extra: usize| u32::try_from(body.len() + extra).unwrap().to_be_bytes();
    let bytes = [&length(20)[..], b"meta\0\0\0\0", &length(8), b"iloc", &body].concat();
    let begun = Instant::now();
    assert_eq!(of(Format::Heic, &bytes), crate::media::metadata::Described::default());
    assert!(begun.elapsed() < Duration::from_secs(20));
}

/// How long [`Endless`] is, in bytes.
const END: u64 = 1 << 40;

/// A huge file whose bytes after the first are all the same; counts what is read.
struct Endless {
    head: Vec<u8>,
    fill: u8,
    at: u64,
    read: u64,
}

impl Read for Endless {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut count = 0;
        for byte in out.iter_mut().take(usize::try_from(END.saturating_sub(self.at)).unwrap()) {
            let at = usize::try_from(self.at).unwrap();
            *byte = self.head.get(at).copied().unwrap_or(self.fill);
            self.at += 1;
            count += 1;
        }
        self.read += u64::try_from(count).unwrap();
        Ok(count)
    }
}

impl Seek for Endless {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = match to {
            SeekFrom::Start(at) => at,
            SeekFrom::Current(by) => self.at.saturating_add_signed(by),
            SeekFrom::End(by) => END.saturating_add_signed(by),
        };
        Ok(self.at)
    }
}

#[test]
fn endless_files_are_left_after_some_of_them() {
    for (format, head, fill) in [
        (Format::Jpeg, &b"\xFF\xD8"[..], 0),
        (Format::Jpeg, b"\xFF\xD8", 0xFF),
        (Format::Png, b"\x89PNG\r\n\x1A\n", 0),
        (Format::Png, b"\x89PNG\r\n\x1A\n\xFF\xFF\xFF\xFFiTXt", 0xFF),
        (Format::WebP, b"RIFF\0\0\0\0WEBP", 0),
        (Format::WebP, b"RIFF\0\0\0\0WEBPXMP \xFF\xFF\xFF\xFF", b' '),
        (Format::Gif, b"GIF89a\x01\0\x01\0\0\0\0", 0),
        (Format::Heic, b"\0\0\0\0meta", 0),
        (Format::Tiff, b"MM\0\x2A\0\0\0\x08\xFF\xFF", 1),
    ] {
        let source = Endless { head: head.to_vec(), fill, at: 0, read: 0 };
        let mut source = BufReader::new(source);
        let _found = read(format, &mut source);
        assert!(source.get_ref().read < 64 << 20, "{format:?} {}", source.get_ref().read);
    }
}

#[test]
fn blocks_that_are_too_long_are_passed_over() {
    let padded = |mut packet: Vec<u8>| {
        packet.resize(5 << 20, b' ');
        packet
    };
    let long = padded(titled("long"));
    let found = of(Format::WebP, &webp(&[(b"XMP ", &long), (b"XMP ", &titled("short"))]));
    assert_eq!(found.title[X_DEFAULT], "short");
}
