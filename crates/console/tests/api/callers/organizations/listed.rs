//! Which accounts a key of an organization lists.

use std::slice;

use keys::Livemode;
use serde_json::{Value, json};

use super::{Stage, key_of};
use crate::world::Answer;

#[test]
fn it_lists_connected_accounts_where_it_may_read_them() {
    let stage = Stage::new();
    let organization = (stage.people.organization, Livemode::Live);
    let (own, connected) = (json!(stage.account), json!(stage.connected.0));
    let list = |connect: &[&str], query: &str| {
        let key = key_of(stage.world(), organization, &["account_read"], connect);
        let path = format!("/api/v1/accounts{query}");
        [stage.program(&key).get(&path), stage.acting(&key, stage.account).get(&path)]
    };
    let ids = |answer: Answer| -> Vec<Value> {
        let listed = answer.json();
        listed["data"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect()
    };
    let of_platform = format!("?platform={}", stage.account);
    for answer in list(&["account_read"], "") {
        assert_eq!(ids(answer), [connected.clone(), own.clone()]);
    }
    for answer in list(&["account_read"], &of_platform) {
        assert_eq!(ids(answer), slice::from_ref(&connected));
    }
    for answer in list(&["charge_write"], "") {
        assert_eq!(ids(answer), slice::from_ref(&own));
    }
    for answer in list(&["charge_write"], &of_platform) {
        insta::allow_duplicates! {
            insta::assert_snapshot!(answer.error(), @"403 invalid_request_error not_allowed -: This key does not see connected accounts: it needs the permission account_read for them, among its Connect permissions.");
        }
    }
}
