//! Numbering of paragraphs: definitions, and the counters that go with them through the text.
//!
//! Source: ISO/IEC 29500-1, 17.9.

use std::collections::{HashMap, HashSet};

use super::super::OfficeError;
use super::super::lists::DEEPEST;
use super::super::model::Label;
use super::super::number::{Format, label};
use super::super::xml::{Ns, Tag, Xml};

/// The most characters of the text around a number.
const TEXT: usize = 100;

/// All definitions of a document.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    abstracts: HashMap<String, Abstract>,
    lists: HashMap<String, List>,
    /// The abstract definitions of numbering styles.
    styles: HashMap<String, String>,
}

#[derive(Debug, Default)]
struct Abstract {
    levels: HashMap<u8, Level>,
    /// The numbering style that it stands for, whose list has the levels.
    link: Option<String>,
    /// The numbering style that is defined here.
    style: Option<String>,
}

#[derive(Clone, Debug)]
struct Level {
    format: Format,
    /// With `%1` to `%9` for the numbers of the levels.
    text: String,
    start: u32,
    /// All numbers in digits.
    legal: bool,
    /// The paragraph style that has this level.
    style: Option<String>,
}

impl Default for Level {
    fn default() -> Self {
        Self { format: Format::Decimal, text: String::new(), start: 1, legal: false, style: None }
    }
}

#[derive(Debug, Default)]
struct List {
    of: String,
    starts: HashMap<u8, u32>,
    levels: HashMap<u8, Level>,
}

/// How far the lists have counted.
#[derive(Debug, Default)]
pub(super) struct Counters {
    /// By abstract definition, which lists share.
    now: HashMap<String, [Option<u32>; 10]>,
    /// Lists whose own starts were used, by level.
    started: HashSet<(String, u8)>,
}

impl Numbering {
    pub(super) fn read(text: &str, depth: usize) -> Result<Self, OfficeError> {
        let mut numbering = Self::default();
        let mut xml = Xml::new(text, depth);
        xml.child()?;
        while let Some(tag) = xml.child()? {
            match (tag.ns, tag.name()) {
                (Ns::Word, "abstractNum") => {
                    let id = tag.attr("abstractNumId").unwrap_or_default();
                    let found = definition(&mut xml)?;
                    if let Some(style) = &found.style {
                        numbering.styles.insert(style.clone(), id.clone());
                    }
                    numbering.abstracts.insert(id, found);
                }
                (Ns::Word, "num") => {
                    let id = tag.attr("numId").unwrap_or_default();
                    numbering.lists.insert(id, list(&mut xml)?);
                }
                _ => xml.skip()?,
            }
        }
        Ok(numbering)
    }

    /// The level at which a list has the paragraph style `style`.
    pub(super) fn level_of(&self, list: &str, style: &str) -> Option<u8> {
        let (_, found) = self.definition(self.lists.get(list)?)?;
        let mut levels = found.levels.iter();
        let has = |level: &Level| level.style.as_deref() == Some(style);
        levels.find(|(_, level)| has(level)).map(|(at, _)| *at)
    }

    fn definition<'n>(&'n self, list: &'n List) -> Option<(&'n str, &'n Abstract)> {
        let found = self.abstracts.get(&list.of)?;
        let Some(link) = &found.link else { return Some((list.of.as_str(), found)) };
        let id = self.styles.get(link)?;
        Some((id.as_str(), self.abstracts.get(id)?))
    }

    /// The label of the next paragraph of a list at a level; none if the level has no label.
    pub(super) fn next(&self, counters: &mut Counters, list: &str, level: u8) -> Option<Label> {
        let level = level.min(DEEPEST);
        let own = self.lists.get(list)?;
        let (id, found) = self.definition(own)?;
        let of = |at: u8| own.levels.get(&at).or_else(|| found.levels.get(&at));
        let this = of(level)?;
        let now = counters.now.entry(id.to_owned()).or_default();
        let fresh = own
            .starts
            .get(&level)
            .filter(|_| counters.started.insert((list.to_owned(), level)))
            .copied();
        let before = now.get(usize::from(level)).copied().flatten();
        let count = fresh.or(before.map(|count| count.saturating_add(1))).unwrap_or(this.start);
        for (at, slot) in now.iter_mut().enumerate() {
            if at == usize::from(level) {
                *slot = Some(count);
            } else if usize::from(level) < at {
                *slot = None;
            }
        }
        if this.format == Format::Bullet {
            return Some(Label::Bullet);
        }
        let text = written(this, |at| {
            let level = of(at)?;
            let count = now.get(usize::from(at)).copied().flatten().unwrap_or(level.start);
            let format = if this.legal { Format::Decimal } else { level.format };
            Some(format.write(count))
        });
        label(count, &text)
    }
}

/// The text of a level with the numbers in their places.
fn written(level: &Level, number: impl Fn(u8) -> Option<String>) -> String {
    let mut text = String::new();
    let mut chars = level.text.chars().peekable();
    while let Some(c) = chars.next() {
        let digit = chars.peek().and_then(|c| c.to_digit(10)).filter(|digit| 0 < *digit);
        match digit.and_then(|digit| u8::try_from(digit).ok()) {
            Some(digit) if c == '%' => {
                chars.next();
                text.push_str(&number(digit.saturating_sub(1)).unwrap_or_default());
            }
            _ => text.push(c),
        }
    }
    text
}

fn definition(xml: &mut Xml<'_>) -> Result<Abstract, OfficeError> {
    let mut found = Abstract::default();
    while let Some(tag) = xml.child()? {
        match (tag.ns, tag.name()) {
            (Ns::Word, "lvl") => {
                let at = tag.number("ilvl").unwrap_or(0);
                found.levels.insert(at, level(xml)?);
                continue;
            }
            (Ns::Word, "numStyleLink") => found.link = tag.val(),
            (Ns::Word, "styleLink") => found.style = tag.val(),
            _ => {}
        }
        xml.skip()?;
    }
    // A definition that links to itself has its own levels.
    if found.style == found.link || !found.levels.is_empty() {
        found.link = None;
    }
    Ok(found)
}

fn level(xml: &mut Xml<'_>) -> Result<Level, OfficeError> {
    let mut found = Level::default();
    while let Some(tag) = xml.child()? {
        match (tag.ns, tag.name()) {
            (Ns::Word, "start") => found.start = tag.number("val").unwrap_or(1),
            (Ns::Word, "numFmt") => found.format = format(&tag),
            (Ns::Word, "lvlText") => {
                found.text = tag.val().unwrap_or_default().chars().take(TEXT).collect();
            }
            (Ns::Word, "isLgl") => found.legal = tag.is_on(),
            (Ns::Word, "pStyle") => found.style = tag.val(),
            (Ns::Compat, "AlternateContent") => {
                // A format that older programs do not know; they count in digits.
            }
            _ => {}
        }
        xml.skip()?;
    }
    Ok(found)
}

fn format(tag: &Tag<'_>) -> Format {
    match tag.val().as_deref() {
        Some("bullet") => Format::Bullet,
        Some("none") => Format::None,
        Some("decimalZero") => Format::Padded,
        Some("lowerLetter") => Format::Letter,
        Some("upperLetter") => Format::CapitalLetter,
        Some("lowerRoman") => Format::Roman,
        Some("upperRoman") => Format::CapitalRoman,
        _ => Format::Decimal,
    }
}

fn list(xml: &mut Xml<'_>) -> Result<List, OfficeError> {
    let mut found = List::default();
    while let Some(tag) = xml.child()? {
        match (tag.ns, tag.name()) {
            (Ns::Word, "abstractNumId") => found.of = tag.val().unwrap_or_default(),
            (Ns::Word, "lvlOverride") => {
                let at = tag.number("ilvl").unwrap_or(0);
                changed(xml, at, &mut found)?;
                continue;
            }
            _ => {}
        }
        xml.skip()?;
    }
    Ok(found)
}

fn changed(xml: &mut Xml<'_>, at: u8, list: &mut List) -> Result<(), OfficeError> {
    while let Some(tag) = xml.child()? {
        match (tag.ns, tag.name()) {
            (Ns::Word, "startOverride") => {
                list.starts.insert(at, tag.number("val").unwrap_or(1));
            }
            (Ns::Word, "lvl") => {
                list.levels.insert(at, level(xml)?);
                continue;
            }
            _ => {}
        }
        xml.skip()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const XML: &str = "<w:numbering xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'>\
        <w:abstractNum w:abstractNumId='1'>\
        <w:lvl w:ilvl='0'><w:start w:val='1'/><w:numFmt w:val='upperRoman'/><w:lvlText w:val='Chương %1.'/></w:lvl>\
        <w:lvl w:ilvl='1'><w:start w:val='1'/><w:numFmt w:val='decimal'/><w:isLgl/><w:lvlText w:val='%1.%2.'/></w:lvl>\
        <w:lvl w:ilvl='2'><w:numFmt w:val='bullet'/><w:lvlText w:val='-'/></w:lvl>\
        <w:lvl w:ilvl='3'><w:numFmt w:val='decimal'/><w:lvlText w:val='%4)'/><w:pStyle w:val='D'/></w:lvl>\
        </w:abstractNum>\
        <w:num w:numId='5'><w:abstractNumId w:val='1'/></w:num>\
        <w:num w:numId='6'><w:abstractNumId w:val='1'/><w:lvlOverride w:ilvl='0'><w:startOverride w:val='7'/></w:lvlOverride></w:num>\
        </w:numbering>";

    #[test]
    fn lists_count_by_level_and_start_anew() {
        let numbering = Numbering::read(XML, 16).unwrap();
        let mut counters = Counters::default();
        let mut next = |list, level| {
            numbering.next(&mut counters, list, level).map(|label| match label {
                Label::Bullet => "•".to_owned(),
                label => label.text().to_owned(),
            })
        };
        for (list, level, label) in [
            ("5", 0, "Chương I."),
            ("5", 1, "1.1."),
            ("5", 1, "1.2."),
            ("5", 2, "•"),
            ("5", 0, "Chương II."),
            ("5", 1, "2.1."),
            ("5", 3, "1)"),
            ("6", 0, "Chương VII."),
            ("6", 0, "Chương VIII."),
        ] {
            assert_eq!(next(list, level).as_deref(), Some(label));
        }
        assert_eq!(next("9", 0), None);
        assert_eq!(next("5", 200), None);
        assert_eq!(numbering.level_of("5", "D"), Some(3));
    }
}
