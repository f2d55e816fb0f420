//! Cursors: read back, refused when changed or foreign.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use proptest::prelude::*;

use super::super::*;

const KEY: &[u8] = b"a key of any length";

pub(super) fn cursor() -> Cursor {
    Cursor {
        feed: "0199a000-0000-7000-8000-00000000feed".parse().unwrap(),
        start: Start::AfterSeq(4_800),
        limit: 100,
        after: 4_800,
        until: 4_995,
        at: "2026-11-20T02:05:00.25Z".parse().unwrap(),
        remaining: 2,
        chain: ChainHead { n: 4_995, value: "0f".repeat(32).parse().unwrap() },
    }
}

#[test]
fn a_cursor_reads_back_and_only_with_its_own_key() {
    let since = Cursor { start: Start::Since(cursor().at), ..cursor() };
    for cursor in [cursor(), since] {
        let text = cursor.encode(KEY);
        assert_eq!(Cursor::decode(KEY, &text), Ok(cursor.clone()));
        assert_eq!(cursor.encode(KEY), text);
        assert_eq!(Cursor::decode(b"another", &text), Err(CursorError::Foreign));
    }
}

#[test]
fn what_is_no_cursor_is_malformed() {
    for text in ["", "x", "!!!!", "eyJ2IjoxfQ", "../../etc", "a b"] {
        assert_eq!(Cursor::decode(KEY, text), Err(CursorError::Malformed), "{text}");
    }
}

#[test]
fn the_longest_cursor_is_short_enough_for_the_schema() {
    let most = Cursor {
        start: Start::Since("-009999-01-02T01:59:59.123456789Z".parse().unwrap()),
        limit: u32::MAX,
        after: u64::MAX,
        until: u64::MAX,
        at: "-009999-01-02T01:59:59.123456789Z".parse().unwrap(),
        remaining: u64::MAX,
        chain: ChainHead { n: u64::MAX, ..cursor().chain },
        ..cursor()
    };
    assert!(most.encode(KEY).len() <= 512, "{}", most.encode(KEY).len());
}

#[test]
fn the_last_page_leads_nowhere() {
    assert_eq!(cursor().next(4_990, 2), None);
    assert_eq!(cursor().next(4_995, 1), None);
    assert_eq!(cursor().next(4_800, 0), None);
    assert_eq!(cursor().next(4_812, 1).unwrap().remaining, 1);
}

proptest! {
    #[test]
    fn a_changed_cursor_is_refused(at in 0..1_000_usize, bit in 0..8_u32) {
        let mut bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor().encode(KEY)).unwrap();
        let at = at % bytes.len();
        bytes[at] ^= 1 << bit;
        let text = BASE64_URL_SAFE_NO_PAD.encode(bytes);
        prop_assert_eq!(Cursor::decode(KEY, &text), Err(CursorError::Foreign));
    }

    #[test]
    fn any_text_is_refused(text in ".{0,300}") {
        prop_assert!(Cursor::decode(KEY, &text).is_err());
    }
}
