//! What a file is, by its first bytes and never by its name.

use super::{MediaError, metadata, name, office};

/// How many first bytes [`recognise`] looks at.
pub(super) const HEAD: u64 = 4096;

/// The formats that are taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Jpeg,
    Png,
    WebP,
    Tiff,
    Gif,
    Bmp,
    Pdf,
}

impl Format {
    pub(super) const fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::WebP => "image/webp",
            Self::Tiff => "image/tiff",
            Self::Gif => "image/gif",
            Self::Bmp => "image/bmp",
            Self::Pdf => "application/pdf",
        }
    }

    /// How its metadata is read, if it has any that is.
    pub(super) const fn described(self) -> Option<metadata::Format> {
        Some(match self {
            Self::Jpeg => metadata::Format::Jpeg,
            Self::Png => metadata::Format::Png,
            Self::WebP => metadata::Format::WebP,
            Self::Tiff => metadata::Format::Tiff,
            Self::Gif => metadata::Format::Gif,
            Self::Bmp | Self::Pdf => return None,
        })
    }

    /// What kind of document a file is that begins with `head` and is called `name`.
    ///
    /// # Errors
    /// [`MediaError::Empty`], [`MediaError::Unsupported`] for what is none.
    pub(super) fn document(head: &[u8], name: &str) -> Result<office::Kind, MediaError> {
        if head.is_empty() {
            return Err(MediaError::Empty);
        }
        let found = recognise(head).map_or_else(|| guess_foreign(head), Self::media_type);
        let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
        match (found, ending.as_deref()) {
            ("application/zip", Some("odt" | "ott")) => Ok(office::Kind::Odt),
            ("application/zip", Some("docx" | "docm" | "dotx" | "dotm")) => Ok(office::Kind::Docx),
            ("text/html" | "text/plain" | "application/xml", Some("html" | "htm" | "xhtml")) => {
                Ok(office::Kind::Html)
            }
            _ => Err(MediaError::Unsupported { found: found.to_owned() }),
        }
    }

    /// The format of that media type.
    pub(super) fn named(media_type: &str) -> Option<Self> {
        let all = [Self::Jpeg, Self::Png, Self::WebP, Self::Tiff, Self::Gif, Self::Bmp, Self::Pdf];
        all.into_iter().find(|format| format.media_type() == media_type)
    }

    /// The format of a file that begins with `head`.
    ///
    /// `named` is the client's name for it, checked against the content; `None` for a file that
    /// has been through this before.
    ///
    /// # Errors
    /// [`MediaError::Empty`], [`MediaError::Mismatch`] if name and content differ,
    /// [`MediaError::Unsupported`] for any other content.
    pub(super) fn of(head: &[u8], named: Option<&str>) -> Result<Self, MediaError> {
        if head.is_empty() {
            return Err(MediaError::Empty);
        }
        let format = recognise(head);
        let found = format.map_or_else(|| guess_foreign(head), Self::media_type);
        if let Some(says) = named.and_then(name::says)
            && says != found
            && !is_zip_kind(says, found)
        {
            return Err(MediaError::Mismatch { named: says, found });
        }
        format.ok_or_else(|| MediaError::Unsupported { found: found.to_owned() })
    }
}

fn recognise(head: &[u8]) -> Option<Format> {
    match head {
        [0xFF, 0xD8, 0xFF, ..] => Some(Format::Jpeg),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Some(Format::Png),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Format::WebP),
        [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..] => Some(Format::Tiff),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Format::Gif),
        // After the mark and the size come four reserved bytes, always zero in practice; they
        // keep a text that begins with "BM" from being taken for a picture.
        [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..] => Some(Format::Bmp),
        _ => trimmed(head).starts_with(b"%PDF-").then_some(Format::Pdf),
    }
}

/// A name for what is not taken in, for the refusal.
fn guess_foreign(head: &[u8]) -> &'static str {
    match head {
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => return "application/zip",
        [0x1F, 0x8B, ..] => return "application/gzip",
        [b'M', b'Z', ..] => return "application/vnd.microsoft.portable-executable",
        [0x7F, b'E', b'L', b'F', ..] => return "application/x-elf",
        [b'I', b'D', b'3', ..] => return "audio/mpeg",
        [0xD0, 0xCF, 0x11, 0xE0, ..] => return "application/x-ole-storage",
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => return of_brand(brand),
        _ => {}
    }
    let text = trimmed(head).to_ascii_lowercase();
    let has = |needle: &[u8]| text.windows(needle.len()).any(|window| window == needle);
    if text.starts_with(b"<svg") || (text.starts_with(b"<?xml") && has(b"<svg")) {
        return "image/svg+xml";
    }
    if text.starts_with(b"<!doctype html") || has(b"<html") || has(b"<script") || has(b"<body") {
        return "text/html";
    }
    if text.starts_with(b"<?xml") {
        return "application/xml";
    }
    if head.iter().all(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | 0x20..=0x7E | 0x80..)) {
        return "text/plain";
    }
    "application/octet-stream"
}

/// ISO base media files by their brand (ISO/IEC 14496-12, section 4.3).
fn of_brand(brand: &[u8]) -> &'static str {
    match brand.get(..4) {
        Some(b"heic" | b"heix" | b"hevc" | b"mif1" | b"msf1") => "image/heic",
        Some(b"avif" | b"avis") => "image/avif",
        _ => "video/mp4",
    }
}

/// A document that is a ZIP file inside is named more closely by its extension.
fn is_zip_kind(says: &str, found: &str) -> bool {
    found == "application/zip" && says.starts_with("application/vnd.openxml")
}

/// Without a byte-order mark and blanks before the first character.
fn trimmed(head: &[u8]) -> &[u8] {
    head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start()
}

#[cfg(test)]
mod tests {
    use super::*;

    const JPEG: &[u8] = b"\xFF\xD8\xFF\xE0";

    #[test]
    fn the_content_decides() {
        assert_eq!(Format::of(JPEG, None).unwrap(), Format::Jpeg);
        assert_eq!(Format::of(JPEG, Some("DSC_0001")).unwrap(), Format::Jpeg);
        assert_eq!(Format::of(b"\n%PDF-1.7", Some("a.pdf")).unwrap(), Format::Pdf);
        assert_eq!(Format::of(b"MM\0\x2A\0\0\0\x08", Some("a.TIF")).unwrap(), Format::Tiff);
        assert!(matches!(Format::of(b"", Some("a.jpg")), Err(MediaError::Empty)));
    }

    #[test]
    fn a_name_that_lies_is_refused_with_both_types() {
        let found = |head: &[u8], name: &str| match Format::of(head, Some(name)) {
            Err(MediaError::Mismatch { named, found }) => (named, found),
            other => panic!("{other:?}"),
        };
        assert_eq!(found(b"%PDF-1.4", "a.jpg"), ("image/jpeg", "application/pdf"));
        assert_eq!(found(b"<!DOCTYPE html><p>", "a.jpg"), ("image/jpeg", "text/html"));
        assert_eq!(found(JPEG, "a.png"), ("image/png", "image/jpeg"));
        assert_eq!(found(JPEG, "a.html"), ("text/html", "image/jpeg"));
    }

    #[test]
    fn other_types_are_named_in_the_refusal() {
        for (head, name, type_) in [
            (&b"<html><script>"[..], "a.html", "text/html"),
            (b"\xEF\xBB\xBF <svg xmlns='x'>", "a.svg", "image/svg+xml"),
            (b"<?xml version='1.0'?><svg>", "a", "image/svg+xml"),
            (b"PK\x03\x04", "a.zip", "application/zip"),
            (b"PK\x03\x04", "a.docx", "application/zip"),
            (b"\0\0\0\x18ftypheic", "a.heic", "image/heic"),
            (b"BM is a text", "a.txt", "text/plain"),
            (b"\x01\x02\x03", "a", "application/octet-stream"),
        ] {
            match Format::of(head, Some(name)) {
                Err(MediaError::Unsupported { found }) => assert_eq!(found, type_),
                other => panic!("{name}: {other:?}"),
            }
        }
    }
}
