//! The settings, as browsers get them.

mod account;
mod notifications;
mod profile;
mod sandboxes;
mod security;
mod sessions;
mod team;

use serde_json::Value;

use super::{Browser, between, owner, told};
use crate::people::proof::code_for;
use crate::world::Answer;

/// The address of a page of the settings in a mode of an account.
fn settings(account: &Value, mode: &str, page: &str) -> String {
    format!("/{}/{mode}/settings/{page}", account["id"].as_str().unwrap())
}

/// What the page tells that an answer leads to.
pub(super) fn notice(browser: &Browser<'_>, done: &Answer) -> String {
    assert_eq!(done.status(), 303, "{done:?}");
    let page = browser.get(done.header("location").unwrap()).body;
    between(&page, "<p class=\"notice\">", "</p>").to_owned()
}

/// The text of a part of a page, without its tags.
pub(super) fn text(html: &str) -> String {
    let mut parts = html.split('<');
    let first = parts.next().unwrap().to_owned();
    let rest = parts.filter_map(|part| part.split_once('>')).map(|(_, text)| text);
    let text: Vec<&str> =
        std::iter::once(first.as_str()).chain(rest).flat_map(str::split_whitespace).collect();
    text.join(" ")
}

/// The rows of all tables of a page, in words.
pub(super) fn rows(page: &str) -> Vec<String> {
    let bodies = page.split("<tbody>").skip(1).map(|rest| rest.split_once("</tbody>").unwrap().0);
    let rows = bodies.flat_map(|body| body.split("<tr").skip(1));
    rows.map(|row| text(row.split_once('>').unwrap().1)).collect()
}

/// The addresses that a page leads to and that end like this.
pub(super) fn links<'p>(page: &'p str, end: &str) -> Vec<&'p str> {
    let links = page.split("href=\"").filter_map(|rest| rest.split_once('"')).map(|(to, _)| to);
    links.filter(|to| to.ends_with(end)).collect()
}

/// Sends a form, with the code that is mailed where one is asked for.
pub(super) fn proved(browser: &Browser<'_>, email: &str, path: &str, body: &str) -> Answer {
    let asked = browser.post(path, body);
    if told(&asked) != "200 Is it still you?" {
        return asked;
    }
    browser.post(path, &format!("{body}&code={}", code_for(browser.world, email)))
}

#[test]
fn the_settings_begin_with_the_profile_and_say_where_one_is() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let start = ada.get(settings(&account, "live", "").trim_end_matches('/'));
    let profile = settings(&account, "live", "profile");
    assert_eq!(start.header("location"), Some(profile.as_str()));
    for page in ["profile", "security", "team", "account", "sandboxes", "notifications"] {
        let path = settings(&account, "live", page);
        let shown = ada.get(&path);
        assert_eq!(told(&shown), "200 Settings", "{page}");
        assert!(shown.body.contains(&format!("<a href=\"{path}\" aria-current=\"page\">")));
        assert!(!shown.body.contains(" style=") && !shown.body.contains("<script>"));
    }
}

#[test]
fn a_link_of_somebody_else_tells_nothing() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let page = settings(&account, "live", "notifications");
    let saved = ada.post(&page, "key_created=yes");
    assert_eq!(notice(&ada, &saved), "Saved.");
    let to = saved.header("location").unwrap().to_owned();
    let other = Browser::sign_in(&people.world, "ada@example.com");
    let forged = to.replace("done=saved", "done=app_removed");
    for said in [other.get(&to), ada.get(&forged), ada.get(&format!("{page}?done=saved"))] {
        assert_eq!(said.status(), 200);
        assert!(!said.body.contains("class=\"notice\""), "{said:?}");
    }
}

#[test]
fn whoever_knows_of_a_sandbox_alone_has_settings_of_their_own_and_none_of_the_account() {
    let (people, account) = owner();
    let sandbox = account["first_sandbox"].as_str().unwrap();
    let realm = keys::Realm::Sandbox(sandbox.parse().unwrap());
    people.member("joe", realm, keys::Role::SandboxUser);
    let joe = Browser::sign_in(&people.world, "joe@example.com");
    let profile = joe.get(&settings(&account, sandbox, "profile"));
    assert_eq!(told(&profile), "200 Settings");
    assert!(!profile.body.contains("settings/account"));
    assert_eq!(told(&joe.get(&settings(&account, sandbox, "account"))), "404 Page not found");
    assert_eq!(told(&joe.get(&settings(&account, "live", "profile"))), "404 Page not found");
    let sandboxes = joe.get(&settings(&account, sandbox, "sandboxes")).body;
    assert!(sandboxes.contains("Ask an owner or administrator."));
    assert!(sandboxes.contains("disabled>Create sandbox"));
}
