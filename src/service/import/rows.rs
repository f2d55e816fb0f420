//! The rows of a source, read one after another: lines of JSON, lines of a table, or JSON files.

use std::{
    io::{self, BufRead, BufReader, Cursor, Read},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use serde_json::Value;

use super::{
    columns::{self, Columns, not_utf8},
    source::{Files, unreadable},
};
use crate::{domain::input::InputError, service::Error};

/// The mark that some programs put before UTF-8.
const MARK: &[u8] = b"\xEF\xBB\xBF";

/// Where a row stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The file, as named within the source.
    pub(super) source: Arc<str>,
    /// The line on which it begins, from 1; in a table the header is line 1.
    pub(super) row: u64,
}

/// A row as it was read.
pub(super) struct Row {
    pub(super) place: Place,
    raw: Raw,
}

enum Raw {
    Json(Vec<u8>),
    Table(Arc<Columns>, csv::ByteRecord),
    Bad(InputError),
}

impl Row {
    /// The document as written.
    ///
    /// # Errors
    /// What is wrong with its form: no UTF-8, no JSON, too long.
    pub(super) fn value(self) -> Result<Value, Vec<InputError>> {
        match self.raw {
            Raw::Json(bytes) => json(&bytes).map_err(|error| vec![error]),
            Raw::Table(columns, line) => columns.document(&line),
            Raw::Bad(error) => Err(vec![error]),
        }
    }
}

/// The rows of a source, of which one at a time is in memory.
pub(super) enum Rows {
    /// One JSON document a line.
    Lines(Lines),
    /// A table.
    Table(Table),
    /// One JSON document a file.
    Documents(Documents),
}

impl Rows {
    /// The next row; `None` at the end.
    ///
    /// # Errors
    /// [`Error::Invalid`] if nothing after this place can be read.
    pub(super) fn next(&mut self) -> Result<Option<Row>, Error> {
        match self {
            Self::Lines(lines) => lines.next(),
            Self::Table(table) => table.next(),
            Self::Documents(documents) => documents.next(),
        }
    }

    /// How many bytes were read.
    pub(super) fn done(&self) -> u64 {
        match self {
            Self::Lines(lines) => lines.done,
            Self::Table(table) => table.reader.position().byte(),
            Self::Documents(documents) => documents.done,
        }
    }
}

/// Bytes to read rows from.
pub(super) type Bytes = Box<dyn Read + Send>;

/// Lines of JSON (JSON Lines, NDJSON). Empty lines are passed over.
pub(super) struct Lines {
    reader: BufReader<Bytes>,
    name: Arc<str>,
    line: u64,
    done: u64,
    most: usize,
}

impl Lines {
    pub(super) fn new(bytes: Bytes, name: &str, most: usize) -> Self {
        let reader = BufReader::with_capacity(128 * 1024, bytes);
        Self { reader, name: name.into(), line: 0, done: 0, most }
    }

    fn next(&mut self) -> Result<Option<Row>, Error> {
        let mut line = Vec::new();
        loop {
            line.clear();
            let Some(whole) = self.line(&mut line).map_err(|e| unreadable(&self.name, &e))? else {
                return Ok(None);
            };
            self.line = self.line.saturating_add(1);
            let place = Place { source: Arc::clone(&self.name), row: self.line };
            if !whole {
                return Ok(Some(Row { place, raw: Raw::Bad(too_long(self.most)) }));
            }
            if self.line == 1 && line.starts_with(MARK) {
                line.drain(..MARK.len());
            }
            if !line.trim_ascii().is_empty() {
                return Ok(Some(Row { place, raw: Raw::Json(line) }));
            }
        }
    }

    /// Reads a line up to its end; `false` if it was longer than allowed, and then left out.
    fn line(&mut self, line: &mut Vec<u8>) -> io::Result<Option<bool>> {
        let (mut any, mut whole) = (false, true);
        loop {
            let chunk = self.reader.fill_buf()?;
            if chunk.is_empty() {
                return Ok(any.then_some(whole));
            }
            any = true;
            let end = chunk.iter().position(|byte| *byte == b'\n');
            let part = end.and_then(|end| chunk.get(..end)).unwrap_or(chunk);
            whole = whole && line.len().saturating_add(part.len()) <= self.most;
            if whole {
                line.extend_from_slice(part);
            }
            let used = part.len().saturating_add(usize::from(end.is_some()));
            self.reader.consume(used);
            self.done = self.done.saturating_add(u64::try_from(used).unwrap_or(0));
            if end.is_some() {
                return Ok(Some(whole));
            }
        }
    }
}

/// A table (RFC 4180, and with `;` or tabs).
pub(super) struct Table {
    reader: csv::Reader<Budget>,
    budget: Arc<AtomicU64>,
    columns: Arc<Columns>,
    name: Arc<str>,
    most: usize,
    /// Where lines end in CR LF, the parser stands before the LF, still on the line before.
    behind: u64,
}

impl Table {
    /// Opens a table and reads its header.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every column that is unknown or there twice; for a file in another
    /// encoding than UTF-8.
    pub(super) fn open(mut bytes: Bytes, name: &str, most: usize) -> Result<Self, Error> {
        let head = head(&mut bytes, most).map_err(|error| unreadable(name, &error))?;
        let head = head.strip_prefix(MARK).unwrap_or(&head).to_vec();
        let first = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let first = std::str::from_utf8(first).map_err(|_no| Error::Invalid(vec![encoding()]))?;
        let (delimiter, behind) = (columns::delimiter(first), u64::from(first.ends_with('\r')));
        let budget = Arc::new(AtomicU64::new(0));
        let inner: Bytes = Box::new(Cursor::new(head).chain(bytes));
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(Budget { inner, left: Arc::clone(&budget) });
        refill(&budget, most);
        let mut header = csv::ByteRecord::new();
        reader.read_byte_record(&mut header).map_err(|error| table_fault(name, 1, most, &error))?;
        let header = csv::StringRecord::from_byte_record(header)
            .map_err(|_no| Error::Invalid(vec![encoding()]))?;
        let columns = Columns::read(&header).map_err(Error::Invalid)?;
        let columns = Arc::new(columns);
        Ok(Self { reader, budget, columns, name: name.into(), most, behind })
    }

    fn next(&mut self) -> Result<Option<Row>, Error> {
        refill(&self.budget, self.most);
        let mut line = csv::ByteRecord::new();
        let at = self.reader.position().line().saturating_add(self.behind);
        let more = self.reader.read_byte_record(&mut line);
        let more = more.map_err(|error| table_fault(&self.name, at, self.most, &error))?;
        if !more {
            return Ok(None);
        }
        let place = Place { source: Arc::clone(&self.name), row: at };
        Ok(Some(Row { place, raw: Raw::Table(Arc::clone(&self.columns), line) }))
    }
}

/// JSON files, one document each.
pub(super) struct Documents {
    files: Files,
    names: std::vec::IntoIter<String>,
    done: u64,
    most: usize,
}

impl Documents {
    pub(super) fn new(files: Files, names: Vec<String>, most: usize) -> Self {
        Self { files, names: names.into_iter(), done: 0, most }
    }

    fn next(&mut self) -> Result<Option<Row>, Error> {
        let Some(name) = self.names.next() else { return Ok(None) };
        let most = u64::try_from(self.most).unwrap_or(u64::MAX);
        let read = self.files.with(&name, |reader| {
            let mut bytes = Vec::new();
            let limited = &mut reader.take(most.saturating_add(1));
            limited.read_to_end(&mut bytes).map_err(|error| unreadable(&name, &error))?;
            Ok(bytes)
        });
        let raw = match read {
            Ok(bytes) if self.most < bytes.len() => Raw::Bad(too_long(self.most)),
            Ok(bytes) => Raw::Json(bytes.strip_prefix(MARK).unwrap_or(&bytes).to_vec()),
            Err(Error::Invalid(mut errors)) if !errors.is_empty() => {
                Raw::Bad(errors.swap_remove(0))
            }
            Err(other) => return Err(other),
        };
        if let Raw::Json(bytes) = &raw {
            self.done = self.done.saturating_add(u64::try_from(bytes.len()).unwrap_or(0));
        }
        Ok(Some(Row { place: Place { source: name.into(), row: 1 }, raw }))
    }
}

/// Lets one row's bytes through and no more: a quote that is never closed would else draw the whole
/// file into memory.
struct Budget {
    inner: Bytes,
    left: Arc<AtomicU64>,
}

impl Read for Budget {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.left.load(Ordering::Relaxed);
        if left == 0 {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        let room = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        let read = self.inner.read(buffer.get_mut(..room).unwrap_or_default())?;
        let spent = u64::try_from(read).unwrap_or(left);
        self.left.store(left.saturating_sub(spent), Ordering::Relaxed);
        Ok(read)
    }
}

fn refill(budget: &AtomicU64, most: usize) {
    budget.store(u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1), Ordering::Relaxed);
}

/// The beginning of a table, with its first line whole where it is within bounds.
fn head(bytes: &mut Bytes, most: usize) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    let mut chunk = vec![0; 8 * 1024];
    while !head.contains(&b'\n') && head.len() < most {
        let read = bytes.read(&mut chunk)?;
        if read == 0 {
            break;
        }
        head.extend_from_slice(chunk.get(..read).unwrap_or_default());
    }
    Ok(head)
}

fn json(bytes: &[u8]) -> Result<Value, InputError> {
    if std::str::from_utf8(bytes).is_err() {
        return Err(not_utf8(""));
    }
    serde_json::from_slice(bytes).map_err(|error| {
        let text =
            (format!("Không phải JSON hợp lệ: {error}."), format!("No valid JSON: {error}."));
        InputError::new("", "json", (&text.0, &text.1))
    })
}

fn too_long(most: usize) -> InputError {
    let text = (format!("Dài quá {most} byte."), format!("This is longer than {most} bytes."));
    InputError::new("", "too-long", (&text.0, &text.1))
}

fn encoding() -> InputError {
    let text = (
        "Bảng phải là UTF-8 (trong Excel: lưu dạng “CSV UTF-8”).",
        "The table must be UTF-8 (in Excel: save as “CSV UTF-8”).",
    );
    InputError::new("", "utf-8", text)
}

fn table_fault(name: &str, line: u64, most: usize, error: &csv::Error) -> Error {
    let long = match error.kind() {
        csv::ErrorKind::Io(error) => error.kind() == io::ErrorKind::FileTooLarge,
        _ => false,
    };
    if !long {
        return unreadable(name, error);
    }
    let text = (
        format!(
            "{name}: dòng {line} dài quá {most} byte; có thể thiếu dấu ngoặc kép đóng. Phần sau chưa được đọc."
        ),
        format!(
            "{name}: line {line} is longer than {most} bytes; perhaps a quote is never closed. What follows was not read."
        ),
    );
    Error::field("/source", "too-long", (&text.0, &text.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &[u8]) -> Bytes {
        Box::new(Cursor::new(text.to_vec()))
    }

    fn all(mut rows: Rows) -> Vec<(u64, Result<Value, String>)> {
        let mut found = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            let at = row.place.row;
            found.push((at, row.value().map_err(|errors| errors[0].code.clone())));
        }
        found
    }

    #[test]
    fn lines_are_numbered_as_in_the_file_and_bad_ones_do_not_end_it() {
        let text = b"\xEF\xBB\xBF{\"a\":1}\r\n\n{\"a\":\xff}\n{\"a\":\nxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n{\"a\":2}";
        let lines = Lines::new(bytes(text), "r.jsonl", 20);
        let found = all(Rows::Lines(lines));
        let err = |code: &str| Err(code.to_owned());
        assert_eq!(
            found,
            [
                (1, Ok(serde_json::json!({"a": 1}))),
                (3, err("utf-8")),
                (4, err("json")),
                (5, err("too-long")),
                (6, Ok(serde_json::json!({"a": 2}))),
            ]
        );
    }

    #[test]
    fn a_table_is_read_with_any_delimiter_mark_or_line_end() {
        for text in [
            "kind,title.vi\narticle,\"a\nb\"\nphoto,c\n",
            "\u{FEFF}kind;title.vi\r\narticle;\"a\nb\"\r\nphoto;c",
            "kind\ttitle.vi\narticle\t\"a\nb\"\nphoto\tc\n",
        ] {
            let table = Table::open(bytes(text.as_bytes()), "r.csv", 1_000).unwrap();
            let found = all(Rows::Table(table));
            let rows: Vec<_> = found.iter().map(|(at, _row)| *at).collect();
            assert_eq!(rows, [2, 4], "{text:?}");
            assert_eq!(found[0].1.as_ref().unwrap()["title"]["vi"], "a\nb");
        }
    }

    #[test]
    fn a_quote_that_never_closes_is_told_and_not_swallowed() {
        let text = format!("kind,title.vi\narticle,ok\nphoto,\"{}", "x,y\n".repeat(10_000));
        let mut table = Table::open(bytes(text.as_bytes()), "r.csv", 500).unwrap();
        assert!(table.next().unwrap().is_some());
        let Err(Error::Invalid(errors)) = table.next() else { panic!("it was read") };
        assert_eq!(errors[0].code, "too-long");
        assert!(errors[0].message.en.contains("line 3"), "{:?}", errors[0].message);
    }

    #[test]
    fn other_encodings_and_unknown_columns_are_refused_before_the_first_line() {
        let utf16: Vec<u8> = "kind,title.vi\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let code = |text: &[u8]| match Table::open(bytes(text), "r.csv", 1_000) {
            Err(Error::Invalid(errors)) => errors[0].code.clone(),
            _ => panic!("it was taken"),
        };
        assert_eq!(code(&[b"\xff\xfe".as_slice(), &utf16].concat()), "utf-8");
        assert_eq!(code(b"kind,tittle.vi\n"), "unknown-column");
    }
}
