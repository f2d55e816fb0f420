mod archive;
mod fixture;
mod names;
mod texts;
mod words;
