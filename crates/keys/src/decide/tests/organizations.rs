//! Keys that belong to an organization, and to none of its accounts.

use super::*;
use crate::Home;

fn organization() -> OrganizationId {
    "org_6SD3oI0eSQemPzdmaGLJ5j6".parse().unwrap()
}

fn grants(own: &[&str]) -> Grants {
    let own = Permissions::parse(own.iter().copied()).unwrap();
    Grants { own, connect: Permissions::parse(["charge_read"]).unwrap() }
}

fn create(livemode: Livemode) -> Command {
    Command::CreateOrganizationKey {
        organization: organization(),
        livemode,
        name: "Reports".to_owned(),
        note: Some("vault".to_owned()),
        grants: grants(&["customer_read"]),
    }
}

fn founded() -> Scope {
    Scope { organizations: vec![organization()], ..empty() }
}

fn created(livemode: Livemode) -> Minted {
    let mut changes = carried_out(create(livemode), &founded()).unwrap();
    changes.pop().and_then(Change::into_made).unwrap()
}

fn then(key: &Key, command: KeyCommand) -> Result<Vec<Change>, Refusal> {
    let scope = Scope { keys: vec![key.clone()], ..empty() };
    carried_out(Command::Key(key.id, command), &scope)
}

#[test]
fn it_belongs_to_the_organization_and_holds_what_it_was_given() {
    let Minted { key, value } = created(Livemode::Live);
    assert_eq!(key.home, Home::Organization { id: organization(), livemode: Livemode::Live });
    assert!(value.expose().starts_with("sk_org_live_"));
    assert!(created(Livemode::Test).value.expose().starts_with("sk_org_test_"));
    assert_eq!((key.name.as_str(), key.note.as_deref()), ("Reports", Some("vault")));
    assert_eq!((key.kind, &key.grants), (Kind::Organization, &grants(&["customer_read"])));
}

#[test]
fn it_is_made_in_an_organization_that_there_is() {
    let unknown = carried_out(create(Livemode::Live), &empty()).map(|_| ());
    assert_eq!(unknown, Err(Refusal::UnknownOrganization(organization())));
}

#[test]
fn a_live_one_that_somebody_creates_is_shown_in_the_answer_alone() {
    assert_eq!(created(Livemode::Live).key.reveal, Reveal::Never);
    assert_eq!(created(Livemode::Test).key.reveal, Reveal::Always);
}

/// The key of an organization that asks, from an office.
fn own() -> Key {
    let office = IpRestriction::Only(AllowList::parse(["10.0.0.0/8"]).unwrap());
    let key = created(Livemode::Test).key;
    Key { grants: grants(&["customer_write"]), restriction: office, ..key }
}

#[test]
fn one_hands_out_others_of_its_organization_and_side_within_its_own_permissions_and_addresses() {
    let key = own();
    let authority = Authority::of_key(&key);
    let asked = |command| decide(command, &authority, &founded(), NOW, &mut entropy());
    let made = asked(create(Livemode::Test)).unwrap().into_iter().find_map(Change::into_made);
    let made = made.unwrap().key;
    assert_eq!((made.home, made.grants), (key.home, grants(&["customer_read"])));
    assert_eq!(made.restriction, key.restriction, "confined to the office");
    let more = Command::CreateOrganizationKey {
        organization: organization(),
        livemode: Livemode::Test,
        name: "More".to_owned(),
        note: None,
        grants: grants(&["customer_read", "refund_read"]),
    };
    assert_eq!(asked(more).map(|_| ()), Err(Refusal::MoreThanOwn));
    assert_eq!(asked(create(Livemode::Live)).map(|_| ()), Err(Refusal::MoreThanOwn));
    let other = Command::CreateOrganizationKey {
        organization: "org_00000000000000000000000".parse().unwrap(),
        livemode: Livemode::Test,
        name: "Other".to_owned(),
        note: None,
        grants: Grants::none(),
    };
    assert_eq!(asked(other).map(|_| ()), Err(Refusal::MoreThanOwn));
}

#[test]
fn what_acts_on_one_account_makes_no_key_of_an_organization_be_it_everything_that_it_may() {
    let secret = key_of(&opened(), Kind::Secret, Livemode::Test);
    let of_nobody = Key { grants: Grants::none(), ..own() };
    for authority in [
        Authority::of_key(&secret),
        Authority::of_key(&own()).on_one_account(),
        Authority::of_key(&own()).on_connected_account(),
        Authority::of_key(&of_nobody),
        Authority::nothing(),
    ] {
        let refused = decide(create(Livemode::Test), &authority, &founded(), NOW, &mut entropy());
        assert_eq!(refused.map(|_| ()), Err(Refusal::MoreThanOwn), "{authority:?}");
        let key = created(Livemode::Test).key;
        let scope = Scope { keys: vec![key.clone()], ..empty() };
        let reveal = Command::Key(key.id, KeyCommand::Reveal);
        let refused = decide(reveal, &authority, &scope, NOW, &mut entropy());
        assert_eq!(refused.map(|_| ()), Err(Refusal::MoreThanOwn), "{authority:?}");
    }
}

#[test]
fn on_a_connected_account_it_hands_out_what_it_holds_for_connected_ones() {
    let key = own();
    let scope = opened();
    let sandbox = scope.accounts[0].first_sandbox;
    let place = Place { account: scope.accounts[0].id, mode: Mode::Sandbox(sandbox) };
    let connected = Authority::of_key(&key).on_connected_account();
    let direct = Authority::of_key(&key).on_one_account();
    let create = |authority: &Authority, own: &[&str], connect: &[&str]| {
        let read = |texts: &[&str]| Permissions::parse(texts.iter().copied()).unwrap();
        let grants = Grants { own: read(own), connect: read(connect) };
        let name = "New".to_owned();
        let create = Command::CreateRestrictedKey { place, name, note: None, grants };
        decide(create, authority, &scope, NOW, &mut entropy()).map(|_| ())
    };
    assert_eq!(create(&direct, &["customer_write"], &["charge_read"]), Ok(()));
    assert_eq!(create(&direct, &["charge_read"], &[]), Err(Refusal::MoreThanOwn));
    assert_eq!(create(&connected, &["charge_read"], &[]), Ok(()));
    assert_eq!(create(&connected, &["customer_read"], &[]), Err(Refusal::MoreThanOwn));
    assert_eq!(create(&connected, &["charge_read"], &["charge_read"]), Err(Refusal::MoreThanOwn));
}

#[test]
fn it_is_rotated_as_any_other_and_keeps_its_name_permissions_and_restriction() {
    let mut key = created(Livemode::Live).key;
    key.restriction = IpRestriction::Only(AllowList::parse(["100.10.38.0/24"]).unwrap());
    let (minted, old) = rotated(&key, Ending::Now).unwrap();
    assert_eq!(old.standing, Standing::Deleted { at: NOW });
    assert_eq!((minted.key.home, minted.key.kind), (key.home, key.kind));
    assert_eq!((minted.key.name, minted.key.grants), (key.name, key.grants));
    assert_eq!(minted.key.restriction, key.restriction);
    assert!(minted.value.expose().starts_with("sk_org_live_"));
}

#[test]
fn it_is_duplicated_to_another_of_the_same_organization() {
    let key = created(Livemode::Live).key;
    let made = then(&key, KeyCommand::Duplicate { name: None, note: None }).unwrap();
    let copy = made.into_iter().find_map(Change::into_made).unwrap().key;
    assert_eq!((copy.home, copy.kind), (key.home, Kind::Organization));
    assert_eq!((copy.name, copy.grants, copy.note), (key.name, key.grants, None));
}

#[test]
fn its_permissions_can_be_edited_and_it_can_be_restricted_and_deleted() {
    let key = created(Livemode::Live).key;
    let permissions = Some(Permissions::parse(["refund_write"]).unwrap());
    let restriction = Some(IpRestriction::Only(AllowList::parse(["1.2.3.4"]).unwrap()));
    let edit = Edit { permissions, restriction: restriction.clone(), ..Edit::default() };
    let edited = then(&key, KeyCommand::Edit(edit)).unwrap().remove(0);
    let edited = edited.key().unwrap();
    assert_eq!(edited.grants, grants(&["refund_write"]), "Connect permissions stay");
    assert_eq!(Some(&edited.restriction), restriction.as_ref());
    let deleted = then(&key, KeyCommand::Delete).unwrap().remove(0);
    assert_eq!(deleted.key().unwrap().standing, Standing::Deleted { at: NOW });
}
