//! Addresses that may stand in what is sent out.

use std::{fmt, str::FromStr};

use super::Error;

/// The longest address, in bytes; what browsers and proxies commonly take.
const MAX: usize = 8_000;

/// An absolute `http` or `https` address of at most 8,000 bytes, with everything outside of
/// RFC 3986's characters percent-encoded, so that it may stand in JSON, HTML and headers alike.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Url(String);

impl Url {
    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Without the slashes at its end, as a base to append to.
    pub(super) fn base(&self) -> &str {
        self.0.trim_end_matches('/')
    }

    /// Whether it names a part of what it addresses (`#…`).
    pub(super) fn has_fragment(&self) -> bool {
        self.0.contains('#')
    }

    /// What it addresses, without the part.
    pub(super) fn document(&self) -> &str {
        self.0.split('#').next().unwrap_or_default()
    }
}

impl FromStr for Url {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
        let fragments = text.matches('#').count();
        if host.is_empty() || MAX < text.len() || 1 < fragments || !encoded(text) {
            return Err(Error::Url);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether every byte is one of RFC 3986, and every `%` begins an encoded byte.
fn encoded(text: &str) -> bool {
    whole_percents(text)
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte))
}

/// Whether two hexadecimal digits follow every `%`.
pub(super) fn whole_percents(text: &str) -> bool {
    text.split('%').skip(1).all(|rest| {
        let digits = rest.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    })
}
