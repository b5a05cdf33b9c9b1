//! Verification codes, however many guess at once.

use jiff::{SignedDuration, Timestamp};
use keys::{CodeRefusal, Purpose, VerificationCode};
use store::{CodeError, Store, Verified};

use crate::people::person;
use crate::world::{Asker, Seeded, World, hours, on_both_engines, start};

on_both_engines!(
    a_right_code_verifies_once,
    a_code_is_good_for_its_purpose_alone,
    a_code_is_good_for_ten_minutes,
    a_new_code_is_sent_every_thirty_seconds_and_ends_the_one_before,
    of_ten_thousand_guesses_at_once_five_are_compared,
    of_many_who_have_the_code_one_is_let_through,
    after_fifteen_tries_the_day_is_over_whatever_is_sent_again,
    a_code_that_was_not_delivered_is_taken_back_and_another_can_be_sent_at_once,
    what_was_tried_stays_counted_when_a_code_is_taken_back,
);

fn seconds(number: i64) -> Timestamp {
    start() + SignedDuration::from_secs(number)
}

async fn purpose(store: &Store) -> Purpose {
    let mut asker = Asker::new(store, 1);
    Purpose::new(person(&mut asker, "jenny").await.id, "create key", &["secret", "live"])
}

async fn send(store: &Store, purpose: &Purpose, at: i64) -> Result<VerificationCode, CodeRefusal> {
    let sent = store.send_code(purpose, seconds(at), &mut Seeded(at.cast_unsigned())).await;
    sent.map_err(refusal)
}

async fn attempt(
    store: &Store,
    purpose: &Purpose,
    code: &VerificationCode,
    at: i64,
) -> Result<Verified, CodeRefusal> {
    store.try_code(purpose, code, seconds(at)).await.map_err(refusal)
}

fn refusal(error: CodeError) -> CodeRefusal {
    match error {
        CodeError::Refused(refusal) => refusal,
        CodeError::Store(error) => panic!("{error}"),
    }
}

/// Some other code than that.
fn wrong(code: &VerificationCode) -> VerificationCode {
    let other = if code.expose() == "123456" { "654321" } else { "123456" };
    other.parse().unwrap()
}

async fn a_right_code_verifies_once(world: World) {
    let store = world.open().await;
    let purpose = purpose(&store).await;
    let none: VerificationCode = "123456".parse().unwrap();
    assert_eq!(attempt(&store, &purpose, &none, 0).await, Err(CodeRefusal::NoneSent));
    let code = send(&store, &purpose, 0).await.unwrap();
    assert_eq!(attempt(&store, &purpose, &wrong(&code), 1).await, Err(CodeRefusal::Wrong));
    let verified = attempt(&store, &purpose, &code, 2).await.unwrap();
    assert_eq!(verified.purpose(), &purpose);
    assert_eq!(attempt(&store, &purpose, &code, 3).await, Err(CodeRefusal::Used));
}

async fn a_code_is_good_for_its_purpose_alone(world: World) {
    let store = world.open().await;
    let purpose = purpose(&store).await;
    let code = send(&store, &purpose, 0).await.unwrap();
    for other in [
        Purpose::new(purpose.user(), "create key", &["secret", "test"]),
        Purpose::new(purpose.user(), "rotate key", &["secret", "live"]),
    ] {
        assert_eq!(attempt(&store, &other, &code, 1).await, Err(CodeRefusal::NoneSent));
    }
    assert!(attempt(&store, &purpose, &code, 1).await.is_ok());
}

async fn a_code_is_good_for_ten_minutes(world: World) {
    let store = world.open().await;
    let purpose = purpose(&store).await;
    let code = send(&store, &purpose, 0).await.unwrap();
    assert_eq!(attempt(&store, &purpose, &code, 600).await, Err(CodeRefusal::Expired));
    assert!(attempt(&store, &purpose, &code, 599).await.is_ok());
}

async fn a_new_code_is_sent_every_thirty_seconds_and_ends_the_one_before(world: World) {
    let store = world.open().await;
    let purpose = purpose(&store).await;
    let first = send(&store, &purpose, 0).await.unwrap();
    assert!(matches!(send(&store, &purpose, 29).await, Err(CodeRefusal::TooSoon)));
    let second = send(&store, &purpose, 30).await.unwrap();
    assert_eq!(attempt(&store, &purpose, &first, 31).await, Err(CodeRefusal::Wrong));
    assert!(attempt(&store, &purpose, &second, 31).await.is_ok());
}

async fn of_ten_thousand_guesses_at_once_five_are_compared(world: World) {
    const GUESSES: usize = 10_000;
    // So many at a time wait for the store at all.
    const AT_ONCE: usize = 500;
    let store = world.open().await;
    let purpose = purpose(&store).await;
    let code = send(&store, &purpose, 0).await.unwrap();
    let mut guessers = tokio::task::JoinSet::new();
    let mut compared = 0;
    for guess in 0..GUESSES {
        let (store, code) = (store.clone(), wrong(&code));
        guessers.spawn(async move { attempt(&store, &purpose, &code, 1).await.unwrap_err() });
        if guessers.len() == AT_ONCE || guess == GUESSES - 1 {
            for refusal in std::mem::take(&mut guessers).join_all().await {
                if refusal == CodeRefusal::Wrong {
                    compared += 1;
                } else {
                    assert_eq!(refusal, CodeRefusal::NoTriesLeft);
                }
            }
        }
    }
    assert_eq!(compared, 5);
    // Not even the right one, now.
    assert_eq!(attempt(&store, &purpose, &code, 2).await, Err(CodeRefusal::NoTriesLeft));
}

async fn of_many_who_have_the_code_one_is_let_through(world: World) {
    let store = world.open().await;
    let purpose = purpose(&store).await;
    let code = send(&store, &purpose, 0).await.unwrap();
    let tries = (0..5).map(|_| attempt(&store, &purpose, &code, 1));
    let outcomes = futures_util::future::join_all(tries).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
}

async fn after_fifteen_tries_the_day_is_over_whatever_is_sent_again(world: World) {
    let store = world.open().await;
    let purpose = purpose(&store).await;
    for minute in 0..3 {
        let code = send(&store, &purpose, minute * 60).await.unwrap();
        for _ in 0..5 {
            let tried = attempt(&store, &purpose, &wrong(&code), minute * 60).await;
            assert_eq!(tried, Err(CodeRefusal::Wrong));
        }
    }
    let day = hours(24).as_secs();
    let over = async |at| send(&store, &purpose, at).await.map(|_code| ());
    assert_eq!(over(day - 1).await, Err(CodeRefusal::NoTriesLeftToday));
    let code = send(&store, &purpose, day).await.unwrap();
    assert_eq!(attempt(&store, &purpose, &wrong(&code), day).await, Err(CodeRefusal::Wrong));
    assert!(attempt(&store, &purpose, &code, day).await.is_ok());
}

async fn a_code_that_was_not_delivered_is_taken_back_and_another_can_be_sent_at_once(world: World) {
    let store = world.open().await;
    let purpose = purpose(&store).await;
    let lost = send(&store, &purpose, 0).await.unwrap();
    // Not that of another purpose.
    let other = Purpose::new(purpose.user(), "rotate key", &["secret", "live"]);
    store.void_code(&other).await.unwrap();
    assert!(matches!(send(&store, &purpose, 1).await, Err(CodeRefusal::TooSoon)));
    store.void_code(&purpose).await.unwrap();
    assert_eq!(attempt(&store, &purpose, &lost, 1).await, Err(CodeRefusal::Used));
    let second = send(&store, &purpose, 1).await.unwrap();
    assert_eq!(attempt(&store, &purpose, &lost, 1).await, Err(CodeRefusal::Wrong));
    assert!(attempt(&store, &purpose, &second, 1).await.is_ok());
    // One that was used is not given back.
    store.void_code(&purpose).await.unwrap();
    assert!(matches!(send(&store, &purpose, 2).await, Err(CodeRefusal::TooSoon)));
}

async fn what_was_tried_stays_counted_when_a_code_is_taken_back(world: World) {
    let store = world.open().await;
    let purpose = purpose(&store).await;
    for second in 0..3 {
        let code = send(&store, &purpose, second).await.unwrap();
        for _ in 0..5 {
            let tried = attempt(&store, &purpose, &wrong(&code), second).await;
            assert_eq!(tried, Err(CodeRefusal::Wrong));
        }
        store.void_code(&purpose).await.unwrap();
    }
    let fourth = send(&store, &purpose, 3).await.map(|_code| ());
    assert_eq!(fourth, Err(CodeRefusal::NoTriesLeftToday));
}
