//! Bodies and queries as official client libraries write them: lists have numbers, brackets are plain
//! in bodies and escaped in queries.

use insta::assert_snapshot;
use serde_json::Value;

use crate::api::Api;

fn shown(object: &Value, names: &[&str]) -> String {
    let lines: Vec<String> =
        names.iter().map(|name| format!("{name}: {}", object[*name])).collect();
    lines.join("\n")
}

#[tokio::test]
async fn a_customer_made_by_the_python_library() {
    let api = Api::start().await;
    let live = api.live().with(&[("Content-Type", "application/x-www-form-urlencoded")]);
    let created = live
        .post(
            "/v1/customers",
            "name=Jenny+R%C3%B6sen&email=jenny%2B1%40example.com&metadata[order]=6735\
             &metadata[a+b]=c%26d%3De&address[line1]=510+Townsend+St&address[country]=US\
             &preferred_locales[0]=en&preferred_locales[1]=de&shipping[name]=J\
             &shipping[address][city]=Berlin&balance=-250",
        )
        .await;
    assert_snapshot!(
        shown(&created.json(), &["name", "email", "metadata", "address", "preferred_locales", "balance"]),
        @r#"
        name: "Jenny Rösen"
        email: "jenny+1@example.com"
        metadata: {"a b":"c&d=e","order":"6735"}
        address: {"city":null,"country":"US","line1":"510 Townsend St","line2":null,"postal_code":null,"state":null}
        preferred_locales: ["en","de"]
        balance: -250
        "#
    );
    let path = format!("/v1/customers/{}", created.id());
    let updated = live.post(&path, "metadata[order]=&email=&address=").await;
    assert_snapshot!(shown(&updated.json(), &["name", "email", "metadata", "address"]), @r#"
    name: "Jenny Rösen"
    email: null
    metadata: {"a b":"c&d=e"}
    address: null
    "#);
    let retrieved = live.get(&format!("{path}?expand%5B0%5D=default_source")).await;
    assert_eq!(retrieved.body, updated.body);
}

#[tokio::test]
async fn a_list_asked_for_by_the_python_library() {
    let api = Api::start().await;
    let form = "email=jenny%2B1%40example.com";
    let first = api.live().post("/v1/customers", form).await.id();
    let second = api.live().post("/v1/customers", form).await.id();
    let query = format!(
        "limit=3&email=jenny%2B1%40example.com&starting_after={second}\
         &expand%5B0%5D=data.default_source"
    );
    let list = api.live().get(&format!("/v1/customers?{query}")).await.json();
    assert_eq!(list["data"][0]["id"], first);
    assert_eq!(list["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_product_made_by_the_python_library() {
    let api = Api::start().await;
    let created = api
        .live()
        .post(
            "/v1/products",
            "name=Gold&active=true&images[0]=https%3A%2F%2Fa%2F1.png\
             &images[1]=https%3A%2F%2Fa%2F2.png&marketing_features[0][name]=Fast\
             &marketing_features[1][name]=Good&package_dimensions[height]=1.5\
             &package_dimensions[length]=2&package_dimensions[weight]=3\
             &package_dimensions[width]=4&shippable=false",
        )
        .await;
    assert_snapshot!(
        shown(&created.json(), &["images", "marketing_features", "package_dimensions", "shippable"]),
        @r#"
        images: ["https://a/1.png","https://a/2.png"]
        marketing_features: [{"name":"Fast"},{"name":"Good"}]
        package_dimensions: {"height":1.5,"length":2.0,"weight":3.0,"width":4.0}
        shippable: false
        "#
    );
}

#[tokio::test]
async fn more_than_ten_elements_keep_their_order() {
    let api = Api::start().await;
    let locales: Vec<String> =
        (0..12).map(|number| format!("preferred_locales[{number}]=l{number}")).collect();
    let created = api.live().post("/v1/customers", &locales.join("&")).await;
    assert_snapshot!(shown(&created.json(), &["preferred_locales"]), @r#"preferred_locales: ["l0","l1","l2","l3","l4","l5","l6","l7","l8","l9","l10","l11"]"#);
}
