//! The web pictures that have been made of photos.
//!
//! They lie in `derived/`, which may be deleted at any time: they are made again when asked for.

use std::fs::{self, File};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::de::DeserializeOwned;
use tempfile::NamedTempFile;

use super::format::Format;
use super::photo::{Looked, PREVIEWS, PictureJob};
use super::reading::Reading;
use super::rendition::{Focus, Rendition, Shape, Size};
use super::scratch::Scratch;
use super::tiles::Tiles;
use super::turns::Turns;
use super::worker::{Cost, Job};
use super::{Media, MediaError, blob, decode, probe, still};
use crate::domain::digest::Digest;

/// What web pictures are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source<'a> {
    /// A file as it came, for the workspace. Its pictures say nothing: what its maker wrote into it is
    /// not ours to show.
    Original(&'a Digest),
    /// A release. Its pictures say what it says; those of a publication show its first page.
    Release(&'a Digest),
    /// A page of a released publication, counted from 1.
    Page(&'a Digest, u32),
}

impl<'a> Source<'a> {
    const fn digest(self) -> &'a Digest {
        match self {
            Self::Original(digest) | Self::Release(digest) | Self::Page(digest, _) => digest,
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

/// Memory that drawing a page may take, in bytes.
const DRAWING: u64 = 256 << 20;

/// What stands behind a release's digest in the names of its web pictures.
const WEB: &str = "-web-";

/// What stands between a web picture's digest and its release's.
const OF: &str = "-of-";

/// The web pictures that have been made.
#[derive(Clone, Debug)]
pub(super) struct Derived {
    root: Arc<Path>,
    scratch: Scratch,
    /// The photos whose pictures are being made, so that none is made twice at one time.
    busy: Arc<Turns<Digest>>,
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
        let Picture { of, rendition, focus } = *picture;
        if page_of(media, of)?.is_some() {
            self.make(media, of, focus, &[rendition])?;
            return Ok(File::open(self.place(picture))?);
        }
        // Smaller ones are made of larger ones: only all together they are the same each time.
        if let Source::Original(digest) = of {
            let _turn = self.busy.take(digest);
            if let Ok(file) = File::open(self.place(picture)) {
                return Ok(file);
            }
            self.looked(media, digest)?;
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
        let _turn = self.busy.take(source.digest());
        let of = |rendition: Rendition| Picture { of: source, rendition, focus };
        if renditions.iter().all(|rendition| self.place(&of(*rendition)).is_file()) {
            return Ok(Cost::default());
        }
        let mut renditions = renditions.to_vec();
        renditions.sort_by_key(|rendition| std::cmp::Reverse(rendition.size));
        let described = !matches!(source, Source::Original(_));
        let page = page_of(media, source)?;
        let job = PictureJob { renditions, focus, described, page };
        let ((), cost) = self.work(media, source, &job, &Job::Pictures(job.clone()))?;
        Ok(cost)
    }

    /// See [`Media::look`].
    pub(super) fn look(&self, media: &Media, digest: &Digest) -> Result<Looked, MediaError> {
        let _turn = self.busy.take(digest);
        self.looked(media, digest)
    }

    fn looked(&self, media: &Media, digest: &Digest) -> Result<Looked, MediaError> {
        let (renditions, focus) = (PREVIEWS.to_vec(), Focus::default());
        let job = PictureJob { renditions, focus, described: false, page: None };
        Ok(self.work(media, Source::Original(digest), &job, &Job::Look)?.0)
    }

    /// See [`Media::tiles`].
    pub(super) fn tiles(&self, media: &Media, release: &Digest) -> Result<Tiles, MediaError> {
        let path = blob::place(&self.root, release).with_file_name(format!("{release}-tiles"));
        if let Ok(tiles) = File::open(&path).map_err(MediaError::from).and_then(Tiles::open) {
            return Ok(tiles);
        }
        let _turn = self.busy.take(release);
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
        let (file, memory) = match pictures.page {
            Some(_) => {
                let (file, _) = media.blobs.open_file(source.digest())?;
                (file, DRAWING.min(media.limits.decode_memory))
            }
            None => {
                let file = still::open(media, source.digest())?;
                let header = decode::header(&file, probe::known(&file)?, &media.limits)?;
                let memory = header.cost_of(pictures.wished(&header));
                (file, memory)
            }
        };
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

    /// What was read of a publication, if it is here.
    pub(super) fn reading(&self, original: &Digest) -> Result<Option<Reading>, MediaError> {
        match File::open(self.reading_place(original)) {
            // One that cannot be understood is read anew.
            Ok(file) => Ok(serde_json::from_reader(BufReader::new(file)).ok()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// See [`Media::keep_reading`].
    pub(super) fn keep_reading(
        &self,
        original: &Digest,
        reading: &Reading,
    ) -> Result<(), MediaError> {
        let bytes = serde_json::to_vec(reading).map_err(io::Error::from)?;
        let mut file = self.scratch.named()?;
        file.write_all(&bytes)?;
        self.put(file, &self.reading_place(original))
    }

    fn reading_place(&self, original: &Digest) -> PathBuf {
        blob::place(&self.root, original).with_file_name(format!("{original}-reading.json"))
    }

    fn put(&self, file: NamedTempFile, to: &Path) -> Result<(), MediaError> {
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder)?;
        }
        file.persist(to).map_err(|failure| failure.error)?;
        Ok(())
    }

    /// Removes all pictures of a photo.
    pub(super) fn forget(&self, digest: &Digest) -> Result<(), MediaError> {
        let _turn = self.busy.take(digest);
        let folder = blob::place(&self.root, digest);
        let Some(Ok(entries)) = folder.parent().map(fs::read_dir) else { return Ok(()) };
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if !name.starts_with(digest.as_str()) || name.contains(OF) {
                continue;
            }
            if name.contains(WEB) {
                let mark = self.mark(&mut File::open(entry.path())?, digest)?;
                removed(fs::remove_file(mark))?;
            }
            fs::remove_file(entry.path())?;
        }
        Ok(())
    }

    /// See [`Media::made_of`].
    pub(super) fn made_of(&self, picture: &Digest) -> Option<Digest> {
        let folder = blob::place(&self.root, picture);
        let start = format!("{picture}{OF}");
        fs::read_dir(folder.parent()?)
            .ok()?
            .flatten()
            .find_map(|entry| entry.file_name().to_str()?.strip_prefix(&start)?.parse().ok())
    }

    fn keep(&self, picture: &Picture<'_>, bytes: &mut impl Read) -> Result<(), MediaError> {
        let mut file = self.scratch.named()?;
        io::copy(bytes, &mut file)?;
        if let Source::Release(release) | Source::Page(release, _) = picture.of {
            let mark = self.mark(file.as_file_mut(), release)?;
            if let Some(folder) = mark.parent() {
                fs::create_dir_all(folder)?;
            }
            File::create(mark)?;
        }
        self.put(file, &self.place(picture))
    }

    /// Where it is noted of which release a web picture was made: an empty file, found by the
    /// picture's digest.
    fn mark(&self, picture: &mut File, release: &Digest) -> Result<PathBuf, MediaError> {
        picture.seek(SeekFrom::Start(0))?;
        let digest = blob::digest_of(picture)?;
        Ok(blob::place(&self.root, &digest).with_file_name(format!("{digest}{OF}{release}")))
    }

    fn place(&self, picture: &Picture<'_>) -> PathBuf {
        let Picture { of, rendition, focus } = picture;
        let digest = of.digest();
        let sort = match of {
            Source::Original(_) => "-preview-".to_owned(),
            Source::Release(_) => WEB.to_owned(),
            Source::Page(_, number) => format!("{WEB}page-{number}-"),
        };
        let name = match rendition.shape {
            Shape::Whole => format!("{digest}{sort}{rendition}"),
            _ => format!("{digest}{sort}{}-{}-{rendition}", focus.x, focus.y),
        };
        blob::place(&self.root, digest).with_file_name(name)
    }
}

/// A file that is not there is removed.
fn removed(done: io::Result<()>) -> io::Result<()> {
    done.or_else(|error| match error.kind() {
        io::ErrorKind::NotFound => Ok(()),
        _ => Err(error),
    })
}

/// The page, from 0, that the pictures of a publication show; nothing for a photo.
fn page_of(media: &Media, source: Source<'_>) -> Result<Option<usize>, MediaError> {
    let number = match source {
        Source::Page(_, number) => number.saturating_sub(1),
        Source::Original(digest) | Source::Release(digest) => {
            let (file, _) = media.blobs.open_file(digest)?;
            if probe::known(&file)? != Format::Pdf {
                return Ok(None);
            }
            0
        }
    };
    Ok(Some(usize::try_from(number).unwrap_or(usize::MAX)))
}
