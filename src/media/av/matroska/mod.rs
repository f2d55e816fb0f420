//! `WebM` and Matroska files (RFC 9559, on EBML, RFC 8794).
//!
//! Elements on the lists of [`ids`] are kept. Others become `Void` elements of the same length,
//! filled with zeros, so that every position stays right; check sums go with them.

mod element;
mod ids;
mod tags;
mod track;

use std::time::Duration;

use element::{Element, Walk};
use tags::Tags;
use track::Track;

use super::plan::Patches;
use super::source::Source;
use super::streams::Setup;
use super::{AvError, Codec, Survey, Trace};

/// The most tracks of a file.
const TRACKS: usize = 256;

/// The longest header, in bytes.
const HEADER: u64 = 4096;

struct Matroska<'t, 's> {
    source: &'t mut Source<'s>,
    walk: Walk,
    patches: Patches,
    survey: Survey,
    tracks: Vec<Track>,
    webm: bool,
    blocks: bool,
    /// Nanoseconds in a unit of time.
    scale: u64,
    /// The length, in those units, as it is said.
    duration: f64,
    /// The time of the latest block, in those units.
    last: u64,
}

pub(super) fn survey(source: &mut Source<'_>) -> Result<Survey, AvError> {
    source.media_type = "video/matroska";
    let mut matroska = Matroska {
        source,
        walk: Walk::default(),
        patches: Patches::default(),
        survey: Survey::default(),
        tracks: Vec::new(),
        webm: false,
        blocks: false,
        scale: 1_000_000,
        duration: 0.0,
        last: 0,
    };
    let start = matroska.header()?;
    matroska.segment(start)?;
    matroska.facts()?;
    let mut survey = matroska.survey;
    survey.pieces = matroska.patches.pieces(matroska.source.len());
    Ok(survey)
}

impl<'s> Matroska<'_, 's> {
    /// Reads the header; gives where it ends.
    fn header(&mut self) -> Result<u64, AvError> {
        let whole = 0..self.source.len();
        let header = self.walk.next(self.source, whole)?;
        let header = header.filter(|header| header.id == ids::EBML && header.sized);
        let Some(header) = header.filter(|header| header.len() <= HEADER) else {
            return Err(self.source.corrupt("no header"));
        };
        for child in self.children(header, ids::IN_HEADER)? {
            if child.id == ids::DOC_TYPE {
                self.webm = element::text(self.source, child)? == "webm";
                if self.webm {
                    self.source.media_type = "video/webm";
                } else if element::text(self.source, child)? != "matroska" {
                    return Err(AvError::Unsupported("EBML that is no film"));
                }
            }
        }
        Ok(header.end)
    }

    fn segment(&mut self, start: u64) -> Result<(), AvError> {
        let rest = start..self.source.len();
        let segment = self.walk.next(self.source, rest)?;
        let Some(segment) = segment.filter(|segment| segment.id == ids::SEGMENT) else {
            return Err(self.source.corrupt("no segment"));
        };
        if segment.end != self.source.len() {
            return Err(self.source.corrupt("something after its end"));
        }
        let mut at = segment.body;
        while let Some(part) = self.walk.next(self.source, at..segment.end)? {
            at = match part.id {
                ids::CLUSTER => self.cluster(part)?,
                _ if !part.sized => {
                    return Err(self.source.corrupt("an element without length"));
                }
                _ => {
                    self.part(part)?;
                    part.end
                }
            };
        }
        Ok(())
    }

    fn part(&mut self, part: Element) -> Result<(), AvError> {
        match part.id {
            ids::SEEK_HEAD => self.seek_head(part),
            ids::INFO => self.info(part),
            ids::TRACKS => self.entries(part),
            ids::CHAPTERS => {
                self.tags().chapters(part);
                Ok(())
            }
            ids::CUES => Ok(()),
            _ => self.void(part),
        }
    }

    fn tags(&mut self) -> Tags<'_, 's> {
        Tags { source: self.source, walk: &mut self.walk, notes: &mut self.survey.notes }
    }

    /// The parts of an element that are on a list; the others are voided.
    fn children(&mut self, parent: Element, kept: &[u32]) -> Result<Vec<Element>, AvError> {
        let mut children = self.walk.within(self.source, parent)?;
        for child in children.extract_if(.., |child| !kept.contains(&child.id)) {
            let (walk, notes) = (&mut self.walk, &mut self.survey.notes);
            Tags { source: self.source, walk, notes }.read(child);
            erase(&mut self.patches, child)?;
        }
        Ok(children)
    }

    /// Takes down what an element says and makes it void.
    fn void(&mut self, element: Element) -> Result<(), AvError> {
        self.tags().read(element);
        erase(&mut self.patches, element)
    }

    /// Where parts are found: what goes is sought no more.
    fn seek_head(&mut self, head: Element) -> Result<(), AvError> {
        for seek in self.children(head, &[ids::SEEK])? {
            let parts = self.children(seek, &[ids::SEEK_ID, ids::SEEK_POSITION])?;
            let Some(id) = parts.into_iter().find(|part| part.id == ids::SEEK_ID) else { continue };
            let id = element::unsigned(self.source, id)?;
            if !ids::SOUGHT.iter().any(|kept| u64::from(*kept) == id) {
                erase(&mut self.patches, seek)?;
            }
        }
        Ok(())
    }

    fn info(&mut self, info: Element) -> Result<(), AvError> {
        for child in self.children(info, ids::IN_INFO)? {
            match child.id {
                ids::TIMESTAMP_SCALE => self.scale = element::unsigned(self.source, child)?,
                ids::DURATION => self.duration = element::float(self.source, child)?,
                // Both programs must be named; no letters are a name too.
                _ => {
                    self.tags().text("app", child);
                    self.patches.zero(child.content())?;
                }
            }
        }
        Ok(())
    }

    fn entries(&mut self, tracks: Element) -> Result<(), AvError> {
        if !self.tracks.is_empty() {
            return Err(self.source.corrupt("two lists of tracks"));
        }
        for entry in self.children(tracks, &[ids::TRACK_ENTRY])? {
            if TRACKS <= self.tracks.len() {
                return Err(AvError::TooComplex("tracks"));
            }
            let track = Track::read(self.source, &mut self.walk, entry)?;
            if track.is_kept() {
                let children = self.children(entry, ids::IN_TRACK)?;
                self.setup(&track, &children)?;
            } else {
                self.survey.notes.traces.insert(Trace::Tags);
                erase(&mut self.patches, entry)?;
            }
            self.tracks.push(track);
        }
        Ok(())
    }

    /// Overwrites the comments in what the decoder is set up with.
    fn setup(&mut self, track: &Track, children: &[Element]) -> Result<(), AvError> {
        let Some(private) = children.iter().find(|child| child.id == ids::CODEC_PRIVATE) else {
            return Ok(());
        };
        let (patches, notes) = (&mut self.patches, &mut self.survey.notes);
        let mut setup = Setup { source: self.source, patches, notes };
        match track.codec() {
            Codec::Vorbis => setup.vorbis(private.content()),
            // After its mark.
            Codec::Flac => setup.flac(private.body.saturating_add(4)..private.end),
            _ => Ok(()),
        }
    }

    /// Goes through a cluster; gives where it ends. One that does not say how long it is ends where
    /// another part of the segment begins.
    fn cluster(&mut self, cluster: Element) -> Result<u64, AvError> {
        let (mut at, mut time) = (cluster.body, 0);
        while let Some(child) = self.walk.next(self.source, at..cluster.end)? {
            if !cluster.sized && ids::TOP.contains(&child.id) {
                return Ok(child.at);
            }
            if !child.sized {
                return Err(self.source.corrupt("an element without length"));
            }
            match child.id {
                ids::TIMESTAMP => time = element::unsigned(self.source, child)?,
                ids::SIMPLE_BLOCK => self.block(child, child, time)?,
                ids::BLOCK_GROUP => {
                    let parts = self.children(child, ids::IN_GROUP)?;
                    let block = parts.into_iter().find(|part| part.id == ids::BLOCK);
                    let Some(block) = block else {
                        return Err(self.source.corrupt("a group without a block"));
                    };
                    self.block(block, child, time)?;
                }
                ids::ENCRYPTED_BLOCK => return Err(AvError::Encrypted),
                id if ids::IN_CLUSTER.contains(&id) => {}
                _ => self.void(child)?,
            }
            at = child.end;
        }
        Ok(cluster.end)
    }

    /// A block: its track, its time, its data (RFC 9559, section 10.1). It goes with all `around`
    /// it if its track does.
    fn block(&mut self, block: Element, around: Element, time: u64) -> Result<(), AvError> {
        let (number, after) = element::number(self.source, block.body, 8, true)?;
        if block.end < after.saturating_add(3) {
            return Err(self.source.corrupt("a block is too short"));
        }
        let track = self.tracks.iter().find(|track| Some(track.number) == number);
        let Some(track) = track else {
            return Err(self.source.corrupt("a block before or without its track"));
        };
        if !track.is_kept() {
            return erase(&mut self.patches, around);
        }
        if track.is_text() {
            let data = Element { body: after.saturating_add(3), ..block };
            self.tags().runs(data);
        } else {
            self.blocks = true;
        }
        let offset = i16::from_be_bytes(self.source.read(after)?);
        self.last = time.saturating_add_signed(offset.into()).max(self.last);
        Ok(())
    }

    /// What the tracks tell of the whole.
    fn facts(&mut self) -> Result<(), AvError> {
        let video = self.tracks.iter().find(|track| track.is_video());
        let audio = self.tracks.iter().find(|track| track.is_audio());
        let survey = &mut self.survey;
        survey.media_type = match (video, audio) {
            _ if !self.blocks => return Err(AvError::NoTrack),
            (Some(_), _) if self.webm => "video/webm",
            (Some(_), _) => "video/matroska",
            (None, _) if self.webm => "audio/webm",
            (None, _) => "audio/matroska",
        };
        survey.size = video.and_then(|track| track.size);
        survey.video = video.map(Track::codec);
        survey.audio = audio.map(Track::codec);
        // A scale of nanoseconds: 10^9 in a second.
        let scale = f64::from(u32::try_from(self.scale).unwrap_or(u32::MAX)) / 1e9;
        let said = Duration::try_from_secs_f64(self.duration * scale).unwrap_or_default();
        let last = u128::from(self.last) * u128::from(self.scale) / 1_000_000;
        let length = if said.is_zero() { last } else { said.as_millis() };
        survey.duration_ms = u64::try_from(length).ok().filter(|length| *length != 0);
        Ok(())
    }
}

/// Makes an element void: the mark, the length in eight bytes where they fit, zeros (RFC 8794,
/// section 11.3.2).
fn erase(patches: &mut Patches, element: Element) -> Result<(), AvError> {
    const VOID: u8 = 0xEC;
    let whole = element.end.saturating_sub(element.at);
    let head = match whole.checked_sub(9) {
        Some(length) => {
            let [_, a, b, c, d, e, f, g] = length.to_be_bytes();
            vec![VOID, 1, a, b, c, d, e, f, g]
        }
        None => vec![VOID, u8::try_from(whole.saturating_sub(2)).unwrap_or(0) | 0x80],
    };
    let body = element.at.saturating_add(u64::try_from(head.len()).unwrap_or(0));
    patches.put(element.at, &head)?;
    patches.zero(body..element.end)
}
