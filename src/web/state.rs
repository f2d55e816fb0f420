//! What every handler has, and the two bridges from async to blocking code.

use std::{io, net::IpAddr, sync::Arc};

use actix_web::web;
use futures_util::stream::{self, Stream};
use tokio::sync::mpsc;

use super::problem::Problem;
use crate::service::{Error, Services};

/// What the web needs to know besides the services.
#[derive(Clone)]
pub struct WebSettings {
    /// Where we are reached, without a slash at its end; writes must come from there.
    pub public_url: String,
    /// The path before all of ours, without a slash at its end; mostly empty.
    pub base_path: String,
    /// Whether an address is a proxy whose `X-Forwarded-For` is believed.
    pub is_proxy: Arc<dyn Fn(IpAddr) -> bool + Send + Sync>,
    /// Whether cookies go over TLS only.
    pub secure_cookies: bool,
    /// Bytes of a JSON body at most.
    pub json_limit: usize,
}

/// What every handler has.
#[derive(Clone)]
pub struct App {
    services: Services,
    /// What the web needs to know besides.
    pub settings: WebSettings,
}

impl App {
    /// Over opened services.
    #[must_use]
    pub fn new(services: Services, settings: WebSettings) -> Self {
        Self { services, settings }
    }

    /// The services, for what never waits for the disk.
    #[must_use]
    pub fn services(&self) -> &Services {
        &self.services
    }

    /// Runs `work` on a thread that may block.
    ///
    /// # Errors
    /// The service's own error as a [`Problem`]; a panic in `work` is a 500.
    #[expect(clippy::disallowed_methods, reason = "the one bridge from async to blocking code")]
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Services) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Problem> {
        let services = self.services.clone();
        let done = web::block(move || work(&services)).await;
        Ok(done.map_err(|_gone| Problem::internal("the worker thread is gone"))??)
    }

    /// Sends what `make` gives, chunk by chunk, from a thread that may block: four chunks ahead of
    /// the client at most, and no further once it is gone.
    #[expect(clippy::disallowed_methods, reason = "the one bridge for streams")]
    pub fn stream<I, M>(
        &self,
        make: M,
    ) -> impl Stream<Item = Result<web::Bytes, io::Error>> + use<I, M>
    where
        I: Iterator<Item = Result<Vec<u8>, Error>> + 'static,
        M: FnOnce(&Services) -> Result<I, Error> + Send + 'static,
    {
        let services = self.services.clone();
        let (sender, receiver) = mpsc::channel::<Result<web::Bytes, io::Error>>(4);
        drop(web::block(move || {
            let chunks = match make(&services) {
                Ok(chunks) => chunks,
                Err(error) => return drop(sender.blocking_send(Err(broken(&error)))),
            };
            for chunk in chunks {
                let ended = chunk.is_err();
                let chunk = chunk.map(web::Bytes::from).map_err(|error| broken(&error));
                if sender.blocking_send(chunk).is_err() || ended {
                    return;
                }
            }
        }));
        stream::unfold(receiver, async |mut receiver| {
            let chunk = receiver.recv().await?;
            Some((chunk, receiver))
        })
    }
}

/// A stream that breaks off cannot answer any more; it is logged and cut.
fn broken(error: &Error) -> io::Error {
    tracing::error!("a stream broke off: {error}");
    io::Error::other("the stream broke off")
}
