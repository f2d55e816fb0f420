//! Web pictures of photos: upright, on white, without anything of the original but its look.
//!
//! They lie in `derived/`, which may be deleted at any time: they are made again when asked for.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use fast_image_resize::{ResizeOptions, Resizer};
use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, RgbImage};

use super::decode::{self, Decoded, Means};
use super::scratch::Scratch;
use super::{Media, MediaError, blob, exif, probe};
use crate::domain::digest::Digest;

/// JPEG quality of web pictures, of 100.
const QUALITY: u8 = 82;

/// How many times its width a web picture may be high; longer ones are made narrower.
const TALLEST: u32 = 4;

/// The sizes of web pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Size {
    /// At most 320 pixels wide: lists.
    Small,
    /// At most 800 pixels wide: texts.
    Medium,
    /// At most 1600 pixels wide: the picture by itself.
    Large,
}

impl Size {
    /// All sizes, the largest first.
    pub const ALL: [Self; 3] = [Self::Large, Self::Medium, Self::Small];

    /// The most pixels of width.
    #[must_use]
    pub const fn width(self) -> u32 {
        match self {
            Self::Small => 320,
            Self::Medium => 800,
            Self::Large => 1600,
        }
    }

    /// Width and height of this size of a picture of `width` × `height` pixels: never larger,
    /// never more than four times as high as this size is wide, at least one pixel.
    #[must_use]
    pub fn fit(self, width: u32, height: u32) -> (u32, u32) {
        let (most, tallest) = (self.width(), self.width().saturating_mul(TALLEST));
        if width <= most && height <= tallest {
            return (width, height);
        }
        let by_width = (most, scaled(height, most, width));
        if by_width.1 <= tallest { by_width } else { (scaled(width, tallest, height), tallest) }
    }
}

/// `side` × `part` / `whole`, to the nearest, at least 1.
fn scaled(side: u32, part: u32, whole: u32) -> u32 {
    let (side, part, whole) = (u64::from(side), u64::from(part), u64::from(whole.max(1)));
    let exact = side.saturating_mul(part).saturating_add(whole / 2) / whole;
    u32::try_from(exact).unwrap_or(u32::MAX).max(1)
}

/// The web pictures that have been made.
#[derive(Clone, Debug)]
pub(super) struct Derived {
    root: Arc<Path>,
    scratch: Scratch,
    busy: Arc<Busy>,
}

/// The photos whose pictures are being made, so that none is made twice at one time.
#[derive(Debug, Default)]
struct Busy {
    digests: Mutex<HashSet<Digest>>,
    done: Condvar,
}

/// A turn at making one photo's pictures.
struct Turn<'a> {
    busy: &'a Busy,
    digest: &'a Digest,
}

impl Derived {
    pub(super) fn open(data: &Path) -> Result<Self, MediaError> {
        let root = data.join("derived");
        let scratch = Scratch::open(root.join("incoming"))?;
        Ok(Self { root: root.into(), scratch, busy: Arc::default() })
    }

    /// See [`Media::picture`].
    pub(super) fn get(
        &self,
        media: &Media,
        digest: &Digest,
        size: Size,
    ) -> Result<File, MediaError> {
        if let Ok(file) = File::open(self.place(digest, size)) {
            return Ok(file);
        }
        self.make_all(media, digest)?;
        Ok(File::open(self.place(digest, size))?)
    }

    /// See [`Media::pictures`].
    pub(super) fn make_all(&self, media: &Media, digest: &Digest) -> Result<(), MediaError> {
        let _turn = self.busy.turn(digest);
        if Size::ALL.iter().all(|size| self.place(digest, *size).is_file()) {
            return Ok(());
        }
        let (file, _) = media.blobs.open_file(digest)?;
        let format = probe::known(&file)?;
        let means = Means { limits: &media.limits, budget: &media.budget };
        let header = decode::header(&file, format, means)?;
        let upright = header.upright();
        let decoded = decode::decode(&file, &header, means)?;
        let mut picture = None;
        for size in Size::ALL {
            let (width, height) = size.fit(upright.0, upright.1);
            let next = match &picture {
                None => first(&decoded, width, height)?,
                Some(larger) => smaller(larger, width, height)?,
            };
            self.keep(digest, size, picture.insert(next))?;
        }
        Ok(())
    }

    /// Removes all pictures of a photo.
    pub(super) fn forget(&self, digest: &Digest) -> Result<(), MediaError> {
        let _turn = self.busy.turn(digest);
        for size in Size::ALL {
            match fs::remove_file(self.place(digest, size)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        Ok(())
    }

    fn keep(&self, digest: &Digest, size: Size, picture: &RgbImage) -> Result<(), MediaError> {
        let mut file = self.scratch.named()?;
        let mut out = BufWriter::new(file.as_file_mut());
        JpegEncoder::new_with_quality(&mut out, QUALITY)
            .encode_image(picture)
            .map_err(io::Error::other)?;
        out.flush()?;
        drop(out);
        let path = self.place(digest, size);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        file.persist(path).map_err(|failure| failure.error)?;
        Ok(())
    }

    fn place(&self, digest: &Digest, size: Size) -> PathBuf {
        blob::place(&self.root, digest).with_file_name(format!("{digest}-{}.jpg", size.width()))
    }
}

impl Busy {
    fn turn<'a>(&'a self, digest: &'a Digest) -> Turn<'a> {
        let mut digests = self.digests.lock().unwrap_or_else(PoisonError::into_inner);
        while !digests.insert(digest.clone()) {
            digests = self.done.wait(digests).unwrap_or_else(PoisonError::into_inner);
        }
        Turn { busy: self, digest }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut digests = self.busy.digests.lock().unwrap_or_else(PoisonError::into_inner);
        digests.remove(self.digest);
        drop(digests);
        self.busy.done.notify_all();
    }
}

/// The largest picture: made smaller first, then turned and laid on white, which is less work.
fn first(decoded: &Decoded, width: u32, height: u32) -> Result<RgbImage, MediaError> {
    let stored = exif::upright(decoded.orientation, width, height);
    let image = &decoded.image;
    let mut small = if stored == (image.width(), image.height()) {
        image.clone()
    } else {
        let mut small = DynamicImage::new(stored.0, stored.1, image.color());
        Resizer::new()
            .resize(image, &mut small, &ResizeOptions::new())
            .map_err(io::Error::other)?;
        small
    };
    let turn = Orientation::from_exif(decoded.orientation).unwrap_or(Orientation::NoTransforms);
    small.apply_orientation(turn);
    Ok(if small.has_alpha() { on_white(&small) } else { small.into_rgb8() })
}

fn smaller(larger: &RgbImage, width: u32, height: u32) -> Result<RgbImage, MediaError> {
    if larger.dimensions() == (width, height) {
        return Ok(larger.clone());
    }
    let mut small = RgbImage::new(width, height);
    Resizer::new().resize(larger, &mut small, &ResizeOptions::new()).map_err(io::Error::other)?;
    Ok(small)
}

fn on_white(image: &DynamicImage) -> RgbImage {
    let from = image.to_rgba8();
    let mut onto = RgbImage::new(from.width(), from.height());
    for (source, target) in from.pixels().zip(onto.pixels_mut()) {
        let [.., alpha] = source.0;
        let alpha = u16::from(alpha);
        for (value, channel) in target.0.iter_mut().zip(source.0) {
            let mixed = (u16::from(channel) * alpha + 255 * (255 - alpha) + 127) / 255;
            *value = u8::try_from(mixed).unwrap_or(u8::MAX);
        }
    }
    onto
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sizes_keep_the_shape_and_never_grow() {
        assert_eq!(Size::Large.fit(6000, 4000), (1600, 1067));
        assert_eq!(Size::Small.fit(6000, 4000), (320, 213));
        assert_eq!(Size::Large.fit(640, 480), (640, 480));
        assert_eq!(Size::Small.fit(60_000, 10), (320, 1));
        assert_eq!(Size::Small.fit(100, 60_000), (2, 1280));
    }

    proptest! {
        #[test]
        fn any_size_fits(width in 1..=u32::MAX, height in 1..=u32::MAX) {
            for size in Size::ALL {
                let (w, h) = size.fit(width, height);
                prop_assert!(0 < w && 0 < h && w <= size.width() && h <= 4 * size.width());
                prop_assert!(w <= width && h <= height);
            }
        }
    }
}
