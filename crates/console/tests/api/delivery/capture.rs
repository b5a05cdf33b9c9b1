//! A mail server that writes down what it is told.

use std::sync::Arc;

use rustls::ServerConfig;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

/// What the server does beside taking mail.
#[derive(Clone, Default)]
pub(crate) struct Manners {
    /// TLS from the first byte.
    pub(crate) tls: Option<Arc<ServerConfig>>,
    /// TLS when asked for.
    pub(crate) starttls: Option<Arc<ServerConfig>>,
    /// What it answers to a command that begins so, in the stead of taking it; nothing at all if empty.
    pub(crate) instead: Option<(&'static str, &'static str)>,
}

/// A mail server on a free port.
pub(crate) struct Capture {
    pub(crate) port: u16,
    heard: Arc<watch::Sender<Vec<String>>>,
}

impl Capture {
    pub(crate) async fn start(manners: Manners) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(watch::Sender::default());
        let hearing = Arc::clone(&heard);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(stream, manners.clone(), Arc::clone(&hearing)));
            }
        });
        Self { port, heard }
    }

    /// Every line that was heard, commands and messages; those over TLS after a mark.
    pub(crate) fn heard(&self) -> Vec<String> {
        self.heard.borrow().clone()
    }

    /// Waits until it has heard so many lines that begin so.
    pub(crate) async fn has_heard(&self, times: usize, beginning: &str) {
        let enough = |heard: &Vec<String>| {
            heard.iter().filter(|line| line.starts_with(beginning)).count() >= times
        };
        drop(self.heard.subscribe().wait_for(enough).await.unwrap());
    }

    /// The message: what stands between DATA and the dot.
    pub(crate) fn letter(&self) -> String {
        let heard = self.heard();
        let lines = heard.iter().skip_while(|line| *line != "DATA").skip(1);
        lines.take_while(|line| *line != ".").map(|line| line.clone() + "\n").collect()
    }
}

/// Where a conversation stands when it leaves off.
#[derive(PartialEq)]
enum Left {
    Over,
    ForTls,
}

async fn serve(stream: TcpStream, manners: Manners, heard: Arc<watch::Sender<Vec<String>>>) {
    if let Some(tls) = &manners.tls {
        if let Ok(stream) = TlsAcceptor::from(Arc::clone(tls)).accept(stream).await {
            heard.send_modify(|heard| heard.push("(TLS)".to_owned()));
            talk(BufReader::new(stream), &manners, &heard, true).await;
        }
        return;
    }
    let mut stream = BufReader::new(stream);
    if talk(&mut stream, &manners, &heard, true).await == Left::ForTls {
        let tls = TlsAcceptor::from(manners.starttls.clone().unwrap());
        if let Ok(stream) = tls.accept(stream.into_inner()).await {
            heard.send_modify(|heard| heard.push("(TLS)".to_owned()));
            let manners = Manners { starttls: None, ..manners };
            talk(BufReader::new(stream), &manners, &heard, false).await;
        }
    }
}

async fn talk<S: AsyncBufRead + AsyncWrite + Unpin>(
    mut stream: S,
    manners: &Manners,
    heard: &watch::Sender<Vec<String>>,
    greets: bool,
) -> Left {
    let (mut in_data, mut answer) = (false, if greets { "220 hello" } else { "" });
    loop {
        if !answer.is_empty() && stream.write_all(format!("{answer}\r\n").as_bytes()).await.is_err()
        {
            return Left::Over;
        }
        let mut line = String::new();
        if !matches!(stream.read_line(&mut line).await, Ok(1..)) {
            return Left::Over;
        }
        let line = line.strip_suffix("\r\n").unwrap().to_owned();
        heard.send_modify(|heard| heard.push(line.clone()));
        let instead = manners.instead.filter(|(command, _)| line.starts_with(command));
        answer = match line.as_str() {
            "." if in_data => {
                in_data = false;
                "250 taken"
            }
            _ if in_data => "",
            _ if instead.is_some() => instead.unwrap().1,
            "STARTTLS" => {
                stream.write_all(b"220 go\r\n").await.unwrap();
                return Left::ForTls;
            }
            "DATA" => {
                in_data = true;
                "354 go"
            }
            "QUIT" => "221 bye",
            _ if line.starts_with("EHLO") && manners.starttls.is_some() => {
                "250-here\r\n250-STARTTLS\r\n250 8BITMIME"
            }
            _ if line.starts_with("EHLO") => "250-here\r\n250 AUTH PLAIN",
            _ if line.starts_with("AUTH") => "235 welcome",
            _ => "250 fine",
        };
    }
}
