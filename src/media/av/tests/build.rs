//! Files made for the tests, a few boxes, elements or frames each, with a secret wherever one can
//! hide.

/// What must not be found in a cleaned file.
pub(super) const SECRET: &[u8] = b"SECRET+12.67+108.04";

/// What must stay where it is.
pub(super) const FILM: &[u8] = b"FILM THAT STAYS AS IT IS";
pub(super) const SOUND: &[u8] = b"SOUND THAT STAYS";

pub(super) fn has(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

pub(super) fn atom(kind: &[u8; 4], parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let size = u32::try_from(body.len() + 8).unwrap();
    [&size.to_be_bytes()[..], kind, &body].concat()
}

/// As [`atom`], with version 0 and no flags.
pub(super) fn full(kind: &[u8; 4], parts: &[&[u8]]) -> Vec<u8> {
    atom(kind, &[&[0; 4], &parts.concat()])
}

pub(super) fn numbers(values: &[u32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_be_bytes()).collect()
}

/// A date that must go.
const DATE: u32 = 0xDA7E_DA7E;

/// A matrix that turns by a quarter, or not.
fn matrix(turned: bool) -> Vec<u8> {
    let one = 1 << 16;
    match turned {
        true => numbers(&[0, one, 0, u32::MAX - one + 1, 0, 0, 0, 0, 1 << 30]),
        false => numbers(&[one, 0, 0, 0, one, 0, 0, 0, 1 << 30]),
    }
}

/// What a track of a film is made of.
pub(super) struct Made {
    pub(super) id: u32,
    pub(super) handler: &'static [u8; 4],
    pub(super) entry: Vec<u8>,
    /// Where its two samples lie, and how long they are; none are in fragments.
    pub(super) chunks: Vec<u32>,
    pub(super) sizes: Vec<u32>,
}

impl Made {
    pub(super) fn video(at: u32) -> Self {
        let format = b"avc1";
        let head = [&[0; 12][..], b"SECR", &[0; 8], &[1, 64, 0, 240], &[0; 14]].concat();
        let name = [&[19][..], SECRET, &[0; 12]].concat();
        let entry = atom(format, &[&head, &name, &[0; 4], &atom(b"avcC", &[b"setup"])]);
        let entry = [entry, Vec::new()].concat();
        let length = u32::try_from(FILM.len()).unwrap();
        Self { id: 1, handler: b"vide", entry, chunks: vec![at], sizes: vec![4, length - 4] }
    }

    pub(super) fn audio(at: u32) -> Self {
        let entry = atom(b"mp4a", &[&[0; 12], b"SECR", &[0; 12], &atom(b"udta", &[SECRET])]);
        let length = u32::try_from(SOUND.len()).unwrap();
        Self { id: 2, handler: b"soun", entry, chunks: vec![at], sizes: vec![length] }
    }

    pub(super) fn positions(at: u32) -> Self {
        let length = u32::try_from(SECRET.len()).unwrap();
        let entry = atom(b"camm", &[&[0; 8]]);
        Self { id: 3, handler: b"meta", entry, chunks: vec![at], sizes: vec![length] }
    }

    pub(super) fn trak(&self) -> Vec<u8> {
        let video = self.handler == b"vide";
        let size = if video { [320 << 16, 240 << 16] } else { [0; 2] };
        let head = numbers(&[DATE, DATE, self.id, 0, 3000]);
        let tkhd = full(b"tkhd", &[&head, &[0; 16], &matrix(video), &numbers(&size)]);
        let mdhd = full(b"mdhd", &[&numbers(&[DATE, DATE, 1000, 3000]), &[0; 4]]);
        let hdlr = full(b"hdlr", &[&[0; 4], self.handler, &[0; 12], SECRET, &[0]]);
        let alias = atom(b"url ", &[&[0, 0, 0, 1], SECRET]);
        let dinf = atom(b"dinf", &[&full(b"dref", &[&numbers(&[1]), &alias])]);
        let count = u32::try_from(self.sizes.len()).unwrap();
        let chunks = u32::try_from(self.chunks.len()).unwrap();
        let stbl = atom(
            b"stbl",
            &[
                &full(b"stsd", &[&numbers(&[1]), &self.entry]),
                &full(b"stsc", &[&numbers(&[1, 1, count, 1])]),
                &full(b"stsz", &[&numbers(&[0, count]), &numbers(&self.sizes)]),
                &full(b"stco", &[&numbers(&[chunks]), &numbers(&self.chunks)]),
                &atom(b"hide", &[SECRET]),
            ],
        );
        let minf = atom(b"minf", &[&dinf, &stbl]);
        let mdia = atom(b"mdia", &[&mdhd, &hdlr, &minf]);
        atom(b"trak", &[&tkhd, &mdia, &atom(b"udta", &[&atom(b"\xA9mod", &[SECRET])])])
    }
}

/// User data and metadata in all their forms.
fn tags() -> Vec<u8> {
    let length = u16::try_from(SECRET.len()).unwrap().to_be_bytes();
    let place = atom(b"\xA9xyz", &[&length, &[0x15, 0xC7], SECRET]);
    let loci = full(b"loci", &[&[0x15, 0xC7], SECRET, &[0; 14]]);
    let title = atom(b"\xA9nam", &[&full(b"data", &[&[0; 4], "Hồ Lắk".as_bytes()])]);
    let mut item = title;
    // The type of the value: UTF-8.
    item[19] = 1;
    let hdlr = full(b"hdlr", &[&[0; 4], b"mdir", &[0; 13]]);
    let list = full(b"meta", &[&hdlr, &atom(b"ilst", &[&item])]);
    let key = atom(b"mdta", &[b"com.apple.quicktime.model"]);
    let keys = full(b"keys", &[&numbers(&[1]), &key]);
    let mut value = atom(b"\0\0\0\x01", &[&full(b"data", &[&[0; 4], b"SECRET camera"])]);
    value[19] = 1;
    let values = atom(b"ilst", &[&value]);
    let quick = atom(b"meta", &[&full(b"hdlr", &[&[0; 4], b"mdta", &[0; 12]]), &keys, &values]);
    let udta = atom(b"udta", &[&place, &loci, &list, &[0; 4]]);
    [udta, quick].concat()
}

pub(super) fn moov(tracks: &[Made], more: &[u8]) -> Vec<u8> {
    let mvhd = full(b"mvhd", &[&numbers(&[DATE, DATE, 1000, 3000]), &[0; 80]]);
    let traks: Vec<u8> = tracks.iter().flat_map(Made::trak).collect();
    atom(b"moov", &[&mvhd, &traks, more])
}

pub(super) const FTYP: &[u8] = b"\0\0\0\x10ftypisom\0\0\0\0";

/// XMP and boxes that nobody knows.
fn strangers() -> Vec<u8> {
    let xmp = [
        0xBE, 0x7A, 0xCF, 0xCB, 0x97, 0xA9, 0x42, 0xE8, 0x9C, 0x71, 0x99, 0x94, 0x91, 0xE3, 0xAF,
        0xAC,
    ];
    let uuid = atom(b"uuid", &[&xmp, b"<x exif:GPSLatitude='", SECRET, b"'/>"]);
    [uuid, atom(b"free", &[SECRET]), atom(b"hide", &[SECRET])].concat()
}

/// A film with sound and positions: its data first.
pub(super) fn film() -> Vec<u8> {
    let at = |before: &[&[u8]]| {
        u32::try_from(FTYP.len() + 8 + before.iter().map(|part| part.len()).sum::<usize>()).unwrap()
    };
    let mdat = atom(b"mdat", &[FILM, SECRET, SOUND]);
    let tracks =
        [Made::video(at(&[])), Made::positions(at(&[FILM])), Made::audio(at(&[FILM, SECRET]))];
    [FTYP.to_vec(), mdat, moov(&tracks, &tags()), strangers()].concat()
}

/// As [`film`], its data last and to the end.
pub(super) fn film_to_the_end() -> Vec<u8> {
    let head = |at: u32| {
        let movie = moov(&[Made::video(at)], &tags());
        [FTYP, &movie, &strangers(), &[0, 0, 0, 0], b"mdat"].concat()
    };
    let at = u32::try_from(head(0).len()).unwrap();
    [head(at), FILM.to_vec()].concat()
}

/// A stream in fragments of which the second one begins at 2 s and has 50 samples of 40 ms.
pub(super) fn stream(positions: bool) -> Vec<u8> {
    let empty = |made: Made| Made { chunks: Vec::new(), sizes: Vec::new(), ..made };
    let mut tracks = vec![empty(Made::video(0))];
    let trex = |id| full(b"trex", &[&numbers(&[id, 1, 40, 0, 0])]);
    let mvex = atom(b"mvex", &[&trex(1), &trex(3)]);
    if positions {
        tracks.push(empty(Made::positions(0)));
    }
    let mut movie = moov(&tracks, &mvex);
    // It does not know its length, nor do its tracks.
    let zero = |bytes: &mut Vec<u8>, kind: &[u8; 4], place: usize| {
        let at = bytes.windows(4).position(|window| window == kind).unwrap();
        bytes[at + 4 + place..at + 8 + place].fill(0);
    };
    zero(&mut movie, b"mvhd", 16);
    zero(&mut movie, b"mdhd", 16);
    let moof = |start: u32, track: u32| {
        let traf = [
            full(b"tfhd", &[&numbers(&[track])]),
            full(b"tfdt", &[&numbers(&[start])]),
            full(b"trun", &[&numbers(&[50])]),
            atom(b"uuid", &[SECRET]),
        ];
        atom(b"moof", &[&full(b"mfhd", &[&[0; 4]]), &atom(b"traf", &[&traf.concat()])])
    };
    let last = moof(2000, if positions { 3 } else { 1 });
    [FTYP, &movie, &moof(0, 1), &atom(b"mdat", &[FILM]), &last, &atom(b"mdat", &[FILM])].concat()
}

pub(super) fn element(id: u32, parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let size = u32::try_from(body.len()).unwrap() | 0x1000_0000;
    let id = id.to_be_bytes().into_iter().skip_while(|byte| *byte == 0);
    id.chain(size.to_be_bytes()).chain(body).collect()
}

fn ebml(kind: &[u8]) -> Vec<u8> {
    element(
        0x1A45_DFA3,
        &[&element(0x4286, &[&[1]]), &element(0x4282, &[kind]), &element(0xEC, &[SECRET])],
    )
}

fn entry(number: u8, kind: u8, codec: &[u8], more: &[u8]) -> Vec<u8> {
    let head = [element(0xD7, &[&[number]]), element(0x83, &[&[kind]]), element(0x86, &[codec])];
    element(0xAE, &[&head.concat(), &element(0x536E, &[SECRET]), more])
}

fn tracks() -> Vec<u8> {
    let roll = element(0x7670, &[&element(0x7675, &[&(-90.0_f32).to_be_bytes()])]);
    let pixels = [element(0xB0, &[&[1, 64]]), element(0xBA, &[&[240]])];
    let video = element(0xE0, &[&pixels.concat(), &roll]);
    element(
        0x1654_AE6B,
        &[
            &element(0xBF, &[&[1, 2, 3, 4]]),
            &entry(1, 1, b"V_VP9", &video),
            &entry(2, 2, b"A_VORBIS", &element(0x63A2, &[&vorbis()])),
            &entry(3, 33, b"D_POSITIONS", &[]),
        ],
    )
}

/// The three headers of a Vorbis stream, the second one telling.
fn vorbis() -> Vec<u8> {
    let length = u32::try_from(SECRET.len()).unwrap().to_le_bytes();
    let comments =
        [b"\x03vorbis", &length[..], SECRET, &[1, 0, 0, 0], &length, SECRET, &[1]].concat();
    let second = u8::try_from(comments.len()).unwrap();
    [&[2, 5, second], &b"\x01head"[..], &comments, b"\x05set-up"].concat()
}

fn info(duration: Option<f64>) -> Vec<u8> {
    let duration = duration.map(|length| element(0x4489, &[&length.to_be_bytes()]));
    element(
        0x1549_A966,
        &[
            &element(0x002A_D7B1, &[&[0x0F, 0x42, 0x40]]),
            &duration.unwrap_or_default(),
            &element(0x4461, &[&[0xDA; 8]]),
            &element(0x7BA9, &["Hồ Lắk ".as_bytes(), SECRET]),
            &element(0x4D80, &[SECRET]),
            &element(0x5741, &[SECRET]),
            &element(0x7384, &[SECRET]),
        ],
    )
}

fn block(track: u8, offset: i16, data: &[u8]) -> Vec<u8> {
    [&[track | 0x80], &offset.to_be_bytes()[..], &[0x80], data].concat()
}

/// What is in a cluster that begins at two seconds.
fn blocks() -> Vec<u8> {
    let group = |track, data| {
        element(0xA0, &[&element(0xA1, &[&block(track, 20, data)]), &element(0x75A3, &[SECRET])])
    };
    [
        element(0xE7, &[&[0x07, 0xD0]]),
        element(0xA3, &[&block(1, 0, FILM)]),
        element(0xA3, &[&block(3, 0, SECRET)]),
        group(2, SOUND),
        group(3, SECRET),
        element(0x7001, &[SECRET]),
    ]
    .concat()
}

fn seek(id: u32) -> Vec<u8> {
    element(0x4DBB, &[&element(0x53AB, &[&id.to_be_bytes()]), &element(0x53AC, &[&[9]])])
}

/// Tags, attached files and names of chapters.
fn told() -> Vec<u8> {
    let inner = element(0x67C8, &[&element(0x45A3, &[b"COMMENT"]), &element(0x4487, &[SECRET])]);
    let place =
        element(0x67C8, &[&element(0x45A3, &[b"LOCATION"]), &element(0x4487, &[SECRET]), &inner]);
    let tags = element(0x1254_C367, &[&element(0x7373, &[&place])]);
    let file = element(0x61A7, &[&element(0x466E, &[b"SECRET.txt"]), &element(0x465C, &[SECRET])]);
    let name = element(0x80, &[&element(0x85, &["Chương một".as_bytes()])]);
    let chapters = element(0x1043_A770, &[&element(0x45B9, &[&element(0xB6, &[&name])])]);
    [tags, element(0x1941_A469, &[&file]), chapters, element(0x7002, &[SECRET])].concat()
}

/// A film of 3.5 s with sound and positions.
pub(super) fn webm() -> Vec<u8> {
    let head = element(0x114D_9B74, &[&seek(0x1549_A966), &seek(0x1254_C367)]);
    let cluster = element(0x1F43_B675, &[&blocks()]);
    let parts = [head, info(Some(3500.0)), tracks(), told(), cluster, element(0x1C53_BB6B, &[])];
    [ebml(b"webm"), element(0x1853_8067, &[&parts.concat()])].concat()
}

/// As [`webm`], as it is sent live: segment and clusters do not say how long they are.
pub(super) fn live() -> Vec<u8> {
    let open =
        |id: u32| [&id.to_be_bytes()[..], &[0x01, 255, 255, 255, 255, 255, 255, 255]].concat();
    [
        ebml(b"matroska"),
        open(0x1853_8067),
        info(None),
        tracks(),
        open(0x1F43_B675),
        blocks(),
        open(0x1F43_B675),
        blocks(),
        told(),
    ]
    .concat()
}

/// A frame of layer III: 417 bytes, 1,152 samples at 44.1 kHz.
pub(super) fn frame(data: &[u8]) -> Vec<u8> {
    let mut frame = [&[0xFF, 0xFB, 0x90, 0xC0][..], data].concat();
    frame.resize(417, 0x55);
    frame
}

pub(super) fn id3(version: u8, frames: &[u8]) -> Vec<u8> {
    let length = u32::try_from(frames.len()).unwrap();
    let bytes = [21, 14, 7, 0].map(|shift| u8::try_from(length >> shift & 0x7F).unwrap());
    [b"ID3", &[version, 0, 0][..], &bytes, frames].concat()
}

pub(super) fn id3_frame(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    [name, &u32::try_from(body.len()).unwrap().to_be_bytes()[..], &[0, 0], body].concat()
}

/// Tags of all kinds around a table of contents and 40 frames.
pub(super) fn mp3() -> Vec<u8> {
    let title: Vec<u8> = "Hồ Lắk".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let texts = [
        id3_frame(b"TIT2", &[&[1, 0xFF, 0xFE][..], &title].concat()),
        id3_frame(b"TXXX", &[&b"\0location\0"[..], SECRET].concat()),
        id3_frame(b"COMM", &[&b"\0vie\0"[..], SECRET].concat()),
        id3_frame(b"APIC", SECRET),
        vec![0; 20],
    ];
    let table = frame(&[&[0; 17][..], b"Xing", &[0; 8], b"LAME"].concat());
    let frames = frame(FILM).repeat(20);
    let ape_item =
        [&u32::try_from(SECRET.len()).unwrap().to_le_bytes()[..], &[0; 4], b"Artist\0", SECRET]
            .concat();
    let size = u32::try_from(ape_item.len() + 32).unwrap();
    let ape = |flag: u8| {
        [
            b"APETAGEX",
            &2000_u32.to_le_bytes()[..],
            &size.to_le_bytes(),
            &[1, 0, 0, 0, 0, 0, 0, flag],
            &[0; 8],
        ]
        .concat()
    };
    let mut old = [b"TAG", SECRET].concat();
    old.resize(128, 0);
    [
        id3(3, &texts.concat()),
        table,
        frames.clone(),
        SECRET.to_vec(),
        frames,
        ape(0xA0),
        ape_item,
        ape(0x80),
        old,
    ]
    .concat()
}

fn chunk(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let mut chunk = [kind, &u32::try_from(body.len()).unwrap().to_le_bytes()[..], body].concat();
    if body.len() % 2 == 1 {
        chunk.push(0);
    }
    chunk
}

/// Sound of 8,000 bytes a second with texts around it.
pub(super) fn wav() -> Vec<u8> {
    let format =
        [&[1, 0, 1, 0][..], &8000_u32.to_le_bytes(), &8000_u32.to_le_bytes(), &[1, 0, 8, 0]];
    let texts = [b"INFO".to_vec(), chunk(b"INAM", "Hồ Lắk".as_bytes()), chunk(b"ICMT", SECRET)];
    let parts = [
        chunk(b"bext", SECRET),
        chunk(b"fmt ", &format.concat()),
        chunk(b"LIST", &texts.concat()),
        chunk(b"data", &SOUND.repeat(750)),
        chunk(b"id3 ", SECRET),
    ];
    let body = [b"WAVE".to_vec(), parts.concat()].concat();
    [b"RIFF", &u32::try_from(body.len()).unwrap().to_le_bytes()[..], &body].concat()
}
