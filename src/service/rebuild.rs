//! The store made anew from the journal, and the index from the store.

use std::path::Path;

use serde::Serialize;

use super::{
    Error, Services, Settings,
    backup::{Tell, later},
};
use crate::{
    domain::clock::Clock,
    store::{self, Options},
};

/// What is made anew.
#[derive(Clone)]
pub struct Rebuild<'a> {
    /// The data folder, which nobody else has open.
    pub dir: &'a Path,
    /// What the installation sets.
    pub settings: &'a Settings,
    /// Our own program, for work in child processes.
    pub worker: &'a Path,
    /// Where the time comes from.
    pub clock: Clock,
    /// Whether to go on without the lines that are damaged.
    pub accept_damage: bool,
}

/// What was made anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rebuilt {
    /// The number of the last journal line.
    pub n: u64,
    /// Documents in the index.
    pub indexed: u64,
    /// Damaged journal lines, which are missing in the store.
    pub problems: Vec<String>,
}

impl Rebuild<'_> {
    /// Rebuilds. Everybody is signed out by it; web pictures come back as they are asked for.
    ///
    /// What a damaged line held would be missing in the new store, while the old one may still have
    /// it: so a journal with damage is only gone by if [`Rebuild::accept_damage`] says so, and the
    /// old store is kept beside the new one then.
    ///
    /// # Errors
    /// [`store::StoreError::Locked`] while a server has the folder open,
    /// [`Error::Conflict`] `journal-damaged`,
    /// [`Error::Conflict`] `not-initialised` for a folder without data.
    pub fn run(&self, tell: &mut Tell<'_>) -> Result<Rebuilt, Error> {
        if !self.dir.join("journal").is_dir() {
            let text = (
                "Thư mục dữ liệu chưa được khởi tạo; hãy chạy quangba init.",
                "The data folder is not initialised; run quangba init.",
            );
            return Err(Error::conflict("not-initialised", text));
        }
        let options = Options {
            cache_bytes: self.settings.store_cache,
            reserve_bytes: self.settings.disk_reserve,
            ..Options::default()
        };
        let mut lines = |read| later(tell("journal", read, None));
        let damaged = store::verify(self.dir, &mut lines)?;
        if let Some(first) = damaged.first().filter(|_first| !self.accept_damage) {
            let count = damaged.len();
            let vi = format!(
                "Nhật ký có {count} chỗ hỏng, trước hết: {first}. Hãy khôi phục bản sao lưu, hoặc dựng lại với --accept-damage và mất nội dung các dòng hỏng. Chưa có gì thay đổi."
            );
            let en = format!(
                "The journal is damaged in {count} places, the first: {first}. Restore a backup, or rebuild with --accept-damage and lose what the damaged lines held. Nothing was changed."
            );
            return Err(Error::conflict("journal-damaged", (&vi, &en)));
        }
        let mut lines = |read| later(tell("store", read, None));
        let store = store::rebuild(self.dir, &options, &mut lines)?;
        let (settings, clock) = (self.settings.clone(), self.clock.clone());
        let services = Services::open(self.dir, settings, self.worker, clock)?;
        services.search.clear()?;
        services.catch_up(|place| later(tell("index", place, Some(store.n))))?;
        Ok(Rebuilt {
            n: store.n,
            indexed: services.search.count(),
            problems: store.problems.iter().map(ToString::to_string).collect(),
        })
    }
}
