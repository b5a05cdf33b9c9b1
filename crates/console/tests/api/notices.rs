//! What people are told of their keys, as their mail server gets it.

use std::sync::atomic::{AtomicI64, Ordering};

use console::{Delivery, Notices, Smtp};
use jiff::{SignedDuration, Timestamp};
use keys::{
    AccountId, Actor, Asker, Authority, Change, Command, Ending, ForeignDigest, Grants,
    ImportedKey, IpRestriction, Key, KeyCommand, KeyId, KeyValue, Kind, Livemode, Mode, NoticeKind,
    Place, Realm, Role, Scheme,
};
use store::{DeadUse, KeyUse, Store};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::delivery::capture::{Capture, Manners};
use crate::delivery::email::settings;
use crate::people::{People, account_id, by};
use crate::world::{now, random};

/// Seconds since the beginning, one clock for each test.
static CLOCKS: [AtomicI64; 8] = [const { AtomicI64::new(0) }; 8];

fn clock<const N: usize>() -> Timestamp {
    now() + SignedDuration::from_secs(CLOCKS[N].load(Ordering::Relaxed))
}

fn put_forward<const N: usize>(seconds: i64) {
    CLOCKS[N].fetch_add(seconds, Ordering::Relaxed);
}

/// What sends notices, until it is stopped.
struct Sending {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Sending {
    fn start<const N: usize>(store: &Store, server: &Capture) -> Self {
        let smtp = Smtp::new(settings(server.port)).unwrap();
        let world = console::World { now: clock::<N>, random };
        let delivery = Delivery::new(Some(smtp), None, world);
        let (stop, stopped) = watch::channel(false);
        let sending = Notices::new(store.clone(), delivery, world).send(stopped);
        Self { stop, task: tokio::spawn(sending) }
    }

    /// What it had begun is done afterwards.
    async fn stop(self) {
        self.stop.send_replace(true);
        self.task.await.unwrap();
    }
}

/// An account with an owner, a developer, an analyst and an administrator.
struct Team {
    people: People,
    account: AccountId,
}

impl Team {
    fn new() -> Self {
        let people = People::new();
        let account = account_id(&people.account());
        for role in [Role::Developer, Role::Analyst, Role::Administrator] {
            people.member(role.as_str(), Realm::Account(account), role);
        }
        Self { people, account }
    }

    fn store(&self) -> Store {
        self.people.world.store.clone()
    }

    fn run<T>(&self, task: impl Future<Output = T>) -> T {
        self.people.world.block_on(task)
    }

    /// Carries out what the owner asks for.
    async fn ask(&self, command: Command, at: Timestamp) -> store::Done {
        self.ask_as(Actor::User(self.people.owner), command, at).await
    }

    async fn ask_as(&self, actor: Actor, command: Command, at: Timestamp) -> store::Done {
        let (from, program) = (None, None);
        let asker =
            Asker { actor, authority: Authority::everything(), from, program, idempotency: None };
        let mut chance = random;
        self.store().carry_out(&asker, command, at, &mut chance).await.unwrap()
    }

    /// A new live key.
    async fn key(&self, name: &str) -> (KeyId, KeyValue) {
        self.key_at(name, now()).await
    }

    async fn key_at(&self, name: &str, at: Timestamp) -> (KeyId, KeyValue) {
        let place = Place { account: self.account, mode: Mode::Live };
        let create = Command::CreateSecretKey { place, name: name.to_owned(), note: None };
        made(self.ask(create, at).await)
    }

    async fn born(&self) -> Key {
        let place = Place { account: self.account, mode: Mode::Live };
        let keys = self.store().keys(place).await.unwrap();
        keys.into_iter().find(|key| key.kind == Kind::Secret).unwrap()
    }
}

fn made(done: store::Done) -> (KeyId, KeyValue) {
    let made = done.changes.into_iter().find_map(Change::into_made).unwrap();
    assert_eq!(made.key.home.livemode(), Livemode::Live);
    (made.key.id, made.value)
}

/// Each letter: to whom, and its text as it is read.
fn letters(server: &Capture) -> Vec<(String, String)> {
    let heard = server.heard();
    let mut letters = Vec::new();
    let mut lines = heard.iter();
    while lines.by_ref().any(|line| line == "DATA") {
        let letter: Vec<&str> =
            lines.by_ref().map(String::as_str).take_while(|line| *line != ".").collect();
        let to = letter.iter().find_map(|line| line.strip_prefix("To: ")).unwrap().to_owned();
        let text = letter.join("\n");
        letters.push((to, decoded(text.split_once("\n\n").unwrap().1)));
    }
    letters
}

/// Quoted-printable.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = match (first, after) {
            (b'=', [b'\n', after @ ..]) => after,
            (b'=', [high, low, after @ ..]) => {
                let digits = [*high, *low];
                bytes.push(u8::from_str_radix(str::from_utf8(&digits).unwrap(), 16).unwrap());
                after
            }
            _ => {
                bytes.push(*first);
                after
            }
        };
    }
    String::from_utf8(bytes).unwrap()
}

/// To whom each letter went, and its third paragraph's first words.
fn told(server: &Capture) -> String {
    let line = |(to, text): &(String, String)| {
        let said = text.split_once("\n\n").unwrap().1;
        format!("{to} {}\n", said.split_inclusive(' ').take(4).collect::<String>().trim())
    };
    let mut lines: Vec<_> = letters(server).iter().map(line).collect();
    lines.sort();
    lines.concat()
}

#[test]
fn all_who_may_see_the_key_are_told_and_nobody_else_and_no_letter_holds_its_value() {
    let team = Team::new();
    team.run(async {
        let store = team.store();
        let quiet = store.user_by_email(&"administrator@example.com".parse().unwrap()).await;
        let quiet = quiet.unwrap().unwrap().id;
        let choices = NoticeKind::ALL.map(|kind| (kind, kind == NoticeKind::Revealed));
        store.set_notice_preferences(quiet, &choices, by(quiet)).await.unwrap();
        let born = team.born().await.id;
        let (created, first) = team.key("Shop \u{201d} https://evil.example/").await;
        let shown = team.ask(Command::Key(born, KeyCommand::Reveal), now()).await.revealed.unwrap();
        let rotate = Command::Key(created, KeyCommand::Rotate(Ending::Now));
        let (rotated, second) = made(team.ask(rotate, now()).await);
        team.ask(Command::Key(rotated, KeyCommand::Delete), now()).await;

        let server = Capture::start(Manners::default()).await;
        let sending = Sending::start::<0>(&store, &server);
        server.has_heard(9, ".").await;
        sending.stop().await;
        insta::assert_snapshot!(told(&server), @"
        ada@example.com It was created by
        ada@example.com It was deleted by
        ada@example.com It was rotated by
        ada@example.com Its value was shown
        administrator@example.com Its value was shown
        developer@example.com It was created by
        developer@example.com It was deleted by
        developer@example.com It was rotated by
        developer@example.com Its value was shown
        ");
        let letters = letters(&server);
        for value in [first, second, shown] {
            for (_, text) in &letters {
                assert!(!text.contains(value.expose()) && !text.contains(&value.expose()[8..36]));
            }
        }
        let (_, text) = letters.iter().find(|(to, _)| to.starts_with("developer")).unwrap();
        let mask = store.key(created).await.unwrap().unwrap().mask().to_string();
        insta::assert_snapshot!(text.replace(&mask, "MASK"), @"
        Key: MASK “Shop ” https: //evil.example/”
        Account: Rides (live)

        It was created by ada@example.com.
        If nobody of you did this, delete the key and change your password.
        ");
    });
}

#[test]
fn of_the_keys_of_an_organization_those_are_told_who_manage_them() {
    let team = Team::new();
    let organization = team.people.organization;
    for (name, role) in [("second", Role::Administrator), ("dev", Role::Developer)] {
        team.people.member(name, Realm::Organization(organization), role);
    }
    team.run(async {
        let store = team.store();
        let create = |livemode, name: &str| Command::CreateOrganizationKey {
            organization,
            livemode,
            name: name.to_owned(),
            note: None,
            grants: Grants::none(),
        };
        team.ask(create(Livemode::Test, "Trial"), now()).await;
        let (key, value) = made(team.ask(create(Livemode::Live, "Books"), now()).await);
        team.ask(Command::Key(key, KeyCommand::Delete), now()).await;
        let (client, user_agent) = ([203, 0, 113, 7].into(), None);
        let used = DeadUse { key, times: 3, at: now(), client, user_agent };
        store.note_dead_uses(&[used], now()).await.unwrap();
        let server = Capture::start(Manners::default()).await;
        put_forward::<5>(60);
        let sending = Sending::start::<5>(&store, &server);
        server.has_heard(6, ".").await;
        sending.stop().await;
        insta::assert_snapshot!(told(&server), @"
        ada@example.com It was created by
        ada@example.com It was deleted by
        ada@example.com This key is not
        second@example.com It was created by
        second@example.com It was deleted by
        second@example.com This key is not
        ");
        let letters = letters(&server);
        assert!(letters.iter().all(|(_, text)| !text.contains(value.expose())));
        let mask = store.key(key).await.unwrap().unwrap().mask().to_string();
        insta::assert_snapshot!(letters[0].1.replace(&mask, "MASK"), @"
        Key: MASK “Books”
        Organization: Rocket Rides (live)

        It was created by ada@example.com.
        If nobody of you did this, delete the key and change your password.
        ");
        let much_later = now() + SignedDuration::from_hours(1000);
        assert_eq!(store.take_notice(much_later).await.unwrap(), None);
    });
}

#[test]
fn whoever_may_not_know_a_key_from_above_is_not_told_its_last_characters() {
    let team = Team::new();
    team.run(async {
        let store = team.store();
        let organization = team.people.organization;
        let create = Command::CreateOrganizationKey {
            organization,
            livemode: Livemode::Test,
            name: "Books".to_owned(),
            note: None,
            grants: Grants::none(),
        };
        let changes = team.ask(create, now()).await.changes;
        let above = changes.into_iter().find_map(Change::into_made).unwrap().key;
        let own = team.born().await;
        for actor in [above.id, own.id].map(Actor::Key) {
            let place = Place { account: team.account, mode: Mode::Live };
            let create = Command::CreateSecretKey { place, name: "Till".to_owned(), note: None };
            team.ask_as(actor, create, now()).await;
        }
        let server = Capture::start(Manners::default()).await;
        let sending = Sending::start::<7>(&store, &server);
        server.has_heard(6, ".").await;
        sending.stop().await;
        let by = letters(&server).into_iter().filter_map(|(to, text)| {
            let by = text.lines().find_map(|line| line.strip_prefix("It was created by "))?;
            let by = by.replace(&above.id.to_string(), "KEY_ABOVE");
            to.starts_with("developer").then(|| by.replace(&own.mask().to_string(), "MASK"))
        });
        let mut by: Vec<String> = by.collect();
        by.sort();
        insta::assert_snapshot!(by.join("\n"), @"
        the API key KEY_ABOVE of the organization.
        the API key MASK.
        ");
    });
}

#[test]
fn a_server_that_fails_is_tried_again_and_nobody_gets_a_letter_twice() {
    let team = Team::new();
    team.run(async {
        let store = team.store();
        let key = team.key("Shop").await.0;
        let instead = Some(("RCPT TO:<developer@", "451 come later"));
        let first = Capture::start(Manners { instead, ..Manners::default() }).await;
        let sending = Sending::start::<1>(&store, &first);
        first.has_heard(2, ".").await;
        first.has_heard(1, "RCPT TO:<developer@").await;
        sending.stop().await;
        let second_before = now() + SignedDuration::from_secs(59);
        assert_eq!(store.take_notice(second_before).await.unwrap(), None, "it waits a minute");

        put_forward::<1>(60);
        let second = Capture::start(Manners::default()).await;
        let sending = Sending::start::<1>(&store, &second);
        second.has_heard(1, ".").await;
        // What comes after it has come when all of it has.
        team.ask(Command::Key(key, KeyCommand::Delete), now()).await;
        second.has_heard(4, ".").await;
        sending.stop().await;
        insta::assert_snapshot!(told(&first), @"
        ada@example.com It was created by
        administrator@example.com It was created by
        ");
        insta::assert_snapshot!(told(&second), @"
        ada@example.com It was deleted by
        administrator@example.com It was deleted by
        developer@example.com It was created by
        developer@example.com It was deleted by
        ");
        let much_later = now() + SignedDuration::from_hours(1000);
        assert_eq!(store.take_notice(much_later).await.unwrap(), None);
    });
}

#[test]
fn a_server_that_never_answers_is_given_up_after_a_day() {
    let team = Team::new();
    team.run(async {
        let store = team.store();
        team.key("Shop").await;
        let instead = Some(("RCPT", "451 come later"));
        let server = Capture::start(Manners { instead, ..Manners::default() }).await;
        let sending = Sending::start::<2>(&store, &server);
        server.has_heard(3, "RCPT").await;
        sending.stop().await;
        put_forward::<2>(24 * 60 * 60);
        let sending = Sending::start::<2>(&store, &server);
        server.has_heard(6, "RCPT").await;
        sending.stop().await;
        assert_eq!(store.given_up_notices().await.unwrap(), 1);
        assert_eq!(told(&server), "");
    });
}

#[test]
fn a_key_that_ends_while_it_is_used_is_warned_of_once_a_week_and_once_a_day_before() {
    let team = Team::new();
    team.run(async {
        let store = team.store();
        let (used, _) = team.key("Used").await;
        let (unused, _) = team.key("Unused").await;
        let client = [203, 0, 113, 7].into();
        store.note_uses(&[KeyUse { key: used, at: now(), client }]).await.unwrap();
        let end = now() + SignedDuration::from_hours(24 * 7);
        for key in [used, unused] {
            team.ask(Command::Key(key, KeyCommand::Rotate(Ending::At(end))), now()).await;
        }
        let server = Capture::start(Manners::default()).await;
        let sending = Sending::start::<3>(&store, &server);
        // Two were created and rotated, and one is used, for three people. What comes after it has
        // come when all of it has.
        put_forward::<3>(1);
        team.key_at("Another", clock::<3>()).await;
        server.has_heard(18, ".").await;
        sending.stop().await;
        let day = SignedDuration::from_hours(24);
        let early = end - day - SignedDuration::from_secs(1);
        assert_eq!(store.take_notice(early).await.unwrap(), None);
        put_forward::<3>(6 * 24 * 60 * 60);
        team.key_at("Yet another", clock::<3>()).await;
        let sending = Sending::start::<3>(&store, &server);
        server.has_heard(24, ".").await;
        sending.stop().await;
        let letters = letters(&server);
        let warnings: Vec<_> =
            letters.iter().filter(|(_, text)| text.contains("expires at")).collect();
        assert_eq!(warnings.len(), 6, "two for each of three people");
        assert!(warnings.iter().all(|(_, text)| text.contains("“Used”")));
        let mask = store.key(used).await.unwrap().unwrap().mask().to_string();
        insta::assert_snapshot!(warnings[0].1.replace(&mask, "MASK"), @"
        Key: MASK “Used”
        Account: Rides (live)

        It expires at 2026-11-30 12:00:00 UTC.
        It is still in use by 203.0.113.7, last at 2026-11-23 12:00:00 UTC: give it the new key before then.
        ");
        assert_eq!(store.take_notice(end).await.unwrap(), None);
    });
}

#[test]
fn that_a_dead_key_is_used_is_told_with_how_often_and_from_where() {
    let team = Team::new();
    team.run(async {
        let store = team.store();
        let (dead, _) = team.key("Old till").await;
        team.ask(Command::Key(dead, KeyCommand::Delete), now()).await;
        let (client, user_agent) = ([203, 0, 113, 7].into(), Some("till/1.0".to_owned()));
        let used = DeadUse { key: dead, times: 12, at: now(), client, user_agent };
        store.note_dead_uses(&[used], now()).await.unwrap();
        let server = Capture::start(Manners::default()).await;
        put_forward::<4>(60);
        let sending = Sending::start::<4>(&store, &server);
        // Created, deleted and used: for three people each.
        server.has_heard(9, ".").await;
        sending.stop().await;
        let letters = letters(&server);
        let of_use: Vec<_> =
            letters.iter().filter(|(_, text)| text.contains("refused 12 times")).collect();
        assert_eq!(of_use.len(), 3);
        let mask = store.key(dead).await.unwrap().unwrap().mask().to_string();
        insta::assert_snapshot!(of_use[0].1.replace(&mask, "MASK"), @"
        Key: MASK “Old till”
        Account: Rides (live)

        This key is not valid any more, and was refused 12 times from 203.0.113.7 (till/1.0).
        A program of yours may still hold it; or somebody else may.
        ");
    });
}

#[test]
fn an_import_is_told_in_one_letter_however_many_keys_it_brings() {
    let team = Team::new();
    team.run(async {
        let place = Place { account: team.account, mode: Mode::Live };
        let key = |byte: &str| {
            let foreign = ForeignDigest::from_hex(Scheme::Sha256, &byte.repeat(32)).unwrap();
            let restriction = IpRestriction::Anywhere;
            let (note, tail, grants, expires_at) = (None, None, None, None);
            let name = format!("Old {byte}");
            Ok(ImportedKey { name, note, foreign, tail, grants, restriction, expires_at })
        };
        let keys = ["ab", "cd", "ef"].map(key).into();
        team.ask(Command::ImportKeys { place, keys }, now()).await;
        // What comes after it has come when all of it has.
        team.key("Shop").await;
        let server = Capture::start(Manners::default()).await;
        let sending = Sending::start::<5>(&team.store(), &server);
        server.has_heard(6, ".").await;
        sending.stop().await;
        let letters = letters(&server);
        assert_eq!(letters.len(), 6, "one of the import and one of the key, to three people");
        let (_, text) = letters.iter().find(|(to, _)| to.starts_with("developer")).unwrap();
        insta::assert_snapshot!(text, @"
        Account: Rides

        3 live keys were imported by ada@example.com.
        If nobody of you did this, delete them and change your password.
        ");
    });
}

#[test]
fn the_end_of_an_account_is_told_to_all_who_had_a_role_there() {
    let team = Team::new();
    team.run(async {
        team.ask(Command::DeleteAccount { account: team.account }, now()).await;
        let server = Capture::start(Manners::default()).await;
        let sending = Sending::start::<6>(&team.store(), &server);
        server.has_heard(4, ".").await;
        sending.stop().await;
        insta::assert_snapshot!(told(&server), @"
        ada@example.com It was deleted by
        administrator@example.com It was deleted by
        analyst@example.com It was deleted by
        developer@example.com It was deleted by
        ");
        insta::assert_snapshot!(letters(&server)[0].1, @"
        Account: Rides

        It was deleted by ada@example.com, and cannot be brought back.
        2 live keys were deleted with it, its sandboxes too: they stopped at once.
        Nobody has a role there any more.
        ");
    });
}
