//! Making web pictures of photos, in the worker process: upright, on white, with the release's
//! description and nothing else beside its look.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::RgbImage;
use image::imageops::grayscale;
use serde::{Deserialize, Serialize};

use super::decode::{self, Decoded, Header, Pixels};
use super::fingerprint::{self, Fingerprint};
use super::limits::Limits;
use super::packets::Packets;
use super::paper::Renderer;
use super::raster::{self, Raster};
use super::rendition::{Coding, Focus, Plan, Rendition, Size};
use super::{MediaError, encode, exif, probe};

/// Web pictures to be made of one photo, the largest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureJob {
    /// Which.
    pub renditions: Vec<Rendition>,
    /// What cuts keep.
    pub focus: Focus,
    /// Whether the photo is a release, whose description goes along.
    pub described: bool,
    /// Which page they show, from 0, if it is a publication.
    #[serde(default)]
    pub page: Option<usize>,
}

impl PictureJob {
    /// How large the photo has to be decoded, as stored.
    pub(super) fn wished(&self, header: &Header) -> Option<(u32, u32)> {
        let whole = |rendition: &Rendition| rendition.plan(header.upright(), self.focus).whole;
        let largest = self.renditions.iter().map(whole).max();
        largest.map(|(width, height)| exif::upright(header.orientation, width, height))
    }
}

/// The pictures of originals, for the desk.
pub const PREVIEWS: [Rendition; 2] = [Rendition::jpeg(Size::Medium), Rendition::jpeg(Size::Small)];

/// Pixels across of the picture that stands in for a photo while that loads.
const PLACEHOLDER: u32 = 24;

/// What is seen in an original that opens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Looked {
    /// A WebP 24 pixels wide at most, in base64: some hundred bytes.
    pub placeholder: String,
    /// What it looks like, to find its copies.
    pub fingerprint: Fingerprint,
}

/// What is decoded of a photo to see what it looks like.
pub(super) fn glance() -> PictureJob {
    let renditions = vec![Rendition::jpeg(Size::Small)];
    PictureJob { renditions, focus: Focus::default(), described: false, page: None }
}

/// What a photo looks like. Runs in the worker process.
///
/// # Errors
/// As for decoding.
pub(super) fn fingerprint(photo: &File, limits: &Limits) -> Result<Fingerprint, MediaError> {
    let mut seen = None;
    each_picture(photo, &glance(), limits, |_at, picture| {
        seen = Some(fingerprint::of(&grayscale(picture)));
        Ok(())
    })?;
    seen.ok_or(MediaError::TooComplex("parts"))
}

/// Decodes an original and writes its previews; gives what is seen. Runs in the worker process.
///
/// # Errors
/// As [`write_pictures`].
pub(super) fn look(photo: &File, limits: &Limits, out: impl Write) -> Result<Looked, MediaError> {
    let job = PictureJob {
        renditions: PREVIEWS.to_vec(),
        focus: Focus::default(),
        described: false,
        page: None,
    };
    let mut out = BufWriter::new(out);
    let mut seen = None;
    each_picture(photo, &job, limits, |at, picture| {
        frame(&mut out, &encode::encode(picture, Coding::Jpeg, &Packets::default())?)?;
        if at == 1 {
            let (width, height) = picture.dimensions();
            let least = width.min(PLACEHOLDER);
            let high = u64::from(height) * u64::from(least) / u64::from(width.max(1));
            let high = u32::try_from(high).unwrap_or(1).clamp(1, PLACEHOLDER * 4);
            let small = raster::smaller(picture, least, high)?;
            let placeholder = STANDARD.encode(encode::placeholder(&small)?);
            seen = Some(Looked { placeholder, fingerprint: fingerprint::of(&grayscale(picture)) });
        }
        Ok(())
    })?;
    out.flush()?;
    seen.ok_or(MediaError::TooComplex("parts"))
}

fn frame(out: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    out.write_all(&u64::try_from(bytes.len()).unwrap_or(0).to_be_bytes())?;
    out.write_all(bytes)
}

/// Decodes a photo once and writes its web pictures, each behind its length. Runs in the worker
/// process.
///
/// # Errors
/// As for decoding, and those of `out`.
pub(super) fn write_pictures(
    photo: &File,
    job: &PictureJob,
    limits: &Limits,
    out: impl Write,
) -> Result<(), MediaError> {
    let packets = match job.described {
        true => Packets::of_release(photo, probe::known(photo)?)?,
        false => Packets::default(),
    };
    let mut out = BufWriter::new(out);
    let mut codings = job.renditions.iter().map(|rendition| rendition.coding);
    each_picture(photo, job, limits, |_at, picture| {
        let coding = codings.next().unwrap_or(Coding::Jpeg);
        Ok(frame(&mut out, &encode::encode(picture, coding, &packets)?)?)
    })?;
    Ok(out.flush()?)
}

/// Gives each picture of a job, in its order, to `take`.
fn each_picture(
    photo: &File,
    job: &PictureJob,
    limits: &Limits,
    mut take: impl FnMut(usize, &RgbImage) -> Result<(), MediaError>,
) -> Result<(), MediaError> {
    let (decoded, upright) = match job.page {
        Some(page) => drawn(photo, job, page)?,
        None => {
            let header = decode::header(photo, probe::known(photo)?, limits)?;
            let decoded = decode::decode(photo, &header, job.wished(&header), limits)?;
            (decoded, header.upright())
        }
    };
    let mut raster = Raster::new(&decoded);
    for (at, rendition) in job.renditions.iter().enumerate() {
        let Plan { whole, cut } = rendition.plan(upright, job.focus);
        let picture = raster.picture(whole.0, whole.1)?;
        match (cut.2, cut.3) == whole {
            true => take(at, picture)?,
            false => take(at, &raster::cut(picture, cut))?,
        }
    }
    Ok(())
}

/// A page as large as the pictures need it, and the size that it has as a photo.
fn drawn(
    publication: &File,
    job: &PictureJob,
    page: usize,
) -> Result<(Decoded, (u32, u32)), MediaError> {
    let document = Renderer::open(publication)?;
    let full = shape(document.page_size(page)?);
    let whole = job.renditions.iter().map(|rendition| rendition.plan(full, job.focus).whole);
    let (width, _height) = whole.max().unwrap_or(full);
    let pixels = Pixels::Image(document.render(page, width)?.into());
    Ok((Decoded { pixels, profile: None, orientation: 1 }, full))
}

/// The pixels of a page at the largest size that its pictures have.
pub fn shape((width, height): (f32, f32)) -> (u32, u32) {
    let across = Size::Huge.width();
    let down = f64::from(height) / f64::from(width) * f64::from(across);
    #[expect(clippy::as_conversions, reason = "saturates, and not-a-number becomes 0")]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "as above")]
    let down = down.round() as u32;
    (across, down.max(1))
}
