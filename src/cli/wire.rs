//! What a command and the running server say to each other over `DIR/control.sock`.
//!
//! The client sends one [`Request`] as a line of JSON; the server sends [`Frame`]s, one a line,
//! the last of them [`Frame::Exit`]. Whoever sees the other go stops.

use std::{
    fs::File,
    io::{self, BufRead, Read, Write},
    os::fd::AsRawFd as _,
    path::{Path, PathBuf},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{Task, Ui};

/// The socket's name in the data folder.
pub const SOCKET: &str = "control.sock";

/// Rises when requests or frames change their form.
pub const VERSION: u32 = 1;

/// The longest line that either side reads, in bytes.
pub const LINE: u64 = 1 << 20;

/// As many bytes of data go into one frame at most, so that it fits into [`LINE`].
const DATA: usize = 256 << 10;

/// A Unix socket's address has room for 107 bytes on Linux.
const ADDRESS: usize = 100;

/// What the client asks for.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// The client's [`VERSION`].
    pub version: u32,
    /// What to do, with absolute paths.
    pub command: Task,
}

/// What the server says.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Frame {
    /// [`Ui::line`].
    Line(String),
    /// [`Ui::progress`].
    Progress {
        /// What goes on.
        what: String,
        /// How much is done.
        done: u64,
        /// Of how much.
        total: Option<u64>,
    },
    /// [`Ui::result`].
    Result(Value),
    /// [`Ui::data`], in base64 (RFC 4648, section 4).
    Data(String),
    /// Why it failed.
    Error(String),
    /// The end, and the exit code.
    Exit(u8),
}

/// Sends one value as a line.
///
/// # Errors
/// Of the connection.
pub fn send(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    out.write_all(&line)
}

/// Reads one line; `None` at the end.
///
/// # Errors
/// [`io::ErrorKind::InvalidData`] for a line that is longer than [`LINE`], cut off, or no `T`;
/// otherwise of the connection.
pub fn receive<T: DeserializeOwned>(from: &mut impl BufRead) -> io::Result<Option<T>> {
    let mut line = Vec::new();
    from.take(LINE).read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Ok(None);
    }
    if line.pop() != Some(b'\n') {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "a line too long, or cut off"));
    }
    Ok(Some(serde_json::from_slice(&line)?))
}

/// The way to a socket in `dir`, short enough for an address; valid while the value lives.
#[derive(Debug)]
pub struct Address {
    path: PathBuf,
    _folder: Option<File>,
}

impl Address {
    /// The address of the socket `name` in `dir`.
    ///
    /// # Errors
    /// If `dir` cannot be opened.
    pub fn new(dir: &Path, name: &str) -> io::Result<Self> {
        let path = dir.join(name);
        if path.as_os_str().len() <= ADDRESS {
            return Ok(Self { path, _folder: None });
        }
        let folder = File::open(dir)?;
        let path = PathBuf::from(format!("/proc/self/fd/{}", folder.as_raw_fd())).join(name);
        Ok(Self { path, _folder: Some(folder) })
    }

    /// The path to bind or to connect to.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// The server's [`Ui`]: frames to a client.
#[derive(Debug)]
pub struct Remote<W: Write> {
    out: W,
    gone: bool,
}

impl<W: Write> Remote<W> {
    /// Says everything to `out`.
    pub const fn new(out: W) -> Self {
        Self { out, gone: false }
    }

    /// Sends a frame; after a failure no more.
    ///
    /// # Errors
    /// Of the connection, now or before.
    pub fn send(&mut self, frame: &Frame) -> io::Result<()> {
        if self.gone {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        let sent = send(&mut self.out, frame);
        self.gone = sent.is_err();
        sent
    }
}

impl<W: Write> Ui for Remote<W> {
    fn line(&mut self, text: &str) {
        // A client that has gone shows in `gone`.
        drop(self.send(&Frame::Line(text.to_owned())));
    }

    fn progress(&mut self, what: &str, done: u64, total: Option<u64>) {
        drop(self.send(&Frame::Progress { what: what.to_owned(), done, total }));
    }

    fn result(&mut self, json: &Value) {
        drop(self.send(&Frame::Result(json.clone())));
    }

    fn data(&mut self, bytes: &[u8]) -> io::Result<()> {
        bytes.chunks(DATA).try_for_each(|part| self.send(&Frame::Data(STANDARD.encode(part))))
    }

    fn gone(&self) -> bool {
        self.gone
    }
}

impl Frame {
    /// Says the frame to `ui`; gives the exit code if it is the end, and the reason of a failure.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidData`] for data that are no base64; of `ui` if it takes no data.
    pub fn tell(self, ui: &mut dyn Ui) -> io::Result<Told> {
        match self {
            Self::Line(text) => ui.line(&text),
            Self::Progress { what, done, total } => ui.progress(&what, done, total),
            Self::Result(json) => ui.result(&json),
            Self::Data(text) => {
                let bytes = STANDARD.decode(text).map_err(io::Error::other)?;
                ui.data(&bytes)?;
            }
            Self::Error(reason) => return Ok(Told::Failed(reason)),
            Self::Exit(code) => return Ok(Told::Ended(code)),
        }
        Ok(Told::Said)
    }
}

/// What became of a frame.
#[derive(Debug, PartialEq, Eq)]
pub enum Told {
    /// It was said, and there is more to come.
    Said,
    /// Why the command failed.
    Failed(String),
    /// It is over, with this exit code.
    Ended(u8),
}
