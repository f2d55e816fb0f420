//! A command run by the server that has the folder open.

use std::{
    io::{self, BufReader, Write as _},
    os::unix::net::UnixStream,
    path::Path,
    time::Duration,
};

use anyhow::Context as _;

use super::{
    Task, Ui,
    wire::{self, Address, Frame, Request, SOCKET, Told},
};

/// A server that is just starting holds the folder before it answers: so often it is asked again.
const TRIES: u32 = 20;
const PAUSE: Duration = Duration::from_millis(250);

/// Has the server in `dir` run the task.
pub(super) fn run(dir: &Path, task: Task, ui: &mut dyn Ui) -> anyhow::Result<()> {
    let stream = connect(dir).with_context(|| {
        format!("{} is in use by another process that does not answer at {SOCKET}", dir.display())
    })?;
    let request = Request { version: wire::VERSION, command: task };
    talk(stream, &request, ui)
}

fn connect(dir: &Path) -> io::Result<UnixStream> {
    let address = Address::new(dir, SOCKET)?;
    let mut left = TRIES;
    loop {
        match UnixStream::connect(address.path()) {
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied || left == 0 => {
                return Err(error);
            }
            Err(_not_yet) => left = left.saturating_sub(1),
            Ok(stream) => return Ok(stream),
        }
        std::thread::sleep(PAUSE);
    }
}

fn talk(mut stream: UnixStream, request: &Request, ui: &mut dyn Ui) -> anyhow::Result<()> {
    wire::send(&mut stream, request).context("asking the server")?;
    stream.flush()?;
    let mut frames = BufReader::new(stream);
    let mut failure = None;
    loop {
        let frame: Option<Frame> = wire::receive(&mut frames).context("the server's answer")?;
        let Some(frame) = frame else {
            anyhow::bail!("the server went away in the middle of its answer");
        };
        match frame.tell(ui)? {
            Told::Said if ui.gone() => anyhow::bail!("nobody takes the output"),
            Told::Said => {}
            Told::Failed(reason) => failure = Some(reason),
            Told::Ended(0) => return Ok(()),
            Told::Ended(code) => {
                anyhow::bail!(failure.unwrap_or_else(|| format!("ended with code {code}")))
            }
        }
    }
}
