//! A constant number of requests a second, whatever becomes of those before.
//!
//! The time of a request counts from when it was due, not from when it could be sent: a device that
//! stalls makes all that were due meanwhile late, as it would in life. One thread, no runtime: on a
//! core that is shared with the API, the asker should be cheap and wake on time.

use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::check::answer_length;
use crate::clock;

/// Connections that are kept.
const CONNECTIONS: usize = 32;

/// How fast to ask, and for how long.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Requests a second.
    pub rate: u32,
    /// For that long.
    pub length: Duration,
}

/// Times in microseconds.
#[derive(Debug, Clone, Copy)]
pub struct Paced {
    /// Half of the requests took at most this.
    pub p50: f64,
    /// 99 % of them took at most this.
    pub p99: f64,
}

/// Asks at that pace, with one of the requests after the other.
///
/// # Errors
/// When a connection breaks or a request is answered with another status than 2xx.
pub fn ask(at: SocketAddr, requests: &[Vec<u8>], pace: Pace) -> Result<Paced> {
    // How late a sleeper may be woken, in nanoseconds; 50,000 unless told.
    rustix::thread::set_current_timer_slack(std::num::NonZeroU64::new(1)).context("timer slack")?;
    let connect = |_| Connection::open(at);
    let mut run = Run {
        connections: (0..CONNECTIONS).map(connect).collect::<Result<_>>()?,
        idle: (0..CONNECTIONS).collect(),
        late: VecDeque::new(),
        took: Vec::new(),
    };
    let between = Duration::from_secs(1) / pace.rate;
    let start = clock::now();
    let mut due = Duration::ZERO;
    let mut next = requests.iter().cycle();
    loop {
        let now = start.elapsed();
        while due <= now && due < pace.length {
            run.late.push_back(due);
            due += between;
        }
        while let (Some(place), Some(due)) = (run.idle.front(), run.late.front()) {
            let request = next.next().context("no request to send")?;
            let connection = run.connections.get_mut(*place).context("a connection")?;
            connection.send(request, *due)?;
            run.idle.pop_front();
            run.late.pop_front();
        }
        if due >= pace.length && run.idle.len() == CONNECTIONS {
            return Paced::of(run.took);
        }
        if now > pace.length + Duration::from_secs(10) {
            bail!("answers are still missing after 10 seconds");
        }
        let until =
            if due < pace.length { due.saturating_sub(start.elapsed()) } else { pace.length };
        for place in run.readable(until)? {
            let connection = run.connections.get_mut(place).context("a connection")?;
            if let Some(due) = connection.receive()? {
                run.took.push(start.elapsed().saturating_sub(due));
                run.idle.push_back(place);
            }
        }
    }
}

struct Run {
    connections: Vec<Connection>,
    idle: VecDeque<usize>,
    late: VecDeque<Duration>,
    took: Vec<Duration>,
}

impl Run {
    /// The connections with something to read, after waiting for that long at most.
    fn readable(&self, longest: Duration) -> Result<Vec<usize>> {
        let longest = Timespec::try_from(longest).context("a time")?;
        let asked: Vec<usize> = self
            .connections
            .iter()
            .enumerate()
            .filter(|(_, it)| it.due.is_some())
            .map(|(place, _)| place)
            .collect();
        let streams = asked.iter().filter_map(|place| self.connections.get(*place));
        let mut polled: Vec<PollFd<'_>> =
            streams.map(|it| PollFd::new(&it.stream, PollFlags::IN)).collect();
        poll(&mut polled, Some(&longest))?;
        let ready = asked.iter().zip(&polled).filter(|(_, fd)| !fd.revents().is_empty());
        Ok(ready.map(|(place, _)| *place).collect())
    }
}

struct Connection {
    stream: TcpStream,
    due: Option<Duration>,
    answer: Vec<u8>,
}

impl Connection {
    fn open(at: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(at)?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        Ok(Self { stream, due: None, answer: Vec::with_capacity(4096) })
    }

    fn send(&mut self, request: &[u8], due: Duration) -> Result<()> {
        self.due = Some(due);
        // A request fits into the socket's buffer many times.
        self.stream.write_all(request).context("a request could not be sent")
    }

    /// When the request was due whose answer is now whole.
    fn receive(&mut self) -> Result<Option<Duration>> {
        let mut room = [0; 4096];
        match self.stream.read(&mut room) {
            Ok(0) => bail!("a connection was closed"),
            Ok(length) => self.answer.extend(room.iter().take(length)),
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
            Err(error) => return Err(error.into()),
        }
        match answer_length(&self.answer)? {
            Some(length) if length == self.answer.len() => {
                self.answer.clear();
                Ok(self.due.take())
            }
            Some(length) if length < self.answer.len() => bail!("an answer is too long"),
            _ => Ok(None),
        }
    }
}

impl Paced {
    fn of(mut took: Vec<Duration>) -> Result<Self> {
        took.sort_unstable();
        let rank = |percent: usize| {
            let found = took.get((took.len() * percent / 100).min(took.len().saturating_sub(1)));
            Ok::<f64, anyhow::Error>(found.context("no request was answered")?.as_secs_f64() * 1e6)
        };
        Ok(Self { p50: rank(50)?, p99: rank(99)? })
    }
}
