//! From settings to what is started, and to sentences that say so.

use std::num::NonZeroUsize;
use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use console::Gateways;
use gateway::{Lease, UpstreamAddress};
use keys::{Api, Catalog, Ipv6};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;

use super::fields::{GatewaySettings, PlainHttp};
use super::{Settings, certificates, client_tls};
use crate::run::Plan;
use crate::sentence;
use crate::world::CLOCKS;

/// With a shorter lease each slow answer of the store is an outage; with a longer one nobody would wait
/// for what is revoked.
const LEASES: RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_secs(30);

impl Settings {
    /// Opens and reads all that is needed to start.
    pub(crate) async fn plan(&self) -> Result<Plan> {
        let gateway = self.gateway()?;
        let api = self.api()?;
        let lease = self.lease()?;
        Ok(Plan {
            store: self.open_store().await?,
            peppers: self.secrets().read()?.peppers,
            gateway,
            api,
            lease,
            gateways: match lease {
                Lease::Endless => Gateways::OwnOnly,
                Lease::For(_) => Gateways::Others,
            },
            console: self.console.listen,
            console_url: self.console.public_url.clone(),
            console_http: self.console_http(),
            console_proxies: self.console.trusted_proxies.clone(),
            gateway_url: self.gateway.public_url.clone(),
            scheme: if self.gateway.tls_certificate.is_some() { "https://" } else { "http://" },
            operations: self.operations.listen,
            docs: self.gateway.docs_url.clone(),
            delivery: self.delivery()?,
            payments: self.payments_database(),
        })
    }

    fn gateway(&self) -> Result<gateway::Settings> {
        let GatewaySettings { limits, .. } = &self.gateway;
        let settings = gateway::Settings {
            listen: self.gateway.listen,
            workers: self.workers()?,
            tls: self.server_tls()?,
            plain_http: match self.gateway.plain_http {
                PlainHttp::RefuseLive => gateway::PlainHttp::RefuseLive,
                PlainHttp::LiveFromLoopback => gateway::PlainHttp::LiveFromLoopback,
                PlainHttp::TlsEndsBefore => gateway::PlainHttp::TlsEndsBefore,
            },
            trusted_proxies: self.gateway.trusted_proxies.clone(),
            upstreams: self.upstreams()?,
            upstream_tls: client_tls(self.ca_file())?,
            timeouts: self.timeouts()?,
            limits: gateway::Limits {
                head_bytes: limits.head_bytes,
                head_lines: limits.head_lines,
                body_bytes: limits.body_bytes,
                connections: limits.connections,
                upstream_idle: limits.upstream_idle,
            },
            docs: String::new(),
            journal: self.gateway.journal.clone(),
            clocks: CLOCKS,
        };
        settings.check().context("[gateway]")?;
        Ok(settings)
    }

    /// The console speaks no TLS itself: what holds at the gateway's plain listener holds there.
    fn console_http(&self) -> console::PlainHttp {
        match self.gateway.plain_http {
            PlainHttp::RefuseLive => console::PlainHttp::RefuseLive,
            PlainHttp::LiveFromLoopback => console::PlainHttp::LiveFromLoopback,
            PlainHttp::TlsEndsBefore => console::PlainHttp::TlsEndsBefore,
        }
    }

    fn ca_file(&self) -> Option<&Path> {
        self.gateway.upstream.as_ref()?.ca_file.as_deref()
    }

    fn workers(&self) -> Result<NonZeroUsize> {
        match self.gateway.workers {
            Some(workers) => Ok(workers),
            None => std::thread::available_parallelism().context("cannot count the cores"),
        }
    }

    fn server_tls(&self) -> Result<Option<Arc<ServerConfig>>> {
        let (certificate, key) = match (&self.gateway.tls_certificate, &self.gateway.tls_key) {
            (None, None) => return Ok(None),
            (Some(certificate), Some(key)) => (certificate, key),
            _ => bail!("[gateway] tls_certificate and tls_key go together: set both or none"),
        };
        let chain = certificates(certificate)?;
        let read = || format!("cannot read a private key from {}", key.display());
        let key = PrivateKeyDer::from_pem_file(key).with_context(read)?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut tls = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .context("TLS")?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .context("[gateway] tls_certificate and tls_key do not fit")?;
        tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Some(Arc::new(tls)))
    }

    /// Where there is none, the sample API takes its place when it is started.
    fn upstreams(&self) -> Result<gateway::Upstreams> {
        let (live, sandbox) = match &self.gateway.upstream {
            Some(upstream) => (upstream.live.as_str(), upstream.sandbox.as_str()),
            None => ("http://127.0.0.1:9", "http://127.0.0.1:9"),
        };
        let address = |name: &str, text: &str| -> Result<UpstreamAddress> {
            text.parse().with_context(|| format!("`{text}` in [gateway.upstream] {name}"))
        };
        Ok(gateway::Upstreams {
            live: address("live", live)?,
            sandbox: address("sandbox", sandbox)?,
        })
    }

    fn timeouts(&self) -> Result<gateway::Timeouts> {
        let timeouts = &self.gateway.timeouts;
        Ok(gateway::Timeouts {
            head: seconds("[gateway.timeouts] head_s", timeouts.head_s)?,
            handshake: seconds("[gateway.timeouts] handshake_s", timeouts.handshake_s)?,
            body_idle: seconds("[gateway.timeouts] body_idle_s", timeouts.body_idle_s)?,
            connect: seconds("[gateway.timeouts] connect_s", timeouts.connect_s)?,
            upstream: seconds("[gateway.timeouts] upstream_s", timeouts.upstream_s)?,
            upstream_idle: seconds("[gateway.timeouts] upstream_idle_s", timeouts.upstream_idle_s)?,
            drain: seconds("[gateway.timeouts] drain_s", timeouts.drain_s)?,
        })
    }

    fn api(&self) -> Result<Api> {
        let document = match &self.api.openapi {
            Some(file) => std::fs::read_to_string(file)
                .with_context(|| format!("cannot read {}", file.display()))?,
            None => payments::OPENAPI.to_owned(),
        };
        let catalog = Catalog::from_openapi(&document).context("[api] openapi")?;
        Ok(Api { versions: self.versions()?, catalog })
    }

    fn lease(&self) -> Result<Lease> {
        let length = match seconds("[gateway] lease_s", self.gateway.lease_s) {
            Ok(length) if LEASES.contains(&length) => length,
            Ok(_) | Err(_) => bail!(
                "[gateway] lease_s must be 1 to 30: for so many seconds a node may go on when it cannot \
                 hear the store, and for so many whoever revokes a key may wait"
            ),
        };
        match self.store.url.split_once(':') {
            Some(("sqlite", _)) => Ok(Lease::Endless),
            Some(("postgres" | "postgresql", _)) => Ok(Lease::For(length)),
            Some(_) | None => bail!("[store] url must be `sqlite:PATH` or `postgres://…`"),
        }
    }
}

/// The longest that anything may take.
const LONGEST: Duration = Duration::from_hours(365 * 24);

pub(super) fn seconds(name: &str, number: f64) -> Result<Duration> {
    let length = Duration::try_from_secs_f64(number).map_err(|error| anyhow!("{name}: {error}"))?;
    if length.is_zero() {
        bail!("{name} must be more than 0");
    }
    // A clock that is asked for a time far beyond its reach falls.
    if length > LONGEST {
        bail!("{name} must be one year at most");
    }
    Ok(length)
}

/// What would be started, in sentences; or every fault, a line each.
pub(super) fn tell(settings: &Settings) -> Result<String> {
    let gateway = settings.gateway().map(|gateway| tell_gateway(settings, &gateway));
    let secrets = settings.secrets().read().map(|_secrets| {
        format!(
            "Keys are kept in {} and digested under {}.",
            shown_url(&settings.store.url),
            settings.secrets().pepper
        )
    });
    let api = settings
        .api()
        .map(|api| format!("The newest version of the API is {}.", api.versions.newest()));
    let rules = settings.rules().map(|rules| {
        let days = rules.longest_overlap.days();
        let addresses = match rules.ipv6 {
            Ipv6::Refused => "IPv4 addresses",
            Ipv6::Accepted => "IPv4 and IPv6 addresses",
        };
        format!(
            "A rotated key may go on for at most {days} days; keys are restricted to {addresses}."
        )
    });
    let lease = settings.lease().map(|lease| match lease {
        Lease::Endless => "One process uses the store; what is revoked is out at once.".to_owned(),
        Lease::For(length) => {
            format!("Nodes believe what they know for {} s.", length.as_secs_f64())
        }
    });
    let listeners = format!(
        "The console listens on {}, operations on {}.",
        settings.console.listen, settings.operations.listen
    );
    let [mail, sms] = settings.tell_delivery();
    let told = [secrets, gateway, api, rules, lease, Ok(listeners), mail, sms];
    let mut faults: Vec<_> =
        told.iter().filter_map(|told| told.as_ref().err()).map(sentence::of).collect();
    // Of the gateway's faults the first alone was found on the way.
    let more = [
        settings.upstreams().map(drop),
        client_tls(settings.ca_file()).map(drop),
        settings.timeouts().map(drop),
        settings.lease().map(drop),
    ];
    for fault in more.iter().filter_map(|checked| checked.as_ref().err()).map(sentence::of) {
        if !faults.contains(&fault) {
            faults.push(fault);
        }
    }
    if !faults.is_empty() {
        bail!("{}", faults.join("\nkeyway: "));
    }
    Ok(told.into_iter().flatten().map(|sentence| sentence + "\n").collect())
}

fn tell_gateway(settings: &Settings, gateway: &gateway::Settings) -> String {
    let protocol = if gateway.tls.is_some() { "https" } else { "http" };
    let behind = match &settings.gateway.upstream {
        Some(upstream) => {
            format!("{} for live keys and {} for sandbox keys", upstream.live, upstream.sandbox)
        }
        None => "the sample API".to_owned(),
    };
    format!(
        "The gateway listens on {protocol}://{} with {} workers; behind it stands {behind}.",
        gateway.listen, gateway.workers
    )
}

/// The address of a store without what may be a password: before the host, or after a question mark.
fn shown_url(url: &str) -> &str {
    let shown = url.rsplit_once('@').map_or(url, |(_, rest)| rest);
    shown.split_once('?').map_or(shown, |(before, _)| before)
}
