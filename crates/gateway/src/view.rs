//! What requests are decided by: one immutable value, swapped whole and loaded once a request.

use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::{ArcSwap, Guard};
use store::{Sequence, Store, StoreError, Thing};
use tokio::sync::watch;

use crate::directory::{Directory, DirectoryMaker};
use crate::metrics::Metrics;
use crate::settings::Clocks;

/// The directory at a sequence, and until when it may be believed.
pub struct View {
    /// Every key and account.
    pub directory: Directory,
    /// The last change that is in it.
    pub sequence: Sequence,
    /// Until when; `None` where nobody else can write to the store.
    believed_until: Option<Instant>,
}

impl View {
    /// Whether requests may still be decided by it.
    pub(crate) fn is_believed(&self, now: Instant) -> bool {
        self.believed_until.is_none_or(|until| now < until)
    }
}

/// How long a view may be believed after the store was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lease {
    /// For ever: this process alone writes to the store, and waits for its own gateway.
    Endless,
    /// Until that much after the question was sent.
    For(Duration),
}

impl Lease {
    fn until(self, asked: Instant) -> Option<Instant> {
        match self {
            Self::Endless => None,
            Self::For(length) => Some(asked + length),
        }
    }
}

/// The current view, shared by all workers.
pub struct Views {
    current: ArcSwap<View>,
    applied: watch::Sender<Sequence>,
}

impl Views {
    /// The current one.
    pub(crate) fn load(&self) -> Guard<Arc<View>> {
        self.current.load()
    }

    /// Which change is in force, for whoever must wait for one.
    #[must_use]
    pub fn applied(&self) -> watch::Receiver<Sequence> {
        self.applied.subscribe()
    }
}

/// Keeps the current view current.
pub struct Follower {
    store: Store,
    maker: DirectoryMaker,
    views: Arc<Views>,
    lease: Lease,
    clocks: Clocks,
    metrics: Arc<Metrics>,
}

impl Follower {
    /// Loads everything that the store knows.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn load(
        store: Store,
        lease: Lease,
        clocks: Clocks,
        metrics: Arc<Metrics>,
    ) -> Result<Self, StoreError> {
        let asked = (clocks.monotonic)();
        let mut maker = DirectoryMaker::new();
        let mut collector = maker.collect();
        let sequence = store.snapshot(|fact| collector.take(fact)).await?;
        let directory = collector.finish();
        let believed_until = lease.until(asked);
        let view = Arc::new(View { directory, sequence, believed_until });
        let applied = watch::Sender::new(sequence);
        let views = Arc::new(Views { current: ArcSwap::new(view), applied });
        let follower = Self { store, maker, views, lease, clocks, metrics };
        follower.gauge();
        Ok(follower)
    }

    /// Where workers find the current view.
    #[must_use]
    pub fn views(&self) -> Arc<Views> {
        Arc::clone(&self.views)
    }

    /// Follows the store, for as long as it is polled.
    pub async fn follow(mut self) {
        loop {
            let known = self.views.load().sequence;
            if let Err(error) = self.step().await {
                tracing::error!(%error, "cannot read changes from the store");
            }
            self.store.wait_for_change(known.max(self.views.load().sequence), self.pause()).await;
        }
    }

    /// Asks once, and puts what is new in force.
    async fn step(&mut self) -> Result<(), StoreError> {
        let asked = (self.clocks.monotonic)();
        let current = self.views.current.load_full();
        let delta = self.store.changes_since(current.sequence).await?;
        if delta.sequence < current.sequence {
            // A backup was put in its place, and what was revoked since may be alive in it: what is
            // known is not believed any longer than its lease, and no other is taken.
            tracing::error!(known = %current.sequence, found = %delta.sequence, "the store went back in time; restart once it is right");
            return Ok(());
        }
        let is_news = !delta.facts.is_empty() || !delta.unreadable.is_empty();
        if !is_news && self.lease == Lease::Endless {
            return Ok(());
        }
        let mut directory = self.maker.follow(&current.directory, delta.facts);
        for thing in delta.unreadable {
            // It has changed, and nobody can say how: from here on it opens nothing.
            tracing::error!(?thing, "what changed cannot be read; it is denied");
            directory = match thing {
                Thing::Account(account) => directory.without_account(account),
                Thing::Key(key) => directory.without_key(key),
            };
        }
        let believed_until = self.lease.until(asked);
        let view = View { directory, sequence: delta.sequence, believed_until };
        self.views.current.store(Arc::new(view));
        // Told only now, when every request that begins finds the new view.
        self.views.applied.send_replace(delta.sequence);
        self.gauge();
        Ok(())
    }

    /// A twelfth of the lease, so that one slow answer does not let it run out.
    fn pause(&self) -> Duration {
        match self.lease {
            Lease::Endless => Duration::from_mins(1),
            Lease::For(length) => length / 12,
        }
    }

    fn gauge(&self) {
        let view = self.views.load();
        let keys = i64::try_from(view.directory.keys()).unwrap_or(i64::MAX);
        self.metrics.directory_keys.set(keys);
        let sequence = i64::try_from(view.sequence.number()).unwrap_or(i64::MAX);
        self.metrics.directory_sequence.set(sequence);
    }
}
