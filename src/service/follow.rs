//! Followers of the feed: the index and the queue of work on files, each with a place of its own.

use std::{collections::BTreeSet, time::Duration};

use super::{
    Error, Services,
    discover::{Display, thumbnail},
};
use crate::{
    domain::{clock, id::RecordId, job::JobKind, record::LiveRecord, rights::Use},
    search::{Document, Op, Text},
    text,
};

/// How far a follower came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The number it reached.
    pub place: u64,
    /// Whether there is more right now.
    pub more: bool,
}

/// So many changes go to the index at once.
const BATCH: usize = 1_000;

/// So many changes at once are an import or the like; more will follow.
const MANY: usize = 50;

/// How long the next of many changes is waited for.
const LULL: Duration = Duration::from_millis(250);

/// So many changes are looked through for files at once.
const MEDIA_BATCH: usize = 100;

impl Services {
    /// Waits until there is something after `place`, for `timeout` at most.
    #[must_use]
    pub fn wait(&self, place: u64, timeout: Duration) -> u64 {
        self.store.wait_after(place, timeout)
    }

    /// Brings the index a step towards the feed's end. While many changes come, commits are left to
    /// the index, which knows how much waits: each makes a segment that has to be merged later.
    ///
    /// # Errors
    /// The store's or the index's; then nothing of this step counts.
    pub fn follow_index(&self) -> Result<Progress, Error> {
        // One step at a time: an older step that ends later would bring back what a newer removed.
        let _one = self.indexing.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let place = self.search.staged();
        let head = self.store.head().n;
        let (changed, last) = self.store.changed(place, BATCH)?;
        let more = changed.len() == BATCH;
        let reached = if more { last } else { head };
        if changed.is_empty() {
            if self.search.place() < place {
                self.search.commit()?;
            }
            return Ok(Progress { place: reached, more: false });
        }
        let many = MANY <= changed.len();
        let mut seen = BTreeSet::new();
        let mut ops = Vec::with_capacity(changed.len());
        for id in changed.into_iter().rev().filter(|id| seen.insert(*id)) {
            ops.push(match self.store.live(id)? {
                Some(live) => Op::Put(Box::new(self.indexed(&live)?)),
                None => Op::Remove(id.key()),
            });
        }
        self.search.stage(ops, reached)?;
        let more = more || many && reached < self.store.wait_after(reached, LULL);
        if !more {
            self.search.commit()?;
        }
        Ok(Progress { place: reached, more })
    }

    /// Puts into the queue what has to be done for the files of what became public, a step at a time.
    ///
    /// # Errors
    /// The store's.
    pub fn follow_media(&self) -> Result<Progress, Error> {
        let place = self.store.place("pictures")?;
        let head = self.store.head().n;
        let (changed, last) = self.store.changed(place, MEDIA_BATCH)?;
        let more = changed.len() == MEDIA_BATCH;
        // Most lines are no publications: to wait for the next line means to wait from the head.
        let reached = if more { last } else { head };
        if changed.is_empty() {
            return Ok(Progress { place: reached, more: false });
        }
        for id in changed {
            self.queue_files(id)?;
        }
        self.store.set_place("pictures", last)?;
        Ok(Progress { place: reached, more })
    }

    fn queue_files(&self, id: RecordId) -> Result<(), Error> {
        let Some(live) = self.store.live(id)? else { return Ok(()) };
        for release in live.files.values().filter(|file| file.is_seen()) {
            self.enqueue(JobKind::Pictures, &release.digest, id)?;
        }
        Ok(())
    }

    /// Brings the index to the feed's end, telling how far it is.
    ///
    /// # Errors
    /// As [`Services::follow_index`].
    pub fn catch_up(&self, mut tell: impl FnMut(u64)) -> Result<(), Error> {
        loop {
            let step = self.follow_index()?;
            tell(step.place);
            if !step.more {
                return Ok(());
            }
        }
    }

    /// Puts what is public of a record into the index anew: a file of its says more than before.
    pub(super) fn reindex(&self, id: RecordId) -> Result<(), Error> {
        let _one = self.indexing.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let Some(live) = self.store.live(id)? else { return Ok(()) };
        let op = Op::Put(Box::new(self.indexed(&live)?));
        self.search.stage(vec![op], self.search.staged())?;
        Ok(self.search.commit()?)
    }

    fn indexed(&self, live: &LiveRecord) -> Result<Document, Error> {
        let document = &live.document;
        let pages = self.public_pages(live)?;
        let display = Display {
            id: live.id,
            source_id: document.source_id.clone(),
            kind: document.kind.to_string(),
            title: document.title.clone(),
            summary: document.summary.clone(),
            topics: document.topics.clone(),
            places: places(live),
            agency: live.agency.code.to_string(),
            published: live.published,
            thumbnail: thumbnail(live),
            has_pages: !pages.is_empty(),
        };
        let display = serde_json::to_string(&display)
            .map_err(|error| Error::Internal(format!("a hit's display: {error}")))?;
        let mut langs: BTreeSet<String> = BTreeSet::new();
        for texts in [&document.title, &document.summary, &document.body] {
            langs.extend(texts.langs().map(ToString::to_string));
        }
        let mut spoken = self.spoken(live)?;
        langs.extend(spoken.keys().cloned());
        let mut words = |lang: String| {
            let said = spoken.remove(&lang);
            let mut text = words(live, lang);
            text.captions.extend(said);
            text
        };
        Ok(Document {
            id: live.id.key(),
            source_id: document.source_id.clone(),
            kind: document.kind.to_string(),
            agency: live.agency.code.to_string(),
            use_: document.rights.use_.unwrap_or(Use::Editorial).to_string(),
            topics: document.topics.clone(),
            places: places(live),
            languages: document.languages().iter().map(ToString::to_string).collect(),
            published: live.published.as_second(),
            year: i64::from(clock::year(live.published)),
            texts: langs.into_iter().map(&mut words).collect(),
            pages,
            display,
        })
    }

    /// How many records the index holds.
    #[must_use]
    pub fn indexed_count(&self) -> u64 {
        self.search.count()
    }

    /// The place of the index in the feed.
    #[must_use]
    pub fn index_place(&self) -> u64 {
        self.search.place()
    }
}

fn places(live: &LiveRecord) -> Vec<String> {
    live.document.places.iter().filter_map(|place| place.code.clone()).collect()
}

/// Everything of one language, as plain text.
fn words(live: &LiveRecord, lang: String) -> Text {
    let document = &live.document;
    let get = |texts: &crate::domain::lang::Localized<String>| {
        texts.get(&lang).cloned().unwrap_or_default()
    };
    let captions = document.assets.iter().filter_map(|asset| asset.caption.get(&lang).cloned());
    let names = document.places.iter().filter_map(|place| place.name.get(&lang).cloned());
    let mut keywords = document.keywords.get(&lang).cloned().unwrap_or_default();
    keywords.extend(names);
    Text {
        title: get(&document.title),
        summary: get(&document.summary),
        body: text::html::to_text(&get(&document.body)),
        keywords,
        captions: captions.collect(),
        lang,
    }
}

#[cfg(test)]
mod tests {
    use std::{path::Path, sync::Arc};

    use super::super::{Settings, Setup};
    use super::*;

    #[test]
    fn a_follower_with_nothing_to_do_waits_at_the_end() {
        let dir = tempfile::tempdir().unwrap();
        let clock: clock::Clock = Arc::new(|| "2026-11-20T03:04:05Z".parse().unwrap());
        let settings = Settings { disk_reserve: 0, ..Settings::default() };
        let worker = Path::new("no-worker");
        let setup = Setup { dir: dir.path(), profile: "dak-lak", settings, worker, clock };
        let services = setup.init(&"lan".parse().unwrap()).unwrap().0;
        let end = services.store.head().n;
        assert!(0 < end);
        for step in [Services::follow_index, Services::follow_media] {
            assert_eq!(step(&services).unwrap(), Progress { place: end, more: false });
        }
    }
}
