//! What a track says of itself (RFC 9559, section 5.1.4).

use super::element::{self, Element, Walk};
use super::ids;
use crate::media::av::source::Source;
use crate::media::av::{AvError, Codec};

/// Kinds of tracks (RFC 9559, section 5.1.4.1.3).
const VIDEO: u64 = 1;
const AUDIO: u64 = 2;
const SUBTITLE: u64 = 17;

/// A track.
#[derive(Clone, Debug, Default)]
pub(super) struct Track {
    pub(super) number: u64,
    kind: u64,
    codec: String,
    /// Upright, in pixels.
    pub(super) size: Option<(u32, u32)>,
}

impl Track {
    /// Reads a `TrackEntry`.
    pub(super) fn read(
        source: &mut Source<'_>,
        walk: &mut Walk,
        entry: Element,
    ) -> Result<Self, AvError> {
        let mut track = Self::default();
        for child in walk.within(source, entry)? {
            match child.id {
                ids::TRACK_NUMBER => track.number = element::unsigned(source, child)?,
                ids::TRACK_TYPE => track.kind = element::unsigned(source, child)?,
                ids::CODEC_ID => track.codec = element::text(source, child)?,
                ids::VIDEO => track.size = size(source, walk, child)?,
                ids::CONTENT_ENCODINGS => locked(source, walk, child)?,
                _ => {}
            }
        }
        Ok(track)
    }

    pub(super) const fn is_video(&self) -> bool {
        self.kind == VIDEO
    }

    pub(super) const fn is_audio(&self) -> bool {
        self.kind == AUDIO
    }

    pub(super) const fn is_text(&self) -> bool {
        self.kind == SUBTITLE
    }

    /// Whether it is seen, heard or read.
    pub(super) const fn is_kept(&self) -> bool {
        self.is_video() || self.is_audio() || self.is_text()
    }

    /// How it is coded (RFC 9559, section 5.1.4.1.21, and the Matroska codec mappings).
    pub(super) fn codec(&self) -> Codec {
        match self.codec.as_str() {
            "V_MPEG4/ISO/AVC" => Codec::Avc,
            "V_MPEGH/ISO/HEVC" => Codec::Hevc,
            "V_MPEGI/ISO/VVC" => Codec::Vvc,
            "V_AV1" => Codec::Av1,
            "V_VP8" => Codec::Vp8,
            "V_VP9" => Codec::Vp9,
            "V_MPEG4/ISO/SP" | "V_MPEG4/ISO/ASP" | "V_MPEG4/ISO/AP" => Codec::Mpeg4,
            "V_PRORES" => Codec::ProRes,
            "A_MPEG/L3" => Codec::Mp3,
            "A_OPUS" => Codec::Opus,
            "A_VORBIS" => Codec::Vorbis,
            "A_FLAC" => Codec::Flac,
            "A_ALAC" => Codec::Alac,
            "A_AC3" | "A_EAC3" => Codec::Ac3,
            aac if aac.starts_with("A_AAC") => Codec::Aac,
            pcm if pcm.starts_with("A_PCM") => Codec::Pcm,
            other => Codec::Other(other.chars().take(32).collect()),
        }
    }
}

/// The size as it is seen: that of the display where it is in pixels, turned as the projection is.
fn size(
    source: &mut Source<'_>,
    walk: &mut Walk,
    video: Element,
) -> Result<Option<(u32, u32)>, AvError> {
    let (mut pixels, mut shown, mut unit, mut roll) = ((0, 0), (0, 0), 0, 0.0);
    for child in walk.within(source, video)? {
        match child.id {
            ids::PIXEL_WIDTH => pixels.0 = element::unsigned(source, child)?,
            ids::PIXEL_HEIGHT => pixels.1 = element::unsigned(source, child)?,
            ids::DISPLAY_WIDTH => shown.0 = element::unsigned(source, child)?,
            ids::DISPLAY_HEIGHT => shown.1 = element::unsigned(source, child)?,
            ids::DISPLAY_UNIT => unit = element::unsigned(source, child)?,
            ids::PROJECTION => {
                let parts = walk.within(source, child)?;
                if let Some(part) = parts.into_iter().find(|part| part.id == ids::POSE_ROLL) {
                    roll = element::float(source, part)?;
                }
            }
            _ => {}
        }
    }
    let (width, height) = if unit == 0 && 0 < shown.0 && 0 < shown.1 { shown } else { pixels };
    let quarter = (roll.abs() - 90.0).abs() < 1.0;
    let (width, height) = if quarter { (height, width) } else { (width, height) };
    let size = u32::try_from(width).ok().zip(u32::try_from(height).ok());
    Ok(size.filter(|(width, height)| 0 < *width && 0 < *height))
}

/// Refuses what is behind a key.
fn locked(source: &mut Source<'_>, walk: &mut Walk, encodings: Element) -> Result<(), AvError> {
    for encoding in walk.within(source, encodings)? {
        if encoding.id != ids::CONTENT_ENCODING {
            continue;
        }
        let parts = walk.within(source, encoding)?;
        if parts.iter().any(|part| part.id == ids::CONTENT_ENCRYPTION) {
            return Err(AvError::Encrypted);
        }
    }
    Ok(())
}
