//! What is said of an upload that cannot be taken, in whole or in part.

use actix_web::http::{StatusCode, header};

use super::problem::Problem;
use crate::{domain::input::InputError, service::UploadError};

/// The problem of an upload; 460 is the protocol's own (tus 1.0.0, extension checksum).
pub(super) fn problem(error: &UploadError) -> Problem {
    let (status, code, vi) = match error {
        UploadError::Busy => {
            (423, "upload-busy", "Một yêu cầu khác đang gửi tệp này; hãy thử lại sau.".to_owned())
        }
        UploadError::Offset(at) => {
            (409, "upload-offset", format!("Hãy gửi tiếp từ byte thứ {at}."))
        }
        UploadError::Beyond(length) => {
            (413, "upload-too-long", format!("Tệp đã được khai báo dài {length} byte."))
        }
        UploadError::Checksum => {
            (460, "checksum-mismatch", "Phần vừa gửi không khớp mã kiểm tra gửi kèm.".to_owned())
        }
        UploadError::Digest(found) => (
            422,
            "digest-mismatch",
            format!("Toàn bộ tệp có SHA-256 là {found}, khác với mã đã khai báo."),
        ),
        UploadError::TooMany(most) => {
            (429, "too-many-uploads", format!("Đã có {most} tệp đang được gửi lên."))
        }
    };
    let en = format!("{}.", sentence(&error.to_string()));
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::CONFLICT);
    let problem = Problem::new(status, code, (&vi, &en));
    match error {
        UploadError::Busy => problem.with_header(header::RETRY_AFTER, "5"),
        UploadError::TooMany(_) => problem.with_header(header::RETRY_AFTER, "60"),
        UploadError::Offset(at) => problem.with("offset", *at),
        UploadError::Beyond(length) => problem.with("length", *length),
        UploadError::Digest(found) => problem
            .with("sha256", found.to_string())
            .with_errors(vec![InputError::new("/sha256", code, (&vi, &en))]),
        UploadError::Checksum => problem,
    }
}

/// An agency's originals take as much as they may. Not 507: trying again does not help.
pub(super) fn quota(used: u64, quota: u64) -> Problem {
    let text = (
        format!(
            "Đơn vị đã dùng {used} trong {quota} byte dung lượng được cấp; tệp này không còn chỗ."
        ),
        format!("The agency has used {used} of its {quota} bytes; there is no room for this file."),
    );
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "quota-exceeded", (&text.0, &text.1))
        .with("used", used)
        .with("quota", quota)
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
