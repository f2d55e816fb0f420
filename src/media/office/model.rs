//! A document between reading and writing: paragraphs and tables in their order, the same whatever
//! they were read from.

use std::rc::Rc;

use crate::text::legacy::Encoding;

/// A document's text.
#[derive(Debug, Default)]
pub(super) struct Document {
    pub(super) blocks: Vec<Block>,
    /// Footnotes and endnotes in the order of their numbers, from 1.
    pub(super) notes: Vec<Vec<Block>>,
}

/// What stands below one another.
#[derive(Clone, Debug)]
pub(super) enum Block {
    Paragraph(Paragraph),
    Table(Table),
}

/// What a paragraph is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Role {
    #[default]
    Plain,
    Title,
    /// From 1.
    Heading(u8),
    Item(Item),
    /// Text of the item before it, at this level.
    Continued(u8),
    Quote,
    Caption,
}

/// An item of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item {
    /// From 0.
    pub(super) level: u8,
    /// Which list it belongs to: its numbers go on within that.
    pub(super) list: Rc<str>,
    pub(super) label: Label,
}

/// What stands before an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Label {
    Bullet,
    /// A plain number as HTML lists have it: `3` with nothing, a full stop or a bracket behind it;
    /// and how it is written.
    Number(u32, String),
    /// Anything else: `a)`, `IV.`, `1.2`, `Điều 3.`
    Text(String),
}

impl Label {
    /// The label as text; nothing for a bullet.
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Bullet => "",
            Self::Number(_, text) | Self::Text(text) => text,
        }
    }
}

#[derive(Clone, Debug, Default)]
pub(super) struct Paragraph {
    pub(super) role: Role,
    pub(super) spans: Vec<Span>,
    pub(super) pictures: Vec<Shown>,
}

/// Text of one look.
#[derive(Clone, Debug)]
pub(super) struct Span {
    /// A line break is `\n`.
    pub(super) text: String,
    pub(super) look: Look,
    /// An address that may be written.
    pub(super) link: Option<Rc<str>>,
    /// What its font is for, and whether the font shows capitals only.
    pub(super) font: Option<(Encoding, bool)>,
}

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

/// A picture where it appears.
#[derive(Clone, Debug)]
pub(super) struct Shown {
    pub(super) source: Source,
    pub(super) alt: Option<String>,
}

/// Where a picture's bytes are.
#[derive(Clone, Debug)]
pub(super) enum Source {
    /// An entry of the archive.
    Entry(String),
    /// Here, with the extension of its type.
    Data(Rc<[u8]>, &'static str),
    /// Elsewhere.
    Outside,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    pub(super) caption: Vec<Span>,
    pub(super) rows: Vec<Row>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    pub(super) header: bool,
    pub(super) cells: Vec<Cell>,
}

/// A cell that is written; cells that it covers are not there.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    pub(super) columns: u32,
    pub(super) rows: u32,
    pub(super) header: bool,
    pub(super) blocks: Vec<Block>,
}

impl Default for Cell {
    fn default() -> Self {
        Self { columns: 1, rows: 1, header: false, blocks: Vec::new() }
    }
}

/// The most columns or rows that one cell may span, as browsers have it.
pub(super) const SPAN: u32 = 1000;

impl Paragraph {
    pub(super) fn push(&mut self, span: Span) {
        match self.spans.last_mut() {
            Some(last)
                if last.look == span.look && last.link == span.link && last.font == span.font =>
            {
                last.text.push_str(&span.text);
            }
            _ => self.spans.push(span),
        }
    }

    /// Whether there is nothing to read in it.
    pub(super) fn is_blank(&self) -> bool {
        is_blank(&self.spans)
    }

    /// The text in one line.
    pub(super) fn text(&self) -> String {
        plain(&self.spans)
    }
}

pub(super) fn is_blank(spans: &[Span]) -> bool {
    spans.iter().all(|span| span.text.trim().is_empty())
}

/// The text of spans in one line.
pub(super) fn plain(spans: &[Span]) -> String {
    let all: String = spans.iter().map(|span| span.text.as_str()).collect();
    let words: Vec<&str> = all.split_whitespace().collect();
    words.join(" ")
}

/// All paragraphs, those in tables too, in their order.
pub(super) fn each(blocks: &mut [Block], work: &mut impl FnMut(&mut Paragraph)) {
    for block in blocks {
        match block {
            Block::Paragraph(paragraph) => work(paragraph),
            Block::Table(table) => {
                let cells = table.rows.iter_mut().flat_map(|row| row.cells.iter_mut());
                cells.for_each(|cell| each(&mut cell.blocks, work));
            }
        }
    }
}
