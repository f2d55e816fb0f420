//! The text of an ODT document: paragraphs, headings, lists, sections, tracked changes.
//!
//! Source: ODF 1.3 part 3, 5.

use std::collections::{HashMap, HashSet};

use super::super::model::{Block, Document, Item, Label, Paragraph, Role, Span};
use super::super::props::RunProps;
use super::super::report::What;
use super::super::xml::{Ns, Tag, Xml};
use super::super::{Job, OfficeError};
use super::SAMPLE;
use super::lists::{InList, Lists};
use super::styles::Styles;

/// Where text stands.
#[derive(Clone, Copy, Default)]
pub(super) struct Scope {
    /// On a ground that white text is seen on.
    pub(super) ground: bool,
    /// How many tables lie around it.
    pub(super) tables: u8,
}

/// A paragraph that is being read.
#[derive(Default)]
pub(super) struct Building {
    pub(super) paragraph: Paragraph,
    pub(super) props: RunProps,
    pub(super) scope: Scope,
    pub(super) link: Option<std::rc::Rc<str>>,
    /// What stands in frames that are anchored in it.
    pub(super) boxes: Vec<Block>,
}

pub(super) struct Reader<'s, 'j, 'l> {
    pub(super) styles: &'s Styles,
    pub(super) job: &'j mut Job<'l>,
    pub(super) notes: Vec<Vec<Block>>,
    lists: Lists,
    insertions: HashSet<String>,
    /// Changes that have begun and not ended, which are insertions.
    pub(super) open: HashMap<String, bool>,
}

impl<'s, 'j, 'l> Reader<'s, 'j, 'l> {
    pub(super) fn new(styles: &'s Styles, job: &'j mut Job<'l>) -> Self {
        let (notes, lists) = (Vec::new(), Lists::default());
        Self { styles, job, notes, lists, insertions: HashSet::new(), open: HashMap::new() }
    }

    pub(super) fn document(mut self, xml: &mut Xml<'_>) -> Result<Document, OfficeError> {
        let mut blocks = Vec::new();
        self.blocks(xml, Scope::default(), &mut blocks)?;
        Ok(Document { blocks, notes: self.notes })
    }

    pub(super) fn blocks(
        &mut self,
        xml: &mut Xml<'_>,
        scope: Scope,
        to: &mut Vec<Block>,
    ) -> Result<(), OfficeError> {
        while let Some(tag) = xml.child()? {
            self.block(xml, &tag, scope, to)?;
        }
        Ok(())
    }

    fn block(
        &mut self,
        xml: &mut Xml<'_>,
        tag: &Tag<'_>,
        scope: Scope,
        to: &mut Vec<Block>,
    ) -> Result<(), OfficeError> {
        match (tag.ns, tag.name()) {
            (Ns::Text, "p" | "h") => self.paragraph(xml, tag, scope, to),
            (Ns::Text, "list") => self.list(xml, tag, scope, to),
            (Ns::Text, "numbered-paragraph") => self.blocks(xml, scope, to),
            (Ns::Text, "section") => self.section(xml, tag, scope, to),
            (Ns::Text, "tracked-changes") => self.changes(xml),
            (Ns::Text, "change-start" | "change-end") => {
                self.change(tag);
                xml.skip()
            }
            (Ns::Text, name) if is_index(name) => self.blocks(xml, scope, to),
            (Ns::Table, "table") => {
                let table = self.table(xml, tag, scope)?;
                to.push(Block::Table(table));
                Ok(())
            }
            (Ns::Draw, _) => {
                // A frame at the page: as if a paragraph held it.
                let mut building = Building { scope, ..Building::default() };
                self.inline(xml, tag, &mut building)?;
                building.finish(to);
                Ok(())
            }
            (Ns::Office, "annotation") => self.comment(xml),
            _ => xml.skip(),
        }
    }

    fn paragraph(
        &mut self,
        xml: &mut Xml<'_>,
        tag: &Tag<'_>,
        scope: Scope,
        to: &mut Vec<Block>,
    ) -> Result<(), OfficeError> {
        self.job.tally.paragraph()?;
        let style = self.styles.paragraph(&tag.attr("style-name").unwrap_or_default());
        let mut building = Building { scope, props: style.run, ..Building::default() };
        building.scope.ground |= style.ground;
        let role = if tag.name() == "h" {
            let level = tag.number::<u8>("outline-level").unwrap_or(1).clamp(1, 10);
            self.number_heading(tag, level, &mut building);
            Role::Heading(level)
        } else {
            self.item(style.role, style.list.as_deref())
        };
        building.paragraph.role = role;
        self.inlines(xml, &mut building)?;
        building.finish(to);
        Ok(())
    }

    /// A heading has its number from the outline, or from the list that it stands in.
    fn number_heading(&mut self, tag: &Tag<'_>, level: u8, to: &mut Building) {
        if tag.attr("is-list-header").is_some_and(|on| on == "true") {
            return;
        }
        let at = level.saturating_sub(1);
        let styles = self.styles;
        let label = match self.lists.paragraph() {
            InList::Begins(at) => {
                let list = self.lists.style().and_then(|name| styles.list(name));
                list.and_then(|list| self.lists.label(list, at))
            }
            InList::Continues(_) => None,
            InList::No => {
                let start = tag.number("start-value");
                self.lists.heading(&styles.outline, at, start)
            }
        };
        let text = label.as_ref().map_or("", Label::text);
        if !text.is_empty() {
            to.paragraph.push(to.props.span(&format!("{text} ")));
        }
    }

    /// What a paragraph is, by its style and the lists around it.
    fn item(&mut self, role: Role, list: Option<&str>) -> Role {
        self.lists.adopt(list);
        let styles = self.styles;
        match (role, self.lists.paragraph()) {
            (Role::Plain, InList::Begins(level)) => {
                let style = self.lists.style().and_then(|name| styles.list(name));
                let label = match style {
                    Some(style) => self.lists.label(style, level),
                    None => Some(Label::Bullet),
                };
                let list = self.lists.style().unwrap_or_default().into();
                label
                    .map_or(Role::Continued(level), |label| Role::Item(Item { level, list, label }))
            }
            (Role::Plain, InList::Continues(level)) => Role::Continued(level),
            (role, _) => role,
        }
    }

    fn list(
        &mut self,
        xml: &mut Xml<'_>,
        tag: &Tag<'_>,
        scope: Scope,
        to: &mut Vec<Block>,
    ) -> Result<(), OfficeError> {
        let goes_on = tag.attr("continue-list").is_some()
            || tag.attr("continue-numbering").is_some_and(|on| on == "true");
        self.lists.open(tag.attr("style-name"), goes_on);
        while let Some(tag) = xml.child()? {
            match (tag.ns, tag.name()) {
                (Ns::Text, name @ ("list-item" | "list-header")) => {
                    self.lists.item(tag.number("start-value"), name == "list-header");
                    self.blocks(xml, scope, to)?;
                }
                _ => xml.skip()?,
            }
        }
        self.lists.close();
        Ok(())
    }

    fn section(
        &mut self,
        xml: &mut Xml<'_>,
        tag: &Tag<'_>,
        scope: Scope,
        to: &mut Vec<Block>,
    ) -> Result<(), OfficeError> {
        let shown = match tag.attr("display").as_deref() {
            Some("none") => false,
            Some("condition") => tag.attr("is-hidden").is_none_or(|hidden| hidden != "true"),
            _ => true,
        };
        if shown { self.blocks(xml, scope, to) } else { self.hidden(xml) }
    }

    pub(super) fn hidden(&mut self, xml: &mut Xml<'_>) -> Result<(), OfficeError> {
        let text = xml.gather(SAMPLE, |_| true)?;
        self.job.report.add(What::Hidden, &text);
        Ok(())
    }

    /// A comment, without the name and the date of its author.
    pub(super) fn comment(&mut self, xml: &mut Xml<'_>) -> Result<(), OfficeError> {
        let text = xml.gather(SAMPLE, |tag| tag.ns == Ns::Text)?;
        self.job.report.add(What::Comment, &text);
        Ok(())
    }

    /// Deleted text stands here, away from its place; inserted text stands in its place.
    fn changes(&mut self, xml: &mut Xml<'_>) -> Result<(), OfficeError> {
        while let Some(region) = xml.child()? {
            let id = region.attr("id").unwrap_or_default();
            while let Some(tag) = xml.child()? {
                match (tag.ns, tag.name()) {
                    (Ns::Text, "deletion") => {
                        let text = xml.gather(SAMPLE, |tag| tag.ns == Ns::Text)?;
                        self.job.report.add(What::Deletion, &text);
                    }
                    (Ns::Text, "insertion") => {
                        self.job.report.add(What::Insertion, "");
                        self.insertions.insert(id.clone());
                        xml.skip()?;
                    }
                    _ => xml.skip()?,
                }
            }
        }
        Ok(())
    }

    pub(super) fn change(&mut self, tag: &Tag<'_>) {
        let id = tag.attr("change-id").unwrap_or_default();
        if !self.insertions.contains(&id) {
            return;
        }
        if tag.name() == "change-start" {
            if self.open.insert(id, true).is_none() {
                self.job.inserting = self.job.inserting.saturating_add(1);
            }
        } else if self.open.remove(&id).is_some() {
            self.job.inserting = self.job.inserting.saturating_sub(1);
        }
    }

    /// Adds text that is seen.
    pub(super) fn push(&mut self, text: &str, to: &mut Building) -> Result<(), OfficeError> {
        if to.props.is_unseen(to.scope.ground) && !text.trim().is_empty() {
            self.job.report.add(What::Hidden, &to.props.readable(text));
            return Ok(());
        }
        self.job.taken(text)?;
        to.paragraph.push(Span { link: to.link.clone(), ..to.props.span(text) });
        Ok(())
    }
}

/// Indexes and tables of contents, with their titles and entries.
fn is_index(name: &str) -> bool {
    matches!(
        name,
        "table-of-content"
            | "illustration-index"
            | "table-index"
            | "object-index"
            | "user-index"
            | "alphabetical-index"
            | "bibliography"
            | "index-body"
            | "index-title"
    )
}

impl Building {
    pub(super) fn finish(self, to: &mut Vec<Block>) {
        to.push(Block::Paragraph(self.paragraph));
        to.extend(self.boxes);
    }
}
