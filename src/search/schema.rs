//! The fields of the index, and the stamp that tells an index of another make.
//!
//! Two groups of texts, each with one combined field an analysis (title, keywords, summary, body
//! and captions together): scores of many small fields add up to a bad order. Vietnamese and the
//! highland languages are searched as marked syllables, folded syllables and folded pairs; all
//! other languages as folded words, English stems and pairs of characters.

use tantivy::TantivyDocument;
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::{Language, Stemmer, TextAnalyzer, TokenizerManager, WhitespaceTokenizer};

use super::analyse::{Streams, page_stream};
use super::document::{Document, Kept};
use super::query::Filter;
use crate::text::fold;

/// Goes up whenever fields, analysis or what is stored change.
const LAYOUT: u32 = 2;

const WORDS: &str = "words";
const STEMS: &str = "stems";

/// The fields by name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields {
    pub(super) id: Field,
    /// Id and contributor's number, folded: found when typed whole.
    pub(super) key: Field,
    pub(super) marked: Field,
    pub(super) folded: Field,
    pub(super) pairs: Field,
    pub(super) word: Field,
    pub(super) stem: Field,
    pub(super) gram: Field,
    /// Pages of publications: folded words, their pairs and pairs of characters.
    pub(super) page: Field,
    kind: Field,
    agency: Field,
    use_: Field,
    topic: Field,
    place: Field,
    language: Field,
    year: Field,
    pub(super) published: Field,
    pub(super) texts: Field,
    pub(super) display: Field,
}

/// The name of the date field, by which hits are sorted.
pub(super) const PUBLISHED: &str = "published";
/// The name of the id field.
pub(super) const ID: &str = "id";

impl Fields {
    /// The fields with the schema that they belong to.
    pub(super) fn new() -> (Self, Schema) {
        let mut schema = Schema::builder();
        let text = |tokenizer| {
            TextOptions::default().set_indexing_options(
                TextFieldIndexing::default()
                    .set_tokenizer(tokenizer)
                    .set_index_option(IndexRecordOption::WithFreqs),
            )
        };
        let fields = Self {
            id: schema.add_text_field(ID, STRING | STORED | FAST),
            key: schema.add_text_field("key", STRING),
            marked: schema.add_text_field("marked", text(WORDS)),
            folded: schema.add_text_field("folded", text(WORDS)),
            pairs: schema.add_text_field("pairs", text(WORDS)),
            word: schema.add_text_field("word", text(WORDS)),
            stem: schema.add_text_field("stem", text(STEMS)),
            gram: schema.add_text_field("gram", text(WORDS)),
            page: schema.add_text_field("page", text(WORDS)),
            kind: schema.add_text_field(Filter::Kind.name(), STRING | FAST),
            agency: schema.add_text_field(Filter::Agency.name(), STRING | FAST),
            use_: schema.add_text_field(Filter::Use.name(), STRING | FAST),
            topic: schema.add_text_field(Filter::Topic.name(), STRING | FAST),
            place: schema.add_text_field(Filter::Place.name(), STRING | FAST),
            language: schema.add_text_field(Filter::Language.name(), STRING | FAST),
            year: schema.add_text_field(Filter::Year.name(), STRING | FAST),
            published: schema.add_i64_field(PUBLISHED, INDEXED | FAST),
            texts: schema.add_text_field("texts", STORED),
            display: schema.add_text_field("display", STORED),
        };
        (fields, schema.build())
    }

    pub(super) fn filter(&self, filter: Filter) -> Field {
        match filter {
            Filter::Kind => self.kind,
            Filter::Agency => self.agency,
            Filter::Use => self.use_,
            Filter::Topic => self.topic,
            Filter::Place => self.place,
            Filter::Language => self.language,
            Filter::Year => self.year,
        }
    }

    /// The document as the index takes it.
    pub(super) fn document(&self, from: &Document) -> Result<TantivyDocument, serde_json::Error> {
        let mut to = TantivyDocument::default();
        to.add_text(self.id, &from.id);
        for key in from.source_id.iter().chain([&from.id]) {
            to.add_text(self.key, fold(key.trim()));
        }
        let streams = Streams::of(&from.texts);
        for (field, text) in [
            (self.marked, &streams.marked),
            (self.folded, &streams.folded),
            (self.pairs, &streams.pairs),
            (self.word, &streams.words),
            (self.stem, &streams.words),
            (self.gram, &streams.grams),
        ] {
            if !text.is_empty() {
                to.add_text(field, text);
            }
        }
        for page in &from.pages {
            to.add_text(self.page, page_stream(page));
        }
        let year = from.year.to_string();
        for (field, values) in [
            (self.kind, std::slice::from_ref(&from.kind)),
            (self.agency, std::slice::from_ref(&from.agency)),
            (self.use_, std::slice::from_ref(&from.use_)),
            (self.topic, &from.topics),
            (self.place, &from.places),
            (self.language, &from.languages),
            (self.year, std::slice::from_ref(&year)),
        ] {
            for value in values.iter().filter(|value| !value.is_empty()) {
                to.add_text(field, value);
            }
        }
        to.add_i64(self.published, from.published);
        let kept: Vec<Kept> = from.texts.iter().map(Kept::of).collect();
        to.add_text(self.texts, serde_json::to_string(&kept)?);
        to.add_text(self.display, &from.display);
        Ok(to)
    }
}

/// The analysers by the names that the schema uses: our own cutting is done before.
pub(super) fn tokenizers() -> TokenizerManager {
    let manager = TokenizerManager::default();
    manager.register(WORDS, TextAnalyzer::from(WhitespaceTokenizer::default()));
    manager.register(STEMS, stemmer());
    manager
}

/// Words to English stems.
pub(super) fn stemmer() -> TextAnalyzer {
    TextAnalyzer::builder(WhitespaceTokenizer::default())
        .filter(Stemmer::new(Language::English))
        .build()
}

/// What an index must have been made by to be read by this program.
pub(super) fn stamp() -> String {
    format!("quangba index {LAYOUT}\n{}\n", tantivy::version_string())
}
