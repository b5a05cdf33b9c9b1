use insta::assert_snapshot;
use serde_json::Value;

use crate::api::{Api, Client};

/// The names of what a list holds, and whether there is more.
async fn names(client: &Client, path: &str) -> String {
    let list = client.get(path).await.json();
    let names: Vec<&str> = list["data"]
        .as_array()
        .unwrap_or_else(|| panic!("no list: {list}"))
        .iter()
        .map(|object| object["name"].as_str().unwrap())
        .collect();
    let more = if list["has_more"] == Value::Bool(true) { " …" } else { "" };
    names.join(" ") + more
}

#[tokio::test]
async fn a_list_says_what_it_is() {
    let api = Api::start().await;
    assert_snapshot!(api.live().get("/v1/products").await, @r#"
    200 OK
    {
      "object": "list",
      "data": [],
      "has_more": false,
      "url": "/v1/products"
    }
    "#);
}

#[tokio::test]
async fn pages_follow_each_other_though_all_was_made_in_one_second() {
    let api = Api::start().await;
    let live = api.live();
    let mut ids = Vec::new();
    for number in 0..12 {
        ids.push(live.post("/v1/products", &format!("name=p{number}")).await.id());
    }
    assert_snapshot!(names(&live, "/v1/products").await, @"p11 p10 p9 p8 p7 p6 p5 p4 p3 p2 …");
    let after = |id: &str, limit| format!("/v1/products?limit={limit}&starting_after={id}");
    let before = |id: &str, limit| format!("/v1/products?limit={limit}&ending_before={id}");
    assert_snapshot!(names(&live, &after(&ids[2], 10)).await, @"p1 p0");
    assert_snapshot!(names(&live, &after(&ids[9], 3)).await, @"p8 p7 p6 …");
    assert_snapshot!(names(&live, &after(&ids[0], 3)).await, @"");
    assert_snapshot!(names(&live, &before(&ids[3], 3)).await, @"p6 p5 p4 …");
    assert_snapshot!(names(&live, &before(&ids[9], 3)).await, @"p11 p10");
    assert_snapshot!(names(&live, "/v1/products?limit=12").await, @"p11 p10 p9 p8 p7 p6 p5 p4 p3 p2 p1 p0");
}

#[tokio::test]
async fn customers_are_found_by_email_and_products_by_whether_they_are_active() {
    let api = Api::start().await;
    let live = api.live();
    for (name, email) in [("a", "x@example.com"), ("b", "y@example.com"), ("c", "x@example.com")] {
        live.post("/v1/customers", &format!("name={name}&email={email}")).await;
        let active = email.starts_with('x');
        live.post("/v1/products", &format!("name={name}&active={active}")).await;
    }
    assert_snapshot!(names(&live, "/v1/customers?email=x%40example.com").await, @"c a");
    assert_snapshot!(names(&live, "/v1/customers?email=x%40example.com&limit=1").await, @"c …");
    assert_snapshot!(names(&live, "/v1/customers?email=z@example.com").await, @"");
    assert_snapshot!(names(&live, "/v1/products?active=true").await, @"c a");
    assert_snapshot!(names(&live, "/v1/products?active=false").await, @"b");
}

#[tokio::test]
async fn a_deleted_customer_can_still_be_a_cursor() {
    let api = Api::start().await;
    let live = api.live();
    live.post("/v1/customers", "name=a").await;
    let id = live.post("/v1/customers", "name=b").await.id();
    live.post("/v1/customers", "name=c").await;
    live.delete(&format!("/v1/customers/{id}")).await;
    assert_snapshot!(names(&live, &format!("/v1/customers?starting_after={id}")).await, @"a");
}

#[tokio::test]
async fn wrong_parameters_are_told() {
    let api = Api::start().await;
    let mut told = Vec::new();
    for query in [
        "limit=0",
        "limit=101",
        "limit=x",
        "limit=",
        "starting_after=prod_x",
        "ending_before=prod_x",
        "starting_after=a&ending_before=b",
        "active=1",
        "email=x",
        "expand[]=data.default_price&limit=0",
    ] {
        told.push(api.live().get(&format!("/v1/products?{query}")).await.error());
    }
    assert_snapshot!(told.join("\n"), @r#"
    400 parameter_invalid_integer limit: 'limit' must be at least 1.
    400 parameter_invalid_integer limit: 'limit' must be at most 100.
    400 parameter_invalid_integer limit: 'limit' must be a whole number.
    400 parameter_invalid_empty limit: 'limit' is empty, which would unset it, and it cannot be unset. Leave it out or give it a value.
    400 resource_missing starting_after: No such product: 'prod_x'
    400 resource_missing ending_before: No such product: 'prod_x'
    400 parameters_exclusive starting_after: 'starting_after' and 'ending_before' cannot be given in one request.
    400 parameter_invalid_boolean active: 'active' must be true or false.
    400 parameter_unknown email: Received unknown parameter: email
    400 parameter_invalid_integer limit: 'limit' must be at least 1.
    "#);
}
