//! What the boxes of metadata say: user data (ISO/IEC 14496-12, section 8.10; 3GPP TS 26.244,
//! section 8; `QuickTime` File Format, "User data atoms"), metadata with keys or item lists
//! (`QuickTime` File Format, "Metadata"), XMP.

use super::boxes::{Atom, Walk};
use crate::media::av::notes::{self, Notes, TAG};
use crate::media::av::source::Source;

/// The most names of keys that are read.
const KEYS: usize = 1000;

/// User data of one text in a language (3GPP TS 26.244, section 8.2).
const TEXTS: &[&[u8; 4]] = &[
    b"titl", b"dscp", b"auth", b"perf", b"gnre", b"cprt", b"albm", b"kywd", b"rtng", b"clsf",
    b"loci",
];

/// The extended type of XMP (XMP specification, part 3, section 1.2.7.1).
const XMP: [u8; 16] = [
    0xBE, 0x7A, 0xCF, 0xCB, 0x97, 0xA9, 0x42, 0xE8, 0x9C, 0x71, 0x99, 0x94, 0x91, 0xE3, 0xAF, 0xAC,
];

/// Reads tags into notes. What makes no sense is passed over: it goes anyway.
pub(super) struct Tags<'t, 's> {
    pub(super) source: &'t mut Source<'s>,
    pub(super) walk: &'t mut Walk,
    pub(super) notes: &'t mut Notes,
}

impl Tags<'_, '_> {
    /// Takes down what a box says that is not kept.
    pub(super) fn read(&mut self, atom: Atom) {
        match &atom.kind {
            b"free" | b"skip" | b"wide" => {}
            b"udta" => {
                for child in self.walk.leniently(self.source, atom.content()) {
                    self.user(child);
                }
            }
            b"meta" => self.meta(atom),
            b"uuid" => self.uuid(atom),
            _ => self.other(atom),
        }
    }

    fn user(&mut self, atom: Atom) {
        match &atom.kind {
            b"meta" => self.meta(atom),
            b"uuid" => self.uuid(atom),
            [0, 0, 0, 0] | b"free" | b"skip" => {}
            [0xA9, ..] => {
                let content = self.content(atom);
                // A length, a language, a text; maybe others after it.
                let mut rest = content.as_slice();
                while let [l0, l1, c0, c1, after @ ..] = rest {
                    let length = usize::from(u16::from_be_bytes([*l0, *l1])).min(after.len());
                    let (text, next) = after.split_at_checked(length).unwrap_or_default();
                    let wide = text.starts_with(&[0xFE, 0xFF]) || text.starts_with(&[0xFF, 0xFE]);
                    let coded = 0x400 <= u16::from_be_bytes([*c0, *c1]) && wide;
                    let text = if coded { notes::utf16(text) } else { notes::latin(text) };
                    self.notes.tag(&name(atom.kind), Some(&text));
                    rest = next;
                }
                self.notes.tag(&name(atom.kind), None);
            }
            kind if TEXTS.contains(&kind) => {
                let content = self.content(atom);
                // Version, flags and language first.
                let text = content.get(6..).unwrap_or_default();
                let text = match text {
                    [0xFE, 0xFF, ..] | [0xFF, 0xFE, ..] => notes::utf16(text),
                    _ => notes::latin(text.split(|byte| *byte == 0).next().unwrap_or_default()),
                };
                self.notes.tag(&name(atom.kind), Some(&text));
            }
            _ => self.other(atom),
        }
    }

    /// Metadata with a list of items, their names in a list of keys or in four letters.
    fn meta(&mut self, atom: Atom) {
        // Only QuickTime leaves version and flags out.
        let full = self.source.read::<8>(atom.body).is_ok_and(|head| !head.ends_with(b"hdlr"));
        let start = atom.body.saturating_add(if full { 4 } else { 0 });
        let children = self.walk.leniently(self.source, start..atom.end);
        let (mut keys, mut items) = (Vec::new(), 0_usize);
        for child in children {
            match &child.kind {
                b"hdlr" | b"free" | b"skip" => {}
                b"keys" => keys = self.keys(child),
                b"ilst" => {
                    for item in self.walk.leniently(self.source, child.content()) {
                        items = items.saturating_add(1);
                        self.item(item, &keys);
                    }
                }
                _ => self.other(child),
            }
        }
        if items == 0 {
            self.notes.tag("meta", None);
        }
    }

    fn keys(&mut self, atom: Atom) -> Vec<String> {
        let start = atom.body.saturating_add(8);
        let entries = self.walk.leniently(self.source, start..atom.end);
        let entries = entries.into_iter().take(KEYS);
        entries.map(|entry| notes::latin(&self.content(entry))).collect()
    }

    fn item(&mut self, item: Atom, keys: &[String]) {
        let number = usize::try_from(u32::from_be_bytes(item.kind)).unwrap_or(usize::MAX);
        let key = number.checked_sub(1).and_then(|at| keys.get(at)).cloned();
        let mut key = key.unwrap_or_else(|| name(item.kind));
        for part in self.walk.leniently(self.source, item.content()) {
            let content = self.content(part);
            match (&part.kind, content.as_slice()) {
                // The name of a free-form item.
                (b"name", [_, _, _, _, name @ ..]) => key = notes::latin(name),
                (b"data", [_, _, _, 1, _, _, _, _, text @ ..]) => {
                    self.notes.tag(&key, Some(&notes::latin(text)));
                }
                (b"data", [_, _, _, 2, _, _, _, _, text @ ..]) => {
                    self.notes.tag(&key, Some(&notes::utf16(text)));
                }
                _ => self.notes.tag(&key, None),
            }
        }
    }

    fn uuid(&mut self, atom: Atom) {
        let content = self.content(atom);
        let Some(packet) = content.strip_prefix(&XMP) else { return self.other(atom) };
        let text = notes::latin(packet);
        for (part, name) in
            [("GPS", "gps"), ("tiff:Make", "make"), ("CreatorTool", "software"), ("", "xmp")]
        {
            if text.contains(part) {
                self.notes.tag(name, None);
            }
        }
        text.split(['<', '>', '"']).for_each(|part| self.notes.text(part));
    }

    fn other(&mut self, atom: Atom) {
        let content = self.content(atom);
        self.notes.bytes(&name(atom.kind), &content);
    }

    /// The content of a box, or its beginning.
    fn content(&mut self, atom: Atom) -> Vec<u8> {
        self.source.bytes(atom.body, atom.len().min(TAG)).unwrap_or_default()
    }
}

/// The four letters of a type.
pub(super) fn name(kind: [u8; 4]) -> String {
    kind.iter().map(|byte| char::from(*byte)).collect()
}
