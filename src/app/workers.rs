//! The threads that work beside the server: they follow the feed and publish what is due.

use std::{
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

use crate::service::{Error, Progress, Services};

/// How often a waiting worker looks whether it is to stop.
const TICK: Duration = Duration::from_millis(500);

/// How long a worker waits after a failure.
const AFTER_FAILURE: Duration = Duration::from_secs(5);

/// How often it is looked for what is due.
const DUE_EVERY: Duration = Duration::from_secs(10);

/// The running workers.
pub(super) struct Workers {
    stop: Arc<Stop>,
    threads: Vec<JoinHandle<()>>,
}

#[derive(Default)]
struct Stop {
    asked: AtomicBool,
    lock: Mutex<()>,
    bell: Condvar,
}

impl Stop {
    fn asked(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }

    /// Waits, or less if it is to stop.
    fn wait(&self, time: Duration) {
        let guard = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        let rung = self.bell.wait_timeout_while(guard, time, |()| !self.asked());
        drop(rung.unwrap_or_else(PoisonError::into_inner));
    }
}

/// Starts the followers of index and files, those who do the jobs, and the clockwork of publication.
///
/// An address that nobody chose may be another at each start; exports keep theirs then.
pub(super) fn start(services: &Services, address_set: bool) -> anyhow::Result<Workers> {
    let stop = Arc::new(Stop::default());
    let mut threads = Vec::new();
    let mut spawn = |name: &str, work: Box<dyn FnOnce(&Stop) + Send>| -> anyhow::Result<()> {
        let stop = Arc::clone(&stop);
        let thread = std::thread::Builder::new().name(name.to_owned());
        threads.push(thread.spawn(move || work(&stop))?);
        Ok(())
    };
    let of = services.clone();
    spawn("follow-index", Box::new(move |stop| follow(&of, stop, Services::follow_index)))?;
    let of = services.clone();
    spawn("follow-media", Box::new(move |stop| follow(&of, stop, Services::follow_media)))?;
    for n in 1..=services.settings().media.workers {
        let of = services.clone();
        spawn(&format!("jobs-{n}"), Box::new(move |stop| jobs(&of, stop)))?;
    }
    if address_set {
        let of = services.clone();
        spawn("address", Box::new(move |stop| address(&of, stop)))?;
    }
    let of = services.clone();
    spawn("due", Box::new(move |stop| due(&of, stop)))?;
    Ok(Workers { stop, threads })
}

impl Workers {
    /// Asks all to stop, and waits for what they are at.
    pub(super) fn stop(self) {
        self.stop.asked.store(true, Ordering::Relaxed);
        self.stop.bell.notify_all();
        for thread in self.threads {
            if thread.join().is_err() {
                tracing::error!("a worker ended in a panic");
            }
        }
    }
}

fn follow(services: &Services, stop: &Stop, step: fn(&Services) -> Result<Progress, Error>) {
    while !stop.asked() {
        match step(services) {
            Ok(progress) if progress.more => {}
            Ok(progress) => {
                if services.wait(progress.place, TICK) <= progress.place {
                    continue;
                }
            }
            Err(error) => {
                tracing::error!("a follower failed and will try again: {error}");
                stop.wait(AFTER_FAILURE);
            }
        }
    }
}

fn jobs(services: &Services, stop: &Stop) {
    while !stop.asked() {
        if let Err(error) = services.do_next_job(TICK) {
            tracing::error!("the queue of jobs failed and will be tried again: {error}");
            stop.wait(AFTER_FAILURE);
        }
    }
}

/// Once: the address is that of this run.
#[expect(clippy::cognitive_complexity, reason = "the logging macros count as branches")]
fn address(services: &Services, stop: &Stop) {
    match services.follow_address(&|| !stop.asked()) {
        Ok(0) => {}
        Ok(n) => tracing::info!("{n} records are rendered for the new public address"),
        Err(error) => tracing::error!("rendering for the new public address failed: {error}"),
    }
}

fn due(services: &Services, stop: &Stop) {
    while !stop.asked() {
        report(services.resume_purges(), "records purged", "a purge could not be finished");
        report(services.publish_due(), "records published", "scheduled publication failed");
        report(services.expire_due(), "records expired", "expiry failed");
        report(services.sweep_uploads(), "uploads removed", "left uploads could not be removed");
        stop.wait(DUE_EVERY);
    }
}

#[expect(clippy::cognitive_complexity, reason = "the logging macros count as branches")]
fn report(done: Result<usize, Error>, what: &str, failed: &str) {
    match done {
        Ok(0) => {}
        Ok(n) => tracing::info!("{what}: {n}, as was due"),
        Err(error) => tracing::error!("{failed}: {error}"),
    }
}
