//! The protocol of uploads that can go on after a break, as far as it is headers: tus 1.0.0
//! (<https://tus.io/protocols/resumable-upload>) with the extensions creation, creation-with-upload,
//! expiration, checksum and termination.

use std::{collections::BTreeMap, future::Future, pin::Pin};

use actix_web::{
    Error, FromRequest, HttpRequest,
    body::MessageBody,
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{self, AsHeaderName, HeaderMap, HeaderName, HeaderValue},
    },
    middleware::Next,
    web,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{auth::Caller, problem::Problem, state::App};
use crate::{
    domain::{id::RecordId, input::InputError},
    media::partial::Checksum,
    service::{Meta, NewUpload},
};

/// Where uploads lie.
pub(super) const PREFIX: &str = "/api/v1/uploads";

/// The version of the protocol.
pub(super) const VERSION: &str = "1.0.0";

/// What of the protocol there is beside its core.
pub(super) const EXTENSIONS: &str = "creation,creation-with-upload,expiration,checksum,termination";

/// The media type of a piece.
const PIECE: &str = "application/offset+octet-stream";

/// Bytes of the description at most.
const META: usize = 64 * 1024;

pub(super) const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
pub(super) const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
pub(super) const LENGTH: HeaderName = HeaderName::from_static("upload-length");
pub(super) const EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
const SUPPORTED: HeaderName = HeaderName::from_static("tus-version");
const OVERRIDE: HeaderName = HeaderName::from_static("x-http-method-override");

/// Somebody who signed in and speaks the protocol.
pub(super) struct Sender(pub(super) Caller);

impl FromRequest for Sender {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let caller = Caller::from_request(request, payload);
        // A plain GET is no request of the protocol.
        let plain = request.method() == Method::GET && !super::routes::is_head(request);
        let speaks = plain || said(request.headers(), RESUMABLE).is_some_and(|v| v == VERSION);
        Box::pin(async move {
            if !speaks {
                let text = (
                    "Hãy gửi Tus-Resumable: 1.0.0; hệ thống chỉ dùng phiên bản này.",
                    "Send Tus-Resumable: 1.0.0; there is no other version here.",
                );
                return Err(Problem::new(StatusCode::PRECONDITION_FAILED, "tus-version", text)
                    .with_header(SUPPORTED, VERSION));
            }
            Ok(Self(caller.await?))
        })
    }
}

/// Every answer about uploads names the version, and none is for caches. A method that a proxy does
/// not let through may stand in a header of a POST.
///
/// # Errors
/// What the framework could not answer at all.
pub(super) async fn protocol<B: MessageBody>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let base = request.app_data::<web::Data<App>>().map(|app| app.settings.base_path.clone());
    let path = request.path().strip_prefix(base.unwrap_or_default().as_str());
    let rest = path.and_then(|path| path.strip_prefix(PREFIX));
    if rest.is_none_or(|rest| !rest.is_empty() && !rest.starts_with('/')) {
        return next.call(request).await;
    }
    if request.method() == Method::POST {
        let meant = said(request.headers(), OVERRIDE).and_then(|name| match name {
            "PATCH" => Some(Method::PATCH),
            "DELETE" => Some(Method::DELETE),
            _ => None,
        });
        if let Some(method) = meant {
            request.head_mut().method = method;
        }
    }
    let mut answered = next.call(request).await?;
    let headers = answered.headers_mut();
    headers.insert(RESUMABLE, HeaderValue::from_static(VERSION));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(answered)
}

/// A header's text.
pub(super) fn said(headers: &HeaderMap, name: impl AsHeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim)
}

/// A number of bytes in a header, if it is there.
pub(super) fn bytes(headers: &HeaderMap, name: &HeaderName) -> Result<Option<u64>, Problem> {
    let Some(value) = headers.get(name) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim();
    let plain = text.bytes().all(|digit| digit.is_ascii_digit());
    let number = text.parse().ok().filter(|_| plain);
    number.map(Some).ok_or_else(|| bad_header(name, "a number of bytes"))
}

/// 400: a piece says where it goes on.
pub(super) fn no_offset() -> Problem {
    bad_header(&OFFSET, "a number of bytes")
}

/// Whether the request brings a piece.
///
/// # Errors
/// 415 for a body of another media type.
pub(super) fn has_piece(request: &HttpRequest) -> Result<bool, Problem> {
    let media_type = said(request.headers(), header::CONTENT_TYPE);
    let empty = said(request.headers(), header::CONTENT_LENGTH).is_none_or(|length| length == "0")
        && !request.headers().contains_key(header::TRANSFER_ENCODING);
    match media_type {
        Some(media_type) if media_type.eq_ignore_ascii_case(PIECE) => Ok(true),
        _ if empty => Ok(false),
        _ => Err(no_piece()),
    }
}

/// 415: a piece has its own media type.
pub(super) fn no_piece() -> Problem {
    let text = (
        "Nội dung phải có kiểu application/offset+octet-stream.",
        "The body must be application/offset+octet-stream.",
    );
    Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", text)
}

/// The checksum that a piece was sent with.
pub(super) fn checksum(headers: &HeaderMap) -> Result<Option<Checksum>, Problem> {
    let name = HeaderName::from_static("upload-checksum");
    if !headers.contains_key(&name) {
        return Ok(None);
    }
    let parts = said(headers, &name).and_then(|text| text.split_once(' '));
    let found = parts
        .and_then(|(algorithm, sum)| Checksum::named(algorithm, STANDARD.decode(sum.trim()).ok()?));
    let wanted = || bad_header(&name, &format!("one of {}, and base64", Checksum::NAMES));
    found.map(Some).ok_or_else(wanted)
}

/// What a POST says of the upload that it begins.
pub(super) fn new_upload(headers: &HeaderMap) -> Result<NewUpload, Problem> {
    let has = |name| headers.contains_key(HeaderName::from_static(name));
    if has("upload-defer-length") || has("upload-concat") {
        let text = (
            "Phải khai báo Upload-Length ngay khi bắt đầu và gửi tệp thành một lần tải duy nhất.",
            "Upload-Length must be said at the beginning, and a file is one upload.",
        );
        return Err(Problem::new(StatusCode::BAD_REQUEST, "tus-extension", text));
    }
    let length =
        bytes(headers, &LENGTH)?.ok_or_else(|| bad_header(&LENGTH, "a number of bytes"))?;
    let mut said = metadata(headers)?;
    let mut errors = Vec::new();
    let record = said.remove("record").unwrap_or_default();
    let record: Option<RecordId> = record.parse().ok();
    if record.is_none() {
        let text = ("Phải có mã tư liệu (record).", "There must be the record's id.");
        errors.push(InputError::new("/record", "required", text));
    }
    let sha256 = said.remove("sha256").map(|text| text.to_ascii_lowercase().parse());
    let sha256 = sha256.transpose().map_err(|_none| {
        let text = ("SHA-256 gồm 64 ký tự hệ 16.", "A SHA-256 is 64 hexadecimal characters.");
        errors.push(InputError::new("/sha256", "value", text));
    });
    let fields = said.remove("meta").unwrap_or_else(|| "{}".to_owned());
    if META < fields.len() {
        return Err(Problem::unreadable("meta is larger than 64 KB"));
    }
    let fields = serde_json::from_str(&fields)
        .map_err(|error| Problem::unreadable(&format!("meta: {error}")))?;
    let yes = |said: Option<String>| said.as_deref() == Some("true");
    let (prefill, again) = (yes(said.remove("prefill")), yes(said.remove("again")));
    let name = said.remove("filename").unwrap_or_default();
    match (record, sha256) {
        (Some(record), Ok(sha256)) => {
            let meta = Meta { fields, prefill, again };
            Ok(NewUpload { record, name, length, meta, sha256 })
        }
        _ => Err(Problem::invalid(errors)),
    }
}

/// `Upload-Metadata`: pairs of a name and its value in base64; names that we do not know are other
/// programs' business.
fn metadata(headers: &HeaderMap) -> Result<BTreeMap<String, String>, Problem> {
    let name = HeaderName::from_static("upload-metadata");
    let bad = || bad_header(&name, "names once each, with values in base64 of UTF-8");
    let text = said(headers, &name).unwrap_or_default();
    let mut found = BTreeMap::new();
    for pair in text.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once(' ').unwrap_or((pair, ""));
        let value = STANDARD.decode(value.trim()).map_err(|_no_base64| bad())?;
        let value = String::from_utf8(value).map_err(|_no_text| bad())?;
        if found.insert(key.to_owned(), value).is_some() {
            return Err(bad());
        }
    }
    Ok(found)
}

fn bad_header(name: &HeaderName, wanted: &str) -> Problem {
    let text = (
        format!("Trường {name} của yêu cầu không hợp lệ ({wanted})."),
        format!("The header {name} is not valid ({wanted})."),
    );
    Problem::new(StatusCode::BAD_REQUEST, "bad-header", (&text.0, &text.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &str)| {
            (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())
        };
        pairs.iter().map(pair).collect()
    }

    fn b64(text: &str) -> String {
        STANDARD.encode(text)
    }

    #[test]
    fn what_begins_an_upload_is_read_and_strange_names_are_passed_over() {
        let id = "019a0b5c-3f00-7a11-8a11-0123456789ab";
        let said = format!(
            "record {},filename {}, filetype {},is_confidential,again {}",
            b64(id),
            b64("dàn chiêng.jpg"),
            b64("image/jpeg"),
            b64("true"),
        );
        let new = new_upload(&headers(&[("upload-length", "7"), ("upload-metadata", &said)]));
        let new = new.unwrap();
        assert_eq!((new.length, new.name.as_str()), (7, "dàn chiêng.jpg"));
        assert_eq!(
            (new.record.key().as_str(), new.meta.again, new.meta.prefill),
            (id, true, false)
        );
        assert_eq!(new.meta.fields, serde_json::json!({}));
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        let record = format!("record {}", b64("019a0b5c-3f00-7a11-8a11-0123456789ab"));
        let twice = format!("{record},{record}");
        let bytes = format!("{record},filename {}", STANDARD.encode([0xff, 0xfe]));
        for (length, said) in [
            ("-1", record.as_str()),
            ("+1", &record),
            ("", &record),
            ("99999999999999999999", &record),
            ("1", "record !!!"),
            ("1", &twice),
            ("1", &bytes),
        ] {
            let read =
                new_upload(&headers(&[("upload-length", length), ("upload-metadata", said)]));
            assert_eq!(read.unwrap_err().status(), 400, "{length} {said}");
        }
        let none = new_upload(&headers(&[("upload-length", "1")]));
        assert_eq!(none.unwrap_err().status(), 422);
        for extension in ["upload-defer-length", "upload-concat"] {
            let asked = [(extension, "1"), ("upload-length", "1"), ("upload-metadata", &record)];
            assert_eq!(new_upload(&headers(&asked)).unwrap_err().status(), 400);
        }
    }

    #[test]
    fn a_checksum_is_an_algorithm_and_base64() {
        let read = |text| checksum(&headers(&[("upload-checksum", text)]));
        assert_eq!(read("sha1 AAEC").unwrap(), Some(Checksum::Sha1(vec![0, 1, 2])));
        assert!(matches!(read("sha256 AAEC").unwrap(), Some(Checksum::Sha256(_))));
        for bad in ["", "sha1", "md5 AAEC", "SHA1 AAEC", "sha1 ?"] {
            assert_eq!(read(bad).unwrap_err().status(), 400, "{bad}");
        }
        assert_eq!(checksum(&headers(&[])).unwrap(), None);
    }
}
