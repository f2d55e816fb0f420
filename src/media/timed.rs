//! Films, sounds and subtitles, in the worker process: what they are, what they say, and their
//! releases.

use std::fs::File;
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::av::{self, AvError, Codec, Cues};
use super::format::Format;
use super::{MediaError, probe};

/// More bytes of subtitles are not read; it is what [`av::webvtt`] takes, and one more.
const SUBTITLES: u64 = (4 << 20) + 1;

/// What a file is called that is no film after all; only that kind is refused without a name.
const FILM: &str = Format::Mp4.media_type();

/// What there is to know of a film, a sound or subtitles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Facts {
    /// How long it runs, in milliseconds, where it says so; at least 1. Subtitles do not.
    pub(super) duration: Option<u64>,
    /// Width and height in pixels as it is seen; none for what is only heard.
    pub(super) size: Option<(u32, u32)>,
    /// How film and sound are coded: `avc`, `aac` …
    pub(super) codecs: Vec<String>,
    /// Whether there is a film in it.
    pub(super) film: bool,
}

/// Reads what it is. Runs in the worker process.
///
/// # Errors
/// [`MediaError::Unsupported`], [`MediaError::Corrupt`], [`MediaError::Encrypted`] and
/// [`MediaError::TooComplex`] say what the uploader can mend.
pub(super) fn facts(file: &File) -> Result<Facts, MediaError> {
    if probe::known(file)? == Format::Vtt {
        subtitles(file)?;
        return Ok(Facts { duration: None, size: None, codecs: Vec::new(), film: false });
    }
    let mut source = file;
    let found = av::probe(&mut source).map_err(refused)?;
    let format = Format::named(found.media_type);
    if !format.is_some_and(Format::runs) {
        return Err(MediaError::Unsupported { found: found.media_type.to_owned() });
    }
    Ok(Facts {
        duration: found.duration_ms.filter(|duration| 0 < *duration),
        size: found.size.filter(|(width, height)| 0 < *width && 0 < *height),
        codecs: [&found.video, &found.audio].into_iter().flatten().map(name).collect(),
        film: found.video.is_some(),
    })
}

/// Writes its texts, a line each: of subtitles all, of a film those of its tags, subtitles and
/// chapters. Runs in the worker process.
///
/// # Errors
/// As [`facts`].
pub(super) fn words(file: &File, out: impl Write) -> Result<(), MediaError> {
    let lines = match probe::known(file)? {
        Format::Vtt => subtitles(file)?.lines,
        _ => {
            let mut source = file;
            av::probe(&mut source).map_err(refused)?.words
        }
    };
    let mut out = BufWriter::new(out);
    for line in lines {
        writeln!(out, "{line}")?;
    }
    Ok(out.flush()?)
}

/// Writes its release: the same streams without metadata; of subtitles, their cues. Runs in the
/// worker process.
///
/// # Errors
/// As [`facts`], and those of `out`.
pub(super) fn clean(file: &File, out: impl Write) -> Result<(), MediaError> {
    let mut out = BufWriter::with_capacity(1 << 20, out);
    match probe::known(file)? {
        Format::Vtt => out.write_all(subtitles(file)?.clean.as_bytes())?,
        _ => {
            let mut source = file;
            av::clean(&mut source, &mut out).map_err(refused)?;
        }
    }
    Ok(out.flush()?)
}

/// The cues of a file of subtitles, its text composed (Unicode NFC).
///
/// # Errors
/// [`MediaError::Corrupt`] for what breaks a rule or is not UTF-8, [`MediaError::TooComplex`].
pub(super) fn subtitles(mut file: &File) -> Result<Cues, MediaError> {
    file.seek(SeekFrom::Start(0))?;
    let mut bytes = Vec::new();
    file.take(SUBTITLES).read_to_end(&mut bytes)?;
    let text = String::from_utf8(bytes).map_err(|_other| {
        MediaError::corrupt(Format::Vtt.media_type(), "it is not written in UTF-8")
    })?;
    av::webvtt(&text.nfc().collect::<String>()).map_err(refused)
}

/// What is wrong with a film, a sound or subtitles, as of any file.
pub(super) fn refused(error: AvError) -> MediaError {
    match error {
        AvError::Unsupported(what) => MediaError::Unsupported { found: format!("{FILM} ({what})") },
        AvError::Corrupt { media_type, detail } => MediaError::corrupt(media_type, detail),
        AvError::NoTrack => MediaError::corrupt(FILM, error.to_string()),
        AvError::Encrypted => MediaError::Encrypted,
        AvError::TooComplex(what) => MediaError::TooComplex(what),
        AvError::Io(error) => error.into(),
    }
}

/// A coding by its short name.
fn name(codec: &Codec) -> String {
    let name = match codec {
        Codec::Avc => "avc",
        Codec::Hevc => "hevc",
        Codec::Vvc => "vvc",
        Codec::Av1 => "av1",
        Codec::Vp8 => "vp8",
        Codec::Vp9 => "vp9",
        Codec::Mpeg4 => "mpeg4",
        Codec::ProRes => "prores",
        Codec::Aac => "aac",
        Codec::Mp3 => "mp3",
        Codec::Opus => "opus",
        Codec::Vorbis => "vorbis",
        Codec::Flac => "flac",
        Codec::Alac => "alac",
        Codec::Ac3 => "ac3",
        Codec::Pcm => "pcm",
        // Whatever its maker calls it, letters and digits of it.
        Codec::Other(name) => return name.chars().filter(char::is_ascii_alphanumeric).collect(),
    };
    name.to_owned()
}
