//! Opens the parts, starts the workers, serves, and stops everything in its order.

pub mod control;
mod demo;
mod workers;

use std::{net::TcpListener, path::PathBuf, sync::Arc};

use actix_web::{App as Actix, HttpServer, middleware, web};
use anyhow::Context as _;
use rustix::process::{Resource, getrlimit, setrlimit};

use crate::{
    config::Config,
    domain::clock::Clock,
    service::Services,
    web::{
        routes,
        state::{App, WebSettings},
    },
};

pub use crate::web::routes::openapi_text;
pub use demo::demo;

/// Open files that are not connections: segments, journal, media, workers.
const OWN_FILES: usize = 512;

/// More connections than any worker has to hold.
const MOST_CONNECTIONS: usize = 25_000;

/// The real clock.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one place that reads the real clock")]
pub fn clock() -> Clock {
    Arc::new(jiff::Timestamp::now)
}

/// Our own program, which serves as media worker too.
///
/// # Errors
/// The system does not know where we were started from.
pub fn own_program() -> anyhow::Result<PathBuf> {
    std::env::current_exe().context("where is this program?")
}

/// Takes the address to listen on; with port 0 the system chooses one, which the settings then name.
///
/// # Errors
/// The address is taken.
fn bind(config: Config) -> anyhow::Result<(Config, TcpListener)> {
    let listener = TcpListener::bind(config.listen)
        .with_context(|| format!("cannot listen on {}", config.listen))?;
    let address = listener.local_addr()?;
    Ok((config.bound(address), listener))
}

/// Opens the folder and serves it until SIGINT or SIGTERM.
///
/// # Errors
/// The folder does not open, or the address is taken.
pub fn serve(config: Config) -> anyhow::Result<()> {
    if !config.data.join("journal").is_dir() {
        anyhow::bail!("{} holds no data: run `quangba init` first", config.data.display());
    }
    let (config, listener) = bind(config)?;
    warn_of(&config);
    let services = Services::open(&config.data, config.service.clone(), &own_program()?, clock())
        .with_context(|| format!("opening {}", config.data.display()))?;
    run(&config, &services, listener, || Ok(()))
}

/// Connections that each of so many workers takes: what the system lets us open, after we asked for
/// all of it, less what store, index and files need.
fn connections(workers: usize) -> usize {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    // What the system does not grant, the number below does not count on.
    let granted = setrlimit(Resource::Nofile, limit)
        .map_or_else(|_refused| getrlimit(Resource::Nofile).current, |()| limit.current);
    let most = granted
        .map_or(MOST_CONNECTIONS, |files| usize::try_from(files).unwrap_or(MOST_CONNECTIONS));
    let each = most.saturating_sub(OWN_FILES).checked_div(workers).unwrap_or(0);
    each.clamp(16, MOST_CONNECTIONS)
}

/// What is set in a way that its owner may not mean.
#[expect(clippy::cognitive_complexity, reason = "the logging macros count as branches")]
fn warn_of(config: &Config) {
    for name in &config.ignored {
        tracing::warn!("the variable {name} names no setting");
    }
    if !config.public_url_set {
        tracing::warn!("`public_url` is not set: pages and exports name {}", config.public_url);
    }
}

/// Serves over opened services; `ready` is called once the server takes requests.
fn run(
    config: &Config,
    services: &Services,
    listener: TcpListener,
    ready: impl FnOnce() -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let settings = WebSettings {
        public_url: config.public_url.clone(),
        base_path: config.base_path.clone(),
        is_proxy: {
            let proxies = config.trusted_proxies.clone();
            Arc::new(move |address| proxies.iter().any(|network| network.contains(address)))
        },
        secure_cookies: config.secure_cookies,
        json_limit: config.service.json_bytes,
    };
    let app = web::Data::new(App::new(services.clone(), settings));
    let workers = workers::start(services, config.public_url_set)?;
    let control =
        control::Control::start(services.clone()).context("opening the control socket")?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let served = actix_web::rt::System::with_tokio_rt(move || runtime).block_on(async {
        let make = move || {
            Actix::new()
                .wrap(middleware::Compress::default())
                .configure(routes::configure(app.clone()))
        };
        let server = HttpServer::new(make)
            .workers(config.workers)
            .max_connections(connections(config.workers))
            .shutdown_timeout(10)
            .listen(listener)
            .with_context(|| format!("listening on {}", config.listen))?;
        tracing::info!("serving {} on {}", config.data.display(), config.public_url);
        ready()?;
        server.run().await.context("serving")
    });
    control.stop();
    workers.stop();
    services.close().context("closing the store")?;
    tracing::info!("stopped");
    served
}
