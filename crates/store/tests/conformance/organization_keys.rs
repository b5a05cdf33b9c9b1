//! Keys that belong to an organization: kept as all others, and no account's.

use keys::{
    AllowList, Belonging, Change, Command, Days, Edit, Ending, Fact, Grants, Home, IpRestriction,
    Key, KeyCommand, Kind, Livemode, Minted, Mode, OrganizationId, Permissions, Place, Reveal,
    Schedule, Standing,
};
use store::{Lives, Wanted};

use crate::following::Follower;
use crate::people::organization;
use crate::sealed::everything;
use crate::world::{Asker, World, due, hours, minted, on_both_engines, sandbox_of};

on_both_engines!(
    a_key_of_an_organization_is_read_as_it_was_made,
    it_is_in_no_list_of_an_account_and_in_that_of_its_organization_alone,
    it_is_rotated_edited_and_deleted_as_any_other_and_gateways_hear_of_it,
    a_live_one_leaves_no_value_behind_and_a_scheduled_one_is_revealed_once,
    the_history_of_it_is_that_of_the_organization_and_of_no_account,
    the_database_takes_no_key_that_is_of_two_or_of_nobody,
    keys_of_before_are_where_they_were,
);

async fn made(asker: &mut Asker, organization: OrganizationId, livemode: Livemode) -> Minted {
    let own = Permissions::parse(["customer_write", "charge_read"]).unwrap();
    let grants = Grants { own, connect: Permissions::parse(["balance_read"]).unwrap() };
    let (name, note) = ("Reports".to_owned(), Some("Vault".to_owned()));
    let create = Command::CreateOrganizationKey { organization, livemode, name, note, grants };
    minted(&mut asker.get(create).await.changes).remove(0)
}

/// The keys of an organization, as one page tells.
async fn listed(asker: &Asker, id: OrganizationId, livemode: Option<Livemode>) -> Vec<Key> {
    let page = asker.store.page_of_organization_keys(id, livemode, Lives::All, (None, 100));
    page.await.unwrap()
}

async fn a_key_of_an_organization_is_read_as_it_was_made(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let id = organization(&mut asker).await;
    for livemode in [Livemode::Live, Livemode::Test] {
        let made = made(&mut asker, id, livemode).await;
        assert_eq!(made.key.home, Home::Organization { id, livemode });
        assert_eq!(asker.key(made.key.id).await, made.key);
        let pepper = crate::world::pepper();
        let found = asker.store.key_of_digest(&made.value.digest(&pepper)).await.unwrap();
        assert_eq!(found, Some(made.key));
    }
    let nobody = "org_00000000000000000000000".parse().unwrap();
    let (livemode, name, grants) = (Livemode::Live, "Shop".to_owned(), Grants::none());
    let create =
        Command::CreateOrganizationKey { organization: nobody, livemode, name, note: None, grants };
    let refused = asker.refused(create).await;
    assert_eq!(refused.to_string(), format!("there is no organization `{nobody}`"));
}

async fn it_is_in_no_list_of_an_account_and_in_that_of_its_organization_alone(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (id, other) = (organization(&mut asker).await, organization(&mut asker).await);
    let open = Command::OpenAccount { name: "One".into(), belonging: Belonging::Organization(id) };
    let opened = asker.get(open).await.changes;
    let account = opened.iter().find_map(Change::account).unwrap().clone();
    let live = made(&mut asker, id, Livemode::Live).await.key;
    let test = made(&mut asker, id, Livemode::Test).await.key;
    let foreign = made(&mut asker, other, Livemode::Live).await.key;
    for place in [Place { account: account.id, mode: Mode::Live }, sandbox_of(&account)] {
        let keys = asker.store.keys(place).await.unwrap();
        assert!(keys.iter().all(|key| key.home == Home::Account(place)), "{keys:?}");
        let page = asker.store.page_of_keys(place, Lives::All, None, 100).await.unwrap();
        assert_eq!(page, keys);
    }
    assert_eq!(listed(&asker, id, None).await, [test.clone(), live.clone()]);
    let ids = |keys: Vec<Key>| keys.into_iter().map(|key| key.id).collect::<Vec<_>>();
    assert_eq!(ids(listed(&asker, id, Some(Livemode::Live)).await), [live.id]);
    assert_eq!(ids(listed(&asker, id, Some(Livemode::Test)).await), [test.id]);
    assert_eq!(listed(&asker, other, None).await, [foreign]);
    let page = |lives, after| asker.store.page_of_organization_keys(id, None, lives, (after, 1));
    assert_eq!(ids(page(Lives::All, None).await.unwrap()), [test.id]);
    assert_eq!(ids(page(Lives::All, Some(test.id)).await.unwrap()), [live.id]);
    assert_eq!(page(Lives::Ended(asker.now), None).await.unwrap(), []);
    let now = asker.now;
    asker.get(Command::Key(test.id, KeyCommand::Delete)).await;
    let living = asker.store.page_of_organization_keys(id, None, Lives::Living(now), (None, 9));
    assert_eq!(living.await.unwrap(), [live]);
}

/// What a gateway knows of a key.
fn told(follower: &Follower, key: &Key) -> (Home, Kind, Standing, IpRestriction) {
    match follower.known.get(&store::Thing::Key(key.id)) {
        Some(Fact::Key(fact)) => (fact.home, fact.kind, fact.standing, fact.restriction.clone()),
        other => panic!("{other:?}"),
    }
}

async fn it_is_rotated_edited_and_deleted_as_any_other_and_gateways_hear_of_it(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let id = organization(&mut asker).await;
    let mut follower = Follower::at_snapshot(&asker.store).await;
    let key = made(&mut asker, id, Livemode::Live).await.key;
    let restriction = IpRestriction::Only(AllowList::parse(["100.10.38.0/24"]).unwrap());
    let permissions = Some(Permissions::parse(["refund_read"]).unwrap());
    let edit = Edit { restriction: Some(restriction.clone()), permissions, ..Edit::default() };
    asker.get(Command::Key(key.id, KeyCommand::Edit(edit))).await;
    let edited = asker.key(key.id).await;
    assert_eq!(edited.grants.own.iter().count(), 1);
    follower.catch_up(&asker.store).await;
    let kind = Kind::Organization;
    let expected = (key.home, kind, Standing::Active, restriction.clone());
    assert_eq!(told(&follower, &key), expected);

    let end = asker.now + hours(25);
    let rotated = asker.get(Command::Key(key.id, KeyCommand::Rotate(Ending::At(end)))).await;
    let new = rotated.changes.iter().find_map(Change::made).unwrap().key.clone();
    assert_eq!((new.home, &new.grants), (key.home, &edited.grants));
    assert_eq!(asker.key(new.id).await, new);
    follower.catch_up(&asker.store).await;
    let expiring = (key.home, kind, Standing::Expiring { at: end }, restriction.clone());
    assert_eq!(told(&follower, &key), expiring);
    assert_eq!(told(&follower, &new), (key.home, kind, Standing::Active, restriction.clone()));

    asker.now = end;
    assert_eq!(due(&asker.store, end).await, [key.id]);
    asker.get(Command::Key(key.id, KeyCommand::Advance)).await;
    asker.get(Command::Key(new.id, KeyCommand::Delete)).await;
    let at = asker.now;
    follower.catch_up(&asker.store).await;
    let deleted = (key.home, kind, Standing::Deleted { at }, restriction);
    assert_eq!(told(&follower, &new), deleted);
    assert_eq!(follower, Follower::at_snapshot(&asker.store).await, "who follows knows all");
}

async fn a_live_one_leaves_no_value_behind_and_a_scheduled_one_is_revealed_once(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let id = organization(&mut asker).await;
    let test = made(&mut asker, id, Livemode::Test).await;
    for _ in 0..2 {
        let shown = asker.get(Command::Key(test.key.id, KeyCommand::Reveal)).await.revealed;
        assert_eq!(shown.unwrap().expose(), test.value.expose());
    }
    let live = made(&mut asker, id, Livemode::Live).await;
    assert_eq!(live.key.reveal, Reveal::Never);
    assert!(asker.store.unseal(live.key.id).await.unwrap().is_none());
    let next = asker.now + hours(2);
    let schedule = Schedule { next, every: Days::new(7), grace: hours(0) };
    asker.get(Command::Key(live.key.id, KeyCommand::Schedule(schedule))).await;
    asker.now = next;
    let advanced = asker.get(Command::Key(live.key.id, KeyCommand::Advance)).await;
    let new = minted(&mut { advanced.changes }).remove(0);
    assert_eq!((new.key.reveal, new.key.home), (Reveal::Once, live.key.home));
    let shown = asker.get(Command::Key(new.key.id, KeyCommand::Reveal)).await.revealed;
    assert_eq!(shown.unwrap().expose(), new.value.expose());
    let again = asker.refused(Command::Key(new.key.id, KeyCommand::Reveal)).await;
    assert_eq!(again.code(), "value_not_kept");
    assert!(asker.store.unseal(new.key.id).await.unwrap().is_none());
    let kept = everything(&world).await;
    let value = live.value.expose().as_bytes();
    let is_kept = kept.windows(value.len()).any(|window| window == value);
    assert!(!is_kept, "the value is written nowhere");
}

async fn the_history_of_it_is_that_of_the_organization_and_of_no_account(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let id = organization(&mut asker).await;
    let key = made(&mut asker, id, Livemode::Live).await.key;
    asker.get(Command::Key(key.id, KeyCommand::Rotate(Ending::Now))).await;
    asker.refused(Command::Key(key.id, KeyCommand::Delete)).await;
    let wanted = Wanted { organization: Some(id), most: 10, ..Wanted::default() };
    let events = asker.store.events(wanted).await.unwrap();
    let said = events.iter().map(|event| {
        let event: serde_json::Value = serde_json::from_str(&event.said).unwrap();
        assert_eq!((&event["account"], &event["mode"]), (&().into(), &().into()), "{event}");
        format!("{} {}", event["type"].as_str().unwrap(), event["outcome"].as_str().unwrap())
    });
    let expected = [
        "api_key.deleted key_ended",
        "api_key.rotated done",
        "api_key.created done",
        "organization.created done",
    ];
    assert_eq!(said.collect::<Vec<_>>(), expected);
    asker.store.verify_audit(None).await.unwrap().unwrap();
}

async fn the_database_takes_no_key_that_is_of_two_or_of_nobody(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let id = organization(&mut asker).await;
    let (account, _) = asker.account().await;
    let key = made(&mut asker, id, Livemode::Test).await.key;
    let mut raw = world.raw().await;
    for change in [
        format!("account = '{}'", account.id),
        "organization = NULL".to_owned(),
        format!("account = '{}', organization = NULL", account.id),
        "kind = 'secret'".to_owned(),
        format!("mode = '{}'", account.first_sandbox),
    ] {
        let statement = format!("UPDATE keys SET {change} WHERE id = '{}'", key.id);
        let outcome = sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&mut raw).await;
        assert!(outcome.is_err(), "{change}");
    }
    let statement = format!("UPDATE keys SET mode = 'test' WHERE account = '{}'", account.id);
    let outcome = sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&mut raw).await;
    assert!(outcome.is_err(), "a key of an account is of one sandbox");
    assert_eq!(asker.key(key.id).await, key);
}

async fn keys_of_before_are_where_they_were(world: World) {
    let store = world.open().await;
    let (account, keys) = Asker::new(&store, 1).account().await;
    store.close().await;
    // As the database was before organizations had keys.
    for undo in [
        "DROP INDEX IF EXISTS accounts_packed",
        "DROP INDEX IF EXISTS keys_packed",
        "DROP INDEX keys_of_place",
        "DROP INDEX keys_of_organization",
        "ALTER TABLE keys DROP COLUMN organization",
        "CREATE INDEX keys_of_place ON keys (account, mode)",
        "DELETE FROM _sqlx_migrations WHERE version >= 31",
    ] {
        world.tamper(undo).await;
    }
    if !world.is_sqlite() {
        world.tamper("ALTER TABLE keys ADD CONSTRAINT keys_mode_check CHECK (mode <> '')").await;
    }
    let asker = Asker::new(&world.open().await, 2);
    for made in keys {
        assert_eq!(asker.key(made.key.id).await, made.key);
        let kept = asker.store.unseal(made.key.id).await.unwrap().unwrap();
        assert_eq!(kept.expose(), made.value.expose());
    }
    assert_eq!(asker.store.keys(sandbox_of(&account)).await.unwrap().len(), 2);
}
