//! Web pictures as bytes: JPEG and WebP, with the descriptions of the release that they come from.

use std::io::Cursor;

use image::RgbImage;
use jpeg_encoder::{ColorType, Encoder};
use webp::{Encoder as WebPEncoder, PixelLayout, WebPConfig};

use super::MediaError;
use super::packets::Packets;
use super::rendition::Coding;
use super::webp as container;

/// JPEG quality of web pictures, of 100.
const JPEG: u8 = 82;

/// JPEG quality of releases that were coded in a way that is not everybody's.
const FINE: u8 = 92;

/// WebP quality of web pictures, of 100: looks like that of the JPEG.
const WEBP: f32 = 78.0;

/// WebP quality of what is blurred anyway.
const PLACEHOLDER: f32 = 20.0;

/// How hard WebP looks for a smaller file, 0 to 6. Each step up costs half as much again.
const EFFORT: i32 = 2;

/// A picture's bytes.
///
/// # Errors
/// [`MediaError::Worker`] if the encoder fails, which it does for no picture of a web size.
pub(super) fn encode(
    picture: &RgbImage,
    coding: Coding,
    packets: &Packets,
) -> Result<Vec<u8>, MediaError> {
    match coding {
        Coding::Jpeg => jpeg(picture, packets),
        Coding::WebP => webp_file(picture, packets),
    }
}

/// A picture's bytes as JPEG, fine enough to go on working with.
///
/// # Errors
/// [`MediaError::Worker`] for a side of more than 65,535 pixels.
pub(super) fn fine_jpeg(picture: &RgbImage) -> Result<Vec<u8>, MediaError> {
    jpeg_of(picture, FINE, &Packets::default())
}

fn jpeg(picture: &RgbImage, packets: &Packets) -> Result<Vec<u8>, MediaError> {
    jpeg_of(picture, JPEG, packets)
}

fn jpeg_of(picture: &RgbImage, quality: u8, packets: &Packets) -> Result<Vec<u8>, MediaError> {
    let side = |side: u32| u16::try_from(side).map_err(|_large| failed("too large for JPEG"));
    let (width, height) = (side(picture.width())?, side(picture.height())?);
    let mut out = Vec::new();
    let mut encoder = Encoder::new(&mut out, quality);
    for (marker, body) in packets.segments() {
        encoder.add_app_segment(marker, &body).map_err(|error| failed(&error.to_string()))?;
    }
    encoder
        .encode(picture.as_raw(), width, height, ColorType::Rgb)
        .map_err(|error| failed(&error.to_string()))?;
    Ok(out)
}

/// A WebP of some hundred bytes, to stand in for a picture while that loads.
///
/// # Errors
/// As [`encode`].
pub(super) fn placeholder(picture: &RgbImage) -> Result<Vec<u8>, MediaError> {
    plain_webp(picture, PLACEHOLDER)
}

fn plain_webp(picture: &RgbImage, quality: f32) -> Result<Vec<u8>, MediaError> {
    let (width, height) = picture.dimensions();
    let encoder = WebPEncoder::new(picture.as_raw(), PixelLayout::Rgb, width, height);
    let mut config = WebPConfig::new().map_err(|()| failed("no configuration"))?;
    config.quality = quality;
    config.method = EFFORT;
    let plain = encoder.encode_advanced(&config).map_err(|error| failed(&format!("{error:?}")))?;
    Ok(plain.to_vec())
}

fn webp_file(picture: &RgbImage, packets: &Packets) -> Result<Vec<u8>, MediaError> {
    let plain = plain_webp(picture, WEBP)?;
    let size = picture.dimensions();
    let mut out = Vec::with_capacity(plain.len());
    let additions = container::Additions { orientation: 1, packets, size };
    container::clean(&mut Cursor::new(&plain), additions, &mut out)?;
    Ok(out)
}

fn failed(detail: &str) -> MediaError {
    MediaError::Worker(format!("encoding: {detail}"))
}
