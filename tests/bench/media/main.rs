//! Photos through the media pipeline, beside sharp and libvips on the same files in the same run.
//!
//! The peers are run when they are there: `QUANGBA_PEERS` names a folder with `node_modules/sharp`
//! and a Python environment `v` with pyvips; without it, node and python3 are asked. What is missing
//! is said in the details. Then a server of its own gets a hundred photos at once, and is asked for
//! tiles.

mod derive;
mod desk;
mod hundred;
mod kit;
#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "each bench uses a part of it")]
mod support;
mod text;
mod tiles;

use serde_json::Value;
use support::{Outcome, fixture, report::print, server::Server};

fn main() -> Outcome {
    let photo = derive::camera_photo()?;
    let data = fixture::folder("media");
    let desk = desk::make(&data, &photo)?;
    let parts = {
        let derived = derive::measure(&photo)?;
        let server = Server::start(&data)?;
        // Tiles first: the memory of the server is measured at its highest.
        let tiles = tiles::measure(&server, &desk)?;
        [derived, hundred::measure(&server, &desk, &photo)?, tiles]
    };
    std::fs::remove_dir_all(&data)?;
    let (mut figures, mut details) = (Vec::new(), serde_json::Map::new());
    for (of, more) in parts.into_iter().chain([text::measure()?, kit::measure()?]) {
        figures.extend(of);
        if let Value::Object(more) = more {
            details.extend(more);
        }
    }
    print("media", &figures, &details.into())
}
