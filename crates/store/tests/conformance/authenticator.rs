//! Authenticator apps and recovery codes.

use jiff::{SignedDuration, Timestamp};
use keys::{Purpose, RecoveryCode, TotpRefusal, TotpSecret, TotpStep};
use store::{AuthenticatorError, AuthenticatorStanding, StoreError, Verified};

use crate::people::person;
use crate::world::{Asker, World, by, by_stranger, on_both_engines};

on_both_engines!(
    an_app_counts_once_a_code_of_it_was_shown,
    a_code_of_an_app_counts_once_however_many_show_it,
    a_recovery_code_counts_once,
    other_recovery_codes_end_those_that_there_were,
    codes_are_tried_only_so_often,
    codes_are_tried_fifteen_times_in_a_day,
    the_secret_of_one_person_is_none_of_another,
);

fn minutes(number: i64) -> SignedDuration {
    SignedDuration::from_mins(number)
}

/// What an app shows at that time: found by asking, as nothing but the app makes codes.
pub(crate) fn shown(secret: &TotpSecret, now: Timestamp) -> String {
    let right = |code: &String| secret.check(code, now, TotpStep::NEVER) == Ok(TotpStep::at(now));
    (0..1_000_000).map(|number| format!("{number:06}")).find(right).unwrap()
}

/// A code that is none of now.
fn wrong(secret: &TotpSecret, now: Timestamp) -> &'static str {
    let codes = ["000000", "111111", "222222", "333333"];
    let wrong = |code: &&str| secret.check(code, now, TotpStep::NEVER) == Err(TotpRefusal::Wrong);
    codes.into_iter().find(wrong).unwrap()
}

/// Somebody with an app.
async fn with_app(asker: &mut Asker) -> (Purpose, TotpSecret, [RecoveryCode; 10]) {
    let user = person(asker, "jenny").await.id;
    let (store, now) = (&asker.store, asker.now);
    let secret = store.begin_authenticator(user, by(user, now), &mut asker.entropy).await.unwrap();
    let code = shown(&secret, now);
    let codes =
        store.confirm_authenticator(user, &code, by(user, now), &mut asker.entropy).await.unwrap();
    (Purpose::new(user, "rotate key", &[]), secret, codes)
}

async fn an_app_counts_once_a_code_of_it_was_shown(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let user = person(&mut asker, "jenny").await.id;
    let purpose = Purpose::new(user, "rotate key", &[]);
    let (store, now) = (asker.store.clone(), asker.now);
    assert_eq!(store.authenticator(user).await.unwrap(), AuthenticatorStanding::Off);
    store.begin_authenticator(user, by(user, now), &mut asker.entropy).await.unwrap();
    let secret = store.begin_authenticator(user, by(user, now), &mut asker.entropy).await.unwrap();
    assert_eq!(store.authenticator(user).await.unwrap(), AuthenticatorStanding::Pending);
    let code = shown(&secret, now);
    let early = store.try_authenticator(&purpose, &code, now).await;
    assert!(matches!(early, Err(AuthenticatorError::Off)));
    let wrong = wrong(&secret, now);
    let not = store.confirm_authenticator(user, wrong, by(user, now), &mut asker.entropy).await;
    assert!(matches!(not, Err(AuthenticatorError::Refused(TotpRefusal::Wrong))));
    store.confirm_authenticator(user, &code, by(user, now), &mut asker.entropy).await.unwrap();
    let on = AuthenticatorStanding::On { recovery_codes: 10 };
    assert_eq!(store.authenticator(user).await.unwrap(), on);
    let again = store.begin_authenticator(user, by(user, now), &mut asker.entropy).await;
    assert!(matches!(again, Err(AuthenticatorError::AlreadyOn)));
    store.remove_authenticator(user, by(user, now)).await.unwrap();
    assert_eq!(store.authenticator(user).await.unwrap(), AuthenticatorStanding::Off);
}

async fn a_code_of_an_app_counts_once_however_many_show_it(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (purpose, secret, _) = with_app(&mut asker).await;
    let (store, begin) = (&asker.store, asker.now);
    let first = store.try_authenticator(&purpose, &shown(&secret, begin), begin).await;
    assert!(matches!(first, Err(AuthenticatorError::Refused(TotpRefusal::Used))));
    let now = begin + minutes(1);
    let code = shown(&secret, now);
    let tries = (0..5).map(|_| store.try_authenticator(&purpose, &code, now));
    let outcomes = futures_util::future::join_all(tries).await;
    let passed: Vec<_> = outcomes.iter().flatten().map(Verified::purpose).collect();
    assert_eq!(passed, [&purpose]);
}

async fn a_recovery_code_counts_once(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (purpose, _, codes) = with_app(&mut asker).await;
    let (store, now) = (&asker.store, asker.now + minutes(15));
    let tries = (0..4).map(|_| store.try_recovery_code(&purpose, &codes[3], by_stranger(now)));
    let outcomes = futures_util::future::join_all(tries).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    let left = AuthenticatorStanding::On { recovery_codes: 9 };
    assert_eq!(store.authenticator(purpose.user()).await.unwrap(), left);
    let sam = Purpose::new(person(&mut asker, "sam").await.id, "rotate key", &[]);
    let stolen = asker.store.try_recovery_code(&sam, &codes[4], by_stranger(now)).await;
    assert!(matches!(stolen, Err(AuthenticatorError::WrongRecoveryCode)));
}

async fn codes_are_tried_only_so_often(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (purpose, secret, codes) = with_app(&mut asker).await;
    let (store, now) = (&asker.store, asker.now + minutes(15));
    let wrong = wrong(&secret, now);
    let tries = (0..30).map(|_| store.try_authenticator(&purpose, wrong, now));
    let outcomes = futures_util::future::join_all(tries).await;
    let compared = |outcome: &Result<_, AuthenticatorError>| {
        matches!(outcome, Err(AuthenticatorError::Refused(TotpRefusal::Wrong)))
    };
    assert_eq!(outcomes.into_iter().filter(compared).count(), 10);
    let right = store.try_authenticator(&purpose, &shown(&secret, now), now).await;
    assert!(matches!(right, Err(AuthenticatorError::TooMany(_))));
    let recovery = store.try_recovery_code(&purpose, &codes[0], by_stranger(now)).await;
    assert!(matches!(recovery, Err(AuthenticatorError::TooMany(_))));
}

async fn codes_are_tried_fifteen_times_in_a_day(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    // The code by which the app was added was the first.
    let (purpose, secret, codes) = with_app(&mut asker).await;
    let store = &asker.store;
    let at = |quarters: i64| asker.now + minutes(15 * quarters);
    let mut compared = 1;
    for quarter in 1..=3 {
        let wrong = wrong(&secret, at(quarter));
        let tries = (0..8).map(|_| store.try_authenticator(&purpose, wrong, at(quarter)));
        for outcome in futures_util::future::join_all(tries).await {
            compared += usize::from(matches!(outcome, Err(AuthenticatorError::Refused(_))));
        }
    }
    assert_eq!(compared, 15);
    let later = at(95);
    let app = store.try_authenticator(&purpose, wrong(&secret, later), later).await;
    let told = app.unwrap_err().to_string();
    insta::allow_duplicates! {
        insta::assert_snapshot!(told, @"too many tries; try again in 24 hours");
    }
    let recovery = store.try_recovery_code(&purpose, &codes[0], by_stranger(later)).await;
    assert!(matches!(recovery, Err(AuthenticatorError::TooMany(_))));
    let next = at(96);
    store.try_authenticator(&purpose, &shown(&secret, next), next).await.unwrap();
}

async fn the_secret_of_one_person_is_none_of_another(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (jenny, _, _) = with_app(&mut asker).await;
    let sam = Purpose::new(person(&mut asker, "sam").await.id, "rotate key", &[]);
    let mut raw = world.raw().await;
    let copy = "INSERT INTO authenticators (\"user\", envelope, standing, used_step, created_at) \
         SELECT $2, envelope, standing, 0, created_at FROM authenticators WHERE \"user\" = $1";
    let copy = sqlx::query(copy).bind(jenny.user().to_string()).bind(sam.user().to_string());
    copy.execute(&mut raw).await.unwrap();
    let tried = asker.store.try_authenticator(&sam, "123456", asker.now).await;
    assert!(matches!(
        tried,
        Err(AuthenticatorError::Store(StoreError::Inconsistent { table: "authenticators", .. }))
    ));
}

async fn other_recovery_codes_end_those_that_there_were(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (purpose, _, old) = with_app(&mut asker).await;
    let (store, now, user) = (asker.store.clone(), asker.now, purpose.user());
    let new = store.renew_recovery_codes(user, by(user, now), &mut asker.entropy).await.unwrap();
    let on = AuthenticatorStanding::On { recovery_codes: 10 };
    assert_eq!(store.authenticator(user).await.unwrap(), on);
    for code in &old[..2] {
        let dead = store.try_recovery_code(&purpose, code, by_stranger(now)).await;
        assert!(matches!(dead, Err(AuthenticatorError::WrongRecoveryCode)));
    }
    store.try_recovery_code(&purpose, &new[9], by_stranger(now)).await.unwrap();
    store.remove_authenticator(user, by(user, now)).await.unwrap();
    let none = store.renew_recovery_codes(user, by(user, now), &mut asker.entropy).await;
    assert!(matches!(none, Err(AuthenticatorError::Off)), "without an app there are none");
}
