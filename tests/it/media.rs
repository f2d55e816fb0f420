//! Publications through the real worker process, and the public sets of strange files.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use lopdf::{Dictionary, Document, Object, Stream, dictionary};
use quangba::domain::digest::Digest;
use quangba::media::derived::{Picture, Source};
use quangba::media::limits::Limits;
use quangba::media::packets::Packets;
use quangba::media::rendition::{Coding, Focus, Rendition, Size};
use quangba::media::worker::{self, Job};
use quangba::media::{Media, MediaError};

use crate::support::files;

const EXE: &str = env!("CARGO_BIN_EXE_quangba");
const SECRET: &str = "SECRET-12.6789N-108.0456E";

pub(crate) struct Bench {
    dir: tempfile::TempDir,
    pub(crate) media: Media,
}

impl Bench {
    fn with(limits: Limits) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let media = Media::open(dir.path(), EXE.into(), limits).unwrap();
        Self { dir, media }
    }

    pub(crate) fn new() -> Self {
        Self::with(Limits::default())
    }

    pub(crate) fn put(&self, bytes: &[u8]) -> Digest {
        let mut incoming = self.media.blobs().begin(u64::MAX).unwrap();
        for chunk in bytes.chunks(64 * 1024) {
            incoming.write(chunk).unwrap();
        }
        incoming.finish().unwrap().digest
    }

    fn get(&self, digest: &Digest) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.media.blobs().open_file(digest).unwrap().0.read_to_end(&mut bytes).unwrap();
        bytes
    }
}

fn has(bytes: &[u8], needle: &str) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle.as_bytes())
}

fn secret() -> Object {
    Object::string_literal(SECRET)
}

/// A small JPEG with a comment, as it lies in a document.
fn photo() -> Stream {
    let picture = image::RgbImage::from_pixel(16, 16, image::Rgb([200, 30, 30]));
    let mut jpeg = Vec::new();
    image::codecs::jpeg::JpegEncoder::new(&mut jpeg).encode_image(&picture).unwrap();
    let length = u8::try_from(SECRET.len() + 2).unwrap();
    let comment = [&[0xFF, 0xFE, 0, length][..], SECRET.as_bytes()].concat();
    jpeg.splice(2..2, comment);
    let dict = dictionary! {
        "Type" => "XObject", "Subtype" => "Image", "Width" => 16, "Height" => 16,
        "ColorSpace" => "DeviceRGB", "BitsPerComponent" => 8, "Filter" => "DCTDecode",
        "PTEX.FileName" => secret(),
    };
    Stream::new(dict, jpeg)
}

/// A notes array: a link that stays, one that runs a script, one that carries a file, a remark.
fn notes(document: &mut Document, file: Object) -> Vec<Object> {
    let rect = || Object::Array(vec![0.into(), 0.into(), 9.into(), 9.into()]);
    let script = document.add_object(dictionary! {
        "Type" => "Action", "S" => "JavaScript", "JS" => secret(),
    });
    let link = |action: Object| {
        dictionary! { "Type" => "Annot", "Subtype" => "Link", "Rect" => rect(), "A" => action }
    };
    let web = dictionary! { "S" => "URI", "URI" => Object::string_literal("https://example.org/") };
    let direct = dictionary! { "S" => "Launch", "F" => secret() };
    let all = [
        link(web.into()),
        link(script.into()),
        link(direct.into()),
        dictionary! {
            "Type" => "Annot", "Subtype" => "FileAttachment", "Rect" => rect(), "FS" => file,
        },
        dictionary! {
            "Type" => "Annot", "Subtype" => "Text", "Rect" => rect(), "T" => secret(),
            "Contents" => Object::string_literal("a remark"),
        },
    ];
    all.into_iter().map(|note| document.add_object(note).into()).collect()
}

/// A publication of two pages with a secret in each place where a PDF can hide one.
fn publication() -> Document {
    let mut document = Document::with_version("1.7");
    let tree = document.new_object_id();
    let stream = |dict: Dictionary| Stream::new(dict, SECRET.into()).with_compression(false);
    let xmp = dictionary! { "Type" => "Metadata", "Subtype" => "XML" };
    let metadata = document.add_object(stream(xmp.clone()));
    let of_page = document.add_object(stream(xmp));
    let embedded = document.add_object(stream(dictionary! { "Type" => "EmbeddedFile" }));
    let file = document.add_object(dictionary! {
        "Type" => "Filespec", "F" => secret(), "EF" => dictionary! { "F" => embedded },
    });
    let script = dictionary! { "S" => "JavaScript", "JS" => secret() };
    let names = document.add_object(dictionary! {
        "EmbeddedFiles" => dictionary! { "Names" => vec![secret(), file.into()] },
        "JavaScript" => dictionary! { "Names" => vec![secret(), script.clone().into()] },
    });
    let image = document.add_object(photo());
    let notes = notes(&mut document, file.into());
    let content = b"BT /F1 12 Tf 72 720 Td (Dak Lak) Tj ET".to_vec();
    let content = document.add_object(Stream::new(Dictionary::new(), content));
    let pages: Vec<Object> = [notes, Vec::new()]
        .into_iter()
        .map(|notes| {
            let page = dictionary! {
                "Type" => "Page", "Parent" => tree, "Contents" => content, "Annots" => notes,
                "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
                "Resources" => dictionary! { "XObject" => dictionary! { "JS" => image } },
                "Metadata" => of_page, "LastModified" => secret(),
                "PieceInfo" => dictionary! { "App" => dictionary! { "Private" => secret() } },
                "AA" => dictionary! { "O" => script.clone() },
            };
            document.add_object(page).into()
        })
        .collect();
    let count = i64::try_from(pages.len()).unwrap();
    document
        .objects
        .insert(tree, dictionary! { "Type" => "Pages", "Count" => count, "Kids" => pages }.into());
    let info = document.add_object(dictionary! { "Author" => secret(), "Producer" => secret() });
    let catalog = document.add_object(dictionary! {
        "Type" => "Catalog", "Again" => info, "Pages" => tree, "Metadata" => metadata,
        "OpenAction" => script,
        "PieceInfo" => dictionary! { "App" => secret() },
        "Names" => names, "Lang" => Object::string_literal("vi"),
    });
    document.add_object(dictionary! { "Left" => "Behind", "By" => secret() });
    document.trailer.set("Root", catalog);
    document.trailer.set("Info", info);
    document.trailer.set("ID", vec![secret(), secret()]);
    document
}

fn saved(document: &mut Document) -> Vec<u8> {
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

#[test]
fn a_publication_is_counted_and_released_without_its_secrets() {
    let bench = Bench::new();
    let original = saved(&mut publication());
    assert!(has(&original, SECRET));
    let digest = bench.put(&original);
    let probe = bench.media.probe(&digest, "sách ảnh.pdf").unwrap();
    assert_eq!((probe.media_type, probe.pages, probe.size), ("application/pdf", Some(2), None));

    let release = bench.media.release(&digest, &Packets::default()).unwrap();
    let out = bench.get(&release.stored.digest);
    for trace in [SECRET, "JavaScript", "OpenAction", "EmbeddedFile", "Launch", "/Info", "/ID"] {
        assert!(!has(&out, trace), "{trace}");
    }
    for kept in ["Dak Lak", "https://example.org/", "a remark", "DCTDecode", "/Lang"] {
        assert!(has(&out, kept), "{kept}");
    }
    let document = Document::load_mem(&out).unwrap();
    let pages = document.get_pages();
    assert_eq!(pages.len(), 2);
    assert_eq!(document.get_page_annotations(pages[&1]).unwrap().len(), 4);
    assert!(document.get_page_resources(pages[&2]).unwrap().0.unwrap().has(b"XObject"));
    assert_eq!(
        bench.media.release(&digest, &Packets::default()).unwrap().stored.digest,
        release.stored.digest
    );
}

#[test]
fn an_encrypted_publication_is_refused() {
    let bench = Bench::new();
    let mut document = publication();
    document.trailer.set("ID", vec![Object::string_literal("a"), Object::string_literal("a")]);
    let state = lopdf::EncryptionState::try_from(lopdf::EncryptionVersion::V2 {
        document: &document,
        owner_password: "owner",
        user_password: "",
        key_length: 128,
        permissions: lopdf::Permissions::all(),
    })
    .unwrap();
    document.encrypt(&state).unwrap();
    let digest = bench.put(&saved(&mut document));
    assert!(matches!(bench.media.probe(&digest, "a.pdf"), Err(MediaError::Encrypted)));
    assert!(matches!(
        bench.media.release(&digest, &Packets::default()),
        Err(MediaError::Encrypted)
    ));
}

#[test]
fn a_broken_publication_is_refused() {
    let bench = Bench::new();
    let whole = saved(&mut publication());
    for bytes in [b"%PDF-1.7\n".to_vec(), b"%PDF-1.7\n%%EOF".to_vec(), whole[..600].to_vec()] {
        let refused = bench.media.probe(&bench.put(&bytes), "a.pdf");
        assert!(matches!(refused, Err(MediaError::Corrupt { .. })), "{refused:?}");
    }
}

#[test]
fn a_worker_stays_within_its_memory_and_its_disk() {
    let mut document = publication();
    let noise: Vec<u8> = (0..32_u32 << 20).map(|n| n.wrapping_mul(97).to_le_bytes()[1]).collect();
    let stream = Stream::new(Dictionary::new(), noise).with_compression(false);
    let id = document.add_object(stream);
    document.catalog_mut().unwrap().set("Extra", id);
    let bytes = saved(&mut document);

    let bench = Bench::with(Limits { worker_memory: 64 << 20, ..Limits::default() });
    let refused = bench.media.probe(&bench.put(&bytes), "a.pdf");
    assert!(matches!(refused, Err(MediaError::TooComplex("memory"))), "{refused:?}");

    let bench = Bench::with(Limits { worker_output: 1 << 20, ..Limits::default() });
    let refused = bench.media.release(&bench.put(&bytes), &Packets::default());
    assert!(matches!(refused, Err(MediaError::TooComplex("disk"))), "{refused:?}");
    assert_eq!(fs::read_dir(bench.dir.path().join("media/incoming")).unwrap().count(), 0);
}

#[test]
fn a_worker_that_hangs_is_ended() {
    // Reading from a pipe that nobody writes to and nobody closes.
    let (reader, writer) = std::io::pipe().unwrap();
    let input = File::from(std::os::fd::OwnedFd::from(reader));
    let limits = Limits { worker_seconds: 1, ..Limits::default() };
    let start = Instant::now();
    let refused = worker::run::<u32>(Path::new(EXE), &Job::PdfProbe, input, None, &limits);
    assert!(matches!(refused, Err(MediaError::TooComplex("time"))), "{refused:?}");
    assert!(start.elapsed() < Duration::from_secs(15));
    drop(writer);
}

#[test]
fn a_program_that_is_no_worker_is_our_failure() {
    let bench = Bench::new();
    let (input, _) = bench.media.blobs().open_file(&bench.put(b"%PDF-1.7\n")).unwrap();
    let refused =
        worker::run::<u32>(Path::new("/bin/true"), &Job::PdfProbe, input, None, &Limits::default());
    assert!(matches!(refused, Err(MediaError::Worker(_))), "{refused:?}");
}

/// The folder of public file sets, if this machine has it, and which part of it to try: all where
/// the folder is named on purpose, every fourth file where it merely lies beside the project.
pub(crate) fn data_sets() -> Option<(PathBuf, usize)> {
    #[expect(clippy::disallowed_methods, reason = "a test's own setting")]
    let named = std::env::var_os("QUANGBA_DATA_SETS").map(|path| (PathBuf::from(path), 1));
    let beside = (Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), 4);
    named.or(Some(beside)).filter(|(path, _)| path.is_dir())
}

pub(crate) fn files_of(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = walkdir::WalkDir::new(folder)
        .into_iter()
        .flatten()
        .filter(|entry| entry.file_type().is_file())
        .map(walkdir::DirEntry::into_path)
        .collect();
    found.sort();
    found
}

/// Takes a file through all of it; gives what was made of it, for the tally.
fn through(bench: &Bench, path: &Path) -> &'static str {
    let digest = bench.put(&fs::read(path).unwrap());
    let taken = || {
        let probe = bench.media.probe(&digest, "tệp")?;
        if probe.pages.is_none() {
            let rendition = Rendition::jpeg(Size::Small);
            let of = Source::Original(&digest);
            bench.media.picture(&Picture { of, rendition, focus: Focus::default() })?;
        }
        Ok(probe)
    };
    match taken() {
        Ok(probe) => {
            let release = bench.media.release(&digest, &Packets::default()).unwrap();
            let again = bench.media.probe(&release.stored.digest, "tệp").unwrap();
            assert_eq!((again.pages, again.upright()), (probe.pages, probe.upright()), "{path:?}");
            "taken"
        }
        Err(MediaError::Unsupported { .. }) => "unsupported",
        Err(MediaError::NoProgram(_)) => "without a program",
        Err(MediaError::Encrypted) => "encrypted",
        Err(MediaError::Corrupt { .. }) => "corrupt",
        Err(MediaError::Pixels { .. } | MediaError::Memory { .. } | MediaError::TooComplex(_)) => {
            "too large"
        }
        Err(other) => {
            assert!(matches!(other, MediaError::Empty), "{path:?}: {other:?}");
            "empty"
        }
    }
}

fn shown(bench: &Bench, digest: &Digest, name: &str) -> Result<Vec<u8>, MediaError> {
    let of = Source::Release(digest);
    let picture = Picture { of, rendition: name.parse().unwrap(), focus: Focus::default() };
    let mut bytes = Vec::new();
    bench.media.picture(&picture)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[test]
fn what_is_deleted_comes_back_the_same() {
    let bench = Bench::new();
    let digest = bench.put(&files::picture(image::ImageFormat::Jpeg, 900, 300));
    let cost = bench.media.pictures(Source::Release(&digest), &Size::ALL, Coding::Jpeg).unwrap();
    assert!(0 < cost.peak);
    let first = shown(&bench, &digest, "800.jpg").unwrap();
    let name = format!("{digest}-web-800.jpg");
    let folder = bench.dir.path().join("derived").join(&name[..2]).join(&name[2..4]);
    assert_eq!(fs::read(folder.join(&name)).unwrap(), first);

    fs::remove_dir_all(bench.dir.path().join("derived")).unwrap();
    assert_eq!(shown(&bench, &digest, "800.jpg").unwrap(), first);
    bench.media.forget_pictures(&digest).unwrap();
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
}

#[test]
fn many_who_ask_at_once_all_get_it() {
    let bench = Bench::new();
    let photo = |n| bench.put(&files::picture(image::ImageFormat::Jpeg, 900 + n, 300));
    let digests: Vec<Digest> = (0..4_u32).map(photo).collect();
    std::thread::scope(|scope| {
        for n in 0..16 {
            let (bench, digest) = (&bench, &digests[n % 4]);
            scope.spawn(move || {
                let bytes = shown(bench, digest, "320.jpg").unwrap();
                assert_eq!(image::load_from_memory(&bytes).unwrap().width(), 320);
            });
        }
    });
    assert_eq!(fs::read_dir(bench.dir.path().join("derived/incoming")).unwrap().count(), 0);
}

#[test]
fn a_publication_without_pages_and_a_missing_file_have_no_web_pictures() {
    let bench = Bench::new();
    let refused = shown(&bench, &bench.put(b"%PDF-1.4\n"), "320.jpg");
    assert!(matches!(refused, Err(MediaError::Corrupt { .. })), "{refused:?}");
    let missing = shown(&bench, &Digest::from([0; 32]), "320.jpg");
    assert!(matches!(missing, Err(MediaError::Missing(_))));
}

#[test]
fn a_tiff_is_released_as_png_with_its_description() {
    let bench = Bench::new();
    let packets = Packets { xmp: Some(b"<x:xmpmeta>QUANGBA</x:xmpmeta>".to_vec()), iptc: None };
    let digest = bench.put(&files::picture(image::ImageFormat::Tiff, 90, 30));
    let release = bench.media.release(&digest, &packets).unwrap();
    assert_eq!((release.media_type, release.size), ("image/png", Some((90, 30))));
    let out = bench.get(&release.stored.digest);
    assert!(has(&out, "QUANGBA"));
    let again = bench.media.release(&digest, &packets).unwrap();
    assert_eq!(again.stored.digest, release.stored.digest);
    assert!(has(&shown(&bench, &release.stored.digest, "320.webp").unwrap(), "QUANGBA"));
}

fn tally(set: &str, paths: &[PathBuf], step: usize) {
    let bench = Bench::new();
    let mut counts = std::collections::BTreeMap::new();
    let (start, mut slowest) = (Instant::now(), (Duration::ZERO, PathBuf::new()));
    for path in paths.iter().step_by(step) {
        let begun = Instant::now();
        *counts.entry(through(&bench, path)).or_insert(0_u32) += 1;
        slowest = slowest.max((begun.elapsed(), path.clone()));
    }
    let (all, name) = (start.elapsed(), slowest.1.file_name().unwrap_or_default().to_owned());
    let report = format!("{set}: {counts:?} in {all:.1?}, slowest {name:?} {:.1?}\n", slowest.0);
    std::io::stdout().write_all(report.as_bytes()).unwrap();
}

#[test]
fn the_public_picture_sets_are_taken_or_refused() {
    let Some((data, step)) = data_sets() else {
        return std::io::stdout().write_all(b"skipped: no data sets here\n").unwrap();
    };
    for entry in fs::read_dir(data).unwrap().flatten() {
        let set = entry.file_name().into_string().unwrap();
        if set.starts_with("images-") {
            tally(&set, &files_of(&entry.path()), step);
        }
    }
}

#[test]
fn the_public_documents_are_taken_or_refused() {
    let Some((data, step)) = data_sets() else {
        return std::io::stdout().write_all(b"skipped: no data sets here\n").unwrap();
    };
    tally("docs-pdfjs", &files_of(&data.join("docs-pdfjs")), step);
}
