//! Random askers ask a store for random things, and whatever it does is what a model does that
//! knows the rules in other words.
//!
//! After each step all is compared that somebody can see: the answer, each account, sandbox and key,
//! which values are kept, what is due, what a gateway knows that only followed, and what it lets
//! pass. `TEST_MODEL_CASES` sets how many scripts are played on each engine (30).

mod effects;
mod gate;
mod rules;
mod script;
mod who;
mod wishes;

use std::ops::RangeInclusive;

use jiff::Timestamp;
use keys::{
    Actor, Asker, Authority, Change, Command, Deed, ForeignDigest, Home, Key, KeyCommand, KeyId,
    KeyValue, Livemode, Mode, Needs, Place, Reach, Realm, Refusal, Reveal, Role, Scheme,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use store::{CommandError, Done, Lives, Rejection, Store};

use self::rules::{Born, Model, due_since};
use self::script::{By, Step, any_step};
use self::who::Who;
use crate::following::Follower;
use crate::members::join;
use crate::people::person;
use crate::world::{Seeded, World, due, run_on_postgres, run_on_sqlite, start};

/// How many steps a script has.
const STEPS: RangeInclusive<usize> = 1..=100;

#[test]
fn on_sqlite_every_script_goes_as_the_model_says() {
    each_script(|script| run_on_sqlite(|world| play(world, script)));
}

#[test]
fn on_postgres_every_script_goes_as_the_model_says() {
    each_script(|script| run_on_postgres(|world| play(world, script)));
}

fn each_script(play: impl Fn(Vec<Step>)) {
    let cases = std::env::var("TEST_MODEL_CASES");
    let cases = cases.map_or(30, |number| number.parse().expect("a number of scripts"));
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let config = Config { max_shrink_iters: 500, ..config };
    let scripts = prop::collection::vec(any_step(), STEPS);
    let outcome = TestRunner::new(config).run(&scripts, |script| {
        play(script);
        Ok(())
    });
    outcome.unwrap();
}

/// Plays a script on an empty store.
async fn play(world: World, script: Vec<Step>) {
    let store = world.open().await;
    let follower = Follower::at_snapshot(&store).await;
    let (model, entropy) = (Model::default(), Seeded(1));
    let mut stage = Stage { store, model, follower, entropy, now: start(), events: 0 };
    stage.set().await;
    for step in &script {
        stage.step(step).await;
    }
    stage.reveal_everything().await;
    let verified = stage.store.verify_audit(None).await.unwrap().unwrap();
    assert_eq!(verified.events, stage.events, "an event of each command");
    stage.store.close().await;
}

struct Stage {
    store: Store,
    model: Model,
    follower: Follower,
    entropy: Seeded,
    now: Timestamp,
    /// How many audit events there must be.
    events: u64,
}

impl Stage {
    /// Somebody owns an organization, an account, one that is connected to it and one of the
    /// organization; others have the other roles in the first account or some in the organization, and
    /// one has none.
    async fn set(&mut self) {
        let mut asker = crate::world::Asker::new(&self.store, 9);
        let owner = person(&mut asker, "owner").await.id;
        self.model.people.push(owner);
        self.events += 1;
        // Whatever is asked for wants an account first, and an organization.
        let name = || script::Text::Plain(0);
        let account = |whose| script::Wish::OpenAccount { name: name(), whose };
        let first = [
            script::Wish::FoundOrganization { name: name() },
            account(script::Whose::Nobody),
            account(script::Whose::Platform(0)),
            account(script::Whose::Organization(2)),
        ];
        for wish in first {
            self.step(&Step { wait: script::Wait::Seconds(0), by: By::Person(0), wish }).await;
        }
        let account = self.model.accounts[0].clone();
        for role in Role::ALL.into_iter().filter(|role| *role != Role::Owner) {
            let realm = if role.is_of_a_sandbox() {
                Realm::Sandbox(account.first_sandbox)
            } else {
                Realm::Account(account.id)
            };
            let user = join(&mut asker, owner, (realm, role), role.as_str()).await.user;
            self.model.people.push(user);
            self.model.members.push((user, realm, role));
        }
        let realm = Realm::Organization(self.model.organizations[0]);
        for role in [Role::Administrator, Role::Developer] {
            let name = format!("{}-above", role.as_str());
            let user = join(&mut asker, owner, (realm, role), &name).await.user;
            self.model.people.push(user);
            self.model.members.push((user, realm, role));
        }
        self.model.people.push(person(&mut asker, "stranger").await.id);
        self.events = self.store.verify_audit(None).await.unwrap().unwrap().events;
    }

    async fn step(&mut self, step: &Step) {
        self.now = step.wait.after(self.now, &self.model);
        match step.wish.command(&self.model, self.now) {
            Some(command) => {
                let who = step.by.who(&command, &self.model, self.now);
                self.ask(who, command).await;
            }
            None => self.do_what_is_due().await,
        }
        self.compare().await;
    }

    async fn ask(&mut self, who: Who, command: Command) {
        let reasons = self.model.reasons(&who, &command, self.now);
        let outcome = match self.permit(&who, &command).await {
            Ok(asker) => {
                let (store, now) = (&self.store, self.now);
                match store.carry_out(&asker, command.clone(), now, &mut self.entropy).await {
                    Ok(done) => Ok(done),
                    Err(CommandError::Refused(refusal)) => Err(refusal.code()),
                    Err(CommandError::Store(error)) => panic!("{error}"),
                }
            }
            Err(code) => {
                let (asker, deed) = (&Asker::system(), Deed::of(&command));
                let refused = Rejection { asker, deed, code };
                self.store.note_refused(refused, self.now, &mut self.entropy).await.unwrap();
                Err(code)
            }
        };
        let refused = outcome.as_ref().err().copied();
        let expected = refused.map_or(reasons.is_empty(), |code| reasons.contains(code));
        assert!(expected, "{refused:?}, not one of {reasons:?}: {who:?} {command:?}");
        self.events += u64::from(refused != Some("nothing_due"));
        if let Ok(done) = outcome {
            self.learn(&who, &command, done).await;
        }
    }

    /// What a console asks before it has a command carried out.
    async fn permit(&self, who: &Who, command: &Command) -> Result<Asker, &'static str> {
        let key = if let Command::Key(id, _) = command {
            self.store.key(*id).await.unwrap()
        } else {
            None
        };
        let code = |refusal: Refusal| refusal.code();
        match who {
            Who::System => Ok(Asker::system()),
            Who::Person(user) => {
                match command.needs(key.as_ref()).map_err(code)? {
                    Needs::Nothing => {}
                    Needs::Impossible => return Err("not_allowed"),
                    Needs::Right(right, realm) => {
                        let rights = self.store.rights(*user, realm).await.unwrap();
                        if rights == keys::Rights::NONE {
                            return Err("resource_missing");
                        } else if !rights.has(right) {
                            return Err("not_allowed");
                        }
                    }
                }
                Ok(Asker { actor: Actor::User(*user), ..Asker::system() })
            }
            Who::Key(own) => {
                let own = self.store.key(own.id).await.unwrap().unwrap();
                let sandbox = if let Command::RenameSandbox { sandbox, .. }
                | Command::DeleteSandbox { sandbox } = command
                {
                    self.store.sandbox(*sandbox).await.unwrap()
                } else {
                    None
                };
                let named = (key.as_ref(), sandbox.as_ref());
                match command.reach_of(own.home, named).map_err(code)? {
                    Reach::Own => {}
                    Reach::LiveKeysOnly | Reach::Beyond | Reach::Unsaid => {
                        return Err("not_allowed");
                    }
                }
                let (actor, authority) = (Actor::Key(own.id), Authority::of_key(&own));
                Ok(Asker { actor, authority, ..Asker::system() })
            }
        }
    }

    /// What was carried out changes the model, and must say what the model says.
    async fn learn(&mut self, who: &Who, command: &Command, done: Done) {
        let ends = matches!(
            command,
            Command::Key(_, KeyCommand::Delete | KeyCommand::Expire)
                | Command::DeleteSandbox { .. }
                | Command::DeleteAccount { .. }
        );
        for key in done.changes.iter().filter_map(Change::key).filter(|_| !ends) {
            assert!(who.covers(key), "{who:?} got {key:?}");
        }
        let born = Born {
            organization: done.changes.iter().find_map(Change::organization).map(|one| one.id),
            account: done.changes.iter().find_map(Change::account).map(|account| account.id),
            sandbox: done.changes.iter().find_map(Change::sandbox).map(|sandbox| sandbox.id),
            keys: done.changes.iter().filter_map(born_key).collect(),
            founder: if let Who::Person(user) = who { Some(*user) } else { None },
        };
        self.model.carry_out(who, command, self.now, born);
        for key in done.changes.iter().filter_map(Change::key) {
            assert_eq!(*key, self.model.life(key.id).unwrap().key, "as the answer says");
            self.compare_kept_value(key.id).await;
        }
        if let Command::Key(id, KeyCommand::Reveal) = command {
            assert!(self.is_value_of(*id, done.revealed.as_ref()), "the value that was made");
        } else {
            assert!(done.revealed.is_none(), "nothing is shown that nobody asked for");
        }
        self.follower.catch_up(&self.store).await;
        assert_eq!(done.sequence, self.follower.at);
    }

    /// The system asks what is due, and does all of it, once.
    async fn do_what_is_due(&mut self) {
        for id in due(&self.store, self.now).await {
            let advance = Command::Key(id, KeyCommand::Advance);
            let nothing = self.model.reasons(&Who::System, &advance, self.now);
            assert!(nothing.is_empty(), "{id} is due");
            self.ask(Who::System, advance).await;
        }
        assert_eq!(due(&self.store, self.now).await, [], "whatever was due is done");
    }

    async fn compare(&self) {
        let Self { store, model, now, .. } = self;
        for account in &model.accounts {
            let id = account.id;
            assert_eq!(store.account(id).await.unwrap().as_ref(), Some(account));
            let its = || model.sandboxes.iter().filter(|sandbox| sandbox.account == id);
            let kept = store.sandboxes(id).await.unwrap();
            assert_eq!(kept.len(), its().count());
            for sandbox in its() {
                assert!(kept.contains(sandbox), "{sandbox:?} is none of {kept:?}");
            }
            let modes = its().map(|sandbox| Mode::Sandbox(sandbox.id));
            for mode in modes.chain([Mode::Live]) {
                let place = Place { account: id, mode };
                let keys = self.newest_first(|home| home == Home::Account(place));
                assert_eq!(store.keys(place).await.unwrap(), keys);
            }
        }
        for id in &model.organizations {
            for livemode in [None, Some(Livemode::Live), Some(Livemode::Test)] {
                let is_its = |home| match home {
                    Home::Organization { id: whose, livemode: its } => {
                        whose == *id && livemode.is_none_or(|livemode| livemode == its)
                    }
                    Home::Account(_) => false,
                };
                let page = (None, u16::MAX);
                let kept = store.page_of_organization_keys(*id, livemode, Lives::All, page).await;
                assert_eq!(kept.unwrap(), self.newest_first(is_its));
            }
        }
        let mut ripe: Vec<_> = model.keys.iter().map(|life| &life.key).collect();
        ripe.retain(|key| due_since(key, *now).is_some());
        ripe.sort_by_key(|key| (due_since(key, *now), key.id.to_string()));
        let ripe: Vec<_> = ripe.into_iter().map(|key| key.id).take(100).collect();
        assert_eq!(due(store, *now).await, ripe);
        assert_eq!(self.follower, Follower::at_snapshot(store).await, "who follows knows all");
        gate::check(model, &self.follower.known, *now);
    }

    fn newest_first(&self, lives_there: impl Fn(Home) -> bool) -> Vec<Key> {
        let keys = self.model.keys.iter().rev().filter(|life| lives_there(life.key.home));
        keys.map(|life| life.key.clone()).collect()
    }

    /// What may be revealed is kept, and nothing else.
    async fn compare_kept_value(&self, id: KeyId) {
        let kept = self.store.unseal(id).await.unwrap();
        match self.model.life(id).unwrap().key.reveal {
            Reveal::Never => assert!(kept.is_none(), "{id} cannot be revealed"),
            Reveal::Once | Reveal::Always => assert!(self.is_value_of(id, kept.as_ref())),
        }
    }

    fn is_value_of(&self, id: KeyId, value: Option<&KeyValue>) -> bool {
        value.is_some_and(|value| value.expose() == self.model.life(id).unwrap().value)
    }

    /// Each key twice, as far as that goes.
    async fn reveal_everything(&mut self) {
        let all: Vec<_> = self.model.keys.iter().map(|life| life.key.id).collect();
        for id in all.iter().chain(&all) {
            self.ask(Who::System, Command::Key(*id, KeyCommand::Reveal)).await;
            self.compare_kept_value(*id).await;
        }
        self.compare().await;
    }
}

/// A key that was not there before, with its value.
fn born_key(change: &Change) -> Option<(KeyId, String)> {
    if let Change::KeyImported { key, digest } = change {
        let scheme = Scheme::Sha256;
        return Some((key.id, wishes::value_of(&ForeignDigest { scheme, digest: *digest })));
    }
    change.made().map(|made| (made.key.id, made.value.expose().to_owned()))
}
