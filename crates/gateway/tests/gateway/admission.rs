//! Each error that the gateway gives, over HTTP, with Basic and with Bearer.

use keys::{
    AllowList, Change, Command, Edit, Ending, IpRestriction, Ipv6, KeyCommand, Kind, Livemode,
};

use crate::world::{Answer, World};

/// Base64, as far as these tests need it.
fn basic(key: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let text = format!("{key}:");
    let chunks = text.as_bytes().chunks(3).map(|chunk| {
        let bits = chunk.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte));
        let bits = bits << (8 * (3 - chunk.len()));
        let digit = |place: usize| match place {
            place if place <= chunk.len() => {
                char::from(DIGITS[(bits >> (18 - 6 * place) & 63) as usize])
            }
            _ => '=',
        };
        (0..4).map(digit).collect::<String>()
    });
    format!("Authorization: Basic {}", chunks.collect::<String>())
}

impl World {
    /// Asks with Basic and with Bearer, which must be answered the same.
    fn both(&self, first: &str, key: &str, lines: &[&str]) -> Answer {
        let ask = |line: String| {
            let lines: Vec<_> = [line.as_str()].into_iter().chain(lines.iter().copied()).collect();
            self.ask(first, &lines)
        };
        let (basic, bearer) = (ask(basic(key)), ask(format!("Authorization: Bearer {key}")));
        assert_eq!(basic.status(), bearer.status());
        if basic.status() >= 400 {
            assert_eq!(basic.error(), bearer.error());
        }
        bearer
    }
}

#[test]
fn a_secret_key_opens_the_api() {
    let world = World::new();
    let seen = world.both("GET /v1/balance", world.platform.secret(), &[]).seen();
    let place = world.platform.place;
    assert_eq!(seen.header("keyway-account"), Some(place.account.to_string().as_str()));
    assert_eq!(seen.header("keyway-mode"), Some(place.mode.to_string().as_str()));
    assert_eq!(seen.header("keyway-key-kind"), Some("secret"));
    assert_eq!(seen.header("keyway-version"), Some("2026-06-24.dahlia"));
    assert!(seen.header("keyway-key").unwrap().starts_with("key_"));
    assert!(seen.header("request-id").unwrap().starts_with("req_"));
    assert_eq!(seen.header("authorization"), None);
}

#[test]
fn keys_that_are_none_are_refused() {
    let world = World::new();
    let secret = world.platform.secret();
    let unknown = "sk_test_000000000000000000000000000000001wItxK";
    let bare = world.ask("GET /v1/balance", &[]);
    assert_eq!(bare.error(), "401 invalid_request_error api_key_missing");
    assert_eq!(bare.header("www-authenticate").as_deref(), Some("Basic realm=\"Keyway\""));
    let changed = format!("{}x", &secret[..secret.len() - 1]);
    for key in ["hunter2", "sk_test_short", changed.as_str(), unknown] {
        let answer = world.both("GET /v1/balance", key, &[]);
        assert_eq!(answer.error(), "401 invalid_request_error api_key_invalid", "{key}");
    }
    let several = ["Authorization: Bearer a", "Authorization: Bearer b"];
    for lines in [&several[..], &["Authorization: Digest a"], &["Authorization: Basic %"]] {
        let error = world.ask("GET /v1/balance", lines).error();
        assert_eq!(error, "400 invalid_request_error authorization_invalid");
    }
}

#[test]
fn a_key_in_the_address_is_refused_and_not_written_down() {
    let mut world = World::new();
    let secret = world.platform.secret().to_owned();
    for first in [format!("GET /v1/balance?api_key={secret}"), format!("GET /v1/{secret}")] {
        let error = world.both(&first, &secret, &[]).error();
        assert_eq!(error, "400 invalid_request_error api_key_in_url");
    }
    world.ask("GET /v1/balance", &[&format!("User-Agent: {secret}")]);
    let journal = world.stop();
    assert_eq!(journal.lines().count(), 5);
    assert!(!journal.contains(&secret[..20]), "{journal}");
}

#[test]
fn dead_keys_are_told_apart() {
    let mut world = World::new();
    let key = world.platform.key(Kind::Secret, Livemode::Test).key.id;
    let secret = world.platform.secret().to_owned();
    world.carry_out(Command::Key(key, KeyCommand::Delete));
    let answer = world.both("GET /v1/balance", &secret, &[]);
    assert_eq!(answer.error(), "401 authentication_error api_key_deleted");
    assert!(answer.json()["error"]["message"].as_str().unwrap().contains(&key.to_string()));
}

#[test]
fn both_keys_of_a_rotation_work_until_its_time() {
    let mut world = World::new();
    let key = world.platform.key(Kind::Secret, Livemode::Test).key.clone();
    let secret = world.platform.secret().to_owned();
    let at = key.created_at + jiff::SignedDuration::from_hours(1);
    let changes = world.carry_out(Command::Key(key.id, KeyCommand::Rotate(Ending::At(at))));
    let Some(Change::KeyMade(replacement)) = changes.into_iter().next() else { panic!("no key") };
    assert_eq!(world.both("GET /v1/balance", &secret, &[]).status(), 200);
    assert_eq!(world.both("GET /v1/balance", replacement.value.expose(), &[]).status(), 200);
}

#[test]
fn a_publishable_key_opens_what_is_marked_for_it() {
    let world = World::new();
    let key = world.platform.key(Kind::Publishable, Livemode::Test).value.expose();
    let refused = world.both("GET /v1/balance", key, &[]);
    assert_eq!(refused.error(), "403 invalid_request_error secret_key_required");
    assert_eq!(world.both("POST /v1/tokens", key, &["Content-Length: 0"]).status(), 200);
}

#[test]
fn an_address_outside_the_restriction_is_refused_by_name() {
    let mut world = World::new();
    let key = world.platform.key(Kind::Secret, Livemode::Test).key.id;
    let secret = world.platform.secret().to_owned();
    let restriction = IpRestriction::Only(AllowList::parse(["100.10.38.0/24"]).unwrap());
    world.carry_out(Command::Key(
        key,
        KeyCommand::Edit(Edit { restriction: Some(restriction), ..Edit::default() }),
    ));
    let refused = world.both("GET /v1/balance", &secret, &["X-Forwarded-For: 100.10.39.1"]);
    assert_eq!(refused.error(), "403 invalid_request_error ip_not_allowed");
    assert!(refused.json()["error"]["message"].as_str().unwrap().contains("100.10.39.1"));
    let inside = world.both("GET /v1/balance", &secret, &["X-Forwarded-For: 100.10.38.200"]);
    assert_eq!(inside.status(), 200);
    // What a stranger puts before the address that the proxy saw is not believed.
    let forged = ["X-Forwarded-For: 100.10.38.7, 6.6.6.6"];
    assert_eq!(world.both("GET /v1/balance", &secret, &forged).status(), 403);
}

/// By a store that accepts it, as an operator may set. A gateway takes what it is told.
#[test]
fn a_key_that_is_limited_to_addresses_of_ipv6_is_used_from_these_alone() {
    let mut world = World::with_rules(|rules| rules.ipv6 = Ipv6::Accepted);
    let key = world.platform.key(Kind::Secret, Livemode::Test).key.id;
    let secret = world.platform.secret().to_owned();
    let list = ["2001:db8:7::/48", "2001:db8::9", "192.0.2.0/24"];
    let restriction = Some(IpRestriction::Only(AllowList::parse(list).unwrap()));
    world.carry_out(Command::Key(key, KeyCommand::Edit(Edit { restriction, ..Edit::default() })));
    let ask = |client: &str| {
        world.both("GET /v1/balance", &secret, &[&format!("X-Forwarded-For: {client}")])
    };
    let inside = [
        "2001:db8:7::1",
        "2001:db8:7:ffff:ffff:ffff:ffff:ffff",
        "2001:DB8:0:0:0:0:0:9",
        "192.0.2.200",
        // As a socket for both versions writes it.
        "::ffff:192.0.2.200",
        "[2001:db8:7::1]:4711",
    ];
    for client in inside {
        assert_eq!(ask(client).status(), 200, "{client}");
    }
    for client in ["2001:db8:8::1", "2001:db8::8", "::1", "::192.0.2.200", "198.51.100.1"] {
        let refused = ask(client);
        assert_eq!(refused.error(), "403 invalid_request_error ip_not_allowed", "{client}");
        let told = refused.json()["error"]["message"].as_str().unwrap().to_owned();
        let shown = client.parse::<std::net::IpAddr>().unwrap().to_string();
        assert!(told.contains(&shown), "{told}");
    }
}

#[test]
fn a_live_key_is_refused_over_plain_http() {
    let world = World::new();
    let key = world.platform.key(Kind::Secret, Livemode::Live).value.expose();
    let refused = world.both("GET /v1/balance", key, &[]);
    assert_eq!(refused.error(), "403 invalid_request_error https_required");
    let world = World::with(|settings| settings.plain_http = gateway::PlainHttp::LiveFromLoopback);
    let key = world.platform.key(Kind::Secret, Livemode::Live).value.expose();
    let seen = world.both("GET /v1/balance", key, &[]).seen();
    assert_eq!(seen.header("keyway-mode"), Some("live"));
    assert_eq!(world.platform.live.mode.to_string(), "live");
}

#[test]
fn a_platform_acts_on_its_connected_account_by_either_header() {
    let world = World::new();
    let (secret, place) = (world.platform.secret(), world.connected.place);
    for header in ["Stripe-Account", "Stripe-Context"] {
        let answer =
            world.both("GET /v1/balance", secret, &[&format!("{header}: {}", place.account)]);
        assert_eq!(answer.header("stripe-account"), Some(place.account.to_string()));
        let seen = answer.seen();
        assert_eq!(seen.header("keyway-account"), Some(place.account.to_string().as_str()));
        assert_eq!(seen.header("keyway-mode"), Some(place.mode.to_string().as_str()));
        assert_eq!(seen.header("keyway-context"), Some(place.account.to_string().as_str()));
    }
}

#[test]
fn contexts_that_are_not_the_key_s_are_refused() {
    let world = World::new();
    let (secret, foreign) = (world.connected.secret(), world.platform.place.account);
    let error = |lines: &[&str]| world.both("GET /v1/balance", secret, lines).error();
    let account_invalid = "403 invalid_request_error account_invalid";
    let context_invalid = "400 invalid_request_error context_invalid";
    assert_eq!(error(&[&format!("Stripe-Context: {foreign}")]), account_invalid);
    assert_eq!(error(&["Stripe-Account: acct_0000000000000000"]), account_invalid);
    assert_eq!(error(&["Stripe-Context: acct_x"]), context_invalid);
    let deep = format!("Stripe-Context: {foreign}/{foreign}/{foreign}");
    assert_eq!(error(&[&deep]), account_invalid);
    let twice = format!("Stripe-Context: {foreign}");
    assert_eq!(error(&[&twice, &twice]), context_invalid);
    assert_eq!(error(&[&twice, "Stripe-Account: acct_0000000000000000"]), context_invalid);
}

#[test]
fn the_version_is_the_header_or_the_account_s_own() {
    let world = World::new();
    let ask = |lines: &[&str]| world.both("GET /v1/balance", world.platform.secret(), lines);
    let older = ask(&["Stripe-Version: 2025-03-31.basil"]);
    assert_eq!(older.header("stripe-version").as_deref(), Some("2025-03-31.basil"));
    assert_eq!(older.seen().header("keyway-version"), Some("2025-03-31.basil"));
    let unknown = ask(&["Stripe-Version: 1999-01-01"]);
    assert_eq!(unknown.error(), "400 invalid_request_error version_unknown");
    let twice = ask(&["Stripe-Version: 2025-03-31.basil", "Stripe-Version: 2026-06-24.dahlia"]);
    assert_eq!(twice.error(), "400 invalid_request_error request_ambiguous");
}

#[test]
fn an_error_has_the_shape_of_the_field() {
    let world = World::new();
    let answer = world.ask(
        "GET /v1/balance",
        &["Authorization: Bearer sk_test_00000000000000000000000000000000x4a7Q"],
    );
    insta::assert_snapshot!(answer.json().to_string(), @r#"{"error":{"code":"api_key_invalid","doc_url":"https://docs.example/errors/api_key_invalid","message":"Invalid API Key provided: sk_test_**********4a7Q","type":"invalid_request_error"}}"#);
}

#[test]
fn what_is_wrong_with_the_key_is_told_before_what_is_wrong_with_its_headers() {
    let mut world = World::new();
    let twice = [
        "Stripe-Context: acct_x",
        "Stripe-Context: acct_x",
        "Stripe-Version: 2025-03-31.basil",
        "Stripe-Version: 2025-03-31.basil",
    ];
    let value = |world: &World, kind, livemode| {
        world.platform.key(kind, livemode).value.expose().to_owned()
    };
    let live = value(&world, Kind::Secret, Livemode::Live);
    let publishable = value(&world, Kind::Publishable, Livemode::Test);
    let secret = value(&world, Kind::Secret, Livemode::Test);
    let code = |world: &World, key: &str, lines: &[&str]| {
        let error = world.both("GET /v1/balance", key, lines).error();
        error.rsplit(' ').next().unwrap().to_owned()
    };
    assert_eq!(code(&world, &live, &twice), "https_required");
    assert_eq!(code(&world, &publishable, &twice), "secret_key_required");
    assert_eq!(code(&world, &publishable, &["Stripe-Context: x"]), "secret_key_required");
    assert_eq!(code(&world, &secret, &twice), "context_invalid");
    let key = world.platform.key(Kind::Secret, Livemode::Test).key.id;
    world.carry_out(Command::Key(key, KeyCommand::Delete));
    assert_eq!(code(&world, &secret, &twice), "api_key_deleted");
}
