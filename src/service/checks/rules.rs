//! The rules in one table: id, the level they have by themselves, and from where on they hold.

use serde::Serialize;

use crate::domain::{
    finding::Level::{self, Block, Info, Warn},
    lifecycle::Action,
    message::Message,
};

/// From which action on a blocking finding of a rule holds a draft back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum From {
    /// Submission and everything after it.
    Submission,
    /// Approval and everything after it: what only the reviewer can settle.
    Approval,
}

/// One rule of the checks.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Rule {
    /// Its id, in findings and in the profile's `[gates]`.
    pub id: &'static str,
    /// Its level where the profile says nothing.
    pub level: Level,
    /// From where on it holds.
    pub from: From,
    /// What it looks at, in Vietnamese.
    pub vi: &'static str,
    /// What it looks at, in English.
    pub en: &'static str,
}

macro_rules! rules {
    ($($id:literal $level:ident $from:ident $vi:literal $en:literal;)*) => {
        /// All rules, in the order in which they are shown.
        pub const RULES: &[Rule] = &[
            $(Rule { id: $id, level: $level, from: From::$from, vi: $vi, en: $en },)*
        ];
    };
}

rules! {
    "bilingual" Block Submission "Tiêu đề và tóm tắt bằng tiếng Việt và tiếng nước ngoài" "Title and summary in Vietnamese and a foreign language";
    "body" Block Submission "Nội dung bằng tiếng Việt và tiếng nước ngoài" "Body in Vietnamese and a foreign language";
    "translation" Warn Submission "Bản dịch có đủ các phần" "Translations have all their parts";
    "keywords" Info Submission "Từ khóa theo từng ngôn ngữ" "Keywords in each language";
    "language" Warn Submission "Văn bản đúng ngôn ngữ đã khai" "Texts are in the language that they claim";
    "untranslated" Warn Submission "Đoạn chưa dịch" "Paragraphs left untranslated";
    "copied" Warn Submission "Bản dịch chép lại nguyên văn bản gốc" "Translations that copy the source";
    "length" Info Submission "Độ dài bản dịch so với bản gốc" "Length of translations against their source";
    "stale" Warn Submission "Bản dịch chưa theo kịp bản gốc" "Translations behind their source";
    "machine_translation" Warn Submission "Bản dịch máy chưa có người hiệu đính" "Machine translations that nobody read";
    "names" Info Submission "Tên gọi chính thức trong bản dịch" "Official names in translations";
    "unofficial" Warn Submission "Tên gọi không chính thức, đã bỏ hoặc miệt thị" "Names that are unofficial, given up or insulting";
    "paragraphs" Warn Submission "Số đoạn của bản dịch so với bản gốc" "Paragraphs of translations against their source";
    "placeholder" Warn Submission "Chữ giữ chỗ, chưa viết xong" "Placeholders that were left standing";
    "sovereignty" Block Submission "Tên gọi Hoàng Sa, Trường Sa, Biển Đông" "The names Hoang Sa, Truong Sa, East Sea";
    "secrecy_marks" Block Submission "Dấu chỉ độ mật" "Marks of state secrecy";
    "watch_list" Block Submission "Từ ngữ trong danh sách theo dõi" "Words of the watch list";
    "military_places" Block Submission "Tọa độ cơ sở quân sự" "Coordinates of military installations";
    "unread" Warn Submission "Tệp có chữ không đọc được" "Files with text that could not be read";
    "personal_data" Warn Submission "Dữ liệu cá nhân" "Personal data";
    "clearance" Block Submission "Cam kết về bí mật nhà nước và dữ liệu cá nhân" "Declaration on state secrets and personal data";
    "rights" Block Submission "Quyền sử dụng" "Rights";
    "credit" Warn Submission "Dòng ghi nguồn" "Credit line";
    "releases" Warn Submission "Giấy đồng ý cho mục đích thương mại" "Releases for commercial use";
    "consent" Block Submission "Sự đồng ý của người trong ảnh" "Consent of those in a picture";
    "file" Block Submission "Tệp kèm theo" "Files";
    "damaged" Block Submission "Tệp mở được" "Files that open";
    "decoder" Block Submission "Hệ thống mở được ảnh HEIC, AVIF" "HEIC and AVIF pictures that this system opens";
    "pending" Info Submission "Tệp đang được xử lý" "Files that are being looked into";
    "recognition" Block Approval "Trang quét đã được nhận dạng và kiểm tra" "Scanned pages that were recognised and screened";
    "alt" Warn Submission "Chú thích và văn bản thay thế cho ảnh" "Captions and alternative texts";
    "resolution" Warn Submission "Độ phân giải ảnh" "Resolution of pictures";
    "subtitles" Warn Submission "Phụ đề hoặc bản chép lời của phim, ghi âm" "Subtitles or a transcript of films and recordings";
    "playback" Warn Submission "Phim, ghi âm phát được trên trình duyệt" "Films and recordings that browsers play";
    "duplicate" Info Submission "Tệp đã có ở tư liệu khác" "Files that another record has";
    "capitals" Info Submission "Tiêu đề viết hoa toàn bộ" "Titles all in capitals";
    "normalised" Info Submission "Văn bản được chuẩn hóa Unicode" "Texts that were normalised";
    "cleaned" Info Submission "HTML được làm sạch" "HTML that was cleaned";
    "topics" Block Submission "Lĩnh vực" "Topics";
    "dossier" Warn Submission "Hồ sơ giải thích, làm rõ đủ các phần" "Clarification dossiers have all their parts";
    "deadline" Warn Submission "Thời hạn trả lời" "Deadline of the answer";
    "map" Block Approval "Bản đồ đã được kiểm tra" "Maps that somebody looked at";
    "care" Info Approval "Danh mục kiểm tra chính trị, pháp lý" "Checklist of political and legal care";
    "objection" Block Approval "Cơ quan được hỏi chưa trả lời hoặc không đồng ý" "Those asked have not answered, or object";
    "consultation" Block Approval "Ý kiến của cơ quan được tham vấn" "Answers of those consulted";
}

/// The rule of this id.
#[must_use]
pub(super) fn rule(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id)
}

impl Rule {
    /// Whether a blocking finding of this rule stands against `action`.
    #[must_use]
    pub fn holds(&self, action: Action) -> bool {
        match action {
            Action::Submit => self.from == From::Submission,
            Action::Approve | Action::Schedule | Action::Publish => true,
            _ => false,
        }
    }

    /// What it looks at.
    #[must_use]
    pub fn title(&self) -> Message {
        Message::new(self.vi, self.en)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::domain::profile::Profile;

    #[test]
    fn every_rule_has_an_id_of_its_own() {
        let ids: BTreeSet<&str> = RULES.iter().map(|rule| rule.id).collect();
        assert_eq!(ids.len(), RULES.len());
    }

    #[test]
    fn the_shipped_profiles_name_known_rules_only() {
        for name in ["dak-lak", "lam-dong", "bac-kan"] {
            let path = format!("{}/schema/profiles/{name}.toml", env!("CARGO_MANIFEST_DIR"));
            let profile: Profile = toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
            let named =
                profile.gates.levels.keys().chain(profile.gates.exempt.iter().map(|e| &e.rule));
            for id in named {
                assert!(rule(id).is_some(), "{name}: {id}");
            }
        }
    }

    #[test]
    fn what_only_the_reviewer_can_settle_does_not_stop_a_submission() {
        let map = rule("map").unwrap();
        assert!(
            !map.holds(Action::Submit) && map.holds(Action::Approve) && map.holds(Action::Publish)
        );
        assert!(rule("rights").unwrap().holds(Action::Submit));
    }
}
