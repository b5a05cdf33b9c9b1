use insta::assert_snapshot;

use crate::api::Api;

const OTHER_SANDBOX: &str = "sbx_zzzzzzzzzzzzzzzz";
const OTHER_ACCOUNT: &str = "acct_1aTnTtAAB0hHJ26p";

#[tokio::test]
async fn an_object_of_another_mode_is_not_there_and_the_answer_says_where_it_is() {
    let api = Api::start().await;
    api.sandbox().post("/v1/products", "id=of-sandbox&name=A").await;
    api.live().post("/v1/products", "id=of-live&name=A").await;
    let other = api.client(crate::api::ACCOUNT, OTHER_SANDBOX);
    let mut told = Vec::new();
    for (client, id) in [
        (api.live(), "of-sandbox"),
        (api.sandbox(), "of-live"),
        (other.clone(), "of-live"),
        (other, "of-sandbox"),
        (api.live(), "of-nobody"),
    ] {
        told.push(client.get(&format!("/v1/products/{id}")).await.error());
        told.push(client.get(&format!("/v1/products?starting_after={id}")).await.error());
        assert_eq!(
            client.post(&format!("/v1/products/{id}"), "name=B").await.status,
            "404 Not Found"
        );
        assert_eq!(client.delete(&format!("/v1/products/{id}")).await.status, "404 Not Found");
    }
    assert_snapshot!(told.join("\n"), @r#"
    404 resource_missing id: No such product: 'of-sandbox'; a similar object exists in test mode, but a live mode key was used to make this request.
    400 resource_missing starting_after: No such product: 'of-sandbox'; a similar object exists in test mode, but a live mode key was used to make this request.
    404 resource_missing id: No such product: 'of-live'; a similar object exists in live mode, but a test mode key was used to make this request.
    400 resource_missing starting_after: No such product: 'of-live'; a similar object exists in live mode, but a test mode key was used to make this request.
    404 resource_missing id: No such product: 'of-live'; a similar object exists in live mode, but a test mode key was used to make this request.
    400 resource_missing starting_after: No such product: 'of-live'; a similar object exists in live mode, but a test mode key was used to make this request.
    404 resource_missing id: No such product: 'of-sandbox'; a similar object exists in another sandbox of this account, which this key does not belong to.
    400 resource_missing starting_after: No such product: 'of-sandbox'; a similar object exists in another sandbox of this account, which this key does not belong to.
    404 resource_missing id: No such product: 'of-nobody'
    400 resource_missing starting_after: No such product: 'of-nobody'
    "#);
    assert_eq!(api.live().get("/v1/products/of-live").await.json()["name"], "A");
    assert_eq!(api.sandbox().get("/v1/products/of-sandbox").await.json()["name"], "A");
}

#[tokio::test]
async fn an_object_of_another_account_is_simply_not_there() {
    let api = Api::start().await;
    let id = api.live().post("/v1/customers", "").await.id();
    let other = api.client(OTHER_ACCOUNT, "live");
    assert_snapshot!(other.get(&format!("/v1/customers/{id}")).await, @r#"
    404 Not Found
    {
      "error": {
        "code": "resource_missing",
        "doc_url": "/docs/errors/resource_missing",
        "message": "No such customer: 'cus_g7Np52Kmy1FT32'",
        "param": "id",
        "type": "invalid_request_error"
      }
    }
    "#);
    assert_snapshot!(other.get("/v1/customers").await.json()["data"], @"[]");
}

#[tokio::test]
async fn the_same_id_can_be_used_in_each_mode() {
    let api = Api::start().await;
    for client in [api.live(), api.sandbox(), api.client(OTHER_ACCOUNT, "live")] {
        let product = client.post("/v1/products", "id=same&name=A").await;
        assert_eq!(product.id(), "same");
    }
    assert_eq!(api.sandbox().get("/v1/products/same").await.json()["livemode"], false);
    assert_eq!(api.live().get("/v1/products/same").await.json()["livemode"], true);
}
