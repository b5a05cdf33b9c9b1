use insta::assert_snapshot;

use crate::api::Api;

#[tokio::test]
async fn nobody_but_the_gateway_is_served() {
    let api = Api::start().await;
    assert_snapshot!(api.stranger().get("/v1/balance").await, @r#"
    401 Unauthorized
    {
      "error": {
        "code": "identity_missing",
        "doc_url": "/docs/errors/identity_missing",
        "message": "Requests come through the gateway, which says who asks; the header 'Keyway-Account' is missing, doubled or unreadable.",
        "type": "invalid_request_error"
      }
    }
    "#);
}

#[tokio::test]
async fn identity_that_cannot_be_read_is_no_identity() {
    let api = Api::start().await;
    let mut told = Vec::new();
    for odd in [
        ("Keyway-Account", "me"),
        ("Keyway-Account", "acct_"),
        ("Keyway-Account", "acct_a' OR 1=1"),
        ("Keyway-Mode", "test"),
        ("Keyway-Mode", "sbx_"),
        ("Request-Id", "1"),
    ] {
        told.push(api.live().with(&[odd]).get("/v1/balance").await.error());
    }
    let twice = api.live().with(&[("keyway-mode", "sbx_0123456789abcdef")]);
    told.push(twice.get("/v1/balance").await.error());
    assert_snapshot!(told.join("\n"), @r#"
    401 identity_missing -: Requests come through the gateway, which says who asks; the header 'Keyway-Account' is missing, doubled or unreadable.
    401 identity_missing -: Requests come through the gateway, which says who asks; the header 'Keyway-Account' is missing, doubled or unreadable.
    401 identity_missing -: Requests come through the gateway, which says who asks; the header 'Keyway-Account' is missing, doubled or unreadable.
    401 identity_missing -: Requests come through the gateway, which says who asks; the header 'Keyway-Mode' is missing, doubled or unreadable.
    401 identity_missing -: Requests come through the gateway, which says who asks; the header 'Keyway-Mode' is missing, doubled or unreadable.
    401 identity_missing -: Requests come through the gateway, which says who asks; the header 'Request-Id' is missing, doubled or unreadable.
    401 identity_missing -: Requests come through the gateway, which says who asks; the header 'Keyway-Mode' is missing, doubled or unreadable.
    "#);
}

#[tokio::test]
async fn an_unknown_path_and_an_unknown_method_are_told_alike() {
    let api = Api::start().await;
    let mut told = Vec::new();
    for (method, path) in [
        ("GET", "/v1/foo"),
        ("GET", "/"),
        ("GET", "/v1/customers/"),
        ("GET", "/v1/customers/cus_a/sources"),
        ("GET", "/v1/customers/%ff"),
        ("DELETE", "/v1/customers"),
        ("PUT", "/v1/products"),
        ("POST", "/v1/balance"),
    ] {
        told.push(api.live().send(method, path, "").await.error());
    }
    assert_snapshot!(told.join("\n"), @r#"
    404 url_unknown -: Unrecognized request URL (GET: /v1/foo).
    404 url_unknown -: Unrecognized request URL (GET: /).
    404 url_unknown -: Unrecognized request URL (GET: /v1/customers/).
    404 url_unknown -: Unrecognized request URL (GET: /v1/customers/cus_a/sources).
    404 url_unknown -: Unrecognized request URL (GET: /v1/customers/%ff).
    404 url_unknown -: Unrecognized request URL (DELETE: /v1/customers).
    404 url_unknown -: Unrecognized request URL (PUT: /v1/products).
    404 url_unknown -: Unrecognized request URL (POST: /v1/balance).
    "#);
    assert_snapshot!(api.live().get("/v1/foo").await, @r#"
    404 Not Found
    {
      "error": {
        "code": "url_unknown",
        "doc_url": "/docs/errors/url_unknown",
        "message": "Unrecognized request URL (GET: /v1/foo).",
        "type": "invalid_request_error"
      }
    }
    "#);
}

#[tokio::test]
async fn head_is_answered_as_get_without_a_body() {
    let api = Api::start().await;
    let get = api.live().get("/v1/balance").await;
    let head = api.live().send("HEAD", "/v1/balance", "").await;
    assert_eq!((head.status, head.body.as_str()), (get.status.clone(), ""));
    let length = get.body.len().to_string();
    assert_eq!(get.header("content-length"), Some(length.as_str()));
    assert_eq!(get.header("content-type"), Some("application/json"));
    assert_eq!(get.header("cache-control"), Some("no-cache, no-store"));
}

#[tokio::test]
async fn a_body_has_a_limit() {
    let api = Api::start().await;
    let form = format!("description={}", "x".repeat(1024 * 1024));
    assert_snapshot!(api.live().post("/v1/customers", &form).await.error(), @"413 body_too_large -: The body of a request can have up to 1048576 bytes.");
    let form = &form[..1024 * 1024];
    assert_snapshot!(api.live().post("/v1/customers", form).await.error(), @"400 parameter_invalid_string description: 'description' can have up to 5000 characters, and has 1048564.");
}

#[tokio::test]
async fn a_body_that_is_no_form_is_refused() {
    let api = Api::start().await;
    let json = api.live().with(&[("Content-Type", "application/json")]);
    assert_snapshot!(json.post("/v1/customers", "{}").await.error(), @"400 content_type_unknown -: The body must be form-encoded: application/x-www-form-urlencoded.");
    let form = "application/x-www-form-urlencoded; charset=utf-8";
    let form = api.live().with(&[("Content-Type", form)]);
    assert_eq!(form.post("/v1/customers", "name=A").await.status, "200 OK");
    assert_snapshot!(api.live().post("/v1/customers", "name=%").await.error(), @"400 parameters_malformed -: The parameters must be form-encoded UTF-8; a '%' stands before two hexadecimal digits.");
    assert_snapshot!(api.live().post("/v1/customers", "name[=x").await.error(), @"400 parameters_malformed name[: The name 'name[' cannot be read; write nested names as 'a[b]' and lists as 'a[]'.");
}
