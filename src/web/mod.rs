//! HTTP: a handler reads a request, calls one service, writes the answer.
//!
//! Only this part names actix and status codes.

pub mod api;
pub mod auth;
pub mod export;
pub mod iiif;
pub mod kit;
pub mod media;
mod media_problem;
pub mod negotiate;
pub mod pages;
pub mod portal;
pub mod problem;
pub mod routes;
pub mod state;
mod tus;
mod upload_problem;
