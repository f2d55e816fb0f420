//! Styles of an ODT document, and of its lists.
//!
//! Source: ODF 1.3 part 3, 16.

use std::collections::HashMap;

use super::super::OfficeError;
use super::super::model::{Place, Role};
use super::super::names::role_by_name;
use super::super::number::Format;
use super::super::props::{Font, RunProps, is_ground, is_white};
use super::super::xml::{Ns, Tag, Xml};

/// How long a chain of styles may be.
const CHAIN: usize = 32;

/// The most characters of the text around a number.
const AFFIX: usize = 50;

/// All styles of a document; automatic ones go before common ones of the same name.
#[derive(Debug, Default)]
pub(super) struct Styles {
    all: HashMap<(String, String), Style>,
    fonts: HashMap<String, Font>,
    lists: HashMap<String, ListStyle>,
    /// The numbering of headings.
    pub(super) outline: ListStyle,
}

#[derive(Clone, Debug, Default)]
struct Style {
    parent: Option<String>,
    display: String,
    run: RunProps,
    list: Option<String>,
    ground: bool,
}

/// A style with all that it is based on.
#[derive(Debug, Default)]
pub(super) struct Resolved {
    pub(super) role: Role,
    pub(super) run: RunProps,
    pub(super) list: Option<String>,
    pub(super) ground: bool,
}

/// The levels of a list, from 0.
#[derive(Clone, Debug, Default)]
pub(super) struct ListStyle {
    pub(super) levels: HashMap<u8, Level>,
}

/// A level of a list.
#[derive(Clone, Debug)]
pub(super) struct Level {
    pub(super) format: Format,
    pub(super) prefix: String,
    pub(super) suffix: String,
    pub(super) start: u32,
    /// How many levels' numbers are shown.
    pub(super) shown: u8,
}

impl Styles {
    /// Adds the styles of a part, `styles.xml` before `content.xml`.
    pub(super) fn read(&mut self, xml: &mut Xml<'_>) -> Result<(), OfficeError> {
        while let Some(tag) = xml.child()? {
            match (tag.ns, tag.name()) {
                (Ns::Style, "style") => self.style(xml, &tag)?,
                (Ns::Style, "default-style") => {
                    let family = tag.attr("family").unwrap_or_default();
                    let style = self.properties(xml)?;
                    self.all.insert((family, String::new()), style);
                }
                (Ns::Text, "list-style") => {
                    let list = list_style(xml)?;
                    self.lists.insert(tag.attr("name").unwrap_or_default(), list);
                }
                (Ns::Text, "outline-style") => self.outline = list_style(xml)?,
                _ => xml.skip()?,
            }
        }
        Ok(())
    }

    /// Adds the fonts that a part declares.
    pub(super) fn fonts(&mut self, xml: &mut Xml<'_>) -> Result<(), OfficeError> {
        while let Some(tag) = xml.child()? {
            let family = tag.attr("font-family").unwrap_or_default();
            self.fonts.insert(tag.attr("name").unwrap_or_default(), Font::by_name(&family));
            xml.skip()?;
        }
        Ok(())
    }

    fn style(&mut self, xml: &mut Xml<'_>, tag: &Tag<'_>) -> Result<(), OfficeError> {
        let family = tag.attr("family").unwrap_or_default();
        let name = tag.attr("name").unwrap_or_default();
        let style = self.properties(xml)?;
        let style = Style {
            parent: tag.attr("parent-style-name"),
            display: tag.attr("display-name").unwrap_or_else(|| name.clone()),
            list: tag.attr("list-style-name"),
            ..style
        };
        self.all.insert((family, name), style);
        Ok(())
    }

    fn properties(&self, xml: &mut Xml<'_>) -> Result<Style, OfficeError> {
        let mut style = Style::default();
        while let Some(tag) = xml.child()? {
            let ground = || tag.attr("background-color").is_some_and(|c| is_ground(&c));
            match (tag.ns, tag.name()) {
                (Ns::Style, "text-properties") => style.run = self.run(&tag),
                (Ns::Style, _) => style.ground |= ground(),
                _ => {}
            }
            xml.skip()?;
        }
        Ok(style)
    }

    fn run(&self, tag: &Tag<'_>) -> RunProps {
        let attr = |name| tag.attr(name);
        let by_face = attr("font-name").and_then(|face| self.fonts.get(&face).copied());
        let by_name = attr("font-family").map(|name| Font::by_name(&name));
        RunProps {
            bold: attr("font-weight").map(|weight| {
                weight == "bold" || weight.parse::<u32>().is_ok_and(|weight| 600 <= weight)
            }),
            italic: attr("font-style").map(|style| style == "italic" || style == "oblique"),
            underline: attr("text-underline-style").map(|style| style != "none"),
            place: attr("text-position").map(|place| position(&place)),
            hidden: attr("display").map(|display| display != "true"),
            white: attr("color").map(|colour| is_white(&colour)),
            tiny: attr("font-size")
                .and_then(|size| Some(size.strip_suffix("pt")?.parse::<f32>().ok()? <= 1.0)),
            shaded: attr("background-color").map(|colour| is_ground(&colour)),
            font: by_face.or(by_name),
        }
    }

    fn chain(&self, family: &str, name: &str) -> impl Iterator<Item = &Style> {
        let family = family.to_owned();
        let first = self.all.get(&(family.clone(), name.to_owned()));
        std::iter::successors(first, move |style| {
            let parent = style.parent.clone()?;
            self.all.get(&(family.clone(), parent))
        })
        .take(CHAIN)
    }

    /// A paragraph style.
    pub(super) fn paragraph(&self, name: &str) -> Resolved {
        let mut found = Resolved::default();
        let mut role = None;
        for style in self.chain("paragraph", name) {
            found.run = found.run.over(style.run);
            found.ground |= style.ground;
            found.list = found.list.or_else(|| style.list.clone());
            role = role.or_else(|| named(&style.display));
        }
        if let Some(default) = self.all.get(&("paragraph".to_owned(), String::new())) {
            found.run = found.run.over(default.run);
        }
        found.role = role.unwrap_or_default();
        found
    }

    /// The run properties of a text style.
    pub(super) fn text(&self, name: &str) -> RunProps {
        self.chain("text", name).fold(RunProps::default(), |props, style| props.over(style.run))
    }

    /// Whether a style of a table, row or cell has a ground.
    pub(super) fn has_ground(&self, family: &str, name: &str) -> bool {
        self.chain(family, name).any(|style| style.ground)
    }

    pub(super) fn list(&self, name: &str) -> Option<&ListStyle> {
        self.lists.get(name)
    }
}

/// What a paragraph style is for. Headings are elements of their own here.
fn named(display: &str) -> Option<Role> {
    match display.replace("_20_", " ").as_str() {
        "Quotations" => Some(Role::Quote),
        name => role_by_name(name).filter(|role| !matches!(role, Role::Heading(_))),
    }
}

fn position(place: &str) -> Place {
    let first = place.split_whitespace().next().unwrap_or_default();
    match first {
        "super" => Place::Above,
        "sub" => Place::Below,
        _ => match first.trim_end_matches('%').parse::<f32>() {
            Ok(raised) if 0.0 < raised => Place::Above,
            Ok(raised) if raised < 0.0 => Place::Below,
            _ => Place::Line,
        },
    }
}

fn list_style(xml: &mut Xml<'_>) -> Result<ListStyle, OfficeError> {
    let mut list = ListStyle::default();
    while let Some(tag) = xml.child()? {
        let format = match tag.name() {
            "list-level-style-number" | "outline-level-style" => format(&tag),
            "list-level-style-bullet" | "list-level-style-image" => Format::Bullet,
            _ => Format::None,
        };
        let affix = |name| tag.attr(name).unwrap_or_default().chars().take(AFFIX).collect();
        let level = Level {
            format,
            prefix: affix("num-prefix"),
            suffix: affix("num-suffix"),
            start: tag.number("start-value").unwrap_or(1),
            shown: tag.number("display-levels").unwrap_or(1),
        };
        if let Some(at) = tag.number::<u8>("level").and_then(|level| level.checked_sub(1)) {
            list.levels.insert(at, level);
        }
        xml.skip()?;
    }
    Ok(list)
}

fn format(tag: &Tag<'_>) -> Format {
    match tag.attr("num-format").as_deref() {
        None | Some("") => Format::None,
        Some("a") => Format::Letter,
        Some("A") => Format::CapitalLetter,
        Some("i") => Format::Roman,
        Some("I") => Format::CapitalRoman,
        Some(_) => Format::Decimal,
    }
}
