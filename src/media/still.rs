//! Pictures of what this program cannot decode itself: HEIC and AVIF pictures and films, made by
//! programs of the system where they are installed.
//!
//! | file | program | what it gives |
//! |---|---|---|
//! | HEIC | `heif-dec` of libheif (`heif-convert` in older ones) | the main picture, upright |
//! | AVIF | `ffmpeg` | the main picture; its turn and its colour profile are put to it |
//! | MP4, `WebM` | `ffmpeg` | the picture at a tenth of its length, upright, its points square |
//!
//! The program is started by the worker process and inherits its limits. It reads the file as its
//! standard input and knows no name of it, and may open nothing else that a file tells it to.

use std::fs::File;
use std::io::{BufReader, BufWriter, Cursor, Read, Write};
use std::time::Duration;

use super::format::Format;
use super::limits::Limits;
use super::packets::Packets;
use super::programs::{Bounds, Call, ProgramError, Programs, Tool};
use super::{Media, MediaError, av, metadata, png, probe, timed};
use crate::domain::digest::Digest;

/// The file that a program reads, by a name under which it can be read at any place.
const INPUT: &str = "/proc/self/fd/0";

/// Bytes of memory that a pixel takes at most, in the program and as it comes out of it.
pub(super) const PIXEL: u64 = 8;

/// Seconds by which a program has to end before the worker.
const MARGIN: u64 = 5;

/// What is decoded of films; a file cannot choose other decoders.
const DECODERS: &str =
    "h264,hevc,vvc,vp8,vp9,libvpx,libvpx-vp9,av1,libdav1d,libaom-av1,mpeg4,prores";

/// The largest side of a film's picture, in pixels.
const LARGEST: u64 = 3_840;

/// What becomes of a film's picture: its points are made square, and it is made smaller where a side
/// is longer than that.
const SCALED: &str = "scale=iw*sar:ih,setsar=1,scale='min(3840,iw)':'min(3840,ih)':force_original_aspect_ratio=decrease";

/// Which program makes pictures of files of a format, if one has to.
pub(super) const fn tool(format: Format) -> Option<Tool> {
    match format {
        Format::Heic => Some(Tool::HeifDec),
        Format::Avif | Format::Mp4 | Format::WebM => Some(Tool::Ffmpeg),
        _ => None,
    }
}

/// A file that can be decoded: a photo itself, or the picture that a program makes of it.
///
/// # Errors
/// [`MediaError::NoProgram`] without the program; [`MediaError::Corrupt`] if it makes none;
/// [`MediaError::TooComplex`] if it took too much; [`MediaError::Missing`].
pub(super) fn open(media: &Media, digest: &Digest) -> Result<File, MediaError> {
    let (file, _bytes) = media.blobs.open_file(digest)?;
    let format = probe::known(&file)?;
    if tool(format).is_none() {
        return Ok(file);
    }
    made(media, file, format)
}

/// The picture that a program makes, as PNG.
///
/// # Errors
/// As [`open`].
pub(super) fn made(media: &Media, file: File, format: Format) -> Result<File, MediaError> {
    let programs = media.programs();
    if tool(format).is_none_or(|tool| programs.get(tool).is_none()) {
        return Err(MediaError::NoProgram(format.media_type()));
    }
    let memory = match format {
        Format::Heic | Format::Avif => probe::heif(&file, format, &media.limits)?.cost,
        _ => LARGEST.saturating_mul(LARGEST).saturating_mul(PIXEL),
    };
    let output = media.blobs.scratch_file()?;
    let to = output.try_clone()?;
    let job = super::worker::Job::Still(programs.clone());
    let memory = memory.min(media.limits.decode_memory);
    let ((), _cost) = media.work_on(memory, &job, file, Some(to))?;
    Ok(output)
}

/// Writes a picture of a file as PNG. Runs in the worker process.
///
/// # Errors
/// [`MediaError::Corrupt`] if the program makes none, [`MediaError::TooComplex`] if it took too much,
/// and those of `out`.
pub(super) fn write(
    file: &File,
    programs: &Programs,
    limits: &Limits,
    out: impl Write,
) -> Result<(), MediaError> {
    let format = probe::known(file)?;
    let maker = Maker { file, format, programs, limits };
    match format {
        Format::Heic => maker.heic(out),
        Format::Avif => maker.avif(out),
        Format::Mp4 | Format::WebM => maker.film(out),
        other => Err(MediaError::Unsupported { found: other.media_type().to_owned() }),
    }
}

struct Maker<'a> {
    file: &'a File,
    format: Format,
    programs: &'a Programs,
    limits: &'a Limits,
}

impl Maker<'_> {
    fn heic(&self, out: impl Write) -> Result<(), MediaError> {
        // It writes to files with a telling name only.
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("picture.png");
        self.run(&[INPUT, path.to_str().unwrap_or_default()], 0)?;
        let written = File::open(&path).map_err(|_none| self.refused("no picture, or several"))?;
        // Upright already; a profile stays in it.
        self.cleaned(&mut BufReader::new(written), 1, out)
    }

    fn avif(&self, out: impl Write) -> Result<(), MediaError> {
        let length = self.file.metadata()?.len();
        let found = metadata::primary(&mut BufReader::new(self.file), length);
        let found = found.ok_or_else(|| self.refused("no main picture"))?;
        let picture = self.ffmpeg("mov", &["-noautorotate"], None)?;
        // Where a picture is put together of tiles, some versions give the first tile.
        if png::survey(&mut picture.as_slice()).ok().map(|made| (made.width, made.height))
            != Some(found.size)
        {
            let found = format!("{} (tiles)", self.format.media_type());
            return Err(MediaError::Unsupported { found });
        }
        let picture = match found.profile {
            Some(profile) => png::with_profile(&picture, &profile)?,
            None => picture,
        };
        self.cleaned(&mut Cursor::new(picture), found.orientation, out)
    }

    fn film(&self, out: impl Write) -> Result<(), MediaError> {
        let mut source = self.file;
        let milliseconds =
            av::probe(&mut source).map_err(timed::refused)?.duration_ms.unwrap_or_default() / 10;
        let at = format!("{}.{:03}", milliseconds / 1000, milliseconds % 1000);
        let kind = if self.format == Format::Mp4 { "mov" } else { "matroska" };
        let picture = match self.ffmpeg(kind, &["-ss", &at], Some(SCALED)) {
            // Some cannot be begun in the middle.
            Ok(picture) if picture.is_empty() => self.ffmpeg(kind, &[], Some(SCALED))?,
            Err(MediaError::Corrupt { .. }) => self.ffmpeg(kind, &[], Some(SCALED))?,
            made => made?,
        };
        self.cleaned(&mut Cursor::new(picture), 1, out)
    }

    /// One picture of the first track that has any, as PNG; nothing if there is none.
    fn ffmpeg(
        &self,
        kind: &str,
        before: &[&str],
        filter: Option<&str>,
    ) -> Result<Vec<u8>, MediaError> {
        let mut all = vec!["-v", "error", "-nostdin", "-threads", "1"];
        all.extend(["-protocol_whitelist", "file", "-codec_whitelist", DECODERS, "-f", kind]);
        all.extend(before);
        all.extend(["-i", INPUT, "-map", "0:v:0", "-an", "-sn", "-dn", "-frames:v", "1"]);
        all.extend(filter.into_iter().flat_map(|filter| ["-vf", filter]));
        all.extend(["-pix_fmt", "rgb24", "-c:v", "png", "-f", "image2pipe", "pipe:1"]);
        // Never more than the pixels as they are.
        let most = self.limits.pixels.saturating_mul(3).min(self.limits.decode_memory);
        self.run(&all, most)
    }

    fn run(&self, arguments: &[&str], most: u64) -> Result<Vec<u8>, MediaError> {
        let none = || MediaError::NoProgram(self.format.media_type());
        let tool = tool(self.format).ok_or_else(none)?;
        let program = self.programs.get(tool).ok_or_else(none)?;
        let call = Call {
            tool,
            program: &program.path,
            arguments,
            input: Some(self.file.try_clone()?),
            search: self.programs.search(),
        };
        let seconds = self.limits.worker_seconds.saturating_sub(MARGIN).max(1);
        // What it says to people is dropped.
        let output = usize::try_from(most.max(64 << 10)).unwrap_or(usize::MAX);
        let bounds = Bounds { time: Duration::from_secs(seconds), output };
        let left = call.run(bounds).map_err(|error| self.failed(error))?;
        if !left.status.success() {
            return Err(self.failed(ProgramError::failed(tool, left.complaint)));
        }
        Ok(left.output)
    }

    /// Copies a PNG with nothing in it but the picture, and how it is turned.
    fn cleaned(
        &self,
        picture: &mut impl Read,
        orientation: u8,
        out: impl Write,
    ) -> Result<(), MediaError> {
        let mut out = BufWriter::new(out);
        png::clean(picture, orientation, &Packets::default(), &mut out)
            .map_err(|_none| self.refused("no picture in it can be decoded"))?;
        Ok(out.flush()?)
    }

    fn failed(&self, error: ProgramError) -> MediaError {
        match error {
            ProgramError::Time(_) => MediaError::TooComplex("time"),
            ProgramError::TooLarge { .. } => MediaError::TooComplex("memory"),
            ProgramError::Io(error) => error.into(),
            other => self.refused(&other.to_string()),
        }
    }

    fn refused(&self, why: &str) -> MediaError {
        MediaError::corrupt(self.format.media_type(), why)
    }
}
