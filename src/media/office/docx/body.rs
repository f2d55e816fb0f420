//! The text of a part: paragraphs and what stands beside them.

use std::collections::HashMap;

use super::super::limits::TABLES;
use super::super::lists::DEEPEST;
use super::super::model::{Block, Item, Paragraph, Place, Role, Shown, Span};
use super::super::props::{RunProps, address};
use super::super::report::What;
use super::super::xml::{Ns, Tag, Xml};
use super::super::{Job, OfficeError};
use super::notes::{NoteId, Notes};
use super::numbering::{Counters, Numbering};
use super::rels::Rels;
use super::run::Fields;
use super::styles::{ParagraphProps, Resolved, Styles, paragraph_props};

/// How much of a deleted or hidden text is looked at.
pub(super) const SAMPLE: usize = 400;

/// What belongs to a part.
#[derive(Clone, Copy)]
pub(super) struct Parts<'d> {
    pub(super) styles: &'d Styles,
    pub(super) numbering: &'d Numbering,
    pub(super) rels: &'d Rels,
    /// None in notes, which cite no others.
    pub(super) notes: Option<&'d Notes>,
}

/// Where text stands.
#[derive(Clone, Copy, Default)]
pub(super) struct Scope {
    /// On a ground that white text is seen on.
    pub(super) ground: bool,
    /// How many tables lie around it.
    pub(super) tables: u8,
}

impl Scope {
    pub(super) fn in_table(self) -> Result<Self, OfficeError> {
        let tables = self.tables.saturating_add(1);
        if TABLES < tables {
            return Err(OfficeError::TooMuch("tables within tables"));
        }
        Ok(Self { tables, ..self })
    }
}

/// A paragraph that is being read.
#[derive(Default)]
pub(super) struct Building {
    pub(super) paragraph: Paragraph,
    pub(super) base: RunProps,
    pub(super) scope: Scope,
    pub(super) link: Option<std::rc::Rc<str>>,
    /// What stands in text boxes that are anchored in it.
    pub(super) boxes: Vec<Block>,
    /// Its mark is deleted: the next paragraph goes on with it.
    joins: bool,
    ready: bool,
}

/// Blocks that are being read.
#[derive(Default)]
pub(super) struct Blocks {
    done: Vec<Block>,
    /// The beginning of a paragraph whose end was deleted.
    waiting: Option<Paragraph>,
}

pub(super) struct Reader<'d, 'j, 'l> {
    pub(super) parts: Parts<'d>,
    pub(super) job: &'j mut Job<'l>,
    pub(super) fields: Fields,
    counters: Counters,
    /// The notes that were cited, in their order, and the number of each, from 1.
    cited: Vec<NoteId>,
    numbers: HashMap<NoteId, usize>,
}

impl<'d, 'j, 'l> Reader<'d, 'j, 'l> {
    pub(super) fn new(parts: Parts<'d>, job: &'j mut Job<'l>) -> Self {
        let (fields, counters) = (Fields::default(), Counters::default());
        Self { parts, job, fields, counters, cited: Vec::new(), numbers: HashMap::new() }
    }

    /// The blocks of a document, whose root has been opened.
    pub(super) fn document(&mut self, xml: &mut Xml<'_>) -> Result<Vec<Block>, OfficeError> {
        let mut scope = Scope::default();
        let mut blocks = Vec::new();
        while let Some(tag) = xml.child()? {
            match (tag.ns, tag.name()) {
                (Ns::Word, "background") => {
                    scope.ground =
                        tag.attr("color").is_some_and(|c| super::super::props::is_ground(&c));
                    xml.skip()?;
                }
                (Ns::Word, "body") => blocks = self.blocks(xml, scope)?,
                _ => xml.skip()?,
            }
        }
        Ok(blocks)
    }

    /// The notes that were cited, in their order.
    pub(super) fn cited(&self) -> Vec<Vec<Block>> {
        let notes = self.parts.notes;
        let of = |id| notes.and_then(|notes| notes.get(id)).cloned().unwrap_or_default();
        self.cited.iter().map(of).collect()
    }

    pub(super) fn blocks(
        &mut self,
        xml: &mut Xml<'_>,
        scope: Scope,
    ) -> Result<Vec<Block>, OfficeError> {
        let mut blocks = Blocks::default();
        self.add_blocks(xml, scope, &mut blocks)?;
        Ok(blocks.finish())
    }

    fn add_blocks(
        &mut self,
        xml: &mut Xml<'_>,
        scope: Scope,
        blocks: &mut Blocks,
    ) -> Result<(), OfficeError> {
        while let Some(tag) = xml.child()? {
            self.block(xml, &tag, scope, blocks)?;
        }
        Ok(())
    }

    /// One of the elements that stand below one another.
    pub(super) fn block(
        &mut self,
        xml: &mut Xml<'_>,
        tag: &Tag<'_>,
        scope: Scope,
        blocks: &mut Blocks,
    ) -> Result<(), OfficeError> {
        match (tag.ns, tag.name()) {
            (Ns::Word, "p") => self.paragraph(xml, scope, blocks),
            (Ns::Word, "tbl") => {
                let table = self.table(xml, scope)?;
                blocks.done.extend(blocks.waiting.take().map(Block::Paragraph));
                blocks.done.push(Block::Table(table));
                Ok(())
            }
            (Ns::Word, "sdt" | "sdtContent" | "customXml" | "smartTag") => {
                self.add_blocks(xml, scope, blocks)
            }
            (Ns::Word, "ins" | "moveTo") => {
                self.inserted(|reader| reader.add_blocks(xml, scope, blocks))
            }
            (Ns::Word, "del" | "moveFrom") => self.deleted(xml),
            (Ns::Word, "altChunk") => {
                self.job.report.add(What::Embedded, "");
                xml.skip()
            }
            (Ns::Compat, "AlternateContent") => {
                self.alternate(xml, |reader, xml| reader.add_blocks(xml, scope, blocks))
            }
            (Ns::Math, "oMath" | "oMathPara") => {
                let mut building = Building { scope, ..Building::default() };
                self.formula(xml, &mut building)?;
                blocks.push(building);
                Ok(())
            }
            _ => xml.skip(),
        }
    }

    fn paragraph(
        &mut self,
        xml: &mut Xml<'_>,
        scope: Scope,
        blocks: &mut Blocks,
    ) -> Result<(), OfficeError> {
        self.job.tally.paragraph()?;
        let mut building = Building { scope, ..Building::default() };
        self.inlines(xml, &mut building)?;
        self.fields.end_of_paragraph();
        blocks.push(building);
        Ok(())
    }

    /// What stands in a paragraph, or in an element of it that only groups.
    pub(super) fn inlines(
        &mut self,
        xml: &mut Xml<'_>,
        to: &mut Building,
    ) -> Result<(), OfficeError> {
        while let Some(tag) = xml.child()? {
            if (tag.ns, tag.name()) == (Ns::Word, "pPr") {
                let props = paragraph_props(xml)?;
                self.begin(&props, to);
                continue;
            }
            if !to.ready {
                self.begin(&ParagraphProps::default(), to);
            }
            self.inline(xml, &tag, to)?;
        }
        Ok(())
    }

    fn inline(
        &mut self,
        xml: &mut Xml<'_>,
        tag: &Tag<'_>,
        to: &mut Building,
    ) -> Result<(), OfficeError> {
        match (tag.ns, tag.name()) {
            (Ns::Word, "r") => self.run(xml, to),
            (Ns::Word, "hyperlink") => {
                let link = self.link(tag);
                self.linked(link, to, |reader, to| reader.inlines(xml, to))
            }
            (Ns::Word, "fldSimple") => {
                let link = self.fields.link(&tag.attr("instr").unwrap_or_default());
                self.linked(link, to, |reader, to| reader.inlines(xml, to))
            }
            (Ns::Word, "ins" | "moveTo") => self.inserted(|reader| reader.inlines(xml, to)),
            (Ns::Word, "del" | "moveFrom") => self.deleted(xml),
            (Ns::Word, "sdt" | "sdtContent" | "customXml" | "smartTag" | "dir" | "bdo") => {
                self.inlines(xml, to)
            }
            (Ns::Compat, "AlternateContent") => {
                self.alternate(xml, |reader, xml| reader.inlines(xml, to))
            }
            (Ns::Math, "oMath" | "oMathPara") => self.formula(xml, to),
            _ => xml.skip(),
        }
    }

    /// Makes ready for the text of a paragraph.
    fn begin(&mut self, props: &ParagraphProps, to: &mut Building) {
        let style = self.parts.styles.paragraph(props.style.as_deref());
        to.ready = true;
        to.base = style.run;
        to.scope.ground |= style.ground || props.ground;
        to.joins = props.mark.deleted;
        if props.mark.deleted {
            self.job.report.add(What::Deletion, "");
        }
        if props.mark.inserted {
            self.job.report.add(What::Insertion, "");
        }
        let label = self.label(props, &style);
        let role = match props.outline {
            Some(level) if level < 9 => Role::Heading(level.saturating_add(1)),
            Some(_) => Role::Plain,
            None => style.role,
        };
        to.paragraph.role = match (role, label) {
            (Role::Plain, Some(item)) => Role::Item(item),
            (role @ (Role::Heading(_) | Role::Title), Some(item)) => {
                let text = item.label.text();
                if !text.is_empty() {
                    to.paragraph.push(to.base.span(&format!("{text} ")));
                }
                role
            }
            (role, _) => role,
        };
    }

    /// The paragraph as an item of the list that it or its style names.
    fn label(&mut self, props: &ParagraphProps, style: &Resolved) -> Option<Item> {
        let own = props.number.list.as_deref();
        let list = own.or(style.number.list.as_deref()).filter(|list| *list != "0")?;
        let numbering = self.parts.numbering;
        let by_style = || {
            let id = props.style.as_deref().filter(|_| own.is_none())?;
            numbering.level_of(list, id)
        };
        let level = props.number.level.or_else(by_style).or(style.number.level).unwrap_or(0);
        let level = level.min(DEEPEST);
        let label = numbering.next(&mut self.counters, list, level)?;
        let level = if level == 0 { style.depth.min(DEEPEST) } else { level };
        Some(Item { level, list: list.into(), label })
    }

    fn link(&mut self, tag: &Tag<'_>) -> Option<std::rc::Rc<str>> {
        let rel = self.parts.rels.get(&tag.attr("id")?)?;
        let found = address(&rel.target).filter(|_| rel.outside);
        if found.is_none() {
            self.job.report.add(What::Link, &rel.target);
        }
        found
    }

    fn linked(
        &mut self,
        link: Option<std::rc::Rc<str>>,
        to: &mut Building,
        read: impl FnOnce(&mut Self, &mut Building) -> Result<(), OfficeError>,
    ) -> Result<(), OfficeError> {
        let before = to.link.clone();
        to.link = link.or(before.clone());
        let done = read(self, to);
        to.link = before;
        done
    }

    pub(super) fn inserted(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<(), OfficeError>,
    ) -> Result<(), OfficeError> {
        self.job.report.add(What::Insertion, "");
        self.job.inserting = self.job.inserting.saturating_add(1);
        let done = read(self);
        self.job.inserting = self.job.inserting.saturating_sub(1);
        done
    }

    pub(super) fn deleted(&mut self, xml: &mut Xml<'_>) -> Result<(), OfficeError> {
        let text = xml.gather(SAMPLE, |tag| matches!(tag.name(), "t" | "delText"))?;
        self.job.report.add(What::Deletion, &text);
        Ok(())
    }

    /// The first choice that is understood, or what is there for others.
    ///
    /// Source: ISO/IEC 29500-3, 9.3.
    pub(super) fn alternate(
        &mut self,
        xml: &mut Xml<'_>,
        mut read: impl FnMut(&mut Self, &mut Xml<'_>) -> Result<(), OfficeError>,
    ) -> Result<(), OfficeError> {
        let mut taken = false;
        while let Some(tag) = xml.child()? {
            let fits = match tag.name() {
                "Choice" => xml.understands(&tag.attr("Requires").unwrap_or_default()),
                name => name == "Fallback",
            };
            if fits && !taken {
                taken = true;
                read(self, xml)?;
            } else {
                xml.skip()?;
            }
        }
        Ok(())
    }

    /// The mark of a note; its number is that of its place among all.
    pub(super) fn cite(
        &mut self,
        kind: &'static str,
        id: String,
        to: &mut Building,
    ) -> Result<(), OfficeError> {
        let id = (kind, id);
        if self.parts.notes.and_then(|notes| notes.get(&id)).is_none() || !self.fields.is_shown() {
            return Ok(());
        }
        let next = self.cited.len().saturating_add(1);
        let number = *self.numbers.entry(id.clone()).or_insert(next);
        if number == next {
            self.cited.push(id);
        }
        let props = RunProps { place: Some(Place::Above), ..RunProps::default() };
        let text = number.to_string();
        self.job.taken(&text)?;
        to.paragraph.push(props.span(&text));
        Ok(())
    }

    /// Adds text that is seen.
    pub(super) fn push(
        &mut self,
        text: &str,
        props: RunProps,
        to: &mut Building,
    ) -> Result<(), OfficeError> {
        if !self.fields.is_shown() {
            return Ok(());
        }
        if props.is_unseen(to.scope.ground) && !text.trim().is_empty() {
            self.job.report.add(What::Hidden, &props.readable(text));
            return Ok(());
        }
        self.job.taken(text)?;
        let link = to.link.clone().or_else(|| self.fields.current());
        to.paragraph.push(Span { link, ..props.span(text) });
        Ok(())
    }

    pub(super) fn show(&mut self, shown: Shown, to: &mut Building) -> Result<(), OfficeError> {
        self.job.tally.picture()?;
        to.paragraph.pictures.push(shown);
        Ok(())
    }
}

impl Building {
    /// An empty paragraph at the same place.
    pub(super) fn beside(&self) -> Self {
        let link = self.link.clone();
        Self { base: self.base, scope: self.scope, link, ready: true, ..Self::default() }
    }
}

impl Blocks {
    pub(super) fn finish(mut self) -> Vec<Block> {
        self.done.extend(self.waiting.take().map(Block::Paragraph));
        self.done
    }

    fn push(&mut self, building: Building) {
        let mut paragraph = building.paragraph;
        if let Some(mut before) = self.waiting.take() {
            paragraph.spans.into_iter().for_each(|span| before.push(span));
            before.pictures.append(&mut paragraph.pictures);
            paragraph = before;
        }
        if building.joins {
            self.waiting = Some(paragraph);
            self.done.extend(building.boxes);
            return;
        }
        self.done.push(Block::Paragraph(paragraph));
        self.done.extend(building.boxes);
    }
}
