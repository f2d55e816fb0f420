//! `ttdn-page/1`: the envelope around records that are copied as they are.

use serde_json::{Map, Value, json};

use super::{
    Error,
    cursor::{Cursor, Start},
    seal::{is_tombstone, push_with_seq, sha256},
};
use crate::domain::digest::Digest;

/// One page, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The page in canonical form (RFC 8785): the same cursor and records give the same bytes.
    pub json: String,
    /// SHA-256 of the canonical array of records, by which acknowledgements name the page.
    pub records_digest: Digest,
    /// The next page's cursor, signed; none on the last.
    pub next: Option<String>,
    /// From where to go on: the page's last number, on the last page the snapshot's.
    pub next_after_seq: u64,
}

/// Puts `records` (number and stored JSON, rising by number) into the page that `cursor` stands
/// for; `key` signs cursors, `source` is [`super::Context::source`].
///
/// # Errors
/// [`Error::NotRendered`] if a record's text is not one that rendering gave, [`Error::Canonical`]
/// if `source` has no canonical form.
pub fn page(
    cursor: &Cursor,
    key: &[u8],
    source: &Value,
    records: &[(u64, &str)],
) -> Result<Page, Error> {
    let (array, withdrawn) = array(records)?;
    let records_digest = sha256(array.as_bytes());
    let count = u64::try_from(records.len()).unwrap_or(u64::MAX);
    let last = records.last().map_or(cursor.after, |(seq, _)| *seq);
    let next = cursor.next(last, count);
    let next_after_seq = if next.is_some() { last } else { cursor.until };
    let next = next.map(|next| next.encode(key));
    let mut head = head(cursor, source);
    let mut put = |name: &str, value: Value| head.insert(name.to_owned(), value);
    put("cursor", cursor.encode(key).into());
    put("nextCursor", next.clone().into());
    put("nextAfterSeq", next_after_seq.into());
    put("counts", counts(count, withdrawn, cursor.remaining));
    let digest = json!({"alg": "sha-256", "canon": "RFC8785", "value": records_digest});
    put("recordsDigest", digest);
    let json = assemble(&head, &array)?;
    Ok(Page { json, records_digest, next, next_after_seq })
}

/// The canonical array of records, numbers put in, and how many of them are tombstones.
fn array(records: &[(u64, &str)]) -> Result<(String, u64), Error> {
    let room = records.iter().map(|(_, json)| json.len().saturating_add(32)).sum::<usize>();
    let mut out = String::with_capacity(room.saturating_add(2));
    let mut withdrawn: u64 = 0;
    for (seq, json) in records {
        out.push(if out.is_empty() { '[' } else { ',' });
        push_with_seq(&mut out, json, *seq)?;
        if is_tombstone(json)? {
            withdrawn = withdrawn.saturating_add(1);
        }
    }
    out.push_str(if out.is_empty() { "[]" } else { "]" });
    Ok((out, withdrawn))
}

fn counts(count: u64, withdrawn: u64, remaining: u64) -> Value {
    json!({
        "records": count,
        "active": count.saturating_sub(withdrawn),
        "withdrawn": withdrawn,
        "remaining": remaining.saturating_sub(count),
    })
}

fn head(cursor: &Cursor, source: &Value) -> Map<String, Value> {
    let at = cursor.at.to_string();
    let limit = cursor.limit;
    let request = match cursor.start {
        Start::AfterSeq(seq) => json!({"afterSeq": seq, "limit": limit}),
        Start::Since(since) => json!({"since": since.to_string(), "limit": limit}),
    };
    let members = [
        ("spec", json!("ttdn-page/1")),
        ("feedId", json!(cursor.feed.urn().to_string())),
        ("chainHead", json!(cursor.chain)),
        ("source", source.clone()),
        ("generatedAt", json!(at)),
        ("snapshot", json!({"untilSeq": cursor.until, "at": at})),
        ("request", request),
    ];
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The canonical form of `head` with the array as its member `records`.
fn assemble(head: &Map<String, Value>, array: &str) -> Result<String, Error> {
    let mut members: Vec<(&str, String)> = Vec::with_capacity(head.len().saturating_add(1));
    for (name, value) in head {
        members.push((name, serde_json_canonicalizer::to_string(value)?));
    }
    let at = array.len().saturating_add(2048);
    let mut out = String::with_capacity(at);
    members.push(("records", String::new()));
    members.sort_unstable();
    for (name, value) in &members {
        out.push(if out.is_empty() { '{' } else { ',' });
        out.push('"');
        out.push_str(name);
        out.push_str("\":");
        out.push_str(if *name == "records" { array } else { value });
    }
    out.push('}');
    Ok(out)
}
