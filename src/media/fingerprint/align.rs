//! Laying a picture upon a part of another and judging whether they are one.

use super::grid::{Sums, Window, number};

/// Samples per side while the place is looked for.
const COARSE: usize = 12;

/// Samples per side for the last steps and the judgement.
const FINE: usize = 24;

/// Samples per side of a block; 6 × 6 blocks are judged one by one.
const BLOCK: usize = 4;
const BLOCKS: usize = FINE / BLOCK;

/// How often each direction is tried with a step.
const ROUNDS: usize = 4;

/// Less than this remains of no light crop.
const SMALLEST: f32 = 0.6;

/// Below this deviation, in levels of 64, a block has nothing to compare.
const FLAT: f32 = 1.5;

/// Fewer blocks with details tell nothing: a quarter of all.
const DETAILED: usize = 9;

/// The likeness from which a block counts as the same.
const ALIKE: f32 = 0.7;

/// How well two pictures fit; likenesses run from -1 to 1.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Fit {
    /// The correlation of all.
    pub(super) whole: f32,
    /// The correlation within the blocks: of the details.
    pub(super) details: f32,
    /// The share of blocks with details in which they are the same; 0 if these are too few.
    pub(super) same: f32,
    /// As `details`, the one picture mirrored.
    pub(super) mirrored: f32,
}

/// Sums over pairs of samples.
#[derive(Clone, Copy, Default)]
struct Pairs {
    count: f32,
    a: f32,
    b: f32,
    aa: f32,
    bb: f32,
    ab: f32,
}

impl Pairs {
    fn add(&mut self, a: f32, b: f32) {
        self.count += 1.0;
        self.a += a;
        self.b += b;
        self.aa += a * a;
        self.bb += b * b;
        self.ab += a * b;
    }

    /// The variances of both and the covariance, each times the count.
    fn moments(self) -> (f32, f32, f32) {
        let count = self.count.max(1.0);
        (
            self.aa - self.a * self.a / count,
            self.bb - self.b * self.b / count,
            self.ab - self.a * self.b / count,
        )
    }
}

/// Normalised cross-correlation; 0 where there is next to nothing to correlate.
fn correlation((a, b, ab): (f32, f32, f32), count: f32) -> f32 {
    let least = 0.25 * count;
    if a < least || b < least { 0.0 } else { (ab / (a * b).sqrt()).clamp(-1.0, 1.0) }
}

fn likeness<const N: usize>(a: &[[f32; N]; N], b: &[[f32; N]; N]) -> f32 {
    let mut pairs = Pairs::default();
    for (a, b) in a.as_flattened().iter().zip(b.as_flattened()) {
        pairs.add(*a, *b);
    }
    correlation(pairs.moments(), pairs.count)
}

/// How well `inner` fits into a window of `outer` as it stands.
pub(super) fn glance(outer: &Sums, inner: &Sums, window: Window) -> f32 {
    likeness::<COARSE>(&outer.sample(window), &inner.sample(Window::WHOLE))
}

/// Where near a window of `outer` the whole of `inner` fits best; `None` if it does not fit.
pub(super) fn settle(outer: &Sums, inner: &Sums, window: Window) -> Option<Window> {
    let window = climb::<COARSE>(outer, inner, window, &[(0.02, 0.65), (0.01, 0.8)])?;
    climb::<FINE>(outer, inner, window, &[(0.01, 0.0), (0.005, 0.0), (0.0025, 0.0)])
}

/// Goes where it fits better by ever smaller steps. After each stands the least likeness with which
/// it is worth going on.
fn climb<const N: usize>(
    outer: &Sums,
    inner: &Sums,
    window: Window,
    steps: &[(f32, f32)],
) -> Option<Window> {
    let inner = inner.sample::<N>(Window::WHOLE);
    let fit = |window: Window| likeness(&outer.sample::<N>(window), &inner);
    let mut best = (fit(window), window);
    for (step, least) in steps {
        for _ in 0..ROUNDS {
            let before = best.0;
            for direction in DIRECTIONS {
                let Some(window) = moved(best.1, direction, *step) else { continue };
                let fit = fit(window);
                if best.0 < fit {
                    best = (fit, window);
                }
            }
            if best.0 <= before {
                break;
            }
        }
        if best.0 < *least {
            return None;
        }
    }
    Some(best.1)
}

/// How the edges (left, right, top, bottom) may go: together, apart, alone.
const DIRECTIONS: [[f32; 4]; 14] = [
    [1.0, 1.0, 0.0, 0.0],
    [-1.0, -1.0, 0.0, 0.0],
    [0.0, 0.0, 1.0, 1.0],
    [0.0, 0.0, -1.0, -1.0],
    [1.0, -1.0, 1.0, -1.0],
    [-1.0, 1.0, -1.0, 1.0],
    [1.0, 0.0, 0.0, 0.0],
    [-1.0, 0.0, 0.0, 0.0],
    [0.0, 1.0, 0.0, 0.0],
    [0.0, -1.0, 0.0, 0.0],
    [0.0, 0.0, 1.0, 0.0],
    [0.0, 0.0, -1.0, 0.0],
    [0.0, 0.0, 0.0, 1.0],
    [0.0, 0.0, 0.0, -1.0],
];

fn moved(window: Window, [left, right, top, bottom]: [f32; 4], step: f32) -> Option<Window> {
    let moved = Window {
        left: (window.left + left * step).max(0.0),
        right: (window.right + right * step).min(1.0),
        top: (window.top + top * step).max(0.0),
        bottom: (window.bottom + bottom * step).min(1.0),
    };
    (SMALLEST <= moved.width() && SMALLEST <= moved.height()).then_some(moved)
}

/// Judges `inner` upon a window of `outer`.
pub(super) fn judge(outer: &Sums, inner: &Sums, window: Window) -> Fit {
    let a = outer.sample::<FINE>(window);
    let mut b = inner.sample::<FINE>(Window::WHOLE);
    let whole = likeness(&a, &b);
    let (details, same) = blocks(&a, &b);
    for row in &mut b {
        row.reverse();
    }
    let (mirrored, _) = blocks(&a, &b);
    Fit { whole, details, same, mirrored }
}

/// The correlation within blocks, and the share of blocks that are the same.
fn blocks(a: &[[f32; FINE]; FINE], b: &[[f32; FINE]; FINE]) -> (f32, f32) {
    let (mut all, mut count) = ((0.0, 0.0, 0.0), 0.0);
    let (mut alike, mut detailed) = (0_usize, 0_usize);
    for (a, b) in a.chunks(BLOCK).zip(b.chunks(BLOCK)) {
        let mut row = [Pairs::default(); BLOCKS];
        for (a, b) in a.iter().zip(b) {
            for (pairs, (a, b)) in row.iter_mut().zip(a.chunks(BLOCK).zip(b.chunks(BLOCK))) {
                a.iter().zip(b).for_each(|(a, b)| pairs.add(*a, *b));
            }
        }
        for pairs in row {
            let (aa, bb, ab) = pairs.moments();
            all = (all.0 + aa, all.1 + bb, all.2 + ab);
            count += pairs.count;
            if FLAT * FLAT * pairs.count < aa.max(bb) {
                detailed += 1;
                alike += usize::from(ALIKE <= correlation((aa, bb, ab), pairs.count));
            }
        }
    }
    let same = if detailed < DETAILED { 0.0 } else { number(alike) / number(detailed) };
    (correlation(all, count), same)
}
