//! What keeps people from harm: what is asked before, what is told after, and where nobody gets lost.

use console::{Gateways, PlainHttp};

use super::{Browser, between, key_of, keys_path, new_key, notices, owner, told};
use crate::people::People;
use crate::people::proof::code;
use crate::world::{Hearing, World};

#[test]
fn a_link_of_somebody_else_tells_nothing() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let (list, key) = new_key(&ada, &account);
    let deleted = ada.post(&format!("{key}/delete"), "");
    let to = deleted.header("location").unwrap().to_owned();
    insta::assert_snapshot!(notices(&ada.get(&to).body).join(" "), @"The key was deleted. Requests with it are refused from now on.");
    let said = Vec::<&str>::new();
    assert_eq!(notices(&ada.get(&format!("{list}?done=delete")).body), said);
    assert_eq!(notices(&ada.get(&to.replace("=delete", "=expire")).body), said);
    let other = Browser::sign_in(&people.world, "ada@example.com");
    assert_eq!(notices(&other.get(&to).body), said, "nor does one of another session");
}

#[test]
fn what_is_committed_and_not_yet_in_force_is_not_told_to_be_done() {
    let world = World::with(Hearing::Deaf, Gateways::OwnOnly, PlainHttp::LiveFromLoopback);
    let people = People::of(world);
    let account = people.account();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let list = keys_path(&account, account["first_sandbox"].as_str().unwrap());
    let answer = ada.post(&format!("{list}/create-secret"), "name=Shop");
    let made = &answer.body;
    insta::assert_snapshot!(notices(made).join(" "), @"The change is kept, and not yet in force everywhere: for a short while gateways go by what was before.");
    assert!(between(made, "<code data-value>", "</code>").starts_with("sk_test_"));
    let deleted = ada.post(&format!("{}/delete", key_of(&answer)), "");
    let page = ada.get(deleted.header("location").unwrap()).body;
    assert_eq!(notices(&page), notices(made));
}

#[test]
fn an_address_that_holds_a_key_value_is_not_repeated_and_the_key_is_called_exposed() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let value = people.world.own.secret();
    let list = keys_path(&account, "live");
    let history = list.replace("apikeys", "history");
    for path in [
        format!("{history}?object={value}"),
        format!("{list}/create?name={value}"),
        format!("/apikeys/create?name={value}"),
    ] {
        let answer = ada.get(&path);
        assert_eq!(told(&answer), "400 A key value is in this address");
        assert!(answer.body.contains("treat that key as exposed"));
        assert!(!answer.body.contains(value) && !answer.head.contains(value));
    }
}

#[test]
fn another_code_is_offered_and_whether_one_was_sent_is_told() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let create = format!("{}/create-secret", keys_path(&account, "live"));
    let asked = ada.post(&create, "name=Shop");
    assert!(asked.body.contains("We sent a verification code to <strong>ada@example.com"));
    assert!(asked.body.contains(">Send another code</button>"));
    let soon = ada.post(&create, "name=Shop");
    insta::assert_snapshot!(told(&soon), @"429 Is it still you? A code was just sent; a new one can be sent 30 seconds after it.");
    assert!(!soon.body.contains("We sent a verification code"));
    let wrong = ada.post(&create, "name=Shop&code=12345").body;
    assert!(wrong.contains(">Send another code</button>"));
    assert!(!wrong.contains("app shows") && !wrong.contains("We sent"));
    let made = ada.post(&create, &format!("name=Shop&code={}", code(&people.world)));
    assert!(made.body.contains("sk_live_"), "the code before is good");
}

#[test]
fn a_browser_that_went_astray_is_shown_a_page() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let list = keys_path(&account, "live");
    let get = |path: &str| {
        people.world.ask(&format!("GET {path}"), &[&ada.cookie, "Accept: text/html,*/*"])
    };
    for path in [
        format!("{list}?after=nonsense"),
        format!("{list}/key_0123456789abcdef/nonsense"),
        list.replace("apikeys", "history?before=nonsense"),
        "/nowhere".to_owned(),
        "/signout".to_owned(),
    ] {
        assert_eq!(told(&get(&path)), "404 Page not found", "{path}");
    }
    let program = people.world.ask("GET /nowhere", &[]);
    assert_eq!(program.header("content-type"), Some("application/json"));
}
