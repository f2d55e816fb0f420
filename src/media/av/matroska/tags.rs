//! What tags, attached files and chapters say (RFC 9559, sections 5.1.6 to 5.1.8).

use super::element::{self, Element, Walk};
use super::ids;
use crate::media::av::notes::{Notes, TAG};
use crate::media::av::source::Source;

const TAG_ENTRY: u32 = 0x7373;
const SIMPLE_TAG: u32 = 0x67C8;
const TAG_NAME: u32 = 0x45A3;
const TAG_STRING: u32 = 0x4487;
const EDITION: u32 = 0x45B9;
const CHAPTER: u32 = 0xB6;
const CHAPTER_NAMES: u32 = 0x80;
const CHAPTER_NAME: u32 = 0x85;
const ATTACHED_FILE: u32 = 0x61A7;
const FILE_TEXTS: [u32; 2] = [0x466E, 0x467E];

/// How deep tags are read in one another.
const DEPTH: u32 = 8;

/// Reads tags into notes. What makes no sense is passed over: it goes anyway.
pub(super) struct Tags<'t, 's> {
    pub(super) source: &'t mut Source<'s>,
    pub(super) walk: &'t mut Walk,
    pub(super) notes: &'t mut Notes,
}

impl Tags<'_, '_> {
    /// Takes down what an element says that is not kept.
    pub(super) fn read(&mut self, element: Element) {
        match element.id {
            ids::VOID | CRC_32 => {}
            ids::TAGS => {
                for tag in self.children(element) {
                    if tag.id == TAG_ENTRY {
                        self.simple(tag, DEPTH);
                    }
                }
            }
            ids::ATTACHMENTS => {
                self.notes.tag("attachments", None);
                for file in self.children(element) {
                    if file.id == ATTACHED_FILE {
                        self.file(file);
                    }
                }
            }
            ids::TITLE => self.text("title", element),
            ids::TRACK_NAME => self.text("name", element),
            id if ids::FILE_NAMES.contains(&id) => self.text("file", element),
            _ => {}
        }
    }

    /// The simple tags in a tag, and those in them.
    fn simple(&mut self, tag: Element, depth: u32) {
        let Some(deeper) = depth.checked_sub(1) else { return };
        let (mut name, mut text) = (None, None);
        for child in self.children(tag) {
            match child.id {
                TAG_NAME => name = element::text(self.source, child).ok(),
                TAG_STRING => text = element::text(self.source, child).ok(),
                SIMPLE_TAG => self.simple(child, deeper),
                _ => {}
            }
        }
        if let Some(name) = name {
            self.notes.tag(&name, text.as_deref());
        }
    }

    fn file(&mut self, file: Element) {
        for child in self.children(file) {
            if FILE_TEXTS.contains(&child.id) {
                self.text("attachment", child);
            }
        }
    }

    /// Takes down the names of chapters, which stay.
    pub(super) fn chapters(&mut self, chapters: Element) {
        for edition in self.children(chapters) {
            if edition.id == EDITION {
                self.chapter(edition, DEPTH);
            }
        }
    }

    /// The chapters in an edition or in a chapter.
    fn chapter(&mut self, around: Element, depth: u32) {
        let Some(deeper) = depth.checked_sub(1) else { return };
        for child in self.children(around) {
            match child.id {
                CHAPTER | CHAPTER_NAMES => self.chapter(child, deeper),
                CHAPTER_NAME => {
                    let name = element::text(self.source, child).unwrap_or_default();
                    self.notes.text(&name);
                }
                _ => {}
            }
        }
    }

    /// Takes down a text under a name.
    pub(super) fn text(&mut self, name: &str, element: Element) {
        let text = element::text(self.source, element).unwrap_or_default();
        if !text.is_empty() {
            self.notes.tag(name, Some(&text));
        }
    }

    /// Takes down the texts in what stays.
    pub(super) fn runs(&mut self, element: Element) {
        let length = element.len().min(TAG);
        let bytes = self.source.bytes(element.body, length).unwrap_or_default();
        self.notes.runs(&bytes);
    }

    fn children(&mut self, element: Element) -> Vec<Element> {
        self.walk.within(self.source, element).unwrap_or_default()
    }
}

/// A check sum over what may have changed (RFC 8794, section 11.3.1).
const CRC_32: u32 = 0xBF;
