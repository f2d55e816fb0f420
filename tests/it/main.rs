//! The program as its users see it.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::string_slice,
    reason = "a test that cannot go on has failed"
)]

#[path = "../support/mod.rs"]
mod support;

mod access;
mod archive;
mod bad_files;
mod bad_input;
mod bombs;
mod broken_uploads;
mod cli;
mod copies;
mod corpora;
mod crash;
mod damage;
mod desk;
mod documents;
mod export;
mod films;
mod flow;
mod hidden;
mod iiif;
mod import;
mod kit;
mod languages;
mod layers;
mod limits;
mod media;
mod openapi;
mod pictures;
mod publications;
mod purge;
mod screening;
mod session;
mod tus;
