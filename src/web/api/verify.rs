//! Whether a picture that somebody has is one of ours.

use std::collections::BTreeMap;

use actix_multipart::Multipart;
use actix_web::{post, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    super::{
        media::only_file,
        problem::{Problem, ProblemBody},
        state::App,
    },
    public::said,
};
use crate::service::{Services, Verified};

/// The picture that is asked about.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form, which is read part by part")]
pub struct VerifyForm {
    /// The picture; 64 MB at most by default. It is not kept.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// What we say of a picture.
#[derive(Serialize, ToSchema)]
pub struct VerifiedBody {
    /// `official`: these bytes are ours, as we publish or published them. `changed`: they are not, but
    /// they show a picture that we publish (made smaller, saved again, cut, painted over). `unknown`:
    /// neither.
    verdict: String,
    /// SHA-256 of the bytes.
    sha256: String,
    /// How the file of these bytes stands now: `current`, `corrected` (replaced since), `withdrawn` or
    /// `unknown`.
    status: &'static str,
    /// The record.
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<String>,
    /// Its version that is public now.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u32>,
    /// Its title, by language.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    title: BTreeMap<String, String>,
    /// Its pages, by language.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    url: BTreeMap<String, String>,
    /// Which of its files.
    #[serde(skip_serializing_if = "Option::is_none")]
    asset: Option<String>,
    /// Where the official file is.
    #[serde(skip_serializing_if = "Option::is_none")]
    href: Option<String>,
    /// If changed, whether it shows the whole picture (`same`) or one shows a part of the other
    /// (`cropped`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    part: Option<crate::media::fingerprint::Kind>,
    /// If changed, how well the details fit, 0.86 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    likeness: Option<f32>,
}

/// Tells whether a picture is official: by its bytes, and by what it shows. Of what is not public
/// nothing is said. A picture with little in it, such as a page of text, is known by its bytes only.
#[utoipa::path(
    tag = "public",
    request_body(content = VerifyForm, content_type = "multipart/form-data"),
    responses(
        (status = 200, body = VerifiedBody), (status = 400, body = ProblemBody),
        (status = 413, body = ProblemBody), (status = 422, body = ProblemBody),
    ),
)]
#[post("/api/v1/verify")]
pub(crate) async fn verify(
    app: web::Data<App>,
    form: Multipart,
) -> Result<web::Json<VerifiedBody>, Problem> {
    let file = only_file(&app, form, |services, _name| services.begin_verify()).await?;
    let verified = app.run(move |services| services.verify_picture(&file)).await?;
    Ok(web::Json(body(app.services(), &verified)))
}

fn body(services: &Services, verified: &Verified) -> VerifiedBody {
    let (status, of) = said(&verified.status);
    let live = verified.of.as_ref().map(|(live, _asset)| live);
    let langs = live.map(|live| live.document.languages()).unwrap_or_default();
    let url = langs
        .iter()
        .filter_map(|lang| Some((lang.to_string(), services.page_url(lang.as_str(), live?.id))));
    let title = live.into_iter().flat_map(|live| live.document.title.iter());
    let href = verified.of.as_ref().and_then(|(live, asset)| {
        let name = &live.files.get(asset)?.name;
        Some(format!("{}/media/{}/{name}", services.settings().public_url, asset.key()))
    });
    VerifiedBody {
        verdict: verified.verdict.to_string(),
        sha256: verified.sha256.to_string(),
        status,
        record: live.map(|live| live.id).or(of).map(|id| id.to_string()),
        version: live.map(|live| live.version),
        title: title.map(|(lang, title)| (lang.to_string(), title.clone())).collect(),
        url: url.collect(),
        asset: verified.of.as_ref().map(|(_live, asset)| asset.to_string()),
        href,
        part: verified.likeness.map(|likeness| likeness.kind),
        likeness: verified.likeness.map(|likeness| likeness.score),
    }
}
