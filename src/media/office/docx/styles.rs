//! Styles of a document, each resolved along the styles that it is based on.
//!
//! Source: ISO/IEC 29500-1, 17.7.

use std::collections::HashMap;

use super::super::OfficeError;
use super::super::model::{Place, Role};
use super::super::names::role_by_name;
use super::super::props::{Font, RunProps, is_ground, is_white};
use super::super::xml::{Ns, Tag, Xml};

/// How long a chain of styles may be.
const CHAIN: usize = 32;

/// A half-point size up to which nobody can read.
const TINY: f32 = 2.0;

/// All styles of a document.
#[derive(Debug, Default)]
pub(super) struct Styles {
    all: HashMap<String, Style>,
    /// The paragraph style of paragraphs that name none.
    default: Option<String>,
    base: RunProps,
}

#[derive(Debug, Default)]
struct Style {
    name: String,
    based_on: Option<String>,
    run: RunProps,
    outline: Option<u8>,
    number: Number,
    ground: bool,
}

/// How deep the lists of Word's own styles lie, each of which is a list of its own with one level:
/// `List Bullet 2` lies in `List Bullet`.
fn list_depth(name: &str) -> Option<u8> {
    let name = name.to_ascii_lowercase();
    let kind = name.strip_prefix("list bullet").or_else(|| name.strip_prefix("list number"))?;
    kind.trim().parse::<u8>().ok()?.checked_sub(1)
}

/// What a paragraph says of its numbering: the list (0 for none) and the level.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Number {
    pub(super) list: Option<String>,
    pub(super) level: Option<u8>,
}

/// A paragraph style with all that it is based on.
#[derive(Debug, Default)]
pub(super) struct Resolved {
    pub(super) role: Role,
    pub(super) run: RunProps,
    pub(super) number: Number,
    /// How deep lists of this style lie, if its name says so.
    pub(super) depth: u8,
    pub(super) ground: bool,
}

impl Styles {
    pub(super) fn read(text: &str, depth: usize) -> Result<Self, OfficeError> {
        let mut styles = Self::default();
        let mut xml = Xml::new(text, depth);
        xml.child()?;
        while let Some(tag) = xml.child()? {
            match (tag.ns, tag.name()) {
                (Ns::Word, "docDefaults") => styles.base = defaults(&mut xml)?,
                (Ns::Word, "style") => styles.style(&mut xml, &tag)?,
                _ => xml.skip()?,
            }
        }
        Ok(styles)
    }

    fn style(&mut self, xml: &mut Xml<'_>, tag: &Tag<'_>) -> Result<(), OfficeError> {
        let id = tag.attr("styleId").unwrap_or_default();
        let is_default = tag.attr("default").is_some_and(|on| on == "1" || on == "true");
        if is_default && tag.attr("type").is_some_and(|kind| kind == "paragraph") {
            self.default = Some(id.clone());
        }
        let mut style = Style::default();
        while let Some(tag) = xml.child()? {
            match (tag.ns, tag.name()) {
                (Ns::Word, "name") => style.name = tag.val().unwrap_or_default(),
                (Ns::Word, "basedOn") => style.based_on = tag.val(),
                (Ns::Word, "rPr") => {
                    style.run = run_props(xml)?.props;
                    continue;
                }
                (Ns::Word, "pPr") => {
                    let props = paragraph_props(xml)?;
                    style.outline = props.outline;
                    style.number = props.number;
                    style.ground |= props.ground;
                    continue;
                }
                (Ns::Word, "tblPr" | "tcPr" | "trPr" | "tblStylePr") => {
                    style.ground |= has_ground(xml)?;
                    continue;
                }
                _ => {}
            }
            xml.skip()?;
        }
        self.all.insert(id, style);
        Ok(())
    }

    /// The style and those it is based on, the nearest first.
    fn chain(&self, id: &str) -> impl Iterator<Item = &Style> {
        let first = self.all.get(id);
        std::iter::successors(first, |style| self.all.get(style.based_on.as_ref()?)).take(CHAIN)
    }

    /// The paragraph style `id`, or that of paragraphs without one.
    pub(super) fn paragraph(&self, id: Option<&str>) -> Resolved {
        let mut found = Resolved::default();
        let mut role = None;
        if let Some(id) = id.filter(|id| self.all.contains_key(*id)).or(self.default.as_deref()) {
            for style in self.chain(id) {
                found.run = found.run.over(style.run);
                found.ground |= style.ground;
                found.number.list = found.number.list.take().or_else(|| style.number.list.clone());
                found.number.level = found.number.level.or(style.number.level);
                role = role.or_else(|| own_role(style));
                found.depth = found.depth.max(list_depth(&style.name).unwrap_or(0));
            }
        }
        found.run = found.run.over(self.base);
        found.role = role.unwrap_or_default();
        found
    }

    /// The run properties of the character style `id`.
    pub(super) fn character(&self, id: &str) -> RunProps {
        self.chain(id).fold(RunProps::default(), |props, style| props.over(style.run))
    }

    /// Whether a table style has grounds that white text is seen on.
    pub(super) fn has_ground(&self, id: &str) -> bool {
        self.chain(id).any(|style| style.ground)
    }
}

/// What a style is by itself: its outline level goes before its name.
fn own_role(style: &Style) -> Option<Role> {
    match style.outline {
        Some(level) if level < 9 => Some(Role::Heading(level.saturating_add(1))),
        Some(_) => Some(Role::Plain),
        None => role_by_name(&style.name),
    }
}

fn defaults(xml: &mut Xml<'_>) -> Result<RunProps, OfficeError> {
    let mut props = RunProps::default();
    while let Some(tag) = xml.child()? {
        match (tag.ns, tag.name()) {
            (Ns::Word, "rPrDefault") => {
                while let Some(tag) = xml.child()? {
                    if (tag.ns, tag.name()) == (Ns::Word, "rPr") {
                        props = run_props(xml)?.props;
                    } else {
                        xml.skip()?;
                    }
                }
            }
            _ => xml.skip()?,
        }
    }
    Ok(props)
}

/// Whether anything within this element has a ground.
fn has_ground(xml: &mut Xml<'_>) -> Result<bool, OfficeError> {
    let mut found = false;
    while let Some(tag) = xml.child()? {
        found |= tag.name() == "shd" && is_shaded(&tag);
        found |= has_ground(xml)?;
    }
    Ok(found)
}

/// Whether a `shd` element gives a ground: by its fill, or by a pattern.
pub(super) fn is_shaded(tag: &Tag<'_>) -> bool {
    let plain = tag.val().is_none_or(|val| matches!(val.as_str(), "clear" | "nil"));
    tag.attr("fill").is_some_and(|fill| is_ground(&fill))
        || tag.attr("themeFill").is_some_and(|theme| !theme.starts_with("background1"))
        || !plain
}

/// Run properties with what else stands among them.
#[derive(Debug, Default)]
pub(super) struct RunStyle {
    pub(super) props: RunProps,
    pub(super) style: Option<String>,
    /// The mark of the paragraph is deleted, or inserted.
    pub(super) deleted: bool,
    pub(super) inserted: bool,
}

/// Reads an `rPr`.
pub(super) fn run_props(xml: &mut Xml<'_>) -> Result<RunStyle, OfficeError> {
    let mut found = RunStyle::default();
    while let Some(tag) = xml.child()? {
        if tag.ns == Ns::Word {
            match tag.name() {
                "rStyle" => found.style = tag.val(),
                "del" | "moveFrom" => found.deleted = true,
                "ins" | "moveTo" => found.inserted = true,
                _ => run_prop(&mut found.props, &tag),
            }
        }
        xml.skip()?;
    }
    Ok(found)
}

fn run_prop(props: &mut RunProps, tag: &Tag<'_>) {
    match tag.name() {
        "b" => props.bold = Some(tag.is_on()),
        "i" => props.italic = Some(tag.is_on()),
        "u" => props.underline = Some(tag.is_on()),
        "vanish" => props.hidden = Some(tag.is_on()),
        "vertAlign" => {
            props.place = Some(match tag.val().as_deref() {
                Some("superscript") => Place::Above,
                Some("subscript") => Place::Below,
                _ => Place::Line,
            });
        }
        "color" => {
            let theme = tag.attr("themeColor").is_some_and(|theme| theme == "background1");
            let bright = tag.attr("themeShade").is_none();
            props.white = Some(tag.val().is_some_and(|val| is_white(&val)) || theme && bright);
        }
        "sz" => props.tiny = tag.number::<f32>("val").map(|size| size <= TINY),
        "shd" => props.shaded = Some(is_shaded(tag)),
        "highlight" => {
            let colour = tag.val().unwrap_or_default();
            props.shaded = Some(is_ground(&colour));
        }
        "rFonts" => {
            // Latin letters with marks, as those of old encodings, are in the font of `hAnsi`.
            let theme = tag.attr("hAnsiTheme").or_else(|| tag.attr("asciiTheme"));
            let name = tag.attr("hAnsi").or_else(|| tag.attr("ascii"));
            props.font = match (theme, name) {
                (Some(_), _) => Some(Font::Other),
                (None, Some(name)) => Some(Font::by_name(&name)),
                (None, None) => props.font,
            };
        }
        _ => {}
    }
}

/// Paragraph properties as they stand.
#[derive(Debug, Default)]
pub(super) struct ParagraphProps {
    pub(super) style: Option<String>,
    pub(super) outline: Option<u8>,
    pub(super) number: Number,
    pub(super) ground: bool,
    pub(super) mark: RunStyle,
}

/// Reads a `pPr`.
pub(super) fn paragraph_props(xml: &mut Xml<'_>) -> Result<ParagraphProps, OfficeError> {
    let mut props = ParagraphProps::default();
    while let Some(tag) = xml.child()? {
        match (tag.ns, tag.name()) {
            (Ns::Word, "pStyle") => props.style = tag.val(),
            (Ns::Word, "outlineLvl") => props.outline = tag.number("val"),
            (Ns::Word, "shd") => props.ground |= is_shaded(&tag),
            (Ns::Word, "numPr") => {
                props.number = number(xml)?;
                continue;
            }
            (Ns::Word, "rPr") => {
                props.mark = run_props(xml)?;
                continue;
            }
            _ => {}
        }
        xml.skip()?;
    }
    Ok(props)
}

fn number(xml: &mut Xml<'_>) -> Result<Number, OfficeError> {
    let mut number = Number::default();
    while let Some(tag) = xml.child()? {
        match (tag.ns, tag.name()) {
            (Ns::Word, "numId") => number.list = tag.val(),
            (Ns::Word, "ilvl") => number.level = tag.number("val"),
            _ => {}
        }
        xml.skip()?;
    }
    Ok(number)
}
