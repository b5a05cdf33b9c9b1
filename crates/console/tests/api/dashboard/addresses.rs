//! From where a key may be used, as a form without scripts says it.

use super::{Browser, between, new_key, notices, owner, told};

/// The entries of the form, one by one.
fn rows(page: &str) -> Vec<&str> {
    let rows = page.split("<input name=\"address\" value=\"").skip(1);
    rows.map(|rest| rest.split_once('"').unwrap().0).collect()
}

/// What is told beside each entry.
fn faults(page: &str) -> Vec<&str> {
    let faults = page.split("class=\"fault\"").skip(1);
    faults.map(|rest| between(rest, ">", "<")).collect()
}

/// Whether it is told that its reader is shut out.
fn warns(page: &str) -> bool {
    !between(page, "<div class=\"warning\" role=\"alert\" data-out", ">").contains("hidden")
}

#[test]
fn what_is_edited_in_one_way_is_there_in_the_other_and_nothing_is_saved_before_it_is_said() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let (_list, key) = new_key(&ada, &account);
    let restrict = format!("{key}/restrict");
    let two = "address=100.10.38.0%2F24&address=&address=+1.2.3.4";
    let bulk = ada.post(&restrict, &format!("{two}&way=bulk")).body;
    assert_eq!(between(&bulk, "data-entries>", "</textarea>"), "100.10.38.0/24\n1.2.3.4");
    let list = "addresses=1.2.3.4%2C+1.2.3.5%0A100.10.38.0%2F24";
    let page = ada.post(&restrict, &format!("{list}&way=rows")).body;
    assert_eq!(rows(&page), ["1.2.3.4", "1.2.3.5", "100.10.38.0/24"]);
    let page = ada.post(&restrict, &format!("{two}&add=yes")).body;
    assert_eq!(rows(&page), ["100.10.38.0/24", "1.2.3.4", ""]);
    let page = ada.post(&restrict, &format!("{two}&remove=0")).body;
    assert_eq!(rows(&page), ["1.2.3.4"]);
    assert_eq!(rows(&ada.get(&restrict).body), Vec::<&str>::new());
}

#[test]
fn what_is_wrong_with_an_entry_is_told_beside_it_in_both_ways() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let (_list, key) = new_key(&ada, &account);
    let restrict = format!("{key}/restrict");
    let page = ada.post(&restrict, "address=127.0.0.1&address=1.2.3.4%2F8&address=%3A%3A1");
    insta::assert_snapshot!(told(&page), @"400 Manage IP restrictions Nothing was saved: some entries cannot be taken.");
    insta::assert_snapshot!(faults(&page.body).join("\n"), @"

    `1.2.3.4/8` does not begin at its boundary; write `1.0.0.0/8`.
    `::1` is an IPv6 address; only IPv4 addresses can be listed.
    ");
    assert_eq!(page.body.matches("aria-invalid").count(), 2);
    let page = ada.post(&restrict, "addresses=127.0.0.1+1.2.3.4%2F8");
    insta::assert_snapshot!(told(&page), @"400 Manage IP restrictions Nothing was saved: some entries cannot be taken.");
    insta::assert_snapshot!(faults(&page.body).join("\n"), @"`1.2.3.4/8` does not begin at its boundary; write `1.0.0.0/8`.");
    assert_eq!(rows(&ada.get(&restrict).body), Vec::<&str>::new(), "nothing was changed");
    let many: Vec<String> =
        (0..201).map(|host| format!("address=10.0.{}.{}", host / 100, host % 100)).collect();
    insta::assert_snapshot!(told(&ada.post(&restrict, &many.join("&"))), @"400 Manage IP restrictions Nothing was saved: a key has at most 200 entries.");
}

#[test]
fn whoever_would_shut_themselves_out_is_asked_before_it_is_saved() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let (_list, key) = new_key(&ada, &account);
    let restrict = format!("{key}/restrict");
    let page = ada.get(&restrict).body;
    assert!(page.contains("Your own address is <code>127.0.0.1</code>.") && !warns(&page));
    let asked = ada.post(&restrict, "address=100.10.38.0%2F24");
    assert!(told(&asked).starts_with("200 Manage IP restrictions") && warns(&asked.body));
    assert_eq!(rows(&ada.get(&restrict).body), Vec::<&str>::new(), "nothing was changed");
    let shut = ada.post(&restrict, "address=100.10.38.0%2F24&shut_out=yes");
    let page = ada.get(shut.header("location").unwrap()).body;
    assert_eq!(
        notices(&page),
        [
            "The IP restriction holds from now on.",
            "Your own address is not in the list: requests from it are refused."
        ]
    );
    assert!(warns(&ada.get(&restrict).body));
    let saved = ada.post(&restrict, "address=127.0.0.0%2F8");
    let page = ada.get(saved.header("location").unwrap()).body;
    assert_eq!(notices(&page), ["The IP restriction holds from now on."]);
}

#[test]
fn an_emptied_list_of_addresses_opens_a_key_when_that_is_said_alone() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let (_list, key) = new_key(&ada, &account);
    let restrict = format!("{key}/restrict");
    ada.post(&restrict, "addresses=127.0.0.1");
    for emptied in ["addresses=+", "address=&address=", ""] {
        let asked = ada.post(&restrict, emptied);
        assert_eq!(
            told(&asked),
            "400 Manage IP restrictions The list is empty. If the key may be used from anywhere, say so below."
        );
        assert!(!between(&asked.body, "data-anywhere", ">").contains("hidden"));
    }
    assert_eq!(rows(&ada.get(&restrict).body), ["127.0.0.1"], "nothing was changed");
    let opened = ada.post(&restrict, "address=&anywhere=yes");
    assert_eq!(opened.status(), 303, "{opened:?}");
    let page = ada.get(opened.header("location").unwrap()).body;
    assert_eq!(notices(&page), ["The IP restriction holds from now on."]);
    assert_eq!(rows(&ada.get(&restrict).body), Vec::<&str>::new());
}
