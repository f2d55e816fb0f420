//! The grammar of a request (Image API, sections 4.1 to 4.5).

use std::{borrow::Cow, str::FromStr};

use percent_encoding::percent_decode_str;

use super::{
    super::{Error, Size, url::whole_percents},
    Format, MAX_PATH, Quality, Turn,
    number::{Decimal, whole},
};

/// What is asked of a picture that is not known yet.
///
/// Parsing is the only way to make one: no width or height in it is zero, its rotation is a
/// quarter turn, and its format is one that is made here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    pub(super) region: Region,
    pub(super) upscaled: bool,
    pub(super) scale: Scale,
    pub(super) mirrored: bool,
    pub(super) turn: Turn,
    pub(super) quality: Quality,
    pub(super) format: Format,
}

/// Where the wanted part lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Region {
    Full,
    Square,
    Pixels { x: u32, y: u32, size: Size },
    Percent { x: Decimal, y: Decimal, width: Decimal, height: Decimal },
}

/// How large it is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scale {
    Max,
    Width(u32),
    Height(u32),
    Percent(Decimal),
    Exact(Size),
    Confined(Size),
}

impl FromStr for Request {
    type Err = Error;

    /// Reads `{region}/{size}/{rotation}/{quality}.{format}` as it stands in the request: each part
    /// is percent-decoded here, once, after the path was split.
    fn from_str(path: &str) -> Result<Self, Error> {
        if MAX_PATH < path.len() {
            return Err(Error::Long);
        }
        let parts: Vec<&str> = path.split('/').collect();
        let &[area, size, rotation, last] = parts.as_slice() else { return Err(Error::Path) };
        let (upscaled, scale) = scale(&decoded(size)?)?;
        let (mirrored, turn) = turn(&decoded(rotation)?)?;
        let last = decoded(last)?;
        let (quality, format) = last.rsplit_once('.').ok_or(Error::Format)?;
        Ok(Self {
            region: region(&decoded(area)?)?,
            upscaled,
            scale,
            mirrored,
            turn,
            quality: quality.parse()?,
            format: format.parse()?,
        })
    }
}

impl Request {
    /// The format of the answer.
    #[must_use]
    pub const fn format(&self) -> Format {
        self.format
    }
}

/// One part of a path, percent-decoded (Image API, section 9).
pub(super) fn decoded(part: &str) -> Result<Cow<'_, str>, Error> {
    if !whole_percents(part) {
        return Err(Error::Encoding);
    }
    percent_decode_str(part).decode_utf8().map_err(|_not_utf8| Error::Encoding)
}

fn region(text: &str) -> Result<Region, Error> {
    match text {
        "full" => return Ok(Region::Full),
        "square" => return Ok(Region::Square),
        _ => {}
    }
    if let Some(numbers) = text.strip_prefix("pct:") {
        let [x, y, width, height] = four(numbers, Decimal::parse).ok_or(Error::Region)?;
        if width.is_zero() || height.is_zero() {
            return Err(Error::Zero);
        }
        return Ok(Region::Percent { x, y, width, height });
    }
    let [x, y, width, height] = four(text, whole).ok_or(Error::Region)?;
    let size = Size::new(width, height).ok_or(Error::Zero)?;
    Ok(Region::Pixels { x, y, size })
}

fn four<T>(text: &str, parse: impl Fn(&str) -> Option<T>) -> Option<[T; 4]> {
    let numbers: Vec<T> = text.split(',').map(parse).collect::<Option<_>>()?;
    numbers.try_into().ok()
}

/// Whether `^` allows upscaling, and the form behind it.
fn scale(text: &str) -> Result<(bool, Scale), Error> {
    let (upscaled, form) = match text.strip_prefix('^') {
        Some(form) => (true, form),
        None => (false, text),
    };
    Ok((upscaled, form_of(form)?))
}

fn form_of(text: &str) -> Result<Scale, Error> {
    if text == "max" {
        return Ok(Scale::Max);
    }
    if let Some(number) = text.strip_prefix("pct:") {
        let percent = Decimal::parse(number).ok_or(Error::Size)?;
        return if percent.is_zero() { Err(Error::Zero) } else { Ok(Scale::Percent(percent)) };
    }
    let frame = text.strip_prefix('!');
    let (width, height) = frame.unwrap_or(text).split_once(',').ok_or(Error::Size)?;
    let number = |text: &str| match whole(text) {
        None => Err(Error::Size),
        Some(0) => Err(Error::Zero),
        Some(number) => Ok(number),
    };
    match (width, height) {
        ("", height) if frame.is_none() => Ok(Scale::Height(number(height)?)),
        (width, "") if frame.is_none() => Ok(Scale::Width(number(width)?)),
        (width, height) => {
            let size = Size::new(number(width)?, number(height)?).ok_or(Error::Zero)?;
            Ok(if frame.is_some() { Scale::Confined(size) } else { Scale::Exact(size) })
        }
    }
}

/// Whether `!` mirrors, and the turn behind it.
fn turn(text: &str) -> Result<(bool, Turn), Error> {
    let (mirrored, number) = match text.strip_prefix('!') {
        Some(number) => (true, number),
        None => (false, text),
    };
    let degrees = Decimal::parse(number).ok_or(Error::Rotation)?;
    if Decimal::from(360) < degrees {
        return Err(Error::Rotation);
    }
    let turns = [
        (0, Turn::None),
        (90, Turn::Quarter),
        (180, Turn::Half),
        (270, Turn::ThreeQuarters),
        (360, Turn::None),
    ];
    let found = turns.into_iter().find(|(whole, _)| degrees == Decimal::from(*whole));
    found.map(|(_, turn)| (mirrored, turn)).ok_or(Error::OtherRotation)
}

impl FromStr for Quality {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let all = [Self::Default, Self::Color, Self::Gray, Self::Bitonal];
        all.into_iter().find(|quality| quality.name() == text).ok_or(Error::Quality)
    }
}

impl FromStr for Format {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "jpg" => Ok(Self::Jpg),
            "png" => Ok(Self::Png),
            "webp" => Ok(Self::Webp),
            "tif" | "gif" | "jp2" | "pdf" => Err(Error::OtherFormat),
            _ => Err(Error::Format),
        }
    }
}
