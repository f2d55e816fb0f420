//! The program as a user starts it, in a process of its own, so that its memory is its own too.

use std::{
    net::{SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use super::{Outcome, http::Client};

/// A running server; stopped in order when dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) url: String,
    /// From its start to the first `/readyz` that was answered with 200.
    pub(crate) ready_after: Duration,
}

impl Server {
    pub(crate) fn start(dir: &Path) -> Outcome<Self> {
        let address = free_address()?;
        let url = format!("http://{address}");
        let client = Client::new(&url, None);
        let begun = Instant::now();
        let child = Command::new(env!("CARGO_BIN_EXE_quangba"))
            .env_clear()
            .env("QUANGBA_LOG", "warn")
            .arg("serve")
            .arg("--data")
            .arg(dir)
            .arg("--listen")
            .arg(address.to_string())
            .stdout(Stdio::null())
            .spawn()?;
        let mut server = Self { child, url, ready_after: Duration::ZERO };
        while !client.get("/readyz").is_ok_and(|answer| answer.status == 200) {
            if server.child.try_wait()?.is_some() || Duration::from_secs(120) < begun.elapsed() {
                return Err("the server did not start".into());
            }
            thread::sleep(Duration::from_millis(2));
        }
        server.ready_after = begun.elapsed();
        Ok(server)
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let pid = rustix::process::Pid::from_child(&self.child);
        if rustix::process::kill_process(pid, rustix::process::Signal::TERM).is_ok() {
            drop(self.child.wait());
        }
    }
}

fn free_address() -> Outcome<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}
