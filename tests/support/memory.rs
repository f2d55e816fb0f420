//! How much memory a test takes: this process and the workers that it starts.

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

/// How often it is looked.
const EVERY: Duration = Duration::from_millis(10);

/// Looks at the memory until it is asked what it saw. Other tests of the same process are seen too.
pub(crate) struct Watch {
    over: Arc<AtomicBool>,
    thread: JoinHandle<Seen>,
}

/// In bytes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Seen {
    /// What this process grew by, at most.
    pub(crate) growth: u64,
    /// The most that one worker took.
    pub(crate) worker: u64,
}

impl Watch {
    pub(crate) fn begin() -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let end = Arc::clone(&over);
        let before = status("self", "VmRSS:");
        let thread = thread::spawn(move || {
            let mut seen = Seen::default();
            while !end.load(Ordering::Relaxed) {
                let growth = status("self", "VmRSS:").saturating_sub(before);
                seen.growth = seen.growth.max(growth);
                seen.worker = workers().fold(seen.worker, u64::max);
                thread::sleep(EVERY);
            }
            seen
        });
        Self { over, thread }
    }

    pub(crate) fn end(self) -> Seen {
        self.over.store(true, Ordering::Relaxed);
        self.thread.join().unwrap()
    }
}

/// A line of `/proc/<pid>/status` (proc(5)) in bytes; nothing of a process that is gone.
fn status(pid: &str, line: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|text| text.strip_prefix(line));
    let number = line.and_then(|text| text.split_whitespace().next()?.parse().ok());
    number.map_or(0, |kilobytes: u64| kilobytes * 1024)
}

/// What each worker of this process took at most.
fn workers() -> impl Iterator<Item = u64> {
    let own = std::process::id().to_string();
    let all = fs::read_dir("/proc").unwrap().flatten();
    let ids = all.filter_map(|entry| entry.file_name().into_string().ok());
    let ids = ids.filter(|name| name.bytes().all(|byte| byte.is_ascii_digit()));
    ids.filter(move |pid| {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let parent = stat.rsplit_once(") ").and_then(|(_, fields)| fields.split(' ').nth(1));
        let command = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        parent == Some(&own) && command.split(|byte| *byte == 0).nth(1) == Some(b"worker")
    })
    .map(|pid| status(&pid, "VmHWM:"))
}
