//! As much of CSS as decides what is seen and in which font: declarations at an element, and rules
//! for a tag, a class or an id alone.

use std::collections::HashMap;

use super::super::model::Place;
use super::super::props::{Font, RunProps, is_ground, is_white};
use super::dom::{Data, Dom, Element};

/// The rules of all style sheets of a document.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    rules: HashMap<String, Style>,
}

/// What declarations say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Style {
    pub(super) run: RunProps,
    /// What Word made of lists: the level of the paragraph, from 0.
    pub(super) level: Option<u8>,
    /// The label of such a paragraph, which is no text of it.
    pub(super) is_label: bool,
    /// A part of the document that Word marks: `header`, `comment-list`.
    pub(super) element: Option<String>,
}

impl Style {
    fn over(self, base: Self) -> Self {
        Self {
            run: self.run.over(base.run),
            level: self.level.or(base.level),
            is_label: self.is_label || base.is_label,
            element: self.element.or(base.element),
        }
    }

    /// Reads declarations.
    pub(super) fn read(text: &str) -> Self {
        let mut style = Self::default();
        for declaration in text.split(';') {
            if let Some((name, value)) = declaration.split_once(':') {
                let name = name.trim().to_ascii_lowercase();
                let value = value.trim().trim_end_matches("!important").trim_end();
                style.declare(&name, value);
            }
        }
        style
    }

    fn declare(&mut self, name: &str, value: &str) {
        let lower = value.to_ascii_lowercase();
        let run = &mut self.run;
        match name {
            "display" => run.hidden = Some(lower == "none"),
            "visibility" => run.hidden = Some(lower == "hidden" || lower == "collapse"),
            "mso-hide" => run.hidden = Some(lower == "all"),
            "opacity" => run.hidden = lower.parse::<f32>().ok().map(|seen| seen <= 0.0),
            "color" => run.white = Some(is_white_css(&lower)),
            "background" | "background-color" => {
                let first = lower.split_whitespace().next().unwrap_or_default();
                run.shaded = Some(lower.contains("url(") || is_ground(first));
            }
            "font-size" => run.tiny = Some(is_tiny(&lower)),
            "font-family" | "mso-ascii-font-family" | "mso-hansi-font-family" => {
                let first = value.split(',').next().unwrap_or(value);
                let name = first.trim_matches(['"', '\'', ' ']);
                run.font = Some(Font::by_name(name));
            }
            "font-weight" => {
                let heavy = lower.parse::<u32>().is_ok_and(|weight| 600 <= weight);
                run.bold = Some(heavy || lower.starts_with("bold"));
            }
            "font-style" => run.italic = Some(lower == "italic" || lower == "oblique"),
            "text-decoration" | "text-decoration-line" => {
                run.underline = Some(lower.contains("underline"));
            }
            "vertical-align" => {
                run.place = match lower.as_str() {
                    "super" => Some(Place::Above),
                    "sub" => Some(Place::Below),
                    _ => None,
                };
            }
            "mso-list" => self.list(&lower),
            "mso-element" => self.element = Some(lower),
            _ => {}
        }
    }

    /// `l0 level2 lfo1`, or `Ignore` at the label.
    fn list(&mut self, value: &str) {
        self.is_label = value == "ignore";
        let level = value.split_whitespace().find_map(|word| word.strip_prefix("level"));
        let level = level.and_then(|level| level.parse::<u8>().ok());
        self.level = level.and_then(|level| level.checked_sub(1));
    }
}

fn is_white_css(colour: &str) -> bool {
    let plain: String = colour.chars().filter(|c| !c.is_whitespace()).collect();
    is_white(&plain) || plain == "rgb(255,255,255)" || plain == "transparent"
}

/// A point, or a pixel, or less.
fn is_tiny(size: &str) -> bool {
    let digits = size.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = size.get(digits.len()..).unwrap_or_default();
    digits
        .parse::<f32>()
        .is_ok_and(|size| size <= 0.0 || matches!(unit, "pt" | "px") && size <= 1.0)
}

impl Sheet {
    /// The rules of all `style` elements.
    pub(super) fn of(dom: &Dom) -> Self {
        let mut sheet = Self::default();
        for id in dom.ids() {
            if let Data::Element(element) = dom.data(id)
                && element.name() == "style"
            {
                let text = dom.text(id, usize::MAX);
                sheet.read(&text);
            }
        }
        sheet
    }

    fn read(&mut self, text: &str) {
        let text = without_comments(text);
        let mut rest = text.as_str();
        while let Some((head, after)) = rest.split_once('{') {
            let head = head.rsplit(['}', ';']).next().unwrap_or(head).trim();
            if head.starts_with('@') {
                rest = past_block(after);
                continue;
            }
            let Some((body, after)) = after.split_once('}') else { return };
            let style = Style::read(body);
            if style != Style::default() {
                for selector in head.split(',') {
                    self.rule(selector.trim(), &style);
                }
            }
            rest = after;
        }
    }

    fn rule(&mut self, selector: &str, style: &Style) {
        let simple =
            |c: char| c.is_alphanumeric() || matches!(c, '.' | '#' | '-' | '_' | '\\' | ':');
        if selector.is_empty() || !selector.chars().all(simple) {
            return;
        }
        let key = selector.replace('\\', "").to_lowercase();
        let before = self.rules.remove(&key).unwrap_or_default();
        self.rules.insert(key, style.clone().over(before));
    }

    /// All that is said of an element; what is said more closely goes before.
    pub(super) fn style(&self, element: &Element) -> Style {
        let mut found = element.attr("style").map(Style::read).unwrap_or_default();
        if self.rules.is_empty() {
            return found;
        }
        let name = element.name();
        let classes = element.attr("class").unwrap_or_default().to_lowercase();
        let id = element.attr("id").unwrap_or_default().to_lowercase();
        let mut keys = vec![format!("{name}#{id}"), format!("#{id}")];
        for class in classes.split_whitespace().take(CLASSES) {
            keys.extend([format!("{name}.{class}"), format!(".{class}")]);
        }
        keys.push(name.to_owned());
        for key in keys {
            if let Some(style) = self.rules.get(&key) {
                found = found.over(style.clone());
            }
        }
        found
    }
}

/// The most classes of an element that are looked at.
const CLASSES: usize = 16;

fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("/*") {
        out.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    // What hides a style sheet from browsers of the nineties.
    out.replace("<!--", "").replace("-->", "")
}

/// What comes behind the end of a block whose beginning has been read.
fn past_block(text: &str) -> &str {
    let mut open = 1_usize;
    for (at, c) in text.char_indices() {
        match c {
            '{' => open = open.saturating_add(1),
            '}' => open = open.saturating_sub(1),
            _ => continue,
        }
        if open == 0 {
            return text.get(at.saturating_add(1)..).unwrap_or_default();
        }
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::super::super::props::Font;
    use super::*;
    use crate::text::legacy::Encoding;

    #[test]
    fn declarations_say_what_is_seen() {
        assert_eq!(Style::read("DISPLAY : none !important").run.hidden, Some(true));
        assert_eq!(Style::read("mso-hide:all").run.hidden, Some(true));
        assert_eq!(Style::read("color:rgb(255, 255, 255)").run.white, Some(true));
        assert_eq!(Style::read("font-size:0").run.tiny, Some(true));
        assert_eq!(Style::read("font-size:12.0pt").run.tiny, Some(false));
        assert_eq!(Style::read("font-size:1em").run.tiny, Some(false));
        let font = Style::read("font-family:\".VnTimeH\",serif").run.font;
        assert_eq!(font, Some(Font::Legacy(Encoding::Tcvn3, true)));
        assert_eq!(Style::read("mso-list:l0 level3 lfo1").level, Some(2));
        assert!(Style::read("mso-list:Ignore").is_label);
    }

    #[test]
    fn simple_rules_are_read_and_others_passed_over() {
        let mut sheet = Sheet::default();
        sheet.read(
            "<!-- @font-face{font-family:x} @media print { .a{display:none} }\n\
             p.Gone, #x { display:none } /* .b{} */ div p { color:white } .c{color:white -->",
        );
        let mut keys: Vec<&str> = sheet.rules.keys().map(String::as_str).collect();
        keys.sort_unstable();
        assert_eq!(keys, ["#x", "p.gone"]);
    }
}
