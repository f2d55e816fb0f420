//! Tables of an ODT document.
//!
//! Source: ODF 1.3 part 3, 9. Rows and cells that are said to be repeated are taken once: only
//! spreadsheets repeat them, and a number must not make a document large.

use super::super::OfficeError;
use super::super::limits::TABLES;
use super::super::model::{Cell, Row, SPAN, Table};
use super::super::xml::{Ns, Tag, Xml};
use super::body::{Reader, Scope};

impl Reader<'_, '_, '_> {
    pub(super) fn table(
        &mut self,
        xml: &mut Xml<'_>,
        tag: &Tag<'_>,
        scope: Scope,
    ) -> Result<Table, OfficeError> {
        let tables = scope.tables.saturating_add(1);
        if TABLES < tables {
            return Err(OfficeError::TooMuch("tables within tables"));
        }
        let ground = scope.ground || self.has_ground("table", tag);
        let mut table = Table::default();
        self.rows(xml, Scope { ground, tables }, false, &mut table)?;
        Ok(table)
    }

    fn has_ground(&self, family: &str, tag: &Tag<'_>) -> bool {
        tag.attr("style-name").is_some_and(|name| self.styles.has_ground(family, &name))
    }

    fn rows(
        &mut self,
        xml: &mut Xml<'_>,
        scope: Scope,
        header: bool,
        table: &mut Table,
    ) -> Result<(), OfficeError> {
        while let Some(tag) = xml.child()? {
            match (tag.ns, tag.name()) {
                (Ns::Table, "table-header-rows") => self.rows(xml, scope, true, table)?,
                (Ns::Table, "table-rows" | "table-row-group") => {
                    self.rows(xml, scope, header, table)?;
                }
                (Ns::Table, "table-row") if is_hidden(&tag) => self.hidden(xml)?,
                (Ns::Table, "table-row") => {
                    let ground = scope.ground || self.has_ground("table-row", &tag);
                    let mut row = Row { header, cells: Vec::new() };
                    self.cells(xml, Scope { ground, ..scope }, &mut row)?;
                    table.rows.push(row);
                }
                _ => xml.skip()?,
            }
        }
        Ok(())
    }

    fn cells(&mut self, xml: &mut Xml<'_>, scope: Scope, row: &mut Row) -> Result<(), OfficeError> {
        while let Some(tag) = xml.child()? {
            match (tag.ns, tag.name()) {
                (Ns::Table, "table-cell") => {
                    self.job.tally.cell()?;
                    let span = |name| tag.number::<u32>(name).unwrap_or(1).clamp(1, SPAN);
                    let mut cell = Cell {
                        columns: span("number-columns-spanned"),
                        rows: span("number-rows-spanned"),
                        ..Cell::default()
                    };
                    let ground = scope.ground || self.has_ground("table-cell", &tag);
                    self.blocks(xml, Scope { ground, ..scope }, &mut cell.blocks)?;
                    row.cells.push(cell);
                }
                (Ns::Table, "covered-table-cell") => {
                    let text = xml.gather(super::SAMPLE, |_| true)?;
                    if !text.trim().is_empty() {
                        self.job.report.add(super::super::report::What::Hidden, &text);
                    }
                }
                _ => xml.skip()?,
            }
        }
        Ok(())
    }
}

fn is_hidden(tag: &Tag<'_>) -> bool {
    tag.attr("visibility").is_some_and(|seen| seen == "collapse" || seen == "filter")
}
