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
