//! What keeps people from harm: what is asked before, what is told after, and where nobody gets lost.

use console::{Gateways, PlainHttp};

use super::{Browser, OURS, between, key_of, keys_path, new_key, notices, owner, post, told};
use crate::people::proof::code;
use crate::people::{PASSWORD, People};
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
fn no_key_value_is_taken_along_to_the_sign_in() {
    let (people, account) = owner();
    let value = people.world.own.secret();
    let list = keys_path(&account, "live");
    for path in [
        format!("/signin?back={list}?name={value}"),
        format!("{list}/create?name={value}"),
        format!("/apikeys/create?name={value}"),
        format!("{}?object={value}", list.replace("apikeys", "history")),
    ] {
        let answer = people.world.ask(&format!("GET {path}"), &["Accept: text/html"]);
        assert_eq!(told(&answer), "400 A key value is in this address");
        assert!(!answer.body.contains(value) && !answer.head.contains(value), "{path}");
    }
    // Somebody else's form could still say where to go after it.
    let form = format!(
        "email=ada%40example.com&password={}&back={list}?name={value}",
        PASSWORD.replace(' ', "+")
    );
    let answer = post(&people.world, "/signin", &form, &[OURS]);
    assert_eq!((answer.status(), answer.header("location")), (303, Some("/")));
}

#[test]
fn no_page_is_shown_in_a_frame_and_none_with_a_value_is_kept() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let test = account["first_sandbox"].as_str().unwrap();
    let (list, live) = (keys_path(&account, test), keys_path(&account, "live"));
    let made = ada.post(&format!("{list}/create-secret"), "name=Shop");
    let revealed = ada.post(&format!("{}/reveal", key_of(&made)), "");
    let asked = ada.post(&format!("{live}/create-secret"), "name=Shop");
    let body = format!("name=Shop&code={}", code(&people.world));
    let once = ada.post(&format!("{live}/create-secret"), &body);
    let docs = ada.get("/docs");
    for (answer, begin) in [(&made, "sk_test_"), (&revealed, "sk_test_"), (&once, "sk_live_")] {
        assert!(between(&answer.body, "<code data-value>", "</code>").starts_with(begin));
    }
    assert!(docs.body.contains("Only you can see this value"));
    let stranger = ["/signin", "/signup", "/forgot", "/reset", "/invitation", "/docs", "/nowhere"]
        .map(|path| people.world.ask(&format!("GET {path}"), &["Accept: text/html"]));
    let others = [list.as_str(), "/signin"].map(|path| ada.get(path));
    let own = [made, revealed, asked, once, docs];
    for answer in own.iter().chain(&others).chain(&stranger) {
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.contains("frame-ancestors 'none'"), "{}", answer.head);
    }
    for answer in own.iter().chain(&others) {
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{}", answer.head);
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
