//! The text itself (ISO/IEC 29500-1, 17.3 and 17.4).

use super::super::body::{Block, Cell, Item, Look, Paragraph, Place, Row, Span, Style, Table};
use super::{
    escaped,
    parts::{BULLETS, HEAD, WORD, link_id, numbered},
};

/// The most cells of a table that only go on with the one above. A table of more is nobody's, and its
/// cells are not merged downwards.
const MERGED: u32 = 10_000;

/// The most columns of a table, as Word has them.
const COLUMNS: u32 = 63;

/// The text with what it refers to.
#[derive(Debug, Default)]
pub(super) struct Text {
    pub(super) xml: String,
    /// Where links lead, by their place.
    pub(super) links: Vec<String>,
    /// The numbered lists, with their levels.
    pub(super) lists: Vec<(u32, u8)>,
}

/// Writes a text.
pub(super) fn document(blocks: &[Block]) -> Text {
    let mut text = Text::default();
    text.xml.push_str(&format!(
        "{HEAD}<w:document {WORD} \
         xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><w:body>"
    ));
    for block in blocks {
        match block {
            Block::Paragraph(paragraph) => text.paragraph(paragraph),
            Block::Table(table) => text.table(table),
        }
    }
    // A4 with margins of 2 cm.
    text.xml.push_str(
        "<w:sectPr><w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"1134\" w:right=\"1134\" \
         w:bottom=\"1134\" w:left=\"1134\" w:header=\"709\" w:footer=\"709\" w:gutter=\"0\"/></w:sectPr>\
         </w:body></w:document>",
    );
    text
}

/// A cell that goes on in the rows below it.
struct Open {
    column: u32,
    columns: u32,
    rows: u32,
}

impl Text {
    fn paragraph(&mut self, paragraph: &Paragraph) {
        self.xml.push_str("<w:p>");
        self.props(paragraph.style);
        let lang = paragraph.lang.as_deref();
        for span in &paragraph.spans {
            self.span(span, lang);
        }
        self.xml.push_str("</w:p>");
    }

    fn props(&mut self, style: Style) {
        let id = match style {
            Style::Title => "Title",
            Style::Lead => "Subtitle",
            Style::Heading(1) => "Heading1",
            Style::Heading(2) => "Heading2",
            Style::Heading(_) => "Heading3",
            Style::Quote => "Quote",
            Style::Caption => "Caption",
            Style::Field => "Field",
            Style::Item(_) | Style::Continued(_) => "ListParagraph",
            Style::Plain => return,
        };
        self.xml.push_str(&format!("<w:pPr><w:pStyle w:val=\"{id}\"/>"));
        match style {
            Style::Item(item) => self.item(item),
            Style::Continued(level) => {
                let left = u32::from(level).saturating_add(1).saturating_mul(425);
                self.xml.push_str(&format!("<w:ind w:left=\"{left}\"/>"));
            }
            _ => {}
        }
        self.xml.push_str("</w:pPr>");
    }

    fn item(&mut self, item: Item) {
        let (list, level) = (item.number.map_or(BULLETS, |_| numbered(item.list)), item.level);
        if item.number == Some(1) {
            self.lists.push((list, level));
        }
        self.xml.push_str(&format!(
            "<w:numPr><w:ilvl w:val=\"{level}\"/><w:numId w:val=\"{list}\"/></w:numPr>"
        ));
    }

    fn span(&mut self, span: &Span, lang: Option<&str>) {
        if let Some(link) = &span.link {
            let known = self.links.last().filter(|last| *last == link);
            if known.is_none() {
                self.links.push(link.clone());
            }
            let id = link_id(self.links.len().saturating_sub(1));
            self.xml.push_str(&format!("<w:hyperlink r:id=\"{id}\">"));
        }
        self.xml.push_str("<w:r>");
        self.look(span.look, span.link.is_some(), lang);
        for (at, line) in span.text.split('\n').enumerate() {
            if 0 < at {
                self.xml.push_str("<w:br/>");
            }
            if !line.is_empty() {
                let line = escaped(line);
                self.xml.push_str(&format!("<w:t xml:space=\"preserve\">{line}</w:t>"));
            }
        }
        self.xml.push_str("</w:r>");
        if span.link.is_some() {
            self.xml.push_str("</w:hyperlink>");
        }
    }

    fn look(&mut self, look: Look, link: bool, lang: Option<&str>) {
        let place = match look.place {
            Place::Line => "",
            Place::Above => "<w:vertAlign w:val=\"superscript\"/>",
            Place::Below => "<w:vertAlign w:val=\"subscript\"/>",
        };
        let lang = lang.map(escaped).map(|lang| format!("<w:lang w:val=\"{lang}\"/>"));
        let all: String = [
            if link { "<w:rStyle w:val=\"Hyperlink\"/>" } else { "" },
            if look.bold { "<w:b/>" } else { "" },
            if look.italic { "<w:i/>" } else { "" },
            if look.underline { "<w:u w:val=\"single\"/>" } else { "" },
            place,
            lang.as_deref().unwrap_or_default(),
        ]
        .concat();
        if !all.is_empty() {
            self.xml.push_str(&format!("<w:rPr>{all}</w:rPr>"));
        }
    }

    fn table(&mut self, table: &Table) {
        if !table.caption.is_empty() {
            let (style, spans) = (Style::Caption, table.caption.clone());
            self.paragraph(&Paragraph { style, spans, lang: None });
        }
        let columns = |row: &Row| row.cells.iter().map(|cell| cell.columns).sum::<u32>();
        let columns = table.rows.iter().map(columns).max().unwrap_or(1).clamp(1, COLUMNS);
        self.xml.push_str(
            "<w:tbl><w:tblPr><w:tblStyle w:val=\"TableGrid\"/><w:tblW w:w=\"0\" w:type=\"auto\"/>\
             <w:tblLook w:firstRow=\"1\" w:lastRow=\"0\" w:firstColumn=\"0\" w:lastColumn=\"0\" \
             w:noHBand=\"1\" w:noVBand=\"1\"/></w:tblPr><w:tblGrid>",
        );
        let width = 9_600_u32.checked_div(columns).unwrap_or(9_600);
        for _column in 0..columns {
            self.xml.push_str(&format!("<w:gridCol w:w=\"{width}\"/>"));
        }
        self.xml.push_str("</w:tblGrid>");
        let (mut open, mut merged) = (Vec::new(), 0);
        for row in &table.rows {
            open = self.row(row, open, &mut merged);
        }
        // Two tables that touch would be one.
        self.xml.push_str("</w:tbl><w:p/>");
    }

    /// Writes a row with the cells that go on in it; gives those that go on below it.
    fn row(&mut self, row: &Row, open: Vec<Open>, merged: &mut u32) -> Vec<Open> {
        self.xml.push_str("<w:tr>");
        if row.header {
            self.xml.push_str("<w:trPr><w:tblHeader/></w:trPr>");
        }
        let mut above = open.into_iter().peekable();
        let (mut below, mut column) = (Vec::new(), 0_u32);
        let mut cells = row.cells.iter();
        loop {
            while let Some(cell) = above.next_if(|cell| cell.column <= column) {
                *merged = merged.saturating_add(1);
                self.cell_props(cell.columns, Some(false));
                self.xml.push_str("<w:p/></w:tc>");
                column = column.max(cell.column.saturating_add(cell.columns));
                if 1 < cell.rows && *merged <= MERGED {
                    below.push(Open { rows: cell.rows.saturating_sub(1), ..cell });
                }
            }
            let Some(cell) = cells.next() else { break };
            let goes_on = 1 < cell.rows && *merged <= MERGED;
            self.cell_props(cell.columns, goes_on.then_some(true));
            self.cell(cell, row.header);
            if goes_on {
                let rows = cell.rows.saturating_sub(1);
                below.push(Open { column, columns: cell.columns, rows });
            }
            column = column.saturating_add(cell.columns);
        }
        self.xml.push_str("</w:tr>");
        below.sort_by_key(|cell| cell.column);
        below
    }

    /// Begins a cell; `merge` says whether it begins a merged one, or goes on with it.
    fn cell_props(&mut self, columns: u32, merge: Option<bool>) {
        self.xml.push_str("<w:tc><w:tcPr><w:tcW w:w=\"0\" w:type=\"auto\"/>");
        if 1 < columns {
            self.xml.push_str(&format!("<w:gridSpan w:val=\"{columns}\"/>"));
        }
        self.xml.push_str(match merge {
            Some(true) => "<w:vMerge w:val=\"restart\"/>",
            Some(false) => "<w:vMerge/>",
            None => "",
        });
        self.xml.push_str("</w:tcPr>");
    }

    fn cell(&mut self, cell: &Cell, in_header: bool) {
        for paragraph in &cell.paragraphs {
            let mut paragraph = paragraph.clone();
            // The first row is bold by the table's style.
            if cell.header && !in_header {
                paragraph.spans.iter_mut().for_each(|span| span.look.bold = true);
            }
            self.paragraph(&paragraph);
        }
        self.xml.push_str(if cell.paragraphs.is_empty() { "<w:p/></w:tc>" } else { "</w:tc>" });
    }
}
