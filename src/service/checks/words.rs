//! The words that the rules go by: names, and the office's own lists for the screening.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::SystemTime,
};

use crate::{
    service::Error,
    text::{
        glossary::{Claims, Glossary},
        screen::{Lists, Screen},
    },
};

/// The office's file in the data folder.
pub(in crate::service) const FILE: &str = "screening.toml";

/// What a new folder gets.
pub(in crate::service) const SHIPPED: &str =
    include_str!("../../../assets/screening/screening.toml");

const SOVEREIGNTY: &str = include_str!("../../../assets/screening/sovereignty.json");
const UNOFFICIAL: &str = include_str!("../../../assets/glossary/unofficial.json");
const GLOSSARY: &str = include_str!("../../../assets/glossary/terms.json");

/// All lists, ready for use.
#[derive(Debug)]
pub(in crate::service) struct Words {
    pub(super) glossary: Glossary,
    pub(super) claims: Claims,
    pub(super) unofficial: Claims,
    pub(super) screen: Screen,
}

impl Words {
    fn new(screening: &str) -> Result<Self, Error> {
        let fault = |error: &dyn std::fmt::Display| Error::Internal(format!("{FILE}: {error}"));
        let lists: Lists = toml::from_str(screening).map_err(|error| fault(&error))?;
        Ok(Self {
            glossary: Glossary::read(GLOSSARY).map_err(|error| fault(&error))?,
            claims: Claims::read(SOVEREIGNTY).map_err(|error| fault(&error))?,
            unofficial: Claims::read(UNOFFICIAL).map_err(|error| fault(&error))?,
            screen: Screen::new(&lists).map_err(|error| fault(&error))?,
        })
    }
}

/// The lists as they are now: the office's file is read again when it changes.
#[derive(Debug)]
pub(in crate::service) struct Kept {
    path: PathBuf,
    now: RwLock<(Option<SystemTime>, Arc<Words>)>,
}

impl Kept {
    /// Reads the lists of a data folder; one without the file goes by what is shipped.
    ///
    /// # Errors
    /// [`Error::Internal`] for a file that cannot be used: nothing is published unscreened.
    pub(in crate::service) fn open(dir: &Path) -> Result<Self, Error> {
        let path = dir.join(FILE);
        let (changed, text) =
            read(&path).map_err(|error| Error::Internal(format!("{}: {error}", path.display())))?;
        let words = Words::new(text.as_deref().unwrap_or(SHIPPED))?;
        Ok(Self { path, now: RwLock::new((changed, Arc::new(words))) })
    }

    /// The lists. A file that was damaged meanwhile is told of in the log; the lists before it
    /// stay in force.
    pub(in crate::service) fn now(&self) -> Arc<Words> {
        let (before, words) = {
            let now = self.now.read().unwrap_or_else(PoisonError::into_inner);
            (now.0, Arc::clone(&now.1))
        };
        let changed = fs::metadata(&self.path).and_then(|found| found.modified()).ok();
        if changed == before {
            return words;
        }
        let words = self.fresh().unwrap_or(words);
        let mut now = self.now.write().unwrap_or_else(PoisonError::into_inner);
        *now = (changed, Arc::clone(&words));
        words
    }

    #[expect(clippy::cognitive_complexity, reason = "the logging macros count as branches")]
    fn fresh(&self) -> Option<Arc<Words>> {
        let read = read(&self.path).map_err(|error| Error::Internal(error.to_string()));
        match read.and_then(|(_, text)| Words::new(text.as_deref().unwrap_or(SHIPPED))) {
            Ok(fresh) => {
                tracing::info!("the screening's lists were read again");
                Some(Arc::new(fresh))
            }
            Err(error) => {
                tracing::error!("the lists of before stay in force: {error}");
                None
            }
        }
    }
}

/// The file and when it was changed; nothing where there is none.
fn read(path: &Path) -> io::Result<(Option<SystemTime>, Option<String>)> {
    match fs::read_to_string(path) {
        Ok(text) => Ok((fs::metadata(path)?.modified().ok(), Some(text))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok((None, None)),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_glossary_has_its_names() {
        let words = Words::new(SHIPPED).unwrap();
        assert!(300 <= words.glossary.len(), "{}", words.glossary.len());
    }

    #[test]
    fn the_offices_file_is_read_again_and_a_damaged_one_changes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(FILE);
        let flagged = |kept: &Kept| !kept.now().screen.scan("về Sao Mai").is_empty();
        let kept = Kept::open(dir.path()).unwrap();
        assert!(!flagged(&kept));
        fs::write(&path, "[watch]\nwords = [\"Sao Mai\"]\n").unwrap();
        assert!(flagged(&kept));
        let later =
            fs::metadata(&path).unwrap().modified().unwrap() + std::time::Duration::from_secs(5);
        fs::write(&path, "[watch\n").unwrap();
        fs::File::options().write(true).open(&path).unwrap().set_modified(later).unwrap();
        assert!(flagged(&kept), "the lists of before stay");
        assert!(Kept::open(dir.path()).is_err(), "a new start refuses it");
    }
}
