//! Licences and rights statements that IIIF knows.

use std::{fmt, str::FromStr};

use super::Error;

/// The statements of <https://rightsstatements.org/page/1.0/>, all of version 1.0.
const STATEMENTS: [&str; 12] = [
    "InC",
    "InC-OW-EU",
    "InC-EDU",
    "InC-NC",
    "InC-RUU",
    "NoC-CR",
    "NoC-NC",
    "NoC-OKLR",
    "NoC-US",
    "CNE",
    "UND",
    "NKC",
];

/// The longest address of a licence, in bytes.
const MAX: usize = 120;

/// The `http` address by which machines know a Creative Commons licence or a statement of
/// RightsStatements.org (Presentation API, section 3.1, `rights`).
///
/// Read from that address, from its `https` form, and from the address of a licence's deed or legal
/// code.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Rights(String);

impl Rights {
    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Rights {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let rest = rest.filter(|_| text.len() <= MAX).ok_or(Error::Rights)?;
        let parts: Vec<&str> = rest.trim_end_matches('/').split('/').collect();
        let path = match parts.as_slice() {
            ["rightsstatements.org", "vocab", name, "1.0"] if STATEMENTS.contains(name) => {
                format!("rightsstatements.org/vocab/{name}/1.0/")
            }
            ["creativecommons.org" | "www.creativecommons.org", rest @ ..] => {
                let path = licence(rest).ok_or(Error::Rights)?;
                format!("creativecommons.org/{path}/")
            }
            _ => return Err(Error::Rights),
        };
        Ok(Self(format!("http://{path}")))
    }
}

impl fmt::Display for Rights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// `licenses/by-sa/3.0/vn` of it and of its deed, in whatever language that is shown.
fn licence(parts: &[&str]) -> Option<String> {
    let parts = match parts {
        [path @ .., last] if *last == "legalcode" || last.split('.').next() == Some("deed") => path,
        _ => parts,
    };
    let (kind, name, version, port) = match *parts {
        [kind, name, version] => (kind, name, version, None),
        ["licenses", name, version, port] => ("licenses", name, version, Some(port)),
        _ => return None,
    };
    let known = match kind {
        "publicdomain" => matches!(name, "zero" | "mark" | "certification"),
        "licenses" => name.split(['-', '+']).all(|term| {
            matches!(term, "by" | "nc" | "nd" | "sa" | "sampling" | "devnations" | "GPL" | "LGPL")
        }),
        _ => false,
    };
    let number = version.split('.').all(digits) && version.contains('.');
    let place = |port: &str| port.bytes().all(|b| b.is_ascii_lowercase()) && 2 <= port.len();
    (known && number && port.is_none_or(place)).then(|| parts.join("/"))
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
