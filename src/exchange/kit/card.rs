//! The licence card, the credits and the captions.

use super::{Terms, Work, layout::stem, say::Say};
use crate::domain::{
    document::Asset,
    lang::{Lang, Localized},
    rights::{Rights, Use},
};

/// A line of a card.
enum Line<'a> {
    Heading(String),
    /// A label, a value, and where it leads.
    Field(&'a str, String, Option<String>),
    /// A sentence of a list.
    Point(String),
}

/// The card as text, Vietnamese first.
pub(super) fn licence(work: &Work) -> String {
    let mut out = String::new();
    for say in [Say::Vi, Say::En] {
        for line in lines(work, say) {
            match line {
                Line::Heading(text) => {
                    let rule = "=".repeat(text.chars().count().min(72));
                    let gap = if out.is_empty() { "" } else { "\n" };
                    out.push_str(&format!("{gap}{text}\n{rule}\n"));
                }
                Line::Field(label, value, _) => out.push_str(&format!("{label}: {value}\n")),
                Line::Point(text) => out.push_str(&format!("- {text}\n")),
            }
        }
    }
    out
}

/// The card as a page by itself.
pub(super) fn licence_page(work: &Work) -> String {
    let escaped = |text: &str| quick_xml::escape::escape(text).into_owned();
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"vi\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width\">\n<title>{}</title>\n<style>body{{max-width:44rem;margin:2rem auto;\
         padding:0 1rem;font:1rem/1.5 sans-serif}}dt{{font-weight:bold}}</style>\n",
        escaped(&work.live.local_id)
    );
    for say in [Say::Vi, Say::En] {
        out.push_str(&format!("<section lang=\"{}\">\n", say.tag()));
        for line in lines(work, say) {
            match line {
                Line::Heading(text) => out.push_str(&format!("<h2>{}</h2>\n", escaped(&text))),
                Line::Field(label, value, link) => {
                    let value = escaped(&value);
                    let value = link.map_or_else(
                        || value.clone(),
                        |link| format!("<a href=\"{}\">{value}</a>", escaped(&link)),
                    );
                    out.push_str(&format!("<p><b>{label}:</b> {value}</p>\n"));
                }
                Line::Point(text) => out.push_str(&format!("<p>– {}</p>\n", escaped(&text))),
            }
        }
        out.push_str("</section>\n");
    }
    out.push_str("</html>\n");
    out
}

fn lines(work: &Work, say: Say) -> Vec<Line<'static>> {
    let live = &work.live;
    let mut all = vec![Line::Heading(say.t("ĐIỀU KIỆN SỬ DỤNG", "TERMS OF USE").to_owned())];
    let title = say.of(&live.document.title).unwrap_or(&live.local_id).to_owned();
    let page = work.page(say.tag()).to_owned();
    let version = live.version;
    all.push(Line::Field(say.t("Tư liệu", "Record"), title, Some(page.clone())));
    let number = format!("{}, {} {version}", live.local_id, say.t("phiên bản", "version"));
    all.push(Line::Field(say.t("Mã số", "Identifier"), number, None));
    all.push(Line::Field(say.t("Địa chỉ", "Address"), page.clone(), Some(page)));
    let date = say.date(live.modified);
    all.push(Line::Field(say.t("Ngày của phiên bản này", "Date of this version"), date, None));
    all.extend(rights_lines(work, &live.document.rights, say));
    for (number, asset, release) in work.assets() {
        let Some(own) = &asset.rights else { continue };
        let text = say.t("Điều kiện riêng của tệp", "Terms of this file alone");
        all.push(Line::Heading(format!("{text}: {}", stem(number, release))));
        all.extend(rights_lines(work, own, say));
    }
    all.push(Line::Heading(say.t("LIÊN HỆ", "CONTACT").to_owned()));
    let managing = say.of(&live.managing.name).unwrap_or(live.managing.code.as_str()).to_owned();
    all.push(Line::Field(say.t("Đơn vị quản lý", "Published by"), managing, None));
    let agency = say.of(&live.agency.name).unwrap_or(live.agency.code.as_str()).to_owned();
    all.push(Line::Field(say.t("Đơn vị đóng góp", "Contributed by"), agency, None));
    let site = format!("{}/", work.site);
    all.push(Line::Field(say.t("Trang thông tin", "Website"), site.clone(), Some(site)));
    all.push(Line::Point(
        say.t(
            "Trước khi đăng, hãy mở địa chỉ trên để biết tư liệu còn hiệu lực hay đã được đính chính, gỡ bỏ.",
            "Before printing, open the address above to see whether the record still stands or was corrected or withdrawn.",
        )
        .to_owned(),
    ));
    all
}

fn rights_lines(work: &Work, rights: &Rights, say: Say) -> Vec<Line<'static>> {
    let mut all = Vec::new();
    let mut field = |label: &'static str, value: Option<String>, link: Option<String>| {
        all.extend(value.map(|value| Line::Field(label, value, link)));
    };
    let of = |texts: &Localized<String>| say.of(texts).map(ToOwned::to_owned);
    let credit = of(&rights.credit).or_else(|| of(&rights.holder));
    field(say.t("Dòng ghi nguồn, in kèm", "Credit line, to be printed"), credit, None);
    field(say.t("Chủ sở hữu quyền", "Rights holder"), of(&rights.holder), None);
    for (label, uri) in [
        (say.t("Tình trạng bản quyền", "Rights statement"), &rights.statement),
        (say.t("Giấy phép", "Licence"), &rights.license),
    ] {
        let web = uri.clone().filter(|uri| uri.starts_with("http"));
        field(label, uri.as_ref().map(|uri| say.terms(work, uri)), web);
    }
    let points = allowed(work, rights, say).into_iter();
    all.extend(points.map(|text| Line::Point(text.to_owned())));
    if let Some(end) = rights.expires {
        let text = say.t("Được sử dụng đến trước ngày", "May be used until (not including)");
        all.push(Line::Point(format!("{text} {}.", say.date(end))));
    }
    all
}

/// What may be done, in plain words.
fn allowed(work: &Work, rights: &Rights, say: Say) -> Vec<&'static str> {
    let mut all = vec![
        say.allowed(rights.allowed()),
        say.t(
            "Phải ghi nguồn đúng như dòng ghi nguồn ở trên.",
            "Print the credit line as it stands above.",
        ),
    ];
    let Some(terms) = rights.license.as_ref().and_then(|uri| work.terms.get(uri)) else {
        if rights.allowed() == Use::Editorial {
            all.push(say.t(
                "Sử dụng ngoài phạm vi trên cần được chủ sở hữu quyền đồng ý.",
                "Any other use needs the consent of the rights holder.",
            ));
        }
        return all;
    };
    all.extend(licensed(terms, say));
    all
}

fn licensed(terms: &Terms, say: Say) -> Vec<&'static str> {
    let commercial = terms.commercial.map(|allowed| match allowed {
        true => say.t(
            "Giấy phép cho phép sử dụng vì mục đích thương mại.",
            "The licence allows commercial use.",
        ),
        false => say.t(
            "Giấy phép không cho phép sử dụng vì mục đích thương mại.",
            "The licence does not allow commercial use.",
        ),
    });
    let adaptations = terms.adaptations.as_deref().and_then(|word| match word {
        "yes" => Some(say.t(
            "Giấy phép cho phép chỉnh sửa, phóng tác, với điều kiện nêu rõ đã thay đổi.",
            "The licence allows changes and adaptations that say what was changed.",
        )),
        "share-alike" => Some(say.t(
            "Giấy phép cho phép chỉnh sửa, phóng tác, với điều kiện nêu rõ đã thay đổi và công bố theo cùng giấy phép.",
            "The licence allows changes and adaptations that say what was changed and are published under the same licence.",
        )),
        "no" => Some(say.t(
            "Giấy phép không cho phép công bố bản chỉnh sửa, phóng tác.",
            "The licence does not allow changed versions to be published.",
        )),
        _ => None,
    });
    commercial.into_iter().chain(adaptations).collect()
}

/// Who made the work and each of its files.
pub(super) fn credits(work: &Work) -> String {
    let document = &work.live.document;
    let mut out = String::new();
    for say in [Say::Vi, Say::En] {
        let gap = if out.is_empty() { "" } else { "\n" };
        out.push_str(&format!("{gap}{}\n", say.t("GHI CÔNG", "CREDITS")));
        for creator in &document.creators {
            out.push_str(&format!("{}: {}\n", say.role(creator.role), creator.name));
        }
        for (lang, translation) in &document.translations {
            let by = translation.by.as_ref().map(|by| format!(" ({by})")).unwrap_or_default();
            let (label, how) = (say.t("Bản dịch", "Translation"), say.method(translation.method));
            out.push_str(&format!("{label} [{lang}]: {how}{by}\n"));
        }
        for (number, asset, release) in work.assets() {
            let line = credit(work, asset, say);
            if !line.is_empty() {
                out.push_str(&format!("{}: {}\n", stem(number, release), line.join(" – ")));
            }
        }
    }
    out
}

/// Who made a file, and its credit line.
fn credit(work: &Work, asset: &Asset, say: Say) -> Vec<String> {
    let rights = work.rights(asset.rights.as_ref());
    let line = say.of(&rights.credit).or_else(|| say.of(&rights.holder)).map(ToOwned::to_owned);
    asset.creator.clone().into_iter().chain(line).collect()
}

/// What each file shows, in one language; what there is in no such language is left out.
pub(super) fn captions(work: &Work, lang: &Lang) -> String {
    let say = Say::to(lang);
    let mut out = String::new();
    for (number, asset, release) in work.assets() {
        let gap = if out.is_empty() { "" } else { "\n" };
        out.push_str(&format!("{gap}{}\n", stem(number, release)));
        let place = asset.place.as_ref().and_then(|place| place.name.get(lang.as_str()));
        let credit = Some(credit(work, asset, say).join(" – ")).filter(|line| !line.is_empty());
        for (label, value) in [
            (say.t("Chú thích", "Caption"), asset.caption.get(lang.as_str())),
            (say.t("Mô tả ảnh", "Alternative text"), asset.alt.get(lang.as_str())),
            (say.t("Địa điểm", "Place"), place),
            (say.t("Thời gian", "Date"), asset.created.as_ref()),
            (say.t("Ghi nguồn", "Credit"), credit.as_ref()),
        ] {
            if let Some(value) = value {
                out.push_str(&format!("{label}: {value}\n"));
            }
        }
    }
    out
}
