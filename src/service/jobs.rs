//! The queue of what is done later: durable, each job once, tried three times, then laid aside for
//! somebody to look at.
//!
//! The rows are not journaled: what is to be done follows from what is there, and the follower of the
//! feed finds it again. In memory the queue is what it is on the disk.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};

use super::{Error, Services};
use crate::{
    domain::{
        account::{Actor, Role},
        digest::Digest,
        id::RecordId,
        job::{Job, JobId, JobKind, JobState, Progress},
        lifecycle::Action,
    },
    media::MediaError,
    store::{Store, Tree},
};

/// How often a job is tried.
const ATTEMPTS: u32 = 3;

/// How long a job rests after it failed, times the square of the attempts.
const REST: SignedDuration = SignedDuration::from_secs(10);

/// What becomes of a piece of work: nothing is left of it, or so much is done.
pub(super) type Step = Option<Progress>;

/// The jobs, and who waits for one.
#[derive(Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    bell: Condvar,
}

#[derive(Default)]
struct State {
    jobs: BTreeMap<JobId, Job>,
    /// Those that wait, by kind in the order in which they are due.
    waiting: BTreeMap<JobKind, BTreeSet<(Timestamp, JobId)>>,
}

impl Queue {
    /// The jobs as they are on the disk; what was being done when the program ended is done again.
    pub(super) fn open(store: &Store) -> Result<Self, Error> {
        let mut state = State::default();
        for row in store.after(Tree::Jobs, None)? {
            let (_key, value) = row?;
            let mut job: Job = crate::store::decode(Tree::Jobs, &value)?;
            if job.state == JobState::Running {
                // The program ended over it. Once is chance; as often as it may be tried is not.
                job.state = after(job.attempts);
                job.error = Some("the program ended meanwhile".to_owned());
            }
            state.put(job);
        }
        Ok(Self { state: Mutex::new(state), bell: Condvar::new() })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn put(&mut self, job: Job) {
        self.forget(&job.id);
        if job.state == JobState::Waiting {
            self.waiting.entry(job.id.kind).or_default().insert((job.due, job.id.clone()));
        }
        self.jobs.insert(job.id.clone(), job);
    }

    fn forget(&mut self, id: &JobId) {
        let Some(job) = self.jobs.remove(id) else { return };
        if let Some(waiting) = self.waiting.get_mut(&id.kind) {
            waiting.remove(&(job.due, job.id));
        }
    }

    /// Of those that are due, the most urgent: the first by kind, then the one that waits longest.
    fn next(&self, now: Timestamp) -> Option<Job> {
        let first = |waiting: &BTreeSet<(Timestamp, JobId)>| waiting.first().cloned();
        let due = self.waiting.values().filter_map(first).find(|(due, _id)| *due <= now)?;
        self.jobs.get(&due.1).cloned()
    }
}

impl Services {
    /// Puts a job in the queue, unless it is there.
    pub(super) fn enqueue(&self, kind: JobKind, file: &Digest, of: RecordId) -> Result<(), Error> {
        let id = JobId { kind, file: file.clone() };
        let mut state = self.jobs.lock();
        if state.jobs.contains_key(&id) {
            return Ok(());
        }
        let job = Job::new(id, of, self.now());
        self.keep_job(&job)?;
        state.put(job);
        drop(state);
        self.jobs.bell.notify_one();
        Ok(())
    }

    /// Does the next job that is due, waiting for one for `patience` at most; tells whether there
    /// was one. Several threads may do this.
    ///
    /// # Errors
    /// The store's. A job that fails is no error: it is noted and tried again.
    pub fn do_next_job(&self, patience: Duration) -> Result<bool, Error> {
        let Some(job) = self.take_job(patience)? else { return Ok(false) };
        let done = match job.id.kind {
            JobKind::Look => self.look(&job.id.file).map(|_looked| None),
            JobKind::Pictures => self.web_pictures(&job.id.file).map(|()| None),
            JobKind::Ocr => self.recognise(&job),
        };
        self.end_job(job, done)?;
        Ok(true)
    }

    fn take_job(&self, patience: Duration) -> Result<Option<Job>, Error> {
        let mut state = self.jobs.lock();
        if state.next(self.now()).is_none() {
            let waited = self.jobs.bell.wait_timeout(state, patience);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        let Some(mut job) = state.next(self.now()) else { return Ok(None) };
        // Noted before it is begun: one that brings the program down is not tried for ever.
        job.state = JobState::Running;
        job.attempts = job.attempts.saturating_add(1);
        self.keep_job(&job)?;
        state.put(job.clone());
        Ok(Some(job))
    }

    fn end_job(&self, mut job: Job, done: Result<Step, Error>) -> Result<(), Error> {
        let mut state = self.jobs.lock();
        let error = match done {
            Ok(None) => None,
            Ok(progress) => {
                // It goes on when nothing more urgent waits, and behind those of its kind that waited.
                (job.state, job.attempts, job.progress) = (JobState::Waiting, 0, progress);
                job.due = self.now();
                self.keep_job(&job)?;
                state.put(job);
                return Ok(());
            }
            // The record was deleted meanwhile, and its file with it.
            Err(Error::Media(MediaError::Missing(_))) => None,
            Err(error) => Some(error),
        };
        let Some(error) = error else {
            state.forget(&job.id);
            return Ok(self.store.delete_local(Tree::Jobs, &job.id.to_string().as_str().into())?);
        };
        let tried = i32::try_from(job.attempts).unwrap_or(i32::MAX);
        job.error = Some(error.to_string());
        job.due = self.now() + REST.saturating_mul(tried.saturating_mul(tried));
        job.state = after(job.attempts);
        if job.state == JobState::Dead {
            tracing::error!(job = %job.id, record.id = %job.record, "given up: {error}");
        } else {
            tracing::warn!(job = %job.id, record.id = %job.record, "failed, to be tried again: {error}");
        }
        self.keep_job(&job)?;
        state.put(job);
        Ok(())
    }

    /// Whether a job was tried as often as it may be.
    pub(super) fn was_given_up(&self, kind: JobKind, file: &Digest) -> bool {
        let id = JobId { kind, file: file.clone() };
        self.jobs.lock().jobs.get(&id).is_some_and(|job| job.state == JobState::Dead)
    }

    /// Forgets what was to be done to a file, as when it is purged.
    pub(super) fn forget_jobs(&self, file: &Digest) -> Result<(), Error> {
        let mut state = self.jobs.lock();
        for kind in JobKind::ALL {
            let id = JobId { kind: *kind, file: file.clone() };
            state.forget(&id);
            self.store.delete_local(Tree::Jobs, &id.to_string().as_str().into())?;
        }
        Ok(())
    }

    fn keep_job(&self, job: &Job) -> Result<(), Error> {
        let bytes = serde_json::to_vec(job).map_err(|e| Error::Internal(e.to_string()))?;
        Ok(self.store.put_local(Tree::Jobs, &job.id.to_string().as_str().into(), &bytes)?)
    }

    /// How a job stands; one that is done is not there any more.
    ///
    /// # Errors
    /// [`Error::NotFound`] also for who may not see its record.
    pub fn job(&self, actor: &Actor, id: &JobId) -> Result<Job, Error> {
        let job = self.jobs.lock().jobs.get(id).cloned().ok_or(Error::NotFound)?;
        if !oversees(actor) {
            self.allowed(actor, job.record, Action::Read)?;
        }
        Ok(job)
    }

    /// The jobs in a state, or all, those that wait longest first, at most `limit`; and how many there
    /// are in all.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for all but administrators and auditors.
    pub fn job_list(
        &self,
        actor: &Actor,
        wanted: Option<JobState>,
        limit: u32,
    ) -> Result<(Vec<Job>, usize), Error> {
        if !oversees(actor) {
            return Err(Error::Forbidden);
        }
        let state = self.jobs.lock();
        let all = state.jobs.values().filter(|job| wanted.is_none_or(|state| job.state == state));
        let mut all: Vec<&Job> = all.collect();
        all.sort_by_key(|job| job.since);
        Ok((
            all.iter()
                .take(usize::try_from(limit).unwrap_or(usize::MAX))
                .map(|job| (*job).clone())
                .collect(),
            all.len(),
        ))
    }

    /// Has a dead job tried again.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for all but administrators; [`Error::NotFound`] if it is not dead.
    pub fn retry_job(&self, actor: &Actor, id: &JobId) -> Result<Job, Error> {
        if !actor.roles.contains(&Role::Admin) {
            return Err(Error::Forbidden);
        }
        self.revived(id)?.ok_or(Error::NotFound)
    }

    fn revived(&self, id: &JobId) -> Result<Option<Job>, Error> {
        let mut state = self.jobs.lock();
        let Some(dead) = state.jobs.get(id).filter(|job| job.state == JobState::Dead) else {
            return Ok(None);
        };
        let job = Job::new(id.clone(), dead.record, self.now());
        self.keep_job(&job)?;
        state.put(job.clone());
        drop(state);
        self.jobs.bell.notify_one();
        Ok(Some(job))
    }

    /// The dead jobs; with `repair` they are tried again.
    pub(super) fn dead_jobs(&self, repair: bool) -> Result<Vec<Job>, Error> {
        let state = self.jobs.lock();
        let dead = state.jobs.values().filter(|job| job.state == JobState::Dead);
        let dead: Vec<Job> = dead.cloned().collect();
        drop(state);
        if repair {
            for job in &dead {
                self.revived(&job.id)?;
            }
        }
        Ok(dead)
    }
}

/// What becomes of a job that failed for the so many-th time.
const fn after(attempts: u32) -> JobState {
    if attempts < ATTEMPTS { JobState::Waiting } else { JobState::Dead }
}

/// Whether the actor looks after the system as a whole.
fn oversees(actor: &Actor) -> bool {
    actor.roles.contains(&Role::Admin) || actor.roles.contains(&Role::Auditor)
}

#[cfg(test)]
mod tests {
    use std::{path::Path, sync::Arc};

    use super::super::{Settings, Setup};
    use super::*;
    use crate::domain::clock::Clock;

    fn services(dir: &Path) -> Services {
        let clock: Clock = Arc::new(|| "2026-11-20T03:04:05Z".parse().unwrap());
        let settings = Settings { disk_reserve: 0, ..Settings::default() };
        let worker = Path::new("no-worker");
        Setup { dir, profile: "dak-lak", settings, worker, clock }
            .init(&"lan".parse().unwrap())
            .unwrap()
            .0
    }

    fn id(byte: u8) -> JobId {
        JobId { kind: JobKind::Look, file: Digest::from([byte; 32]) }
    }

    #[test]
    fn a_job_over_which_the_program_ended_is_tried_again_and_then_given_up() {
        let dir = tempfile::tempdir().unwrap();
        let services = services(dir.path());
        for attempts in 1..=ATTEMPTS {
            let of = "01a10993-2280-7aaa-8000-000000000000".parse().unwrap();
            let byte = u8::try_from(attempts).unwrap();
            let job = Job::new(id(byte), of, services.now());
            services.keep_job(&Job { state: JobState::Running, attempts, ..job }).unwrap();
        }
        let queue = Queue::open(&services.store).unwrap();
        let state = |byte| queue.lock().jobs.get(&id(byte)).unwrap().state;
        assert_eq!([1, 2, 3].map(state), [JobState::Waiting, JobState::Waiting, JobState::Dead]);
        assert_eq!(queue.lock().next(services.now()).unwrap().id, id(1));
    }

    #[test]
    fn the_most_urgent_comes_first_and_none_before_it_is_due() {
        let mut state = State::default();
        let now: Timestamp = "2026-11-20T03:04:05Z".parse().unwrap();
        let of = "01a10993-2280-7aaa-8000-000000000000".parse().unwrap();
        let pictures = JobId { kind: JobKind::Pictures, ..id(1) };
        state.put(Job::new(pictures.clone(), of, now - SignedDuration::from_hours(1)));
        assert_eq!(state.next(now).unwrap().id, pictures);
        state.put(Job::new(id(2), of, now));
        assert_eq!(state.next(now).unwrap().id, id(2));
        let later = now + SignedDuration::from_secs(1);
        state.put(Job { due: later, ..Job::new(id(2), of, now) });
        assert_eq!(state.next(now).unwrap().id, pictures);
        assert_eq!(state.next(later).unwrap().id, id(2));
        state.forget(&id(2));
        state.forget(&pictures);
        assert!(state.next(later).is_none());
    }
}
