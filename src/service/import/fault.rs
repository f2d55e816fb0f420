//! Which failures are a row's own, and how the report tells them.

use crate::{
    domain::{input::InputError, lifecycle::Refusal},
    media::MediaError,
    service::Error,
    store::StoreError,
};

/// What is wrong with a row, as the report tells it.
///
/// # Errors
/// The failure itself, if the next row would fail in the same way: the import ends there.
pub(super) fn of_row(error: Error) -> Result<Vec<InputError>, Error> {
    let one = |code: &str, vi: &str, en: &str| Ok(vec![InputError::new("", code, (vi, en))]);
    match error {
        Error::Invalid(errors) => Ok(errors),
        Error::Findings(findings) => Ok(findings
            .into_iter()
            .map(|found| {
                let text = (found.message.vi.as_str(), found.message.en.as_str());
                InputError::new(&found.pointer, &found.rule, text)
            })
            .collect()),
        Error::Refused(refusal) => one("refused", refused_vi(refusal), &format!("{refusal}.")),
        Error::Conflict(code, message) => one(code, &message.vi, &message.en),
        Error::NotFound | Error::Forbidden => one(
            "not-allowed",
            "Không có quyền với tư liệu này.",
            "This record may not be changed by this import.",
        ),
        Error::Stale => one(
            "stale",
            "Tư liệu vừa được người khác sửa; hãy nhập lại.",
            "Somebody else wrote the record meanwhile; run the import again.",
        ),
        Error::Media(error) => media(error),
        // A smaller file may fit, and a row without one does.
        Error::Quota { used, quota } => one(
            "quota-exceeded",
            &format!("Đơn vị đã dùng {used} trong {quota} byte dung lượng được cấp."),
            &format!("The agency has used {used} of its {quota} bytes."),
        ),
        Error::Store(StoreError::TooLarge(bytes)) => one(
            "too-large",
            &format!("Tư liệu quá lớn ({bytes} byte)."),
            &format!("The record is too large ({bytes} bytes)."),
        ),
        other => Err(other),
    }
}

/// The same errors, one level further down.
pub(super) fn below(base: &str, error: Error) -> Result<Vec<InputError>, Error> {
    let errors = of_row(error)?.into_iter();
    let down =
        |error: InputError| InputError { pointer: format!("{base}{}", error.pointer), ..error };
    Ok(errors.map(down).collect())
}

fn refused_vi(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Unknown => "Không có tư liệu này.",
        Refusal::Role => "Vai trò này không được làm việc đó.",
        Refusal::OwnWork => "Không ai được duyệt nội dung do chính mình viết.",
        Refusal::State => "Trạng thái của tư liệu không cho phép.",
        Refusal::SignOff => "Lãnh đạo đơn vị chưa ký duyệt.",
        Refusal::Findings => "Còn nội dung cần rà soát.",
        Refusal::Embargo => "Tư liệu chưa hết thời hạn chưa công bố.",
    }
}

fn media(error: MediaError) -> Result<Vec<InputError>, Error> {
    let (code, vi) = match &error {
        MediaError::Empty => ("file-empty", "Tệp rỗng.".to_owned()),
        MediaError::TooLarge { limit } => ("file-too-large", format!("Tệp lớn quá {limit} byte.")),
        MediaError::Pixels { width, height, limit } => {
            ("file-pixels", format!("Ảnh {width} × {height} điểm ảnh vượt quá {limit} điểm ảnh."))
        }
        MediaError::Memory { .. } => ("file-memory", "Ảnh cần quá nhiều bộ nhớ.".to_owned()),
        MediaError::Unsupported { found } => {
            ("file-type", format!("Không nhận loại tệp này ({found})."))
        }
        MediaError::Mismatch { named, found } => {
            ("file-mismatch", format!("Tên tệp là {named} nhưng nội dung là {found}."))
        }
        MediaError::Corrupt { .. } => ("file-corrupt", "Tệp hỏng hoặc không đầy đủ.".to_owned()),
        MediaError::Encrypted => ("file-encrypted", "Tài liệu có mật khẩu.".to_owned()),
        MediaError::TooComplex(_) => ("file-complex", "Tài liệu quá phức tạp.".to_owned()),
        MediaError::NoProgram(of) => {
            ("file-program", format!("Hệ thống chưa có chương trình mở tệp {of}."))
        }
        MediaError::Name(_) => ("file-name", "Tên tệp không hợp lệ.".to_owned()),
        MediaError::Missing(_) => ("file-missing", "Không còn tệp này.".to_owned()),
        MediaError::Damaged { .. } => ("file-damaged", "Tệp đã bị hỏng trên đĩa.".to_owned()),
        MediaError::Full | MediaError::Worker(_) | MediaError::Io(_) => {
            return Err(Error::Media(error));
        }
    };
    Ok(vec![InputError::new("", code, (&vi, &format!("{error}.")))])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_concerns_one_row_goes_to_the_report_and_the_rest_ends_the_import() {
        let row = below("/files/0/file", Error::Media(MediaError::Empty)).unwrap();
        assert_eq!(
            (row[0].pointer.as_str(), row[0].code.as_str()),
            ("/files/0/file", "file-empty")
        );
        assert!(matches!(of_row(Error::Media(MediaError::Full)), Err(Error::Media(_))));
        assert!(matches!(of_row(Error::Store(StoreError::Full)), Err(Error::Store(_))));
        assert_eq!(of_row(Error::Stale).unwrap().len(), 1);
    }
}
