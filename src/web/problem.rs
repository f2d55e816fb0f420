//! Errors as RFC 9457 `application/problem+json`, in the caller's language.

use std::fmt;

use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header},
};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use crate::{
    domain::{
        id::{AssetId, RecordId},
        input::InputError,
        lifecycle::Refusal,
        message::Message,
        record::Tombstone,
    },
    media::MediaError,
    service::Error,
    store::StoreError,
};

/// What went wrong, before a language is chosen.
#[derive(Clone, Debug)]
pub struct Problem(Box<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    status: StatusCode,
    code: String,
    detail: Message,
    errors: Vec<InputError>,
    more: Map<String, Value>,
    headers: Vec<(header::HeaderName, String)>,
}

/// The document that is sent (RFC 9457).
#[derive(Serialize, ToSchema)]
pub struct ProblemBody {
    /// `/problems/<code>`: the kind of problem.
    #[serde(rename = "type")]
    #[schema(example = "/problems/invalid")]
    pub type_: String,
    /// The HTTP status in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened, in the caller's language.
    pub detail: String,
    /// The kind again, stable for programs.
    pub code: String,
    /// Everything that is wrong with the input.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// What only this kind of problem says.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

/// One thing that is wrong with the input.
#[derive(Serialize, ToSchema)]
pub struct FieldError {
    /// Where: a JSON Pointer (RFC 6901).
    pub pointer: String,
    /// What sort of error, stable for programs.
    pub code: String,
    /// What is expected, in the caller's language.
    pub message: String,
}

impl Problem {
    /// A problem with its wording in Vietnamese and English.
    #[must_use]
    pub fn new(status: StatusCode, code: &str, (vi, en): (&str, &str)) -> Self {
        Self(Box::new(Inner {
            status,
            code: code.to_owned(),
            detail: Message::new(vi, en),
            errors: Vec::new(),
            more: Map::new(),
            headers: Vec::new(),
        }))
    }

    /// The same for a wrong name and a wrong password, so that nobody learns which accounts exist.
    #[must_use]
    pub fn of_sign_in(self) -> Self {
        if self.0.status != StatusCode::UNAUTHORIZED {
            return self;
        }
        let text = (
            "Tên đăng nhập hoặc mật khẩu không đúng.",
            "The user name or the password is not right.",
        );
        Self::new(StatusCode::UNAUTHORIZED, "unauthorised", text)
    }

    /// Adds a header of its own.
    #[must_use]
    pub fn with_header(mut self, name: header::HeaderName, value: impl Into<String>) -> Self {
        self.0.headers.push((name, value.into()));
        self
    }

    /// Adds a member of its own.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.more.insert(name.to_owned(), value.into());
        self
    }

    /// The same with a sentence of its own.
    #[must_use]
    pub fn saying(mut self, (vi, en): (&str, &str)) -> Self {
        self.0.detail = Message::new(vi, en);
        self
    }

    /// Names the places in the input.
    #[must_use]
    pub fn with_errors(mut self, errors: Vec<InputError>) -> Self {
        self.0.errors = errors;
        self
    }

    /// A fault of ours: logged with a number, of which only the number goes out.
    #[must_use]
    pub fn internal(what: &str) -> Self {
        let incident = incident();
        tracing::error!(incident, "request failed: {what}");
        let text = (
            "Hệ thống gặp sự cố; hãy báo số sự cố cho quản trị.",
            "Something went wrong here; please tell the administrator the incident number.",
        );
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", text).with("incident", incident)
    }

    /// There is no such thing.
    #[must_use]
    pub fn not_found() -> Self {
        let text = ("Không tìm thấy.", "There is no such thing.");
        Self::new(StatusCode::NOT_FOUND, "not-found", text)
    }

    /// A method that the address does not take; `allowed` are those that it does.
    #[must_use]
    pub fn method(allowed: &str) -> Self {
        let text =
            ("Địa chỉ này không nhận phương thức đó.", "This address does not take that method.");
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", text)
            .with_header(header::ALLOW, allowed)
    }

    /// A body that cannot be read.
    #[must_use]
    pub fn unreadable(why: &str) -> Self {
        let text = (
            format!("Không đọc được nội dung gửi lên ({why})."),
            format!("The body cannot be read ({why})."),
        );
        Self::new(StatusCode::BAD_REQUEST, "unreadable", (&text.0, &text.1))
    }

    /// Input with errors.
    #[must_use]
    pub fn invalid(errors: Vec<InputError>) -> Self {
        let text = (
            "Nội dung gửi lên chưa hợp lệ; xem từng lỗi trong errors.",
            "The input is not valid; see each of the errors.",
        );
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", text).with_errors(errors)
    }

    /// One wrong parameter.
    #[must_use]
    pub fn parameter(name: &str, (vi, en): (&str, &str)) -> Self {
        Self::parameters(vec![InputError::new(&format!("/{name}"), "value", (vi, en))])
    }

    /// Wrong parameters.
    #[must_use]
    pub fn parameters(errors: Vec<InputError>) -> Self {
        let text = ("Tham số chưa hợp lệ.", "A parameter is not valid.");
        Self::new(StatusCode::BAD_REQUEST, "bad-parameter", text).with_errors(errors)
    }

    /// The status.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The sentence for a reader of `lang`.
    #[must_use]
    pub fn detail(&self, lang: &str) -> &str {
        self.0.detail.for_lang(lang)
    }

    /// A member of its own.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&Value> {
        self.0.more.get(name)
    }

    /// The answer for a reader of `lang`.
    #[must_use]
    pub fn respond(&self, lang: &str) -> HttpResponse {
        let each = self.0.errors.iter().map(|error| FieldError {
            pointer: error.pointer.clone(),
            code: error.code.clone(),
            message: error.message.for_lang(lang).to_owned(),
        });
        let body = ProblemBody {
            type_: format!("/problems/{}", self.0.code),
            title: self.0.status.canonical_reason().unwrap_or("Error").to_owned(),
            status: self.0.status.as_u16(),
            detail: self.detail(lang).to_owned(),
            code: self.0.code.clone(),
            errors: each.collect(),
            more: self.0.more.clone(),
        };
        let mut answer = HttpResponse::build(self.0.status);
        answer.insert_header((header::CONTENT_LANGUAGE, lang));
        answer.insert_header((header::CACHE_CONTROL, "no-store"));
        for (name, value) in &self.0.headers {
            answer.insert_header((name.clone(), value.clone()));
        }
        if self.0.status == StatusCode::UNAUTHORIZED {
            answer.insert_header((header::WWW_AUTHENTICATE, "Bearer realm=\"quangba\""));
        }
        answer.content_type("application/problem+json").json(body)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.code, self.0.detail.en)
    }
}

/// The language is chosen by the middleware [`super::negotiate::speak`]; this is what it starts
/// from.
impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.0.status
    }

    fn error_response(&self) -> HttpResponse {
        self.respond("vi")
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        use StatusCode as S;
        match error {
            Error::NotFound => Self::not_found(),
            Error::Unauthorised => Self::new(
                S::UNAUTHORIZED,
                "unauthorised",
                ("Hãy đăng nhập, hoặc gửi khóa hợp lệ.", "Sign in, or send a valid key."),
            ),
            Error::Forbidden => Self::new(
                S::FORBIDDEN,
                "forbidden",
                ("Bạn không được phép thực hiện thao tác này.", "You may not do this."),
            ),
            Error::Refused(refusal) => refused(refusal),
            Error::Conflict(code, message) => {
                Self::new(S::CONFLICT, code, (&message.vi, &message.en))
            }
            Error::Duplicate(record, asset) => duplicate(record, asset),
            Error::Quota { used, quota } => super::upload_problem::quota(used, quota),
            Error::Upload(error) => super::upload_problem::problem(&error),
            Error::Gone(stone) => gone(&stone),
            Error::Stale => Self::new(
                S::PRECONDITION_FAILED,
                "stale",
                (
                    "Tư liệu đã được người khác sửa; hãy tải lại rồi sửa tiếp.",
                    "Somebody else changed the record; load it again and go on from there.",
                ),
            ),
            Error::Conflicting(conflict) => Self::from(Error::Stale)
                .with("conflict", serde_json::to_value(conflict).unwrap_or_default()),
            Error::Invalid(errors) => Self::invalid(errors),
            Error::Findings(findings) => Self::new(
                S::UNPROCESSABLE_ENTITY,
                "findings",
                (
                    "Còn nội dung phải hoàn thiện trước khi đi tiếp.",
                    "Some findings must be settled first.",
                ),
            )
            .with("findings", serde_json::to_value(findings).unwrap_or_default()),
            Error::TooMany(seconds) => Self::new(
                S::TOO_MANY_REQUESTS,
                "too-many",
                ("Thử quá nhiều lần; hãy chờ.", "Too many attempts; please wait."),
            )
            .with_header(header::RETRY_AFTER, seconds.to_string()),
            Error::BadCursor => {
                Self::parameter("cursor", ("Con trỏ không hợp lệ.", "This cursor is none of ours."))
            }
            Error::Expired(after) => expired(after),
            Error::Beyond(last) => beyond(last),
            Error::Media(error) => media(&error),
            Error::Iiif(error) => iiif(&error),
            Error::Store(error) => store(&error),
            Error::Search(error) => Self::internal(&format!("{error:?}")),
            Error::Internal(what) => Self::internal(&what),
        }
    }
}

fn expired(after: u64) -> Problem {
    use StatusCode as S;
    Problem::new(
        S::GONE,
        "cursor-expired",
        (
            "Ảnh chụp dữ liệu đã hết hạn; hãy bắt đầu lại từ restartAfterSeq.",
            "The snapshot is over; start again after restartAfterSeq.",
        ),
    )
    .with("restartAfterSeq", after)
}

fn beyond(last: u64) -> Problem {
    use StatusCode as S;
    Problem::new(
        S::CONFLICT,
        "beyond-feed",
        (
            "after_seq vượt quá cuối dòng dữ liệu; hãy bắt đầu lại từ restartAfterSeq.",
            "after_seq lies beyond the feed's end; start again after restartAfterSeq.",
        ),
    )
    .with("untilSeq", last)
    .with("restartAfterSeq", 0)
}

fn gone(stone: &Tombstone) -> Problem {
    use StatusCode as S;
    Problem::new(
                S::GONE,
                "withdrawn",
                ("Tư liệu này đã được gỡ bỏ.", "This record was withdrawn."),
            )
            .with(
                "tombstone",
                json!({"id": stone.id, "localId": stone.local_id, "version": stone.version,
                    "withdrawn": {"at": stone.at, "reason": stone.reason, "replacedBy": stone.replaced_by}}),
            )
}

/// A file that the agency has already, with where it is.
fn duplicate(record: RecordId, asset: AssetId) -> Problem {
    let text = (
        format!(
            "Đơn vị đã có đúng tệp này ở tư liệu {record}. Gửi kèm again=true nếu muốn dùng lại."
        ),
        format!("The record {record} has this very file. Send again=true to have it once more."),
    );
    let text = (text.0.as_str(), text.1.as_str());
    Problem::new(StatusCode::CONFLICT, "duplicate-file", text)
        .with_errors(vec![InputError::new("/file", "duplicate-file", text)])
        .with("record", record.to_string())
        .with("asset", asset.to_string())
}

/// A picture that cannot be given: what the request does not fit, in the words of the API.
fn iiif(error: &crate::exchange::iiif::Error) -> Problem {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST);
    if status.is_server_error() && status != StatusCode::NOT_IMPLEMENTED {
        return Problem::internal(&error.to_string());
    }
    let vi = format!("Yêu cầu ảnh không hợp lệ ({error}).");
    Problem::new(status, "iiif-request", (&vi, &error.to_string()))
}

fn refused(refusal: Refusal) -> Problem {
    use StatusCode as S;
    let (status, code, text) = match refusal {
        Refusal::Unknown => return Problem::not_found(),
        Refusal::Role => (
            S::FORBIDDEN,
            "forbidden",
            ("Vai trò của bạn không được làm việc này.", "Your role may not do this."),
        ),
        Refusal::OwnWork => (
            S::FORBIDDEN,
            "own-work",
            ("Không ai được tự duyệt nội dung mình viết.", "Nobody may approve what they wrote."),
        ),
        Refusal::State => (
            S::CONFLICT,
            "state",
            (
                "Tư liệu đang ở trạng thái không cho phép việc này.",
                "The record's state does not allow this.",
            ),
        ),
        Refusal::SignOff => (
            S::CONFLICT,
            "sign-off",
            (
                "Lãnh đạo đơn vị chưa ký duyệt trước khi gửi.",
                "The agency's leader has not signed off yet.",
            ),
        ),
        Refusal::Findings => (
            S::UNPROCESSABLE_ENTITY,
            "findings",
            ("Còn nội dung phải hoàn thiện.", "Some findings must be settled first."),
        ),
        Refusal::Embargo => (
            S::CONFLICT,
            "embargo",
            (
                "Tư liệu chưa được công bố trước thời điểm đã định; hãy đặt lịch đăng.",
                "The record is under embargo; schedule it instead.",
            ),
        ),
    };
    Problem::new(status, code, text)
}

fn store(error: &StoreError) -> Problem {
    use StatusCode as S;
    match error {
        StoreError::Conflict { .. } => Error::Stale.into(),
        StoreError::Full => disk_full(),
        StoreError::ReadOnly(why) => {
            tracing::error!("refused a write: read-only ({why})");
            let text = (
                "Hệ thống đang ở chế độ chỉ đọc; hãy thử lại sau.",
                "The system is read-only for now; try again later.",
            );
            Problem::new(S::SERVICE_UNAVAILABLE, "read-only", text)
                .with_header(header::RETRY_AFTER, "60")
        }
        StoreError::Closed => {
            let text = ("Hệ thống đang dừng.", "The system is shutting down.");
            Problem::new(S::SERVICE_UNAVAILABLE, "closing", text)
                .with_header(header::RETRY_AFTER, "10")
        }
        StoreError::TooLarge(_) => Problem::new(
            S::PAYLOAD_TOO_LARGE,
            "too-large",
            ("Tư liệu quá lớn.", "The record is too large."),
        ),
        other => Problem::internal(&format!("{other:?}")),
    }
}

pub(super) fn disk_full() -> Problem {
    let text = ("Đĩa đã đầy; chưa ghi gì.", "The disk is full; nothing was written.");
    Problem::new(StatusCode::INSUFFICIENT_STORAGE, "disk-full", text)
}

fn media(error: &MediaError) -> Problem {
    super::media_problem::problem(error)
}

/// Twelve letters and digits by which an incident is found in the log.
fn incident() -> String {
    let mut bytes = [0_u8; 6];
    // Without randomness the number is zeros; the log line still has its time.
    if getrandom::fill(&mut bytes).is_err() {
        bytes = [0; 6];
    }
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
