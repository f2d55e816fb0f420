//! WAV files (Microsoft, "Multimedia Programming Interface and Data Specifications 1.0", RIFF).
//!
//! The format, the count of samples and the samples are kept; all other chunks go.

use super::notes::{self, TAG};
use super::plan::Piece;
use super::source::Source;
use super::{AvError, Codec, Survey, milliseconds};

/// The most chunks of a file.
const CHUNKS: u32 = 10_000;

pub(super) fn survey(source: &mut Source<'_>) -> Result<Survey, AvError> {
    source.media_type = "audio/wav";
    let mut survey = Survey { media_type: "audio/wav", ..Survey::default() };
    let [s0, s1, s2, s3] = source.read(4)?;
    let end = u64::from(u32::from_le_bytes([s0, s1, s2, s3])).saturating_add(8);
    if source.len() < end {
        return Err(source.corrupt("it is shorter than its header says"));
    }
    let mut wav = Wav { per_second: 0, data: None };
    let (mut at, mut chunks) = (12_u64, 0_u32);
    while at < end {
        chunks = chunks.saturating_add(1);
        if CHUNKS < chunks {
            return Err(AvError::TooComplex("chunks"));
        }
        let [k0, k1, k2, k3, s0, s1, s2, s3] = source.read(at)?;
        let length = u64::from(u32::from_le_bytes([s0, s1, s2, s3]));
        let body = at.saturating_add(8);
        let stop = body.saturating_add(length);
        if end < stop {
            return Err(source.corrupt("a chunk runs past its end"));
        }
        wav.chunk(source, &mut survey, ([k0, k1, k2, k3], at..stop))?;
        // Chunks begin at even places; the last one may go without its padding.
        at = stop.saturating_add(length % 2);
    }
    let Some(data) = wav.data.filter(|data| *data != 0 && survey.audio.is_some()) else {
        return Err(AvError::NoTrack);
    };
    survey.duration_ms = milliseconds(data, wav.per_second);
    finish(source, survey)
}

/// What is known so far.
struct Wav {
    /// Bytes of sound in a second.
    per_second: u32,
    /// Bytes of sound in all.
    data: Option<u64>,
}

impl Wav {
    fn chunk(
        &mut self,
        source: &mut Source<'_>,
        survey: &mut Survey,
        (kind, at): ([u8; 4], std::ops::Range<u64>),
    ) -> Result<(), AvError> {
        let body = at.start.saturating_add(8);
        let length = at.end.saturating_sub(body);
        match &kind {
            b"fmt " if survey.audio.is_none() => {
                if length < 16 {
                    return Err(source.corrupt("its format is too short"));
                }
                let format: [u8; 16] = source.read(body)?;
                let [f0, f1, _, _, _, _, _, _, r0, r1, r2, r3, ..] = format;
                self.per_second = u32::from_le_bytes([r0, r1, r2, r3]);
                let mut code = u16::from_le_bytes([f0, f1]);
                if code == 0xFFFE && 26 <= length {
                    // An extended format has the number later.
                    code = u16::from_le_bytes(source.read(body.saturating_add(24))?);
                }
                survey.audio = Some(match code {
                    1 | 3 | 6 | 7 => Codec::Pcm,
                    0x55 => Codec::Mp3,
                    other => Codec::Other(format!("wav {other:#06x}")),
                });
            }
            b"fact" => {}
            b"data" if self.data.is_none() => self.data = Some(length),
            _ => {
                let bytes = source.bytes(body, length.min(TAG))?;
                tags(kind, &bytes, survey);
                return Ok(());
            }
        }
        survey.pieces.push(Piece::Old(at));
        if length % 2 == 1 {
            survey.pieces.push(Piece::Zeros(1));
        }
        Ok(())
    }
}

/// What a chunk says that goes: a list of texts (RIFF, "INFO List Chunk") or any other.
fn tags(kind: [u8; 4], bytes: &[u8], survey: &mut Survey) {
    let notes = &mut survey.notes;
    let name = notes::latin(&kind);
    match (&kind, bytes) {
        (b"JUNK" | b"PAD " | b"FLLR", _) if bytes.iter().all(|byte| *byte == 0) => {}
        (b"LIST", [b'I', b'N', b'F', b'O', rest @ ..]) => {
            let mut rest = rest;
            while let [k0, k1, k2, k3, s0, s1, s2, s3, body @ ..] = rest {
                let length = u32::from_le_bytes([*s0, *s1, *s2, *s3]);
                let length = usize::try_from(length).unwrap_or(usize::MAX);
                let (text, after) = body.split_at_checked(length).unwrap_or((body, &[]));
                notes.tag(&notes::latin(&[*k0, *k1, *k2, *k3]), Some(&notes::latin(text)));
                rest = after.get(length % 2..).unwrap_or_default();
            }
        }
        _ => notes.bytes(&name, bytes),
    }
}

/// Puts the header before the pieces that are left.
fn finish(source: &Source<'_>, mut survey: Survey) -> Result<Survey, AvError> {
    let length = survey.pieces.iter().fold(4_u64, |sum, piece| match piece {
        Piece::Old(at) => sum.saturating_add(at.end.saturating_sub(at.start)),
        Piece::Zeros(count) => sum.saturating_add(*count),
        Piece::New(bytes) => sum.saturating_add(u64::try_from(bytes.len()).unwrap_or(0)),
    });
    let length = u32::try_from(length).map_err(|_long| source.corrupt("it is too long"))?;
    let header = [*b"RIFF", length.to_le_bytes(), *b"WAVE"].concat();
    survey.pieces.insert(0, Piece::New(header));
    Ok(survey)
}
