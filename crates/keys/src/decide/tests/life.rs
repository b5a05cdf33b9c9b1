//! What a key goes through between its making and its end.

use super::*;
use crate::{Days, Overlap, OverlapError, Schedule};

fn hours(hours: i64) -> Timestamp {
    NOW + SignedDuration::from_hours(hours)
}

/// What a command makes of this key: what is made, and what the key is then.
fn done(key: &Key, command: KeyCommand) -> Result<(Option<Minted>, Option<Key>), Refusal> {
    let scope = Scope { keys: vec![key.clone()], ..opened() };
    let (mut made, mut then) = (None, None);
    for change in carried_out(Command::Key(key.id, command), &scope)? {
        match change {
            Change::KeyMade(minted) => made = Some(minted),
            Change::KeyChanged(key) | Change::KeyRevealed(key) => then = Some(key),
            Change::OrganizationOpened(_)
            | Change::AccountOpened(_)
            | Change::AccountChanged(_)
            | Change::KeyImported { .. }
            | Change::KeyAdopted { .. }
            | Change::SandboxOpened(_)
            | Change::SandboxChanged(_) => panic!("not of a key"),
        }
    }
    Ok((made, then))
}

fn then(key: &Key, command: KeyCommand) -> Key {
    done(key, command).map(|(_, then)| then).unwrap().unwrap()
}

fn made(key: &Key, command: KeyCommand) -> Minted {
    done(key, command).map(|(made, _)| made).unwrap().unwrap()
}

fn refused(key: &Key, command: KeyCommand) -> Refusal {
    done(key, command).map(|_| ()).unwrap_err()
}

fn live_secret() -> Key {
    key_of(&opened(), Kind::Secret, Livemode::Live)
}

fn restricted() -> Key {
    let own = Permissions::parse(["customer_write", "charge_read"]).unwrap();
    let grants = Grants { own, connect: Permissions::none() };
    Key { kind: Kind::Restricted, name: "Reports".into(), grants, ..live_secret() }
}

fn created(command: impl Fn(Place, String) -> Command, mode: Option<Mode>) -> Minted {
    let scope = opened();
    let mode = mode.unwrap_or(Mode::Sandbox(scope.sandboxes[0].id));
    let place = Place { account: scope.accounts[0].id, mode };
    let mut changes = carried_out(command(place, "Shop".to_owned()), &scope).unwrap();
    changes.pop().and_then(Change::into_made).unwrap()
}

#[test]
fn a_live_key_that_somebody_creates_is_shown_in_the_answer_alone() {
    let secret = |place, name| Command::CreateSecretKey { place, name, note: None };
    let restricted = |place, name| {
        let grants = Grants::none();
        Command::CreateRestrictedKey { place, name, note: None, grants }
    };
    assert_eq!(created(secret, Some(Mode::Live)).key.reveal, Reveal::Never);
    assert_eq!(created(restricted, Some(Mode::Live)).key.reveal, Reveal::Never);
    assert_eq!(created(secret, None).key.reveal, Reveal::Always);
    assert_eq!(created(restricted, None).key.reveal, Reveal::Always);
}

#[test]
fn a_restricted_key_may_do_nothing_unless_it_is_said() {
    let create = |place, name| {
        let grants = Grants::none();
        Command::CreateRestrictedKey { place, name, note: None, grants }
    };
    let key = created(create, None).key;
    assert!(key.grants.own.is_none() && key.grants.connect.is_none());
    assert_eq!(key.kind, Kind::Restricted);
}

#[test]
fn default_keys_are_revealed_once_in_live_mode_and_always_elsewhere() {
    let reveals: Vec<_> =
        opened().keys.iter().map(|key| (key.form().prefix(), key.reveal)).collect();
    insta::assert_debug_snapshot!(reveals, @r#"
    [
        (
            "sk_test_",
            Always,
        ),
        (
            "pk_test_",
            Always,
        ),
        (
            "sk_live_",
            Once,
        ),
        (
            "pk_live_",
            Always,
        ),
    ]
    "#);
}

#[test]
fn what_was_revealed_once_is_revealed_no_more() {
    let revealed = then(&live_secret(), KeyCommand::Reveal);
    assert_eq!(revealed.reveal, Reveal::Never);
    assert_eq!(refused(&revealed, KeyCommand::Reveal), Refusal::ValueNotKept);
    let test = key_of(&opened(), Kind::Secret, Livemode::Test);
    assert_eq!(then(&test, KeyCommand::Reveal).reveal, Reveal::Always);
}

#[test]
fn a_duplicate_takes_name_and_permissions_and_nothing_else() {
    let restriction = IpRestriction::Only(AllowList::parse(["1.2.3.4"]).unwrap());
    let note = Some("Vault".to_owned());
    let key = Key { note, restriction, ..restricted() };
    let copy = made(&key, KeyCommand::Duplicate { name: None, note: None }).key;
    assert_eq!((&copy.name, &copy.grants), (&key.name, &key.grants));
    assert_eq!((copy.note, copy.restriction), (None, IpRestriction::Anywhere));
    let named = KeyCommand::Duplicate { name: Some(" Other ".into()), note: None };
    assert_eq!(made(&key, named.clone()).key.name, "Other");
    assert_eq!(refused(&live_secret(), named), Refusal::NotRestricted);
}

#[test]
fn an_edit_changes_what_it_names() {
    let key = Key { note: Some("Vault".into()), ..restricted() };
    let edited = |edit| then(&key, KeyCommand::Edit(edit));
    let name = edited(Edit { name: Some("  Books ".into()), ..Edit::default() });
    assert_eq!((name.name.as_str(), name.note.as_deref()), ("Books", Some("Vault")));
    let note = edited(Edit { note: Some("  ".into()), ..Edit::default() });
    assert_eq!((note.name.as_str(), note.note), ("Reports", None));
    assert_eq!(edited(Edit::default()), key);
}

#[test]
fn only_restricted_keys_have_permissions() {
    let own = Permissions::parse(["refund_read"]).unwrap();
    let grant = KeyCommand::Edit(Edit { permissions: Some(own.clone()), ..Edit::default() });
    let connect = Permissions::none();
    assert_eq!(then(&restricted(), grant.clone()).grants, Grants { own, connect });
    assert_eq!(refused(&live_secret(), grant), Refusal::NotRestricted);
}

#[test]
fn a_rotated_key_keeps_its_permissions_and_restriction() {
    let restriction = IpRestriction::Only(AllowList::parse(["100.10.38.0/24"]).unwrap());
    let key = Key { restriction, ..restricted() };
    let new = made(&key, KeyCommand::Rotate(Ending::Now)).key;
    assert_eq!((&new.name, &new.grants), (&key.name, &key.grants));
    assert_eq!((new.restriction, new.reveal), (key.restriction, Reveal::Never));
}

#[test]
fn a_key_that_was_deleted_is_kept_nowhere_and_has_nothing_to_come() {
    let schedule = Some(weekly());
    let key = Key { schedule, reveal: Reveal::Once, ..live_secret() };
    for command in [KeyCommand::Delete, KeyCommand::Rotate(Ending::Now)] {
        let gone = then(&key, command);
        assert_eq!((gone.reveal, gone.schedule), (Reveal::Never, None));
        assert_eq!(gone.standing, Standing::Deleted { at: NOW });
    }
}

#[test]
fn only_a_key_that_is_ending_can_be_expired_before_its_time() {
    let ending = Key { standing: Standing::Expiring { at: hours(3) }, ..live_secret() };
    assert_eq!(then(&ending, KeyCommand::Expire).standing, Standing::Expired { at: NOW });
    assert_eq!(refused(&live_secret(), KeyCommand::Expire), Refusal::NotExpiring);
}

#[test]
fn the_old_key_ends_when_the_new_one_is_first_used() {
    let old = live_secret();
    let (new, ending) = done(&old, KeyCommand::Rotate(Ending::AtFirstUse)).unwrap();
    let (new, ending) = (new.unwrap().key, ending.unwrap());
    assert_eq!(new.retires, Some(old.id));
    assert_eq!(ending.standing, Standing::Expiring { at: hours(24 * 7) });
    let use_of = |new: &Key, old: &Key| {
        let scope = Scope { keys: vec![new.clone(), old.clone()], ..opened() };
        let changes = carried_out(Command::Key(new.id, KeyCommand::NoteFirstUse), &scope)?;
        Ok(changes.iter().filter_map(Change::key).cloned().collect::<Vec<_>>())
    };
    let used = use_of(&new, &ending).unwrap();
    assert_eq!(used[0].retires, None);
    assert_eq!((used[1].id, used[1].standing), (old.id, Standing::Expired { at: NOW }));
    assert_eq!(use_of(&used[0], &used[1]), Err(Refusal::NothingDue), "once is enough");
    let gone = Key { standing: Standing::Deleted { at: NOW }, ..ending };
    assert_eq!(use_of(&new, &gone).unwrap().len(), 1, "what has ended stays as it is");
}

#[test]
fn the_operator_may_let_rotated_keys_go_on_for_longer() {
    let key = live_secret();
    let mut scope = Scope { keys: vec![key.clone()], ..opened() };
    let rotate = |scope: &Scope, length| {
        let rotate = KeyCommand::Rotate(Ending::At(hours(length)));
        carried_out(Command::Key(key.id, rotate), scope).map(drop)
    };
    assert_eq!(rotate(&scope, 24 * 7), Ok(()));
    assert_eq!(rotate(&scope, 24 * 7 + 1), Err(Refusal::EndingTooFar { days: 7 }));
    scope.rules.longest_overlap = Overlap::of_days(90).unwrap();
    assert_eq!(rotate(&scope, 24 * 90), Ok(()));
    assert_eq!(rotate(&scope, 24 * 90 + 1), Err(Refusal::EndingTooFar { days: 90 }));
    assert_eq!([0, 91].map(Overlap::of_days), [Err(OverlapError), Err(OverlapError)]);
}

fn weekly() -> Schedule {
    Schedule { next: hours(1), every: Days::new(7), grace: SignedDuration::from_hours(24) }
}

#[test]
fn a_rotation_is_scheduled_for_a_time_to_come_and_can_be_taken_back() {
    let key = then(&live_secret(), KeyCommand::Schedule(weekly()));
    assert_eq!(key.schedule, Some(weekly()));
    assert_eq!(then(&key, KeyCommand::CancelSchedule).schedule, None);
    assert_eq!(refused(&live_secret(), KeyCommand::CancelSchedule), Refusal::NoSchedule);
}

#[test]
fn a_schedule_has_its_bounds() {
    let of = |schedule| refused(&live_secret(), KeyCommand::Schedule(schedule));
    assert_eq!(of(Schedule { next: NOW, ..weekly() }), Refusal::ScheduleInThePast);
    let far = Schedule { next: hours(24 * 366 + 1), ..weekly() };
    assert_eq!(of(far), Refusal::ScheduleTooFar { days: 366 });
    for grace in [SignedDuration::from_hours(24 * 7 + 1), SignedDuration::from_secs(-1)] {
        assert_eq!(of(Schedule { grace, ..weekly() }), Refusal::EndingTooFar { days: 7 });
    }
    let ending = Key { standing: Standing::Expiring { at: hours(3) }, ..live_secret() };
    let schedule = KeyCommand::Schedule(weekly());
    assert_eq!(refused(&ending, schedule), Refusal::AlreadyRotated);
}

#[test]
fn what_is_due_is_done_and_what_is_not_is_not() {
    let ahead = Key { schedule: Some(weekly()), ..live_secret() };
    assert_eq!(refused(&ahead, KeyCommand::Advance), Refusal::NothingDue);
    let due = Key { schedule: Some(Schedule { next: NOW, ..weekly() }), ..live_secret() };
    let (new, old) = done(&due, KeyCommand::Advance).unwrap();
    let (new, old) = (new.unwrap().key, old.unwrap());
    assert_eq!((old.standing, old.schedule), (Standing::Expiring { at: hours(24) }, None));
    assert_eq!(new.reveal, Reveal::Once, "nobody has seen it yet");
    assert_eq!(new.schedule.unwrap().next, hours(24 * 7));
    assert_eq!(refused(&old, KeyCommand::Advance), Refusal::NothingDue, "once is enough");
}

#[test]
fn a_single_rotation_with_no_grace_deletes_the_old_key() {
    let once = Schedule { next: hours(-5), every: None, grace: SignedDuration::ZERO };
    let due = Key { schedule: Some(once), ..live_secret() };
    let (new, old) = done(&due, KeyCommand::Advance).unwrap();
    assert_eq!(old.unwrap().standing, Standing::Deleted { at: NOW });
    assert_eq!(new.unwrap().key.schedule, None);
}

#[test]
fn a_rhythm_goes_on_with_the_replacement_and_a_single_rotation_does_not() {
    let rotated = |schedule| {
        let key = Key { schedule: Some(schedule), ..live_secret() };
        made(&key, KeyCommand::Rotate(Ending::Now)).key.schedule
    };
    assert_eq!(rotated(weekly()), Some(weekly()));
    assert_eq!(rotated(Schedule { every: None, ..weekly() }), None);
}

#[test]
fn a_key_whose_time_has_passed_expires_and_its_value_is_forgotten() {
    let standing = Standing::Expiring { at: hours(-1) };
    let key = Key { standing, reveal: Reveal::Once, ..live_secret() };
    let expired = then(&key, KeyCommand::Advance);
    assert_eq!(expired.standing, Standing::Expired { at: hours(-1) });
    assert_eq!(expired.reveal, Reveal::Never);
    assert_eq!(refused(&expired, KeyCommand::Advance), Refusal::NothingDue);
}
