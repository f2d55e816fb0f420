//! Signing in, signing out, the own account.

use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};

use super::{
    bodies::{MeBody, PasswordBody, SignInBody},
    json_body,
};
use crate::{
    domain::account::Actor,
    web::{
        auth::{Caller, address, no_cookie, same_origin, session_cookie, session_token},
        problem::{Problem, ProblemBody},
        state::App,
    },
};

fn me(actor: &Actor) -> MeBody {
    MeBody {
        user: actor.name.clone(),
        roles: actor.roles.iter().map(ToString::to_string).collect(),
        agency: actor.agency.as_ref().map(ToString::to_string),
    }
}

/// Signs in: answers who it is and sets the cookie `quangba_session`.
#[utoipa::path(
    tag = "session",
    request_body = SignInBody,
    responses(
        (status = 200, body = MeBody),
        (status = 401, body = ProblemBody),
        (status = 429, body = ProblemBody, description = "Too many tries; see Retry-After"),
    ),
)]
#[post("/api/v1/session")]
pub(crate) async fn sign_in(
    app: web::Data<App>,
    request: HttpRequest,
    body: web::Bytes,
) -> Result<HttpResponse, Problem> {
    same_origin(&request, &app)?;
    let said: SignInBody = json_body(&request, &body)?;
    let (from, old) = (address(&request, &app), session_token(&request));
    let signed = app
        .run(move |services| services.sign_in((&said.user, &said.password), from, old.as_deref()))
        .await
        .map_err(Problem::of_sign_in)?;
    let body = me(&Actor::from(&signed.user));
    Ok(HttpResponse::Ok().cookie(session_cookie(&app, signed.token)).json(body))
}

/// Signs out; being signed out already is fine.
#[utoipa::path(tag = "session", responses((status = 204)))]
#[delete("/api/v1/session")]
pub(crate) async fn sign_out(
    app: web::Data<App>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    same_origin(&request, &app)?;
    if let Some(token) = session_token(&request) {
        let from = address(&request, &app);
        app.run(move |services| services.sign_out(&token, from)).await?;
    }
    Ok(HttpResponse::NoContent().cookie(no_cookie(&app)).finish())
}

/// Who is signed in.
#[utoipa::path(tag = "session", responses((status = 200, body = MeBody), (status = 401, body = ProblemBody)))]
#[get("/api/v1/me")]
pub(crate) async fn who(caller: Caller) -> web::Json<MeBody> {
    web::Json(me(&caller.0))
}

/// Changes the own password; all own sessions end.
#[utoipa::path(
    tag = "session",
    request_body = PasswordBody,
    responses((status = 204), (status = 401, body = ProblemBody), (status = 422, body = ProblemBody)),
)]
#[post("/api/v1/me/password")]
pub(crate) async fn change_password(
    app: web::Data<App>,
    caller: Caller,
    request: HttpRequest,
    body: web::Bytes,
) -> Result<HttpResponse, Problem> {
    let said: PasswordBody = json_body(&request, &body)?;
    app.run(move |services| services.change_password(&caller.0, &said.old, &said.new)).await?;
    Ok(HttpResponse::NoContent().cookie(no_cookie(&app)).finish())
}
