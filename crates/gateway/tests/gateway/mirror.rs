//! An API that reads bytes and answers with just those, so that a test sees what was sent.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};

/// Answers each request with its own bytes. It knows of framing no more than `Content-Length`.
pub(crate) struct Mirror {
    pub(crate) address: SocketAddr,
}

impl Mirror {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                std::thread::spawn(move || reflect(stream.unwrap()));
            }
        });
        Self { address }
    }

    /// Its address, as a setting.
    pub(crate) fn upstream(&self) -> gateway::UpstreamAddress {
        format!("http://{}", self.address).parse().unwrap()
    }
}

fn reflect(mut stream: TcpStream) {
    let mut request = Vec::new();
    let mut byte = [0];
    while let Ok(1) = stream.read(&mut byte) {
        request.extend(byte);
        if !request.ends_with(b"\r\n\r\n") {
            continue;
        }
        let head = String::from_utf8(request.clone()).unwrap();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
        stream.read_exact(&mut body).unwrap();
        request.extend(body);
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", request.len());
        stream.write_all(&[head.as_bytes(), &request].concat()).unwrap();
        request.clear();
    }
}
