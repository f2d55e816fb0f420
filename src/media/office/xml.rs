//! XML parts as elements within elements, of bounded depth and without declarations of types.

use std::borrow::Cow;

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event as Raw};
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

use super::OfficeError;

/// The vocabularies that are told apart; the strict and the transitional ones of ISO/IEC 29500 are
/// the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ns {
    /// No namespace, as in package parts with a default one that needs no telling apart.
    Plain,
    /// `WordprocessingML`.
    Word,
    /// Office math.
    Math,
    /// `DrawingML` in text: place and description.
    Place,
    /// `DrawingML`: pictures.
    Picture,
    /// `DrawingML`.
    Drawing,
    /// Charts and diagrams.
    Chart,
    /// VML and its Office additions.
    Vml,
    /// Markup compatibility.
    Compat,
    /// ODF `office`.
    Office,
    /// ODF `text`.
    Text,
    /// ODF `table`.
    Table,
    /// ODF `draw`.
    Draw,
    /// ODF `style`.
    Style,
    /// ODF `svg`-compatible.
    Svg,
    /// Anything else.
    Other,
}

fn namespace(uri: &str) -> Ns {
    let strict = uri.strip_prefix("http://purl.oclc.org/ooxml/");
    let transitional = uri.strip_prefix("http://schemas.openxmlformats.org/");
    let short = strict.or(transitional).unwrap_or(uri);
    match short.strip_suffix("/2006/main").or(short.strip_suffix("/main")).unwrap_or(short) {
        "wordprocessingml" => Ns::Word,
        "drawingml" => Ns::Drawing,
        _ => short_namespace(short),
    }
}

fn short_namespace(short: &str) -> Ns {
    match short {
        "officeDocument/2006/math" | "officeDocument/math" => Ns::Math,
        "drawingml/2006/wordprocessingDrawing" | "drawingml/wordprocessingDrawing" => Ns::Place,
        "drawingml/2006/picture" | "drawingml/picture" => Ns::Picture,
        "drawingml/2006/chart" | "drawingml/chart" => Ns::Chart,
        "drawingml/2006/diagram" | "drawingml/diagram" => Ns::Chart,
        "http://schemas.microsoft.com/office/drawing/2014/chartex" => Ns::Chart,
        "urn:schemas-microsoft-com:vml" | "urn:schemas-microsoft-com:office:office" => Ns::Vml,
        "markup-compatibility/2006" => Ns::Compat,
        "urn:oasis:names:tc:opendocument:xmlns:office:1.0" => Ns::Office,
        "urn:oasis:names:tc:opendocument:xmlns:text:1.0" => Ns::Text,
        "urn:oasis:names:tc:opendocument:xmlns:table:1.0" => Ns::Table,
        "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" => Ns::Draw,
        "urn:oasis:names:tc:opendocument:xmlns:style:1.0" => Ns::Style,
        "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" => Ns::Svg,
        _ => Ns::Other,
    }
}

/// What markup compatibility may ask for and is understood here: the shapes and pictures of Word
/// 2010 and later.
const UNDERSTOOD: [&str; 6] = [
    "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    "http://schemas.microsoft.com/office/word/2010/wordprocessingGroup",
    "http://schemas.microsoft.com/office/word/2010/wordprocessingCanvas",
    "http://schemas.microsoft.com/office/word/2010/wordprocessingDrawing",
    "http://schemas.microsoft.com/office/word/2010/wordml",
    "http://schemas.microsoft.com/office/word/2012/wordml",
];

/// The beginning of an element.
#[derive(Debug)]
pub(super) struct Tag<'a> {
    pub(super) ns: Ns,
    start: BytesStart<'a>,
}

impl Tag<'_> {
    /// The name without its prefix.
    pub(super) fn name(&self) -> &str {
        self.start.local_name().into_inner()
    }

    /// The attribute of this name without its prefix; no two of one element differ by that alone.
    pub(super) fn attr(&self, name: &str) -> Option<String> {
        let mut all = self.start.attributes();
        let mut all = all.with_checks(false).map_while(Result::ok);
        let found = all.find(|attr| attr.key.local_name().into_inner() == name)?;
        found.normalized_value(XmlVersion::Explicit1_0).ok().map(Cow::into_owned)
    }

    /// The `val` attribute.
    pub(super) fn val(&self) -> Option<String> {
        self.attr("val")
    }

    /// Whether a switch is on: one is so by being there, unless its value says no.
    pub(super) fn is_on(&self) -> bool {
        !self.val().is_some_and(|val| matches!(val.as_str(), "0" | "false" | "off" | "none"))
    }

    /// A number in an attribute.
    pub(super) fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.attr(name)?.trim().parse().ok()
    }
}

/// What comes next.
#[derive(Debug)]
pub(super) enum Event<'a> {
    Open(Tag<'a>),
    Text(Cow<'a, str>),
    Close,
    End,
}

/// A part that is being read. Whoever is given an element reads to its end.
pub(super) struct Xml<'a> {
    reader: NsReader<&'a [u8]>,
    depth: usize,
    deepest: usize,
}

impl<'a> Xml<'a> {
    pub(super) fn new(text: &'a str, deepest: usize) -> Self {
        let mut reader = NsReader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        Self { reader, depth: 0, deepest }
    }

    /// # Errors
    /// [`OfficeError::Doctype`], [`OfficeError::TooMuch`] where elements lie too deep, and
    /// [`OfficeError::Damaged`].
    pub(super) fn next(&mut self) -> Result<Event<'a>, OfficeError> {
        loop {
            match self.reader.read_event()? {
                Raw::Start(start) => return self.open(start),
                Raw::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Event::Close);
                }
                Raw::Text(text) => return Ok(Event::Text(text.xml10_content())),
                Raw::CData(text) => return Ok(Event::Text(text.xml10_content())),
                Raw::GeneralRef(name) => {
                    let c = match name.resolve_char_ref()? {
                        Some(c) => c,
                        None => predefined(&name)?,
                    };
                    return Ok(Event::Text(Cow::Owned(c.to_string())));
                }
                Raw::DocType(_) => return Err(OfficeError::Doctype),
                Raw::Eof if 0 < self.depth => {
                    return Err(OfficeError::damaged("it ends within an element"));
                }
                Raw::Eof => return Ok(Event::End),
                Raw::Empty(_) | Raw::Comment(_) | Raw::Decl(_) | Raw::PI(_) => {}
            }
        }
    }

    fn open(&mut self, start: BytesStart<'a>) -> Result<Event<'a>, OfficeError> {
        self.depth = self.depth.saturating_add(1);
        if self.deepest < self.depth {
            return Err(OfficeError::TooMuch("elements within elements"));
        }
        let ns = match self.reader.resolver().resolve_element(start.name()).0 {
            ResolveResult::Bound(uri) => namespace(uri.0),
            ResolveResult::Unbound => Ns::Plain,
            ResolveResult::Unknown(_) => Ns::Other,
        };
        Ok(Event::Open(Tag { ns, start }))
    }

    /// The next element within this one; none at its end. Text between elements is passed over.
    pub(super) fn child(&mut self) -> Result<Option<Tag<'a>>, OfficeError> {
        loop {
            match self.next()? {
                Event::Open(tag) => return Ok(Some(tag)),
                Event::Text(_) => {}
                Event::Close | Event::End => return Ok(None),
            }
        }
    }

    /// Passes over the rest of this element.
    pub(super) fn skip(&mut self) -> Result<(), OfficeError> {
        while self.child()?.is_some() {
            self.skip_open()?;
        }
        Ok(())
    }

    /// As [`Xml::skip`], without a call for each level.
    fn skip_open(&mut self) -> Result<(), OfficeError> {
        let mut open = 1_usize;
        while 0 < open {
            match self.next()? {
                Event::Open(_) => open = open.saturating_add(1),
                Event::Close | Event::End => open = open.saturating_sub(1),
                Event::Text(_) => {}
            }
        }
        Ok(())
    }

    /// All text of this element, of elements within it those that `wanted` says; `most` bytes, about.
    pub(super) fn gather(
        &mut self,
        most: usize,
        wanted: impl Fn(&Tag<'_>) -> bool,
    ) -> Result<String, OfficeError> {
        let mut text = String::new();
        let mut inside = vec![true];
        while !inside.is_empty() {
            match self.next()? {
                Event::Open(tag) => inside.push(wanted(&tag)),
                Event::Text(more) if inside.last().is_some_and(|on| *on) && text.len() < most => {
                    text.push_str(&more);
                }
                Event::Text(_) => {}
                Event::Close | Event::End => {
                    inside.pop();
                }
            }
        }
        Ok(text)
    }

    /// Whether all that a choice asks for, a list of prefixes, is understood.
    pub(super) fn understands(&self, prefixes: &str) -> bool {
        prefixes.split_ascii_whitespace().all(|prefix| {
            let name = format!("{prefix}:x");
            let name = quick_xml::name::QName(&name);
            match self.reader.resolver().resolve_element(name).0 {
                ResolveResult::Bound(uri) => UNDERSTOOD.contains(&uri.0),
                _ => false,
            }
        })
    }
}

/// The entities that XML has without declaring them.
fn predefined(name: &str) -> Result<char, OfficeError> {
    match name {
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "amp" => Ok('&'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        _ => Err(OfficeError::damaged("an entity that nobody declared")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORD: &str = "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'";

    fn all(text: &str) -> Result<Vec<String>, OfficeError> {
        let mut xml = Xml::new(text, 8);
        let mut seen = Vec::new();
        loop {
            match xml.next()? {
                Event::Open(tag) => seen.push(format!("{:?} {}", tag.ns, tag.name())),
                Event::Text(text) => seen.push(text.into_owned()),
                Event::Close => seen.push("/".to_owned()),
                Event::End => return Ok(seen),
            }
        }
    }

    #[test]
    fn elements_are_told_by_namespace_whatever_their_prefix() {
        let strict = "xmlns='http://purl.oclc.org/ooxml/wordprocessingml/main'";
        assert_eq!(all(&format!("<w:p {WORD}/>")).unwrap(), ["Word p", "/"]);
        assert_eq!(
            all(&format!("<p {strict}>a&amp;&#x1ea1;</p>")).unwrap(),
            ["Word p", "a", "&", "ạ", "/"]
        );
        assert_eq!(all("<w:p/>").unwrap(), ["Other p", "/"]);
    }

    #[test]
    fn declarations_depth_and_holes_are_refused() {
        let bomb = "<!DOCTYPE a [<!ENTITY b 'bb'>]><a>&b;</a>";
        assert!(matches!(all(bomb), Err(OfficeError::Doctype)));
        assert!(matches!(all("<a>&b;</a>"), Err(OfficeError::Damaged(_))));
        assert!(matches!(all("<a><b></b>"), Err(OfficeError::Damaged(_))));
        assert!(matches!(all("<a></b>"), Err(OfficeError::Damaged(_))));
        assert!(all(&"<a>".repeat(8)).is_err_and(|e| matches!(e, OfficeError::Damaged(_))));
        assert!(all(&"<a>".repeat(9)).is_err_and(|e| matches!(e, OfficeError::TooMuch(_))));
    }

    #[test]
    fn an_element_is_passed_over_whole() {
        let mut xml = Xml::new("<a><b><c>x</c><c/></b><d v='1' n:w='0'/></a>", 8);
        xml.child().unwrap();
        xml.child().unwrap();
        xml.skip().unwrap();
        let tag = xml.child().unwrap().unwrap();
        assert_eq!(
            (tag.name(), tag.attr("v").as_deref(), tag.attr("w").as_deref()),
            ("d", Some("1"), Some("0"))
        );
        assert!(xml.child().unwrap().is_none());
    }

    #[test]
    fn text_is_gathered_from_wanted_elements() {
        let mut xml = Xml::new("<a>1<t>2</t><x>3<t>4</t></x></a>", 8);
        xml.child().unwrap();
        assert_eq!(xml.gather(100, |tag| tag.name() == "t").unwrap(), "124");
    }
}
