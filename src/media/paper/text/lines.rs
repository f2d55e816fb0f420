//! Glyphs in the order in which they are drawn, made into lines of words.
//!
//! All lengths are in points of the page, with y downwards; those of a glyph are multiples of its
//! size, the em.

use std::collections::VecDeque;

use hayro::kurbo::{Point, Rect, Vec2};

/// A gap wider than this parts words, in ems.
const WORD: f64 = 0.16;

/// The same between characters of scripts that are written without spaces.
const WIDE_WORD: f64 = 0.7;

/// How far off the line a glyph may stand and still belong to it, in ems: indices do.
const LINE: f64 = 0.5;

/// How far back a glyph may stand and still follow, in ems: marks over letters do.
const BACK: f64 = 1.0;

/// A step across the lines wider than this begins a paragraph, in ems.
const PARAGRAPH: f64 = 2.0;

/// How near the same glyph has to be drawn again, in ems, to be its shadow or its outline.
const SHADOW: f64 = 0.12;

/// How many glyphs a shadow may come later than its glyph.
const RECENT: usize = 256;

/// Where a glyph stands.
pub(super) struct Mark {
    pub(super) start: Point,
    /// From the start of this glyph to that of the next.
    pub(super) along: Vec2,
    /// Of the line; of length 1.
    pub(super) direction: Vec2,
    /// The em.
    pub(super) size: f64,
}

/// A page's text as far as it is written.
pub(super) struct Lines {
    text: String,
    page: Rect,
    room: usize,
    whole: bool,
    last: Option<Mark>,
    recent: VecDeque<(char, Point)>,
}

/// What stands between two glyphs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Between {
    Nothing,
    Space,
    Line,
    Paragraph,
}

impl Lines {
    /// An empty page that takes up `room` bytes.
    pub(super) const fn new(page: Rect, room: usize) -> Self {
        Self { text: String::new(), page, room, whole: true, last: None, recent: VecDeque::new() }
    }

    /// The text, and whether there was room for all of it.
    pub(super) fn finish(self) -> (String, bool) {
        (self.text, self.whole)
    }

    /// Writes one glyph's text; an empty one only moves on.
    pub(super) fn write(&mut self, text: &str, mark: &Mark) {
        if !self.is_seen(mark) || self.is_shadow(text, mark) {
            return;
        }
        let between = self.last.as_ref().map_or(Between::Nothing, |last| {
            between(last, mark, self.text.chars().next_back(), text.chars().next())
        });
        if self.room < self.text.len().saturating_add(text.len()).saturating_add(2) {
            self.whole = false;
            return;
        }
        let blank = self.text.ends_with([' ', '\n']) || self.text.is_empty();
        match between {
            Between::Nothing => {}
            Between::Space if blank || text.starts_with(' ') => {}
            Between::Space => self.text.push(' '),
            Between::Line => self.text.push('\n'),
            Between::Paragraph => self.text.push_str("\n\n"),
        }
        if text != " " || !self.text.ends_with([' ', '\n']) {
            self.text.push_str(text);
        }
        self.last = Some(Mark { ..*mark });
    }

    /// Whether the glyph stands on the page, or near it.
    fn is_seen(&self, mark: &Mark) -> bool {
        let finite = mark.start.is_finite() && mark.along.is_finite() && mark.size.is_finite();
        finite && self.page.inflate(mark.size, mark.size).contains(mark.start)
    }

    /// Whether the glyph was drawn just before at about the same place, to look bold or outlined.
    fn is_shadow(&mut self, text: &str, mark: &Mark) -> bool {
        let Some(first) = text.chars().next().filter(|c| !c.is_whitespace()) else { return false };
        let near = mark.size * SHADOW;
        let is_same = |(c, at): &(char, Point)| *c == first && at.distance(mark.start) <= near;
        if self.recent.iter().any(is_same) {
            return true;
        }
        if RECENT <= self.recent.len() {
            self.recent.pop_front();
        }
        self.recent.push_back((first, mark.start));
        false
    }
}

fn between(last: &Mark, next: &Mark, before: Option<char>, after: Option<char>) -> Between {
    let em = last.size.max(next.size);
    let step = next.start - (last.start + last.along);
    let ahead = step.dot(last.direction);
    // Downwards is further down the page for lines that run to the right.
    let down = last.direction.cross(step);
    let turned = last.direction.dot(next.direction) < 0.9;
    let both = |is: fn(char) -> bool| before.is_some_and(is) && after.is_some_and(is);
    if turned || LINE * em < down.abs() {
        let steps = 0.0 <= down && down <= PARAGRAPH * em;
        return if turned || !steps { Between::Paragraph } else { Between::Line };
    }
    let gap = if both(is_leftward) && ahead < 0.0 {
        // Each glyph ends where the one before it begins.
        -(ahead + last.along.dot(last.direction) + next.along.dot(next.direction))
    } else {
        ahead
    };
    if gap < -BACK * em {
        return Between::Line;
    }
    let word = if both(is_unspaced) { WIDE_WORD } else { WORD };
    if word * em < gap { Between::Space } else { Between::Nothing }
}

/// Whether this is a letter of a script that runs to the left.
const fn is_leftward(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFE}')
}

/// Whether this is a character of a script that is written without spaces between words.
const fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}'
        | '\u{2E80}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF00}'..='\u{FFEF}'
        | '\u{20000}'..='\u{3FFFF}')
}
