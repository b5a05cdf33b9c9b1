use insta::assert_snapshot;
use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;

use crate::api::{Api, Client, SANDBOX, wait_s};

fn with_key(client: &Client, key: &str) -> Client {
    client.with(&[("Idempotency-Key", key)])
}

async fn count(client: &Client) -> usize {
    client.get("/v1/customers?limit=100").await.json()["data"].as_array().unwrap().len()
}

#[tokio::test]
async fn what_is_sent_twice_is_done_once() {
    let api = Api::start().await;
    let once = with_key(&api.live(), "once");
    let first = once.post("/v1/customers", "name=A&email=a@example.com").await;
    assert_eq!(first.header("idempotency-key"), Some("once"));
    assert_eq!(first.header("idempotent-replayed"), None);
    let api = api.restart().await;
    let again = with_key(&api.live(), "once").with(&[("Request-Id", "req_2")]);
    let second = again.post("/v1/customers", "email=a%40example.com&name=A").await;
    assert_eq!(second.to_string(), first.to_string());
    assert_eq!(second.header("idempotency-key"), Some("once"));
    assert_eq!(second.header("idempotent-replayed"), Some("true"));
    assert_eq!(second.header("original-request"), Some("req_1"));
    assert_eq!(count(&api.live()).await, 1);
}

#[tokio::test]
async fn a_key_that_was_used_for_something_else_is_refused() {
    let api = Api::start().await;
    let once = with_key(&api.live(), "once");
    let id = once.post("/v1/customers", "name=A").await.id();
    assert_snapshot!(once.post("/v1/customers", "name=B").await, @r#"
    400 Bad Request
    {
      "error": {
        "code": "idempotency_key_reused",
        "doc_url": "/docs/errors/idempotency_key_reused",
        "message": "This idempotency key was first used with another path or other parameters. Repeat that request unchanged, or use a new key.",
        "type": "idempotency_error"
      }
    }
    "#);
    let path = format!("/v1/customers/{id}");
    assert_eq!(once.post(&path, "name=A").await.status, "400 Bad Request");
    assert_eq!(once.post("/v1/products", "name=A").await.status, "400 Bad Request");
}

#[tokio::test]
async fn keys_belong_to_one_account_and_mode() {
    let api = Api::start().await;
    let clients = [api.live(), api.sandbox(), api.client("acct_1R3fqDP6919yCiFv", SANDBOX)];
    for client in clients {
        let reply = with_key(&client, "once").post("/v1/customers", "name=A").await;
        assert_eq!(reply.header("idempotent-replayed"), None);
        assert_eq!(count(&client).await, 1);
    }
}

#[tokio::test]
async fn what_was_refused_can_be_sent_again_with_its_key() {
    let api = Api::start().await;
    let once = with_key(&api.live(), "once");
    assert_eq!(once.post("/v1/customers", "balance=x").await.status, "400 Bad Request");
    assert_eq!(once.post("/v1/customers", "balance=1").await.status, "200 OK");
}

#[tokio::test]
async fn a_key_is_forgotten_after_a_day() {
    let api = Api::start().await;
    let once = with_key(&api.live(), "once");
    once.post("/v1/customers", "name=A").await;
    wait_s(24 * 60 * 60 - 1);
    assert_eq!(once.post("/v1/customers", "name=B").await.status, "400 Bad Request");
    wait_s(1);
    assert_eq!(once.post("/v1/customers", "name=B").await.status, "200 OK");
}

#[tokio::test]
async fn of_two_requests_at_once_with_one_key_the_second_is_told_to_wait() {
    let api = Api::start().await;
    let once = with_key(&api.live(), "once");
    let database = SqliteConnectOptions::new().filename(api.folder.path().join("payments.db"));
    let mut busy = database.connect().await.unwrap();
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut busy).await.unwrap();
    let mut sent = tokio::task::JoinSet::new();
    for _ in 0..2 {
        let once = once.clone();
        sent.spawn(async move { once.post("/v1/customers", "name=A").await });
    }
    let refused = sent.join_next().await.unwrap().unwrap();
    sqlx::raw_sql("ROLLBACK").execute(&mut busy).await.unwrap();
    let served = sent.join_next().await.unwrap().unwrap();
    assert_snapshot!(refused, @r#"
    409 Conflict
    {
      "error": {
        "code": "idempotency_key_in_use",
        "doc_url": "/docs/errors/idempotency_key_in_use",
        "message": "The first request with this idempotency key is still running. Try again in a moment.",
        "type": "idempotency_error"
      }
    }
    "#);
    assert_eq!(served.status, "200 OK");
    assert_eq!(once.post("/v1/customers", "name=A").await.body, served.body);
}

#[tokio::test]
async fn however_many_come_at_once_one_object_is_made() {
    let api = Api::start().await;
    let once = with_key(&api.live(), "once");
    let mut sent = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let once = once.clone();
        sent.spawn(async move { once.post("/v1/customers", "name=A").await });
    }
    let replies = sent.join_all().await;
    let known = ["200 OK", "409 Conflict"];
    assert!(replies.iter().all(|reply| known.contains(&reply.status.as_str())));
    assert_eq!(count(&api.live()).await, 1);
}

#[tokio::test]
async fn a_key_has_up_to_255_characters() {
    let api = Api::start().await;
    assert_eq!(
        with_key(&api.live(), &"k".repeat(255)).post("/v1/customers", "").await.status,
        "200 OK"
    );
    let long = with_key(&api.live(), &"k".repeat(256)).post("/v1/customers", "").await;
    assert_snapshot!(long, @r#"
    400 Bad Request
    {
      "error": {
        "code": "idempotency_key_invalid",
        "doc_url": "/docs/errors/idempotency_key_invalid",
        "message": "An idempotency key is given once and has 1 to 255 visible ASCII characters.",
        "type": "idempotency_error"
      }
    }
    "#);
    assert_eq!(with_key(&api.live(), "").post("/v1/customers", "").await.error(), long.error());
}

#[tokio::test]
async fn a_key_means_nothing_where_nothing_can_be_doubled() {
    let api = Api::start().await;
    let id = api.live().post("/v1/customers", "").await.id();
    let once = with_key(&api.live(), "once");
    once.delete(&format!("/v1/customers/{id}")).await;
    assert_eq!(once.get("/v1/customers").await.header("idempotency-key"), None);
    assert_eq!(once.post("/v1/customers", "").await.status, "200 OK");
}
