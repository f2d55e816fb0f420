//! How fast 100,000 bilingual records are imported, published, indexed and searchable, and in how
//! much memory.
//!
//! `cargo bench --bench import` makes the folder anew that the benches `export`, `search` and
//! `start` use; `cargo bench --bench import -- 5000` tries it with fewer.

#[expect(dead_code, reason = "each bench uses a part of it")]
mod support;

use serde_json::json;
use support::{
    Outcome, fixture,
    report::{Figure, Target, print, rate},
};

fn main() -> Outcome {
    let asked = std::env::args().find_map(|arg| arg.parse().ok());
    let (_fixture, made) = fixture::make(asked.unwrap_or(fixture::RECORDS))?;
    let figures = [
        Figure {
            name: "searchable",
            value: rate(made.report.created, made.searchable),
            unit: "records/s",
            target: Target::AtLeast(1_500.0),
        },
        Figure {
            name: "peak RSS",
            value: made.memory.peak,
            unit: "MB",
            target: Target::AtMost(600.0),
        },
    ];
    let details = json!({
        "records": made.report.created,
        "refused": made.report.refused,
        "indexed": made.indexed,
        "sourceBytes": made.source_bytes,
        "writtenPerSecond": rate(made.report.created, made.imported).round(),
        "seconds": made.searchable.as_secs_f64().round(),
        "memoryBefore": made.memory_before.json(),
        "memoryAfter": made.memory.json(),
    });
    print("import", &figures, &details)
}
