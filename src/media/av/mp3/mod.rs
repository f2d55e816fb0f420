//! MP3 files: frames of MPEG layer III between tags.
//!
//! The frames are kept, the one with the table of contents and the encoder's settings among them.
//! What stands before, between and after them goes.

mod frame;
mod tags;

use frame::Frame;

use super::plan::Piece;
use super::source::Source;
use super::{AvError, Codec, Survey, milliseconds};

/// The most bytes that may stand between frames and belong to nothing.
const JUNK: u64 = 1 << 16;

/// The most stretches of frames.
const STRETCHES: usize = 1000;

pub(super) fn survey(source: &mut Source<'_>) -> Result<Survey, AvError> {
    source.media_type = "audio/mpeg";
    let mut survey = Survey { media_type: "audio/mpeg", ..Survey::default() };
    let mut start = 0;
    while let Some(end) = tags::id3v2(source, &mut survey.notes, start)? {
        start = end;
    }
    let end = tags::start_of_tail(source, &mut survey.notes, start)?;
    let mut stream = Stream { at: start, end, junk: 0, first: None, samples: 0 };
    while let Some(at) = stream.next(source, &mut survey)? {
        if let Some(Piece::Old(stretch)) = survey.pieces.last_mut()
            && stretch.end == at.start
        {
            stretch.end = at.end;
            continue;
        }
        if STRETCHES <= survey.pieces.len() {
            return Err(AvError::TooComplex("breaks between frames"));
        }
        survey.pieces.push(Piece::Old(at));
    }
    let Some(first) = stream.first.filter(|_| 0 < stream.samples) else {
        return Err(AvError::NoTrack);
    };
    survey.audio = Some(Codec::Mp3);
    survey.duration_ms = milliseconds(stream.samples, first.hertz);
    Ok(survey)
}

/// Where the reading of frames has come.
struct Stream {
    at: u64,
    end: u64,
    /// Bytes passed over so far.
    junk: u64,
    /// The first frame: the others are like it.
    first: Option<Frame>,
    /// In each channel, so far.
    samples: u64,
}

impl Stream {
    /// Where the next frame is; `None` at the end.
    fn next(
        &mut self,
        source: &mut Source<'_>,
        survey: &mut Survey,
    ) -> Result<Option<std::ops::Range<u64>>, AvError> {
        while self.at < self.end {
            if let Some(frame) = self.frame(source, self.at)? {
                let at = self.at..self.at.saturating_add(frame.length);
                if self.end < at.end {
                    return Err(source.corrupt("it ends within a frame"));
                }
                self.at = at.end;
                let table = self.first.is_none() && is_table(source, at.start, frame)?;
                self.first.get_or_insert(frame);
                if !table {
                    self.samples = self.samples.saturating_add(frame.samples.into());
                }
                return Ok(Some(at));
            }
            match tags::id3v2(source, &mut survey.notes, self.at)? {
                Some(end) => self.at = end,
                None => self.seek(source)?,
            }
        }
        Ok(None)
    }

    /// Goes to where the next frame or tag might begin.
    fn seek(&mut self, source: &mut Source<'_>) -> Result<(), AvError> {
        let from = self.at;
        let end = self.end.min(from.saturating_add(JUNK).saturating_add(2));
        let next = source.find([0xFF, b'I'], from.saturating_add(1), end)?;
        self.at = next.unwrap_or(end);
        self.junk = self.junk.saturating_add(self.at.saturating_sub(from));
        if JUNK < self.junk {
            return Err(source.corrupt("too much between its frames"));
        }
        Ok(())
    }

    /// The frame at a place, if one like the first is there. After junk another one must follow it.
    fn frame(&self, source: &mut Source<'_>, at: u64) -> Result<Option<Frame>, AvError> {
        let Some(frame) = header(source, at, self.end)? else { return Ok(None) };
        if self.first.is_some_and(|first| !first.goes_with(frame)) {
            return Ok(None);
        }
        let after = at.saturating_add(frame.length);
        // One that is cut off is told from junk, too.
        let sure = self.first.is_some() && (self.junk == 0 || self.end < after);
        if sure || after == self.end {
            return Ok(Some(frame));
        }
        let next = header(source, after, self.end)?;
        Ok(next.filter(|next| next.goes_with(frame)).map(|_| frame))
    }
}

/// What a frame's header says, if there is one before an end.
fn header(source: &mut Source<'_>, at: u64, end: u64) -> Result<Option<Frame>, AvError> {
    if end < at.saturating_add(4) {
        return Ok(None);
    }
    Ok(Frame::read(source.read(at)?))
}

/// Whether a frame holds a table of contents in the place of sound.
fn is_table(source: &mut Source<'_>, at: u64, frame: Frame) -> Result<bool, AvError> {
    if frame.length < frame.table.saturating_add(4) {
        return Ok(false);
    }
    let mark = source.read(at.saturating_add(frame.table))?;
    let late = 40 <= frame.length && source.read(at.saturating_add(36))? == *b"VBRI";
    Ok(matches!(&mark, b"Xing" | b"Info") || late)
}
