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
    /// Silence within a body, in either direction.
    pub body_idle: Duration,
    /// Making a connection to an upstream.
    pub connect: Duration,
    /// An upstream's answer, up to its head.
    pub upstream: Duration,
    /// An unused connection to an upstream.
    pub upstream_idle: Duration,
    /// What is in flight when the gateway stops.
    pub drain: Duration,
}

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
    /// Connections at a time, for each worker.
    pub connections: usize,
    /// Unused connections that are kept to each upstream, for each worker.
    pub upstream_idle: usize,
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
    fn plain_http_is_safe_only_where_it_is_said() {
        use keys::Transport::{Plain, Secure};
        let (near, far) = ("127.0.0.1".parse().unwrap(), "192.0.2.1".parse().unwrap());
        let transports = |setting: PlainHttp| [setting.transport(near), setting.transport(far)];
        assert_eq!(transports(PlainHttp::RefuseLive), [Plain, Plain]);
        assert_eq!(transports(PlainHttp::LiveFromLoopback), [Secure, Plain]);
        assert_eq!(transports(PlainHttp::TlsEndsBefore), [Secure, Secure]);
    }
}
