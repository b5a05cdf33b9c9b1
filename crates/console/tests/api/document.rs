//! The document of the management API: what is served, what is in the repository, what is there.

use std::path::Path;

use serde_json::Value;

use crate::world::World;

#[test]
fn the_document_in_the_repository_is_the_one_that_is_served() {
    let served = World::new().ask("GET /api/openapi.json", &[]).body;
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    if std::env::var_os("WRITE_DOCUMENTS").is_some() {
        std::fs::write(&file, &served).unwrap();
    }
    let kept = std::fs::read_to_string(&file).unwrap();
    assert!(served == kept, "docs/openapi.json is old: test again with WRITE_DOCUMENTS=1");
}

#[test]
fn every_operation_has_a_name_of_its_own_and_says_what_it_does() {
    let document: Value = serde_json::from_str(&console::openapi()).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut named = std::collections::BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            assert!(operation["summary"].is_string(), "{method} {path}");
            assert!(named.insert(operation["operationId"].to_string()), "{method} {path}");
        }
    }
    assert_eq!(named.len(), 56);
}

#[test]
fn an_operation_for_keys_names_a_permission_to_read_or_to_write() {
    let document: Value = serde_json::from_str(&console::openapi()).unwrap();
    let mut lines = Vec::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let Some(named) = operation["x-keyway-permissions"].as_array() else { continue };
            let [one] = named.as_slice() else { panic!("{method} {path}: {named:?}") };
            let permission: keys::Permission = one.as_str().unwrap().parse().unwrap();
            let level = if method == "get" { keys::Level::Read } else { keys::Level::Write };
            assert_eq!(permission.level(), level, "{method} {path}");
            let said = operation["description"].as_str().unwrap();
            assert!(said.contains(&format!("`{permission}`")), "{method} {path}: {said}");
            let parameters = operation["parameters"].as_array().unwrap().iter();
            let headers = parameters.filter(|parameter| parameter["in"] == "header");
            let headers: Vec<_> = headers.filter_map(|header| header["name"].as_str()).collect();
            let of_accounts = !path.starts_with("/api/v1/organizations");
            assert!(headers.contains(&"Stripe-Version"), "{method} {path}");
            for name in ["Stripe-Context", "Stripe-Account"] {
                assert_eq!(headers.contains(&name), of_accounts, "{method} {path}");
            }
            lines.push(format!("{:14} {method:6} {path}", permission.to_string()));
        }
    }
    insta::assert_snapshot!(lines.join("\n"), @"
    account_read   get    /api/v1/accounts
    account_read   get    /api/v1/accounts/{id}
    account_write  post   /api/v1/accounts/{id}
    account_read   get    /api/v1/accounts/{id}/sandboxes
    api_key_read   get    /api/v1/events
    member_read    get    /api/v1/invitations
    member_write   delete /api/v1/invitations/{id}
    api_key_read   get    /api/v1/keys
    api_key_write  post   /api/v1/keys
    api_key_write  post   /api/v1/keys/import
    api_key_read   get    /api/v1/keys/{id}
    api_key_write  post   /api/v1/keys/{id}
    api_key_write  delete /api/v1/keys/{id}
    api_key_write  post   /api/v1/keys/{id}/duplicate
    api_key_write  post   /api/v1/keys/{id}/expire
    api_key_write  post   /api/v1/keys/{id}/reveal
    api_key_write  post   /api/v1/keys/{id}/rotate
    api_key_write  post   /api/v1/keys/{id}/rotation
    api_key_write  delete /api/v1/keys/{id}/rotation
    member_read    get    /api/v1/members
    member_write   delete /api/v1/members/{realm}/{user}/{role}
    account_read   get    /api/v1/organizations
    account_read   get    /api/v1/organizations/{id}
    api_key_read   get    /api/v1/organizations/{id}/keys
    api_key_write  post   /api/v1/organizations/{id}/keys
    account_read   get    /api/v1/sandboxes/{id}
    account_write  post   /api/v1/sandboxes/{id}
    account_write  delete /api/v1/sandboxes/{id}
    ");
}
