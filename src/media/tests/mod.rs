//! Whole ways through this part, with files made here.

mod fixtures;
mod pictures;
mod probing;
mod releasing;
mod tiling;
