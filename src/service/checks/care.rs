//! Political and legal care: maps, the reviewer's checklist, consultations, clarification dossiers
//! (R26, R27: QĐ 34/2017 Bắc Kạn, Điều 2; NĐ 72/2015, Điều 3).

use std::collections::BTreeMap;

use jiff::{ToSpan as _, civil::Date};

use super::{Check, Place};
use crate::domain::{
    clock,
    document::{Asset, Kind},
    dossier::Dossier,
    finding::Level,
    message::Message,
    record::DraftState,
    review::{Consultation, Outcome},
};

/// Words that name a map, in the languages of the pages.
const MAPS: [&str; 14] = [
    "bản đồ",
    "lược đồ",
    "sơ đồ hành chính",
    "map",
    "maps",
    "carte",
    "карта",
    "地图",
    "地圖",
    "地図",
    "지도",
    "ແຜນທີ່",
    "ផែនទី",
    "แผนที่",
];

impl Check<'_> {
    pub(super) fn care(&mut self) {
        self.maps();
        self.checklist();
        self.consulted();
        if self.document().kind == Kind::Clarification {
            self.dossier();
        }
    }

    fn maps(&mut self) {
        let subject = self.subject;
        let seen = subject.draft.care.as_ref();
        for (at, asset) in subject.draft.document.assets.iter().enumerate() {
            let looked_at = seen.is_some_and(|care| care.maps.contains(&asset.id));
            if is_map(asset) && !looked_at {
                let text = Message::new(
                    "Ảnh là bản đồ: người thẩm định phải xem chủ quyền, biên giới, biển đảo trên bản đồ và xác nhận khi duyệt.",
                    "The picture is a map: the reviewer has to look at sovereignty, borders and islands on it, and confirm that when approving.",
                );
                self.say("map", Place::at(&format!("/assets/{at}")), text);
            }
        }
    }

    fn checklist(&mut self) {
        let draft = self.subject.draft;
        let level = self.level("care");
        // A word of advice is for the reviewer only.
        let judged = matches!(
            draft.state,
            DraftState::Submitted | DraftState::Approved | DraftState::Scheduled
        );
        if level <= Level::Info && !judged {
            return;
        }
        let Some(list) = self.context.catalog.vocabulary("care-checklist") else { return };
        let ticked = |code: &str| draft.care.as_ref().is_some_and(|care| care.ticks.contains(code));
        let open: Vec<_> = list.terms.iter().filter(|term| !ticked(&term.code)).collect();
        if open.is_empty() {
            return;
        }
        let labels = |lang: &str| {
            let label = |code: &str| {
                let text = self.context.catalog.label("care-checklist", code, lang);
                text.trim_end_matches('.').to_owned()
            };
            open.iter().map(|term| label(&term.code)).collect::<Vec<_>>().join("; ")
        };
        let text = Message::new(
            format!("Danh mục kiểm tra chính trị, pháp lý chưa được xác nhận: {}.", labels("vi")),
            format!(
                "The checklist of political and legal care is not confirmed: {}.",
                labels("en")
            ),
        );
        self.say("care", Place::at("/care"), text);
    }

    fn consulted(&mut self) {
        let (subject, catalog) = (self.subject, self.context.catalog);
        let name = |code: &str| {
            let named = |lang| format!("{} ({code})", catalog.agency_name(code, lang));
            (named("vi"), named("en"))
        };
        // What was asked has to be answered, whoever was asked; the last answer of each counts.
        let asked: BTreeMap<&str, &Consultation> = subject
            .record
            .consultations
            .iter()
            .map(|asked| (asked.agency.as_str(), asked))
            .collect();
        for (code, asked) in &asked {
            let (vi, en) = name(code);
            let text = match &asked.answer {
                Some(answer) if answer.outcome == Outcome::Objected => Message::new(
                    format!("{vi} không đồng ý cho công bố."),
                    format!("{en} objects to publication."),
                ),
                Some(_) => continue,
                None => Message::new(
                    format!("{vi} chưa trả lời ý kiến tham vấn."),
                    format!("{en} has not answered yet."),
                ),
            };
            self.say("objection", Place::at("/consultations"), text);
        }
        let day = self.context.now.to_zoned(clock::vietnam()).date();
        for rule in &catalog.profile.consultation {
            let charged = catalog.profile.charged(rule.mandate, day);
            let Some(charged) = charged.filter(|_| rule.concerns(&subject.draft.document)) else {
                continue;
            };
            if !asked.contains_key(charged.code.as_str()) {
                let (vi, en) = name(charged.code.as_str());
                let text = Message::new(
                    format!("Cần lấy ý kiến của {vi} trước khi công bố."),
                    format!("{en} has to be consulted before publication."),
                );
                self.say("consultation", Place::at("/consultations"), text);
            }
        }
    }

    fn dossier(&mut self) {
        let document = self.document();
        let dossier = Dossier::of(document);
        let parts = [
            ("claim", dossier.claim.is_empty(), ("thông tin sai", "the false claim")),
            (
                "seen",
                dossier.seen.is_empty(),
                (
                    "nơi đăng thông tin sai (địa chỉ, ngày, ngôn ngữ)",
                    "where it was seen (address, date, language)",
                ),
            ),
            ("impact", dossier.impact.is_empty(), ("ảnh hưởng", "its impact")),
            ("nature", dossier.nature.is_empty(), ("bản chất vụ việc", "the nature of the matter")),
            ("legalBasis", dossier.legal_basis.is_empty(), ("căn cứ pháp lý", "the legal basis")),
            (
                "replies",
                dossier.replies.is_empty(),
                ("nội dung trả lời theo từng ngôn ngữ", "the reply in each language"),
            ),
        ];
        for (name, missing, (vi, en)) in parts {
            if missing {
                let text = Message::new(
                    format!("Hồ sơ giải thích, làm rõ còn thiếu: {vi}."),
                    format!("The clarification dossier still lacks {en}."),
                );
                self.say("dossier", Place::at(&format!("/ext/{name}")), text);
            }
        }
        if let Some(due) = self.context.catalog.profile.answer_due(document) {
            self.due(due);
        }
    }

    fn due(&mut self, due: Date) {
        let today = self.context.now.to_zoned(clock::vietnam()).date();
        let soon = due.checked_sub(2.days()).is_ok_and(|soon| soon <= today);
        if due < today {
            let text = Message::new(
                format!("Đã quá thời hạn trả lời ({due})."),
                format!("The answer was due on {due}."),
            );
            self.say("deadline", Place::at("/ext/noticed"), text);
        } else if soon {
            let text = Message::new(
                format!("Thời hạn trả lời là {due}."),
                format!("The answer is due on {due}."),
            );
            self.say_at_most("deadline", Level::Info, Place::at("/ext/noticed"), text);
        }
    }
}

/// Whether a picture is described as a map.
fn is_map(asset: &Asset) -> bool {
    let texts = asset.caption.iter().chain(asset.alt.iter());
    texts.into_iter().any(|(_, text)| {
        let text = text.to_lowercase();
        MAPS.iter().any(|word| {
            let spaced = word.chars().next().is_some_and(|c| u32::from(c) < 0x0E00);
            text.match_indices(word).any(|(start, _)| {
                let end = start.saturating_add(word.len());
                let edge = |c: Option<char>| !c.is_some_and(char::is_alphanumeric);
                let before = text.get(..start).and_then(|text| text.chars().next_back());
                let after = text.get(end..).and_then(|text| text.chars().next());
                !spaced || (edge(before) && edge(after))
            })
        })
    })
}
