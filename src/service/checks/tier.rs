//! How good a record is as a whole, and what would make it better.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Context;
use crate::domain::{
    account::words,
    document::{Asset, AssetRole, Document, Method},
    finding::{Finding, Level},
    id::AssetId,
    lang::Localized,
    message::Message,
    record::MediaFile,
};

/// The longer side of a picture that fills a page in print, in pixels.
const WIDE: u32 = 2_400;

words!(
    /// The quality of a record.
    Tier,
    "A, B, C",
    {
        /// Ready for any newsroom.
        A = "A",
        /// Good to publish; some things would make it better.
        B = "B",
        /// Something has to be done first, or much is missing.
        C = "C",
    }
);

/// A tier and the steps that would raise it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Quality {
    /// A, B or C.
    pub tier: Tier,
    /// How many of the ten points it has.
    pub points: usize,
    /// The two or three most useful things to do next; none for a full record.
    pub steps: Vec<Message>,
}

/// Judges a document by ten points. `A` has eight and no warning, `B` five and nothing that blocks.
#[must_use]
pub(in crate::service) fn quality(
    context: Context<'_>,
    document: &Document,
    files: &BTreeMap<AssetId, MediaFile>,
    findings: &[Finding],
) -> Quality {
    let points = points(context, document, files);
    let reached = points.iter().filter(|(reached, _)| *reached).count();
    let worst = findings.iter().map(|finding| finding.level).max().unwrap_or(Level::Off);
    let tier = match (reached, worst) {
        (8.., Level::Off | Level::Info) => Tier::A,
        (5.., Level::Off | Level::Info | Level::Warn) => Tier::B,
        _ => Tier::C,
    };
    let heavy = findings.iter().filter(|finding| Level::Info < finding.level);
    let heavy = heavy.map(|finding| finding.message.clone());
    let missing = points.into_iter().filter(|(reached, _)| !reached).map(|(_, message)| message);
    let mut steps: Vec<Message> = Vec::new();
    for step in heavy.chain(missing) {
        if !steps.contains(&step) && steps.len() < 3 {
            steps.push(step);
        }
    }
    Quality { tier, points: reached, steps }
}

/// The ten points: what is asked, in Vietnamese and English, and whether it is so.
fn points(
    context: Context<'_>,
    document: &Document,
    files: &BTreeMap<AssetId, MediaFile>,
) -> Vec<(bool, Message)> {
    let mut points = text_points(context, document);
    points.extend(picture_points(context, document, files));
    points
}

fn text_points(context: Context<'_>, document: &Document) -> Vec<(bool, Message)> {
    let foreign = foreign(context, &document.title);
    let translated = document.title.langs().filter(|lang| **lang != document.original_lang);
    let named = translated.into_iter().all(|lang| {
        let entry = document.translations.get(lang);
        entry.is_some_and(|entry| entry.method != Method::Machine)
    });
    let worded = document.title.langs().all(|lang| document.keywords.get(lang.as_str()).is_some());
    let rights = &document.rights;
    let say = |vi: &str, en: &str| Message::new(vi, en);
    vec![
        (
            both(context, &document.title) && both(context, &document.summary),
            say(
                "Bổ sung tiêu đề và tóm tắt bằng tiếng nước ngoài.",
                "Add title and summary in a foreign language.",
            ),
        ),
        (
            1 < foreign,
            say("Bổ sung một tiếng nước ngoài thứ hai.", "Add a second foreign language."),
        ),
        (
            named,
            say(
                "Ghi người dịch hoặc người hiệu đính của từng bản dịch.",
                "Say who translated or revised each version.",
            ),
        ),
        (
            !document.keywords.is_empty() && worded,
            say("Bổ sung từ khóa cho mọi ngôn ngữ.", "Add keywords in every language."),
        ),
        (
            rights.license.is_some() && !rights.credit.is_empty(),
            say(
                "Ghi giấy phép sử dụng và dòng ghi nguồn.",
                "Give the licence and the credit line.",
            ),
        ),
        (!document.places.is_empty(), say("Ghi địa điểm.", "Name the place.")),
        (
            document.created.is_some() && !document.creators.is_empty(),
            say(
                "Ghi tác giả và thời gian sáng tác.",
                "Name the author and when the work was made.",
            ),
        ),
    ]
}

fn picture_points(
    context: Context<'_>,
    document: &Document,
    files: &BTreeMap<AssetId, MediaFile>,
) -> Vec<(bool, Message)> {
    let assets = &document.assets;
    let told = |asset: &Asset| both(context, &asset.caption) && both(context, &asset.alt);
    let is_subtitle = |asset: &Asset| asset.role == AssetRole::Subtitle;
    let wide = assets.iter().any(|asset| {
        let file = files.get(&asset.id).filter(|file| file.media_type.starts_with("image/"));
        let size = file.and_then(|file| file.width.max(file.height));
        size.is_some_and(|size| WIDE <= size)
    });
    let say = |vi: &str, en: &str| Message::new(vi, en);
    vec![
        (!assets.is_empty(), say("Thêm ít nhất một ảnh.", "Add one picture at least.")),
        (
            !assets.is_empty() && assets.iter().all(|asset| is_subtitle(asset) || told(asset)),
            say(
                "Viết chú thích và văn bản thay thế song ngữ cho mọi ảnh.",
                "Write captions and alternative texts in both languages for every picture.",
            ),
        ),
        (
            wide,
            say(
                "Thay bằng ảnh có cạnh dài từ 2.400 điểm ảnh.",
                "Use a picture whose longer side has 2,400 pixels.",
            ),
        ),
    ]
}

fn foreign(context: Context<'_>, texts: &Localized<String>) -> usize {
    texts.langs().filter(|lang| context.catalog.profile.is_foreign(lang)).count()
}

fn both(context: Context<'_>, texts: &Localized<String>) -> bool {
    texts.get("vi").is_some() && 0 < foreign(context, texts)
}
