//! Agencies, users and keys: the administrator's.

use actix_web::{HttpRequest, HttpResponse, delete, get, post, put, web};

use super::{
    bodies::{
        AgenciesBody, AgencyBody, AgencyRow, KeyBody, NewAgencyBody, NewKeyBody, NewUserBody,
        Texts, UserBody,
    },
    json_body,
};
use crate::{
    domain::{
        agency::{Agency, AgencyCode, FocalPoint},
        input::InputError,
        lang::{Lang, Localized},
    },
    web::{
        auth::Caller,
        problem::{Problem, ProblemBody},
        state::App,
    },
};

/// A value of a body, or the problem that names where it stands.
fn parsed<T>(text: &str, pointer: &str) -> Result<T, Problem>
where
    T: std::str::FromStr<Err: std::fmt::Display>,
{
    text.parse().map_err(|error: T::Err| {
        let (vi, en) = (format!("Giá trị không hợp lệ ({error})."), error.to_string());
        Problem::invalid(vec![InputError::new(pointer, "value", (&vi, &en))])
    })
}

fn agency_of(code: Option<&str>) -> Result<Option<AgencyCode>, Problem> {
    code.map(|code| parsed(code, "/agency")).transpose()
}

/// All agencies.
#[utoipa::path(tag = "accounts", responses((status = 200, body = AgenciesBody)))]
#[get("/api/v1/agencies")]
pub(crate) async fn agencies(
    app: web::Data<App>,
    caller: Caller,
) -> Result<web::Json<AgenciesBody>, Problem> {
    let agencies = app
        .run(move |services| {
            let with_space = |agency: Agency| {
                let space = services.space(&caller.0, &agency.code)?;
                Ok(AgencyRow::from((agency, space)))
            };
            services.agencies(&caller.0).into_iter().map(with_space).collect::<Result<_, _>>()
        })
        .await?;
    Ok(web::Json(AgenciesBody { agencies }))
}

/// Sets what is known of an agency: names, days, successor, focal points.
#[utoipa::path(
    tag = "accounts",
    params(("code" = String, Path)),
    request_body = AgencyBody,
    responses((status = 200, body = Object), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)),
)]
#[put("/api/v1/agencies/{code}")]
pub(crate) async fn set_agency(
    app: web::Data<App>,
    caller: Caller,
    request: HttpRequest,
    code: web::Path<String>,
    body: web::Bytes,
) -> Result<HttpResponse, Problem> {
    let code: AgencyCode = code.parse().map_err(|_no_code| Problem::not_found())?;
    let said: AgencyBody = json_body(&request, &body)?;
    let agency = said.agency(code)?;
    let set = app.run(move |services| services.set_agency(&caller.0, &agency)).await?;
    Ok(HttpResponse::Ok().json(set))
}

fn names(texts: Texts) -> Result<Localized<String>, Problem> {
    let mut name = Localized::default();
    for (tag, text) in texts {
        let lang: Lang = parsed(&tag, &format!("/name/{tag}"))?;
        name.insert(lang, text);
    }
    Ok(name)
}

impl AgencyBody {
    fn agency(self, code: AgencyCode) -> Result<Agency, Problem> {
        let day = |text: Option<&String>, pointer: &str| {
            text.map(|text| parsed(text, pointer)).transpose()
        };
        let points = self.focal_points.iter().enumerate().map(|(at, point)| {
            Ok(FocalPoint {
                name: point.name.trim().to_owned(),
                leader: point.leader,
                contact: point.contact.clone(),
                from: day(point.from.as_ref(), &format!("/focalPoints/{at}/from"))?,
                to: day(point.to.as_ref(), &format!("/focalPoints/{at}/to"))?,
            })
        });
        Ok(Agency {
            focal_points: points.collect::<Result<_, Problem>>()?,
            valid_from: day(self.valid_from.as_ref(), "/validFrom")?,
            valid_to: day(self.valid_to.as_ref(), "/validTo")?,
            successor: self
                .successor
                .as_deref()
                .map(|code| parsed(code, "/successor"))
                .transpose()?,
            name: names(self.name)?,
            kind: self.kind.unwrap_or_default(),
            code,
        })
    }
}

/// Adds an agency.
#[utoipa::path(
    tag = "accounts",
    request_body = NewAgencyBody,
    responses((status = 201), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)),
)]
#[post("/api/v1/agencies")]
pub(crate) async fn add_agency(
    app: web::Data<App>,
    caller: Caller,
    request: HttpRequest,
    body: web::Bytes,
) -> Result<HttpResponse, Problem> {
    let said: NewAgencyBody = json_body(&request, &body)?;
    let code: AgencyCode = parsed(&said.code, "/code")?;
    let name = names(said.name)?;
    let agency = app.run(move |services| services.add_agency(&caller.0, code, name)).await?;
    Ok(HttpResponse::Created().json(agency))
}

/// All accounts.
#[utoipa::path(tag = "accounts", responses((status = 200, body = Vec<UserBody>)))]
#[get("/api/v1/users")]
pub(crate) async fn users(
    app: web::Data<App>,
    caller: Caller,
) -> Result<web::Json<Vec<UserBody>>, Problem> {
    let users = app.run(move |services| services.users(&caller.0)).await?;
    Ok(web::Json(users.iter().map(|user| UserBody::from((user, None))).collect()))
}

/// Makes an account; its one-time password is answered this once.
#[utoipa::path(
    tag = "accounts",
    request_body = NewUserBody,
    responses((status = 201, body = UserBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)),
)]
#[post("/api/v1/users")]
pub(crate) async fn add_user(
    app: web::Data<App>,
    caller: Caller,
    request: HttpRequest,
    body: web::Bytes,
) -> Result<HttpResponse, Problem> {
    let said: NewUserBody = json_body(&request, &body)?;
    let name = parsed(&said.user, "/user")?;
    let each = said.roles.iter().enumerate();
    let roles =
        each.map(|(at, role)| parsed(role, &format!("/roles/{at}"))).collect::<Result<_, _>>()?;
    let agency = agency_of(said.agency.as_deref())?;
    let (user, password) =
        app.run(move |services| services.add_user(&caller.0, &name, roles, agency)).await?;
    Ok(HttpResponse::Created().json(UserBody::from((&user, Some(password)))))
}

/// Disables an account: its sessions end and it signs in no more.
#[utoipa::path(tag = "accounts", params(("name" = String, Path)), responses((status = 204), (status = 404, body = ProblemBody)))]
#[delete("/api/v1/users/{name}")]
pub(crate) async fn disable_user(
    app: web::Data<App>,
    caller: Caller,
    name: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    app.run(move |services| services.disable_user(&caller.0, &name)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// All keys, without their secrets.
#[utoipa::path(tag = "accounts", responses((status = 200, body = Vec<KeyBody>)))]
#[get("/api/v1/keys")]
pub(crate) async fn keys(
    app: web::Data<App>,
    caller: Caller,
) -> Result<web::Json<Vec<KeyBody>>, Problem> {
    let keys = app.run(move |services| services.keys(&caller.0)).await?;
    Ok(web::Json(keys.iter().map(|key| KeyBody::from((key, None))).collect()))
}

/// Makes a key; it is answered this once.
#[utoipa::path(
    tag = "accounts",
    request_body = NewKeyBody,
    responses((status = 201, body = KeyBody), (status = 422, body = ProblemBody)),
)]
#[post("/api/v1/keys")]
pub(crate) async fn add_key(
    app: web::Data<App>,
    caller: Caller,
    request: HttpRequest,
    body: web::Bytes,
) -> Result<HttpResponse, Problem> {
    let said: NewKeyBody = json_body(&request, &body)?;
    let scope = parsed(&said.scope, "/scope")?;
    let agency = agency_of(said.agency.as_deref())?;
    let made =
        app.run(move |services| services.add_key(&caller.0, &said.name, scope, agency)).await?;
    Ok(HttpResponse::Created().json(KeyBody::from((&made.key, Some(made.secret)))))
}

/// Revokes a key, at once and for ever.
#[utoipa::path(tag = "accounts", params(("id" = String, Path)), responses((status = 204), (status = 404, body = ProblemBody)))]
#[delete("/api/v1/keys/{id}")]
pub(crate) async fn revoke_key(
    app: web::Data<App>,
    caller: Caller,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    app.run(move |services| services.revoke_key(&caller.0, &id)).await?;
    Ok(HttpResponse::NoContent().finish())
}
