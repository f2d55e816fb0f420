//! The parts beside the text: types, relations, styles, lists, properties.

use super::{super::article::Article, escaped};
use crate::domain::lang::Lang;

/// The beginning of each part.
pub(super) const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// The namespace of the text.
pub(super) const WORD: &str =
    "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";

pub(super) const TYPES: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
<Default Extension=\"xml\" ContentType=\"application/xml\"/>\
<Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/>\
<Override PartName=\"/word/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml\"/>\
<Override PartName=\"/word/numbering.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml\"/>\
<Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/>\
</Types>";

pub(super) const ROOT: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/>\
<Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/>\
</Relationships>";

const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// The list that all bullets belong to; numbered lists come after it.
pub(super) const BULLETS: u32 = 1;

/// The number of a numbered list of the text.
pub(super) const fn numbered(list: u32) -> u32 {
    list.saturating_add(BULLETS).saturating_add(1)
}

/// The name of a link among the relations of the text.
pub(super) fn link_id(at: usize) -> String {
    format!("link{at}")
}

/// The relations of the text: its own parts, and where its links lead.
pub(super) fn relations(links: &[String]) -> String {
    let mut xml = format!(
        "{HEAD}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
         <Relationship Id=\"styles\" Type=\"{RELATIONS}/styles\" Target=\"styles.xml\"/>\
         <Relationship Id=\"numbering\" Type=\"{RELATIONS}/numbering\" Target=\"numbering.xml\"/>"
    );
    for (at, link) in links.iter().enumerate() {
        xml.push_str(&format!(
            "<Relationship Id=\"{}\" Type=\"{RELATIONS}/hyperlink\" Target=\"{}\" TargetMode=\"External\"/>",
            link_id(at),
            escaped(link)
        ));
    }
    xml.push_str("</Relationships>");
    xml
}

/// Bullets, and numbered lists at their levels, each beginning at 1.
pub(super) fn numbering(lists: &[(u32, u8)]) -> String {
    let mut xml = format!("{HEAD}<w:numbering {WORD}>");
    for (id, format) in [(0, "bullet"), (1, "decimal")] {
        xml.push_str(&format!(
            "<w:abstractNum w:abstractNumId=\"{id}\"><w:multiLevelType w:val=\"hybridMultilevel\"/>"
        ));
        for level in 0..9 {
            let text = if id == 0 { "•".to_owned() } else { format!("%{}.", level + 1) };
            let left = (level + 1) * 425;
            xml.push_str(&format!(
                "<w:lvl w:ilvl=\"{level}\"><w:start w:val=\"1\"/><w:numFmt w:val=\"{format}\"/>\
                 <w:lvlText w:val=\"{text}\"/><w:lvlJc w:val=\"left\"/><w:pPr>\
                 <w:ind w:left=\"{left}\" w:hanging=\"425\"/></w:pPr></w:lvl>"
            ));
        }
        xml.push_str("</w:abstractNum>");
    }
    let bullets = "<w:abstractNumId w:val=\"0\"/></w:num>";
    xml.push_str(&format!("<w:num w:numId=\"{BULLETS}\">{bullets}"));
    for (id, level) in lists {
        xml.push_str(&format!(
            "<w:num w:numId=\"{id}\"><w:abstractNumId w:val=\"1\"/><w:lvlOverride w:ilvl=\"{level}\">\
             <w:startOverride w:val=\"1\"/></w:lvlOverride></w:num>"
        ));
    }
    xml.push_str("</w:numbering>");
    xml
}

/// The styles: their ids, their names as Word has them, what they are based on, their look.
const STYLES: [(&str, &str, &str); 9] = [
    (
        "Title",
        "Title",
        "<w:pPr><w:spacing w:after=\"240\"/></w:pPr><w:rPr><w:sz w:val=\"40\"/></w:rPr>",
    ),
    (
        "Subtitle",
        "Subtitle",
        "<w:pPr><w:spacing w:after=\"240\"/></w:pPr><w:rPr><w:color w:val=\"404040\"/><w:sz w:val=\"26\"/></w:rPr>",
    ),
    (
        "Heading1",
        "heading 1",
        "<w:pPr><w:keepNext/><w:spacing w:before=\"360\" w:after=\"120\"/><w:outlineLvl w:val=\"0\"/></w:pPr><w:rPr><w:b/><w:sz w:val=\"30\"/></w:rPr>",
    ),
    (
        "Heading2",
        "heading 2",
        "<w:pPr><w:keepNext/><w:spacing w:before=\"240\" w:after=\"120\"/><w:outlineLvl w:val=\"1\"/></w:pPr><w:rPr><w:b/><w:sz w:val=\"26\"/></w:rPr>",
    ),
    (
        "Heading3",
        "heading 3",
        "<w:pPr><w:keepNext/><w:spacing w:before=\"240\" w:after=\"120\"/><w:outlineLvl w:val=\"2\"/></w:pPr><w:rPr><w:b/></w:rPr>",
    ),
    ("Quote", "Quote", "<w:pPr><w:ind w:left=\"567\" w:right=\"567\"/></w:pPr>"),
    ("Caption", "caption", "<w:pPr><w:keepNext/></w:pPr><w:rPr><w:sz w:val=\"20\"/></w:rPr>"),
    ("ListParagraph", "List Paragraph", "<w:pPr><w:spacing w:after=\"60\"/></w:pPr>"),
    (
        "Field",
        "Field",
        "<w:pPr><w:spacing w:after=\"40\"/></w:pPr><w:rPr><w:sz w:val=\"20\"/></w:rPr>",
    ),
];

/// The styles of a text in `lang`.
pub(super) fn styles(lang: &Lang) -> String {
    let lang = escaped(lang.as_str());
    let mut xml = format!(
        "{HEAD}<w:styles {WORD}><w:docDefaults><w:rPrDefault><w:rPr>\
         <w:rFonts w:ascii=\"Times New Roman\" w:hAnsi=\"Times New Roman\" w:cs=\"Times New Roman\"/>\
         <w:sz w:val=\"24\"/><w:lang w:val=\"{lang}\" w:eastAsia=\"{lang}\" w:bidi=\"{lang}\"/>\
         </w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after=\"160\" w:line=\"276\" w:lineRule=\"auto\"/>\
         </w:pPr></w:pPrDefault></w:docDefaults>\
         <w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/><w:qFormat/></w:style>"
    );
    for (id, name, look) in STYLES {
        xml.push_str(&format!(
            "<w:style w:type=\"paragraph\" w:styleId=\"{id}\"><w:name w:val=\"{name}\"/>\
             <w:basedOn w:val=\"Normal\"/><w:next w:val=\"Normal\"/><w:qFormat/>{look}</w:style>"
        ));
    }
    xml.push_str(
        "<w:style w:type=\"character\" w:styleId=\"Hyperlink\"><w:name w:val=\"Hyperlink\"/>\
         <w:rPr><w:color w:val=\"0563C1\"/></w:rPr></w:style>\
         <w:style w:type=\"table\" w:styleId=\"TableGrid\"><w:name w:val=\"Table Grid\"/><w:tblPr><w:tblBorders>\
         <w:top w:val=\"single\" w:sz=\"4\"/><w:left w:val=\"single\" w:sz=\"4\"/><w:bottom w:val=\"single\" w:sz=\"4\"/>\
         <w:right w:val=\"single\" w:sz=\"4\"/><w:insideH w:val=\"single\" w:sz=\"4\"/><w:insideV w:val=\"single\" w:sz=\"4\"/>\
         </w:tblBorders></w:tblPr><w:tblStylePr w:type=\"firstRow\"><w:rPr><w:b/></w:rPr></w:tblStylePr></w:style>\
         </w:styles>",
    );
    xml
}

/// The properties of the document: what it is, never who wrote it down.
pub(super) fn core(article: &Article) -> String {
    let at = |at: jiff::Timestamp| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    format!(
        "{HEAD}<cp:coreProperties \
         xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\
         <dc:title>{}</dc:title><dc:language>{}</dc:language><dc:identifier>{}</dc:identifier>\
         <cp:version>{}</cp:version>\
         <dcterms:created xsi:type=\"dcterms:W3CDTF\">{}</dcterms:created>\
         <dcterms:modified xsi:type=\"dcterms:W3CDTF\">{}</dcterms:modified></cp:coreProperties>",
        escaped(&article.title),
        escaped(article.lang.as_str()),
        escaped(&article.id),
        article.version,
        at(article.published),
        at(article.modified),
    )
}
