//! Programs of the system, run with bounds on their time, memory and output.
//!
//! They run by absolute path in a process group of their own, with no environment but `PATH`, `LANG`
//! and OpenMP's thread limit. What they read is their standard input: no file's name reaches them.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{Pid, Resource, Rlimit, Signal, getrlimit, kill_process_group, prlimit};

use super::{ProgramError, Tool};

/// The most bytes that are kept of what a program says on its standard error.
const COMPLAINT: usize = 4096;

/// How much is read at once.
const CHUNK: usize = 32 * 1024;

/// What a program may allocate, in bytes of address space.
const MEMORY: u64 = 2 << 30;

/// A program about to be run.
pub(in crate::media) struct Call<'a> {
    /// For messages.
    pub(in crate::media) tool: Tool,
    /// Absolute.
    pub(in crate::media) program: &'a Path,
    pub(in crate::media) arguments: &'a [&'a str],
    /// Nothing is the empty file.
    pub(in crate::media) input: Option<File>,
    /// Its `PATH`.
    pub(in crate::media) search: &'a OsStr,
}

/// What a program may take.
#[derive(Clone, Copy)]
pub(in crate::media) struct Bounds {
    pub(in crate::media) time: Duration,
    /// Bytes of its standard output.
    pub(in crate::media) output: usize,
}

/// What a program left.
pub(in crate::media) struct Left {
    pub(in crate::media) status: ExitStatus,
    pub(in crate::media) output: Vec<u8>,
    /// The beginning of its standard error.
    pub(in crate::media) complaint: String,
}

impl Call<'_> {
    /// Runs the program to its end.
    ///
    /// It inherits this process's limits, and gets one more on its processor time: if this process is
    /// killed and cannot end it, it ends by itself.
    ///
    /// # Errors
    /// [`ProgramError::Time`] and [`ProgramError::TooLarge`] if it was ended for taking too much,
    /// [`ProgramError::Failed`] if it could not be started, [`ProgramError::Io`].
    pub(in crate::media) fn run(self, bounds: Bounds) -> Result<Left, ProgramError> {
        let end = Instant::now() + bounds.time;
        let mut running = self.start(bounds)?;
        let mut pipes = [
            Pipe::new(running.child.stdout.take().map(OwnedFd::from), bounds.output),
            Pipe::new(running.child.stderr.take().map(OwnedFd::from), COMPLAINT),
        ];
        while pipes.iter().any(|pipe| pipe.source.is_some()) {
            let Some(left) = end.checked_duration_since(Instant::now()) else {
                return Err(ProgramError::Time(self.tool));
            };
            read_some(&mut pipes, left)?;
            if pipes.first().is_some_and(|output| output.overflown) {
                let limit = bounds.output.try_into().unwrap_or(u64::MAX);
                return Err(ProgramError::TooLarge { tool: self.tool, limit });
            }
        }
        let status = running.wait(end)?.ok_or(ProgramError::Time(self.tool))?;
        let [output, complaint] = pipes.map(|pipe| pipe.bytes);
        Ok(Left { status, output, complaint: String::from_utf8_lossy(&complaint).into_owned() })
    }

    fn start(&self, bounds: Bounds) -> Result<Running, ProgramError> {
        let child = Command::new(self.program)
            .args(self.arguments)
            .env_clear()
            .env("PATH", self.search)
            .env("LANG", "C.UTF-8")
            .env("OMP_THREAD_LIMIT", "1")
            .current_dir("/")
            .process_group(0)
            .stdin(match &self.input {
                Some(file) => Stdio::from(file.try_clone()?),
                None => Stdio::null(),
            })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| ProgramError::failed(self.tool, error.to_string()))?;
        let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        let running = Running { child, group, ended: false };
        if let Some(pid) = group {
            let seconds = bounds.time.as_secs().saturating_add(1);
            for (resource, most) in
                [(Resource::Cpu, seconds), (Resource::As, MEMORY), (Resource::Core, 0)]
            {
                // Fails on one that has ended already.
                confine(pid, resource, most).ok();
            }
        }
        Ok(running)
    }
}

/// Limits another process to `most`, or to what limits this one if that is less.
fn confine(pid: Pid, resource: Resource, most: u64) -> io::Result<()> {
    let ours = getrlimit(resource).maximum.unwrap_or(u64::MAX);
    let most = Some(most.min(ours));
    prlimit(Some(pid), resource, Rlimit { current: most, maximum: most })?;
    Ok(())
}

/// One of a program's outputs, as far as it has been read.
struct Pipe {
    /// Nothing at its end.
    source: Option<File>,
    bytes: Vec<u8>,
    most: usize,
    overflown: bool,
}

impl Pipe {
    fn new(source: Option<OwnedFd>, most: usize) -> Self {
        Self { source: source.map(File::from), bytes: Vec::new(), most, overflown: false }
    }

    /// Reads what is there; what goes beyond the bound is dropped.
    fn read(&mut self, chunk: &mut [u8]) -> io::Result<()> {
        let Some(source) = &mut self.source else { return Ok(()) };
        match source.read(chunk) {
            Ok(0) => self.source = None,
            Ok(count) => {
                let room = self.most.saturating_sub(self.bytes.len());
                self.overflown |= room < count;
                self.bytes.extend_from_slice(chunk.get(..count.min(room)).unwrap_or_default());
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

/// Waits until one of them has something, for `left` at most, and reads it.
fn read_some(pipes: &mut [Pipe; 2], left: Duration) -> io::Result<()> {
    let left = Timespec::try_from(left).map_err(io::Error::other)?;
    let ready: Vec<bool> = {
        let sources = pipes.iter().filter_map(|pipe| pipe.source.as_ref());
        let mut waiting: Vec<PollFd<'_>> =
            sources.map(|source| PollFd::new(source, PollFlags::IN)).collect();
        match poll(&mut waiting, Some(&left)) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        waiting.iter().map(|fd| !fd.revents().is_empty()).collect()
    };
    let mut chunk = [0; CHUNK];
    let open = pipes.iter_mut().filter(|pipe| pipe.source.is_some());
    open.zip(ready).filter(|(_, ready)| *ready).try_for_each(|(pipe, _)| pipe.read(&mut chunk))
}

/// A child that does not outlive its parent's interest, nor do its own children.
struct Running {
    child: Child,
    group: Option<Pid>,
    ended: bool,
}

impl Running {
    /// Its status, or nothing when the time is up.
    fn wait(&mut self, end: Instant) -> io::Result<Option<ExitStatus>> {
        let mut pause = Duration::from_micros(50);
        loop {
            if let Some(status) = self.child.try_wait()? {
                self.ended = true;
                return Ok(Some(status));
            }
            if end <= Instant::now() {
                return Ok(None);
            }
            thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(10));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Until it is waited for, its number stays its own. What fails here has ended already.
        if !self.ended {
            self.group.map(|group| kill_process_group(group, Signal::KILL).ok());
            self.child.kill().ok();
            self.child.wait().ok();
        }
    }
}
