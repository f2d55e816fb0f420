//! A photo as tiles at every size, for looking closely at a part of it.
//!
//! One file a photo: the picture, upright and in sRGB, at its full size and at each half of it down to
//! one tile, cut into tiles of 256 pixels, each a JPEG. A tile that is asked for as it lies there is
//! read and sent; any other part is put together from the tiles of the next larger size.
//!
//! The file is the tiles, level by level, row by row, the packets of the release, and at its end a
//! table of where all of them lie: JSON, its length (4 bytes, big-endian) and a mark.

use std::fs::File;
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt;

use image::{DynamicImage, GrayImage, ImageFormat, RgbImage, imageops};
use serde::{Deserialize, Serialize};

use super::decode;
use super::limits::Limits;
use super::packets::Packets;
use super::raster::{self, Raster};
use super::rendition::Coding;
use super::{MediaError, encode, png, probe};

/// The side of a tile, in pixels.
pub const TILE: u32 = 256;

/// The last bytes of the file; the number is that of its layout.
const MARK: &[u8; 8] = b"QBTILES1";

/// The longest table: 200 million pixels have 4,100 tiles.
const TABLE: u32 = 1 << 20;

/// The longest tile or packet.
const ENTRY: u64 = 1 << 20;

/// Where something lies in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    at: u64,
    length: u64,
}

/// One size of the picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Level {
    width: u32,
    height: u32,
    tiles: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Table {
    /// From the full size down.
    levels: Vec<Level>,
    xmp: Option<Entry>,
    iptc: Option<Entry>,
}

/// A photo's tiles, opened.
#[derive(Debug)]
pub struct Tiles {
    file: File,
    full: Level,
    /// Each half of the one before.
    smaller: Vec<Level>,
    packets: Packets,
}

/// What is to be shown of a photo, and how; done in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View {
    /// Left, top, width and height in pixels of the full picture, within it.
    pub region: (u32, u32, u32, u32),
    /// Width and height in pixels that the region is brought to.
    pub size: (u32, u32),
    /// Whether left and right are changed.
    pub mirrored: bool,
    /// How far it is turned clockwise: 0, 90, 180 or 270.
    pub degrees: u16,
    /// In which colours.
    pub colours: Colours,
    /// In which coding.
    pub coding: ViewCoding,
}

/// The colours of a [`View`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colours {
    /// As they are.
    All,
    /// Black to white.
    Grey,
    /// Black and white.
    Two,
}

/// The codings of a [`View`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ViewCoding {
    /// As for web pictures.
    Web(Coding),
    /// PNG, without loss.
    Png,
}

/// Decodes a photo in full, or where that takes more than `limits` allow at a part of its size, and
/// writes its tiles. Runs in the worker process.
///
/// # Errors
/// As for decoding, and those of `out`.
pub(super) fn write(photo: &File, limits: &Limits, out: File) -> Result<(), MediaError> {
    let format = probe::known(photo)?;
    let header = decode::header(photo, format, limits)?;
    let packets = Packets::of_release(photo, format)?;
    let wished = header.largest(limits.decode_memory);
    let mut picture = {
        let decoded = decode::decode(photo, &header, Some(wished), limits)?;
        Raster::new(&decoded).whole()?
    };
    let mut out = Counted { inner: BufWriter::new(out), at: 0 };
    let mut levels = Vec::new();
    loop {
        let (width, height) = picture.dimensions();
        levels.push(level(&picture, &mut out)?);
        if width <= TILE && height <= TILE {
            break;
        }
        picture = raster::smaller(&picture, width.div_ceil(2), height.div_ceil(2))?;
    }
    let mut kept =
        |packet: &Option<Vec<u8>>| packet.as_deref().map(|packet| out.entry(packet)).transpose();
    let (xmp, iptc) = (kept(&packets.xmp)?, kept(&packets.iptc)?);
    let table = Table { levels, xmp, iptc };
    let json = serde_json::to_vec(&table).map_err(std::io::Error::other)?;
    let length = u32::try_from(json.len()).unwrap_or(u32::MAX);
    out.inner.write_all(&json)?;
    out.inner.write_all(&length.to_be_bytes())?;
    out.inner.write_all(MARK)?;
    Ok(out.inner.flush()?)
}

/// A writer that knows where it is.
struct Counted {
    inner: BufWriter<File>,
    at: u64,
}

impl Counted {
    fn entry(&mut self, bytes: &[u8]) -> Result<Entry, MediaError> {
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let entry = Entry { at: self.at, length };
        self.inner.write_all(bytes)?;
        self.at = self.at.saturating_add(length);
        Ok(entry)
    }
}

fn level(picture: &RgbImage, out: &mut Counted) -> Result<Level, MediaError> {
    let (width, height) = picture.dimensions();
    let mut tiles = Vec::new();
    for row in 0..height.div_ceil(TILE) {
        for column in 0..width.div_ceil(TILE) {
            let (left, top) = (column.saturating_mul(TILE), row.saturating_mul(TILE));
            let part = (
                left,
                top,
                width.saturating_sub(left).min(TILE),
                height.saturating_sub(top).min(TILE),
            );
            let tile = raster::cut(picture, part);
            tiles.push(out.entry(&encode::encode(&tile, Coding::Jpeg, &Packets::default())?)?);
        }
    }
    Ok(Level { width, height, tiles })
}

impl Tiles {
    /// Opens the tiles that [`write()`] has written.
    ///
    /// # Errors
    /// [`MediaError::Corrupt`] for a file that is none, and those of reading.
    pub(super) fn open(mut file: File) -> Result<Self, MediaError> {
        let broken = |what: &str| MediaError::corrupt("image/jpeg", format!("tiles: {what}"));
        let end = file.seek(SeekFrom::End(0))?;
        let foot = end.checked_sub(12).ok_or_else(|| broken("too short"))?;
        file.seek(SeekFrom::Start(foot))?;
        let mut mark = [0_u8; 12];
        file.read_exact(&mut mark)?;
        let Some((length, rest)) = mark.split_first_chunk::<4>() else {
            return Err(broken("too short"));
        };
        let length = u32::from_be_bytes(*length);
        let start = foot.checked_sub(length.into()).filter(|_| length <= TABLE);
        let Some(start) = start.filter(|_| rest == MARK) else { return Err(broken("no mark")) };
        let mut json = vec![0; usize::try_from(length).unwrap_or(0)];
        file.read_exact_at(&mut json, start)?;
        let table: Table =
            serde_json::from_slice(&json).map_err(|error| broken(&error.to_string()))?;
        let packets = Packets {
            xmp: table.xmp.map(|entry| read(&file, entry)).transpose()?,
            iptc: table.iptc.map(|entry| read(&file, entry)).transpose()?,
        };
        let mut levels = table.levels.into_iter();
        let full = levels.next().ok_or_else(|| broken("no picture"))?;
        Ok(Self { file, full, smaller: levels.collect(), packets })
    }

    /// Width and height of the full picture, upright, in pixels.
    #[must_use]
    pub const fn size(&self) -> (u32, u32) {
        (self.full.width, self.full.height)
    }

    /// Bytes of memory that a view takes at most.
    #[must_use]
    pub fn cost(&self, view: &View) -> u64 {
        let part = self.part(view.region, self.level(view));
        let (_, _, width, height) = part.whole;
        let area = |width: u32, height: u32| u64::from(width).saturating_mul(height.into());
        let tiles = area(width.saturating_add(2 * TILE), height.saturating_add(2 * TILE));
        tiles.saturating_add(area(view.size.0, view.size.1).saturating_mul(3)).saturating_mul(3)
    }

    /// A view's bytes, if it is a tile as it lies there.
    ///
    /// # Errors
    /// Those of reading.
    pub(super) fn ready(&self, view: &View) -> Result<Option<Vec<u8>>, MediaError> {
        self.tile(view).map(|entry| read(&self.file, entry)).transpose()
    }

    /// A view's bytes, put together.
    ///
    /// # Errors
    /// [`MediaError::Corrupt`] for damaged tiles, and those of reading.
    pub(super) fn made(&self, view: &View) -> Result<Vec<u8>, MediaError> {
        let level = self.level(view);
        let part = self.part(view.region, level);
        let whole = self.assembled(level, part.whole)?;
        let mut picture = match whole.dimensions() == view.size {
            true => whole,
            false => raster::scaled(&whole, part.exact, view.size)?,
        };
        if view.mirrored {
            imageops::flip_horizontal_in_place(&mut picture);
        }
        picture = match view.degrees {
            90 => imageops::rotate90(&picture),
            180 => imageops::rotate180(&picture),
            270 => imageops::rotate270(&picture),
            _ => picture,
        };
        self.encoded(picture, view)
    }

    fn encoded(&self, picture: RgbImage, view: &View) -> Result<Vec<u8>, MediaError> {
        let shown = match view.colours {
            Colours::All => DynamicImage::from(picture),
            Colours::Grey => DynamicImage::from(picture).grayscale(),
            Colours::Two => two(&DynamicImage::from(picture).into_luma8()).into(),
        };
        match view.coding {
            ViewCoding::Web(coding) => encode::encode(&shown.into_rgb8(), coding, &self.packets),
            ViewCoding::Png => {
                let mut plain = std::io::Cursor::new(Vec::new());
                shown.write_to(&mut plain, ImageFormat::Png).map_err(std::io::Error::other)?;
                plain.set_position(0);
                let mut out = Vec::new();
                png::clean(&mut plain, 1, &self.packets, &mut out)?;
                Ok(out)
            }
        }
    }

    /// The tile that is just what a view shows, if there is one.
    fn tile(&self, view: &View) -> Option<Entry> {
        let plain = !view.mirrored && view.degrees == 0 && view.colours == Colours::All;
        if !plain || view.coding != ViewCoding::Web(Coding::Jpeg) {
            return None;
        }
        let (full_width, full_height) = self.size();
        let (left, top, width, height) = view.region;
        let levels = std::iter::once(&self.full).chain(&self.smaller);
        for (power, level) in (0_u32..).zip(levels) {
            let factor = 1_u32.checked_shl(power)?;
            let side = TILE.checked_mul(factor)?;
            let fits = left % side == 0
                && top % side == 0
                && width == side.min(full_width.saturating_sub(left))
                && height == side.min(full_height.saturating_sub(top));
            let (column, row) = (left / side, top / side);
            let tile = (
                level.width.saturating_sub(column.saturating_mul(TILE)).min(TILE),
                level.height.saturating_sub(row.saturating_mul(TILE)).min(TILE),
            );
            if fits && tile == view.size {
                return level.tile(column, row);
            }
        }
        None
    }

    /// The smallest level at which the region is not smaller than the view, or else the full picture.
    fn level(&self, view: &View) -> &Level {
        let enough = |level: &&Level| {
            let (_, _, width, height) = self.part(view.region, level).whole;
            view.size.0 <= width && view.size.1 <= height
        };
        self.smaller.iter().rev().find(enough).unwrap_or(&self.full)
    }

    /// A region of the full picture as it lies in a level.
    fn part(&self, (left, top, width, height): (u32, u32, u32, u32), level: &Level) -> Part {
        let full = self.size();
        let along = |from: u32, length: u32, own: u32, all: u32| {
            let scale = f64::from(own) / f64::from(all.max(1));
            let (begin, end) =
                (f64::from(from) * scale, f64::from(from.saturating_add(length)) * scale);
            let first = u32::try_from(u64::from(from) * u64::from(own) / u64::from(all.max(1)));
            let first = first.unwrap_or(0).min(own.saturating_sub(1));
            let behind = u64::from(from.saturating_add(length)).saturating_mul(own.into());
            let last = u32::try_from(behind.div_ceil(all.max(1).into())).unwrap_or(own).min(own);
            let count = last.saturating_sub(first).max(1);
            let inner = (begin - f64::from(first)).max(0.0);
            let exact = (end - begin).min(f64::from(count) - inner).max(f64::MIN_POSITIVE);
            (first, count, inner, exact)
        };
        let x = along(left, width, level.width, full.0);
        let y = along(top, height, level.height, full.1);
        Part { whole: (x.0, y.0, x.1, y.1), exact: (x.2, y.2, x.3, y.3) }
    }

    /// A part of a level, put together from its tiles.
    fn assembled(
        &self,
        level: &Level,
        (left, top, width, height): (u32, u32, u32, u32),
    ) -> Result<RgbImage, MediaError> {
        let broken = || MediaError::corrupt("image/jpeg", "tiles: one is missing");
        let mut whole = RgbImage::new(width, height);
        let last = |from: u32, length: u32| from.saturating_add(length.saturating_sub(1)) / TILE;
        for row in top / TILE..=last(top, height) {
            for column in left / TILE..=last(left, width) {
                let entry = level.tile(column, row).ok_or_else(broken)?;
                let tile = image::load_from_memory_with_format(
                    &read(&self.file, entry)?,
                    ImageFormat::Jpeg,
                );
                let tile = tile.map_err(|error| {
                    MediaError::corrupt("image/jpeg", format!("tiles: {error}"))
                })?;
                let place = |index: u32, from: u32| {
                    i64::from(index.saturating_mul(TILE)).saturating_sub(from.into())
                };
                let (x, y) = (place(column, left), place(row, top));
                imageops::replace(&mut whole, &tile.into_rgb8(), x, y);
            }
        }
        Ok(whole)
    }
}

/// Where a region lies in a level: in whole pixels, and within those to the fraction of a pixel; each
/// as left, top, width, height.
struct Part {
    whole: (u32, u32, u32, u32),
    exact: (f64, f64, f64, f64),
}

impl Level {
    fn tile(&self, column: u32, row: u32) -> Option<Entry> {
        let columns = self.width.div_ceil(TILE);
        if columns <= column {
            return None;
        }
        let at = row.checked_mul(columns)?.checked_add(column)?;
        self.tiles.get(usize::try_from(at).ok()?).copied()
    }
}

/// Black and white, parted in the middle.
fn two(grey: &GrayImage) -> GrayImage {
    let mut out = grey.clone();
    for pixel in out.pixels_mut() {
        let [light] = pixel.0;
        pixel.0 = [if light < 128 { 0 } else { 255 }];
    }
    out
}

fn read(file: &File, entry: Entry) -> Result<Vec<u8>, MediaError> {
    let length = usize::try_from(entry.length.min(ENTRY)).unwrap_or(0);
    let mut bytes = vec![0; length];
    file.read_exact_at(&mut bytes, entry.at)?;
    Ok(bytes)
}
