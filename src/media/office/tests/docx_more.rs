use std::io::Cursor;

use super::docx::{STYLES, document, p, read, run, styled, with_styles};
use super::*;
use crate::text::legacy::Encoding;

/// A drawing around this graphic.
fn drawing(doc: &str, graphic: &str) -> String {
    format!(
        "<w:r><w:drawing><wp:inline><wp:docPr id='1' {doc}/><a:graphic><a:graphicData>{graphic}\
         </a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )
}

fn blip(id: &str) -> String {
    format!("<pic:pic><pic:blipFill><a:blip {id}/></pic:blipFill></pic:pic>")
}

#[test]
fn text_boxes_are_read_once() {
    let text = |text: &str| format!("<w:txbxContent>{}</w:txbxContent>", p(text));
    let choice = |requires: &str, text_box: &str| {
        format!(
            "<w:r><mc:AlternateContent><mc:Choice Requires='{requires}'><w:drawing><wp:anchor>\
             <a:graphic><a:graphicData><wps:wsp><wps:txbx>{text_box}</wps:txbx></wps:wsp>\
             </a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice><mc:Fallback><w:pict>\
             <v:shape><v:textbox>{}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>",
            text("cũ")
        )
    };
    let body = format!(
        "<w:p>{}<w:r><w:t>a</w:t></w:r>{}</w:p>",
        choice("wps", &text("hộp")),
        choice("new", &text("lạ"))
    );
    assert_eq!(read(&body).html, "<p>a</p><p>hộp</p><p>cũ</p>");
}

#[test]
fn pictures_come_in_their_order_with_their_captions() {
    let body = [
        format!("<w:p>{}</w:p>", drawing("descr='Nhà rông'", &blip("r:embed='b'"))),
        styled("C", "Hình 1"),
        format!("<w:p>{}</w:p>", drawing("", &blip("r:embed='a'"))),
        format!("<w:p>{}{}</w:p>", drawing("", &blip("r:embed='b'")), run("", "lặp")),
        format!("<w:p>{}</w:p>", drawing("", &blip("r:link='x'"))),
        styled("C", "Hình 3"),
        format!("<w:p>{}</w:p>", drawing("hidden='1'", &blip("r:embed='c'"))),
        "<w:p><w:r><w:pict><v:shape alt='cũ'><v:imagedata r:id='c'/></v:shape></w:pict></w:r></w:p>"
            .to_owned(),
        format!("<w:p>{}</w:p>", drawing("", &blip("r:embed='gone'"))),
    ]
    .concat();
    let parts = [
        ("word/styles.xml", STYLES),
        ("word/media/1.png", "PNG1"),
        ("word/media/2.jpeg", "JPEG"),
        ("word/media/3.emf", "EMF"),
    ];
    let rels = [
        ("s", "styles", "styles.xml"),
        ("a", "image", "media/1.png"),
        ("b", "image", "../word/media/2.jpeg"),
        ("c", "image", "media/3.emf"),
        ("x", "image", "http://a.vn/x.png"),
        ("gone", "image", "media/none.png"),
    ];
    let bytes = document(&body, &parts, &rels);
    let mut pictures = Vec::new();
    let done = convert(Kind::Docx, Cursor::new(bytes), &Limits::default(), &mut pictures).unwrap();
    check(&done.html);
    assert_eq!(pictures, b"JPEGPNG1EMF");
    let found: Vec<(&str, u64, Option<&str>, Option<&str>)> = done
        .pictures
        .iter()
        .map(|p| (p.name.as_str(), p.bytes, p.alt.as_deref(), p.caption.as_deref()))
        .collect();
    assert_eq!(
        found,
        [
            ("2.jpeg", 4, Some("Nhà rông"), Some("Hình 1")),
            ("1.png", 4, None, None),
            ("3.emf", 3, Some("cũ"), None)
        ]
    );
    assert_eq!(done.html, "<p>lặp</p><figure><figcaption>Hình 3</figcaption></figure>");
    assert_eq!(left(&done, What::OutsidePicture), (1, "http://a.vn/x.png"));
    assert_eq!(left(&done, What::Hidden).0, 1);
}

#[test]
fn symbols_and_fields_are_what_they_show() {
    let field = |kind: &str| format!("<w:r><w:fldChar w:fldCharType='{kind}'/></w:r>");
    let body = [
        "<w:p><w:r><w:sym w:font='Wingdings' w:char='F0FC'/><w:noBreakHyphen/><w:t>a</w:t><w:tab/>\
         <w:sym w:font='Symbol' w:char='F061'/></w:r>"
            .to_owned(),
        field("begin"),
        run("", "mã"),
        field("separate"),
        run("", " 7"),
        field("end"),
        "<w:fldSimple w:instr='PAGE'><w:r><w:t>8</w:t></w:r></w:fldSimple></w:p>".to_owned(),
        format!("<w:p>{}{}</w:p>", field("begin"), run("", "mã")),
        p("sau"),
    ]
    .concat();
    assert_eq!(read(&body).html, "<p>✓\u{2011}a α 78</p><p>sau</p>");
}

#[test]
fn formulas_are_read_in_a_line() {
    let r = |text: &str| format!("<m:r><m:t>{text}</m:t></m:r>");
    let body = format!(
        "<w:p><m:oMathPara><m:oMath>{}<m:f><m:num>{}{}</m:num><m:den>{}</m:den></m:f><m:sSup><m:e>{}\
         </m:e><m:sup>{}</m:sup></m:sSup></m:oMath></m:oMathPara></w:p>",
        r("x="),
        r("a"),
        r("b"),
        r("c"),
        r("d"),
        r("2")
    );
    let done = read(&body);
    assert_eq!(done.html, "<p>x=(ab)/cd<sup>2</sup></p>");
    assert_eq!(left(&done, What::Formula), (1, "x=(ab)/cd2"));
}

#[test]
fn old_fonts_are_read_by_style_and_run() {
    let fonts = |name: &str| format!("<w:rFonts w:ascii='{name}' w:hAnsi='{name}'/>");
    let abc = "<w:p><w:pPr><w:pStyle w:val='Abc'/></w:pPr>";
    let body = [
        format!("{abc}<w:r><w:t>§¾k L¾k n¨m 2005, ®</w:t><w:softHyphen/><w:t>îc</w:t></w:r>"),
        run("<w:rFonts w:asciiTheme='minorHAnsi'/>", " café"),
        format!("</w:p>{abc}{}</w:p>", run(&fonts(".VnTimeH"), "tØnh")),
        format!("<w:p>{}</w:p>", run(&fonts("VNI-Times"), "Tænh Ñaék Laék")),
        format!("{abc}{}</w:p>", run("<w:vanish/>", "bÝ mËt")),
        p("Héi nghÞ tæng kÕt c«ng t¸c th«ng tin ®èi ngo¹i n¨m 2006"),
    ]
    .concat();
    let done = with_styles(&body);
    assert_eq!(
        done.html,
        "<p>Đắk Lắk năm 2005, được café</p><p>TỈNH</p><p>Tỉnh Đắk Lắk</p>\
         <p>Hội nghị tổng kết công tác thông tin đối ngoại năm 2006</p>"
    );
    assert_eq!(done.encodings, [(Encoding::Tcvn3, 3), (Encoding::Vni, 1)]);
    assert_eq!(left(&done, What::Hidden), (1, "bí mật"));
}

#[test]
fn other_archives_are_named() {
    for (entries, found) in [
        (vec![("xl/workbook.xml", "<a/>")], "an Excel workbook"),
        (vec![("ppt/presentation.xml", "<a/>")], "a PowerPoint presentation"),
        (vec![("mimetype", "application/epub+zip")], "an EPUB book"),
        (vec![("a", "b")], "another ZIP archive"),
    ] {
        let entries: Vec<(&str, &[u8])> =
            entries.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
        let refused = converted(Kind::Docx, &archive(&entries)).unwrap_err();
        assert!(matches!(refused, OfficeError::Kind { found: f, .. } if f == found), "{refused}");
    }
}
