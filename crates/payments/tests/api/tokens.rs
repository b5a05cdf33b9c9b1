use insta::assert_snapshot;

use crate::api::Api;

#[tokio::test]
async fn a_token_stands_for_a_number_and_does_not_hold_it() {
    let mut api = Api::start().await;
    let client = api.sandbox().with(&[("Idempotency-Key", "once")]);
    let created = client.post("/v1/tokens", "pii[id_number]=000001234").await;
    assert_snapshot!(created, @r#"
    200 OK
    {
      "id": "tok_g7Np52Kmy1FT32OcJJl1SiAO",
      "object": "token",
      "client_ip": null,
      "created": 1780000000,
      "livemode": false,
      "type": "pii",
      "used": false
    }
    "#);
    let path = format!("/v1/tokens/{}", created.id());
    assert_eq!(api.sandbox().get(&path).await.body, created.body);
    api.stop().await;
    for file in std::fs::read_dir(api.folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(9).any(|window| window == b"000001234"));
    }
}

#[tokio::test]
async fn a_token_needs_a_number() {
    let api = Api::start().await;
    let mut told = Vec::new();
    for form in ["", "pii=", "pii[id_number]=", "pii[name]=x", "card[number]=4242424242424242"] {
        told.push(api.sandbox().post("/v1/tokens", form).await.error());
    }
    assert_snapshot!(told.join("\n"), @r#"
    400 parameter_missing pii: Missing required param: pii.
    400 parameter_invalid_empty pii: 'pii' is empty, which would unset it, and it cannot be unset. Leave it out or give it a value.
    400 parameter_invalid_empty pii[id_number]: 'pii[id_number]' is empty, which would unset it, and it cannot be unset. Leave it out or give it a value.
    400 parameter_missing pii[id_number]: Missing required param: pii[id_number].
    400 parameter_missing pii: Missing required param: pii.
    "#);
}

#[tokio::test]
async fn not_even_a_digest_of_the_number_is_kept_with_an_idempotency_key() {
    let api = Api::start().await;
    let once = api.sandbox().with(&[("Idempotency-Key", "once")]);
    let first = once.post("/v1/tokens", "pii[id_number]=000001234").await;
    let second = once.post("/v1/tokens", "pii[id_number]=000005678").await;
    assert_eq!(second.id(), first.id(), "the numbers cannot be told apart");
}
