//! Rows of a tree, one after another.

use std::ops::Bound;

use super::StoreError;
use super::engine::guarded;

/// A key and its value.
pub type Pair = (Vec<u8>, Vec<u8>);

/// Rows in the order of their keys; ends after the first failure.
pub struct Rows {
    iter: Option<sled::Iter>,
}

impl Rows {
    pub(super) fn range(
        tree: &sled::Tree,
        bounds: (Bound<Vec<u8>>, Bound<Vec<u8>>),
    ) -> Result<Self, StoreError> {
        if empty(&bounds) {
            return Ok(Self { iter: None });
        }
        Ok(Self { iter: Some(guarded(|| Ok(tree.range::<Vec<u8>, _>(bounds)))?) })
    }

    pub(super) fn prefix(tree: &sled::Tree, prefix: &str) -> Result<Self, StoreError> {
        Ok(Self { iter: Some(guarded(|| Ok(tree.scan_prefix(prefix)))?) })
    }

    fn step(
        &mut self,
        step: impl FnOnce(&mut sled::Iter) -> Option<sled::Result<(sled::IVec, sled::IVec)>>,
    ) -> Option<Result<Pair, StoreError>> {
        let iter = self.iter.as_mut()?;
        match guarded(|| step(iter).transpose()) {
            Ok(row) => row.map(|(key, value)| Ok((key.to_vec(), value.to_vec()))),
            Err(error) => {
                self.iter = None;
                Some(Err(error))
            }
        }
    }
}

impl Iterator for Rows {
    type Item = Result<Pair, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.step(sled::Iter::next)
    }
}

impl DoubleEndedIterator for Rows {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.step(sled::Iter::next_back)
    }
}

/// Whether no key can lie within; sled takes such bounds for a fault of the program.
fn empty((from, to): &(Bound<Vec<u8>>, Bound<Vec<u8>>)) -> bool {
    use Bound::{Excluded, Included, Unbounded};
    match (from, to) {
        (Unbounded, _) | (_, Unbounded) => false,
        (Included(from), Included(to)) => to < from,
        (Included(from) | Excluded(from), Included(to) | Excluded(to)) => to <= from,
    }
}
