//! Email, sent over SMTP.

use std::time::Duration;

use console::{Delivery, DeliveryError, Login, Security, Smtp, SmtpSettings};

use super::capture::{Capture, Manners};
use super::{certified, code, run, world};

pub(crate) fn settings(port: u16) -> SmtpSettings {
    SmtpSettings {
        host: "localhost".to_owned(),
        port,
        security: Security::PlainToLoopback,
        login: None,
        from: "Kéyway <keys@example.com>".to_owned(),
        timeout: Duration::from_secs(20),
        authorities: Vec::new(),
    }
}

pub(super) async fn send(settings: SmtpSettings) -> Result<(), DeliveryError> {
    let delivery = Delivery::new(Some(Smtp::new(settings)?), None, world());
    delivery.email(&"ada@example.org".parse().unwrap(), &code()).await
}

async fn refused(settings: SmtpSettings) -> String {
    send(settings).await.unwrap_err().to_string()
}

#[test]
fn a_letter_says_who_when_and_what_in_plain_ascii() {
    run(async {
        let server = Capture::start(Manners::default()).await;
        send(settings(server.port)).await.unwrap();
        let letter = server.letter();
        assert!(letter.is_ascii());
        let id = letter.lines().find(|line| line.starts_with("Message-ID: <")).unwrap();
        assert!(id.ends_with("@example.com>"), "{id}");
        insta::assert_snapshot!(letter.replace(id, "Message-ID: …"), @r#"
From: =?utf-8?b?S8OpeXdheQ==?= <keys@example.com>
To: ada@example.org
Subject: Your Keyway verification code
Date: Mon, 23 Nov 2026 12:00:00 +0000
Message-ID: …
MIME-Version: 1.0
Auto-Submitted: auto-generated
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Someone who is signed in as you wants to create a key named =E2=80=9CZo=C3=
=AB=E2=80=9D.

Verification code: 123456

It is good for 10 minutes and for this action alone. Nobody will ever ask y=
ou for it.
If this was not you, change your password now.
"#);
        let commands = server.heard().into_iter().take(4).collect::<Vec<_>>();
        assert_eq!(
            commands,
            [
                "EHLO example.com",
                "MAIL FROM:<keys@example.com>",
                "RCPT TO:<ada@example.org>",
                "DATA"
            ]
        );
    });
}

#[test]
fn with_starttls_nothing_but_the_greeting_goes_in_the_open() {
    run(async {
        let (authority, tls) = certified("localhost");
        let server = Capture::start(Manners { starttls: Some(tls), ..Manners::default() }).await;
        let security = Security::Starttls;
        let authorities = vec![authority];
        send(SmtpSettings { security, authorities, ..settings(server.port) }).await.unwrap();
        let heard = server.heard();
        assert_eq!(heard[..3], ["EHLO example.com", "STARTTLS", "(TLS)"]);
        assert!(server.letter().contains("123456"));
    });
}

#[test]
fn with_tls_everything_is_inside_and_the_password_too() {
    run(async {
        let (authority, tls) = certified("localhost");
        let server = Capture::start(Manners { tls: Some(tls), ..Manners::default() }).await;
        let login = Login { username: "keys".to_owned(), password: "hunter2".to_owned().into() };
        assert!(!format!("{login:?}").contains("hunter2"));
        send(SmtpSettings {
            security: Security::Tls,
            authorities: vec![authority],
            login: Some(login),
            ..settings(server.port)
        })
        .await
        .unwrap();
        let heard = server.heard();
        // base64 of "\0keys\0hunter2"
        assert_eq!(heard[..3], ["(TLS)", "EHLO example.com", "AUTH PLAIN AGtleXMAaHVudGVyMg=="]);
        assert!(server.letter().contains("123456"));
    });
}

#[test]
fn a_server_without_starttls_is_told_nothing() {
    run(async {
        let server = Capture::start(Manners::default()).await;
        let settings = SmtpSettings { security: Security::Starttls, ..settings(server.port) };
        let said = refused(settings).await;
        assert!(said.starts_with("the mail server cannot be reached: "), "{said}");
        assert!(!server.heard().iter().any(|line| line.starts_with("MAIL")));
    });
}

#[test]
fn a_certificate_that_nobody_vouches_for_or_of_another_name_is_refused() {
    run(async {
        for (name, is_known) in [("localhost", false), ("mail.example.com", true)] {
            let (authority, tls) = certified(name);
            let ways =
                [(Security::Tls, Some(tls.clone()), None), (Security::Starttls, None, Some(tls))];
            for (security, implicit, starttls) in ways {
                let manners = Manners { tls: implicit, starttls, instead: None };
                let server = Capture::start(manners).await;
                let authorities = if is_known { vec![authority.clone()] } else { Vec::new() };
                let settings = SmtpSettings { security, authorities, ..settings(server.port) };
                let said = refused(settings).await;
                assert!(said.contains("certificate"), "{said}");
                assert!(!server.heard().iter().any(|line| line.starts_with("MAIL")));
            }
        }
    });
}

#[test]
fn a_refusal_is_told_with_its_reason_and_nothing_was_sent() {
    run(async {
        let instead = Some(("RCPT", "550-no such\r\n550 user here"));
        let server = Capture::start(Manners { instead, ..Manners::default() }).await;
        insta::assert_snapshot!(refused(settings(server.port)).await, @"the mail server refused the message: 550 no such user here");
        assert_eq!(server.letter(), "");
        let instead = Some(("DATA", "452 full"));
        let server = Capture::start(Manners { instead, ..Manners::default() }).await;
        insta::assert_snapshot!(refused(settings(server.port)).await, @"the mail server refused the message: 452 full");
    });
}

#[test]
fn a_server_that_hangs_is_given_up() {
    run(async {
        for command in ["EHLO", "MAIL", "DATA"] {
            let instead = Some((command, ""));
            let server = Capture::start(Manners { instead, ..Manners::default() }).await;
            let timeout = Duration::from_millis(100);
            let said = refused(SmtpSettings { timeout, ..settings(server.port) }).await;
            assert_eq!(said, "the mail server did not answer within 0.1 s");
        }
    });
}

#[test]
fn a_server_that_is_not_there_is_told() {
    run(async {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let said = refused(SmtpSettings { host: "127.0.0.1".to_owned(), ..settings(port) }).await;
        assert!(said.starts_with("the mail server cannot be reached: "), "{said}");
        let nothing = Delivery::new(None, None, world());
        assert!(!nothing.has_email() && !nothing.has_sms());
        let told = nothing.email(&"ada@example.org".parse().unwrap(), &code()).await.unwrap_err();
        assert_eq!(told.to_string(), "no way to send email is configured");
    });
}

#[test]
fn plain_text_stays_on_this_machine_unless_the_operator_answers_for_the_network() {
    let towards = |host: &str, security| {
        Smtp::new(SmtpSettings { host: host.to_owned(), security, ..settings(25) }).map(drop)
    };
    for host in ["localhost", "127.0.0.1", "127.8.8.8", "::1"] {
        towards(host, Security::PlainToLoopback).unwrap();
    }
    for host in ["mail.example.com", "10.0.0.1", "localhost.example.com"] {
        let said = towards(host, Security::PlainToLoopback).unwrap_err().to_string();
        assert_eq!(said, format!("{host} is not this machine: mail must not go there without TLS"));
        towards(host, Security::PlainAnywhere).unwrap();
    }
}
