//! The numbers of an address: digits, and for decimals a point (Image API, section 4.7).

/// A whole number of decimal digits only, at most `u32::MAX`.
pub(super) fn whole(text: &str) -> Option<u32> {
    // `parse` alone would take a sign.
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// A decimal number from 0 to `u32::MAX`, exact to twelve places; further places are cut off.
///
/// Twelve places of a percent of the widest picture are less than a millionth of a pixel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Decimal(u128);

const PLACES: usize = 12;
const ONE: u128 = 1_000_000_000_000;

impl Decimal {
    /// Reads digits with at most one point among them, such as `41.6`, `.5` or `90.0`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (before, after) = text.split_once('.').unwrap_or((text, ""));
        if (before.is_empty() && after.is_empty()) || !after.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let before = if before.is_empty() { 0 } else { whole(before)? };
        let places = after.bytes().map(|digit| u128::from(digit.wrapping_sub(b'0')));
        let places = places.chain(std::iter::repeat(0)).take(PLACES);
        let fraction = places.fold(0_u128, |sum, digit| sum * 10 + digit);
        Some(Self(u128::from(before) * ONE + fraction))
    }

    pub(super) const fn is_zero(self) -> bool {
        self.0 == 0
    }

    pub(super) const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// So many percent of `whole`, rounded to the nearest pixel.
    pub(super) fn percent_of(self, whole: u32) -> u32 {
        let hundred = ONE * 100;
        let part = self.0.saturating_mul(whole.into()).saturating_add(hundred / 2) / hundred;
        narrow(part)
    }
}

impl From<u16> for Decimal {
    fn from(number: u16) -> Self {
        Self(u128::from(number) * ONE)
    }
}

/// The number, or the greatest that there is.
pub(super) fn narrow(number: impl TryInto<u32>) -> u32 {
    number.try_into().unwrap_or(u32::MAX)
}
