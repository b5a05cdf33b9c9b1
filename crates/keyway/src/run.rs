//! The life of the process: open, load, listen, wait, stop in order.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use console::{Console, Gateways, Setup};
use gateway::{Follower, Gateway, Lease, Metrics, Operations, Outfit};
use keys::{Api, Peppers};
use payments::Payments;
use store::Store;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::settings::Settings;
use crate::world::{self, CLOCKS};

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
    /// What live keys over plain HTTP get there.
    pub(crate) console_http: console::PlainHttp,
    /// Where operators listen.
    pub(crate) operations: SocketAddr,
    /// How the gateway's address begins.
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
    let runtime = runtime()?;
    runtime.block_on(async {
        let plan = settings.plan().await?;
        if plan.store.accounts().await?.is_empty() {
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

/// The runtime of everything but the gateway's workers.
pub(crate) fn runtime() -> Result<Runtime> {
    Runtime::new().context("cannot start the runtime")
}

/// Starts all parts, says where they are, waits for a signal, and stops them in order.
pub(crate) async fn run(plan: Plan, ready: impl FnOnce(Addresses) -> Result<()>) -> Result<()> {
    let (stop, stopped) = watch::channel(false);
    let manage = listen(plan.console).await?;
    let operations = listen(plan.operations).await?;
    let mut settings = plan.gateway;
    let sample = match plan.payments {
        Some(database) => Some(sample(&database, &mut settings).await?),
        None => None,
    };

    let metrics = Arc::new(Metrics::new());
    let loading = Follower::load(plan.store.clone(), plan.lease, CLOCKS, Arc::clone(&metrics));
    let follower = loading.await.context("cannot load the keys")?;
    let views = follower.views();
    let following = tokio::spawn(follower.follow());
    let (versions, docs) = (plan.api.versions.clone(), settings.docs.clone());
    let outfit = Outfit { metrics: &metrics, entropy: &mut world::random };
    let gateway =
        Gateway::start(settings, plan.api, plan.peppers.clone(), Arc::clone(&views), outfit)?;
    let addresses = Addresses {
        gateway: gateway.address(),
        console: manage.local_addr()?,
        operations: operations.local_addr()?,
    };
    let applied = views.applied();
    let told = Operations { metrics, views, monotonic: CLOCKS.monotonic };
    let telling = tokio::spawn(told.serve(operations, stopped.clone()));
    let setup = Setup {
        store: plan.store.clone(),
        peppers: plan.peppers,
        applied,
        gateways: plan.gateways,
        world: console::World { now: CLOCKS.now, random: world::random },
        versions,
        plain_http: plan.console_http,
        gateway_url: plan.scheme.to_owned() + &addresses.gateway.to_string(),
        docs,
    };
    let managing = tokio::spawn(Console::new(setup).serve(manage, stopped));
    ready(addresses)?;

    wait_for_signal().await?;
    tracing::info!("stopping");
    stop.send_replace(true);
    tokio::task::spawn_blocking(move || gateway.stop()).await?;
    ended(managing).await;
    ended(telling).await;
    if let Some(sample) = sample {
        // Only now: requests in flight needed it.
        sample.stop.send_replace(true);
        ended(sample.serving).await;
    }
    following.abort();
    plan.store.close().await;
    Ok(())
}

/// The sample API while it runs.
struct Sample {
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
}

/// Starts the sample API on a port of its own and puts it behind the gateway.
async fn sample(database: &std::path::Path, settings: &mut gateway::Settings) -> Result<Sample> {
    let world = payments::World { now: CLOCKS.now, random: world::random };
    let api = Payments::open(database, settings.docs.clone(), world).await?;
    let listener = listen(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
    let upstream: gateway::UpstreamAddress =
        format!("http://{}", listener.local_addr()?).parse()?;
    settings.upstreams = gateway::Upstreams { live: upstream.clone(), sandbox: upstream };
    let (stop, mut stopped) = watch::channel(false);
    let serving = tokio::spawn(async move {
        let until = async move {
            // An end of the sender is a stop, too.
            let _stop = stopped.wait_for(|stop| *stop).await;
        };
        if let Err(error) = api.serve(listener, until).await {
            tracing::error!(%error, "the sample API fell");
        }
    });
    Ok(Sample { stop, serving })
}

async fn listen(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))
}

async fn ended(task: JoinHandle<()>) {
    if let Err(error) = task.await {
        tracing::error!(%error, "a part of the program fell");
    }
}

/// Ctrl-C, or the signal that service managers send.
async fn wait_for_signal() -> Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted.context("cannot wait for Ctrl-C"),
        _ = terminate.recv() => Ok(()),
    }
}
