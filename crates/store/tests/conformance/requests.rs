//! Requests that may be sent twice.

use jiff::SignedDuration;
use keys::{Actor, Belonging, Command, Idempotency};
use store::Claim;

use crate::world::{Asker, World, on_both_engines};

on_both_engines!(
    of_many_who_send_a_request_at_the_same_time_one_has_it_carried_out,
    what_is_known_of_a_request_is_what_became_of_it,
    what_a_command_made_is_noted_with_it_and_not_without,
    a_request_is_known_again_for_a_day,
    however_many_requests_are_old_all_are_forgotten_and_no_other,
);

const MANY_ON_SQLITE: &str = "INSERT INTO requests (subject, fingerprint, began_at) \
     WITH RECURSIVE many (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < 2500) \
     SELECT randomblob(32), zeroblob(32), 0 FROM many";
const MANY_ON_POSTGRES: &str = "INSERT INTO requests (subject, fingerprint, began_at) \
     SELECT sha256(n::text::bytea), sha256('a'), 0 FROM generate_series(1, 2500) n";

fn request(name: &str) -> Idempotency {
    Idempotency::of(Actor::System, name).unwrap()
}

async fn of_many_who_send_a_request_at_the_same_time_one_has_it_carried_out(world: World) {
    let store = world.open().await;
    let now = Asker::new(&store, 1).now;
    let claims: Vec<_> = (0..16)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.claim(request("a"), &[1; 32], now).await.unwrap() })
        })
        .collect();
    let mut told = Vec::new();
    for claim in claims {
        told.push(claim.await.unwrap());
    }
    let new = told.iter().filter(|claim| **claim == Claim::New).count();
    assert!(told.iter().all(|claim| [Claim::New, Claim::Running].contains(claim)), "{told:?}");
    assert_eq!(new, 1);
}

async fn what_is_known_of_a_request_is_what_became_of_it(world: World) {
    let store = world.open().await;
    let now = Asker::new(&store, 1).now;
    let claim = async |name, of| store.claim(request(name), &[of; 32], now).await.unwrap();
    assert_eq!(claim("a", 1).await, Claim::New);
    assert_eq!(claim("a", 1).await, Claim::Running);
    assert_eq!(claim("a", 2).await, Claim::Another);
    assert_eq!(claim("b", 2).await, Claim::New);
    store.keep_answer(request("a"), 200, "{}".to_owned()).await.unwrap();
    let answered = Claim::Answered { status: 200, answer: "{}".to_owned() };
    assert_eq!(claim("a", 1).await, answered);
    store.forget_request(request("b")).await.unwrap();
    assert_eq!(claim("b", 3).await, Claim::New, "what was refused may be sent again");
}

async fn what_a_command_made_is_noted_with_it_and_not_without(world: World) {
    let store = world.open().await;
    let asker = Asker::new(&store, 1);
    let begun = asker.now;
    for name in ["done", "refused"] {
        assert_eq!(store.claim(request(name), &[1; 32], begun).await.unwrap(), Claim::New);
    }
    let open =
        |name: &str| Command::OpenAccount { name: name.into(), belonging: Belonging::Nobody };
    let system = |name| keys::Asker { idempotency: Some(request(name)), ..keys::Asker::system() };
    let mut entropy = asker.entropy;
    let done = store.carry_out(&system("done"), open("Rocket"), begun, &mut entropy).await;
    let made = done.map_err(|error| error.to_string()).unwrap().changes;
    let made = made.iter().find_map(keys::Change::account).unwrap().id.to_string();
    assert!(store.carry_out(&system("refused"), open(""), begun, &mut entropy).await.is_err());
    let claim = async |name, after| {
        let at = begun + SignedDuration::from_secs(after);
        store.claim(request(name), &[1; 32], at).await.unwrap()
    };
    assert_eq!(claim("done", 59).await, Claim::Running, "its answer may be kept yet");
    assert_eq!(claim("done", 60).await, Claim::CarriedOut { object: made });
    // A change that hangs may be made yet.
    assert_eq!(claim("refused", 299).await, Claim::Running);
    assert_eq!(claim("refused", 300).await, Claim::BrokenOff);
    // What was carried out is not forgotten by whoever thinks that it was refused.
    store.forget_request(request("done")).await.unwrap();
    assert_ne!(claim("done", 300).await, Claim::New);
}

async fn a_request_is_known_again_for_a_day(world: World) {
    let store = world.open().await;
    let begun = Asker::new(&store, 1).now;
    let claim = async |now| store.claim(request("a"), &[1; 32], now).await.unwrap();
    assert_eq!(claim(begun).await, Claim::New);
    assert_eq!(claim(begun + SignedDuration::from_secs(86_399)).await, Claim::BrokenOff);
    store.keep_answer(request("a"), 200, "{}".to_owned()).await.unwrap();
    let next_day = begun + SignedDuration::from_secs(86_400);
    assert_eq!(claim(next_day).await, Claim::New);
    assert_eq!(claim(next_day).await, Claim::Running, "nothing is left of the day before");
}

async fn however_many_requests_are_old_all_are_forgotten_and_no_other(world: World) {
    let store = world.open().await;
    let begun = Asker::new(&store, 1).now;
    assert_eq!(store.claim(request("a"), &[1; 32], begun).await.unwrap(), Claim::New);
    let fill = if world.is_sqlite() { MANY_ON_SQLITE } else { MANY_ON_POSTGRES };
    world.tamper(fill).await;
    assert_eq!(store.purge(begun + SignedDuration::from_secs(86_399)).await.unwrap(), 2500);
    assert_eq!(store.purge(begun + SignedDuration::from_secs(86_400)).await.unwrap(), 1);
}
