//! Files made for the tests, each with nothing but its metadata.

use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::ZlibEncoder;

use crate::media::metadata::{Described, Format, LangText, Notice, Place, jpeg, read};

/// An entry of a directory: its tag, its type, its bytes.
pub(super) type Entry<'a> = (u16, u16, &'a [u8]);

const ASCII: u16 = 2;

pub(super) fn ascii(tag: u16, text: &str) -> (u16, u16, &[u8]) {
    (tag, ASCII, text.as_bytes())
}

pub(super) fn of(format: Format, bytes: &[u8]) -> Described {
    read(format, &mut Cursor::new(bytes))
}

pub(super) fn texts(pairs: &[(&str, &str)]) -> LangText {
    pairs.iter().map(|(lang, text)| ((*lang).to_owned(), (*text).to_owned())).collect()
}

/// Big-endian Exif data: the first directory, that of Exif, that of the place, the second.
pub(super) fn tiff(directories: [&[Entry<'_>]; 4]) -> Vec<u8> {
    let [main, exif, gps, next] = directories;
    let mut out = b"MM\0\x2A\0\0\0\x08".to_vec();
    let extra = [(0x8769, exif), (0x8825, gps)];
    let extra: Vec<_> = extra.into_iter().filter(|(_, entries)| !entries.is_empty()).collect();
    // The places of directories are filled in once they are known.
    let mut holes = Vec::new();
    let count = main.len() + extra.len();
    let mut values = directory(&mut out, main, count);
    for (tag, _) in &extra {
        out.extend(u16::to_be_bytes(*tag));
        out.extend([0, 4, 0, 0, 0, 1]);
        holes.push(out.len());
        out.extend([0; 4]);
    }
    let link = out.len();
    out.extend([0; 4]);
    place(&mut out, &mut values);
    for ((_, entries), hole) in extra.iter().zip(holes) {
        let at = out.len();
        fill(&mut out, hole, at);
        let mut values = directory(&mut out, entries, entries.len());
        out.extend([0; 4]);
        place(&mut out, &mut values);
    }
    if !next.is_empty() {
        let at = out.len();
        fill(&mut out, link, at);
        let mut values = directory(&mut out, next, next.len());
        out.extend([0; 4]);
        place(&mut out, &mut values);
    }
    out
}

/// Writes entries; gives the long values with the places where their offsets belong.
fn directory(out: &mut Vec<u8>, entries: &[Entry<'_>], count: usize) -> Vec<(usize, Vec<u8>)> {
    out.extend(u16::try_from(count).unwrap().to_be_bytes());
    let mut values = Vec::new();
    for (tag, kind, bytes) in entries {
        let width = if *kind == 3 { 2 } else { 1 };
        out.extend(tag.to_be_bytes());
        out.extend(kind.to_be_bytes());
        out.extend(u32::try_from(bytes.len() / width).unwrap().to_be_bytes());
        if bytes.len() <= 4 {
            let mut inline = bytes.to_vec();
            inline.resize(4, 0);
            out.extend(inline);
        } else {
            values.push((out.len(), bytes.to_vec()));
            out.extend([0; 4]);
        }
    }
    values
}

fn place(out: &mut Vec<u8>, values: &mut Vec<(usize, Vec<u8>)>) {
    for (hole, bytes) in values.drain(..) {
        let at = out.len();
        fill(out, hole, at);
        out.extend(bytes);
    }
}

fn fill(out: &mut [u8], hole: usize, at: usize) {
    out[hole..hole + 4].copy_from_slice(&u32::try_from(at).unwrap().to_be_bytes());
}

/// A packet of properties.
pub(super) fn packet(properties: &str) -> Vec<u8> {
    format!(
        r#"<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:ps="http://ns.adobe.com/photoshop/1.0/"
 xmlns:ext="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" xmlns:cc="http://creativecommons.org/ns#"
 xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:note="http://ns.adobe.com/xmp/note/"
 xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/" xmlns:other="http://example.com/"
 xmlns:mwg="http://www.metadataworkinggroup.com/schemas/regions/">
{properties}</rdf:RDF></x:xmpmeta><?xpacket end="w"?>"#
    )
    .into_bytes()
}

/// The packet of a file with this title.
pub(super) fn titled(title: &str) -> Vec<u8> {
    packet(&format!("<rdf:Description dc:title=\"{title}\"/>"))
}

/// A JPEG of segments.
pub(super) fn jpeg(segments: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let mut out = vec![0xFF, 0xD8];
    for (marker, body) in segments {
        out.extend([0xFF, *marker]);
        out.extend(u16::try_from(body.len() + 2).unwrap().to_be_bytes());
        out.extend(body);
    }
    out.extend([0xFF, 0xDA, 0, 2, 1, 2, 3, 0xFF, 0xD9]);
    out
}

pub(super) fn exif_segment(tiff: &[u8]) -> (u8, Vec<u8>) {
    (0xE1, [b"Exif\0\0", tiff].concat())
}

pub(super) fn xmp_segment(packet: &[u8]) -> (u8, Vec<u8>) {
    (0xE1, [jpeg::XMP, packet].concat())
}

/// A PNG of chunks.
pub(super) fn png(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut out = b"\x89PNG\r\n\x1A\n".to_vec();
    let (first, last) = ([(b"IHDR", &[0_u8; 13][..])], [(b"IEND", &[][..])]);
    for (kind, body) in first.iter().chain(chunks).chain(&last) {
        out.extend(u32::try_from(body.len()).unwrap().to_be_bytes());
        out.extend(*kind);
        out.extend(*body);
        out.extend([0; 4]);
    }
    out
}

pub(super) fn zipped(bytes: &[u8]) -> Vec<u8> {
    let mut out = ZlibEncoder::new(Vec::new(), Compression::best());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

/// A WebP of chunks.
pub(super) fn webp(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut out = b"RIFF\0\0\0\0WEBP".to_vec();
    for (kind, body) in chunks {
        out.extend(*kind);
        out.extend(u32::try_from(body.len()).unwrap().to_le_bytes());
        out.extend(*body);
        out.extend(vec![0; body.len() % 2]);
    }
    out
}

/// A GIF with a comment, a packet behind a picture, and the trailer that leads out of the packet.
pub(super) fn gif(packet: &[u8]) -> Vec<u8> {
    let mut out = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xFF\xFF\xFF".to_vec();
    out.extend(b"\x21\xFE\x02hi\0\x2C\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0");
    out.extend(b"\x21\xFF\x0BXMP DataXMP");
    out.extend(packet);
    out.push(1);
    out.extend((0..=255).rev());
    out.extend([0, 0x3B]);
    out
}

fn item_box(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 8).unwrap().to_be_bytes();
    [&length[..], kind, body].concat()
}

/// A HEIF with Exif data in its box of data and a packet in two pieces behind the boxes.
pub(super) fn heif(tiff: &[u8], packet: &[u8]) -> Vec<u8> {
    let exif = item_box(b"infe", b"\x02\0\0\0\0\x01\0\0Exif\0");
    let mime = item_box(b"infe", b"\x02\0\0\0\0\x02\0\0mime\0application/rdf+xml\0");
    let infos = item_box(b"iinf", &[&[0, 0, 0, 0, 0, 2], &exif[..], &mime].concat());
    let data = item_box(b"idat", &[b"\0\0\0\x06Exif\0\0", tiff].concat());
    let half = packet.len() / 2;
    let locations = |at: usize| {
        let mut body = b"\x01\0\0\0\x44\0\0\x02\0\x01\0\x01\0\0\0\x01".to_vec();
        let mut put = |number: usize| body.extend(u32::try_from(number).unwrap().to_be_bytes());
        put(0);
        put(tiff.len() + 10);
        body.extend(b"\0\x02\0\0\0\0\0\x02");
        for number in [at, half, at + half, packet.len() - half] {
            body.extend(u32::try_from(number).unwrap().to_be_bytes());
        }
        item_box(b"iloc", &body)
    };
    let meta = |at| item_box(b"meta", &[&[0; 4], &infos[..], &locations(at), &data].concat());
    let kind = item_box(b"ftyp", b"heic\0\0\0\0mif1heic");
    let at = kind.len() + meta(0).len();
    [kind, meta(at), packet.to_vec()].concat()
}

/// A notice with all its fields.
pub(super) fn notice() -> Notice {
    Notice {
        id: "urn:uuid:0190b1f0-0000-7000-8000-000000000001".into(),
        headline: texts(&[
            ("en", "Gongs <& \"drums\">"),
            ("vi", "Lễ hội cồng chiêng"),
            ("zh-Hans", "锣钲文化节"),
        ]),
        caption: texts(&[
            ("en", "One & two"),
            ("vi", "Dòng một\nDòng 'hai'"),
            ("zh-Hans", "第一行\n第二行"),
        ]),
        creators: vec!["Nguyễn Thị Ánh".into(), "Trần Đức Lương".into()],
        credit: texts(&[("en", "Gia Lai Culture"), ("vi", "Sở VH Gia Lai")]),
        copyright: texts(&[("vi", "© 2026 UBND tỉnh Gia Lai")]),
        licence_url: Some("https://creativecommons.org/licenses/by/4.0/".into()),
        licensor_url: Some("https://example.vn/r?a=1&b=2".into()),
        usage_terms: texts(&[("en", "Credit required"), ("vi", "Ghi nguồn")]),
        source: Some("Báo Gia Lai".into()),
        instructions: Some("Không cắt\nKhông ghép".into()),
        date: Some("2026-05-01T08:30:00+07:00".into()),
        place: Place {
            sublocation: Some("Làng Kép".into()),
            city: Some("Pleiku".into()),
            province: Some("Gia Lai".into()),
            country: Some("Việt Nam".into()),
            country_code: Some("VNM".into()),
        },
        digital_source_type: Some(
            "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture".into(),
        ),
        keywords: [
            ("en".to_owned(), vec!["gong".to_owned(), "lễ hội".to_owned()]),
            ("vi".to_owned(), vec!["cồng chiêng".to_owned(), "lễ hội".to_owned()]),
        ]
        .into(),
    }
}
