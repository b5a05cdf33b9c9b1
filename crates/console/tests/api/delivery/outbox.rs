//! The page of `keyway dev`.

use console::Message;

use crate::world::World;

fn code(digits: &str) -> Message {
    let action = "name a key <script>alert(1)</script>".to_owned();
    Message::VerificationCode { code: digits.parse().unwrap(), action, minutes: 10 }
}

fn local(world: &World) -> crate::world::Answer {
    world.send(b"GET /outbox HTTP/1.1\r\nHost: localhost:4242\r\nConnection: close\r\n\r\n")
}

#[test]
fn the_outbox_shows_what_was_sent_newest_first_and_escaped() {
    let world = World::new();
    assert!(local(&world).body.contains("Nothing was sent yet."));
    let (to, number) = ("ada@example.org".parse().unwrap(), "+393331234567".parse().unwrap());
    world.block_on(world.delivery.email(&to, &code("111111"))).unwrap();
    world.block_on(world.delivery.sms(&number, &code("222222"))).unwrap();
    let page = local(&world);
    assert_eq!(page.status(), 200);
    assert!(page.header("content-security-policy").unwrap().starts_with("default-src 'none'"));
    assert!(page.body.find("222222").unwrap() < page.body.find("111111").unwrap());
    assert!(page.body.contains("&#60;script&#62;") && !page.body.contains("<script>"));
}

#[test]
fn the_outbox_forgets_the_oldest() {
    let world = World::new();
    let to = "ada@example.org".parse().unwrap();
    for number in 100_000..100_101 {
        world.block_on(world.delivery.email(&to, &code(&number.to_string()))).unwrap();
    }
    let page = local(&world).body;
    assert_eq!(page.matches("<article>").count(), 100);
    assert!(page.contains("100100") && page.contains("100001") && !page.contains("100000"));
}

#[test]
fn a_page_of_another_name_cannot_read_the_outbox() {
    let world = World::new();
    for host in ["evil.example.com", "localhost.example.com", "x"] {
        let request = format!("GET /outbox HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        assert_eq!(world.send(request.as_bytes()).status(), 404, "{host}");
    }
}

#[test]
fn where_messages_are_sent_there_is_no_outbox() {
    assert_eq!(local(&World::sending()).status(), 404);
}
