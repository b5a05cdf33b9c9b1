//! Moments as pages show them: for people, with the exact instant beside it. A script tells them in
//! the reader's own zone.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// A moment in three forms.
pub(super) struct Moment {
    /// For programs, as `datetime` of the element.
    pub(super) exact: String,
    /// For the eye.
    pub(super) shown: String,
    /// For whoever points at it.
    pub(super) told: String,
}

/// What is left until a moment.
pub(super) struct Remaining {
    /// In words, as of now.
    pub(super) left: String,
    pub(super) at: Moment,
}

impl Moment {
    pub(super) fn of(at: Timestamp) -> Self {
        Self {
            exact: at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            shown: at.strftime("%Y-%m-%d").to_string(),
            told: at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
        }
    }
}

/// What is left until a moment, in the two largest units: `2 days 3 hours`.
pub(super) fn left(at: Timestamp, now: Timestamp, units: &[(&str, &str); 4]) -> String {
    let seconds = at.duration_since(now).max(SignedDuration::ZERO).as_secs();
    let parts = [seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60, seconds % 60];
    let said = parts.into_iter().zip(units).skip_while(|(count, _)| *count == 0).take(2);
    let said = said.filter(|(count, _)| *count > 0);
    let text: Vec<String> = said
        .map(|(count, (one, many))| format!("{count} {}", if count == 1 { one } else { many }))
        .collect();
    if text.is_empty() { format!("0 {}", units[3].1) } else { text.join(" ") }
}

/// A moment that somebody filled in: an instant, as a script says it in their name, or a day and a time
/// in UTC, of which a day alone is its beginning.
pub(super) fn filled_in(text: &str) -> Option<Timestamp> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    let at = text.parse::<DateTime>().and_then(|at| at.to_zoned(TimeZone::UTC));
    at.map_or(None, |at| Some(at.timestamp()))
}

/// The same as a field takes it, in UTC; what is no moment is nothing there.
pub(super) fn to_fill_in(text: &str) -> String {
    let at = filled_in(text);
    at.map(|at| at.strftime("%Y-%m-%dT%H:%M").to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_told_in_two_units() {
        let units =
            [("day", "days"), ("hour", "hours"), ("minute", "minutes"), ("second", "seconds")];
        let now = Timestamp::UNIX_EPOCH;
        let told = |seconds| left(now + SignedDuration::from_secs(seconds), now, &units);
        assert_eq!(told(2 * 86_400 + 3 * 3600 + 59), "2 days 3 hours");
        assert_eq!(told(3600), "1 hour");
        assert_eq!(told(61), "1 minute 1 second");
        assert_eq!(told(-5), "0 seconds");
    }

    #[test]
    fn a_moment_is_an_instant_or_a_time_in_utc() {
        let text = |text| filled_in(text).map(|at| at.to_string());
        assert_eq!(text("2026-12-24T08:00").unwrap(), "2026-12-24T08:00:00Z");
        assert_eq!(text("2026-12-24 08:00").unwrap(), "2026-12-24T08:00:00Z");
        assert_eq!(text("2026-12-24T08:00:00.000+01:00").unwrap(), "2026-12-24T07:00:00Z");
        assert_eq!(text("2026-12-24").unwrap(), "2026-12-24T00:00:00Z");
        assert_eq!([text(""), text("soon")], [const { None }; 2]);
        assert_eq!(to_fill_in("2026-12-24T08:00:00+01:00"), "2026-12-24T07:00");
        assert_eq!(to_fill_in("soon"), "");
    }
}
