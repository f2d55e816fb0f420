//! One method = one thing that a person or a machine asks for: permissions first, then the rules
//! in their order, then one write.
//!
//! This is where store, search, media and exchange are joined; none of them knows another.

mod accounts;
mod audit;
mod backup;
mod body;
mod catalog;
mod check;
mod checks;
mod copies;
mod departed;
mod describe;
mod desk;
mod discover;
mod error;
mod expire;
mod files;
mod films;
mod follow;
mod harvest;
mod import;
mod jobs;
mod kit;
mod looks;
mod manifest;
mod pictures;
mod publications;
mod publish;
mod purge;
mod rebuild;
mod rerender;
mod resumable;
mod revisions;
mod secret;
mod setup;
mod storage;
mod throttle;
mod together;
mod upload;
mod zoom;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, RwLock},
};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use self::{
    accounts::{NewKey, SignedIn},
    audit::{AuditLine, AuditPage, AuditQuery, Chain},
    backup::{Backup, BackupError, Restore, Restored, Tell},
    body::{BodyRead, NotTaken},
    catalog::{Board, ListQuery, Listing, Shown, file_fields},
    check::{CheckOptions, Checked, Problem},
    checks::{Completeness, Part, Parts, Quality, RULES, Rule, Tier},
    copies::{Verdict, Verified},
    describe::Offered,
    desk::{Examined, Wish},
    discover::{Display, FileStatus, Found, FoundPage, Match, PublicFile, Thumbnail},
    error::Error,
    files::{Meta, Uploading},
    follow::Progress,
    harvest::{Counts, ExportPage, ExportStatus, PageRequest, Snapshot},
    import::{COLUMNS, ImportOptions, ImportProgress, ImportReport, Limits as ImportLimits},
    kit::Kit,
    publications::{PageShown, Pages},
    purge::{BackupNote, Purged},
    rebuild::{Rebuild, Rebuilt},
    resumable::{Arrived, Ending, NewUpload, Piece, UploadError, UploadLimits, UploadState},
    revisions::{Clash, Conflict, Difference, Revision, Step},
    setup::{Accounts, Setup, operator},
    storage::{Quotas, Space},
    together::{Comment, Remark, Resolved, Task, TaskKind},
    zoom::Zoomed,
};
use crate::{
    domain::{
        agency::AgencyCode, clock::Clock, id::RecordId, input, profile::Profile, term::Vocabulary,
    },
    exchange::national::Validator,
    media::{Media, limits, turns::Turns},
    search::Search,
    store::Store,
};

/// Everything that an installation may set, below the web.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Where readers reach us; URLs in exports and pages are made from it. No slash at its end.
    pub public_url: String,
    /// Bytes of a JSON body at most.
    pub json_bytes: usize,
    /// Bounds of documents.
    pub document: input::Limits,
    /// Bounds of files.
    pub media: limits::Limits,
    /// Bounds of sources of imports.
    pub import: ImportLimits,
    /// Bounds of uploads that can go on after a break.
    pub uploads: UploadLimits,
    /// How much the originals of an agency may take.
    pub storage: Quotas,
    /// How long an export cursor holds, in seconds.
    pub cursor_seconds: i64,
    /// How long a session holds without use, in seconds.
    pub session_seconds: i64,
    /// Memory that the index writer may use, in bytes.
    pub index_memory: usize,
    /// Memory for the store's cache, in bytes.
    pub store_cache: u64,
    /// Bytes of a picture that anybody may have verified, at most.
    pub verify_bytes: u64,
    /// Free space below which nothing more is written, in bytes.
    pub disk_reserve: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            public_url: "http://127.0.0.1:8080".to_owned(),
            json_bytes: 2 << 20,
            document: input::Limits::default(),
            media: limits::Limits::default(),
            import: ImportLimits::default(),
            uploads: UploadLimits::default(),
            storage: Quotas::default(),
            cursor_seconds: 24 * 60 * 60,
            session_seconds: 12 * 60 * 60,
            index_memory: 50_000_000,
            store_cache: 64 * 1024 * 1024,
            verify_bytes: 64 << 20,
            disk_reserve: 64 * 1024 * 1024,
        }
    }
}

/// The parts of a running system, shared by all that ask for something.
#[derive(Clone)]
pub struct Services(Arc<Inner>);

/// What [`Services`] share.
pub struct Inner {
    store: Store,
    search: Search,
    media: Media,
    clock: Clock,
    settings: Settings,
    dir: PathBuf,
    national: Validator,
    catalog: RwLock<Arc<Catalog>>,
    local_ids: Mutex<Option<(i16, u64)>>,
    sign_ins: throttle::Throttle,
    snapshot: Mutex<harvest::Index>,
    words: checks::Kept,
    indexing: Mutex<()>,
    purging: Mutex<()>,
    /// The records that files are being put to.
    adding: Turns<RecordId>,
    jobs: jobs::Queue,
    zooms: zoom::Zooms,
    copies: copies::Copies,
    uploads: resumable::Uploads,
    storage: storage::Storage,
}

/// The profile and the vocabularies, as they are now.
#[derive(Clone, Debug)]
pub struct Catalog {
    /// The province's profile.
    pub profile: Profile,
    /// The vocabularies, by name.
    pub vocabularies: Vec<Vocabulary>,
    /// Agencies, by code.
    pub agencies: Vec<crate::domain::agency::Agency>,
}

impl std::ops::Deref for Services {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Services {
    /// Opens the folder's parts. It must have been seeded ([`Setup`]).
    ///
    /// # Errors
    /// A part that does not open; [`Error::Conflict`] `not-initialised` for an empty folder.
    pub fn open(
        dir: &Path,
        settings: Settings,
        worker: &Path,
        clock: Clock,
    ) -> Result<Self, Error> {
        let store = setup::open_store(dir, &settings)?;
        Self::over(store, dir, settings, worker, clock)
    }

    fn over(
        store: Store,
        dir: &Path,
        settings: Settings,
        worker: &Path,
        clock: Clock,
    ) -> Result<Self, Error> {
        let catalog = Catalog::read(&store)?;
        let search = setup::open_search(dir, &settings)?;
        let media = Media::open(dir, worker.to_owned(), settings.media.clone())?;
        let national =
            Validator::new().map_err(|error| Error::Internal(format!("schema: {error}")))?;
        let jobs = jobs::Queue::open(&store)?;
        let uploads = resumable::Uploads::open(media.partials())?;
        Ok(Self(Arc::new(Inner {
            store,
            search,
            media,
            clock,
            settings,
            dir: dir.to_owned(),
            national,
            catalog: RwLock::new(Arc::new(catalog)),
            local_ids: Mutex::new(None),
            sign_ins: throttle::Throttle::new(),
            snapshot: Mutex::new(harvest::Index::default()),
            words: checks::Kept::open(dir)?,
            indexing: Mutex::new(()),
            purging: Mutex::new(()),
            adding: Turns::default(),
            jobs,
            zooms: zoom::Zooms::default(),
            copies: copies::Copies::default(),
            uploads,
            storage: storage::Storage::default(),
        })))
    }
}

impl Inner {
    /// The present instant.
    #[must_use]
    pub fn now(&self) -> jiff::Timestamp {
        (self.clock)()
    }

    /// The profile, vocabularies and agencies as they are now.
    #[must_use]
    pub fn catalog(&self) -> Arc<Catalog> {
        // A panic while it was swapped leaves the old or the new one, both whole.
        self.catalog.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// The settings in force.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The data folder.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Why nothing can be written just now, if so.
    #[must_use]
    pub fn read_only(&self) -> Option<String> {
        self.store.read_only()
    }

    /// Finishes what is being written; nothing is taken any more.
    ///
    /// # Errors
    /// The store's; nothing is lost by it.
    pub fn close(&self) -> Result<(), Error> {
        Ok(self.store.close()?)
    }

    fn reload_catalog(&self) -> Result<(), Error> {
        let fresh = Arc::new(Catalog::read(&self.store)?);
        *self.catalog.write().unwrap_or_else(std::sync::PoisonError::into_inner) = fresh;
        Ok(())
    }
}

impl Catalog {
    fn read(store: &Store) -> Result<Self, Error> {
        let profile = store.profile()?.ok_or_else(|| {
            let text = (
                "Thư mục dữ liệu chưa được khởi tạo; hãy chạy quangba init.",
                "The data folder is not initialised; run quangba init.",
            );
            Error::conflict("not-initialised", text)
        })?;
        Ok(Self { profile, vocabularies: store.vocabularies()?, agencies: store.agencies()? })
    }

    /// A vocabulary by name.
    #[must_use]
    pub fn vocabulary(&self, name: &str) -> Option<&Vocabulary> {
        self.vocabularies.iter().find(|vocabulary| vocabulary.name == name)
    }

    /// Whether the vocabulary `name` has the term `code`.
    #[must_use]
    pub fn has(&self, name: &str, code: &str) -> bool {
        self.vocabulary(name).is_some_and(|vocabulary| vocabulary.term(code).is_some())
    }

    /// A term's label for a reader of `lang`; the code itself where there is none.
    #[must_use]
    pub fn label(&self, name: &str, code: &str, lang: &str) -> String {
        let term = self.vocabulary(name).and_then(|vocabulary| vocabulary.term(code));
        term.and_then(|term| term.label.best(lang))
            .map_or_else(|| code.to_owned(), |(_lang, label)| label.clone())
    }

    /// The agency of this code.
    #[must_use]
    pub fn agency(&self, code: &str) -> Option<&crate::domain::agency::Agency> {
        self.agencies.iter().find(|agency| agency.code.as_str() == code)
    }

    /// Who goes on with an agency's work on a day, if it is no more: the last of its successors that
    /// there is.
    #[must_use]
    pub fn heir(&self, code: &AgencyCode, day: Date) -> Option<AgencyCode> {
        let mut heir = None;
        // A chain that bites its tail ends somewhere.
        for _ in 0..self.agencies.len() {
            let code = heir.as_ref().unwrap_or(code);
            let agency = self.agency(code.as_str())?;
            let over = agency.valid_to.is_some_and(|last| last < day);
            match &agency.successor {
                Some(successor) if over => heir = Some(successor.clone()),
                _ => return heir,
            }
        }
        heir
    }

    /// An agency's name for a reader of `lang`; the code itself where there is none.
    #[must_use]
    pub fn agency_name(&self, code: &str, lang: &str) -> String {
        self.agency(code)
            .and_then(|agency| agency.name.best(lang))
            .map_or_else(|| code.to_owned(), |(_lang, name)| name.clone())
    }
}
