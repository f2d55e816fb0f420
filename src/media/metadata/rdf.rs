//! The properties in an XMP packet, an RDF/XML document (ISO 16684-1, sections 6 and 7).
//!
//! One pass, without a tree: of the properties that are asked for, each text is given with where it
//! stands. Document types and entities are passed over but the five that XML defines.

use std::borrow::Cow;
use std::collections::BTreeSet;

use encoding_rs::{Encoding, UTF_8};
use quick_xml::NsReader;
use quick_xml::XmlVersion::Implicit1_0;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::{Namespace, QName, ResolveResult};

use super::described::Trace;

/// Elements nested deeper are passed over.
const DEPTH: usize = 32;

/// The most texts of a packet.
const VALUES: usize = 10_000;

/// More bytes of one text are not read.
const LONGEST: usize = 64 << 10;

/// No name that is looked at, nor a language tag, has more bytes.
const NAME: usize = 64;

/// The name of anything in a namespace that is not looked at.
const UNKNOWN: &str = "?";

/// The namespaces that are looked at, with the prefixes that their standards give them.
const SPACES: [(&str, &str); 19] = [
    ("http://www.w3.org/1999/02/22-rdf-syntax-ns#", "rdf"),
    ("http://www.w3.org/XML/1998/namespace", "xml"),
    ("http://purl.org/dc/elements/1.1/", "dc"),
    ("http://ns.adobe.com/photoshop/1.0/", "photoshop"),
    ("http://ns.adobe.com/xap/1.0/", "xmp"),
    ("http://ns.adobe.com/xap/1.0/rights/", "xmpRights"),
    ("http://ns.adobe.com/xmp/note/", "xmpNote"),
    ("http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/", "Iptc4xmpCore"),
    ("http://iptc.org/std/Iptc4xmpExt/2008-02-29/", "Iptc4xmpExt"),
    ("http://ns.useplus.org/ldf/xmp/1.0/", "plus"),
    ("http://creativecommons.org/ns#", "cc"),
    ("http://web.resource.org/cc/", "cc"),
    ("http://ns.adobe.com/tiff/1.0/", "tiff"),
    ("http://ns.adobe.com/exif/1.0/", "exif"),
    ("http://ns.adobe.com/exif/1.0/aux/", "aux"),
    ("http://cipa.jp/exif/1.0/", "exifEX"),
    ("http://www.metadataworkinggroup.com/schemas/regions/", "mwg-rs"),
    ("http://ns.microsoft.com/photo/1.2/", "MP"),
    ("http://ns.microsoft.com/photo/1.2/t/Region#", "MPReg"),
];

/// The properties that are asked for.
const WANTED: [&str; 27] = [
    "Iptc4xmpCore:CountryCode",
    "Iptc4xmpCore:Location",
    "Iptc4xmpExt:DigitalSourceType",
    "Iptc4xmpExt:LocationCreated",
    "Iptc4xmpExt:LocationShown",
    "cc:license",
    "dc:creator",
    "dc:description",
    "dc:rights",
    "dc:subject",
    "dc:title",
    "exif:DateTimeOriginal",
    "photoshop:City",
    "photoshop:Country",
    "photoshop:Credit",
    "photoshop:DateCreated",
    "photoshop:Headline",
    "photoshop:Instructions",
    "photoshop:Source",
    "photoshop:State",
    "plus:Licensor",
    "tiff:Artist",
    "tiff:Copyright",
    "tiff:ImageDescription",
    "xmpNote:HasExtendedXMP",
    "xmpRights:UsageTerms",
    "xmpRights:WebStatement",
];

/// The properties, at any depth, whose being there is told.
const TRACES: [(&str, Trace); 23] = [
    ("exif:GPSLatitude", Trace::Gps),
    ("exif:GPSLongitude", Trace::Gps),
    ("exif:GPSDestLatitude", Trace::Gps),
    ("exif:GPSDestLongitude", Trace::Gps),
    ("aux:SerialNumber", Trace::SerialNumber),
    ("aux:LensSerialNumber", Trace::SerialNumber),
    ("exifEX:BodySerialNumber", Trace::SerialNumber),
    ("exifEX:LensSerialNumber", Trace::SerialNumber),
    ("aux:OwnerName", Trace::OwnerName),
    ("exifEX:CameraOwnerName", Trace::OwnerName),
    ("photoshop:CaptionWriter", Trace::OwnerName),
    ("exif:MakerNote", Trace::MakerNote),
    ("Iptc4xmpCore:CreatorContactInfo", Trace::OwnerName),
    ("xmp:Thumbnails", Trace::Thumbnail),
    ("xmp:CreatorTool", Trace::Software),
    ("tiff:Software", Trace::Software),
    ("mwg-rs:RegionList", Trace::Faces),
    ("MPReg:PersonDisplayName", Trace::Faces),
    ("MP:RegionInfo", Trace::Faces),
    ("Iptc4xmpExt:PersonInImage", Trace::Faces),
    ("Iptc4xmpExt:PersonInImageWDetails", Trace::Faces),
    ("Iptc4xmpExt:ImageRegion", Trace::Faces),
    ("exif:UserComment", Trace::Comment),
];

/// A text in a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Value {
    /// The property, as its standard writes it: `dc:title`.
    pub(super) name: &'static str,
    /// Which of a list's items it is in, from 1; 0 where there is no list.
    pub(super) item: u32,
    /// The field, if the property or the item has fields, else empty.
    pub(super) field: String,
    /// The language tag, if there is one.
    pub(super) lang: Option<String>,
    /// The text itself.
    pub(super) text: String,
}

/// What a packet says.
#[derive(Debug, Default)]
pub(super) struct Properties {
    /// The texts of the properties that are asked for, in order.
    pub(super) values: Vec<Value>,
    /// What else is there.
    pub(super) traces: BTreeSet<Trace>,
}

/// Reads a packet, in UTF-8 or UTF-16, as far as it makes sense.
pub(super) fn read(packet: &[u8]) -> Properties {
    let text = decode(packet);
    let mut walk = Walk::default();
    let mut reader = NsReader::from_str(&text);
    let config = reader.config_mut();
    config.allow_dangling_amp = true;
    config.allow_unmatched_ends = true;
    config.check_end_names = false;
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => walk.start(&reader, &tag),
            Ok(Event::Empty(tag)) => {
                walk.start(&reader, &tag);
                walk.end();
            }
            Ok(Event::End(_)) => walk.end(),
            Ok(Event::Text(text)) => walk.text(&text.xml10_content()),
            Ok(Event::CData(text)) => walk.text(&text.xml10_content()),
            Ok(Event::GeneralRef(name)) => walk.text(&referred(&name)),
            Ok(Event::Eof) | Err(_) => return walk.found,
            Ok(_) => {}
        }
    }
}

/// The packet as text; without a byte order mark the first two bytes tell the encoding.
fn decode(packet: &[u8]) -> Cow<'_, str> {
    let told = match packet {
        [0, b'<', ..] => Some(encoding_rs::UTF_16BE),
        [b'<', 0, ..] => Some(encoding_rs::UTF_16LE),
        _ => Encoding::for_bom(packet).map(|(encoding, _)| encoding),
    };
    told.unwrap_or(UTF_8).decode(packet).0
}

/// What a reference stands for: a character, one of the five entities, or nothing.
fn referred(name: &BytesRef<'_>) -> String {
    match name.resolve_char_ref() {
        Ok(Some(c)) => c.to_string(),
        _ => resolve_predefined_entity(name).unwrap_or_default().to_owned(),
    }
}

/// What an element is in RDF.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Role {
    /// Around the data, or nothing that is asked for.
    Outside,
    /// `rdf:RDF`.
    Root,
    /// A description in the root, whose attributes and elements are properties.
    Node,
    /// A property that is asked for.
    Property(&'static str),
    /// `rdf:Alt`, `rdf:Bag`, `rdf:Seq`, or a description that stands for a structure.
    Within,
    /// `rdf:li`.
    Item,
    /// A field of a structure.
    Field(String),
}

/// An open element.
#[derive(Debug)]
struct Frame {
    role: Role,
    lang: Option<String>,
    /// Whether an element has begun in it: then its own text is but space.
    parent: bool,
}

#[derive(Debug, Default)]
struct Walk {
    found: Properties,
    frames: Vec<Frame>,
    /// Open elements that are too deep.
    beyond: usize,
    /// The text of the innermost element.
    text: String,
    /// The items of the property's list so far.
    items: u32,
}

type Reader<'a> = NsReader<&'a [u8]>;

impl Walk {
    fn start(&mut self, reader: &Reader<'_>, tag: &BytesStart<'_>) {
        if DEPTH <= self.frames.len() {
            self.beyond = self.beyond.saturating_add(1);
            return;
        }
        if let Some(parent) = self.frames.last_mut() {
            parent.parent = true;
        }
        self.text.clear();
        let name = element(reader, tag.name());
        self.note(&name);
        let role = self.role(name);
        if matches!(role, Role::Property(_)) {
            self.items = 0;
        }
        if role == Role::Item && self.is_list() {
            self.items = self.items.saturating_add(1);
        }
        self.frames.push(Frame { role, lang: None, parent: false });
        self.attributes(reader, tag);
    }

    /// What an element is, by its name and by what it stands in.
    fn role(&self, name: String) -> Role {
        match self.frames.last().map(|frame| &frame.role) {
            Some(Role::Root) => Role::Node,
            Some(Role::Node) => wanted(&name).map_or(Role::Outside, Role::Property),
            Some(Role::Property(_) | Role::Within | Role::Item | Role::Field(_)) => {
                match name.as_str() {
                    "rdf:li" => Role::Item,
                    _ if name.starts_with("rdf:") => Role::Within,
                    _ => Role::Field(name),
                }
            }
            // A node that is nested elsewhere is no root's.
            Some(Role::Outside) | None if name == "rdf:RDF" => Role::Root,
            Some(Role::Outside) | None => Role::Outside,
        }
    }

    /// Whether an item that begins now is one of the property's list, not of a field's.
    fn is_list(&self) -> bool {
        let inner = |frame: &Frame| matches!(frame.role, Role::Item | Role::Field(_));
        !self.frames.iter().any(inner)
    }

    /// Attributes are properties or fields too, in short form, or say what the element is.
    fn attributes(&mut self, reader: &Reader<'_>, tag: &BytesStart<'_>) {
        for attribute in tag.attributes().with_checks(false) {
            let Ok(attribute) = attribute else { break };
            let name = qualified(reader.resolver().resolve_attribute(attribute.key));
            self.note(&name);
            let asked = self.frames.last().is_some_and(|frame| frame.role != Role::Outside);
            if !asked || name == UNKNOWN {
                continue;
            }
            let value = plain(&attribute);
            if name == "xml:lang" {
                if let Some(frame) = self.frames.last_mut() {
                    frame.lang = Some(value).filter(|tag| tag.len() <= NAME);
                }
            } else if self.frames.last().is_some_and(|frame| frame.role == Role::Node) {
                if let Some(name) = wanted(&name) {
                    self.push(Value {
                        name,
                        item: 0,
                        field: String::new(),
                        lang: None,
                        text: value,
                    });
                }
            } else if name == "rdf:resource" || name == "rdf:value" {
                self.emit(None, value);
            } else if !name.starts_with("rdf:") && !name.starts_with("xml:") {
                self.emit(Some(name), value);
            }
        }
    }

    fn text(&mut self, more: &str) {
        let asked = self.frames.last().is_some_and(|frame| frame.role != Role::Outside);
        if asked && self.beyond == 0 && self.text.len() < LONGEST {
            self.text.push_str(more);
        }
    }

    fn end(&mut self) {
        if 0 < self.beyond {
            self.beyond = self.beyond.saturating_sub(1);
            return;
        }
        let text = std::mem::take(&mut self.text);
        if self.frames.last().is_some_and(|frame| !frame.parent) && !text.trim().is_empty() {
            self.emit(None, text);
        }
        self.frames.pop();
    }

    /// Gives a text of the innermost element, or of the field `field` in it.
    fn emit(&mut self, field: Option<String>, text: String) {
        let property = self.frames.iter().rev().find_map(|frame| match &frame.role {
            Role::Property(name) => Some(*name),
            _ => None,
        });
        let Some(name) = property else { return };
        let inner = self.frames.iter().rev().find_map(|frame| match &frame.role {
            Role::Field(name) => Some(name.clone()),
            _ => None,
        });
        let lang = self.frames.iter().rev().find_map(|frame| frame.lang.clone());
        let field = field.or(inner).unwrap_or_default();
        self.push(Value { name, item: self.items, field, lang, text });
    }

    fn push(&mut self, mut value: Value) {
        if self.found.values.len() < VALUES {
            value.text.truncate(value.text.floor_char_boundary(LONGEST));
            self.found.values.push(value);
        }
    }

    /// Notes what must be told if it is there at all.
    fn note(&mut self, name: &str) {
        let trace = TRACES.iter().find(|(known, _)| *known == name);
        self.found.traces.extend(trace.map(|(_, trace)| *trace));
    }
}

fn wanted(name: &str) -> Option<&'static str> {
    WANTED.iter().find(|wanted| **wanted == name).copied()
}

fn element(reader: &Reader<'_>, name: QName<'_>) -> String {
    qualified(reader.resolver().resolve_element(name))
}

/// The name with the prefix of its standard, or [`UNKNOWN`].
fn qualified((space, local): (ResolveResult<'_>, quick_xml::name::LocalName<'_>)) -> String {
    let ResolveResult::Bound(Namespace(uri)) = space else { return UNKNOWN.to_owned() };
    let known = SPACES.iter().find(|(known, _)| *known == uri);
    match (known, local.as_ref()) {
        (Some((_, prefix)), local) if local.len() <= NAME => format!("{prefix}:{local}"),
        _ => UNKNOWN.to_owned(),
    }
}

/// An attribute's value; as it is written, if it refers to what XML does not define.
fn plain(attribute: &Attribute<'_>) -> String {
    attribute.normalized_value(Implicit1_0).unwrap_or_else(|_| attribute.value.clone()).into_owned()
}
