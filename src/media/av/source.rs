//! A file to be read at any place.

use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};

use super::AvError;

/// What is read at a time while going from piece to piece, in bytes.
const BUFFER: usize = 4096;

/// Anything that can be read at any place.
trait Readable: Read + Seek {}

impl<T: Read + Seek> Readable for T {}

/// A file, its length, and the media type to name in complaints.
pub(super) struct Source<'a> {
    reader: BufReader<&'a mut dyn Readable>,
    at: u64,
    length: u64,
    pub(super) media_type: &'static str,
}

impl<'a> Source<'a> {
    pub(super) fn new(file: &'a mut (impl Read + Seek)) -> Result<Self, AvError> {
        let length = file.seek(SeekFrom::End(0))?;
        file.seek(SeekFrom::Start(0))?;
        let file: &mut dyn Readable = file;
        let reader = BufReader::with_capacity(BUFFER, file);
        Ok(Self { reader, at: 0, length, media_type: "application/octet-stream" })
    }

    /// The length of the file in bytes.
    pub(super) const fn len(&self) -> u64 {
        self.length
    }

    /// The first bytes, as many as there are.
    pub(super) fn head(&mut self) -> Result<[u8; 12], AvError> {
        let mut head = [0; 12];
        for (byte, read) in head.iter_mut().zip(self.bytes(0, self.length.min(12))?) {
            *byte = read;
        }
        Ok(head)
    }

    pub(super) fn corrupt(&self, detail: &str) -> AvError {
        AvError::corrupt(self.media_type, detail)
    }

    /// The bytes at a place; all must be there.
    pub(super) fn read<const N: usize>(&mut self, at: u64) -> Result<[u8; N], AvError> {
        let mut bytes = [0; N];
        self.go(at)?;
        let read = self.reader.read_exact(&mut bytes);
        self.read_so_far(read, N)?;
        Ok(bytes)
    }

    /// As [`Source::read`], of a length that the caller has bounded.
    pub(super) fn bytes(&mut self, at: u64, length: u64) -> Result<Vec<u8>, AvError> {
        if self.length < at.saturating_add(length) {
            return Err(self.corrupt("it ends too early"));
        }
        let mut bytes = vec![0; usize::try_from(length).map_err(io::Error::other)?];
        self.go(at)?;
        let read = self.reader.read_exact(&mut bytes);
        self.read_so_far(read, bytes.len())?;
        Ok(bytes)
    }

    /// Where one of two bytes stands next, from a place on and before another.
    pub(super) fn find(
        &mut self,
        bytes: [u8; 2],
        from: u64,
        end: u64,
    ) -> Result<Option<u64>, AvError> {
        self.go(from)?;
        while self.at < end {
            let buffer = self.reader.fill_buf()?;
            if buffer.is_empty() {
                break;
            }
            let found = buffer.iter().position(|byte| bytes.contains(byte));
            let passed = found.unwrap_or(buffer.len());
            self.reader.consume(passed);
            self.at = self.at.saturating_add(u64::try_from(passed).unwrap_or(u64::MAX));
            if found.is_some() {
                return Ok(Some(self.at).filter(|at| *at < end));
            }
        }
        Ok(None)
    }

    /// Copies a stretch.
    pub(super) fn copy(
        &mut self,
        at: u64,
        length: u64,
        out: &mut impl Write,
    ) -> Result<(), AvError> {
        self.go(at)?;
        let copied = io::copy(&mut self.reader.by_ref().take(length), out)?;
        self.at = at.saturating_add(copied);
        if copied < length {
            return Err(self.corrupt("it ends too early"));
        }
        Ok(())
    }

    /// Goes to a place without losing what is read ahead, where it can.
    fn go(&mut self, at: u64) -> Result<(), AvError> {
        match at.checked_signed_diff(self.at) {
            Some(0) => {}
            Some(step) => self.reader.seek_relative(step)?,
            None => {
                self.reader.seek(SeekFrom::Start(at))?;
            }
        }
        self.at = at;
        Ok(())
    }

    fn read_so_far(&mut self, read: io::Result<()>, count: usize) -> Result<(), AvError> {
        match read {
            Ok(()) => {
                self.at = self.at.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
                Ok(())
            }
            Err(error) => {
                // Where it stopped is not known.
                self.at = self.reader.stream_position()?;
                Err(match error.kind() {
                    io::ErrorKind::UnexpectedEof => self.corrupt("it ends too early"),
                    _ => error.into(),
                })
            }
        }
    }
}
