//! Keys of platforms as callers, which act on the accounts connected to these.

use keys::{Change, Command, Grants, Kind, Livemode, Mode, Permissions, Place};
use serde_json::json;

use super::organizations::{Program, carried_out, connected_to};
use super::{KEYS, key_in};
use crate::world::{Answer, World};

/// A platform with a connected account: the two places of each.
struct Stage {
    world: World,
    platform: [Place; 2],
    connected: [Place; 2],
}

impl Stage {
    fn new() -> Self {
        let world = World::new();
        let place = world.own.minted(Kind::Secret, Livemode::Test).key.home.place().unwrap();
        let (account, sandbox) = connected_to(&world, place.account);
        let live = |account| Place { account, mode: Mode::Live };
        let connected = [Place { account, mode: Mode::Sandbox(sandbox) }, live(account)];
        Self { platform: [place, live(place.account)], connected, world }
    }

    fn secret(&self, side: usize) -> String {
        key_in(&self.world, self.platform[side], None)
    }

    fn program(&self, key: &str) -> Program<'_> {
        Program::new(&self.world, key)
    }
}

/// The accounts that are listed, by what they are on this stage, or the refusal.
fn listed(stage: &Stage, answer: &Answer) -> String {
    let Some(accounts) = answer.json()["data"].as_array().cloned() else { return answer.error() };
    let names = accounts.iter().map(|account| match &account["id"] {
        id if *id == json!(stage.platform[0].account) => "platform",
        id if *id == json!(stage.connected[0].account) => "connected",
        id => panic!("{id}"),
    });
    names.collect::<Vec<_>>().join(" ")
}

#[test]
fn a_key_of_a_platform_lists_the_accounts_connected_to_it_that_it_may_read() {
    let stage = Stage::new();
    let platform = stage.platform[0].account;
    let read = |texts: &[&str]| Permissions::parse(texts.iter().copied()).unwrap();
    let restricted = |connect: &[&str]| {
        let (place, name, note) = (stage.platform[0], "Caller".to_owned(), None);
        let grants = Grants { own: read(&["account_read"]), connect: read(connect) };
        let create = Command::CreateRestrictedKey { place, name, note, grants };
        let made = carried_out(&stage.world, create).into_iter().find_map(Change::into_made);
        made.unwrap().value.expose().to_owned()
    };
    let add = Command::AddSandbox { account: platform, name: "Second".to_owned() };
    let added = carried_out(&stage.world, add);
    let mode = Mode::Sandbox(added.iter().find_map(Change::sandbox).unwrap().id);
    let keys = [
        ("secret", stage.secret(0)),
        ("live", stage.secret(1)),
        ("connect", restricted(&["account_write"])),
        ("charges", restricted(&["charge_write"])),
        ("further", key_in(&stage.world, Place { account: platform, mode }, None)),
        ("of connected", key_in(&stage.world, stage.connected[0], None)),
    ];
    let mut lines = Vec::new();
    for (name, key) in keys {
        let program = stage.program(&key);
        let filter = format!("/api/v1/accounts?platform={platform}");
        for path in ["/api/v1/accounts", &filter] {
            let what = if path == filter { "?platform" } else { "all" };
            lines.push(format!("{name:13}{what:10}{}", listed(&stage, &program.get(path))));
        }
    }
    insta::assert_snapshot!(lines.join("\n"), @"
    secret       all       connected platform
    secret       ?platform connected
    live         all       connected platform
    live         ?platform connected
    connect      all       connected platform
    connect      ?platform connected
    charges      all       platform
    charges      ?platform 403 invalid_request_error not_allowed -: This key does not see connected accounts: it needs the permission account_read for them, among its Connect permissions.
    further      all       platform
    further      ?platform 403 invalid_request_error not_allowed -: An API key manages what it acts on, which is one account and mode or one organization, and nothing else.
    of connected all       connected
    of connected ?platform connected
    ");
    let secret = stage.secret(0);
    let page = |query: &str| {
        listed(&stage, &stage.program(&secret).get(&format!("/api/v1/accounts?{query}")))
    };
    let connected = stage.connected[0].account;
    assert_eq!(page("limit=1"), "connected");
    assert_eq!(page(&format!("limit=1&starting_after={connected}")), "platform");
}

fn whose(answer: &Answer) -> (Vec<String>, Vec<String>) {
    let listed = answer.json();
    let all = |field: &str| {
        let keys = listed["data"].as_array().unwrap_or_else(|| panic!("{answer:?}")).iter();
        let mut all: Vec<_> = keys.map(|key| key[field].as_str().unwrap().to_owned()).collect();
        all.dedup();
        all
    };
    (all("account"), all("mode"))
}

#[test]
fn a_secret_key_of_a_platform_manages_the_same_side_of_an_account_connected_to_it() {
    let stage = Stage::new();
    for (side, place) in stage.connected.iter().enumerate() {
        let secret = stage.secret(side);
        let account = place.account;
        let expected = (vec![account.to_string()], vec![place.mode.to_string()]);
        for header in ["Stripe-Context", "Stripe-Account"] {
            let program = stage.program(&secret).with(format!("{header}: {account}"));
            assert_eq!(whose(&program.get(KEYS)), expected);
        }
        let path = format!("/api/v1/accounts/{account}");
        let program = stage.program(&secret);
        assert_eq!(program.get(&path).json()["platform"], json!(stage.platform[0].account));
        assert_eq!(program.get(&format!("{path}/sandboxes")).status(), 200);
        assert_eq!(program.get(&format!("/api/v1/members?realm={account}")).status(), 404);
        let renamed = program.post(&path, &json!({"name": "Driver"}));
        assert_eq!(renamed.status(), if side == 0 { 403 } else { 200 });
        let acting = stage.program(&secret).with(format!("Stripe-Account: {account}"));
        let made = acting.post(KEYS, &json!({"name": "New"}));
        match side {
            0 => assert_eq!(made.json()["account"], json!(account)),
            _ => assert_eq!(made.json()["error"]["code"], "person_required"),
        }
        // Nothing of the platform itself is meant then.
        assert_eq!(
            acting.get(&format!("/api/v1/accounts/{}", stage.platform[0].account)).status(),
            404
        );
        // To say its own account changes nothing.
        let own = stage.platform[side].account;
        let own_lists = stage.program(&secret).with(format!("Stripe-Account: {own}")).get(KEYS);
        assert_eq!(whose(&own_lists).0, [own.to_string()]);
    }
}

#[test]
fn a_restricted_key_of_a_platform_needs_its_permissions_for_connected_accounts() {
    let stage = Stage::new();
    let account = stage.connected[0].account;
    let read = |texts: &[&str]| Permissions::parse(texts.iter().copied()).unwrap();
    let key = |own: &[&str], connect: &[&str]| {
        let (place, name, note) = (stage.platform[0], "Caller".to_owned(), None);
        let grants = Grants { own: read(own), connect: read(connect) };
        let create = Command::CreateRestrictedKey { place, name, note, grants };
        let made = carried_out(&stage.world, create).into_iter().find_map(Change::into_made);
        made.unwrap().value.expose().to_owned()
    };
    let create = |key: &str, permissions: &[&str], connect: &[&str]| {
        let program = stage.program(key).with(format!("Stripe-Account: {account}"));
        let body = json!({"type": "restricted", "name": "New", "permissions": permissions,
            "connect_permissions": connect});
        program.post(KEYS, &body)
    };
    let own_alone = key(&["api_key_write", "charge_write"], &[]);
    let both = key(&["charge_write"], &["api_key_write", "customer_write"]);
    let codes = [
        create(&own_alone, &[], &[]),
        create(&both, &["charge_read"], &[]),
        create(&both, &[], &["customer_read"]),
        stage.program(&both).post(KEYS, &json!({"type": "restricted", "name": "New"})),
    ]
    .map(|answer| answer.json()["error"]["code"].as_str().unwrap().to_owned());
    insta::assert_snapshot!(codes.join(" "), @"more_permissions_required more_than_own more_than_own more_permissions_required");
    let made = create(&both, &["customer_read"], &[]).json();
    assert_eq!(
        (&made["account"], &made["permissions"]),
        (&json!(account), &json!(["customer_read"]))
    );
    // In the path it is the same.
    let path = format!("/api/v1/accounts/{account}");
    let reads = key(&["account_read"], &[]);
    assert!(stage.program(&reads).get(&path).error().contains(" more_permissions_required "));
    let reads = key(&[], &["account_read"]);
    assert_eq!(stage.program(&reads).get(&path).status(), 200);
}

#[test]
fn no_key_acts_on_an_account_that_is_not_connected_to_its_own_or_in_a_world_that_this_has_not() {
    let stage = Stage::new();
    let [test, live] = [0, 1].map(|side| stage.secret(side));
    let foreign = stage.world.other.minted(Kind::Secret, Livemode::Test).key.home.place().unwrap();
    let of_connected = key_in(&stage.world, stage.connected[0], None);
    let platform = stage.platform[0].account;
    for (key, account) in
        [(&test, foreign.account), (&live, foreign.account), (&of_connected, platform)]
    {
        let acting = stage.program(key).with(format!("Stripe-Account: {account}"));
        assert!(acting.get(KEYS).error().contains(" account_invalid "));
        let path = format!("/api/v1/accounts/{account}");
        assert_eq!(stage.program(key).get(&path).status(), 404);
        assert_eq!(stage.program(key).post(&path, &json!({"name": "Mine"})).status(), 404);
    }
    // What another sandbox of the platform sees of the connected account is none of its modes.
    let add = Command::AddSandbox { account: platform, name: "Second".to_owned() };
    let added = carried_out(&stage.world, add);
    let sandbox = added.iter().find_map(Change::sandbox).unwrap().id;
    let further = Place { account: platform, mode: Mode::Sandbox(sandbox) };
    let key = key_in(&stage.world, further, None);
    let acting =
        stage.program(&key).with(format!("Stripe-Account: {}", stage.connected[0].account));
    insta::assert_snapshot!(acting.get(KEYS).error(), @"403 invalid_request_error not_allowed -: An API key manages what it acts on, which is one account and mode or one organization, and nothing else.");
}
