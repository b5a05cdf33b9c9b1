use insta::assert_snapshot;

use crate::api::{Api, wait_s};

#[tokio::test]
async fn a_product_has_every_field() {
    let api = Api::start().await;
    assert_snapshot!(api.sandbox().post("/v1/products", "name=Gold+Plan").await, @r#"
    200 OK
    {
      "id": "prod_g7Np52Kmy1FT32",
      "object": "product",
      "active": true,
      "created": 1780000000,
      "default_price": null,
      "description": null,
      "images": [],
      "livemode": false,
      "marketing_features": [],
      "metadata": {},
      "name": "Gold Plan",
      "package_dimensions": null,
      "shippable": null,
      "statement_descriptor": null,
      "tax_code": null,
      "type": "service",
      "unit_label": null,
      "updated": 1780000000,
      "url": null
    }
    "#);
}

#[tokio::test]
async fn a_product_has_what_was_given_and_may_have_an_id_of_the_callers_own() {
    let api = Api::start().await;
    let form = "id=gold-1&name=Gold&active=false&description=D&images[]=https://a/1.png\
        &images[]=https://a/2.png&metadata[tier]=1&shippable=true&statement_descriptor=GOLD\
        &tax_code=txcd_10000000&unit_label=seat&url=https://example.com/gold&type=good\
        &package_dimensions[height]=1&package_dimensions[length]=2.5\
        &package_dimensions[weight]=3&package_dimensions[width]=4\
        &marketing_features[0][name]=Fast&marketing_features[1][name]=Good";
    let created = api.live().post("/v1/products", form).await;
    assert_snapshot!(created, @r#"
    200 OK
    {
      "id": "gold-1",
      "object": "product",
      "active": false,
      "created": 1780000000,
      "default_price": null,
      "description": "D",
      "images": [
        "https://a/1.png",
        "https://a/2.png"
      ],
      "livemode": true,
      "marketing_features": [
        {
          "name": "Fast"
        },
        {
          "name": "Good"
        }
      ],
      "metadata": {
        "tier": "1"
      },
      "name": "Gold",
      "package_dimensions": {
        "height": 1.0,
        "length": 2.5,
        "weight": 3.0,
        "width": 4.0
      },
      "shippable": true,
      "statement_descriptor": "GOLD",
      "tax_code": "txcd_10000000",
      "type": "good",
      "unit_label": "seat",
      "updated": 1780000000,
      "url": "https://example.com/gold"
    }
    "#);
    assert_eq!(api.live().get("/v1/products/gold-1").await.body, created.body);
    assert_snapshot!(api.live().post("/v1/products", form).await, @r#"
    400 Bad Request
    {
      "error": {
        "code": "resource_already_exists",
        "doc_url": "/docs/errors/resource_already_exists",
        "message": "There is a product with the id 'gold-1' already.",
        "param": "id",
        "type": "invalid_request_error"
      }
    }
    "#);
}

#[tokio::test]
async fn an_update_says_when_it_was_made() {
    let api = Api::start().await;
    let id = api.live().post("/v1/products", "name=A&images[]=https://a/1").await.id();
    wait_s(60);
    let updated =
        api.live().post(&format!("/v1/products/{id}"), "name=B&images=&active=false").await;
    let updated = updated.json();
    let shown =
        ["name", "images", "active", "created", "updated"].map(|name| updated[name].to_string());
    assert_snapshot!(shown.join(" "), @r#""B" [] false 1780000000 1780000060"#);
}

#[tokio::test]
async fn a_deleted_product_is_unknown_and_its_id_is_free() {
    let api = Api::start().await;
    api.live().post("/v1/products", "id=mine&name=A").await;
    assert_snapshot!(api.live().delete("/v1/products/mine").await, @r#"
    200 OK
    {
      "id": "mine",
      "object": "product",
      "deleted": true
    }
    "#);
    assert_snapshot!(api.live().get("/v1/products/mine").await, @r#"
    404 Not Found
    {
      "error": {
        "code": "resource_missing",
        "doc_url": "/docs/errors/resource_missing",
        "message": "No such product: 'mine'",
        "param": "id",
        "type": "invalid_request_error"
      }
    }
    "#);
    assert_eq!(api.live().post("/v1/products", "id=mine&name=B").await.id(), "mine");
}

#[tokio::test]
async fn wrong_values_are_told_with_their_parameter() {
    let api = Api::start().await;
    let mut told = Vec::new();
    for form in [
        "",
        "name=",
        "name=A&price=5",
        "name=A&active=yes",
        "name=A&active=",
        "name=A&type=gadget",
        "name=A&id=..",
        "name=A&id=a/b",
        "name=A&url=ftp://x",
        "name=A&statement_descriptor=<b>",
        "name=A&statement_descriptor=12345678901234567890123",
        "name=A&unit_label=1234567890123",
        "name=A&package_dimensions[height]=1",
        "name=A&package_dimensions[height]=-1",
        "name=A&package_dimensions[height]=NaN",
        "name=A&marketing_features[]=x",
        "name=A&marketing_features[x][name]=x",
        "name=A&marketing_features[0][title]=x",
        "name=A&images[1]=b&images[0][c]=a",
        "name=A&images[]=1&images[]=2&images[]=3&images[]=4&images[]=5&images[]=6&images[]=7&images[]=8&images[]=9",
    ] {
        told.push(api.live().post("/v1/products", form).await.error());
    }
    assert_snapshot!(told.join("\n"), @r#"
    400 parameter_missing name: Missing required param: name.
    400 parameter_invalid_empty name: 'name' is empty, which would unset it, and it cannot be unset. Leave it out or give it a value.
    400 parameter_unknown price: Received unknown parameter: price
    400 parameter_invalid_boolean active: 'active' must be true or false.
    400 parameter_invalid_empty active: 'active' is empty, which would unset it, and it cannot be unset. Leave it out or give it a value.
    400 parameter_invalid_choice type: 'type' must be one of service, good.
    400 parameter_invalid_string id: 'id' must be of letters, digits, '_', '-' and '.'.
    400 parameter_invalid_string id: 'id' must be of letters, digits, '_', '-' and '.'.
    400 url_invalid url: 'url' must be a URL that begins with http:// or https://.
    400 parameter_invalid_string statement_descriptor: 'statement_descriptor' must be of at least one letter, without any of < > \ " ' *.
    400 parameter_invalid_string statement_descriptor: 'statement_descriptor' can have up to 22 characters, and has 23.
    400 parameter_invalid_string unit_label: 'unit_label' can have up to 12 characters, and has 13.
    400 parameter_missing package_dimensions[length]: Missing required param: package_dimensions[length].
    400 parameter_invalid_number package_dimensions[height]: 'package_dimensions[height]' must be a number that is not negative.
    400 parameter_invalid_number package_dimensions[height]: 'package_dimensions[height]' must be a number that is not negative.
    400 parameter_invalid_array marketing_features: 'marketing_features' must be a list; write its values as 'marketing_features[]' or 'marketing_features[0]'.
    400 parameter_invalid_array marketing_features: 'marketing_features' must be a list; write its values as 'marketing_features[]' or 'marketing_features[0]'.
    400 parameter_missing marketing_features[0][name]: Missing required param: marketing_features[0][name].
    400 parameter_invalid_array images: 'images' must be a list; write its values as 'images[]' or 'images[0]'.
    400 parameter_invalid_array images: 'images' can have up to 8 elements.
    "#);
}
