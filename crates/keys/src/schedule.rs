//! Rotations that the system makes: at a time to come, or every so many days.

use jiff::{SignedDuration, Timestamp};

/// The longest time between two rotations, in days.
const MOST_DAYS: u16 = 365;

/// When a key is rotated, and how long it goes on afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Schedule {
    /// The next rotation.
    pub next: Timestamp,
    /// How often from then on; `None` is that one time alone.
    pub every: Option<Days>,
    /// How long the old key works beside the new one; nothing lets it end at once.
    pub grace: SignedDuration,
}

/// A number of days, from 1 to 365.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Days(u16);

impl Days {
    /// So many days, if a schedule may have that many.
    #[must_use]
    pub fn new(days: u16) -> Option<Self> {
        (1..=MOST_DAYS).contains(&days).then_some(Self(days))
    }

    /// How many.
    #[must_use]
    pub fn count(self) -> u16 {
        self.0
    }

    fn length(self) -> SignedDuration {
        SignedDuration::from_hours(24 * i64::from(self.0))
    }
}

impl Schedule {
    /// What follows a rotation that was made at that time: the next instant of this schedule that is
    /// still ahead. Those that were missed meanwhile are not made up for.
    #[must_use]
    pub fn after(self, now: Timestamp) -> Option<Self> {
        let every = self.every?.length().as_secs();
        let late = now.duration_since(self.next).as_secs().max(0);
        let ahead = SignedDuration::from_secs(late - late.rem_euclid(every) + every);
        // At the end of time there is nothing more to come.
        let Ok(next) = self.next.checked_add(ahead) else { return None };
        Some(Self { next, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::constant(1_800_000_000, 0);
    const DAY: SignedDuration = SignedDuration::from_hours(24);

    fn weekly() -> Schedule {
        Schedule { next: START, every: Days::new(7), grace: SignedDuration::ZERO }
    }

    fn following(late: SignedDuration) -> i64 {
        let next = weekly().after(START + late).unwrap().next;
        next.duration_since(START).as_hours() / 24
    }

    #[test]
    fn a_schedule_keeps_its_rhythm_whenever_it_is_carried_out() {
        assert_eq!(following(SignedDuration::ZERO), 7);
        assert_eq!(following(DAY * 6), 7);
        assert_eq!(following(DAY * 7), 14);
        assert_eq!(following(DAY * 100), 105);
    }

    #[test]
    fn a_single_rotation_is_followed_by_none() {
        assert_eq!(Schedule { every: None, ..weekly() }.after(START), None);
    }

    #[test]
    fn a_number_of_days_has_its_bounds() {
        let bounds = [0, 1, 365, 366].map(|days| Days::new(days).map(Days::count));
        assert_eq!(bounds, [None, Some(1), Some(365), None]);
    }
}
