//! What requests are decided by: one immutable value, swapped whole and loaded once a request.

mod pace;

use std::sync::Arc;
use std::time::Duration;

use arc_swap::{ArcSwap, Guard};
use store::{Delta, Leases, Sequence, Store, StoreError, Thing};
use tokio::sync::watch;
use tokio::time::sleep;

use crate::directory::{Directory, DirectoryMaker};
use crate::metrics::Metrics;
use crate::settings::Clocks;
use pace::Pace;

/// The directory at a sequence, and until when it may be believed.
pub struct View {
    /// Every key and account.
    pub directory: Directory,
    /// The last change that is in it.
    pub sequence: Sequence,
    /// Until when by [`Clocks::boot`]; `None` where nobody else can write to the store.
    believed_until: Option<Duration>,
}

impl View {
    /// Whether requests may still be decided by it, asked of [`Clocks::boot`].
    pub(crate) fn is_believed(&self, boot: fn() -> Duration) -> bool {
        self.believed_until.is_none_or(|until| boot() < until)
    }
}

/// How long a view may be believed after the store was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lease {
    /// For ever: this process alone writes to the store, and waits for its own gateway.
    Endless,
    /// Until that much after the question was sent: the store is asked to grant it to all nodes. When
    /// another node has asked for another length since, that one holds for all.
    For(Duration),
}

impl Lease {
    /// Until when what the store granted may be believed, if it was asked at that time.
    fn until(self, asked: Duration, granted: Leases) -> Option<Duration> {
        match self {
            Self::Endless => None,
            Self::For(_) => Some(asked + granted.believed_for()),
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
    leases: Leases,
    /// The round of leases that is to be settled, and when.
    settling: Option<(u64, Duration)>,
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
        // Before anything is read by it, so that whoever writes knows what to wait for.
        let asked = (clocks.boot)();
        let leases = match lease {
            Lease::Endless => Leases::default(),
            Lease::For(length) => store.grant_leases(length).await?,
        };
        let mut maker = DirectoryMaker::new();
        let mut collector = maker.collect();
        let sequence = store.snapshot(|fact| collector.take(fact)).await?;
        let directory = collector.finish();
        let believed_until = lease.until(asked, leases);
        let view = Arc::new(View { directory, sequence, believed_until });
        let applied = watch::Sender::new(sequence);
        let views = Arc::new(Views { current: ArcSwap::new(view), applied });
        let follower = Self { store, maker, views, lease, leases, settling: None, clocks, metrics };
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
        let mut pace = Pace::new(self.granted());
        let mut heard_of = Sequence::START;
        loop {
            match self.step(pace.patience()).await {
                Ok(()) => {
                    let failures = pace.answered(self.granted());
                    if failures > 0 {
                        tracing::info!(failures, "the store answers again");
                    }
                }
                Err(error) => {
                    let pause = pace.failed();
                    if pace.failures().is_power_of_two() {
                        let failures = pace.failures();
                        tracing::error!(%error, failures, "cannot read changes from the store");
                    }
                    // Whatever is heard of meanwhile is read then, too.
                    sleep(pause).await;
                    continue;
                }
            }
            // What was heard of and is not there wakes nobody twice.
            let known = heard_of.max(self.views.load().sequence);
            heard_of = self.store.wait_for_change(known, pace.between()).await;
        }
    }

    /// Asks once, and puts what is new in force.
    async fn step(&mut self, patience: Duration) -> Result<(), StoreError> {
        let asked = (self.clocks.boot)();
        let current = self.views.current.load_full();
        let delta = self.store.changes_since(current.sequence, patience).await?;
        self.note_leases(delta.leases);
        if delta.sequence < current.sequence {
            // A backup was put in its place, and what was revoked since may be alive in it: what is
            // known is not believed any longer than its lease, and no other is taken.
            tracing::error!(known = %current.sequence, found = %delta.sequence, "the store went back in time; restart once it is right");
            return Ok(());
        }
        let is_news = delta.sequence > current.sequence
            || !delta.facts.is_empty()
            || !delta.unreadable.is_empty();
        if !is_news && self.lease == Lease::Endless {
            return Ok(());
        }
        let believed_until = self.lease.until(asked, delta.leases);
        self.put_in_force(&current, delta, believed_until);
        Ok(())
    }

    /// The lease that the store grants, whoever asked for it.
    fn granted(&self) -> Lease {
        match self.lease {
            Lease::Endless => Lease::Endless,
            Lease::For(_) => Lease::For(self.leases.granted()),
        }
    }

    fn put_in_force(&mut self, current: &View, delta: Delta, believed_until: Option<Duration>) {
        let sequence = delta.sequence;
        let mut directory = self.maker.follow(&current.directory, delta.facts);
        for thing in delta.unreadable {
            // It has changed, and nobody can say how: from here on it opens nothing.
            tracing::error!(?thing, "what changed cannot be read; it is denied");
            directory = match thing {
                Thing::Account(account) => directory.without_account(account),
                Thing::Key(key) => directory.without_key(key),
            };
        }
        self.views.current.store(Arc::new(View { directory, sequence, believed_until }));
        // Told only now, when every request that begins finds the new view.
        self.views.applied.send_replace(sequence);
        self.gauge();
    }

    /// Says when another node has changed the length of leases, and settles what became shorter once
    /// all that was read before has run out.
    fn note_leases(&mut self, leases: Leases) {
        if leases.granted() != self.leases.granted() && self.lease != Lease::Endless {
            let granted = leases.granted();
            tracing::warn!(?granted, ours = ?self.lease, "another node has set the lease of all");
        }
        self.leases = leases;
        let now = (self.clocks.boot)();
        let due = now + leases.silent_after();
        self.settling = match (leases.unsettled(), self.settling) {
            (None, _) => None,
            (Some(round), Some((same, at))) if same == round && now < at => Some((round, at)),
            (Some(round), Some((same, _))) if same == round => {
                self.settle(round);
                // Asked again if it was in vain.
                Some((round, due))
            }
            (Some(round), _) => Some((round, due)),
        };
    }

    /// In a task of its own, as nobody waits for it.
    fn settle(&self, round: u64) {
        let store = self.store.clone();
        tokio::spawn(async move {
            if let Err(error) = store.settle_leases(round).await {
                tracing::warn!(%error, "changes wait for longer leases than need be");
            }
        });
    }

    fn gauge(&self) {
        let view = self.views.load();
        let keys = i64::try_from(view.directory.keys()).unwrap_or(i64::MAX);
        self.metrics.directory_keys.set(keys);
        let sequence = i64::try_from(view.sequence.number()).unwrap_or(i64::MAX);
        self.metrics.directory_sequence.set(sequence);
    }
}
