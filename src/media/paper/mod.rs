//! PDF documents as people read them (ISO 32000-2): text, table of contents, pages as pictures, and
//! the text of scanned pages.
//!
//! To be called in a worker process, whose limits bound what a hostile document may take: one that
//! takes more ends the process.
//!
//! Programs of the system are used where they are installed ([`Programs`](super::programs::Programs)); without any, all but
//! text recognition works. Their time has to end before the worker's own.

mod error;
pub mod fonts;
pub mod ocr;
pub mod outline;
pub mod render;
mod source;
pub mod text;

#[cfg(test)]
mod tests;

pub use error::PaperError;
pub use render::Renderer;
pub use source::{FILE, objects};
