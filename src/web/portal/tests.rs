//! Whole pages: what a reader sees, in which language, and that nothing slips through unescaped.

use askama::Template as _;
use serde_json::{Value, json};

use super::{
    card::{Card, Found},
    home::{Holdings, HomeView},
    labels::Labels,
    notice::NoticeView,
    record::RecordView,
    request::{Filter, Request},
    search::{Results, SearchView},
    site::Site,
};
use crate::domain::{
    lang::{Lang, Localized},
    record::{LiveRecord, Tombstone},
    term::Vocabulary,
};

const RECORD: &str = "019a0b5c-3f00-7a11-8a11-0123456789ab";
const PHOTO: &str = "019a0b5c-3f00-7a11-8a11-0123456789ac";
const BOOK: &str = "019a0b5c-3f00-7a11-8a11-0123456789ad";

fn lang(tag: &str) -> Lang {
    tag.parse().unwrap()
}

fn site() -> Site {
    let names = |vi: &str, en: &str| {
        [(Lang::vi(), vi.to_owned()), (Lang::en(), en.to_owned())].into_iter().collect()
    };
    Site {
        province: names("Đắk Lắk", "Dak Lak"),
        managing: names("Sở Văn hóa", "Department of Culture"),
        public_url: "https://quangba.example/p".to_owned(),
        base_path: "/p".to_owned(),
        langs: [("vi", "Tiếng Việt"), ("en", "English"), ("fr", "Français")]
            .map(|(tag, name)| (lang(tag), name.to_owned()))
            .to_vec(),
        default_lang: Lang::en(),
        assets_version: "abc".to_owned(),
    }
}

fn vocabularies() -> Vec<Vocabulary> {
    let list = |name: &str, terms: Value| {
        let whole = json!({"name": name, "version": 1, "title": {}, "source": "", "terms": terms});
        serde_json::from_value(whole).unwrap()
    };
    vec![
        list("kinds", json!([{"code": "article", "label": {"vi": "Bài viết", "en": "Article"}}])),
        list("topics", json!([{"code": "van-hoa", "label": {"vi": "Văn hóa", "en": "Culture"}}])),
        list(
            "languages",
            json!([
                {"code": "vi", "label": {"vi": "Tiếng Việt", "en": "Vietnamese"}, "nativeName": "Tiếng Việt"},
                {"code": "en", "label": {"vi": "Tiếng Anh", "en": "English"}, "nativeName": "English"},
            ]),
        ),
        list(
            "licences",
            json!([{"code": "cc-by-4.0", "label": {"vi": "CC BY 4.0 – Ghi công", "en": "CC BY 4.0"},
                    "uri": "https://creativecommons.org/licenses/by/4.0/"}]),
        ),
    ]
}

/// A live article with a photo and a publication; `change` is merged into its document.
fn live(change: &Value) -> LiveRecord {
    let mut document = json!({
        "kind": "article", "infoClass": "image-promotion", "originalLang": "vi",
        "title": {"vi": "Cồng chiêng", "en": "Gongs"},
        "summary": {"vi": "Tóm tắt tiếng Việt.", "en": "An English summary."},
        "body": {"vi": "<p>Âm vang <strong>đại ngàn</strong>.</p>", "en": "<p>Sound of the forest.</p>"},
        "keywords": {"vi": ["cồng"]}, "topics": ["van-hoa"], "created": "2026-09",
        "creators": [{"name": "Nguyễn Văn A", "role": "photographer"}],
        "rights": {"license": "https://creativecommons.org/licenses/by/4.0/",
                   "holder": {"vi": "Báo tỉnh"}, "credit": {"vi": "Ảnh: Báo tỉnh", "en": "Photo: the paper"}},
        "assets": [
            {"id": format!("urn:uuid:{PHOTO}"), "role": "main",
             "caption": {"vi": "Chú thích"}, "alt": {"vi": "Người đánh chiêng", "en": "A gong player"}},
            {"id": format!("urn:uuid:{BOOK}"), "role": "attachment", "caption": {"en": "The booklet"}},
        ],
    });
    for (key, value) in change.as_object().into_iter().flatten() {
        document[key] = value.clone();
    }
    let digest = "ab".repeat(32);
    serde_json::from_value(json!({
        "id": format!("urn:uuid:{RECORD}"), "localId": "DLK-2026-000317",
        "agency": {"code": "H15.16", "name": {"vi": "Sở A", "en": "Department A"}},
        "managing": {"code": "H15.16", "name": {"vi": "Sở A"}},
        "version": 2, "published": "2026-10-01T18:30:00Z", "modified": "2026-10-05T01:00:00Z",
        "attested": "2026-10-01T18:30:00Z", "document": document,
        "files": {
            format!("urn:uuid:{PHOTO}"): {"digest": digest, "bytes": 1_468_006, "mediaType": "image/jpeg",
                "name": "cồng chiêng.jpg", "width": 1200, "height": 800},
            format!("urn:uuid:{BOOK}"): {"digest": digest, "bytes": 356_000, "mediaType": "application/pdf",
                "name": "book.pdf", "pages": 24},
        },
    }))
    .unwrap()
}

fn agency(code: &str) -> Option<Localized<String>> {
    (code == "H15.16").then(|| [(Lang::vi(), "Sở A".to_owned())].into_iter().collect())
}

fn record_page(tag: &str, change: &Value) -> String {
    let (site, lists) = (site(), vocabularies());
    let labels = Labels::new(&lists, &agency);
    RecordView::new(&site, &lang(tag), &live(change), &labels).render().unwrap()
}

fn search_page(tag: &str, request: &Request, total: u64, found: Option<Found>) -> String {
    let (site, lists) = (site(), vocabularies());
    let labels = Labels::new(&lists, &agency);
    let page = SearchView::page(&site, &lang(tag), request);
    let card = Card::new(&page, &live(&json!({})), &labels, found);
    let cards = if total == 0 { Vec::new() } else { vec![card] };
    let facets = vec![(Filter::Kind, vec![("article".to_owned(), 12), ("photo".to_owned(), 3)])];
    let results = Results { total, took_ms: 3, cards, facets };
    SearchView::new(page, request, results, &labels).render().unwrap()
}

/// Fails unless `page` has each of `parts`.
#[track_caller]
fn has(page: &str, parts: &[&str]) {
    for part in parts {
        assert!(page.contains(part), "no {part} in\n{page}");
    }
}

#[test]
fn a_record_is_shown_in_the_reader_s_language() {
    let vi = record_page("vi", &json!({}));
    has(
        &vi,
        &[
            "<html lang=\"vi\">",
            "<h1>Cồng chiêng</h1>",
            "<p>Âm vang <strong>đại ngàn</strong>.</p>",
        ],
    );
    has(
        &vi,
        &[
            "02/10/2026",
            "09/2026",
            "05/10/2026",
            "1,4\u{a0}MB",
            "24 trang",
            "Bài viết",
            "Ảnh: Báo tỉnh",
        ],
    );
    has(&vi, &["CC BY 4.0 – Ghi công</a>", "Người chụp ảnh", "DLK-2026-000317"]);
    let en = record_page("en", &json!({}));
    has(
        &en,
        &[
            "<html lang=\"en\">",
            "<h1>Gongs</h1>",
            "2 October 2026",
            "September 2026",
            "1.4\u{a0}MB",
            "24 pages",
        ],
    );
    // What there is in Vietnamese only says so.
    has(&en, &["<span lang=\"vi\">Báo tỉnh</span>", "<span lang=\"vi\">cồng</span>"]);
    assert!(!en.contains("role=\"note\""));
}

#[test]
fn a_record_that_lacks_the_language_says_so_and_shows_another() {
    let only_vi = json!({"title": {"vi": "Cồng chiêng"}, "summary": {"vi": "Tóm tắt."}, "body": {"vi": "<p>Thân.</p>"}});
    let en = record_page("en", &only_vi);
    has(
        &en,
        &["This record is not available in English yet.", "The Vietnamese text is shown instead."],
    );
    has(
        &en,
        &["<h1 lang=\"vi\">Cồng chiêng</h1>", "<div class=\"prose\" lang=\"vi\"><p>Thân.</p>"],
    );
    // Search engines keep the page whose text it is.
    has(&en, &[&format!("rel=\"canonical\" href=\"https://quangba.example/p/vi/r/{RECORD}\"")]);
    assert!(!en.contains("hreflang=\"en\" href=\"https://"), "no English alternate is promised");

    let only_en = json!({"title": {"en": "Gongs"}, "summary": {}, "body": {}});
    has(&record_page("vi", &only_en), &["Nội dung này chưa có bằng tiếng Việt.", "bản tiếng Anh"]);
}

#[test]
fn a_machine_s_translation_is_named_one() {
    let machine = json!({"translations": {"en": {"method": "machine"}}});
    has(&record_page("en", &machine), &["Machine translation, not reviewed"]);
    assert!(!record_page("vi", &machine).contains("Bản dịch máy"));
}

#[test]
fn pictures_come_in_their_sizes_and_never_blown_up() {
    let page = record_page("vi", &json!({}));
    let at = format!("/p/media/{PHOTO}");
    has(&page, &[&format!("srcset=\"{at}/320.jpg 320w, {at}/800.jpg 800w, {at}/1600.jpg 1200w\"")]);
    has(&page, &["width=\"1200\" height=\"800\" alt=\"Người đánh chiêng\""]);
    has(&page, &[&format!("href=\"{at}/c%E1%BB%93ng%20chi%C3%AAng.jpg\"")]);
    has(
        &page,
        &[&format!("property=\"og:image\" content=\"https://quangba.example{at}/1600.jpg\"")],
    );
    has(&page, &[&format!("/p/media/{BOOK}/book.pdf"), "348\u{a0}KB"]);
}

#[test]
fn the_head_names_the_address_and_the_other_languages() {
    let page = record_page("vi", &json!({}));
    let to = |tag: &str| format!("href=\"https://quangba.example/p/{tag}/r/{RECORD}\"");
    has(
        &page,
        &[&format!("rel=\"canonical\" {}", to("vi")), &format!("hreflang=\"en\" {}", to("en"))],
    );
    has(&page, &[&format!("hreflang=\"x-default\" {}", to("en"))]);
    has(&page, &[&format!("<a href=\"/p/en/r/{RECORD}\" lang=\"en\" hreflang=\"en\">English</a>")]);
    has(&page, &["<title>Cồng chiêng – ", "name=\"description\" content=\"Tóm tắt tiếng Việt.\""]);
}

#[test]
fn nothing_that_people_write_comes_out_as_markup() {
    let bad = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";
    let both = json!({"vi": bad, "en": bad});
    let change = json!({
        "title": both, "summary": both, "keywords": {"vi": [bad]}, "topics": [bad], "created": bad,
        "creators": [{"name": bad, "role": "author"}],
        "places": [{"code": bad, "name": both}],
        "rights": {"statement": bad, "license": "javascript:alert(1)", "holder": both, "credit": both},
        "assets": [{"id": format!("urn:uuid:{PHOTO}"), "role": "main", "caption": both, "alt": both,
                    "creator": bad}],
    });
    let (site, lists) = (site(), vocabularies());
    let labels = Labels::new(&lists, &agency);
    let request = Request { q: bad.to_owned(), ..Request::only(Filter::Kind, bad) };
    for tag in ["vi", "en", "fr"] {
        let page = SearchView::page(&site, &lang(tag), &request);
        let cards = vec![Card::new(&page, &live(&change), &labels, None)];
        let facets = vec![(Filter::Agency, vec![(bad.to_owned(), 1)])];
        let results = Results { total: 50, took_ms: 1, cards, facets };
        let search = SearchView::new(page, &request, results, &labels).render().unwrap();
        let problem = NoticeView::problem(&site, &lang(tag), 500, Some(bad), Some(bad));
        for page in [record_page(tag, &change), search, problem.render().unwrap()] {
            assert!(!page.contains("<script"), "{page}");
            assert!(!page.contains("<img src=x"), "{page}");
            assert!(!page.contains("href=\"javascript:"), "{page}");
            assert!(!page.contains("\"'>"), "{page}");
        }
    }
}

#[test]
fn pages_have_no_inline_style_or_script_and_no_outside_resource() {
    let home = {
        let site = site();
        let page = HomeView::page(&site, &Lang::vi());
        HomeView::new(page, Vec::new(), &Holdings::default(), &Labels::new([], &agency))
            .render()
            .unwrap()
    };
    for page in
        [home, record_page("vi", &json!({})), search_page("en", &Request::default(), 9, None)]
    {
        for bad in [" style=", "<style", "<script", "javascript:", " onclick", "src=\"http"] {
            assert!(!page.contains(bad), "{bad} in {page}");
        }
        for needed in
            ["<main id=\"main\"", "class=\"skip\" href=\"#main\"", "<header", "<footer", "<nav"]
        {
            assert!(page.contains(needed), "no {needed} in {page}");
        }
        assert_eq!(page.matches("<h1").count(), 1, "{page}");
    }
    assert!(!super::CSS.contains("url(") && !super::CSS.contains("@import"));
}

#[test]
fn ids_are_used_once_and_what_refers_to_them_finds_them() {
    let asked = Request { q: "cồng".to_owned(), ..Request::only(Filter::Kind, "article") };
    let pages = [record_page("vi", &json!({})), search_page("vi", &asked, 60, None)];
    for page in pages {
        let after = |mark: &str| -> Vec<String> {
            page.split(mark)
                .skip(1)
                .filter_map(|rest| rest.split('"').next())
                .map(str::to_owned)
                .collect()
        };
        let mut ids = after(" id=\"");
        for target in
            after("aria-labelledby=\"").into_iter().chain(after(" for=\"")).chain(after("href=\"#"))
        {
            assert!(ids.contains(&target), "nothing has the id {target}");
        }
        let count = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), count, "an id is used twice");
    }
}

#[test]
fn results_are_narrowed_and_paged_by_plain_links() {
    let asked = Request { q: "cồng".to_owned(), ..Request::only(Filter::Kind, "article") };
    let page = search_page("vi", &asked.at_page(2), 60, None);
    has(&page, &["Tìm thấy 60 tư liệu", "trong 3 mili giây", "Trang 2 / 3", "name=\"robots\""]);
    has(&page, &["value=\"cồng\"", "<input type=\"hidden\" name=\"kind\" value=\"article\">"]);
    // The chosen value leads out of it, another one replaces it, and both begin at page one.
    has(&page, &["<a href=\"/p/vi/search?q=c%E1%BB%93ng\" aria-current=\"true\"><span>Bài viết"]);
    has(&page, &["<a href=\"/p/vi/search?q=c%E1%BB%93ng&#38;kind=photo\"><span>photo"]);
    has(&page, &["kind=article&#38;page=3\" rel=\"next\"", "kind=article\" rel=\"prev\""]);
    // The other language's link asks the same.
    has(&page, &["href=\"/p/en/search?q=c%E1%BB%93ng&#38;kind=article&#38;page=2\""]);
}

#[test]
fn what_matched_is_marked_and_in_its_own_language() {
    let found = Found {
        lang: Lang::en(),
        title_html: "<mark>Gongs</mark>".to_owned(),
        text_html: "The &lt;<mark>gong</mark>&gt;".to_owned(),
        page: None,
    };
    let page = search_page("vi", &Request::default(), 1, Some(found));
    has(
        &page,
        &["lang=\"en\"><mark>Gongs</mark></a>", "<p lang=\"en\">The &lt;<mark>gong</mark>&gt;</p>"],
    );
}

#[test]
fn a_card_takes_its_text_from_the_next_language_where_its_own_has_none() {
    let (site, lists) = (site(), vocabularies());
    let page = HomeView::page(&site, &lang("fr"));
    let change = json!({"title": {"vi": "Cồng chiêng", "fr": "Les gongs"}});
    let card = Card::new(&page, &live(&change), &Labels::new(&lists, &agency), None);
    assert_eq!((card.title_lang.as_str(), card.title_html.as_str()), (" lang=\"fr\"", "Les gongs"));
    assert_eq!((card.text_lang.as_str(), card.text_html.as_str()), ("", "An English summary."));
}

#[test]
fn nothing_found_gives_hints() {
    let asked = Request { q: "zzz".to_owned(), ..Request::only(Filter::Year, "1900") };
    has(
        &search_page("vi", &asked, 0, None),
        &["Không tìm thấy tư liệu phù hợp", "không dấu", "Bỏ bớt bộ lọc"],
    );
    has(
        &search_page("en", &asked, 0, None),
        &["No records match your search", "Remove some of the filters."],
    );
}

#[test]
fn a_page_beyond_the_last_leads_back_to_the_last() {
    let page = search_page("en", &Request::default().at_page(9), 45, None);
    has(&page, &["href=\"/p/en/search?page=3\" rel=\"prev\""]);
    assert!(!page.contains("rel=\"next\""));
}

#[test]
fn a_withdrawn_record_says_when_and_nothing_else() {
    let tombstone: Tombstone = serde_json::from_value(json!({
        "id": format!("urn:uuid:{RECORD}"), "localId": "DLK-2026-000317", "kind": "article", "version": 3,
        "managing": {"code": "H15.16", "name": {"vi": "Sở A"}}, "at": "2026-10-09T17:00:00Z",
        "reason": "legal-order", "purge": true, "replacedBy": format!("urn:uuid:{PHOTO}"),
    }))
    .unwrap();
    let site = site();
    let view = NoticeView::gone(&site, &Lang::vi(), &tombstone);
    assert_eq!(view.status, 410);
    let page = view.render().unwrap();
    has(&page, &["10/10/2026", "DLK-2026-000317", &format!("/p/vi/r/{PHOTO}"), "noindex"]);
    assert!(!page.contains("legal-order"));
    has(&NoticeView::gone(&site, &Lang::en(), &tombstone).render().unwrap(), &["10 October 2026"]);
}

#[test]
fn problems_are_told_in_the_reader_s_language() {
    let site = site();
    for (status, vi, en) in [
        (500, "Hệ thống gặp sự cố", "Something went wrong"),
        (503, "Hệ thống đang bận", "The service is busy"),
        (413, "Yêu cầu chưa thực hiện được", "could not be carried out"),
    ] {
        let page =
            |lang| NoticeView::problem(&site, &lang, status, None, Some("A1")).render().unwrap();
        has(&page(Lang::vi()), &[vi, "Mã sự cố: A1"]);
        has(&page(Lang::en()), &[en]);
    }
    has(&NoticeView::not_found(&site, &Lang::vi()).render().unwrap(), &["Không tìm thấy trang"]);
}

#[test]
fn other_languages_get_english_words_and_their_own_texts() {
    let fr =
        json!({"title": {"vi": "Cồng chiêng", "fr": "Les gongs"}, "summary": {"fr": "Résumé."}});
    let page = record_page("fr", &fr);
    has(
        &page,
        &["<html lang=\"en\">", "<h1 lang=\"fr\">Les gongs</h1>", "lang=\"fr\">Résumé.</p>"],
    );
}
