//! Reading the journal again to see whether it is whole: its tail at each start, all on demand.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use super::StoreError;
use super::error::at;
use super::journal::{self, Lines, Raw, Segment};
use super::line::{Fault, Hash, Head, Line};

/// What the tail's check reads at first; about 500 lines of records.
const WINDOW: u64 = 1 << 20;

/// Damage in the journal, by file and line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}: {what}")]
pub struct JournalProblem {
    /// The segment's file name.
    pub file: String,
    /// The line in the file, from 1.
    pub line: u64,
    /// The number of the journal line, if it can be read.
    pub n: Option<u64>,
    /// What is wrong.
    pub what: String,
}

/// The chain so far: what the next line must follow.
pub(super) struct Chain {
    n: u64,
    /// `None` where the line before is unknown: then any will do.
    prev: Option<Hash>,
}

/// One line looked at.
pub(super) struct Checked<'a> {
    /// The line, if its header can be read and its payload is the one that the header names.
    pub(super) line: Option<Line<'a>>,
    /// The number, if the header can be read.
    pub(super) n: Option<u64>,
    pub(super) fault: Option<Fault>,
}

impl Chain {
    /// Before the first line of all.
    pub(super) fn begin() -> Self {
        Self { n: 0, prev: Some(Hash::default()) }
    }

    /// After lines that were not read.
    pub(super) fn anywhere() -> Self {
        Self { n: 0, prev: None }
    }

    /// The last line whose header could be read.
    pub(super) fn head(&self) -> Option<Head> {
        self.prev.map(|hash| Head { n: self.n, hash })
    }

    pub(super) fn check<'a>(&mut self, bytes: &'a [u8]) -> Checked<'a> {
        let line = match Line::read(bytes) {
            Ok(line) => line,
            Err(fault) => {
                self.prev = None;
                return Checked { line: None, n: None, fault: Some(fault) };
            }
        };
        let head = line.head;
        let follows = if head.n <= self.n {
            Err(Fault::Order { last: self.n, found: head.n })
        } else if self.prev.is_some_and(|prev| prev != line.prev) {
            Err(Fault::Chain)
        } else {
            Ok(())
        };
        (self.n, self.prev) = (self.n.max(head.n), Some(head.hash));
        match line.check_payload() {
            Ok(()) => Checked { line: Some(line), n: Some(head.n), fault: follows.err() },
            Err(fault) => Checked { line: None, n: Some(head.n), fault: Some(fault) },
        }
    }
}

/// Bytes after the last good line of the last segment.
#[derive(Debug)]
pub(super) struct Torn {
    pub(super) segment: Segment,
    /// The length of what is good.
    pub(super) from: u64,
    /// How many bytes follow it.
    pub(super) bytes: u64,
    /// The first bad line.
    pub(super) problem: JournalProblem,
}

/// How the journal ends.
#[derive(Debug, Default)]
pub(super) struct Tail {
    pub(super) segments: Vec<Segment>,
    pub(super) head: Head,
    pub(super) torn: Option<Torn>,
    pub(super) problems: Vec<JournalProblem>,
}

/// Looks at the last lines of the journal in `folder`.
pub(super) fn tail(folder: &Path) -> Result<Tail, StoreError> {
    let mut tail = Tail { segments: journal::segments(folder)?, ..Tail::default() };
    for (back, segment) in tail.segments.iter().rev().enumerate() {
        let seen = End::read(segment)?;
        tail.problems.extend(seen.problems);
        match seen.torn {
            // Segments before the last were flushed whole before the next began.
            Some(torn) if 0 < back => tail.problems.push(torn.problem),
            Some(torn) => tail.torn = Some(torn),
            None => {}
        }
        if let Some(head) = seen.head {
            tail.head = head;
            break;
        }
    }
    Ok(tail)
}

/// How one segment ends.
#[derive(Default)]
struct End {
    head: Option<Head>,
    torn: Option<Torn>,
    problems: Vec<JournalProblem>,
}

impl End {
    /// Reads backwards until there is one good line, or all is read.
    fn read(segment: &Segment) -> Result<Self, StoreError> {
        let path = &segment.path;
        let mut file = File::open(path).map_err(at(path))?;
        let len = file.metadata().map_err(at(path))?.len();
        let mut span = WINDOW;
        loop {
            let from = len.saturating_sub(span);
            let mut bytes = Vec::new();
            file.seek(SeekFrom::Start(from)).map_err(at(path))?;
            (&mut file).take(len).read_to_end(&mut bytes).map_err(at(path))?;
            let seen = Self::examine(segment, from, &bytes)?;
            if from == 0 || seen.head.is_some() {
                return Ok(seen);
            }
            span = span.saturating_mul(4);
        }
    }

    fn examine(segment: &Segment, from: u64, bytes: &[u8]) -> Result<Self, StoreError> {
        let mut end = Self::default();
        let mut chain = Chain::anywhere();
        let mut bad = Vec::new();
        let mut place = from;
        for (index, piece) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
            let start = place;
            place = place.saturating_add(size(piece));
            // The window opens in the middle of a line.
            if index == 0 && 0 < from {
                continue;
            }
            let (n, fault, ended) = match piece.strip_suffix(b"\n") {
                None => (None, Some(Fault::Unended), false),
                Some(line) => {
                    let checked = chain.check(line);
                    (checked.n, checked.fault, true)
                }
            };
            if let Some(Fault::Version(version)) = fault {
                return Err(StoreError::Version(version));
            }
            let readable = ended && n.is_some();
            if let Some(fault) = fault {
                bad.push((start, n, fault));
            }
            if readable {
                end.head = chain.head();
                let found = bad.drain(..);
                let found = found.map(|(start, n, fault)| problem_at(segment, start, n, &fault));
                end.problems.extend(found.collect::<Result<Vec<_>, _>>()?);
            }
        }
        if let Some((start, n, fault)) = bad.into_iter().next() {
            let problem = problem_at(segment, start, n, &fault)?;
            let bytes = place.saturating_sub(start);
            end.torn = Some(Torn { segment: segment.clone(), from: start, bytes, problem });
        }
        Ok(end)
    }
}

fn size(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

/// Lines are counted only for what is wrong.
fn problem_at(
    segment: &Segment,
    start: u64,
    n: Option<u64>,
    fault: &Fault,
) -> Result<JournalProblem, StoreError> {
    let path = &segment.path;
    let mut before = File::open(path).map_err(at(path))?.take(start);
    let mut buffer = vec![0; 1 << 16];
    let mut line = 1_u64;
    loop {
        let read = before.read(&mut buffer).map_err(at(path))?;
        if read == 0 {
            break;
        }
        let ends = buffer.iter().take(read).filter(|byte| **byte == b'\n').count();
        line = line.saturating_add(u64::try_from(ends).unwrap_or(u64::MAX));
    }
    Ok(JournalProblem { file: segment.file(), line, n, what: fault.to_string() })
}

pub(super) fn problem(raw: &Raw<'_>, n: Option<u64>, fault: &Fault) -> JournalProblem {
    JournalProblem { file: raw.segment.file(), line: raw.line, n, what: fault.to_string() }
}

/// Reads the whole chain in the `journal` folder of the data folder `dir`, payloads included, and
/// gives what is wrong, in order. `progress` hears the number of lines read, now and then.
///
/// Needs no store and takes no lock; a line that is being written at the moment shows as not
/// complete. What follows a damaged line is checked too.
///
/// # Errors
/// [`StoreError::Io`] if a file cannot be read.
pub fn verify(
    dir: &Path,
    progress: &mut dyn FnMut(u64),
) -> Result<Vec<JournalProblem>, StoreError> {
    whole(dir, None, progress)
}

/// As [`verify()`], but up to `until` only, which must be reached.
pub(super) fn whole(
    dir: &Path,
    until: Option<Head>,
    progress: &mut dyn FnMut(u64),
) -> Result<Vec<JournalProblem>, StoreError> {
    let segments = journal::segments(&dir.join(journal::FOLDER))?;
    let mut lines = Lines::new(&segments);
    let mut chain = Chain::begin();
    let mut problems = Vec::new();
    let mut read = 0_u64;
    let (mut last, mut last_line) = (String::new(), 0);
    while until.is_none_or(|until| chain.n < until.n) {
        let Some(raw) = lines.advance()? else { break };
        let checked = chain.check(raw.bytes);
        if !raw.ended {
            problems.push(problem(&raw, checked.n, &Fault::Unended));
        } else if let Some(fault) = &checked.fault {
            problems.push(problem(&raw, checked.n, fault));
        }
        let named = raw.segment.first;
        if let Some(found) = checked.n.filter(|found| raw.line == 1 && *found != named) {
            problems.push(problem(&raw, checked.n, &Fault::Name { named, found }));
        }
        (last, last_line) = (raw.segment.file(), raw.line);
        read = read.saturating_add(1);
        if read.is_multiple_of(1_000) {
            progress(read);
        }
    }
    progress(read);
    if let Some(until) = until.filter(|until| chain.head() != Some(*until)) {
        let what =
            format!("the store has written line {}, the journal ends at {}", until.n, chain.n);
        problems.push(JournalProblem { file: last, line: last_line, n: Some(chain.n), what });
    }
    Ok(problems)
}
