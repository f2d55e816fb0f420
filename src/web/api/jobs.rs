//! How work stands that is done later.

#![expect(
    unused_qualifications,
    reason = "the code that utoipa::path makes of parameters has them"
)]

use actix_web::{get, post, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    super::{
        auth::Caller,
        problem::{Problem, ProblemBody},
        state::App,
    },
    page_size, word,
};
use crate::domain::job::{Job, JobId, JobState};

/// One job.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct JobBody {
    /// What is done to which file: `look-<sha256>`.
    pub id: String,
    /// `look`, `pictures` or `ocr`.
    pub kind: String,
    /// The record whose file it is, `urn:uuid:`.
    pub record: String,
    /// `waiting`, `running` or `dead`; a job that is done is not there any more.
    pub state: String,
    /// How often it was begun.
    pub attempts: u32,
    /// Since when it waits.
    pub since: String,
    /// Not to be begun before.
    pub due: String,
    /// How many of its steps are done, if it goes step by step (pages).
    pub done: Option<u32>,
    /// How many steps it has.
    pub total: Option<u32>,
    /// Why it failed last.
    pub error: Option<String>,
}

/// Jobs, those that wait longest first.
#[derive(Serialize, ToSchema)]
pub struct JobsBody {
    /// This many of them.
    pub jobs: Vec<JobBody>,
    /// How many there are in all.
    pub total: usize,
}

impl From<Job> for JobBody {
    fn from(job: Job) -> Self {
        Self {
            id: job.id.to_string(),
            kind: job.id.kind.to_string(),
            record: job.record.to_string(),
            state: job.state.to_string(),
            attempts: job.attempts,
            since: job.since.to_string(),
            due: job.due.to_string(),
            done: job.progress.map(|progress| progress.done),
            total: job.progress.map(|progress| progress.total),
            error: job.error,
        }
    }
}

/// Which jobs.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct JobParams {
    /// `waiting`, `running` or `dead`; all without it.
    state: Option<String>,
    /// 1 to 1,000; 100 without it.
    limit: Option<String>,
}

fn job_id(text: &str) -> Result<JobId, Problem> {
    text.parse().map_err(|_none| Problem::not_found())
}

/// The queue of work on files; administrators and auditors.
#[utoipa::path(
    tag = "jobs",
    params(JobParams),
    responses((status = 200, body = JobsBody), (status = 403, body = ProblemBody)),
)]
#[get("/api/v1/jobs")]
pub(crate) async fn job_list(
    app: web::Data<App>,
    caller: Caller,
    params: web::Query<JobParams>,
) -> Result<web::Json<JobsBody>, Problem> {
    let state: Option<JobState> = word("state", params.state.as_deref())?;
    let limit = page_size(params.limit.as_deref(), 1_000, 100)?;
    let (jobs, total) = app.run(move |services| services.job_list(&caller.0, state, limit)).await?;
    Ok(web::Json(JobsBody { jobs: jobs.into_iter().map(JobBody::from).collect(), total }))
}

/// How a job stands; those who may see its record.
#[utoipa::path(
    tag = "jobs",
    params(("id" = String, Path)),
    responses((status = 200, body = JobBody), (status = 404, body = ProblemBody)),
)]
#[get("/api/v1/jobs/{id}")]
pub(crate) async fn job_state(
    app: web::Data<App>,
    caller: Caller,
    id: web::Path<String>,
) -> Result<web::Json<JobBody>, Problem> {
    let id = job_id(&id)?;
    let job = app.run(move |services| services.job(&caller.0, &id)).await?;
    Ok(web::Json(job.into()))
}

/// Has a job that was given up tried again; administrators.
#[utoipa::path(
    tag = "jobs",
    params(("id" = String, Path)),
    responses(
        (status = 200, body = JobBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody),
    ),
)]
#[post("/api/v1/jobs/{id}/retry")]
pub(crate) async fn retry_job(
    app: web::Data<App>,
    caller: Caller,
    id: web::Path<String>,
) -> Result<web::Json<JobBody>, Problem> {
    let id = job_id(&id)?;
    let job = app.run(move |services| services.retry_job(&caller.0, &id)).await?;
    Ok(web::Json(job.into()))
}
