//! A ZIP archive (APPNOTE 6.3) that is written front to back and taken away piece by piece.
//!
//! Entries are stored as they are: what is large in a kit is packed already. Sizes and checksums
//! stand behind each entry and in the directory at the end; what is larger than four gigabytes, an entry
//! or the whole, is written as Zip64.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use zip::{
    CompressionMethod, DateTime,
    write::{SimpleFileOptions, StreamWriter, ZipWriter},
};

use super::Error;
use crate::domain::{clock::vietnam, digest::Digest};

/// From this size on an entry is written as Zip64: four gigabytes with some room.
const LARGE: u64 = 0xFFF0_0000;

/// What went into an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// How many bytes.
    pub bytes: u64,
    /// Their SHA-256.
    pub digest: Digest,
}

/// Bytes that were written and not taken yet.
#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Sink {
    /// One thread at a time writes and takes: nobody ever waits here.
    fn bytes(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// An archive on its way.
pub struct Archive {
    zip: ZipWriter<StreamWriter<Sink>>,
    sink: Sink,
    hash: Sha256,
    bytes: u64,
}

impl Default for Archive {
    fn default() -> Self {
        let sink = Sink::default();
        let zip = ZipWriter::new_stream(sink.clone());
        Self { zip, sink, hash: Sha256::new(), bytes: 0 }
    }
}

impl Archive {
    /// Begins an entry of about `bytes` bytes that was last changed `at`.
    ///
    /// # Errors
    /// [`Error::Zip`] for a path that is there already.
    pub fn begin(&mut self, path: &str, at: Timestamp, bytes: u64) -> Result<(), Error> {
        let options = options(at, CompressionMethod::Stored).large_file(LARGE <= bytes);
        self.zip.start_file(path, options)?;
        self.hash = Sha256::new();
        self.bytes = 0;
        Ok(())
    }

    /// Goes on with the entry.
    ///
    /// # Errors
    /// [`Error::Io`] outside of an entry, and for more than four gigabytes in one that was not said to
    /// be as large.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.zip.write_all(bytes)?;
        self.hash.update(bytes);
        self.bytes = self.bytes.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        Ok(())
    }

    /// Ends the entry; says what is in it.
    pub fn end(&mut self) -> Sent {
        let digest: [u8; 32] = std::mem::take(&mut self.hash).finalize().into();
        Sent { bytes: self.bytes, digest: digest.into() }
    }

    /// How many bytes wait to be taken.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.sink.bytes().len()
    }

    /// Takes what was written since.
    #[must_use]
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.sink.bytes())
    }

    /// Writes the directory; gives what was not taken yet.
    ///
    /// # Errors
    /// None that can happen.
    pub fn finish(self) -> Result<Vec<u8>, Error> {
        self.zip.finish()?;
        Ok(std::mem::take(&mut self.sink.bytes()))
    }
}

/// How an entry is written: a plain file, read by all.
pub(super) fn options(at: Timestamp, method: CompressionMethod) -> SimpleFileOptions {
    let options = SimpleFileOptions::default().compression_method(method).unix_permissions(0o644);
    options.last_modified_time(time(at))
}

/// The instant as archives write it, in Vietnam's civil time; 1980 for what they cannot write.
fn time(at: Timestamp) -> DateTime {
    let at = at.to_zoned(vietnam());
    let part = |part: i8| u8::try_from(part).unwrap_or(0);
    let year = u16::try_from(at.year()).unwrap_or(0);
    let (month, day) = (part(at.month()), part(at.day()));
    let (hour, minute, second) = (part(at.hour()), part(at.minute()), part(at.second()));
    DateTime::from_date_and_time(year, month, day, hour, minute, second).unwrap_or_default()
}
