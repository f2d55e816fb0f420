//! PDF documents (ISO 32000-2): counted and cleaned. Runs in the worker process only.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufWriter, Cursor, Seek, Write};

use lopdf::{Dictionary, Document, Error, Object, ObjectId, Stream, dictionary};

use super::packets::Packets;
use super::{MediaError, jpeg};

pub(super) const TYPE: &str = "application/pdf";

/// Actions that run something or reach outside (ISO 32000-2, table 201).
const ACTIONS: &[&[u8]] = &[
    b"JavaScript",
    b"Launch",
    b"ImportData",
    b"SubmitForm",
    b"Rendition",
    b"Movie",
    b"Sound",
    b"GoToE",
    b"RichMediaExecute",
    b"GoTo3DView",
];

/// Annotations that carry a file or a player (table 171).
const PLAYERS: &[&[u8]] = &[b"FileAttachment", b"RichMedia", b"3D", b"Movie", b"Sound", b"Screen"];

/// What the document catalog loses (table 29 and Adobe's extensions).
const OF_CATALOG: &[&[u8]] = &[
    b"Metadata",
    b"OpenAction",
    b"AA",
    b"AF",
    b"Collection",
    b"Perms",
    b"DSS",
    b"SpiderInfo",
    b"PieceInfo",
    b"Legal",
];

/// What the catalog's name dictionary loses (table 32).
const OF_NAMES: &[&[u8]] =
    &[b"JavaScript", b"EmbeddedFiles", b"AlternatePresentations", b"Renditions"];

/// What pages, forms and images lose; the last two, by TeX, name the author's files and program.
const OF_PARTS: &[&[u8]] =
    &[b"Metadata", b"AA", b"AF", b"PieceInfo", b"LastModified", b"PTEX.FileName", b"PTEX.InfoDict"];

/// What annotations lose beside: who wrote them and when (tables 166 and 172).
const OF_NOTES: &[&[u8]] = &[b"T", b"M", b"CreationDate", b"AA", b"AF"];

/// The number of pages.
///
/// # Errors
/// [`MediaError::Encrypted`]; [`MediaError::Corrupt`] if it cannot be parsed or has no page.
pub(super) fn pages(input: File) -> Result<u32, MediaError> {
    count(&load(input)?)
}

/// Writes the document to `output` without metadata, scripts, embedded files and players, and
/// without what nothing refers to any more (old revisions among it), but with `xmp` as what it says
/// of itself; gives the number of pages.
///
/// # Errors
/// As [`pages`], and those of `output`.
pub(super) fn clean(input: File, xmp: Option<String>, output: File) -> Result<u32, MediaError> {
    let mut document = load(input)?;
    let pages = count(&document)?;
    empty_information(&mut document);
    strip_catalog(&mut document);
    let doomed: BTreeSet<ObjectId> = document
        .objects
        .iter()
        .filter(|(_, object)| is_doomed(object))
        .map(|(id, _)| *id)
        .collect();
    for id in &doomed {
        document.objects.remove(id);
    }
    for object in document.objects.values_mut() {
        sweep(object, &doomed);
    }
    document.prune_objects();
    if let Some(xmp) = xmp {
        describe(&mut document, xmp);
    }
    let mut out = BufWriter::new(output);
    document.save_to(&mut out)?;
    out.flush()?;
    Ok(pages)
}

/// Hangs an XMP packet to the catalog, not packed, so that any program finds it (14.3.2).
fn describe(document: &mut Document, xmp: String) {
    let kind = dictionary! { "Type" => "Metadata", "Subtype" => "XML" };
    let packet = Stream::new(kind, xmp.into_bytes()).with_compression(false);
    let id = document.add_object(packet);
    if let Ok(catalog) = document.catalog_mut() {
        catalog.set("Metadata", id);
    }
}

/// The texts of the document's dictionaries: information, notes, outlines, forms (ISO 32000-2,
/// sections 12.3.3, 12.5, 12.7 and 14.3.3). Most of them are cleaned away or seen by readers; all are
/// to be screened.
pub(super) fn information(document: &Document) -> Vec<String> {
    let mut out = Vec::new();
    for object in document.objects.values() {
        texts_of(object, DEEP, &mut out);
    }
    texts_of(&Object::Dictionary(document.trailer.clone()), DEEP, &mut out);
    out
}

/// How deep dictionaries within dictionaries are looked into.
const DEEP: u8 = 8;

fn texts_of(object: &Object, deep: u8, out: &mut Vec<String>) {
    let Some(deep) = deep.checked_sub(1) else { return };
    match object {
        Object::String(..) => out.extend(lopdf::decode_text_string(object)),
        Object::Array(items) => items.iter().for_each(|item| texts_of(item, deep, out)),
        Object::Dictionary(map) => map.iter().for_each(|(_, value)| texts_of(value, deep, out)),
        Object::Stream(stream) => {
            stream.dict.iter().for_each(|(_, value)| texts_of(value, deep, out));
        }
        _ => {}
    }
}

/// The XMP packet that hangs at the catalog of a document that we cleaned.
///
/// # Errors
/// As [`pages`].
pub(super) fn packet(input: &File) -> Result<Option<Vec<u8>>, MediaError> {
    let mut input = input.try_clone()?;
    input.rewind()?;
    let document = load(input)?;
    let packet = document.catalog().ok().and_then(|catalog| {
        let stream = catalog.get_deref(b"Metadata", &document).and_then(Object::as_stream).ok()?;
        Some(stream.content.clone())
    });
    Ok(packet.filter(|packet| packet.len() <= super::packets::LONGEST))
}

fn load(input: File) -> Result<Document, MediaError> {
    let document = Document::load_from(input).map_err(refused)?;
    let locked =
        document.is_encrypted() || document.was_encrypted() || document.trailer.has(b"Encrypt");
    if locked { Err(MediaError::Encrypted) } else { Ok(document) }
}

fn refused(error: Error) -> MediaError {
    match error {
        Error::InvalidPassword
        | Error::Decryption(_)
        | Error::UnsupportedSecurityHandler(_)
        | Error::AlreadyEncrypted => MediaError::Encrypted,
        Error::IO(error) => error.into(),
        other => MediaError::corrupt(TYPE, other.to_string()),
    }
}

fn count(document: &Document) -> Result<u32, MediaError> {
    match u32::try_from(document.page_iter().count()) {
        Ok(0) => Err(MediaError::corrupt(TYPE, "no page")),
        Ok(pages) => Ok(pages),
        Err(_) => Err(MediaError::corrupt(TYPE, "too many pages")),
    }
}

/// Empties the information dictionary (14.3.3): some programs refer to it from elsewhere too.
fn empty_information(document: &mut Document) {
    let Ok(id) = document.trailer.get(b"Info").and_then(Object::as_reference) else { return };
    if let Ok(information) = document.get_dictionary_mut(id)
        && !information.has(b"Type")
    {
        *information = Dictionary::new();
    }
}

/// Leaves the root as the trailer's only entry, and takes from it what acts or tells tales.
fn strip_catalog(document: &mut Document) {
    let root = document.trailer.get(b"Root").cloned();
    document.trailer = Dictionary::new();
    if let Ok(root) = root {
        document.trailer.set("Root", root);
    }
    let Ok(catalog) = document.catalog_mut() else { return };
    remove(catalog, OF_CATALOG);
    let parts: [(&[u8], &[&[u8]]); 2] = [(b"Names", OF_NAMES), (b"AcroForm", &[b"XFA"])];
    for (key, lost) in parts {
        let Ok(catalog) = document.catalog_mut() else { return };
        match catalog.get_mut(key) {
            Ok(Object::Dictionary(direct)) => remove(direct, lost),
            Ok(Object::Reference(id)) => {
                let id = *id;
                if let Ok(indirect) = document.get_dictionary_mut(id) {
                    remove(indirect, lost);
                }
            }
            _ => {}
        }
    }
}

fn remove(dictionary: &mut Dictionary, keys: &[&[u8]]) {
    for key in keys {
        dictionary.remove(key);
    }
}

/// Whether an object must not go out.
fn is_doomed(object: &Object) -> bool {
    match object {
        Object::Dictionary(dictionary) => is_doomed_dictionary(dictionary),
        Object::Stream(stream) => is_doomed_dictionary(&stream.dict),
        _ => false,
    }
}

fn is_doomed_dictionary(dictionary: &Dictionary) -> bool {
    let type_ = name(dictionary, b"Type");
    let holds_file = dictionary
        .get(b"EF")
        .is_ok_and(|files| matches!(files, Object::Dictionary(_) | Object::Reference(_)));
    // A structure element's `S` is its role, which a document may name as it likes.
    let acts = type_ != b"StructElem" && ACTIONS.contains(&name(dictionary, b"S"));
    let plays = PLAYERS.contains(&name(dictionary, b"Subtype")) && dictionary.has(b"Rect");
    holds_file || acts || plays || type_ == b"Metadata" || type_ == b"EmbeddedFile"
}

/// Takes all that is doomed out of an object, at any depth.
fn sweep(object: &mut Object, doomed: &BTreeSet<ObjectId>) {
    match object {
        Object::Array(items) => sweep_array(items, doomed),
        Object::Dictionary(dictionary) => sweep_dictionary(dictionary, doomed),
        Object::Stream(stream) => {
            sweep_dictionary(&mut stream.dict, doomed);
            if name(&stream.dict, b"Subtype") == b"Image" && is_jpeg(&stream.dict) {
                strip_jpeg(stream);
            }
        }
        _ => {}
    }
}

/// Places count in most arrays, so what goes leaves a null.
fn sweep_array(items: &mut [Object], doomed: &BTreeSet<ObjectId>) {
    for item in items {
        if goes(item, doomed) {
            *item = Object::Null;
        } else {
            sweep(item, doomed);
        }
    }
}

fn sweep_dictionary(dictionary: &mut Dictionary, doomed: &BTreeSet<ObjectId>) {
    let type_ = name(dictionary, b"Type");
    let subtype = name(dictionary, b"Subtype");
    if type_ == b"Page" || matches!(subtype, b"Form" | b"Image") {
        remove(dictionary, OF_PARTS);
    } else if dictionary.has(b"Rect") && !matches!(subtype, b"" | b"Widget") {
        remove(dictionary, OF_NOTES);
    }
    let gone: Vec<Vec<u8>> = dictionary
        .iter()
        .filter(|(_, value)| goes(value, doomed))
        .map(|(key, _)| key.clone())
        .collect();
    for key in &gone {
        dictionary.remove(key);
    }
    if let Ok(Object::Array(notes)) = dictionary.get_mut(b"Annots") {
        notes.retain(|note| !goes(note, doomed));
    }
    for (_, value) in dictionary.iter_mut() {
        sweep(value, doomed);
    }
}

fn goes(object: &Object, doomed: &BTreeSet<ObjectId>) -> bool {
    match object {
        Object::Reference(id) => doomed.contains(id),
        other => is_doomed(other),
    }
}

/// A name's value, or nothing.
fn name<'a>(dictionary: &'a Dictionary, key: &[u8]) -> &'a [u8] {
    dictionary.get(key).and_then(Object::as_name).unwrap_or_default()
}

/// Whether a stream's data is a JPEG file as it stands.
fn is_jpeg(dictionary: &Dictionary) -> bool {
    match dictionary.get(b"Filter") {
        Ok(Object::Name(filter)) => filter == b"DCTDecode",
        Ok(Object::Array(filters)) => {
            matches!(filters.as_slice(), [Object::Name(filter)] if filter == b"DCTDecode")
        }
        _ => false,
    }
}

/// Takes camera data out of a photo in the document; one that does not parse stays as it is.
fn strip_jpeg(stream: &mut Stream) {
    let mut cleaned = Vec::with_capacity(stream.content.len());
    if jpeg::clean(&mut Cursor::new(&stream.content), 1, &Packets::default(), &mut cleaned).is_ok()
    {
        stream.set_content(cleaned);
    }
}
