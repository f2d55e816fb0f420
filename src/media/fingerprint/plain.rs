//! Pictures with too little in them to be told from one another: paper with text, signs, drawings,
//! skies.

use image::GrayImage;

use super::grid::SIDE;

/// The shortest side, in pixels, of a picture that has a fingerprint to compare.
const SHORTEST: u32 = 64;

/// A picture is plain if one grey level or two have more than these shares of its pixels, in
/// percent: flat skies, signs and drawings have. Of a light level less is enough, for paper.
const ONE_LEVEL: u64 = 60;
const TWO_LEVELS: u64 = 75;
const PAPER: u64 = 50;

/// Levels within this part of the picture's range, in each direction, count as the same.
const NEAR: usize = 40;

/// A cell is rough if its level, 0 to 63, is off the middle of its neighbours' by half of this or
/// more; of all, this share must be, in percent. Photos have from 20 on, clear skies up to 10.
const BENT: u16 = 4;
const ROUGH: usize = 12;

/// Too small, too long, or mostly of one grey level, as paper is.
pub(super) fn is_plain(luma: &GrayImage) -> bool {
    let (short, long) = (luma.width().min(luma.height()), luma.width().max(luma.height()));
    if short < SHORTEST || short.saturating_mul(6) < long {
        return true;
    }
    let mut counts = [0_u64; 256];
    for level in luma.as_raw() {
        if let Some(count) = counts.get_mut(usize::from(*level)) {
            *count += 1;
        }
    }
    let used = |count: &u64| *count != 0;
    let low = counts.iter().position(used).unwrap_or(0);
    let range = counts.iter().rposition(used).unwrap_or(0).saturating_sub(low);
    let width = range.div_ceil(NEAR) * 2 + 1;
    let all = counts.iter().sum::<u64>();
    let (level, first) = take_most(&mut counts, width);
    let (_, second) = take_most(&mut counts, width);
    let light = low + range * 3 / 4 <= level;
    let one = if light { PAPER } else { ONE_LEVEL };
    all * one < first * 100 || all * TWO_LEVELS < (first + second) * 100
}

/// Takes the most frequent row of levels, so many wide, out of the counts: its first level, and
/// how many pixels it has.
fn take_most(counts: &mut [u64; 256], width: usize) -> (usize, u64) {
    let rows = counts.windows(width).map(|row| row.iter().sum::<u64>());
    let found = rows.enumerate().max_by_key(|(_, count)| *count);
    let (start, most) = found.unwrap_or_default();
    counts.iter_mut().skip(start).take(width).for_each(|count| *count = 0);
    (start, most)
}

/// Whether nearly all cells are what their neighbours lead to, as in a sky.
pub(super) fn is_smooth(cells: &[u8]) -> bool {
    let (rows, _) = cells.as_chunks::<SIDE>();
    let (mut rough, mut all) = (0, 0);
    for near in rows.windows(3) {
        let [above, row, below] = near else { continue };
        let columns = above.iter().zip(below).skip(1);
        for (beside, (above, below)) in row.windows(3).zip(columns) {
            let [left, cell, right] = beside else { continue };
            let bent = bend(*left, *cell, *right).max(bend(*above, *cell, *below));
            rough += usize::from(BENT <= bent);
            all += 1;
        }
    }
    rough * 100 < ROUGH * all
}

/// How far a level is from the middle of two others, twice.
fn bend(before: u8, level: u8, after: u8) -> u16 {
    (u16::from(before) + u16::from(after)).abs_diff(2 * u16::from(level))
}
