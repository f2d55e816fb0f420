//! Work on files in a process of its own, which a hostile file may crash, exhaust or keep for ever;
//! whatever it took is the system's again when it ends.
//!
//! The parent starts its own program as `exe worker JOB LIMITS` (both JSON) with nothing of its own
//! environment. The child's standard input is the file, its standard output the file to write, and on
//! its standard error it leaves one line of JSON, an [`Answer`]. It limits itself before it reads a
//! byte, and the parent ends it when its time is up.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::process::ExitStatusExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, setrlimit};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::format::Format;
use super::limits::Limits;
use super::photo::{self, PictureJob};
use super::programs::Programs;
use super::{MediaError, office, pdf, reading, release, still, tiles, timed};

/// The most bytes of an answer.
const ANSWER: u64 = 64 * 1024;

/// How the child's memory is had from the system (GNU C Library manual, "Memory Allocation Tunables"):
/// large blocks in huge pages and by themselves, so that they go back at once; of the rest 4 MB are
/// kept, as decoders give back and take again all the time. A tenth of a photo's processor time.
const MEMORY: (&str, &str) = (
    "GLIBC_TUNABLES",
    "glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=1048576:\
     glibc.malloc.trim_threshold=4194304:glibc.malloc.arena_max=1",
);

/// What a file is called whose format is not known any more.
const UNKNOWN: &str = "application/octet-stream";

const KILL: i32 = 9;
const ABORT: i32 = 6;
const SEGMENT: i32 = 11;
const CPU: i32 = 24;
const FILE_SIZE: i32 = 25;

/// What a worker can do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Job {
    /// Parse a PDF; gives the number of pages.
    PdfProbe,
    /// Write a PDF with an XMP packet in the place of its metadata, scripts and embedded files; gives
    /// the number of pages.
    PdfRelease {
        /// The packet.
        xmp: Option<String>,
    },
    /// Write what a PDF says, page by page ([`reading`]), with the help of these programs.
    Read(Programs),
    /// Write what can be recognised on a page of a PDF ([`reading::Page`]).
    Ocr {
        /// Which, from 0.
        page: usize,
        /// The languages of its text, the main one first.
        langs: Vec<String>,
        /// What there is to do it with.
        programs: Programs,
    },
    /// Write web pictures of a photo, one behind the other, each behind its length (8 bytes,
    /// big-endian).
    Pictures(PictureJob),
    /// Write the previews of an original, like web pictures; gives what is seen in it ([`photo::Looked`]).
    Look,
    /// Look at a photo; gives its [`Fingerprint`](super::fingerprint::Fingerprint).
    Fingerprint,
    /// Write a document of a word processor as HTML with its pictures ([`office::send`]).
    Office(office::Kind),
    /// Write the tiles of a release.
    Tiles,
    /// Write a photo's pixels as PNG.
    Png,
    /// Write a photo's pixels as JPEG.
    Jpeg,
    /// Write a picture of a film, or of a photo that only one of these programs decodes, as PNG.
    Still(Programs),
    /// Read what a film, a sound or subtitles are; gives [`timed::Facts`].
    Facts,
    /// Write the texts of a film, a sound or subtitles, a line each.
    Words,
    /// Write a film, a sound or subtitles without metadata.
    Clean,
}

/// What a piece of work took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Cost {
    /// Processor time in seconds, in steps of a hundredth.
    pub seconds: f64,
    /// The most memory that was resident, in bytes.
    pub peak: u64,
}

/// What the child tells the parent.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Answer {
    Done {
        value: Value,
        cost: Cost,
    },
    Unsupported {
        found: String,
    },
    /// More of something than a parser takes.
    TooComplex,
    Encrypted,
    Corrupt {
        media_type: String,
        detail: String,
    },
    NoProgram {
        media_type: String,
    },
    TooLarge,
    OutOfMemory,
    Full,
    Failed {
        detail: String,
    },
}

/// Has `job` done on `input`, from its start, writing to `output`; gives what the job says that it
/// gives, and what it took.
///
/// # Errors
/// [`MediaError::Encrypted`], [`MediaError::Unsupported`] and [`MediaError::Corrupt`] for the file,
/// [`MediaError::TooComplex`] if it took more than `limits` allow, [`MediaError::Full`], and
/// [`MediaError::Worker`] if `exe` is no worker.
pub fn run<T: DeserializeOwned>(
    exe: &Path,
    job: &Job,
    input: File,
    output: Option<File>,
    limits: &Limits,
) -> Result<(T, Cost), MediaError> {
    let job = serde_json::to_string(job).map_err(io::Error::other)?;
    let settings = serde_json::to_string(limits).map_err(io::Error::other)?;
    let child = Command::new(exe)
        .args(["worker", &job, &settings])
        .env_clear()
        .env(MEMORY.0, MEMORY.1)
        .current_dir("/")
        .stdin(input)
        .stdout(output.map_or_else(Stdio::null, Stdio::from))
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| MediaError::Worker(error.to_string()))?;
    let mut running = Running(child);
    let status = running.wait(limits.worker_time())?;
    let mut said = String::new();
    if let Some(pipe) = running.0.stderr.take() {
        pipe.take(ANSWER).read_to_string(&mut said)?;
    }
    let line = said.lines().last().unwrap_or_default();
    let (value, cost) = match serde_json::from_str(line) {
        Ok(answer) => judge(answer)?,
        Err(_no_answer) => return Err(fate(status)),
    };
    let value = serde_json::from_value(value).map_err(|e| MediaError::Worker(e.to_string()))?;
    Ok((value, cost))
}

/// The child's side: `args` are what stands behind `exe worker`.
#[must_use]
pub fn main(args: &[String]) -> ExitCode {
    std::panic::set_hook(Box::new(|_| {}));
    let answer = catch_unwind(AssertUnwindSafe(|| work(args)))
        .unwrap_or_else(|_panic| Err(MediaError::corrupt(UNKNOWN, "the parser gave up")));
    let done = |value| Answer::Done { value, cost: Cost::so_far().unwrap_or_default() };
    let answer = answer.map_or_else(Answer::from, done);
    let line = serde_json::to_string(&answer).unwrap_or_default();
    match writeln!(io::stderr(), "{line}") {
        Ok(()) => ExitCode::SUCCESS,
        Err(_nobody_listens) => ExitCode::FAILURE,
    }
}

fn work(args: &[String]) -> Result<Value, MediaError> {
    let [job, settings] = args else {
        return Err(MediaError::Worker("needs a job and its limits".to_owned()));
    };
    let unreadable = |error: serde_json::Error| MediaError::Worker(error.to_string());
    let job: Job = serde_json::from_str(job).map_err(unreadable)?;
    let limits: Limits = serde_json::from_str(settings).map_err(unreadable)?;
    confine(&limits).map_err(|error| MediaError::Worker(error.to_string()))?;
    let input = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    let output = || Ok::<_, io::Error>(File::from(io::stdout().as_fd().try_clone_to_owned()?));
    Ok(match job {
        Job::PdfProbe => pdf::pages(input)?.into(),
        Job::PdfRelease { xmp } => pdf::clean(input, xmp, output()?)?.into(),
        Job::Read(programs) => {
            reading::write(&input, &programs, output()?)?;
            Value::Null
        }
        Job::Ocr { page, langs, programs } => {
            reading::write_recognised(&input, page, &langs, &programs, output()?)?;
            Value::Null
        }
        Job::Pictures(job) => {
            photo::write_pictures(&input, &job, &limits, output()?)?;
            Value::Null
        }
        Job::Look => serde_json::to_value(photo::look(&input, &limits, output()?)?)
            .map_err(|error| MediaError::Worker(error.to_string()))?,
        Job::Fingerprint => serde_json::to_value(photo::fingerprint(&input, &limits)?)
            .map_err(|error| MediaError::Worker(error.to_string()))?,
        Job::Office(kind) => {
            office::send(kind, input, &office::Limits::default(), output()?)?;
            Value::Null
        }
        Job::Tiles => {
            tiles::write(&input, &limits, output()?)?;
            Value::Null
        }
        Job::Png => {
            release::write_png(&input, &limits, output()?)?;
            Value::Null
        }
        Job::Jpeg => {
            release::write_jpeg(&input, &limits, output()?)?;
            Value::Null
        }
        Job::Still(programs) => {
            still::write(&input, &programs, &limits, output()?)?;
            Value::Null
        }
        other => work_on_timed(&other, &input, output)?,
    })
}

/// Work on films, sounds and subtitles.
fn work_on_timed(
    job: &Job,
    input: &File,
    output: impl Fn() -> io::Result<File>,
) -> Result<Value, MediaError> {
    match job {
        Job::Words => timed::words(input, output()?)?,
        Job::Clean => timed::clean(input, output()?)?,
        _ => {
            let facts = timed::facts(input)?;
            return serde_json::to_value(facts).map_err(|e| MediaError::Worker(e.to_string()));
        }
    }
    Ok(Value::Null)
}

/// Sets the limits of this process: memory, processor time, file size, no memory dump.
fn confine(limits: &Limits) -> io::Result<()> {
    let set =
        |resource, most| setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) });
    set(Resource::As, limits.worker_memory)?;
    set(Resource::Cpu, limits.worker_seconds)?;
    set(Resource::Fsize, limits.worker_output)?;
    Ok(set(Resource::Core, 0)?)
}

impl Cost {
    /// What this process took so far (proc(5)).
    fn so_far() -> Option<Self> {
        let stat = fs::read_to_string("/proc/self/stat").ok()?;
        let (_, fields) = stat.rsplit_once(") ")?;
        let ticks = |at: usize| fields.split(' ').nth(at)?.parse::<u32>().ok();
        let seconds = f64::from(ticks(11)?.saturating_add(ticks(12)?)) / 100.0;
        let status = fs::read_to_string("/proc/self/status").ok()?;
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        let kib: u64 = peak.split_whitespace().next()?.parse().ok()?;
        Some(Self { seconds, peak: kib.saturating_mul(1024) })
    }
}

fn judge(answer: Answer) -> Result<(Value, Cost), MediaError> {
    Err(match answer {
        Answer::Done { value, cost } => return Ok((value, cost)),
        Answer::Unsupported { found } => MediaError::Unsupported { found },
        Answer::TooComplex => MediaError::TooComplex("parts"),
        Answer::Encrypted => MediaError::Encrypted,
        Answer::Corrupt { media_type, detail } => MediaError::corrupt(
            Format::named(&media_type).map_or(UNKNOWN, Format::media_type),
            detail,
        ),
        Answer::NoProgram { media_type } => {
            MediaError::NoProgram(Format::named(&media_type).map_or(UNKNOWN, Format::media_type))
        }
        Answer::TooLarge => MediaError::TooComplex("disk"),
        Answer::OutOfMemory => MediaError::TooComplex("memory"),
        Answer::Full => MediaError::Full,
        Answer::Failed { detail } => MediaError::Worker(detail),
    })
}

/// Why a worker ended without an answer. Rust aborts when memory or stack run out.
fn fate(status: ExitStatus) -> MediaError {
    match status.signal() {
        Some(ABORT | SEGMENT) => MediaError::TooComplex("memory"),
        Some(CPU | KILL) => MediaError::TooComplex("time"),
        Some(FILE_SIZE) => MediaError::TooComplex("disk"),
        _ => MediaError::Worker(format!("no answer ({status})")),
    }
}

impl From<MediaError> for Answer {
    fn from(error: MediaError) -> Self {
        match error {
            MediaError::Encrypted => Self::Encrypted,
            MediaError::Unsupported { found } => Self::Unsupported { found },
            MediaError::TooComplex(_) => Self::TooComplex,
            MediaError::Corrupt { media_type, detail } => {
                Self::Corrupt { media_type: media_type.to_owned(), detail }
            }
            MediaError::NoProgram(of) => Self::NoProgram { media_type: of.to_owned() },
            MediaError::Full => Self::Full,
            MediaError::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => Self::TooLarge,
            MediaError::Io(error) if error.kind() == io::ErrorKind::OutOfMemory => {
                Self::OutOfMemory
            }
            other => Self::Failed { detail: other.to_string() },
        }
    }
}

/// A child that does not outlive its parent's interest.
struct Running(Child);

impl Running {
    fn wait(&mut self, most: Duration) -> Result<ExitStatus, MediaError> {
        let end = Instant::now() + most;
        let mut pause = Duration::from_millis(1);
        loop {
            if let Some(status) = self.0.try_wait()? {
                return Ok(status);
            }
            if end <= Instant::now() {
                return Err(MediaError::TooComplex("time"));
            }
            thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(20));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail on a child that has ended and been waited for: then all is done already.
        if self.0.kill().is_ok() && self.0.wait().is_err() {
            tracing::warn!("a media worker could not be waited for");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lack_of_means_is_the_documents_fault_and_a_broken_disk_is_ours() {
        let told =
            |kind: io::ErrorKind| judge(Answer::from(MediaError::from(io::Error::from(kind))));
        let no_memory = told(io::ErrorKind::OutOfMemory);
        assert!(matches!(no_memory, Err(MediaError::TooComplex("memory"))));
        let too_long = told(io::ErrorKind::FileTooLarge);
        assert!(matches!(too_long, Err(MediaError::TooComplex("disk"))));
        assert!(matches!(told(io::ErrorKind::StorageFull), Err(MediaError::Full)));
        assert!(matches!(told(io::ErrorKind::Other), Err(MediaError::Worker(_))));
    }
}
