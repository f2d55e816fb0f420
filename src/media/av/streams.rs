//! Comments in what a decoder is set up with: FLAC's blocks (RFC 9639, section 8) and Vorbis's
//! second header ("Vorbis I specification", section 5). They are overwritten in their place.

use std::ops::Range;

use super::AvError;
use super::notes::{self, Notes, TAG};
use super::plan::Patches;
use super::source::Source;

/// What is read and written on the way.
pub(super) struct Setup<'t, 's> {
    pub(super) source: &'t mut Source<'s>,
    pub(super) patches: &'t mut Patches,
    pub(super) notes: &'t mut Notes,
}

impl Setup<'_, '_> {
    /// The metadata blocks of a FLAC stream: those with texts, pictures and the data of programs
    /// become padding. What makes no sense is overwritten to the end.
    pub(super) fn flac(&mut self, range: Range<u64>) -> Result<(), AvError> {
        const PADDING: u8 = 1;
        let mut at = range.start;
        while at < range.end {
            let body = at.saturating_add(4);
            if range.end < body {
                return self.patches.zero(at..range.end);
            }
            let [kind, l2, l1, l0] = self.source.read(at)?;
            let length = u64::from(u32::from_be_bytes([0, l2, l1, l0]));
            let end = body.saturating_add(length).min(range.end);
            // The stream's facts and the table of places are needed.
            match kind & 0x7F {
                0 | 3 => {}
                other => {
                    self.comments(other, body..end)?;
                    self.patches.put(at, &[kind & 0x80 | PADDING])?;
                    self.patches.zero(body..end)?;
                }
            }
            at = end;
        }
        Ok(())
    }

    fn comments(&mut self, kind: u8, at: Range<u64>) -> Result<(), AvError> {
        let length = at.end.saturating_sub(at.start).min(TAG);
        let bytes = self.source.bytes(at.start, length)?;
        match kind {
            1 if bytes.iter().all(|byte| *byte == 0) => {}
            4 => list(&bytes, self.notes),
            _ => self.notes.bytes("flac", &bytes),
        }
        Ok(())
    }

    /// The three headers of a Vorbis stream, their lengths before them as in Matroska (Matroska
    /// codec specifications, `A_VORBIS`): the second becomes one of a long empty name.
    pub(super) fn vorbis(&mut self, range: Range<u64>) -> Result<(), AvError> {
        const MARK: &[u8; 7] = b"\x03vorbis";
        let length = range.end.saturating_sub(range.start);
        let bytes = self.source.bytes(range.start, length.min(TAG))?;
        let Some((2, lengths)) = bytes.split_first() else {
            return Err(self.source.corrupt("bad headers of Vorbis"));
        };
        let (mut sizes, mut rest) = ([0_usize; 2], lengths);
        for size in &mut sizes {
            while let [255, after @ ..] = rest {
                *size = size.saturating_add(255);
                rest = after;
            }
            if let [last, after @ ..] = rest {
                *size = size.saturating_add(usize::from(*last));
                rest = after;
            }
        }
        let [first, second] = sizes;
        let place = bytes.len().saturating_sub(rest.len()).saturating_add(first);
        let header = bytes.get(place..place.saturating_add(second)).unwrap_or_default();
        // A mark, the length of a name, the count of comments, a last bit.
        let room = second.checked_sub(MARK.len() + 9).and_then(|room| u32::try_from(room).ok());
        let (Some(comments), Some(room)) = (header.strip_prefix(MARK), room) else {
            return Err(self.source.corrupt("bad headers of Vorbis"));
        };
        list(comments, self.notes);
        let mut blank = room.to_le_bytes().to_vec();
        blank.resize(comments.len().saturating_sub(1), 0);
        blank.push(1);
        let skipped = u64::try_from(place.saturating_add(MARK.len())).unwrap_or(u64::MAX);
        self.patches.put(range.start.saturating_add(skipped), &blank)
    }
}

/// Takes down the program and the comments of a list ("Vorbis I specification", section 5.2.1).
fn list(bytes: &[u8], notes: &mut Notes) {
    let Some((program, rest)) = text(bytes) else { return };
    if !program.trim_matches('\0').is_empty() {
        notes.tag("encoder", Some(&program));
    }
    let mut rest = rest.get(4..).unwrap_or_default();
    while let Some((comment, after)) = text(rest) {
        let (name, value) = comment.split_once('=').unwrap_or(("comment", &comment));
        notes.tag(name, Some(value));
        rest = after;
    }
}

/// A text with its length before it, and what follows.
fn text(bytes: &[u8]) -> Option<(String, &[u8])> {
    let [a, b, c, d, rest @ ..] = bytes else { return None };
    let length = usize::try_from(u32::from_le_bytes([*a, *b, *c, *d])).ok()?;
    let (text, after) = rest.split_at_checked(length)?;
    Some((notes::latin(text), after))
}
