//! Press kits: what a newsroom needs to print published records, in one archive.

#![expect(
    unused_qualifications,
    reason = "the code that utoipa::path makes of parameters has them"
)]

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::{StatusCode, header},
    web,
};
use futures_util::stream;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    api::record_id,
    media::attachment,
    problem::{Problem, ProblemBody},
    routes::is_head,
    state::App,
};
use crate::{
    domain::{id::RecordId, lang::Lang},
    exchange::kit::RECORDS,
    service::Error,
};

/// What stands in a query, a name as often as it likes.
type Pairs = web::Query<Vec<(String, String)>>;

/// What of a record is wanted.
#[derive(Deserialize, IntoParams)]
#[expect(dead_code, reason = "describes the query, which is read pair by pair")]
pub struct KitParams {
    /// Only texts in this language (BCP 47), as often as needed; all languages if left out.
    #[param(required = false)]
    lang: Vec<String>,
}

/// Which records are wanted, and what of them.
#[derive(Deserialize, IntoParams)]
#[expect(dead_code, reason = "describes the query, which is read pair by pair")]
pub struct KitsParams {
    /// A published record, 1 to 50 times; one that is named twice counts once.
    id: Vec<String>,
    /// Only texts in this language (BCP 47), as often as needed; all languages if left out.
    #[param(required = false)]
    lang: Vec<String>,
}

/// The press kit of a published record: texts, photos in three sizes, other files, captions, licence
/// card, credits, and a manifest with the SHA-256 of each file. A ZIP archive; the same version gives the same bytes.
/// It breaks off if the record is withdrawn or changed while it is sent.
#[utoipa::path(
    tag = "public", operation_id = "pressKit",
    params(("id" = String, Path), KitParams),
    responses(
        (status = 200, description = "A ZIP archive"), (status = 304, description = "As cached"),
        (status = 400, body = ProblemBody), (status = 404, body = ProblemBody), (status = 410, body = ProblemBody),
    ),
)]
#[get("/api/v1/published/{id}/kit.zip")]
pub(crate) async fn one(
    app: web::Data<App>,
    request: HttpRequest,
    id: web::Path<String>,
    query: Pairs,
) -> Result<HttpResponse, Problem> {
    let id = record_id(&id)?;
    let (_none, langs) = read(&query, false)?;
    send(&app, &request, vec![id], langs).await.map_err(|refused| match refused {
        Refused::Problem(problem) => problem,
        Refused::Record(_, error) => error.into(),
    })
}

/// One press kit of several published records, a folder each. Any that is not public is named, and
/// nothing is sent.
#[utoipa::path(
    tag = "public", operation_id = "pressKits",
    params(KitsParams),
    responses(
        (status = 200, description = "A ZIP archive"), (status = 304, description = "As cached"),
        (status = 400, body = ProblemBody), (status = 404, body = ProblemBody), (status = 410, body = ProblemBody),
    ),
)]
#[get("/api/v1/kit.zip")]
pub(crate) async fn several(
    app: web::Data<App>,
    request: HttpRequest,
    query: Pairs,
) -> Result<HttpResponse, Problem> {
    let (ids, langs) = read(&query, true)?;
    send(&app, &request, ids, langs).await.map_err(|refused| match refused {
        Refused::Problem(problem) => problem,
        Refused::Record(id, error) => named(id, error),
    })
}

/// Reads a query: the records, each once, and the languages.
fn read(query: &Pairs, with_ids: bool) -> Result<(Vec<RecordId>, Vec<Lang>), Problem> {
    let (mut ids, mut langs): (Vec<RecordId>, Vec<Lang>) = (Vec::new(), Vec::new());
    for (name, value) in &query.0 {
        match name.as_str() {
            "id" if with_ids => {
                let id = value.parse().map_err(|_not_an_id| nobody(value))?;
                if !ids.contains(&id) {
                    ids.push(id);
                }
            }
            "lang" => langs.push(value.parse().map_err(|_not_a_tag| {
                let vi = "Mã ngôn ngữ theo BCP 47, ví dụ vi, en, zh-Hans.";
                Problem::parameter("lang", (vi, "A language is a BCP 47 tag: vi, en, zh-Hans."))
            })?),
            other => {
                let text = ("Không có tham số này.", "There is no such parameter.");
                return Err(Problem::parameter(other, text));
            }
        }
        if RECORDS < ids.len() {
            break;
        }
    }
    if with_ids && !(1..=RECORDS).contains(&ids.len()) {
        let text = (
            format!("Một bộ tư liệu gồm 1 đến {RECORDS} tư liệu."),
            format!("A press kit has 1 to {RECORDS} records."),
        );
        return Err(Problem::parameter("id", (&text.0, &text.1)));
    }
    // The same languages in another order are the same kit.
    langs.sort_unstable();
    langs.dedup();
    Ok((ids, langs))
}

/// Why no kit is sent.
enum Refused {
    Problem(Problem),
    /// A record that is not public.
    Record(RecordId, Error),
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

async fn send(
    app: &App,
    request: &HttpRequest,
    ids: Vec<RecordId>,
    langs: Vec<Lang>,
) -> Result<HttpResponse, Refused> {
    let kit = app.run(move |services| Ok(services.kit(&ids, &langs))).await?;
    let kit = kit.map_err(|(id, error)| Refused::Record(id, error))?;
    let tag = format!("\"{}\"", kit.etag);
    let mut answer = HttpResponse::Ok();
    answer.insert_header((header::ETAG, tag.clone()));
    answer.insert_header((header::CACHE_CONTROL, "public, no-cache"));
    answer.insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"));
    answer.insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"));
    answer.insert_header((header::ACCEPT_RANGES, "none"));
    // What is large in it is packed already.
    answer.insert_header((header::CONTENT_ENCODING, "identity"));
    answer.insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"));
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok());
    if known.is_some_and(|tags| tags == "*" || tags.contains(&tag)) {
        return Ok(answer.status(StatusCode::NOT_MODIFIED).finish());
    }
    answer.insert_header((header::CONTENT_TYPE, "application/zip"));
    answer.insert_header((header::CONTENT_DISPOSITION, attachment(&kit.name)));
    if is_head(request) {
        // Nothing is made that nobody reads, and nothing has left.
        return Ok(answer.streaming(stream::empty::<Result<web::Bytes, std::io::Error>>()));
    }
    Ok(answer.streaming(app.stream(move |services| Ok(services.kit_stream(kit)))))
}

/// The problem of one record among several, which it names.
fn named(id: RecordId, error: Error) -> Problem {
    match error {
        Error::NotFound => nobody(&id.to_string()),
        Error::Gone(_) => {
            let text = (
                format!("Tư liệu {id} đã được gỡ bỏ; chưa gửi tệp nào."),
                format!("The record {id} was withdrawn; nothing was sent."),
            );
            Problem::from(error).saying((&text.0, &text.1)).with("record", id.to_string())
        }
        other => other.into(),
    }
}

/// There is no such record, or none that is public.
fn nobody(id: &str) -> Problem {
    let id: String = id.chars().filter(|c| !c.is_control()).take(60).collect();
    let text = (
        format!("Không có tư liệu đã công bố nào mang mã {id}; chưa gửi tệp nào."),
        format!("No published record has the id {id}; nothing was sent."),
    );
    Problem::not_found().saying((&text.0, &text.1)).with("record", id)
}
