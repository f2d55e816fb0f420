//! The forms in which records leave the system, field by field.
//!
//! A pure mapping: what the store holds goes in, bytes come out; no I/O and no clock.

pub mod iiif;
pub mod kit;
pub mod national;
