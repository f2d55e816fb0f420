//! Work on documents in a process of its own, which a hostile file may crash or exhaust.
//!
//! The parent starts its own program as `exe worker JOB LIMITS` with an empty environment. The
//! child's standard input is the document, its standard output the file to write, and on its
//! standard error it leaves one line of JSON, an [`Answer`]. It limits itself before it reads a
//! byte, and the parent ends it when its time is up.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::process::ExitStatusExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::str::FromStr;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, setrlimit};
use serde::{Deserialize, Serialize};

use super::limits::Limits;
use super::{MediaError, pdf};

/// The most bytes of an answer.
const ANSWER: u64 = 64 * 1024;

const KILL: i32 = 9;
const ABORT: i32 = 6;
const SEGMENT: i32 = 11;
const CPU: i32 = 24;
const FILE_SIZE: i32 = 25;

/// What a worker can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Job {
    /// Parse a PDF and count its pages.
    PdfProbe,
    /// Write a PDF without its metadata, scripts and embedded files.
    PdfRelease,
    /// Write the text of a PDF; gives the number of pages without any.
    PdfText,
}

/// What the child tells the parent.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Answer {
    Done { pages: u32 },
    Encrypted,
    Corrupt { detail: String },
    TooLarge,
    OutOfMemory,
    Full,
    Failed { detail: String },
}

impl fmt::Display for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PdfProbe => "pdf-probe",
            Self::PdfRelease => "pdf-release",
            Self::PdfText => "pdf-text",
        })
    }
}

impl FromStr for Job {
    type Err = MediaError;

    fn from_str(text: &str) -> Result<Self, MediaError> {
        [Self::PdfProbe, Self::PdfRelease, Self::PdfText]
            .into_iter()
            .find(|job| job.to_string() == text)
            .ok_or_else(|| MediaError::Worker(format!("no job `{text}`")))
    }
}

/// Has `job` done on `input`, from its start, writing to `output`; gives the number of pages, or for
/// [`Job::PdfText`] that of pages without text.
///
/// # Errors
/// [`MediaError::Encrypted`] and [`MediaError::Corrupt`] for the document,
/// [`MediaError::TooComplex`] if it took more than `limits` allow, [`MediaError::Full`], and
/// [`MediaError::Worker`] if `exe` is no worker.
pub fn run(
    exe: &Path,
    job: Job,
    input: File,
    output: Option<File>,
    limits: &Limits,
) -> Result<u32, MediaError> {
    let settings = serde_json::to_string(limits).map_err(io::Error::other)?;
    let child = Command::new(exe)
        .args(["worker", &job.to_string(), &settings])
        .env_clear()
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
    match serde_json::from_str(line) {
        Ok(answer) => judge(answer),
        Err(_no_answer) => Err(fate(status)),
    }
}

/// The child's side: `args` are what stands behind `exe worker`.
#[must_use]
pub fn main(args: &[String]) -> ExitCode {
    std::panic::set_hook(Box::new(|_| {}));
    let answer = catch_unwind(AssertUnwindSafe(|| work(args)))
        .unwrap_or_else(|_panic| Err(MediaError::corrupt(pdf::TYPE, "the parser gave up")));
    let answer = answer.map_or_else(Answer::from, |pages| Answer::Done { pages });
    let line = serde_json::to_string(&answer).unwrap_or_default();
    match writeln!(io::stderr(), "{line}") {
        Ok(()) => ExitCode::SUCCESS,
        Err(_nobody_listens) => ExitCode::FAILURE,
    }
}

fn work(args: &[String]) -> Result<u32, MediaError> {
    let [job, settings] = args else {
        return Err(MediaError::Worker("needs a job and its limits".to_owned()));
    };
    let job: Job = job.parse()?;
    let limits: Limits =
        serde_json::from_str(settings).map_err(|error| MediaError::Worker(error.to_string()))?;
    confine(&limits).map_err(|error| MediaError::Worker(error.to_string()))?;
    let input = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    match job {
        Job::PdfProbe => pdf::pages(input),
        Job::PdfRelease => {
            let output = File::from(io::stdout().as_fd().try_clone_to_owned()?);
            pdf::clean(input, output)
        }
        Job::PdfText => {
            let output = File::from(io::stdout().as_fd().try_clone_to_owned()?);
            pdf::text(input, output)
        }
    }
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

fn judge(answer: Answer) -> Result<u32, MediaError> {
    Err(match answer {
        Answer::Done { pages } => return Ok(pages),
        Answer::Encrypted => MediaError::Encrypted,
        Answer::Corrupt { detail } => MediaError::corrupt(pdf::TYPE, detail),
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
            MediaError::Corrupt { detail, .. } => Self::Corrupt { detail },
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

    #[test]
    fn jobs_are_called_by_name() {
        for job in [Job::PdfProbe, Job::PdfRelease, Job::PdfText] {
            assert_eq!(job.to_string().parse::<Job>().unwrap(), job);
        }
        assert!("pdf".parse::<Job>().is_err());
    }
}
