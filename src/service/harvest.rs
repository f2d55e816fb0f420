//! What the national database pulls: pages, the stream, where the feed stands, and what is not in it.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use uuid::Uuid;

use super::{Error, Services};
use crate::{
    domain::{clock, digest::Digest},
    exchange::national::{self, ChainHead, Cursor, CursorError, Page, Start},
    store::{ExportRow, FeedIdentity, StoreError, Unexported},
};

/// What a page is asked for: from where, or with which cursor.
#[derive(Clone, Debug)]
pub enum PageRequest {
    /// A first page: everything after a number or since an instant; so many records a page, 1 to
    /// 1,000.
    First(Start, u32),
    /// The page that a cursor stands for.
    Cursor(String),
}

/// A page with the links that go with it.
#[derive(Clone, Debug)]
pub struct ExportPage {
    /// The page's bytes: the same for the same cursor.
    pub page: Page,
    /// This page's cursor.
    pub cursor: String,
}

/// How many records stand where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Current exported forms that are live.
    pub active: u64,
    /// Current exported forms that are tombstones.
    pub withdrawn: u64,
    /// Published records that cannot be exported.
    pub problems: u64,
}

/// Where the feed stands.
#[derive(Clone, Debug)]
pub struct ExportStatus {
    /// The feed's identity.
    pub feed_id: String,
    /// The last number of the export.
    pub last_seq: u64,
    /// When that was.
    pub last_change: Option<Timestamp>,
    /// How many records stand where.
    pub counts: Counts,
    /// The journal's last line.
    pub chain: ChainHead,
}

/// A fixed view of the export, to be streamed.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The feed's identity.
    pub feed_id: String,
    /// Everything after this number …
    pub after: u64,
    /// … up to this one.
    pub until: u64,
    /// When it was taken.
    pub at: Timestamp,
}

/// The numbers of all current exported forms, rising, kept in memory so that what remains is
/// counted and not walked: 16 bytes a record.
#[derive(Debug, Default)]
pub(super) struct Index {
    seen: u64,
    current: Vec<(u64, bool)>,
}

/// So many bytes go into one chunk of the stream, or one record more.
const CHUNK: usize = 128 * 1024;

impl Services {
    /// A page of the export.
    ///
    /// # Errors
    /// [`Error::BadCursor`], [`Error::Expired`] with where to restart, [`Error::Beyond`].
    pub fn export_page(&self, request: &PageRequest) -> Result<ExportPage, Error> {
        let feed = self.feed()?;
        let key = feed.cursor_key.as_bytes();
        let cursor = match request {
            PageRequest::First(start, limit) => self.first(&feed, *start, *limit)?,
            PageRequest::Cursor(text) => self.again(&feed, text)?,
        };
        let records = self.collect(&cursor)?;
        let texts: Vec<(u64, &str)> = records.iter().map(|(n, text)| (*n, text.as_str())).collect();
        let catalog = self.catalog();
        let source = self.export_context(&catalog)?.source();
        let page = national::page(&cursor, key, &source, &texts)
            .map_err(|error| Error::Internal(error.to_string()))?;
        Ok(ExportPage { page, cursor: cursor.encode(key) })
    }

    /// A view of the export after a number, or since an instant, as of now.
    ///
    /// # Errors
    /// [`Error::Beyond`].
    pub fn export_snapshot(&self, start: Start) -> Result<Snapshot, Error> {
        let feed = self.feed()?;
        let (after, until) = self.bounds(start)?;
        Ok(Snapshot { feed_id: feed.feed_id, after, until, at: self.now() })
    }

    /// The records of a snapshot as NDJSON, in chunks. A record that is withdrawn meanwhile is left
    /// out; its tombstone comes with a later pull.
    ///
    /// # Errors
    /// The store's.
    pub fn export_stream(
        &self,
        snapshot: &Snapshot,
    ) -> Result<impl Iterator<Item = Result<Vec<u8>, Error>> + Send + use<>, Error> {
        let services = self.clone();
        let until = snapshot.until;
        let mut rows = self.store.export_rows_after(snapshot.after, until)?;
        Ok(std::iter::from_fn(move || {
            let mut chunk = String::with_capacity(CHUNK);
            while chunk.len() < CHUNK {
                let Some(row) = rows.next() else { break };
                if let Err(error) = services.push_line(&mut chunk, row, until) {
                    return Some(Err(error));
                }
            }
            (!chunk.is_empty()).then(|| Ok(chunk.into_bytes()))
        }))
    }

    /// Adds the record of a row to the chunk, if the snapshot holds it.
    fn push_line(
        &self,
        chunk: &mut String,
        row: Result<(u64, ExportRow), StoreError>,
        until: u64,
    ) -> Result<(), Error> {
        let (n, _row) = row?;
        if let Some(Some(text)) = self.current(n, until)? {
            national::push_with_seq(chunk, &text, n)
                .map_err(|error| Error::Internal(error.to_string()))?;
            chunk.push('\n');
        }
        Ok(())
    }

    /// Where the feed stands.
    ///
    /// # Errors
    /// The store's.
    pub fn export_status(&self) -> Result<ExportStatus, Error> {
        let feed = self.feed()?;
        let (last_seq, withdrawn, all) = self.with_index(|index| {
            let gone = index.current.iter().filter(|(_n, gone)| *gone).count();
            (index.seen, count(gone), count(index.current.len()))
        })?;
        let mut last = self.store.export_rows_after(last_seq.saturating_sub(1), last_seq)?;
        let last_change = last.next().transpose()?.map(|(_n, row)| row.at);
        let problems = count(self.store.unexported()?.len());
        let counts = Counts { active: all.saturating_sub(withdrawn), withdrawn, problems };
        Ok(ExportStatus {
            feed_id: feed.feed_id,
            last_seq,
            last_change,
            counts,
            chain: self.chain()?,
        })
    }

    /// What is published but cannot be exported, with all reasons.
    ///
    /// # Errors
    /// The store's.
    pub fn export_problems(&self) -> Result<Vec<Unexported>, Error> {
        Ok(self.store.unexported()?)
    }

    /// A vocabulary as it is served, if there is one of this name.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn vocabulary(&self, name: &str) -> Result<Value, Error> {
        let catalog = self.catalog();
        let vocabulary = catalog.vocabulary(name).ok_or(Error::NotFound)?;
        serde_json::to_value(vocabulary).map_err(|error| Error::Internal(error.to_string()))
    }

    pub(super) fn feed(&self) -> Result<FeedIdentity, Error> {
        let feed = self.store.feed_identity()?.ok_or(Error::NotFound)?;
        Ok(feed.value)
    }

    fn first(&self, feed: &FeedIdentity, start: Start, limit: u32) -> Result<Cursor, Error> {
        let (after, until) = self.bounds(start)?;
        let remaining = self.with_index(|index| index.between(after, until))?;
        Ok(Cursor {
            feed: uuid(feed)?,
            start,
            limit: limit.clamp(1, 1_000),
            after,
            until,
            at: self.now(),
            remaining,
            chain: self.chain()?,
        })
    }

    fn again(&self, feed: &FeedIdentity, text: &str) -> Result<Cursor, Error> {
        let cursor = Cursor::decode(feed.cursor_key.as_bytes(), text)
            .map_err(|(CursorError::Malformed | CursorError::Foreign)| Error::BadCursor)?;
        let age = self.now().duration_since(cursor.at);
        if SignedDuration::from_secs(self.settings.cursor_seconds) < age {
            return Err(Error::Expired(cursor.after));
        }
        Ok(cursor)
    }

    /// From where to where a new snapshot reaches.
    fn bounds(&self, start: Start) -> Result<(u64, u64), Error> {
        let until = self.with_index(|index| index.seen)?;
        let after = match start {
            Start::AfterSeq(seq) if until < seq => return Err(Error::Beyond(until)),
            Start::AfterSeq(seq) => seq,
            Start::Since(at) => self.place_of(at, until)?,
        };
        Ok((after, until))
    }

    /// The last number before an instant: numbers rise with time, so halving finds it.
    fn place_of(&self, at: Timestamp, until: u64) -> Result<u64, Error> {
        let numbers: Vec<u64> =
            self.with_index(|index| index.current.iter().map(|(n, _gone)| *n).collect())?;
        let mut failed = None;
        let before = numbers.partition_point(|n| {
            let row = self.store.export_rows_after(n.saturating_sub(1), *n);
            match row.map(|mut rows| rows.next()) {
                Ok(Some(Ok((_n, row)))) => row.at < at,
                Ok(None) => true,
                Ok(Some(Err(error))) | Err(error) => {
                    failed = Some(error);
                    true
                }
            }
        });
        if let Some(error) = failed {
            return Err(error.into());
        }
        let last = before.checked_sub(1).and_then(|last| numbers.get(last)).copied();
        Ok(last.unwrap_or(0).min(until))
    }

    /// The records of a page.
    fn collect(&self, cursor: &Cursor) -> Result<Vec<(u64, String)>, Error> {
        let most = usize::try_from(cursor.limit).unwrap_or(1_000);
        let mut records = Vec::with_capacity(most);
        for row in self.store.export_rows_after(cursor.after, cursor.until)? {
            let (n, _row) = row?;
            match self.current(n, cursor.until)? {
                None => {}
                Some(Some(text)) => records.push((n, text)),
                // It was withdrawn after the snapshot: its text is gone, the snapshot is over.
                Some(None) => return Err(Error::Expired(cursor.after)),
            }
            if records.len() == most {
                break;
            }
        }
        Ok(records)
    }

    /// The text of line `n` as a snapshot up to `until` holds it: nothing if a later line of the
    /// snapshot took its place; no text if the record was withdrawn since.
    fn current(&self, n: u64, until: u64) -> Result<Option<Option<String>>, Error> {
        if self.store.superseded_by(n)?.is_some_and(|by| by <= until) {
            return Ok(None);
        }
        let Some(bytes) = self.store.export_json(n)? else { return Ok(Some(None)) };
        let text = String::from_utf8(bytes)
            .map_err(|_not_text| Error::Internal(format!("export line {n} is not text")))?;
        Ok(Some(Some(text)))
    }

    pub(super) fn chain(&self) -> Result<ChainHead, Error> {
        let head = self.store.head();
        let value: Digest = head
            .hash
            .to_string()
            .parse()
            .map_err(|_not_hex| Error::Internal("the chain's head is no digest".to_owned()))?;
        Ok(ChainHead { n: head.n, value })
    }

    /// Works on the index, brought up to the feed's end.
    fn with_index<T>(&self, work: impl FnOnce(&Index) -> T) -> Result<T, Error> {
        let mut index = self.snapshot.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        for row in self.store.export_rows_after(index.seen, u64::MAX)? {
            let (n, row) = row?;
            index.add(n, &row);
        }
        Ok(work(&index))
    }

    /// The civil day of an instant in Vietnam.
    #[must_use]
    pub fn day(&self, at: Timestamp) -> jiff::civil::Date {
        at.to_zoned(clock::vietnam()).date()
    }
}

impl Index {
    fn add(&mut self, n: u64, row: &ExportRow) {
        if let Some(prev) = row.prev
            && let Ok(at) = self.current.binary_search_by_key(&prev, |(n, _gone)| *n)
        {
            self.current.remove(at);
        }
        self.current.push((n, row.gone));
        self.seen = n;
    }

    /// How many current forms lie after `after` up to `until`.
    fn between(&self, after: u64, until: u64) -> u64 {
        let below = |limit: u64| self.current.partition_point(|(n, _gone)| *n <= limit);
        count(below(until).saturating_sub(below(after)))
    }
}

fn uuid(feed: &FeedIdentity) -> Result<Uuid, Error> {
    let id: crate::domain::id::RecordId = feed
        .feed_id
        .parse()
        .map_err(|_not_an_id| Error::Internal("the feed has no proper id".to_owned()))?;
    Ok(id.uuid())
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}
