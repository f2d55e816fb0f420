use super::build::*;
use super::*;

#[test]
fn a_film_tells_what_it_is() {
    let av = probed(&webm()).unwrap();
    assert_eq!(av.media_type, "video/webm");
    assert_eq!((av.duration_ms, av.size), (Some(3500), Some((240, 320))));
    assert_eq!((av.video, av.audio), (Some(Codec::Vp9), Some(Codec::Vorbis)));
    let all = [Trace::Location, Trace::Device, Trace::Comment, Trace::Tags];
    assert_eq!(av.traces, all);
    assert_eq!(av.title.as_deref(), Some("Hồ Lắk SECRET+12.67+108.04"));
    for text in ["SECRET+12.67+108.04", "SECRET.txt", "Chương một"] {
        assert!(av.words.iter().any(|word| word == text), "{text}: {:?}", av.words);
    }
}

#[test]
fn a_cleaned_film_has_its_streams_where_they_were() {
    for original in [webm(), live()] {
        let out = cleaned(&original);
        assert_eq!(out.len(), original.len());
        for stream in [FILM, SOUND, b"\x05set-up", "Chương một".as_bytes()] {
            let place = |bytes: &[u8]| bytes.windows(stream.len()).position(|at| at == stream);
            assert_eq!(place(&out), place(&original));
        }
        // Tags are neither there nor sought, and no check sum is left to be wrong.
        assert!(!has(&out, &[0x12, 0x54, 0xC3, 0x67]) && !has(&out, &[0xBF, 0x10, 0, 0, 4]));
        assert_eq!(probed(&out).unwrap().words, ["Chương một"]);
    }
}

#[test]
fn a_live_film_runs_until_its_last_block() {
    let av = probed(&live()).unwrap();
    assert_eq!((av.media_type, av.duration_ms), ("video/matroska", Some(2020)));
}

#[test]
fn small_elements_become_void_too() {
    // The least that an element can be: a mark and a length of nothing.
    let mut film = live();
    film.extend([0x8F, 0x80]);
    let out = cleaned(&film);
    assert!(out.ends_with(&[0xEC, 0x80]));
}

#[test]
fn what_cannot_be_played_or_cleaned_is_refused() {
    let swapped = |from: &[u8], to: &[u8]| {
        let mut bytes = webm();
        let at = bytes.windows(from.len()).position(|window| window == from).unwrap();
        bytes[at..at + to.len()].copy_from_slice(to);
        probed(&bytes).unwrap_err()
    };
    assert!(matches!(swapped(b"webm", b"weft"), AvError::Unsupported(_)));
    // Blocks of a track that is not there, or before the tracks.
    assert!(matches!(
        swapped(&[0xA3, 0x10, 0, 0, 28, 0x81], &[0xA3, 0x10, 0, 0, 28, 0x85]),
        AvError::Corrupt { .. }
    ));
    assert!(matches!(
        swapped(&[0xD7, 0x10, 0, 0, 1, 1], &[0xD7, 0x10, 0, 0, 1, 7]),
        AvError::Corrupt { .. }
    ));
    assert!(matches!(
        swapped(&[0x16, 0x54, 0xAE, 0x6B], &[0x16, 0x54, 0xAE, 0x6C]),
        AvError::Corrupt { .. }
    ));
    assert!(matches!(swapped(&[0xA3, 0x10, 0, 0, 28, 0x81], &[0xAF]), AvError::Encrypted));
    let after = [webm(), element(0xEC, &[])].concat();
    assert!(matches!(probed(&after), Err(AvError::Corrupt { .. })));
}
