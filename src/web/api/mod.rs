//! The JSON API: a handler reads, calls one service, answers.

pub mod accounts;
pub mod audit;
pub mod bodies;
pub mod files;
pub mod jobs;
pub mod public;
pub mod records;
pub mod review;
pub mod session;
mod shape;
pub mod uploads;
pub mod verify;

use actix_web::{HttpRequest, error::QueryPayloadError, http::header, web};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::problem::Problem;
use crate::domain::id::RecordId;

/// A JSON body as a value. `web::Bytes` is bounded already (`json_limit`).
///
/// # Errors
/// 415 for another media type; 400 for what is no JSON in UTF-8.
pub fn json_value(request: &HttpRequest, body: &web::Bytes) -> Result<Value, Problem> {
    let sent = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = sent.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case("application/json") {
        let text =
            ("Nội dung phải có kiểu application/json.", "The body must be application/json.");
        let status = actix_web::http::StatusCode::UNSUPPORTED_MEDIA_TYPE;
        return Err(Problem::new(status, "media-type", text));
    }
    serde_json::from_slice(body).map_err(|error| Problem::unreadable(&error.to_string()))
}

/// A JSON body of a known shape; unknown fields are refused.
///
/// # Errors
/// As [`json_value`]; 422 for another shape, naming every field that does not fit.
pub fn json_body<T: DeserializeOwned>(
    request: &HttpRequest,
    body: &web::Bytes,
) -> Result<T, Problem> {
    let value = json_value(request, body)?;
    shape::read(value).map_err(Problem::invalid)
}

/// The problem of a query string that does not fit: a parameter that is missing, unknown or there
/// twice is named.
#[must_use]
pub fn bad_query(error: &QueryPayloadError) -> Problem {
    let said = error.to_string();
    let said = said.strip_prefix("Query deserialize error: ").unwrap_or(&said);
    Problem::parameters(vec![shape::complaint(said, None)])
}

/// A number in a parameter.
///
/// # Errors
/// 400 that names it for what is none.
pub fn number<T: std::str::FromStr>(name: &str, text: Option<&str>) -> Result<Option<T>, Problem> {
    let wrong = || Problem::parameter(name, ("Phải là một số nguyên.", "This must be a number."));
    text.map(|text| text.parse().map_err(|_none| wrong())).transpose()
}

/// A word of a closed list in a parameter.
///
/// # Errors
/// 400 that names the list for any other.
pub fn word<T: std::str::FromStr<Err: std::fmt::Display>>(
    name: &str,
    text: Option<&str>,
) -> Result<Option<T>, Problem> {
    text.map(|text| {
        text.parse().map_err(|error: T::Err| {
            let (vi, en) = (format!("Giá trị không hợp lệ ({error})."), error.to_string());
            Problem::parameter(name, (&vi, &en))
        })
    })
    .transpose()
}

/// How many lines a page may have.
///
/// # Errors
/// 400 for what is no number from 1 to `most`.
pub fn page_size(text: Option<&str>, most: u32, usual: u32) -> Result<u32, Problem> {
    let limit = number("limit", text)?.unwrap_or(usual);
    if (1..=most).contains(&limit) {
        return Ok(limit);
    }
    let said = (format!("limit từ 1 đến {most}."), format!("limit is 1 to {most}."));
    Err(Problem::parameter("limit", (&said.0, &said.1)))
}

/// An id from a path.
///
/// # Errors
/// 404 for what is none: there is nothing at such an address.
pub fn record_id(text: &str) -> Result<RecordId, Problem> {
    text.parse().map_err(|_not_an_id| Problem::not_found())
}

/// The revision in `If-Match` (`"r12"`), if the header is there.
///
/// # Errors
/// 412 for a tag that is none of ours: nothing can match it.
pub fn if_match(request: &HttpRequest) -> Result<Option<u32>, Problem> {
    let Some(value) = request.headers().get(header::IF_MATCH) else { return Ok(None) };
    let tag = value.to_str().unwrap_or_default().trim();
    let revision = tag.strip_prefix("\"r").and_then(|rest| rest.strip_suffix('"'));
    match revision.and_then(|revision| revision.parse().ok()) {
        Some(revision) => Ok(Some(revision)),
        None => Err(crate::service::Error::Stale.into()),
    }
}

/// The entity tag of a revision.
#[must_use]
pub fn etag(revision: u32) -> String {
    format!("\"r{revision}\"")
}
