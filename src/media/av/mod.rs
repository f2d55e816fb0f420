//! Films and sound: what they are, and their release without metadata.
//!
//! Read are MP4, M4A and `QuickTime` files (ISO/IEC 14496-12), `WebM` and Matroska (RFC 9559), MP3
//! (ISO/IEC 11172-3 and 13818-3, layer III) and WAV (RIFF). Nothing is decoded: the streams
//! themselves are copied as they are, with what an encoder may have written into them, such as its
//! own name; so are subtitles and chapters.
//!
//! One walk over a file gives both what it tells and what has to go, so that nothing is reported
//! that stays and nothing goes unseen. What is kept is on a list; all else is overwritten. In the
//! first two kinds of files all bytes keep their places, so no offset has to be mended.

mod iso;
mod matroska;
mod mp3;
mod notes;
mod plan;
mod source;
mod streams;
mod wav;
mod webvtt;

#[cfg(test)]
mod tests;

use std::io::{self, Read, Seek, Write};

use thiserror::Error;

pub use webvtt::{Cues, webvtt};

use notes::Notes;
use plan::Piece;
use source::Source;

/// What a film or a sound recording is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Av {
    /// Its type by what it holds, as `video/mp4` or `audio/webm`.
    pub media_type: &'static str,
    /// How long it runs, in milliseconds; `None` where the file does not say.
    pub duration_ms: Option<u64>,
    /// Width and height in pixels as it is seen, after a quarter turn too.
    pub size: Option<(u32, u32)>,
    /// How the first film track is coded.
    pub video: Option<Codec>,
    /// How the first sound track is coded.
    pub audio: Option<Codec>,
    /// What the metadata would give away, each kind once. A cleaned file has none.
    pub traces: Vec<Trace>,
    /// The title among its tags.
    pub title: Option<String>,
    /// All texts among its tags, the title too, and those of subtitles and chapters, to be screened:
    /// at most 5,000, each of at most 4,096 characters.
    pub words: Vec<String>,
}

/// What metadata gives away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trace {
    /// Where it was made, once or all along.
    Location,
    /// With which camera or program.
    Device,
    /// What somebody wrote about it.
    Comment,
    /// Anything else: names, dates, covers, attached files.
    Tags,
}

/// How a track is coded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Codec {
    /// H.264, MPEG-4 part 10.
    Avc,
    /// H.265.
    Hevc,
    /// H.266.
    Vvc,
    /// AV1.
    Av1,
    /// VP8.
    Vp8,
    /// VP9.
    Vp9,
    /// MPEG-4 part 2.
    Mpeg4,
    /// Apple's `ProRes`.
    ProRes,
    /// Advanced Audio Coding.
    Aac,
    /// MPEG layer III.
    Mp3,
    /// Opus.
    Opus,
    /// Vorbis.
    Vorbis,
    /// Free Lossless Audio Codec.
    Flac,
    /// Apple Lossless.
    Alac,
    /// Dolby AC-3 or E-AC-3.
    Ac3,
    /// Samples as they are.
    Pcm,
    /// Another, by the name that the file gives it, of at most 32 characters.
    Other(String),
}

/// What can go wrong with a film or a sound recording.
#[derive(Debug, Error)]
pub enum AvError {
    /// Not of a kind that is read, or of a variant that cannot be cleaned.
    #[error("this kind of film or sound is not accepted: {0}")]
    Unsupported(&'static str),
    /// Truncated, damaged, or not made by its format's rules.
    #[error("the file is damaged or incomplete ({media_type}: {detail})")]
    Corrupt {
        /// The media type that it began as.
        media_type: &'static str,
        /// What does not fit.
        detail: String,
    },
    /// No track of film or sound in it.
    #[error("there is no film and no sound in the file")]
    NoTrack,
    /// Its streams are behind a key.
    #[error("the file is encrypted")]
    Encrypted,
    /// More pieces than a film has.
    #[error("the file has too many {0}")]
    TooComplex(&'static str),
    /// The disk.
    #[error("file failure")]
    Io(#[from] io::Error),
}

impl AvError {
    fn corrupt(media_type: &'static str, detail: impl Into<String>) -> Self {
        Self::Corrupt { media_type, detail: detail.into() }
    }
}

/// What one walk over a file finds.
#[derive(Debug, Default)]
struct Survey {
    media_type: &'static str,
    duration_ms: Option<u64>,
    size: Option<(u32, u32)>,
    video: Option<Codec>,
    audio: Option<Codec>,
    notes: Notes,
    /// The cleaned file.
    pieces: Vec<Piece>,
}

/// Reads what a film or a sound recording is. The file is whole as far as its structure tells, and
/// there is something to play in it.
///
/// # Errors
/// [`AvError::Unsupported`] to [`AvError::TooComplex`] say what the uploader can mend;
/// [`AvError::Io`] is the disk's.
pub fn probe(source: &mut (impl Read + Seek)) -> Result<Av, AvError> {
    let survey = survey(&mut Source::new(source)?)?;
    let Notes { traces, title, words, .. } = survey.notes;
    Ok(Av {
        media_type: survey.media_type,
        duration_ms: survey.duration_ms,
        size: survey.size,
        video: survey.video,
        audio: survey.audio,
        traces: traces.into_iter().collect(),
        title,
        words,
    })
}

/// Writes the file to `out` without its metadata: the same streams, to the byte.
///
/// Gone are places, devices, names, dates, comments, covers, attached files, tracks of data
/// (positions, timecodes) with all that they hold, and all that is not known. Cleaning a cleaned
/// file changes nothing.
///
/// # Errors
/// As [`probe`], and those of `out`.
pub fn clean(source: &mut (impl Read + Seek), out: &mut impl Write) -> Result<(), AvError> {
    let mut source = Source::new(source)?;
    let survey = survey(&mut source)?;
    plan::write(&mut source, &survey.pieces, out)
}

/// Tells the kind by the first bytes.
fn survey(source: &mut Source<'_>) -> Result<Survey, AvError> {
    let head = source.head()?;
    match head {
        [_, _, _, _, b'f', b't', b'y', b'p', ..]
        | [_, _, _, _, b'm', b'o', b'o', b'v', ..]
        | [_, _, _, _, b'm', b'd', b'a', b't', ..]
        | [_, _, _, _, b'w', b'i', b'd', b'e', ..] => iso::survey(source),
        [0x1A, 0x45, 0xDF, 0xA3, ..] => matroska::survey(source),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E'] => wav::survey(source),
        [b'I', b'D', b'3', ..] => mp3::survey(source),
        [0xFF, second, ..] if second & 0xE0 == 0xE0 => mp3::survey(source),
        _ => Err(AvError::Unsupported("it does not begin as one")),
    }
}

/// A length in time units, in milliseconds.
fn milliseconds(units: u64, per_second: u32) -> Option<u64> {
    let per_second = u128::from(per_second);
    let milliseconds = (u128::from(units) * 1000).checked_div(per_second)?;
    u64::try_from(milliseconds).ok()
}
