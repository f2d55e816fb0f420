//! Whole documents, made here.

mod calling;
mod contents;
mod drawing;
mod fixture;
mod hostile;
mod reading;
mod recognising;
mod sets;
