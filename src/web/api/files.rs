//! What is known of a record's files, for those who write it.

use std::collections::BTreeMap;

use actix_multipart::Multipart;
use actix_web::{HttpRequest, HttpResponse, get, http::header, post, put, web};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    super::{
        auth::Caller,
        media::{asset_id, only_file, send},
        problem::{Problem, ProblemBody},
        state::App,
    },
    bodies::{self, RecordBody},
    etag, if_match, json_body, record_id,
};
use crate::{
    domain::lang::{Lang, Localized},
    media::reading::By,
    service::{Offered, Pages, Services},
};

/// What a file's own metadata (Exif, IPTC, XMP) offers for its description.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OfferedBody {
    /// The headline, by language.
    pub headline: BTreeMap<String, String>,
    /// The line below it, by language.
    pub caption: BTreeMap<String, String>,
    /// Who made it.
    pub creators: Vec<String>,
    /// The line to print beside it, by language.
    pub credit: BTreeMap<String, String>,
    /// The copyright notice, by language.
    pub copyright: BTreeMap<String, String>,
    /// The licence, by URL.
    pub license: Option<String>,
    /// When it was made: `YYYY`, `YYYY-MM`, `YYYY-MM-DD` or an instant.
    pub created: Option<String>,
    /// Where, from the spot to the country, by language.
    pub place: BTreeMap<String, String>,
    /// Words to find it by, by language.
    pub keywords: BTreeMap<String, Vec<String>>,
    /// IPTC digital source type, by URI.
    pub digital_source_type: Option<String>,
    /// What else the file holds and no public copy will: `gps`, `serial-number`, `owner-name`,
    /// `maker-note`, `thumbnail`, `software`, `faces`, `comment`.
    pub left_out: Vec<&'static str>,
}

fn map<T: Clone>(all: &Localized<T>) -> BTreeMap<String, T> {
    all.iter().map(|(lang, value)| (lang.to_string(), value.clone())).collect()
}

impl From<Offered> for OfferedBody {
    fn from(offered: Offered) -> Self {
        Self {
            headline: map(&offered.headline),
            caption: map(&offered.caption),
            credit: map(&offered.credit),
            copyright: map(&offered.copyright),
            place: map(&offered.place),
            keywords: map(&offered.keywords),
            creators: offered.creators,
            license: offered.license,
            created: offered.created,
            digital_source_type: offered.digital_source_type,
            left_out: offered.left_out,
        }
    }
}

/// What a file's own metadata offers for its description, and what of it will be left out of every
/// public copy.
#[utoipa::path(
    tag = "records",
    params(("id" = String, Path), ("asset" = String, Path)),
    responses((status = 200, body = OfferedBody), (status = 404, body = ProblemBody)),
)]
#[get("/api/v1/records/{id}/assets/{asset}/metadata")]
pub(crate) async fn metadata(
    app: web::Data<App>,
    caller: Caller,
    path: web::Path<(String, String)>,
) -> Result<web::Json<OfferedBody>, Problem> {
    let (id, asset) = (record_id(&path.0)?, asset_id(&path.1)?);
    let offered = app.run(move |services| services.offered(&caller.0, id, asset)).await?;
    Ok(web::Json(offered.into()))
}

/// What a document held that does not stand in the text.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LeftOutBody {
    /// `deletion`, `insertion` (taken), `comment`, `hidden`, `author`, `custom-data`, `macro`,
    /// `embedded`, `header-footer`, `outside-picture`, `link`, `formula`, `character`.
    #[schema(value_type = String)]
    pub what: Value,
    /// How many.
    pub count: u32,
    /// One of them.
    pub sample: Option<String>,
}

/// A picture of a document that was not taken.
#[derive(Serialize, ToSchema)]
pub struct RefusedBody {
    /// Its name in the document.
    pub name: String,
    /// Why.
    pub reason: String,
}

/// What became of a document.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BodyReadBody {
    /// The record with its new body.
    #[schema(value_type = RecordBody)]
    pub record: Value,
    /// What the document held besides.
    pub left_out: Vec<LeftOutBody>,
    /// Runs of text that were in an old encoding, by its name: `tcvn3`, `vni`.
    #[schema(value_type = Object)]
    pub encodings: BTreeMap<String, u32>,
    /// Its pictures, as files of the record.
    pub pictures: Vec<String>,
    /// Pictures that were not taken.
    pub refused: Vec<RefusedBody>,
}

/// What a document is sent as.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form, which is read part by part")]
pub struct DocumentForm {
    /// The document: DOCX, ODT or HTML.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Makes a document of a word processor the draft's body in a language. Its pictures become files of
/// the record; tracked deletions, comments, hidden text and names of authors stay out, and are told.
/// Text in TCVN3 or VNI becomes Unicode.
#[utoipa::path(
    tag = "records",
    params(("id" = String, Path), ("lang" = String, Path)),
    request_body(content = DocumentForm, content_type = "multipart/form-data"),
    responses(
        (status = 200, body = BodyReadBody), (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody), (status = 413, body = ProblemBody),
        (status = 415, body = ProblemBody), (status = 422, body = ProblemBody),
    ),
)]
#[post("/api/v1/records/{id}/body/{lang}")]
pub(crate) async fn read_body(
    app: web::Data<App>,
    caller: Caller,
    path: web::Path<(String, String)>,
    form: Multipart,
) -> Result<HttpResponse, Problem> {
    let id = record_id(&path.0)?;
    let lang: Lang = path.1.parse().map_err(|_no_tag| Problem::not_found())?;
    let (actor, to) = (caller.0.clone(), lang.clone());
    let begin = move |services: &Services, name: &str| services.begin_body(&actor, id, &to, name);
    let file = only_file(&app, form, begin).await?;
    let (read, shown) = app
        .run(move |services| {
            let read = services.read_body(&caller.0, id, &lang, &file)?;
            let shown = services.shown(read.record.clone())?;
            Ok((read, shown))
        })
        .await?;
    let fault = |error: serde_json::Error| Problem::internal(&error.to_string());
    let mut left_out = Vec::new();
    for one in read.converted.left_out {
        let what = serde_json::to_value(one.what).map_err(fault)?;
        left_out.push(LeftOutBody { what, count: one.count, sample: one.sample });
    }
    let mut encodings = BTreeMap::new();
    for (encoding, runs) in read.converted.encodings {
        let name = serde_json::to_value(encoding).map_err(fault)?;
        encodings.insert(name.as_str().unwrap_or_default().to_owned(), runs);
    }
    let refused = read.refused.into_iter();
    let refused = refused.map(|(name, why)| RefusedBody { name, reason: why.to_string() });
    let body = BodyReadBody {
        record: bodies::record(&shown).map_err(fault)?,
        left_out,
        encodings,
        pictures: read.pictures.iter().map(ToString::to_string).collect(),
        refused: refused.collect(),
    };
    let tag = etag(shown.record.revision);
    Ok(HttpResponse::Ok().insert_header((header::ETAG, tag)).json(body))
}

/// A picture of a file that is not public, for those who may see it: `320.jpg` to `2560.webp`, as
/// under `/media`.
#[utoipa::path(
    tag = "records",
    params(("id" = String, Path), ("asset" = String, Path), ("name" = String, Path)),
    responses((status = 200, description = "The picture"), (status = 404, body = ProblemBody)),
)]
#[get("/api/v1/records/{id}/assets/{asset}/preview/{name}")]
pub(crate) async fn preview(
    app: web::Data<App>,
    caller: Caller,
    request: HttpRequest,
    path: web::Path<(String, String, String)>,
) -> Result<HttpResponse, Problem> {
    let (id, asset, name) = path.into_inner();
    let (id, asset) = (record_id(&id)?, asset_id(&asset)?);
    let found = app.run(move |services| services.preview(&caller.0, id, asset, &name)).await?;
    let mut answer = HttpResponse::Ok();
    answer.insert_header((header::CACHE_CONTROL, "private, no-store"));
    send(&app, &request, answer, found.file, (&found.media_type, &found.etag)).await
}

/// One page of a publication.
#[derive(Serialize, ToSchema)]
pub struct PageTextBody {
    /// From 1.
    page: u32,
    /// What it says: as corrected, or else as read.
    text: String,
    /// `layer`: it has its text with it; `ocr`: recognised; `corrected`: a person said so.
    by: &'static str,
    /// How sure the recognition is, 0 to 100.
    confidence: Option<u8>,
    /// The old encoding that its text was in: `tcvn3` or `vni`.
    #[schema(value_type = Option<String>)]
    encoding: Option<crate::text::legacy::Encoding>,
}

/// What a publication says.
#[derive(Serialize, ToSchema)]
pub struct PagesBody {
    /// Its pages.
    pages: Vec<PageTextBody>,
    /// The mean confidence of the pages that were recognised, 0 to 100.
    confidence: Option<u8>,
    /// How many pages wait to be recognised.
    waiting: usize,
}

impl From<Pages> for PagesBody {
    fn from(pages: Pages) -> Self {
        let each = (1..).zip(pages.pages).map(|(page, shown)| PageTextBody {
            page,
            by: match (shown.is_corrected, shown.read.by) {
                (true, _) => "corrected",
                (false, By::Layer) => "layer",
                (false, By::Ocr) => "ocr",
            },
            text: shown.text,
            confidence: shown.read.confidence,
            encoding: shown.read.encoding,
        });
        Self { pages: each.collect(), confidence: pages.confidence, waiting: pages.waiting }
    }
}

/// What a publication says, page by page, as it is searched and as people correct it.
#[utoipa::path(
    tag = "records",
    params(("id" = String, Path), ("asset" = String, Path)),
    responses((status = 200, body = PagesBody), (status = 404, body = ProblemBody)),
)]
#[get("/api/v1/records/{id}/assets/{asset}/pages")]
pub(crate) async fn page_texts(
    app: web::Data<App>,
    caller: Caller,
    path: web::Path<(String, String)>,
) -> Result<web::Json<PagesBody>, Problem> {
    let (id, asset) = (record_id(&path.0)?, asset_id(&path.1)?);
    let pages = app.run(move |services| services.pages(&caller.0, id, asset)).await?;
    Ok(web::Json(pages.into()))
}

/// A correction of a page.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CorrectionBody {
    /// What the page says, at most 20,000 characters; empty for a page without text; `null` takes the
    /// correction back.
    text: Option<String>,
}

/// Corrects what a page of a publication says; it stands in the record as the file's `pageTexts`.
#[utoipa::path(
    tag = "records",
    params(
        ("id" = String, Path), ("asset" = String, Path), ("page" = String, Path),
        ("If-Match" = Option<String>, Header, description = "The revision that was read"),
    ),
    request_body = CorrectionBody,
    responses(
        (status = 200, body = RecordBody), (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody), (status = 412, body = ProblemBody),
        (status = 422, body = ProblemBody),
    ),
)]
#[put("/api/v1/records/{id}/assets/{asset}/pages/{page}")]
pub(crate) async fn correct_page(
    app: web::Data<App>,
    caller: Caller,
    request: HttpRequest,
    path: web::Path<(String, String, String)>,
    body: web::Bytes,
) -> Result<HttpResponse, Problem> {
    let (id, asset, page) = path.into_inner();
    let page = page.parse::<u32>().map_err(|_none| Problem::not_found())?;
    let place = (record_id(&id)?, asset_id(&asset)?, page);
    let (seen, said) = (if_match(&request)?, json_body::<CorrectionBody>(&request, &body)?);
    let shown = app
        .run(move |services| {
            let text = said.text.as_deref();
            let record = services.correct_page(&caller.0, place, seen, text)?;
            services.shown(record)
        })
        .await?;
    let body = bodies::record(&shown).map_err(|error| Problem::internal(&error.to_string()))?;
    let tag = etag(shown.record.revision);
    Ok(HttpResponse::Ok().insert_header((header::ETAG, tag)).json(body))
}
