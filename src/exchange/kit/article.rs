//! One language's text with all that is printed around it.

use super::{
    Work,
    body::{self, Block, Look, Paragraph, Span, Style},
    say::Say,
};
use crate::domain::lang::Lang;

/// A text to be written.
#[derive(Clone, Debug)]
pub(super) struct Article {
    pub(super) lang: Lang,
    pub(super) title: String,
    /// The record's `urn:uuid:`.
    pub(super) id: String,
    pub(super) version: u32,
    pub(super) published: jiff::Timestamp,
    pub(super) modified: jiff::Timestamp,
    pub(super) blocks: Vec<Block>,
}

/// The text of a work in one of its languages: title, summary, body, and what must be known of them.
pub(super) fn article(work: &Work, lang: &Lang) -> Article {
    let (live, key) = (&work.live, lang.as_str());
    let document = &live.document;
    let title = document.title.get(key).cloned().unwrap_or_else(|| live.local_id.clone());
    let mut blocks = vec![Block::Paragraph(Paragraph::new(Style::Title, &title))];
    if let Some(summary) = document.summary.get(key) {
        let lines = summary.lines().map(str::trim).filter(|line| !line.is_empty());
        blocks.extend(lines.map(|line| Block::Paragraph(Paragraph::new(Style::Lead, line))));
    }
    if let Some(html) = document.body.get(key) {
        blocks.extend(body::read(html));
    }
    let say = Say::to(lang);
    let heading = say.t("Thông tin về bài", "About this text");
    blocks.push(Block::Paragraph(Paragraph::new(Style::Heading(1), heading)));
    blocks.extend(about(work, lang).into_iter().map(|line| Block::Paragraph(field(&line))));
    Article {
        lang: lang.clone(),
        title,
        id: live.id.to_string(),
        version: live.version,
        published: live.published,
        modified: live.modified,
        blocks,
    }
}

/// A label and what stands behind it; an address leads to itself.
fn field((label, value): &(&str, String)) -> Paragraph {
    let bold = Look { bold: true, ..Look::default() };
    let label = Span { text: format!("{label}: "), look: bold, link: None };
    let link = Some(value.clone()).filter(|value| value.starts_with("http"));
    let value = Span { text: value.clone(), look: Look::default(), link };
    Paragraph { style: Style::Field, spans: vec![label, value], lang: None }
}

/// What must be known of a text, in pairs of a label and a value.
fn about(work: &Work, lang: &Lang) -> Vec<(&'static str, String)> {
    let (live, say) = (&work.live, Say::to(lang));
    let document = &live.document;
    let mut all: Vec<(&'static str, String)> = Vec::new();
    all.extend(document.creators.iter().map(|who| (say.role(who.role), who.name.clone())));
    if let Some(translation) = document.translations.get(lang.as_str()) {
        let by = translation.by.as_ref().map(|by| format!(" ({by})")).unwrap_or_default();
        let how = say.method(translation.method);
        all.push((say.t("Bản dịch", "Translation"), format!("{how}{by}")));
    }
    let texts = |texts| say.of(texts).map(ToOwned::to_owned);
    let agency = texts(&live.agency.name).map(|name| (say.t("Đơn vị", "Contributed by"), name));
    let managing =
        texts(&live.managing.name).map(|name| (say.t("Đơn vị quản lý", "Published by"), name));
    all.extend(agency.into_iter().chain(managing));
    all.push((say.t("Ngày công bố", "Published"), say.date(live.published)));
    if 1 < live.version {
        all.push((say.t("Ngày cập nhật", "Updated"), say.date(live.modified)));
    }
    for correction in &live.corrections {
        let note = texts(&correction.note).unwrap_or_default();
        let line = format!("{}: {note}", say.date(correction.at));
        all.push((say.t("Đính chính", "Correction"), line));
    }
    let rights = &document.rights;
    let credit = texts(&rights.credit).map(|line| (say.t("Ghi nguồn", "Credit line"), line));
    let holder = texts(&rights.holder);
    let holder = holder.map(|name| (say.t("Chủ sở hữu quyền", "Rights holder"), name));
    all.extend(credit.into_iter().chain(holder));
    let uri = |uri: &Option<String>| uri.as_ref().map(|uri| say.terms(work, uri));
    let statement =
        uri(&rights.statement).map(|line| (say.t("Tình trạng bản quyền", "Rights"), line));
    let licence = uri(&rights.license).map(|line| (say.t("Giấy phép", "Licence"), line));
    all.extend(statement.into_iter().chain(licence));
    let allowed = say.allowed(rights.allowed()).to_owned();
    all.push((say.t("Phạm vi sử dụng", "Permitted use"), allowed));
    if let Some(end) = rights.expires {
        let label = say.t("Được sử dụng đến trước ngày", "May be used until (not including)");
        all.push((label, say.date(end)));
    }
    let version = live.version;
    let number = format!("{}, {} {version}", live.local_id, say.t("phiên bản", "version"));
    all.push((say.t("Mã số", "Identifier"), number));
    all.push((say.t("Địa chỉ", "Address"), work.page(lang.as_str()).to_owned()));
    all
}
