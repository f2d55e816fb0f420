//! `info.json` (Image API, section 5).

use serde_json::{Map, Value, json};

use super::{
    super::{Rights, Size, Url, http::Api},
    Bounds, Format, Quality,
    bounds::rounded,
};

/// The side of a tile, in pixels.
const TILE: u32 = 256;

/// What is told of one picture.
#[derive(Clone, Copy, Debug)]
pub struct Info<'a> {
    /// The service's address of the picture, without `/info.json`.
    pub id: &'a Url,
    /// The size of the full picture.
    pub picture: Size,
    /// The limits that its requests are resolved with.
    pub bounds: &'a Bounds,
    /// Sizes of the full picture that are at hand. Those that a request could not have are left out.
    pub sizes: &'a [Size],
    /// The qualities beside `default`; `color` only for a picture that has colours.
    pub qualities: &'a [Quality],
    /// Formats that suit the picture best, best first.
    pub preferred: &'a [Format],
    /// The licence or the rights statement of what the picture shows.
    pub rights: Option<&'a Rights>,
}

impl Info<'_> {
    /// The document, its properties in the order of section 5.9.
    #[must_use]
    pub fn json(&self) -> Value {
        let mut info = Map::new();
        let mut put = |name: &str, value: Value| info.insert(name.to_owned(), value);
        put("@context", Api::Image.context().into());
        put("id", self.id.base().into());
        put("type", "ImageService3".into());
        put("protocol", "http://iiif.io/api/image".into());
        put("profile", "level2".into());
        put("width", self.picture.width().into());
        put("height", self.picture.height().into());
        if let Some(sides) = self.bounds.sides() {
            put("maxWidth", sides.width().into());
            put("maxHeight", sides.height().into());
        }
        if let Some(area) = self.bounds.max_area {
            put("maxArea", area.max(1).into());
        }
        let sizes: Vec<Value> = self.sizes().map(Size::json).collect();
        if !sizes.is_empty() {
            put("sizes", sizes.into());
        }
        if self.allowed(Size::at_least_one(TILE, TILE)) {
            put("tiles", json!([{ "width": TILE, "scaleFactors": factors(self.picture) }]));
        }
        if let Some(rights) = self.rights {
            put("rights", rights.as_str().into());
        }
        if !self.preferred.is_empty() {
            put("preferredFormats", self.preferred.iter().map(|format| format.name()).collect());
        }
        put("extraFormats", json!([Format::Webp.name()]));
        let extra = self.qualities.iter().filter(|quality| **quality != Quality::Default);
        let extra: Vec<&str> = extra.map(|quality| quality.name()).collect();
        if !extra.is_empty() {
            put("extraQualities", extra.into());
        }
        put("extraFeatures", features(self.bounds).into());
        Value::Object(info)
    }

    fn sizes(&self) -> impl Iterator<Item = Size> {
        let given = self.sizes.iter().copied();
        given.filter(|size| size.fits(self.picture) && self.allowed(*size))
    }

    /// Whether JPEG, which everyone asks for, can be had in this size.
    fn allowed(&self, size: Size) -> bool {
        self.bounds.limits(Format::Jpg).allow(size)
    }
}

/// Powers of two, up to the one that brings the whole picture into one tile.
fn factors(picture: Size) -> Vec<u32> {
    let longest = u64::from(picture.width().max(picture.height()));
    let powers = (0..u32::BITS).filter_map(|power| 1_u32.checked_shl(power));
    let mut all: Vec<u32> = Vec::new();
    for factor in powers {
        all.push(factor);
        if longest <= u64::from(factor).saturating_mul(TILE.into()) {
            break;
        }
    }
    all
}

/// What is done beyond level 2, in alphabetical order; `sizeUpscaling` needs a limit.
fn features(bounds: &Bounds) -> Vec<&'static str> {
    let mut all = vec!["canonicalLinkHeader", "mirroring", "profileLinkHeader"];
    if bounds.upscales() {
        all.push("sizeUpscaling");
    }
    all
}

impl Info<'_> {
    /// The sizes that halve the picture down to one tile, each of the same shape, smallest first:
    /// what a server has at hand that keeps a pyramid.
    #[must_use]
    pub fn halves(picture: Size) -> Vec<Size> {
        let side = |length: u32, factor: u32| rounded(length.into(), factor.into());
        let sizes = factors(picture).into_iter().skip(1).filter_map(|factor| {
            Size::new(side(picture.width(), factor), side(picture.height(), factor))
        });
        let mut sizes: Vec<Size> = sizes.collect();
        sizes.reverse();
        sizes
    }
}
