//! What publications say: their pages read, recognised where they are scans, corrected by people, and
//! found by what stands on them.
//!
//! A machine's reading is made of the original and can be had again; what people correct is part of
//! the record and passes the desk with it.

use std::time::{Duration, Instant};

use super::{
    Error, FoundPage, Services,
    jobs::Step,
    looks::{Looked, Looking},
};
use crate::{
    domain::{
        account::Actor,
        digest::Digest,
        document::Document,
        id::{AssetId, RecordId},
        job::{Job, JobKind, Progress},
        lang::Lang,
        lifecycle::Action,
        record::{LiveRecord, MediaFile, Record},
    },
    media::{
        MediaError,
        photo::shape,
        programs::Tool,
        reading::{By, Page, Reading},
    },
    search::best_page,
    text,
};

/// How long pages are recognised until somebody else may have the turn.
const TURN: Duration = Duration::from_secs(5);

/// The languages that scans are read in beside the record's.
const LANGS: [&str; 2] = ["vi", "en"];

/// The pages of a publication, as people correct them.
#[derive(Clone, Debug)]
pub struct Pages {
    /// In their order.
    pub pages: Vec<PageShown>,
    /// The mean confidence of those that were recognised, 0 to 100.
    pub confidence: Option<u8>,
    /// How many pages wait to be recognised.
    pub waiting: usize,
}

/// A page of a publication.
#[derive(Clone, Debug)]
pub struct PageShown {
    /// What it says: as corrected, or else as read.
    pub text: String,
    /// Whether a person said so.
    pub is_corrected: bool,
    /// What the machine read.
    pub read: Page,
}

impl Services {
    /// Has a job recognise the pages of a publication that have no text, if that can be done here.
    pub(super) fn to_be_recognised(&self, file: &MediaFile, of: RecordId) -> Result<(), Error> {
        let scan = file.pages.is_some() && file.unread;
        if scan && self.media.programs().get(Tool::Tesseract).is_some() {
            self.enqueue(JobKind::Ocr, &file.original, of)?;
        }
        Ok(())
    }

    /// What is known of a publication: whether it can be read, and whether pages of it wait to be
    /// recognised, which is what they are screened by.
    pub(super) fn looked_through(
        &self,
        file: &MediaFile,
        of: RecordId,
        looking: Looking,
    ) -> Result<Looked, Error> {
        let reading = match looking {
            Looking::Now => Some(self.media.reading(&file.original)),
            Looking::Later => self.media.kept_reading(&file.original)?.map(Ok),
        };
        let reading = match reading {
            None => return Ok(Looked::Pending),
            Some(Ok(reading)) => reading,
            Some(Err(MediaError::Corrupt { detail, .. })) => return Ok(Looked::Damaged(detail)),
            Some(Err(MediaError::TooComplex(_))) => return Ok(Looked::Fine),
            Some(Err(error)) => return Err(error.into()),
        };
        if let Some(detail) = reading.damaged {
            return Ok(Looked::Damaged(detail));
        }
        let waiting = reading.to_be_recognised().count();
        if waiting == 0 || self.media.programs().get(Tool::Tesseract).is_none() {
            return Ok(Looked::Fine);
        }
        self.to_be_recognised(&MediaFile { unread: true, ..file.clone() }, of)?;
        let given_up = self.was_given_up(JobKind::Ocr, &file.original);
        Ok(if given_up { Looked::Fine } else { Looked::Unrecognised(waiting) })
    }

    /// Recognises some pages, and says how far it came; nothing once all are done.
    pub(super) fn recognise(&self, job: &Job) -> Result<Step, Error> {
        let file = &job.id.file;
        let mut reading = self.media.reading(file)?;
        let waiting: Vec<usize> = reading.to_be_recognised().collect();
        let langs = self.langs_of(job.record)?;
        let begun = Instant::now();
        let mut failed = None;
        for number in waiting {
            match self.media.recognise(file, number, &langs) {
                Ok(page) => put(&mut reading, number, page),
                // A page that cannot be drawn or takes too long stays unread; the others are read.
                Err(MediaError::TooComplex(_) | MediaError::Corrupt { .. }) => {
                    let (text, confidence) = (String::new(), Some(0));
                    let page = Page { text, by: By::Ocr, confidence, encoding: None, size: None };
                    put(&mut reading, number, page);
                }
                Err(error) => failed = Some(error),
            }
            if failed.is_some() || TURN <= begun.elapsed() {
                break;
            }
        }
        self.media.keep_reading(file, &reading)?;
        if !self.media.blobs().exists(file) {
            // It was purged while it was read.
            self.media.forget_pictures(file)?;
            return Ok(None);
        }
        if let Some(error) = failed {
            return Err(error.into());
        }
        let left = reading.to_be_recognised().count();
        if left == 0 {
            self.was_recognised(file, &reading)?;
            return Ok(None);
        }
        let pages = reading.pages.iter().filter(|page| page.by == By::Ocr).count();
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Ok(Some(Progress { done: number(pages), total: number(pages.saturating_add(left)) }))
    }

    /// The languages in which a record's scans are read, the likeliest first.
    fn langs_of(&self, id: RecordId) -> Result<Vec<String>, Error> {
        let Some(found) = self.store.record(id)? else {
            return Ok(LANGS.map(str::to_owned).into());
        };
        let document = match found.value.draft {
            Some(draft) => Some(draft.document),
            None => self.store.live(id)?.map(|live| live.document),
        };
        let mut own = Vec::new();
        if let Some(document) = document {
            own.push(document.original_lang.to_string());
            own.extend(document.languages().iter().map(Lang::to_string));
        }
        let mut langs: Vec<String> = Vec::new();
        for lang in own.into_iter().chain(LANGS.map(str::to_owned)) {
            if !langs.contains(&lang) {
                langs.push(lang);
            }
        }
        Ok(langs)
    }

    /// What was recognised is screened like what was uploaded, and searched where it is public.
    fn was_recognised(&self, file: &Digest, reading: &Reading) -> Result<(), Error> {
        let pages = reading.pages.iter().filter(|page| page.by == By::Ocr);
        let pages: Vec<&str> = pages.map(|page| page.text.as_str()).collect();
        let unread = reading.is_unread();
        let said = pages.join("\n");
        for id in self.store.records_with(file)? {
            self.note_recognised(id, file, (&said, unread))?;
            self.reindex(id)?;
        }
        Ok(())
    }

    fn note_recognised(
        &self,
        id: RecordId,
        file: &Digest,
        (said, unread): (&str, bool),
    ) -> Result<(), Error> {
        let words = self.words.now();
        let mut left = 4_u8;
        loop {
            let Some(found) = self.store.record(id)? else { return Ok(()) };
            let mut record = found.value.clone();
            for known in record.files.values_mut().filter(|known| known.original == *file) {
                known.unread = unread;
                let mut hits = words.hits(&known.name, said);
                hits.retain(|hit| !known.hits.contains(hit));
                known.hits.extend(hits);
            }
            if record.files == found.value.files {
                return Ok(());
            }
            // The revision stays: nobody's text has changed, and whoever writes is not disturbed.
            self.touched(&mut record);
            let system = Actor::system();
            let change = self.change(&system, "record.recognised", Some(found), Some(record));
            match self.written(change) {
                Err(Error::Stale) if 0 < left => left = left.saturating_sub(1),
                done => return done.map(|_record| ()),
            }
        }
    }

    /// The pages of a publication, for those who may see the record's unpublished side.
    ///
    /// # Errors
    /// [`Error::NotFound`] for all others, and for a file that is no publication.
    pub fn pages(&self, actor: &Actor, id: RecordId, asset: AssetId) -> Result<Pages, Error> {
        let record = self.allowed(actor, id, Action::Read)?.value;
        let file = record.files.get(&asset).filter(|file| file.pages.is_some());
        let reading = self.media.reading(&file.ok_or(Error::NotFound)?.original)?;
        let document = self.shown(record)?.document;
        let (confidence, waiting) = (reading.confidence(), reading.to_be_recognised().count());
        let pages = (1..).zip(reading.pages).map(|(number, read)| {
            let corrected = corrected(&document, asset, number);
            let text = corrected.unwrap_or(&read.text).to_owned();
            PageShown { text, is_corrected: corrected.is_some(), read }
        });
        Ok(Pages { pages: pages.collect(), confidence, waiting })
    }

    /// Corrects what a page of a publication says, or with no text takes a correction back; a
    /// published record gets a draft. `seen` is the revision that the caller read, if that matters.
    ///
    /// # Errors
    /// As for [`Services::save`]; [`Error::NotFound`] for a page that is not there;
    /// [`Error::Invalid`] for a text that is none.
    pub fn correct_page(
        &self,
        actor: &Actor,
        (id, asset, number): (RecordId, AssetId, u32),
        seen: Option<u32>,
        text: Option<&str>,
    ) -> Result<Record, Error> {
        let found = self.allowed(actor, id, Action::Edit)?;
        let file = found.value.files.get(&asset).ok_or(Error::NotFound)?;
        if number == 0 || file.pages.is_none_or(|pages| pages < number) {
            return Err(Error::NotFound);
        }
        let revision = found.value.revision;
        let shown = self.shown(found.value)?.document;
        let mut value = serde_json::to_value(shown).map_err(|e| Error::Internal(e.to_string()))?;
        let assets = value.pointer_mut("/assets").and_then(serde_json::Value::as_array_mut);
        let key = asset.to_string();
        let listed =
            assets.into_iter().flatten().find(|one| one.get("id") == Some(&key.as_str().into()));
        let fields = listed.and_then(serde_json::Value::as_object_mut).ok_or(Error::NotFound)?;
        let texts = fields.entry("pageTexts").or_insert_with(|| serde_json::json!({}));
        if let Some(texts) = texts.as_object_mut() {
            match text {
                Some(text) => drop(texts.insert(number.to_string(), text::nfc(text).into())),
                None => drop(texts.remove(&number.to_string())),
            }
        }
        self.save(actor, id, seen.unwrap_or(revision), value)
    }

    /// The size of the picture of a publication's first page, if that can be drawn.
    pub(super) fn cover(&self, file: &MediaFile) -> Option<(u32, u32)> {
        file.pages?;
        let reading = self.media.reading(&file.original).ok()?;
        reading.pages.first()?.size.map(shape)
    }

    /// The page of a live record's publications on which the words are, of what was kept of them; one
    /// publication is in memory at a time.
    pub(super) fn found_page(
        &self,
        live: &LiveRecord,
        words: &str,
    ) -> Result<Option<FoundPage>, Error> {
        let Some(found) = self.store.record(live.id)? else { return Ok(None) };
        for (asset, _release) in live.files.iter().filter(|(_, file)| file.pages.is_some()) {
            let Some(file) = found.value.files.get(asset) else { continue };
            let Some(reading) = self.media.kept_reading(&file.original)? else { continue };
            let pages = (1_u32..).zip(&reading.pages);
            let pages = pages.map(|(number, page)| {
                corrected(&live.document, *asset, number).unwrap_or(&page.text)
            });
            if let Some((at, text_html)) = best_page(words, pages) {
                let number = u32::try_from(at).unwrap_or(u32::MAX).saturating_add(1);
                return Ok(Some(FoundPage { asset: *asset, number, text_html }));
            }
        }
        Ok(None)
    }

    /// What the pages of a live record's publications say.
    pub(super) fn public_pages(&self, live: &LiveRecord) -> Result<Vec<String>, Error> {
        let mut out = Vec::new();
        let Some(found) = self.store.record(live.id)? else { return Ok(out) };
        let published = live.files.iter().filter(|(_asset, file)| file.pages.is_some());
        for (asset, _release) in published {
            let Some(file) = found.value.files.get(asset) else { continue };
            let reading = match self.media.reading(&file.original) {
                Ok(reading) => reading,
                Err(error) => {
                    tracing::warn!(record.id = %live.id, "a publication cannot be read: {error}");
                    continue;
                }
            };
            if reading.to_be_recognised().next().is_some() {
                self.to_be_recognised(&MediaFile { unread: true, ..file.clone() }, live.id)?;
            }
            for (number, page) in (1..).zip(reading.pages) {
                let corrected = corrected(&live.document, *asset, number);
                out.push(corrected.map_or(page.text, ToOwned::to_owned));
            }
        }
        Ok(out)
    }
}

/// What people said that a page says.
fn corrected(document: &Document, asset: AssetId, number: u32) -> Option<&str> {
    let asset = document.assets.iter().find(|one| one.id == asset)?;
    asset.page_texts.get(&number).map(String::as_str)
}

fn put(reading: &mut Reading, number: usize, page: Page) {
    if let Some(known) = reading.pages.get_mut(number) {
        *known = Page { size: known.size.or(page.size), ..page };
    }
}
