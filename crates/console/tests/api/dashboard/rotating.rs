//! Rotations: how long the old key works, and those to come.

use serde_json::Value;

use super::{Browser, between, new_key, notices, owner, told};
use crate::people::People;
use crate::people::proof::code;

/// What the management API says of a key of that address.
fn seen(people: &People, key: &str) -> Value {
    let id = key.rsplit('/').next().unwrap();
    people.world.get(&format!("/api/v1/keys/{id}"), &people.token).json()
}

#[test]
fn the_old_key_ends_at_a_time_of_ones_own() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let ends_at = |answers: &str| {
        let (_list, key) = new_key(&ada, &account);
        let shown = ada.post(&format!("{key}/rotate"), answers);
        assert!(shown.body.contains("<code data-value>sk_test_"), "{shown:?}");
        seen(&people, &key)["expires_at"].clone()
    };
    assert_eq!(ends_at("ending=own&at=2026-11-24T08%3A00"), "2026-11-24T08:00:00Z");
    let in_rome = "ending=own&at=2026-11-24T08%3A00%3A00.000%2B01%3A00";
    assert_eq!(ends_at(in_rome), "2026-11-24T07:00:00Z");
    assert_eq!(ends_at("ending=3d&at="), "2026-11-26T12:00:00Z");
}

#[test]
fn an_ending_that_is_none_is_told_with_the_form_as_it_was_filled_in() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let (_list, key) = new_key(&ada, &account);
    let rotate = format!("{key}/rotate");
    let of = |answers: &str| told(&ada.post(&rotate, answers));
    insta::assert_snapshot!(of("ending=own&at=soon"), @"400 Rotate key Say a day and a time, such as 2026-12-24 08:00.");
    insta::assert_snapshot!(of("ending="), @"400 Rotate key Choose when the old key expires.");
    insta::assert_snapshot!(of("ending=own&at=2026-11-23T11%3A59"), @"400 Rotate key The old key must end at a time to come.");
    insta::assert_snapshot!(of("ending=own&at=2026-11-30T12%3A01"), @"400 Rotate key The old key can go on for at most 7 days.");
    let again = ada.post(&rotate, "ending=own&at=2027-01-01T08%3A00%3A00%2B01%3A00").body;
    assert!(
        again.contains("value=\"own\" checked") && again.contains("value=\"2027-01-01T07:00\"")
    );
}

#[test]
fn a_code_is_good_for_the_very_time_of_ones_own() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let keys = people.keys(&account, &"live".into());
    let id = keys.iter().find(|key| key["type"] == "secret").unwrap()["id"].as_str().unwrap();
    let rotate = format!("{}/{id}/rotate", super::keys_path(&account, "live"));
    let asked = ada.post(&rotate, "ending=own&at=2026-11-24T08%3A00");
    assert_eq!(told(&asked), "200 Is it still you?");
    let pairs = "ending=own&at=2026-11-24T08%3A00&until=2026-11-24T09%3A00%3A00Z";
    let other = ada.post(&rotate, &format!("{pairs}&code={}", code(&people.world)));
    insta::assert_snapshot!(told(&other), @"403 Is it still you? No code was sent for this; ask for a new one.");
}

#[test]
fn a_schedule_is_made_shown_and_taken_back_in_one_place() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let (_list, key) = new_key(&ada, &account);
    let schedule = format!("{key}/schedule");
    assert!(!ada.get(&schedule).body.contains("Next rotation:"));
    let made = ada.post(&schedule, "when=2026-12-24T08%3A00&every=30&grace=24h");
    let page = ada.get(made.header("location").unwrap()).body;
    assert_eq!(notices(&page), ["The rotation is scheduled."]);
    let rotation = &seen(&people, &key)["rotation"];
    insta::assert_snapshot!(rotation, @r#"{"next_at":"2026-12-24T08:00:00Z","every_days":30,"grace_seconds":86400}"#);
    let page = ada.get(&schedule).body;
    insta::assert_snapshot!(between(&page, "<p>Next rotation:", "</p>"), @r#" <time datetime="2026-12-24T08:00:00Z" title="2026-12-24 08:00:00 UTC" data-exact>2026-12-24 08:00:00 UTC</time>, then every 30 days."#);
    assert!(page.contains("value=\"2026-12-24T08:00\"") && page.contains("value=\"30\""));
    assert!(page.contains("<option value=\"24h\" selected>"));
    let cancelled = ada.post(&format!("{key}/cancel"), "");
    let page = ada.get(cancelled.header("location").unwrap()).body;
    assert_eq!(notices(&page), ["The rotation was taken back."]);
    assert!(!ada.get(&schedule).body.contains("Next rotation:"));
}

#[test]
fn a_schedule_of_lengths_that_are_not_offered_is_kept_as_it_is() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let (_list, key) = new_key(&ada, &account);
    let schedule = format!("{key}/schedule");
    ada.post(&schedule, "when=2026-12-24T08%3A00&every=&grace=7200s");
    let page = ada.get(&schedule).body;
    assert!(page.contains("<option value=\"7200s\" selected>2 hours</option>"), "{page}");
    let of = |answers: &str| told(&ada.post(&schedule, answers));
    insta::assert_snapshot!(of("when=&every=&grace=now"), @"400 Schedule rotation Say a day and a time, such as 2026-12-24 08:00.");
    insta::assert_snapshot!(of("when=2026-12-24T08%3A00&every=366&grace=now"), @"400 Schedule rotation A key is rotated every 1 to 365 days.");
    insta::assert_snapshot!(of("when=2026-12-24T08%3A00&every=&grace=long"), @"400 Schedule rotation Choose when the old key expires.");
    insta::assert_snapshot!(of("when=2026-12-24T08%3A00&every=&grace=864000s"), @"400 Schedule rotation The old key can go on for at most 7 days.");
}
