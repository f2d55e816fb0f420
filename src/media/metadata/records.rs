//! The IIM records of public JPEG files (IPTC-NAA IIM 4.2, chapters 5 and 6).

use super::notice::{Notice, default_of};
use super::text::cut_bytes;
use super::{date, iim, irb};

/// Photoshop's image resources with the records and their fingerprint; in a JPEG they stand in an APP13
/// segment behind `Photoshop 3.0` and a NUL.
///
/// The records are in UTF-8, in the language that stands for all, each cut to the bytes that IIM
/// gives it at a whole character; a creator's or an agency's name has no more than 32. All of it
/// fits into one segment.
#[must_use]
pub fn iptc(notice: &Notice) -> Vec<u8> {
    let records = records(&notice.clean());
    let mut out = Vec::new();
    irb::write(irb::RECORDS, &records, &mut out);
    irb::write(irb::FINGERPRINT, &irb::fingerprint(&records), &mut out);
    out
}

/// The records of a notice that is clean, in the order of their numbers.
fn records(notice: &Notice) -> Vec<u8> {
    let mut out = Vec::new();
    put(&mut out, (1, 90), iim::UTF8);
    // The version of the second record's form.
    put(&mut out, (2, 0), &[0, 4]);
    let (headline, place) = (default_of(&notice.headline), &notice.place);
    put_text(&mut out, 5, headline, 64);
    for word in default_of(&notice.keywords).into_iter().flatten() {
        put_text(&mut out, 25, Some(word), 64);
    }
    put_text(&mut out, 40, notice.instructions.as_ref(), 256);
    if let Some((day, time)) = notice.date.as_deref().and_then(date::to_iim) {
        put_text(&mut out, 55, Some(&day), 8);
        put_text(&mut out, 60, time.as_ref(), 11);
    }
    for name in &notice.creators {
        put_text(&mut out, 80, Some(name), 32);
    }
    let code = place.country_code.as_ref().filter(|code| code.len() == 3);
    put_text(&mut out, 90, place.city.as_ref(), 32);
    put_text(&mut out, 92, place.sublocation.as_ref(), 32);
    put_text(&mut out, 95, place.province.as_ref(), 32);
    put_text(&mut out, 100, code, 3);
    put_text(&mut out, 101, place.country.as_ref(), 64);
    put_text(&mut out, 105, headline, 256);
    put_text(&mut out, 110, default_of(&notice.credit), 32);
    put_text(&mut out, 115, notice.source.as_ref(), 32);
    put_text(&mut out, 116, default_of(&notice.copyright), 128);
    put_text(&mut out, 120, default_of(&notice.caption), 2_000);
    out
}

fn put_text(out: &mut Vec<u8>, set: u8, text: Option<&String>, most: usize) {
    let text = text.map(|text| cut_bytes(text, most)).unwrap_or_default();
    if !text.is_empty() {
        put(out, (2, set), text.as_bytes());
    }
}

/// Writes a dataset of at most 32,767 bytes.
fn put(out: &mut Vec<u8>, (record, set): (u8, u8), value: &[u8]) {
    let Ok(length) = u16::try_from(value.len()) else { return };
    out.extend([iim::MARK, record, set]);
    out.extend(length.to_be_bytes());
    out.extend(value);
}
