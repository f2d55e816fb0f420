//! Web pictures of photos: upright, on white, with the release's description and nothing else beside
//! its look.
//!
//! They lie in `derived/`, which may be deleted at any time: they are made again when asked for.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::RgbImage;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::decode::{self, Header};
use super::limits::Limits;
use super::packets::Packets;
use super::raster::{self, Raster};
use super::rendition::{Coding, Focus, Plan, Rendition, Shape, Size};
use super::scratch::Scratch;
use super::tiles::Tiles;
use super::worker::{Cost, Job};
use super::{Media, MediaError, blob, encode, exif, probe};
use crate::domain::digest::Digest;

/// What web pictures are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source<'a> {
    /// A file as it came, for the workspace. Its pictures say nothing: what its maker wrote into it is
    /// not ours to show.
    Original(&'a Digest),
    /// A release. Its pictures say what it says.
    Release(&'a Digest),
}

impl<'a> Source<'a> {
    const fn digest(self) -> &'a Digest {
        match self {
            Self::Original(digest) | Self::Release(digest) => digest,
        }
    }
}

/// One web picture of a photo.
#[derive(Clone, Copy, Debug)]
pub struct Picture<'a> {
    /// Of what.
    pub of: Source<'a>,
    /// Which.
    pub rendition: Rendition,
    /// What a cut keeps.
    pub focus: Focus,
}

/// Web pictures to be made of one photo, the largest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureJob {
    /// Which.
    pub renditions: Vec<Rendition>,
    /// What cuts keep.
    pub focus: Focus,
    /// Whether the photo is a release, whose description goes along.
    pub described: bool,
}

impl PictureJob {
    /// How large the photo has to be decoded, as stored.
    fn wished(&self, header: &Header) -> Option<(u32, u32)> {
        let whole = |rendition: &Rendition| rendition.plan(header.upright(), self.focus).whole;
        let largest = self.renditions.iter().map(whole).max();
        largest.map(|(width, height)| exif::upright(header.orientation, width, height))
    }
}

/// The pictures of originals, for the desk.
pub const PREVIEWS: [Rendition; 2] = [Rendition::jpeg(Size::Medium), Rendition::jpeg(Size::Small)];

/// Pixels across of the picture that stands in for a photo while that loads.
const PLACEHOLDER: u32 = 24;

/// What is seen in an original that opens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Looked {
    /// A WebP 24 pixels wide at most, in base64: some hundred bytes.
    pub placeholder: String,
}

/// Decodes an original and writes its previews; gives what is seen. Runs in the worker process.
///
/// # Errors
/// As [`write_pictures`].
pub(super) fn look(photo: &File, limits: &Limits, out: impl Write) -> Result<Looked, MediaError> {
    let job =
        PictureJob { renditions: PREVIEWS.to_vec(), focus: Focus::default(), described: false };
    let mut out = BufWriter::new(out);
    let mut tiny = String::new();
    each_picture(photo, &job, limits, |at, picture| {
        frame(&mut out, &encode::encode(picture, Coding::Jpeg, &Packets::default())?)?;
        if at == 1 {
            let (width, height) = picture.dimensions();
            let least = width.min(PLACEHOLDER);
            let high = u64::from(height) * u64::from(least) / u64::from(width.max(1));
            let high = u32::try_from(high).unwrap_or(1).clamp(1, PLACEHOLDER * 4);
            let small = raster::smaller(picture, least, high)?;
            tiny = STANDARD.encode(encode::placeholder(&small)?);
        }
        Ok(())
    })?;
    out.flush()?;
    Ok(Looked { placeholder: tiny })
}

fn frame(out: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    out.write_all(&u64::try_from(bytes.len()).unwrap_or(0).to_be_bytes())?;
    out.write_all(bytes)
}

/// Decodes a photo once and writes its web pictures, each behind its length. Runs in the worker
/// process.
///
/// # Errors
/// As for decoding, and those of `out`.
pub(super) fn write_pictures(
    photo: &File,
    job: &PictureJob,
    limits: &Limits,
    out: impl Write,
) -> Result<(), MediaError> {
    let packets = match job.described {
        true => Packets::of_release(photo, probe::known(photo)?)?,
        false => Packets::default(),
    };
    let mut out = BufWriter::new(out);
    let mut codings = job.renditions.iter().map(|rendition| rendition.coding);
    each_picture(photo, job, limits, |_at, picture| {
        let coding = codings.next().unwrap_or(Coding::Jpeg);
        Ok(frame(&mut out, &encode::encode(picture, coding, &packets)?)?)
    })?;
    Ok(out.flush()?)
}

/// Gives each picture of a job, in its order, to `take`.
fn each_picture(
    photo: &File,
    job: &PictureJob,
    limits: &Limits,
    mut take: impl FnMut(usize, &RgbImage) -> Result<(), MediaError>,
) -> Result<(), MediaError> {
    let header = decode::header(photo, probe::known(photo)?, limits)?;
    let decoded = decode::decode(photo, &header, job.wished(&header), limits)?;
    let mut raster = Raster::new(&decoded);
    for (at, rendition) in job.renditions.iter().enumerate() {
        let Plan { whole, cut } = rendition.plan(header.upright(), job.focus);
        let picture = raster.picture(whole.0, whole.1)?;
        match (cut.2, cut.3) == whole {
            true => take(at, picture)?,
            false => take(at, &raster::cut(picture, cut))?,
        }
    }
    Ok(())
}

/// The web pictures that have been made.
#[derive(Clone, Debug)]
pub(super) struct Derived {
    root: Arc<Path>,
    scratch: Scratch,
    busy: Arc<Busy>,
}

/// The photos whose pictures are being made, so that none is made twice at one time.
#[derive(Debug, Default)]
struct Busy {
    digests: Mutex<HashSet<Digest>>,
    done: Condvar,
}

/// A turn at making one photo's pictures.
struct Turn<'a> {
    busy: &'a Busy,
    digest: &'a Digest,
}

impl Derived {
    pub(super) fn open(data: &Path) -> Result<Self, MediaError> {
        let root = data.join("derived");
        let scratch = Scratch::open(root.join("incoming"))?;
        Ok(Self { root: root.into(), scratch, busy: Arc::default() })
    }

    /// See [`Media::picture`].
    pub(super) fn get(&self, media: &Media, picture: &Picture<'_>) -> Result<File, MediaError> {
        if let Ok(file) = File::open(self.place(picture)) {
            return Ok(file);
        }
        // Smaller ones are made of larger ones: only all together they are the same each time.
        let Picture { of, rendition, focus } = *picture;
        if let Source::Original(digest) = of {
            self.look(media, digest)?;
        } else {
            self.make(media, of, focus, &Size::ALL.map(|size| Rendition { size, ..rendition }))?;
        }
        Ok(File::open(self.place(picture))?)
    }

    /// Makes the renditions anew if one of them is not there.
    pub(super) fn make(
        &self,
        media: &Media,
        source: Source<'_>,
        focus: Focus,
        renditions: &[Rendition],
    ) -> Result<Cost, MediaError> {
        let _turn = self.busy.turn(source.digest());
        let of = |rendition: Rendition| Picture { of: source, rendition, focus };
        if renditions.iter().all(|rendition| self.place(&of(*rendition)).is_file()) {
            return Ok(Cost::default());
        }
        let mut renditions = renditions.to_vec();
        renditions.sort_by_key(|rendition| std::cmp::Reverse(rendition.size));
        let described = matches!(source, Source::Release(_));
        let job = PictureJob { renditions, focus, described };
        let ((), cost) = self.work(media, source, &job, &Job::Pictures(job.clone()))?;
        Ok(cost)
    }

    /// See [`Media::look`].
    pub(super) fn look(&self, media: &Media, digest: &Digest) -> Result<Looked, MediaError> {
        let _turn = self.busy.turn(digest);
        let (renditions, focus) = (PREVIEWS.to_vec(), Focus::default());
        let job = PictureJob { renditions, focus, described: false };
        Ok(self.work(media, Source::Original(digest), &job, &Job::Look)?.0)
    }

    /// See [`Media::tiles`].
    pub(super) fn tiles(&self, media: &Media, release: &Digest) -> Result<Tiles, MediaError> {
        let path = blob::place(&self.root, release).with_file_name(format!("{release}-tiles"));
        if let Ok(tiles) = File::open(&path).map_err(MediaError::from).and_then(Tiles::open) {
            return Ok(tiles);
        }
        let _turn = self.busy.turn(release);
        // Whoever had the turn before may have made them.
        if let Ok(tiles) = File::open(&path).map_err(MediaError::from).and_then(Tiles::open) {
            return Ok(tiles);
        }
        let (file, _) = media.blobs.open_file(release)?;
        let header = decode::header(&file, probe::known(&file)?, &media.limits)?;
        let wished = header.largest(media.limits.decode_memory);
        let memory = header.cost_of(Some(wished)).saturating_mul(2);
        let memory = memory.min(media.limits.decode_memory);
        let output = self.scratch.named()?;
        let to = output.as_file().try_clone()?;
        let ((), _cost) = media.work_on(memory, &Job::Tiles, file, Some(to))?;
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let file = output.persist(&path).map_err(|failure| failure.error)?;
        Tiles::open(file)
    }

    /// Has a worker make pictures, and keeps them.
    fn work<T: DeserializeOwned>(
        &self,
        media: &Media,
        source: Source<'_>,
        pictures: &PictureJob,
        job: &Job,
    ) -> Result<(T, Cost), MediaError> {
        let (file, _) = media.blobs.open_file(source.digest())?;
        let header = decode::header(&file, probe::known(&file)?, &media.limits)?;
        let memory = header.cost_of(pictures.wished(&header));
        let mut output = self.scratch.nameless()?;
        let to = output.try_clone()?;
        let done = media.work_on(memory, job, file, Some(to))?;
        output.seek(SeekFrom::Start(0))?;
        for rendition in &pictures.renditions {
            let mut length = [0; 8];
            output.read_exact(&mut length)?;
            let picture = Picture { of: source, rendition: *rendition, focus: pictures.focus };
            self.keep(&picture, &mut (&output).take(u64::from_be_bytes(length)))?;
        }
        Ok(done)
    }

    /// Removes all pictures of a photo.
    pub(super) fn forget(&self, digest: &Digest) -> Result<(), MediaError> {
        let _turn = self.busy.turn(digest);
        let folder = blob::place(&self.root, digest);
        let Some(Ok(entries)) = folder.parent().map(fs::read_dir) else { return Ok(()) };
        for entry in entries {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with(digest.as_str()) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    fn keep(&self, picture: &Picture<'_>, bytes: &mut impl Read) -> Result<(), MediaError> {
        let mut file = self.scratch.named()?;
        io::copy(bytes, &mut file)?;
        let path = self.place(picture);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        file.persist(path).map_err(|failure| failure.error)?;
        Ok(())
    }

    fn place(&self, picture: &Picture<'_>) -> PathBuf {
        let Picture { of, rendition, focus } = picture;
        let digest = of.digest();
        let sort = match of {
            Source::Original(_) => "preview",
            Source::Release(_) => "web",
        };
        let name = match rendition.shape {
            Shape::Whole => format!("{digest}-{sort}-{rendition}"),
            _ => format!("{digest}-{sort}-{}-{}-{rendition}", focus.x, focus.y),
        };
        blob::place(&self.root, digest).with_file_name(name)
    }
}

impl Busy {
    fn turn<'a>(&'a self, digest: &'a Digest) -> Turn<'a> {
        let mut digests = self.digests.lock().unwrap_or_else(PoisonError::into_inner);
        while !digests.insert(digest.clone()) {
            digests = self.done.wait(digests).unwrap_or_else(PoisonError::into_inner);
        }
        Turn { busy: self, digest }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut digests = self.busy.digests.lock().unwrap_or_else(PoisonError::into_inner);
        digests.remove(self.digest);
        drop(digests);
        self.busy.done.notify_all();
    }
}
