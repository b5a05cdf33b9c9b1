//! Waking those who wait for a change. Only hints: who misses one reads a little later.

use std::time::Duration;

use sqlx::postgres::PgListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::Sequence;

/// Where PostgreSQL tells of commits; the payload is the store's incarnation and the sequence.
pub(crate) const CHANNEL: &str = "keyway_changes";

/// How long to wait before listening is tried again.
const RETRY: Duration = Duration::from_secs(1);

/// The last sequence that is known to be committed, and who watches it.
pub(crate) struct Hints {
    latest: watch::Sender<Sequence>,
    listener: Option<JoinHandle<()>>,
}

impl Hints {
    /// Hints of this process alone.
    pub(crate) fn own() -> Self {
        Self { latest: watch::Sender::new(Sequence::START), listener: None }
    }

    /// Hints of every process at that PostgreSQL database.
    pub(crate) fn listening(url: String, incarnation: String) -> Self {
        let latest = watch::Sender::new(Sequence::START);
        let listener = tokio::spawn(listen(url, incarnation, latest.clone()));
        Self { latest, listener: Some(listener) }
    }

    pub(crate) fn committed(&self, sequence: Sequence) {
        raise(&self.latest, sequence);
    }

    pub(crate) async fn wait(&self, after: Sequence, longest: Duration) -> Sequence {
        let mut watching = self.latest.subscribe();
        let news = watching.wait_for(|latest| *latest > after);
        // News, and no news for so long: the caller looks for itself either way.
        drop(tokio::time::timeout(longest, news).await);
        *watching.borrow()
    }

    pub(crate) fn stop(&self) {
        if let Some(listener) = &self.listener {
            listener.abort();
        }
    }
}

impl Drop for Hints {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The payload of a notification.
pub(crate) fn payload(incarnation: &str, sequence: Sequence) -> String {
    format!("{incarnation} {sequence}")
}

async fn listen(url: String, incarnation: String, latest: watch::Sender<Sequence>) {
    loop {
        if let Err(error) = follow(&url, &incarnation, &latest).await {
            tracing::warn!(%error, "changes of other processes are found by polling alone");
        }
        tokio::time::sleep(RETRY).await;
    }
}

async fn follow(
    url: &str,
    incarnation: &str,
    latest: &watch::Sender<Sequence>,
) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect(url).await?;
    listener.listen(CHANNEL).await?;
    tracing::debug!("listening for changes of other processes");
    loop {
        // Nothing means that the connection was lost and is made anew.
        if let Some(notification) = listener.try_recv().await? {
            match notification.payload().split_once(' ') {
                Some((whose, number)) if whose == incarnation => {
                    raise(latest, number.parse().map_or(Sequence::START, Sequence::new));
                }
                // Another store in the same database, or not ours at all.
                Some(_) | None => {}
            }
        }
    }
}

fn raise(latest: &watch::Sender<Sequence>, sequence: Sequence) {
    latest.send_if_modified(|latest| {
        let higher = sequence > *latest;
        if higher {
            *latest = sequence;
        }
        higher
    });
}
