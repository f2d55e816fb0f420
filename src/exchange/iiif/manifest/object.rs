//! JSON objects whose absent properties are left out.

use serde_json::{Map, Value};

/// An object under construction; properties stay in the order in which they are put.
pub(super) struct Object(Map<String, Value>);

impl Object {
    /// With the two properties that every resource has.
    pub(super) fn new(id: impl Into<String>, kind: &str) -> Self {
        Self(Map::new()).with("id", id.into()).with("type", kind)
    }

    /// Without any.
    pub(super) fn bare() -> Self {
        Self(Map::new())
    }

    pub(super) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    pub(super) fn maybe(self, name: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// A list, unless it is empty.
    pub(super) fn list(self, name: &str, values: impl IntoIterator<Item = Value>) -> Self {
        let values: Vec<Value> = values.into_iter().collect();
        if values.is_empty() { self } else { self.with(name, values) }
    }
}

impl From<Object> for Value {
    fn from(object: Object) -> Self {
        Self::Object(object.0)
    }
}
