//! The text of a publication of 300 pages: all that is read of it, in the worker process, beside
//! pdftotext on the same file in the same run.

use std::{
    fs,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use lopdf::{Dictionary, Document, Object, Stream, dictionary};
use quangba::media::{Media, limits::Limits};
use serde_json::{Value, json};

use crate::support::{
    Outcome,
    report::{Figure, Target, load, millis},
};

const PAGES: u32 = 300;

/// Lines of a page.
const LINES: u32 = 45;

/// How often each reads; the fastest counts.
const ROUNDS: u32 = 7;

pub(crate) fn measure() -> Outcome<(Vec<Figure>, Value)> {
    let dir = tempfile::tempdir()?;
    let pdf = book()?;
    let path = dir.path().join("book.pdf");
    fs::write(&path, &pdf)?;
    let program = env!("CARGO_BIN_EXE_quangba");
    let media = Media::open(dir.path(), program.into(), Limits::default())?;
    let mut incoming = media.blobs().begin(u64::MAX)?;
    incoming.write(&pdf)?;
    let digest = incoming.finish()?.digest;
    let (mut ours, mut peer) = (Vec::new(), Vec::new());
    for _round in 0..ROUNDS {
        fs::remove_dir_all(dir.path().join("derived"))?;
        fs::create_dir_all(dir.path().join("derived/incoming"))?;
        let begun = Instant::now();
        let reading = media.reading(&digest)?;
        ours.push(begun.elapsed());
        if reading.pages.iter().any(|page| !page.text.contains("Lak Lake")) {
            return Err("a page was not read".into());
        }
        peer.extend(pdftotext(&path));
    }
    let fastest = |times: &[Duration]| times.iter().min().copied();
    let ours = fastest(&ours).ok_or("no round")?;
    let peer = fastest(&peer);
    let figures = peer.into_iter().map(|peer| Figure {
        name: "text of 300 pages, beside pdftotext",
        value: ours.as_secs_f64() / peer.as_secs_f64(),
        unit: "of pdftotext's time",
        target: Target::AtMost(1.5),
    });
    let details = json!({
        "bytes": pdf.len(), "rounds": ROUNDS, "load1": load(),
        "quangbaMs": millis(ours), "pdftotextMs": peer.map(millis),
    });
    Ok((figures.collect(), json!({"text": details})))
}

/// How long pdftotext takes; nothing where it is not.
fn pdftotext(path: &std::path::Path) -> Option<Duration> {
    let begun = Instant::now();
    let done = Command::new("pdftotext").arg(path).arg("-").stdout(Stdio::null()).status().ok()?;
    done.success().then(|| begun.elapsed())
}

/// A book of full pages of text.
fn book() -> Outcome<Vec<u8>> {
    let mut document = Document::with_version("1.7");
    let tree = document.new_object_id();
    let font = document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Times-Roman",
        "Encoding" => "WinAnsiEncoding",
    });
    let mut kids: Vec<Object> = Vec::new();
    for page in 0..PAGES {
        let mut content = String::from("BT /F1 11 Tf 50 790 Td ");
        for line in 0..LINES {
            content.push_str(&format!(
                "(Page {page}, line {line}: the gongs are heard beside Lak Lake when the harvest is in.) Tj 0 -16 Td "
            ));
        }
        content.push_str("ET");
        let mut stream = Stream::new(Dictionary::new(), content.into_bytes());
        stream.compress()?;
        let content = document.add_object(stream);
        let resources = dictionary! { "Font" => dictionary! { "F1" => font } };
        let page = dictionary! {
            "Type" => "Page", "Parent" => tree, "Contents" => content, "Resources" => resources,
            "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
        };
        kids.push(document.add_object(page).into());
    }
    let pages = dictionary! { "Type" => "Pages", "Count" => i64::from(PAGES), "Kids" => kids };
    document.objects.insert(tree, pages.into());
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", catalog);
    let mut out = Vec::new();
    document.save_to(&mut out)?;
    Ok(out)
}
