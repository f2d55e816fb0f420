//! Answering a query: the stages in turn, one pass each, then the page's documents.

use tantivy::collector::{Collector, Count, TopDocs};
use tantivy::schema::Value;
use tantivy::{DocAddress, Order, TantivyDocument};

use super::document::Kept;
use super::facets::Facets;
use super::highlight::show;
use super::plan::{Plan, Stage};
use super::query::{Answer, Hit, Query, Sort};
use super::schema::{Fields, PUBLISHED};
use super::words::Words;
use super::{Search, SearchError};

/// One pass over the index: the page's documents with their scores, not yet read.
type Pass = (Answer, Vec<(f32, DocAddress)>);

impl Search {
    /// What matches the query. Any text can be asked; no hits are no error.
    ///
    /// All words have to be in the texts of one group of languages (Vietnamese or foreign); when
    /// too few records have them all, most words will do.
    ///
    /// # Errors
    /// [`SearchError`] if the index cannot be read.
    pub fn find(&self, query: &Query) -> Result<Answer, SearchError> {
        let searcher = self.reader.searcher();
        let words = Words::of(&query.words);
        let plan = Plan {
            searcher: &searcher,
            fields: self.fields,
            tables: &self.tables,
            query,
            words: &words,
        };
        let (mut answer, mut page) = Pass::default();
        for (stage, enough) in Stage::of(&words) {
            (answer, page) = pass(&plan, stage)?;
            if enough <= answer.total || query.words.is_empty() {
                break;
            }
        }
        answer.hits = page
            .into_iter()
            .map(|(score, address)| self.hit(address, score, &plan))
            .collect::<Result<_, _>>()?;
        Ok(answer)
    }

    fn hit(&self, address: DocAddress, score: f32, plan: &Plan<'_>) -> Result<Hit, SearchError> {
        let document: TantivyDocument = plan.searcher.doc(address)?;
        let Fields { id, texts, display, .. } = self.fields;
        let text = |field| {
            let value = document.get_first(field);
            value.and_then(|value| value.as_str()).unwrap_or_default().to_owned()
        };
        let kept: Vec<Kept> = serde_json::from_str(&text(texts))?;
        let shown = show(&kept, plan.words, plan.query.lang.as_deref());
        Ok(Hit {
            id: text(id),
            score,
            lang: shown.lang,
            title_html: shown.title_html,
            text_html: shown.text_html,
            whole: shown.whole,
            display: text(display),
        })
    }
}

fn pass(plan: &Plan<'_>, stage: Stage) -> Result<Pass, SearchError> {
    let query = plan.query;
    let top = TopDocs::with_limit(query.limit).and_offset(query.offset);
    let by_date =
        |order| top_by_date(TopDocs::with_limit(query.limit).and_offset(query.offset), order);
    match query.order() {
        Sort::Relevance => collect(plan, stage, top.order_by_score()),
        Sort::Newest => undated(collect(plan, stage, by_date(Order::Desc))?),
        Sort::Oldest => undated(collect(plan, stage, by_date(Order::Asc))?),
    }
}

fn top_by_date(
    top: TopDocs,
    order: Order,
) -> impl Collector<Fruit = Vec<(Option<i64>, DocAddress)>> {
    top.order_by_fast_field::<i64>(PUBLISHED, order)
}

fn undated((answer, page): (Answer, Vec<(Option<i64>, DocAddress)>)) -> Result<Pass, SearchError> {
    Ok((answer, page.into_iter().map(|(_date, address)| (0.0, address)).collect()))
}

fn collect<K: Send + 'static>(
    plan: &Plan<'_>,
    stage: Stage,
    top: impl Collector<Fruit = Vec<(K, DocAddress)>>,
) -> Result<(Answer, Vec<(K, DocAddress)>), SearchError> {
    let wanted = &plan.query.facets;
    let facets = (!wanted.is_empty()).then_some(Facets { wanted, tables: plan.tables });
    let clause = plan.build(stage)?;
    let (page, total, facets) = plan.searcher.search(&clause, &(top, Count, facets))?;
    Ok((Answer { total, hits: Vec::new(), facets: facets.unwrap_or_default() }, page))
}
