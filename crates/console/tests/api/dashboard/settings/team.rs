//! Members, their roles, and invitations.

use keys::{Realm, Role};

use super::super::{Browser, owner, told};
use super::{links, notice, proved, rows, settings, text};
use crate::people::account_id;
use crate::people::proof::code;

#[test]
fn somebody_is_invited_by_mail_and_the_invitation_is_withdrawn() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let team = settings(&account, "live", "team");
    let page = ada.get(&team).body;
    assert!(page.contains("Nobody has a role here yet. Invite the people whom you work with."));
    let invite = links(&page, "/invite")[0];
    let form = ada.get(invite);
    assert_eq!(told(&form), "200 Invite somebody");
    assert!(text(&form.body).contains("Developer Keys, request logs and sandboxes."));
    let body = "email=bob%40example.com&role=developer";
    assert_eq!(told(&ada.post(invite, body)), "200 Is it still you?");
    let invited = ada.post(invite, &format!("{body}&code={}", code(&people.world)));
    assert_eq!(notice(&ada, &invited), "The invitation is on its way.");
    let page = ada.get(&team).body;
    insta::assert_snapshot!(rows(&page)[0], @"bob@example.com Developer 2026-12-03 Withdraw invitation… : bob@example.com");
    let withdraw = page.split("href=\"").find(|rest| rest.contains("/invitations/")).unwrap();
    let withdraw = withdraw.split_once('"').unwrap().0;
    assert!(ada.get(withdraw).body.contains("bob@example.com · Developer"));
    assert_eq!(notice(&ada, &ada.post(withdraw, "")), "The invitation was withdrawn.");
    assert!(!ada.get(&team).body.contains("bob@example.com"));
    assert_eq!(told(&ada.post(withdraw, "")), "404 Page not found");
}

#[test]
fn what_is_wrong_with_an_invitation_is_told_beside_it() {
    let (people, account) = owner();
    let realm = Realm::Account(account_id(&account));
    people.member("admin", realm, Role::Administrator);
    let admin = Browser::sign_in(&people.world, "admin@example.com");
    let invite = format!("{}/{realm}/invite", settings(&account, "live", "team"));
    insta::assert_snapshot!(told(&admin.post(&invite, "email=bob&role=developer")), @"400 Invite somebody This is no email address; one looks like jenny@example.com.");
    insta::assert_snapshot!(told(&admin.post(&invite, "email=bob%40example.com")), @"400 Invite somebody Choose a role.");
    insta::assert_snapshot!(told(&admin.post(&invite, "email=bob%40example.com&role=boss")), @"400 Invite somebody Choose a role.");
    let form = admin.get(&invite).body;
    assert!(text(&form).contains("Owner Above your own role. Ask an owner."));
    assert!(form.contains("value=\"owner\" disabled>"));
    let owner = "email=bob%40example.com&role=owner";
    let above = proved(&admin, "admin@example.com", &invite, owner);
    insta::assert_snapshot!(told(&above), @"403 Invite somebody Nobody can give or take a role that is above their own; ask the owner.");
}

#[test]
fn a_member_gets_another_role_and_loses_it() {
    let (people, account) = owner();
    let realm = Realm::Account(account_id(&account));
    people.member("dev", realm, Role::Developer);
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let team = settings(&account, "live", "team");
    let page = ada.get(&team).body;
    insta::assert_snapshot!(rows(&page)[0], @"dev@example.com Developer Keys, request logs and sandboxes. No members, no settings. 2026-11-23 Change role… : dev@example.com Remove member… : dev@example.com");
    let change = links(&page, "/developer/role")[0];
    assert!(ada.get(change).body.contains("value=\"developer\" checked"));
    assert_eq!(told(&ada.post(change, "")), "400 Change role Choose a role.");
    assert_eq!(told(&ada.post(change, "role=analyst")), "200 Is it still you?");
    let changed = ada.post(change, &format!("role=analyst&code={}", code(&people.world)));
    assert_eq!(notice(&ada, &changed), "The role was changed.");
    let page = ada.get(&team).body;
    let remove = links(&page, "/analyst/remove")[0];
    assert!(ada.get(remove).body.contains("dev@example.com · Analyst"));
    assert_eq!(notice(&ada, &ada.post(remove, "")), "The member was removed.");
    assert!(!ada.get(&team).body.contains("dev@example.com"));
}

#[test]
fn the_last_owner_stays_and_is_told_why() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let page = ada.get(&settings(&account, "live", "team")).body;
    let leave = links(&page, "/owner/remove")[0];
    assert_eq!(told(&ada.get(leave)), "200 Leave");
    insta::assert_snapshot!(told(&ada.post(leave, "")), @"400 Leave The last owner cannot be removed or given another role; make somebody else owner first.");
}

#[test]
fn whoever_manages_no_members_is_told_whom_to_ask_and_may_leave() {
    let (people, account) = owner();
    let realm = Realm::Account(account_id(&account));
    people.member("dev", realm, Role::Developer);
    people.member("ana", realm, Role::Analyst);
    let dev = Browser::sign_in(&people.world, "dev@example.com");
    let team = settings(&account, "live", "team");
    let page = dev.get(&team).body;
    assert!(page.contains("disabled>Invite somebody"));
    assert!(page.contains("Ask one of them to invite somebody or to change a role."));
    assert!(!page.contains("ana@example.com") && !page.contains("Rocket Rides"));
    let invite = format!("{team}/{realm}/invite");
    let viewer = "email=bob%40example.com&role=view_only";
    let refused = proved(&dev, "dev@example.com", &invite, viewer);
    insta::assert_snapshot!(told(&refused), @"403 Invite somebody Nobody can give or take a role that is above their own; ask the owner.");
    // The organization is called by its id before whoever has a role in the account alone.
    let id = people.organization.to_string();
    let above = dev.get(&format!("{team}/{id}/invite")).body;
    assert!(above.contains(&id) && !above.contains("Rocket Rides"));
    let leave = links(&page, "/developer/remove")[0];
    let left = dev.post(leave, "");
    assert_eq!(left.header("location"), Some("/"));
    assert_eq!(told(&dev.get(&team)), "404 Page not found");
}

#[test]
fn a_sandbox_has_members_of_its_own_and_no_others_can_be_named_at_its_address() {
    let (people, account) = owner();
    let other = people.account();
    let sandbox = account["first_sandbox"].as_str().unwrap();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let team = settings(&account, sandbox, "team");
    let page = ada.get(&team).body;
    let invite = format!("{team}/{sandbox}/invite");
    assert!(page.contains(&invite));
    // A role in a sandbox opens nothing live, and takes no code.
    let invited = ada.post(&invite, "email=bob%40example.com&role=sandbox_user");
    assert_eq!(notice(&ada, &invited), "The invitation is on its way.");
    let elsewhere = other["id"].as_str().unwrap();
    assert_eq!(told(&ada.get(&format!("{team}/{elsewhere}/invite"))), "404 Page not found");
    let live = settings(&account, "live", "team");
    assert_eq!(told(&ada.get(&format!("{live}/{sandbox}/invite"))), "404 Page not found");
}
