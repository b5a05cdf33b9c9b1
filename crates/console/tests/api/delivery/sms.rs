//! SMS, handed to the operator's webhook.

use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::hmac;
use console::{Delivery, DeliveryError, Webhook, WebhookSettings};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use super::{believing, certified, code, run, world};
use crate::world::now;

const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";
const TAKEN: &str = "HTTP/1.1 204 No Content\r\n\r\n";

fn settings(url: String) -> WebhookSettings {
    WebhookSettings {
        url,
        plain_anywhere: false,
        secret: SECRET.to_vec().into(),
        timeout: Duration::from_secs(20),
        tls: believing(certified("localhost").0),
    }
}

async fn send(settings: WebhookSettings) -> Result<(), DeliveryError> {
    let delivery = Delivery::new(None, Some(Webhook::new(settings)?), world());
    delivery.sms(&"+393331234567".parse().unwrap(), &code()).await
}

/// Takes one request, answers it with these bytes, and gives what it was.
async fn exchange(mut stream: impl AsyncRead + AsyncWrite + Unpin, answer: &str) -> String {
    let mut heard = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&heard).into_owned();
        let length = text.lines().find_map(|line| line.strip_prefix("content-length: "));
        if let (Some(length), Some((_, body))) = (length, text.split_once("\r\n\r\n"))
            && body.len() >= length.parse().unwrap()
        {
            // A client that has heard enough hangs up.
            let _written = stream.write_all(answer.as_bytes()).await;
            return text;
        }
        if stream.read_buf(&mut heard).await.unwrap_or(0) == 0 {
            return text;
        }
    }
}

/// A webhook that answers one request so; its address, and what it was asked.
async fn webhook(answer: &'static str) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/sms?from=keyway", listener.local_addr().unwrap());
    let asked = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        exchange(stream, answer).await
    });
    (url, asked)
}

#[test]
fn a_request_is_signed_over_its_time_and_its_body() {
    run(async {
        let (url, asked) = webhook(TAKEN).await;
        send(settings(url)).await.unwrap();
        let asked = asked.await.unwrap();
        let (head, body) = asked.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("POST /sms?from=keyway HTTP/1.1\r\n"), "{head}");
        let field = |name: &str| {
            let mut fields = head.lines().filter_map(|line| line.split_once(": "));
            fields.find(|(found, _)| *found == name).unwrap().1.to_owned()
        };
        assert_eq!(field("content-type"), "application/json");
        let signature = field("keyway-signature");
        let (time, mac) = signature.strip_prefix("t=").unwrap().split_once(",v1=").unwrap();
        assert_eq!(time, now().as_second().to_string());
        let mac: Vec<_> = (0..mac.len())
            .step_by(2)
            .map(|place| u8::from_str_radix(&mac[place..place + 2], 16).unwrap())
            .collect();
        let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET);
        hmac::verify(&key, format!("{time}.{body}").as_bytes(), &mac).unwrap();

        let mut body: Value = serde_json::from_str(body).unwrap();
        let id = body["id"].take();
        assert_eq!(id.as_str().unwrap().strip_prefix("sms_").unwrap().len(), 32);
        insta::assert_snapshot!(body, @r#"{"to":"+393331234567","text":"Keyway: 123456 is your code to create a key named “Zoë”. Good for 10 minutes. Never tell it to anybody.","id":null,"sent_at":1795435200}"#);
    });
}

#[test]
fn whatever_is_no_success_is_told_and_a_redirect_is_not_followed() {
    run(async {
        for (answer, said) in [
            ("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n", "302 Found"),
            ("HTTP/1.1 400 Bad Request\r\nContent-Length: 6\r\n\r\nsecret", "400 Bad Request"),
            ("HTTP/1.1 503 Service Unavailable\r\n\r\n", "503 Service Unavailable"),
        ] {
            let (url, asked) = webhook(answer).await;
            let told = send(settings(url)).await.unwrap_err().to_string();
            assert_eq!(told, format!("the SMS webhook refused the message: {said}"));
            asked.await.unwrap();
        }
    });
}

#[test]
fn an_answer_that_is_too_long_or_none_is_given_up() {
    run(async {
        for answer in ["", "220 smtp.example.com\r\n", &too_long()] {
            let (url, asked) = webhook(answer.to_owned().leak()).await;
            let told = send(settings(url)).await.unwrap_err().to_string();
            assert!(told.starts_with("the SMS webhook cannot be reached: "), "{told}");
            asked.await.unwrap();
        }
    });
}

fn too_long() -> String {
    format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "x".repeat(100_000))
}

#[test]
fn a_webhook_that_hangs_is_given_up_and_not_asked_again() {
    run(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let timeout = Duration::from_millis(100);
        let told = send(WebhookSettings { timeout, ..settings(url) }).await.unwrap_err();
        assert_eq!(told.to_string(), "the SMS webhook did not answer within 0.1 s");
        let _first = listener.accept().await.unwrap();
        let again = tokio::time::timeout(Duration::ZERO, listener.accept()).await;
        assert!(again.is_err());
    });
}

#[test]
fn over_tls_the_certificate_must_be_that_of_the_host() {
    run(async {
        for (name, is_known) in
            [("localhost", true), ("localhost", false), ("sms.example.com", true)]
        {
            let (authority, tls) = certified(name);
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let url = format!("https://localhost:{}/", listener.local_addr().unwrap().port());
            let asked = tokio::spawn(async move {
                let (stream, _) = listener.accept().await.unwrap();
                let stream = TlsAcceptor::from(tls).accept(stream).await;
                if let Ok(stream) = stream { exchange(stream, TAKEN).await } else { String::new() }
            });
            let mut settings = settings(url);
            if is_known {
                settings.tls = Arc::clone(&believing(authority));
            }
            let sent = send(settings).await;
            let is_right = is_known && name == "localhost";
            assert_eq!(sent.is_ok(), is_right, "{sent:?}");
            assert_eq!(asked.await.unwrap().contains("123456"), is_right);
        }
    });
}

#[test]
fn a_webhook_that_cannot_be_used_is_told_before_it_is() {
    let told = |url: &str, secret: &[u8]| {
        let secret = secret.to_vec().into();
        Webhook::new(WebhookSettings { secret, ..settings(url.to_owned()) })
            .map_or_else(|error| error.to_string(), |_webhook| "usable".to_owned())
    };
    let urls = [
        "https://sms.example.com/x",
        "http://127.0.0.1:9/",
        "http://[::1]:9/",
        "http://sms.example.com/",
        "ftp://sms.example.com/",
        "/sms",
        "https://user:hunter2@sms.example.com/",
    ];
    let all: Vec<_> = urls.map(|url| format!("{url}: {}", told(url, SECRET))).into();
    insta::assert_snapshot!(all.join("\n"), @r#"
https://sms.example.com/x: usable
http://127.0.0.1:9/: usable
http://[::1]:9/: usable
http://sms.example.com/: a webhook on another machine must be `https://host/path`
ftp://sms.example.com/: a webhook is written `https://host/path`
/sms: a webhook is written `https://host/path`
https://user:hunter2@sms.example.com/: a webhook has no name or password before its host: it is signed
"#);
    insta::assert_snapshot!(told("https://sms.example.com", b"short"), @"a webhook's secret has at least 32 characters");
}
