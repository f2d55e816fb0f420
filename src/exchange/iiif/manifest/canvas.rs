//! One view of a work, with what is painted on it (sections 5.3 and 5.5 to 5.7).

use std::time::Duration;

use serde_json::Value;

use super::{
    super::{Size, Url},
    links::{Image, format},
    object::Object,
    text::LangText,
};

/// One view: a photo, a page, a video, a sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Canvas {
    /// Its address: unlike any other canvas's, and without a fragment. Nothing need be found there.
    pub id: Url,
    /// Its name, such as a page number.
    pub label: Option<LangText>,
    /// A small picture of it.
    pub thumbnail: Option<Image>,
    /// What is seen or heard.
    pub content: Content,
}

/// What is seen or heard on a canvas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A picture.
    Image {
        /// The file to show, of whatever size.
        image: Image,
        /// The size of the canvas: that of the full picture.
        canvas: Size,
    },
    /// A video.
    Video {
        /// The file.
        url: Url,
        /// Such as `video/mp4`.
        media_type: String,
        /// In pixels; that of the canvas too.
        size: Size,
        /// How long it runs.
        duration: Seconds,
    },
    /// A sound.
    Sound {
        /// The file.
        url: Url,
        /// Such as `audio/mpeg`.
        media_type: String,
        /// How long it runs.
        duration: Seconds,
    },
}

/// How long something runs: at least a millisecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seconds(Duration);

impl Seconds {
    /// The duration in whole milliseconds, unless that is none.
    #[must_use]
    pub fn new(duration: Duration) -> Option<Self> {
        let millis = u64::try_from(duration.as_millis()).ok().filter(|millis| 0 < *millis)?;
        Some(Self(Duration::from_millis(millis)))
    }

    fn json(self) -> Value {
        self.0.as_secs_f64().into()
    }
}

impl Content {
    /// The size of the canvas; a sound has none.
    pub(super) const fn size(&self) -> Option<Size> {
        match self {
            Self::Image { canvas, .. } => Some(*canvas),
            Self::Video { size, .. } => Some(*size),
            Self::Sound { .. } => None,
        }
    }

    const fn duration(&self) -> Option<Seconds> {
        match self {
            Self::Image { .. } => None,
            Self::Video { duration, .. } | Self::Sound { duration, .. } => Some(*duration),
        }
    }

    fn body(&self) -> Value {
        let (url, kind, media_type) = match self {
            Self::Image { image, .. } => return image.json(),
            Self::Video { url, media_type, .. } => (url, "Video", media_type),
            Self::Sound { url, media_type, .. } => (url, "Sound", media_type),
        };
        Object::new(url.as_str(), kind)
            .maybe("format", format(media_type))
            .maybe("width", self.size().map(Size::width))
            .maybe("height", self.size().map(Size::height))
            .maybe("duration", self.duration().map(Seconds::json))
            .into()
    }
}

impl Canvas {
    /// The canvas with one page of annotations, on which one paints its content.
    pub(super) fn json(&self) -> Value {
        let id = self.id.as_str();
        let page = format!("{}/page", self.id.base());
        let painting = Object::new(format!("{page}/painting"), "Annotation")
            .with("motivation", "painting")
            .with("body", self.content.body())
            .with("target", id);
        let page = Object::new(page, "AnnotationPage").list("items", [painting.into()]);
        let size = self.content.size();
        Object::new(id, "Canvas")
            .maybe("label", self.label.as_ref().map(LangText::json))
            .maybe("width", size.map(Size::width))
            .maybe("height", size.map(Size::height))
            .maybe("duration", self.content.duration().map(Seconds::json))
            .list("thumbnail", self.thumbnail.as_ref().map(Image::json))
            .list("items", [page.into()])
            .into()
    }
}
