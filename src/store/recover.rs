//! Opening a data folder, whatever state a crash or a bad disk left it in.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::{FlockOperation, flock};

use super::engine::{Engine, patient};
use super::error::at;
use super::journal::{self, Journal, Lines, Segment};
use super::line::{self, Fault, Head};
use super::schema::Change;
use super::verify::{self, Chain, JournalProblem, Tail, Torn};
use super::writer::BATCH_BYTES;
use super::{MAX_LINE, Options, StoreError, migrate};

pub(super) const STORE: &str = "store";
const LOCK: &str = "lock";

/// How long a lock may stay with a child process that has not become another program yet.
const LET_GO: Duration = Duration::from_millis(200);

/// Lines that replay applies at a time.
const REPLAY_LINES: usize = 1_000;

/// A data folder, open and up to date.
pub(super) struct Opened {
    pub(super) engine: Engine,
    pub(super) journal: Journal,
    pub(super) head: Head,
    pub(super) found: Found,
    pub(super) lock: File,
}

/// What opening found and did.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// In words, for the log and the operator.
    pub(super) notices: Vec<String>,
    /// Damage in the journal.
    pub(super) problems: Vec<JournalProblem>,
    /// Damage noted at an earlier replay.
    noted: Option<String>,
    /// Whether bytes after the last good line were there.
    torn: bool,
}

impl Found {
    fn notice(&mut self, text: String) {
        tracing::warn!("{text}");
        self.notices.push(text);
    }

    fn problem(&mut self, problem: JournalProblem) {
        if !self.problems.contains(&problem) {
            tracing::error!(file = problem.file, line = problem.line, "journal damage: {problem}");
            self.notices.push(format!("journal damage: {problem}"));
            self.problems.push(problem);
        }
    }

    /// Why nothing may be written, if so.
    pub(super) fn read_only(&self) -> Option<String> {
        let first = self.problems.first().map(ToString::to_string);
        let what = first.or_else(|| self.noted.clone())?;
        Some(match self.problems.len().saturating_sub(1) {
            0 => format!("the journal is damaged: {what}"),
            more => format!("the journal is damaged: {what}, and in {more} more places"),
        })
    }
}

/// What [`rebuild`] did.
#[derive(Debug)]
pub struct Rebuilt {
    /// The number of the last line in the journal.
    pub n: u64,
    /// Damaged lines, which are missing in the new store.
    pub problems: Vec<JournalProblem>,
    /// The former store folder; kept if the journal was not whole.
    pub kept: Option<PathBuf>,
}

/// Takes the data folder `dir` and opens what is in it.
pub(super) fn open(dir: &Path, options: &Options) -> Result<Opened, StoreError> {
    let lock = lock(dir)?;
    super::purge::clear_leavings(dir)?;
    open_locked(dir, options, lock, &mut |_lines| {})
}

/// Makes the store folder of the data folder `dir` anew from the journal, which must not be in use.
///
/// `progress` hears the number of lines read, now and then. Rows of trees that are not journaled
/// are gone after it. A crash in between does no harm: the next start goes on.
///
/// # Errors
/// [`StoreError::Locked`] while the folder is in use; any failure of the disk.
pub fn rebuild(
    dir: &Path,
    options: &Options,
    progress: &mut dyn FnMut(u64),
) -> Result<Rebuilt, StoreError> {
    let lock = lock(dir)?;
    let store = dir.join(STORE);
    let aside = if store.exists() { Some(set_aside(dir, &store)?) } else { None };
    let opened = open_locked(dir, options, lock, progress)?;
    opened.engine.flush()?;
    let Found { problems, torn, .. } = opened.found;
    let mut kept = aside;
    if problems.is_empty()
        && !torn
        && let Some(aside) = kept.take()
    {
        std::fs::remove_dir_all(&aside).map_err(at(&aside))?;
    }
    Ok(Rebuilt { n: opened.head.n, problems, kept })
}

fn lock(dir: &Path) -> Result<File, StoreError> {
    std::fs::create_dir_all(dir).map_err(at(dir))?;
    let path = dir.join(LOCK);
    let opened = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
    let file = opened.map_err(at(&path))?;
    // A child process that was just started has the files of its parent until it is replaced.
    let locked = patient(
        LET_GO,
        || flock(&file, FlockOperation::NonBlockingLockExclusive),
        |error| *error == rustix::io::Errno::WOULDBLOCK,
    );
    match locked {
        Ok(()) => Ok(file),
        Err(error) if error == rustix::io::Errno::WOULDBLOCK => Err(StoreError::Locked(path)),
        Err(error) => Err(at(&path)(error.into())),
    }
}

fn open_locked(
    dir: &Path,
    options: &Options,
    lock: File,
    progress: &mut dyn FnMut(u64),
) -> Result<Opened, StoreError> {
    let folder = dir.join(journal::FOLDER);
    std::fs::create_dir_all(&folder).map_err(at(&folder))?;
    sync_folder(dir)?;
    let tail = verify::tail(&folder)?;
    let mut found = Found::default();
    let (engine, applied) = open_engine(dir, options, &mut found)?;
    found.noted = engine.damage()?;
    tail.problems.iter().for_each(|problem| found.problem(problem.clone()));
    if let Some(torn) = &tail.torn {
        settle_torn(torn, tail.head.n < applied.n, options, &mut found)?;
    }
    let head = catch_up(&engine, &tail, applied, &mut found, progress)?;
    let journal = Journal::open(&folder, tail.segments.last(), options)?;
    Ok(Opened { engine, journal, head, found, lock })
}

pub(super) fn sync_folder(dir: &Path) -> Result<(), StoreError> {
    File::open(dir).and_then(|handle| handle.sync_all()).map_err(at(dir))
}

/// A write that a crash cut short was never answered and is taken away; anything else at the end
/// is damage and stays as it is.
fn settle_torn(
    torn: &Torn,
    was_applied: bool,
    options: &Options,
    found: &mut Found,
) -> Result<(), StoreError> {
    found.torn = true;
    let batch = BATCH_BYTES.saturating_add(MAX_LINE).saturating_mul(2);
    let longer = u64::try_from(batch).is_ok_and(|batch| batch < torn.bytes);
    if was_applied || longer || !found.problems.is_empty() {
        found.problem(torn.problem.clone());
        return Ok(());
    }
    let path = &torn.segment.path;
    let file = OpenOptions::new().append(true).open(path).map_err(at(path))?;
    options.disk.truncate(&file, torn.from).map_err(at(path))?;
    options.disk.sync(&file).map_err(at(path))?;
    let JournalProblem { file, line, .. } = &torn.problem;
    found.notice(format!(
        "cut {} bytes of an unfinished write off {file}, from line {line} on",
        torn.bytes
    ));
    Ok(())
}

/// Applies what the fast copy lacks; gives the last line that it then has.
fn catch_up(
    engine: &Engine,
    tail: &Tail,
    applied: Head,
    found: &mut Found,
    progress: &mut dyn FnMut(u64),
) -> Result<Head, StoreError> {
    let last = tail.head;
    let foreign = |journal: String| StoreError::Foreign { applied: applied.n, journal };
    if applied == last {
        return Ok(applied);
    }
    if applied.n == last.n {
        return Err(foreign("another line of that number".to_owned()));
    }
    if last.n < applied.n {
        // With unreadable bytes at the end the missing line is there, but damaged.
        return if found.problems.is_empty() {
            Err(foreign(format!("ends at {}", last.n)))
        } else {
            Ok(applied)
        };
    }
    let segments = journal::from_line(&tail.segments, applied.n);
    let mut replay =
        Replay { engine, found, at: applied, changes: Vec::new(), lines: 0, fresh: false };
    let lines = replay.run(segments, progress)?;
    replay.at = last;
    replay.flush()?;
    let first = applied.n.saturating_add(1);
    found.notice(format!("replayed {lines} journal lines from {first} to {}", last.n));
    Ok(last)
}

/// Lines on their way into the fast copy.
struct Replay<'a> {
    engine: &'a Engine,
    found: &'a mut Found,
    at: Head,
    changes: Vec<Change>,
    /// Lines in `changes`.
    lines: usize,
    /// Whether damage was found that is not yet noted.
    fresh: bool,
}

impl Replay<'_> {
    fn run(
        &mut self,
        segments: &[Segment],
        progress: &mut dyn FnMut(u64),
    ) -> Result<u64, StoreError> {
        let applied = self.at;
        let mut lines = Lines::new(segments);
        let mut chain = if applied.n == 0 { Chain::begin() } else { Chain::anywhere() };
        let (mut seen, mut done) = (0_u64, 0_u64);
        while let Some(raw) = lines.advance()? {
            seen = seen.saturating_add(1);
            if seen.is_multiple_of(1_000) {
                progress(seen);
            }
            if line::number(raw.bytes).is_some_and(|n| n < applied.n) {
                continue;
            }
            if !raw.ended {
                self.damaged(verify::problem(&raw, None, &Fault::Unended));
                continue;
            }
            let checked = chain.check(raw.bytes);
            if let Some(Fault::Version(version)) = checked.fault {
                return Err(StoreError::Version(version));
            }
            if checked.n == Some(applied.n) && chain.head().is_some_and(|head| head != applied) {
                let journal = "another line of that number".to_owned();
                return Err(StoreError::Foreign { applied: applied.n, journal });
            }
            if let Some(fault) = &checked.fault {
                self.damaged(verify::problem(&raw, checked.n, fault));
            }
            let Some(line) = checked.line.filter(|line| applied.n < line.head.n) else { continue };
            match line.changes() {
                Ok(changes) => self.take(line.head, changes)?,
                Err(fault) => self.damaged(verify::problem(&raw, checked.n, &fault)),
            }
            done = done.saturating_add(1);
        }
        progress(seen);
        Ok(done)
    }

    fn damaged(&mut self, problem: JournalProblem) {
        self.found.problem(problem);
        self.fresh = true;
    }

    fn take(&mut self, head: Head, changes: Vec<Change>) -> Result<(), StoreError> {
        self.at = head;
        self.changes.extend(changes);
        self.lines = self.lines.saturating_add(1);
        if self.lines < REPLAY_LINES { Ok(()) } else { self.flush() }
    }

    /// Damage is noted before what follows it is applied: a crash in between must not hide it.
    fn flush(&mut self) -> Result<(), StoreError> {
        if std::mem::take(&mut self.fresh) {
            let all: Vec<_> = self.found.problems.iter().map(ToString::to_string).collect();
            self.engine.note_damage(&all.join("; "))?;
        }
        self.lines = 0;
        self.engine.apply(std::mem::take(&mut self.changes), self.at)
    }
}

/// Opens the fast copy; one that is damaged is set aside, to be made anew from the journal.
fn open_engine(
    dir: &Path,
    options: &Options,
    found: &mut Found,
) -> Result<(Engine, Head), StoreError> {
    let path = dir.join(STORE);
    let error = match try_engine(&path, options) {
        Err(error) if is_damage(&error) => error,
        other => return other,
    };
    let aside = free_name(dir, "snapshot")?;
    if move_snapshots(&path, &aside)? {
        found.notice(format!(
            "the store folder would not open ({error}), its snapshot was set aside"
        ));
        match try_engine(&path, options) {
            Err(StoreError::Layout(layout)) => return Err(StoreError::Layout(layout)),
            Ok(opened) => return Ok(opened),
            Err(_) => {}
        }
    }
    let aside = set_aside(dir, &path)?;
    found.notice(format!(
        "the store folder is damaged ({error}): moved to {}, it is made anew from the journal",
        aside.display()
    ));
    try_engine(&path, options)
}

fn try_engine(path: &Path, options: &Options) -> Result<(Engine, Head), StoreError> {
    let engine = Engine::open(path, options)?;
    migrate::run(&engine)?;
    let applied = engine.applied()?;
    Ok((engine, applied))
}

/// Whether a new store folder would help: not so against a full disk, missing rights, too many
/// open files or another program that holds the folder.
fn is_damage(error: &StoreError) -> bool {
    match error {
        StoreError::Sled(sled::Error::Io(error)) => {
            use io::ErrorKind::{InvalidData, NotFound, UnexpectedEof};
            matches!(error.kind(), InvalidData | NotFound | UnexpectedEof)
        }
        StoreError::Sled(_) | StoreError::Broken | StoreError::Own(_) => true,
        _ => false,
    }
}

/// sled remakes its snapshot from its log; one that is damaged stands in the way.
fn move_snapshots(store: &Path, aside: &Path) -> Result<bool, StoreError> {
    let mut moved = false;
    for entry in std::fs::read_dir(store).map_err(at(store))? {
        let name = entry.map_err(at(store))?.file_name();
        if name.to_string_lossy().starts_with("snap.") {
            std::fs::create_dir_all(aside).map_err(at(aside))?;
            std::fs::rename(store.join(&name), aside.join(&name)).map_err(at(aside))?;
            moved = true;
        }
    }
    Ok(moved)
}

fn set_aside(dir: &Path, store: &Path) -> Result<PathBuf, StoreError> {
    let aside = free_name(dir, "damaged")?;
    std::fs::rename(store, &aside).map_err(at(store))?;
    sync_folder(dir)?;
    Ok(aside)
}

/// The first `store.WHAT-N` that is not there.
fn free_name(dir: &Path, what: &str) -> Result<PathBuf, StoreError> {
    let mut names = (1_u32..).map(|n| dir.join(format!("{STORE}.{what}-{n}")));
    let exists = || at(dir)(io::Error::from(io::ErrorKind::AlreadyExists));
    names.find(|path| !path.exists()).ok_or_else(exists)
}
