//! The text of an HTML file: its elements as paragraphs, lists and tables.

use std::rc::Rc;

use super::super::lists::DEEPEST;
use super::super::model::{Block, Document, Item, Look, Paragraph, Role, Shown, Span};
use super::super::props::RunProps;
use super::super::report::What;
use super::super::{Job, OfficeError};
use super::dom::{Data, Dom, Element, Id};
use super::style::Sheet;

/// How much of a text that is left out is looked at.
pub(super) const SAMPLE: usize = 400;

/// Where text stands.
#[derive(Clone, Default)]
pub(super) struct Scope {
    pub(super) run: RunProps,
    /// On a ground that white text is seen on.
    pub(super) ground: bool,
    pub(super) link: Option<Rc<str>>,
    /// What paragraphs are here.
    pub(super) role: Role,
    /// How many lists lie around it.
    pub(super) lists: u8,
    pub(super) tables: u8,
    /// White space is shown as it is.
    pub(super) pre: bool,
    pub(super) depth: usize,
}

/// Blocks that are being read.
#[derive(Default)]
pub(super) struct Flow {
    pub(super) done: Vec<Block>,
    /// The paragraph that text goes to; begun when there is some.
    open: Option<Paragraph>,
    /// The item that the next paragraph begins.
    pub(super) item: Option<Item>,
}

pub(super) struct Reader<'d, 'j, 'l> {
    pub(super) dom: &'d Dom,
    pub(super) sheet: &'d Sheet,
    pub(super) job: &'j mut Job<'l>,
    /// Bytes that pictures may have yet.
    pub(super) left: u64,
}

impl<'d, 'j, 'l> Reader<'d, 'j, 'l> {
    pub(super) fn new(dom: &'d Dom, sheet: &'d Sheet, job: &'j mut Job<'l>) -> Self {
        let left = job.tally.limits().picture_bytes;
        Self { dom, sheet, job, left }
    }

    pub(super) fn document(mut self) -> Result<Document, OfficeError> {
        let mut flow = Flow::default();
        self.walk(0, &Scope::default(), &mut flow)?;
        Ok(Document { blocks: self.finished(flow)?, notes: Vec::new() })
    }

    /// Reads the children of a node.
    pub(super) fn walk(
        &mut self,
        id: Id,
        scope: &Scope,
        flow: &mut Flow,
    ) -> Result<(), OfficeError> {
        let depth = scope.depth.saturating_add(1);
        // The parser moves elements about; what it made of them may lie deeper than it was told.
        if self.job.tally.limits().depth.saturating_mul(2) < depth {
            return Err(OfficeError::TooMuch("elements within elements"));
        }
        let scope = Scope { depth, ..scope.clone() };
        for child in self.dom.children(id) {
            match self.dom.data(child) {
                Data::Element(element) => self.element(child, element, &scope, flow)?,
                Data::Text(text) => self.text(text, &scope, flow)?,
                Data::Comment(text) => self.comment(text),
                Data::Other => {}
            }
        }
        Ok(())
    }

    /// Notes what a comment holds; those that Word and Outlook write for one another are none.
    fn comment(&mut self, text: &str) {
        let start = text.trim_start();
        let machine = ["[if", "[endif", "StartFragment", "EndFragment", "[CDATA"];
        if !machine.iter().any(|word| start.starts_with(word)) && !start.is_empty() {
            let text: String = text.chars().take(SAMPLE).collect();
            self.job.report.add(What::Comment, &text);
        }
        for name in ["Author", "LastAuthor", "Company", "Manager"] {
            let after = text.split_once(&format!("<o:{name}>")).map(|(_, after)| after);
            if let Some(name) = after.and_then(|after| after.split('<').next()) {
                self.job.report.add(What::Author, name);
            }
        }
    }

    pub(super) fn text(
        &mut self,
        text: &str,
        scope: &Scope,
        flow: &mut Flow,
    ) -> Result<(), OfficeError> {
        let blank = text.trim_matches([' ', '\t', '\r', '\n', '\u{C}']).is_empty();
        if blank && (flow.open.is_none() || text.is_empty()) {
            return Ok(());
        }
        if scope.run.is_unseen(scope.ground) && !text.trim().is_empty() {
            let sample: String = text.chars().take(SAMPLE).collect();
            self.job.report.add(What::Hidden, &scope.run.readable(&sample));
            return Ok(());
        }
        self.job.taken(text)?;
        let mut span = scope.run.span(text);
        if scope.pre {
            span.text = text.replace("\r\n", "\n").replace('\r', "\n");
        }
        span.text = span.text.replace('\u{C}', " ");
        span.link.clone_from(&scope.link);
        flow.paragraph(scope).push(span);
        Ok(())
    }

    pub(super) fn line_break(&mut self, scope: &Scope, flow: &mut Flow) -> Result<(), OfficeError> {
        self.job.taken("\n")?;
        let text = "\n".to_owned();
        let span = Span { text, look: Look::default(), link: None, font: None };
        flow.paragraph(scope).push(span);
        Ok(())
    }

    pub(super) fn show(
        &mut self,
        shown: Shown,
        scope: &Scope,
        flow: &mut Flow,
    ) -> Result<(), OfficeError> {
        self.job.tally.picture()?;
        flow.paragraph(scope).pictures.push(shown);
        Ok(())
    }

    /// Ends the paragraph that is open.
    pub(super) fn flush(&mut self, flow: &mut Flow) -> Result<(), OfficeError> {
        if let Some(paragraph) = flow.open.take() {
            self.job.tally.paragraph()?;
            flow.done.push(Block::Paragraph(paragraph));
        }
        Ok(())
    }

    pub(super) fn finished(&mut self, mut flow: Flow) -> Result<Vec<Block>, OfficeError> {
        self.flush(&mut flow)?;
        Ok(flow.done)
    }

    /// The children of an element as blocks of their own.
    pub(super) fn block(
        &mut self,
        id: Id,
        scope: &Scope,
        flow: &mut Flow,
    ) -> Result<(), OfficeError> {
        self.flush(flow)?;
        self.walk(id, scope, flow)?;
        self.flush(flow)
    }

    /// An element that is left out as a whole.
    pub(super) fn leave(&mut self, id: Id, what: What) {
        let text = self.dom.text(id, SAMPLE);
        self.job.report.add(what, &text);
    }

    /// The scope within an element; none if readers do not see it.
    pub(super) fn inner(&mut self, element: &Element, scope: &Scope) -> Option<Scope> {
        let style = self.sheet.style(element);
        let mut run = style.run;
        if element.attr("hidden").is_some_and(|hidden| !hidden.eq_ignore_ascii_case("until-found"))
        {
            run.hidden = Some(true);
        }
        if run.hidden == Some(true) {
            return None;
        }
        let ground = scope.ground
            || run.shaded == Some(true)
            || element.attr("bgcolor").is_some_and(super::super::props::is_ground)
            || element.attr("background").is_some();
        run.shaded = None;
        Some(Scope { run: run.over(scope.run), ground, ..scope.clone() })
    }
}

impl Flow {
    /// The paragraph that is open, begun if there is none.
    fn paragraph(&mut self, scope: &Scope) -> &mut Paragraph {
        let item = &mut self.item;
        self.open.get_or_insert_with(|| {
            let role = match (&scope.role, item.take()) {
                (Role::Plain | Role::Quote, Some(item)) => Role::Item(item),
                (Role::Plain | Role::Quote, None) if 0 < scope.lists => {
                    Role::Continued(scope.lists.saturating_sub(1).min(DEEPEST))
                }
                (role, _) => role.clone(),
            };
            Paragraph { role, ..Paragraph::default() }
        })
    }
}
