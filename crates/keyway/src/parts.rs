//! The parts of a running program, and the order in which they stop.

use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Context, Result};
use gateway::{Gateway, UpstreamAddress, Upstreams};
use payments::{Payments, World};
use store::Store;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::world::{self, CLOCKS};

/// Everything that runs.
pub(crate) struct Parts {
    /// What decides about requests.
    pub(crate) gateway: Gateway,
    /// What keeps it up to date.
    pub(crate) following: Part,
    /// What does what becomes due.
    pub(crate) clockwork: Part,
    /// What keeps when keys were used; it ends after the gateway.
    pub(crate) noting: Part,
    /// What tells people of keys.
    pub(crate) telling: Part,
    /// The console, and the listener of operators.
    pub(crate) faces: [Part; 2],
    /// Ends the faces.
    pub(crate) stop: watch::Sender<bool>,
    /// The sample API, if it stands behind the gateway.
    pub(crate) sample: Option<Sample>,
    /// Where keys are kept.
    pub(crate) store: Store,
}

/// A task that goes on until it is told to end.
pub(crate) struct Part {
    name: &'static str,
    task: JoinHandle<()>,
}

impl Part {
    /// Starts it.
    pub(crate) fn start(
        name: &'static str,
        task: impl Future<Output = ()> + Send + 'static,
    ) -> Self {
        Self { name, task: tokio::spawn(task) }
    }

    /// Its name, when it has ended by itself.
    async fn fallen(&mut self) -> &'static str {
        if let Err(error) = (&mut self.task).await {
            tracing::error!(%error, part = self.name, "a part of the program fell");
        }
        self.name
    }

    /// Waits until it has ended, if it has not been seen to end before.
    async fn ended(&mut self) {
        if !self.task.is_finished() {
            self.fallen().await;
        }
    }
}

/// The sample API while it runs.
pub(crate) struct Sample {
    stop: watch::Sender<bool>,
    serving: Part,
}

impl Sample {
    /// Starts it on a port of its own; this is where it is.
    pub(crate) async fn start(database: &Path, docs: String) -> Result<(Self, Upstreams)> {
        let world = World { now: CLOCKS.now, random: world::random };
        let opening = Payments::open(database, docs, world).await;
        let api = opening.with_context(|| format!("cannot open {}", database.display()))?;
        let listener = listen(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
        let upstream: UpstreamAddress = format!("http://{}", listener.local_addr()?).parse()?;
        let (stop, mut stopped) = watch::channel(false);
        let serving = Part::start("the sample API", async move {
            // An end of the sender is a stop, too.
            let until = async move { drop(stopped.wait_for(|stop| *stop).await) };
            if let Err(error) = api.serve(listener, until).await {
                tracing::error!(%error, "the sample API fell");
            }
        });
        let upstreams = Upstreams { live: upstream.clone(), sandbox: upstream };
        Ok((Self { stop, serving }, upstreams))
    }
}

impl Parts {
    /// Returns when a part ends that should not: without it, the rest must not go on. A gateway that
    /// nobody keeps up to date would believe for ever what it knew last.
    pub(crate) async fn fallen(&mut self) -> &'static str {
        let [console, operations] = &mut self.faces;
        let sample = async {
            match &mut self.sample {
                Some(sample) => sample.serving.fallen().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            part = self.following.fallen() => part,
            part = self.clockwork.fallen() => part,
            part = self.noting.fallen() => part,
            part = self.telling.fallen() => part,
            part = console.fallen() => part,
            part = operations.fallen() => part,
            part = sample => part,
        }
    }

    /// Stops in order: first what takes requests, then what they needed, the store last.
    pub(crate) async fn stop(self) -> Result<()> {
        let Self { gateway, following, clockwork, noting, telling, faces, stop, sample, store } =
            self;
        let (mut noting, mut telling, mut faces) = (noting, telling, faces);
        clockwork.task.abort();
        stop.send_replace(true);
        let stopping = tokio::task::spawn_blocking(move || gateway.stop());
        stopping.await.context("the gateway did not stop in order")?;
        for face in &mut faces {
            face.ended().await;
        }
        if let Some(mut sample) = sample {
            sample.stop.send_replace(true);
            sample.serving.ended().await;
        }
        noting.ended().await;
        telling.ended().await;
        // Until here, what was revoked meanwhile held for the requests that were ending.
        following.task.abort();
        store.close().await;
        Ok(())
    }
}

/// A listener; the error names the address.
pub(crate) async fn listen(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))
}
