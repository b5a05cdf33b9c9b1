//! Replacing a key: now, at a time to come, or again and again.

use jiff::{SignedDuration, Timestamp};

use super::ending::ended;
use super::making::{Birth, Maker, standard_name};
use crate::{Change, Ending, Key, Kind, Overlap, Refusal, Schedule, Standing};

/// The farthest that a rotation can be scheduled ahead.
const AHEAD_DAYS: i64 = 366;

/// The replacement works at once, of the same kind, restriction and permissions; the old key ends
/// when asked.
pub(super) fn rotate(
    key: &Key,
    ending: Ending,
    longest: Overlap,
    birth: Birth<'_>,
) -> Result<Vec<Change>, Refusal> {
    let now = birth.now;
    let standing = match ending {
        Ending::Now => Standing::Deleted { at: now },
        Ending::At(at) if at <= now => return Err(Refusal::EndingInThePast),
        Ending::At(at) if at.duration_since(now) > longest.length() => {
            return Err(Refusal::EndingTooFar { days: longest.days() });
        }
        Ending::At(at) => expiring(key, at),
        Ending::AtFirstUse => expiring(key, later(now, longest.length())),
    };
    // A rhythm goes on with the replacement; a single rotation to come has come.
    let schedule = key.schedule.filter(|schedule| schedule.every.is_some());
    let retires = (ending == Ending::AtFirstUse).then_some(key.id);
    Ok(replace(key, Replacement { standing, schedule, retires, maker: Maker::Asker }, birth))
}

pub(super) fn schedule(
    key: &Key,
    schedule: Schedule,
    longest: Overlap,
    now: Timestamp,
) -> Result<Vec<Change>, Refusal> {
    if key.standing != Standing::Active {
        return Err(Refusal::AlreadyRotated);
    }
    let ahead = schedule.next.duration_since(now);
    if schedule.next <= now {
        return Err(Refusal::ScheduleInThePast);
    }
    if ahead > SignedDuration::from_hours(24 * AHEAD_DAYS) {
        return Err(Refusal::ScheduleTooFar { days: AHEAD_DAYS });
    }
    if schedule.grace.is_negative() || schedule.grace > longest.length() {
        return Err(Refusal::EndingTooFar { days: longest.days() });
    }
    Ok(vec![Change::KeyChanged(Key { schedule: Some(schedule), ..key.clone() })])
}

pub(super) fn cancel(key: &Key) -> Result<Vec<Change>, Refusal> {
    match key.schedule {
        None => Err(Refusal::NoSchedule),
        Some(_) => Ok(vec![Change::KeyChanged(Key { schedule: None, ..key.clone() })]),
    }
}

/// What is due is done once: whoever asks again finds nothing due.
pub(super) fn advance(key: &Key, birth: Birth<'_>) -> Result<Vec<Change>, Refusal> {
    let now = birth.now;
    match (key.standing, key.schedule) {
        (Standing::Expiring { at }, _) if at <= now => {
            Ok(vec![Change::KeyChanged(ended(key, Standing::Expired { at }))])
        }
        (Standing::Active, Some(schedule)) if schedule.next <= now => {
            let standing = if schedule.grace.is_zero() {
                Standing::Deleted { at: now }
            } else {
                expiring(key, later(now, schedule.grace))
            };
            let schedule = schedule.after(now);
            let maker = Maker::System;
            Ok(replace(key, Replacement { standing, schedule, retires: None, maker }, birth))
        }
        (_, _) => Err(Refusal::NothingDue),
    }
}

/// At the end of time there is no later.
fn later(now: Timestamp, length: SignedDuration) -> Timestamp {
    now.checked_add(length).unwrap_or(Timestamp::MAX)
}

/// An ending that was set before is never put off.
fn expiring(key: &Key, at: Timestamp) -> Standing {
    match key.standing {
        Standing::Expiring { at: before } => Standing::Expiring { at: at.min(before) },
        Standing::Active | Standing::Expired { .. } | Standing::Deleted { .. } => {
            Standing::Expiring { at }
        }
    }
}

/// What a rotation makes of the old key and of the new one.
#[derive(Clone, Copy)]
struct Replacement {
    standing: Standing,
    schedule: Option<Schedule>,
    retires: Option<crate::KeyId>,
    maker: Maker,
}

fn replace(old: &Key, replacement: Replacement, mut birth: Birth<'_>) -> Vec<Change> {
    let Replacement { standing, schedule, retires, maker } = replacement;
    let name = match old.kind {
        Kind::Publishable | Kind::Secret => standard_name(old.kind).to_owned(),
        Kind::Restricted | Kind::Organization => old.name.clone(),
    };
    let mut minted = birth.key(old.kind, old.home, name, maker);
    minted.key.restriction = old.restriction.clone();
    minted.key.grants = old.grants.clone();
    (minted.key.schedule, minted.key.retires) = (schedule, retires);
    let retired = match standing {
        Standing::Deleted { .. } => ended(old, standing),
        Standing::Active | Standing::Expiring { .. } | Standing::Expired { .. } => {
            Key { standing, schedule: None, ..old.clone() }
        }
    };
    vec![Change::KeyMade(minted), Change::KeyChanged(retired)]
}
