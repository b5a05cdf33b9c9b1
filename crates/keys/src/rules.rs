//! What the operator may set of the rules.

use jiff::SignedDuration;

use crate::{Ipv6, Version};

/// By which settings it is decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// The version that new accounts start with.
    pub version: Version,
    /// How long a rotated key may go on.
    pub longest_overlap: Overlap,
    /// Whether keys may be restricted to IPv6 addresses.
    pub ipv6: Ipv6,
}

impl From<Version> for Rules {
    fn from(version: Version) -> Self {
        Self { version, longest_overlap: Overlap::default(), ipv6: Ipv6::default() }
    }
}

/// The longest time that a rotated key may go on beside its replacement: 1 to 90 days, 7 where
/// nothing else is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Overlap {
    days: u8,
}

/// Why a number of days is no overlap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a rotated key may go on for 1 to 90 days")]
pub struct OverlapError;

impl Overlap {
    /// Of so many days.
    ///
    /// # Errors
    /// When it is none, or more than 90.
    pub fn of_days(days: u8) -> Result<Self, OverlapError> {
        if (1..=90).contains(&days) { Ok(Self { days }) } else { Err(OverlapError) }
    }

    /// How many days it is.
    #[must_use]
    pub fn days(self) -> i64 {
        i64::from(self.days)
    }

    /// How long it is.
    #[must_use]
    pub fn length(self) -> SignedDuration {
        SignedDuration::from_hours(24 * self.days())
    }
}

impl Default for Overlap {
    fn default() -> Self {
        Self { days: 7 }
    }
}
