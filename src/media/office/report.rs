//! What a document held that does not stand in its text.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::text::legacy::{self, Encoding};
use crate::text::nfc;

/// The most characters of a sample.
const SAMPLE: usize = 80;

/// A guess at an old encoding is believed in a sample from this confidence on.
const SURE: f32 = 0.8;

/// And from here on, if the document has text in that encoding.
const LIKELY: f32 = 0.4;

/// A kind of thing that was left out, or that somebody should look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// Text deleted while changes were tracked.
    Deletion,
    /// Text inserted while changes were tracked; it was taken.
    Insertion,
    /// A comment.
    Comment,
    /// Text or a picture that readers do not see: marked as hidden, white on nothing, a point high,
    /// under a merged cell, or set aside by a style sheet.
    Hidden,
    /// A name in the properties: author, editor, manager, company.
    Author,
    /// Properties and XML of somebody's own.
    CustomData,
    /// Programs: macros and scripts.
    Macro,
    /// Objects and files within the document: worksheets, charts, drawings, films, frames.
    Embedded,
    /// The text of a header or footer.
    HeaderFooter,
    /// A picture that lies elsewhere; it was not fetched.
    OutsidePicture,
    /// The address of a link that is neither `http`, `https` nor `mailto`; its text was taken.
    Link,
    /// A formula; its letters were taken in their order.
    Formula,
    /// A character that no text may hold: a control, or one that turns the direction of writing.
    Character,
}

/// One kind of thing that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// What it is.
    pub what: What,
    /// How many.
    pub count: u32,
    /// The beginning of the first one, at most 80 characters, if it has any text.
    pub sample: Option<String>,
}

/// Gathers what is left out.
#[derive(Debug, Default)]
pub(super) struct Report {
    found: BTreeMap<What, (u32, String)>,
}

impl Report {
    pub(super) fn add(&mut self, what: What, text: &str) {
        let (count, sample) = self.found.entry(what).or_default();
        *count = count.saturating_add(1);
        if sample.is_empty() {
            grow(sample, text.trim_start());
        }
    }

    /// More text of the first thing of this kind.
    pub(super) fn more(&mut self, what: What, text: &str) {
        if let Some((_, sample)) = self.found.get_mut(&what) {
            grow(sample, text);
        }
    }

    /// All that was found, in the order of [`What`]; `old` is an encoding that the document has.
    pub(super) fn into_list(self, old: Option<Encoding>) -> Vec<LeftOut> {
        let all = self.found.into_iter();
        let list =
            all.map(|(what, (count, text))| LeftOut { what, count, sample: sample(&text, old) });
        list.collect()
    }
}

fn grow(sample: &mut String, text: &str) {
    let room = SAMPLE.saturating_sub(sample.chars().count());
    sample.extend(text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(room));
}

fn sample(text: &str, old: Option<Encoding>) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    let sure = legacy::guess(&text).filter(|guess| {
        let enough = if old == Some(guess.encoding) { LIKELY } else { SURE };
        enough <= guess.confidence
    });
    let text = match sure {
        Some(guess) => legacy::decode(guess.encoding, &text).into_owned(),
        None => nfc(&text).into_owned(),
    };
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_its_number_and_its_first_words() {
        let mut report = Report::default();
        report.add(What::Insertion, "");
        report.more(What::Insertion, "một ");
        report.more(What::Insertion, "\u{7}hai");
        report.add(What::Comment, "");
        report.add(What::Comment, " xem\nlại ");
        report.add(What::Comment, "nữa");
        let list = report.into_list(None);
        assert_eq!(list.len(), 2);
        assert_eq!((list[0].what, list[0].count), (What::Insertion, 1));
        assert_eq!(list[0].sample.as_deref(), Some("một hai"));
        assert_eq!((list[1].count, list[1].sample.as_deref()), (3, Some("xem lại")));
    }

    #[test]
    fn a_sample_is_short_and_in_unicode() {
        let mut report = Report::default();
        report.add(What::Hidden, &"ả".repeat(500));
        report.add(What::Author, "NguyÔn V¨n B×nh, ®¬n vÞ chñ tr×");
        let list = report.into_list(None);
        assert_eq!(list[0].sample.as_ref().unwrap().chars().count(), SAMPLE);
        assert_eq!(list[1].sample.as_deref(), Some("Nguyễn Văn Bình, đơn vị chủ trì"));
    }
}
