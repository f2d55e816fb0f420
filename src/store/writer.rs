//! The one writer: takes what waits, numbers it, writes it to the journal and the fast copy.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock};

use super::engine::Engine;
use super::journal::{Failed, Journal};
use super::line::{self, Head, Heading, Salt};
use super::schema::{Change, Expect, Intent, Row, Tree, Value};
use super::{MAX_LINE, StoreError};

/// The most intents that share one flush.
const BATCH_INTENTS: usize = 512;
/// A batch takes no more once it has this many bytes.
pub(super) const BATCH_BYTES: usize = 8 << 20;
/// What may wait in the queue; a bulk import waits here and not in memory.
pub(super) const QUEUE: usize = 2 * BATCH_INTENTS;

/// What the writer and the readers share.
#[derive(Debug)]
pub(super) struct Shared {
    engine: RwLock<Arc<Engine>>,
    state: Mutex<State>,
    pub(super) moved: Condvar,
}

/// The state of the store.
#[derive(Debug)]
pub(super) struct State {
    pub(super) head: Head,
    pub(super) read_only: Option<String>,
    pub(super) closed: bool,
}

impl Shared {
    pub(super) fn new(engine: Engine, head: Head, read_only: Option<String>) -> Self {
        let state = Mutex::new(State { head, read_only, closed: false });
        Self { engine: RwLock::new(Arc::new(engine)), state, moved: Condvar::new() }
    }

    /// The fast copy as it is now.
    pub(super) fn engine(&self) -> Arc<Engine> {
        Arc::clone(&self.engine.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts another copy of the same rows in its place.
    pub(super) fn replace(&self, engine: Engine) {
        *self.engine.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(engine);
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stop_writes(&self, reason: String) {
        tracing::error!(reason, "the store is read-only until a restart: {reason}");
        self.state().read_only.get_or_insert(reason);
    }

    /// Why a write got no answer, or gets none.
    pub(super) fn refusal(&self) -> StoreError {
        let state = self.state();
        match &state.read_only {
            Some(reason) => StoreError::ReadOnly(reason.clone()),
            None if state.closed => StoreError::Closed,
            // A batch that went down with the writer is answered before the reason is noted.
            None => StoreError::ReadOnly("the writer failed".to_owned()),
        }
    }
}

/// An intent that is fit to be written.
pub(super) struct Prepared {
    heading: Heading,
    expects: Vec<(Expect, Vec<u8>)>,
    rows: Vec<Row>,
    size: usize,
}

impl Prepared {
    pub(super) fn new(intent: Intent) -> Result<Self, StoreError> {
        let Intent { at, actor, action, from, record, expects, rows } = intent;
        let texts = [actor.len(), action.len(), record.as_ref().map_or(0, String::len)];
        let mut size = texts.into_iter().fold(512, usize::saturating_add);
        for row in &rows {
            if !row.tree.journaled() {
                return Err(StoreError::Door(row.tree.name()));
            }
            let value = if let Value::Json(json) = &row.value { json.get().len() } else { 20 };
            let row = row.key.size().saturating_add(value).saturating_add(40);
            size = size.saturating_add(row);
        }
        if MAX_LINE < size {
            return Err(StoreError::TooLarge(size));
        }
        let keyed = |expect: Expect| expect.key.bytes(expect.tree).map(|key| (expect, key));
        let expects = expects.into_iter().map(keyed).collect::<Result<_, _>>()?;
        Ok(Self { heading: Heading { at, actor, action, from, record }, expects, rows, size })
    }
}

/// What the writer gives back: the intent's place among those of its caller, and its number.
pub(super) type Answer = (usize, Result<u64, StoreError>);

/// Work that the writer does between writes.
type Alone = Box<dyn FnOnce(&mut Journal, &Shared) + Send>;

/// What waits in the queue.
pub(super) enum Job {
    /// An intent.
    Write(Wanted),
    /// Work that nothing else may run beside.
    Alone(Alone),
}

/// One intent in the queue.
pub(super) struct Wanted {
    pub(super) slot: usize,
    pub(super) intent: Prepared,
    pub(super) reply: Sender<Answer>,
}

/// The writer's side.
pub(super) struct Writer {
    pub(super) shared: Arc<Shared>,
    pub(super) journal: Journal,
    pub(super) queue: Receiver<Job>,
}

impl Writer {
    /// Works until the queue is closed and empty.
    pub(super) fn run(mut self) {
        while let Ok(first) = self.queue.recv() {
            let (batch, alone) = self.gather(first);
            // A panic drops the batch and with it the callers' channels: nobody waits for ever.
            let done = catch_unwind(AssertUnwindSafe(|| {
                if !batch.is_empty() {
                    self.round(batch);
                }
                if let Some(work) = alone {
                    work(&mut self.journal, &self.shared);
                }
            }));
            if done.is_err() {
                self.shared.stop_writes("the writer failed".to_owned());
            }
        }
    }

    /// All that waits, within bounds, up to work that has to be alone. While a flush runs, the next
    /// batch gathers in the queue.
    fn gather(&self, first: Job) -> (Vec<Wanted>, Option<Alone>) {
        let (mut size, mut batch, mut next) = (0_usize, Vec::new(), Some(first));
        while let Some(job) = next.take() {
            match job {
                Job::Alone(work) => return (batch, Some(work)),
                Job::Write(wanted) => {
                    size = size.saturating_add(wanted.intent.size);
                    batch.push(wanted);
                }
            }
            if batch.len() < BATCH_INTENTS && size < BATCH_BYTES {
                next = self.queue.try_recv().ok();
            }
        }
        (batch, None)
    }

    fn round(&mut self, batch: Vec<Wanted>) {
        let (head, read_only) = {
            let state = self.shared.state();
            (state.head, state.read_only.is_some())
        };
        let mut round = Round::new(head, &batch);
        let engine = self.shared.engine();
        let mut answers = Vec::with_capacity(batch.len());
        for Wanted { slot, intent, reply } in batch {
            let answer =
                if read_only { Err(self.shared.refusal()) } else { round.take(&engine, &intent) };
            answers.push((reply, slot, answer));
        }
        let failed = self.commit(head, round).err();
        for (reply, slot, answer) in answers {
            let answer = match (&failed, answer) {
                // A conflict may have been with a write of this batch, which was not made.
                (Some(failed), Ok(_) | Err(StoreError::Conflict { .. })) => Err(failed.error()),
                (_, answer) => answer,
            };
            // A caller that has gone needs no answer.
            drop(reply.send((slot, answer)));
        }
    }

    fn commit(&mut self, before: Head, round: Round) -> Result<(), Failed> {
        let Round { head, bytes, changes, .. } = round;
        if head == before {
            return Ok(());
        }
        let first = before.n.saturating_add(1);
        let written = self.journal.append(first, &bytes);
        let done = written.and_then(|()| {
            let applied = self.shared.engine().apply(changes, head);
            applied.map_err(|error| Failed::Broken(format!("written, but not shown: {error}")))
        });
        match &done {
            Ok(()) => {
                self.shared.state().head = head;
                self.shared.moved.notify_all();
            }
            Err(Failed::Full) => tracing::warn!("the disk is full, a batch of writes was refused"),
            Err(Failed::Broken(reason)) => self.shared.stop_writes(reason.clone()),
        }
        done
    }
}

impl Failed {
    fn error(&self) -> StoreError {
        match self {
            Self::Full => StoreError::Full,
            Self::Broken(reason) => StoreError::ReadOnly(reason.clone()),
        }
    }
}

/// One batch as it grows.
struct Round {
    head: Head,
    bytes: Vec<u8>,
    changes: Vec<Change>,
    /// Where in `changes` a row was last changed; kept only if some intent expects something.
    pending: Option<HashMap<(Tree, Vec<u8>), usize>>,
}

impl Round {
    fn new(head: Head, batch: &[Wanted]) -> Self {
        let expecting = batch.iter().any(|job| !job.intent.expects.is_empty());
        Self { head, bytes: Vec::new(), changes: Vec::new(), pending: expecting.then(HashMap::new) }
    }

    /// Numbers one intent, if all that it expects is so.
    fn take(&mut self, engine: &Engine, intent: &Prepared) -> Result<u64, StoreError> {
        for (expect, key) in &intent.expects {
            let as_read = expect.value.as_deref();
            let place = self.pending.as_ref().and_then(|p| p.get(&(expect.tree, key.clone())));
            let same = match place.and_then(|place| self.changes.get(*place)) {
                Some(change) => change.value.as_deref() == as_read,
                None => engine.get(expect.tree, key)?.as_deref() == as_read,
            };
            if !same {
                let key = expect.key.shown();
                return Err(StoreError::Conflict { tree: expect.tree.name(), key });
            }
        }
        let mut salt = [0; 16];
        getrandom::fill(&mut salt).map_err(StoreError::Random)?;
        let written =
            line::write(&mut self.bytes, self.head, &intent.heading, &intent.rows, Salt(salt));
        let (head, changes) =
            written.map_err(|source| StoreError::Json { tree: "journal", source })?;
        self.head = head;
        for change in changes {
            if let Some(pending) = &mut self.pending {
                pending.insert((change.tree, change.key.clone()), self.changes.len());
            }
            self.changes.push(change);
        }
        Ok(head.n)
    }
}
