//! What every handler has, and the two bridges from async to blocking code.

use std::{io, net::IpAddr, sync::Arc};

use actix_web::web;
use futures_util::stream::{self, Stream};

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

/// Bytes that are gathered at once for a stream, about.
const GATHERED: usize = 128 * 1024;

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

    /// Sends what `make` gives, some chunks at a time, each time the client has taken those before.
    ///
    /// Between them no thread waits: however many clients take their time, others are answered.
    #[expect(clippy::disallowed_methods, reason = "the one bridge for streams")]
    pub fn stream<I, M>(
        &self,
        make: M,
    ) -> impl Stream<Item = Result<web::Bytes, io::Error>> + use<I, M>
    where
        I: Iterator<Item = Result<Vec<u8>, Error>> + Send + 'static,
        M: FnOnce(&Services) -> Result<I, Error> + Send + 'static,
    {
        let begun = Some(Source::Begun(self.services.clone(), make));
        stream::unfold(begun, async |source| {
            let source = source?;
            match web::block(move || source.next()).await {
                Ok((bytes, rest)) => bytes.map(|bytes| (bytes, rest)),
                Err(_gone) => Some((Err(io::Error::other("the worker thread is gone")), None)),
            }
        })
    }
}

/// Where a stream's chunks come from.
enum Source<I, M> {
    /// Nobody has asked yet.
    Begun(Services, M),
    /// What is left.
    Going(I),
    /// It breaks off here.
    Broken(io::Error),
}

impl<I, M> Source<I, M>
where
    I: Iterator<Item = Result<Vec<u8>, Error>>,
    M: FnOnce(&Services) -> Result<I, Error>,
{
    /// The next chunks as one, and what is left then.
    fn next(self) -> (Option<Result<web::Bytes, io::Error>>, Option<Self>) {
        let mut chunks = match self {
            Self::Begun(services, make) => match make(&services) {
                Ok(chunks) => chunks,
                Err(error) => return (Some(Err(broken(&error))), None),
            },
            Self::Going(chunks) => chunks,
            Self::Broken(error) => return (Some(Err(error)), None),
        };
        let mut gathered = Vec::new();
        while gathered.len() < GATHERED {
            match chunks.next() {
                Some(Ok(chunk)) if gathered.is_empty() => gathered = chunk,
                Some(Ok(chunk)) => gathered.extend_from_slice(&chunk),
                Some(Err(error)) => {
                    let rest = Self::Broken(broken(&error));
                    return if gathered.is_empty() {
                        rest.next()
                    } else {
                        (Some(Ok(gathered.into())), Some(rest))
                    };
                }
                None if gathered.is_empty() => return (None, None),
                None => break,
            }
        }
        (Some(Ok(gathered.into())), Some(Self::Going(chunks)))
    }
}

/// A stream that breaks off cannot answer any more; it is logged and cut.
fn broken(error: &Error) -> io::Error {
    tracing::error!("a stream broke off: {error}");
    io::Error::other("the stream broke off")
}

#[cfg(test)]
mod tests {
    use super::*;

    type Make = fn(&Services) -> Result<std::vec::IntoIter<Result<Vec<u8>, Error>>, Error>;

    fn source(
        chunks: Vec<Result<Vec<u8>, Error>>,
    ) -> Source<std::vec::IntoIter<Result<Vec<u8>, Error>>, Make> {
        Source::Going(chunks.into_iter())
    }

    #[test]
    fn small_chunks_go_together_and_large_ones_alone() {
        let (first, rest) =
            source(vec![Ok(vec![1; 10]), Ok(vec![2; GATHERED]), Ok(vec![3])]).next();
        assert_eq!(first.unwrap().unwrap().len(), 10 + GATHERED);
        let (second, rest) = rest.unwrap().next();
        assert_eq!(second.unwrap().unwrap(), [3].as_slice());
        let (none, rest) = rest.unwrap().next();
        assert!(none.is_none() && rest.is_none());
    }

    #[test]
    fn what_was_made_before_a_failure_is_sent_before_it() {
        let (first, rest) = source(vec![Ok(vec![1]), Err(Error::NotFound), Ok(vec![2])]).next();
        assert_eq!(first.unwrap().unwrap(), [1].as_slice());
        let (second, rest) = rest.unwrap().next();
        assert!(second.unwrap().is_err() && rest.is_none());
    }
}
