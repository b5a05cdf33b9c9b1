//! The audit: what is written, and that what is no longer what was written is found.

use keys::{AccountId, Command, Edit, KeyCommand, KeyId, Mode};
use store::{AuditError, Checkpoint, Wanted};

use crate::world::{Asker, World, on_both_engines};

on_both_engines!(
    every_command_leaves_an_event_with_what_it_changed,
    a_refused_command_leaves_an_event_and_nothing_else,
    events_are_found_by_account_object_and_time,
    what_is_asked_about_an_event_goes_together,
    an_audit_that_nobody_touched_is_believed,
    an_event_that_was_changed_is_found,
    an_event_that_was_taken_out_is_found,
    events_that_were_cut_off_are_found,
    an_audit_that_was_written_anew_is_found_by_an_older_checkpoint,
);

const MOST: u16 = 100;

async fn said(asker: &Asker, wanted: Wanted) -> Vec<serde_json::Value> {
    let events = asker.store.events(Wanted { most: MOST, ..wanted }).await.unwrap();
    events.iter().map(|event| serde_json::from_str(&event.said).unwrap()).collect()
}

/// An event with its ids and times made the same in every run.
fn plain(event: &serde_json::Value, names: &[(&str, String)]) -> String {
    let mut text = serde_json::to_string_pretty(event).unwrap();
    let id = event["id"].as_str().unwrap();
    text = text.replace(id, "evt_…");
    for (name, id) in names {
        text = text.replace(id, name);
    }
    text
}

/// An account with a key that was renamed.
async fn renamed(asker: &mut Asker) -> (AccountId, KeyId) {
    let (account, _) = asker.account().await;
    let (key, _) = asker.sandbox_key(&account).await;
    let edit = Edit { name: Some("Billing".into()), ..Edit::default() };
    asker.get(Command::Key(key.id, KeyCommand::Edit(edit))).await;
    (account.id, key.id)
}

async fn every_command_leaves_an_event_with_what_it_changed(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (account, key) = renamed(&mut asker).await;
    let events = said(&asker, Wanted::default()).await;
    let kinds: Vec<_> = events.iter().map(|event| event["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["api_key.updated", "api_key.created", "account.created"]);
    let mode = asker.key(key).await.home.side();
    let names = [("ACCOUNT", account.to_string()), ("KEY", key.to_string()), ("SANDBOX", mode)];
    insta::allow_duplicates! {
        insta::assert_snapshot!(plain(&events[0], &names), @r#"
        {
          "id": "evt_…",
          "created": "2026-11-23T15:00:00.123456Z",
          "type": "api_key.updated",
          "actor": "system",
          "object_id": "KEY",
          "account": "ACCOUNT",
          "mode": "SANDBOX",
          "ip_address": null,
          "user_agent": null,
          "outcome": "done",
          "changes": [
            {
              "id": "KEY",
              "old": {
                "name": "New"
              },
              "new": {
                "name": "Billing"
              }
            }
          ]
        }
        "#);
    }
}

async fn a_refused_command_leaves_an_event_and_nothing_else(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (_, key) = renamed(&mut asker).await;
    asker.get(Command::Key(key, KeyCommand::Delete)).await;
    let before = asker.key(key).await;
    asker.refused(Command::Key(key, KeyCommand::Reveal)).await;
    assert_eq!(asker.key(key).await, before);
    let event = said(&asker, Wanted::default()).await.remove(0);
    assert_eq!(
        (&event["type"], &event["outcome"]),
        (&"api_key.viewed".into(), &"key_ended".into())
    );
    assert_eq!(event["changes"].as_array().unwrap().len(), 0);
}

async fn events_are_found_by_account_object_and_time(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (account, key) = renamed(&mut asker).await;
    let between = asker.now;
    let (_, other) = renamed(&mut asker).await;
    let count = async |wanted| said(&asker, wanted).await.len();
    assert_eq!(count(Wanted::default()).await, 6);
    assert_eq!(count(Wanted { account: Some(account), ..Wanted::default() }).await, 3);
    let live = Wanted { mode: Some(Mode::Live), account: Some(account), ..Wanted::default() };
    assert_eq!(count(live).await, 0);
    assert_eq!(count(Wanted { object: Some(key.to_string()), ..Wanted::default() }).await, 2);
    let later = Wanted { from: Some(between), ..Wanted::default() };
    assert_eq!(count(later).await, 4, "the instant itself is asked for");
    assert_eq!(count(Wanted { until: Some(between), ..Wanted::default() }).await, 2);
    let third = said(&asker, Wanted::default()).await[3]["id"].as_str().unwrap().parse().unwrap();
    assert_eq!(count(Wanted { before: Some(third), ..Wanted::default() }).await, 2);
    assert_eq!(count(Wanted { actor: Some(other.to_string()), ..Wanted::default() }).await, 0);
    assert_eq!(count(Wanted { actor: Some("system".into()), ..Wanted::default() }).await, 6);
}

async fn what_is_asked_about_an_event_goes_together(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (account, key) = renamed(&mut asker).await;
    let mode = asker.key(key).await.home.place().map(|place| place.mode);
    renamed(&mut asker).await;
    let kinds = async |wanted: Wanted| {
        let said = said(&asker, Wanted { account: Some(account), ..wanted }).await;
        said.iter().map(|event| event["type"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let all = ["api_key.updated", "api_key.created", "account.created"];
    let here = || Wanted { mode, without_mode: true, ..Wanted::default() };
    assert_eq!(kinds(here()).await, all);
    assert_eq!(kinds(Wanted { without_mode: false, ..here() }).await, all[..2]);
    assert_eq!(kinds(Wanted { keys_only: true, ..here() }).await, all[..2]);
    let created = || Wanted { kind: Some("api_key.created".into()), ..here() };
    assert_eq!(kinds(created()).await, all[1..2]);
    let of = |object: &dyn ToString| Wanted { object: Some(object.to_string()), ..created() };
    assert_eq!(kinds(of(&key)).await, all[1..2]);
    assert_eq!(kinds(of(&account)).await, all[..0]);
    let system = || Wanted { actor: Some("system".into()), ..of(&key) };
    assert_eq!(kinds(Wanted { until: Some(asker.now), ..system() }).await, all[1..2]);
    assert_eq!(kinds(Wanted { from: Some(asker.now), ..system() }).await, all[..0]);
    let actor = Some(key.to_string());
    assert_eq!(kinds(Wanted { actor, ..of(&key) }).await, all[..0]);
    for kind in ["", "%", "api_key", "api-key.created", "API_KEY.CREATED"] {
        let wanted = Wanted { kind: Some(kind.into()), ..here() };
        assert_eq!(kinds(wanted).await, all[..0], "{kind}");
    }
}

/// A store with six events, and where its audit stands after three and at the end.
async fn six_events(world: &World) -> (Asker, [Checkpoint; 2]) {
    let mut asker = Asker::new(&world.open().await, 1);
    renamed(&mut asker).await;
    let half = asker.store.verify_audit(None).await.unwrap().unwrap();
    renamed(&mut asker).await;
    let end = asker.store.verify_audit(None).await.unwrap().unwrap();
    (asker, [half, end])
}

async fn found(asker: &Asker) -> AuditError {
    asker.store.verify_audit(None).await.unwrap().unwrap_err()
}

async fn an_audit_that_nobody_touched_is_believed(world: World) {
    let (asker, [half, end]) = six_events(&world).await;
    assert_eq!((half.events, end.events), (3, 6));
    for known in [None, Some(half), Some(end)] {
        assert_eq!(asker.store.verify_audit(known).await.unwrap(), Ok(end));
    }
}

async fn an_event_that_was_changed_is_found(world: World) {
    let (asker, _) = six_events(&world).await;
    world.tamper("UPDATE events SET account = NULL WHERE number = 5").await;
    assert_eq!(found(&asker).await, AuditError::Changed(5), "what it is found by counts as well");
    world.tamper("UPDATE events SET at = at + 1 WHERE number = 4").await;
    assert_eq!(found(&asker).await, AuditError::Changed(4));
    world.tamper("UPDATE events SET said = replace(said, 'New', 'Old') WHERE number = 2").await;
    assert_eq!(found(&asker).await, AuditError::Changed(2));
}

async fn an_event_that_was_taken_out_is_found(world: World) {
    let (asker, _) = six_events(&world).await;
    world.tamper("DELETE FROM events WHERE number = 3").await;
    assert_eq!(found(&asker).await, AuditError::Missing(3));
    world.tamper("UPDATE events SET number = number - 1 WHERE number > 3").await;
    assert_eq!(found(&asker).await, AuditError::Changed(3));
}

async fn events_that_were_cut_off_are_found(world: World) {
    let (asker, [_, end]) = six_events(&world).await;
    world.tamper("DELETE FROM events WHERE number > 4").await;
    assert_eq!(found(&asker).await, AuditError::CutOff(4));
    let forge = "UPDATE counter SET events = 4, \
         event_hash = (SELECT hash FROM events WHERE number = 4)";
    world.tamper(forge).await;
    assert!(asker.store.verify_audit(None).await.unwrap().is_ok(), "nothing here tells it");
    let known = asker.store.verify_audit(Some(end)).await.unwrap();
    assert_eq!(known, Err(AuditError::CutOff(4)), "the checkpoint does");
}

async fn an_audit_that_was_written_anew_is_found_by_an_older_checkpoint(world: World) {
    let (asker, [half, _]) = six_events(&world).await;
    let other = Checkpoint { hash: [7; 32], ..half };
    let verified = asker.store.verify_audit(Some(other)).await.unwrap();
    assert_eq!(verified, Err(AuditError::Rewritten(3)));
}
