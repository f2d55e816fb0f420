//! IPTC IIM records as they are read (IPTC-NAA Information Interchange Model 4.2, chapters 1, 5, 6).

use std::borrow::Cow;

use super::bytes::Bytes;
use super::date;
use super::described::{Described, LangText, Trace, X_DEFAULT};
use super::text::{self, add, guess, line, utf8};

/// What every dataset begins with.
pub(super) const MARK: u8 = 0x1C;

/// Dataset 1:90 of texts in UTF-8: the escape sequence of ISO 2022.
pub(super) const UTF8: &[u8] = b"\x1B%G";

/// Reads records.
pub(super) fn read(bytes: &[u8]) -> Described {
    let told = datasets(bytes).any(|(set, value)| set == (1, 90) && value.starts_with(UTF8));
    let decode = |bytes| if told { utf8(bytes) } else { guess(bytes) };
    let mut found = Described::default();
    let (mut day, mut time) = (None, None);
    for (set, value) in datasets(bytes) {
        let raw: Cow<'_, str> = decode(value);
        match set {
            (2, 55) => day = day.or(Some(raw)),
            (2, 60) => time = time.or(Some(raw)),
            _ => keep(&mut found, set, &raw),
        }
    }
    found.date = day.and_then(|day| date::iim(&day, time.as_deref()));
    found
}

fn keep(found: &mut Described, set: (u8, u8), raw: &str) {
    match set {
        (2, 5) => only(&mut found.title, line(raw)),
        (2, 25) => add(&mut found.keywords, line(raw)),
        (2, 40) => first(&mut found.instructions, text::text(raw)),
        (2, 65) => found.traces.extend(line(raw).map(|_program| Trace::Software)),
        (2, 118 | 122) => found.traces.extend(line(raw).map(|_person| Trace::OwnerName)),
        (2, 80) => add(&mut found.creators, line(raw)),
        (2, 90) => first(&mut found.place.city, line(raw)),
        (2, 92) => first(&mut found.place.sublocation, line(raw)),
        (2, 95) => first(&mut found.place.province, line(raw)),
        (2, 100) => first(&mut found.place.country_code, line(raw)),
        (2, 101) => first(&mut found.place.country, line(raw)),
        (2, 105) => only(&mut found.headline, line(raw)),
        (2, 110) => only(&mut found.credit, line(raw)),
        (2, 115) => first(&mut found.source, line(raw)),
        (2, 116) => only(&mut found.copyright, text::text(raw)),
        (2, 120) => only(&mut found.caption, text::text(raw)),
        _ => {}
    }
}

fn first(kept: &mut Option<String>, text: Option<String>) {
    *kept = kept.take().or(text);
}

fn only(kept: &mut LangText, text: Option<String>) {
    text::add_in(kept, Some(X_DEFAULT), text);
}

/// The datasets in order, each with the numbers of its record and its own.
fn datasets(bytes: &[u8]) -> impl Iterator<Item = ((u8, u8), &[u8])> {
    let mut rest = Bytes(bytes);
    std::iter::from_fn(move || match rest.array()? {
        [MARK, record, set] => Some(((record, set), value(&mut rest)?)),
        _ => None,
    })
}

/// The content of a dataset, behind its length or the length of its length.
fn value<'a>(rest: &mut Bytes<'a>) -> Option<&'a [u8]> {
    let short = rest.length(2)?;
    let length = if short < 0x8000 { short } else { rest.length(short & 0x7FFF)? };
    rest.take(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(record: u8, number: u8, value: &[u8]) -> Vec<u8> {
        let length = u16::try_from(value.len()).unwrap().to_be_bytes();
        [&[MARK, record, number], &length[..], value].concat()
    }

    #[test]
    fn records_are_read_in_the_character_set_that_they_tell() {
        let utf8 = [set(1, 90, UTF8), set(2, 120, "Hồ Ba Bể".as_bytes())].concat();
        assert_eq!(read(&utf8).caption[X_DEFAULT], "Hồ Ba Bể");
        let cut = [set(1, 90, UTF8), set(2, 5, &"Hồ".as_bytes()[..3])].concat();
        assert_eq!(read(&cut).title[X_DEFAULT], "H");
        assert_eq!(read(&set(2, 90, b"Qu\xE9bec")).place.city.unwrap(), "Québec");
        assert_eq!(read(&set(2, 90, "Huế".as_bytes())).place.city.unwrap(), "Huế");
    }

    #[test]
    fn repeated_records_are_listed_or_the_first_counts() {
        let bytes = [
            set(2, 25, b"h\xE1"),
            set(2, 25, b"lake"),
            set(2, 25, b"lake"),
            set(2, 110, b"one"),
            set(2, 110, b"two"),
            set(2, 55, b"20240501"),
            set(2, 60, b"083000+0700"),
        ];
        let found = read(&bytes.concat());
        assert_eq!(found.keywords, ["há", "lake"]);
        assert_eq!(found.credit[X_DEFAULT], "one");
        assert_eq!(found.date.unwrap(), "2024-05-01T08:30:00+07:00");
    }

    #[test]
    fn a_long_length_is_read_and_a_wrong_one_ends_it() {
        let mut bytes = b"\x1C\x02\x78\x80\x04\0\0\0\x02ab".to_vec();
        bytes.extend(b"\x1C\x02\x05\x80\x09\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF");
        let found = read(&bytes);
        assert_eq!(found.caption[X_DEFAULT], "ab");
        assert!(found.title.is_empty());
    }
}
