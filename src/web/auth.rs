//! Who asks: by session cookie or by key; and where a write comes from.

use std::{future::Future, net::IpAddr, pin::Pin};

use actix_web::{
    FromRequest, HttpRequest,
    cookie::{Cookie, SameSite, time::Duration},
    dev::Payload,
    http::{StatusCode, header},
    web,
};

use super::{problem::Problem, state::App};
use crate::{
    domain::account::{Actor, Scope},
    service::Error,
};

/// The session cookie's name.
pub const COOKIE: &str = "quangba_session";

/// Somebody who signed in or sent a key.
#[derive(Clone, Debug)]
pub struct Caller(pub Actor);

/// The national database, with its key; or somebody of ours who may look.
#[derive(Clone, Debug)]
pub struct National(pub Actor);

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(Self(actor(&request).await?)) })
    }
}

impl FromRequest for National {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let actor = actor(&request).await?;
            if crate::domain::lifecycle::may_export(&actor) {
                Ok(Self(actor))
            } else {
                Err(Error::Forbidden.into())
            }
        })
    }
}

async fn actor(request: &HttpRequest) -> Result<Actor, Problem> {
    let app = app(request)?;
    let from = address(request, &app);
    let found = identified(request, &app).await?;
    Ok(Actor { from, ..found })
}

async fn identified(request: &HttpRequest, app: &web::Data<App>) -> Result<Actor, Problem> {
    if let Some(key) = bearer(request) {
        return app.run(move |services| services.by_key(&key)).await;
    }
    let token = session_token(request).ok_or(Error::Unauthorised)?;
    if !request.method().is_safe() {
        same_origin(request, app)?;
    }
    app.run(move |services| services.by_session(&token)).await
}

fn app(request: &HttpRequest) -> Result<web::Data<App>, Problem> {
    let app = request.app_data::<web::Data<App>>().cloned();
    app.ok_or_else(|| Problem::internal("no application state"))
}

fn bearer(request: &HttpRequest) -> Option<String> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, key) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim().to_owned())
}

/// The token in the session cookie.
#[must_use]
pub fn session_token(request: &HttpRequest) -> Option<String> {
    request.cookie(COOKIE).map(|cookie| cookie.value().to_owned())
}

/// A write with a cookie must come from our own pages: browsers name the page's origin in `Origin`
/// (RFC 6454), or say in `Sec-Fetch-Site` that it is another's. Programs say neither.
///
/// # Errors
/// 403 for a write from elsewhere.
pub fn same_origin(request: &HttpRequest, app: &App) -> Result<(), Problem> {
    let said = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let ours = |origin: &str| {
        let public = app.settings.public_url.as_str();
        let host = said("host").unwrap_or_default();
        // The host as the browser named it, not as a header says that anybody can add.
        let here = |scheme| format!("{scheme}://{host}") == origin;
        let plain = !public.starts_with("https://") && here("http");
        let public: Vec<&str> = public.splitn(4, '/').take(3).collect();
        origin == public.join("/") || here("https") || plain
    };
    let from_us = match (said("origin"), said("sec-fetch-site")) {
        (Some(origin), _) => ours(origin),
        (None, Some(site)) => matches!(site, "same-origin" | "none"),
        (None, None) => true,
    };
    if from_us {
        return Ok(());
    }
    let text = (
        "Yêu cầu ghi phải đến từ chính trang này.",
        "A write must come from this site's own pages.",
    );
    Err(Problem::new(StatusCode::FORBIDDEN, "foreign-origin", text))
}

/// The cookie of a session: not for scripts, not sent along from other sites, over TLS only where
/// we are reached by TLS.
#[must_use]
pub fn session_cookie(app: &App, token: String) -> Cookie<'static> {
    Cookie::build(COOKIE, token)
        .path(if app.settings.base_path.is_empty() {
            "/".to_owned()
        } else {
            app.settings.base_path.clone()
        })
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(app.settings.secure_cookies)
        .finish()
}

/// The cookie that ends a session in the browser.
#[must_use]
pub fn no_cookie(app: &App) -> Cookie<'static> {
    let mut cookie = session_cookie(app, String::new());
    cookie.set_max_age(Duration::ZERO);
    cookie
}

/// Where a request comes from: the peer or, behind a proxy that we trust, the last address before it
/// that we do not.
#[must_use]
pub fn address(request: &HttpRequest, app: &App) -> Option<IpAddr> {
    let trusted = |address: &IpAddr| (app.settings.is_proxy)(*address);
    let peer = request.peer_addr()?.ip();
    if !trusted(&peer) {
        return Some(peer);
    }
    let forwarded = request.headers().get("x-forwarded-for").and_then(|v| v.to_str().ok());
    let hops = forwarded.unwrap_or_default().rsplit(',');
    let mut hops = hops.filter_map(|hop| hop.trim().parse::<IpAddr>().ok());
    Some(hops.find(|hop| !trusted(hop)).unwrap_or(peer))
}

/// Whether the caller may read the metrics: by key, or from this very machine.
#[must_use]
pub fn may_measure(actor: Option<&Actor>, address: Option<IpAddr>) -> bool {
    actor.is_some_and(|actor| actor.scope == Some(Scope::Metrics))
        || address.is_some_and(|address| address.is_loopback())
}
