//! Where the time comes from.

use std::sync::Arc;

use jiff::{Timestamp, tz::TimeZone};

/// Gives the present instant. Only `app` makes one from the real clock; tests hand in a still one.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Vietnam's civil time: UTC+7 all year, no daylight saving (`Asia/Ho_Chi_Minh` since 1975).
#[must_use]
pub fn vietnam() -> TimeZone {
    TimeZone::fixed(jiff::tz::offset(7))
}

/// The civil year of an instant in Vietnam, as local ids and the `year` facet count it.
#[must_use]
pub fn year(at: Timestamp) -> i16 {
    at.to_zoned(vietnam()).year()
}
