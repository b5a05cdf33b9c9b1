use std::collections::BTreeMap;

use super::*;
use crate::{AllowList, ContextError, Permissions, SandboxId};

const PLATFORM: &str = "acct_1R3fqDP6919yCiFv";
const CONNECTED: &str = "acct_1032D82eZvKYlo2C";
const STANDALONE: &str = "acct_1aTnTtAAB0hHJ26p";
const FOREIGN: &str = "acct_0000000000000001";
const NEWEST: &[u8] = b"2026-06-24.dahlia";
const NO_GRANTS: &Grants = &Grants::none();
const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);

impl Accounts for BTreeMap<AccountId, AccountFact> {
    fn account(&self, id: &AccountId) -> Option<&AccountFact> {
        self.get(id)
    }
}

struct World {
    accounts: BTreeMap<AccountId, AccountFact>,
    api: Api,
    anywhere: IpRestriction,
}

fn sandbox(letter: char) -> SandboxId {
    format!("sbx_{}", letter.to_string().repeat(16)).parse().unwrap()
}

fn organization() -> OrganizationId {
    "org_6SD3oI0eSQemPzdmaGLJ5j6".parse().unwrap()
}

fn world() -> World {
    let account = |id: &str, platform: Option<&str>, letter| AccountFact {
        id: id.parse().unwrap(),
        organization: (platform.is_none() && letter != 'x').then(organization),
        platform: platform.map(|id| id.parse().unwrap()),
        first_sandbox: sandbox(letter),
        version: "2025-03-31.basil".parse().unwrap(),
    };
    let accounts = [
        account(PLATFORM, None, 'p'),
        account(CONNECTED, Some(PLATFORM), 'c'),
        account(STANDALONE, None, 's'),
        account(FOREIGN, None, 'x'),
    ];
    let versions = ["2025-03-31.basil", "2026-06-24.dahlia"].map(|text| text.parse().unwrap());
    let document = r#"{"paths": {"/v1/tokens": {"post": {"x-keyway-publishable": true}},
        "/v1/balance": {"get": {}},
        "/v1/prices": {"get": {"x-keyway-permissions": ["plan_read", "product_read"]}}},
        "x-keyway-resources": {"plan": "Prices", "product": "Products"}}"#;
    World {
        accounts: accounts.into_iter().map(|account| (account.id, account)).collect(),
        api: Api {
            versions: Versions::new(versions.to_vec()).unwrap(),
            catalog: Catalog::from_openapi(document).unwrap(),
        },
        anywhere: IpRestriction::Anywhere,
    }
}

impl World {
    fn key(&self) -> KnownKey<'_> {
        KnownKey {
            id: "key_0123456789abcdef".parse().unwrap(),
            kind: Kind::Secret,
            standing: Standing::Active,
            home: self.home(PLATFORM, Mode::Sandbox(sandbox('p'))),
            restriction: &self.anywhere,
            grants: NO_GRANTS,
        }
    }

    fn home(&self, account: &str, mode: Mode) -> KnownHome<'_> {
        let account = account.parse().unwrap();
        let version = &self.accounts[&account].version;
        KnownHome::Account { place: Place { account, mode }, version }
    }

    fn organization_key(&self) -> KnownKey<'_> {
        let home = KnownHome::Organization { id: organization(), livemode: Livemode::Test };
        KnownKey { kind: Kind::Organization, home, ..self.key() }
    }

    fn ask(&self, key: &KnownKey<'_>, request: &RequestFacts<'_>) -> Result<Admission, String> {
        admit(key, request, &self.api, &self.accounts, NOW).map_err(|denial| {
            let answer = denial.answer();
            format!("{} {} {}", answer.status, answer.error_type.as_str(), answer.code)
        })
    }

    fn refused(&self, key: &KnownKey<'_>, request: &RequestFacts<'_>) -> String {
        self.ask(key, request).unwrap_err()
    }
}

fn request() -> RequestFacts<'static> {
    RequestFacts {
        method: "GET",
        path: "/v1/balance",
        transport: Transport::Secure,
        client: "100.10.38.7".parse().unwrap(),
        context: ContextHeaders::default(),
        version: Sent::Not,
        mask: Mask::of(b"sk_test_0123456789abcdefghijklmnopqr4a7Q"),
    }
}

fn acting_on(context: &str) -> RequestFacts<'_> {
    let context = ContextHeaders { context: Sent::Once(context.as_bytes()), account: Sent::Not };
    RequestFacts { context, ..request() }
}

#[test]
fn a_secret_key_opens_its_own_account_and_mode() {
    let world = world();
    let admission = world.ask(&world.key(), &request()).unwrap();
    assert_eq!(
        admission.place(),
        Place { account: PLATFORM.parse().unwrap(), mode: Mode::Sandbox(sandbox('p')) }
    );
    assert_eq!(admission.version().as_str(), "2025-03-31.basil");
    assert_eq!(admission.context(), None);
    assert_eq!(admission.kind(), Kind::Secret);
}

#[test]
fn dead_keys_are_told_apart_from_unknown_ones() {
    let world = world();
    let second = jiff::SignedDuration::from_secs(1);
    let at = |standing| world.ask(&KnownKey { standing, ..world.key() }, &request()).map(|_| ());
    assert_eq!(at(Standing::Expiring { at: NOW + second }), Ok(()));
    assert_eq!(
        at(Standing::Expiring { at: NOW }).unwrap_err(),
        "401 authentication_error api_key_expired"
    );
    assert_eq!(
        at(Standing::Deleted { at: NOW }).unwrap_err(),
        "401 authentication_error api_key_deleted"
    );
}

#[test]
fn a_live_key_needs_a_secure_way() {
    let world = world();
    let plain = RequestFacts { transport: Transport::Plain, ..request() };
    assert!(world.ask(&world.key(), &plain).is_ok());
    let live = KnownKey { home: world.home(PLATFORM, Mode::Live), ..world.key() };
    assert_eq!(world.refused(&live, &plain), "403 invalid_request_error https_required");
    assert!(world.ask(&live, &request()).is_ok());
    let organization = |livemode| {
        let home = KnownHome::Organization { id: organization(), livemode };
        world.refused(&KnownKey { home, ..world.organization_key() }, &plain)
    };
    assert_eq!(organization(Livemode::Live), "403 invalid_request_error https_required");
    assert_eq!(organization(Livemode::Test), "400 invalid_request_error context_required");
}

#[test]
fn an_address_outside_the_restriction_is_refused() {
    let world = world();
    let inside = IpRestriction::Only(AllowList::parse(["100.10.38.0/24"]).unwrap());
    let outside = IpRestriction::Only(AllowList::parse(["100.10.39.0/24"]).unwrap());
    assert!(world.ask(&KnownKey { restriction: &inside, ..world.key() }, &request()).is_ok());
    let key = KnownKey { restriction: &outside, ..world.key() };
    assert_eq!(world.refused(&key, &request()), "403 invalid_request_error ip_not_allowed");
}

#[test]
fn a_publishable_key_opens_only_what_the_catalog_marks() {
    let world = world();
    let key = KnownKey { kind: Kind::Publishable, ..world.key() };
    let marked = RequestFacts { method: "POST", path: "/v1/tokens", ..request() };
    let unknown = RequestFacts { path: "/v1/nowhere", ..request() };
    assert!(world.ask(&key, &marked).is_ok());
    assert_eq!(world.refused(&key, &request()), "403 invalid_request_error secret_key_required");
    assert_eq!(world.refused(&key, &unknown), "403 invalid_request_error secret_key_required");
}

#[test]
fn a_restricted_key_needs_one_of_the_permissions_that_the_catalog_names() {
    let world = world();
    let grants = |own: &[&str], connect: &[&str]| {
        let read = |texts: &[&str]| Permissions::parse(texts.iter().copied()).unwrap();
        Grants { own: read(own), connect: read(connect) }
    };
    let prices = RequestFacts { path: "/v1/prices", ..request() };
    let passes = |grants: &Grants, request: &RequestFacts<'_>| {
        world.ask(&KnownKey { kind: Kind::Restricted, grants, ..world.key() }, request).is_ok()
    };
    assert!(passes(&grants(&["plan_read"], &[]), &prices));
    assert!(passes(&grants(&["product_write"], &[]), &prices), "write includes read");
    assert!(!passes(&grants(&["customer_write"], &["plan_write"]), &prices));
    // On a connected account others count.
    let connected = RequestFacts { path: "/v1/prices", ..acting_on(CONNECTED) };
    assert!(passes(&grants(&[], &["plan_read"]), &connected));
    assert!(!passes(&grants(&["plan_write"], &[]), &connected));
    // What names no permission is closed, and so is what is unknown.
    let everything = grants(&["plan_write", "product_write", "balance_write"], &[]);
    for path in ["/v1/balance", "/v1/nowhere"] {
        assert!(!passes(&everything, &RequestFacts { path, ..request() }));
    }
}

#[test]
fn a_key_that_lacks_a_permission_is_told_all_that_would_do() {
    let world = world();
    let key = KnownKey { kind: Kind::Restricted, ..world.key() };
    let told = |path| {
        let request = RequestFacts { path, ..request() };
        let denial = admit(&key, &request, &world.api, &world.accounts, NOW).unwrap_err();
        denial.answer().message.into_owned()
    };
    insta::assert_snapshot!(told("/v1/prices"), @r#"The provided key 'sk_test_**********4a7Q' lacks a permission for this operation on account 'acct_1R3fqDP6919yCiFv'. With "Prices Read" ('plan_read') or "Products Read" ('product_read') this request could continue."#);
    insta::assert_snapshot!(told("/v1/balance"), @"The provided key 'sk_test_**********4a7Q' has no permission for this operation.");
}

#[test]
fn without_grants_restricted_and_organization_keys_are_refused_everywhere() {
    let world = world();
    let restricted = KnownKey { kind: Kind::Restricted, ..world.key() };
    assert_eq!(
        world.refused(&restricted, &request()),
        "403 invalid_request_error more_permissions_required"
    );
    let organization = world.organization_key();
    assert_eq!(
        world.refused(&organization, &request()),
        "400 invalid_request_error context_required"
    );
    assert_eq!(
        world.refused(&organization, &acting_on(PLATFORM)),
        "400 invalid_request_error version_required"
    );
    let by_way_of_the_platform = format!("{PLATFORM}/{CONNECTED}");
    for context in [PLATFORM, STANDALONE, &by_way_of_the_platform] {
        let complete = RequestFacts { version: Sent::Once(NEWEST), ..acting_on(context) };
        let refused = world.refused(&organization, &complete);
        assert_eq!(refused, "403 invalid_request_error more_permissions_required", "{context}");
    }
}

#[test]
fn an_organization_key_names_an_account_of_its_organization_or_a_way_that_begins_with_one() {
    let world = world();
    let key = world.organization_key();
    let ways = [
        // Of nobody, of no organization, of its organization but not named from the platform on.
        "acct_0000000000000000".to_owned(),
        FOREIGN.to_owned(),
        CONNECTED.to_owned(),
        // No ways that accounts are connected by.
        format!("{STANDALONE}/{CONNECTED}"),
        format!("{CONNECTED}/{PLATFORM}"),
        format!("{PLATFORM}/{STANDALONE}"),
        format!("{FOREIGN}/{CONNECTED}"),
    ];
    for way in ways {
        let asking = RequestFacts { version: Sent::Once(NEWEST), ..acting_on(&way) };
        let refused = world.refused(&key, &asking);
        assert_eq!(refused, "403 invalid_request_error account_invalid", "{way}");
    }
}

#[test]
fn a_platform_acts_on_its_connected_account_in_the_world_that_they_share() {
    let world = world();
    let acted_on = |mode| {
        let key = KnownKey { home: world.home(PLATFORM, mode), ..world.key() };
        let place = world.ask(&key, &acting_on(CONNECTED)).unwrap().place();
        assert_eq!(place.account.to_string(), CONNECTED);
        place.mode
    };
    assert_eq!(acted_on(Mode::Live), Mode::Live);
    assert_eq!(acted_on(Mode::Sandbox(sandbox('p'))), Mode::Sandbox(sandbox('c')));
    assert_eq!(acted_on(Mode::Sandbox(sandbox('x'))), Mode::Sandbox(sandbox('x')));
}

#[test]
fn foreign_and_unknown_accounts_get_the_same_words() {
    let world = world();
    let path = format!("{PLATFORM}/{CONNECTED}");
    for context in [STANDALONE, "acct_0000000000000000", path.as_str()] {
        let refused = world.refused(&world.key(), &acting_on(context));
        assert_eq!(refused, "403 invalid_request_error account_invalid", "{context}");
    }
    let home = world.home(CONNECTED, Mode::Sandbox(sandbox('p')));
    let connected = KnownKey { home, ..world.key() };
    assert_eq!(
        world.refused(&connected, &acting_on(PLATFORM)),
        "403 invalid_request_error account_invalid"
    );
    assert!(world.ask(&world.key(), &acting_on(PLATFORM)).is_ok());
    assert_eq!(
        world.refused(&world.key(), &acting_on("acct_")),
        "400 invalid_request_error context_invalid"
    );
}

#[test]
fn the_version_is_the_header_or_the_account_s_own() {
    let world = world();
    let asking = |version| RequestFacts { version: Sent::Once(version), ..request() };
    let newest = world.ask(&world.key(), &asking(b"2026-06-24.dahlia")).unwrap();
    assert_eq!(newest.version().as_str(), "2026-06-24.dahlia");
    assert_eq!(
        world.refused(&world.key(), &asking(b"2020-01-01")),
        "400 invalid_request_error version_unknown"
    );
}

#[test]
fn the_checks_come_in_their_order() {
    let world = world();
    let nowhere = IpRestriction::Only(AllowList::parse(["1.1.1.1"]).unwrap());
    let mut key = KnownKey {
        kind: Kind::Publishable,
        standing: Standing::Deleted { at: NOW },
        home: world.home(PLATFORM, Mode::Live),
        restriction: &nowhere,
        ..world.key()
    };
    let twice = ContextHeaders { context: Sent::Repeatedly, account: Sent::Not };
    let mut request = RequestFacts {
        transport: Transport::Plain,
        version: Sent::Repeatedly,
        context: twice,
        ..request()
    };
    let code = |key: &KnownKey<'_>, request: &RequestFacts<'_>| {
        world.refused(key, request).rsplit(' ').next().unwrap().to_owned()
    };
    assert_eq!(code(&key, &request), "api_key_deleted");
    key.standing = Standing::Active;
    assert_eq!(code(&key, &request), "https_required");
    request.transport = Transport::Secure;
    assert_eq!(code(&key, &request), "ip_not_allowed");
    key.restriction = &world.anywhere;
    assert_eq!(code(&key, &request), "secret_key_required");
    key = world.organization_key();
    assert_eq!(code(&key, &request), "context_invalid");
    request.context = ContextHeaders::default();
    assert_eq!(code(&key, &request), "context_required");
    request.context = acting_on(FOREIGN).context;
    request.version = Sent::Not;
    assert_eq!(code(&key, &request), "version_required");
    request.version = Sent::Repeatedly;
    assert_eq!(code(&key, &request), "account_invalid");
    key = KnownKey { kind: Kind::Restricted, ..world.key() };
    assert_eq!(code(&key, &request), "account_invalid");
    request.context = ContextHeaders::default();
    assert_eq!(code(&key, &request), "request_ambiguous");
    request.version = Sent::Once(b"1");
    assert_eq!(code(&key, &request), "version_unknown");
    request.version = Sent::Not;
    assert_eq!(code(&key, &request), "more_permissions_required");
}

#[test]
fn every_denial_says_what_to_do_and_names_no_key() {
    let mask = Mask::of(b"sk_test_0123456789abcdefghijklmnopqr4a7Q");
    let sentence = |denial: Denial| denial.answer().message.into_owned();
    insta::assert_snapshot!(sentence(Denial::KeyInvalid(mask)), @"Invalid API Key provided: sk_test_**********4a7Q");
    insta::assert_snapshot!(sentence(Denial::KeyExpired { mask, key: "key_0123456789abcdef".parse().unwrap() }), @"Expired API Key provided: sk_test_**********4a7Q");
    insta::assert_snapshot!(
        sentence(Denial::KeyDeleted { mask, key: "key_0123456789abcdef".parse().unwrap(), at: NOW }),
        @"The API key provided was deleted: sk_test_**********4a7Q (key_0123456789abcdef), at 2027-01-15T08:00:00Z."
    );
    insta::assert_snapshot!(
        sentence(Denial::IpNotAllowed("100.10.38.7".parse().unwrap())),
        @"This API key may not be used from your address, 100.10.38.7. Its IP restriction is on its page in the dashboard."
    );
    insta::assert_snapshot!(
        sentence(Denial::AccountInvalid { mask, account: CONNECTED.parse().unwrap() }),
        @"The provided key 'sk_test_**********4a7Q' has no access to account 'acct_1032D82eZvKYlo2C', or that account does not exist."
    );
    insta::assert_snapshot!(
        sentence(Denial::ContextInvalid(ContextError::Differ)),
        @"The account to act on cannot be read: the two context headers name different accounts; send only one of them."
    );
}

#[test]
fn an_organization_key_that_names_no_account_acts_on_its_organization_where_an_api_knows_such() {
    let world = world();
    let grants = Grants { own: Permissions::parse(["plan_read"]).unwrap(), ..Grants::none() };
    let key = KnownKey { grants: &grants, ..world.organization_key() };
    let enter = |key: &KnownKey<'_>, request: &RequestFacts<'_>| {
        admit_with_organizations(key, request, &world.api, &world.accounts, NOW)
    };
    let code = |key: &KnownKey<'_>, request: &RequestFacts<'_>| {
        enter(key, request).map(|_| ()).unwrap_err().answer().code
    };
    let prices = RequestFacts { path: "/v1/prices", ..request() };
    let versioned = RequestFacts { version: Sent::Once(NEWEST), ..prices };
    let Entry::Organization(admission) = enter(&key, &versioned).unwrap() else { panic!() };
    let home = crate::Home::Organization { id: organization(), livemode: Livemode::Test };
    assert_eq!((admission.key(), admission.home()), (key.id, home));
    // All else is asked as of any request, in the same order.
    let mut asking = RequestFacts { version: Sent::Not, path: "/v1/balance", ..versioned };
    let home = KnownHome::Organization { id: organization(), livemode: Livemode::Live };
    let mut dead = KnownKey { standing: Standing::Deleted { at: NOW }, home, ..key };
    asking.transport = Transport::Plain;
    assert_eq!(code(&dead, &asking), "api_key_deleted");
    dead.standing = Standing::Active;
    assert_eq!(code(&dead, &asking), "https_required");
    asking.transport = Transport::Secure;
    let nowhere = IpRestriction::Only(AllowList::parse(["1.1.1.1"]).unwrap());
    assert_eq!(code(&KnownKey { restriction: &nowhere, ..dead }, &asking), "ip_not_allowed");
    assert_eq!(code(&dead, &asking), "version_required");
    asking.version = Sent::Once(b"1");
    assert_eq!(code(&dead, &asking), "version_unknown");
    asking.version = Sent::Once(NEWEST);
    assert_eq!(code(&dead, &asking), "more_permissions_required");
    let connect = Grants { connect: grants.own.clone(), own: Permissions::none() };
    let told = enter(&KnownKey { grants: &connect, ..key }, &versioned).unwrap_err();
    insta::assert_snapshot!(told.answer().message, @r#"The provided key 'sk_test_**********4a7Q' lacks a permission for this operation on organization 'org_6SD3oI0eSQemPzdmaGLJ5j6'. With "Prices Read" ('plan_read') or "Products Read" ('product_read') this request could continue."#);
}

#[test]
fn where_an_account_is_named_and_to_keys_of_accounts_it_is_the_same_door() {
    let world = world();
    let enter = |key: &KnownKey<'_>, request: &RequestFacts<'_>| {
        let entered = admit_with_organizations(key, request, &world.api, &world.accounts, NOW);
        assert_eq!(
            entered,
            admit(key, request, &world.api, &world.accounts, NOW).map(Entry::Account)
        );
        entered
    };
    let permissions = || Permissions::parse(["plan_read"]).unwrap();
    let grants = Grants { own: permissions(), connect: permissions() };
    let key = KnownKey { grants: &grants, ..world.organization_key() };
    let by_way_of_the_platform = format!("{PLATFORM}/{CONNECTED}");
    let mut by_way = Vec::new();
    for context in [PLATFORM, STANDALONE, &by_way_of_the_platform, FOREIGN, CONNECTED, "acct_"] {
        let path = "/v1/prices";
        let request = RequestFacts { version: Sent::Once(NEWEST), path, ..acting_on(context) };
        if let Ok(Entry::Account(admission)) = enter(&key, &request) {
            by_way.push((context, admission.is_by_way_of_another()));
        }
    }
    assert_eq!(by_way, [(PLATFORM, false), (STANDALONE, false), (&by_way_of_the_platform, true)]);
    for context in [PLATFORM, CONNECTED] {
        let Ok(Entry::Account(admission)) = enter(&world.key(), &acting_on(context)) else {
            panic!()
        };
        assert_eq!(admission.is_by_way_of_another(), context == CONNECTED);
    }
    assert!(enter(&world.key(), &request()).is_ok());
}
