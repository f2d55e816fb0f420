//! The canonical form (RFC 8785), its digest, and the number put in afterwards.

use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::Error;
use crate::domain::digest::Digest;

/// A record as it is stored for the export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// Canonical JSON (RFC 8785) with `digest` and without `seq`.
    pub json: String,
    /// SHA-256 over the canonical form without `digest` and `seq`.
    pub digest: Digest,
}

/// Begins the member before which `seq` has its place. Behind it stand only texts by language,
/// numbers and terms, none of which holds an object by this name; `ext`, which may, stands before.
const AFTER_SEQ: &str = ",\"source\":{\"province\":";

/// Comes before the word for the state; the first such text behind `source` is the member itself.
const BEFORE_STATE: &str = ",\"spec\":\"ttdn-record/1\",\"state\":\"";

/// Writes a record's canonical form and adds its digest; `members` has neither `digest` nor `seq`.
pub(super) fn seal(members: &Map<String, Value>) -> Result<Rendered, Error> {
    let mut sorted: Vec<(&String, &Value)> = members.iter().collect();
    sorted.sort_unstable_by_key(|(name, _)| *name);
    let mut out = Vec::with_capacity(4096);
    let mut place = None;
    for (name, value) in sorted {
        out.push(if out.is_empty() { b'{' } else { b',' });
        if "digest" < name.as_str() {
            place.get_or_insert(out.len());
        }
        serde_json_canonicalizer::to_writer(name, &mut out)?;
        out.push(b':');
        serde_json_canonicalizer::to_writer(value, &mut out)?;
    }
    out.push(b'}');
    let digest = sha256(&out);
    let member = format!("\"digest\":{{\"alg\":\"sha-256\",\"value\":\"{digest}\"}},");
    // Every record has an `id`, which sorts behind.
    let place = place.ok_or(Error::NotRendered)?;
    out.splice(place..place, member.into_bytes());
    let json = String::from_utf8(out).map_err(<serde_json::Error as serde::ser::Error>::custom)?;
    Ok(Rendered { json, digest })
}

/// The SHA-256 of `bytes`.
pub(super) fn sha256(bytes: &[u8]) -> Digest {
    Digest::from_bytes(&Sha256::digest(bytes).into())
}

/// The record with its number in the feed, in canonical form again.
///
/// # Errors
/// [`Error::NotRendered`] if `json` is not a [`Rendered::json`].
pub fn with_seq(json: &str, seq: u64) -> Result<String, Error> {
    let mut out = String::with_capacity(json.len().saturating_add(32));
    push_with_seq(&mut out, json, seq)?;
    Ok(out)
}

/// Adds the record with its number to the end of `out`: two copies, nothing is parsed.
///
/// # Errors
/// [`Error::NotRendered`] if `json` is not a [`Rendered::json`]; `out` is as it was.
pub fn push_with_seq(out: &mut String, json: &str, seq: u64) -> Result<(), Error> {
    let (before, after) = split(json)?;
    out.push_str(before);
    out.push_str(",\"seq\":");
    out.push_str(&seq.to_string());
    out.push_str(after);
    Ok(())
}

/// Whether the record is a tombstone.
///
/// # Errors
/// [`Error::NotRendered`] if `json` is not a [`Rendered::json`], with or without its number.
pub fn is_tombstone(json: &str) -> Result<bool, Error> {
    let (_, state) = split(json)?.1.split_once(BEFORE_STATE).ok_or(Error::NotRendered)?;
    Ok(state.starts_with("withdrawn\""))
}

fn split(json: &str) -> Result<(&str, &str), Error> {
    let at = json.rfind(AFTER_SEQ).ok_or(Error::NotRendered)?;
    json.split_at_checked(at).ok_or(Error::NotRendered)
}
