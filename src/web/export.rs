//! The national database's doors (contract, section 6).

#![expect(
    unused_qualifications,
    reason = "the code that utoipa::path makes of parameters has them"
)]

use actix_web::{HttpRequest, HttpResponse, get, http::header, web};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use super::{
    api::{number, page_size},
    auth::National,
    problem::{Problem, ProblemBody},
    state::App,
};
use crate::{
    domain::account::Actor,
    exchange::national::{ACK_SCHEMA, PAGE_SCHEMA, RECORD_SCHEMA, Start},
    service::PageRequest,
    store::Unexported,
};

/// Where a pull begins.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct PullParams {
    /// Everything numbered higher; 0 for all.
    #[param(value_type = Option<u64>)]
    after_seq: Option<String>,
    /// Everything changed at or after this instant (RFC 3339), instead of `after_seq`.
    since: Option<String>,
    /// Records a page, 1 to 1,000; 100 if left out.
    #[param(value_type = Option<u32>)]
    limit: Option<String>,
    /// `nextCursor` or `cursor` of a page; all other parameters are then left out.
    cursor: Option<String>,
}

impl PullParams {
    fn start(&self) -> Result<Start, Problem> {
        match (&self.since, number("after_seq", self.after_seq.as_deref())?) {
            (Some(_), Some(_)) => Err(Problem::parameter(
                "since",
                ("Chỉ dùng một trong since và after_seq.", "Use since or after_seq, not both."),
            )),
            (Some(since), None) => since.parse().map(Start::Since).map_err(|_bad| {
                Problem::parameter(
                    "since",
                    ("Thời điểm viết theo RFC 3339.", "An instant is written as in RFC 3339."),
                )
            }),
            (None, after) => Ok(Start::AfterSeq(after.unwrap_or(0))),
        }
    }

    fn request(&self) -> Result<PageRequest, Problem> {
        let Some(cursor) = &self.cursor else {
            let limit = page_size(self.limit.as_deref(), 1_000, 100)?;
            return Ok(PageRequest::First(self.start()?, limit));
        };
        if self.after_seq.is_some() || self.since.is_some() || self.limit.is_some() {
            let text = (
                "Đã có cursor thì không gửi tham số khác.",
                "With a cursor no other parameter is sent.",
            );
            return Err(Problem::parameter("cursor", text));
        }
        Ok(PageRequest::Cursor(cursor.clone()))
    }
}

/// A page of the export (`ttdn-page/1`), or with `Accept: application/x-ndjson` all of it as lines.
///
/// A snapshot is fixed with its first page; a cursor gives the same bytes again. `Link: rel="next"`
/// leads on.
#[utoipa::path(
    tag = "national", operation_id = "exportRecords",
    params(PullParams),
    responses(
        (status = 200, description = "ttdn-page/1, or ttdn-record/1 lines", body = Object),
        (status = 400, body = ProblemBody), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 409, body = ProblemBody, description = "after_seq lies beyond untilSeq"),
        (status = 410, body = ProblemBody, description = "The snapshot is over; restartAfterSeq says where to begin"),
    ),
)]
#[get("/export/v1/records")]
pub(crate) async fn records(
    app: web::Data<App>,
    national: National,
    request: HttpRequest,
    params: web::Query<PullParams>,
) -> Result<HttpResponse, Problem> {
    let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    if accept.is_some_and(|accept| accept.contains("application/x-ndjson")) {
        return stream(&app, national.0, &params).await;
    }
    let wanted = params.request()?;
    let page = app
        .run(move |services| {
            let page = services.export_page(&wanted)?;
            services.pulled(&national.0, page.page.next_after_seq)?;
            Ok(page)
        })
        .await?;
    let mut answer = HttpResponse::Ok();
    answer.content_type("application/json");
    answer.insert_header((header::CACHE_CONTROL, "no-cache"));
    answer.insert_header((header::ETAG, format!("\"{}\"", page.page.records_digest)));
    if let Some(next) = &page.page.next {
        let base = &app.settings.public_url;
        answer.insert_header((
            header::LINK,
            format!("<{base}/export/v1/records?cursor={next}>; rel=\"next\""),
        ));
    }
    Ok(answer.body(page.page.json))
}

async fn stream(app: &App, actor: Actor, params: &PullParams) -> Result<HttpResponse, Problem> {
    if params.cursor.is_some() || params.limit.is_some() {
        let text = (
            "Luồng NDJSON chỉ nhận after_seq hoặc since.",
            "The NDJSON stream takes after_seq or since only.",
        );
        return Err(Problem::parameter("cursor", text));
    }
    let start = params.start()?;
    let snapshot = app
        .run(move |services| {
            let snapshot = services.export_snapshot(start)?;
            services.pulled(&actor, snapshot.until)?;
            Ok(snapshot)
        })
        .await?;
    let mut answer = HttpResponse::Ok();
    answer.content_type("application/x-ndjson");
    answer.insert_header((header::CACHE_CONTROL, "no-cache"));
    answer.insert_header(("Quangba-Feed-Id", snapshot.feed_id.clone()));
    answer.insert_header(("Quangba-Until-Seq", snapshot.until));
    Ok(answer.streaming(app.stream(move |services| services.export_stream(&snapshot))))
}

/// Where the feed stands.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StatusBody {
    /// New after a restore: then start over.
    feed_id: String,
    /// The last number.
    last_seq: u64,
    /// When that was.
    last_change: Option<String>,
    /// How many records stand where.
    counts: CountsBody,
    /// The shapes served.
    versions: Vec<&'static str>,
    /// The journal's last line: `{n, value}`.
    chain_head: Value,
}

/// How many records stand where.
#[derive(Serialize, ToSchema)]
pub struct CountsBody {
    /// Live and exported.
    active: u64,
    /// Withdrawn, as tombstones.
    withdrawn: u64,
    /// Published but not exportable; see `/export/v1/problems`.
    problems: u64,
}

/// Where the feed stands: its identity, its last number, counts.
#[utoipa::path(tag = "national", operation_id = "exportStatus", responses((status = 200, body = StatusBody), (status = 401, body = ProblemBody)))]
#[get("/export/v1/status")]
pub(crate) async fn status(
    app: web::Data<App>,
    _national: National,
) -> Result<web::Json<StatusBody>, Problem> {
    let status = app.run(super::super::service::Services::export_status).await?;
    Ok(web::Json(StatusBody {
        feed_id: status.feed_id,
        last_seq: status.last_seq,
        last_change: status.last_change.map(|at| at.to_string()),
        counts: CountsBody {
            active: status.counts.active,
            withdrawn: status.counts.withdrawn,
            problems: status.counts.problems,
        },
        versions: vec!["ttdn-record/1", "ttdn-page/1"],
        chain_head: json!(status.chain),
    }))
}

/// What is published but cannot be exported.
#[derive(Serialize, ToSchema)]
pub struct ProblemsBody {
    /// `{id, localId, version, problems: [{pointer, code, message: {vi, en}}]}`.
    #[schema(value_type = Vec<Object>)]
    problems: Vec<Unexported>,
}

/// What is published but cannot be exported, with every reason.
#[utoipa::path(tag = "national", operation_id = "exportProblems", responses((status = 200, body = ProblemsBody), (status = 401, body = ProblemBody)))]
#[get("/export/v1/problems")]
pub(crate) async fn problems(
    app: web::Data<App>,
    _national: National,
) -> Result<web::Json<ProblemsBody>, Problem> {
    let problems = app.run(super::super::service::Services::export_problems).await?;
    Ok(web::Json(ProblemsBody { problems }))
}

/// Which schema.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct SchemaParams {
    /// record, page or ack; record if left out.
    name: Option<String>,
}

/// The JSON Schema (2020-12) of what is exported. Open to everybody.
#[utoipa::path(tag = "national", operation_id = "exportSchema", params(SchemaParams), responses((status = 200, body = Object), (status = 404, body = ProblemBody)))]
#[get("/export/v1/schema")]
pub(crate) async fn schema(params: web::Query<SchemaParams>) -> Result<HttpResponse, Problem> {
    let text = match params.name.as_deref().unwrap_or("record") {
        "record" => RECORD_SCHEMA,
        "page" => PAGE_SCHEMA,
        "ack" => ACK_SCHEMA,
        _ => return Err(Problem::not_found()),
    };
    Ok(HttpResponse::Ok().content_type("application/schema+json").body(text))
}

/// A vocabulary that exports refer to. Open to everybody.
#[utoipa::path(tag = "national", operation_id = "exportVocabulary", params(("name" = String, Path)), responses((status = 200, body = Object), (status = 404, body = ProblemBody)))]
#[get("/export/v1/vocabularies/{name}")]
pub(crate) async fn vocabulary(
    app: web::Data<App>,
    name: web::Path<String>,
) -> Result<web::Json<Value>, Problem> {
    Ok(web::Json(app.services().vocabulary(&name)?))
}
