//! Requests that are sent twice and carried out once.

use jiff::SignedDuration;
use keys::{
    Actor, Asker, Change, Command, Ending, ForeignDigest, Idempotency, ImportedKey, IpRestriction,
    KeyCommand, KeyId, Kind, Livemode, Mode, Scheme,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use store::Claim;

use crate::people::proof::code;
use crate::people::{PASSWORD, People};
use crate::world::{Answer, World, now, random};

fn create(world: &World, key: &str, name: &str, body: &str) -> Answer {
    let lines = format!("Authorization: Bearer {key}\r\nIdempotency-Key: {name}\r\n");
    world.post_lines("/api/v1/keys", &lines, body)
}

fn keys(world: &World) -> usize {
    world.get("/api/v1/keys", world.own.secret()).json()["data"].as_array().unwrap().len()
}

#[test]
fn a_create_that_is_sent_again_gives_the_same_key_without_its_value() {
    let world = World::new();
    let body = r#"{"name": "Shop"}"#;
    let first = create(&world, world.own.secret(), "one", body);
    assert!(first.json()["secret"].as_str().unwrap().starts_with("sk_test_"));
    let second = create(&world, world.own.secret(), "one", body);
    assert_eq!(second.header("idempotency-replayed"), Some("true"));
    let mut without = first.json();
    without.as_object_mut().unwrap().remove("secret");
    assert_eq!((second.status(), second.json()), (200, without));
    assert_eq!(keys(&world), 3);
    // Another key, another request, another who sends it: each is another matter.
    assert_eq!(
        create(&world, world.own.secret(), "two", body).header("idempotency-replayed"),
        None
    );
    assert_eq!(keys(&world), 4);
    let told = create(&world, world.own.secret(), "one", r#"{"name": "Other"}"#).error();
    insta::assert_snapshot!(told, @r#"400 invalid_request_error idempotency_key_reused -: This idempotency key was sent before with another request; use a new one for each."#);
    assert_eq!(
        create(&world, world.other.secret(), "one", body).header("idempotency-replayed"),
        None
    );
}

#[test]
fn a_rotation_that_is_sent_again_rotates_once() {
    let world = World::new();
    let made = create(&world, world.own.secret(), "a", r#"{"name": "Shop"}"#).json();
    let path = format!("/api/v1/keys/{}/rotate", made["id"].as_str().unwrap());
    let lines = format!("Authorization: Bearer {}\r\nIdempotency-Key: b\r\n", world.own.secret());
    let rotate = || world.post_lines(&path, &lines, r#"{"expires_at": "now"}"#);
    let (first, second) = (rotate().json(), rotate().json());
    assert_eq!(first["id"], second["id"]);
    assert_eq!(second.get("secret"), None);
    assert_eq!(keys(&world), 4);
}

#[test]
fn what_was_refused_may_be_sent_again_as_with_a_verification_code() {
    let people = People::new();
    let account = people.account();
    let body = json!({"account": account["id"], "mode": "live", "name": "Shop"}).to_string();
    let lines = format!("Authorization: Bearer {}\r\nIdempotency-Key: a\r\n", people.token);
    let asked = people.world.post_lines("/api/v1/keys", &lines, &body);
    assert_eq!(asked.json()["error"]["code"], "verification_required");
    let lines = format!("{lines}Verification-Code: {}\r\n", code(&people.world));
    let made = people.world.post_lines("/api/v1/keys", &lines, &body).json();
    let again = people.world.post_lines("/api/v1/keys", &lines, &body).json();
    assert_eq!((&again["id"], again.get("secret")), (&made["id"], None::<&Value>));
}

#[test]
fn many_at_the_same_time_make_one_key() {
    let world = World::new();
    let body = r#"{"name": "Shop"}"#;
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let send = || scope.spawn(|| create(&world, world.own.secret(), "one", body));
        let threads: Vec<_> = (0..8).map(|_| send()).collect();
        threads.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let made = answers.iter().filter(|answer| answer.json().get("secret").is_some()).count();
    assert_eq!(made, 1);
    let known = |answer: &&Answer| matches!(answer.status(), 200 | 409);
    assert_eq!(answers.iter().filter(known).count(), 8);
    assert_eq!(keys(&world), 3);
}

/// A request that was carried out and whose answer was lost, or that broke off before.
struct Lost<'w> {
    world: &'w World,
    target: String,
    body: &'static str,
}

impl Lost<'_> {
    const AGO: SignedDuration = store::REQUEST_RUNS;

    fn key(&self) -> KeyId {
        self.world.own.minted(Kind::Secret, Livemode::Test).key.id
    }

    /// On what that key acts.
    fn acts_on(&self) -> String {
        let home = self.world.own.minted(Kind::Secret, Livemode::Test).key.home;
        format!("{} {}", home.owner(), home.side())
    }

    fn claimed(&self, name: &str) -> Idempotency {
        let request = Idempotency::of(Actor::Key(self.key()), name).unwrap();
        let of = fingerprint([&self.target, &self.acts_on()], self.body);
        let claim = self.world.store.claim(request, &of, now() - Self::AGO);
        assert_eq!(self.world.block_on(claim).unwrap(), Claim::New);
        request
    }

    fn carried_out(&self, name: &str, command: Command) -> Vec<Change> {
        let idempotency = Some(self.claimed(name));
        let asker = Asker { actor: Actor::Key(self.key()), idempotency, ..Asker::system() };
        let mut chance = random;
        let carried = self.world.store.carry_out(&asker, command, now() - Self::AGO, &mut chance);
        self.world.block_on(carried).unwrap().changes
    }

    fn again(&self, name: &str) -> Answer {
        let secret = self.world.own.secret();
        let lines = format!("Authorization: Bearer {secret}\r\nIdempotency-Key: {name}\r\n");
        self.world.post_lines(&self.target, &lines, self.body)
    }
}

#[test]
fn an_outcome_in_doubt_can_be_asked_for() {
    let world = World::new();
    let body = r#"{"name": "Shop"}"#;
    let lost = Lost { world: &world, target: "/api/v1/keys".to_owned(), body };
    let place = world.own.minted(Kind::Secret, Livemode::Test).key.home.place().unwrap();
    let (name, note) = ("Shop".to_owned(), None);
    let done = lost.carried_out("one", Command::CreateSecretKey { place, name, note });
    lost.claimed("two");

    let made = done.iter().find_map(Change::key).unwrap().id.to_string();
    let again = lost.again("one");
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!((&again.json()["id"], again.json().get("secret")), (&made.into(), None));
    let told = lost.again("two").error();
    insta::assert_snapshot!(told, @r#"409 invalid_request_error idempotency_outcome_unknown -: The first request with this idempotency key broke off, and nothing says that it was carried out: look whether it was, and if not send it again with another key."#);
    assert_eq!(keys(&world), 3);
}

#[test]
fn a_rotation_whose_answer_was_lost_tells_the_new_key() {
    let world = World::new();
    let made = create(&world, world.own.secret(), "a", r#"{"name": "Shop"}"#).json();
    let old = made["id"].as_str().unwrap();
    let target = format!("/api/v1/keys/{old}/rotate");
    let lost = Lost { world: &world, target, body: r#"{"expires_at": "now"}"# };
    let rotate = Command::Key(old.parse().unwrap(), KeyCommand::Rotate(Ending::Now));
    let done = lost.carried_out("one", rotate);
    let new = done.iter().find_map(Change::made).unwrap().key.id.to_string();
    let again = lost.again("one").json();
    assert_eq!((again["id"].as_str(), again["status"].as_str()), (Some(&*new), Some("active")));
}

#[test]
fn a_sandbox_whose_answer_was_lost_is_told() {
    let world = World::new();
    let place = world.own.minted(Kind::Secret, Livemode::Test).key.home.place().unwrap();
    let Mode::Sandbox(sandbox) = place.mode else { panic!("{place:?}") };
    let body = r#"{"name": "Trial"}"#;
    let lost = Lost { world: &world, target: format!("/api/v1/sandboxes/{sandbox}"), body };
    lost.carried_out("one", Command::RenameSandbox { sandbox, name: "Trial".to_owned() });
    let again = lost.again("one").json();
    assert_eq!((&again["id"], &again["name"]), (&json!(sandbox.to_string()), &json!("Trial")));
}

#[test]
fn an_import_whose_answer_was_lost_tells_all_of_its_keys() {
    let world = World::new();
    let place = world.own.minted(Kind::Secret, Livemode::Test).key.home.place().unwrap();
    for (name, hashes) in [("one", &["ab"][..]), ("three", &["01", "02", "03"])] {
        let lost = Lost { world: &world, target: "/api/v1/keys/import".to_owned(), body: "{}" };
        let key = |byte: &&str| {
            let foreign = ForeignDigest::from_hex(Scheme::Sha256, &byte.repeat(32)).unwrap();
            let restriction = IpRestriction::Anywhere;
            let (note, tail, grants, expires_at) = (None, None, None, None);
            let name = format!("Old {byte}");
            Ok(ImportedKey { name, note, foreign, tail, grants, restriction, expires_at })
        };
        let keys = hashes.iter().map(key).collect();
        lost.carried_out(name, Command::ImportKeys { place, keys });
        let again = lost.again(name);
        assert_eq!(again.header("idempotency-replayed"), Some("true"));
        let told = again.json();
        let told = told["data"].as_array().unwrap().iter().map(|key| key["name"].clone());
        let names: Vec<Value> = hashes.iter().map(|byte| format!("Old {byte}").into()).collect();
        assert_eq!(told.collect::<Vec<_>>(), names);
    }
}

#[test]
fn nothing_of_a_sign_in_is_kept_with_an_idempotency_key() {
    let people = People::new();
    let lines = format!("Authorization: Bearer {}\r\nIdempotency-Key: a\r\n", people.token);
    let body = json!({"email": "ada@example.com", "password": PASSWORD}).to_string();
    let sign_in = || people.world.post_lines("/api/v1/sessions", &lines, &body);
    let token = |answer: Answer| answer.json()["token"].as_str().unwrap().to_owned();
    let (first, second) = (token(sign_in()), token(sign_in()));
    assert_ne!(first, second);
    for file in people.world.files() {
        let bytes = std::fs::read(&file).unwrap();
        let found = bytes.windows(first.len()).any(|window| window == first.as_bytes());
        assert!(!found, "{}", file.display());
    }
}

fn fingerprint(texts: [&str; 2], body: &str) -> [u8; 32] {
    let mut state = Sha256::new();
    for text in texts {
        state.update((text.len() as u64).to_be_bytes());
        state.update(text);
    }
    state.update(body);
    state.finalize().into()
}

#[test]
fn no_value_of_a_key_is_kept_with_an_answer() {
    let world = World::new();
    let made = create(&world, world.own.secret(), "one", r#"{"name": "Shop"}"#).json();
    let secret = made["secret"].as_str().unwrap();
    for file in world.files() {
        let bytes = std::fs::read(&file).unwrap();
        let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!found, "{}", file.display());
    }
}

#[test]
fn what_is_no_idempotency_key_is_refused() {
    let world = World::new();
    let told = create(&world, world.own.secret(), &"a".repeat(256), "{}").error();
    insta::assert_snapshot!(told, @r#"400 invalid_request_error idempotency_key_invalid -: An idempotency key is one header of 1 to 255 printable ASCII characters."#);
    let lines = format!(
        "Authorization: Bearer {}\r\nIdempotency-Key: a\r\nIdempotency-Key: a\r\n",
        world.own.secret()
    );
    let told = world.post_lines("/api/v1/keys", &lines, "{}").error();
    insta::assert_snapshot!(told, @r#"400 invalid_request_error idempotency_key_invalid -: An idempotency key is one header of 1 to 255 printable ASCII characters."#);
    assert_eq!(keys(&world), 2);
}
