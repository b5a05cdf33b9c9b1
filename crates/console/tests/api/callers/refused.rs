//! What keys are refused at the door is in the history of where they live.

use keys::{
    Command, InvitationId, IpRestriction, Key, KeyCommand, Kind, Livemode, Place, Realm, Role,
};
use serde_json::{Value, json};
use store::NewInvitation;

use super::organizations::{Program, carried_out, key_of};
use super::{KEYS, key_in};
use crate::people::history::told;
use crate::people::{People, account_id, by};
use crate::world::{Answer, World, random};

/// The sandbox of an account of people, and its history as they read it.
struct Stage {
    people: People,
    place: Place,
}

impl Stage {
    fn new() -> Self {
        let people = People::new();
        let account = people.account();
        let mode = account["first_sandbox"].as_str().unwrap().parse().unwrap();
        let place = Place { account: account_id(&account), mode };
        Self { people, place }
    }

    fn world(&self) -> &World {
        &self.people.world
    }

    /// What was refused there: type, outcome, actor, object.
    fn refused(&self) -> String {
        let query = format!("&account={}", self.place.account);
        let told = told(self.world(), &query, &self.people.token);
        told.split_inclusive('\n').filter(|line| !line.contains(" done ")).collect()
    }

    /// The key of that value.
    fn key(&self, value: &str) -> Key {
        let keys = self.world().block_on(self.world().store.keys(self.place)).unwrap();
        let tail = &value.as_bytes()[value.len() - 4..];
        keys.into_iter().find(|key| key.tail == tail).unwrap()
    }
}

/// Each change that a key can ask for, with what it is about.
fn changes(
    program: &Program<'_>,
    of: &str,
    (account, sandbox): (&str, &str),
    invitation: InvitationId,
) -> Vec<Answer> {
    let (key, user) = ("key_0123456789abcdef", "usr_0123456789abcdef");
    let path = |end: &str| format!("{KEYS}/{key}{end}");
    let role = format!("/api/v1/members/{account}/{user}/analyst");
    let account = format!("/api/v1/accounts/{account}");
    let sandbox = format!("/api/v1/sandboxes/{sandbox}");
    let entry = json!({"name": "", "hash": "", "algorithm": ""});
    vec![
        program.post(KEYS, &json!({"name": "", "type": "restricted"})),
        program.post(&format!("{KEYS}/import"), &json!({"keys": [entry]})),
        program.post(&path(""), &json!({"name": "New"})),
        program.delete(&path("")),
        program.post(&path("/duplicate"), &json!({})),
        program.post(&path("/expire"), &json!({})),
        program.post(&path("/reveal"), &json!({})),
        program.post(&path("/rotate"), &json!({"expires_at": "now"})),
        program.post(&path("/rotation"), &json!({"next_at": "2026-12-01T00:00:00Z"})),
        program.delete(&path("/rotation")),
        program.post(&account, &json!({"name": "New"})),
        program.post(&sandbox, &json!({"name": "New"})),
        program.delete(&sandbox),
        program.post(&format!("{of}/keys"), &json!({"livemode": false, "name": "New"})),
        program.post("/api/v1/accounts", &json!({"name": "New"})),
        program.delete(&account),
        program.post(&format!("{account}/sandboxes"), &json!({"name": "New"})),
        program.post("/api/v1/organizations", &json!({"name": "New"})),
        program.delete(&role),
        program.delete(&format!("/api/v1/invitations/{invitation}")),
    ]
}

#[test]
fn a_refusal_at_the_door_is_told_like_one_behind_it() {
    let stage = Stage::new();
    let account = stage.place.account.to_string();
    let sandbox = stage.place.mode.to_string();
    let of = format!("/api/v1/organizations/{}", stage.people.organization);
    let (email, role) = ("bob@example.com".parse().unwrap(), Role::Analyst);
    let (realm, invited_by) = (Realm::Account(stage.place.account), stage.people.owner);
    let invitation = NewInvitation { email, realm, role, invited_by };
    let mut chance = random;
    let invited = stage.world().store.invite(invitation, by(invited_by), &mut chance);
    let invitation = stage.world().block_on(invited).unwrap().0.id;
    let tried = |permissions: Option<&[&str]>| {
        let before = stage.refused();
        let key = key_in(stage.world(), stage.place, permissions);
        let program = Program::new(stage.world(), &key);
        let answers = changes(&program, &of, (&account, &sandbox), invitation);
        assert!(answers.iter().all(|answer| answer.status() >= 400), "{answers:?}");
        stage.refused().strip_prefix(&before).unwrap().to_owned()
    };
    let at_the_door = tried(Some(&[]));
    let behind_it = tried(None);
    let without_outcome = |told: &str| {
        let word = |line: &str, n: usize| line.split(' ').nth(n).unwrap().to_owned();
        let lines = told.lines().map(|line| [0, 2, 3].map(|n| word(line, n)).join(" "));
        lines.collect::<Vec<_>>().join("\n")
    };
    assert_eq!(without_outcome(&at_the_door), without_outcome(&behind_it));
    insta::assert_snapshot!(at_the_door, @"
    api_key.created more_permissions_required key -
    api_key.imported more_permissions_required key -
    api_key.updated more_permissions_required key key
    api_key.deleted more_permissions_required key key
    api_key.duplicated more_permissions_required key key
    api_key.expired more_permissions_required key key
    api_key.viewed more_permissions_required key key
    api_key.rotated more_permissions_required key key
    api_key.rotation_scheduled more_permissions_required key key
    api_key.rotation_canceled more_permissions_required key key
    account.updated more_permissions_required key acct
    sandbox.updated more_permissions_required key sbx
    sandbox.deleted more_permissions_required key sbx
    api_key.created not_allowed key -
    account.created more_permissions_required key -
    account.deleted more_permissions_required key acct
    sandbox.created more_permissions_required key -
    organization.created not_allowed key -
    member.removed more_permissions_required key usr
    invitation.withdrawn more_permissions_required key inv
    ");
}

#[test]
fn it_is_in_the_history_of_where_the_key_lives_whatever_it_names() {
    let stage = Stage::new();
    let (world, people) = (stage.world(), &stage.people);
    let foreign = world.own.minted(Kind::Secret, Livemode::Test).key.home.place().unwrap().account;
    let key = key_in(world, stage.place, Some(&["api_key_write"]));
    let create = json!({"type": "restricted", "name": "New"});
    let acting = Program::new(world, &key).with(format!("Stripe-Account: {foreign}"));
    assert!(acting.post(KEYS, &create).error().contains(" account_invalid "));
    insta::assert_snapshot!(stage.refused(), @"api_key.created account_invalid key -");
    let theirs = told(world, "", world.own.secret());
    assert!(!theirs.contains("account_invalid"), "{theirs}");

    let organization = (people.organization, Livemode::Test);
    let key = key_of(world, organization, &["api_key_read"], &[]);
    let version = "Stripe-Version: 2026-06-24.dahlia";
    let program = Program::new(world, key.value.expose()).with(version);
    let acting = Program::new(world, key.value.expose())
        .with(version)
        .with(format!("Stripe-Context: {}", stage.place.account));
    for program in [&program, &acting] {
        assert!(program.post(KEYS, &create).error().contains(" more_permissions_required "));
    }
    let of = format!("&organization={}&actor={}", people.organization, key.key.id);
    insta::assert_snapshot!(told(world, &of, &people.token), @"
    api_key.created more_permissions_required key -
    api_key.created more_permissions_required key -
    ");
}

#[test]
fn what_only_looks_what_strangers_try_and_what_cannot_be_read_leaves_nothing() {
    let stage = Stage::new();
    let world = stage.world();
    let create = json!({"type": "restricted", "name": "New"});
    let powerless = key_in(world, stage.place, Some(&[]));
    assert_eq!(Program::new(world, &powerless).get(KEYS).status(), 403);
    let twice = Program::new(world, &powerless).with("Stripe-Account: acct_");
    assert!(twice.post(KEYS, &create).error().contains(" context_invalid "));
    assert_eq!(Program::new(world, &powerless).post("/api/v1/user/phone", &create).status(), 403);
    // Whoever has a key that is in everybody's hands, has ended or is sent from elsewhere is a stranger.
    let keys = world.block_on(world.store.keys(stage.place)).unwrap();
    let publishable = keys.iter().find(|key| key.kind == Kind::Publishable).unwrap().id;
    let revealed = in_view(&stage, publishable);
    let elsewhere = key_in(world, stage.place, Some(&[]));
    let only = keys::AllowList::parse(["192.0.2.1"]).unwrap();
    let edit = keys::Edit { restriction: Some(IpRestriction::Only(only)), ..Default::default() };
    carried_out(world, Command::Key(stage.key(&elsewhere).id, KeyCommand::Edit(edit)));
    let dead = key_in(world, stage.place, Some(&[]));
    carried_out(world, Command::Key(stage.key(&dead).id, KeyCommand::Delete));
    let codes = [&revealed, &elsewhere, &dead].map(|value| {
        let answer = Program::new(world, value).post(KEYS, &create);
        answer.json()["error"]["code"].as_str().unwrap().to_owned()
    });
    assert_eq!(codes, ["secret_key_required", "ip_not_allowed", "api_key_deleted"]);
    assert_eq!(stage.refused(), "");
}

/// The value of a key that is in view.
fn in_view(stage: &Stage, id: keys::KeyId) -> String {
    let unsealed = stage.world().block_on(stage.world().store.unseal(id)).unwrap();
    unsealed.unwrap().expose().to_owned()
}

#[test]
fn a_program_that_goes_on_asking_fills_no_history() {
    let stage = Stage::new();
    let create = json!({"type": "restricted", "name": "New"});
    let ask = |times: usize| {
        let key = key_in(stage.world(), stage.place, Some(&["api_key_read"]));
        for _ in 0..times {
            let answer: Value = Program::new(stage.world(), &key).post(KEYS, &create).json();
            assert_eq!(answer["error"]["code"], "more_permissions_required");
        }
        stage.refused().lines().count()
    };
    assert_eq!(ask(25), 20);
    assert_eq!(ask(1), 21, "each key has a day of its own");
}

#[test]
fn nor_does_one_that_was_let_in_and_is_refused_what_it_asks_for() {
    let stage = Stage::new();
    let account = stage.place.account;
    let change = format!("/api/v1/accounts/{account}");
    let remove = format!("/api/v1/members/{account}/usr_0123456789abcdef/analyst");
    let unnamed = json!({"type": "restricted", "name": ""});
    let asks: [&dyn Fn(&Program<'_>) -> Answer; 3] =
        [&|program| program.delete(&change), &|program| program.post(KEYS, &unnamed), &|program| {
            program.delete(&remove)
        }];
    let codes = asks.map(|ask| {
        let before = stage.refused().lines().count();
        let key = key_in(stage.world(), stage.place, None);
        let program = Program::new(stage.world(), &key);
        let answers = std::array::from_fn::<_, 22, _>(|_| ask(&program));
        assert_eq!(stage.refused().lines().count() - before, 20);
        answers[21].json()["error"]["code"].clone()
    });
    assert_eq!(codes, ["not_allowed", "parameter_invalid", "not_allowed"]);
}

#[test]
fn what_a_key_that_names_no_account_tries_there_is_of_the_history_of_its_organization() {
    let stage = Stage::new();
    let (world, people) = (stage.world(), &stage.people);
    let key = key_of(world, (people.organization, Livemode::Live), &["member_write"], &[]);
    let program = Program::new(world, key.value.expose()).with("Stripe-Version: 2026-06-24.dahlia");
    let member = format!("/api/v1/members/{}/usr_0123456789abcdef/sandbox_user", stage.place.mode);
    assert!(program.delete(&member).error().contains(" context_required "));
    let invitation = program.delete("/api/v1/invitations/inv_0123456789abcdef");
    assert_eq!(invitation.status(), 400);
    let of = format!("&organization={}&actor={}", people.organization, key.key.id);
    insta::assert_snapshot!(told(world, &of, &people.token), @"
    member.removed context_required key usr
    invitation.withdrawn invitation_expired key inv
    ");
}
