//! The caller's language, and problems said in it: as JSON to programs, as a page to people.

use actix_web::{
    Error, HttpRequest, HttpResponse,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    error::InternalError,
    http::{StatusCode, header},
    middleware::Next,
    web,
};

use super::{pages, problem::Problem, state::App};

/// `vi` or `en`: what the caller asks for first of the two, by `Accept-Language` (RFC 9110, section
/// 12.5.4); Vietnamese when nothing is said.
#[must_use]
pub fn working_lang(request: &HttpRequest) -> &'static str {
    let asked = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok());
    preferred(asked.unwrap_or_default(), &["vi", "en"])
        .map_or("vi", |at| if at == 0 { "vi" } else { "en" })
}

/// The place in `offered` of the language that is asked for most; a tag matches one that it begins.
#[must_use]
pub fn preferred(asked: &str, offered: &[&str]) -> Option<usize> {
    let mut wishes: Vec<(f32, &str)> = asked
        .split(',')
        .take(20)
        .map(|part| {
            let (tag, rest) = part.split_once(';').unwrap_or((part, ""));
            let q = rest.trim().strip_prefix("q=").and_then(|q| q.parse().ok()).unwrap_or(1.0);
            (q, tag.trim())
        })
        .filter(|(q, tag)| 0.0 < *q && !tag.is_empty())
        .collect();
    wishes.sort_by(|a, b| b.0.total_cmp(&a.0));
    wishes.iter().find_map(|(_q, tag)| {
        let exact = offered.iter().position(|known| known.eq_ignore_ascii_case(tag));
        exact.or_else(|| {
            let primary = |t: &str| t.split('-').next().unwrap_or(t).to_ascii_lowercase();
            offered.iter().position(|known| primary(known) == primary(tag))
        })
    })
}

/// What must be known of a request to say a problem: its own copy, since the router needs the
/// request for itself.
pub struct Asker {
    /// The path.
    pub path: String,
    /// `vi` or `en`.
    pub working: &'static str,
    /// Whether it is a browser that shows pages.
    pub html: bool,
    /// `Accept-Language`.
    pub languages: String,
    /// The language chosen earlier.
    pub chosen: Option<String>,
    /// What every handler has.
    pub app: Option<web::Data<App>>,
}

impl Asker {
    /// What is known of `request`.
    #[must_use]
    pub fn of(request: &HttpRequest) -> Self {
        let said = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
        Self {
            path: request.path().to_owned(),
            working: working_lang(request),
            html: said(header::ACCEPT).is_some_and(|accept| accept.contains("text/html")),
            languages: said(header::ACCEPT_LANGUAGE).unwrap_or_default().to_owned(),
            chosen: request.cookie(pages::CHOICE).map(|cookie| cookie.value().to_owned()),
            app: request.app_data::<web::Data<App>>().cloned(),
        }
    }
}

/// Says every error in the caller's language and in our form, whoever made it.
///
/// # Errors
/// What the framework could not answer at all, with our answer to it.
pub async fn speak<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let asker = Asker::of(request.request());
    let answered = match next.call(request).await {
        Ok(answered) => answered,
        Err(error) => {
            let answer = shown(&asker, &of_error(&error));
            return Err(InternalError::from_response(error, answer).into());
        }
    };
    let problem = match answered.response().error() {
        Some(error) => Some(of_error(error)),
        None => plain(answered.status(), answered.headers().contains_key(header::CONTENT_TYPE)),
    };
    match problem {
        None => Ok(answered.map_into_left_body()),
        Some(problem) => {
            let (request, _old) = answered.into_parts();
            let answer = shown(&asker, &problem);
            Ok(ServiceResponse::new(request, answer).map_into_right_body())
        }
    }
}

/// A problem from whatever error there was.
fn of_error(error: &Error) -> Problem {
    if let Some(problem) = error.as_error::<Problem>() {
        return problem.clone();
    }
    let response = error.as_response_error();
    let status = response.status_code();
    match status {
        StatusCode::INTERNAL_SERVER_ERROR => Problem::internal(&error.to_string()),
        StatusCode::PAYLOAD_TOO_LARGE => too_large(),
        StatusCode::NOT_FOUND => Problem::not_found(),
        _ if status.is_client_error() => Problem::unreadable(&error.to_string()),
        _ => Problem::internal(&error.to_string()),
    }
}

/// Errors that the framework answers without a body.
fn plain(status: StatusCode, said: bool) -> Option<Problem> {
    if said || status.as_u16() < 400 {
        return None;
    }
    match status {
        StatusCode::NOT_FOUND => Some(Problem::not_found()),
        StatusCode::PAYLOAD_TOO_LARGE => Some(too_large()),
        _ => None,
    }
}

fn too_large() -> Problem {
    let text = ("Nội dung gửi lên quá lớn.", "The body is too large.");
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", text)
}

/// A page for people who look at pages, JSON for everybody else.
fn shown(asker: &Asker, problem: &Problem) -> HttpResponse {
    let machine = ["/api/", "/export/", "/media/", "/oai", "/metrics", "/openapi.json"]
        .iter()
        .any(|start| asker.path.contains(start));
    if !machine
        && asker.html
        && let Some(page) = pages::problem_page(asker, problem)
    {
        return page;
    }
    problem.respond(asker.working)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_asked_for_most_is_taken() {
        let offered = ["vi", "en", "zh-Hans", "zh-Hant"];
        assert_eq!(preferred("fr, en;q=0.8, vi;q=0.9", &offered), Some(0));
        assert_eq!(preferred("en-GB", &offered), Some(1));
        assert_eq!(preferred("zh-hant", &offered), Some(3));
        assert_eq!(preferred("de", &offered), None);
        assert_eq!(preferred("", &offered), None);
        assert_eq!(preferred("en;q=0", &offered), None);
    }
}
