//! Whether all that is kept still belongs together: journal, store, files, index.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::ControlFlow,
    time::{Duration, SystemTime},
};

use serde::Serialize;

use super::{
    Error, Services,
    backup::{Tell, later},
};
use crate::{
    domain::{
        digest::Digest,
        id::{AssetId, RecordId},
        record::{Live, Record},
    },
    media::MediaError,
    store::{Key, Tree},
};

/// How a check is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckOptions {
    /// Mend what can be mended: files of no record are removed, released files are made again from
    /// their originals, an index that differs is made anew if nobody else writes.
    pub repair: bool,
    /// Whether nobody else writes. Beside a running server a file may be on its way to its record,
    /// so files of the last hour are not looked at.
    pub alone: bool,
}

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// Whether nothing is wrong, or all of it was mended.
    pub ok: bool,
    /// What was wrong.
    pub problems: Vec<Problem>,
    /// Records looked at.
    pub records: u64,
    /// Files read.
    pub files: u64,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Stable, for programs: `journal`, `store`, `missing-file`, `damaged-file`, `orphan`, `index`.
    pub code: &'static str,
    /// What is wrong, with its name.
    pub what: String,
    /// Whether it was mended.
    pub repaired: bool,
}

/// A file that some record needs.
struct Wanted {
    record: RecordId,
    /// The original that it was made from and the asset that it is of, if it is a release.
    made_from: Option<(Digest, AssetId)>,
}

/// How old a file must be to count as nobody's beside a running server.
const GRACE: Duration = Duration::from_secs(60 * 60);
/// How long the index may take to follow.
const PATIENCE: u32 = 100;
const PAUSE: Duration = Duration::from_millis(100);

impl Services {
    /// Checks the journal's chain, the store's rows against each other, every file against its
    /// digest, and the index against what is public.
    ///
    /// # Errors
    /// Of what cannot be read at all; [`Error::Conflict`] `called-off` if `tell` breaks off.
    pub fn check(&self, options: CheckOptions, tell: &mut Tell<'_>) -> Result<Checked, Error> {
        let mut checked = Checked::default();
        let mut lines = |read| later(tell("journal", read, None));
        for problem in self.store.verify(&mut lines)? {
            checked.found("journal", problem.to_string());
        }
        if let Some(reason) = self.read_only() {
            let advice = if checked.problems.is_empty() { "" } else { "; restore a backup" };
            checked.found("journal", format!("nothing can be written: {reason}{advice}"));
        }
        let mut lines = |read| later(tell("store", read, None));
        // Against a damaged journal the store may well be the better copy.
        let advice = if checked.problems.is_empty() {
            "run `quangba rebuild`"
        } else {
            "the journal is damaged: restore a backup"
        };
        match self.store.compare(&mut lines) {
            Ok(differences) => {
                for difference in differences {
                    checked.found("store", format!("{difference}; {advice}"));
                }
            }
            Err(error) => checked.found("store", format!("it cannot be read ({error}); {advice}")),
        }
        let wanted = match self.check_rows(options, &mut checked, tell) {
            // What lies in files and index cannot be judged without the rows.
            Err(Error::Store(error)) => {
                checked.found("store", format!("it cannot be read ({error}); {advice}"));
                return Ok(checked);
            }
            wanted => wanted?,
        };
        self.check_files(&wanted, options, (&mut checked, tell))?;
        self.check_orphans(&wanted, options, &mut checked)?;
        self.check_index(options, &mut checked)?;
        for job in self.dead_jobs(options.repair)? {
            let why = job.error.unwrap_or_default();
            let what = format!("job {} of {} was given up: {why}", job.id, job.record);
            checked.problems.push(Problem { code: "dead-job", what, repaired: options.repair });
        }
        checked.ok = checked.problems.iter().all(|problem| problem.repaired);
        Ok(checked)
    }

    /// Every record's two sides, and the files that they need.
    fn check_rows(
        &self,
        options: CheckOptions,
        checked: &mut Checked,
        tell: &mut Tell<'_>,
    ) -> Result<BTreeMap<Digest, Wanted>, Error> {
        let mut wanted = BTreeMap::new();
        for record in self.store.all_records()? {
            let record = match record {
                Ok(record) => record,
                Err(error) => {
                    checked.found("store", error.to_string());
                    break;
                }
            };
            checked.records = checked.records.saturating_add(1);
            if checked.records.is_multiple_of(1_000) {
                go_on(tell("records", checked.records, None))?;
            }
            if let Some(what) = self.lasting_fault(record.id)? {
                checked.found("store", format!("{}: {what}", record.id));
            }
            self.want(&record, options, &mut wanted)?;
        }
        for live in self.store.all_live()? {
            let id = match live {
                Ok(live) => live.id,
                Err(error) => {
                    checked.found("store", error.to_string());
                    break;
                }
            };
            if self.store.record(id)?.is_none() && self.store.live(id)?.is_some() {
                checked.found("store", format!("{id}: public, but there is no such record"));
            }
        }
        Ok(wanted)
    }

    fn want(
        &self,
        record: &Record,
        options: CheckOptions,
        wanted: &mut BTreeMap<Digest, Wanted>,
    ) -> Result<(), Error> {
        for file in record.files.values() {
            if options.repair {
                self.to_be_looked_at(file, record.id)?;
            }
            let original = Wanted { record: record.id, made_from: None };
            wanted.insert(file.original.clone(), original);
        }
        let Some(live) = self.store.live(record.id)? else { return Ok(()) };
        for (asset, release) in &live.files {
            let made_from = record.files.get(asset).map(|file| (file.original.clone(), *asset));
            let release_of = Wanted { record: record.id, made_from };
            // A file that needed no cleaning is its own release.
            wanted.entry(release.digest.clone()).or_insert(release_of);
        }
        Ok(())
    }

    /// What is wrong with a record's rows, seen twice: they are read one after the other, and a
    /// write may come in between.
    fn lasting_fault(&self, id: RecordId) -> Result<Option<String>, Error> {
        let first = self.fault(id)?;
        if first.is_none() {
            return Ok(None);
        }
        self.fault(id)
    }

    fn fault(&self, id: RecordId) -> Result<Option<String>, Error> {
        let Some(found) = self.store.record(id)? else { return Ok(None) };
        let record = found.value;
        let (live, stone) = (self.store.live(id)?, self.store.tombstone(id)?);
        let fault = match (record.live, &live, &stone) {
            (Live::None, None, None) => None,
            (Live::None, _, _) => Some("not public, but it has a public row"),
            (Live::Published, Some(live), None) if live.version == record.version => None,
            (Live::Published, Some(_), None) => Some("its public row is of another version"),
            (Live::Published, _, _) => Some("public, but its public row is missing"),
            (Live::Withdrawn, None, Some(_)) => None,
            (Live::Withdrawn, Some(_), _) => Some("withdrawn, but it still has a public row"),
            (Live::Withdrawn, None, None) => Some("withdrawn, but its tombstone is missing"),
        };
        if fault.is_some() {
            return Ok(fault.map(str::to_owned));
        }
        let Some(n) = self.store.export_line(id)? else { return Ok(None) };
        let exported = self.store.export_json(n)?.is_some();
        Ok((!exported).then(|| format!("its exported form (line {n}) is missing")))
    }

    fn check_files(
        &self,
        wanted: &BTreeMap<Digest, Wanted>,
        options: CheckOptions,
        (checked, tell): (&mut Checked, &mut Tell<'_>),
    ) -> Result<(), Error> {
        let total = u64::try_from(wanted.len()).unwrap_or(u64::MAX);
        for (digest, wanted) in wanted {
            go_on(tell("files", checked.files, Some(total)))?;
            checked.files = checked.files.saturating_add(1);
            let (code, what) = match self.media.blobs().verify(digest) {
                Ok(_bytes) => continue,
                Err(MediaError::Missing { .. }) => ("missing-file", "is missing".to_owned()),
                Err(error) => ("damaged-file", error.to_string()),
            };
            let record = wanted.record;
            // While it was read the record may have been deleted and its file tidied away.
            if self.store.record(record)?.is_none() {
                continue;
            }
            let repaired = options.repair && self.made_again(digest, wanted);
            let what = format!("file {digest} of {record}: {what}");
            checked.problems.push(Problem { code, what, repaired });
        }
        go_on(tell("files", checked.files, Some(total)))
    }

    /// A release is a pure function of its original and of what is said of it.
    fn made_again(&self, digest: &Digest, wanted: &Wanted) -> bool {
        let Some((original, asset)) = &wanted.made_from else { return false };
        let Ok(Some(live)) = self.store.live(wanted.record) else { return false };
        let mut assets = live.document.assets.iter();
        let Some(asset) = assets.find(|one| one.id == *asset) else { return false };
        let blobs = self.media.blobs();
        let made = || self.media.release(original, &self.packets(&live, asset));
        blobs.verify(original).is_ok()
            && made().is_ok_and(|release| release.stored.digest == *digest)
            && blobs.verify(digest).is_ok()
    }

    fn check_orphans(
        &self,
        wanted: &BTreeMap<Digest, Wanted>,
        options: CheckOptions,
        checked: &mut Checked,
    ) -> Result<(), Error> {
        let blobs = self.media.blobs();
        for digest in blobs.list() {
            let digest = digest?;
            if wanted.contains_key(&digest) || self.store.released(&digest)?.is_some() {
                continue;
            }
            let (file, bytes) = match blobs.open_file(&digest) {
                Err(MediaError::Missing { .. }) => continue,
                opened => opened?,
            };
            let written = file.metadata().and_then(|metadata| metadata.modified()).ok();
            if !options.alone && written.is_none_or(|written| self.is_recent(written)) {
                continue;
            }
            let repaired = options.repair && blobs.remove(&digest)?;
            let what = format!("file {digest} ({bytes} bytes) belongs to no record");
            checked.problems.push(Problem { code: "orphan", what, repaired });
        }
        Ok(())
    }

    fn is_recent(&self, written: SystemTime) -> bool {
        let now = SystemTime::from(self.now());
        now.duration_since(written).map_or(true, |age| age < GRACE)
    }

    /// The index must hold what is public, no less and no more; what changed while it was read
    /// does not count.
    fn check_index(&self, options: CheckOptions, checked: &mut Checked) -> Result<(), Error> {
        if options.alone {
            self.catch_up(|_place| {})?;
        }
        let before = checked.problems.len();
        for file in self.search.damaged()? {
            checked.found("index", format!("the index's file {file} is damaged"));
        }
        let feed = self.store.last(Tree::Feed)?.and_then(|(key, _row)| Key::number(&key));
        let feed = feed.unwrap_or(0);
        let place = self.index_place_at(feed);
        if place < feed {
            let what = format!("the index is at change {place}, the feed at {feed}");
            checked.found("index", what);
        }
        let indexed: BTreeSet<String> = self.search.ids()?.into_iter().collect();
        let mut public = BTreeSet::new();
        for live in self.store.all_live()? {
            public.insert(live?.id.key());
        }
        let (changed, _last) = self.store.changed(place, usize::MAX)?;
        let changed: BTreeSet<String> = changed.into_iter().map(RecordId::key).collect();
        for id in public.difference(&indexed).filter(|id| !changed.contains(*id)) {
            checked.found("index", format!("urn:uuid:{id} is public, but not in the index"));
        }
        for id in indexed.difference(&public).filter(|id| !changed.contains(*id)) {
            checked.found("index", format!("urn:uuid:{id} is in the index, but not public"));
        }
        // Beside a server its follower may be in the middle of a step that an emptied index would
        // take for its beginning.
        if options.repair && options.alone && before < checked.problems.len() {
            self.search.clear()?;
            self.catch_up(|_place| {})?;
            checked.problems.iter_mut().skip(before).for_each(|problem| problem.repaired = true);
        }
        Ok(())
    }

    /// The index's place, once it has reached `feed` or after ten seconds.
    fn index_place_at(&self, feed: u64) -> u64 {
        for _ in 0..PATIENCE {
            if feed <= self.search.place() {
                break;
            }
            std::thread::sleep(PAUSE);
        }
        self.search.place()
    }
}

impl Checked {
    fn found(&mut self, code: &'static str, what: String) {
        self.problems.push(Problem { code, what, repaired: false });
    }
}

fn go_on(answer: ControlFlow<()>) -> Result<(), Error> {
    match answer {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => {
            Err(Error::conflict("called-off", ("Đã dừng theo yêu cầu.", "Called off.")))
        }
    }
}

#[cfg(test)]
mod tests;
