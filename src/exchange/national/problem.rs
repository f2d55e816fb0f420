//! Why a record cannot be exported, said of our record, not of the exported form.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Context, schema::Fault};
use crate::domain::{
    document::Document, message::Message, profile::Profile, record::LiveRecord, rights::Use,
    term::Vocabulary,
};

/// The greatest whole number that every JSON reader keeps whole (RFC 7493, section 2.2).
const GREATEST: u64 = 9_007_199_254_740_991;

/// One reason why a published record cannot be exported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Where: a JSON Pointer (RFC 6901) into the record as the API gives it (`/managing` is the
    /// managing agency); empty = the settings or the system, nothing that its writers can mend.
    pub pointer: String,
    /// What sort of reason, stable for programs: `not-exported-class`, `required`, `bilingual`,
    /// `value`, `form`, `name`, `place`, `state-secret`, `internal-use`, `embargoed`, `time-order`,
    /// `unknown-term`, `no-release`, `number`, `settings`.
    pub code: String,
    /// What is the matter, for people.
    pub message: Message,
}

impl Problem {
    fn new(pointer: impl Into<String>, code: &str, (vi, en): (&str, &str)) -> Self {
        Self { pointer: pointer.into(), code: code.to_owned(), message: Message::new(vi, en) }
    }
}

/// The reason of a class of information that stays in the province.
pub(super) fn class_not_exported() -> Problem {
    let text = (
        "Thông tin thế giới vào Việt Nam không gửi lên cơ sở dữ liệu quốc gia.",
        "News of the world for Vietnam is not sent to the national database.",
    );
    Problem::new("/infoClass", "not-exported-class", text)
}

/// The reason of a record that has no canonical form.
pub(super) fn no_form(error: &super::Error) -> Problem {
    let text = (
        format!("Không ghi được ở dạng chuẩn ({error})."),
        format!("It cannot be written in canonical form ({error})."),
    );
    Problem::new("", "settings", (&text.0, &text.1))
}

/// Each reason once, in the order found.
pub(super) fn once(problems: Vec<Problem>) -> Vec<Problem> {
    let mut out: Vec<Problem> = Vec::with_capacity(problems.len());
    for problem in problems {
        let same = |known: &Problem| known.pointer == problem.pointer && known.code == problem.code;
        if !out.iter().any(same) {
            out.push(problem);
        }
    }
    out
}

/// What no schema can see.
pub(super) fn own(live: &LiveRecord, context: &Context<'_>) -> Vec<Problem> {
    let document = &live.document;
    let mut out = Vec::new();
    if document.rights.allowed() == Use::Internal {
        let text = (
            "Tư liệu chỉ dùng nội bộ, không được gửi ra ngoài hệ thống.",
            "The record is for internal use and must not leave the system.",
        );
        out.push(Problem::new("/rights/use", "internal-use", text));
    }
    if document.clearance.as_ref().is_some_and(|clearance| clearance.state_secret) {
        let text = (
            "Tư liệu được khai là có bí mật nhà nước.",
            "The record is declared to hold a state secret.",
        );
        out.push(Problem::new("/clearance/stateSecret", "state-secret", text));
    }
    if document.embargoed_until.is_some_and(|until| live.modified < until) {
        let text = (
            "Thời điểm được phép công bố muộn hơn lần công bố này.",
            "The embargo ends after this version was published.",
        );
        out.push(Problem::new("/embargoedUntil", "embargoed", text));
    }
    if live.modified < live.published {
        let text = (
            "Thời điểm sửa đổi sớm hơn thời điểm công bố lần đầu.",
            "The last change lies before the first publication.",
        );
        out.push(Problem::new("/modified", "time-order", text));
    }
    not_bilingual(&mut out, document, context.profile);
    unknown_terms(&mut out, &document.topics, context.topics);
    unknown_terms(&mut out, &document.channels, context.channels);
    unreleased(&mut out, live);
    for (name, value) in &document.ext {
        numbers(&mut out, value, &join("/ext", name));
    }
    out
}

/// A language of the province's peoples is no foreign one.
fn not_bilingual(out: &mut Vec<Problem>, document: &Document, profile: &Profile) {
    for (name, text) in [("/title", &document.title), ("/summary", &document.summary)] {
        if !text.is_empty() && !text.langs().any(|lang| profile.is_foreign(lang)) {
            out.push(Problem { message: bilingual(), ..Problem::new(name, "bilingual", ("", "")) });
        }
    }
}

fn bilingual() -> Message {
    Message::new(
        "Cần có tiếng Việt và ít nhất một tiếng nước ngoài.",
        "Vietnamese and at least one foreign language are needed.",
    )
}

fn unknown_terms(out: &mut Vec<Problem>, codes: &[String], vocabulary: &Vocabulary) {
    for (at, code) in codes.iter().enumerate() {
        if vocabulary.term(code).is_none() {
            let text = (
                format!("Danh mục không có mã {code}."),
                format!("The vocabulary has no code {code}."),
            );
            let pointer = format!("/{}/{at}", vocabulary.name);
            out.push(Problem::new(pointer, "unknown-term", (&text.0, &text.1)));
        }
    }
}

fn unreleased(out: &mut Vec<Problem>, live: &LiveRecord) {
    let document = &live.document;
    for (at, asset) in document.assets.iter().enumerate() {
        if document.leaves(asset) && !live.files.contains_key(&asset.id) {
            let text = ("Tệp chưa có bản phát hành.", "There is no release of this file.");
            out.push(Problem::new(format!("/assets/{at}"), "no-release", text));
        }
    }
}

/// Whole numbers that the canonical form would round (RFC 8785, section 3.2.2.3).
fn numbers(out: &mut Vec<Problem>, value: &Value, pointer: &str) {
    match value {
        Value::Number(number) => {
            let whole = number.as_u64().or_else(|| number.as_i64().map(i64::unsigned_abs));
            if whole.is_some_and(|whole| GREATEST < whole) {
                let text = (
                    "Số nguyên quá lớn để giữ đúng trong JSON; hãy ghi dưới dạng chuỗi ký tự.",
                    "JSON readers do not keep so great a whole number; write it as a text.",
                );
                out.push(Problem::new(pointer, "number", text));
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                numbers(out, item, &format!("{pointer}/{at}"));
            }
        }
        Value::Object(map) => {
            for (name, item) in map {
                numbers(out, item, &join(pointer, name));
            }
        }
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

/// A pointer one name further, escaped after RFC 6901.
fn join(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// Where the entries of exported lists come from, to say of our record what is wrong.
pub(super) struct Origins<'a> {
    document: &'a Document,
    lists: Vec<(&'static str, Vec<usize>)>,
}

impl<'a> Origins<'a> {
    pub(super) const fn new(document: &'a Document) -> Self {
        Self { document, lists: Vec::new() }
    }

    /// Notes that the entries of the exported list `name` stand at `places` in ours.
    pub(super) fn keep(&mut self, name: &'static str, places: Vec<usize>) {
        self.lists.push((name, places));
    }

    /// What the schema found, said of our record.
    pub(super) fn problems(&self, faults: &[Fault]) -> Vec<Problem> {
        faults.iter().map(|fault| reason(self.ours(&fault.pointer), fault)).collect()
    }

    fn ours(&self, pointer: &str) -> String {
        let segments: Vec<&str> = pointer.split('/').skip(1).collect();
        match segments.as_slice() {
            ["languages", ..] => "/title".to_owned(),
            // Pages offer Vietnamese, so without it there may be no page.
            ["url", ..] if self.document.title.get("vi").is_none() => "/title/vi".to_owned(),
            ["bodies", ..] => "/body".to_owned(),
            ["altIds", ..] => "/sourceId".to_owned(),
            ["clearance", "attestedAt"] => "/clearance".to_owned(),
            ["clearance", "attestedBy"] => "/managing/code".to_owned(),
            ["contributor", rest @ ..] => path("/agency", rest),
            ["topics" | "channels", at, ..] => self.entry(segments.first(), at),
            ["assets", at, rest @ ..] => self.of_file(at, rest),
            ["places" | "creators" | "relations", at, rest @ ..] => {
                path(&self.entry(segments.first(), at), rest)
            }
            _ => of_any(pointer),
        }
    }

    /// Our entry that stands at `at` in the exported list.
    fn entry(&self, list: Option<&&str>, at: &str) -> String {
        let list = list.copied().unwrap_or_default();
        match self.place(list, at) {
            Some(place) => format!("/{list}/{place}"),
            None => format!("/{list}"),
        }
    }

    fn place(&self, list: &str, at: &str) -> Option<usize> {
        let (_, places) = self.lists.iter().find(|(name, _)| *name == list)?;
        places.get(at.parse::<usize>().ok()?).copied()
    }

    fn of_file(&self, at: &str, rest: &[&str]) -> String {
        let place = self.place("assets", at);
        let own = place.and_then(|place| self.document.assets.get(place));
        let file = self.entry(Some(&"assets"), at);
        match rest {
            ["rights", inner @ ..] if own.is_some_and(|asset| asset.rights.is_none()) => {
                path("/rights", inner)
            }
            ["href" | "digest", ..] => file,
            _ => path(&file, rest),
        }
    }
}

/// What the schema found in a tombstone, said of our record.
pub(super) fn of_tombstone(faults: &[Fault]) -> Vec<Problem> {
    faults.iter().map(|fault| reason(of_any(&fault.pointer), fault)).collect()
}

fn of_any(pointer: &str) -> String {
    let segments: Vec<&str> = pointer.split('/').skip(1).collect();
    match segments.as_slice() {
        ["spec" | "source" | "url" | "state", ..] => String::new(),
        ["managingAgency", rest @ ..] => path("/managing", rest),
        _ => pointer.to_owned(),
    }
}

fn path(start: &str, rest: &[&str]) -> String {
    rest.iter().fold(start.to_owned(), |path, segment| format!("{path}/{segment}"))
}

fn reason(pointer: String, fault: &Fault) -> Problem {
    let name = pointer.rsplit('/').next().unwrap_or_default();
    let place = name == "place" || pointer.starts_with("/places/");
    let (code, text) = match fault.keyword.as_str() {
        _ if pointer.is_empty() => ("settings", settings(fault)),
        "minProperties" | "minItems" if matches!(name, "title" | "summary") => {
            ("bilingual", bilingual())
        }
        "contains" => return reason(format!("{pointer}/vi"), &missing(fault)),
        "required" | "dependentRequired" | "minProperties" | "minItems" => (
            "required",
            message(
                "Cơ sở dữ liệu quốc gia yêu cầu phải có trường này.",
                "The national database requires this field.",
            ),
        ),
        "anyOf" if place => {
            ("place", message("Địa danh cần có mã hoặc tên.", "A place needs a code or a name."))
        }
        "enum" | "const" => (
            "value",
            message(
                "Giá trị này không có trong danh sách của cơ sở dữ liệu quốc gia.",
                "The national database does not know this value.",
            ),
        ),
        "propertyNames" => (
            "name",
            message(
                "Có tên trường hoặc thẻ ngôn ngữ không đúng dạng quy định.",
                "A field name or a language tag is not of the agreed form.",
            ),
        ),
        _ => (
            "form",
            message(
                "Giá trị này không đúng dạng mà cơ sở dữ liệu quốc gia quy định.",
                "This value is not of the form that the national database asks for.",
            ),
        ),
    };
    Problem { pointer, code: code.to_owned(), message: text }
}

fn missing(fault: &Fault) -> Fault {
    Fault { keyword: "required".to_owned(), ..fault.clone() }
}

fn settings(fault: &Fault) -> Message {
    let at = &fault.pointer;
    Message::new(
        format!("Cấu hình hệ thống hoặc hồ sơ tỉnh chưa đúng ({at})."),
        format!("The settings or the province's profile do not fit ({at})."),
    )
}

fn message(vi: &str, en: &str) -> Message {
    Message::new(vi, en)
}
