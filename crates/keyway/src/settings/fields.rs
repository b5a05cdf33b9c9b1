//! The names and defaults of all settings. `keyway.example.toml` shows each of them.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use ipnet::IpNet;
use serde::Deserialize;

use crate::secrets::Hex;

/// All settings.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Settings {
    /// Where keys are kept.
    pub(crate) store: StoreSettings,
    /// What keys are digested and sealed under.
    pub(crate) secrets: SecretSettings,
    /// What keys may do.
    pub(crate) keys: KeySettings,
    /// The data plane.
    pub(crate) gateway: GatewaySettings,
    /// The control plane.
    pub(crate) console: ConsoleSettings,
    /// Health and metrics.
    pub(crate) operations: OperationsSettings,
    /// The API behind the gateway.
    pub(crate) api: ApiSettings,
    /// The sample API, where no other stands behind the gateway.
    pub(crate) payments: PaymentsSettings,
    /// How email is sent.
    pub(crate) mail: MailSettings,
    /// How SMS are sent.
    pub(crate) sms: SmsSettings,
}

/// `[store]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct StoreSettings {
    /// `sqlite:PATH` or `postgres://…`
    pub(crate) url: String,
}

impl Default for StoreSettings {
    fn default() -> Self {
        Self { url: "sqlite:keyway.db".to_owned() }
    }
}

/// `[keys]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct KeySettings {
    /// How long a rotated key may go on, in days.
    pub(crate) longest_overlap_days: u8,
    /// Whether keys may be restricted to IPv6 addresses, too.
    pub(crate) ipv6_restrictions: bool,
}

impl Default for KeySettings {
    fn default() -> Self {
        Self { longest_overlap_days: 7, ipv6_restrictions: false }
    }
}

/// `[secrets]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct SecretSettings {
    /// What keys are digested under.
    pub(crate) pepper_file: PathBuf,
    /// What they were digested under before.
    pub(crate) previous_pepper_file: Option<PathBuf>,
    /// What the system digested its keys under that some are imported from.
    pub(crate) import_pepper_file: Option<PathBuf>,
    /// What values are sealed under.
    pub(crate) sealing_key_file: PathBuf,
    /// What stands in the environment in the stead of the files.
    #[serde(skip)]
    pub(crate) variables: SecretVariables,
}

/// Secrets that the environment holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct SecretVariables {
    pub(crate) pepper: Option<Hex>,
    pub(crate) previous_pepper: Option<Hex>,
    pub(crate) import_pepper: Option<Hex>,
    pub(crate) sealing_key: Option<Hex>,
}

impl Default for SecretSettings {
    fn default() -> Self {
        Self {
            pepper_file: "pepper".into(),
            previous_pepper_file: None,
            import_pepper_file: None,
            sealing_key_file: "sealing".into(),
            variables: SecretVariables::default(),
        }
    }
}

/// `[gateway]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct GatewaySettings {
    /// Where requests are taken.
    pub(crate) listen: SocketAddr,
    /// Where programs find it, such as `https://api.example.com`, for the calls that pages show; where
    /// it listens if this is not set.
    pub(crate) public_url: Option<String>,
    /// Threads; as many as cores where it is not set.
    pub(crate) workers: Option<std::num::NonZeroUsize>,
    /// The certificate chain in PEM.
    pub(crate) tls_certificate: Option<PathBuf>,
    /// The private key in PEM.
    pub(crate) tls_key: Option<PathBuf>,
    /// What live keys over plain HTTP get.
    pub(crate) plain_http: PlainHttp,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub(crate) trusted_proxies: Vec<IpNet>,
    /// Where the pages about errors are.
    pub(crate) docs_url: Option<String>,
    /// The file that gets a line for each request.
    pub(crate) journal: Option<PathBuf>,
    /// How long the gateway believes what it knows, in seconds; PostgreSQL only.
    pub(crate) lease_s: f64,
    /// The APIs behind it.
    pub(crate) upstream: Option<UpstreamSettings>,
    /// How long things may take.
    pub(crate) timeouts: TimeoutSettings,
    /// How large things may be.
    pub(crate) limits: LimitSettings,
}

impl Default for GatewaySettings {
    fn default() -> Self {
        Self {
            listen: loopback(12111),
            public_url: None,
            workers: None,
            tls_certificate: None,
            tls_key: None,
            plain_http: PlainHttp::RefuseLive,
            trusted_proxies: Vec::new(),
            docs_url: None,
            journal: None,
            lease_s: 3.0,
            upstream: None,
            timeouts: TimeoutSettings::default(),
            limits: LimitSettings::default(),
        }
    }
}

/// `plain_http`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum PlainHttp {
    /// Live keys are refused over plain HTTP.
    RefuseLive,
    /// … unless they come from this machine.
    LiveFromLoopback,
    /// TLS ends before this listener.
    TlsEndsBefore,
}

/// `[gateway.upstream]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UpstreamSettings {
    /// The API for live keys.
    pub(crate) live: String,
    /// The API for sandbox keys.
    pub(crate) sandbox: String,
    /// An authority that is trusted beside the public ones, in PEM.
    pub(crate) ca_file: Option<PathBuf>,
}

/// `[gateway.timeouts]`, in seconds.
#[expect(clippy::struct_field_names, reason = "they are the names of the settings")]
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct TimeoutSettings {
    pub(crate) head_s: f64,
    pub(crate) handshake_s: f64,
    pub(crate) body_idle_s: f64,
    pub(crate) connect_s: f64,
    pub(crate) upstream_s: f64,
    pub(crate) upstream_idle_s: f64,
    pub(crate) drain_s: f64,
}

impl Default for TimeoutSettings {
    fn default() -> Self {
        let timeouts = gateway::Timeouts::default();
        Self {
            head_s: timeouts.head.as_secs_f64(),
            handshake_s: timeouts.handshake.as_secs_f64(),
            body_idle_s: timeouts.body_idle.as_secs_f64(),
            connect_s: timeouts.connect.as_secs_f64(),
            upstream_s: timeouts.upstream.as_secs_f64(),
            upstream_idle_s: timeouts.upstream_idle.as_secs_f64(),
            drain_s: timeouts.drain.as_secs_f64(),
        }
    }
}

/// `[gateway.limits]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct LimitSettings {
    pub(crate) head_bytes: usize,
    pub(crate) head_lines: usize,
    pub(crate) body_bytes: u64,
    pub(crate) connections: usize,
    pub(crate) upstream_idle: usize,
}

impl Default for LimitSettings {
    fn default() -> Self {
        let limits = gateway::Limits::default();
        Self {
            head_bytes: limits.head_bytes,
            head_lines: limits.head_lines,
            body_bytes: limits.body_bytes,
            connections: limits.connections,
            upstream_idle: limits.upstream_idle,
        }
    }
}

/// `[console]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ConsoleSettings {
    /// Where people and programs manage keys.
    pub(crate) listen: SocketAddr,
    /// Where people find it, such as `https://keys.example.com`, for the links that are mailed to
    /// them; where it listens if this is not set.
    pub(crate) public_url: Option<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub(crate) trusted_proxies: Vec<IpNet>,
}

impl Default for ConsoleSettings {
    fn default() -> Self {
        Self { listen: loopback(4242), public_url: None, trusted_proxies: Vec::new() }
    }
}

/// `[operations]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct OperationsSettings {
    /// Where health and metrics are told.
    pub(crate) listen: SocketAddr,
}

impl Default for OperationsSettings {
    fn default() -> Self {
        Self { listen: loopback(12119) }
    }
}

/// `[api]`
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ApiSettings {
    /// Its OpenAPI document in JSON; that of the sample API where it is not set.
    pub(crate) openapi: Option<PathBuf>,
    /// Its versions; those of the sample API where they are not set.
    pub(crate) versions: Option<Vec<String>>,
}

/// `[payments]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct PaymentsSettings {
    /// The sample API's own file.
    pub(crate) database: PathBuf,
}

impl Default for PaymentsSettings {
    fn default() -> Self {
        Self { database: "payments.db".into() }
    }
}

/// `[mail]`: none is sent where no host is set.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct MailSettings {
    /// Whom messages come from.
    pub(crate) from: Option<String>,
    /// The mail server.
    pub(crate) host: Option<String>,
    /// Its port; that of the security where it is not set.
    pub(crate) port: Option<u16>,
    /// What keeps others from reading along.
    pub(crate) security: MailSecurity,
    /// Who we say that we are.
    pub(crate) username: Option<String>,
    /// The file with the password that goes with it.
    pub(crate) password_file: Option<PathBuf>,
    /// An authority that is trusted beside the public ones, in PEM.
    pub(crate) ca_file: Option<PathBuf>,
    /// Whether `security = "plain"` may lead to another machine.
    pub(crate) allow_plain: bool,
    /// How long sending one message may take, in seconds.
    pub(crate) timeout_s: f64,
}

impl Default for MailSettings {
    fn default() -> Self {
        Self {
            from: None,
            host: None,
            port: None,
            security: MailSecurity::Starttls,
            username: None,
            password_file: None,
            ca_file: None,
            allow_plain: false,
            timeout_s: 20.0,
        }
    }
}

/// What keeps others from reading along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum MailSecurity {
    /// TLS after asking for it.
    Starttls,
    /// TLS from the first byte.
    Tls,
    /// Nothing.
    Plain,
}

/// `[sms]`: none is sent where no webhook is set.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct SmsSettings {
    /// What sends them.
    pub(crate) webhook: Option<String>,
    /// The file with what requests are signed with.
    pub(crate) secret_file: Option<PathBuf>,
    /// An authority that is trusted beside the public ones, in PEM.
    pub(crate) ca_file: Option<PathBuf>,
    /// Whether `http://…` may lead to another machine.
    pub(crate) allow_plain: bool,
    /// How long a request may take, in seconds.
    pub(crate) timeout_s: f64,
}

impl Default for SmsSettings {
    fn default() -> Self {
        Self {
            webhook: None,
            secret_file: None,
            ca_file: None,
            allow_plain: false,
            timeout_s: 10.0,
        }
    }
}

fn loopback(port: u16) -> SocketAddr {
    SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port)
}
