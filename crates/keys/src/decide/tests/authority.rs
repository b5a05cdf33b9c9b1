//! Nobody hands out more than they have.

use super::*;

fn grants(own: &[&str], connect: &[&str]) -> Grants {
    let read = |texts: &[&str]| Permissions::parse(texts.iter().copied()).unwrap();
    Grants { own: read(own), connect: read(connect) }
}

fn asked(command: Command, scope: &Scope) -> Result<(), Refusal> {
    let authority = Authority::Only(grants(&["customer_write"], &["charge_read"]));
    decide(command, &authority, scope, NOW, &mut entropy()).map(|_| ())
}

fn key_with(kind: Kind, grants: Grants) -> (Scope, KeyId) {
    let mut scope = opened();
    let key = Key { kind, grants, ..key_of(&scope, Kind::Secret, Livemode::Test) };
    scope.keys = vec![key.clone()];
    (scope, key.id)
}

#[test]
fn a_restricted_actor_creates_what_is_within_its_own_permissions() {
    let scope = opened();
    let place = Place { account: scope.accounts[0].id, mode: Mode::Live };
    let create = |grants| {
        let name = "New".to_owned();
        asked(Command::CreateRestrictedKey { place, name, note: None, grants }, &scope)
    };
    assert_eq!(create(grants(&["customer_read"], &["charge_read"])), Ok(()));
    assert_eq!(create(grants(&["refund_read"], &[])), Err(Refusal::MoreThanOwn));
    assert_eq!(create(grants(&[], &["charge_write"])), Err(Refusal::MoreThanOwn));
    assert_eq!(create(grants(&[], &["customer_read"])), Err(Refusal::MoreThanOwn));
    let secret = Command::CreateSecretKey { place, name: "New".to_owned(), note: None };
    assert_eq!(asked(secret, &scope), Err(Refusal::MoreThanOwn));
}

#[test]
fn a_restricted_actor_opens_nothing_that_is_born_with_secret_keys() {
    let scope = opened();
    let name = || "New".to_owned();
    for command in [
        Command::OpenAccount { name: name(), belonging: Belonging::Nobody },
        Command::AddSandbox { account: scope.accounts[0].id, name: name() },
    ] {
        assert_eq!(asked(command, &scope), Err(Refusal::MoreThanOwn));
    }
}

#[test]
fn a_restricted_actor_makes_no_replacement_of_a_key_that_may_do_more() {
    for (kind, outcome) in [(Kind::Secret, Err(Refusal::MoreThanOwn)), (Kind::Restricted, Ok(()))] {
        let (mut scope, id) = key_with(kind, grants(&["customer_read"], &[]));
        let grace = SignedDuration::ZERO;
        scope.keys[0].schedule = Some(Schedule { next: NOW, every: None, grace });
        assert_eq!(asked(Command::Key(id, KeyCommand::Advance), &scope), outcome, "{kind:?}");
    }
}

/// All that would put a value, or more permissions, into somebody's hands.
fn handing_out() -> Vec<KeyCommand> {
    let edit = Edit { restriction: Some(IpRestriction::Anywhere), ..Edit::default() };
    vec![
        KeyCommand::Edit(edit),
        KeyCommand::Reveal,
        KeyCommand::Rotate(Ending::Now),
        KeyCommand::Rotate(Ending::AtFirstUse),
        KeyCommand::CancelSchedule,
    ]
}

#[test]
fn a_restricted_actor_takes_hold_of_no_key_that_may_do_more() {
    let more = grants(&["customer_write", "refund_read"], &[]);
    for (kind, grants) in [
        (Kind::Secret, Grants::none()),
        (Kind::Organization, Grants::none()),
        (Kind::Restricted, more),
    ] {
        let (scope, id) = key_with(kind, grants);
        for command in handing_out() {
            let refused = asked(Command::Key(id, command), &scope);
            assert_eq!(refused, Err(Refusal::MoreThanOwn), "{kind:?}");
        }
    }
}

#[test]
fn a_restricted_actor_may_end_any_key_and_rotate_those_within_its_permissions() {
    let (scope, id) = key_with(Kind::Secret, Grants::none());
    assert_eq!(asked(Command::Key(id, KeyCommand::Delete), &scope), Ok(()));
    let (scope, id) = key_with(Kind::Restricted, grants(&["customer_read"], &[]));
    assert_eq!(asked(Command::Key(id, KeyCommand::Rotate(Ending::Now)), &scope), Ok(()));
}

#[test]
fn no_chain_of_edits_gives_more() {
    let (scope, id) = key_with(Kind::Restricted, grants(&["customer_read"], &[]));
    let edit = |Grants { own, connect }| {
        let (permissions, connect_permissions) = (Some(own), Some(connect));
        let edit = Edit { permissions, connect_permissions, ..Edit::default() };
        asked(Command::Key(id, KeyCommand::Edit(edit)), &scope)
    };
    assert_eq!(edit(grants(&["customer_write"], &[])), Ok(()));
    assert_eq!(edit(grants(&["customer_write", "refund_write"], &[])), Err(Refusal::MoreThanOwn));
}
