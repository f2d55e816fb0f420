//! One line of the journal: its form for good, its hashes, and how it is read again.
//!
//! ```text
//! {"v":2,"n":7,"at":"…","actor":"…","action":"…","from":"…","record":null,"payload_hash":"…",
//!  "prev":"…","salt":"…","payload":{"rows":[["tree","key",value],["tree",7]]}}
//! ```
//! (one line each in the file.) The header is the line up to `,"salt":`, closed with `}`; `prev` is
//! the SHA-256 of the header of the line before, 64 zeros in the first. `payload_hash` is the
//! SHA-256 of the 16 salt bytes and the payload's bytes. So a purge may put `null` for salt and
//! payload without breaking the chain, and what was purged cannot be guessed from its hash.

use std::fmt;
use std::io::Write;
use std::net::IpAddr;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize, de};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::entries::Entry;
use super::schema::{Change, Key, Row, Tree, Value};

/// The version of the lines that this program writes.
/// Version 2 may say `from` where a write was asked for; lines of version 1 never do.
pub(super) const VERSION: u32 = 2;

const SALT_MARK: &[u8] = b",\"salt\":";

/// A SHA-256, shown as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Hash([u8; 32]);

impl Hash {
    /// The bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    pub(super) const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub(super) fn of(parts: &[&[u8]]) -> Self {
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update(part);
        }
        Self(hasher.finalize().into())
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why a text is no [`struct@Hash`].
#[derive(Debug, Error, PartialEq, Eq)]
#[error("a hash has 64 digits of 0-9 and a-f")]
pub struct HashError;

impl FromStr for Hash {
    type Err = HashError;

    fn from_str(text: &str) -> Result<Self, HashError> {
        unhex(text).map(Self).ok_or(HashError)
    }
}

impl Serialize for Hash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// The 16 random bytes that hide a payload behind its hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Salt(pub(super) [u8; 16]);

impl Serialize for Salt {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:032x}", u128::from_be_bytes(self.0)))
    }
}

impl<'de> Deserialize<'de> for Salt {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        unhex(&text).map(Self).ok_or_else(|| de::Error::custom("a salt has 32 digits"))
    }
}

fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digit = |byte: &u8| match byte {
        b'0'..=b'9' => Some(byte.wrapping_sub(b'0')),
        b'a'..=b'f' => Some(byte.wrapping_sub(b'a').wrapping_add(10)),
        _ => None,
    };
    let pairs = text.as_bytes().chunks(2).map(|pair| match pair {
        [high, low] => Some(digit(high)? << 4 | digit(low)?),
        _ => None,
    });
    pairs.collect::<Option<Vec<u8>>>()?.try_into().ok()
}

/// Where a chain ends: the last line's number and the hash of its header.
///
/// Before the first line both are zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize)]
pub struct Head {
    /// The number of the last line; 0 if there is none.
    pub n: u64,
    /// The SHA-256 of its header, the `prev` of the next.
    pub hash: Hash,
}

/// What the header of a line says, apart from what the writer works out.
#[derive(Clone, Debug)]
pub(super) struct Heading {
    pub(super) at: Timestamp,
    pub(super) actor: String,
    pub(super) action: String,
    pub(super) from: Option<IpAddr>,
    pub(super) record: Option<String>,
}

#[derive(Serialize)]
struct Header<'a> {
    v: u32,
    n: u64,
    at: Timestamp,
    actor: &'a str,
    action: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<IpAddr>,
    record: Option<&'a str>,
    payload_hash: Hash,
    prev: Hash,
}

/// Adds line `n` after `prev` to `out`; gives the new head and the rows as they become.
///
/// # Errors
/// If a text has no JSON form; then `out` is as before.
pub(super) fn write(
    out: &mut Vec<u8>,
    prev: Head,
    heading: &Heading,
    rows: &[Row],
    salt: Salt,
) -> Result<(Head, Vec<Change>), serde_json::Error> {
    let n = prev.n.saturating_add(1);
    let (payload, changes) = payload(n, rows)?;
    let header = serde_json::to_vec(&Header {
        v: VERSION,
        n,
        at: heading.at,
        actor: &heading.actor,
        action: &heading.action,
        from: heading.from,
        record: heading.record.as_deref(),
        payload_hash: Hash::of(&[&salt.0, &payload]),
        prev: prev.hash,
    })?;
    let salt = serde_json::to_vec(&salt)?;
    out.extend_from_slice(header.strip_suffix(b"}").unwrap_or(&header));
    for part in [SALT_MARK, &salt, b",\"payload\":", &payload, b"}\n"] {
        out.extend_from_slice(part);
    }
    Ok((Head { n, hash: Hash::of(&[&header]) }, changes))
}

fn payload(n: u64, rows: &[Row]) -> Result<(Vec<u8>, Vec<Change>), serde_json::Error> {
    let mut out = b"{\"rows\":[".to_vec();
    let mut changes = Vec::with_capacity(rows.len());
    for (place, row) in rows.iter().enumerate() {
        out.extend_from_slice(if place == 0 { b"[" } else { b",[" });
        serde_json::to_writer(&mut out, row.tree.name())?;
        out.push(b',');
        match &row.key {
            Key::Text(text) => serde_json::to_writer(&mut out, text)?,
            Key::N(number) => serde_json::to_writer(&mut out, number)?,
            Key::AtN => serde_json::to_writer(&mut out, &n)?,
        }
        let value = match &row.value {
            Value::Json(json) => Some(one_line(json.get())),
            Value::N => Some(n.to_string().into_bytes()),
            Value::Delete => None,
        };
        if let Some(value) = &value {
            out.push(b',');
            out.write_all(value).map_err(serde_json::Error::io)?;
        }
        out.push(b']');
        changes.push(Change { tree: row.tree, key: row.key.bytes_at(n), value });
    }
    out.extend_from_slice(b"]}");
    Ok((out, changes))
}

/// JSON has line ends only between its tokens, where a space says the same.
fn one_line(json: &str) -> Vec<u8> {
    let flat = |byte: u8| if matches!(byte, b'\n' | b'\r') { b' ' } else { byte };
    json.bytes().map(flat).collect()
}

/// What is wrong with a line.
#[derive(Debug, Error)]
pub(super) enum Fault {
    #[error("not a journal line: {0}")]
    Form(serde_json::Error),
    #[error("the line is not complete")]
    Unended,
    #[error("written by a newer program (line version {0})")]
    Version(u32),
    #[error("the payload is not the one that the header names")]
    Payload,
    #[error("the payload cannot be read: {0}")]
    Rows(serde_json::Error),
    #[error("a row of the payload is no row of a journaled tree")]
    Row,
    #[error("does not follow the line before: one of the two was changed, or lines are missing")]
    Chain,
    #[error("its number {found} does not come after {last}")]
    Order { last: u64, found: u64 },
    #[error("its number {found} is not the {named} of the file name")]
    Name { named: u64, found: u64 },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire<'a> {
    v: u32,
    n: u64,
    at: Timestamp,
    actor: String,
    action: String,
    #[serde(default)]
    from: Option<IpAddr>,
    record: Option<String>,
    payload_hash: Hash,
    prev: Hash,
    salt: Option<Salt>,
    #[serde(borrow)]
    payload: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct OnlyVersion {
    v: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Payload<'a> {
    #[serde(borrow)]
    rows: Vec<Vec<&'a RawValue>>,
}

/// A line as read, brought to the form of [`VERSION`].
#[derive(Debug)]
pub(super) struct Line<'a> {
    pub(super) head: Head,
    pub(super) prev: Hash,
    pub(super) heading: Heading,
    payload_hash: Hash,
    /// `None` if the line was purged.
    body: Option<(Salt, &'a RawValue)>,
}

impl<'a> Line<'a> {
    /// Reads the header; the payload is looked at by [`Line::check_payload`] and
    /// [`Line::changes`].
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, Fault> {
        let wire: Wire<'a> = serde_json::from_slice(bytes).map_err(|error| newer(bytes, error))?;
        let wire = upcast(wire)?;
        let body = match (wire.salt, wire.payload) {
            (Some(salt), Some(payload)) => Some((salt, payload)),
            (None, None) => None,
            _ => return Err(Fault::Payload),
        };
        let mark = bytes.windows(SALT_MARK.len()).position(|window| window == SALT_MARK);
        let header = mark.and_then(|end| bytes.get(..end)).unwrap_or(bytes);
        Ok(Self {
            head: Head { n: wire.n, hash: Hash::of(&[header, b"}"]) },
            prev: wire.prev,
            heading: Heading {
                at: wire.at,
                actor: wire.actor,
                action: wire.action,
                from: wire.from,
                record: wire.record,
            },
            payload_hash: wire.payload_hash,
            body,
        })
    }

    /// Whether salt and payload were emptied.
    pub(super) fn purged(&self) -> bool {
        self.body.is_none()
    }

    pub(super) fn check_payload(&self) -> Result<(), Fault> {
        match self.body {
            Some((salt, payload))
                if Hash::of(&[&salt.0, payload.get().as_bytes()]) != self.payload_hash =>
            {
                Err(Fault::Payload)
            }
            _ => Ok(()),
        }
    }

    /// The rows as they become; none in a purged line.
    pub(super) fn changes(&self) -> Result<Vec<Change>, Fault> {
        let Some((_, payload)) = self.body else { return Ok(Vec::new()) };
        let payload: Payload<'_> = serde_json::from_str(payload.get()).map_err(Fault::Rows)?;
        payload.rows.iter().map(|row| change(row)).collect()
    }
}

fn change(row: &[&RawValue]) -> Result<Change, Fault> {
    let (tree, key, value) = match row {
        [tree, key] => (tree, key, None),
        [tree, key, value] => (tree, key, Some(value.get().as_bytes().to_vec())),
        _ => return Err(Fault::Row),
    };
    let name: String = serde_json::from_str(tree.get()).map_err(Fault::Rows)?;
    let tree = Tree::named(&name).filter(|tree| tree.journaled()).ok_or(Fault::Row)?;
    let key = if key.get().starts_with('"') {
        serde_json::from_str::<String>(key.get()).map_err(Fault::Rows)?.into_bytes()
    } else {
        serde_json::from_str::<u64>(key.get()).map_err(Fault::Rows)?.to_be_bytes().to_vec()
    };
    Ok(Change { tree, key, value })
}

/// What the header of a line says; the payload is not looked at. Nothing for what is no line.
pub(super) fn header(bytes: &[u8]) -> Option<Entry> {
    #[derive(Deserialize)]
    struct Header {
        n: u64,
        at: Timestamp,
        actor: String,
        action: String,
        #[serde(default)]
        from: Option<IpAddr>,
        record: Option<String>,
    }

    // Quotes within texts are escaped, so the mark stands nowhere else.
    let end = bytes.windows(SALT_MARK.len()).position(|window| window == SALT_MARK)?;
    let (head, rest) = bytes.split_at_checked(end)?;
    let whole = [head, b"}"].concat();
    let header: Header = serde_json::from_slice(&whole).ok()?;
    let Header { n, at, actor, action, from, record } = header;
    let purged = rest.strip_prefix(SALT_MARK)?.starts_with(b"null");
    Some(Entry { n, at, actor, action, from, record, purged, hash: Hash::of(&[&whole]) })
}

/// The line with neither salt nor payload: what a purge leaves of it. Its header is the same.
pub(super) fn emptied(bytes: &[u8]) -> Option<Vec<u8>> {
    let end = bytes.windows(SALT_MARK.len()).position(|window| window == SALT_MARK)?;
    let head = bytes.get(..end)?;
    Some([head, SALT_MARK, b"null,\"payload\":null}"].concat())
}

/// A line that cannot be read may be a newer program's; that must not pass for damage.
fn newer(bytes: &[u8], error: serde_json::Error) -> Fault {
    match serde_json::from_slice::<OnlyVersion>(bytes) {
        Ok(line) if VERSION < line.v => Fault::Version(line.v),
        _ => Fault::Form(error),
    }
}

/// Brings a line of an earlier version to this one, rows included. A step of `migrate` that
/// changes stored rows comes with a new version and its arm here: replay gives today's rows.
fn upcast(wire: Wire<'_>) -> Result<Wire<'_>, Fault> {
    match wire.v {
        1 | VERSION => Ok(wire),
        other => Err(Fault::Version(other)),
    }
}

/// The number of a line by its first bytes, without reading the rest of it.
pub(super) fn number(bytes: &[u8]) -> Option<u64> {
    let (_, rest) = digits(bytes.strip_prefix(b"{\"v\":")?)?;
    let (n, rest) = digits(rest.strip_prefix(b",\"n\":")?)?;
    rest.starts_with(b",").then_some(n)
}

fn digits(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let end = bytes.iter().position(|byte| !byte.is_ascii_digit())?;
    let (number, rest) = bytes.split_at_checked(end)?;
    Some((std::str::from_utf8(number).ok()?.parse().ok()?, rest))
}
