//! What is said of a file that cannot be taken.

use actix_web::http::StatusCode;

use super::problem::{Problem, disk_full};
use crate::{domain::input::InputError, media::MediaError};

/// The problem of a media error.
pub(super) fn problem(error: &MediaError) -> Problem {
    match error {
        MediaError::TooLarge { limit } => {
            let text = (
                format!("Tệp lớn hơn {limit} byte."),
                format!("The file is larger than {limit} bytes."),
            );
            let (code, text) = ("file-too-large", (text.0.as_str(), text.1.as_str()));
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, code, text)
                .with_errors(vec![InputError::new("/file", code, text)])
        }
        MediaError::Full => disk_full(),
        MediaError::Missing(digest) => Problem::internal(&format!("no file {digest}")),
        MediaError::Damaged { .. } | MediaError::Worker(_) | MediaError::Io(_) => {
            Problem::internal(&format!("{error:?}"))
        }
        mendable => refused(mendable),
    }
}

/// What the uploader can mend: 415 for a type, 422 for the rest, with the file as its place.
fn refused(error: &MediaError) -> Problem {
    let (status, code, vi) = match error {
        MediaError::Empty => (422, "file-empty", "Tệp rỗng.".to_owned()),
        MediaError::Pixels { width, height, limit } => (
            422,
            "file-pixels",
            format!("Ảnh {width} × {height} điểm ảnh vượt quá {limit} điểm ảnh."),
        ),
        MediaError::Memory { .. } => {
            (422, "file-memory", "Ảnh cần quá nhiều bộ nhớ để mở.".to_owned())
        }
        MediaError::Unsupported { found } => {
            (415, "file-type", format!("Hệ thống không nhận loại tệp {found}."))
        }
        MediaError::Mismatch { named, found } => {
            (415, "file-mismatch", format!("Tên tệp ghi là {named} nhưng nội dung là {found}."))
        }
        MediaError::Corrupt { media_type, .. } => {
            (422, "file-corrupt", format!("Tệp hỏng hoặc không đầy đủ ({media_type})."))
        }
        MediaError::Encrypted => {
            (422, "file-encrypted", "Tài liệu có mật khẩu; hãy bỏ mật khẩu rồi gửi lại.".to_owned())
        }
        MediaError::TooComplex(_) => {
            (422, "file-complex", "Tài liệu quá phức tạp, không xử lý được.".to_owned())
        }
        MediaError::NoProgram(of) => {
            (422, "file-program", format!("Hệ thống chưa có chương trình mở tệp {of}."))
        }
        _ => (422, "file-name", "Tên tệp không hợp lệ.".to_owned()),
    };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
    let en = error.to_string();
    let errors = vec![InputError::new("/file", code, (&vi, &en))];
    Problem::new(status, code, (&vi, &en)).with_errors(errors)
}
