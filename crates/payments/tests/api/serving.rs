use std::time::Duration;

use insta::assert_snapshot;
use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::api::{Api, read_reply};

#[tokio::test]
async fn a_request_that_has_begun_is_answered_before_the_end() {
    let mut api = Api::start().await;
    let request = api.live().written("POST", "/v1/customers", "name=Jenny");
    let (begun, rest) = request.split_at(request.len() - 3);
    let mut connection = TcpStream::connect(api.address).await.unwrap();
    connection.write_all(begun.as_bytes()).await.unwrap();
    api.live().get("/v1/balance").await;
    api.tell_to_stop();
    while TcpStream::connect(api.address).await.is_ok() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    connection.write_all(rest.as_bytes()).await.unwrap();
    let reply = read_reply(&mut connection).await;
    assert_eq!(reply.json()["name"], "Jenny");
}

#[tokio::test]
async fn what_was_answered_is_there_after_a_restart() {
    let api = Api::start().await;
    let created = api.live().post("/v1/customers", "name=Jenny").await;
    let api = api.restart().await;
    let path = format!("/v1/customers/{}", created.id());
    assert_eq!(api.live().get(&path).await.body, created.body);
}

#[cfg(unix)]
#[tokio::test]
async fn the_files_are_readable_by_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let api = Api::start().await;
    api.live().post("/v1/customers", "").await;
    let mut names = Vec::new();
    for file in std::fs::read_dir(api.folder.path()).unwrap() {
        let file = file.unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        names.push(file.file_name().into_string().unwrap());
    }
    names.sort();
    assert_eq!(names, ["payments.db", "payments.db-shm", "payments.db-wal"]);
}

#[tokio::test]
async fn a_file_that_is_no_database_is_told_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("payments.db");
    std::fs::write(&file, "this is a letter and no database at all".repeat(100)).unwrap();
    let world = payments::World { now: || jiff::Timestamp::UNIX_EPOCH, random: |_| {} };
    let opened = payments::Payments::open(&file, String::new(), world).await;
    let error = opened.unwrap_err();
    assert!(matches!(error, payments::PaymentsError::Damaged(_)), "{error}");
}

#[tokio::test]
async fn an_object_that_cannot_be_read_is_our_fault_and_not_missing() {
    let api = Api::start().await;
    let path = format!("/v1/customers/{}", api.live().post("/v1/customers", "").await.id());
    let database = SqliteConnectOptions::new().filename(api.folder.path().join("payments.db"));
    let mut connection = database.connect().await.unwrap();
    let damage = "UPDATE objects SET body = '{}'";
    sqlx::raw_sql(damage).execute(&mut connection).await.unwrap();
    assert_snapshot!(api.live().get(&path).await, @r#"
    500 Internal Server Error
    {
      "error": {
        "message": "Something failed on our side; the id of the request finds it in our log.",
        "type": "api_error"
      }
    }
    "#);
    for damaged in [
        api.live().get("/v1/customers").await,
        api.live().post(&path, "name=A").await,
        api.live().delete(&path).await,
    ] {
        assert_eq!(damaged.status, "500 Internal Server Error");
    }
}
