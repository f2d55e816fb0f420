//! Tables: rows and cells, those that are merged as one.
//!
//! Source: ISO/IEC 29500-1, 17.4.

use std::collections::BTreeMap;

use super::super::OfficeError;
use super::super::model::{Block, Cell, Row, SPAN, Table};
use super::super::report::What;
use super::super::xml::{Ns, Tag, Xml};
use super::body::{Blocks, Reader, SAMPLE, Scope};
use super::styles::is_shaded;

/// A cell as the document has it.
struct Raw {
    cell: Cell,
    /// The column of the grid that it begins in.
    column: u32,
    /// It goes on with the cell above it.
    goes_on: bool,
}

#[derive(Default)]
struct RowProps {
    header: bool,
    state: State,
    before: u32,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum State {
    #[default]
    There,
    Inserted,
    Deleted,
    Hidden,
}

struct CellProps {
    columns: u32,
    merge: Merge,
    ground: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Merge {
    None,
    /// It goes on with the cell above it.
    Up,
    /// It goes on with the cell before it, in the old way of writing that.
    Back,
    Deleted,
}

impl Default for CellProps {
    fn default() -> Self {
        Self { columns: 1, merge: Merge::None, ground: false }
    }
}

impl Reader<'_, '_, '_> {
    pub(super) fn table(&mut self, xml: &mut Xml<'_>, scope: Scope) -> Result<Table, OfficeError> {
        let mut rows = Vec::new();
        self.rows(xml, scope.in_table()?, &mut rows)?;
        Ok(self.merged(rows))
    }

    fn rows(
        &mut self,
        xml: &mut Xml<'_>,
        mut scope: Scope,
        rows: &mut Vec<(bool, Vec<Raw>)>,
    ) -> Result<(), OfficeError> {
        while let Some(tag) = xml.child()? {
            match (tag.ns, tag.name()) {
                (Ns::Word, "tblPr") => scope.ground |= self.table_ground(xml)?,
                (Ns::Word, "tr") => self.row(xml, scope, rows)?,
                (Ns::Word, "sdt" | "sdtContent" | "customXml") => self.rows(xml, scope, rows)?,
                (Ns::Word, "ins") => self.inserted(|reader| reader.rows(xml, scope, rows))?,
                (Ns::Word, "del") => self.deleted(xml)?,
                _ => xml.skip()?,
            }
        }
        Ok(())
    }

    fn table_ground(&self, xml: &mut Xml<'_>) -> Result<bool, OfficeError> {
        let mut ground = false;
        while let Some(tag) = xml.child()? {
            ground |= match (tag.ns, tag.name()) {
                (Ns::Word, "tblStyle") => {
                    tag.val().is_some_and(|id| self.parts.styles.has_ground(&id))
                }
                (Ns::Word, "shd") => is_shaded(&tag),
                _ => false,
            };
            xml.skip()?;
        }
        Ok(ground)
    }

    fn row(
        &mut self,
        xml: &mut Xml<'_>,
        scope: Scope,
        rows: &mut Vec<(bool, Vec<Raw>)>,
    ) -> Result<(), OfficeError> {
        let mut props = RowProps::default();
        let mut cells = Vec::new();
        while let Some(tag) = xml.child()? {
            if (tag.ns, tag.name()) == (Ns::Word, "trPr") {
                props = row_props(xml)?;
                if 0 < props.before {
                    self.job.tally.cell()?;
                    let cell = Cell { columns: props.before, ..Cell::default() };
                    cells.push(Raw { cell, column: 0, goes_on: false });
                }
                continue;
            }
            let what = match props.state {
                State::There | State::Inserted => {
                    let inserted = props.state == State::Inserted;
                    self.row_part(xml, &tag, (scope, inserted), &mut cells)?;
                    continue;
                }
                State::Deleted => What::Deletion,
                State::Hidden => What::Hidden,
            };
            let text = xml.gather(SAMPLE, |tag| matches!(tag.name(), "t" | "delText"))?;
            self.job.report.add(what, &text);
        }
        rows.push((props.header, cells));
        Ok(())
    }

    fn row_part(
        &mut self,
        xml: &mut Xml<'_>,
        tag: &Tag<'_>,
        (scope, inserted): (Scope, bool),
        cells: &mut Vec<Raw>,
    ) -> Result<(), OfficeError> {
        match (tag.ns, tag.name()) {
            (Ns::Word, "tc") if inserted => self.inserted(|reader| reader.cell(xml, scope, cells)),
            (Ns::Word, "tc") => self.cell(xml, scope, cells),
            (Ns::Word, "sdt" | "sdtContent" | "customXml") => {
                while let Some(tag) = xml.child()? {
                    self.row_part(xml, &tag, (scope, inserted), cells)?;
                }
                Ok(())
            }
            _ => xml.skip(),
        }
    }

    fn cell(
        &mut self,
        xml: &mut Xml<'_>,
        mut scope: Scope,
        cells: &mut Vec<Raw>,
    ) -> Result<(), OfficeError> {
        self.job.tally.cell()?;
        let mut props = CellProps::default();
        let mut blocks = Blocks::default();
        while let Some(tag) = xml.child()? {
            if (tag.ns, tag.name()) == (Ns::Word, "tcPr") {
                props = cell_props(xml)?;
                scope.ground |= props.ground;
            } else if props.merge == Merge::Deleted {
                self.deleted(xml)?;
            } else {
                self.block(xml, &tag, scope, &mut blocks)?;
            }
        }
        let blocks = blocks.finish();
        if props.merge == Merge::Deleted {
            return Ok(());
        }
        if props.merge == Merge::Back
            && let Some(last) = cells.last_mut()
        {
            last.cell.columns = last.cell.columns.saturating_add(props.columns).min(SPAN);
            last.cell.blocks.extend(blocks);
            return Ok(());
        }
        let column = cells.last().map_or(0, |raw| raw.column.saturating_add(raw.cell.columns));
        let cell = Cell { columns: props.columns, blocks, ..Cell::default() };
        cells.push(Raw { cell, column, goes_on: props.merge == Merge::Up });
        Ok(())
    }

    /// Cells that go on are counted to the one that they go on with; text that they hold is not
    /// seen in the document either.
    fn merged(&mut self, rows: Vec<(bool, Vec<Raw>)>) -> Table {
        let mut table = Table::default();
        // By column: the row and the place in it of the cell that may go on.
        let mut above: BTreeMap<u32, (usize, usize)> = BTreeMap::new();
        for (header, raws) in rows {
            let mut row = Row { header, cells: Vec::new() };
            let at = table.rows.len();
            let mut now = BTreeMap::new();
            for raw in raws {
                let upper = above.get(&raw.column).copied().filter(|_| raw.goes_on);
                let cell = upper.and_then(|(row, place)| {
                    let row: &mut Row = table.rows.get_mut(row)?;
                    row.cells.get_mut(place)
                });
                match (cell, upper) {
                    (Some(cell), Some(place)) => {
                        cell.rows = cell.rows.saturating_add(1).min(SPAN);
                        now.insert(raw.column, place);
                        self.covered(&raw.cell.blocks);
                    }
                    _ => {
                        now.insert(raw.column, (at, row.cells.len()));
                        row.cells.push(raw.cell);
                    }
                }
            }
            above = now;
            table.rows.push(row);
        }
        table
    }

    fn covered(&mut self, blocks: &[Block]) {
        for block in blocks {
            if let Block::Paragraph(paragraph) = block
                && !paragraph.is_blank()
            {
                self.job.report.add(What::Hidden, &paragraph.text());
            }
        }
    }
}

fn row_props(xml: &mut Xml<'_>) -> Result<RowProps, OfficeError> {
    let mut props = RowProps::default();
    while let Some(tag) = xml.child()? {
        match (tag.ns, tag.name()) {
            (Ns::Word, "tblHeader") => props.header = tag.is_on(),
            (Ns::Word, "del") => props.state = State::Deleted,
            (Ns::Word, "ins") => props.state = State::Inserted,
            (Ns::Word, "hidden") if tag.is_on() => props.state = State::Hidden,
            (Ns::Word, "gridBefore") => {
                props.before = tag.number::<u32>("val").unwrap_or(0).min(SPAN);
            }
            _ => {}
        }
        xml.skip()?;
    }
    Ok(props)
}

fn cell_props(xml: &mut Xml<'_>) -> Result<CellProps, OfficeError> {
    let mut props = CellProps::default();
    while let Some(tag) = xml.child()? {
        let goes_on = || tag.val().is_none_or(|val| val != "restart");
        match (tag.ns, tag.name()) {
            (Ns::Word, "gridSpan") => {
                props.columns = tag.number::<u32>("val").unwrap_or(1).clamp(1, SPAN);
            }
            (Ns::Word, "vMerge") if goes_on() => props.merge = Merge::Up,
            (Ns::Word, "hMerge") if goes_on() => props.merge = Merge::Back,
            (Ns::Word, "cellDel") => props.merge = Merge::Deleted,
            (Ns::Word, "shd") => props.ground = is_shaded(&tag),
            _ => {}
        }
        xml.skip()?;
    }
    Ok(props)
}
