//! The public pages: home, search, record, and what is said where there is nothing.
//!
//! Views are plain data made from domain types by pure functions; each is an askama template, so
//! `view.render()` gives its page. Handlers fetch, make the view, render and answer:
//!
//! * [`home::HomeView`] for `/{lang}/`
//! * [`search::SearchView`] for `/{lang}/search`, asked by a [`request::Request`]
//! * [`record::RecordView`] for `/{lang}/r/{uuid}`
//! * [`notice::NoticeView`] for 404, 410 and every other problem
//!
//! Pages work without script, and hold no inline style or script, so that a content security
//! policy of `default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self';
//! form-action 'self'; base-uri 'none'` fits them.

pub mod card;
pub mod files;
pub mod format;
pub mod home;
pub mod labels;
pub mod notice;
pub mod record;
pub mod request;
pub mod search;
pub mod site;
#[cfg(test)]
mod tests;
pub mod words;

/// The style sheet; served as `/assets/portal.css`.
pub const CSS: &str = include_str!("../../../assets/css/portal.css");

/// The sign of the site in browser tabs; served as `/assets/favicon.svg`.
pub const FAVICON: &str = include_str!("../../../assets/favicon.svg");
