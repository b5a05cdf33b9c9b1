//! Lists come in pages, which are read forwards and backwards without leaving anything out.

use keys::{Realm, Role};
use serde_json::{Value, json};
use store::NewInvitation;

use crate::people::{People, account_id, by};
use crate::world::random;

/// Asks for pages, one after the other, until there are no more, and gives their entries' ids.
fn read_on(people: &People, path: &str, (limit, way): (usize, &str), from: Option<&str>) -> Pages {
    let mark = if path.contains('?') { '&' } else { '?' };
    let mut pages = Vec::new();
    let mut beside = from.map(str::to_owned);
    loop {
        let from = beside.map_or(String::new(), |id| format!("&{way}={id}"));
        let answer = people.world.get(&format!("{path}{mark}limit={limit}{from}"), &people.token);
        assert_eq!(answer.status(), 200, "{answer:?}");
        let list = answer.json();
        assert_eq!((&list["object"], &list["url"]), (&json!("list"), &json!(url(path))));
        let page: Vec<_> = list["data"].as_array().unwrap().iter().map(id).collect();
        let furthest = if way == "ending_before" { page.first() } else { page.last() };
        beside = furthest.cloned();
        pages.push(page);
        if list["has_more"] == false {
            return pages;
        }
    }
}

type Pages = Vec<Vec<String>>;

fn url(path: &str) -> &str {
    path.split('?').next().unwrap()
}

fn id(object: &Value) -> String {
    object["id"].as_str().unwrap().to_owned()
}

/// That the list is the same in pages of any length, forwards and, where it can be, backwards.
fn comes_in_pages(people: &People, path: &str, both_ways: bool) {
    let whole = read_on(people, path, (100, "starting_after"), None).concat();
    let count = whole.len();
    assert!(count >= 5, "{path}: {whole:?}");
    for limit in [1, 2, count - 1, count, count + 1] {
        let pages = read_on(people, path, (limit, "starting_after"), None);
        assert_eq!(pages.concat(), whole, "{path} by {limit}");
        assert!(pages.iter().all(|page| page.len() <= limit));
        assert_eq!(pages.len(), count.div_ceil(limit), "{path} by {limit}: no page is empty");
        if !both_ways {
            continue;
        }
        let mut back =
            read_on(people, path, (limit, "ending_before"), whole.last().map(|id| &**id));
        assert!(back.iter().all(|page| page.len() <= limit));
        back.reverse();
        assert_eq!(back.concat(), whole[..count - 1], "{path} by {limit}, backwards");
    }
    let [first, .., last] = &whole[..] else { panic!("{whole:?}") };
    assert_eq!(read_on(people, path, (3, "starting_after"), Some(last)), [Vec::<String>::new()]);
    if both_ways {
        let before = read_on(people, path, (3, "ending_before"), Some(first));
        assert_eq!(before, [Vec::<String>::new()]);
    }
}

/// Lets that many be invited to a place.
fn invite(people: &People, realm: Realm, count: usize) {
    let mut chance = random;
    for number in 0..count {
        let email = format!("guest{number}@example.com").parse().unwrap();
        let new = NewInvitation { email, realm, role: Role::Developer, invited_by: people.owner };
        let invited = people.world.store.invite(new, by(people.owner), &mut chance);
        people.world.block_on(invited).unwrap();
    }
}

#[test]
fn members_and_invitations_come_in_pages() {
    let people = People::new();
    let realm = Realm::Account(account_id(&people.account()));
    for number in 0..3 {
        people.member(&format!("dev{number}"), realm, Role::Developer);
        people.member(&format!("boss{number}"), realm, Role::Administrator);
    }
    invite(&people, realm, 6);
    comes_in_pages(&people, &format!("/api/v1/members?realm={realm}"), true);
    comes_in_pages(&people, &format!("/api/v1/invitations?realm={realm}"), true);
}

#[test]
fn sessions_sandboxes_accounts_and_organizations_come_in_pages() {
    let people = People::new();
    let world = &people.world;
    let account = people.account();
    let sandboxes = format!("/api/v1/accounts/{}/sandboxes", account["id"].as_str().unwrap());
    for number in 0..5 {
        people.signed_in("ada@example.com");
        people.account();
        let named = json!({"name": format!("Staging {number}")}).to_string();
        assert_eq!(world.post(&sandboxes, &people.token, &named).status(), 200);
        assert_eq!(world.post("/api/v1/organizations", &people.token, &named).status(), 200);
    }
    comes_in_pages(&people, "/api/v1/sessions", true);
    comes_in_pages(&people, &sandboxes, true);
    comes_in_pages(&people, "/api/v1/accounts", false);
    comes_in_pages(&people, "/api/v1/organizations", false);
}

#[test]
fn keys_and_events_come_in_pages() {
    let people = People::new();
    let world = &people.world;
    let account = people.account();
    let (id, first) = (&account["id"], &account["first_sandbox"]);
    let (account, mode) = (id.as_str().unwrap(), first.as_str().unwrap());
    let own = format!("/api/v1/organizations/{}/keys", people.organization);
    for number in 0..5 {
        let name = format!("Backend {number}");
        let key = json!({"account": id, "mode": first, "name": name}).to_string();
        assert_eq!(world.post("/api/v1/keys", &people.token, &key).status(), 200);
        let key = json!({"livemode": false, "name": name}).to_string();
        let created = world.post(&own, &people.token, &key);
        assert_eq!(created.status(), 200, "{created:?}");
    }
    comes_in_pages(&people, &format!("/api/v1/keys?account={account}&mode={mode}"), false);
    comes_in_pages(&people, &own, false);
    comes_in_pages(&people, &format!("/api/v1/events?account={account}"), false);
}

#[test]
fn beside_whatever_is_not_in_the_list_there_is_nothing() {
    let people = People::new();
    let world = &people.world;
    let account = people.account();
    let (id, none) = (account["id"].as_str().unwrap(), "0123456789abcdef");
    for path in [
        format!("/api/v1/members?realm={id}&starting_after=usr_{none}.owner"),
        format!("/api/v1/members?realm={id}&ending_before=usr_{none}.owner"),
        format!("/api/v1/invitations?realm={id}&starting_after=inv_{none}"),
        format!("/api/v1/invitations?realm={id}&ending_before=inv_{none}"),
        format!("/api/v1/sessions?starting_after=ses_{none}"),
        "/api/v1/sessions?ending_before=ses_fedcba9876543210".to_owned(),
        format!("/api/v1/accounts/{id}/sandboxes?starting_after=sbx_{none}"),
        format!("/api/v1/accounts/{id}/sandboxes?ending_before=sbx_{none}"),
        format!("/api/v1/accounts?starting_after=acct_{none}"),
        "/api/v1/organizations?starting_after=org_0123456789abcdefghijklm".to_owned(),
        format!("/api/v1/keys?account={id}&mode=live&starting_after=key_{none}"),
    ] {
        let list = world.get(&path, &people.token).json();
        assert_eq!((&list["data"], &list["has_more"]), (&json!([]), &json!(false)), "{path}");
    }
}

/// Those who came or went meanwhile are no reason that others are left out.
#[test]
fn an_invitation_that_has_ended_is_a_place_in_the_list_still() {
    let people = People::new();
    let realm = Realm::Account(account_id(&people.account()));
    invite(&people, realm, 3);
    let path = format!("/api/v1/invitations?realm={realm}");
    let whole = read_on(&people, &path, (100, "starting_after"), None).concat();
    let ended = format!("/api/v1/invitations/{}", whole[1]);
    assert_eq!(people.world.delete(&ended, &people.token).status(), 200);
    let after = read_on(&people, &path, (1, "starting_after"), Some(&whole[1]));
    let before = read_on(&people, &path, (1, "ending_before"), Some(&whole[1]));
    assert_eq!((after.concat(), before.concat()), (whole[2..].to_vec(), whole[..1].to_vec()));
}
