//! Where in the dashboard people come to.

use keys::{Realm, Role};

use super::{Browser, keys_path, owner, told};
use crate::people::account_id;

#[test]
fn whoever_has_a_role_in_a_sandbox_alone_is_let_in_there_and_nowhere_else() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let id = account_id(&account);
    let add = format!("/api/v1/accounts/{id}/sandboxes");
    let second = people.world.post(&add, &people.token, r#"{"name": "Second"}"#).json();
    let second = second["id"].as_str().unwrap();
    people.member("joe", Realm::Sandbox(second.parse().unwrap()), Role::SandboxUser);
    let joe = Browser::sign_in(&people.world, "joe@example.com");
    let home = format!("/{id}/{second}");
    assert_eq!(joe.get("/").header("location"), Some(home.as_str()));
    assert_eq!(joe.get(&format!("/accounts/{id}")).header("location"), Some(home.as_str()));
    let page = joe.get(&home);
    assert_eq!(told(&page), "200 Rides");
    assert!(!page.body.contains("/live") && !page.body.contains("/history"));
    let list = format!("{home}/apikeys");
    let made = joe.post(&format!("{list}/create-secret"), "name=Mine");
    assert!(made.body.contains("sk_test_"), "{made:?}");
    for elsewhere in ["live", account["first_sandbox"].as_str().unwrap()] {
        assert_eq!(told(&joe.get(&format!("/{id}/{elsewhere}"))), "404 Page not found");
        let list = keys_path(&account, elsewhere);
        assert_eq!(told(&joe.get(&list)), "404 Page not found");
    }
    assert!(ada.get(&home).body.contains("/live"));
}
