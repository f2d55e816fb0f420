//! From a query to what tantivy is asked, from the strictest reading to the most lenient.

use std::ops::Bound;

use tantivy::query::{
    AllQuery, Bm25StatisticsProvider, BooleanQuery, BoostQuery, ConstScoreQuery,
    DisjunctionMaxQuery, EmptyQuery, Occur, Query as Clause, RangeQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, TantivyError, Term};

use super::analyse::Group;
use super::facets::Tables;
use super::query::Query;
use super::schema::Fields;
use super::words::Words;

type Dyn = Box<dyn Clause>;

/// What a marked syllable is worth beside its folded form.
const MARKED: f32 = 1.0;
/// What a pair of syllables is worth beside the syllables.
const PAIR: f32 = 1.0;
/// What the exact English word is worth beside its stem.
const EXACT: f32 = 0.3;
/// What the reader's own language is worth.
const OWN: f32 = 1.15;
/// What the pages of publications are worth beside the texts of records.
const PAGE: f32 = 0.6;
/// What a group is worth none of the words of which are usual in it.
const LEAST: f32 = 0.05;
/// The most words that are all asked for: a long text has all words of a long question by chance.
const SHORT: usize = 6;
/// At the last stage, the records that are looked at in a group.
const BUDGET: u64 = 10_000;
/// At the last stage, one in so many of the rarer words has to be there.
const PART: usize = 4;
/// Above all scores: the query is the record's id or number.
const KEY: f32 = 1000.0;

/// How strictly the words are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// All words, those with marks marked alike.
    Marked,
    /// All words, marks or not.
    Folded,
    /// Most words.
    Most,
}

impl Stage {
    /// The stages to try in turn, each with the hits that make the next needless.
    pub(super) fn of(words: &Words) -> Vec<(Self, usize)> {
        let mut stages = Vec::new();
        if words.len() <= SHORT {
            if words.marked {
                stages.push((Self::Marked, 20));
            }
            stages.push((Self::Folded, if 2 < words.len() { 10 } else { 1 }));
        }
        if 1 < words.len() {
            stages.push((Self::Most, 0));
        }
        stages
    }
}

/// Makes clauses for one query.
pub(super) struct Plan<'a> {
    pub(super) searcher: &'a Searcher,
    pub(super) fields: Fields,
    pub(super) tables: &'a Tables,
    pub(super) query: &'a Query,
    pub(super) words: &'a Words,
}

/// One term of a query, with the number of records that it is in.
struct Part {
    clause: Dyn,
    records: u64,
}

impl Part {
    fn boosted(self, factor: f32) -> Self {
        Self { clause: boost(self.clause, factor), ..self }
    }
}

impl Plan<'_> {
    /// The words at this stage and all filters.
    pub(super) fn build(&self, stage: Stage) -> tantivy::Result<Dyn> {
        let words = if self.query.words.is_empty() { all() } else { self.words(stage)? };
        let filters = self.filters();
        if filters.is_empty() {
            return Ok(words);
        }
        let mut clauses = vec![(Occur::Must, words)];
        clauses.extend(filters.into_iter().map(|filter| (Occur::Must, silent(filter))));
        Ok(Box::new(BooleanQuery::new(clauses)))
    }

    fn filters(&self) -> Vec<Dyn> {
        let mut filters: Vec<Dyn> = Vec::new();
        for (filter, values) in &self.query.filters {
            let field = self.fields.filter(*filter);
            let mut terms: Vec<Dyn> = values.iter().map(|value| basic(field, value)).collect();
            match (terms.pop(), terms.is_empty()) {
                (None, _) => {}
                (Some(only), true) => filters.push(only),
                (Some(last), false) => {
                    terms.push(last);
                    filters.push(Box::new(BooleanQuery::union(terms)));
                }
            }
        }
        if self.query.from.is_some() || self.query.to.is_some() {
            let term = |at| Bound::Included(Term::from_field_i64(self.fields.published, at));
            let bound = |at: Option<i64>| at.map_or(Bound::Unbounded, term);
            filters.push(Box::new(RangeQuery::new(bound(self.query.from), bound(self.query.to))));
        }
        filters
    }

    /// The best of the two groups counts: their scores never add up. A group that cannot match is
    /// left out, since joining two costs more than searching one.
    fn words(&self, stage: Stage) -> tantivy::Result<Dyn> {
        let own = self.query.lang.as_deref().map(Group::of);
        let share = self.share()?;
        let mut any: Vec<Dyn> = Vec::new();
        if 0 < self.records(self.fields.key, &self.words.whole)? {
            let key = basic(self.fields.key, &self.words.whole);
            any.push(Box::new(ConstScoreQuery::new(key, KEY)));
        }
        let mut add = |group, share: f32, clause: Option<Dyn>| {
            let own = if own == Some(group) { OWN } else { 1.0 };
            any.extend(clause.map(|clause| boost(clause, own * (LEAST + share))));
        };
        if !self.words.words.is_empty() {
            add(Group::Vietnamese, share, self.vietnamese(stage)?);
        }
        if 0 < self.words.len() {
            // A foreign word counts by stem and by form: as much as a syllable of the other group.
            add(Group::Foreign, (1.0 - share) / (1.0 + EXACT), self.foreign(stage)?);
        }
        any.extend(self.pages(stage)?.map(|clause| boost(clause, PAGE)));
        Ok(match (any.pop(), any.is_empty()) {
            (None, _) => Box::new(EmptyQuery),
            (Some(only), true) => only,
            (Some(last), false) => {
                any.push(last);
                Box::new(DisjunctionMaxQuery::new(any))
            }
        })
    }

    /// How far the query is Vietnamese, 0 to 1, judged by where its words are used in the index.
    ///
    /// A foreign word is rare in Vietnamese texts and therefore scores high there: without this,
    /// the few Vietnamese texts that quote it would come before the texts in its language.
    fn share(&self) -> tantivy::Result<f32> {
        let total = |field| Ok::<_, TantivyError>(number(self.searcher.total_num_tokens(field)?));
        let (here, there) = (total(self.fields.folded)?, total(self.fields.word)?);
        let (mut sum, mut count) = (0.0, 0.0);
        for word in &self.words.words {
            let here = number(self.records(self.fields.folded, &word.folded)?) / here.max(1.0);
            let there = number(self.records(self.fields.word, &word.word)?) / there.max(1.0);
            if 0.0 < here + there {
                sum += here / (here + there);
                count += 1.0;
            }
        }
        Ok(if 0.0 < count { sum / count } else { 0.5 })
    }

    fn vietnamese(&self, stage: Stage) -> tantivy::Result<Option<Dyn>> {
        let fields = &self.fields;
        let strict = stage == Stage::Marked;
        let mut required = self.grams()?;
        let mut optional = Vec::new();
        for word in &self.words.words {
            if strict && word.has_marks {
                required.push(self.part(fields.marked, &word.marked)?);
                continue;
            }
            required.push(self.part(fields.folded, &word.folded)?);
            if self.words.marked {
                optional.push(self.part(fields.marked, &word.marked)?.boosted(MARKED));
            }
        }
        for pair in &self.words.pairs {
            optional.push(self.part(fields.pairs, pair)?.boosted(PAIR));
        }
        Ok(combine(required, optional, stage))
    }

    fn foreign(&self, stage: Stage) -> tantivy::Result<Option<Dyn>> {
        let fields = &self.fields;
        let mut required = self.grams()?;
        let mut optional = Vec::new();
        for whole in &self.words.wholes {
            optional.push(self.part(fields.gram, whole)?);
        }
        for word in &self.words.words {
            required.push(self.part(fields.stem, &word.stem)?);
            optional.push(self.part(fields.word, &word.word)?.boosted(EXACT));
        }
        Ok(combine(required, optional, stage))
    }

    fn pages(&self, stage: Stage) -> tantivy::Result<Option<Dyn>> {
        let part = |text: &String| self.part(self.fields.page, text);
        let words = self.words.words.iter().map(|word| &word.folded);
        let required = words.chain(&self.words.grams).map(part);
        let required = required.collect::<tantivy::Result<Vec<Part>>>()?;
        let pairs = self.words.pairs.iter().map(part).collect::<tantivy::Result<Vec<Part>>>()?;
        Ok(combine(required, pairs, stage))
    }

    fn grams(&self) -> tantivy::Result<Vec<Part>> {
        self.words.grams.iter().map(|gram| self.part(self.fields.gram, gram)).collect()
    }

    fn part(&self, field: Field, text: &str) -> tantivy::Result<Part> {
        Ok(Part { clause: term(field, text), records: self.records(field, text)? })
    }

    /// How many records have the term.
    fn records(&self, field: Field, text: &str) -> tantivy::Result<u64> {
        self.searcher.doc_freq(&Term::from_field_text(field, text))
    }
}

/// The number as precisely as shares need it; more than four thousand million are as many.
fn number(count: u64) -> f32 {
    let [high, low] = {
        let [a, b, c, d] = u32::try_from(count).unwrap_or(u32::MAX).to_be_bytes();
        [u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d])]
    };
    f32::from(high).mul_add(65_536.0, f32::from(low))
}

/// All parts, or at the last stage some of the rarest: the common ones only rank then, which bounds
/// the work and leaves out records that share nothing but common words. `None` if nothing can match.
fn combine(mut required: Vec<Part>, mut optional: Vec<Part>, stage: Stage) -> Option<Dyn> {
    if stage == Stage::Most {
        required.sort_by_key(|part| part.records);
        let mut sum: u64 = 0;
        let rare = required.iter().take_while(|part| {
            sum = sum.saturating_add(part.records);
            sum <= BUDGET
        });
        let rare = rare.count().max(1);
        optional.extend(required.split_off(rare.min(required.len())));
        required.retain(|part| 0 < part.records);
    }
    if required.is_empty() || required.iter().any(|part| part.records == 0) {
        return None;
    }
    let least = required.len().div_ceil(PART);
    let required = required.into_iter().map(|part| part.clause);
    let must = if stage == Stage::Most {
        vec![union(required.collect(), least)]
    } else {
        required.collect()
    };
    optional.retain(|part| 0 < part.records);
    let must = must.into_iter().map(|clause| (Occur::Must, clause));
    let should = optional.into_iter().map(|part| (Occur::Should, part.clause));
    Some(Box::new(BooleanQuery::new(must.chain(should).collect())))
}

fn union(clauses: Vec<Dyn>, least: usize) -> Dyn {
    Box::new(BooleanQuery::union_with_minimum_required_clauses(clauses, least))
}

fn term(field: Field, text: &str) -> Dyn {
    Box::new(TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::WithFreqs))
}

fn basic(field: Field, text: &str) -> Dyn {
    Box::new(TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::Basic))
}

fn boost(clause: Dyn, factor: f32) -> Dyn {
    Box::new(BoostQuery::new(clause, factor))
}

fn silent(clause: Dyn) -> Dyn {
    Box::new(ConstScoreQuery::new(clause, 0.0))
}

fn all() -> Dyn {
    Box::new(AllQuery)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_go_from_strict_to_lenient() {
        let stages = |text| -> Vec<Stage> {
            Stage::of(&Words::of(text)).into_iter().map(|(stage, _)| stage).collect()
        };
        assert_eq!(stages("gong"), [Stage::Folded]);
        assert_eq!(stages("cồng"), [Stage::Marked, Stage::Folded]);
        assert_eq!(stages("cồng chiêng"), [Stage::Marked, Stage::Folded, Stage::Most]);
    }
}
