//! The workspace's records.

#![expect(
    unused_qualifications,
    reason = "the code that utoipa::path makes of parameters has them"
)]

use actix_web::{HttpRequest, HttpResponse, delete, get, http::StatusCode, post, put, web};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    bodies::{
        self, BoardBody, BoardRow, CareBody, DocumentBody, FindingsBody, ListBody, RecordBody,
        Texts, TransitionBody,
    },
    etag, if_match, json_body, json_value, page_size, record_id, word,
};
use crate::{
    domain::{
        id::IdError,
        input::InputError,
        lang::{Lang, Localized},
        lifecycle::Action,
        review::Care,
    },
    service::{ListQuery, Shown, Wish},
    web::{
        auth::Caller,
        problem::{Problem, ProblemBody},
        state::App,
    },
};

/// A record's answer with its entity tag.
pub(super) fn answer(status: StatusCode, shown: &Shown) -> Result<HttpResponse, Problem> {
    let body = bodies::record(shown).map_err(|error| Problem::internal(&error.to_string()))?;
    let mut response = HttpResponse::build(status);
    response.insert_header(("ETag", etag(shown.record.revision)));
    if status == StatusCode::CREATED {
        response.insert_header(("Location", format!("/api/v1/records/{}", shown.record.id.key())));
    }
    Ok(response.json(body))
}

/// What a list is narrowed by.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct ListParams {
    /// Only drafts that stand here: draft, submitted, returned, approved, scheduled.
    draft: Option<String>,
    /// Only what the public sees so: none, published, withdrawn.
    live: Option<String>,
    /// Only of this kind.
    kind: Option<String>,
    /// Only this agency's.
    agency: Option<String>,
    /// Lines a page, 1 to 1,000; 100 if left out.
    #[param(value_type = Option<u32>)]
    limit: Option<String>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

impl ListParams {
    fn query(&self) -> Result<ListQuery, Problem> {
        let bad = || Problem::parameter("cursor", ("Con trỏ không hợp lệ.", "No cursor of ours."));
        let after = self.cursor.as_deref().map(|cursor| {
            let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_no_base64| bad())?;
            String::from_utf8(bytes).map_err(|_no_text| bad())
        });
        Ok(ListQuery {
            draft: word("draft", self.draft.as_deref())?,
            live: word("live", self.live.as_deref())?,
            kind: word("kind", self.kind.as_deref())?,
            agency: self.agency.clone(),
            after: after.transpose()?,
            limit: usize::try_from(page_size(self.limit.as_deref(), 1_000, 100)?)
                .unwrap_or(usize::MAX),
        })
    }
}

/// The records whose unpublished side the caller may see.
#[utoipa::path(tag = "records", params(ListParams), responses((status = 200, body = ListBody), (status = 400, body = ProblemBody)))]
#[get("/api/v1/records")]
pub(crate) async fn list(
    app: web::Data<App>,
    caller: Caller,
    params: web::Query<ListParams>,
) -> Result<web::Json<ListBody>, Problem> {
    let query = params.query()?;
    let page = app.run(move |services| services.records(&caller.0, &query)).await?;
    let next_cursor = page.next.map(|key| URL_SAFE_NO_PAD.encode(key));
    Ok(web::Json(ListBody { records: page.lines, next_cursor }))
}

/// The records of a list by their languages: which has what, for a board of translations.
#[utoipa::path(tag = "records", params(ListParams), responses((status = 200, body = BoardBody), (status = 400, body = ProblemBody)))]
#[get("/api/v1/completeness")]
pub(crate) async fn board(
    app: web::Data<App>,
    caller: Caller,
    params: web::Query<ListParams>,
) -> Result<web::Json<BoardBody>, Problem> {
    let query = params.query()?;
    let board = app.run(move |services| services.board(&caller.0, &query)).await?;
    let next_cursor = board.next.map(|key| URL_SAFE_NO_PAD.encode(key));
    let rows = board.rows.into_iter();
    let rows = rows.map(|(record, languages)| BoardRow { record, languages }).collect();
    Ok(web::Json(BoardBody { rows, next_cursor }))
}

/// Begins a record for the caller's agency.
#[utoipa::path(
    tag = "records",
    request_body = DocumentBody,
    responses(
        (status = 201, body = RecordBody),
        (status = 400, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 409, body = ProblemBody), (status = 413, body = ProblemBody),
        (status = 415, body = ProblemBody), (status = 422, body = ProblemBody),
    ),
)]
#[post("/api/v1/records")]
pub(crate) async fn create(
    app: web::Data<App>,
    caller: Caller,
    request: HttpRequest,
    body: web::Bytes,
) -> Result<HttpResponse, Problem> {
    let value = json_value(&request, &body)?;
    let shown = app.run(move |services| services.shown(services.create(&caller.0, value)?)).await?;
    answer(StatusCode::CREATED, &shown)
}

/// A record with its draft or, without one, its live text.
#[utoipa::path(tag = "records", params(("id" = String, Path)), responses((status = 200, body = RecordBody), (status = 404, body = ProblemBody)))]
#[get("/api/v1/records/{id}")]
pub(crate) async fn read(
    app: web::Data<App>,
    caller: Caller,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let id = record_id(&id)?;
    let shown = app.run(move |services| services.record(&caller.0, id)).await?;
    answer(StatusCode::OK, &shown)
}

/// Saves the draft; `If-Match` names the revision that the caller read.
#[utoipa::path(
    tag = "records",
    params(("id" = String, Path), ("If-Match" = String, Header)),
    request_body = DocumentBody,
    responses(
        (status = 200, body = RecordBody), (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody), (status = 412, body = ProblemBody),
        (status = 422, body = ProblemBody), (status = 428, body = ProblemBody),
    ),
)]
#[put("/api/v1/records/{id}")]
pub(crate) async fn save(
    app: web::Data<App>,
    caller: Caller,
    request: HttpRequest,
    id: web::Path<String>,
    body: web::Bytes,
) -> Result<HttpResponse, Problem> {
    let id = record_id(&id)?;
    let seen = if_match(&request)?.ok_or_else(|| {
        let text = (
            "Hãy gửi If-Match với ETag của lần đọc trước.",
            "Send If-Match with the ETag of what you read.",
        );
        Problem::new(StatusCode::PRECONDITION_REQUIRED, "if-match-needed", text)
    })?;
    let value = json_value(&request, &body)?;
    let shown =
        app.run(move |services| services.shown(services.save(&caller.0, id, seen, value)?)).await?;
    answer(StatusCode::OK, &shown)
}

/// Throws the draft away; a record that was never public goes with it.
#[utoipa::path(
    tag = "records",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 204), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 412, body = ProblemBody)),
)]
#[delete("/api/v1/records/{id}")]
pub(crate) async fn discard(
    app: web::Data<App>,
    caller: Caller,
    request: HttpRequest,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let (id, seen) = (record_id(&id)?, if_match(&request)?);
    app.run(move |services| services.discard(&caller.0, id, seen)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// What can be asked by a transition; the rest has addresses of its own.
const TRANSITIONS: [Action; 11] = [
    Action::Submit,
    Action::SignOff,
    Action::Return,
    Action::Approve,
    Action::Schedule,
    Action::Publish,
    Action::Withdraw,
    Action::Reopen,
    Action::Assign,
    Action::Clear,
    Action::Refuse,
];

impl CareBody {
    fn care(&self) -> Result<Care, Problem> {
        let maps = self.maps.iter().map(|id| id.parse()).collect::<Result<_, _>>();
        let maps = maps.map_err(|error: IdError| {
            let text = error.to_string();
            Problem::invalid(vec![InputError::new("/care/maps", "id", (&text, &text))])
        })?;
        Ok(Care { ticks: self.ticks.iter().cloned().collect(), maps })
    }
}

/// A correction is said in Vietnamese and whatever else; 2,000 characters at most.
fn corrected(texts: Texts) -> Result<Localized<String>, Problem> {
    let wrong = |pointer: &str, code: &str, text| {
        Problem::invalid(vec![InputError::new(pointer, code, text)])
    };
    if texts.get("vi").is_none_or(|text| text.trim().is_empty()) {
        let text =
            ("Phải có nội dung đính chính bằng tiếng Việt.", "The Vietnamese text is needed.");
        return Err(wrong("/correction/vi", "required", text));
    }
    if 30 < texts.len() {
        let text = ("Tối đa 30 ngôn ngữ.", "30 languages at most.");
        return Err(wrong("/correction", "too-many", text));
    }
    let mut all = Vec::new();
    for (tag, text) in texts {
        let pointer = format!("/correction/{tag}");
        let lang: Lang = tag
            .parse()
            .map_err(|_bad| wrong(&pointer, "language-tag", ("Thẻ BCP 47.", "A BCP 47 tag.")))?;
        let text = crate::text::nfc(text.trim()).into_owned();
        if 2_000 < text.chars().count() || crate::text::forbidden_char(&text).is_some() {
            let said = (
                "Tối đa 2.000 ký tự, không có ký tự điều khiển.",
                "At most 2,000 characters, no controls.",
            );
            return Err(wrong(&pointer, "text", said));
        }
        all.push((lang, text));
    }
    Ok(all.into_iter().filter(|(_, text)| !text.is_empty()).collect())
}

impl TransitionBody {
    fn wish(&self, seen: Option<u32>) -> Result<Wish, Problem> {
        let invalid = |pointer: &str, expected: String| {
            let vi = format!("Giá trị không hợp lệ ({expected}).");
            Problem::invalid(vec![InputError::new(pointer, "value", (&vi, &expected))])
        };
        let action: Action =
            self.action.parse().ok().filter(|action| TRANSITIONS.contains(action)).ok_or_else(
                || {
                    let words: Vec<&str> =
                        TRANSITIONS.iter().map(|action| action.as_str()).collect();
                    invalid("/action", words.join(", "))
                },
            )?;
        let at = self
            .at
            .as_deref()
            .map(|at| at.parse().map_err(|_bad| invalid("/at", "RFC 3339".to_owned())));
        let reason = self.reason.as_deref().map(|r| {
            r.parse()
                .map_err(|e: crate::domain::account::WordError| invalid("/reason", e.to_string()))
        });
        let other = self.replaced_by.as_deref().map(|id| {
            id.parse()
                .map_err(|e: crate::domain::id::IdError| invalid("/replacedBy", e.to_string()))
        });
        let lang = self
            .lang
            .as_deref()
            .map(|lang| lang.parse().map_err(|_bad| invalid("/lang", "BCP 47".to_owned())));
        let note = self.note.as_deref().map(str::trim).filter(|note| !note.is_empty());
        if note.is_some_and(|note| 5_000 < note.chars().count()) {
            return Err(invalid("/note", "at most 5,000 characters".to_owned()));
        }
        Ok(Wish {
            action,
            note: note.map(ToOwned::to_owned),
            reasons: self.reasons.clone(),
            care: self.care.as_ref().map(CareBody::care).transpose()?,
            to: self.to.clone(),
            lang: lang.transpose()?,
            at: at.transpose()?,
            reason: reason.transpose()?,
            purge: self.purge.unwrap_or(true),
            replaced_by: other.transpose()?,
            correction: self.correction.clone().map(corrected).transpose()?,
            seen,
        })
    }
}

/// Moves a record on: submit, sign-off, return, approve, schedule, publish, withdraw, reopen, assign,
/// clear, refuse.
#[utoipa::path(
    tag = "records",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header)),
    request_body = TransitionBody,
    responses(
        (status = 200, body = RecordBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody),
        (status = 422, body = ProblemBody, description = "Findings hold it back, or the input is wrong"),
    ),
)]
#[post("/api/v1/records/{id}/transitions")]
pub(crate) async fn transition(
    app: web::Data<App>,
    caller: Caller,
    request: HttpRequest,
    id: web::Path<String>,
    body: web::Bytes,
) -> Result<HttpResponse, Problem> {
    let id = record_id(&id)?;
    let said: TransitionBody = json_body(&request, &body)?;
    let wish = said.wish(if_match(&request)?)?;
    let shown =
        app.run(move |services| services.shown(services.transition(&caller.0, id, &wish)?)).await?;
    answer(StatusCode::OK, &shown)
}

/// What the checks say of the draft.
#[utoipa::path(tag = "records", params(("id" = String, Path)), responses((status = 200, body = FindingsBody), (status = 404, body = ProblemBody)))]
#[get("/api/v1/records/{id}/findings")]
pub(crate) async fn findings(
    app: web::Data<App>,
    caller: Caller,
    id: web::Path<String>,
) -> Result<web::Json<FindingsBody>, Problem> {
    let id = record_id(&id)?;
    let said = app.run(move |services| services.findings(&caller.0, id)).await?;
    Ok(web::Json(FindingsBody::from(said)))
}
