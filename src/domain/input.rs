//! From JSON to a [`Document`]: every error at once, each with its JSON Pointer (RFC 6901).
//!
//! Texts must be NFC already (`text::normalise` converts); this verifies that, and refuses control
//! characters, unknown fields and everything out of bounds.

mod reader;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use self::reader::Reader;
pub use self::reader::{InputError, Limits};
use super::{
    document::{
        Asset, AssetRole, Clearance, Creator, Document, FocalPoint, InfoClass, Kind, Place,
        Relation, Translation,
    },
    dossier,
    id::AssetId,
    lang::{Lang, Localized},
    rights::Rights,
};

const FIELDS: &[&str] = &[
    "sourceId",
    "kind",
    "infoClass",
    "originalLang",
    "title",
    "summary",
    "body",
    "translations",
    "keywords",
    "topics",
    "channels",
    "places",
    "creators",
    "created",
    "rights",
    "embargoedUntil",
    "clearance",
    "relations",
    "assets",
    "ext",
    "internal",
];

const ASSET_FIELDS: &[&str] = &[
    "id",
    "role",
    "lang",
    "caption",
    "alt",
    "creator",
    "created",
    "place",
    "rights",
    "consent",
    "digitalSourceType",
    "focus",
    "pageTexts",
];

/// Reads a document.
///
/// # Errors
/// Everything that is wrong with it, in the order of the fields.
pub fn document(value: &Value, limits: &Limits) -> Result<Document, Vec<InputError>> {
    let mut reader = Reader::new(limits);
    let found = reader.object(value, "", FIELDS).and_then(|fields| read(&mut reader, fields));
    match found {
        Some(document) if reader.errors.is_empty() => Ok(document),
        _ => Err(reader.errors),
    }
}

/// Reads the description of one file, as sent with an upload: an [`Asset`] without its id.
///
/// # Errors
/// Everything that is wrong with it.
pub fn asset_meta(value: &Value, id: AssetId, limits: &Limits) -> Result<Asset, Vec<InputError>> {
    let mut reader = Reader::new(limits);
    let fields = ASSET_FIELDS.get(1..).unwrap_or_default();
    let found = reader.object(value, "", fields).map(|map| asset_of(&mut reader, map, "", id));
    match found {
        Some(asset) if reader.errors.is_empty() => Ok(asset),
        _ => Err(reader.errors),
    }
}

fn read(reader: &mut Reader<'_>, map: &Map<String, Value>) -> Option<Document> {
    let limits = *reader.limits;
    let kind = match map.get("kind") {
        Some(kind) => reader.word::<Kind>(kind, "/kind"),
        None => reader.missing("/kind"),
    };
    let document = Document {
        source_id: reader.opt(map, "", "sourceId", |r, v, p| r.line(v, p, 200)),
        kind: kind.unwrap_or(Kind::Article),
        info_class: reader
            .opt(map, "", "infoClass", Reader::word)
            .unwrap_or(InfoClass::ImagePromotion),
        original_lang: reader.opt(map, "", "originalLang", Reader::lang).unwrap_or(Lang::vi()),
        title: reader.texts(map, "", "title", limits.title),
        summary: reader.paragraphs(map, "", "summary", limits.summary),
        body: reader.paragraphs(map, "", "body", limits.body),
        translations: translations(reader, map),
        keywords: keywords(reader, map),
        topics: reader.list(map, "", "topics", 30, Reader::code),
        channels: reader.list(map, "", "channels", 30, Reader::code),
        places: reader.list(map, "", "places", 50, place),
        creators: reader.list(map, "", "creators", 50, creator),
        created: reader.opt(map, "", "created", Reader::date),
        rights: reader.opt(map, "", "rights", rights).unwrap_or_default(),
        embargoed_until: reader.opt(map, "", "embargoedUntil", Reader::instant),
        clearance: reader.opt(map, "", "clearance", clearance),
        relations: reader.list(map, "", "relations", 100, relation),
        assets: reader.list(map, "", "assets", limits.assets, asset),
        ext: reader.opt(map, "", "ext", Reader::free).unwrap_or_default(),
        internal: reader.opt(map, "", "internal", Reader::free).unwrap_or_default(),
    };
    unique_assets(reader, &document.assets);
    if let Some(ext) = map.get("ext").filter(|_| kind == Some(Kind::Clarification)) {
        dossier(reader, ext);
    }
    kind.map(|_known| document)
}

/// Verifies the `ext` of a clarification ([`dossier::Dossier`]).
fn dossier(reader: &mut Reader<'_>, ext: &Value) -> Option<()> {
    let base = "/ext";
    let map = reader.object(ext, base, dossier::FIELDS)?;
    for name in ["claim", "impact", "nature", "replies"] {
        let _texts = reader.paragraphs(map, base, name, 20_000);
    }
    let _noticed = reader.opt(map, base, "noticed", Reader::day);
    let _basis = reader.list(map, base, "legalBasis", 50, |r, v, p| r.line(v, p, 1_000));
    let _evidence = reader.list(map, base, "evidence", 200, Reader::parsed::<super::id::RecordId>);
    for name in ["seen", "spread"] {
        let _places = reader.list(map, base, name, 200, |r, v, p| {
            let place = r.object(v, p, &["url", "date", "lang", "note"])?;
            let _date = r.opt(place, p, "date", Reader::day);
            let _lang = r.opt(place, p, "lang", Reader::lang);
            let _note = r.opt(place, p, "note", |r, v, p| r.line(v, p, 1_000));
            r.required(place, p, "url", Reader::uri)
        });
    }
    Some(())
}

fn unique_assets(reader: &mut Reader<'_>, assets: &[Asset]) {
    let mut seen = std::collections::BTreeSet::new();
    for (at, asset) in assets.iter().enumerate() {
        if !seen.insert(asset.id) {
            let text = ("Tệp này đã có trong danh sách.", "This file is listed twice.");
            reader.refuse(&format!("/assets/{at}/id"), "duplicate", text);
        }
    }
}

fn translations(reader: &mut Reader<'_>, map: &Map<String, Value>) -> BTreeMap<Lang, Translation> {
    let entries: Localized<Translation> =
        reader.localized(map, "", "translations", |r, value, pointer| {
            let fields = r.object(value, pointer, &["method", "by"])?;
            let by = r.opt(fields, pointer, "by", |r, v, p| r.line(v, p, 300));
            let method = r.required(fields, pointer, "method", Reader::word)?;
            Some(Translation { method, by })
        });
    entries.iter().map(|(lang, entry)| (lang.clone(), entry.clone())).collect()
}

fn keywords(reader: &mut Reader<'_>, map: &Map<String, Value>) -> Localized<Vec<String>> {
    reader.localized(map, "", "keywords", |r, value, pointer| {
        Some(r.items(value, pointer, 50, |r, v, p| r.line(v, p, 200)))
    })
}

fn place(reader: &mut Reader<'_>, value: &Value, pointer: &str) -> Option<Place> {
    let map = reader.object(value, pointer, &["code", "name", "lat", "lon"])?;
    Some(Place {
        code: reader.opt(map, pointer, "code", Reader::code),
        name: reader.texts(map, pointer, "name", 300),
        lat: reader.opt(map, pointer, "lat", |r, v, p| r.degrees(v, p, 90.0)),
        lon: reader.opt(map, pointer, "lon", |r, v, p| r.degrees(v, p, 180.0)),
    })
}

fn focus(reader: &mut Reader<'_>, value: &Value, pointer: &str) -> Option<FocalPoint> {
    let map = reader.object(value, pointer, &["x", "y"])?;
    let x = reader.required(map, pointer, "x", Reader::part);
    let y = reader.required(map, pointer, "y", Reader::part);
    Some(FocalPoint { x: x?, y: y? })
}

fn creator(reader: &mut Reader<'_>, value: &Value, pointer: &str) -> Option<Creator> {
    let map = reader.object(value, pointer, &["name", "role"])?;
    let name = reader.required(map, pointer, "name", |r, v, p| r.line(v, p, 300));
    let role = reader.required(map, pointer, "role", Reader::word);
    Some(Creator { name: name?, role: role? })
}

fn clearance(reader: &mut Reader<'_>, value: &Value, pointer: &str) -> Option<Clearance> {
    let map = reader.object(value, pointer, &["stateSecret", "personalData"])?;
    let state_secret = reader.required(map, pointer, "stateSecret", Reader::flag);
    let personal_data = reader.required(map, pointer, "personalData", Reader::word);
    Some(Clearance { state_secret: state_secret?, personal_data: personal_data? })
}

fn relation(reader: &mut Reader<'_>, value: &Value, pointer: &str) -> Option<Relation> {
    let map = reader.object(value, pointer, &["rel", "id"])?;
    let rel = reader.required(map, pointer, "rel", Reader::word);
    let id = reader.required(map, pointer, "id", Reader::parsed);
    Some(Relation { rel: rel?, id: id? })
}

fn rights(reader: &mut Reader<'_>, value: &Value, pointer: &str) -> Option<Rights> {
    let fields = ["statement", "license", "holder", "credit", "use", "expires"];
    let map = reader.object(value, pointer, &fields)?;
    Some(Rights {
        statement: reader.opt(map, pointer, "statement", Reader::uri),
        license: reader.opt(map, pointer, "license", Reader::uri),
        holder: reader.texts(map, pointer, "holder", 500),
        credit: reader.texts(map, pointer, "credit", 500),
        use_: reader.opt(map, pointer, "use", Reader::word),
        expires: reader.opt(map, pointer, "expires", Reader::instant),
    })
}

fn asset(reader: &mut Reader<'_>, value: &Value, pointer: &str) -> Option<Asset> {
    let map = reader.object(value, pointer, ASSET_FIELDS)?;
    let id = reader.required(map, pointer, "id", Reader::parsed)?;
    Some(asset_of(reader, map, pointer, id))
}

fn asset_of(
    reader: &mut Reader<'_>,
    map: &Map<String, Value>,
    pointer: &str,
    id: AssetId,
) -> Asset {
    Asset {
        id,
        role: reader.opt(map, pointer, "role", Reader::word).unwrap_or(AssetRole::Main),
        lang: reader.opt(map, pointer, "lang", Reader::lang),
        caption: reader.texts(map, pointer, "caption", 2_000),
        alt: reader.texts(map, pointer, "alt", 2_000),
        creator: reader.opt(map, pointer, "creator", |r, v, p| r.line(v, p, 300)),
        created: reader.opt(map, pointer, "created", Reader::date),
        place: reader.opt(map, pointer, "place", place),
        rights: reader.opt(map, pointer, "rights", rights),
        consent: reader.opt(map, pointer, "consent", Reader::word),
        digital_source_type: reader.opt(map, pointer, "digitalSourceType", Reader::uri),
        focus: reader.opt(map, pointer, "focus", focus),
        page_texts: reader.opt(map, pointer, "pageTexts", Reader::by_page).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests;
