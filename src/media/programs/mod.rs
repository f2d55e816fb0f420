//! Which optional programs this system has.

mod call;
mod error;

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

pub(in crate::media) use call::{Bounds, Call, Left};
pub use error::ProgramError;

/// What asking a program for its version may take.
const PROBE: Bounds = Bounds { time: Duration::from_secs(5), output: 64 * 1024 };

/// What Tesseract calls its data for finding out which side is up.
const ORIENTATION: &str = "osd";

/// The longest version that is kept, in characters.
const VERSION: usize = 80;

/// A program that is used where it is installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tool {
    /// Text recognition, of Tesseract.
    Tesseract,
    /// Text of PDF documents, of Poppler.
    Pdftotext,
    /// Pictures of PDF pages, of Poppler.
    Pdftoppm,
    /// Films, of `FFmpeg`.
    Ffmpeg,
    /// What is in a film, of `FFmpeg`.
    Ffprobe,
    /// HEIC and AVIF pictures, of libheif; called `heif-convert` before its version 1.19.
    HeifDec,
}

impl Tool {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Tesseract,
        Self::Pdftotext,
        Self::Pdftoppm,
        Self::Ffmpeg,
        Self::Ffprobe,
        Self::HeifDec,
    ];

    /// The names under which it may be installed, the best first.
    #[must_use]
    pub const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Tesseract => &["tesseract"],
            Self::Pdftotext => &["pdftotext"],
            Self::Pdftoppm => &["pdftoppm"],
            Self::Ffmpeg => &["ffmpeg"],
            Self::Ffprobe => &["ffprobe"],
            Self::HeifDec => &["heif-dec", "heif-convert"],
        }
    }

    const fn ask_version(self) -> &'static str {
        match self {
            Self::Pdftotext | Self::Pdftoppm => "-v",
            Self::Ffmpeg | Self::Ffprobe => "-version",
            Self::Tesseract | Self::HeifDec => "--version",
        }
    }
}

impl fmt::Display for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.names().first().unwrap_or(&""))
    }
}

/// An installed program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    /// Which.
    pub tool: Tool,
    /// Where it lies; absolute.
    pub path: PathBuf,
    /// The first line that it says about its version, of 80 characters at most; empty if it says
    /// nothing in time.
    pub version: String,
}

/// The optional programs of this system, found once.
///
/// It goes to worker processes as JSON: they have no environment to look around in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Programs {
    /// The folders that were looked into, as in `PATH`.
    search: OsString,
    installed: Vec<Program>,
    /// What Tesseract calls the languages that it has data for.
    languages: Vec<String>,
    /// Whether Tesseract can find out which side of a page is up.
    orientation: bool,
}

impl Programs {
    /// Looks for them in the absolute folders of `path`, which is written as the variable `PATH` is.
    ///
    /// Each that is found is run to ask for its version, for five seconds at most.
    #[must_use]
    pub fn find(path: &OsStr) -> Self {
        let mut found = Self { search: path.to_owned(), ..Self::default() };
        for tool in Tool::ALL {
            let Some(path) = tool.names().iter().find_map(|name| executable(path, name)) else {
                continue;
            };
            let mut program = Program { tool, path, version: String::new() };
            program.version = version(&program, &found.search);
            if tool == Tool::Tesseract {
                found.languages = languages(&program, &found.search);
                found.orientation = found.languages.iter().any(|name| name == ORIENTATION);
                found.languages.retain(|name| name != ORIENTATION);
            }
            found.installed.push(program);
        }
        found
    }

    /// No program at all.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// All that are installed.
    #[must_use]
    pub fn installed(&self) -> &[Program] {
        &self.installed
    }

    /// One of them, if it is installed.
    #[must_use]
    pub fn get(&self, tool: Tool) -> Option<&Program> {
        self.installed.iter().find(|program| program.tool == tool)
    }

    /// The languages that Tesseract has data for, by its own names (`vie`, `chi_sim`).
    #[must_use]
    pub fn languages(&self) -> &[String] {
        &self.languages
    }

    pub(in crate::media) const fn orientation(&self) -> bool {
        self.orientation
    }

    #[cfg(test)]
    pub(in crate::media) fn with_languages(names: &[&str]) -> Self {
        Self { languages: names.iter().map(ToString::to_string).collect(), ..Self::default() }
    }

    pub(in crate::media) fn search(&self) -> &OsStr {
        &self.search
    }
}

/// The first file of this name that may be run, in an absolute folder of `path`.
fn executable(path: &OsStr, name: &str) -> Option<PathBuf> {
    std::env::split_paths(path)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(name))
        .find(|file| is_executable(file))
}

fn is_executable(file: &Path) -> bool {
    file.metadata().is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

fn ask(program: &Program, argument: &str, search: &OsStr) -> Result<Left, ProgramError> {
    let Program { tool, path, .. } = program;
    Call { tool: *tool, program: path, arguments: &[argument], input: None, search }.run(PROBE)
}

fn version(program: &Program, search: &OsStr) -> String {
    let Ok(said) = ask(program, program.tool.ask_version(), search) else { return String::new() };
    let output = String::from_utf8_lossy(&said.output);
    let line = output.lines().chain(said.complaint.lines()).find(|line| !line.trim().is_empty());
    let plain = line.unwrap_or_default().trim().chars().filter(|c| !c.is_control());
    plain.take(VERSION).collect()
}

/// The data that Tesseract lists.
fn languages(program: &Program, search: &OsStr) -> Vec<String> {
    let Ok(said) = ask(program, "--list-langs", search) else { return Vec::new() };
    let output = String::from_utf8_lossy(&said.output);
    // A headline stands before them.
    let names = output.lines().skip(1).map(str::trim);
    names.filter(|name| is_language(name)).map(str::to_owned).collect()
}

/// Whether this may be a name of language data, which is a file's name before its extension.
fn is_language(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '/';
    !name.is_empty() && name.chars().all(plain)
}
