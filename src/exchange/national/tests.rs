//! The mapping, its reasons, the canonical form, pages and cursors.

mod cursors;
mod fixture;
mod mapping;
mod pages;
mod properties;
mod reasons;
