//! Text by this program: the pages are interpreted as for drawing, and their glyphs written down.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};

use hayro::hayro_interpret::font::{Glyph, GlyphRun};
use hayro::hayro_interpret::hayro_cmap::{BfString, WritingMode};
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps,
    InterpreterCache, InterpreterSettings, SoftMask, TransformExt, interpret_page,
};
use hayro::hayro_syntax::object::{Dict, String as Bytes};
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::{Affine, BezPath, Point, Rect, Vec2};
use lopdf::Object;

use super::super::{PaperError, source};
use super::lines::{Lines, Mark};
use super::{Extractor, PagesText, Settings, clean};

/// How deep marked content may lie in marked content to be heeded.
const DEEP: usize = 32;

/// The em of glyph space in glyph units.
const EM: f64 = 1000.0;

/// Reads the text.
///
/// # Errors
/// [`PaperError::Encrypted`], [`PaperError::Corrupt`], [`PaperError::TooLarge`], [`PaperError::Io`].
pub(super) fn pages(pdf: &File, settings: &Settings) -> Result<PagesText, PaperError> {
    let document = source::pages(pdf)?;
    let all = document.pages();
    let mut cut = settings.pages < all.len();
    let mut room = settings.bytes;
    let mut pages = Vec::new();
    let mut cache = InterpreterCache::new();
    for page in all.iter().take(settings.pages) {
        let read = catch_unwind(AssertUnwindSafe(|| read(page, &cache, room)));
        let (text, whole) = read.unwrap_or_else(|_panic| {
            // It may have been left locked.
            cache = InterpreterCache::new();
            (String::new(), true)
        });
        let text = clean(&text);
        cut |= !whole;
        room = room.saturating_sub(text.len());
        pages.push(text);
    }
    Ok(PagesText { pages, by: Extractor::Own, cut })
}

/// The page's text, of `room` bytes at most, and whether that is all of it.
fn read<'a>(page: &'a Page<'a>, cache: &InterpreterCache<'a>, room: usize) -> (String, bool) {
    let (width, height) = page.render_dimensions();
    let place = Rect::new(0.0, 0.0, width.into(), height.into());
    let transform = page.initial_transform(true).to_kurbo();
    let settings = InterpreterSettings::default();
    let mut context = Context::new(transform, place, cache, page.xref(), settings);
    let mut reader = Reader { lines: Lines::new(place, room), spoken: Vec::new(), deeper: 0 };
    interpret_page(page, &mut context, &mut reader);
    reader.lines.finish()
}

/// A device that writes what it is to draw.
struct Reader {
    lines: Lines,
    /// The replacement texts (ISO 32000-2, section 14.9.4) of the marked content that is open.
    spoken: Vec<Option<Spoken>>,
    /// How many more are open, too deep to be heeded.
    deeper: usize,
}

struct Spoken {
    text: String,
    said: bool,
}

impl Reader {
    fn write(&mut self, text: &str, glyph: &Glyph<'_>, transform: Affine, vertical: bool) {
        let place = |x, y| transform * Point::new(x, y);
        let (start, em) = (place(0.0, 0.0), place(0.0, EM) - place(0.0, 0.0));
        let advance = match glyph {
            Glyph::Outline(outline) => outline.advance_width(),
            Glyph::Type3(drawn) => drawn.advance_width(),
        };
        let along = match vertical {
            true => -em,
            false => place(advance.unwrap_or_default().into(), 0.0) - start,
        };
        let direction = match vertical {
            true => -em,
            false => place(EM, 0.0) - start,
        };
        let size = em.hypot();
        self.lines.write(text, &Mark { start, along, direction: unit(direction), size });
    }
}

fn unit(vector: Vec2) -> Vec2 {
    let length = vector.hypot();
    if 0.0 < length { vector / length } else { Vec2::new(1.0, 0.0) }
}

impl<'a> Device<'a> for Reader {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, _: &DrawMode) {
        let vertical = run.writing_mode() == WritingMode::Vertical;
        for glyph in run.glyphs() {
            let transform = props.transform * glyph.transform();
            let spoken = self.spoken.iter_mut().flatten().next();
            let text = match spoken {
                Some(spoken) if spoken.said => String::new(),
                Some(spoken) => {
                    spoken.said = true;
                    spoken.text.clone()
                }
                None => match glyph.as_unicode() {
                    Some(BfString::Char(c)) => c.to_string(),
                    Some(BfString::String(text)) => text,
                    None => char::REPLACEMENT_CHARACTER.to_string(),
                },
            };
            self.write(&text, glyph, transform, vertical);
        }
    }

    fn begin_marked_content(&mut self, _: &[u8], properties: Option<&Dict<'_>>) {
        if DEEP <= self.spoken.len() {
            self.deeper = self.deeper.saturating_add(1);
            return;
        }
        let bytes = properties.and_then(|all| all.get::<Bytes<'_>>(b"ActualText"));
        let text = bytes.and_then(|bytes| {
            lopdf::decode_text_string(&Object::string_literal(bytes.as_bytes())).ok()
        });
        self.spoken.push(text.map(|text| Spoken { text, said: false }));
    }

    fn end_marked_content(&mut self) {
        match self.deeper.checked_sub(1) {
            Some(left) => self.deeper = left,
            None => drop(self.spoken.pop()),
        }
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}
