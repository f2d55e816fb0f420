//! The layout of the fast copy, and the steps that lead from one to the next.

use super::StoreError;
use super::engine::Engine;

type Step = fn(&Engine) -> Result<(), StoreError>;

/// Step `n` leads from layout `n` to layout `n + 1`; each can be run twice without harm, and on an
/// empty store. A released step is never edited. One that changes stored rows needs its like in
/// `line::upcast`, for the lines that are replayed after it.
const STEPS: &[Step] = &[found];

/// The layout that this program writes.
pub(super) const LAYOUT: u32 = 1;

/// Where the layout is noted.
pub(super) const KEY: &str = "layout";

/// Brings `engine` to [`LAYOUT`], one step at a time, noting each before the next begins.
pub(super) fn run(engine: &Engine) -> Result<(), StoreError> {
    let layout = engine.layout()?;
    if LAYOUT < layout {
        return Err(StoreError::Layout(layout));
    }
    for (step, next) in STEPS.iter().zip(1_u32..).filter(|(_, next)| layout < *next) {
        step(engine)?;
        engine.set_layout(next)?;
        tracing::info!(layout = next, "brought the store to layout {next}");
    }
    Ok(())
}

/// The first layout has its trees and nothing else.
fn found(engine: &Engine) -> Result<(), StoreError> {
    engine.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_step_leads_to_the_layout() {
        assert_eq!(u32::try_from(STEPS.len()), Ok(LAYOUT));
    }
}
