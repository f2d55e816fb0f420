//! Uploads that can go on after a break (tus 1.0.0).

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder, delete, dev::Payload, get, http::header,
    options, patch, post, web,
};
use futures_util::StreamExt as _;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::{account::Actor, upload::UploadId},
    media::partial::Checksum,
    service::{Ending, Piece, UploadState},
    web::{
        problem::{Problem, ProblemBody},
        state::App,
        tus::{self, Sender},
    },
};

/// Bytes that are gathered before they are written.
const GATHERED: usize = 1 << 20;

/// How an upload stands.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UploadBody {
    /// Which.
    pub id: String,
    /// For which record.
    pub record: String,
    /// Bytes that are on the disk.
    pub offset: u64,
    /// Bytes that it will have.
    pub length: u64,
    /// When it is over if nothing more comes.
    pub expires: String,
    /// The file's id in the record, once it is whole.
    pub asset: Option<String>,
    /// The SHA-256 of the whole, once it is.
    pub sha256: Option<String>,
}

/// The headers that say how an upload stands.
fn told(mut answer: HttpResponseBuilder, state: &UploadState) -> HttpResponseBuilder {
    let (offset, length) = (state.offset.to_string(), state.length.to_string());
    answer.insert_header((tus::OFFSET, offset)).insert_header((tus::LENGTH, length));
    // The date of RFC 9110, section 5.6.7.
    let expires = state.expires.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    answer.insert_header((tus::EXPIRES, expires));
    if let Some(arrived) = &state.arrived {
        answer.insert_header(("Quangba-Asset", arrived.asset.to_string()));
        answer.insert_header(("Quangba-Sha256", arrived.sha256.to_string()));
    }
    answer
}

fn upload_id(text: &str) -> Result<UploadId, Problem> {
    text.parse().map_err(|_no_id| Problem::not_found())
}

/// What of the protocol there is; open to everybody.
#[utoipa::path(
    tag = "records",
    responses((status = 204, description = "Tus-Version, Tus-Extension, Tus-Max-Size, Tus-Checksum-Algorithm")),
)]
#[options("/api/v1/uploads")]
pub(crate) async fn upload_options(app: web::Data<App>) -> HttpResponse {
    abilities(&app)
}

/// The same as of all uploads.
#[utoipa::path(
    tag = "records",
    params(("id" = String, Path)),
    responses((status = 204, description = "Tus-Version, Tus-Extension, Tus-Max-Size, Tus-Checksum-Algorithm")),
)]
#[options("/api/v1/uploads/{id}")]
pub(crate) async fn one_upload_options(app: web::Data<App>) -> HttpResponse {
    abilities(&app)
}

fn abilities(app: &App) -> HttpResponse {
    let most = app.services().settings().media.file_bytes;
    HttpResponse::NoContent()
        .insert_header(("Tus-Version", tus::VERSION))
        .insert_header(("Tus-Extension", tus::EXTENSIONS))
        .insert_header(("Tus-Max-Size", most.to_string()))
        .insert_header(("Tus-Checksum-Algorithm", Checksum::NAMES))
        .finish()
}

/// Begins an upload to a record. `Upload-Metadata` has `record` and `filename`, and may have `meta`
/// (JSON), `prefill` and `again` as in the form of one request, and `sha256` of the whole, in
/// hexadecimal. The first piece may come along.
#[utoipa::path(
    tag = "records",
    params(
        ("Tus-Resumable" = String, Header), ("Upload-Length" = u64, Header),
        ("Upload-Metadata" = String, Header), ("Upload-Checksum" = Option<String>, Header),
    ),
    responses(
        (status = 201, description = "Location, Upload-Offset, Upload-Expires"),
        (status = 400, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody),
        (status = 412, body = ProblemBody), (status = 413, body = ProblemBody),
        (status = 422, body = ProblemBody), (status = 429, body = ProblemBody),
        (status = 507, body = ProblemBody),
    ),
)]
#[post("/api/v1/uploads")]
pub(crate) async fn begin_upload(
    app: web::Data<App>,
    sender: Sender,
    request: HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Problem> {
    let actor = sender.0.0;
    let new = tus::new_upload(request.headers())?;
    let (brings, checksum) = (tus::has_piece(&request)?, tus::checksum(request.headers())?);
    let by = actor.clone();
    let mut state = app.run(move |services| services.begin_upload(&by, new)).await?;
    let location = format!("{}{}/{}", app.settings.base_path, tus::PREFIX, state.id);
    if brings {
        let length = tus::bytes(request.headers(), &header::CONTENT_LENGTH)?;
        let (by, id) = (actor.clone(), state.id.clone());
        let begun =
            app.run(move |services| services.begin_piece(&by, &id, (0, length), checksum)).await?;
        state = took(&app, actor, begun, body).await?;
    }
    let mut answer = told(HttpResponse::Created(), &state);
    Ok(answer.insert_header((header::LOCATION, location)).finish())
}

/// How an upload stands; a HEAD gives the headers of it. Only who began it sees it.
#[utoipa::path(
    tag = "records",
    params(("id" = String, Path)),
    responses(
        (status = 200, body = UploadBody, description = "Upload-Offset, Upload-Length, Upload-Expires; once it is whole, Quangba-Asset and Quangba-Sha256"),
        (status = 404, body = ProblemBody), (status = 412, body = ProblemBody),
        (status = 423, body = ProblemBody),
    ),
)]
#[get("/api/v1/uploads/{id}")]
pub(crate) async fn upload_state(
    app: web::Data<App>,
    sender: Sender,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let id = upload_id(&id)?;
    let state = app.run(move |services| services.upload_state(&sender.0.0, &id)).await?;
    let body = UploadBody {
        id: state.id.to_string(),
        record: state.record.to_string(),
        offset: state.offset,
        length: state.length,
        expires: state.expires.to_string(),
        asset: state.arrived.as_ref().map(|arrived| arrived.asset.to_string()),
        sha256: state.arrived.as_ref().map(|arrived| arrived.sha256.to_string()),
    };
    Ok(told(HttpResponse::Ok(), &state).json(body))
}

/// Adds a piece at `Upload-Offset`. With the last one the file is put to its record, as by the form of
/// one request; what stands against that is answered here, and the upload is over then.
#[utoipa::path(
    tag = "records",
    params(
        ("id" = String, Path), ("Tus-Resumable" = String, Header), ("Upload-Offset" = u64, Header),
        ("Upload-Checksum" = Option<String>, Header),
    ),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    responses(
        (status = 204, description = "Upload-Offset, Upload-Expires; with the last piece Quangba-Asset and Quangba-Sha256"),
        (status = 400, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody), (status = 412, body = ProblemBody),
        (status = 413, body = ProblemBody), (status = 415, body = ProblemBody),
        (status = 422, body = ProblemBody), (status = 423, body = ProblemBody),
        (status = 460, body = ProblemBody), (status = 507, body = ProblemBody),
    ),
)]
#[patch("/api/v1/uploads/{id}")]
pub(crate) async fn send_piece(
    app: web::Data<App>,
    sender: Sender,
    request: HttpRequest,
    id: web::Path<String>,
    body: web::Payload,
) -> Result<HttpResponse, Problem> {
    let actor = sender.0.0;
    let id = upload_id(&id)?;
    let headers = request.headers();
    if !tus::has_piece(&request)? {
        return Err(tus::no_piece());
    }
    let offset = tus::bytes(headers, &tus::OFFSET)?.ok_or_else(tus::no_offset)?;
    let (length, checksum) =
        (tus::bytes(headers, &header::CONTENT_LENGTH)?, tus::checksum(headers)?);
    let by = actor.clone();
    let begun =
        app.run(move |services| services.begin_piece(&by, &id, (offset, length), checksum)).await?;
    let state = took(&app, actor, begun, body).await?;
    Ok(told(HttpResponse::NoContent(), &state).finish())
}

/// Ends an upload before it is whole.
#[utoipa::path(
    tag = "records",
    params(("id" = String, Path), ("Tus-Resumable" = String, Header)),
    responses(
        (status = 204), (status = 404, body = ProblemBody), (status = 412, body = ProblemBody),
        (status = 423, body = ProblemBody),
    ),
)]
#[delete("/api/v1/uploads/{id}")]
pub(crate) async fn end_upload(
    app: web::Data<App>,
    sender: Sender,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let id = upload_id(&id)?;
    app.run(move |services| services.end_upload(&sender.0.0, &id)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Takes a piece as it comes. It goes on by itself: whoever waits for the answer may be gone, and what
/// came is kept all the same.
async fn took(
    app: &web::Data<App>,
    actor: Actor,
    piece: Piece,
    body: web::Payload,
) -> Result<UploadState, Problem> {
    let app = app.clone();
    let taking = actix_web::rt::spawn(async move {
        let (piece, ended) = written(&app, piece, body.into_inner()).await?;
        let ending = match &ended {
            Ok(()) => Ending::Whole,
            Err(Failure::Broken(_)) => Ending::Broken,
            Err(Failure::Refused(_)) => Ending::Refused,
        };
        let state = app.run(move |services| services.end_piece(&actor, piece, ending)).await?;
        match ended {
            Ok(()) => Ok(state),
            Err(Failure::Broken(problem) | Failure::Refused(problem)) => {
                Err(problem.with_header(tus::OFFSET, state.offset.to_string()))
            }
        }
    });
    taking.await.map_err(|_panic| Problem::internal("a piece of an upload was dropped"))?
}

/// Why a piece did not come to its end.
enum Failure {
    Broken(Problem),
    Refused(Problem),
}

/// Writes a body to the disk chunk by chunk; never whole in memory.
async fn written(
    app: &App,
    mut piece: Piece,
    mut body: Payload,
) -> Result<(Piece, Result<(), Failure>), Problem> {
    let mut gathered: Vec<u8> = Vec::new();
    loop {
        let chunk = body.next().await;
        let (last, broken) = match &chunk {
            None => (true, None),
            Some(Ok(bytes)) => {
                gathered.extend_from_slice(bytes);
                (false, None)
            }
            Some(Err(error)) => (true, Some(Problem::unreadable(&error.to_string()))),
        };
        if !last && gathered.len() < GATHERED {
            continue;
        }
        let bytes = std::mem::take(&mut gathered);
        let wrote = app
            .run(move |_services| {
                let wrote = piece.write(&bytes);
                Ok((piece, wrote))
            })
            .await?;
        piece = wrote.0;
        if let Err(error) = wrote.1 {
            return Ok((piece, Err(Failure::Refused(error.into()))));
        }
        if last {
            return Ok((piece, broken.map_or(Ok(()), |problem| Err(Failure::Broken(problem)))));
        }
    }
}
