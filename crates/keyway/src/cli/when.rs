//! Lengths and times, as people write them.

use anyhow::{Context, Result, anyhow, bail};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};

use crate::world::CLOCKS;

/// A length: `90m`, `24h`, `7d`, `2 weeks`.
pub(crate) fn length(text: &str) -> Result<SignedDuration> {
    let form = || anyhow!("write a length as 90m, 24h or 7d");
    let span: Span = text.parse().map_err(|_cause| form())?;
    let length = span.to_duration(SpanRelativeTo::days_are_24_hours()).map_err(|_cause| form())?;
    if length <= SignedDuration::ZERO {
        bail!("a length is longer than nothing");
    }
    Ok(length)
}

/// Whole days: `30d`.
pub(crate) fn days(text: &str) -> Result<u16> {
    let hours = length(text)?.as_hours();
    if length(text)? != SignedDuration::from_hours(hours) || hours % 24 != 0 {
        bail!("write whole days, as 30d");
    }
    u16::try_from(hours / 24).context("so many days are no schedule")
}

/// A time: `2026-12-24T08:00:00Z`, or as the clock on the wall here, `2026-12-24 08:00`.
pub(crate) fn time(text: &str) -> Result<Timestamp> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    let form = "write a time as 2026-12-24T08:00:00Z, or `2026-12-24 08:00` of the clock here";
    let at: DateTime = text.parse().map_err(|_cause| anyhow!(form))?;
    let here = at.to_zoned(TimeZone::system()).map_err(|_cause| anyhow!(form))?;
    Ok(here.timestamp())
}

/// The time that is so long from now.
pub(crate) fn after(length: SignedDuration) -> Result<Timestamp> {
    (CLOCKS.now)().checked_add(length).context("so late there is no time")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_as_people_write_them() {
        let hours = |text: &str| length(text).unwrap().as_hours();
        assert_eq!(["1h", "24h", "7d", "2 weeks", "3 days"].map(hours), [1, 24, 168, 336, 72]);
        for text in ["", "soon", "0h", "-1h", "1 month", "h"] {
            assert!(length(text).is_err(), "{text}");
        }
        assert_eq!(days("30d").unwrap(), 30);
        assert_eq!(days("48h").unwrap(), 2);
        assert!(days("36h").is_err());
        assert!(days("1d 1s").is_err());
    }

    #[test]
    fn times_are_read_as_people_write_them() {
        assert_eq!(time("2026-12-24T08:00:00Z").unwrap().to_string(), "2026-12-24T08:00:00Z");
        assert_eq!(time("2026-12-24T08:00:00+01:00").unwrap().to_string(), "2026-12-24T07:00:00Z");
        let here = time("2026-12-24 08:00").unwrap().to_zoned(TimeZone::system());
        assert_eq!(here.datetime().to_string(), "2026-12-24T08:00:00");
        assert!(time("tomorrow").is_err());
    }
}
