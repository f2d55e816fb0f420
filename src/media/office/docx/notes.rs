//! Footnotes and endnotes, read before the text that cites them.

use std::collections::HashMap;
use std::io::{Read, Seek};

use super::super::model::Block;
use super::super::package::Package;
use super::super::xml::{Ns, Xml};
use super::super::{Job, OfficeError};
use super::body::{Parts, Reader, Scope};
use super::numbering::Numbering;
use super::rels::Rels;
use super::styles::Styles;

/// The kind of a note and its id.
pub(super) type NoteId = (&'static str, String);

/// All notes of a document.
#[derive(Debug, Default)]
pub(super) struct Notes {
    all: HashMap<NoteId, Vec<Block>>,
}

impl Notes {
    pub(super) fn read<R: Read + Seek>(
        package: &mut Package<R>,
        rels: &Rels,
        (styles, numbering): (&Styles, &Numbering),
        job: &mut Job<'_>,
    ) -> Result<Self, OfficeError> {
        let mut notes = Self::default();
        let depth = job.tally.limits().depth;
        for (kind, element) in [("footnotes", "footnote"), ("endnotes", "endnote")] {
            let Some(part) = rels.parts(kind).first().map(|part| (*part).to_owned()) else {
                continue;
            };
            let Some(text) = package.text(&part)? else { continue };
            let rels = Rels::of(package, &part, depth)?;
            let mut reader =
                Reader::new(Parts { styles, numbering, rels: &rels, notes: None }, job);
            let mut xml = Xml::new(&text, depth);
            xml.child()?;
            while let Some(tag) = xml.child()? {
                // Separators between text and notes have a type.
                let is_note = tag.attr("type").is_none_or(|kind| kind == "normal");
                if tag.ns == Ns::Word && tag.name() == element && is_note {
                    let id = tag.attr("id").unwrap_or_default();
                    let blocks = reader.blocks(&mut xml, Scope::default())?;
                    notes.all.insert((element, id), blocks);
                } else {
                    xml.skip()?;
                }
            }
        }
        Ok(notes)
    }

    pub(super) fn get(&self, id: &NoteId) -> Option<&Vec<Block>> {
        self.all.get(id)
    }
}
