//! Files made for the tests: pictures with a secret in each place where a format can hide one.

use std::io::{Cursor, Read, Seek, Write};

use image::metadata::Orientation;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

use crate::domain::digest::Digest;
use crate::media::limits::Limits;
use crate::media::photo::{self, PictureJob};
use crate::media::{Media, MediaError};

/// What must never be found in a release.
pub(super) const SECRET: &[u8] = b"SECRET-12.6789N-108.0456E";

/// What must be found in it.
pub(super) const PROFILE: &[u8] = b"PROFILE-THAT-STAYS";

pub(super) struct Bench {
    _dir: tempfile::TempDir,
    pub(super) media: Media,
}

impl Bench {
    pub(super) fn new() -> Self {
        Self::with(Limits::default())
    }

    pub(super) fn with(limits: Limits) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let media = Media::open(dir.path(), "/nowhere/quangba".into(), limits).unwrap();
        Self { _dir: dir, media }
    }

    pub(super) fn put(&self, bytes: &[u8]) -> Digest {
        let mut incoming = self.media.blobs().begin(u64::MAX).unwrap();
        incoming.write(bytes).unwrap();
        incoming.finish().unwrap().digest
    }

    pub(super) fn get(&self, digest: &Digest) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.media.blobs().open_file(digest).unwrap().0.read_to_end(&mut bytes).unwrap();
        bytes
    }
}

/// Web pictures of a photo, as the worker makes them.
pub(super) fn made(photo: &[u8], job: &PictureJob) -> Result<Vec<Vec<u8>>, MediaError> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(photo).unwrap();
    file.rewind().unwrap();
    let mut out = Vec::new();
    photo::write_pictures(&file, job, &Limits::default(), &mut out)?;
    let mut rest = out.as_slice();
    let mut pictures = Vec::new();
    while let Some((length, behind)) = rest.split_first_chunk() {
        let length = usize::try_from(u64::from_be_bytes(*length)).unwrap();
        pictures.push(behind[..length].to_vec());
        rest = &behind[length..];
    }
    Ok(pictures)
}

pub(super) fn has(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

/// A picture whose corners tell which way up it is: red, green, blue, white from the top left on.
pub(super) fn corners(width: u32, height: u32) -> DynamicImage {
    RgbImage::from_fn(width, height, |x, y| match (x < width / 2, y < height / 2) {
        (true, true) => Rgb([250, 5, 5]),
        (false, true) => Rgb([5, 250, 5]),
        (true, false) => Rgb([5, 5, 250]),
        (false, false) => Rgb([250, 250, 250]),
    })
    .into()
}

/// The picture as a camera would store it that was held in that way.
pub(super) fn held(image: &DynamicImage, orientation: u8) -> DynamicImage {
    let undone = match orientation {
        6 => 8,
        8 => 6,
        same => same,
    };
    let mut stored = image.clone();
    stored.apply_orientation(Orientation::from_exif(undone).unwrap());
    stored
}

pub(super) fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Vec::new();
    image.write_to(&mut Cursor::new(&mut bytes), format).unwrap();
    bytes
}

/// Exif data with an orientation, a maker's note and a GPS directory, by hand.
pub(super) fn exif(orientation: u8) -> Vec<u8> {
    let mut tiff = b"II\x2A\0\x08\0\0\0".to_vec();
    let entry = |tag: u16, kind: u16, count: u32, value: u32| {
        let mut bytes = tag.to_le_bytes().to_vec();
        bytes.extend(kind.to_le_bytes());
        bytes.extend(count.to_le_bytes());
        bytes.extend(value.to_le_bytes());
        bytes
    };
    let text = u32::try_from(SECRET.len()).unwrap();
    tiff.extend(3_u16.to_le_bytes());
    tiff.extend(entry(0x010F, 2, text, 68));
    tiff.extend(entry(0x0112, 3, 1, orientation.into()));
    tiff.extend(entry(0x8825, 4, 1, 50));
    tiff.extend(0_u32.to_le_bytes());
    tiff.extend(1_u16.to_le_bytes());
    tiff.extend(entry(0x001B, 7, text, 68));
    tiff.extend(0_u32.to_le_bytes());
    assert_eq!(tiff.len(), 68);
    tiff.extend(SECRET);
    tiff
}

pub(super) fn segment(marker: u8, parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let length = u16::try_from(body.len() + 2).unwrap();
    [&[0xFF, marker], &length.to_be_bytes()[..], &body].concat()
}

/// A JPEG with secrets in its Exif, XMP, IPTC, comment, thumbnails, second picture and tail.
pub(super) fn jpeg(image: &DynamicImage, orientation: u8) -> Vec<u8> {
    let plain = encoded(image, ImageFormat::Jpeg);
    let (start, rest) = plain.split_at(2);
    let jfif_length = usize::from(u16::from_be_bytes([rest[2], rest[3]])) + 2;
    let thumbnail: Vec<u8> = SECRET.iter().copied().cycle().take(27).collect();
    let parts: Vec<Vec<u8>> = vec![
        start.to_vec(),
        segment(0xE0, &[b"JFIF\0\x01\x02\0\0\x01\0\x01\x03\x03", &thumbnail]),
        segment(0xE0, &[b"JFXX\0\x10", SECRET]),
        segment(0xE1, &[b"Exif\0\0", &exif(orientation)]),
        segment(0xE1, &[b"http://ns.adobe.com/xap/1.0/\0", SECRET]),
        segment(0xE2, &[b"ICC_PROFILE\0\x01\x01", PROFILE]),
        segment(0xE2, &[b"MPF\0", SECRET]),
        segment(0xED, &[b"Photoshop 3.0\0", SECRET]),
        segment(0xEE, &[b"Adobe\0\x64\0\0\0\0\x01", SECRET]),
        segment(0xFE, &[SECRET]),
        rest[jfif_length..].to_vec(),
        jpeg_tail(),
    ];
    parts.concat()
}

/// A second picture behind the end, with an Exif segment of its own.
fn jpeg_tail() -> Vec<u8> {
    [&[0xFF, 0xD8][..], &segment(0xE1, &[b"Exif\0\0", SECRET]), &[0xFF, 0xD9], SECRET].concat()
}

pub(super) fn chunk(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let mut sum = flate2::Crc::new();
    sum.update(kind);
    sum.update(body);
    let length = u32::try_from(body.len()).unwrap();
    [&length.to_be_bytes()[..], kind, body, &sum.sum().to_be_bytes()].concat()
}

/// A PNG with secrets in its texts, Exif, time, a private chunk and its tail.
pub(super) fn png(image: &DynamicImage, orientation: u8) -> Vec<u8> {
    let plain = encoded(image, ImageFormat::Png);
    let (header, rest) = plain.split_at(33);
    let texts = [
        chunk(b"tEXt", &[b"GPS\0", SECRET].concat()),
        chunk(b"iTXt", &[b"XML:com.adobe.xmp\0\0\0\0\0", SECRET].concat()),
        chunk(b"zTXt", &[b"raw\0\0", SECRET].concat()),
        chunk(b"eXIf", &exif(orientation)),
        chunk(b"tIME", &[7, 0xEA, 11, 20, 19, 30, 0]),
        chunk(b"prVt", SECRET),
        chunk(b"gAMA", &45_455_u32.to_be_bytes()),
    ];
    [header, &texts.concat(), rest, SECRET].concat()
}

fn riff(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap();
    let pad: &[u8] = if body.len().is_multiple_of(2) { &[] } else { &[0] };
    [kind, &length.to_le_bytes()[..], body, pad].concat()
}

/// A WebP with secrets in its Exif, XMP and a private chunk.
pub(super) fn webp(image: &DynamicImage, orientation: u8) -> Vec<u8> {
    let plain = encoded(image, ImageFormat::WebP);
    let side = |length: u32| (length - 1).to_le_bytes()[..3].to_vec();
    let extended = [&[0x2C, 0, 0, 0][..], &side(image.width()), &side(image.height())].concat();
    let body = [
        b"WEBP".to_vec(),
        riff(b"VP8X", &extended),
        riff(b"ICCP", PROFILE),
        plain[12..].to_vec(),
        riff(b"EXIF", &exif(orientation)),
        riff(b"XMP ", SECRET),
        riff(b"prVt", SECRET),
    ];
    [riff(b"RIFF", &body.concat()), SECRET.to_vec()].concat()
}

/// A GIF with secrets in a comment, a plain text, an application's data and its tail; it loops.
pub(super) fn gif(image: &DynamicImage) -> Vec<u8> {
    let plain = encoded(image, ImageFormat::Gif);
    let colours = if plain[10] & 0x80 == 0 { 0 } else { 3 << ((plain[10] & 7) + 1) };
    let (head, rest) = plain.split_at(13 + colours);
    let length = [u8::try_from(SECRET.len()).unwrap()];
    let data = [&length[..], SECRET, &[0]].concat();
    [
        head,
        b"\x21\xFF\x0BNETSCAPE2.0\x03\x01\x02\0\0",
        b"\x21\xFE",
        &data,
        b"\x21\xFF\x0BXMP DataXMP",
        &data,
        b"\x21\x01\x0C\0\0\0\0\0\0\0\0\0\0\0\0",
        &data,
        rest,
        SECRET,
    ]
    .concat()
}

/// An uncompressed 8-bit RGB TIFF with an orientation, a colour profile and an artist, by hand.
pub(super) fn tiff(image: &DynamicImage, orientation: u16) -> Vec<u8> {
    let pixels = image.to_rgb8();
    let size = u32::try_from(pixels.len()).unwrap();
    let mut profile = vec![0_u8; 128];
    profile[16..20].copy_from_slice(b"RGB ");
    profile.extend(PROFILE);
    let (bits, strip) = (8_u32, 14_u32);
    let (secret, icc) = (strip + size, strip + size + 25);
    let directory = icc + u32::try_from(profile.len()).unwrap();
    let entries: [(u16, u16, u32, u32); 12] = [
        (0x0100, 4, 1, pixels.width()),
        (0x0101, 4, 1, pixels.height()),
        (0x0102, 3, 3, bits),
        (0x0103, 3, 1, 1),
        (0x0106, 3, 1, 2),
        (0x0111, 4, 1, strip),
        (0x0112, 3, 1, orientation.into()),
        (0x0115, 3, 1, 3),
        (0x0116, 4, 1, pixels.height()),
        (0x0117, 4, 1, size),
        (0x013B, 2, 25, secret),
        (0x8773, 7, u32::try_from(profile.len()).unwrap(), icc),
    ];
    let mut bytes = b"II\x2A\0".to_vec();
    bytes.extend(directory.to_le_bytes());
    bytes.extend([8, 0, 8, 0, 8, 0]);
    bytes.extend(pixels.as_raw());
    bytes.extend(SECRET);
    bytes.extend(profile);
    bytes.extend(12_u16.to_le_bytes());
    for (tag, kind, count, value) in entries {
        bytes.extend(tag.to_le_bytes());
        bytes.extend(kind.to_le_bytes());
        bytes.extend(count.to_le_bytes());
        bytes.extend(value.to_le_bytes());
    }
    bytes.extend([0; 4]);
    bytes
}

/// An uncompressed TIFF in print colours, four bytes a pixel, by hand.
pub(super) fn inks(inks: &[u8], width: u32, height: u32) -> Vec<u8> {
    let size = u32::try_from(inks.len()).unwrap();
    let (bits, strip) = (8_u32, 16_u32);
    let entries: [(u16, u16, u32, u32); 9] = [
        (0x0100, 4, 1, width),
        (0x0101, 4, 1, height),
        (0x0102, 3, 4, bits),
        (0x0103, 3, 1, 1),
        (0x0106, 3, 1, 5),
        (0x0111, 4, 1, strip),
        (0x0115, 3, 1, 4),
        (0x0116, 4, 1, height),
        (0x0117, 4, 1, size),
    ];
    let mut bytes = b"II\x2A\0".to_vec();
    bytes.extend((strip + size).to_le_bytes());
    bytes.extend([8, 0, 8, 0, 8, 0, 8, 0]);
    bytes.extend(inks);
    bytes.extend(9_u16.to_le_bytes());
    for (tag, kind, count, value) in entries {
        bytes.extend(tag.to_le_bytes());
        bytes.extend(kind.to_le_bytes());
        bytes.extend(count.to_le_bytes());
        bytes.extend(value.to_le_bytes());
    }
    bytes.extend([0; 4]);
    bytes
}

/// A PNG of a few kB that says it is 20,000 pixels wide and high, with rows of nothing.
pub(super) fn bomb(side: u32) -> Vec<u8> {
    use std::io::Write;
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(&vec![0_u8; 1 << 20]).unwrap();
    let sides = [side.to_be_bytes(), side.to_be_bytes()].concat();
    [
        b"\x89PNG\r\n\x1A\n".to_vec(),
        chunk(b"IHDR", &[&sides[..], &[1, 0, 0, 0, 0]].concat()),
        chunk(b"IDAT", &packed.finish().unwrap()),
        chunk(b"IEND", &[]),
    ]
    .concat()
}
