//! What a file says of itself: what we write into the public ones, and what we read out of those that
//! come in and offer to whoever describes them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Error, Services};
use crate::{
    domain::{
        account::Actor,
        document::{Asset, CreatorRole, Place},
        id::{AssetId, RecordId},
        lang::{Lang, Localized},
        lifecycle::Action,
        record::{LiveRecord, MediaFile},
        rights::{Rights, Use},
    },
    media::{
        metadata::{self, Described, LangText, Notice, Trace, X_DEFAULT},
        packets::Packets,
    },
    text,
};

/// The country of all our places, as the IPTC fields want it: by name, and by ISO 3166-1.
const COUNTRY: (&str, &str) = ("Việt Nam", "VNM");

/// Characters of a caption at most.
const CAPTION: usize = 2_000;

/// What a file's own metadata offers for its description.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Offered {
    /// The headline, for a record's title.
    pub headline: Localized<String>,
    /// The line below it.
    pub caption: Localized<String>,
    /// Who made it.
    pub creators: Vec<String>,
    /// The line to print beside it.
    pub credit: Localized<String>,
    /// The copyright notice.
    pub copyright: Localized<String>,
    /// The licence, by URL.
    pub license: Option<String>,
    /// When it was made.
    pub created: Option<String>,
    /// Where, from the spot to the country.
    pub place: Localized<String>,
    /// Words to find it by.
    pub keywords: Localized<Vec<String>>,
    /// IPTC digital source type, by URI.
    pub digital_source_type: Option<String>,
    /// What else the file holds, which no public copy will: codes of [`Trace`].
    pub left_out: Vec<&'static str>,
}

impl Services {
    /// What the metadata of a record's file offers.
    ///
    /// # Errors
    /// [`Error::NotFound`] for what the actor may not see.
    pub fn offered(&self, actor: &Actor, id: RecordId, asset: AssetId) -> Result<Offered, Error> {
        let found = self.allowed(actor, id, Action::Read)?.value;
        let file = found.files.get(&asset).ok_or(Error::NotFound)?;
        let lang = self.shown(found.clone())?.document.original_lang;
        Ok(offer(self.media.described(&file.original)?, &lang))
    }

    /// A description with what it leaves open filled from the file's own metadata, as far as that
    /// keeps to the bounds of what people type.
    pub(super) fn prefilled(
        &self,
        meta: Value,
        id: RecordId,
        file: &MediaFile,
    ) -> Result<Value, Error> {
        let Value::Object(mut fields) = meta else { return Ok(meta) };
        let record = self.store.record(id)?.ok_or(Error::NotFound)?.value;
        let lang = self.shown(record)?.document.original_lang;
        let offered = offer(self.media.described(&file.original)?, &lang);
        let place = (!offered.place.is_empty()).then(|| json!({"name": offered.place}));
        let caption = each(&offered.caption, |text| one_line(text));
        for (name, value) in [
            ("caption", (!caption.is_empty()).then(|| json!(caption))),
            ("creator", offered.creators.first().map(|creator| json!(creator))),
            ("created", offered.created.map(|created| json!(created))),
            ("place", place),
            ("digitalSourceType", offered.digital_source_type.map(|source| json!(source))),
        ] {
            let Some(value) = value.filter(|_| !fields.contains_key(name)) else { continue };
            let alone = json!({name: value});
            if self.described(alone, AssetId::mint(self.now(), [0; 10])).is_ok() {
                fields.insert(name.to_owned(), value);
            }
        }
        Ok(Value::Object(fields))
    }

    /// What is said of a file in the file itself.
    pub(super) fn packets(&self, live: &LiveRecord, asset: &Asset) -> Packets {
        let notice = self.notice(live, asset);
        Packets { xmp: Some(metadata::xmp(&notice)), iptc: Some(metadata::iptc(&notice)) }
    }

    fn notice(&self, live: &LiveRecord, asset: &Asset) -> Notice {
        let document = &live.document;
        let (own, whole) = (asset.rights.as_ref(), &document.rights);
        let right = |of: fn(&Rights) -> &Localized<String>| {
            own.map(of).filter(|own| !own.is_empty()).unwrap_or_else(|| of(whole))
        };
        let uri = |of: fn(&Rights) -> &Option<String>| {
            own.and_then(|o| of(o).clone()).or_else(|| of(whole).clone())
        };
        let makers = document.creators.iter();
        let makers = makers
            .filter(|one| matches!(one.role, CreatorRole::Photographer | CreatorRole::Author));
        let creators = match &asset.creator {
            Some(creator) => vec![creator.clone()],
            None => makers.map(|one| one.name.clone()).collect(),
        };
        let holder = right(|rights| &rights.holder);
        let credit = right(|rights| &rights.credit);
        let page = format!("{}/vi/r/{}", self.settings.public_url, live.id.key());
        let allowed = own.unwrap_or(whole).allowed();
        Notice {
            id: live.id.to_string(),
            headline: langs(&document.title),
            caption: langs(if asset.caption.is_empty() {
                &document.summary
            } else {
                &asset.caption
            }),
            creators,
            credit: langs(if credit.is_empty() { holder } else { credit }),
            copyright: each(holder, |holder| format!("© {holder}")),
            licence_url: uri(|rights| &rights.license).or_else(|| uri(|rights| &rights.statement)),
            usage_terms: usage(allowed),
            source: live.agency.name.best("vi").map(|(_lang, name)| name.clone()),
            instructions: Some(format!("{}: {page}", live.local_id)),
            licensor_url: Some(page),
            date: asset.created.clone().or_else(|| document.created.clone()),
            place: self.place(asset.place.as_ref().or(document.places.first())),
            digital_source_type: asset.digital_source_type.clone(),
            keywords: document
                .keywords
                .iter()
                .map(|(lang, words)| (lang.to_string(), words.clone()))
                .collect(),
        }
    }

    /// A place by its own name, its province and the country.
    fn place(&self, place: Option<&Place>) -> metadata::Place {
        let Some(place) = place else { return metadata::Place::default() };
        let catalog = self.catalog();
        let label = |code: &str| {
            let known = catalog.has("places", code);
            known.then(|| catalog.label("places", code, "vi"))
        };
        let code = place.code.as_deref();
        let province = code.and_then(|code| label(code.split('-').next().unwrap_or(code)));
        let own = place.name.best("vi").map(|(_lang, name)| name.clone());
        let own = own.or_else(|| code.and_then(label)).filter(|own| Some(own) != province.as_ref());
        metadata::Place {
            sublocation: None,
            city: own,
            province,
            country: Some(COUNTRY.0.to_owned()),
            country_code: Some(COUNTRY.1.to_owned()),
        }
    }
}

/// What may be done with a file, in a sentence.
fn usage(allowed: Use) -> LangText {
    let (vi, en) = match allowed {
        Use::Editorial => (
            "Dùng cho báo chí và thông tin đối ngoại; được cắt cúp và dịch chú thích; phải ghi nguồn.",
            "For editorial use; cropping and translating the caption are allowed; credit required.",
        ),
        Use::Commercial => (
            "Được dùng cả cho mục đích thương mại theo giấy phép; phải ghi nguồn.",
            "Commercial use is allowed under the licence; credit required.",
        ),
        Use::Internal => ("Chỉ dùng nội bộ.", "For internal use only."),
    };
    [("vi", vi), ("en", en)].map(|(lang, text)| (lang.to_owned(), text.to_owned())).into()
}

/// A text of several lines as one, no longer than a caption may be.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(CAPTION).collect()
}

fn langs(texts: &Localized<String>) -> LangText {
    each(texts, Clone::clone)
}

fn each(texts: &Localized<String>, write: impl Fn(&String) -> String) -> LangText {
    texts.iter().map(|(lang, text)| (lang.to_string(), write(text))).collect()
}

/// A date as a description may have it: an instant needs to say from where it is counted, and a camera
/// seldom does.
fn day_or_instant(date: &str) -> String {
    match date.parse::<jiff::Timestamp>() {
        Ok(_instant) => date.to_owned(),
        Err(_local) => date.split('T').next().unwrap_or(date).to_owned(),
    }
}

/// What was found, as the fields of a description; a text whose language is not told is in the one
/// that it looks like, or else in the record's.
fn offer(found: Described, original: &Lang) -> Offered {
    let guess = |text: &str| -> Lang {
        let seen = text::detect(text).filter(|seen| 0.5 < seen.confidence);
        seen.and_then(|seen| seen.lang.parse().ok()).unwrap_or_else(|| original.clone())
    };
    let texts = |all: LangText| -> Localized<String> {
        let mut out = Localized::default();
        let plain = all.get(X_DEFAULT).cloned();
        for (lang, text) in all.into_iter().filter(|(lang, _)| lang != X_DEFAULT) {
            if let Ok(lang) = lang.parse() {
                out.insert(lang, text);
            }
        }
        // The default usually repeats one of the languages.
        if let Some(plain) = plain.filter(|plain| !out.iter().any(|(_lang, text)| text == plain)) {
            let lang = guess(&plain);
            if out.get(lang.as_str()).is_none() {
                out.insert(lang, plain);
            }
        }
        out
    };
    let spots = found.place;
    let names = [spots.sublocation, spots.city, spots.province, spots.country];
    let place = names.into_iter().flatten().collect::<Vec<String>>().join(", ");
    let mut keywords: BTreeMap<Lang, Vec<String>> = BTreeMap::new();
    for word in found.keywords {
        keywords.entry(guess(&word)).or_default().push(word);
    }
    let mut words = Localized::default();
    keywords.into_iter().for_each(|(lang, list)| words.insert(lang, list));
    Offered {
        // The title is often a file's name; in more languages than the headline it is the same line.
        headline: texts(match found.headline.len() < found.title.len() {
            true => found.title,
            false => found.headline,
        }),
        caption: texts(found.caption),
        creators: found.creators,
        credit: texts(found.credit),
        copyright: texts(found.copyright),
        license: found.licence,
        created: found.date.map(|date| day_or_instant(&date)),
        place: texts(
            [(X_DEFAULT.to_owned(), place)].into_iter().filter(|(_, p)| !p.is_empty()).collect(),
        ),
        keywords: words,
        digital_source_type: found.digital_source_type,
        left_out: found.traces.into_iter().map(Trace::code).collect(),
    }
}
