//! Two who want things of one key or sandbox at the same moment: on PostgreSQL each through a store
//! of its own, as two nodes do. One is always before the other, and the end is what that order says.

use std::sync::Arc;

use futures_util::future::join_all;
use jiff::SignedDuration;
use keys::{
    AllowList, Change, Command, Days, Edit, Ending, Home, IpRestriction, Key, KeyCommand, KeyId,
    Kind, Livemode, Mode, Place, Reveal, Schedule, Standing,
};
use store::{CommandError, Done, Store, Wanted};
use tokio::sync::Barrier;

use crate::following::Follower;
use crate::world::{Asker, Seeded, World, due, hours, on_both_engines};

on_both_engines!(
    of_rotating_now_and_deleting_one_ends_the_key,
    what_is_deleted_is_dead_though_it_is_rotated_with_a_time,
    of_two_reveals_one_shows_the_value,
    of_two_that_advance_a_key_one_replaces_it,
    of_two_that_rotate_a_key_now_one_replaces_it,
    of_two_rotations_with_a_time_the_earlier_end_holds,
    no_key_outlives_the_sandbox_that_it_was_made_in,
    a_rhythm_goes_over_to_the_replacement_or_is_refused,
    edits_of_different_things_both_hold,
);

/// How often each race is run.
const ROUNDS: u64 = 25;

/// What came of a command: its answer, or the code of its refusal.
type Outcome = Result<Done, &'static str>;

struct Track {
    stores: [Store; 2],
    asker: Asker,
    run: u64,
}

impl Track {
    async fn new(world: &World) -> Self {
        let store = world.open().await;
        let other = if world.is_sqlite() { store.clone() } else { world.open().await };
        let asker = Asker::new(&store, 1);
        Self { stores: [store, other], asker, run: 0 }
    }

    /// The live secret key of a new account.
    async fn key(&mut self) -> Key {
        let (_, keys) = self.asker.account().await;
        let is_it = |key: &Key| key.kind == Kind::Secret && key.home.livemode() == Livemode::Live;
        keys.into_iter().map(|made| made.key).find(is_it).unwrap()
    }

    /// Two commands at once, an hour later. Which one sets out first, and at which store, takes
    /// turns.
    async fn race(&mut self, mut commands: [Command; 2]) -> [Outcome; 2] {
        self.asker.now += hours(1);
        self.run += 1;
        let (now, turned, barrier) = (self.asker.now, self.run % 2 == 1, Arc::new(Barrier::new(2)));
        if turned {
            commands.reverse();
        }
        let runners = (1u64..).zip(commands).zip(&self.stores).map(|((lane, command), store)| {
            let (store, barrier) = (store.clone(), barrier.clone());
            let mut entropy = Seeded((self.run * 2 + lane) << 32);
            tokio::spawn(async move {
                barrier.wait().await;
                store.carry_out(&keys::Asker::system(), command, now, &mut entropy).await
            })
        });
        let outcomes = join_all(runners).await.into_iter().map(|joined| match joined.unwrap() {
            Ok(done) => Ok(done),
            Err(CommandError::Refused(refusal)) => Err(refusal.code()),
            Err(CommandError::Store(error)) => panic!("{error}"),
        });
        let mut outcomes: Vec<_> = outcomes.collect();
        if turned {
            outcomes.reverse();
        }
        if self.run % 4 > 1 {
            self.stores.reverse();
        }
        outcomes.try_into().unwrap_or_else(|_| panic!("two"))
    }

    async fn on_key(&mut self, id: KeyId, commands: [KeyCommand; 2]) -> [Outcome; 2] {
        self.race(commands.map(|command| Command::Key(id, command))).await
    }

    /// A key, as both stores read it.
    async fn now_is(&self, id: KeyId) -> Key {
        let [one, other] = &self.stores;
        let key = one.key(id).await.unwrap().unwrap();
        assert_eq!(other.key(id).await.unwrap().as_ref(), Some(&key));
        key
    }

    /// The secret keys of a place that work.
    async fn living(&self, home: Home) -> Vec<Key> {
        let place = home.place().unwrap();
        let mut keys = self.stores[0].keys(place).await.unwrap();
        keys.retain(|key| key.kind == Kind::Secret && key.standing.is_alive(self.asker.now));
        keys
    }

    /// The last two events of the audit, by name.
    async fn said(&self) -> [String; 2] {
        let wanted = Wanted { most: 2, ..Wanted::default() };
        let events = self.stores[0].events(wanted).await.unwrap();
        let said = events.iter().map(|event| {
            let event: serde_json::Value = serde_json::from_str(&event.said).unwrap();
            format!("{} {}", event["type"].as_str().unwrap(), event["outcome"].as_str().unwrap())
        });
        let mut said: Vec<_> = said.collect();
        said.sort();
        said.try_into().unwrap()
    }

    /// Nothing was lost on the way to gateways, and the audit is whole.
    async fn finish(self, mut follower: Follower) {
        follower.catch_up(&self.stores[1]).await;
        assert_eq!(follower, Follower::at_snapshot(&self.stores[0]).await);
        self.stores[0].verify_audit(None).await.unwrap().unwrap();
        for store in self.stores {
            store.close().await;
        }
    }
}

/// Runs a race again and again, each time on a new account's live secret key.
async fn again_and_again(world: World, round: impl AsyncFn(&mut Track, Key)) {
    let mut track = Track::new(&world).await;
    let follower = Follower::at_snapshot(&track.stores[0]).await;
    for _ in 0..ROUNDS {
        let key = track.key().await;
        round(&mut track, key).await;
    }
    track.finish(follower).await;
}

fn made(done: &Done) -> &Key {
    &done.changes.iter().find_map(Change::made).unwrap().key
}

async fn of_rotating_now_and_deleting_one_ends_the_key(world: World) {
    again_and_again(world, async |track, key| {
        let commands = [KeyCommand::Rotate(Ending::Now), KeyCommand::Delete];
        let outcomes = track.on_key(key.id, commands).await;
        assert_eq!(track.now_is(key.id).await.standing, Standing::Deleted { at: track.asker.now });
        let living = track.living(key.home).await;
        match &outcomes {
            [Ok(rotated), Err("key_ended")] => {
                assert_eq!(living, [made(rotated).clone()]);
                assert_eq!(
                    track.said().await,
                    ["api_key.deleted key_ended", "api_key.rotated done"]
                );
            }
            [Err("key_ended"), Ok(_)] => {
                assert_eq!(living, []);
                assert_eq!(
                    track.said().await,
                    ["api_key.deleted done", "api_key.rotated key_ended"]
                );
            }
            [one, other] => panic!("{:?} and {:?}", word(one), word(other)),
        }
    })
    .await;
}

/// What an outcome is called where it should not be.
fn word(outcome: &Outcome) -> &'static str {
    outcome.as_ref().err().copied().unwrap_or("done")
}

async fn what_is_deleted_is_dead_though_it_is_rotated_with_a_time(world: World) {
    again_and_again(world, async |track, key| {
        let later = Ending::At(track.asker.now + hours(25));
        let commands = [KeyCommand::Rotate(later), KeyCommand::Delete];
        let [rotated, deleted] = track.on_key(key.id, commands).await;
        assert_eq!(word(&deleted), "done");
        assert_eq!(track.now_is(key.id).await.standing, Standing::Deleted { at: track.asker.now });
        let living = track.living(key.home).await;
        let said = match &rotated {
            Ok(rotated) => {
                assert_eq!(living, [made(rotated).clone()]);
                ["api_key.deleted done", "api_key.rotated done"]
            }
            Err(code) => {
                assert_eq!((*code, living), ("key_ended", Vec::new()));
                ["api_key.deleted done", "api_key.rotated key_ended"]
            }
        };
        assert_eq!(track.said().await, said);
    })
    .await;
}

async fn of_two_reveals_one_shows_the_value(world: World) {
    again_and_again(world, async |track, key| {
        let kept = track.stores[0].unseal(key.id).await.unwrap().unwrap();
        let outcomes = track.on_key(key.id, [KeyCommand::Reveal, KeyCommand::Reveal]).await;
        let shown = outcomes.iter().flatten().filter_map(|done| done.revealed.as_ref());
        let shown: Vec<_> = shown.map(keys::KeyValue::expose).collect();
        assert!(shown == [kept.expose()], "the value, once");
        let refused = outcomes.iter().filter_map(|outcome| outcome.as_ref().err());
        assert_eq!(refused.collect::<Vec<_>>(), [&"value_not_kept"]);
        assert_eq!(track.now_is(key.id).await.reveal, Reveal::Never);
        assert!(track.stores[0].unseal(key.id).await.unwrap().is_none());
        let said = ["api_key.viewed done", "api_key.viewed value_not_kept"];
        assert_eq!(track.said().await, said);
    })
    .await;
}

async fn of_two_that_advance_a_key_one_replaces_it(world: World) {
    again_and_again(world, async |track, key| {
        let next = track.asker.now + hours(2);
        let schedule = Schedule { next, every: Days::new(30), grace: SignedDuration::ZERO };
        track.asker.get(Command::Key(key.id, KeyCommand::Schedule(schedule))).await;
        let outcomes = track.on_key(key.id, [KeyCommand::Advance, KeyCommand::Advance]).await;
        let made: Vec<_> = outcomes.iter().flatten().map(made).collect();
        let refused = outcomes.iter().filter_map(|outcome| outcome.as_ref().err());
        assert_eq!(refused.collect::<Vec<_>>(), [&"nothing_due"]);
        assert_eq!(track.now_is(key.id).await.standing, Standing::Deleted { at: track.asker.now });
        let [made] = &made[..] else { panic!("{} were made", made.len()) };
        assert_eq!(track.living(key.home).await, [(*made).clone()]);
        assert_eq!(due(&track.stores[0], track.asker.now).await, []);
        // Whoever finds nothing due leaves no event.
        let said = ["api_key.rotated done", "api_key.rotation_scheduled done"];
        assert_eq!(track.said().await, said);
    })
    .await;
}

async fn of_two_that_rotate_a_key_now_one_replaces_it(world: World) {
    again_and_again(world, async |track, key| {
        let rotate = || KeyCommand::Rotate(Ending::Now);
        let outcomes = track.on_key(key.id, [rotate(), rotate()]).await;
        let refused = outcomes.iter().filter_map(|outcome| outcome.as_ref().err());
        assert_eq!(refused.collect::<Vec<_>>(), [&"key_ended"]);
        let made: Vec<_> = outcomes.iter().flatten().map(|done| made(done).clone()).collect();
        assert_eq!(track.living(key.home).await, made, "one replacement");
        assert_eq!(track.said().await, ["api_key.rotated done", "api_key.rotated key_ended"]);
    })
    .await;
}

async fn of_two_rotations_with_a_time_the_earlier_end_holds(world: World) {
    again_and_again(world, async |track, key| {
        let earlier = track.asker.now + hours(2);
        let ends = [earlier, earlier + hours(24)].map(|at| KeyCommand::Rotate(Ending::At(at)));
        let outcomes = track.on_key(key.id, ends).await;
        let made = outcomes.iter().map(|outcome| made(outcome.as_ref().unwrap()).id);
        let made: Vec<_> = made.collect();
        assert_eq!(track.now_is(key.id).await.standing, Standing::Expiring { at: earlier });
        let mut living = track.living(key.home).await;
        living.retain(|key| made.contains(&key.id));
        assert_eq!(living.len(), 2, "one for each");
        assert_eq!(track.said().await, ["api_key.rotated done", "api_key.rotated done"]);
    })
    .await;
}

async fn no_key_outlives_the_sandbox_that_it_was_made_in(world: World) {
    again_and_again(world, async |track, key| {
        let account = key.home.place().unwrap().account;
        let add = Command::AddSandbox { account, name: "Staging".into() };
        let added = track.asker.get(add).await;
        let sandbox = added.changes.iter().find_map(Change::sandbox).unwrap().id;
        let place = Place { account, mode: Mode::Sandbox(sandbox) };
        let create = Command::CreateSecretKey { place, name: "New".into(), note: None };
        let [deleted, created] = track.race([Command::DeleteSandbox { sandbox }, create]).await;
        assert_eq!(word(&deleted), "done");
        for key in track.stores[0].keys(place).await.unwrap() {
            assert_eq!(key.standing, Standing::Deleted { at: track.asker.now });
        }
        let said = match created {
            Ok(done) => {
                let dead = track.now_is(made(&done).id).await;
                assert_eq!(dead.standing, Standing::Deleted { at: track.asker.now });
                ["api_key.created done", "sandbox.deleted done"]
            }
            Err(code) => {
                assert_eq!(code, "resource_missing");
                ["api_key.created resource_missing", "sandbox.deleted done"]
            }
        };
        assert_eq!(track.said().await, said);
    })
    .await;
}

async fn a_rhythm_goes_over_to_the_replacement_or_is_refused(world: World) {
    again_and_again(world, async |track, key| {
        let next = track.asker.now + hours(48);
        let schedule = Schedule { next, every: Days::new(7), grace: SignedDuration::ZERO };
        let commands = [KeyCommand::Schedule(schedule), KeyCommand::Rotate(Ending::Now)];
        let [scheduled, rotated] = track.on_key(key.id, commands).await;
        let Ok(rotated) = rotated else { panic!("{}", word(&rotated)) };
        let old = track.now_is(key.id).await;
        let ended = Standing::Deleted { at: track.asker.now };
        assert_eq!((old.standing, old.schedule), (ended, None));
        let new = track.now_is(made(&rotated).id).await;
        let due = due(&track.stores[0], next).await;
        let of_this = due.contains(&new.id) && !due.contains(&key.id);
        let said = if scheduled.is_ok() {
            assert_eq!((new.schedule, of_this), (Some(schedule), true));
            ["api_key.rotated done", "api_key.rotation_scheduled done"]
        } else {
            assert_eq!((word(&scheduled), new.schedule, of_this), ("key_ended", None, false));
            ["api_key.rotated done", "api_key.rotation_scheduled key_ended"]
        };
        assert_eq!(track.said().await, said);
    })
    .await;
}

async fn edits_of_different_things_both_hold(world: World) {
    again_and_again(world, async |track, key| {
        let only = IpRestriction::Only(AllowList::parse(["192.0.2.7"]).unwrap());
        let commands = [
            KeyCommand::Edit(Edit { name: Some("Billing".into()), ..Edit::default() }),
            KeyCommand::Edit(Edit { restriction: Some(only.clone()), ..Edit::default() }),
        ];
        let outcomes = track.on_key(key.id, commands).await;
        assert_eq!(outcomes.each_ref().map(word), ["done", "done"]);
        let edited = Key { name: "Billing".into(), restriction: only, ..key };
        assert_eq!(track.now_is(edited.id).await, edited);
        assert_eq!(track.said().await, ["api_key.updated done", "api_key.updated done"]);
    })
    .await;
}
