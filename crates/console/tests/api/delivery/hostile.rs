//! Names that try to be more than names, read at the other end.

use console::{Delivery, Message, Smtp};

use super::capture::{Capture, Manners};
use super::{email, run, world};

#[test]
fn a_hostile_name_forges_no_header_and_ends_no_letter() {
    run(async {
        let server = Capture::start(Manners::default()).await;
        let smtp = Smtp::new(email::settings(server.port)).unwrap();
        let delivery = Delivery::new(Some(smtp), None, world());
        let message = Message::Invitation {
            link: "https://keys.example.com/join/abc".to_owned(),
            who: "Zoë\r\nBcc: evil@example.com\r\n\r\nHi".to_owned(),
            role: "\r\n.\r\nMAIL FROM:<evil@example.com>".to_owned(),
            place: "\u{202e}moc\r.\nX: y".to_owned(),
        };
        delivery.email(&"ada@example.org".parse().unwrap(), &message).await.unwrap();
        let letter = server.letter();
        let (head, body) = letter.split_once("\n\n").unwrap();
        let names: Vec<_> = head
            .lines()
            .filter(|line| !line.starts_with(' '))
            .filter_map(|line| line.split_once(':'))
            .map(|(name, _)| name)
            .collect();
        assert_eq!(
            names,
            [
                "From",
                "To",
                "Subject",
                "Date",
                "Message-ID",
                "MIME-Version",
                "Auto-Submitted",
                "Content-Type",
                "Content-Transfer-Encoding",
            ]
        );
        assert!(
            body.contains("Accept the invitation:\nhttps://keys.example.com/join/abc\n"),
            "{body}"
        );
        let commands = ["MAIL", "RCPT"]
            .map(|command| server.heard().iter().filter(|line| line.starts_with(command)).count());
        assert_eq!(commands, [1, 1]);
        assert!(!body.contains("\n."), "{body}");
    });
}
