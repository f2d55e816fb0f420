//! Pages as pictures, drawn by hayro in this process.
//!
//! No other program, no network, no file but the document itself. Fonts that a document names
//! without having them are replaced by the standard ones that hayro brings along, which lack many
//! letters beyond those of Western Europe.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};

use hayro::hayro_interpret::{InterpreterSettings, TransformExt};
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::Affine;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::vello_cpu::{Pixmap, RasterizerSettings, RenderContext, Resources, TargetInit};
use hayro::{RenderCache, RenderSettings, render_into};
use image::RgbImage;

use super::{PaperError, source};

/// The most pixels of a page's picture.
pub const PIXELS: u32 = 40_000_000;

/// Points to an inch: the unit of page sizes.
const INCH: f64 = 72.0;

/// A document whose pages are drawn.
pub struct Renderer {
    document: Pdf,
}

impl Renderer {
    /// Opens a PDF file; it is read from its start.
    ///
    /// # Errors
    /// [`PaperError::Encrypted`] if it opens with a password only, [`PaperError::Corrupt`] if no page
    /// can be found in it, [`PaperError::TooLarge`] if it is larger than 512 MB, [`PaperError::Io`].
    pub fn open(pdf: &File) -> Result<Self, PaperError> {
        Ok(Self { document: source::pages(pdf)? })
    }

    /// How many pages it has.
    #[must_use]
    pub fn pages(&self) -> usize {
        self.document.pages().len()
    }

    /// Width and height of a page as it is seen, turned and cropped, in points (1/72 inch); both are
    /// finite and more than 0.
    ///
    /// # Errors
    /// [`PaperError::NoPage`]; [`PaperError::Corrupt`] for a page of no such size.
    pub fn page_size(&self, index: usize) -> Result<(f32, f32), PaperError> {
        size(self.page(index)?)
    }

    /// The width in pixels that a page has at `dpi` pixels to the inch, or the largest that may be
    /// drawn, if that is less; at least 1.
    ///
    /// # Errors
    /// As [`Renderer::page_size`].
    pub fn width_at(&self, index: usize, dpi: u32) -> Result<u32, PaperError> {
        let (width, height) = self.page_size(index)?;
        let (width, height) = (f64::from(width), f64::from(height));
        let wished = width * f64::from(dpi) / INCH;
        // A little less, for the height is rounded.
        let most = (f64::from(PIXELS) * 0.99 * width / height).sqrt();
        let side = f64::from(u16::MAX) * 0.99;
        let across = wished.min(most).min(side).min(side * width / height);
        Ok(whole(across.floor()).max(1))
    }

    /// Draws a page on white, with the annotations that show, `width` pixels wide and as high as
    /// fits its shape.
    ///
    /// # Errors
    /// As [`Renderer::page_size`]; [`PaperError::Pixels`] for a picture of more than 40 million pixels,
    /// of more than 65,535 in one direction, or of none; [`PaperError::Corrupt`] if drawing fails.
    pub fn render(&self, index: usize, width: u32) -> Result<RgbImage, PaperError> {
        let page = self.page(index)?;
        let (page_width, page_height) = size(page)?;
        let shape = f64::from(page_height) / f64::from(page_width);
        let height = whole((f64::from(width) * shape).round()).max(1);
        let wrong = PaperError::Pixels { width: width.into(), height: height.into() };
        let (Ok(across), Ok(down)) = (u16::try_from(width), u16::try_from(height)) else {
            return Err(wrong);
        };
        if across == 0 || PIXELS < u32::from(across).saturating_mul(down.into()) {
            return Err(wrong);
        }
        let drawn = catch_unwind(AssertUnwindSafe(|| draw(page, across, down)));
        let drawn = drawn.map_err(|_panic| PaperError::corrupt("a page cannot be drawn"))?;
        let pixels = drawn.data().iter().flat_map(|pixel| [pixel.r, pixel.g, pixel.b]).collect();
        RgbImage::from_raw(width, height, pixels).ok_or(wrong)
    }

    fn page(&self, index: usize) -> Result<&Page<'_>, PaperError> {
        let pages = self.document.pages();
        pages.get(index).ok_or(PaperError::NoPage { index, pages: pages.len() })
    }
}

fn size(page: &Page<'_>) -> Result<(f32, f32), PaperError> {
    let (width, height) = page.render_dimensions();
    let is_length = |length: f32| length.is_finite() && 0.0 < length;
    if is_length(width) && is_length(height) {
        Ok((width, height))
    } else {
        Err(PaperError::corrupt("a page without a size"))
    }
}

fn draw<'a>(page: &'a Page<'a>, width: u16, height: u16) -> Pixmap {
    let (page_width, page_height) = page.render_dimensions();
    let fit = Affine::scale_non_uniform(
        f64::from(width) / f64::from(page_width),
        f64::from(height) / f64::from(page_height),
    );
    let transform = fit * page.initial_transform(true).to_kurbo();
    // What is kept between pages cannot be given up again, so each page keeps its own.
    let cache = RenderCache::new();
    let mut context = RenderContext::new(width, height);
    let settings = InterpreterSettings::default();
    render_into(page, &cache, &settings, &RenderSettings::default(), &mut context, transform);
    context.flush();
    let mut picture = Pixmap::new(width, height);
    let settings = RasterizerSettings {
        target_init: TargetInit::Clear(WHITE),
        ..RasterizerSettings::default()
    };
    context.render_with(&mut picture, &mut Resources::default(), settings);
    picture
}

/// A length in pixels; what is no number or too large becomes the nearest that is one.
fn whole(length: f64) -> u32 {
    #[expect(clippy::as_conversions, reason = "saturates, and not-a-number becomes 0")]
    let length = length as u32;
    length
}
