//! The four things that the journal asks of a disk, apart so that a test can make them fail.

use std::fmt;
use std::fs::File;
use std::io::{self, Write};

/// What the journal's writer does to its files.
///
/// [`RealDisk`] is the one to use; another lets a test run out of space or lose a flush.
pub trait Disk: Send + Sync + fmt::Debug {
    /// Adds `bytes` at the end of `file`, all of them.
    ///
    /// # Errors
    /// Of the system; then any part of `bytes` may have been added.
    fn append(&self, file: &File, bytes: &[u8]) -> io::Result<()>;

    /// Returns once all that was added to `file` is on the medium.
    ///
    /// # Errors
    /// Of the system; then nothing is known of what was added since the last success.
    fn sync(&self, file: &File) -> io::Result<()>;

    /// Cuts `file` to `len` bytes.
    ///
    /// # Errors
    /// Of the system.
    fn truncate(&self, file: &File, len: u64) -> io::Result<()>;

    /// Bytes that this program may still fill on the filesystem of `file`.
    ///
    /// # Errors
    /// Of the system.
    fn free(&self, file: &File) -> io::Result<u64>;
}

/// The disk of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct RealDisk;

impl Disk for RealDisk {
    fn append(&self, mut file: &File, bytes: &[u8]) -> io::Result<()> {
        file.write_all(bytes)
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        file.sync_data()
    }

    fn truncate(&self, file: &File, len: u64) -> io::Result<()> {
        file.set_len(len)
    }

    fn free(&self, file: &File) -> io::Result<u64> {
        let stat = rustix::fs::fstatvfs(file)?;
        Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
    }
}
