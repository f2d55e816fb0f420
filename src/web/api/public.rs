//! What everybody may ask: search, published records, vocabularies, whether we are well.

#![expect(
    unused_qualifications,
    reason = "the code that utoipa::path makes of parameters has them"
)]

use std::{collections::BTreeMap, time::Instant};

use actix_web::{HttpRequest, HttpResponse, get, http::StatusCode, web};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use super::{page_size, record_id};
use crate::{
    domain::{digest::Digest, id::RecordId, record::seconds},
    search::{Filter, Query, Sort},
    service::{FileStatus, Found, Match, Services},
    web::{
        negotiate::working_lang,
        problem::{Problem, ProblemBody},
        state::App,
    },
};

/// What is searched for.
#[derive(Deserialize, IntoParams, Default)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SearchParams {
    /// The words, at most 512 characters; none = everything, the newest first.
    q: Option<String>,
    /// The reader's language: only ranks.
    lang: Option<String>,
    /// Only records with a text in these languages (split by commas).
    content_lang: Option<String>,
    /// Only these kinds (split by commas), and so on below.
    kind: Option<String>,
    /// Only these topics.
    topic: Option<String>,
    /// Only these places.
    place: Option<String>,
    /// Only these agencies.
    agency: Option<String>,
    /// Only published in these years.
    year: Option<String>,
    /// Only published on this day or later, `YYYY-MM-DD` in Vietnam.
    from: Option<String>,
    /// Only published on this day or earlier.
    to: Option<String>,
    /// Only for this use: editorial, commercial.
    #[serde(rename = "use")]
    #[param(rename = "use")]
    use_: Option<String>,
    /// relevance (also if left out), newest or oldest.
    sort: Option<String>,
    /// Hits a page, 1 to 100; 20 if left out.
    #[param(value_type = Option<u32>)]
    limit: Option<String>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
    /// Which facets to count, split by commas: kind, topic, agency, year, language, place, use; `none` for none. All if left out.
    facets: Option<String>,
}

/// An answer to a search.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SearchBody {
    /// How many match.
    total: usize,
    /// Milliseconds that it took here.
    took_ms: u64,
    /// This page of them.
    hits: Vec<HitBody>,
    /// Counts by facet, the most first.
    facets: BTreeMap<String, Vec<FacetBody>>,
    /// What was perhaps meant: `{text, reason}`.
    #[schema(value_type = Option<Object>)]
    suggestion: Option<Value>,
    /// What was searched for besides the words typed.
    expanded: Vec<String>,
    /// To be sent as `cursor` for the next page; null at the end.
    next_cursor: Option<String>,
}

/// One hit.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HitBody {
    /// `urn:uuid:…`.
    id: String,
    /// The contributor's own number.
    source_id: Option<String>,
    /// What it is.
    kind: String,
    /// The language whose text matched best.
    lang: String,
    /// Its titles by language.
    title: BTreeMap<String, String>,
    /// Its summaries by language.
    summary: BTreeMap<String, String>,
    /// `{title, text}` as escaped HTML with the matched words in `<mark>`.
    #[schema(value_type = Object)]
    highlight: Value,
    /// Codes of topics.
    topics: Vec<String>,
    /// Codes of places.
    places: Vec<String>,
    /// The contributor: `{code, name}`.
    #[schema(value_type = Object)]
    agency: Value,
    /// First published.
    published: String,
    /// A small picture of it.
    thumbnail: Option<String>,
    /// Its page.
    url: String,
    /// The page of a publication on which it was found, if the texts have not all words.
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<PageBody>,
    /// Comparable within one answer.
    score: f32,
}

/// A page of a publication that was found.
#[derive(Serialize, ToSchema)]
pub struct PageBody {
    /// The publication, `urn:uuid:…`.
    asset: String,
    /// The page, from 1.
    number: u32,
    /// A piece of it as escaped HTML with the matched words in `<mark>`.
    text: String,
    /// What the page looks like.
    picture: String,
}

/// One value of a facet.
#[derive(Serialize, ToSchema)]
pub struct FacetBody {
    /// To be sent as filter.
    code: String,
    /// For people, in the caller's language.
    label: String,
    /// So many of the hits.
    count: usize,
}

fn bad(name: &str, vi: &str, en: &str) -> Problem {
    Problem::parameter(name, (vi, en))
}

fn day(name: &str, text: Option<&str>, end: bool) -> Result<Option<i64>, Problem> {
    let Some(text) = text else { return Ok(None) };
    let wrong = || bad(name, "Ngày viết theo dạng 2026-10-02.", "A day is written 2026-10-02.");
    let day: jiff::civil::Date = text.parse().map_err(|_bad| wrong())?;
    let zone = crate::domain::clock::vietnam();
    let day = if end { day.tomorrow().map_err(|_end| wrong())? } else { day };
    let at = day.to_zoned(zone).map_err(|_range| wrong())?.timestamp().as_second();
    Ok(Some(if end { at.saturating_sub(1) } else { at }))
}

impl SearchParams {
    fn query(&self, working: &str) -> Result<(Query, usize, usize), Problem> {
        let words = self.q.as_deref().unwrap_or_default();
        if 512 < words.chars().count() {
            return Err(bad("q", "Tối đa 512 ký tự.", "512 characters at most."));
        }
        let limit = page_size(self.limit.as_deref(), 100, 20)?;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let offset = self.offset()?;
        let sort = match self.sort.as_deref() {
            None | Some("relevance") => Sort::Relevance,
            Some("newest") => Sort::Newest,
            Some("oldest") => Sort::Oldest,
            Some(_) => {
                return Err(bad(
                    "sort",
                    "relevance, newest hoặc oldest.",
                    "relevance, newest or oldest.",
                ));
            }
        };
        let lang = self.lang.clone().unwrap_or_else(|| working.to_owned());
        let mut query = Query::new(words)
            .lang(Some(lang))
            .sort(sort)
            .page(offset, limit)
            .published(
                day("from", self.from.as_deref(), false)?,
                day("to", self.to.as_deref(), true)?,
            )
            .facets(self.wanted()?);
        for (filter, values) in [
            (Filter::Kind, &self.kind),
            (Filter::Topic, &self.topic),
            (Filter::Place, &self.place),
            (Filter::Agency, &self.agency),
            (Filter::Year, &self.year),
            (Filter::Use, &self.use_),
            (Filter::Language, &self.content_lang),
        ] {
            let values = values.as_deref().unwrap_or_default().split(',').map(str::trim);
            let values: Vec<String> =
                values.filter(|v| !v.is_empty()).map(ToOwned::to_owned).collect();
            if !values.is_empty() {
                query = query.only(filter, values);
            }
        }
        Ok((query, offset, limit))
    }

    fn offset(&self) -> Result<usize, Problem> {
        let Some(cursor) = &self.cursor else { return Ok(0) };
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok();
        let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        let offset = text.and_then(|text| text.strip_prefix("o:")?.parse::<usize>().ok());
        offset
            .filter(|offset| *offset <= Query::OFFSET)
            .ok_or_else(|| bad("cursor", "Con trỏ không hợp lệ.", "This cursor is none of ours."))
    }

    fn wanted(&self) -> Result<Vec<Filter>, Problem> {
        let Some(names) = self.facets.as_deref() else { return Ok(Filter::ALL.to_vec()) };
        let names = names.split(',').map(str::trim).filter(|name| !matches!(*name, "" | "none"));
        names
            .map(|name| {
                let known = Filter::ALL.into_iter().find(|filter| filter.name() == name);
                known.ok_or_else(|| {
                    bad("facets", "Không có nhóm lọc này.", "There is no such facet.")
                })
            })
            .collect()
    }
}

/// Searches what is published, in every language.
#[utoipa::path(tag = "public", params(SearchParams), responses((status = 200, body = SearchBody), (status = 400, body = ProblemBody)))]
#[get("/api/v1/search")]
pub(crate) async fn search(
    app: web::Data<App>,
    request: HttpRequest,
    params: web::Query<SearchParams>,
) -> Result<web::Json<SearchBody>, Problem> {
    let began = Instant::now();
    let lang = working_lang(&request);
    let (query, offset, limit) = params.query(lang)?;
    let found = app.run(move |services| services.search(&query)).await?;
    let next = offset.saturating_add(limit);
    let more = next < found.total && next <= Query::OFFSET;
    let took = began.elapsed().as_millis();
    Ok(web::Json(SearchBody {
        total: found.total,
        took_ms: u64::try_from(took).unwrap_or(u64::MAX),
        facets: facets(app.services(), &found, lang),
        hits: found.hits.into_iter().map(|hit| shown(app.services(), hit, lang)).collect(),
        suggestion: None,
        expanded: Vec::new(),
        next_cursor: more.then(|| URL_SAFE_NO_PAD.encode(format!("o:{next}"))),
    }))
}

fn facets(services: &Services, found: &Found, lang: &str) -> BTreeMap<String, Vec<FacetBody>> {
    let catalog = services.catalog();
    let label = |name: &str, code: &str| match name {
        "kind" => catalog.label("kinds", code, lang),
        "topic" => catalog.label("topics", code, lang),
        "place" => catalog.label("places", code, lang),
        "language" => catalog.label("languages", code, lang),
        "agency" => catalog.agency_name(code, lang),
        _ => code.to_owned(),
    };
    let each = found.facets.iter().map(|(name, counts)| {
        let values = counts.iter().map(|(code, count)| FacetBody {
            code: code.clone(),
            label: label(name, code),
            count: *count,
        });
        ((*name).to_owned(), values.collect())
    });
    each.collect()
}

fn shown(services: &Services, hit: Match, lang: &str) -> HitBody {
    let display = hit.display;
    let texts = |texts: &crate::domain::lang::Localized<String>| {
        texts.iter().map(|(lang, text)| (lang.to_string(), text.clone())).collect()
    };
    let base = &services.settings().public_url;
    let page = if hit.lang.is_empty() { lang } else { hit.lang.as_str() };
    HitBody {
        id: display.id.to_string(),
        source_id: display.source_id,
        kind: display.kind,
        title: texts(&display.title),
        summary: texts(&display.summary),
        highlight: json!({"title": hit.title_html, "text": hit.text_html}),
        topics: display.topics,
        places: display.places,
        agency: json!({"code": display.agency, "name": services.catalog().agency_name(&display.agency, lang)}),
        published: display.published.to_string(),
        thumbnail: display.thumbnail.map(|t| format!("{base}/media/{}/320.jpg", t.asset.key())),
        url: services.page_url(page, display.id),
        lang: hit.lang,
        page: hit.page.map(|page| PageBody {
            asset: page.asset.to_string(),
            number: page.number,
            text: page.text_html,
            picture: format!("{base}/media/{}/page-{}-800.jpg", page.asset.key(), page.number),
        }),
        score: hit.score,
    }
}

/// A published record as JSON; 410 with what is left of it once withdrawn.
#[utoipa::path(tag = "public", params(("id" = String, Path)), responses((status = 200, body = Object), (status = 404, body = ProblemBody), (status = 410, body = ProblemBody)))]
#[get("/api/v1/published/{id}")]
pub(crate) async fn published(
    app: web::Data<App>,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let id = record_id(&id)?;
    let live = app.run(move |services| services.published(id)).await?;
    let etag = format!("\"v{}\"", live.version);
    let body = public_record(app.services(), &live);
    let body = body.map_err(|error| Problem::internal(&error.to_string()))?;
    Ok(HttpResponse::Ok()
        .insert_header(("ETag", etag))
        .insert_header(("Cache-Control", "no-cache"))
        .json(body))
}

fn public_record(
    services: &Services,
    live: &crate::domain::record::LiveRecord,
) -> Result<Value, serde_json::Error> {
    let base = &services.settings().public_url;
    let langs = live.document.languages();
    let url: BTreeMap<String, String> = langs
        .iter()
        .map(|lang| (lang.to_string(), services.page_url(lang.as_str(), live.id)))
        .collect();
    let mut out = json!({
        "id": live.id, "localId": live.local_id, "agency": live.agency.code,
        "agencyName": live.agency.name, "managingAgency": live.managing.code,
        "live": "published", "version": live.version, "languages": langs,
        "modified": live.modified, "published": live.published, "url": url,
        "corrections": live.corrections,
    });
    let text = serde_json::to_value(&live.document)?;
    if let (Some(out), Value::Object(mut text)) = (out.as_object_mut(), text) {
        text.shift_remove("internal");
        out.extend(text);
        let assets = out.get_mut("assets").and_then(Value::as_array_mut);
        for (shown, asset) in assets.into_iter().flatten().zip(&live.document.assets) {
            let file = live.files.get(&asset.id);
            if let (Some(shown), Some(file)) = (shown.as_object_mut(), file) {
                shown.insert(
                    "href".to_owned(),
                    format!("{base}/media/{}/{}", asset.id.key(), file.name).into(),
                );
                let facts = json!({"mediaType": file.media_type, "bytes": file.bytes,
                    "digest": {"alg": "sha-256", "value": file.digest}, "width": file.width, "height": file.height});
                if let Some(length) = file.duration {
                    shown.insert("duration".to_owned(), seconds(length).into());
                }
                if let Some(tiny) = &file.placeholder {
                    let tiny = format!("data:image/webp;base64,{tiny}");
                    shown.insert("placeholder".to_owned(), tiny.into());
                }
                shown.extend(facts.as_object().cloned().unwrap_or_default());
            }
        }
    }
    Ok(out)
}

/// The digest that is asked about.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct StatusParams {
    /// SHA-256 of a file, 64 characters of `0-9 a-f`.
    sha256: String,
}

/// What we say of a file.
#[utoipa::path(tag = "public", params(StatusParams), responses((status = 200, body = Object), (status = 400, body = ProblemBody)))]
#[get("/api/v1/status")]
pub(crate) async fn status(
    app: web::Data<App>,
    params: web::Query<StatusParams>,
) -> Result<web::Json<Value>, Problem> {
    let digest: Digest =
        params.sha256.parse().map_err(|error: crate::domain::digest::DigestError| {
            let vi = "Mã băm gồm 64 ký tự 0-9 và a-f.";
            bad("sha256", vi, &error.to_string())
        })?;
    let status = app.run(move |services| services.file_status(&digest)).await?;
    let (status, record) = said(&status);
    Ok(web::Json(match record {
        Some(record) => json!({"status": status, "record": record}),
        None => json!({"status": status}),
    }))
}

/// How a file stands, in a word, and the record that it is or was of.
pub(super) const fn said(of: &FileStatus) -> (&'static str, Option<RecordId>) {
    match *of {
        FileStatus::Current(id) => ("current", Some(id)),
        FileStatus::Corrected(id) => ("corrected", Some(id)),
        FileStatus::Withdrawn(id) => ("withdrawn", Some(id)),
        FileStatus::Unknown => ("unknown", None),
    }
}

/// A vocabulary: its terms with labels and the articles that name them.
#[utoipa::path(tag = "public", params(("name" = String, Path)), responses((status = 200, body = Object), (status = 404, body = ProblemBody)))]
#[get("/api/v1/vocabularies/{name}")]
pub(crate) async fn vocabulary(
    app: web::Data<App>,
    name: web::Path<String>,
) -> Result<web::Json<Value>, Problem> {
    Ok(web::Json(app.services().vocabulary(&name)?))
}

/// Whether the program runs.
#[utoipa::path(tag = "public", responses((status = 200, body = Object)))]
#[get("/healthz")]
pub(crate) async fn healthz() -> web::Json<Value> {
    web::Json(json!({"status": "ok"}))
}

/// Whether it serves and writes; 503 while it is read-only.
#[utoipa::path(tag = "public", responses((status = 200, body = Object), (status = 503, body = Object)))]
#[get("/readyz")]
pub(crate) async fn readyz(app: web::Data<App>) -> HttpResponse {
    match app.services().read_only() {
        None => {
            HttpResponse::Ok().json(json!({"status": "ok", "index": app.services().index_place()}))
        }
        Some(_why) => HttpResponse::build(StatusCode::SERVICE_UNAVAILABLE)
            .json(json!({"status": "read-only"})),
    }
}
