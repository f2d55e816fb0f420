//! Counting hits by code, in the same pass that finds them.
//!
//! Of every segment the codes of its records are kept in memory, in the order of the records (about
//! 40 bytes a record): the columns on the disk are packed, and unpacking seven of them for each of
//! 100,000 hits took longer than finding the hits.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::index::SegmentId;
use tantivy::{DocId, Score, Searcher, SegmentOrdinal, SegmentReader};

use super::query::Filter;

/// The most codes of one facet that are given back.
const MOST: usize = 200;

/// The codes of one segment's records.
#[derive(Default)]
struct Table {
    codes: Vec<(Filter, String)>,
    /// Where in `numbers` each record's run begins; one more than there are records.
    starts: Vec<usize>,
    /// Places in `codes`.
    numbers: Vec<u32>,
}

impl Table {
    fn of(reader: &SegmentReader) -> tantivy::Result<Self> {
        let mut table = Self::default();
        let mut columns = Vec::new();
        for filter in Filter::ALL {
            let Some(column) = reader.fast_fields().str(filter.name())? else { continue };
            let before = u32::try_from(table.codes.len()).unwrap_or(u32::MAX);
            for ord in (0_u64..).take(column.num_terms()) {
                let mut code = String::new();
                column.ord_to_str(ord, &mut code)?;
                table.codes.push((filter, code));
            }
            columns.push((before, column));
        }
        for doc in 0..reader.max_doc() {
            table.starts.push(table.numbers.len());
            for (before, column) in &columns {
                let ords = column.term_ords(doc).filter_map(|ord| u32::try_from(ord).ok());
                table.numbers.extend(ords.map(|ord| before.saturating_add(ord)));
            }
        }
        table.starts.push(table.numbers.len());
        Ok(table)
    }

    fn run(&self, doc: DocId) -> &[u32] {
        let at = usize::try_from(doc).unwrap_or(usize::MAX);
        let run = self.starts.get(at..).and_then(|rest| rest.get(..2));
        let [from, to] = run.unwrap_or_default() else { return &[] };
        self.numbers.get(*from..*to).unwrap_or_default()
    }
}

/// The tables of the segments that readers see.
#[derive(Default)]
pub(super) struct Tables(Mutex<HashMap<SegmentId, Arc<Table>>>);

impl Tables {
    /// Makes the tables of segments that are new, lets those of others go.
    pub(super) fn renew(&self, searcher: &Searcher) -> tantivy::Result<()> {
        let mut next = HashMap::new();
        for reader in searcher.segment_readers() {
            next.insert(reader.segment_id(), self.of(reader)?);
        }
        *self.guard() = next;
        Ok(())
    }

    /// A searcher older than the last commit may have segments that are gone here.
    fn of(&self, reader: &SegmentReader) -> tantivy::Result<Arc<Table>> {
        let known = self.guard().get(&reader.segment_id()).cloned();
        known.map_or_else(|| Table::of(reader).map(Arc::new), Ok)
    }

    fn guard(&self) -> MutexGuard<'_, HashMap<SegmentId, Arc<Table>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts the hits by these filters; exact over all segments.
pub(super) struct Facets<'a> {
    pub(super) wanted: &'a [Filter],
    pub(super) tables: &'a Tables,
}

impl Collector for Facets<'_> {
    type Fruit = BTreeMap<&'static str, Vec<(String, usize)>>;
    type Child = Segment;

    fn for_segment(&self, _: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<Segment> {
        let table = self.tables.of(reader)?;
        Ok(Segment { counts: vec![0; table.codes.len()], table })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<Segment>) -> tantivy::Result<Self::Fruit> {
        let mut sums: BTreeMap<&'static str, HashMap<&str, usize>> =
            self.wanted.iter().map(|filter| (filter.name(), HashMap::new())).collect();
        for segment in &segments {
            for ((filter, code), count) in segment.table.codes.iter().zip(&segment.counts) {
                if let (1.., Some(sum)) = (*count, sums.get_mut(filter.name())) {
                    let all = sum.entry(code).or_insert(0);
                    *all = all.saturating_add(*count);
                }
            }
        }
        Ok(sums.into_iter().map(|(name, counts)| (name, sorted(counts))).collect())
    }
}

fn sorted(counts: HashMap<&str, usize>) -> Vec<(String, usize)> {
    let mut list: Vec<_> = counts.into_iter().collect();
    list.sort_by(|(a, n), (b, m)| m.cmp(n).then_with(|| a.cmp(b)));
    list.truncate(MOST);
    list.into_iter().map(|(code, count)| (code.to_owned(), count)).collect()
}

/// Counts one segment.
pub(super) struct Segment {
    table: Arc<Table>,
    /// By place in the table's codes.
    counts: Vec<usize>,
}

impl SegmentCollector for Segment {
    type Fruit = Self;

    fn collect(&mut self, doc: DocId, _: Score) {
        for number in self.table.run(doc) {
            let at = usize::try_from(*number).unwrap_or(usize::MAX);
            if let Some(count) = self.counts.get_mut(at) {
                *count = count.saturating_add(1);
            }
        }
    }

    fn harvest(self) -> Self {
        self
    }
}
