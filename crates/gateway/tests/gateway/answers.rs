//! What an API may answer, byte for byte, and what becomes of its connections.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::world::{Answer, World};

/// What an API does once it has read a head.
#[derive(Clone, Copy)]
enum Reply {
    /// Says this and waits for more.
    Says(&'static str),
    /// Says this byte by byte and waits for more.
    Spells(&'static str),
    /// Says this and closes the connection.
    Ends(&'static str),
}

/// An API that replies as it was told, whatever it is asked.
struct Script {
    address: SocketAddr,
    /// First lines of what it was asked, each with the number of its connection.
    asked: Arc<Mutex<Vec<String>>>,
}

impl Script {
    fn start(replies: &[Reply]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let (told, replies) =
            (Arc::clone(&asked), Arc::new(Mutex::new(replies.iter().copied().collect())));
        std::thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let (told, replies) = (Arc::clone(&told), Arc::clone(&replies));
                std::thread::spawn(move || serve(stream.unwrap(), number, &told, &replies));
            }
        });
        Self { address, asked }
    }

    fn world(&self) -> World {
        let upstream: gateway::UpstreamAddress =
            format!("http://{}", self.address).parse().unwrap();
        World::with(move |settings| {
            settings.upstreams.live = upstream.clone();
            settings.upstreams.sandbox = upstream;
            // All requests come by one thread, and so by one set of connections.
            settings.workers = 1.try_into().unwrap();
        })
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn serve(
    mut stream: TcpStream,
    number: usize,
    asked: &Mutex<Vec<String>>,
    replies: &Mutex<VecDeque<Reply>>,
) {
    while let Some(first) = read_head(&mut stream) {
        asked.lock().unwrap().push(format!("{number} {first}"));
        let reply = replies.lock().unwrap().pop_front().unwrap();
        match reply {
            Reply::Says(text) => stream.write_all(text.as_bytes()).unwrap(),
            Reply::Spells(text) => {
                stream.set_nodelay(true).unwrap();
                for byte in text.as_bytes() {
                    stream.write_all(&[*byte]).unwrap();
                }
            }
            Reply::Ends(text) => return stream.write_all(text.as_bytes()).unwrap(),
        }
    }
}

/// The first line of a head, once all of it has come.
fn read_head(stream: &mut TcpStream) -> Option<String> {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte) {
            Ok(1) => head.extend(byte),
            _ => return None,
        }
    }
    String::from_utf8(head).unwrap().lines().next().map(str::to_owned)
}

fn body(answer: &Answer) -> &str {
    answer.0.split_once("\r\n\r\n").unwrap().1
}

#[test]
fn an_answer_comes_through_however_it_is_framed_and_cut() {
    let answers = [
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200\r\nContent-Length: 5\r\n\r\nhello",
    ];
    for answer in answers {
        for reply in [Reply::Says(answer), Reply::Spells(answer), Reply::Ends(answer)] {
            let api = Script::start(&[reply]);
            let got = api.world().ask_admitted("GET /v1/x", &[]);
            assert_eq!((got.status(), body(&got)), (200, "hello"), "{answer:?}");
        }
    }
    let until_close = Script::start(&[Reply::Ends("HTTP/1.1 200 OK\r\n\r\nhello")]);
    let got = until_close.world().ask_admitted("GET /v1/x", &[]);
    assert_eq!(body(&got), "5\r\nhello\r\n0\r\n\r\n");
}

#[test]
fn chunks_come_through_without_their_extensions_and_trailers() {
    let chunks = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n3;a=b\r\nhel\r\n2\r\nlo\r\n0\r\nX-Sum: 1\r\n\r\n";
    for reply in [Reply::Says(chunks), Reply::Spells(chunks)] {
        let api = Script::start(&[reply]);
        let got = api.world().ask_admitted("GET /v1/x", &[]);
        let said: String = body(&got).split("\r\n").skip(1).step_by(2).collect();
        assert_eq!(said, "hello", "{}", got.0);
        assert!(!got.0.contains("a=b") && !got.0.to_lowercase().contains("x-sum"), "{}", got.0);
    }
}

#[test]
fn what_is_no_answer_is_an_error_of_the_gateway() {
    for nonsense in [
        "SSH-2.0-OpenSSH_9.2\r\n",
        "",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nhello",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Le",
    ] {
        let api = Script::start(&[Reply::Ends(nonsense)]);
        let got = api.world().ask_admitted("GET /v1/x", &[]);
        assert_eq!(got.error(), "502 api_error upstream_unreachable", "{nonsense:?}");
        assert_eq!(api.asked().len(), 1, "a new connection is not tried again");
    }
}

#[test]
fn an_answer_that_is_cut_off_does_not_look_whole() {
    let lengths = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello";
    let api = Script::start(&[Reply::Ends(lengths)]);
    let got = api.world().ask_admitted("GET /v1/x", &[]);
    // Nothing at all, or less than was announced.
    let announced = got.header("content-length");
    assert!(announced.is_none_or(|length| length == "10" && body(&got).len() < 10), "{}", got.0);

    let chunks = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";
    let api = Script::start(&[Reply::Ends(chunks)]);
    let got = api.world().ask_admitted("GET /v1/x", &[]);
    assert!(!got.0.ends_with("0\r\n\r\n"), "{}", got.0);
}

#[test]
fn an_api_may_answer_before_it_has_read_the_body() {
    let refusal = "HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig";
    let api = Script::start(&[Reply::Says(refusal)]);
    let world = api.world();
    let mut stream = TcpStream::connect(world.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let key = world.platform.secret();
    let head = "POST /v1/x HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n";
    write!(stream, "{head}Authorization: Bearer {key}\r\n\r\nonly the beginning").unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"big") {
        let mut room = [0; 1024];
        let read = stream.read(&mut room).unwrap();
        assert!(read > 0, "{}", String::from_utf8_lossy(&answer));
        answer.extend(&room[..read]);
    }
    assert_eq!(Answer(String::from_utf8(answer).unwrap()).status(), 413);
}

const OK: Reply = Reply::Says("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");

#[test]
fn a_connection_is_used_again_and_again() {
    let bodiless = [
        Reply::Says("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"),
        Reply::Says("HTTP/1.1 204 None\r\n\r\n"),
        Reply::Says("HTTP/1.1 304 Same\r\nContent-Length: 7\r\n\r\n"),
        Reply::Says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"),
    ];
    let replies: Vec<_> = bodiless.into_iter().flat_map(|reply| [reply, OK]).collect();
    let api = Script::start(&replies);
    let world = api.world();
    for method in ["HEAD", "DELETE", "GET", "GET"] {
        world.ask_admitted(&format!("{method} /v1/a"), &[]);
        let got = world.ask_admitted("POST /v1/b", &["Content-Length: 0"]);
        assert_eq!(body(&got), "ok");
    }
    let asked = api.asked();
    assert!(asked.len() == 8 && asked.iter().all(|line| line.starts_with("0 ")), "{asked:?}");
}

#[test]
fn a_connection_that_says_too_much_or_wants_to_end_is_not_used_again() {
    for last in [
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok",
        "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
    ] {
        let api = Script::start(&[Reply::Says(last), OK]);
        let world = api.world();
        world.ask_admitted("GET /v1/a", &[]);
        assert_eq!(body(&world.ask_admitted("GET /v1/b", &[])), "ok", "{last:?}");
        assert_eq!(api.asked()[1], "1 GET /v1/b HTTP/1.1", "{last:?}");
    }
}

#[test]
fn only_what_may_be_done_twice_is_sent_twice() {
    // The API takes the second request on a kept connection, and closes it without a word.
    let api = Script::start(&[OK, Reply::Ends(""), OK]);
    let world = api.world();
    world.ask_admitted("GET /v1/a", &[]);
    assert_eq!(body(&world.ask_admitted("GET /v1/b", &[])), "ok");
    assert_eq!(api.asked()[1..], ["0 GET /v1/b HTTP/1.1", "1 GET /v1/b HTTP/1.1"]);

    for lines in [&["Content-Length: 0"][..], &[]] {
        let api = Script::start(&[OK, Reply::Ends(""), OK]);
        let world = api.world();
        world.ask_admitted("GET /v1/a", &[]);
        let got = world.ask_admitted("POST /v1/b", lines);
        assert_eq!(got.error(), "502 api_error upstream_unreachable");
        assert_eq!(api.asked().len(), 2, "{:?}", api.asked());
    }
}

#[test]
fn a_body_that_looks_like_an_answer_is_a_body() {
    const BODY: &str = "HTTP/1.1 200 OK\r\n\r\n";
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let upstream: gateway::UpstreamAddress =
        format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    let (head_came, wait) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        while read_head(&mut stream).is_some() {
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", BODY.len());
            stream.write_all(head.as_bytes()).unwrap();
            // The body is written for itself.
            wait.recv().unwrap();
            stream.write_all(BODY.as_bytes()).unwrap();
        }
    });
    let world = World::with(move |settings| settings.upstreams.sandbox = upstream);
    let mut client = TcpStream::connect(world.address()).unwrap();
    client.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let key = world.platform.secret();
    let request = format!("GET /v1/a HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {key}\r\n\r\n");
    for _ in 0..2 {
        client.write_all(request.as_bytes()).unwrap();
        assert_eq!(read_head(&mut client).unwrap(), "HTTP/1.1 200 OK");
        head_came.send(()).unwrap();
        let mut body = [0; BODY.len()];
        client.read_exact(&mut body).unwrap();
        assert_eq!(str::from_utf8(&body).unwrap(), BODY);
    }
}
