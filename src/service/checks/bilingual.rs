//! Vietnamese and a foreign language, whole: what is missing.

use super::{Check, Place};
use crate::domain::{
    document::{AssetRole, Method},
    lang::{Lang, Localized},
    message::Message,
};

impl Check<'_> {
    fn foreign(&self, texts: &Localized<String>) -> usize {
        texts.langs().filter(|lang| self.context.catalog.profile.is_foreign(lang)).count()
    }

    /// Vietnamese and a foreign language: regulations of the provinces, "bằng tiếng Việt và tiếng
    /// nước ngoài"; an ethnic language is not a foreign one.
    pub(super) fn bilingual(&mut self) {
        let document = self.document();
        let profile = &self.context.catalog.profile;
        let body = profile.gates.body_kinds.contains(&document.kind);
        let parts = [
            ("title", &document.title, ("tiêu đề", "title"), true),
            ("summary", &document.summary, ("tóm tắt", "summary"), true),
            ("body", &document.body, ("nội dung", "body"), body),
        ];
        for (name, texts, (vi, en), needed) in parts {
            if !needed {
                continue;
            }
            // A body may be held to another level than title and summary.
            let rule = if name == "body" { "body" } else { "bilingual" };
            let rule = if self.spared("bilingual") { "bilingual" } else { rule };
            for lang in &profile.languages.required {
                if texts.get(lang.as_str()).is_none() {
                    let (vi_lang, en_lang) = self.lang_names(lang);
                    let text = Message::new(
                        format!("Thiếu {vi} bằng {vi_lang}, ngôn ngữ bắt buộc."),
                        format!("The {en} is missing in {en_lang}, which is required."),
                    );
                    self.say(rule, Place::at(&format!("/{name}/{lang}")).in_lang(lang), text);
                }
            }
            let most = profile.languages.foreign_min;
            if self.foreign(texts) < most {
                let text = Message::new(
                    format!("Thiếu {vi} bằng tiếng nước ngoài (cần ít nhất {most})."),
                    format!("The {en} is missing in a foreign language (at least {most} needed)."),
                );
                self.say(rule, Place::at(&format!("/{name}")), text);
            }
        }
        self.halves();
        self.keywords();
    }

    /// A foreign title without its summary, or without the body that the source has, is half a
    /// translation.
    fn halves(&mut self) {
        let document = self.document();
        let parts = [
            ("title", &document.title, ("tiêu đề", "title")),
            ("summary", &document.summary, ("tóm tắt", "summary")),
            ("body", &document.body, ("nội dung", "body")),
        ];
        let mut langs: Vec<&Lang> = parts.iter().flat_map(|(_, texts, _)| texts.langs()).collect();
        langs.sort();
        langs.dedup();
        for lang in langs {
            for (name, texts, (vi, en)) in parts {
                let sourced = texts.get(document.original_lang.as_str()).is_some();
                let wanted = name != "body" || sourced;
                if wanted && texts.get(lang.as_str()).is_none() {
                    let (vi_lang, en_lang) = self.lang_names(lang);
                    let text = Message::new(
                        format!("Bản {vi_lang} chưa có phần {vi}."),
                        format!("The {en_lang} version still lacks its {en}."),
                    );
                    let pointer = format!("/{name}/{lang}");
                    self.say("translation", Place::at(&pointer).in_lang(lang), text);
                }
            }
        }
        for (lang, entry) in &document.translations {
            if entry.method == Method::Machine {
                let (vi, en) = self.lang_names(lang);
                let text = Message::new(
                    format!("Bản {vi} do máy dịch, chưa có người hiệu đính."),
                    format!(
                        "The {en} version was made by a machine and nobody has revised it yet."
                    ),
                );
                let pointer = format!("/translations/{lang}/method");
                self.say("machine_translation", Place::at(&pointer).in_lang(lang), text);
            }
        }
    }

    fn keywords(&mut self) {
        let document = self.document();
        if document.keywords.is_empty() {
            return;
        }
        for lang in document.title.langs() {
            if document.keywords.get(lang.as_str()).is_none_or(Vec::is_empty) {
                let (vi, en) = self.lang_names(lang);
                let text = Message::new(
                    format!("Bản {vi} chưa có từ khóa."),
                    format!("The {en} version has no keywords."),
                );
                let pointer = format!("/keywords/{lang}");
                self.say("keywords", Place::at(&pointer).in_lang(lang), text);
            }
        }
    }

    /// Captions and alternative texts, in Vietnamese and a foreign language.
    pub(super) fn described(&mut self, at: usize) {
        let Some(asset) = self.document().assets.get(at) else { return };
        let file = self.subject.record.files.get(&asset.id);
        let heard = file.is_some_and(|file| file.media_type.starts_with("audio/"));
        if asset.role == AssetRole::Subtitle {
            return;
        }
        for (name, texts, (vi, en)) in [
            ("caption", &asset.caption, ("chú thích", "caption")),
            ("alt", &asset.alt, ("văn bản thay thế cho ảnh", "alternative text")),
        ] {
            // What is only heard needs no words for what is seen.
            let needed = name == "caption" || !heard;
            if needed && (texts.get("vi").is_none() || self.foreign(texts) == 0) {
                let text = Message::new(
                    format!("Cần {vi} bằng tiếng Việt và một tiếng nước ngoài."),
                    format!("The {en} is wanted in Vietnamese and a foreign language."),
                );
                self.say("alt", Place::at(&format!("/assets/{at}/{name}")), text);
            }
        }
    }
}
