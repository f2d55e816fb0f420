use super::*;

const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";

/// The attributes of a root that declare all prefixes used here.
fn spaces() -> String {
    format!(
        "xmlns:w='{W}' xmlns:r='{OFFICE}/relationships' xmlns:m='{OFFICE}/math' \
         xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006' \
         xmlns:wp='http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing' \
         xmlns:a='http://schemas.openxmlformats.org/drawingml/2006/main' \
         xmlns:pic='http://schemas.openxmlformats.org/drawingml/2006/picture' \
         xmlns:wps='http://schemas.microsoft.com/office/word/2010/wordprocessingShape' \
         xmlns:new='http://example.org/new' xmlns:v='urn:schemas-microsoft-com:vml' \
         xmlns:o='urn:schemas-microsoft-com:office:office'"
    )
}

/// A document of this body, with other parts and the relationships of the main one.
pub(super) fn document(body: &str, parts: &[(&str, &str)], rels: &[(&str, &str, &str)]) -> Vec<u8> {
    let spaces = spaces();
    let main = format!("<w:document {spaces}><w:body>{body}<w:sectPr/></w:body></w:document>");
    let root = format!(
        "<Relationships xmlns='{PACKAGE}/relationships'><Relationship Id='a' \
         Type='{OFFICE}/relationships/officeDocument' Target='/word/document.xml'/><Relationship \
         Id='b' Type='{PACKAGE}/relationships/metadata/core-properties' Target='docProps/core.xml'/>\
         </Relationships>"
    );
    let mut own = format!("<Relationships xmlns='{PACKAGE}/relationships'>");
    for (id, kind, target) in rels {
        let mode = if target.contains(':') { " TargetMode='External'" } else { "" };
        own.push_str(&format!(
            "<Relationship Id='{id}' Type='{OFFICE}/relationships/{kind}' Target='{target}'{mode}/>"
        ));
    }
    own.push_str("</Relationships>");
    let mut entries: Vec<(String, String)> = vec![
        ("_rels/.rels".to_owned(), root),
        ("word/document.xml".to_owned(), main),
        ("word/_rels/document.xml.rels".to_owned(), own),
    ];
    for (name, xml) in parts {
        // The root of a part is written without its prefixes.
        entries.push(((*name).to_owned(), xml.replacen("SPACES", &spaces, 1)));
    }
    let entries: Vec<(&str, &[u8])> =
        entries.iter().map(|(name, xml)| (name.as_str(), xml.as_bytes())).collect();
    archive(&entries)
}

pub(super) fn read(body: &str) -> Converted {
    converted(Kind::Docx, &document(body, &[], &[])).unwrap()
}

/// A paragraph of one run.
pub(super) fn p(text: &str) -> String {
    format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
}

pub(super) fn styled(style: &str, text: &str) -> String {
    format!("<w:p><w:pPr><w:pStyle w:val='{style}'/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>")
}

pub(super) fn run(props: &str, text: &str) -> String {
    format!("<w:r><w:rPr>{props}</w:rPr><w:t xml:space='preserve'>{text}</w:t></w:r>")
}

pub(super) const STYLES: &str = "<w:styles SPACES><w:style w:type='paragraph' w:default='1' w:styleId='N'>\
    <w:name w:val='Normal'/></w:style>\
    <w:style w:type='paragraph' w:styleId='T'><w:name w:val='Title'/></w:style>\
    <w:style w:type='paragraph' w:styleId='H1'><w:name w:val='heading 1'/><w:pPr><w:outlineLvl w:val='0'/>\
    </w:pPr><w:rPr><w:b/></w:rPr></w:style>\
    <w:style w:type='paragraph' w:styleId='D2'><w:name w:val='Đầu đề 2'/></w:style>\
    <w:style w:type='paragraph' w:styleId='Mine'><w:name w:val='Mine'/><w:basedOn w:val='H1'/></w:style>\
    <w:style w:type='paragraph' w:styleId='Toc'><w:name w:val='TOC Heading'/><w:basedOn w:val='H1'/>\
    <w:pPr><w:outlineLvl w:val='9'/></w:pPr></w:style>\
    <w:style w:type='paragraph' w:styleId='C'><w:name w:val='caption'/></w:style>\
    <w:style w:type='paragraph' w:styleId='Q'><w:name w:val='Quote'/></w:style>\
    <w:style w:type='paragraph' w:styleId='Abc'><w:name w:val='Abc'/><w:rPr><w:rFonts \
    w:ascii='.VnTime' w:hAnsi='.VnTime'/></w:rPr></w:style>\
    <w:style w:type='paragraph' w:styleId='Loop'><w:basedOn w:val='Loop'/></w:style>\
    <w:style w:type='character' w:styleId='Gone'><w:rPr><w:vanish/></w:rPr></w:style></w:styles>";

pub(super) fn with_styles(body: &str) -> Converted {
    let bytes = document(body, &[("word/styles.xml", STYLES)], &[("s", "styles", "styles.xml")]);
    converted(Kind::Docx, &bytes).unwrap()
}

#[test]
fn runs_have_their_look() {
    let body = format!(
        "<w:p>{}{}{}{}{}<w:r><w:br/></w:r>{}</w:p><w:p/><w:p><w:r><w:t> a </w:t></w:r></w:p>",
        run("<w:b/>", "đậm "),
        run("<w:b/><w:i/><w:u w:val='single'/>", "cả"),
        run("<w:b w:val='0'/>", " H"),
        run("<w:vertAlign w:val='subscript'/>", "2"),
        run("<w:i w:val='false'/>", "O &lt;"),
        run("<w:caps/>", "xuống\u{202E} dòng e\u{302}\u{323}"),
    );
    let done = read(&body);
    assert_eq!(
        done.html,
        "<p><strong>đậm </strong><strong><em><u>cả</u></em></strong> H<sub>2</sub>O &lt;<br>\
         xuống dòng ệ</p><p>a</p>"
    );
    assert_eq!(left(&done, What::Character).0, 1);
}

#[test]
fn headings_are_known_by_style_and_outline() {
    let outline = "<w:p><w:pPr><w:outlineLvl w:val='2'/></w:pPr><w:r><w:t>e</w:t></w:r></w:p>";
    let body: String = [
        styled("T", "Tên"),
        styled("H1", "a"),
        styled("D2", "b"),
        styled("Mine", "c"),
        styled("Toc", "d"),
        outline.to_owned(),
        styled("Loop", "f"),
        styled("none", "g"),
        styled("Q", "h"),
        styled("Q", "i"),
        styled("C", "k"),
    ]
    .concat();
    let done = with_styles(&body);
    assert_eq!(done.title.as_deref(), Some("Tên"));
    assert_eq!(
        done.html,
        "<h2>a</h2><h3>b</h3><h2>c</h2><p><strong>d</strong></p><h4>e</h4><p>f</p><p>g</p>\
         <blockquote><p>h</p><p>i</p></blockquote><p>k</p>"
    );
}

#[test]
fn a_title_stays_where_text_stands_before_it() {
    let done = with_styles(&[p("a"), styled("H1", "b"), styled("H1", "c")].concat());
    assert_eq!(done.title.as_deref(), Some("b"));
    assert_eq!(done.html, "<p>a</p><h2>b</h2><h2>c</h2>");
    let done = with_styles(&styled("H1", &"dài ".repeat(200)));
    assert_eq!(done.title, None);
    let cell = format!("<w:tbl><w:tr><w:tc>{}</w:tc></w:tr></w:tbl>", styled("H1", "BỘ"));
    let done = with_styles(&[cell, styled("T", "b")].concat());
    assert_eq!(done.title.as_deref(), Some("b"));
    assert_eq!(
        done.html,
        "<table><tbody><tr><td><strong>BỘ</strong></td></tr></tbody></table><h2>b</h2>"
    );
}

#[test]
fn the_strict_form_is_read_alike() {
    let strict = "http://purl.oclc.org/ooxml";
    let main = format!(
        "<document xmlns='{strict}/wordprocessingml/main'><body><p><r><rPr><b val='true'/></rPr>\
         <t>a</t></r></p></body></document>"
    );
    let rels = format!(
        "<Relationships xmlns='{PACKAGE}/relationships'><Relationship Id='a' \
         Type='{strict}/officeDocument/relationships/officeDocument' Target='x\\main.xml'/>\
         </Relationships>"
    );
    let mut utf16 = vec![0xFF, 0xFE];
    utf16.extend(main.encode_utf16().flat_map(u16::to_le_bytes));
    let bytes = archive(&[("_rels/.rels", rels.as_bytes()), ("X/Main.xml", &utf16)]);
    assert_eq!(converted(Kind::Docx, &bytes).unwrap().html, "<p><strong>a</strong></p>");
}

const NUMBERING: &str = "<w:numbering SPACES><w:abstractNum w:abstractNumId='0'>\
    <w:lvl w:ilvl='0'><w:numFmt w:val='decimal'/><w:lvlText w:val='%1.'/></w:lvl>\
    <w:lvl w:ilvl='1'><w:numFmt w:val='lowerLetter'/><w:lvlText w:val='%2)'/></w:lvl>\
    <w:lvl w:ilvl='2'><w:numFmt w:val='bullet'/><w:lvlText w:val='-'/></w:lvl></w:abstractNum>\
    <w:abstractNum w:abstractNumId='1'><w:lvl w:ilvl='0'><w:numFmt w:val='decimal'/>\
    <w:lvlText w:val='Điều %1.'/><w:pStyle w:val='H1'/></w:lvl></w:abstractNum>\
    <w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num>\
    <w:num w:numId='2'><w:abstractNumId w:val='1'/></w:num></w:numbering>";

fn item(list: u8, level: u8, text: &str) -> String {
    format!(
        "<w:p><w:pPr><w:numPr><w:ilvl w:val='{level}'/><w:numId w:val='{list}'/></w:numPr></w:pPr>\
         <w:r><w:t>{text}</w:t></w:r></w:p>"
    )
}

#[test]
fn numbering_becomes_lists_that_show_its_labels() {
    let styles = STYLES.replace(
        "<w:outlineLvl w:val='0'/>",
        "<w:outlineLvl w:val='0'/><w:numPr><w:numId w:val='2'/></w:numPr>",
    );
    let body = [
        styled("H1", "Phạm vi"),
        item(1, 0, "a"),
        item(1, 1, "b"),
        item(1, 2, "c"),
        item(1, 2, "d"),
        item(1, 0, "e"),
        styled("H1", "Đối tượng"),
        item(1, 0, "f"),
        item(0, 0, "g"),
        item(7, 0, "h"),
    ]
    .concat();
    let parts = [("word/styles.xml", styles.as_str()), ("word/numbering.xml", NUMBERING)];
    let rels = [("s", "styles", "styles.xml"), ("n", "numbering", "numbering.xml")];
    let done = converted(Kind::Docx, &document(&body, &parts, &rels)).unwrap();
    assert_eq!(done.title.as_deref(), Some("Điều 1. Phạm vi"));
    assert_eq!(
        done.html,
        "<ol><li>a<p>a) b</p><ul><li>c</li><li>d</li></ul></li><li>e</li></ol>\
         <h2>Điều 2. Đối tượng</h2><p>3. f</p><p>g</p><p>h</p>"
    );
}

fn cell(props: &str, text: &str) -> String {
    format!("<w:tc><w:tcPr>{props}</w:tcPr>{}</w:tc>", p(text))
}

#[test]
fn cells_are_merged_both_ways() {
    let body = [
        styled("C", "Bảng 1"),
        "<w:tbl><w:tblPr/><w:tr><w:trPr><w:tblHeader/></w:trPr>".to_owned(),
        cell("<w:gridSpan w:val='2'/>", "a"),
        cell("", "b"),
        "</w:tr><w:tr>".to_owned(),
        cell("<w:vMerge w:val='restart'/>", "c"),
        cell("", "d"),
        cell("<w:hMerge w:val='restart'/>", "e"),
        "</w:tr><w:tr>".to_owned(),
        cell("<w:vMerge/>", "che"),
        cell("", "f"),
        cell("<w:vMerge/>", "g"),
        "</w:tr><w:tr><w:trPr><w:gridBefore w:val='1'/></w:trPr>".to_owned(),
        cell("", "h"),
        cell("<w:hMerge/>", "i"),
        "</w:tr></w:tbl>".to_owned(),
        "<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>".to_owned(),
    ]
    .concat();
    let done = with_styles(&body);
    assert_eq!(
        done.html,
        "<table><caption>Bảng 1</caption><thead><tr><th colspan=\"2\">a</th><th>b</th></tr></thead>\
         <tbody><tr><td rowspan=\"2\">c</td><td>d</td><td rowspan=\"2\">e</td></tr>\
         <tr><td>f</td></tr><tr><td></td><td colspan=\"2\"><p>h</p><p>i</p></td></tr></tbody></table>"
    );
    assert_eq!(left(&done, What::Hidden), (2, "che"));
}

#[test]
fn links_lead_out_to_the_web_only() {
    let link =
        |id: &str, text: &str| format!("<w:hyperlink r:id='{id}'>{}</w:hyperlink>", run("", text));
    let field = "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>HYPERLINK \
         \"https://c.vn/?x=1&amp;y\"</w:instrText></w:r><w:r><w:fldChar w:fldCharType='separate'/></w:r>\
         <w:r><w:t>c</w:t></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r>";
    let body = format!(
        "<w:p>{}{}{}<w:hyperlink w:anchor='x'>{}</w:hyperlink>{field}</w:p>",
        link("a", "a"),
        link("b", "b"),
        link("none", "x"),
        run("", "y")
    );
    let rels = [("a", "hyperlink", "https://a.vn/"), ("b", "hyperlink", "file:///X:/nội-bộ")];
    let done = converted(Kind::Docx, &document(&body, &[], &rels)).unwrap();
    assert_eq!(
        done.html,
        "<p><a href=\"https://a.vn/\">a</a>bxy<a href=\"https://c.vn/?x=1&amp;y\">c</a></p>"
    );
    assert_eq!(left(&done, What::Link), (1, "file:///X:/nội-bộ"));
}

#[test]
fn notes_are_numbered_at_the_end() {
    let notes = "<w:footnotes SPACES><w:footnote w:type='separator' w:id='0'><w:p/></w:footnote>\
        <w:footnote w:id='5'><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t>năm</w:t></w:r></w:p>\
        </w:footnote></w:footnotes>";
    let ends = "<w:endnotes SPACES><w:endnote w:id='5'><w:p><w:r><w:t>cuối</w:t></w:r></w:p>\
        <w:p><w:r><w:t>hai</w:t></w:r></w:p></w:endnote></w:endnotes>";
    let body = "<w:p><w:r><w:t>a</w:t><w:endnoteReference w:id='5'/></w:r><w:r>\
        <w:footnoteReference w:id='5'/></w:r><w:r><w:footnoteReference w:id='9'/></w:r></w:p>";
    let parts = [("word/footnotes.xml", notes), ("word/endnotes.xml", ends)];
    let rels = [("f", "footnotes", "footnotes.xml"), ("e", "endnotes", "endnotes.xml")];
    let done = converted(Kind::Docx, &document(body, &parts, &rels)).unwrap();
    assert_eq!(
        done.html,
        "<p>a<sup>12</sup></p><ol><li><p>cuối</p><p>hai</p></li><li>năm</li></ol>"
    );
}

#[test]
fn tracked_changes_are_taken_or_left_and_told() {
    let change = |tag: &str, text: &str| format!("<w:{tag} w:id='1' w:author='B'>{text}</w:{tag}>");
    let deleted = "<w:r><w:delText>cũ</w:delText></w:r>";
    let body = [
        "<w:p><w:pPr><w:rPr><w:del w:id='3'/></w:rPr></w:pPr>".to_owned(),
        run("<w:rPrChange w:id='1'><w:rPr><w:vanish/></w:rPr></w:rPrChange>", "a"),
        change("del", deleted),
        change("moveFrom", &run("", "từ")),
        change("ins", &run("", "mới")),
        "</w:p>".to_owned(),
        p("b"),
        format!(
            "<w:tbl><w:tr><w:trPr><w:del w:id='4'/></w:trPr>{}</w:tr><w:tr><w:trPr>\
             <w:ins w:id='4'/></w:trPr>{}</w:tr></w:tbl>",
            cell("", "hàng cũ"),
            cell("", "c")
        ),
    ]
    .concat();
    let done = read(&body);
    assert_eq!(done.html, "<p>amớib</p><table><tbody><tr></tr><tr><td>c</td></tr></tbody></table>");
    assert_eq!(left(&done, What::Deletion), (4, "cũ"));
    assert_eq!(left(&done, What::Insertion), (2, "mớic"));
}

#[test]
fn what_readers_do_not_see_is_left_out_and_told() {
    let shaded = "<w:tbl><w:tr><w:tc><w:tcPr><w:shd w:val='clear' w:fill='1F4E79'/></w:tcPr><w:p>";
    let white = "<w:color w:val='FFFFFF'/>";
    let body = [
        "<w:p>".to_owned(),
        run("<w:vanish/>", "ẩn một"),
        run("<w:rStyle w:val='Gone'/>", "ẩn hai"),
        run(white, "trắng"),
        run("<w:sz w:val='2'/>", "nhỏ"),
        run("<w:color w:val='FFFFFF'/><w:highlight w:val='blue'/>", "thấy "),
        run("<w:vanish w:val='0'/><w:color w:val='FF0000'/>", "rõ"),
        "</w:p>".to_owned(),
        shaded.to_owned(),
        run(white, "trong ô"),
        "</w:p></w:tc></w:tr></w:tbl>".to_owned(),
    ]
    .concat();
    let done = with_styles(&body);
    assert_eq!(done.html, "<p>thấy rõ</p><table><tbody><tr><td>trong ô</td></tr></tbody></table>");
    assert_eq!(left(&done, What::Hidden), (4, "ẩn một"));
}

#[test]
fn what_stands_beside_the_text_is_told() {
    let names = "<cp:coreProperties xmlns:cp='c' xmlns:dc='d'><dc:title>Mật</dc:title>\
        <dc:creator>Nguyễn Văn A</dc:creator><cp:lastModifiedBy> </cp:lastModifiedBy></cp:coreProperties>";
    let parts = [
        (
            "word/comments.xml",
            "<w:comments SPACES><w:comment w:id='1' w:author='B'><w:p><w:r>\
            <w:t>Sai rồi</w:t></w:r></w:p></w:comment></w:comments>",
        ),
        ("word/header1.xml", "<w:hdr SPACES><w:p><w:r><w:t>Dự thảo</w:t></w:r></w:p></w:hdr>"),
        ("word/footer1.xml", "<w:ftr SPACES><w:p/></w:ftr>"),
        ("docProps/core.xml", names),
        ("customXml/item1.xml", "<a/>"),
        ("customXml/itemProps1.xml", "<a/>"),
        ("word/vbaProject.bin", "x"),
        ("word/embeddings/Book1.xlsx", "x"),
    ];
    let rels = [
        ("c", "comments", "comments.xml"),
        ("h", "header", "header1.xml"),
        ("f", "footer", "footer1.xml"),
    ];
    let body = "<w:p><w:commentRangeStart w:id='1'/><w:r><w:t>a</w:t></w:r><w:commentRangeEnd w:id='1'/>\
        <w:r><w:commentReference w:id='1'/></w:r></w:p><w:altChunk r:id='x'/>";
    let done = converted(Kind::Docx, &document(body, &parts, &rels)).unwrap();
    assert_eq!((done.html.as_str(), done.title.as_deref()), ("<p>a</p>", None));
    for (what, found) in [
        (What::Comment, (1, "Sai rồi")),
        (What::HeaderFooter, (1, "Dự thảo")),
        (What::Author, (1, "Nguyễn Văn A")),
        (What::CustomData, (1, "")),
        (What::Macro, (1, "")),
        (What::Embedded, (2, "book1.xlsx")),
    ] {
        assert_eq!(left(&done, what), found, "{what:?}");
    }
}
