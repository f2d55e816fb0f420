//! `quangba` (quảng bá: to promote): the digitized image-promotion database of a Vietnamese province
//! and its publishing service, as one program.
//!
//! ```text
//!             main
//!              │
//!             app            opens the parts, starts workers, stops them in order
//!         ┌────┴────┐
//!        web       cli       read a request / an argument, call one service, write the answer
//!         └────┬────┘
//!           service          one method = one thing a person or machine asks for
//!    ┌────────┬┴───────┬─────────┐
//!  store   search    media   exchange     side by side, none knows another
//!    └────────┴┬───────┴─────────┘
//!             text           pure functions on text
//!              │
//!           domain           types that cannot be wrong, rules as pure functions
//! ```
//!
//! A module uses only modules below it; `tests/it/layers.rs` holds that table.
//!
//! # Invariants
//!
//! * Only [`store`] names sled; only [`search`] names tantivy; only [`media`] names image codecs and
//!   PDF; only [`web`] names actix (and [`app`], which starts it) and status codes.
//! * Only [`config`] reads the environment; only [`app`] reads the real clock.
//! * Everything below [`web`] is plain blocking Rust.
//! * Every write goes through one writer, which numbers it; a number is counted there and nowhere
//!   else. An answered write is in the journal, on the disk.
//! * The journal is what must not be lost; the rest can be made anew from it and the originals.
//! * The index and the web sizes follow the feed, each with a place of its own.
//! * One request bridge and one streaming bridge ([`web::state`]) lead from async to blocking code.
//! * [`domain`] verifies, [`text`] converts.
//! * The stored types and the shown types are apart.

pub mod app;
pub mod cli;
pub mod config;
pub mod domain;
pub mod exchange;
pub mod media;
pub mod search;
pub mod service;
pub mod store;
pub mod text;
pub mod web;
