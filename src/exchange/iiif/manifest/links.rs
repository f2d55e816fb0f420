//! What a work, a canvas or a collection points to (section 3.3), and the pictures that stand for
//! it.

use serde_json::Value;

use super::{
    super::{Size, Url},
    object::Object,
    text::{LangText, is_tag},
};

/// A picture, with the image service that it comes from, if there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// Where the picture itself is: never the bare address of the service.
    pub url: Url,
    /// Such as `image/jpeg`.
    pub media_type: String,
    /// In pixels, if known.
    pub size: Option<Size>,
    /// The service's address of the picture, of Image API 3.0 at level 2.
    pub service: Option<Url>,
}

impl Image {
    pub(super) fn json(&self) -> Value {
        let service = self.service.as_ref().map(|service| {
            Object::new(service.base(), "ImageService3").with("profile", "level2").into()
        });
        Object::new(self.url.as_str(), "Image")
            .maybe("format", format(&self.media_type))
            .maybe("width", self.size.map(Size::width))
            .maybe("height", self.size.map(Size::height))
            .list("service", service)
            .into()
    }
}

/// A page for people about the work, or about the one who provides it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Homepage {
    /// An HTML page.
    pub url: Url,
    /// What the link says.
    pub label: LangText,
    /// The languages of the page, as BCP 47 tags.
    pub languages: Vec<String>,
}

impl Homepage {
    pub(super) fn json(&self) -> Value {
        Object::new(self.url.as_str(), "Text")
            .with("label", self.label.json())
            .with("format", "text/html")
            .list("language", tags(&self.languages))
            .into()
    }
}

/// The organisation that provides a work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider {
    /// The address by which it is known.
    pub id: Url,
    /// Its name.
    pub name: LangText,
    /// Its pages.
    pub homepages: Vec<Homepage>,
    /// Its mark.
    pub logo: Option<Image>,
}

impl Provider {
    pub(super) fn json(&self) -> Value {
        Object::new(self.id.as_str(), "Agent")
            .with("label", self.name.json())
            .list("homepage", self.homepages.iter().map(Homepage::json))
            .list("logo", self.logo.as_ref().map(Image::json))
            .into()
    }
}

/// The work in another form: the PDF of a publication, the kit of all its files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendering {
    /// The file.
    pub url: Url,
    /// Such as `application/pdf`.
    pub media_type: String,
    /// What the link says.
    pub label: LangText,
    /// The languages of the file, as BCP 47 tags.
    pub languages: Vec<String>,
}

impl Rendering {
    pub(super) fn json(&self) -> Value {
        Object::new(self.url.as_str(), kind(&self.media_type))
            .with("label", self.label.json())
            .maybe("format", format(&self.media_type))
            .list("language", tags(&self.languages))
            .into()
    }
}

/// The work for machines, such as its record in JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeeAlso {
    /// The document.
    pub url: Url,
    /// Such as `application/json`.
    pub media_type: String,
    /// What the link says.
    pub label: Option<LangText>,
    /// The address of its schema.
    pub profile: Option<Url>,
}

impl SeeAlso {
    pub(super) fn json(&self) -> Value {
        Object::new(self.url.as_str(), "Dataset")
            .maybe("label", self.label.as_ref().map(LangText::json))
            .maybe("format", format(&self.media_type))
            .maybe("profile", self.profile.as_ref().map(Url::as_str))
            .into()
    }
}

/// A collection that the work belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartOf {
    /// The address of the collection's document.
    pub id: Url,
    /// Its name.
    pub label: Option<LangText>,
}

impl PartOf {
    pub(super) fn json(&self) -> Value {
        Object::new(self.id.as_str(), "Collection")
            .maybe("label", self.label.as_ref().map(LangText::json))
            .into()
    }
}

/// The value of `format`; nothing that has not the shape of a media type.
pub(super) fn format(media_type: &str) -> Option<&str> {
    let (kind, name) = media_type.split_once('/')?;
    let word = !kind.is_empty() && kind.bytes().all(|byte| byte.is_ascii_lowercase());
    (word && !name.is_empty()).then_some(media_type)
}

/// The class of a file (section 3.2, `type`): archives and data are not for reading.
fn kind(media_type: &str) -> &'static str {
    match media_type.split_once('/').unwrap_or_default() {
        ("image", _) => "Image",
        ("audio", _) => "Sound",
        ("video", _) => "Video",
        ("model", _) => "Model",
        ("text", "csv" | "tab-separated-values" | "xml") => "Dataset",
        ("text", _) | ("application", "pdf" | "rtf" | "msword" | "epub+zip") => "Text",
        ("application", name)
            if name.starts_with("vnd.openxmlformats-officedocument.")
                || name.starts_with("vnd.oasis.opendocument.") =>
        {
            "Text"
        }
        _ => "Dataset",
    }
}

fn tags(languages: &[String]) -> impl Iterator<Item = Value> {
    let tags = languages.iter().filter(|language| is_tag(language));
    tags.map(|language| Value::from(language.as_str()))
}
