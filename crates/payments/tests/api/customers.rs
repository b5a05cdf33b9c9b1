use insta::assert_snapshot;

use crate::api::Api;

#[tokio::test]
async fn a_customer_of_nothing_has_every_field() {
    let api = Api::start().await;
    assert_snapshot!(api.sandbox().post("/v1/customers", "").await, @r#"
    200 OK
    {
      "id": "cus_g7Np52Kmy1FT32",
      "object": "customer",
      "address": null,
      "balance": 0,
      "created": 1780000000,
      "currency": null,
      "default_source": null,
      "delinquent": false,
      "description": null,
      "discount": null,
      "email": null,
      "invoice_prefix": "E8LFLJ4Y",
      "invoice_settings": {
        "custom_fields": null,
        "default_payment_method": null,
        "footer": null,
        "rendering_options": null
      },
      "livemode": false,
      "metadata": {},
      "name": null,
      "next_invoice_sequence": 1,
      "phone": null,
      "preferred_locales": [],
      "shipping": null,
      "tax_exempt": "none",
      "test_clock": null
    }
    "#);
}

#[tokio::test]
async fn a_customer_has_what_was_given() {
    let api = Api::start().await;
    let form = "name=Jenny+Rosen&email=jenny%40example.com&phone=%2B15555551234&balance=-250\
        &description=First&tax_exempt=exempt&invoice_prefix=JENNY1&next_invoice_sequence=7\
        &preferred_locales[]=en&preferred_locales[]=de&metadata[order]=6735\
        &address[line1]=510+Townsend+St&address[country]=US\
        &shipping[name]=Jenny&shipping[address][city]=Berlin&invoice_settings[footer]=Thanks";
    let created = api.live().post("/v1/customers", form).await;
    assert_snapshot!(created, @r#"
    200 OK
    {
      "id": "cus_g7Np52Kmy1FT32",
      "object": "customer",
      "address": {
        "city": null,
        "country": "US",
        "line1": "510 Townsend St",
        "line2": null,
        "postal_code": null,
        "state": null
      },
      "balance": -250,
      "created": 1780000000,
      "currency": null,
      "default_source": null,
      "delinquent": false,
      "description": "First",
      "discount": null,
      "email": "jenny@example.com",
      "invoice_prefix": "JENNY1",
      "invoice_settings": {
        "custom_fields": null,
        "default_payment_method": null,
        "footer": "Thanks",
        "rendering_options": null
      },
      "livemode": true,
      "metadata": {
        "order": "6735"
      },
      "name": "Jenny Rosen",
      "next_invoice_sequence": 7,
      "phone": "+15555551234",
      "preferred_locales": [
        "en",
        "de"
      ],
      "shipping": {
        "address": {
          "city": "Berlin",
          "country": null,
          "line1": null,
          "line2": null,
          "postal_code": null,
          "state": null
        },
        "name": "Jenny",
        "phone": null
      },
      "tax_exempt": "exempt",
      "test_clock": null
    }
    "#);
    let path = format!("/v1/customers/{}", created.id());
    assert_eq!(api.live().get(&path).await.body, created.body);
}

#[tokio::test]
async fn an_update_changes_what_it_names_and_an_empty_value_unsets() {
    let api = Api::start().await;
    let form = "name=Jenny&email=a@example.com&metadata[a]=1&metadata[b]=2&address[city]=Berlin";
    let path = format!("/v1/customers/{}", api.live().post("/v1/customers", form).await.id());
    let form = "email=&metadata[a]=&metadata[c]=3&address=&phone=123";
    let updated = api.live().post(&path, form).await.json();
    let shown =
        ["name", "email", "metadata", "address", "phone"].map(|name| updated[name].to_string());
    assert_snapshot!(shown.join(" "), @r#""Jenny" null {"b":"2","c":"3"} null "123""#);
    assert_eq!(api.live().get(&path).await.json(), updated);
    assert_snapshot!(api.live().post(&path, "metadata=").await.json()["metadata"], @"{}");
}

#[tokio::test]
async fn a_deleted_customer_leaves_a_note_and_nothing_else() {
    let api = Api::start().await;
    let id = api.live().post("/v1/customers", "name=Jenny").await.id();
    let path = format!("/v1/customers/{id}");
    assert_snapshot!(api.live().delete(&path).await, @r#"
    200 OK
    {
      "id": "cus_g7Np52Kmy1FT32",
      "object": "customer",
      "deleted": true
    }
    "#);
    assert_snapshot!(api.live().get(&path).await, @r#"
    200 OK
    {
      "id": "cus_g7Np52Kmy1FT32",
      "object": "customer",
      "deleted": true
    }
    "#);
    assert_snapshot!(api.live().delete(&path).await.error(), @"404 resource_missing id: No such customer: 'cus_g7Np52Kmy1FT32'");
    assert_snapshot!(api.live().post(&path, "name=x").await.error(), @"404 resource_missing id: No such customer: 'cus_g7Np52Kmy1FT32'");
    assert_snapshot!(api.live().get("/v1/customers").await, @r#"
    200 OK
    {
      "object": "list",
      "data": [],
      "has_more": false,
      "url": "/v1/customers"
    }
    "#);
}

#[tokio::test]
async fn a_deleted_customer_is_gone_from_the_file() {
    let api = Api::start().await;
    let name = "Wolfeschlegelsteinhausen";
    let id = api.live().post("/v1/customers", &format!("name={name}")).await.id();
    api.live().delete(&format!("/v1/customers/{id}")).await;
    let api = api.restart().await;
    let file = std::fs::read(api.folder.path().join("payments.db")).unwrap();
    assert!(!file.windows(name.len()).any(|window| window == name.as_bytes()));
}

#[tokio::test]
async fn wrong_values_are_told_with_their_parameter() {
    let api = Api::start().await;
    let long = "x".repeat(257);
    let mut told = Vec::new();
    for form in [
        "nickname=x",
        "address[planet]=Mars",
        &format!("name={long}"),
        "name=+",
        "name[]=x",
        "email=jenny",
        "balance=1.5",
        "balance=9999999999999999999",
        "balance=",
        "tax_exempt=maybe",
        "preferred_locales=en",
        "preferred_locales[]=",
        "address=x",
        "shipping[name]=x",
        "shipping[address][city]=x",
        "invoice_prefix=ab",
        "metadata=x",
        "metadata[a][b]=x",
        &format!("metadata[{}]=x", "k".repeat(41)),
        &format!("metadata[k]={}", "v".repeat(501)),
        "name=a&name=b",
        "expand[]=a.b.c.d.e",
        "expand=x",
    ] {
        told.push(api.live().post("/v1/customers", form).await.error());
    }
    assert_snapshot!(told.join("\n"), @r#"
    400 parameter_unknown nickname: Received unknown parameter: nickname
    400 parameter_unknown address[planet]: Received unknown parameter: address[planet]
    400 parameter_invalid_string name: 'name' can have up to 256 characters, and has 257.
    400 parameter_invalid_string_blank name: 'name' has only white space in it.
    400 parameter_invalid_string name: 'name' must be text, not a list or a hash.
    400 email_invalid email: 'email' is no email address.
    400 parameter_invalid_integer balance: 'balance' must be a whole number.
    400 parameter_invalid_integer balance: 'balance' must be a whole number.
    400 parameter_invalid_empty balance: 'balance' is empty, which would unset it, and it cannot be unset. Leave it out or give it a value.
    400 parameter_invalid_choice tax_exempt: 'tax_exempt' must be one of none, exempt, reverse.
    400 parameter_invalid_array preferred_locales: 'preferred_locales' must be a list; write its values as 'preferred_locales[]' or 'preferred_locales[0]'.
    400 parameter_invalid_empty preferred_locales[0]: 'preferred_locales[0]' is empty, which would unset it, and it cannot be unset. Leave it out or give it a value.
    400 parameter_invalid_hash address: 'address' must be a hash; write its values as 'address[name]'.
    400 parameter_missing shipping[address]: Missing required param: shipping[address].
    400 parameter_missing shipping[name]: Missing required param: shipping[name].
    400 parameter_invalid_string invoice_prefix: 'invoice_prefix' must be 3 to 12 capital letters or digits.
    400 parameter_invalid_hash metadata: 'metadata' must be a hash; write its values as 'metadata[name]'.
    400 parameter_invalid_string metadata[a]: 'metadata[a]' must be text, not a list or a hash.
    400 metadata_invalid metadata[kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk]: The name of a metadata entry can have up to 40 characters: metadata[kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk]
    400 parameter_invalid_string metadata[k]: 'metadata[k]' can have up to 500 characters, and has 501.
    400 parameters_malformed name: The parameter 'name' is given more than once.
    400 expand_too_deep expand: A path in 'expand' can have up to 4 parts.
    400 parameter_invalid_array expand: 'expand' must be a list; write its values as 'expand[]' or 'expand[0]'.
    "#);
    assert_eq!(api.live().get("/v1/customers").await.json()["data"], serde_json::json!([]));
}

#[tokio::test]
async fn metadata_has_room_for_fifty_entries_in_all() {
    let api = Api::start().await;
    let fifty: Vec<String> = (0..50).map(|number| format!("metadata[k{number}]=v")).collect();
    let id = api.live().post("/v1/customers", &fifty.join("&")).await.id();
    let path = format!("/v1/customers/{id}");
    assert_snapshot!(api.live().post(&path, "metadata[more]=v").await.error(), @"400 metadata_invalid metadata: 'metadata' can have up to 50 entries in all.");
    let swapped = api.live().post(&path, "metadata[k0]=&metadata[more]=v").await;
    assert_eq!(swapped.json()["metadata"].as_object().unwrap().len(), 50);
}
