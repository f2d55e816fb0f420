//! Fingerprints as text.

use thiserror::Error;

use super::Fingerprint;
use super::grid::CELLS;

/// The first character of all texts of this version.
const VERSION: u8 = b'1';

/// Characters of the width and the height, two each.
const SIZE: usize = 4;

/// URL-safe base64 (RFC 4648, section 5).
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Why a text is no [`Fingerprint`].
#[derive(Debug, Error, PartialEq, Eq)]
pub enum FingerprintError {
    /// Made by another version: it has to be made anew from the picture.
    #[error("a fingerprint of another version")]
    Version,
    /// Not as long as a fingerprint is, or of other characters.
    #[error("a fingerprint has 5 or 1,301 characters of base64")]
    Shape,
}

impl From<Fingerprint> for String {
    fn from(fingerprint: Fingerprint) -> Self {
        let sides = [fingerprint.width, fingerprint.height].into_iter();
        let sides = sides.flat_map(|side| [side >> 6 & 63, side & 63]);
        let sides = sides.map(|part| u8::try_from(part).unwrap_or(0));
        let mut text = Self::with_capacity(1 + SIZE + CELLS);
        text.push(char::from(VERSION));
        text.extend(sides.chain(fingerprint.cells).map(|part| char::from(letter(part))));
        text
    }
}

impl TryFrom<String> for Fingerprint {
    type Error = FingerprintError;

    fn try_from(text: String) -> Result<Self, FingerprintError> {
        let rest = match text.as_bytes() {
            [VERSION, rest @ ..] => rest,
            [] => return Err(FingerprintError::Shape),
            _ => return Err(FingerprintError::Version),
        };
        if rest.len() != SIZE && rest.len() != SIZE + CELLS {
            return Err(FingerprintError::Shape);
        }
        let parts: Option<Vec<u8>> = rest.iter().map(|letter| value(*letter)).collect();
        let parts = parts.ok_or(FingerprintError::Shape)?;
        let [w1, w0, h1, h0, cells @ ..] = parts.as_slice() else {
            return Err(FingerprintError::Shape);
        };
        let side = |high: u8, low: u8| u16::from(high) << 6 | u16::from(low);
        let (width, height) = (side(*w1, *w0), side(*h1, *h0));
        if (width == 0 || height == 0) && !cells.is_empty() {
            return Err(FingerprintError::Shape);
        }
        Ok(Self { width, height, cells: cells.to_vec() })
    }
}

fn letter(value: u8) -> u8 {
    ALPHABET.get(usize::from(value)).copied().unwrap_or(b'_')
}

fn value(letter: u8) -> Option<u8> {
    let at = ALPHABET.iter().position(|known| *known == letter)?;
    u8::try_from(at).ok()
}
