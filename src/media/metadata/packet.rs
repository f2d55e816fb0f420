//! The XMP packet of public files (ISO 16684-1, section 7; IPTC Photo Metadata Standard 2025.1, and
//! its guide to licensable images for search engines).

use std::collections::BTreeSet;

use xmp_writer::{CustomNamespace, LangId, Namespace, RdfCollectionType, XmpWriter};

use super::described::{LangText, X_DEFAULT};
use super::notice::{Notice, default_of};
use super::text::{ITEMS, LANGUAGES, TEXT, cut_chars};

/// The most bytes of a packet that one JPEG segment holds (XMP part 3, section 1.1.3).
const PACKET: usize = 65_502;

/// Captions are cut to so many characters before any keyword is left out.
const CAPTION: usize = 300;

/// A namespace: its prefix and its address.
type Schema = (&'static str, &'static str);

const PHOTOSHOP: Schema = ("photoshop", "http://ns.adobe.com/photoshop/1.0/");
const CORE: Schema = ("Iptc4xmpCore", "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/");
const EXTENSION: Schema = ("Iptc4xmpExt", "http://iptc.org/std/Iptc4xmpExt/2008-02-29/");
const PLUS: Schema = ("plus", "http://ns.useplus.org/ldf/xmp/1.0/");

/// How much of a notice is written.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// Characters of a caption in one language.
    caption: usize,
    /// Keywords in all.
    keywords: usize,
    /// Characters of any other text.
    other: usize,
}

/// From how much to how much of a thing is written, and what is written of the others meanwhile.
type Stage = (usize, usize, fn(usize) -> Limits);

/// The packet of a notice, complete from its first processing instruction to its last, in UTF-8.
///
/// It fits into one JPEG segment: captions are shortened for it, then keywords are left out, then
/// whatever else is too long.
#[must_use]
pub fn xmp(notice: &Notice) -> Vec<u8> {
    let notice = &notice.clean();
    let all = Limits { caption: TEXT, keywords: LANGUAGES * ITEMS, other: TEXT };
    let packet = write(notice, all);
    if packet.len() <= PACKET {
        return packet.into_bytes();
    }
    let stages: [Stage; 4] = [
        (CAPTION, TEXT, |caption| Limits { caption, keywords: LANGUAGES * ITEMS, other: TEXT }),
        (0, LANGUAGES * ITEMS, |keywords| Limits { caption: CAPTION, keywords, other: TEXT }),
        (0, CAPTION, |caption| Limits { caption, keywords: 0, other: TEXT }),
        (0, TEXT, |other| Limits { caption: 0, keywords: 0, other }),
    ];
    let fitting = stages.into_iter().find_map(|(low, high, limits)| {
        let fits = |most| write(notice, limits(most)).len() <= PACKET;
        fits(low).then(|| write(notice, limits(largest(low, high, fits))))
    });
    fitting.unwrap_or_default().into_bytes()
}

/// The largest number from `low`, which does, to `high` that does.
fn largest(mut low: usize, mut high: usize, does: impl Fn(usize) -> bool) -> usize {
    while low < high {
        let middle = low.midpoint(high.saturating_add(1));
        if does(middle) {
            low = middle;
        } else {
            high = middle.saturating_sub(1);
        }
    }
    low
}

/// Writes a notice that is clean.
fn write(notice: &Notice, limits: Limits) -> String {
    let mut out = Packet { xmp: XmpWriter::new(), limits };
    out.words(notice);
    out.rights(notice);
    out.place(notice);
    out.xmp.finish(None)
}

/// A packet that is being written; what is empty is left out.
struct Packet<'a> {
    xmp: XmpWriter<'a>,
    limits: Limits,
}

impl Packet<'_> {
    fn words(&mut self, notice: &Notice) {
        let Limits { caption, other, .. } = self.limits;
        self.text(PHOTOSHOP, "Headline", default_of(&notice.headline));
        let title = alternatives(&notice.headline, other);
        if !title.is_empty() {
            self.xmp.title(entries(&title));
        }
        let caption = alternatives(&notice.caption, caption);
        if !caption.is_empty() {
            self.xmp.description(entries(&caption));
        }
        let keywords = keywords(notice, self.limits);
        if !keywords.is_empty() {
            self.xmp.subject(keywords.iter().copied());
        }
        if let Some(id) = cut(Some(&notice.id), other) {
            self.xmp.identifier(id);
        }
        self.text(PHOTOSHOP, "Instructions", notice.instructions.as_ref());
        self.text(PHOTOSHOP, "DateCreated", notice.date.as_ref());
        self.text(EXTENSION, "DigitalSourceType", notice.digital_source_type.as_ref());
    }

    fn rights(&mut self, notice: &Notice) {
        let most = self.limits.other;
        let creators = notice.creators.iter().filter_map(|name| cut(Some(name), most));
        let mut creators = creators.peekable();
        if creators.peek().is_some() {
            self.xmp.creator(creators);
        }
        self.text(PHOTOSHOP, "Credit", default_of(&notice.credit));
        self.text(PHOTOSHOP, "Source", notice.source.as_ref());
        let copyright = alternatives(&notice.copyright, most);
        if !copyright.is_empty() {
            self.xmp.rights(entries(&copyright));
            self.xmp.marked(true);
        }
        let terms = alternatives(&notice.usage_terms, most);
        if !terms.is_empty() {
            self.xmp.usage_terms(entries(&terms));
        }
        // A cut address would lead elsewhere.
        let whole = |url: &&String| url.chars().nth(most).is_none();
        if let Some(licence) = notice.licence_url.as_ref().filter(whole) {
            self.xmp.web_statement(licence);
        }
        if let Some(page) = notice.licensor_url.as_ref().filter(whole) {
            self.licensor(page, cut(default_of(&notice.credit), most));
        }
    }

    /// Who grants licences, and where.
    fn licensor(&mut self, page: &str, name: Option<&str>) {
        let mut list = self.xmp.element("Licensor", space(PLUS)).array(RdfCollectionType::Seq);
        let mut licensor = list.element().obj();
        if let Some(name) = name {
            licensor.element("LicensorName", space(PLUS)).value(name);
        }
        licensor.element("LicensorURL", space(PLUS)).value(page);
    }

    fn place(&mut self, notice: &Notice) {
        let place = &notice.place;
        for (space, name, value) in [
            (CORE, "Location", &place.sublocation),
            (PHOTOSHOP, "City", &place.city),
            (PHOTOSHOP, "State", &place.province),
            (PHOTOSHOP, "Country", &place.country),
            (CORE, "CountryCode", &place.country_code),
        ] {
            self.text(space, name, value.as_ref());
        }
    }

    fn text(&mut self, schema: Schema, name: &str, text: Option<&String>) {
        if let Some(text) = cut(text, self.limits.other) {
            self.xmp.element(name, space(schema)).value(text);
        }
    }
}

fn space((prefix, uri): Schema) -> Namespace<'static> {
    Namespace::Custom(Box::new(CustomNamespace::new(prefix, prefix, uri)))
}

/// At most `most` characters of a text, if anything is left of it.
fn cut(text: Option<&String>, most: usize) -> Option<&str> {
    text.map(|text| cut_chars(text, most)).filter(|text| !text.is_empty())
}

/// A text in its languages, what stands for all before them, each with its tag.
fn alternatives(all: &LangText, most: usize) -> Vec<(&str, &str)> {
    let default = default_of(all).map(|text| (X_DEFAULT, text));
    let own = all.iter().filter(|(lang, _)| *lang != X_DEFAULT);
    let own = own.map(|(lang, text)| (lang.as_str(), text));
    let written = default.into_iter().chain(own);
    written.filter_map(|(lang, text)| Some((lang, cut(Some(text), most)?))).collect()
}

fn entries<'a>(texts: &'a [(&str, &str)]) -> impl Iterator<Item = (Option<LangId<'a>>, &'a str)> {
    texts.iter().map(|(lang, text)| (Some(LangId(lang)), *text))
}

/// The keywords of all languages, each once, those that stand for all first.
fn keywords(notice: &Notice, limits: Limits) -> Vec<&str> {
    let default = default_of(&notice.keywords).into_iter();
    let words = default.chain(notice.keywords.values()).flatten();
    let words = words.filter_map(|word| cut(Some(word), limits.other));
    let mut seen = BTreeSet::new();
    words.filter(|word| seen.insert(*word)).take(limits.keywords).collect()
}
