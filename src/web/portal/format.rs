//! How pages write numbers, sizes, dates and addresses.
//!
//! `ui` is the tag of the words' language: `vi` or `en`.

use std::fmt::Write as _;

use jiff::{Timestamp, civil::Date};

use crate::domain::clock;

const KIB: u64 = 1024;
const MIB: u64 = 1024 * 1024;
const GIB: u64 = 1024 * 1024 * 1024;

/// A whole number with its thousands grouped: `1.234` in Vietnamese, `1,234` in English.
#[must_use]
pub fn number(ui: &str, n: u64) -> String {
    let digits = n.to_string();
    let mark = if ui == "vi" { '.' } else { ',' };
    let mut out = String::with_capacity(digits.len().saturating_mul(2));
    for (place, digit) in (0..digits.len()).rev().zip(digits.chars()) {
        out.push(digit);
        if 0 < place && place.is_multiple_of(3) {
            out.push(mark);
        }
    }
    out
}

/// A size in bytes as people read it, with one decimal from MB on: `812 B`, `348 KB`, `1,4 MB`.
/// One KB is 1,024 bytes, as file managers count; the space is one that does not break.
#[must_use]
pub fn size(ui: &str, bytes: u64) -> String {
    let tenths = |unit: u64| {
        let n = bytes.saturating_mul(10).saturating_add(unit / 2) / unit;
        let mark = if ui == "vi" { ',' } else { '.' };
        format!("{}{mark}{}", number(ui, n / 10), n % 10)
    };
    // Near a unit's end the rounded figure would be 1024 KB or 1024.0 MB: the next unit begins
    // half a step earlier.
    if bytes < KIB {
        format!("{bytes}\u{a0}B")
    } else if bytes < MIB - KIB / 2 {
        format!("{}\u{a0}KB", bytes.saturating_add(KIB / 2) / KIB)
    } else if bytes < GIB - MIB / 20 {
        format!("{}\u{a0}MB", tenths(MIB))
    } else {
        format!("{}\u{a0}GB", tenths(GIB))
    }
}

/// A length in milliseconds as players show it: `0:07`, `3:05`, `1:02:03`.
#[must_use]
pub fn length(milliseconds: u64) -> String {
    let seconds = milliseconds.saturating_add(500) / 1_000;
    let (minutes, seconds) = (seconds / 60, seconds % 60);
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes}:{seconds:02}"),
        (hours, minutes) => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}

/// A day: `02/10/2026` in Vietnamese, `2 October 2026` in English.
#[must_use]
pub fn day(ui: &str, day: Date) -> String {
    day.strftime(if ui == "vi" { "%d/%m/%Y" } else { "%-d %B %Y" }).to_string()
}

/// The day of an instant in Vietnam.
#[must_use]
pub fn date(ui: &str, at: Timestamp) -> String {
    day(ui, at.to_zoned(clock::vietnam()).date())
}

/// A date of a record, `YYYY`, `YYYY-MM`, `YYYY-MM-DD` or an instant; anything else as it stands.
#[must_use]
pub fn partial_date(ui: &str, text: &str) -> String {
    if let Ok(at) = text.parse::<Timestamp>() {
        return date(ui, at);
    }
    if let Ok(known) = text.parse::<Date>() {
        return day(ui, known);
    }
    match format!("{text}-01").parse::<Date>() {
        Ok(first) if text.len() == 7 => {
            first.strftime(if ui == "vi" { "%m/%Y" } else { "%B %Y" }).to_string()
        }
        _ => text.to_owned(),
    }
}

/// The day of an instant in Vietnam as `<time datetime>` takes it: `2026-10-02`.
#[must_use]
pub fn machine_date(at: Timestamp) -> String {
    at.to_zoned(clock::vietnam()).date().to_string()
}

/// Text for HTML, between tags or in a quoted attribute.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

/// Text for one part of a path or query: all but the unreserved characters percent-encoded.
///
/// Source: RFC 3986, sections 2.1 and 2.3.
#[must_use]
pub fn percent(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else if write!(out, "%{byte:02X}").is_err() {
            // Writing to a String cannot fail.
            break;
        }
    }
    out
}

/// At most `limit` characters, cut between words, with an ellipsis where something is left out.
#[must_use]
pub fn shorten(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let head: String = text.chars().take(limit).collect();
    let whole = head.rsplit_once(char::is_whitespace).map_or(head.as_str(), |(words, _rest)| words);
    format!("{}…", whole.trim_end_matches([',', ';', '.', ' ']))
}

/// The text with its first letter in lower case, for a label within a Vietnamese sentence.
#[must_use]
pub fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

/// What people call a media type: `JPEG`, `PDF`; the subtype in capitals where nothing is known.
#[must_use]
pub fn type_name(media_type: &str) -> String {
    match media_type {
        "audio/mpeg" => "MP3".to_owned(),
        "image/svg+xml" => "SVG".to_owned(),
        "text/plain" => "TXT".to_owned(),
        "text/vtt" => "WebVTT".to_owned(),
        "audio/mp4" => "M4A".to_owned(),
        "video/webm" | "audio/webm" => "WebM".to_owned(),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => {
            "DOCX".to_owned()
        }
        other => other.rsplit('/').next().unwrap_or(other).to_uppercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lengths_are_as_players_show_them() {
        let shown = [499, 7_000, 184_600, 3_723_000].map(length);
        assert_eq!(shown, ["0:00", "0:07", "3:05", "1:02:03"]);
    }

    #[test]
    fn numbers_are_grouped_as_the_language_does() {
        for (n, vi, en) in [
            (0, "0", "0"),
            (999, "999", "999"),
            (1000, "1.000", "1,000"),
            (1_234_567, "1.234.567", "1,234,567"),
        ] {
            assert_eq!((number("vi", n).as_str(), number("en", n).as_str()), (vi, en));
        }
    }

    #[test]
    fn sizes_have_the_decimal_mark_of_the_language() {
        let plain = |ui, bytes| size(ui, bytes).replace('\u{a0}', " ");
        assert_eq!(plain("vi", 812), "812 B");
        assert_eq!(plain("vi", 1023), "1023 B");
        assert_eq!(plain("vi", 356_000), "348 KB");
        assert_eq!(plain("en", MIB - 1), "1.0 MB");
        assert_eq!(plain("vi", 1_468_006), "1,4 MB");
        assert_eq!(plain("en", 1_468_006), "1.4 MB");
        assert_eq!(plain("en", GIB - 1), "1.0 GB");
        assert_eq!(plain("vi", 2 * GIB), "2,0 GB");
    }

    #[test]
    fn dates_are_days_in_vietnam() {
        // 18:30 UTC is past midnight in Vietnam.
        let at: Timestamp = "2026-10-01T18:30:00Z".parse().unwrap();
        assert_eq!(date("vi", at), "02/10/2026");
        assert_eq!(date("en", at), "2 October 2026");
        assert_eq!(machine_date(at), "2026-10-02");
    }

    #[test]
    fn a_date_of_a_work_may_be_a_year_or_a_month() {
        for (text, vi, en) in [
            ("2026", "2026", "2026"),
            ("2026-10", "10/2026", "October 2026"),
            ("2026-10-02", "02/10/2026", "2 October 2026"),
            ("2026-10-01T18:30:00Z", "02/10/2026", "2 October 2026"),
            ("khoảng 1920", "khoảng 1920", "khoảng 1920"),
        ] {
            assert_eq!(
                (partial_date("vi", text).as_str(), partial_date("en", text).as_str()),
                (vi, en)
            );
        }
    }

    #[test]
    fn long_texts_are_cut_between_words() {
        assert_eq!(shorten("cồng chiêng", 20), "cồng chiêng");
        assert_eq!(shorten("cồng chiêng, Tây Nguyên", 13), "cồng chiêng…");
    }

    #[test]
    fn labels_begin_small_within_a_sentence() {
        assert_eq!(lower_first("Tiếng Anh"), "tiếng Anh");
        assert_eq!(lower_first("Đà"), "đà");
        assert_eq!(lower_first(""), "");
    }

    proptest! {
        #[test]
        fn nothing_escaped_can_open_a_tag_or_close_an_attribute(text in any::<String>()) {
            prop_assert!(!escape(&text).contains(['<', '>', '"', '\'']));
        }

        #[test]
        fn nothing_percent_encoded_leaves_its_part_of_the_address(text in any::<String>()) {
            let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~%".contains(&b);
            prop_assert!(percent(&text).bytes().all(plain));
        }
    }
}
