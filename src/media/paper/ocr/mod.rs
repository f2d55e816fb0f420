//! Text of scanned pages by Tesseract, where it is installed.

mod languages;
mod tsv;

use std::ffi::OsStr;
use std::fs::File;
use std::io::{Seek, Write};
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use image::{RgbImage, imageops};
use rustix::fs::{MemfdFlags, memfd_create};
use serde::{Deserialize, Serialize};

use super::PaperError;
use super::render::{PIXELS, Renderer};
use crate::media::programs::{Bounds, Call, Program, ProgramError, Programs, Tool};

use languages::{Plan, plan};
pub use languages::{available, code};

/// The most bytes that Tesseract may say of one page: about 100,000 words.
const OUTPUT: usize = 8 << 20;

/// Below this confidence, a page may lie on its side: text that does gives about 43, the worst
/// upright scans 80.
const UPRIGHT: f32 = 65.0;

/// From this share on of letters with Vietnamese marks, a page is Vietnamese: pages of text have 0.25
/// to 0.32, tables 0.18, pages in other languages less than 0.05.
const VIETNAMESE: f64 = 0.1;

/// How Tesseract takes a page apart.
#[derive(Clone, Copy)]
enum Layout {
    /// By columns and blocks.
    Upright,
    /// The same, after finding out which side is up.
    Turned,
}

/// How pages are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Pixels to the inch at which pages are drawn; default 200. More does not make office scans
    /// more legible, only slower; print of less than seven points is worth 300.
    pub dpi: u32,
    /// Seconds that recognising one page may take; default 60.
    pub seconds: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { dpi: 200, seconds: 60 }
    }
}

/// A word on a picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Word {
    /// Its letters, in Unicode NFC.
    pub text: String,
    /// How sure the recognition is, 0 to 100.
    pub confidence: f32,
    /// Pixels from the left edge of the picture.
    pub left: u32,
    /// Pixels from its upper edge.
    pub top: u32,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

/// What was read on a picture.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Recognised {
    /// The text in Unicode NFC: lines as on the picture, words divided at their ends left divided,
    /// an empty line between paragraphs.
    pub text: String,
    /// How sure the recognition is, 0 to 100: the mean over the words, by their length; 0 if there
    /// are none.
    pub confidence: f32,
    /// The words in reading order, with their places.
    pub words: Vec<Word>,
}

/// Reads a picture of a page.
///
/// `langs` are the languages of the text as BCP 47 tags, the main one first; those without data are
/// left out. `settings.dpi` has to be the picture's. A page on its side is read too. A page is read
/// once more with English data if English is asked for beside Vietnamese and the page turns out not
/// to be Vietnamese.
///
/// # Errors
/// [`ProgramError::Missing`] without Tesseract, [`PaperError::Language`] without data for any of
/// `langs`, [`PaperError::Pixels`] for an empty picture or one of more than 40 million pixels,
/// [`ProgramError::Time`], [`PaperError::TooLarge`], [`ProgramError::Failed`], [`PaperError::Io`].
pub fn recognise(
    picture: &RgbImage,
    langs: &[&str],
    programs: &Programs,
    settings: Settings,
) -> Result<Recognised, PaperError> {
    let tesseract = programs.get(Tool::Tesseract).ok_or(ProgramError::Missing(Tool::Tesseract))?;
    let Plan { first, second } = plan(langs, programs)?;
    let (width, height) = (u64::from(picture.width()), u64::from(picture.height()));
    let pixels = width.saturating_mul(height);
    if pixels == 0 || u64::from(PIXELS) < pixels {
        return Err(PaperError::Pixels { width, height });
    }
    let page = Page {
        picture: in_memory(picture)?,
        tesseract,
        search: programs.search(),
        dpi: settings.dpi,
        end: Instant::now() + Duration::from_secs(settings.seconds),
    };
    let mut best = page.read(&first, Layout::Upright)?;
    let mut layout = Layout::Upright;
    if best.confidence < UPRIGHT && programs.orientation() {
        let turned = page.read(&first, Layout::Turned);
        if best.take_better(turned) {
            layout = Layout::Turned;
        }
    }
    if let Some(second) = second
        && marked(&best.text) < VIETNAMESE
    {
        best.take_better(page.read(&second, layout));
    }
    Ok(best)
}

impl Recognised {
    /// Takes another reading for this one if it is surer; says whether it did. One that failed is
    /// none.
    fn take_better(&mut self, other: Result<Self, PaperError>) -> bool {
        match other {
            Ok(other) if self.confidence < other.confidence => {
                *self = other;
                true
            }
            _ => false,
        }
    }
}

/// The share of letters with marks as Vietnamese has them, 0 to 1; 0 without letters.
fn marked(text: &str) -> f64 {
    let count = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    let letters = text.chars().filter(|c| c.is_alphabetic());
    let marked = letters.clone().filter(|c| !c.is_ascii() && c.is_lowercase() | c.is_uppercase());
    count(marked.count()) / count(letters.count().max(1))
}

/// A page to be read.
struct Page<'a> {
    picture: File,
    tesseract: &'a Program,
    search: &'a OsStr,
    dpi: u32,
    end: Instant,
}

impl Page<'_> {
    /// Reads it with this data, in the time that is left.
    fn read(&self, data: &str, layout: Layout) -> Result<Recognised, PaperError> {
        let mut input = self.picture.try_clone()?;
        input.rewind()?;
        let dpi = self.dpi.to_string();
        let psm = match layout {
            Layout::Upright => "3",
            Layout::Turned => "1",
        };
        let arguments =
            ["-", "-", "-l", data, "--dpi", &dpi, "--psm", psm, "-c", "tessedit_create_tsv=1"];
        let call = Call {
            tool: Tool::Tesseract,
            program: &self.tesseract.path,
            arguments: &arguments,
            input: Some(input),
            search: self.search,
        };
        let time = self.end.saturating_duration_since(Instant::now());
        let left = call.run(Bounds { time, output: OUTPUT })?;
        if !left.status.success() {
            return Err(ProgramError::failed(Tool::Tesseract, left.complaint).into());
        }
        Ok(tsv::read(&String::from_utf8_lossy(&left.output)))
    }
}

/// Draws pages and reads them, one after the other.
///
/// `done` gets each page's number, from 0, and what was read on it, as soon as it is; it says whether
/// to go on. A page that cannot be drawn or read does not stop the others.
///
/// # Errors
/// [`ProgramError::Missing`] and [`PaperError::Language`], before any page.
pub fn pages(
    document: &Renderer,
    numbers: impl IntoIterator<Item = usize>,
    langs: &[&str],
    (programs, settings): (&Programs, Settings),
    mut done: impl FnMut(usize, Result<Recognised, PaperError>) -> ControlFlow<()>,
) -> Result<(), PaperError> {
    if programs.get(Tool::Tesseract).is_none() {
        return Err(ProgramError::Missing(Tool::Tesseract).into());
    }
    plan(langs, programs)?;
    for number in numbers {
        let read = document
            .width_at(number, settings.dpi)
            .and_then(|width| document.render(number, width))
            .and_then(|picture| recognise(&picture, langs, programs, settings));
        if done(number, read).is_break() {
            break;
        }
    }
    Ok(())
}

/// The picture in grey as a file in memory, in the format that costs least to write and to read
/// (PGM, the binary one).
fn in_memory(picture: &RgbImage) -> Result<File, PaperError> {
    let memory = memfd_create("page", MemfdFlags::CLOEXEC).map_err(std::io::Error::from)?;
    let mut file = File::from(memory);
    let grey = imageops::grayscale(picture);
    write!(file, "P5\n{} {}\n255\n", grey.width(), grey.height())?;
    file.write_all(grey.as_raw())?;
    file.rewind()?;
    Ok(file)
}
