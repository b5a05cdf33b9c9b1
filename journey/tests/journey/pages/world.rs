//! A small world in which people have been at work: names of every length, keys of every kind and state,
//! a team, and a sandbox with two hundred keys.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::keyway::Keyway;
use crate::owner::Owner;
use crate::shop::call;

/// Where else the owner is signed in.
const PROGRAMS: [&str; 2] = [
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1",
];

/// Names of a hundred and twenty letters, with spaces and without.
const LONG_NAME: &str = "Nightly reconciliation of the payouts of all Southern European subsidiaries with the ledger of the holding, second stage";
const UNBROKEN_NAME: &str = "payments-eu-south-1-production-reconciliation-worker-nightly-payouts-subsidiaries-ledger-holding-stage-2-blue-2026-11-25";

/// That world, and where things are in it, by the names that paths give them.
pub(crate) struct World<'k> {
    pub(crate) owner: Owner<'k>,
    keyway: &'k Keyway,
    account: &'k str,
    places: HashMap<&'static str, String>,
}

impl<'k> World<'k> {
    pub(crate) fn make(keyway: &'k Keyway) -> Self {
        for program in PROGRAMS {
            let session = keyway.manage("POST", "/api/v1/sessions").header("User-Agent", program);
            assert_eq!(session.json(&known(keyway)).send().status, 200);
        }
        let account = keyway.account("platform")["id"].as_str().unwrap();
        let owner = Owner::sign_in(keyway);
        let mut world = Self { owner, keyway, account, places: HashMap::new() };
        let sessions = world.get("/api/v1/sessions");
        let other = list(&sessions).iter().find(|session| session["current"] == false);
        world.place("session", text(other.unwrap(), "id"));
        let first = keyway.account("platform")["sandbox"]["id"].as_str().unwrap();
        world.place("live", &format!("/{account}/live"));
        world.place("sandbox", &format!("/{account}/{first}"));
        world.sandboxes();
        let long = "Rocket Rides Logistics & Last-Mile Deliveries Southern Europe S.p.A.";
        let connected = world.post("/api/v1/accounts", &json!({"name": long, "platform": account}));
        world.place("connected", &format!("/{}/live", text(&connected, "id")));
        world.long_names(text(&connected, "id"));
        world.keys(first);
        world.restricted_keys(first);
        world.live_keys();
        world.team();
        world.organization();
        world
    }

    /// A path with its places filled in.
    pub(crate) fn path(&self, path: &str) -> String {
        let filled = self.places.iter().fold(path.to_owned(), |path, (name, place)| {
            path.replace(&format!("{{{name}}}"), place)
        });
        assert!(!filled.contains('{'), "{filled}");
        filled
    }

    fn place(&mut self, name: &'static str, place: &str) {
        self.places.insert(name, place.to_owned());
    }

    fn get(&self, path: &str) -> Value {
        self.owner.do_at_once("GET", path, &json!({}))
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        self.owner.do_at_once("POST", path, body)
    }

    /// One to work in, and one where programs made keys.
    fn sandboxes(&mut self) {
        let account = self.account;
        let path = format!("/api/v1/accounts/{account}/sandboxes");
        for (name, called) in [("staging", "Staging"), ("many", "Load tests")] {
            let sandbox = self.post(&path, &json!({"name": called}));
            self.place(name, &format!("/{account}/{}", text(&sandbox, "id")));
        }
        let many = self.path("{many}");
        let (_, mode) = many.rsplit_once('/').unwrap();
        let keys: Vec<Value> = (1..=198)
            .map(|number| {
                let hash = format!("{number:064x}");
                json!({"name": format!("Worker {number:03}"), "hash": hash, "algorithm": "sha256", "last4": format!("{number:04}")})
            })
            .collect();
        self.post("/api/v1/keys/import", &json!({"account": account, "mode": mode, "keys": keys}));
    }

    /// As many sandboxes as there may be, and names as long as people make them.
    fn long_names(&mut self, account: &str) {
        let path = format!("/api/v1/accounts/{account}/sandboxes");
        let mut mode = String::new();
        for name in [
            "Acceptance tests of the warehouse",
            "QA",
            LONG_NAME,
            "Partner integration, second quarter",
            "Load tests",
        ] {
            text(&self.post(&path, &json!({"name": name})), "id").clone_into(&mut mode);
        }
        for (name, note) in [(LONG_NAME, LONG_NAME), (UNBROKEN_NAME, "")] {
            let key = json!({"account": account, "mode": mode, "name": name, "note": note});
            let key = self.post("/api/v1/keys", &key);
            self.place("long-key", text(&key, "id"));
        }
        self.place("long", &format!("/{account}/{mode}"));
    }

    fn key(&self, mode: &str, name: &str, note: &str) -> Value {
        let place = json!({"account": self.account, "mode": mode, "name": name, "note": note});
        self.post("/api/v1/keys", &place)
    }

    fn keys(&mut self, mode: &str) {
        let shop = self.key(mode, "Web shop", "1Password, vault Payments");
        self.place("shop", text(&shop, "id"));
        let addresses = json!({"ip_allowlist": ["203.0.113.0/24", "198.51.100.17"]});
        self.post(&at(&shop, ""), &addresses);
        let long = self.key(
            mode,
            "Nightly import of the warehouse, which Anna set up and nobody dares to rename",
            "Kubernetes secret payments/warehouse-import-credentials, namespace production-eu-south-1",
        );
        assert_eq!(call(self.keyway, text(&long, "secret")).status, 200);
        let mobile = self.key(mode, "Mobile backend", "AWS Secrets Manager, prod/mobile");
        assert_eq!(call(self.keyway, text(&mobile, "secret")).status, 200);
        let end = json!({"expires_at": later(75)});
        self.post(&at(&mobile, "/rotate"), &end);
        self.place("expiring", text(&mobile, "id"));
        let reports = self.key(mode, "Reports", "");
        let rotation =
            json!({"next_at": later(21 * 24), "every_days": 90, "grace_seconds": 86_400});
        self.post(&at(&reports, "/rotation"), &rotation);
        self.place("scheduled", text(&reports, "id"));
        let old = self.key(mode, "Old point of sale", "");
        self.owner.do_at_once("DELETE", &at(&old, ""), &json!({}));
    }

    fn restricted_keys(&mut self, mode: &str) {
        let readers = ["customer_read", "charge_read", "payout_read"];
        for (name, permissions) in
            [("Support desk", &readers[..]), ("Reconciliation", &readers[1..])]
        {
            let key = json!({"account": self.account, "mode": mode, "type": "restricted", "name": name, "permissions": permissions});
            let key = self.post("/api/v1/keys", &key);
            self.place("reader", text(&key, "id"));
        }
    }

    fn live_keys(&self) {
        let body = |name: &str| json!({"account": self.account, "mode": "live", "name": name});
        let shop = self.owner.prove_and_do("/api/v1/keys", &body("Web shop"));
        let addresses = json!({"ip_allowlist": ["203.0.113.0/24"]});
        self.owner.prove_and_do(&at(&shop, ""), &addresses);
        let desk = self.owner.prove_and_do("/api/v1/keys", &body("Mobile backend"));
        assert_eq!(call(self.keyway, text(&desk, "secret")).status, 200);
    }

    /// A key that reaches all of its accounts.
    fn organization(&mut self) {
        let id = self.keyway.world["organization"].as_str().unwrap();
        let body = json!({"livemode": false, "name": "Group reporting", "permissions": ["charge_read", "payout_read"]});
        self.post(&format!("/api/v1/organizations/{id}/keys"), &body);
        self.place("organization", &format!("/{id}/test"));
        self.place("organization-live", &format!("/{id}/live"));
    }

    /// Two who came, and two who have not answered yet.
    fn team(&mut self) {
        let invite = |email: &str, realm: &str, role: &str| {
            let body = json!({"email": email, "realm": realm, "role": role});
            self.owner.prove_and_do("/api/v1/invitations", &body)
        };
        let organization = self.keyway.world["organization"].as_str().unwrap();
        for (email, name, role) in [
            ("grace@rocket-rides.example", "Grace Hopper", "developer"),
            (
                "anna-maria.winterbottom-fitzgerald@rocket-rides.example",
                "Anna-Maria Winterbottom-Fitzgerald",
                "analyst",
            ),
        ] {
            invite(email, organization, role);
            let accepted = json!({"token": mailed_token(self.keyway), "name": name, "password": "a long enough password"});
            let accepted = self.keyway.manage("POST", "/api/v1/invitations/accept").json(&accepted);
            assert_eq!(accepted.send().status, 200);
        }
        let open = invite("linus@rocket-rides.example", self.account, "view_only");
        self.place("invitation", text(&open, "id"));
    }
}

/// What the owner signs in by.
pub(crate) fn known(keyway: &Keyway) -> Value {
    let owner = &keyway.world["owner"];
    json!({"email": owner["email"], "password": owner["password"]})
}

/// The token in the last link that was mailed.
fn mailed_token(keyway: &Keyway) -> String {
    let page = keyway.manage("GET", "/outbox").send().body;
    let mail = page.split_once("<pre>").unwrap().1.split_once("</pre>").unwrap().0;
    let (_, rest) = mail.split_once("/invitation#").unwrap();
    rest.split_whitespace().next().unwrap().to_owned()
}

fn text<'v>(object: &'v Value, name: &str) -> &'v str {
    object[name].as_str().unwrap_or_else(|| panic!("no {name} in {object}"))
}

fn list(answer: &Value) -> &[Value] {
    answer["data"].as_array().unwrap()
}

fn at(key: &Value, verb: &str) -> String {
    format!("/api/v1/keys/{}{verb}", text(key, "id"))
}

#[expect(clippy::disallowed_methods, reason = "the server goes by this time of day")]
fn later(hours: i64) -> Timestamp {
    Timestamp::now() + SignedDuration::from_hours(hours) + SignedDuration::from_mins(20)
}
