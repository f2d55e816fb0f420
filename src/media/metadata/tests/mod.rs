//! Whole ways through this part, with files made here.

mod fixtures;
mod hostile;
mod reading;
mod sets;
mod writing;
