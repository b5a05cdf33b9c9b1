//! What a console is made of, and its start.

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;
use keys::{Api, Catalog, Peppers, Transport, Versions};
use store::{Sequence, Store};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::World;
use crate::control::{Control, Gateways};
use crate::delivery::Delivery;
use crate::{router, serve};

/// What a console is made of.
pub struct Setup {
    /// Where keys are kept.
    pub store: Store,
    /// What key values are digested under.
    pub peppers: Peppers,
    /// Which change is in force at this process' gateway.
    pub applied: watch::Receiver<Sequence>,
    /// Which other gateways there are.
    pub gateways: Gateways,
    /// How messages reach people.
    pub delivery: Delivery,
    /// Time and chance.
    pub world: World,
    /// The versions of the API behind the gateway.
    pub versions: Versions,
    /// What live keys over plain HTTP get.
    pub plain_http: PlainHttp,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Where people find the console, for the links that are mailed to them.
    pub console_url: String,
    /// Where the gateway takes requests, for the first call that pages show.
    pub gateway_url: String,
    /// Where the error pages are: `doc_url` is this, a slash and the code.
    pub docs: String,
}

/// The operations of the management API, as its own document tells them: none is open to publishable
/// keys, and to restricted ones those that name a permission.
fn catalog() -> Catalog {
    Catalog::from_openapi(&crate::api::openapi()).unwrap_or_else(|error| {
        tracing::error!(%error, "no operation is open to restricted keys");
        Catalog::default()
    })
}

/// What live keys over plain HTTP get; the console itself speaks no TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlainHttp {
    /// A denial.
    RefuseLive,
    /// A denial, unless the connection comes from this machine.
    LiveFromLoopback,
    /// Nothing else than over TLS, which ends before this listener.
    TlsEndsBefore,
}

impl PlainHttp {
    pub(crate) fn transport(self, peer: IpAddr) -> Transport {
        match self {
            Self::RefuseLive => Transport::Plain,
            Self::LiveFromLoopback if !peer.to_canonical().is_loopback() => Transport::Plain,
            Self::LiveFromLoopback | Self::TlsEndsBefore => Transport::Secure,
        }
    }
}

/// The console over HTTP.
pub struct Console {
    shared: Arc<Shared>,
}

/// What all requests share.
pub(crate) struct Shared {
    pub(crate) control: Control,
    pub(crate) store: Store,
    pub(crate) peppers: Peppers,
    pub(crate) api: Api,
    pub(crate) world: World,
    pub(crate) plain_http: PlainHttp,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub(crate) trusted_proxies: Vec<IpNet>,
    pub(crate) docs: String,
    pub(crate) delivery: Delivery,
    /// Where the gateway takes requests.
    pub(crate) gateway_url: String,
    /// Where people find the console.
    pub(crate) console_url: String,
}

impl Console {
    /// A console of these parts.
    #[must_use]
    pub fn new(setup: Setup) -> Self {
        let control = Control::new(&setup);
        let Setup { store, peppers, world, plain_http, docs, delivery, .. } = setup;
        let trusted_proxies = setup.trusted_proxies;
        let api = Api { versions: setup.versions, catalog: catalog() };
        let gateway_url = setup.gateway_url.trim_end_matches('/').to_owned();
        let console_url = setup.console_url.trim_end_matches('/').to_owned();
        let shared = Shared {
            control,
            store,
            peppers,
            api,
            world,
            plain_http,
            trusted_proxies,
            docs,
            delivery,
            gateway_url,
            console_url,
        };
        Self { shared: Arc::new(shared) }
    }

    /// What every change of this console goes through.
    #[must_use]
    pub fn control(&self) -> Control {
        self.shared.control.clone()
    }

    /// Serves until `stop` holds true, and then the requests that have begun.
    pub async fn serve(self, listener: TcpListener, stop: watch::Receiver<bool>) {
        serve::serve(router::router(&self.shared), listener, stop).await;
    }
}
