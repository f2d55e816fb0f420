//! All routes in one list, and the API description that is made from them.

use std::{io, sync::LazyLock, time::Duration};

use actix_web::{
    HttpMessage as _, HttpRequest, HttpResponse,
    body::MessageBody,
    dev::{Payload, ResourceDef, ServiceRequest, ServiceResponse},
    error::PayloadError,
    get,
    http::Method,
    middleware::{self, Next},
    web,
};
use futures_util::{StreamExt as _, stream};
use utoipa::{
    Modify, OpenApi,
    openapi::{
        Content, RefOr,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};
use utoipa_actix_web::{AppExt as _, service_config::ServiceConfig};
use utoipa_swagger_ui::{Config, SwaggerUi};

use super::{
    api::{
        accounts, audit, bad_query, files, jobs, public, records, review, session, uploads, verify,
    },
    auth::COOKIE,
    export, iiif, kit, media,
    negotiate::speak,
    pages,
    problem::{FieldError, Problem, ProblemBody},
    state::App,
    tus,
};

/// What stands in the description besides the handlers.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "quangba",
        description = "The image-promotion database of a Vietnamese province and its publishing service. Cơ sở dữ liệu quảng bá hình ảnh của tỉnh.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    components(schemas(ProblemBody, FieldError)),
    modifiers(&Security),
    tags(
        (name = "public", description = "Open to everybody"),
        (name = "session", description = "Signing in and out"),
        (name = "records", description = "The workspace's records; session cookie or upload key"),
        (name = "review", description = "Around a record's text: history, comments, consultations, tasks"),
        (name = "iiif", description = "Published pictures at any size and as manifests (IIIF)"),
        (name = "jobs", description = "Work on files that is done later"),
        (name = "audit", description = "Who did what when; administrators and auditors"),
        (name = "accounts", description = "Agencies, users and keys; the administrator's"),
        (name = "national", description = "The national database; key with the scope export"),
    ),
)]
struct Base;

struct Security;

impl Modify for Security {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        let Some(components) = api.components.as_mut() else { return };
        let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(COOKIE)));
        components.add_security_scheme("session", cookie);
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        components.add_security_scheme("key", SecurityScheme::Http(bearer));
    }
}

/// The routes that the description shows.
fn described(config: &mut ServiceConfig<'_>) {
    workspace(config);
    open(config);
}

/// For those who sign in.
fn workspace(config: &mut ServiceConfig<'_>) {
    config
        .service(session::sign_in)
        .service(session::sign_out)
        .service(session::who)
        .service(session::change_password)
        .service(records::list)
        .service(records::board)
        .service(records::create)
        .service(records::read)
        .service(records::save)
        .service(records::discard)
        .service(records::transition)
        .service(records::findings)
        .service(review::history)
        .service(review::revisions)
        .service(review::revision)
        .service(review::changes)
        .service(review::restore)
        .service(review::comments)
        .service(review::comment)
        .service(review::resolve)
        .service(review::consult)
        .service(review::consulted)
        .service(review::confirm)
        .service(review::purge)
        .service(review::purges)
        .service(review::tasks)
        .service(review::rules)
        .service(audit::audit)
        .service(audit::chain)
        .service(media::upload)
        .service(media::original)
        .configure(resumable)
        .service(files::read_body)
        .service(files::metadata)
        .service(files::preview)
        .service(files::page_texts)
        .service(files::correct_page)
        .service(jobs::job_list)
        .service(jobs::job_state)
        .service(jobs::retry_job)
        .service(accounts::agencies)
        .service(accounts::add_agency)
        .service(accounts::set_agency)
        .service(accounts::users)
        .service(accounts::add_user)
        .service(accounts::disable_user)
        .service(accounts::keys)
        .service(accounts::add_key)
        .service(accounts::revoke_key);
}

/// Uploads that can go on after a break.
fn resumable(config: &mut ServiceConfig<'_>) {
    config
        .service(uploads::upload_options)
        .service(uploads::one_upload_options)
        .service(uploads::begin_upload)
        .service(uploads::upload_state)
        .service(uploads::send_piece)
        .service(uploads::end_upload);
}

/// For everybody, and for the national database.
fn open(config: &mut ServiceConfig<'_>) {
    config
        .service(media::public)
        .service(iiif::info)
        .service(iiif::image)
        .service(iiif::manifest)
        .service(public::search)
        .service(public::published)
        .service(kit::one)
        .service(kit::several)
        .service(public::status)
        .service(verify::verify)
        .service(public::vocabulary)
        .service(public::healthz)
        .service(public::readyz)
        .service(export::records)
        .service(export::status)
        .service(export::problems)
        .service(export::schema)
        .service(export::vocabulary);
}

/// The API description (`OpenAPI` 3.1), made from the handlers.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    let (_app, api) = actix_web::App::new()
        .into_utoipa_app()
        .openapi(Base::openapi())
        .configure(described)
        .split_for_parts();
    as_problems(api)
}

/// Errors are sent as `application/problem+json`; the macros call every body `application/json`.
fn as_problems(mut api: utoipa::openapi::OpenApi) -> utoipa::openapi::OpenApi {
    let items = api.paths.paths.values_mut();
    let operations = items.flat_map(|item| {
        [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete]
            .into_iter()
            .flatten()
    });
    for answer in operations.flat_map(|operation| operation.responses.responses.values_mut()) {
        let RefOr::T(answer) = answer else { continue };
        let problem = |content: &RefOr<Content>| {
            let RefOr::T(Content { schema: Some(RefOr::Ref(to)), .. }) = content else {
                return false;
            };
            to.ref_location.ends_with("/ProblemBody")
        };
        if let Some(content) = answer.content.get("application/json").filter(|c| problem(c)) {
            let content = content.clone();
            answer.content = [("application/problem+json".to_owned(), content)].into();
        }
    }
    api
}

/// The description as it lies in `openapi/openapi.json`: pretty JSON and a line end.
///
/// # Errors
/// None that can happen.
pub fn openapi_text() -> Result<String, serde_json::Error> {
    Ok(openapi().to_pretty_json()? + "\n")
}

/// The methods of the addresses in the description, to say which an address takes.
static METHODS: LazyLock<Vec<(ResourceDef, String)>> = LazyLock::new(|| {
    let api = openapi();
    let each = api.paths.paths.iter().map(|(path, item)| {
        let methods = [
            ("GET", item.get.is_some()),
            ("POST", item.post.is_some()),
            ("PUT", item.put.is_some()),
            ("PATCH", item.patch.is_some()),
            ("DELETE", item.delete.is_some()),
            ("OPTIONS", item.options.is_some()),
        ];
        let taken: Vec<&str> =
            methods.into_iter().filter(|(_, taken)| *taken).map(|(method, _)| method).collect();
        (ResourceDef::new(path.as_str()), taken.join(", "))
    });
    each.collect()
});

/// What no route takes: 405 where another method would be, 404 elsewhere.
async fn nothing(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let path = request.path();
    let path = path.strip_prefix(app.settings.base_path.as_str()).unwrap_or(path);
    let other = METHODS.iter().find(|(address, _methods)| address.is_match(path));
    Err(other.map_or_else(Problem::not_found, |(_address, methods)| Problem::method(methods)))
}

#[get("/openapi.json")]
async fn description() -> Result<HttpResponse, Problem> {
    let text = openapi_text().map_err(|error| Problem::internal(&error.to_string()))?;
    Ok(HttpResponse::Ok().content_type("application/json").body(text))
}

/// A HEAD is answered as the GET of its address; the server leaves the body out (RFC 9110, section
/// 9.3.2).
async fn head_as_get<B: MessageBody>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    if request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
        request.extensions_mut().insert(AskedForHead);
    }
    next.call(request).await
}

/// Marks a GET that came as a HEAD.
struct AskedForHead;

/// Whether only the head of an answer is wanted: then nothing has to be made for its body, and
/// nothing leaves.
pub(super) fn is_head(request: &HttpRequest) -> bool {
    request.extensions().contains::<AskedForHead>()
}

/// How long the next bytes of a body may take to come.
const STALLED: Duration = Duration::from_secs(10);

/// Gives up on a body that stops coming: who opens many of them would hold all our files.
async fn in_time<B: MessageBody>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let body = request.take_payload();
    if !matches!(body, Payload::None) {
        let timed = stream::unfold(body, |mut body| async move {
            let chunk = match tokio::time::timeout(STALLED, body.next()).await {
                Ok(chunk) => chunk?,
                Err(_stalled) => Err(PayloadError::Io(io::ErrorKind::TimedOut.into())),
            };
            Some((chunk, body))
        });
        request.set_payload(Payload::Stream { payload: Box::pin(timed.fuse()) });
    }
    next.call(request).await
}

/// Everything that is served, over `app`. `configure` of every worker, and of tests.
pub fn configure(app: web::Data<App>) -> impl FnOnce(&mut web::ServiceConfig) {
    move |config| {
        let limit = app.settings.json_limit;
        let scope = app.settings.base_path.clone();
        let routes = web::scope(&scope)
            .wrap(middleware::from_fn(speak))
            .wrap(middleware::from_fn(tus::protocol))
            .wrap(middleware::DefaultHeaders::new().add(("X-Content-Type-Options", "nosniff")))
            .wrap(middleware::from_fn(head_as_get))
            .wrap(middleware::from_fn(in_time))
            .app_data(web::PayloadConfig::new(limit))
            .app_data(web::QueryConfig::default().error_handler(|e, _| bad_query(&e).into()))
            .configure(|inner| described(&mut ServiceConfig::new(inner)))
            .service(iiif::other)
            .service(iiif::preflight)
            .service(description)
            .service(SwaggerUi::new("/docs/{_:.*}").config(Config::from("../openapi.json")))
            .service(web::redirect("/docs", format!("{scope}/docs/")))
            .service(pages::css)
            .service(pages::favicon)
            .service(pages::robots)
            .service(pages::root)
            .service(pages::search)
            .service(pages::record)
            .service(pages::home)
            .service(pages::bare)
            .default_service(web::to(nothing));
        config.app_data(app).service(routes);
    }
}
