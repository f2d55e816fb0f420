//! Relationships between the parts of a package.
//!
//! Source: ISO/IEC 29500-2, 6.5. What lies outside of the package is noted and never followed.

use std::collections::HashMap;
use std::io::{Read, Seek};

use super::super::OfficeError;
use super::super::package::Package;
use super::super::xml::Xml;

/// The relationships of one part, by their ids.
#[derive(Debug, Default)]
pub(super) struct Rels {
    all: HashMap<String, Rel>,
}

/// A relationship.
#[derive(Debug)]
pub(super) struct Rel {
    /// The last word of its type: `styles`, `image`.
    pub(super) kind: String,
    /// The name of a part, or an address outside.
    pub(super) target: String,
    pub(super) outside: bool,
}

impl Rels {
    /// Those of the part `part`, those of the package for an empty name.
    pub(super) fn of<R: Read + Seek>(
        package: &mut Package<R>,
        part: &str,
        depth: usize,
    ) -> Result<Self, OfficeError> {
        let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
        let path = format!("{folder}/_rels/{name}.rels");
        let mut rels = Self::default();
        let Some(text) = package.text(&path)? else { return Ok(rels) };
        let mut xml = Xml::new(&text, depth);
        xml.child()?;
        while let Some(tag) = xml.child()? {
            let kind = tag.attr("Type").unwrap_or_default();
            let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
            let outside = tag.attr("TargetMode").is_some_and(|mode| mode == "External");
            let target = tag.attr("Target").unwrap_or_default();
            let target = if outside { target } else { resolve(folder, &target) };
            if let Some(id) = tag.attr("Id") {
                rels.all.insert(id, Rel { kind, target, outside });
            }
            xml.skip()?;
        }
        Ok(rels)
    }

    pub(super) fn get(&self, id: &str) -> Option<&Rel> {
        self.all.get(id)
    }

    /// The parts of a type, within the package, in the order of their names.
    pub(super) fn parts(&self, kind: &str) -> Vec<&str> {
        let found = self.all.values().filter(|rel| rel.kind == kind && !rel.outside);
        let mut parts: Vec<&str> = found.map(|rel| rel.target.as_str()).collect();
        parts.sort_unstable();
        parts.dedup();
        parts
    }
}

/// The name of a part from the folder of the one that names it.
fn resolve(folder: &str, target: &str) -> String {
    let whole = match target.strip_prefix('/') {
        Some(absolute) => absolute.to_owned(),
        None => format!("{folder}/{target}"),
    };
    let mut path: Vec<&str> = Vec::new();
    for step in whole.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                path.pop();
            }
            step => path.push(step),
        }
    }
    path.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_resolved_within_the_package() {
        assert_eq!(resolve("word", "media/a.png"), "word/media/a.png");
        assert_eq!(resolve("word", "/word/./b.xml"), "word/b.xml");
        assert_eq!(resolve("word", "../../../etc/passwd"), "etc/passwd");
        assert_eq!(resolve("", "word/document.xml"), "word/document.xml");
    }
}
