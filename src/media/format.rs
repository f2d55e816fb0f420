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
    Heic,
    Avif,
    Pdf,
    Mp4,
    WebM,
    Mp3,
    Wav,
    Vtt,
}

impl Format {
    const ALL: [Self; 14] = [
        Self::Jpeg,
        Self::Png,
        Self::WebP,
        Self::Tiff,
        Self::Gif,
        Self::Bmp,
        Self::Heic,
        Self::Avif,
        Self::Pdf,
        Self::Mp4,
        Self::WebM,
        Self::Mp3,
        Self::Wav,
        Self::Vtt,
    ];

    /// Its media type; of a film without pictures see [`Format::of_sound`].
    pub(super) const fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::WebP => "image/webp",
            Self::Tiff => "image/tiff",
            Self::Gif => "image/gif",
            Self::Bmp => "image/bmp",
            Self::Heic => "image/heic",
            Self::Avif => "image/avif",
            Self::Pdf => "application/pdf",
            Self::Mp4 => "video/mp4",
            Self::WebM => "video/webm",
            Self::Mp3 => "audio/mpeg",
            Self::Wav => "audio/wav",
            Self::Vtt => "text/vtt",
        }
    }

    /// Its media type where there is nothing to be seen in it.
    pub(super) const fn of_sound(self) -> &'static str {
        match self {
            Self::Mp4 => "audio/mp4",
            Self::WebM => "audio/webm",
            other => other.media_type(),
        }
    }

    /// Whether it runs in time: a film, a sound, subtitles.
    pub(super) const fn runs(self) -> bool {
        matches!(self, Self::Mp4 | Self::WebM | Self::Mp3 | Self::Wav | Self::Vtt)
    }

    /// Whether a program of the system has to make a picture of it before it can be seen.
    pub(super) const fn needs_program(self) -> bool {
        matches!(self, Self::Heic | Self::Avif | Self::Mp4 | Self::WebM)
    }

    /// How its metadata is read, if it has any that is.
    pub(super) const fn described(self) -> Option<metadata::Format> {
        Some(match self {
            Self::Jpeg => metadata::Format::Jpeg,
            Self::Png => metadata::Format::Png,
            Self::WebP => metadata::Format::WebP,
            Self::Tiff => metadata::Format::Tiff,
            Self::Gif => metadata::Format::Gif,
            Self::Heic | Self::Avif => metadata::Format::Heic,
            _ => return None,
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
        let is_it = |format: &Self| [format.media_type(), format.of_sound()].contains(&media_type);
        Self::ALL.into_iter().find(is_it)
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
            && format.is_none_or(|format| says != format.of_sound())
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
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => Some(Format::Wav),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => of_brands(head),
        // Only one of its kinds is called so within its first header (RFC 9559, section 5.1).
        [0x1A, 0x45, 0xDF, 0xA3, ..] => within(head, b"webm").then_some(Format::WebM),
        // Tags, or a frame of layer III (ISO/IEC 11172-3, section 2.4.1.3).
        [b'I', b'D', b'3', ..] => Some(Format::Mp3),
        [0xFF, second, ..] if second & 0xE6 == 0xE2 => Some(Format::Mp3),
        _ if is_vtt(head) => Some(Format::Vtt),
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
        [0xD0, 0xCF, 0x11, 0xE0, ..] => return "application/x-ole-storage",
        [_, _, _, _, b'f', b't', b'y', b'p', b'm' | b'j', ..] => return "image/heif",
        [_, _, _, _, b'f', b't', b'y', b'p', ..]
        | [_, _, _, _, b'm', b'o', b'o', b'v', ..]
        | [_, _, _, _, b'm', b'd', b'a', b't', ..]
        | [_, _, _, _, b'w', b'i', b'd', b'e', ..] => return "video/quicktime",
        [0x1A, 0x45, 0xDF, 0xA3, ..] => return "video/matroska",
        [b'O', b'g', b'g', b'S', ..] => return "application/ogg",
        [b'f', b'L', b'a', b'C', ..] => return "audio/flac",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'A', b'V', b'I', b' ', ..] => {
            return "video/x-msvideo";
        }
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

/// ISO base media files by their brands, the main one first (ISO/IEC 14496-12, section 4.3).
fn of_brands(head: &[u8]) -> Option<Format> {
    let length = head.first_chunk().map_or(0, |length| u32::from_be_bytes(*length));
    let length = usize::try_from(length).unwrap_or(usize::MAX).min(head.len());
    let brands = head.get(8..length).unwrap_or_default().as_chunks::<4>().0;
    let (main, others) = brands.split_first()?;
    match main {
        b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" => Some(Format::Heic),
        b"avif" | b"avis" => Some(Format::Avif),
        // Pictures of any coding: the others tell which. What lies between is the version.
        b"mif1" | b"msf1" if others.contains(b"avif") => Some(Format::Avif),
        b"mif1" | b"msf1" => {
            others.iter().any(|brand| brand.starts_with(b"hei")).then_some(Format::Heic)
        }
        // QuickTime, which browsers do not play, and raw pictures of cameras.
        b"qt  " | b"crx " | b"jxl " | b"jp2 " => None,
        _ => Some(Format::Mp4),
    }
}

fn within(head: &[u8], what: &[u8]) -> bool {
    let start = head.get(..64).unwrap_or(head);
    start.windows(what.len()).any(|window| window == what)
}

/// Subtitles by their signature (W3C `WebVTT`, section 4.1).
fn is_vtt(head: &[u8]) -> bool {
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let rest = text.strip_prefix(b"WEBVTT").map(<[u8]>::first);
    matches!(rest, Some(None | Some(b' ' | b'\t' | b'\n' | b'\r')))
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
    fn films_sounds_and_their_pictures_are_told_apart() {
        for (head, name, format) in [
            (&b"\0\0\0\x10ftypisom\0\0\0\0"[..], "a.mp4", Format::Mp4),
            (b"\0\0\0\x10ftypM4A \0\0\0\0", "a.m4a", Format::Mp4),
            (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "a.heic", Format::Heic),
            (b"\0\0\0\x18ftypmif1\0\0\0\0avifmif1", "a.avif", Format::Avif),
            (b"\0\0\0\x18ftypheic", "a.HEIF", Format::Heic),
            (b"\x1A\x45\xDF\xA3\x87\x42\x82\x84webm", "a.webm", Format::WebM),
            (b"\x1A\x45\xDF\xA3\x87\x42\x82\x84webm", "a.weba", Format::WebM),
            (b"ID3\x04\0\0", "a.mp3", Format::Mp3),
            (b"\xFF\xFB\x90\xC0", "a", Format::Mp3),
            (b"RIFF\x24\0\0\0WAVEfmt ", "a.wav", Format::Wav),
            (b"\xEF\xBB\xBFWEBVTT\r\n", "a.vtt", Format::Vtt),
        ] {
            assert_eq!(Format::of(head, Some(name)).unwrap(), format, "{name}");
        }
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
        assert_eq!(found(b"<html><script>", "a.vtt"), ("text/vtt", "text/html"));
        assert_eq!(found(b"\0\0\0\x10ftypisom", "a.webm"), ("video/webm", "video/mp4"));
    }

    #[test]
    fn other_types_are_named_in_the_refusal() {
        for (head, name, type_) in [
            (&b"<html><script>"[..], "a.html", "text/html"),
            (b"\xEF\xBB\xBF <svg xmlns='x'>", "a.svg", "image/svg+xml"),
            (b"<?xml version='1.0'?><svg>", "a", "image/svg+xml"),
            (b"PK\x03\x04", "a.zip", "application/zip"),
            (b"PK\x03\x04", "a.docx", "application/zip"),
            (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", "a.mov", "video/quicktime"),
            (b"\0\0\0\x08mdat", "a", "video/quicktime"),
            (b"\x1A\x45\xDF\xA3\x8B\x42\x82\x88matroska", "a.mkv", "video/matroska"),
            (b"1\n00:00:01,000 --> 00:00:02,000\nx", "a.srt", "text/plain"),
            (b"WEBVTTX", "a.txt", "text/plain"),
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
