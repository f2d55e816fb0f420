//! What one file may cost: bytes, pixels, memory, time; and the budget that all decoding shares.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::MediaError;

const MIB: u64 = 1 << 20;

/// Bytes that a slow disk reads and writes in a second.
const READ: u64 = 10 * MIB;

/// Limits on uploaded files and on the work that one of them may cause.
///
/// Sizes are bytes, counted in powers of two (2 GB = 2^31). A setting that is left out has the
/// default below; an unknown one is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// The largest file of any type; default 2 GB.
    pub file_bytes: u64,
    /// The largest photo; default 200 MB.
    pub photo_bytes: u64,
    /// The most pixels of a photo, width times height; default 200 million.
    pub pixels: u64,
    /// Bytes that all photos being decoded at one moment may take together; a photo that needs
    /// more alone is refused from its header. Default 1 GB.
    pub decode_memory: u64,
    /// Seconds, of the clock and of the processor, that a worker process may take; default 60.
    pub worker_seconds: u64,
    /// Address space of a worker process; default 2 GB.
    pub worker_memory: u64,
    /// The largest file that a worker may write; default 2 GB.
    pub worker_output: u64,
    /// How many workers run at one time; others wait. Default 2.
    pub workers: u64,
    /// The folders in which optional programs are looked for, written as the variable `PATH` is;
    /// none by itself, so no program. The server takes its own `PATH` where this is not set.
    pub programs: String,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 2048 * MIB,
            photo_bytes: 200 * MIB,
            pixels: 200_000_000,
            decode_memory: 1024 * MIB,
            worker_seconds: 60,
            worker_memory: 2048 * MIB,
            worker_output: 2048 * MIB,
            workers: 2,
            programs: String::new(),
        }
    }
}

impl Limits {
    /// The time after which a worker is ended.
    #[must_use]
    pub const fn worker_time(&self) -> Duration {
        Duration::from_secs(self.worker_seconds)
    }

    /// The limits of work that goes through all of a file of this length: with time for that too.
    pub(super) fn through(&self, bytes: u64) -> Self {
        let more = bytes / READ;
        Self { worker_seconds: self.worker_seconds.saturating_add(more), ..self.clone() }
    }

    /// Whether a picture of this size may be decoded.
    pub(super) fn check_pixels(&self, width: u32, height: u32) -> Result<(), MediaError> {
        if self.pixels < u64::from(width).saturating_mul(u64::from(height)) {
            return Err(MediaError::Pixels { width, height, limit: self.pixels });
        }
        Ok(())
    }
}

/// Memory for decoding, or places for workers, shared by all threads of the process.
///
/// Whoever decodes first takes what the header says it will need and waits, in the order of
/// asking, until that much is free. So many small photos are decoded side by side, large ones one
/// after the other, and a large one is not starved by small ones.
#[derive(Clone, Debug)]
pub(super) struct Budget {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    total: u64,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    free: u64,
    next: u64,
    serving: u64,
}

/// A part of the [`Budget`]; given back when dropped.
#[derive(Debug)]
pub(super) struct Permit {
    shared: Arc<Shared>,
    bytes: u64,
}

impl Budget {
    /// A budget of `bytes` in all.
    #[must_use]
    pub(super) fn new(bytes: u64) -> Self {
        let state = Mutex::new(State { free: bytes, next: 0, serving: 0 });
        Self { shared: Arc::new(Shared { total: bytes, state, changed: Condvar::new() }) }
    }

    /// Waits for `bytes` of the budget; more than the whole is refused at once.
    pub(super) fn take(&self, bytes: u64) -> Result<Permit, MediaError> {
        let shared = &self.shared;
        if shared.total < bytes {
            return Err(MediaError::Memory { needs: bytes, limit: shared.total });
        }
        let mut state = shared.lock();
        let ticket = state.next;
        state.next = ticket.wrapping_add(1);
        while state.serving != ticket || state.free < bytes {
            state = shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.serving = ticket.wrapping_add(1);
        state.free = state.free.saturating_sub(bytes);
        drop(state);
        shared.changed.notify_all();
        Ok(Permit { shared: Arc::clone(shared), bytes })
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.free = state.free.saturating_add(self.bytes);
        drop(state);
        self.shared.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::thread;

    #[test]
    fn the_defaults_are_those_of_the_contract() {
        let limits: Limits = toml::from_str("").unwrap();
        assert_eq!(limits, Limits::default());
        assert_eq!((limits.file_bytes, limits.photo_bytes), (2 << 30, 200 << 20));
        assert_eq!(limits.pixels, 200_000_000);
        assert_eq!(toml::from_str::<Limits>("pixels = 7").unwrap().pixels, 7);
        assert!(toml::from_str::<Limits>("pixel = 7").is_err());
    }

    #[test]
    fn a_picture_just_too_large_is_refused() {
        let limits = Limits { pixels: 100, ..Limits::default() };
        assert!(limits.check_pixels(10, 10).is_ok());
        assert!(matches!(limits.check_pixels(101, 1), Err(MediaError::Pixels { .. })));
        assert!(matches!(limits.check_pixels(u32::MAX, u32::MAX), Err(MediaError::Pixels { .. })));
    }

    #[test]
    fn threads_never_hold_more_than_the_budget() {
        let budget = Budget::new(10);
        let (held, most) = (AtomicU64::new(0), AtomicU64::new(0));
        let work = |bytes| {
            for _ in 0..50 {
                let permit = budget.take(bytes).unwrap();
                most.fetch_max(held.fetch_add(bytes, Ordering::SeqCst) + bytes, Ordering::SeqCst);
                thread::yield_now();
                held.fetch_sub(bytes, Ordering::SeqCst);
                drop(permit);
            }
        };
        thread::scope(|scope| {
            for bytes in [3, 4, 10, 1, 6, 9, 2, 5] {
                let work = &work;
                scope.spawn(move || work(bytes));
            }
        });
        assert!(most.load(Ordering::SeqCst) <= 10);
        assert!(matches!(budget.take(11), Err(MediaError::Memory { needs: 11, limit: 10 })));
    }
}
