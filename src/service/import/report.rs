//! The report: one line for each thing that is wrong with a row, as JSON Lines or as a table.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::Path,
};

use serde::Serialize;

use super::rows::Place;
use crate::{
    domain::{input::InputError, message::Message},
    service::Error,
};

/// A refused row.
pub(super) struct Refused {
    pub(super) place: Place,
    /// The agency's number, where it could be read.
    pub(super) source_id: Option<String>,
    pub(super) errors: Vec<InputError>,
}

/// Where refused rows are told.
pub(super) enum Report {
    /// Nowhere.
    None,
    Lines(BufWriter<File>),
    Table(Box<csv::Writer<File>>),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    source: &'a str,
    row: u64,
    source_id: Option<&'a str>,
    pointer: &'a str,
    code: &'a str,
    message: &'a Message,
}

impl Report {
    /// Begins a report; a name that ends in `.csv` gives a table. What was there is replaced.
    ///
    /// # Errors
    /// [`Error::Conflict`] `report` if it cannot be written there.
    pub(super) fn create(path: Option<&Path>) -> Result<Self, Error> {
        let Some(path) = path else { return Ok(Self::None) };
        let mut file = File::create(path).map_err(|error| failed(&error))?;
        if path.extension().is_none_or(|end| !end.eq_ignore_ascii_case("csv")) {
            return Ok(Self::Lines(BufWriter::new(file)));
        }
        // Excel takes a table for UTF-8 only with the mark.
        file.write_all(b"\xEF\xBB\xBF").map_err(|error| failed(&error))?;
        let mut table = csv::Writer::from_writer(file);
        let header = ["source", "row", "sourceId", "pointer", "code", "vi", "en"];
        table.write_record(header).map_err(|error| failed(&error))?;
        Ok(Self::Table(Box::new(table)))
    }

    /// Tells all that is wrong with a row.
    pub(super) fn tell(&mut self, refused: &Refused) -> Result<(), Error> {
        let Refused { place, source_id, errors } = refused;
        for error in errors {
            let line = Line {
                source: &place.source,
                row: place.row,
                source_id: source_id.as_deref(),
                pointer: &error.pointer,
                code: &error.code,
                message: &error.message,
            };
            self.line(&line)?;
        }
        Ok(())
    }

    fn line(&mut self, line: &Line<'_>) -> Result<(), Error> {
        match self {
            Self::None => Ok(()),
            Self::Lines(file) => {
                serde_json::to_writer(&mut *file, line).map_err(|error| failed(&error))?;
                file.write_all(b"\n").map_err(|error| failed(&error))
            }
            Self::Table(table) => {
                let row = line.row.to_string();
                let cells = [
                    line.source,
                    &row,
                    line.source_id.unwrap_or(""),
                    line.pointer,
                    line.code,
                    &line.message.vi,
                    &line.message.en,
                ];
                table.write_record(cells.map(inert)).map_err(|error| failed(&error))
            }
        }
    }

    /// Hands all to the disk's care.
    pub(super) fn flush(&mut self) -> Result<(), Error> {
        match self {
            Self::None => Ok(()),
            Self::Lines(file) => file.flush().map_err(|error| failed(&error)),
            Self::Table(table) => table.flush().map_err(|error| failed(&error)),
        }
    }
}

/// A cell that no spreadsheet takes for a formula.
fn inert(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

fn failed(error: &dyn std::fmt::Display) -> Error {
    let text = (
        format!("Không ghi được báo cáo: {error}."),
        format!("The report cannot be written: {error}."),
    );
    Error::conflict("report", (&text.0, &text.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(name: &str) -> String {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(name);
        let mut report = Report::create(Some(&path)).unwrap();
        let place = Place { source: "records.csv".into(), row: 7 };
        let errors = vec![InputError::new("/kind", "enum", ("Sai, sai", "Wrong"))];
        report.tell(&Refused { place, source_id: Some("=1+1".to_owned()), errors }).unwrap();
        report.flush().unwrap();
        std::fs::read_to_string(path).unwrap()
    }

    #[test]
    fn the_name_says_the_form() {
        assert_eq!(
            written("r.jsonl"),
            "{\"source\":\"records.csv\",\"row\":7,\"sourceId\":\"=1+1\",\"pointer\":\"/kind\",\"code\":\"enum\",\"message\":{\"vi\":\"Sai, sai\",\"en\":\"Wrong\"}}\n"
        );
        assert_eq!(
            written("r.CSV"),
            "\u{FEFF}source,row,sourceId,pointer,code,vi,en\nrecords.csv,7,'=1+1,/kind,enum,\"Sai, sai\",Wrong\n"
        );
    }
}
