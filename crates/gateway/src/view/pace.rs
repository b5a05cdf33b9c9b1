//! How often the store is asked, and how long an answer is waited for, while there is none.

use std::time::Duration;

use super::Lease;

/// How soon the store is asked again after the first failure.
const FIRST_PAUSE: Duration = Duration::from_millis(10);
/// What a lease counts as at least, should the store grant none at all: it is still asked with pauses.
const SHORTEST_LEASE: Duration = Duration::from_millis(100);
/// The longest pause between two questions that failed.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// How long an answer is waited for at most, so that a slow store is not mistaken for one that hangs.
const LONGEST_PATIENCE: Duration = Duration::from_secs(30);

/// The questions that were asked in vain since the last answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    lease: Lease,
    failures: u32,
}

impl Pace {
    pub(super) fn new(lease: Lease) -> Self {
        Self { lease, failures: 0 }
    }

    /// How long to wait for news before asking without any: a twelfth of the lease, so that one slow
    /// answer does not let it run out.
    pub(super) fn between(self) -> Duration {
        match self.lease {
            Lease::Endless => Duration::from_mins(1),
            Lease::For(length) => length.max(SHORTEST_LEASE) / 12,
        }
    }

    /// How long to wait for an answer: a quarter of the lease, so that another connection can be tried
    /// before it runs out, and twice as long after each failure.
    pub(super) fn patience(self) -> Duration {
        match self.lease {
            Lease::Endless => LONGEST_PATIENCE,
            Lease::For(length) => {
                let first = length.max(SHORTEST_LEASE) / 4;
                first.saturating_mul(self.doubled()).min(LONGEST_PATIENCE)
            }
        }
    }

    /// Counts a failure, and says how long to wait before asking again.
    pub(super) fn failed(&mut self) -> Duration {
        let pause = FIRST_PAUSE.saturating_mul(self.doubled());
        self.failures = self.failures.saturating_add(1);
        pause.min(self.between()).min(LONGEST_PAUSE)
    }

    /// How many failures there were since the last answer.
    pub(super) fn failures(self) -> u32 {
        self.failures
    }

    /// Forgets the failures, and says how many there were. The answer told what lease holds now.
    pub(super) fn answered(&mut self, lease: Lease) -> u32 {
        self.lease = lease;
        std::mem::take(&mut self.failures)
    }

    fn doubled(self) -> u32 {
        2_u32.saturating_pow(self.failures)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pauses(lease: Lease) -> Vec<u128> {
        let mut pace = Pace::new(lease);
        (0..9).map(|_| pace.failed().as_millis()).collect()
    }

    #[test]
    fn pauses_double_up_to_what_lies_between_two_questions() {
        let lease = Lease::For(Duration::from_secs(3));
        assert_eq!(pauses(lease), [10, 20, 40, 80, 160, 250, 250, 250, 250]);
        assert_eq!(pauses(Lease::Endless), [10, 20, 40, 80, 160, 320, 640, 1000, 1000]);
    }

    #[test]
    fn a_store_that_grants_nothing_is_not_asked_without_end() {
        let mut pace = Pace::new(Lease::For(Duration::ZERO));
        assert_eq!((pace.between().as_millis(), pace.patience().as_millis()), (8, 25));
        assert_eq!(pace.failed().as_millis(), 8);
    }

    #[test]
    fn patience_doubles_so_that_a_slow_store_is_heard_at_last() {
        let lease = Lease::For(Duration::from_secs(3));
        let mut pace = Pace::new(lease);
        let mut waited = Vec::new();
        for _ in 0..8 {
            waited.push(pace.patience().as_millis());
            pace.failed();
        }
        assert_eq!(waited, [750, 1500, 3000, 6000, 12000, 24000, 30000, 30000]);
        assert_eq!(pace.answered(lease), 8);
        assert_eq!((pace.patience().as_millis(), pace.answered(lease)), (750, 0));
        for _ in 0..100 {
            pace.failed();
        }
        assert_eq!(pace.patience(), LONGEST_PATIENCE);
    }
}
