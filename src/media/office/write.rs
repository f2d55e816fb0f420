//! A document as HTML, its pictures as a row of their own.

use std::collections::HashMap;
use std::rc::Rc;

use super::lists;
use super::model::{
    Block, Cell, Document, Look, Paragraph, Place, Role, Row, Shown, Source, Span, Table, each,
    is_blank, plain,
};

/// A heading of more characters is a paragraph that somebody wanted in the outline.
const HEADING: usize = 300;

/// What the HTML holds no place for.
#[derive(Debug)]
pub(super) struct Placed {
    pub(super) source: Source,
    pub(super) alt: Option<String>,
    pub(super) caption: Option<String>,
}

/// A document in its new form.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) title: Option<String>,
    pub(super) html: String,
    pub(super) pictures: Vec<Placed>,
}

/// Writes the document down.
///
/// The title is the first paragraph that is one, or a heading of the first level; if nothing stands
/// before it, it is not repeated in the HTML. Notes are a numbered list at the end.
pub(super) fn write(mut document: Document) -> Written {
    each(&mut document.blocks, &mut demote);
    demote_cells(&mut document.blocks);
    let title = title(&mut document.blocks);
    let mut writer = Writer::default();
    writer.blocks(&document.blocks);
    if !document.notes.is_empty() {
        writer.html.push_str("<ol>");
        for note in &document.notes {
            writer.html.push_str("<li>");
            writer.inside(note);
            writer.html.push_str("</li>");
        }
        writer.html.push_str("</ol>");
    }
    Written { title, html: writer.html, pictures: writer.pictures }
}

fn demote(paragraph: &mut Paragraph) {
    if matches!(paragraph.role, Role::Title | Role::Heading(_))
        && HEADING < paragraph.text().chars().count()
    {
        paragraph.role = Role::Plain;
    }
}

/// Headings in tables are there for their look: the heads of letters stand in tables.
fn demote_cells(blocks: &mut [Block]) {
    for block in blocks {
        let Block::Table(table) = block else { continue };
        for cell in table.rows.iter_mut().flat_map(|row| row.cells.iter_mut()) {
            each(&mut cell.blocks, &mut |paragraph| {
                if matches!(paragraph.role, Role::Title | Role::Heading(_)) {
                    paragraph.role = Role::Plain;
                    paragraph.spans.iter_mut().for_each(|span| span.look.bold = true);
                }
            });
        }
    }
}

fn title(blocks: &mut [Block]) -> Option<String> {
    let is_title = |paragraph: &Paragraph| {
        matches!(paragraph.role, Role::Title | Role::Heading(1)) && !paragraph.is_blank()
    };
    let first = blocks.iter_mut().find(|block| has_text(block));
    if let Some(Block::Paragraph(paragraph)) = first
        && is_title(paragraph)
    {
        let title = paragraph.text();
        paragraph.spans.clear();
        return Some(title);
    }
    let mut found = None;
    each(blocks, &mut |paragraph| {
        if found.is_none() && is_title(paragraph) {
            found = Some(paragraph.text());
        }
    });
    found
}

fn has_text(block: &Block) -> bool {
    match block {
        Block::Paragraph(paragraph) => !paragraph.is_blank(),
        Block::Table(table) => {
            let mut cells = table.rows.iter().flat_map(|row| row.cells.iter());
            !is_blank(&table.caption) || cells.any(|cell| cell.blocks.iter().any(has_text))
        }
    }
}

#[derive(Default)]
struct Writer {
    html: String,
    pictures: Vec<Placed>,
    seen: HashMap<String, usize>,
}

impl Writer {
    fn blocks(&mut self, blocks: &[Block]) {
        let blocks: Vec<&Block> = blocks.iter().filter(|block| is_something(block)).collect();
        let mut rest = blocks.as_slice();
        while let [first, after @ ..] = rest {
            rest = match (first, after) {
                (Block::Paragraph(paragraph), _) if lists::is_part(paragraph) => self.list(rest),
                (Block::Paragraph(paragraph), _) if paragraph.role == Role::Quote => {
                    self.quote(rest)
                }
                (Block::Paragraph(above), [Block::Table(table), after @ ..])
                    if above.role == Role::Caption && above.pictures.is_empty() =>
                {
                    self.table(table, &above.spans);
                    after
                }
                (Block::Paragraph(paragraph), _) => self.paragraph(paragraph, after),
                (Block::Table(table), [Block::Paragraph(below), after @ ..])
                    if is_blank(&table.caption)
                        && below.role == Role::Caption
                        && below.pictures.is_empty()
                        && !matches!(after, [Block::Table(_), ..]) =>
                {
                    self.table(table, &below.spans);
                    after
                }
                (Block::Table(table), _) => {
                    self.table(table, &table.caption);
                    after
                }
            };
        }
    }

    /// A paragraph with its pictures and the caption below it; gives what comes after.
    fn paragraph<'b>(&mut self, paragraph: &Paragraph, after: &'b [&'b Block]) -> &'b [&'b Block] {
        if paragraph.pictures.is_empty() {
            self.one(paragraph);
            return after;
        }
        if paragraph.role == Role::Caption {
            self.figure(&paragraph.pictures, &paragraph.spans);
            return after;
        }
        if let [Block::Paragraph(below), after @ ..] = after
            && paragraph.is_blank()
            && below.role == Role::Caption
            && below.pictures.is_empty()
        {
            self.figure(&paragraph.pictures, &below.spans);
            return after;
        }
        self.place(&paragraph.pictures, None);
        self.one(paragraph);
        after
    }

    /// Pictures with a caption, which stays in the HTML only if no picture was taken.
    fn figure(&mut self, pictures: &[Shown], caption: &[Span]) {
        let text = plain(caption);
        if !self.place(pictures, Some(&text)) && !text.is_empty() {
            self.html.push_str("<figure><figcaption>");
            self.html.push_str(&inline(caption, true));
            self.html.push_str("</figcaption></figure>");
        }
    }

    /// Sets pictures in the row, each once; gives whether there was one to take.
    fn place(&mut self, pictures: &[Shown], caption: Option<&str>) -> bool {
        let mut taken = false;
        let caption = caption.filter(|text| !text.is_empty()).map(str::to_owned);
        for shown in pictures {
            if matches!(shown.source, Source::Outside) {
                continue;
            }
            taken = true;
            if let Source::Entry(name) = &shown.source {
                let next = self.pictures.len();
                let at = *self.seen.entry(name.clone()).or_insert(next);
                if let Some(placed) = self.pictures.get_mut(at) {
                    placed.caption = placed.caption.take().or_else(|| caption.clone());
                    continue;
                }
            }
            let (source, alt) = (shown.source.clone(), shown.alt.clone());
            self.pictures.push(Placed { source, alt, caption: caption.clone() });
        }
        taken
    }

    fn one(&mut self, paragraph: &Paragraph) {
        if paragraph.is_blank() {
            return;
        }
        let tag = match paragraph.role {
            Role::Title | Role::Heading(1) => "h2",
            Role::Heading(2) => "h3",
            Role::Heading(_) => "h4",
            _ => "p",
        };
        let text = inline(&paragraph.spans, tag == "p");
        self.html.push_str(&format!("<{tag}>{text}</{tag}>"));
    }

    /// The paragraphs of lists at the beginning; gives what comes after.
    fn list<'b>(&mut self, blocks: &'b [&'b Block]) -> &'b [&'b Block] {
        let parts: Vec<&Paragraph> = paragraphs(blocks).take_while(|p| lists::is_part(p)).collect();
        for part in &parts {
            self.place(&part.pictures, None);
        }
        let (_, after) = blocks.split_at_checked(parts.len()).unwrap_or_default();
        let parts: Vec<&Paragraph> = parts.into_iter().filter(|part| !part.is_blank()).collect();
        lists::write(&parts, &mut self.html);
        after
    }

    fn quote<'b>(&mut self, blocks: &'b [&'b Block]) -> &'b [&'b Block] {
        let parts: Vec<&Paragraph> =
            paragraphs(blocks).take_while(|p| p.role == Role::Quote).collect();
        let written = parts.iter().any(|part| !part.is_blank());
        self.html.push_str(if written { "<blockquote>" } else { "" });
        for part in &parts {
            self.place(&part.pictures, None);
            self.one(part);
        }
        self.html.push_str(if written { "</blockquote>" } else { "" });
        blocks.split_at_checked(parts.len()).unwrap_or_default().1
    }

    fn table(&mut self, table: &Table, caption: &[Span]) {
        let written = table
            .rows
            .iter()
            .any(|row| row.cells.iter().any(|cell| cell.blocks.iter().any(has_text)));
        if !written {
            // Only pictures stand in it, or nothing.
            let cells = table.rows.iter().flat_map(|row| row.cells.iter());
            cells.for_each(|cell| self.blocks(&cell.blocks));
            return;
        }
        self.html.push_str("<table>");
        if !is_blank(caption) {
            self.html.push_str("<caption>");
            self.html.push_str(&inline(caption, true));
            self.html.push_str("</caption>");
        }
        let headers = table.rows.iter().take_while(|row| row.header).count();
        let (head, body) = table.rows.split_at_checked(headers).unwrap_or_default();
        self.rows("thead", head);
        self.rows("tbody", body);
        self.html.push_str("</table>");
    }

    fn rows(&mut self, tag: &str, rows: &[Row]) {
        if rows.is_empty() {
            return;
        }
        self.html.push_str(&format!("<{tag}>"));
        for row in rows {
            self.html.push_str("<tr>");
            for cell in &row.cells {
                self.cell(cell, row.header);
            }
            self.html.push_str("</tr>");
        }
        self.html.push_str(&format!("</{tag}>"));
    }

    fn cell(&mut self, cell: &Cell, header: bool) {
        let tag = if header || cell.header { "th" } else { "td" };
        self.html.push_str(&format!("<{tag}"));
        for (name, span) in [("colspan", cell.columns), ("rowspan", cell.rows)] {
            if 1 < span {
                self.html.push_str(&format!(" {name}=\"{span}\""));
            }
        }
        self.html.push('>');
        self.inside(&cell.blocks);
        self.html.push_str(&format!("</{tag}>"));
    }

    /// The content of a cell or note: a paragraph alone without its tag.
    fn inside(&mut self, blocks: &[Block]) {
        let mut something = blocks.iter().filter(|block| is_something(block));
        if let (Some(Block::Paragraph(paragraph)), None) = (something.next(), something.next())
            && matches!(paragraph.role, Role::Plain | Role::Caption)
        {
            self.place(&paragraph.pictures, None);
            self.html.push_str(&inline(&paragraph.spans, true));
            return;
        }
        self.blocks(blocks);
    }
}

fn is_something(block: &Block) -> bool {
    match block {
        Block::Paragraph(paragraph) => !paragraph.is_blank() || !paragraph.pictures.is_empty(),
        Block::Table(_) => true,
    }
}

fn paragraphs<'b>(blocks: &'b [&'b Block]) -> impl Iterator<Item = &'b Paragraph> {
    blocks.iter().map_while(|block| match block {
        Block::Paragraph(paragraph) => Some(paragraph),
        Block::Table(_) => None,
    })
}

/// The spans as HTML; `bold` is left out where all is bold anyway.
pub(super) fn inline(spans: &[Span], bold: bool) -> String {
    let mut html = String::new();
    let mut link: Option<&Rc<str>> = None;
    for span in spans {
        if link != span.link.as_ref() {
            html.push_str(if link.is_some() { "</a>" } else { "" });
            link = span.link.as_ref();
            if let Some(address) = link {
                html.push_str(&format!("<a href=\"{}\">", escaped(address)));
            }
        }
        let tags = tags(span.look, bold);
        for tag in &tags {
            html.push_str(&format!("<{tag}>"));
        }
        html.push_str(&escaped(&span.text).replace('\n', "<br>"));
        for tag in tags.iter().rev() {
            html.push_str(&format!("</{tag}>"));
        }
    }
    html.push_str(if link.is_some() { "</a>" } else { "" });
    html
}

fn tags(look: Look, bold: bool) -> Vec<&'static str> {
    let place = match look.place {
        Place::Line => None,
        Place::Above => Some("sup"),
        Place::Below => Some("sub"),
    };
    [
        (look.bold && bold).then_some("strong"),
        look.italic.then_some("em"),
        look.underline.then_some("u"),
        place,
    ]
    .into_iter()
    .flatten()
    .collect()
}

pub(super) fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;")
}
