//! Tables of an HTML file.

use super::super::OfficeError;
use super::super::limits::TABLES;
use super::super::model::{Block, Cell, Row, SPAN, Span, Table};
use super::super::report::What;
use super::body::{Flow, Reader, Scope};
use super::dom::{Data, Element, Id};

impl Reader<'_, '_, '_> {
    pub(super) fn table(
        &mut self,
        id: Id,
        scope: &Scope,
        flow: &mut Flow,
    ) -> Result<(), OfficeError> {
        self.flush(flow)?;
        let tables = scope.tables.saturating_add(1);
        if TABLES < tables {
            return Err(OfficeError::TooMuch("tables within tables"));
        }
        let scope = Scope { tables, lists: 0, ..scope.clone() };
        let mut table = Table::default();
        self.rows(id, &scope, false, &mut table)?;
        flow.done.push(Block::Table(table));
        Ok(())
    }

    fn rows(
        &mut self,
        id: Id,
        scope: &Scope,
        header: bool,
        table: &mut Table,
    ) -> Result<(), OfficeError> {
        for child in self.dom.children(id) {
            let Data::Element(element) = self.dom.data(child) else { continue };
            let Some(inner) = self.inner(element, scope) else {
                self.leave(child, What::Hidden);
                continue;
            };
            match element.name() {
                "thead" => self.rows(child, &inner, true, table)?,
                "tbody" | "tfoot" => self.rows(child, &inner, header, table)?,
                "caption" => table.caption = self.caption(child, &inner)?,
                "tr" => {
                    let mut row = Row { header, cells: Vec::new() };
                    self.cells(child, &inner, &mut row)?;
                    table.rows.push(row);
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn cells(&mut self, id: Id, scope: &Scope, row: &mut Row) -> Result<(), OfficeError> {
        for child in self.dom.children(id) {
            let Data::Element(element) = self.dom.data(child) else { continue };
            if !matches!(element.name(), "td" | "th") {
                continue;
            }
            let Some(inner) = self.inner(element, scope) else {
                self.leave(child, What::Hidden);
                continue;
            };
            self.job.tally.cell()?;
            let mut flow = Flow::default();
            self.walk(child, &inner, &mut flow)?;
            row.cells.push(Cell {
                columns: span(element, "colspan"),
                rows: span(element, "rowspan"),
                header: element.name() == "th",
                blocks: self.finished(flow)?,
            });
        }
        Ok(())
    }

    fn caption(&mut self, id: Id, scope: &Scope) -> Result<Vec<Span>, OfficeError> {
        let mut flow = Flow::default();
        self.walk(id, scope, &mut flow)?;
        let mut spans = Vec::new();
        for block in self.finished(flow)? {
            if let Block::Paragraph(paragraph) = block {
                spans.extend(paragraph.spans);
            }
        }
        Ok(spans)
    }
}

fn span(element: &Element, name: &str) -> u32 {
    let said = element.attr(name).and_then(|text| text.trim().parse::<u32>().ok());
    said.unwrap_or(1).clamp(1, SPAN)
}
