//! A work as a manifest, and lists of works as a collection (Presentation API 3.0.1).
//!
//! A photo is one canvas, a photo set one canvas a photo, a publication one canvas a page with its
//! outline as ranges; video and audio have a canvas with a duration. What the standard requires is
//! required by the types, and what is absent is left out of the document.

mod canvas;
mod collection;
mod links;
mod object;
mod outline;
mod text;
mod work;

pub use self::{
    canvas::{Canvas, Content, Seconds},
    collection::{Collection, Member, MemberKind},
    links::{Homepage, Image, PartOf, Provider, Rendering, SeeAlso},
    outline::{Heading, Outline},
    text::{Html, LangText, RichText, Text},
    work::{Direction, Layout, Work},
};
