use super::*;
use crate::text::legacy::Encoding;

const OASIS: &str = "urn:oasis:names:tc:opendocument:xmlns";
const TYPE: &str = "application/vnd.oasis.opendocument.text";

fn root(name: &str, inside: &str) -> String {
    let spaces: String = ["office", "text", "table", "style", "meta"]
        .map(|prefix| format!(" xmlns:{prefix}='{OASIS}:{prefix}:1.0'"))
        .concat();
    format!(
        "<office:{name}{spaces} xmlns:draw='{OASIS}:drawing:1.0' xmlns:fo='{OASIS}:xsl-fo-compatible:1.0' \
         xmlns:svg='{OASIS}:svg-compatible:1.0' xmlns:xlink='http://www.w3.org/1999/xlink' \
         xmlns:dc='http://purl.org/dc/elements/1.1/'>{inside}</office:{name}>"
    )
}

fn document(styles: &str, text: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let content = root(
        "document-content",
        &format!(
            "<office:automatic-styles>{styles}</office:automatic-styles><office:body><office:text>{text}\
             </office:text></office:body>"
        ),
    );
    let mut entries: Vec<(&str, &[u8])> =
        vec![("mimetype", TYPE.as_bytes()), ("content.xml", content.as_bytes())];
    entries.extend(more.iter().map(|(name, text)| (*name, text.as_bytes())));
    archive(&entries)
}

fn read(styles: &str, text: &str) -> Converted {
    converted(Kind::Odt, &document(styles, text, &[])).unwrap()
}

#[test]
fn text_has_its_styles() {
    let styles = "<style:style style:name='B' style:family='text'><style:text-properties \
        fo:font-weight='bold'/></style:style><style:style style:name='U' style:family='text' \
        style:parent-style-name='B'><style:text-properties style:text-position='sub 58%' \
        style:text-underline-style='solid'/></style:style><style:style style:name='P1' \
        style:family='paragraph' style:parent-style-name='Title'/><style:style style:name='Title' \
        style:family='paragraph'/><style:style style:name='Q' style:display-name='Quotations' \
        style:family='paragraph'/>";
    let text = "<text:p text:style-name='P1'>Tên</text:p><text:h text:outline-level='2'>a</text:h>\
        <text:p>b  <text:span text:style-name='B'>c</text:span>\n<text:span text:style-name='U'>d</text:span>\
        <text:line-break/>e<text:s text:c='400000000'/>f<text:tab/>g<text:a xlink:href='https://a.vn'>h\
        </text:a><text:a xlink:href='../x'>i</text:a><text:page-number>3</text:page-number></text:p>\
        <text:p text:style-name='Q'>k</text:p>";
    let done = read(styles, text);
    assert_eq!(done.title.as_deref(), Some("Tên"));
    assert_eq!(
        done.html,
        "<h3>a</h3><p>b <strong>c</strong> <strong><u><sub>d</sub></u></strong><br>e f \
         g<a href=\"https://a.vn\">h</a>i3</p><blockquote><p>k</p></blockquote>"
    );
    assert_eq!(left(&done, What::Link), (1, "../x"));
}

#[test]
fn lists_and_outlines_are_numbered() {
    let levels = "<text:list-level-style-number text:level='1' style:num-format='1' \
        style:num-suffix='.'/><text:list-level-style-bullet text:level='2'/>\
        <text:list-level-style-number text:level='3' style:num-format='a' style:num-suffix=')'/>";
    let styles = format!("<text:list-style style:name='L'>{levels}</text:list-style>");
    let list = |more: &str, items: &str| {
        format!("<text:list text:style-name='L'{more}>{items}</text:list>")
    };
    let item = |text: &str, inner: &str| {
        format!("<text:list-item><text:p>{text}</text:p>{inner}</text:list-item>")
    };
    let deep = format!("<text:list>{}</text:list>", item("d", ""));
    let inner = format!("<text:list>{}{}</text:list>", item("b", ""), item("c", &deep));
    let more = "<text:p>a2</text:p>";
    let text = [
        list("", &[item("a", more), item("x", &inner), item("e", "")].concat()),
        "<text:h text:outline-level='1'>Chương</text:h>".to_owned(),
        list(" text:continue-numbering='true'", &item("f", "")),
        list("", &[item("g", ""), item("h", "")].concat()),
    ]
    .concat();
    let outline = root(
        "document-styles",
        "<office:styles><text:outline-style><text:outline-level-style text:level='1' \
         style:num-format='I' style:num-prefix='Phần ' style:num-suffix='.'/></text:outline-style>\
         </office:styles>",
    );
    let done =
        converted(Kind::Odt, &document(&styles, &text, &[("styles.xml", &outline)])).unwrap();
    assert_eq!(done.title.as_deref(), Some("Phần I. Chương"));
    assert_eq!(
        done.html,
        "<ol><li>a<p>a2</p></li><li>x<ul><li>b</li><li>c<p>a) d</p></li></ul></li><li>e</li></ol>\
         <h2>Phần I. Chương</h2><p>4. f</p><ol><li>g</li><li>h</li></ol>"
    );
}

#[test]
fn tables_notes_and_frames_are_read() {
    let text = "<text:p>a<text:note><text:note-citation>*</text:note-citation><text:note-body><text:p>ghi\
        </text:p></text:note-body></text:note><draw:frame><draw:text-box><text:p>hộp</text:p></draw:text-box>\
        </draw:frame></text:p>\
        <table:table><table:table-column/><table:table-header-rows><table:table-row><table:table-cell \
        table:number-columns-spanned='2'><text:p>b</text:p></table:table-cell><table:covered-table-cell/>\
        </table:table-row></table:table-header-rows><table:table-row table:number-rows-repeated='1000000'>\
        <table:table-cell><text:p>c</text:p></table:table-cell><table:table-cell><text:p>d</text:p>\
        </table:table-cell></table:table-row></table:table>\
        <text:p text:style-name='Illustration'><draw:frame><draw:image xlink:href='Pictures/1.png'/>\
        <svg:desc>mô tả</svg:desc></draw:frame>Hình 1</text:p>\
        <text:p><draw:frame><draw:image xlink:href='http://a.vn/x.png'/></draw:frame></text:p>\
        <text:p><draw:frame><draw:object xlink:href='./Object 1'/><draw:image xlink:href='r.png'/></draw:frame></text:p>";
    let styles = "<style:style style:name='Caption' style:family='paragraph'/><style:style \
        style:name='Illustration' style:family='paragraph' style:parent-style-name='Caption'/>";
    let bytes = document(styles, text, &[("Pictures/1.png", "PNG")]);
    let done = converted(Kind::Odt, &bytes).unwrap();
    assert_eq!(
        done.html,
        "<p>a<sup>1</sup></p><p>hộp</p><table><thead><tr><th colspan=\"2\">b</th></tr></thead><tbody><tr>\
         <td>c</td><td>d</td></tr></tbody></table><ol><li>ghi</li></ol>"
    );
    let picture = done.pictures.first().unwrap();
    assert_eq!((picture.name.as_str(), picture.bytes, done.pictures.len()), ("1.png", 3, 1));
    assert_eq!(picture.alt.as_deref(), Some("mô tả"));
    assert_eq!(picture.caption.as_deref(), Some("Hình 1"));
    assert_eq!(left(&done, What::OutsidePicture).0, 1);
    assert_eq!(left(&done, What::Embedded).0, 1);
}

#[test]
fn what_is_left_out_is_told() {
    let styles = "<style:style style:name='H' style:family='text'><style:text-properties \
        text:display='none'/></style:style><style:style style:name='W' style:family='text'>\
        <style:text-properties fo:color='#ffffff'/></style:style>";
    let text = "<text:tracked-changes><text:changed-region text:id='1'><text:deletion><office:change-info>\
        <dc:creator>B</dc:creator></office:change-info><text:p>cũ</text:p></text:deletion></text:changed-region>\
        <text:changed-region text:id='2'><text:insertion/></text:changed-region></text:tracked-changes>\
        <text:p>a<text:change text:change-id='1'/><text:change-start text:change-id='2'/>mới\
        <text:change-end text:change-id='2'/><office:annotation><dc:creator>B</dc:creator><text:p>xem</text:p>\
        </office:annotation><text:span text:style-name='H'>ẩn</text:span><text:span text:style-name='W'>trắng\
        </text:span></text:p><text:section text:display='none'><text:p>mục ẩn</text:p></text:section>\
        <text:p><text:hidden-paragraph text:is-hidden='true'/>đoạn ẩn</text:p>";
    let meta = root(
        "document-meta",
        "<office:meta><meta:initial-creator>A</meta:initial-creator><dc:creator>B</dc:creator>\
         <meta:user-defined meta:name='Mã'>1</meta:user-defined></office:meta>",
    );
    let pages = root(
        "document-styles",
        "<office:master-styles><style:master-page><style:header><text:p>đầu</text:p></style:header>\
         <style:footer/></style:master-page></office:master-styles>",
    );
    let more =
        [("meta.xml", meta.as_str()), ("styles.xml", &pages), ("Basic/Standard/a.xml", "<a/>")];
    let done = converted(Kind::Odt, &document(styles, text, &more)).unwrap();
    assert_eq!(done.html, "<p>amới</p>");
    for (what, found) in [
        (What::Deletion, (1, "cũ")),
        (What::Insertion, (1, "mới")),
        (What::Comment, (1, "xem")),
        (What::Hidden, (4, "ẩn")),
        (What::Author, (2, "A")),
        (What::CustomData, (1, "Mã")),
        (What::HeaderFooter, (1, "đầu")),
        (What::Macro, (1, "")),
    ] {
        assert_eq!(left(&done, what), found, "{what:?}");
    }
}

#[test]
fn old_fonts_are_known_by_their_declarations() {
    let styles = "<style:style style:name='A' style:family='text'><style:text-properties \
        style:font-name='F1'/></style:style>";
    let content = root(
        "document-content",
        &format!(
            "<office:font-face-decls><style:font-face style:name='F1' svg:font-family=\"'.VnTime'\"/>\
             </office:font-face-decls><office:automatic-styles>{styles}</office:automatic-styles>\
             <office:body><office:text><text:p><text:span text:style-name='A'>ViÖt</text:span> é</text:p>\
             </office:text></office:body>"
        ),
    );
    let bytes = archive(&[("mimetype", TYPE.as_bytes()), ("content.xml", content.as_bytes())]);
    let done = converted(Kind::Odt, &bytes).unwrap();
    assert_eq!(done.html, "<p>Việt é</p>");
    assert_eq!(done.encodings, [(Encoding::Tcvn3, 1)]);
}

#[test]
fn encrypted_and_other_documents_are_refused() {
    let manifest = "<m:manifest xmlns:m='m'><m:file-entry m:full-path='content.xml'>\
        <m:encryption-data/></m:file-entry></m:manifest>";
    let bytes = document("", "", &[("META-INF/manifest.xml", manifest)]);
    assert!(matches!(converted(Kind::Odt, &bytes), Err(OfficeError::Encrypted)));
    let sheet = archive(&[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet")]);
    let refused = converted(Kind::Odt, &sheet);
    assert!(matches!(refused, Err(OfficeError::Kind { found: "another OpenDocument file", .. })));
}
