//! Wrong requests: each is told what is wrong and what to do, and changes nothing.

mod keys;
mod lists;

use ::keys::{Kind, Livemode, Mode, Place, Realm, Role};
use serde_json::{Value, json};
use store::Lives;

use crate::people::{People, account_id};
use crate::world::{Account, Answer, World, now};

/// A world with everything that can be got wrong.
struct Stage {
    people: People,
    account: Value,
    analyst: String,
    stale: String,
}

impl Stage {
    fn new() -> Self {
        let people = People::new();
        let account = people.account();
        let realm = Realm::Account(account_id(&account));
        let analyst = people.member("analyst", realm, Role::Analyst);
        let stale = people.signed_in("ada@example.com");
        people.world.delete("/api/v1/sessions/current", &stale);
        Self { people, account, analyst, stale }
    }

    fn world(&self) -> &World {
        &self.people.world
    }

    /// The path of the owner's sandbox key of that kind.
    fn key(&self, kind: Kind) -> String {
        self.world().own.path(kind, Livemode::Test)
    }

    /// Without the ids that are others each time.
    fn unnamed(&self, text: &str) -> String {
        let World { own, other, .. } = self.world();
        let of = |account: &Account, livemode| account.minted(Kind::Secret, livemode).key.id;
        let text = text.replace(self.account["id"].as_str().unwrap(), "acct_…");
        let text = text.replace(&of(own, Livemode::Live).to_string(), "key_(own, live)");
        text.replace(&of(other, Livemode::Test).to_string(), "key_(another account's)")
    }

    /// Everything that is kept and could have changed.
    fn kept(&self) -> Vec<String> {
        let World { store, .. } = self.world();
        let mut kept = Vec::new();
        self.world().block_on(async {
            for account in store.accounts().await.unwrap() {
                let sandboxes = store.sandboxes(account.id).await.unwrap();
                let modes = sandboxes.iter().map(|sandbox| Mode::Sandbox(sandbox.id));
                for mode in modes.chain([Mode::Live]) {
                    let keys = store.keys(Place { account: account.id, mode }).await.unwrap();
                    kept.push(format!("{keys:?}"));
                }
                let realm = Realm::Account(account.id);
                let members = store.members(realm).await.unwrap();
                let invited = store.invitations(realm, now()).await.unwrap();
                kept.push(format!("{account:?} {sandboxes:?} {members:?} {invited:?}"));
            }
            let id = self.people.organization;
            let page = (None, u16::MAX);
            let keys = store.page_of_organization_keys(id, None, Lives::All, page).await.unwrap();
            let members = store.members(Realm::Organization(id)).await.unwrap();
            let all = store.organizations().await.unwrap();
            kept.push(format!("{all:?} {members:?} {keys:?}"));
        });
        kept
    }
}

/// Sends these, all of which must be refused, and tells how.
fn refused(stage: &Stage, asked: &[(&str, &str, String, Value)]) -> String {
    let before = stage.kept();
    let world = stage.world();
    let told = asked.iter().map(|(who, method, path, body)| {
        let token = match *who {
            "key" => world.own.secret(),
            "publishable" => world.own.minted(Kind::Publishable, Livemode::Test).value.expose(),
            "live key" => world.own.minted(Kind::Secret, Livemode::Live).value.expose(),
            "analyst" => &stage.analyst,
            "stale" => &stage.stale,
            "owner" => &stage.people.token,
            other => other,
        };
        let answer: Answer = match *method {
            "GET" => world.get(path, token),
            "DELETE" => world.delete(path, token),
            _ => world.post(path, token, &body.to_string()),
        };
        assert!(answer.status() >= 400, "{who} {method} {path} {body}: {answer:?}");
        let of_entries = answer.json()["error"]["entries"].as_array().cloned().unwrap_or_default();
        let of_entries = of_entries.iter().map(|entry| entry["message"].as_str().unwrap());
        let told =
            [answer.error().as_str()].into_iter().chain(of_entries).collect::<Vec<_>>().join(" ");
        stage.unnamed(&told) + "\n"
    });
    let told = told.collect();
    assert_eq!(stage.kept(), before, "nothing has changed");
    told
}

fn post(path: impl Into<String>, body: Value) -> (&'static str, &'static str, String, Value) {
    ("key", "POST", path.into(), body)
}

const KEYS: &str = "/api/v1/keys";

#[test]
fn names_notes_and_permissions_of_a_key() {
    let stage = Stage::new();
    let secret = stage.key(Kind::Secret);
    let value = stage.world().own.secret();
    let told = refused(
        &stage,
        &[
            post(KEYS, json!({})),
            post(KEYS, json!({"name": ""})),
            post(KEYS, json!({"name": "a".repeat(10_000)})),
            post(KEYS, json!({"name": "a\u{0}b"})),
            post(KEYS, json!({"name": "a\nb"})),
            post(KEYS, json!({"name": 7})),
            post(KEYS, json!({"name": format!("my {value}")})),
            post(KEYS, json!({"name": "a", "note": "b".repeat(2_001)})),
            post(KEYS, json!({"name": "a", "note": value})),
            post(KEYS, json!({"name": "a", "colour": "red"})),
            post(KEYS, json!({"name": "a", "type": "publishable"})),
            post(KEYS, json!({"name": "a", "permissions": ["customer_read"]})),
            post(KEYS, json!({"name": "a", "type": "restricted", "permissions": ["customer"]})),
            post(KEYS, json!({"name": "a", "type": "restricted", "permissions": "customer_read"})),
            post(KEYS, json!({"name": "a", "type": "restricted", "permissions": ["*"]})),
            post(&secret, json!({})),
            post(&secret, json!({"name": ""})),
            post(&secret, json!({"permissions": ["customer_read"]})),
            post(format!("{secret}/duplicate"), json!({})),
        ],
    );
    insta::assert_snapshot!(told, @r#"
    400 invalid_request_error parameters_malformed -: The body cannot be read: missing field `name` at line 1 column 2.
    400 invalid_request_error parameter_invalid name: A name has 1 to 200 characters and no control characters.
    400 invalid_request_error parameter_invalid name: A name has 1 to 200 characters and no control characters.
    400 invalid_request_error parameter_invalid name: A name has 1 to 200 characters and no control characters.
    400 invalid_request_error parameter_invalid name: A name has 1 to 200 characters and no control characters.
    400 invalid_request_error parameters_malformed -: The body cannot be read: invalid type: integer `7`, expected a string at line 1 column 9.
    400 invalid_request_error parameter_invalid -: A key value must not stand in a name or a note.
    400 invalid_request_error parameter_invalid note: A note has at most 2000 characters and no control characters.
    400 invalid_request_error parameter_invalid -: A key value must not stand in a name or a note.
    400 invalid_request_error parameters_malformed -: The body cannot be read: unknown field `colour`, expected one of `account`, `mode`, `type`, `name`, `note`, `permissions`, `connect_permissions` at line 1 column 20.
    400 invalid_request_error parameters_malformed -: The body cannot be read: unknown variant `publishable`, expected `secret` or `restricted` at line 1 column 32.
    400 invalid_request_error parameter_invalid permissions: A secret key may do everything and takes no permissions; create a restricted key instead.
    400 invalid_request_error parameter_invalid permissions: `customer` is no permission; one is written like `customer_read` or `charge_write`.
    400 invalid_request_error parameters_malformed -: The body cannot be read: invalid type: string "customer_read", expected a sequence at line 1 column 61.
    400 invalid_request_error parameter_invalid permissions: `*` is no permission; one is written like `customer_read` or `charge_write`.
    400 invalid_request_error parameters_malformed -: Say what is to change: name, note, ip_allowlist, permissions or connect_permissions.
    400 invalid_request_error parameter_invalid name: A name has 1 to 200 characters and no control characters.
    400 invalid_request_error key_not_restricted permissions: Only restricted and organization keys have permissions, which can be changed and duplicated.
    400 invalid_request_error key_not_restricted permissions: Only restricted and organization keys have permissions, which can be changed and duplicated.
    "#);
}

#[test]
fn addresses_that_a_key_may_be_used_from() {
    let stage = Stage::new();
    let secret = stage.key(Kind::Secret);
    let list = |entries: Value| post(&secret, json!({"ip_allowlist": entries}));
    let many: Vec<String> = (0..300).map(|n| format!("10.0.{}.{}", n / 200, n % 200)).collect();
    let told = refused(
        &stage,
        &[
            list(json!([])),
            list(json!("10.0.0.0/8")),
            list(json!(["0.0.0.0/33"])),
            list(json!(["10.0.0.1/8"])),
            list(json!(["10.0.0.256"])),
            list(json!(["10.0.0"])),
            list(json!(["2001:db8::/32"])),
            list(json!(["localhost"])),
            list(json!([""])),
            list(json!(["10.0.0.1", "10.0.0.1 "])),
            list(json!(many)),
            post(stage.key(Kind::Publishable), json!({"ip_allowlist": ["10.0.0.1"]})),
        ],
    );
    insta::assert_snapshot!(told, @r#"
400 invalid_request_error parameter_invalid ip_allowlist: The list is empty; to allow every address, remove the restriction instead.
400 invalid_request_error parameters_malformed -: The body cannot be read: invalid type: string "10.0.0.0/8", expected a sequence at line 1 column 28.
400 invalid_request_error parameter_invalid ip_allowlist: `0.0.0.0/33` is no IPv4 address and no range like `100.10.38.0/24`.
400 invalid_request_error parameter_invalid ip_allowlist: `10.0.0.1/8` does not begin at its boundary; write `10.0.0.0/8`.
400 invalid_request_error parameter_invalid ip_allowlist: `10.0.0.256` is no IPv4 address and no range like `100.10.38.0/24`.
400 invalid_request_error parameter_invalid ip_allowlist: `10.0.0` is no IPv4 address and no range like `100.10.38.0/24`.
400 invalid_request_error parameter_invalid ip_allowlist: `2001:db8::/32` is an IPv6 address; only IPv4 addresses can be listed.
400 invalid_request_error parameter_invalid ip_allowlist: `localhost` is no IPv4 address and no range like `100.10.38.0/24`.
400 invalid_request_error parameter_invalid ip_allowlist: `` is no IPv4 address and no range like `100.10.38.0/24`.
400 invalid_request_error parameter_invalid ip_allowlist: `10.0.0.1 ` is no IPv4 address and no range like `100.10.38.0/24`.
400 invalid_request_error parameter_invalid ip_allowlist: The list has more than 200 entries.
400 invalid_request_error publishable_key_unrestricted ip_allowlist: A publishable key is used from everywhere and takes no IP restriction.
"#);
}

#[test]
fn times_and_states_of_a_key() {
    let stage = Stage::new();
    let (secret, publishable) = (stage.key(Kind::Secret), stage.key(Kind::Publishable));
    let rotate = |at: Value| post(format!("{secret}/rotate"), json!({"expires_at": at}));
    let schedule = |body: Value| post(format!("{secret}/rotation"), body);
    let told = refused(
        &stage,
        &[
            post(format!("{secret}/rotate"), json!({})),
            rotate(json!("2020-01-01T00:00:00Z")),
            rotate(json!("2026-11-23T12:00:00Z")),
            rotate(json!("2026-12-24T00:00:00Z")),
            rotate(json!("tomorrow")),
            rotate(json!(1_700_000_000)),
            rotate(json!(null)),
            schedule(json!({"next_at": "2020-01-01T00:00:00Z"})),
            schedule(json!({"next_at": "2030-01-01T00:00:00Z"})),
            schedule(json!({"next_at": "2026-12-01T00:00:00Z", "every_days": 0})),
            schedule(json!({"next_at": "2026-12-01T00:00:00Z", "every_days": 366})),
            schedule(json!({"next_at": "2026-12-01T00:00:00Z", "grace_seconds": -1})),
            schedule(json!({"next_at": "2026-12-01T00:00:00Z", "grace_seconds": 4_000_000})),
            ("key", "DELETE", format!("{secret}/rotation"), json!(null)),
            post(format!("{secret}/expire"), json!({})),
            ("key", "DELETE", publishable.clone(), json!(null)),
        ],
    );
    insta::assert_snapshot!(told, @"
    400 invalid_request_error parameters_malformed -: The body cannot be read: missing field `expires_at` at line 1 column 2.
    400 invalid_request_error parameter_invalid expires_at: The old key must end at a time to come.
    400 invalid_request_error parameter_invalid expires_at: The old key must end at a time to come.
    400 invalid_request_error parameter_invalid expires_at: The old key can go on for at most 7 days.
    400 invalid_request_error parameters_malformed -: The body cannot be read: `expires_at` is `now`, `first_use` or a time like `2026-12-24T08:00:00Z` at line 1 column 25.
    400 invalid_request_error parameters_malformed -: The body cannot be read: `expires_at` is `now`, `first_use` or a time like `2026-12-24T08:00:00Z` at line 1 column 25.
    400 invalid_request_error parameters_malformed -: The body cannot be read: `expires_at` is `now`, `first_use` or a time like `2026-12-24T08:00:00Z` at line 1 column 19.
    400 invalid_request_error parameter_invalid next_at: A rotation is scheduled for a time to come.
    400 invalid_request_error parameter_invalid next_at: A rotation can be scheduled at most 366 days ahead.
    400 invalid_request_error parameter_invalid every_days: A key is rotated every 1 to 365 days.
    400 invalid_request_error parameter_invalid every_days: A key is rotated every 1 to 365 days.
    400 invalid_request_error parameters_malformed -: The body cannot be read: invalid value: integer `-1`, expected u32 at line 1 column 52.
    400 invalid_request_error parameter_invalid expires_at: The old key can go on for at most 7 days.
    400 invalid_request_error schedule_missing -: No rotation of this key is scheduled.
    400 invalid_request_error key_not_expiring -: The key has no time to end that could be cut short; delete it instead.
    400 invalid_request_error publishable_key_stays -: A publishable key cannot be deleted; rotate it instead.
    ");
}

#[test]
fn whoever_may_not() {
    let stage = Stage::new();
    let live = stage.world().own.path(Kind::Secret, Livemode::Live);
    let account = stage.account["id"].as_str().unwrap().to_owned();
    let first = stage.account["first_sandbox"].as_str().unwrap().to_owned();
    let get = |who: &'static str, path: String| (who, "GET", path, json!(null));
    let key_in_path = format!("{KEYS}/{}", stage.world().own.secret());
    let told = refused(
        &stage,
        &[
            get("nonsense", KEYS.into()),
            get("sk_test_nonsense", KEYS.into()),
            get("kws_nonsense", KEYS.into()),
            get("publishable", KEYS.into()),
            get("stale", KEYS.into()),
            get("stale", "/api/v1/user".into()),
            get("key", "/api/v1/user".into()),
            get("key", "/api/v1/organizations".into()),
            ("live key", "POST", format!("{live}/reveal"), json!({})),
            get("key", key_in_path),
            get("key", format!("{KEYS}?mode=live")),
            get("owner", KEYS.into()),
            get("analyst", format!("{KEYS}?account={account}&mode=live")),
            get("analyst", format!("/api/v1/events?account={account}")),
            get("analyst", format!("/api/v1/members?realm={account}")),
            ("analyst", "DELETE", format!("/api/v1/sandboxes/{first}"), json!(null)),
        ],
    );
    insta::assert_snapshot!(told, @"
    401 invalid_request_error api_key_invalid -: Invalid API Key provided: **********
    401 invalid_request_error api_key_invalid -: Invalid API Key provided: sk_test_**********
    401 invalid_request_error api_key_invalid -: Invalid API Key provided: **********
    403 invalid_request_error secret_key_required -: This operation cannot be called with a publishable key. Use a secret or restricted key, on your server.
    401 authentication_error session_ended -: The session has ended; sign in again.
    401 authentication_error session_ended -: The session has ended; sign in again.
    403 invalid_request_error not_allowed -: This is for people who have signed in, and not for API keys.
    403 invalid_request_error not_allowed -: An API key manages what it acts on, which is one account and mode or one organization, and nothing else.
    403 invalid_request_error person_required -: This takes a verification code, which only a person who has signed in can give; sign in and repeat it.
    400 invalid_request_error api_key_in_url -: An API key stands in the address of this request. Addresses end up in logs: see the key as exposed, rotate it, and send the new one in the Authorization header.
    403 invalid_request_error not_allowed -: An API key manages what it acts on, which is one account and mode or one organization, and nothing else.
    400 invalid_request_error parameter_missing account: Say of which account and mode: `account` and `mode`.
    403 invalid_request_error not_allowed -: Your role does not allow this; ask an owner or administrator.
    403 invalid_request_error not_allowed -: Your role does not allow this; ask an owner or administrator.
    403 invalid_request_error not_allowed -: Your role does not allow this; ask an owner or administrator.
    403 invalid_request_error not_allowed -: Your role does not allow this; ask an owner or administrator.
    ");
}

#[test]
fn what_is_not_there() {
    let stage = Stage::new();
    let other = stage.world().other.path(Kind::Secret, Livemode::Test);
    let live = stage.world().own.path(Kind::Secret, Livemode::Live);
    let account = stage.account["id"].as_str().unwrap().to_owned();
    let first = stage.account["first_sandbox"].as_str().unwrap().to_owned();
    let get = |who: &'static str, path: String| (who, "GET", path, json!(null));
    let told = refused(
        &stage,
        &[
            get("key", format!("{KEYS}/key_0123456789abcdef")),
            get("key", format!("{KEYS}/nonsense")),
            get("key", other.clone()),
            ("key", "DELETE", other.clone(), json!(null)),
            post(format!("{other}/rotate"), json!({"expires_at": "now"})),
            get("key", live.clone()),
            get("key", format!("{KEYS}?limit=0")),
            get("key", format!("{KEYS}?colour=red")),
            get("owner", format!("{KEYS}?account=acct_0123456789abcdef&mode=live")),
            get("owner", format!("{KEYS}?account={account}&mode=other")),
            get("owner", "/api/v1/members?realm=nonsense".into()),
            ("owner", "DELETE", format!("/api/v1/sandboxes/{first}"), json!(null)),
            ("owner", "DELETE", "/api/v1/sandboxes/sbx_0123456789abcdef".into(), json!(null)),
            get("owner", "/api/v1/nothing".into()),
            ("owner", "DELETE", KEYS.into(), json!(null)),
        ],
    );
    insta::assert_snapshot!(told, @r#"
404 invalid_request_error resource_missing id: No such key: 'key_0123456789abcdef'.
404 invalid_request_error resource_missing id: No such key: 'nonsense'.
404 invalid_request_error resource_missing id: No such key: 'key_(another account's)'.
404 invalid_request_error resource_missing id: No such key: 'key_(another account's)'.
404 invalid_request_error resource_missing id: No such key: 'key_(another account's)'.
404 invalid_request_error resource_missing id: No such key: 'key_(own, live)'.
400 invalid_request_error parameters_malformed -: Failed to deserialize query string: limit: a page has 1 to 100 entries.
400 invalid_request_error parameters_malformed -: Failed to deserialize query string: colour: unknown field `colour`, expected one of `account`, `mode`, `limit`, `starting_after`.
404 invalid_request_error resource_missing id: No such account: 'acct_0123456789abcdef'.
400 invalid_request_error parameters_malformed -: Failed to deserialize query string: mode: a mode is `live` or a sandbox: not a sandbox id: it is `sbx_` followed by 16 letters and digits.
400 invalid_request_error parameter_invalid realm: `realm`: not the id of an organization, an account or a sandbox.
400 invalid_request_error first_sandbox_stays -: The sandbox that the account was born with cannot be deleted.
404 invalid_request_error resource_missing -: The account has no such sandbox.
404 invalid_request_error url_unknown -: Unrecognized request URL (GET: /api/v1/nothing).
405 invalid_request_error method_not_allowed -: /api/v1/keys does not take the method DELETE; see `Allow`.
"#);
}

#[test]
fn accounts_sandboxes_and_people() {
    let stage = Stage::new();
    let account = stage.account["id"].as_str().unwrap();
    let organization = stage.people.organization.to_string();
    let owner = |path: &str, body: Value| ("owner", "POST", path.to_owned(), body);
    let connected = stage.world().post(
        "/api/v1/accounts",
        &stage.people.token,
        &json!({"name": "Connected", "platform": account}).to_string(),
    );
    let connected = connected.json()["id"].clone();
    let path = format!("/api/v1/accounts/{account}");
    let invite = |email: &str, realm: &str, role: &str| {
        owner("/api/v1/invitations", json!({"email": email, "realm": realm, "role": role}))
    };
    let told = refused(
        &stage,
        &[
            owner("/api/v1/accounts", json!({"name": ""})),
            owner(
                "/api/v1/accounts",
                json!({"name": "a", "organization": organization, "platform": account}),
            ),
            owner(
                "/api/v1/accounts",
                json!({"name": "a", "organization": "org_0123456789abcdefghijklm"}),
            ),
            owner("/api/v1/accounts", json!({"name": "a", "platform": connected})),
            owner(&path, json!({})),
            owner(&path, json!({"version": "2020-01-01"})),
            owner(&path, json!({"name": "a\u{202e}b"})),
            owner(&format!("{path}/sandboxes"), json!({"name": ""})),
            invite("no address", account, "developer"),
            invite("a@example.com", account, "boss"),
            invite("a@example.com", "nonsense", "developer"),
            invite("a@example.com", "acct_0123456789abcdef", "developer"),
            owner("/api/v1/sessions", json!({"email": "ada@example.com"})),
            owner(
                "/api/v1/password",
                json!({"password": "wrong", "new_password": "long enough it is"}),
            ),
            owner(
                "/api/v1/users/confirm",
                json!({"token": "nonsense", "new_password": "long enough it is"}),
            ),
            owner("/api/v1/invitations/accept", json!({"token": "nonsense"})),
            owner("/api/v1/user/authenticator/confirm", json!({"code": "123456"})),
        ],
    );
    insta::assert_snapshot!(told, @r#"
400 invalid_request_error parameter_invalid name: A name has 1 to 200 characters and no control characters.
400 invalid_request_error parameter_invalid platform: An account belongs to an organization or to a platform, and not to both.
404 invalid_request_error resource_missing id: No such organization: 'org_0123456789abcdefghijklm'.
400 invalid_request_error account_invalid -: A connected account cannot have connected accounts of its own.
400 invalid_request_error parameters_malformed -: Say what is to change: name or version.
400 invalid_request_error parameter_invalid version: The API has no such version; its newest is 2026-06-24.dahlia.
400 invalid_request_error parameter_invalid name: A name has 1 to 200 characters and no control characters.
400 invalid_request_error parameter_invalid name: A name has 1 to 200 characters and no control characters.
400 invalid_request_error parameter_invalid email: This is no email address; one looks like jenny@example.com.
400 invalid_request_error parameter_invalid role: There is no such role; there are owner, administrator, developer, iam_administrator, analyst, view_only, and in a sandbox sandbox_administrator and sandbox_user.
400 invalid_request_error parameter_invalid realm: `realm`: not the id of an organization, an account or a sandbox.
404 invalid_request_error resource_missing id: No such account: 'acct_0123456789abcdef'.
400 invalid_request_error parameters_malformed -: The body cannot be read: missing field `password` at line 1 column 27.
403 invalid_request_error password_wrong password: This is not your password.
400 invalid_request_error link_expired -: This link is no longer good; ask for a new one.
400 invalid_request_error invitation_expired -: This invitation is no longer good; ask for a new one.
403 invalid_request_error verification_failed -: No authenticator app is set up.
"#);
}

#[test]
fn accounts_that_cannot_be_deleted() {
    let stage = Stage::new();
    let path = |id: &str| format!("/api/v1/accounts/{id}");
    let account = stage.account["id"].as_str().unwrap();
    let body = json!({"name": "Connected", "platform": account}).to_string();
    let connected = stage.world().post("/api/v1/accounts", &stage.people.token, &body).json();
    let connected = connected["id"].as_str().unwrap();
    let delete = |who: &'static str, path: String| (who, "DELETE", path, json!(null));
    let told = refused(
        &stage,
        &[
            delete("owner", path(account)),
            delete("owner", path(connected)),
            delete("owner", path("acct_0123456789abcdef")),
            delete("owner", path("nonsense")),
            delete("analyst", path(account)),
            delete("analyst", path(connected)),
            delete("stale", path(account)),
            delete("key", path(account)),
            delete("live key", path(account)),
        ],
    );
    insta::assert_snapshot!(told.replace(connected, "acct_connected"), @"
    400 invalid_request_error account_has_connected -: Accounts are connected to this one, and would lose their platform; delete them first.
    403 invalid_request_error verification_required -: A verification code was sent to ada@example.com; send the same request again with it in the header `Verification-Code`.
    404 invalid_request_error resource_missing id: No such account: 'acct_0123456789abcdef'.
    404 invalid_request_error resource_missing id: No such account: 'nonsense'.
    403 invalid_request_error not_allowed -: Your role does not allow this; ask an owner or administrator.
    403 invalid_request_error not_allowed -: Your role does not allow this; ask an owner or administrator.
    401 authentication_error session_ended -: The session has ended; sign in again.
    403 invalid_request_error not_allowed -: An API key manages what it acts on, which is one account and mode or one organization, and nothing else.
    403 invalid_request_error not_allowed -: An API key manages what it acts on, which is one account and mode or one organization, and nothing else.
    ");
}
