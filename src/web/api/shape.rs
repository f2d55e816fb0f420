//! A JSON body against the shape that is expected: every field that does not fit, by name.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::domain::input::InputError;

/// Reads `value` as a `T`.
///
/// # Errors
/// Every field that is unknown, missing or of another type, each with its JSON Pointer.
pub(super) fn read<T: DeserializeOwned>(value: Value) -> Result<T, Vec<InputError>> {
    match T::deserialize(&value) {
        Ok(read) => Ok(read),
        Err(error) => Err(complaints::<T>(value, &error.to_string())),
    }
}

/// The reader stops at its first complaint: what it complains of is mended in a copy, and it reads
/// on.
fn complaints<T: DeserializeOwned>(mut value: Value, first: &str) -> Vec<InputError> {
    if !value.is_object() {
        let text = ("Phải là một đối tượng JSON.", "This must be a JSON object.");
        return vec![InputError::new("", "type", text)];
    }
    let mut found: Vec<InputError> = Vec::new();
    let mut said = first.to_owned();
    loop {
        let culprit = if named(&said).is_some() { None } else { culprit::<T>(&value) };
        let complaint = complaint(&said, culprit.as_deref());
        let name = named(&said).map(|(name, _code)| name.to_owned()).or(culprit);
        let known = found.iter().any(|before| before.pointer == complaint.pointer);
        let missing = complaint.code == "required";
        if !known {
            found.push(complaint);
        }
        let (Some(map), Some(name)) = (value.as_object_mut(), name) else { return found };
        if missing {
            // It was missing, or was taken out because it did not fit.
            let Some(fits) = stand_in::<T>(map, &name) else { return found };
            map.insert(name, fits);
        } else if map.shift_remove(&name).is_none() {
            return found;
        }
        match T::deserialize(&value) {
            Ok(_mended) => return found,
            Err(next) => said = next.to_string(),
        }
    }
}

/// A value for the field `name` that the reader takes, so that it reads on behind it.
fn stand_in<T: DeserializeOwned>(map: &Map<String, Value>, name: &str) -> Option<Value> {
    [json!(""), json!([]), json!({}), json!(0), json!(false)].into_iter().find(|value| {
        let mut tried = map.clone();
        tried.insert(name.to_owned(), value.clone());
        let complaint = T::deserialize(&Value::Object(tried)).err();
        complaint.is_none_or(|error| named(&error.to_string()).is_some())
    })
}

/// The first field at which the reader stops, in the order in which it reads them.
fn culprit<T: DeserializeOwned>(value: &Value) -> Option<String> {
    let mut part = Map::new();
    for (name, field) in value.as_object()? {
        part.insert(name.clone(), field.clone());
        let stopped = T::deserialize(&Value::Object(part.clone())).err();
        if stopped.is_some_and(|error| named(&error.to_string()).is_none()) {
            return Some(name.clone());
        }
    }
    None
}

/// The field that a complaint names, with what is wrong with it.
fn named(said: &str) -> Option<(&str, &'static str)> {
    [
        ("unknown field `", "unknown-field"),
        ("missing field `", "required"),
        ("duplicate field `", "duplicate"),
    ]
    .into_iter()
    .find_map(|(start, code)| Some((said.strip_prefix(start)?.split('`').next()?, code)))
}

/// What serde said, as an error with its place; `culprit` is the field where it names none.
pub(super) fn complaint(said: &str, culprit: Option<&str>) -> InputError {
    let (name, code) = named(said).unwrap_or((culprit.unwrap_or_default(), "type"));
    let pointer = if name.is_empty() {
        String::new()
    } else {
        format!("/{}", name.replace('~', "~0").replace('/', "~1"))
    };
    let (vi, en) = match code {
        "unknown-field" => ("Không có trường nào tên như vậy.", "There is no field of this name."),
        "required" => ("Phải có trường này.", "This field is required."),
        "duplicate" => ("Trường này có hai lần.", "This field is there twice."),
        _ => ("Giá trị không đúng kiểu.", "The value is of the wrong type."),
    };
    InputError::new(&pointer, code, (vi, en))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its shape counts")]
    struct Form {
        name: String,
        roles: Vec<String>,
        agency: Option<String>,
    }

    fn said(value: Value) -> Vec<String> {
        let errors = read::<Form>(value).unwrap_err();
        errors.iter().map(|error| format!("{} {}", error.pointer, error.code)).collect()
    }

    #[test]
    fn every_field_that_does_not_fit_is_named_once() {
        assert!(read::<Form>(json!({"name": "a", "roles": [], "agency": null})).is_ok());
        assert_eq!(said(json!([])), [" type"]);
        assert_eq!(said(json!({})), ["/name required", "/roles required"]);
        assert_eq!(said(json!({"name": "a", "roles": "b"})), ["/roles type"]);
        assert_eq!(said(json!({"name": 1, "roles": [1], "x": 1, "agency": 2})).len(), 4);
        assert_eq!(said(json!({"name": "a", "roles": [], "a/b": 1})), ["/a~1b unknown-field"]);
        assert_eq!(
            said(json!({"name": 1, "more": 2})),
            ["/name type", "/more unknown-field", "/roles required"]
        );
    }
}
