//! The life of the process: open, load, listen, wait, stop in order.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use console::{Console, Delivery, Gateways, Notices, Setup};
use gateway::{Follower, Gateway, Lease, Metrics, Operations, Outfit};
use ipnet::IpNet;
use keys::{Api, Peppers};
use store::Store;
use tokio::runtime::Runtime;
use tokio::sync::{mpsc, watch};

use crate::parts::{Part, Parts, Sample, listen};
use crate::settings::Settings;
use crate::signals::Signals;
use crate::world::{self, CLOCKS, WORLD};

/// How often gateways may tell of the use of keys before what they told was kept.
const TELLING: usize = 64;

/// All that is needed to start.
pub(crate) struct Plan {
    /// Where keys are kept.
    pub(crate) store: Store,
    /// What keys are digested under.
    pub(crate) peppers: Peppers,
    /// The gateway's settings.
    pub(crate) gateway: gateway::Settings,
    /// The API behind it.
    pub(crate) api: Api,
    /// How long the gateway may believe what it knows.
    pub(crate) lease: Lease,
    /// Which other gateways there are.
    pub(crate) gateways: Gateways,
    /// Where the console listens.
    pub(crate) console: SocketAddr,
    /// Where people find it; where it listens if that is not set.
    pub(crate) console_url: Option<String>,
    /// What live keys over plain HTTP get there.
    pub(crate) console_http: console::PlainHttp,
    /// Proxies whose `X-Forwarded-For` is believed there.
    pub(crate) console_proxies: Vec<IpNet>,
    /// Where operators listen.
    pub(crate) operations: SocketAddr,
    /// Where the pages about errors are; at the console where it is not set.
    pub(crate) docs: Option<String>,
    /// How messages reach people.
    pub(crate) delivery: Delivery,
    /// Where programs find the gateway; where it listens if that is not set.
    pub(crate) gateway_url: Option<String>,
    /// How the address begins where it listens.
    pub(crate) scheme: &'static str,
    /// The sample API, if it stands behind the gateway.
    pub(crate) payments: Option<PathBuf>,
}

/// Where things really listen.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Addresses {
    /// The gateway.
    pub(crate) gateway: SocketAddr,
    /// The console.
    pub(crate) console: SocketAddr,
    /// Health and metrics.
    pub(crate) operations: SocketAddr,
}

/// Serves by a file of settings until the process is asked to stop.
pub(crate) fn serve(settings: &Settings) -> Result<()> {
    block_on(async {
        let plan = settings.plan().await?;
        if !plan.store.has_accounts().await? {
            tracing::warn!("there is no account yet: make one with `keyway open-account`");
        }
        run(plan, |at| {
            let Addresses { gateway, console, operations } = at;
            tracing::info!(%gateway, %console, %operations, "serving");
            Ok(())
        })
        .await
    })
}

/// Runs on the runtime of everything but the gateway's workers.
pub(crate) fn block_on<T>(task: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = Runtime::new().context("cannot start the runtime")?;
    let done = runtime.block_on(task);
    // Whoever is told to stop at once waits for nothing.
    runtime.shutdown_background();
    done
}

/// Starts all parts, says where they are, waits for a signal, and stops them in order.
pub(crate) async fn run(plan: Plan, ready: impl FnOnce(Addresses) -> Result<()>) -> Result<()> {
    let (mut parts, addresses) = start(plan).await?;
    let mut signals = Signals::watch()?;
    ready(addresses)?;
    let fallen = tokio::select! {
        () = signals.next() => None,
        part = parts.fallen() => Some(part),
    };
    tracing::info!("stopping; a second signal stops at once");
    tokio::select! {
        stopped = parts.stop() => stopped?,
        () = signals.next() => bail!("a second signal cut off what was in flight"),
    }
    match fallen {
        None => Ok(()),
        Some(part) => bail!("{part} ended by itself, so that everything was stopped"),
    }
}

/// Where the pages about errors are: those of the console, unless the operator has others.
fn docs(set: Option<String>, console_url: &str) -> String {
    let docs = set.unwrap_or_else(|| format!("{}/docs/errors", console_url.trim_end_matches('/')));
    docs.trim_end_matches('/').to_owned()
}

/// Everything that can be refused comes before the gateway takes its first request.
async fn start(plan: Plan) -> Result<(Parts, Addresses)> {
    let (stop, stopped) = watch::channel(false);
    let manage = listen(plan.console).await?;
    let operations = listen(plan.operations).await?;
    let mut settings = plan.gateway;
    let here = manage.local_addr()?;
    let console_url = plan.console_url.unwrap_or_else(|| format!("http://{here}"));
    let docs = docs(plan.docs, &console_url);
    settings.docs.clone_from(&docs);
    let mut sample = None;
    if let Some(database) = plan.payments {
        let (started, upstreams) = Sample::start(&database, docs.clone()).await?;
        settings.upstreams = upstreams;
        sample = Some(started);
    }

    let metrics = Arc::new(Metrics::new());
    let loading = Follower::load(plan.store.clone(), plan.lease, CLOCKS, Arc::clone(&metrics));
    let follower = loading.await.context("cannot load the keys")?;
    let views = follower.views();
    let applied = views.applied();
    let following = Part::start("what follows the store", follower.follow());
    let versions = plan.api.versions.clone();
    let (told, uses) = mpsc::channel(TELLING);
    let outfit = Outfit { metrics: &metrics, entropy: &mut world::random, uses: told };
    let gateway =
        Gateway::start(settings, plan.api, plan.peppers.clone(), Arc::clone(&views), outfit)?;
    let addresses = Addresses {
        gateway: gateway.address(),
        console: here,
        operations: operations.local_addr()?,
    };
    let gateway_url =
        plan.gateway_url.unwrap_or_else(|| format!("{}{}", plan.scheme, addresses.gateway));
    let notices = Notices::new(plan.store.clone(), plan.delivery.clone(), WORLD);
    let telling = Part::start("what tells people of keys", notices.send(stopped.clone()));
    let console = Console::new(Setup {
        store: plan.store.clone(),
        peppers: plan.peppers,
        applied,
        gateways: plan.gateways,
        delivery: plan.delivery,
        world: WORLD,
        versions,
        plain_http: plan.console_http,
        trusted_proxies: plan.console_proxies,
        console_url,
        gateway_url,
        docs,
    });
    let clockwork = Part::start("the clockwork", console.control().keep_time());
    let noting = Part::start("what keeps the use of keys", console.control().note_uses(uses));
    let told = Operations { metrics, views, boot: CLOCKS.boot };
    let faces = [
        Part::start("the console", console.serve(manage, stopped.clone())),
        Part::start("the listener of operators", told.serve(operations, stopped)),
    ];
    let store = plan.store;
    let parts =
        Parts { gateway, following, clockwork, noting, telling, faces, stop, sample, store };
    Ok((parts, addresses))
}

#[cfg(test)]
mod tests {
    use super::docs;

    #[test]
    fn errors_are_explained_where_people_find_the_console_unless_it_is_said_where() {
        let at = |set: Option<&str>, url| docs(set.map(str::to_owned), url);
        assert_eq!(at(None, "http://127.0.0.1:4242"), "http://127.0.0.1:4242/docs/errors");
        assert_eq!(at(None, "https://keys.example.com/"), "https://keys.example.com/docs/errors");
        assert_eq!(
            at(Some("https://docs.example.com/e/"), "http://x"),
            "https://docs.example.com/e"
        );
    }
}
