//! What decides how a run of text looks, and whether it is seen at all.

use std::borrow::Cow;

use super::model::{Look, Place, Span};
use super::symbol::SymbolFont;
use crate::text::legacy::{self, Encoding};

/// Properties of a run, each of which may be left to a style.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct RunProps {
    pub(super) bold: Option<bool>,
    pub(super) italic: Option<bool>,
    pub(super) underline: Option<bool>,
    pub(super) place: Option<Place>,
    /// Marked as hidden.
    pub(super) hidden: Option<bool>,
    /// In white.
    pub(super) white: Option<bool>,
    /// A point high or less.
    pub(super) tiny: Option<bool>,
    /// On a ground of its own.
    pub(super) shaded: Option<bool>,
    pub(super) font: Option<Font>,
}

/// What is to be known of a font.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Font {
    /// Of an old encoding; and whether it shows capitals only.
    Legacy(Encoding, bool),
    /// Of symbols.
    Symbol(SymbolFont),
    /// Of Unicode.
    Other,
}

impl Font {
    pub(super) fn by_name(name: &str) -> Self {
        if let Some((encoding, capitals)) = legacy::by_font(name) {
            return Self::Legacy(encoding, capitals);
        }
        SymbolFont::by_name(name).map_or(Self::Other, Self::Symbol)
    }
}

impl RunProps {
    /// These where they say something, those of `base` where they do not.
    pub(super) fn over(self, base: Self) -> Self {
        Self {
            bold: self.bold.or(base.bold),
            italic: self.italic.or(base.italic),
            underline: self.underline.or(base.underline),
            place: self.place.or(base.place),
            hidden: self.hidden.or(base.hidden),
            white: self.white.or(base.white),
            tiny: self.tiny.or(base.tiny),
            shaded: self.shaded.or(base.shaded),
            font: self.font.or(base.font),
        }
    }

    /// Whether readers do not see it, on a ground that has a colour or has none.
    pub(super) fn is_unseen(self, on_ground: bool) -> bool {
        let ground = on_ground || self.shaded == Some(true);
        self.hidden == Some(true)
            || self.tiny == Some(true)
            || (self.white == Some(true) && !ground)
    }

    pub(super) fn look(self) -> Look {
        Look {
            bold: self.bold == Some(true),
            italic: self.italic == Some(true),
            underline: self.underline == Some(true),
            place: self.place.unwrap_or_default(),
        }
    }

    /// Text in a font of an old encoding as what it shows.
    pub(super) fn readable(self, text: &str) -> Cow<'_, str> {
        match self.font {
            Some(Font::Legacy(encoding, true)) => {
                legacy::decode(encoding, text).to_uppercase().into()
            }
            Some(Font::Legacy(encoding, false)) => legacy::decode(encoding, text),
            _ => Cow::Borrowed(text),
        }
    }

    /// Text of this look. Line ends in it are spaces; symbols are read.
    pub(super) fn span(self, text: &str) -> Span {
        let symbols = match self.font {
            Some(Font::Symbol(font)) => Some(font),
            _ => None,
        };
        let font = match self.font {
            Some(Font::Legacy(encoding, capitals)) => Some((encoding, capitals)),
            _ => None,
        };
        let private = font.is_none() && text.contains(|c| ('\u{F020}'..='\u{F0FF}').contains(&c));
        let text = if private { super::symbol::read(symbols, text) } else { text.to_owned() };
        Span { text: text.replace(['\n', '\r'], " "), look: self.look(), link: None, font }
    }
}

/// Whether a colour, as six hexadecimal digits with or without a `#`, is white.
pub(super) fn is_white(colour: &str) -> bool {
    let colour = colour.trim().trim_start_matches('#');
    colour.eq_ignore_ascii_case("ffffff")
        || colour.eq_ignore_ascii_case("white")
        || colour.eq_ignore_ascii_case("fff")
}

/// Whether a ground has a colour that white text is seen on.
pub(super) fn is_ground(colour: &str) -> bool {
    let colour = colour.trim();
    let none = ["auto", "transparent", "none", "inherit", "initial", ""];
    !none.iter().any(|name| colour.eq_ignore_ascii_case(name)) && !is_white(colour)
}

/// The address of a link, if it may be written.
pub(super) fn address(target: &str) -> Option<std::rc::Rc<str>> {
    let target = target.trim();
    let lower = target.get(..8).unwrap_or(target).to_ascii_lowercase();
    let known = ["http://", "https://", "mailto:"]
        .iter()
        .any(|scheme| lower.starts_with(scheme) && scheme.len() < target.len());
    let plain = !target.contains(|c: char| c.is_whitespace() || c.is_control());
    (known && plain && target.len() <= ADDRESS).then(|| target.into())
}

/// The most bytes of an address.
const ADDRESS: usize = 2_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_is_unseen_on_white_only() {
        let white = RunProps { white: Some(true), ..RunProps::default() };
        assert!(white.is_unseen(false));
        assert!(!white.is_unseen(true));
        assert!(!RunProps { shaded: Some(true), ..white }.is_unseen(false));
        assert!(RunProps { hidden: Some(true), ..RunProps::default() }.is_unseen(true));
        assert!(is_ground("1F4E79") && !is_ground("auto") && !is_ground("#FFFFFF"));
    }

    #[test]
    fn own_properties_go_before_those_of_a_style() {
        let style = RunProps { bold: Some(true), italic: Some(true), ..RunProps::default() };
        let own = RunProps { bold: Some(false), ..RunProps::default() };
        let look = own.over(style).look();
        assert!(!look.bold && look.italic);
    }

    #[test]
    fn addresses_are_those_of_the_web_and_of_mail() {
        for good in ["http://a.vn", "HTTPS://A.vn/x?y=1&z", "mailto:a@b.vn"] {
            assert_eq!(address(good).as_deref(), Some(good));
        }
        for bad in
            ["http://", "file:///c:/x", "javascript:a", "//a.vn", "http://a b", "\u{1}", "ạạạạ"]
        {
            assert_eq!(address(bad), None);
        }
    }
}
