//! Keys of organizations as callers: on which account they act, or on the organization itself, and how far.

mod listed;

use keys::{
    AccountId, Asker, Belonging, Change, Command, Grants, Kind, Livemode, Minted, Mode,
    OrganizationId, Permissions, Place, Realm, Role, SandboxId,
};
use serde_json::{Value, json};

use super::{KEYS, key_in};
use crate::people::history::told;
use crate::people::{People, account_id};
use crate::world::{Answer, World, now, random};

const VERSION: &str = "Stripe-Version: 2026-06-24.dahlia";

/// A new key of that organization with these permissions.
pub(crate) fn key_of(
    world: &World,
    (organization, livemode): (OrganizationId, Livemode),
    own: &[&str],
    connect: &[&str],
) -> Minted {
    let read = |texts: &[&str]| Permissions::parse(texts.iter().copied()).unwrap();
    let grants = Grants { own: read(own), connect: read(connect) };
    let name = "Caller".to_owned();
    let create =
        Command::CreateOrganizationKey { organization, livemode, name, note: None, grants };
    let changes = carried_out(world, create);
    changes.into_iter().find_map(Change::into_made).unwrap()
}

pub(crate) fn carried_out(world: &World, command: Command) -> Vec<Change> {
    let (asker, mut chance) = (Asker::system(), random);
    let carried = world.store.carry_out(&asker, command, now(), &mut chance);
    world.block_on(carried).unwrap().changes
}

/// A new account that is connected to that one, and its first sandbox.
pub(crate) fn connected_to(world: &World, platform: AccountId) -> (AccountId, SandboxId) {
    let belonging = Belonging::Platform(platform);
    let changes = carried_out(world, Command::OpenAccount { name: "Driver".into(), belonging });
    let account = changes.iter().find_map(Change::account).unwrap();
    (account.id, account.first_sandbox)
}

/// Whose requests carry the same headers.
pub(crate) struct Program<'w> {
    pub(crate) world: &'w World,
    pub(crate) lines: Vec<String>,
}

impl<'w> Program<'w> {
    pub(crate) fn new(world: &'w World, key: &str) -> Self {
        Self { world, lines: vec![format!("Authorization: Bearer {key}")] }
    }

    /// The same with one more header.
    pub(crate) fn with(mut self, line: impl Into<String>) -> Self {
        self.lines.push(line.into());
        self
    }

    fn ask(&self, first: &str) -> Answer {
        let lines: Vec<&str> = self.lines.iter().map(String::as_str).collect();
        self.world.ask(first, &lines)
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask(&format!("GET {path}"))
    }

    pub(crate) fn delete(&self, path: &str) -> Answer {
        self.ask(&format!("DELETE {path}"))
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        let lines: String = self.lines.iter().flat_map(|line| [line, "\r\n"]).collect();
        self.world.post_lines(path, &lines, &body.to_string())
    }
}

/// An organization with an account, which has one connected to it.
struct Stage {
    people: People,
    account: AccountId,
    sandbox: SandboxId,
    connected: (AccountId, SandboxId),
}

impl Stage {
    fn new() -> Self {
        let people = People::new();
        let opened = people.account();
        let account = account_id(&opened);
        let sandbox = opened["first_sandbox"].as_str().unwrap().parse().unwrap();
        let connected = connected_to(&people.world, account);
        Self { people, account, sandbox, connected }
    }

    fn world(&self) -> &World {
        &self.people.world
    }

    fn key(&self, livemode: Livemode, own: &[&str]) -> Minted {
        key_of(self.world(), (self.people.organization, livemode), own, &[])
    }

    /// A program that says the version, and acts on the organization.
    fn program(&self, key: &Minted) -> Program<'_> {
        Program::new(self.world(), key.value.expose()).with(VERSION)
    }

    /// One that acts on an account of it.
    fn acting(&self, key: &Minted, context: impl std::fmt::Display) -> Program<'_> {
        self.program(key).with(format!("Stripe-Context: {context}"))
    }

    fn place(&self, livemode: Livemode) -> Place {
        let mode = match livemode {
            Livemode::Live => Mode::Live,
            Livemode::Test => Mode::Sandbox(self.sandbox),
        };
        Place { account: self.account, mode }
    }

    /// The path of the first key of the account's side.
    fn key_there(&self, livemode: Livemode) -> String {
        let keys = self.world().block_on(self.world().store.keys(self.place(livemode))).unwrap();
        let secret = keys.into_iter().find(|key| key.kind == Kind::Secret).unwrap();
        format!("{KEYS}/{}", secret.id)
    }

    fn of_organization(&self) -> String {
        format!("/api/v1/organizations/{}", self.people.organization)
    }
}

/// In a word: whether it was let in, and what it was told.
fn said(answer: &Answer) -> String {
    match answer.json()["error"]["code"].as_str() {
        Some("more_permissions_required") => "   -".to_owned(),
        Some("person_required") => " ask".to_owned(),
        Some("context_required") => " say".to_owned(),
        Some("not_allowed") => "  no".to_owned(),
        Some(_) | None => format!(" {}", answer.status()),
    }
}

/// The answers to one request of each sort.
fn row(stage: &Stage, program: &Program<'_>, livemode: Livemode, own: &Minted) -> String {
    let (account, sandbox, of) = (stage.account, stage.sandbox, stage.of_organization());
    let (there, own) = (stage.key_there(livemode), format!("{KEYS}/{}", own.key.id));
    let restricted = json!({"type": "restricted", "name": "New"});
    let create = json!({"livemode": livemode == Livemode::Live, "name": "New"});
    let organization = stage.people.organization;
    let answers = [
        program.get(KEYS),
        program.get(&there),
        program.post(KEYS, &restricted),
        program.post(&there, &json!({"note": ""})),
        program.get("/api/v1/events"),
        program.get(&format!("/api/v1/accounts/{account}")),
        program.post(&format!("/api/v1/accounts/{account}"), &json!({"name": "Rides"})),
        program.get(&format!("/api/v1/accounts/{account}/sandboxes")),
        program.get(&format!("/api/v1/sandboxes/{sandbox}")),
        program.post(&format!("/api/v1/sandboxes/{sandbox}"), &json!({"name": "Sandbox"})),
        program.get(&format!("/api/v1/members?realm={account}")),
        program.get(&format!("/api/v1/invitations?realm={sandbox}")),
        program.get("/api/v1/accounts"),
        program.get("/api/v1/organizations"),
        program.get(&of),
        program.get(&format!("{of}/keys")),
        program.post(&format!("{of}/keys"), &create),
        program.get(&own),
        program.post(&own, &json!({"note": ""})),
        program.get(&format!("/api/v1/members?realm={organization}")),
        program.post("/api/v1/accounts", &json!({"name": "New", "organization": organization})),
        program.post(&format!("/api/v1/accounts/{account}/sandboxes"), &json!({"name": "New"})),
        program.get("/api/v1/user"),
    ];
    answers.iter().map(said).collect()
}

const SORTS: &str =
    "keys one new ren evt acc  ch box sbx ren mem inv lst org one  ks new own ren mem opn add usr";

#[test]
fn this_is_what_each_permission_opens_to_a_key_of_an_organization() {
    let stage = Stage::new();
    let mut table = vec![format!("{:27}{SORTS}", "")];
    for livemode in [Livemode::Test, Livemode::Live] {
        let side = livemode.as_str();
        for permission in [
            None,
            Some("api_key_read"),
            Some("api_key_write"),
            Some("account_read"),
            Some("account_write"),
            Some("member_read"),
            Some("member_write"),
        ] {
            let own: Vec<&str> = permission.into_iter().collect();
            let key = stage.key(livemode, &own);
            let name = permission.unwrap_or_default();
            let at_home = row(&stage, &stage.program(&key), livemode, &key);
            let acting = row(&stage, &stage.acting(&key, stage.account), livemode, &key);
            table.push(format!("{side} {name:14} itself {at_home}"));
            table.push(format!("{side} {name:14} account{acting}"));
        }
    }
    insta::assert_snapshot!(table.join("\n"), @"
                               keys one new ren evt acc  ch box sbx ren mem inv lst org one  ks new own ren mem opn add usr
    test                itself    -   -   -   -   -   -   -   -   -   -   -   -   -   -   -   -   -   -   -   -   -   -   -
    test                account   -   -   -   -   -   -   -   -   -   -   -   -   -  no  no  no  no   -   -   -   -   -   -
    test api_key_read   itself  say 404   -   -  no   -   -   -   -   -   -   -   -   -   - 200   - 200   -   -   -   -   -
    test api_key_read   account 200 200   -   - 200   -   -   -   -   -   -   -   -  no  no  no  no 404   -   -   -   -   -
    test api_key_write  itself  say 404 say 404  no   -   -   -   -   -   -   -   -   -   - 200 200 200 200   -   -   -   -
    test api_key_write  account 200 200 200 403 200   -   -   -   -   -   -   -   -  no  no  no  no 404 404   -   -   -   -
    test account_read   itself    -   -   -   -   - 200   - 200 say   -   -   - 200 200 200   -   -   -   -   -   -   -   -
    test account_read   account   -   -   -   -   - 200   - 200 200   -   -   - 200  no  no  no  no   -   -   -   -   -   -
    test account_write  itself    -   -   -   -   - 200  no 200 say say   -   - 200 200 200   -   -   -   -   -   -   -   -
    test account_write  account   -   -   -   -   - 200  no 200 200  no   -   - 200  no  no  no  no   -   -   -   -   -   -
    test member_read    itself    -   -   -   -   -   -   -   -   -   - say say   -   -   -   -   -   -   -  no   -   -   -
    test member_read    account   -   -   -   -   -   -   -   -   -   -  no 200   -  no  no  no  no   -   - 404   -   -   -
    test member_write   itself    -   -   -   -   -   -   -   -   -   - say say   -   -   -   -   -   -   -  no   -   -   -
    test member_write   account   -   -   -   -   -   -   -   -   -   -  no 200   -  no  no  no  no   -   - 404   -   -   -
    live                itself    -   -   -   -   -   -   -   -   -   -   -   -   -   -   -   -   -   -   -   -   -   -   -
    live                account   -   -   -   -   -   -   -   -   -   -   -   -   -  no  no  no  no   -   -   -   -   -   -
    live api_key_read   itself  say 404   -   - 200   -   -   -   -   -   -   -   -   -   - 200   - 200   -   -   -   -   -
    live api_key_read   account 200 200   -   - 200   -   -   -   -   -   -   -   -  no  no  no  no 404   -   -   -   -   -
    live api_key_write  itself  say 404 say 404 200   -   -   -   -   -   -   -   -   -   - 200 ask 200 200   -   -   -   -
    live api_key_write  account 200 200 ask 403 200   -   -   -   -   -   -   -   -  no  no  no  no 404 404   -   -   -   -
    live account_read   itself    -   -   -   -   - 200   - 200 say   -   -   - 200 200 200   -   -   -   -   -   -   -   -
    live account_read   account   -   -   -   -   - 200   - 200 200   -   -   - 200  no  no  no  no   -   -   -   -   -   -
    live account_write  itself    -   -   -   -   - 200 200 200 say say   -   - 200 200 200   -   -   -   -   -   -   -   -
    live account_write  account   -   -   -   -   - 200 200 200 200 200   -   - 200  no  no  no  no   -   -   -   -   -   -
    live member_read    itself    -   -   -   -   -   -   -   -   -   - say say   -   -   -   -   -   -   - 200   -   -   -
    live member_read    account   -   -   -   -   -   -   -   -   -   - 200 200   -  no  no  no  no   -   - 404   -   -   -
    live member_write   itself    -   -   -   -   -   -   -   -   -   - say say   -   -   -   -   -   -   - 200   -   -   -
    live member_write   account   -   -   -   -   -   -   -   -   -   - 200 200   -  no  no  no  no   -   - 404   -   -   -
    ");
}

#[test]
fn it_names_a_version_each_time_and_an_account_of_its_organization_where_it_acts_on_one() {
    let stage = Stage::new();
    let (world, key) = (stage.world(), stage.key(Livemode::Test, &["api_key_write"]));
    let bare = || Program::new(world, key.value.expose());
    let foreign = world.own.minted(Kind::Secret, Livemode::Test).key.home.place().unwrap().account;
    let (connected, _) = stage.connected;
    let context = |context: String| bare().with(VERSION).with(format!("Stripe-Context: {context}"));
    let programs = [
        bare(),
        bare().with(format!("Stripe-Context: {}", stage.account)),
        bare().with("Stripe-Version: 2020-01-01"),
        bare().with(VERSION).with(VERSION),
        bare().with(VERSION),
        context(foreign.to_string()),
        context("acct_0000000000000000".to_owned()),
        context(connected.to_string()),
        context(format!("{}/{foreign}", stage.account)),
        context("acct_".to_owned()),
        context(stage.account.to_string()).with(format!("Stripe-Account: {foreign}")),
    ];
    let tail = &key.value.expose()[key.value.expose().len() - 4..];
    let told = programs.map(|program| {
        let error = program.get(KEYS).error().replace(tail, "4a7Q");
        error.replace(&foreign.to_string(), "FOREIGN").replace(&connected.to_string(), "CONNECTED")
    });
    insta::assert_snapshot!(told.join("\n"), @"
    400 invalid_request_error version_required -: An organization key needs an API version in the header Stripe-Version; the newest is 2026-06-24.dahlia.
    400 invalid_request_error version_required -: An organization key needs an API version in the header Stripe-Version; the newest is 2026-06-24.dahlia.
    400 invalid_request_error version_unknown -: The API version in the header Stripe-Version is not known; the newest is 2026-06-24.dahlia.
    400 invalid_request_error request_ambiguous -: This request can be read in more than one way and was not forwarded: there is more than one version header.
    400 invalid_request_error context_required -: An organization key needs the account to act on in the header Stripe-Context: acct_… or acct_…/acct_….
    403 invalid_request_error account_invalid -: The provided key 'sk_org_test_**********4a7Q' has no access to account 'FOREIGN', or that account does not exist.
    403 invalid_request_error account_invalid -: The provided key 'sk_org_test_**********4a7Q' has no access to account 'acct_0000000000000000', or that account does not exist.
    403 invalid_request_error account_invalid -: The provided key 'sk_org_test_**********4a7Q' has no access to account 'CONNECTED', or that account does not exist.
    403 invalid_request_error account_invalid -: The provided key 'sk_org_test_**********4a7Q' has no access to account 'FOREIGN', or that account does not exist.
    400 invalid_request_error context_invalid -: The account to act on cannot be read: write it as `acct_…` or `acct_…/acct_…`.
    400 invalid_request_error context_invalid -: The account to act on cannot be read: the two context headers name different accounts; send only one of them.
    ");
    let listed = context(stage.account.to_string()).get(KEYS).json();
    let listed = listed["data"].as_array().unwrap();
    assert!(!listed.is_empty() && listed.iter().all(|key| key["mode"] == json!(stage.sandbox)));
}

#[test]
fn the_account_that_the_path_names_is_acted_on_and_a_foreign_one_is_as_one_that_is_not_there() {
    let stage = Stage::new();
    let world = stage.world();
    let key = stage.key(Livemode::Live, &["account_write", "member_write"]);
    let program = stage.program(&key);
    let path = |id: &str| format!("/api/v1/accounts/{id}");
    let own = path(&stage.account.to_string());
    assert_eq!(program.get(&own).json()["id"], json!(stage.account));
    assert_eq!(program.post(&own, &json!({"name": "Boats"})).json()["name"], "Boats");
    let foreign = world.own.minted(Kind::Secret, Livemode::Test).key.home.place().unwrap().account;
    let connected = stage.connected.0;
    let other = stage.people.account()["id"].as_str().unwrap().to_owned();
    let acting = stage.acting(&key, stage.account);
    let user = "usr_0123456789abcdef";
    let shapes = [foreign.to_string(), connected.to_string(), "acct_0000000000000000".to_owned()]
        .map(|id| {
            let (path, role) = (path(&id), format!("/api/v1/members/{id}/{user}/analyst"));
            let answers = [
                program.get(&path),
                program.get(&format!("{path}/sandboxes")),
                program.post(&path, &json!({"name": "Mine"})),
                acting.get(&path),
                acting.post(&path, &json!({"name": "Mine"})),
                acting.delete(&role),
            ];
            answers.map(|answer| answer.error().replace(&id, "ID")).join("\n")
        });
    insta::assert_snapshot!(shapes[0], @"
    404 invalid_request_error resource_missing id: No such account: 'ID'.
    404 invalid_request_error resource_missing id: No such account: 'ID'.
    404 invalid_request_error resource_missing id: No such account: 'ID'.
    404 invalid_request_error resource_missing id: No such account: 'ID'.
    404 invalid_request_error resource_missing id: No such account: 'ID'.
    404 invalid_request_error resource_missing id: No such account: 'ID'.
    ");
    assert!(shapes.iter().all(|shape| *shape == shapes[0]), "{shapes:?}");
    // One of its own that another header does not mean is not acted on either.
    assert_eq!(acting.get(&path(&other)).status(), 404);
    assert_eq!(program.get(&path(&other)).status(), 200);
    // A deleted one is of nobody.
    let deleted = Command::DeleteAccount { account: other.parse().unwrap() };
    carried_out(world, deleted);
    assert_eq!(program.get(&path(&other)).status(), 404);
    assert!(stage.acting(&key, &other).get("/api/v1/accounts").error().contains("account_invalid"));
    let listed = program.get("/api/v1/accounts").json();
    let ids: Vec<&Value> =
        listed["data"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
    assert_eq!(ids, [&json!(stage.account)]);
}

#[test]
fn on_a_connected_account_those_permissions_count_that_it_holds_for_connected_ones() {
    let stage = Stage::new();
    let organization = (stage.people.organization, Livemode::Test);
    let own = ["api_key_write", "charge_write"];
    let connect = ["api_key_write", "customer_write"];
    let way = format!("{}/{}", stage.account, stage.connected.0);
    let create = |connect: &[&str], permissions: &[&str], further: &[&str]| {
        let key = key_of(stage.world(), organization, &own, connect);
        let body = json!({"type": "restricted", "name": "New", "permissions": permissions,
            "connect_permissions": further});
        stage.acting(&key, &way).post(KEYS, &body)
    };
    let made = create(&connect, &["customer_read"], &[]).json();
    assert_eq!(made["account"], json!(stage.connected.0));
    assert_eq!(made["mode"], json!(stage.connected.1));
    let codes = [
        create(&[], &["customer_read"], &[]),
        create(&connect, &["charge_read"], &[]),
        create(&connect, &[], &["customer_read"]),
    ]
    .map(|answer| answer.json()["error"]["code"].as_str().unwrap().to_owned());
    assert_eq!(codes, ["more_permissions_required", "more_than_own", "more_than_own"]);
}

#[test]
fn it_hands_out_no_more_than_it_has_and_no_key_that_reaches_further() {
    let stage = Stage::new();
    let own = ["account_read", "api_key_write", "customer_write"];
    let key = stage.key(Livemode::Test, &own);
    let (program, acting) = (stage.program(&key), stage.acting(&key, stage.account));
    let list = format!("{}/keys", stage.of_organization());
    let of_organization = |permissions: &[&str], live: bool| {
        let body = json!({"livemode": live, "name": "New", "permissions": permissions});
        program.post(&list, &body)
    };
    let made = of_organization(&["customer_read"], false).json();
    assert!(made["secret"].as_str().unwrap().starts_with("sk_org_test_"));
    let path = format!("{KEYS}/{}", made["id"].as_str().unwrap());
    let edited = program.post(&path, &json!({"permissions": own}));
    assert_eq!(edited.json()["permissions"], json!(own));
    let copy = program.post(&format!("{path}/duplicate"), &json!({})).json();
    assert_eq!(copy["permissions"], json!(own));
    let more = key_of(
        stage.world(),
        (stage.people.organization, Livemode::Test),
        &["customer_read"],
        &["customer_read"],
    );
    let more = format!("{KEYS}/{}", more.key.id);
    let there = stage.key_there(Livemode::Test);
    let elsewhere = Place { account: stage.connected.0, mode: Mode::Sandbox(stage.connected.1) };
    let there_made = acting.post(
        KEYS,
        &json!({"type": "restricted", "name": "New",
        "permissions": ["customer_write"]}),
    );
    assert_eq!(there_made.status(), 200, "{there_made:?}");
    let there_made = format!("{KEYS}/{}", there_made.json()["id"].as_str().unwrap());
    let refused = [
        of_organization(&["charge_read"], false),
        program.post(&path, &json!({"permissions": ["charge_read"]})),
        program.post(&path, &json!({"connect_permissions": ["customer_read"]})),
        program.post(&format!("{more}/reveal"), &json!({})),
        program.post(&format!("{more}/duplicate"), &json!({})),
        program.post(&format!("{more}/rotate"), &json!({"expires_at": "now"})),
        acting.post(KEYS, &json!({"name": "Secret"})),
        acting.post(&format!("{there}/reveal"), &json!({})),
        acting.post(&format!("{there}/rotate"), &json!({"expires_at": "now"})),
        acting.post(&there_made, &json!({"permissions": ["charge_read"]})),
        acting.post(&there_made, &json!({"connect_permissions": ["customer_read"]})),
    ];
    for answer in refused {
        insta::allow_duplicates! {
            insta::assert_snapshot!(answer.error(), @"403 invalid_request_error more_than_own -: Nobody can hand out more than they have themselves.");
        }
    }
    // What is of another side, or another place, is not there, or not its own to make.
    let live = stage.key(Livemode::Live, &[]);
    let organization = stage.people.organization;
    let place = json!({"account": elsewhere.account, "mode": elsewhere.mode.to_string(),
        "type": "restricted", "name": "New"});
    let statuses = [
        of_organization(&[], true),
        program.get(&format!("{list}?livemode=true")),
        program.get(&format!("{KEYS}/{}", live.key.id)),
        program.get(&stage.key_there(Livemode::Live)),
        acting.get(&stage.key_there(Livemode::Live)),
        acting.get(&path),
        acting.post(KEYS, &place),
        acting.post(KEYS, &json!({"mode": "live", "type": "restricted", "name": "New"})),
        acting.get(&format!("/api/v1/events?organization={organization}")),
        program.get("/api/v1/organizations/org_00000000000000000000000/keys"),
        program.get("/api/v1/events?organization=org_00000000000000000000000"),
    ]
    .map(|answer| answer.status());
    assert_eq!(statuses, [403, 403, 404, 404, 404, 404, 404, 403, 403, 404, 404]);
}

#[test]
fn an_organization_key_that_works_from_some_addresses_makes_keys_that_work_from_there() {
    let stage = Stage::new();
    let key = stage.key(Livemode::Test, &["api_key_write"]);
    let (program, acting) = (stage.program(&key), stage.acting(&key, stage.account));
    let here = json!(["127.0.0.1"]);
    let path = format!("{KEYS}/{}", key.key.id);
    let restrict = |list: &Value| program.post(&path, &json!({"ip_allowlist": list}));
    assert_eq!(restrict(&here).json()["ip_allowlist"], here);
    let list = format!("{}/keys", stage.of_organization());
    let made = [
        program.post(&list, &json!({"livemode": false, "name": "New"})),
        program.post(&format!("{path}/duplicate"), &json!({})),
        acting.post(KEYS, &json!({"type": "restricted", "name": "New"})),
    ];
    for answer in made {
        assert_eq!(answer.json()["ip_allowlist"], here, "{answer:?}");
    }
    assert!(restrict(&Value::Null).error().contains(" more_than_own "));
}

#[test]
fn what_takes_a_code_is_not_for_a_live_one() {
    let stage = Stage::new();
    let key = stage.key(Livemode::Live, &["account_write", "api_key_write", "member_write"]);
    let (program, acting) = (stage.program(&key), stage.acting(&key, stage.account));
    let list = format!("{}/keys", stage.of_organization());
    let other = format!("{KEYS}/{}", stage.key(Livemode::Live, &["api_key_read"]).key.id);
    let restricted = json!({"type": "restricted", "name": "New"});
    let rotation = json!({"next_at": "2026-12-01T00:00:00Z"});
    let asked = [
        program.post(&list, &json!({"livemode": true, "name": "New"})),
        program.post(&other, &json!({"ip_allowlist": ["127.0.0.1"]})),
        program.post(&other, &json!({"permissions": []})),
        program.post(&format!("{other}/duplicate"), &json!({})),
        program.post(&format!("{other}/reveal"), &json!({})),
        program.post(&format!("{other}/rotate"), &json!({"expires_at": "now"})),
        program.post(&format!("{other}/rotation"), &rotation),
        acting.post(KEYS, &restricted),
        acting.post(&format!("{}/reveal", stage.key_there(Livemode::Live)), &json!({})),
    ];
    for answer in asked {
        assert_eq!(answer.json()["error"]["code"], "person_required", "{answer:?}");
    }
    assert_eq!(program.post(&other, &json!({"name": "Old"})).json()["name"], "Old");
    assert_eq!(program.delete(&other).json()["status"], "deleted");
    let there = key_in(stage.world(), stage.place(Livemode::Live), Some(&["charge_write"]));
    let keys = stage.world().block_on(stage.world().store.keys(stage.place(Livemode::Live)));
    let tail = &there[there.len() - 4..];
    let there = keys.unwrap().into_iter().find(|key| key.tail == tail.as_bytes()).unwrap();
    let there = format!("{KEYS}/{}", there.id);
    assert_eq!(acting.delete(&there).json()["status"], "deleted", "to end one hands nothing out");
}

#[test]
fn it_takes_roles_away_but_no_owner_s_and_gives_none() {
    let stage = Stage::new();
    let (people, organization) = (&stage.people, stage.people.organization);
    let realm = Realm::Organization(organization);
    people.member("ana", realm, Role::Analyst);
    people.member("dan", Realm::Account(stage.account), Role::Developer);
    let key = stage.key(Livemode::Live, &["member_write"]);
    let program = stage.program(&key);
    let paths = |realm: &str, context: Option<AccountId>| {
        let program = match context {
            Some(account) => stage.acting(&key, account),
            None => stage.program(&key),
        };
        let list = program.get(&format!("/api/v1/members?realm={realm}")).json();
        let path = |one: &Value| {
            let text = |field: &str| one[field].as_str().unwrap().to_owned();
            (text("role"), format!("/api/v1/members/{realm}/{}/{}", text("user"), text("role")))
        };
        list["data"].as_array().unwrap().iter().map(path).collect::<Vec<_>>()
    };
    let of_organization = paths(&organization.to_string(), None);
    assert_eq!(of_organization.len(), 2);
    let of_role = |role: &str| {
        let found = of_organization.iter().find(|(named, _)| named == role);
        found.map(|(_, path)| path.as_str()).unwrap()
    };
    let (owner, analyst) = (of_role("owner"), of_role("analyst"));
    assert_eq!(program.post(analyst, &json!({"role": "view_only"})).status(), 403);
    assert!(program.delete(owner).error().contains(" not_allowed "));
    assert_eq!(program.delete(analyst).json()["deleted"], true);
    let of_account = paths(&stage.account.to_string(), Some(stage.account));
    let [(_, developer)] = of_account.as_slice() else { panic!("{of_account:?}") };
    assert_eq!(program.delete(developer).json()["deleted"], true, "the path names the account");
    let invite = json!({"email": "eve@example.com", "realm": organization, "role": "analyst"});
    assert_eq!(program.post("/api/v1/invitations", &invite).status(), 403);
    let test = stage.key(Livemode::Test, &["member_read"]);
    let list = format!("/api/v1/members?realm={organization}");
    insta::assert_snapshot!(stage.program(&test).get(&list).error(), @"403 invalid_request_error not_allowed -: This concerns more than sandboxes, which are all that this key manages; use a live key.");
}

#[test]
fn what_it_did_is_in_the_history_of_what_it_acted_on_and_names_the_key() {
    let stage = Stage::new();
    let (world, people) = (stage.world(), &stage.people);
    let key = stage.key(Livemode::Test, &["api_key_write"]);
    let (program, acting) = (stage.program(&key), stage.acting(&key, stage.account));
    let list = format!("{}/keys", stage.of_organization());
    program.post(&list, &json!({"livemode": false, "name": "New"}));
    program.post(&list, &json!({"livemode": true, "name": "New"}));
    acting.post(KEYS, &json!({"type": "restricted", "name": "New"}));
    acting.post(KEYS, &json!({"name": "Secret"}));
    acting.delete(&format!("{KEYS}/key_0123456789abcdef"));
    let by = format!("&actor={}", key.key.id);
    let of_organization = format!("&organization={}{by}", people.organization);
    insta::assert_snapshot!(told(world, &of_organization, &people.token), @"
    api_key.created done key key
    api_key.created not_allowed key -
    ");
    let of_account = format!("&account={}{by}", stage.account);
    insta::assert_snapshot!(told(world, &of_account, &people.token), @"
    api_key.created done key key
    api_key.created more_than_own key -
    api_key.deleted resource_missing key key
    ");
    // It reads the history of where it acts, too, as far as that is about keys.
    people.member("ana", Realm::Organization(people.organization), Role::Analyst);
    let reader = stage.key(Livemode::Live, &["api_key_read"]);
    let kinds = |program: &Program<'_>| {
        let events = program.get("/api/v1/events?limit=100").json();
        let kinds = events["data"].as_array().unwrap().iter();
        let mut kinds: Vec<_> =
            kinds.map(|event| event["type"].as_str().unwrap().to_owned()).collect();
        kinds.sort();
        kinds.dedup();
        kinds.join(" ")
    };
    assert_eq!(kinds(&stage.program(&reader)), "api_key.created");
    assert_eq!(kinds(&acting), "api_key.created api_key.deleted");
}

#[test]
fn the_same_request_about_another_account_is_another_request() {
    let stage = Stage::new();
    let other = account_id(&stage.people.account());
    let key = stage.key(Livemode::Test, &["api_key_write"]);
    let create = |account: AccountId| {
        let program = stage.acting(&key, account).with("Idempotency-Key: one");
        program.post(KEYS, &json!({"type": "restricted", "name": "New"}))
    };
    let made = create(stage.account).json();
    let again = create(stage.account);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!((&again.json()["id"], again.json().get("secret")), (&made["id"], None));
    assert!(create(other).error().contains(" idempotency_key_reused "));
}
