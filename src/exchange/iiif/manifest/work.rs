//! The manifest (section 5.2).

use std::collections::HashSet;

use jiff::Timestamp;
use serde_json::Value;

use super::{
    super::{Error, Rights, Url, http::Api},
    canvas::{Canvas, Content},
    links::{Homepage, Image, PartOf, Provider, Rendering, SeeAlso},
    object::Object,
    outline::Outline,
    text::{LangText, RichText},
};

/// A work and its views.
#[derive(Clone, Debug)]
pub struct Work {
    /// The address of the manifest, where it must be found.
    pub id: Url,
    /// The title.
    pub label: LangText,
    /// What it is about, in short.
    pub summary: Option<RichText>,
    /// Pairs to be shown, in this order.
    pub metadata: Vec<(LangText, RichText)>,
    /// What must be shown with it, such as the credit line: what it is, and the text.
    pub required_statement: Option<(LangText, RichText)>,
    /// Its licence or rights statement.
    pub rights: Option<Rights>,
    /// Who provides it.
    pub providers: Vec<Provider>,
    /// Its pages, one for each language.
    pub homepages: Vec<Homepage>,
    /// Its place on a time line. A time before the year 1 is left out: `xsd:dateTime` writes those
    /// years otherwise.
    pub nav_date: Option<Timestamp>,
    /// A small picture of it.
    pub thumbnail: Option<Image>,
    /// How its canvases go together.
    pub layout: Option<Layout>,
    /// In which direction they follow one another.
    pub direction: Option<Direction>,
    /// Its views; at least one.
    pub canvases: Vec<Canvas>,
    /// Its table of contents.
    pub outline: Option<Outline>,
    /// The work in other forms.
    pub renderings: Vec<Rendering>,
    /// The work for machines.
    pub see_also: Vec<SeeAlso>,
    /// The collections that it belongs to.
    pub part_of: Vec<PartOf>,
}

/// How canvases go together (section 3.2, `behavior`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Each for itself, in order.
    Individuals,
    /// Pages to be turned; not said of a work that has a sound among its canvases.
    Paged,
    /// Each for itself, in no order.
    Unordered,
}

impl Layout {
    const fn name(self) -> &'static str {
        match self {
            Self::Individuals => "individuals",
            Self::Paged => "paged",
            Self::Unordered => "unordered",
        }
    }
}

/// The direction of reading (section 3.2, `viewingDirection`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// As Vietnamese and English are read.
    LeftToRight,
    /// As Arabic is.
    RightToLeft,
    /// Downwards.
    TopToBottom,
    /// Upwards.
    BottomToTop,
}

impl Direction {
    const fn name(self) -> &'static str {
        match self {
            Self::LeftToRight => "left-to-right",
            Self::RightToLeft => "right-to-left",
            Self::TopToBottom => "top-to-bottom",
            Self::BottomToTop => "bottom-to-top",
        }
    }
}

impl Work {
    /// A work with what every manifest has, and nothing else yet.
    #[must_use]
    pub const fn new(id: Url, label: LangText, canvases: Vec<Canvas>) -> Self {
        Self {
            id,
            label,
            summary: None,
            metadata: Vec::new(),
            required_statement: None,
            rights: None,
            providers: Vec::new(),
            homepages: Vec::new(),
            nav_date: None,
            thumbnail: None,
            layout: None,
            direction: None,
            canvases,
            outline: None,
            renderings: Vec::new(),
            see_also: Vec::new(),
            part_of: Vec::new(),
        }
    }

    /// The manifest, its properties in the order of the example in section 5.2.
    ///
    /// # Errors
    /// [`Error::NoCanvas`], and [`Error::CanvasId`] if two canvases have one address or one has a
    /// fragment.
    pub fn json(&self) -> Result<Value, Error> {
        self.check()?;
        let pairs = self.metadata.iter().map(pair);
        let outline = self.outline.as_ref();
        let contents = outline.and_then(|outline| outline.json(&self.id, &self.canvases));
        let manifest = Object::bare()
            .with("@context", Api::Presentation.context())
            .with("id", self.id.as_str())
            .with("type", "Manifest")
            .with("label", self.label.json())
            .list("metadata", pairs)
            .maybe("summary", self.summary.as_ref().map(RichText::json))
            .list("thumbnail", self.thumbnail.as_ref().map(Image::json))
            .maybe("viewingDirection", self.direction.map(Direction::name))
            .list("behavior", self.layout().map(|layout| layout.name().into()))
            .maybe("navDate", self.nav_date().map(|date| date.to_string()))
            .maybe("rights", self.rights.as_ref().map(Rights::as_str))
            .maybe("requiredStatement", self.required_statement.as_ref().map(pair))
            .list("provider", self.providers.iter().map(Provider::json))
            .list("homepage", self.homepages.iter().map(Homepage::json))
            .list("seeAlso", self.see_also.iter().map(SeeAlso::json))
            .list("rendering", self.renderings.iter().map(Rendering::json))
            .list("partOf", self.part_of.iter().map(PartOf::json))
            .list("items", self.canvases.iter().map(Canvas::json))
            .list("structures", contents);
        Ok(manifest.into())
    }

    fn check(&self) -> Result<(), Error> {
        if self.canvases.is_empty() {
            return Err(Error::NoCanvas);
        }
        let mut seen = HashSet::new();
        let own = |id: &Url| !id.has_fragment() && seen.insert(id.base().to_owned());
        if self.canvases.iter().map(|canvas| &canvas.id).all(own) {
            Ok(())
        } else {
            Err(Error::CanvasId)
        }
    }

    /// `paged` is for canvases with a size.
    fn layout(&self) -> Option<Layout> {
        let sound = |canvas: &Canvas| matches!(canvas.content, Content::Sound { .. });
        let turned = |layout: &Layout| *layout == Layout::Paged;
        self.layout.filter(|layout| !turned(layout) || !self.canvases.iter().any(sound))
    }

    fn nav_date(&self) -> Option<Timestamp> {
        self.nav_date.filter(|date| FIRST_SECOND <= date.as_second())
    }
}

/// `0001-01-01T00:00:00Z`.
const FIRST_SECOND: i64 = -62_135_596_800;

/// A label with its value.
fn pair((label, value): &(LangText, RichText)) -> Value {
    Object::bare().with("label", label.json()).with("value", value.json()).into()
}
