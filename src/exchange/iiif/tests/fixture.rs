//! Small works, and shorthands.

use std::time::Duration;

use super::super::{
    Error, Size, Url,
    image::{Bounds, Job, Request},
    manifest::{Canvas, Content, Image, LangText, RichText, Seconds, Text, Work},
};

pub(super) const BASE: &str = "https://anh.example.vn/iiif";

pub(super) fn url(path: &str) -> Url {
    format!("{BASE}/{path}").parse().unwrap()
}

pub(super) fn size(width: u32, height: u32) -> Size {
    Size::new(width, height).unwrap()
}

/// The job that `path` is for a picture, or why there is none.
pub(super) fn job(path: &str, picture: (u32, u32), bounds: &Bounds) -> Result<Job, Error> {
    path.parse::<Request>()?.resolve(size(picture.0, picture.1), bounds)
}

/// The region and the size of a job: `x, y, w, h` and `w, h`.
pub(super) fn numbers(job: &Job) -> ([u32; 4], [u32; 2]) {
    let area = job.region;
    ([area.x, area.y, area.size.width(), area.size.height()], [job.size.width(), job.size.height()])
}

pub(super) fn wide(max_width: u32) -> Bounds {
    Bounds { max_width: Some(max_width), ..Bounds::default() }
}

pub(super) fn vi_en(vi: &str, en: &str) -> LangText {
    LangText::new([("vi", vi), ("en", en)]).unwrap()
}

pub(super) fn rich(text: &str) -> RichText {
    RichText::new([("vi", Text::Plain(text.to_owned()))]).unwrap()
}

pub(super) fn image(name: &str, width: u32, height: u32) -> Image {
    Image {
        url: url(&format!("3/{name}/full/max/0/default.jpg")),
        media_type: "image/jpeg".to_owned(),
        size: Size::new(width, height),
        service: Some(url(&format!("3/{name}"))),
    }
}

pub(super) fn seconds(millis: u64) -> Seconds {
    Seconds::new(Duration::from_millis(millis)).unwrap()
}

pub(super) fn page(number: usize) -> Canvas {
    Canvas {
        id: url(&format!("canvas/{number}")),
        label: LangText::new([("", number.to_string())]),
        thumbnail: None,
        content: Content::Image {
            image: image(&format!("p{number}"), 750, 1000),
            canvas: size(750, 1000),
        },
    }
}

pub(super) fn video() -> Canvas {
    Canvas {
        id: url("canvas/video"),
        label: None,
        thumbnail: Some(image("poster", 480, 270)),
        content: Content::Video {
            url: url("gong.mp4"),
            media_type: "video/mp4".to_owned(),
            size: size(1920, 1080),
            duration: seconds(62_500),
        },
    }
}

pub(super) fn sound() -> Canvas {
    Canvas {
        id: url("canvas/sound"),
        label: None,
        thumbnail: None,
        content: Content::Sound {
            url: url("gong.mp3"),
            media_type: "audio/mpeg".to_owned(),
            duration: seconds(125_000),
        },
    }
}

pub(super) fn work(canvases: Vec<Canvas>) -> Work {
    let label = vi_en("Bình minh trên hồ Lắk", "Dawn over Lak Lake");
    Work::new(url("presentation/3/1/manifest"), label, canvases)
}
