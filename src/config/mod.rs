//! What an installation may set, and from where: flag, then environment, then `quangba.toml`, then
//! the default. Only this module reads the environment.

mod address;
mod network;
mod sources;

use std::{
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
};

use serde::Deserialize;
use thiserror::Error;
use toml::{Table, Value};

pub use self::network::{Network, NetworkError};
use self::{
    address::{check_base_path, check_public_url, derived_url, path_of, trimmed},
    sources::{Variables, overlay, own_shape, read, shape},
};
use crate::service::Settings;

/// The file of settings in the data folder.
pub const FILE: &str = "quangba.toml";

/// What each environment variable of ours begins with; the rest is the setting's name in capitals,
/// within a table after the table's: `QUANGBA_LISTEN`, `QUANGBA_MEDIA_PHOTO_BYTES`.
pub const PREFIX: &str = "QUANGBA_";

const DATA: &str = "./quangba-data";
const LISTEN: &str = "127.0.0.1:8080";
// What a client sends that is no HTTP is its own affair, and not to be told as an error of ours.
const LOG: &str = "info,actix_http::h1::dispatcher=off";

/// Why the settings cannot be used.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{}: {source}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's complaint.
        source: std::io::Error,
    },
    /// The file is no TOML.
    #[error("{}: {reason}", .path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// What the reader says, in one line.
        reason: String,
    },
    /// A key that is no setting.
    #[error("unknown setting `{key}` in {origin}")]
    Unknown {
        /// The key, with its table.
        key: String,
        /// Where it stands.
        origin: String,
    },
    /// A value of another type than the setting's.
    #[error("setting `{key}` in {origin} must be {expected}")]
    Type {
        /// The key, with its table.
        key: String,
        /// Where it stands.
        origin: String,
        /// The type, in words.
        expected: &'static str,
    },
    /// A value out of its bounds.
    #[error("bad settings: {0}")]
    Value(String),
}

/// What the command line says of the settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// `--data`.
    pub data: Option<PathBuf>,
    /// `--config`.
    pub config: Option<PathBuf>,
    /// `--listen`.
    pub listen: Option<SocketAddr>,
}

/// The settings of one run.
#[derive(Clone, Debug)]
pub struct Config {
    /// The data folder.
    pub data: PathBuf,
    /// Where the server listens; port 0 = one that is free.
    pub listen: SocketAddr,
    /// Where readers reach us, without a slash at its end; ends with `base_path`.
    pub public_url: String,
    /// Below which path of the public address we lie: empty, or `/name` without a slash at its end.
    pub base_path: String,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// Whether cookies go over TLS only; without a setting so if `public_url` is `https`.
    pub secure_cookies: bool,
    /// Threads of the web server, 1 to 1,024.
    pub workers: usize,
    /// What is logged, as `tracing` reads it: `info`, `warn,quangba=debug` …
    pub log: String,
    /// What the services are opened with; its `public_url` is the one above.
    pub service: Settings,
    /// Variables that begin with [`PREFIX`] but name no setting, for `doctor`.
    pub ignored: Vec<String>,
    /// Whether `public_url` was set, and not made from `listen`.
    pub public_url_set: bool,
}

/// The settings that are not the services'.
#[derive(Deserialize)]
#[serde(default)]
struct Own {
    data: PathBuf,
    listen: SocketAddr,
    base_path: Option<String>,
    trusted_proxies: Vec<Network>,
    secure_cookies: Option<bool>,
    workers: usize,
    log: String,
}

impl Default for Own {
    fn default() -> Self {
        Self {
            data: PathBuf::from(DATA),
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            base_path: None,
            trusted_proxies: Vec::new(),
            secure_cookies: None,
            workers: std::thread::available_parallelism().map_or(1, usize::from),
            log: LOG.to_owned(),
        }
    }
}

/// The variables of this process; those that are no text are left out.
#[must_use]
pub fn environment() -> Vec<(String, String)> {
    let text = |word: std::ffi::OsString| word.into_string().ok();
    std::env::vars_os().filter_map(|(name, value)| Some((text(name)?, text(value)?))).collect()
}

impl Config {
    /// The settings that flags, `environment` and file give.
    ///
    /// The file is `--config`, `QUANGBA_CONFIG`, or `quangba.toml` in the data folder, where it may
    /// be missing.
    ///
    /// # Errors
    /// [`ConfigError`], with the key that is wrong and where it stands.
    pub fn load(flags: &Flags, environment: &[(String, String)]) -> Result<Self, ConfigError> {
        let shape = shape();
        let variables = Variables::read(&shape, environment)?;
        let named = flags.config.clone().or(variables.config);
        let place = flags.data.clone().or_else(|| text(&variables.settings, "data"));
        let mut settings = match named {
            Some(path) => read(&path, &shape, true)?,
            None => {
                let folder = place.clone().unwrap_or_else(|| PathBuf::from(DATA));
                let mut shape = shape.clone();
                // A file cannot say in which folder it lies.
                shape.remove("data");
                read(&folder.join(FILE), &shape, false)?
            }
        };
        overlay(&mut settings, variables.settings);
        if let Some(data) = &flags.data {
            let data = data.to_str().ok_or_else(|| not_text(data))?;
            settings.insert("data".to_owned(), data.into());
        }
        if let Some(listen) = flags.listen {
            settings.insert("listen".to_owned(), listen.to_string().into());
        }
        let mut config = Self::made(settings, variables.ignored)?;
        let programs = &mut config.service.media.programs;
        let path = environment.iter().find(|(name, _)| name == "PATH");
        if let Some((_, path)) = path.filter(|_| programs.is_empty()) {
            programs.clone_from(path);
        }
        Ok(config)
    }

    fn made(mut settings: Table, ignored: Vec<String>) -> Result<Self, ConfigError> {
        let bad = |error: toml::de::Error| ConfigError::Value(error.message().to_owned());
        let mut own = Table::new();
        for (key, _sample) in own_shape() {
            own.extend(settings.remove_entry(&key));
        }
        let own: Own = Value::Table(own).try_into().map_err(bad)?;
        let public_url_set = settings.contains_key("public_url");
        let mut service: Settings = Value::Table(settings).try_into().map_err(bad)?;
        let given = public_url_set.then(|| trimmed(&service.public_url));
        given.as_deref().map_or(Ok(()), check_public_url)?;
        let base_path = match own.base_path.as_deref().map(trimmed) {
            Some(path) => path,
            None => given.as_deref().map(path_of).unwrap_or_default(),
        };
        check_base_path(&base_path)?;
        let public_url = match given {
            Some(url) => url,
            None => derived_url(own.listen, &base_path),
        };
        if path_of(&public_url) != base_path {
            let text = format!("`public_url` must end with `base_path` ({base_path})");
            return Err(ConfigError::Value(text));
        }
        if !(1..=1_024).contains(&own.workers) {
            return Err(ConfigError::Value("`workers` is 1 to 1024".to_owned()));
        }
        service.public_url.clone_from(&public_url);
        Ok(Self {
            data: own.data,
            listen: own.listen,
            secure_cookies: own.secure_cookies.unwrap_or(public_url.starts_with("https://")),
            public_url,
            base_path,
            trusted_proxies: own.trusted_proxies,
            workers: own.workers,
            log: own.log,
            service,
            ignored,
            public_url_set,
        })
    }

    /// The settings once the server listens at `address`: a public address that nobody set follows
    /// it, which matters for port 0.
    #[must_use]
    pub fn bound(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        if !self.public_url_set {
            self.public_url = derived_url(address, &self.base_path);
            self.service.public_url.clone_from(&self.public_url);
        }
        self
    }

    /// Whether requests from `address` come from a proxy that is believed.
    #[must_use]
    pub fn trusts(&self, address: IpAddr) -> bool {
        self.trusted_proxies.iter().any(|network| network.contains(address))
    }
}

fn text(settings: &Table, key: &str) -> Option<PathBuf> {
    settings.get(key).and_then(Value::as_str).map(PathBuf::from)
}

fn not_text(path: &Path) -> ConfigError {
    ConfigError::Value(format!("the path {} is no UTF-8", path.display()))
}

#[cfg(test)]
mod tests;
