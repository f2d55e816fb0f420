//! How often somebody may try to sign in.

use std::{net::IpAddr, num::NonZeroU32, time::Duration};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock as _};

use super::Error;

/// Ten tries at once for a name from one address, then one in six seconds; two hundred for a name
/// from anywhere, so that a stranger cannot keep an officer out; sixty at once for an address, then
/// one a second (offices share one).
pub(super) struct Throttle {
    pairs: DefaultKeyedRateLimiter<(String, Option<IpAddr>)>,
    names: DefaultKeyedRateLimiter<String>,
    addresses: DefaultKeyedRateLimiter<IpAddr>,
}

impl Throttle {
    pub(super) fn new() -> Self {
        let quota = |period: u64, burst: u32| {
            Quota::with_period(Duration::from_secs(period))
                .unwrap_or(Quota::per_second(NonZeroU32::MIN))
                .allow_burst(NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN))
        };
        Self {
            pairs: RateLimiter::keyed(quota(6, 10)),
            names: RateLimiter::keyed(quota(1, 200)),
            addresses: RateLimiter::keyed(quota(1, 60)),
        }
    }

    /// Counts a try.
    ///
    /// # Errors
    /// [`Error::TooMany`] with the seconds to wait.
    pub(super) fn try_once(&self, name: &str, address: Option<IpAddr>) -> Result<(), Error> {
        self.pairs.retain_recent();
        self.names.retain_recent();
        self.addresses.retain_recent();
        let clock = governor::clock::DefaultClock::default();
        let wait = |until: governor::NotUntil<_>| {
            Error::TooMany(until.wait_time_from(clock.now()).as_secs().saturating_add(1))
        };
        if let Some(address) = address {
            self.addresses.check_key(&address).map_err(wait)?;
        }
        self.pairs.check_key(&(name.to_owned(), address)).map_err(wait)?;
        self.names.check_key(&name.to_owned()).map_err(wait)
    }
}
