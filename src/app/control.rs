//! The server's end of `DIR/control.sock`: commands from the command line, run beside the web.
//!
//! The socket lies in the data folder with mode 0600, so whoever may connect may read the data
//! anyway; there is no other check. A client may be slow, silent or gone: each has a thread of its
//! own, there are few of them, and nothing that one does reaches the others.

use std::{
    collections::HashMap,
    fs, io,
    io::BufReader,
    net::Shutdown,
    os::unix::{
        fs::PermissionsExt as _,
        net::{UnixListener, UnixStream},
    },
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

use crate::{
    cli::{
        self, Task, Ui as _,
        wire::{self, Address, Frame, Remote, Request, SOCKET},
    },
    service::Services,
};

/// As many commands run at one time at most.
const CLIENTS: usize = 8;
/// How long a client may take to say what it wants.
const ASKING: Duration = Duration::from_secs(10);
/// How long a client may leave what it is told unread, as when its output is being paged.
const READING: Duration = Duration::from_secs(600);
/// A pause after a failed `accept`, as when there are no file descriptors left.
const PAUSE: Duration = Duration::from_millis(200);

/// The open socket. Dropped, it is closed and its commands end between two of their steps.
#[derive(Debug)]
pub struct Control {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
    path: PathBuf,
}

#[derive(Debug, Default)]
struct Shared {
    stopped: AtomicBool,
    clients: Mutex<Clients>,
}

#[derive(Debug, Default)]
struct Clients {
    next: u64,
    open: HashMap<u64, (UnixStream, Option<JoinHandle<()>>)>,
}

impl Control {
    /// Opens the socket in the data folder of `services` and begins to answer.
    ///
    /// A socket that is there already is a leftover: the folder's lock is ours.
    ///
    /// # Errors
    /// If the socket cannot be made or the thread not started.
    pub fn start(services: Services) -> io::Result<Self> {
        let dir = services.dir().to_owned();
        let (listener, path) = listen(&dir)?;
        let shared = Arc::new(Shared::default());
        let thread = std::thread::Builder::new().name("control".to_owned()).spawn({
            let shared = Arc::clone(&shared);
            move || accept(&listener, &services, &shared)
        })?;
        Ok(Self { shared, thread: Some(thread), path })
    }

    /// Closes the socket, lets the running commands end between two of their steps, and waits for
    /// them.
    pub fn stop(mut self) {
        self.close();
    }

    fn close(&mut self) {
        let Some(thread) = self.thread.take() else { return };
        self.shared.stopped.store(true, Ordering::SeqCst);
        // Wakes the thread out of `accept`; that failing, it ends with the process.
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let woken = Address::new(folder, SOCKET).and_then(|at| UnixStream::connect(at.path()));
        if woken.is_ok() && thread.join().is_err() {
            tracing::error!("the control thread ended in a panic");
        }
        drop(fs::remove_file(&self.path));
        let open = std::mem::take(&mut self.shared.lock().open);
        for (stream, _thread) in open.values() {
            // One that is closed already needs no closing.
            drop(stream.shutdown(Shutdown::Both));
        }
        for (_stream, thread) in open.into_values() {
            drop(thread.map(JoinHandle::join));
        }
    }
}

impl Drop for Control {
    fn drop(&mut self) {
        self.close();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Clients> {
        self.clients.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Made in a folder that only we may enter, and moved to its place with its mode set: there is no
/// moment at which somebody else could connect.
fn listen(dir: &Path) -> io::Result<(UnixListener, PathBuf)> {
    let private = tempfile::Builder::new().prefix(".control-").tempdir_in(dir)?;
    let address = Address::new(private.path(), SOCKET)?;
    let listener = UnixListener::bind(address.path())?;
    let made = private.path().join(SOCKET);
    fs::set_permissions(&made, fs::Permissions::from_mode(0o600))?;
    let path = dir.join(SOCKET);
    fs::rename(&made, &path)?;
    Ok((listener, path))
}

fn accept(listener: &UnixListener, services: &Services, shared: &Arc<Shared>) {
    for stream in listener.incoming() {
        if shared.stopped.load(Ordering::SeqCst) {
            return;
        }
        let begun = stream.and_then(|stream| begin(stream, services, shared));
        if let Err(error) = begun {
            tracing::warn!("a client at {SOCKET} was not answered: {error}");
            std::thread::sleep(PAUSE);
        }
    }
}

/// Answers one client in a thread of its own, or tells it that there are too many.
fn begin(stream: UnixStream, services: &Services, shared: &Arc<Shared>) -> io::Result<()> {
    stream.set_read_timeout(Some(ASKING))?;
    stream.set_write_timeout(Some(READING))?;
    let mut clients = shared.lock();
    if CLIENTS <= clients.open.len() {
        drop(clients);
        stream.set_write_timeout(Some(ASKING))?;
        let mut remote = Remote::new(stream);
        remote.send(&Frame::Error("too many commands at one time; try again".to_owned()))?;
        return remote.send(&Frame::Exit(1));
    }
    let id = clients.next;
    clients.next = id.wrapping_add(1);
    clients.open.insert(id, (stream.try_clone()?, None));
    let thread = std::thread::Builder::new().name("control-client".to_owned()).spawn({
        let (services, shared) = (services.clone(), Arc::clone(shared));
        move || {
            if let Err(error) = answer(stream, &services) {
                tracing::debug!("a client at {SOCKET} has gone: {error}");
            }
            shared.lock().open.remove(&id);
        }
    });
    match thread {
        Ok(thread) => {
            if let Some((_stream, place)) = clients.open.get_mut(&id) {
                *place = Some(thread);
            }
            Ok(())
        }
        Err(error) => {
            clients.open.remove(&id);
            Err(error)
        }
    }
}

fn answer(stream: UnixStream, services: &Services) -> io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut remote = Remote::new(stream);
    let done = match wire::receive::<Request>(&mut reader) {
        Ok(None) => return Ok(()),
        Ok(Some(request)) if request.version == wire::VERSION => {
            run(request.command, services, &mut remote)
        }
        Ok(Some(_other)) => Err("the server is of another version; restart it".to_owned()),
        Err(error) => Err(format!("the request cannot be read: {error}")),
    };
    match done {
        Ok(()) => remote.send(&Frame::Exit(0)),
        Err(reason) => {
            remote.send(&Frame::Error(reason))?;
            remote.send(&Frame::Exit(1))
        }
    }
}

#[expect(clippy::cognitive_complexity, reason = "the logging macros count as branches")]
fn run(task: Task, services: &Services, remote: &mut Remote<UnixStream>) -> Result<(), String> {
    tracing::info!(task = task.name(), "a command from {SOCKET}");
    let done = catch_unwind(AssertUnwindSafe(|| task.run(services, false, &mut *remote)));
    if remote.gone() {
        tracing::info!("the client of a command has gone");
    }
    match done {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(cli::reason(&error)),
        Err(_panic) => {
            tracing::error!("a command ended in a panic");
            Err("the server could not do it; see its log".to_owned())
        }
    }
}

#[cfg(test)]
mod tests;
