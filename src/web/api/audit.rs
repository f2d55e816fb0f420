//! The audit: who did what when from where to which record.

#![expect(
    unused_qualifications,
    reason = "the code that utoipa::path makes of parameters has them"
)]

use actix_web::{HttpResponse, get, http::header, web};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{number, page_size};
use crate::{
    service::{AuditLine, AuditQuery, Error},
    web::{
        auth::Caller,
        problem::{Problem, ProblemBody},
        state::App,
    },
};

/// What the audit is narrowed by.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct AuditParams {
    /// Only what this user or key (`key:<id>`) did.
    actor: Option<String>,
    /// Only this action, or those that begin with it: `record`, `record.publish`, `session`.
    action: Option<String>,
    /// Only what concerns this record.
    record: Option<String>,
    /// Not before this instant (RFC 3339).
    from: Option<String>,
    /// Before this instant (RFC 3339).
    to: Option<String>,
    /// Lines a page, 1 to 1,000; 100 if left out. An export has no pages.
    #[param(value_type = Option<u32>)]
    limit: Option<String>,
    /// `next` of the page before.
    #[param(value_type = Option<u64>)]
    before: Option<String>,
    /// json (a page, the newest first), csv or ndjson (all, the oldest first).
    format: Option<String>,
}

/// A page of the audit.
#[derive(Serialize, ToSchema)]
pub struct AuditBody {
    /// `{n, at, actor, action, from, record, purged, hash}`, the newest first.
    #[schema(value_type = Vec<Object>)]
    pub lines: Vec<AuditLine>,
    /// To be sent as `before` for the next page; null at the end.
    pub next: Option<u64>,
}

impl AuditParams {
    fn query(&self) -> Result<AuditQuery, Problem> {
        let instant = |name: &str, text: Option<&str>| -> Result<Option<Timestamp>, Problem> {
            let wrong = || {
                let text =
                    ("Phải là thời điểm theo RFC 3339.", "This must be an instant of RFC 3339.");
                Problem::parameter(name, text)
            };
            text.map(|text| text.parse().map_err(|_bad| wrong())).transpose()
        };
        let record = self.record.as_deref().map(|id| {
            let text = ("Không phải mã tư liệu.", "This is no record's id.");
            id.parse().map_err(|_bad| Problem::parameter("record", text))
        });
        Ok(AuditQuery {
            actor: self.actor.clone(),
            action: self.action.clone(),
            record: record.transpose()?,
            from: instant("from", self.from.as_deref())?,
            to: instant("to", self.to.as_deref())?,
            before: number("before", self.before.as_deref())?,
            limit: usize::try_from(page_size(self.limit.as_deref(), 1_000, 100)?)
                .unwrap_or(usize::MAX),
        })
    }
}

/// Who did what when from where to which record; for administrators and auditors, and for secrecy
/// officers as far as clearances go. No texts, notes or secrets.
#[utoipa::path(tag = "audit", params(AuditParams), responses((status = 200, body = AuditBody), (status = 400, body = ProblemBody), (status = 403, body = ProblemBody)))]
#[get("/api/v1/audit")]
pub(crate) async fn audit(
    app: web::Data<App>,
    caller: Caller,
    params: web::Query<AuditParams>,
) -> Result<HttpResponse, Problem> {
    let query = params.query()?;
    match params.format.as_deref() {
        None | Some("json") => {
            let page = app.run(move |services| services.audit(&caller.0, &query)).await?;
            Ok(HttpResponse::Ok().json(AuditBody { lines: page.lines, next: page.next }))
        }
        Some(format @ ("csv" | "ndjson")) => exported(&app, caller, query, format == "csv").await,
        Some(_) => {
            let text = ("json, csv hoặc ndjson.", "json, csv or ndjson.");
            Err(Problem::parameter("format", text))
        }
    }
}

/// All lines as a file, streamed.
async fn exported(
    app: &App,
    caller: Caller,
    query: AuditQuery,
    csv: bool,
) -> Result<HttpResponse, Problem> {
    // Whether they may is said before the stream begins.
    let (actor, asked) = (caller.0.clone(), AuditQuery { limit: 1, ..query.clone() });
    app.run(move |services| services.audit(&actor, &asked)).await?;
    let heading = csv.then(|| Ok(b"n,at,actor,action,from,record,purged,hash\r\n".to_vec()));
    let stream = app.stream(move |services| {
        let lines = services.audit_all(&caller.0, query)?;
        let lines = lines.map(move |line| if csv { row(&line?) } else { json(&line?) });
        Ok(heading.into_iter().chain(lines))
    });
    let (kind, name) = if csv {
        ("text/csv; charset=utf-8", "audit.csv")
    } else {
        ("application/x-ndjson", "audit.ndjson")
    };
    Ok(HttpResponse::Ok()
        .content_type(kind)
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .streaming(stream))
}

fn json(line: &AuditLine) -> Result<Vec<u8>, Error> {
    let mut out = serde_json::to_vec(line).map_err(|error| Error::Internal(error.to_string()))?;
    out.push(b'\n');
    Ok(out)
}

/// A line of comma-separated values (RFC 4180). What a table would take for a formula gets a quote
/// before it.
fn row(line: &AuditLine) -> Result<Vec<u8>, Error> {
    let safe = |text: &str| {
        if text.starts_with(['=', '+', '-', '@']) && 1 < text.len() {
            format!("'{text}")
        } else {
            text.to_owned()
        }
    };
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let fields = [
        line.n.to_string(),
        line.at.to_string(),
        safe(&line.actor),
        safe(&line.action),
        line.from.map(|from| from.to_string()).unwrap_or_default(),
        line.record.clone().unwrap_or_default(),
        line.purged.to_string(),
        line.hash.clone(),
    ];
    let fault = |error: &dyn std::fmt::Display| Error::Internal(format!("csv: {error}"));
    writer.write_record(&fields).map_err(|error| fault(&error))?;
    writer.into_inner().map_err(|error| fault(&error))
}

/// What a look at the whole chain says.
#[derive(Serialize, ToSchema)]
pub struct ChainBody {
    /// Whether every line follows the one before, and says what it said when it was written.
    pub ok: bool,
    /// The number of the last line.
    pub n: u64,
    /// SHA-256 of its header; keep it elsewhere to prove later that nothing was changed.
    pub hash: String,
    /// What is wrong, by file and line.
    pub problems: Vec<String>,
}

/// Reads the whole chain of the journal and says whether it holds.
#[utoipa::path(tag = "audit", responses((status = 200, body = ChainBody), (status = 403, body = ProblemBody)))]
#[get("/api/v1/audit/chain")]
pub(crate) async fn chain(
    app: web::Data<App>,
    caller: Caller,
) -> Result<web::Json<ChainBody>, Problem> {
    let chain = app.run(move |services| services.audit_chain(&caller.0)).await?;
    Ok(web::Json(ChainBody {
        ok: chain.problems.is_empty(),
        n: chain.head.n,
        hash: chain.head.hash.to_string(),
        problems: chain.problems.iter().map(ToString::to_string).collect(),
    }))
}
