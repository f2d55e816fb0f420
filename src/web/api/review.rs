//! Around a record's text: its history, what people say to it, whom they ask, what waits for whom.

#![expect(
    unused_qualifications,
    reason = "the code that utoipa::path makes of parameters has them"
)]

use actix_web::{HttpRequest, HttpResponse, get, http::StatusCode, post, put, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{bodies::RecordBody, if_match, json_body, number, record_id, records::answer};
use crate::{
    domain::{agency::AgencyCodeError, document::Document, input::InputError, lang::LangError},
    service::{Comment, Difference, Purged, RULES, Remark, Step, Task},
    web::{
        auth::Caller,
        problem::{Problem, ProblemBody},
        state::App,
    },
};

/// How a record came to be what it is.
#[derive(Serialize, ToSchema)]
pub struct HistoryBody {
    /// `{revision, version, at, by, action, note, purged}`, the newest first.
    #[schema(value_type = Vec<Object>)]
    pub history: Vec<Step>,
}

/// A record's history: every saved state, and which of them became public.
#[utoipa::path(tag = "review", params(("id" = String, Path)), responses((status = 200, body = HistoryBody), (status = 404, body = ProblemBody)))]
#[get("/api/v1/records/{id}/history")]
pub(crate) async fn history(
    app: web::Data<App>,
    caller: Caller,
    id: web::Path<String>,
) -> Result<web::Json<HistoryBody>, Problem> {
    let id = record_id(&id)?;
    let steps = app.run(move |services| services.history(&caller.0, id)).await?;
    Ok(web::Json(HistoryBody { history: steps }))
}

/// A record's revisions; the same as its history.
#[utoipa::path(tag = "review", params(("id" = String, Path)), responses((status = 200, body = HistoryBody), (status = 404, body = ProblemBody)))]
#[get("/api/v1/records/{id}/revisions")]
pub(crate) async fn revisions(
    app: web::Data<App>,
    caller: Caller,
    id: web::Path<String>,
) -> Result<web::Json<HistoryBody>, Problem> {
    let id = record_id(&id)?;
    let steps = app.run(move |services| services.history(&caller.0, id)).await?;
    Ok(web::Json(HistoryBody { history: steps }))
}

/// A revision with its text.
#[derive(Serialize, ToSchema)]
pub struct RevisionBody {
    /// `{revision, version, at, by, action, note, purged}`.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    pub step: Step,
    /// The text as it was, a `DocumentBody` without internal notes.
    #[schema(value_type = Object)]
    pub document: Document,
}

fn revision_number(text: &str) -> Result<u32, Problem> {
    text.parse().map_err(|_no_number| Problem::not_found())
}

/// The text of one revision.
#[utoipa::path(tag = "review", params(("id" = String, Path), ("n" = u32, Path)), responses((status = 200, body = RevisionBody), (status = 404, body = ProblemBody)))]
#[get("/api/v1/records/{id}/revisions/{n}")]
pub(crate) async fn revision(
    app: web::Data<App>,
    caller: Caller,
    path: web::Path<(String, String)>,
) -> Result<web::Json<RevisionBody>, Problem> {
    let (id, n) = (record_id(&path.0)?, revision_number(&path.1)?);
    let found = app.run(move |services| services.revision(&caller.0, id, n)).await?;
    Ok(web::Json(RevisionBody { step: found.step, document: found.document }))
}

/// With what a revision is compared.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct DifferenceParams {
    /// The earlier revision; the one before if left out.
    #[param(value_type = Option<u32>)]
    since: Option<String>,
}

/// What changed between two revisions.
#[derive(Serialize, ToSchema)]
pub struct DifferencesBody {
    /// The earlier revision.
    pub from: u32,
    /// The later one.
    pub to: u32,
    /// `{pointer, lang, pieces: [{change, text}]}`; change is same, removed or added. Files are
    /// named by their id in the pointer.
    #[schema(value_type = Vec<Object>)]
    pub changes: Vec<Difference>,
}

/// What a revision changed, word by word and language by language.
#[utoipa::path(tag = "review", params(("id" = String, Path), ("n" = u32, Path), DifferenceParams), responses((status = 200, body = DifferencesBody), (status = 400, body = ProblemBody), (status = 404, body = ProblemBody)))]
#[get("/api/v1/records/{id}/revisions/{n}/changes")]
pub(crate) async fn changes(
    app: web::Data<App>,
    caller: Caller,
    path: web::Path<(String, String)>,
    params: web::Query<DifferenceParams>,
) -> Result<web::Json<DifferencesBody>, Problem> {
    let (id, to) = (record_id(&path.0)?, revision_number(&path.1)?);
    let from = number("since", params.since.as_deref())?.unwrap_or(to.saturating_sub(1));
    let changes = app.run(move |services| services.differences(&caller.0, id, (from, to))).await?;
    Ok(web::Json(DifferencesBody { from, to, changes }))
}

/// Puts the text of an earlier revision into the draft.
#[utoipa::path(
    tag = "review",
    params(("id" = String, Path), ("n" = u32, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 200, body = RecordBody), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 412, body = ProblemBody)),
)]
#[post("/api/v1/records/{id}/revisions/{n}/restore")]
pub(crate) async fn restore(
    app: web::Data<App>,
    caller: Caller,
    request: HttpRequest,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (id, n) = (record_id(&path.0)?, revision_number(&path.1)?);
    let seen = if_match(&request)?;
    let shown =
        app.run(move |services| services.shown(services.restore(&caller.0, id, seen, n)?)).await?;
    answer(StatusCode::OK, &shown)
}

/// What is said to a record.
#[derive(Serialize, ToSchema)]
pub struct CommentsBody {
    /// `{id, by, at, pointer, paragraph, text, replyTo, resolved: {by, at}}`, the oldest first.
    #[schema(value_type = Vec<Object>)]
    pub comments: Vec<Comment>,
}

/// A comment to be made.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CommentBody {
    /// The field, as a JSON Pointer; the whole record if left out.
    #[serde(default)]
    pub pointer: String,
    /// The paragraph of a longer text, from 1.
    pub paragraph: Option<u32>,
    /// What is said, at most 5,000 characters.
    pub text: String,
    /// The comment that it answers.
    pub reply_to: Option<String>,
}

/// The comments on a record.
#[utoipa::path(tag = "review", params(("id" = String, Path)), responses((status = 200, body = CommentsBody), (status = 404, body = ProblemBody)))]
#[get("/api/v1/records/{id}/comments")]
pub(crate) async fn comments(
    app: web::Data<App>,
    caller: Caller,
    id: web::Path<String>,
) -> Result<web::Json<CommentsBody>, Problem> {
    let id = record_id(&id)?;
    let comments = app.run(move |services| services.comments(&caller.0, id)).await?;
    Ok(web::Json(CommentsBody { comments }))
}

/// Says something to a field or paragraph of a record.
#[utoipa::path(
    tag = "review",
    params(("id" = String, Path)),
    request_body = CommentBody,
    responses((status = 201, body = Object), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)),
)]
#[post("/api/v1/records/{id}/comments")]
pub(crate) async fn comment(
    app: web::Data<App>,
    caller: Caller,
    request: HttpRequest,
    id: web::Path<String>,
    body: web::Bytes,
) -> Result<HttpResponse, Problem> {
    let id = record_id(&id)?;
    let CommentBody { pointer, paragraph, text, reply_to } = json_body(&request, &body)?;
    let remark = Remark { pointer, paragraph, text, reply_to };
    let made = app.run(move |services| services.comment(&caller.0, id, &remark)).await?;
    Ok(HttpResponse::Created().json(made))
}

/// Says that a comment is settled.
#[utoipa::path(tag = "review", params(("id" = String, Path), ("comment" = String, Path)), responses((status = 200, body = Object), (status = 404, body = ProblemBody)))]
#[post("/api/v1/records/{id}/comments/{comment}/resolve")]
pub(crate) async fn resolve(
    app: web::Data<App>,
    caller: Caller,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (id, which) = (record_id(&path.0)?, path.1.clone());
    let settled = app.run(move |services| services.resolve(&caller.0, id, &which)).await?;
    Ok(HttpResponse::Ok().json(settled))
}

/// A question to another body.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsultationBody {
    /// Whom, by agency code.
    pub agency: String,
    /// What is asked, at most 5,000 characters.
    pub question: String,
}

/// The answer to a consultation.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsultationAnswerBody {
    /// agreed, agreed-with-changes or objected.
    pub outcome: String,
    /// In full, with the number of the letter; at most 5,000 characters.
    pub text: String,
}

fn wrong(pointer: &str, text: &str) -> Problem {
    let vi = format!("Giá trị không hợp lệ ({text}).");
    Problem::invalid(vec![InputError::new(pointer, "value", (&vi, text))])
}

/// Asks another body about a record.
#[utoipa::path(
    tag = "review",
    params(("id" = String, Path)),
    request_body = ConsultationBody,
    responses((status = 200, body = RecordBody), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)),
)]
#[post("/api/v1/records/{id}/consultations")]
pub(crate) async fn consult(
    app: web::Data<App>,
    caller: Caller,
    request: HttpRequest,
    id: web::Path<String>,
    body: web::Bytes,
) -> Result<HttpResponse, Problem> {
    let id = record_id(&id)?;
    let ConsultationBody { agency, question } = json_body(&request, &body)?;
    let agency = agency.parse();
    let agency = agency.map_err(|error: AgencyCodeError| wrong("/agency", &error.to_string()))?;
    let shown = app
        .run(move |services| services.shown(services.consult(&caller.0, id, &agency, &question)?))
        .await?;
    answer(StatusCode::OK, &shown)
}

/// Puts the answer to a consultation on file.
#[utoipa::path(
    tag = "review",
    params(("id" = String, Path), ("n" = u32, Path)),
    request_body = ConsultationAnswerBody,
    responses((status = 200, body = RecordBody), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)),
)]
#[put("/api/v1/records/{id}/consultations/{n}")]
pub(crate) async fn consulted(
    app: web::Data<App>,
    caller: Caller,
    request: HttpRequest,
    path: web::Path<(String, String)>,
    body: web::Bytes,
) -> Result<HttpResponse, Problem> {
    let (id, n) = (record_id(&path.0)?, revision_number(&path.1)?);
    let ConsultationAnswerBody { outcome, text } = json_body(&request, &body)?;
    let outcome = outcome.parse();
    let outcome = outcome.map_err(|error: crate::domain::account::WordError| {
        wrong("/outcome", &error.to_string())
    })?;
    let shown = app
        .run(move |services| services.shown(services.answer(&caller.0, id, n, (outcome, &text))?))
        .await?;
    answer(StatusCode::OK, &shown)
}

/// Says that a translation still says what its source says now.
#[utoipa::path(tag = "review", params(("id" = String, Path), ("lang" = String, Path)), responses((status = 200, body = RecordBody), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
#[post("/api/v1/records/{id}/translations/{lang}/confirm")]
pub(crate) async fn confirm(
    app: web::Data<App>,
    caller: Caller,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let id = record_id(&path.0)?;
    let lang = path.1.parse().map_err(|_bad: LangError| Problem::not_found())?;
    let shown = app
        .run(move |services| services.shown(services.confirm_translation(&caller.0, id, &lang)?))
        .await?;
    answer(StatusCode::OK, &shown)
}

/// Why a record is purged.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PurgeBody {
    /// The incident, at most 5,000 characters; it is kept for ever.
    pub reason: String,
}

/// Removes every byte of a record from everywhere: journal, store, files, index. What was public
/// leaves a tombstone with `purge: true`. The answer names the backups that hold its bytes.
#[utoipa::path(
    tag = "review",
    params(("id" = String, Path)),
    request_body = PurgeBody,
    responses((status = 200, body = Object, description = "{id, localId, at, by, reason, wasPublic, departed, backups, files, journal, done}"), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)),
)]
#[post("/api/v1/records/{id}/purge")]
pub(crate) async fn purge(
    app: web::Data<App>,
    caller: Caller,
    request: HttpRequest,
    id: web::Path<String>,
    body: web::Bytes,
) -> Result<HttpResponse, Problem> {
    let id = record_id(&id)?;
    let PurgeBody { reason } = json_body(&request, &body)?;
    let purged = app.run(move |services| services.purge(&caller.0, id, &reason)).await?;
    Ok(HttpResponse::Ok().json(purged))
}

/// All purges.
#[derive(Serialize, ToSchema)]
pub struct PurgesBody {
    /// As answered by a purge, the oldest first.
    #[schema(value_type = Vec<Object>)]
    pub purges: Vec<Purged>,
}

/// All purges; for secrecy officers, publishers, administrators and auditors.
#[utoipa::path(tag = "review", responses((status = 200, body = PurgesBody), (status = 403, body = ProblemBody)))]
#[get("/api/v1/purges")]
pub(crate) async fn purges(
    app: web::Data<App>,
    caller: Caller,
) -> Result<web::Json<PurgesBody>, Problem> {
    let all = app.run(move |services| services.purges(&caller.0)).await?;
    Ok(web::Json(PurgesBody { purges: all }))
}

/// What waits for the caller.
#[derive(Serialize, ToSchema)]
pub struct TasksBody {
    /// `{kind, record, lang, since, due, assigned, comments}`: what was given to them first, then
    /// what is due, then the oldest. Kinds: write, mend, sign-off, translate, review, publish, clear.
    #[schema(value_type = Vec<Object>)]
    pub tasks: Vec<Task>,
}

/// The caller's tasks, 200 at most.
#[utoipa::path(tag = "review", responses((status = 200, body = TasksBody), (status = 401, body = ProblemBody)))]
#[get("/api/v1/tasks")]
pub(crate) async fn tasks(
    app: web::Data<App>,
    caller: Caller,
) -> Result<web::Json<TasksBody>, Problem> {
    let tasks = app.run(move |services| services.tasks(&caller.0)).await?;
    Ok(web::Json(TasksBody { tasks }))
}

/// The rules of the checks.
#[derive(Serialize, ToSchema)]
pub struct RulesBody {
    /// `{id, level, from, vi, en}`: the level without a profile, and from which action on a blocking
    /// finding holds (submission, approval).
    #[schema(value_type = Vec<Object>)]
    pub rules: &'static [crate::service::Rule],
}

/// All rules of the checks.
#[utoipa::path(tag = "review", responses((status = 200, body = RulesBody), (status = 401, body = ProblemBody)))]
#[get("/api/v1/rules")]
pub(crate) async fn rules(_caller: Caller) -> web::Json<RulesBody> {
    web::Json(RulesBody { rules: RULES })
}
