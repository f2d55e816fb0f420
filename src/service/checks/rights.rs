//! Rights, the declaration of the contributor, topics and files.

use super::{Check, Looked, Place};
use crate::domain::{
    document::{Asset, Consent, Kind},
    lang::Lang,
    message::Message,
    rights::{Rights, Use},
};

impl Check<'_> {
    pub(super) fn rights(&mut self) {
        let rights = &self.document().rights;
        if rights.statement.is_none() {
            let text = Message::new(
                "Chưa ghi tình trạng quyền (rights.statement).",
                "The rights statement is missing (rights.statement).",
            );
            self.say("rights", Place::at("/rights/statement"), text);
        }
        if rights.holder.is_empty() {
            let text = Message::new(
                "Chưa ghi chủ sở hữu quyền (rights.holder).",
                "The rights holder is missing (rights.holder).",
            );
            self.say("rights", Place::at("/rights/holder"), text);
        }
        if rights.allowed() == Use::Internal {
            let text = Message::new(
                "Tư liệu chỉ dùng nội bộ thì không được công bố.",
                "A record for internal use only is never published.",
            );
            self.say("rights", Place::at("/rights/use"), text);
        }
        self.expired(rights, "/rights");
        if rights.credit.is_empty() {
            let text = Message::new(
                "Chưa có dòng ghi nguồn để người dùng in kèm (rights.credit).",
                "There is no credit line for users to print (rights.credit).",
            );
            self.say("credit", Place::at("/rights/credit"), text);
        }
    }

    fn expired(&mut self, rights: &Rights, pointer: &str) {
        if rights.expires.is_some_and(|end| end <= self.context.now) {
            let text = Message::new("Quyền sử dụng đã hết hạn.", "The rights have expired.");
            self.say("rights", Place::at(&format!("{pointer}/expires")), text);
        }
    }

    pub(super) fn clearance(&mut self) {
        match &self.document().clearance {
            None => {
                let text = Message::new(
                    "Chưa cam kết về bí mật nhà nước và dữ liệu cá nhân (clearance).",
                    "The declaration on state secrets and personal data is missing (clearance).",
                );
                self.say("clearance", Place::at("/clearance"), text);
            }
            Some(declared) if declared.state_secret => {
                let text = Message::new(
                    "Không được đưa bí mật nhà nước lên hệ thống này. Giữ nguyên và báo ngay người kiểm tra bảo mật để tiêu hủy dữ liệu.",
                    "A state secret must not lie in this system. Leave it as it is and tell the secrecy officer at once, who can purge it.",
                );
                self.say("clearance", Place::at("/clearance/stateSecret"), text);
            }
            Some(_) => {}
        }
    }

    pub(super) fn topics(&mut self) {
        if self.document().topics.is_empty() {
            let text = Message::new(
                "Chưa chọn lĩnh vực; tư liệu không có lĩnh vực thì không chuyển lên cơ sở dữ liệu quốc gia được.",
                "No topic is chosen; without one the record cannot go to the national database.",
            );
            self.say("topics", Place::at("/topics"), text);
        }
    }

    pub(super) fn files(&mut self) {
        let document = self.document();
        let shows = matches!(document.kind, Kind::Photo | Kind::PhotoSet | Kind::Publication);
        if shows && document.assets.is_empty() {
            let text = Message::new(
                "Loại tư liệu này phải có ít nhất một tệp.",
                "This kind of record needs one file at least.",
            );
            self.say("file", Place::at("/assets"), text);
        }
        for (at, asset) in document.assets.iter().enumerate() {
            self.opens(at, asset);
            self.described(at);
            self.shown(at, asset);
            self.agreed(at, asset);
        }
    }

    /// What was seen in the file.
    fn opens(&mut self, at: usize, asset: &Asset) {
        let place = format!("/assets/{at}");
        match self.subject.looks.get(&asset.id) {
            None | Some(Looked::Fine) => {}
            Some(Looked::Pending) => {
                let text = Message::new(
                    "Tệp đang được xử lý; kết quả có sau ít phút.",
                    "The file is being looked into; come back in a moment.",
                );
                self.say("pending", Place::at(&place), text);
            }
            Some(Looked::Unrecognised(pages)) => {
                let text = Message::new(
                    format!(
                        "Còn {pages} trang quét đang chờ nhận dạng chữ để kiểm tra bảo mật; hãy duyệt sau ít phút."
                    ),
                    format!(
                        "{pages} scanned pages wait to be recognised and screened; approve it in some minutes."
                    ),
                );
                self.say("recognition", Place::at(&place), text);
            }
            Some(Looked::Closed) => {
                let text = Message::new(
                    "Máy chủ chưa có chương trình mở loại ảnh này (HEIC, AVIF) nên chưa thể công bố; hãy gửi ảnh JPEG hoặc đề nghị quản trị hệ thống cài đặt.",
                    "Nothing on this system opens pictures of this type (HEIC, AVIF), so it cannot be published; send a JPEG, or ask the administrator to install the program.",
                );
                self.say("decoder", Place::at(&place), text);
            }
            Some(Looked::Damaged(detail)) => {
                let text = Message::new(
                    format!("Không mở được tệp ({detail}); hãy gửi lại tệp nguyên vẹn."),
                    format!("The file does not open ({detail}); send it again, whole."),
                );
                self.say("damaged", Place::at(&place), text);
            }
        }
    }

    /// An alternative text that is a file's name tells nobody what is to be seen.
    fn shown(&mut self, at: usize, asset: &Asset) {
        let name = self.subject.record.files.get(&asset.id).map(|file| file.name.to_lowercase());
        for (lang, alt) in asset.alt.iter() {
            let said = alt.trim().to_lowercase();
            let stem = name.as_deref().and_then(|name| name.rsplit_once('.')).map(|(stem, _)| stem);
            let is_name = name.as_deref() == Some(&said)
                || stem == Some(&said)
                || [".jpg", ".jpeg", ".png", ".tif", ".webp"].iter().any(|end| said.ends_with(end));
            if is_name {
                let text = Message::new(
                    "Văn bản thay thế chỉ là tên tệp; hãy tả điều nhìn thấy trong ảnh.",
                    "The alternative text is only a file's name; say what is to be seen.",
                );
                self.alt(at, lang, text);
            }
        }
    }

    fn alt(&mut self, at: usize, lang: &Lang, text: Message) {
        self.say("alt", Place::at(&format!("/assets/{at}/alt/{lang}")).in_lang(lang), text);
    }

    fn agreed(&mut self, at: usize, asset: &Asset) {
        if asset.consent == Some(Consent::Missing) {
            let text = Message::new(
                "Chưa có sự đồng ý của người trong ảnh.",
                "The consent of those in the picture is missing.",
            );
            self.say("consent", Place::at(&format!("/assets/{at}/consent")), text);
        }
        let rights = asset.rights.as_ref().unwrap_or(&self.document().rights);
        if rights.allowed() == Use::Commercial && asset.consent.is_none() {
            let text = Message::new(
                "Cho dùng thương mại nhưng chưa ghi giấy đồng ý của người hoặc chủ tài sản trong ảnh.",
                "Commercial use is allowed, but nothing is said of model and property releases.",
            );
            self.say("releases", Place::at(&format!("/assets/{at}/consent")), text);
        }
        if let Some(own) = &asset.rights {
            self.expired(own, &format!("/assets/{at}/rights"));
        }
    }
}
