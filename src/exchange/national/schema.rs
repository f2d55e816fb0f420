//! The JSON Schemas (draft 2020-12) of the export, compiled.

use jsonschema::{
    PatternOptions, Registry, RegistryBuilder, ValidationError, error::ValidationErrorKind,
};
use serde_json::Value;

use super::Error;

/// Schema of one record or tombstone, `ttdn-record/1`.
pub const RECORD_SCHEMA: &str = include_str!("../../../schema/national/record.schema.json");
/// Schema of one page, `ttdn-page/1`; refers to [`RECORD_SCHEMA`].
pub const PAGE_SCHEMA: &str = include_str!("../../../schema/national/page.schema.json");
/// Schema of one acknowledgement, `ttdn-ack/1`; refers to [`RECORD_SCHEMA`].
pub const ACK_SCHEMA: &str = include_str!("../../../schema/national/ack.schema.json");

/// One thing in which a JSON value differs from its schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where: a JSON Pointer (RFC 6901) into the value, of the missing member itself where one is
    /// missing.
    pub pointer: String,
    /// The keyword of the schema that is not met.
    pub keyword: String,
    /// What the validator says, in English.
    pub detail: String,
}

/// The compiled schemas. Compiling takes milliseconds, so a process builds one and keeps it.
#[derive(Debug)]
pub struct Validator {
    record: jsonschema::Validator,
    page: jsonschema::Validator,
    ack: jsonschema::Validator,
}

impl Validator {
    /// Compiles the schemas that come with the program; nothing is fetched.
    ///
    /// # Errors
    /// [`Error::Schema`] if one is no schema, which only a broken build can bring about.
    pub fn new() -> Result<Self, Error> {
        let broken = |name, reason: &dyn std::fmt::Display| Error::Schema {
            name,
            reason: reason.to_string(),
        };
        let record: Value = serde_json::from_str(RECORD_SCHEMA)?;
        let id = record.get("$id").and_then(Value::as_str).unwrap_or_default().to_owned();
        let registry = Registry::new()
            .add(&id, record.clone())
            .and_then(RegistryBuilder::prepare)
            .map_err(|error| broken("record", &error))?;
        let compile = |name, schema: &Value| {
            jsonschema::options()
                .with_registry(&registry)
                .should_validate_formats(true)
                .with_pattern_options(PatternOptions::regex())
                .offline()
                .build(schema)
                .map_err(|error| broken(name, &error))
        };
        Ok(Self {
            page: compile("page", &serde_json::from_str(PAGE_SCHEMA)?)?,
            ack: compile("ack", &serde_json::from_str(ACK_SCHEMA)?)?,
            record: compile("record", &record)?,
        })
    }

    /// In what `value` differs from a record or a tombstone; empty = it is one.
    #[must_use]
    pub fn record(&self, value: &Value) -> Vec<Fault> {
        faults(&self.record, value)
    }

    /// In what `value` differs from a page; empty = it is one.
    #[must_use]
    pub fn page(&self, value: &Value) -> Vec<Fault> {
        faults(&self.page, value)
    }

    /// In what `value` differs from an acknowledgement; empty = it is one.
    #[must_use]
    pub fn ack(&self, value: &Value) -> Vec<Fault> {
        faults(&self.ack, value)
    }
}

fn faults(validator: &jsonschema::Validator, value: &Value) -> Vec<Fault> {
    // The yes-or-no run is several times as fast, and almost every value passes it.
    if validator.is_valid(value) {
        return Vec::new();
    }
    let all: Vec<Fault> = validator.iter_errors(value).map(|error| fault(&error)).collect();
    // A member whose own schema fails also counts as unevaluated; it is named once.
    let real = |fault: &Fault| fault.keyword != "unevaluatedProperties";
    if all.iter().any(real) { all.into_iter().filter(real).collect() } else { all }
}

fn fault(error: &ValidationError<'_>) -> Fault {
    let at = error.instance_path().as_str();
    let pointer = match error.kind() {
        ValidationErrorKind::Required { property: Value::String(name) } => format!("{at}/{name}"),
        _ => at.to_owned(),
    };
    let keyword = error.kind().keyword().to_owned();
    Fault { pointer, keyword, detail: error.masked().to_string() }
}
