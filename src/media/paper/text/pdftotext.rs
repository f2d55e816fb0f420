//! Text by Poppler's pdftotext.

use std::fs::File;
use std::time::Duration;

use super::super::PaperError;
use super::{Extractor, PagesText, Settings, clean};
use crate::media::programs::{Bounds, Call, ProgramError, Programs, Tool};

/// What pdftotext says of a document that opens with a password only.
const LOCKED: &str = "Incorrect password";

/// Reads the text.
///
/// The program opens its standard input by name, so that it can seek in it.
///
/// # Errors
/// [`ProgramError::Missing`], [`PaperError::Encrypted`], [`ProgramError::Time`],
/// [`PaperError::TooLarge`] for more text than allowed, [`ProgramError::Failed`], [`PaperError::Io`].
pub(super) fn pages(
    pdf: &File,
    programs: &Programs,
    settings: &Settings,
) -> Result<PagesText, PaperError> {
    let tool = Tool::Pdftotext;
    let program = programs.get(tool).ok_or(ProgramError::Missing(tool))?;
    // One more than allowed tells whether there are more.
    let last = settings.pages.saturating_add(1).to_string();
    // Raw: else it joins words that are divided at line ends, right or wrong, and tears the rows of
    // tables apart.
    let arguments = ["-raw", "-enc", "UTF-8", "-eol", "unix", "-l", &last, "/dev/stdin", "-"];
    let input = Some(pdf.try_clone()?);
    let (program, search) = (program.path.as_path(), programs.search());
    let call = Call { tool, program, arguments: &arguments, input, search };
    let time = Duration::from_secs(settings.seconds);
    let left = call.run(Bounds { time, output: settings.bytes })?;
    if !left.status.success() {
        return Err(match left.complaint.contains(LOCKED) {
            true => PaperError::Encrypted,
            false => ProgramError::failed(tool, left.complaint).into(),
        });
    }
    let text = String::from_utf8_lossy(&left.output);
    // Each page is ended by a form feed; a font cannot make one up, pdftotext takes it for a space.
    let mut pages: Vec<String> =
        text.strip_suffix('\u{c}').unwrap_or(&text).split('\u{c}').map(clean).collect();
    let cut = settings.pages < pages.len();
    pages.truncate(settings.pages);
    Ok(PagesText { pages, by: Extractor::Pdftotext, cut })
}
