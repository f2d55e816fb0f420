//! What a path behind the service's prefix asks for (Image API, section 2).

use std::str::FromStr;

use super::{super::Error, MAX_PATH, Request, request::decoded};

/// A picture's identifier and what is asked of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Percent-decoded, not empty; it may hold any character, a slash too.
    pub identifier: String,
    /// The question.
    pub what: What,
}

/// The three questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// The base URI: answer 303 with the address of the image information.
    Base,
    /// `info.json`.
    Info,
    /// The picture.
    Image(Request),
}

impl FromStr for Target {
    type Err = Error;

    /// Reads the path behind `{prefix}/` as it stands in the request, without query: splitting it
    /// comes before percent-decoding, so that `%2F` stays inside its part.
    fn from_str(path: &str) -> Result<Self, Error> {
        if MAX_PATH < path.len() {
            return Err(Error::Long);
        }
        let (identifier, rest) = match path.split_once('/') {
            Some((identifier, rest)) => (identifier, Some(rest)),
            None => (path, None),
        };
        let what = match rest {
            None => What::Base,
            Some("info.json") => What::Info,
            Some(rest) => What::Image(rest.parse()?),
        };
        let identifier = decoded(identifier)?.into_owned();
        if identifier.is_empty() { Err(Error::Path) } else { Ok(Self { identifier, what }) }
    }
}
