//! What an operator can set of the gateway; every limit has a number.

use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::HeaderValue;
use http::uri::{Authority, PathAndQuery, Scheme, Uri};
use ipnet::IpNet;
use jiff::Timestamp;

/// All settings of the gateway.
pub struct Settings {
    /// Where requests are taken; port 0 takes any free one.
    pub listen: SocketAddr,
    /// Threads, each with a runtime and a pool of its own.
    pub workers: NonZeroUsize,
    /// Certificate and protocols, where TLS ends here.
    pub tls: Option<Arc<rustls::ServerConfig>>,
    /// What live keys over plain HTTP get.
    pub plain_http: PlainHttp,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// The APIs behind the gateway.
    pub upstreams: Upstreams,
    /// Who is trusted when an upstream speaks TLS.
    pub upstream_tls: Arc<rustls::ClientConfig>,
    /// How long things may take.
    pub timeouts: Timeouts,
    /// How large things may be.
    pub limits: Limits,
    /// Where the error pages are: `doc_url` is this, a slash and the code.
    pub docs: String,
    /// The file that gets a line for each request.
    pub journal: Option<PathBuf>,
    /// Clocks.
    pub clocks: Clocks,
}

/// A setting with which nothing would work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{name} must be {must}: {why}")]
pub struct SettingsError {
    /// The setting.
    name: &'static str,
    /// What would be right.
    must: &'static str,
    /// What would happen.
    why: &'static str,
}

impl Settings {
    /// Refuses what would stop the gateway, or every request.
    ///
    /// # Errors
    /// The first setting that does.
    pub fn check(&self) -> Result<(), SettingsError> {
        self.limits.check()?;
        self.timeouts.check()
    }
}

/// The clocks of the machine, as arguments.
#[derive(Debug, Clone, Copy)]
pub struct Clocks {
    /// The time of day.
    pub now: fn() -> Timestamp,
    /// A clock that only goes forward.
    pub monotonic: fn() -> Instant,
    /// How long the machine has been up, also while it slept: leases run out by it.
    pub boot: fn() -> Duration,
}

/// What live keys over plain HTTP get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlainHttp {
    /// A denial.
    RefuseLive,
    /// A denial, unless the connection comes from this machine.
    LiveFromLoopback,
    /// Admission: TLS ends before this listener.
    TlsEndsBefore,
}

impl PlainHttp {
    pub(crate) fn transport(self, peer: IpAddr) -> keys::Transport {
        match self {
            Self::RefuseLive => keys::Transport::Plain,
            Self::LiveFromLoopback if !peer.to_canonical().is_loopback() => keys::Transport::Plain,
            Self::LiveFromLoopback | Self::TlsEndsBefore => keys::Transport::Secure,
        }
    }
}

/// One upstream for each side.
#[derive(Debug, Clone)]
pub struct Upstreams {
    /// For live keys.
    pub live: UpstreamAddress,
    /// For sandbox keys.
    pub sandbox: UpstreamAddress,
}

/// Where an API is: `http://host[:port]` or `https://host[:port]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpstreamAddress {
    pub(crate) tls: bool,
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) authority: HeaderValue,
}

/// Why a text is no address of an upstream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an upstream is written `http://host:port` or `https://host:port`, without a path")]
pub struct UpstreamAddressError;

impl FromStr for UpstreamAddress {
    type Err = UpstreamAddressError;

    fn from_str(text: &str) -> Result<Self, UpstreamAddressError> {
        let uri: Uri = text.parse().map_err(|_cause| UpstreamAddressError)?;
        let tls = match uri.scheme() {
            Some(scheme) if *scheme == Scheme::HTTP => false,
            Some(scheme) if *scheme == Scheme::HTTPS => true,
            _ => return Err(UpstreamAddressError),
        };
        let bare = matches!(uri.path_and_query().map(PathAndQuery::as_str), None | Some("/"));
        let authority = uri.authority().filter(|authority| !authority.as_str().contains('@'));
        let authority: &Authority = authority.filter(|_| bare).ok_or(UpstreamAddressError)?;
        Ok(Self {
            tls,
            host: authority.host().trim_matches(['[', ']']).to_owned(),
            port: authority.port_u16().unwrap_or(if tls { 443 } else { 80 }),
            authority: HeaderValue::from_str(authority.as_str())
                .map_err(|_cause| UpstreamAddressError)?,
        })
    }
}

/// How long things may take.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// A head, from the moment one is waited for; so also how long a connection may stay idle.
    pub head: Duration,
    /// A TLS handshake.
    pub handshake: Duration,
    /// Silence within a body, in either direction, and of both sides of a WebSocket.
    pub body_idle: Duration,
    /// Making a connection to an upstream.
    pub connect: Duration,
    /// An upstream's answer up to its head, from when it has all of the request; or that it takes no
    /// more of the request.
    pub upstream: Duration,
    /// An unused connection to an upstream.
    pub upstream_idle: Duration,
    /// What is in flight when the gateway stops.
    pub drain: Duration,
}

impl Timeouts {
    fn check(&self) -> Result<(), SettingsError> {
        let Self { head, handshake, body_idle, connect, upstream, upstream_idle, drain } = *self;
        let named = [
            ("the timeout head", head),
            ("the timeout handshake", handshake),
            ("the timeout body_idle", body_idle),
            ("the timeout connect", connect),
            ("the timeout upstream", upstream),
            ("the timeout upstream_idle", upstream_idle),
            ("the timeout drain", drain),
        ];
        for (name, length) in named {
            if length > LONGEST {
                let (must, why) = ("one year at most", "no clock reaches beyond");
                return Err(SettingsError { name, must, why });
            }
            if length.is_zero() && name != "the timeout drain" {
                let (must, why) = ("more than 0", "nothing is done in no time");
                return Err(SettingsError { name, must, why });
            }
        }
        Ok(())
    }
}

/// The longest that is waited for anything.
const LONGEST: Duration = Duration::from_hours(365 * 24);

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            head: Duration::from_mins(1),
            handshake: Duration::from_secs(10),
            body_idle: Duration::from_mins(2),
            connect: Duration::from_secs(5),
            upstream: Duration::from_mins(1),
            upstream_idle: Duration::from_secs(30),
            drain: Duration::from_secs(30),
        }
    }
}

/// How large things may be.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of a head.
    pub head_bytes: usize,
    /// Lines of a head.
    pub head_lines: usize,
    /// Bytes of a body.
    pub body_bytes: u64,
    /// Connections at a time, for each worker; each WebSocket is one, too.
    pub connections: usize,
    /// Unused connections that are kept to each upstream, for each worker.
    pub upstream_idle: usize,
}

impl Limits {
    fn check(&self) -> Result<(), SettingsError> {
        // A head is read into a buffer that has at least this size.
        const HEAD_BYTES: std::ops::RangeInclusive<usize> = 8 * 1024..=1024 * 1024;
        // The collection that holds them has an end, beyond which it falls.
        const HEAD_LINES: std::ops::RangeInclusive<usize> = 8..=10_000;
        const CONNECTIONS: std::ops::RangeInclusive<usize> = 1..=1_000_000;
        let checks = [
            (
                HEAD_BYTES.contains(&self.head_bytes),
                "head_bytes",
                "from 8192 to 1048576",
                "less does not hold the heads of ordinary requests, and more lets strangers fill the memory",
            ),
            (
                HEAD_LINES.contains(&self.head_lines),
                "head_lines",
                "from 8 to 10000",
                "less refuses ordinary requests, and more lets strangers fill the memory",
            ),
            (
                CONNECTIONS.contains(&self.connections),
                "connections",
                "from 1 to 1000000",
                "with none nobody is let in, and more than that are more than one machine has",
            ),
        ];
        for (is_right, name, must, why) in checks {
            if !is_right {
                return Err(SettingsError { name, must, why });
            }
        }
        Ok(())
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head_bytes: 16 * 1024,
            head_lines: 100,
            body_bytes: 10 * 1024 * 1024,
            connections: 10_000,
            upstream_idle: 256,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upstream_is_a_scheme_a_host_and_a_port() {
        let read = |text: &str| {
            text.parse::<UpstreamAddress>().map(|to| format!("{} {} {}", to.tls, to.host, to.port))
        };
        assert_eq!(read("http://127.0.0.1:9000").unwrap(), "false 127.0.0.1 9000");
        assert_eq!(read("https://api.example.com/").unwrap(), "true api.example.com 443");
        assert_eq!(read("http://[::1]:8080").unwrap(), "false ::1 8080");
        for text in ["api.example.com", "ftp://x", "http://x/path", "http://x?y", "http://u:p@x"] {
            assert_eq!(read(text), Err(UpstreamAddressError), "{text}");
        }
    }

    #[test]
    fn what_would_stop_everything_is_refused_in_a_sentence() {
        let limits = |adjust: fn(&mut Limits)| {
            let mut limits = Limits::default();
            adjust(&mut limits);
            limits.check().map_err(|error| error.to_string())
        };
        assert_eq!(limits(|_| {}), Ok(()));
        insta::assert_snapshot!(limits(|limits| limits.connections = 0).unwrap_err(), @"connections must be from 1 to 1000000: with none nobody is let in, and more than that are more than one machine has");
        insta::assert_snapshot!(limits(|limits| limits.head_bytes = 8191).unwrap_err(), @"head_bytes must be from 8192 to 1048576: less does not hold the heads of ordinary requests, and more lets strangers fill the memory");
        insta::assert_snapshot!(limits(|limits| limits.head_lines = 0).unwrap_err(), @"head_lines must be from 8 to 10000: less refuses ordinary requests, and more lets strangers fill the memory");
        assert!(limits(|limits| limits.head_lines = 40_000).is_err());
        assert!(limits(|limits| limits.connections = usize::MAX).is_err());
        assert!(limits(|limits| limits.head_bytes = usize::MAX).is_err());
        assert_eq!(limits(|limits| limits.upstream_idle = 0), Ok(()));
        let timeouts = |adjust: fn(&mut Timeouts)| {
            let mut timeouts = Timeouts::default();
            adjust(&mut timeouts);
            timeouts.check().map_err(|error| error.to_string())
        };
        assert_eq!(timeouts(|timeouts| timeouts.drain = Duration::ZERO), Ok(()));
        insta::assert_snapshot!(timeouts(|timeouts| timeouts.head = Duration::ZERO).unwrap_err(), @"the timeout head must be more than 0: nothing is done in no time");
        insta::assert_snapshot!(timeouts(|timeouts| timeouts.drain = Duration::MAX).unwrap_err(), @"the timeout drain must be one year at most: no clock reaches beyond");
    }

    #[test]
    fn plain_http_is_safe_only_where_it_is_said() {
        use keys::Transport::{Plain, Secure};
        let (near, far) = ("127.0.0.1".parse().unwrap(), "192.0.2.1".parse().unwrap());
        let transports = |setting: PlainHttp| [setting.transport(near), setting.transport(far)];
        assert_eq!(transports(PlainHttp::RefuseLive), [Plain, Plain]);
        assert_eq!(transports(PlainHttp::LiveFromLoopback), [Secure, Plain]);
        assert_eq!(transports(PlainHttp::TlsEndsBefore), [Secure, Secure]);
    }
}
