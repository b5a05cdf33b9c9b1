//! The docs, for strangers and for whoever has signed in.

use std::collections::BTreeSet;

use keys::{Form, KeyValue, Kind, Livemode, Realm, Role};

use super::{Browser, between, owner, told};
use crate::people::account_id;
use crate::world::{Answer, World};

fn read(world: &World, path: &str) -> Answer {
    world.ask(&format!("GET {path}"), &[])
}

fn example() -> String {
    let form = Form { kind: Kind::Secret, livemode: Livemode::Test };
    KeyValue::example(form).expose().to_owned()
}

/// The addresses that a page links to.
fn links(page: &str) -> BTreeSet<&str> {
    page.split("href=\"").skip(1).map(|rest| rest.split_once('"').unwrap().0).collect()
}

/// The languages whose programs a page shows.
fn shown(page: &str) -> BTreeSet<&str> {
    let panels = page.split("<div class=\"panel-like\" ").skip(1);
    let panels = panels.map(|rest| rest.split_once('>').unwrap().0);
    let shown = panels.filter(|panel| !panel.ends_with(" hidden"));
    shown.filter_map(|panel| Some(panel.split_once("data-language=\"")?.1)).collect()
}

#[test]
fn a_stranger_reads_with_an_example_key_that_works_nowhere() {
    let world = World::new();
    let page = read(&world, "/docs");
    assert_eq!(told(&page), "200 Quickstart");
    assert!(page.body.contains(&format!(">{}<", example())));
    assert!(page.body.contains("An example key, which works nowhere."));
    assert!(page.body.contains("curl http://127.0.0.1:12111/v1/balance"));
    assert_eq!(page.header("cache-control"), Some("no-cache"));
    assert_eq!(page.header("vary"), Some("Cookie, Accept-Language"));
    let refused = world.get("/api/v1/keys", &example()).error();
    assert!(refused.starts_with("401 invalid_request_error api_key_invalid"), "{refused}");
}

#[test]
fn whoever_has_signed_in_reads_with_their_own_test_key_and_nobody_keeps_the_page() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let page = ada.get("/docs");
    let own = between(&page.body, "<span class=\"key\">", "<");
    let key = format!("Bearer {own}");
    let listed = people.world.ask("GET /api/v1/keys", &[&format!("Authorization: {key}")]).json();
    assert_eq!(listed["data"][0]["account"], account["id"], "it is a key of theirs, and it works");
    assert!(own.starts_with("sk_test_") && !page.body.contains(&example()));
    assert!(page.body.contains("This is your own test key. Only you can see this value."));
    assert_eq!(page.header("cache-control"), Some("no-store"));
    let path = format!("/api/v1/events?account={}", account["id"].as_str().unwrap());
    let events = people.world.get(&path, &people.token).body;
    assert!(events.contains("account.created") && !events.contains("api_key.viewed"), "{events}");
}

#[test]
fn whoever_may_see_no_key_reads_with_the_example() {
    let (people, account) = owner();
    people.member("eve", Realm::Account(account_id(&account)), Role::Analyst);
    let eve = Browser::sign_in(&people.world, "eve@example.com");
    let page = eve.get("/docs");
    assert_eq!(told(&page), "200 Quickstart");
    assert!(page.body.contains(&example()));
    assert_eq!(page.header("cache-control"), Some("no-store"));
}

#[test]
fn a_platform_reads_how_to_act_for_an_account_of_its_own() {
    let (people, platform) = owner();
    let body = serde_json::json!({"name": "Bikes", "platform": platform["id"]}).to_string();
    let connected = people.world.post("/api/v1/accounts", &people.token, &body).json();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let page = ada.get("/docs/organizations").body;
    assert!(page.contains(connected["id"].as_str().unwrap()), "{page}");
}

#[test]
fn a_language_is_chosen_by_a_link_and_remembered() {
    let world = World::new();
    let page = read(&world, "/docs?lang=python");
    assert_eq!(shown(&page.body), BTreeSet::from(["python\""]));
    insta::assert_snapshot!(page.header("set-cookie").unwrap(), @"keyway-language=python; Path=/docs; Max-Age=31536000; SameSite=Lax");
    let later = world.ask("GET /docs/errors", &["Cookie: keyway-language=python"]);
    assert_eq!((shown(&later.body), later.header("set-cookie")), (shown(&page.body), None));
    for (path, cookie) in [("/docs", ""), ("/docs?lang=cobol", ""), ("/docs", "keyway-language=x")]
    {
        let page = world.ask(&format!("GET {path}"), &[&format!("Cookie: {cookie}")]);
        assert_eq!(
            (shown(&page.body), page.header("set-cookie")),
            (BTreeSet::from(["curl\""]), None)
        );
    }
}

#[test]
fn every_link_of_the_docs_leads_somewhere_and_every_page_is_marked_where_it_is() {
    let world = World::new();
    let (mut seen, mut ahead) = (BTreeSet::new(), vec!["/docs".to_owned()]);
    while let Some(path) = ahead.pop() {
        if !seen.insert(path.clone()) {
            continue;
        }
        let page = read(&world, &path);
        assert_eq!(page.status(), 200, "{path}");
        let marks = page.body.matches(" aria-current=\"page\"").count();
        let is_code = path.starts_with("/docs/errors/");
        assert_eq!(marks, if is_code { 0 } else { 2 }, "{path}: in the list and in the menu");
        assert!(!page.body.contains("<style") && !page.body.contains(" style="), "{path}");
        assert!(!page.body.contains("<script>") && !page.body.contains(" onclick"), "{path}");
        for link in links(&page.body) {
            let (to, fragment) = link.split_once('#').unwrap_or((link, ""));
            let to = if to.is_empty() || to.starts_with('?') { &path } else { to };
            if !fragment.is_empty() && (to == path) {
                assert!(page.body.contains(&format!(" id=\"{fragment}\"")), "{path}: {link}");
            }
            if to.starts_with("/docs") {
                ahead.push(to.to_owned());
            } else {
                assert!(read(&world, to).status() < 400, "{path}: {link}");
            }
        }
    }
    assert!(seen.len() > 90, "{}", seen.len());
}

#[test]
fn every_error_has_a_page_with_its_cause_and_what_to_do() {
    let world = World::new();
    let index = read(&world, "/docs/errors").body;
    let codes = links(&index).into_iter().filter(|link| link.starts_with("/docs/errors/"));
    for path in codes {
        let page = read(&world, path);
        let code = path.rsplit('/').next().unwrap();
        assert_eq!(told(&page), format!("200 <code>{code}</code>"));
        for heading in ["<h2 id=\"cause\">Cause</h2>\n<p>", "<h2 id=\"remedy\">Remedy</h2>\n<p>"] {
            assert!(between(&page.body, heading, "</p>").len() > 10, "{path}");
        }
    }
    let refused = world.get("/api/v1/keys", "sk_test_x").json();
    let page = read(&world, refused["error"]["doc_url"].as_str().unwrap());
    assert_eq!(told(&page), "200 <code>api_key_invalid</code>");
    assert!(page.body.contains("<td>401</td><td><code>invalid_request_error</code></td>"));
    assert_eq!(told(&read(&world, "/docs/errors/no_such_code")), "404 Page not found");
    assert_eq!(told(&read(&world, "/docs/no-such-page")), "404 Page not found");
}

#[test]
fn what_stands_around_the_docs_is_in_the_language_of_the_reader() {
    let world = World::new();
    let page = world.ask("GET /docs", &["Accept-Language: it"]).body;
    assert!(
        page.contains("<html lang=\"it\">") && page.contains("<div class=\"prose\" lang=\"en\">")
    );
    assert!(page.contains(">Guida rapida</a>") && page.contains("Una chiave di esempio"));
    let told = "Questa pagina per ora c’è solo in inglese.";
    let error = world.ask("GET /docs/errors/api_key_expired", &["Accept-Language: it"]).body;
    assert!(page.contains(told) && error.contains(told));
    let own = world.ask("GET /docs", &["Accept-Language: en"]).body;
    assert!(own.contains("<div class=\"prose\">") && !own.contains("in English."));
}

#[test]
fn people_find_the_docs_from_where_they_are() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let sandbox = account["first_sandbox"].as_str().unwrap();
    let home = ada.get(&format!("/{}/{sandbox}", account["id"].as_str().unwrap())).body;
    assert_eq!(home.matches("href=\"/docs\"").count(), 2, "in the frame, and below the first call");
    assert!(links(&read(&people.world, "/signin").body).contains("/docs"));
    assert!(links(&ada.get("/docs").body).contains("/"));
    assert!(links(&read(&people.world, "/docs").body).contains("/signin?back=%2Fdocs"));
}
