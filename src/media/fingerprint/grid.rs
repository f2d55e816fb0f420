//! Windows of the small picture inside a fingerprint, sampled at any size.

/// Cells on each side, whatever the shape of the picture.
pub(super) const SIDE: usize = 36;

/// Cells in all.
pub(super) const CELLS: usize = SIDE * SIDE;

/// [`SIDE`] as a number to reckon with.
const SIDE_F: f32 = 36.0;

/// The middle of a cell's values, 0 to 63. Sums of values about zero stay exact.
const MIDDLE: f32 = 31.5;

/// A part of a picture by its edges, each from 0 to 1 of the whole.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Window {
    pub(super) left: f32,
    pub(super) right: f32,
    pub(super) top: f32,
    pub(super) bottom: f32,
}

impl Window {
    /// All of it.
    pub(super) const WHOLE: Self = Self { left: 0.0, right: 1.0, top: 0.0, bottom: 1.0 };

    pub(super) fn width(self) -> f32 {
        self.right - self.left
    }

    pub(super) fn height(self) -> f32 {
        self.bottom - self.top
    }

    /// The most that is cut off a side, from 0 to 1 of the whole.
    pub(super) fn cut(self) -> f32 {
        self.left.max(self.top).max(1.0 - self.right).max(1.0 - self.bottom)
    }

    /// Whether this window of a picture has the aspect of another picture, within a skew.
    pub(super) fn fits(self, outer: f32, inner: f32, skew: f32) -> bool {
        let ratio = outer * self.width() / (self.height() * inner);
        1.0 - skew <= ratio && ratio <= 1.0 + skew
    }

    /// A part of the whole as it lies in this window: its edges are then of the window.
    pub(super) fn seen(self, part: Self) -> Self {
        Self {
            left: (part.left - self.left) / self.width(),
            right: (part.right - self.left) / self.width(),
            top: (part.top - self.top) / self.height(),
            bottom: (part.bottom - self.top) / self.height(),
        }
    }
}

/// Sums of cells from the top left corner on: the sum of any rectangle takes four of them.
#[derive(Debug)]
pub(super) struct Sums {
    rows: Vec<[f32; SIDE + 1]>,
}

/// Where an edge falls: after so many whole cells and a part of the next.
#[derive(Clone, Copy, Debug, Default)]
struct Edge {
    cell: usize,
    part: f32,
}

impl Sums {
    /// Of `cells`, row by row, each 0 to 63.
    pub(super) fn new(cells: &[u8]) -> Self {
        let mut rows = Vec::with_capacity(SIDE + 1);
        let mut line = [0.0_f32; SIDE + 1];
        rows.push(line);
        for row in cells.chunks(SIDE).take(SIDE) {
            let mut left = 0.0;
            for (sum, cell) in line.iter_mut().skip(1).zip(row) {
                left += f32::from(*cell) - MIDDLE;
                *sum += left;
            }
            rows.push(line);
        }
        Self { rows }
    }

    /// The means of N × N equal parts of a window, row by row, about zero.
    pub(super) fn sample<const N: usize>(&self, window: Window) -> [[f32; N]; N] {
        let across = edges::<N>(window.left, window.right);
        let down = edges::<N>(window.top, window.bottom);
        let parts = number(N * N) / (window.width() * window.height() * SIDE_F * SIDE_F);
        let start = advance(Edge::default(), window.left * SIDE_F);
        let mut above = self.line(advance(Edge::default(), window.top * SIDE_F));
        let mut means = [[0.0; N]; N];
        for (row, edge) in means.iter_mut().zip(down) {
            let below = self.line(edge);
            let mut strip = below;
            for (sum, above) in strip.iter_mut().zip(&above) {
                *sum = (*sum - above) * parts;
            }
            let mut before = upto(&strip, start);
            for (mean, edge) in row.iter_mut().zip(across) {
                let here = upto(&strip, edge);
                *mean = here - before;
                before = here;
            }
            above = below;
        }
        means
    }

    /// The sums above a line that may run through cells.
    fn line(&self, edge: Edge) -> [f32; SIDE + 1] {
        let Some([above, below, ..]) = self.rows.get(edge.cell..) else {
            return self.rows.last().copied().unwrap_or([0.0; SIDE + 1]);
        };
        let mut line = *above;
        for (sum, below) in line.iter_mut().zip(below) {
            *sum += (below - *sum) * edge.part;
        }
        line
    }
}

/// The sum left of an edge that may run through a cell.
fn upto(line: &[f32; SIDE + 1], edge: Edge) -> f32 {
    match line.get(edge.cell..) {
        Some([before, after, ..]) => before + (after - before) * edge.part,
        _ => line.last().copied().unwrap_or(0.0),
    }
}

/// The far edges of N equal parts.
fn edges<const N: usize>(from: f32, to: f32) -> [Edge; N] {
    let step = (to - from) * SIDE_F / number(N);
    let mut place = from * SIDE_F;
    let mut edge = Edge::default();
    [(); N].map(|()| {
        place += step;
        edge = advance(edge, place);
        edge
    })
}

/// Goes on from an edge to a place further on, in cells.
fn advance(from: Edge, place: f32) -> Edge {
    let Edge { mut cell, .. } = from;
    let mut passed = number(cell);
    while cell < SIDE && passed + 1.0 <= place {
        cell += 1;
        passed += 1.0;
    }
    Edge { cell, part: (place - passed).clamp(0.0, 1.0) }
}

/// A small count as a number to reckon with.
pub(super) fn number(count: usize) -> f32 {
    u16::try_from(count).map_or(f32::from(u16::MAX), f32::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp() -> Vec<u8> {
        (0..CELLS).map(|at| u8::try_from(at % SIDE).unwrap()).collect()
    }

    #[test]
    fn samples_are_means_of_the_cells_they_cover() {
        let sums = Sums::new(&ramp());
        let whole: [[f32; 2]; 2] = sums.sample(Window::WHOLE);
        assert_eq!(whole, [[8.5 - MIDDLE, 26.5 - MIDDLE]; 2]);
        // From a third of a cell on, two and a third cells wide.
        let third = 1.0 / 3.0 / 36.0;
        let window = Window { left: third, right: 8.0 * third, top: 0.2, bottom: 0.7 };
        let [[mean]] = sums.sample::<1>(window);
        let expected = (0.0 * 2.0 + 1.0 * 3.0 + 2.0 * 2.0) / 7.0 - MIDDLE;
        assert!((mean - expected).abs() < 1e-3, "{mean} {expected}");
    }

    #[test]
    fn a_part_is_seen_from_within_a_window() {
        let window = Window { left: 0.1, right: 0.9, top: 0.0, bottom: 0.5 };
        let part = Window { left: 0.3, right: 0.7, top: 0.25, bottom: 0.5 };
        let seen = window.seen(part);
        assert!((seen.left - 0.25).abs() < 1e-6 && (seen.right - 0.75).abs() < 1e-6);
        assert!((seen.top - 0.5).abs() < 1e-6 && (seen.bottom - 1.0).abs() < 1e-6);
        assert!((window.cut() - 0.5).abs() < 1e-6);
    }
}
