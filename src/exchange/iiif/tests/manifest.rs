//! Whole manifests and collections.

use serde_json::json;

use super::{
    super::{
        Error, Url,
        manifest::{
            Collection, Direction, Heading, Homepage, Html, LangText, Layout, Member, MemberKind,
            Outline, PartOf, Provider, Rendering, RichText, SeeAlso, Text, Work,
        },
    },
    fixture::*,
};

/// A work with everything that there is.
pub(super) fn full() -> Work {
    let record: Url = "https://anh.example.vn/vi/ho-lak".parse().unwrap();
    let english = Homepage {
        url: "https://anh.example.vn/en/lak-lake".parse().unwrap(),
        label: LangText::new([("en", "The record")]).unwrap(),
        languages: vec!["en".to_owned(), "not a tag".to_owned()],
    };
    let link = RichText::new([("vi", Text::Html(Html::link(&record, "Bản ghi")))]).unwrap();
    let file = |name: &str, media_type: &str, languages: &[&str]| Rendering {
        url: url(name),
        media_type: media_type.to_owned(),
        label: vi_en("Tải về", "Download"),
        languages: languages.iter().map(|tag| (*tag).to_owned()).collect(),
    };
    Work {
        summary: Some(rich("Ảnh chụp lúc bình minh.")),
        metadata: vec![
            (
                vi_en("Tác giả", "Creator"),
                RichText::new([("", Text::Plain("H'Bia".to_owned()))]).unwrap(),
            ),
            (vi_en("Nguồn", "Source"), link),
        ],
        required_statement: Some((vi_en("Ghi công", "Credit"), rich("Sở Văn hoá"))),
        rights: Some("https://creativecommons.org/licenses/by/4.0/".parse().unwrap()),
        providers: vec![Provider {
            id: "https://anh.example.vn/agencies/1".parse().unwrap(),
            name: vi_en("Sở Văn hoá", "Department of Culture"),
            homepages: vec![english.clone()],
            logo: Some(image("logo", 100, 100)),
        }],
        homepages: vec![english],
        nav_date: Some("2026-01-02T03:04:05Z".parse().unwrap()),
        thumbnail: Some(image("p1", 300, 400)),
        layout: Some(Layout::Paged),
        direction: Some(Direction::LeftToRight),
        outline: Some(Outline {
            label: vi_en("Mục lục", "Contents"),
            headings: vec![Heading {
                level: 1, label: vi_en("Mở đầu", "Introduction"), page: 1
            }],
        }),
        renderings: vec![
            file("1.pdf", "application/pdf", &["vi"]),
            file("1.zip", "application/zip", &[]),
        ],
        see_also: vec![SeeAlso {
            url: url("1.json"),
            media_type: "application/json".to_owned(),
            label: Some(LangText::new([("en", "Record")]).unwrap()),
            profile: Some(url("record.schema.json")),
        }],
        part_of: vec![PartOf { id: url("presentation/3/collection"), label: None }],
        ..work(vec![page(0), page(1), video()])
    }
}

#[test]
fn a_photo_is_one_canvas() {
    let manifest = work(vec![page(1)]).json().unwrap();
    let expected = json!({
        "@context": "http://iiif.io/api/presentation/3/context.json",
        "id": "https://anh.example.vn/iiif/presentation/3/1/manifest",
        "type": "Manifest",
        "label": { "en": ["Dawn over Lak Lake"], "vi": ["Bình minh trên hồ Lắk"] },
        "items": [{
            "id": "https://anh.example.vn/iiif/canvas/1",
            "type": "Canvas",
            "label": { "none": ["1"] },
            "width": 750,
            "height": 1000,
            "items": [{
                "id": "https://anh.example.vn/iiif/canvas/1/page",
                "type": "AnnotationPage",
                "items": [{
                    "id": "https://anh.example.vn/iiif/canvas/1/page/painting",
                    "type": "Annotation",
                    "motivation": "painting",
                    "body": {
                        "id": "https://anh.example.vn/iiif/3/p1/full/max/0/default.jpg",
                        "type": "Image",
                        "format": "image/jpeg",
                        "width": 750,
                        "height": 1000,
                        "service": [{
                            "id": "https://anh.example.vn/iiif/3/p1",
                            "type": "ImageService3",
                            "profile": "level2",
                        }],
                    },
                    "target": "https://anh.example.vn/iiif/canvas/1",
                }],
            }],
        }],
    });
    // As texts: the order counts.
    assert_eq!(manifest.to_string(), expected.to_string());
}

#[test]
fn video_and_sound_have_a_duration_in_seconds() {
    let manifest = work(vec![video(), sound()]).json().unwrap();
    let video = &manifest["items"][0];
    assert_eq!((&video["width"], &video["height"]), (&json!(1920), &json!(1080)));
    assert_eq!(video["duration"], json!(62.5));
    let expected = json!({
        "id": "https://anh.example.vn/iiif/gong.mp4",
        "type": "Video",
        "format": "video/mp4",
        "width": 1920,
        "height": 1080,
        "duration": 62.5,
    });
    assert_eq!(video["items"][0]["items"][0]["body"], expected);
    let sound = &manifest["items"][1];
    assert_eq!((sound.get("width"), sound.get("height")), (None, None));
    assert_eq!(sound["duration"].to_string(), "125.0");
    assert_eq!(sound["items"][0]["items"][0]["body"]["type"], "Sound");
}

#[test]
fn everything_is_said_in_the_order_of_the_standard() {
    let manifest = full().json().unwrap();
    let names: Vec<&String> = manifest.as_object().unwrap().keys().collect();
    assert_eq!(
        names,
        [
            "@context",
            "id",
            "type",
            "label",
            "metadata",
            "summary",
            "thumbnail",
            "viewingDirection",
            "behavior",
            "navDate",
            "rights",
            "requiredStatement",
            "provider",
            "homepage",
            "seeAlso",
            "rendering",
            "partOf",
            "items",
            "structures",
        ]
    );
    assert_eq!(manifest["navDate"], "2026-01-02T03:04:05Z");
    assert_eq!(manifest["behavior"], json!(["paged"]));
    assert_eq!(manifest["viewingDirection"], "left-to-right");
    assert_eq!(manifest["rights"], "http://creativecommons.org/licenses/by/4.0/");
    assert_eq!(manifest["homepage"][0]["language"], json!(["en"]));
    assert_eq!(manifest["rendering"][0]["type"], "Text");
    assert_eq!(manifest["rendering"][1]["type"], "Dataset");
    assert_eq!(manifest["seeAlso"][0]["profile"], "https://anh.example.vn/iiif/record.schema.json");
    assert_eq!(manifest["provider"][0]["type"], "Agent");
    assert_eq!(manifest["partOf"][0]["type"], "Collection");
}

#[test]
fn a_sound_has_no_pages_and_the_years_before_christ_no_date() {
    let mut work = full();
    work.canvases.push(sound());
    work.nav_date = Some("-000001-01-01T00:00:00Z".parse().unwrap());
    let manifest = work.json().unwrap();
    assert_eq!((manifest.get("behavior"), manifest.get("navDate")), (None, None));
    work.nav_date = Some("0001-01-01T00:00:00Z".parse().unwrap());
    work.layout = Some(Layout::Individuals);
    let manifest = work.json().unwrap();
    assert_eq!(manifest["navDate"], "0001-01-01T00:00:00Z");
    assert_eq!(manifest["behavior"], json!(["individuals"]));
}

#[test]
fn a_manifest_needs_canvases_of_their_own() {
    assert_eq!(work(Vec::new()).json(), Err(Error::NoCanvas));
    assert_eq!(work(vec![page(1), page(2), page(1)]).json(), Err(Error::CanvasId));
    let mut part = page(1);
    part.id = url("canvas#1");
    assert_eq!(work(vec![part]).json(), Err(Error::CanvasId));
    assert_eq!(Error::NoCanvas.status(), 500);
}

#[test]
fn a_media_type_of_no_such_form_is_left_out() {
    let mut work = full();
    for media_type in ["", "pdf", "/pdf", "application/", "Application/pdf"] {
        work.renderings[0].media_type = media_type.to_owned();
        let manifest = work.json().unwrap();
        assert_eq!(manifest["rendering"][0].get("format"), None, "{media_type}");
    }
}

#[test]
fn a_collection_lists_manifests_and_its_own_pages() {
    let member = |kind, path: &str| Member {
        kind,
        id: url(path),
        label: vi_en("Một", "One"),
        thumbnail: (kind == MemberKind::Manifest).then(|| image("p1", 300, 400)),
    };
    let mut list = Collection {
        id: url("collection/2"),
        label: vi_en("Trang 2", "Page 2"),
        summary: Some(rich("Ảnh")),
        providers: Vec::new(),
        homepages: Vec::new(),
        part_of: vec![PartOf { id: url("collection"), label: Some(vi_en("Tất cả", "All")) }],
        items: vec![
            member(MemberKind::Manifest, "presentation/3/1/manifest"),
            member(MemberKind::Collection, "collection/3"),
        ],
    };
    let json = list.json();
    assert_eq!(json["@context"], "http://iiif.io/api/presentation/3/context.json");
    assert_eq!(json["items"][0]["type"], "Manifest");
    assert_eq!(json["items"][0]["thumbnail"][0]["type"], "Image");
    assert_eq!(json["items"][1]["type"], "Collection");
    assert_eq!(json["partOf"][0]["label"]["en"][0], "All");
    list.items.clear();
    assert_eq!(list.json()["items"], json!([]));
}
