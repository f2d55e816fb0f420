//! The search index: follows the feed, answers readers. It alone names tantivy.
//!
//! The index is a copy that can be thrown away at any time: an index of another make or with
//! damaged files is emptied when opened, and [`Search::place`] is then 0, from where the feed has to
//! be read again. Only what is public is ever put in.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tantivy::{Index, IndexReader, IndexWriter, ReloadPolicy, TantivyDocument, Term};
use thiserror::Error;

mod analyse;
mod document;
mod facets;
mod find;
mod folder;
mod highlight;
mod plan;
mod query;
mod schema;
#[cfg(test)]
mod tests;
mod words;

pub use document::{Document, KEPT, Op, Text};
pub use highlight::best_page;
pub use query::{Answer, Filter, Hit, Query, Sort};

use facets::Tables;
use schema::Fields;

/// What can go wrong with the index.
#[derive(Debug, Error)]
pub enum SearchError {
    /// The index itself: damaged, full disk, locked by another process.
    #[error("index failure")]
    Index(#[from] tantivy::TantivyError),
    /// The folder of the index.
    #[error("index folder failure")]
    Folder(#[from] std::io::Error),
    /// A stored document that is not what was written.
    #[error("bad document in the index")]
    Stored(#[from] serde_json::Error),
}

/// How an index is opened.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Memory that gathers documents before they are written, in bytes; at least 15 MB.
    pub writer_bytes: usize,
    /// Whether every file is compared with its checksum when opened, which reads it whole.
    pub verify: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { writer_bytes: 50_000_000, verify: true }
    }
}

/// Text waiting to be indexed, in bytes, past which [`Search::stage`] commits by itself: tantivy's
/// own queue is bounded by number of documents only.
const WAITING: usize = 48_000_000;

/// The index: one writer, any number of readers.
pub struct Search {
    fields: Fields,
    index: Index,
    reader: IndexReader,
    tables: Tables,
    writer: Mutex<Writer>,
    place: AtomicU64,
    writer_bytes: usize,
}

/// The writer and what it has got since the last commit.
#[derive(Default)]
struct Writer {
    /// None after a failure: the next use makes a new one.
    tantivy: Option<IndexWriter>,
    waiting: usize,
    place: u64,
}

impl std::fmt::Debug for Search {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Search").field("place", &self.place()).finish_non_exhaustive()
    }
}

impl Search {
    /// Opens the index in `dir`, making the folder if need be.
    ///
    /// An index of another make (fields, analysis or tantivy) or with damaged files is emptied,
    /// with a line in the log; [`Search::place`] is then 0.
    ///
    /// # Errors
    /// [`SearchError::Folder`] or [`SearchError::Index`] if the folder cannot be read or written,
    /// or another process has the index open.
    pub fn open(dir: &Path, options: Options) -> Result<Self, SearchError> {
        let (fields, schema) = Fields::new();
        let index = folder::open(dir, &schema, options.verify)?;
        Self::new(fields, index, options.writer_bytes)
    }

    /// An empty index that leaves nothing on the disk.
    ///
    /// # Errors
    /// [`SearchError::Index`] if its writer cannot be started.
    pub fn in_memory() -> Result<Self, SearchError> {
        let (fields, schema) = Fields::new();
        Self::new(fields, folder::in_memory(&schema), Options::default().writer_bytes)
    }

    fn new(fields: Fields, index: Index, writer_bytes: usize) -> Result<Self, SearchError> {
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let payload = index.load_metas()?.payload;
        let place = payload.and_then(|text| text.parse().ok()).unwrap_or(0);
        let search = Self {
            fields,
            index,
            reader,
            tables: Tables::default(),
            writer: Mutex::default(),
            place: AtomicU64::new(place),
            writer_bytes,
        };
        // Now, so that a second process is told at once and not at its first write.
        search.with_writer(|_, _| Ok(()))?;
        search.tables.renew(&search.reader.searcher())?;
        Ok(search)
    }

    /// The number of the last change of the feed that is in the index for good; 0 if none.
    #[must_use]
    pub fn place(&self) -> u64 {
        self.place.load(Ordering::Acquire)
    }

    /// The number of the last change that was taken, found already or after [`Search::commit`].
    #[must_use]
    pub fn staged(&self) -> u64 {
        self.guard().place.max(self.place())
    }

    /// Applies changes that bring the index to `place`, all or none; found on return, and kept.
    ///
    /// # Errors
    /// [`SearchError`] if they could not be written; then go on from [`Search::place`] again.
    #[cfg(test)]
    pub(crate) fn apply(&self, ops: Vec<Op>, place: u64) -> Result<(), SearchError> {
        self.stage(ops, place)?;
        self.commit()
    }

    /// Takes changes that bring the index to `place`, to be found and kept after
    /// [`Search::commit`]; for many changes. Commits by itself when much waits.
    ///
    /// # Errors
    /// [`SearchError`] if they could not be taken; what was staged since the last commit is then
    /// gone, so go on from [`Search::place`].
    pub fn stage(&self, ops: Vec<Op>, place: u64) -> Result<(), SearchError> {
        let much = self.with_writer(|writer, waiting| {
            for op in ops {
                *waiting = waiting.saturating_add(self.put(writer, op)?);
            }
            Ok(WAITING < *waiting)
        });
        let much = self.settle(much)?;
        self.guard().place = place;
        if much { self.commit() } else { Ok(()) }
    }

    /// Keeps what was staged and makes it found.
    ///
    /// # Errors
    /// [`SearchError`] if it could not be written; then go on from [`Search::place`] again.
    pub fn commit(&self) -> Result<(), SearchError> {
        let mut guard = self.guard();
        let place = guard.place.max(self.place());
        let done = guard.tantivy.as_mut().map_or(Ok(()), |writer| {
            let mut commit = writer.prepare_commit()?;
            commit.set_payload(&place.to_string());
            commit.commit().map(|_opstamp| ())
        });
        guard.waiting = 0;
        drop(guard);
        self.settle(done.map_err(SearchError::from))?;
        self.place.store(place, Ordering::Release);
        self.reader.reload()?;
        Ok(self.tables.renew(&self.reader.searcher())?)
    }

    /// Empties the index and sets its place to 0.
    ///
    /// # Errors
    /// [`SearchError`] if that could not be written.
    pub fn clear(&self) -> Result<(), SearchError> {
        let cleared = self.with_writer(|writer, _| Ok(writer.delete_all_documents()?));
        self.settle(cleared)?;
        self.guard().place = 0;
        self.place.store(0, Ordering::Release);
        self.commit()
    }

    /// Writes all that is found anew into one segment and removes the files before it, so that
    /// nothing deleted is left in any file. Takes as long as a merge of the whole.
    ///
    /// # Errors
    /// [`SearchError`] if that could not be written.
    pub fn compact(&self) -> Result<(), SearchError> {
        let segments = self.index.searchable_segment_ids()?;
        let merged = self.with_writer(|writer, _| {
            if !segments.is_empty() {
                writer.merge(&segments).wait()?;
            }
            Ok(())
        });
        self.settle(merged)?;
        // Readers hold files open until they look again.
        self.reader.reload()?;
        let collected = self.with_writer(|writer, _| {
            writer.garbage_collect_files().wait()?;
            Ok(())
        });
        self.settle(collected)
    }

    /// How many documents are found by a query for all.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.reader.searcher().num_docs()
    }

    /// The ids of all documents, in no order.
    ///
    /// # Errors
    /// [`SearchError::Index`] if the index cannot be read.
    pub fn ids(&self) -> Result<Vec<String>, SearchError> {
        let searcher = self.reader.searcher();
        let mut ids = Vec::with_capacity(usize::try_from(searcher.num_docs()).unwrap_or(0));
        for segment in searcher.segment_readers() {
            let Some(column) = segment.fast_fields().str(schema::ID)? else { continue };
            for ord in segment.doc_ids_alive().flat_map(|doc| column.term_ords(doc)) {
                let mut id = String::new();
                column.ord_to_str(ord, &mut id)?;
                ids.push(id);
            }
        }
        Ok(ids)
    }

    /// The files of the index that are not what was written, by name.
    ///
    /// # Errors
    /// [`SearchError::Index`] if a file cannot be read at all.
    pub fn damaged(&self) -> Result<Vec<String>, SearchError> {
        let files = self.index.validate_checksum()?;
        Ok(files.into_iter().map(|file| file.display().to_string()).collect())
    }

    /// Gives the operation to the writer, and how many bytes it takes there, about.
    fn put(&self, writer: &IndexWriter, op: Op) -> Result<usize, SearchError> {
        let remove = |id: &str| {
            writer.delete_term(Term::from_field_text(self.fields.id, id));
        };
        match op {
            Op::Remove(id) => {
                remove(&id);
                Ok(id.len())
            }
            Op::Put(document) => {
                remove(&document.id);
                let made: TantivyDocument = self.fields.document(&document)?;
                let texts = document.texts.iter().map(|text| text.body.len()).sum::<usize>();
                let pages = document.pages.iter().map(String::len).sum::<usize>();
                let bytes = texts.saturating_add(pages);
                writer.add_document(made)?;
                Ok(bytes.saturating_mul(5).saturating_add(4096))
            }
        }
    }

    fn with_writer<T>(
        &self,
        work: impl FnOnce(&mut IndexWriter, &mut usize) -> Result<T, SearchError>,
    ) -> Result<T, SearchError> {
        let mut guard = self.guard();
        let Writer { tantivy, waiting, .. } = &mut *guard;
        let writer = match tantivy {
            Some(writer) => writer,
            None => tantivy.insert(self.index.writer_with_num_threads(1, self.writer_bytes)?),
        };
        work(writer, waiting)
    }

    /// After a failure lets go of the writer and all that it had not committed: one that failed
    /// once (such as on a full disk) takes nothing more.
    fn settle<T>(&self, result: Result<T, SearchError>) -> Result<T, SearchError> {
        if result.is_err() {
            *self.guard() = Writer::default();
        }
        result
    }

    fn guard(&self) -> MutexGuard<'_, Writer> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
