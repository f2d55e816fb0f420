//! The folder of the index: opened if it is ours and whole, emptied if not.

use std::fs;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use tantivy::directory::MmapDirectory;
use tantivy::schema::Schema;
use tantivy::{Index, TantivyError};

use super::SearchError;
use super::schema::{stamp, tokenizers};

const STAMP: &str = "stamp";

/// The index in `dir`, made new if there is none, if it is of another make or damaged.
///
/// With `verify`, every file is compared with its checksum, which reads it whole.
pub(super) fn open(dir: &Path, schema: &Schema, verify: bool) -> Result<Index, SearchError> {
    match found(dir, schema, verify)? {
        Found::Nothing => {}
        Found::Good(index) => return Ok(*index),
        Found::Other(why) => {
            tracing::warn!(dir = %dir.display(), "the index is made anew: {why}");
            empty(dir)?;
        }
    }
    fs::create_dir_all(dir)?;
    let index = Index::create_in_dir(dir, schema.clone())?;
    // Last, so that a folder left half made has none.
    fs::write(dir.join(STAMP), stamp())?;
    Ok(with_tokenizers(index))
}

/// The index in memory, for tests.
pub(super) fn in_memory(schema: &Schema) -> Index {
    with_tokenizers(Index::create_in_ram(schema.clone()))
}

enum Found {
    Nothing,
    Good(Box<Index>),
    /// Not usable, and why.
    Other(String),
}

fn found(dir: &Path, schema: &Schema, verify: bool) -> Result<Found, SearchError> {
    let mut entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(error) => return Err(error.into()),
    };
    if entries.next().is_none() {
        return Ok(Found::Nothing);
    }
    match fs::read(dir.join(STAMP)) {
        Ok(bytes) if bytes == stamp().as_bytes() => {}
        Ok(_) => return Ok(Found::Other("another version made it".to_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(Found::Other("it has no stamp".to_owned()));
        }
        Err(error) => return Err(error.into()),
    }
    // Damaged bytes can make tantivy panic; that too only means that the index is to be rebuilt.
    match catch_unwind(AssertUnwindSafe(|| load(dir, schema, verify))) {
        Ok(Ok(index)) => Ok(Found::Good(Box::new(index))),
        Ok(Err(error)) => Ok(Found::Other(error.to_string())),
        Err(_panic) => Ok(Found::Other("it could not be read".to_owned())),
    }
}

fn load(dir: &Path, schema: &Schema, verify: bool) -> tantivy::Result<Index> {
    let index = with_tokenizers(Index::open(MmapDirectory::open(dir)?)?);
    if index.schema() != *schema {
        return Err(TantivyError::SchemaError("the fields differ".to_owned()));
    }
    if verify && let Some(file) = index.validate_checksum()?.into_iter().next() {
        let message = format!("{} is damaged", file.display());
        return Err(TantivyError::SystemError(message));
    }
    index.reader()?;
    Ok(index)
}

fn with_tokenizers(mut index: Index) -> Index {
    index.set_tokenizers(tokenizers());
    index
}

/// Removes what the folder holds; the folder stays.
fn empty(dir: &Path) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())?;
        } else {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
