//! What a track says of itself (ISO/IEC 14496-12, sections 8.3 to 8.5).

use super::boxes::{Atom, Walk};
use super::tables::Tables;
use crate::media::av::source::Source;
use crate::media::av::{AvError, Codec};

/// The handlers of tracks that are seen, heard or read.
const KEPT: &[&[u8; 4]] = &[b"vide", b"soun", b"text", b"sbtl", b"subt", b"clcp"];

/// Sample entries of streams behind a key (ISO/IEC 23001-7; Apple's before it).
const LOCKED: &[&[u8; 4]] = &[b"encv", b"enca", b"enct", b"encs", b"drms", b"drmi", b"p608"];

/// A track.
#[derive(Clone, Debug, Default)]
pub(super) struct Track {
    pub(super) id: u32,
    pub(super) handler: [u8; 4],
    /// In units of `timescale`; 0 where it is not known.
    pub(super) duration: u64,
    pub(super) timescale: u32,
    /// Upright, in pixels.
    pub(super) size: Option<(u32, u32)>,
    /// The type of the first sample entry.
    pub(super) format: [u8; 4],
    pub(super) tables: Tables,
}

impl Track {
    /// Reads a `trak` box.
    pub(super) fn read(
        source: &mut Source<'_>,
        walk: &mut Walk,
        trak: Atom,
    ) -> Result<Self, AvError> {
        let mut track = Self::default();
        let mut turned = false;
        for child in walk.within(source, trak.content())? {
            match &child.kind {
                b"tkhd" => turned = track.header(source, child)?,
                b"mdia" => track.media(source, walk, child)?,
                _ => {}
            }
        }
        if track.handler == [0; 4] {
            return Err(source.corrupt("a track without a kind"));
        }
        if turned {
            track.size = track.size.map(|(width, height)| (height, width));
        }
        Ok(track)
    }

    /// Whether it is seen, heard or read.
    pub(super) fn is_kept(&self) -> bool {
        KEPT.contains(&&self.handler)
    }

    pub(super) fn is_video(&self) -> bool {
        &self.handler == b"vide"
    }

    pub(super) fn is_audio(&self) -> bool {
        &self.handler == b"soun"
    }

    /// The track header: number and size. Tells whether it is seen after a quarter turn.
    fn header(&mut self, source: &mut Source<'_>, tkhd: Atom) -> Result<bool, AvError> {
        let [version] = source.read(tkhd.body)?;
        let (id, matrix) = if version == 1 { (20, 52) } else { (12, 40) };
        if tkhd.len() < matrix + 44 {
            return Err(source.corrupt("a track header is too short"));
        }
        self.id = u32::from_be_bytes(source.read(tkhd.body.saturating_add(id))?);
        let numbers: [u8; 44] = source.read(tkhd.body.saturating_add(matrix))?;
        let number = |at: usize| match numbers.get(at * 4..) {
            Some([a, b, c, d, ..]) => u32::from_be_bytes([*a, *b, *c, *d]),
            _ => 0,
        };
        // Sizes are in 65,536ths of a pixel.
        let (width, height) = (number(9) >> 16, number(10) >> 16);
        self.size = (width != 0 && height != 0).then_some((width, height));
        Ok(number(0) == 0 && number(4) == 0 && number(1) != 0 && number(3) != 0)
    }

    fn media(
        &mut self,
        source: &mut Source<'_>,
        walk: &mut Walk,
        mdia: Atom,
    ) -> Result<(), AvError> {
        for child in walk.within(source, mdia.content())? {
            match &child.kind {
                b"mdhd" => (self.timescale, self.duration) = times(source, child)?,
                b"hdlr" => self.handler = source.read(child.body.saturating_add(8))?,
                b"minf" => self.information(source, walk, child)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn information(
        &mut self,
        source: &mut Source<'_>,
        walk: &mut Walk,
        minf: Atom,
    ) -> Result<(), AvError> {
        for child in walk.within(source, minf.content())? {
            if &child.kind != b"stbl" {
                continue;
            }
            for table in walk.within(source, child.content())? {
                if &table.kind == b"stsd" {
                    self.entries(source, walk, table)?;
                }
                self.tables.take(table);
            }
        }
        Ok(())
    }

    /// The first sample entry: the coding, and the size where the header has none.
    fn entries(
        &mut self,
        source: &mut Source<'_>,
        walk: &mut Walk,
        stsd: Atom,
    ) -> Result<(), AvError> {
        let entries = walk.within(source, stsd.body.saturating_add(8)..stsd.end)?;
        if entries.iter().any(|entry| LOCKED.contains(&&entry.kind)) {
            return Err(AvError::Encrypted);
        }
        let Some(entry) = entries.first() else { return Ok(()) };
        self.format = entry.kind;
        if self.size.is_none() && self.is_video() && 28 <= entry.len() {
            let [w1, w0, h1, h0] = source.read(entry.body.saturating_add(24))?;
            let (width, height) = (u16::from_be_bytes([w1, w0]), u16::from_be_bytes([h1, h0]));
            let seen = width != 0 && height != 0;
            self.size = seen.then_some((width.into(), height.into()));
        }
        Ok(())
    }

    /// The coding of its first sample entry.
    pub(super) fn codec(&self) -> Codec {
        match &self.format {
            b"avc1" | b"avc2" | b"avc3" | b"avc4" => Codec::Avc,
            b"hvc1" | b"hev1" | b"dvh1" | b"dvhe" => Codec::Hevc,
            b"vvc1" | b"vvi1" => Codec::Vvc,
            b"av01" => Codec::Av1,
            b"vp08" => Codec::Vp8,
            b"vp09" => Codec::Vp9,
            b"mp4v" => Codec::Mpeg4,
            [b'a', b'p', b'c' | b'4', _] => Codec::ProRes,
            b"mp4a" => Codec::Aac,
            b".mp3" => Codec::Mp3,
            b"Opus" => Codec::Opus,
            b"fLaC" => Codec::Flac,
            b"alac" => Codec::Alac,
            b"ac-3" | b"ec-3" => Codec::Ac3,
            b"sowt" | b"twos" | b"lpcm" | b"raw " | b"in24" | b"in32" | b"fl32" | b"fl64"
            | b"ipcm" | b"fpcm" => Codec::Pcm,
            other => Codec::Other(super::tags::name(*other)),
        }
    }
}

/// Units per second and length of a movie or media header; the length is 0 where it is not known.
pub(super) fn times(source: &mut Source<'_>, header: Atom) -> Result<(u32, u64), AvError> {
    let [version] = source.read(header.body)?;
    let least = if version == 1 { 32 } else { 20 };
    if header.len() < least {
        return Err(source.corrupt("a header is too short"));
    }
    if version == 1 {
        let scale = u32::from_be_bytes(source.read(header.body.saturating_add(20))?);
        let length = u64::from_be_bytes(source.read(header.body.saturating_add(24))?);
        return Ok((scale, if length == u64::MAX { 0 } else { length }));
    }
    let scale = u32::from_be_bytes(source.read(header.body.saturating_add(12))?);
    let length = u32::from_be_bytes(source.read(header.body.saturating_add(16))?);
    Ok((scale, if length == u32::MAX { 0 } else { length.into() }))
}
