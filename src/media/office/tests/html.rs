use super::*;
use crate::text::legacy::Encoding;

fn read(html: &str) -> Converted {
    converted(Kind::Html, html.as_bytes()).unwrap()
}

#[test]
fn blocks_and_looks_are_kept() {
    let done = read(
        "<!DOCTYPE html><html><head><title>không</title></head><body><h1>Tên <b>một</b></h1>a<div>b<p>c \
         <strong>d</strong> <i>e</i>&nbsp;<u>f</u><br>g</div><h5>h</h5><blockquote><p>i</blockquote>\
         <pre>k\n l</pre><dl><dt>m<dd>n</dl><ruby>o<rp>(<rt>p</ruby></body></html>",
    );
    assert_eq!(done.title.as_deref(), Some("Tên một"));
    assert_eq!(
        done.html,
        "<p>a</p><p>b</p><p>c <strong>d</strong> <em>e</em>\u{A0}<u>f</u><br>g</p><h4>h</h4>\
         <blockquote><p>i</p></blockquote><p>k<br>l</p><p>m</p><p>n</p><p>o (p)</p>"
    );
}

#[test]
fn lists_and_tables_are_kept() {
    let done = read(
        "<ul><li>a<ol><li>b<li value=2><p>c<p>d</ol><li>e</ul><ol type=a><li>f<li>g</ol>\
         <ol start=3><li>h</ol><table><caption>Bảng</caption><tr><th colspan=2>i<tr><td rowspan=9999>k\
         <td><ul><li>l</ul></table>",
    );
    assert_eq!(
        done.html,
        "<ul><li>a<ol><li>b</li><li>c<p>d</p></li></ol></li><li>e</li></ul><p>a. f</p><p>b. g</p>\
         <p>3. h</p><table><caption>Bảng</caption><tbody><tr><th colspan=\"2\">i</th></tr><tr>\
         <td rowspan=\"1000\">k</td><td><ul><li>l</li></ul></td></tr></tbody></table>"
    );
}

#[test]
fn what_is_not_seen_or_not_text_is_left_out() {
    let done = read(
        "<style>.x{display:none} #y { visibility : hidden }</style><meta name=author content='Ông A'>\
         <p>a<span class='x'>một</span><span id=y>hai</span><span hidden>ba</span><font color=#FFFFFF>bốn</font>\
         <span style='font-size:0'>năm</span></p><table bgcolor=navy><tr><td><font color=white>thấy</table>\
         <!-- ghi chú --><!--[if gte mso 9]><xml><o:Author>B</o:Author></xml><![endif]-->\
         <script>x()</script><iframe src=//a.vn>khung</iframe><del>cũ</del><ins>mới</ins>\
         <a href='javascript:x()' onclick='y()'>l</a> <a href='#z'>m</a><img src='http://a.vn/x.png'>\
         <input value=v><select><option>o</select><svg><text>s</text></svg>",
    );
    assert_eq!(
        done.html,
        "<p>a</p><table><tbody><tr><td>thấy</td></tr></tbody></table><p>mớil m</p>"
    );
    for (what, found) in [
        (What::Hidden, (5, "một")),
        (What::Author, (2, "Ông A")),
        (What::Comment, (1, "ghi chú")),
        (What::Macro, (2, "")),
        (What::Embedded, (2, "khung")),
        (What::Deletion, (1, "cũ")),
        (What::Insertion, (1, "mới")),
        (What::Link, (1, "javascript:x()")),
        (What::OutsidePicture, (1, "http://a.vn/x.png")),
    ] {
        assert_eq!(left(&done, what), found, "{what:?}");
    }
}

#[test]
fn figures_keep_captions_of_pictures_that_lie_elsewhere() {
    let done = read(
        "<figure><figcaption>Hình 1</figcaption><img src='data:image/png;base64,QU\nJD' alt='A'></figure>\
         <figure><img src=x.png><figcaption>Hình 2</figcaption></figure><img src='data:image/png,x'>\
         <img src='data:image/svg+xml;base64,QUJD'>",
    );
    assert_eq!(done.html, "<figure><figcaption>Hình 2</figcaption></figure>");
    let picture = done.pictures.first().unwrap();
    assert_eq!((picture.bytes, done.pictures.len()), (3, 1));
    assert_eq!(picture.alt.as_deref(), Some("A"));
    assert_eq!(picture.caption.as_deref(), Some("Hình 1"));
    assert_eq!(left(&done, What::OutsidePicture).0, 3);
}

#[test]
fn word_writes_html_of_its_own() {
    let list = |level: u8, label: &str, text: &str| {
        format!(
            "<p class=MsoListParagraph style='text-indent:-.25in;mso-list:l0 level{level} lfo1'>\
             <![if !supportLists]><span style='mso-list:Ignore'>{label}<span>&nbsp; </span></span>\
             <![endif]>{text}<o:p></o:p></p>"
        )
    };
    let html = [
        "<html xmlns:o='urn:x'><p class=MsoTitle>Tên</p>",
        &list(1, "1.", "a"),
        &list(2, "a)", "b"),
        &list(1, "2.", "c"),
        &list(1, "·", "d"),
        "<p class=MsoNormal>e<span class=MsoCommentReference><a>[B1]</a></span><o:p>&nbsp;</o:p></p>\
         <p class=MsoCaption>f</p><span style='mso-hide:all'>g</span>\
         <div style='mso-element:comment-list'><p>ý kiến</div><div style='mso-element:header'>đầu</div>",
    ]
    .concat();
    let done = read(&html);
    assert_eq!(done.title.as_deref(), Some("Tên"));
    assert_eq!(
        done.html,
        "<ol><li>a<p>a) b</p></li><li>c</li></ol><ul><li>d</li></ul><p>e</p><p>f</p>"
    );
    assert_eq!(left(&done, What::Comment), (1, "ý kiến"));
    assert_eq!(left(&done, What::HeaderFooter), (1, "đầu"));
    assert_eq!(left(&done, What::Hidden), (1, "g"));
}

#[test]
fn old_pages_are_read_in_their_encodings() {
    let mut page = b"<META charset=x-user-defined><style>p.c {font-family:\".VnTimeH\"}</style>\
        <p><font face='.VnTime'>Vi\xD6t</font> caf\xE9<p class=c>t\xD8nh</p>\
        <p style='font-family:VNI-Times'>Vie\xE4t"
        .to_vec();
    let done = converted(Kind::Html, &page).unwrap();
    assert_eq!(done.html, "<p>Việt café</p><p>TỈNH</p><p>Việt</p>");
    assert_eq!(done.encodings, [(Encoding::Tcvn3, 2), (Encoding::Vni, 1)]);
    page.clear();
    page.extend([0xFF, 0xFE]);
    page.extend("<p>Đắk".encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(converted(Kind::Html, &page).unwrap().html, "<p>Đắk</p>");
}
