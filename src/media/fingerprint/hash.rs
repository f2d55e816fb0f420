//! Hashes of 63 bits: which of the longest waves in a picture are positive (a DCT hash), and the
//! windows of which they are taken.

use std::f32::consts::PI;
use std::sync::LazyLock;

use super::grid::{Sums, Window, number};

/// Waves per direction, the constant one among them.
const WAVES: usize = 8;

/// Samples per side from which they are told.
const POINTS: usize = 16;

/// What may be cut off a side, in steps finer than a hash notices.
const CUTS: [f32; 4] = [0.01, 0.055, 0.1, 0.145];

/// The part of a picture that every light crop of it still holds.
pub(super) const CENTRE: Window = Window { left: 0.15, right: 0.85, top: 0.15, bottom: 0.85 };

/// The picture whole and all its light crops.
pub(super) static CROPS: LazyLock<Vec<Window>> = LazyLock::new(|| {
    let mut crops = vec![Window::WHOLE];
    let spans = || CUTS.into_iter().flat_map(|a| CUTS.into_iter().map(move |b| (a, 1.0 - b)));
    for (left, right) in spans() {
        crops.extend(spans().map(|(top, bottom)| Window { left, right, top, bottom }));
    }
    crops
});

/// The cosines of the DCT (type II).
static COSINES: LazyLock<[[f32; POINTS]; WAVES]> = LazyLock::new(|| {
    let mut waves = [[0.0; POINTS]; WAVES];
    for (u, wave) in waves.iter_mut().enumerate() {
        for (x, value) in wave.iter_mut().enumerate() {
            *value = (PI * number(u) * (number(x) + 0.5) / number(POINTS)).cos();
        }
    }
    waves
});

/// The hash of a window. Two of the same scene differ in less than a quarter of the bits if their
/// edges are no more than some 3 % apart.
pub(super) fn hash(sums: &Sums, window: Window) -> u64 {
    let points: [[f32; POINTS]; POINTS] = sums.sample(window);
    let waves = &*COSINES;
    let mut across = [[0.0_f32; POINTS]; WAVES];
    for (wave, column) in waves.iter().zip(&mut across) {
        for (row, value) in points.iter().zip(column) {
            *value = dot(wave, row);
        }
    }
    let signs = across.iter().flat_map(|column| waves.iter().map(|wave| 0.0 < dot(wave, column)));
    // The first is the constant wave, which tells nothing.
    signs.skip(1).fold(0, |bits, sign| bits << 1 | u64::from(sign))
}

fn dot(a: &[f32; POINTS], b: &[f32; POINTS]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::fingerprint::grid::CELLS;

    #[test]
    fn a_crop_has_the_hash_of_its_window() {
        let mut seed = 7_u32;
        let mut cells = vec![0_u8; CELLS];
        for row in 0..36_usize {
            for column in 0..36_usize {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let blob = u8::try_from((row / 6 * 13 + column / 6 * 29) % 40).unwrap();
                cells[row * 36 + column] = blob + u8::try_from(seed >> 30).unwrap();
            }
        }
        let sums = Sums::new(&cells);
        let window = Window { left: 0.1, right: 0.9, top: 0.05, bottom: 0.95 };
        let near = Window { left: 0.11, right: 0.91, top: 0.04, bottom: 0.95 };
        assert!((hash(&sums, window) ^ hash(&sums, near)).count_ones() < 12);
        let far = Window { left: 0.0, right: 0.6, top: 0.3, bottom: 1.0 };
        assert!(16 < (hash(&sums, window) ^ hash(&sums, far)).count_ones());
    }
}
