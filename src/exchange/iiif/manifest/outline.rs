//! The outline of a publication as ranges (section 5.4).

use serde_json::Value;

use super::{super::Url, canvas::Canvas, object::Object, text::LangText};

/// How deep ranges are nested; deeper headings stand beside those of this depth.
const MAX_DEPTH: usize = 12;

/// A table of contents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// What it is called.
    pub label: LangText,
    /// Its lines, as they are printed.
    pub headings: Vec<Heading>,
}

/// A line of a table of contents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// How deep it stands: a heading belongs to the nearest one before it of a lesser level.
    pub level: u8,
    /// Its text.
    pub label: LangText,
    /// Where it begins: the place of the canvas, from 0. A heading beyond the last is left out.
    pub page: usize,
}

/// A range whose later members are still to come.
struct Open {
    level: u8,
    label: Value,
    number: usize,
    items: Vec<Value>,
}

impl Outline {
    /// The range of the whole table, or nothing if no heading leads to a canvas.
    ///
    /// A range has the canvases from its heading to the next one and then the ranges below it. No
    /// canvas is listed as such a follower twice, so the whole is linear even where the headings
    /// jump back and forth.
    pub(super) fn json(&self, manifest: &Url, canvases: &[Canvas]) -> Option<Value> {
        let known = self.headings.iter().filter(|heading| heading.page < canvases.len());
        let headings: Vec<&Heading> = known.collect();
        let ends = headings.iter().skip(1).map(|next| next.page).chain([canvases.len()]);
        let mut open: Vec<Open> = Vec::new();
        let mut top = Vec::new();
        let mut listed = 0;
        for (number, (heading, end)) in headings.iter().zip(ends).enumerate() {
            while open.last().is_some_and(|last| heading.level <= last.level)
                || MAX_DEPTH <= open.len()
            {
                close(manifest, &mut open, &mut top);
            }
            let first = heading.page;
            let follower = first.saturating_add(1);
            let end = if listed <= follower { end.max(follower) } else { follower };
            listed = listed.max(end);
            open.push(Open {
                level: heading.level,
                label: heading.label.json(),
                number: number.saturating_add(1),
                items: canvases.get(first..end).unwrap_or_default().iter().map(reference).collect(),
            });
        }
        while !open.is_empty() {
            close(manifest, &mut open, &mut top);
        }
        let whole = Open { level: 0, label: self.label.json(), number: 0, items: top };
        (!whole.items.is_empty()).then(|| whole.json(manifest))
    }
}

/// Moves the innermost open range into the one around it.
fn close(manifest: &Url, open: &mut Vec<Open>, top: &mut Vec<Value>) {
    if let Some(done) = open.pop() {
        let outer = open.last_mut().map_or(top, |outer| &mut outer.items);
        outer.push(done.json(manifest));
    }
}

impl Open {
    /// Its address is a part of the manifest's, where alone it is found.
    fn json(self, manifest: &Url) -> Value {
        Object::new(format!("{}#range-{}", manifest.document(), self.number), "Range")
            .with("label", self.label)
            .with("items", self.items)
            .into()
    }
}

fn reference(canvas: &Canvas) -> Value {
    Object::new(canvas.id.as_str(), "Canvas").into()
}
