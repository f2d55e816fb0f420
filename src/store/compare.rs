//! Whether the fast copy has what the journal says: sled may lose a row to a damaged file without
//! a word, and then only this tells.

use std::collections::HashMap;
use std::path::Path;

use super::journal::{self, Lines, Segment};
use super::line::{self, Hash, Line};
use super::schema::{Change, Tree};
use super::writer::Shared;
use super::{Rows, StoreError};

/// A row in which fast copy and journal differ.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{tree}` under `{key}`: {what}")]
pub struct Difference {
    /// The tree.
    pub tree: &'static str,
    /// The key as text, or its number.
    pub key: String,
    /// What differs.
    pub what: &'static str,
}

type Place = (Tree, Vec<u8>);

/// Rows as the journal leaves them, values by their hash.
#[derive(Default)]
struct Expected {
    rows: HashMap<Place, Option<Hash>>,
    /// Rows of purged lines are not known.
    purged: bool,
}

impl Expected {
    /// Takes the rows of lines after `after`, up to `until`.
    fn read(
        &mut self,
        segments: &[Segment],
        (after, until): (u64, u64),
        progress: &mut dyn FnMut(u64),
    ) -> Result<(), StoreError> {
        let mut lines = Lines::new(journal::from_line(segments, after.saturating_add(1)));
        let mut read = 0_u64;
        while let Some(raw) = lines.advance()? {
            read = read.saturating_add(1);
            if read.is_multiple_of(1_000) {
                progress(read);
            }
            if line::number(raw.bytes).is_some_and(|n| n <= after) {
                continue;
            }
            let Ok(line) = Line::read(raw.bytes) else { continue };
            if until < line.head.n {
                break;
            }
            self.purged |= line.purged();
            if line.check_payload().is_err() {
                continue;
            }
            for Change { tree, key, value } in line.changes().unwrap_or_default() {
                self.rows.insert((tree, key), value.map(|value| Hash::of(&[&value])));
            }
        }
        Ok(())
    }
}

/// Compares all journaled rows, beside running writes.
pub(super) fn compare(
    dir: &Path,
    shared: &Shared,
    progress: &mut dyn FnMut(u64),
) -> Result<Vec<Difference>, StoreError> {
    let folder = dir.join(journal::FOLDER);
    let until = shared.state().head.n;
    let mut expected = Expected::default();
    expected.read(&journal::segments(&folder)?, (0, until), progress)?;
    let mut suspects: HashMap<Place, &'static str> = HashMap::new();
    for tree in Tree::ALL.iter().copied().filter(|tree| tree.journaled()) {
        for row in Rows::prefix(shared.engine().tree(tree)?, "")? {
            let (key, value) = row?;
            let place = (tree, key);
            match expected.rows.remove(&place) {
                Some(Some(hash)) if hash == Hash::of(&[&value]) => {}
                None if expected.purged => {}
                Some(Some(_)) => {
                    suspects.insert(place, "the value is another");
                }
                Some(None) | None => {
                    suspects.insert(place, "the journal has no such row");
                }
            }
        }
    }
    let missing = expected.rows.into_iter().filter(|(_, value)| value.is_some());
    suspects.extend(missing.map(|(place, _)| (place, "the row is missing")));
    // What was written meanwhile could not be judged.
    let mut later = Expected::default();
    let now = shared.state().head.n;
    later.read(&journal::segments(&folder)?, (until, now), &mut |_| {})?;
    suspects.retain(|place, _| !later.rows.contains_key(place));
    let mut suspects: Vec<_> = suspects.into_iter().collect();
    suspects.sort();
    Ok(suspects.into_iter().map(|((tree, key), what)| difference(tree, &key, what)).collect())
}

fn difference(tree: Tree, key: &[u8], what: &'static str) -> Difference {
    let text = String::from_utf8_lossy(key);
    let number = super::Key::number(key).filter(|_| text.contains(char::is_control));
    let key = number.map_or_else(|| text.into_owned(), |n| n.to_string());
    Difference { tree: tree.name(), key, what }
}
