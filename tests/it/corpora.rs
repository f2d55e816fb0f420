//! Files of others through the whole product: each is taken or refused with a reason, what is taken
//! is what others say that it is, and what goes out tells nothing of who made it and where.
//!
//! The sets lie beside the project or where `QUANGBA_DATA_SETS` says; in the first case a part of them
//! is tried, in the second all.

use std::{
    collections::BTreeMap,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use quangba::media::rendition::Rendition;
use serde_json::{Value, json};

use crate::{
    media::{Bench, data_sets, files_of},
    pictures::{exiftool, says_what_it_may},
    support::{
        Answer, Crew, TestApp,
        memory::{Seen, Watch},
        records::{article, described},
    },
};

/// The longest that one file may keep its sender waiting: what two workers may take.
const LONGEST: Duration = Duration::from_secs(600);

/// What the process may grow by, and what one worker may take, in bytes.
const BUDGET: Seen = Seen { growth: 512 << 20, worker: 1200 << 20 };

/// Larger files take long in a build without optimisation.
const SMALL: u64 = 200 << 10;

/// A system whose workers have the time that a build without optimisation takes for large pictures.
async fn patient() -> TestApp {
    TestApp::with(|settings| settings.media.worker_seconds = LONGEST.as_secs() / 2).await
}

fn tell(line: &str) {
    std::io::stdout().write_all(format!("{line}\n").as_bytes()).unwrap();
}

/// The sets of pictures and documents, and whether all of their files are tried.
fn sets() -> Option<(PathBuf, bool)> {
    let found = data_sets();
    if found.is_none() {
        tell("skipped: no data sets here");
    }
    found.map(|(folder, step)| (folder, step == 1))
}

/// The files of a set: all of them, or every twelfth that is small.
fn chosen(set: &Path, all: bool) -> Vec<PathBuf> {
    let small = |path: &PathBuf| fs::metadata(path).unwrap().len() <= SMALL;
    let files = files_of(set);
    match all {
        true => files,
        // Another test takes those that it begins with.
        false => files.into_iter().filter(small).skip(1).step_by(12).collect(),
    }
}

/// A file that was sent to a record of its own.
struct Sent {
    path: PathBuf,
    record: String,
    /// The asset as it is shown; nothing if it was refused.
    asset: Option<Value>,
    /// `taken`, or why it was refused.
    outcome: String,
}

impl Sent {
    fn asset_id(&self) -> Option<String> {
        let id = self.asset.as_ref()?["id"].as_str()?;
        Some(id.rsplit(':').next()?.to_owned())
    }

    fn media_type(&self) -> &str {
        self.asset.as_ref().and_then(|asset| asset["mediaType"].as_str()).unwrap_or_default()
    }
}

async fn send(app: &TestApp, crew: &Crew, path: &Path) -> Sent {
    let record = app.begin(&crew.writer, &article()).await;
    let name = path.file_name().unwrap().to_string_lossy();
    let bytes = fs::read(path).unwrap();
    let meta = described().to_string();
    let parts = [
        ("file", Some(&*name), &bytes[..]),
        ("meta", None, meta.as_bytes()),
        ("again", None, b"true"),
    ];
    let address = format!("/api/v1/records/{record}/assets");
    let answer = timed(path, app.post(&address).by(&crew.writer).form(&parts).send()).await;
    let taken = answer.status == 201;
    let asset = taken.then(|| answer.at("/assets/0"));
    let mut outcome = if taken { "taken".to_owned() } else { answer.refusal() };
    if outcome == "file-type" {
        let address = format!("/api/v1/records/{record}/body/vi");
        let ask = app.post(&address).by(&crew.writer).file(&name, &bytes);
        let read = timed(path, ask.send()).await;
        outcome = if read.status == 200 { "read".to_owned() } else { read.refusal() };
    }
    Sent { path: path.to_owned(), record, asset, outcome }
}

async fn timed(path: &Path, answer: impl Future<Output = Answer>) -> Answer {
    let begun = Instant::now();
    let answer = answer.await;
    assert!(begun.elapsed() < LONGEST, "{path:?} took {:?}", begun.elapsed());
    assert!(answer.status < 500, "{path:?}: {answer:?}");
    answer
}

/// Looks at what was taken as the desk does, and has it published where nothing speaks against it.
async fn publish(app: &TestApp, crew: &Crew, sent: &Sent) -> bool {
    let Some(asset) = sent.asset_id() else { return false };
    let base = format!("/api/v1/records/{}/assets/{asset}", sent.record);
    let original = app.get(&format!("{base}/original")).by(&crew.writer).send().await;
    original.is_download(sent.media_type());
    assert_eq!(original.body, fs::read(&sent.path).unwrap());
    let said = app.get(&format!("{base}/metadata")).by(&crew.writer).send().await;
    assert_eq!(said.status, 200, "{:?}: {said:?}", sent.path);
    if sent.media_type().starts_with("image/") {
        let preview = app.get(&format!("{base}/preview/800.jpg")).by(&crew.writer).send().await;
        match preview.status {
            200 => preview.is_inert(),
            _ => drop(preview.refusal()),
        }
    }
    let submitted = app.desk(&crew.writer, &sent.record, json!({"action": "submit"})).await;
    if submitted.status != 200 {
        assert_eq!(submitted.refusal(), "findings", "{:?}", sent.path);
        return false;
    }
    app.moved(&crew.reviewer, &sent.record, json!({"action": "approve"})).await;
    app.moved(&crew.publisher, &sent.record, json!({"action": "publish"})).await;
    true
}

/// What is public of a published file, by its address: the release, web pictures, views.
async fn public(app: &TestApp, sent: &Sent, names: &[String]) -> Vec<(String, Answer)> {
    let shown = app.get(&format!("/api/v1/published/{}", sent.record)).send().await.ok(200);
    let asset = &shown["assets"][0];
    let href = asset["href"].as_str().unwrap();
    let release = &href[href.find("/media/").unwrap()..];
    let answer = app.get(release).send().await;
    answer.is_download(asset["mediaType"].as_str().unwrap());
    let mut out = vec![(release.to_owned(), answer)];
    let id = sent.asset_id().unwrap();
    let pictures = names.iter().map(|name| format!("/media/{id}/{name}"));
    let views = VIEWS.iter().map(|view| format!("/iiif/3/{id}/{view}"));
    for address in pictures.chain(views) {
        if sent.media_type().starts_with("image/") {
            let seen = app.get(&address).send().await;
            assert_eq!(seen.status, 200, "{:?} {address}: {seen:?}", sent.path);
            seen.is_inert();
            out.push((address, seen));
        }
    }
    out
}

/// One that may be a tile, and two that are put together.
const VIEWS: [&str; 3] =
    ["full/max/0/default.jpg", "square/%5E!99,99/90/default.webp", "full/%5E!64,64/!0/gray.png"];

/// The names of web pictures that are asked for: all, or some.
fn web_pictures(all: bool) -> Vec<String> {
    let step = if all { 1 } else { 11 };
    Rendition::all().step_by(step).map(|rendition| rendition.to_string()).collect()
}

#[actix_web::test]
async fn every_file_is_taken_or_refused_and_what_goes_out_is_a_download() {
    let Some((data, all)) = sets() else { return };
    let app = patient().await;
    let crew = app.crew().await;
    let watch = Watch::begin();
    let mut sent: Vec<Sent> = Vec::new();
    let mut tally: BTreeMap<String, u32> = BTreeMap::new();
    for set in fs::read_dir(&data).unwrap().flatten() {
        let name = set.file_name().into_string().unwrap();
        if !["images-", "docs-"].iter().any(|start| name.starts_with(start)) {
            continue;
        }
        for path in chosen(&set.path(), all) {
            sent.push(send(&app, &crew, &path).await);
            let outcome = &sent.last().unwrap().outcome;
            *tally.entry(format!("{name} {outcome}")).or_default() += 1;
        }
    }
    app.follow();
    let mut out = Vec::new();
    for file in &sent {
        if publish(&app, &crew, file).await {
            out.push(file);
        }
    }
    app.follow();
    for file in &out {
        public(&app, file, &web_pictures(all)).await;
    }
    let seen = watch.end();
    tell(&format!("{} files, {} published, {tally:#?}, {seen:?}", sent.len(), out.len()));
    assert!(seen.growth <= BUDGET.growth && seen.worker <= BUDGET.worker, "{seen:?}");
}

/// The pictures that have a place in them, as `exiftool` says of copies; nothing without it.
fn placed(data: &Path, all: bool) -> Option<Vec<PathBuf>> {
    let copies = tempfile::tempdir().unwrap();
    let mut files = Vec::new();
    for set in fs::read_dir(data).unwrap().flatten() {
        if set.file_name().to_string_lossy().starts_with("images-") {
            files.extend(files_of(&set.path()));
        }
    }
    files.retain(|path| all || fs::metadata(path).unwrap().len() <= SMALL);
    for (at, path) in files.iter().enumerate() {
        fs::copy(path, copies.path().join(at.to_string())).unwrap();
    }
    let mut program = Command::new("exiftool");
    program.args(["-q", "-j", "-ext", "*", "-if", "$GPS:all", "-FileName"]);
    let said = program.arg(copies.path()).output().ok()?.stdout;
    let said: Vec<Value> = serde_json::from_slice(&said).unwrap();
    let places = said.iter().map(|file| file["FileName"].to_string().replace('"', ""));
    Some(places.map(|at| files[at.parse::<usize>().unwrap()].clone()).collect())
}

#[actix_web::test]
async fn no_public_picture_says_where_with_what_or_by_whom_it_was_made() {
    let Some((data, all)) = sets() else { return };
    let Some(placed) = placed(&data, all) else {
        return tell("skipped: exiftool is not installed");
    };
    let app = patient().await;
    let crew = app.crew().await;
    let saved = tempfile::tempdir().unwrap();
    let (mut published, mut count) = (0, 0);
    for path in &placed {
        let sent = send(&app, &crew, path).await;
        if !publish(&app, &crew, &sent).await {
            tell(&format!("{:?}: {}", path.file_name().unwrap(), sent.outcome));
            continue;
        }
        app.follow();
        published += 1;
        for (address, answer) in public(&app, &sent, &web_pictures(all)).await {
            let kind = if address.ends_with(VIEWS[0]) { "tile" } else { "whole" };
            let ending = address.rsplit('.').next().unwrap();
            fs::write(saved.path().join(format!("{kind}-{count}.{ending}")), answer.body).unwrap();
            count += 1;
        }
    }
    let found = exiftool(saved.path()).unwrap();
    assert_eq!(found.len(), count);
    for file in &found {
        let name = file["System:FileName"].as_str().unwrap();
        says_what_it_may(file, name.starts_with("whole"));
    }
    tell(&format!("{published} of {} files with a place, {count} public ones", placed.len()));
    assert!(20 <= published || 3 * published <= 4 * placed.len());
}

/// What another library says of a file in a set of its own, as lines.
fn said_of(path: &Path) -> Option<String> {
    let (folder, name) = (path.parent()?, path.file_name()?.to_str()?);
    let kind = folder.file_name()?;
    let oracle = folder.parent()?.join("oracle").join(kind).join("metadata/java");
    fs::read(oracle.join(format!("{name}.txt")))
        .ok()
        .map(|text| String::from_utf8_lossy(&text).into())
}

/// The value behind the first line that has the name in it.
fn value<'a>(said: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = said.lines().filter_map(|line| line.split_once(name));
    lines.next().map(|(_, value)| value.trim())
}

#[actix_web::test]
async fn what_is_read_of_a_picture_is_what_another_library_reads() {
    let Some((data, _all)) = sets() else { return };
    let app = patient().await;
    let crew = app.crew().await;
    let mut compared: BTreeMap<&str, u32> = BTreeMap::new();
    for path in files_of(&data.join("images-metadata-extractor")) {
        let Some(said) = said_of(&path) else { continue };
        let sent = send(&app, &crew, &path).await;
        let Some(asset) = &sent.asset else { continue };
        let pixels =
            |name: &str| -> Option<u64> { value(&said, name)?.split(' ').next()?.parse().ok() };
        if let (Some(width), Some(height)) = (pixels("] Image Width ="), pixels("] Image Height ="))
        {
            // One of the two may be upright.
            let found = [&asset["width"], &asset["height"]].map(|side| side.as_u64().unwrap());
            assert!(found == [width, height] || found == [height, width], "{path:?} {found:?}");
            *compared.entry("size").or_default() += 1;
        }
        let id = sent.asset_id().unwrap();
        let address = format!("/api/v1/records/{}/assets/{id}/metadata", sent.record);
        let offered = app.get(&address).by(&crew.writer).send().await.ok(200);
        let left = |trace: &str| offered["leftOut"].as_array().unwrap().contains(&json!(trace));
        for (name, trace) in [
            ("[GPS - 0x0002]", "gps"),
            ("Makernote - 0x", "maker-note"),
            ("[Exif Thumbnail - 0x0201]", "thumbnail"),
            ("] Software =", "software"),
        ] {
            if said.contains(name) {
                assert!(left(trace), "{path:?}: {trace} in {offered}");
                *compared.entry(trace).or_default() += 1;
            }
        }
        let captions = offered["caption"].as_object().unwrap();
        if let Some(caption) = value(&said, "] Caption/Abstract =") {
            assert!(
                captions.values().any(|own| own == caption),
                "{path:?}: {caption} {captions:?}"
            );
            *compared.entry("caption").or_default() += 1;
        }
        if let Some(artist) = value(&said, "] Artist =").filter(|artist| !artist.is_empty()) {
            let creators = offered["creators"].as_array().unwrap();
            assert!(creators.contains(&json!(artist)), "{path:?}: {artist} {creators:?}");
            *compared.entry("artist").or_default() += 1;
        }
    }
    tell(&format!("{compared:?}"));
}

#[actix_web::test]
async fn a_publication_has_as_many_pages_as_its_makers_say() {
    let Some((data, _all)) = sets() else { return };
    let app = patient().await;
    let crew = app.crew().await;
    let folder = data.join("docs-pypdf-samples");
    let known: Value =
        serde_json::from_slice(&fs::read(folder.join("files.json")).unwrap()).unwrap();
    let (mut refused, mut encrypted) = (BTreeMap::new(), 0);
    for file in known["data"].as_array().unwrap() {
        let path = folder.join(file["path"].as_str().unwrap());
        if !path.is_file() {
            continue;
        }
        let sent = send(&app, &crew, &path).await;
        match &sent.asset {
            Some(asset) => assert_eq!(asset["pages"], file["pages"], "{path:?}"),
            None => *refused.entry(sent.outcome).or_insert(0_u32) += 1,
        }
        encrypted += u32::from(file["encrypted"] == true);
    }
    tell(&format!("refused: {refused:?}"));
    assert_eq!(refused.remove("file-encrypted"), Some(encrypted).filter(|n| 0 < *n));
    // One whose tables are damaged.
    assert!(refused.values().sum::<u32>() <= 1, "{refused:?}");
}

fn words(text: &str) -> BTreeMap<String, usize> {
    let mut words = BTreeMap::new();
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        *words.entry(word.to_lowercase()).or_default() += 1;
    }
    words
}

#[test]
fn the_text_of_publications_is_what_others_find() {
    let Some((data, _all)) = sets() else { return };
    let bench = Bench::new();
    let folder = data.join("docs-markitdown");
    for path in files_of(&folder.join("expected_outputs")) {
        let original = folder.join(path.file_stem().unwrap()).with_extension("pdf");
        let digest = bench.put(&fs::read(&original).unwrap());
        let ours = words(&bench.media.words(&digest).unwrap().text);
        let theirs = words(&fs::read_to_string(&path).unwrap());
        let all: usize = theirs.values().sum();
        let of_both =
            |(word, count): (&String, &usize)| ours.get(word).map_or(0, |n| *n.min(count));
        let common: usize = theirs.iter().map(of_both).sum();
        assert!(97 * all <= 100 * common, "{path:?}: {common} of {all}");
    }
}
