//! Types that cannot be wrong, and rules as pure functions.
//!
//! No I/O, no clock, no async: what time it is and what lies in the store is handed in.

pub mod account;
pub mod agency;
pub mod clock;
pub mod digest;
pub mod document;
pub mod dossier;
pub mod finding;
pub mod id;
pub mod input;
pub mod job;
pub mod lang;
pub mod lifecycle;
pub mod message;
pub mod profile;
pub mod record;
pub mod review;
pub mod rights;
pub mod term;
pub mod upload;
