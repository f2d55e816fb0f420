//! Files that are made to hurt, through the whole product: each is taken or refused with a reason, in
//! bounded time and memory, and whoever sends good files beside them does not notice.

use std::time::{Duration, Instant};

use flate2::{Compress, Compression, FlushCompress};
use futures_util::future::{join, join_all};
use serde_json::json;

use crate::{
    documents::{PICTURE, docx_with},
    pictures::hollow,
    support::{
        Answer, Caller, Crew, TestApp,
        files::{jpeg, picture},
        memory::Watch,
        records::{article, described},
    },
};

/// The longest that one file may keep its sender waiting: what its workers may take, and our time.
const LONGEST: Duration = Duration::from_secs(45);

/// What this process may grow by: files are built in it whole, several times over.
const GROWTH: u64 = 768 << 20;

/// A system whose workers are short of time and memory, a record in it, and who writes that.
struct Desk {
    app: TestApp,
    crew: Crew,
    id: String,
}

impl Desk {
    async fn new() -> Self {
        let app = TestApp::with(|settings| {
            settings.media.worker_memory = WORKER;
            settings.media.worker_seconds = 20;
        })
        .await;
        let crew = app.crew().await;
        let id = app.begin(&crew.writer, &article()).await;
        Self { app, crew, id }
    }

    fn writer(&self) -> &Caller {
        &self.crew.writer
    }

    async fn send(&self, name: &str, bytes: &[u8]) -> Answer {
        let begun = Instant::now();
        let path = format!("/api/v1/records/{}/assets", self.id);
        let parts = [("file", Some(name), bytes), ("again", None, b"true")];
        let answer = self.app.post(&path).by(self.writer()).form(&parts).send().await;
        assert!(begun.elapsed() < LONGEST, "{name} took {:?}", begun.elapsed());
        answer
    }

    /// What becomes of a file: `opens`, `taken` for one that is kept and cannot be shown, or why it is
    /// refused.
    async fn outcome(&self, name: &str, bytes: &[u8]) -> String {
        let answer = self.send(name, bytes).await;
        if answer.status != 201 {
            return answer.refusal();
        }
        let (begun, asset) = (Instant::now(), asset(&answer));
        self.app.follow();
        assert!(begun.elapsed() < LONGEST, "{name} took {:?}", begun.elapsed());
        let opens = self.opens(&asset).await;
        if opens { "opens" } else { "taken" }.to_owned()
    }

    async fn gets(&self, name: &str, bytes: &[u8], wanted: &str) {
        assert_eq!(self.outcome(name, bytes).await, wanted, "{name}");
    }

    /// A document is taken, whether its pages can be drawn or not.
    async fn takes(&self, name: &str, bytes: &[u8]) {
        let outcome = self.outcome(name, bytes).await;
        assert!(["opens", "taken"].contains(&outcome.as_str()), "{name}: {outcome}");
    }

    /// Whether there is a preview of a file; its original is there in any case.
    async fn opens(&self, asset: &str) -> bool {
        let base = format!("/api/v1/records/{}/assets/{asset}", self.id);
        let original = self.app.get(&format!("{base}/original")).by(self.writer()).send().await;
        original.is_download(&original.header("content-type"));
        let ask = self.app.get(&format!("{base}/preview/320.jpg")).by(self.writer());
        let preview = ask.send().await;
        if preview.status != 200 {
            preview.refusal();
        }
        preview.status == 200
    }

    /// Sends a document to become the record's body.
    async fn read(&self, name: &str, bytes: &[u8]) -> Answer {
        let path = format!("/api/v1/records/{}/body/vi", self.id);
        self.app.post(&path).by(self.writer()).file(name, bytes).send().await
    }
}

/// Address space of a worker, in bytes.
const WORKER: u64 = 1 << 30;

fn asset(answer: &Answer) -> String {
    answer.header("quangba-asset").rsplit(':').next().unwrap().to_owned()
}

const MEGABYTE: usize = 1 << 20;

/// So many megabytes of zeros as zlib data (RFC 1950), a thousandth of that: one megabyte is packed
/// and repeated, as nothing in it refers to what was before.
fn zeros(megabytes: usize) -> Vec<u8> {
    let mut packer = Compress::new(Compression::best(), false);
    let mut one = Vec::with_capacity(MEGABYTE);
    packer.compress_vec(&vec![0; MEGABYTE], &mut one, FlushCompress::Full).unwrap();
    let count = u32::try_from(megabytes * MEGABYTE % 65_521).unwrap();
    let end = [&[3, 0][..], &(count << 16 | 1).to_be_bytes()].concat();
    [&[0x78, 0xDA][..], &one.repeat(megabytes), &end].concat()
}

/// A grey PNG of a whole number of megabytes with all of its pixels, a thousandth of its size.
fn dark(side: u32) -> Vec<u8> {
    let chunk = |kind: &[u8; 4], body: &[u8]| {
        let mut sum = flate2::Crc::new();
        sum.update(kind);
        sum.update(body);
        let length = u32::try_from(body.len()).unwrap();
        [&length.to_be_bytes()[..], kind, body, &sum.sum().to_be_bytes()].concat()
    };
    let header = [&side.to_be_bytes()[..], &side.to_be_bytes(), &[8, 0, 0, 0, 0]].concat();
    let bytes = usize::try_from(u64::from(side + 1) * u64::from(side)).unwrap();
    let data = zeros(bytes.div_ceil(MEGABYTE));
    let (header, data) = (chunk(b"IHDR", &header), chunk(b"IDAT", &data));
    [b"\x89PNG\r\n\x1A\n".to_vec(), header, data, chunk(b"IEND", b"")].concat()
}

/// A GIF of so many frames of one pixel.
fn film(frames: usize) -> Vec<u8> {
    let head = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xFF\xFF\xFF";
    let frame = b"\x21\xF9\x04\0\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0";
    [&head[..], &frame.repeat(frames), b";"].concat()
}

/// A PDF of these objects, numbered from 1; the first is the catalog.
fn pdf(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (at, object) in objects.iter().enumerate() {
        table.push_str(&format!("{:010} 00000 n \n", out.len()));
        out.extend(format!("{} 0 obj\n", at + 1).bytes());
        out.extend(object);
        out.extend(b"\nendobj\n");
    }
    let start = out.len();
    let size = objects.len() + 1;
    let end = format!("trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n");
    [out, table.into_bytes(), end.into_bytes()].concat()
}

/// A document of one page, with this as its content's and another stream's entries and data.
fn paper(content: &[u8], other: &[u8]) -> Vec<u8> {
    pdf(&[
        b"<</Type/Catalog/Pages 2 0 R/More 5 0 R>>".to_vec(),
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>".to_vec(),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R>>".to_vec(),
        content.to_vec(),
        other.to_vec(),
    ])
}

/// A packed stream.
fn stream(entries: &str, data: &[u8]) -> Vec<u8> {
    let head = format!("<</Filter/FlateDecode/Length {}{entries}>>stream\n", data.len());
    [head.as_bytes(), data, b"\nendstream"].concat()
}

/// As zlib data.
fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::ZlibEncoder::new(Vec::new(), Compression::fast());
    std::io::Write::write_all(&mut out, bytes).unwrap();
    out.finish().unwrap()
}

/// A document whose pages lie in one another, each the only child of the one before.
fn tower(levels: usize) -> Vec<u8> {
    let mut objects = vec![b"<</Type/Catalog/Pages 2 0 R>>".to_vec()];
    for at in 2..levels + 2 {
        let kid = at + 1;
        objects.push(format!("<</Type/Pages/Count 1/Kids[{kid} 0 R]>>").into_bytes());
    }
    objects.push(b"<</Type/Page/MediaBox[0 0 99 99]>>".to_vec());
    pdf(&objects)
}

#[actix_web::test]
async fn pictures_that_unpack_to_gigabytes_cost_no_more_than_others() {
    let watch = Watch::begin();
    let desk = Desk::new().await;
    desk.gets("lon.png", &dark(50_000), "file-pixels").await;
    desk.gets("vua.png", &dark(14_000), "opens").await;
    desk.gets("phim.gif", &film(100_000), "opens").await;
    let app1 = [&[0xFF, 0xE1, 0xFF, 0xFF][..], &[b'a'; 65_533]].concat();
    let plain = jpeg();
    let fat = [&plain[..2], &app1.repeat(768), &plain[2..]].concat();
    assert!(48 << 20 < fat.len());
    desk.gets("day.jpg", &fat, "opens").await;
    watched(watch);
}

#[actix_web::test]
async fn documents_that_unpack_to_gigabytes_or_never_end_cost_no_more_than_others() {
    let watch = Watch::begin();
    let desk = Desk::new().await;
    let (bomb, null) = (zeros(2_048), b"null".to_vec());
    desk.takes("nen.pdf", &paper(&stream("", &bomb), &null)).await;
    let inner = stream("/Type/ObjStm/N 1/First 4", &bomb);
    desk.gets("kho.pdf", &paper(&null, &inner), "file-corrupt").await;
    // Operators take far more memory than the bytes that they are read from.
    let long = stream("", &packed(&b"q ".repeat(50 << 20)));
    desk.takes("lenh.pdf", &paper(&long, &null)).await;
    for (open, close) in [("[", "]"), ("<</A ", ">>"), ("<</A[", "]>>"), ("(", ")")] {
        let deep = [open.repeat(10_000), close.repeat(10_000)].concat().into_bytes();
        desk.takes("sau.pdf", &paper(&null, &deep)).await;
        desk.takes("sau.pdf", &paper(&stream("", &packed(&deep)), &null)).await;
    }
    desk.takes("thap.pdf", &tower(10_000)).await;
    let round = pdf(&[
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Count 1/Kids[2 0 R 3 0 R 2 0 R]>>".to_vec(),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>".to_vec(),
    ]);
    desk.gets("vong.pdf", &round, "file-corrupt").await;
    watched(watch);
}

fn watched(watch: Watch) {
    let seen = watch.end();
    assert!(seen.growth < GROWTH && seen.worker < WORKER, "{seen:?}");
}

const SVG: &[u8] = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";

#[actix_web::test]
async fn word_documents_with_bombs_change_nothing_and_scripts_stay_outside() {
    let desk = Desk::new().await;
    let path = format!("/api/v1/records/{}", desk.id);
    let read = async || desk.app.get(&path).by(desk.writer()).send().await.ok(200);
    let before = read().await;
    for (paragraphs, wanted) in [
        (" ".repeat(100 << 20), "file-complex"),
        ("&bomb;".to_owned(), "file-corrupt"),
        ("<w:tbl><w:tr><w:tc>".repeat(10_000), "file-complex"),
    ] {
        let answer = desk.read("a.docx", &docx_with(&paragraphs, SVG)).await;
        assert_eq!(answer.refusal(), wanted);
    }
    assert_eq!(before, read().await);
    let page = format!("<w:p><w:r><w:t>Chiêng</w:t></w:r></w:p>{PICTURE}");
    let read = desk.read("a.docx", &docx_with(&page, SVG)).await.ok(200);
    assert_eq!(
        (&read["pictures"], &read["refused"][0]["name"]),
        (&json!([]), &json!("image1.png"))
    );
    assert!(!read["record"].to_string().contains("svg"), "{read}");
}

#[actix_web::test]
async fn a_tiff_that_points_anywhere_is_taken_or_refused() {
    let desk = Desk::new().await;
    let plain = picture(image::ImageFormat::Tiff, 40, 30);
    let word = |at: usize| u32::from_le_bytes(plain[at..at + 4].try_into().unwrap());
    let directory = usize::try_from(word(4)).unwrap();
    let entries = usize::from(u16::from_le_bytes([plain[directory], plain[directory + 1]]));
    // Where the directory is, where the next one is, and the counts and values of all entries.
    let mut places = vec![4, directory + 2 + entries * 12];
    places.extend((0..entries).flat_map(|n| [6, 10].map(|part| directory + n * 12 + part)));
    let length = u32::try_from(plain.len()).unwrap();
    let (mut opened, mut refused) = (0, 0);
    for at in places {
        for value in [0, word(4), length, i32::MAX.cast_unsigned(), u32::MAX] {
            let mut bent = plain.clone();
            bent[at..at + 4].copy_from_slice(&value.to_le_bytes());
            let outcome = desk.outcome("a.tif", &bent).await;
            opened += u32::from(outcome == "opens");
            refused += u32::from(outcome != "opens");
        }
    }
    assert!(10 < opened && 10 < refused, "{opened} {refused}");
}

/// Files that are what they say they are, and to a careless browser something else too.
fn two_faced() -> Vec<(&'static str, Vec<u8>)> {
    let script: &[u8] = b"<html><script>alert(1)</script></html>";
    let (jpeg, png) = (jpeg(), picture(image::ImageFormat::Png, 40, 30));
    let comment = [&[0xFF, 0xFE, 0, u8::try_from(script.len() + 2).unwrap()][..], script].concat();
    let film = film(2);
    let note = [&[0x21, 0xFE, u8::try_from(script.len()).unwrap()][..], script, &[0]].concat();
    let empty = b"null".to_vec();
    vec![
        ("a.jpg", [&jpeg[..2], &comment, &jpeg[2..]].concat()),
        ("b.png", [&png, script].concat()),
        ("c.gif", [&film[..19], &note, &film[19..]].concat()),
        ("d.pdf", [&paper(&empty, &empty), script].concat()),
    ]
}

#[actix_web::test]
async fn files_with_two_faces_go_out_as_what_they_are_and_without_the_other() {
    let desk = Desk::new().await;
    for (name, bytes) in two_faced() {
        let id = desk.app.begin(desk.writer(), &article()).await;
        let path = format!("/api/v1/records/{id}/assets");
        let meta = described().to_string();
        let parts = [("file", Some(name), &bytes[..]), ("meta", None, meta.as_bytes())];
        let taken = desk.app.post(&path).by(desk.writer()).form(&parts).send().await;
        let media_type = taken.ok(201)["assets"][0]["mediaType"].as_str().unwrap().to_owned();
        let original = format!("{path}/{}/original", asset(&taken));
        let original = desk.app.get(&original).by(desk.writer()).send().await;
        original.is_download(&media_type);
        desk.app.let_out(&desk.crew, &id).await;
        let shown = desk.app.get(&format!("/api/v1/published/{id}")).send().await.ok(200);
        let href = shown["assets"][0]["href"].as_str().unwrap();
        let release = desk.app.get(&href[href.find("/media/").unwrap()..]).send().await;
        release.is_download(&media_type);
        assert!(!release.text().contains("<script"), "{name}");
    }
}

#[actix_web::test]
async fn a_burst_of_bad_pictures_leaves_the_good_ones_alone() {
    let desk = Desk::new().await;
    let (whole, hollow) = (picture(image::ImageFormat::Jpeg, 300, 200), hollow());
    let bad: Vec<Vec<u8>> = (0..200_usize)
        .map(|n| match n % 2 {
            // Cut off anywhere; or whole outside and empty inside, each a bit different.
            0 => whole[..3 + (whole.len() - 4) * n / 200].to_vec(),
            _ => [&hollow[..], n.to_string().as_bytes()].concat(),
        })
        .collect();
    let public = desk.app.begin(desk.writer(), &article()).await;
    let shown = desk.app.photo(desk.writer(), &public).await;
    desk.app.let_out(&desk.crew, &public).await;
    let burst = join_all(bad.iter().map(|bytes| desk.send("a.jpg", bytes)));
    let good = async {
        for size in 0..20 {
            let photo = picture(image::ImageFormat::Jpeg, 64 + size, 48);
            let taken = desk.send("b.jpg", &photo).await;
            taken.ok(201);
            let base = format!("/api/v1/records/{}/assets/{}", desk.id, asset(&taken));
            let ask = desk.app.get(&format!("{base}/preview/320.jpg")).by(desk.writer());
            assert_eq!(ask.send().await.status, 200);
            let web = desk.app.get(&format!("/media/{shown}/320.jpg")).send().await;
            assert_eq!(web.status, 200, "{web:?}");
        }
    };
    let (answers, ()) = join(burst, good).await;
    let (cut, empty): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status != 201);
    assert_eq!((cut.len(), empty.len()), (100, 100));
    for answer in cut {
        assert!(["file-corrupt", "file-type", "file-mismatch"].contains(&&*answer.refusal()));
    }
    desk.app.follow();
    for answer in empty {
        assert!(!desk.opens(&asset(answer)).await);
    }
    let admin = desk.app.person(&["admin"], None).await.caller;
    let waiting = desk.app.get("/api/v1/jobs?state=waiting").by(&admin).send().await.ok(200);
    assert_eq!(waiting["total"], 0);
}
