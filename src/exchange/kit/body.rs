//! A body as paragraphs and tables, read from its sanitized HTML ([`crate::text::html::sanitize`]).
//!
//! The result is flat, however deep the HTML lies: list items carry their level, what stands in a
//! table within a table becomes paragraphs of the outer cell.

use quick_xml::{
    XmlVersion,
    events::{BytesStart, Event},
    reader::Reader,
};

use crate::text::html::clean_to_text;

/// The deepest level of a list, from 0, as word processors have them.
const DEEPEST: usize = 8;

/// The most columns of a cell: as many as a table in Word has.
const COLUMNS: u32 = 63;

/// The most rows of a cell, as browsers have it.
const ROWS: u32 = 1000;

/// What stands below one another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Block {
    Paragraph(Paragraph),
    Table(Table),
}

/// What a paragraph is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Style {
    Title,
    /// The summary.
    Lead,
    /// Of the text, from 1.
    Heading(u8),
    #[default]
    Plain,
    Quote,
    Caption,
    /// What must be known of the text: a label and a value.
    Field,
    Item(Item),
    /// Goes on with the item before it, at this level.
    Continued(u8),
}

/// An item of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Item {
    /// From 0.
    pub(super) level: u8,
    /// Which list of the text, from 0; its number in that list, from 1, or none for a bullet.
    pub(super) list: u32,
    pub(super) number: Option<u32>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Paragraph {
    pub(super) style: Style,
    pub(super) spans: Vec<Span>,
    /// Where it is another than the text's.
    pub(super) lang: Option<String>,
}

/// Text of one look; a line break is `\n`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) text: String,
    pub(super) look: Look,
    pub(super) link: Option<String>,
}

/// How letters look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) bold: bool,
    pub(super) italic: bool,
    pub(super) underline: bool,
    pub(super) place: Place,
}

/// Where letters stand to their line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Place {
    #[default]
    Line,
    Above,
    Below,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) caption: Vec<Span>,
    pub(super) rows: Vec<Row>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) header: bool,
    pub(super) cells: Vec<Cell>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) columns: u32,
    pub(super) rows: u32,
    pub(super) header: bool,
    pub(super) paragraphs: Vec<Paragraph>,
}

impl Paragraph {
    /// Text of one look.
    pub(super) fn new(style: Style, text: &str) -> Self {
        let span = Span { text: text.to_owned(), ..Span::default() };
        Self { style, spans: vec![span], lang: None }
    }
}

/// Reads a sanitized body. What is no such HTML gives its lines of text.
pub(super) fn read(html: &str) -> Vec<Block> {
    let mut reader = Reader::from_str(html);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    let mut builder = Builder::default();
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag) | Event::Empty(tag)) => builder.open(&tag),
            Ok(Event::End(tag)) => builder.close(tag.name().into_inner()),
            Ok(Event::Text(text)) => builder.text(&text),
            Ok(Event::GeneralRef(name)) => {
                let mut own = [0; 4];
                builder.text(match (name.resolve_char_ref(), &*name) {
                    (Ok(Some(c)), _) => c.encode_utf8(&mut own),
                    (_, "amp") => "&",
                    (_, "lt") => "<",
                    (_, "gt") => ">",
                    (_, "quot") => "\"",
                    (_, "nbsp") => "\u{A0}",
                    _ => "",
                });
            }
            Ok(Event::Eof) => return builder.finish(),
            Ok(_) => {}
            Err(_no_such_html) => return lines(html),
        }
    }
}

fn lines(html: &str) -> Vec<Block> {
    let text = clean_to_text(html);
    text.lines().map(|line| Block::Paragraph(Paragraph::new(Style::Plain, line))).collect()
}

/// A list whose end has not come.
#[derive(Clone, Copy)]
struct List {
    id: u32,
    ordered: bool,
    next: u32,
}

/// How many elements of a look are open.
#[derive(Default)]
struct Looks {
    bold: u32,
    italic: u32,
    underline: u32,
    above: u32,
    below: u32,
}

#[derive(Default)]
struct Builder {
    blocks: Vec<Block>,
    spans: Vec<Span>,
    looks: Looks,
    link: Option<String>,
    /// Of each open block, from the outermost.
    langs: Vec<Option<String>>,
    lists: Vec<List>,
    /// How many lists there were.
    count: u32,
    /// An item has begun and has no text yet.
    waiting: bool,
    heading: Option<u8>,
    quotes: u32,
    captions: u32,
    head: bool,
    /// How many tables are open; the outermost of them; the lists around it.
    depth: u32,
    table: Table,
    around: Vec<List>,
}

impl Builder {
    fn open(&mut self, tag: &BytesStart<'_>) {
        let name = tag.name();
        let name = name.into_inner();
        match name {
            "br" => return self.push("\n"),
            "a" => {
                self.link = attribute(tag, "href");
                return;
            }
            _ => {}
        }
        if let Some(look) = self.looks.of(name) {
            *look = look.saturating_add(1);
            return;
        }
        self.flush();
        self.langs.push(attribute(tag, "lang"));
        match name {
            "h2" => self.heading = Some(1),
            "h3" => self.heading = Some(2),
            "h4" => self.heading = Some(3),
            "ul" | "ol" => {
                self.lists.push(List { id: self.count, ordered: name == "ol", next: 1 });
                self.count = self.count.saturating_add(1);
                self.waiting = false;
            }
            "li" => self.waiting = true,
            "blockquote" => self.quotes = self.quotes.saturating_add(1),
            "caption" | "figcaption" => self.captions = self.captions.saturating_add(1),
            "thead" if self.depth == 1 => self.head = true,
            "table" => {
                if self.depth == 0 {
                    self.around = std::mem::take(&mut self.lists);
                }
                self.depth = self.depth.saturating_add(1);
            }
            "tr" if self.depth == 1 => {
                self.table.rows.push(Row { header: self.head, cells: Vec::new() });
            }
            "td" | "th" if self.depth == 1 => self.cell(tag, name == "th"),
            _ => {}
        }
    }

    fn cell(&mut self, tag: &BytesStart<'_>, header: bool) {
        let span = |name, most| {
            let found = attribute(tag, name).and_then(|text| text.trim().parse::<u32>().ok());
            found.unwrap_or(1).clamp(1, most)
        };
        let (columns, rows) = (span("colspan", COLUMNS), span("rowspan", ROWS));
        if let Some(row) = self.table.rows.last_mut() {
            row.cells.push(Cell { columns, rows, header, paragraphs: Vec::new() });
        }
    }

    fn close(&mut self, name: &str) {
        if name == "a" {
            self.link = None;
            return;
        }
        if let Some(look) = self.looks.of(name) {
            *look = look.saturating_sub(1);
            return;
        }
        self.flush();
        self.langs.pop();
        match name {
            "h2" | "h3" | "h4" => self.heading = None,
            "ul" | "ol" => {
                self.lists.pop();
            }
            "li" => self.waiting = false,
            "blockquote" => self.quotes = self.quotes.saturating_sub(1),
            "caption" | "figcaption" => self.captions = self.captions.saturating_sub(1),
            "thead" if self.depth == 1 => self.head = false,
            "table" => {
                self.depth = self.depth.saturating_sub(1);
                if self.depth == 0 {
                    self.end_table();
                }
            }
            _ => {}
        }
    }

    fn end_table(&mut self) {
        let mut table = std::mem::take(&mut self.table);
        table.rows.retain(|row| !row.cells.is_empty());
        let mut cells = table.rows.iter().flat_map(|row| &row.cells);
        if cells.any(|cell| !cell.paragraphs.is_empty()) {
            self.blocks.push(Block::Table(table));
        } else if !table.caption.is_empty() {
            // Nothing stands below it, but it was said.
            let (style, spans) = (Style::Caption, table.caption);
            self.blocks.push(Block::Paragraph(Paragraph { style, spans, lang: None }));
        }
        self.lists = std::mem::take(&mut self.around);
    }

    /// Text as HTML has it: white space is one space.
    fn text(&mut self, text: &str) {
        let blank = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{C}');
        let mut clean = String::with_capacity(text.len());
        let mut space = false;
        for c in text.chars() {
            if blank(c) {
                space = true;
                continue;
            }
            if std::mem::take(&mut space) {
                clean.push(' ');
            }
            clean.push(c);
        }
        if space {
            clean.push(' ');
        }
        self.push(&clean);
    }

    fn push(&mut self, text: &str) {
        let ends = |end: &str| self.spans.last().is_some_and(|span| span.text.ends_with(end));
        let begins = self.spans.is_empty() || ends(" ") || ends("\n");
        let text = if begins { text.trim_start_matches(' ') } else { text };
        if text.is_empty() {
            return;
        }
        let span = Span { text: text.to_owned(), look: self.looks.now(), link: self.link.clone() };
        match self.spans.last_mut() {
            Some(last) if last.look == span.look && last.link == span.link => {
                last.text.push_str(&span.text);
            }
            _ => self.spans.push(span),
        }
    }

    /// Ends the paragraph that is being read, if there is text in it.
    fn flush(&mut self) {
        let mut spans = std::mem::take(&mut self.spans);
        while let Some(last) = spans.last_mut() {
            last.text.truncate(last.text.trim_end_matches([' ', '\n']).len());
            if !last.text.is_empty() {
                break;
            }
            spans.pop();
        }
        if spans.is_empty() {
            return;
        }
        if 0 < self.depth && 0 < self.captions {
            self.table.caption.extend(spans);
            return;
        }
        let lang = self.langs.iter().rev().flatten().next().cloned();
        let paragraph = Paragraph { style: self.style(), spans, lang };
        let cell = self.table.rows.last_mut().and_then(|row| row.cells.last_mut());
        match cell {
            Some(cell) => cell.paragraphs.push(paragraph),
            None => self.blocks.push(Block::Paragraph(paragraph)),
        }
    }

    fn style(&mut self) -> Style {
        let level = self.lists.len().saturating_sub(1).min(DEEPEST);
        let level = u8::try_from(level).unwrap_or(0);
        match (self.lists.last_mut(), self.heading) {
            (Some(list), _) if std::mem::take(&mut self.waiting) => {
                let number = list.ordered.then_some(list.next);
                list.next = list.next.saturating_add(1);
                Style::Item(Item { level, list: list.id, number })
            }
            (_, Some(heading)) => Style::Heading(heading),
            (Some(_), None) => Style::Continued(level),
            (None, None) if 0 < self.captions => Style::Caption,
            (None, None) if 0 < self.quotes => Style::Quote,
            (None, None) => Style::Plain,
        }
    }

    fn finish(mut self) -> Vec<Block> {
        self.flush();
        if 0 < self.depth {
            self.end_table();
        }
        self.blocks
    }
}

impl Looks {
    fn of(&mut self, name: &str) -> Option<&mut u32> {
        Some(match name {
            "strong" | "b" => &mut self.bold,
            "em" | "i" => &mut self.italic,
            "u" => &mut self.underline,
            "sup" => &mut self.above,
            "sub" => &mut self.below,
            _ => return None,
        })
    }

    const fn now(&self) -> Look {
        let place = match (self.above, self.below) {
            (0, 0) => Place::Line,
            (0, _) => Place::Below,
            _ => Place::Above,
        };
        Look { bold: 0 < self.bold, italic: 0 < self.italic, underline: 0 < self.underline, place }
    }
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut all = tag.attributes();
    let mut all = all.with_checks(false).map_while(Result::ok);
    let found = all.find(|attribute| attribute.key.into_inner() == name)?;
    let value = found.normalized_value(XmlVersion::Explicit1_0).ok()?;
    Some(value.into_owned()).filter(|value| !value.is_empty())
}
