//! What a publication says, page by page, its table of contents and the shapes of its pages.
//!
//! A reading is made of the original and kept in `derived/`, which may be deleted at any time: it is
//! made again when asked for. What was recognised on scanned pages is then to be recognised anew.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Seek, SeekFrom, Write};
use std::ops::ControlFlow;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::paper::outline::{self, Entry};
use super::paper::text::{self, quality};
use super::paper::{PaperError, Renderer, fonts, objects, ocr};
use super::programs::{ProgramError, Programs};
use super::worker::Job;
use super::{Media, MediaError, pdf};
use crate::domain::digest::Digest;
use crate::text::legacy::{self, Encoding};

/// The most bytes of text that are read of one publication: more than any book has.
const TEXT: usize = 8 << 20;

/// Seconds that a program may take in a worker, whose own time is longer.
const SECONDS: u64 = 40;

/// From this confidence on, in hundredths, a page in an old encoding is taken for one.
const SURE: f32 = 0.8;

/// Below this confidence, 0 to 100, what was recognised may be anything.
const POOR: u8 = 60;

/// What a publication says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// Its pages.
    pub pages: Vec<Page>,
    /// Its table of contents.
    pub outline: Vec<Entry>,
    /// Whether it has more text or pages than were read; what is there is its beginning.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cut: bool,
    /// Why it cannot be read at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub damaged: Option<String>,
}

/// What one page says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// In Unicode NFC, in lines; empty if nothing could be read.
    pub text: String,
    /// How it was read.
    pub by: By,
    /// How sure the recognition is, 0 to 100; nothing for a text layer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<u8>,
    /// The old encoding that its text was in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Encoding>,
    /// Width and height in points (1/72 inch), if it can be drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<(f32, f32)>,
}

/// How a page was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// It has its text with it.
    Layer,
    /// By text recognition.
    Ocr,
}

/// What a worker found in a publication.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Found {
    /// Texts beside the pages: information, notes, forms.
    pub(super) said: Vec<String>,
    pub(super) reading: Reading,
}

impl Page {
    /// Whether there is no text layer, or one that makes no sense, and nobody has tried to recognise
    /// the page.
    #[must_use]
    pub fn is_to_be_recognised(&self) -> bool {
        let looks = quality(&self.text);
        self.by == By::Layer && (looks.is_silent() || looks.is_garbled())
    }

    /// Whether there may be text on it that was not read.
    #[must_use]
    pub fn is_unread(&self) -> bool {
        let poor = self.confidence.is_some_and(|sure| sure < POOR) && !self.text.trim().is_empty();
        poor || self.is_to_be_recognised()
    }
}

impl Reading {
    /// Whether there may be text in it that was not read.
    #[must_use]
    pub fn is_unread(&self) -> bool {
        self.cut || self.pages.is_empty() || self.pages.iter().any(Page::is_unread)
    }

    /// The numbers of the pages, from 0, that are to be recognised.
    pub fn to_be_recognised(&self) -> impl Iterator<Item = usize> {
        let pages = self.pages.iter().enumerate();
        pages.filter(|(_, page)| page.is_to_be_recognised()).map(|(number, _)| number)
    }

    /// The mean confidence of the pages that were recognised and have text, 0 to 100.
    #[must_use]
    pub fn confidence(&self) -> Option<u8> {
        let pages = self.pages.iter().filter(|page| !page.text.trim().is_empty());
        let sure: Vec<u32> = pages.filter_map(|page| page.confidence.map(u32::from)).collect();
        let count = u32::try_from(sure.len()).ok().filter(|count| 0 < *count)?;
        u8::try_from(sure.iter().sum::<u32>() / count).ok()
    }
}

/// See [`Media::reading`].
pub(super) fn reading(media: &Media, digest: &Digest) -> Result<Reading, MediaError> {
    if let Some(kept) = media.derived.reading(digest)? {
        return Ok(kept);
    }
    Ok(found(media, digest)?.reading)
}

/// Reads a publication and keeps what it says of its pages.
pub(super) fn found(media: &Media, digest: &Digest) -> Result<Found, MediaError> {
    let (file, _bytes) = media.blobs.open_file(digest)?;
    let found: Result<Found, _> = ask(media, &Job::Read(media.programs().clone()), file);
    match &found {
        Ok(found) => media.derived.keep_reading(digest, &found.reading)?,
        // It would take as long each time, and say as little.
        Err(error @ (MediaError::Corrupt { .. } | MediaError::Encrypted)) => {
            let damaged = Some(error.to_string());
            media.derived.keep_reading(digest, &Reading { damaged, ..Reading::default() })?;
        }
        Err(MediaError::TooComplex(_)) => {
            media.derived.keep_reading(digest, &Reading::default())?;
        }
        Err(_ours) => {}
    }
    found
}

/// See [`Media::recognise`].
pub(super) fn recognise(
    media: &Media,
    digest: &Digest,
    page: usize,
    langs: &[String],
) -> Result<Page, MediaError> {
    let (file, _bytes) = media.blobs.open_file(digest)?;
    let (langs, programs) = (langs.to_vec(), media.programs().clone());
    ask(media, &Job::Ocr { page, langs, programs }, file)
}

/// The answer of a worker that is too long for its standard error.
fn ask<T: DeserializeOwned>(media: &Media, job: &Job, file: File) -> Result<T, MediaError> {
    let mut output = media.blobs.scratch_file()?;
    let (): () = media.work(job, file, Some(output.try_clone()?))?;
    output.seek(SeekFrom::Start(0))?;
    let read = serde_json::from_reader(BufReader::new(output));
    read.map_err(|error| MediaError::Worker(error.to_string()))
}

/// Writes what a publication says as JSON ([`Found`]). Runs in the worker process.
///
/// # Errors
/// [`MediaError::Encrypted`] and [`MediaError::Corrupt`], and those of `out`.
pub(super) fn write(pdf: &File, programs: &Programs, out: File) -> Result<(), MediaError> {
    let settings = text::Settings { seconds: SECONDS, bytes: TEXT, ..text::Settings::default() };
    let read = text::pages(pdf, programs, &settings)?;
    // Another parser, which may give up where the first did not.
    let objects = objects(pdf).ok();
    let fonts: Vec<Vec<String>> = objects.iter().flat_map(fonts::by_page).collect();
    let drawn = Renderer::open(pdf).ok();
    let cut = read.cut;
    let pages = read.pages.into_iter().enumerate().map(|(number, text)| {
        let fonts = fonts.get(number).map(Vec::as_slice).unwrap_or_default();
        let (text, encoding) = converted(text, fonts);
        let size = drawn.as_ref().and_then(|drawn| drawn.page_size(number).ok());
        Page { text, by: By::Layer, confidence: None, encoding, size }
    });
    let pages = pages.collect();
    let outline = objects.as_ref().map(outline::entries).unwrap_or_default();
    let said = objects.as_ref().map(pdf::information).unwrap_or_default();
    send(&Found { said, reading: Reading { pages, outline, cut, damaged: None } }, out)
}

/// Writes what can be recognised on a page as JSON ([`Page`]). Runs in the worker process.
///
/// # Errors
/// As [`write()`]; [`MediaError::Worker`] if it cannot be done here.
pub(super) fn write_recognised(
    pdf: &File,
    page: usize,
    langs: &[String],
    programs: &Programs,
    out: File,
) -> Result<(), MediaError> {
    let drawn = Renderer::open(pdf)?;
    let langs: Vec<&str> = langs.iter().map(String::as_str).collect();
    let settings = ocr::Settings { seconds: SECONDS, ..ocr::Settings::default() };
    let mut read = Err(PaperError::NoPage { index: page, pages: drawn.pages() });
    ocr::pages(&drawn, [page], &langs, (programs, settings), |_page, found| {
        read = found;
        ControlFlow::Break(())
    })?;
    let read = read?;
    #[expect(clippy::as_conversions, reason = "bounded: 0 to 100 fits")]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "as above")]
    let confidence = Some(read.confidence.clamp(0.0, 100.0).round() as u8);
    let size = drawn.page_size(page).ok();
    send(&Page { text: read.text, by: By::Ocr, confidence, encoding: None, size }, out)
}

fn send(value: &impl Serialize, out: File) -> Result<(), MediaError> {
    let mut out = BufWriter::new(out);
    serde_json::to_writer(&mut out, value).map_err(io::Error::from)?;
    Ok(out.flush()?)
}

/// A page's text in Unicode, and the old encoding that it was in.
fn converted(text: String, fonts: &[String]) -> (String, Option<Encoding>) {
    let by_font = fonts.iter().find_map(|font| legacy::by_font(font));
    let guess = || legacy::guess(&text).filter(|guess| SURE <= guess.confidence);
    let encoding = by_font.map(|(encoding, _capitals)| encoding);
    let Some(encoding) = encoding.or_else(|| guess().map(|guess| guess.encoding)) else {
        return (text, None);
    };
    let read = legacy::decode(encoding, &text).into_owned();
    let encoding = (read != text).then_some(encoding);
    (read, encoding)
}

impl From<PaperError> for MediaError {
    fn from(error: PaperError) -> Self {
        match error {
            PaperError::Encrypted => Self::Encrypted,
            PaperError::Corrupt(detail) => Self::corrupt(pdf::TYPE, detail),
            PaperError::NoPage { .. } => Self::corrupt(pdf::TYPE, error.to_string()),
            PaperError::Pixels { .. } | PaperError::TooLarge { .. } => Self::TooComplex("memory"),
            PaperError::Program(ProgramError::Time(_)) => Self::TooComplex("time"),
            // A program that gives up on a page has met a page that it cannot read.
            PaperError::Program(error @ ProgramError::Failed { .. }) => {
                Self::corrupt(pdf::TYPE, error.to_string())
            }
            PaperError::Io(error) => error.into(),
            PaperError::Language(_) | PaperError::Program(_) => Self::Worker(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str, by: By, confidence: Option<u8>) -> Page {
        Page { text: text.to_owned(), by, confidence, encoding: None, size: None }
    }

    #[test]
    fn what_has_no_text_is_to_be_recognised_once() {
        let said = "Lễ hội Cà phê Buôn Ma Thuột diễn ra vào tháng ba hằng năm.";
        let reading = Reading {
            pages: vec![
                page(said, By::Layer, None),
                page("", By::Layer, None),
                page("", By::Ocr, Some(0)),
                page(said, By::Ocr, Some(90)),
                page("l1 ~ |", By::Ocr, Some(20)),
            ],
            ..Reading::default()
        };
        assert_eq!(reading.to_be_recognised().collect::<Vec<_>>(), [1]);
        let unread: Vec<bool> = reading.pages.iter().map(Page::is_unread).collect();
        assert_eq!(unread, [false, true, false, false, true]);
        assert_eq!(reading.confidence(), Some(55));
        assert_eq!(Reading::default().confidence(), None);
    }

    #[test]
    fn old_encodings_become_unicode() {
        let fonts = [".VnTime".to_owned()];
        let (text, encoding) = converted("ViÖt Nam".to_owned(), &fonts);
        assert_eq!((text.as_str(), encoding), ("Việt Nam", Some(Encoding::Tcvn3)));
        let (text, encoding) = converted("Việt Nam".to_owned(), &fonts);
        assert_eq!((text.as_str(), encoding), ("Việt Nam", None));
        assert_eq!(converted("Café".to_owned(), &[]).1, None);
    }
}
