//! ISO base media files: MP4, M4A, `QuickTime` (ISO/IEC 14496-12; `QuickTime` File Format).
//!
//! Boxes on the lists below are kept. Others become `free` boxes of the same length, filled with
//! zeros, so that every offset stays right.

mod boxes;
mod fragment;
mod tables;
mod tags;
mod track;

use std::collections::BTreeMap;
use std::ops::Range;

use boxes::{Atom, Walk};
use fragment::Defaults;
use tags::Tags;
use track::Track;

use super::notes::TAG;
use super::plan::Patches;
use super::source::Source;
use super::streams::Setup;
use super::{AvError, Survey, Trace, milliseconds};

const FILE: &[&[u8; 4]] =
    &[b"ftyp", b"styp", b"pdin", b"moov", b"moof", b"mdat", b"sidx", b"ssix", b"mfra"];
const MOVIE: &[&[u8; 4]] = &[b"mvhd", b"trak", b"mvex", b"iods"];
const TRACK: &[&[u8; 4]] = &[b"tkhd", b"edts", b"tref", b"mdia", b"tapt", b"load", b"trgr"];
const MEDIA: &[&[u8; 4]] = &[b"mdhd", b"hdlr", b"minf", b"elng"];
const INFORMATION: &[&[u8; 4]] =
    &[b"vmhd", b"smhd", b"sthd", b"nmhd", b"gmhd", b"hdlr", b"dinf", b"stbl"];
const TABLES: &[&[u8; 4]] = &[
    b"stsd", b"stts", b"ctts", b"cslg", b"stss", b"stps", b"stsh", b"stsz", b"stz2", b"stsc",
    b"stco", b"co64", b"sdtp", b"stdp", b"padb", b"sbgp", b"sgpd", b"subs",
];
const FRAGMENT: &[&[u8; 4]] = &[b"mfhd", b"traf"];
const TRACK_FRAGMENT: &[&[u8; 4]] =
    &[b"tfhd", b"tfdt", b"trun", b"sdtp", b"sbgp", b"sgpd", b"subs"];

/// Boxes in sample entries that describe no stream.
const NOT_IN_ENTRIES: &[&[u8; 4]] = &[b"udta", b"meta", b"uuid", b"name", b"free", b"skip"];

/// The most tracks of a file.
const TRACKS: usize = 256;

/// Brands of still pictures (ISO/IEC 23008-12), which are not read here.
const PICTURES: &[&[u8; 4]] =
    &[b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"];

struct Iso<'t, 's> {
    source: &'t mut Source<'s>,
    walk: Walk,
    patches: Patches,
    survey: Survey,
    tracks: Vec<Track>,
    /// Where samples may lie.
    data: Vec<Range<u64>>,
    defaults: Defaults,
    /// When the last fragment of a track ends.
    ends: BTreeMap<u32, u64>,
}

pub(super) fn survey(source: &mut Source<'_>) -> Result<Survey, AvError> {
    source.media_type = "video/mp4";
    let mut iso = Iso {
        source,
        walk: Walk::default(),
        patches: Patches::default(),
        survey: Survey::default(),
        tracks: Vec::new(),
        data: Vec::new(),
        defaults: Defaults::default(),
        ends: BTreeMap::new(),
    };
    let brand = iso.file()?;
    iso.facts(brand)?;
    let mut survey = iso.survey;
    survey.pieces = iso.patches.pieces(iso.source.len());
    Ok(survey)
}

impl Iso<'_, '_> {
    /// Goes through the file. Gives its brand; files of old have none.
    fn file(&mut self) -> Result<[u8; 4], AvError> {
        let (mut brand, mut movies, mut fragments) = (*b"qt  ", 0_u32, Vec::new());
        let whole = self.walk.file(self.source)?;
        for atom in self.sorted(whole, FILE)? {
            match &atom.kind {
                b"ftyp" if 4 <= atom.len() => brand = self.source.read(atom.body)?,
                b"mdat" => self.data.push(atom.content()),
                b"moof" => fragments.push(atom),
                b"moov" => {
                    movies = movies.saturating_add(1);
                    self.movie(atom)?;
                }
                _ => {}
            }
        }
        if PICTURES.contains(&&brand) {
            return Err(AvError::Unsupported("a still picture"));
        }
        if movies != 1 {
            return Err(self.source.corrupt("it has no movie header, or several"));
        }
        for moof in fragments.iter().copied() {
            self.fragment(moof)?;
        }
        self.samples(fragments.is_empty())?;
        Ok(brand)
    }

    /// Keeps the boxes on a list and voids the others.
    fn sorted(&mut self, atoms: Vec<Atom>, kept: &[&[u8; 4]]) -> Result<Vec<Atom>, AvError> {
        let (kept, others): (Vec<_>, Vec<_>) =
            atoms.into_iter().partition(|atom| kept.contains(&&atom.kind));
        others.into_iter().try_for_each(|atom| self.void(atom))?;
        Ok(kept)
    }

    fn children(&mut self, atom: Atom, kept: &[&[u8; 4]]) -> Result<Vec<Atom>, AvError> {
        let children = self.walk.within(self.source, atom.content())?;
        self.sorted(children, kept)
    }

    /// Takes down what a box says and makes it free space.
    fn void(&mut self, atom: Atom) -> Result<(), AvError> {
        let (walk, notes) = (&mut self.walk, &mut self.survey.notes);
        Tags { source: self.source, walk, notes }.read(atom);
        self.erase(atom)
    }

    fn erase(&mut self, atom: Atom) -> Result<(), AvError> {
        if &atom.kind != b"free" {
            self.patches.put(atom.at.saturating_add(4), b"free")?;
        }
        self.patches.zero(atom.content())
    }

    fn movie(&mut self, moov: Atom) -> Result<(), AvError> {
        for child in self.children(moov, MOVIE)? {
            match &child.kind {
                b"mvhd" => {
                    let (timescale, duration) = track::times(self.source, child)?;
                    self.survey.duration_ms =
                        milliseconds(duration, timescale).filter(|length| *length != 0);
                    self.undate(child)?;
                }
                b"mvex" => self.extends(child)?,
                b"trak" => self.track(child)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// What fragments leave out.
    fn extends(&mut self, mvex: Atom) -> Result<(), AvError> {
        for child in self.children(mvex, &[b"mehd", b"trex", b"leva"])? {
            if &child.kind == b"trex" {
                self.defaults.take(self.source, child)?;
            }
        }
        Ok(())
    }

    /// Overwrites the times of making and changing in a header.
    fn undate(&mut self, header: Atom) -> Result<(), AvError> {
        let [version] = self.source.read(header.body)?;
        let length = if version == 1 { 16 } else { 8 };
        let at = header.body.saturating_add(4);
        self.patches.zero(at..at.saturating_add(length).min(header.end))
    }

    fn track(&mut self, trak: Atom) -> Result<(), AvError> {
        if TRACKS <= self.tracks.len() {
            return Err(AvError::TooComplex("tracks"));
        }
        let track = Track::read(self.source, &mut self.walk, trak)?;
        let kept = track.is_kept();
        self.tracks.push(track);
        if !kept {
            return self.erase(trak);
        }
        for child in self.children(trak, TRACK)? {
            match &child.kind {
                b"tkhd" => self.undate(child)?,
                b"edts" => self.children(child, &[b"elst"]).map(drop)?,
                b"mdia" => self.media(child)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn media(&mut self, mdia: Atom) -> Result<(), AvError> {
        for child in self.children(mdia, MEDIA)? {
            match &child.kind {
                b"mdhd" => self.undate(child)?,
                b"hdlr" => self.handler(child)?,
                b"minf" => self.information(child)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn information(&mut self, minf: Atom) -> Result<(), AvError> {
        for child in self.children(minf, INFORMATION)? {
            match &child.kind {
                b"hdlr" => self.handler(child)?,
                b"dinf" => self.references(child)?,
                b"stbl" => self.tables(child)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Overwrites the maker and the name of a handler.
    fn handler(&mut self, hdlr: Atom) -> Result<(), AvError> {
        self.patches.zero(hdlr.body.saturating_add(12).min(hdlr.end)..hdlr.end)
    }

    /// References to data: it must be in this file, and where else it was is overwritten.
    fn references(&mut self, dinf: Atom) -> Result<(), AvError> {
        for dref in self.children(dinf, &[b"dref"])? {
            let entries = dref.body.saturating_add(8)..dref.end;
            for entry in self.walk.within(self.source, entries)? {
                let [_, _, _, flags] = self.source.read(entry.body)?;
                if flags & 1 == 0 {
                    return Err(AvError::Unsupported("a film whose data is in another file"));
                }
                self.patches.zero(entry.body.saturating_add(4).min(entry.end)..entry.end)?;
            }
        }
        Ok(())
    }

    fn tables(&mut self, stbl: Atom) -> Result<(), AvError> {
        for child in self.children(stbl, TABLES)? {
            if &child.kind == b"stsd" {
                let entries = child.body.saturating_add(8)..child.end;
                for entry in self.walk.within(self.source, entries)? {
                    self.entry(entry)?;
                }
            }
        }
        Ok(())
    }

    /// Overwrites the maker and the encoder in a sample entry, and what describes no stream.
    fn entry(&mut self, entry: Atom) -> Result<(), AvError> {
        let video = self.tracks.last().is_some_and(Track::is_video);
        let audio = self.tracks.last().is_some_and(Track::is_audio);
        let at = |offset: u64| entry.body.saturating_add(offset).min(entry.end);
        let children = if video {
            let name = self.source.bytes(at(42), at(74).saturating_sub(at(42)))?;
            if name.iter().any(|byte| *byte != 0) {
                self.survey.notes.traces.insert(Trace::Device);
            }
            self.patches.zero(at(12)..at(16))?;
            self.patches.zero(at(42)..at(74))?;
            at(78)
        } else if audio {
            let [_, version] = self.source.read(at(8))?;
            self.patches.zero(at(12)..at(16))?;
            match version {
                1 => at(44),
                2 => at(64),
                _ => at(28),
            }
        } else {
            return Ok(());
        };
        for child in self.walk.leniently(self.source, children..entry.end) {
            if NOT_IN_ENTRIES.contains(&&child.kind) {
                self.void(child)?;
            } else if &child.kind == b"dfLa" {
                let (patches, notes) = (&mut self.patches, &mut self.survey.notes);
                let mut setup = Setup { source: self.source, patches, notes };
                setup.flac(child.body.saturating_add(4)..child.end)?;
            }
        }
        Ok(())
    }

    fn fragment(&mut self, moof: Atom) -> Result<(), AvError> {
        for traf in self.children(moof, FRAGMENT)? {
            if &traf.kind != b"traf" {
                continue;
            }
            self.children(traf, TRACK_FRAGMENT)?;
            let fragment = self.defaults.fragment(self.source, &mut self.walk, traf)?;
            let track = self.tracks.iter().find(|track| track.id == fragment.track);
            if !track.is_some_and(Track::is_kept) {
                return Err(AvError::Unsupported("a stream with a track of data in fragments"));
            }
            let end = self.ends.entry(fragment.track).or_default();
            *end = fragment.end.max(*end);
        }
        Ok(())
    }

    /// Checks that all samples are there, takes texts down, and overwrites what goes.
    fn samples(&mut self, whole: bool) -> Result<(), AvError> {
        let mut any = !whole;
        for at in 0..self.tracks.len() {
            let Some(track) = self.tracks.get(at) else { continue };
            let stretches = track.tables.stretches(self.source)?;
            if track.is_video() || track.is_audio() {
                any |= !stretches.is_empty();
            } else if track.is_kept() {
                for stretch in stretches {
                    let length = stretch.end.saturating_sub(stretch.start).min(TAG);
                    self.survey.notes.runs(&self.source.bytes(stretch.start, length)?);
                }
            } else {
                let located = matches!(&track.format, b"camm" | b"gpmd");
                let trace = if located { Trace::Location } else { Trace::Tags };
                self.survey.notes.traces.insert(trace);
                stretches.into_iter().try_for_each(|stretch| self.forget(stretch))?;
            }
        }
        if any { Ok(()) } else { Err(AvError::NoTrack) }
    }

    /// Overwrites samples.
    fn forget(&mut self, stretch: Range<u64>) -> Result<(), AvError> {
        let at = self.data.partition_point(|data| data.end < stretch.end);
        let inside = self.data.get(at).is_some_and(|data| data.start <= stretch.start);
        if !inside && !stretch.is_empty() {
            return Err(self.source.corrupt("samples outside of the data"));
        }
        self.patches.zero(stretch)
    }

    /// What the tracks tell of the whole.
    fn facts(&mut self, brand: [u8; 4]) -> Result<(), AvError> {
        let video = self.tracks.iter().find(|track| track.is_video());
        let audio = self.tracks.iter().find(|track| track.is_audio());
        let survey = &mut self.survey;
        survey.media_type = match (video, audio) {
            (None, None) => return Err(AvError::NoTrack),
            _ if &brand == b"qt  " => "video/quicktime",
            (Some(_), _) => "video/mp4",
            (None, Some(_)) => "audio/mp4",
        };
        survey.size = video.and_then(|track| track.size);
        survey.video = video.map(Track::codec);
        survey.audio = audio.map(Track::codec);
        let lengths = self.tracks.iter().filter(|track| track.is_kept()).filter_map(|track| {
            let streamed = self.ends.get(&track.id).copied().unwrap_or(0);
            milliseconds(track.duration.max(streamed), track.timescale)
        });
        survey.duration_ms =
            survey.duration_ms.or_else(|| lengths.max().filter(|length| *length != 0));
        Ok(())
    }
}
