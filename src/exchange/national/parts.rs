//! What records and files have in common: texts, agencies, places, rights, dates.

use jiff::{Timestamp, civil::Date};
use serde_json::{Map, Value, json};

use super::Context;
use crate::domain::{
    document::Place,
    lang::{Lang, Localized},
    message::Message,
    record::AgencyName,
    rights::{Rights, Use},
    term::Vocabulary,
};

/// The scheme of the codes of provinces and communes.
pub(super) const ADMIN_UNIT: &str = "vn-admin-unit";
const LOCAL_PLACE: &str = "urn:x-quangba:place:local";
const NATIONAL_AGENCY: &str = "vn-agency-id:20/2020/QD-TTg";
const LOCAL_AGENCY: &str = "urn:x-quangba:agency:local";

/// A JSON object in the making: what is not there is left out.
#[derive(Default)]
pub(super) struct Fields(pub(super) Map<String, Value>);

impl Fields {
    /// Sets a member, unless the value is null or an empty list or map.
    pub(super) fn put(&mut self, name: &str, value: impl Into<Value>) {
        let value = value.into();
        let nothing = match &value {
            Value::Null => true,
            Value::Array(items) => items.is_empty(),
            Value::Object(map) => map.is_empty(),
            _ => false,
        };
        if !nothing {
            self.0.insert(name.to_owned(), value);
        }
    }
}

impl From<Fields> for Value {
    fn from(fields: Fields) -> Self {
        Self::Object(fields.0)
    }
}

/// A text by language.
pub(super) fn texts(texts: &Localized<String>) -> Value {
    texts.iter().map(|(lang, text)| (lang.to_string(), Value::from(text.as_str()))).collect()
}

/// A label in the record's languages.
fn label(label: &Localized<String>, languages: &[&Lang]) -> Value {
    let wanted = label.iter().filter(|(lang, _)| languages.contains(lang));
    wanted.map(|(lang, text)| (lang.to_string(), Value::from(text.as_str()))).collect()
}

/// A list with each entry once, and for each the place where it first stood.
pub(super) fn unique(items: impl Iterator<Item = (usize, Value)>) -> (Vec<Value>, Vec<usize>) {
    let (mut values, mut origins) = (Vec::new(), Vec::new());
    for (at, value) in items {
        if !values.contains(&value) {
            values.push(value);
            origins.push(at);
        }
    }
    (values, origins)
}

/// An agency as it was named at the time of the act.
pub(super) fn agency(agency: &AgencyName) -> Value {
    let scheme = if agency.code.is_local() { LOCAL_AGENCY } else { NATIONAL_AGENCY };
    let mut fields = Fields::default();
    fields.put("scheme", scheme);
    fields.put("code", agency.code.as_str());
    fields.put("name", texts(&agency.name));
    fields.into()
}

/// A term with its scheme and its labels in the record's languages.
pub(super) fn coded(
    context: &Context<'_>,
    vocabulary: &Vocabulary,
    code: &str,
    languages: &[&Lang],
) -> Value {
    let mut fields = Fields::default();
    fields.put("scheme", context.scheme(vocabulary));
    fields.put("code", code);
    fields.put("label", vocabulary.term(code).map(|term| label(&term.label, languages)));
    fields.into()
}

/// A place; none where nothing is said of it. A name that the record leaves open is the
/// vocabulary's, and so is what became of the unit.
pub(super) fn place(context: &Context<'_>, place: &Place, languages: &[&Lang]) -> Option<Value> {
    if *place == Place::default() {
        return None;
    }
    let term = place.code.as_deref().and_then(|code| context.places.term(code));
    let name = match term {
        Some(term) if place.name.is_empty() => label(&term.label, languages),
        _ => texts(&place.name),
    };
    let mut fields = Fields::default();
    if let Some(code) = &place.code {
        let scheme = if code.contains('-') { LOCAL_PLACE } else { ADMIN_UNIT };
        fields.put("scheme", scheme);
        fields.put("code", code.as_str());
    }
    fields.put("name", name);
    fields.put("lat", place.lat);
    fields.put("lon", place.lon);
    fields.put("validTo", term.and_then(|term| term.valid_to).map(|day| day.to_string()));
    fields.put("replacedBy", term.and_then(|term| term.replaced_by.clone()));
    Some(fields.into())
}

/// Rights, fully written out. `use` is always said, in a word for programs and a sentence for
/// people.
pub(super) fn rights(rights: &Rights) -> Value {
    let terms = usage_terms(rights.allowed());
    let mut fields = Fields::default();
    fields.put("statement", rights.statement.as_deref());
    fields.put("license", rights.license.as_deref());
    fields.put("holder", texts(&rights.holder));
    fields.put("credit", texts(&rights.credit));
    fields.put("use", rights.allowed().as_str());
    fields.put("usageTerms", terms.map(|terms| json!({"vi": terms.vi, "en": terms.en})));
    fields.put("expires", rights.expires.map(|at| at.to_string()));
    fields.into()
}

fn usage_terms(allowed: Use) -> Option<Message> {
    match allowed {
        Use::Editorial => Some(Message::new(
            "Được sử dụng cho mục đích thông tin, báo chí trên mọi phương tiện; được cắt cúp ảnh và dịch chú thích.",
            "For news use by any medium; cropping and translating captions are allowed.",
        )),
        Use::Commercial => Some(Message::new(
            "Được sử dụng cho mọi mục đích, kể cả thương mại; đơn vị lưu văn bản đồng ý của những người liên quan.",
            "For any use, commercial use included; releases are on file.",
        )),
        Use::Internal => None,
    }
}

/// A date as exactly as it was given; an instant is turned to UTC.
pub(super) fn date(text: &str) -> String {
    if text.len() <= 7 {
        return text.to_owned();
    }
    if text.len() == 10
        && let Ok(day) = text.parse::<Date>()
    {
        return day.to_string();
    }
    text.parse::<Timestamp>().map_or_else(|_no_instant| text.to_owned(), |at| at.to_string())
}

/// A path segment with everything but the unreserved characters percent-encoded (RFC 3986, section
/// 2.3).
pub(super) fn segment(name: &str) -> String {
    use std::fmt::Write as _;
    name.bytes().fold(String::with_capacity(name.len()), |mut out, byte| {
        let plain = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
        // Writing to a String cannot fail.
        let written =
            if plain { out.write_char(char::from(byte)) } else { write!(out, "%{byte:02X}") };
        if written.is_err() {
            out.clear();
        }
        out
    })
}
