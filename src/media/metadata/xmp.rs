//! What XMP properties stand for (IPTC Photo Metadata Standard 2025.1; PLUS LDF 2.0.1; Creative
//! Commons Rights Expression Language).

use super::blocks::{BLOCK, Blocks, Piece, size};
use super::date;
use super::described::{Described, LangText, Place};
use super::rdf::{self, Properties, Value};
use super::text::{add, add_in, line, text, url};

/// Reads the packets and what did not fit into them; of what is told twice the first counts.
pub(super) fn read(blocks: &Blocks) -> Described {
    let mut all = Properties::default();
    for packet in &blocks.xmp {
        merge(&mut all, rdf::read(packet));
    }
    let id = all.values.iter().find(|value| value.name == "xmpNote:HasExtendedXMP");
    if let Some(whole) = id.and_then(|id| extension(&blocks.extended, id.text.trim())) {
        merge(&mut all, rdf::read(&whole));
    }
    let mut found = described(&Texts(&all.values));
    found.traces = all.traces;
    found
}

fn merge(all: &mut Properties, more: Properties) {
    all.values.extend(more.values);
    all.traces.extend(more.traces);
}

/// The pieces of one packet put together, up to the first that is missing.
fn extension(pieces: &[Piece], id: &str) -> Option<Vec<u8>> {
    let mut own: Vec<&Piece> = pieces.iter().filter(|piece| piece.id == id.as_bytes()).collect();
    own.sort_by_key(|piece| piece.at);
    let mut whole = Vec::new();
    for piece in own {
        if u64::from(piece.at) == size(&whole) && size(&whole) < BLOCK {
            whole.extend_from_slice(&piece.data);
        }
    }
    (!whole.is_empty()).then_some(whole)
}

fn described(texts: &Texts<'_>) -> Described {
    let or = |first: LangText, second| if first.is_empty() { texts.lines(second) } else { first };
    let mut creators = texts.list("dc:creator");
    if creators.is_empty() {
        creators = texts.list("tiff:Artist");
    }
    Described {
        headline: texts.lines("photoshop:Headline"),
        title: texts.lines("dc:title"),
        caption: or(texts.texts("dc:description"), "tiff:ImageDescription"),
        keywords: texts.list("dc:subject"),
        creators,
        credit: texts.lines("photoshop:Credit"),
        copyright: or(texts.texts("dc:rights"), "tiff:Copyright"),
        usage_terms: texts.texts("xmpRights:UsageTerms"),
        licence: texts.licence(),
        source: texts.line("photoshop:Source"),
        instructions: texts.one("photoshop:Instructions").and_then(text),
        date: texts.date(),
        place: texts.place(),
        digital_source_type: texts.line("Iptc4xmpExt:DigitalSourceType"),
        traces: std::collections::BTreeSet::new(),
    }
}

/// The texts of packets, looked up by their properties.
struct Texts<'a>(&'a [Value]);

impl<'a> Texts<'a> {
    /// The texts of a property, those of its fields apart.
    fn of(&self, name: &'static str) -> impl Iterator<Item = &'a Value> {
        self.0.iter().filter(move |value| value.name == name && value.field.is_empty())
    }

    fn one(&self, name: &'static str) -> Option<&'a str> {
        self.of(name).map(|value| value.text.as_str()).find(|text| !text.trim().is_empty())
    }

    fn line(&self, name: &'static str) -> Option<String> {
        self.one(name).and_then(line)
    }

    fn texts(&self, name: &'static str) -> LangText {
        let mut found = LangText::new();
        for value in self.of(name) {
            add_in(&mut found, value.lang.as_deref(), text(&value.text));
        }
        found
    }

    fn lines(&self, name: &'static str) -> LangText {
        let mut found = LangText::new();
        for value in self.of(name) {
            add_in(&mut found, value.lang.as_deref(), line(&value.text));
        }
        found
    }

    fn list(&self, name: &'static str) -> Vec<String> {
        let mut found = Vec::new();
        for value in self.of(name) {
            add(&mut found, line(&value.text));
        }
        found
    }

    /// The licence itself before the page of those who grant one.
    fn licence(&self) -> Option<String> {
        let stated = ["xmpRights:WebStatement", "cc:license"].map(|name| self.one(name));
        let granted = self.field("plus:Licensor", "plus:LicensorURL", None);
        stated.into_iter().flatten().find_map(url).or_else(|| granted.and_then(url))
    }

    fn date(&self) -> Option<String> {
        let mut found = Described::default();
        for name in ["photoshop:DateCreated", "exif:DateTimeOriginal"] {
            let date = self.one(name).and_then(date::iso);
            found.fill(Described { date, ..Described::default() });
        }
        found.date
    }

    /// The place of the plain properties, else the first that is shown, else where it was made.
    fn place(&self) -> Place {
        let mut place = Place {
            sublocation: self.line("Iptc4xmpCore:Location"),
            city: self.line("photoshop:City"),
            province: self.line("photoshop:State"),
            country: self.line("photoshop:Country"),
            country_code: self.line("Iptc4xmpCore:CountryCode"),
        };
        for name in ["Iptc4xmpExt:LocationShown", "Iptc4xmpExt:LocationCreated"] {
            let item = self.0.iter().find(|value| value.name == name).map(|value| value.item);
            let get = |field| self.field(name, field, item).and_then(line);
            place.fill(Place {
                sublocation: get("Iptc4xmpExt:Sublocation"),
                city: get("Iptc4xmpExt:City"),
                province: get("Iptc4xmpExt:ProvinceState"),
                country: get("Iptc4xmpExt:CountryName"),
                country_code: get("Iptc4xmpExt:CountryCode"),
            });
        }
        place
    }

    /// A field of a property, of the item `item` if one is named.
    fn field(&self, name: &str, field: &str, item: Option<u32>) -> Option<&'a str> {
        let is_it = |value: &&Value| {
            value.name == name && value.field == field && item.is_none_or(|item| item == value.item)
        };
        self.0.iter().find(is_it).map(|value| value.text.as_str())
    }
}
