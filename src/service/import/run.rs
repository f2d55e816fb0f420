//! The import as a whole: batches, judged in parallel while the one before is written.

use std::{
    collections::HashMap,
    ops::ControlFlow,
    sync::{Mutex, PoisonError},
    thread::{self, Scope, ScopedJoinHandle},
};

use sha2::{Digest as _, Sha256};

use super::{
    ImportProgress, ImportReport, fault,
    plan::{Job, Plan, Ready, Said, twice},
    report::{Refused, Report},
    rows::{Place, Row, Rows},
};
use crate::{
    service::{Error, storage::Room, upload::write_error},
    store::{RecordChange, StoreError},
};

/// So many rows are written at once: enough for one flush to be cheap; two batches are in memory, one
/// being judged and one being written.
const BATCH: usize = 200;

/// Rows on their way through an import.
pub(super) struct Run<'a> {
    job: Job<'a>,
    report: Report,
    tally: ImportReport,
    /// Where each source id stood first, by the first half of its SHA-256.
    seen: HashMap<[u8; 16], Place>,
}

/// Rows judged, and what of them is to be written.
#[derive(Default)]
struct Judged {
    read: u64,
    unchanged: u64,
    refused: Vec<Refused>,
    /// Alike in number and order.
    marks: Vec<Mark>,
    changes: Vec<RecordChange>,
}

/// What the report needs to know of a write that fails.
struct Mark {
    place: Place,
    source_id: String,
    is_new: bool,
}

type Written = Vec<Result<u64, StoreError>>;

/// A batch that is being written.
struct Pending<'scope> {
    judged: Judged,
    bytes: u64,
    written: ScopedJoinHandle<'scope, Written>,
    /// Room for its files until they stand in their records.
    _rooms: Vec<Room>,
}

impl<'a> Run<'a> {
    pub(super) fn new(job: Job<'a>, report: Report) -> Self {
        Self { job, report, tally: ImportReport::default(), seen: HashMap::new() }
    }

    /// Imports all rows, or as many as `progress` lets pass.
    pub(super) fn all(
        mut self,
        mut rows: Rows,
        total: u64,
        progress: &mut dyn FnMut(ImportProgress) -> ControlFlow<()>,
    ) -> Result<ImportReport, Error> {
        let mut tell =
            |bytes, so_far: ImportReport| progress(ImportProgress { bytes, total, so_far });
        let done = thread::scope(|scope| self.batches(scope, &mut rows, &mut tell));
        self.report.flush()?;
        done.map(|()| self.tally)
    }

    fn batches<'scope>(
        &mut self,
        scope: &'scope Scope<'scope, '_>,
        rows: &mut Rows,
        tell: &mut dyn FnMut(u64, ImportReport) -> ControlFlow<()>,
    ) -> Result<(), Error>
    where
        'a: 'scope,
    {
        let services = self.job.services;
        let mut pending: Option<Pending<'_>> = None;
        loop {
            let (batch, end) = gather(rows);
            let last = batch.len() < BATCH;
            let judged = self.judged(batch);
            if self.settled(pending.take(), tell)?.is_break() {
                return Ok(());
            }
            let mut judged = judged?;
            let changes = std::mem::take(&mut judged.changes);
            let written = scope.spawn(move || services.save_all(changes));
            let rooms = self.job.rooms();
            let next = Pending { judged, bytes: rows.done(), written, _rooms: rooms };
            if last {
                // Nothing is left to be stopped.
                let _end = self.settled(Some(next), tell)?;
                return end.map_or(Ok(()), Err);
            }
            pending = Some(next);
        }
    }

    /// Waits for the batch before, and tells how far it is.
    fn settled(
        &mut self,
        pending: Option<Pending<'_>>,
        tell: &mut dyn FnMut(u64, ImportReport) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, Error> {
        let Some(pending) = pending else { return Ok(ControlFlow::Continue(())) };
        let bytes = pending.bytes;
        self.settle(pending)?;
        Ok(tell(bytes, self.tally))
    }

    /// Judges a batch: each row for itself, in parallel; what depends on their order, in order.
    fn judged(&mut self, batch: Vec<Row>) -> Result<Judged, Error> {
        let mut out = Judged { read: count(batch.len()), ..Judged::default() };
        let said = parallel(batch, |row| self.job.said(row))?;
        let said = said.into_iter().filter_map(|said| kept(said, &mut out.refused)).collect();
        let first = self.first_of_their_kind(said, &mut out.refused);
        let plans = parallel(first, |said| self.job.plan(said))?;
        let mut ready = Vec::new();
        for plan in plans.into_iter().filter_map(|plan| kept(plan, &mut out.refused)) {
            match plan {
                Plan::Unchanged => out.unchanged = out.unchanged.saturating_add(1),
                Plan::Write(row) => ready.push(*row),
            }
        }
        if self.job.options.dry_run {
            out.marks = ready.iter().map(mark).collect();
            return Ok(out);
        }
        for row in &mut ready {
            self.job.numbered(row)?;
        }
        let changes = parallel(ready, |row| {
            let mark = mark(&row);
            Ok(self.job.change(row)?.map(|change| (mark, change)))
        })?;
        let changes = changes.into_iter().filter_map(|change| kept(change, &mut out.refused));
        (out.marks, out.changes) = changes.unzip();
        Ok(out)
    }

    /// Refuses rows whose source id an earlier row of this source has.
    fn first_of_their_kind(&mut self, said: Vec<Said>, refused: &mut Vec<Refused>) -> Vec<Said> {
        let mut first = Vec::with_capacity(said.len());
        for row in said {
            let mut key = [0; 16];
            for (to, from) in key.iter_mut().zip(Sha256::digest(row.source_id.as_bytes())) {
                *to = from;
            }
            if let Some(before) = self.seen.get(&key) {
                let errors = vec![twice(before)];
                let source_id = Some(row.source_id);
                refused.push(Refused { place: row.place, source_id, errors });
                continue;
            }
            self.seen.insert(key, row.place.clone());
            first.push(row);
        }
        first
    }

    /// Waits until a batch is written, counts it and tells what of it was refused.
    fn settle(&mut self, pending: Pending<'_>) -> Result<(), Error> {
        let Pending { judged, written, .. } = pending;
        let Judged { read, unchanged, mut refused, marks, .. } = judged;
        let written = written
            .join()
            .map_err(|_panic| Error::Internal("an import's writer failed".to_owned()))?;
        let mut failed = None;
        // A dry run has marks and writes nothing.
        let answers = written.into_iter().map(Some).chain(std::iter::repeat_with(|| None));
        for (mark, answer) in marks.into_iter().zip(answers) {
            let Err(error) = answer.transpose() else {
                let tally = &mut self.tally;
                let count = if mark.is_new { &mut tally.created } else { &mut tally.updated };
                *count = count.saturating_add(1);
                continue;
            };
            match fault::of_row(write_error(error)) {
                Ok(errors) => {
                    let source_id = Some(mark.source_id);
                    refused.push(Refused { place: mark.place, source_id, errors });
                }
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        refused.sort_by(|a, b| (&a.place.source, a.place.row).cmp(&(&b.place.source, b.place.row)));
        for row in &refused {
            self.report.tell(row)?;
        }
        self.report.flush()?;
        self.tally.read = self.tally.read.saturating_add(read);
        self.tally.unchanged = self.tally.unchanged.saturating_add(unchanged);
        self.tally.refused = self.tally.refused.saturating_add(count(refused.len()));
        failed.map_or(Ok(()), Err)
    }
}

/// The next rows, and why there are no more of them, if that is not the source's end.
fn gather(rows: &mut Rows) -> (Vec<Row>, Option<Error>) {
    let mut batch = Vec::with_capacity(BATCH);
    while batch.len() < BATCH {
        match rows.next() {
            Ok(Some(row)) => batch.push(row),
            Ok(None) => break,
            Err(error) => return (batch, Some(error)),
        }
    }
    (batch, None)
}

fn kept<T>(row: Result<T, Refused>, refused: &mut Vec<Refused>) -> Option<T> {
    row.map_err(|row| refused.push(row)).ok()
}

fn mark(ready: &Ready) -> Mark {
    let (place, source_id) = (ready.place.clone(), ready.source_id.clone());
    Mark { place, source_id, is_new: ready.is_new() }
}

fn count(rows: usize) -> u64 {
    u64::try_from(rows).unwrap_or(u64::MAX)
}

/// Does `work` with each item on all cores; the answers are in the order of the items. The first
/// failure ends it.
fn parallel<T: Send, U: Send>(
    items: Vec<T>,
    work: impl Fn(T) -> Result<U, Error> + Sync,
) -> Result<Vec<U>, Error> {
    let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let workers = cores.min(items.len());
    let queue = Mutex::new(items.into_iter().enumerate());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let share = || {
        let mut done = Vec::new();
        while let Some((at, item)) = next() {
            done.push((at, work(item)?));
        }
        Ok::<_, Error>(done)
    };
    let shares = thread::scope(|scope| {
        let threads: Vec<_> = (0..workers).map(|_worker| scope.spawn(share)).collect();
        let joined = threads.into_iter().map(|thread| {
            let gone = |_panic| Error::Internal("a row's thread failed".to_owned());
            thread.join().map_err(gone).flatten()
        });
        joined.collect::<Result<Vec<_>, Error>>()
    })?;
    let mut done: Vec<(usize, U)> = shares.into_iter().flatten().collect();
    done.sort_unstable_by_key(|(at, _)| *at);
    Ok(done.into_iter().map(|(_, answer)| answer).collect())
}
