//! MP3 and WAV.

use super::build::*;
use super::*;

#[test]
fn an_mp3_loses_its_tags_and_keeps_its_frames() {
    let original = mp3();
    let av = probed(&original).unwrap();
    // 40 frames of 1,152 samples; the table of contents is no sound.
    assert_eq!((av.media_type, av.duration_ms), ("audio/mpeg", Some(40 * 1152 * 1000 / 44_100)));
    assert_eq!((av.audio, av.video, av.size), (Some(Codec::Mp3), None, None));
    assert_eq!(av.traces, [Trace::Location, Trace::Comment, Trace::Tags]);
    assert_eq!(av.title.as_deref(), Some("Hồ Lắk"));
    let out = cleaned(&original);
    assert_eq!(out.len(), 41 * 417);
    assert!(out.starts_with(&[0xFF, 0xFB, 0x90, 0xC0]) && has(&out[..417], b"LAME"));
}

#[test]
fn tags_of_other_versions_are_read() {
    let frames = frame(FILM).repeat(3);
    let second = [&b"TT2\0\0\x07\0T\xEAn n\xE0"[..], &[0; 4]].concat();
    let mut safe = id3_frame(b"TIT2", b"\x03T\xC3\xAAn");
    safe.extend(id3_frame(b"TPE1", &[3]));
    for (tag, title) in [(id3(2, &second), "Tên nà"), (id3(4, &safe), "Tên")] {
        let av = probed(&[tag, frames.clone()].concat()).unwrap();
        assert_eq!(av.title.as_deref(), Some(title));
    }
    // One at the end, with a footer; lyrics before it.
    let mut tag = id3(4, &id3_frame(b"TIT2", b"\x03SECRET"));
    tag[5] = 0x10;
    let footer = [b"3DI", &tag[3..10]].concat();
    let lyrics = [&b"LYRICSBEGIN"[..], SECRET, b"000030LYRICS200"].concat();
    let all = [frames.clone(), lyrics, tag, footer].concat();
    assert_eq!(cleaned(&all), frames);
}

#[test]
fn junk_between_frames_is_bounded() {
    let frames = frame(FILM).repeat(3);
    let with = |junk: &[u8]| probed(&[frames.clone(), junk.to_vec(), frames.clone()].concat());
    assert_eq!(with(&[0xFF; 60_000]).unwrap().duration_ms, with(b"").unwrap().duration_ms);
    for junk in [&[0xFF; 70_000][..], &[b'I'; 70_000], &[0; 70_000]] {
        assert!(matches!(with(junk), Err(AvError::Corrupt { .. })));
    }
    assert!(matches!(probed(&id3(3, b"")), Err(AvError::NoTrack)));
    // A frame of another rate is none of this stream.
    let other = [&[0xFF, 0xFB, 0x94, 0xC0][..], &[0; 500]].concat();
    assert_eq!(with(&other).unwrap().duration_ms, with(b"").unwrap().duration_ms);
}

#[test]
fn a_wav_keeps_its_format_and_its_samples() {
    let original = wav();
    let av = probed(&original).unwrap();
    assert_eq!(
        (av.media_type, av.duration_ms, av.audio),
        ("audio/wav", Some(1500), Some(Codec::Pcm))
    );
    assert_eq!(av.title.as_deref(), Some("Hồ Lắk"));
    assert_eq!(av.traces, [Trace::Comment, Trace::Tags]);
    let out = cleaned(&original);
    assert_eq!(out.len(), 12 + 24 + 8 + 12_000);
    assert_eq!(out[4..8], u32::try_from(out.len() - 8).unwrap().to_le_bytes());
    assert!(out.ends_with(SOUND));
}
