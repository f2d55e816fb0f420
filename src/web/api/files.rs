//! What is known of a record's files, for those who write it.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, get, http::header, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    super::{
        auth::Caller,
        media::{asset_id, send},
        problem::{Problem, ProblemBody},
        state::App,
    },
    record_id,
};
use crate::{domain::lang::Localized, service::Offered};

/// What a file's own metadata (Exif, IPTC, XMP) offers for its description.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OfferedBody {
    /// The headline, by language.
    pub headline: BTreeMap<String, String>,
    /// The line below it, by language.
    pub caption: BTreeMap<String, String>,
    /// Who made it.
    pub creators: Vec<String>,
    /// The line to print beside it, by language.
    pub credit: BTreeMap<String, String>,
    /// The copyright notice, by language.
    pub copyright: BTreeMap<String, String>,
    /// The licence, by URL.
    pub license: Option<String>,
    /// When it was made: `YYYY`, `YYYY-MM`, `YYYY-MM-DD` or an instant.
    pub created: Option<String>,
    /// Where, from the spot to the country, by language.
    pub place: BTreeMap<String, String>,
    /// Words to find it by, by language.
    pub keywords: BTreeMap<String, Vec<String>>,
    /// IPTC digital source type, by URI.
    pub digital_source_type: Option<String>,
    /// What else the file holds and no public copy will: `gps`, `serial-number`, `owner-name`,
    /// `maker-note`, `thumbnail`, `software`, `faces`, `comment`.
    pub left_out: Vec<&'static str>,
}

fn map<T: Clone>(all: &Localized<T>) -> BTreeMap<String, T> {
    all.iter().map(|(lang, value)| (lang.to_string(), value.clone())).collect()
}

impl From<Offered> for OfferedBody {
    fn from(offered: Offered) -> Self {
        Self {
            headline: map(&offered.headline),
            caption: map(&offered.caption),
            credit: map(&offered.credit),
            copyright: map(&offered.copyright),
            place: map(&offered.place),
            keywords: map(&offered.keywords),
            creators: offered.creators,
            license: offered.license,
            created: offered.created,
            digital_source_type: offered.digital_source_type,
            left_out: offered.left_out,
        }
    }
}

/// What a file's own metadata offers for its description, and what of it will be left out of every
/// public copy.
#[utoipa::path(
    tag = "records",
    params(("id" = String, Path), ("asset" = String, Path)),
    responses((status = 200, body = OfferedBody), (status = 404, body = ProblemBody)),
)]
#[get("/api/v1/records/{id}/assets/{asset}/metadata")]
pub(crate) async fn metadata(
    app: web::Data<App>,
    caller: Caller,
    path: web::Path<(String, String)>,
) -> Result<web::Json<OfferedBody>, Problem> {
    let (id, asset) = (record_id(&path.0)?, asset_id(&path.1)?);
    let offered = app.run(move |services| services.offered(&caller.0, id, asset)).await?;
    Ok(web::Json(offered.into()))
}

/// A picture of a file that is not public, for those who may see it: `320.jpg` to `2560.webp`, as
/// under `/media`.
#[utoipa::path(
    tag = "records",
    params(("id" = String, Path), ("asset" = String, Path), ("name" = String, Path)),
    responses((status = 200, description = "The picture"), (status = 404, body = ProblemBody)),
)]
#[get("/api/v1/records/{id}/assets/{asset}/preview/{name}")]
pub(crate) async fn preview(
    app: web::Data<App>,
    caller: Caller,
    request: HttpRequest,
    path: web::Path<(String, String, String)>,
) -> Result<HttpResponse, Problem> {
    let (id, asset, name) = path.into_inner();
    let (id, asset) = (record_id(&id)?, asset_id(&asset)?);
    let found = app.run(move |services| services.preview(&caller.0, id, asset, &name)).await?;
    let mut answer = HttpResponse::Ok();
    answer.insert_header((header::CACHE_CONTROL, "private, no-store"));
    send(&app, &request, answer, found.file, (&found.media_type, &found.etag)).await
}
