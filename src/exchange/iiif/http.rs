//! What the answers' headers say.

use super::Url;

/// Which of the two APIs a document belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Api {
    /// Image information.
    Image,
    /// Manifests and collections.
    Presentation,
}

impl Api {
    /// The JSON-LD context, which is also the profile of the media type.
    #[must_use]
    pub const fn context(self) -> &'static str {
        match self {
            Self::Image => "http://iiif.io/api/image/3/context.json",
            Self::Presentation => "http://iiif.io/api/presentation/3/context.json",
        }
    }

    /// The media type of the document for a request with this `Accept`: plain JSON only where it is
    /// preferred to JSON-LD.
    ///
    /// Sources: Image API, section 5.1; Presentation API, section 6.3; RFC 9110, section 12.5.1.
    #[must_use]
    pub fn media_type(self, accept: Option<&str>) -> &'static str {
        let accept = accept.unwrap_or("*/*");
        if weight(accept, "application/ld+json") < weight(accept, "application/json") {
            return "application/json";
        }
        match self {
            Self::Image => {
                "application/ld+json;profile=\"http://iiif.io/api/image/3/context.json\""
            }
            Self::Presentation => {
                "application/ld+json;profile=\"http://iiif.io/api/presentation/3/context.json\""
            }
        }
    }
}

/// The `Link` header of a picture: its canonical address and the compliance level.
///
/// `canonical` comes from [`Job::canonical`](super::image::Job::canonical). Both links are one line,
/// because some readers see only the first line of a header. A `^` is percent-encoded: it is no
/// character of an address.
///
/// Source: Image API, sections 4.8 and 6.
#[must_use]
pub fn link(service: &Url, canonical: &str) -> String {
    let base = service.base();
    let path = canonical.replace('^', "%5E");
    format!("<{base}/{path}>;rel=\"canonical\", {LEVEL}")
}

/// The `Link` header of image information: the compliance level (Image API, section 6).
pub const LEVEL: &str = "<http://iiif.io/api/image/3/level2.json>;rel=\"profile\"";

/// How much `accept` wants a type, from 0 to 1; what names it more exactly counts.
fn weight(accept: &str, media_type: &str) -> f32 {
    let (mut best, mut found) = (0, 0.0);
    for range in accept.split(',') {
        let mut parts = range.split(';').map(str::trim);
        let exactness = match parts.next() {
            Some(name) if name.eq_ignore_ascii_case(media_type) => 3,
            Some("application/*") => 2,
            Some("*/*") => 1,
            _ => continue,
        };
        if best < exactness {
            best = exactness;
            found = parts.find_map(quality).unwrap_or(1.0);
        }
    }
    found
}

/// The weight that a parameter `q=0.8` gives; nothing for another parameter.
fn quality(parameter: &str) -> Option<f32> {
    let (name, value) = parameter.split_once('=')?;
    let number = value.trim().parse().ok().filter(|number| (0.0..=1.0).contains(number));
    name.trim().eq_ignore_ascii_case("q").then(|| number.unwrap_or(0.0))
}
