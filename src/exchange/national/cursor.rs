//! Where a puller stands in a snapshot: signed, so that nobody can make one up.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use thiserror::Error;
use uuid::Uuid;

use crate::domain::digest::Digest;

/// The form of what is signed; rises when the fields change.
const VERSION: u8 = 1;
/// Keeps a signature of something else under the same key from being taken for a cursor's.
const PURPOSE: &[u8] = b"quangba export cursor\0";
/// Octets of an HMAC-SHA-256 (RFC 2104).
const TAG: usize = 32;

/// What the puller asked for with the first page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Start {
    /// Everything numbered higher.
    AfterSeq(u64),
    /// Everything changed at or after that instant.
    Since(Timestamp),
}

/// A line of the journal: an anchor against later changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainHead {
    /// Its number.
    pub n: u64,
    /// Its hash.
    pub value: Digest,
}

/// A page of a snapshot: everything that is needed to give the same page again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The feed it belongs to.
    pub feed: Uuid,
    /// What was asked for first; echoed on every page.
    pub start: Start,
    /// Records a page, 1 to 1,000.
    pub limit: u32,
    /// The page begins behind this number.
    pub after: u64,
    /// The snapshot's last number.
    pub until: u64,
    /// When the snapshot was taken; a cursor expires by it.
    pub at: Timestamp,
    /// Records of the snapshot behind `after`, those of this page included.
    pub remaining: u64,
    /// The journal's line that the snapshot ends with.
    pub chain: ChainHead,
}

/// Why a text is no [`Cursor`] of ours.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum CursorError {
    /// It has not the form of one.
    #[error("the cursor is malformed")]
    Malformed,
    /// It is not signed with our key.
    #[error("the cursor is not one of ours")]
    Foreign,
}

/// What is signed, without names: texts in URLs are short.
type Packed = (u8, Uuid, Start, u32, u64, u64, Timestamp, u64, ChainHead);

impl Cursor {
    /// The cursor as a text of `A-Z a-z 0-9 - _`, at most 512 characters, signed with `key`
    /// (HMAC-SHA-256, RFC 2104; base64url, RFC 4648 section 5). The same cursor gives the same
    /// text.
    #[must_use]
    pub fn encode(&self, key: &[u8]) -> String {
        let packed: Packed = (
            VERSION,
            self.feed,
            self.start,
            self.limit,
            self.after,
            self.until,
            self.at,
            self.remaining,
            self.chain.clone(),
        );
        // Numbers, texts and instants always have a JSON form; an empty one is never taken back.
        let mut bytes = serde_json::to_vec(&packed).unwrap_or_default();
        if let Some(mac) = mac(key, &bytes) {
            bytes.extend_from_slice(&mac.finalize().into_bytes());
        }
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The cursor that `text` stands for. Whether it has expired or its feed is over is for the
    /// caller to judge, by `at` and `feed`.
    ///
    /// # Errors
    /// [`CursorError::Foreign`] if it was not signed with `key`, or was changed since;
    /// [`CursorError::Malformed`] if it is no cursor at all, or of another version of this program.
    pub fn decode(key: &[u8], text: &str) -> Result<Self, CursorError> {
        let bytes =
            BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_no_base64| CursorError::Malformed)?;
        let (signed, tag) = bytes
            .len()
            .checked_sub(TAG)
            .and_then(|at| bytes.split_at_checked(at))
            .ok_or(CursorError::Malformed)?;
        let mac = mac(key, signed).ok_or(CursorError::Foreign)?;
        mac.verify_slice(tag).map_err(|_differs| CursorError::Foreign)?;
        let packed: Packed =
            serde_json::from_slice(signed).map_err(|_other| CursorError::Malformed)?;
        let (version, feed, start, limit, after, until, at, remaining, chain) = packed;
        if version != VERSION {
            return Err(CursorError::Malformed);
        }
        Ok(Self { feed, start, limit, after, until, at, remaining, chain })
    }

    /// The next page's cursor after a page of `count` records that ends with number `last`; none
    /// behind the snapshot's last record.
    #[must_use]
    pub fn next(&self, last: u64, count: u64) -> Option<Self> {
        let remaining = self.remaining.saturating_sub(count);
        // A page that does not lead on would be asked for again without end.
        let leads_on = 0 < remaining && self.after < last && last < self.until;
        leads_on.then(|| Self { after: last, remaining, ..self.clone() })
    }
}

/// None cannot be: HMAC takes keys of any length.
fn mac(key: &[u8], signed: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(PURPOSE);
    mac.update(signed);
    Some(mac)
}
