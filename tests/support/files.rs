//! Small files as people send them, good and bad, and the form that carries them.

use std::io::Cursor;

use image::{ImageFormat, Rgb, RgbImage};
use lopdf::{Dictionary, Document, Object, Stream, dictionary};

use super::ask::Ask;

const BOUNDARY: &str = "ranh-gioi-cua-bieu-mau";

/// A picture of this size, as a file of the format.
pub(crate) fn picture(format: ImageFormat, width: u32, height: u32) -> Vec<u8> {
    let shade = |n: u32| u8::try_from(n % 251).unwrap();
    let picture = RgbImage::from_fn(width, height, |x, y| Rgb([shade(x), shade(y), shade(x + y)]));
    let mut out = Cursor::new(Vec::new());
    picture.write_to(&mut out, format).unwrap();
    out.into_inner()
}

pub(crate) fn jpeg() -> Vec<u8> {
    picture(ImageFormat::Jpeg, 64, 48)
}

/// A PNG of a few hundred bytes whose header claims this size.
pub(crate) fn png_that_claims(width: u32, height: u32) -> Vec<u8> {
    let mut png = picture(ImageFormat::Png, 1, 1);
    // The header chunk: length, name, width, height, five bytes, checksum of all but the length.
    png.splice(16..20, width.to_be_bytes());
    png.splice(20..24, height.to_be_bytes());
    let mut checksum = flate2::Crc::new();
    checksum.update(png.get(12..29).unwrap());
    png.splice(29..33, checksum.sum().to_be_bytes());
    png
}

/// A document with a page for each text, of ASCII letters, and an outline with a line for each.
pub(crate) fn book(pages: &[&str]) -> Vec<u8> {
    let mut document = Document::with_version("1.7");
    let tree = document.new_object_id();
    let font = document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica",
        "Encoding" => "WinAnsiEncoding",
    });
    let mut kids: Vec<Object> = Vec::new();
    for text in pages {
        let lines: String = text.lines().map(|line| format!("({line}) Tj 0 -28 Td ")).collect();
        let content = format!("BT /F1 20 Tf 50 760 Td {lines}ET").into_bytes();
        let content = document.add_object(Stream::new(Dictionary::new(), content));
        let resources = dictionary! { "Font" => dictionary! { "F1" => font } };
        let page = dictionary! {
            "Type" => "Page", "Parent" => tree, "Contents" => content, "Resources" => resources,
            "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
        };
        kids.push(document.add_object(page).into());
    }
    finished(document, tree, kids)
}

/// A document of one page that is a picture, a JPEG of this size.
pub(crate) fn scan(jpeg: Vec<u8>, width: u32, height: u32) -> Vec<u8> {
    let mut document = Document::with_version("1.7");
    let tree = document.new_object_id();
    let picture = dictionary! {
        "Type" => "XObject", "Subtype" => "Image", "Width" => width, "Height" => height,
        "ColorSpace" => "DeviceRGB", "BitsPerComponent" => 8, "Filter" => "DCTDecode",
    };
    let picture = document.add_object(Stream::new(picture, jpeg).with_compression(false));
    let content = b"q 595 0 0 842 0 0 cm /Im Do Q".to_vec();
    let content = document.add_object(Stream::new(Dictionary::new(), content));
    let resources = dictionary! { "XObject" => dictionary! { "Im" => picture } };
    let page = document.add_object(dictionary! {
        "Type" => "Page", "Parent" => tree, "Contents" => content, "Resources" => resources,
        "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
    });
    finished(document, tree, vec![page.into()])
}

fn finished(mut document: Document, tree: lopdf::ObjectId, kids: Vec<Object>) -> Vec<u8> {
    let count = i64::try_from(kids.len()).unwrap();
    let outline = document.new_object_id();
    let first = document.add_object(dictionary! {
        "Title" => Object::string_literal("Chapter one"), "Parent" => outline,
        "Dest" => vec![kids[0].clone(), "Fit".into()],
    });
    let contents = dictionary! { "Type" => "Outlines", "First" => first, "Last" => first };
    document.objects.insert(outline, contents.into());
    let pages = dictionary! { "Type" => "Pages", "Count" => count, "Kids" => kids };
    document.objects.insert(tree, pages.into());
    let catalog = document.add_object(dictionary! {
        "Type" => "Catalog", "Pages" => tree, "Outlines" => outline,
    });
    document.trailer.set("Root", catalog);
    let mut out = Vec::new();
    document.save_to(&mut out).unwrap();
    out
}

/// A document of one page.
pub(crate) fn pdf() -> Vec<u8> {
    let mut document = Document::with_version("1.7");
    let tree = document.new_object_id();
    let text = b"BT /F1 12 Tf 72 720 Td (Dak Lak) Tj ET".to_vec();
    let content = document.add_object(Stream::new(Dictionary::new(), text));
    let page = document.add_object(dictionary! {
        "Type" => "Page", "Parent" => tree, "Contents" => content,
        "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
    });
    let kids: Vec<Object> = vec![page.into()];
    document
        .objects
        .insert(tree, dictionary! { "Type" => "Pages", "Count" => 1, "Kids" => kids }.into());
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", catalog);
    let mut out = Vec::new();
    document.save_to(&mut out).unwrap();
    out
}

/// One part of a form: its name, its file name, its bytes.
pub(crate) type Part<'a> = (&'a str, Option<&'a str>, &'a [u8]);

/// The body of a `multipart/form-data` request.
pub(crate) fn form(parts: &[Part<'_>]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, file, bytes) in parts {
        let file = file.map(|file| format!("; filename=\"{file}\"")).unwrap_or_default();
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    body
}

impl Ask<'_> {
    /// Sends a form.
    pub(crate) fn form(self, parts: &[Part<'_>]) -> Self {
        self.raw(&format!("multipart/form-data; boundary={BOUNDARY}"), form(parts))
    }

    /// Sends one file without a description.
    pub(crate) fn file(self, name: &str, bytes: &[u8]) -> Self {
        self.form(&[("file", Some(name), bytes)])
    }
}
