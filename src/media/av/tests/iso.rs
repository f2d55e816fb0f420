use super::build::*;
use super::*;

fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let at = bytes.windows(from.len()).position(|window| window == from).unwrap();
    bytes[at..at + to.len()].copy_from_slice(to);
    bytes
}

#[test]
fn a_film_tells_what_it_is() {
    let av = probed(&film()).unwrap();
    assert_eq!(av.media_type, "video/mp4");
    assert_eq!((av.duration_ms, av.size), (Some(3000), Some((240, 320))));
    assert_eq!((av.video, av.audio), (Some(Codec::Avc), Some(Codec::Aac)));
    assert_eq!(av.traces, [Trace::Location, Trace::Device, Trace::Tags]);
    assert_eq!(av.title.as_deref(), Some("Hồ Lắk"));
    for text in ["SECRET+12.67+108.04", "SECRET camera"] {
        assert!(av.words.iter().any(|word| word == text), "{text}: {:?}", av.words);
    }
}

#[test]
fn a_cleaned_film_has_its_streams_where_they_were() {
    for original in [film(), film_to_the_end()] {
        let out = cleaned(&original);
        assert_eq!(out.len(), original.len());
        for stream in [FILM, SOUND, b"avcC\x73\x65\x74\x75\x70"] {
            let place = |bytes: &[u8]| bytes.windows(stream.len()).position(|at| at == stream);
            assert_eq!(place(&out), place(&original));
        }
        assert!(!has(&out, b"udta") && !has(&out, b"meta") && !has(&out, b"hide"));
    }
}

#[test]
fn a_sixty_four_bit_size_is_read() {
    let film = film();
    let (head, rest) = film.split_at(FTYP.len());
    let size = u32::from_be_bytes(rest[..4].try_into().unwrap());
    // The data moves by eight bytes; its places are told anew.
    let long = [&[0, 0, 0, 1], &b"mdat"[..], &(u64::from(size) + 8).to_be_bytes()].concat();
    let mut longer = [head, &long, &rest[8..]].concat();
    for chunk in longer.clone().windows(4).enumerate().filter(|(_, kind)| *kind == b"stco") {
        let at = chunk.0 + 12;
        let place = u32::from_be_bytes(longer[at..at + 4].try_into().unwrap()) + 8;
        longer[at..at + 4].copy_from_slice(&place.to_be_bytes());
    }
    assert_eq!(probed(&longer).unwrap(), probed(&film).unwrap());
    cleaned(&longer);
}

#[test]
fn a_stream_runs_until_its_last_fragment_ends() {
    let original = stream(false);
    let av = probed(&original).unwrap();
    assert_eq!(av.duration_ms, Some(4000));
    assert_eq!(cleaned(&original).len(), original.len());
    assert!(matches!(probed(&stream(true)), Err(AvError::Unsupported(_))));
}

#[test]
fn brands_and_tracks_make_the_type() {
    let movie = [FTYP, &atom(b"mdat", &[SOUND]), &moov(&[Made::audio(24)], &[])].concat();
    assert_eq!(probed(&movie).unwrap().media_type, "audio/mp4");
    assert_eq!(probed(&replaced(&film(), b"isom", b"qt  ")).unwrap().media_type, "video/quicktime");
    let picture = probed(&replaced(&film(), b"isom", b"heic"));
    assert!(matches!(picture, Err(AvError::Unsupported(_))));
}

#[test]
fn what_cannot_be_played_or_cleaned_is_refused() {
    let film = film();
    let error = |from: &[u8], to: &[u8]| probed(&replaced(&film, from, to)).unwrap_err();
    assert!(matches!(error(b"mp4a", b"enca"), AvError::Encrypted));
    let elsewhere = error(b"url \0\0\0\x01", b"url \0\0\0\0");
    assert!(matches!(elsewhere, AvError::Unsupported(_)));
    let only = [FTYP, &atom(b"mdat", &[SECRET]), &moov(&[Made::positions(24)], &[])].concat();
    assert!(matches!(probed(&only), Err(AvError::NoTrack)));
    let empty = Made { chunks: Vec::new(), sizes: Vec::new(), ..Made::video(0) };
    assert!(matches!(probed(&[FTYP, &moov(&[empty], &[])].concat()), Err(AvError::NoTrack)));
    assert!(matches!(probed(FTYP), Err(AvError::Corrupt { .. })));
    let two = [film.clone(), moov(&[Made::video(24)], &[])].concat();
    assert!(matches!(probed(&two), Err(AvError::Corrupt { .. })));
}

#[test]
fn samples_lie_in_the_file_and_in_its_data() {
    let with = |made: Made| {
        probed(
            &[FTYP, &atom(b"mdat", &[FILM, SECRET]), &moov(&[Made::video(24), made], &[])].concat(),
        )
    };
    let at = u32::try_from(24 + FILM.len()).unwrap();
    assert!(with(Made::positions(at)).is_ok());
    for chunk in [0, 16, at + 1, u32::MAX] {
        assert!(matches!(with(Made::positions(chunk)), Err(AvError::Corrupt { .. })), "{chunk}");
    }
    let lost = Made { chunks: vec![], ..Made::positions(at) };
    assert!(matches!(with(lost), Err(AvError::Corrupt { .. })));
    let long = Made { sizes: vec![u32::MAX], ..Made::audio(24) };
    assert!(matches!(with(long), Err(AvError::Corrupt { .. })));
}

#[test]
fn subtitles_stay_and_are_read() {
    let text = "Chào các bạn".as_bytes();
    let sizes = vec![u32::try_from(text.len()).unwrap()];
    let entry = atom(b"tx3g", &[&[0; 8]]);
    let at = u32::try_from(24 + FILM.len()).unwrap();
    let words = Made { id: 4, handler: b"sbtl", entry, chunks: vec![at], sizes };
    let movie = moov(&[Made::video(24), words], &atom(b"hide", &[SECRET]));
    let out = cleaned(&[FTYP, &atom(b"mdat", &[FILM, text]), &movie].concat());
    assert_eq!(probed(&out).unwrap().words, ["Chào các bạn"]);
}

#[test]
fn the_comments_of_a_flac_track_become_padding() {
    let length = u32::try_from(SECRET.len()).unwrap();
    let comments = [&length.to_le_bytes()[..], SECRET, &[0; 4]].concat();
    let size = u8::try_from(comments.len()).unwrap();
    let blocks = [&[0, 0, 0, 4][..], b"info", &[0x84, 0, 0, size], &comments].concat();
    let entry = atom(b"fLaC", &[&[0; 28], &full(b"dfLa", &[&blocks])]);
    let track = Made { entry, ..Made::audio(24) };
    let out = cleaned(&[FTYP, &atom(b"mdat", &[SOUND]), &moov(&[track], &[])].concat());
    assert!(has(&out, b"\0\0\0\x04info\x81\0\0"));
    assert_eq!(probed(&out).unwrap().audio, Some(Codec::Flac));
}
