//! What the standards say, what the public validator asks, and what must hold for any input.

mod fixture;
mod headers;
mod info;
mod manifest;
mod outline;
mod properties;
mod requests;
mod resolving;
mod shapes;
mod texts;
mod types;
mod validator;
