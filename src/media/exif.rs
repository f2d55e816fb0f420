//! The one Exif field that a release keeps: how to turn the picture upright.

use image::metadata::Orientation;

/// What stands before the Exif data in a JPEG segment (CIPA DC-008, section 4.7.2).
pub(super) const PREFIX: &[u8] = b"Exif\0\0";

/// The orientation, 1 to 8, in Exif data that begins with its TIFF header; 1 where none is given.
pub(super) fn orientation(tiff: &[u8]) -> u8 {
    Orientation::from_exif_chunk(tiff).map_or(1, Orientation::to_exif)
}

/// Exif data with the orientation and nothing else: a big-endian TIFF header and one directory of
/// one entry, tag 0x0112 (CIPA DC-008, section 4.6.4).
pub(super) fn only(orientation: u8) -> [u8; 26] {
    [
        b'M',
        b'M',
        0,
        42,
        0,
        0,
        0,
        8, // the directory begins at byte 8
        0,
        1, // one entry:
        0x01,
        0x12,
        0,
        3,
        0,
        0,
        0,
        1, // orientation, a 16-bit number, one of them
        0,
        orientation,
        0,
        0, // its value, padded
        0,
        0,
        0,
        0, // no further directory
    ]
}

/// Width and height as they are seen once the picture is upright.
pub(super) const fn upright(orientation: u8, width: u32, height: u32) -> (u32, u32) {
    if 4 < orientation { (height, width) } else { (width, height) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for value in 1..=8 {
            assert_eq!(orientation(&only(value)), value);
        }
        assert_eq!(orientation(b"not exif"), 1);
        assert_eq!(orientation(&only(9)), 1);
    }

    #[test]
    fn a_quarter_turn_swaps_the_sides() {
        assert_eq!(upright(3, 40, 30), (40, 30));
        assert_eq!(upright(6, 40, 30), (30, 40));
    }
}
