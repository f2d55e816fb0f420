//! Width and height.

use serde_json::{Value, json};

/// A width and a height, each at least 1: pixels of a picture, or the units of a canvas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Size {
    width: u32,
    height: u32,
}

impl Size {
    /// Both, unless one is zero.
    #[must_use]
    pub const fn new(width: u32, height: u32) -> Option<Self> {
        if width == 0 || height == 0 { None } else { Some(Self { width, height }) }
    }

    /// Both, a zero counted as 1.
    pub(super) const fn at_least_one(width: u32, height: u32) -> Self {
        let width = if width == 0 { 1 } else { width };
        let height = if height == 0 { 1 } else { height };
        Self { width, height }
    }

    /// The width.
    #[must_use]
    pub const fn width(self) -> u32 {
        self.width
    }

    /// The height.
    #[must_use]
    pub const fn height(self) -> u32 {
        self.height
    }

    /// Width times height.
    #[must_use]
    pub fn area(self) -> u64 {
        u64::from(self.width).saturating_mul(self.height.into())
    }

    /// Whether it is no wider and no higher than `frame`.
    #[must_use]
    pub const fn fits(self, frame: Self) -> bool {
        self.width <= frame.width && self.height <= frame.height
    }

    /// The smaller width and the smaller height of the two.
    pub(super) fn common(self, other: Self) -> Self {
        Self { width: self.width.min(other.width), height: self.height.min(other.height) }
    }

    /// As an entry of `sizes`.
    pub(super) fn json(self) -> Value {
        json!({ "width": self.width, "height": self.height })
    }
}
