//! Photos through the media pipeline, beside sharp and libvips on the same files in the same run.
//!
//! The peers are run when they are there: `QUANGBA_PEERS` names a folder with `node_modules/sharp`
//! and a Python environment `v` with pyvips; without it, node and python3 are asked. What is missing
//! is said in the details.

mod derive;
#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "each bench uses a part of it")]
mod support;

use support::{Outcome, report::print};

fn main() -> Outcome {
    let (figures, details) = derive::measure()?;
    print("media", &figures, &details)
}
