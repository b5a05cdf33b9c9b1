//! Sessions, mailed links, and attempts to sign in.

use std::net::IpAddr;

use jiff::SignedDuration;
use keys::{LinkPurpose, LinkToken, SessionToken};
use sqlx::Row;
use store::{LinkError, NewSession, Session, SessionError, User};

use crate::people::person;
use crate::world::{Asker, World, by, by_stranger, hours, on_both_engines};

on_both_engines!(
    a_session_is_found_by_its_token_until_it_is_ended,
    a_session_ends_when_it_is_not_used_for_a_day_or_grows_a_month_old,
    a_new_password_ends_all_sessions,
    a_password_that_was_just_changed_starts_no_session,
    a_person_ends_its_own_sessions_alone,
    a_link_confirms_an_address_once_and_in_time,
    a_link_sets_a_password_once_and_ends_all_sessions,
    a_link_does_what_it_was_mailed_for_and_nothing_else,
    links_are_mailed_only_so_often,
    sign_ins_are_counted_by_person_and_by_address,
    no_token_is_in_the_database,
    what_is_over_is_forgotten_and_nothing_else,
);

const HERE: &str = "192.0.2.7";

async fn sign_in(asker: &mut Asker, user: &User) -> (Session, SessionToken) {
    let address: IpAddr = HERE.parse().unwrap();
    let new = NewSession { user, address, user_agent: "Browser\n/1" };
    asker.store.start_session(new, by_stranger(asker.now), &mut asker.entropy).await.unwrap()
}

async fn mail(asker: &mut Asker, user: &User, purpose: LinkPurpose) -> LinkToken {
    asker.store.mail_link(user, purpose, by_stranger(asker.now), &mut asker.entropy).await.unwrap()
}

async fn a_session_is_found_by_its_token_until_it_is_ended(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let jenny = person(&mut asker, "jenny").await;
    let (session, token) = sign_in(&mut asker, &jenny).await;
    assert_eq!(session.user_agent, "Browser/1");
    let store = &asker.store;
    assert_eq!(store.session(&token, asker.now).await.unwrap(), Some(session.clone()));
    assert_eq!(store.sessions(jenny.id, asker.now).await.unwrap(), std::slice::from_ref(&session));
    let unknown = SessionToken::mint(&mut asker.entropy);
    assert_eq!(store.session(&unknown, asker.now).await.unwrap(), None);
    store.end_session(jenny.id, (session.id, session.id), by(jenny.id, asker.now)).await.unwrap();
    assert_eq!(store.session(&token, asker.now).await.unwrap(), None);
    assert_eq!(store.sessions(jenny.id, asker.now).await.unwrap(), []);
}

async fn a_session_ends_when_it_is_not_used_for_a_day_or_grows_a_month_old(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let jenny = person(&mut asker, "jenny").await;
    let (_, idle) = sign_in(&mut asker, &jenny).await;
    let (_, used) = sign_in(&mut asker, &jenny).await;
    let begin = asker.now;
    for hour in (12..720).step_by(12) {
        let now = begin + hours(hour);
        let session = asker.store.session(&used, now).await.unwrap().unwrap();
        assert_eq!(session.seen_at, now);
    }
    assert_eq!(asker.store.session(&idle, begin + hours(24)).await.unwrap(), None);
    assert_eq!(asker.store.session(&used, begin + hours(720)).await.unwrap(), None);
}

async fn a_new_password_ends_all_sessions(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let jenny = person(&mut asker, "jenny").await;
    let sam = person(&mut asker, "sam").await;
    let (_, one) = sign_in(&mut asker, &jenny).await;
    let (_, two) = sign_in(&mut asker, &jenny).await;
    let (_, other) = sign_in(&mut asker, &sam).await;
    let reset = mail(&mut asker, &jenny, LinkPurpose::ResetPassword).await;
    asker.now += hours(1) / 2;
    let store = &asker.store;
    store.change_password(jenny.id, "$new$", by(jenny.id, asker.now)).await.unwrap();
    for token in [one, two] {
        assert_eq!(store.session(&token, asker.now).await.unwrap(), None);
    }
    assert!(store.session(&other, asker.now).await.unwrap().is_some());
    let changed = store.user(jenny.id).await.unwrap().unwrap();
    assert_eq!((changed.password_hash.as_str(), changed.password_changed_at), ("$new$", asker.now));
    let stale = store.reset_password(&reset, "$theirs$", by_stranger(asker.now)).await;
    assert!(matches!(stale, Err(LinkError::NotGood)));
}

async fn a_password_that_was_just_changed_starts_no_session(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let jenny = person(&mut asker, "jenny").await;
    let later = asker.now + hours(1);
    asker.store.change_password(jenny.id, "$new$", by(jenny.id, later)).await.unwrap();
    let address: IpAddr = HERE.parse().unwrap();
    let new = NewSession { user: &jenny, address, user_agent: "" };
    let started = asker.store.start_session(new, by_stranger(later), &mut asker.entropy).await;
    assert!(matches!(started, Err(SessionError::PasswordChanged)));
}

async fn a_person_ends_its_own_sessions_alone(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let jenny = person(&mut asker, "jenny").await;
    let sam = person(&mut asker, "sam").await;
    let (hers, one) = sign_in(&mut asker, &jenny).await;
    let (_, two) = sign_in(&mut asker, &jenny).await;
    let (_, other) = sign_in(&mut asker, &sam).await;
    let (store, now) = (&asker.store, asker.now);
    store.end_session(sam.id, (hers.id, hers.id), by(sam.id, now)).await.unwrap();
    store.end_other_sessions(jenny.id, hers.id, by(jenny.id, now)).await.unwrap();
    let lasts = async |token| store.session(token, now).await.unwrap().is_some();
    assert_eq!([lasts(&one).await, lasts(&two).await, lasts(&other).await], [true, false, true]);
}

async fn a_link_confirms_an_address_once_and_in_time(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let jenny = person(&mut asker, "jenny").await;
    let before = mail(&mut asker, &jenny, LinkPurpose::ConfirmEmail).await;
    let link = mail(&mut asker, &jenny, LinkPurpose::ConfirmEmail).await;
    let (store, now) = (&asker.store, asker.now);
    for (link, at) in [(&before, now), (&link, now + hours(24))] {
        assert!(matches!(
            store.confirm_email(link, "$hash", by_stranger(at)).await,
            Err(LinkError::NotGood)
        ));
    }
    assert_eq!(store.confirm_email(&link, "$hash", by_stranger(now)).await.unwrap(), jenny.id);
    let confirmed = store.user(jenny.id).await.unwrap().unwrap();
    assert_eq!(confirmed.email_confirmed_at, Some(now));
    assert!(matches!(
        store.confirm_email(&link, "$hash", by_stranger(now)).await,
        Err(LinkError::NotGood)
    ));
}

async fn a_link_sets_a_password_once_and_ends_all_sessions(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let jenny = person(&mut asker, "jenny").await;
    let (_, token) = sign_in(&mut asker, &jenny).await;
    let link = mail(&mut asker, &jenny, LinkPurpose::ResetPassword).await;
    let (store, now) = (&asker.store, asker.now);
    let late = store.reset_password(&link, "$new$", by_stranger(now + hours(1))).await;
    assert!(matches!(late, Err(LinkError::NotGood)));
    let tries = ["$one$", "$two$", "$three$"]
        .map(|hash| store.reset_password(&link, hash, by_stranger(now)));
    let outcomes = futures_util::future::join_all(tries).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert_eq!(store.session(&token, now).await.unwrap(), None);
}

async fn a_link_does_what_it_was_mailed_for_and_nothing_else(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let jenny = person(&mut asker, "jenny").await;
    let link = mail(&mut asker, &jenny, LinkPurpose::ConfirmEmail).await;
    let reset = asker.store.reset_password(&link, "$new$", by_stranger(asker.now)).await;
    assert!(matches!(reset, Err(LinkError::NotGood)));
    assert!(asker.store.confirm_email(&link, "$hash", by_stranger(asker.now)).await.is_ok());
}

async fn links_are_mailed_only_so_often(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let jenny = person(&mut asker, "jenny").await;
    for _ in 0..5 {
        mail(&mut asker, &jenny, LinkPurpose::ResetPassword).await;
    }
    let purpose = LinkPurpose::ResetPassword;
    let sixth =
        asker.store.mail_link(&jenny, purpose, by_stranger(asker.now), &mut asker.entropy).await;
    let refusal = sixth.map(|_link| ()).unwrap_err().to_string();
    assert_eq!(refusal, "too many tries; try again in 60 minutes");
    asker.now += hours(1);
    mail(&mut asker, &jenny, LinkPurpose::ResetPassword).await;
}

async fn sign_ins_are_counted_by_person_and_by_address(world: World) {
    let asker = Asker::new(&world.open().await, 1);
    let (store, now) = (&asker.store, asker.now);
    let from = |last: u8| IpAddr::from([192, 0, 2, last]);
    let passes = async |email: &str, last, now| {
        store.count_sign_in(&email.parse().unwrap(), from(last), now).await.unwrap().is_ok()
    };
    let tries = (0..50).map(|last| passes("jenny@example.com", last, now));
    let outcomes = futures_util::future::join_all(tries).await;
    assert_eq!(outcomes.into_iter().filter(|passed| *passed).count(), 10);
    assert!(!passes("Jenny@Example.com", 200, now).await);
    assert!(passes("jenny@example.com", 200, now + SignedDuration::from_mins(15)).await);

    for number in 0..100 {
        assert!(passes(&format!("{number}@example.com"), 201, now).await);
    }
    assert!(!passes("sam@example.com", 201, now).await);
    assert!(passes("sam@example.com", 202, now).await);

    for _ in 0..9 {
        assert!(passes("sam@example.com", 203, now).await);
    }
    assert!(!passes("sam@example.com", 203, now).await);
    store.forget_sign_ins(&"Sam@example.com".parse().unwrap()).await.unwrap();
    assert!(passes("sam@example.com", 203, now).await);
}

async fn no_token_is_in_the_database(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let jenny = person(&mut asker, "jenny").await;
    let (_, session) = sign_in(&mut asker, &jenny).await;
    let link = mail(&mut asker, &jenny, LinkPurpose::ResetPassword).await;
    let mut raw = world.raw().await;
    let read = "SELECT hex(s.digest) AS session, hex(l.digest) AS link \
         FROM sessions s JOIN mailed_links l ON l.\"user\" = s.\"user\"";
    let row = sqlx::query(read).fetch_one(&mut raw).await.unwrap();
    let hex =
        |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().concat();
    let pepper = crate::world::pepper();
    assert_eq!(row.get::<String, _>("session"), hex(&session.digest(&pepper).to_bytes()));
    assert_eq!(row.get::<String, _>("link"), hex(&link.digest(&pepper).to_bytes()));
}

async fn what_is_over_is_forgotten_and_nothing_else(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let jenny = person(&mut asker, "jenny").await;
    let (begin, store) = (asker.now, asker.store.clone());
    let (old, _) = sign_in(&mut asker, &jenny).await;
    let (used, token) = sign_in(&mut asker, &jenny).await;
    store.end_session(jenny.id, (old.id, old.id), by(jenny.id, begin)).await.unwrap();
    mail(&mut asker, &jenny, LinkPurpose::ResetPassword).await;
    let from = IpAddr::from([192, 0, 2, 1]);
    store.count_sign_in(&jenny.email, from, begin).await.unwrap().unwrap();
    // The session, and with the mail and the sign-in three things that were counted.
    assert_eq!(store.purge(begin + hours(23)).await.unwrap(), 0);
    assert!(store.session(&token, begin + hours(23)).await.unwrap().is_some());
    assert_eq!(store.purge(begin + hours(24)).await.unwrap(), 4);
    asker.now = begin + hours(24);
    mail(&mut asker, &jenny, LinkPurpose::ConfirmEmail).await;
    // The first link was good for an hour; both what is used and what is new stay.
    assert_eq!(store.purge(begin + hours(25)).await.unwrap(), 1);
    assert_eq!(store.sessions(jenny.id, begin + hours(25)).await.unwrap()[0].id, used.id);
    // Last used after 23 hours, it lasted a day and is kept for one.
    assert_eq!(
        store.purge(begin + hours(70)).await.unwrap(),
        1,
        "the second mail that was counted"
    );
    assert_eq!(store.purge(begin + hours(71)).await.unwrap(), 1, "the session that nobody used");
    assert_eq!(store.purge(begin + hours(72)).await.unwrap(), 1, "the second link");
    store.verify_audit(None).await.unwrap().unwrap();
}
