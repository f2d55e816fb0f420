//! Secrets and personal data in every text of a document and in its files.

use std::{borrow::Cow, collections::BTreeMap};

use sha2::{Digest as _, Sha256};

use super::{Check, Place, Words, texts::Texts};
use crate::{
    domain::{
        digest::Digest,
        document::{Document, PersonalData},
        finding::Level,
        id::AssetId,
        message::Message,
        record::MediaFile,
        review::{FileHit, Suspicion},
    },
    text::screen::Hit,
};

/// From this confidence on a suspicion weighs as much as its rule; below it is a warning.
const SURE: f64 = 0.8;

/// How many personal data of one text are named; more are summed up.
const NAMED: usize = 10;

/// The rule that a suspicion belongs to.
const fn rule(suspicion: Suspicion) -> &'static str {
    match suspicion {
        Suspicion::SecrecyMark => "secrecy_marks",
        Suspicion::WatchWord => "watch_list",
        Suspicion::MilitaryPlace => "military_places",
        _ => "personal_data",
    }
}

/// Addresses and file names with what parts their words as spaces: `KH_TUYET-MAT.pdf`.
fn spaced(text: &str) -> Cow<'_, str> {
    let parts = |c: char| matches!(c, '_' | '-' | '/' | '+');
    let single = !text.contains(char::is_whitespace);
    if single
        && text.contains(parts)
        && !text.contains('@')
        && text.chars().any(char::is_alphabetic)
    {
        let decoded = text.replace("%20", " ");
        Cow::Owned(format!("{text} \n{}", decoded.replace(parts, " ").replace('.', " . ")))
    } else {
        Cow::Borrowed(text)
    }
}

/// Hits of one file at most; more say nothing new.
const KEPT: usize = 50;

impl Words {
    /// Whether there is anything in a text that may be a secret.
    pub(in crate::service) fn is_secret(&self, text: &str) -> bool {
        self.screen.scan(text).iter().any(|hit| hit.sort.is_secrecy())
    }

    /// What is found in a file's name and text, the surest first.
    pub(in crate::service) fn hits(&self, name: &str, text: &str) -> Vec<FileHit> {
        let mut hits = self.screen.scan(&spaced(name));
        hits.extend(self.screen.scan(text));
        hits.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
        hits.dedup_by(|a, b| a.sort == b.sort && a.excerpt == b.excerpt);
        let kept = hits.into_iter().take(KEPT).map(|hit| FileHit {
            suspicion: hit.sort,
            confidence: hit.confidence,
            excerpt: hit.excerpt,
        });
        kept.collect()
    }
}

/// Whether anything in a document or its files may be a secret.
#[must_use]
pub(in crate::service) fn flagged(
    words: &Words,
    document: &Document,
    files: &BTreeMap<AssetId, MediaFile>,
) -> bool {
    // Who says so themselves needs no screening.
    if document.clearance.as_ref().is_some_and(|said| said.state_secret) {
        return true;
    }
    let texts = Texts::of(document);
    let secret = |text: &str| words.screen.scan(text).iter().any(|hit| hit.sort.is_secrecy());
    texts.main.iter().any(|text| secret(&text.plain))
        || texts.others.iter().any(|(_, _, text)| secret(&spaced(text)))
        || document
            .assets
            .iter()
            .filter_map(|asset| files.get(&asset.id))
            .any(|file| file.hits.iter().any(|hit| hit.suspicion.is_secrecy()))
}

impl Check<'_> {
    /// Looks through everything, and gives the digest of what may be a secret, if anything may.
    pub(super) fn screening(&mut self) -> Option<Digest> {
        let (texts, screen) = (self.texts, &self.context.words.screen);
        let mut flags = Vec::new();
        for text in &texts.main {
            let pointer = text.pointer();
            let place = Place::at(&pointer).in_lang(text.lang);
            let long = text.plain.contains('\n');
            let hits = screen.scan(&text.plain);
            self.hits(&hits, place, long, (&text.plain, &mut flags));
        }
        for (pointer, lang, text) in &texts.others {
            let spaced = spaced(text);
            let hits = screen.scan(&spaced);
            let place = Place { lang: *lang, ..Place::at(pointer) };
            self.hits(&hits, place, false, (text, &mut flags));
        }
        self.file_hits(&mut flags);
        if flags.is_empty() {
            return None;
        }
        flags.sort();
        let mut hasher = Sha256::new();
        for flag in &flags {
            hasher.update(flag.as_bytes());
            hasher.update([0]);
        }
        let flags = Digest::from_bytes(&hasher.finalize().into());
        self.clear(&flags);
        Some(flags)
    }

    fn file_hits(&mut self, flags: &mut Vec<String>) {
        let subject = self.subject;
        for (at, asset) in subject.draft.document.assets.iter().enumerate() {
            let Some(file) = subject.record.files.get(&asset.id) else { continue };
            let hits: Vec<Hit> = file
                .hits
                .iter()
                .map(|hit| Hit {
                    sort: hit.suspicion,
                    confidence: hit.confidence,
                    paragraph: 0,
                    excerpt: hit.excerpt.clone(),
                })
                .collect();
            let pointer = format!("/assets/{at}");
            if file.unread {
                let text = Message::new(
                    "Không đọc được hết chữ trong tệp (có thể là bản quét); hãy tự kiểm tra dấu mật và dữ liệu cá nhân.",
                    "Not all text of the file could be read (it may be a scan); look yourself for marks of secrecy and personal data.",
                );
                self.say("unread", Place::at(&pointer), text);
            }
            self.hits(&hits, Place::at(&pointer), false, (file.original.as_str(), flags));
        }
    }

    /// Says hits; a flag holds for the whole text in which it stands, so that a clearing is for that
    /// text and no other.
    fn hits(
        &mut self,
        hits: &[Hit],
        place: Place<'_>,
        long: bool,
        (text, flags): (&str, &mut Vec<String>),
    ) {
        let mut persons = 0_usize;
        for hit in hits {
            if hit.sort.is_secrecy() {
                flags.push(format!("{} {} {text}", hit.sort, place.pointer));
            } else {
                persons = persons.saturating_add(1);
                if NAMED < persons {
                    continue;
                }
            }
            let declared = self.document().clearance.as_ref().map(|said| said.personal_data);
            // Who declared consent or office has answered already.
            let answered = !hit.sort.is_secrecy()
                && matches!(declared, Some(PersonalData::Consented | PersonalData::PublicFigure));
            let most = match (answered, hit.confidence < SURE) {
                (true, _) => Level::Info,
                (false, true) => Level::Warn,
                (false, false) => Level::Block,
            };
            let place = Place {
                paragraph: long.then_some(hit.paragraph),
                confidence: Some(hit.confidence),
                excerpt: Some(&hit.excerpt),
                ..place
            };
            self.say_at_most(rule(hit.sort), most, place, told(hit.sort));
        }
        let more = persons.saturating_sub(NAMED);
        if 0 < more {
            let message = Message::new(
                format!("Còn {more} chỗ khác giống dữ liệu cá nhân."),
                format!("{more} more places look like personal data."),
            );
            self.say("personal_data", place, message);
        }
    }

    /// What two persons cleared, one of them the secrecy officer, holds nothing back any more.
    fn clear(&mut self, flags: &Digest) {
        let said = self.subject.record.clearings.iter().filter(|c| c.flags == *flags);
        // A refusal undoes what was cleared before it.
        let valid = said.fold(Vec::new(), |mut valid, clearing| {
            if clearing.refused {
                valid.clear();
            } else {
                valid.push(clearing);
            }
            valid
        });
        let officer = valid.iter().find(|c| c.officer);
        let other = officer.and_then(|officer| valid.iter().find(|c| c.by != officer.by));
        let (vi, en) = match (officer, other, valid.is_empty()) {
            (Some(_), Some(_), _) => (
                "Người kiểm tra bảo mật và người thứ hai đã xác nhận không phải bí mật nhà nước.",
                "The secrecy officer and a second person cleared it.",
            ),
            (_, _, true) => return,
            (Some(_), None, _) => (
                "Đã có 1/2 xác nhận, còn cần người thứ hai.",
                "One of two cleared it; a second person is needed.",
            ),
            (None, _, _) => (
                "Đã có 1/2 xác nhận, còn cần người kiểm tra bảo mật.",
                "One of two cleared it; the secrecy officer is needed.",
            ),
        };
        for finding in &mut self.found {
            if !super::SECRECY.contains(&finding.rule.as_str()) {
                continue;
            }
            if other.is_some() {
                finding.level = Level::Info;
                finding.message = Message::new(vi, en);
            } else {
                finding.message.vi = format!("{} {vi}", finding.message.vi);
                finding.message.en = format!("{} {en}", finding.message.en);
            }
        }
    }
}

fn told(suspicion: Suspicion) -> Message {
    let (vi, en) = match suspicion {
        Suspicion::SecrecyMark => (
            "Có dấu hiệu văn bản mật hoặc lưu hành nội bộ. Không được công bố cho đến khi người kiểm tra bảo mật và người thứ hai xác nhận.",
            "This looks like a mark of secrecy or of inner circulation. It must not be published until the secrecy officer and a second person clear it.",
        ),
        Suspicion::WatchWord => (
            "Có từ ngữ trong danh sách theo dõi của cơ quan.",
            "A word of the office's watch list stands here.",
        ),
        Suspicion::MilitaryPlace => (
            "Có tọa độ đứng cạnh tên gọi cơ sở quân sự.",
            "Coordinates stand beside words of a military installation.",
        ),
        Suspicion::Phone => (
            "Có thể là số điện thoại cá nhân; đề nghị bỏ hoặc thay bằng số của cơ quan.",
            "This may be a person's own telephone number; leave it out or give an office's.",
        ),
        Suspicion::Email => (
            "Có địa chỉ thư điện tử giống địa chỉ cá nhân.",
            "This looks like a person's mail address.",
        ),
        Suspicion::IdentityCard => (
            "Có số giống số căn cước, chứng minh nhân dân, thẻ bảo hiểm hoặc mã số thuế cá nhân.",
            "This looks like the number of an identity or insurance card, or a personal tax code.",
        ),
        Suspicion::Passport => ("Có số giống số hộ chiếu.", "This looks like a passport number."),
        Suspicion::BankAccount => {
            ("Có số giống số tài khoản ngân hàng.", "This looks like the number of a bank account.")
        }
        Suspicion::BirthDate => {
            ("Có ngày, năm sinh của một người.", "This looks like somebody's date of birth.")
        }
    };
    Message::new(vi, en)
}
