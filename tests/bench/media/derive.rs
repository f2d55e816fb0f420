//! A 24-megapixel JPEG to web pictures 320, 800 and 1600 pixels wide, one at a time: the whole of the
//! worker process that makes them, its start included, beside the peers' time for the work alone.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use image::{Rgb, RgbImage};
use quangba::domain::digest::Digest;
use quangba::media::{
    Media,
    derived::Source,
    limits::Limits,
    rendition::{Coding, Size},
};
use serde_json::{Value, json};

use crate::support::{
    Outcome,
    report::{Figure, Target},
};

/// How often it is done in one process.
const ROUNDS: u32 = 20;

const SIZES: [Size; 3] = [Size::Large, Size::Medium, Size::Small];

const SHARP: &str = include_str!("peers/sharp.js");
const PYVIPS: &str = include_str!("peers/pyvips.py");

/// Processor seconds a photo, and the most memory, in MB.
struct Cost {
    seconds: f64,
    peak: f64,
}

pub(crate) fn measure(photo: &[u8]) -> Outcome<(Vec<Figure>, Value)> {
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("photo.jpg");
    fs::write(&path, photo)?;
    let media = media(dir.path())?;
    let mut incoming = media.blobs().begin(u64::MAX)?;
    incoming.write(photo)?;
    let digest = incoming.finish()?.digest;
    let ours = ours(&media, dir.path(), &digest)?;
    let node = || {
        let mut node = Command::new("node");
        node.env("NODE_PATH", peers().join("node_modules"));
        node
    };
    let sharp = Peer::run(node, SHARP, &path);
    let vips = Peer::run(|| Command::new(python()), PYVIPS, &path);
    let mut figures = vec![Figure {
        name: "peak memory of one worker",
        value: ours.peak,
        unit: "MB",
        target: Target::AtMost(60.0),
    }];
    if let Some(sharp) = sharp.fastest() {
        let ratio = Figure {
            name: "24-megapixel JPEG to three web pictures, processor time beside sharp's faster way",
            value: ours.seconds / sharp.seconds,
            unit: "of sharp's",
            target: Target::AtMost(0.9),
        };
        figures.insert(0, ratio);
    }
    let details = json!({
        "photoBytes": photo.len(),
        "rounds": ROUNDS,
        "quangba": ours.json(),
        "sharp": sharp.json(&ours),
        "pyvips": vips.json(&ours),
    });
    Ok((figures, json!({"derive": details})))
}

fn media(data: &Path) -> Outcome<Media> {
    Ok(Media::open(data, env!("CARGO_BIN_EXE_quangba").into(), Limits::default())?)
}

fn ours(media: &Media, data: &Path, digest: &Digest) -> Outcome<Cost> {
    let mut all = Cost { seconds: 0.0, peak: 0.0 };
    for _round in 0..ROUNDS {
        fs::remove_dir_all(data.join("derived"))?;
        let cost = media.pictures(Source::Release(digest), &SIZES, Coding::Jpeg)?;
        all.seconds += cost.seconds / f64::from(ROUNDS);
        all.peak = all.peak.max(f64::from(u32::try_from(cost.peak / 1_000)?) / 1_000.0);
    }
    Ok(all)
}

/// The ways in which a peer does the work: each size from the file, or the largest from the file and
/// the others from that.
const WAYS: [&str; 2] = ["separate", "chain"];

/// What a peer took, in each of the [`WAYS`].
struct Peer([(&'static str, Outcome<Cost>); 2]);

impl Peer {
    /// Runs a peer's script with the photo's path, the number of rounds and the way.
    fn run(program: impl Fn() -> Command, script: &str, photo: &Path) -> Self {
        let once = |way: &str| {
            let dir = tempfile::tempdir()?;
            let path = dir.path().join("peer.js");
            fs::write(&path, script)?;
            let mut command = program();
            command.arg(&path).arg(photo).arg(ROUNDS.to_string()).arg(way);
            Cost::read(command.current_dir(dir.path()))
        };
        Self(WAYS.map(|way| (way, once(way))))
    }

    /// The cheaper way; none if the peer is not there.
    fn fastest(&self) -> Option<&Cost> {
        let costs = self.0.iter().filter_map(|(_way, cost)| cost.as_ref().ok());
        costs.min_by(|a, b| a.seconds.total_cmp(&b.seconds))
    }

    fn json(&self, ours: &Cost) -> Value {
        let each = self.0.iter().map(|(way, cost)| ((*way).to_owned(), told(cost)));
        let ratio = self.fastest().map(|cost| ours.seconds / cost.seconds);
        let mut map: serde_json::Map<String, Value> = each.collect();
        map.insert("quangbaBesideFaster".to_owned(), ratio.into());
        map.into()
    }
}

impl Cost {
    fn read(command: &mut Command) -> Outcome<Self> {
        let done = command.output()?;
        if !done.status.success() {
            let said = String::from_utf8_lossy(&done.stderr);
            return Err(said.lines().last().unwrap_or("no answer").into());
        }
        let said: Value = serde_json::from_slice(&done.stdout)?;
        let number = |name: &str| said.get(name).and_then(Value::as_f64).ok_or("no figure");
        Ok(Self { seconds: number("seconds")? / f64::from(ROUNDS), peak: number("peakMB")? })
    }

    fn json(&self) -> Value {
        json!({"secondsEach": self.seconds, "peakMB": self.peak})
    }
}

fn told(cost: &Outcome<Cost>) -> Value {
    match cost {
        Ok(cost) => cost.json(),
        Err(error) => json!({"skipped": error.to_string()}),
    }
}

/// Where the peers are installed.
#[expect(clippy::disallowed_methods, reason = "a bench has no configuration but this")]
fn peers() -> PathBuf {
    std::env::var_os("QUANGBA_PEERS").map_or_else(PathBuf::new, PathBuf::from)
}

fn python() -> PathBuf {
    let own = peers().join("v/bin/python");
    if own.is_file() { own } else { "python3".into() }
}

/// A photo of 6000 × 4000 pixels with as much detail as a camera's: slopes, edges, grain.
pub(crate) fn camera_photo() -> Outcome<Vec<u8>> {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut grain = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        i32::try_from(state % 17).unwrap_or(0) - 8
    };
    let wave = |x: u32, y: u32, length: u32| {
        let part = |at: u32| i32::try_from((at % length) * 64 / length).unwrap_or(0);
        (part(x) - part(y)).abs()
    };
    let photo = RgbImage::from_fn(6000, 4000, |x, y| {
        let light = 60 + wave(x, y, 1500) + wave(x / 3, y, 211) / 2 + wave(y, x, 37) / 4;
        let (noise, tint) = (grain(), i32::try_from(y / 64).unwrap_or(0));
        let channel = |plus: i32| u8::try_from((light + plus + noise).clamp(0, 255)).unwrap_or(0);
        Rgb([channel(40 - tint / 2), channel(20), channel(tint)])
    });
    let mut bytes = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, 93);
    // Colours at half the width and height, as phones and most cameras have them.
    encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::F_2_2);
    encoder.encode(photo.as_raw(), 6000, 4000, jpeg_encoder::ColorType::Rgb)?;
    Ok(bytes)
}
