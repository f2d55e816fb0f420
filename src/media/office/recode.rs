//! Old encodings to Unicode, to NFC, and white space as HTML has it.

use std::collections::BTreeMap;

use super::model::{Block, Document, Paragraph, Span, each};
use super::report::{Report, What};
use crate::text::legacy::{self, Encoding, decode, guess};
use crate::text::nfc;

/// A guess at one paragraph alone is believed from this confidence on.
const SURE: f32 = 0.8;
/// A guess at a paragraph is believed from here on if the document as a whole is in that encoding.
const LIKELY: f32 = 0.4;
/// The document as a whole is in an encoding from here on.
const WHOLE: f32 = 0.9;
/// How many bytes of text the whole is judged by.
const SAMPLE: usize = 32 * 1024;

/// Brings all text into Unicode NFC; gives the number of runs that were in each old encoding.
pub(super) fn recode(document: &mut Document, report: &mut Report) -> Vec<(Encoding, u32)> {
    let mut recoder = Recoder { whole: whole(document), runs: BTreeMap::new() };
    let all = std::iter::once(&mut document.blocks).chain(&mut document.notes);
    for blocks in all {
        each(blocks, &mut |paragraph| recoder.paragraph(paragraph, report));
        captions(blocks, &mut |spans| recoder.spans(spans, report));
    }
    recoder.runs.into_iter().collect()
}

/// The captions that tables brought with them.
fn captions(blocks: &mut [Block], work: &mut impl FnMut(&mut Vec<Span>)) {
    for block in blocks {
        let Block::Table(table) = block else { continue };
        work(&mut table.caption);
        for cell in table.rows.iter_mut().flat_map(|row| row.cells.iter_mut()) {
            captions(&mut cell.blocks, work);
        }
    }
}

/// The encoding of all text whose font says nothing, if it is in one.
fn whole(document: &mut Document) -> Option<Encoding> {
    let mut sample = String::new();
    each(&mut document.blocks, &mut |paragraph| {
        // Where some is Unicode by now, the rest may be not.
        let unicode = paragraph.spans.iter().any(|span| legacy::is_unicode(&span.text));
        for span in paragraph.spans.iter().filter(|span| span.font.is_none() && !unicode) {
            if sample.len() < SAMPLE {
                sample.push_str(&span.text);
                sample.push(' ');
            }
        }
    });
    guess(&sample).filter(|found| WHOLE <= found.confidence).map(|found| found.encoding)
}

struct Recoder {
    whole: Option<Encoding>,
    runs: BTreeMap<Encoding, u32>,
}

impl Recoder {
    fn paragraph(&mut self, paragraph: &mut Paragraph, report: &mut Report) {
        self.spans(&mut paragraph.spans, report);
        for shown in &mut paragraph.pictures {
            if let Some(alt) = &shown.alt {
                let encoding = self.guess(alt);
                shown.alt = Some(match encoding {
                    Some(encoding) => decode(encoding, alt).into_owned(),
                    None => nfc(alt).into_owned(),
                });
            }
        }
    }

    fn spans(&mut self, spans: &mut Vec<Span>, report: &mut Report) {
        let fontless: String = spans
            .iter()
            .filter(|span| span.font.is_none())
            .map(|span| span.text.as_str())
            .collect();
        let guessed = self.guess(&fontless);
        // A font is often left behind where its text is Unicode by now.
        let unicode =
            spans.iter().any(|span| span.font.is_some() && legacy::is_unicode(&span.text));
        for span in spans.iter_mut() {
            span.text.retain(|c| is_allowed(c, report));
            let by_font = span.font.filter(|_| !unicode);
            if let Some((encoding, capitals)) = by_font.or(guessed.map(|guessed| (guessed, false)))
                && (span.font.is_none() || by_font.is_some())
            {
                self.decode(span, encoding, capitals);
            }
            span.font = None;
            span.text = nfc(&span.text).into_owned();
        }
        single_spaced(spans);
    }

    fn guess(&self, text: &str) -> Option<Encoding> {
        let found = guess(text)?;
        let whole = self.whole == Some(found.encoding);
        let enough = if whole { LIKELY } else { SURE };
        (enough <= found.confidence).then_some(found.encoding)
    }

    fn decode(&mut self, span: &mut Span, encoding: Encoding, capitals: bool) {
        let mut read = decode(encoding, &span.text).into_owned();
        if capitals {
            read = read.to_uppercase();
        }
        if read != span.text {
            span.text = read;
            let runs = self.runs.entry(encoding).or_default();
            *runs = runs.saturating_add(1);
        }
    }
}

/// What no text may hold: controls, turns of the direction of writing, noncharacters.
fn is_allowed(c: char, report: &mut Report) -> bool {
    let forbidden = match c {
        '\n' | '\t' | '\r' => false,
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FDD0}'..='\u{FDEF}' => true,
        _ => c.is_control() || u32::from(c) & 0xFFFE == 0xFFFE,
    };
    if forbidden {
        report.add(What::Character, "");
    }
    !forbidden
}

/// One space where there are several, none at the ends of lines, no line breaks at the ends of the
/// paragraph; soft hyphens go. Spaces that do not break are left within lines.
fn single_spaced(spans: &mut Vec<Span>) {
    let mut space = true;
    let mut first = true;
    for span in spans.iter_mut() {
        let mut text = String::with_capacity(span.text.len());
        for c in span.text.chars().filter(|c| *c != '\u{AD}') {
            let blank = matches!(c, ' ' | '\t' | '\r' | '\n');
            if first && (blank || c == '\u{A0}') {
                continue;
            }
            first = false;
            if c == '\n' {
                text.truncate(text.trim_end_matches(' ').len());
                text.push(c);
            } else if blank && !space {
                text.push(' ');
            } else if !blank {
                text.push(c);
            }
            space = blank;
        }
        span.text = text;
    }
    trim_end(spans);
    spans.retain(|span| !span.text.is_empty());
}

fn trim_end(spans: &mut [Span]) {
    for span in spans.iter_mut().rev() {
        span.text.truncate(span.text.trim_end_matches([' ', '\n', '\u{A0}']).len());
        if !span.text.is_empty() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::model::{Look, Role};
    use super::*;

    fn span(text: &str, font: Option<(Encoding, bool)>) -> Span {
        Span { text: text.to_owned(), look: Look::default(), link: None, font }
    }

    fn recoded(spans: Vec<Span>) -> (String, Vec<(Encoding, u32)>) {
        let paragraph = Paragraph { role: Role::Plain, spans, pictures: Vec::new() };
        let mut document =
            Document { blocks: vec![Block::Paragraph(paragraph)], notes: Vec::new() };
        let runs = recode(&mut document, &mut Report::default());
        let mut text = String::new();
        each(&mut document.blocks, &mut |p| {
            text = p.spans.iter().map(|span| span.text.as_str()).collect();
        });
        (text, runs)
    }

    #[test]
    fn fonts_decide_and_unicode_in_them_stays() {
        let abc = Some((Encoding::Tcvn3, false));
        let capitals = Some((Encoding::Tcvn3, true));
        let vni = Some((Encoding::Vni, false));
        let (text, runs) =
            recoded(vec![span("tØnh ", capitals), span("§¾k ", abc), span("Laék", vni)]);
        assert_eq!(text, "TỈNH Đắk Lắk");
        assert_eq!(runs, [(Encoding::Tcvn3, 2), (Encoding::Vni, 1)]);
        let (text, runs) = recoded(vec![span("Đã có ", abc), span("là", abc), span(" cafÐ", None)]);
        assert_eq!((text.as_str(), runs.len()), ("Đã có là cafÐ", 0));
    }

    #[test]
    fn text_without_a_font_is_judged_by_itself() {
        let old = "Céng hßa x· héi chñ nghÜa ViÖt Nam";
        assert_eq!(recoded(vec![span(old, None)]).0, "Cộng hòa xã hội chủ nghĩa Việt Nam");
        assert_eq!(recoded(vec![span("café ®", None)]).0, "café ®");
    }

    #[test]
    fn white_space_and_forbidden_characters_are_put_right() {
        let spans = vec![
            span("  a \t", None),
            span(" b \n c", None),
            span("\u{202E}\u{1}d\u{AD} \n", None),
        ];
        assert_eq!(recoded(spans).0, "a b\ncd");
        assert_eq!(recoded(vec![span("e\u{302}\u{323}", None)]).0, "ệ");
    }
}
