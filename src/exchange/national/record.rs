//! Our record, field by field, as `ttdn-record/1`.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    Context, Error,
    parts::{self, Fields, texts, unique},
    problem::{self, Origins, Problem},
    seal::{Rendered, seal},
};
use crate::domain::{
    document::{Asset, Document, InfoClass, Method},
    id::RecordId,
    lang::{Lang, Localized},
    record::{LiveRecord, Release, Tombstone, seconds},
};

const SPEC: &str = "ttdn-record/1";

/// Renders a public record: mapped, validated against the schema, hashed.
///
/// What the schema wants once (topics, keywords, places …) stands once; empty places are left out.
/// Of the internal notes and of files that must not leave nothing is in the result.
///
/// # Errors
/// Every reason why the record cannot be exported, at least one; of a class that is never exported
/// only that.
pub fn render(live: &LiveRecord, context: &Context<'_>) -> Result<Rendered, Vec<Problem>> {
    if live.document.info_class == InfoClass::WorldIntoVietnam {
        return Err(vec![problem::class_not_exported()]);
    }
    let mut problems = problem::own(live, context);
    let mut origins = Origins::new(&live.document);
    let mut fields = common(context, live.id, live.document.kind.as_str(), live.version);
    let languages = languages(&live.document);
    system(&mut fields, live, context, &languages);
    content(&mut fields, &live.document);
    lists(&mut fields, live, &Frame { context, languages: &languages }, &mut origins);
    problems.extend(origins.problems(&context.validator.record(&probe(&fields))));
    finish(&fields, problem::once(problems))
}

/// Renders what is left of a withdrawn record: no title, no text, no file.
///
/// # Errors
/// Every reason why it does not fit the schema, at least one.
pub fn tombstone(stone: &Tombstone, context: &Context<'_>) -> Result<Rendered, Vec<Problem>> {
    let mut fields = common(context, stone.id, stone.kind.as_str(), stone.version);
    fields.put("state", "withdrawn");
    fields.put("localId", stone.local_id.as_str());
    fields.put("managingAgency", parts::agency(&stone.managing));
    fields.put("modified", stone.at.to_string());
    let mut withdrawn = Fields::default();
    withdrawn.put("at", stone.at.to_string());
    withdrawn.put("reason", stone.reason.as_str());
    withdrawn.put("purge", stone.purge);
    withdrawn.put("replacedBy", stone.replaced_by.map(|id| id.to_string()));
    fields.put("withdrawn", withdrawn);
    let faults = context.validator.record(&probe(&fields));
    finish(&fields, problem::once(problem::of_tombstone(&faults)))
}

/// The record as the schema sees it: what is only known later stands in for itself.
fn probe(fields: &Fields) -> Value {
    let mut members = fields.0.clone();
    members.insert("seq".to_owned(), json!(1));
    members.insert("digest".to_owned(), json!({"alg": "sha-256", "value": "0".repeat(64)}));
    Value::Object(members)
}

fn finish(fields: &Fields, problems: Vec<Problem>) -> Result<Rendered, Vec<Problem>> {
    if !problems.is_empty() {
        return Err(problems);
    }
    seal(&fields.0).map_err(|error: Error| vec![problem::no_form(&error)])
}

fn common(context: &Context<'_>, id: RecordId, kind: &str, version: u32) -> Fields {
    let mut fields = Fields::default();
    fields.put("spec", SPEC);
    fields.put("id", id.to_string());
    fields.put("version", version);
    fields.put("kind", kind);
    fields.put("source", context.source());
    fields
}

/// What the system adds.
fn system(fields: &mut Fields, live: &LiveRecord, context: &Context<'_>, languages: &[&Lang]) {
    fields.put("state", "active");
    fields.put("localId", live.local_id.as_str());
    fields.put("managingAgency", parts::agency(&live.managing));
    fields.put("contributor", parts::agency(&live.agency));
    fields.put("published", live.published.to_string());
    fields.put("modified", live.modified.to_string());
    let offered = |lang: &&Lang| context.profile.languages.offered.contains(lang);
    let key = live.id.key();
    let page = |lang: &Lang| format!("{}/{lang}/r/{key}", context.base());
    let pages = languages.iter().copied().filter(offered);
    fields.put("url", pages.map(|lang| (lang.to_string(), page(lang))).collect::<Value>());
    fields.put("languages", languages.iter().map(|lang| lang.as_str()).collect::<Value>());
    fields.put("translations", translations(&live.document, languages));
    fields.put("bodies", bodies(&live.document, languages));
    if let Some(clearance) = &live.document.clearance {
        let declared = json!({
            "stateSecret": clearance.state_secret,
            "personalData": clearance.personal_data,
            "attestedBy": live.managing.code,
            "attestedAt": live.attested.to_string(),
        });
        fields.put("clearance", declared);
    }
}

/// Every language of the record's own texts, captions and keywords included: Vietnamese first, then
/// by tag.
fn languages(document: &Document) -> Vec<&Lang> {
    let parts = [&document.title, &document.summary, &document.body].into_iter();
    let files = document.assets.iter().filter(|asset| document.leaves(asset));
    let lines = files.flat_map(|asset| [&asset.caption, &asset.alt]);
    let mut all: BTreeSet<&Lang> = parts.chain(lines).flat_map(Localized::langs).collect();
    let used = document.keywords.iter().filter(|(_, words)| !words.is_empty());
    all.extend(used.map(|(lang, _)| lang));
    let (mut first, rest): (Vec<&Lang>, Vec<&Lang>) =
        all.into_iter().partition(|lang| lang.is_vietnamese());
    first.extend(rest);
    first
}

/// How each language came about, where that was said. Approval means that people read it, but a
/// translation of the method `machine` is by its own definition an unread one.
fn translations(document: &Document, languages: &[&Lang]) -> Vec<Value> {
    let method = |lang: &Lang| {
        if *lang == document.original_lang {
            return Some(("original", true));
        }
        let translation = document.translations.get(lang)?;
        Some((translation.method.as_str(), translation.method != Method::Machine))
    };
    let entry = |lang: &&Lang| {
        let (method, reviewed) = method(lang)?;
        Some(json!({"lang": lang, "method": method, "reviewed": reviewed}))
    };
    languages.iter().filter_map(entry).collect()
}

fn bodies(document: &Document, languages: &[&Lang]) -> Vec<Value> {
    let entry = |lang: &&Lang| {
        let text = document.body.get(lang.as_str())?;
        Some(json!({"lang": lang, "mediaType": "text/html", "value": text}))
    };
    languages.iter().filter_map(entry).collect()
}

/// What the document says once.
fn content(fields: &mut Fields, document: &Document) {
    fields.put("infoClass", document.info_class.as_str());
    fields.put("title", texts(&document.title));
    fields.put("summary", texts(&document.summary));
    fields.put("created", document.created.as_deref().map(parts::date));
    fields.put("embargoedUntil", document.embargoed_until.map(|at| at.to_string()));
    fields.put("rights", parts::rights(&document.rights));
    fields.put("ext", document.ext.clone());
    let alt_id = |value: &String| vec![json!({"role": "source", "value": value})];
    fields.put("altIds", document.source_id.as_ref().map(alt_id));
    let keywords = document.keywords.iter().filter(|(_, words)| !words.is_empty());
    let once = |words: &[String]| {
        unique(words.iter().map(|word| Value::from(word.as_str())).enumerate()).0
    };
    let keywords = keywords.map(|(lang, words)| (lang.to_string(), Value::from(once(words))));
    fields.put("keywords", keywords.collect::<Value>());
}

/// What lists and files of one record need to know.
#[derive(Clone, Copy)]
struct Frame<'a> {
    context: &'a Context<'a>,
    languages: &'a [&'a Lang],
}

/// What the document says in lists; `origins` keeps where each entry comes from.
fn lists(fields: &mut Fields, live: &LiveRecord, frame: &Frame<'_>, origins: &mut Origins<'_>) {
    let (document, Frame { context, languages }) = (&live.document, *frame);
    let mut list = |name, found: Vec<(usize, Value)>| {
        let (values, places) = unique(found.into_iter());
        origins.keep(name, places);
        fields.put(name, values);
    };
    let topic = |code: &String| parts::coded(context, context.topics, code, languages);
    list("topics", document.topics.iter().map(topic).enumerate().collect());
    let channel = |code: &String| parts::coded(context, context.channels, code, languages);
    list("channels", document.channels.iter().map(channel).enumerate().collect());
    let places =
        document.places.iter().map(|place| parts::place(context, place, languages)).enumerate();
    list("places", places.filter_map(|(at, place)| Some((at, place?))).collect());
    let creators = document.creators.iter();
    let creators = creators.map(|who| json!({"name": who.name, "role": who.role})).enumerate();
    list("creators", creators.collect());
    let relations = document.relations.iter();
    let relations = relations.map(|other| json!({"rel": other.rel, "id": other.id})).enumerate();
    list("relations", relations.collect());
    let assets = document.assets.iter().enumerate().filter(|(_, asset)| document.leaves(asset));
    let released = |(at, asset): (usize, &Asset)| {
        let release = live.files.get(&asset.id)?;
        Some((at, file(asset, release, document, frame)))
    };
    list("assets", assets.filter_map(released).collect());
}

fn file(asset: &Asset, release: &Release, document: &Document, frame: &Frame<'_>) -> Value {
    let Frame { context, languages } = *frame;
    let name = parts::segment(&release.name);
    let mut fields = Fields::default();
    fields.put("id", asset.id.to_string());
    fields.put("role", asset.role.as_str());
    fields.put("mediaType", release.media_type.as_str());
    fields.put("href", format!("{}/media/{}/{name}", context.base(), asset.id.key()));
    fields.put("bytes", release.bytes);
    fields.put("digest", json!({"alg": "sha-256", "value": release.digest}));
    if let (Some(width), Some(height)) = (release.width, release.height) {
        fields.put("width", width);
        fields.put("height", height);
    }
    fields.put("durationSeconds", release.duration.map(seconds).map(Value::from));
    fields.put("lang", asset.lang.as_ref().map(Lang::as_str));
    fields.put("caption", texts(&asset.caption));
    fields.put("alt", texts(&asset.alt));
    fields.put("creator", asset.creator.as_deref());
    fields.put("created", asset.created.as_deref().map(parts::date));
    let place = asset.place.as_ref();
    fields.put("place", place.and_then(|place| parts::place(context, place, languages)));
    fields.put("digitalSourceType", asset.digital_source_type.as_deref());
    fields.put("rights", parts::rights(asset.rights.as_ref().unwrap_or(&document.rights)));
    fields.into()
}
