//! Counting hits by code, in the same pass that finds them.

use std::collections::{BTreeMap, HashMap};

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::StrColumn;
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

use super::query::Filter;

/// The most codes of one facet that are given back.
const MOST: usize = 200;

/// Counts the hits by these filters; exact over all segments.
pub(super) struct Facets(pub(super) Vec<Filter>);

type Counts = Vec<HashMap<String, usize>>;

impl Collector for Facets {
    type Fruit = BTreeMap<&'static str, Vec<(String, usize)>>;
    type Child = Segment;

    fn for_segment(&self, _: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<Segment> {
        let columns = self.0.iter().map(|filter| {
            let column = reader.fast_fields().str(filter.name())?;
            let terms = column.as_ref().map_or(0, |column| column.num_terms());
            Ok(Column { column, counts: vec![0; terms] })
        });
        Ok(Segment(columns.collect::<tantivy::Result<_>>()?))
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<tantivy::Result<Counts>>) -> tantivy::Result<Self::Fruit> {
        let mut sums: Counts = vec![HashMap::new(); self.0.len()];
        for segment in segments {
            sums.iter_mut().zip(segment?).for_each(|(sum, counts)| add(sum, counts));
        }
        Ok(self.0.iter().map(|filter| filter.name()).zip(sums.into_iter().map(sorted)).collect())
    }
}

fn add(sum: &mut HashMap<String, usize>, counts: HashMap<String, usize>) {
    for (code, count) in counts {
        let all = sum.entry(code).or_insert(0);
        *all = all.saturating_add(count);
    }
}

fn sorted(counts: HashMap<String, usize>) -> Vec<(String, usize)> {
    let mut list: Vec<_> = counts.into_iter().collect();
    list.sort_by(|(a, n), (b, m)| m.cmp(n).then_with(|| a.cmp(b)));
    list.truncate(MOST);
    list
}

struct Column {
    column: Option<StrColumn>,
    /// By the number of the code in this segment.
    counts: Vec<usize>,
}

/// Counts one segment.
pub(super) struct Segment(Vec<Column>);

impl SegmentCollector for Segment {
    type Fruit = tantivy::Result<Counts>;

    fn collect(&mut self, doc: DocId, _: Score) {
        self.0.iter_mut().for_each(|column| column.count(doc));
    }

    fn harvest(self) -> tantivy::Result<Counts> {
        self.0.into_iter().map(Column::named).collect()
    }
}

impl Column {
    fn count(&mut self, doc: DocId) {
        let Some(column) = &self.column else { return };
        for ord in column.term_ords(doc) {
            if let Some(count) = usize::try_from(ord).ok().and_then(|at| self.counts.get_mut(at)) {
                *count = count.saturating_add(1);
            }
        }
    }

    fn named(self) -> tantivy::Result<HashMap<String, usize>> {
        let mut named = HashMap::new();
        let Some(column) = self.column else { return Ok(named) };
        for (ord, count) in (0_u64..).zip(self.counts).filter(|(_, count)| 0 < *count) {
            let mut code = String::new();
            if column.ord_to_str(ord, &mut code)? {
                named.insert(code, count);
            }
        }
        Ok(named)
    }
}
