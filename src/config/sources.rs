//! Where settings come from: samples of all that there are, the file, the environment.

use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::{ConfigError, LISTEN, PREFIX};
use crate::service::Settings;

/// A sample of each setting of ours: its name and its type.
pub(super) fn own_shape() -> Table {
    let text = || Value::String(String::new());
    let samples = [
        ("data", text()),
        ("listen", Value::String(LISTEN.to_owned())),
        ("base_path", text()),
        ("trusted_proxies", Value::Array(Vec::new())),
        ("secure_cookies", Value::Boolean(false)),
        ("workers", Value::Integer(1)),
        ("log", text()),
    ];
    samples.into_iter().map(|(name, sample)| (name.to_owned(), sample)).collect()
}

/// A sample of every setting.
pub(super) fn shape() -> Table {
    let mut shape = own_shape();
    // Numbers and texts only; what could fail is caught by the test of the defaults.
    if let Ok(Value::Table(settings)) = Value::try_from(Settings::default()) {
        shape.extend(settings);
    }
    shape
}

/// Reads a file of settings; one that need not be there is empty if it is not.
pub(super) fn read(path: &Path, shape: &Table, needed: bool) -> Result<Table, ConfigError> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !needed => {
            return Ok(Table::new());
        }
        Err(source) => return Err(ConfigError::Read { path: path.to_owned(), source }),
    };
    let table: Table = toml::from_str(&text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line = before.matches('\n').count().saturating_add(1);
        let reason = format!("line {line}: {}", error.message());
        ConfigError::Syntax { path: path.to_owned(), reason }
    })?;
    check(&table, shape, "", &path.display().to_string())?;
    Ok(table)
}

fn check(table: &Table, shape: &Table, above: &str, origin: &str) -> Result<(), ConfigError> {
    for (name, value) in table {
        let key = if above.is_empty() { name.clone() } else { format!("{above}.{name}") };
        let origin = origin.to_owned();
        match (shape.get(name), value) {
            // Its keys are for the installation to choose; its reader judges them and their values.
            (Some(Value::Table(shape)), Value::Table(_)) if shape.is_empty() => {}
            (None, _) => return Err(ConfigError::Unknown { key, origin }),
            (Some(Value::Table(shape)), Value::Table(table)) => check(table, shape, &key, &origin)?,
            (Some(sample), value) if sample.same_type(value) => {}
            (Some(sample), _) => {
                return Err(ConfigError::Type { key, origin, expected: type_name(sample) });
            }
        }
    }
    Ok(())
}

fn type_name(sample: &Value) -> &'static str {
    match sample {
        Value::Boolean(_) => "true or false",
        Value::Integer(_) => "a whole number",
        Value::Float(_) => "a number",
        Value::Array(_) => "a list",
        Value::Table(_) => "a table",
        Value::String(_) | Value::Datetime(_) => "a text",
    }
}

/// What the environment sets.
#[derive(Default)]
pub(super) struct Variables {
    pub(super) config: Option<PathBuf>,
    pub(super) settings: Table,
    pub(super) ignored: Vec<String>,
}

impl Variables {
    pub(super) fn read(
        shape: &Table,
        environment: &[(String, String)],
    ) -> Result<Self, ConfigError> {
        let mut found = Self::default();
        for (name, value) in environment {
            let Some(key) = name.strip_prefix(PREFIX) else { continue };
            let key = key.to_ascii_lowercase();
            if key == "config" {
                found.config = Some(PathBuf::from(value));
            } else if !place(shape, &mut found.settings, &key, (name, value))? {
                // Not refused: a container platform sets variables of its own for a service of
                // this name (QUANGBA_PORT and the like).
                found.ignored.push(name.clone());
            }
        }
        Ok(found)
    }
}

/// Puts a variable's value under its key; `false` if it names no setting.
fn place(
    shape: &Table,
    settings: &mut Table,
    key: &str,
    variable: (&str, &str),
) -> Result<bool, ConfigError> {
    for (name, sample) in shape {
        if let Value::Table(inner) = sample {
            let Some(rest) = key.strip_prefix(name).and_then(|rest| rest.strip_prefix('_')) else {
                continue;
            };
            let mut table = Table::new();
            if place(inner, &mut table, rest, variable)? {
                let table = Table::from_iter([(name.clone(), Value::Table(table))]);
                overlay(settings, table);
                return Ok(true);
            }
        } else if name == key {
            settings.insert(name.clone(), typed(sample, variable)?);
            return Ok(true);
        }
    }
    Ok(false)
}

fn typed(sample: &Value, (name, text): (&str, &str)) -> Result<Value, ConfigError> {
    let text = text.trim();
    let value = match sample {
        Value::Boolean(_) => text.parse().ok().map(Value::Boolean),
        Value::Integer(_) => text.parse().ok().map(Value::Integer),
        Value::Float(_) => text.parse().ok().map(Value::Float),
        Value::Array(_) => {
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            Some(Value::Array(items.map(|item| Value::String(item.to_owned())).collect()))
        }
        _ => Some(Value::String(text.to_owned())),
    };
    value.ok_or_else(|| ConfigError::Type {
        key: name.to_owned(),
        origin: "the environment".to_owned(),
        expected: type_name(sample),
    })
}

/// Puts `over` above `under`, table by table.
pub(super) fn overlay(under: &mut Table, over: Table) {
    for (name, value) in over {
        match (under.get_mut(&name), value) {
            (Some(Value::Table(under)), Value::Table(over)) => overlay(under, over),
            (_, value) => {
                under.insert(name, value);
            }
        }
    }
}
