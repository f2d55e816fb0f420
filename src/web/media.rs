//! Files: uploads to a record, originals for the workspace, releases and web sizes for everybody.

use std::io::Read as _;

use actix_multipart::{Field, Multipart};
use actix_web::{
    HttpRequest, HttpResponse, get,
    http::{StatusCode, header},
    post, web,
};
use futures_util::StreamExt as _;
use serde_json::Value;

use super::{
    api::{
        bodies::{self, RecordBody},
        etag, record_id,
    },
    auth::Caller,
    problem::{Problem, ProblemBody},
    state::App,
};
use crate::{
    domain::id::AssetId,
    service::{Error, Meta, Services, Uploading},
};

/// Bytes of the `meta` part at most.
const META: usize = 256 * 1024;

/// Bytes that are read from a file at once.
const CHUNK: usize = 64 * 1024;

/// What an upload sends.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "describes the form, which is read part by part")]
pub struct UploadForm {
    /// The file, known by content: JPEG, PNG, WebP, TIFF, GIF, BMP, HEIC, AVIF, PDF, MP4, `WebM`,
    /// MP3, WAV or `WebVTT`.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// Its description as JSON: an asset of the record without `id`.
    #[schema(value_type = Object)]
    meta: Option<String>,
    /// `true`: what the description leaves open is taken from the file's own metadata (caption,
    /// creator, date, place, digital source type).
    prefill: Option<String>,
    /// `true`: the agency means to have the same bytes once more; without it, bytes that one of its
    /// records has are refused with that record's id.
    again: Option<String>,
}

/// Adds a file to the record's draft.
#[utoipa::path(
    tag = "records",
    params(("id" = String, Path)),
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses(
        (status = 201, body = RecordBody), (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody), (status = 413, body = ProblemBody), (status = 415, body = ProblemBody),
        (status = 422, body = ProblemBody), (status = 507, body = ProblemBody),
    ),
)]
#[post("/api/v1/records/{id}/assets")]
pub(crate) async fn upload(
    app: web::Data<App>,
    caller: Caller,
    id: web::Path<String>,
    mut form: Multipart,
) -> Result<HttpResponse, Problem> {
    let id = record_id(&id)?;
    let (mut file, mut meta) = (None, Value::Object(serde_json::Map::new()));
    let (mut prefill, mut again) = (false, false);
    while let Some(field) = form.next().await {
        let mut field = field.map_err(|error| Problem::unreadable(&error.to_string()))?;
        match field.name().unwrap_or_default() {
            "file" if file.is_none() => {
                let (actor, name) = (caller.0.clone(), named(&field));
                let begun = app.run(move |services| services.begin_file(&actor, id, &name)).await?;
                file = Some(receive(&app, begun, field).await?);
            }
            "meta" => meta = description(&mut field).await?,
            "prefill" => prefill = flag("prefill", &mut field).await?,
            "again" => again = flag("again", &mut field).await?,
            other => return Err(Problem::unreadable(&format!("unexpected part {other:?}"))),
        }
    }
    let file = file.ok_or_else(|| Problem::unreadable("the part file is missing"))?;
    let (shown, asset) = app
        .run(move |services| {
            let meta = Meta { fields: meta, prefill, again };
            let (record, asset) = services.add_file(&caller.0, id, file, meta)?;
            Ok((services.shown(record)?, asset))
        })
        .await?;
    let body = bodies::record(&shown).map_err(|error| Problem::internal(&error.to_string()))?;
    Ok(HttpResponse::Created()
        .insert_header((header::ETAG, etag(shown.record.revision)))
        .insert_header(("Quangba-Asset", asset.to_string()))
        .json(body))
}

/// The client's name for a file.
fn named(field: &Field) -> String {
    let disposition = field.content_disposition();
    disposition.and_then(|d| d.get_filename()).unwrap_or_default().to_owned()
}

/// The file of a form that has no other part; `begin` opens the place for its bytes, given the
/// client's name for it.
pub(super) async fn only_file(
    app: &App,
    mut form: Multipart,
    begin: impl FnOnce(&Services, &str) -> Result<Uploading, Error> + Send + 'static,
) -> Result<Uploading, Problem> {
    let (mut begin, mut file) = (Some(begin), None);
    while let Some(field) = form.next().await {
        let field = field.map_err(|error| Problem::unreadable(&error.to_string()))?;
        let part = field.name().unwrap_or_default();
        let Some(begin) = begin.take().filter(|_| part == "file") else {
            return Err(Problem::unreadable(&format!("unexpected part {part:?}")));
        };
        let name = named(&field);
        let begun = app.run(move |services| begin(services, &name)).await?;
        file = Some(receive(app, begun, field).await?);
    }
    file.ok_or_else(|| Problem::unreadable("the part file is missing"))
}

/// The bytes go to the disk chunk by chunk as they come; never whole in memory.
async fn receive(
    app: &App,
    mut uploading: Uploading,
    mut field: Field,
) -> Result<Uploading, Problem> {
    let mut gathered: Vec<u8> = Vec::with_capacity(1 << 20);
    loop {
        let chunk = field.next().await.transpose();
        let chunk = chunk.map_err(|error| Problem::unreadable(&error.to_string()))?;
        let last = chunk.is_none();
        gathered.extend_from_slice(&chunk.unwrap_or_default());
        if (1 << 20) <= gathered.len() || last {
            let bytes = std::mem::take(&mut gathered);
            uploading = app
                .run(move |_services| {
                    uploading.file.write(&bytes)?;
                    Ok(uploading)
                })
                .await?;
        }
        if last {
            return Ok(uploading);
        }
    }
}

/// A part that is `true` or `false`.
async fn flag(name: &str, field: &mut Field) -> Result<bool, Problem> {
    let wrong = || Problem::unreadable(&format!("the part {name} must be true or false"));
    let bytes = field.bytes(16).await.map_err(|_limit| wrong())?;
    let bytes = bytes.map_err(|error| Problem::unreadable(&error.to_string()))?;
    match bytes.trim_ascii() {
        b"true" => Ok(true),
        b"false" => Ok(false),
        _ => Err(wrong()),
    }
}

async fn description(field: &mut Field) -> Result<Value, Problem> {
    let bytes = field.bytes(META).await;
    let bytes = bytes
        .map_err(|_limit| Problem::unreadable("the part meta is larger than 256 KB"))?
        .map_err(|error| Problem::unreadable(&error.to_string()))?;
    serde_json::from_slice(&bytes)
        .map_err(|error| Problem::unreadable(&format!("the part meta: {error}")))
}

/// An original, for those who may see the record's unpublished side. It is always a download: what
/// people upload is never shown as part of our pages.
#[utoipa::path(
    tag = "records",
    params(("id" = String, Path), ("asset" = String, Path)),
    responses((status = 200, description = "The file"), (status = 404, body = ProblemBody)),
)]
#[get("/api/v1/records/{id}/assets/{asset}/original")]
pub(crate) async fn original(
    app: web::Data<App>,
    caller: Caller,
    request: HttpRequest,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (id, asset) = (record_id(&path.0)?, asset_id(&path.1)?);
    let (file, opened) = app.run(move |services| services.original(&caller.0, id, asset)).await?;
    let mut answer = HttpResponse::Ok();
    answer.insert_header((header::CACHE_CONTROL, "private, no-store"));
    answer.insert_header((header::CONTENT_DISPOSITION, attachment(&file.name)));
    send(&app, &request, answer, opened, (&file.media_type, file.original.as_str())).await
}

/// A file of a published record: the release by its name, or a web picture of a photo or a film: `320`, `800`, `1600` or
/// `2560` pixels wide, whole or cut to `-1x1`, `-16x9` or `-4x5` around its focal point, as `.jpg` or
/// `.webp` (`800.jpg`, `1600-16x9.webp`). Answers ranges and conditional requests; caches ask again every time, so that a
/// withdrawal reaches them.
#[utoipa::path(
    tag = "public",
    params(("asset" = String, Path), ("name" = String, Path)),
    responses(
        (status = 200, description = "The file"), (status = 206, description = "A part of it"),
        (status = 304, description = "As cached"), (status = 404, body = ProblemBody),
        (status = 410, body = ProblemBody), (status = 416, body = ProblemBody),
    ),
)]
#[get("/media/{asset}/{name}")]
pub(crate) async fn public(
    app: web::Data<App>,
    request: HttpRequest,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (asset, name) = path.into_inner();
    let asset = asset_id(&asset)?;
    let found = app.run(move |services| services.public_file(asset, &name)).await?;
    let mut answer = HttpResponse::Ok();
    answer.insert_header((header::CACHE_CONTROL, "public, no-cache"));
    answer.insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"));
    if let Some((owner, release)) = &found.release {
        let owner = *owner;
        if !super::routes::is_head(&request) && begins(&request) {
            app.run(move |services| services.taken(owner)).await?;
        }
        answer.insert_header((header::CONTENT_DISPOSITION, attachment(&release.name)));
    }
    send(&app, &request, answer, found.file, (&found.media_type, &found.etag)).await
}

/// Whether a file is taken from its beginning: a player asks for it in many parts.
fn begins(request: &HttpRequest) -> bool {
    let range = request.headers().get(header::RANGE).and_then(|range| range.to_str().ok());
    range.is_none_or(|range| range.trim().starts_with("bytes=0-"))
}

pub(super) fn asset_id(text: &str) -> Result<AssetId, Problem> {
    text.parse().map_err(|_not_an_id| Problem::not_found())
}

/// A name for saving (RFC 6266), also with letters beyond ASCII (RFC 8187).
pub(super) fn attachment(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || ".-_ ".contains(c) { c } else { '_' })
        .collect();
    let full = super::portal::format::percent(name);
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{full}")
}

/// Sends a file, or the part of it that is asked for (RFC 9110, sections 13 and 14).
pub(super) async fn send(
    app: &App,
    request: &HttpRequest,
    mut answer: actix_web::HttpResponseBuilder,
    mut file: std::fs::File,
    (media_type, tag): (&str, &str),
) -> Result<HttpResponse, Problem> {
    let tag = format!("\"{tag}\"");
    answer.insert_header((header::ETAG, tag.clone()));
    answer.insert_header((header::ACCEPT_RANGES, "bytes"));
    answer.insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"));
    // The server's compression would break ranges; pictures and PDF are packed already.
    answer.insert_header((header::CONTENT_ENCODING, "identity"));
    answer.insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"));
    answer.insert_header((header::CONTENT_TYPE, media_type.to_owned()));
    let said = |name: header::HeaderName| {
        request.headers().get(name).and_then(|value| value.to_str().ok()).map(ToOwned::to_owned)
    };
    if said(header::IF_NONE_MATCH).is_some_and(|tags| tags == "*" || tags.contains(&tag)) {
        return Ok(answer.status(StatusCode::NOT_MODIFIED).finish());
    }
    let (len, file) = app
        .run(move |_services| {
            let len = file.metadata().map_err(io)?.len();
            std::io::Seek::rewind(&mut file).map_err(io)?;
            Ok((len, file))
        })
        .await?;
    let fresh = said(header::IF_RANGE).is_none_or(|known| known == tag);
    let range = said(header::RANGE).filter(|_| fresh).and_then(|range| single(&range, len));
    let (from, to) = match range {
        None => (0, len),
        Some(Some(part)) => part,
        Some(None) => {
            let text = ("Khoảng byte nằm ngoài tệp.", "The range lies outside the file.");
            return Err(Problem::new(StatusCode::RANGE_NOT_SATISFIABLE, "range", text)
                .with("bytes", len)
                .with_header(header::CONTENT_RANGE, format!("bytes */{len}")));
        }
    };
    if range.is_some() {
        let last = to.saturating_sub(1);
        answer.status(StatusCode::PARTIAL_CONTENT);
        answer.insert_header((header::CONTENT_RANGE, format!("bytes {from}-{last}/{len}")));
    }
    let size = to.saturating_sub(from);
    answer.no_chunking(size);
    Ok(answer.streaming(app.stream(move |_services| chunks(file, from, size))))
}

fn io(error: std::io::Error) -> Error {
    Error::Media(error.into())
}

fn chunks(
    mut file: std::fs::File,
    from: u64,
    size: u64,
) -> Result<impl Iterator<Item = Result<Vec<u8>, Error>>, Error> {
    std::io::Seek::seek(&mut file, std::io::SeekFrom::Start(from)).map_err(io)?;
    let mut rest = file.take(size);
    Ok(std::iter::from_fn(move || {
        let mut chunk = vec![0; CHUNK];
        match rest.read(&mut chunk) {
            Ok(0) => None,
            Ok(n) => {
                chunk.truncate(n);
                Some(Ok(chunk))
            }
            Err(error) => Some(Err(io(error))),
        }
    }))
}

/// One range of bytes as `[from, to)`: none if the header is not one we follow (several ranges,
/// another unit), in which case the whole is sent; an empty answer if it lies outside.
fn single(range: &str, len: u64) -> Option<Option<(u64, u64)>> {
    let spec = range.strip_prefix("bytes=")?;
    if spec.contains(',') {
        return None;
    }
    let (from, to) = spec.trim().split_once('-')?;
    let part = match (from.parse::<u64>(), to.parse::<u64>()) {
        (Ok(from), Ok(to)) if from <= to => (from, to.saturating_add(1).min(len)),
        (Ok(from), Err(_)) if to.is_empty() => (from, len),
        (Err(_), Ok(last)) if from.is_empty() => (len.saturating_sub(last), len),
        _ => return None,
    };
    Some(Some(part).filter(|(from, to)| from < to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_rfc_says() {
        for (header, wanted) in [
            ("bytes=0-9", Some(Some((0, 10)))),
            ("bytes=90-", Some(Some((90, 100)))),
            ("bytes=-10", Some(Some((90, 100)))),
            ("bytes=0-999", Some(Some((0, 100)))),
            ("bytes=100-", Some(None)),
            ("bytes=-0", Some(None)),
            ("bytes=9-1", None),
            ("bytes=0-1,5-6", None),
            ("lines=0-1", None),
            ("bytes=x-y", None),
        ] {
            assert_eq!(single(header, 100), wanted, "{header}");
        }
    }

    #[test]
    fn a_name_cannot_break_the_header() {
        let said = attachment("Hồ \"Lắk\"\r\nX: y.jpg");
        assert!(!said.contains('\r') && !said.contains("\"Lắk"));
        assert!(said.contains("filename*=UTF-8''H%E1%BB%93"));
    }
}
