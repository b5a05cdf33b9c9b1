//! Pages of lists.

use serde_json::json;

use super::{KEYS, Stage, refused};

const BOTH_WAYS: &str = "starting_after=a&ending_before=b";

#[test]
fn questions_for_a_page_of_a_list() {
    let stage = Stage::new();
    let account = stage.account["id"].as_str().unwrap();
    let organization = stage.people.organization;
    let lists = [
        format!("{KEYS}?account={account}&mode=live"),
        format!("/api/v1/organizations/{organization}/keys?livemode=false"),
        format!("/api/v1/events?account={account}"),
        "/api/v1/accounts?".to_owned(),
        "/api/v1/organizations?".to_owned(),
        format!("/api/v1/members?realm={account}"),
        format!("/api/v1/invitations?realm={account}"),
        format!("/api/v1/accounts/{account}/sandboxes?"),
        "/api/v1/sessions?".to_owned(),
    ];
    let asked = ["limit=0", "limit=101", "starting_after=nonsense", BOTH_WAYS, "page=2"];
    let lists = lists.iter().flat_map(|list| {
        let get = |asked: &str| ("owner", "GET", format!("{list}&{asked}"), json!(null));
        asked.map(get)
    });
    let told = refused(&stage, &lists.collect::<Vec<_>>());
    insta::assert_snapshot!(told, @"
    400 invalid_request_error parameters_malformed -: Failed to deserialize query string: limit: a page has 1 to 100 entries.
    400 invalid_request_error parameters_malformed -: Failed to deserialize query string: limit: a page has 1 to 100 entries.
    400 invalid_request_error parameters_malformed -: Failed to deserialize query string: starting_after: not a key id: it is `key_` followed by 16 letters and digits.
    400 invalid_request_error parameters_malformed -: Failed to deserialize query string: starting_after: not a key id: it is `key_` followed by 16 letters and digits.
    400 invalid_request_error parameters_malformed -: Failed to deserialize query string: page: unknown field `page`, expected one of `account`, `mode`, `limit`, `starting_after`.
    400 invalid_request_error parameters_malformed -: Failed to deserialize query string: limit: a page has 1 to 100 entries.
    400 invalid_request_error parameters_malformed -: Failed to deserialize query string: limit: a page has 1 to 100 entries.
    400 invalid_request_error parameters_malformed -: Failed to deserialize query string: starting_after: not a key id: it is `key_` followed by 16 letters and digits.
    400 invalid_request_error parameters_malformed -: Failed to deserialize query string: starting_after: not a key id: it is `key_` followed by 16 letters and digits.
    400 invalid_request_error parameters_malformed -: Failed to deserialize query string: page: unknown field `page`, expected one of `livemode`, `limit`, `starting_after`.
    400 invalid_request_error parameters_malformed -: Failed to deserialize query string: limit: a page has 1 to 100 entries.
    400 invalid_request_error parameters_malformed -: Failed to deserialize query string: limit: a page has 1 to 100 entries.
    400 invalid_request_error parameters_malformed -: Failed to deserialize query string: starting_after: not an event id: it is `evt_` followed by 24 letters and digits.
    400 invalid_request_error parameters_malformed -: Failed to deserialize query string: starting_after: not an event id: it is `evt_` followed by 24 letters and digits.
    400 invalid_request_error parameters_malformed -: Failed to deserialize query string: page: unknown field `page`, expected one of `account`, `organization`, `mode`, `object_id`, `actor`, `type`, `from`, `until`, `limit`, `starting_after`.
    400 invalid_request_error parameters_malformed -: Failed to deserialize query string: limit: a page has 1 to 100 entries.
    400 invalid_request_error parameters_malformed -: Failed to deserialize query string: limit: a page has 1 to 100 entries.
    400 invalid_request_error parameters_malformed -: Failed to deserialize query string: starting_after: not an account id: it is `acct_` followed by 16 letters and digits.
    400 invalid_request_error parameters_malformed -: Failed to deserialize query string: starting_after: not an account id: it is `acct_` followed by 16 letters and digits.
    400 invalid_request_error parameters_malformed -: Failed to deserialize query string: page: unknown field `page`, expected one of `organization`, `platform`, `limit`, `starting_after`.
    400 invalid_request_error parameters_malformed -: Failed to deserialize query string: limit: a page has 1 to 100 entries.
    400 invalid_request_error parameters_malformed -: Failed to deserialize query string: limit: a page has 1 to 100 entries.
    400 invalid_request_error parameters_malformed -: Failed to deserialize query string: starting_after: not an organization id: it is `org_` followed by 23 letters and digits.
    400 invalid_request_error parameters_malformed -: Failed to deserialize query string: starting_after: not an organization id: it is `org_` followed by 23 letters and digits.
    400 invalid_request_error parameters_malformed -: Failed to deserialize query string: page: unknown field `page`, expected `limit` or `starting_after`.
    400 invalid_request_error parameters_malformed -: Failed to deserialize query string: limit: a page has 1 to 100 entries.
    400 invalid_request_error parameters_malformed -: Failed to deserialize query string: limit: a page has 1 to 100 entries.
    400 invalid_request_error parameters_malformed -: `starting_after`: not the id of a member: a person and a role, like `usr_….developer`.
    400 invalid_request_error parameters_malformed -: Say `starting_after` or `ending_before`, and not both.
    400 invalid_request_error parameters_malformed -: Failed to deserialize query string: page: unknown field `page`, expected one of `realm`, `limit`, `starting_after`, `ending_before`.
    400 invalid_request_error parameters_malformed -: Failed to deserialize query string: limit: a page has 1 to 100 entries.
    400 invalid_request_error parameters_malformed -: Failed to deserialize query string: limit: a page has 1 to 100 entries.
    400 invalid_request_error parameters_malformed -: `starting_after`: not an invitation id: it is `inv_` followed by 16 letters and digits.
    400 invalid_request_error parameters_malformed -: Say `starting_after` or `ending_before`, and not both.
    400 invalid_request_error parameters_malformed -: Failed to deserialize query string: page: unknown field `page`, expected one of `realm`, `limit`, `starting_after`, `ending_before`.
    400 invalid_request_error parameters_malformed -: Failed to deserialize query string: limit: a page has 1 to 100 entries.
    400 invalid_request_error parameters_malformed -: Failed to deserialize query string: limit: a page has 1 to 100 entries.
    400 invalid_request_error parameters_malformed -: `starting_after`: not a sandbox id: it is `sbx_` followed by 16 letters and digits.
    400 invalid_request_error parameters_malformed -: Say `starting_after` or `ending_before`, and not both.
    400 invalid_request_error parameters_malformed -: Failed to deserialize query string: page: unknown field `page`, expected one of `limit`, `starting_after`, `ending_before`.
    400 invalid_request_error parameters_malformed -: Failed to deserialize query string: limit: a page has 1 to 100 entries.
    400 invalid_request_error parameters_malformed -: Failed to deserialize query string: limit: a page has 1 to 100 entries.
    400 invalid_request_error parameters_malformed -: `starting_after`: not a session id: it is `ses_` followed by 16 letters and digits.
    400 invalid_request_error parameters_malformed -: Say `starting_after` or `ending_before`, and not both.
    400 invalid_request_error parameters_malformed -: Failed to deserialize query string: page: unknown field `page`, expected one of `limit`, `starting_after`, `ending_before`.
    ");
}
