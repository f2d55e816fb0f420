//! The address under which readers reach us.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use super::ConfigError;

/// A path or an address without slashes at its end.
pub(super) fn trimmed(text: &str) -> String {
    text.trim_end_matches('/').to_owned()
}

/// The path of an address, without a slash at its end.
pub(super) fn path_of(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_scheme, rest)| rest);
    rest.split_once('/').map_or_else(String::new, |(_host, path)| format!("/{path}"))
}

/// The address under which a server at `listen` is reached from its own machine.
pub(super) fn derived_url(listen: SocketAddr, base_path: &str) -> String {
    let mut listen = listen;
    if listen.ip().is_unspecified() {
        let own = match listen.ip() {
            IpAddr::V4(_) => IpAddr::from([127, 0, 0, 1]),
            IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
        };
        listen.set_ip(own);
    }
    format!("http://{listen}{base_path}")
}

/// Empty, or parts without surprises, each after a slash.
pub(super) fn check_base_path(path: &str) -> Result<(), ConfigError> {
    let plain = |part: &str| {
        let fine = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'~');
        !part.is_empty() && part.bytes().all(fine) && part != "." && part != ".."
    };
    let good = match path.strip_prefix('/') {
        Some(rest) => rest.split('/').all(plain),
        None => path.is_empty(),
    };
    if good {
        return Ok(());
    }
    let text = "`base_path` is empty or like /quangba (letters, digits, - _ . ~)";
    Err(ConfigError::Value(text.to_owned()))
}

/// An absolute address without query, fragment or user name.
pub(super) fn check_public_url(url: &str) -> Result<(), ConfigError> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '?' | '#' | '@' | '"');
    let Some(rest) = rest.filter(|rest| !rest.starts_with('/') && !rest.is_empty()) else {
        let text = "`public_url` begins with http:// or https:// and a host";
        return Err(ConfigError::Value(text.to_owned()));
    };
    if rest.contains(odd) {
        let text = "`public_url` has no spaces, no ?, no # and no user name";
        return Err(ConfigError::Value(text.to_owned()));
    }
    Ok(())
}
