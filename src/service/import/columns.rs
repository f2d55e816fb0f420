//! The columns of a table of records, and how a line of it becomes a document.

use serde_json::{Map, Value, json};

use crate::{
    domain::{input::InputError, lang::Lang},
    text,
};

/// Every column that a table may have: its name, then what it holds, in Vietnamese and English.
///
/// `LANG` stands for any language tag (BCP 47). An empty cell says nothing. Cells with several
/// entries divide them with `;`. Cells are text, whatever they begin with: nothing is computed.
pub const COLUMNS: &[(&str, &str, &str)] = &[
    (
        "sourceId",
        "Số hiệu của đơn vị, không trùng trong đơn vị; nhập lại theo số này",
        "The agency's own number, unique within the agency; a later import goes by it",
    ),
    ("kind", "Loại tư liệu, bắt buộc: article, photo …", "Kind, required: article, photo …"),
    ("infoClass", "Loại thông tin: official, image-promotion …", "Class of information"),
    ("originalLang", "Ngôn ngữ gốc, mặc định vi", "Language it was written in; vi if empty"),
    ("title.LANG", "Nhan đề: title.vi, title.en …", "Title: title.vi, title.en …"),
    ("summary.LANG", "Tóm tắt: summary.vi, summary.en …", "Summary: summary.vi, summary.en …"),
    ("body.LANG", "Nội dung, HTML: body.vi, body.en …", "Text, HTML: body.vi, body.en …"),
    (
        "keywords.LANG",
        "Từ khóa, phân cách bằng dấu ;: keywords.vi …",
        "Keywords, divided by ;: keywords.vi …",
    ),
    (
        "translations.LANG",
        "Cách dịch: human, machine, machine-post-edited",
        "How it was translated: human, machine, machine-post-edited",
    ),
    ("topics", "Mã lĩnh vực, phân cách bằng dấu ;", "Codes of topics, divided by ;"),
    ("channels", "Mã kênh quảng bá, phân cách bằng dấu ;", "Codes of channels, divided by ;"),
    ("places", "Mã địa danh, phân cách bằng dấu ;", "Codes of places, divided by ;"),
    ("creators.author", "Tác giả, phân cách bằng dấu ;", "Authors, divided by ;"),
    ("creators.photographer", "Người chụp ảnh, phân cách bằng dấu ;", "Photographers"),
    ("creators.translator", "Người dịch, phân cách bằng dấu ;", "Translators"),
    ("creators.editor", "Người biên tập, phân cách bằng dấu ;", "Editors"),
    ("created", "Ngày sáng tác: 2026, 2026-10, 2026-10-02", "Made on: 2026, 2026-10, 2026-10-02"),
    ("embargoedUntil", "Chưa công bố trước thời điểm (RFC 3339)", "Embargo's end (RFC 3339)"),
    ("rights.statement", "URI tình trạng quyền (rightsstatements.org)", "Rights statement, a URI"),
    ("rights.license", "URI giấy phép", "Licence, a URI"),
    ("rights.holder.LANG", "Chủ sở hữu quyền: rights.holder.vi …", "Rights holder"),
    ("rights.credit.LANG", "Dòng ghi nguồn: rights.credit.vi …", "Credit line"),
    ("rights.use", "Phạm vi sử dụng: editorial, commercial, internal", "Allowed use"),
    ("rights.expires", "Hết hạn sử dụng (RFC 3339)", "Rights end (RFC 3339)"),
    ("clearance.stateSecret", "Có bí mật nhà nước: true, false", "State secret: true, false"),
    (
        "clearance.personalData",
        "Dữ liệu cá nhân: none, public-figure, consented",
        "Personal data: none, public-figure, consented",
    ),
    (
        "files",
        "Đường dẫn tệp trong thư mục hoặc .zip, phân cách bằng dấu ;",
        "Files, as paths within the folder or .zip, divided by ;",
    ),
    ("caption.LANG", "Chú thích của các tệp trong dòng", "Caption of the line's files"),
    ("alt.LANG", "Văn bản thay thế của các tệp trong dòng", "Alternative text of the line's files"),
    ("credit", "Tác giả của các tệp trong dòng", "Who made the line's files"),
    ("consent", "Sự đồng ý: none-needed, on-file, missing", "Consent of those in the picture"),
];

/// The delimiters that are told apart by the header.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// What a cell becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Text,
    Flag,
    List,
    Places,
    Method,
    Creators,
    Files,
    /// Describes the line's files.
    Meta,
}

#[derive(Clone, Debug)]
struct Column {
    /// Where in the document: `rights`, `holder`, `vi`.
    path: Vec<String>,
    shape: Shape,
}

/// The columns of one table.
#[derive(Clone, Debug)]
pub(super) struct Columns(Vec<Column>);

/// The delimiter of a table with this header line: the one that gives the most known columns.
pub(super) fn delimiter(header: &str) -> u8 {
    let known = |delimiter: u8| {
        let names = header.split(char::from(delimiter)).map(|name| name.trim().trim_matches('"'));
        names.filter(|name| column(name).is_some()).count()
    };
    // The first of the best: a comma where nothing tells.
    DELIMITERS.into_iter().rev().max_by_key(|delimiter| known(*delimiter)).unwrap_or(b',')
}

impl Columns {
    /// Reads a header.
    ///
    /// # Errors
    /// All names that are unknown or there twice.
    pub(super) fn read(header: &csv::StringRecord) -> Result<Self, Vec<InputError>> {
        let mut columns: Vec<Column> = Vec::new();
        let mut errors = Vec::new();
        for name in header {
            let shown = text::normalise::nfc(name.trim());
            match column(&shown) {
                None => errors.push(unknown(&shown)),
                Some(found) if columns.iter().any(|other| other.path == found.path) => {
                    errors.push(twice(&shown));
                }
                Some(found) => columns.push(found),
            }
        }
        if errors.is_empty() { Ok(Self(columns)) } else { Err(errors) }
    }

    /// The document of a line.
    ///
    /// # Errors
    /// Cells that are not UTF-8, and lines that have more or fewer cells than the header.
    pub(super) fn document(&self, line: &csv::ByteRecord) -> Result<Value, Vec<InputError>> {
        if line.len() != self.0.len() {
            let (is, should) = (line.len(), self.0.len());
            let text = (
                format!("Dòng có {is} ô, tiêu đề có {should} cột."),
                format!("The line has {is} cells, the header has {should} columns."),
            );
            return Err(vec![InputError::new("", "columns", (&text.0, &text.1))]);
        }
        let (mut document, mut meta, mut errors) = (Map::new(), Map::new(), Vec::new());
        for (column, cell) in self.0.iter().zip(line) {
            match std::str::from_utf8(cell).map(str::trim) {
                Ok("") => {}
                Ok(cell) if column.shape == Shape::Meta => {
                    put(&mut meta, &column.path, cell.into());
                }
                Ok(cell) => column.read(&mut document, cell),
                Err(_) => errors.push(not_utf8(&format!("/{}", column.path.join("/")))),
            }
        }
        described(&mut document, &meta, &mut errors);
        if errors.is_empty() { Ok(Value::Object(document)) } else { Err(errors) }
    }
}

impl Column {
    fn read(&self, document: &mut Map<String, Value>, cell: &str) {
        let entries = || cell.split(';').map(str::trim).filter(|entry| !entry.is_empty());
        let value = match self.shape {
            Shape::Text | Shape::Meta => cell.into(),
            Shape::Flag => match cell.to_ascii_lowercase().as_str() {
                "true" => true.into(),
                "false" => false.into(),
                // Refused later, with what is expected.
                _ => cell.into(),
            },
            Shape::List => entries().collect(),
            Shape::Places => entries().map(|code| json!({"code": code})).collect(),
            Shape::Files => entries().map(|path| json!({"file": path})).collect(),
            Shape::Method => json!({"method": cell}),
            Shape::Creators => {
                let role = self.path.last().map_or("", String::as_str);
                let list = document.entry("creators").or_insert_with(|| json!([]));
                if let Value::Array(list) = list {
                    list.extend(entries().map(|name| json!({"name": name, "role": role})));
                }
                return;
            }
        };
        put(document, &self.path, value);
    }
}

/// A cell, a line or a file that is not UTF-8.
pub(super) fn not_utf8(pointer: &str) -> InputError {
    let text = ("Không phải UTF-8 hợp lệ.", "This is not valid UTF-8.");
    InputError::new(pointer, "utf-8", text)
}

/// Gives each of the line's files what the line says of them all.
fn described(
    document: &mut Map<String, Value>,
    meta: &Map<String, Value>,
    errors: &mut Vec<InputError>,
) {
    if meta.is_empty() {
        return;
    }
    let Some(Value::Array(files)) = document.get_mut("files") else {
        let text =
            ("Dòng có chú thích tệp nhưng không có tệp.", "The line describes files but has none.");
        errors.push(InputError::new("/files", "required", text));
        return;
    };
    for file in files.iter_mut().filter_map(Value::as_object_mut) {
        file.insert("meta".to_owned(), Value::Object(meta.clone()));
    }
}

fn put(map: &mut Map<String, Value>, path: &[String], value: Value) {
    match path {
        [] => {}
        [last] => {
            map.insert(last.clone(), value);
        }
        [first, rest @ ..] => {
            let inner = map.entry(first.clone()).or_insert_with(|| json!({}));
            if let Value::Object(inner) = inner {
                put(inner, rest, value);
            }
        }
    }
}

/// The column of this name, if there is one.
fn column(name: &str) -> Option<Column> {
    let (pattern, lang) = COLUMNS.iter().find_map(|(pattern, ..)| {
        if let Some(stem) = pattern.strip_suffix("LANG") {
            let lang = name.strip_prefix(stem)?.parse::<Lang>().ok()?;
            return Some((*pattern, Some(lang)));
        }
        (*pattern == name).then_some((*pattern, None))
    })?;
    let mut path: Vec<String> = match pattern {
        "credit" => vec!["creator".to_owned()],
        other => other.split('.').map(ToOwned::to_owned).collect(),
    };
    if let (Some(lang), Some(last)) = (lang, path.last_mut()) {
        *last = lang.to_string();
    }
    Some(Column { path, shape: shape(pattern) })
}

fn shape(pattern: &str) -> Shape {
    match pattern {
        "clearance.stateSecret" => Shape::Flag,
        "topics" | "channels" | "keywords.LANG" => Shape::List,
        "places" => Shape::Places,
        "files" => Shape::Files,
        "translations.LANG" => Shape::Method,
        "caption.LANG" | "alt.LANG" | "credit" | "consent" => Shape::Meta,
        other if other.starts_with("creators.") => Shape::Creators,
        _ => Shape::Text,
    }
}

fn unknown(name: &str) -> InputError {
    let text = (
        format!("Không có cột nào tên “{name}”; danh sách cột: quangba import --help"),
        format!("There is no column “{name}”; all columns: quangba import --help"),
    );
    InputError::new(&format!("/{}", escaped(name)), "unknown-column", (&text.0, &text.1))
}

fn twice(name: &str) -> InputError {
    let text = (
        format!("Cột “{name}” xuất hiện hai lần."),
        format!("The column “{name}” is there twice."),
    );
    InputError::new(&format!("/{}", escaped(name)), "duplicate-column", (&text.0, &text.1))
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(header: &[&str]) -> Result<Columns, Vec<InputError>> {
        Columns::read(&csv::StringRecord::from(header.to_vec()))
    }

    fn document(header: &[&str], line: &[&str]) -> Value {
        columns(header).unwrap().document(&csv::ByteRecord::from(line.to_vec())).unwrap()
    }

    #[test]
    fn every_documented_column_is_read_and_named_once() {
        for (name, vi, en) in COLUMNS {
            let name = name.replace("LANG", "zh-Hans");
            assert!(column(&name).is_some(), "{name}");
            assert!(!vi.is_empty() && !en.is_empty(), "{name}");
        }
        let paths = COLUMNS.iter().map(|(name, ..)| column(&name.replace("LANG", "vi")).unwrap());
        let mut seen = std::collections::BTreeSet::new();
        assert!(paths.into_iter().all(|found| seen.insert(found.path)));
    }

    #[test]
    fn a_line_becomes_a_document() {
        let header = ["kind", "title.vi", "title.EN", "topics", "places", "clearance.stateSecret"];
        let line = ["article", "=1+1", "Gongs", " a ; b;", "66", "FALSE"];
        assert_eq!(
            document(&header, &line),
            json!({"kind": "article", "title": {"vi": "=1+1", "en": "Gongs"}, "topics": ["a", "b"],
                "places": [{"code": "66"}], "clearance": {"stateSecret": false}})
        );
        let header = ["creators.author", "creators.editor", "keywords.vi", "rights.holder.vi"];
        assert_eq!(
            document(&header, &["An; Bình", "Chi", "cồng; chiêng", ""]),
            json!({"creators": [{"name": "An", "role": "author"}, {"name": "Bình", "role": "author"},
                {"name": "Chi", "role": "editor"}], "keywords": {"vi": ["cồng", "chiêng"]}})
        );
    }

    #[test]
    fn what_is_said_of_files_goes_to_each_of_them() {
        let header = ["files", "caption.vi", "credit"];
        let meta = json!({"caption": {"vi": "Nhà dài"}, "creator": "An"});
        assert_eq!(
            document(&header, &["a.jpg; b/c.png", "Nhà dài", "An"]),
            json!({"files": [{"file": "a.jpg", "meta": meta}, {"file": "b/c.png", "meta": meta}]})
        );
        let line = csv::ByteRecord::from(vec!["", "Nhà dài", ""]);
        let errors = columns(&header).unwrap().document(&line).unwrap_err();
        assert_eq!((errors[0].pointer.as_str(), errors.len()), ("/files", 1));
    }

    #[test]
    fn strange_names_are_all_told() {
        let errors = columns(&["kind", "tittle.vi", "title.tieng_viet", "title.en", "title.EN"]);
        let codes: Vec<_> = errors.unwrap_err().into_iter().map(|e| (e.pointer, e.code)).collect();
        assert_eq!(
            codes,
            [
                ("/tittle.vi", "unknown-column"),
                ("/title.tieng_viet", "unknown-column"),
                ("/title.EN", "duplicate-column")
            ]
            .map(|(pointer, code)| (pointer.to_owned(), code.to_owned()))
        );
    }

    #[test]
    fn lines_of_another_width_or_encoding_are_refused() {
        let columns = columns(&["kind", "title.vi"]).unwrap();
        let code = |line: csv::ByteRecord| columns.document(&line).unwrap_err()[0].code.clone();
        assert_eq!(code(csv::ByteRecord::from(vec!["article"])), "columns");
        assert_eq!(code(csv::ByteRecord::from(vec![&b"article"[..], b"\xff"])), "utf-8");
    }

    #[test]
    fn the_header_tells_the_delimiter() {
        assert_eq!(delimiter("kind,title.vi"), b',');
        assert_eq!(delimiter("\"kind\";title.vi;topics"), b';');
        assert_eq!(delimiter("kind\ttitle.vi"), b'\t');
        assert_eq!(delimiter("kind"), b',');
    }
}
