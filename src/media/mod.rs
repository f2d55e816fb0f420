//! Files: kept under their SHA-256, looked into, cleaned for publishing, made into web pictures.
//!
//! Only this part knows image codecs, PDF and where on the disk a file lies. Pictures are read by
//! their headers before they are decoded. Whatever has to be decoded or parsed is so in a process of
//! its own ([`worker`]), of which there are few, within one memory budget for all of them.

pub mod av;
pub mod blob;
mod codecs;
mod colour;
mod decode;
pub mod derived;
mod encode;
mod error;
mod exif;
pub mod fingerprint;
mod format;
mod gif;
mod jpeg;
pub mod limits;
pub mod metadata;
pub mod name;
pub mod office;
pub mod packets;
pub mod paper;
pub mod partial;
mod pdf;
pub mod photo;
mod png;
pub mod probe;
pub mod programs;
mod raster;
pub mod reading;
pub mod release;
pub mod rendition;
mod scratch;
mod still;
pub mod tiles;
mod timed;
pub mod turns;
mod webp;
pub mod words;
pub mod worker;

#[cfg(test)]
mod tests;

use std::ffi::OsStr;
use std::fs::File;
use std::io::BufReader;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use serde::de::DeserializeOwned;

use crate::domain::digest::Digest;

pub use error::MediaError;

use blob::Blobs;
use derived::{Derived, Picture, Source};
use fingerprint::Fingerprint;
use format::Format;
use limits::{Budget, Limits};
use metadata::Described;
use office::Received;
use packets::Packets;
use partial::Partials;
use photo::Looked;
use probe::Probe;
use programs::Programs;
use reading::{Page, Reading};
use release::Release;
use rendition::{Coding, Focus, Rendition, Shape, Size};
use tiles::{Tiles, View};
use words::Words;
use worker::{Cost, Job};

/// All that is done with files. A process opens one and clones it: the clones share the memory
/// budget.
#[derive(Clone, Debug)]
pub struct Media {
    blobs: Blobs,
    partials: Partials,
    derived: Derived,
    limits: Limits,
    budget: Budget,
    views: Budget,
    workers: Budget,
    exe: Arc<Path>,
    programs: Arc<OnceLock<Programs>>,
}

impl Media {
    /// Opens the files of the data folder `data`.
    ///
    /// `exe` is the program that serves as worker: the running one, called as
    /// `exe worker JOB LIMITS`.
    ///
    /// # Errors
    /// [`MediaError::Io`] or [`MediaError::Full`] from the disk.
    pub fn open(data: &Path, exe: PathBuf, limits: Limits) -> Result<Self, MediaError> {
        let budget = Budget::new(limits.decode_memory);
        let views = Budget::new(limits.decode_memory / 2);
        let workers = Budget::new(limits.workers.max(1));
        let (blobs, derived) = (Blobs::open(data)?, Derived::open(data)?);
        let partials = Partials::open(data)?;
        let (exe, programs) = (exe.into(), Arc::default());
        Ok(Self { blobs, partials, derived, limits, budget, views, workers, exe, programs })
    }

    /// The optional programs that there are; looked for when first asked.
    #[must_use]
    pub fn programs(&self) -> &Programs {
        self.programs.get_or_init(|| Programs::find(OsStr::new(&self.limits.programs)))
    }

    /// The files themselves.
    #[must_use]
    pub const fn blobs(&self) -> &Blobs {
        &self.blobs
    }

    /// Files that come in pieces.
    #[must_use]
    pub const fn partials(&self) -> &Partials {
        &self.partials
    }

    /// The limits in force.
    #[must_use]
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Looks into a file that has come in: type by content, size, turn, pages.
    ///
    /// A photo is decoded once and a publication is parsed, so what passes can be released.
    /// `name` is the client's name for it; only its extension is used, to catch a name that lies.
    ///
    /// # Errors
    /// What the uploader can mend ([`MediaError::Empty`] to [`MediaError::Name`]);
    /// [`MediaError::Missing`], and our own failures.
    pub fn probe(&self, digest: &Digest, name: &str) -> Result<Probe, MediaError> {
        probe::probe(self, &|| self.blobs.open_file(digest), name)
    }

    /// As [`Media::probe`], of a file that is still on its way in. One that is refused then never
    /// has a name, and nothing has to be taken away that might be another upload's too.
    ///
    /// # Errors
    /// As [`Media::probe`]; [`MediaError::TooLarge`] if more was written than it may hold.
    pub fn probe_incoming(&self, file: &blob::Incoming, name: &str) -> Result<Probe, MediaError> {
        probe::probe(self, &|| file.reopen(), name)
    }

    /// What a probed file is, by its content; of a film without pictures, as if it had some.
    ///
    /// # Errors
    /// [`MediaError::Missing`], and those of the disk.
    pub fn media_type(&self, digest: &Digest) -> Result<&'static str, MediaError> {
        let (file, _bytes) = self.blobs.open_file(digest)?;
        Ok(probe::known(&file)?.media_type())
    }

    /// Whether a picture of files of this media type can be made here: of all photos but HEIC and
    /// AVIF ones without further ado, of those and of films where the program for them is installed;
    /// of nothing else.
    #[must_use]
    pub fn can_show(&self, media_type: &str) -> bool {
        let Some(format) = Format::named(media_type) else { return false };
        let is_seen = !media_type.starts_with("audio/");
        match still::tool(format) {
            Some(tool) => is_seen && self.programs().get(tool).is_some(),
            None => media_type.starts_with("image/"),
        }
    }

    /// What is said in released subtitles, line by line.
    ///
    /// # Errors
    /// [`MediaError::Missing`], [`MediaError::Corrupt`] for other files, and our own failures.
    pub fn subtitles(&self, digest: &Digest) -> Result<Vec<String>, MediaError> {
        let (file, _bytes) = self.blobs.open_file(digest)?;
        Ok(timed::subtitles(&file)?.lines)
    }

    /// The text that a probed file carries, for the screening.
    ///
    /// # Errors
    /// [`MediaError::Missing`], and our own failures; a publication whose text cannot be read is
    /// none.
    pub fn words(&self, digest: &Digest) -> Result<Words, MediaError> {
        words::words(self, digest)
    }

    /// What a probed picture says of itself in its metadata; nothing for what cannot be read.
    ///
    /// # Errors
    /// [`MediaError::Missing`], and our own failures.
    pub fn described(&self, digest: &Digest) -> Result<Described, MediaError> {
        let (file, _bytes) = self.blobs.open_file(digest)?;
        let Some(format) = probe::known(&file)?.described() else {
            return Ok(Described::default());
        };
        let read = || metadata::read(format, &mut BufReader::new(file));
        Ok(catch_unwind(AssertUnwindSafe(read)).unwrap_or_default())
    }

    /// Reads a document of a word processor that is still on its way in: DOCX, ODT or HTML, known by
    /// its content and its name.
    ///
    /// # Errors
    /// [`MediaError::Unsupported`] for any other file, [`MediaError::Encrypted`],
    /// [`MediaError::Corrupt`], [`MediaError::TooComplex`], and our own failures.
    pub fn document(
        &self,
        file: &blob::Incoming,
        name: &str,
    ) -> Result<Received<File>, MediaError> {
        let (input, _bytes) = file.reopen()?;
        let kind = Format::document(&probe::head(&input)?, name)?;
        let output = self.blobs.scratch_file()?;
        let written = output.try_clone()?;
        let (): () = self.work(&Job::Office(kind), input, Some(written))?;
        Ok(Received::open(output)?)
    }

    /// What was read of a publication, if that was kept.
    ///
    /// # Errors
    /// [`MediaError::Io`] from the disk.
    pub fn kept_reading(&self, digest: &Digest) -> Result<Option<Reading>, MediaError> {
        self.derived.reading(digest)
    }

    /// What a probed publication says, page by page; read now if it was not kept. One that could not be
    /// read has no pages.
    ///
    /// # Errors
    /// As [`Media::probe`].
    pub fn reading(&self, digest: &Digest) -> Result<Reading, MediaError> {
        reading::reading(self, digest)
    }

    /// Keeps what was read of a publication beside what was there.
    ///
    /// # Errors
    /// [`MediaError::Io`] or [`MediaError::Full`] from the disk.
    pub fn keep_reading(&self, digest: &Digest, reading: &Reading) -> Result<(), MediaError> {
        self.derived.keep_reading(digest, reading)
    }

    /// Recognises the text of a page of a publication, counted from 0. `langs` are BCP 47 tags, the
    /// main one first.
    ///
    /// # Errors
    /// [`MediaError::TooComplex`] for a page that takes too much, [`MediaError::Corrupt`] for one that
    /// cannot be drawn, [`MediaError::Worker`] where there is no program or no data for it.
    pub fn recognise(
        &self,
        digest: &Digest,
        page: usize,
        langs: &[String],
    ) -> Result<Page, MediaError> {
        reading::recognise(self, digest, page, langs)
    }

    /// Makes the cleaned copy of a probed file, with `packets` in it, and keeps it beside the original.
    ///
    /// Gone are camera data, place, names, comments, thumbnails, embedded files and scripts; the
    /// picture, its colour profile and its turn stay. The same original and packets give the same
    /// bytes.
    ///
    /// # Errors
    /// As [`Media::probe`].
    pub fn release(&self, digest: &Digest, packets: &Packets) -> Result<Release, MediaError> {
        release::make(self, digest, packets)
    }

    /// A web picture of a photo, made now if it is not there.
    ///
    /// # Errors
    /// As [`Media::probe`]; [`MediaError::Unsupported`] for a publication.
    pub fn picture(&self, picture: &Picture<'_>) -> Result<File, MediaError> {
        self.derived.get(self, picture)
    }

    /// Makes whole web pictures of a photo in one coding, unless all are there; gives what it took.
    /// Smaller ones are made of larger ones, so that they differ by a hair from those of another
    /// choice of sizes.
    ///
    /// # Errors
    /// As [`Media::picture`].
    pub fn pictures(
        &self,
        source: Source<'_>,
        sizes: &[Size],
        coding: Coding,
    ) -> Result<Cost, MediaError> {
        let whole = |size: &Size| Rendition { size: *size, shape: Shape::Whole, coding };
        let all: Vec<Rendition> = sizes.iter().map(whole).collect();
        self.derived.make(self, source, Focus::default(), &all)
    }

    /// The tiles of a released photo, made now if they are not there.
    ///
    /// # Errors
    /// As [`Media::picture`].
    pub fn tiles(&self, release: &Digest) -> Result<Tiles, MediaError> {
        self.derived.tiles(self, release)
    }

    /// A view of tiles, once there is memory for it. One that is a tile as it lies there is the only
    /// one that does not carry the release's description, which would be half of it.
    ///
    /// # Errors
    /// [`MediaError::Corrupt`] for damaged tiles, and those of reading.
    pub fn view(&self, tiles: &Tiles, view: &View) -> Result<Vec<u8>, MediaError> {
        // One tile takes next to nothing, and whoever looks around asks for dozens: they wait for
        // nobody. What has to be put together has a budget beside that of the decoders.
        if let Some(tile) = tiles.ready(view)? {
            return Ok(tile);
        }
        let most = self.limits.decode_memory / 2;
        let _memory = self.views.take(tiles.cost(view).min(most))?;
        tiles.made(view)
    }

    /// Looks into a probed photo or film: it is decoded, and its previews are made.
    ///
    /// # Errors
    /// [`MediaError::NoProgram`] where nothing on this system opens it;
    /// [`MediaError::Corrupt`] or [`MediaError::Unsupported`] if it does not open;
    /// [`MediaError::TooComplex`] if it took more time or memory than it may.
    pub fn look(&self, digest: &Digest) -> Result<Looked, MediaError> {
        self.derived.look(self, digest)
    }

    /// What a picture on its way in looks like, to find its copies.
    ///
    /// # Errors
    /// As [`Media::look`].
    pub fn fingerprint(&self, file: &blob::Incoming) -> Result<Fingerprint, MediaError> {
        let (input, bytes) = file.reopen()?;
        if self.limits.photo_bytes < bytes {
            return Err(MediaError::TooLarge { limit: self.limits.photo_bytes });
        }
        let header = decode::header(&input, probe::known(&input)?, &self.limits)?;
        let memory = header.cost_of(photo::glance().wished(&header));
        Ok(self.work_on(memory, &Job::Fingerprint, input, None)?.0)
    }

    /// The release that these are the bytes of a web picture of, of those that were made.
    #[must_use]
    pub fn made_of(&self, picture: &Digest) -> Option<Digest> {
        self.derived.made_of(picture)
    }

    /// Has a document read by a worker, once one of their places is free.
    fn work<T: DeserializeOwned>(
        &self,
        job: &Job,
        input: File,
        output: Option<File>,
    ) -> Result<T, MediaError> {
        Ok(self.work_on(0, job, input, output)?.0)
    }

    /// As [`Media::work`], with time for all the bytes of a file that may be long.
    fn work_through<T: DeserializeOwned>(
        &self,
        job: &Job,
        (input, bytes): (File, u64),
        output: Option<File>,
    ) -> Result<T, MediaError> {
        let _place = self.workers.take(1)?;
        Ok(worker::run(&self.exe, job, input, output, &self.limits.through(bytes))?.0)
    }

    /// Has a worker do what needs so many bytes of memory, once that much is free and a place too.
    fn work_on<T: DeserializeOwned>(
        &self,
        memory: u64,
        job: &Job,
        input: File,
        output: Option<File>,
    ) -> Result<(T, Cost), MediaError> {
        let _memory = self.budget.take(memory)?;
        let _place = self.workers.take(1)?;
        worker::run(&self.exe, job, input, output, &self.limits)
    }

    /// Removes the web pictures of a photo, as when it is withdrawn.
    ///
    /// # Errors
    /// [`MediaError::Io`] from the disk.
    pub fn forget_pictures(&self, digest: &Digest) -> Result<(), MediaError> {
        self.derived.forget(digest)
    }
}
