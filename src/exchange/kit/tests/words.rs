//! Card, credits, captions and manifest.

use serde_json::{Value, json};

use super::super::{Manifest, Sent, Text, Work, tag};
use super::fixture::{ASSET, work};
use crate::domain::{digest::Digest, lang::Lang};

fn text(work: &Work, text: &Text) -> String {
    String::from_utf8(work.compose(text).unwrap()).unwrap()
}

#[test]
fn the_card_says_in_both_languages_what_may_be_done() {
    let card = text(&work(&[]), &Text::Licence);
    let (vi, en) = card.split_once("\nTERMS OF USE\n").unwrap();
    for line in [
        "Tư liệu: Không gian văn hóa cồng chiêng",
        "Dòng ghi nguồn, in kèm: Ảnh: Báo Đắk Lắk",
        "Tình trạng bản quyền: http://rightsstatements.org/vocab/InC/1.0/",
        "Giấy phép: CC BY-NC 4.0 – Ghi công (https://creativecommons.org/licenses/by-nc/4.0/)",
        "- Giấy phép không cho phép sử dụng vì mục đích thương mại.",
        "- Được sử dụng đến trước ngày 01/01/2030.",
        "Ngày của phiên bản này: 05/10/2026",
        "Đơn vị quản lý: Sở Ngoại vụ",
        "Trang thông tin: https://quangba.example/",
    ] {
        assert!(vi.lines().any(|found| found == line), "{line}: {vi}");
    }
    for line in [
        "Record: The space of gong culture",
        "Credit line, to be printed: Photo: Dak Lak Newspaper",
        "- For news use by any medium; cropping and translating captions are allowed.",
        "- Print the credit line as it stands above.",
        "- The licence allows changes and adaptations that say what was changed.",
        "Terms of this file alone: 04-etc-passwd",
        "- For any use, commercial use included, under the licence given.",
        "Published by: Department of Foreign Affairs",
        "Date of this version: 5 October 2026",
    ] {
        assert!(en.lines().any(|found| found == line), "{line}: {en}");
    }
}

#[test]
fn the_page_shows_what_people_wrote_and_runs_none_of_it() {
    let hostile = "</p><script>alert(1)</script>\" onload=\"x";
    let work = work(&[
        ("/document/title/vi", json!(hostile)),
        ("/document/rights/credit/vi", json!(hostile)),
        ("/document/rights/license", json!("javascript:alert(1)")),
    ]);
    let page = text(&work, &Text::LicencePage);
    assert!(page.contains("&lt;script&gt;") && !page.contains("<script"), "{page}");
    assert!(!page.contains("href=\"javascript") && !page.contains("\" onload"), "{page}");
    assert!(page.contains("<section lang=\"vi\">") && page.contains("<section lang=\"en\">"));
}

#[test]
fn captions_and_credits_name_each_file() {
    let captions = text(&work(&[]), &Text::Captions(Lang::en()));
    assert!(
        captions.starts_with(
            "01-dan-chieng\nCaption: Caption 1\nCredit: Y Thịnh Êban – Photo: Dak Lak Newspaper\n"
        ),
        "{captions}"
    );
    assert!(!captions.contains("Mô tả"), "no alternative text in English");
    let credits = text(&work(&[]), &Text::Credits);
    for line in [
        "Tác giả: H'Lan Niê",
        "Text: H'Lan Niê",
        "04-etc-passwd: Y Thịnh Êban – Nhà xuất bản Tri thức",
    ] {
        assert!(credits.lines().any(|found| found == line), "{line}: {credits}");
    }
}

#[test]
fn the_manifest_says_where_each_file_comes_from() {
    let (work, digest) = (work(&[]), Digest::from_bytes(&[7; 32]));
    let sent = Sent { bytes: 12, digest: digest.clone() };
    let mut manifest = Manifest::new(&work.site);
    manifest.record(&work, "x");
    manifest.add(("README.txt", "text/plain"), None, &sent).unwrap();
    for entry in work.entries("x") {
        manifest.add_entry(&work, &entry, &sent).unwrap();
    }
    let all: Value = serde_json::from_slice(&manifest.json().unwrap()).unwrap();
    assert_eq!(all["records"][0]["folder"], "x");
    let entry = |path: &str| {
        let entries = all["entries"].as_array().unwrap();
        entries.iter().find(|entry| entry["path"] == path).unwrap().clone()
    };
    let release = entry("x/photos/original/01-dan-chieng.jpg");
    assert_eq!(release["asset"], format!("urn:uuid:{ASSET}"));
    assert_eq!(
        release["source"],
        format!("https://quangba.example/media/{ASSET}/D%C3%A0n%20chi%C3%AAng.jpg")
    );
    assert_eq!(release["verify"], format!("https://quangba.example/api/v1/status?sha256={digest}"));
    assert_eq!((&release["version"], &release["bytes"]), (&json!(2), &json!(12)));
    assert_eq!(release["rights"]["license"], "https://creativecommons.org/licenses/by-nc/4.0/");
    let small = entry("x/photos/800/01-dan-chieng.jpg");
    assert_eq!((&small["madeOf"], &small["verify"]), (&json!("ab".repeat(32)), &Value::Null));
    let own = entry("x/files/04-etc-passwd.pdf");
    assert_eq!(own["rights"]["license"], "https://creativecommons.org/licenses/by-nd/4.0/");
    let sums = manifest.sums(&sent);
    assert!(sums.ends_with(&format!("{digest}  manifest.json\n")), "{sums}");
    assert_eq!(sums.lines().count(), work.entries("x").len() + 2);
    let readme = manifest.readme();
    assert!(readme.contains("BỘ TƯ LIỆU BÁO CHÍ") && readme.contains("PRESS KIT"), "{readme}");
    assert!(readme.contains("https://quangba.example/api/v1/status"), "{readme}");
}

#[test]
fn whatever_changes_the_kit_changes_its_tag() {
    let of = |work: &Work| tag([&work.digest().unwrap()]);
    let whole = work(&[]);
    assert_eq!(of(&whole), of(&work(&[])));
    let mut others = vec![
        work(&[("/version", json!(3))]),
        work(&[("/document/rights/credit/vi", json!("khác"))]),
    ];
    others.push(Work { langs: vec![Lang::vi()], ..whole.clone() });
    others.push(Work { site: "https://a.vn".to_owned(), ..whole.clone() });
    others.push(Work { terms: [].into(), ..whole.clone() });
    for other in &others {
        assert_ne!(of(&whole), of(other));
    }
    let (a, b) = (whole.digest().unwrap(), others[0].digest().unwrap());
    assert_ne!(tag([&a, &b]), tag([&b, &a]), "the folders stand in another order");
}
