//! A new installation: profile, vocabularies, the first account.

use std::{collections::BTreeSet, path::Path};

use super::{Error, Services, Settings, secret};
use crate::{
    domain::{
        account::{Actor, Role, User, UserName},
        agency::Agency,
        clock::Clock,
        profile::Profile,
        term::Vocabulary,
    },
    search::Search,
    store::{By, FeedIdentity, Options, Store, Tree},
};

const PROFILES: &[(&str, &str)] = &[
    ("dak-lak", include_str!("../../schema/profiles/dak-lak.toml")),
    ("lam-dong", include_str!("../../schema/profiles/lam-dong.toml")),
    ("bac-kan", include_str!("../../schema/profiles/bac-kan.toml")),
];

const VOCABULARIES: &[&str] = &[
    include_str!("../../schema/vocabularies/kinds.json"),
    include_str!("../../schema/vocabularies/topics.json"),
    include_str!("../../schema/vocabularies/channels.json"),
    include_str!("../../schema/vocabularies/licences.json"),
    include_str!("../../schema/vocabularies/rights-statements.json"),
    include_str!("../../schema/vocabularies/places.json"),
    include_str!("../../schema/vocabularies/agency-roles.json"),
    include_str!("../../schema/vocabularies/info-classes.json"),
    include_str!("../../schema/vocabularies/languages.json"),
    include_str!("../../schema/vocabularies/return-reasons.json"),
    include_str!("../../schema/vocabularies/care-checklist.json"),
];

/// Where and how a system is set up.
#[derive(Clone)]
pub struct Setup<'a> {
    /// The data folder, new or without data.
    pub dir: &'a Path,
    /// `dak-lak`, `lam-dong` or `bac-kan`.
    pub profile: &'a str,
    /// What the installation sets.
    pub settings: Settings,
    /// Our own program, for work in child processes.
    pub worker: &'a Path,
    /// Where the time comes from.
    pub clock: Clock,
}

/// The accounts made at set-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accounts {
    /// The first administrator.
    pub user: UserName,
    /// Their one-time password; not kept.
    pub password: String,
}

impl Setup<'_> {
    /// Seeds the folder and makes the first administrator.
    ///
    /// # Errors
    /// [`Error::Conflict`] for an unknown profile, or a folder that holds a system already.
    pub fn init(self, admin: &UserName) -> Result<(Services, Accounts), Error> {
        let (_name, toml) =
            PROFILES.iter().find(|(name, _toml)| *name == self.profile).ok_or_else(|| {
                let text = (
                    "Không có hồ sơ tỉnh này (dak-lak, lam-dong, bac-kan).",
                    "There is no such profile (dak-lak, lam-dong, bac-kan).",
                );
                Error::conflict("unknown-profile", text)
            })?;
        let fault = |error: &dyn std::fmt::Display| Error::Internal(format!("schema: {error}"));
        let profile: Profile = toml::from_str(toml).map_err(|error| fault(&error))?;
        let vocabularies: Vec<Vocabulary> = VOCABULARIES
            .iter()
            .map(|json| serde_json::from_str(json))
            .collect::<Result<_, _>>()
            .map_err(|error| fault(&error))?;
        let agencies: Vec<Agency> = profile.agencies.iter().map(Agency::from).collect();
        let store = open_store(self.dir, &self.settings)?;
        let now = (self.clock)();
        let by = By { at: now, actor: "system", action: "system.init", from: None };
        let feed = FeedIdentity {
            feed_id: crate::domain::id::RecordId::mint(now, secret::random()?).to_string(),
            since: now,
            cursor_key: secret::token()?,
        };
        store.seed(by, (&profile, &feed), &agencies, &vocabularies).map_err(|error| {
            if !matches!(error, crate::store::StoreError::Conflict { .. }) {
                return Error::Store(error);
            }
            let text = (
                "Thư mục này đã có dữ liệu của một hệ thống.",
                "This folder holds a system's data already.",
            );
            Error::conflict("already-initialised", text)
        })?;
        let password = secret::password()?;
        let user = User {
            name: admin.clone(),
            roles: BTreeSet::from([Role::Admin]),
            agency: None,
            password: secret::hash_password(&password)?,
            epoch: 0,
            disabled: false,
            created: now,
        };
        let by = By { action: "user.add", ..by };
        store.put_row(by, Tree::Users, admin.as_str(), (None, &user))?;
        // From here on the list is the office's own; one that lies there already is kept.
        let list = self.dir.join(super::checks::FILE);
        if !list.exists() {
            std::fs::write(&list, super::checks::SHIPPED)
                .map_err(|error| Error::Internal(format!("{}: {error}", list.display())))?;
        }
        let services = Services::over(store, self.dir, self.settings, self.worker, self.clock)?;
        Ok((services, Accounts { user: admin.clone(), password }))
    }
}

/// Who acts when somebody with access to the folder uses the command line.
#[must_use]
pub fn operator() -> Actor {
    Actor {
        name: "cli".to_owned(),
        roles: BTreeSet::from([Role::Admin]),
        scope: None,
        agency: None,
        from: None,
    }
}

pub(super) fn open_store(dir: &Path, settings: &Settings) -> Result<Store, Error> {
    let options = Options {
        cache_bytes: settings.store_cache,
        reserve_bytes: settings.disk_reserve,
        ..Options::default()
    };
    let store = Store::open(dir, &options)?;
    for notice in store.notices() {
        tracing::warn!("{notice}");
    }
    Ok(store)
}

pub(super) fn open_search(dir: &Path, settings: &Settings) -> Result<Search, Error> {
    let options =
        crate::search::Options { writer_bytes: settings.index_memory, ..Default::default() };
    Ok(Search::open(&dir.join("index"), options)?)
}
