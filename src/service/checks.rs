//! What is to be said of a draft before it goes on: findings, each with its rule, level and place.
//!
//! Levels are the profile's (`[gates]`); what stands here is each rule's own default.

use super::Catalog;
use crate::{
    domain::{
        document::{Asset, Consent, Document, Kind},
        finding::{Finding, Level},
        lang::{Lang, Localized},
        message::Message,
        rights::Use,
    },
    text,
};

/// Below this many characters nobody can tell a language for sure.
const DETECTABLE: usize = 40;

/// A translation is held against what it claims to be from this confidence on.
const SURE: f64 = 0.8;

/// All findings on a document, the heaviest first.
#[must_use]
pub(super) fn findings(catalog: &Catalog, document: &Document) -> Vec<Finding> {
    let mut check = Check { catalog, document, found: Vec::new() };
    check.bilingual();
    check.rights();
    check.clearance();
    check.files();
    check.topics();
    check.languages();
    check.found.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    check.found
}

/// How many of them hold it back.
#[must_use]
pub(super) fn blocks(findings: &[Finding]) -> usize {
    findings.iter().filter(|finding| finding.level == Level::Block).count()
}

struct Check<'a> {
    catalog: &'a Catalog,
    document: &'a Document,
    found: Vec<Finding>,
}

impl Check<'_> {
    fn say(
        &mut self,
        (rule, own): (&str, Level),
        lang: Option<&Lang>,
        pointer: &str,
        message: Message,
    ) {
        let document = self.document;
        let level = self.catalog.profile.level(rule, document.info_class, document.kind, own);
        if level != Level::Off {
            let (rule, pointer, lang) = (rule.to_owned(), pointer.to_owned(), lang.cloned());
            self.found.push(Finding { rule, level, lang, pointer, message });
        }
    }

    fn spared(&self, rule: &str) -> bool {
        let (class, kind) = (self.document.info_class, self.document.kind);
        self.catalog.profile.level(rule, class, kind, Level::Block) == Level::Off
    }

    fn foreign(&self, texts: &Localized<String>) -> usize {
        texts.langs().filter(|lang| self.catalog.profile.is_foreign(lang)).count()
    }

    /// Vietnamese and a foreign language: regulations of the provinces, "bằng tiếng Việt và tiếng
    /// nước ngoài"; an ethnic language is not a foreign one.
    fn bilingual(&mut self) {
        let document = self.document;
        let body = self.catalog.profile.gates.body_kinds.contains(&document.kind);
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
            for lang in self.catalog.profile.languages.required.clone() {
                if texts.get(lang.as_str()).is_none() {
                    let text = Message::new(
                        format!("Thiếu {vi} bằng ngôn ngữ bắt buộc ({lang})."),
                        format!("The {en} is missing in a required language ({lang})."),
                    );
                    self.say((rule, Level::Block), Some(&lang), &format!("/{name}/{lang}"), text);
                }
            }
            let most = self.catalog.profile.languages.foreign_min;
            if self.foreign(texts) < most {
                let text = Message::new(
                    format!("Thiếu {vi} bằng tiếng nước ngoài (cần ít nhất {most})."),
                    format!("The {en} is missing in a foreign language (at least {most} needed)."),
                );
                self.say((rule, Level::Block), None, &format!("/{name}"), text);
            }
        }
        self.same_languages();
    }

    /// A foreign title without its summary is half a translation.
    fn same_languages(&mut self) {
        let document = self.document;
        let half = |has: &Localized<String>, other: &Localized<String>| {
            let lacking = has.langs().filter(|lang| other.get(lang.as_str()).is_none());
            lacking.cloned().collect::<Vec<_>>()
        };
        for lang in half(&document.title, &document.summary) {
            let text = Message::new(
                "Có tiêu đề nhưng chưa có tóm tắt bằng ngôn ngữ này.",
                "There is a title but no summary in this language.",
            );
            self.say(("translation", Level::Warn), Some(&lang), &format!("/summary/{lang}"), text);
        }
        for lang in half(&document.summary, &document.title) {
            let text = Message::new(
                "Có tóm tắt nhưng chưa có tiêu đề bằng ngôn ngữ này.",
                "There is a summary but no title in this language.",
            );
            self.say(("translation", Level::Warn), Some(&lang), &format!("/title/{lang}"), text);
        }
    }

    fn rights(&mut self) {
        let rights = &self.document.rights;
        if rights.statement.is_none() {
            let text = Message::new(
                "Chưa ghi tình trạng quyền (rights.statement).",
                "The rights statement is missing (rights.statement).",
            );
            self.say(("rights", Level::Block), None, "/rights/statement", text);
        }
        if rights.holder.is_empty() {
            let text = Message::new(
                "Chưa ghi chủ sở hữu quyền (rights.holder).",
                "The rights holder is missing (rights.holder).",
            );
            self.say(("rights", Level::Block), None, "/rights/holder", text);
        }
        if rights.allowed() == Use::Internal {
            let text = Message::new(
                "Tư liệu chỉ dùng nội bộ thì không được công bố.",
                "A record for internal use only is never published.",
            );
            self.say(("rights", Level::Block), None, "/rights/use", text);
        }
    }

    fn clearance(&mut self) {
        match &self.document.clearance {
            None => {
                let text = Message::new(
                    "Chưa cam kết về bí mật nhà nước và dữ liệu cá nhân (clearance).",
                    "The declaration on state secrets and personal data is missing (clearance).",
                );
                self.say(("clearance", Level::Block), None, "/clearance", text);
            }
            Some(declared) if declared.state_secret => {
                let text = Message::new(
                    "Tư liệu có bí mật nhà nước không được lưu trên hệ thống này: hãy xóa và báo người kiểm tra bảo mật.",
                    "A record with a state secret must not lie in this system: delete it and tell the secrecy officer.",
                );
                self.say(("clearance", Level::Block), None, "/clearance/stateSecret", text);
            }
            Some(_) => {}
        }
    }

    fn files(&mut self) {
        let document = self.document;
        let shows = matches!(document.kind, Kind::Photo | Kind::PhotoSet | Kind::Publication);
        if shows && document.assets.is_empty() {
            let text = Message::new(
                "Loại tư liệu này phải có ít nhất một tệp.",
                "This kind of record needs one file at least.",
            );
            self.say(("file", Level::Block), None, "/assets", text);
        }
        for (at, asset) in document.assets.iter().enumerate() {
            self.described(at, asset);
            if asset.consent == Some(Consent::Missing) {
                let text = Message::new(
                    "Chưa có sự đồng ý của người trong ảnh.",
                    "The consent of those in the picture is missing.",
                );
                self.say(("consent", Level::Block), None, &format!("/assets/{at}/consent"), text);
            }
        }
    }

    fn described(&mut self, at: usize, asset: &Asset) {
        for (name, texts, (vi, en)) in [
            ("caption", &asset.caption, ("chú thích", "caption")),
            ("alt", &asset.alt, ("văn bản thay thế cho ảnh", "alternative text")),
        ] {
            if texts.get("vi").is_none() || self.foreign(texts) == 0 {
                let text = Message::new(
                    format!("Cần {vi} bằng tiếng Việt và một tiếng nước ngoài."),
                    format!("The {en} is wanted in Vietnamese and a foreign language."),
                );
                self.say(("alt", Level::Warn), None, &format!("/assets/{at}/{name}"), text);
            }
        }
    }

    fn topics(&mut self) {
        if self.document.topics.is_empty() {
            let text = Message::new(
                "Chưa chọn lĩnh vực; tư liệu không có lĩnh vực thì không chuyển lên cơ sở dữ liệu quốc gia được.",
                "No topic is chosen; without one the record cannot go to the national database.",
            );
            self.say(("topics", Level::Block), None, "/topics", text);
        }
    }

    /// What a text claims to be against what it looks like; only doubts are said, people decide.
    fn languages(&mut self) {
        let document = self.document;
        for (name, texts) in
            [("title", &document.title), ("summary", &document.summary), ("body", &document.body)]
        {
            for (lang, body) in texts.iter() {
                let plain = text::html::to_text(body);
                if plain.chars().count() < DETECTABLE {
                    continue;
                }
                let Some(seen) = text::detect::detect(&plain) else { continue };
                if SURE < seen.confidence && contradicts(lang, seen.lang) {
                    let text = Message::new(
                        format!("Khai là {lang} nhưng văn bản giống ngôn ngữ {}.", seen.lang),
                        format!("Declared as {lang}, but the text looks like {}.", seen.lang),
                    );
                    let pointer = format!("/{name}/{lang}");
                    self.say(("language", Level::Warn), Some(lang), &pointer, text);
                }
            }
        }
    }
}

/// Languages that the detector knows; of others it can only guess, so they are believed.
fn contradicts(declared: &Lang, seen: &str) -> bool {
    const KNOWN: &[&str] =
        &["vi", "en", "fr", "es", "de", "ru", "zh", "ja", "ko", "th", "km", "lo"];
    let primary = seen.split('-').next().unwrap_or(seen);
    KNOWN.contains(&declared.primary()) && declared.primary() != primary
}
