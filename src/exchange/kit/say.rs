//! The words of a kit, in Vietnamese for texts in Vietnamese, else in English.

use jiff::Timestamp;

use super::Work;
use crate::domain::{
    clock::vietnam,
    document::{CreatorRole, Method},
    lang::{Lang, Localized},
    rights::Use,
};

/// Who speaks in which language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Say {
    Vi,
    En,
}

impl Say {
    /// The words for readers of `lang`.
    pub(super) fn to(lang: &Lang) -> Self {
        if lang.is_vietnamese() { Self::Vi } else { Self::En }
    }

    /// The tag of its language.
    pub(super) const fn tag(self) -> &'static str {
        match self {
            Self::Vi => "vi",
            Self::En => "en",
        }
    }

    /// One of two wordings.
    pub(super) const fn t<'a>(self, vi: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Vi => vi,
            Self::En => en,
        }
    }

    /// The text for readers of this language.
    pub(super) fn of(self, texts: &Localized<String>) -> Option<&str> {
        texts.best(self.tag()).map(|(_, text)| text.as_str())
    }

    /// A day in Vietnam: `05/10/2026`, `5 October 2026`.
    pub(super) fn date(self, at: Timestamp) -> String {
        let at = at.to_zoned(vietnam());
        at.strftime(self.t("%d/%m/%Y", "%-d %B %Y")).to_string()
    }

    pub(super) const fn role(self, role: CreatorRole) -> &'static str {
        match role {
            CreatorRole::Author => self.t("Tác giả", "Text"),
            CreatorRole::Photographer => self.t("Ảnh", "Photos"),
            CreatorRole::Translator => self.t("Người dịch", "Translation"),
            CreatorRole::Editor => self.t("Biên tập", "Editing"),
        }
    }

    pub(super) const fn method(self, method: Method) -> &'static str {
        match method {
            Method::Human => self.t("do người dịch thực hiện", "by a person"),
            Method::Machine => {
                self.t("dịch máy, chưa có người hiệu đính", "by a machine, not revised by a person")
            }
            Method::MachinePostEdited => {
                self.t("dịch máy, có người hiệu đính", "by a machine, revised by a person")
            }
        }
    }

    pub(super) const fn allowed(self, allowed: Use) -> &'static str {
        match allowed {
            Use::Editorial => self.t(
                "Được sử dụng cho mục đích thông tin, báo chí trên mọi phương tiện; được cắt cúp ảnh và dịch chú thích.",
                "For news use by any medium; cropping and translating captions are allowed.",
            ),
            Use::Commercial => self.t(
                "Được sử dụng cho mọi mục đích, kể cả thương mại, theo giấy phép kèm theo.",
                "For any use, commercial use included, under the licence given.",
            ),
            Use::Internal => self.t("Chỉ dùng nội bộ.", "Internal use only."),
        }
    }

    /// A rights statement or licence: its name and its address.
    pub(super) fn terms(self, work: &Work, uri: &str) -> String {
        let label = work.terms.get(uri).and_then(|terms| self.of(&terms.label));
        label.map_or_else(|| uri.to_owned(), |label| format!("{label} ({uri})"))
    }
}
