//! The one address of a picture that several requests give (Image API, section 4.8).

use super::{super::Size, Bounds, Job};

impl Job {
    /// `{region}/{size}/{rotation}/{quality}.{format}` in its canonical form, for the same picture
    /// and bounds; a `^` in it is not percent-encoded.
    ///
    /// A request for it is this same job. `color` stays `color`: whether it is what the server gives
    /// by default is not known here.
    #[must_use]
    pub fn canonical(&self, picture: Size, bounds: &Bounds) -> String {
        let area = self.region;
        let region = if area.size == picture {
            "full".to_owned()
        } else {
            format!("{},{},{},{}", area.x, area.y, area.size.width(), area.size.height())
        };
        let mirror = if self.mirrored { "!" } else { "" };
        format!(
            "{region}/{}/{mirror}{}/{}.{}",
            self.canonical_size(bounds),
            self.turn.degrees(),
            self.quality.name(),
            self.format.name()
        )
    }

    fn canonical_size(&self, bounds: &Bounds) -> String {
        let limits = bounds.limits(self.format);
        let (region, size) = (self.region.size, self.size);
        if size == limits.greatest(region, false) {
            return "max".to_owned();
        }
        if size == limits.greatest(region, true) {
            return "^max".to_owned();
        }
        let up = if size.fits(region) { "" } else { "^" };
        format!("{up}{},{}", size.width(), size.height())
    }
}
