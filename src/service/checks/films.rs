//! Films and recordings: whether those who cannot hear them, or do not know the language, can follow,
//! and whether browsers play them (WCAG 2.2, criteria 1.2.1 and 1.2.2).

use super::{Check, Place};
use crate::domain::{
    document::{Asset, AssetRole, Kind},
    finding::Level,
    lang::Lang,
    message::Message,
    record::MediaFile,
};

/// What the widespread browsers play.
const PLAYED: [&str; 9] = ["avc", "av1", "vp8", "vp9", "aac", "mp3", "opus", "vorbis", "flac"];

impl Check<'_> {
    pub(super) fn films(&mut self) {
        let subject = self.subject;
        self.has_film();
        let assets = subject.draft.document.assets.iter().enumerate();
        let with_file = assets
            .filter_map(|(at, asset)| Some((at, asset, subject.record.files.get(&asset.id)?)));
        for (at, asset, file) in with_file {
            if runs(file) {
                self.followed(at);
                self.played(at, file);
            }
            if asset.role == AssetRole::Subtitle {
                self.subtitle(at, asset, file);
            }
        }
    }

    /// A record of a film holds one; its text and its still picture may well come before it.
    fn has_film(&mut self) {
        let (files, document) = (&self.subject.record.files, self.document());
        let family = match document.kind {
            Kind::Video => "video/",
            Kind::Audio => "audio/",
            _ => return,
        };
        let is_it = |asset: &Asset| {
            files.get(&asset.id).is_some_and(|file| file.media_type.starts_with(family))
        };
        if !document.assets.iter().any(is_it) {
            let text = Message::new(
                "Tư liệu chưa có tệp phim hoặc ghi âm.",
                "The record has no film or recording yet.",
            );
            self.say_at_most("file", Level::Warn, Place::at("/assets"), text);
        }
    }

    /// A film or a recording has subtitles or a transcript beside it.
    fn followed(&mut self, at: usize) {
        let is_text =
            |asset: &Asset| matches!(asset.role, AssetRole::Subtitle | AssetRole::Transcript);
        if !self.document().assets.iter().any(is_text) {
            let text = Message::new(
                "Phim, ghi âm chưa có phụ đề hoặc bản chép lời; hãy gửi kèm tệp phụ đề WebVTT (.vtt) theo từng ngôn ngữ.",
                "The film or recording has neither subtitles nor a transcript; add a WebVTT file (.vtt) for each language.",
            );
            self.say("subtitles", Place::at(&format!("/assets/{at}")), text);
        }
    }

    fn played(&mut self, at: usize, file: &MediaFile) {
        let sound = file.media_type == "audio/wav";
        let other = file.codecs.iter().find(|codec| !PLAYED.contains(&codec.as_str()));
        if let Some(codec) = other.filter(|codec| !sound || *codec != "pcm") {
            let text = Message::new(
                format!(
                    "Nhiều trình duyệt không phát được mã hóa “{codec}”; nên dùng MP4 (H.264, AAC) hoặc WebM."
                ),
                format!(
                    "Many browsers do not play the coding “{codec}”; MP4 (H.264, AAC) or WebM is better."
                ),
            );
            self.say("playback", Place::at(&format!("/assets/{at}")), text);
        }
    }

    /// The player shows `WebVTT` only, and names each by its language.
    fn subtitle(&mut self, at: usize, asset: &Asset, file: &MediaFile) {
        let (field, text) = if file.media_type != "text/vtt" {
            let text = Message::new(
                "Phụ đề phải là tệp WebVTT (.vtt).",
                "Subtitles have to be a WebVTT file (.vtt).",
            );
            ("role", text)
        } else if asset.lang.is_none() {
            let text = Message::new(
                "Chưa ghi ngôn ngữ của phụ đề (lang), nên trình phát không hiển thị.",
                "The language of the subtitles is not told (lang), so the player does not show them.",
            );
            ("lang", text)
        } else {
            return;
        };
        let lang: Option<&Lang> = asset.lang.as_ref();
        let pointer = format!("/assets/{at}/{field}");
        self.say("subtitles", Place { lang, ..Place::at(&pointer) }, text);
    }
}

/// Whether it is a film or a recording.
fn runs(file: &MediaFile) -> bool {
    file.media_type.starts_with("video/") || file.media_type.starts_with("audio/")
}
