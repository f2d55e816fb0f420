//! Exif fields (CIPA DC-008, Exif 3.0, section 4.6), and the blocks that TIFF files keep in fields.

use std::io::{Read, Seek};

use encoding_rs::ISO_2022_JP;

use super::blocks::Blocks;
use super::date;
use super::described::{Described, Trace, undetermined};
use super::ifd::{Directory, Tiff};
use super::text::{add, guess, line, text, utf16};

/// What stands before Exif data in a JPEG segment (CIPA DC-008, section 4.7.2).
pub(super) const PREFIX: &[u8] = b"Exif\0\0";

/// More bytes of one text are not read.
const VALUE: u64 = 64 << 10;

const DESCRIPTION: u16 = 0x010E;
const SOFTWARE: u16 = 0x0131;
const ARTIST: u16 = 0x013B;
const HOST: u16 = 0x013C;
const SUBFILE: u16 = 0x00FE;
const STRIPS: u16 = 0x0111;
const THUMBNAIL: u16 = 0x0201;
const XMP: u16 = 0x02BC;
const COPYRIGHT: u16 = 0x8298;
const IIM: u16 = 0x83BB;
const RESOURCES: u16 = 0x8649;
const EXIF: u16 = 0x8769;
const GPS: u16 = 0x8825;
const ORIGINAL: u16 = 0x9003;
const OFFSET: u16 = 0x9011;
const MAKER_NOTE: u16 = 0x927C;
const USER_COMMENT: u16 = 0x9286;
const XP_TITLE: u16 = 0x9C9B;
const XP_COMMENT: u16 = 0x9C9C;
const XP_AUTHOR: u16 = 0x9C9D;
const XP_KEYWORDS: u16 = 0x9C9E;
const OWNER: u16 = 0xA430;
const BODY_NUMBER: u16 = 0xA431;
const LENS_NUMBER: u16 = 0xA435;
const TITLE: u16 = 0xA436;
const PHOTOGRAPHER: u16 = 0xA437;
const EDITOR: u16 = 0xA438;
const CAMERA_NUMBER: u16 = 0xC62F;
const MAKER_DATA: u16 = 0xC634;

/// Versions and names of programs, in the camera and after it.
const PROGRAMS: [u16; 7] = [0x000B, SOFTWARE, HOST, 0xA439, 0xA43A, 0xA43B, 0xA43C];

/// Latitude, longitude, of the camera and of what it looks at, and the name of the area.
const PLACES: [u16; 5] = [0x0002, 0x0004, 0x0014, 0x0016, 0x001C];

/// Reads Exif data, of a TIFF file or by itself; the blocks in it go to `blocks`.
pub(super) fn read(source: &mut (impl Read + Seek), blocks: &mut Blocks) -> Described {
    let Some(mut tiff) = Tiff::open(source) else { return Described::default() };
    let main = tiff.first().unwrap_or_default();
    let exif = tiff.child(main.get(EXIF)).unwrap_or_default();
    let gps = tiff.child(main.get(GPS)).unwrap_or_default();
    let next = Some(main.next).filter(|next| *next != 0).and_then(|next| tiff.directory(next));
    let mut fields = Fields { tiff, main, exif };
    fields.inner_blocks(blocks);
    let mut found = fields.described();
    fields.traces(&mut found);
    if gps.has(&PLACES) {
        found.traces.insert(Trace::Gps);
    }
    if next.is_some_and(|next| fields.is_thumbnail(&next)) {
        found.traces.insert(Trace::Thumbnail);
    }
    found
}

/// The directories in which fields are looked for; programs do not keep to their own.
struct Fields<'a, R> {
    tiff: Tiff<'a, R>,
    main: Directory,
    exif: Directory,
}

impl<R: Read + Seek> Fields<'_, R> {
    fn bytes(&mut self, tag: u16) -> Option<Vec<u8>> {
        let entry = self.main.get(tag).or_else(|| self.exif.get(tag))?;
        self.tiff.bytes(entry, VALUE)
    }

    /// A text that ends at its first NUL.
    fn text(&mut self, tag: u16) -> Option<String> {
        let bytes = self.bytes(tag)?;
        text(&guess(bytes.split(|byte| *byte == 0).next()?))
    }

    /// A text that Windows has written.
    fn wide(&mut self, tag: u16) -> Option<String> {
        let bytes = self.bytes(tag)?;
        text(utf16(&bytes, true).split('\0').next()?)
    }

    fn described(&mut self) -> Described {
        let comment = self.comment().filter(|comment| reads_as_words(comment));
        let description = self.text(DESCRIPTION).filter(|text| !is_of_camera(text));
        let caption = description.or(comment).or_else(|| self.wide(XP_COMMENT));
        let title = self.text(TITLE).or_else(|| self.wide(XP_TITLE));
        let offset = self.text(OFFSET);
        let taken = self.text(ORIGINAL).and_then(|taken| date::exif(&taken, offset.as_deref()));
        Described {
            title: undetermined(title.and_then(|title| line(&title))),
            caption: undetermined(caption),
            keywords: list(self.wide(XP_KEYWORDS).as_deref()),
            creators: self.creators(),
            copyright: undetermined(self.copyright()),
            date: taken,
            ..Described::default()
        }
    }

    /// Names, divided by semicolons (Metadata Working Group Guidelines 2.0, on `Artist`).
    fn creators(&mut self) -> Vec<String> {
        let artist = self.text(ARTIST).or_else(|| self.text(PHOTOGRAPHER));
        list(artist.or_else(|| self.wide(XP_AUTHOR)).as_deref())
    }

    /// The photographer's notice and, behind a NUL, the editor's.
    fn copyright(&mut self) -> Option<String> {
        let bytes = self.bytes(COPYRIGHT)?;
        let parts = bytes.split(|byte| *byte == 0).filter_map(|part| text(&guess(part)));
        text(&parts.take(2).collect::<Vec<_>>().join("; "))
    }

    /// The user's comment, behind the name of its character set.
    fn comment(&mut self) -> Option<String> {
        let bytes = self.bytes(USER_COMMENT)?;
        let (set, words) = bytes.split_at_checked(8)?;
        let raw = match set {
            b"UNICODE\0" => utf16(words, is_little(words, self.tiff.is_little())),
            b"JIS\0\0\0\0\0" => ISO_2022_JP.decode(words).0,
            b"ASCII\0\0\0" | [0, 0, 0, 0, 0, 0, 0, 0] => guess(words),
            // Some programs leave the name out.
            _ => guess(&bytes),
        };
        text(raw.trim_end_matches('\0'))
    }

    fn traces(&mut self, found: &mut Described) {
        let (main, exif) = (&self.main, &self.exif);
        for (trace, tags) in
            [(Trace::MakerNote, &[MAKER_NOTE, MAKER_DATA][..]), (Trace::Comment, &[XP_COMMENT])]
        {
            found.traces.extend((main.has(tags) || exif.has(tags)).then_some(trace));
        }
        found.traces.extend(self.comment().map(|_words| Trace::Comment));
        for (trace, tags) in [
            (Trace::SerialNumber, &[BODY_NUMBER, LENS_NUMBER, CAMERA_NUMBER][..]),
            (Trace::OwnerName, &[OWNER, EDITOR]),
            (Trace::Software, &PROGRAMS),
        ] {
            let told = tags.iter().any(|tag| self.text(*tag).is_some());
            found.traces.extend(told.then_some(trace));
        }
    }

    /// Whether the second directory describes a small picture: one in old form, or in a file of
    /// several pictures one that is called reduced.
    fn is_thumbnail(&mut self, next: &Directory) -> bool {
        let kind = next.get(SUBFILE).and_then(|entry| self.tiff.number(entry));
        match kind {
            Some(kind) => kind & 1 == 1 && next.has(&[STRIPS, THUMBNAIL]),
            None => next.has(&[THUMBNAIL]),
        }
    }

    /// XMP, IIM records and image resources, which TIFF files keep in fields of the first
    /// directory (XMP part 3, section 1.1.6).
    fn inner_blocks(&mut self, blocks: &mut Blocks) {
        let mut get = |tag| {
            let entry = self.main.get(tag)?;
            self.tiff.value(entry, |mut source, length| blocks.read(&mut source, length))
        };
        let (xmp, records, resources) = (get(XMP), get(IIM), get(RESOURCES));
        blocks.xmp.extend(xmp);
        blocks.iptc = blocks.iptc.take().or(records.map(in_order));
        if blocks.resources.is_empty() {
            blocks.resources = resources.unwrap_or_default();
        }
    }
}

/// Some programs write IIM records as whole numbers, with the bytes of each turned.
fn in_order(mut records: Vec<u8>) -> Vec<u8> {
    if let [first, _, _, super::iim::MARK, ..] = *records
        && first != super::iim::MARK
    {
        records.chunks_exact_mut(4).for_each(<[u8]>::reverse);
    }
    records
}

/// The byte order of UTF-16, which programs often take from elsewhere than the file: that in which
/// more characters are Latin, else the file's.
fn is_little(words: &[u8], file: bool) -> bool {
    let zeros = |at| words.iter().skip(at).step_by(2).filter(|byte| **byte == 0).count();
    match zeros(1).cmp(&zeros(0)) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => file,
        std::cmp::Ordering::Greater => true,
    }
}

fn list(texts: Option<&str>) -> Vec<String> {
    let mut found = Vec::new();
    for part in texts.into_iter().flat_map(|text| text.split(';')) {
        add(&mut found, line(part));
    }
    found
}

/// Whether a comment is more than a program's notes: letters for the most part, and a space or a
/// letter beyond English.
fn reads_as_words(comment: &str) -> bool {
    let letters = comment.chars().filter(|c| c.is_alphabetic()).count();
    let signs = comment.chars().filter(|c| !c.is_whitespace()).count();
    let words = comment.trim().contains(' ') || !comment.is_ascii();
    words && signs < letters.saturating_mul(2)
}

/// Whether a description is what a camera writes of its own accord.
fn is_of_camera(text: &str) -> bool {
    let text = text.to_uppercase();
    ["DIGITAL CAMERA", "CAMERA PICTURES", "DIGITAL STILLCAMERA"]
        .iter()
        .any(|end| text.ends_with(end))
        || ["SONY DSC", "DCF 1.0", "EXIF_JPEG_PICTURE", "DEFAULT"].contains(&text.as_str())
        || ["DCIM\\", "<KENOX", "<DIGIMAX"].iter().any(|start| text.starts_with(start))
}
