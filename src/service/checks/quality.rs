//! How good the files and texts are, and what was mended on the way in.

use super::{Check, Duplicate, Place};
use crate::{
    domain::{
        document::AssetRole,
        message::Message,
        review::{Mend, TextField},
    },
    media::fingerprint::Kind,
};

/// A picture whose longer side is shorter than this does not print at half a page.
const PRINTABLE: u32 = 1_600;

/// What people write where they mean to write something later, in small letters.
const PLACEHOLDERS: [&str; 11] = [
    "lorem ipsum",
    "tbd",
    "to be updated",
    "to be translated",
    "translation pending",
    "đang cập nhật",
    "cập nhật sau",
    "dịch sau",
    "bài viết thử",
    "nội dung thử",
    "xxxx",
];

/// One that means it in capitals only: "todo" is Spanish and Portuguese for all.
const TODO: &str = "TODO";

/// Whether a word stands in a text by itself.
fn stands(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(start, found)| {
        let before = text.get(..start).and_then(|text| text.chars().next_back());
        let after =
            text.get(start.saturating_add(found.len())..).and_then(|text| text.chars().next());
        ![before, after].into_iter().flatten().any(char::is_alphanumeric)
    })
}

impl Check<'_> {
    pub(super) fn quality(&mut self) {
        self.resolution();
        self.duplicates();
        self.capitals();
        self.placeholders();
        self.mended();
    }

    fn resolution(&mut self) {
        let subject = self.subject;
        for (at, asset) in subject.draft.document.assets.iter().enumerate() {
            let file = subject.record.files.get(&asset.id);
            let photo = file.filter(|file| file.media_type.starts_with("image/"));
            let size = photo.and_then(|file| file.width.zip(file.height));
            let Some((width, height)) = size else { continue };
            let work = asset.role == AssetRole::Main || asset.role == AssetRole::Cover;
            if work && width.max(height) < PRINTABLE {
                let text = Message::new(
                    format!(
                        "Ảnh nhỏ ({width} × {height}); để in được, cạnh dài cần từ {PRINTABLE} điểm ảnh."
                    ),
                    format!(
                        "The picture is small ({width} × {height}); for print its longer side needs {PRINTABLE} pixels."
                    ),
                );
                self.say("resolution", Place::at(&format!("/assets/{at}")), text);
            }
        }
    }

    fn duplicates(&mut self) {
        let subject = self.subject;
        for Duplicate { asset, of, how } in subject.duplicates {
            let at = subject.draft.document.assets.iter().position(|known| known.id == *asset);
            let Some(at) = at else { continue };
            let text = match how {
                None => Message::new(
                    format!("Tệp này đã có ở tư liệu {of}."),
                    format!("The record {of} has this very file."),
                ),
                Some(Kind::Same) => Message::new(
                    format!(
                        "Ảnh này trùng với một ảnh của tư liệu {of} (khác kích thước hoặc mức nén)."
                    ),
                    format!("The record {of} has this picture in another size or quality."),
                ),
                Some(Kind::Cropped) => Message::new(
                    format!("Ảnh này trùng một phần với một ảnh của tư liệu {of} (bản cắt)."),
                    format!("The record {of} has this picture cut differently."),
                ),
            };
            self.say("duplicate", Place::at(&format!("/assets/{at}")), text);
        }
    }

    /// Words that people write where they mean to write something later.
    fn placeholders(&mut self) {
        let texts = self.texts;
        for text in &texts.main {
            let lower = text.plain.to_lowercase();
            let word = PLACEHOLDERS.iter().find(|word| stands(&lower, word));
            let word = word.copied().or_else(|| stands(&text.plain, TODO).then_some(TODO));
            let Some(word) = word else { continue };
            let message = Message::new(
                format!("Còn chữ giữ chỗ “{word}”; hãy viết nội dung thật hoặc bỏ đi."),
                format!("A placeholder was left standing: “{word}”."),
            );
            let pointer = text.pointer();
            let place = Place { excerpt: Some(word), ..Place::at(&pointer).in_lang(text.lang) };
            self.say("placeholder", place, message);
        }
    }

    fn capitals(&mut self) {
        let texts = self.texts;
        for text in texts.main.iter().filter(|text| text.field == TextField::Title) {
            let letters = text.plain.chars().filter(|c| c.is_uppercase() || c.is_lowercase());
            let (upper, all) = letters.fold((0_usize, 0_usize), |(upper, all), c| {
                (upper.saturating_add(usize::from(c.is_uppercase())), all.saturating_add(1))
            });
            if 10 <= all && upper == all {
                let message = Message::new(
                    "Tiêu đề viết hoa toàn bộ; hãy viết như trong câu.",
                    "The title is all in capitals; write it as in a sentence.",
                );
                self.say("capitals", Place::at(&text.pointer()).in_lang(text.lang), message);
            }
        }
    }

    fn mended(&mut self) {
        for mended in &self.subject.draft.mended {
            let (rule, message) = match mended.mend {
                Mend::Normalised => (
                    "normalised",
                    Message::new(
                        "Văn bản đã được chuẩn hóa về Unicode dựng sẵn (NFC).",
                        "The text was made composed Unicode (NFC).",
                    ),
                ),
                Mend::Cleaned => {
                    let what = mended.removed.join(", ");
                    let message = Message::new(
                        format!("HTML đã được làm sạch; đã bỏ: {what}."),
                        format!("The HTML was cleaned; taken out: {what}."),
                    );
                    ("cleaned", message)
                }
            };
            self.say(rule, Place::at(&mended.pointer), message);
        }
    }
}
