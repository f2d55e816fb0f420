//! IIIF: pictures by region and size (Image API 3.0), records as manifests (Presentation API 3.0).

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::{StatusCode, header},
    route, web,
};

use super::{
    api::record_id,
    problem::{Problem, ProblemBody},
    state::App,
};
use crate::exchange::iiif::http::{Api, LEVEL};
use crate::exchange::iiif::image::{Target, What};

/// Where the Image API begins.
const PREFIX: &str = "/iiif/3/";

/// What is told of a published photo, or with a base URI where that is told (303): size, limits,
/// tiles, rights. The identifier is the asset's.
#[utoipa::path(
    tag = "iiif",
    params(("asset" = String, Path)),
    responses(
        (status = 200, description = "info.json of the Image API 3.0"),
        (status = 404, body = ProblemBody), (status = 410, body = ProblemBody),
    ),
)]
#[get("/iiif/3/{asset}/info.json")]
pub(crate) async fn info(app: web::Data<App>, request: HttpRequest) -> HttpResponse {
    answer(&app, &request).await
}

/// A published photo or a part of it (Image API 3.0, level 2, and mirroring, bitonal, WebP): regions
/// `full`, `square`, `x,y,w,h`, `pct:…`; sizes up to 16 megapixels; turns by 90 degrees; `default`,
/// `color`, `gray`, `bitonal`; `jpg`, `png`, `webp`.
#[utoipa::path(
    tag = "iiif",
    params(
        ("asset" = String, Path), ("region" = String, Path), ("size" = String, Path),
        ("rotation" = String, Path), ("file" = String, Path),
    ),
    responses(
        (status = 200, description = "The picture"), (status = 304, description = "As cached"),
        (status = 400, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 410, body = ProblemBody), (status = 501, body = ProblemBody),
    ),
)]
#[get("/iiif/3/{asset}/{region}/{size}/{rotation}/{file}")]
pub(crate) async fn image(app: web::Data<App>, request: HttpRequest) -> HttpResponse {
    answer(&app, &request).await
}

/// Whatever else is asked of the Image API: the base URI, and what is none of its addresses.
#[get("/iiif/3/{rest:.*}")]
pub(crate) async fn other(app: web::Data<App>, request: HttpRequest) -> HttpResponse {
    answer(&app, &request).await
}

/// A published record's manifest: a canvas for each picture, with texts in all its languages.
#[utoipa::path(
    tag = "iiif",
    params(("id" = String, Path)),
    responses(
        (status = 200, description = "A manifest of the Presentation API 3.0"),
        (status = 404, body = ProblemBody), (status = 410, body = ProblemBody),
    ),
)]
#[get("/iiif/presentation/3/{id}/manifest")]
pub(crate) async fn manifest(
    app: web::Data<App>,
    request: HttpRequest,
    id: web::Path<String>,
) -> HttpResponse {
    let made = async {
        let id = record_id(&id)?;
        let json = app.run(move |services| services.manifest(id)).await?;
        let mut answer = document(&request, Api::Presentation);
        Ok(answer.json(json))
    };
    open(made.await)
}

/// Asked by browsers before they fetch from a page of somebody else's.
#[route("/iiif/{rest:.*}", method = "OPTIONS")]
pub(crate) async fn preflight() -> HttpResponse {
    let mut answer = HttpResponse::NoContent();
    answer.insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, OPTIONS"));
    answer.insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, "Accept, If-None-Match"));
    answer.insert_header((header::ACCESS_CONTROL_MAX_AGE, "86400"));
    open(Ok(answer.finish()))
}

async fn answer(app: &web::Data<App>, request: &HttpRequest) -> HttpResponse {
    open(asked(app, request).await)
}

/// Any page may read the answer, also what is wrong with a request.
fn open(answer: Result<HttpResponse, Problem>) -> HttpResponse {
    let mut answer =
        answer.unwrap_or_else(|problem| actix_web::ResponseError::error_response(&problem));
    let all = header::HeaderValue::from_static("*");
    answer.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, all);
    answer
}

async fn asked(app: &web::Data<App>, request: &HttpRequest) -> Result<HttpResponse, Problem> {
    let path = request.uri().path();
    let path = path.strip_prefix(app.settings.base_path.as_str()).unwrap_or(path);
    let rest = path.strip_prefix(PREFIX).ok_or_else(Problem::not_found)?;
    let Target { identifier, what } = rest.parse().map_err(crate::service::Error::from)?;
    match what {
        What::Base => {
            // Only what is there leads further.
            let id = identifier.clone();
            app.run(move |services| services.image_info(&id)).await?;
            let to = format!("{}{PREFIX}{identifier}/info.json", app.settings.public_url);
            Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, to)).finish())
        }
        What::Info => {
            let json = app.run(move |services| services.image_info(&identifier)).await?;
            let mut answer = document(request, Api::Image);
            answer.insert_header((header::LINK, LEVEL));
            Ok(answer.json(json))
        }
        What::Image(wanted) => {
            let found = app.run(move |services| services.image(&identifier, &wanted)).await?;
            let tag = format!("\"{}\"", found.etag);
            let mut answer = HttpResponse::Ok();
            answer.insert_header((header::ETAG, tag.clone()));
            answer.insert_header((header::CACHE_CONTROL, "public, no-cache"));
            answer.insert_header((header::LINK, found.link));
            answer.insert_header((header::CONTENT_ENCODING, "identity"));
            answer.insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"));
            answer.insert_header((header::CONTENT_TYPE, found.media_type));
            let known = request.headers().get(header::IF_NONE_MATCH);
            let known = known.and_then(|tags| tags.to_str().ok());
            if known.is_some_and(|tags| tags == "*" || tags.contains(&tag)) {
                return Ok(answer.status(StatusCode::NOT_MODIFIED).finish());
            }
            Ok(answer.body(web::Bytes::copy_from_slice(&found.bytes)))
        }
    }
}

/// The head of a JSON-LD document.
fn document(request: &HttpRequest, api: Api) -> actix_web::HttpResponseBuilder {
    let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    let mut answer = HttpResponse::Ok();
    answer.insert_header((header::CONTENT_TYPE, api.media_type(accept)));
    answer.insert_header((header::VARY, "Accept"));
    answer.insert_header((header::CACHE_CONTROL, "public, no-cache"));
    answer
}
