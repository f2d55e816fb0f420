//! Dates of metadata blocks, as far as they are known.
//!
//! Exif writes `2024:05:01 08:30:00` and the offset apart, XMP a profile of ISO 8601
//! (ISO 16684-1, section 8.2.1.2), IIM `20240501` and `083000+0700` with zeros for what is not known
//! (IIM 4.2, 2:55 and 2:60). One reader takes them all, and what programs make of them.

use jiff::civil::Date;

/// The first year that a date of a picture can have; what is before is a clock that was never set.
const FIRST: i16 = 1000;

/// How long a date is that is known to the day.
const DAYS: usize = "2024-05-01".len();

/// How long a date is that is known to the second, but for its offset.
const SECONDS: usize = "2024-05-01T08:30:00".len();

/// The most hours that a zone is away from UTC.
const FARTHEST: u16 = 15;

/// The date in ISO 8601: a year, with month, day, time and offset as far as they make sense.
/// Fractions of seconds are left out.
pub(super) fn iso(raw: &str) -> Option<String> {
    let mut rest = raw.trim();
    let year = number(&mut rest, 4).and_then(|year| i16::try_from(year).ok())?;
    let mut out = (FIRST <= year).then(|| format!("{year:04}"))?;
    let month = one_of(&mut rest, "-:/.").and_then(|rest| number(rest, 2));
    let Some(month) = month.and_then(|month| i8::try_from(month).ok()) else { return Some(out) };
    if Date::new(year, month, 1).is_err() {
        return Some(out);
    }
    out.push_str(&format!("-{month:02}"));
    let day = one_of(&mut rest, "-:/.").and_then(|rest| number(rest, 2));
    let Some(day) = day.and_then(|day| i8::try_from(day).ok()) else { return Some(out) };
    if Date::new(year, month, day).is_err() {
        return Some(out);
    }
    out.push_str(&format!("-{day:02}"));
    out.push_str(&time(rest).unwrap_or_default());
    Some(out)
}

/// The time with its `T`, if all that is left is one.
fn time(mut rest: &str) -> Option<String> {
    rest = rest.trim_start().strip_prefix(['T', 't']).unwrap_or_else(|| rest.trim_start());
    let hour = number(&mut rest, 2).filter(|hour| *hour < 24)?;
    let minute = one_of(&mut rest, ":").and_then(|rest| number(rest, 2))?;
    let mut out = (minute < 60).then(|| format!("T{hour:02}:{minute:02}"))?;
    if let Some(second) = one_of(&mut rest, ":").and_then(|rest| number(rest, 2)) {
        // A leap second is told as the one before it.
        out.push_str(&format!(":{:02}", second.min(59)));
        if let Some(fraction) = rest.strip_prefix(['.', ',']) {
            rest = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
        }
    }
    out.push_str(&offset(rest.trim())?);
    Some(out)
}

/// What stands behind a time: nothing, `Z` or an offset.
fn offset(raw: &str) -> Option<String> {
    if raw.is_empty() || raw.eq_ignore_ascii_case("z") {
        return Some(raw.to_ascii_uppercase());
    }
    let sign = raw.chars().next().filter(|c| matches!(c, '+' | '-'))?;
    let mut rest = raw.strip_prefix(sign)?;
    let hours = number(&mut rest, 2).filter(|hours| *hours <= FARTHEST)?;
    let minutes = one_of(&mut rest, ":").and_then(|rest| number(rest, 2)).unwrap_or(0);
    (rest.is_empty() && minutes < 60).then(|| format!("{sign}{hours:02}:{minutes:02}"))
}

/// Takes the next `digits` digits as a number.
fn number(rest: &mut &str, digits: usize) -> Option<u16> {
    let (head, tail) = rest.split_at_checked(digits)?;
    let plain = head.bytes().all(|b| b.is_ascii_digit());
    let value = head.parse().ok().filter(|_| plain)?;
    *rest = tail;
    Some(value)
}

/// Passes over one of `marks`, where one is; nothing is left where the text ends.
fn one_of<'a, 'b>(rest: &'a mut &'b str, marks: &str) -> Option<&'a mut &'b str> {
    *rest = rest.strip_prefix(|c| marks.contains(c)).unwrap_or(rest);
    (!rest.is_empty()).then_some(rest)
}

/// A date of Exif with the offset that stands in a field of its own.
pub(super) fn exif(date: &str, zone: Option<&str>) -> Option<String> {
    let mut date = iso(date)?;
    let bare = date.len() == SECONDS;
    let zone = zone.filter(|_| bare).and_then(|zone| offset(zone.trim()));
    date.push_str(&zone.unwrap_or_default());
    Some(date)
}

/// The date and the time of IIM.
pub(super) fn iim(date: &str, clock: Option<&str>) -> Option<String> {
    let mut date = iso(date)?;
    let clock = clock.filter(|_| date.len() == DAYS).and_then(time);
    date.push_str(&clock.unwrap_or_default());
    Some(date)
}

/// A date in ISO 8601 as the date and the time of IIM, the latter only with its offset.
pub(super) fn to_iim(date: &str) -> Option<(String, Option<String>)> {
    let date = iso(date)?;
    let (day, time) = date.split_once('T').map_or((date.as_str(), None), |(d, t)| (d, Some(t)));
    let digits = |text: &str| text.replace(['-', ':'], "");
    let day = format!("{:0<8}", digits(day));
    let time = time.and_then(|time| {
        let (clock, offset) = match time.strip_suffix('Z') {
            Some(clock) => (clock, "+0000".to_owned()),
            None => {
                let (clock, offset) = time.split_at_checked(time.find(['+', '-'])?)?;
                (clock, offset.replace(':', ""))
            }
        };
        Some(format!("{:0<6}{offset}", digits(clock)))
    });
    Some((day, time))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_far_as_they_make_sense() {
        for (raw, wanted) in [
            ("2024", "2024"),
            ("2024-05", "2024-05"),
            ("2024-05-01", "2024-05-01"),
            ("2024-05-01T08:30", "2024-05-01T08:30"),
            ("2024-05-01T08:30Z", "2024-05-01T08:30Z"),
            ("2024-05-01T08:30:00.123+07:00", "2024-05-01T08:30:00+07:00"),
            ("2024:05:01 08:30:00", "2024-05-01T08:30:00"),
            ("2024:05:01 08:30:60-0330", "2024-05-01T08:30:59-03:30"),
            ("20240501", "2024-05-01"),
            ("20240500", "2024-05"),
            ("20240000", "2024"),
            ("2024-02-30", "2024-02"),
            ("2024-05-01T25:00:00", "2024-05-01"),
            ("2024-05-01 08:30:00 PM", "2024-05-01"),
            ("2024-05-01T08:30:00+77:00", "2024-05-01"),
            ("2024:  :  ", "2024"),
        ] {
            assert_eq!(iso(raw).as_deref(), Some(wanted), "{raw}");
        }
        for raw in ["", "0000:00:00 00:00:00", "    :  :", "+024", "Mai", "١٩٩٩"] {
            assert_eq!(iso(raw), None, "{raw}");
        }
    }

    #[test]
    fn offsets_and_times_of_their_own_are_joined() {
        let exif_date = "2024:05:01 08:30:00";
        assert_eq!(exif(exif_date, Some("+07:00")).unwrap(), "2024-05-01T08:30:00+07:00");
        assert_eq!(exif(exif_date, Some("   :  ")).unwrap(), "2024-05-01T08:30:00");
        assert_eq!(exif("2024:05:01", Some("+07:00")).unwrap(), "2024-05-01");
        assert_eq!(iim("20240501", Some("083000+0700")).unwrap(), "2024-05-01T08:30:00+07:00");
        assert_eq!(iim("20240500", Some("083000+0700")).unwrap(), "2024-05");
        assert_eq!(iim("20240501", Some("?")).unwrap(), "2024-05-01");
    }

    #[test]
    fn dates_are_written_for_iim() {
        let pair = |day: &str, time: Option<&str>| Some((day.into(), time.map(Into::into)));
        assert_eq!(to_iim("2024"), pair("20240000", None));
        assert_eq!(to_iim("2024-05-01T08:30"), pair("20240501", None));
        assert_eq!(to_iim("2024-05-01T08:30+07:00"), pair("20240501", Some("083000+0700")));
        assert_eq!(to_iim("2024-05-01T08:30:05Z"), pair("20240501", Some("083005+0000")));
    }
}
