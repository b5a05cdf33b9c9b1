//! The pages, as browsers get them.

mod addresses;
mod assets;
mod docs;
mod history;
mod home;
mod joining;
mod keys;
mod organization;
mod permissions;
mod places;
mod rotating;
mod safety;
mod session;
mod settings;
mod tongues;

use serde_json::Value;

use crate::people::{PASSWORD, People};
use crate::world::{Answer, World};

/// What a browser says with a form that stood on a page of ours.
const OURS: &str = "Sec-Fetch-Site: same-origin";

/// Somebody at a browser, who has signed in.
pub(crate) struct Browser<'w> {
    world: &'w World,
    cookie: String,
    csrf: String,
}

impl<'w> Browser<'w> {
    pub(crate) fn sign_in(world: &'w World, email: &str) -> Self {
        Self::new_at(world, email, PASSWORD)
    }

    pub(crate) fn new_at(world: &'w World, email: &str, password: &str) -> Self {
        let signed_in = sign_in(world, email, password, OURS);
        assert_eq!(signed_in.status(), 303, "{signed_in:?}");
        let cookie = signed_in.header("set-cookie").unwrap();
        let cookie = format!("Cookie: {}", cookie.split_once(';').unwrap().0);
        let mut browser = Self { world, cookie, csrf: String::new() };
        let start = browser.get("/");
        let home = start.header("location").map_or(start.body.clone(), |to| browser.get(to).body);
        between(&home, "name=\"csrf\" value=\"", "\"").clone_into(&mut browser.csrf);
        browser
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.world.ask(&format!("GET {path}"), &[&self.cookie])
    }

    /// Sends a form of these pairs, as `name=value&…`.
    pub(crate) fn post(&self, path: &str, pairs: &str) -> Answer {
        self.post_saying(path, &format!("csrf={}&{pairs}", self.csrf), OURS)
    }

    /// Sends exactly that, with a line in its head.
    pub(crate) fn post_saying(&self, path: &str, body: &str, line: &str) -> Answer {
        post(self.world, path, body, &[&self.cookie, line])
    }
}

fn sign_in(world: &World, email: &str, password: &str, line: &str) -> Answer {
    let body =
        format!("email={}&password={}", email.replace('@', "%40"), password.replace(' ', "+"));
    post(world, "/signin", &body, &[line])
}

fn post(world: &World, path: &str, body: &str, lines: &[&str]) -> Answer {
    let lines: String = lines.iter().flat_map(|line| [*line, "\r\n"]).collect();
    let length = body.len();
    world.send(
        format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{lines}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{body}"
        )
        .as_bytes(),
    )
}

/// The text between two others.
fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("no {before} in {text}"));
    rest.split_once(after).unwrap().0
}

/// The address of the keys of an account's mode.
fn keys_path(account: &Value, mode: &str) -> String {
    format!("/{}/{mode}/apikeys", account["id"].as_str().unwrap())
}

/// What a page tells in its heading and, if there is one, its error.
fn told(answer: &Answer) -> String {
    let heading = between(&answer.body, "<h1>", "</h1>");
    let error = answer.body.split_once("role=\"alert\"");
    let error = error.map(|(_, rest)| between(rest, ">", "</p>")).unwrap_or_default();
    format!("{} {heading} {error}", answer.status()).trim_end().to_owned()
}

/// The notices of a page.
fn notices(page: &str) -> Vec<&str> {
    let notices = page.split("<p class=\"notice\">").skip(1);
    notices.map(|rest| rest.split_once("</p>").unwrap().0).collect()
}

/// The list of a sandbox, and the address of a new key in it.
fn new_key(ada: &Browser<'_>, account: &Value) -> (String, String) {
    let list = keys_path(account, account["first_sandbox"].as_str().unwrap());
    let made = ada.post(&format!("{list}/create-secret"), "name=Shop");
    let key = key_of(&made);
    (list, key)
}

/// The address of the key whose value a page shows.
fn key_of(shown: &Answer) -> String {
    let mut forms = shown.body.split("<form method=\"post\" action=\"");
    let edit = forms.find(|form| form.contains("/edit\"")).unwrap_or_else(|| panic!("{shown:?}"));
    edit.split_once("/edit\"").unwrap().0.to_owned()
}

/// An account of a new owner.
fn owner() -> (People, Value) {
    let people = People::new();
    let account = people.account();
    (people, account)
}
