//! The text that a file carries, to be screened.
//!
//! A publication's pages and information, a picture's descriptions (Exif, IPTC, XMP, comments), a
//! film's tags, what subtitles say.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use super::format::Format;
use super::reading::{self, Found};
use super::worker::Job;
use super::{Media, MediaError};
use crate::domain::digest::Digest;

/// Metadata stands at the beginning or the end of a picture, within so many bytes.
const EDGE: u64 = 1 << 20;

/// More text of one file is not looked at, in bytes.
const MOST: u64 = 16 << 20;

/// Shorter runs of letters are what any bytes look like.
const SHORTEST: usize = 6;

/// What a file says in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// The text, in lines.
    pub text: String,
    /// Whether there may be text that could not be read: a scan, or a page that made no sense.
    pub unread: bool,
}

/// See [`Media::words`].
pub(super) fn words(media: &Media, digest: &Digest) -> Result<Words, MediaError> {
    let (mut file, bytes) = media.blobs.open_file(digest)?;
    let format = super::probe::known(&file)?;
    if format == Format::Pdf {
        return Ok(pages(media, digest));
    }
    if format.runs() {
        let input = (file, bytes);
        return Ok(Words { text: told(media, &Job::Words, input)?, unread: false });
    }
    file.seek(SeekFrom::Start(0))?;
    let text = match format {
        Format::Jpeg => runs(&segments(&edge(&mut file, true)?)),
        _ => {
            let (head, tail) = (edge(&mut file, true)?, edge(&mut file, false)?);
            let mut text = runs(&head);
            if head != tail {
                text.push_str(&runs(&tail));
            }
            text
        }
    };
    Ok(Words { text, unread: false })
}

/// The texts in a film, a sound or subtitles.
fn told(media: &Media, job: &Job, input: (File, u64)) -> Result<String, MediaError> {
    let mut output = media.blobs.scratch_file()?;
    let (): () = media.work_through(job, input, Some(output.try_clone()?))?;
    output.seek(SeekFrom::Start(0))?;
    let mut bytes = Vec::new();
    output.take(MOST).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A publication that cannot be read is no error: whoever screens it is told.
fn pages(media: &Media, digest: &Digest) -> Words {
    match reading::found(media, digest) {
        Ok(Found { said, reading }) => {
            let unread = reading.is_unread();
            let texts = reading.pages.iter().map(|page| page.text.as_str());
            let texts: Vec<&str> = said.iter().map(String::as_str).chain(texts).collect();
            Words { text: texts.join("\n"), unread }
        }
        Err(error) => {
            tracing::warn!("a publication's text could not be read: {error}");
            Words { text: String::new(), unread: true }
        }
    }
}

/// The first or last bytes of a file.
fn edge(file: &mut File, first: bool) -> Result<Vec<u8>, MediaError> {
    let length = file.metadata()?.len();
    let from = if first { 0 } else { length.saturating_sub(EDGE) };
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.take(EDGE).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The segments of a JPEG before its picture (ITU-T T.81, annex B).
fn segments(jpeg: &[u8]) -> Vec<u8> {
    let mut at = 2_usize;
    while let Some([0xFF, kind, high, low]) = jpeg.get(at..at.saturating_add(4)) {
        if *kind == 0xDA {
            break;
        }
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        at = at.saturating_add(2).saturating_add(length.max(2));
    }
    jpeg.get(..at).unwrap_or(jpeg).to_vec()
}

/// What reads as text in any bytes, a line each: UTF-8, and UTF-16 of either order, as some programs
/// write comments.
fn runs(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.utf8_chunks() {
        keep(chunk.valid().chars(), &mut out);
    }
    for order in [u16::from_le_bytes, u16::from_be_bytes] {
        for start in [0, 1] {
            let units = bytes.get(start..).unwrap_or_default().chunks_exact(2);
            let units = units.filter_map(|pair| pair.try_into().ok()).map(order);
            // Letters of the alphabets that matter here; all else ends a run.
            let letters = char::decode_utf16(units).map(|unit| match unit {
                Ok(c) if u32::from(c) < 0x250 || ('\u{1E00}'..='\u{1EFF}').contains(&c) => c,
                _ => '\0',
            });
            keep(letters, &mut out);
        }
    }
    out
}

fn keep(letters: impl Iterator<Item = char>, out: &mut String) {
    let mut run = String::new();
    for c in letters.chain(std::iter::once('\0')) {
        if !c.is_control() {
            run.push(c);
            continue;
        }
        if SHORTEST <= run.trim().chars().count() {
            out.push_str(run.trim());
            out.push('\n');
        }
        run.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_among_other_bytes() {
        let mut bytes = b"\xFF\xD8\xFF\xFE\0\x13".to_vec();
        bytes.extend("Độ mật: MẬT\0\u{1}ab\0".bytes());
        bytes.extend("Ảnh của Lan".encode_utf16().flat_map(u16::to_le_bytes));
        let text = runs(&bytes);
        assert!(text.contains("Độ mật: MẬT") && text.contains("Ảnh của Lan"), "{text}");
        assert!(!text.contains("ab\n"), "{text}");
    }

    #[test]
    fn a_picture_is_not_read_as_text() {
        let mut jpeg = b"\xFF\xD8\xFF\xFE\0\x0Acomment!\xFF\xDA\0\x04".to_vec();
        jpeg.extend(b"not a comment");
        assert_eq!(runs(&segments(&jpeg)), "comment!\n");
    }
}
