//! Nobody hands out more than they have.

use super::*;

fn grants(own: &[&str], connect: &[&str]) -> Grants {
    let read = |texts: &[&str]| Permissions::parse(texts.iter().copied()).unwrap();
    Grants { own: read(own), connect: read(connect) }
}

fn asked(command: Command, scope: &Scope) -> Result<(), Refusal> {
    asked_by(&restricted(), command, scope).map(drop)
}

fn asked_by(key: &Key, command: Command, scope: &Scope) -> Result<Vec<Change>, Refusal> {
    decide(command, &Authority::of_key(key), scope, NOW, &mut entropy())
}

/// The key of the one who asks.
fn restricted() -> Key {
    let grants = grants(&["customer_write"], &["charge_read"]);
    Key { kind: Kind::Restricted, grants, ..key_of(&opened(), Kind::Secret, Livemode::Test) }
}

fn only(entries: &[&str]) -> IpRestriction {
    IpRestriction::Only(AllowList::parse(entries.iter().copied()).unwrap())
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
fn a_key_that_works_from_some_addresses_makes_no_key_that_works_from_others() {
    let (scope, id) = key_with(Kind::Secret, Grants::none());
    let place = scope.keys[0].home.place().unwrap();
    let office = Key { restriction: only(&["10.0.0.0/8"]), ..scope.keys[0].clone() };
    let (name, grants) = ("New".to_owned(), Grants::none());
    let secret = Command::CreateSecretKey { place, name: name.clone(), note: None };
    let restricted = Command::CreateRestrictedKey { place, name, note: None, grants };
    for create in [secret, restricted] {
        let made = asked_by(&office, create, &scope).unwrap();
        assert_eq!(made[0].key().unwrap().restriction, only(&["10.0.0.0/8"]));
    }
    for command in handing_out() {
        let refused = asked_by(&office, Command::Key(id, command), &scope).map(drop);
        assert_eq!(refused, Err(Refusal::MoreThanOwn), "the key works from anywhere");
    }
    let scope = Scope { keys: vec![office.clone()], ..scope };
    let restrict = |restriction| {
        let edit = Edit { restriction: Some(restriction), ..Edit::default() };
        asked_by(&office, Command::Key(id, KeyCommand::Edit(edit)), &scope).map(drop)
    };
    assert_eq!(restrict(only(&["10.1.0.0/16"])), Ok(()));
    assert_eq!(restrict(only(&["10.1.0.0/16", "192.0.2.1"])), Err(Refusal::MoreThanOwn));
    assert_eq!(restrict(IpRestriction::Anywhere), Err(Refusal::MoreThanOwn));
    let account = scope.accounts[0].id;
    let add = Command::AddSandbox { account, name: "New".to_owned() };
    assert_eq!(asked_by(&office, add, &scope).map(drop), Err(Refusal::MoreThanOwn));
}

#[test]
fn a_key_duplicates_and_imports_no_more_than_it_has_itself() {
    let (mut scope, id) = key_with(Kind::Restricted, grants(&["customer_read"], &[]));
    scope.keys[0].restriction = only(&["10.1.0.0/16"]);
    let office = Key { restriction: only(&["10.0.0.0/8"]), ..restricted() };
    let duplicate = Command::Key(id, KeyCommand::Duplicate { name: None, note: None });
    let made = asked_by(&office, duplicate, &scope).unwrap();
    assert_eq!(made[0].key().unwrap().restriction, only(&["10.0.0.0/8"]));
    let import = |grants: Option<Grants>, restriction: IpRestriction| {
        let place = scope.keys[0].home.place().unwrap();
        let foreign = crate::ForeignDigest::from_hex(crate::Scheme::Sha256, &"ab".repeat(32));
        let (name, note, tail, expires_at) = ("Old".to_owned(), None, None, None);
        let foreign = foreign.unwrap();
        let key = crate::ImportedKey { name, note, foreign, tail, grants, restriction, expires_at };
        asked_by(&office, Command::ImportKeys { place, keys: vec![Ok(key)] }, &scope).map(drop)
    };
    let reads = || Some(grants(&["customer_read"], &[]));
    assert_eq!(import(reads(), only(&["10.2.0.0/16"])), Ok(()));
    assert_eq!(import(reads(), IpRestriction::Anywhere), Err(Refusal::MoreThanOwn));
    assert_eq!(import(None, only(&["10.2.0.0/16"])), Err(Refusal::MoreThanOwn));
    assert_eq!(
        import(Some(grants(&["refund_read"], &[])), only(&["10.2.0.0/16"])),
        Err(Refusal::MoreThanOwn)
    );
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
