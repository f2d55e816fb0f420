//! What a file is encoded in, and whether it is HTML at all.
//!
//! Source: HTML Living Standard, 13.2.3.2 (prescan); MIME Sniffing Standard, 7.1.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, X_USER_DEFINED};

/// How many bytes are looked at for a `meta` element.
const PRESCAN: usize = 4096;

/// The encoding of the bytes: by a byte order mark, by a `meta` element, UTF-8 if it is that, and
/// windows-1252, in which old Vietnamese encodings are read as well.
pub(super) fn of(bytes: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return encoding;
    }
    let head = bytes.get(..PRESCAN).unwrap_or(bytes);
    match declared(&head.to_ascii_lowercase()) {
        Some(encoding) if encoding == X_USER_DEFINED => WINDOWS_1252,
        // Whoever could read the declaration was not reading UTF-16.
        Some(encoding) if encoding == UTF_16BE || encoding == UTF_16LE => UTF_8,
        Some(encoding) => encoding,
        None if str::from_utf8(bytes).is_ok() => UTF_8,
        None => WINDOWS_1252,
    }
}

/// The first `charset=` within a `meta` tag.
fn declared(head: &[u8]) -> Option<&'static Encoding> {
    let text = String::from_utf8_lossy(head);
    let tags = text.split("<meta").skip(1);
    tags.filter_map(|tag| {
        let inside = tag.split('>').next()?;
        let (_, after) = inside.split_once("charset")?;
        let value = after.trim_start().strip_prefix('=')?.trim_start();
        let value = value.trim_start_matches(['"', '\'']);
        let end = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ';' | '/');
        Encoding::for_label(value.split(end).next()?.as_bytes())
    })
    .next()
}

/// What an HTML file begins with.
const BEGINNINGS: [&str; 26] = [
    "!doctype html",
    "html",
    "head",
    "body",
    "title",
    "meta",
    "style",
    "script",
    "iframe",
    "h1",
    "h2",
    "h3",
    "div",
    "figure",
    "font",
    "img",
    "table",
    "a",
    "b",
    "br",
    "p",
    "span",
    "ul",
    "ol",
    "section",
    "article",
];

/// Whether the file begins as HTML does, behind white space, comments and an XML declaration, and
/// has no NUL.
pub(super) fn is_html(encoding: &'static Encoding, bytes: &[u8]) -> bool {
    let head = bytes.get(..PRESCAN.saturating_mul(4)).unwrap_or(bytes);
    let (text, _, _) = encoding.decode(head);
    if text.contains('\0') {
        return false;
    }
    let mut rest = text.trim_start();
    loop {
        let past = |end| rest.split_once(end).map(|(_, after)| after);
        let after = match rest {
            rest if rest.starts_with("<!--") => past("-->"),
            rest if rest.starts_with("<?xml") => past("?>"),
            _ => break,
        };
        match after {
            Some(after) => rest = after.trim_start(),
            // A comment longer than what is looked at.
            None => return rest.starts_with("<!--"),
        }
    }
    let Some(inside) = rest.strip_prefix('<') else { return false };
    let name: String = inside.chars().take(14).collect::<String>().to_ascii_lowercase();
    BEGINNINGS.iter().any(|begin| {
        let after = name.strip_prefix(begin);
        after.is_some_and(|after| after.starts_with([' ', '\t', '\r', '\n', '>', '/']))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_declared_or_seen() {
        assert_eq!(of(b"\xEF\xBB\xBF<p>"), UTF_8);
        assert_eq!(of(b"\xFF\xFE<\0p\0"), UTF_16LE);
        assert_eq!(
            of(b"<META http-equiv=Content-Type content=\"text/html; charset=windows-1258\">")
                .name(),
            "windows-1258"
        );
        assert_eq!(of(b"<meta charset='x-user-defined'>\xE9"), WINDOWS_1252);
        assert_eq!(of(b"<meta charset=utf-16>"), UTF_8);
        assert_eq!(of("<p>ệ".as_bytes()), UTF_8);
        assert_eq!(of(b"<p>\xE9"), WINDOWS_1252);
    }

    #[test]
    fn only_html_is_html() {
        for good in
            ["<!DOCTYPE html>", "\n<?xml version='1.0'?>\n<html>", "<!-- a --><P>", "<a href=x>"]
        {
            assert!(is_html(UTF_8, good.as_bytes()), "{good}");
        }
        for bad in
            ["", "a<p>", "<svg>", "<pre>", "%PDF-1.7", "<?xml ", "<p>\0", "<rss>", "name,age"]
        {
            assert!(!is_html(UTF_8, bad.as_bytes()), "{bad}");
        }
    }
}
