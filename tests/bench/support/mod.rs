//! What the benches share: texts, the folder with 100,000 records, a server of their own, figures.

pub(crate) mod fixture;
pub(crate) mod http;
pub(crate) mod report;
pub(crate) mod server;
pub(crate) mod words;

/// What a bench ends with when it cannot go on.
pub(crate) type Outcome<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;
