//! Every command, and what can be read after it.

use keys::{
    Account, AllowList, Belonging, Change, Command, Digest, Edit, Ending, Entropy, Fact,
    IpRestriction, KeyCommand, KeyId, Kind, Mode, OrganizationId, Place, Refusal, Reveal, Standing,
};
use store::{Sequence, Thing, Wanted};

use crate::following::Follower;
use crate::world::{
    Asker, Seeded, World, hours, minted, on_both_engines, pepper, sandbox_of, version,
};

on_both_engines!(
    an_organization_is_read_as_it_was_founded,
    an_account_is_born_with_a_sandbox_and_four_keys,
    accounts_belong_to_an_organization_or_to_a_platform,
    an_account_gets_another_name_and_version_and_followers_hear_of_it,
    a_created_key_is_read_as_it_was_made,
    a_rotated_key_ends_at_once_or_in_time,
    a_restriction_is_kept_and_taken_away,
    a_deleted_key_stays_known_and_its_value_does_not,
    a_refused_command_changes_nothing,
    lists_are_newest_first,
    what_is_not_there_is_not_found,
    times_are_kept_to_the_microsecond,
);

async fn an_organization_is_read_as_it_was_founded(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let done = asker.get(Command::OpenOrganization { name: "Rocket Rides".into() }).await;
    let [Change::OrganizationOpened(founded)] = &done.changes[..] else { panic!() };
    assert_eq!(founded.name, "Rocket Rides");
    assert_eq!(founded.created_at, asker.now);
    assert_eq!(asker.store.organization(founded.id).await.unwrap().as_ref(), Some(founded));
    assert_eq!(asker.store.organizations().await.unwrap(), std::slice::from_ref(founded));
    // Gateways know nothing of organizations.
    assert_eq!(done.sequence, Sequence::START);
}

async fn an_account_is_born_with_a_sandbox_and_four_keys(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let open = Command::OpenAccount { name: "Rocket".into(), belonging: Belonging::Nobody };
    let mut done = asker.get(open).await;
    assert_eq!(done.sequence, Sequence::new(5), "an account and four keys");
    let made = minted(&mut done.changes);
    let [Change::AccountOpened(account), Change::SandboxOpened(sandbox)] = &done.changes[..] else {
        panic!()
    };
    assert_eq!(account.version, version());
    assert_eq!(asker.store.account(account.id).await.unwrap().as_ref(), Some(account));
    assert_eq!(asker.store.sandboxes(account.id).await.unwrap(), std::slice::from_ref(sandbox));
    let place = |mode| Place { account: account.id, mode };
    let mut read = asker.store.keys(place(Mode::Live)).await.unwrap();
    read.extend(asker.store.keys(place(Mode::Sandbox(sandbox.id))).await.unwrap());
    read.reverse();
    assert_eq!(read, made.iter().map(|made| made.key.clone()).collect::<Vec<_>>());
    let kinds: Vec<_> = read.iter().map(|key| key.kind).collect();
    assert_eq!(kinds, [Kind::Secret, Kind::Publishable, Kind::Secret, Kind::Publishable]);
}

async fn accounts_belong_to_an_organization_or_to_a_platform(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let done = asker.get(Command::OpenOrganization { name: "Rocket Rides".into() }).await;
    let [Change::OrganizationOpened(organization)] = &done.changes[..] else { panic!() };
    let belonging = Belonging::Organization(organization.id);
    let done = asker.get(Command::OpenAccount { name: "Platform".into(), belonging }).await;
    let Change::AccountOpened(platform) = &done.changes[0] else { panic!() };
    let belonging = Belonging::Platform(platform.id);
    let done = asker.get(Command::OpenAccount { name: "Connected".into(), belonging }).await;
    let Change::AccountOpened(connected) = &done.changes[0] else { panic!() };

    let read = |id| asker.store.account(id);
    assert_eq!(read(platform.id).await.unwrap().unwrap().organization, Some(organization.id));
    assert_eq!(read(connected.id).await.unwrap().unwrap().platform, Some(platform.id));
    let nested = Command::OpenAccount {
        name: "Nested".into(),
        belonging: Belonging::Platform(connected.id),
    };
    assert_eq!(asker.refused(nested).await, Refusal::NotAPlatform);
}

async fn an_account_gets_another_name_and_version_and_followers_hear_of_it(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (opened, _) = asker.account().await;
    let (other, _) = asker.account().await;
    let mut follower = Follower::at_snapshot(&asker.store).await;
    let change = |name: Option<&str>, version: Option<&str>| Command::ChangeAccount {
        account: opened.id,
        name: name.map(str::to_owned),
        version: version.map(|text| text.parse().unwrap()),
    };
    asker.get(change(Some("Rocket Rides"), None)).await;
    let done = asker.get(change(None, Some("2025-03-31.basil"))).await;
    let version = "2025-03-31.basil".parse().unwrap();
    let changed = Account { name: "Rocket Rides".into(), version, ..opened.clone() };
    assert_eq!(asker.store.account(opened.id).await.unwrap(), Some(changed));
    assert_eq!(asker.store.account(other.id).await.unwrap(), Some(other));

    follower.catch_up(&asker.store).await;
    assert_eq!(follower, Follower::at_snapshot(&asker.store).await);
    assert_eq!(done.sequence, follower.at);
    let Some(Fact::Account(told)) = follower.known.get(&Thing::Account(opened.id)) else {
        panic!()
    };
    assert_eq!(told.version.as_str(), "2025-03-31.basil");

    let wanted = Wanted { object: Some(opened.id.to_string()), most: 2, ..Wanted::default() };
    let events = asker.store.events(wanted).await.unwrap();
    let said = events.iter().map(|event| {
        let event: serde_json::Value = serde_json::from_str(&event.said).unwrap();
        let change = &event["changes"][0];
        format!("{} {} -> {}", event["type"].as_str().unwrap(), change["old"], change["new"])
    });
    insta::allow_duplicates! {
        insta::assert_snapshot!(said.collect::<Vec<_>>().join("\n"), @r#"
        account.updated {"version":"2026-06-24.dahlia"} -> {"version":"2025-03-31.basil"}
        account.updated {"name":"Rocket"} -> {"name":"Rocket Rides"}
        "#);
    }
    let empty = asker.refused(change(Some(" "), None)).await;
    assert_eq!(empty, Refusal::BadName { most: 200 });
    let nobody = "acct_0000000000000000".parse().unwrap();
    let unknown = Command::ChangeAccount { account: nobody, name: None, version: None };
    assert_eq!(asker.refused(unknown).await, Refusal::UnknownAccount(nobody));
}

async fn a_created_key_is_read_as_it_was_made(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (account, _) = asker.account().await;
    let place = Place { account: account.id, mode: Mode::Live };
    let note = Some("In the vault;\nshelf 'two' — «ünïcödé»".to_owned());
    let create = Command::CreateSecretKey { place, name: "Billing; DROP".into(), note };
    let made = minted(&mut asker.get(create).await.changes).pop().unwrap();
    assert_eq!(made.key.reveal, Reveal::Never);
    assert_eq!(asker.key(made.key.id).await, made.key);
    assert_eq!(asker.key(made.key.id).await.mask(), made.value.mask());
    let digest = made.value.digest(&pepper());
    assert_eq!(asker.store.key_of_digest(&digest).await.unwrap(), Some(made.key.clone()));
    assert!(asker.store.unseal(made.key.id).await.unwrap().is_none(), "shown once, never kept");
}

async fn a_rotated_key_ends_at_once_or_in_time(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (account, _) = asker.account().await;
    let (first, _) = asker.sandbox_key(&account).await;
    let end = asker.now + hours(3);
    let rotate = Command::Key(first.id, KeyCommand::Rotate(Ending::At(end)));
    let made = minted(&mut asker.get(rotate).await.changes).pop().unwrap();
    assert_eq!(asker.key(first.id).await.standing, Standing::Expiring { at: end });
    assert_eq!(asker.key(made.key.id).await, made.key);

    let rotate = Command::Key(made.key.id, KeyCommand::Rotate(Ending::Now));
    asker.get(rotate).await;
    assert_eq!(asker.key(made.key.id).await.standing, Standing::Deleted { at: asker.now });
}

async fn a_restriction_is_kept_and_taken_away(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (account, _) = asker.account().await;
    let (key, _) = asker.sandbox_key(&account).await;
    let list = AllowList::parse(["100.10.38.0/24", "1.2.3.4"]).unwrap();
    for restriction in [IpRestriction::Only(list), IpRestriction::Anywhere] {
        let restrict = Command::Key(
            key.id,
            KeyCommand::Edit(Edit { restriction: Some(restriction.clone()), ..Edit::default() }),
        );
        asker.get(restrict).await;
        assert_eq!(asker.key(key.id).await.restriction, restriction);
    }
}

async fn a_deleted_key_stays_known_and_its_value_does_not(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (account, _) = asker.account().await;
    let (key, value) = asker.sandbox_key(&account).await;
    let kept = asker.store.unseal(key.id).await.unwrap().unwrap();
    assert_eq!(kept.expose(), value.expose());
    asker.get(Command::Key(key.id, KeyCommand::Delete)).await;
    assert_eq!(asker.key(key.id).await.standing, Standing::Deleted { at: asker.now });
    assert!(asker.store.unseal(key.id).await.unwrap().is_none());
    assert_eq!(asker.refused(Command::Key(key.id, KeyCommand::Delete)).await, Refusal::KeyIsDead);
}

async fn a_refused_command_changes_nothing(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (account, keys) = asker.account().await;
    let publishable = keys.iter().find(|made| made.key.kind == Kind::Publishable).unwrap().key.id;
    let other = Place {
        mode: Mode::Sandbox("sbx_0000000000000000".parse().unwrap()),
        ..sandbox_of(&account)
    };
    let mut before = Vec::new();
    let sequence = asker.store.snapshot(|fact| before.push(fact)).await.unwrap();
    let unknown = KeyId::mint(&mut Seeded(99));
    for command in [
        Command::Key(publishable, KeyCommand::Delete),
        Command::Key(unknown, KeyCommand::Delete),
        Command::CreateSecretKey { place: other, name: "x".into(), note: None },
        Command::Key(publishable, KeyCommand::Rotate(Ending::At(asker.now))),
        Command::OpenOrganization { name: String::new() },
    ] {
        asker.refused(command).await;
    }
    let mut after = Vec::new();
    assert_eq!(asker.store.snapshot(|fact| after.push(fact)).await.unwrap(), sequence);
    assert_eq!(after, before);
    assert_eq!(asker.store.organizations().await.unwrap(), []);
    assert_eq!(
        asker.get(Command::Key(keys[0].key.id, KeyCommand::Delete)).await.sequence,
        Sequence::new(sequence.number() + 1)
    );
}

async fn lists_are_newest_first(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let mut founded = Vec::new();
    let mut opened = Vec::new();
    for name in ["First", "Second", "Third"] {
        asker.get(Command::OpenOrganization { name: name.into() }).await;
        founded.insert(0, name.to_owned());
        opened.insert(0, asker.account().await.0);
    }
    let names = asker.store.organizations().await.unwrap().into_iter().map(|found| found.name);
    assert_eq!(names.collect::<Vec<_>>(), founded);
    assert_eq!(asker.store.accounts().await.unwrap(), opened);
    let (last, _) = asker.sandbox_key(&opened[0]).await;
    assert_eq!(asker.store.keys(sandbox_of(&opened[0])).await.unwrap()[0], last);
}

async fn what_is_not_there_is_not_found(world: World) {
    let store = world.open().await;
    let mut asker = Asker::new(&store, 1);
    let (account, _) = asker.account().await;
    let entropy: &mut dyn Entropy = &mut Seeded(1);
    assert_eq!(store.organization(OrganizationId::mint(entropy)).await.unwrap(), None);
    assert_eq!(store.account(keys::AccountId::mint(entropy)).await.unwrap(), None);
    assert_eq!(store.key(KeyId::mint(entropy)).await.unwrap(), None);
    assert_eq!(store.key_of_digest(&Digest::from_bytes([0; 32])).await.unwrap(), None);
    assert!(store.unseal(KeyId::mint(entropy)).await.unwrap().is_none());
    assert_eq!(store.sandboxes(keys::AccountId::mint(entropy)).await.unwrap(), []);
    let elsewhere = Mode::Sandbox(keys::SandboxId::mint(entropy));
    assert_eq!(store.keys(Place { account: account.id, mode: elsewhere }).await.unwrap(), []);
}

async fn times_are_kept_to_the_microsecond(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    asker.now += jiff::SignedDuration::from_nanos(789);
    let (account, _) = asker.account().await;
    assert_eq!(asker.store.account(account.id).await.unwrap(), Some(account));
}
