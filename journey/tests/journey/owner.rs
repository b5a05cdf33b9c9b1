//! The owner of the small world, who has signed in and proves who they are by an authenticator app.

use std::cell::RefCell;

use serde_json::{Value, json};
use totp_rs::Totp;

use crate::http::Answer;
use crate::keyway::Keyway;

pub(crate) struct Owner<'k> {
    keyway: &'k Keyway,
    token: String,
    /// What the app was told: its secret, the address and the picture of it.
    app: Value,
    /// Recovery codes of the app that were not used.
    codes: RefCell<Vec<String>>,
}

impl<'k> Owner<'k> {
    /// Signs in, and adds an app by a code that is read from the mail.
    pub(crate) fn sign_in(keyway: &'k Keyway) -> Self {
        let known = &keyway.world["owner"];
        let known = json!({"email": known["email"], "password": known["password"]});
        let session = keyway.manage("POST", "/api/v1/sessions").json(&known).send();
        assert_eq!(session.status, 200, "{session:?}");
        let token = session.json()["token"].as_str().unwrap().to_owned();
        let (app, codes) = (Value::Null, RefCell::default());
        let mut owner = Self { keyway, token, app, codes };
        assert_eq!(owner.ask("POST", APP, &json!({})).error(), NEEDS_PROOF);
        let ask = keyway.manage("POST", APP).bearer(&owner.token).json(&json!({}));
        owner.app = ask.header("Verification-Code", &mailed_code(keyway)).send().json();
        let app = Totp::from_url(owner.told("otpauth_url")).unwrap();
        let code = app.generate_current().to_string();
        let confirm = format!("{APP}/confirm");
        let told = owner.ask("POST", &confirm, &json!({"code": code})).json();
        let codes = told["recovery_codes"].as_array().unwrap();
        *owner.codes.borrow_mut() =
            codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect();
        owner
    }

    pub(crate) fn ask(&self, method: &str, path: &str, body: &Value) -> Answer {
        self.keyway.manage(method, path).bearer(&self.token).json(body).send()
    }

    /// What may be done without a proof.
    pub(crate) fn do_at_once(&self, method: &str, path: &str, body: &Value) -> Value {
        let done = self.ask(method, path, body);
        assert_eq!(done.status, 200, "{done:?}");
        done.json()
    }

    /// What is refused without a proof, and done with it.
    pub(crate) fn prove_and_do(&self, path: &str, body: &Value) -> Value {
        assert_eq!(self.ask("POST", path, body).error(), NEEDS_PROOF);
        let proved = self.keyway.manage("POST", path).bearer(&self.token).json(body);
        let done = proved.header("Verification-Code", &self.next_code()).send();
        assert!(done.status < 300, "{done:?}");
        done.json()
    }

    /// The same of a request that may be sent twice.
    pub(crate) fn prove_and_do_named(&self, path: &str, body: &Value, name: &str) -> Value {
        let ask = || self.keyway.manage("POST", path).bearer(&self.token).json(body);
        let proved = ask().header("Verification-Code", &self.next_code());
        let done = proved.header("Idempotency-Key", name).send();
        assert!(done.status < 300, "{done:?}");
        done.json()
    }

    /// What nobody else may know: what the app was told, the token of the session, and the codes that
    /// were not used.
    pub(crate) fn secrets(&self) -> Vec<String> {
        let mut secrets = self.unused_codes();
        secrets.extend([self.told("secret").to_owned(), self.token.clone()]);
        secrets
    }

    /// The recovery codes that were not used.
    pub(crate) fn unused_codes(&self) -> Vec<String> {
        self.codes.borrow().clone()
    }

    /// What the app was told, as in `secret`.
    pub(crate) fn told(&self, what: &str) -> &str {
        self.app[what].as_str().unwrap()
    }

    /// The token of the session.
    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// A code that was not used.
    pub(crate) fn next_code(&self) -> String {
        self.codes.borrow_mut().pop().unwrap()
    }
}

/// The code in the last message that was sent.
pub(crate) fn mailed_code(keyway: &Keyway) -> String {
    let page = keyway.manage("GET", "/outbox").send().body;
    let mail = page.split_once("<pre>").unwrap().1.split_once("</pre>").unwrap().0;
    let mut words = mail.split(|letter: char| !letter.is_ascii_digit());
    words.find(|word| word.len() == 6).unwrap().to_owned()
}

const APP: &str = "/api/v1/user/authenticator";
const NEEDS_PROOF: &str = "403 invalid_request_error verification_required";
