//! The journal as files, for a backup that is made while others write.

use super::journal::{self, Lines, Segment};
use super::{Head, Store, StoreError, error::at, line};

/// One file of the journal, as far as it belongs to a copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The file's name, in the folder `journal` of any data folder.
    pub name: String,
    /// How many bytes of it, from its start; whole lines.
    pub bytes: u64,
}

impl Store {
    /// The files that hold the journal up to a line, and that line: the last one readers see now.
    ///
    /// What is written meanwhile comes after it, so the bytes named here stay as they are.
    ///
    /// # Errors
    /// [`StoreError::Io`] if a file cannot be read.
    pub fn pieces(&self) -> Result<(Head, Vec<Piece>), StoreError> {
        let head = self.head();
        let mut segments = journal::segments(&self.dir.join(journal::FOLDER))?;
        segments.retain(|segment| segment.first <= head.n);
        let last = segments.pop();
        let mut pieces = Vec::with_capacity(segments.len().saturating_add(1));
        for segment in &segments {
            // It was closed when the next one began.
            let length = std::fs::metadata(&segment.path).map_err(at(&segment.path))?.len();
            pieces.push(Piece { name: segment.file(), bytes: length });
        }
        if let Some(last) = last {
            pieces.push(Piece { name: last.file(), bytes: length_up_to(&last, head.n)? });
        }
        Ok((head, pieces))
    }

    /// The file of a piece, open at its start.
    ///
    /// # Errors
    /// [`StoreError::Io`] if it cannot be opened.
    pub fn open_piece(&self, piece: &Piece) -> Result<std::fs::File, StoreError> {
        let path = self.dir.join(journal::FOLDER).join(&piece.name);
        std::fs::File::open(&path).map_err(at(&path))
    }
}

/// The bytes of the segment up to the end of line `n`.
fn length_up_to(segment: &Segment, n: u64) -> Result<u64, StoreError> {
    let segments = [segment.clone()];
    let mut lines = Lines::new(&segments);
    let mut length = 0_u64;
    while let Some(raw) = lines.advance()? {
        if !raw.ended || line::number(raw.bytes).is_some_and(|found| n < found) {
            break;
        }
        let bytes = u64::try_from(raw.bytes.len()).unwrap_or(u64::MAX);
        length = length.saturating_add(bytes).saturating_add(1);
    }
    Ok(length)
}

#[cfg(test)]
mod tests {
    use super::super::{Intent, Options, Row, Tree};
    use super::*;

    fn write(store: &Store, key: &str) {
        let intent = Intent {
            at: jiff::Timestamp::UNIX_EPOCH,
            actor: "t".to_owned(),
            action: "t".to_owned(),
            from: None,
            record: None,
            expects: Vec::new(),
            rows: vec![Row::put(Tree::Meta, key, &"x".repeat(100)).unwrap()],
        };
        store.write(intent).unwrap();
    }

    #[test]
    fn the_pieces_end_with_the_line_that_was_last() {
        let dir = tempfile::tempdir().unwrap();
        let options = Options { segment_bytes: 1_000, ..Options::default() };
        let store = Store::open(dir.path(), &options).unwrap();
        assert_eq!(store.pieces().unwrap(), (Head::default(), Vec::new()));
        (0..9).for_each(|n| write(&store, &n.to_string()));
        let (head, pieces) = store.pieces().unwrap();
        assert_eq!(head.n, 9);
        assert!(1 < pieces.len(), "{pieces:?}");
        (0..9).for_each(|n| write(&store, &n.to_string()));

        // A line that came after the head was taken stays out.
        let last = journal::segments(&dir.path().join(journal::FOLDER)).unwrap().pop().unwrap();
        let until = |n| length_up_to(&last, n).unwrap();
        assert!(until(17) < until(18) && until(18) == last.path.metadata().unwrap().len());

        let copy = tempfile::tempdir().unwrap();
        let folder = copy.path().join("journal");
        std::fs::create_dir(&folder).unwrap();
        for piece in &pieces {
            let mut from = std::io::Read::take(store.open_piece(piece).unwrap(), piece.bytes);
            let mut to = std::fs::File::create(folder.join(&piece.name)).unwrap();
            assert_eq!(std::io::copy(&mut from, &mut to).unwrap(), piece.bytes);
        }
        assert_eq!(super::super::verify(copy.path(), &mut |_n| {}).unwrap(), []);
        assert_eq!(Store::open(copy.path(), &options).unwrap().head(), head);
    }
}
