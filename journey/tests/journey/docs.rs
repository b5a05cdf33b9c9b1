//! The docs: their samples are run as they stand, and every error leads to its page.

use std::process::Command;

use thirtyfour::Key;

use crate::browser::{Browser, Scripts};
use crate::client_libraries::{node, python, run};
use crate::http::Ask;
use crate::keyway::{Keyway, folder};

/// A page of the docs, as the owner reads it.
struct Page(String);

impl Page {
    fn read(keyway: &Keyway, path: &str) -> Self {
        let known = serde_json::json!({
            "email": keyway.world["owner"]["email"],
            "password": keyway.world["owner"]["password"],
        });
        let session = keyway.manage("POST", "/api/v1/sessions").json(&known).send().json();
        let cookie = format!("__Host-keyway={}", session["token"].as_str().unwrap());
        let page = keyway.manage("GET", path).header("Cookie", &cookie).send();
        assert_eq!(page.status, 200, "{path}: {page:?}");
        Self(page.body)
    }

    /// A program as it is copied.
    fn program(&self, sample: &str, language: &str) -> String {
        let place = format!("<div class=\"panel-like\" id=\"{sample}-{language}\"");
        let (_, panel) = self.0.split_once(&place).unwrap();
        let (_, code) = panel.split_once("<code data-value>").unwrap();
        let (code, _) = code.split_once("</code>").unwrap();
        let pieces = code.split('<').map(|piece| piece.split_once('>').map_or(piece, |it| it.1));
        let text = pieces.collect::<String>();
        let escapes = [("&#34;", "\""), ("&#39;", "'"), ("&#60;", "<"), ("&#62;", ">")];
        let text = escapes.iter().fold(text, |text, (told, meant)| text.replace(told, meant));
        text.replace("&#38;", "&")
    }
}

/// Runs the samples in a language, by a function that tells what a program prints.
fn samples_work(language: &str, print: impl Fn(&str) -> String) {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let start = Page::read(&keyway, "/docs");
    let balance = print(&start.program("balance", language));
    assert!(balance.contains("balance") && balance.contains("livemode"), "{balance}");

    let customer = print(&start.program("customer", language));
    let id = customer.split(['"', '\n']).find(|word| word.starts_with("cus_")).unwrap();
    let made = keyway.get(&format!("/v1/customers/{id}")).bearer(keyway.key("sandbox", "secret"));
    let made = made.send().json();
    assert_eq!((&made["name"], &made["metadata"]["plan"]), (&"Jane Doe".into(), &"gold".into()));

    let organizations = Page::read(&keyway, "/docs/organizations");
    let program = organizations.program("connected", language);
    assert!(program.contains(keyway.account("connected")["id"].as_str().unwrap()), "{program}");
    let balance = print(&program);
    assert!(balance.contains("balance") && balance.contains("livemode"), "{balance}");

    let refused = print(&Page::read(&keyway, "/docs/errors").program("refused", language));
    let page = format!("{}/docs/errors/resource_missing", keyway.console());
    for told in ["404", "resource_missing", "req_", &page] {
        assert!(refused.contains(told), "{told}: {refused}");
    }
}

#[test]
fn the_samples_for_curl_run_as_they_stand() {
    if Command::new("curl").arg("--version").output().is_err() {
        return;
    }
    samples_work("curl", |program| run(Command::new("sh"), program));
}

#[test]
fn the_samples_for_python_run_as_they_stand() {
    if python().is_some() {
        samples_work("python", |program| run(python().unwrap(), program));
    }
}

#[test]
fn the_samples_for_node_run_as_they_stand() {
    if node().is_some() {
        samples_work("node", |program| run(node().unwrap(), program));
    }
}

#[test]
fn whatever_is_refused_leads_to_a_page_that_explains_it() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let key = keyway.key("sandbox", "secret");
    let refused = [
        keyway.get("/v1/balance").send(),
        keyway.get("/v1/customers/cus_nobody").bearer(key).send(),
        keyway.manage("GET", "/api/v1/keys/key_nothing").bearer(key).send(),
        Ask::new(keyway.gateway(), "GET\u{1}", "/").send(),
    ];
    for answer in refused {
        let error = &answer.json()["error"];
        let (url, code) = (error["doc_url"].as_str().unwrap(), error["code"].as_str().unwrap());
        let path = url.strip_prefix(keyway.console()).unwrap();
        let page = keyway.manage("GET", path).send();
        assert_eq!(page.status, 200, "{url}");
        assert!(page.body.contains(&format!("<h1><code>{code}</code></h1>")), "{url}");
    }
}

/// The language that is chosen, and the program that is shown in it.
fn chosen(browser: &Browser) -> (String, String) {
    let program = browser.text("#balance > :not([hidden]) [data-value]");
    (browser.text("[aria-selected=true], .languages [aria-current]"), program)
}

#[test]
fn a_language_is_chosen_by_mouse_or_keyboard_and_remembered() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let Some(browser) = Browser::open(&keyway, Scripts::On) else { return };
    browser.go("/docs?lang=go");
    assert_eq!(chosen(&browser).0, "Go");
    browser.click_text("Python");
    let (language, program) = chosen(&browser);
    assert!(language == "Python" && program.contains("import stripe"), "{language} {program}");
    browser.press(Key::Right + "");
    assert_eq!((chosen(&browser).0, browser.focused()), ("Node.js".into(), "Node.js".into()));
    browser.press(Key::Home + "");
    browser.press(Key::Left + "");
    assert_eq!(chosen(&browser).0, "Rust");
    browser.go("/docs/authentication");
    let (language, program) = chosen(&browser);
    assert!(language == "Rust" && program.contains("fn main()"), "{language} {program}");
}

#[test]
fn the_docs_are_read_without_a_script_and_with_ones_own_key_after_signing_in() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let Some(browser) = Browser::open(&keyway, Scripts::Off) else { return };
    browser.go("/docs");
    browser.click_text("Ruby");
    let (language, program) = chosen(&browser);
    assert!(language == "Ruby" && program.contains("require \"stripe\""), "{language} {program}");
    browser.click_text("Authentication");
    browser.until_text("h1", "Authentication");
    assert_eq!(chosen(&browser).0, "Ruby");
    assert!(!chosen(&browser).1.contains(keyway.key("sandbox", "secret")));

    browser.click_text("Sign in");
    browser.fill("#email", keyway.world["owner"]["email"].as_str().unwrap());
    browser.fill("#password", keyway.world["owner"]["password"].as_str().unwrap());
    browser.click("form button");
    browser.until_text("h1", "Authentication");
    let (language, program) = chosen(&browser);
    assert!(language == "Ruby" && program.contains(keyway.key("sandbox", "secret")), "{program}");
    browser.until_text(".sample-foot", "Only you can see this value.");
}
