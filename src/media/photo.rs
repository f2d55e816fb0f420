//! Web pictures of photos: upright, on white, with the release's description and nothing else beside
//! its look.
//!
//! They lie in `derived/`, which may be deleted at any time: they are made again when asked for.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::decode::{self, Header};
use super::limits::Limits;
use super::packets::Packets;
use super::raster::{self, Raster};
use super::rendition::{Focus, Plan, Rendition, Shape, Size};
use super::scratch::Scratch;
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
    let format = probe::known(photo)?;
    let header = decode::header(photo, format, limits)?;
    let packets = match job.described {
        true => Packets::of_release(photo, format)?,
        false => Packets::default(),
    };
    let decoded = decode::decode(photo, &header, job.wished(&header), limits)?;
    let mut raster = Raster::new(&decoded);
    let mut out = BufWriter::new(out);
    for rendition in &job.renditions {
        let Plan { whole, cut } = rendition.plan(header.upright(), job.focus);
        let picture = raster.picture(whole.0, whole.1)?;
        let bytes = match (cut.2, cut.3) == whole {
            true => encode::encode(picture, rendition.coding, &packets)?,
            false => encode::encode(&raster::cut(picture, cut), rendition.coding, &packets)?,
        };
        out.write_all(&u64::try_from(bytes.len()).unwrap_or(0).to_be_bytes())?;
        out.write_all(&bytes)?;
    }
    Ok(out.flush()?)
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
        self.make(media, of, focus, &Size::ALL.map(|size| Rendition { size, ..rendition }))?;
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
        let digest = source.digest();
        let _turn = self.busy.turn(digest);
        let of = |rendition: Rendition| Picture { of: source, rendition, focus };
        if renditions.iter().all(|rendition| self.place(&of(*rendition)).is_file()) {
            return Ok(Cost::default());
        }
        let mut renditions = renditions.to_vec();
        renditions.sort_by_key(|rendition| std::cmp::Reverse(rendition.size));
        let (file, _) = media.blobs.open_file(digest)?;
        let header = decode::header(&file, probe::known(&file)?, &media.limits)?;
        let described = matches!(source, Source::Release(_));
        let job = PictureJob { renditions, focus, described };
        let memory = header.cost_of(job.wished(&header));
        let mut output = self.scratch.nameless()?;
        let to = output.try_clone()?;
        let ((), cost) = media.work_on(memory, &Job::Pictures(job.clone()), file, Some(to))?;
        output.seek(SeekFrom::Start(0))?;
        for rendition in job.renditions {
            let mut length = [0; 8];
            output.read_exact(&mut length)?;
            self.keep(&of(rendition), &mut (&output).take(u64::from_be_bytes(length)))?;
        }
        Ok(cost)
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
